"""Every row of the lectures and every erratum of a lab is covered, and the evidence is shown."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests import lectures
from utils.checks import core

SOLUTIONS = lectures.solutions()
IDS = [path.stem for path in SOLUTIONS]


@pytest.mark.parametrize("path", SOLUTIONS, ids=IDS)
def test_lab_covers_its_rows_and_errata(path: Path, record_summary: Any) -> None:
    lab = path.stem[:2]
    items = lectures.items_of(lab)
    problems = lectures.problems(lab, lectures.load(path))
    open_ids = {problem.split(" ")[0].rstrip(":") for problem in problems}
    for name, kinds in (("rows", None), ("errata run", "run"), ("errata said", "said")):
        group = [i for i in items if (i.kind == kinds if kinds else i.kind not in {"run", "said"})]
        done = sum(item.id not in open_ids for item in group)
        record_summary(f"lab {lab}: {name} covered {done}/{len(group)}")
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("path", SOLUTIONS, ids=IDS)
def test_every_covering_cell_is_needed(path: Path) -> None:
    """Mutants of `lectures.problems`: it must notice each covering cell that is emptied."""
    notebook = lectures.load(path)
    lab, unnoticed, mutants = path.stem[:2], [], 0
    for index, cell in enumerate(notebook.cells):
        if not (cell.metadata.get("covers") or cell.metadata.get("errata")):
            continue
        mutants += 1
        mutant = copy.deepcopy(notebook)
        mutant.cells[index].source = "pass" if cell.cell_type == "code" else ""
        if cell.cell_type == "code":
            mutant.cells[index].outputs = []
        if not lectures.problems(lab, mutant):
            unnoticed.append(cell.id)
    assert mutants > 0 or not lectures.items_of(lab)
    assert not unnoticed, f"{lab}: emptied without notice: {unnoticed}"


def test_the_tables_are_whole() -> None:
    rows, errata = lectures._read("rows.tsv"), lectures._read("errata.tsv")
    assert len(rows) == len({row["id"] for row in rows}) == 216
    assert len(errata) == len({row["id"] for row in errata}) == 82
    assert sum(row["run"] == "yes" for row in errata) == 44


def test_the_labs_together_cover_the_lectures(record_summary: Any) -> None:
    """Each row and each erratum stands in every lab that the tables name."""
    open_ids = {
        problem.split(" ")[0].rstrip(":")
        for path in SOLUTIONS
        for problem in lectures.problems(path.stem[:2], lectures.load(path))
    }
    labs = {path.stem[:2] for path in SOLUTIONS}
    for what, name in (("rows", "rows.tsv"), ("errata", "errata.tsv")):
        rows = lectures._read(name)
        done = [r for r in rows if {*r["labs"].split(",")} <= labs and r["id"] not in open_ids]
        record_summary(f"all labs: {len(done)} of {len(rows)} {what} covered")
        assert done == rows
    exercises = sum(len(core.exercises_of(lab)) for lab in labs)
    record_summary(f"all labs: {exercises} exercises with a check")
