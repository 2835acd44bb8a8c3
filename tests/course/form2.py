"""A small lab of form 2 as a source: the template of `course new`, with an exercise that exists."""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode

from course.new import TEMPLATE
from course.notebook import read_source

START = "import sys  # where a lab has its first cell"
TEXT = (
    (TEMPLATE / "source.txt")
    .read_text(encoding="utf-8")
    .replace("$first_cell", START)
    .replace("$lab.0", "2.3")
    .replace("$number: $title", "02: A line")
)


def edited(*edits: tuple[str, str]) -> str:
    """The text with each first part, which must be in it, replaced by the second."""
    text = TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new)
    return text


def lab(folder: Path, *edits: tuple[str, str], name: str = "02_line") -> NotebookNode:
    """The source as a notebook."""
    path = folder / f"{name}.py"
    path.write_text(edited(*edits), encoding="utf-8")
    return read_source(path)
