import errno
import io
import json
import os
import shutil
import sys
import tempfile
from collections import namedtuple
from importlib import metadata
from pathlib import Path

import pytest

from tests.utils import bad_server
from tests.utils.bad_server import (
    BIG,
    FILES,
    FORGED,
    SHAPES,
    World,
    close_off,
    closed_port,
    no_home,
)
from utils import device, doctor, download

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
    trains(monkeypatch, "TensorFlow computes on the CPU.")
    monkeypatch.delenv("DATASETS_DIR", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(home / "keras"))
    monkeypatch.setattr(download, "answers", lambda mirrors: [(mirrors[0], "")])
    _kernel(tmp_path, monkeypatch, sys.executable)
    return root


def trains(monkeypatch, device, trouble="", *, cured_by=()):
    """Let every trial come out like this; with trouble, until one of these variables changes."""

    def tried(changes):
        return doctor.Trial(device, "" if set(changes) & set(cured_by) else trouble)

    monkeypatch.setattr(doctor, "_try", tried)


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
    trains(monkeypatch, "TensorFlow computes on the GPU.")
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
    trains(monkeypatch, "", "libcudart is missing")
    (problem,) = _problems("device")
    assert problem.state == "libcudart is missing."
    assert "delete the folder .venv" in problem.advice


# ---- A network of its own ----


def really(monkeypatch, **variables):
    """The problems of a real trial where these variables are set, in a doctor of its own."""
    for name, value in variables.items():
        monkeypatch.setenv(name, str(value))
    return list(doctor._training([]))


@pytest.mark.parametrize(
    ("name", "value", "topic", "words"),
    [
        ("XLA_FLAGS", "--xla_no_such_flag=1", "training", "Unknown flag in XLA_FLAGS"),
        pytest.param(
            *("KERAS_BACKEND", "jax", "device", "KERAS_BACKEND is 'jax'"), marks=pytest.mark.full
        ),
    ],
)
def test_a_variable_that_spoils_the_training_is_named(name, value, topic, words, monkeypatch):
    problem = really(monkeypatch, **{name: value})[-1]
    assert problem.topic == topic
    assert words in problem.state
    assert f"Without the environment variable {name} it works." in problem.state
    assert f"unset {name}" in problem.advice
    assert ".venv" not in problem.advice


@pytest.mark.full
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("MPLBACKEND", "nonsense"), ("PYTHONPATH", "{0}"), ("TF_XLA_FLAGS", "--no_such")),
        *(("PYTHONWARNINGS", "error"), ("KERAS_MAX_EPOCHS", "1"), ("KERAS_BACKEND", "nonsense")),
    ],
)
def test_other_variables_that_spoil_it_are_named(name, value, tmp_path, monkeypatch):
    (tmp_path / "numpy.py").write_text("raise ImportError('a NumPy of another Python')")
    problem = really(monkeypatch, **{name: value.format(tmp_path)})[-1]
    assert f"Without the environment variable {name} it works." in problem.state


@pytest.mark.full
def test_a_keras_json_that_changes_the_numbers_is_named(tmp_path, monkeypatch):
    (tmp_path / "keras.json").write_text('{"floatx": "float64"}')
    problem = really(monkeypatch, KERAS_HOME=tmp_path)[-1]
    assert problem.topic == "training"
    assert "floatx = 'float64', not 'float32'" in problem.state
    assert f"Rename or delete {tmp_path / 'keras.json'}" in problem.advice


def test_a_process_that_is_killed_is_an_answer(tmp_path, monkeypatch):
    program = "import os, signal; os.kill(os.getpid(), signal.SIGABRT)"
    monkeypatch.setattr(doctor, "TRIAL", program)
    assert "was killed (SIGABRT)" in doctor._try({}).trouble


def test_what_never_ends_is_an_answer(monkeypatch):
    monkeypatch.setattr(doctor, "TRIAL", "import time; time.sleep(60)")
    monkeypatch.setattr(doctor, "TRIAL_SECONDS", 0.5)
    assert "did not end" in doctor._try({}).trouble


