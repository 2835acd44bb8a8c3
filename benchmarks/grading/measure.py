"""The rounds: in each, every contender marks the same class, in turn and in a random order."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.grading import graders
from benchmarks.grading.classes import NUMPY, Work, write_class
from benchmarks.grading.graders import CONTENDERS, FLOOR, OURS, Hall
from benchmarks.grading.overhead import Run, differences
from course.grading.intake.submission import parse, steps
from course.grading.run.lab import Lab
from course.grading.run.left_out import left_out


@dataclass(frozen=True)
class Entry:
    """How much of one work is measured.

    Attributes:
        work: what the students hand in.
        students: of the class that one worker marks.
        rounds: how often each contender takes its turn.
        on_two_cores: who marks with two workers, too.
        students_on_two: of the class that two workers mark; an even number. `course grade` reads
            four of them ahead, and keeps the last ones together: of fewer than six the times
            between results would say nothing.
    """

    work: Work
    students: int
    rounds: int
    on_two_cores: tuple[str, ...] = tuple(CONTENDERS)
    students_on_two: int = 6


@dataclass(frozen=True)
class Plan:
    """What is measured, and how many students are simulated."""

    entries: tuple[Entry, ...]
    simulated: int


# A submission takes up to a minute, whoever marks it, so of the labs with TensorFlow three that
# differ in what they train stand for all: with fifteen a run would take hours. On two cores their
# seconds are needed for the plan of a large class only.
MEASURED = ("02_xor", "10_iris", "12_fashion_mnist")
FULL = Plan(
    (
        # Where a submission takes a tenth of a second, a small class is over in one burst.
        Entry(NUMPY, 12, 2, students_on_two=40),
        # `course grade` runs one submission in twenty both ways: fewer would tell of luck.
        *(Entry(Work(lab), 3, 1, (OURS,), students_on_two=20) for lab in MEASURED),
    ),
    simulated=5_000,
)
QUICK = Plan(
    (Entry(NUMPY, 6, 1, students_on_two=20), Entry(Work("02_xor"), 2, 1, ())),
    simulated=200,
)


def number_of_turns(plan: Plan, who: Sequence[str]) -> int:
    """How often a contender will have its turn."""
    return sum(
        entry.rounds * (len({*who, FLOOR}) + len(set(entry.on_two_cores) & set(who)))
        for entry in plan.entries
    )


def measure(
    plan: Plan,
    who: Sequence[str],
    *,
    otter: str,
    later: float,
    seed: int = 0,
    tell: Callable[[str], None] = lambda words: None,
) -> list[dict[str, Any]]:
    """Measure the works one after the other.

    Args:
        plan: what is measured.
        who: the names of the contenders; the floor always takes part.
        otter: the Python that has otter-grader, or "".
        later: seconds a submission that `course grade` spends on nbgrader's tables.
        seed: of the order of the turns.
        tell: is called before each turn.
    """
    rng = np.random.default_rng(seed)
    fork = graders.judge_fork() if OURS in who else 0.0
    works = []
    for entry in plan.entries:
        with tempfile.TemporaryDirectory(prefix="grading-") as folder:
            hall = Hall(entry.work, Path(folder), otter, fork)
            works.append(_rounds(entry, who, hall, later, rng, tell))
    return works


def _rounds(
    entry: Entry,
    who: Sequence[str],
    hall: Hall,
    later: float,
    rng: np.random.Generator,
    tell: Callable[[str], None],
) -> dict[str, Any]:
    classes = {
        1: write_class(entry.work, entry.students, hall.folder / "one"),
        2: write_class(entry.work, entry.students_on_two, hall.folder / "two"),
    }
    turns = [(name, 1) for name in who if name != FLOOR]
    turns += [(name, 2) for name in who if name in entry.on_two_cores]
    runs: list[Run] = []
    for number in range(entry.rounds):
        # The floor first: what own work is, the others are measured with.
        order = [(FLOOR, 1), *(turns[i] for i in rng.permutation(len(turns)))]
        for name, workers in order:
            tell(f"{entry.work.name}: {name}, {workers} at a time, round {number + 1}")
            run = graders.attempt(name, hall, classes[workers], workers)
            run.later = later if name == OURS else 0.0
            runs.append(run)
    return {
        "work": entry.work.name,
        "lab": entry.work.lab,
        "numpy_only": entry.work.numpy_only,
        "students": entry.students,
        "students_on_two": len(classes[2]),
        **_cells(classes[1][0], Lab(entry.work.lab)),
        "runs": [asdict(run) for run in runs],
        "differences": _differences(runs),
    }


def _cells(path: Path, lab: Lab) -> dict[str, int]:
    """How many cells a submission has, and how many of them the marks need."""
    names = {exercise.id: exercise.names for exercise in lab.exercises}
    its = steps(parse(path.read_bytes()), list(names))
    cells = sum(not step.exercise for step in its)
    return {"cells": cells, "needed": cells - len(left_out(its, lab.given, names).places)}


def _differences(runs: Sequence[Run]) -> list[str]:
    """Of all runs of a contender; what several say the same way is said once."""
    found: dict[str, None] = {}
    floor = [run for run in runs if run.contender == FLOOR and not run.sentence]
    given = {one.student: one.points for run in floor for one in run.marked}
    for run in runs:
        if run.contender == FLOOR or run.sentence:
            continue
        points = {
            run.contender: {one.student: one.points for one in run.marked},
            FLOOR: given,
        }
        found |= dict.fromkeys(differences(points, FLOOR))
    return list(found)
