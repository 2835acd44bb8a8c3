"""When each student handed in, as a learning platform's own list says it.

Files carry the time of a download, or what a student's machine wrote. A platform knows better:
Moodle's grading worksheet has a column for it, and any other table can be given two columns.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from pathlib import Path

from course.grading.intake.collect import YEARS, Submission
from course.grading.intake.owner import id_of

STUDENT, HANDED_IN = "student", "handed_in"
# Moodle's names for the same two columns.
MOODLE = {"Identifier": STUDENT, "Last modified (submission)": HANDED_IN}
NOTHING = ("", "-")  # in the place of a time: that student handed in nothing
_NUMBER = re.compile(r".*?(\d+)", re.S)  # Moodle's "Participant 4321", in any language
_WEEKDAY = re.compile(r"(Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day,\s*", re.I)
_EXCELS_OWN = re.compile(r"\Asep=.\r?\n", re.I)  # a line for itself, before the table
# A month is a word: 03/04 would be a guess.
_DATES = ("%d %B %Y", "%d %b %Y", "%B %d %Y")
_CLOCKS = ("%I:%M %p", "%H:%M", "%I:%M:%S %p", "%H:%M:%S")
FORMS = [f"{date} {clock}" for date in _DATES for clock in _CLOCKS]


class TimesError(Exception):
    """The list cannot be used; the message says where and what to do."""


@dataclass(frozen=True)
class Times:
    """All students of a list: when they handed in, None for who did not."""

    when: Mapping[str, datetime | None]

    def of(self, found: Sequence[Submission]) -> list[Submission]:
        """The same submissions, with the times of this list where it has them."""
        return [
            replace(one, when=when, is_listed=True, downloaded_from="")
            if (when := self.when.get(one.student))
            else one
            for one in found
        ]

    def missing(
        self, found: Sequence[Submission], came_before: Collection[str] = ()
    ) -> Iterator[str]:
        """Say who is not in the list, of whom no notebook came, and who handed in nothing.

        Args:
            found: what came now.
            came_before: the students of whom, or of whose team, something came earlier.
        """
        came = {one.student for one in found}
        listed = {student for student, when in self.when.items() if when}
        downloaded = {one.student for one in found if one.downloaded_from}
        for unknown, so in (
            (came - listed - downloaded, "as their files say"),
            (downloaded - listed, "they do not count as late"),
        ):
            if unknown:
                yield f"Without a time in the list, so {so}: {', '.join(sorted(unknown))}."
        came.update(came_before)
        if lost := sorted(listed - came):
            yield f"In the list, but no notebook of theirs was found: {', '.join(lost)}."
        if nothing := sorted(self.when.keys() - listed - came):
            yield f"Handed in nothing: {', '.join(nothing)}."


def read(path: Path, zone: tzinfo | None) -> Times:
    """Read a CSV file: Moodle's grading worksheet, or columns `student` and `handed_in`.

    Args:
        path: of the file.
        zone: of times that name none, which None does not allow.

    Raises:
        TimesError: it is no such table, or a time is unclear.
    """
    try:
        text = _EXCELS_OWN.sub("", path.read_bytes().decode("utf-8-sig"))
        first = text.partition("\n")[0]
        table = csv.DictReader(
            io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count)
        )
        columns = set(table.fieldnames or ())
        is_moodles = MOODLE.keys() <= columns
        names = MOODLE if is_moodles else {}
        rows = [{names.get(name, name): row[name] for name in row} for row in table]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TimesError(f"{path} cannot be read as a CSV file in UTF-8: {error}.") from None
    if not is_moodles and not {STUDENT, HANDED_IN} <= columns:
        raise TimesError(
            f"{path} needs the columns {STUDENT} and {HANDED_IN}, or those of Moodle's grading "
            f"worksheet in English: {' and '.join(MOODLE)}."
        )
    when: dict[str, datetime | None] = {}
    for row in rows:
        student = (row[STUDENT] or "").strip()
        if is_moodles and (match := _NUMBER.fullmatch(student)):
            student = match[1]
        if not student:
            continue
        if id_of(student) in when:
            raise TimesError(f"{path}: {student} stands there twice; keep the row that holds.")
        when[id_of(student)] = _time(path, student, (row[HANDED_IN] or "").strip(), zone)
    return Times(when)


def _time(path: Path, student: str, text: str, zone: tzinfo | None) -> datetime | None:
    if text in NOTHING:
        return None
    when = _read(text)
    if when is None or when.year not in YEARS:
        raise TimesError(
            f"{path}: {student}'s {text!r} is no time that is clear. Write 2026-12-01 23:58, or "
            "with a zone 2026-12-01T23:58+01:00."
        )
    if when.tzinfo is None and zone is None:
        raise TimesError(
            f"{path} names no time zone: say in course.toml which one it is, such as "
            'time_zone = "Europe/Berlin". Moodle writes that of who downloaded the list.'
        )
    return when if when.tzinfo else when.replace(tzinfo=zone)


def _read(text: str) -> datetime | None:
    """A time in ISO form, or as Moodle writes it; a date alone is none."""
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(text) if ":" in text else None
    words = " ".join(_WEEKDAY.sub("", text, count=1).replace(",", " ").split())
    for form in FORMS:
        with contextlib.suppress(ValueError):
            return datetime.strptime(words, form)
    return None
