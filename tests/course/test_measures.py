"""The lesson's numbers, each on a lab so small that one can count along."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat.v4 as v4
import pytest
from nbformat import NotebookNode

from course import measures
from course.build import find_labs, lessons_of, stale_numbers, write_numbers
from course.cli import ROOT
from course.measures import MEASURES, Lesson, excess, page, plain, table
from course.notebook import lab_of
from tests.course import form2

BY_NAME = {measure.name: measure for measure in MEASURES}


def text(source: str, **metadata: Any) -> NotebookNode:
    return v4.new_markdown_cell(source, metadata=metadata)


def code(source: str, **metadata: Any) -> NotebookNode:
    return v4.new_code_cell(source, metadata=metadata)


def lesson(*some: NotebookNode, **title: Any) -> Lesson:
    """A lab of form 2 with these cells under its title."""
    head = text("# Lab 77: many words that count for nothing", form=2, minutes=9, **title)
    return Lesson(NotebookNode(cells=[head, *some]), "77")


def number(name: str, *some: NotebookNode) -> float | None:
    return BY_NAME[name].of(lesson(*some))


FOLDED = [text("## Slips\n\none two", folded=True), code("print(1)"), text("## End")]
FIGURE = code("fig, ax = plt.subplots()\n\nplots.show(fig, alt='A line.')")


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Four words stand here.", 4),
        ("one - two | **three** | ---", 3),
        ("an $x + 1$ and $$\ny = 2\n$$ end", 5),
        ("see [the lab](02_xor.ipynb)", 3),
        ("<div class='alert a b'>\n\nboxed\n\n</div>", 1),
        ("before\n```\ncode is not read here\n```\nafter", 2),
        ("`fit(x, y)` with 3 < 5", 5),
    ],
)
def test_words_are_those_on_the_page(source: str, words: int) -> None:
    assert number("words", text(source)) == words


def test_what_is_folded_is_not_on_view() -> None:
    its = lesson(text("one two three"), *FOLDED)
    assert its.words == 4 + 1 - 1  # one two three End
    assert BY_NAME["folded words"].of(its) == pytest.approx(3 / 7)
    assert len(its.visible) == 0


def test_a_fold_ends_at_a_heading_of_its_level_or_higher() -> None:
    below = [text("### Deep", folded=True), code("a = 1"), text("#### Deeper"), code("b = 2")]
    its = lesson(text("## A"), *below, text("### B"), code("c = 3"), text("## C"), code("d = 4"))
    assert [cell.source for cell in its.visible] == ["c = 3", "d = 4"]


def test_hidden_code_is_not_visible() -> None:
    hidden = code("plots.show(fig, alt='A line.')", tags=["hide-input"])
    assert number("visible code cells", hidden, code("x = 1"), code("y = 2")) == 2


def test_lines_are_those_that_are_not_blank() -> None:
    assert number("lines a cell", code("a = 1\n\nb = 2\n# why"), code("c = 3"), code("c")) == 1
    assert number("lines a cell", code("a = 1\n\nb = 2\n# why"), code("c = 3")) == 2


def test_drawing_lines_are_those_of_statements_that_name_a_figure() -> None:
    loop = "for name in names:\n    value = f(name)\n    ax.plot(\n        value,\n    )\nprint(1)"
    assert number("drawing lines", code(loop)) == pytest.approx(3 / 6)
    assert number("drawing lines", FIGURE) == 1
    assert number("drawing lines", code("for ax in axes:\n    x = 1")) == pytest.approx(1 / 2)
    assert number("drawing lines", code("from utils import plots\nplotted = 1")) == 0.5


ACTS = [
    code('check("2.3")'),
    code('bet("2.b1", ...)'),
    code("knobs(view, w=(0, 1))"),
    code("x", tags=["task"]),
]


def test_acts_are_counted_wherever_they_stand() -> None:
    for at, name in ((2, "knobs"), (1, "bets"), (3, "tasks")):
        assert number(name, *ACTS) == 1
        folded = [text("## More", folded=True), *[ACTS[at]] * 2, text("## End")]
        assert number(name, *ACTS, *folded) == 3


def test_a_playground_is_a_knob() -> None:
    for source in ("Playground('xor')", "it = Playground(hidden=[3])\nit"):
        assert number("knobs", code(source)) == 1
        assert lesson(text("one two"), code(source)).stretches == [(2, 0), (0, 0)]
        assert number("words before a figure", text("one two"), code(source)) == 2


def test_a_stretch_ends_at_an_act() -> None:
    for act in ACTS:
        cells = [text("one two"), code("a"), act, text("three"), code("b"), code("c"), *FOLDED]
        assert lesson(*cells).stretches == [(2, 1), (2, 2)]  # "End" stands on view
    task = text("turn it three times", tags=["task"])
    assert lesson(text("one"), task).stretches == [(5, 0), (0, 0)]
    assert lesson(text("one"), code("helper = check")).stretches == [(1, 1)]


def test_the_first_figure_and_the_first_exercise() -> None:
    cells = [text("one two"), code("x = 1"), text("three"), FIGURE, text("four"), ACTS[0]]
    assert number("words before a figure", *cells) == 3
    assert number("words before an exercise", *cells) == 4
    assert number("words before a figure", text("one"), ACTS[2]) == 1
    assert number("words before a figure", text("one"), code("play(notes, fig, alt='a b')")) == 1
    assert number("words before a figure", text("one")) is None


def test_the_longest_reason_of_a_bet_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    said = {"bets": {"2.b1": {"right": "a", "reasons": {"a": "one two three", "b": "one"}}}}
    monkeypatch.setattr(measures, "sentences", lambda lab: said if lab == "77" else {})
    assert number("words", text("one"), ACTS[1], code('bet("2.b9", ...)')) == 4


PROSE = """## A heading is none

