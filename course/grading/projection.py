"""Our gradebook as nbgrader's: so formgrader shows it, and what is edited there comes back.

nbgrader's tables stand in the same database. First what people changed in formgrader since the last
projection becomes an override (or extra credit) of ours; then nbgrader's rows are written from
ours. They hold nothing else that is ours, so they can be removed and made again.
"""

from __future__ import annotations

import contextlib
import filecmp
import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
import sqlalchemy as sql
from nbgrader import api
from nbgrader.preprocessors import SaveCells
from sqlalchemy.exc import DBAPIError, SAWarning

from course.grading.gradebook import Grade, Gradebook, told
from course.grading.release import CourseFolder
from course.grading.tables import Attempt

FORMGRADER = "formgrader"


def project(gradebook: Gradebook, lab: str, folder: CourseFolder) -> int:
    """Bring a lab's part of both gradebooks together; return how many edits came from formgrader.

    Args:
        gradebook: ours.
        lab: its name, which is that of nbgrader's assignment and notebook, too.
        folder: of the course. The notebook that students got, in it, says which cells nbgrader has
            rows for; the executed notebooks go to where formgrader looks for them.

    Raises:
        gradebook.NoGradebook: the database cannot be read or written now.
    """
    with told(gradebook.url), warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries; they say nothing
        try:
            return _project(gradebook, lab, folder)
        except api.InvalidEntry as error:  # nbgrader's word for anything that its database says
            if isinstance(error.__context__, DBAPIError):
                raise error.__context__ from None
            raise


def _project(gradebook: Gradebook, lab: str, folder: CourseFolder) -> int:
    _create_tables(gradebook.url)
    with api.Gradebook(gradebook.url) as theirs:
        theirs.update_or_create_assignment(lab)
    resources = {"notebook": lab, "assignment": lab, "db_url": gradebook.url}
    SaveCells().preprocess(
        nbformat.read(folder.released(lab), as_version=4), {"nbgrader": resources}
    )
    edits = 0
    with api.Gradebook(gradebook.url) as theirs:
        for student in gradebook.students(lab):
            theirs.update_or_create_student(student.id, last_name=student.name)
            attempt = gradebook.attempts(lab, [student.id])[0]
            _copy(gradebook, attempt, folder)
            when = attempt.when.replace(tzinfo=None)
            theirs.update_or_create_submission(lab, student.id, timestamp=when)
            rows = _rows(theirs, lab, student.id)
            edits += _take_over(gradebook, lab, student.id, rows)
            grades = gradebook.grades(lab, student.id)
            for exercise, row in rows.items():
                _write(row, grades.get(exercise))
            theirs.db.commit()
            scores = {id: (row.manual_score, row.extra_credit) for id, row in rows.items()}
            gradebook.projected(lab, student.id, scores)
    return edits


def forget(url: str, student: str) -> None:
    """Remove a student from nbgrader's tables, and overwrite what the database file still holds."""
    engine = sql.create_engine(url)
    with contextlib.suppress(api.MissingEntry):
        if sql.inspect(engine).has_table("alembic_version"):
            with api.Gradebook(url) as theirs:
                theirs.remove_student(student)
    if engine.dialect.name == "sqlite":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(sql.text("VACUUM"))
    engine.dispose()


def _copy(gradebook: Gradebook, attempt: Attempt, folder: CourseFolder) -> None:
    """Show formgrader the executed notebook of an attempt."""
    marking = gradebook.marking(attempt)
    if marking is None:
        return
    source = folder.executed(attempt.lab, attempt.student, attempt.sha256, marking.version)
    shown = folder.autograded(attempt.lab, attempt.student)
    if source.exists() and not (shown.exists() and filecmp.cmp(source, shown)):
        shown.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, shown)


def _rows(theirs: Any, lab: str, student: str) -> dict[str, Any]:
    """nbgrader's grades of a student, by the id of the exercise."""
    notebook = theirs.find_submission_notebook(lab, lab, student)
    return {row.name.removeprefix("check-").replace("-", "."): row for row in notebook.grades}


def _take_over(gradebook: Gradebook, lab: str, student: str, rows: dict[str, Any]) -> int:
    """Make overrides of what differs from what the last projection left there."""
    before = gradebook.last_projected(lab, student)
    edits = 0
    for exercise, row in rows.items():
        manual, extra = before.get(exercise, (None, None))
        if row.manual_score != manual:
            why = "edited in formgrader" if row.manual_score is not None else "taken back there"
            points = row.manual_score
            gradebook.override(lab, student, exercise, points, who=FORMGRADER, why=why)
            edits += 1
        edits += row.extra_credit != extra
    return edits


def _write(row: Any, grade: Grade | None) -> None:
    if grade is None:
        return
    row.auto_score = grade.automatic
    row.manual_score = grade.points - grade.extra if grade.by != "check" else None
    # As nbgrader itself: what a person decided is shown for review when it is marked again.
    row.needs_manual_grade = grade.verdict == "not judged" and grade.by == "check"


def _create_tables(url: str) -> None:
    """What nbgrader does for an empty database; ours is not empty, so it would leave a part out."""
    engine = sql.create_engine(url)
    if not sql.inspect(engine).has_table("alembic_version"):
        api.Base.metadata.create_all(engine)
        with _environment_on_path(), engine.begin() as connection:
            version = api.get_alembic_version()
            connection.execute(
                sql.text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
            )
            connection.execute(
                sql.text("INSERT INTO alembic_version VALUES (:version)"), {"version": version}
            )
    engine.dispose()


@contextmanager
def _environment_on_path() -> Iterator[None]:
    """nbgrader starts `alembic` by name, as if the environment were always activated."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with mock.patch.dict(os.environ, {"PATH": path}):
        yield
