"""Checks of the exercises: `check("2.3")` judges your answer, `hint("2.3")` shows the next hint.

Read the modules in this order: `encoding` (plain data as text), `student` (answers questions about
your names), `core` (what an exercise is and how its check runs), `card` (what you see), and then
`lab02` and its sisters, where each check stands beside its hints.
"""

from __future__ import annotations

import sys

from utils.checks import core
from utils.checks.card import Card, Hint
from utils.checks.student import Answers, captured

__all__ = ["check", "hint"]

_shown: dict[str, int] = {}


def check(id: str) -> Card | Hint:
    """Judge the exercise with this id, such as "2.3", with the names of the calling notebook.

    In a notebook the value is a card. It never raises; what is wrong stands on the card.
    """
    names = sys._getframe(1).f_globals
    try:
        exercise = core.find(id)
    except LookupError as error:
        return Hint(str(error.args[0]))
    with captured():
        return Card(core.run(exercise, Answers(names).respond))


def hint(id: str) -> Hint:
    """Show the next hint of an exercise: a nudge, then the formula, then the line to look at."""
    try:
        exercise = core.find(id)
    except LookupError as error:
        return Hint(str(error.args[0]))
    level = min(_shown.get(id, 0), len(exercise.hints) - 1)
    _shown[id] = level + 1
    last = " That was the last hint." if level == len(exercise.hints) - 1 else ""
    return Hint(f"Hint {level + 1} of {len(exercise.hints)}: {exercise.hints[level]}{last}")
