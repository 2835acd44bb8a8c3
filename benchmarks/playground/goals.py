"""What is asked of the playground, and whether a measurement reached it."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.goals import Goal
from benchmarks.playground.contenders import FULL_SPEED
from benchmarks.playground.measure import DEEP, SEEDS, SMALL, SOLVE_EPOCHS, SOLVED
from benchmarks.race import Row

EPOCHS_A_SECOND = 1_000.0
MOST_SECONDS = 2.0  # to wait for a start, or for a changed architecture
# Of 50 ms a picture, 20 are trained for.
MOST_MILLISECONDS = 30.0


def goals(results: dict[str, Any]) -> list[Goal]:
    """Return the goals that this measurement can say something about."""
    return [
        *_speed(results["networks"]),
        *_waits(results["waits"]),
        *(_solved(recipe) for recipe in results["spiral"].get("recipes", ())),
    ]


def _speed(networks: list[dict[str, Any]]) -> Iterator[Goal]:
    for network in networks:
        rows = {row["contender"]: Row(**row) for row in network["rows"]}
        row = rows[FULL_SPEED.name]
        if network["network"] == SMALL and not row.sentence:
            words = f"{SMALL}: epochs a second at full speed, without drawing"
            yield Goal(words, "at least", EPOCHS_A_SECOND, "", 1 / row.seconds)


def _waits(waits: dict[str, Any]) -> Iterator[Goal]:
    if waits["sentence"]:
        return
    words = "from TensorFlow imported to the first picture of `Playground()`"
    yield Goal(words, "at most", MOST_SECONDS, " s", median(waits["starts"]))
    longest = max(map(median, waits["changes"].values()))
    words = "from a changed architecture to its first epoch, in the slowest of the table"
    yield Goal(words, "at most", MOST_SECONDS, " s", longest)
    both = median(one["both"] for one in waits["pictures"][DEEP])
    words = f"{DEEP}: a snapshot and its drawing"
    yield Goal(words, "at most", MOST_MILLISECONDS, " ms", 1e3 * both)


def _solved(recipe: dict[str, Any]) -> Goal:
    solved = sum(one["first"] is not None for one in recipe["seeds"])
    words = (
        f"spiral, {said(recipe['settings'])}: of {len(SEEDS)} seeds, test loss under {SOLVED:g} "
        f"within {SOLVE_EPOCHS:,} epochs"
    )
    return Goal(words, "at least", float(len(SEEDS)), "", float(solved))


def said(settings: dict[str, Any]) -> str:
    """A recipe for the spiral as one gives it to `Playground`."""
    parts = (f"{name}={value!r}" for name, value in settings.items() if name != "data")
    return f"`{', '.join(parts)}`"
