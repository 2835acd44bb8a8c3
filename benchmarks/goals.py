"""What the course asks of `compiled_fit` and `train_many`, and whether a measurement reached it."""

import operator
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.contenders import COMPILED_FIT, EPOCHS_A_PROGRAM, FIT, JAX_SCAN
from benchmarks.race import Row, quartiles, ratios

MANY_EPOCHS = f"compiled_fit, {EPOCHS_A_PROGRAM} epochs a program"
MANY_EPOCHS_JAX = f"{JAX_SCAN.name}, {EPOCHS_A_PROGRAM} epochs a program"
_PEERS = ("model.fit", "Keras", "PyTorch")


@dataclass(frozen=True)
class Goal:
    """One demand and what was measured: `reached` must be at least, or at most, `limit`."""

    words: str
    at: str
    limit: float
    unit: str
    reached: float

    @property
    def met(self) -> bool:
        compare = {"at least": operator.ge, "at most": operator.le}[self.at]
        return bool(compare(self.reached, self.limit))


def goals(results: dict[str, Any]) -> list[Goal]:
    """Return the goals that this measurement can say something about."""
    sizes = [entry for entries in results["sizes"].values() for entry in entries]
    return [
        *_speed(results["cells"]),
        *_never_slower([*results["cells"], *sizes]),
        *_starts(results["starts"]),
        *_costs(results["cells"]),
    ]


def _speed(cells: list[dict[str, Any]]) -> Iterator[Goal]:
    found = {(cell["work"], cell["batch_size"]): cell for cell in cells}
    # Where `fit` is slow, the same arithmetic leaves more to gain.
    fashion = _measured(found.get(("Fashion-MNIST", 32))).get(FIT.name)
    is_slow = fashion is not None and fashion.seconds >= 6
    # Work, batch size, who, against whom, at least so many times as fast.
    demands = (
        ("iris", 4, COMPILED_FIT.name, FIT.name, 25.0),
        ("iris", 4, MANY_EPOCHS, FIT.name, 60.0),
        ("Fashion-MNIST", 32, COMPILED_FIT.name, FIT.name, 12.0 if is_slow else 6.0),
    )
    for work, batch_size, who, reference, limit in demands:
        ratio = _ratio(found.get((work, batch_size)), who, reference)
        if ratio is not None:
            words = f"{work}, batch size {batch_size}: {who}, times as fast as {reference}"
            yield Goal(words, "at least", limit, "x", ratio)
    # Work, batch size, who, at most so many times as long as which scan.
    scans = (
        ("iris", 4, COMPILED_FIT.name, JAX_SCAN.name, 2.5),
        ("iris", 4, MANY_EPOCHS, MANY_EPOCHS_JAX, 2.5),
        ("Fashion-MNIST", 32, COMPILED_FIT.name, JAX_SCAN.name, 1.15),
    )
    for work, batch_size, who, scan, limit in scans:
        ratio = _ratio(found.get((work, batch_size)), scan, who)
        if ratio is not None:
            words = f"{work}, batch size {batch_size}: {who}, time to that of {scan}"
            yield Goal(words, "at most", limit, "x", ratio)
    if large := found.get(("Fashion-MNIST", 256)):
        peers = [name for name in _measured(large) if name.startswith(_PEERS)]
        against = [_ratio(large, name, COMPILED_FIT.name) for name in peers]
        if known := [ratio for ratio in against if ratio is not None]:
            words = "Fashion-MNIST, batch size 256: time to that of the fastest Keras or PyTorch"
            yield Goal(words, "at most", 1.0, "x", max(known))


def _never_slower(cells: list[dict[str, Any]]) -> Iterator[Goal]:
    against = [_ratio(cell, COMPILED_FIT.name, FIT.name) for cell in cells]
    if known := [ratio for ratio in against if ratio is not None]:
        words = "compiled_fit: times as fast as model.fit beyond the first epoch, in every table"
        yield Goal(words, "at least", 1.0, "x", min(known))


def _starts(starts: dict[str, Any]) -> Iterator[Goal]:
    together = {entry["n"]: entry for entry in starts.get("together", ())}
    entry = together.get(500)
    if entry is None or entry["sentence"]:
        return
    seconds = quartiles(entry["rounds"])[1]
    yield Goal("500 XOR starts of 3,000 steps, with compiling", "at most", 4.0, " s", seconds)
    for one in starts["alone"]:
        if one["name"] == FIT.name and not one["sentence"]:
            ratio = 500 * quartiles(one["rounds"])[1] / seconds
            yield Goal("500 XOR starts: time of model.fit to this", "at least", 10_000, "x", ratio)


def _costs(cells: list[dict[str, Any]]) -> Iterator[Goal]:
    rows = [(cell, row) for cell in cells if (row := _measured(cell).get(COMPILED_FIT.name))]
    starts = [row.start for _, row in rows if row.start is not None]
    if starts:
        words = "compiled_fit: seconds to copy the data, build and compile, in any table"
        yield Goal(words, "at most", 2.0, " s", max(starts))
    for cell, row in rows:
        # Of small data only the compiler's own memory would be seen.
        if row.peak and cell["data_bytes"] > 1e6:
            words = f"{cell['work']}, batch size {cell['batch_size']}: data twice plus 300 MB"
            limit = round((2 * cell["data_bytes"] + 300e6) / 1e6)
            yield Goal(words, "at most", limit, " MB", row.peak / 1e6)


def _measured(cell: dict[str, Any] | None) -> dict[str, Row]:
    rows = (Row(**row) for row in (cell or {"rows": ()})["rows"])
    return {row.contender: row for row in rows if not row.sentence}


def _ratio(cell: dict[str, Any] | None, who: str, reference: str) -> float | None:
    """How many times as fast as the reference a contender is: the median of the rounds."""
    found = ratios(_measured(cell).values(), reference)
    return quartiles(found[who])[1] if who in found else None
