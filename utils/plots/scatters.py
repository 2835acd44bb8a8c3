"""Scatter plots of data sets and of predictions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from utils.data import Dataset
from utils.plots.planes import few_ticks, square
from utils.plots.style import COLORS, MARKERS, layout


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
    fig = Figure(figsize=(4.1 * len(pairs), 3.9), layout=layout())
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
    fig = Figure(figsize=(4.1 * len(names), 4.1), layout=layout())
    panels = fig.subplots(1, len(names), squeeze=False)[0]
    for j, (ax, name) in enumerate(zip(panels, names, strict=True)):
        both = np.concatenate([true[:, j], pred[:, j]])
        space = 0.06 * np.ptp(both) or 1.0
        square(ax, (both.min() - space, both.max() + space))
        ax.axline((both.min(), both.min()), slope=1, color="black", linewidth=1, linestyle="--")
        for i, group in enumerate(dict.fromkeys(groups)):
            chosen = groups == group
            ax.scatter(true[chosen, j], pred[chosen, j], **_class_style(i), label=group)
        rmse = np.sqrt(np.mean((true[:, j] - pred[:, j]) ** 2))
        few_ticks(ax)
        ax.set(title=f"{name}, RMSE {rmse:.2f}", xlabel="true", ylabel="predicted")
    if classes is not None:
        fig.legend(
            *panels[0].get_legend_handles_labels(),
            loc="outside lower center",
            ncols=len(dict.fromkeys(groups)),
        )
    return fig


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
