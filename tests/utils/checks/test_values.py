"""When two answers are the same, and what is read of answers of any kind."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.utils.checks.judged import judged
from utils.checks.core import Function
from utils.checks.values import (
    FLOAT32,
    RELATIVE,
    THREE_DECIMALS,
    Differing,
    Tolerance,
    are_rounded,
    differing,
    is_rounded,
    same,
    several,
)

PI = np.array([np.pi, -np.pi])


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (3, 3.0),
        ([[1.0], [2.0]], np.array([1.0, 2.0])),
        (np.array([[3.0]]), 3.0),
        ([1.0, [2.0, 3.0]], (1.0, np.array([2.0, 3.0]))),
        (PI.astype("float32"), PI),
        (np.nan, np.nan),
        (True, 1.0),
    ],
)
def test_the_same_in_another_form(came: Any, expected: Any) -> None:
    assert same(came, expected)


@pytest.mark.parametrize(
    ("came", "expected"),
    [
        (3.01, 3.0),
        ([1.0, 2.0], np.array([[1.0, 2.0], [1.0, 2.0]])),
        (np.zeros((2, 3)), np.zeros((3, 2))),
        ([1.0, 2.0], (1.0, 2.0, 3.0)),
        (np.array([1.0, 2.0]), (1.0, np.array([2.0, 3.0]))),
        ([], ()),
        (np.nan, 1.0),
        *(
            (odd, 1.0)
            for odd in (
                None,
                "1.0",
                1 + 1j,
                [[1], [1, 2]],
                {},
                [None],
                [{}],
                np.array("a"),
                object(),
            )
        ),
    ],
)
def test_not_the_same(came: Any, expected: Any) -> None:
    assert not same(came, expected)


@pytest.mark.parametrize(
    ("tolerance", "near", "far"),
    [
        (FLOAT32, [(1.00009, 1.0), (1e-5, 0.0)], [(1.0002, 1.0), (2e-4, 0.0)]),
        (THREE_DECIMALS, [(0.334, 1 / 3), (5e-4, 0.0)], [(0.33, 1 / 3), (1e-3, 0.0)]),
        (RELATIVE, [(4.007e-12, 4e-12), (4007.0, 4000.0)], [(0.0, 4e-12), (4.1e-12, 4e-12)]),
    ],
)
def test_three_tolerances(tolerance: Tolerance, near: Any, far: Any) -> None:
    assert all(same(*pair, tolerance) for pair in near)
    assert not any(same(*pair, tolerance) for pair in far)


def test_rounded_numbers_are_recognised() -> None:
    assert is_rounded(np.round(PI, 2), PI)
    assert is_rounded([[3], [-3]], PI)
    assert is_rounded([2, -2], [2.7, -2.7])  # cut, not rounded
    assert not is_rounded(np.round(PI, 4), PI)
    assert is_rounded(np.round(PI, 4), PI, range(5))
    assert not is_rounded(3.15, np.pi)
    assert not is_rounded("3.14", np.pi)
    assert not is_rounded(1e-14, 1.2e-3, [2])  # which would be 0


def test_of_several_things_some_may_be_rounded() -> None:
    assert are_rounded([3.14, PI], (np.pi, PI))
    assert are_rounded(3.14, np.pi)
    assert not are_rounded([np.pi, PI], (np.pi, PI))
    assert not are_rounded([3.14, 2 * PI], (np.pi, PI))
    assert not are_rounded([3.14], (np.pi, PI))


@pytest.mark.parametrize(
    ("returned", "says"),
    [
        ((1, 2), ""),
        (np.ones((2, 3)), ""),
        ((1, 2, 3), "3 things"),
        ([1], "one thing"),
        (None, "None"),
        (7.0, "one thing"),
        (np.array(7.0), "one thing"),
        ({"a": 1, "b": 2}, "one thing"),
    ],
)
def test_several_things_come_together(returned: Any, says: str) -> None:
    seen = []

    def judge(f: Function) -> None:
        seen.append(several(f(), ("a", "b")))

    result = judged(judge, {"f": lambda: returned})
    if says:
        assert result.verdict == "wrong"
        assert result.says.endswith("Return 2 things: a, b.")
        assert result.came == says
        assert ("end with `return`" in result.says) is (returned is None)
    else:
        assert result.verdict == "right"
        assert len(seen[0]) == 2


@pytest.mark.parametrize(
    ("came", "shown", "notes"),
    [
        ([1.0, 2.0, 3.0], "c =\n3", []),
        ([1.0, 9.0, 3.0], "b =\n9", ["a, c: right"]),
        ([8.0, 9.0, 3.0], "b =\n9", ["c: right"]),
        ([8.0, 9.0, 7.0], "c =\n7", []),
    ],
)
def test_of_several_things_the_first_that_differs_is_shown(
    came: list[float], shown: str, notes: list[str]
) -> None:
    def judge(f: Function) -> None:
        things = Differing("abc", (2, 1, 0), FLOAT32)
        assert things.look(f(), [1.0, 2.0, 3.0]) is (came != [1.0, 2.0, 3.0])
        assert things.card(came, came) == {"came": shown, "expected": shown}
        assert shown.endswith(f"{things.first(came):g}")

    result = judged(judge, {"f": lambda: came})
    assert (result.verdict, result.notes) == ("right", notes), result


def test_things_that_differ_are_named() -> None:
    came, expected = [np.ones(3), 2.0, 5], [np.ones(3), 2.1, 5]
    assert differing(("one", "two", "three"), came, expected) == ["two"]
    assert differing(("one", "two", "three"), came, expected, Tolerance(rtol=0.1, atol=0.0)) == []
