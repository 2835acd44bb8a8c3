"""What a lab says in words: `labNN.toml`, beside the checks, can be edited without Python."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any


@functools.cache
def sentences(lab: str) -> Mapping[str, Any]:
    """The sentences of a lab (two digits): its exercises and bets by id; {} where it has none."""
    path = Path(__file__).with_name(f"lab{lab}.toml")
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
