"""Learning curves, distributions over many runs, and how often forecasts come true."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray

from utils.plots.style import BLUE, COLORS, ORANGE, canvas


def learning_curves(
    history: Mapping[str, ArrayLike] | Sequence[Mapping[str, ArrayLike]],
    *,
    metric: str = "loss",
    ylabel: str = "",
    baselines: Mapping[str, float] | None = None,
    log: bool = False,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw a metric over the epochs, for training and, where recorded, for validation.

    Args:
        history: what `model.fit(...).history` holds, or a list of them, one a seed: then each is
            thin and their median thick.
        metric: the key to draw; its validation is `"val_" + metric`.
        ylabel: with the unit; by default the metric's name.
        baselines: label -> value, drawn as level lines.
        log: a logarithmic vertical axis.
        title: above the figure.
        ax: draw here instead of in a new figure.

    Raises:
        ValueError: the list is empty, or a history lacks the metric; the message lists its keys.
    """
    histories = [history] if isinstance(history, Mapping) else list(history)
    if not histories:
        raise ValueError("learning_curves needs at least one history.")
    fig, ax = canvas(ax, (6.4, 4.0))
    for key, name, color, line in (
        (metric, "training", BLUE, "-"),
        (f"val_{metric}", "validation", ORANGE, "--"),
    ):
        if key == metric or all(key in one for one in histories):
            _draw_runs(ax, _runs(histories, key), name, color, line)
    for (name, value), line in zip((baselines or {}).items(), (":", "-.") * 4, strict=False):
        ax.axhline(value, color="black", linewidth=1.3, linestyle=line, label=f"{name} {value:.4g}")
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(title=title, xlabel="epoch", ylabel=ylabel or metric)
    if log:
        ax.set_yscale("log")
        _plain_log_ticks(ax.yaxis)
    ax.legend()
    return fig


