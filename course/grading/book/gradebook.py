"""The gradebook: what was handed in, how it was marked, and what people decided, in one database.

SQLite by default, PostgreSQL by its URL. These tables are the truth; nbgrader's, in the same
database, are a projection of them (`projection.py`). Everything that marking a submission finds is
written in one transaction, so a run that is killed leaves whole submissions and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import math
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sql
from sqlalchemy.orm import Session

from course.grading.book import database, schema
from course.grading.book.database import told
from course.grading.book.tables import (
    Attempt,
    Marking,
    MarkRow,
    Override,
    Projected,
    Secret,
    Student,
)
from course.grading.intake.collect import Submission
from course.grading.run.marking import Mark, Marked
from utils.checks.core import in_order

# The manual score and the extra credit that nbgrader has for an exercise.
Scores = tuple[float | None, float | None]


class Grade(NamedTuple):
    """What one exercise of one student counts, and who or what said so.

    `points` include `extra`, a credit that a person gave in formgrader.
    """

    exercise: str
    points: float
    extra: float
    possible: float
    automatic: float
    verdict: str
    by: str


class Written(NamedTuple):
    """A submission and what came of it; `unreadable` says why it is no notebook, or is empty."""

    submission: Submission
    marked: Marked
    unreadable: str = ""


class Noted(NamedTuple):
    """What marking an attempt found beside its points: see `grade.Summary`."""

    unreadable: str
    told: list[str]
    not_run: dict[str, str]


class Change(NamedTuple):
    """An exercise of one attempt that changed checks give other points.

    `decided` says that a person's override holds for it, whatever the checks say.
    """

    student: str
    handed_in: datetime
    exercise: str
    before: float
    after: float
    says: str
    decided: bool


class Gradebook:
    """A gradebook in a database; a context manager that closes it.

    Args:
        url: of the database.
        is_new: whether one may be made there.

    Attributes:
        url: the same, with the driver that is used. It may hold a password: never show it.
        migrated: what a person should know of tables that were brought to today's version, or "".

    Raises:
        NoGradebook: there is none, or none that can be used.
    """

    def __init__(self, url: str, *, is_new: bool = True) -> None:
        named = database.parsed(url)
        if not is_new and not database.is_there(named):
            raise schema.no_gradebook(named)
        self.url = named.render_as_string(hide_password=False)
        self._named, self._engine = named, database.opened(named)
        self.migrated = self._prepared(is_new=is_new)

    @classmethod
    def of(cls, path: Path, *, is_new: bool = True) -> Gradebook:
        """The gradebook in this file."""
        return cls(f"sqlite:///{path.absolute().as_posix()}", is_new=is_new)

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *ended: object) -> None:
        self._engine.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction that reads. Raises NoGradebook."""
        with told(self._named), Session(self._engine) as session, session.begin():
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that writes when no other does: all of it, or nothing. Raises NoGradebook.

        What it reads stays true until it ends: so the row that it looks for and does not find is
        made by nobody else meanwhile.
        """
        with self.session() as session:
            database.take_turn(session.connection())
            yield session

    def _prepared(self, *, is_new: bool) -> str:
        """Make the tables where they are missing or old, and only there; say what was done."""
        with self.session() as session:
            if schema.is_today(session.connection()):
                return ""
        with self.writing() as session:
            return schema.bring(session.connection(), is_new=is_new)

    @cached_property
    def _secret(self) -> bytes:
        with self.writing() as session:
            row = session.get(Secret, "seeds")
            if row is None:
                row = Secret(name="seeds", value=secrets.token_hex(32))
                session.add(row)
            return bytes.fromhex(row.value)

    # ---- What is handed in and marked ----

    def seed_of(self, lab: str, submission: Submission) -> int:
        """The secret seed of a submission: the same in every run, another in every gradebook."""
        text = "\0".join((lab, submission.student, submission.sha256))
        digest = hmac.new(self._secret, text.encode(), hashlib.sha256).digest()
        return int.from_bytes(digest[:7], "big")

    def marked_by(self, lab: str, submission: Submission, *, jailed: bool) -> set[str]:
        """The versions of the checks that judged all of this file; notes when it came again.

        Args:
            lab: its name.
            submission: the file.
            jailed: leave out what was marked without a jail.
        """
        key = {"lab": lab, "student": submission.student, "sha256": submission.sha256}
        with self.session() as session:
            attempt = _found(session, Attempt, **key)
            if attempt is None:
                return set()
            query = sql.select(Marking.version).where(Marking.attempt == attempt.id, _is_judged())
            versions = set(session.scalars(query.where(Marking.jailed) if jailed else query))
            _note(attempt, submission)
            is_news = session.is_modified(attempt)
            session.expunge_all()
        if is_news:
            with self.writing() as session:
                if (attempt := _found(session, Attempt, **key)) is not None:
                    _note(attempt, submission)
        return versions

    def write(
        self,
        lab: str,
        results: Iterable[Written],
        *,
        version: str,
        jailed: bool,
        counts: bool = True,
    ) -> None:
        """Keep all that marking these submissions found, in one transaction.

        Args:
            lab: its name.
            results: the submissions and what came out.
            version: of the checks.
            jailed: whether the submissions ran in a jail.
            counts: False for what changed checks would say (see `accept`).
        """
        with self.writing() as session:
            for result in results:
                attempt = _noted(session, lab, result)
                marking = Marking(
                    attempt=attempt.id,
                    version=version,
                    at=datetime.now(UTC),
                    jailed=jailed,
                    counts=counts,
                    unreadable=result.unreadable,
                    told=result.marked.told,
                    seconds=result.marked.seconds,
                )
                _replace(session, marking)
                rows = [_row(marking.id, mark) for mark in result.marked.marks.values()]
                if rows:
                    session.execute(sql.insert(MarkRow), rows)

    # ---- What counts ----

    def students(self, lab: str) -> list[Student]:
        """All who handed in for a lab, by id."""
        query = sql.select(Student).join(Attempt, Attempt.student == Student.id)
        query = query.where(Attempt.lab == lab).distinct().order_by(Student.id)
        with self.session() as session:
            found = list(session.scalars(query))
            session.expunge_all()
            return found

    def known(self) -> set[str]:
        """The ids of all students."""
        with self.session() as session:
            return set(session.scalars(sql.select(Student.id)))

    def attempts(self, lab: str, students: Sequence[str] | None = None) -> list[Attempt]:
        """All attempts of these students at a lab, or of all students, the last one first.

        What is no notebook of this lab comes last: it replaces none that is. What has the learning
        platform's own time comes before what has only a file's.
        """
        query = sql.select(Attempt).where(Attempt.lab == lab)
        if students is not None:
            query = query.where(Attempt.student.in_(students))
        with self.session() as session:
            order = (
                _is_readable().desc(),
                Attempt.is_listed.desc(),
                Attempt.handed_in.desc(),
                Attempt.id.desc(),
            )
            attempts = list(session.scalars(query.order_by(*order)))
            session.expunge_all()
            return attempts

    def grades(self, lab: str, student: str, attempt: Attempt | None = None) -> dict[str, Grade]:
        """What each exercise of a student counts: an attempt's marks, and what people said.

        Of several markings that count the best does: a check that was changed in mid-term takes no
        points away, unless it was accepted so.

        Args:
            lab: its name.
            student: whose overrides hold.
            attempt: by default the student's last one; in a team it may be another's.
        """
        attempt = attempt or next(iter(self.attempts(lab, [student])), None)
        if attempt is None:
            return {}
        with self.session() as session:
            best = _best(session, attempt)
            query = _overrides(lab).where(Override.student == student)
            overrides = {row.exercise: row for row in session.scalars(query)}
            extra = {
                row.exercise: row.extra_credit or 0.0
                for row in session.scalars(_projected(lab, [student]))
            }
            return {
                id: _grade(best[id], overrides.get(id), extra.get(id, 0.0))
                for id in sorted(best, key=in_order)
            }

    def marks(self, attempt: Attempt) -> dict[str, Mark]:
        """What the checks said of each exercise of an attempt; of several markings, the best."""
        with self.session() as session:
            return {
                id: Mark(id, row.verdict, row.points, row.possible, **row.said)
                for id, row in _best(session, attempt).items()
            }

    def marking(self, attempt: Attempt) -> Marking | None:
        """The last marking of an attempt that counts."""
        query = sql.select(Marking).where(Marking.attempt == attempt.id, Marking.counts)
        with self.session() as session:
            last = session.scalar(query.order_by(Marking.id.desc()).limit(1))
            session.expunge_all()
            return last

    def seconds(self, attempt: Attempt) -> float:
        """How long marking an attempt took last."""
        marking = self.marking(attempt)
        return float(marking.seconds.get("all", 0.0)) if marking else 0.0

    def noted(self, lab: str) -> dict[tuple[str, str], Noted]:
        """What a person should look at in attempts, by student and content.

        It is what the last marking that counts has found beside the points.
        """
        last = sql.select(sql.func.max(Marking.id)).where(Marking.counts)
        last = last.group_by(Marking.attempt)
        found = {}
        with self.session() as session:
            query = sql.select(Attempt, Marking).join_from(Attempt, Marking)
            query = query.where(Attempt.lab == lab, Marking.id.in_(last))
            not_run: dict[int, dict[str, str]] = {}
            # Few rows have it, of hundreds of thousands.
            of_lab = query.with_only_columns(Marking.id)
            has_it = sql.cast(MarkRow.said, sql.String).not_like('%"not_run": ""%')
            rows = sql.select(MarkRow).where(MarkRow.marking.in_(of_lab), has_it)
            for row in session.scalars(rows):
                if why := row.said.get("not_run"):
                    not_run.setdefault(row.marking, {})[row.exercise] = why
            is_told = sql.or_(Marking.unreadable != "", sql.cast(Marking.told, sql.String) != "[]")
            if not_run:
                is_told = sql.or_(is_told, Marking.id.in_(not_run))
            for attempt, marking in session.execute(query.where(is_told)):
                reasons = not_run.get(marking.id, {})
                reasons = {id: reasons[id] for id in sorted(reasons, key=in_order)}
                noted = Noted(marking.unreadable, list(marking.told), reasons)
                found[attempt.student, attempt.sha256] = noted
        return found

    def first_marked(self, attempt: Attempt) -> datetime | None:
        """When an attempt was marked first: what was decided before was decided on another."""
        with self.session() as session:
            return session.scalar(
                sql.select(sql.func.min(Marking.at)).filter_by(attempt=attempt.id)
            )

    def not_judged(self, lab: str, version: str) -> list[str]:
        """Students of whom these checks could not judge something."""
        query = sql.select(Attempt.student).join(Marking, Marking.attempt == Attempt.id)
        query = query.where(Attempt.lab == lab, Marking.version == version, ~_is_judged())
        with self.session() as session:
            return sorted(set(session.scalars(query)))

    def unreadable(self, lab: str) -> set[int]:
        """The ids of the attempts that are no notebook of this lab."""
        query = sql.select(Attempt.id).join(Marking, Marking.attempt == Attempt.id)
        with self.session() as session:
            return set(session.scalars(query.where(Attempt.lab == lab, Marking.unreadable != "")))

    def without_jail(self, lab: str) -> list[str]:
        """Students who have a grade from a run without a jail, which they may have forged."""
        query = sql.select(Attempt.student).join(Marking, Marking.attempt == Attempt.id)
        query = query.where(Attempt.lab == lab, Marking.counts, Marking.jailed.is_(False))
        with self.session() as session:
            return sorted(set(session.scalars(query)))

    # ---- Checks that were changed in mid-term ----

    def changes(self, lab: str, version: str, student: str | None = None) -> list[Change]:
        """What these checks would change, by student: points that count now, and would count.

        Where a check could not judge, nothing changes; `not_judged` says where.
        """
        query = sql.select(Attempt, Marking, MarkRow).join_from(Attempt, Marking).join(MarkRow)
        query = query.where(Attempt.lab == lab, Attempt.id.in_(_marked_by(lab, version, student)))
        query = query.order_by(Attempt.student, Attempt.id, MarkRow.points, Marking.id)
        found: list[Change] = []
        with self.session() as session:
            decided = {
                (row.student, row.exercise): row.points is not None
                for row in session.scalars(_overrides(lab))
            }
            rows = session.execute(query.execution_options(yield_per=1000))
            for attempt, of_one in groupby(rows, key=lambda row: row[0]):
                before, after = {}, {}
                for _, marking, row in of_one:
                    if marking.counts:
                        before[row.exercise] = row.points
                    if marking.version == version and marking.jailed:
                        after[row.exercise] = row
                for id in sorted(after, key=in_order):
                    was, row = before.get(id, 0.0), after[id]
                    if row.points != was:
                        found.append(
                            Change(
                                *(attempt.student, attempt.when, id, was, row.points),
                                says=row.said["says"],
                                decided=decided.get((attempt.student, id), False),
                            )
                        )
        return found

    def accept(
        self, lab: str, version: str, student: str | None = None, *, lower: bool = False
    ) -> None:
        """Let the marks of these checks count, too; with `lower`, they alone, also where they fall.

        Overrides stay as they are, and so do all marks of an attempt where one of these checks
        could not judge.
        """
        attempts = _marked_by(lab, version, student).scalar_subquery()
        its = sql.update(Marking).where(Marking.attempt.in_(attempts))
        with self.writing() as session:
            is_theirs = sql.and_(Marking.version == version, Marking.jailed)
            session.execute(its.where(is_theirs).values(counts=True))
            if lower:
                session.execute(its.where(~is_theirs).values(counts=False))

    # ---- What people decide ----

    def override(
        self,
        lab: str,
        student: str,
        exercise: str,
        points: float | None,
        *,
        who: str,
        why: str,
        together: Sequence[str] = (),
    ) -> None:
        """Let an exercise count `points` from now on; None takes earlier overrides back.

        Args:
            lab: its name.
            student: for whom alone the decision holds, also in a team.
            exercise: such as "2.3".
            points: instead of the check's.
            who: decides.
            why: shown to nobody but staff.
            together: the student's team, any of whom may have handed in.

        Raises:
            LookupError: neither the student nor the team has a mark for this exercise.
            ValueError: who or why is empty, or points is no finite number.
        """
        if points is not None and not math.isfinite(points):
            raise ValueError(f"An override is a number of points, not {points}.")
        if not who.strip() or not why.strip():
            raise ValueError("An override needs who decides it, and why.")
        attempts = self.attempts(lab, [student, *together])
        if not attempts or exercise not in self.grades(lab, student, attempts[0]):
            raise LookupError(f"There is no mark of {student} for exercise {exercise}.")
        with self.writing() as session:
            if session.get(Student, student) is None:
                session.add(Student(id=student, name=student))
                session.flush()
            session.add(
                Override(
                    lab=lab,
                    student=student,
                    exercise=exercise,
                    points=points,
                    who=who,
                    why=why,
                    at=datetime.now(UTC),
                )
            )

    def decision(self, lab: str, student: str, exercise: str) -> Override | None:
        """The last decision of a person on an exercise of a student, if any."""
        query = _overrides(lab).where(Override.student == student, Override.exercise == exercise)
        with self.session() as session:
            *_, last = [None, *session.scalars(query)]
            session.expunge_all()
            return last

    def decided(self, lab: str) -> set[str]:
        """The students of whom a person has decided something."""
        with self.session() as session:
            return {row.student for row in session.scalars(_overrides(lab))}

    def last_projected(self, lab: str, students: Sequence[str]) -> dict[str, dict[str, Scores]]:
        """Of each student manual score and extra credit by exercise, as `projected` was told."""
        found: dict[str, dict[str, Scores]] = {student: {} for student in students}
        with self.session() as session:
            for row in session.scalars(_projected(lab, students)):
                found[row.student][row.exercise] = (row.manual_score, row.extra_credit)
        return found

    def projected(self, lab: str, scores: Mapping[str, Mapping[str, Scores]]) -> None:
        """Remember what nbgrader's rows of some students hold, to know later what was edited."""
        with self.writing() as session:
            query = _projected(lab, list(scores))
            rows = {(row.student, row.exercise): row for row in session.scalars(query)}
            for student, of_one in scores.items():
                for id, (manual, extra) in of_one.items():
                    row = rows.get((student, id)) or Projected(
                        lab=lab, student=student, exercise=id
                    )
                    row.manual_score, row.extra_credit = manual, extra
                    session.add(row)

    def copies(self) -> list[Path]:
        """Files that hold this gradebook as it was before its tables changed."""
        return schema.copies(self._named)

    def forget(self, student: str) -> int:
        """Remove all that is known of a student, and what the database holds of deleted rows.

        Returns how many attempts that were.
        """
        with self.writing() as session:
            attempts = sql.select(Attempt.id).where(Attempt.student == student).scalar_subquery()
            markings = sql.select(Marking.id).where(Marking.attempt.in_(attempts)).scalar_subquery()
            session.execute(sql.delete(MarkRow).where(MarkRow.marking.in_(markings)))
            session.execute(sql.delete(Marking).where(Marking.attempt.in_(attempts)))
            session.execute(sql.delete(Override).where(Override.student == student))
            session.execute(sql.delete(Projected).where(Projected.student == student))
            gone = session.execute(sql.delete(Attempt).where(Attempt.student == student))
            session.execute(sql.delete(Student).where(Student.id == student))
        with told(self._named), self._engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(sql.text("VACUUM"))
        return int(gone.rowcount)  # type: ignore[attr-defined]


