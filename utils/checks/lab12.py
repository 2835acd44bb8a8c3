"""Checks of lab 12: Fashion-MNIST, ten classes of garments (000 L314-399)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cached_property
from itertools import cycle, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils import garments
from utils.checks import network, splits
from utils.checks.classes import accuracy, cross_entropy, renamed_accuracy
from utils.checks.core import (
    Function,
    Model,
    Value,
    array,
    aside,
    claim,
    column,
    exercise,
    fail,
    first_of,
    if_it_raises,
    named_errors,
    note,
    part,
    show,
)
from utils.checks.edits import CONFIRMED, Comparison, Inputs, Reference, formula, parting
from utils.checks.reference import softmax
from utils.checks.values import THREE_DECIMALS, same, several

Array = NDArray[Any]


# --- 12.1: numbers from 0 to 1 -------------------------------------------------------------------

GREY = "images / 255"
PREPARE = Reference(
    "prepare",
    """
def prepare(images, labels):
    return images / 255, labels
""",
    [
        ("not scaled", " / 255", ""),
        ("divided twice", "255,", "255 / 255,"),
        ("integer division", "/ 255", "// 255"),
        ("rounded", GREY, "np.round(images / 255)"),
        ("own maximum", "/ 255", "/ images.max()"),
        ("own maximum", "/ 255", "/ images.max(axis=(1, 2), keepdims=True)"),
        ("256", "255", "256"),
        ("-1 to 1", "/ 255", "/ 127.5 - 1"),
        ("-1 to 1", GREY, "1 - images / 127.5"),
        ("inverted", GREY, "1 - images / 255"),
        ("inverted", GREY, "255 - images"),
        ("standardised", GREY, "(images - images.mean()) / images.std()"),
        ("standardised", GREY, "(images - images.mean(0)) / np.maximum(images.std(0), 1e-9)"),
        ("flattened", GREY, "images.reshape(-1, 784) / 255"),
        ("in place", f"return {GREY}", "images /= 255; return images"),
        ("one-hot labels", "255, labels", "255, np.eye(10)[labels]"),
        ("one-hot labels", "255, labels", "255, np.eye(labels.max() + 1)[labels]"),
        ("labels from 1", "255, labels", "255, labels + 1"),
        ("labels from 1", "255, labels", "255, labels - 1"),
        ("labels from 1", "255, labels", "255, labels.astype(int) - 1"),
        ("labels scaled", "255, labels", "255, labels / 255"),
        ("label names", "255, labels", '255, [f"class {label}" for label in labels]'),
        ("only the pictures", "255, labels", "255"),
        ("swapped", "images / 255, labels", "labels, images / 255"),
    ],
)


@exercise("12.1", points=1)
def prepare(prepare: Function, *, rng: np.random.Generator) -> None:
    """prepare(images, labels): (n, 28, 28) uint8, (n,) -> x in 0 to 1, y as it was (000 L346-351).

    The first batch has no pixel of 255, so that its own maximum is another number.
    """
    judged = Comparison(
        prepare,
        PREPARE,
        lambda: _pictures(rng, 9, 230),
        read=_pictures_and_labels,
        tolerance=THREE_DECIMALS,
    )
    with if_it_raises("in place", says="UFuncTypeError|UFuncOutputCasting|Cannot cast ufunc"):
        for n, brightest in ((7, 200), (12, 255)):
            x, _ = judged.on(
                *_pictures(rng, n, brightest),
                views=(lambda a: a[0], lambda a: a[1]),
                shown=(
                    lambda a: f"shape {a[0].shape}, from {a[0].min():.4g} to {a[0].max():.4g}",
                    lambda a: f"shape {np.shape(a[1])}, {np.ravel(a[1])[:6]}",
                ),
                says=_which_differs,
            )
    if x.dtype in (np.float64, np.float16):
        note(f"Your pictures are {x.dtype}. Keras computes in float32, and converts them.")


def _pictures(rng: np.random.Generator, n: int, brightest: int) -> Inputs:
    """images (n, 28, 28) from 0 to the brightest, which both occur in each, and labels (n,)."""
    images = rng.integers(0, brightest + 1, (n, 28, 28), dtype=np.uint8)
    images[:, 0, 0], images[:, 0, 1] = 0, brightest
    return images, rng.permutation(np.arange(n) % 10).astype(np.uint8)


def _pictures_and_labels(came: Any, images: Array, labels: Array) -> tuple[Array, Array]:
    if isinstance(came, np.ndarray) and came.ndim >= 2:
        fail("only the pictures", came=f"shape {came.shape}", expected="x and y")
    x, y = several(came, ("x", "y"))
    numbers = array(x, name="x")
    if numbers.ndim >= 3 and len(numbers) != len(images):
        fail("arguments not used", came=f"{len(numbers)} pictures", expected=f"{len(images)}")
    if numbers.shape not in (images.shape, (len(images), 784), labels.shape):
        says = "The pictures have another shape. Leave it as it is."
        fail(says=says, came=f"shape {numbers.shape}", expected=f"shape {images.shape}")
    labels_came = y.tolist() if isinstance(y, np.ndarray) else y
    if isinstance(labels_came, (list, tuple)) and any(isinstance(one, str) for one in labels_came):
        fail("label names", came=labels_came[:3], expected=labels[:6])
    is_float = isinstance(x, np.ndarray) and x.dtype.kind == "f"
    return x if is_float else numbers.astype("float32"), array(y, name="y")


def _which_differs(came: Any, expected: Any) -> str:
    if same(came[0], expected[0], THREE_DECIMALS):
        return "y does not hold the labels as they were given."
    return "x does not hold the pictures, divided by 255."


# --- 12.2: the network ---------------------------------------------------------------------------


class _Facts:
    """What is compared of a network: its sizes, and what it computes with known weights."""

    def __init__(self, model: Model) -> None:
        self._model, self.sizes = model, network.sizes(model)

    @cached_property
    def outputs(self) -> Array:
        return network.outputs_with_known_weights(self._model)

    @cached_property
    def probabilities(self) -> Array:
        """Logits and logarithms of probabilities are as good: softmax makes both probabilities."""
        gives_them = network.are_probabilities(self.outputs)
        return self.outputs if gives_them else softmax(self.outputs)

    def __str__(self) -> str:
        takes, gives, weights = self.sizes
        return f"{network.parameters(weights):,} parameters, for one picture {takes} -> {gives}"


NETWORK = Reference(
    "build_model",
    """
