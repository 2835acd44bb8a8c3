"""What a lab says to its students: hints, known mistakes, reasons of bets, in `labNN.toml`.

The file can be edited, and translated, without Python. Its keys are names that the checks use.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


@functools.cache
def sentences(lab: str) -> Mapping[str, Any]:
    """Return what `labNN.toml` beside this module holds, {} where the lab (two digits) has none."""
    path = Path(__file__).with_name(f"lab{lab}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
