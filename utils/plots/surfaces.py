"""The height of a loss over two weights, and the paths that lead down."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from utils.plots.style import COLORS, GREY, LINES, MARKERS, canvas

Limits = tuple[float, float]
# One for the floor and one above each contour, from white to a grey on which paths still show.
SHADES = [str(shade) for shade in np.linspace(1, 0.78, 13)]


def loss_map(
    loss: Callable[[NDArray[np.float64], NDArray[np.float64]], ArrayLike],
    paths: Mapping[str, ArrayLike] | None = None,
    *,
    xlim: Limits,
    ylim: Limits,
    names: Sequence[str] = ("$w_1$", "$w_2$"),
    steps: int = 121,
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw a loss of two weights as a map: each contour joins places of equal loss.

    The higher, the darker. From contour to contour the height above the lowest place on the map
    grows by the same factor.

    Args:
        loss: two arrays (steps, steps), the weights of each place -> losses of that shape; called
            once.
        paths: label -> places on a way down, shape (n, 2); the first place is marked larger.
            A single path needs no legend.
        xlim: from where to where the first weight goes.
        ylim: the second weight.
        names: of the two weights.
        steps: points of the grid along each axis.
        title: above the map.
        ax: draw here instead of in a new figure.

    Raises:
        ValueError: `loss` returns another shape or is the same everywhere, or a path is no list of
            places in a plane.
    """
    across, up = np.meshgrid(np.linspace(*xlim, steps), np.linspace(*ylim, steps))
    heights = np.asarray(loss(across, up), float)
    if heights.shape != across.shape:
        raise ValueError(
            f"loss got two arrays of shape {across.shape} and returned shape {heights.shape}: "
            "it must return one number for each place."
        )
    if np.ptp(heights) == 0:
        raise ValueError("The loss is the same all over this map, so it has no contours.")
    fig, ax = canvas(ax, (5.2, 4.2))
    above = heights - heights.min()
    levels = _levels(above)
    ax.contourf(across, up, above, [0, *levels, above.max()], colors=SHADES)
    ax.contour(across, up, above, levels, colors=GREY, linewidths=0.7, alpha=0.7)
    for place, (name, path) in enumerate((paths or {}).items()):
        _draw_path(ax, name, path, place)
    ax.set(title=title, xlabel=names[0], ylabel=names[1], xlim=xlim, ylim=ylim)
    if paths and len(paths) > 1:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=2)
    return fig


def _levels(above: NDArray[np.float64]) -> NDArray[np.float64]:
    """Twelve heights that grow by the same factor, the highest place left out."""
    return np.geomspace(above.max() / 3000, above.max(), 13)[:-1]


def _draw_path(ax: Axes, name: str, path: ArrayLike, number: int) -> None:
    places = np.asarray(path, float)
    if places.ndim != 2 or places.shape[1] != 2:
        raise ValueError(f"The path {name!r} must have shape (n, 2), not {places.shape}.")
    color, line = COLORS[number % len(COLORS)], LINES[number % len(LINES)]
    ax.plot(
        *places.T,
        color=color,
        linestyle=line,
        linewidth=1.3,
        marker=MARKERS[number % len(MARKERS)],
        markersize=3.5,
        label=name,
    )
    ax.plot(*places[0], marker=MARKERS[number % len(MARKERS)], color=color, markersize=9)
