"""Why an answer that stands in a notebook never ran: students see it, and staff can look.

A name that is missing says nothing of that: the answer may be absent, stand in a text cell or below
its check, or in a cell that ended before it came to the answer.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from nbformat import NotebookNode

from course.grading.intake.submission import carried
from utils.checks.core import Exercise, clean

LONGEST_ERROR = 200
UNREADABLE = ("SyntaxError", "IndentationError", "TabError")  # nothing of such a cell runs
OURS = ("Stopped", "NotRun")  # errors of the grader: a cell that was stopped, or not begun
_MISSING = re.compile(r"There is no `(\w+)` yet")  # as `checks.core` says it
_FILE = re.compile(r" \([^()]*, line (\d+)\)$")  # after a syntax error; the file is IPython's own


def missing(says: str) -> str:
    """The name that a check did not find, or ""."""
    match = _MISSING.match(says)
    return match[1] if match else ""


def why_not_run(
    exercise: Exercise,
    notebook: NotebookNode,
    ran: Collection[int],
    *,
    name: str = "",
    is_open: bool = False,
) -> str:
    """What kept an answer from running, of several the last; "" where nothing did.

    Args:
        exercise: its cells are looked at.
        notebook: with the outputs of the cells that ran.
        ran: the places of these cells.
        name: that is missing, if it is one.
        is_open: whether the exercise was not attempted, by what the check saw. Then, and where a
            name is missing, functions in other cells are looked for, too, and any error tells;
            else an error may have come below the answer.
    """
    reasons = (
        _reason(exercise, notebook.cells[place], place, place in ran, name, is_open or bool(name))
        for place in reversed(range(len(notebook.cells)))
    )
    return next(filter(None, reasons), "")


def _reason(
    exercise: Exercise, cell: NotebookNode, place: int, ran: bool, name: str, is_absent: bool
) -> str:
    source = str(cell.source)
    defined = _defined(source, [name] if name else exercise.names)
    is_own = carried(cell) == ("exercise", exercise.id)
    is_there = name in source if is_own else bool(defined) and is_absent
    if not is_there or _is_stub(source, exercise):
        return ""
    where = f"our answer's cell (number {place + 1})"
    if cell.cell_type != "code":
        kind = "text" if cell.cell_type == "markdown" else cell.cell_type
        return (
            f"Y{where} is a {kind} cell, so it did not run: make it a code cell (select it, press "
            "Esc, then Y), and run it."
        )
    if not ran:
        return (
            f"The check stands above the answer: y{where} comes after it. Move the check below "
            "your answer."
        )
    if error := _error(cell):
        is_told = is_absent or error.ename in (*OURS, *UNREADABLE)
        return (
            f"Y{where} {_ended(error)}" if is_told and error.ename != "NotImplementedError" else ""
        )
    if name and defined:
        return f"Y{where} {_without(cell, name)}"
    return ""


def _defined(source: str, names: Collection[str]) -> int:
    """How many of these functions a cell defines."""
    pattern = rf"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(?:{'|'.join(map(re.escape, names))})\b"
    return len(re.findall(pattern, source, re.M))


def _is_stub(source: str, exercise: Exercise) -> bool:
    """Whether nobody has written an answer into it."""
    if open_ones := source.count(f'NotImplementedError("Exercise {exercise.id}:'):
        return open_ones >= _defined(source, exercise.names)
    lines = (line.strip() for line in source.splitlines())
    return all(not line or line.endswith("= ...") or line.startswith("#") for line in lines)


def _error(cell: NotebookNode) -> NotebookNode | None:
    errors = (output for output in cell.get("outputs", ()) if output.output_type == "error")
    return next(errors, None)


def _ended(error: NotebookNode) -> str:
    value = _in_one_line(_FILE.sub(r", line \1", error.evalue))
    if error.ename in OURS:
        return f"did not run to its end: {value}."
    if error.ename == "KeyboardInterrupt":
        return "was stopped, because it took too long."
    says = f"ended with {_in_one_line(error.ename)}: {value}"
    if error.ename in UNREADABLE:
        return f"{says}. Python cannot read it, so nothing of it ran."
    return f"{says}. What stands below that line in the cell did not run."


def _without(cell: NotebookNode, name: str) -> str:
    """Of a cell that ran without an error, and left no such name."""
    if magic := re.match(r"\s*(%%\w+)", str(cell.source)):
        return f"begins with {magic[1]}, so it was not run as Python: delete that line."
    for output in cell.get("outputs", ()):
        # IPython shows these as text, and runs nothing of the cell.
        if output.output_type == "stream" and "UsageError: " in output.text:
            says = _in_one_line(output.text.partition("UsageError: ")[2].partition("\n")[0])
            return f"ended with UsageError: {says} What stands below did not run."
    return (
        f"ran, and left no `{name}`: its definition may stand below an `if`, in another function, "
        "or in quotes, or something deleted it."
    )


def _in_one_line(text: str) -> str:
    """Staff see it in a list, in which no error may forge a line."""
    return " ".join(clean(text).split())[:LONGEST_ERROR]
