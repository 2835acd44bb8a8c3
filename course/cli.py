"""The command `course`: the staff's tools.

A command imports what it needs when it runs: `course --help` needs none of it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from course.grading import cli as grading

if TYPE_CHECKING:
    from course import build as building

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a gradebook's URL may hold a password
    help="The command `course`: the staff's tools.",
)
console = Console(stderr=True, highlight=False)
ROOT = Path(__file__).resolve().parent.parent


@app.callback()
def main() -> None:
    """Build, check and release the labs of this course."""


@app.command()
def build(
    names: Annotated[
        list[str] | None, typer.Argument(help="Numbers or names, such as 02. Default: all.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Execute fresh labs too.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only compare; exit 1 if anything is stale.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, help="Labs executed at the same time.")] = min(
        2, os.cpu_count() or 1
    ),
    root: Annotated[Path, typer.Option(help="The repository.", hidden=True)] = ROOT,
) -> None:
    """Execute solutions/*.py and write solutions/*.ipynb and labs/*.ipynb."""
    from course import build as building
    from course.notebook import SourceError

    try:
        labs = building.find_labs(root, names)
        if check:
            problems = _check(labs, root, only_these=bool(names))
        else:
            problems = _build(labs, everything, workers) or _numbers(labs, root)
    except SourceError as error:
        problems = [str(error)]
    for problem in problems:
        console.print(problem, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


def _check(labs: list[building.LabFiles], root: Path, *, only_these: bool) -> list[str]:
    from course import build as building
    from course import measures

    lessons = building.lessons_of(labs)
    reasons = [reason for lab in labs for reason in building.stale(lab)]
    reasons += [] if only_these else building.stale_numbers(root, lessons)
    if reasons:
        reasons.append("Run `course build` and commit what it writes.")
    if orphans := [] if only_these else building.orphans(root):
        reasons += [*orphans, "Give each a source, or delete it."]
    reasons += [
        f"{name}: {limit}" for name, lesson in lessons.items() for limit in measures.excess(lesson)
    ]
    if not reasons:
        console.print(f"{len(labs)} labs are up to date.")
    return reasons


def _numbers(labs: list[building.LabFiles], root: Path) -> list[str]:
    """Write the numbers of all labs, print those of these; there is no problem with that."""
    from course import build as building
    from course.measures import table

    lessons = building.lessons_of(building.find_labs(root))
    building.write_numbers(root, lessons)
    typer.echo(table({lab.name: lessons[lab.name] for lab in labs}))
    return []


def _build(labs: list[building.LabFiles], everything: bool, workers: int) -> list[str]:
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
    )

    from course import build as building

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task("labs", total=len(labs))

        def done(name: str, what: str) -> None:
            progress.console.print(f"{name}: {what}")
            progress.advance(bar)

        failures = building.build(labs, again=everything, workers=workers, done=done)
    return [f"{reason} (the notebooks of {lab.name} are as before)" for lab, reason in failures]


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NN_NAME", help="Such as 17_trial.")],
    title: Annotated[str, typer.Argument(help="What stands behind `Lab 17:`.")],
    root: Annotated[Path, typer.Option(help="The repository.", hidden=True)] = ROOT,
) -> None:
    """Begin a lab: write its source, check, sentences, answers and evidence, as a draft."""
    from course.new import make
    from course.notebook import SourceError

    try:
        written = make(root, name, title)
    except SourceError as error:
        console.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    for path in written:
        typer.echo(path.relative_to(root).as_posix())
    typer.echo(f"Next: `course build {name[:2]}`. CONTRIBUTING.md says how to go on.")


@app.command()
def site(
    to: Annotated[
        Path | None, typer.Option(help="The folder of the pages. Default: site/ in the repository.")
    ] = None,
    root: Annotated[Path, typer.Option(help="The repository.", hidden=True)] = ROOT,
) -> None:
    """Build the course's web page: labs without solutions, routes, glossary, reference."""
    from course.notebook import SourceError
    from course.site.make import SiteError, make

    to = to or root / "site"
    try:
        with console.status("Sphinx builds the pages, which takes about half a minute"):
            pages = make(root, to)
    except (SiteError, SourceError) as error:
        console.print(str(error), markup=False, soft_wrap=True)
        raise typer.Exit(1) from None
    typer.echo(f"{pages} pages. Open {to / 'index.html'}")


@app.command()
def lock() -> None:
    """Compile requirements.lock anew from pyproject.toml (needs the network)."""
    from course.lock import lock as compile_lock

    with console.status("uv looks for versions that fit together"):
        compile_lock(ROOT)
    console.print("requirements.lock is written. Run the tests before you commit it.")


for command in (
    *(grading.release, grading.grade, grading.regrade, grading.feedback, grading.export),
    *(grading.analyse, grading.override, grading.forget),
):
    app.command()(command)
