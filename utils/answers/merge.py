"""Two notebooks of one lab into one: the text of the new release, and all that the student wrote.

Pure functions on notebooks. The cells come in the order of the release. Of a cell that both have
the student's text stays where the student changed it. Cells that the student added stay behind the
cell that they stood behind. A cell of the old release that is gone is dropped, unless the student
changed it. Merging the same release again changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count
from typing import Any

from utils.answers import notebook
from utils.answers.notebook import Cell, Notebook

# The metadata of a cell that the build writes; all other is of the student's editor.
BUILT = {
    *("exercise", "covers", "errata", "tolerance", "stand_in", "tags", "minutes", "seconds"),
    *("form", "draft", "short", "needs", "folded", "bet", "nbgrader", "stub"),
    *("jupyter", "cellView", "id", "jp-MarkdownHeadingCollapsed"),
}

# The end of a line within a paragraph: no list, table, formula, heading or quotation comes next.
_LINE_END = re.compile(r"(?<=\S)\n(?=\S)(?!(?:[-*+]|\d+\.) |\||\$\$|#|>)")


@dataclass(frozen=True)
class Change:
    """An answered exercise whose task or stub is another one in the release: both, as text."""

    exercise: str
    before: str
    now: str


@dataclass(frozen=True)
class Merged:
    """The merged notebook, and what there is to say of it."""

    notebook: Notebook
    answered: tuple[str, ...]
    changes: tuple[Change, ...]
    gone: tuple[str, ...]


def merge(own: Notebook, new: Notebook) -> Merged:
    """The lab of a release with what its student wrote into an earlier one."""
    keys = _keys(own, new)
    mine = {key: own.cells[at] for at, key in enumerate(keys) if key}
    added = _added(own, new, keys)
    cells = list(added.get(-1, ()))
    for at, cell in enumerate(new.cells):
        key = notebook.key(cell)
        cells.append(_joined(mine[key], cell) if key in mine else cell)
        cells += added.get(at, ())
    content = {**new.content, "cells": cells, "metadata": _metadata(own, new)}
    return Merged(
        Notebook(own.path, content),
        tuple(own.answered),
        tuple(_changes(own, new, keys)),
        tuple(id for id in own.answered if id not in new.exercises),
    )


def _keys(own: Notebook, new: Notebook) -> list[str]:
    """For each own cell the key of the cell of the release that it is; "" for the others.

    Where two have the same key, as copies do, the one with the release's id counts, or the first.
    """
    ids = {notebook.key(cell): str(cell.get("id")) for cell in new.cells}
    keys = [""] * len(own.cells)
    for wants_id in (True, False):
        for at, cell in enumerate(own.cells):
            known = [notebook.key(cell)] if notebook.key(cell) else _by_text(cell)
            for key in known:
                has_id = ids.get(key) == cell.get("id")
                if key in ids and key not in keys and not keys[at] and (has_id or not wants_id):
                    keys[at] = key
    return keys


def _by_text(cell: Cell) -> list[str]:
    """What the build would call a cell whose editor has thrown its id away."""
    id = notebook.text_hash(cell)
    return [id, *(f"{id}-{k}" for k in range(2, 10))]


def _joined(own: Cell, new: Cell) -> Cell:
    """A cell that both have: the student's text and outputs, unless it is the course's old text."""
    of_others = {k: v for k, v in own["metadata"].items() if k not in BUILT}
    metadata = {**of_others, **new["metadata"]}
    if _is_edited(own, new) or notebook.text(own) == notebook.text(new):
        return {**own, "id": new["id"], "metadata": metadata}
    return {**new, "metadata": metadata}


def _is_edited(own: Cell, new: Cell) -> bool:
    if notebook.answers(own) and notebook.stub(own) is None:  # of a release that did not say
        return notebook.text(own).strip() not in ("", notebook.text(new).strip())
    return not notebook.is_unedited(own)


def _added(own: Notebook, new: Notebook, keys: list[str]) -> dict[int, list[Cell]]:
    """The own cells that are not in the release, by the place of its cell that they come behind.

    That is the one that they stood behind, where it is still there, else the one before the next
    that is still there; -1 says that they come first.
    """
    released = {notebook.key(cell): at for at, cell in enumerate(new.cells)}
    taken = {str(cell.get("id")) for cell in new.cells}
    added: dict[int, list[Cell]] = {}
    place: int | None = -1
    for at, cell in enumerate(own.cells):
        if keys[at]:
            place = released[keys[at]]
        elif _is_gone(cell, released):
            place = None
        else:
            if place is None:
                place = next((released[key] for key in keys[at:] if key), len(new.cells)) - 1
            added.setdefault(place, []).append(_named(cell, taken))
    return added


def _is_gone(cell: Cell, released: Mapping[str, int]) -> bool:
    """Whether a cell is of the old release, not of the new one, and nobody changed it."""
    key = notebook.key(cell)
    return bool(key) and key not in released and notebook.is_unedited(cell)


def _named(cell: Cell, taken: set[str]) -> Cell:
    """A cell with an id that no other one has."""
    id = str(cell.get("id") or "own")
    names = chain([id], (f"{id}-{k}" for k in count(2)))
    free = next(one for one in names if one not in taken)
    taken.add(free)
    return {**cell, "id": free}


def _metadata(own: Notebook, new: Notebook) -> dict[str, Any]:
    """What the student's Jupyter wrote stays, but for what the build says of the lab."""
    of_new = dict(new.content.get("metadata") or {})
    of_own = dict(own.content.get("metadata") or {})
    for name in ("course", "colab"):
        of_own.pop(name, None)
    return {**of_new, **of_own}


