"""From one source to two notebooks: pure functions on notebooks, nothing is executed here.

A source is `solutions/NN_name.py` (jupytext, py:percent). From it come the solution notebook (all
cells) and the lab (exercise regions replaced by stubs, cells tagged `solution` left out). Both get
stable cell ids and nbgrader's cell metadata.
"""

from __future__ import annotations

import ast
import hashlib
import json
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

from course.cells import calls
from course.sections import without_minutes
from utils.checks import core

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
# A check cell holds the check and nothing else.
CHECK = re.compile(rf'\s*check\("(?P<id>{core.ID})"\)\s*')
BET = re.compile(r'\s*bet\("(?P<id>\d+\.b\d+)", "\w+"\)\s*')
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
# What a source may say of a cell; nbgrader's metadata is derived, so it never stands in a source.
SOURCE_METADATA = (
    *("exercise", "covers", "errata", "tolerance", "stand_in", "tags", "minutes", "seconds"),
    *("form", "draft", "short", "needs", "folded", "bet"),
)
# Ids and tags of the cells that the build writes; a paired editor may carry them over.
MAP = "map"
FETCH = "fetch"


class SourceError(Exception):
    """A source breaks a rule of the labs; the message says which cell and what to do."""


def read_source(path: Path) -> NotebookNode:
    """Read a py:percent source as a notebook with stable cell ids and no outputs."""
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
            "jupytext": {
                "formats": "ipynb,py:percent",
                "cell_metadata_filter": ",".join(SOURCE_METADATA) + ",-all",
                "notebook_metadata_filter": "jupytext,-all",
            },
        }
    )
    notebook.cells = [c for c in notebook.cells if not {MAP, FETCH} & {*c.metadata.get("tags", [])}]
    for cell in notebook.cells:
        cell.source = without_minutes(cell.source) if "minutes" in cell.metadata else cell.source
        if "raises-exception" in cell.metadata.get("tags", []):
            raise SourceError(f"{path.name}: the build alone sets the tag raises-exception.")
        cell.metadata.pop("lines_to_next_cell", None)  # jupytext's note on blank lines
        _refuse_other_bets(cell, path)
        if check := _check_in(cell):  # whether or not a paired editor wrote it into the source
            cell.metadata["exercise"] = check
        unknown = set(cell.metadata) - set(SOURCE_METADATA)
        if unknown:
            raise SourceError(f"{path.name}: unknown cell metadata {sorted(unknown)}.")
    _name_cells(notebook)
    return notebook


def _check_in(cell: NotebookNode) -> str | None:
    """The exercise that a check cell checks; None for every other cell."""
    found = CHECK.fullmatch(cell.source) if cell.cell_type == "code" else None
    return found["id"] if found else None


def _refuse_other_bets(cell: NotebookNode, path: Path) -> None:
    """A bet stands alone in its cell and says which it is: else students would see the answer."""
    id = cell.metadata.get("bet")
    found = BET.fullmatch(cell.source) if cell.cell_type == "code" else None
    is_one = id is not None or any(name == "bet" for name, _ in calls(cell))
    if is_one and (found is None or found["id"] != id):
        raise SourceError(
            f'{path.name}: a bet stands alone in its cell, as bet("2.b1", "b"), and the cell says '
            'so: # %% bet="2.b1"'
        )


def solution_of(source: NotebookNode) -> NotebookNode:
    """The solution notebook, not yet executed."""
    notebook = nbformat.from_dict(json.loads(json.dumps(source)))
    for cell in notebook.cells:
        _add_nbgrader(cell)
    _one_check_for_each_exercise(notebook)
    return notebook


def lab_of(source: NotebookNode, waiting: set[str]) -> NotebookNode:
    """The lab: stubs for solutions and bets. Cells of these ids get the tag raises-exception."""
    notebook = solution_of(source)
    notebook.cells = [c for c in notebook.cells if "solution" not in c.metadata.get("tags", [])]
    del notebook.metadata["jupytext"]  # a lab is built, it is not paired with a source
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = stub(cell.source, cell.metadata.get("exercise"))
            if cell.metadata.get("exercise") and not _check_in(cell):
                cell.metadata["stub"] = cell.source  # `run.py reset` and `update` need it
            if id := cell.metadata.get("bet"):
                cell.source = f'bet("{id}", ...)'
            cell.outputs, cell.execution_count = [], None
        if cell.id in waiting:
            cell.metadata["tags"] = [*cell.metadata.get("tags", []), "raises-exception"]
    return notebook


