"""A lab as its page shows it: what a student opens, with the outputs of the executed solution.

It begins from the notebook in labs/, which holds no solution, and takes outputs over only where
they cannot tell one: see `page_of`. What tells how a bet went opens on a click: see `_folded`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import cells
from course.elsewhere import Release
from course.sections import heading
from course.site.get import where_it_is
from course.site.places import LabPlaces, exercise_link, listed, slug

FIGURES = "_static/figures"
# What these show is a verdict, an answer or a hint.
TELLING = {"bet", "check", "hint"}
# What a cell of a page is to the reader of a bet above it. An exercise and the question of the next
# bet stay on view.
Role = Literal["heading", "on view", "bet", "result", "reading"]
FOLD = '<details class="bet"><summary>Bet first, then read on</summary>'
FOLD_ENDS = "</details>"
# The paragraph above a table without a name for its first column: in front of a bet, its question.
QUESTION = re.compile(r"(?:[^\n]+\n)+\n\| \|")
TASK = re.compile('<div class="alert alert-success">')
EXERCISE = re.compile(
    r'<div class="alert alert-success">\s+(\*\*Exercise ([\d.]+b?)\*\*.*?)\s+</div>', re.S
)
# Code, so that no $ in it counts, a formula in a line of its own, and one in a sentence.
FORMULA = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|(\$[^$]+\$)", re.S)
# A picture from elsewhere: a page fetches none.
BADGE = re.compile(r"!\[([^\]]*)\]\(https?:[^)]*\)")
PICTURE = re.compile(r'src="data:image/(png|svg\+xml);base64,([^"]+)"')


def page_of(lab: LabPlaces, figures: Path, release: Release | None = None) -> NotebookNode:
    """The page's notebook; its pictures are written to the folder `figures`.

    Outputs of checks, bets and hints are left out, and those that an exercise's answer goes into.
    `release` says where the course can be fetched.
    """
    page = new_notebook(metadata={"kernelspec": lab.notebook.metadata["kernelspec"]})
    page.cells = [*_folded(_cells(lab, figures))]
    page.cells.insert(1, new_markdown_cell(_opening(lab, release)))
    return page


def _cells(lab: LabPlaces, figures: Path) -> Iterator[tuple[NotebookNode, Role]]:
    executed = nbformat.read(lab.files.solution, as_version=4)
    outputs = {cell.id: cell.get("outputs", []) for cell in executed.cells}
    waits_for = dict(_waiting(lab.notebook))
    begun = set()
    its = lab.notebook.cells
    for cell, place, below in zip(its, lab.of_cells, [*its[1:], None], strict=True):
        if cell.cell_type == "markdown":
            anchor = "" if place in begun else place.anchor
            begun.add(place)
            yield from _texts(cell, anchor, above_bet=below is not None and "bet" in _called(below))
            continue
        shown = new_code_cell(cell.source, metadata={"tags": []})
        if cells.is_hidden(cell):
            shown.metadata.tags.append("hide-input")
        if cell.id not in waits_for and not _called(cell) & TELLING:
            shown.outputs = [_with_files(one, figures) for one in outputs[cell.id]]
        yield shown, _role(cell, has_result=bool(shown.outputs))
        if cell.id in waits_for:
            yield new_markdown_cell(_instead(waits_for[cell.id])), "result"
        if "knobs" in _called(cell) and shown.outputs:
            note = "{.knob}\nIn the lab, sliders move this picture."
            yield new_markdown_cell(note), "reading"


def _role(code: NotebookNode, *, has_result: bool) -> Role:
    if "bet" in _called(code):
        return "bet"
    if code.metadata.get("exercise"):
        return "on view"
    return "result" if has_result else "reading"


def _texts(
    cell: NotebookNode, anchor: str, *, above_bet: bool
) -> Iterator[tuple[NotebookNode, Role]]:
    """A text cell, in two where an exercise or the question of a bet begins in it."""
    if heading(cell) is not None:
        yield new_markdown_cell(_text(cell, cell.source, anchor)), "heading"
        return
    found = TASK.search(cell.source) or (QUESTION.search(cell.source) if above_bet else None)
    at = found.start() if found else len(cell.source)
    if before := cell.source[:at].strip():
        yield new_markdown_cell(_text(cell, before, anchor)), "reading"
    if behind := cell.source[at:]:
        yield new_markdown_cell(_text(cell, behind, "" if before else anchor)), "on view"


def _folded(parts: Iterable[tuple[NotebookNode, Role]]) -> Iterator[NotebookNode]:
    """The cells of a page, with folds around what tells how a bet went.

    That is all behind the bet up to the next heading, exercise or bet; and behind an exercise it
    goes on, unless a result was in the fold before.
    """
    waits = is_open = has_result = False
    for cell, role in parts:
        if role not in ("reading", "result") and is_open:
            yield new_markdown_cell(FOLD_ENDS)
            is_open, waits = False, not has_result
        if role in ("heading", "bet"):
            waits, has_result = role == "bet", False
        elif role != "on view" and waits and not is_open:
            yield new_markdown_cell(FOLD)
            is_open = True
        has_result = has_result or role == "result"
        yield cell
    if is_open:
        yield new_markdown_cell(FOLD_ENDS)


def _waiting(notebook: NotebookNode) -> Iterator[tuple[str, list[str]]]:
    """The cells that read a student's answers: their ids, and the answers to which exercises."""
    holds: dict[str, str] = {}  # the exercise whose answer a name holds
    for cell in notebook.cells:
        bound, used = cells.names(cell)
        if _called(cell) & TELLING:
            continue
        if exercise := cell.metadata.get("exercise"):
            holds |= dict.fromkeys(bound, exercise)
            continue
        if read := sorted({holds[name] for name in used & holds.keys()}):
            yield cell.id, read
        for name in bound & holds.keys():
            del holds[name]


