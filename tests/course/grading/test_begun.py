"""A notebook that was begun before its lab got another exercise is graded as before."""

from __future__ import annotations

import copy
import importlib

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.jail.session import Zygote
from course.grading.run.lab import Lab
from course.grading.run.marking import Mark, mark
from tests.misconceptions import PREAMBLE, Right
from tests.misconceptions.lab12 import CHOOSE_ONCE, CLAIM, HOLD_OUT
from tests.programs import jailed
from tests.submissions import ROOT, answered, without_reading

pytestmark = jailed
BEFORE = ("2.1", "2.2", "2.3", "2.4", "2.5")


def graded(
    lab: Lab, without: str, answers: dict[str, str], zygotes: tuple[Zygote, Zygote]
) -> dict[str, Mark]:
    """The marks of a notebook that was begun before exercise `without` was made."""
    today = without_reading(nbformat.read(ROOT / "labs" / f"{lab.name}.ipynb", as_version=4))
    begun = copy.deepcopy(today)
    begun.cells = [cell for cell in today.cells if cell.metadata.get("exercise") != without]
    assert len(begun.cells) == len(today.cells) - 2, "its answer and its check"
    notebook = answered(begun, {id: PREAMBLE + source for id, source in answers.items()})
    submissions, judges = zygotes
    return mark(notebook, lab.exercises, submissions=submissions, judges=judges, seed=1).marks


def right_answers(lab: str) -> dict[str, str]:
    """The first right answer to each exercise of a lab, such as "02"."""
    ways = importlib.import_module(f"tests.misconceptions.lab{lab}").ANSWERS
    return {one.exercise: one.source for one in reversed(ways) if isinstance(one, Right)}


def test_a_new_exercise_is_not_attempted_and_takes_nothing_away(
    zygotes: tuple[Zygote, Zygote],
) -> None:
    firsts = right_answers("02")
    marks = graded(Lab("02_xor"), "2.0", {id: firsts[id] for id in BEFORE}, zygotes)
    assert {id: marks[id].verdict for id in BEFORE} == dict.fromkeys(BEFORE, "right")
    assert all(marks[id].points == marks[id].possible for id in BEFORE)
    assert (marks["2.0"].verdict, marks["2.0"].points) == ("not attempted", 0)


@pytest.mark.parametrize(
    ("name", "first", "claim", "points"),
    [
        ("02_xor", "2.2", 'more_epochs = "no, no line exists"', (1.5, 0.5)),
        ("02_xor", "2.2", 'more_epochs = "yes, it needs"', (1.5, 0)),
        ("03_activations", "3.1", "", (1.5, 2.5)),  # its first answer has all seven functions
        ("10_iris", "10.4", 'val_claim = "too few rows"', (2, 1)),
    ],
)
def test_an_exercise_that_was_split_is_worth_what_it_was(
    zygotes: tuple[Zygote, Zygote], name: str, first: str, claim: str, points: tuple[float, float]
) -> None:
    """Both parts stood in one cell, and one check judged them."""
    both = f"{right_answers(name[:2])[first]}\n{claim}\n"
    marks = graded(Lab(name), f"{first}b", {first: both}, zygotes)
    assert (marks[first].points, marks[f"{first}b"].points) == points


def test_an_answer_in_three_cells_earns_the_points_of_both_its_parts(
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
