"""The unit of work: one submission, marked by zygotes here or on another machine."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from course.grading.intake import submission as submissions
from course.grading.jail.session import Limits, Zygote
from course.grading.run.lab import Lab
from course.grading.run.left_out import LeftOut, left_out, may_explain
from course.grading.run.marking import Listen, Mark, Marked, mark
from utils.checks.core import Exercise

# One submission in so many runs with all of its cells and without, by its seed, which is secret.
TWICE = 20


@dataclass(frozen=True)
class Outcome:
    """What became of a notebook.

    Attributes:
        marked: its marks.
        unreadable: why it is no notebook, or "".
        differs: the exercise to which cells that were left out made a difference, or "".
    """

    marked: Marked
    unreadable: str = ""
    differs: str = ""

    @property
    def is_judged(self) -> bool:
        """Whether all checks came to a verdict."""
        return all(mark.verdict != "not judged" for mark in self.marked.marks.values())

    @property
    def not_run(self) -> dict[str, str]:
        """What kept answers that are there from running, by exercise."""
        return {id: mark.not_run for id, mark in self.marked.marks.items() if mark.not_run}


class Marker:
    """Two zygotes that stay for all submissions of a lab; a context manager that ends them.

    DATASETS_DIR names the folder of the data sets: a jail has no network.
    """

    def __init__(self, lab: Lab, *, jailed: bool = True) -> None:
        self._lab = lab
        named = os.environ.get("DATASETS_DIR")
        data = Path(named) if named and Path(named).is_dir() else None
        self._zygotes = (
            Zygote("submission", data=data, jailed=jailed),
            Zygote("judge", labs=[lab.number], data=data, jailed=jailed),
        )

    def __enter__(self) -> Marker:
        with ExitStack() as stack:
            for zygote in self._zygotes:
                stack.enter_context(zygote)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *ended: object) -> None:
        self._stack.close()

    def is_alive(self) -> bool:
        """Whether both zygotes are."""
        return all(zygote.is_alive() for zygote in self._zygotes)

    def mark(
        self,
        notebook: bytes,
        seed: int,
        limits: Limits,
        *,
        all_cells: bool = False,
        only: str | None = None,
        listen: Listen = lambda question, reply: None,
    ) -> Outcome:
        """Mark one submission.

        Args:
            notebook: the bytes that were handed in.
            seed: of the submission.
            limits: of the submission.
            all_cells: run also those that no mark needs. Without it, one submission in TWICE runs
                both ways.
            only: the id of an exercise, to mark no other.
            listen: is told each question of a check and its reply.
        """
        exercises = [one for one in self._lab.exercises if only in (None, one.id)]
        try:
            parsed = submissions.parse(notebook)
        except submissions.Unreadable as error:
            return unreadable(self._lab, seed, str(error))
        if other := submissions.other_lab(parsed, self._lab.number):
            says = f"it is the notebook of lab {other}: hand in that of lab {self._lab.number}"
            return unreadable(self._lab, seed, says)
        submission, judge = self._zygotes
        marked_without = partial(
            mark,
            parsed,
            exercises,
            submissions=submission,
            judges=judge,
            seed=seed,
            limits=limits,
            listen=listen,
        )
        out = LeftOut() if all_cells else self._left_out(parsed, exercises)
        marked = marked_without(leave_out=out.places)
        short = [one.says for one in marked.marks.values() if one.points < one.possible]
        if may_explain(out, marked.notebook, short):
            return Outcome(marked_without())
        if out.places and seed % TWICE == 0 and only is None:
            in_full = marked_without()
            differs = _difference(marked, in_full)
            # An answer that hangs on chance differs from itself, whatever is left out.
            if differs and _difference(in_full, marked_without()):
                differs = ""
            return Outcome(in_full, differs=differs)
        return Outcome(marked)

    def _left_out(self, notebook: NotebookNode, exercises: Sequence[Exercise]) -> LeftOut:
        names = {one.id: one.names for one in exercises}
        try:
            return left_out(submissions.steps(notebook, list(names)), self._lab.given, names)
        except Exception as error:  # code that only Python itself can read: it runs as a whole
            return LeftOut(why_none=type(error).__name__)


def _difference(one: Marked, other: Marked) -> str:
    """The first exercise that two runs of a submission judge in two ways, or ""."""
    for id, its in one.marks.items():
        then = other.marks[id]
        if (its.verdict, its.points, its.mistake) != (then.verdict, then.points, then.mistake):
            return id
    return ""


def unreadable(lab: Lab, seed: int, why: str) -> Outcome:
    """The outcome of what is no notebook: no points, and the reason in every exercise."""
    says = f"This is no notebook of this lab: {why}."
    marks = {
        one.id: Mark(one.id, "not attempted", 0.0, one.points, says=says) for one in lab.exercises
    }
    return Outcome(Marked(marks, nbformat.v4.new_notebook(), seed, told=[says]), why)


class OtherChecks(Exception):
    """A worker has other checks than the grader; the message says what to do."""


def mark_elsewhere(
    name: str, version: str, notebook: bytes, seed: int, limits: Limits, all_cells: bool
) -> Outcome:
    """Mark one submission in a worker of Dask, which keeps its zygotes for the next one.

    Args:
        name: of the lab.
        version: of the grader's checks.
        notebook: the bytes that were handed in.
        seed: of the submission.
        limits: of the submission.
        all_cells: run also those that no mark needs.

    Raises:
        OtherChecks: this worker would judge by others.
    """
    if version != _version(name):
        raise OtherChecks(
            f"A worker has other checks of lab {name} than the grader: bring its repository to the "
            "same commit, and start the worker again."
        )
    with _starting:  # a worker may have several threads
        marker = _kept.get(name)
        if marker is None or not marker.is_alive():
            if marker is not None:
                marker.__exit__()
            marker = _kept[name] = Marker(Lab(name)).__enter__()
    return marker.mark(notebook, seed, limits, all_cells=all_cells)


@cache
def _version(name: str) -> str:
    """Of the checks that this worker imported; a newer file on its disk changes nothing."""
    return Lab(name).version


_kept: dict[str, Marker] = {}
_starting = threading.Lock()


@atexit.register
def _end_kept() -> None:
    for marker in _kept.values():
        marker.__exit__()
