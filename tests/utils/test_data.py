import gzip
import os
import re
import shlex
import struct
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_iris

from tests.utils import bad_server
from tests.utils.bad_server import BIG, DRAWN, FILES, FORGED, RIGHT, close_off, idx, no_home
from utils import data, download, garments

ROOT = Path(__file__).resolve().parents[2]

LOGIC = {
    "AND": lambda p, q: p and q,
    "OR": lambda p, q: p or q,
    "NAND": lambda p, q: not (p and q),
    "NOR": lambda p, q: not (p or q),
    "XOR": lambda p, q: p != q,
    "XNOR": lambda p, q: p == q,
}


def test_gates_are_the_functions_of_logic():
    gates = data.gates()
    assert set(gates) == set(LOGIC)
    for name, gate in gates.items():
        assert gate.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
        assert gate.y.tolist() == [float(LOGIC[name](bool(p), bool(q))) for p, q in gate.X]


def test_xor_is_the_gate_of_that_name():
    xor = data.xor()
    assert (xor.name, xor.X.shape, xor.y.tolist()) == ("XOR", (4, 2), [0, 1, 1, 0])


def test_iris_columns_come_by_name_in_the_order_asked_for():
    iris, original = data.iris(), load_iris()
    widths = iris.columns("petal width (cm)", "sepal width (cm)")
    assert np.array_equal(widths, original.data[:, [3, 1]])
    assert iris.X.shape == (150, 4)


def test_iris_labels_are_the_species_of_the_rows():
    iris = data.iris()
    assert iris.labels[[0, 50, 149]].tolist() == ["setosa", "versicolor", "virginica"]
    assert np.unique(iris.labels, return_counts=True)[1].tolist() == [50, 50, 50]


def test_the_bets_are_those_that_their_datasheet_describes():
    bets = data.bets()
    assert (bets.X.shape, bets.y.sum()) == ((60, 1), 35)
    assert bets.X.mean().round(1) == 70.2
    assert bets.labels[bets.y == 1][0] == "right"
    table = [
        [int(number) for number in line.split("|")[2:-1]]
        for line in (ROOT / "datasets" / "bets.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(("| sure", "| bets", "| right"))
    ]
    for sure, count, right in zip(*table, strict=True):
        those = bets.y[bets.X[:, 0] == sure]
        assert (len(those), those.sum()) == (count, right)


def test_iris_is_the_copy_that_its_datasheet_describes():
    X = data.iris().X
    # Rows 35 and 38, which are wrong in the copy of UCI, and the two that are equal.
    assert X[[34, 37]].tolist() == [[4.9, 3.1, 1.5, 0.2], [4.9, 3.6, 1.4, 0.1]]
    assert X[101].tolist() == X[142].tolist()
    assert len(np.unique(X, axis=0)) == 149
    assert X.mean(axis=0).round(2).tolist() == [5.84, 3.06, 3.76, 1.2]
    assert (X.min(), X.max()) == (0.1, 7.9)


@pytest.mark.parametrize("make", [data.xor, data.iris])
def test_writing_into_a_data_set_leaves_the_next_one_alone(make):
    first = make()
    first.X[:] = -1
    first.y[:] = 0
    assert make().X.min() >= 0
    assert make().y.max() > 0


def test_writing_into_columns_leaves_the_data_set_alone():
    iris = data.iris()
    iris.columns("petal width (cm)")[:] = -1
    assert iris.X.min() > 0


def test_an_unknown_column_is_answered_with_the_names():
    with pytest.raises(ValueError, match=r"no column 'petal'.*'sepal length \(cm\)'.*'petal width"):
        data.iris().columns("petal")


def test_no_column_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one column name"):
        data.iris().columns()


def test_labels_need_classes():
    with pytest.raises(ValueError, match="'XOR' are numbers"):
        _ = data.xor().labels


@pytest.mark.parametrize("dataset", [*data.gates().values(), data.iris()], ids=repr)
def test_each_data_set_knows_its_source(dataset):
    words = str(dataset.source)
    assert "Licence: " in words
    assert "Used in 00" in words


# ---- Fashion-MNIST ----


@pytest.fixture
def world(tmp_path, monkeypatch):
    world = bad_server.enter(tmp_path, monkeypatch)
    yield world
    world.bad.close()
    world.good.close()


def same(images, arrays):
    came = (images.x_train, images.y_train, images.x_test, images.y_test)
    return all(map(np.array_equal, came, arrays.values()))


def test_the_images_that_the_notebooks_find_have_the_stated_shapes():
    images = data.fashion_mnist()
    assert (images.x_train.shape, images.y_train.shape) == ((60000, 28, 28), (60000,))
    assert (images.x_test.shape, images.y_test.shape) == ((10000, 28, 28), (10000,))
    for array in (images.x_train, images.y_train, images.x_test, images.y_test):
        assert array.dtype == np.uint8
    assert np.bincount(images.y_train).tolist() == [6000] * 10
    assert np.bincount(images.y_test).tolist() == [1000] * 10
    assert images.target_names == tuple(garments.CLASSES)
    assert images.stand_in == (images.name == "garments")
    assert images.name in images.caption
    assert "Licence: MIT" in str(images.source)


def test_keras_finds_the_same_files_in_the_same_cache(world):
    world.fill(world.cache)
    images = data.fashion_mnist()
    code = """
import hashlib, keras
(x_train, y_train), (x_test, y_test) = keras.datasets.fashion_mnist.load_data()
for a in (x_train, y_train, x_test, y_test):
    print(a.shape, hashlib.sha256(a.tobytes()).hexdigest())
"""
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
    )
    ours = (images.x_train, images.y_train, images.x_test, images.y_test)
    assert run.stdout.splitlines() == [f"{a.shape} {sha256(a).hexdigest()}" for a in ours]


