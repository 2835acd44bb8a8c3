"""Checks of lab 02: XOR."""

from __future__ import annotations

import numpy as np

from utils.checks.core import Function, column, exercise, fail, if_it_raises

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


@exercise(
    "2.3",
    points=2,
    hints=(
        "Work out the shapes first: X is (n, 2), W is (2, 2). What shape has X @ W, and which "
        "shape of c can be added to every row of it?",
        "The hidden layer is h = max(0, X @ W + c), with c of shape (2,). The output is h @ w + b, "
        "with w of shape (2,) or (2, 1).",
        "Look at the line that defines c: np.array([0, -1]) works for any number of rows, because "
        "NumPy adds it to each row. Then look at the signs: c = (0, -1), w = (1, -2).",
    ),
    mistakes={
        "c as 4x2": "Your c has one row for each of the four inputs, so the network works for "
        "exactly four rows. The bias c is one parameter for each hidden unit: shape (2,).",
        "w as a row": "w is written as a row, and a row (1, 2) cannot stand to the right of h, "
        "which is (n, 2). Write w as shape (2,) or as a column (2, 1).",
        "w = (1, -1)": "This is what w = (1, -1) gives: the truth table of OR. The second hidden "
        "unit must be subtracted twice, so that (1, 1) comes back to 0.",
        "c = (0, +1)": "This is what c = (0, +1) gives. The second bias is negative: that unit "
        "stays at 0 until both inputs are 1.",
        "X as printed": "This is what the lecture's misprinted input matrix gives. Use the X that "
        "the function is given, with rows 00, 01, 10, 11.",
        "not the network": "The four corners are right, but between them the values are not the "
        "network's. Compute the network itself, max(0, X @ W + c) @ w + b, not a truth table.",
    },
)
def xor_relu(xor_relu: Function, *, rng: np.random.Generator) -> None:
    """xor_relu(X): X (n, 2) -> (n,) or (n, 1), max(0, X W + c) w + b of 000 L118-146."""
    misprinted = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    with if_it_raises("w as a row", says="matmul|size|dimension|align"):
        _compare(xor_relu, CORNERS, _network(CORNERS), known={
            "w = (1, -1)": _network(CORNERS, w=(1, -1)),
            "c = (0, +1)": _network(CORNERS, c=(0, 1)),
            "X as printed": _network(misprinted),
        })
    for n in (3, 1, int(rng.integers(5, 9))):
        batch = CORNERS[rng.integers(0, 4, n)]
        with if_it_raises("c as 4x2", says="broadcast|shape|incompatible|Incompatible"):
            _compare(xor_relu, batch, _network(batch))
    between = rng.uniform(0, 1, (6, 2))
    _compare(xor_relu, between, _network(between), otherwise="not the network")


def _compare(xor_relu, x, expected, *, known=None, otherwise=None) -> None:
    came = column(xor_relu(x), len(x), "what `xor_relu` returns")
    if np.allclose(came, expected, atol=1e-4):
        return
    for mistake, values in (known or {}).items():
        if np.allclose(came, values, atol=1e-4):
            fail(mistake, came=came, expected=expected)
    fail(otherwise, came=came, expected=expected, says="" if otherwise else "The values differ.")


def _network(x, w=(1, -2), c=(0, -1)):
    """The lecture's network with the weights of its solution; w or c may be a known mistake."""
    return np.maximum(0, x @ np.ones((2, 2)) + np.array(c)) @ np.array(w)
