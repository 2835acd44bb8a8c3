"""Draws a playground: a pure function from a snapshot of its state to a picture in SVG.

Blue is positive and orange negative, in what a unit gives, in weights and in labels. For those who
do not tell them apart, negative weights are dashed, and points of the class -1 are round.
"""

from __future__ import annotations

import base64
import html
import io
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from utils.playground.points import EDGE, Array
from utils.plots.style import BLUE, GREY, ORANGE, ORANGE_TO_BLUE

if TYPE_CHECKING:
    from utils.playground.engine import Snapshot

OUTPUT, HIDDEN_SPACE = "output", "hidden space"

# In units of the picture, which is scaled to the width of the page.
WIDTH, HEIGHT = 960, 430
_UNIT = 34  # edge of a unit's map
_STEP = 46  # from one unit to the next
_TOP = 40
_NETWORK_LEFT, _NETWORK_RIGHT = 62, 560  # the left edges of the first and the last column
_PANEL = (645, 40, 270)  # left, top, edge
_CURVE = (645, 350, 270, 54)  # left, top, width, height
_THICKEST, _THINNEST = 9.0, 0.6
_MOST_KNOTS = 150  # of the curve
_SHADES = 7  # of the points in a regression
_SMALL = 20  # pixels of a unit's map

Axis = tuple[str, tuple[float, float, float]]  # its name, and the values at its ticks

_PALETTE = (ORANGE_TO_BLUE(np.arange(256))[:, :3] * 255).round().astype(np.uint8).tobytes()


def draw(
    snapshot: Snapshot,
    *,
    view: str = OUTPUT,
    shows_test: bool = False,
    is_discrete: bool = False,
    is_still: bool = True,
) -> str:
    """Return the picture as SVG.

    Args:
        snapshot: what to show.
        view: in the large panel: OUTPUT, HIDDEN_SPACE, or a unit as "2.1", the first of layer 2.
        shows_test: also the points to test with, hollow.
        is_discrete: two colours alone, for which side of 0 a unit gives.
        is_still: no other picture follows at once, so the numbers of weights are put in: they show
            under the mouse.
    """
    places = _places(snapshot)
    chosen = _chosen(snapshot, view)
    said = escaped(words(snapshot))
    parts = [
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{said}" style="width: 100%; '
        'max-width: 1100px; background: white; font: 12px sans-serif">',
        *_links(snapshot, places, is_still=is_still),
        *_units(snapshot, places, chosen, is_discrete=is_discrete),
        *_panel(snapshot, chosen, shows_test=shows_test, is_discrete=is_discrete),
        *_curve(snapshot),
        "</svg>",
    ]
    return "".join(parts)


def escaped(text: str) -> str:
    """A text as it stands in HTML and SVG."""
    return html.escape(text)


def words(snapshot: Snapshot) -> str:
    """What the picture says, in words."""
    _, train, test = snapshot.curve[-1]
    layers = _layers([len(maps) for maps in snapshot.maps[1:-1]])
    count = sum(map(np.size, snapshot.weights))
    if snapshot.diverged:
        return (
            f"Epoch {snapshot.epoch:,}: the loss has left all bounds, so the training pauses. Go "
            "back, and give it a smaller learning rate."
        )
    return (
        f"Epoch {snapshot.epoch:,}. Training loss {train:.3f}, test loss {test:.3f}. Inputs "
        f"{', '.join(snapshot.inputs)}; {layers}; {count} weights and biases."
    )


def views(snapshot: Snapshot) -> list[str]:
    """All that the large panel can show."""
    units = [
        f"{layer}.{unit}"
        for layer, maps in enumerate(snapshot.maps[1:-1], start=1)
        for unit in range(1, len(maps) + 1)
    ]
    space = [HIDDEN_SPACE] if len(snapshot.maps) > 2 and len(snapshot.maps[-2]) > 1 else []
    return [OUTPUT, *space, *units]


# ---- The network ----


