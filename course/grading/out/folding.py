"""What a page folds: the code of cells that only draw, and what lies below some headings.

The release says so, whatever a student's copy says by now: nobody hides an answer by folding it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.grading.out.harmless import disarmed

_HEADING = re.compile(r"(#{1,6}) ")


@dataclass(frozen=True)
class Folding:
    """The ids and the texts of the cells that the release folds: some platforms drop ids."""

    cells: frozenset[str] = frozenset()

    @classmethod
    def of(cls, released: NotebookNode) -> Folding:
        """That of a lab as students get it."""
        cells = [cell for cell in disarmed(released).cells if _is_folded(cell)]
        return cls(frozenset(text for cell in cells for text in (cell.id, cell.source)))

    @classmethod
    def read(cls, path: Path) -> Folding:
        """The same of a file; nothing is folded where there is none."""
        return cls.of(nbformat.read(path, as_version=4)) if path.exists() else cls()

    def has(self, cell: NotebookNode) -> bool:
        """Whether a student's cell is one of them."""
        return cell.get("id") in self.cells or cell.source in self.cells


def heading_level(cell: NotebookNode) -> int:
    """1 to 6 for a text that begins with a heading, else 0."""
    found = _HEADING.match(cell.source) if cell.cell_type == "markdown" else None
    return len(found[1]) if found else 0


def _is_folded(cell: NotebookNode) -> bool:
    if cell.cell_type == "code":
        return bool(cell.metadata.get("jupyter", {}).get("source_hidden"))
    return bool(cell.metadata.get("jp-MarkdownHeadingCollapsed"))