@pytest.mark.parametrize("inner", ["fashion-mnist", "."])
def test_the_folder_that_datasets_dir_names_comes_first(inner, world, monkeypatch, capsys):
    world.fill(world.given / inner)
    world.fill(world.cache, FORGED)
    monkeypatch.setenv("DATASETS_DIR", str(world.given))
    images = data.fashion_mnist()
    assert same(images, RIGHT)
    assert (images.name, images.stand_in, images.caption) == (
        "Fashion-MNIST",
        False,
        "data: Fashion-MNIST",
    )
    assert images.origin.endswith(" (DATASETS_DIR).")
    assert capsys.readouterr().out == ""


def test_the_keras_cache_comes_next(world, capsys):
    world.fill(world.cache)
    images = data.fashion_mnist()
    assert same(images, RIGHT)
    assert images.origin == f"Fashion-MNIST from {world.cache} (Keras cache)."
    assert (capsys.readouterr().out, world.bad.log) == ("", [])


def test_a_download_is_kept_for_the_next_call(world):
    assert data.fashion_mnist().origin.startswith("Fashion-MNIST downloaded into ")
    asked = len(world.bad.log)
    assert data.fashion_mnist().origin.endswith(" (Keras cache).")
    assert len(world.bad.log) == asked


def test_a_download_into_the_temporary_folder_is_found_again(world):
    (world.path / "keras").write_text("")
    data.fashion_mnist()
    asked = len(world.bad.log)
    assert data.fashion_mnist().origin.endswith(" (temporary folder).")
    assert len(world.bad.log) == asked


def test_the_stand_in_says_that_it_is_one(world, capsys):
    world.register()
    images = data.fashion_mnist()
    assert same(images, DRAWN)
    assert (images.name, images.stand_in) == ("garments", True)
    assert images.caption == "data: garments, the drawn stand-in"
    assert "Used instead: garments, drawn pictures" in capsys.readouterr().out
    assert images.source.licence == "MIT"


def test_writing_into_images_leaves_the_next_ones_alone(world):
    world.fill(world.cache)
    for array in vars(data.fashion_mnist()).values():
        if isinstance(array, np.ndarray):
            array[:] = 0
    assert same(data.fashion_mnist(), RIGHT)


def test_a_datasets_dir_behind_a_closed_folder_costs_one_sentence(world, monkeypatch, capsys):
    close_off(world.path / "teacher", monkeypatch)
    world.fill(world.cache)
    given = world.path / "teacher" / "data"
    monkeypatch.setenv("DATASETS_DIR", str(given))
    assert same(data.fashion_mnist(), RIGHT)
    (said,) = capsys.readouterr().out.splitlines()
    assert f"DATASETS_DIR names {given}, which is no folder that you may read" in said


@pytest.mark.skipif(os.name == "nt", reason="the user data base is that of POSIX")
def test_without_a_home_folder_the_download_goes_elsewhere(world, monkeypatch, capsys):
    monkeypatch.chdir(world.path)
    no_home(monkeypatch)
    assert same(data.fashion_mnist(), RIGHT)
    assert "(no home folder is known" in capsys.readouterr().out
    assert not (world.path / "~").exists()
    assert sorted(os.listdir(world.temporary)) == sorted([*FILES, ".download.lock"])


FILE = download.DataFile(BIG, len(FILES[BIG]), "", (60, 28, 28))


