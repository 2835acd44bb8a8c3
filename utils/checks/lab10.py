"""Checks of lab 10: iris, two outputs from two inputs."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils import data
from utils.checks.core import (
    Function,
    Model,
    Value,
    array,
    exercise,
    fail,
    note,
    part,
)

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
    hints=(
        "The columns of the table can come in any order. What tells you where a column is?",
        "feature_names.index(name) is the position of a column. table[:, [i, j]] picks two "
        "columns, in the order that you write them.",
        "Look at each position that is written as a number, such as table[:, 2:]. Put "
        'feature_names.index("petal length (cm)") in its place.',
    ),
    mistakes={
        "lecture slices": "This is what the slices [:, :2] and [:, 2:] give. They trust the order "
        "of the columns. Look the columns up by their names.",
        "fixed positions": "These are fixed positions: right for the order in which iris comes, "
        "and wrong for this table. Look the columns up by their names.",
        "swapped": "X and Y are swapped: here the petals are the inputs X, the sepals the "
        "outputs Y. (The lecture's code has it the other way round.)",
        "target included": "X holds more than the petals. What is to be predicted (the sepals), "
        "or the species, must not be among the inputs.",
        "too many outputs": "Y holds more than the two sepal columns.",
        "length and width": "The right columns in another order: in X and in Y, length comes "
        "first, then width. A loop or a mask over `feature_names` keeps the table's order.",
        "transposed": "Rows and columns are swapped: one row a flower is wanted, shape (n, 2).",
        "one table": "One array came back. Return two, the inputs and the outputs: `return X, Y`.",
    },
)
def petals_to_sepals(petals_to_sepals: Function, *, rng: np.random.Generator) -> None:
    """petals_to_sepals(table, feature_names): (n, k), k names -> X (n, 2) petals, Y (n, 2) sepals.

    The task of 001 L302 in words: sepals from petals.
    """
    for n in (6, 9, 5):
        names = _shuffled_names(rng)
        table = rng.uniform(0.1, 8.0, (n, len(names))).round(2)
        returned = petals_to_sepals(table, names)
        if isinstance(returned, np.ndarray) and returned.ndim == 2:
            fail("one table", came=f"shape {returned.shape}", expected="X (n, 2) and Y (n, 2)")
        X, Y = _several(returned, ("X", "Y"))
        _compare_columns(array(X, (-1, -1), name="X"), array(Y, (-1, -1), name="Y"), table, names)


def _shuffled_names(rng: np.random.Generator) -> tuple[str, ...]:
    """Five names in an order in which no fixed position and no table order is right."""
    while True:
        names = [str(name) for name in rng.permutation([*SEPALS, *PETALS, "species"])]
        at = names.index
        widths_first = at(PETALS[1]) < at(PETALS[0]) and at(SEPALS[1]) < at(SEPALS[0])
        in_a_slice = {*names[:2]}, {*names[2:4]}
        if widths_first and {*SEPALS} not in in_a_slice and {*PETALS} not in in_a_slice:
            return tuple(names)


def _compare_columns(X: Array, Y: Array, table: Array, names: tuple[str, ...]) -> None:
    def pick(*wanted: str) -> Array:
        return table[:, [names.index(name) for name in wanted]]

    petals, sepals = pick(*PETALS), pick(*SEPALS)
    if _equal(X, petals) and _equal(Y, sepals):
        return
    shapes = f"X {X.shape}, Y {Y.shape}"
    if _equal(X, petals.T) or _equal(X, petals[:, ::-1].T):
        fail("transposed", came=shapes, expected=f"X {petals.shape}, Y {sepals.shape}")
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
    what, came, expected = ("Y", Y, sepals) if _equal(X, petals) else ("X", X, petals)
    fail(says=f"{what} does not hold the columns wanted.", came=came[:2], expected=expected[:2])


def _same_columns(came: Array, expected: Array) -> bool:
    return _equal(came, expected) or _equal(came, expected[:, ::-1])


# --- 10.2: split and scale -----------------------------------------------------------------------

PARTS = ("x_train", "x_test", "y_train", "y_test", "l_train", "l_test")


@exercise(
    "10.2",
    points=2,
    hints=(
        "Which rows may the scaler see? Those that the network may see: the training rows.",
        "train_test_split(X, Y, L, test_size=0.2, random_state=seed) gives six arrays. Then "
        "mean and std of x_train, axis=0, scale x_train and x_test alike.",
        "Look at the lines that compute mean and std: x_train must stand there, not X or x_test. "
        "And look at the return: six names, in parentheses if it goes over two lines.",
    ),
    mistakes={
        "fit on all data": "The mean and the standard deviation come from all rows. So the test "
        "rows have a say in the training data. Compute both from x_train alone.",
        "test scaled by itself": "x_test is scaled with its own mean and standard deviation. Then "
        "the same flower gets other numbers in training and in test. Use those of x_train.",
        "not scaled": "The inputs are not scaled yet: subtract the mean and divide by the standard "
        "deviation of x_train.",
        "test not scaled": "x_train is scaled and x_test is not. Scale both, with the mean and "
        "the standard deviation of x_train.",
        "only centred": "The mean is gone, but the inputs are not divided by the standard "
        "deviation of x_train.",
        "one mean for all columns": "One mean and one standard deviation for the whole array. "
        "Each column has its own: axis=0.",
        "each row by itself": "Each row is scaled by itself (axis=1). Each column has its own "
        "mean and standard deviation: axis=0.",
        "min-max": "The inputs are squeezed into 0 to 1. Here each column is to have mean 0 and "
        "standard deviation 1.",
        "y scaled": "The outputs are scaled as well. Leave them in cm: otherwise the error is no "
        "longer in cm, and each prediction must be scaled back.",
        "labels not aligned": "The labels do not belong to their rows. Split X, Y and L in one "
        "call, so that all three are cut alike.",
        "inputs not aligned": "x and y do not belong together row by row. Split X, Y and L in one "
        "call, so that all three are cut alike.",
        "cut tuple": "Only the first three of six came back: a line that ends with a comma inside "
        "no parentheses ends the tuple. Put parentheses around names on two lines.",
        "order": "The six parts come in another order, or train and test are exchanged. Wanted: "
        "x_train, x_test, y_train, y_test, l_train, l_test.",
        "not shuffled": "The test rows are the first or the last fifth of the table. Iris is "
        "sorted by species, so rows must be drawn at random.",
        "in both parts": "Some rows are in the training part and in the test part. Then the test "
        "asks what was learned by heart.",
        "seed": "The same seed must give the same split again, and another seed another split. "
        "Hand `seed` to what draws the rows.",
    },
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
        seed = int(rng.integers(1, 1000))
        train, _ = _judge_parts(prepare(X, Y, L, seed=seed), X, Y, L)
        again, _ = _judge_parts(prepare(X, Y, L, seed=seed), X, Y, L)
        other, _ = _judge_parts(prepare(X, Y, L, seed=seed + 1), X, Y, L)
        if set(train) != set(again):
            fail("seed", came=f"seed={seed} twice: two different splits")
        if set(train) == set(other):
            fail("seed", came=f"seed={seed} and seed={seed + 1}: the same split")


def _judge_parts(
    returned: Any, X: Array, Y: Array, L: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Judge one answer; return which rows of the data are in training and in test."""
    if isinstance(returned, (tuple, list)) and len(returned) == 3:
        fail("cut tuple", came="3 things", expected="6 arrays")
    several = zip(_several(returned, PARTS), PARTS, strict=True)
    parts = [array(one, name=name) for one, name in several]
    x_train, x_test, y_train, y_test, l_train, l_test = parts
    shapes = ", ".join(f"{name} {one.shape}" for name, one in zip(PARTS, parts, strict=True))
    fits = all(
        labels.size and x.shape == (labels.size, X.shape[1]) and y.shape == (labels.size, 2)
        for x, y, labels in ((x_train, y_train, l_train), (x_test, y_test, l_test))
    )
    if not fits or len(x_train) < len(x_test):
        fail("order", came=shapes)
    train, test = _rows_of(y_train, Y), _rows_of(y_test, Y)
    _judge_rows(train, test, len(X))
    if not (_equal(l_train.ravel(), L[train]) and _equal(l_test.ravel(), L[test])):
        fail("labels not aligned")
    _judge_scaling(x_train, x_test, X, train, test)
    return train, test


