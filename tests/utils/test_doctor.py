import json
import os
import shutil
import sys
from collections import namedtuple
from importlib import metadata
from pathlib import Path

import pytest

from tests.utils.bad_server import (
    FILES,
    FORGED,
    SHAPES,
    World,
    close_off,
    closed_port,
    no_home,
)
from utils import device, doctor, download, notebook

ANSWERS = download.answers
LOCK = """\
numpy==2.2.1 ; python_full_version < '3.12' \\
    --hash=sha256:00
numpy==2.4.6 ; python_full_version >= '3.12' \\
    --hash=sha256:01
Keras==3.15.1 \\
    --hash=sha256:02
"""


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course's folder in which all is well, without importing TensorFlow."""
    home = tmp_path / "home" / "ada"
    root = home / "course"
    (root / "labs").mkdir(parents=True)
    (root / "utils").mkdir()
    (root / "requirements.lock").write_text(LOCK)
    monkeypatch.chdir(root)
    monkeypatch.setattr(doctor, "ROOT", root)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setattr(notebook, "import_tensorflow", lambda: "TensorFlow computes on the CPU.")
    monkeypatch.delenv("DATASETS_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    monkeypatch.setattr(download, "answers", lambda mirrors: [(mirrors[0], "")])
    _kernel(tmp_path, monkeypatch, sys.executable)
    return root


def _kernel(folder, monkeypatch, program):
    spec = folder / "jupyter" / "kernels" / "python3"
    spec.mkdir(parents=True, exist_ok=True)
    argv = [program, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (spec / "kernel.json").write_text(
        json.dumps({"argv": argv, "display_name": "Python 3", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(folder / "jupyter"))


def _problems(topic=None):
    return [one for one in doctor.findings() if one.advice and topic in (None, one.topic)]


def test_all_is_well(course, capsys):
    assert _problems() == []
    assert doctor.main() == 0
    assert capsys.readouterr().out.endswith("\nno problems found\n")


def test_the_report_hides_the_home_folder(course):
    report = doctor.report()
    assert "labs folder: ~/course/labs can be written" in report.replace("\\", "/")
    assert "ada" not in report


def test_without_details_the_report_is_the_same_on_another_machine(course, monkeypatch):
    here = doctor.report(details=False)
    monkeypatch.setattr(doctor.metadata, "version", lambda name: "99.0")
    monkeypatch.setattr(notebook, "import_tensorflow", lambda: "TensorFlow computes on the GPU.")
    monkeypatch.setattr(doctor.platform, "python_version", lambda: "3.13.0")
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: _Disk(0, 0, 7e9))
    assert doctor.report(details=False) == here
    assert "ok  kernel\n" in here


_Disk = namedtuple("_Disk", "total used free")


def test_versions_stand_beside_the_tested_ones(course):
    report = doctor.report()
    numpy, keras = metadata.version("numpy"), metadata.version("keras")
    assert f"numpy: {numpy} (the course is tested with 2.2.1 or 2.4.6)" in report
    assert f"keras: {keras} (the course is tested with 3.15.1)" in report
    assert "no tested version on record" in report


def test_a_problem_is_named_with_what_to_do_and_the_exit_status(course, monkeypatch, capsys):
    def missing(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(doctor.metadata, "version", missing)
    assert doctor.main() == 1
    printed = capsys.readouterr().out
    assert "problem: keras: not installed (the course is tested with 3.15.1). do: Run" in printed
    assert printed.endswith(f"\n{len(doctor.PACKAGES)} problems found\n")


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_an_unfit_python(course, monkeypatch, version):
    monkeypatch.setattr(doctor.sys, "version_info", (*version, 0))
    (problem,) = _problems("Python")
    assert "needs 3.11 to 3.13" in problem.state


def test_a_tensorflow_that_cannot_be_imported(course, monkeypatch):
    def broken():
        raise ImportError("long text") from OSError("libcudart is missing")

    monkeypatch.setattr(notebook, "import_tensorflow", broken)
    (problem,) = _problems("device")
    assert problem.state == "libcudart is missing."


def test_a_kernel_of_another_python(course, monkeypatch, tmp_path):
    _kernel(tmp_path, monkeypatch, str(tmp_path / "other" / "bin" / "python"))
    (problem,) = _problems("kernel")
    assert "not this Python" in problem.state


def test_a_gpu_that_lies_idle_is_told_but_no_problem(course, monkeypatch):
    machine = device.Machine(
        system="Linux",
        is_wsl=False,
        gpus=(),
        nvidia=device.Nvidia("470.57.02", (("Tesla T4", "7.5"),)),
        visible=None,
        cuda="12.5.1",
        capability="6.0",
        has_packages=True,
    )
    ready = doctor.report(details=False)
    monkeypatch.setattr(notebook, "import_tensorflow", lambda: device.sentence(machine))
    assert "ok  device: TensorFlow computes on the CPU: the NVIDIA driver 470" in doctor.report()
    assert doctor.report(details=False) == ready
    assert _problems() == []


@pytest.mark.parametrize("place", ["labs/utils.py", "utils.py", "labs/keras.py"])
def test_a_file_that_hides_a_package(course, place):
    (course / place).write_text("")
    (problem,) = _problems("names")
    assert Path(place).name in problem.state
    assert "Rename it" in problem.advice


def test_utils_from_elsewhere(course):
    (course / "labs").rmdir()
    (problem,) = _problems("package utils")
    assert "labs are not" in problem.state


@pytest.mark.parametrize("topic", ["labs folder", "home folder", "temporary folder"])
def test_a_folder_that_cannot_be_written(course, monkeypatch, topic):
    # A file in the folder's place stops root too, unlike a mode of the folder.
    file = course / "file"
    file.write_text("")
    if topic == "labs folder":
        shutil.rmtree(course / "labs")
        file.rename(course / "labs")
    elif topic == "home folder":
        monkeypatch.setenv("HOME", str(file))
        monkeypatch.setenv("USERPROFILE", str(file))
    else:
        monkeypatch.setattr(doctor.tempfile, "gettempdir", lambda: str(file))
    (problem,) = _problems(topic)
    assert "cannot be written" in problem.state


def test_a_full_disk(course, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: _Disk(0, 0, 2e8))
    (problem,) = _problems("disk")
    assert "0.2 GB are free" in problem.state


# ---- The data ----


@pytest.fixture
def world(course, monkeypatch):
    """Small files in the place of Fashion-MNIST; nothing is downloaded."""
    world = World(course.parent)
    world.register("http://mirror.invalid/")
    monkeypatch.setattr(download, "REGISTRY", world.registry)
    monkeypatch.setattr(doctor.data.tempfile, "tempdir", str(course.parent))
    yield world
    world.bad.close()
    world.good.close()


def _data(topic="data sets"):
    (found,) = [one for one in doctor.findings() if one.topic == topic]
    return found


def test_verified_data_are_named_with_their_place(world, monkeypatch):
    world.fill(world.cache)
    assert f"Fashion-MNIST in {world.cache} (Keras cache), sha256 verified" in _data().state
    world.fill(world.given / "fashion-mnist")
    monkeypatch.setenv("DATASETS_DIR", str(world.given))
    state = _data().state
    assert state.index("(DATASETS_DIR), sha256 verified") < state.index("(Keras cache), sha256")
    assert "a download is possible from mirror.invalid" in state
    assert _problems() == []


def test_without_data_and_network_the_stand_in_is_announced_and_all_is_well(world, monkeypatch):
    ready = doctor.report(details=False)
    monkeypatch.setattr(download, "answers", lambda mirrors: [(mirrors[0], "no network")])
    assert "no Fashion-MNIST on this machine" in _data().state
    assert "no download is possible (no network); the labs use drawn garments" in _data().state
    assert _data().advice == ""
    assert doctor.report(details=False) == ready
    assert "ok  data sets\nok  data cache" in ready


def test_the_mirrors_are_really_asked(world, monkeypatch):
    entry = download.Registered("k", "Fashion-MNIST", (world.good.url,), ())
    monkeypatch.setattr(download, "answers", ANSWERS)
    assert doctor._mirrors(entry, True) == [
        f"a download is possible from {download.host(world.good.url)}"
    ]
    nobody = download.Registered("k", "", (f"http://127.0.0.1:{closed_port()}/",), ())
    (words,) = doctor._mirrors(nobody, True)
    assert words.startswith("no download is possible (the connection is refused")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        (None, "which is no folder that you may read"),
        ({}, "holds none of the 4 files"),
        ({name: FILES[name] for name in list(SHAPES)[:2]}, f"{list(SHAPES)[2]} is missing"),
        ({**FILES, **dict([*FORGED.items()][:1])}, "its sha256 is wrong"),
    ],
)
def test_a_datasets_dir_that_is_not_as_it_should_be(files, words, world, monkeypatch):
    world.fill(world.cache)
    if files is not None:
        world.fill(world.given, files)
    monkeypatch.setenv("DATASETS_DIR", str(world.given))
    (problem,) = _problems()
    assert problem.topic == "data sets"
    assert words in problem.state
    assert "unset" in problem.advice


def test_a_datasets_dir_behind_a_closed_folder(world, monkeypatch):
    close_off(world.path / "teacher", monkeypatch)
    monkeypatch.setenv("DATASETS_DIR", str(world.path / "teacher" / "data"))
    (problem,) = _problems()
    assert problem.topic == "data sets"
    assert "which is no folder that you may read" in problem.state


def test_a_cache_behind_a_closed_folder(world, monkeypatch):
    close_off(world.path / "teacher", monkeypatch)
    monkeypatch.setenv("KERAS_HOME", str(world.path / "teacher" / "keras"))
    assert _data("data cache").state.startswith(str(world.path / "teacher" / "keras"))


@pytest.mark.skipif(os.name == "nt", reason="the user data base is that of POSIX")
def test_without_a_home_folder_the_cache_is_a_problem(world, monkeypatch):
    no_home(monkeypatch)
    found = _data("data cache")
    assert "~/.keras/datasets cannot be written (no home folder is known" in found.state
    assert "KERAS_HOME" in found.advice
    assert not Path("~").exists()
    (problem,) = _problems("kernel")
    assert "HOME" in problem.advice


def test_a_damaged_cache_is_named_but_no_problem(world):
    world.fill(world.cache, FORGED)
    assert "its sha256 is wrong" in _data().state
    assert _problems() == []


@pytest.mark.parametrize("has_data", [True, False])
def test_a_cache_that_cannot_be_written_matters_without_data(has_data, world, monkeypatch):
    (world.path / "file").write_text("")
    monkeypatch.setenv("KERAS_HOME", str(world.path / "file"))
    if has_data:
        world.fill(world.given)
        monkeypatch.setenv("DATASETS_DIR", str(world.given))
    found = _data("data cache")
    assert "cannot be written" in found.state
    assert bool(found.advice) != has_data
    assert ("KERAS_HOME" in found.advice) != has_data


def test_a_cache_on_a_full_disk(world, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: _Disk(0, 0, 5e7))
    assert "50 MB are free, 90 MB are needed" in _data("data cache").state
    assert _data("data cache").advice


def test_a_damaged_registry(world):
    world.registry.write_text("[")
    (problem,) = _problems()
    assert "registry.toml" in problem.state
    assert problem.advice == "Get a fresh copy of the labs."
