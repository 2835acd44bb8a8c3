"""Checks of lab 02: XOR (000 L32-156, 002 L95-175, 003 L131-157, 004 L165-206)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import permutations, product
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

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
    shape,
    show,
)
from utils.checks.reference import is_rounded, sigmoid

Array = NDArray[np.float64]

CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
OR, AND, XOR = (np.array(t, float) for t in ((0, 1, 1, 1), (0, 0, 0, 1), (0, 1, 1, 0)))
NAND, NOR, XNOR = 1 - AND, 1 - OR, 1 - XOR


# --- 2.1 the linear model ------------------------------------------------------------------------


@exercise(
    "2.1",
    points=2,
    hints=(
        "The intercept alpha is one more coefficient: it multiplies an input that is always 1.",
        "Put a column of ones before X: A has shape (n, 1 + k). Then `np.linalg.lstsq(A, y)[0]` "
        "holds alpha and then beta. SSE is the sum of (y - A @ coefficients)**2.",
        "Look at three lines: the one that builds A (are the ones in it?), the one that splits the "
        "coefficients (alpha is the first, beta the rest), and the last one (a sum, not a mean).",
    ),
    mistakes={
        "no intercept": "This is what the fit without an intercept gives: the line is forced "
        "through the origin. Add a column of ones to X.",
        "OR labels": "These are the numbers for the labels of OR. The lecture's header `q v p` is "
        "misprinted: fit the y that the function is given.",
        "MSE for SSE": "The last number is a mean, not a sum: SSE adds the squared errors and does "
        "not divide by the number of rows.",
        "root of SSE": "The last number is the square root of SSE. Leave the root out.",
        "errors not squared": "The last number is the sum of the errors themselves. They always "
        "cancel when there is an intercept: square them first, then add.",
        "alpha is the mean": "beta is right, but alpha is the mean of y. That holds only if beta "
        "is 0 or the inputs have mean 0.",
        "beta with the intercept": "beta has one number too many: alpha is still in it. Return "
        "alpha alone and beta without it.",
        "all in alpha": "alpha holds all the coefficients. np.linalg.lstsq gives back four things, "
        "and the coefficients are the first: `c = np.linalg.lstsq(A, y)[0]`. Then alpha is c[0] "
        "and beta is c[1:].",
        "order": "The answers are right but stand in another order. Return (alpha, beta, sse).",
        "ones in another column": "The coefficients are right but divided wrongly: alpha is the "
        "one of the column of ones. If that column is the first of A, alpha is the first, too; if "
        "it is the last, alpha is the last.",
        "half of SSE": "The last number is half of SSE. Leave the 1/2 out: SSE is just the sum of "
        "the squared errors.",
        "rounded": "The numbers are rounded. Return them as they are: only what is printed may be "
        "rounded.",
        "errors as a table": "The last number is far too large: a column (n, 1) minus a row (n,) "
        "is a table (n, n), every prediction against every label. Give both the same shape.",
        "sum around the mean": "The last number measures y around its mean. SSE measures it around "
        "the predictions alpha + X @ beta.",
        "absolute errors": "The last number adds up the sizes of the errors. Square each of them.",
        "R squared": "The last number is R squared. SSE is the sum of the squared errors itself, "
        "not compared with anything.",
        "numbers of XOR": "These are the numbers for XOR, but other data was given. Compute them "
        "from X and y.",
    },
)
def ols(ols: Function, *, rng: np.random.Generator) -> None:
    """ols(X, y): X (n, k), y (n,) -> alpha, beta (k,), sse: least squares of 000 L78-87."""
    sse = _compare_ols(ols(CORNERS, XOR), CORNERS, XOR, OLS_OR)
    for k in (2, 3):
        x, y = _telling_rows(rng, k)
        _compare_sse(_compare_ols(ols(x, y), x, y, OLS_XOR), x, y)
    # Only now: on XOR, with the errors 1/2 and SSE 1, many wrong formulas give the same number.
    if not _near(sse, 1):
        fail(says="sse differs for XOR.", tried="ols(X, y) for XOR", came=sse, expected=1.0)


def _telling_rows(rng: np.random.Generator, k: int) -> tuple[Array, Array]:
    """X (n, k) and y (n,) on which each known mistake gives numbers of its own."""
    while True:
        n = int(rng.integers(k + 5, k + 9))
        x = np.round(rng.uniform(-2, 4, (n, k)), 2)
        y = np.round(x @ rng.uniform(1, 3, k) + rng.normal(2, 1, n), 2)
        coefficients, sse = _least_squares(np.column_stack([np.ones(n), x]), y)
        alpha, beta = coefficients[0], coefficients[1:]
        rounded = all(
            not _near(np.round(value, digits), value)
            for value in (alpha, beta, sse)
            for digits in range(3)
        )
        sums = [sse, *(one for values in _sse_mistakes(sse, x, y).values() for one in values)]
        single = [alpha, y.mean(), *beta]
        if rounded and all(_apart(values) for values in (sums, single, [alpha, sse])):
            return x, y


def _apart(values: Sequence[float]) -> bool:
    """Whether each two of the numbers differ by much more than `_near` forgives."""
    return bool(np.diff(np.sort(values)).min() > 0.05)


Ols = tuple[float, Array, float]
OLS_NAMES = ("alpha", "beta", "sse")
OLS_OR: Mapping[str, Ols] = {"OR labels": (0.25, np.array([0.5, 0.5]), 0.25)}
OLS_XOR: Mapping[str, Ols] = {"numbers of XOR": (0.5, np.zeros(2), 1.0)}


def _compare_ols(came: Any, x: Array, y: Array, known: Mapping[str, Ols]) -> float:
    """Judge alpha and beta; return sse as it came."""
    n, k = x.shape
    coefficients, sse = _least_squares(np.column_stack([np.ones(n), x]), y)
    alpha, beta = coefficients[0], coefficients[1:]
    expected = (alpha, beta, sse)
    if not isinstance(came, (tuple, list)) or len(came) != 3:
        fail(says="`ols` should return three things: alpha, beta, sse.", came=came)
    everything = np.array([alpha, *beta])
    if shape(came[1]) in {(k + 1,), (k + 1, 1), (1, k + 1)}:
        numbers = array(came[1], name="beta")
        is_in_it = any(_near(numbers, np.roll(everything, shift)) for shift in (0, -1))
        guess = "beta with the intercept" if is_in_it else None
        says = "" if guess else f"beta should have {k} numbers here, one for each column of X."
        fail(guess, says=says, came=came, expected=expected)
    if shape(came[0]) in {(k + 1,), (k + 1, 1)} and _near(array(came[0]), everything):
        fail("all in alpha", came=came, expected=expected)
    flat = [array(item, name=name).ravel() for item, name in zip(came, OLS_NAMES, strict=True)]
    # The right order is the first. By chance alpha and sse may be the same number.
    fits = [all(map(_near, flat, order)) for order in permutations(expected)]
    if any(fits) and not fits[0]:
        fail("order", came=came, expected=expected)
    came_alpha = array(came[0], (), (1,), (1, 1), name="alpha").item()
    came_beta = array(came[1], (k,), (k, 1), (1, k), name="beta").ravel()
    came_sse = array(came[2], (), (1,), (1, 1), name="sse").item()
    if _near(came_alpha, alpha) and _near(came_beta, beta):
        return came_sse

    for mistake, values in known.items():
        if _near(came_alpha, values[0]) and _near(came_beta, values[1]):
            fail(mistake, came=came, expected=expected)
    came_all = np.array([came_alpha, *came_beta])
    if _partly_rounded([came_alpha, came_beta], [alpha, beta]):
        fail("rounded", came=came, expected=expected)
    if any(_near(came_all, np.roll(coefficients, shift)) for shift in (1, -1)):
        fail("ones in another column", came=came, expected=expected)
    if not _near(came_beta, beta):
        without = _near(came_beta, _least_squares(x, y)[0])
        guess = "no intercept" if without else None
        fail(guess, says="" if guess else "beta differs.", came=came, expected=expected)
    guess = "alpha is the mean" if _near(came_alpha, y.mean()) else None
    fail(guess, says="" if guess else "alpha differs.", came=came, expected=expected)


def _partly_rounded(came: Sequence[Any], expected: Sequence[Any]) -> bool:
    """Whether each thing is right or rounded (to two decimals or fewer, else it is near enough)."""
    pairs = zip(came, expected, strict=True)
    return all(_near(one, right) or is_rounded(one, right) for one, right in pairs)


def _compare_sse(came: float, x: Array, y: Array) -> None:
    sse = _least_squares(np.column_stack([np.ones(len(x)), x]), y)[1]
    if _near(came, sse):
        return
    if is_rounded(np.array(came), np.array(sse)):
        fail("rounded", came=came, expected=sse)
    for mistake, values in _sse_mistakes(sse, x, y).items():
        if any(_near(came, value) for value in values):
            fail(mistake, came=came, expected=sse)
    fail(says="sse differs.", came=came, expected=sse)


def _sse_mistakes(sse: float, x: Array, y: Array) -> dict[str, list[float]]:
    n, k = x.shape
    a = np.column_stack([np.ones(n), x])
    fitted = a @ _least_squares(a, y)[0]
    around = float(np.sum((y - y.mean()) ** 2))
    means = [sse / divisor for divisor in (n, n - k - 1)]
    return {
        "MSE for SSE": means,
        "errors not squared": [0.0],
        "root of SSE": [float(np.sqrt(square)) for square in (sse, *means)],
        "half of SSE": [sse / 2],
        "R squared": [1 - sse / around],
        "errors as a table": [float(np.sum((fitted[:, None] - y) ** 2))],
        "sum around the mean": [around],
        "absolute errors": [float(np.abs(y - fitted).sum())],
    }


def _least_squares(a: Array, y: Array) -> tuple[Array, float]:
    """Coefficients (columns of a,) and the sum of squared errors."""
    coefficients = np.linalg.lstsq(a, y, rcond=None)[0]
    errors = y - a @ coefficients
    return np.asarray(coefficients, float), float(errors @ errors)


def _near(came: Any, expected: Any) -> bool:
    if np.size(came) != np.size(expected):
        return False
    # float32 answers are as good as float64 ones, and three decimals are enough.
    return bool(np.allclose(np.ravel(came), np.ravel(expected), rtol=3e-4, atol=6e-4))


# --- 2.2 one threshold unit ----------------------------------------------------------------------

WHY_MORE_EPOCHS = {
    "yes, it needs time": "The rule has no better place to go to: for XOR there is none. It only "
    "wanders, however long it runs.",
    "yes, another start": "From every start the same holds: no weights at all get four corners "
    "right.",
    "yes, a smaller rate": "Smaller steps lead to other weights, but no weights at all get four "
    "corners right.",
    "no, the gradient is 0": "More epochs do not help, that is true. But the rule uses no "
    "gradient, and its weights keep changing: there is another reason.",
    "no, no line exists": "",
}


@exercise(
    "2.2",
    points=2,
    hints=(
        "You need not be clever: there are only a few ways to cut four corners by a line. Try many "
        "units (w1, w2, b) and keep the best accuracy.",
        "For one unit: predictions = (X @ w + b >= 0), accuracy = np.mean(predictions == y). Let "
        "w1 and w2 run over -1, 0, 1 and b over -1.5, -0.5, 0.5, 1.5.",
        "Look at the ranges of your loops: w1 and w2 must be negative too, b must move as well, "
        "and the number that you return is the largest share of right corners.",
    ),
    mistakes={
        "regression as classifier": "For XOR this is what one particular line gets, such as the "
        "least squares line or the one where a training rule stops. The question is about the "
        "best of all lines: try many.",
        "no bias": "These are the best accuracies of units without a bias, whose line goes through "
        "(0, 0). Let b vary too.",
        "positive weights": "These are the best accuracies when no weight is negative. NAND, for "
        "example, needs negative ones.",
        "majority": "These are the accuracies of always saying the more frequent label. A line can "
        "often do better.",
        "count": "This is the number of right corners. Divide by 4: the accuracy is a share.",
        "percent": "This is in percent. Return a share between 0 and 1.",
        "errors": "This is 1 minus the best accuracy: the share of wrong corners, or what the "
        "worst of all units gets. Asked is the share of right corners of the best unit.",
        "all four": "For XOR and XNOR no threshold unit gets all four corners right. Either "
        "something that is not one unit is in there, or corners are counted that are wrong.",
        "one input only": "Labels such as 0, 0, 1, 1 can be separated, though two of four are 1: "
        "they depend on one input only, and the other one has the weight 0. Let each weight be 0 "
        "too (and do not go by the number of ones).",
        "equal weights": "These are the best accuracies when w1 = w2. Let the two weights vary "
        "apart from each other.",
        "second call": "The same labels gave another accuracy when they came a second time.",
        "always 3/4": "0.75 is right for XOR, but the labels are an argument: for AND, one unit "
        "gets all four right.",
        **{f"claim: {code}": says for code, says in WHY_MORE_EPOCHS.items() if says},
    },
)
def best_threshold_accuracy(
    best_threshold_accuracy: Function, more_epochs: Value, *, rng: np.random.Generator
) -> None:
    """best_threshold_accuracy(y): labels (4,) of 00, 01, 10, 11 -> a share (003 L131-145)."""
    with part(1.5, "best accuracy"):
        others = [np.array(y, float) for y in product((0, 1), repeat=4) if y != (0, 1, 1, 0)]
        labels = [XOR, *rng.permutation(others), XOR]
        came = [
            array(best_threshold_accuracy(y), (), (1,), name="the accuracy").item() for y in labels
        ]
        if came[0] != came[-1]:
            fail("second call", came=f"{came[0]:g}, then {came[-1]:g}")
        _compare_accuracies(np.array(came), labels)
    with part(0.5, "more epochs"):
        claim(more_epochs, WHY_MORE_EPOCHS)


def _compare_accuracies(came: Array, labels: list[Array]) -> None:
    every_unit = list(product((-1, 0, 1), (-1, 0, 1), (-1.5, -0.5, 0.5, 1.5)))
    expected = _best(labels, every_unit)
    if np.allclose(came, expected, atol=1e-3):
        return
    inseparable = expected < 1
    known = {
        "no bias": _best(labels, list(product((-2, -1, 0, 1, 2), (-2, -1, 0, 1, 2), (0.0,)))),
        "positive weights": _best(labels, [u for u in every_unit if min(u[:2]) >= 0]),
        "one input only": _best(labels, [u for u in every_unit if u[0] and u[1]]),
        "equal weights": _best(labels, [u for u in every_unit if u[0] == u[1]]),
        "majority": np.array([max(y.mean(), 1 - y.mean()) for y in labels]),
        "count": 4 * expected,
        "percent": 100 * expected,
        "errors": 1 - expected,
        "always 3/4": np.full(len(labels), 0.75),
    }
    first = int(np.flatnonzero(np.abs(came - expected) > 1e-3)[0])
    tried = f"best_threshold_accuracy({labels[first].tolist()})"
    for mistake, values in known.items():
        if np.allclose(came, values, atol=1e-3):
            fail(mistake, tried=tried, came=came[first], expected=expected[first])
    if np.all(came[~inseparable] == 1) and came[inseparable].max() <= 0.5:
        fail("regression as classifier", tried=tried, came=came[first], expected=expected[first])
    if expected[first] < came[first] <= 1:
        fail("all four", tried=tried, came=came[first], expected=expected[first])
    better = came[first] < expected[first]
    says = "There is a better unit for these labels." if better else "An accuracy is at most 1."
    fail(says=says, tried=tried, came=came[first], expected=expected[first])


def _best(labels: list[Array], units: Sequence[tuple[float, float, float]]) -> Array:
    """The best accuracy on the corners that one of these units (w1, w2, b) has, for each labels."""
    w1, w2, b = np.array(units, float).T
    says = (CORNERS @ np.stack([w1, w2]) + b >= 0).T
    return np.array([np.mean(says == y, axis=1).max() for y in labels])


# --- 2.3 the ReLU network ------------------------------------------------------------------------


@exercise(
    "2.3",
    points=2,
    hints=(
        "Work out the shapes first: X is (n, 2), W is (2, 2). What shape has X @ W, and which "
        "shape of c can be added to every row of it?",
        "The hidden layer is h = max(0, X @ W + c), with c of shape (2,). The output is h @ w + b, "
        "with w of shape (2,) or (2, 1).",
        "Look at the line that defines c: np.array([0, -1]) works for any number of rows, because "
        "NumPy adds it to each row. Then look at the signs: c = (0, -1), w = (1, -2).",
    ),
    mistakes={
        "c as 4x2": "Your c has one row for each of the four inputs, so the network works for "
        "exactly four rows. The bias c is one parameter for each hidden unit: shape (2,).",
        "four rows": "The four corners work, another number of rows does not. Is a 4 written "
        "somewhere, as in np.zeros(4) or reshape(4, 1)? Take len(X) for it.",
        "samples are rows": "The shapes do not fit. Samples are rows here: X @ W with W of shape "
        "(2, 2), then h @ w with w of shape (2,) or (2, 1).",
        "np.max": "np.max takes one array and looks for its largest number. np.maximum compares "
        "two, number by number: np.maximum(0, z).",
        "Python's max": "Python's max compares two numbers, not arrays. np.maximum does it number "
        "by number: np.maximum(0, z).",
        "first unit without ReLU": "On the corners this is right, but where x1 + x2 is negative "
        "the first hidden unit must be 0. Both hidden units need the max(0, ...).",
        "step for ReLU": "This is what a step gives in place of the ReLU. max(0, z) keeps the "
        "value z where it is positive, it does not turn it into 1.",
        "rounded output": "The outputs are rounded, cut to whole numbers or compared with 0.5. "
        "Return them as the network computes them: between the corners they are no whole numbers.",
        "w as a row": "w is written as a row, and a row (1, 2) cannot stand to the right of h, "
        "which is (n, 2). Write w as shape (2,) or as a column (2, 1).",
        "w = (1, -1)": "This is what w = (1, -1) gives: the truth table of OR. The second hidden "
        "unit must be subtracted twice, so that (1, 1) comes back to 0.",
        "w = (1, 2)": "This is what w = (1, 2) gives. The second hidden unit is subtracted: its "
        "weight is negative.",
        "c = (0, +1)": "This is what c = (0, +1) gives. The second bias is negative: that unit "
        "stays at 0 until both inputs are 1.",
        "c forgotten": "This is what the network without c gives. Both hidden units then compute "
        "the same.",
        "units mixed up": "Either c or w stands in the other order: c = (-1, 0) with w = (1, -2) "
        "gives these numbers, and so does c = (0, -1) with w = (-2, 1). The unit with the bias 0 "
        "has the weight 1, and the unit with the bias -1 has the weight -2.",
        "no ReLU": "This is what the network without max(0, ...) gives: a linear model again.",
        "X as printed": "This is what the lecture's misprinted input matrix gives. Use the X that "
        "the function is given, with rows 00, 01, 10, 11.",
        "products not added": "You returned one column for each hidden unit. The output adds the "
        "weighted hidden units up: use h @ w, not h * w.",
        "several things": "Two things came back. Return the output alone, without the "
        "hidden layer.",
        "ReLU at the output": "The output is never negative here: there is a max(0, ...) around "
        "it. Only the hidden layer has a ReLU; the output is linear.",
        "not the network": "The four corners are right, but elsewhere the values are not the "
        "network's. Compute the network itself, max(0, X @ W + c) @ w + b, not a truth table.",
        "second call": "The same inputs gave other outputs when they came a second time.",
    },
)
def xor_relu(xor_relu: Function, *, rng: np.random.Generator) -> None:
    """xor_relu(X): X (n, 2) -> (n,) or (n, 1), max(0, X W + c) w + b of 000 L118-146."""
    with (
        if_it_raises("w as a row", says=ROW),  # outermost: it has the last word
        if_it_raises("np.max", says="integer scalar arrays"),
        if_it_raises("Python's max", says="truth value"),
        if_it_raises("samples are rows", says=r"size \d+ is different|not aligned|size-incompat"),
    ):
        _compare_corners(xor_relu, rng)
    for n in (3, 1, int(rng.integers(5, 9))):
        batch = CORNERS[rng.integers(0, 4, n)]
        # The first one is outermost: it has the last word.
        with if_it_raises("c as 4x2", says=FOUR_BIASES), if_it_raises("four rows"):
            _compare(xor_relu, batch)
    elsewhere = _telling_points(rng)
    _compare(xor_relu, elsewhere, known=ELSEWHERE, otherwise="not the network")
    _compare(xor_relu, elsewhere, otherwise="second call")


def _telling_points(rng: np.random.Generator) -> Array:
    """X (6, 2) between the corners, where no known mistake gives what a truth table gives."""
    while True:
        x = rng.uniform(-0.5, 1.5, (6, 2))
        x[0] = rng.uniform(1.2, 1.5, 2)  # here the output is negative
        x[1] = rng.uniform(-0.5, -0.1, 2)  # here both hidden units are 0
        x[2] = rng.uniform(0.3, 0.45, 2)  # here rounding the output is not rounding the inputs
        table = np.not_equal(*np.round(x.T)).astype(float)
        if not any(np.allclose(network(x), table, atol=0.01) for _, network in ELSEWHERE):
            return x


LOOK_AT = (
    "Look at the signs and the order of the numbers in c and w, at where max(0, ...) stands, and "
    "at whether anything is done to the output."
)
# The name of a mistake, and the network that it makes: (n, 2) -> (n,).
Known = tuple[str, Callable[[Array], Array]]
# What NumPy and TensorFlow say when a table (n, 2) and one of four rows are added.
FOUR_BIASES = r"(broadcast|ncompatible).*[(\[]4, ?2[)\]]"
# What NumPy and TensorFlow say when (n, 2) meets a row (1, 2).
ROW = r"size 1 is different from 2|2 \(dim 1\) != 1 \(dim 0\)|\[\d+,2\], In\[1\]: \[1,2\]"


def _compare_corners(xor_relu: Function, rng: np.random.Generator) -> None:
    """Judge the four corners. A mistake is named when four other points show the same one."""
    came = _rows(xor_relu(CORNERS), CORNERS)
    if np.allclose(came, _network(CORNERS), atol=1e-4):
        return
    others = rng.uniform(0.2, 1.4, (4, 2))
    others[0] = rng.uniform(-0.5, -0.1, 2)
    others[1] = rng.uniform(0.1, 0.4, 2)  # between the corners, where no truth table is right
    elsewhere = _rows(xor_relu(others), others)
    shown: dict[str, Any] = {
        "tried": f"xor_relu({CORNERS.tolist()})",
        "came": came,
        "expected": _network(CORNERS),
    }
    for mistake, network in ON_CORNERS:
        same = np.allclose(came, network(CORNERS), atol=1e-4)
        if same and np.allclose(elsewhere, network(others), atol=1e-4):
            fail(mistake, **shown)
    fail(says=f"The values differ. {LOOK_AT}", **shown)


def _compare(
    xor_relu: Function,
    x: Array,
    *,
    known: Sequence[Known] = (),
    otherwise: str | None = None,
) -> None:
    came, expected = _rows(xor_relu(x), x), _network(x)
    if np.allclose(came, expected, atol=1e-4):
        return
    for mistake, network in known:
        if np.allclose(came, network(x), atol=1e-4):
            fail(mistake, came=came, expected=expected)
    says = "" if otherwise else f"The values differ. {LOOK_AT}"
    fail(otherwise, came=came, expected=expected, says=says)


def _rows(answer: Any, x: Array) -> Array:
    n = len(x)
    if shape(answer) == (n, 2):
        fail("products not added", came=f"shape {shape(answer)}", expected=_network(x))
    is_pair = isinstance(answer, (tuple, list)) and len(answer) == 2
    if is_pair and any(shape(item) in {(n,), (n, 1)} for item in answer):
        fail("several things", came=answer, expected=_network(x))
    return column(answer, n, "what `xor_relu` returns")


def _relu(z: Array) -> Array:
    return np.maximum(0, z)


def _network(
    x: Array,
    w: tuple[float, float] = (1, -2),
    c: tuple[float, float] = (0, -1),
    activation: Any = _relu,
) -> Array:
    """The lecture's network with the weights of its solution, or with one known mistake."""
    return activation(x @ np.ones((2, 2)) + np.array(c)) @ np.array(w)


