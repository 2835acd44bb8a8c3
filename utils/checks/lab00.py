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
    hints=(
        "Section 4 of the lab has it all: one line of NumPy is enough. Which sign is the matrix "
        "product, and which array is added to every row?",
        "Y = X @ W + b: (n, d) @ (d, h) gives (n, h), and b of shape (h,) is added to each row.",
        "Look at the line that begins with `return`: it needs X first, then @, then W, and "
        "then + b.",
    ),
    mistakes={
        "no bias": "The bias b is missing: this is X @ W alone.",
        "X * W": "The sign * multiplies entry by entry. The matrix product is written @.",
        "X * W, summed": "Each row of X must meet each column of W. Multiplying entry by entry "
        "and summing pairs rows with rows. The matrix product is written @.",
        "W @ X": "The order is reversed: this is W @ X. The samples are the rows of X, so X "
        "stands on the left: X @ W.",
        "W transposed": "This is X @ W.T: the kernel the other way round. Here W already has the "
        "shape (inputs, units), so it needs no transposing.",
        "bias as a column": "Each row got one number of b. But b holds one number for each unit, "
        "that is, for each column: add b as it is, with shape (h,).",
        "bias summed": "Every entry got the sum of b. Add b itself: NumPy adds b[0] to the first "
        "column, b[1] to the second, and so on.",
        "one bias for all": "Every entry got b[0]. Each unit has its own bias: add b itself.",
        "bias before the product": "The bias came too early: this is (X + b) @ W. First the "
        "product, then the bias.",
        "bias subtracted": "The bias was subtracted. It is added.",
        "rows and columns swapped": "The numbers are right, but rows and columns are swapped: one "
        "row for each sample, one column for each unit.",
        "activation": "Negative numbers became 0. Nothing is asked after the sum: return "
        "X @ W + b as it is.",
        "rounded": "The numbers were rounded, or cut to whole numbers. Return them as they are.",
        "fixed size": "It works for 3 rows, 3 inputs and 3 units, but not for other sizes. Let "
        "the sizes come from the arrays: X.shape, W.shape, or simply @.",
        "arguments not used": "Two different inputs gave the same result: your function does not "
        "use its arguments. Use the X, W and b that it is given, no arrays of the notebook.",
        "remembered": "The same function gave the right numbers for one call and not for another. "
        "Use only the X, W and b that the function is given.",
    },
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
