"""The tables of a gradebook; their names begin with labs_, those of nbgrader do not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, ClassVar

import sqlalchemy as sql
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Table(DeclarativeBase):
    """What all tables share."""

    type_annotation_map: ClassVar = {
        dict[str, Any]: sql.JSON,
        list[str]: sql.JSON,
        datetime: sql.DateTime(timezone=True),
    }


class Schema(Table):
    """One row: which version of these tables a gradebook has (see `schema`)."""

    __tablename__ = "labs_schema"
    version: Mapped[int] = mapped_column(primary_key=True)


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


class Attempt(Table):
    """One file of one student for one lab, known by its content.

    `is_listed` says that the time is the learning platform's: no file's own time replaces it.
    `downloaded_from` names the platform whose download gave the file its time: nobody knows then
    when it was handed in, and what was downloaded later comes later.
    """

    __tablename__ = "labs_attempt"
    __table_args__ = (sql.UniqueConstraint("lab", "student", "sha256"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    lab: Mapped[str]
    student: Mapped[str] = mapped_column(sql.ForeignKey("labs_student.id"), index=True)
    shown: Mapped[str]
    handed_in: Mapped[datetime]
    is_listed: Mapped[bool]
    downloaded_from: Mapped[str]
    sha256: Mapped[str]
    seed: Mapped[int] = mapped_column(sql.BigInteger)

    @property
    def when(self) -> datetime:
        """When it was handed in, in UTC; SQLite drops the time zone."""
        known = self.handed_in
        return known.astimezone(UTC) if known.tzinfo else known.replace(tzinfo=UTC)


class Marking(Table):
    """One run of one version of a lab's checks over an attempt.

    It counts unless it only shows what changed checks would say, or was done without a jail and
    later again in one.
    """

    __tablename__ = "labs_marking"
    __table_args__ = (sql.UniqueConstraint("attempt", "version", "jailed"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    attempt: Mapped[int] = mapped_column(sql.ForeignKey("labs_attempt.id"), index=True)
    version: Mapped[str]
    at: Mapped[datetime]
    jailed: Mapped[bool]
    counts: Mapped[bool]
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
