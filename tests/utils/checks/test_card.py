"""What a student sees, and what nbgrader reads."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from utils import checks
from utils.checks import check, core, hint, whys
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


def test_a_note_is_a_sentence_with_code_in_it() -> None:
    html = card("right", notes=["Work on a copy, made by `.copy()`."])._repr_html_()
    assert "<td style='text-align:left;vertical-align:top'>Work on a copy" in html
    assert "<code>.copy()</code>" in html


# ---- The Why ----


@pytest.fixture
def twice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Exercise 99.1, whose answer is 2, and its Why."""
    (tmp_path / "why99.json").write_text('{"99.1": "<p>1 + 1 is <em>2</em>.</p>"}', "utf-8")
    monkeypatch.setattr(whys, "__file__", str(tmp_path / "whys.py"))
    monkeypatch.setattr(checks, "_shown", {})
    whys._of_lab.cache_clear()

    def judge(answer: core.Value) -> None:
        if answer.array(()) != 2:
            core.fail(says="Not 2.")

    core.REGISTRY["99.1"] = core.Exercise("99.1", 1, ("a", "b", "c"), {}, True, False, judge)
    yield
    del core.REGISTRY["99.1"]
    whys._of_lab.cache_clear()


def checked(answer: Any) -> str:
    """The card of exercise 99.1 as HTML."""
    names = {"check": check, "answer": answer}
    exec('card = check("99.1")', names)
    return str(names["card"]._repr_html_())


def test_a_right_answer_opens_the_why_which_asks_first(twice: None) -> None:
    html = checked(2)
    before, _, folded = html.partition("<details")
    assert "1 + 1 is" not in before
    assert " open" not in folded.partition(">")[0]
    assert "<summary" in folded and "Say in one sentence why it works, then open this." in folded
    assert "<p>1 + 1 is <em>2</em>.</p></details>" in folded


@pytest.mark.parametrize("answer", [3, ..., "two"])
def test_no_other_answer_does(twice: None, answer: Any) -> None:
    assert "<details" not in checked(answer)


def test_another_try_after_the_third_hint_opens_it(twice: None) -> None:
    for _ in range(2):
        hint("99.1")
    assert "<details" not in checked(3)
    hint("99.1")
    assert "Say in one sentence what is still missing, then open this." in checked(3)
    assert "<details" not in checked(...), "an answer that is not there is no try"


def test_nbgrader_is_not_shown_it(twice: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its feedback would give to all what `course release` leaves out."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert "<details" not in checked(2)


def test_a_copy_without_the_file_has_no_why(twice: None, tmp_path: Path) -> None:
    (tmp_path / "why99.json").unlink()
    assert "Right" in checked(2)
    assert "<details" not in checked(2)


def test_the_points_of_a_card_with_a_why_are_still_bare() -> None:
    shown = Card(core.Result(card().result.exercise, "right", 2.0), "<p>Because.</p>")
    assert repr(shown) == "2"
