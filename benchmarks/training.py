"""What is measured: every contender on every work, many starts at once, and cost against size."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import contenders, works
from benchmarks.contenders import Contender
from benchmarks.process import Failed, Process
from benchmarks.race import Entrant, Row, race

Tell = Callable[[str], None]

# XOR, 3,000 full-batch steps: what lab 02 asks of 500 starts.
START_STEPS = 3000
# At a batch of 32 and one of 4, which are Keras's default and the lecture's.
WIDTH_ROWS, WIDTH_BATCH, ROWS_BATCH = 256, 32, 4


@dataclass(frozen=True)
class Cell:
    """A work at a batch size: one table."""

    work: str
    batch_size: int


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        cells: the tables, in the order in which they are measured.
        rounds: turns of each contender at a cell.
        block_seconds: how long a turn should take.
        most_steps: batches that a contender which goes step by step trains in a turn's epoch.
        fresh: new processes for each cell; else the same ones go from cell to cell.
        without: names of contenders that are left out, because they start too slowly.
        starts: how many at once for `train_many`.
        start_rounds: how often each of them.
        sampled_starts: starts that one-at-a-time contenders are measured on,
        sampled_steps: each with so many steps.
        row_factors: multiples of 120 rows for cost against size.
        widths: units of two hidden layers for cost against size.
        size_rounds: turns at each size.
    """

    cells: tuple[Cell, ...]
    rounds: int
    block_seconds: float
    most_steps: int
    fresh: bool
    without: tuple[str, ...]
    starts: tuple[int, ...]
    start_rounds: int
    sampled_starts: int
    sampled_steps: int
    row_factors: tuple[int, ...]
    widths: tuple[int, ...]
    size_rounds: int


FULL = Plan(
    # XOR has four rows: a larger batch is the same one.
    cells=(
        Cell("XOR", 4),
        *(Cell(work, size) for work in ("iris", "Fashion-MNIST") for size in (4, 32, 256)),
    ),
    rounds=5,
    block_seconds=1.0,
    most_steps=1875,
    fresh=True,
    without=(),
    starts=(1, 10, 100, 500, 1000),
    start_rounds=3,
    sampled_starts=2,
    sampled_steps=300,
    row_factors=(1, 2, 4, 8, 16, 32, 64),
    widths=(8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096),
    size_rounds=5,
)
QUICK = Plan(
    # The large one first: what a process holds of an earlier cell would blur its memory.
    cells=(Cell("Fashion-MNIST", 32), Cell("iris", 4)),
    rounds=3,
    block_seconds=0.25,
    most_steps=400,
    fresh=False,
    without=(contenders.TORCH_COMPILE.name,),
    starts=(1, 100, 500),
    start_rounds=1,
    sampled_starts=1,
    sampled_steps=100,
    row_factors=(1, 8, 64),
    widths=(8, 128, 1024),
    size_rounds=2,
)

WORKS: dict[str, Callable[[], works.Work]] = {
    "XOR": works.xor,
    "iris": works.iris,
    "Fashion-MNIST": works.fashion_mnist,
}


@dataclass
class Crew:
    """The processes of some contenders: those that opened, and sentences for the others."""

    processes: dict[Contender, Process]
    devices: dict[Contender, str]
    sentences: dict[Contender, str]


@contextlib.contextmanager
def crew(who: Sequence[Contender], *, gpu: bool) -> Iterator[Crew]:
    """Start a process for each contender and import what it needs, all at the same time."""
    with contextlib.ExitStack() as stack:
        found = Crew({}, {}, {one: one.missing for one in who if one.missing})
        for one in who:
            if one not in found.sentences:
                process = stack.enter_context(Process(backend=one.backend, gpu=gpu))
                found.processes[one] = process
                process.send("open", module=one.module)
        for one, process in list(found.processes.items()):
            try:
                found.devices[one] = process.receive()["device"]
            except Failed as error:
                found.sentences[one] = str(error)
                del found.processes[one]
        yield found


