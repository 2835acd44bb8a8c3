"""The course's figures, one function each, and `show`, through which every figure goes.

A function takes data and returns a matplotlib Figure; with `ax=` it draws into that Axes instead
and returns the Figure that the Axes belongs to. A lab then writes
`plots.show(plots.gate_planes(...), alt="...")`. Colours never stand alone: markers, line styles
or words say the same.
"""

import base64
import html
import io
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.patches import Circle
from matplotlib.ticker import LogLocator, MaxNLocator, NullLocator
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from utils.data import Dataset

# Petroff's eight stay apart under simulated colour blindness (18 dE; matplotlib's default 4.6).
# Written out, because matplotlib knows them (as petroff8) only since 3.11.
COLORS = tuple("#1845fb #ff5e02 #c91f16 #c849a9 #adad7d #86c8dd #578dff #656364".split())
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":")

BLUE, ORANGE, GREY = COLORS[0], COLORS[1], COLORS[7]
# A class of zeros and ones looks the same in every figure.
_CLASSES = {0: (ORANGE, "o"), 1: (BLUE, "s")}
# Paler than the points that lie on it.
_ORANGE_TO_BLUE = LinearSegmentedColormap.from_list(
    "orange_to_blue", ["#ff9e68", "white", "#748ffd"]
)

# Drawn denser than it is shown, so that it stays sharp on a dense screen.
_SHOWN_DPI = 100
_DRAWN_DPI = 160
_LARGEST_PNG = 100_000


def use_style() -> None:
    """Set matplotlib's defaults (colours, sizes, layout) for figures that a notebook draws."""
    for name, value in _STYLE.items():
        mpl.rcParams[name] = value


_STYLE: dict[Any, Any] = {
    "axes.prop_cycle": cycler(color=COLORS),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlesize": 12,
    "axes.labelsize": 11,
    "figure.constrained_layout.use": True,
    "figure.dpi": _SHOWN_DPI,
    "figure.figsize": (6.4, 4.0),
    "font.size": 11,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "lines.markersize": 7,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
}


