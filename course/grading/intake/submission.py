"""A student's notebook as the grader sees it: cells to run, and the places where checks are due.

Nothing here runs. What cannot be read is a result with a sentence, never a crash.
"""

from __future__ import annotations

import json
import math
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, reader
from nbformat.corpus.words import generate_corpus_id

from utils.checks import core

LARGEST = 20 * 2**20
MOST_CELLS = 5_000
# Brackets in brackets. Python stops at about 1,000 calls in each other, and what copies a notebook
# or writes it needs more of them than what read it.
DEEPEST = 100
# nbformat knows 4 alone; 5 has cells of the same shape where tools write it.
TODAYS = (4, 5)
# Brackets in all, also those in texts. So many lists and objects take 0.2 GB and some seconds to
# read; the largest lab has 1,200 with its outputs.
MOST_BRACKETS = 500_000
# No two parts that follow each other take the same letters: a megabyte of them is read in one go.
CHECK = re.compile(rf"""\s*check\(\s*["']({core.ID})["']\s*\)\s*(?:;\s*)?""")
_CELL_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ID = re.compile(r"(check|exercise)-(\d{1,2})-(\d{1,2})(b?)(-\d+)?")
# One at a time: what a large one needs to be read is freed before the next.
_reading = threading.Lock()


class Unreadable(Exception):
    """The notebook cannot be graded; the message is one sentence for the student."""


@dataclass(frozen=True)
class Step:
    """One thing to do, in order: run the cell at `place`, or check an exercise.

    Attributes:
        place: of the cell in the notebook, from 0; of a check, where its result belongs.
        source: code to run; empty for a check.
        exercise: the id of the check, such as "2.3"; empty for a cell.
        is_moved: whether the check stands above the answer, and is due after it all the same.
    """

    place: int
    source: str = ""
    exercise: str = ""
    is_moved: bool = False


def read(path: Path) -> bytes:
    """Return the bytes of a notebook. Raises Unreadable where it is too large, or OSError."""
    with path.open("rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unreadable(
            f"it is larger than {LARGEST // 2**20} MB: clear its outputs (Edit > Clear Outputs of "
            "All Cells) and hand it in again"
        )
    return data


def parse(data: bytes) -> NotebookNode:
    """Return the notebook that these bytes are. Raises Unreadable with a sentence."""
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS:
        raise Unreadable(
            "it has more lists in it than a notebook of this course can have: clear its outputs "
            "(Edit > Clear Outputs of All Cells) and hand it in again"
        )
    try:
        with _reading:
            notebook = _rebuilt(json.loads(data))
    except MemoryError:
        raise  # says nothing of the notebook
    except Unreadable:
        raise
    except Exception:  # JSON of any other shape, or none
        raise Unreadable("it is no Jupyter notebook: hand in the .ipynb file itself") from None
    return notebook


def other_lab(notebook: NotebookNode, number: str) -> str:
    """The number of another lab whose exercises this has, and none of lab `number`; else ""."""
    labs = _labs(notebook)
    return f"{min(labs):02}" if labs and int(number) not in labs else ""


def fitness(path: Path, number: str) -> int:
    """How likely a file is a student's work on lab `number`.

    2 with an exercise of it, 1 for any other notebook, and 0 for what cannot be read.
    """
    try:
        return 1 + (int(number) in _labs(parse(read(path))))
    except (Unreadable, OSError, MemoryError):
        return 0


def _labs(notebook: NotebookNode) -> set[int]:
    """The labs that it has exercises of."""
    ids = {exercise for _, exercise in map(carried, notebook.cells) if exercise}
    return {int(id.split(".")[0]) for id in ids}


def _rebuilt(given: Any) -> NotebookNode:
    """The same notebook with what later readers take for granted, and nothing else.

    Cells have sources and metadata, texts can be written, ids are different ones. Outputs are left
    out: those of the grader's run take their place. Raises what it likes for what is no notebook.
    """
    if _is_deep(given):
        raise ValueError
    ids: set[str] = set()
    cells = []
    for cell in _cells(given):
        if cell["cell_type"] not in ("code", "markdown", "raw"):
            raise ValueError
        # nbformat's own makers validate each cell, which takes a millisecond.
        new = NotebookNode(
            cell_type=cell["cell_type"],
            id=cell.get("id"),
            metadata=_metadata(cell.get("metadata")),
            source=_text(cell.get("source")),
        )
        if new.cell_type == "code":
            new |= {"outputs": [], "execution_count": None}
        if not isinstance(new.id, str) or not _CELL_ID.fullmatch(new.id) or new.id in ids:
            new.id = generate_corpus_id()
        ids.add(new.id)
        cells.append(new)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return NotebookNode(
        cells=cells, metadata=nbformat.from_dict(metadata), nbformat=4, nbformat_minor=5
    )


