"""One's own bets over the course: how sure one was and how often right, lab by lab.

They are those beside the notebook, kept for their reader alone (`utils.checks.bets`).
"""

from __future__ import annotations

import collections
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from utils import plots
from utils.plots.display import image
from utils.plots.style import layout

try:
    from utils.checks import bets, kept
except ImportError:  # a grader's jail has neither
    bets = kept = None  # type: ignore[assignment]

NOT_KEPT = "Bets are not kept here."
NONE_YET = "You have not bet yet: the labs ask for a bet where they say `bet(...)`."


@dataclass(frozen=True)
class Report:
    """The bets, ready to be shown: a figure in a notebook, the same in words elsewhere."""

    made: tuple[bets.Bet, ...]
    where: str

    def __repr__(self) -> str:
        return "\n".join([*self._words(), self.where])

    def _repr_html_(self) -> str:
        words = self._words()
        figure = image(self.figure(), " ".join(words)) if self.made else ""
        return figure + "".join(f"<p>{escape(one)}</p>" for one in (*words, self.where))

    def figure(self) -> Figure:
        """Calibration, where it was said how sure one was, beside the bets of each lab."""
        sure = [one for one in self.made if one.sure is not None]
        fig = Figure(figsize=(9.6 if sure else 4.6, 4.2), layout=layout())
        *first, last = fig.subplots(1, 2 if sure else 1, squeeze=False)[0]
        if sure:
            said, right = _numbers(sure)
            plots.calibration(said, right, title=f"{len(sure)} bets", ax=first[0])
        _draw_labs(last, self.made)
        return fig

    def _words(self) -> list[str]:
        if not self.made:
            return []
        right = sum(one.right for one in self.made)
        lines = [f"{right} of {len(self.made)} bets were right."]
        if sure := [one for one in self.made if one.sure is not None]:
            said, came_true = _numbers(sure)
            lines.append(
                f"In the {len(sure)} where you said how sure you were, that was {said.mean():.0%} "
                f"on average, and {came_true.mean():.0%} were right."
            )
        missed = [one.id for one in self.made if not one.right]
        lines += [f"Missed: {', '.join(missed)}."] if missed else []
        return lines


def report() -> Report:
    """The first bet on each question."""
    place = kept.place(bets.FILE.name) if kept else None
    if place is None:
        return Report((), NOT_KEPT)
    made = tuple(bets.kept_bets())
    where = (
        f"They are kept for you alone, in {bets.FILE}: no grader reads them. Delete that file, and "
        "they are forgotten. `python3 run.py export` writes them into the file that it makes."
    )
    return Report(made, where if made else NONE_YET)


def _numbers(sure: Sequence[bets.Bet]) -> tuple[np.ndarray, np.ndarray]:
    said = np.array([one.sure for one in sure], float) / 100
    return said, np.array([one.right for one in sure], float)


def _draw_labs(ax: Axes, made: Sequence[bets.Bet]) -> None:
    """Draw how many bets of each lab were right, and how many missed."""
    counts = {
        is_right: collections.Counter(_lab(one) for one in made if one.right == is_right)
        for is_right in (True, False)
    }
    labs = sorted({_lab(one) for one in made})
    right = np.array([counts[True][lab] for lab in labs])
    missed = np.array([counts[False][lab] for lab in labs])
    ax.barh(labs, right, color=plots.BLUE, label="right")
    ax.barh(labs, missed, left=right, color=plots.ORANGE, hatch="//", label="missed")
    ax.invert_yaxis()
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(xlabel="bets", ylabel="lab", title="lab by lab")
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2, handlelength=1.2)


def _lab(one: bets.Bet) -> str:
    return one.id.partition(".")[0].zfill(2)
