"""Why an answer that stands in a notebook never ran: students see it, and staff can look.

A name that is missing says nothing of that: the answer may be absent, stand in a text cell or below
its check, or in a cell that ended before it came to the answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from nbformat import NotebookNode

from course.grading.intake.submission import carried
from utils.checks.core import Exercise, clean

LONGEST_ERROR = 200
# Of the grader's own: a cell that was stopped, or not begun.
_OURS = ("Stopped", "NotRun")
_FILE = re.compile(r" \([^()]*, line (\d+)\)$")  # after a syntax error; the file is IPython's own


def why_not_run(
    exercise: Exercise, notebook: NotebookNode, ran: Collection[int], *, is_missing: bool
) -> str:
    """What kept an answer from running, of several the last; "" where nothing did.

    Args:
        exercise: its cells are looked at.
        notebook: with the outputs of the cells that ran.
        ran: the places of these cells.
        is_missing: whether a name of the exercise is not there. Then also functions in other cells
            are looked for, and any error tells; else an error may have come below the answer.
    """
    return next(_reasons(exercise, notebook, ran, is_missing), "")


def _reasons(
    exercise: Exercise, notebook: NotebookNode, ran: Collection[int], is_missing: bool
) -> Iterator[str]:
    for place in reversed(range(len(notebook.cells))):
        cell = notebook.cells[place]
        source = str(cell.source)
        is_own = carried(cell) == ("exercise", exercise.id)
        if not is_own and not (is_missing and _defined(source, exercise)):
            continue
        if _is_stub(source, exercise):
            continue
        where = f"Your answer's cell (number {place + 1})"
        if cell.cell_type != "code":
            kind = "text" if cell.cell_type == "markdown" else cell.cell_type
            yield (
                f"{where} is a {kind} cell, so it did not run: make it a code cell (select it, "
                "press Esc, then Y), and run it."
            )
        elif place not in ran:
            yield (
                f"The check stands above the answer: {where.lower()} comes after it. Move the "
                "check below your answer."
            )
        elif error := _error(cell):
            is_whole = error.ename in (*_OURS, "SyntaxError", "IndentationError", "TabError")
            if (is_missing or is_whole) and error.ename != "NotImplementedError":
                yield f"{where} {_ended(error)}"


def _defined(source: str, exercise: Exercise) -> int:
    """How many of the exercise's functions this defines."""
    names = "|".join(map(re.escape, exercise.names))
    pattern = rf"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(?:{names})\b"
    return len(re.findall(pattern, source, re.M))


def _is_stub(source: str, exercise: Exercise) -> bool:
    """Whether nobody has written an answer into it."""
    if open_ones := source.count(f'NotImplementedError("Exercise {exercise.id}:'):
        return open_ones >= _defined(source, exercise)
    lines = (line.strip() for line in source.splitlines())
    return all(not line or line.endswith("= ...") or line.startswith("#") for line in lines)


def _error(cell: NotebookNode) -> NotebookNode | None:
    errors = (output for output in cell.get("outputs", ()) if output.output_type == "error")
    return next(errors, None)


def _ended(error: NotebookNode) -> str:
    value = _in_one_line(_FILE.sub(r", line \1", error.evalue))
    if error.ename in _OURS:
        return f"did not run to its end: {value}."
    if error.ename == "KeyboardInterrupt":
        return "was stopped, because it took too long."
    says = f"ended with {_in_one_line(error.ename)}: {value}"
    if error.ename in ("SyntaxError", "IndentationError", "TabError"):
        return f"{says}. Python cannot read it, so nothing of it ran."
    return f"{says}. What stands below that line in the cell did not run."


def _in_one_line(text: str) -> str:
    """Staff see it in a list, in which no error may forge a line."""
    return " ".join(clean(text).split())[:LONGEST_ERROR]