def show(fig: Figure, *, alt: str) -> None:
    """Display a figure with a text for those who cannot see it, and close it.

    The text says what there is to see, with the key numbers; tests compare figures by it.
    matplotlib's own notebook output has no place for such a text, hence the HTML.

    Raises:
        TypeError: `fig` is not a Figure.
        ValueError: `alt` is empty or a single word, or the figure needs over 100 kB.
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"show(fig, alt=...) needs a matplotlib Figure, not {type(fig).__name__}.")
    words = " ".join(alt.split())
    if " " not in words:
        raise ValueError(f"The text alt={alt!r} must say in a sentence what the figure shows.")
    png = _png(fig)
    _close(fig)
    width = round(fig.get_figwidth() * _SHOWN_DPI)
    image = (
        f'<img alt="{html.escape(words)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
    )
    _display({"text/html": image, "text/plain": f"[figure: {words}]"})


def _display(bundle: dict[str, str]) -> None:
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(bundle["text/plain"])
    else:
        display(bundle, raw=True)


def _close(fig: Figure) -> None:
    from matplotlib import pyplot

    pyplot.close(fig)


def _png(fig: Figure) -> bytes:
    """Draw a figure as PNG with at most 256 colours: a third of the bytes, no visible change."""
    for dpi in (_DRAWN_DPI, _SHOWN_DPI):
        drawn, packed = io.BytesIO(), io.BytesIO()
        fig.savefig(drawn, format="png", dpi=dpi, facecolor="white")
        Image.open(drawn).convert("RGB").quantize(256).save(packed, format="png", optimize=True)
        if packed.tell() <= _LARGEST_PNG:
            return packed.getvalue()
    raise ValueError(
        f"The figure takes {packed.tell() // 1000} kB as PNG, over {_LARGEST_PNG // 1000} kB: "
        "draw it smaller or with fewer points."
    )


# --- planes: points with two coordinates and a class ---------------------------------------------


def decision_regions(
    predict: Callable[[NDArray[np.float64]], ArrayLike],
    X: ArrayLike,
    y: ArrayLike,
    *,
    title: str = "",
    feature_names: Sequence[str] = ("$x_1$", "$x_2$"),
    score_name: str = "score",
    threshold: float = 0.5,
    margin: float = 0.4,
    steps: int = 161,
    ax: Axes | None = None,
) -> Figure:
    """Draw what a classifier says all over the plane, its boundary, and the data.

    Args:
        predict: (m, 2) points -> (m,) or (m, 1) scores, 0 for one class and 1 for the other;
            called once, with all m = steps**2 points of the grid.
        X: the data, shape (n, 2).
        y: their classes, shape (n,), zeros and ones.
        title: above the plane.
        feature_names: the two axes, with units.
        score_name: beside the colour bar.
        threshold: the score at which the boundary is drawn.
        margin: how far the plane reaches beyond the data, in parts of the data's range.
        steps: points of the grid along each axis.
        ax: draw here instead of in a new figure.

    Raises:
        ValueError: `X`, `y` or what `predict` returns has another shape; the message says which.
    """
    X, y = _plane(X, y)
    fig, ax = _canvas(ax, (5.4, 4.2))
    low, high = _limits(X, margin)
    across, up = np.meshgrid(*(np.linspace(low[i], high[i], steps) for i in (0, 1)))
    scores = _scores(predict, np.column_stack([across.ravel(), up.ravel()])).reshape(across.shape)

    # An odd number of bands, so that the threshold lies in the white one.
    levels = np.linspace(threshold - 0.5, threshold + 0.5, 22)
    filled = ax.contourf(across, up, scores, levels, cmap=_ORANGE_TO_BLUE, extend="both")
    fig.colorbar(filled, ax=ax, label=score_name, ticks=np.linspace(levels[0], levels[-1], 5))
    if np.ptp(scores) < 1e-6:  # rounding noise around a constant would draw a boundary of its own
        note = f"{score_name} {scores.mean():.2f} everywhere: no boundary"
        ax.text(0.5, 0.5, note, transform=ax.transAxes, ha="center", va="center")
    elif scores.min() < threshold < scores.max():
        ax.contour(across, up, scores, [threshold], colors="black", linewidths=2, linestyles="--")
    _draw_classes(ax, X, y)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    _few_ticks(ax)
    ax.set(title=title, xlabel=feature_names[0], ylabel=feature_names[1])
    return fig


def gate_planes(
    gates: Mapping[str, ArrayLike],
    *,
    lines: Mapping[str, tuple[ArrayLike, float]] | None = None,
) -> Figure:
    """Draw truth tables as the four corners of a square, one panel a gate (003 L147-150).

    Args:
        gates: name -> outputs for the inputs 00, 01, 10, 11, shape (4,).
        lines: name -> (w, b), the line w.x + b = 0 with its positive side shaded; if `lines` is
            given, a gate without one gets a question mark.

    Raises:
        ValueError: a gate has not four outputs, each 0 or 1.
    """
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    fig = Figure(figsize=(2.6 * len(gates) + 0.3, 3.5), layout=_layout())
    panels = fig.subplots(1, len(gates), squeeze=False)[0]
    for ax, (name, outputs) in zip(panels, gates.items(), strict=True):
        X, y = _plane(corners, outputs)
        _square(ax, (-0.45, 1.45))
        if lines is not None and name in lines:
            _draw_half_plane(ax, *lines[name])
        elif lines is not None:
            ax.text(0.5, 0.5, "?", fontsize=28, ha="center", va="center", color=GREY)
        _draw_classes(ax, X, y)
        ax.set(title=name, xlabel="$x_1$", xticks=(0, 1), yticks=(0, 1))
    panels[0].set_ylabel("$x_2$")
    fig.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


def hidden_space(
    X: ArrayLike,
    H: ArrayLike,
    y: ArrayLike,
    *,
    readout: tuple[ArrayLike, float] | None = None,
    threshold: float = 0.5,
    names: Sequence[str] | None = None,
    hidden_names: Sequence[str] = ("$h_1$", "$h_2$"),
    title: str = "",
) -> Figure:
    """Draw the inputs beside what the hidden layer makes of them (004 L193-206).

    Points that fall together are drawn once, ringed, with their names joined by an equals sign; a
    grey diamond stands where points of both classes fall together.

    Args:
        X: inputs, shape (n, 2).
        H: outputs of the hidden layer for them, shape (n, 2).
        y: classes, shape (n,), zeros and ones.
        readout: (w, b) of the output unit; draws the line w.h + b = threshold.
        threshold: 0.5 for an output compared with 0.5, 0 for a step unit.
        names: a name for each point; by default its corner, 0 for the smaller value of an input
            and 1 for the larger, as in "01".
        hidden_names: the axes of the hidden plane.
        title: above both planes.

    Raises:
        ValueError: the shapes do not fit; the message says which.
    """
    X, y = _plane(X, y)
    H, _ = _plane(H, y)
    names = list(names or _corner_names(X))
    fig = Figure(figsize=(7.6, 4.4), layout=_layout())
    left, right = fig.subplots(1, 2)
    for ax, points in ((left, X), (right, H)):
        low, high = _limits(points, 0.35)
        reach = max(high - low) / 2
        middle = (low + high) / 2
        ax.set(xlim=middle[0] + [-reach, reach], ylim=middle[1] + [-reach, reach], aspect="equal")
        _few_ticks(ax)
        _draw_classes(ax, points, y)
    _name_points(left, X, y, names)
    if readout is None:
        _name_points(right, H, y, names)
    else:
        w, b = np.asarray(readout[0], float).ravel(), float(readout[1]) - threshold
        _draw_half_plane(right, w, b)
        _name_points(right, H, y, names, below=(H @ w + b) * w[1] < 0)
    left.set(title="inputs", xlabel="$x_1$", ylabel="$x_2$")
    right.set(title="hidden layer", xlabel=hidden_names[0], ylabel=hidden_names[1])
    fig.suptitle(title)
    fig.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=2)
    return fig


def scatter_by_class(
    dataset: Dataset, *pairs: tuple[str, str], titles: Sequence[str] | None = None
) -> Figure:
    """Draw pairs of columns against each other, one panel a pair, one colour and marker a class.

    Args:
        dataset: one with classes, such as `data.iris()`.
        pairs: (column across, column up), by name.
        titles: one a panel.

    Raises:
        ValueError: no pair is given, a column is unknown, or the data set has no classes.
    """
    if not pairs:
        raise ValueError("scatter_by_class needs at least one pair of column names.")
    labels = dataset.labels
    fig = Figure(figsize=(4.1 * len(pairs), 3.9), layout=_layout())
    panels = fig.subplots(1, len(pairs), squeeze=False)[0]
    for ax, pair, title in zip(panels, pairs, titles or [""] * len(pairs), strict=True):
        points = dataset.columns(*pair)
        for i, name in enumerate(dataset.target_names):
            ax.scatter(*points[labels == name].T, **_class_style(i), label=name)
        ax.set(title=title, xlabel=pair[0], ylabel=pair[1])
    fig.legend(
        *panels[0].get_legend_handles_labels(),
        loc="outside lower center",
        ncols=len(dataset.target_names),
    )
    return fig


def predicted_against_true(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    names: Sequence[str],
    classes: Sequence[str] | None = None,
) -> Figure:
    """Draw predictions against the truth, one panel an output; on the diagonal they agree.

    Args:
        y_true: shape (n,) or (n, k).
        y_pred: the same shape.
        names: the k outputs, with units.
        classes: a class in words for each row, shape (n,), for colours and markers.

    Raises:
        ValueError: the shapes differ, or `names` has not one name an output.
    """
    true, pred = (np.asarray(a, float) for a in (y_true, y_pred))
    if true.shape != pred.shape:
        raise ValueError(f"y_true has shape {true.shape} and y_pred {pred.shape}: make them equal.")
    true, pred = (a.reshape(len(a), -1) for a in (true, pred))
    if len(names) != true.shape[1]:
        raise ValueError(f"There are {true.shape[1]} outputs and {len(names)} names.")
    groups = np.full(len(true), "") if classes is None else np.asarray(classes)
    fig = Figure(figsize=(4.1 * len(names), 4.1), layout=_layout())
    panels = fig.subplots(1, len(names), squeeze=False)[0]
    for j, (ax, name) in enumerate(zip(panels, names, strict=True)):
        both = np.concatenate([true[:, j], pred[:, j]])
        space = 0.06 * np.ptp(both) or 1.0
        _square(ax, (both.min() - space, both.max() + space))
        ax.axline((both.min(), both.min()), slope=1, color="black", linewidth=1, linestyle="--")
        for i, group in enumerate(dict.fromkeys(groups)):
            chosen = groups == group
            ax.scatter(true[chosen, j], pred[chosen, j], **_class_style(i), label=group)
        rmse = np.sqrt(np.mean((true[:, j] - pred[:, j]) ** 2))
        _few_ticks(ax)
        ax.set(title=f"{name}, RMSE {rmse:.2f}", xlabel="true", ylabel="predicted")
    if classes is not None:
        fig.legend(
            *panels[0].get_legend_handles_labels(),
            loc="outside lower center",
            ncols=len(dict.fromkeys(groups)),
        )
    return fig


def _plane(X: ArrayLike, y: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    X, y = np.asarray(X, float), np.asarray(y)
    if X.ndim != 2 or X.shape[1] != 2:
        raise ValueError(f"A plane needs points of shape (n, 2), not {X.shape}.")
    if y.size != len(X):
        raise ValueError(f"There are {len(X)} points and {y.size} classes: one class a point.")
    if not np.isin(y, (0, 1)).all():
        raise ValueError(f"The classes must be 0 and 1, not {np.unique(y)[:5].tolist()}.")
    return X, y.astype(int).ravel()


def _scores(
    predict: Callable[[NDArray[np.float64]], ArrayLike], points: NDArray[np.float64]
) -> NDArray[np.float64]:
    scores = np.asarray(predict(points), float)
    if scores.size != len(points):
        raise ValueError(
            f"predict got points of shape {points.shape} and returned shape {scores.shape}: "
            f"it must return one score a point, shape ({len(points)},)."
        )
    return scores.ravel()


def _limits(
    points: NDArray[np.float64], margin: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = points.min(axis=0), points.max(axis=0)
    space = np.where(high > low, (high - low) * margin, max(margin, margin * np.ptp(points)))
    return low - space, high + space


def _few_ticks(ax: Axes) -> None:
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def _corner_names(X: NDArray[np.float64]) -> list[str]:
    if any(len(np.unique(column)) > 2 for column in X.T):
        return [str(i + 1) for i in range(len(X))]
    smaller = X.min(axis=0)
    return ["".join(str(int(value)) for value in row) for row in smaller < X]


def _square(ax: Axes, limits: tuple[float, float]) -> None:
    ax.set(xlim=limits, ylim=limits, aspect="equal")


def _draw_classes(ax: Axes, X: NDArray[np.float64], y: NDArray[np.int64]) -> None:
    for value, (color, marker) in _CLASSES.items():
        chosen = y == value
        ax.scatter(
            X[chosen, 0],
            X[chosen, 1],
            s=80,
            color=color,
            marker=marker,
            edgecolors="black",
            label=f"y = {value}",
            zorder=3,
        )


# Not in the palette's order: orange and red, its second and third, are close in small points.
_CLASS_COLORS = (0, 1, 3, 7, 5, 4, 2, 6)


def _class_style(i: int) -> dict[str, Any]:
    return {
        "color": COLORS[_CLASS_COLORS[i]],
        "marker": MARKERS[i],
        "s": 34,
        "alpha": 0.75,
        "edgecolors": "black",
        "linewidths": 0.4,
    }


def _draw_half_plane(ax: Axes, w: ArrayLike, b: float) -> None:
    """Draw the line w.x + b = 0 and shade the side where it is positive, within the limits."""
    w = np.asarray(w, float).ravel()
    x_limits, y_limits = ax.get_xlim(), ax.get_ylim()
    across, up = np.meshgrid(np.linspace(*x_limits, 200), np.linspace(*y_limits, 200))
    z = w[0] * across + w[1] * up + b
    if z.max() > 0:
        ax.contourf(across, up, z, [0, max(z.max(), 1e-9)], colors=[BLUE], alpha=0.15)
    if z.min() < 0 < z.max():
        ax.contour(across, up, z, [0], colors="black", linewidths=1.8)


def _name_points(
    ax: Axes,
    points: NDArray[np.float64],
    y: NDArray[np.int64],
    names: Sequence[str],
    *,
    below: NDArray[np.bool_] | None = None,
) -> None:
    """Write names beside points; ring those that several inputs share, grey where classes mix.

    `below`, shape (n,), puts a name under its point, where a line runs above it.
    """
    places, which = np.unique(np.round(points, 6), axis=0, return_inverse=True)
    for i, place in enumerate(places):
        here = np.flatnonzero(which.ravel() == i).tolist()
        if len(set(y[here])) > 1:
            ax.scatter(
                place[:1], place[1:], s=140, marker="D", color=GREY, edgecolors="black", zorder=4
            )
        elif len(here) > 1:
            ax.scatter(place[:1], place[1:], s=260, c="none", edgecolors="black", zorder=4)
        is_below = below is not None and below[here[0]]
        ax.annotate(
            " = ".join(names[k] for k in here),
            place,
            xytext=(0, -13 if is_below else 13),
            textcoords="offset points",
            ha="center",
            va="top" if is_below else "bottom",
            fontweight="bold",
            zorder=5,
        )


# --- curves and distributions --------------------------------------------------------------------


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
        metric: the key to draw; its validation is "val_" + metric.
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
    fig, ax = _canvas(ax, (6.4, 4.0))
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
    fig, ax = _canvas(ax, (6.4, 4.0))
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


# --- networks ------------------------------------------------------------------------------------


def network(
    layer_sizes: Sequence[int],
    *,
    unit_names: Sequence[Sequence[str]] | None = None,
    layer_names: Sequence[str] | None = None,
    weights: Sequence[ArrayLike] | None = None,
    biases: Sequence[ArrayLike] | None = None,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw a dense network, inputs on the left.

    With `weights`, a positive one is a solid blue line and a negative one a dashed orange line,
    thicker the larger it is, with its number on it where there is room; zero is a dotted line.

    Args:
        layer_sizes: units a layer, inputs first: (2, 2, 1). A layer of more than six units is
            drawn as five and dots.
        unit_names: for each layer the names of its units; `""` leaves a unit without one.
        layer_names: under the layers; by default input, hidden, output.
        weights: for each layer after the first its kernel, shape (in, out).
        biases: for each layer after the first its bias, shape (out,).
        title: above the network.
        ax: draw here instead of in a new figure.

    Raises:
        ValueError: fewer than two layers, or names, weights or biases that do not fit the sizes.
    """
    sizes = [int(size) for size in layer_sizes]
    if len(sizes) < 2 or min(sizes) < 1:
        raise ValueError(f"A network needs two layers or more with units in them, not {sizes}.")
    kernels = _fitting("weights", weights, list(pairwise(sizes)))
    shifts = _fitting("biases", biases, [(size,) for size in sizes[1:]])
    unit_names = unit_names or [[""] * size for size in sizes]
    if [len(names) for names in unit_names] != sizes:
        raise ValueError(f"unit_names must hold {sizes} names, one list a layer.")

    shown = [_shown_units(size) for size in sizes]
    rows = max(len(units) + (len(units) < size) for units, size in zip(shown, sizes, strict=True))
    places = [
        _unit_places(units, size, x=_ACROSS * i)
        for i, (units, size) in enumerate(zip(shown, sizes, strict=True))
    ]
    width = _ACROSS * (len(sizes) - 1) + 2 * _EDGE
    middle = (max(rows, 2) - 1) / 2
    bottom, top = -middle - 1.15, middle + 0.4
    scale = min(1.0, _WIDEST / width)
    fig, ax = _canvas(ax, (scale * width, scale * (top - bottom) + (0.35 if title else 0.0)))
    for i, (here, there) in enumerate(pairwise(places)):
        _draw_edges(ax, here, there, None if kernels is None else kernels[i])
    for i, units in enumerate(places):
        _draw_units(ax, units, unit_names[i], None if shifts is None or i == 0 else shifts[i - 1])
        if len(units) < sizes[i]:
            (x, above), (_, below) = units[shown[i][-2]], units[shown[i][-1]]
            ax.text(x, (above + below) / 2, "⋮", fontsize=20, ha="center", va="center")
    for i, name in enumerate(layer_names or _layer_names(len(sizes))):
        ax.text(_ACROSS * i, bottom, f"{name}\n({sizes[i]})", ha="center", va="bottom")
    ax.set(title=title, xlim=(-_EDGE, width - _EDGE), ylim=(bottom, top), aspect="equal")
    ax.axis("off")
    return fig