def test_two_variables_that_each_spoil_it_are_both_named(course, monkeypatch):
    for name in ("XLA_FLAGS", "KERAS_BACKEND"):
        monkeypatch.setenv(name, "nonsense")

    def tried(changes):
        return doctor.Trial("", "" if {"XLA_FLAGS", "KERAS_BACKEND"} <= set(changes) else "no")

    monkeypatch.setattr(doctor, "_try", tried)
    (problem,) = _problems("device")
    assert "unset XLA_FLAGS" in problem.advice
    assert "unset KERAS_BACKEND" in problem.advice


def test_a_file_that_hides_a_package_is_the_first_to_mend(course, monkeypatch):
    (course / "labs" / "random.py").write_text("")
    trains(monkeypatch, "", "it is spoilt")
    assert "Mend first what the line 'names' says." in _problems("device")[0].advice


def test_a_report_reaches_a_terminal_that_knows_only_ascii(course, monkeypatch):
    trains(monkeypatch, "TensorFlow computes on the CPU: é.")
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    assert doctor.main() == 0
    sys.stdout.flush()
    assert b"on the CPU: ?." in raw.getvalue()


# ---- The rest ----


def test_a_kernel_of_another_python(course, monkeypatch, tmp_path):
    _kernel(tmp_path, monkeypatch, str(tmp_path / "other" / "bin" / "python"))
    (problem,) = _problems("kernel")
    assert "not this Python" in problem.state


def test_a_kernel_of_the_users_that_hides_ours_is_the_one_to_remove(course, monkeypatch, tmp_path):
    _kernel(tmp_path, monkeypatch, str(tmp_path / "other" / "bin" / "python"))
    (problem,) = _problems("kernel")
    assert f"Rename or delete {tmp_path / 'jupyter' / 'kernels' / 'python3'}" in problem.advice
    assert ".venv" not in problem.advice


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
    trains(monkeypatch, device.sentence(machine))
    assert "ok  device: TensorFlow computes on the CPU: the NVIDIA driver 470" in doctor.report()
    assert doctor.report(details=False) == ready
    assert _problems() == []


@pytest.mark.parametrize(
    "place", ["labs/utils.py", "utils.py", "labs/keras.py", "labs/random.py", "labs/sklearn.py"]
)
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


def test_a_temporary_folder_on_a_full_disk(course, monkeypatch):
    make = doctor.tempfile.TemporaryFile

    class Full(io.BytesIO):
        def write(self, content):
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(**options):
        is_full = options["dir"] == Path(tempfile.gettempdir())
        return Full() if is_full else make(**options)

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", opened)
    (problem,) = _problems("temporary folder")
    assert "is full" in problem.advice


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
    monkeypatch.setattr(tempfile, "tempdir", str(course.parent))
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
    file = download.DataFile(BIG, len(FILES[BIG]), "", SHAPES[BIG])
    entry = download.Registered("k", "Fashion-MNIST", (world.good.url,), (file,))
    assert "a download is possible" in doctor._mirrors(entry, True)[0]
    nobody = download.Registered("k", "", (f"http://127.0.0.1:{closed_port()}/",), ())
    (words,) = doctor._mirrors(nobody, True)
    assert words.startswith("no download is possible (the connection is refused")


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (bad_server.login_page, "a web page came instead of the file"),
        (bad_server.page_without_type, "a web page came instead of the file"),
        (bad_server.status(404), "the file is not there"),
        (bad_server.status(503), "the server has a fault of its own"),
    ],
)
def test_who_answers_in_a_mirrors_place_is_no_mirror(behave, words, world, monkeypatch):
    world.bad.behave = behave
    world.register(world.bad.url)
    monkeypatch.setattr(download, "answers", ANSWERS)
    assert f"no download is possible ({words}" in _data().state


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
