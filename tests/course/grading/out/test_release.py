"""What students get: everything that a lab needs, and no solution, test or staff tool."""

from __future__ import annotations

import importlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner
from uv import find_uv_bin

from course.build import LabFiles, find_labs
from course.cli import app
from course.grading.out.release import PACKED, CourseFolder, release
from course.grading.run.lab import graded
from course.notebook import BEGIN, END, SourceError, read_source
from tests.misconceptions import PREAMBLE, Right
from tests.sample import sampled
from utils.checks import bets

ROOT = Path(__file__).resolve().parents[4]
LAB = find_labs(ROOT, ["02"])[0]
# Lab 12 brings data that are not in the repository.
GRADED = find_labs(ROOT, [lab.name for lab in graded(ROOT)])
SOME_LABS = sampled(GRADED, always=find_labs(ROOT, ["12"]))


# ---- A released lab on a machine without the repository ----

# The lab as a student meets it: its first cell, its data, one exercise with a right answer, the
# doctor. It tells what each of them said, and which files of the course ran.
VISIT = """
import json, os, sys
first, answer, exercise = json.load(sys.stdin)
exec(first)
from utils import data, doctor, download
from utils.checks import check
told = {"small": [data.iris().name, data.xor().name]}
told["places"] = [place.name for place in data.places(download.registered("fashion-mnist"))]
if os.environ.get("DATASETS_DIR"):
    told["stand-in"] = data.fashion_mnist(download=False).stand_in
exec(answer)
told["card"] = str(check(exercise))
told["doctor"] = doctor.report()
told["files"] = [module.__file__ for name, module in list(sys.modules.items())
                 if name.split(".")[0] in ("utils", "course")]
print("TOLD", json.dumps(told))
"""


