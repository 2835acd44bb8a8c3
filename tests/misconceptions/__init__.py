"""Answers that students really give, as source text: right ones in many styles, wrong ones by name.

Each module `labNN` holds a list `ANSWERS`. A right answer must earn all points; a wrong one must
fail with its own mistake, so that the card names it.
"""

from __future__ import annotations

from dataclasses import dataclass

# What every notebook of the course has at hand when an exercise is written.
PREAMBLE = """
import numpy as np
import keras
import tensorflow as tf
"""


@dataclass(frozen=True)
class Right:
    """An answer that must get every point. `note`: a fragment of the remark that it must get."""

    exercise: str
    name: str
    source: str
    note: str = ""


@dataclass(frozen=True)
class Wrong:
    """An answer that must fail: with the mistake of this name, or saying `says`."""

    exercise: str
    mistake: str | None
    name: str
    source: str
    says: str = ""
    verdict: str = "wrong"
    points: float = 0.0
