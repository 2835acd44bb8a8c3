"""A contender's process: its answers, its failures, its memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import works
from benchmarks.process import ROOT, Failed, Process, variables

FAKES = "tests.benchmarks.fakes"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("work")
    works.save(works.synthetic(10, (2, 3, 1)), path)
    return str(path)


def prepare(process: Process, folder: str, **options: object) -> dict[str, object]:
    assert process.ask("open", module=FAKES) == {"device": "cpu"}
    return process.ask("prepare", folder=folder, batch_size=4, epochs=2, options=options)


def test_a_process_prepares_and_trains_on(folder: str) -> None:
    with Process() as process:
        assert prepare(process, folder)["losses"] == [10.0, 10.0]
        reply = process.ask("train", epochs=3)
    assert reply["losses"] == [10.0] * 3
    assert reply["seconds"] > 0
    assert process.process.returncode is not None


def test_a_shortened_epoch_has_the_first_batches(folder: str) -> None:
    with Process() as process:
        process.ask("open", module=FAKES)
        reply = process.ask("prepare", folder=folder, batch_size=4, steps=2, epochs=1, options={})
    assert reply["losses"] == [8.0]


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("raise", "failed: ValueError: the widths do not fit"),
        (
            "die",
            "failed: its process ended with status 3 after saying: "
            "out of memory, says the allocator",
        ),
    ],
)
def test_a_failure_is_one_sentence(folder: str, how: str, words: str) -> None:
    with Process() as process, pytest.raises(Failed) as caught:
        prepare(process, folder, fail=how)
    assert str(caught.value) == words


def test_a_contender_that_hangs_is_ended(folder: str) -> None:
    with Process() as process:
        process.ask("open", module=FAKES)
        process.send("prepare", folder=folder, batch_size=4, epochs=1, options={"fail": "hang"})
        with pytest.raises(Failed, match="no answer within"):
            process.receive(limit=0.5)


def test_a_dead_process_stays_failed(folder: str) -> None:
    with Process() as process:
        with pytest.raises(Failed):
            prepare(process, folder, fail="die")
        assert process.has_ended
        with pytest.raises(Failed, match="status 3"):
            process.ask("train", epochs=1)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell the peak")
def test_the_peak_is_what_is_held_beyond_the_time_before_the_data(folder: str) -> None:
    with Process() as process:
        prepare(process, folder)
        little = process.ask("peak")["bytes"]
        prepare(process, folder, size=100 * 2**20)
        much = process.ask("peak")["bytes"]
    assert 95 * 2**20 < much - little < 130 * 2**20


def test_all_get_the_same_threads_and_no_gpu_unless_it_is_asked_for() -> None:
    cpu, gpu = variables("jax", gpu=False), variables("tensorflow", gpu=True)
    assert cpu["KERAS_BACKEND"] == "jax"
    assert cpu["CUDA_VISIBLE_DEVICES"] == "-1"
    assert "CUDA_VISIBLE_DEVICES" not in gpu
    assert cpu["OMP_NUM_THREADS"] == gpu["TF_NUM_INTRAOP_THREADS"]


def test_a_process_that_measures_imports_no_framework() -> None:
    program = "import sys, benchmarks.cli; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"tensorflow", "keras", "jax", "torch", "sklearn"} & set(run.stdout.split())


def test_works_are_saved_and_loaded_as_they_are(tmp_path: Path) -> None:
    for work in (works.xor(), works.iris()):
        works.save(work, tmp_path)
        task = works.load(tmp_path, batch_size=256)
        np.testing.assert_array_equal(task.x, work.x)
        np.testing.assert_array_equal(task.y, work.y)
        assert task.x.dtype == task.y.dtype == np.float32
        # A batch larger than the data is the full batch.
        assert (task.batch_size, task.steps) == (len(work.x), 1)
        assert [w.shape for w in task.weights[::2]] == list(
            zip(work.widths[:-1], work.widths[1:], strict=True)
        )
    assert works.iris().x.shape == (120, 2)
