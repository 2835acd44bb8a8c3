"""The unit of work: one submission, marked by zygotes here or on another machine."""

from __future__ import annotations

import atexit
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import nbformat

from course.grading import submission as submissions
from course.grading.lab import Lab
from course.grading.marking import Listen, Mark, Marked, mark
from course.grading.session import Limits, Zygote


@dataclass(frozen=True)
class Outcome:
    """What became of a notebook: `unreadable` says why it is none, or is empty."""

    marked: Marked
    unreadable: str = ""

    @property
    def is_judged(self) -> bool:
        """Whether all checks came to a verdict."""
        return all(mark.verdict != "not judged" for mark in self.marked.marks.values())


class Marker:
    """Two zygotes that stay for all submissions of a lab; a context manager that ends them."""

    def __init__(self, lab: Lab, data: Path | None = None, *, jailed: bool = True) -> None:
        self._lab = lab
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

    def mark(
        self,
        notebook: bytes,
        seed: int,
        limits: Limits,
        *,
        only: str | None = None,
        listen: Listen = lambda question, reply: None,
    ) -> Outcome:
        """Mark one submission.

        Args:
            notebook: the bytes that were handed in.
            seed: of the submission.
            limits: of the submission.
            only: the id of an exercise, to mark no other.
            listen: is told each question of a check and its reply.
        """
        exercises = [one for one in self._lab.exercises if only in (None, one.id)]
        try:
            parsed = submissions.parse(notebook)
            submissions.refuse_other_lab(parsed, self._lab.number)
        except submissions.Unreadable as error:
            return unreadable(self._lab, seed, str(error))
        submission, judge = self._zygotes
        marked = mark(
            parsed,
            exercises,
            submissions=submission,
            judges=judge,
            seed=seed,
            limits=limits,
            listen=listen,
        )
        return Outcome(marked)


def unreadable(lab: Lab, seed: int, why: str) -> Outcome:
    """The outcome of what is no notebook: no points, and the reason in every exercise."""
    says = f"The notebook could not be read: {why}."
    marks = {
        one.id: Mark(one.id, "not attempted", 0.0, one.points, says=says) for one in lab.exercises
    }
    return Outcome(Marked(marks, nbformat.v4.new_notebook(), seed, told=[says]), why)


def mark_elsewhere(
    lab: Lab, data: Path | None, notebook: bytes, seed: int, limits: Limits
) -> Outcome:
    """Mark one submission in a worker of Dask, which keeps its zygotes for the next one."""
    return _kept(lab, data).mark(notebook, seed, limits)


@cache
def _kept(lab: Lab, data: Path | None) -> Marker:
    marker = Marker(lab, data).__enter__()
    atexit.register(marker.__exit__)
    return marker
