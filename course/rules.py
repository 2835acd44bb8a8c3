"""What the build refuses in a source: folding that swallows, hidden work, a map that cannot be."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator

from nbformat import NotebookNode

from course import cells
from course.notebook import SourceError
from course.sections import (
    SECTION,
    folded_cells,
    form_of,
    heading,
    home_cells,
    is_home,
    numbers,
    sections,
    short_path,
    title_metadata,
)

# A hidden cell only draws: what it would compute or tell must be on view.
WORK = {"bet", "check", "compiled_fit", "fit", "hint", "print", "train_many", "train_on_batch"}
# "line 68", "lines 32-156", "L302".
LINE_OF_A_LECTURE = re.compile(r"\b(?:[Ll]ines?\s+\d+(?:\s*[-–,]\s*\d+)*|L\d{2,}\b)")
SELF_TEST = 3  # questions


def refuse(notebook: NotebookNode) -> None:
    """Look at a solution or an untouched lab, before its map is written.

    Raises:
        SourceError: with the first rule that it breaks, and what to do.
    """
    for problem in _problems(notebook):
        raise SourceError(problem)


def _problems(notebook: NotebookNode) -> Iterator[str]:
    for at, cell in enumerate(notebook.cells):
        if at and "minutes" in cell.metadata and not heading(cell):
            yield f"{_begin(cell)} states minutes, but begins with no heading."
        if cell.metadata.get("folded"):
            yield from _folding(notebook, at)
        if cells.is_hidden(cell):
            yield from _hiding(cell)
    if form_of(notebook) > 1:
        yield from _title(notebook)
        yield from _sections(notebook)
        yield from _self_test(notebook)
        yield from _names(notebook)
        yield from _lines_of_lectures(notebook)


def _folding(notebook: NotebookNode, at: int) -> Iterator[str]:
    level, text = heading(notebook.cells[at]) or (0, "")
    behind = [heading(cell) for cell in notebook.cells[at + 1 :]]
    if level < SECTION:
        yield f"{_begin(notebook.cells[at])} is folded, but begins with no heading of a section."
    elif not any(one and one[0] <= level for one in behind):
        yield (
            f'"{text}" is folded and would swallow the rest of the lab: a heading of its level or '
            "higher must stand behind it."
        )
    elif "\n" in notebook.cells[at].source.strip():
        yield (
            f'"{text}" is folded: its cell must hold the heading alone, because text beside it '
            "stays on view. Put the text into a cell below."
        )


def _hiding(cell: NotebookNode) -> Iterator[str]:
    called = {name for name, _ in cells.calls(cell)}
    works = sorted(called & WORK) + (["assert"] if cells.asserts(cell) else [])
    if cell.metadata.get("exercise") or works:
        what = ", ".join(works) or "an answer"
        yield f"{_begin(cell)} is hidden and holds {what}: only what draws may be hidden."
    elif not cells.drawing_lines(cell) and not called & cells.SHOWING:
        yield f"{_begin(cell)} is hidden and draws nothing: only what draws may be hidden."


def _title(notebook: NotebookNode) -> Iterator[str]:
    missing = {"minutes", "seconds", "short", "needs"} - set(title_metadata(notebook))
    if missing:
        yield f"The title cell of a lab of form 2 states {', '.join(sorted(missing))}, too."


def _sections(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells[1:]:
        if is_home(cell) and (heading(cell) or (0, ""))[0] != SECTION:
            yield f"{_begin(cell)} is for home, but begins no section."
        if cell.cell_type == "markdown" and re.search(r"\n##? ", _without_code(cell.source)):
            yield f"{_begin(cell)} holds a section's heading that does not begin its cell."
    its = sections(notebook)
    if silent := [section.title for section in its if section.minutes is None]:
        yield f"Sections without minutes=: {', '.join(silent)}."
    stated = title_metadata(notebook)["minutes"]
    total = sum(section.minutes or 0 for section in its if not section.is_home)
    if stated != total:
        yield f"The title states {stated} minutes, the sections on view, but for home, {total}."


def _names(notebook: NotebookNode) -> Iterator[str]:
    """Whoever leaves out what is folded or for home, or takes the short path, has all names."""
    folded, home, short = folded_cells(notebook), home_cells(notebook), short_path(notebook)
    core: set[str] = set(dir(builtins))
    on_path, opened = set(core), set[str]()
    for at, (cell, number) in enumerate(zip(notebook.cells, numbers(notebook), strict=True)):
        bound, used = cells.names(cell)
        is_for_all = number is None or number in short
        if at in folded | home:
            begins = is_home(cell) or (cell.metadata.get("folded") and at not in home)
            opened = bound if begins else opened | bound
            yield from _lacking(cell, used - core - opened, "another section folded or for home")
        else:
            opened = set()
            core |= bound
            on_path |= bound if is_for_all else set()
            yield from _lacking(cell, used - core, "a section folded or for home")
        if is_for_all:
            yield from _lacking(cell, used - on_path - opened, "a section beside the short path")


def _lacking(cell: NotebookNode, names: set[str], where: str) -> Iterator[str]:
    if names:
        yield (
            f"{_begin(cell)} needs {', '.join(sorted(names))} from {where}, which a reader may "
            "leave out: define it here, or before."
        )


def _self_test(notebook: NotebookNode) -> Iterator[str]:
    folded = [notebook.cells[at].source for at in sorted(folded_cells(notebook))]
    if sum(text.count("<details>") for text in folded) < SELF_TEST:
        yield (
            f"A lab of form 2 has a folded section with {SELF_TEST} questions to test oneself, "
            "each with its answer in <details>."
        )
    for text in folded:
        if re.search(r"</summary>(?!\n\n)", text):
            yield "An empty line must follow </summary>, or what is folded shows as raw text."


def _lines_of_lectures(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        if found := LINE_OF_A_LECTURE.search(cell.source):
            yield (
                f'{_begin(cell)} says "{found[0]}": students have no line numbers of a lecture; '
                "name its author and the topic of the slide."
            )


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)


def _begin(cell: NotebookNode) -> str:
    return f"The cell that begins `{next(iter(cell.source.strip().splitlines()), '')}`"