def measure(
    plan: Plan, who: Sequence[Contender] = contenders.ALL, *, gpu: bool = False, tell: Tell = print
) -> dict[str, Any]:
    """Measure all that the plan names, and return plain numbers and words."""
    who = [one for one in who if one.name not in plan.without]
    with tempfile.TemporaryDirectory() as folder:
        saved = {name: _save(name, Path(folder), tell) for name in {c.work for c in plan.cells}}
        return {
            "left_out": list(plan.without) if plan.cells else [],
            "cells": _cells(plan, who, saved, gpu, tell),
            "captions": {work.name: work.caption for _, work in saved.values() if work.caption},
            "starts": _starts(plan, gpu, Path(folder), tell) if plan.starts else {},
            "sizes": _sizes(plan, gpu, Path(folder), tell) if plan.size_rounds else {},
        }


def number_of_parts(plan: Plan) -> int:
    """How many different words before a colon `measure` tells, for a progress bar."""
    alone = 3 if plan.starts else 0
    sizes = len(plan.row_factors) + len(plan.widths) if plan.size_rounds else 0
    return (
        len({cell.work for cell in plan.cells}) + len(plan.cells) + len(plan.starts) + alone + sizes
    )


def _save(name: str, folder: Path, tell: Tell) -> tuple[Path, works.Work]:
    tell(f"{name}: the data")
    work = WORKS[name]()
    path = folder / name
    path.mkdir()
    works.save(work, path)
    return path, work


# ---- Every contender on every work ----


def _cells(
    plan: Plan,
    who: Sequence[Contender],
    saved: dict[str, tuple[Path, works.Work]],
    gpu: bool,
    tell: Tell,
) -> list[dict[str, Any]]:
    if not plan.fresh and plan.cells:
        tell(f"{_name(plan.cells[0])}: the processes start")
        with crew(who, gpu=gpu) as opened:
            return [_cell(plan, cell, who, saved, opened, tell) for cell in plan.cells]
    found = []
    for cell in plan.cells:
        tell(f"{_name(cell)}: the processes start")
        with crew(who, gpu=gpu) as opened:
            found.append(_cell(plan, cell, who, saved, opened, tell))
    return found


