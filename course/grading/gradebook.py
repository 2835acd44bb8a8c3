"""The gradebook: what was handed in, how it was marked, and what people decided, in one database.

SQLite by default, PostgreSQL by its URL. These tables are the truth; nbgrader's, in the same
database, are a projection of them (`projection.py`). Everything that marking a submission finds is
written in one transaction, so a run that is killed leaves whole submissions and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import sqlalchemy as sql
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from course.grading.collect import Submission
from course.grading.marking import Mark, Marked

# The manual score and the extra credit that nbgrader has for an exercise.
Scores = tuple[float | None, float | None]
SECONDS_TO_WAIT = 30  # for another program that writes to the database


class NoGradebook(Exception):
    """The database cannot be used now; the message says why and what to do."""


class Table(DeclarativeBase):
    """What our tables share; their names begin with labs_, nbgrader's do not."""

    type_annotation_map: ClassVar = {
        dict[str, Any]: sql.JSON,
        list[str]: sql.JSON,
        datetime: sql.DateTime(timezone=True),
    }


class Secret(Table):
    """The number from which the seeds of all submissions follow. It never leaves the database."""

    __tablename__ = "labs_secret"
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]


class Student(Table):
    """A student: the id is that of the learning platform."""

    __tablename__ = "labs_student"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    extra_hours: Mapped[float] = mapped_column(default=0.0)
    team: Mapped[str] = mapped_column(default="")