def build_model(shape, units, classes):
    import keras
    from keras.layers import Dense, Flatten, Rescaling, Reshape
    layers = [Flatten(), Dense(units, "relu"), Dense(classes, "softmax")]
    return keras.Sequential([keras.Input(shape), *layers])
""",
    [
        ("no Flatten", "Flatten(), ", ""),
        *[
            ("Flatten too late", "[Flatten(), ", "[", old, new)
            for old, new in (
                ('"relu"), ', '"relu"), Flatten(), '),
                ('"softmax")]', '"softmax"), Flatten()]'),
            )
        ],
        ("flat input", "Flatten(), ", "", "Input(shape)", "Input((shape[0] * shape[1],))"),
        ("no bias", '"relu")', '"relu", use_bias=False)', 'max")', 'max", use_bias=False)'),
        ("no hidden layer", 'Dense(units, "relu"), ', ""),
        ("sigmoid outputs", "softmax", "sigmoid"),
        ("ReLU outputs", "softmax", "relu"),
        ("no activation", ', "relu"', ""),
        ("softmax inside", "relu", "softmax"),
        ("softmax inside", "relu", "soft", "softmax", "relu", '"soft"', '"softmax"'),
        ("scaled again", "[Flatten", "[Rescaling(1 / 255), Flatten"),
        ("fixed sizes", "Input(shape)", "Input((28, 28))"),
        ("fixed sizes", "Dense(units", "Dense(128"),
        ("fixed sizes", "Dense(classes", "Dense(10"),
        ("fixed sizes", "Dense(units", "Dense(128", "Dense(classes", "Dense(10"),
        ("fixed sizes", "    import", "    shape, units, classes = (28, 28), 128, 10; import"),
        ("fixed sizes", "Flatten()", "Reshape((784,))"),
        ("number of parameters", "*layers])", "*layers]).count_params()"),
        ("no model", "return keras", "keras"),
    ],
    kept=lambda model: _Facts(Model.own(model)),
)
BOTH = "from the weights that this check set in both models"
LECTURE = ((28, 28), 128, 10)
# Few, so that what the known mistakes build for them is kept.
OTHER_SIZES = (((6, 9), 17, 5), ((11, 5), 13, 4), ((7, 10), 19, 8), ((9, 8), 14, 3))


@exercise("12.2", points=2)
def build_model(build_model: Function, *, rng: np.random.Generator) -> None:
    """build_model(shape, units, classes): (n, *shape) -> (n, classes), 101,770 (000 L355-361)."""
    judged = Comparison(build_model, NETWORK, lambda: _sizes(rng), read=_facts)
    errors = {
        "output tensor": "^a KerasTensor",
        "fixed sizes": r"target_shape=\(784",
        "shape in brackets": r"to a shape\. Found invalid dimension '[(\[]",
    }
    with named_errors(errors):
        for sizes in (LECTURE, _sizes(rng)):
            came = judged.on(
                *sizes,
                views=(lambda one: one.sizes, lambda one: one.probabilities),
                shown=(str, lambda one: f"{show(one.probabilities[0])}, {BOTH}"),
                says=_what_is_other,
            )
    if not network.are_probabilities(came.outputs):
        note(
            "Your model gives logits: their softmax is the probabilities. That is a good choice: "
            "then the loss must know it, SparseCategoricalCrossentropy(from_logits=True)."
        )


def _sizes(rng: np.random.Generator) -> Inputs:
    """Others than the lecture's: the shape of a picture, units, classes."""
    return OTHER_SIZES[int(rng.integers(len(OTHER_SIZES)))]


def _facts(came: Any, *sizes: Any) -> _Facts:
    if not isinstance(came, Model):
        is_count = isinstance(came, (int, float, np.number))
        fail("number of parameters" if is_count else "no model", came=came)
    if len(came.keras.inputs) != 1 or len(came.keras.outputs) != 1:
        fail(says="The model should have one input and one output.")
    return _Facts(came)


def _what_is_other(came: _Facts, expected: _Facts) -> str:
    (takes, _, weights), (shape, _, wanted) = came.sizes, expected.sizes
    if takes != shape:
        return "The model takes pictures of another shape than `shape`."
    if weights != wanted:
        return "The layers have other sizes. Build it with Flatten and two Dense layers."
    return "With the same weights the model computes something else."


# --- 12.3: training ------------------------------------------------------------------------------

