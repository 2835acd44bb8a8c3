"""The sections of a lab: where each heading stands, how long its part takes, what lies folded.

A heading is a text cell that begins with one. What belongs to it goes on to the next heading of
its level or higher: JupyterLab and Colab fold the same cells.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode

from course.cells import tags

HEADING = re.compile(r"(#{1,6}) +([^\n]+)")
SECTION = 2  # the level of the headings that divide a lab
# What the build writes behind a heading; the paired editor may carry it into a source.
MINUTES = re.compile(r"(?P<heading>#[^\n]*?) \*\(\d+ minutes?\)\*(?=\n|$)")


@dataclass(frozen=True)
class Section:
    """A heading of level 2 that is on view, and its number, where it begins with one.

    A section for home may wait for another day, and the lab's minutes leave it out.
    """

    title: str
    number: int | None
    minutes: int | None
    is_home: bool = False

    @property
    def name(self) -> str:
        """As a sentence calls it."""
        return f"section {self.number}" if self.number is not None else f'"{self.title}"'


def title_metadata(notebook: NotebookNode) -> Mapping[str, Any]:
    """What the title cell states of the lab."""
    return notebook.cells[0].metadata if notebook.cells else {}


def form_of(notebook: NotebookNode) -> int:
    """1 for labs that were written before there were rules for sections, acts and length."""
    return int(title_metadata(notebook).get("form", 1))


def heading(cell: NotebookNode) -> tuple[int, str] | None:
    """Level and text of the heading that a cell begins with; None where it begins with none."""
    found = HEADING.match(cell.source) if cell.cell_type == "markdown" else None
    return (len(found[1]), found[2].strip()) if found else None


def sections(notebook: NotebookNode) -> list[Section]:
    """The sections that are on view, in order."""
    folded = folded_cells(notebook)
    return [
        Section(text, _number(text), cell.metadata.get("minutes"), is_home(cell))
        for at, cell in enumerate(notebook.cells)
        for level, text in [heading(cell) or (0, "")]
        if level == SECTION and at not in folded
    ]


def is_home(cell: NotebookNode) -> bool:
    """Whether a heading begins a section for home."""
    return "home" in tags(cell)


def numbers(notebook: NotebookNode) -> list[int | None]:
    """For each cell the number of the section that it stands in, None where it has none.

    What is folded at the level of a section is none of the numbered ones.
    """
    found: list[int | None] = []
    for cell in notebook.cells:
        level, text = heading(cell) or (0, "")
        found.append(_number(text) if level == SECTION else found[-1] if found else None)
    return found


def short_path(notebook: NotebookNode) -> list[int]:
    """The numbers of the sections that make a lab of their own."""
    return [int(number) for number in re.findall(r"\d+", title_metadata(notebook)["short"])]


def folded_cells(notebook: NotebookNode) -> set[int]:
    """Where the cells stand that lie under a folded heading, the headings among them."""
    return _under(notebook, lambda cell: bool(cell.metadata.get("folded")))


def home_cells(notebook: NotebookNode) -> set[int]:
    """Where the cells of the sections for home stand."""
    return _under(notebook, is_home)


def _under(notebook: NotebookNode, begins: Callable[[NotebookNode], bool]) -> set[int]:
    """Where the cells stand that lie under such a heading, the headings among them."""
    places = set()
    under = 0  # the level of such a heading that is open; 0 for none
    for at, cell in enumerate(notebook.cells):
        level, _ = heading(cell) or (0, "")
        if level and level <= under:
            under = 0
        if not under and begins(cell):
            under = level
        if under:
            places.add(at)
    return places


def with_minutes(text: str, minutes: int) -> str:
    """A cell's text with the minutes behind its heading."""
    first, line_end, rest = text.partition("\n")
    return f"{first} *({minutes} minute{'s' if minutes != 1 else ''})*{line_end}{rest}"


def without_minutes(text: str) -> str:
    """The same without them."""
    found = MINUTES.match(text)
    return found["heading"] + text[found.end() :] if found else text


def _number(text: str) -> int | None:
    found = re.match(r"(\d+)\.", text)
    return int(found[1]) if found else None