def _rows_of(y: Array, Y: Array) -> NDArray[np.int64]:
    """Where in Y each row of y stands."""
    if y.min() < 3.5:  # the outputs lie between 4 and 9; scaled ones around 0, or in 0 to 1
        fail("y scaled", came=y[:2], expected="rows of Y as they were given")
    distances = np.abs(y[:, None, :] - Y[None, :, :]).max(axis=2)
    if distances.min(axis=1).max() > 1e-3:
        fail(says="The outputs are not rows of the Y that the function was given.", came=y[:2])
    return distances.argmin(axis=1)


def _judge_rows(train: NDArray[np.int64], test: NDArray[np.int64], n: int) -> None:
    if set(train) & set(test):
        fail("in both parts", came=f"{len(set(train) & set(test))} rows in both")
    if len(train) + len(test) != n or abs(len(test) - n / 5) > 1:
        fail(
            says="A fifth of the rows is for testing, all others for training.",
            came=f"{len(train)} for training, {len(test)} for testing, of {n}",
            expected=f"{n - n // 5} and {n // 5}",
        )
    ends = (np.arange(len(test)), np.arange(n - len(test), n))
    if any(np.array_equal(np.sort(test), end) for end in ends):
        fail("not shuffled", came=f"test rows {test.min()} to {test.max()} of {n}")


