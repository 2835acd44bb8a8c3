"""A notebook that was begun before its lab got another exercise is graded as before."""

from __future__ import annotations

import copy
import importlib

import nbformat
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.jail.session import Zygote
from course.grading.run.lab import Lab
from course.grading.run.marking import mark
from tests.misconceptions import PREAMBLE, Right
from tests.misconceptions.lab12 import CHOOSE_ONCE, CLAIM, HOLD_OUT
from tests.programs import jailed
from tests.submissions import ROOT, answered, without_reading

pytestmark = jailed
LAB = Lab("02_xor")
BEFORE = ("2.1", "2.2", "2.3", "2.4", "2.5")


def test_a_new_exercise_is_not_attempted_and_takes_nothing_away(
    zygotes: tuple[Zygote, Zygote],
) -> None:
    ways = importlib.import_module("tests.misconceptions.lab02").ANSWERS
    firsts = {one.exercise: one.source for one in reversed(ways) if isinstance(one, Right)}
    lab = without_reading(nbformat.read(ROOT / "labs" / f"{LAB.name}.ipynb", as_version=4))
    begun = copy.deepcopy(lab)
    begun.cells = [cell for cell in lab.cells if cell.metadata.get("exercise") != "2.0"]
    assert len(begun.cells) == len(lab.cells) - 2, "its answer and its check"
    notebook = answered(begun, {id: PREAMBLE + firsts[id] for id in BEFORE})
    submissions, judges = zygotes
    marks = mark(notebook, LAB.exercises, submissions=submissions, judges=judges, seed=1).marks
    assert {id: marks[id].verdict for id in BEFORE} == dict.fromkeys(BEFORE, "right")
    assert all(marks[id].points == marks[id].possible for id in BEFORE)
    assert (marks["2.0"].verdict, marks["2.0"].points) == ("not attempted", 0)


def test_what_stood_in_one_exercise_earns_the_points_of_both_its_parts(
    zygotes: tuple[Zygote, Zygote],
) -> None:
    """Before 12.5b existed, all of it was an answer of 12.5, above its one check."""
    sources = (PREAMBLE + HOLD_OUT.text, CHOOSE_ONCE.text, CLAIM)
    cells = [
        new_code_cell(source, id=f"exercise-12-5{'' if k == 1 else f'-{k}'}")
        for k, source in enumerate(sources, 1)
    ]
    begun = new_notebook(cells=[*cells, new_code_cell('check("12.5")', id="check-12-5")])
    exercises = [one for one in Lab("12_fashion_mnist").exercises if one.id in {"12.5", "12.5b"}]
    submissions, judges = zygotes
    marks = mark(begun, exercises, submissions=submissions, judges=judges, seed=1).marks
    assert {id: marks[id].points for id in marks} == {"12.5": 1, "12.5b": 2}
