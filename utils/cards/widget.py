"""The cards in a notebook, answered by buttons.

    from utils.cards import Table
    Table(5)

The buttons make the calls of `game`. Where no widget can live, the cards lie there by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape
from typing import Any

from utils.cards import game
from utils.cards.deck import SIDES
from utils.cards.shown import Claim, Hand, Settled
from utils.checks.card import Hint
from utils.widgets import button, live_view


class Table:
    """Cards on a table, one after the other.

    Args:
        count, labs, seed: as `draw` takes them. What is wrong with them is said on the table.
    """

    def __init__(
        self,
        count: int = 5,
        labs: str | int | Iterable[str | int] | None = None,
        seed: int | None = None,
    ) -> None:
        from ipywidgets import HBox, HTMLMath, IntSlider, Layout, VBox

        self.hand: Hand | Hint = game.draw(count, labs, seed)
        self._said = HTMLMath()
        named = {"description_width": "initial"}
        self._sure = IntSlider(50, 50, 100, 5, description="How sure, in percent", style=named)
        self._sides = [button(side.capitalize(), self._answer(side)) for side in SIDES]
        self._next = button("Next card", lambda _: self._show(game.card()))
        self._box = VBox(
            [
                self._said,
                HBox([self._sure, *self._sides, self._next], layout=Layout(flex_flow="row wrap")),
            ]
        )
        self._show(game.card() if isinstance(self.hand, Hand) else self.hand)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            **live_view(self._box),
            "text/html": self.hand._repr_html_(),  # for a page without a kernel
            "text/plain": repr(self.hand),
        }

    def _show(self, shown: Claim | Settled | Hint) -> None:
        self._shown = shown
        for one in self._sides:
            one.disabled = not isinstance(shown, Claim)
        self._next.disabled = not isinstance(shown, Settled)
        below = ""
        if isinstance(self.hand, Hand):
            below = "".join(f"<p>{escape(note)}</p>" for note in self.hand.notes)
            if isinstance(shown, Hint):  # all are answered
                below = game.standing()._repr_html_()
        self._said.value = f'<div role="status">{shown._repr_html_()}{below}</div>'

    def _answer(self, side: str) -> Callable[[object], None]:
        def on_click(_: object) -> None:
            if isinstance(self._shown, Claim):
                self._show(game.answer(self._shown.card.id, side, sure=self._sure.value))

        return on_click