def _step(z: Array) -> Array:
    return (z >= 0).astype(float)


def _strict_step(z: Array) -> Array:
    return (z > 0).astype(float)


PRINTED_X = np.array([[0.0, 0.0], [0.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
ON_CORNERS: list[Known] = [
    ("w = (1, -1)", lambda x: _network(x, w=(1, -1))),
    ("w = (1, 2)", lambda x: _network(x, w=(1, 2))),
    ("c = (0, +1)", lambda x: _network(x, c=(0, 1))),
    ("c forgotten", lambda x: _network(x, c=(0, 0))),
    ("units mixed up", lambda x: _network(x, c=(-1, 0))),
    ("no ReLU", lambda x: _network(x, activation=np.copy)),
    ("step for ReLU", lambda x: _network(x, activation=_step)),
    ("step for ReLU", lambda x: _network(x, activation=_strict_step)),
    ("X as printed", lambda x: _network(PRINTED_X)),
]
ELSEWHERE: list[Known] = [
    ("ReLU at the output", lambda x: _relu(_network(x))),
    ("first unit without ReLU", lambda x: x.sum(axis=1) - 2 * _relu(x.sum(axis=1) - 1)),
    *[("rounded output", lambda x, n=n: np.round(_network(x), n)) for n in range(4)],
    ("rounded output", lambda x: np.trunc(_network(x))),
    ("rounded output", lambda x: _strict_step(_network(x) - 0.5)),
]


# --- 2.4 the step network ------------------------------------------------------------------------

MARGIN = 0.1


@exercise(
    "2.4",
    points=2,
    hints=(
        "Three units, three gates. Find each gate alone: a1 is OR of x1 and x2, a2 is NAND of x1 "
        "and x2, y is AND of a1 and a2.",
        "The weights of unit j stand in column j of W1: its input is x1 * W1[0, j] + x2 * W1[1, j] "
        "+ b1[j]. AND needs a bias between -2 and -1 when both weights are 1. NAND is AND with all "
        "signs turned.",
        "Look at column 2 of W1 and at b1[1]: the weights are -1 and -1, and the bias is positive, "
        "so that the unit fires until both inputs are 1.",
    ),
    mistakes={
        "W1 transposed": "With the transpose of W1 the hidden layer is right. Here the weights of "
        "a hidden unit stand in one column: W1 has shape (in, out).",
        "transposed and swapped": "Two changes are needed. The weights of a hidden unit stand in "
        "one column, so take the transpose of W1. And a1 is OR, a2 NAND: swap the two units.",
        "step(0) = 1": "The gates would be right if step(0) were 0. Here step(0) = 1: a sum of "
        "exactly 0 fires. Move the bias away from that limit.",
        "order": "a1 is NAND and a2 is OR: the right gates in the wrong order. Swap the columns of "
        "W1 and the numbers of b1.",
        "hidden bias forgotten": "b1 is 0. Then each unit gets 0 for the input (0, 0), and "
        "step(0) = 1: OR, for one, is impossible. Each unit needs a bias.",
        "sign of the bias": "With the opposite sign of a number in b1 the hidden layer is right. A "
        "unit that fires above a threshold has minus that threshold as its bias.",
        "NOR for NAND": "a2 is NOR: it fires only for (0, 0). NAND fires for all inputs but "
        "(1, 1).",
        "AND for NAND": "a2 is AND. The task asks for NAND: turn the sign of both weights and of "
        "the bias.",
        "AND for OR": "a1 is AND: it needs both inputs. For OR one must be enough: a bias between "
        "-1 and 0 when the weights are 1.",
        "on the edge": f"The gates are right, but a unit comes within {MARGIN} of 0 at a corner, "
        "where rounding could turn it. Move the bias into the middle of its range, or make the "
        "weights and the bias larger.",
        "output bias forgotten": "b2 is 0, and the output fires for the inputs (0, 0), where only "
        "one hidden unit does. AND must need both: a bias between -2 and -1 when both weights are "
        "1.",
        "sign of the output bias": "With the opposite sign of b2 the output is right. A threshold "
        "is written as a negative bias.",
        "OR at the output": "The output is OR of a1 and a2: it fires if one of them fires. It "
        "should need both.",
        "XNOR": "The output is the opposite of XOR: turn all signs of w2 and b2.",
    },
)
def step_network(W1: Value, b1: Value, w2: Value, b2: Value) -> None:
    """W1 (2, 2), b1 (2,), w2 (2,), b2 (): a1 = OR, a2 = NAND, y = AND (002 L118-175)."""
    with part(1, "hidden layer"):
        kernel, bias = W1.array((2, 2)), b1.array((2,), (1, 2)).ravel()
        _compare_hidden(CORNERS @ kernel + bias, kernel, bias)
    with part(1, "output"):
        z = CORNERS @ W1.array((2, 2)) + b1.array((2,), (1, 2)).ravel()
        readout, shift = w2.array((2,), (2, 1)).ravel(), b2.array((), (1,), (1, 1)).item()
        _compare_output((z >= 0).astype(float), readout, shift)


def _compare_hidden(z: Array, kernel: Array, bias: Array) -> None:
    wanted = np.column_stack([OR, NAND])
    came = z >= 0
    shown: dict[str, Any] = {
        "tried": "a1 and a2 for the inputs 00, 01, 10, 11",
        "came": f"a1 = {_bits(came[:, 0])}, a2 = {_bits(came[:, 1])}",
        "expected": f"a1 = {_bits(OR)}, a2 = {_bits(NAND)}",
    }
    if (came == wanted).all():
        if np.abs(z).min() < MARGIN - 1e-6:  # 0.1 itself, rounded, is enough
            fail("on the edge", **shown | {"came": f"X @ W1 + b1 = {z.tolist()}", "expected": ""})
        return
    if (came == wanted[:, ::-1]).all():
        fail("order", **shown)
    transposed = CORNERS @ kernel.T + bias >= 0
    if (transposed == wanted).all():
        fail("W1 transposed", **shown)
    if (transposed == wanted[:, ::-1]).all():
        fail("transposed and swapped", **shown)
    if ((z > 0) == wanted).all():
        fail("step(0) = 1", **shown)
    if not bias.any():
        fail("hidden bias forgotten", **shown)
    turned = CORNERS @ kernel - bias >= 0
    if ((came == wanted).all(axis=0) | (turned == wanted).all(axis=0)).all():
        fail("sign of the bias", **shown)
    if (came[:, 0] == AND).all():
        fail("AND for OR", **shown)
    for mistake, gate in (("NOR for NAND", NOR), ("AND for NAND", AND)):
        if (came[:, 1] == gate).all():
            fail(mistake, **shown)
    wrong = "a1" if (came[:, 1] == NAND).all() else "a2" if (came[:, 0] == OR).all() else "both"
    fail(says=f"The hidden layer differs ({wrong}).", **shown)


def _compare_output(a: Array, readout: Array, shift: float) -> None:
    z = a @ readout + shift
    came = z >= 0
    shown: dict[str, Any] = {
        "tried": "y for the inputs 00, 01, 10, 11",
        "came": f"y = {_bits(came)}",
        "expected": f"y = {_bits(XOR)}",
    }
    if (came == XOR).all():
        if np.abs(z).min() < MARGIN - 1e-6:  # 0.1 itself, rounded, is enough
            fail("on the edge", **shown | {"came": f"a @ w2 + b2 = {z.tolist()}", "expected": ""})
        return
    if ((z > 0) == XOR).all():
        fail("step(0) = 1", **shown)
    if shift == 0 and readout.any() and came[0] and a[0].sum() == 1:
        fail("output bias forgotten", **shown)
    if ((a @ readout - shift >= 0) == XOR).all():
        fail("sign of the output bias", **shown)
    if (came == XNOR).all():
        fail("XNOR", **shown)
    if (came == a.any(axis=1)).all():
        fail("OR at the output", **shown)
    fail(says="The output differs from XOR.", **shown)


def _bits(values: Array | NDArray[np.bool_]) -> str:
    return " ".join(str(int(value)) for value in values)


# --- 2.5 repair a bias ---------------------------------------------------------------------------


@exercise(
    "2.5",
    points=1,
    hints=(
        "Write down what a unit gets at the four corners before the bias is added: x2 - x1 for "
        "the first unit, x1 - x2 for the second.",
        "For the corners of {0, d} these sums are 0, d, -d and 0. The unit must fire (z >= 0) only "
        "where the sum is d. So 0 + b < 0 and d + b >= 0.",
        "Look at what your bias does when the sum is 0: step(0 + b) must be 0. And when the sum is "
        "d: step(d + b) must be 1. The middle between the two limits is safe.",
    ),
    mistakes={
        "the lecture's bias": "This is the lecture's -4: neither unit ever fires when the corners "
        "are 1 apart, because 1 - 4 is negative. The output is 0 everywhere.",
        "zero": "With the bias 0 a unit fires when x1 = x2, because step(0) = 1: (0, 0) and (1, 1) "
        "light up as well.",
        "too low": "The bias is below -d: then d + b is negative, and the unit never fires.",
        "positive": "The bias is positive: the unit fires when x1 = x2 too. A threshold is a "
        "negative bias.",
        "same for every d": "This bias works when the corners are 1 apart, but not for every d. "
        "Let it depend on d.",
    },
)
def repaired_bias(repaired_bias: Function, *, rng: np.random.Generator) -> None:
    """repaired_bias(d): for the corners of {0, d} -> (2,) or one number for both (004 L176-206)."""
    # Sixteenths are exact in float32 too, so a bias on the limit -d is judged right.
    small, large = rng.integers(2, 8) / 16, rng.integers(24, 48) / 4
    # And one that is smaller than any constant that somebody would try.
    distances = (1.0, float(small), float(large), 2.0**-40)
    biases = [_bias(repaired_bias(d)) for d in distances]
    constant = all(np.array_equal(bias, biases[0]) for bias in biases)
    for d, bias in zip(distances, biases, strict=True):
        if np.all((-d <= bias) & (bias < 0)):
            continue
        z = d * CORNERS @ np.array([[-1.0, 1.0], [1.0, -1.0]]) + bias
        shown: dict[str, Any] = {
            "tried": f"repaired_bias({d:g})",
            "came": f"b = {bias.tolist()}, h1 + h2 = {_bits((z >= 0).sum(axis=1))}",
            "expected": f"h1 + h2 = {_bits(XOR)}",
        }
        if constant and d != 1:
            fail("same for every d", **shown)
        if d == 1 and constant and np.all(bias == -4):
            fail("the lecture's bias", **shown)
        if np.any(bias > 0):
            fail("positive", **shown)
        fail("zero" if np.any(bias == 0) else "too low", **shown)


def _bias(came: Any) -> Array:
    return np.broadcast_to(array(came, (), (1,), (2,), (1, 2), name="the bias").ravel(), 2)


# --- 2.6 training --------------------------------------------------------------------------------

FAR = 0.2


@exercise(
    "2.6",
    points=3,
    trains=True,
    hints=(
        "Three things decide: a hidden layer that is not linear, more than two hidden units, and "
        "enough steps. All four rows fit in one batch: one step a call of train_on_batch.",
        "8 tanh units, one output unit without activation, the loss "
        "BinaryCrossentropy(from_logits=True), Adam with learning rate 0.05, 300 steps on all four "
        "rows.",
        "Look at the hidden Dense layer: has it an activation? Then at the loop: how many steps, "
        "and how large is the learning rate? Adam's own 0.001 needs thousands of steps here.",
    ),
    mistakes={
        "linear": "Your model is linear: whatever it trains, f(00) + f(11) = f(01) + f(10), so it "
        "ends at 0.5 everywhere. Give the hidden layer an activation.",
        "few ReLU units": "The model is stuck: with few ReLU units many starts are. Take more "
        "units (16, say), or tanh units: they get stuck less often.",
        "few units": "One or two hidden units leave training hardly a way around a bad place, so "
        "many starts end at a wrong answer. Take more units: 8, say.",
        "constant ReLU": "The model gives one value for all inputs: all its ReLU units are at 0 "
        "for all four rows, and then no gradient reaches them. Take more units, or tanh.",
        "ReLU at the output": "The output layer has a ReLU: where its sum is negative the output "
        "is 0 and no gradient comes back. Leave that activation out, or use a sigmoid.",
        "rounded": "Rounded at 0.5 your outputs are right, but not by the margin that the task "
        f"asks for: some are {FAR} or more from their label. Train on.",
        "training": "The network can do it: trained on by this check with a fitting loss, it "
        "solves the task. So look at your training: the number of steps, the learning rate, the "
        "loss, and whether the rows of X and y stay together in each step.",
        "no step": "All biases are exactly 0, as Keras makes them: this model was not trained. Is "
        "it the one that you trained, no copy of it, and is the learning rate above 0?",
        "identical units": "All units of a hidden layer have the same weights, so they compute the "
        "same and also learn the same: they stay one unit. Start from random weights, as Keras "
        "does without kernel_initializer.",
        "sure and wrong": "The model is sure of a wrong label, and stuck there: where a sigmoid is "
        "sure it passes hardly any gradient. Is a sigmoid applied twice, in the model and again in "
        "the loss? Or is the loss the squared error after a sigmoid? Take "
        "BinaryCrossentropy, told rightly what the outputs are.",
        "probabilities as logits": "The outputs are probabilities (sigmoid or softmax), but the "
        "loss is told that they are logits. Keras warns, and mends it by looking behind the "
        "activation; do not build on that. Leave out one of the two: the activation, or "
        "from_logits=True.",
        "set by hand": "Training did not find these weights: they are round numbers, as somebody "
        "writes them, or the first ones are the same for two seeds and other labels. Start from "
        "random weights and train all of them.",
        "softmax of one unit": "The output is 1 for every input: a softmax over one unit always "
        "gives 1. Leave the activation out, or use a sigmoid.",
        "categorical loss": "The categorical cross-entropy compares several output units; with "
        "one unit it is always the same and nothing is learned. Use BinaryCrossentropy.",
        "logits as probabilities": "The output layer has no activation, so it gives logits, but "
        "the loss expects probabilities. Use BinaryCrossentropy(from_logits=True).",
        "tanh and cross-entropy": "The output layer has a tanh, which gives numbers from -1 to 1, "
        "but a cross-entropy takes probabilities, from 0 to 1, or logits, which are any numbers. "
        "Use a sigmoid, or no activation and BinaryCrossentropy(from_logits=True).",
        "no bias": "No layer has a bias, so for the input (0, 0) each sum is 0, whatever the "
        "weights are, and training cannot change that output. Leave out use_bias=False.",
        "labels -1 and 1": "The outputs were trained towards -1 and 1 (by a tanh output, a hinge "
        "loss, or labels that you changed). Here the labels are 0 and 1.",
        "other labels": "The model has learned labels well, but they are not those in `y` of these "
        "rows. Train on the X and y that the function is given, and shuffle neither alone: order "
        "and labels change from call to call.",
        "nan": "The outputs are nan or inf: the training ran away. Take a smaller learning rate.",
        "opposite columns": "The two outputs are exactly the wrong way round: the first is for "
        "class 0, the second for class 1. If that is so in your model, look whether it was "
        "trained on the y that the function is given.",
        "not the model": "`train_xor` should return the trained model, alone. What `fit` returns "
        "is a history, and it stays behind.",
    },
)
def train_xor(
    train_xor: Function, *, rng: np.random.Generator, seeds: tuple[int, ...] = (0,)
) -> None:
    """train_xor(X, y, *, seed): X (4, 2), y (4,) -> a trained Keras model (000 L150-156)."""
    # One seed is what a notebook gives; with the next one a lucky start shows there, too.
    seeds = seeds if len(seeds) > 1 else (seeds[0], seeds[0] + 1)
    largest, logits = 0.0, False
    before: Array | None = None
    for i, seed in enumerate(seeds):
        order = rng.permutation(4)
        x, y = CORNERS[order], (XNOR if i % 2 == 0 else XOR)[order]
        with if_it_raises("not the model", says=NO_MODEL):
            trained = train_xor(x, y, seed=seed)
        if not isinstance(trained, Model):
            fail("not the model", came=_kind(trained), expected="a Keras model")
        outputs = _outputs(trained, x)
        _refuse_probabilities_as_logits(trained, outputs)
        if not _solves(outputs, y):
            if i > 0:
                how = "stuck" if _shares_an_output(outputs, y) else "not"
                note(f"Right from seed {seeds[0]}, {how} from seed {seed}.")
            _explain(trained, outputs, x, y, partial(train_xor, x, 1 - y, seed=seed))
        kernel = _first_kernel(trained)
        # From seed to seed the labels are turned: training ends elsewhere, from any start.
        untouched = kernel is not None and before is not None and np.array_equal(kernel, before)
        if _round_weights(trained) or untouched:
            fail("set by hand", came=outputs)
        before = kernel
        errors = [float(np.abs(p - y).max()) for p in (outputs, sigmoid(outputs))]
        largest, logits = max(largest, min(errors)), errors[0] >= FAR
    reading = ", with the outputs read as logits" if logits else ""
    note(f"The largest |p - y| is {largest:.2f}{reading}.")


# What came of a call that gives no data: a model is not in these, or not alone.
NO_MODEL = r"^a (History|function|method|type|tuple|list|dict)$"


def _refuse_probabilities_as_logits(model: Model, outputs: Array) -> None:
    if _from_logits(model) and _last_activation(model) in {"sigmoid", "softmax"}:
        fail("probabilities as logits", came=outputs.round(4) + 0.0)


def _explain(
    model: Model, outputs: Array, x: Array, y: Array, with_opposite_labels: Callable[[], Any]
) -> NoReturn:
    """End the exercise: the first sign that is certain names the mistake."""
    logits = _read_as_logits(model, outputs)
    shown: dict[str, Any] = {
        "came": f"{show(_as_p(model, outputs).round(4) + 0.0)}{' (read as logits)' * logits}",
        "expected": f"within {FAR} of {y.astype(int).tolist()}",
    }
    _explain_by_the_model(model, outputs, x, y, shown)
    loss, last = _loss(model), _last_activation(model)
    if np.ptp(outputs) == 0 and _is_dead(model, x):
        fail("constant ReLU", **shown)
    if _no_step(model):
        fail("no step", **shown)
    if _plus_minus(outputs, y, sure="hinge" in loss or last == "tanh", loss=loss):
        fail("labels -1 and 1", **shown | {"came": outputs.round(4) + 0.0})
    labels = _learned_labels(outputs)
    if labels is not None and labels.sum() == 2:
        fail("other labels", **shown)
    if labels is not None:
        # Labels from elsewhere are the same whatever y is.
        again = with_opposite_labels()
        if isinstance(again, Model) and _same_labels(_learned_labels(_outputs(again, x)), labels):
            fail("other labels", **shown)
        if last in {"sigmoid", "softmax"} or "crossentropy" in loss:
            fail("sure and wrong", **shown)
    if _on_right_side(outputs, y):
        fail("rounded", **shown)
    if _solved_later(model, x, y):
        fail("training", **shown)
    if 0 < _relu_units(model) < 16:
        fail("few ReLU units", **shown)
    if 1 <= _hidden_units(model) <= 2:
        fail("few units", **shown)
    says = (
        "The model does not solve the task, and does not after 400 more steps by this check. Look "
        "at its activations, at the number of units, and at the weights that it starts from."
    )
    fail(says=says, **shown)


def _explain_by_the_model(
    model: Model, outputs: Array, x: Array, y: Array, shown: dict[str, Any]
) -> None:
    """End the exercise where the model or its loss alone is the reason, from every start.

    Outputs depend on the start: what they look like is asked later.
    """
    loss, last = _loss(model), _last_activation(model)
    if _columns(model) == 2 and _solves(outputs, 1 - y):
        fail("opposite columns", **shown)
    if np.all(outputs == 1) and last == "softmax":
        fail("softmax of one unit", **shown)
    if _columns(model) == 1 and "categoricalcrossentropy" in loss:
        fail("categorical loss", **shown)
    if _has_identical_units(model):
        fail("identical units", **shown)
    if last == "relu":
        fail("ReLU at the output", **shown)
    if _is_linear(model) and all(a == "linear" for a in _activations(model)[:-1]):
        fail("linear", **shown)
    if "binarycrossentropy" in loss and last == "tanh":
        fail("tanh and cross-entropy", **shown)
    if "binarycrossentropy" in loss and not _from_logits(model) and last == "linear":
        fail("logits as probabilities", **shown)
    if _cannot_move_the_origin(model, outputs, x):
        fail("no bias", **shown)


def _outputs(model: Model, x: Array) -> Array:
    """One number a row; of a softmax over two units the second, the probability of class 1."""
    if tuple(model.keras.input_shape[1:]) != (2,):
        fail(
            says="The model should take two inputs a row, keras.Input(shape=(2,)).",
            came=f"input shape {model.keras.input_shape}",
        )
    shapes = ((len(x),), (len(x), 1), (len(x), 2))
    outputs = array(model.predict(x), *shapes, name="the output", finite=False)
    if not np.isfinite(outputs).all():
        fail("nan", came=outputs)
    return _one_column(outputs)


def _columns(model: Model) -> int:
    """How many numbers the model gives for a row: 1 where its outputs have the shape (n,), too."""
    sizes = model.keras.output_shape[1:]
    return int(sizes[0]) if sizes else 1


def _one_column(outputs: Array) -> Array:
    """The outputs of one unit as they are, (n,); those of two units as probabilities of class 1."""
    if outputs.ndim == 1 or outputs.shape[1] == 1:
        return outputs.reshape(len(outputs))
    first, second = 1 - outputs[:, 0], outputs[:, 1]
    inside = outputs.min() > -FAR and outputs.max() < 1 + FAR
    if inside and np.abs(second - first).max() < 2 * FAR:
        # Both say what the probability is: softmax the same, others nearly. Take the less sure.
        return np.where(np.abs(first - 0.5) < np.abs(second - 0.5), first, second)
    return sigmoid(outputs[:, 1] - outputs[:, 0])


def _solves(outputs: Array, y: Array) -> bool:
    # A direct output never passes as a logit: |sigmoid(z) - y| < 0.2 needs |z| > 1.38.
    return any(np.abs(p - y).max() < FAR for p in (outputs, sigmoid(outputs)))


def _read_as_logits(model: Model, outputs: Array) -> bool:
    """Whether the outputs are logits, to go by their size, or by the last layer and the loss."""
    if _columns(model) == 2:
        return False
    asked = _last_activation(model) == "linear" and _from_logits(model)
    return asked or bool(outputs.min() < -FAR or outputs.max() > 1 + FAR)


def _as_p(model: Model, outputs: Array) -> Array:
    return sigmoid(outputs) if _read_as_logits(model, outputs) else outputs


def _on_right_side(outputs: Array, y: Array) -> bool:
    # Near the border, outputs of a model that has hardly learned are on their sides by chance.
    return any(
        np.array_equal(p > 0.5, y == 1) and np.abs(p - 0.5).min() > 0.05
        for p in (outputs, sigmoid(outputs))
    )


def _first_kernel(model: Model) -> Array | None:
    """The first trainable weights that are a matrix, those of the first layer; None without."""
    kernels = [w for w in model.keras.trainable_weights if len(w.shape) > 1]
    return np.asarray(kernels[0]) if kernels else None


def _round_weights(model: Model) -> bool:
    """Whether no weight has more than two decimals: no training ends there."""
    return all(np.abs(w - np.round(w, 2)).max() < 1e-6 for w in model.keras.get_weights())


def _no_step(model: Model) -> bool:
    """Whether every bias is 0, as Keras makes them."""
    biases = [w for w in model.keras.weights if w.name == "bias"]
    return bool(biases) and not any(np.any(bias.numpy()) for bias in biases)


def _cannot_move_the_origin(model: Model, outputs: Array, x: Array) -> bool:
    """Whether no layer has a bias and the sum at the output is 0 for the input (0, 0)."""
    p = float(outputs[~x.any(axis=1)][0])
    has_bias = any(w.name == "bias" for w in model.keras.weights)
    return not has_bias and min(abs(p), abs(p - 0.5)) < 1e-6


def _plus_minus(outputs: Array, y: Array, *, sure: bool, loss: str) -> bool:
    signs = 2 * y - 1
    near = np.abs(outputs - signs).max() < FAR and '"fromlogits": true' not in loss
    return bool(near or (sure and np.all(outputs * signs > 0.5)))


def _learned_labels(outputs: Array) -> Array | None:
    """The zeros and ones that the outputs are close to, where these are not all the same."""
    # An output of a model that is not trained to its end can be near 0 or 1 by chance: half FAR.
    for p, near in ((outputs, FAR / 2), (sigmoid(outputs), FAR)):
        labels = np.round(p)
        if np.abs(p - labels).max() < near and set(labels) == {0.0, 1.0}:
            return labels
    return None


def _same_labels(first: Array | None, second: Array) -> bool:
    return first is not None and np.array_equal(first, second)


def _has_identical_units(model: Model) -> bool:
    """Whether a hidden layer has several units that all have the same weights."""
    hidden = [layer for layer in model.keras.layers if type(layer).__name__ == "Dense"][:-1]
    return any(
        layer.units > 1 and max(np.ptp(w, axis=-1).max() for w in layer.get_weights()) < 1e-6
        for layer in hidden
    )


def _is_dead(model: Model, x: Array) -> bool:
    """Whether a layer gives 0 for all rows, as ReLU units that are switched off do."""
    import keras

    hidden = (
        layer.output
        for layer in model.keras.layers[:-1]
        if type(layer).__name__ in {"Dense", "ReLU", "Activation"}
    )
    return any(
        not np.any(np.asarray(keras.Model(model.keras.inputs, output)(x.astype("float32"))))
        for output in hidden
    )


def _shares_an_output(outputs: Array, y: Array) -> bool:
    """Whether two rows with different labels have the same output: the sign of a stuck network."""
    between = np.abs(outputs[y == 0][:, None] - outputs[y == 1])
    return bool(between.min() < 0.02)


def _is_linear(model: Model) -> bool:
    """Whether the output, or its log-odds, is a linear function of the inputs everywhere."""
    x = _possible_inputs(model)
    outputs = _outputs(model, x)
    readings = [outputs]
    if outputs.min() > 0 and outputs.max() < 1:
        readings.append(np.log(outputs) - np.log1p(-outputs))
    inputs = np.column_stack([np.ones(len(x)), x])
    scales = [max(1e-3, np.ptp(values)) for values in readings]
    rests = [np.sqrt(_least_squares(inputs, v)[1] / len(x)) for v in readings]
    return any(rest < 1e-3 * scale for rest, scale in zip(rests, scales, strict=True))


def _possible_inputs(model: Model) -> Array:
    """Points (n, 2) around the corners; the corners alone if the model takes no others."""
    x = np.array(list(product(np.linspace(-2, 3, 7), repeat=2)))
    try:
        outputs = np.asarray(model.keras(x.astype("float32"), training=False))
    except Exception:  # an Embedding, for one, takes the numbers from 0 up to its size
        return CORNERS
    return x if np.isfinite(outputs).all() else CORNERS


def _last_activation(model: Model) -> str:
    """The activation that makes the output, "linear" of a layer without; "" where none does."""
    import keras

    tensor = model.keras.outputs[0]
    while True:
        layer, node, _ = tensor._keras_history
        name = type(layer).__name__.lower()
        if isinstance(layer, keras.Model):
            tensor = layer.outputs[0]
        elif name in {"relu", "sigmoid", "softmax", "tanh"}:
            return name
        elif callable(activation := getattr(layer, "activation", None)):
            return getattr(activation, "__name__", type(activation).__name__).lower()
        elif name in {"reshape", "flatten", "squeeze", "dropout", "identity"}:
            tensor = layer._inbound_nodes[node].input_tensors[0]
        else:
            return ""


def _loss(model: Model) -> str:
    """The loss that the model was compiled with, as text in lower case without underscores."""
    return str(model.compiled.get("loss", "")).lower().replace("_", "")


def _from_logits(model: Model) -> bool:
    return '"fromlogits": true' in _loss(model)


def _activations(model: Model) -> list[str]:
    """The activation of each layer with weights; a layer that is only an activation joins it."""
    found: list[str] = []
    for layer in model.layers:
        name = {"ReLU": "relu", "Softmax": "softmax"}.get(layer["class"], layer.get("activation"))
        if "units" in layer:
            found.append(str(name))
        elif found and name is not None:
            found[-1] = str(name)
    return found


def _relu_units(model: Model) -> int:
    """The units of the hidden layers whose activation is a ReLU, as far as the layers say so."""
    units = [layer["units"] for layer in model.layers if "units" in layer]
    pairs = zip(units[:-1], _activations(model), strict=False)
    return sum(count for count, name in pairs if name == "relu")


def _hidden_units(model: Model) -> int:
    return sum([layer["units"] for layer in model.layers if "units" in layer][:-1])


def _solved_later(model: Model, x: Array, y: Array, steps: int = 400) -> bool:
    """Whether the same network solves the task after some more steps of Adam at rate 0.05."""
    import keras

    later = keras.models.clone_model(model.keras)
    later.set_weights(model.keras.get_weights())
    last = _last_activation(model)
    if _columns(model) == 2:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=last == "linear")
    elif last in {"linear", "sigmoid"}:
        loss = keras.losses.BinaryCrossentropy(from_logits=last == "linear")
    else:
        loss = keras.losses.MeanSquaredError()
    later.compile(optimizer=keras.optimizers.Adam(0.05), loss=loss)
    try:
        for _ in range(steps):
            later.train_on_batch(x, y[:, None])
    except Exception:  # the model is the student's: a layer may have no gradient
        return False
    return _solves(_one_column(np.asarray(later(x.astype("float32")), float)), y)


def _kind(value: object) -> str:
    return "nothing: is the `return` missing?" if value is None else f"a {type(value).__name__}"
