"""The contenders, each started as its users start it, and what each tells of its submissions."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat

from benchmarks import machine
from benchmarks.grading import floor, otter_worker
from benchmarks.grading.classes import HALVES, Work
from benchmarks.grading.otter_worker import busy_seconds
from benchmarks.grading.overhead import Marked, Run, own_work
from benchmarks.grading.stopwatch import Watched, watch
from benchmarks.process import ROOT
from course.grading.jail import bubblewrap as jail
from course.grading.jail.session import Limits, Zygote
from course.grading.run.lab import Lab

OURS, NBGRADER, OTTER, FLOOR = "course grade", "nbgrader", "otter-grader", "floor"
OTTER_VARIABLE = "OTTER_PYTHON"
# The points of all exercises are multiples of this, and an otter test passes or fails.
STEP = 0.25
LIMIT = 1800.0  # seconds for one run
# A floor of fewer seconds is itself the most exact measure of the student's cells and the checks.
SHORT = 1.0


class NotMeasured(Exception):
    """The contender has no numbers; the message is a sentence for the table."""


@dataclass
class Hall:
    """Where one work is measured, and what is known of it so far.

    Attributes:
        work: what the students hand in.
        folder: a folder for everything that the contenders write.
        otter: the Python that has otter-grader, or "".
        judge_fork: seconds of `course grade` to fork a process for a check.
        floor: seconds of the cells in the warm process, by student and the cell's id.
    """

    work: Work
    folder: Path
    otter: str
    judge_fork: float
    floor: dict[str, dict[str, float]] = field(default_factory=dict)
    _made: int = 0

    def new_folder(self, name: str) -> Path:
        """The path of a folder that does not exist yet."""
        self._made += 1
        return self.folder / f"{self._made:03}-{name}"


Start = Callable[[Hall, Sequence[Path], int], Run]


def attempt(name: str, hall: Hall, notebooks: Sequence[Path], workers: int) -> Run:
    """Let a contender mark these notebooks; a failure is a run with a sentence."""
    try:
        run = CONTENDERS[name](hall, notebooks, workers)
    except NotMeasured as error:
        return Run(name, workers, sentence=str(error))
    except Exception as error:  # whatever a contender left behind or out: the others go on
        return Run(name, workers, sentence=f"failed: {type(error).__name__}: {error}")
    lost = {path.stem for path in notebooks} - {one.student for one in run.marked}
    if lost:
        run.sentence = f"failed: no result for {', '.join(sorted(lost))}"
    return run


# ---- course grade ----


def ours(hall: Hall, notebooks: Sequence[Path], workers: int) -> Run:
    """The command `course grade` with its jail, a SQLite gradebook and a released lab."""
    try:
        jail.find()
    except jail.NoJail as error:
        raise NotMeasured(f"missing: {error}") from None
    course = _copied(hall, _released)
    handed_in = notebooks[0].parent
    command = [sys.executable, "-m", "course", "grade", str(handed_in), hall.work.number]
    command += ["--course", str(course), "--workers", str(workers), "--json"]
    watched = _watch([command], ROOT, hall)
    checks = len(Lab(hall.work.lab).exercises)
    marked = []
    for at, line in _json_lines(watched):
        if line["state"] != "marked":
            raise NotMeasured(f"failed: {line['student']} is {line['state']}")
        took = line["seconds"]
        # In the time of the checks is also that of the processes they run in: one a check at most.
        inside = took["cells"] + max(0.0, took["checks"] - checks * hall.judge_fork)
        own = _own(hall, line["student"], inside)
        marked.append(Marked(line["student"], at, own, line["points"]))
    return _run(OURS, workers, watched, marked)


def judge_fork(times: int = 20) -> float:
    """Seconds that `course grade` takes to fork a process for a check; 0 where it has no jail."""
    try:
        with Zygote("judge", labs=["00"]) as zygote:
            zygote.fork(Limits()).end()
            began = time.monotonic()
            for _ in range(times):
                zygote.fork(Limits()).end()
            return (time.monotonic() - began) / times
    except jail.NoJail:
        return 0.0


# ---- nbgrader ----


def nbgrader(hall: Hall, notebooks: Sequence[Path], workers: int) -> Run:
    """`nbgrader autograde` on the lab as `course release` makes it; one process a worker."""
    course = _copied(hall, _generated)
    for path in notebooks:
        submitted = course / "submitted" / path.stem / hall.work.lab / f"{hall.work.lab}.ipynb"
        submitted.parent.mkdir(parents=True)
        shutil.copyfile(path, submitted)
    command = [sys.executable, "-m", "nbgrader", "autograde", hall.work.lab]
    parts = [["--student", f"{half}*"] for half in HALVES] if workers > 1 else [[]]
    watched = _watch([[*command, *part] for part in parts], course, hall)
    students = [path.stem for path in notebooks]
    ends = {
        student: at
        for at, line in watched.lines
        for student in students
        if f"{os.sep}{student}{os.sep}" in line
    }
    points = _nbgrader_points(course, hall.work, students)
    marked = []
    for student, given in points.items():
        graded = course / "autograded" / student / hall.work.lab / f"{hall.work.lab}.ipynb"
        if not graded.exists():
            continue
        cells = busy_seconds(nbformat.read(graded, as_version=4))
        own = _own_in_kernel(hall, student, cells, notebooks)
        marked.append(Marked(student, ends[student], own, given))
    return _run(NBGRADER, workers, watched, marked)


def _nbgrader_points(
    course: Path, work: Work, students: Sequence[str]
) -> dict[str, dict[str, float]]:
    from nbgrader import api

    found = {}
    with api.Gradebook(f"sqlite:///{(course / 'gradebook.db').as_posix()}") as gradebook:
        for student in students:
            try:
                notebook = gradebook.find_submission_notebook(work.lab, work.lab, student)
            except api.MissingEntry:
                continue
            found[student] = {
                row.name.removeprefix("check-").replace("-", "."): row.score
                for row in notebook.grades
            }
    return found


# ---- otter-grader ----


def otter(hall: Hall, notebooks: Sequence[Path], workers: int) -> Run:
    """`otter.api.grade_submission`, one process a worker."""
    if not hall.otter:
        raise NotMeasured(
            f"missing: install otter-grader and the labs' packages into an environment of its own "
            f"and name its Python in {OTTER_VARIABLE} or with --otter"
        )
    folder = hall.new_folder("otter")
    folder.mkdir()
    autograder = folder / "autograder.zip"
    write_autograder(Lab(hall.work.lab), autograder)
    converted = [_for_otter(path, folder) for path in notebooks]
    command = [hall.otter, str(Path(otter_worker.__file__)), str(autograder)]
    watched = _watch(
        [[*command, *part] for part in _halves(converted, workers)], ROOT, hall, hall.otter
    )
    marked = []
    for at, line in _json_lines(watched):
        own = _own_in_kernel(hall, line["student"], line["cells"], notebooks)
        marked.append(Marked(line["student"], at, own, line["points"]))
    return _run(OTTER, workers, watched, marked)


def write_autograder(lab: Lab, path: Path) -> None:
    """Write the zip that otter grades with: a file of tests for each exercise, with our checks."""
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("otter_config.json", "{}")
        for exercise in lab.exercises:
            packed.writestr(
                f"tests/{_question(exercise.id)}.py", _tests(exercise.id, exercise.points)
            )


def _question(exercise: str) -> str:
    return "q" + exercise.replace(".", "-")


def _tests(exercise: str, points: float) -> str:
    """One test for each STEP of the points: it passes if the check gave so many."""
    lines = [
        "from otter.test_files import test_case",
        "OK_FORMAT = False",
        f'name = "{_question(exercise)}"',
        f"points = {points:g}",
        "earned = []",
        "",
        "def judged(env):",
        "    if not earned:",
        "        from utils.checks import core",
        "        from utils.checks.student import Answers, captured",
        "        with captured():",
        f'            result = core.run(core.find("{exercise}"), Answers(env).respond)',
        "        earned.append(result.points)",
        "    return earned[0]",
    ]
    for k in range(1, round(points / STEP) + 1):
        lines += [
            "",
            f"@test_case(points={STEP})",
            f"def test_{k}(env):",
            f"    assert judged(env) >= {k * STEP} - 1e-9",
        ]
    return "\n".join(lines) + "\n"


def _for_otter(path: Path, folder: Path) -> Path:
    """The submission as an otter lab would have it: its check cells call otter's check."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            cell.source = f'grader.check("{_question(cell.metadata["exercise"])}")'
    first = nbformat.v4.new_code_cell("import otter\n\ngrader = otter.Notebook()", id="otter")
    notebook.cells.insert(0, first)
    converted = folder / path.name
    nbformat.write(notebook, converted)
    return converted


