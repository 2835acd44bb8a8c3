"""The rounds: first who trains, then the waits, the memory, and the spiral.

Nothing here imports a framework: each part runs in a process of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from benchmarks.contenders import Contender
from benchmarks.playground.contenders import ALL, FULL_SPEED, NODE, command, missing
from benchmarks.process import Failed, Process
from benchmarks.race import Entrant, Row, race

Tell = Callable[[str], None]
Settings = Mapping[str, Any]

CHECKED_EPOCHS, TOLERANCE = 3, 1e-4  # float32 beside double precision
SEEDS, SOLVE_EPOCHS, SOLVED = (0, 1, 2), 2000, 0.05
SMALL, DEEP = "4-2 tanh on circle", "six layers of eight ReLU units on spiral"
NETWORKS: dict[str, Settings] = {
    SMALL: {"data": "circle", "hidden": [4, 2], "activation": "tanh"},
    DEEP: {"data": "spiral", "hidden": [8] * 6, "activation": "relu"},
}
# From none to the largest one; each is compiled for the first time in its process.
ARCHITECTURES = ((), (8,), (4, 4), (8, 8, 8), (8,) * 6)
WAVES = ["x1", "x2", "sin(x1)", "sin(x2)"]
EVERY = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "sin(x2)"]
# Without it both learn the spiral, and leave it again before the last epoch.
PENALTY = {"penalty": "L2", "penalty_rate": 0.001}
RECIPES: tuple[Settings, ...] = (
    {"data": "spiral", "inputs": WAVES, "hidden": [8], "activation": "tanh"},
    {
        **{"data": "spiral", "inputs": EVERY, "hidden": [8, 8], "activation": "tanh"},
        **{"optimizer": "Adam", "learning_rate": 0.01, **PENALTY},
    },
    {
        **{"data": "spiral", "hidden": [8] * 6, "activation": "relu"},
        **{"optimizer": "Adam", "learning_rate": 0.003, **PENALTY},
    },
)


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    Attributes:
        rounds: turns of each contender at each network.
        block_seconds: how long a turn should take.
        wait_rounds: how often each wait is measured.
        pictures: how many a round draws of each network.
        memory_seconds: how long a playground plays.
        recipes: settings for the spiral.
        is_whole: a recipe trains all its epochs, also when it has reached the limit before.
    """

    rounds: int
    block_seconds: float
    wait_rounds: int
    pictures: int
    memory_seconds: float
    recipes: Sequence[Settings]
    is_whole: bool


FULL = Plan(
    rounds=15,
    block_seconds=1.0,
    wait_rounds=5,
    pictures=100,
    memory_seconds=20.0,
    recipes=RECIPES,
    is_whole=True,
)
QUICK = Plan(
    rounds=3,
    block_seconds=0.25,
    wait_rounds=1,
    pictures=20,
    memory_seconds=4.0,
    recipes=RECIPES[:1],
    is_whole=False,
)


def measure(plan: Plan, *, tell: Tell = print, seed: int = 0) -> dict[str, Any]:
    """Measure all that the plan names, and return plain numbers and words."""
    rng = np.random.default_rng(seed)
    return {
        "networks": _networks(plan, rng, tell),
        "waits": _attempted(lambda: _waits(plan, rng, tell)),
        "memory": _attempted(lambda: _memory(plan, tell)),
        "spiral": _attempted(lambda: _spiral(plan, tell)),
    }


