"""The command line of the benchmarks: `python3 run.py bench`."""

import datetime
import json
import re
import shlex
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markdown import Markdown
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks import contenders, machine, training
from benchmarks.grading import measure
from benchmarks.playground import contenders as players
from benchmarks.playground import measure as playground

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_show_locals=False,
    # Plain lines: a box would break a sentence in two.
    rich_markup_mode=None,
    no_args_is_help=True,
    help=__doc__,
)
console = Console(highlight=False)
DOCS = Path(__file__).resolve().parent.parent / "docs" / "benchmarks"
DEFAULT, GRADING, PLAYGROUND = "training", "grading", "playground"


def main(arguments: list[str]) -> None:
    """Run the named benchmark, or training when none is named, and exit with its status."""
    named = {command.name for command in app.registered_commands}
    if arguments[:1] not in (["-h"], ["--help"]) and not named & set(arguments[:1]):
        arguments = [DEFAULT, *arguments]
    app(arguments, prog_name="python3 run.py bench")


@app.callback()
def benchmarks() -> None:
    """Measure side by side; `training` when no benchmark is named."""


@app.command(name=DEFAULT)
def training_command(
    quick: Annotated[
        bool, typer.Option("--quick", help="Under 5 minutes: fewer tables, rounds and sizes.")
    ] = False,
    gpu: Annotated[
        bool, typer.Option("--gpu", help="Use the GPU; the files are named after it.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write files also for a part, under names of its own.")
    ] = False,
    work: Annotated[
        list[str] | None, typer.Option(help="Only this work: XOR, iris, Fashion-MNIST.")
    ] = None,
    contender: Annotated[
        list[str] | None, typer.Option(help="Only contenders with this in their name.")
    ] = None,
    to: Annotated[Path, typer.Option(help="The folder to write into.")] = DOCS,
) -> None:
    """Training: model.fit, compiled_fit, train_many and their peers, on three works."""
    from benchmarks import figures, report

    plan, who = _selected(training.QUICK if quick else training.FULL, work, contender)
    options = [*(work or ()), *(contender or ()), *(["quick"] if quick else ())]
    gpu_name = _require_gpu() if gpu else ""
    name = _file_name(DEFAULT, gpu_name, *options)
    _say_plan(plan, who)
    results = {
        "benchmark": DEFAULT,
        "name": name,
        "command": shlex.join(
            ["python3", "run.py", "bench"]
            + ["--quick"] * quick
            + ["--gpu"] * gpu
            + [part for one in work or () for part in ("--work", one)]
            + [part for one in contender or () for part in ("--contender", one)]
        ),
        "date": datetime.datetime.now().strftime("%Y-%m-%d"),
        "machine": machine.describe(gpu=gpu_name),
        **_behind_a_bar(
            lambda tell: training.measure(plan, who, gpu=gpu, tell=tell),
            training.number_of_parts(plan),
        ),
    }
    _publish(results, report.text(results), figures.write, to if write or not options else None)


@app.command(name=GRADING)
def grading_command(
    quick: Annotated[
        bool, typer.Option("--quick", help="Under 5 minutes: two classes of a few, one round.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write files also for a part, under names of its own.")
    ] = False,
    lab: Annotated[
        list[str] | None, typer.Option(help="Only this lab, such as 02; numpy is one without it.")
    ] = None,
    contender: Annotated[
        list[str] | None, typer.Option(help="Only contenders with this in their name.")
    ] = None,
    rounds: Annotated[int | None, typer.Option(min=1, help="So many rounds for every lab.")] = None,
    simulate: Annotated[
        int | None, typer.Option(min=20, help="Only the simulation, with so many students.")
    ] = None,
    otter: Annotated[
        str | None,
        typer.Option(help="The Python that has otter-grader. Default: OTTER_PYTHON, or this one."),
    ] = None,
    to: Annotated[Path, typer.Option(help="The folder to write into.")] = DOCS,
) -> None:
    """Grading: `course grade`, nbgrader and otter-grader on the same submissions."""
    from benchmarks.grading import figure, graders, page, simulation

    plan, who = _selected_grading(measure.QUICK if quick else measure.FULL, lab, contender)
    if rounds:
        plan = replace(plan, entries=tuple(replace(one, rounds=rounds) for one in plan.entries))
    if simulate:
        plan = measure.Plan((), simulate)
    elif lab:  # a large class takes minutes, and says nothing of one lab
        plan = replace(plan, simulated=measure.QUICK.simulated)
    given = {"--lab": lab, "--contender": contender, "--rounds": rounds, "--simulate": simulate}
    options = _as_options(given)
    otter = graders.find_otter(otter)
    name = _file_name(GRADING, *(word.lstrip("-") for word in options), *["quick"] * quick)
    results: dict[str, Any] = {
        "benchmark": GRADING,
        "name": name,
        "command": shlex.join(
            ["python3", "run.py", "bench", GRADING, *["--quick"] * quick, *options]
        ),
        "date": datetime.datetime.now().strftime("%Y-%m-%d"),
        "machine": graders.machine_and_versions(otter),
    }
    with _progress() as progress:
        bar = progress.add_task("", total=1 + measure.number_of_turns(plan, who))

        def tell(words: str) -> None:
            progress.update(bar, description=words)
            progress.advance(bar)
            if not console.is_terminal:  # a log shows no bar
                console.print(words)

        for python in {sys.executable, otter} - {""}:
            machine.compile_bytecode(python)
        tell(f"a class of {plan.simulated:,}, simulated")
        results["simulation"] = simulation.measured(plan.simulated)
        results["works"] = measure.measure(
            plan, who, otter=otter, later=simulation.seconds_later(results["simulation"]), tell=tell
        )
    _publish(
        results, page.text(results), figure.write, to if write or not (options or quick) else None
    )


