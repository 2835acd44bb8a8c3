"""Build: solutions/NN_name.py -> executed solutions/NN_name.ipynb -> labs/NN_name.ipynb.

Beside the checks it writes whyNN.json, which the cards of the executed solution show.

Freshness has two halves. `stale` compares texts only and is exact on every machine: the stored
notebooks must be what the sources give today. Whether the stored outputs are right is nbval's job.
"""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from course import measures, rules
from course.elsewhere import open_elsewhere, release_of
from course.measures import Lesson
from course.notebook import SourceError, fingerprint, lab_of, read_source, solution_of, write
from course.sections import heading
from course.view import Signpost, dress
from course.why import why_of
from utils.notebook import waits_for

TIMEOUT = 600  # seconds for one cell; a lab's stated budget is at most 120 s in all
SOURCES = "[0-9][0-9]_*.py"
NUMBERS = "docs/lessons.md"
WIDGET = "application/vnd.jupyter.widget-view+json"
RECORDED = ("tensorflow", "keras", "numpy", "scikit-learn", "matplotlib")


@dataclass(frozen=True)
class LabFiles:
    """Where the source and the notebooks of one lab lie."""

    root: Path
    name: str

    @property
    def source(self) -> Path:
        return self.root / "solutions" / f"{self.name}.py"

    @property
    def solution(self) -> Path:
        return self.root / "solutions" / f"{self.name}.ipynb"

    @property
    def lab(self) -> Path:
        return self.root / "labs" / f"{self.name}.ipynb"

    @property
    def why(self) -> Path:
        return self.root / "utils" / "checks" / f"why{self.number}.json"

    @property
    def number(self) -> str:
        return self.name[:2]

    @cached_property
    def title(self) -> NotebookNode:
        """The title cell of the source, read without the others."""
        head, _, rest = self.source.read_text(encoding="utf-8").partition("# %%")
        first = head + "# %%" + rest.partition("\n# %%")[0]
        return jupytext.reads(first, fmt="py:percent").cells[0]

    @property
    def is_draft(self) -> bool:
        """Whether it is still being made: it is not released, and no table lists it."""
        return bool(self.title.metadata.get("draft"))


def find_labs(root: Path, wanted: list[str] | None = None) -> list[LabFiles]:
    """All labs, or those whose number, name or file is `wanted`.

    Raises:
        SourceError: one is not there, or two have the same number.
    """
    labs = [LabFiles(root, path.stem) for path in sorted((root / "solutions").glob(SOURCES))]
    for one, other in pairwise(labs):
        if one.name[:2] == other.name[:2]:
            raise SourceError(
                f"Two labs have the number {one.name[:2]}, {one.name} and {other.name}: give one "
                "of the sources another."
            )
    if not wanted:
        return labs
    by_name = {name: lab for lab in labs for name in (lab.name, lab.name[:2])}
    names = {one: re.sub(r"\.(py|ipynb)$", "", Path(one).name) for one in wanted}
    names = {one: name.zfill(2) if name.isdigit() else name for one, name in names.items()}
    if unknown := [one for one, name in names.items() if name not in by_name]:
        known = ", ".join(lab.name for lab in labs) or "none"
        raise SourceError(f"There is no lab {', '.join(unknown)}. There are: {known}.")
    chosen = {by_name[name] for name in names.values()}
    return [lab for lab in labs if lab in chosen]


def orphans(root: Path) -> list[str]:
    """What lies among the labs and belongs to none, each with the reason."""
    labs = find_labs(root)
    known = {path for lab in labs for path in (lab.source, lab.solution, lab.lab)}
    whys = {
        "labs/*.ipynb": "has no source in solutions",
        "solutions/*.ipynb": "has no source beside it",
        "solutions/*.py": "is no source: its name is not two digits, _ and a name",
        "utils/checks/lab*.py": "has checks for a lab that has no source",
        "utils/checks/lab*.toml": "has sentences for a lab that has no source",
        "utils/checks/why*.json": "has analyses for a lab that has no source",
    }
    of_labs = {f"{kind}{lab.number}" for lab in labs for kind in ("lab", "why")}
    known |= {path for path in root.glob("utils/checks/*") if path.stem in of_labs}
    return [
        f"{path.relative_to(root).as_posix()} {why}"
        for kind, why in whys.items()
        for path in sorted(set(root.glob(kind)) - known)
    ]


