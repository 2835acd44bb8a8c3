"""The five calls of a notebook: the good path, bad input, and what is remembered."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.utils.checks.test_card import Words
from utils.cards import answer, card, draw, forget, game, standing
from utils.cards.deck import deck
from utils.cards.shown import Claim, Hand, Settled
from utils.checks.card import Hint

ROOT = Path(__file__).resolve().parents[3]
HERE = object()  # the card on the table
TRUE_OF = {"slip": "a slip", "right": "right"}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's cards are kept."""
    monkeypatch.setenv("BETS_FILE", str(tmp_path / "kept" / "bets.jsonl"))
    monkeypatch.setattr(game, "_unkept", [])
    return tmp_path / "kept" / game.FILE.name


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is kept, as in a build."""
    monkeypatch.setenv("BETS_FILE", "")
    monkeypatch.setattr(game, "_unkept", [])


def dealt(*arguments: Any, **named: Any) -> Hand:
    hand = draw(*arguments, **named)
    assert isinstance(hand, Hand), hand
    return hand


def claim(id: str | None = None) -> Claim:
    shown = card(id)
    assert isinstance(shown, Claim), shown
    return shown


def settled(*arguments: Any, **named: Any) -> Settled:
    said = answer(*arguments, **named)
    assert isinstance(said, Settled), said
    return said


# ---- The good path ----


def test_a_round_of_cards(file: Path) -> None:
    hand = dealt(3, labs=["01", "02"], seed=0)
    assert len(hand.cards) == 3 and {one.lab for one in hand.cards} <= {"01", "02"}
    for at in range(3):
        shown = claim()
        assert shown.card == hand.cards[at]
        said = settled(shown.card.id, shown.side, sure=80)
        assert f"is {TRUE_OF[shown.side]}, as you said (80 % sure)" in repr(said)
        assert said.card.reasons[shown.side] in repr(said)
    assert "All cards are answered" in repr(card())
    assert "3 of 74 cards answered so far" in repr(standing())
    assert "3 of 3 answers were right." in repr(standing())
    assert "80 % on average, and 100 % were right" in repr(standing())


def test_a_wrong_answer_says_so_and_comes_back(file: Path) -> None:
    dealt(1, seed=3)
    shown = claim()
    other = "right" if shown.side == "slip" else "slip"
    said = settled(shown.card.id.lower(), f" {other.upper()}")
    assert f"is {TRUE_OF[shown.side]}, and you said {other}" in repr(said)
    assert f"They come back in the next draws: {shown.card.id} (lab {shown.card.lab})." in repr(
        standing()
    )
    dealt(2, labs="02", seed=3)
    for sure in (90, 60):
        other = claim()
        settled(other.card.id, "slip" if (other.side == "slip") == (sure == 90) else "right", sure)
    assert "1 of 3 answers were right." in repr(standing())
    assert "75 % on average, and 50 % were right" in repr(standing())
    assert shown.card in dealt(5, seed=4).cards


def test_html_has_the_words_of_the_text(file: Path) -> None:
    for shown in (dealt(2, seed=1), claim(), settled(claim().card.id, "slip"), standing()):
        words = Words(shown._repr_html_()).words
        for line in repr(shown).splitlines():
            assert line.replace("`", "").partition(": ")[2].strip() in words
        assert not {"script", "img"} & set(Words(shown._repr_html_()).tags)


def test_an_answered_card_can_be_looked_at_again(file: Path) -> None:
    dealt(1, seed=0)
    id = claim().card.id
    said = settled(id, "slip", sure=60)
    assert repr(card(id)) == repr(said)


def test_labs_as_people_write_them(file: Path) -> None:
    for labs in ("02", 2, ["2"], [np.int64(2)], range(2, 3), ("02", "02")):
        assert {one.lab for one in dealt(99, labs=labs).cards} == {"02"}, labs


def test_labs_that_were_begun(file: Path) -> None:
    assert len(dealt(99, labs="begun").cards) == len(deck())  # nothing is kept yet
    file.parent.mkdir(exist_ok=True)
    (file.parent / "points.json").write_text('{"2.3": {"verdict": "wrong", "points": 0}}')
    (file.parent / "bets.jsonl").write_text('{"id": "4.b1", "choice": "a", "right": true}\n')
    assert {one.lab for one in dealt(99, labs="begun").cards} == {"02", "04"}


# ---- Cells that run again ----


def test_a_draw_that_runs_again_deals_nothing_new_while_a_card_is_open(file: Path) -> None:
    first = dealt(3, seed=None)
    settled(first.cards[0].id, "slip")
    again = dealt(3, seed=None)
    assert again.cards == first.cards
    assert again.still_open == tuple(one.id for one in first.cards[1:])
    other = dealt(4, seed=None)
    assert len(other.cards) == 4
    for one in other.cards:
        answer(one.id, "slip")
    assert dealt(4, seed=None).still_open != ()


def test_the_first_answer_counts(file: Path) -> None:
    dealt(1, seed=0)
    shown = claim()
    first = settled(shown.card.id, "slip", sure=70)
    assert repr(settled(shown.card.id, "slip", sure=90)) == repr(first)
    assert 'You first said "slip", and the first answer counts.' in repr(
        settled(shown.card.id, "right")
    )
    assert len(file.read_text().splitlines()) == 2


def test_an_answer_of_last_week_says_nothing_about_this_weeks_cards(file: Path) -> None:
    last = dealt(2, labs="02", seed=0).cards
    for one in last:
        answer(one.id, "slip")
    dealt(2, labs="04", seed=0)
    before = file.read_bytes()
    assert f"Card {last[0].id} is not on the table. Open are E00" in repr(
        answer(last[0].id, "slip")
    )
    assert file.read_bytes() == before


# ---- Bad input ----


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"count": 0}, "count= takes a whole number from 1 up, and not 0."),
        ({"count": True}, "count= takes a whole number"),
        ({"count": 2.5}, "count= takes a whole number"),
        ({"count": "five"}, "count= takes a whole number"),
        ({"count": None}, "count= takes a whole number"),
        ({"seed": -1}, "seed= takes a whole number from 0 up, and not -1."),
        ({"seed": "x" * 200}, "seed= takes a whole number from 0 up, and not 'xxx"),
        (
            {"labs": "xor"},
            'labs= takes numbers of labs, such as ["01", "02"] or range(6), or "begun"',
        ),
        ({"labs": ["02", None]}, "labs= takes numbers"),
        ({"labs": 2.5}, "labs= takes numbers"),
        ({"labs": [2.5]}, "labs= takes numbers"),
        ({"labs": [True]}, "labs= takes numbers"),
        ({"labs": np.zeros(3)}, "labs= takes numbers"),
        ({"seed": 10**5000}, "seed= takes a whole number from 0 up, and not this one."),
        ({"count": 10**5000}, "count= takes a whole number"),
        ({"labs": ...}, "labs= takes numbers"),
        ({"labs": []}, "labs= is empty: name a lab, or leave it out."),
        ({"labs": [14]}, "There is no card for lab 14."),
        ({"labs": [77, 78]}, "There is no card for lab 77, 78."),
    ],
)
def test_what_is_no_draw_gets_a_sentence(arguments: Any, says: str, file: Path) -> None:
    said = draw(**arguments)
    assert isinstance(said, Hint) and says in repr(said)
    assert len(repr(said)) < 200
    assert not file.exists()


def test_labs_without_cards_among_others_get_a_note(file: Path) -> None:
    assert "There is no card for lab 14." in repr(dealt(2, labs=range(15)))
    assert "There are only 2 cards in these labs." in repr(dealt(9, labs="12"))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("E000-99", "slip"), "There is no card 'E000-99': a card has a number such as 'E002-01'."),
        (("x" * 500, "slip"), "There is no card 'xxx"),
        pytest.param((HERE, 10**5000), "and not this one", id="long"),
        ((2, "slip"), 'Write the number of the card in quotes: answer("E002-01", "slip").'),
        ((None, "slip"), "Write the number of the card in quotes"),
        (("E002-01", "slip"), "Card E002-01 is not on the table. Open are "),
        ((HERE,), 'not chosen yet. Put "slip" or "right" in the place of the dots'),
        ((HERE, "..."), "not chosen yet"),
        ((HERE, "wrong"), 'say "slip" or "right", in quotes, and not \'wrong\'.'),
        ((HERE, False), 'say "slip" or "right"'),
        ((HERE, ["slip"]), 'say "slip" or "right"'),
        ((HERE, np.zeros(2)), 'say "slip" or "right"'),
        ((HERE, "slip", 49), "`sure` is a percentage, from 50 (a pure guess among 2 options)"),
        ((HERE, "slip", 0.7), "`sure` is a percentage"),
        ((HERE, "slip", "70 %"), "`sure` is a percentage"),
        ((HERE, "slip", float("nan")), "`sure` is a percentage"),
    ],
)
def test_what_is_no_answer_gets_a_sentence(arguments: Any, says: str, file: Path) -> None:
    here = dealt(1, labs="02", seed=0).cards[0].id
    before = file.read_bytes()
    said = answer(*(here if one is HERE else one for one in arguments))
    assert isinstance(said, Hint) and says in repr(said), said
    assert len(repr(said)) < 200
    assert file.read_bytes() == before


def test_before_the_first_draw_it_is_said_what_to_do(file: Path) -> None:
    for said in (card(), answer("E002-01", "slip"), card("E002-01")):
        assert "`draw()` deals some." in repr(said)
    assert "0 of 74 cards answered so far" in repr(standing())
    assert not file.exists()


# ---- What is kept ----


def test_the_file_has_no_time_and_nobodys_name(file: Path) -> None:
    dealt(1, labs="12", seed=0)
    settled(claim().card.id, "slip", sure=70)
    drawn, answered = map(json.loads, file.read_text().splitlines())
    assert drawn.keys() == {"draw", "asked"}
    assert answered.keys() == {"id", "side", "choice", "sure"}


def test_cards_lie_beside_bets_and_are_no_bets(file: Path) -> None:
    from utils.checks import bet, kept_bets

    bet("2.b1", "a")
    dealt(1, seed=0)
    settled(claim().card.id, "slip")
    assert [one.id for one in kept_bets()] == ["2.b1"]
    assert sorted(path.name for path in file.parent.glob("*.jsonl")) == [
        "bets.jsonl",
        "cards.jsonl",
    ]


def test_forget_forgets_all_and_nothing_else(file: Path) -> None:
    from utils.checks import bet, kept_bets

    bet("2.b1", "a")
    dealt(1, seed=0)
    settled(claim().card.id, "slip")
    assert "All cards are forgotten" in repr(forget())
    assert not file.exists() and len(kept_bets()) == 1
    assert "0 of 74 cards answered" in repr(standing())
    assert "All cards are forgotten" in repr(forget())  # also twice


def test_a_file_that_cannot_be_written_costs_one_sentence(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("BETS_FILE", str(tmp_path / "a file" / "in it" / "bets.jsonl"))
    hand = dealt(2, seed=0)
    said = (
        "This is remembered until the kernel stops: its file cannot be written (Not a directory)."
    )
    assert said in repr(hand)
    settled(claim().card.id, "slip")
    assert "1 of 74 cards answered" in repr(standing())
    assert claim().card == hand.cards[1]


def test_lines_of_another_hand_stay(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b"no json\n\xff\n")
    dealt(1, seed=0)
    assert file.read_bytes().startswith(b"no json\n\xff\n")
    assert claim()


def test_where_nothing_is_kept_the_session_remembers(
    nowhere: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    dealt(2, seed=0)
    settled(claim().card.id, "slip")
    assert "1 of 74" in repr(standing()) and "Nothing of this is kept here." in repr(standing())
    assert list(tmp_path.iterdir()) == []
    forget()
    assert "0 of 74" in repr(standing())


def test_another_kernel_goes_on_where_this_one_stopped(tmp_path: Path) -> None:
    def kernel(code: str) -> str:
        others = {key: value for key, value in os.environ.items() if key != "BETS_FILE"}
        return subprocess.run(
            [sys.executable, "-c", f"from utils.cards import *\n{code}"],
            cwd=tmp_path,
            env={**others, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout

    first = kernel("draw(2, seed=0); print(card())")
    assert kernel("print(card())") == first
    assert [path.name for path in tmp_path.iterdir()] == [game.FILE.parts[0]]
    kernel("answer(card().card.id, 'slip')")
    assert "1 of 74" in kernel("print(standing())")
    kernel("forget()")
    assert not (tmp_path / game.FILE).exists()


def test_importing_it_imports_nothing_heavy() -> None:
    code = "import sys, utils.cards; utils.cards.draw(5, seed=0); print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert not {"tensorflow", "keras", "sklearn", "matplotlib", "IPython"} & set(run.stdout.split())
