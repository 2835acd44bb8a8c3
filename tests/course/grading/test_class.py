"""A class of thirty, from release to export, through the command `course` alone.

The command runs in this process, and once in one of its own.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbgrader import api
from typer.testing import CliRunner, Result

from course.cli import app
from tests.misconceptions import PREAMBLE, Right, Wrong, lab00
from tests.programs import jailed
from tests.submissions import answered, without_reading
from tests.zygotes import markers_share

pytestmark = jailed
ROOT = Path(__file__).resolve().parents[3]
LAB = "00_orientation"
DUE = 1_790_000_000  # seconds since 1970; 2026-09-21
UNTOUCHED = nbformat.read(ROOT / "labs" / f"{LAB}.ipynb", as_version=4)
# Most hand in only what counts: to run the whole lab thirty times shows no more than twice.
SHORT = without_reading(UNTOUCHED)
HANGS = "def affine(X, W, b):\n    raise SystemExit\n"
BAD = {"words": b"my homework", "empty": b"", "list": b"[]", "cut": b'{"nbformat": 4, "cells": [{'}


@dataclass
class Class:
    """A course's folder, the submissions, and what each student (by id) should get."""

    course: Path
    submissions: Path
    expected: dict[str, float] = field(default_factory=dict)
    first: list[dict[str, object]] = field(default_factory=list)
    when: dict[str, float] = field(default_factory=dict)

    @property
    def list_of_times(self) -> Path:
        """When each handed in: Moodle's download says it of nobody."""
        path = self.course.parent / "times.csv"
        rows = [f"{student},{iso(when)}" for student, when in self.when.items()]
        path.write_text("\n".join(["student,handed_in", *rows]))
        return path

    def hand_in(self, data: bytes, points: float, *, days_late: int = 0) -> str:
        """Put a file where Moodle would, and return the student's id."""
        student = str(1000 + len(self.expected))
        folder = self.submissions / f"Student {student}_{student}_assignsubmission_file_"
        folder.mkdir(parents=True)
        path = folder / f"{LAB}.ipynb"
        path.write_bytes(data)
        self.when[student] = DUE - 3600 + 86400 * days_late
        self.expected[student] = points
        return student


@pytest.fixture(scope="module", autouse=True)
def _shared_zygotes() -> Iterator[None]:
    with markers_share("submission", "judge"):
        yield


def course(*arguments: str, status: int = 0) -> Result:
    """Run the command in this process."""
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == status, (done.output, done.exception)
    return done