def _cells(given: Any) -> list[dict[str, Any]]:
    """The cells of a notebook, at most MOST_CELLS, of an older format in the shape of today's.

    Raises what it likes for what is no notebook, or Unreadable.
    """
    version = given.get("nbformat", 1)
    if version in TODAYS:
        found = given["cells"]
    else:
        sheets = [given] if version == 1 else given["worksheets"]
        found = [cell for sheet in sheets for cell in sheet["cells"]]
    if len(found) > MOST_CELLS:
        raise Unreadable(f"it has more than {MOST_CELLS:,} cells")
    if version in TODAYS:
        return list(found)
    # nbformat makes objects of all that it converts, and validates them: it gets what counts.
    shapes = {"name", "metadata"} & given.keys()
    kept = [{**cell, "outputs": [], "metadata": _metadata(cell.get("metadata"))} for cell in found]
    body = {"worksheets": [{"cells": kept, "metadata": {}}]} if version > 1 else {"cells": kept}
    old = {"nbformat": version, "nbformat_minor": 0, **{name: {} for name in shapes}, **body}
    return list(nbformat.convert(reader.reads(json.dumps(old)), 4).cells)


def _text(lines: Any) -> str:
    """A text, which may be given as a list of its parts.

    Half of a letter, which JSON can write and no file, becomes a question mark.
    """
    text = "".join(lines) if isinstance(lines, list) else str(lines or "")
    return text.encode("utf-8", "replace").decode()


def _metadata(given: Any) -> NotebookNode:
    """What formgrader reads of a cell's metadata; anything else could be of any shape."""
    grader = given.get("nbgrader") if isinstance(given, dict) else None
    if not isinstance(grader, dict):
        return NotebookNode()
    plain = {
        _text(key): _text(value) if isinstance(value, str) else value
        for key, value in grader.items()
        if isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
    }
    return NotebookNode(nbgrader=NotebookNode(plain))


def _is_deep(value: Any) -> bool:
    """Whether it is nested deeper than DEEPEST; found without calls in each other."""
    level = [value]
    for _ in range(DEEPEST):
        parts = [one.values() if isinstance(one, dict) else one for one in level]
        level = [one for part in parts for one in part if isinstance(one, (dict, list))]
        if not level:
            return False
    return True


def steps(notebook: NotebookNode, exercises: Sequence[str]) -> list[Step]:
    """Return what to do, in the order of the cells: each of the lab's exercises is checked.

    A check is due where the cell stands that carries its id, whatever its source says by now. Where
    that cell was deleted, or moved above the answer, it is due after the last cell of the exercise,
    and where there is none, after the last cell of the notebook. Of a check cell that was copied
    the last is one: no copy is another guess.
    """
    code = [(k, cell) for k, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    ids = {k: carried(cell) for k, cell in code}
    last = max((k for k, _ in code), default=0)
    due: dict[int, list[Step]] = {}
    for exercise in exercises:
        checked = [k for k, what in ids.items() if what == ("check", exercise)]
        answered = [k for k, what in ids.items() if what == ("exercise", exercise)]
        place = (checked or answered or [last])[-1]
        is_moved = bool(answered) and answered[0] > place
        if is_moved:
            place = answered[-1]
        due.setdefault(place, []).append(Step(place, exercise=exercise, is_moved=is_moved))
    found: list[Step] = []
    for k, cell in code:
        what, exercise = ids[k]
        # A student may write into the cell of a check, or merge it with the answer's.
        is_only_a_check = what == "check" and CHECK.fullmatch(str(cell.source))
        if not is_only_a_check or exercise not in exercises:
            found.append(Step(k, source=str(cell.source)))
        found += due.get(k, ())
    if not code:
        found = [Step(0, exercise=one) for one in exercises]
    return found


def carried(cell: Any) -> tuple[str, str]:
    """("check" or "exercise", its id), or ("", "") for any other cell."""
    metadata = cell.get("metadata", {})
    grader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    for name in (grader.get("grade_id") if isinstance(grader, dict) else None, cell.get("id")):
        if isinstance(name, str) and (match := _ID.fullmatch(name)):
            return match[1], f"{int(match[2])}.{int(match[3])}{match[4]}"
    # An editor that drops metadata and ids leaves the source.
    if only := CHECK.fullmatch(str(cell.source)):
        return "check", only[1]
    return "", ""
