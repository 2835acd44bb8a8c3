"""Whatever an answer gives back, a quick check judges it: no card says "show your instructor".

The right answer of each exercise is spoiled: from some call on, all or one of the things that it
gives back is odd. By a fault of the check its verdict would be "not judged".
"""

from __future__ import annotations

import collections
import datetime
import enum
import functools
import itertools
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests import misconceptions
from utils.checks import core
from utils.checks.student import Answers, captured

RIGHT = misconceptions.first_right()
QUICK = [id for id in RIGHT if not core.find(id).trains]
TRAINED = [id for id in RIGHT if core.find(id).trains]
# Their right answers build networks, or their own inputs take long to make.
SLOW = {"10.3", "12.2", "12.3", "12.4", "12.5", "12.5b"}

Pair = collections.namedtuple("Pair", "first second")


class Whole(enum.IntEnum):
    ONE = 1


class Text(str):
    """A text of a class of its own."""


ODD: list[Any] = [
    *(10**400, -(10**400), [10**400], 2**63, [2**64, 1], 2**1030, [[10**30]], 10**5000),
    *([[1.0], [1.0, 2.0]], [[], [1]], ([1, 2], 3), (1, (2, (3, [4]))), [[[1], 2], 3], [[]], ()),
    *([np.zeros(2), np.zeros(3)], [np.zeros((2, 2)), np.zeros(2)], (np.zeros((4, 0)), [1.0])),
    *([None], [None, 1.0], [1.0, "a"], ["1.0", "2.0"], "", "0.5", Text("relu"), b"bytes"),
    *(np.zeros((1,) * 32), np.zeros((1,) * 64), [np.zeros((1,) * 64)], np.zeros((0, 3))),
    *(np.array("a"), np.array(["a", "b"]), np.str_("relu"), np.array([1, None, "a"], object)),
    *(np.array(None), np.array([[1], [1, 2]], object), np.array([10**400], object)),
    *({}, {"alpha": 1.0}, {0: [1.0], (1, 2): None}, {None: {}}, [{}], [{1: 2}, 3.0], {1, 2}),
    *(1 + 1j, [1j, 2], np.array([1j]), complex("nan"), 0j, True, [True, 2], None, np.bool_(False)),
    *(float("nan"), float("inf"), -0.0, 1e308, [1e308, -1e308], 5e-324, np.float16(65504)),
    *(np.longdouble("1e4000"), [np.longdouble(1)], np.uint64(2**64 - 1), np.int8(-128)),
    *(Fraction(10**400, 3), Fraction(1, 3), Decimal("1e999"), Decimal("nan"), Decimal("sNaN")),
    *(Pair(1.0, [2.0]), Whole.ONE, [Whole.ONE], range(4), range(10**9), "a" * 5000),
    *(datetime.date(2024, 1, 1), np.datetime64("2024-01-01"), np.array(["2024"], "datetime64[D]")),
    *(np.ma.masked_array([1.0, 2.0], [True, False]), np.ma.masked, np.matrix([[1.0, 2.0]])),
    *(np.zeros(2, [("a", "f8"), ("b", "i4")]), np.void(b"ab"), print, int, object()),
    *(iter([1.0]), ..., [...], ValueError("odd"), slice(3), "\ud800", ["\ud800"], "\x00\x1b[1m"),
]  # fmt: skip


@functools.cache
def _strange() -> list[Any]:
    """Odd data that take TensorFlow."""
    import keras
    import tensorflow as tf

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    return [
        tf.ragged.constant([[1.0], [1.0, 2.0]]),
        tf.sparse.from_dense([[1.0, 0.0]]),
        tf.constant("a"),
        tf.constant([1.0], tf.bfloat16),
        tf.Variable(1.0),
        tf.TensorShape([None, 2]),
        tf.float32,
        tf.data.Dataset.range(3),
        keras.Input((2,)),
        model,
        [model, 1.0],
        model.layers[0],
        keras.losses.MeanSquaredError(),
    ]


def _one_of(things: list[Any]) -> st.SearchStrategy[Any]:
    """One of them, by its place: Hypothesis would write them all down, and some refuse that."""
    return st.integers(0, len(things) - 1).map(lambda place: things[place])


numbers = st.integers() | st.floats() | st.booleans() | st.complex_numbers() | st.none() | st.text()
arrays = hnp.arrays(
    hnp.scalar_dtypes(), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
)
nested = st.recursive(
    numbers | arrays | _one_of(ODD),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.tuples(inner, inner, inner)
        | st.dictionaries(st.text() | st.integers() | st.none(), inner, max_size=3)
    ),
    max_leaves=8,
)


@st.composite
def spoilers(draw: st.DrawFn) -> Callable[[Any], Any]:
    """A change of what a right answer gives: from some call on, in one place or in all."""
    odd = draw(_one_of(ODD) | _one_of(_strange()) | nested)
    first, place = draw(st.sampled_from([0, 0, 0, 1, 2, 5])), draw(st.integers(-2, 3))
    calls = itertools.count()

    def spoil(right: Any) -> Any:
        if next(calls) < first:
            return right
        if isinstance(right, (list, tuple)) and 0 <= place < len(right):
            return type(right)([*right[:place], odd, *right[place + 1 :]])
        if place == 3:
            return [right, odd]
        return odd

    return spoil


def _spoiled(names: dict[str, Any], exercise: core.Exercise, spoil: Any) -> dict[str, Any]:
    """The names of a right answer, each function and each value of them spoiled."""

    def wrap(value: Any) -> Any:
        return (lambda *args, **kwargs: spoil(value(*args, **kwargs))) if callable(value) else value

    return {
        name: wrap(names[name]) if kind is core.Function else spoil(names[name])
        for name, kind in exercise.names.items()
    }


def _never_unjudged(
    id: str, spoilers: st.SearchStrategy[Callable[[Any], Any]], names: dict[str, Any], examples: int
) -> None:
    exercise = core.find(id)

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(spoilers)
    def run(spoil: Callable[[Any], Any]) -> None:
        with captured():
            result = core.run(exercise, Answers(_spoiled(names, exercise, spoil)).respond)
        assert result.verdict != "not judged", result.says
        str(result).encode()

    run()


def _right(id: str) -> dict[str, Any]:
    """The names of the right answer."""
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(misconceptions.PREAMBLE + RIGHT[id].source, names)
    return names


@pytest.mark.parametrize("id", QUICK)
def test_odd_returns_are_judged(id: str) -> None:
    _never_unjudged(id, spoilers(), _right(id), 3 if id in SLOW else 40)


@pytest.mark.parametrize("id", TRAINED)
def test_odd_things_in_the_place_of_a_trained_model_are_judged(id: str) -> None:
    kinds = core.find(id).names.items()
    names = {name: _gives_none if kind is core.Function else "" for name, kind in kinds}
    odd = (_one_of(ODD) | nested).map(lambda thing: lambda _: thing)
    _never_unjudged(id, odd, names, 3 if id in SLOW else 40)


def _gives_none(*args: Any, **kwargs: Any) -> None:
    """What a spoiler puts something odd in the place of."""


@pytest.mark.full
@pytest.mark.parametrize("id", QUICK)
def test_many_odd_returns_are_judged(id: str) -> None:
    _never_unjudged(id, spoilers(), _right(id), 200 if id in SLOW else 4000)
