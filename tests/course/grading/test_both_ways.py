"""Submissions with all of their cells and without those that no mark needs: the same marks."""

from __future__ import annotations

import copy
import importlib
import random
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.book.gradebook import Gradebook
from course.grading.intake.submission import carried
from course.grading.jail.session import Limits, Zygote
from course.grading.out.release import CourseFolder
from course.grading.run import grade as grading
from course.grading.run.lab import Lab, graded
from course.grading.run.marker import TWICE, Marker, Outcome
from course.grading.run.marking import mark
from tests.misconceptions import PREAMBLE
from tests.programs import jailed
from tests.submissions import ROOT, answered, exercises, instant, small_class
from utils.checks import core

LAB = Lab("00_orientation")
RIGHT = "def affine(X, W, b):\n    return X @ W + b\n"
IN_PLACE = """
def affine(X, W, b):
    out = X @ W + b
    X[:] = 0
    return out
"""


@pytest.fixture(scope="module")
def marker() -> Iterator[Marker]:
    with Marker(LAB) as marker:
        yield marker


def untouched() -> NotebookNode:
    """The lab without what looks at the machine, which takes most of its time."""
    notebook = nbformat.read(ROOT / "labs" / f"{LAB.name}.ipynb", as_version=4)
    notebook.cells.remove(cell_with(notebook, "doctor"))
    return notebook


def solved(answer: str = RIGHT) -> NotebookNode:
    return answered(untouched(), {"0.1": answer})


def cell_with(notebook: NotebookNode, text: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.cell_type == "code" and text in c.source)


def place_of_answer(notebook: NotebookNode) -> int:
    return next(k for k, c in enumerate(notebook.cells) if carried(c) == ("exercise", "0.1"))


def with_cell(source: str, answer: str = RIGHT, after: int = 0) -> NotebookNode:
    """A solved lab with a cell of the student's so many cells from the answer."""
    notebook = solved(answer)
    notebook.cells.insert(place_of_answer(notebook) + after, new_code_cell(source))
    return notebook


def edited() -> NotebookNode:
    notebook = solved()
    cell_with(notebook, "import numpy").source += "\nX = X + 1"
    return notebook


def moved() -> NotebookNode:
    notebook = solved()
    given = cell_with(notebook, "import numpy")
    notebook.cells.remove(given)
    notebook.cells.insert(place_of_answer(notebook) + 1, given)
    return notebook


def deleted() -> NotebookNode:
    notebook = solved("def affine(X, W, b):\n    return np.asarray(X) @ W + b")
    notebook.cells.remove(cell_with(notebook, "import numpy"))
    return notebook


HOSTILE: dict[str, Callable[[], NotebookNode]] = {
    "solved": solved,
    "untouched": untouched,
    "a name made by exec": lambda: with_cell(
        "exec('shift = 0')", "def affine(X, W, b):\n    return X @ W + b + shift"
    ),
    "a name made by globals": lambda: with_cell(
        "globals()['shift'] = 0", "def affine(X, W, b):\n    return X @ W + b + shift"
    ),
    "all of a module": lambda: with_cell(
        "from numpy import *", "def affine(X, W, b):\n    return matmul(X, W) + b"
    ),
    "a library's state": lambda: with_cell(
        "np.matmul = lambda a, b: 0", "def affine(X, W, b):\n    return np.matmul(X, W) + b"
    ),
    "a seed three cells above": lambda: with_cell(
        "np.random.seed(3)",
        "def affine(X, W, b):\n    return X @ W + b + np.round(np.random.rand() / 10)",
        after=-6,
    ),
    "a magic": lambda: with_cell("%matplotlib inline"),
    "an edited given cell": edited,
    "a moved given cell": moved,
    "a deleted given cell": deleted,
    "a given name": lambda: solved("def affine(X, W, b):\n    return draw_house and X @ W + b"),
    "a name of a cell below": lambda: solved("def affine(X, W, b):\n    return X @ W + b + runs"),
    "a function that changes its input": lambda: solved(IN_PLACE),
    "a cell that breaks off": lambda: with_cell("1 / 0"),
    "an answer above the import": lambda: with_cell(RIGHT, after=-9),
    "a name that is deleted": lambda: with_cell("del np", after=1),
}


