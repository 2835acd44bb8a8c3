"""Networks as circles and lines."""

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from numpy.typing import ArrayLike, NDArray

from utils.plots.style import BLUE, GREY, ORANGE, canvas

_Place = tuple[float, float]
_Edge = tuple[_Place, _Place, float | str | None]  # from, to, the weight or its name


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
    fig, ax = canvas(ax, (scale * width, scale * (top - bottom) + (0.35 if title else 0.0)))
    for i, (here, there) in enumerate(pairwise(places)):
        edges = [
            (here[j], there[k], None if kernels is None else float(kernels[i][j, k]))
            for j, k in product(here, there)
        ]
        _draw_edges(ax, edges, with_numbers=len(edges) <= _MOST_NUMBERS)
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


def neuron(
    weights: Sequence[float | str],
    *,
    bias: float | str | None = None,
    inputs: Sequence[str] | None = None,
    activation: str = "$g$",
    output: str = "$y$",
    title: str = "",
    ax: Axes | None = None,
) -> Figure:
    """Draw one neuron with the names of its parts, inputs on the left.

    Weights look as in `network`; those that are texts, such as "$w_1$", all look the same.

    Args:
        weights: one for each input.
        bias: drawn as the weight of one more input, which is always 1.
        inputs: their names; by default x1, x2, ...
        activation: what stands in the last circle.
        output: the name of what comes out.
        title: above the neuron.
        ax: draw here instead of in a new figure.

    Raises:
        ValueError: no weight, or another number of names than of weights.
    """
    names = [f"$x_{i + 1}$" for i in range(len(weights))] if inputs is None else list(inputs)
    if not weights or len(names) != len(weights):
        raise ValueError(
            f"A neuron needs a name for each input and has {len(names)} for {len(weights)} weights."
        )
    given = list(zip(names, weights, strict=True))
    if bias is not None:
        given = [("1", bias), *given]
    top = (len(given) - 1) / 2
    bottom = -max(top, 0.5) - 0.85
    width, height = _RESULT + 1.1 + _EDGE, max(top, 0.5) + 0.4 - bottom
    fig, ax = canvas(ax, (width, height + (0.35 if title else 0.0)))
    places = [(0.0, top - row) for row in range(len(given))]
    weighed = [weight if isinstance(weight, str) else float(weight) for _, weight in given]
    _draw_edges(ax, [(place, (_SUM, 0.0), w) for place, w in zip(places, weighed, strict=True)])
    for place, (name, _) in zip(places, given, strict=True):
        _draw_circle(ax, *place, name)
    _draw_circle(ax, _SUM, 0.0, "Σ")
    _draw_circle(ax, _SQUASH, 0.0, activation)
    for start, end in ((_SUM + _RADIUS, _SQUASH - _RADIUS), (_SQUASH + _RADIUS, _RESULT)):
        arrow = {"arrowstyle": "->", "linewidth": 1.2, "shrinkA": 0, "shrinkB": 0}
        ax.annotate("", (end, 0.0), xytext=(start, 0.0), arrowprops=arrow)
    ax.text(_RESULT + 0.1, 0.0, output, fontsize=11, ha="left", va="center")
    for x, part in zip((0, 0.42 * _SUM, _SUM, _SQUASH, _RESULT + 0.4), _PARTS, strict=True):
        ax.text(x, bottom, part, fontsize=10, ha="center", va="bottom")
    ax.set(title=title, xlim=(-_EDGE, width - _EDGE), ylim=(bottom, bottom + height))
    ax.set_aspect("equal")
    ax.axis("off")
    return fig


# Where the parts of a neuron stand, and what they are called.
_SUM, _SQUASH, _RESULT = 2.0, 3.3, 4.3
_PARTS = ("inputs", "weights", "sum", "activation", "output")

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


def _unit_places(units: Sequence[int], size: int, *, x: float) -> dict[int, _Place]:
    """Place the shown units of a layer one below the other; the dots take a row of their own."""
    rows = [row + (len(units) < size and row == len(units) - 1) for row in range(len(units))]
    middle = rows[-1] / 2
    return {unit: (x, middle - row) for unit, row in zip(units, rows, strict=True)}


def _draw_edges(ax: Axes, edges: Sequence[_Edge], *, with_numbers: bool = True) -> None:
    """Draw lines whose width and colour tell their weights, with the number or text on each."""
    sizes = [abs(weight) for _, _, weight in edges if isinstance(weight, float)]
    largest = max(1e-12, *sizes) if sizes else 1.0
    taken: list[_Place] = []
    for start, end, weight in edges:
        number = weight if isinstance(weight, float) else None
        ax.plot(*zip(start, end, strict=True), zorder=1, **_edge_style(number, largest))
        if with_numbers and weight is not None:
            taken.append(_free_place(start, end, taken))
            _write(ax, *taken[-1], weight if isinstance(weight, str) else _number(weight))


def _free_place(start: _Place, end: _Place, taken: Sequence[_Place]) -> _Place:
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
    units: Mapping[int, _Place],
    names: Sequence[str],
    bias: NDArray[np.float64] | None,
) -> None:
    for unit, (x, y) in units.items():
        _draw_circle(ax, x, y, names[unit])
        if bias is not None:
            _write(ax, x, y - _RADIUS - 0.15, f"b = {_number(bias[unit])}")


def _draw_circle(ax: Axes, x: float, y: float, name: str) -> None:
    ax.add_patch(
        Circle((x, y), _RADIUS, facecolor="white", edgecolor="black", linewidth=1.2, zorder=3)
    )
    size = 11 if len(name) <= 3 or "$" in name else 9
    ax.text(x, y, name, fontsize=size, ha="center", va="center", zorder=4)


def _number(value: float) -> str:
    """Write a weight in at most two decimals, without idle zeros, with a true minus."""
    return f"{round(value, 2) + 0.0:g}".replace("-", "\N{MINUS SIGN}")