# Ten kinds of right answers (one to five epochs of SGD, Adam or RMSprop on 3,000 garments; linear,
# dense, convolutional; batches of 32 to 256), 37 runs, end between 0.76 and 0.83. Five epochs with
# one batch each end below 0.61.
LEAST_ACCURACY = 0.68
# From here on an answer is not asked again from other seeds: the next one would be right, too.
CLEARLY_ENOUGH = 0.74
# What came of a call that gave no model; the first one has the last word.
NO_MODEL = {
    "history": "^a History",
    "regression loss": r"compile_loss/(mse|mae|mean_squared|mean_absolute|huber|log_cosh)",
    "more than the model": "^a (tuple|list)",
    "asserts a number": "^AssertionError",
    "one-hot labels": r"target\.shape=\([^)]*, 10\)",
    "no Flatten": r"output\.shape=\([^)]*, 28, 10\)",
    "categorical loss": r"target\.shape=\(\w+,\), output\.shape=\(\w+, 10\)",
    # TensorFlow's own sentence stands behind a traceback that is too long to arrive here.
    "labels from 1": r"labels go from|^InvalidArg[^/]*/sparse_categ",
}
# Rates that are far too large; of the others, 0.03.
LARGE_RATES = {"SGD": 1.0, "Adagrad": 1.0, "Adadelta": 1.0}
NOT_EVEN_LATER = (
    "The network does not tell the garments apart well enough, also after three more epochs "
    "by this check. Look at its layers (units, activations) and at the learning rate."
)


@exercise("12.3", points=3, trains=True)
def train(train: Function, *, rng: np.random.Generator, seeds: tuple[int, ...] = (0,)) -> None:
    """train(x, y, *, seed): (3000, 28, 28) in 0 to 1, (3000,) -> a trained model (000 L363-399)."""
    for seed in seeds:
        x, y, x_test, y_test, own = _renamed_garments(rng, 3000, 1500)
        with named_errors(NO_MODEL):
            model = train(x, y, seed=seed)
        if isinstance(model, (tuple, list)) and any(isinstance(one, Model) for one in model):
            fail("more than the model", came=model)
        if not isinstance(model, Model):
            fail("no model", came=f"a {type(model).__name__}")
        outputs = _ten_outputs(model, x_test)
        share, loss = accuracy(outputs, y_test), cross_entropy(outputs, y_test)
        came = f"outputs {np.round(outputs[0], 3)}, which add up to {outputs[0].sum():.3f}"
        if mistake := first_of(_by_the_loss(model, outputs)):
            fail(mistake, came=came)
        _, rate = network.optimizer(model)
        came = f"accuracy {share:.3f}, cross-entropy {loss:.2f}, learning rate {rate or '?'}"
        if share < LEAST_ACCURACY:
            mistake = first_of(_by_the_accuracy(model, outputs, x, y, x_test, y_test, own))
            says = "" if mistake else NOT_EVEN_LATER
            fail(mistake, says=says, came=came, expected=f"accuracy at least {LEAST_ACCURACY}")
        # Hardly trained ones may lose some accuracy.
        if mistake := first_of(_by_the_scale(model, outputs, x_test, y_test, least_gain=-0.03)):
            fail(mistake, came=came)
        note(f"Accuracy on {len(y_test):,} garments that the network has not seen: {share:.3f}.")
        if share >= CLEARLY_ENOUGH:
            return


def _renamed_garments(
    rng: np.random.Generator, train: int, test: int
) -> tuple[Array, Array, Array, Array, Array]:
    """Draw x_train, y_train, x_test, y_test: new pictures, and each class has another number.

    The last array holds the numbers that the classes of x_test have in the notebook.
    """
    images, labels = garments.draw(train + test, seed=int(rng.integers(2**31)))
    x = images / np.float32(255)
    # No class keeps its number, so that a network from elsewhere cannot be right.
    circle = rng.permutation(10)
    number_of = np.empty(10, np.uint8)
    number_of[circle] = np.roll(circle, 1)
    y = number_of[labels]
    return x[:train], y[:train], x[train:], y[train:], labels[train:]


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


def _by_the_loss(model: Model, outputs: Array) -> Iterator[tuple[str, Any]]:
    """Do outputs and loss fit together? Only a compiled model says which loss it had.

    What a function does, one cannot know from its name: there the accuracy judges.
    """
    from_logits = network.expects_logits(model)
    yield "softmax and from_logits", network.are_probabilities(outputs) and from_logits
    if not (network.are_probabilities(outputs) or from_logits):
        last, is_known = network.last_activation(model), False
        if "categoricalcrossentropy" in network.loss(model):
            is_known = not network.has_own_loss(model)
        yield "ReLU outputs", is_known and last == "relu"
        yield "sigmoid outputs", last == "sigmoid"
        yield "logits as probabilities", is_known and last == "linear"
        within = outputs.min() >= 0 and outputs.max() <= 1
        yield "no shares", is_known or (within and last != "linear")


def _by_the_accuracy(
    model: Model, outputs: Array, x: Array, y: Array, x_test: Array, y_test: Array, own: Array
) -> Iterator[tuple[str, Any]]:
    """Why too few of the test pictures are told right: the first sign that is certain."""
    share = accuracy(outputs, y_test)
    # With one-hot rows such a loss works: then the accuracy is higher.
    yield "regression loss", share < 0.3 and network.has_regression_loss(model)
    optimizer, rate = network.optimizer(model)
    yield "learning rate", rate >= LARGE_RATES.get(optimizer, 0.03)
    yield "constant", np.ptp(outputs.argmax(axis=1)) == 0
    # Networks that learned 3,000 to 50,000 pictures of Fashion-MNIST get 0.57 to 0.62 here.
    yield "notebook's data", accuracy(outputs, own) > max(0.4, share + 0.25)
    for mistake, pictures in _scaled(x_test, 255):
        # By chance a network that knows nothing may gain 0.2.
        yield mistake, accuracy(model.predict(pictures), y_test) > max(0.3, share + 0.1)
    yield "other data", renamed_accuracy(outputs, y_test) > max(0.4, share + 0.25)
    yield "learned nothing", share < 0.2
    yield from _by_the_scale(model, outputs, x_test, y_test, least_gain=0.02)
    later = network.outputs_after_epochs(model, x, y, x_test, epochs=3)
    yield "too few steps", accuracy(later, y_test) >= LEAST_ACCURACY


