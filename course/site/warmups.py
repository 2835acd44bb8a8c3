"""The warm-ups: for each week of a term a page with some cards of "Slip or right?" for a class.

A week has one lab, in the order of the road. Its page has cards of labs that were done by then,
each card once in the term, and shows one of its two sides.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from course.site.places import LabPlaces
from utils.cards.deck import SIDES, Card, deck

MINUTES = 2  # for a card


@dataclass(frozen=True)
class Warmup:
    week: int
    lab: LabPlaces
    cards: tuple[Card, ...]

    @property
    def name(self) -> str:
        return f"{self.week:02}"

    @property
    def sides(self) -> list[str]:
        """Which side of each card is shown: always the same, and half of them slips by chance."""
        rng = np.random.default_rng(self.week)
        return [str(side) for side in rng.choice(SIDES, size=len(self.cards))]


def warmups(labs: Sequence[LabPlaces]) -> Iterator[Warmup]:
    """One for each of the labs, which stand in the order of the road; none for extras."""
    labs = [lab for lab in labs if not lab.is_extra]
    numbers = [lab.number for lab in labs]
    left = sorted(
        (card for card in deck().values() if card.lab in numbers),
        key=lambda card: numbers.index(card.lab),
    )
    for at, lab in enumerate(labs):
        done = [card for card in left if card.lab in numbers[: at + 1]]
        now = done[: math.ceil(len(left) / (len(labs) - at))]
        left = left[len(now) :]
        yield Warmup(at + 1, lab, tuple(now))


def overview(term: Sequence[Warmup]) -> str:
    rows = [
        f"| [{one.week}](#warmup-{one.name}) | {one.lab.link} | {_minutes(one)} "
        f"| {'; '.join(card.topic for card in one.cards)} |"
        for one in term
    ]
    return "\n".join(["| Week | After | Minutes | What about |", "|---|---|---:|---|", *rows])


def page(warmup: Warmup) -> str:
    count = len(warmup.cards)
    cards = [
        _card(at, card, side)
        for at, (card, side) in enumerate(zip(warmup.cards, warmup.sides, strict=True), start=1)
    ]
    return f"""\
(warmup-{warmup.name})=
# Warm-up {warmup.week}

After {warmup.lab.link}. {count} claim{"" if count == 1 else "s"}, {_minutes(warmup)} minutes.

{chr(10).join(cards)}"""


def _minutes(warmup: Warmup) -> int:
    return MINUTES * len(warmup.cards)


def _card(number: int, card: Card, side: str) -> str:
    """A claim, and below it, folded, what is so. Of the class `hide`: paper shows what is open."""
    lines = [
        f"## {number}. {card.topic[0].upper()}{card.topic[1:]}",
        card.claims[side],
        '<details class="hide"><summary>Slip or right?</summary>',
        f"**{'A slip' if side == 'slip' else 'Right'}.** {card.reasons[side]}",
    ]
    if card.code:
        lines += [f"```python\n{card.code}\n```", f"```text\n{card.prints}\n```"]
    if side == "slip":
        lines.append(f"*Right is:* {card.claims['right']}")
    else:
        lines.append(f"*{card.whose_slip}:* {card.claims['slip']}")
    return "\n\n".join([*lines, f"Card {card.id}, lab {card.lab}.", "</details>", ""])
