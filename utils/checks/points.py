"""The points of the checks as they were last seen, kept beside the notebooks for their reader.

Nobody is graded by them: a grader runs the checks itself, and never reads this file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from utils.checks import kept
from utils.checks.core import Result

FILE = kept.FOLDER / "points.json"
# The verdicts on an answer. The others say that there was none to judge, as in a kernel that was
# just started: they take nothing away.
ON_ANSWERS = ("right", "wrong", "crashed")


def keep(result: Result) -> None:
    """Remember what a check said of an answer.

    Raises OSError where the file cannot be written.
    """
    place = kept.place(FILE.name)
    if place is None or result.verdict not in ON_ANSWERS:
        return
    seen = {"verdict": result.verdict, "points": result.points}
    if last_seen(place).get(result.exercise.id) != seen:
        _write(place, {result.exercise.id: seen})


def last_seen(place: Path) -> dict[str, dict[str, Any]]:
    """By exercise its `verdict` and `points`; what was not written here is left out."""
    try:
        found = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # there is none yet, or it was damaged
        return {}
    known = found.items() if isinstance(found, dict) else ()
    return {id: seen for id, seen in known if _is_one(seen)}


def forget(place: Path, id: str) -> None:
    """Take one exercise out of the file, where it is in there.

    Raises OSError where the file cannot be written.
    """
    if id in last_seen(place):
        _write(place, {id: None})


def _is_one(seen: object) -> bool:
    return (
        isinstance(seen, dict)
        and seen.get("verdict") in ON_ANSWERS
        and isinstance(seen.get("points"), int | float)
    )


def _write(place: Path, changes: Mapping[str, dict[str, Any] | None]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with kept.alone(place):
        seen = {**last_seen(place), **changes}
        lines = {id: one for id, one in seen.items() if one is not None}
        kept.replace(place, json.dumps(lines, indent=1).encode() + b"\n")
