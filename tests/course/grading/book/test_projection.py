"""nbgrader's tables hold what our gradebook says, as nbgrader itself would have written it."""

from __future__ import annotations

import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sql
from nbgrader import api

from course.build import find_labs
from course.grading import commands
from course.grading.book import projection
from course.grading.book.gradebook import Gradebook
from course.grading.book.policy import Policy
from course.grading.book.tables import Projected, Student
from course.grading.book.totals import totals
from course.grading.intake.collect import Submission
from course.grading.out.release import CourseFolder
from course.grading.run import grade as grading
from course.grading.run.lab import Lab
from tests.submissions import ROOT, instant, small_class

LAB = Lab("00_orientation")
STUDENTS = 5
# Each row has an id of its own, and those of the rows that it belongs to.
IDS = {"id", "notebook_id", "assignment_id", "student_id"}


class Class:
    """A class whose grades are in our gradebook, and what brings them to nbgrader's."""

    def __init__(self, book: Gradebook, folder: CourseFolder, found: list[Submission]) -> None:
        self.book, self.folder, self.found = book, folder, found
        self.ids = [one.student for one in found]

    def grade(self, found: list[Submission]) -> None:
        grading.grade(found, LAB, self.book, self.folder, submit=instant(LAB), at_once=2)

    def project(self) -> int:
        results = totals(self.book, Policy(), LAB.name)
        return projection.project(self.book, LAB.name, self.folder, results)

    def edit(self, student: str, points: float) -> None:
        with api.Gradebook(self.book.url) as theirs:
            theirs.find_grade("check-0-1", LAB.name, LAB.name, student).manual_score = points
            theirs.db.commit()

    def scores(self) -> dict[str, float]:
        with api.Gradebook(self.book.url) as theirs:
            return {
                id: theirs.find_grade("check-0-1", LAB.name, LAB.name, id).score for id in self.ids
            }


@pytest.fixture
def course(tmp_path: Path) -> Iterator[Class]:
    folder = CourseFolder(tmp_path / "course")
    released = folder.released(LAB.name)
    released.parent.mkdir(parents=True)
    shutil.copy(ROOT / "labs" / released.name, released)
    found, _ = small_class(tmp_path, STUDENTS)
    with Gradebook.of(folder.gradebook) as book:
        one = Class(book, folder, found)
        one.grade(found)
        yield one


def rows_of(theirs: Any, student: str) -> dict[str, Counter[Any]]:
    """All that nbgrader's tables hold of a student, but for ids and what a check gave."""
    submission = theirs.find_submission(LAB.name, student)
    kept: dict[str, Counter[Any]] = {}
    for row in (
        theirs.find_student(student),
        submission,
        *submission.notebooks,
        *(row for notebook in submission.notebooks for row in notebook.grades),
        *(row for notebook in submission.notebooks for row in notebook.comments),
    ):
        columns = row.__table__.columns.keys()
        values = {name: getattr(row, name) for name in columns if name not in IDS}
        values |= {name: None for name in ("auto_score", "needs_manual_grade") if name in values}
        kept.setdefault(row.__tablename__, Counter())[tuple(sorted(values.items()))] += 1
    return kept


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader's own queries
def test_its_rows_are_those_that_nbgrader_makes(course: Class) -> None:
    course.project()
    with api.Gradebook(course.book.url) as theirs:
        ours = theirs.find_submission(LAB.name, course.ids[0])
        theirs.add_student("else", last_name=course.ids[0])
        theirs.add_submission(LAB.name, "else", timestamp=ours.timestamp)
        made = rows_of(theirs, "else")
        assert made["grade"].total() == len(LAB.exercises)
        assert made["comment"].total() >= len(LAB.exercises)
        assert rows_of(theirs, course.ids[0]) == made


