"""What the default tier tries of a long table: every third entry. `--full` tries all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(entries: Iterable[Any], *, always: Iterable[Any] = ()) -> list[Any]:
    """Parameters for a test: the first, the fourth, ... and what is named in `always`."""
    always = list(always)
    return [
        one if place % 3 == 0 or one in always else pytest.param(one, marks=pytest.mark.full)
        for place, one in enumerate(entries)
    ]