# One unit of the drawing is about an inch.
_ACROSS = 2.0
_EDGE = 0.7
_WIDEST = 7.5
_RADIUS = 0.3
_MOST_UNITS = 6
_MOST_NUMBERS = 24
_NUMBER_WIDTH, _NUMBER_HEIGHT = 0.5, 0.2


def _fitting(
    what: str, arrays: Sequence[ArrayLike] | None, shapes: Sequence[tuple[int, ...]]
) -> list[NDArray[np.float64]] | None:
    if arrays is None:
        return None
    found = [np.asarray(array, float) for array in arrays]
    if [array.shape for array in found] != list(shapes):
        got = ", ".join(str(array.shape) for array in found)
        raise ValueError(f"{what} must have the shapes {', '.join(map(str, shapes))}, not {got}.")
    return found


def _layer_names(count: int) -> list[str]:
    hidden = ["hidden"] if count == 3 else [f"hidden {i}" for i in range(1, count - 1)]
    return ["input", *hidden, "output"]


def _shown_units(size: int) -> list[int]:
    if size <= _MOST_UNITS:
        return list(range(size))
    return [*range(_MOST_UNITS - 2), size - 1]


def _unit_places(units: Sequence[int], size: int, *, x: float) -> dict[int, tuple[float, float]]:
    """Place the shown units of a layer one below the other; the dots take a row of their own."""
    rows = [row + (len(units) < size and row == len(units) - 1) for row in range(len(units))]
    middle = rows[-1] / 2
    return {unit: (x, middle - row) for unit, row in zip(units, rows, strict=True)}


