"""Checks of lab 12: Fashion-MNIST, ten classes of garments (000 L314-399)."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations, product
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from utils import garments
from utils.checks import network
from utils.checks.core import (
    Function,
    Model,
    Value,
    array,
    claim,
    column,
    exercise,
    fail,
    if_it_raises,
    note,
    part,
)
from utils.checks.reference import sigmoid, softmax
from utils.checks.values import several

Array = NDArray[Any]

# Ten kinds of right answers (one to five epochs of SGD, Adam or RMSprop on 3,000 garments; linear,
# dense, convolutional; batches of 32 to 256), 37 runs, end between 0.76 and 0.83. Five epochs with
# one batch each end below 0.61.
LEAST_ACCURACY = 0.68


# --- 12.1: numbers from 0 to 1 -------------------------------------------------------------------


@exercise(
    "12.1",
    points=1,
)
def prepare(prepare: Function, *, rng: np.random.Generator) -> None:
    """prepare(images, labels): (n, 28, 28) uint8, (n,) -> x in 0 to 1, y as it was (000 L346-351).

    The first batch has no pixel of 255, so that its own maximum is another number.
    """
    for n, brightest in ((7, 200), (12, 255)):
        images = rng.integers(0, brightest + 1, (n, 28, 28), dtype=np.uint8)
        images[:, 0, 0], images[:, 0, 1] = 0, brightest
        labels = rng.permutation(np.arange(n) % 10).astype(np.uint8)
        with if_it_raises("in place", says="UFuncTypeError|UFuncOutputCasting|Cannot cast ufunc"):
            returned = prepare(images, labels)
        x, y = _two(returned)
        _judge_pictures(x, images)
        _judge_labels(y, labels)
        if isinstance(x, np.ndarray) and x.dtype in (np.float64, np.float16):
            note(f"Your pictures are {x.dtype}. Keras computes in float32, and converts them.")


def _two(returned: Any) -> tuple[Any, Any]:
    if isinstance(returned, np.ndarray) and returned.ndim >= 2:
        fail("only the pictures", came=f"shape {returned.shape}", expected="x and y")
    x, y = several(returned, ("x", "y"))
    if isinstance(y, np.ndarray) and y.ndim == 3 and getattr(x, "ndim", 1) <= 1:
        fail("swapped", came=f"y has shape {y.shape}")
    return x, y


def _judge_pictures(returned: Any, images: NDArray[np.uint8]) -> None:
    x = array(returned, name="x")
    n = len(images)
    if x.shape == (n, 784):
        fail("flattened", came=f"shape {x.shape}", expected=f"shape {images.shape}")
    if x.ndim >= 3 and len(x) != n:
        fail("arguments not used", came=f"{len(x)} pictures", expected=f"{n} pictures")
    if x.shape != images.shape:
        says = "The pictures have another shape. Leave it as it is."
        fail(says=says, came=f"shape {x.shape}", expected=f"shape {images.shape}")
    grey = images / 255
    if np.allclose(x, grey, atol=1e-3):
        return
    own = images.max(axis=(1, 2), keepdims=True)
    known: dict[str, list[Array]] = {
        "not scaled": [images],
        "integer division": [images // 255],
        "rounded": [grey.round()],
        "own maximum": [images / images.max(), images / own],
        "256": [images / 256],
        "-1 to 1": [2 * grey - 1, 1 - 2 * grey],
        "inverted": [1 - grey, 255.0 - images],
        "standardised": [(grey - grey.mean()) / grey.std(), _column_by_column(grey)],
    }
    where: dict[str, Any] = {
        "came": f"from {x.min():.4g} to {x.max():.4g}",
        "expected": f"from {grey.min():.4g} to {grey.max():.4g}",
    }
    if np.allclose(255 * x, grey, atol=1e-3):
        fail("divided twice", **where)
    for mistake, values in known.items():
        if any(np.allclose(x, value, atol=5e-4) for value in values):
            fail(mistake, **where)
    fail(says="x does not hold the pictures, divided by 255.", **where)


def _column_by_column(grey: Array) -> Array:
    std = grey.std(axis=0)
    return np.asarray((grey - grey.mean(axis=0)) / np.where(std > 0, std, 1))


def _are_words(value: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0 and value.dtype.kind == "U"
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


def _judge_labels(returned: Any, labels: NDArray[np.uint8]) -> None:
    shown: dict[str, Any] = {"expected": labels[:6]}
    if _are_words(returned):
        fail("label names", came=list(returned[:3]), **shown)
    y = array(returned, name="y")
    if y.ndim == 2 and y.shape[1] > 1 and np.allclose(y.sum(axis=1), 1):
        fail("one-hot labels", came=f"shape {y.shape}", expected=f"shape {labels.shape}")
    y = column(y, len(labels), name="y")
    if np.allclose(y, labels):
        return
    whole = labels.astype(int)
    if any(np.allclose(y % 256, (whole + by) % 256) for by in (1, -1)):
        fail("labels from 1", came=y[:6], **shown)
    if np.allclose(y, labels / 255, atol=1e-4):
        fail("labels scaled", came=y[:6], **shown)
    fail(says="y does not hold the labels as they were given.", came=y[:6], **shown)


# --- 12.2: the network ---------------------------------------------------------------------------

LECTURE = ((28, 28), 128, 10)


@exercise(
    "12.2",
    points=2,
)
def build_model(build_model: Function, *, rng: np.random.Generator) -> None:
    """build_model(shape, units, classes): (n, *shape) -> (n, classes), 101,770 (000 L355-361)."""
    height, width = (int(side) for side in rng.choice(np.arange(5, 12), 2, replace=False))
    sizes = LECTURE, ((height, width), int(rng.integers(13, 20)), int(rng.integers(3, 9)))
    for shape, units, classes in sizes:
        with (
            if_it_raises("output tensor", says="^a KerasTensor"),
            if_it_raises("fixed sizes", says=r"total size of the tensor.*target_shape=\(784"),
        ):
            model = build_model(shape, units, classes)
        _judge_network(model, shape, units, classes, rng)


def _judge_network(
    model: Any, shape: tuple[int, int], units: int, classes: int, rng: np.random.Generator
) -> None:
    expected = _shapes(shape[0] * shape[1], units, classes)
    if not isinstance(model, Model):
        is_count = isinstance(model, (int, float, np.number)) and model == _count(expected)
        fail("number of parameters" if is_count else "no model", came=model)
    if len(model.keras.inputs) != 1 or len(model.keras.outputs) != 1:
        fail(says="The model should have one input and one output.")
    came = [_as_dense(tuple(weight.shape)) for weight in model.keras.weights]
    where = {
        "came": f"{_count(came):,} parameters, for one picture "
        f"{_one_row(model.keras.inputs)} -> {_one_row(model.keras.outputs)}",
        "expected": f"{_count(expected):,} parameters, {shape} -> {(classes,)}",
    }
    _judge_shapes(model, came, expected, shape, where)
    _judge_outputs(model, expected, shape, rng)


def _judge_shapes(
    model: Model,
    came: list[tuple[int, ...]],
    expected: list[tuple[int, ...]],
    shape: tuple[int, int],
    where: dict[str, Any],
) -> None:
    pixels, classes = shape[0] * shape[1], expected[-1][0]
    takes, gives = _one_row(model.keras.inputs), _one_row(model.keras.outputs)
    lecture = _shapes(28 * 28, *LECTURE[1:])
    if came == lecture and expected != lecture:
        fail("fixed sizes", **where)
    if len(gives) == 2:
        fail("no Flatten", **where)
    if takes == (pixels,):
        fail("flat input", **where)
    if takes in ((28, 28), (28, 28, 1)) and shape != (28, 28):
        fail("fixed sizes", **where)
    if takes not in (shape, (*shape, 1)):
        fail(says="The model takes pictures of another shape than `shape`.", **where)
    if came == [one for one in expected if len(one) == 2]:
        fail("no bias", **where)
    if came == [(pixels, classes), (classes,)]:
        fail("no hidden layer", **where)
    if came != expected:
        fixed = any(size in lecture for size in came if size not in expected)
        if fixed and expected != lecture:
            fail("fixed sizes", **where)
        says = "The layers have other sizes. Build it with Flatten and two Dense layers."
        fail(says=says, **where)


def _judge_outputs(
    model: Model,
    shapes: list[tuple[int, ...]],
    shape: tuple[int, int],
    rng: np.random.Generator,
) -> None:
    """Put known weights in, biases too, and compare with the formula: no activation is read."""
    kernel, bias, output_kernel, output_bias = (rng.normal(0, 0.5, one) for one in shapes)
    kernel /= np.sqrt(len(kernel))
    given = zip((kernel, bias, output_kernel, output_bias), model.keras.weights, strict=True)
    model.keras.set_weights([values.reshape(weight.shape) for values, weight in given])
    pictures = rng.uniform(0, 1, (8, *shape))
    x = pictures.reshape(8, -1)
    came = model.predict(pictures)

    def logits(hidden: Array) -> Array:
        return np.asarray(hidden @ output_kernel + output_bias)

    straight = x @ kernel + bias
    expected = logits(np.maximum(0, straight))
    if np.allclose(came, softmax(expected), atol=1e-3):
        return
    if any(np.allclose(came, one, atol=1e-3) for one in (expected, np.log(softmax(expected)))):
        note(
            "Your model gives logits: their softmax is the probabilities. That is a good choice: "
            "then the loss must know it, SparseCategoricalCrossentropy(from_logits=True)."
        )
        return
    again = logits(np.maximum(0, x / 255 @ kernel + bias))
    inside = logits(softmax(straight))
    known = {
        "sigmoid outputs": [sigmoid(expected)],
        "ReLU outputs": [np.maximum(0, expected)],
        "no activation": [logits(straight), softmax(logits(straight))],
        "softmax inside": [inside, softmax(inside), np.maximum(0, inside)],
        "scaled again": [again, softmax(again)],
    }
    where: dict[str, Any] = {"came": came[0], "expected": softmax(expected)[0]}
    for mistake, values in known.items():
        if any(np.allclose(came, value, atol=1e-3) for value in values):
            fail(mistake, **where)
    fail(says="With the same weights the model computes something else.", **where)


def _shapes(pixels: int, units: int, classes: int) -> list[tuple[int, ...]]:
    """Kernel and bias of the two layers."""
    return [(pixels, units), (units,), (units, classes), (classes,)]


def _as_dense(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape as a Dense layer has it: a convolution over the whole picture is one, too."""
    return shape if len(shape) < 2 else (int(np.prod(shape[:-1])), shape[-1])


