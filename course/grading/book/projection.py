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
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import nbformat
import sqlalchemy as sql
from nbgrader import api
from nbgrader.preprocessors import SaveCells
from sqlalchemy.exc import DBAPIError, IntegrityError, SAWarning
from sqlalchemy.orm import Session

from course.grading.book.database import opened, parsed, told
from course.grading.book.gradebook import Grade, Gradebook, Scores
from course.grading.book.tables import Attempt
from course.grading.book.totals import Total
from course.grading.out.release import CourseFolder

FORMGRADER = "formgrader"
AT_ONCE = 100  # students, whose rows are in memory


def project(gradebook: Gradebook, lab: str, folder: CourseFolder, results: Sequence[Total]) -> int:
    """Bring a lab's part of both gradebooks together; return how many edits came from formgrader.

    Args:
        gradebook: ours.
        lab: its name, which is that of nbgrader's assignment and notebook, too.
        folder: of the course. The notebook that students got, in it, says which cells nbgrader has
            rows for; the executed notebooks go to where formgrader looks for them.
        results: of the students whose part it is.

    Raises:
        database.NoGradebook: the database cannot be read or written now.
    """
    with told(parsed(gradebook.url)), warnings.catch_warnings():
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
        for first in range(0, len(results), AT_ONCE):
            some = results[first : first + AT_ONCE]
            edits += _project_some(gradebook, theirs.db, lab, folder, some)
    return edits


def _project_some(
    gradebook: Gradebook, db: Session, lab: str, folder: CourseFolder, results: Sequence[Total]
) -> int:
    """The part of these students. Nothing waits in `db` when our own gradebook writes."""
    _make_rows(db, lab, results)
    rows = _rows(db, lab, results)
    before = gradebook.last_projected(lab, [result.student for result in results])
    edits = 0
    counts = {}
    for result in results:
        student, attempt = result.student, result.attempt
        _copy(gradebook, student, attempt, folder)
        counts[student] = result.grades
        if edited := _take_over(gradebook, result, rows[student], before[student]):
            counts[student] = gradebook.grades(lab, student, attempt)
        edits += edited
    scores = {
        student: {id: _write(db, row, counts[student].get(id)) for id, row in of_one.items()}
        for student, of_one in rows.items()
    }
    db.commit()
    gradebook.projected(lab, scores)
    return edits


def forget(url: str, student: str) -> None:
    """Remove a student from nbgrader's tables.

    Raises:
        database.NoGradebook: the database cannot be written now.
    """
    engine = opened(parsed(url))
    with told(engine.url), contextlib.suppress(api.MissingEntry):
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


def _make_rows(db: Session, lab: str, results: Sequence[Total]) -> None:
    """Students and submissions as they are now, with empty rows where there were none."""
    for is_last in (False, True):
        try:
            _write_students(db, results)
            _write_submissions(db, lab, results)
            db.commit()
            return
        except IntegrityError:  # another command made the same rows a moment ago: they are there
            db.rollback()
            if is_last:
                raise


def _write_students(db: Session, results: Sequence[Total]) -> None:
    query = sql.select(api.Student.id, api.Student.last_name)
    query = query.where(api.Student.id.in_([result.student for result in results]))
    names = {row.id: row.last_name for row in db.execute(query)}
    _insert(
        db,
        api.Student,
        [{"id": one.student, "last_name": one.name} for one in results if one.student not in names],
    )
    for one in results:
        if names.get(one.student, one.name) != one.name:
            named = sql.update(api.Student).where(api.Student.id == one.student)
            db.execute(named.values(last_name=one.name))


