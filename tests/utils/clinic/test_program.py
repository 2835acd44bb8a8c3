"""The programs before they run: each illness changes what it says, and the seed decides."""

from __future__ import annotations

import collections
import difflib

import numpy as np
import pytest

from utils.clinic.case import draw
from utils.clinic.illnesses import HEALTHY, ILLNESSES, SICK, WELL, Illness
from utils.clinic.program import draw as draw_settings
from utils.clinic.program import write

MANY = 200


def test_there_are_enough_and_each_has_its_words() -> None:
    assert len(SICK) >= 14
    assert len(ILLNESSES) == len(SICK) + 1
    for one in SICK:
        assert one.name == " ".join(one.name.lower().split())
        for text in (one.says, one.shows, one.cure):
            assert text[0].isupper() or text[0] == "`"
            assert text.endswith(".")
        assert len(one.says) < 120


@pytest.mark.parametrize("name", [one.name for one in SICK])
def test_an_illness_is_a_few_other_lines_in_each_program(name: str) -> None:
    for number in range(MANY):
        case = draw(number, name)
        compile(case.program, "<program>", "exec")
        differ = difflib.ndiff(case.healthy.splitlines(), case.program.splitlines())
        lines = [line for line in differ if line[0] in "+-"]
        assert 1 <= len(lines) <= 6, lines


def test_an_edit_that_does_not_fit_is_an_error() -> None:
    other = Illness("other", "Says.", "Shows.", "Cure.", lambda s: ("no such text", "new"))
    with pytest.raises(ValueError, match="'no such text' is not once in the program"):
        other.sicken(draw(0).healthy, draw(0).settings)


def test_a_healthy_case_runs_the_healthy_program() -> None:
    case = draw(3, HEALTHY)
    assert case.illness is WELL
    assert case.program == case.healthy == write(case.settings)


def test_the_number_decides() -> None:
    for number in range(20):
        assert draw(number) == draw(number)
        assert draw(number).program == draw(number).program
    texts = {draw(number).program for number in range(MANY)}
    assert len(texts) == MANY


def test_all_illnesses_come_and_one_in_six_is_healthy() -> None:
    count = collections.Counter(draw(number).illness.name for number in range(600))
    assert set(count) == set(ILLNESSES)
    assert 60 <= count[HEALTHY] <= 140
    assert min(count.values()) >= 10


def test_what_is_shown_of_the_settings_gives_no_illness_away() -> None:
    """Each width of the data, and each depth, occurs with healthy programs, too."""
    rng = np.random.default_rng(0)
    healthy = [draw_settings(rng, 0) for _ in range(MANY)]
    assert {len(one.hidden) for one in healthy} == {1, 2, 3, 7}
    for name in ("optimizer", "activation", "has_softmax", "batch_size", "penalty"):
        assert len({getattr(one, name) for one in healthy}) > 1, name
