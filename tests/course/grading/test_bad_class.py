"""A class in which many submissions are bad: that costs nobody else anything."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell

from course.grading.book.gradebook import Gradebook
from course.grading.intake.collect import collect
from tests.misconceptions import PREAMBLE, Right, lab00
from tests.programs import jailed
from tests.submissions import ROOT, answered, without_reading

LAB = "00_orientation"
SHORT = without_reading(nbformat.read(ROOT / "labs" / f"{LAB}.ipynb", as_version=4))
RIGHT = answered(SHORT, {"0.1": PREAMBLE + lab00.ANSWERS[0].source})
GOOD, GOOD_IN_FULL = 40, 160
# The command gives a cell two minutes. A class whose loops take seconds shows the same.
QUICKLY = """
from functools import partial
from course.grading.run import grade
grade.Limits = partial(grade.Limits, cell_seconds=8, call_seconds=8)
from course.cli import app
app()
"""


# ---- Bad submissions ----


def text(notebook: nbformat.NotebookNode) -> bytes:
    """As a file, also where the notebook is no valid one."""
    return json.dumps(notebook).encode()


def before_the_answer(source: str) -> bytes:
    """A right answer, after a cell with this source."""
    notebook = nbformat.from_dict(RIGHT)
    notebook.cells = [new_code_cell(source), *RIGHT.cells]
    return text(notebook)


def merged() -> bytes:
    """A right answer in one cell with its check, as JupyterLab merges them."""
    notebook = copy.deepcopy(RIGHT)
    *others, answer, check = notebook.cells
    check.source = f"{answer.source}\n{check.source}"
    return text(nbformat.from_dict({**notebook, "cells": [*others, check]}))


def with_a_module() -> bytes:
    """A right answer that imports a file which a cell before it has written."""
    notebook = copy.deepcopy(RIGHT)
    *others, answer, check = notebook.cells
    file = new_code_cell(f"%%writefile mine.py\n{answer.source}")
    answer.source = "from mine import affine"
    return text(nbformat.from_dict({**notebook, "cells": [*others, file, answer, check]}))


def changed(**changes: object) -> bytes:
    """A right answer in a notebook whose own fields are others."""
    return text(nbformat.from_dict({**RIGHT, **changes}))


def with_cell(**fields: object) -> bytes:
    """A right answer, and after it a cell with these fields only."""
    return changed(cells=[*RIGHT.cells, fields])


def deep(levels: int, place: str) -> bytes:
    """A right answer with brackets in brackets in a place that nobody looks at.

    Python stops at about 1,000 calls in each other; what reads JSON may go deeper than what copies
    it.
    """
    output = {"output_type": "display_data", "metadata": {}, "data": {"application/json": "HERE"}}
    notebook = json.loads(json.dumps(RIGHT))
    if place == "metadata":
        notebook["metadata"]["mine"] = "HERE"
    else:
        notebook["cells"][0]["outputs"] = [output]
    return json.dumps(notebook).encode().replace(b'"HERE"', b"[" * levels + b"]" * levels)


def second_format() -> bytes:
    """As IPython wrote notebooks in 2011."""
    codes = [{"cell_type": "code", "input": c.source, "outputs": []} for c in RIGHT.cells]
    sheets = [{"cells": [{**c, "language": "python", "collapsed": False} for c in codes]}]
    return json.dumps(
        {"nbformat": 2, "nbformat_minor": 0, "metadata": {"name": "x"}, "worksheets": sheets}
    ).encode()


ITSELF = "hand in the .ipynb file itself"
LARGE = 50 * 2**20
MANY = [new_code_cell("pass") for _ in range(6000)]
# What is no notebook, and a part of the sentence that the student gets.
UNREADABLE: dict[str, tuple[bytes, str]] = {
    "words": (b"my homework", ITSELF),
    "empty": (b"", ITSELF),
    "web-page": (b"<!DOCTYPE html><html></html>", ITSELF),
    "cut": (text(RIGHT)[:200], ITSELF),
    "list": (b"[]", ITSELF),
    "number": (b"7", ITSELF),
    "cells-are-a-word": (changed(cells="cells"), ITSELF),
    "zeros": (bytes(4096), ITSELF),
    "latin-1": (text(RIGHT)[:-1] + ', "name": "Jörg"}'.encode("latin-1"), ITSELF),
    "brackets": (b"[" * 100_000, ITSELF),
    "metadata-900": (deep(900, "metadata"), ITSELF),
    "metadata-5000": (deep(5000, "metadata"), ITSELF),
    "outputs-900": (deep(900, "outputs"), ITSELF),
    "outputs-5000": (deep(5000, "outputs"), ITSELF),
    "from-the-future": (changed(nbformat=6), ITSELF),
    "source-of-numbers": (with_cell(cell_type="code", metadata={}, source=[1], outputs=[]), ITSELF),
    "third-in-name-only": (changed(nbformat=3), ITSELF),
    "many-cells": (changed(cells=MANY), "more than 5,000 cells"),
}
HANGS = "def affine(X, W, b):\n    while True: pass\n"
DIES = "def affine(X, W, b):\n    import os; os._exit(0)\n"
DEAF = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass\n"
NO_OUTPUTS = {"cell_type": "markdown", "id": "x", "metadata": {}, "source": "x", "outputs": 7}
# What can be read all the same, its points, and a part of what the student is told.
READABLE: dict[str, tuple[bytes, float, str]] = {
    "same-ids": (text({**RIGHT, "cells": [{**c, "id": "x"} for c in RIGHT.cells]}), 1, ""),
    "utf-16": (text(RIGHT).decode().encode("utf-16"), 1, ""),
    "fifth-format": (changed(nbformat=5), 1, ""),
    "third-format": (text(nbformat.convert(nbformat.from_dict(RIGHT), 3)), 1, ""),
    "second-format": (second_format(), 1, ""),
    "exits": (before_the_answer("import os\nos._exit(0)"), 1, "it ended Python"),
    "kills-all": (before_the_answer("import os\nos.kill(-1, 9)"), 1, "it ended Python"),
    "loops": (before_the_answer("while True: pass"), 1, "stopped after 8 s"),
    "loops-deaf": (before_the_answer(DEAF), 1, "what it defined is lost"),
    "answer-hangs": (text(answered(SHORT, {"0.1": HANGS})), 0, ""),
    "answer-dies": (text(answered(SHORT, {"0.1": DIES})), 0, "called your code, it ended Python"),
    "floods": (before_the_answer("for _ in range(10**4): print('x' * 1000)"), 1, ""),
    "merged-with-its-check": (merged(), 1, ""),
    "module-of-its-own": (with_a_module(), 1, ""),
    "half-a-letter": (before_the_answer("print('\ud800')"), 1, ""),
    "prints-half-a-letter": (before_the_answer("print(chr(0xD800))"), 1, ""),
    "text-with-outputs": (changed(cells=[*RIGHT.cells, NO_OUTPUTS]), 1, ""),
    "no-source": (with_cell(cell_type="code", metadata={}, outputs=[]), 1, ""),
    "version-is-a-word": (changed(nbformat_minor="5"), 1, ""),
}
# Names of files with a right answer, and the student's id that each must lead to.
NAMES = {
    "new\nline.ipynb": "new_line",
    'it\'s "mine".ipynb': "it's _mine_",
    "100%s%d{0}.ipynb": "100%s%d{0}",
    "-rf.ipynb": "-rf",
    "=1+1.ipynb": "=1+1",
    "Zoe\u0308 Σ 李 🎓.ipynb": "Zoë Σ 李 🎓",
    "n" * 244 + ".ipynb": "n" * 120,
    "李" * 80 + ".ipynb": "李" * 80,
    " .. .ipynb": "unnamed",
    "..\\..\\up.ipynb": "_.._up",
    "[red]bold[_red].ipynb": "[red]bold[_red]",
    "twice/old.ipynb": "twice",
    "folder.ipynb/inside.ipynb": "folder.ipynb",
}
# As archives of an old Windows leave them: no UTF-8, and still two students.
NOT_UTF8 = {b"J\xf6rg.ipynb": "J_xf6rg", b"J\xfcrg.ipynb": "J_xfcrg"}


def link(path: Path) -> None:
    path.symlink_to(path.parent / "student000.ipynb")


def loop(path: Path) -> None:
    path.symlink_to(path)


def archive(path: Path) -> None:
    path.with_suffix(".zip").write_bytes(b"PK\x03\x04 and no more")


# What is no file of a student's: it is named, and nobody gets a grade for it.
NAMED: dict[str, tuple[Callable[[Path], object], str]] = {
    "link": (link, "link.ipynb is a link or no file: it is not graded."),
    "loop": (loop, "loop.ipynb is a link or no file: it is not graded."),
    "fifo": (os.mkfifo, "fifo.ipynb is a link or no file: it is not graded."),
    "socket": (
        lambda path: os.mknod(path, 0o140644),
        "socket.ipynb is a link or no file: it is not graded.",
    ),
    "archive": (archive, "archive.zip cannot be unpacked"),
}


# ---- The class ----


@dataclass
class Class:
    """A course, and what should become of each student (by id)."""

    folder: Path
    points: dict[str, float] = field(default_factory=dict)
    told: dict[str, str] = field(default_factory=dict)

    def hand_in(self, name: str | bytes, data: bytes) -> Path:
        path = Path(os.fsdecode(os.path.join(os.fsencode(self.folder / "in"), os.fsencode(name))))
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        return path

    def expect(self, student: str, points: float, told: str = "") -> None:
        assert student not in self.points
        self.points[student], self.told[student] = points, told


@dataclass
class Ran:
    """A run of the command that has ended."""

    status: int
    lines: Sequence[Mapping[str, object]]
    told: str
    left: Sequence[psutil.Process]  # what it started and did not end
    files: Sequence[str]  # what it left where temporary files go


def run(group: Class, program: Sequence[str]) -> Ran:
    """Grade the class with the command, and look at all that it starts."""
    arguments = ["grade", str(group.folder / "in"), "00", "--course", str(group.folder / "course")]
    began: dict[int, psutil.Process] = {}
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as told:
        with tempfile.TemporaryDirectory(prefix="t", dir="/tmp") as place:
            process = subprocess.Popen(
                [sys.executable, *program, *arguments, "--json"],
                cwd=ROOT,
                stdout=out,
                stderr=told,
                env={**os.environ, "TMPDIR": place},
            )
            watched = psutil.Process(process.pid)
            while process.poll() is None:
                began |= {one.pid: one for one in children(watched)}
                psutil.wait_procs([watched], timeout=0.3)
            files = os.listdir(place)
        out.seek(0), told.seek(0)
        left = psutil.wait_procs(list(began.values()), timeout=20)[1]
        lines = [json.loads(line) for line in out]
        return Ran(process.returncode, lines, told.read(), left, files)


def children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def good_ones(group: Class, how_many: int) -> None:
    for number in range(how_many):
        answer = lab00.ANSWERS[number % len(lab00.ANSWERS)]
        student = f"student{number:03}"
        notebook = answered(SHORT, {"0.1": PREAMBLE + answer.source})
        group.hand_in(f"{student}.ipynb", nbformat.writes(notebook).encode())
        group.expect(student, 1.0 if isinstance(answer, Right) else answer.points)


def bad_ones(group: Class) -> None:
    for name, (data, told) in UNREADABLE.items():
        group.hand_in(f"{name}.ipynb", data)
        group.expect(name, 0, told)
    for name, (data, points, told) in READABLE.items():
        group.hand_in(f"{name}.ipynb", data)
        group.expect(name, points, told)
    for name, student in (*NAMES.items(), *NOT_UTF8.items()):
        group.hand_in(name, text(RIGHT))
        group.expect(student, 1)
    with group.hand_in("large.ipynb", b"").open("wb") as file:
        file.truncate(LARGE)
    group.expect("large", 0, "larger than 20 MB: clear its outputs")
    newer = group.hand_in("twice/new.ipynb", text(answered(SHORT, {"0.1": "affine = 1"})))
    os.utime(newer, (2_000_000_000, 2_000_000_000))
    group.points["twice"] = 0
    (group.folder / "in" / "empty-folder.ipynb").mkdir()
    for name, (make, _) in NAMED.items():
        make(group.folder / "in" / f"{name}.ipynb")
    if os.geteuid() != 0:  # root may read everything
        group.hand_in("secret.ipynb", text(RIGHT)).chmod(0)
        group.expect("secret", 0, "cannot be read (Permission denied)")


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Class:
    group = Class(tmp_path_factory.mktemp("bad"))
    (group.folder / "in").mkdir()
    good_ones(group, GOOD_IN_FULL if pytestconfig.getoption("full") else GOOD)
    bad_ones(group)
    return group


@pytest.fixture(scope="module")
def first(group: Class) -> Ran:
    return run(group, ["-c", QUICKLY])


@jailed
def test_the_run_ends_well_and_leaves_nothing(first: Ran) -> None:
    """All are graded, also with 0 points: that is exit status 0."""
    assert "Traceback" not in first.told
    assert "site-packages" not in first.told  # a library's warnings help nobody
    assert first.status == 0, first.told
    assert first.left == []
    assert first.files == []


@jailed
def test_everybody_gets_exactly_what_is_due(group: Class, first: Ran) -> None:
    found = {}
    for line in first.lines:
        assert isinstance(line["points"], dict)
        found[line["student"]] = line["points"]["0.1"]
    assert found == group.points


@jailed
def test_each_bad_one_is_told_what_to_do(group: Class, first: Ran) -> None:
    with Gradebook.of(group.folder / "course" / "gradebook.db") as book:
        for student, says in group.told.items():
            (attempt,) = book.attempts(LAB, [student])
            marking = book.marking(attempt)
            assert marking is not None
            told = marking.told
            assert says in " ".join(told)
            assert bool(told) == bool(says), told
    for _, says in NAMED.values():
        assert says in first.told
    says = "twice has several notebooks: twice/new.ipynb is graded, twice/old.ipynb is not."
    assert says in first.told


@jailed
def test_every_result_is_a_notebook_that_can_be_opened(group: Class, first: Ran) -> None:
    found = {path.parts[-3]: path for path in group.folder.glob("course/attempts/*/*/*-*.ipynb")}
    assert found.keys() == group.points.keys()
    for path in found.values():
        nbformat.validate(nbformat.read(path, as_version=4))


@jailed
def test_a_second_run_marks_nothing_anew(group: Class, first: Ran) -> None:
    again = run(group, ["-m", "course"])
    assert (again.status, again.left, again.files) == (0, [], [])
    assert {line["student"] for line in again.lines} == set(group.points)
    assert {line["state"] for line in again.lines} == {"unchanged"}


# ---- What is no file beside the notebook ----


def fifo(path: Path) -> None:
    os.mkfifo(path)


def endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize("make", [fifo, endless])
def test_a_note_of_the_time_that_never_ends_holds_up_nobody(
    tmp_path: Path, make: Callable[[Path], None]
) -> None:
    """nbgrader writes timestamp.txt beside the notebook; a student can put anything there."""
    (tmp_path / "in" / "jane").mkdir(parents=True)
    (tmp_path / "workplace").mkdir()
    (tmp_path / "in" / "jane" / "lab.ipynb").write_bytes(text(RIGHT))
    make(tmp_path / "in" / "jane" / "timestamp.txt")
    program = f"""
import resource
resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))
from pathlib import Path
from course.grading.intake.collect import collect
place = Path({str(tmp_path)!r})
print(*[one.student for one in collect(place / "in", workplace=place / "workplace").submissions])
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "jane\n", done.stderr


def test_a_class_in_one_archive_may_have_long_names(tmp_path: Path) -> None:
    """A name in an archive may be longer than a name of a folder, which has 255 bytes."""
    (tmp_path / "workplace").mkdir()
    with zipfile.ZipFile(tmp_path / "in.zip", "w") as packed:
        packed.writestr("🎓" * 200 + ".ipynb", text(RIGHT))
    (found,) = collect(tmp_path / "in.zip", workplace=tmp_path / "workplace").submissions
    (tmp_path / "attempts" / found.student).mkdir(parents=True)
