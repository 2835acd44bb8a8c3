"""Judges a student's names by a check that a test defines."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from utils.checks import core
from utils.checks.student import Answers

HINTS = ("think", "2 x", "the line")


def judged(judge: Callable[..., None], names: dict[str, Any], *mistakes: str) -> core.Result:
    """The result of an exercise with these mistakes."""
    known = {mistake: f"This is {mistake}." for mistake in mistakes}
    exercise = core.Exercise("9.9", 2, HINTS, known, True, False, judge)
    return core.run(exercise, Answers(names).respond)
