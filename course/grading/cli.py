"""The commands of `course` that have to do with a class, and what they take.

What they do is in `commands`, which is imported when one runs: `course --help` needs none of it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

LabName = Annotated[str, typer.Argument(metavar="LAB", help="Number or name, such as 02.")]
Folder = Annotated[
    Path, typer.Option("--course", help="The course's folder: gradebook, releases, feedback.")
]
Database = Annotated[
    str | None, typer.Option("--gradebook", help="A database's URL. Default: COURSE/gradebook.db.")
]
Workers = Annotated[int, typer.Option(min=1, help="Submissions at the same time.")]
Scheduler = Annotated[str | None, typer.Option(help="A Dask scheduler, such as tcp://host:8786.")]
AllCells = Annotated[
    bool, typer.Option("--all-cells", help="Run also the cells that no mark needs: far slower.")
]
CORES = os.cpu_count() or 1
HERE = Path(".")
FORMATS = ("canvas", "moodle", "students", "plain")


def release(
    lab: LabName,
    course: Folder = HERE,
    with_why: Annotated[
        bool,
        typer.Option("--with-why", help="Cards show the analysis: it gives solutions away."),
    ] = False,
) -> None:
    """Write an nbgrader assignment and a plain zip of a lab, without solutions."""
    from course.grading import commands

    commands.release(lab=lab, course=course, with_why=with_why)


def grade(
    submissions: Annotated[Path, typer.Argument(help="A folder or zip of students' notebooks.")],
    lab: LabName,
    course: Folder = HERE,
    gradebook: Database = None,
    student: Annotated[
        str | None,
        typer.Option(
            help="Regular expression with a group (?P<student>...), for the whole path of a file "
            "below SUBMISSIONS, with all folders that are in the zip."
        ),
    ] = None,
    times: Annotated[
        Path | None,
        typer.Option(help="When each handed in: Moodle's grading worksheet, or another CSV file."),
    ] = None,
    workers: Workers = CORES,
    scheduler: Scheduler = None,
    no_jail: Annotated[
        bool,
        typer.Option("--no-jail", help="Run students' code unprotected. The gradebook notes it."),
    ] = False,
    all_cells: AllCells = False,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON line a submission.")] = False,
) -> None:
    """Mark the submissions of a class; those that were marked before are left as they are.

    Exit status: 0 all notebooks are graded, 1 some could not be by a fault that is no student's,
    and are named, 2 nothing could be done. Who handed in a PDF, a text or a link and no notebook is
    named in either case, and changes no status.
    """
    from course.grading import commands

    commands.grade(
        submissions=submissions,
        lab=lab,
        course=course,
        gradebook=gradebook,
        student=student,
        times=times,
        workers=workers,
        scheduler=scheduler,
        no_jail=no_jail,
        all_cells=all_cells,
        as_json=as_json,
    )


def regrade(
    lab: Annotated[
        str | None, typer.Argument(metavar="LAB", help="Number or name; --exercise tells it, too.")
    ] = None,
    course: Folder = HERE,
    gradebook: Database = None,
    student: Annotated[str | None, typer.Option(help="Only this one.")] = None,
    exercise: Annotated[
        str | None, typer.Option(help="With --explain: which one, such as 2.3.")
    ] = None,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Tell how an exercise of a student was judged, by running it again; change "
            "nothing.",
        ),
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Let points count that rise by today's checks.")
    ] = False,
    lower: Annotated[
        bool, typer.Option("--lower", help="With --apply: those that fall, too.")
    ] = False,
    workers: Workers = CORES,
    scheduler: Scheduler = None,
) -> None:
    """List what today's checks would change in a lab that is already marked."""
    from course.grading import commands

    commands.regrade(
        lab=lab,
        course=course,
        gradebook=gradebook,
        student=student,
        exercise=exercise,
        explain=explain,
        apply=apply,
        lower=lower,
        workers=workers,
        scheduler=scheduler,
    )


def feedback(
    lab: LabName,
    course: Folder = HERE,
    gradebook: Database = None,
    hints: Annotated[
        int, typer.Option(min=0, max=3, help="Hints shown where points are missing.")
    ] = 1,
    with_why: Annotated[
        bool, typer.Option("--with-why", help="Also the analysis of each exercise, folded.")
    ] = False,
    moodle: Annotated[
        bool, typer.Option("--moodle", help="Also a zip for Moodle's upload of feedback files.")
    ] = False,
) -> None:
    """Write one HTML file a student, with marks, hints and the executed notebook.

    Exit status: 0 all are written, 1 some could not be and are named, 2 nothing could be done.
    """
    from course.grading import commands

    commands.feedback(
        lab=lab,
        course=course,
        gradebook=gradebook,
        hints=hints,
        with_why=with_why,
        moodle=moodle,
    )


def export(
    lab: LabName,
    course: Folder = HERE,
    gradebook: Database = None,
    form: Annotated[str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")] = "plain",
) -> None:
    """Write the grades of a lab as CSV to standard output."""
    from course.grading import commands

    commands.export(lab=lab, course=course, gradebook=gradebook, form=form)


def analyse(lab: LabName, course: Folder = HERE, gradebook: Database = None) -> None:
    """Write a page for staff: how the exercises did, and which submissions are alike."""
    from course.grading import commands

    commands.analyse(lab=lab, course=course, gradebook=gradebook)


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
    from course.grading import commands

    commands.override(
        student=student,
        exercise=exercise,
        points=points,
        who=who,
        why=why,
        course=course,
        gradebook=gradebook,
    )


def forget(student: str, course: Folder = HERE, gradebook: Database = None) -> None:
    """Remove all that is known of a student: grades, decisions, notebooks and feedback."""
    from course.grading import commands

    commands.forget(student=student, course=course, gradebook=gradebook)
