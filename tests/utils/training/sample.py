"""What the default tier tries of a long table: every sixth entry. `--full` tries all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

EVERY = 6


def sampled(entries: Iterable[Any], *, always: Iterable[Any] = ()) -> list[Any]:
    """Parameters for a test: the first, the seventh, ... and what is named in `always`."""
    always = list(always)
    return [
        one if place % EVERY == 0 or one in always else pytest.param(one, marks=pytest.mark.full)
        for place, one in enumerate(entries)
    ]
