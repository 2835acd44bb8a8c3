"""What a course has decided: due dates, the cost of lateness, extra time, teams.

It stands in `course.toml` of the course's folder, for people to read and write:

    [labs.02]
    due = 2026-12-01T23:59:00+01:00
    late_per_day = 0.1     # of the points, for each day begun
    most_days_late = 5     # later than that counts nothing
    extra_credit = ["2.9"] # exercises beyond the full points
    attempts = "last"      # or "best": which of several attempts counts

    [students.4321]
    extra_hours = 48

    [teams]
    red = ["4321", "4322"] # what one of them hands in counts for all
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

DAY = timedelta(days=1)


class PolicyError(Exception):
    """course.toml says something that is no policy; the message names it."""


@dataclass(frozen=True)
class LabPolicy:
    """What holds for one lab; without a date it is never late."""

    due: datetime | None = None
    late_per_day: float = 0.0
    most_days_late: float = math.inf
    extra_credit: Sequence[str] = ()
    attempts: str = "last"

    def share(self, handed_in: datetime, extra_hours: float = 0.0) -> float:
        """Which share of the points counts, from 0 to 1, for what is handed in at that time."""
        if self.due is None:
            return 1.0
        late = handed_in - self.due - timedelta(hours=extra_hours)
        days = max(0, math.ceil(late / DAY))
        if days > self.most_days_late:
            return 0.0
        return max(0.0, 1.0 - days * self.late_per_day)


@dataclass(frozen=True)
class Policy:
    """All that course.toml says."""

    labs: Mapping[str, LabPolicy] = field(default_factory=dict)
    extra_hours: Mapping[str, float] = field(default_factory=dict)
    teams: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def of(self, lab: str) -> LabPolicy:
        """What holds for a lab, by its two digits."""
        return self.labs.get(lab, LabPolicy())

    def together(self, student: str) -> Sequence[str]:
        """The student's team, or the student alone."""
        return next((team for team in self.teams.values() if student in team), [student])


def read(path: Path) -> Policy:
    """Read course.toml; where there is none, nothing is due. Raises PolicyError with a sentence."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Policy()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise PolicyError(f"{path} cannot be read: {error}.") from None
    _only(path, "", given, {"labs", "students", "teams"})
    for table in given:
        _only(path, table, given[table])
    labs = {name.zfill(2): _lab(path, name, entry) for name, entry in given.get("labs", {}).items()}
    hours = {}
    for student, entry in given.get("students", {}).items():
        where = f"students.{student}"
        _only(path, where, entry, {"extra_hours"})
        hours[student] = _number(path, f"{where}.extra_hours", entry.get("extra_hours"))
    return Policy(labs, hours, _teams(path, given.get("teams", {})))


def _lab(path: Path, name: str, entry: Mapping[str, Any]) -> LabPolicy:
    where = f"labs.{name}"
    _only(path, where, entry, {one.name for one in fields(LabPolicy)})
    values = dict(entry)
    if "due" in values:
        due = values["due"]
        if not isinstance(due, datetime):
            raise PolicyError(
                f"{path}: {where}.due is a date with a time, such as 2026-12-01T23:59:00+01:00."
            )
        values["due"] = due if due.tzinfo else due.replace(tzinfo=UTC)
    for key in ("late_per_day", "most_days_late"):
        if key in values:
            values[key] = _number(path, f"{where}.{key}", values[key])
    if values.get("attempts", "last") not in ("last", "best"):
        raise PolicyError(f'{path}: {where}.attempts is "last" or "best".')
    return LabPolicy(**values)


def _teams(path: Path, teams: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    for name, team in teams.items():
        if not isinstance(team, list) or not all(isinstance(one, str) for one in team):
            raise PolicyError(f'{path}: teams.{name} is a list of students, such as ["1", "2"].')
    members = [student for team in teams.values() for student in team]
    if twice := sorted({student for student in members if members.count(student) > 1}):
        raise PolicyError(f"{path}: {', '.join(twice)} can be in one team only.")
    return teams


def _only(path: Path, where: str, entry: Any, known: set[str] | None = None) -> None:
    if not isinstance(entry, Mapping):
        raise PolicyError(f"{path}: [{where}] is a table of settings.")
    if known is None:
        return
    if unknown := sorted(set(entry) - known):
        place = f" in [{where}]" if where else ""
        raise PolicyError(
            f"{path}: {', '.join(unknown)}{place} is unknown. There are: "
            f"{', '.join(sorted(known))}."
        )


def _number(path: Path, where: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
        raise PolicyError(f"{path}: {where} is a number from 0, not {value!r}.")
    return float(value)
