"""What a course has decided: due dates, the cost of lateness, extra time, teams.

It stands in `course.toml` of the course's folder, for people to read and write:

    time_zone = "Europe/Berlin" # of times that name none

    [labs.02]
    due = 2026-12-01T23:59:00+01:00
    late_per_day = 0.1     # of the points, for each day begun; from 0 to 1
    most_days_late = 5     # later than that counts nothing
    extra_credit = ["2.6"] # exercises beyond the full points
    attempts = "last"      # or "best": which of several attempts counts
    canvas = "XOR (4711)"  # the column of Canvas's gradebook

    [students.4321]
    extra_hours = 48

    [teams]
    red = ["4321", "4322"] # what one of them hands in counts for all
"""

from __future__ import annotations

import math
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from course.grading.intake.owner import id_of
from course.grading.run.lab import Lab

DAY = timedelta(days=1)
MOST_EXTRA_HOURS = 366 * 24
_LAB = re.compile(r"(\d{1,2})(?:_\w+)?")  # by its number or its name


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
    canvas: str = ""

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
    time_zone: tzinfo | None = None

    def of(self, lab: str) -> LabPolicy:
        """What holds for a lab, by its two digits."""
        return self.labs.get(lab, LabPolicy())

    def together(self, student: str) -> Sequence[str]:
        """The student's team, or the student alone."""
        return self._teams.get(student, [student])

    def unknown(self, ids: Collection[str]) -> list[str]:
        """The students who are named here and are none of these."""
        named = {*self.extra_hours, *(one for team in self.teams.values() for one in team)}
        return sorted(named.difference(ids))

    @cached_property
    def _teams(self) -> Mapping[str, Sequence[str]]:
        return {student: team for team in self.teams.values() for student in team}


def read(path: Path) -> Policy:
    """Read course.toml; where there is none, nothing is due. Raises PolicyError with a sentence."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Policy()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise PolicyError(f"{path} cannot be read: {error}.") from None
    _only(path, "", given, {"labs", "students", "teams", "time_zone"})
    zone = _zone(path, given.pop("time_zone")) if "time_zone" in given else None
    for table in given:
        _only(path, table, given[table])
    labs: dict[str, LabPolicy] = {}
    for name, entry in given.get("labs", {}).items():
        match = _LAB.fullmatch(name)
        if match is None or (number := match[1].zfill(2)) in labs:
            raise PolicyError(f"{path}: [labs.{name}] is one lab's number, such as 02, and once.")
        labs[number] = _lab(path, name, number, entry, zone)
    hours = _hours(path, given.get("students", {}))
    return Policy(labs, hours, _teams(path, given.get("teams", {})), zone)


def _zone(path: Path, name: Any) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ValueError, TypeError, LookupError, OSError):
        raise PolicyError(
            f'{path}: time_zone is the name of one, such as "Europe/Berlin", not {name!r}.'
        ) from None


def _lab(
    path: Path, name: str, number: str, entry: Mapping[str, Any], zone: tzinfo | None
) -> LabPolicy:
    where = f"labs.{name}"
    _only(path, where, entry, {one.name for one in fields(LabPolicy)})
    values = dict(entry)
    if "due" in values:
        due = values["due"]
        if not isinstance(due, datetime):
            raise PolicyError(
                f"{path}: {where}.due is a date with a time, such as 2026-12-01T23:59:00+01:00."
            )
        if due.tzinfo is None and zone is None:
            raise PolicyError(
                f"{path}: {where}.due names no time zone: write 2026-12-01T23:59:00+01:00, or "
                'time_zone = "Europe/Berlin" at the top.'
            )
        values["due"] = due if due.tzinfo else due.replace(tzinfo=zone)
    if "late_per_day" in values:
        values["late_per_day"] = _number(path, f"{where}.late_per_day", values["late_per_day"], 1)
    if values.get("most_days_late", math.inf) != math.inf:
        most = _number(path, f"{where}.most_days_late", values["most_days_late"])
        values["most_days_late"] = most
    if "extra_credit" in values:
        _are_exercises(f"{path}: {where}.extra_credit", number, values["extra_credit"])
    if values.get("attempts", "last") not in ("last", "best"):
        raise PolicyError(f'{path}: {where}.attempts is "last" or "best".')
    if not isinstance(values.get("canvas", ""), str):
        raise PolicyError(f'{path}: {where}.canvas is a column of Canvas, such as "XOR (4711)".')
    return LabPolicy(**values)


def _are_exercises(where: str, number: str, ids: Any) -> None:
    if not isinstance(ids, list):
        raise PolicyError(f'{where} is a list such as ["2.6"].')
    # As a number, 2.10 is 2.1.
    if not all(isinstance(id, str) for id in ids):
        raise PolicyError(f'{where}: write exercises in quotes, such as "2.10".')
    try:
        known = [exercise.id for exercise in Lab(number).exercises]
    except LookupError:  # a lab that is not here yet
        return
    if unknown := [id for id in ids if id not in known]:
        raise PolicyError(
            f"{where}: {', '.join(unknown)} is no exercise of this lab. There are: "
            f"{', '.join(known)}."
        )


def _hours(path: Path, students: Mapping[str, Any]) -> Mapping[str, float]:
    hours: dict[str, float] = {}
    for student, entry in students.items():
        where = f"students.{student}"
        _only(path, where, entry, {"extra_hours"})
        if id_of(student) in hours:
            raise PolicyError(f"{path}: [{where}] is there twice: leave one of them.")
        given = entry.get("extra_hours")
        hours[id_of(student)] = _number(path, f"{where}.extra_hours", given, MOST_EXTRA_HOURS)
    return hours


def _teams(path: Path, teams: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
    for name, team in teams.items():
        if not isinstance(team, list) or not all(isinstance(one, str) for one in team):
            raise PolicyError(f'{path}: teams.{name} is a list of students, such as ["1", "2"].')
    teams = {name: [id_of(student) for student in team] for name, team in teams.items()}
    members = Counter(student for team in teams.values() for student in team)
    if twice := sorted(student for student, count in members.items() if count > 1):
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


def _number(path: Path, where: str, value: Any, most: float = sys.float_info.max) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 <= value <= most:
        to = f" to {most:g}" if most < sys.float_info.max else ""
        raise PolicyError(f"{path}: {where} is a number from 0{to}, not {value!r}.")
    return float(value)