def course_as_a_person(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would; it must end well and say nothing of its libraries'."""
    done = subprocess.run(
        [sys.executable, "-m", "course", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return done


def with_answer(source: str, notebook: NotebookNode = SHORT) -> bytes:
    return nbformat.writes(answered(notebook, {"0.1": PREAMBLE + source})).encode()


def rights() -> Sequence[Right]:
    return [answer for answer in lab00.ANSWERS if isinstance(answer, Right)]


def wrongs() -> Sequence[Wrong]:
    return [answer for answer in lab00.ANSWERS if isinstance(answer, Wrong)]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    """The class after `release` and one `grade`."""
    folder = tmp_path_factory.mktemp("class")
    group = Class(folder / "course", folder / "submissions")
    course("release", "00", "--course", str(group.course))
    group.hand_in(with_answer(rights()[0].source, UNTOUCHED), 1)
    for right in rights()[1:8]:
        group.hand_in(with_answer(right.source), 1)
    for wrong in wrongs()[:12]:
        group.hand_in(with_answer(wrong.source), wrong.points)
    for data in BAD.values():
        group.hand_in(data, 0)
    group.hand_in(with_answer(rights()[0].source), 0.9, days_late=1)
    group.hand_in(with_answer(rights()[0].source), 0, days_late=9)
    group.hand_in(with_answer(HANGS), 0)
    group.hand_in(nbformat.writes(UNTOUCHED).encode(), 0)
    while len(group.expected) < 30:
        group.hand_in(with_answer(rights()[1].source), 1)
    (group.course / "course.toml").write_text(
        f"[labs.00]\ndue = {iso(DUE)}\nlate_per_day = 0.1\nmost_days_late = 5\n"
    )
    group.first = grade(group)
    return group


@pytest.fixture
def own(graded: Class, tmp_path: Path) -> Class:
    """A copy for a test that changes something: `graded` stays the same for all."""
    folder = shutil.copytree(graded.course.parent, tmp_path / "class")
    expected, when = dict(graded.expected), dict(graded.when)
    return Class(folder / "course", folder / "submissions", expected, when=when)


def iso(seconds: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(seconds, UTC).isoformat()


def grade(group: Class) -> list[dict[str, object]]:
    return lines(course(*grading(group)).stdout)


def grading(group: Class) -> Sequence[str]:
    """The command that grades, and prints a JSON line for each submission."""
    where = ("--course", str(group.course), "--json", "--times", str(group.list_of_times))
    return ("grade", str(group.submissions), "00", *where)


def lines(printed: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in printed.splitlines()]


def exported(group: Class, form: str = "moodle") -> list[dict[str, str]]:
    done = course("export", "00", "--course", str(group.course), "--format", form)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def points(group: Class) -> dict[str, float]:
    return {row["Identifier"].split()[1]: float(row["Grade"]) for row in exported(group)}


def test_everybody_gets_what_is_due(graded: Class) -> None:
    assert points(graded) == pytest.approx(graded.expected)


def test_what_cannot_be_read_is_told(graded: Class) -> None:
    unreadable = [line for line in graded.first if line["state"] == "unreadable"]
    assert len(unreadable) == len(BAD)


def test_a_second_run_changes_nothing(graded: Class) -> None:
    again = lines(course_as_a_person(*grading(graded)).stdout)
    assert len(again) == 30
    assert {line["state"] for line in again} == {"unchanged"}


def test_a_changed_submission_is_marked_again_alone(own: Class) -> None:
    student = next(id for id, due in own.expected.items() if due == 0)
    path = next(own.submissions.glob(f"*_{student}_*/*.ipynb"))
    before = path.read_bytes()
    path.write_bytes(with_answer(rights()[0].source))
    own.when[student] += 60
    assert [line["student"] for line in grade(own) if line["state"] == "marked"] == [student]
    assert points(own)[student] == 1
    path.write_bytes(before)
    own.when[student] += 60
    grade(own)
    assert points(own) == pytest.approx(own.expected)


def test_feedback_is_each_students_own(graded: Class) -> None:
    course("feedback", "00", "--course", str(graded.course), "--hints", "2", "--moodle")
    pages = {path.parts[-3]: path.read_text() for path in graded.course.glob("feedback/*/*/*.html")}
    assert pages.keys() == graded.expected.keys()
    for student, page in pages.items():
        assert f"Student {student}" in page
        assert not any(f"Student {other}" in page for other in pages if other != student)
        assert "<script" not in page
        if graded.expected[student] == 1:
            assert "Exercise 0.1: Right (1 of 1 points)" in page
            assert "Hint:" not in page
    with zipfile.ZipFile(graded.course / "feedback" / "00_orientation.zip") as packed:
        names = packed.namelist()
    # Moodle takes what is before the first underscore for the name, and the number after it.
    assert {name.split("_", 4)[1] for name in names} == pages.keys()
    assert all(name.split("_", 4)[2:4] == ["assignsubmission", "file"] for name in names)
    wrong = wrongs()[0]
    says = pages[str(1000 + 8)]
    assert wrong.mistake is not None
    assert "Exercise 0.1: Not yet (0 of 1 points)" in says
    assert says.count("<li>Hint:") == 2


def test_a_grade_edited_in_formgrader_stays(own: Class) -> None:
    """formgrader writes with this same API."""
    student = str(1000 + 8)
    with api.Gradebook(f"sqlite:///{own.course / 'gradebook.db'}") as theirs:
        row = theirs.find_grade("check-0-1", LAB, LAB, student)
        assert (row.auto_score, row.manual_score) == (0, None)
        row.manual_score = 0.75
        theirs.db.commit()
    assert points(own)[student] == 0.75
    grade(own)
    assert points(own)[student] == 0.75
    course(
        "override",
        student,
        "0.1",
        "none",
        "--who",
        "Ada",
        "--why",
        "a mistake",
        "--course",
        str(own.course),
    )
    assert points(own)[student] == 0
    with api.Gradebook(f"sqlite:///{own.course / 'gradebook.db'}") as theirs:
        row = theirs.find_grade("check-0-1", LAB, LAB, student)
        assert row.manual_score is None
        row.manual_score = 0.75
        theirs.db.commit()
    # What is decided after an edit counts, and taking it back leaves nothing.
    for decided, counts in (("0.5", 0.5), ("none", 0)):
        why = ("--who", "Ada", "--why", "appeal", "--course", str(own.course))
        course("override", student, "0.1", decided, *why)
        assert points(own)[student] == counts


def test_an_override_needs_a_reason(own: Class) -> None:
    for student, who, why, says in (
        ("1008", "Ada", " ", "who decides it, and why"),
        ("9999", "Ada", "because", "Nothing of 9999 has come"),
    ):
        done = course(
            "override",
            student,
            "0.1",
            "1",
            "--who",
            who,
            "--why",
            why,
            "--course",
            str(own.course),
            status=2,
        )
        assert says in done.stderr


def test_one_row_a_student(graded: Class) -> None:
    rows = {row["student"]: row for row in exported(graded, "students")}
    assert {id: float(row["points"]) for id, row in rows.items()} == pytest.approx(graded.expected)
    assert {row["possible"] for row in rows.values()} == {"1"}
    late = [row for row in rows.values() if row["share"] == "0"]
    assert [row["0.1"] for row in late] == ["1"]


def test_the_table_of_exercises_says_who_decided(graded: Class) -> None:
    rows = exported(graded, "plain")
    assert len(rows) == 30
    assert {row["by"] for row in rows} == {"check"}
    assert {row["share"] for row in rows} == {"1", "0.9", "0"}


def test_the_analysis_counts_what_the_checks_said(graded: Class) -> None:
    course("analyse", "00", "--course", str(graded.course))
    page = (graded.course / "analysis" / f"{LAB}.html").read_text()
    assert "30 attempts of 30 students" in page
    assert f"{len(BAD)} of the files are no notebooks of this lab and are left out" in page
    assert "<script" not in page
    for mistake in {wrong.mistake for wrong in wrongs()[:12] if wrong.mistake}:
        assert mistake in page


def test_forgetting_leaves_nothing(own: Class) -> None:
    student = own.hand_in(with_answer(rights()[0].source), 1)
    grade(own)
    course("analyse", "00", "--course", str(own.course))
    assert student in points(own)
    says = course("forget", "nobody", "--course", str(own.course), status=2).stderr
    assert "The gradebook knows nobody called nobody." in says
    assert list(own.course.glob("analysis/*"))
    course("forget", student, "--course", str(own.course))
    del own.expected[student]
    assert student not in points(own)
    assert not list(own.course.glob(f"*/{student}"))
    assert not list(own.course.glob("analysis/*"))
    with api.Gradebook(f"sqlite:///{own.course / 'gradebook.db'}") as theirs:
        assert student not in {one.id for one in theirs.students}
    dump = (own.course / "gradebook.db").read_bytes()
    assert f"Student {student}".encode() not in dump


def test_times_of_the_platform_and_what_is_no_submission(tmp_path: Path) -> None:
    group = Class(tmp_path / "course", tmp_path / "submissions")
    course("release", "00", "--course", str(group.course))
    early = group.hand_in(with_answer(rights()[0].source), 1)
    late = group.hand_in(with_answer(rights()[0].source), 0.8)
    other = group.hand_in((ROOT / "labs" / "02_xor.ipynb").read_bytes(), 0)
    for path in group.submissions.glob("*/*.ipynb"):  # as after a download
        os.utime(path, (DUE + 10**8, DUE + 10**8))
    (group.submissions / "Poe Joe_77_assignsubmission_file_").mkdir()
    (group.submissions / "Poe Joe_77_assignsubmission_file_" / "report.pdf").write_bytes(b"%PDF")
    worksheet = tmp_path / "worksheet.csv"
    worksheet.write_text(
        'Identifier,"Last modified (submission)"\n'
        f'Participant {early},"Tuesday, 1 December 2026, 11:59 PM"\n'
        f'Participant {late},"Thursday, 3 December 2026, 12:30 AM"\n'
        f'Participant {other},"Tuesday, 1 December 2026, 8:00 AM"\n'
        "Participant 78,-\n"
    )
    (group.course / "course.toml").write_text(
        'time_zone = "Europe/Berlin"\n'
        "[labs.00]\ndue = 2026-12-01T23:59:00\nlate_per_day = 0.1\ncanvas = 'Start (4711)'\n"
    )
    arguments = ("grade", str(group.submissions), "00", "--course", str(group.course))
    says = course(*arguments, "--times", str(worksheet)).stderr
    for sentence in (
        "77 handed in Poe Joe_77_assignsubmission_file_/report.pdf and no notebook: not graded.",
        "Handed in nothing: 78.",
        f"{other} handed in no notebook of this lab and earns nothing: it is the notebook of lab "
        "02: hand in that of lab 00.",
        f"Late: {late} (80% counts).",
    ):
        assert sentence in says
    assert points(group) == pytest.approx(group.expected)
    # Without the list its times stay, whatever the files say.
    assert f"Late: {late} (80% counts)." in course(*arguments).stderr
    assert points(group) == pytest.approx(group.expected)
    assert "Start (4711)" in exported(group, "canvas")[0]
    says = course("export", "00", "--course", str(group.course), "--format", "moodle").stderr
    assert "let the assignment's maximum be 1." in says

    decides = ("override", late, "0.1", "0.5", "--who", "Ada", "--why", "half", "--course")
    says = course(*decides, str(group.course)).stderr
    assert f"Exercise 0.1 of {late} counted 1 and now counts 0.5 of 1 points." in says
    assert points(group)[late] == pytest.approx(0.4)
