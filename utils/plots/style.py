"""Colours, markers and matplotlib's defaults: what all figures of the course share."""

from typing import Any

import matplotlib as mpl
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

# Petroff's eight stay apart under simulated colour blindness (18 dE; matplotlib's default 4.6).
# Written out, because matplotlib knows them (as petroff8) only since 3.11.
COLORS = (
    "#1845fb",
    "#ff5e02",
    "#c91f16",
    "#c849a9",
    "#adad7d",
    "#86c8dd",
    "#578dff",
    "#656364",
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X", "*")
LINES = ("-", "--", "-.", ":")

BLUE, ORANGE, GREY = COLORS[0], COLORS[1], COLORS[7]
# A class of zeros and ones looks the same in every figure.
CLASSES = {0: (ORANGE, "o"), 1: (BLUE, "s")}
# Paler than the points that lie on it.
ORANGE_TO_BLUE = LinearSegmentedColormap.from_list(
    "orange_to_blue", ["#ff9e68", "white", "#748ffd"]
)

# Drawn denser than it is shown, so that it stays sharp on a dense screen.
SHOWN_DPI = 100


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
    "figure.dpi": SHOWN_DPI,
    "figure.figsize": (6.4, 4.0),
    "font.size": 11,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "lines.markersize": 7,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
}


def layout() -> ConstrainedLayoutEngine:
    return ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08)


def canvas(ax: Axes | None, size: tuple[float, float]) -> tuple[Figure, Axes]:
    if ax is None:
        fig = Figure(figsize=size, layout=layout())
        return fig, fig.subplots()
    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("The Axes given as ax= belongs to no figure: take it from a new figure.")
    return figure, ax
