"""The sections of the labs, and what each covers and asks, from the metadata of the cells.

Links lead to these places. The anchor of a numbered section stays when its title changes.
"""

from __future__ import annotations

import ast
import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.build import LabFiles
from course.cells import calls, tags
from course.notebook import FETCH
from course.sections import (
    SECTION,
    folded_cells,
    heading,
    is_home,
    short_path,
    title_metadata,
    without_minutes,
)


@dataclass(eq=False)
class Place:
    """A section of a lab or a folded part of one; the lab's beginning before its first section."""

    lab: str  # its number
    title: str
    anchor: str
    number: int | None = None
    minutes: int | None = None  # None beyond the core
    folded: bool = False
    is_home: bool = False
    exercises: dict[str, None] = field(default_factory=dict)  # a set that keeps their order
    covers: set[str] = field(default_factory=set)  # rows and errata of the lectures

    @property
    def link(self) -> str:
        """As a list of places shows it: what is folded in italics."""
        words = f"section {self.number}" if self.number is not None else self.title
        link = f"[{words}](#{self.anchor})"
        return f"*{link}*" if self.folded else link


@dataclass(frozen=True)
class LabPlaces:
    """A lab as a student opens it, without the cell that fetches the course, and its places."""

    files: LabFiles

    @property
    def number(self) -> str:
        return self.files.number

    @cached_property
    def notebook(self) -> NotebookNode:
        notebook = nbformat.read(self.files.lab, as_version=4)
        notebook.cells = [cell for cell in notebook.cells if FETCH not in tags(cell)]
        return notebook

    @property
    def title(self) -> str:
        """Without the number."""
        return (heading(self.notebook.cells[0]) or (1, ""))[1].partition(": ")[2]

    @property
    def anchor(self) -> str:
        return f"lab-{self.number}"

    @property
    def link(self) -> str:
        return f"[Lab {self.number}: {self.title}](#{self.anchor})"

    @property
    def needs(self) -> list[str]:
        return list(title_metadata(self.notebook)["needs"])

    @property
    def is_extra(self) -> bool:
        """Whether it belongs to no lecture, and so to no week of a term."""
        return not any(place.covers for place in self.places)

    @property
    def short(self) -> list[Place]:
        """The sections that make a lab of their own."""
        return [place for place in self.places if place.number in short_path(self.notebook)]

    @property
    def whole(self) -> list[Place]:
        """What the minutes of the lab count: not what is folded, nor what is for home."""
        return [place for place in self.places if place.minutes is not None and not place.is_home]

    @cached_property
    def places(self) -> list[Place]:
        return list(dict.fromkeys(self.of_cells))

    @cached_property
    def of_cells(self) -> list[Place]:
        """For each cell the place that it stands in."""
        folded = folded_cells(self.notebook)
        section = here = Place(self.number, "its beginning", self.anchor)
        found = []
        for at, cell in enumerate(self.notebook.cells):
            level, _ = heading(cell) or (0, "")
            if cell.metadata.get("folded") or (level == SECTION and at not in folded):
                here = self._begun(cell)
                section = section if at in folded else here
            elif at not in folded:
                here = section
            here.covers |= {*cell.metadata.get("covers", []), *cell.metadata.get("errata", [])}
            here.exercises |= dict.fromkeys(_checked(cell))
            found.append(here)
        return found

    def _begun(self, cell: NotebookNode) -> Place:
        _, text = heading(cell) or (0, "")
        title = without_minutes("# " + text).removeprefix("# ")
        number = re.match(r"(\d+)\. ", title)
        words = f"section {number[1]}" if number else title
        return Place(
            self.number,
            title,
            f"{self.anchor}-{slug(words)}",
            int(number[1]) if number else None,
            cell.metadata.get("minutes"),
            bool(cell.metadata.get("folded")),
            is_home(cell),
        )


def slug(text: str) -> str:
    """Words as a part of an anchor."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def minutes_of(places: Iterable[Place]) -> int:
    return sum(place.minutes or 0 for place in places)


def hours(minutes: int) -> str:
    """A length in words."""
    return f"{minutes} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"


def exercise_link(id: str) -> str:
    return f"[{id}](#exercise-{slug(id)})"


def listed(words: Sequence[str]) -> str:
    """Words as a sentence lists them: "1, 2 and 3"."""
    *first, last = words
    return f"{', '.join(first)} and {last}" if first else last


def read_table(path: Path) -> list[dict[str, str]]:
    """The rows of a table whose columns are parted by tabs."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _checked(cell: NotebookNode) -> list[str]:
    """The exercises that a cell checks."""
    found = [call.args[0] for name, call in calls(cell) if name == "check" and call.args]
    return [str(id.value) for id in found if isinstance(id, ast.Constant)]
