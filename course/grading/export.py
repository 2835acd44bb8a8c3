"""Grades as tables that learning platforms import: Canvas, Moodle, or one row an exercise."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from course.grading.totals import Total

Row = Sequence[object]


def canvas(lab: str, totals: Iterable[Total]) -> str:
    """As Canvas's gradebook imports it: `ID` is the user's number, the column is the lab."""
    totals = list(totals)
    possible = max((total.possible for total in totals), default=0)
    rows: list[Row] = [
        ("Student", "ID", "SIS User ID", "SIS Login ID", "Section", lab),
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


def plain(lab: str, totals: Iterable[Total]) -> str:
    """One row for each exercise of each student, with what decided it."""
    rows: list[Row] = [
        (
            *("lab", "student", "name", "handed in (UTC)", "exercise", "points", "possible"),
            *("checked", "verdict", "by", "share"),
        )
    ]
    for one in totals:
        when = one.attempt.when.isoformat(sep=" ", timespec="seconds")[:19]
        rows += [
            (
                *(lab, one.student, one.name, when, grade.exercise, f"{grade.points:g}"),
                *(f"{grade.possible:g}", f"{grade.automatic:g}", grade.verdict, grade.by),
                f"{one.share:g}",
            )
            for grade in one.grades.values()
        ]
    return _text(rows)


FORMATS: dict[str, Callable[[str, Iterable[Total]], str]] = {
    "canvas": canvas,
    "moodle": moodle,
    "plain": plain,
}


def _text(rows: Iterable[Row]) -> str:
    """CSV that a spreadsheet shows and does not run: a name may begin like a formula."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        cells = [str(cell) for cell in row]
        writer.writerow(["'" + cell if cell[:1] in "=+-@\t\r" and cell else cell for cell in cells])
    return out.getvalue()
