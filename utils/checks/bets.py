"""Bets: the reader says beforehand what will come, and a card gives the reason. No points.

Question and options stand in the text of the lab; which option is right, and a reason for each, in
`labNN.toml`. Bets are kept beside the notebooks, so that a later lab can look back on them.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from utils.checks import kept
from utils.checks.card import BetCard, Hint, in_short
from utils.checks.sentences import sentences

FILE = kept.FOLDER / "bets.jsonl"


@dataclass(frozen=True)
class Bet:
    """A bet that was made; `sure` is a percentage, None where the reader gave none."""

    id: str
    choice: str
    right: bool
    sure: float | None = None


@dataclass(frozen=True)
class Question:
    """What a bet is about: the right option, and the reason for or against each."""

    id: str
    right: str
    reasons: Mapping[str, str]

    @property
    def options(self) -> str:
        """The options as a reader writes them."""
        return ", ".join(f'"{option}"' for option in self.reasons)


def bet(id: str, choice: object = ..., sure: float | None = None) -> BetCard | Hint:
    """Bet on one option of a question, such as bet("2.b1", "b", sure=70).

    Args:
        id: of the bet, as the text of the lab names it.
        choice: the letter of an option; `...` says that none is chosen yet.
        sure: how sure you are, in percent: from a pure guess (50 where there are two options, 33
            where there are three) to 100.

    In a notebook the value is a card. It never raises; what is wrong stands on the card.
    """
    try:
        question = _find(id)
        made = Bet(question.id, *_chosen(question, choice, sure))
    except LookupError as error:
        return Hint(str(error.args[0]))
    notes = []
    before = [one for one in kept_bets(every=True) if one.id == made.id]
    if before and before[0].choice != made.choice:
        notes.append(f'You first bet on "{before[0].choice}", and the first bet is remembered.')
    if not before or before[-1] != made:
        try:
            _keep(made)
        except OSError as error:
            why = error.strerror or str(error)
            notes.append(f"This bet is not remembered: its file cannot be written ({why}).")
    return BetCard(made.id, made.choice, question.right, question.reasons, made.sure, tuple(notes))


def kept_bets(*, every: bool = False) -> list[Bet]:
    """The first bet on each question, in the order in which they were made.

    Whoever bets again knows the reasons by then; with `every` these bets are listed, too.
    """
    bets = [one for line in kept.lines(_place()) if (one := _read(line))]
    first: dict[str, Bet] = {}
    for one in bets:
        first.setdefault(one.id, one)
    return bets if every else list(first.values())


def _find(id: object) -> Question:
    if not isinstance(id, str):
        raise LookupError('Write the number of the bet in quotes: bet("2.b1", "a").')
    name = id.strip().lower()
    if not re.fullmatch(r"\d{1,2}\.b\d{1,2}", name):
        raise LookupError(f"There is no bet {in_short(id)}: a bet has a number such as '2.b1'.")
    known = sentences(name.split(".")[0].zfill(2)).get("bets", {})
    if name not in known:
        there_are = ", ".join(known) or "none in this lab"
        raise LookupError(f"There is no bet {name}. There are: {there_are}.")
    return Question(name, **known[name])


def _chosen(question: Question, choice: object, sure: object) -> tuple[str, bool, float | None]:
    """The option, whether it is right, and how sure the reader is, in percent or None."""
    option = choice.strip().lower() if isinstance(choice, str) else choice
    if option is ... or (isinstance(option, str) and option in ("", "...")):
        raise LookupError(
            f"Bet {question.id}: not chosen yet. Put one of {question.options} in the place of the "
            "dots, and run the cell again."
        )
    if not isinstance(option, str) or option not in question.reasons:
        raise LookupError(
            f"Bet {question.id}: there is no option {in_short(choice)}. Choose one of "
            f"{question.options}, in quotes."
        )
    options = len(question.reasons)
    return option, option == question.right, percentage(f"Bet {question.id}", options, sure)


def percentage(what: str, options: int, sure: object) -> float | None:
    """How sure a reader is who chose among so many options, None where that was left out.

    Raises LookupError, which names `what` was answered, where it is no such percentage.
    """
    least = 100 // options
    if sure is None:
        return None
    if isinstance(sure, int | float | np.integer | np.floating) and least <= sure <= 100:
        return float(sure)
    raise LookupError(
        f"{what}: `sure` is a percentage, from {least} (a pure guess among {options} options) to "
        "100, such as sure=70. It may be left out."
    )


def _place() -> Path | None:
    """The file of bets, or None where none are kept."""
    named = os.environ.get("BETS_FILE")
    here = kept.place(FILE.name)
    return Path(named) if here and named else here


def _read(line: str) -> Bet | None:
    try:
        made = Bet(**json.loads(line))
    except (ValueError, TypeError, RecursionError):  # not written here
        return None
    is_ours = (
        isinstance(made.id, str)
        and isinstance(made.choice, str)
        and isinstance(made.right, bool)
        and (made.sure is None or (type(made.sure) in (int, float) and 0 <= made.sure <= 100))
    )
    return made if is_ours else None


def _keep(made: Bet) -> None:
    """Add a bet to the file. Whoever reads it at that moment finds the old one or the new one.

    Raises OSError where the file cannot be written.
    """
    if place := _place():
        kept.add_line(place, json.dumps(asdict(made)))
