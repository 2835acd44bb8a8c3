"""What a cell of a lab does, read from its source: nothing is executed here."""

from __future__ import annotations

import ast
import symtable
from collections.abc import Iterator

from nbformat import NotebookNode

# A statement that mentions one of these names draws.
DRAWING = {"plots", "plt", "fig", "ax", "axes"}
KNOBS = {"knobs", "Clinic", "Playground", "Table"}
SHOWING = {"admit", "play", "show", *KNOBS}
# What a student does. The last is a tag, for an act that no call shows.
ACTS = ("check", "bet", "knobs", "task")


def tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", []))


def is_hidden(cell: NotebookNode) -> bool:
    """Whether a code cell opens with its code hidden and its output on view."""
    return "hide-input" in tags(cell)


def act(cell: NotebookNode) -> str | None:
    """What the student does here, one of ACTS; None where the student only reads and runs."""
    if "task" in tags(cell):
        return "task"
    names = {"knobs" if name in KNOBS else name for name, _ in calls(cell)}
    return next((name for name in ACTS if name in names), None)


def shows_a_figure(cell: NotebookNode) -> bool:
    return any(name in SHOWING for name, _ in calls(cell))


def calls(cell: NotebookNode) -> Iterator[tuple[str, ast.Call]]:
    """The calls in a code cell, each with the last part of the name that it calls."""
    for node in ast.walk(_parsed(cell)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


def names(cell: NotebookNode) -> tuple[set[str], set[str]]:
    """The names that a code cell binds, and those that it uses from elsewhere."""
    if cell.cell_type != "code":
        return set(), set()
    try:
        module = symtable.symtable(cell.source, "cell", "exec")
    except SyntaxError:
        return set(), set()
    bound = {
        one.get_name()
        for one in module.get_symbols()
        if one.is_assigned() or one.is_imported() or one.is_namespace()
    }
    return bound, set(_from_outside(module)) - bound


def _from_outside(scope: symtable.SymbolTable) -> Iterator[str]:
    is_module = scope.get_type() == "module"
    for symbol in scope.get_symbols():
        if symbol.is_referenced() and (is_module or symbol.is_global()):
            yield symbol.get_name()
    for inner in scope.get_children():
        yield from _from_outside(inner)


def asserts(cell: NotebookNode) -> bool:
    return any(isinstance(node, ast.Assert) for node in ast.walk(_parsed(cell)))


def code_lines(cell: NotebookNode) -> int:
    """The lines of a cell that are not blank; comments are read like code, so they count."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def drawing_lines(cell: NotebookNode) -> int:
    """The lines of the statements that name one of DRAWING; of a compound one, its first."""
    lines: set[int] = set()
    for node in ast.walk(_parsed(cell)):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, "body", None)
        own = node if body is None else _head(node)
        if own is not None and any(_mentioned(own)):
            end = node.end_lineno if body is None else body[0].lineno - 1
            lines |= set(range(node.lineno, max(node.lineno, end or 0) + 1))
    return len(lines)


def _head(statement: ast.stmt) -> ast.AST | None:
    """What a compound statement says before its body: the condition, what is gone through."""
    for field in ("test", "iter", "subject"):
        if hasattr(statement, field):
            return getattr(statement, field)
    return None


def _mentioned(node: ast.AST) -> Iterator[bool]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id in DRAWING
        elif isinstance(part, ast.alias):
            yield (part.asname or part.name) in DRAWING


def _parsed(cell: NotebookNode) -> ast.Module:
    """The syntax tree of a code cell; an empty one of a text cell, or where it is no Python."""
    if cell.cell_type != "code":
        return ast.Module([], [])
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return ast.Module([], [])