def _cell(
    plan: Plan,
    cell: Cell,
    who: Sequence[Contender],
    saved: dict[str, tuple[Path, works.Work]],
    opened: Crew,
    tell: Tell,
) -> dict[str, Any]:
    folder, work = saved[cell.work]
    steps = -(-len(work.x) // cell.batch_size)
    # With many steps an epoch, a program of many epochs gains nothing and takes minutes.
    taking_part = [one for one in who if one.epochs_a_program == 1 or steps <= 100]
    entrants, rows = [], []
    for one in taking_part:
        row = _row(one, opened)
        row.steps_of_epoch = steps
        row.steps = min(steps, plan.most_steps) if one.by_step else steps
        rows.append(row)
        if not row.sentence:
            entrants.append(Entrant(one, opened.processes[one], row))

    def message(entrant: Entrant) -> dict[str, Any]:
        few = entrant.row.steps if entrant.row.steps < steps else None
        return {"folder": str(folder), "batch_size": cell.batch_size, "steps": few}

    race(
        entrants,
        message=message,
        rounds=plan.rounds,
        block_seconds=plan.block_seconds,
        rng=np.random.default_rng(works.SEED),
        tell=lambda words: tell(f"{_name(cell)}: {words}"),
    )
    return {
        "work": cell.work,
        "batch_size": cell.batch_size,
        "steps": steps,
        "data_bytes": work.x.nbytes + work.y.nbytes,
        "rows": [asdict(row) for row in rows],
    }


def _name(cell: Cell) -> str:
    return f"{cell.work}, batch size {cell.batch_size}"


def _row(one: Contender, opened: Crew) -> Row:
    return Row(
        contender=one.name,
        sentence=opened.sentences.get(one, ""),
        device=opened.devices.get(one, "cpu"),
        epochs_a_program=one.epochs_a_program,
    )


# ---- Many starts at once ----


def _starts(plan: Plan, gpu: bool, folder: Path, tell: Tell) -> dict[str, Any]:
    """Seconds of `train_many` for n starts, and of one start with what trains one at a time."""
    path = folder / "starts"
    path.mkdir()
    works.save(works.xor(), path)
    task = {"folder": str(path), "batch_size": 4}
    sampled: tuple[tuple[Contender, dict[str, Any], int], ...] = (
        (contenders.FIT, {}, plan.sampled_steps),
        (contenders.TRAIN_ON_BATCH, {}, plan.sampled_steps),
        (contenders.COMPILED_FIT, {"epochs_a_program": None}, START_STEPS),
    )
    with contextlib.ExitStack() as stack:
        kept: list[Process] = []

        def opened(one: Contender) -> Process:
            # A process of its own has nothing compiled yet.
            if plan.fresh or not kept or kept[0].has_ended:
                stack.close()
                kept[:] = [stack.enter_context(Process(backend=one.backend, gpu=gpu))]
            kept[0].ask("open", module=one.module)
            return kept[0]

        together = [_together(n, opened, plan, task, tell) for n in plan.starts]
        alone = [
            _alone(one, opened, options, steps, plan, task, tell) for one, options, steps in sampled
        ]
    return {"steps": START_STEPS, "together": together, "alone": alone}


def _together(
    n: int,
    opened: Callable[[Contender], Process],
    plan: Plan,
    task: dict[str, Any],
    tell: Tell,
) -> dict[str, Any]:
    """Seconds of `train_many` for n starts, with all that comes before the first step."""
    found: dict[str, Any] = {"n": n, "rounds": [], "peak": None, "sentence": ""}
    try:
        for number in range(plan.start_rounds):
            tell(f"train_many, {n} starts: round {number + 1} of {plan.start_rounds}")
            process = opened(contenders.TRAIN_MANY)
            reply = process.ask("prepare", epochs=START_STEPS, options={"n": n}, **task)
            found["rounds"].append(reply["seconds"])
            found["peak"] = process.ask("peak")["bytes"]
    except Failed as error:
        found["sentence"] = str(error)
    return found


def _alone(
    one: Contender,
    opened: Callable[[Contender], Process],
    options: dict[str, Any],
    steps: int,
    plan: Plan,
    task: dict[str, Any],
    tell: Tell,
) -> dict[str, Any]:
    """Seconds of one start of START_STEPS steps, extrapolated from a sample of fewer steps."""
    tell(f"{one.name}: a sample of {plan.sampled_starts} starts")
    whole = steps == START_STEPS
    found: dict[str, Any] = {
        "name": one.name.partition(",")[0],
        "steps": steps,
        "rounds": [],
        "sentence": "",
    }
    try:
        ask = opened(one).ask
        # The first start also wakes the framework up: it does not count.
        for number in range(1 + plan.sampled_starts):
            epochs = steps if whole else 1
            seconds = ask("prepare", epochs=epochs, options=options, **task)["seconds"]
            if not whole:
                each = ask("train", epochs=steps)["seconds"] / steps
                seconds += each * (START_STEPS - 1)
            if number:
                found["rounds"].append(seconds)
    except Failed as error:
        found["sentence"] = str(error)
    return found


# ---- Cost against size ----


def _sizes(plan: Plan, gpu: bool, folder: Path, tell: Tell) -> dict[str, Any]:
    """Seconds an epoch of `model.fit` and `compiled_fit` at each number of rows and each width."""
    iris = works.iris().widths
    tasks = {
        "rows": [(120 * k, ROWS_BATCH, works.synthetic(120 * k, iris)) for k in plan.row_factors],
        "width": [(w, WIDTH_BATCH, works.synthetic(WIDTH_ROWS, (2, w, w, 2))) for w in plan.widths],
    }
    who = (contenders.FIT, contenders.COMPILED_FIT)
    found: dict[str, Any] = {}
    with crew(who, gpu=gpu) as opened:
        for kind, sizes in tasks.items():
            found[kind] = []
            for size, batch_size, work in sizes:
                path = folder / f"{kind}-{size}"
                path.mkdir()
                works.save(work, path)
                one = replace(plan, rounds=plan.size_rounds)
                cell = Cell(f"{kind} {size}", batch_size)
                measured = _cell(one, cell, who, {cell.work: (path, work)}, opened, tell)
                found[kind].append({"size": size, **measured})
    return found
