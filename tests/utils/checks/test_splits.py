"""Rows that were divided into two parts."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from utils.checks import splits
from utils.checks.core import first_of

ROWS = np.random.default_rng(0).uniform(0, 9, (6, 4, 5))


def test_rows_are_found_however_they_are_scaled() -> None:
    at = [4, 0, 2]
    for x in (ROWS[at], ROWS[at] / 255, 50 + 0.1 * ROWS[at], ROWS[at].astype("float16")):
        found = splits.rows_like(x, ROWS)
        assert found is not None
        assert found.tolist() == at
    assert splits.rows_like(ROWS[:, ::-1], ROWS) is None
    assert splits.rows_like(np.zeros((2, 4, 5)), ROWS) is None


@pytest.mark.parametrize(
    ("first", "second", "mistake"),
    [
        ([0, 1, 2, 3, 5], [4], None),
        ([0, 1, 2, 3, 4], [4], "in both parts"),
        ([0, 1, 2, 2, 3], [5], "occur twice"),
        ([0, 1, 2, 3], [5, 5], "occur twice"),
        ([0, 1, 2, 3], [5], "rows lost"),
    ],
)
def test_what_can_be_wrong_with_two_parts(
    first: list[int], second: list[int], mistake: str | None
) -> None:
    assert first_of(splits.mistakes(np.array(first), np.array(second), 6)) == mistake


def test_rows_are_found_where_they_stand() -> None:
    of = np.random.default_rng(0).normal(size=(9, 2))
    rows = np.array([4, 0, 8])
    found = splits.rows_in(of[rows].astype("float32"), of)
    assert found is not None
    assert np.array_equal(found, rows)
    assert splits.rows_in(of[rows] + [0, 0.01], of) is None
    assert splits.rows_in(of[rows, :1], of) is None


@pytest.mark.parametrize(
    ("rows", "equal"),
    [
        (range(5, 12), True),
        (range(2, 20, 4), True),
        ([18, 19, 0, 1, 2], True),  # a block that goes round the end
        ([3, 9, 4, 17, 11], False),
        ([0, 1, 2, 9, 13], False),
    ],
)
def test_a_block_and_every_fourth_row_are_at_equal_steps(rows: Any, equal: bool) -> None:
    assert splits.at_equal_steps(np.array(rows), 20) is equal
