"""Checks of lab 01: one neuron (001 L47-78, 002 L34-76, 003 L55-129, 004 L28-56, 312-360)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import combinations, cycle
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks import errors, gates
from utils.checks.core import (
    Function,
    Value,
    array,
    column,
    exercise,
    fail,
    named_errors,
    part,
    shape,
)
from utils.checks.edits import Comparison, Inputs, Reference, formula
from utils.checks.gates import AND, CORNERS, NAND, OR, fires
from utils.checks.values import same, several

Array = NDArray[np.float64]


# --- 1.1 the sum ---------------------------------------------------------------------------------

SUM = "x @ w + b"
NEURON = formula(
    "neuron(x, w, b)",
    SUM,
    {
        "no bias": ["x @ w"],
        "bias subtracted": ["x @ w - b"],
        "bias for each input": ["np.sum(x * w + b, axis=-1)", "(x + b) @ w", "x @ (w + b)"],
        "products not added": ["x * w + b", "x * w"],
        "average": ["np.mean(x * w, axis=-1) + b", "x @ w / np.sum(w) + b"],
        "no weights": ["np.sum(x, axis=-1) + b"],
        "activation": [
            "(x @ w + b >= 0).astype(int)",
            "np.where(x @ w + b >= 0, 1, -1)",
            "1 / (1 + np.exp(-(x @ w + b)))",
            "np.tanh(x @ w + b)",
            "np.maximum(0, x @ w + b)",
        ],
        "two inputs only": ["x[..., 0] * w[0] + x[..., 1] * w[1] + b"],
        "samples added up": ["np.sum(x * w) + b", "np.sum(x @ w) + b"],
        "X for x": ["np.array([[0, 0], [0, 1], [1, 0], [1, 1]]) @ w + b"],
        "one sample only": [
            "sum(x * w) + b",
            "sum(one * weight for one, weight in zip(x, w)) + b",
            "np.atleast_2d(x)[0] @ w + b",
        ],
        "a table only": ["np.array([np.sum(row * w) + b for row in x])"],
    },
)
# What NumPy and Python say where a function is made for the other kind of input.
ONLY_ONE = errors.either(
    errors.NOT_ALIGNED, errors.NOT_BROADCAST, errors.NO_SUCH_AXIS, errors.NO_SUCH_PLACE
)
ONLY_A_TABLE = errors.either(
    *(errors.TOO_FEW_AXES, errors.NO_SUCH_AXIS, errors.NO_SEQUENCE, errors.NO_TABLE_TO_MULTIPLY),
    *("Incompatible shapes", "size-incompatible"),
)


@exercise("1.1", points=1)
def neuron(neuron: Function, *, rng: np.random.Generator) -> None:
    """neuron(x, w, b): x (k,) or (n, k), w (k,), b () -> () or (n,) (001 L62-70, 004 L28-56)."""
    # Two inputs, as the lab's own X has: who uses that for x gets an answer here, and no error.
    judged = Comparison(neuron, NEURON, lambda: _samples(rng, (5, 2)), read=_any_shape)
    with named_errors({"a table only": ONLY_A_TABLE}):
        _one_sample(judged, neuron, rng, 2)
    # Only now an error tells that a batch is the trouble.
    with named_errors({"one sample only": ONLY_ONE}):
        for size in ((4, 2), (5, 3), (3, 3), (6, 4)):
            judged.on(*_samples(rng, size), says=_shape_or_values)
    _one_sample(judged, neuron, rng, 4)


def _one_sample(judged: Comparison, neuron: Function, rng: np.random.Generator, k: int) -> None:
    came = judged.on(*_samples(rng, (k,)), says=_shape_or_values)
    # Exercises 1.4 and 1.4b use it for one sample, and there it has to be a number.
    if np.ndim(came):
        fail("not one number", tried=neuron.tried, came=came)


def _samples(rng: np.random.Generator, size: tuple[int, ...]) -> Inputs:
    """x of this shape, w, b: weights of both signs, which add up to no simple number."""
    w = rng.uniform(0.5, 1.5, size[-1]) * np.resize([1, -1, 1], size[-1])
    return rng.uniform(-2, 2, size), w, float(rng.uniform(0.3, 0.9))


def _any_shape(came: Any, *inputs: Any) -> Array:
    return array(came, name="the answer")


def _shape_or_values(came: Any, expected: Any) -> str:
    """A sentence; the exercise ends here where there is not one number for each sample."""
    if np.ndim(expected):
        column(came, len(expected), name="the answer for a batch")
    else:
        array(came, (), (1,), name="the answer for one sample")
    return "The sums differ."


# --- 1.2 gates -----------------------------------------------------------------------------------

BITS = np.array([[0.0], [1.0]])
NOT_TABLE = np.array([1.0, 0.0])


@exercise("1.2", points=2, fresh=False)
def three_gates(NOT: Value, AND: Value, OR: Value) -> None:
    """NOT, AND and OR as pairs (weights, bias), right by a margin (003 L123-129)."""
    with part(0.5, "NOT"):
        _compare_gate(NOT, BITS, NOT_TABLE, {})
    with part(0.75, "AND"):
        _compare_gate(AND, CORNERS, gates.AND, {"AND and OR exchanged": gates.OR})
    with part(0.75, "OR"):
        _compare_gate(OR, CORNERS, gates.OR, {"AND and OR exchanged": gates.AND})


def _compare_gate(gate: Value, inputs: Array, table: Array, others: dict[str, Array]) -> None:
    w, b = _weights_and_bias(gate, inputs.shape[1], table)
    z = inputs @ w + b

    def known() -> Iterator[tuple[str, Any]]:
        yield "no bias", b == 0
        yield "step(0) = 1", np.array_equal(z > 0, table)
        yield "sign of the bias", np.array_equal(fires(inputs @ w - b), table)
        yield "the opposite", np.array_equal(fires(z), 1 - table)
        for mistake, other in others.items():
            yield mistake, np.array_equal(fires(z), other)
        first, *rest = np.append(w, b)
        yield "bias first", np.array_equal(fires(inputs @ rest + first), table)

    gates.compare(
        z[:, None],
        {gate.name: table},
        known(),
        formula="the sums",
        otherwise=lambda wrong: f"{gate.label} has another truth table.",
    )


def _weights_and_bias(gate: Value, k: int, table: Array) -> tuple[Array, float]:
    """The k weights and the bias of a pair, or of one list of k + 1 numbers."""
    given = gate.data
    is_pair = isinstance(given, tuple | list) and len(given) == 2
    if shape(given) == table.shape and np.array_equal(array(given), table):
        fail("a truth table", tried=gate.name, came=given)
    if is_pair and shape(given[0]) == () and shape(given[1]) in {(k,), (1, k)}:
        fail("bias first", tried=gate.name, came=given)
    if is_pair:
        shapes = list(dict.fromkeys([(k,), (1, k), (k, 1), *([()] if k == 1 else [])]))
        w = array(given[0], *shapes, name=f"the list of weights of {gate.label}")
        b = array(given[1], (), (1,), (1, 1), name=f"the bias of {gate.label}")
        return w.reshape(k), b.item()
    if shape(given) is None or shape(given) == ():
        fail(
            says=f"{gate.label} should be a pair: the list of its weights, then its bias.",
            tried=gate.name,
            came=given,
        )
    numbers = array(given, (k + 1,), (1, k + 1), name=gate.label).ravel()
    return numbers[:-1], numbers[-1].item()


# --- 1.3 the bias trick --------------------------------------------------------------------------

WITH_ONES = "np.hstack([np.ones((len(X), 1)), X])"
TRICK = formula(
    "bias_trick(X, theta)",
    f"{WITH_ONES} @ theta",
    {
        "ones last": ["np.hstack([X, np.ones((len(X), 1))]) @ theta"],
        "extra sum": [
            f"X.shape[1] * ({WITH_ONES} @ theta)",
            f"len(theta) * ({WITH_ONES} @ theta)",
            f"len(X) * ({WITH_ONES} @ theta)",
            f"np.full(len(X), np.sum({WITH_ONES} @ theta))",
        ],
        "samples added up": [f"np.sum({WITH_ONES} @ theta)"],
        "no bias": ["X @ theta[1:]"],
        "bias for each input": [
            "np.sum(X * theta[1:] + theta[0], axis=1)",
            "X @ (theta[1:] + theta[0])",
        ],
        "a bias of 1": ["X @ theta[1:] + 1"],
        "the bias as its input": [
            "np.hstack([np.full((len(X), 1), theta[0]), X]) @ theta",
        ],
        "bias twice": [f"{WITH_ONES} @ theta + theta[0]"],
        "bias subtracted": ["X @ theta[1:] - theta[0]"],
        "ones added to the inputs": ["(X + 1) @ theta[1:]", "(X + 1) @ theta[:-1]"],
        "a number left out": ["X @ theta[:-1]"],
        "products not added": [f"{WITH_ONES} * theta"],
        "the table alone": [WITH_ONES],
        "activation": [
            f"({WITH_ONES} @ theta >= 0).astype(int)",
            f"1 / (1 + np.exp(-({WITH_ONES} @ theta)))",
        ],
    },
)
SHAPES = errors.either(
    *(errors.NOT_ALIGNED, errors.NOT_BROADCAST, errors.NOT_JOINED, errors.UNEVEN),
    *(errors.NO_SUCH_AXIS, errors.TOO_FEW_AXES, errors.NO_TABLE_TO_MULTIPLY),
)


@exercise("1.3", points=1)
def bias_trick(bias_trick: Function, *, rng: np.random.Generator) -> None:
    """bias_trick(X, theta): X (n, k), theta (k + 1,), bias first -> (n,) (003 L78-86)."""
    judged = Comparison(bias_trick, TRICK, lambda: _rows(rng, 5, 3), read=_any_shape)
    with named_errors({"shapes": SHAPES}):
        for n, k in ((4, 2), (6, 3), (7, 5), (1, 3)):
            judged.on(*_rows(rng, n, k), says=_shape_or_values)


def _rows(rng: np.random.Generator, n: int, k: int) -> Inputs:
    x, w, b = _samples(rng, (n, k))
    return x, np.append(b, w)


# --- 1.4 one correction --------------------------------------------------------------------------

SAID = "1 if x @ w + b >= 0 else 0"
BOTH = "w + (y - said) * x, b + (y - said)"
UPDATE = Reference(
    "update",
    f"""
