"""Rows that were divided into two parts: which are where, and what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Rows = NDArray[np.int64]


def rows_like(x: Array, of: Array) -> Rows | None:
    """Which row of `of` each row of x is, however it was scaled; None where some are none of them.

    Rows are the same where they are correlated, so they need many numbers: (n, ...), (m, ...).
    """
    a, b = (one.reshape(len(one), -1).astype(float) for one in (x, of))
    a, b = (one - one.mean(axis=1, keepdims=True) for one in (a, b))
    a, b = (one / np.maximum(np.linalg.norm(one, axis=1, keepdims=True), 1e-12) for one in (a, b))
    alike = a @ b.T
    return None if alike.max(axis=1).min() < 0.99 else np.asarray(alike.argmax(axis=1))


def mistakes(first: Rows, second: Rows, n: int) -> Iterator[tuple[str, bool]]:
    """What can be wrong with two parts of n rows, each mistake with whether it was made."""
    yield "in both parts", bool({*first} & {*second})
    yield "occur twice", any(len({*rows}) < len(rows) for rows in (first, second))
    yield "rows lost", len(first) + len(second) != n


def rows_in(y: Array, of: Array) -> Rows | None:
    """Which row of `of`, (m, k), each row of y, (n, k), is; None where one is none of them."""
    if y.shape[1] != of.shape[1]:
        return None
    off = np.abs(y[:, None] - of).max(axis=2)
    return None if off.min(axis=1).max() > 1e-3 else np.asarray(off.argmin(axis=1))


def at_equal_steps(rows: Rows, n: int) -> bool:
    """Each row is as far behind the one before, round the end of n rows, but for one."""
    steps = np.diff(rows, append=rows[:1]) % n
    return int(np.bincount(steps).max()) >= len(rows) - 1
