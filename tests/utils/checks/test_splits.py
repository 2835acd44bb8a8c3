"""Rows that were divided into two parts."""

from __future__ import annotations

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
