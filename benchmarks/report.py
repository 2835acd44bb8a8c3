"""The tables in words: from the plain numbers of a measurement to a page of Markdown."""

import math
from collections.abc import Sequence
from typing import Any

from benchmarks.contenders import COMPILED_FIT, EPOCHS_A_PROGRAM, FIT, JAX_SCAN
from benchmarks.goals import MANY_EPOCHS, Goal, goals
from benchmarks.race import LEAST_EPOCHS, Row, quartiles, ratios

# Ratios closer to 1 than this count as equally fast.
EQUAL = 0.05

HOW_TO_READ = f"""\
Every contender trains the same network from the same start, in float32, with Adam at 0.001 and a
new order of the rows in each epoch, in a process of its own. Round after round, each takes a timed
block in turn, in a random order: {LEAST_EPOCHS} epochs or more, of which those that go batch by
batch may do one. *Times as fast* is the ratio to `model.fit` in the same round: the median of the
rounds, and in brackets the quartiles. *First result* is the time from the data in memory to the
first loss, and *start* is the part of it that copies the data, builds and compiles; imports do not
count. A program of {EPOCHS_A_PROGRAM} epochs gives its first result after all of them. *Memory* is
the peak beyond what the process held before the data, for data of more than 1 MB also in multiples
of it.

scikit-learn draws initial weights of its own and halves the squared error. The NumPy row is a
floor, not a contender: it multiplies the matrices of forward and backward and does nothing else.
The rows of JAX and PyTorch hold the data since the start; `fit` and `compiled_fit` take them anew
in every block, as they do in every call.
"""


def text(results: dict[str, Any]) -> str:
    """Return the whole page."""
    parts = [
        f"# Training, side by side{_on_gpu(results)}",
        f"Measured on {results['date']} with `{results['command']}`; the same command repeats it.",
        table(["machine", ""], [[k, v] for k, v in results["machine"].items()]),
        HOW_TO_READ.strip(),
        *(f"The work {name}: {caption}." for name, caption in results["captions"].items()),
        *(f"Left out here, because it starts slowly: {name}." for name in results["left_out"]),
        *goals_parts(goals(results)),
    ]
    if results["cells"]:
        parts.append(
            f"![How many times as fast as model.fit each contender is](./{results['name']}.png)"
        )
    for cell in sorted(results["cells"], key=_order):
        parts += cell_parts(cell)
    if results["starts"]:
        parts += starts_parts(results["starts"])
    if results["sizes"]:
        parts += sizes_parts(results)
    return "\n\n".join(parts) + "\n"


def short_table(results: dict[str, Any]) -> str:
    """Return the README's table: a line a work and batch size, a column for some contenders."""
    columns = {
        COMPILED_FIT.name: "`compiled_fit`",
        MANY_EPOCHS: f"{EPOCHS_A_PROGRAM} epochs a program",
        **{name: name for name in ("Keras on JAX, stateless scan", JAX_SCAN.name)},
        **{name: name for name in ("PyTorch, eager", "scikit-learn MLP")},
    }
    lines = []
    for cell in sorted(results["cells"], key=_order):
        rows = {row["contender"]: Row(**row) for row in cell["rows"]}
        faster = ratios(rows.values(), FIT.name)
        medians = {name: times(_median(faster[name])) if name in faster else "" for name in columns}
        work = f"{cell['work']}, {cell['batch_size']}"
        fit = rows[FIT.name]
        an_epoch = "" if fit.sentence else duration(fit.seconds)
        lines.append([work, an_epoch, *medians.values()])
    return table(["work, batch size", "`model.fit`, an epoch", *columns.values()], lines)


def _on_gpu(results: dict[str, Any]) -> str:
    gpu = results["machine"].get("GPU", "none used")
    return "" if gpu == "none used" else f" on {gpu}"


def _order(cell: dict[str, Any]) -> tuple[int, int]:
    names = ("XOR", "iris", "Fashion-MNIST")
    return (names.index(cell["work"]) if cell["work"] in names else 9, cell["batch_size"])