def stub(code: str, exercise: str | None) -> str:
    """Replace each solution region of `code` by its stub.

    In a function the stub raises NotImplementedError("Exercise 2.3: ..."); elsewhere every assigned
    name becomes `name = ...`.
    """
    lines: list[str] = []
    regions: dict[int, list[str]] = {}  # by the index of the line that stands for them
    region: list[str] | None = None
    for line in code.splitlines():
        if line.strip() == BEGIN:
            region = []
        elif line.strip() == END:
            if region is None:
                raise SourceError(f"{END} without {BEGIN} in exercise {exercise}.")
            regions[len(lines)] = region
            lines.append(line.replace(END, "pass"))
            region = None
        elif region is not None:
            region.append(line)
        else:
            lines.append(line)
    if region is not None:
        raise SourceError(f"{BEGIN} without {END} in exercise {exercise}.")
    if not regions:
        return "\n".join(lines)
    if exercise is None:
        raise SourceError("A solution region stands in a cell without exercise metadata.")
    around = _parsed(lines, exercise)
    stubs = {
        index: _stub_lines(region, lines[index], _function_at(around, index + 1), exercise)
        for index, region in regions.items()
    }
    return "\n".join(one for i, line in enumerate(lines) for one in stubs.get(i, [line]))


def _stub_lines(region: list[str], line: str, function: str | None, exercise: str) -> list[str]:
    indent = line.removesuffix(line.lstrip())
    if function is not None:
        message = f"Exercise {exercise}: write {function}, then run this cell again."
        return [f'{indent}raise NotImplementedError("{message}")']
    its = _parsed(textwrap.dedent("\n".join(region)).splitlines(), exercise)
    names = list(dict.fromkeys(_assigned(its.body)))
    if not names:
        raise SourceError(f"The solution of exercise {exercise} assigns no name.")
    return [f"{indent}{name} = ..." for name in names]


def _parsed(lines: list[str], exercise: str) -> ast.Module:
    try:
        return ast.parse("\n".join(lines))
    except SyntaxError as error:
        raise SourceError(f"The cell of exercise {exercise} is no Python: {error.msg}.") from None


def _function_at(module: ast.Module, line: int) -> str | None:
    """The innermost function around a line, counted from 1; None outside of all functions."""
    around = [
        node
        for node in ast.walk(module)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno).name if around else None


def _assigned(statements: Iterable[ast.AST]) -> Iterator[str]:
    """The names that statements assign, in their order; not those inside of a function or class."""
    for statement in statements:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(statement, (ast.Assign, ast.AnnAssign)):
            yield from (name.id for name in _targets(statement))
        yield from _assigned(
            part
            for part in ast.iter_child_nodes(statement)
            if isinstance(part, (ast.stmt, ast.ExceptHandler, ast.match_case))
        )


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.Name]:
    """The names that a statement binds; `W[i] = 2` and `model.x = 3` bind none."""
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    names = [n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return [name for name in names if isinstance(name.ctx, ast.Store)]


def _name_cells(notebook: NotebookNode) -> None:
    """Ids from the exercise where there is one, else from the text: the same on every build."""
    seen: dict[str, int] = {}
    for cell in notebook.cells:
        id = hashlib.sha256(cell.source.encode()).hexdigest()[:12]
        if check := _check_in(cell):
            id = "check-" + check.replace(".", "-")
        elif cell.cell_type == "code" and (exercise := cell.metadata.get("exercise")):
            id = "exercise-" + exercise.replace(".", "-")
        seen[id] = seen.get(id, 0) + 1
        cell.id = id if seen[id] == 1 else f"{id}-{seen[id]}"


def _add_nbgrader(cell: NotebookNode) -> None:
    """Write nbgrader's metadata (schema 3) on exercise and check cells, from the registry."""
    if cell.cell_type != "code":
        return
    if check := _check_in(cell):
        try:
            points = core.find(check).points
        except LookupError as error:
            raise SourceError(f"{error.args[0]} Write its check in utils/checks/ first.") from None
        cell.metadata["nbgrader"] = _nbgrader(cell.id, grade=True, points=points)
    elif cell.metadata.get("exercise"):
        cell.metadata["nbgrader"] = _nbgrader(cell.id, solution=True)


def _nbgrader(id: str, *, grade: bool = False, solution: bool = False, points: float = 0) -> Any:
    data = {
        "grade": grade,
        "grade_id": id,
        "locked": grade,
        "schema_version": 3,
        "solution": solution,
        "task": False,
    }
    return data | ({"points": points} if grade else {})


def _one_check_for_each_exercise(notebook: NotebookNode) -> None:
    """Every exercise of the lab is asked and then checked once, in this order."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    asked = [cell.metadata.get("exercise") for cell in code if BEGIN in cell.source]
    checked = [check for cell in code if (check := _check_in(cell))]
    if checked != list(dict.fromkeys(asked)):
        raise SourceError(f"Exercises with a solution: {asked}; with a check cell: {checked}.")


def fingerprint(notebook: NotebookNode) -> str:
    """sha256 of what decides the outputs: types, sources and metadata of the cells, in order."""
    cells = [[c.cell_type, c.source, _without_nbgrader(c.metadata)] for c in notebook.cells]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def _without_nbgrader(metadata: NotebookNode) -> dict[str, Any]:
    return {key: value for key, value in metadata.items() if key != "nbgrader"}


def write(notebook: NotebookNode, path: Path) -> None:
    """Write a notebook with the line ends and the final newline that git expects."""
    nbformat.validate(notebook)
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
