"""The points that a playground's network learns: six drawn sets, and a student's own.

The six are those of the TensorFlow Playground (D. Smilkov and S. Carter, 2016): the same shapes,
ranges and noise. All points lie in the square from -6 to 6, and a label is a number: -1 or 1 of two
classes, or in a regression any from about -1 to 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

EDGE = 6.0  # of the square that is drawn
COUNT_OF_CLASSES, COUNT_OF_REGRESSION = 500, 1200
COUNT_OF_FUNCTION = 500
MOST_ROWS = 5000  # of a student's own: the picture has no room for more
STRETCHED = 5.0  # a student's own inputs are stretched to the square from -5 to 5
MINE = "mine"  # the name of a student's own data

# What can be computed of the two coordinates before the first layer.
INPUTS: dict[str, Callable[[Array, Array], Array]] = {
    "x1": lambda x1, x2: x1,
    "x2": lambda x1, x2: x2,
    "x1^2": lambda x1, x2: x1**2,
    "x2^2": lambda x1, x2: x2**2,
    "x1*x2": lambda x1, x2: x1 * x2,
    "sin(x1)": lambda x1, x2: np.sin(x1),
    "sin(x2)": lambda x1, x2: np.sin(x2),
}


@dataclass(frozen=True)
class Points:
    """Points to learn from and points to test with.

    Attributes:
        x_train: coordinates, shape (n, 2), float32.
        y_train: labels, shape (n,), float32.
        x_test: coordinates, shape (m, 2).
        y_test: labels, shape (m,).
        is_regression: whether the labels are numbers rather than the two classes -1 and 1.
    """

    x_train: Array
    y_train: Array
    x_test: Array
    y_test: Array
    is_regression: bool


def draw(data: Any, *, noise: float = 0, share: int = 50, seed: int = 0) -> Points:
    """Draw a data set and part it.

    Args:
        data: a name of DATA; or a student's own: a data frame or dict of three columns (first
            input, second input, label), a pair (X, y) of shapes (n, 2) and (n,), or a function of
            x1 and x2.
        noise: from 0 to 50; how far a point may stray, in percent of the square. A student's own
            points get none.
        share: percent of the points to learn from, 10 to 90.
        seed: of the points and of the parting.

    Raises:
        ValueError: an unknown name, or the student's own data are not points with labels.
    """
    rng = np.random.default_rng([seed, 0])
    if isinstance(data, str):
        if data not in DATA:
            raise ValueError(f"data is one of {', '.join(DATA)}, or data of yours; not {data!r}.")
        is_regression = data in REGRESSION
        count = COUNT_OF_REGRESSION if is_regression else COUNT_OF_CLASSES
        x, y = DATA[data](rng, count, noise / 100)
    else:
        x, y = _mine(data, rng)
        is_regression = len(np.unique(y)) > 2
        y = _stretched(y, 1.0)
    order = rng.permutation(len(x))
    cut = min(max(round(len(x) * share / 100), 1), len(x) - 1)
    train, test = order[:cut], order[cut:]
    x, y = x.astype(np.float32), y.astype(np.float32)
    return Points(x[train], y[train], x[test], y[test], is_regression)


def features(x: Array, inputs: Sequence[str]) -> Array:
    """Compute what the first layer gets: coordinates (n, 2) -> (n, number of inputs), float32."""
    columns = [INPUTS[name](x[:, 0], x[:, 1]) for name in inputs]
    return np.stack(columns, axis=1).astype(np.float32)


# ---- The six drawn sets: (rng, count, noise from 0 to 0.5) -> points (count, 2), labels ----


def _circle(rng: np.random.Generator, count: int, noise: float) -> tuple[Array, Array]:
    """A disc in a ring. Noise moves the point whose label is asked, not the one that is drawn."""
    radius, half = 5.0, count // 2
    far = np.append(
        rng.uniform(0, 0.5 * radius, half), rng.uniform(0.7 * radius, radius, count - half)
    )
    angle = rng.uniform(0, 2 * np.pi, count)
    x = np.stack([far * np.sin(angle), far * np.cos(angle)], axis=1)
    asked = x + rng.uniform(-radius, radius, x.shape) * noise
    return x, np.where(np.hypot(*asked.T) < 0.5 * radius, 1.0, -1.0)


def _xor(rng: np.random.Generator, count: int, noise: float) -> tuple[Array, Array]:
    """Four quarters, with a gap at the axes."""
    x = rng.uniform(-5, 5, (count, 2))
    x += np.where(x > 0, 0.3, -0.3)
    asked = x + rng.uniform(-5, 5, x.shape) * noise
    return x, np.where(asked[:, 0] * asked[:, 1] >= 0, 1.0, -1.0)


def _gauss(rng: np.random.Generator, count: int, noise: float) -> tuple[Array, Array]:
    """Two clouds, whose variance grows from 0.5 to 4."""
    y = np.repeat([1.0, -1.0], [count // 2, count - count // 2])
    spread = np.sqrt(0.5 + 7 * noise)
    return 2 * y[:, None] + rng.normal(0, spread, (count, 2)), y


def _spiral(rng: np.random.Generator, count: int, noise: float) -> tuple[Array, Array]:
    """Two arms of almost two turns."""
    y = np.repeat([1.0, -1.0], [count // 2, count - count // 2])
    way = np.append(*(np.arange(n) / n for n in (count // 2, count - count // 2)))
    angle = 3.5 * np.pi * way + np.where(y > 0, 0, np.pi)
    x = 5 * way[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1)
    return x + rng.uniform(-1, 1, x.shape) * noise, y


def _plane(rng: np.random.Generator, count: int, noise: float) -> tuple[Array, Array]:
    x = rng.uniform(-EDGE, EDGE, (count, 2))
    asked = x + rng.uniform(-EDGE, EDGE, x.shape) * noise
    return x, np.clip(asked.sum(axis=1) / 10, -1, 1)


HILLS = np.array([[-4, 2.5], [0, 2.5], [4, 2.5], [-4, -2.5], [0, -2.5], [4, -2.5]])
HEIGHTS = np.array([1, -1, 1, -1, 1, -1])


def _hills(rng: np.random.Generator, count: int, noise: float) -> tuple[Array, Array]:
    """Six cones of radius 2, up and down by turns."""
    x = rng.uniform(-EDGE, EDGE, (count, 2))
    asked = x + rng.uniform(-EDGE, EDGE, x.shape) * noise
    far = np.linalg.norm(asked[:, None] - HILLS, axis=2)
    heights = HEIGHTS * np.clip(1 - far / 2, 0, 1)
    return x, heights[np.arange(count), np.abs(heights).argmax(axis=1)]


DATA = {
    "circle": _circle,
    "xor": _xor,
    "gauss": _gauss,
    "spiral": _spiral,
    "regress-plane": _plane,
    "regress-gauss": _hills,
}
REGRESSION = ("regress-plane", "regress-gauss")


# ---- A student's own ----


def _mine(data: Any, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return a student's own points, stretched to the square, and labels; as float64."""
    if callable(data):
        x = rng.uniform(-EDGE, EDGE, (COUNT_OF_FUNCTION, 2))
        y = _numbers(data(x[:, 0], x[:, 1]), "What your function returns")
        if y.shape not in ((len(x),), (len(x), 1)):
            raise ValueError(
                f"Your function gets x1 and x2, {len(x)} numbers each, and should return as many; "
                f"it returned an array of shape {y.shape}."
            )
        return x, _labels(y)
    if isinstance(data, Mapping) or hasattr(data, "columns"):
        names = list(getattr(data, "columns", data))
        if len(names) != 3:
            raise ValueError(
                "A data frame needs three columns, two inputs and then the label; yours has "
                f"{len(names)}."
            )
        columns = [_numbers(data[name], f"The column {name!r}") for name in names]
        if len({len(column) for column in columns}) > 1:
            raise ValueError("The three columns need equally many numbers.")
        x, y = np.stack(columns[:2], axis=1), columns[2]
    elif isinstance(data, tuple | list) and len(data) == 2:
        x, y = _numbers(data[0], "X"), _numbers(data[1], "The labels")
    else:
        raise ValueError(
            "Data of yours are a data frame of two inputs and the label, a pair (X, y), or a "
            f"function of x1 and x2; not a {type(data).__name__}."
        )
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"The playground draws two inputs: X has the shape (n, 2), not {x.shape}.")
    y = _labels(y)
    if len(x) != len(y) or not 2 <= len(x) <= MOST_ROWS:
        raise ValueError(
            f"Give 2 to {MOST_ROWS:,} points and one label for each; X has {len(x):,} rows, and "
            f"there are {len(y):,} labels."
        )
    return np.stack([_stretched(column, STRETCHED) for column in x.T], axis=1), y


def _numbers(values: Any, what: str) -> Array:
    array = np.asarray(values)
    if array.dtype.kind == "b":
        array = array.astype(float)
    if array.dtype.kind not in "iuf":
        raise ValueError(
            f"{what} must be numbers: for classes give 0 and 1, or -1 and 1, instead of words."
        )
    if not np.isfinite(array).all():
        raise ValueError(f"{what} must be numbers: NaN or infinity is among them.")
    return array.astype(float)


def _labels(y: Array) -> Array:
    if y.ndim == 2 and y.shape[1] == 1:
        y = y[:, 0]
    if y.ndim != 1:
        raise ValueError(f"One label a point is needed, shape (n,); the labels have {y.shape}.")
    if len(y) and (y == y[0]).all():
        raise ValueError(f"All labels are {y[0]:g}: there is nothing to tell apart.")
    return y


def _stretched(values: Array, end: float) -> Array:
    """Stretch values to the range from -end to end."""
    low, high = values.min(), values.max()
    if low == high:
        raise ValueError(f"All values of an input are {low:g}: there is nothing to see in it.")
    return (2 * (values - low) / (high - low) - 1) * end
