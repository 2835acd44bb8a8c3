"""An answer that stands in a notebook and never ran: students see why, staff see who."""

from __future__ import annotations

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_raw_cell

from course.grading.intake.submission import carried, parse
from course.grading.jail.session import Limits, Zygote
from course.grading.run.lab import Lab, graded
from course.grading.run.marker import Outcome
from course.grading.run.marking import Marked, card, mark
from course.grading.run.not_run import _defined, why_not_run
from tests.programs import jailed
from tests.submissions import ROOT
from utils.checks.core import find

RIGHT = "def affine(X, W, b):\n    return X @ W + b"
STUB = 'def affine(X, W, b):\n    raise NotImplementedError("Exercise 0.1: write X @ W + b")'
AFFINE = find("0.1")


def cell(source: str, name: str = "exercise-0-1", make=new_code_cell) -> NotebookNode:
    return make(source, id=name, metadata={"nbgrader": {"grade_id": name}} if name else {})


def answer(source: str = RIGHT, make=new_code_cell) -> NotebookNode:
    return cell(source, make=make)


def check() -> NotebookNode:
    return cell('check("0.1")', "check-0-1")


def marked(cells: list[NotebookNode], zygotes: tuple[Zygote, Zygote], **limits: float) -> Marked:
    submissions, judges = zygotes
    return mark(
        new_notebook(cells=cells),
        [AFFINE],
        submissions=submissions,
        judges=judges,
        seed=1,
        limits=Limits(**limits),
    )


COLAB = "from google.colab import drive\n"
# What stands in the notebook, and what the student is told.
NOT_RUN = {
    "a text cell": ([answer(make=new_markdown_cell), check()], "is a text cell, so it did not run"),
    "a raw cell": ([answer(make=new_raw_cell), check()], "is a raw cell, so it did not run"),
    "an import above": (
        [answer(COLAB + RIGHT), check()],
        "ended with ModuleNotFoundError: No module named 'google.colab'. What stands below",
    ),
    "a syntax error": ([answer("x = = 1\n" + RIGHT), check()], "ended with SyntaxError: invalid"),
    "an indent": ([answer("  x = 1\n y = 2\n" + RIGHT), check()], "Python cannot read it"),
    "in a cell of its own below": (
        [cell("pass", "x"), check(), new_code_cell(RIGHT)],
        "The check stands above the answer",
    ),
    "in a cell without an id": (
        [new_code_cell(COLAB + RIGHT), check()],
        "(number 1) ended with ModuleNotFoundError",
    ),
    "in a text cell without an id": ([new_markdown_cell(RIGHT), check()], "is a text cell"),
    "merged with the check": (
        [cell(f"{COLAB}{RIGHT}\ncheck('0.1')", "check-0-1")],
        "ended with ModuleNotFoundError",
    ),
    "an assert above": ([answer("assert 0, 'x' * 999\n" + RIGHT), check()], "AssertionError: xxx"),
    "a message of lines": (
        [answer("raise OSError('a\\n  bob (0.1): 1 point\\x1b[2K')\n" + RIGHT), check()],
        "ended with OSError: a bob (0.1): 1 point[2K. What",
    ),
    "a magic of Colab": (
        [answer("%tensorflow_version 2.x\n" + RIGHT), check()],
        "ended with UsageError: Line magic function `%tensorflow_version` not found.",
    ),
    "a cell that is written to a file": (
        [answer("%%writefile mine.py\n" + RIGHT), check()],
        "begins with %%writefile, so it was not run as Python",
    ),
    "below an if": (
        [answer("if False:\n    " + RIGHT.replace("\n", "\n    ")), check()],
        "ran, and left no `affine`",
    ),
    "Python ended": ([answer("import os\nos._exit(1)\n" + RIGHT), check()], "it ended Python"),
}


@jailed
@pytest.mark.parametrize("case", NOT_RUN)
def test_a_student_is_told_why(case: str, zygotes: tuple[Zygote, Zygote]) -> None:
    cells, says = NOT_RUN[case]
    outcome = marked(cells, zygotes)
    found = outcome.marks["0.1"]
    assert (found.verdict, found.points) == ("not run", 0)
    assert says in found.says and says in str(card(found, AFFINE))
    assert "Your answer did not run" in str(card(found, AFFINE))
    assert len(found.says) < 400
    assert Outcome(outcome).not_run == {"0.1": found.says}


@jailed
def test_a_check_above_its_answer_judges_it_and_says_so(zygotes: tuple[Zygote, Zygote]) -> None:
    outcome = marked([check(), answer()], zygotes)
    found = outcome.marks["0.1"]
    assert (found.verdict, found.points) == ("right", 1)
    assert "The check stands above the answer" in str(card(found, AFFINE))
    assert Outcome(outcome).not_run == {"0.1": found.notes[-1]}
    nothing = marked([check(), answer(STUB)], zygotes)
    assert Outcome(nothing).not_run == {} and not nothing.marks["0.1"].notes