def _by_the_scale(
    model: Model, outputs: Array, x: Array, y: Array, *, least_gain: float
) -> Iterator[tuple[str, Any]]:
    """Is it as sure of the pictures as it is right? Far too unsure, it has learned brighter ones.

    Of networks that learned pictures from 0 to 255 the cross-entropy falls by half or more where
    the pictures are 25 times as bright. Others, also hardly trained ones, then have more, not less.
    """
    if not _is_regression(model, outputs):  # never so sure
        share, loss = accuracy(outputs, y), cross_entropy(outputs, y)
        for mistake, pictures in _scaled(x, 25):
            other = model.predict(pictures)
            gains = accuracy(other, y) > share + least_gain
            yield mistake, gains and cross_entropy(other, y) < 0.7 * loss


def _is_regression(model: Model, outputs: Array) -> bool:
    """By its loss; where none is known, the outputs lie about 0 and 1 and are no shares."""
    if network.has_regression_loss(model):
        return True
    low, high = np.quantile(outputs, (0.01, 0.99))
    return bool(low > -0.5 and high < 1.5 and not network.are_probabilities(outputs))


def _scaled(x: Array, by: float) -> Iterator[tuple[str, Array]]:
    yield "scaled back", x * by
    yield "scaled again", x / by
    yield "scaled otherwise", 2 * x - 1
    yield "scaled otherwise", (x - x.mean()) / x.std()
    yield "scaled otherwise", 1 - x


# --- 12.4: which class for which -----------------------------------------------------------------

ADD = "for i, j in zip(y, said):\n        matrix[i, j] += 1"
CONFUSION = Reference(
    "confusion",
    f"""
def confusion(y, outputs):
    k = outputs.shape[1]
    said = outputs.argmax(axis=1)
    matrix = np.zeros((k, k), int)
    {ADD}
    return matrix
""",
    [
        ("argmax axis 0", "axis=1", "axis=0"),
        ("argmax axis 0", "axis=1", "axis=0", "[i, j]", "[i % k, j % k]"),
        ("argmax axis 0", "axis=1", "axis=0", ADD, "np.add.at(matrix, (y, said), 1)"),
        ("argmax without axis", "axis=1", ""),
        ("argmax without axis", "axis=1", "", ADD, "matrix[y, said] += 1"),
        ("transposed", "[i, j]", "[j, i]"),
        ("added once", ADD, "matrix[y, said] += 1"),
        ("shares", "return matrix", "return matrix / matrix.sum()"),
        ("shares", "return matrix", "return matrix / matrix.sum(axis=0)"),
        ("shares", "return matrix", "return matrix / matrix.sum(axis=1, keepdims=True)"),
        ("counted from 1", "[i, j]", "[i + 1, j + 1]"),
        ("counted from 1", "[i, j]", "[i - 1, j]"),
        ("counted from 1", "[i, j]", "[i + 1, j + 1]", "(k, k)", "(k + 1, k + 1)"),
        *[
            ("counted from 1", "[i, j]", f"[(int(i) + {a}) % k, (j + {b}) % k]")
            for a, b in product((-1, 0, 1), repeat=2)
            if a or b
        ],
        ("classes missing", "outputs.shape[1]", "y.max() + 1"),
        ("classes missing", "outputs.shape[1]", "len(np.unique(y))"),
        ("ten classes", "outputs.shape[1]", "10"),
        ("classes missing", "return matrix", "return matrix[np.unique(y)][:, np.unique(said)]"),
        ("only right answers", "return matrix", "return np.diag(np.diag(matrix))"),
    ],
)
RECALLS = formula(
    "recalls(matrix)",
    "np.diag(matrix) / matrix.sum(axis=1)",
    {
        "normalised by column": ["np.diag(matrix) / np.maximum(matrix.sum(axis=0), 1)"],
        "largest cell": ["matrix.max(axis=1) / matrix.sum(axis=1)"],
        "share of all": ["np.diag(matrix) / matrix.sum()"],
        "errors": ["1 - np.diag(matrix) / matrix.sum(axis=1)"],
        "counts for recalls": ["np.diag(matrix)"],
        "accuracy": [
            "np.trace(matrix) / matrix.sum()",
            "np.mean(np.diag(matrix) / matrix.sum(axis=1))",
        ],
        "percent": ["100 * np.diag(matrix) / matrix.sum(axis=1)"],
        "whole matrix": ["matrix / matrix.sum(axis=1, keepdims=True)"],
    },
)
OF_RECALLS = "What `recalls` returns"
RATE = "right / matrix.sum(axis=1)"
HARDEST = Reference(
    "hardest",
    f"""
def hardest(matrix, names):
    right = np.diag(matrix)
    return names[({RATE}).argmin()]
""",
    [
        ("names shifted", "argmin()", "argmin() + 1"),
        ("names shifted", "argmin()", "argmin() - 1"),
        ("most mistakes", RATE, "right - matrix.sum(axis=1)"),
        ("fewest right", RATE, "right"),
        ("fewest right", RATE, "matrix.sum(axis=1)"),
        ("lowest precision", RATE, "right / np.maximum(matrix.sum(axis=0), 1)"),
        ("lowest precision", RATE, "right / (matrix.sum(axis=0) + matrix.sum(axis=1))"),
        ("largest cell", RATE, "matrix.max(axis=1) / matrix.sum(axis=1)"),
        ("most mistakes", RATE, "-(matrix - np.diag(right)).max(axis=0)"),
        ("most mistakes", RATE, "-(matrix - np.diag(right)).max(axis=1)"),
        ("easiest", "argmin", "argmax"),
        ("number for name", f"names[({RATE}).argmin()]", f"({RATE}).argmin()"),
        ("one name", f"names[({RATE}).argmin()]", "'Shirt'"),
        ("one name", f"names[({RATE}).argmin()]", "'scarf'"),
    ],
)
NAMES = (
    *("hat", "sock", "scarf", "glove", "belt", "tie", "cap", "apron", "vest"),
    *("brooch", "ring", "watch", "wig", "mask", "veil", "sash", "clog", "spur"),
)


