"""Three lengths of the course: what `docs/site/lengths.toml` chooses, counted from the labs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from course.notebook import SourceError
from course.site.places import LabPlaces, hours, listed, minutes_of


def lengths(root: Path, labs: Sequence[LabPlaces]) -> str:
    """The three as Markdown. `labs` stand in the order of the road."""
    text = (root / "docs" / "site" / "lengths.toml").read_text(encoding="utf-8")
    by_number = {lab.number: lab for lab in labs}
    return "\n\n".join(_length(one, by_number) for one in tomllib.loads(text)["lengths"])


def _length(length: Mapping[str, Any], labs: Mapping[str, LabPlaces]) -> str:
    sittings = length["sittings"]
    if unknown := sorted({one[:2] for sitting in sittings for one in sitting} - labs.keys()):
        raise SourceError(f"docs/site/lengths.toml: there is no lab {listed(unknown)}.")
    had: set[str] = set()
    rows, total = [], 0
    for at, sitting in enumerate(sittings, start=1):
        parts, minutes, missing = [], 0, list[str]()
        for number, _, path in (one.partition(" ") for one in sitting):
            lab = labs[number]
            parts.append(lab.link + (", short path" if path else ""))
            minutes += minutes_of(lab.short if path else lab.whole)
            missing += [need for need in lab.needs if need not in had | {number}]
            had.add(number)
        builds = f"builds on {_not_here(missing)}" if missing else ""
        rows.append(f"| {length['sitting']} {at} | {'<br>'.join(parts)} | {minutes} | {builds} |")
        total += minutes
    return "\n".join(
        [
            f"### {length['name']}",
            "",
            f"{length['says'].strip()} About {hours(total)}.",
            "",
            "| When | What | Minutes | Note |",
            "|---|---|---:|---|",
            *rows,
        ]
    )


def _not_here(labs: list[str]) -> str:
    labs = list(dict.fromkeys(labs))
    if len(labs) == 1:
        return f"lab {labs[0]}, which is not here"
    return f"labs {listed(labs)}, which are not here"
