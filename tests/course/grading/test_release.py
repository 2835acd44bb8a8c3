"""What students get: everything that a lab needs, and no solution, test or staff tool."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from course.build import find_labs
from course.grading.release import PACKED, CourseFolder, release
from course.notebook import BEGIN, END, SourceError, read_source

ROOT = Path(__file__).resolve().parents[3]
LAB = find_labs(ROOT, ["02"])[0]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> CourseFolder:
    """A course's folder after the release of lab 02."""
    folder = CourseFolder(tmp_path_factory.mktemp("course"))
    release(LAB, folder)
    return folder


def solutions() -> list[str]:
    """The lines that stand in the source between the marks of solutions, and nowhere else."""
    inside, outside = [], ""
    for cell in read_source(LAB.source).cells:
        before, _, rest = cell.source.partition(BEGIN)
        region, _, after = rest.partition(END)
        inside += [line.strip() for line in region.splitlines()]
        outside += before + after
    return sorted({line for line in inside if len(line) > 25 and line not in outside})


def sources(notebook: str) -> str:
    return "\n".join(cell.source for cell in nbformat.reads(notebook, as_version=4).cells)


def test_no_solution_test_or_staff_tool_is_released(folder: CourseFolder) -> None:
    with zipfile.ZipFile(folder.archive(LAB.name)) as archive:
        names = archive.namelist()
        packed = archive.read(f"{PACKED}/labs/{LAB.name}.ipynb").decode()
    assert not [name for name in names if re.search(r"solutions/|tests/|course/|bench", name)]
    assert {name for name in names if "checks/lab" in name} == {f"{PACKED}/utils/checks/lab02.py"}
    assert [name for name in names if name.endswith(".ipynb")] == [
        f"{PACKED}/labs/{LAB.name}.ipynb"
    ]
    assert len(solutions()) > 10
    for notebook in (packed, folder.released(LAB.name).read_text()):
        assert BEGIN not in notebook
        assert not [line for line in solutions() if line in sources(notebook)]


def test_the_same_lab_gives_the_same_bytes(folder: CourseFolder, tmp_path: Path) -> None:
    again = CourseFolder(tmp_path)
    release(LAB, again)
    assert again.archive(LAB.name).read_bytes() == folder.archive(LAB.name).read_bytes()


def test_what_is_unpacked_works_alone(folder: CourseFolder, tmp_path: Path) -> None:
    with zipfile.ZipFile(folder.archive(LAB.name)) as archive:
        archive.extractall(tmp_path)
    home = tmp_path / PACKED
    program = "import utils.checks, sys; print(utils.__file__); print(utils.checks.check('2.3'))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=home, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(str(home))
    assert "Exercise 2.3: Not attempted yet" in done.stdout
    shown = subprocess.run(
        [sys.executable, "run.py", "--help"], cwd=home, capture_output=True, text=True, check=True
    )
    assert "JupyterLab" in shown.stdout


def test_labs_that_are_unpacked_into_one_folder_share_it(
    folder: CourseFolder, tmp_path: Path
) -> None:
    other = find_labs(ROOT, ["03"])[0]
    release(other, folder)
    for lab in (LAB, other):
        with zipfile.ZipFile(folder.archive(lab.name)) as archive:
            archive.extractall(tmp_path)
            assert f"unzip -n {lab.name}.zip" in archive.read(f"{PACKED}/START.txt").decode()
    program = "from utils.checks import check; print(check('2.3')); print(check('3.1'))"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path / PACKED,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Exercise 2.3: Not attempted yet" in done.stdout
    assert "Exercise 3.1: Not attempted yet" in done.stdout


def test_a_setting_of_the_instructors_stays(folder: CourseFolder) -> None:
    config = folder.root / "nbgrader_config.py"
    config.write_text("# mine\n")
    release(LAB, folder)
    assert config.read_text() == "# mine\n"


def test_a_lab_that_is_not_built_is_not_released(tmp_path: Path) -> None:
    for name in ("solutions", "labs"):
        shutil.copytree(ROOT / name, tmp_path / name)
    lab = find_labs(tmp_path, ["00"])[0]
    notebook = nbformat.read(lab.lab, as_version=4)
    notebook.cells[0].source += " (a typo mended by hand)"
    nbformat.write(notebook, lab.lab)
    with pytest.raises(SourceError, match="Run `course build 00` first"):
        release(lab, CourseFolder(tmp_path / "course"))
