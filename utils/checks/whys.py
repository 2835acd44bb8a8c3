"""The Why of an exercise: its analysis, as HTML, which a card shows folded.

`course build` writes `whyNN.json` from the source of a lab. A lab may be given out without it.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from pathlib import Path


def why(exercise: str) -> str:
    """The Why of an exercise ("2.3") as HTML; "" where this copy of the lab has none."""
    return _of_lab(exercise.split(".")[0].zfill(2)).get(exercise, "")


@functools.cache
def _of_lab(lab: str) -> Mapping[str, str]:
    path = Path(__file__).with_name(f"why{lab}.json")
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
