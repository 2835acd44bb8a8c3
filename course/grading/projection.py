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
from collections.abc import Iterator, Sequence
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
from course.grading.totals import Total

FORMGRADER = "formgrader"


def project(gradebook: Gradebook, lab: str, folder: CourseFolder, results: Sequence[Total]) -> int:
    """Bring a lab's part of both gradebooks together; return how many edits came from formgrader.

    Args:
        gradebook: ours.
        lab: its name, which is that of nbgrader's assignment and notebook, too.
        folder: of the course. The notebook that students got, in it, says which cells nbgrader has
            rows for; the executed notebooks go to where formgrader looks for them.
        results: of the students whose part it is.

    Raises:
        gradebook.NoGradebook: the database cannot be read or written now.
    """
    with told(gradebook.url), warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries; they say nothing
        try:
            return _project(gradebook, lab, folder, results)
        except api.InvalidEntry as error:  # nbgrader's word for anything that its database says
            if isinstance(error.__context__, DBAPIError):
                raise error.__context__ from None
            raise


def _project(gradebook: Gradebook, lab: str, folder: CourseFolder, results: Sequence[Total]) -> int:
    _create_tables(gradebook.url)
    with api.Gradebook(gradebook.url) as theirs:
        theirs.update_or_create_assignment(lab)
    resources = {"notebook": lab, "assignment": lab, "db_url": gradebook.url}
    SaveCells().preprocess(
        nbformat.read(folder.released(lab), as_version=4), {"nbgrader": resources}
    )
    edits = 0
    with api.Gradebook(gradebook.url) as theirs:
        for result in results:
            student, attempt, grades = result.student, result.attempt, result.grades
            theirs.update_or_create_student(student, last_name=result.name)
            _copy(gradebook, student, attempt, folder)
            when = attempt.when.replace(tzinfo=None)
            theirs.update_or_create_submission(lab, student, timestamp=when)
            rows = _rows(theirs, lab, student)
            if edited := _take_over(gradebook, result, rows):
                grades = gradebook.grades(lab, student, attempt)
            edits += edited
            for exercise, row in rows.items():
                _write(row, grades.get(exercise))
            theirs.db.commit()
            scores = {id: (row.manual_score, row.extra_credit) for id, row in rows.items()}
            gradebook.projected(lab, student, scores)
    return edits


def forget(url: str, student: str) -> None:
    """Remove a student from nbgrader's tables.

    Raises:
        gradebook.NoGradebook: the database cannot be written now.
    """
    engine = sql.create_engine(url)
    with told(url), contextlib.suppress(api.MissingEntry):
        if sql.inspect(engine).has_table("alembic_version"):
            with api.Gradebook(url) as theirs:
                theirs.remove_student(student)
    engine.dispose()


def _copy(gradebook: Gradebook, student: str, attempt: Attempt, folder: CourseFolder) -> None:
    """Show formgrader the executed notebook of the attempt that counts for a student."""
    marking = gradebook.marking(attempt)
    if marking is None:
        return
    source = folder.executed(attempt.lab, attempt.student, attempt.sha256, marking.version)
    shown = folder.autograded(attempt.lab, student)
    if source.exists() and not (shown.exists() and filecmp.cmp(source, shown)):
        shown.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, shown)


def _rows(theirs: Any, lab: str, student: str) -> dict[str, Any]:
    """nbgrader's grades of a student, by the id of the exercise."""
    notebook = theirs.find_submission_notebook(lab, lab, student)
    return {row.name.removeprefix("check-").replace("-", "."): row for row in notebook.grades}


def _take_over(gradebook: Gradebook, result: Total, rows: dict[str, Any]) -> int:
    """Make overrides of what differs from what the last projection left there.

    Where that was killed before it noted what it left, the row holds what counts already.
    """
    lab, student, grades = result.attempt.lab, result.student, result.grades
    before = gradebook.last_projected(lab, student)
    edits = 0
    for exercise, row in rows.items():
        manual, extra = before.get(exercise, (None, None))
        counts = _manual(grades[exercise]) if exercise in grades else None
        if row.manual_score not in (manual, counts):
            why = "edited in formgrader" if row.manual_score is not None else "taken back there"
            points = row.manual_score
            team = [result.attempt.student]
            gradebook.override(
                lab, student, exercise, points, who=FORMGRADER, why=why, together=team
            )
            edits += 1
        edits += row.extra_credit != extra
    return edits


def _write(row: Any, grade: Grade | None) -> None:
    if grade is None:
        return
    row.auto_score = grade.automatic
    row.manual_score = _manual(grade)
    # As nbgrader itself: what a person decided is shown for review when it is marked again.
    row.needs_manual_grade = grade.verdict == "not judged" and grade.by == "check"


def _manual(grade: Grade) -> float | None:
    """The manual score that nbgrader has for a grade."""
    return grade.points - grade.extra if grade.by != "check" else None


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