def update(w, b, x, y):
    said = {SAID}
    return {BOTH}
""",
    [
        ("sign flipped", "y - said", "said - y"),
        ("bias not updated", "b + (y - said)", "b"),
        ("a threshold for the bias", "b + (y - said)", "b - (y - said)"),
        ("corrects what is right", "y - said", "2 * y - 1"),
        ("corrects what is right", "y - said", "(said == y) * (2 * y - 1)"),
        ("corrects what is right", "y - said", "1 - 2 * said"),
        ("only adds", "y - said", "max(y - said, 0)"),
        ("only subtracts", "y - said", "min(y - said, 0)"),
        ("always adds", "y - said", "abs(y - said)"),
        ("always subtracts", "y - said", "-abs(y - said)"),
        ("no step", SAID, "x @ w + b"),
        ("no step", SAID, "1 / (1 + np.exp(-(x @ w + b)))"),
        ("no step", SAID, "np.tanh(x @ w + b)"),
        ("no step", SAID, "max(0, x @ w + b)"),
        ("0 does not fire", ">=", ">"),
        ("no bias in the sum", "x @ w + b", "x @ w"),
        ("bias subtracted", "x @ w + b", "x @ w - b"),
        ("another sum", "x @ w + b", "x @ w + len(x) * b"),
        ("another sum", "x @ w + b", "x @ w / len(x) + b"),
        ("another sum", "x @ w + b", "x @ w + 2 * b"),
        (
            "corrects until it is right",
            f"    return {BOTH}",
            f"    while said != y:\n        w, b = {BOTH}\n        said = {SAID}\n    return w, b",
        ),
        ("-1 and 1", "else 0", "else -1"),
        ("bias like a weight", "b + (y - said)", "b + (y - said) * np.sum(x)"),
        ("bias like a weight", "b + (y - said)", "b + (y - said) * x[0]"),
        ("bias like a weight", "b + (y - said)", "b + (y - said) * b"),
        ("no input", "(y - said) * x", "(y - said)"),
        ("other rate", "(y - said)", "0.1 * (y - said)"),
        ("other rate", "(y - said)", "0.5 * (y - said)"),
        ("other rate", "(y - said)", "0.01 * (y - said)"),
        ("order", BOTH, "b + (y - said), w + (y - said) * x"),
        ("nothing changes", BOTH, "w, b"),
        ("the change alone", BOTH, "(y - said) * x, y - said"),
        ("the change alone", BOTH, "w + (y - said) * x, y - said"),
        ("the change alone", BOTH, "(y - said) * x, b + (y - said)"),
        (
            "asked again",
            f"return {BOTH}",
            f"w = w + (y - said) * x\n    said = {SAID}\n    return w, b + (y - said)",
        ),
        (
            "asked again",
            f"return {BOTH}",
            f"b = b + (y - said)\n    said = {SAID}\n    return w + (y - said) * x, b",
        ),
    ],
)


@exercise("1.4", points=1)
def update(update: Function, *, rng: np.random.Generator) -> None:
    """update(w, b, x, y): w (k,), b (), x (k,), y () -> new w, new b: the perceptron rule."""
    kinds = [(-1, 1), (1, 0), (1, 1), (-1, 0), (0, 0), (0, 1)]
    # Mistakes are told apart by points at which the unit is right or wrong, whoever decides there.
    others = zip(cycle(kinds), cycle(ROLES))
    judged = Comparison(update, UPDATE, lambda: _point(rng, 3, *next(others)), read=_w_and_b)
    for k in (3, 4):
        for kind in kinds:
            for role in ROLES if kind[0] else ["the bias decides"]:
                judged.on(*_point(rng, k, kind, role), says=_which_of_w_and_b)


# Of the products' sum s, the bias b and what one correction adds: who decides, and how clearly.
ROLES: dict[str, Callable[[float, float, float], bool]] = {
    "the bias decides": lambda s, b, step: abs(s) < abs(b) and s * b < 0 and abs(s + b) <= step,
    "the weights decide": lambda s, b, step: abs(b) < abs(s) < 2 * abs(b) and s * b < 0,
    "both agree": lambda s, b, step: abs(s) < abs(b) and s * b > 0,
    # One correction is not enough to change what the unit says.
    "far": lambda s, b, step: abs(s + b) > step,
}


def _point(rng: np.random.Generator, k: int, kind: tuple[int, int], role: str) -> Inputs:
    """w, b, x and y, with a sum of this sign, in quarters: so a sum of 0 is exactly 0.

    There b is an odd number of sixteenths, which shows who rounds.
    """
    sign, y = kind
    while True:
        w, x = rng.integers(-8, 9, k) / 4, rng.integers(-8, 9, k) / 4
        b = float(rng.integers(-16, 17)) / 4 if sign else float(-x @ w)
        s = float(x @ w)
        tells = (
            b
            and (sign or b * 8 % 1)
            and np.sum(x) not in {0, 1}
            and x[0] not in {0, 1}
            and abs(s) > 0.2
        )
        if tells and np.sign(s + b) == sign and (sign == 0 or ROLES[role](s, b, float(x @ x) + 1)):
            return w, b, x, y


def _w_and_b(came: Any, w: Array, b: float, x: Array, y: int) -> list[Any]:
    if came is None and fires(x @ w + b) == y:
        fail("no answer where it is right", came="None")
    return several(came, ("w", "b"))


def _which_of_w_and_b(came: Any, expected: Any) -> str:
    w = array(came[0], expected[0].shape, name="the new w")
    array(came[1], (), (1,), name="the new b")
    return "The new b differs." if np.allclose(w, expected[0]) else "The new w differs."


# --- 1.4b until nothing is wrong -----------------------------------------------------------------

START = "w, b = np.zeros(X.shape[1]), 0.0"
CHANGE = "w, b = w + error * x, b + error"
ERROR = "error = target - (x @ w + b >= 0)"
TRAIN = Reference(
    "train",
    f"""
