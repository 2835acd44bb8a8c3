"""Slip or right? A card shows a claim: a wrong one from a slide of the lectures, or a right one.

`draw(5)` deals cards, `card()` shows the next one, `answer("E002-01", "slip", sure=70)` settles it,
`standing()` says how you are doing, and `forget()` forgets everything. No points.

Read the modules in this order: `deck` (the cards, from `deck.toml`), `boxes` (which come when),
`shown` (what you see), `game` (the five calls), `widget` (the same by buttons: `Table(5)`).
"""

from utils.cards.game import answer, card, draw, forget, standing
from utils.cards.widget import Table

__all__ = ["Table", "answer", "card", "draw", "forget", "standing"]
