"""A lab as its page shows it: what a student opens, with the outputs of the executed solution.

It begins from the notebook in labs/, which holds no solution, and takes outputs over only where
they cannot tell one: see `_output_is_shown`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import cells
from course.sections import heading
from course.site.places import LabPlaces, exercise_link, listed, slug

FIGURES = "_static/figures"
# What these show is a verdict, an answer or a hint.
TELLING = {"bet", "check", "hint"}
BET_FIRST = "Bet first, then look"
EXERCISE = re.compile(
    r'<div class="alert alert-success">\s+(\*\*Exercise ([\d.]+b?)\*\*.*?)\s+</div>', re.S
)
# Code, so that no $ in it counts, a formula in a line of its own, and one in a sentence.
FORMULA = re.compile(r"```.*?```|`[^`]*`|\$\$.*?\$\$|(\$[^$]+\$)", re.S)
# A picture from elsewhere: a page fetches none.
BADGE = re.compile(r"!\[([^\]]*)\]\(https?:[^)]*\)")
PICTURE = re.compile(r'src="data:image/(png|svg\+xml);base64,([^"]+)"')


def page_of(lab: LabPlaces, figures: Path) -> NotebookNode:
    """The page's notebook; its pictures are written to the folder `figures`."""
    executed = nbformat.read(lab.files.solution, as_version=4)
    outputs = {cell.id: cell.get("outputs", []) for cell in executed.cells}
    page = new_notebook(metadata={"kernelspec": lab.notebook.metadata["kernelspec"]})
    waits_for = dict(_waiting(lab.notebook))
    begun = set()
    after_bet = False
    for cell, place in zip(lab.notebook.cells, lab.of_cells, strict=True):
        if cell.cell_type == "markdown":
            after_bet = after_bet and heading(cell) is None
            anchor = "" if place in begun else place.anchor
            page.cells.append(new_markdown_cell(_text(cell, anchor)))
            begun.add(place)
            continue
        shown = new_code_cell(cell.source, metadata={"tags": []})
        if cells.is_hidden(cell):
            shown.metadata.tags.append("hide-input")
        page.cells.append(shown)
        if cell.id in waits_for:
            page.cells.append(new_markdown_cell(_instead(waits_for[cell.id])))
        elif not _called(cell) & TELLING:
            shown.outputs = [_with_files(one, figures) for one in outputs[cell.id]]
            if after_bet and shown.outputs:
                shown.metadata.tags = ["hide-cell" if cells.is_hidden(cell) else "hide-output"]
                shown.metadata["mystnb"] = {
                    "code_prompt_show": BET_FIRST,
                    "code_prompt_hide": "Hide",
                }
                after_bet = False
        if "knobs" in _called(cell) and shown.outputs:
            page.cells.append(new_markdown_cell("{.knob}\nIn the lab, sliders move this picture."))
        after_bet = after_bet or "bet" in _called(cell)
    page.cells.insert(1, new_markdown_cell(_opening(lab)))
    return page


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


def _text(cell: NotebookNode, anchor: str) -> str:
    """A text cell with the anchors that links lead to."""
    text = EXERCISE.sub(
        lambda found: f"{{#exercise-{slug(found[2])} .exercise}}\n{found[1]}", cell.source
    )
    text = BADGE.sub(r"\1", text)
    # JupyterLab finds formulas first; here a line that begins with "+ b" would be a list.
    text = FORMULA.sub(lambda found: found[0].replace("\n", " ") if found[1] else found[0], text)
    folded = "{.folded}\n" if cell.metadata.get("folded") else ""
    return f"({anchor})=\n{folded}{text}" if anchor else text


def _opening(lab: LabPlaces) -> str:
    return (
        f"Open `labs/{lab.files.lab.name}` in JupyterLab to work on it. This page shows what you "
        "see there. Only your own answers, and what comes of them, are missing."
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
