"""Check of lab 11."""

from __future__ import annotations

import numpy as np

from utils.checks.core import Function, array, exercise
from utils.checks.edits import Comparison, Inputs, formula

LINE = formula(
    "line(x, w, b)",
    "w * x + b",
    {"no intercept": ["w * x"], "slope and intercept swapped": ["b * x + w"]},
)


@exercise("11.0", points=1)
def line(line: Function, *, rng: np.random.Generator) -> None:
    """line(x, w, b): x (n,), w (), b () -> w * x + b, (n,)."""
    judged = Comparison(
        line,
        LINE,
        lambda: _inputs(rng),
        read=lambda came, x, w, b: array(came, x.shape, name="what `line` returns"),
    )
    judged.on(*_inputs(rng), says="The heights differ.")


def _inputs(rng: np.random.Generator) -> Inputs:
    """x (5,), w and b: both are far from 0 and from each other."""
    return rng.uniform(1, 3, 5).round(1), float(rng.uniform(1, 2)), float(rng.uniform(3, 4))
