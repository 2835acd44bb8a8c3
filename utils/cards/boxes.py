"""When a card comes again: what was missed in the next draw, what was known later each time.

What is remembered is a log of draws and answers. Where the cards stand follows from it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from utils.cards.deck import SIDES

# A card that was known k times in a row may come again so many draws later; the next is the first.
WAITS = (1, 2, 4, 8, 16)
# The share of a draw that cards which are due may take from new ones.
REVIEWED = 0.6
# Who is right and less sure than this (in percent) has guessed: the card stays where it is.
GUESS = 60


@dataclass(frozen=True)
class Answer:
    """What a reader said of a card: "slip" or "right"; `sure` is a percentage or None."""

    id: str
    side: str  # that was shown
    choice: str
    sure: float | None = None

    @property
    def is_right(self) -> bool:
        return self.choice == self.side


@dataclass
class Boxes:
    """Where each card stands, after a log of draws and answers."""

    draws: int = 0
    asked: list[Any] = field(default_factory=list)  # what the last draw was asked for
    table: dict[str, str] = field(default_factory=dict)  # its cards, and the side of each
    settled: dict[str, Answer] = field(default_factory=dict)  # those of them that were answered
    known: dict[str, int] = field(default_factory=dict)  # by card: times in a row
    due: dict[str, int] = field(default_factory=dict)  # the draw in which it may come again
    answers: list[Answer] = field(default_factory=list)  # all of them

    @property
    def still_open(self) -> list[str]:
        return [id for id in self.table if id not in self.settled]

    def take(self, line: str, ids: Collection[str]) -> None:
        """Go one line of the log further; one that is not ours, or of an old card, is skipped."""
        try:
            entry = json.loads(line)
            if "draw" in entry:
                dealt = {str(id): str(side) for id, side in entry["draw"].items()}
                self._draw({id: side for id, side in dealt.items() if id in ids}, entry["asked"])
            elif entry["id"] in ids:
                self._settle(Answer(**entry))
        except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
            return

    def _draw(self, dealt: dict[str, str], asked: list[Any]) -> None:
        if not set(dealt.values()) <= set(SIDES):
            return
        self.draws += 1
        self.asked, self.table, self.settled = asked, dealt, {}

    def _settle(self, answer: Answer) -> None:
        if self.table.get(answer.id) != answer.side or answer.id in self.settled:
            return
        known = self.known.get(answer.id, 0)
        is_guess = answer.sure is not None and answer.sure < GUESS
        if not answer.is_right:
            known = 0
        elif not is_guess:
            known = min(known + 1, len(WAITS) - 1)
        self.known[answer.id] = known
        self.due[answer.id] = self.draws + WAITS[known]
        self.settled[answer.id] = answer
        self.answers.append(answer)


def deal(boxes: Boxes, ids: Iterable[str], count: int, seed: int | None) -> dict[str, str]:
    """Choose cards for the next draw, and a side for each.

    What is due comes first, missed cards before others, then new cards, then what rests. Of due
    cards there are at most three in five while there are new ones, or a reader who misses much
    would never see the whole deck. The same seed deals the same cards where the same was drawn and
    answered before.
    """
    rng = np.random.default_rng(None if seed is None else (seed, boxes.draws))
    shuffled = rng.permutation(list(ids)).tolist()
    seen = sorted((id for id in shuffled if id in boxes.due), key=boxes.due.__getitem__)
    due = [id for id in seen if boxes.due[id] <= boxes.draws + 1]
    due.sort(key=boxes.known.__getitem__)
    first = due[: math.ceil(REVIEWED * count)]
    new = [id for id in shuffled if id not in boxes.due]
    chosen = list(dict.fromkeys([*first, *new, *due, *seen]))[:count]
    sides = rng.choice(SIDES, size=len(chosen)).tolist()
    return dict(zip(sorted(chosen, key=shuffled.index), sides, strict=True))
