"""What a reader sees: the cards on the table, a claim, what comes of an answer, the standing."""

from __future__ import annotations

from dataclasses import dataclass

from utils.cards.boxes import Answer, Boxes
from utils.cards.deck import Card
from utils.checks.card import EDGES, GREY, box, folded, paragraph, verbatim, with_code

ALL_ANSWERED = "All cards are answered: `draw()` deals new ones."


@dataclass(frozen=True)
class Hand:
    """The cards on the table, in their order; `still_open` are those without an answer."""

    cards: tuple[Card, ...]
    still_open: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join([self._headline(), *map(self._line, self.cards), *self._remarks()])

    def _repr_html_(self) -> str:
        items = "".join(f"<li>{with_code(self._line(card))}</li>" for card in self.cards)
        remarks = map(paragraph, self._remarks())
        return box(GREY, self._headline(), f"<ul style='margin:0'>{items}</ul>", *remarks)

    def _headline(self) -> str:
        count = len(self.cards)
        return f"{count} card{'' if count == 1 else 's'} on the table"

    def _line(self, card: Card) -> str:
        state = "open" if card.id in self.still_open else "answered"
        return f"{card.id}: {card.topic} (lab {card.lab}), {state}"

    def _remarks(self) -> list[str]:
        return [*self.notes, "`card()` shows the next one." if self.still_open else ALL_ANSWERED]


@dataclass(frozen=True)
class Claim:
    """One side of a card, not answered yet."""

    card: Card
    side: str

    def __repr__(self) -> str:
        return "\n".join([self._headline(), self.card.claims[self.side], self._asks()])

    def _repr_html_(self) -> str:
        texts = (self.card.claims[self.side], self._asks())
        return box(GREY, self._headline(), *map(paragraph, texts))

    def _headline(self) -> str:
        return f"Card {self.card.id}: {self.card.topic} (lab {self.card.lab})"

    def _asks(self) -> str:
        return f'Slip or right? Say `answer("{self.card.id}", "slip", sure=70)`, or "right".'


@dataclass(frozen=True)
class Settled:
    """An answer, and what is so: the reason, the code that settles it, the other side."""

    card: Card
    answer: Answer
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [self._headline(), *self._paragraphs()]
        if self.card.code:
            lines += ["", self.card.code, "prints", self.card.prints]
        return "\n".join([*lines, "", f"{self._other_label()}: {self._other()}"])

    def _repr_html_(self) -> str:
        parts = [paragraph(text) for text in self._paragraphs()]
        if self.card.code:
            parts += [verbatim(self.card.code), paragraph("prints"), verbatim(self.card.prints)]
        parts.append(folded(self._other_label(), f"<p>{with_code(self._other())}</p>"))
        edge = EDGES["right" if self.answer.is_right else "wrong"]
        return box(edge, self._headline(), *parts)

    def _headline(self) -> str:
        is_so = "a slip" if self.answer.side == "slip" else "right"
        said = ", as you said" if self.answer.is_right else f", and you said {self.answer.choice}"
        sure = "" if self.answer.sure is None else f" ({self.answer.sure:g} % sure)"
        return f"Card {self.card.id} is {is_so}{said}{sure}"

    def _paragraphs(self) -> list[str]:
        side = self.answer.side
        return [f"Claim: {self.card.claims[side]}", self.card.reasons[side], *self.notes]

    def _other_label(self) -> str:
        return "What is right" if self.answer.side == "slip" else self.card.whose_slip

    def _other(self) -> str:
        return self.card.claims["right" if self.answer.side == "slip" else "slip"]


@dataclass(frozen=True)
class Standing:
    """What all answers so far come to."""

    boxes: Boxes
    cards: dict[str, Card]
    where: str

    def __repr__(self) -> str:
        return "\n".join([self._headline(), *self._paragraphs()])

    def _repr_html_(self) -> str:
        return box(GREY, self._headline(), *map(paragraph, self._paragraphs()))

    def _headline(self) -> str:
        return f"{len(self.boxes.due)} of {len(self.cards)} cards answered so far"

    def _paragraphs(self) -> list[str]:
        answers = self.boxes.answers
        lines = []
        if answers:
            right = sum(one.is_right for one in answers)
            lines.append(f"{right} of {len(answers)} answers were right.")
        if sure := [one for one in answers if one.sure is not None]:
            mean = sum(one.sure or 0 for one in sure) / len(sure)
            share = 100 * sum(one.is_right for one in sure) / len(sure)
            lines.append(
                f"Where you said how sure you were: {mean:.0f} % on average, and {share:.0f}"
                " % were right."
            )
        if missed := [id for id, known in self.boxes.known.items() if known == 0]:
            named = ", ".join(f"{id} (lab {self.cards[id].lab})" for id in sorted(missed))
            lines.append(f"They come back in the next draws: {named}.")
        return [*lines, self.where]