@jailed
@pytest.mark.parametrize("name", HOSTILE)
def test_marks_do_not_hang_on_the_cells_that_are_left_out(marker: Marker, name: str) -> None:
    data = nbformat.writes(HOSTILE[name]()).encode()
    short = marker.mark(data, 1, Limits())
    full = marker.mark(data, 1, Limits(), all_cells=True)
    for id, its in full.marked.marks.items():
        came = short.marked.marks[id]
        assert (came.verdict, came.points, came.mistake) == (its.verdict, its.points, its.mistake)


@jailed
def test_a_solved_lab_runs_in_part_and_says_so(marker: Marker) -> None:
    data = nbformat.writes(solved()).encode()
    assert marker.mark(data, TWICE, Limits()).differs == ""

    def counts(outcome: Outcome) -> list[int | None]:
        cells = outcome.marked.notebook.cells
        return [cell.execution_count for cell in cells if cell.cell_type == "code"]

    in_part, in_full = marker.mark(data, 1, Limits()), marker.mark(data, TWICE, Limits())
    assert sum(map(bool, counts(in_part))) < sum(map(bool, counts(in_full)))
    assert counts(marker.mark(data, 1, Limits(), all_cells=True)) == counts(in_full)


@jailed
@pytest.mark.full
@pytest.mark.parametrize("lab", graded(ROOT), ids=lambda lab: lab.name)
def test_labs_give_the_same_marks_both_ways(lab: Lab) -> None:
    """The solution, the lab as it was released, and two of drawn answers to each exercise."""
    released = nbformat.read(ROOT / "labs" / f"{lab.name}.ipynb", as_version=4)
    solution = nbformat.read(ROOT / "solutions" / f"{lab.name}.ipynb", as_version=4)
    answers = importlib.import_module(f"tests.misconceptions.lab{lab.number}").ANSWERS
    rng = random.Random(lab.number)
    drawn = [
        {
            id: PREAMBLE + rng.choice([one for one in answers if one.exercise == id]).source
            for id in exercises(released)
        }
        for _ in range(2)
    ]
    notebooks = [solution, released, *(answered(released, sources) for sources in drawn)]
    with Marker(lab) as marker:
        for notebook in notebooks:
            assert marker.mark(nbformat.writes(notebook).encode(), TWICE, Limits()).differs == ""


def test_one_difference_runs_the_class_in_full(book: Gradebook, tmp_path: Path) -> None:
    found, _ = small_class(tmp_path, 5)
    whole = instant(LAB)
    told: list[bool] = []

    def submit(data: bytes, seed: int, limits: Limits, all_cells: bool) -> Future[Outcome]:
        told.append(all_cells)
        outcome = whole(data, seed, limits, all_cells).result()
        if not all_cells and len(told) == 3:
            outcome = replace(outcome, differs="0.1")
        elif not all_cells:  # what is wrong without all cells
            marked = copy.deepcopy(outcome.marked)
            marked.marks["0.1"].points = 0.0
            outcome = replace(outcome, marked=marked)
        future: Future[Outcome] = Future()
        future.set_result(outcome)
        return future

    finished: list[str] = []
    summary = grading.grade(
        found,
        LAB,
        book,
        CourseFolder(tmp_path),
        submit=submit,
        at_once=2,
        done=lambda one, outcome, failed: finished.append(one.student),
    )
    assert summary.differs is not None and summary.differs[1] == "0.1"
    assert sorted(finished) == sorted(one.student for one in found)
    assert summary.marked == 5 and not summary.failed
    for one in found:
        assert book.grades(LAB.name, one.student)["0.1"].points == 1.0
    assert told.count(True) >= 4


UNSEEDED = """
import random
import keras
import numpy as np

def affine(X, W, b):
    return X @ W + b + [random.random() + np.random.rand() + float(keras.random.uniform(()))]
"""


@jailed
def test_what_answers_draw_does_not_hang_on_what_cells_drew(
    zygotes: tuple[Zygote, Zygote],
) -> None:
    """Else a function that trains without a seed would be judged on other weights."""
    submissions, judges = zygotes
    heard: list[list[str]] = []
    for drawn in ("", "random.random(), np.random.rand(), keras.random.uniform(())"):
        replies: list[str] = []
        mark(
            new_notebook(cells=[new_code_cell(UNSEEDED), new_code_cell(drawn)]),
            [core.find("0.1")],
            submissions=submissions,
            judges=judges,
            seed=5,
            listen=lambda _, reply, replies=replies: replies.append(reply),
        )
        heard.append(replies)
    assert heard[0] == heard[1] != []
