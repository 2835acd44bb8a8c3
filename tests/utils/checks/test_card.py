"""What a student sees, and what nbgrader reads."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from utils.checks import check, core, hint
from utils.checks.card import HEADLINES, Card


def card(verdict: Any = "wrong", **fields: Any) -> Card:
    exercise = core.Exercise("9.9", 2, ("a", "b", "c"), {}, True, False, lambda: None)
    return Card(core.Result(exercise, verdict=verdict, **fields))


class Words(HTMLParser):
    """The text of a card as a screen reader meets it, and its tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words, self.tags = "", []
        self.feed(html)

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.append(tag)


def test_plain_text_is_the_bare_points() -> None:
    assert repr(card(points=1.5)) == "1.5"
    assert repr(card("right", points=2.0)) == "2"
    assert float(repr(card(points=0.0))) == 0.0


@pytest.mark.parametrize("verdict", HEADLINES)
def test_the_verdict_stands_in_words(verdict: str) -> None:
    assert HEADLINES[verdict] in Words(card(verdict)._repr_html_()).words
    assert HEADLINES[verdict] in str(card(verdict))


def test_a_card_says_what_was_tried_what_came_and_what_was_expected() -> None:
    shown = card(says="Bad `w`.", tried="f([1])", came="[2.]", expected="[3.]")
    for text in (str(shown), Words(shown._repr_html_()).words):
        for word in ("f([1])", "[2.]", "[3.]", 'hint("9.9")'):
            assert word in text


def test_student_text_cannot_become_html() -> None:
    html = card(says="<script>x</script> `<b>`", came="<img src=x onerror=y>")._repr_html_()
    assert not {"script", "img", "b"} & set(Words(html).tags)


def test_hints_go_on_and_end() -> None:
    shown = [repr(hint("2.3")) for _ in range(4)]
    assert shown[0].startswith("Hint 1 of 3")
    assert shown[1].startswith("Hint 2 of 3")
    assert shown[2] == shown[3]
    assert "last hint" in shown[3]


def test_unknown_exercises_get_a_sentence() -> None:
    assert "no exercise" in repr(check("77.1"))
    assert "no exercise" in repr(hint("x"))


def test_a_card_shows_parts_and_notes() -> None:
    shown = card(points=1.5, parts=[("the function", 1.5, 1.5)], notes=["another way"])
    for text in (str(shown), Words(shown._repr_html_()).words):
        assert "the function: 1.5 of 1.5" in text
        assert "another way" in text