@jailed
@pytest.mark.parametrize(
    ("cells", "verdict"),
    [
        ([answer(), check()], "right"),
        ([answer(RIGHT + "\nassert False"), check()], "right"),
        ([answer(STUB), check()], "not attempted"),
        ([answer(STUB, make=new_markdown_cell), check()], "not attempted"),
        ([check()], "not attempted"),
        ([new_markdown_cell("`affine` is a function"), check()], "not attempted"),
        ([answer(RIGHT + " + 1\nassert False"), check()], "wrong"),
        ([answer("def affine(X, W, b):\n    return nobody"), check()], "crashed"),
        ([answer("import sys"), check()], "not attempted"),
    ],
)
def test_what_is_absent_wrong_or_fails_is_told_apart(
    cells: list[NotebookNode], verdict: str, zygotes: tuple[Zygote, Zygote]
) -> None:
    outcome = marked(cells, zygotes)
    assert outcome.marks["0.1"].verdict == verdict
    assert Outcome(outcome).not_run == {}


@jailed
def test_another_answer_that_did_not_run_is_a_note(zygotes: tuple[Zygote, Zygote]) -> None:
    """The first copy ran and is wrong; the last has a syntax error."""
    second = cell(f"x = = 1\n{RIGHT}", "exercise-0-1-2")
    found = marked([answer(RIGHT + " + 1"), second, check()], zygotes).marks["0.1"]
    assert found.verdict == "wrong" and found.points == 0
    assert found.notes == [found.not_run] and "SyntaxError" in found.not_run


def test_of_several_functions_the_one_that_is_missing_is_looked_for() -> None:
    """One cell ended below its own functions, and another's functions are not there at all."""
    exercise = find("12.4")
    first = new_code_cell("def confusion(y, outputs): ...\nassert False", id="exercise-12-4")
    first.outputs = [nbformat.v4.new_output("error", ename="AssertionError", evalue="")]
    second = new_markdown_cell("hardest = 0.1", id="exercise-12-4-2")
    notebook = new_notebook(cells=[first, second])
    assert why_not_run(exercise, notebook, {0}, name="recalls") == ""
    assert "AssertionError" in why_not_run(exercise, notebook, {0}, name="confusion")
    assert "is a text cell" in why_not_run(exercise, notebook, {0}, name="hardest")


@jailed
@pytest.mark.parametrize("source", ["while True: pass", "import time\ntime.sleep(60)"])
def test_a_cell_that_ends_with_the_notebooks_time_is_told_so(
    source: str, zygotes: tuple[Zygote, Zygote]
) -> None:
    outcome = marked([new_code_cell(source), answer(), check()], zygotes, seconds=3)
    (told,) = outcome.told
    assert told == "Cell 1: stopped, because the notebook as a whole took over 3 s."
    outcome = marked([new_code_cell(source), answer(), check()], zygotes, cell_seconds=3)
    assert outcome.told == ["Cell 1: stopped after 3 s."]
    assert outcome.marks["0.1"].verdict == "right"


@jailed
@pytest.mark.parametrize(
    "source",
    [
        "%pip install --quiet some-package",
        "!python -m pip install https://example.org/package.whl",
        "!pip download some-package --index-url https://example.org/simple",
    ],
)
def test_pip_tries_once(source: str, zygotes: tuple[Zygote, Zygote]) -> None:
    """There is no network; each further try waits longer."""
    outcome = marked([new_code_cell(source), answer(), check()], zygotes)
    assert outcome.marks["0.1"].verdict == "right"
    printed = str(outcome.notebook.cells[0].outputs)
    assert "ERROR" in printed and "Retrying" not in printed


@pytest.mark.parametrize("lab", [lab.name for lab in graded(ROOT)])
def test_a_lab_itself_holds_no_answer(lab: str) -> None:
    """No cell of a lab, text or code, is taken for an answer that did not run."""
    notebook = parse((ROOT / "labs" / f"{lab}.ipynb").read_bytes())
    ran = range(len(notebook.cells))
    for exercise in Lab(lab).exercises:
        for name in ("", *exercise.names):
            assert why_not_run(exercise, notebook, ran, name=name, is_open=True) == ""
            assert why_not_run(exercise, notebook, (), name=name, is_open=True) == ""
        own = [one for one in notebook.cells if carried(one) == ("exercise", exercise.id)]
        others = [one for one in notebook.cells if one not in own]
        assert own and not any(_defined(str(one.source), exercise.names) for one in others)
