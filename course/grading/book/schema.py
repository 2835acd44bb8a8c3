"""The versions of the tables: an older gradebook is brought to today's, step by step.

Whoever changes the tables adds a step. A gradebook has its version in `labs_schema`; the first ones
had no number. All steps are done in one transaction, so a gradebook is of the old version or of the
new one, and of a file a copy is kept as it was.
"""

from __future__ import annotations

import glob
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy as sql
from sqlalchemy.engine import URL, Connection

from course.grading.book import database
from course.grading.book.database import NoGradebook
from course.grading.book.tables import Attempt, Schema, Table

# What leads from each version to the next, in SQL that SQLite and PostgreSQL know.
STEPS: Mapping[int, Sequence[str]] = {
    1: (
        # course.toml has said both ever since.
        "ALTER TABLE labs_student DROP COLUMN extra_hours",
        "ALTER TABLE labs_student DROP COLUMN team",
        "ALTER TABLE labs_attempt ADD COLUMN is_listed BOOLEAN DEFAULT FALSE NOT NULL",
    ),
    # The next `course grade` fills it.
    2: ("ALTER TABLE labs_attempt ADD COLUMN downloaded_from VARCHAR DEFAULT '' NOT NULL",),
}
TODAY = 1 + len(STEPS)


def is_today(connection: Connection) -> bool:
    """Whether a gradebook is of today's version, so that nothing is to be written.

    Raises:
        NoGradebook: it is of a newer version, or its tables are not those of its version.
    """
    if _version(connection) != TODAY:
        return False
    _refuse_other_columns(connection)
    return _has(connection, Schema)


def bring(connection: Connection, *, is_new: bool) -> str:
    """Make the tables, or bring them to today's version; the connection is the only one to write.

    Returns what a person should know of it, or "".

    Raises:
        NoGradebook: there is no gradebook and `is_new` is false, or it is none of these labs'.
    """
    before = _version(connection)
    if before is None and not is_new:
        raise no_gradebook(connection.engine.url)
    if before in (None, TODAY):
        _finish(connection)
        return ""
    with _copied(connection, before) as copy:
        for version in range(before, TODAY):
            for step in STEPS[version]:
                connection.exec_driver_sql(step)
        _finish(connection)
    as_it_was = f" {copy} has it as it was." if copy else ""
    return f"The gradebook was of version {before} and is now of version {TODAY}.{as_it_was}"


def no_gradebook(url: URL) -> NoGradebook:
    """What is said where a gradebook should be and is not."""
    says = "holds no gradebook of these labs: `course grade` makes one."
    return NoGradebook(f"{database.shown(url)} {says}")


def _finish(connection: Connection) -> None:
    """What is missing is made, and the version noted."""
    Table.metadata.create_all(connection)
    _refuse_other_columns(connection)
    connection.execute(sql.delete(Schema))
    connection.execute(sql.insert(Schema).values(version=TODAY))


def _version(connection: Connection) -> int | None:
    """The version of the tables; None where there are none. Raises NoGradebook for a newer one."""
    if not _has(connection, Attempt):
        return None
    version = None
    if _has(connection, Schema):
        version = connection.scalar(sql.select(sql.func.max(Schema.version)))
    if version is None:  # the first ones had no number
        return 2 if Attempt.is_listed.key in _columns(connection, Attempt.__tablename__) else 1
    if version > TODAY:
        raise NoGradebook(
            f"The gradebook {database.shown(connection.engine.url)} is of version {version}, and "
            f"these labs know versions up to {TODAY}. Go on with the labs that wrote it last, or "
            "bring these to the same commit (`git pull`)."
        )
    return version


def _has(connection: Connection, table: type[Table]) -> bool:
    return sql.inspect(connection).has_table(table.__tablename__)


def _columns(connection: Connection, table: str) -> set[str]:
    return {column["name"] for column in sql.inspect(connection).get_columns(table)}


def _refuse_other_columns(connection: Connection) -> None:
    """Tables that another version of this repository made are left as they are."""
    its = sql.inspect(connection)
    for name in set(its.get_table_names()) & Table.metadata.tables.keys():
        if other := _columns(connection, name) ^ set(Table.metadata.tables[name].columns.keys()):
            raise NoGradebook(
                f"The gradebook {database.shown(connection.engine.url)} was made by another "
                f"version of these labs ({name}: {', '.join(sorted(other))}). Go on with that "
                "version, or give --course another folder and grade the submissions anew."
            )


def copies(url: URL) -> list[Path]:
    """The copies of a gradebook that were made before it was brought to another version."""
    if url.drivername != "sqlite" or not url.database:
        return []
    file = Path(url.database)
    return sorted(file.parent.glob(f"{glob.escape(file.stem)}-version*.db"))


@contextmanager
def _copied(connection: Connection, version: int) -> Iterator[Path | None]:
    """A copy of SQLite's file as it is, which stays unless what follows fails."""
    file = connection.engine.url.database
    if connection.dialect.name != "sqlite" or not file:
        yield None
        return
    now = datetime.now(UTC)
    copy = Path(file).with_name(f"{Path(file).stem}-version{version}-{now:%Y%m%dT%H%M%S}.db")
    copy.touch(mode=0o600, exist_ok=False)
    try:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        shutil.copymode(file, copy)
        yield copy
    except sqlite3.Error as error:  # SQLAlchemy's are others
        copy.unlink()
        raise NoGradebook(
            f"The gradebook {database.shown(connection.engine.url)} is of version {version}, and "
            f"cannot be copied before that changes ({error}): mend that and start the same command "
            "again; it is as it was."
        ) from None
    except BaseException:
        copy.unlink()
        raise
