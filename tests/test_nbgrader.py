"""nbgrader agrees with the checks: `validate` and `autograde` on lab 02, four submissions.

Ours is what `utils.checks` says, in this process, of the same answers. The lab is generated and
graded by nbgrader's own commands; nothing of it is imitated here.

To save minutes, the submissions are those of students who deleted the cells that no exercise needs,
and two of the four; `--full` hands in all, and whole notebooks too.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest
from nbformat import NotebookNode, write

from tests.misconceptions import lab02
from tests.nbgrader_course import Course, read, validate
from tests.sample import sampled
from tests.submissions import answered, exercises, without_reading, wrong_answers
from utils.checks import core
from utils.checks.student import Answers

ROOT = Path(__file__).resolve().parent.parent
LAB = "02_xor"

# Right, and as loud as an answer can be: every channel that nbgrader could take for an error.
NOISY = """
import logging
import os
import sys
import warnings

import numpy as np
from IPython.display import display

logging.basicConfig()


def xor_relu(X):
    warnings.warn("a warning")
    logging.getLogger("mine").error("a log record")
    print("printed")
    print("printed to stderr", file=sys.stderr)
    display({"text/plain": "0"}, raw=True)
    os.write(2, b"written to file descriptor 2\\n")
    return np.maximum(0, X @ np.ones((2, 2)) + np.array([0, -1])) @ np.array([1, -2])
"""


WRONG = wrong_answers(lab02.ANSWERS)
SOLUTION = read(ROOT / "solutions" / f"{LAB}.ipynb")
UNTOUCHED = read(ROOT / "labs" / f"{LAB}.ipynb")
SUBMISSIONS = {
    "wrong": answered(SOLUTION, WRONG),
    "solution": SOLUTION,
    "noisy": answered(UNTOUCHED, {"2.3": NOISY}),
    "untouched": UNTOUCHED,
}
EVERY = 2  # in the normal tier


def our_points(notebook: NotebookNode) -> dict[str, tuple[float, float]]:
    """(earned, possible) by exercise id: the notebook's cells run here, checks in their places."""
    points = {}
    names: dict[str, object] = {"__name__": "__main__"}
    for cell in without_reading(notebook).cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            exercise = core.find(cell.metadata["exercise"])
            result = core.run(exercise, Answers(names).respond)
            points[exercise.id] = (result.points, exercise.points)
        else:
            exec(compile(cell.source, f"<{cell.id}>", "exec"), names)
    return points


Part = Callable[[NotebookNode], NotebookNode]
PARTS = [
    pytest.param(without_reading, id="without-reading"),
    pytest.param(copy.deepcopy, id="whole", marks=pytest.mark.full),
]


@pytest.fixture(scope="module", params=PARTS)
def course(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """The course after `autograde`."""
    folder = tmp_path_factory.mktemp("course")
    course = Course.generate(folder, ROOT / "labs" / f"{LAB}.ipynb")
    names = list(SUBMISSIONS)[:: 1 if request.config.getoption("--full") else EVERY]
    course.autograde({name: request.param(SUBMISSIONS[name]) for name in names})
    return course


def test_the_released_lab_is_ours(course: Course) -> None:
    sources = [cell.source for cell in course.released.cells]
    assert sources == [cell.source for cell in UNTOUCHED.cells]


@pytest.mark.parametrize("student", sampled(SUBMISSIONS, every=EVERY))
def test_autograde_gives_our_points(course: Course, student: str) -> None:
    assert course.points(student) == our_points(SUBMISSIONS[student])


@pytest.mark.parametrize("student", sampled(SUBMISSIONS, every=EVERY))
def test_the_submissions_earn_what_they_should(course: Course, student: str) -> None:
    """So that agreeing on nothing, or on everything, cannot pass for agreeing."""
    earned = {id: points for id, (points, _) in course.points(student).items()}
    possible = {id: core.find(id).points for id in exercises(SOLUTION)}
    nothing = dict.fromkeys(possible, 0)
    assert possible and earned.keys() == possible.keys()
    due = {
        "wrong": possible | {id: earned[id] for id in WRONG},
        "solution": possible,
        "noisy": nothing | {"2.3": possible["2.3"]},
        "untouched": nothing,
    }
    assert earned == due[student]
    if student == "wrong":
        assert all(earned[id] < possible[id] for id in WRONG)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    ("name", "failing"),
    [
        pytest.param("solution", set(), id="solution"),
        pytest.param("untouched", set(exercises(SOLUTION)), id="untouched"),
        pytest.param("wrong", set(WRONG), id="wrong", marks=pytest.mark.full),
    ],
)
def test_validate_names_the_checks_that_fail(
    tmp_path: Path, part: Part, name: str, failing: set[str]
) -> None:
    path = tmp_path / f"{LAB}.ipynb"
    write(part(SUBMISSIONS[name]), path)
    assert validate(path) == {f'check("{id}")' for id in failing}