@dataclass(frozen=True)
class Machine:
    """A student's: a Python with the packages, and one unpacked lab that `run.py` has installed."""

    lab: LabFiles
    home: Path
    python: Path

    def run(self, *arguments: str, given: str = "") -> str:
        """What a program of this machine prints, started where notebooks run."""
        variables = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "JUPYTER"))}
        # Nobody answers at this proxy, so that no test asks the internet.
        closed = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:9")
        done = subprocess.run(
            [self.python, *arguments],
            cwd=self.home / "labs",
            env={**variables, **closed, "HOME": str(self.home.parent)},
            input=given,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture(scope="module", params=SOME_LABS, ids=lambda lab: lab.name)
def machine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    lab, outer = request.param, tmp_path_factory.mktemp("student")
    folder = CourseFolder(outer / "course")
    release(lab, folder)
    with zipfile.ZipFile(folder.archive(lab.name)) as archive:
        archive.extractall(outer)
    environment = outer / "environment"
    install = [find_uv_bin(), "pip", "install", "--python", str(environment), "--quiet"]
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", environment], check=True)
    # The packages of this environment, but none of its own .pth files: Python reads those only in
    # a site-packages folder of its own. So the repository, which one of them names, stays unseen.
    (own,) = environment.glob("lib/python3*/site-packages")
    (own / "packages.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    home = outer / PACKED
    editable = ["--no-deps", "--no-build-isolation", "--offline", "--editable", str(home)]
    subprocess.run([*install, *editable], check=True)
    return Machine(lab, home, environment / "bin" / "python")


@pytest.mark.skipif(os.name == "nt", reason="an environment has other folders on Windows")
def test_a_released_lab_works_where_the_repository_is_not(machine: Machine) -> None:
    notebook = nbformat.read(machine.home / "labs" / machine.lab.lab.name, as_version=4)
    first = next(cell.source for cell in notebook.cells if cell.cell_type == "code")
    answers = importlib.import_module(f"tests.misconceptions.lab{machine.lab.name[:2]}").ANSWERS
    right = next(answer for answer in answers if isinstance(answer, Right))
    given = json.dumps([first, PREAMBLE + right.source, right.exercise])
    told = json.loads(machine.run("-c", VISIT, given=given).partition("TOLD ")[2])
    assert f"Exercise {right.exercise}: Right" in told["card"]
    assert told["small"] == ["iris", "XOR"]
    assert "Keras cache" in told["places"]
    assert not told.get("stand-in", False)
    assert "problem" not in told["doctor"]
    assert [file for file in told["files"] if Path(file).name == "notebook.py"]
    assert not [file for file in told["files"] if not Path(file).is_relative_to(machine.home)]


def test_an_installed_copy_has_what_its_modules_read(tmp_path: Path) -> None:
    copy, target = tmp_path / "copy", tmp_path / "target"
    for package in ("utils", "course"):
        shutil.copytree(ROOT / package, copy / package)
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    install = [find_uv_bin(), "pip", "install", "--python", sys.executable, "--target", str(target)]
    offline = ["--no-deps", "--no-build-isolation", "--offline", "--quiet", str(copy)]
    subprocess.run([*install, *offline], check=True)
    for package in ("utils", "course"):
        read = {path for path in _files(ROOT / package) if path.suffix != ".py"}
        assert read, package
        assert read <= _files(target / package)
    program = "from utils import download as d; print(d.__file__, d.registered('fashion-mnist'))"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=target, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith(str(target / "utils"))
    assert "train-images-idx3-ubyte.gz" in done.stdout


def _files(folder: Path) -> set[Path]:
    """The files below a folder, without what Python compiled."""
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(folder) for path in found}


# ---- What is released ----


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
    checks = f"{PACKED}/utils/checks"
    of_labs = {name for name in names if re.search(r"checks/(lab|why)\d", name)}
    assert of_labs == {f"{checks}/lab02.py", f"{checks}/lab02.toml"}
    assert [name for name in names if name.endswith(".ipynb")] == [
        f"{PACKED}/labs/{LAB.name}.ipynb"
    ]
    assert len(solutions()) > 10
    for notebook in (packed, folder.released(LAB.name).read_text()):
        assert BEGIN not in notebook
        assert not [line for line in solutions() if line in sources(notebook)]


def test_the_why_of_this_lab_alone_is_released_when_asked(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["release", "02", "--course", str(tmp_path), "--with-why"])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(CourseFolder(tmp_path).archive(LAB.name)) as archive:
        names = [name for name in archive.namelist() if "checks/why" in name]
        archive.extractall(tmp_path)
    assert names == [f"{PACKED}/utils/checks/why02.json", f"{PACKED}/utils/checks/whys.py"]
    program = "from utils.checks.whys import why; print(why('2.1'), '|', why('3.1'))"
    home = tmp_path / PACKED
    run = [sys.executable, "-c", program]
    done = subprocess.run(run, cwd=home, capture_output=True, text=True, check=True)
    assert re.fullmatch(r"<p>.{100,} \|\s*", done.stdout, re.S)


def test_nobodys_bets_and_no_sentences_of_other_labs_are_released(tmp_path: Path) -> None:
    for name in ("solutions", "labs", "utils"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name in ("run.py", "requirements.txt", "requirements.lock", "pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    for place in ("labs", "utils"):
        file = tmp_path / place / bets.FILE
        file.parent.mkdir(exist_ok=True)
        file.touch()
    (tmp_path / "utils" / "checks" / "lab03.toml").touch()
    folder = CourseFolder(tmp_path / "course")
    release(find_labs(tmp_path, ["02"])[0], folder)
    with zipfile.ZipFile(folder.archive(LAB.name)) as archive:
        names = archive.namelist()
    assert [name for name in names if bets.FILE.name in name or "lab03" in name] == []


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


@pytest.mark.skipif(not shutil.which("unzip"), reason="the commands of START.txt need unzip")
def test_a_later_lab_is_unpacked_over_an_older_one_as_its_start_says(tmp_path: Path) -> None:
    """The course's files are of the later release then, and what a student wrote is kept."""
    copy, outer = tmp_path / "repository", tmp_path / "student"
    for name in ("solutions", "labs", "utils"):
        shutil.copytree(ROOT / name, copy / name)
    for name in ("run.py", "requirements.txt", "requirements.lock", "pyproject.toml", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    outer.mkdir()
    mine = {}
    for term, number in enumerate(("02", "03", "02")):
        (copy / "utils" / "term.py").write_text(f"TERM = {term}\n")
        folder = CourseFolder(tmp_path / f"course{term}")
        lab = find_labs(copy, [number])[0]
        release(lab, folder)
        shutil.copy(folder.archive(lab.name), outer)
        with zipfile.ZipFile(folder.archive(lab.name)) as archive:
            start = archive.read(f"{PACKED}/START.txt").decode()
            packed = {name: archive.read(name) for name in archive.namelist()}
        commands = [line.strip() for line in start.splitlines() if line.startswith("    unzip")]
        assert len(commands) == 2
        for command in commands:
            subprocess.run(shlex.split(command), cwd=outer, check=True, stdout=subprocess.DEVNULL)
        for name, data in packed.items():
            if not name.endswith(".ipynb"):
                assert (outer / name).read_bytes() == data
            else:
                assert (outer / name).read_bytes() == mine.setdefault(name, data)
                mine[name] += b" "
                (outer / name).write_bytes(mine[name])
        # It also keeps the module compiled, as starting a lab does.
        program = [sys.executable, "-c", "from utils.term import TERM; print(TERM)"]
        env = {name: of for name, of in os.environ.items() if not name.startswith("PYTHON")}
        done = subprocess.run(program, cwd=outer / PACKED, env=env, capture_output=True, check=True)
        assert done.stdout.split() == [b"%d" % term]


def test_a_setting_of_the_instructors_stays(folder: CourseFolder) -> None:
    config = folder.root / "nbgrader_config.py"
    config.write_text("# mine\n")
    release(LAB, folder)
    assert config.read_text() == "# mine\n"


def test_a_lab_that_is_not_built_is_not_released(tmp_path: Path) -> None:
    for name in ("solutions", "labs", "utils/checks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    lab = find_labs(tmp_path, ["00"])[0]
    notebook = nbformat.read(lab.lab, as_version=4)
    notebook.cells[0].source += " (a typo mended by hand)"
    nbformat.write(notebook, lab.lab)
    with pytest.raises(SourceError, match="Run `course build 00` first"):
        release(lab, CourseFolder(tmp_path / "course"))
