"""The warm-ups: a page for each week, whose answers are folded until one opens them."""

from __future__ import annotations

import re
from pathlib import Path

from bs4 import BeautifulSoup, Tag

from course.site.places import LabPlaces
from course.site.warmups import Warmup, warmups
from course.view import ROAD
from utils.cards.deck import SIDES, deck


def term(site_labs: list[LabPlaces]) -> list[Warmup]:
    return list(warmups(sorted(site_labs, key=lambda lab: ROAD.index(lab.number))))


def article(page: Path) -> Tag:
    found = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").article
    assert isinstance(found, Tag)
    return found


def test_a_term_has_each_card_once_and_none_before_its_lab(site_labs: list[LabPlaces]) -> None:
    weeks = term(site_labs)
    assert [one.week for one in weeks] == list(range(1, 16))
    assert sorted(card.id for one in weeks for card in one.cards) == sorted(deck())
    for one in weeks:
        done = {other.lab.number for other in weeks if other.week <= one.week}
        assert {card.lab for card in one.cards} <= done
        assert one.week == 1 or 4 <= len(one.cards) <= 6


def test_about_half_of_the_claims_are_slips_and_always_the_same(
    site_labs: list[LabPlaces],
) -> None:
    sides = [side for one in term(site_labs) for side in one.sides]
    assert sides == [side for one in term(site_labs) for side in one.sides]
    assert set(sides) == set(SIDES)
    assert 0.4 < sides.count("slip") / len(sides) < 0.6


def test_a_page_shows_claims_and_folds_what_is_so(site: Path, site_labs: list[LabPlaces]) -> None:
    for one in term(site_labs):
        page = article(site / "warmups" / f"{one.name}.html")
        folded = page.select("section > details.hide")
        assert len(folded) == len(one.cards) == len(page.select("h2"))
        for answer, card, side in zip(folded, one.cards, one.sides, strict=True):
            assert not answer.has_attr("open")
            verdict = answer.select("p strong")[0].get_text()
            assert verdict == {"slip": "A slip.", "right": "Right."}[side]
            assert card.id in answer.get_text()
            if card.code:
                code, prints = (pre.get_text().strip("\n") for pre in answer.select("pre"))
                assert (code, prints) == (card.code, card.prints)
            answer.decompose()
        left = page.get_text()
        assert not re.search(r"A slip\.|Right\.|E00\d-\d\d", left)
        assert not re.search(r"\\[a-zA-Z]{2,}|\$", left), "formulas are MathML"


def test_the_list_of_weeks_leads_to_each(site: Path, site_labs: list[LabPlaces]) -> None:
    links = {str(a["href"]) for a in article(site / "warmups.html").select("td a[href]")}
    for one in term(site_labs):
        assert any(f"warmups/{one.name}.html" in link for link in links)
    teaching = (site / "teaching.html").read_text(encoding="utf-8")
    assert 'href="warmups.html"' in teaching