def _noted(session: Session, lab: str, result: Written) -> Attempt:
    """The row of an attempt, and of its student, made where there was none."""
    submission = result.submission
    student = session.get(Student, submission.student)
    if student is None:
        session.add(Student(id=submission.student, name=submission.name))
        session.flush()
    elif submission.name != submission.student:  # else only a number is known
        student.name = submission.name
    key = {"lab": lab, "student": submission.student, "sha256": submission.sha256}
    attempt: Attempt = _found(session, Attempt, **key) or Attempt(**key)
    _note(attempt, submission)
    attempt.seed = result.marked.seed
    session.add(attempt)
    session.flush()
    return attempt


def _note(attempt: Attempt, submission: Submission) -> None:
    attempt.shown = submission.shown
    if attempt.is_listed and not submission.is_listed:
        return
    attempt.is_listed = submission.is_listed
    attempt.downloaded_from = submission.downloaded_from
    # Only another time is written: most submissions of a second run are those of the first.
    if attempt.handed_in is None or attempt.when != submission.when:
        # SQLite keeps no time zone: what it holds is UTC.
        attempt.handed_in = submission.when.astimezone(UTC)


def _replace(session: Session, marking: Marking) -> None:
    """Add a marking in the place of one by the same checks, if any."""
    key = {name: getattr(marking, name) for name in ("attempt", "version", "jailed")}
    if (old := _found(session, Marking, **key)) is not None:
        marking.counts |= old.counts  # the same checks again, which only had not come to an end
        session.execute(sql.delete(MarkRow).where(MarkRow.marking == old.id))
        session.delete(old)
        session.flush()
    if marking.jailed and marking.counts:
        forgeable = sql.update(Marking).where(Marking.jailed.is_(False))
        session.execute(forgeable.where(Marking.attempt == marking.attempt).values(counts=False))
    session.add(marking)
    session.flush()


