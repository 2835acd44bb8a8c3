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
            problems = _check(labs, [] if names else building.orphans(root))
        else:
            problems = _build(labs, everything, workers)
    except SourceError as error:
        problems = [str(error)]
    for problem in problems:
        console.print(problem, markup=False, soft_wrap=True)
    if problems:
        raise typer.Exit(1)


def _check(labs: list[building.LabFiles], orphans: list[str]) -> list[str]:
    from course import build as building

    reasons = [reason for lab in labs for reason in building.stale(lab)]
    if reasons:
        reasons.append("Run `course build` and commit what it writes.")
    if orphans:
        reasons += [*orphans, "Give each a source, or delete it."]
    if not reasons:
        console.print(f"{len(labs)} labs are up to date.")
    return reasons


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
