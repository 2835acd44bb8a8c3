"""Check of lab 00: the warm-up."""

from __future__ import annotations

from typing import Any

import numpy as np

from utils.checks.core import Function, array, exercise, fail, if_it_raises
from utils.checks.edits import Comparison, Inputs, Reference

# With three rows, three inputs and three units no mistake stops at an error, so that each can be
# told from the values.
AFFINE = Reference(
    "affine",
    """
def affine(X, W, b):
    return X @ W + b
""",
    [
        ("no bias", " + b", ""),
        ("X * W", "@", "*"),
        ("X * W, summed", "X @ W", "(X * W).sum(axis=1)[:, None]"),
        ("W @ X", "X @ W", "W @ X"),
        ("W transposed", "@ W", "@ W.T"),
        ("bias as a column", "+ b", "+ b[:, None]"),
        ("bias summed", "+ b", "+ b.sum()"),
        ("one bias for all", "+ b", "+ b[0]"),
        ("bias before the product", "X @ W + b", "(X + b) @ W"),
        ("bias subtracted", "+ b", "- b"),
        ("rows and columns swapped", "X @ W + b", "(X @ W + b).T"),
        ("activation", "X @ W + b", "np.maximum(0, X @ W + b)"),
    ],
)


@exercise("0.1", points=1)
def affine(affine: Function, *, rng: np.random.Generator) -> None:
    """affine(X, W, b): X (n, d), W (d, h), b (h,) -> X @ W + b, shape (n, h)."""
    first, second = _inputs(rng, 3, 3, 3), _inputs(rng, 3, 3, 3)
    once, again = (array(affine(*one), name="what `affine` returns") for one in (second, first))
    if np.array_equal(once, again):
        fail("arguments not used", came=again)
    judged = Comparison(affine, AFFINE, lambda: _inputs(rng, 3, 3, 3), read=_read)
    judged.on(*first)
    with if_it_raises("fixed size", says="."):
        for sizes in ((4, 3, 2), (1, 2, 5), (int(rng.integers(5, 9)), 1, 1)):
            judged.on(*_inputs(rng, *sizes), otherwise="fixed size")
    judged.on(*first, otherwise="remembered")


def _inputs(rng: np.random.Generator, n: int, d: int, h: int) -> Inputs:
    """X (n, d), W (d, h), b (h,) with one decimal; some sum is negative, so a ReLU would show."""
    while True:
        X, W, b = (rng.uniform(-2, 2, shape).round(1) for shape in ((n, d), (d, h), (h,)))
        if (X @ W + b).min() < -0.5:
            return X, W, b


def _read(came: Any, X: Any, W: Any, b: Any) -> Any:
    return array(came, (len(X), len(b)), name="what `affine` returns")