# ---- One work at one batch size ----


def cell_parts(cell: dict[str, Any]) -> list[str]:
    """Return a heading, a table and its notes."""
    rows = [Row(**row) for row in cell["rows"]]
    faster = ratios(rows, FIT.name)
    lines = [_cell_line(row, faster.get(row.contender), cell["data_bytes"]) for row in rows]
    steps = count(cell["steps"], "step")
    heading = f"## {cell['work']}, batch size {cell['batch_size']}: {steps} an epoch"
    head = ["", "an epoch", "times as fast", "first result", "start", "memory"]
    parts = [heading, table(head, lines)]
    short = next((row for row in rows if row.steps < row.steps_of_epoch and not row.sentence), None)
    if short:
        parts.append(
            f"† measured on the first {short.steps:,} of {short.steps_of_epoch:,} steps of an "
            "epoch, and given for a whole one; its memory is that of the shorter data."
        )
    on_gpu = any(row.device != "cpu" for row in rows)
    on_cpu = [row.contender for row in rows if row.device == "cpu" and not row.sentence]
    if on_gpu and on_cpu:
        parts.append(f"On the CPU: {', '.join(on_cpu)}.")
    return parts


def _cell_line(row: Row, faster: list[float] | None, data_bytes: int) -> list[str]:
    if row.sentence:
        return [row.contender, row.sentence, "", "", "", ""]
    mark = " †" if row.steps < row.steps_of_epoch else ""
    assert row.start is not None
    memory = "unknown"
    if row.peak is not None:
        memory = f"{row.peak / 1e6:,.0f} MB"
        if data_bytes > 1e6 and not mark:
            memory += f" ({row.peak / data_bytes:.1f}x)"
    return [
        row.contender + mark,
        duration(row.seconds),
        spread(faster) if faster else "",
        duration(row.first_result),
        duration(row.start),
        memory,
    ]


# ---- Many starts ----


def starts_parts(starts: dict[str, Any]) -> list[str]:
    """Return `train_many` against training one start after the other."""
    steps = starts["steps"]
    alone = [one for one in starts["alone"] if not one["sentence"]]
    lines = []
    for entry in starts["together"]:
        if entry["sentence"]:
            lines.append([f"{entry['n']:,}", entry["sentence"], *([""] * (1 + len(alone)))])
            continue
        seconds = _median(entry["rounds"])
        memory = "unknown" if entry["peak"] is None else f"{entry['peak'] / 1e6:,.0f} MB"
        others = []
        for one in alone:
            whole = entry["n"] * _median(one["rounds"])
            others.append(f"{duration(whole)} ({times(whole / seconds)})")
        lines.append([f"{entry['n']:,}", duration(seconds), memory, *others])
    parts = [
        f"## Many starts: XOR with two ReLU units, {steps:,} full-batch steps each",
        "`train_many` is measured with building, initialising and compiling. The others train one "
        "start after the other; in brackets is how many times as long that takes.",
        table(["starts", "train_many", "memory", *(one["name"] for one in alone)], lines),
    ]
    samples = [
        f"{one['name']} from {count(len(one['rounds']), 'start')} of {one['steps']:,} steps"
        for one in alone
    ]
    if samples:
        parts.append(f"Extrapolated: {'; '.join(samples)}.")
    parts += [f"{one['name']}: {one['sentence']}." for one in starts["alone"] if one["sentence"]]
    return parts


# ---- Cost against size ----


