"""What the normal tier tries of a long table, by one rule; `--full` tries all.

Every so-many-th entry is taken, the first among them, and what is named besides.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

EVERY = 6


def sampled(entries: Iterable[Any], *, every: int = EVERY, always: Iterable[Any] = ()) -> list[Any]:
    """Parameters for a test: the first, then every `every`th, and what stands in `always`."""
    always = list(always)
    return [
        one if place % every == 0 or one in always else pytest.param(one, marks=pytest.mark.full)
        for place, one in enumerate(entries)
    ]
