"""Grades as tables: for Canvas, for Moodle, one row a student, or one row an exercise."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence

from course.grading.book.totals import Total

Row = Sequence[object]
_NO_FORMULA = re.compile(r"-[\d.]*")  # a negative number, or Moodle's word for nothing


def canvas(column: str, totals: Iterable[Total]) -> str:
    """As Canvas's gradebook imports it: `ID` is the user's number.

    A column that is named as in Canvas, with its number, such as "XOR (4711)", goes to that
    assignment; any other becomes a new one.
    """
    totals = list(totals)
    possible = max((total.possible for total in totals), default=0)
    rows: list[Row] = [
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", column),
        ("    Points Possible", "", "", "", "", f"{possible:g}"),
    ]
    rows += [(one.name, one.student, "", "", "", f"{one.points:.2f}") for one in totals]
    return _text(rows)


def moodle(lab: str, totals: Iterable[Total]) -> str:
    """As Moodle's grading worksheet: the identifier is "Participant" and the number."""
    rows: list[Row] = [
        ("Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)")
    ]
    rows += [
        (f"Participant {one.student}", one.name, f"{one.points:.2f}", f"{one.possible:.2f}", "-")
        for one in totals
    ]
    return _text(rows)


def by_student(lab: str, totals: Iterable[Total]) -> str:
    """One row for each student, with the points of each exercise before lateness."""
    totals = list(totals)
    exercises = list(dict.fromkeys(id for one in totals for id in one.grades))
    rows: list[Row] = [
        ("lab", "student", "name", "handed in (UTC)", "share", "points", "possible", *exercises)
    ]
    for one in totals:
        points = [f"{one.grades[id].points:g}" if id in one.grades else "" for id in exercises]
        rows.append(
            (
                *(lab, one.student, one.name, _when(one), f"{one.share:g}", f"{one.points:.2f}"),
                *(f"{one.possible:g}", *points),
            )
        )
    return _text(rows)


def plain(lab: str, totals: Iterable[Total]) -> str:
    """One row for each exercise of each student, with what decided it."""
    rows: list[Row] = [
        (
            *("lab", "student", "name", "handed in (UTC)", "exercise", "points", "possible"),
            *("checked", "verdict", "by", "share"),
        )
    ]
    for one in totals:
        rows += [
            (
                *(lab, one.student, one.name, _when(one), grade.exercise, f"{grade.points:g}"),
                *(f"{grade.possible:g}", f"{grade.automatic:g}", grade.verdict, grade.by),
                f"{one.share:g}",
            )
            for grade in one.grades.values()
        ]
    return _text(rows)


FORMATS: dict[str, Callable[[str, Iterable[Total]], str]] = {
    "canvas": canvas,
    "moodle": moodle,
    "students": by_student,
    "plain": plain,
}


def _when(total: Total) -> str:
    if total.attempt.downloaded_from:  # that is the time of the download
        return ""
    return total.attempt.when.isoformat(sep=" ", timespec="seconds")[:19]


def _text(rows: Iterable[Row]) -> str:
    """CSV that a spreadsheet shows and does not run: a name may begin like a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_harmless(str(cell)) for cell in row])
    return out.getvalue()


def _harmless(cell: str) -> str:
    is_formula = cell[:1] in tuple("=+-@\t\r") and not _NO_FORMULA.fullmatch(cell)
    return "'" + cell if is_formula else cell
