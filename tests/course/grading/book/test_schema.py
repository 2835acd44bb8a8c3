"""A gradebook of an earlier version is brought to today's, one of a later version is refused."""

from __future__ import annotations

import functools
import sqlite3
import threading
from pathlib import Path

import pytest
import sqlalchemy as sql
from sqlalchemy.engine import Connection
from typer.testing import CliRunner

from course.cli import app
from course.grading.book import schema
from course.grading.book.database import NoGradebook, opened, parsed
from course.grading.book.gradebook import Gradebook
from course.grading.book.tables import Table
from tests.course.grading.book.test_at_once import write

LAB = "00_orientation"
# What the tables of the first version, which had no number, had otherwise.
FIRST = (
    "DROP TABLE labs_schema",
    "ALTER TABLE labs_attempt DROP COLUMN downloaded_from",
    "ALTER TABLE labs_attempt DROP COLUMN is_listed",
    "ALTER TABLE labs_student ADD COLUMN extra_hours FLOAT DEFAULT 0.0 NOT NULL",
    "ALTER TABLE labs_student ADD COLUMN team VARCHAR DEFAULT '' NOT NULL",
)


def run(url: str, *statements: str) -> None:
    engine = opened(parsed(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def rows(url: str) -> dict[str, list[dict[str, object]]]:
    """All that a database holds, by table."""
    engine = opened(parsed(url))
    with engine.connect() as connection:
        found = {}
        for name in sql.inspect(connection).get_table_names():
            every = connection.exec_driver_sql(f"SELECT * FROM {name}").mappings()
            found[name] = sorted(map(dict, every), key=str)
    engine.dispose()
    return found


def filled(url: str) -> None:
    """A gradebook with marks of three students, and a decision."""
    with Gradebook(url) as book:
        write(book, LAB, "jane", "joe", "jill")
        book.override(LAB, "joe", "0.1", 0.5, who="Ada", why="because")
        assert book.migrated == ""


@pytest.fixture
def first(url: str) -> str:
    """A gradebook of the first version."""
    filled(url)
    run(url, *FIRST)
    return url


def test_a_gradebook_of_the_first_version_goes_on(first: str, tmp_path: Path) -> None:
    before = rows(first)
    with Gradebook(first, is_new=False) as book:  # a command that only reads
        says = "The gradebook was of version 1 and is now of version 3."
        assert book.migrated.startswith(says)
        assert book.grades(LAB, "joe")["0.1"].points == 0.5
        assert book.grades(LAB, "jane")["0.1"].points == 1
        times = [(one.is_listed, one.downloaded_from) for one in book.attempts(LAB)]
        assert times == [(False, "")] * 3
        write(book, "02_xor", "jack")
        copies = book.copies()
    after = rows(first)
    for name in ("labs_secret", "labs_override", "labs_mark"):
        assert [row for row in after[name] if row in before[name]] == before[name]
    assert after["labs_schema"] == [{"version": schema.TODAY}]
    if first.startswith("sqlite"):
        (copy,) = copies
        assert rows(f"sqlite:///{copy}") == before
        assert str(copy) in book.migrated
    with Gradebook(first, is_new=False) as book:
        assert (book.migrated, book.copies()) == ("", copies)
    assert len(list(tmp_path.iterdir())) == 2 * len(copies)


def test_its_tables_are_those_that_are_made_today(first: str, tmp_path: Path) -> None:
    def columns(connection: Connection) -> dict[str, dict[str, tuple[str, bool]]]:
        its = sql.inspect(connection)
        return {
            name: {
                column["name"]: (str(column["type"]), column["nullable"])
                for column in its.get_columns(name)
            }
            for name in its.get_table_names()
        }

    with Gradebook(first) as book, book.session() as session:
        migrated = columns(session.connection())
    run(first, *(f"DROP TABLE {table.name}" for table in reversed(Table.metadata.sorted_tables)))
    with Gradebook(first) as book, book.session() as session:
        assert columns(session.connection()) == migrated


def test_two_that_open_it_at_once_both_can(first: str) -> None:
    said: list[str] = []

    def open_it() -> None:
        with Gradebook(first, is_new=False) as book:
            said.append(book.migrated)

    both = [threading.Thread(target=open_it) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(bool(says) for says in said) == [False, True]


def test_one_without_a_number_that_has_the_tables_of_the_second_version_goes_on(url: str) -> None:
    filled(url)
    before = rows(url)
    run(url, *FIRST[:2])
    with Gradebook(url, is_new=False) as book:
        assert book.migrated.startswith("The gradebook was of version 2 and is now of version 3.")
    assert rows(url) == before


def test_a_newer_one_is_refused_in_a_sentence_and_left_alone(url: str) -> None:
    filled(url)
    run(url, "UPDATE labs_schema SET version = 77", "ALTER TABLE labs_student ADD COLUMN x INT")
    before = rows(url)
    for is_new in (False, True):
        with pytest.raises(NoGradebook, match="is of version 77, and these labs know versions"):
            Gradebook(url, is_new=is_new)
    assert rows(url) == before


@pytest.mark.parametrize(
    "step", ["UPDATE labs_student SET nothing = 1", "ALTER TABLE labs_student ADD COLUMN other INT"]
)
def test_a_step_that_fails_leaves_the_gradebook_as_it_was(
    first: str, tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(first)
    with monkeypatch.context() as patch:
        last = (*schema.STEPS[2], "DELETE FROM labs_mark", step)
        patch.setattr(schema, "STEPS", {**schema.STEPS, 2: last})
        with pytest.raises(NoGradebook, match=r"nothing|other"):
            Gradebook(first)
    assert rows(first) == before
    assert {path.name for path in tmp_path.iterdir()} <= {"gradebook.db"}  # and no copy
    with Gradebook(first) as book:
        assert book.migrated and book.grades(LAB, "jane")


def test_a_copy_that_cannot_be_made_is_told_and_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    filled(url)
    run(url, *FIRST)
    before = rows(url)

    class Full(sqlite3.Connection):
        def backup(self, *_: object, **__: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        connect = functools.partial(sqlite3.connect, factory=Full)
        patch.setattr(schema.sqlite3, "connect", connect)
        with pytest.raises(NoGradebook, match="cannot be copied before that changes"):
            Gradebook(url)
    assert rows(url) == before
    assert [path.name for path in tmp_path.iterdir()] == ["gradebook.db"]


def test_the_copy_is_as_private_as_the_gradebook(tmp_path: Path) -> None:
    file = tmp_path / "gradebook.db"
    filled(f"sqlite:///{file}")
    run(f"sqlite:///{file}", *FIRST)
    file.chmod(0o640)
    with Gradebook.of(file) as book:
        assert [copy.stat().st_mode & 0o777 for copy in book.copies()] == [0o640]


def test_the_steps_come_in_their_order(first: str, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {number: (f"UPDATE labs_student SET name = name || '{number}'",) for number in (3, 4)}
    monkeypatch.setattr(schema, "STEPS", {**schema.STEPS, **more})
    monkeypatch.setattr(schema, "TODAY", 5)
    with Gradebook(first) as book:
        assert [one.name for one in book.students(LAB)] == ["Jane34", "Jill34", "Joe34"]


def test_the_command_tells_it_and_forgetting_removes_the_copy(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'gradebook.db'}"
    filled(url)
    run(url, *FIRST)
    where = ("--course", str(tmp_path))
    done = CliRunner().invoke(app, ["export", "00", *where])
    assert done.exit_code == 0 and "is now of version 3. " in done.stderr
    (copy,) = schema.copies(parsed(url))
    done = CliRunner().invoke(app, ["forget", "jane", *where])
    assert done.exit_code == 0 and f"{copy} had everybody's, and is removed" in done.stderr
    assert not copy.exists()