def spread(
    values: ArrayLike,
    *,
    xlabel: str,
    marks: Mapping[str, float] | None = None,
    log: bool = False,
    bins: int = 20,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw how a number spreads over many runs, each run a tick, with some numbers marked.

    Args:
        values: one number a run, shape (n,); all finite.
        xlabel: what the number is, with its unit.
        marks: label -> value, such as the lecture's number; drawn as vertical lines.
        log: a logarithmic horizontal axis; the values must be positive.
        bins: bars of the histogram.
        title: above the figure.
        ax: draw here instead of in a new figure.

    Raises:
        ValueError: there are no values, or some cannot be drawn; the message says how many.
    """
    values = np.asarray(values, float).ravel()
    bad = ~np.isfinite(values) | (log & (values <= 0))
    if bad.any() or not values.size:
        raise ValueError(
            f"{bad.sum()} of {values.size} values cannot be drawn: they must be finite"
            f"{' and positive' if log else ''}."
        )
    fig, ax = canvas(ax, (6.4, 4.0))
    edges = np.geomspace if log else np.linspace
    low, high = values.min(), values.max()
    if low == high:
        low, high = (low / 1.1, high * 1.1) if log else (low - 0.5, high + 0.5)
    counts, _, _ = ax.hist(
        values, bins=edges(low, high, bins + 1).tolist(), color=BLUE, alpha=0.45, edgecolor="white"
    )
    height = float(np.max(counts))
    ax.plot(values, np.full(values.size, -0.045 * height), "|", color=BLUE, markersize=9)
    shown = {"median": float(np.median(values)), **(marks or {})}
    styles = zip(shown.items(), ("black", *COLORS[1:]), ("-", "--", "-.", ":") * 2, strict=False)
    for (name, value), color, line in styles:
        ax.axvline(value, color=color, linewidth=2, linestyle=line, label=f"{name} {value:.4g}")
    if log:
        ax.set_xscale("log")
        _plain_log_ticks(ax.xaxis)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
    ax.set(title=title, xlabel=xlabel, ylabel=f"runs (of {values.size})")
    ax.set_ylim(bottom=-0.1 * height)
    # Below the plane: a marked value may stand anywhere in it.
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.2), ncols=2)
    return fig


def calibration(
    said: ArrayLike,
    came_true: ArrayLike,
    *,
    bins: int = 10,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw how often forecasts came true, against how probable they were called.

    Forecasts are gathered in groups of nearly the same probability. A grey bar shows where the
    share of a group lies for 95 of 100 forecasters who are right as often as they say.

    Args:
        said: the probabilities, shape (n,), from 0 to 1.
        came_true: zeros and ones, shape (n,).
        bins: groups between 0 and 1; empty ones are left out.
        title: above the figure.
        ax: draw here instead of in a new figure.

    Raises:
        ValueError: there are no forecasts, or as many outcomes; some are no probabilities.
    """
    from scipy.stats import binom

    said, came_true = np.asarray(said, float).ravel(), np.asarray(came_true, float).ravel()
    if not said.size or said.shape != came_true.shape:
        raise ValueError(
            f"calibration needs an outcome for each forecast, not {came_true.size} for {said.size}."
        )
    if not np.all((said >= 0) & (said <= 1)):
        raise ValueError("The forecasts must be probabilities, from 0 to 1: divide percentages.")
    fig, ax = canvas(ax, (5.0, 4.4))
    # A probability on the border of two groups belongs to the upper one, whatever floats say.
    group = np.minimum(np.floor(said * bins + 1e-9), bins - 1)
    rows = [said[group == k] for k in np.unique(group)]
    shares = np.array([came_true[group == k].mean() for k in np.unique(group)])
    middle, counts = np.array([np.mean(one) for one in rows]), np.array([len(one) for one in rows])
    ax.plot([0, 1], [0, 1], color="black", linewidth=1, linestyle=":", label="calibrated")
    low, high = (binom.ppf(q, counts, middle) / counts for q in (0.025, 0.975))
    ax.vlines(middle, low, high, color="silver", linewidth=7, label="chance, 95 of 100")
    ax.plot(middle, shares, "o", color=BLUE, markeredgecolor="black", label="came true")
    for x, y, count in zip(middle, shares, counts, strict=True):
        ax.annotate(f"{count}", (x, y), xytext=(8, -4), textcoords="offset points", fontsize=9)
    ax.set(xlim=(-0.03, 1.08), ylim=(-0.03, 1.05), title=title)
    ax.set(xlabel="probability that was said", ylabel="share that came true")
    # Below the plane: a group may lie anywhere in it.
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=3, handlelength=1.2)
    return fig


def _plain_log_ticks(axis: Axis) -> None:
    """Label 0.1, 0.2, 0.3, 0.5, 1, ... instead of powers of ten."""
    axis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    axis.set_major_formatter("{x:g}")
    axis.set_minor_locator(NullLocator())


def _runs(histories: Sequence[Mapping[str, ArrayLike]], key: str) -> list[NDArray[np.float64]]:
    for one in histories:
        if key not in one:
            raise ValueError(f"The history has no {key!r}; it has {', '.join(map(repr, one))}.")
    return [np.asarray(one[key], float) for one in histories]


def _draw_runs(
    ax: Axes, runs: Sequence[NDArray[np.float64]], name: str, color: str, line: str
) -> None:
    if len(runs) > 1:
        for run in runs:
            ax.plot(np.arange(1, len(run) + 1), run, color=color, linewidth=0.7, alpha=0.35)
        shortest = min(len(run) for run in runs)
        middle = np.median([run[:shortest] for run in runs], axis=0)
        name = f"{name}, median of {len(runs)}"
    else:
        middle = runs[0]
    marker = "o" if len(middle) == 1 else ""
    epochs = np.arange(1, len(middle) + 1)
    ax.plot(epochs, middle, color=color, linewidth=2, linestyle=line, marker=marker, label=name)
