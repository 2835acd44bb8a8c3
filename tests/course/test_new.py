"""`course new` gives a lab that is built, tested and clean at once, as a draft."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from course.build import find_labs
from course.cli import ROOT, app
from course.grading.out.release import CourseFolder, release
from course.notebook import SourceError, read_source

# The first that no lab has, behind those of the road.
NUMBER = next(
    number for number in map(str, range(15, 100)) if not list(ROOT.glob(f"solutions/{number}_*.py"))
)
NAME = f"{NUMBER}_trial"
FILES = [
    f"solutions/{NAME}.py",
    f"utils/checks/lab{NUMBER}.py",
    f"utils/checks/lab{NUMBER}.toml",
    f"tests/misconceptions/lab{NUMBER}.py",
    f"tests/lectures/evidence_{NUMBER}.tsv",
]
BUILT = [f"solutions/{NAME}.ipynb", f"labs/{NAME}.ipynb"]


def new(root: Path, name: str = NAME, title: str = "A trial") -> tuple[int, str]:
    result = CliRunner().invoke(app, ["new", name, title, "--root", str(root)])
    return result.exit_code, result.output


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """This repository as git lists it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nothing says which files belong to the repository")
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).exists():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, tmp_path / name)
    return tmp_path


def run(copy: Path, *arguments: str) -> str:
    """What `python -m ...` says there; it must succeed. Kernels find the copy's packages, too."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_its_files_are_written_and_clean(copy: Path) -> None:
    code, said = new(copy)
    assert code == 0, said
    assert said.splitlines()[:-1] == FILES
    (lab,) = find_labs(copy, [NUMBER])
    assert lab.is_draft
    assert read_source(lab.source).cells[0].source.startswith(f"# Lab {NUMBER}: A trial\n")
    first = [
        next(cell.source for cell in read_source(one.source).cells if cell.cell_type == "code")
        for one in find_labs(copy)
    ]
    assert len(set(first)) == 1
    python = [name for name in FILES if name.endswith(".py")]
    run(copy, "ruff", "check", *python)
    run(copy, "ruff", "format", "--check", *python)


def test_its_check_judges_its_answers(copy: Path) -> None:
    """The long tier runs their whole suite; here it is enough that they agree."""
    new(copy)
    said = run(
        copy,
        "pytest",
        "-q",
        "-n",
        "0",
        "tests/misconceptions",
        "-k",
        f"test_answer and {int(NUMBER)}.0-",
    )
    assert "6 passed" in said


def test_the_evidence_lists_what_the_lab_has_to_cover(copy: Path) -> None:
    waiting = {"rows.tsv": "000.01", "errata.tsv": "E000-10"}
    for name, id in waiting.items():
        path = copy / "tests/lectures" / name
        lines = path.read_text(encoding="utf-8").splitlines()
        at = lines[0].split("\t").index("labs")
        for k, line in enumerate(lines):
            cells = line.split("\t")
            if cells[0] == id:
                cells[at] += f",{NUMBER}"
                lines[k] = "\t".join(cells)
        path.write_text("\n".join([*lines, ""]), encoding="utf-8")
    new(copy)
    table = (copy / FILES[-1]).read_text(encoding="utf-8").splitlines()
    assert table == ["id\ttokens", *(f"{id}\t" for id in waiting.values())]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("7_trial", "two digits, _ and small letters"),
        ("07_Trial", "two digits, _ and small letters"),
        ("02_other", "The number 02 is taken by 02_xor"),
    ],
)
def test_a_name_that_is_none_or_taken_is_refused(name: str, says: str) -> None:
    code, said = new(ROOT, name)
    assert code == 1
    assert says in said


def test_nothing_is_overwritten(copy: Path) -> None:
    (copy / f"tests/misconceptions/lab{NUMBER}.py").write_text("mine\n", encoding="utf-8")
    code, said = new(copy)
    assert code == 1
    assert f"tests/misconceptions/lab{NUMBER}.py exists already: nothing was written" in said
    assert not (copy / FILES[0]).exists()


@pytest.mark.full
def test_it_is_built_and_its_suite_is_green_at_once(copy: Path) -> None:
    new(copy)
    assert f"{NUMBER} (draft)" in run(copy, "course", "build", NUMBER)
    run(copy, "course", "build", "--check")
    tests = ["tests/test_docs.py", "tests/test_coverage.py", "tests/test_first_cell.py"]
    tests += ["tests/misconceptions", "tests/course/test_build.py", "tests/course/test_measures.py"]
    chosen = [
        "-k",
        f"lab{NUMBER} or {int(NUMBER)}.0 or docs or coverage or same_in_all or this_repository",
    ]
    quick = ["-q", "-p", "no:cacheprovider", "-n", "0"]
    said = run(copy, "pytest", *quick, *tests, *chosen)
    assert "passed" in said
    run(copy, "pytest", *quick, *BUILT)
    run(copy, "mypy")
    untouched = nbformat.read(copy / BUILT[1], as_version=4)
    assert untouched.cells[1].id == "map"


def test_a_draft_is_not_released(copy: Path) -> None:
    new(copy)
    (lab,) = find_labs(copy, [NUMBER])
    with pytest.raises(SourceError, match=f"{NAME} is a draft"):
        release(lab, CourseFolder(copy / "class"))
    assert not (copy / "class").exists()


def test_the_name_that_contributing_tries_is_free() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (number,) = re.findall(r"^course new (\d\d)_", text, re.M)
    assert not list(ROOT.glob(f"solutions/{number}_*.py"))
