"""Checks of lab 10: iris, two outputs from two inputs."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils import data
from utils.checks import network
from utils.checks.core import (
    Function,
    Model,
    Value,
    array,
    claim,
    exercise,
    fail,
    if_it_raises,
    note,
)
from utils.checks.edits import Comparison, Inputs, formula
from utils.checks.reference import softmax
from utils.checks.values import is_rounded, several

Array = NDArray[Any]

SEPALS = ("sepal length (cm)", "sepal width (cm)")
PETALS = ("petal length (cm)", "petal width (cm)")

# Five kinds of right answers, 20 seeds each, end on this split between 0.46 and 0.91 of linear
# regression's error (squared loss: at most 0.76); trained linear models never below 0.99.
SPLIT_SEED = 0
SHARE_OF_LINEAR = 0.95


# --- 10.1: columns by name -----------------------------------------------------------------------


@exercise(
    "10.1",
    points=1,
)
def petals_to_sepals(petals_to_sepals: Function, *, rng: np.random.Generator) -> None:
    """petals_to_sepals(table, feature_names): (n, k), k names -> X (n, 2) petals, Y (n, 2) sepals.

    The task of 001 L302 in words: sepals from petals.
    """
    for n in (6, 9, 5):
        names = _shuffled_names(rng)
        table = rng.uniform(0.1, 8.0, (n, len(names))).round(2)
        X, Y = _inputs_and_outputs(petals_to_sepals(table, names))
        if len(X) not in (n, 2):
            other = rng.uniform(0.1, 8.0, (n + 1, len(names))).round(2)
            X_other, _ = _inputs_and_outputs(petals_to_sepals(other, names))
            if _equal(X, X_other):
                fail("arguments not used", came=f"X {X.shape}", expected=f"X ({n}, 2)")
        _compare_columns(X, Y, table, names)


def _inputs_and_outputs(returned: Any) -> tuple[Array, Array]:
    if isinstance(returned, np.ndarray) and returned.ndim == 2:
        fail("one table", came=f"shape {returned.shape}", expected="X (n, 2) and Y (n, 2)")
    both = several(returned, ("X", "Y"))
    X, Y = (array(one, name=name) for one, name in zip(both, "XY", strict=True))
    if X.ndim != 2 or Y.ndim != 2:
        says = "X and Y are tables: two columns, and one row a flower."
        fail(says=says, came=f"X {X.shape}, Y {Y.shape}", expected="X (n, 2), Y (n, 2)")
    return X, Y


def _shuffled_names(rng: np.random.Generator) -> tuple[str, ...]:
    """Five names in an order in which no fixed position and no table order is right.

    And no slice of two holds columns that somebody might pick by their names, or begins with a
    length: that is a mistake of its own.
    """
    picked = [{*SEPALS}, {*PETALS}, *({*pair} for pair in zip(SEPALS, PETALS, strict=True))]
    while True:
        names = [str(name) for name in rng.permutation([*SEPALS, *PETALS, "species"])]
        at = names.index
        widths_first = at(PETALS[1]) < at(PETALS[0]) and at(SEPALS[1]) < at(SEPALS[0])
        pairs = {*names[:2]}, {*names[2:4]}
        lengths = PETALS[0], SEPALS[0]
        if widths_first and names[2] not in lengths and all(pair not in picked for pair in pairs):
            return tuple(names)


def _compare_columns(X: Array, Y: Array, table: Array, names: tuple[str, ...]) -> None:
    def pick(*wanted: str) -> Array:
        return table[:, [names.index(name) for name in wanted]]

    petals, sepals = pick(*PETALS), pick(*SEPALS)
    if _equal(X, petals) and _equal(Y, sepals):
        return
    shapes = f"X {X.shape}, Y {Y.shape}"
    rows = table[[names.index(name) for name in PETALS]]
    if _equal(X, rows) or _equal(X, rows.T):
        fail("rows", came=X[:2], expected=petals[:2])
    if _equal(X, petals.T) or _equal(X, petals[:, ::-1].T):
        fail("transposed", came=shapes, expected=f"X {petals.shape}, Y {sepals.shape}")
    slices = [table[:, at : at + 2] for at in (names.index(PETALS[0]), names.index(SEPALS[0]))]
    X_sliced, Y_sliced = _equal(X, slices[0]), _equal(Y, slices[1])
    if (X_sliced and (Y_sliced or _equal(Y, sepals))) or (Y_sliced and _equal(X, petals)):
        fail("neighbours", came=X[:2], expected=petals[:2])
    # The slices come before the widths: the lecture's Y = [:, 2:] has three columns here.
    if _equal(X, table[:, :2]) and (_equal(Y, table[:, 2:]) or _equal(Y, table[:, 2:4])):
        fail("lecture slices", came=X[:2], expected=petals[:2])
    if _equal(X, table[:, 2:4]) or _equal(X, table[:, 2:]) or _equal(Y, table[:, :2]):
        fail("fixed positions", came=X[:2], expected=petals[:2])
    if X.ndim == 2 and X.shape[1] > 2:
        fail("target included", came=shapes, expected=f"X {petals.shape}, Y {sepals.shape}")
    if Y.ndim == 2 and Y.shape[1] > 2:
        fail("too many outputs", came=shapes, expected=f"X {petals.shape}, Y {sepals.shape}")
    if _same_columns(X, sepals) and _same_columns(Y, petals):
        fail("swapped", came=X[:2], expected=petals[:2])
    if _same_columns(X, petals) and _same_columns(Y, sepals):
        fail("length and width", came=X[:2], expected=petals[:2])
    sizes = [pick(*pair) for pair in zip(SEPALS, PETALS, strict=True)]
    if all(any(_same_columns(one, size) for size in sizes) for one in (X, Y)):
        fail("one size of both leaves", came=X[:2], expected=petals[:2])
    what, came, expected = ("Y", Y, sepals) if _equal(X, petals) else ("X", X, petals)
    fail(says=f"{what} does not hold the columns wanted.", came=came[:2], expected=expected[:2])


def _same_columns(came: Array, expected: Array) -> bool:
    return _equal(came, expected) or _equal(came, expected[:, ::-1])


# --- 10.2: split and scale -----------------------------------------------------------------------

PARTS = ("x_train", "x_test", "y_train", "y_test", "l_train", "l_test")


@exercise(
    "10.2",
    points=2,
)
def prepare(prepare: Function, *, rng: np.random.Generator) -> None:
    """prepare(X, Y, L, *, seed) -> x_train, x_test, y_train, y_test, l_train, l_test.

    A fifth of the rows for testing, x scaled by the training rows (001 L304-313, mended).
    """
    for n, columns in ((90, 2), (120, 3)):
        X = rng.normal(rng.uniform(8, 30, columns), rng.uniform(2, 5, columns), (n, columns))
        # Two decimals from a permutation: every row of Y is found again, also in float32.
        Y = np.column_stack([rng.permutation(n) for _ in range(2)]) * 0.04 + 4.0
        L = np.arange(n) * 3 // n
        first, second, third = (int(seed) for seed in rng.choice(1000, 3, replace=False))
        splits = [
            _judge_parts(prepare(X, Y, L, seed=seed), X, Y, L)
            for seed in (first, first, second, third)
        ]
        if splits[0] != splits[1]:
            fail("seed", came=f"seed={first} twice: two different splits")
        for seed, split in zip((second, third), splits[2:], strict=True):
            if split == splits[0]:
                fail("seed", came=f"seed={first} and seed={seed}: the same split")


def _judge_parts(returned: Any, X: Array, Y: Array, L: NDArray[np.int64]) -> set[int]:
    """Judge one answer; return which rows of the data are for testing."""
    if _is_cut(returned, len(X)):
        fail("cut tuple", came="3 arrays", expected="6 arrays")
    things = zip(several(returned, PARTS), PARTS, strict=True)
    parts = [array(one, name=name) for one, name in things]
    x_train, x_test, y_train, y_test, l_train, l_test = parts
    shapes = ", ".join(f"{name} {one.shape}" for name, one in zip(PARTS, parts, strict=True))
    for name, labels in (("l_train", l_train), ("l_test", l_test)):
        if _one_hot(labels):
            says = f"{name} holds several numbers for each row. The labels stay as they are."
            fail(says=says, came=shapes, expected="one label for each row")
    fits = all(
        labels.size and x.shape[:1] == y.shape[:1] == (labels.size,) and x.ndim == y.ndim == 2
        for x, y, labels in ((x_train, y_train, l_train), (x_test, y_test, l_test))
    )
    if not fits or len(x_train) < len(x_test):
        fail("order", came=shapes)
    if len(x_train) + len(x_test) > len(X) or x_train.shape[1] != X.shape[1]:
        fail("other rows", came=shapes, expected=f"the rows of X {X.shape}, Y {Y.shape}")
    widths = [one.shape[1] for one in (x_test, y_train, y_test)]
    if widths != [X.shape[1], 2, 2] or _are_rows(x_train, Y):
        fail("order", came=shapes)
    train, test = _rows_of(y_train, Y), _rows_of(y_test, Y)
    _judge_rows(train, test, len(X))
    if not (np.isin(l_train, L).all() and np.isin(l_test, L).all()):
        fail(says="The labels stay as they are.", came=l_train[:5], expected=L[train[:5]])
    if not (_equal(l_train.ravel(), L[train]) and _equal(l_test.ravel(), L[test])):
        fail("labels not aligned")
    _judge_scaling(x_train, x_test, X, train, test)
    return {int(row) for row in test}


def _is_cut(returned: Any, n: int) -> bool:
    """x_train, x_test, y_train: three of the six."""
    if not isinstance(returned, (tuple, list)) or len(returned) != 3:
        return False
    first, second, third = (len(one) if hasattr(one, "__len__") else 0 for one in returned)
    return first == third > second > 0 and first + second == n


def _one_hot(labels: Array) -> bool:
    wide = labels.ndim == 2 and labels.shape[1] > 1
    return wide and bool(np.isin(labels, (0, 1)).all() and (labels.sum(axis=1) == 1).all())


def _rows_of(y: Array, Y: Array) -> NDArray[np.int64]:
    """Where in Y each row of y stands."""
    if _are_rows(y, Y):
        return _distances(y, Y).argmin(axis=1)
    if _lines_undone(y, Y):
        fail("y scaled", came=y[:2], expected="rows of Y as they were given")
    fail(says="The outputs are not rows of the Y that the function was given.", came=y[:2])


def _are_rows(y: Array, Y: Array) -> bool:
    return y.shape[1] == Y.shape[1] and _distances(y, Y).min(axis=1).max() <= 1e-3


def _distances(y: Array, Y: Array) -> Array:
    return np.abs(y[:, None, :] - Y[None, :, :]).max(axis=2)


def _lines_undone(y: Array, Y: Array) -> bool:
    """Some rising straight line for each column turns y into rows of Y.

    The values of a column of Y stand at equal steps, and y holds most of them: so its smallest
    step is one step of Y.
    """
    steps = np.diff(np.sort(y, axis=0), axis=0).min(axis=0)
    if steps.min() <= 1e-9:
        return False
    first, second = np.rint((y - y.min(axis=0)) / steps).astype(int).T
    ranks = Y.argsort(axis=0).argsort(axis=0)
    at_rank = ranks[:, 0].argsort()
    shifts = range(len(Y) - int(first.max()))
    return any(np.ptp(ranks[at_rank[first + shift], 1] - second) == 0 for shift in shifts)


def _judge_rows(train: NDArray[np.int64], test: NDArray[np.int64], n: int) -> None:
    if set(train) & set(test):
        fail("in both parts", came=f"{len(set(train) & set(test))} rows in both")
    if len(train) + len(test) != n or abs(len(test) - n / 5) > 1:
        fail(
            says="A fifth of the rows is for testing, all others for training.",
            came=f"{len(train)} for training, {len(test)} for testing, of {n}",
            expected=f"{n - n // 5} and {n // 5}",
        )
    if _equal_steps(test, n) or _equal_steps(np.sort(test), n):
        shown = ", ".join(str(row) for row in test[:5])
        fail("not shuffled", came=f"test rows {shown}, ... of {n}")


def _equal_steps(rows: NDArray[np.int64], n: int) -> bool:
    """Each row is as far behind the one before, round the end of the table, but for one."""
    steps = np.diff(rows, append=rows[:1]) % n
    return int(np.bincount(steps).max()) >= len(rows) - 1


def _judge_scaling(
    x_train: Array, x_test: Array, X: Array, train: NDArray[np.int64], test: NDArray[np.int64]
) -> None:
    raw, raw_test = X[train], X[test]

    def standard(x: Array, like: Array, ddof: int = 0) -> Array:
        return (x - like.mean(axis=0)) / like.std(axis=0, ddof=ddof)

    def same(came: Array, expected: Array) -> bool:
        return np.allclose(came, expected, atol=2e-3)  # half precision will do

    def scaled(came: Array, x: Array, like: Array) -> bool:
        return same(came, standard(x, like)) or same(came, standard(x, like, 1))

    own = scaled(x_train, raw, raw)
    if own and scaled(x_test, raw_test, raw):
        return
    straight = _straight(x_train, raw) and _straight(x_test, raw_test)
    low, high = raw.min(axis=0), raw.max(axis=0)
    known = {
        "not scaled": same(x_train, raw),
        "fit on all data": scaled(x_train, raw, X),
        "test not scaled": own and same(x_test, raw_test),
        "test scaled by itself": own and scaled(x_test, raw_test, raw_test),
        "only centred": same(x_train, raw - raw.mean(axis=0)),
        "one mean for all columns": same(x_train, (raw - raw.mean()) / raw.std()),
        "each row by itself": same(
            x_train, (raw - raw.mean(axis=1)[:, None]) / raw.std(axis=1)[:, None]
        ),
        "min-max": same(x_train, (raw - low) / (high - low))
        or same(x_train, (raw - X.min(axis=0)) / (X.max(axis=0) - X.min(axis=0))),
        "inputs not aligned": _like_standard(x_train) and not straight,
    }
    if own and straight and not (known["test not scaled"] or known["test scaled by itself"]):
        fail(
            says="x_train is right and x_test is not: scale it with mean and std of x_train.",
            came=_moments("x_test", x_test),
            expected=_moments("x_test", standard(raw_test, raw)),
        )
    for mistake, is_it in known.items():
        if is_it and mistake in {"test not scaled", "test scaled by itself"}:
            wanted = _moments("x_test", standard(raw_test, raw))
            fail(mistake, came=_moments("x_test", x_test), expected=wanted)
        if is_it:
            fail(mistake, came=_moments("x_train", x_train), expected="x_train: mean 0, std 1")
    fail(
        says="The inputs are not (x - mean) / std, with mean and std of the training rows.",
        came=_moments("x_train", x_train),
        expected="x_train: mean 0, std 1",
    )


def _straight(x: Array, raw: Array) -> bool:
    """Each column of x is a straight line of the same column of raw: the rows are the same."""
    centred, raw = x - x.mean(axis=0), raw - raw.mean(axis=0)
    slopes = (centred * raw).sum(axis=0) / (raw**2).sum(axis=0)
    return np.allclose(centred, slopes * raw, atol=2e-3)


def _like_standard(x: Array) -> bool:
    """Scaled as asked, so the values are those of other rows."""
    return bool(np.abs(x.mean(axis=0)).max() < 0.3 and np.abs(x.std(axis=0) - 1).max() < 0.3)


def _moments(name: str, x: Array) -> str:
    # + 0.0, because a rounded -0.0001 would be shown as -0.000.
    mean, std = (
        " ".join(f"{value.round(3) + 0.0:.3f}" for value in moment)
        for moment in (x.mean(axis=0), x.std(axis=0))
    )
    return f"{name}: mean {mean}, std {std}"


# --- 10.3: the model -----------------------------------------------------------------------------

Sizes = tuple[int, tuple[int, ...], int]

LECTURE_SIZES: Sizes = (2, (32, 64, 32), 2)


@exercise(
    "10.3",
    points=2,
)
def build_model(build_model: Function, *, rng: np.random.Generator) -> None:
    """build_model(n_inputs, hidden, n_outputs): a functional Keras model (001 L358-404)."""
    units = [int(units) for units in (rng.integers(5, 9), rng.integers(10, 14))]
    with if_it_raises("output tensor", says="KerasTensor"):
        model = build_model(*LECTURE_SIZES)
    _judge_model(model, LECTURE_SIZES, rng)
    others = (int(rng.integers(3, 6)), tuple(units), int(rng.integers(3, 6))), (4, (units[0],), 3)
    for sizes in others:
        with if_it_raises("number of layers", says="^(IndexError|UnboundLocalError)|unpack"):
            model = build_model(*sizes)
        _judge_model(model, sizes, rng, otherwise="number of layers")


def _judge_model(model: Any, sizes: Sizes, rng: np.random.Generator, otherwise: str = "") -> None:
    if not isinstance(model, Model):
        fail(otherwise or "no model", came=model)
    _judge_sizes(model, *sizes, otherwise=otherwise)
    _judge_activations(model, *sizes, rng=rng)
    if type(model.keras).__name__ == "Sequential":
        note(
            "Your model is Sequential: it computes the same. The functional API is needed as "
            "soon as a model has two inputs or a branch."
        )


def _judge_sizes(
    model: Model, n_inputs: int, hidden: tuple[int, ...], n_outputs: int, *, otherwise: str
) -> None:
    if len(model.keras.outputs) > 1:
        fail("two heads", came=f"{len(model.keras.outputs)} output layers", expected=1)
    shapes = [tuple(weight.shape) for weight in model.keras.weights]
    if shapes == _shapes(n_inputs, hidden, n_outputs):
        return
    came = f"{model.count_params():,} parameters, shapes {shapes}"
    sizes = (n_inputs, *hidden, n_outputs)
    expected = f"{_count(sizes):,} parameters"
    known = {
        "no bias": [shape for shape in _shapes(*_ends(sizes)) if len(shape) == 2],
        "output missing": _shapes(*_ends(sizes[:-1])),
        "hidden reversed": _shapes(n_inputs, hidden[::-1], n_outputs),
    }
    for mistake, mistaken in known.items():
        if shapes == mistaken:
            fail(mistake, came=came, expected=expected)
    if any(shapes == _shapes(n_inputs, (units,), n_outputs) for units in hidden):
        fail("one hidden layer", came=came, expected=expected)
    if shapes == _shapes(*LECTURE_SIZES):
        fail("fixed sizes", came=came, expected=expected)
    if otherwise and len(shapes) != 2 * (len(hidden) + 1):
        fail(otherwise, came=came, expected=expected)
    fail(says="The layers have other sizes than asked for.", came=came, expected=expected)


def _judge_ends(model: Model, n_inputs: int, n_outputs: int) -> None:
    # Without the batch axis: a model that was built by a call may have kept its number of rows.
    shapes = [tuple(end.shape)[1:] for end in (*model.keras.inputs, *model.keras.outputs)]
    if shapes != [(n_inputs,), (n_outputs,)]:
        fail(
            says=f"The model should take {n_inputs} numbers a row and give {n_outputs}.",
            came=f"shapes of inputs and outputs, for one row: {shapes}",
            expected=f"one input ({n_inputs},), one output ({n_outputs},)",
        )


def _judge_activations(
    model: Model,
    n_inputs: int,
    hidden: tuple[int, ...],
    n_outputs: int,
    *,
    rng: np.random.Generator,
) -> None:
    """Put known weights in, biases too, and compare with the formula: no activation is read."""
    _judge_ends(model, n_inputs, n_outputs)
    shapes = _shapes(n_inputs, hidden, n_outputs)
    weights = [rng.normal(0, 0.5, shape) for shape in shapes]
    model.keras.set_weights(weights)
    x = rng.normal(0, 1, (16, n_inputs))
    came = model.predict(x).reshape(16, n_outputs)
    expected = _forward(weights, x)
    if np.allclose(came, expected, atol=1e-3):
        return
    where: dict[str, Any] = {"came": came[:2], "expected": expected[:2]}
    if any(np.allclose(came, bend(expected), atol=1e-3) for bend in OUTPUT_ACTIVATIONS):
        fail("output activation", **where)
    if np.allclose(came, _forward(weights, x, activation=lambda z: z), atol=1e-3):
        fail("no activation", **where)
    # A straight output layer takes its own bias as it is; then the hidden layers must differ.
    moved = [*weights[:-1], weights[-1] + 1.0]
    model.keras.set_weights(moved)
    straight = np.allclose(model.predict(x), came + 1.0, atol=1e-3)
    fail("other activation" if straight else "output activation", **where)


OUTPUT_ACTIVATIONS: tuple[Callable[[Array], Array], ...] = (
    softmax,
    lambda z: 1 / (1 + np.exp(-z)),
    lambda z: np.maximum(0, z),
    np.tanh,
)


def _forward(
    weights: list[Array],
    x: Array,
    activation: Callable[[Array], Array] = lambda z: np.maximum(0, z),
) -> Array:
    *hidden, (kernel, bias) = zip(weights[::2], weights[1::2], strict=True)
    for hidden_kernel, hidden_bias in hidden:
        x = activation(x @ hidden_kernel + hidden_bias)
    return x @ kernel + bias


def _shapes(n_inputs: int, hidden: tuple[int, ...], n_outputs: int) -> list[tuple[int, ...]]:
    """Kernel and bias of each layer, in order."""
    sizes = (n_inputs, *hidden, n_outputs)
    return [shape for pair in pairwise(sizes) for shape in (pair, pair[1:])]


def _ends(sizes: tuple[int, ...]) -> Sizes:
    return sizes[0], sizes[1:-1], sizes[-1]


def _count(sizes: tuple[int, ...]) -> int:
    return sum(before * units + units for before, units in pairwise(sizes))


# --- 10.4: train and compare ---------------------------------------------------------------------

# Whoever trains on the first rows alone sees one kind of flower: the shortest petals.
FIRST_ROWS = 24

# Order of the inputs, their signs, order of the outputs; the first is the notebook's own. The task
# is as hard on each, but a model that was trained on one has 0.66 cm² or more on every other.
ORDERS = ((0, 1), (1, 0))
ARRANGEMENTS = tuple(product(ORDERS, product((1, -1), repeat=2), ORDERS))

# As Keras writes them: "acc", functions such as binary_accuracy, classes such as BinaryAccuracy.
ACCURACY = re.compile(
    r'"(acc|((sparse_)?(top_k_)?categorical_|binary_)?accuracy|[A-Za-z]*Accuracy)"'
)


@exercise(
    "10.4",
    points=2,
    trains=True,
)
def train(train: Function, *, rng: np.random.Generator, seeds: tuple[int, ...]) -> None:
    """train(x_train, y_train, *, seed): a Keras model that beats linear regression (001 L441-450).

    x_train (120, 2) is scaled, y_train (120, 2) in cm.
    """
    # Not the first two: they are the notebook's, and the notebook's with exchanged columns.
    drawn = rng.choice(np.arange(2, len(ARRANGEMENTS)), len(seeds), replace=False)
    for seed, at in zip(seeds, drawn, strict=True):
        split = x_train, _, y_train, _ = _arranged(int(at))
        with (
            if_it_raises("history", says="^a History"),
            if_it_raises("more than the model", says="^a (tuple|list)"),
        ):
            model = train(x_train, y_train, seed=seed)
        _judge_training(model, split)


def fixed_split() -> tuple[Array, Array, Array, Array]:
    """x_train, x_test, y_train, y_test: sepals (scaled by the training rows) to petals (cm)."""
    from sklearn.model_selection import train_test_split

    iris = data.iris()
    x_train, x_test, y_train, y_test = train_test_split(
        iris.columns(*SEPALS), iris.columns(*PETALS), test_size=0.2, random_state=SPLIT_SEED
    )
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - mean) / std, (x_test - mean) / std, y_train, y_test


def _arranged(at: int) -> tuple[Array, Array, Array, Array]:
    """The fixed split with its columns in another order, and inputs with another sign.

    The training rows begin with the shortest petals; the others come in random order.
    """
    inputs, signs, outputs = (list(one) for one in ARRANGEMENTS[at])
    x_train, x_test, y_train, y_test = fixed_split()
    short = y_train.sum(axis=1).argsort(kind="stable")[:FIRST_ROWS]
    rows = np.append(short, np.delete(np.arange(len(y_train)), short))
    x_train, y_train = x_train[rows], y_train[rows]
    return (
        x_train[:, inputs] * signs,
        x_test[:, inputs] * signs,
        y_train[:, outputs],
        y_test[:, outputs],
    )


def _judge_training(model: Any, split: tuple[Array, Array, Array, Array]) -> None:
    x_train, x_test, y_train, y_test = split
    if isinstance(model, (tuple, list)) and any(isinstance(one, Model) for one in model):
        fail("more than the model", came=f"{len(model)} things", expected="a model")
    if not isinstance(model, Model):
        fail("no model", came=model)
    for key in ("metrics", "weighted_metrics"):
        if ACCURACY.search(str(model.compiled.get(key, ""))):
            fail("accuracy", came=f"{key}={model.compiled[key]}")
    _judge_ends(model, 2, 2)
    came = model.predict(x_test).reshape(y_test.shape)
    if not np.isfinite(came).all():
        fail("nan", came=came[:2])
    linear, mean = _linear_regression(x_train, y_train, x_test), y_train.mean(axis=0)
    limit = SHARE_OF_LINEAR * _mse(linear, y_test)
    mse = _mse(came, y_test)
    if mse <= limit:
        return
    where: dict[str, Any] = {
        "came": f"test MSE {mse:.3f} cm² (on x_train {_mse(model.predict(x_train), y_train):.3f}), "
        f"predictions {came.mean(axis=0).round(2)} on average",
        "expected": f"at most {limit:.3f} cm² (linear regression {limit / SHARE_OF_LINEAR:.3f}, "
        f"the mean {_mse(mean, y_test):.3f}), averages near {mean.round(2)}",
    }
    for undone, undo in _undone(y_train):
        if _mse(undo(came), y_test) <= 2 * limit:
            fail(undone, **where)
    known = {
        "other data": _fits_another(model, limit),
        "squashed output": _squashed(model),
        "constant": np.ptp(came, axis=0).max() < 1e-3,
        "few rows": _fits_first_rows(model, x_train, y_train),
        "not aligned": _follows_nothing(came, y_test, mean),
        "linear": network.is_linear(
            model, np.array(list(product(np.linspace(-2, 2, 5), repeat=2)))
        ),
        "far from y": np.abs(came.mean(axis=0) - mean).max() > 0.5,
    }
    fail(next((m for m, is_it in known.items() if is_it), "not better than linear"), **where)


def _undone(y_train: Array) -> list[tuple[str, Callable[[Array], Array]]]:
    """What somebody may have made of y_train, undone."""
    mean, std = y_train.mean(axis=0), y_train.std(axis=0)
    low, high = y_train.min(axis=0), y_train.max(axis=0)
    return [
        ("y in mm", lambda came: came / 10),
        ("root of y", np.square),
        ("columns exchanged", lambda came: came[:, ::-1]),
        ("log of y", np.exp),
        ("log of y", np.expm1),
        ("y scaled", lambda came: came * std + mean),
        ("y scaled", lambda came: came + mean),
        ("y scaled", lambda came: came * (high - low) + low),
        ("y scaled", lambda came: came * high),
        ("y scaled", lambda came: came * y_train.max()),
    ]


def _squashed(model: Model) -> bool:
    """Whether the predictions stay within 0 and 1 also for inputs that no flower has."""
    came = model.predict(np.array(list(product((-30.0, 0.0, 30.0), repeat=2))))
    return bool(came.min() >= 0 and came.max() <= 1 and np.ptp(came) > 0)


def _fits_first_rows(model: Model, x_train: Array, y_train: Array) -> bool:
    first, others = slice(FIRST_ROWS - 4), slice(FIRST_ROWS, None)
    errors = [_mse(model.predict(x_train[rows]), y_train[rows]) for rows in (first, others)]
    return errors[0] < 0.2 and errors[1] > 1.0


def _follows_nothing(came: Array, y: Array, mean: Array) -> bool:
    """Whether the predictions are right on average, and hardly go up and down with y."""
    if np.abs(came.mean(axis=0) - mean).max() > 0.5:
        return False
    follows = [np.corrcoef(*columns)[0, 1] for columns in zip(came.T, y.T, strict=True)]
    return max(follows) < 0.6


def _fits_another(model: Model, limit: float) -> bool:
    """The model is good on an arrangement that this call did not give: it was trained before."""
    splits = (_arranged(at) for at in range(len(ARRANGEMENTS)))
    return any(_mse(model.predict(x_test), y_test) <= limit for _, x_test, _, y_test in splits)


def _linear_regression(x_train: Array, y_train: Array, x_test: Array) -> Array:
    def with_ones(x: Array) -> Array:
        return np.column_stack([np.ones(len(x)), x])

    return with_ones(x_test) @ np.linalg.lstsq(with_ones(x_train), y_train, rcond=None)[0]


def _mse(came: Array, expected: Array) -> float:
    return float(np.mean((came - expected) ** 2))


# --- 10.5: reading a squared error ---------------------------------------------------------------


@exercise(
    "10.5",
    points=2,
)
def interpret(interpret: Function, *, rng: np.random.Generator) -> None:
    """interpret(mse, y): MSE in cm², y (n, k) in cm -> (RMSE in cm, unexplained share of variance).

    Mends "an average loss of 10 %" (001 L450).
    """
    # First three columns: among two, a half and a mean over the columns are the same.
    for k in (3, 2):
        y = rng.normal(rng.uniform(2, 6, k), np.linspace(0.6, 1.8, k), (30, k))
        mse = float(rng.uniform(0.08, 0.3))
        rmse, share = _rmse_and_share(interpret(mse, y))
        variances = y.var(axis=0)
        expected = (np.sqrt(mse), mse / variances.mean())
        if _close(rmse, expected[0]) and _close(share, expected[1]):
            continue
        where: dict[str, Any] = {"came": (rmse, share), "expected": expected}
        if _close(rmse, expected[1]) and _close(share, expected[0]):
            fail("swapped", **where)
        _judge_rmse(rmse, mse, k, where)
        right = np.array(expected[1])
        if not _close(share, expected[1]) and is_rounded(np.array(share), right, range(1, 5)):
            fail("rounded", **where)
        by_mse = (mse, 1 - mse, 100 * mse, 100 * (1 - mse))
        stretched = _rmse_and_share(interpret(mse, y * 2.0))[1]
        if _close(stretched, share) and not any(_is(share, value) for value in by_mse):
            fail("remembered variance", **where)
        _judge_share(share, mse, y, where)
        shares = [share, *(_rmse_and_share(interpret(mse, y + by))[1] for by in (5.0, 10.0))]
        if _of_another_mean(mse, shares):
            fail("another mean", **where)
        fail(says="The share has another value.", **where)


def _of_another_mean(mse: float, shares: list[float]) -> bool:
    """Around a mean that stays where it is, the variance is a parabola of how far y moves."""
    if min(shares) <= 0:
        return False
    here, moved, twice = (mse / share for share in shares)
    return bool(np.isclose(here - 2 * moved + twice, 2 * 5.0**2, rtol=1e-2))


def _rmse_and_share(returned: Any) -> tuple[float, float]:
    rmse, share = several(returned, ("the RMSE", "the share"))
    return (
        float(array(rmse, (), (1,), name="the RMSE").ravel()[0]),
        float(array(share, (), (1,), name="the share").ravel()[0]),
    )


def _judge_rmse(rmse: float, mse: float, k: int, where: dict[str, Any]) -> None:
    known = {
        "mse as rmse": mse,
        "mse squared": mse**2,
        "halved": np.sqrt(mse / 2),
        "per column": np.sqrt(mse / k),
    }
    for mistake, value in known.items():
        if _is(rmse, value):
            fail(mistake, **where)
    if _close(rmse, np.sqrt(mse)):
        return
    if is_rounded(np.array(rmse), np.sqrt(mse), range(1, 5)):
        fail("rounded", **where)
    fail(says="The first number is not the square root of the MSE.", **where)


def _judge_share(share: float, mse: float, y: Array, where: dict[str, Any]) -> None:
    variances = y.var(axis=0)
    right = mse / variances.mean()
    known = {
        "mse as share": (mse, 100 * mse),
        "accuracy": (1 - mse, 100 * (1 - mse)),
        "explained": (1 - right, 100 * (1 - right)),
        "percent": (100 * right,),
        "pooled variance": (mse / y.var(),),
        "summed variances": (mse / variances.sum(),),
        "standard deviation": (
            mse / np.sqrt(variances).mean(),
            mse / np.sqrt(variances.mean()),
            mse / y.std(),
            np.sqrt(mse) / np.sqrt(variances).mean(),
            np.sqrt(mse) / np.sqrt(variances.mean()),
            np.sqrt(mse) / y.std(),
        ),
        "rmse over variance": (np.sqrt(mse) / variances.mean(), np.sqrt(mse) / y.var()),
        "another mean": (mse / np.mean(y**2),),
        "n - 1": (mse / y.var(axis=0, ddof=1).mean(),),
        "axis=1": (mse / y.var(axis=1).mean(), mse / y.var(axis=1, ddof=1).mean()),
    }
    for mistake, values in known.items():
        if any(_is(share, value) for value in values):
            fail(mistake, **where)


# --- what several checks use ---------------------------------------------------------------------


def _equal(came: Array, expected: Array) -> bool:
    return came.shape == expected.shape and np.allclose(came, expected, atol=1e-4)


def _close(came: float, expected: float) -> bool:
    return bool(np.isclose(came, expected, rtol=1e-3, atol=1e-6))


def _is(came: float, mistaken: float) -> bool:
    """Closer than `_close`: two mistakes may be near each other, and their names must not mix."""
    return bool(np.isclose(came, mistaken, rtol=3e-5, atol=1e-9))


# --- 10.4b: what twelve rows tell ----------------------------------------------------------------

CLAIMS = ("fits well", "over-fitted", "too few rows")


@exercise("10.4b", points=1, fresh=False)
def claim_of_twelve(val_claim: Value) -> None:
    """val_claim: what a validation loss from 12 rows proves, one of CLAIMS (001 L439-441)."""
    claim(val_claim, CLAIMS, right=["too few rows"])


# --- 10.0: the mean squared error ----------------------------------------------------------------

SQUARED = "np.mean((prediction - y) ** 2)"
MSE = formula(
    "mse(prediction, y)",
    SQUARED,
    {
        "sum": ["np.sum((prediction - y) ** 2)"],
        "summed over the outputs": ["np.sum((prediction - y) ** 2) / len(y)"],
        "root": [
            "np.sqrt(np.mean((prediction - y) ** 2))",
            "np.linalg.norm(prediction - y)",
            "np.sqrt(np.sum((prediction - y) ** 2) / len(y))",
        ],
        "half": ["np.mean((prediction - y) ** 2) / 2"],
        "absolute errors": ["np.mean(np.abs(prediction - y))"],
        "not squared": ["np.mean(prediction - y)", "np.mean(y - prediction)"],
        "squared after the mean": ["np.mean(prediction - y) ** 2"],
        "not one number": [
            "(prediction - y) ** 2",
            "np.mean((prediction - y) ** 2, axis=0)",
            "np.mean((prediction - y) ** 2, axis=1)",
            "np.sum((prediction - y) ** 2, axis=1)",
        ],
        "only the first output": ["np.mean((prediction[:, 0] - y[:, 0]) ** 2)"],
        "squares subtracted": ["np.mean(prediction**2 - y**2)", "np.mean(y**2 - prediction**2)"],
        "around the mean of y": ["np.mean((y - y.mean(axis=0)) ** 2)", "np.var(y)"],
        "the error's variance": ["np.var(prediction - y)"],
    },
)


@exercise("10.0", points=1)
def mse(mse: Function, *, rng: np.random.Generator) -> None:
    """mse(prediction, y): (n, k), (n, k) -> the mean of the squared errors, () (001 L411)."""
    judged = Comparison(
        mse,
        MSE,
        lambda: _errors(rng, 5, 4),
        read=lambda came, *inputs: array(came, name="the answer"),
    )
    for n, k in ((6, 2), (7, 3), (4, 1)):
        judged.on(*_errors(rng, n, k), says="This is another number.")


def _errors(rng: np.random.Generator, n: int, k: int) -> Inputs:
    """Predictions that are off by a half to two, and more often too high."""
    y = rng.uniform(1, 7, (n, k))
    return y + rng.uniform(0.5, 2.0, (n, k)) * rng.choice([-1, 1, 1], (n, k)), y