def _count(shapes: list[tuple[int, ...]]) -> int:
    return int(sum(np.prod(shape) for shape in shapes))


def _one_row(ends: list[Any]) -> tuple[int, ...]:
    return tuple(ends[0].shape)[1:]


# --- 12.3: training ------------------------------------------------------------------------------


@exercise(
    "12.3",
    points=3,
    trains=True,
)
def train(train: Function, *, rng: np.random.Generator, seeds: tuple[int, ...] = (0,)) -> None:
    """train(x, y, *, seed): (3000, 28, 28) in 0 to 1, (3000,) -> a trained model (000 L363-399)."""
    for seed in seeds:
        x, y, x_test, y_test = _renamed_garments(rng)
        model = _trained(train, x, y, seed)
        if isinstance(model, (tuple, list)) and any(isinstance(one, Model) for one in model):
            fail("more than the model", came=model)
        if not isinstance(model, Model):
            fail("no model", came=f"a {type(model).__name__}")
        outputs = _ten_outputs(model, x_test)
        _judge_loss(model, outputs)
        accuracy = _accuracy(outputs, y_test)
        if accuracy < LEAST_ACCURACY:
            _explain(model, outputs, (x, y, x_test, y_test))
        _judge_scale(model, outputs, x_test, y_test)
        note(f"Accuracy on {len(y_test):,} garments that the network has not seen: {accuracy:.3f}.")


