"""The calls: deal cards, show one, settle one, look back, forget. They never raise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import numpy as np

from utils.cards.boxes import Answer, Boxes, deal
from utils.cards.deck import SIDES, Card, deck
from utils.cards.shown import ALL_ANSWERED, Claim, Hand, Settled, Standing
from utils.checks import kept, points
from utils.checks.bets import kept_bets, percentage
from utils.checks.card import Hint, in_short

FILE = kept.FOLDER / "cards.jsonl"
LARGEST = 2**32 - 1  # of seeds, as everywhere in utils
# The log of this session, where none is kept or its file cannot be written.
_unkept: list[str] = []


def draw(
    count: int = 5, labs: str | int | Iterable[str | int] | None = None, seed: int | None = None
) -> Hand | Hint:
    """Lay cards on the table: those that you missed, then new ones, then those that you know.

    Args:
        count: how many.
        labs: only cards of these, such as ["01", "02"] or range(6); None takes all, and "begun"
            those of which a check or a bet of yours is kept here.
        seed: a whole number from 0 up makes the draw the same for everybody who begins anew.

    A cell that runs again deals nothing new while cards lie open. In a notebook the value is shown.
    """
    try:
        of_labs, notes = _cards_of(labs)
        count = min(_whole("count", count, 1), len(deck()))
        seed = None if seed is None else _whole("seed", seed, 0)
    except LookupError as error:
        return Hint(str(error.args[0]))
    boxes = _boxes()
    asked = [count, sorted({card.lab for card in of_labs.values()}), seed]
    if not (boxes.still_open and boxes.asked == asked):
        dealt = deal(boxes, of_labs, count, seed)
        notes += _remember({"draw": dealt, "asked": asked})
        boxes = _boxes()
    if count > len(of_labs):
        notes.append(f"There are only {len(of_labs)} cards in these labs.")
    on_table = tuple(deck()[id] for id in boxes.table)
    return Hand(on_table, tuple(boxes.still_open), tuple(notes))


def card(id: str | None = None) -> Claim | Settled | Hint:
    """Show the next card that lies open, or the one with this id, such as card("E002-01")."""
    boxes = _boxes()
    try:
        if id is None:
            if not boxes.still_open:
                raise LookupError(_none_open(boxes))
            id = boxes.still_open[0]
        found = _on_table(boxes, id)
    except LookupError as error:
        return Hint(str(error.args[0]))
    if found.id in boxes.settled:
        return Settled(found, boxes.settled[found.id])
    return Claim(found, boxes.table[found.id])


def answer(id: str, choice: object = ..., sure: float | None = None) -> Settled | Hint:
    """Say whether the claim of a card is a slip, such as answer("E002-01", "slip", sure=70).

    Args:
        id: of the card, as it is shown.
        choice: "slip" or "right"; `...` says that none is chosen yet.
        sure: how sure you are, in percent, from 50 (a pure guess) to 100.

    The first answer counts; a cell that runs again changes nothing.
    """
    boxes = _boxes()
    try:
        found = _on_table(boxes, id)
        said = _chosen(found, choice)
        made = Answer(
            found.id, boxes.table[found.id], said, percentage(f"Card {found.id}", 2, sure)
        )
    except LookupError as error:
        return Hint(str(error.args[0]))
    if first := boxes.settled.get(found.id):
        other = f'You first said "{first.choice}", and the first answer counts.'
        return Settled(found, first, (other,) if first.choice != said else ())
    return Settled(found, made, tuple(_remember(asdict(made))))


def standing() -> Standing:
    """How many cards you answered, how many rightly, how sure you were, and what comes back."""
    place = kept.place(FILE.name)
    where = "Nothing of this is kept here."
    if place:
        where = f"This is kept for you alone, in {FILE}. `forget()` forgets it."
    return Standing(_boxes(), dict(deck()), where)


def forget() -> Hint:
    """Forget all draws and answers, and delete their file."""
    _unkept.clear()
    place = kept.place(FILE.name)
    try:
        if place:
            place.unlink(missing_ok=True)
    except OSError as error:
        return Hint(f"The file {place} cannot be deleted ({error.strerror or error}).")
    return Hint("All cards are forgotten: the next draw is the first.")


def _boxes() -> Boxes:
    boxes = Boxes()
    for line in [*kept.lines(kept.place(FILE.name)), *_unkept]:
        boxes.take(line, deck())
    return boxes


def _remember(entry: dict[str, Any]) -> list[str]:
    """Add to the log; return what a reader has to know of that, nothing where all went well."""
    line, place = json.dumps(entry), kept.place(FILE.name)
    if place and not _unkept:
        try:
            kept.add_line(place, line)
            return []
        except OSError as error:
            why = error.strerror or str(error)
            _unkept.append(line)
            return [
                f"This is remembered until the kernel stops: its file cannot be written ({why})."
            ]
    _unkept.append(line)
    return []


def _cards_of(labs: Any) -> tuple[dict[str, Card], list[str]]:
    """The cards of these labs, and a note on labs without any."""
    if labs is None:
        return dict(deck()), []
    if isinstance(labs, str) and labs == "begun":
        return _of(begun()) or dict(deck()), []
    wanted = [labs] if isinstance(labs, str | int | np.integer) else labs
    try:
        texts = [str(one).strip() for one in wanted] if isinstance(wanted, Iterable) else ["?"]
    except ValueError:  # a number that is too long to be written
        texts = ["?"]
    if not all(re.fullmatch("[0-9]{1,2}", text) for text in texts):
        raise LookupError(
            'labs= takes numbers of labs, such as ["01", "02"] or range(6), or "begun".'
        )
    numbers = list(dict.fromkeys(text.zfill(2) for text in texts))
    found = _of(set(numbers))
    without = [number for number in numbers if number not in {c.lab for c in found.values()}]
    note = f"There is no card for lab {', '.join(without)}."
    if not found:
        raise LookupError(note if without else "labs= is empty: name a lab, or leave it out.")
    return found, [note] if without else []


def _of(labs: set[str]) -> dict[str, Card]:
    return {id: card for id, card in deck().items() if card.lab in labs}


def begun() -> set[str]:
    """The labs of which a check or a bet is kept beside this notebook, as "02"."""
    place = kept.place(points.FILE.name)
    seen = [*(points.last_seen(place) if place else ()), *(bet.id for bet in kept_bets())]
    return {id.partition(".")[0].zfill(2) for id in seen}


def _whole(name: str, value: object, least: int) -> int:
    is_whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    if is_whole and least <= value <= LARGEST:  # type: ignore[operator]
        return int(value)  # type: ignore[call-overload, no-any-return]
    raise LookupError(f"{name}= takes a whole number from {least} up, and not {in_short(value)}.")


def _on_table(boxes: Boxes, id: object) -> Card:
    if not isinstance(id, str):
        raise LookupError('Write the number of the card in quotes: answer("E002-01", "slip").')
    name = id.strip().upper()
    if name not in deck():
        raise LookupError(
            f"There is no card {in_short(id)}: a card has a number such as 'E002-01'."
        )
    if name not in boxes.table:
        there = ", ".join(boxes.still_open)
        raise LookupError(
            f"Card {name} is not on the table. "
            + (f"Open are {there}." if there else _none_open(boxes))
        )
    return deck()[name]


def _none_open(boxes: Boxes) -> str:
    return ALL_ANSWERED if boxes.table else "No cards are on the table yet: `draw()` deals some."


def _chosen(card: Card, choice: object) -> str:
    said = choice.strip().lower() if isinstance(choice, str) else choice
    if said is ... or (isinstance(said, str) and said in ("", "...")):
        raise LookupError(
            f'Card {card.id}: not chosen yet. Put "slip" or "right" in the place of the dots, and '
            "run the cell again."
        )
    if not isinstance(said, str) or said not in SIDES:
        raise LookupError(
            f'Card {card.id}: say "slip" or "right", in quotes, and not {in_short(choice)}.'
        )
    return said
