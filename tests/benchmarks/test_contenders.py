"""The contenders do the same work: from the same start, with the same order of rows.

Each trains in a process of its own kind, without shuffling, on rows that do not fill the last
batch. Sums in another order differ by rounding: 1e-4 of the loss is allowed after three epochs, and
one in a hundred for PyTorch's Adam, which adds its small number after another division.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks import contenders, works
from benchmarks.contenders import Contender
from benchmarks.process import Process
from tests.sample import sampled

EPOCHS = 3
SAME_ADAM, OTHER_ADAM = 1e-4, 1e-4


def classes() -> works.Work:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 6)).astype(np.float32)
    return works.Work("classes", x, (x[:, 0] > 0).astype(np.int32), (6, 8, 3), "cross-entropy")


WORKS = {"mse": works.synthetic(50, (2, 8, 8, 2)), "cross-entropy": classes()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("works")
    for name, work in WORKS.items():
        (path / name).mkdir()
        works.save(work, path / name)
    return path


@pytest.fixture(scope="module")
def tensorflow() -> Iterator[Process]:
    with Process() as process:
        yield process


def losses(process: Process, one: Contender, folder: Path, *, shuffle: bool = False) -> list[float]:
    process.ask("open", module=one.module)
    arguments = {"folder": str(folder), "batch_size": 16, "shuffle": shuffle}
    # In two calls: what is kept between them (weights, Adam's means) must go on.
    epochs = max(1, one.epochs_a_program)
    first = process.ask("prepare", epochs=epochs, options=dict(one.options), **arguments)
    if one.epochs_a_program > 1:
        return first["losses"]
    return first["losses"] + process.ask("train", epochs=EPOCHS - 1)["losses"]


@pytest.fixture(scope="module")
def by_fit(tensorflow: Process, folder: Path) -> dict[str, list[float]]:
    return {name: losses(tensorflow, contenders.FIT, folder / name) for name in WORKS}


def test_fit_learns_from_the_common_start(by_fit: dict[str, list[float]]) -> None:
    for name, found in by_fit.items():
        assert len(found) == EPOCHS
        assert found[2] < found[1] < found[0], name


ON_TENSORFLOW = (
    *(one for one in contenders.ALL[1:] if one.needs == "tensorflow"),
    contenders.TRAIN_ON_BATCH,
)


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.parametrize("one", sampled(ON_TENSORFLOW, every=2), ids=lambda one: one.name)
def test_tensorflow_contenders_have_the_losses_of_fit(
    one: Contender,
    name: str,
    tensorflow: Process,
    by_fit: dict[str, list[float]],
    folder: Path,
) -> None:
    found = losses(tensorflow, one, folder / name)
    assert len(found) == max(EPOCHS, one.epochs_a_program)
    np.testing.assert_allclose(found[:EPOCHS], by_fit[name], rtol=SAME_ADAM)


PEERS = [one for one in contenders.ALL if one.needs in ("jax", "torch")]


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(
            one, id=one.name, marks=pytest.mark.skipif(bool(one.missing), reason="no peer")
        )
        for one in PEERS
    ],
)
def test_peers_have_the_losses_of_fit(
    one: Contender, by_fit: dict[str, list[float]], folder: Path
) -> None:
    with Process(backend=one.backend) as process:
        for name in WORKS:
            found = losses(process, one, folder / name)
            tolerance = OTHER_ADAM if one.needs == "torch" else SAME_ADAM
            np.testing.assert_allclose(found[:EPOCHS], by_fit[name], rtol=tolerance)


def test_scikit_learn_learns_as_much(by_fit: dict[str, list[float]], folder: Path) -> None:
    (one,) = (one for one in contenders.ALL if one.needs == "sklearn")
    with Process() as process:
        for name in WORKS:
            found = losses(process, one, folder / name)
            assert len(found) == EPOCHS
            assert found[2] < found[1] < found[0]


def test_scikit_learns_loss_is_the_whole_squared_error() -> None:
    from benchmarks.contenders import scikit_learn

    # Far-off targets, so that the initial weights, which are its own, do not matter.
    x = WORKS["mse"].x
    task = works.Task(x, np.full((len(x), 2), 100, np.float32), (2, 4, 2), "mse", 16, [])
    assert 9_000 < scikit_learn.prepare(task)(1)[0] < 10_500


def test_the_floor_multiplies_and_has_no_losses(folder: Path) -> None:
    (one,) = (one for one in contenders.ALL if one.needs == "numpy")
    with Process() as process:
        assert losses(process, one, folder / "mse") == []


@pytest.mark.parametrize("one", [contenders.FIT, contenders.COMPILED_FIT], ids=lambda one: one.name)
def test_shuffling_changes_the_losses(
    one: Contender, tensorflow: Process, by_fit: dict[str, list[float]], folder: Path
) -> None:
    found = losses(tensorflow, one, folder / "mse", shuffle=True)
    assert not np.allclose(found, by_fit["mse"], rtol=1e-6)
    np.testing.assert_allclose(found, by_fit["mse"], rtol=0.2)


def test_a_missing_peer_is_told_with_the_command_that_brings_it() -> None:
    one = Contender("peer", "nowhere", "a_package_that_is_nowhere")
    assert one.missing == f"missing: `{contenders.INSTALL}` brings it"
    assert not Contender("there", "nowhere", "numpy").missing


def test_names_are_unique() -> None:
    names = [one.name for one in contenders.ALL]
    assert len(set(names)) == len(names)
