"""What tests of the gradebook share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from course.grading.gradebook import Gradebook


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Gradebook]:
    """An empty gradebook."""
    with Gradebook.of(tmp_path / "gradebook.db") as book:
        yield book