def stale(lab: LabFiles) -> list[str]:
    """Why what is stored of a lab is not what its source gives; [] when it is."""
    source = read_source(lab.source)
    reasons = []
    if not lab.why.exists() or lab.why.read_text(encoding="utf-8") != why_of(source):
        reasons.append(f"utils/checks/{lab.why.name} is not what the source gives")
    for path, expected in (
        (lab.solution, lambda stored: _solution(lab, source)),
        (lab.lab, lambda stored: _untouched(lab, source, _waiting(stored))),
    ):
        stored = _stored(path)
        if stored is None:
            reasons.append(f"{path.parent.name}/{path.name} is missing or cannot be read")
        elif _bare(stored) != _bare(expected(stored)):
            reasons.append(f"{path.parent.name}/{path.name} is not what the source gives")
        elif not _executed_from(stored, source):
            reasons.append(f"{path.parent.name}/{path.name} was executed from another source")
    return reasons


def lesson(lab: LabFiles, source: NotebookNode | None = None) -> Lesson:
    """A lab as its numbers are counted."""
    return Lesson(lab_of(source or read_source(lab.source), set()), lab.number)


def lessons_of(labs: list[LabFiles]) -> dict[str, Lesson]:
    return {lab.name: lesson(lab) for lab in labs}


def write_numbers(root: Path, lessons: dict[str, Lesson]) -> None:
    """Write the numbers of all labs to docs/lessons.md."""
    path = root / NUMBERS
    path.parent.mkdir(exist_ok=True)
    path.write_text(measures.page(lessons), encoding="utf-8", newline="\n")


def stale_numbers(root: Path, lessons: dict[str, Lesson]) -> list[str]:
    """Why docs/lessons.md is not what the sources give; [] when it is."""
    path = root / NUMBERS
    fresh = path.exists() and path.read_text(encoding="utf-8") == measures.page(lessons)
    return [] if fresh else [f"{NUMBERS} is not what the sources give"]


def build(
    labs: list[LabFiles], *, again: bool = False, workers: int = 2, done: Callable[[str, str], None]
) -> list[tuple[LabFiles, str]]:
    """Build the stale labs (all with `again`), `workers` at a time; return failures with reasons.

    `done(name, what)` is called after each lab. A lab that fails keeps its old notebooks, and the
    others are built all the same.
    """
    failures: list[tuple[LabFiles, str]] = []
    with ThreadPoolExecutor(max_workers=workers) as pool:
        tasks = {pool.submit(_build_one, lab, again): lab for lab in labs}
        for task in as_completed(tasks):
            lab = tasks[task]
            try:
                done(lab.name, task.result())
            except SourceError as error:
                failures.append((lab, f"{lab.name}: {error}"))
                done(lab.name, "failed")
            except Exception as error:  # a kernel that died or hung costs its own lab only
                first = next(iter(str(error).strip().splitlines()), "")
                failures.append((lab, f"{lab.name}: {type(error).__name__}: {first}"))
                done(lab.name, "failed")
    return failures


def _build_one(lab: LabFiles, again: bool) -> str:
    source = read_source(lab.source)
    if not again and not stale(lab):
        return "up to date"
    old_solution, old_lab = _stored(lab.solution), _stored(lab.lab)
    if limits := measures.excess(lesson(lab, source)):
        raise SourceError("; ".join(limits))
    solution = _solution(lab, source)
    lab.why.parent.mkdir(parents=True, exist_ok=True)
    lab.why.write_text(why_of(source), encoding="utf-8", newline="\n")
    waiting = _waiting(old_lab)
    # Where only derived metadata changed, such as points, or a built file was edited by hand, the
    # outputs still hold.
    executed = _executed_from(old_solution, source) and _executed_from(old_lab, source)
    if again or not executed or not _keep_outputs(solution, old_solution):
        _execute_solution(lab, solution)
        waiting = _waiting_cells(lab, source)
    untouched = _untouched(lab, source, waiting)
    solution.metadata["course"] = {
        "fingerprint": fingerprint(source),
        "versions": {name: version(name) for name in RECORDED}
        | {"python": platform.python_version()},
    }
    untouched.metadata["course"] = {
        "fingerprint": fingerprint(source),
        "waiting": sorted(waiting),
    }
    lab.lab.parent.mkdir(exist_ok=True)
    write(solution, lab.solution)
    write(untouched, lab.lab)
    return "built"


def _solution(lab: LabFiles, source: NotebookNode) -> NotebookNode:
    """The solution as it opens, not yet executed."""
    return _dressed(lab, solution_of(source))


