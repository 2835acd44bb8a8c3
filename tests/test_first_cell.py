"""The first code cell of a lab: the same in all, and what it shows where no course is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.build import find_labs
from course.notebook import read_source
from tests.cells import shown

ROOT = Path(__file__).resolve().parents[1]


def first_cells() -> list[str]:
    notebooks = [read_source(lab.source) for lab in find_labs(ROOT)]
    return [next(c.source for c in book.cells if c.cell_type == "code") for book in notebooks]


def test_it_is_the_same_in_all_labs_and_short() -> None:
    (cell,) = set(first_cells())
    code = [line for line in cell.splitlines() if line and not line.startswith("#")]
    assert len(code) <= 2


def test_a_notebook_that_is_opened_alone_says_how_to_open_it(tmp_path: Path) -> None:
    said = shown(tmp_path, first_cells()[0])
    assert "No module named 'utils'" in said
    assert "open this notebook by `python3 run.py`" in said


@pytest.mark.parametrize("file", ["utils.py", "utils/__init__.py"])
def test_a_file_that_hides_the_package_is_named(tmp_path: Path, file: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(exist_ok=True)
    path.write_text("answer = 42\n")
    said = shown(tmp_path, first_cells()[0])
    assert f"cannot import name 'start' from 'utils' ({path})" in said
    assert "hides the course's package: rename it" in said
