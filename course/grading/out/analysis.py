"""The item analysis of a lab: one page for instructors that says how its exercises did.

It counts what the checks said of the attempt that counts, each attempt once: a team has one. What
people decided later is left out, because the page judges the exercises and their checks.
"""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple, get_args

import jinja2
import matplotlib as mpl
import numpy as np
import sqlalchemy as sql
from cycler import cycler
from markupsafe import Markup, escape
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, PercentFormatter
from numpy.typing import NDArray

from course.grading.book.gradebook import Gradebook
from course.grading.book.tables import Attempt, Marking, MarkRow
from course.grading.book.totals import Total
from course.grading.out.release import CourseFolder
from course.grading.out.similar import Alike
from course.grading.run.lab import Lab
from utils.checks.core import Exercise, Verdict
from utils.plots import COLORS, MARKERS

VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
HATCHES = ("", "//", "..", "++", "xx", "\\\\", "oo")
MOST_MISTAKES_DRAWN = 10
LEAST_TO_CORRELATE = 3  # through two points there is always a line
ROWS_AT_ONCE = 5_000
DPI = 160  # denser than it is shown, so that it stays sharp on a dense screen


@dataclass(frozen=True)
class Item:
    """How one exercise did.

    Attributes:
        count: attempts with a mark for it.
        full: the share of them with all points.
        mean: the mean share of its points.
        verdicts: how many got which verdict.
        mistakes: how many made which named mistake, the commonest first.
        discrimination: the correlation of its points with those of the rest of the lab, or None.
        why: there is no such correlation.
        seconds: median and 90th percentile of what its check took, or None.
    """

    exercise: Exercise
    count: int
    full: float | None
    mean: float | None
    verdicts: dict[str, int]
    mistakes: list[tuple[str, int]]
    discrimination: float | None
    why: str
    seconds: tuple[float, float] | None


@dataclass(frozen=True)
class Analysis:
    """How a lab did.

    Attributes:
        attempts: how many count, unreadable ones too.
        students: whose they are.
        unreadable: how many files are no notebooks of the lab; nothing below counts them.
        points: of each other attempt, as the checks gave them.
        seconds: median and 90th percentile for a student's cells, the checks, and all, by name.
    """

    items: list[Item]
    attempts: int
    students: int
    unreadable: int
    points: NDArray[np.float64]
    seconds: dict[str, tuple[float, float]]

    @property
    def possible(self) -> float:
        """The points of all exercises, extra ones too."""
        return sum(item.exercise.points for item in self.items)


def write_analysis(
    gradebook: Gradebook,
    lab: Lab,
    folder: CourseFolder,
    totals: Iterable[Total],
    alike: Alike,
) -> Path:
    """Write the page into the course's folder and return where.

    Args:
        gradebook: what the checks said.
        lab: which one.
        folder: of the course.
        totals: of the class, which say the attempt of each student that counts.
        alike: the submissions that are alike.
    """
    names: dict[str, str] = {}
    attempts: dict[str, int] = {}
    for total in totals:
        names[total.student] = total.name
        attempts[total.student] = total.attempt.id
    found = analysis(gradebook, lab, attempts)
    path = folder.root / "analysis" / f"{lab.name}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    page = _page.render(
        title=f"Lab {lab.name.replace('_', ' ')}",
        analysis=found,
        verdicts=VERDICTS,
        figures=[(picture(figure), alt) for figure, alt in figures(found)],
        pairs=alike.pairs,
        cut=alike.cut,
        names=names,
    )
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def analysis(gradebook: Gradebook, lab: Lab, attempts: dict[str, int]) -> Analysis:
    """Count what the checks said.

    Args:
        gradebook: where it stands.
        lab: which one.
        attempts: the number of the attempt that counts, for each student.
    """
    counted = set(attempts.values())
    readable = counted - gradebook.unreadable(lab.name)
    table = _Table(lab.exercises, sorted(readable))
    for mark in _marks(gradebook, lab, readable):
        table.add(mark)
    seconds = _durations(gradebook, lab, readable)
    return Analysis(
        items=[table.item(k) for k in range(len(lab.exercises))],
        attempts=len(counted),
        students=len(attempts),
        unreadable=len(counted - readable),
        points=np.nansum(table.points, axis=0),
        seconds={name: _quantiles(values) for name, values in seconds.items() if len(values)},
    )