def _untouched(lab: LabFiles, source: NotebookNode, waiting: set[str]) -> NotebookNode:
    """The lab as a student opens it."""
    return open_elsewhere(_dressed(lab, lab_of(source, waiting)), lab.name, release_of(lab.root))


def _dressed(lab: LabFiles, notebook: NotebookNode) -> NotebookNode:
    rules.refuse(notebook)
    others = [one for one in find_labs(lab.root) if one.name != lab.name and not one.is_draft]
    dress(notebook, lab.number, [Signpost(one.name, _title(one)) for one in others])
    return notebook


def _title(lab: LabFiles) -> str:
    _, text = heading(lab.title) or (0, lab.name)
    return re.sub(r"^Lab \d\d: ", "", text)


def _execute_solution(lab: LabFiles, notebook: NotebookNode) -> None:
    _execute(notebook, lab)
    for cell in notebook.cells:
        for error in _errors(cell):
            raise SourceError(f"solution: {_where(cell, error)}")


def _waiting_cells(lab: LabFiles, source: NotebookNode) -> set[str]:
    """Ids of the cells of the untouched lab that fail for want of an exercise."""
    untouched = lab_of(source, set())
    _execute(untouched, lab)
    waiting = set()
    for cell in untouched.cells:
        for error in _errors(cell):
            if not waits_for(error.ename, error.evalue):
                raise SourceError(f"untouched lab: {_where(cell, error)}")
            waiting.add(cell.id)
    return waiting


def _execute(notebook: NotebookNode, lab: LabFiles) -> None:
    """Run all cells where students run them: in labs/, past errors, which stay in the outputs."""
    (lab.root / "labs").mkdir(exist_ok=True)
    NotebookClient(
        notebook,
        timeout=TIMEOUT,
        kernel_name="python3",
        allow_errors=True,
        record_timing=False,
        coalesce_streams=True,  # how a text falls into messages is chance
        extra_arguments=["--log-level=ERROR"],  # its warnings are for servers on a network
        resources={"metadata": {"path": str(lab.root / "labs")}},
    ).execute(env=os.environ | {"BETS_FILE": ""})  # nobody bets here
    notebook.metadata.pop("language_info", None)
    notebook.metadata["language_info"] = {"name": "python"}
    _keep_stills(notebook)


def _keep_stills(notebook: NotebookNode) -> None:
    """Leave of each knob the still figure: who opens a stored notebook has no widget."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)


def _errors(cell: NotebookNode) -> list[NotebookNode]:
    return [o for o in cell.get("outputs", []) if o.output_type == "error"]


def _where(cell: NotebookNode, error: NotebookNode) -> str:
    first = next(iter(cell.source.strip().splitlines()), "")
    return f"the cell that begins `{first}` raised {error.ename}: {error.evalue}"


def _waiting(lab: NotebookNode | None) -> set[str]:
    """The cells that waited when a lab was built; recorded apart from the tags, to check those."""
    return set(lab.metadata.get("course", {}).get("waiting", ())) if lab is not None else set()


def _stored(path: Path) -> NotebookNode | None:
    """The notebook at `path`, or None where there is none that can be read."""
    try:
        return nbformat.read(path, as_version=4)
    except (OSError, ValueError, AttributeError, nbformat.reader.NotJSONError):
        return None


def _executed_from(stored: NotebookNode | None, source: NotebookNode) -> bool:
    recorded = stored.metadata.get("course", {}) if stored is not None else {}
    complete = bool({"versions", "waiting"} & recorded.keys())
    return complete and bool(recorded.get("fingerprint") == fingerprint(source))


def _keep_outputs(notebook: NotebookNode, stored: NotebookNode | None) -> bool:
    """Take the outputs of the same cells over; False where the cells are not the same."""
    cells = {cell.id: cell for cell in stored.cells} if stored is not None else {}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    if any(cells.get(c.id, {}).get("source") != c.source for c in code):
        return False
    for cell in code:
        cell.outputs = cells[cell.id].outputs
        cell.execution_count = cells[cell.id].execution_count
    return True


def _bare(notebook: NotebookNode) -> str:
    """A notebook as text without what an execution adds: outputs, counts, recorded versions."""
    copy: Any = json.loads(json.dumps(notebook))
    copy["metadata"].pop("course", None)
    for cell in copy["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"], cell["execution_count"] = [], None
    return json.dumps(copy, sort_keys=True)