def _renamed_garments(
    rng: np.random.Generator, train: int = 3000, test: int = 1500
) -> tuple[Array, Array, Array, Array]:
    """Draw x_train, y_train, x_test, y_test: new pictures, and each class has another number."""
    images, labels = garments.draw(train + test, seed=int(rng.integers(2**31)))
    x = images / np.float32(255)
    # No class keeps its number, so that a network from elsewhere cannot be right.
    circle = rng.permutation(10)
    number_of = np.empty(10, np.uint8)
    number_of[circle] = np.roll(circle, 1)
    y = number_of[labels]
    return x[:train], y[:train], x[train:], y[train:]


def _trained(train: Function, x: Array, y: Array, seed: int) -> Any:
    with (
        if_it_raises("history", says="^a History"),
        if_it_raises(
            "regression loss",
            says=r"compile_loss/(mse|mae|mean_squared|mean_absolute|huber|log_cosh)",
        ),
        if_it_raises("more than the model", says="^a (tuple|list)"),
        if_it_raises("asserts a number", says="^AssertionError"),
        if_it_raises("one-hot labels", says=r"target\.shape=\([^)]*, 10\)"),
        if_it_raises("no Flatten", says=r"output\.shape=\([^)]*, 28, 10\)"),
        if_it_raises("categorical loss", says=r"target\.shape=\(\w+,\), output\.shape=\(\w+, 10\)"),
        # TensorFlow's own sentence stands behind a traceback that is too long to arrive here.
        if_it_raises("labels from 1", says=r"labels go from|^InvalidArg[^/]*/sparse_categ"),
    ):
        return train(x, y, seed=seed)


def _ten_outputs(model: Model, x: Array) -> Array:
    outputs = model.predict(x)
    if outputs.ndim == 3:
        fail("no Flatten", came=f"outputs of shape {outputs.shape}")
    if outputs.shape == (len(x), 11):
        fail("labels from 1", came="11 outputs", expected="10 outputs")
    outputs = array(outputs, (len(x), 10), name="The output", finite=False)
    if not np.isfinite(outputs).all():
        fail("nan", came=outputs[0])
    return outputs


def _judge_loss(model: Model, outputs: Array) -> None:
    """Do outputs and loss fit together? Only a compiled model says which loss it had.

    What a function does, one cannot know from its name: there the accuracy judges.
    """
    is_function, from_logits = network.has_own_loss(model), network.expects_logits(model)
    where: dict[str, Any] = {
        "came": f"outputs {np.round(outputs[0], 3)}, which add up to {outputs[0].sum():.3f}"
    }
    if network.are_probabilities(outputs):
        if from_logits:
            fail("softmax and from_logits", **where)
    elif outputs.min() >= 0 and outputs.max() <= 1 and not from_logits:
        fail("sigmoid outputs", **where)
    elif "categoricalcrossentropy" in network.loss(model) and not (from_logits or is_function):
        fail("logits as probabilities", **where)


def _judge_scale(
    model: Model, outputs: Array, x: Array, y: Array, *, least_gain: float = -0.03
) -> None:
    """Is it as sure of the pictures as it is right? Far too unsure, it has learned brighter ones.

    Of networks that learned pictures from 0 to 255 the cross-entropy falls by half or more where
    the pictures are 25 times as bright. Others, also hardly trained ones, then have more, not less.
    """
    if _is_regression(model, outputs):  # never so sure
        return
    loss = _cross_entropy(outputs, y)
    others = [pair for pair in _scaled(x) if pair[0] == "scaled otherwise"]
    for mistake, pictures in (("scaled back", 25 * x), ("scaled again", x / 25), *others):
        scaled = model.predict(pictures)
        gain = _accuracy(scaled, y) - _accuracy(outputs, y)
        if gain > least_gain and _cross_entropy(scaled, y) < 0.7 * loss:
            came = f"cross-entropy {loss:.2f}, on such pictures {_cross_entropy(scaled, y):.2f}"
            fail(mistake, came=came)


def _is_regression(model: Model, outputs: Array) -> bool:
    """By its loss; where none is known, the outputs lie about 0 and 1 and are no shares."""
    if network.has_regression_loss(model):
        return True
    low, high = np.quantile(outputs, (0.01, 0.99))
    return bool(low > -0.5 and high < 1.5 and not network.are_probabilities(outputs))


# Rates that are far too large; of the others, 0.03.
LARGE_RATES = {"SGD": 1.0, "Adagrad": 1.0, "Adadelta": 1.0}


def _explain(model: Model, outputs: Array, data: tuple[Array, Array, Array, Array]) -> NoReturn:
    x, y, x_test, y_test = data
    accuracy = _accuracy(outputs, y_test)
    where = {"came": f"accuracy {accuracy:.3f}", "expected": f"at least {LEAST_ACCURACY}"}
    said = outputs.argmax(axis=1)
    # With one-hot rows such a loss works: then the accuracy is higher.
    if accuracy < 0.3 and network.has_regression_loss(model):
        fail("regression loss", **where)
    optimizer, rate = network.optimizer(model)
    if rate >= LARGE_RATES.get(optimizer, 0.03):
        fail(
            "learning rate", **where | {"came": f"accuracy {accuracy:.3f}, learning rate {rate:g}"}
        )
    if np.ptp(said) == 0:
        fail("constant", **where)
    for mistake, scaled in _scaled(x_test):
        if _accuracy(model.predict(scaled), y_test) > accuracy + 0.1:
            fail(mistake, **where)
    if _renamed_accuracy(said, y_test) > max(0.4, accuracy + 0.25):
        fail("other data", **where)
    if accuracy < 0.2:
        fail("learned nothing", **where)
    _judge_scale(model, outputs, x_test, y_test, least_gain=0.02)
    if _accuracy(_trained_on(model, x, y, outputs).predict(x_test), y_test) >= LEAST_ACCURACY:
        fail("too few steps", **where)
    says = (
        "The network does not tell the garments apart well enough, also after three more epochs "
        "by this check. Look at its layers (units, activations) and at the learning rate."
    )
    fail(says=says, **where)


