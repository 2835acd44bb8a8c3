"""A notebook that was begun before its lab got another exercise is graded as before."""

from __future__ import annotations

import copy
import importlib

import nbformat
import pytest

from course.grading.jail.session import Zygote
from course.grading.run.lab import Lab
from course.grading.run.marking import Mark, mark
from tests.misconceptions import PREAMBLE, Right
from tests.programs import jailed
from tests.submissions import ROOT, answered, without_reading

pytestmark = jailed
LAB = Lab("02_xor")
BEFORE = ("2.1", "2.2", "2.3", "2.4", "2.5")


def graded(
    without: str, answers: dict[str, str], zygotes: tuple[Zygote, Zygote]
) -> dict[str, Mark]:
    """The marks of a notebook that was begun before exercise `without` was made."""
    lab = without_reading(nbformat.read(ROOT / "labs" / f"{LAB.name}.ipynb", as_version=4))
    begun = copy.deepcopy(lab)
    begun.cells = [cell for cell in lab.cells if cell.metadata.get("exercise") != without]
    assert len(begun.cells) == len(lab.cells) - 2, "its answer and its check"
    notebook = answered(begun, {id: PREAMBLE + source for id, source in answers.items()})
    submissions, judges = zygotes
    return mark(notebook, LAB.exercises, submissions=submissions, judges=judges, seed=1).marks


def right_answers() -> dict[str, str]:
    ways = importlib.import_module("tests.misconceptions.lab02").ANSWERS
    return {one.exercise: one.source for one in reversed(ways) if isinstance(one, Right)}


def test_a_new_exercise_is_not_attempted_and_takes_nothing_away(
    zygotes: tuple[Zygote, Zygote],
) -> None:
    firsts = right_answers()
    marks = graded("2.0", {id: firsts[id] for id in BEFORE}, zygotes)
    assert {id: marks[id].verdict for id in BEFORE} == dict.fromkeys(BEFORE, "right")
    assert all(marks[id].points == marks[id].possible for id in BEFORE)
    assert (marks["2.0"].verdict, marks["2.0"].points) == ("not attempted", 0)


@pytest.mark.parametrize(("code", "points"), [("no, no line exists", 0.5), ("yes, it needs", 0)])
def test_an_exercise_that_was_split_is_worth_what_it_was(
    zygotes: tuple[Zygote, Zygote], code: str, points: float
) -> None:
    """Both halves of 2.2 stood in one cell, and one check judged them: 1.5 and 0.5 points."""
    both = f'{right_answers()["2.2"]}\nmore_epochs = "{code}"\n'
    marks = graded("2.2b", {"2.2": both}, zygotes)
    assert (marks["2.2"].points, marks["2.2b"].points) == (1.5, points)