def _projected(lab: str, students: Sequence[str]) -> sql.Select[Any]:
    return sql.select(Projected).where(Projected.lab == lab, Projected.student.in_(students))


def _row(marking: int, mark: Mark) -> dict[str, Any]:
    said = dict(vars(mark))
    columns = {name: said.pop(name) for name in ("exercise", "verdict", "points", "possible")}
    return {"marking": marking, "said": said, **columns}


def _found(session: Session, table: type[Any], **columns: Any) -> Any:
    return session.scalar(sql.select(table).filter_by(**columns))


def _best(session: Session, attempt: Attempt) -> dict[str, MarkRow]:
    query = sql.select(MarkRow).join(Marking, Marking.id == MarkRow.marking)
    query = query.where(Marking.attempt == attempt.id, Marking.counts)
    query = query.order_by(MarkRow.points, Marking.id)
    return {row.exercise: row for row in session.scalars(query)}


def _is_judged() -> sql.ColumnElement[bool]:
    """Whether the checks of a marking all came to a verdict."""
    failed = sql.select(MarkRow.marking)
    failed = failed.where(MarkRow.marking == Marking.id, MarkRow.verdict == "not judged")
    return ~failed.correlate(Marking).exists()


def _is_readable() -> sql.ColumnElement[bool]:
    """Whether an attempt is a notebook of its lab."""
    read = sql.select(Marking.id).where(Marking.attempt == Attempt.id, Marking.unreadable == "")
    return read.correlate(Attempt).exists()


def _overrides(lab: str) -> sql.Select[Any]:
    """The decisions of people, the last one last."""
    return sql.select(Override).where(Override.lab == lab).order_by(Override.id)


def _marked_by(lab: str, version: str, student: str | None) -> sql.Select[Any]:
    """The attempts that these checks marked in a jail, all or those of a student."""
    query = sql.select(Attempt.id).join(Marking, Marking.attempt == Attempt.id)
    query = query.where(Attempt.lab == lab, Marking.version == version, _is_judged())
    query = query.where(Marking.jailed)
    return query if student is None else query.where(Attempt.student == student)


def _grade(row: MarkRow, override: Override | None, extra: float) -> Grade:
    points, by = row.points, "check"
    if override is not None and override.points is not None:
        points, by = override.points, override.who
    return Grade(row.exercise, points + extra, extra, row.possible, row.points, row.verdict, by)
