"""What tests of the gradebook share."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbgrader import api

from course.grading.book.gradebook import Gradebook


@pytest.fixture(scope="session", autouse=True)
def _alembic_starts_once() -> Iterator[None]:
    """nbgrader starts a program for each new database, to know what its tables' version is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(api, "get_alembic_version", functools.cache(api.get_alembic_version))
        yield


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    """An empty gradebook."""
    with Gradebook.of(tmp_path / "gradebook.db") as book:
        yield book