# ---- What stands in the gradebook ----


class _Mark(NamedTuple):
    attempt: int
    exercise: str
    verdict: str
    points: float
    possible: float
    mistake: str | None
    seconds: float | None


def _marks(gradebook: Gradebook, lab: Lab, counted: set[int]) -> Iterator[_Mark]:
    """One mark for each exercise of each attempt: of several markings the best, as in grades."""
    said = MarkRow.said
    query = (
        sql.select(
            Marking.attempt,
            MarkRow.exercise,
            MarkRow.verdict,
            MarkRow.points,
            MarkRow.possible,
            said["mistake"].as_string(),
            said["seconds"].as_float(),
        )
        .join(Marking, Marking.id == MarkRow.marking)
        .join(Attempt, Attempt.id == Marking.attempt)
        .where(Attempt.lab == lab.name, Marking.counts)
        .order_by(Marking.attempt, MarkRow.exercise, MarkRow.points.desc(), Marking.id.desc())
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    with gradebook.session() as session:
        for (attempt, _), rows in groupby(session.execute(query), key=lambda row: row[:2]):
            if attempt in counted:
                yield _Mark(*next(rows))


def _durations(gradebook: Gradebook, lab: Lab, counted: set[int]) -> dict[str, NDArray[np.float64]]:
    """The seconds of the last marking of each attempt."""
    query = (
        sql.select(Marking.attempt, Marking.seconds)
        .join(Attempt, Attempt.id == Marking.attempt)
        .where(Attempt.lab == lab.name, Marking.counts)
        .order_by(Marking.attempt, Marking.id.desc())
        .execution_options(yield_per=ROWS_AT_ONCE)
    )
    found: dict[str, list[float]] = {"cells": [], "checks": [], "all": []}
    with gradebook.session() as session:
        for attempt, rows in groupby(session.execute(query), key=lambda row: row[0]):
            _, seconds = next(rows)
            if attempt not in counted:
                continue
            for name in found.keys() & seconds.keys():
                found[name].append(seconds[name])
    return {name: np.array(values, float) for name, values in found.items()}


# ---- From marks to figures of merit ----


@dataclass
class _Table:
    """What each attempt (across) got for each exercise (down); nan where it has no mark."""

    exercises: Sequence[Exercise]
    attempts: Sequence[int]
    points: NDArray[np.float64] = field(init=False)
    shares: NDArray[np.float64] = field(init=False)
    seconds: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        shape = (len(self.exercises), len(self.attempts))
        self.points, self.shares, self.seconds = (np.full(shape, np.nan) for _ in range(3))
        self._down = {exercise.id: k for k, exercise in enumerate(self.exercises)}
        self._across = {attempt: k for k, attempt in enumerate(self.attempts)}
        self._verdicts: list[Counter[str]] = [Counter() for _ in self.exercises]
        self._mistakes: list[Counter[str]] = [Counter() for _ in self.exercises]

    def add(self, mark: _Mark) -> None:
        """Count one mark; an exercise that the lab no longer has is left out."""
        k = self._down.get(mark.exercise)
        if k is None:
            return
        place = k, self._across[mark.attempt]
        if mark.verdict != "not judged":  # that tells of the check, not of the exercise
            self.points[place] = mark.points
            self.shares[place] = mark.points / mark.possible if mark.possible else 0.0
        if mark.seconds:
            self.seconds[place] = mark.seconds
        self._verdicts[k][mark.verdict] += 1
        if mark.mistake:
            self._mistakes[k][mark.mistake] += 1

    def item(self, k: int) -> Item:
        """What came of one exercise."""
        shares = self.shares[k]
        shares = shares[~np.isnan(shares)]
        discrimination, why = self._discrimination(k)
        seconds = self.seconds[k][~np.isnan(self.seconds[k])]
        return Item(
            exercise=self.exercises[k],
            count=self._verdicts[k].total(),
            full=float(np.mean(shares >= 1 - 1e-9)) if len(shares) else None,
            mean=float(np.mean(shares)) if len(shares) else None,
            verdicts={verdict: self._verdicts[k][verdict] for verdict in VERDICTS},
            mistakes=sorted(self._mistakes[k].items(), key=lambda one: (-one[1], one[0])),
            discrimination=discrimination,
            why=why,
            seconds=_quantiles(seconds) if len(seconds) else None,
        )

    def _discrimination(self, k: int) -> tuple[float | None, str]:
        """Pearson's correlation of an exercise with the rest of the lab, or why there is none."""
        if len(self.exercises) < 2:
            return None, "the lab has no other exercise"
        has = ~np.isnan(self.shares[k])
        if np.sum(has) < LEAST_TO_CORRELATE:
            return None, f"fewer than {LEAST_TO_CORRELATE} attempts"
        own = self.shares[k, has]
        rest = np.nansum(np.delete(self.points, k, axis=0)[:, has], axis=0)
        if np.ptp(own) < 1e-9:
            return None, "all got the same points here"
        if np.ptp(rest) < 1e-9:
            return None, "all got the same points in the rest"
        return float(np.corrcoef(own, rest)[0, 1]), ""


def _quantiles(values: NDArray[np.float64]) -> tuple[float, float]:
    half, most = np.quantile(values, [0.5, 0.9])
    return float(half), float(most)


# ---- Figures ----

_STYLE: dict[Any, Any] = {
    "axes.prop_cycle": cycler(color=COLORS),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 12,
    "font.size": 11,
    "hatch.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 10,
}


def figures(analysis: Analysis) -> Iterator[tuple[Figure, str]]:
    """The figures for which there is something to draw, each with its text for who cannot see."""
    with mpl.rc_context(_STYLE):
        if len(analysis.points):
            yield _verdict_shares(analysis), _verdicts_in_words(analysis)
            yield _points(analysis), _points_in_words(analysis)
        if any(item.discrimination is not None for item in analysis.items):
            yield _difficulty(analysis), _difficulty_in_words(analysis)
        if commonest := _commonest(analysis):
            words = "; ".join(f"{name}, {count}" for name, count in commonest)
            yield _mistakes(commonest), f"Bars of the commonest named mistakes: {words}."


def picture(figure: Figure) -> str:
    """A figure as an address that an img shows."""
    drawn = io.BytesIO()
    with mpl.rc_context(_STYLE):
        figure.savefig(drawn, format="png", dpi=DPI, facecolor="white")
    return f"data:image/png;base64,{base64.b64encode(drawn.getvalue()).decode()}"


def _verdict_shares(analysis: Analysis) -> Figure:
    items = analysis.items
    figure = Figure(figsize=(8.0, 1.9 + 0.36 * len(items)), layout="constrained")
    axes = figure.subplots()
    names = [item.exercise.id for item in items]
    left = np.zeros(len(items))
    for verdict, colour, hatch in zip(VERDICTS, COLORS, HATCHES, strict=False):
        width = np.array([item.verdicts[verdict] / max(item.count, 1) for item in items])
        if width.any():
            bars = axes.barh(names, width, left=left, height=0.7, color=colour, label=verdict)
            for bar in bars:
                bar.set(hatch=hatch, edgecolor="white")
        left += width
    axes.invert_yaxis()
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set(xlim=(0, 1), xlabel="share of attempts", ylabel="exercise")
    axes.set_title("What the checks said")
    figure.legend(loc="outside lower center", ncols=6, handlelength=1.6, columnspacing=1.2)
    return figure


def _verdicts_in_words(analysis: Analysis) -> str:
    rights = ", ".join(
        f"{item.exercise.id} {item.verdicts['right'] / max(item.count, 1):.0%}"
        for item in analysis.items
    )
    return f"Stacked bars of the verdicts, one an exercise. Share of right: {rights}."


def _points(analysis: Analysis) -> Figure:
    figure = Figure(figsize=(8.0, 3.2), layout="constrained")
    axes = figure.subplots()
    # Bars of one point, of two where there are many, so that they stay wide enough to see.
    width = max(1, int(np.ceil(analysis.possible / 20)))
    edges = np.arange(0, analysis.possible + width + 1e-9, width) - width / 2
    shown = np.clip(analysis.points, edges[0], edges[-1])
    axes.hist(shown, edges.tolist(), edgecolor="white")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True, nbins=6))
    # Where few points are possible, empty room on both sides keeps the bars from being walls.
    room = max(0.0, 10 - len(edges)) / 2 * width
    axes.set_xlim(edges[0] - room, edges[-1] + room)
    ticks = MaxNLocator(integer=True).tick_values(0, analysis.possible)
    axes.set_xticks([tick for tick in ticks if 0 <= tick <= analysis.possible])
    axes.set(xlabel=f"points of {analysis.possible:g}", ylabel="attempts")
    axes.set_title("Points of the class, as the checks gave them")
    return figure