def _places(snapshot: Snapshot) -> list[list[tuple[float, float]]]:
    """The upper left corner of each unit, a list a layer, the inputs first."""
    columns = len(snapshot.maps)
    wide = (_NETWORK_RIGHT - _NETWORK_LEFT) / (columns - 1)
    return [
        [(_NETWORK_LEFT + k * wide, _TOP + i * _STEP) for i in range(len(maps))]
        for k, maps in enumerate(snapshot.maps)
    ]


def _links(
    snapshot: Snapshot, places: Sequence[Sequence[tuple[float, float]]], *, is_still: bool
) -> Iterator[str]:
    """A line for each weight, as wide as it is large."""
    positive, negative = f'stroke="{BLUE}"', f'stroke="{ORANGE}" stroke-dasharray="7 3"'
    yield '<g fill="none" stroke-opacity="0.75">'
    for k, kernel in enumerate(snapshot.weights[::2]):
        widths = np.clip(np.abs(np.nan_to_num(kernel)) * 2, _THINNEST, _THICKEST).tolist()
        weights = kernel.tolist()  # numbers of Python are written faster
        for i, (x0, y0) in enumerate(places[k]):
            for j, (x1, y1) in enumerate(places[k + 1]):
                weight = weights[i][j]
                look = positive if weight > 0 else negative
                said = f"<title>{weight:.2f}</title>" if is_still else ""
                start, end = x0 + _UNIT, (x1 - x0 - _UNIT) / 2
                yield (
                    f'<path {look} stroke-width="{widths[i][j]:.1f}" d="M{start:.0f} '
                    f"{y0 + _UNIT / 2:.0f}c{end:.0f} 0 {end:.0f} {y1 - y0:.0f} {2 * end:.0f} "
                    f'{y1 - y0:.0f}">{said}</path>'
                )
    yield "</g>"


def _units(
    snapshot: Snapshot,
    places: Sequence[Sequence[tuple[float, float]]],
    chosen: tuple[int, int] | None,
    *,
    is_discrete: bool,
) -> Iterator[str]:
    for k, (maps, corners) in enumerate(zip(snapshot.maps, places, strict=True)):
        x, y = corners[0]
        yield _column(maps, x, y, is_discrete=is_discrete)
        biases = snapshot.weights[2 * k - 1].tolist() if k else []
        for i, (left, top) in enumerate(corners):
            wide = 3 if (k, i) == chosen else 1
            yield (
                f'<rect x="{left:.0f}" y="{top:.0f}" width="{_UNIT}" height="{_UNIT}" fill="none" '
                f'stroke="#222" stroke-width="{wide}"/>'
            )
            if k:
                bias = biases[i]
                opacity = min(1.0, 0.15 + abs(bias)) if math.isfinite(bias) else 1.0
                yield (
                    f'<rect x="{left - 3:.0f}" y="{top + _UNIT - 4:.0f}" width="7" height="7" '
                    f'stroke="white" fill="{BLUE if bias > 0 else ORANGE}" '
                    f'fill-opacity="{opacity:.2f}">'
                    f"<title>bias {bias:.2f}</title></rect>"
                )
            else:
                yield (
                    f'<text x="{left - 6:.0f}" y="{top + 21:.0f}" text-anchor="end">'
                    f"{escaped(snapshot.inputs[i])}</text>"
                )
        last = len(snapshot.maps) - 1
        title = "inputs" if k == 0 else "output" if k == last else f"layer {k}"
        yield f'<text x="{x + _UNIT / 2:.0f}" y="24" text-anchor="middle">{title}</text>'


