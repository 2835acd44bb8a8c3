"""Answers that are numbers: when two are the same, rounded ones, several things at once.

What a student returned can be anything that `core` lets in; nothing here raises on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import fail, note, show

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Tolerance:
    """Two numbers are the same when they differ by at most `atol + rtol * |expected|`."""

    rtol: float
    atol: float


# An answer in float32 is as good as one in float64.
FLOAT32 = Tolerance(rtol=1e-5, atol=1e-4)
# Nor must an answer have more than three decimals.
THREE_DECIMALS = Tolerance(rtol=3e-4, atol=6e-4)
# For numbers of any size: a bound of 4**-12 is not 0.
RELATIVE = Tolerance(rtol=2e-3, atol=0.0)
# An answer is called rounded that keeps so many decimals; suspected is one that keeps so many.
DECIMALS, MANY_DECIMALS = range(4), range(6)


def same(came: Any, expected: Any, tolerance: Tolerance = FLOAT32) -> bool:
    """Whether two answers are the same: numbers in arrays, or several things, one by one.

    Axes of length 1 do not count: a column (n, 1) is as good as (n,). nan is the same as nan.
    """
    if (pairs := _pairs(came, expected)) is not None:
        return bool(pairs) and all(same(*pair, tolerance) for pair in pairs)
    first, second = _numbers(came), _numbers(expected)
    if first is None or second is None or first.shape != second.shape:
        return False
    return bool(np.allclose(first, second, tolerance.rtol, tolerance.atol, equal_nan=True))


def is_rounded(came: Any, expected: Any, decimals: Iterable[int] = DECIMALS) -> bool:
    """Whether `came` is `expected`, rounded to one of these numbers of decimals, or cut to none."""
    first, second = _numbers(came), _numbers(expected)
    if first is None or second is None or first.shape != second.shape:
        return False
    # No absolute tolerance: 1e-14 is not 0, where that is what a small number is rounded to.
    rounded = [np.trunc(second), *(second.round(digits) for digits in decimals)]
    return any(np.allclose(first, one, rtol=1e-6, atol=0) for one in rounded)


def are_rounded(came: Any, expected: Any, tolerance: Tolerance = FLOAT32) -> bool:
    """Whether each of several things is the same or rounded, and one at least is not the same."""
    pairs = _pairs(came, expected) or [(came, expected)]
    differing = [pair for pair in pairs if not same(*pair, tolerance)]
    return bool(differing) and all(is_rounded(*pair) for pair in differing)


def could_be_rounded(came: Any, expected: Any) -> bool:
    """Whether an answer, or one of several, is what is right with fewer decimals."""
    pairs = _pairs(came, expected) or [(came, expected)]
    exact = Tolerance(rtol=1e-6, atol=0.0)
    return any(is_rounded(*pair, MANY_DECIMALS) and not same(*pair, exact) for pair in pairs)


def tells_rounding(expected: Any, tolerance: Tolerance = FLOAT32) -> int:
    """How many ways of rounding show in these things: that of 0.25004 to two decimals does not."""
    things = expected if isinstance(expected, tuple | list) else [expected]
    numbers = [one for one in map(_numbers, things) if one is not None]
    rounded = [(one.round(k), one) for one in numbers for k in MANY_DECIMALS]
    return sum(not same(*pair, tolerance) for pair in rounded)


def several(returned: Any, names: Sequence[str]) -> list[Any]:
    """Return the things that came together, one for each name, or end the exercise.

    They are a tuple, a list, or the rows of one array.
    """
    if isinstance(returned, np.ndarray) and returned.ndim:
        returned = list(returned)
    wanted = f"Return {len(names)} things: {', '.join(names)}."
    if returned is None:
        fail(
            says=f"The result is None. Does your function end with `return`? {wanted}", came="None"
        )
    is_many = isinstance(returned, tuple | list)
    if is_many and len(returned) == len(names):
        return list(returned)
    came = f"{len(returned)} things" if is_many and len(returned) != 1 else "one thing"
    fail(says=wanted, came=came)


def differing(
    names: Sequence[str],
    came: Iterable[Any],
    expected: Iterable[Any],
    tolerance: Tolerance = FLOAT32,
) -> list[str]:
    """The names of those of several things that are not the same."""
    things = zip(names, came, expected, strict=True)
    return [name for name, one, other in things if not same(one, other, tolerance)]


class Differing:
    """Of several things the first that differs: a card shows it alone, and says what is right.

    Args:
        names: of the things.
        order: their places, the one that the others follow from first.
        tolerance: how near is the same.
    """

    def __init__(self, names: Sequence[str], order: Sequence[int], tolerance: Tolerance) -> None:
        self._names, self._order, self._tolerance = names, order, tolerance
        self._first = order[0]

    def look(self, came: Sequence[Any], right: Sequence[Any]) -> bool:
        """Whether one differs; if so, the names of those that are right become a note."""
        differ = [k for k in self._order if not same(came[k], right[k], self._tolerance)]
        self._first = next(iter(differ), self._first)
        if 0 < len(differ) < len(self._names):
            note(", ".join(one for k, one in enumerate(self._names) if k not in differ) + ": right")
        return bool(differ)

    def card(self, came: Sequence[Any], right: Sequence[Any]) -> dict[str, str]:
        """What `fail` is told of both."""
        return {"came": self.shown(came), "expected": self.shown(right)}

    def first(self, things: Sequence[Any]) -> Any:
        """The view of it alone."""
        return things[self._first]

    def shown(self, things: Sequence[Any]) -> str:
        """As a card shows them."""
        return f"{self._names[self._first]} =\n{show(self.first(things))}"


def _pairs(came: Any, expected: Any) -> list[tuple[Any, Any]] | None:
    """What to compare one by one, [] where the lengths differ; None where these are numbers."""
    if not isinstance(expected, tuple | list):
        return None
    if not isinstance(came, tuple | list) or len(came) != len(expected):
        return []
    return list(zip(came, expected, strict=True))


def _numbers(data: Any) -> Array | None:
    """The data as floats without axes of length 1, None where they are no real numbers."""
    try:
        given = np.asarray(data)
    except ValueError:  # a list that is ragged
        return None
    return np.squeeze(given).astype(float) if given.dtype.kind in "biuf" else None
