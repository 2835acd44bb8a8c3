import json
import shutil
import sys
from collections import namedtuple
from importlib import metadata
from pathlib import Path

import pytest

from utils import doctor, notebook

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
    monkeypatch.setattr(doctor.Path, "home", lambda: home)
    monkeypatch.setattr(notebook, "import_tensorflow", lambda: "TensorFlow computes on the CPU.")
    monkeypatch.delenv("DATASETS_DIR", raising=False)
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
        monkeypatch.setattr(doctor.Path, "home", lambda: file)
    else:
        monkeypatch.setattr(doctor.tempfile, "gettempdir", lambda: str(file))
    (problem,) = _problems(topic)
    assert "cannot be written" in problem.state


def test_a_full_disk(course, monkeypatch):
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda path: _Disk(0, 0, 2e8))
    (problem,) = _problems("disk")
    assert "0.2 GB are free" in problem.state


def test_the_folder_of_the_data_sets(course, monkeypatch):
    monkeypatch.setenv("DATASETS_DIR", str(course / "labs"))
    assert _problems("data sets") == []
    monkeypatch.setenv("DATASETS_DIR", str(course / "nowhere"))
    (problem,) = _problems("data sets")
    assert "is not a folder" in problem.state