def _column(maps: Array, x: float, y: float, *, is_discrete: bool) -> str:
    """The maps of all units of a layer as one image, with gaps between."""
    step = max(1, maps.shape[1] // _SMALL)
    small = _shades(maps[:, ::step, ::step], is_discrete=is_discrete)[:, ::-1]
    size = small.shape[1]
    gap = np.full((len(small), round(size * (_STEP - _UNIT) / _UNIT), size), 128, np.uint8)
    stacked = np.concatenate([small, gap], axis=1).reshape(-1, size)
    high = stacked.shape[0] / size * _UNIT
    return _image(stacked, x, y, _UNIT, high)


def _shades(values: Array, *, is_discrete: bool) -> Array:
    """The place of each value in the palette: -1 and less is 0, 1 and more 255."""
    if is_discrete:
        return np.where(values > 0, 255, 0).astype(np.uint8)
    return np.clip(np.nan_to_num(values) * 127.5 + 127.5, 0, 255).astype(np.uint8)


def _image(shades: Array, x: float, y: float, wide: float, high: float) -> str:
    picture, stored = Image.fromarray(np.ascontiguousarray(shades)), io.BytesIO()
    picture.putpalette(_PALETTE)
    picture.save(stored, format="png", compress_level=1)
    data = base64.b64encode(stored.getvalue()).decode()
    return (
        f'<image x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" '
        f'preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'
    )


# ---- The large panel ----


def _chosen(snapshot: Snapshot, view: str) -> tuple[int, int] | None:
    """The layer and unit that the panel shows, from 0 on; None for the space of a layer."""
    if view not in views(snapshot) or view == OUTPUT:
        return len(snapshot.maps) - 1, 0
    if view == HIDDEN_SPACE:
        return None
    layer, unit = view.split(".")
    return int(layer), int(unit) - 1


def _panel(
    snapshot: Snapshot, chosen: tuple[int, int] | None, *, shows_test: bool, is_discrete: bool
) -> Iterator[str]:
    left, top, edge = _PANEL
    points = snapshot.points
    if chosen is None:
        train, test, across, up = _hidden_space(snapshot)
        title = "the points as the last hidden layer gives them"
    else:
        layer, unit = chosen
        is_output = layer == len(snapshot.maps) - 1
        title = "output" if is_output else f"unit {unit + 1} of layer {layer}"
        shades = _shades(snapshot.maps[layer][unit], is_discrete=is_discrete)[::-1]
        yield _image(shades, left, top, edge, edge)
        train, test = points.x_train / EDGE, points.x_test / EDGE
        across, up = (("x1", (-EDGE, 0, EDGE)), ("x2", (-EDGE, 0, EDGE)))
    yield from _frame(title, across, up)
    if chosen is None:
        yield from _boundary(snapshot)
    if shows_test:
        yield from _dots(test, points.y_test, is_hollow=True)
    yield from _dots(train, points.y_train, is_hollow=False)


def _frame(title: str, across: Axis, up: Axis) -> Iterator[str]:
    left, top, edge = _PANEL
    middle, below = left + edge / 2, top + edge
    yield (
        f'<rect x="{left}" y="{top}" width="{edge}" height="{edge}" fill="none" stroke="#222"/>'
        f'<text x="{middle:.0f}" y="24" text-anchor="middle">{title}</text>'
        f'<text x="{middle:.0f}" y="{below + 28}" text-anchor="middle">{across[0]}</text>'
        f'<text x="{left - 28}" y="{top + edge / 2 + 4:.0f}" text-anchor="end">{up[0]}</text>'
    )
    for k, (x, y) in enumerate(zip(across[1], up[1], strict=True)):
        share = k / 2
        yield (
            f'<text x="{left + share * edge:.0f}" y="{below + 14}" text-anchor="middle" '
            f'fill="{GREY}">{_tick(x)}</text>'
            f'<text x="{left - 5}" y="{below - share * edge + 4:.0f}" text-anchor="end" '
            f'fill="{GREY}">{_tick(y)}</text>'
        )


def _tick(value: float) -> str:
    return f"{round(value, 1):g}".replace("-", "\u2212")


def _dots(places: Array, labels: Array, *, is_hollow: bool) -> Iterator[str]:
    """Points of one colour as one path of dots: the dots are ends of lines without length.

    Args:
        places: from -1 to 1 over the panel, shape (n, 2).
        labels: shape (n,).
        is_hollow: white inside.
    """
    left, top, edge = _PANEL
    inside = (np.abs(places) <= 1).all(axis=1)
    spots = np.stack(
        [left + (places[:, 0] + 1) / 2 * edge, top + (1 - places[:, 1]) / 2 * edge], axis=1
    )
    levels = np.round((np.clip(labels, -1, 1) + 1) / 2 * (_SHADES - 1)).astype(int)
    for level in np.unique(levels):
        mine = spots[inside & (levels == level)]
        if not len(mine):
            continue
        path = "".join(f"M{x:.1f} {y:.1f}h0" for x, y in mine)
        share = level / (_SHADES - 1)
        color = ORANGE if share == 0 else BLUE if share == 1 else _hex(share)
        ends = "round" if share < 0.5 else "square"
        # A square end is as wide as a round one, and looks larger.
        wide = 5.5 if ends == "round" else 4.8
        inner = "white" if is_hollow else color
        outer = color if is_hollow else GREY if 0 < share < 1 else "white"
        yield (
            f'<g fill="none" stroke-linecap="{ends}">'
            f'<path d="{path}" stroke="{outer}" stroke-width="{wide + 1.5}"/>'
            f'<path d="{path}" stroke="{inner}" stroke-width="{wide - 0.5}"/></g>'
        )


def _hex(share: float) -> str:
    red, green, blue = (round(255 * part) for part in ORANGE_TO_BLUE(share)[:3])
    return f"#{red:02x}{green:02x}{blue:02x}"


def _hidden_space(snapshot: Snapshot) -> tuple[Array, Array, Axis, Axis]:
    """The points as the two weightiest units of the last hidden layer give them, from -1 to 1."""
    pair = _weightiest(snapshot)
    middle, reach = _scale(snapshot)
    train, test = ((values[:, pair] - middle) / reach for values in snapshot.before_last)
    across, up = (
        (f"unit {unit + 1}", (center - half, center, center + half))
        for unit, center, half in zip(pair, middle, reach, strict=True)
    )
    return train, test, across, up


def _weightiest(snapshot: Snapshot) -> list[int]:
    sizes = np.abs(snapshot.weights[-2][:, 0])
    return sorted(np.argsort(-sizes, kind="stable")[:2].tolist())


def _scale(snapshot: Snapshot) -> tuple[Array, Array]:
    """Middle and reach of the two units over the points to learn from."""
    values = np.nan_to_num(snapshot.before_last[0][:, _weightiest(snapshot)])
    low, high = values.min(axis=0), values.max(axis=0)
    return (low + high) / 2, np.maximum((high - low) / 2 * 1.1, 1e-6)


def _boundary(snapshot: Snapshot) -> Iterator[str]:
    """Where the output is 0, if the last hidden layer has no third unit."""
    kernel, bias = snapshot.weights[-2][:, 0], snapshot.weights[-1][0]
    if len(kernel) != 2 or not np.isfinite([*kernel, bias]).all() or not kernel.any():
        return
    left, top, edge = _PANEL
    middle, reach = _scale(snapshot)
    # In the panel's own coordinates u from -1 to 1: slope @ u + level = 0.
    slope, level = kernel * reach, float(kernel @ middle + bias)
    ends = []
    for axis in (0, 1):
        other = 1 - axis
        for side in (-1.0, 1.0):
            if slope[other]:
                there = -(level + slope[axis] * side) / slope[other]
                if abs(there) <= 1:
                    ends.append((side, there) if axis == 0 else (there, side))
    if len(ends) >= 2:
        (u0, v0), (u1, v1) = ends[0], ends[-1]
        yield (
            f'<line x1="{left + (u0 + 1) / 2 * edge:.1f}" y1="{top + (1 - v0) / 2 * edge:.1f}" '
            f'x2="{left + (u1 + 1) / 2 * edge:.1f}" y2="{top + (1 - v1) / 2 * edge:.1f}" '
            f'stroke="#222" stroke-width="1.5"/>'
        )


# ---- The curve ----


def _curve(snapshot: Snapshot) -> Iterator[str]:
    left, top, wide, high = _CURVE
    curve = snapshot.curve[np.isfinite(snapshot.curve).all(axis=1)]
    if len(curve) > _MOST_KNOTS:
        curve = curve[np.linspace(0, len(curve) - 1, _MOST_KNOTS).round().astype(int)]
    highest = max(float(curve[:, 1:].max()), 1e-6) if len(curve) else 1.0
    x = left + curve[:, 0] / max(snapshot.epoch, 1) * wide
    yield f'<rect x="{left}" y="{top}" width="{wide}" height="{high}" fill="none" stroke="{GREY}"/>'
    for column, look in ((2, f'stroke="{GREY}" stroke-dasharray="5 3"'), (1, 'stroke="#222"')):
        spots = " ".join(
            f"{a:.1f},{top + high * (1 - b / highest):.1f}"
            for a, b in zip(x, curve[:, column], strict=True)
        )
        yield f'<polyline points="{spots}" fill="none" stroke-width="1.5" {look}/>'
    _, train, test = snapshot.curve[-1]
    yield (
        f'<text x="{_NETWORK_LEFT}" y="{HEIGHT - 6}">epoch {snapshot.epoch:,}</text>'
        f'<text x="{left}" y="{HEIGHT - 6}">loss: training (line) {train:.4f}, '
        f"test (dashed) {test:.4f}</text>"
    )


def _layers(sizes: Sequence[int]) -> str:
    if not sizes:
        return "no hidden layer"
    units = "unit" if sizes[-1] == 1 else "units"
    if len(sizes) == 1:
        return f"one hidden layer of {sizes[0]} {units}"
    return f"hidden layers of {', '.join(map(str, sizes[:-1]))} and {sizes[-1]} {units}"


# ---- Many starts ----


def histogram(losses: Array) -> str:
    """How many of the final losses lie where, as SVG."""
    ends = losses[np.isfinite(losses)]
    counts, edges = np.histogram(ends, bins=25, range=(0, max(float(ends.max(initial=0)), 0.01)))
    wide, high, left, top = 500, 120, 30, 10
    step = wide / len(counts)
    bars = "".join(
        f'<rect x="{left + k * step:.1f}" y="{top + high * (1 - count / counts.max()):.1f}" '
        f'width="{step - 1:.1f}" height="{high * count / counts.max():.1f}" fill="{BLUE}"/>'
        for k, count in enumerate(counts)
        if count
    )
    ticks = "".join(
        f'<text x="{left + share * wide:.0f}" y="{top + high + 16}" text-anchor="middle">'
        f"{share * edges[-1]:.2g}</text>"
        for share in (0, 0.5, 1)
    )
    return (
        f'<svg viewBox="0 0 560 170" role="img" aria-label="Histogram of {len(ends)} test losses" '
        f'style="max-width: 560px; background: white; font: 12px sans-serif">{bars}{ticks}'
        f'<line x1="{left}" x2="{left + wide}" y1="{top + high}" y2="{top + high}" stroke="#222"/>'
        f'<text x="{left + wide / 2:.0f}" y="{top + high + 34}" text-anchor="middle">test loss at '
        "the end</text></svg>"
    )


def words_of_starts(losses: Array, epochs: int) -> str:
    """What many starts ended in, in words."""
    ends = losses[np.isfinite(losses)]
    lost = f" {len(losses) - len(ends)} left all bounds." if len(ends) < len(losses) else ""
    if not len(ends):
        return f"All {len(losses)} networks left all bounds."
    low, middle, high = np.quantile(ends, [0, 0.5, 1])
    return (
        f"{len(losses)} networks after {epochs:,} epochs: test losses from {low:.3f} to "
        f"{high:.3f}, half of them below {middle:.3f}; {np.sum(ends <= 0.05)} at 0.05 or below, "
        f"{np.sum(ends <= 0.1)} at 0.1 or below.{lost}"
    )