def _judge_scaling(
    x_train: Array, x_test: Array, X: Array, train: NDArray[np.int64], test: NDArray[np.int64]
) -> None:
    raw, raw_test = X[train], X[test]

    def standard(x: Array, like: Array, ddof: int = 0) -> Array:
        return (x - like.mean(axis=0)) / like.std(axis=0, ddof=ddof)

    def same(came: Array, expected: Array) -> bool:
        return np.allclose(came, expected, atol=2e-4)

    def scaled(came: Array, x: Array, like: Array) -> bool:
        return same(came, standard(x, like)) or same(came, standard(x, like, 1))

    own = scaled(x_train, raw, raw)
    if own and scaled(x_test, raw_test, raw):
        return
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
        "inputs not aligned": _like_standard(x_train),
    }
    for mistake, is_it in known.items():
        if is_it:
            fail(mistake, came=_moments("x_train", x_train), expected="x_train: mean 0, std 1")
    fail(
        says="The inputs are not (x - mean) / std, with mean and std of the training rows.",
        came=_moments("x_train", x_train),
        expected="x_train: mean 0, std 1",
    )


def _like_standard(x: Array) -> bool:
    """Scaled as asked, so the values are those of other rows."""
    return bool(np.abs(x.mean(axis=0)).max() < 0.3 and np.abs(x.std(axis=0) - 1).max() < 0.3)


def _moments(name: str, x: Array) -> str:
    mean, std = (" ".join(f"{v:.3f}" for v in m) for m in (x.mean(axis=0), x.std(axis=0)))
    return f"{name}: mean {mean}, std {std}"


# --- 10.3: the model -----------------------------------------------------------------------------

LECTURE_SIZES = (2, (32, 64, 32), 2)


@exercise(
    "10.3",
    points=2,
    hints=(
        "The lecture's model has one line for each layer. Which of them become a loop?",
        "inputs = keras.Input(shape=(n_inputs,)); h = Dense(units, activation='relu')(h) for each "
        "number in hidden; outputs = Dense(n_outputs)(h); keras.Model(inputs, outputs).",
        "Look at the last Dense: n_outputs units, activation linear (or none). Look at the loop: "
        "h must be used and renewed in the same line, h = Dense(...)(h).",
    ),
    mistakes={
        "no bias": "The biases are missing: for the lecture's sizes that gives 4,224 parameters. "
        "Each unit has one bias: leave out use_bias=False.",
        "output activation": "The output layer has an activation. Lengths in cm are not bound to "
        "0 to 1 and are no shares of a whole: the output of a regression is linear.",
        "no activation": "The hidden layers are linear. Then the whole network is one linear "
        "layer. Give them activation='relu'.",
        "other activation": "The hidden layers do not compute ReLU, max(0, z), which is asked for.",
        "fixed sizes": "Right for 2 inputs, 32-64-32 and 2 outputs, but not for other sizes. Use "
        "`n_inputs`, `hidden` and `n_outputs`.",
        "output missing": "The last hidden layer is the output. After the loop one more Dense "
        "layer is needed, with n_outputs units.",
        "one hidden layer": "Only one layer of `hidden` is in the model. In the loop each layer "
        "must take the one before: h = Dense(...)(h).",
        "hidden reversed": "The hidden layers come in reverse order.",
        "two heads": "The model has several output layers of its own. Here one output layer with "
        "n_outputs units is asked for, so that the predictions are one array (n, n_outputs).",
        "no model": "`build_model` should return a Keras model. Is there a `return`?",
    },
)
def build_model(build_model: Function, *, rng: np.random.Generator) -> None:
    """build_model(n_inputs, hidden, n_outputs): a functional Keras model (001 L358-404)."""
    fresh = (
        int(rng.integers(3, 6)),
        tuple(int(units) for units in (rng.integers(5, 9), rng.integers(10, 14))),
        int(rng.integers(3, 6)),
    )
    for sizes in (LECTURE_SIZES, fresh):
        model = build_model(*sizes)
        if not isinstance(model, Model):
            fail("no model", came=model)
        _judge_sizes(model, *sizes)
        _judge_activations(model, *sizes, rng=rng)
        if type(model.keras).__name__ == "Sequential":
            note(
                "Your model is Sequential: it computes the same. The functional API is needed as "
                "soon as a model has two inputs or a branch."
            )