def _draw_edges(
    ax: Axes,
    here: Mapping[int, tuple[float, float]],
    there: Mapping[int, tuple[float, float]],
    kernel: NDArray[np.float64] | None,
) -> None:
    largest = 1.0 if kernel is None else max(float(np.abs(kernel).max()), 1e-12)
    with_numbers = len(here) * len(there) <= _MOST_NUMBERS
    taken: list[tuple[float, float]] = []
    for i, start in here.items():
        for j, end in there.items():
            weight = None if kernel is None else float(kernel[i, j])
            ax.plot(*zip(start, end, strict=True), zorder=1, **_edge_style(weight, largest))
            if with_numbers and weight is not None:
                taken.append(_free_place(start, end, taken))
                _write(ax, *taken[-1], _number(weight))


def _free_place(
    start: tuple[float, float], end: tuple[float, float], taken: Sequence[tuple[float, float]]
) -> tuple[float, float]:
    """Find a place on a line for its number, nearest to the start, that no other number covers."""
    places = [
        (start[0] + part * (end[0] - start[0]), start[1] + part * (end[1] - start[1]))
        for part in (0.3, 0.24, 0.36, 0.42, 0.6, 0.66, 0.72, 0.54, 0.48)
    ]
    free = (
        (x, y)
        for x, y in places
        if all(abs(x - a) > _NUMBER_WIDTH or abs(y - b) > _NUMBER_HEIGHT for a, b in taken)
    )
    return next(free, places[0])