def test_an_idx_file_is_read():
    array = data.parse_idx(FILES[BIG], FILE)
    assert np.array_equal(array, RIGHT[BIG])
    assert array.flags.writeable


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (idx(RIGHT[BIG], magic=bytes([0, 0, 9, 3])), "magic number 00000903 instead of 00000803"),
        (idx(RIGHT[BIG].reshape(60, -1)), "magic number 00000802 instead of 00000803"),
        (idx(RIGHT[BIG][:59]), "the dimensions (59, 28, 28) instead of (60, 28, 28)"),
        (idx(RIGHT[BIG].swapaxes(0, 2)), "the dimensions (28, 28, 60) instead of (60, 28, 28)"),
        (
            gzip.compress(struct.pack(">4i", 0x803, 60, 28, 28) + bytes(47039)),
            "47039 values instead of 47040",
        ),
        (
            gzip.compress(struct.pack(">4i", 0x803, 60, 28, 28) + bytes(47041)),
            "47041 values instead of 47040",
        ),
        (FILES[BIG][:-20000], "is not a whole gzip file"),
        (FILES[BIG][:-1], "is not a whole gzip file"),
        (b"<html>", "is not a whole gzip file"),
        (b"", "magic number  instead of"),
        (gzip.compress(b""), "magic number  instead of"),
        (gzip.compress(bytes([0, 0, 8, 3, 0])), "the dimensions (0, 0, 0) instead of"),
    ],
    # Not the bytes themselves: gzip writes the time into them, and two workers must agree.
    ids=range(12),
)
def test_what_is_no_such_idx_file_is_refused(content, words):
    with pytest.raises(ValueError, match=f"^{re.escape(BIG)} ") as refused:
        data.parse_idx(content, FILE)
    assert words in str(refused.value)


# ---- python -m utils.data fetch ----


def test_fetch_prepares_both_in_the_cache(world, monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(garments, "load", lambda: drawn.append(1))
    assert data.main(["fetch"]) == 0
    out = capsys.readouterr().out
    assert f"Fashion-MNIST is in {world.cache}: 4 files, 0.1 MB, verified." in out
    assert drawn == [1]
    assert not download.faults(download.registered("fashion-mnist"), world.cache)


def test_fetch_to_a_shared_disk_prints_the_setting(world, monkeypatch, capsys):
    # A space, because the setting must survive it.
    shared = world.path / "new" / "all of us"
    before = os.umask(0o077)
    try:
        assert data.main(["fetch", "--to", str(shared)]) == 0
    finally:
        os.umask(before)
    out = capsys.readouterr().out
    setting = out.splitlines()[-1]
    if os.name != "nt":
        assert shlex.split(setting) == ["export", f"DATASETS_DIR={shared}"]
        for folder in (shared / "fashion-mnist", shared, shared.parent):
            assert folder.stat().st_mode & 0o555 == 0o555
            assert f"cannot enter {folder}:" not in out
        assert {(shared / "fashion-mnist" / n).stat().st_mode & 0o444 for n in FILES} == {0o444}
    monkeypatch.setenv("DATASETS_DIR", str(shared))
    assert same(data.fashion_mnist(), RIGHT)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such rights")
def test_fetch_to_a_closed_folder_says_who_cannot_enter(world, capsys):
    closed = world.path / "home"
    closed.mkdir(mode=0o700)
    assert data.main(["fetch", "--to", str(closed / "shared")]) == 0
    out = capsys.readouterr().out
    assert f"Other accounts cannot enter {closed}: take another folder, or" in out
    assert f"`chmod o+x {closed}`" in out
    assert f"cannot enter {closed / 'shared'}" not in out
    assert closed.stat().st_mode & 0o777 == 0o700
    assert out.splitlines()[-1].startswith("export ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_a_failed_fetch_leaves_no_closed_folder(world):
    world.register(f"http://127.0.0.1:{bad_server.closed_port()}/")
    shared = world.path / "shared"
    before = os.umask(0o077)
    try:
        assert data.main(["fetch", "--to", str(shared)]) == 1
    finally:
        os.umask(before)
    assert shared.stat().st_mode & 0o555 == 0o555


def test_fetch_without_a_mirror_still_draws_the_stand_in(world, monkeypatch, capsys):
    drawn = []
    monkeypatch.setattr(garments, "load", lambda: drawn.append(1))
    world.register(f"http://127.0.0.1:{bad_server.closed_port()}/")
    assert data.main(["fetch"]) == 1
    printed = capsys.readouterr()
    assert printed.err.startswith("Fashion-MNIST could not be downloaded: the connection is ref")
    assert printed.err.count("\n") == 1
    assert drawn == [1]


def test_fetch_to_where_nothing_can_be_written(world, capsys):
    (world.path / "file").write_text("")
    assert data.main(["fetch", "--to", str(world.path / "file")]) == 1
    assert "cannot be written (" in capsys.readouterr().err


def test_a_stopped_fetch_says_how_to_go_on(world, monkeypatch, capsys):
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(data, "fetch", stopped)
    assert data.main(["fetch"]) == 2
    assert "the same command goes on where it was" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [[], ["fetch", "--from", "x"], ["feetch"], ["fetch", "--to", ""], ["fetch", "--to", "~no-one"]],
)
def test_a_misspelt_command_is_status_2(arguments):
    command = [sys.executable, "-m", "utils.data", *arguments]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert run.stderr.startswith("usage: python -m utils.data")
    assert "Traceback" not in run.stderr