def _judge_sizes(model: Model, n_inputs: int, hidden: tuple[int, ...], n_outputs: int) -> None:
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
    fail(says="The layers have other sizes than asked for.", came=came, expected=expected)


def _judge_ends(model: Model, n_inputs: int, n_outputs: int) -> None:
    shapes = [tuple(end.shape) for end in (*model.keras.inputs, *model.keras.outputs)]
    if shapes != [(None, n_inputs), (None, n_outputs)]:
        fail(
            says=f"The model should take {n_inputs} numbers a row and give {n_outputs}.",
            came=f"inputs and outputs {shapes}",
            expected=f"one input (None, {n_inputs}), one output (None, {n_outputs})",
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


def _softmax(z: Array) -> Array:
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


OUTPUT_ACTIVATIONS: tuple[Callable[[Array], Array], ...] = (
    _softmax,
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


def _ends(sizes: tuple[int, ...]) -> tuple[int, tuple[int, ...], int]:
    return sizes[0], sizes[1:-1], sizes[-1]


def _count(sizes: tuple[int, ...]) -> int:
    return sum(before * units + units for before, units in pairwise(sizes))


# --- 10.4: train and compare ---------------------------------------------------------------------

CLAIMS = ("fits well", "over-fitted", "too few rows")


@exercise(
    "10.4",
    points=3,
    hints=(
        "Begin with the lecture's model and settings: x_train is scaled already. If the error is "
        "too large, has the training loss stopped falling?",
        "set_seed(seed); build; compile(optimizer=keras.optimizers.Adam(0.01), loss='mse'); "
        "fit(x_train, y_train, batch_size=16, epochs=40, verbose=0); return the model.",
        "Look at compile (learning rate, loss), at fit (x_train and y_train of the function, not "
        "of the notebook), and at the last line: return model.",
    ),
    mistakes={
        "nan": "The predictions are nan or inf: the training ran away. Take a smaller learning "
        "rate, and x_train as it is given.",
        "accuracy": "The model is compiled with the metric accuracy. With two lengths it only "
        "asks which one is larger, so it says nothing here. Leave it out.",
        "y scaled": "The model predicts scaled lengths, not cm. Train on y_train as it is given, "
        "or scale back inside the model.",
        "other data": "The model has learned the notebook's own flowers: its two outputs come in "
        "that order, not in that of the y_train it was given. Use the parameters of the function.",
        "squashed output": "All predictions lie between 0 and 1, but petals are up to 7 cm long. "
        "Which activation has the output layer?",
        "constant": "The model predicts the same for every flower, as if the inputs were not "
        "there. Has a learning rate that is too large switched off the hidden units?",
        "worse than the mean": "The model is worse than predicting the mean of y_train for every "
        "flower. Was it trained, and for long enough?",
        "not better than linear": "The model does not beat linear regression by 5 %. Has it "
        "hidden layers with an activation, and enough epochs?",
        "no model": "`train` should return the trained Keras model, and only that.",
        "claim: fits well": "Twelve flowers cannot prove this. Over 40 splits the same network "
        "gave a validation loss from less than half to about twice the training loss.",
        "claim: over-fitted": "A validation loss near the training loss is no sign of "
        "over-fitting. But is it a sign of anything, with so few flowers?",
    },
    trains=True,
)
def train(train: Function, val_claim: Value, *, seeds: tuple[int, ...]) -> None:
    """train(x_train, y_train, *, seed): a Keras model that beats linear regression (001 L441-450).

    x_train (120, 2) is scaled, y_train (120, 2) in cm. val_claim: one of CLAIMS.
    """
    with part(2, "training"):
        split = x_train, _, y_train, _ = fixed_split()
        for seed in seeds:
            _judge_training(train(x_train, y_train, seed=seed), split)
    with part(1, "claim"):
        _judge_claim(val_claim)


def fixed_split() -> tuple[Array, Array, Array, Array]:
    """x_train, x_test, y_train, y_test: sepals (scaled by the training rows) to petals (cm).

    The outputs are width, length: a model that learned from the notebook's arrays, and not from
    those that it was given, has them the other way round.
    """
    from sklearn.model_selection import train_test_split

    iris = data.iris()
    x_train, x_test, y_train, y_test = train_test_split(
        iris.columns(*SEPALS),
        iris.columns(*reversed(PETALS)),
        test_size=0.2,
        random_state=SPLIT_SEED,
    )
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - mean) / std, (x_test - mean) / std, y_train, y_test


def _judge_training(model: Any, split: tuple[Array, Array, Array, Array]) -> None:
    x_train, x_test, y_train, y_test = split
    if not isinstance(model, Model):
        fail("no model", came=model)
    if "acc" in model.compiled.get("metrics", ""):
        fail("accuracy", came=f"metrics={model.compiled['metrics']}")
    _judge_ends(model, 2, 2)
    came = model.predict(x_test).reshape(y_test.shape)
    if not np.isfinite(came).all():
        fail("nan", came=came[:2])
    linear, mean = _linear_regression(x_train, y_train, x_test), y_train.mean(axis=0)
    limit = SHARE_OF_LINEAR * _mse(linear, y_test)
    mse = _mse(came, y_test)
    if mse <= limit:
        return
    known = {
        "y scaled": _mse(came * y_train.std(axis=0) + mean, y_test) <= limit,
        "other data": _mse(came[:, ::-1], y_test) <= limit,
        "squashed output": came.min() >= 0 and came.max() <= 1,
        "constant": np.ptp(came, axis=0).max() < 1e-3,
        "worse than the mean": mse > _mse(mean, y_test),
    }
    mistake = next((m for m, is_it in known.items() if is_it), "not better than linear")
    fail(
        mistake,
        came=f"test MSE {mse:.3f} cm²",
        expected=f"at most {limit:.3f} cm² (linear regression {limit / SHARE_OF_LINEAR:.3f}, "
        f"the mean {_mse(mean, y_test):.3f})",
    )


def _linear_regression(x_train: Array, y_train: Array, x_test: Array) -> Array:
    def with_ones(x: Array) -> Array:
        return np.column_stack([np.ones(len(x)), x])

    return with_ones(x_test) @ np.linalg.lstsq(with_ones(x_train), y_train, rcond=None)[0]


def _mse(came: Array, expected: Array) -> float:
    return float(np.mean((came - expected) ** 2))


def _judge_claim(val_claim: Value) -> None:
    claim = val_claim.data
    if not isinstance(claim, str) or claim not in CLAIMS:
        codes = ", ".join(f'"{code}"' for code in CLAIMS)
        fail(says=f"`val_claim` should be one of {codes}.", tried="val_claim", came=claim)
    if claim != "too few rows":
        fail(f"claim: {claim}", tried="val_claim", came=claim)


# --- 10.5: reading a squared error ---------------------------------------------------------------


@exercise(
    "10.5",
    points=2,
    hints=(
        "In which unit is the mean of squared cm? And what would the MSE be for someone who "
        "always predicts the mean of y?",
        "rmse = sqrt(mse), in cm. share = mse / variance, where the variance is the mean over the "
        "columns of the variance of each column.",
        "Look at the axis of the variance: y.var(axis=0).mean(). np.var(y) without axis mixes long "
        "petals with narrow ones.",
    ),
    mistakes={
        "mse as rmse": "The first number is the MSE itself, in cm². Its square root is in cm.",
        "mse squared": "The first number is the square of the MSE. The square root is wanted.",
        "halved": "The MSE is halved before the root is taken. Keras's MSE has no ½.",
        "mse as share": "The second number is the MSE itself. An MSE in cm² is no share: 0.10 cm² "
        'is not "10 %". Divide it by the variance of y.',
        "accuracy": "The second number is 1 - MSE, read as an accuracy. An MSE in cm² cannot be "
        "taken from 1. Divide it by the variance of y.",
        "explained": "This is the share that is explained (R²). Asked is the share that is not.",
        "percent": "The share is given in percent. Return it as a number, 0.05 and not 5.",
        "pooled variance": "The variance is taken over all numbers of y at once. So it counts that "
        "petals are longer than wide, which needs no model. Take each column's own: axis=0.",
        "summed variances": "The variances of the columns are added. The MSE is a mean over the "
        "columns, so take the mean of the variances.",
        "standard deviation": "Divided by a standard deviation. A squared error is compared with "
        "a variance: both are in cm².",
        "rmse over variance": "The RMSE is divided by the variance: cm by cm². Divide the MSE.",
        "remembered variance": "The variance is the same number whatever y is. Compute it from "
        "the y that the function is given.",
        "another mean": "The share changes when the same length is added to all of y. So the "
        "variance is taken around another mean: 0, or that of another split. Take the mean of y.",
        "swapped": "Both numbers are right, in the other order: first the RMSE, then the share.",
    },
)
def interpret(interpret: Function, *, rng: np.random.Generator) -> None:
    """interpret(mse, y): MSE in cm², y (n, k) in cm -> (RMSE in cm, unexplained share of variance).

    Mends "an average loss of 10 %" (001 L450).
    """
    for k in (2, 3):
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
        _judge_rmse(rmse, mse, where)
        if _close(share, mse / y.var(axis=0, ddof=1).mean()):
            note("Your variance divides by n - 1. The usual R² divides by n.")
            continue
        _judge_share(share, mse, y, where)
        # An error in the mean shows when y moves and its variance does not.
        moved = _rmse_and_share(interpret(mse, y + 5.0))[1]
        if not _close(moved, share):
            fail("another mean", **where)
        stretched = _rmse_and_share(interpret(mse, y * 2.0))[1]
        fail(
            "remembered variance" if _close(stretched, share) else None,
            says="" if _close(stretched, share) else "The share is another.",
            **where,
        )


def _rmse_and_share(returned: Any) -> tuple[float, float]:
    rmse, share = _several(returned, ("the RMSE", "the share"))
    return (
        float(array(rmse, (), (1,), name="the RMSE").ravel()[0]),
        float(array(share, (), (1,), name="the share").ravel()[0]),
    )


def _judge_rmse(rmse: float, mse: float, where: dict[str, Any]) -> None:
    known = {"mse as rmse": mse, "mse squared": mse**2, "halved": np.sqrt(mse / 2)}
    for mistake, value in known.items():
        if _close(rmse, value):
            fail(mistake, **where)
    if not _close(rmse, np.sqrt(mse)):
        fail(says="The RMSE is another.", **where)


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
    }
    for mistake, values in known.items():
        if any(_close(share, value) for value in values):
            fail(mistake, **where)


# --- what several checks use ---------------------------------------------------------------------


def _several(returned: Any, names: tuple[str, ...]) -> list[Any]:
    """The things that a function returned together: a tuple, a list, or rows of one array."""
    if isinstance(returned, np.ndarray) and returned.ndim:
        returned = list(returned)
    if not isinstance(returned, (tuple, list)) or len(returned) != len(names):
        is_many = isinstance(returned, (tuple, list))
        came = f"{len(returned)} things" if is_many else "None" if returned is None else "one thing"
        fail(says=f"Return {len(names)} things: {', '.join(names)}.", came=came)
    return list(returned)


def _equal(came: Array, expected: Array) -> bool:
    return came.shape == expected.shape and np.allclose(came, expected, atol=1e-4)


def _close(came: float, expected: float) -> bool:
    return bool(np.isclose(came, expected, rtol=1e-3, atol=1e-6))