def _scaled(x: Array) -> list[tuple[str, Array]]:
    return [
        ("scaled again", x / 255),
        ("scaled back", x * 255),
        ("scaled otherwise", 2 * x - 1),
        ("scaled otherwise", (x - x.mean()) / x.std()),
        ("scaled otherwise", 1 - x),
    ]


def _renamed_accuracy(said: NDArray[np.int64], y: Array) -> float:
    """The accuracy if each number that was said stood for the class that it mostly meets."""
    counts = np.zeros((10, 10), int)
    np.add.at(counts, (said, y), 1)
    return float(counts.max(axis=1).sum() / len(y))


def _trained_on(model: Model, x: Array, y: Array, outputs: Array) -> Model:
    """The same model after three more epochs of Adam in batches of 32."""
    import keras

    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=not network.are_probabilities(outputs)
    )
    model.keras.compile(optimizer="adam", loss=loss)
    model.keras.fit(x, y, epochs=3, verbose=0)
    return model


def _accuracy(outputs: Array, y: Array) -> float:
    return float(np.mean(outputs.argmax(axis=1) == y))


# --- 12.4: which class for which -----------------------------------------------------------------


@exercise(
    "12.4",
    points=3,
)
def confusion(
    confusion: Function, recalls: Function, hardest: Function, *, rng: np.random.Generator
) -> None:
    """confusion(y, outputs), recalls(matrix), hardest(matrix, names): rows are the true classes."""
    with part(1, "confusion"):
        # First without the last class: there y + 1 raises no error, which others raise, too.
        for k, last_occurs in ((6, False), (4, True)):
            _judge_confusion(confusion, k, last_occurs, rng)
    with part(1, "recalls"):
        for k in (4, 5):
            _judge_recalls(recalls, _parting_matrix(k, rng))
    with part(1, "hardest"):
        _judge_hardest(hardest, rng)


def _judge_confusion(
    confusion: Function, k: int, last_occurs: bool, rng: np.random.Generator
) -> None:
    y, outputs = _labels_and_outputs(k, last_occurs, rng)
    said = outputs.argmax(axis=1)
    pictures = "|".join(str(row) for row in outputs.argmax(axis=0))
    expected = _counts(y, said, k)
    with (
        if_it_raises(
            "argmax without axis",
            says=rf"'numpy.int64' object is not iterable|support iteration|array-like|"
            rf"index {outputs.argmax()} is out",
        ),
        if_it_raises(
            "argmax axis 0",
            says=rf"inconsistent numbers|broadcast.*\({k},\)|same length|shorter than|"
            rf"longer than|index ({pictures}) is out of bounds.*with size {k}\b",
        ),
        # 0 - 1 of uint8
        if_it_raises("counted from 1", says=rf"index 255 is out of bounds.*with size {k}\b"),
    ):
        returned = confusion(y.astype(np.uint8), outputs)
    came = array(returned, name="The confusion matrix", finite=False)
    if came.shape == (k, k) and np.allclose(came, expected):
        return
    where: dict[str, Any] = {"came": came, "expected": expected}
    # The share of a class that does not occur is 0 / 0.
    if came.shape == (k, k) and _are_shares(np.nan_to_num(came), expected):
        fail("shares", **where)
    if came.shape == (k + 1, k + 1) and np.allclose(came[1:, 1:], expected):
        fail("counted from 1", **where)
    classes = {k, len(np.unique(y)), len(np.unique(said)), len({*y, *said})}
    if came.ndim == 2 and came.shape != (k, k) and set(came.shape) <= classes:
        fail("classes missing", came=f"shape {came.shape}", expected=f"shape {(k, k)}")
    came = array(returned, (k, k), name="The confusion matrix")
    if np.allclose(came, expected.T):
        fail("transposed", **where)
    if not came.any():
        fail(says="No cell was counted up.", **where)
    if np.isclose(came.sum(), k) and np.allclose(came, came.round()):
        fail("argmax axis 0", **where)
    if np.array_equal(came, expected > 0):
        fail("added once", **where)
    if np.allclose(came, np.diag(np.diag(expected))):
        fail("only right answers", **where)
    shifts = [shift for shift in product((-1, 0, 1), repeat=2) if any(shift)]
    if any(np.allclose(came, np.roll(expected, shift, axis=(0, 1))) for shift in shifts):
        fail("counted from 1", **where)
    says = "Each picture adds 1 to the cell of its true class (row) and of the class said (column)."
    fail(says=says, **where)


def _are_shares(came: Array, counts: NDArray[np.int64]) -> bool:
    rows, columns = (np.maximum(counts.sum(axis=axis, keepdims=True), 1) for axis in (1, 0))
    sizes = counts.sum(), rows, columns
    return any(np.allclose(came, counts / size, atol=1e-3) for size in sizes)


def _labels_and_outputs(
    k: int, last_occurs: bool, rng: np.random.Generator
) -> tuple[NDArray[np.int64], Array]:
    """One class is never said. Without `last_occurs` the last is neither said nor true."""
    y = rng.permutation(np.repeat(np.arange(k), rng.permutation(np.arange(8, 8 + k))))
    outputs = softmax(rng.normal(0, 1, (len(y), k)) + 2 * np.eye(k)[y])
    outputs[:, int(rng.integers(1, k - 1))] /= 1000
    if not last_occurs:
        outputs[:, -1] /= 1000
        y, outputs = y[y < k - 1], outputs[y < k - 1]
    outputs /= outputs.sum(axis=1, keepdims=True)
    # The highest number stands in the last row: its place among all is no number of a row.
    rows = outputs.max(axis=1).argsort()
    return y[rows], outputs[rows]


