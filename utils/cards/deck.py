"""The cards: for each error of the slides what it says, and a right claim about the same matter."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("deck.toml")
SIDES = ("slip", "right")


@dataclass(frozen=True)
class Card:
    """Both sides of a card; texts are one paragraph, with formulas between $ and `code`.

    `code` has some lines of Python and `prints` what they print; both are "" where there is nothing
    to run.
    """

    id: str
    lab: str  # after which both sides can be decided
    topic: str
    lecture: str  # its author
    claims: Mapping[str, str]  # by side
    reasons: Mapping[str, str]
    code: str
    prints: str

    @property
    def whose_slip(self) -> str:
        """What stands before the slip where the right claim was shown."""
        return f"The slip, in our words, after the lecture of {self.lecture}"


@functools.cache
def deck() -> Mapping[str, Card]:
    """All cards by id, in the order of the labs."""
    told = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {id: _card(id, fields, told["lectures"]) for id, fields in told["cards"].items()}


def _card(id: str, fields: Mapping[str, Any], lectures: Mapping[str, str]) -> Card:
    text = {name: " ".join(fields[name].split()) for name in (*SIDES, "because", "because_right")}
    return Card(
        id,
        fields["lab"],
        fields["topic"],
        lectures[id[1:4]],
        {side: text[side] for side in SIDES},
        {"slip": text["because"], "right": text["because_right"]},
        fields.get("code", "").strip("\n"),
        fields.get("prints", "").strip("\n"),
    )
