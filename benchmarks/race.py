"""The race: every contender takes a timed block in turn, round after round.

A machine grows warm, or somebody else begins to work on it. When the contenders take turns, that
hits all of them alike, and the ratio of two blocks of the same round stays what it was.
"""

import functools
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np

from benchmarks.contenders import Contender
from benchmarks.process import Failed

# A call of `compiled_fit` copies the data; the lecture's trainings have five epochs and more.
LEAST_EPOCHS = 5


class Answers(Protocol):
    """What an entrant needs of its process."""

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]: ...


@dataclass
class Row:
    """What was measured of one contender on one task.

    Attributes:
        contender: its name.
        sentence: why it has no numbers; empty if it has them.
        device: "cpu" or "gpu".
        steps: batches that stand for an epoch.
        steps_of_epoch: batches that an epoch has.
        epochs_a_program: how many epochs its first result takes.
        start: seconds to build and compile: first training less a later one of the same length.
        rounds: seconds an epoch, one number a round.
        peak: bytes beyond those before the data; None where they cannot be known.
        losses: of the first epoch and of the last.
    """

    contender: str
    sentence: str = ""
    device: str = "cpu"
    steps: int = 0
    steps_of_epoch: int = 0
    epochs_a_program: int = 1
    start: float | None = None
    rounds: list[float] = field(default_factory=list)
    peak: int | None = None
    losses: list[float] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """The median of an epoch's seconds."""
        return float(np.median(self.rounds))

    @property
    def first_result(self) -> float:
        """Seconds from data in memory to the first loss, with building and compiling."""
        assert self.start is not None
        return self.start + self.epochs_a_program * self.seconds


class Entrant:
    """A contender at its task: its process, its row, and how long its block is."""

    def __init__(self, contender: Contender, process: Answers, row: Row) -> None:
        self.contender, self.process, self.row = contender, process, row
        self.epochs = contender.epochs_a_program

    def prepare(self, message: dict[str, Any], block_seconds: float) -> None:
        """Build, compile, train twice, and choose how many epochs take about `block_seconds`.

        A contender that goes step by step may have less than LEAST_EPOCHS, which would take long.
        """
        least = self.contender.epochs_a_program
        fewest = 1 if self.contender.by_step else -(-LEAST_EPOCHS // least)
        options = dict(self.contender.options)
        first = self.process.ask("prepare", epochs=least, options=options, **message)
        self.first_seconds, self.row.losses = first["seconds"], first["losses"][:1]
        each = self.process.ask("train", epochs=least)["seconds"] / least
        for _ in range(2):  # the second training may still have compiled something: choose again
            self.epochs = least * max(fewest, round(block_seconds / max(each * least, 1e-6)))
            if self.epochs == least:
                break
            each = self.process.ask("train", epochs=self.epochs)["seconds"] / self.epochs

    def block(self) -> None:
        """Train for the length of a block and note the seconds an epoch."""
        reply = self.process.ask("train", epochs=self.epochs)
        scale = self.row.steps_of_epoch / self.row.steps / self.epochs
        self.row.rounds.append(reply["seconds"] * scale)
        self.row.losses = [*self.row.losses[:1], *reply["losses"][-1:]]

    def finish(self) -> None:
        """Note what is known only after the rounds."""
        row = self.row
        later = row.seconds * row.steps / row.steps_of_epoch * row.epochs_a_program
        row.start = max(0.0, self.first_seconds - later)
        row.peak = self.process.ask("peak")["bytes"]

    def attempt(self, action: Callable[[], None]) -> None:
        """Do it unless this entrant has failed before; a failure becomes its row's sentence."""
        if not self.row.sentence:
            try:
                action()
            except Failed as error:
                self.row.sentence = str(error)


def race(
    entrants: Sequence[Entrant],
    *,
    message: Callable[[Entrant], dict[str, Any]],
    rounds: int,
    block_seconds: float,
    rng: np.random.Generator,
    pause: float = 0.1,
    tell: Callable[[str], None] = lambda words: None,
) -> None:
    """Fill the rows of the entrants.

    Args:
        entrants: who takes part.
        message: entrant -> what its process is told of the task.
        rounds: how often each takes its turn.
        block_seconds: how long a turn should take.
        rng: draws the order of each round.
        pause: seconds between turns, in which the threads of the last one come to rest.
        tell: is called with what happens next.
    """
    for entrant in entrants:
        tell(f"{entrant.row.contender}: compiles")
        entrant.attempt(functools.partial(entrant.prepare, message(entrant), block_seconds))
    for number in range(rounds):
        for i in rng.permutation(len(entrants)):
            time.sleep(pause)
            tell(f"{entrants[i].row.contender}: round {number + 1} of {rounds}")
            entrants[i].attempt(entrants[i].block)
    for entrant in entrants:
        entrant.attempt(entrant.finish)


def ratios(rows: Iterable[Row], reference: str) -> dict[str, list[float]]:
    """How many times as fast as the reference each row was, round by round, by contender.

    Rows without numbers are left out; all of them if the reference has none.
    """
    measured = {row.contender: row.rounds for row in rows if not row.sentence}
    if reference not in measured:
        return {}
    return {
        name: [slow / fast for slow, fast in zip(measured[reference], rounds, strict=True)]
        for name, rounds in measured.items()
    }


def quartiles(values: Sequence[float]) -> tuple[float, float, float]:
    """Return the lower quartile, the median and the upper quartile."""
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)
