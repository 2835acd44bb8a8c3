"""`python -m utils.progress`: the points of all labs on this machine, and what is left.

They are those of the cards as last seen, and are kept for you alone (`utils.checks.points`).
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from utils.answers import notebook

try:
    from utils.checks import core, points
except ImportError:  # a grader's jail has neither
    core = points = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent
NOT_KEPT = "Points are not kept here."
HEADINGS = ("Lab", "Title", "Points", "Left")


@dataclass(frozen=True)
class Lab:
    """One lab: its points so far, out of how many, and the exercises that are not right yet.

    `unchecked` are those that somebody has written, and no check has judged.
    """

    number: str
    title: str
    earned: float
    points: float
    left: tuple[str, ...]
    begun: bool
    unchecked: tuple[str, ...]

    @property
    def row(self) -> tuple[str, str, str, str]:
        left = ", ".join(self.left) if self.begun else "not begun"
        earned = f"{self.earned:g} of {self.points:g}"
        return self.number, self.title, earned, left or "nothing"


@dataclass(frozen=True)
class Report:
    """The labs, ready to be shown: a table in a notebook, the same as text elsewhere."""

    labs: tuple[Lab, ...]
    remarks: tuple[str, ...]

    def __repr__(self) -> str:
        rows = [HEADINGS, *(lab.row for lab in self.labs)]
        widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS) - 1)]
        lines = [
            "  ".join([*map(str.ljust, row, widths), row[-1]])  # type: ignore[arg-type]
            for row in rows
        ]
        return "\n".join([*lines, "", self._sum(), *self.remarks])

    def _repr_html_(self) -> str:
        def cells(row: tuple[str, ...], tag: str) -> str:
            return "".join(f"<{tag} style='text-align:left'>{escape(one)}</{tag}>" for one in row)

        head = "".join(f"<th scope='col' style='text-align:left'>{one}</th>" for one in HEADINGS)
        body = "".join(f"<tr>{cells(lab.row, 'td')}</tr>" for lab in self.labs)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return table + "".join(f"<p>{escape(one)}</p>" for one in (self._sum(), *self.remarks))

    def _sum(self) -> str:
        earned, of = (sum(getattr(lab, name) for lab in self.labs) for name in ("earned", "points"))
        return f"Together: {earned:g} of {of:g} points."


def report() -> Report:
    """The points of the notebooks beside this program, and of those in the course's folder."""
    if points is None:
        return Report((), (NOT_KEPT,))
    both = dict.fromkeys((ROOT / "labs", Path.cwd()))
    folders = [folder for folder in both if folder.is_dir()]
    places = _places(folders)
    seen: dict[str, dict[str, Any]] = {}
    for place in places:
        seen |= points.last_seen(place)
    notebooks, broken = notebook.find_and_tell(*folders)
    titles = {one.lab: one.title.partition(": ")[2] or one.title for one in notebooks if one.lab}
    # Where no points are kept nobody knows which checks have run.
    written = {id for one in notebooks for id in one.answered if places}
    numbers = sorted(path.stem[3:] for path in Path(core.__file__).parent.glob("lab[0-9][0-9].py"))
    labs = tuple(_lab(number, titles.get(number, ""), seen, written) for number in numbers)
    return Report(labs, (_remark(places), *_to_run(labs), *broken))


def _lab(number: str, title: str, seen: Mapping[str, Mapping[str, Any]], written: set[str]) -> Lab:
    its = core.exercises_of(number)
    known = {one.id: seen[one.id] for one in its if one.id in seen}
    earned = {id: min(one["points"], core.REGISTRY[id].points) for id, one in known.items()}
    right = {id for id, one in known.items() if one["verdict"] == "right"}
    left = tuple(one.id for one in its if one.id not in right)
    unchecked = tuple(id for id in left if id in written - known.keys())
    points = sum(one.points for one in its)
    begun = bool(known or unchecked)
    return Lab(number, title, sum(earned.values()), points, left, begun, unchecked)


def _places(folders: list[Path]) -> list[Path]:
    found = [points.kept.place(points.FILE.name, folder) for folder in folders]
    return list(dict.fromkeys(place for place in found if place))


def _remark(places: list[Path]) -> str:
    from utils.doctor import without_home

    if not places:
        return NOT_KEPT
    place = next((one for one in places if one.exists()), places[0])
    around = next(one for one in (place, *place.parents) if one.exists())
    if not os.access(around, os.W_OK):
        return f"Points cannot be kept: {around} cannot be written."
    return (
        f"They are kept for you alone, in {without_home(str(place))}, as your last checks gave "
        "them. Delete that file, and they are forgotten."
    )


def _to_run(labs: tuple[Lab, ...]) -> Iterator[str]:
    """What to do next about the exercises that are written and not checked."""
    unchecked = [id for lab in labs for id in lab.unchecked]
    cells = ", ".join(f'check("{id}")' for id in unchecked)
    if len(unchecked) == 1:
        yield f"{unchecked[0]} is written, but its check has not run: run the cell {cells}."
    elif unchecked:
        ids = ", ".join(unchecked)
        yield f"{ids} are written, but their checks have not run: run the cells {cells}."


def main() -> None:
    # A terminal that knows only ASCII shows a question mark instead of ending the table.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    print(report())


if __name__ == "__main__":
    main()
