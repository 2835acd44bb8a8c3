"""The commands of `course` that have to do with a class: release, grade and what follows."""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from course import build as building
from course.grading import collect as collecting
from course.grading import export as exporting
from course.grading import grade as grading
from course.grading import lab as labs
from course.grading import policy as policies
from course.grading import release as releasing
from course.grading.feedback import write_feedback
from course.grading.gradebook import Gradebook, NoGradebook
from course.grading.jail import NoJail
from course.grading.marker import Outcome
from course.grading.totals import totals
from course.notebook import SourceError

ROOT = Path(__file__).resolve().parents[2]
console = Console(stderr=True, highlight=False)

LabName = Annotated[str, typer.Argument(metavar="LAB", help="Number or name, such as 02.")]
Folder = Annotated[
    Path, typer.Option("--course", help="The course's folder: gradebook, releases, feedback.")
]
Database = Annotated[
    str | None, typer.Option("--gradebook", help="A database's URL. Default: COURSE/gradebook.db.")
]
HERE = Path(".")
TOLD = (
    *(SourceError, NoJail, NoGradebook, policies.PolicyError, collecting.NothingToGrade),
    *(ValueError, LookupError),
)


def release(lab: LabName, course: Folder = HERE) -> None:
    """Write an nbgrader assignment and a plain zip of a lab, without solutions."""
    with _in_a_sentence():
        found = building.find_labs(ROOT, [lab])[0]
        for path in releasing.release(found, releasing.CourseFolder(course)):
            console.print(f"{path}", markup=False, soft_wrap=True)


