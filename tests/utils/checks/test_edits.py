"""Known mistakes as edits of a right answer: which name a wrong answer gets."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from tests.utils.checks.judged import judged
from utils.checks.core import Function
from utils.checks.edits import (
    MOST_OTHERS,
    Comparison,
    Earlier,
    Edit,
    Reference,
    Source,
    formula,
    parting,
)
from utils.checks.values import THREE_DECIMALS, same

SPREAD = Reference(
    "spread",
    """
def spread(x):
    r = x - x.mean()
    return r @ r
""",
    [
        ("mean", "r @ r", "np.mean(r**2)"),
        ("root", "r @ r", "np.sqrt(r @ r)"),
        ("not centred", "x - x.mean()", "x"),
        ("two of them", "r @ r", "(r @ r, r)"),
        ("a typo", "r @ r", "r @ s"),
        ("in place", "r = x - x.mean()", "x -= x.mean(); r = x + 1"),
    ],
)
ONES = np.array([1.0, -1.0, 1.0, -1.0])  # the spread is 4, and 4 = 2**2
NUMBERS = np.array([0.5, 1.0, 4.0])


def answers(give: Callable[[Any], Any], *inputs: Any) -> list[tuple[tuple[Any], Any]]:
    return [((x,), give(x)) for x in inputs]


def others(give: Callable[[Any], Any], seed: int = 0) -> Callable[[], tuple[tuple[Any], Any]]:
    rng = np.random.default_rng(seed)
    return lambda: answers(give, rng.normal(size=5))[0]


def test_an_edit_changes_words_that_stand_there() -> None:
    assert Edit(SPREAD, "mean", "r @ r", "np.mean(r**2)", "x - x.mean()", "x")(ONES) == 1.0
    with pytest.raises(ValueError, match=r"mean: there is no 'r \* r' in the source of spread"):
        Edit(SPREAD, "mean", "r * r", "np.mean(r**2)")


def test_a_source_is_compiled_when_it_is_first_called() -> None:
    broken = Source("spread", "def spread(x:")
    with pytest.raises(SyntaxError):
        broken(ONES)


@pytest.mark.parametrize("edit", [e for e in SPREAD.edits if e.mistake != "a typo"])
def test_each_edit_is_found_by_what_it_gives(edit: Edit) -> None:
    assert SPREAD.mistake(answers(edit, NUMBERS), others(edit)) == edit.mistake


def test_what_no_edit_gives_has_no_name() -> None:
    assert SPREAD.mistake(answers(lambda x: 7.0, NUMBERS), others(lambda x: 7.0)) is None


def test_an_edit_may_write_into_its_arguments() -> None:
    x = NUMBERS.copy()
    [in_place] = [edit for edit in SPREAD.edits if edit.mistake == "in place"]
    in_place(x)
    assert np.array_equal(x, NUMBERS)


def test_a_name_is_confirmed_on_other_inputs() -> None:
    """2 is the root of the spread here, and what a constant gives everywhere."""
    seen = answers(lambda x: 2.0, ONES)
    assert SPREAD.mistake(seen) == "root"
    assert SPREAD.mistake(seen, others(lambda x: 2.0)) is None


def test_a_name_is_confirmed_three_times() -> None:
    """What has one value of three in common with a mistake does not get its name, by luck."""
    count = Reference("count", "def count(x):\n    return 9", [("rest", "9", "x % 3")])
    drawn = iter([((x,), 1) for x in (1, 4, 5, 7)])
    assert count.mistake([((1,), 1)], drawn.__next__) is None
    assert list(drawn) == [((7,), 1)]
    assert count.mistake([((1,), 1)], iter([((x,), 1) for x in (1, 4, 7)]).__next__) == "rest"


POWERS = [("square", "3 * x", "x**2"), ("cube", "3 * x", "x**3")]


@pytest.mark.parametrize("rows", [POWERS, POWERS[::-1]])
def test_what_two_mistakes_give_is_settled_by_other_inputs_not_by_order(rows: Any) -> None:
    """Where x is 1 both give 1."""
    triple = Reference("triple", "def triple(x):\n    return 3 * x", rows)
    seen = [((1.0,), 1.0)]
    assert triple.mistake(seen) is None
    for power, mistake in ((2, "square"), (3, "cube")):
        drawn = iter([((x,), x**power) for x in (1.0, 1.0, 2.0, 1.0)])
        assert triple.mistake(seen, drawn.__next__) == mistake


def test_where_no_inputs_tell_two_mistakes_apart_there_is_no_name() -> None:
    rows = [("one", "2 * x", "3 * x"), ("other", "2 * x", "x * 3")]
    twins = Reference("double", "def double(x):\n    return 2 * x", rows)
    asked = []

    def other() -> tuple[tuple[Any], Any]:
        asked.append(1)
        return (5.0,), 15.0

    assert twins.mistake([((1.0,), 3.0)], other) is None
    assert len(asked) == MOST_OTHERS
    assert twins.mistake([((1.0,), 3.0)]) is None


def test_one_of_several_things_is_compared_alone() -> None:
    """Of an answer with two mistakes the part that is wrong first is named."""
    line = Reference(
        "line",
        "def line(x):\n    return x.mean(), x @ x",
        [("median", "x.mean()", "np.median(x)"), ("norm", "x @ x", "np.sqrt(x @ x)")],
    )
    seen = answers(lambda x: [np.median(x), np.sqrt(x @ x)], NUMBERS)
    assert line.mistake(seen) is None
    assert line.mistake(seen, view=lambda answer: answer[0]) == "median"
    assert line.mistake(seen, view=lambda answer: answer[1]) == "norm"


def test_a_formula_has_its_mistakes_as_expressions() -> None:
    wrong = {"sum": ["x + x**2"], "cube": ["cube(x)", "x * x * x"]}
    square = formula("square(x)", "x**2", wrong, {"cube": lambda x: x**3})
    assert [edit.mistake for edit in square.edits] == ["sum", "cube", "cube"]
    assert [edit(2.0) for edit in (square, *square.edits)] == [4.0, 6.0, 8.0, 8.0]


def test_what_takes_long_is_kept_for_its_inputs_also_of_an_edit() -> None:
    calls: list[float] = []
    text = "def count(x):\n    calls.append(x)\n    return len(calls)"
    rows = [("half", "len", "0.5 * len")]
    count = Reference("count", text, rows, {"calls": calls}, kept=lambda number: 10 * number)
    assert [count(1.0), count(2.0), count(1.0)] == [10, 20, 10]
    assert [count.edits[0](1.0), count.edits[0](1.0)] == [15, 15]
    assert calls == [1.0, 2.0, 1.0]


# ---- A comparison, as a check makes it ----


def compare(spread: Function, *, rng: np.random.Generator) -> None:
    comparison = Comparison(spread, SPREAD, lambda: (rng.normal(size=3),))
    comparison.on(ONES)
    comparison.on(NUMBERS, otherwise="by heart")


@pytest.mark.parametrize(
    ("spread", "mistake"),
    [
        (lambda x: float(np.sum((x - np.mean(x)) ** 2)), None),
        (lambda x: np.var(x), "mean"),
        (lambda x: 4.0, "by heart"),
        (lambda x: round(len(x) * np.var(x)), "rounded"),
    ],
)
def test_a_comparison_names_the_mistake(spread: Callable[..., Any], mistake: str | None) -> None:
    result = judged(compare, {"spread": spread}, "mean", "by heart", "rounded")
    assert (result.verdict, result.mistake) == ("wrong" if mistake else "right", mistake)
    if mistake == "by heart":
        assert (result.tried, result.came) == ("spread([0.5, 1, 4])", "4")


@pytest.mark.parametrize(
    ("tenth", "mistake"),
    [
        (lambda x: round(x / 10, 1), "rounded"),
        (lambda x: int(x / 10), "rounded"),
        (lambda x: 0.5, None),  # near to what is right for 4.6 alone
        (lambda x: 0.0, None),  # to which all that is small can be rounded
        (lambda x: 0.5 if x == 4.6 else x / 10 + 1, None),
    ],
)
def test_rounded_is_what_is_rounded_for_all_inputs(
    tenth: Callable[..., Any], mistake: str | None
) -> None:
    def judge(tenth: Function) -> None:
        numbers = iter([11.3, 0.41, 27.7])
        right = Reference("tenth", "def tenth(x):\n    return x / 10")
        Comparison(tenth, right, lambda: (next(numbers),)).on(4.6)

    assert judged(judge, {"tenth": tenth}, "rounded").mistake == mistake


def test_a_card_shows_the_first_inputs_that_differ_not_those_that_settled_it() -> None:
    result = judged(compare, {"spread": lambda x: np.sum(x**2)}, "not centred")
    assert result.mistake == "not centred"
    assert result.tried == "spread([0.5, 1, 4])"
    assert (result.came, result.expected) == ("17.25", "7.1667")


def test_a_view_is_shown_in_its_own_way_and_a_right_answer_comes_back() -> None:
    pair = Reference("pair", "def pair(x):\n    return x.sum(), x", [("twice", ", x", ", 2 * x")])
    found = []

    def judge(pair_: Function) -> None:
        comparison = Comparison(pair_, pair, lambda: (ONES,))
        found.append(
            comparison.on(
                NUMBERS,
                views=(lambda a: a[0], lambda a: a[1]),
                shown=(lambda a: "the sum", lambda a: f"{len(a[1])} numbers"),
            )
        )

    wrong = judged(judge, {"pair_": lambda x: (x.sum(), 2 * x)}, "twice")
    assert (wrong.mistake, wrong.came, wrong.expected) == ("twice", "3 numbers", "3 numbers")
    assert judged(judge, {"pair_": lambda x: (0.0, x)}).came == "the sum"
    assert judged(judge, {"pair_": lambda x: (x.sum(), x)}).verdict == "right"
    assert same(found, [(NUMBERS.sum(), NUMBERS)])


def test_inputs_are_drawn_until_every_mistake_shows() -> None:
    drawn: Iterator[float] = iter([0.0, 2.0, 1.0, 3.0, 4.0])
    wrong = {"twice": ["2 * x"], "cube": ["x**3"], "an error": ["1 / 0"]}
    square = formula("square(x)", "x**2", wrong)
    assert parting(lambda: (next(drawn),), square) == (3.0,)


def test_who_has_no_name_gets_a_sentence() -> None:
    result = judged(compare, {"spread": lambda x: -1.0})
    assert (result.mistake, result.says) == (None, "The values differ.")


def compare_quarters(quarter: Function) -> None:
    """A quarter of 1.0001 is 0.25, rounded, and near enough."""
    rows = itertools.cycle([4.0, 2.0, 1.0001, 0.536])
    reference = formula("quarter(x)", "x / 4", {})
    Comparison(quarter, reference, lambda: (next(rows),)).on(1.0001)


@pytest.mark.parametrize(("decimals", "verdict"), [(2, "wrong"), (3, "right"), (9, "right")])
def test_a_rounded_answer_is_asked_for_where_rounding_shows(decimals: int, verdict: str) -> None:
    result = judged(compare_quarters, {"quarter": lambda x: round(x / 4, decimals)})
    assert result.verdict == verdict


@pytest.mark.parametrize(
    ("names", "is_right", "is_open", "explains"),
    [
        ({"double": lambda x: 2 * x}, True, False, False),
        ({"double": lambda x: x.tolist()}, False, False, True),
        ({"double": lambda x: "twice"}, False, False, False),
        ({"double": lambda x: [[1], [1, 2]]}, False, False, False),
        ({"double": lambda x: 1 / 0}, None, True, False),
        ({}, None, False, False),
    ],
)
def test_an_earlier_function_may_be_what_is_wrong(
    names: dict[str, Any], is_right: bool | None, is_open: bool, explains: bool
) -> None:
    """Also one that gives a list; and one that is not there is not to blame."""
    double = Source("double", "def double(x):\n    return 2 * x")
    later = Source("later", "def later(x):\n    return double(x).sum()")

    def judge(later_: Function) -> None:
        own = Earlier(later_.beside("double", Function), double, [(NUMBERS[0],)])
        assert (own.is_right, own.is_open) == (is_right, is_open)
        assert own.explains(np.sum(NUMBERS[1]), later, (NUMBERS[1],), THREE_DECIMALS) is explains

    result = judged(judge, {"later_": None, **names})
    assert (result.verdict, result.notes) == ("right", []), result


def test_what_no_mistake_explains_may_be_explained_in_part() -> None:
    """Where no name fits what is compared, one is looked for that fits a part of it."""
    pair = Reference(
        "pair", "def pair(x):\n    y = 2 * x\n    return y, y + 1", [("not doubled", "2 * x", "x")]
    )

    def judge(f: Function) -> None:
        Comparison(f, pair, lambda: (7.0,)).on(3.0, alone=lambda both: both[1])

    assert judged(judge, {"f": lambda x: (2 * x, x + 1)}, "not doubled").mistake == "not doubled"
    assert judged(judge, {"f": lambda x: (x, 2 * x + 1)}, "not doubled").mistake is None
