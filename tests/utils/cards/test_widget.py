"""The table of cards: buttons that call the game."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.utils.checks.test_card import Words
from utils.cards import Table, game
from utils.cards.deck import deck


@pytest.fixture(autouse=True)
def _kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BETS_FILE", str(tmp_path / "kept" / "bets.jsonl"))
    monkeypatch.setattr(game, "_unkept", [])


def said(table: Table) -> str:
    return Words(table._said.value).words


def test_claims_are_answered_one_after_the_other() -> None:
    table = Table(2, seed=0)
    slip, right = table._sides
    seen = []
    for button in (slip, right):
        assert table._next.disabled
        id = table._shown.card.id
        seen.append(id)
        assert f"Card {id}" in said(table)
        table._sure.value = 80
        button.click()
        assert f"Card {id} is " in said(table)
        assert "(80 % sure)" in said(table)
        assert slip.disabled
        assert right.disabled
        table._next.click()
    assert len(set(seen)) == 2
    assert "All cards are answered" in said(table)
    assert "2 of 74 cards answered so far" in said(table).replace(str(len(deck())), "74")
    assert [button.disabled for button in (slip, right, table._next)] == [True] * 3


def test_a_cell_that_runs_again_goes_on_where_it_was() -> None:
    first = Table(3, seed=1)
    first._sides[0].click()
    again = Table(3, seed=1)
    assert again._shown.card.id != first._shown.card.id
    assert again.hand.still_open == first.hand.still_open[1:]


@pytest.mark.parametrize(("count", "labs"), [(0, None), (5, "nonsense"), ("x", None), (5, ["99"])])
def test_wrong_numbers_are_said_on_the_table(count: object, labs: object) -> None:
    table = Table(count, labs)
    assert said(table) == Words(table.hand._repr_html_()).words
    assert all(button.disabled for button in (*table._sides, table._next))
    assert "text/html" in table._repr_mimebundle_()


def test_where_no_widget_lives_the_cards_lie_by_their_names() -> None:
    table = Table(2, seed=0)
    bundle = table._repr_mimebundle_()
    assert bundle["text/html"] == table.hand._repr_html_()
    assert bundle["text/plain"].startswith("2 cards on the table")