@exercise("12.4", points=3)
def confusion(
    confusion: Function, recalls: Function, hardest: Function, *, rng: np.random.Generator
) -> None:
    """confusion(y, outputs), recalls(matrix), hardest(matrix, names): rows are the true classes."""
    with part(1, "confusion"):
        judged = Comparison(
            confusion,
            CONFUSION,
            lambda: _labels_and_outputs(6, False, rng),
            read=lambda came, *inputs: array(came, name="The confusion matrix", finite=False),
        )
        # First without the last class: there y + 1 raises no error, which others raise, too.
        for k, last_occurs in ((6, False), (4, True)):
            y, outputs = _labels_and_outputs(k, last_occurs, rng)
            with named_errors(_said_of_confusion(outputs)):
                # The share of a class that does not occur is 0 / 0.
                judged.on(y, outputs, views=[np.nan_to_num], says=_which_cells)
    with part(1, "recalls"):
        draw = lambda: parting(lambda: (_matrix(5, rng),), RECALLS)  # noqa: E731
        of_recalls = Comparison(
            recalls,
            RECALLS,
            draw,
            read=lambda came, *inputs: array(came, name=OF_RECALLS),
        )
        for _ in range(2):
            of_recalls.on(*draw(), says=_which_recalls)
    with part(1, "hardest"):
        _judge_hardest(hardest, rng)


def _said_of_confusion(outputs: Array) -> dict[str, str]:
    """What NumPy and scikit-learn say to a mistake."""
    k, pictures = outputs.shape[1], "|".join(str(row) for row in outputs.argmax(axis=0))
    return {
        "argmax without axis": r"'numpy.int64' object is not iterable|support iteration|array-like|"
        rf"index {outputs.argmax()} is out",
        "argmax axis 0": rf"inconsistent numbers|broadcast.*\({k},\)|same length|shorter than|"
        rf"longer than|index ({pictures}) is out of bounds.*with size {k}\b",
        "classes missing": rf"out of bounds for axis [01] with size [1-{k - 1}]\b",
        # 0 - 1 of uint8
        "counted from 1": rf"index 255 is out of bounds.*with size {k}\b",
    }


def _labels_and_outputs(k: int, last_occurs: bool, rng: np.random.Generator) -> Inputs:
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
    y, outputs = y[rows].astype(np.uint8), outputs[rows]
    # Picture k is no class's clearest: "index k is out of bounds" would have two causes.
    if k in outputs.argmax(axis=0):
        return _labels_and_outputs(k, last_occurs, rng)
    return y, outputs


def _which_cells(came: Any, expected: Any) -> str:
    if not array(came, expected.shape, name="The confusion matrix").any():
        return "No cell was counted up."
    return "Each picture adds 1 to the cell of its true class (row) and of the class said (column)."


def _which_recalls(came: Any, expected: Any) -> str:
    column(came, len(expected), name=OF_RECALLS)
    return "The recalls have other values."


def _judge_hardest(hardest: Function, rng: np.random.Generator) -> None:
    """Two matrices, with names of which none is in both: a mistake has to explain both answers."""
    names = rng.permutation(NAMES).tolist()
    tables: list[Inputs] = [_table(names[:9], rng)]
    while len(tables) < 2 or HARDEST(*tables[0]) == HARDEST(tables[1][0], names[:9]):
        tables[1:] = [_table(names[9:], rng)]
    own = hardest.beside("recalls", Function)
    leans, raises = False, True
    with aside():
        own(tables[0][0])
        raises = False
        leans = _leans_on(own, hardest, rng)
    if leans:  # on recalls that are wrong: that mistake counts once
        return
    with if_it_raises("recalls first") if raises else nullcontext():
        answers = [_name_of(hardest(*table), table[0]) for table in tables]
    right = [HARDEST(*table) for table in tables]
    if answers == right:
        return

    def other() -> tuple[Inputs, str]:
        table = _table(rng.permutation(NAMES)[:9].tolist(), rng)
        return table, _name_of(hardest(*table), table[0])

    at = answers[1] != right[1]
    rules = [
        ("one name", answers[0] == answers[1]),
        ("notebook's names", {*answers} <= {*garments.CLASSES}),
    ]
    seen = [*zip(tables, answers, strict=True)]
    mistake = first_of(rules) or HARDEST.mistake(seen, other, view=NAMES.index)
    says = "Another class has the lowest recall."
    if answers[at] not in tables[at][1]:
        says = "This is not one of `names`. Return the name as it stands in the list."
    fail(mistake, says="" if mistake else says, came=answers[at], expected=right[at])


def _leans_on(recalls: Function, hardest: Function, rng: np.random.Generator) -> bool:
    """Whether `hardest` names the lowest of the student's own recalls, which are wrong.

    Recalls that are no column may have their lowest beyond the names: such tables say nothing.
    """
    agree = 0
    for _ in range(60):
        matrix, names = _table(rng.permutation(NAMES)[:9].tolist(), rng)
        own = array(recalls(matrix), name=OF_RECALLS, finite=False).ravel()
        if same(own, RECALLS(matrix)) or own.size == 0:
            return False
        if (at := int(own.argmin())) < len(names):
            if _name_of(hardest(matrix, names), matrix) != names[at]:
                return False
            agree += 1
        if agree == CONFIRMED:
            return True
    return False


