"""A notebook as the answers of a student see it: plain dicts, and cells known by their metadata.

Cells are compared by a *key* that outlives other releases and other editors: an exercise, its check
or a bet is known by its own id, all other cells of the course by the hash of their text.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Cell = dict[str, Any]
# The ids that `course build` gives to what is no exercise: a hash of the text.
OF_THE_COURSE = re.compile(r"[0-9a-f]{12}(-\d+)?")
# The tags, and the keys, of the cells that the build writes, the map and what fetches the course;
# and how each reads where nobody has written into it.
BUILT_CELLS = {
    "map": re.compile(r"(- \*\*.*(\n|$))+"),
    "fetch": re.compile(r"(?s)# Is the course missing.*"),
}
# What the build writes behind a heading, and below a title.
MINUTES = re.compile(r"^(#[^\n]*?) \*\(\d+ minutes?\)\*(?=\n|$)")
BADGES = re.compile(r"\n\n\[!\[Open in Colab\][^\n]*$")


class Refused(Exception):
    """Something cannot be done; the message says why, what is kept, and what to do."""


@dataclass
class Notebook:
    """A notebook that was read from a file."""

    path: Path
    content: dict[str, Any]

    @property
    def cells(self) -> list[Cell]:
        return self.content["cells"]

    @property
    def title(self) -> str:
        """Its first heading, or the name of its file."""
        headings = (re.match(r"#+ +(.+)", text(c)) for c in self.cells if is_text(c))
        return next((found[1].strip() for found in headings if found), self.path.stem)

    @property
    def exercises(self) -> list[str]:
        """The ids of the exercises that have an answer cell, in their order."""
        return list(dict.fromkeys(id for cell in self.cells if (id := answers(cell))))

    @property
    def answered(self) -> list[str]:
        """The ids of those that are not as they were released, or empty."""
        return [id for id in self.exercises if not all(map(is_open, self.of_exercise(id)))]

    @property
    def lab(self) -> str:
        """The number of the lab that most of its exercises belong to, two digits; "" for none."""
        labs = [id.partition(".")[0].zfill(2) for id in self.exercises]
        return max(labs, key=labs.count, default="")

    def of_exercise(self, id: str) -> list[Cell]:
        return [cell for cell in self.cells if answers(cell) == id]


def read(path: Path) -> Notebook:
    """Read a notebook.

    Raises:
        Refused: it cannot be read, or is none.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise Refused(
            f"{path.name} cannot be read ({error.strerror}): give yourself the right to read it, "
            "or move it elsewhere."
        ) from None
    except (ValueError, RecursionError):
        content = None
    if not _is_notebook(content):
        raise damaged(path)
    return Notebook(path, content)


def damaged(path: Path) -> Refused:
    """What each command says of a file that is no notebook any more."""
    kept = Path(".ipynb_checkpoints", f"{path.stem}-checkpoint{path.suffix}")
    instead = (
        f"JupyterLab's last checkpoint of it, {kept}, can take its place"
        if (path.parent / kept).is_file()
        else "`python3 run.py update` with the zip of its lab brings it anew"
    )
    return Refused(
        f"{path.name} is damaged and no notebook any more: move it elsewhere, and {instead}."
    )


def _is_notebook(content: object) -> bool:
    if not isinstance(content, dict) or content.get("nbformat") != 4:
        return False
    cells = content.get("cells")
    has_metadata = isinstance(content.get("metadata"), dict)
    return has_metadata and isinstance(cells, list) and all(map(_is_cell, cells))


def _is_cell(cell: object) -> bool:
    return (
        isinstance(cell, dict)
        and cell.get("cell_type") in ("code", "markdown", "raw")
        and isinstance(cell.get("metadata"), dict)
        and isinstance(cell["metadata"].get("tags", []), list)
        and isinstance(cell.get("outputs", []), list)
        and isinstance(cell.get("source"), str | list)
        and all(isinstance(line, str) for line in cell["source"])
    )


def find(folder: Path) -> list[Notebook]:
    """The notebooks of a folder that can be read."""
    return find_and_tell(folder)[0]


def find_and_tell(*folders: Path) -> tuple[list[Notebook], list[str]]:
    """The notebooks of these folders that can be read, and what `read` says of the others."""
    found, broken = [], []
    for path in (path for folder in folders for path in sorted(folder.glob("*.ipynb"))):
        try:
            found.append(read(path))
        except Refused as reason:
            broken.append(str(reason))
    return found, broken


def text(cell: Cell) -> str:
    return "".join(cell["source"])


def is_text(cell: Cell) -> bool:
    return bool(cell["cell_type"] == "markdown")


def is_check(cell: Cell) -> bool:
    grading = cell["metadata"].get("nbgrader")
    return isinstance(grading, dict) and bool(grading.get("grade"))


def answers(cell: Cell) -> str:
    """The exercise that a code cell answers; "" for every other cell."""
    id = cell["metadata"].get("exercise")
    return id if cell["cell_type"] == "code" and isinstance(id, str) and not is_check(cell) else ""


def stub(cell: Cell) -> str | None:
    """What stood in an answer's or a bet's cell when the lab was released; None if unknown."""
    if bet := cell["metadata"].get("bet"):
        return f'bet("{bet}", ...)'
    written = cell["metadata"].get("stub")
    return written if isinstance(written, str) else None


def is_open(cell: Cell) -> bool:
    """Whether a cell still is as it was released, or empty."""
    return text(cell).strip() in ("", (stub(cell) or "").strip())


def key(cell: Cell) -> str:
    """What a cell is known by; "" for one that is not the course's."""
    metadata = cell["metadata"]
    id = str(cell.get("id") or metadata.get("id") or "")
    grading = metadata.get("nbgrader")
    if cell["cell_type"] == "code" and isinstance(grading, dict) and grading.get("grade_id"):
        return str(grading["grade_id"])
    if bet := metadata.get("bet"):
        return f"bet {bet}"
    built = [name for name in BUILT_CELLS if name in (metadata.get("tags") or ())]
    if built:
        return built[0]
    return id if OF_THE_COURSE.fullmatch(id) else ""


def text_hash(cell: Cell) -> str:
    """The id that the build gives to a cell of this text."""
    written = BADGES.sub("", MINUTES.sub(r"\1", text(cell)))
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def is_unedited(cell: Cell) -> bool:
    """Whether a cell of the course has the text that it was released with."""
    if stub(cell) is not None:
        return is_open(cell)
    id = key(cell)
    if id in BUILT_CELLS:
        return BUILT_CELLS[id].fullmatch(text(cell)) is not None
    if is_check(cell):
        return text(cell).strip() == f'check("{cell["metadata"].get("exercise")}")'
    return text_hash(cell) == id[:12]
