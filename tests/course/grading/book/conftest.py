"""Databases for gradebooks: a file, and one in a PostgreSQL server."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sql

from tests.programs import with_postgresql


@pytest.fixture(scope="package")
def server() -> Iterator[str]:
    """The URL of a PostgreSQL server."""
    from tests.course.grading.test_elsewhere import postgresql  # imports nbgrader, which is slow

    with postgresql() as url:
        yield url


@pytest.fixture(params=["SQLite", pytest.param("PostgreSQL", marks=with_postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without a gradebook."""
    if request.param == "SQLite":
        return f"sqlite:///{tmp_path / 'gradebook.db'}"
    server: str = request.getfixturevalue("server")
    name = "book_" + secrets.token_hex(4)
    engine = sql.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return server.replace("/postgres?", f"/{name}?")
