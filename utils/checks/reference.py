"""Functions that several checks compare answers with, safe for numbers of any size."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + e^-z), of z's shape."""
    return np.exp(-np.logaddexp(0.0, -z))


def softmax(z: Array) -> Array:
    """Turn logits (n, k) into probabilities (n, k)."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def is_rounded(came: Array, expected: Array, decimals: Iterable[int] = range(4)) -> bool:
    """Whether `came` is `expected`, rounded to one of these numbers of decimals."""
    # No absolute tolerance: 1e-14 is not 0, where that is what a small number is rounded to.
    return any(
        np.allclose(came, np.round(expected, digits), rtol=1e-6, atol=0) for digits in decimals
    )