def find_otter(named: str | None) -> str:
    """The Python that has otter-grader: the named one, that of the variable, this one, or ""."""
    for python in (named, os.environ.get(OTTER_VARIABLE), sys.executable):
        if python and not _fails([python, "-c", "import otter.api"]):
            return python
    return ""


def _fails(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode != 0
    except OSError:
        return True


def machine_and_versions(otter: str) -> dict[str, str]:
    """Name -> words, for the table on top of the page; `otter` is the Python that has it, or ""."""
    found = machine.describe()
    for peer in ("jax", "torch"):  # nobody here uses them
        found.pop(peer, None)
    code = "import importlib.metadata as m; print(m.version('otter-grader'))"
    versions = {"nbgrader": machine.version("nbgrader"), "otter-grader": "missing"}
    if otter:
        asked = subprocess.run([otter, "-c", code], capture_output=True, text=True)
        versions["otter-grader"] = asked.stdout.strip()
    return {**found, **versions}


# ---- The floor ----


def bare(hall: Hall, notebooks: Sequence[Path], workers: int) -> Run:
    """Cells and checks in forks of a warm process; with one worker it says what own work is."""
    command = [sys.executable, "-m", floor.__name__, hall.work.lab]
    watched = _watch([[*command, *part] for part in _halves(notebooks, workers)], ROOT, hall)
    marked = []
    for at, line in _json_lines(watched):
        marked.append(Marked(line["student"], at, sum(line["cells"].values()), line["points"]))
        if workers == 1:
            hall.floor[line["student"]] = line["cells"]
    return _run(FLOOR, workers, watched, marked)


# In the order of the tables. The floor is measured first: it says what own work is.
CONTENDERS: dict[str, Start] = {FLOOR: bare, OURS: ours, NBGRADER: nbgrader, OTTER: otter}


# ---- What several of them need ----


def _released(hall: Hall, course: Path) -> None:
    """A course directory with the released lab."""
    _must(
        [sys.executable, "-m", "course", "release", hall.work.number, "--course", str(course)], ROOT
    )


def _generated(hall: Hall, course: Path) -> None:
    """The same after `nbgrader generate_assignment`, so that nbgrader's gradebook knows it."""
    _released(hall, course)
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", hall.work.lab, "--force"]
    _must(command, course)


def _copied(hall: Hall, make: Callable[[Hall, Path], None]) -> Path:
    """A fresh copy of a course directory that is made once for all rounds."""
    pattern = hall.folder / make.__name__.strip("_")
    if not pattern.exists():
        make(hall, pattern)
    copied = hall.new_folder(pattern.name)
    shutil.copytree(pattern, copied)
    return copied


def _must(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, env=_variables(folder), capture_output=True, text=True
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise NotMeasured(
            f"failed: `{' '.join(command[2:4])}` says {said[-1] if said else 'nothing'}"
        )


def _variables(folder: Path, python: str = sys.executable) -> dict[str, str]:
    """The environment of a contender: none sees a GPU or the user's own settings of Jupyter."""
    own = str(folder / ".jupyter")
    return {
        **os.environ,
        **dict.fromkeys(("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"), own),
        "IPYTHONDIR": own,
        # nbgrader starts `alembic` by name, as if the environment were always activated.
        "PATH": os.pathsep.join([str(Path(python).parent), os.environ.get("PATH", "")]),
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
    }


def _watch(
    commands: Sequence[Sequence[str]], folder: Path, hall: Hall, python: str = sys.executable
) -> Watched:
    watched = watch(commands, folder=folder, variables=_variables(hall.folder, python), limit=LIMIT)
    # `course grade` says with 1 that a submission was not marked, which is seen anyway.
    if any(watched.statuses):
        if watched.seconds > LIMIT:
            raise NotMeasured(f"failed: not done after {LIMIT / 60:g} minutes")
        raise NotMeasured(f"failed: it ended after saying: {watched.last_words}")
    return watched


def _halves(paths: Sequence[Path], workers: int) -> list[list[str]]:
    if workers == 1:
        return [[str(path) for path in paths]]
    return [[str(path) for path in paths if path.name.startswith(half)] for half in HALVES]


def _json_lines(watched: Watched) -> list[tuple[float, dict[str, Any]]]:
    return [(at, json.loads(line)) for at, line in watched.lines if line.startswith('{"student"')]


def _own_in_kernel(
    hall: Hall, student: str, cells: Mapping[str, float], notebooks: Sequence[Path]
) -> float:
    """Own work of a submission from the seconds of its cells in a kernel that started cold."""
    (path,) = (path for path in notebooks if path.stem == student)
    sources = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    return _own(hall, student, own_work(cells, hall.floor.get(student, {}), sources))


def _own(hall: Hall, student: str, inside: float) -> float:
    """Seconds of the student's cells and the checks: the floor's, or as measured inside the run."""
    floor = sum(hall.floor.get(student, {}).values())
    return floor if 0 < floor < SHORT else inside


def _run(name: str, workers: int, watched: Watched, marked: list[Marked]) -> Run:
    marked.sort(key=lambda one: one.at)
    return Run(name, workers, seconds=watched.seconds, peak=watched.peak, marked=marked)