class Attempt(Table):
    """One file of one student for one lab, known by its content."""

    __tablename__ = "labs_attempt"
    __table_args__ = (sql.UniqueConstraint("lab", "student", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lab: Mapped[str]
    student: Mapped[str] = mapped_column(sql.ForeignKey("labs_student.id"), index=True)
    shown: Mapped[str]
    handed_in: Mapped[datetime]
    sha256: Mapped[str]
    seed: Mapped[int] = mapped_column(sql.BigInteger)


class Marking(Table):
    """One run of one version of a lab's checks over an attempt."""

    __tablename__ = "labs_marking"
    __table_args__ = (sql.UniqueConstraint("attempt", "version", "jailed"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(sql.ForeignKey("labs_attempt.id"), index=True)
    version: Mapped[str]
    at: Mapped[datetime]
    jailed: Mapped[bool]
    unreadable: Mapped[str]
    told: Mapped[list[str]]
    seconds: Mapped[dict[str, Any]]


class MarkRow(Table):
    """One exercise in one marking. `said` is what the card says."""

    __tablename__ = "labs_mark"
    marking: Mapped[int] = mapped_column(sql.ForeignKey("labs_marking.id"), primary_key=True)
    exercise: Mapped[str] = mapped_column(primary_key=True)
    verdict: Mapped[str]
    points: Mapped[float]
    possible: Mapped[float]
    said: Mapped[dict[str, Any]]


class Override(Table):
    """A person's decision on the points of one exercise; the latest counts. None takes it back."""

    __tablename__ = "labs_override"
    id: Mapped[int] = mapped_column(primary_key=True)
    lab: Mapped[str]
    student: Mapped[str] = mapped_column(sql.ForeignKey("labs_student.id"), index=True)
    exercise: Mapped[str]
    points: Mapped[float | None]
    who: Mapped[str]
    why: Mapped[str]
    at: Mapped[datetime]


class Projected(Table):
    """What nbgrader's row of an exercise held when we last wrote it; another value is an edit."""

    __tablename__ = "labs_projected"
    lab: Mapped[str] = mapped_column(primary_key=True)
    student: Mapped[str] = mapped_column(primary_key=True)
    exercise: Mapped[str] = mapped_column(primary_key=True)
    manual_score: Mapped[float | None]
    extra_credit: Mapped[float | None]


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


class Gradebook:
    """A gradebook in a database; a context manager that closes it."""

    def __init__(self, url: str) -> None:
        wait = {"timeout": SECONDS_TO_WAIT} if url.startswith("sqlite") else {}
        with _told(url):
            self._engine = sql.create_engine(url, connect_args=wait)
            if self._engine.dialect.name == "sqlite":
                sql.event.listen(self._engine, "connect", _safe)
            Table.metadata.create_all(self._engine)
            self.url = url
            self._secret = self._kept_secret()

    @classmethod
    def of(cls, path: Path) -> Gradebook:
        """The gradebook in this file, which is made where there is none."""
        return cls(f"sqlite:///{path.absolute().as_posix()}")

    def __enter__(self) -> Gradebook:
        return self

    def __exit__(self, *ended: object) -> None:
        self._engine.dispose()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A transaction: all of it is written, or nothing. Raises NoGradebook."""
        with _told(self.url), Session(self._engine) as session, session.begin():
            yield session

    def _kept_secret(self) -> bytes:
        with Session(self._engine) as session, session.begin():
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

    def is_marked(self, lab: str, submission: Submission, version: str, *, jailed: bool) -> bool:
        """Whether this file was marked by these checks; if so, note when it was handed in again."""
        with self.session() as session:
            attempt = _found(
                session, Attempt, lab=lab, student=submission.student, sha256=submission.sha256
            )
            if attempt is None:
                return False
            attempt.shown, attempt.handed_in = submission.shown, submission.when
            marking = _found(session, Marking, attempt=attempt.id, version=version, jailed=jailed)
            return marking is not None

    def write(
        self,
        lab: str,
        submission: Submission,
        marked: Marked,
        *,
        version: str,
        jailed: bool,
        unreadable: str = "",
    ) -> None:
        """Keep all that marking a submission found, in one transaction."""
        with self.session() as session:
            student = session.get(Student, submission.student)
            if student is None:
                session.add(Student(id=submission.student, name=submission.name))
                session.flush()
            attempt = _found(
                session, Attempt, lab=lab, student=submission.student, sha256=submission.sha256
            ) or Attempt(lab=lab, student=submission.student, sha256=submission.sha256)
            attempt.shown, attempt.handed_in = submission.shown, submission.when
            attempt.seed = marked.seed
            session.add(attempt)
            session.flush()
            old = _found(session, Marking, attempt=attempt.id, version=version, jailed=jailed)
            if old is not None:
                session.execute(sql.delete(MarkRow).where(MarkRow.marking == old.id))
                session.delete(old)
                session.flush()
            marking = Marking(
                attempt=attempt.id,
                version=version,
                at=datetime.now(UTC),
                jailed=jailed,
                unreadable=unreadable,
                told=marked.told,
                seconds=marked.seconds,
            )
            session.add(marking)
            session.flush()
            session.add_all(_row(marking.id, mark) for mark in marked.marks.values())

    # ---- What counts ----

    def students(self, lab: str) -> list[Student]:
        """All who handed in for a lab, by id."""
        query = sql.select(Student).join(Attempt, Attempt.student == Student.id)
        query = query.where(Attempt.lab == lab).distinct().order_by(Student.id)
        with self.session() as session:
            found = list(session.scalars(query))
            session.expunge_all()
            return found

    def attempts(self, lab: str, students: Sequence[str]) -> list[Attempt]:
        """All attempts of these students at a lab, the last one first."""
        query = sql.select(Attempt).where(Attempt.lab == lab, Attempt.student.in_(students))
        with self.session() as session:
            found = session.scalars(query.order_by(Attempt.handed_in.desc(), Attempt.id.desc()))
            attempts = list(found)
            session.expunge_all()
            return attempts

    def grades(self, lab: str, student: str, attempt: Attempt | None = None) -> dict[str, Grade]:
        """What each exercise of a student counts: an attempt's marks, and what people said.

        Of several markings of the attempt the best counts: a check that was changed in mid-term
        takes no points away.

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
            overrides = _overrides(session, lab, student)
            extra = {
                row.exercise: row.extra_credit or 0.0
                for row in session.scalars(_projected(lab, student))
            }
            return {
                id: _grade(best[id], overrides.get(id), extra.get(id, 0.0))
                for id in sorted(best, key=_number)
            }

    def marks(self, attempt: Attempt) -> dict[str, Mark]:
        """What the checks said of each exercise of an attempt; of several markings, the best."""
        with self.session() as session:
            return {
                id: Mark(id, row.verdict, row.points, row.possible, **row.said)
                for id, row in _best(session, attempt).items()
            }

    def told(self, attempt: Attempt) -> list[str]:
        """What the student should know of the last marking of an attempt."""
        query = sql.select(Marking).where(Marking.attempt == attempt.id)
        with self.session() as session:
            last = session.scalar(query.order_by(Marking.id.desc()).limit(1))
            return list(last.told) if last else []

    # ---- What people decide ----

    def override(
        self, lab: str, student: str, exercise: str, points: float | None, *, who: str, why: str
    ) -> None:
        """Let an exercise count `points` from now on; None takes earlier overrides back.

        Raises:
            LookupError: the student has no mark for this exercise.
            ValueError: who or why is empty.
        """
        if not who.strip() or not why.strip():
            raise ValueError("An override needs who decides it, and why.")
        if exercise not in self.grades(lab, student):
            raise LookupError(f"There is no mark of {student} for exercise {exercise}.")
        with self.session() as session:
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

    def last_projected(self, lab: str, student: str) -> dict[str, Scores]:
        """Manual score and extra credit of each exercise as `projected` was last told."""
        with self.session() as session:
            rows = session.scalars(_projected(lab, student))
            return {row.exercise: (row.manual_score, row.extra_credit) for row in rows}

    def projected(self, lab: str, student: str, scores: Mapping[str, Scores]) -> None:
        """Remember what nbgrader's rows hold now, to know later what was edited there."""
        with self.session() as session:
            for exercise, (manual, extra) in scores.items():
                session.merge(
                    Projected(
                        lab=lab,
                        student=student,
                        exercise=exercise,
                        manual_score=manual,
                        extra_credit=extra,
                    )
                )

    def forget(self, student: str) -> int:
        """Remove all that is known of a student; return how many attempts that were."""
        with self.session() as session:
            attempts = sql.select(Attempt.id).where(Attempt.student == student).scalar_subquery()
            markings = sql.select(Marking.id).where(Marking.attempt.in_(attempts)).scalar_subquery()
            session.execute(sql.delete(MarkRow).where(MarkRow.marking.in_(markings)))
            session.execute(sql.delete(Marking).where(Marking.attempt.in_(attempts)))
            session.execute(sql.delete(Override).where(Override.student == student))
            session.execute(sql.delete(Projected).where(Projected.student == student))
            gone = session.execute(sql.delete(Attempt).where(Attempt.student == student))
            session.execute(sql.delete(Student).where(Student.id == student))
            return int(gone.rowcount)  # type: ignore[attr-defined]


def _projected(lab: str, student: str) -> sql.Select[Any]:
    return sql.select(Projected).where(Projected.lab == lab, Projected.student == student)


def _row(marking: int, mark: Mark) -> MarkRow:
    said = asdict(mark)
    columns = {name: said.pop(name) for name in ("exercise", "verdict", "points", "possible")}
    return MarkRow(marking=marking, said=said, **columns)


def _found(session: Session, table: type[Any], **columns: Any) -> Any:
    return session.scalar(sql.select(table).filter_by(**columns))


def _best(session: Session, attempt: Attempt) -> dict[str, MarkRow]:
    query = sql.select(MarkRow).join(Marking, Marking.id == MarkRow.marking)
    query = query.where(Marking.attempt == attempt.id).order_by(MarkRow.points, Marking.id)
    return {row.exercise: row for row in session.scalars(query)}


def _overrides(session: Session, lab: str, student: str) -> Mapping[str, Override]:
    query = sql.select(Override).where(Override.lab == lab, Override.student == student)
    return {row.exercise: row for row in session.scalars(query.order_by(Override.id))}


def _grade(row: MarkRow, override: Override | None, extra: float) -> Grade:
    points, by = row.points, "check"
    if override is not None and override.points is not None:
        points, by = override.points, override.who
    return Grade(row.exercise, points + extra, extra, row.possible, row.points, row.verdict, by)


def _number(exercise: str) -> list[int]:
    return [int(part) for part in exercise.split(".")]


def _safe(connection: Any, _: object) -> None:
    """SQLite: a transaction is on the disk when it is said to be, and no row points nowhere."""
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


@contextmanager
def _told(url: str) -> Iterator[None]:
    """Turn what a database says into one sentence that says what to do."""
    try:
        yield
    except DBAPIError as error:
        says = str(error.orig).strip().splitlines()[0]
        shown = sql.make_url(url).render_as_string(hide_password=True)
        if "locked" in says:
            todo = "another program writes to it: close formgrader or the other run, then go on"
        elif "full" in says:
            todo = "free some disk and start the same command again; what is marked is kept"
        else:
            todo = "mend that and start the same command again; what is marked is kept"
        raise NoGradebook(f"The gradebook {shown} cannot be used ({says}): {todo}.") from None
    except sql.exc.ArgumentError:
        raise NoGradebook(
            f"{url!r} is no database: name a file as sqlite:///gradebook.db, or a server as "
            "postgresql+psycopg://user@host/name."
        ) from None
