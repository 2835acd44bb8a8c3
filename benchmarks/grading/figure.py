"""The figure: overhead a submission, and submissions a minute on two cores, of each grader."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from benchmarks.grading.goals import runs
from benchmarks.grading.graders import FLOOR, NBGRADER, OTTER, OURS
from benchmarks.race import quartiles
from benchmarks.report import figures
from utils.plots import COLORS

SHOWN = (OURS, NBGRADER, OTTER, FLOOR)
HATCHES = ("", "//", "..", "xx")
LEAST_OVERHEAD = 1e-3  # seconds; below that noise is all that a bar would show


def write(results: dict[str, Any], folder: Path) -> None:
    """Draw what was measured into a PNG file beside the tables."""
    if results["works"]:
        figure(results).savefig(folder / f"{results['name']}.png", dpi=110, facecolor="white")


def figure(results: dict[str, Any]) -> Figure:
    """Two planes of bars: a group a lab, a bar a grader, its quartiles as a line."""
    works = results["works"]
    drawn = Figure(figsize=(11, 2.2 + 0.85 * len(works)), layout="constrained")
    left, right = drawn.subplots(1, 2, sharey=True)
    _bars(left, works, 1, "overhead")
    left.set_xlabel("overhead a submission in s, one at a time (less is better)")
    _bars(right, works, 2, "per_minute")
    right.set_xlabel("submissions a minute on two cores (more is better)")
    left.set_yticks(range(len(works)), [work["work"] for work in works])
    left.set_ylim(len(works) - 0.5, -0.5)
    drawn.suptitle(f"Grading, {results['machine']['processor']}, {results['date']}")
    handles, labels = left.get_legend_handles_labels()
    drawn.legend(handles, labels, loc="outside lower center", ncols=len(SHOWN), frameon=False)
    return drawn


def _bars(axes: Axes, works: Sequence[dict[str, Any]], workers: int, number: str) -> None:
    height = 0.8 / len(SHOWN)
    for k, name in enumerate(SHOWN):
        places: list[float] = []
        middles: list[float] = []
        reach: list[tuple[float, float]] = []
        for row, work in enumerate(works):
            turns = [run for run in runs(work, name, workers) if not run.sentence]
            found = [value for run in turns if (value := getattr(run, number)) is not None]
            if found:
                low, middle, high = quartiles(np.maximum(found, LEAST_OVERHEAD).tolist())
                places.append(row + (k + 0.5) * height - 0.4)
                middles.append(middle)
                reach.append((middle - low, high - middle))
        axes.barh(
            places,
            middles,
            height=0.9 * height,
            xerr=np.array(reach).T if reach else None,
            color=COLORS[k],
            hatch=HATCHES[k],
            edgecolor="white",
            ecolor="black",
            capsize=2,
            label=name,
        )
        for place, middle, (_, above) in zip(places, middles, reach, strict=True):
            axes.annotate(
                figures(middle),
                (middle + above, place),
                xytext=(4, 0),
                textcoords="offset points",
                va="center",
                fontsize=8,
            )
    axes.set_xscale("log")
    axes.margins(x=0.15)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.grid(axis="x", color="0.85")
    axes.set_axisbelow(True)