def grade(
    submissions: Annotated[Path, typer.Argument(help="A folder or zip of students' notebooks.")],
    lab: LabName,
    course: Folder = HERE,
    gradebook: Database = None,
    student: Annotated[
        str | None,
        typer.Option(help="Regular expression for paths, with a group (?P<student>...)."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Submissions at the same time.")] = (
        os.cpu_count() or 1
    ),
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, such as tcp://host:8786.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a submission.")] = False,
) -> None:
    """Mark the submissions of a class; those that were marked before are left as they are.

    Exit status: 0 all are graded, 1 some could not be and are named, 2 nothing could be done.
    """
    with _in_a_sentence(), tempfile.TemporaryDirectory(prefix="submissions-") as workplace:
        one = labs.find(ROOT, lab)
        found = collecting.collect(submissions, rule=student, workplace=Path(workplace))
        for sentence in found.told:
            console.print(sentence, markup=False, soft_wrap=True)
        folder = releasing.CourseFolder(course)
        course.mkdir(parents=True, exist_ok=True)
        logging.basicConfig(filename=course / "grade.log", format="%(asctime)s %(message)s")
        place = (
            grading.by_dask(one, _data(), scheduler)
            if scheduler
            else grading.on_this_machine(one, _data(), workers)
        )
        with _opened(gradebook, folder) as book, place as submit, _progress(as_json) as progress:
            bar = progress.add_task(one.name, total=len(found.submissions))

            def done(file: collecting.Submission, outcome: Outcome | None, failed: bool) -> None:
                progress.advance(bar)
                if as_json:
                    typer.echo(json.dumps(_line(file, outcome, failed)))

            # Read ahead a little, so that no worker waits, and not the whole class.
            ahead = 100 if scheduler else 2 * workers
            summary = grading.grade(
                found.submissions, one, book, folder, submit=submit, at_once=ahead, done=done
            )
            _take_edits(book, one, folder)
    _tell(summary)
    if summary.failed:
        raise typer.Exit(1)


def feedback(
    lab: LabName,
    course: Folder = HERE,
    gradebook: Database = None,
    hints: Annotated[
        int, typer.Option(min=0, max=3, help="Hints shown where points are missing.")
    ] = 1,
) -> None:
    """Write one HTML file a student, with marks, hints and the executed notebook."""
    with _in_a_sentence():
        one = labs.find(ROOT, lab)
        folder = releasing.CourseFolder(course)
        with _opened(gradebook, folder) as book:
            _take_edits(book, one, folder)
            results = totals(book, policies.read(course / "course.toml"), one.name)
            for result in results:
                write_feedback(book, one, folder, result, hints=hints)
        console.print(f"{len(results)} files in {course / 'feedback'}.", soft_wrap=True)


def export(
    lab: LabName,
    course: Folder = HERE,
    gradebook: Database = None,
    form: Annotated[
        str, typer.Option("--format", help=f"One of {', '.join(exporting.FORMATS)}.")
    ] = "plain",
) -> None:
    """Write the grades of a lab as CSV to standard output."""
    with _in_a_sentence():
        if form not in exporting.FORMATS:
            raise ValueError(f"The format is one of {', '.join(exporting.FORMATS)}, not {form}.")
        one = labs.find(ROOT, lab)
        folder = releasing.CourseFolder(course)
        with _opened(gradebook, folder) as book:
            _take_edits(book, one, folder)
            results = totals(book, policies.read(course / "course.toml"), one.name)
        sys.stdout.write(exporting.FORMATS[form](one.name, results))


def override(
    student: str,
    exercise: Annotated[str, typer.Argument(help="Such as 2.3.")],
    points: Annotated[str, typer.Argument(help='A number, or "none" to take it back.')],
    who: Annotated[str, typer.Option(help="Who decides.")],
    why: Annotated[str, typer.Option(help="Shown to nobody but staff.")],
    course: Folder = HERE,
    gradebook: Database = None,
) -> None:
    """Let an exercise of a student count other points from now on, whatever the check says."""
    with _in_a_sentence():
        one = labs.find(ROOT, exercise.split(".")[0].zfill(2))
        value = None if points == "none" else float(points)
        with _opened(gradebook, releasing.CourseFolder(course)) as book:
            book.override(one.name, student, exercise, value, who=who, why=why)


def forget(student: str, course: Folder = HERE, gradebook: Database = None) -> None:
    """Remove all that is known of a student: grades, decisions, notebooks and feedback."""
    with _in_a_sentence():
        if student in ("", ".", "..") or Path(student).name != student:
            raise ValueError(f"{student!r} is no student's id.")
        with _opened(gradebook, releasing.CourseFolder(course)) as book:
            from course.grading import projection

            attempts = book.forget(student)
            projection.forget(book.url, student)
        for part in ("autograded", "feedback", "submitted"):
            shutil.rmtree(course / part / student, ignore_errors=True)
        console.print(f"{attempts} attempts of {student} are removed.", soft_wrap=True)


def _take_edits(book: Gradebook, lab: labs.Lab, folder: releasing.CourseFolder) -> None:
    """What people edited in formgrader counts at once."""
    if folder.released(lab.name).exists():
        from course.grading import projection  # nbgrader takes seconds to import

        projection.project(book, lab.name, folder.released(lab.name))


def _tell(summary: grading.Summary) -> None:
    console.print(f"{summary.marked} marked, {summary.unchanged} unchanged since an earlier run.")
    for students, what in (
        (summary.unreadable, "handed in what could not be read (0 points)"),
        (summary.not_judged, "have an exercise that a check could not judge: look at it"),
        (summary.failed, "could not be marked, see grade.log: run the same command again"),
    ):
        if students:
            console.print(f"{', '.join(students)} {what}.", markup=False, soft_wrap=True)


def _line(file: collecting.Submission, outcome: Outcome | None, failed: bool) -> dict[str, Any]:
    line: dict[str, Any] = {"student": file.student, "path": file.shown}
    if outcome is None:
        return line | {"state": "failed" if failed else "unchanged"}
    state = "unreadable" if outcome.unreadable else "marked"
    points = {mark.exercise: mark.points for mark in outcome.marked.marks.values()}
    return line | {"state": state, "points": points, "seconds": outcome.marked.seconds}


def _opened(url: str | None, folder: releasing.CourseFolder) -> Gradebook:
    return Gradebook(url) if url else Gradebook.of(folder.gradebook)


def _data() -> Path | None:
    """The folder of the data sets, if DATASETS_DIR names one: a jail has no network."""
    named = os.environ.get("DATASETS_DIR")
    return Path(named) if named and Path(named).is_dir() else None


def _progress(as_json: bool) -> Progress:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, disable=as_json)


@contextmanager
def _in_a_sentence() -> Iterator[None]:
    """What a user can mend is told in a sentence, with exit status 2."""
    try:
        yield
    except TOLD as error:
        console.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
    except OSError as error:
        says = f"{error}: mend that and start the same command again; what is marked is kept."
        console.print(says, markup=False, soft_wrap=True)
        raise typer.Exit(2) from None