def _called(cell: NotebookNode) -> set[str]:
    return {name for name, _ in cells.calls(cell)}


def _text(cell: NotebookNode, text: str, anchor: str) -> str:
    """The text of a cell, or of its part, with the anchors that links lead to."""
    text = EXERCISE.sub(lambda found: f"{{#exercise-{slug(found[2])} .exercise}}\n{found[1]}", text)
    text = BADGE.sub(r"\1", text)
    # JupyterLab finds formulas first; here a line that begins with "+ b" would be a list.
    text = FORMULA.sub(lambda found: found[0].replace("\n", " ") if found[1] else found[0], text)
    folded = "{.folded}\n" if cell.metadata.get("folded") else ""
    return f"({anchor})=\n{folded}{text}" if anchor else text


def _opening(lab: LabPlaces, release: Release | None) -> str:
    return (
        "This page shows what you see in the lab. Only your own answers, and what comes of them, "
        f"are missing. To work on it, [get the course](#get-the-course) {where_it_is(release)}, "
        f"start it, and open `labs/{lab.files.lab.name}`."
    )


def _instead(exercises: list[str]) -> str:
    links = listed([exercise_link(id) for id in exercises])
    return f"{{.waiting}}\nWhat this shows comes from your answer to exercise {links}."


def _with_files(output: NotebookNode, figures: Path) -> NotebookNode:
    """An output whose pictures lie in files, because a page with all of them inside is slow."""
    html = output.get("data", {}).get("text/html")
    if html is None:
        return output

    def written(found: re.Match[str]) -> str:
        picture = base64.b64decode(found[2])
        name = f"{hashlib.sha256(picture).hexdigest()[:16]}.{found[1].partition('+')[0]}"
        figures.mkdir(parents=True, exist_ok=True)
        (figures / name).write_bytes(picture)
        return f'src="../{FIGURES}/{name}"'

    data = {"text/html": PICTURE.sub(written, html).replace(' role="status"', "")}
    return nbformat.from_dict({**output, "data": data})
