"""A notebook that was begun before its lab got another exercise is graded as before."""

from __future__ import annotations

import copy
import importlib

import nbformat

from course.grading.jail.session import Zygote
from course.grading.run.lab import Lab
from course.grading.run.marking import mark
from tests.misconceptions import PREAMBLE, Right
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


def test_who_wrote_both_parts_before_an_exercise_was_split_gets_the_points_of_both(
    zygotes: tuple[Zygote, Zygote],
) -> None:
    """Lab 03 asked for seven functions in 3.1; four of them are 3.1b now."""
    split = Lab("03_activations")
    ways = importlib.import_module("tests.misconceptions.lab03").ANSWERS
    seven = next(one.source for one in ways if isinstance(one, Right) and one.exercise == "3.1")
    begun = without_reading(nbformat.read(ROOT / "labs" / f"{split.name}.ipynb", as_version=4))
    begun.cells = [
        cell for cell in begun.cells if cell.metadata.get("exercise") not in ("3.0", "3.1b")
    ]
    notebook = answered(begun, {"3.1": PREAMBLE + seven})
    submissions, judges = zygotes
    marks = mark(notebook, split.exercises, submissions=submissions, judges=judges, seed=1).marks
    earned = {id: (marks[id].verdict, marks[id].points) for id in ("3.1", "3.1b")}
    assert earned == {"3.1": ("right", 1.5), "3.1b": ("right", 2.5)}
