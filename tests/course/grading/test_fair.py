"""The same submission earns the same points whatever its secret seed is."""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.jail.session import Zygote
from course.grading.run.lab import Lab, graded
from course.grading.run.marking import Marked, mark
from tests.misconceptions import PREAMBLE, Right, Wrong
from tests.programs import jailed
from tests.submissions import ROOT
from utils.checks import core

pytestmark = jailed
LABS = graded(ROOT)
SEEDS = range(1000, 1020)
FEW_SEEDS = SEEDS[::4]
SAMPLE = 4  # exercises of each lab; the long tier takes all of them, and all seeds
Answers = Sequence[Right | Wrong]


def by_exercise(lab: Lab) -> dict[str, list[Right | Wrong]]:
    """The answers of a lab to what trains no network, those that earn part of the points first.

    Where a check trains the student's network, luck has a part: `trains` says so, and the check
    itself decides by three trainings.
    """
    found: dict[str, list[Right | Wrong]] = {}
    for answer in importlib.import_module(f"tests.misconceptions.lab{lab.number}").ANSWERS:
        if not core.find(answer.exercise).trains:
            found.setdefault(answer.exercise, []).append(answer)
    return {id: sorted(found[id], key=lambda one: not is_partial(one)) for id in found}


def submissions_of(lab: Lab) -> list[Answers]:
    """All those answers as few submissions: the first ones to each exercise, the second ones."""
    together = zip_longest(*by_exercise(lab).values())
    return [[answer for answer in answers if answer] for answers in together]


def sample_of(lab: Lab) -> Answers:
    """One answer to each of a few exercises; ones that earn part of the points come first."""
    return sorted(submissions_of(lab)[0], key=lambda one: not is_partial(one))[:SAMPLE]


def is_partial(answer: Right | Wrong) -> bool:
    return 0 < due(answer) < most(answer)


def most(answer: Right | Wrong) -> float:
    return core.find(answer.exercise).points


def due(answer: Right | Wrong) -> float:
    return most(answer) if isinstance(answer, Right) else answer.points


def notebook_of(answers: Answers) -> NotebookNode:
    """One cell for each answer; each is checked right after its cell."""
    cells = []
    for answer in answers:
        name = "exercise-" + answer.exercise.replace(".", "-")
        metadata = {"nbgrader": {"grade_id": name}}
        cells.append(new_code_cell(PREAMBLE + answer.source, metadata=metadata))
    return new_notebook(cells=cells)


def unfair(
    answers: Answers, zygotes: tuple[Zygote, Zygote], seeds: Sequence[int]
) -> list[tuple[object, ...]]:
    """The seeds with which an answer earns other points than it should, or is judged otherwise."""
    submissions, judges = zygotes
    notebook = notebook_of(answers)
    exercises = [core.find(answer.exercise) for answer in answers]

    def marked(seed: int) -> Marked:
        return mark(notebook, exercises, submissions=submissions, judges=judges, seed=seed)

    found = []
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for seed, outcome in zip(seeds, pool.map(marked, seeds), strict=True):
            for answer in answers:
                came = outcome.marks[answer.exercise]
                verdict = "right" if isinstance(answer, Right) else answer.verdict
                if (came.points, came.verdict) != (due(answer), verdict):
                    found.append((answer.exercise, answer.name, seed, due(answer), came))
    return found


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_some_answers_earn_the_same_with_some_seeds(
    lab: Lab, zygotes: tuple[Zygote, Zygote]
) -> None:
    assert unfair(sample_of(lab), zygotes, FEW_SEEDS) == []


@pytest.mark.full
@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)
def test_all_answers_earn_the_same_with_every_seed(
    lab: Lab, zygotes: tuple[Zygote, Zygote]
) -> None:
    found = [unfair(answers, zygotes, SEEDS) for answers in submissions_of(lab)]
    assert [one for one in found if one] == []


def test_the_answers_tell_something() -> None:
    """Some earn part of the points, and every lab has several."""
    assert sum(is_partial(answer) for lab in LABS for answer in sample_of(lab)) >= 5
    assert all(len(submissions_of(lab)) > 1 for lab in LABS)
