"""The measurement of the playground in words: from plain numbers to a page of Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.playground.contenders import FIT, NODE
from benchmarks.playground.goals import goals, said
from benchmarks.playground.measure import CHECKED_EPOCHS, SOLVE_EPOCHS, SOLVED, TOLERANCE
from benchmarks.race import Row, quartiles, ratios
from benchmarks.report import count, duration, figures, goals_parts, spread, table

HOW_TO_READ = f"""\
All contenders train the same network on the same points from the same first weights, with plain
gradient descent on half the squared error and batches in a fixed order, each in a process of its
own. Round after round, each takes a timed block in turn, in a random order. *Times as fast* is the
ratio of two blocks of the same round: the median of the rounds, and in brackets the quartiles.
*Start* is the time to build and compile; imports do not count.

`Engine.step` computes in float32 and returns the losses over all points to learn from and to test
with after each call. JavaScript on Node is a program of this benchmark, in the style of the
TensorFlow Playground: objects for units and links that one row after the other goes through, in
double precision, with an update after each batch. It is not the TensorFlow Playground itself, and
it draws nothing. Before it is timed, its weights must be those of `Engine` after {CHECKED_EPOCHS}
epochs, to {TOLERANCE:g}.
"""


def text(results: dict[str, Any]) -> str:
    """Return the whole page."""
    parts = [
        "# The playground, side by side",
        f"Measured on {results['date']} with `{results['command']}`; the same command repeats it.",
        table(["machine", ""], [[k, v] for k, v in results["machine"].items()]),
        HOW_TO_READ.strip(),
        *goals_parts(goals(results)),
    ]
    for network in results["networks"]:
        parts += network_parts(network)
    for heading, name, words in (
        ("## Waits", "waits", waits_parts),
        ("## Memory", "memory", memory_parts),
        ("## The spiral", "spiral", spiral_parts),
    ):
        part = results[name]
        failed = f"It could not be measured. It {part['sentence']}."
        parts += [heading, *([failed] if part["sentence"] else words(part))]
    return "\n\n".join(parts) + "\n"


def network_parts(network: dict[str, Any]) -> list[str]:
    """Return a heading, who was how fast, and how far the two programs agree."""
    rows = [Row(**row) for row in network["rows"]]
    to_node, to_fit = ratios(rows, NODE.name), ratios(rows, FIT.name)
    lines = []
    for row in rows:
        if row.sentence:
            lines.append([row.contender, row.sentence, "", "", "", ""])
            continue
        compared = [
            spread(found[row.contender]) if found else "not measured" for found in (to_node, to_fit)
        ]
        started = duration(row.start) if row.start else "none seen"
        rate = figures(1 / row.seconds)
        lines.append([row.contender, rate, duration(row.seconds), *compared, started])
    head = ["", "epochs a second", "an epoch", "times as fast as Node", "as model.fit", "start"]
    points = count(network["points"], "point")
    parts = [
        f"## {network['network'][0].upper()}{network['network'][1:]}",
        f"{points} to learn from, batches of {network['batch_size']}, learning rate "
        f"{network['rate']:g}.",
        table(head, lines),
    ]
    if network["epochs_a_call"] is not None:
        epochs = count(network["epochs_a_call"], "epoch")
        parts.append(f"At full speed a call had {epochs} in the end.")
    if network["difference"] is not None:
        parts.append(
            f"After {CHECKED_EPOCHS} epochs no weight of Node's is further from Engine's than "
            f"{network['difference']:.1g}."
        )
    return parts


def waits_parts(waits: dict[str, Any]) -> list[str]:
    """Return what one waits for before something is to be seen."""
    changes = [[name, _median_of(seconds)] for name, seconds in waits["changes"].items()]
    pictures = [
        [name, *(_median_of([one[part] for one in rounds]) for part in _PARTS)]
        for name, rounds in waits["pictures"].items()
    ]
    rounds = count(len(waits["starts"]), "round")
    return [
        f"From {rounds}, each in a new process: the median, and in brackets the quartiles.",
        f"`Playground()` takes {_median_of(waits['starts'])} when TensorFlow is imported: the "
        "import of the playground, building, and the first picture.",
        "From a change of the hidden layers until the first epoch is trained, with building, "
        "compiling and a picture:",
        table(["hidden layers", ""], changes),
        f"A picture as at full speed; a round is the median of {waits['count']:,} of them:",
        table(["", "snapshot", "its drawing", "both"], pictures),
    ]


_PARTS = ("snapshot", "drawing", "both")


def memory_parts(memory: dict[str, Any]) -> list[str]:
    """Return how memory grows."""
    grown = "by an unknown amount"
    if memory["bytes"] is not None:
        grown = f"by {memory['bytes'] / 1e6:.1f} MB"
    return [
        f"In {memory['seconds']:g} s at full speed, with {memory['epochs']:,} epochs and "
        f"{memory['pictures']:,} pictures, the process of the small network grew {grown}.",
    ]


def spiral_parts(spiral: dict[str, Any]) -> list[str]:
    """Return which settings learn the spiral, seed by seed."""
    lines = []
    for recipe in spiral["recipes"]:
        for one in recipe["seeds"]:
            first = f"never in {one['epochs']:,}" if one["first"] is None else f"{one['first']:,}"
            ended = f"{one['loss']:.3f} at {one['epochs']:,}"
            name = said(recipe["settings"])
            lines.append([name, str(one["seed"]), first, duration(one["seconds"]), ended])
    head = ["", "seed", "epochs", "seconds", "test loss at the end"]
    return [
        f"How many epochs of at most {SOLVE_EPOCHS:,} it takes until the test loss is seen under "
        f"{SOLVED:g}, and how long, with compiling. A seed draws other points and other first "
        "weights. A network that is trained on may leave this loss again: the last column says "
        "where it stood at the last epoch that was trained.",
        table(head, lines),
    ]


def _median_of(seconds: Sequence[float]) -> str:
    low, middle, high = quartiles(seconds)
    if len(seconds) == 1:
        return duration(middle)
    return f"{duration(middle)} ({duration(low)} to {duration(high)})"