def _name_of(returned: Any, matrix: Array) -> str:
    """The name that was returned, perhaps in an array or a list of length 1."""
    came = returned.tolist() if isinstance(returned, np.ndarray) else returned
    if isinstance(came, (list, tuple)) and len(came) == 1:
        came = came[0]
    if isinstance(came, (int, float, np.number)):
        if np.isclose(came, RECALLS(matrix), atol=1e-3).any():
            fail(says="This is a recall. Return the name of the class, names[i].", came=returned)
        if float(came).is_integer():
            fail("number for name", came=returned)
    if not isinstance(came, str):
        fail(says="`hardest` should return one name.", came=returned)
    return str(came)


def _table(names: list[str], rng: np.random.Generator) -> Inputs:
    """A confusion matrix in which each known mistake leads to another class than the right one."""
    while True:
        matrix, _ = parting(lambda: (_matrix(9, rng), names), HARDEST, view=NAMES.index)
        recalls = RECALLS(matrix)
        first, second = np.sort(recalls)[:2]
        if second - first > 0.03 and 0 < recalls.argmin() < 8:
            return matrix, names


def _matrix(k: int, rng: np.random.Generator) -> Array:
    """A confusion matrix of k classes of different sizes, each mostly taken for one or two others.

    So there are rows in which the largest number is not on the diagonal.
    """
    sizes = rng.integers(40, 200, k)
    shares = rng.dirichlet(np.full(k, 0.1), k) * rng.uniform(0.3, 0.7, (k, 1))
    shares[np.arange(k), np.arange(k)] += 1 - shares.sum(axis=1)
    return np.asarray(np.rint(shares * sizes[:, None]).astype(int))


# --- 12.5: a part to choose with -----------------------------------------------------------------

HELD_OUT = ("x_train", "y_train", "x_val", "y_val")


@exercise("12.5", points=1)
def hold_out(hold_out: Function, *, rng: np.random.Generator) -> None:
    """hold_out(images, labels, *, seed): raw pictures, divided into four fifths and one (000 L305).

    The validation that the lecture asks for, and its demo (000 L363-399) leaves out.
    """
    for seed in rng.integers(1000, size=2).tolist():
        rows = _judge_hold_out(hold_out, seed, rng)
    if np.array_equal(np.sort(rows), np.arange(len(rows))):
        note("You put the first fifth aside, not the last. Here it is as good: there is no order.")


def _judge_hold_out(hold_out: Function, seed: int, rng: np.random.Generator) -> Array:
    """The rows that are for validation."""
    n, fifth = 140, 28  # many, so that rows drawn with replacement do occur twice
    images = rng.integers(0, 201, (n, 28, 28), dtype=np.uint8)
    images[int(rng.integers(n)), 3, 3] = 250  # a part's own maximum is not 255
    labels = rng.integers(0, 10, n).astype(np.uint8)
    errors = {
        "not scaled": "UFuncTypeError|Cannot cast ufunc",
        "cut is no whole number": "^TypeError.*(indices must be integers|'float' object cannot be)",
    }
    with named_errors(errors):
        returned = several(hold_out(images, labels, seed=seed), HELD_OUT)
    pairs = zip(returned, HELD_OUT, strict=True)
    parts = [np.atleast_1d(array(one, name=name)) for one, name in pairs]
    x_train, y_train, x_val, y_val = parts
    sizes = len(x_train), len(x_val)
    of_the_shapes = [
        ("order", max(y_train.ndim, y_val.ndim) > 2),
        ("flattened", any(x.shape[1:] != (28, 28) for x in (x_train, x_val))),
        ("one part empty", min(sizes) == 0),
        ("parts exchanged", sizes[0] < sizes[1]),
        ("not a fifth", abs(sizes[1] - fifth) > 1 or sum(sizes) > n + fifth),
    ]
    if mistake := first_of(of_the_shapes):
        came, expected = (f"shapes {', '.join(str(one.shape) for one in parts)}", n - fifth)
        wanted = f"shapes ({expected}, 28, 28), ({expected},), ({fifth}, 28, 28), ({fifth},)"
        fail(mistake, came=came, expected=wanted)
    train, val = (splits.rows_like(x, images) for x in (x_train, x_val))
    if train is None or val is None:
        fail(says="These are not the pictures that the function was given, divided by 255.")
    if mistake := first_of(splits.mistakes(train, val, n)):
        came = f"{len({*train})} different pictures for training, {len({*val})} for validation"
        both = f"{len({*train} & {*val})} of them in both"
        fail(mistake, came=f"{came}, {both}", expected=f"{n - fifth} and {fifth}, none in both")
    if mistake := first_of(_by_the_scales(x_train, x_val, images[train] / 255, images[val] / 255)):
        came = f"x_train up to {x_train.max():.4g}, x_val up to {x_val.max():.4g}"
        fail(mistake, came=came, expected=f"up to {images.max() / 255:.4g} at most")
    for y, rows in ((y_train, train), (y_val, val)):
        if not same(column(y, len(rows), name="A part of the labels"), labels[rows]):
            fail("labels not aligned", came=y.ravel()[:6], expected=labels[rows][:6])
    is_random = False
    with aside():
        again = splits.rows_like(array(hold_out(images, labels, seed=seed)[2]), images)
        is_random = again is not None and [*again] != [*val]
    if is_random:
        note("Called again with the same seed, it draws other rows: give `seed` to the generator.")
    return np.asarray(val)


