"""A run as a person or a program watches it: a bar or JSON lines, and what is said at its end."""

from __future__ import annotations

import json
import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

from course.grading.book.gradebook import Change, Gradebook
from course.grading.book.tables import Attempt
from course.grading.book.totals import Total
from course.grading.intake.collect import Submission
from course.grading.intake.questions import some
from course.grading.out.release import CourseFolder
from course.grading.run import grade as grading
from course.grading.run.lab import Lab
from course.grading.run.marker import Outcome

console = Console(stderr=True, highlight=False)


@dataclass(frozen=True)
class How:
    """How submissions are marked: see the options of `grade`."""

    workers: int
    scheduler: str | None
    as_json: bool
    jailed: bool
    anew: bool = False
    all_cells: bool = False


def say(text: str) -> None:
    """Tell a person something, as it is: a name may hold what rich takes for markup."""
    console.print(text, markup=False, soft_wrap=True)


def keep_log(folder: CourseFolder) -> None:
    """Write from now on what the grader itself does wrong into a file of the course."""
    logging.basicConfig(filename=folder.root / "grade.log", format="%(asctime)s %(message)s")


def mark(
    found: Sequence[Submission],
    lab: Lab,
    book: Gradebook,
    folder: CourseFolder,
    how: How,
) -> grading.Summary:
    """Mark these submissions, and show how far it is."""
    keep_log(folder)
    place = (
        grading.by_dask(lab, how.scheduler)
        if how.scheduler
        else grading.on_this_machine(lab, how.workers, jailed=how.jailed)
    )
    with place as submit, _progress(how.as_json) as progress:
        bar = progress.add_task(lab.name, total=len(found), failures=0)
        failures = 0

        def done(file: Submission, outcome: Outcome | None, failed: bool) -> None:
            nonlocal failures
            failures += failed or (outcome is not None and not outcome.is_judged)
            progress.update(bar, advance=1, failures=failures)
            came = progress.tasks[bar].completed
            if not (console.is_terminal or how.as_json) and 10 * came % len(found) < 10:
                console.print(f"{came:g} of {len(found)}")  # a log shows no bar
            if how.as_json:
                typer.echo(json.dumps(_line(file, outcome, failed)))

        return grading.grade(
            found,
            lab,
            book,
            folder,
            submit=submit,
            # Read ahead a little, so that no worker waits, and not the whole class.
            at_once=100 if how.scheduler else 2 * how.workers,
            jailed=how.jailed,
            anew=how.anew,
            all_cells=how.all_cells,
            done=done,
        )


def tell(summary: grading.Summary) -> None:
    """Say what a run did."""
    console.print(f"{summary.marked} marked, {summary.unchanged} unchanged since an earlier run.")
    for student, why in summary.unreadable.items():
        say(f"{student} handed in no notebook of this lab and earns nothing: {why}.")
    if summary.not_run:
        say("An answer did not run, or only after its check; a person may want to look:")
    for student, reasons in summary.not_run.items():
        say(f"  {student} ({', '.join(reasons)}): {next(iter(reasons.values()))}")
    if summary.stopped:
        say("Something was stopped in these submissions, or ended Python; look at them:")
    for student, told in summary.stopped.items():
        more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
        say(f"  {student}: {told[0]}{more}")
    if summary.differs:
        student, exercise = summary.differs
        say(
            f"Cells that should not matter made a difference to {exercise} of {student}, so all "
            "cells of all these submissions were run. Please report it, with that notebook."
        )
    for students, what in (
        (summary.not_judged, "have an exercise that a check could not judge: look at it"),
        (summary.failed, "could not be marked, see grade.log: run the same command again"),
    ):
        if students:
            say(f"{', '.join(students)} {what}.")


def say_who_is_late(results: Sequence[Total]) -> None:
    """Say of whose points not all count."""
    late = [f"{one.student} ({one.share:.0%} counts)" for one in results if one.share < 1]
    if late:
        say(f"Late: {', '.join(late)}.")


def say_whose_time_is_unknown(results: Sequence[Total]) -> None:
    """Say who cannot be late, as their files have the time of a download."""
    unknown = {one.student: one.attempt.downloaded_from for one in results}
    unknown = {student: platform for student, platform in unknown.items() if platform}
    if unknown:
        do = "does" if len(unknown) == 1 else "do"
        all_ = len(unknown) == len(results)
        who = "nobody counts" if all_ else f"{some(unknown)} {do} not count"
        platforms = " and ".join(sorted({*unknown.values()}))
        say(
            f"The download from {platforms} says no times, so {who} as late: give a list of times "
            "with `course grade --times`."
        )


def say_what_does_not_count(
    found: Sequence[Submission], attempts: Sequence[Attempt], unreadable: Collection[int]
) -> None:
    """Say whose file of this run is not the attempt that comes first, and why.

    Args:
        found: the files.
        attempts: of all students, those first that come before others of the same student.
        unreadable: the ids of those that are no notebook of this lab.
    """
    first = {one.student: one for one in reversed(attempts)}
    ids = {(one.student, one.sha256): one.id for one in attempts}
    for one in found:
        counts = first.get(one.student)
        if counts is None or counts.sha256 == one.sha256:
            continue
        if ids.get((one.student, one.sha256)) in unreadable:
            says = "it is no notebook of this lab"
        elif counts.is_listed and not one.is_listed:
            says = "the list has the time of the other, and not of this one: see --times"
        else:
            says = "it is older. If that is wrong, say with --times when they came"
        then = counts.when.astimezone(one.when.tzinfo)
        say(
            f"{one.student}: {counts.shown} ({then:%Y-%m-%d %H:%M %Z}) comes before {one.shown} "
            f"({one.when:%Y-%m-%d %H:%M %Z}), for {says}."
        )


def list_changes(changes: Sequence[Change]) -> None:
    """Say which points would rise and which would fall."""
    table = Table("student", "handed in", "exercise", "counts", "would", "says", box=None)
    for change in changes:
        says = "a person's decision stays" if change.decided else change.says
        cells = [change.student, f"{change.handed_in:%Y-%m-%d %H:%M}", change.exercise]
        cells += [f"{change.before:g}", f"{change.after:g}", says]
        table.add_row(*(Text(cell) for cell in cells))
    if changes:
        Console(highlight=False).print(table)


def say_what_counts(changes: Sequence[Change], *, applied: bool, lowered: bool) -> None:
    """Say what became of these changes."""
    rise = sum(change.after > change.before for change in changes)
    fall = len(changes) - rise
    if not applied:
        says = f"{rise} would rise, {fall} would fall. Nothing has changed: see --apply."
    elif lowered:
        says = f"{rise} have risen, {fall} have fallen."
    else:
        says = f"{rise} have risen. {fall} would fall, and stay: see --lower."
    console.print(says)


def _line(file: Submission, outcome: Outcome | None, failed: bool) -> dict[str, Any]:
    line: dict[str, Any] = {"student": file.student, "path": file.shown}
    if outcome is None:
        return line | {"state": "failed" if failed else "unchanged"}
    state = "unreadable" if outcome.unreadable else "marked"
    points = {mark.exercise: mark.points for mark in outcome.marked.marks.values()}
    if outcome.unreadable:
        line["why"] = outcome.unreadable
    if outcome.not_run:
        line["not_run"] = outcome.not_run
    return line | {"state": state, "points": points, "seconds": outcome.marked.seconds}


def _progress(as_json: bool) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[failures]} failed"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, disable=as_json)
