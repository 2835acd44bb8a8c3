"""The answers of tests/misconceptions through the jail: the same verdicts as in the notebook."""

from __future__ import annotations

import importlib
import random
from collections.abc import Sequence

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.jail.session import Limits, Zygote
from course.grading.run.lab import Lab, graded
from course.grading.run.marking import mark
from tests.misconceptions import PREAMBLE, Right, Wrong
from tests.programs import jailed
from tests.submissions import ROOT
from utils.checks import core

pytestmark = jailed
LABS = graded(ROOT)
SAMPLE = 12


def answers(lab: Lab, *, all_of_them: bool) -> Sequence[Right | Wrong]:
    """All answers of a lab, or some of those that train nothing."""
    found = list(importlib.import_module(f"tests.misconceptions.lab{lab.number}").ANSWERS)
    if all_of_them:
        return found
    quick = [answer for answer in found if not core.find(answer.exercise).trains]
    return random.Random(0).sample(quick, min(SAMPLE, len(quick)))


LOST_AT_LARGE_NUMBERS = """
_step, _relu = step, relu

def step(z):
    while (z == 1000).any(): pass
    return _step(z)

def relu(z):
    if (z == 1000).any(): __import__("os")._exit(0)
    return _relu(z)
"""


def test_a_function_that_hangs_or_ends_python_costs_its_own_part_alone(
    zygotes: tuple[Zygote, Zygote],
) -> None:
    """Its calls are asked for in one go, and then one by one: those before it have answers."""
    submissions, judges = zygotes
    exercise = core.find("3.1")
    ways = importlib.import_module("tests.misconceptions.lab03").ANSWERS
    right = next(one for one in ways if isinstance(one, Right) and one.exercise == "3.1")
    source = PREAMBLE + right.source + LOST_AT_LARGE_NUMBERS
    limits = Limits(call_seconds=1)
    notebook = new_notebook(cells=[new_code_cell(source)])
    marked = mark(
        notebook, [exercise], submissions=submissions, judges=judges, seed=0, limits=limits
    )
    found = marked.marks["3.1"]
    lost = [name for name, points, _ in found.parts if not points]
    assert (found.verdict, lost) == ("wrong", ["step", "relu"]), found
    assert "no answer within 1 s" in found.says
    assert "shape (12,)" in found.tried


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
@pytest.mark.parametrize(
    "all_of_them",
    [pytest.param(False, id="some"), pytest.param(True, id="all", marks=pytest.mark.full)],
)
def test_verdicts_equal_the_notebooks(
    lab: Lab, all_of_them: bool, zygotes: tuple[Zygote, Zygote]
) -> None:
    submissions, judges = zygotes
    tried = answers(lab, all_of_them=all_of_them)
    assert tried
    differing = []
    for seed, answer in enumerate(tried):
        exercise = core.find(answer.exercise)
        notebook = new_notebook(cells=[new_code_cell(PREAMBLE + answer.source)])
        marked = mark(notebook, [exercise], submissions=submissions, judges=judges, seed=seed)
        found = marked.marks[exercise.id]
        if isinstance(answer, Right):
            expected = ("right", exercise.points, None)
        else:
            expected = (answer.verdict, answer.points, answer.mistake)
        came = (found.verdict, found.points, found.mistake)
        if exercise.trains and found.mistake:  # with other seeds it may be stuck in another way
            came = (*came[:2], expected[2])
        if came != expected:
            differing.append((exercise.id, answer.name, expected, found))
    assert not differing