def _attempted(part: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Measure a part; where its process fails, a sentence stands for the numbers."""
    try:
        return {"sentence": "", **part()}
    except Failed as error:
        return {"sentence": str(error)}


def number_of_parts(plan: Plan) -> int:
    """How many different words before a colon `measure` tells, for a progress bar."""
    return len(NETWORKS) + plan.wait_rounds + 1 + len(plan.recipes) * len(SEEDS)


# ---- Who trains ----


def _networks(plan: Plan, rng: np.random.Generator, tell: Tell) -> list[dict[str, Any]]:
    tell(f"{SMALL}: the processes start")
    absent = {one: missing(one) for one in ALL}
    with contextlib.ExitStack() as stack:
        processes = {
            one: stack.enter_context(Process(command=command(one)))
            for one in ALL
            if not absent[one]
        }
        devices = _open(processes)
        found = []
        for name in NETWORKS:
            rows = {
                one: Row(one.name, sentence=absent[one], device=devices.get(one, "cpu"))
                for one in ALL
            }
            found.append(_network(plan, name, processes, rows, rng, tell))
    return found


def _open(processes: Mapping[Contender, Process]) -> dict[Contender, str]:
    """Let all import TensorFlow at the same time, and return on what they compute."""
    frameworks = [one for one in processes if one != NODE]
    for one in frameworks:
        processes[one].send("open")
    return {one: processes[one].receive()["device"] for one in frameworks}


def _network(
    plan: Plan,
    name: str,
    processes: Mapping[Contender, Process],
    rows: Mapping[Contender, Row],
    rng: np.random.Generator,
    tell: Tell,
) -> dict[str, Any]:
    """Fill the rows of all contenders for one network."""
    settings = NETWORKS[name]
    task = processes[FULL_SPEED].ask("task", settings=settings)
    messages = {one: task if one == NODE else {"settings": settings} for one in processes}
    for row in rows.values():
        row.steps = row.steps_of_epoch = -(-len(task["x"]) // task["batch_size"])
    tell(f"{name}: the programs are compared")
    difference = _check(processes, messages, rows)
    race(
        [Entrant(one, process, rows[one]) for one, process in processes.items()],
        message=lambda entrant: messages[entrant.contender],
        rounds=plan.rounds,
        block_seconds=plan.block_seconds,
        rng=rng,
        tell=lambda words: tell(f"{name}: {words}"),
    )
    return {
        "network": name,
        "settings": dict(settings),
        "points": len(task["x"]),
        "batch_size": task["batch_size"],
        "rate": task["rate"],
        "difference": difference,
        "epochs_a_call": _epochs_a_call(processes[FULL_SPEED]),
        "rows": [asdict(row) for row in rows.values()],
    }


def _epochs_a_call(process: Process) -> int | None:
    """How many epochs filled 20 ms in the end."""
    try:
        found: int = process.ask("speed")["epochs"]
    except Failed:  # the row says why
        return None
    return found


def _check(
    processes: Mapping[Contender, Process],
    messages: Mapping[Contender, Mapping[str, Any]],
    rows: Mapping[Contender, Row],
) -> float | None:
    """Return how far Engine's and Node's weights are apart; too far is a sentence in Node's row."""
    if NODE not in processes:
        return None
    try:
        found = difference(
            *(trained(one, processes[one], messages[one]) for one in (FULL_SPEED, NODE))
        )
    except Failed as error:
        rows[NODE].sentence = f"not comparable with Engine: {error}"
        return None
    if not found <= TOLERANCE:
        rows[
            NODE
        ].sentence = (
            f"failed: after {CHECKED_EPOCHS} epochs its weights are {found:.1g} off those of Engine"
        )
    return found


def trained(one: Contender, process: Process, message: Mapping[str, Any]) -> list[Any]:
    """The weights of a contender after a few epochs."""
    process.ask("prepare", epochs=CHECKED_EPOCHS, options=dict(one.options), **message)
    found: list[Any] = process.ask("weights")["weights"]
    return found


def difference(some: Sequence[Any], others: Sequence[Any]) -> float:
    """The largest difference between two lists of weights; NaN if one is NaN."""
    pairs = zip(some, others, strict=True)
    # Python's own max would overlook a NaN.
    return float(np.max([np.abs(np.subtract(one, other)).max() for one, other in pairs]))


# ---- Waits, memory and the spiral ----


@contextlib.contextmanager
def _opened() -> Any:
    with Process(command=command(FULL_SPEED)) as process:
        process.ask("open")
        yield process


def _waits(plan: Plan, rng: np.random.Generator, tell: Tell) -> dict[str, Any]:
    """Seconds of a start, of changes by architecture, and of pictures by network; in rounds."""
    starts: list[float] = []
    changes: dict[str, list[float]] = {named(one): [] for one in ARCHITECTURES}
    pictures: dict[str, list[dict[str, float]]] = {name: [] for name in NETWORKS}
    for number in range(plan.wait_rounds):
        tell(f"waits, round {number + 1}: a start")
        with _opened() as process:
            starts.append(process.ask("start")["seconds"])
            tell(f"waits, round {number + 1}: changes")
            order = [ARCHITECTURES[i] for i in rng.permutation(len(ARCHITECTURES))]
            reply = process.ask("change", settings={}, architectures=order)
            for one, seconds in zip(order, reply["seconds"], strict=True):
                changes[named(one)].append(seconds)
            tell(f"waits, round {number + 1}: pictures")
            for name, settings in NETWORKS.items():
                reply = process.ask("pictures", settings=settings, count=plan.pictures)
                pictures[name].append(reply)
    return {"starts": starts, "changes": changes, "pictures": pictures, "count": plan.pictures}


def named(hidden: Sequence[int]) -> str:
    """An architecture in words, such as 4-2."""
    return "-".join(map(str, hidden)) or "none"


def _memory(plan: Plan, tell: Tell) -> dict[str, Any]:
    tell("memory: plays at full speed")
    with _opened() as process:
        found: dict[str, Any] = process.ask(
            "memory", settings=NETWORKS[SMALL], seconds=plan.memory_seconds
        )
    return found


def _spiral(plan: Plan, tell: Tell) -> dict[str, Any]:
    found: list[dict[str, Any]] = []
    for k, recipe in enumerate(plan.recipes):
        seeds = []
        # A process of its own for each recipe: what one has compiled is not the other's gain.
        with _opened() as process:
            for seed in SEEDS:
                tell(f"spiral, recipe {k + 1} and seed {seed}: trains")
                reply = process.ask(
                    "solve",
                    settings={**recipe, "seed": seed},
                    epochs=SOLVE_EPOCHS,
                    limit=SOLVED,
                    is_whole=plan.is_whole,
                )
                seeds.append({"seed": seed, **reply})
        found.append({"settings": dict(recipe), "seeds": seeds})
    return {"recipes": found}