# ---- What has changed in an exercise ----


def _changes(own: Notebook, new: Notebook, keys: list[str]) -> Iterator[Change]:
    new_keys = [notebook.key(cell) for cell in new.cells]
    own_keys = [key or notebook.key(cell) for key, cell in zip(keys, own.cells, strict=True)]
    for id in own.answered:
        if not new.of_exercise(id):
            continue
        own_texts, before = _task(own, own_keys, id)
        new_texts, now = _task(new, new_keys, id)
        old_stubs, stubs = _stubs(own, id), _stubs(new, id)
        has_other_task = own_texts != new_texts and before != now
        if has_other_task or (old_stubs and old_stubs != stubs):
            yield Change(id, "\n\n".join([before, *old_stubs]), "\n\n".join([now, *stubs]))


def _task(lab: Notebook, keys: list[str], id: str) -> tuple[list[str], str]:
    """Keys of the course's text cells right above the first answer, and what they say of the task.

    A text that the student changed has the key of before: it is no other task.
    """
    answer = next(at for at, cell in enumerate(lab.cells) if notebook.answers(cell) == id)
    its: list[tuple[str, str]] = []
    for key, cell in reversed(list(zip(keys[:answer], lab.cells[:answer], strict=True))):
        if key and not notebook.is_text(cell):
            break
        if key:
            its.insert(0, (key, notebook.text(cell)))
    text = "\n\n".join(text for _, text in its)
    begins = text.find(f"**Exercise {id}**")
    return [key for key, _ in its], _flowing(text[max(begins, 0) :])


def _flowing(text: str) -> str:
    """A text with each paragraph in one line, and without the tags of its boxes."""
    without_boxes = re.sub(r"(?m)^</?div.*>\n+", "", text)
    blocks = re.split(r"(?s)(```.*?```)", without_boxes)  # what is code keeps its lines
    return "".join(
        block if block.startswith("```") else _LINE_END.sub(" ", block) for block in blocks
    )


def _stubs(lab: Notebook, id: str) -> list[str]:
    return [stub for cell in lab.of_exercise(id) if (stub := notebook.stub(cell)) is not None]
