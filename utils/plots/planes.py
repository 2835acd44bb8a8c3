"""Points with two coordinates and a class, and the lines and regions that part them."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike, NDArray

from utils.plots.style import BLUE, CLASSES, GREY, ORANGE_TO_BLUE, canvas, layout


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
    fig, ax = canvas(ax, (5.4, 4.2))
    low, high = _limits(X, margin)
    across, up = np.meshgrid(*(np.linspace(low[i], high[i], steps) for i in (0, 1)))
    scores = _scores(predict, np.column_stack([across.ravel(), up.ravel()])).reshape(across.shape)

    # An odd number of bands, so that the threshold lies in the white one.
    levels = np.linspace(threshold - 0.5, threshold + 0.5, 22)
    filled = ax.contourf(across, up, scores, levels, cmap=ORANGE_TO_BLUE, extend="both")
    fig.colorbar(filled, ax=ax, label=score_name, ticks=np.linspace(levels[0], levels[-1], 5))
    if np.ptp(scores) < 1e-6:  # rounding noise around a constant would draw a boundary of its own
        note = f"{score_name} {scores.mean():.2f} everywhere: no boundary"
        ax.text(0.5, 0.5, note, transform=ax.transAxes, ha="center", va="center")
    elif scores.min() < threshold < scores.max():
        ax.contour(across, up, scores, [threshold], colors="black", linewidths=2, linestyles="--")
    _draw_classes(ax, X, y)
    ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    few_ticks(ax)
    ax.set(title=title, xlabel=feature_names[0], ylabel=feature_names[1])
    return fig


def gate_planes(
    gates: Mapping[str, ArrayLike],
    *,
    lines: Mapping[str, tuple[ArrayLike, float]] | None = None,
    ax: Axes | None = None,
) -> Figure:
    """Draw truth tables as the four corners of a square, one panel a gate.

    Args:
        gates: name -> outputs for the inputs 00, 01, 10, 11, shape (4,).
        lines: name -> (w, b), the line w.x + b = 0 with its positive side shaded; if `lines` is
            given, a gate without one gets a question mark.
        ax: draw the one gate here instead of in a new figure.

    Raises:
        ValueError: a gate has not four outputs, each 0 or 1, or there are several for one `ax`.
    """
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
    if ax is not None and len(gates) != 1:
        raise ValueError(f"One Axes has room for one gate, not for {len(gates)}.")
    if ax is not None:
        fig, panels = canvas(ax, (0, 0))[0], [ax]
    else:
        fig = Figure(figsize=(2.6 * len(gates) + 0.3, 3.5), layout=layout())
        panels = list(fig.subplots(1, len(gates), squeeze=False)[0])
    for panel, (name, outputs) in zip(panels, gates.items(), strict=True):
        X, y = _plane(corners, outputs)
        square(panel, (-0.45, 1.45))
        if lines is not None and name in lines:
            _draw_half_plane(panel, *lines[name])
        elif lines is not None:
            panel.text(0.5, 0.5, "?", fontsize=28, ha="center", va="center", color=GREY)
        _draw_classes(panel, X, y)
        panel.set(title=name, xlabel="$x_1$", xticks=(0, 1), yticks=(0, 1))
    panels[0].set_ylabel("$x_2$")
    if ax is not None:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    else:
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
    """Draw the inputs beside what the hidden layer makes of them.

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
    fig = Figure(figsize=(7.6, 4.4), layout=layout())
    left, right = fig.subplots(1, 2)
    for ax, points in ((left, X), (right, H)):
        low, high = _limits(points, 0.35)
        reach = max(high - low) / 2
        middle = (low + high) / 2
        ax.set(xlim=middle[0] + [-reach, reach], ylim=middle[1] + [-reach, reach], aspect="equal")
        few_ticks(ax)
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


def few_ticks(ax: Axes) -> None:
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))


def _corner_names(X: NDArray[np.float64]) -> list[str]:
    if any(len(np.unique(column)) > 2 for column in X.T):
        return [str(i + 1) for i in range(len(X))]
    smaller = X.min(axis=0)
    return ["".join(str(int(value)) for value in row) for row in smaller < X]


def square(ax: Axes, limits: tuple[float, float]) -> None:
    ax.set(xlim=limits, ylim=limits, aspect="equal")


def _draw_classes(ax: Axes, X: NDArray[np.float64], y: NDArray[np.int64]) -> None:
    for value, (color, marker) in CLASSES.items():
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