def _by_the_scales(
    x_train: Array, x_val: Array, grey_train: Array, grey_val: Array
) -> Iterator[tuple[str, Any]]:
    pairs = [(x_train, grey_train), (x_val, grey_val)]
    fits = [same(*pair, THREE_DECIMALS) for pair in pairs]
    if not all(fits):
        stretched, also = (np.ptp(x) / np.ptp(grey) for x, grey in pairs)
        differ = any(fits) or not np.isclose(stretched, also, rtol=1e-3)
        yield "validation scaled differently", differ
        yield "not scaled", same(x_train, 255 * grey_train, THREE_DECIMALS)
        yield "not by 255", True


# --- 12.5b: how many epochs ----------------------------------------------------------------------

CLAIMS = ("too high", "right", "too low")
RETURNED = ("val_losses", "epochs", "model", "test_accuracy")
MOST = 4  # epochs
PILES = ("train", "val", "test")
Pile = tuple[Array, Array]  # pictures (n, 28, 28) and labels (n,)


@dataclass(frozen=True)
class Run:
    """What one call of `choose_epochs` returned, and what its model says of each pile."""

    losses: Array
    epochs: float
    accuracy: Any
    shares: dict[str, float]
    entropies: dict[str, float]
    n_val: int

    @property
    def best(self) -> int:
        """The place of the smallest loss, counted from 0."""
        return int(self.losses.argmin())


@exercise("12.5b", points=2, trains=True)
def choose_epochs(
    choose_epochs: Function,
    best_of_twenty: Value,
    *,
    rng: np.random.Generator,
    seeds: tuple[int, ...] = (0,),
) -> None:
    """choose_epochs(x_train, ..., y_test, *, most, seed): the last step of 000 L305, its test."""
    with part(1.5, "choose"):
        _judge_choice(choose_epochs, seeds, rng)
    with part(0.5, "claim"):
        claim(best_of_twenty, CLAIMS, right=["too high"])


def _judge_choice(
    choose_epochs: Function, seeds: tuple[int, ...], rng: np.random.Generator
) -> None:
    """Two calls on garments, each with the next seed. Wrong labels show which rows decide.

    In the first the test rows have wrong labels, in the others three of four validation rows:
    their loss rises from the first epoch on while the accuracy rises, too. So the best epoch is
    the last or nearly so in the first call, and the first in the second. A third call, where
    the loss rises faster, is for those who learn too slowly for the second.
    """
    of_test, *of_val = _piles_with_wrong_labels(rng)
    seed = cycle(seeds)
    runs = [_run_of(choose_epochs, of_test, next(seed))]
    _fail_if(_by_the_losses(runs[0]), runs[0], "falling losses, from right labels")
    for piles in of_val:
        runs.append(_run_of(choose_epochs, piles, next(seed)))
        _fail_if(_by_wrong_labels(runs[-1]), runs[-1], "rising losses, above 2: wrong labels")
        if _rises_steadily(runs[-1].losses):
            break
    for run in runs:
        _fail_if(_by_the_length(run), run, f"{MOST} losses, or a smallest one")
    _judge_epochs(runs)
    _fail_if(_by_what_it_knows(runs[0]), runs[0], f"about {runs[0].losses.min():.4f}")
    for run in reversed(runs):  # in the last the epochs are furthest apart
        _fail_if(_by_the_weights(run), run, f"about {run.losses[run.best]:.4f}")
        _judge_test(run)


def _fail_if(known: Iterator[tuple[str, Any]], run: Run, expected: str) -> None:
    if mistake := first_of(known):
        came = f"val_losses {run.losses.round(4)}, the model's own {run.entropies['val']:.4f}"
        fail(mistake, came=came, expected=expected)


def _run_of(choose_epochs: Function, piles: dict[str, Pile], seed: int) -> Run:
    rows = [one for name in PILES for one in piles[name]]
    by_ours, by_keras = "epochs is a whole number", "'float' object cannot be interpreted"
    with (
        if_it_raises("loss for epoch", says=by_ours),
        if_it_raises("loss for epoch", says=by_keras, line="epochs *=|fit"),
    ):
        returned = choose_epochs(*rows, most=MOST, seed=seed)
    val_losses, epochs, model, of_test = several(returned, RETURNED)
    losses = array(val_losses, name="val_losses").ravel()
    if not 1 <= losses.size <= MOST:
        says = "val_losses should hold one number for each epoch."
        fail(says=says, came=f"{losses.size} numbers", expected=f"{MOST} numbers")
    if not isinstance(model, Model):
        fail(says="The third thing should be the trained Keras model.", came=model)
    outputs = {
        name: (array(model.predict(x), (len(x), 10), name="The output"), y)
        for name, (x, y) in piles.items()
    }
    return Run(
        losses,
        array(epochs, (), (1,), name="epochs").item(),
        of_test,
        {name: accuracy(*pair) for name, pair in outputs.items()},
        {name: cross_entropy(*pair) for name, pair in outputs.items()},
        len(piles["val"][1]),
    )


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

    def right(*parts: Array) -> dict[str, Pile]:
        return {name: (x[rows], y[rows]) for name, rows in zip(PILES, parts, strict=True)}

    def mostly_wrong(rows: Array) -> Pile:
        return np.tile(x[rows], (4, 1, 1)), np.append(y[rows], np.tile(wrong[y[rows]], 3))

    all_wrong = np.tile(x[test], (3, 1, 1)), np.tile(wrong[y[test]], 3)
    even = np.split(np.arange(1040), [320, 640])
    # The test rows are the most: a network that learned all piles gives them their wrong labels.
    return [
        right(train, val, test) | {"test": all_wrong},
        right(*even) | {"val": mostly_wrong(even[1])},
        right(train, val, test) | {"val": mostly_wrong(val)},
    ]


