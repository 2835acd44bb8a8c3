"""The course's figures, one function each, and `show`, through which every figure goes.

A function takes data and returns a matplotlib Figure; with `ax=` it draws into that Axes instead
and returns the Figure that the Axes belongs to. A lab then writes
`plots.show(plots.gate_planes(...), alt="...")`. Colours never stand alone: markers, line styles
or words say the same.
"""

from utils.plots.curves import calibration, learning_curves, spread
from utils.plots.display import show
from utils.plots.networks import network, neuron
from utils.plots.planes import decision_regions, gate_planes, hidden_space
from utils.plots.scatters import predicted_against_true, scatter_by_class
from utils.plots.style import BLUE, COLORS, GREY, LINES, MARKERS, ORANGE, use_style
from utils.plots.surfaces import loss_map

__all__ = [
    "BLUE",
    "COLORS",
    "GREY",
    "LINES",
    "MARKERS",
    "ORANGE",
    "calibration",
    "decision_regions",
    "gate_planes",
    "hidden_space",
    "learning_curves",
    "loss_map",
    "network",
    "neuron",
    "predicted_against_true",
    "scatter_by_class",
    "show",
    "spread",
    "use_style",
]
