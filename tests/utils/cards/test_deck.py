"""The cards: one for each erratum, two claims that are alike, and code that prints what it says."""

from __future__ import annotations

import ast
import io
import re
import tomllib
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout

import pytest

from tests import lectures
from utils.cards.boxes import Answer
from utils.cards.deck import FILE, SIDES, Card, deck
from utils.cards.shown import Claim, Settled

TOLD = tomllib.loads(FILE.read_text(encoding="utf-8"))
ERRATA = {row["id"]: row for row in lectures._read("errata.tsv")}
CARDS = list(deck().values())
NEEDED = {"lab", "topic", "slip", "right", "because", "because_right"}
each_card = pytest.mark.parametrize("card", CARDS, ids=lambda card: card.id)


def texts(card: Card) -> Iterator[str]:
    yield from (*card.claims.values(), *card.reasons.values())


def words(text: str) -> set[str]:
    return set(text.lower().split())


# ---- Which there are ----


def test_each_erratum_has_a_card_or_a_reason_for_none(
    record_summary: Callable[[str], None],
) -> None:
    without = TOLD["no_card"]
    assert sorted([*deck(), *without]) == sorted(ERRATA)
    assert len(without) <= 8
    for reason in without.values():
        assert len(reason.split()) > 3 and reason.endswith(".") and "\n" not in reason
    run = sum(bool(card.code) for card in CARDS)
    record_summary(f"cards: {len(CARDS)} for {len(ERRATA)} errata, {run} with code that runs")


@each_card
def test_a_card_has_its_fields_and_a_lab_that_treats_it(card: Card) -> None:
    told = TOLD["cards"][card.id]
    assert NEEDED <= told.keys() <= NEEDED | {"code", "prints"}
    assert ("code" in told) == ("prints" in told)
    assert card.lab in ERRATA[card.id]["labs"].split(",")
    assert card.claims == {side: " ".join(told[side].split()) for side in SIDES}
    reasons = {"slip": told["because"], "right": told["because_right"]}
    assert card.reasons == {side: " ".join(text.split()) for side, text in reasons.items()}


def test_an_erratum_that_can_be_run_has_code() -> None:
    """The rule of the tables: `run` says that running something refutes the claim."""
    assert [c.id for c in CARDS if ERRATA[c.id]["run"] == "yes" and not c.code] == []


def test_cards_stand_in_the_order_of_the_labs() -> None:
    labs = [card.lab for card in CARDS]
    assert labs == sorted(labs)


def test_the_lectures_have_the_names_of_their_authors() -> None:
    text = (lectures.ROOT / "docs" / "lectures.md").read_text(encoding="utf-8")
    authors = dict(re.findall(r"^\| (\d{3}) \| ([^|,]+?)(?:,[^|]*)? \|", text, re.M)[:5])
    assert authors.keys() == TOLD["lectures"].keys()
    for number, author in authors.items():
        assert author.endswith(TOLD["lectures"][number])


# ---- What they say ----


@each_card
def test_texts_are_whole_sentences(card: Card) -> None:
    for text in texts(card):
        assert text[0].isupper() or text[0] in "$`1", text
        assert text.endswith((".", "$")), text
        assert 8 <= len(text.split()) <= 60, text
        assert text.count("$") % 2 == 0 and text.count("`") % 2 == 0, text
        assert not re.search(r"\bline \d|\bL\d\d", text), "students have no line numbers"
        plain = re.sub(r"\$[^$]*\$|`[^`]*`", "", text)
        assert not re.search(r"[*_\\{}<>^]", plain), f"not in a formula or code: {plain}"


@each_card
def test_both_claims_are_alike_and_yet_differ(card: Card) -> None:
    slip, right = (card.claims[side] for side in SIDES)
    assert words(slip) != words(right)
    assert len(words(slip) & words(right)) > 0.3 * len(words(slip) | words(right))
    assert 0.8 < len(slip) / len(right) < 1.25


def test_length_gives_nothing_away() -> None:
    longer = [len(card.claims["slip"]) - len(card.claims["right"]) for card in CARDS]
    assert 0.4 <= sum(one > 0 for one in longer) / len(CARDS) <= 0.6
    assert sum(one < 0 for one in longer) / len(CARDS) >= 0.3
    assert abs(sum(longer)) / len(CARDS) < 2  # characters, on average


def test_a_claim_names_no_lecture_and_no_verdict() -> None:
    """They would say which side it is."""
    told = re.compile("|".join([r"\bslides?\b", r"\btutorial\b", *TOLD["lectures"].values()]))
    assert [card.id for card in CARDS for one in card.claims.values() if told.search(one)] == []


@each_card
def test_what_settles_a_card_names_what_the_author_wrote(card: Card) -> None:
    """Larreguy's lecture 001 is a tutorial, and the others are slides."""
    told = "\n".join(repr(Settled(card, Answer(card.id, side, "slip", 70))) for side in SIDES)
    other = r"\bslides?\b" if card.id.startswith("E001") else r"\btutorial\b"
    assert not re.search(other, told, re.IGNORECASE)


@each_card
def test_both_sides_are_shown_with_all_that_belongs_to_them(card: Card) -> None:
    for side in SIDES:
        claim, settled = Claim(card, side), Settled(card, Answer(card.id, side, "slip", 70))
        assert card.claims[side] in repr(claim) and card.reasons[side] not in repr(claim)
        assert card.claims["right" if side == "slip" else "slip"] not in repr(claim)
        for text in (*card.claims.values(), card.reasons[side], card.code, card.prints):
            assert text in repr(settled)
        for html in (claim._repr_html_(), settled._repr_html_()):
            assert html.startswith("<div ") and html.endswith("</div>")
            assert html.count("<p ") + html.count("<p>") == html.count("</p>")
            assert "`" not in html


# ---- What they run ----


@each_card
def test_code_is_short(card: Card) -> None:
    lines = [line for line in card.code.splitlines() if not line.startswith(("import ", "from "))]
    assert len(lines) <= 6
    assert all(len(line) <= 100 for line in card.code.splitlines())
    ast.parse(card.code)


@pytest.mark.parametrize("card", [c for c in CARDS if c.code], ids=lambda card: card.id)
def test_code_prints_what_the_card_says(card: Card) -> None:
    out = io.StringIO()
    with redirect_stdout(out):
        exec(compile(card.code, card.id, "exec"), {"__name__": "card"})
    printed = "\n".join(line.rstrip() for line in out.getvalue().splitlines())
    assert printed == card.prints
