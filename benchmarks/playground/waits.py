"""What somebody in front of a playground waits for; each function runs in a process of its own.

They import the playground inside: what a start takes has its imports in it.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

BETWEEN_LOOKS = 25  # epochs, after which `solve` looks at the test loss


class FullSpeed:
    """Calls of as many epochs as fill the time of a picture, chosen as the widget does.

    Args:
        step: trains so many epochs.
        seconds: of a picture that are trained for.
    """

    def __init__(self, step: Callable[[int], Any], seconds: float) -> None:
        self.step, self.seconds = step, seconds
        self.epochs = 1

    def call(self, *, most: int) -> int:
        """Train once, and return how many epochs that were."""
        from utils.playground.widget import next_count

        epochs = min(self.epochs, most)
        begin = perf_counter()
        self.step(epochs)
        seconds = perf_counter() - begin
        if epochs == self.epochs:  # the rest of a block says nothing
            self.epochs = next_count(epochs, seconds, target=self.seconds)
        return epochs


def start() -> dict[str, Any]:
    """Seconds of importing the playground and making one, with its first picture."""
    begin = perf_counter()
    from utils.playground import Playground

    Playground()
    return {"seconds": perf_counter() - begin}


def change(settings: dict[str, Any], architectures: Sequence[Sequence[int]]) -> dict[str, Any]:
    """Seconds from each change of the architecture until its first epoch is trained and drawn."""
    from utils.playground import Playground

    playground = Playground(**settings)
    playground.step()  # somebody has trained before changing anything
    found = []
    for hidden in architectures:
        begin = perf_counter()
        playground.engine.change(hidden=hidden)
        playground.step()
        found.append(perf_counter() - begin)
    return {"seconds": found}


def pictures(settings: dict[str, Any], count: int) -> dict[str, Any]:
    """The median seconds of a snapshot, of its drawing, and of both, as at full speed."""
    from utils.playground.drawing import draw
    from utils.playground.engine import Engine

    engine = Engine(**settings)
    snapshots, drawings = [], []
    for _ in range(count):
        engine.step()
        begin = perf_counter()
        snapshot = engine.snapshot()
        middle = perf_counter()
        draw(snapshot, is_still=False)
        snapshots.append(middle - begin)
        drawings.append(perf_counter() - middle)
    both = [one + other for one, other in zip(snapshots, drawings, strict=True)]
    return {"snapshot": median(snapshots), "drawing": median(drawings), "both": median(both)}


def memory(settings: dict[str, Any], seconds: float) -> dict[str, Any]:
    """How much more memory a playground holds after playing at full speed for so long."""
    from utils.playground import Playground

    playground = Playground(**settings)
    _play(playground, min(2.0, seconds))  # what compiling and first pictures take is no growth
    before, begin = held_memory(), playground.engine.epoch
    shown = _play(playground, seconds)
    after = held_memory()
    return {
        "seconds": seconds,
        "pictures": shown,
        "epochs": playground.engine.epoch - begin,
        "bytes": None if before is None or after is None else after - before,
    }


def _play(playground: Any, seconds: float) -> int:
    """Train and draw for so long, and return how many pictures that were."""
    from utils.playground.widget import SECONDS_A_PICTURE

    speed = FullSpeed(playground.engine.step, SECONDS_A_PICTURE)
    end = perf_counter() + seconds
    shown = 0
    while perf_counter() < end:
        speed.call(most=1000)
        playground.show_changes()
        shown += 1
    return shown


def held_memory() -> int | None:
    """The bytes that this process holds now, or None where nobody knows."""
    status = Path("/proc/self/status")
    if not status.exists():
        return None
    fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(fields["VmRSS"].split()[0]) * 1024


def solve(
    settings: dict[str, Any], epochs: int, limit: float, *, is_whole: bool = True
) -> dict[str, Any]:
    """Train until the test loss is under the limit, and where it is whole to the last epoch.

    Returns:
        `first`, the epoch at which it was seen under the limit, or None; the `seconds` until then,
        with compiling, or of all epochs; `loss`, the test loss at the end.
    """
    from utils.playground.engine import Engine

    engine = Engine(**settings)
    begin = perf_counter()
    loss, first, seconds = engine.curve[-1][1].test, None, 0.0
    while first is None and engine.epoch < epochs and not engine.has_diverged:
        loss = engine.step(min(BETWEEN_LOOKS, epochs - engine.epoch)).test
        seconds = perf_counter() - begin
        first = engine.epoch if loss < limit else None
    if is_whole and engine.epoch < epochs:
        loss = engine.step(epochs - engine.epoch).test
    return {"first": first, "seconds": seconds, "loss": loss, "epochs": engine.epoch}