@app.command(name=PLAYGROUND)
def playground_command(
    quick: Annotated[
        bool, typer.Option("--quick", help="Under a minute: fewer rounds, one recipe.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Write files also for a part, under names of its own.")
    ] = False,
    to: Annotated[Path, typer.Option(help="The folder to write into.")] = DOCS,
) -> None:
    """The playground: Engine.step, model.fit and JavaScript on Node, and what one waits for."""
    from benchmarks.playground import page

    plan = playground.QUICK if quick else playground.FULL
    packages = ("tensorflow", "keras", "numpy", "ipywidgets")
    results = {
        "benchmark": PLAYGROUND,
        "name": _file_name(PLAYGROUND, *["quick"] * quick),
        "command": shlex.join(["python3", "run.py", "bench", PLAYGROUND, *["--quick"] * quick]),
        "date": datetime.datetime.now().strftime("%Y-%m-%d"),
        "machine": {**machine.describe(packages=packages), "Node": players.node_version()},
        **_behind_a_bar(
            lambda tell: playground.measure(plan, tell=tell), playground.number_of_parts(plan)
        ),
    }
    _publish(results, page.text(results), None, to if write or not quick else None)


def _selected_grading(
    plan: measure.Plan, lab: list[str] | None, contender: list[str] | None
) -> tuple[measure.Plan, tuple[str, ...]]:
    """The part of the plan that the options ask for."""
    from benchmarks.grading.graders import CONTENDERS

    entries = plan.entries
    if lab:
        entries = tuple(one for one in entries if any(one.work.is_called(called) for called in lab))
        if not entries:
            names = ", ".join(one.work.name for one in plan.entries)
            raise typer.BadParameter(f"No such lab is measured. There are: {names}.")
    who = tuple(CONTENDERS)
    if contender:
        who = tuple(one for one in who if any(part in one for part in contender))
        if not who:
            raise typer.BadParameter(
                f"No contender is named so. There are: {'; '.join(CONTENDERS)}."
            )
    return replace(plan, entries=entries), who


def _as_options(given: dict[str, Any]) -> list[str]:
    """The words of these options on a command line; those that were not given are left out."""
    words = []
    for option, value in given.items():
        for one in value if isinstance(value, list) else [value]:
            words += [] if one is None else [option, str(one)]
    return words


def _publish(
    results: dict[str, Any],
    text: str,
    draw: Callable[[dict[str, Any], Path], None] | None,
    to: Path | None,
) -> None:
    """Show a measurement, and write its page, numbers and any figures into a folder, if any."""
    console.print(Markdown(text))
    if to is None:
        console.print("Nothing is written: this was only a part. `--write` writes it.")
        return
    name = results["name"]
    to.mkdir(parents=True, exist_ok=True)
    (to / f"{name}.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if draw:
        draw(results, to)
    (to / f"{name}.md").write_text(text, encoding="utf-8")
    kinds = ".md, .json and .png" if draw else ".md and .json"
    console.print(f"Written: {to / name}{kinds}")


def _file_name(*words: str) -> str:
    return "-".join(re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words if word)


def _selected(
    plan: training.Plan, work: list[str] | None, contender: list[str] | None
) -> tuple[training.Plan, tuple[contenders.Contender, ...]]:
    """The part of the plan that the options ask for."""
    who: tuple[contenders.Contender, ...] = contenders.ALL
    if work:
        unknown = set(work) - set(training.WORKS)
        if unknown:
            raise typer.BadParameter(
                f"There is no work {unknown.pop()!r}: choose from {', '.join(training.WORKS)}."
            )
        cells = tuple(cell for cell in plan.cells if cell.work in work)
        plan = replace(plan, cells=cells, starts=(), size_rounds=0, row_factors=(), widths=())
    if contender:
        who = tuple(one for one in who if any(part in one.name for part in contender))
        if not who:
            names = "; ".join(one.name for one in contenders.ALL)
            raise typer.BadParameter(f"No contender is named so. There are: {names}.")
        plan = replace(plan, starts=(), size_rounds=0, row_factors=(), widths=())
    return plan, who


def _require_gpu() -> str:
    """The GPU's name, or an end with one sentence where TensorFlow sees none."""
    with training.crew([contenders.FIT], gpu=True) as opened:
        if opened.devices.get(contenders.FIT) == "gpu":
            return machine.gpu_name() or "GPU"
    console.print(
        "TensorFlow sees no GPU here. `python -m utils.doctor` says why; without --gpu the "
        "benchmark measures the CPU.",
        soft_wrap=True,
    )
    raise typer.Exit(2)


def _say_plan(plan: training.Plan, who: tuple[contenders.Contender, ...]) -> None:
    missing = [one for one in who if one.missing]
    console.print(
        f"{len(plan.cells)} tables of up to {len(who)} contenders, {plan.rounds} rounds each; "
        f"{len(plan.starts)} numbers of starts at once; "
        f"{len(plan.row_factors) + len(plan.widths)} sizes.",
        soft_wrap=True,
    )
    for one in missing:
        console.print(f"{one.name}: {one.missing}", markup=False, soft_wrap=True)


def _behind_a_bar(
    measured: Callable[[Callable[[str], None]], dict[str, Any]], parts: int
) -> dict[str, Any]:
    """Measure behind a progress bar; a part is what stands before the colon of its news."""
    told: dict[str, None] = {}
    with _progress() as progress:
        bar = progress.add_task("starts", total=parts)

        def tell(words: str) -> None:
            told.setdefault(words.partition(":")[0])
            progress.update(bar, description=words, completed=len(told) - 1)

        results = measured(tell)
        progress.update(bar, completed=progress.tasks[0].total, description="done")
    return results


def _progress() -> Progress:
    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    return Progress(*columns, console=console)