def _judge_recalls(recalls: Function, matrix: NDArray[np.int64]) -> None:
    k = len(matrix)
    expected = np.diag(matrix) / matrix.sum(axis=1)
    came = array(recalls(matrix), name="The recalls")
    where: dict[str, Any] = {"came": came, "expected": expected}
    if came.size == 1 and k > 1:
        mean = np.isclose(came.ravel()[0], expected.mean(), atol=1e-3)
        fail("accuracy", says="This is one number for all classes." * bool(mean), **where)
    if came.shape == (k, k):
        fail("whole matrix", came=f"shape {came.shape}", expected=f"shape {(k,)}")
    came = column(came, k, name="The recalls")
    if np.allclose(came, expected, atol=1e-3):
        return
    for mistake, values in _mistaken_recalls(matrix).items():
        if np.allclose(came, values, atol=1e-3):
            fail(mistake, **where)
    fail(says="The recalls have other values.", **where)


def _mistaken_recalls(matrix: NDArray[np.int64]) -> dict[str, Array]:
    right, rows = np.diag(matrix), matrix.sum(axis=1)
    return {
        "normalised by column": _precisions(matrix),
        "largest cell": matrix.max(axis=1) / rows,
        "share of all": right / matrix.sum(),
        "errors": 1 - right / rows,
        "counts for recalls": right,
        "percent": 100 * right / rows,
    }


NAMES = ("hat", "sock", "scarf", "glove", "belt", "tie", "cap", "apron", "vest", "brooch")


def _judge_hardest(hardest: Function, rng: np.random.Generator) -> None:
    """Two matrices: a mistake is named where it explains both answers."""
    order = [str(name) for name in rng.permutation(NAMES)]
    matrices = _telling_matrices(9, rng)
    lists = [order[:9], order[-1:] + order[:9]]  # the name of place i moves to place i + 1
    answers = [
        _name_of(hardest(matrix, names), matrix)
        for matrix, names in zip(matrices, lists, strict=True)
    ]
    places = [_places(matrix) for matrix in matrices]
    named = {
        mistake: [names[place[mistake]] for names, place in zip(lists, places, strict=True)]
        for mistake in places[0]
    }
    right = named.pop("")
    if answers == right:
        return
    at = max(i for i in (0, 1) if answers[i] != right[i])
    where: dict[str, Any] = {"came": answers[at], "expected": right[at]}
    if answers[0] == answers[1]:
        fail("one name", **where)
    for mistake, mistaken in named.items():
        if answers == mistaken:
            fail(mistake.strip(" -"), **where)
    if set(answers) <= set(garments.CLASSES):
        fail("notebook's names", **where)
    if answers[at] not in lists[at]:
        says = "This is not one of `names`. Return the name as it stands in the list."
        fail(says=says, **where)
    fail(says="Another class has the lowest recall.", **where)


def _name_of(returned: Any, matrix: NDArray[np.int64]) -> str:
    """The name that was returned, perhaps in an array or a list of length 1."""
    came = returned
    if isinstance(returned, np.ndarray):
        returned = returned.tolist()
    if isinstance(returned, (list, tuple)) and len(returned) == 1:
        returned = returned[0]
    if isinstance(returned, (int, float, np.number)):
        if np.isclose(returned, np.diag(matrix) / matrix.sum(axis=1), atol=1e-3).any():
            fail(says="This is a recall. Return the name of the class, names[i].", came=came)
        if float(returned).is_integer():
            fail("number for name", came=came)
    if not isinstance(returned, str):
        fail(says="`hardest` should return one name.", came=came)
    return str(returned)


def _places(matrix: NDArray[np.int64]) -> dict[str, int]:
    """The row of the lowest recall (""), and where each mistake leads instead."""
    right, rows = np.diag(matrix), matrix.sum(axis=1)
    worst = int((right / rows).argmin())
    return {
        "": worst,
        "fewest right": int(right.argmin()),
        "most mistakes": int((rows - right).argmax()),
        "lowest precision": int(_precisions(matrix).argmin()),
        "largest cell": int((matrix.max(axis=1) / rows).argmin()),
        "easiest": int((right / rows).argmax()),
        "names shifted": worst + 1,
        "names shifted -": worst - 1,
    }


def _unnamed_places(matrix: NDArray[np.int64]) -> list[int]:
    """Where ways lead that have no name of their own: they must not get that of another."""
    right, rows, columns = np.diag(matrix), matrix.sum(axis=1), matrix.sum(axis=0)
    wrong = matrix - np.diag(right)
    row, column = np.unravel_index(wrong.argmax(), wrong.shape)
    ways = (
        row,
        column,
        (2 * right / (rows + columns)).argmin(),
        rows.argmin(),
    )
    return [int(place) for place in ways]


