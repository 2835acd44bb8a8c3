"""Notebooks as students hand them in, made from a lab: other answers, or cut to what counts."""

from __future__ import annotations

import ast
import copy
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.grading.intake.collect import Submission, collect
from course.grading.intake.submission import Unreadable, parse, steps
from course.grading.jail.session import Limits
from course.grading.run.grade import Submit
from course.grading.run.lab import Lab
from course.grading.run.marker import Outcome, unreadable
from course.grading.run.marking import Mark, Marked
from tests.misconceptions import PREAMBLE, Right, Wrong, lab00

ROOT = Path(__file__).resolve().parents[1]


def exercises(notebook: NotebookNode) -> dict[str, NotebookNode]:
    """The cells that students fill in, by exercise id."""
    return {
        cell.metadata["exercise"]: cell
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("solution")
    }


def answered(notebook: NotebookNode, sources: dict[str, str]) -> NotebookNode:
    """A copy in which these exercises (by id) have other sources."""
    notebook = copy.deepcopy(notebook)
    for id, cell in exercises(notebook).items():
        cell.source = sources.get(id, cell.source)
    return notebook


def wrong_answers(answers: Sequence[Right | Wrong]) -> dict[str, str]:
    """One wrong answer for each exercise: the one that earns most, to see partial points too."""
    wrong: dict[str, Wrong] = {}
    for answer in answers:
        if isinstance(answer, Wrong):
            wrong[answer.exercise] = max(
                wrong.get(answer.exercise, answer), answer, key=lambda either: either.points
            )
    return {id: PREAMBLE + answer.source for id, answer in wrong.items()}


def without_reading(notebook: NotebookNode) -> NotebookNode:
    """A copy with nothing but the graded cells and what defines names for them."""
    notebook = copy.deepcopy(notebook)
    kept: list[NotebookNode] = []
    needed: set[str] = set()
    for cell in reversed([cell for cell in notebook.cells if cell.cell_type == "code"]):
        bound, used = names_of(cell.source)
        if "nbgrader" in cell.metadata or bound & needed:
            kept.insert(0, cell)
            needed |= used
    notebook.cells = kept
    return notebook


def names_of(source: str) -> tuple[set[str], set[str]]:
    """The names that a cell binds, and those that it uses."""
    bound: set[str] = set()
    used: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            (used if isinstance(node.ctx, ast.Load) else bound).add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            bound.add(node.name)
        elif isinstance(node, ast.alias):
            bound.add((node.asname or node.name).partition(".")[0])
    return bound, used


def small_class(folder: Path, students: int) -> tuple[list[Submission], dict[str, float]]:
    """Short submissions of lab 00 in folder/in, and what each student should get."""
    lab = nbformat.read(ROOT / "labs" / "00_orientation.ipynb", as_version=4)
    short = without_reading(lab)
    answers = lab00.ANSWERS[: students // 2] + lab00.ANSWERS[-(students - students // 2) :]
    expected = {}
    (folder / "in").mkdir()
    for number, answer in enumerate(answers):
        student = f"student{number:02}"
        notebook = answered(short, {"0.1": PREAMBLE + answer.source})
        nbformat.write(notebook, folder / "in" / f"{student}.ipynb")
        expected[student] = 1.0 if isinstance(answer, Right) else answer.points
    (folder / "workplace").mkdir()
    return collect(folder / "in", workplace=folder / "workplace").submissions, expected


def instant(lab: Lab) -> Submit:
    """Marking without a jail, for tests of what comes after it: who can be read gets all points.

    Nothing runs, so a class takes no time; cells of code lose their outputs as they would.
    """

    def submit(data: bytes, seed: int, limits: Limits, all_cells: bool = False) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        future.set_result(_instantly(lab, data, seed))
        return future

    return submit


def _instantly(lab: Lab, data: bytes, seed: int) -> Outcome:
    try:
        notebook = parse(data)
    except Unreadable as error:
        return unreadable(lab, seed, str(error))
    for step in steps(notebook, [one.id for one in lab.exercises]):
        if step.source:
            notebook.cells[step.place].outputs = []
    marks = {one.id: Mark(one.id, "right", one.points, one.points) for one in lab.exercises}
    return Outcome(Marked(marks, notebook, seed))