def _points_in_words(analysis: Analysis) -> str:
    low, half, high = np.quantile(analysis.points, [0.25, 0.5, 0.75])
    return (
        f"Histogram of the points of {len(analysis.points)} attempts, of {analysis.possible:g}: "
        f"median {half:.3g}, quartiles {low:.3g} and {high:.3g}."
    )


def _difficulty(analysis: Analysis) -> Figure:
    figure = Figure(figsize=(8.0, 4.2), layout="constrained")
    axes = figure.subplots()
    shown = [item for item in analysis.items if item.discrimination is not None]
    for k, item in enumerate(shown):
        axes.plot(
            item.full or 0.0,
            item.discrimination or 0.0,
            MARKERS[k % len(MARKERS)],
            # The ninth has the first one's marker, and another colour.
            color=COLORS[(k + k // len(MARKERS)) % len(COLORS)],
            markersize=8,
            clip_on=False,
            label=item.exercise.id,
        )
    axes.axhline(0, color="black", linewidth=0.8, linestyle=":")
    low = min(0.0, *(item.discrimination or 0.0 for item in shown))
    axes.xaxis.set_major_formatter(PercentFormatter(1))
    axes.set(xlim=(0, 1), ylim=(min(-0.1, 1.1 * low), 1), ylabel="discrimination")
    axes.set_xlabel("success rate (all points)")
    axes.set_title("Hard and easy exercises, and how well they tell students apart")
    figure.legend(loc="outside right upper", title="exercise", ncols=1 + len(shown) // 12)
    return figure


def _difficulty_in_words(analysis: Analysis) -> str:
    words = "; ".join(
        f"{item.exercise.id} at {item.full:.0%} and {item.discrimination:.2f}"
        for item in analysis.items
        if item.discrimination is not None
    )
    return f"Success rate across and discrimination up, one point an exercise: {words}."


def _commonest(analysis: Analysis) -> list[tuple[str, int]]:
    every = [
        (f"{item.exercise.id} {name}", count)
        for item in analysis.items
        for name, count in item.mistakes
    ]
    return sorted(every, key=lambda one: -one[1])[:MOST_MISTAKES_DRAWN]


def _mistakes(commonest: Sequence[tuple[str, int]]) -> Figure:
    figure = Figure(figsize=(8.0, 1.3 + 0.34 * len(commonest)), layout="constrained")
    axes = figure.subplots()
    names = [name for name, _ in commonest]
    bars = axes.barh(names, [count for _, count in commonest], height=0.7)
    axes.bar_label(bars, padding=3)
    axes.invert_yaxis()
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.margins(x=0.08)
    axes.set(xlabel="attempts", ylabel="mistake")
    axes.set_title("The commonest named mistakes, each after its exercise")
    return figure


# ---- The page ----


def _with_code(sentence: str) -> Markup:
    """Set `names` between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(sentence))))


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True
)
_environment.filters["with_code"] = _with_code
_page = _environment.get_template("analysis.html")