def _rises_steadily(losses: Array) -> bool:
    """Rises from the first epoch on, so far that another seed does not hide it."""
    return bool((np.diff(losses) > 0).all() and losses[-1] - losses[0] > 0.3)


# A network that knows nothing has the loss ln 10 = 2.3. One that has learned has more where three
# of four labels are wrong; where it has learned those wrong labels, too, it has less.
FOOLED, UNTRAINED = 2.0, 2.5


def _by_the_losses(run: Run) -> Iterator[tuple[str, Any]]:
    """Of the first call, where the validation labels are right."""
    losses, rows = run.losses, run.n_val * run.losses
    # The losses of a network that over-fits may rise like accuracies. But an accuracy is a whole
    # number of rows, divided by their number.
    whole = np.allclose(rows, np.rint(rows), atol=0.01)
    yield "accuracies", losses.max() <= 1 and losses[-1] > losses[0] and whole
    if losses.min() > 2 and losses[-1] >= losses[0]:
        of_val, of_test = (abs(run.entropies[pile] - losses.min()) for pile in ("val", "test"))
        yield "test decides", of_test < of_val
        yield "rising losses", True


def _by_wrong_labels(run: Run) -> Iterator[tuple[str, Any]]:
    # Far above ln 10 a penalty on the weights may be in it, which falls.
    falls = run.losses[-1] < min(run.losses[0] - 0.1, UNTRAINED)
    yield "not held out", run.losses.min() < FOOLED or falls


def _by_the_length(run: Run) -> Iterator[tuple[str, Any]]:
    """Whoever stops before `most` epochs needs a reason: a loss that falls no more."""
    falls = np.append(np.inf, -np.diff(run.losses))[-1]
    yield "too few epochs", len(run.losses) < MOST and falls > 0.02


def _judge_epochs(runs: list[Run]) -> None:
    """Together: chosen in another way, the right number may come out of one call by chance."""
    chosen, best = [run.epochs for run in runs], [run.best + 1 for run in runs]
    if chosen != best:
        at = max(i for i in range(len(runs)) if chosen[i] != best[i])
        known = [
            ("loss for epoch", np.allclose(chosen, [run.losses.min() for run in runs], atol=1e-3)),
            ("counted from 0", chosen == [one - 1 for one in best]),
            ("largest loss", chosen == [run.losses.argmax() + 1 for run in runs]),
            ("not the smallest loss", True),
        ]
        came = f"epochs {chosen[at]:g}, val_losses {runs[at].losses.round(3)}"
        fail(first_of(known), came=came, expected=f"epochs {best[at]}")


def _by_what_it_knows(run: Run) -> Iterator[tuple[str, Any]]:
    """Of the first call, where the test labels are wrong: whoever knows them has seen them."""
    yield "test rows learned", run.shares["test"] > 0.2
    loss, smallest, largest = run.entropies["val"], run.losses.min(), run.losses.max()
    is_beyond = largest > smallest + 0.1 and loss > largest + 0.02
    yield "not trained", loss > smallest + 0.5 or is_beyond


def _by_the_weights(run: Run) -> Iterator[tuple[str, Any]]:
    """Is the model that of the smallest loss? A loss of val_losses tells of which epoch it is."""
    losses, loss = run.losses, run.entropies["val"]
    off = np.abs(losses - loss)
    at = int(off.argmin())
    # Another network of the same number of epochs never has the same four digits by chance.
    is_of_another = off[at] < 1e-4 * loss and off[run.best] > 5e-4 * loss
    yield "model of the last epoch", is_of_another and at == len(losses) - 1
    yield "model of another epoch", is_of_another
    # A second network of the lecture, Adam, SGD or RMSprop, batches of 16 to 256, had up to a half
    # of the gap after the chosen epochs, and nine of ten had more than 0.6 of it after `most`.
    gap = losses[-1] - losses[run.best]
    yield "trained on", _rises_steadily(losses) and loss > losses[run.best] + 0.6 * gap


def _judge_test(run: Run) -> None:
    shares, numbers = run.shares, array(run.accuracy, name="test_accuracy").ravel()
    wanted = f"{shares['test']:.4f}, as the model that was returned gets it on the test rows"

    def is_(value: float, at: int = 0) -> bool:
        return bool(np.isclose(numbers[at], value, atol=0.005, rtol=0.02 * (value > 1)))

    if numbers.size == 2 and is_(shares["test"], at=1):
        fail("loss and accuracy", came=numbers, expected=wanted)
    array(run.accuracy, (), (1,), name="test_accuracy")
    if not is_(shares["test"]):
        known = [
            ("percent", is_(100 * shares["test"])),
            ("validation accuracy", is_(shares["val"])),
            ("training accuracy", is_(shares["train"])),
            # That of the first network, which another seed has trained.
            ("validation accuracy", numbers.size == 1 and _is_near(numbers.item(), shares)),
            ("loss for accuracy", is_(run.entropies["test"])),
        ]
        mistake = first_of(known)
        says = "" if mistake else "test_accuracy is not what the model that was returned gets."
        fail(mistake, says=says, came=numbers, expected=wanted)


def _is_near(number: float, shares: dict[str, float]) -> bool:
    """Whether it is about the share of the validation rows, and not of the other piles."""
    of_val = shares["val"]
    others = abs(of_val - shares["test"]), abs(of_val - shares["train"])
    return abs(number - of_val) < 0.08 and min(others) > 0.2