def _write_submissions(db: Session, lab: str, results: Sequence[Total]) -> None:
    """nbgrader's own `update_or_create_submission`, for many students at once."""
    query = sql.select(api.Notebook.id, api.Notebook.assignment_id).join(api.Notebook.assignment)
    notebook = db.execute(query.where(api.Assignment.name == lab, api.Notebook.name == lab)).one()
    submission = api.SubmittedAssignment
    query = sql.select(submission.id, submission.student_id, submission.timestamp)
    query = query.where(submission.assignment_id == notebook.assignment_id)
    query = query.where(submission.student_id.in_([result.student for result in results]))
    found = {row.student_id: row for row in db.execute(query)}
    when = {result.student: result.attempt.when.replace(tzinfo=None) for result in results}
    for student, row in found.items():
        if row.timestamp != when[student]:
            its = sql.update(submission).where(submission.id == row.id)
            db.execute(its.values(timestamp=when[student]))
    new = [
        {
            "id": api.new_uuid(),
            "assignment_id": notebook.assignment_id,
            "student_id": student,
            "timestamp": when[student],
        }
        for student in when
        if student not in found
    ]
    _insert(db, submission, new)
    _write_notebooks(db, notebook.id, [one["id"] for one in new])


def _write_notebooks(db: Session, notebook: str, submissions: Sequence[str]) -> None:
    """The notebook of new submissions, with an empty row for each cell that can have one."""
    new = [
        {"id": api.new_uuid(), "assignment_id": submission, "notebook_id": notebook}
        for submission in submissions
    ]
    _insert(db, api.SubmittedNotebook, new)
    query = sql.select(api.BaseCell.id, api.BaseCell.type)
    cells = db.execute(query.where(api.BaseCell.notebook_id == notebook)).all()
    for table, types in (
        (api.Grade, {"GradeCell", "TaskCell"}),
        (api.Comment, {"SolutionCell", "TaskCell"}),
    ):
        of = [cell.id for cell in cells if cell.type in types]
        _insert(db, table, [{"notebook_id": one["id"], "cell_id": id} for one in new for id in of])


def _insert(db: Session, table: Any, rows: Sequence[dict[str, Any]]) -> None:
    if rows:  # SQLAlchemy takes none for one of defaults
        db.execute(sql.insert(table), rows)


def _rows(db: Session, lab: str, results: Sequence[Total]) -> dict[str, dict[str, Any]]:
    """nbgrader's grades of each of these students, by the id of the exercise."""
    query = sql.select(api.SubmittedAssignment.student_id, api.BaseCell.name, api.Grade)
    query = query.select_from(api.Grade).join(api.Grade.cell).join(api.Grade.notebook)
    query = query.join(api.SubmittedNotebook.notebook).join(api.SubmittedNotebook.assignment)
    query = query.join(api.SubmittedAssignment.assignment)
    found: dict[str, dict[str, Any]] = {result.student: {} for result in results}
    query = query.where(api.Assignment.name == lab, api.Notebook.name == lab)
    query = query.where(api.SubmittedAssignment.student_id.in_(list(found)))
    for student, name, row in db.execute(query):
        found[student][name.removeprefix("check-").replace("-", ".")] = row
    return found


def _take_over(
    gradebook: Gradebook, result: Total, rows: Mapping[str, Any], before: Mapping[str, Scores]
) -> int:
    """Make overrides of what differs from what the last projection left there.

    Where that was killed before it noted what it left, the row holds what counts already.
    """
    lab, student, grades = result.attempt.lab, result.student, result.grades
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


def _write(db: Session, row: Any, grade: Grade | None) -> Scores:
    """Write what an exercise counts; return the scores that the row holds then.

    Points that somebody entered in formgrader since the row was read stay there. They differ from
    what is returned, so the next projection takes them over.
    """
    manual = row.manual_score
    if grade is not None:
        row.auto_score = grade.automatic
        # As nbgrader itself: what a person decided is shown for review when it is marked again.
        row.needs_manual_grade = grade.verdict == "not judged" and grade.by == "check"
        if (new := _manual(grade)) != manual:
            as_read = api.Grade.manual_score.is_not_distinct_from(manual)
            its = sql.update(api.Grade).where(api.Grade.id == row.id, as_read)
            its = its.execution_options(synchronize_session=False)
            written: Any = db.execute(its.values(manual_score=new))
            manual = new if written.rowcount else manual
    return manual, row.extra_credit


def _manual(grade: Grade) -> float | None:
    """The manual score that nbgrader has for a grade."""
    return grade.points - grade.extra if grade.by != "check" else None


def _create_tables(url: str) -> None:
    """What nbgrader does for an empty database; ours is not empty, so it would leave a part out."""
    engine = opened(parsed(url))
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
