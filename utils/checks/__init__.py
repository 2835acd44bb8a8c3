"""What you call in a lab: `check("2.3")` judges your answer, `hint("2.3")` shows the next hint.

`bet("2.b1", "b")` bets on an option of a question, and `kept_bets()` lists your bets.

Read the modules in this order: `encoding` (plain data as text), `student` (answers questions about
your names), `core` (what an exercise is and how its check runs), `card` (what you see), `bets`,
`points` (what is remembered of checks), and then `lab02` and its sisters, where each check stands
beside its hints.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress

from utils.checks import core, points
from utils.checks.bets import bet, kept_bets
from utils.checks.card import Card, Hint
from utils.checks.student import Answers, captured
from utils.checks.whys import why

__all__ = ["bet", "check", "hint", "kept_bets"]

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
        result = core.run(exercise, Answers(names).respond)
    with suppress(OSError):  # a card comes first; `utils.progress` says where nothing can be kept
        points.keep(result)
    return Card(result, why=why(id) if _may_read_why(result) else "")


def _may_read_why(result: core.Result) -> bool:
    """Who has it right, or tried once more after the last hint; not where nbgrader marks."""
    if "NBGRADER_EXECUTION" in os.environ:
        return False
    exercise = result.exercise
    had_all_hints = _shown.get(exercise.id, 0) == len(exercise.hints)
    return result.verdict == "right" or (had_all_hints and result.verdict in {"wrong", "crashed"})


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
