"""Answers that students really give, as source text: right ones in many styles, wrong ones by name.

Each module `labNN` holds a list `ANSWERS`. A right answer must earn all points; a wrong one must
fail with its own mistake, so that the card names it. Wrong answers that are edits of a right one
come from the tables in `utils/checks/labNN.py`; here stand foreign styles, and what no edit makes.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from utils.checks.edits import Edit

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


def labs() -> list[str]:
    """The names of the modules, in their order."""
    return sorted(path.stem for path in Path(__file__).parent.glob("lab[0-9][0-9].py"))


def all_answers() -> list[Right | Wrong]:
    """The answers to all labs, in their order."""
    modules = [importlib.import_module(f"{__name__}.{lab}") for lab in labs()]
    return [answer for module in modules for answer in module.ANSWERS]


def first_right() -> dict[str, Right]:
    """For each exercise its first right answer."""
    rights = [answer for answer in all_answers() if isinstance(answer, Right)]
    return {answer.exercise: answer for answer in reversed(rights)}


def rights(exercise: str, sources: Mapping[str, str], *, before: str = "") -> list[Right]:
    """Right answers by name; `before` defines what else the exercise asks for."""
    return [Right(exercise, name, before + source) for name, source in sources.items()]


def edited(
    exercise: str, edits: Iterable[Edit], *, before: str = "", points: float = 0.0
) -> list[Wrong]:
    """The wrong answers that edits of a right answer are, each with the name of its mistake."""
    return [
        Wrong(
            exercise,
            edit.mistake,
            f"edit {k} of {edit.name}, {edit.mistake}",
            before + edit.text,
            points=points,
        )
        for k, edit in enumerate(edits)
    ]