def sizes_parts(results: dict[str, Any]) -> list[str]:
    """Return the tables against rows and width, and where the two meet."""
    parts = [
        "## Cost against size",
        f"![Seconds an epoch against the number of rows and the width](./{size_figure(results)})",
    ]
    what = {
        "rows": "The iris network, batch size 4, random rows.",
        "width": "256 rows, batch size 32, two hidden layers of the same width.",
    }
    for kind, entries in results["sizes"].items():
        lines = []
        points = []
        for entry in entries:
            fit, ours = (Row(**row) for row in entry["rows"])
            failed = fit.sentence or ours.sentence
            if failed:
                lines.append([f"{entry['size']:,}", failed, "", ""])
                continue
            faster = ratios((fit, ours), FIT.name)[ours.contender]
            points.append((entry["size"], quartiles(faster)[1]))
            mark = " †" if fit.steps < fit.steps_of_epoch else ""
            lines.append(
                [
                    f"{entry['size']:,}{mark}",
                    duration(fit.seconds),
                    duration(ours.seconds),
                    spread(faster),
                ]
            )
        parts += [what[kind], table([kind, "model.fit", "compiled_fit", "times as fast"], lines)]
        parts.append(crossing(points, kind))
    if "†" in "".join(parts):
        parts.append("† `model.fit` is measured on the first steps of an epoch only.")
    return parts


def size_figure(results: dict[str, Any]) -> str:
    """The file name of the figure against size."""
    return f"{results['name'].replace('training', 'size', 1)}.png"


def crossing(points: Sequence[tuple[int, float]], kind: str) -> str:
    """Say where `compiled_fit` stops being faster, from (size, times as fast), ascending."""
    if not points:
        return "Nothing could be measured."
    many = "rows" if kind == "rows" else "units of width"
    first, last = points[0], points[-1]
    change = (
        f"`compiled_fit` is {times(first[1])} as fast as `model.fit` at {first[0]:,} {many} and "
        f"{times(last[1])} as fast at {last[0]:,}"
    )
    level = 1 + EQUAL
    previous: tuple[int, float] | None = None
    for size, ratio in points:
        if ratio <= level:
            break
        previous = (size, ratio)
    else:
        return f"{change}: the two do not meet up to there."
    if previous is None:
        return f"{change}: it is not faster even at {size:,}."
    # Straight between the two points on logarithmic axes.
    part = (math.log(previous[1]) - math.log(level)) / (math.log(previous[1]) - math.log(ratio))
    where = previous[0] * (size / previous[0]) ** part
    lowest = min(ratio for _, ratio in points)
    slower = "" if lowest >= 1 - EQUAL else f", and slower at worst: {times(lowest)} as fast"
    return f"{change}: they meet at about {float(f'{where:.2g}'):,.0f} {many}{slower}."


def goals_parts(found: Sequence[Goal]) -> list[str]:
    """Return the goals beside what was measured."""
    lines = [
        [
            goal.words,
            f"{goal.at} {goal.limit:,g}{goal.unit}",
            f"{figures(goal.reached)}{goal.unit}",
            "yes" if goal.met else "**no**",
        ]
        for goal in found
    ]
    return ["## Goals", table(["", "goal", "here", "reached"], lines)] if lines else []


# ---- Words for numbers ----


def duration(seconds: float) -> str:
    """A time with three figures, in the unit that a reader would choose."""
    units = (("h", 3600.0), ("min", 60.0), ("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
    for unit, size in units:
        # Two minutes are easier to compare in seconds.
        if seconds >= size * (2 if size > 1 else 1) or unit == "µs":
            return f"{figures(seconds / size)} {unit}"
    raise AssertionError("the last unit takes all")


def times(ratio: float) -> str:
    return f"{figures(ratio)}x"


def spread(values: Sequence[float]) -> str:
    low, middle, high = quartiles(values)
    return f"{times(middle)} ({figures(low)} to {figures(high)})"


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def figures(number: float) -> str:
    """Three significant figures, never as a power of ten."""
    if number == 0 or not math.isfinite(number):
        return f"{number:g}"
    decimals = max(0, 2 - math.floor(math.log10(abs(number))))
    return f"{number:,.{decimals}f}"


def _median(values: Sequence[float]) -> float:
    return quartiles(values)[1]


def table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---", *(["---:"] * (len(head) - 1))], *lines]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in row)} |" for row in rows)