def train(X, y, most=100):
    {START}
    for epoch in range(1, most + 1):
        mistakes = 0
        for x, target in zip(X, y):
            {ERROR}
            mistakes += error != 0
            {CHANGE}
        if mistakes == 0:
            break
    return w, b, epoch
""",
    [
        ("sign flipped", CHANGE, "w, b = w - error * x, b - error"),
        ("bias not updated", "b + error", "b"),
        ("a threshold for the bias", "b + error", "b - error"),
        ("corrects what is right", CHANGE, "w, b = w + (2 * target - 1) * x, b + 2 * target - 1"),
        ("0 does not fire", ">=", ">"),
        ("-1 and 1", "(x @ w + b >= 0)", "np.where(x @ w + b >= 0, 1, -1)"),
        ("last epoch not counted", "return w, b, epoch", "return w, b, epoch - 1"),
        ("last epoch not counted", "range(1, most + 1)", "range(most)"),
        ("not the number of epochs", "return w, b, epoch", "return w, b, epoch * len(X)"),
        (
            "not the number of epochs",
            *(START, f"{START}; total = 0"),
            *("mistakes += error != 0", "mistakes += error != 0; total += error != 0"),
            *("return w, b, epoch", "return w, b, total"),
        ),
        ("not the number of epochs", "return w, b, epoch", "return w, b, mistakes"),
        (
            "corrects until it is right",
            *("mistakes += error != 0", "mistakes += error != 0\n            while error:"),
            *(f"            {CHANGE}\n", f"                {CHANGE}\n                {ERROR}\n"),
        ),
        ("one mistake is left", "mistakes == 0", "mistakes <= 1"),
        ("one epoch only", "mistakes == 0", "True"),
        ("goes on to the end", "mistakes == 0", "False"),
        (
            "breaks off in an epoch",
            CHANGE,
            f"{CHANGE}\n            if error == 0:\n                break",
        ),
        (
            "breaks off in an epoch",
            CHANGE,
            f"{CHANGE}\n            if error != 0:\n                break",
        ),
        ("breaks off in an epoch", CHANGE, f"{CHANGE}\n            return w, b, epoch"),
        ("errors cancel", "mistakes += error != 0", "mistakes += error"),
        ("the last row alone", "mistakes += error != 0", "mistakes = error != 0"),
        ("a change of b alone", "mistakes += error != 0", "mistakes += np.any(error * x != 0)"),
        ("four rows only", "zip(X, y)", "zip(X[:4], y[:4])"),
        ("nothing changes", CHANGE, "pass"),
        ("always adds", CHANGE, "w, b = w + abs(error) * x, b + abs(error)"),
        ("most is not kept", "range(1, most + 1)", "range(1, 101)"),
        ("most is not kept", "range(1, most + 1)", "range(1, most)"),
        ("most is not kept", "range(1, most + 1)", "range(1, most + 2)"),
        (
            "corrected after the epoch",
            *("mistakes = 0", "mistakes = 0; old_w, old_b = w, b"),
            *("x @ w + b", "x @ old_w + old_b"),
        ),
        ("begins elsewhere", START, "w, b = np.ones(X.shape[1]), 0.0"),
        ("begins elsewhere", START, "w, b = np.ones(X.shape[1]), 1.0"),
        ("begins elsewhere", START, "w, b = np.zeros(X.shape[1]), 1.0"),
        ("begins anew", "mistakes = 0", f"mistakes = 0; {START}"),
        ("other rate", "error * x, b + error", "0.1 * error * x, b + 0.1 * error"),
        ("other rate", "error * x, b + error", "0.5 * error * x, b + 0.5 * error"),
        ("other order of the rows", "zip(X, y)", "zip(X[::-1], y[::-1])"),
        ("order", "return w, b, epoch", "return b, w, epoch"),
        ("order", "return w, b, epoch", "return epoch, w, b"),
        ("order", "return w, b, epoch", "return w, epoch, b"),
    ],
)
# Two rows that are the same and have different labels: no rule gets both right.
CONTRADICTION = np.array([[1.0, 0.5], [-0.5, 1.0], [1.0, 0.5]]), np.array([0.0, 1.0, 1.0])
# What NumPy and Python say where w has not one number for each column of X.
OTHER_SHAPES = errors.either(
    *(errors.NOT_ALIGNED, errors.NOT_BROADCAST, errors.NO_TABLE_TO_MULTIPLY),
    r"out of bounds for axis 0 with size 2\b",
)


@exercise("1.4b", points=2)
def train(train: Function, *, rng: np.random.Generator) -> None:
    """train(X, y, most): the perceptron rule from 0 until an epoch has no mistake, or `most`."""
    judged = Comparison(
        train,
        TRAIN,
        partial(_separable, rng, 2),
        read=lambda came, *inputs: several(came, ("w", "b", "epochs")),
    )
    with named_errors({"number of weights": OTHER_SHAPES, "several answers": errors.NO_TRUTH}):
        for table in (AND, OR, NAND):
            judged.on(CORNERS, table, says=_which_of_three)
        judged.on(*_separable(rng, 3), says=_which_of_three)
    most = int(rng.integers(5, 9))
    judged.on(*CONTRADICTION, most, says=partial(_which_without_end, most))
    judged.on(*CONTRADICTION, says=partial(_which_without_end, 100))


# On many tables these come to the same dials, or to those of the rule, in as many epochs.
ALIKE = {
    *("corrects until it is right", "one mistake is left", "one epoch only", "errors cancel"),
    "four rows only",
}
NEAR = [TRAIN, *(edit for edit in TRAIN.edits if edit.mistake in ALIKE)]


def _separable(rng: np.random.Generator, k: int) -> Inputs:
    """X (n, k) in quarters and y (n,) of a threshold unit, learned in 4 to 30 epochs."""
    while True:
        X = rng.integers(-6, 7, (8, k)) / 4
        y = (X @ rng.integers(-3, 4, k) + rng.integers(-2, 3) / 2 >= 0).astype(float)
        if not (2 < y.sum() < 6 and 4 <= TRAIN(X, y, 31)[2] <= 30):
            continue
        ends = [one(X, y, 31) for one in NEAR]
        # A dial in odd quarters shows who rounds.
        is_broken = np.any(ends[0][0] % 0.5)
        if is_broken and not any(same(*pair) for pair in combinations(ends, 2)):
            return X, y


def _which_of_three(came: Any, expected: Any) -> str:
    w = array(came[0], expected[0].shape, name="w")
    b = array(came[1], (), (1,), name="b")
    array(came[2], (), (1,), name="the number of epochs")
    if not np.allclose(w, expected[0]):
        return "w differs. Look at where a correction is made, and from which dials it starts."
    return "The number of epochs differs." if np.allclose(b, expected[1]) else "b differs."


def _which_without_end(most: int, came: Any, expected: Any) -> str:
    epochs = array(came[2], (), (1,), name="the number of epochs").item()
    if epochs < most:
        fail("claims to be done", came=came, expected=expected)
    if epochs > most:
        fail("most is not kept", came=came, expected=expected)
    return _which_of_three(came, expected)


# --- 1.5 a soft neuron ---------------------------------------------------------------------------

SOFT = formula(
    "soft_neuron(x, w, b)",
    "np.tanh(w * x + b)",
    {
        "sigmoid": ["1 / (1 + np.exp(-(w * x + b)))"],
        "no tanh": ["w * x + b"],
        "step": ["np.where(w * x + b >= 0, 1.0, -1.0)", "np.where(w * x + b >= 0, 1.0, 0.0)"],
        "half the sum": ["2 / (1 + np.exp(-(w * x + b))) - 1"],
        "no weight": ["np.tanh(x + b)"],
        "no bias": ["np.tanh(w * x)"],
        "bias subtracted": ["np.tanh(w * x - b)"],
        "tanh too early": ["w * np.tanh(x) + b", "np.tanh(w * x) + b", "np.tanh(x) * (w + b)"],
        "bias before the weight": ["np.tanh(w * (x + b))"],
        "w and b exchanged": ["np.tanh(b * x + w)"],
        "always 2 and 6": ["np.tanh(2 * x + 6)"],
        "another curve": ["np.tan(w * x + b)", "np.arctan(w * x + b)", "np.sin(w * x + b)"],
        "the slide's .042": ["np.tanh(np.where(np.isclose(x, -2.79), 0.042, w * x + b))"],
    },
)
ONE_NUMBER_ONLY = errors.either(errors.NOT_ONE_NUMBER, errors.NO_TRUTH)
# Of `x @ w`, where w is one number.
ONLY_FOR_ARRAYS = errors.either("for @:", errors.NO_TABLE_TO_MULTIPLY)


@exercise("1.5", points=1)
def soft_neuron(soft_neuron: Function, *, rng: np.random.Generator) -> None:
    """soft_neuron(x, w, b): x of any shape -> tanh(w x + b) (004 L312-334)."""
    judged = Comparison(
        soft_neuron, SOFT, lambda: _inputs(rng, (4,)), read=lambda came, x, w, b: _like(came, x)
    )
    with named_errors({"@ for *": ONLY_FOR_ARRAYS, "arrays only": ONLY_A_TABLE}):
        judged.on(*_inputs(rng, ()))
    with named_errors({"one number only": ONE_NUMBER_ONLY, "@ for *": ONLY_FOR_ARRAYS}):
        for size in ((5,), (2, 3)):
            judged.on(*_inputs(rng, size))
    judged.on(np.array([18.0, -2.79, -10.0]), 2.0, 6.0)


def _inputs(rng: np.random.Generator, size: tuple[int, ...]) -> Inputs:
    """x, w, b: sums between -2 and 2, where tanh is not flat."""
    x = rng.uniform(-1, 1, size)
    return (x if size else float(x)), float(rng.uniform(0.7, 1.2)), float(rng.uniform(0.3, 0.8))


def _like(came: Any, x: Any) -> Array:
    return array(came, np.shape(x), *([(1,)] if np.shape(x) == () else []), name="the answer")