def _matrix(k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A confusion matrix of k classes of different sizes, each mostly taken for one or two others.

    So there are rows in which the largest number is not on the diagonal.
    """
    sizes = rng.integers(40, 200, k)
    shares = rng.dirichlet(np.full(k, 0.1), k) * rng.uniform(0.3, 0.7, (k, 1))
    shares[np.arange(k), np.arange(k)] += 1 - shares.sum(axis=1)
    return np.asarray(np.rint(shares * sizes[:, None]).astype(int))


def _parting_matrix(k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A confusion matrix for which no known mistake gives the recalls, nor what another gives."""
    while True:
        matrix = _matrix(k, rng)
        ways = [np.diag(matrix) / matrix.sum(axis=1), *_mistaken_recalls(matrix).values()]
        if min(np.abs(a - b).max() for a, b in combinations(ways, 2)) > 0.01:
            return matrix


def _telling_matrix(k: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """A confusion matrix in which each known mistake leads to another class than the right one."""
    while True:
        matrix = _matrix(k, rng)
        right, rows = np.diag(matrix), matrix.sum(axis=1)
        places = _places(matrix)
        worst = places.pop("")
        others = {*places.values()}
        recall = np.sort(right / rows)
        if worst not in others and 0 < worst < k - 1 and recall[1] - recall[0] > 0.03:
            return matrix


def _telling_matrices(k: int, rng: np.random.Generator) -> list[NDArray[np.int64]]:
    """Two confusion matrices, of k and k + 1 classes, on which no two mistakes answer alike.

    Each way of computing leads to another name in the second, where place i + 1 has the name of
    place i in the first: only an answer that looks at neither matrix is the same twice. The right
    place is another one, too, so that the same holds for names of the notebook's own.
    """
    first = _telling_matrix(k, rng)
    while True:
        second = _telling_matrix(k + 1, rng)
        places = [*zip(_places(first).values(), _places(second).values(), strict=True)]
        unnamed = {*zip(_unnamed_places(first), _unnamed_places(second), strict=True)}
        moved = places[0][0] != places[0][1]
        moved = moved and all(b != a + 1 for a, b in (*places, *unnamed))
        if moved and len({*places}) == len(places) and unnamed.isdisjoint(places):
            return [first, second]


def _counts(y: NDArray[np.int64], said: NDArray[np.int64], k: int) -> NDArray[np.int64]:
    matrix = np.zeros((k, k), int)
    np.add.at(matrix, (y, said), 1)
    return matrix


def _precisions(matrix: NDArray[np.int64]) -> Array:
    return np.asarray(np.diag(matrix) / np.maximum(matrix.sum(axis=0), 1))


# --- 12.5: how many epochs -----------------------------------------------------------------------

CLAIMS = ("too high", "right", "too low")


@exercise(
    "12.5",
    points=3,
    trains=True,
)
def choose_epochs(
    hold_out: Function,
    choose_epochs: Function,
    best_of_twenty: Value,
    *,
    rng: np.random.Generator,
    seeds: tuple[int, ...] = (0,),
) -> None:
    """hold_out(images, labels, *, seed); choose_epochs(x_train, ..., y_test, *, most, seed).

    The validation that 000 L305 asks for and the demo (000 L363-399) leaves out.
    """
    with part(1, "hold out"):
        for seed in (seeds[0], seeds[0] + 1):
            _judge_hold_out(hold_out, seed, rng)
    with part(1.5, "choose"):
        for seed in seeds:
            _judge_choice(choose_epochs, seed, rng)
    with part(0.5, "claim"):
        claim(best_of_twenty, CLAIMS, right=["too high"])


def _judge_hold_out(hold_out: Function, seed: int, rng: np.random.Generator) -> None:
    n = 60
    images = rng.integers(0, 201, (n, 28, 28), dtype=np.uint8)
    images[int(rng.integers(n)), 3, 3] = 250  # a part's own maximum is not 255
    labels = rng.integers(0, 10, n).astype(np.uint8)
    with if_it_raises("not scaled", says="UFuncTypeError|Cannot cast ufunc"):
        returned = hold_out(images, labels, seed=seed)
    names = ("x_train", "y_train", "x_val", "y_val")
    things = zip(several(returned, names), names, strict=True)
    x_train, y_train, x_val, y_val = (array(one, name=name) for one, name in things)
    shapes = ", ".join(str(np.shape(one)) for one in (x_train, y_train, x_val, y_val))
    if y_train.ndim > 2 or y_val.ndim > 2:
        fail("order", came=f"shapes {shapes}")
    wanted = f"shapes ({n - n // 5}, 28, 28), ({n - n // 5},), ({n // 5}, 28, 28), ({n // 5},)"
    if x_train.shape[1:] != (28, 28) or x_val.shape[1:] != (28, 28):
        fail(says="Pictures keep their shape (28, 28).", came=f"shapes {shapes}", expected=wanted)
    if min(len(x_train), len(x_val)) == 0:
        fail("one part empty", came=f"shapes {shapes}", expected=wanted)
    if len(x_train) < len(x_val):
        fail("parts exchanged", came=f"shapes {shapes}", expected=wanted)
    if abs(len(x_val) - n / 5) > 1 or len(x_train) + len(x_val) > n + n // 5:
        says = "A fifth of the rows is for validation, all others are for training."
        fail(says=says, came=f"shapes {shapes}", expected=wanted)
    train, val = _rows_of(x_train, images), _rows_of(x_val, images)
    if set(train) & set(val):
        fail("in both parts", came=f"{len(set(train) & set(val))} pictures in both")
    if len(set(train)) < len(train) or len(set(val)) < len(val):
        fail("occur twice", came=f"shapes {shapes}", expected=wanted)
    if len(train) + len(val) != n:
        fail(says="Some pictures are in neither part.", came=f"shapes {shapes}", expected=wanted)
    _judge_scales(x_train, x_val, images[train] / 255, images[val] / 255)
    for came, rows in ((y_train, train), (y_val, val)):
        if not np.allclose(column(came, len(rows), name="The labels"), labels[rows]):
            fail("labels not aligned", came=came.ravel()[:6], expected=labels[rows][:6])


def _judge_scales(x_train: Array, x_val: Array, grey_train: Array, grey_val: Array) -> None:
    fits = [np.allclose(x, y, atol=1e-3) for x, y in ((x_train, grey_train), (x_val, grey_val))]
    where: dict[str, Any] = {
        "came": f"x_train up to {x_train.max():.4g}, x_val up to {x_val.max():.4g}",
        "expected": f"up to {grey_train.max():.4g} and {grey_val.max():.4g}",
    }
    if all(fits):
        return
    stretched, also = np.ptp(x_train) / np.ptp(grey_train), np.ptp(x_val) / np.ptp(grey_val)
    if any(fits) or not np.isclose(stretched, also, rtol=1e-3):
        fail("validation scaled differently", **where)
    raw = np.allclose(x_train, 255 * grey_train, atol=1e-3)
    fail("not scaled" if raw else "not by 255", **where)


def _rows_of(x: Array, images: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Which picture each row of x is, however it was scaled: the one it is correlated with."""
    a, b = (one.reshape(len(one), -1).astype(float) for one in (x, images))
    a, b = (one - one.mean(axis=1, keepdims=True) for one in (a, b))
    a, b = (one / np.maximum(np.linalg.norm(one, axis=1, keepdims=True), 1e-12) for one in (a, b))
    alike = a @ b.T
    if alike.max(axis=1).min() < 0.99:
        fail(says="These are not the pictures that the function was given, divided by 255.")
    return np.asarray(alike.argmax(axis=1))


PILES = ("train", "val", "test")
Pile = tuple[Array, Array]  # pictures and labels, or outputs and labels


def _judge_choice(choose_epochs: Function, seed: int, rng: np.random.Generator) -> None:
    """Two calls on garments. Wrong labels on purpose show which rows decide.

    In the first the test rows have wrong labels, in the others three of four validation rows:
    their loss rises from the first epoch on while the accuracy rises, too. So the best epoch is
    the last or nearly so in the first call, and the first in the second. A third call, where
    the loss rises faster, is for those who learn too slowly for the second.
    """
    most = 4
    of_test, *of_val = _piles_with_wrong_labels(rng)
    runs = [_run_of(choose_epochs, of_test, most, seed)]
    _judge_losses(runs[0], "test")
    for piles in of_val:
        runs.append(_run_of(choose_epochs, piles, most, seed))
        _judge_losses(runs[-1], "validation")
        if _rises_steadily(runs[-1].losses):
            break
    _judge_length(runs, most)
    _judge_epochs(runs)
    _judge_learned(runs[0])
    for run in reversed(runs):  # in the last the epochs are furthest apart
        _judge_weights(run)
        _judge_test(run.accuracy, run.outputs)


@dataclass(frozen=True)
class Run:
    """What one call of `choose_epochs` returned, and what its model says of each pile."""

    losses: Array
    epochs: float
    accuracy: Any
    outputs: dict[str, Pile]


def _run_of(choose_epochs: Function, piles: dict[str, Pile], most: int, seed: int) -> Run:
    rows = [one for name in PILES for one in piles[name]]
    returned = choose_epochs(*rows, most=most, seed=seed)
    names = ("val_losses", "epochs", "model", "test_accuracy")
    val_losses, epochs, model, accuracy = several(returned, names)
    losses = _val_losses(val_losses, most)
    if not isinstance(model, Model):
        fail(says="The third thing should be the trained Keras model.", came=model)
    outputs = {
        name: (array(model.predict(x), (len(x), 10), name="The output"), y)
        for name, (x, y) in piles.items()
    }
    return Run(losses, array(epochs, (), (1,), name="epochs").item(), accuracy, outputs)


# These look alike: so the accuracy goes on rising while the loss on wrong labels rises.
ALIKE = [
    list(garments.CLASSES).index(name)
    for name in ("T-shirt/top", "Pullover", "Dress", "Coat", "Shirt")
]
OTHERS = [label for label in range(10) if label not in ALIKE]


def _piles_with_wrong_labels(rng: np.random.Generator) -> list[dict[str, Pile]]:
    """Draw the piles of three calls: with wrong test labels, and twice wrong validation labels.

    A wrong label is one of the five classes that look otherwise: whoever learns makes it less
    likely with each step. 320 rows are to learn from. In the second call each class has as many
    of them: a lecture's network becomes surer from epoch to epoch. In the others only 20 are of
    those five: so even slow SGD learns at once that they are rare, but Adam has learned that
    after one epoch, and its losses only wobble from there.
    """
    images, labels = garments.draw(2140, seed=int(rng.integers(2**31)))
    number_of = rng.permutation(10).astype(np.uint8)
    wrong = np.empty(10, np.uint8)
    wrong[number_of[ALIKE]], wrong[number_of[OTHERS]] = number_of[OTHERS], number_of[ALIKE]
    x, y = images / np.float32(255), number_of[labels]
    alike = np.flatnonzero(np.isin(labels, ALIKE))
    few = [np.flatnonzero(labels == label)[:4] for label in OTHERS]
    train = rng.permutation(np.concatenate([alike[:300], *few]))
    val, test = alike[300:620], alike[620:1020]

    def right(*parts: NDArray[np.int64]) -> dict[str, Pile]:
        return {name: (x[rows], y[rows]) for name, rows in zip(PILES, parts, strict=True)}

    def mostly_wrong(rows: NDArray[np.int64]) -> Pile:
        return np.tile(x[rows], (4, 1, 1)), np.append(y[rows], np.tile(wrong[y[rows]], 3))

    all_wrong = np.tile(x[test], (3, 1, 1)), np.tile(wrong[y[test]], 3)
    even = np.split(np.arange(1040), [320, 640])
    # The test rows are the most: a network that learned all piles gives them their wrong labels.
    return [
        right(train, val, test) | {"test": all_wrong},
        right(*even) | {"val": mostly_wrong(even[1])},
        right(train, val, test) | {"val": mostly_wrong(val)},
    ]


def _val_losses(returned: Any, most: int) -> Array:
    losses = array(returned, name="val_losses").ravel()
    if not 1 <= losses.size <= most:
        says = "val_losses should hold one number for each epoch."
        fail(says=says, came=f"{losses.size} numbers", expected=f"{most} numbers")
    return losses


# A network that knows nothing has the loss ln 10 = 2.3. One that has learned has more where three
# of four labels are wrong; where it has learned those wrong labels, too, it has less.
FOOLED, UNTRAINED = 2.0, 2.5


def _judge_losses(run: Run, wrong: str) -> None:
    losses, n_val = run.losses, len(run.outputs["val"][1])
    if wrong == "test":
        # The losses of a network that over-fits may rise like accuracies. But an accuracy is a
        # whole number of rows, divided by their number.
        whole = np.allclose(n_val * losses, np.rint(n_val * losses), atol=0.01)
        if losses.max() <= 1 and losses[-1] > losses[0] and whole:
            fail("accuracies", came=losses, expected="losses, which fall")
        if losses.min() > 2 and losses[-1] >= losses[0]:
            of_test, of_val = (_cross_entropy(*run.outputs[pile]) for pile in ("test", "val"))
            if abs(of_test - losses.min()) < abs(of_val - losses.min()):
                fail("test decides", came=losses, expected="falling losses")
            says = (
                "The validation losses rise from the first epoch on, though the labels are right. "
                "Look at the learning rate, and at the loss in `compile`."
            )
            fail(says=says, came=losses, expected="falling losses")
    # Far above ln 10 a penalty on the weights may be in it, which falls.
    elif losses.min() < FOOLED or losses[-1] < min(losses[0] - 0.1, UNTRAINED):
        fail("not held out", came=losses, expected="rising losses, above 2: the labels are wrong")


def _judge_length(runs: list[Run], most: int) -> None:
    """Whoever stops before `most` epochs needs a reason: a loss that falls no more."""
    for run in runs:
        falls = np.append(np.inf, -np.diff(run.losses))[-1]
        if len(run.losses) < most and falls > 0.02:
            fail("too few epochs", came=run.losses, expected=f"{most} losses, or a smallest one")


def _judge_epochs(runs: list[Run]) -> None:
    """Together: chosen in another way, the right number may come out of one call by chance."""
    best = [int(run.losses.argmin()) for run in runs]
    chosen = [run.epochs for run in runs]
    if chosen == [at + 1 for at in best]:
        return
    at = max(i for i in range(len(runs)) if chosen[i] != best[i] + 1)
    where: dict[str, Any] = {
        "came": f"epochs {chosen[at]:g}, val_losses {runs[at].losses.round(3)}",
        "expected": f"epochs {best[at] + 1}",
    }
    if chosen == best:
        fail("counted from 0", **where)
    if chosen == [run.losses.argmax() + 1 for run in runs]:
        fail("largest loss", **where)
    fail("not the smallest loss", **where)


def _judge_weights(run: Run) -> None:
    """Is the model that of the smallest loss? A loss of val_losses tells of which epoch it is."""
    loss, best = _cross_entropy(*run.outputs["val"]), int(run.losses.argmin())
    gap, off = run.losses[-1] - run.losses[best], np.abs(run.losses - loss)
    at = int(off.argmin())
    where: dict[str, Any] = {
        "came": f"the model's validation loss is {loss:.4f}, val_losses {run.losses.round(4)}",
        "expected": f"about {run.losses[best]:.4f}",
    }
    # Another network of the same number of epochs never has the same four digits by chance.
    if off[at] < 1e-4 * loss and off[best] > 5e-4 * loss:
        is_last = at == len(run.losses) - 1
        fail("model of the last epoch" if is_last else "model of another epoch", **where)
    # A second network of the lecture, Adam, SGD or RMSprop, batches of 16 to 256, had up to a half
    # of the gap after the chosen epochs, and nine of ten had more than 0.6 of it after `most`.
    if _rises_steadily(run.losses) and loss > run.losses[best] + 0.6 * gap:
        fail("trained on", **where)


def _rises_steadily(losses: Array) -> bool:
    """Rises from the first epoch on, so far that another seed does not hide it."""
    return bool((np.diff(losses) > 0).all() and losses[-1] - losses[0] > 0.3)


def _judge_learned(run: Run) -> None:
    """The test rows have wrong labels: whoever knows them has seen them."""
    known = _accuracy(*run.outputs["test"])
    if known > 0.2:
        fail("test rows learned", came=f"{known:.2f} of the wrong labels", expected="below 0.1")
    loss, smallest, largest = (
        _cross_entropy(*run.outputs["val"]),
        run.losses.min(),
        run.losses.max(),
    )
    if loss > smallest + 0.5 or (largest > smallest + 0.1 and loss > largest + 0.02):
        came = f"the model's validation loss is {loss:.2f}, val_losses {run.losses.round(2)}"
        fail("not trained", came=came, expected=f"about {smallest:.2f}")


def _judge_test(returned: Any, outputs: dict[str, tuple[Array, Array]]) -> None:
    right = {name: _accuracy(*pair) for name, pair in outputs.items()}
    numbers = array(returned, name="test_accuracy").ravel()
    where: dict[str, Any] = {
        "came": numbers,
        "expected": f"{right['test']:.4f}, as the model that was returned gets it on the test rows",
    }
    if numbers.size == 2 and np.isclose(numbers[1], right["test"], atol=0.005):
        fail("loss and accuracy", **where)
    came = array(returned, (), (1,), name="test_accuracy").item()
    if np.isclose(came, right["test"], atol=0.005):
        return
    known = {
        "percent": 100 * right["test"],
        "validation accuracy": right["val"],
        "training accuracy": right["train"],
        "loss for accuracy": _cross_entropy(*outputs["test"]),
    }
    for mistake, value in known.items():
        if np.isclose(came, value, atol=0.005, rtol=0.02 * (value > 1)):
            fail(mistake, **where)
    fail(says="test_accuracy is not what the model that was returned gets.", **where)


def _cross_entropy(outputs: Array, y: Array) -> float:
    """As Keras computes it: of probabilities with a floor of 1e-7."""
    if network.are_probabilities(outputs):
        p, floor = outputs, 1e-7
    else:
        p, floor = softmax(outputs), 1e-30
    return float(-np.mean(np.log(np.maximum(p[np.arange(len(y)), y], floor))))
