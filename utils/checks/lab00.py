"""Check of lab 00: the warm-up."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import Function, array, exercise, fail, if_it_raises

Array = NDArray[np.float64]

# What each known mistake computes. With three rows, three inputs and three units none of them
# stops at an error, so each can be told from the values.
MISTAKEN: dict[str, Callable[[Array, Array, Array], Array]] = {
    "no bias": lambda X, W, b: X @ W,
    "X * W": lambda X, W, b: X * W + b,
    "X * W, summed": lambda X, W, b: (X * W).sum(axis=1)[:, None] + b,
    "W @ X": lambda X, W, b: W @ X + b,
    "W transposed": lambda X, W, b: X @ W.T + b,
    "bias as a column": lambda X, W, b: X @ W + b[:, None],
    "bias summed": lambda X, W, b: X @ W + b.sum(),
    "one bias for all": lambda X, W, b: X @ W + b[0],
    "bias before the product": lambda X, W, b: (X + b) @ W,
    "bias subtracted": lambda X, W, b: X @ W - b,
    "rows and columns swapped": lambda X, W, b: (X @ W + b).T,
    "activation": lambda X, W, b: np.maximum(0, X @ W + b),
}


@exercise(
    "0.1",
    points=1,
)
def affine(affine: Function, *, rng: np.random.Generator) -> None:
    """affine(X, W, b): X (n, d), W (d, h), b (h,) -> X @ W + b, shape (n, h)."""
    first, second = _telling_inputs(rng), _telling_inputs(rng)
    once, again = (array(affine(*one), name="what `affine` returns") for one in (second, first))
    if np.array_equal(once, again):
        fail("arguments not used", came=again)
    _compare(affine, first, MISTAKEN)
    with if_it_raises("fixed size", says="."):
        for sizes in ((4, 3, 2), (1, 2, 5), (int(rng.integers(5, 9)), 1, 1)):
            _compare(affine, _inputs(rng, *sizes), {}, otherwise="fixed size")
    _compare(affine, first, {}, otherwise="remembered")


def _telling_inputs(rng: np.random.Generator) -> tuple[Array, Array, Array]:
    """X, W, b, each of size 3, on which every mistake and the answer give different numbers."""
    while True:
        X, W, b = inputs = _inputs(rng, 3, 3, 3)
        values = [X @ W + b, *(compute(X, W, b) for compute in MISTAKEN.values())]
        if all(np.abs(one - other).max() > 0.1 for one, other in combinations(values, 2)):
            return inputs


def _inputs(rng: np.random.Generator, n: int, d: int, h: int) -> tuple[Array, Array, Array]:
    """X (n, d), W (d, h), b (h,) with one decimal; some sum is negative, so a ReLU would show."""
    while True:
        X, W, b = (rng.uniform(-2, 2, shape).round(1) for shape in ((n, d), (d, h), (h,)))
        if (X @ W + b).min() < -0.5:
            return X, W, b


def _compare(
    affine: Function,
    inputs: tuple[Array, Array, Array],
    known: dict[str, Callable[[Array, Array, Array], Array]],
    otherwise: str | None = None,
) -> None:
    X, W, b = inputs
    expected = X @ W + b
    came = array(affine(X, W, b), expected.shape, name="what `affine` returns")
    if np.allclose(came, expected, atol=1e-4):
        return
    for mistake, values in known.items():
        if np.allclose(came, values(X, W, b), atol=1e-4):
            fail(mistake, came=came, expected=expected)
    if np.all(np.abs(came - expected) < 1) and np.allclose(came, came.round(1), atol=1e-6):
        fail("rounded", came=came, expected=expected)
    says = "" if otherwise else "The numbers differ."
    fail(otherwise, says=says, came=came, expected=expected)