@pytest.mark.parametrize("at_once", [1, 2, STUDENTS, 100])
def test_a_class_is_projected_in_parts(
    course: Class, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(projection, "AT_ONCE", at_once)
    assert course.project() == 0
    assert course.scores() == dict.fromkeys(course.ids, 1.0)
    first, *_, last = course.ids
    course.edit(first, 0.25)
    course.edit(last, 0.5)
    assert course.project() == 2
    assert course.project() == 0
    expected = dict.fromkeys(course.ids, 1.0) | {first: 0.25, last: 0.5}
    assert course.scores() == expected
    assert {id: course.book.grades(LAB.name, id)["0.1"].points for id in course.ids} == expected


def test_who_comes_later_gets_rows_too(course: Class) -> None:
    course.project()
    with course.book.session() as session:
        session.execute(sql.delete(Projected).where(Projected.student == course.ids[2]))
    with api.Gradebook(course.book.url) as theirs:
        theirs.remove_student(course.ids[2])
    assert course.project() == 0
    assert course.scores() == dict.fromkeys(course.ids, 1.0)


def test_two_commands_make_the_same_rows(course: Class, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one makes them after this one has found none."""
    insert = projection._insert
    tried: list[Any] = []

    def insert_later(db: Any, table: Any, rows: Any) -> None:
        tried.append(table)
        if len(tried) == 1:
            course.project()
        insert(db, table, rows)

    monkeypatch.setattr(projection, "_insert", insert_later)
    assert course.project() == 0
    assert tried.count(api.Student) == 3  # refused, the other's, and again
    assert course.scores() == dict.fromkeys(course.ids, 1.0)


def test_another_name_and_another_time_are_told(course: Class) -> None:
    course.project()
    student, when = course.ids[1], datetime(2026, 12, 1, 12, tzinfo=UTC)
    with course.book.session() as session:
        named = sql.update(Student).where(Student.id == student)
        session.execute(named.values(name="Ada"))
    course.grade([replace(course.found[1], when=when)])
    course.project()
    with api.Gradebook(course.book.url) as theirs:
        assert theirs.find_student(student).last_name == "Ada"
        assert theirs.find_submission(LAB.name, student).timestamp == when.replace(tzinfo=None)
        other = theirs.find_submission(LAB.name, course.ids[0]).timestamp
        assert other.replace(tzinfo=UTC) - course.found[0].when < timedelta(seconds=1)


@pytest.mark.parametrize("decided", [None, 0.5])
def test_an_edit_of_a_moment_ago_is_not_lost(
    course: Class, monkeypatch: pytest.MonkeyPatch, decided: float | None
) -> None:
    """Somebody edits in formgrader after the rows were read and before ours are written.

    It is the later word, also where the row must change because somebody decided before.
    """
    course.project()
    student = course.ids[0]
    if decided is not None:
        course.book.override(LAB.name, student, "0.1", decided, who="TA", why="by hand")
    take_over: Callable[..., int] = projection._take_over
    edits = [0.75]

    def edited_meanwhile(*told: Any) -> int:
        if edits:
            course.edit(student, edits.pop())
        return take_over(*told)

    monkeypatch.setattr(projection, "_take_over", edited_meanwhile)
    assert course.project() == 0
    assert course.project() == 1
    assert course.scores()[student] == 0.75
    assert course.book.grades(LAB.name, student)["0.1"].points == 0.75


def test_a_decision_waits_for_the_projection_of_a_class(
    course: Class, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else both take the same edit over, and the class's comes after the decision."""
    course.project()
    student = course.ids[-1]
    course.edit(student, 0.25)
    copy = projection._copy
    began = threading.Event()

    def slowly(*told: Any) -> None:
        began.set()
        time.sleep(0.3)  # the decision comes now
        copy(*told)

    monkeypatch.setattr(projection, "_copy", slowly)
    lab = find_labs(ROOT, ["00"])[0]
    both = course.book, lab, course.folder, Policy()
    with ThreadPoolExecutor(1) as other:
        of_the_class = other.submit(commands._take_edits, *both)
        assert began.wait(30)
        commands._take_edits(*both, student)
        course.book.override(LAB.name, student, "0.1", 0.9, who="TA", why="by hand")
        of_the_class.result()
    course.project()
    assert course.book.grades(LAB.name, student)["0.1"].points == 0.9
    assert course.scores()[student] == 0.9