def _write(ax: Axes, x: float, y: float, text: str) -> None:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    ax.text(x, y, text, fontsize=10, ha="center", va="center", zorder=2, bbox=box)


def _edge_style(weight: float | None, largest: float) -> dict[str, Any]:
    if weight is None:
        return {"color": GREY, "linewidth": 0.8, "linestyle": "-"}
    if weight == 0:
        return {"color": GREY, "linewidth": 1.0, "linestyle": ":"}
    color, line = (BLUE, "-") if weight > 0 else (ORANGE, "--")
    return {"color": color, "linewidth": 0.8 + 2.0 * abs(weight) / largest, "linestyle": line}


def _draw_units(
    ax: Axes,
    units: Mapping[int, tuple[float, float]],
    names: Sequence[str],
    bias: NDArray[np.float64] | None,
) -> None:
    for unit, (x, y) in units.items():
        ax.add_patch(
            Circle((x, y), _RADIUS, facecolor="white", edgecolor="black", linewidth=1.2, zorder=3)
        )
        size = 11 if len(names[unit]) <= 3 or "$" in names[unit] else 9
        ax.text(x, y, names[unit], fontsize=size, ha="center", va="center", zorder=4)
        if bias is not None:
            _write(ax, x, y - _RADIUS - 0.15, f"b = {_number(bias[unit])}")


def _number(value: float) -> str:
    """Write a weight in at most two decimals, without idle zeros, with a true minus."""
    return f"{round(value, 2) + 0.0:g}".replace("-", "\N{MINUS SIGN}")


def _layout() -> ConstrainedLayoutEngine:
    return ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)


def _canvas(ax: Axes | None, size: tuple[float, float]) -> tuple[Figure, Axes]:
    if ax is None:
        fig = Figure(figsize=size, layout=_layout())
        return fig, fig.subplots()
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("The Axes given as ax= belongs to no figure: take it from a new figure.")
    return figure, ax