The lamp burns, but only once. Is it *on?* Yes!

- one item
- another item, because two

| a table | is none. |
"""


def test_sentences_are_joined_or_short() -> None:
    assert lesson(text(PROSE)).sentence_lengths == [6, 3, 1, 2, 4]
    assert number("words a sentence", text(PROSE)) == pytest.approx(16 / 5)
    long = "This one has more words than the seven that are short."
    assert number("short sentences", text(f"{long} Short."), text("Short")) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("Because it rains, we stay, so we read; but not long.", 3),
        ("But it rains. So we stay.", 0),
        ("It is so small, and not yet done, because\nwe wait.", 1),
    ],
)
def test_connectives_join(source: str, count: int) -> None:
    assert lesson(text(source)).connectives == count


def test_the_model_adds_up() -> None:
    graded = code('check("2.3")', nbgrader={"points": 2})
    words = text("word " * 240)
    its = lesson(words, graded, *ACTS[1:3], code("x = 1"))
    assert its.points == 2
    assert its.model_minutes == pytest.approx(2 + 4 * 20 / 60 + 0.5 + 1 + 6)
    hidden = code("plots.show(fig, alt='A line.')", tags=["hide-input"])
    folded = [text("## More words", folded=True), code("y = 1"), text("## ")]
    assert lesson(words, hidden, *folded).model_minutes == pytest.approx(2)


def kept() -> list[NotebookNode]:
    return [text("word"), *ACTS]


BEYOND = {
    "words": [text("word " * 300), code("x", tags=["task"])] * 11,
    "visible code cells": [code("x = 1"), code("x", tags=["task"])] * 30,
    "knobs": [ACTS[2]] * 3,
    "bets": [ACTS[1]] * 6,
    "longest stretch, words": [text("word " * 351)],
    "longest stretch, cells": [code("x = 1")] * 6,
    "minutes by the model": [code('check("2.3")', nbgrader={"points": 30})],
    "folded words": [text("## More\n\n" + "word " * 9, folded=True), text("## End")],
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_lab_beyond_a_limit_is_named(name: str) -> None:
    assert excess(lesson(*kept())) == []
    (said,) = excess(lesson(*kept(), *BEYOND[name]))
    assert said.startswith(f"{name}: ")
    assert said.endswith(f"where {BY_NAME[name].limit} is allowed")


def test_a_lab_has_a_knob_and_an_early_exercise() -> None:
    assert excess(lesson(*ACTS[:2])) == ["knobs: 0, where 1 to 3 is allowed"]
    late = [*[text("word " * 301), ACTS[3]] * 2, *ACTS]
    (said,) = excess(lesson(*late))
    assert said == "words before an exercise: 602, where at most 600 is allowed"
    late = [*[text("word " * 301), ACTS[2]] * 2]  # without an exercise the first act counts
    assert excess(lesson(*late)) == []


def test_drafts_and_old_labs_have_no_limits() -> None:
    assert excess(lesson(draft=True)) == []
    cells = lesson(*ACTS[:2]).all
    title = text("# Lab 77: old")
    assert excess(Lesson(NotebookNode(cells=[title, *cells]), "77")) == []


def test_the_template_is_measured(tmp_path: Path) -> None:
    its = Lesson(lab_of(form2.lab(tmp_path), set()), "02")
    text = table({"02_line": its})
    assert text.splitlines()[0] == "|  | Aim | Limit | 02 (draft) |"
    assert [row.count("|") for row in text.splitlines()] == [5] * (len(MEASURES) + 3)
    assert "- **lines a cell**: " in page({"02_line": its})


def test_the_numbers_of_this_repository_are_fresh() -> None:
    lessons = lessons_of(find_labs(ROOT))
    assert stale_numbers(ROOT, lessons) == []
    assert [limit for its in lessons.values() for limit in excess(its)] == []


def test_a_stale_page_is_found(tmp_path: Path) -> None:
    its = {"77_new": lesson(*ACTS)}
    assert stale_numbers(tmp_path, its) == ["docs/lessons.md is not what the sources give"]
    write_numbers(tmp_path, its)
    assert stale_numbers(tmp_path, its) == []
    assert stale_numbers(tmp_path, {"77_new": lesson(*ACTS, text("more"))})


def test_code_that_is_no_python_is_no_act() -> None:
    assert lesson(code("%%time\ncheck('2.3')")).acts == []
    assert plain("no markup") == "no markup"
