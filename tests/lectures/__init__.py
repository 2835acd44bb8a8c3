"""Which rows of the lectures, and which of their errata, the labs cover, and with what evidence.

`rows.tsv` names the 216 rows that were found in the five lectures (kind and labs of each),
`errata.tsv` the 82 errors found in them (`run`: the claim can be refuted by running something).
`evidence_NN.tsv` says for lab NN which tokens prove a row: a covering cell counts only where it
shows at least one of them, and all of them must be shown.
"""

from __future__ import annotations

import ast
import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat

from course.build import find_labs

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
# Rows of these kinds (and errata that can be run) are proved by numbers that the machine printed
# or asserted, not by prose.
COMPUTED = {"E", "W", "N", "R"}


@dataclass(frozen=True)
class Item:
    """One row or one erratum that a lab has to cover."""

    id: str
    kind: str
    tokens: tuple[str, ...]


def items_of(lab: str) -> list[Item]:
    """The rows and errata of lab "02", with their evidence; no tokens where none is stated."""
    evidence = {row["id"]: row["tokens"] for row in _read(f"evidence_{lab}.tsv")}
    kinds = {r["id"]: r["kind"] for r in _read("rows.tsv") if lab in r["labs"].split(",")}
    for row in _read("errata.tsv"):
        if lab in row["labs"].split(","):
            kinds[row["id"]] = "run" if row["run"] == "yes" else "said"
    unknown = sorted(set(evidence) - set(kinds))
    assert not unknown, f"evidence_{lab}.tsv names what lab {lab} need not cover: {unknown}"
    return [Item(id, kind, _tokens(evidence.get(id, ""))) for id, kind in kinds.items()]


def problems(lab: str, notebook: Any) -> list[str]:
    """What is missing in an executed solution: uncovered items, cells that show no evidence."""
    found = []
    for item in items_of(lab):
        cells = [cell for cell in notebook.cells if item.id in _marked(cell)]
        shown = [evidence_in(cell, item) for cell in cells]
        missing = [t for t in item.tokens if not any(t in text for text in shown)]
        if not item.tokens:
            found.append(f"{item.id}: evidence_{lab}.tsv has no tokens")
        elif not cells:
            found.append(f"{item.id} ({item.kind}): no cell covers it")
        elif missing:
            found.append(f"{item.id} ({item.kind}): not shown: {missing}")
        for cell, text in zip(cells, shown, strict=True):
            if item.tokens and not any(token in text for token in item.tokens):
                found.append(f"{item.id} ({item.kind}): cell {cell.id} shows nothing of it")
    known = {item.id for item in items_of(lab)}
    marked = {id for cell in notebook.cells for id in _marked(cell)}
    return found + [f"{id}: not a row of lab {lab}" for id in sorted(marked - known)]


def evidence_in(cell: Any, item: Item) -> str:
    """The text of a cell in which the tokens of an item count, spaces collapsed."""
    if item.kind in COMPUTED or item.kind == "run":
        return _spaced(_printed(cell) + "\n" + _asserted(cell))
    if item.kind == "F":
        return _spaced("\n".join(t for t in _texts(cell) if t.startswith("[figure: ")))
    if item.kind == "C":
        return _spaced(cell.source if _ran(cell) else "")
    if item.kind == "X":
        right = any("Right" in html for html in _html(cell))
        return cell.metadata.get("exercise", "") if right else ""
    return _spaced((cell.source if cell.cell_type == "markdown" else "") + "\n" + _printed(cell))


def load(lab_path: Path) -> Any:
    """An executed notebook."""
    return nbformat.read(lab_path, as_version=4)


def solutions() -> list[Path]:
    """The executed solutions of all labs that are no drafts, in order."""
    return [lab.solution for lab in find_labs(ROOT) if not lab.is_draft]


def _read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_spaced(t) for t in text.split(" | ") if t.strip())


def _marked(cell: Any) -> list[str]:
    return [*cell.metadata.get("covers", []), *cell.metadata.get("errata", [])]


def _ran(cell: Any) -> bool:
    return cell.cell_type == "code" and cell.execution_count is not None


def _printed(cell: Any) -> str:
    return "\n".join(_texts(cell)) if _ran(cell) else ""


def _texts(cell: Any) -> list[str]:
    if cell.cell_type != "code":
        return []
    streams = [o.text for o in cell.outputs if o.output_type == "stream"]
    return streams + [
        o.data["text/plain"] for o in cell.outputs if "text/plain" in o.get("data", {})
    ]


def _html(cell: Any) -> list[str]:
    return [o.data.get("text/html", "") for o in cell.get("outputs", []) if "data" in o]


def _asserted(cell: Any) -> str:
    """The assert statements of a cell that ran without an error."""
    if not _ran(cell) or any(o.output_type == "error" for o in cell.outputs):
        return ""
    nodes = ast.walk(ast.parse(cell.source))
    return "\n".join(ast.unparse(node) for node in nodes if isinstance(node, ast.Assert))


def _spaced(text: str) -> str:
    return " ".join(text.split())
