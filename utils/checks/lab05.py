"""Checks of lab 05: gradient descent (001 L80-112, 003 L201-271)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import Function, array, exercise, fail, first_of, named_errors
from utils.checks.edits import Comparison, Edit, Inputs, Reference, formula
from utils.checks.reference import sigmoid
from utils.checks.values import FLOAT32, RELATIVE, Tolerance, same, several

Array = NDArray[np.float64]

# --- 5.0 one step --------------------------------------------------------------------------------

DOWNHILL = formula(
    "downhill(theta, slope, learning_rate)",
    "theta - learning_rate * slope",
    {
        "uphill": ["theta + learning_rate * slope"],
        "no learning rate": ["theta - slope"],
        "only the direction": [
            "theta - learning_rate * np.sign(slope)",
            "theta - learning_rate * slope / np.linalg.norm(slope)",
        ],
        "the step alone": ["-learning_rate * slope", "learning_rate * slope"],
        "as printed": ["theta * learning_rate * slope"],
        "divided": ["theta - slope / learning_rate", "theta - learning_rate / slope"],
        "size of the slope": ["theta - learning_rate * abs(slope)"],
        "both subtracted": ["theta - learning_rate - slope"],
        "turned round": ["learning_rate * slope - theta", "slope - learning_rate * theta"],
        "theta shrunk": [
            "theta - learning_rate * theta",
            "theta * (1 - learning_rate * slope)",
            "(theta - slope) * learning_rate",
            "theta * learning_rate - slope",
        ],
    },
)


@exercise("5.0", points=1)
def downhill(downhill: Function, *, rng: np.random.Generator) -> None:
    """downhill(theta, slope, learning_rate): numbers or (k,) -> the next theta (003 L236-241)."""
    judged = Comparison(
        downhill,
        DOWNHILL,
        lambda: _number(rng),  # an `if slope > 0` works for numbers alone, and is to be named
        read=lambda came, theta, *rest: _shaped(came, np.shape(theta), "the new place"),
    )
    judged.on(*_number(rng), says="This is another place.")
    judged.on(*_step(rng, 3), says="For several weights at once the places differ.")


def _step(rng: np.random.Generator, k: int) -> Inputs:
    """theta (k,), slope (k,) and a learning rate; no number is 0 or 1, the first slope falls."""
    theta, slope = (rng.choice([-1, 1], k) * rng.uniform(1.2, 4, k) for _ in range(2))
    slope[0] = -abs(slope[0])  # where all slopes are positive, abs(slope) is no mistake
    # Times 0.2 the slope would have three decimals, which hides who rounds.
    rate = float(rng.choice([0.13, 0.17, 0.23, 0.29, 0.37, 0.43, 0.53, 0.59]))
    return theta.round(2), slope.round(2), rate


def _number(rng: np.random.Generator) -> Inputs:
    theta, slope, rate = _step(rng, 2)
    return float(theta[1]), float(slope[1]), rate


def _shaped(came: Any, wanted: tuple[int, ...], name: str) -> Array:
    return array(came, *([(), (1,)] if wanted == () else [wanted]), name=name)


# --- 5.1 a step of a neuron ----------------------------------------------------------------------

SIGMOID = "1 / (1 + np.exp(-(x @ w)))"
NEW = "w - learning_rate * g"
# As printed, n counts the weights and the rounds at once: w_{n+1} = w_n - ...
SHIFTED = """\
v = w.copy()
    for n in range(len(w) - 1):
        v[n + 1] = {}[n] - learning_rate * g[n]
    return g, v"""
# The lab's own neuron, which stands in the notebook as x, y and w.
ABOVE = ("x, y = np.array([1.0, 0.5, -1.2]), 1", "w = np.array([0.1, 0.4, -0.3])")
NEURON = Reference(
    "neuron_step",
    f"""
def neuron_step(x, w, y, learning_rate):
    p = {SIGMOID}
    g = -(y - p) * p * (1 - p) * x
    return g, {NEW}
""",
    [
        ("no half", "g = -", "g = -2 * "),
        ("a quarter", "g = -", "g = -0.5 * "),
        ("mean over the inputs", "g = -", "g = -1 / len(x) * "),
        ("sign", "-(y - p)", "(y - p)"),
        ("sign", "-(y - p)", "(y - p)", NEW, "w + learning_rate * g"),
        ("uphill", NEW, "w + learning_rate * g"),
        ("no slope of the sigmoid", " * p * (1 - p)", ""),
        ("half a slope", "p * (1 - p)", "p"),
        ("half a slope", "p * (1 - p)", "(1 - p)"),
        ("slope of the sum", "p * (1 - p)", "(x @ w) * (1 - x @ w)"),
        ("sigmoid twice", "p * (1 - p)", "1 / (1 + np.exp(-p)) * (1 - 1 / (1 + np.exp(-p)))"),
        ("no sigmoid", SIGMOID, "x @ w", " * p * (1 - p)", ""),
        ("no sigmoid", SIGMOID, "x @ w"),
        ("mirrored sigmoid", "np.exp(-(x @ w))", "np.exp(x @ w)"),
        ("no sum", "(x @ w)", "(x * w)"),
        ("slope of tanh", "p * (1 - p)", "(1 - p**2)"),
        ("rate in the gradient", "* x\n", "* x * learning_rate\n", NEW, "w - g"),
        ("rate in the gradient", "* x\n", "* x * learning_rate\n"),
        ("no inputs", "(1 - p) * x", "(1 - p)"),
        ("label taken as 1", "(y - p)", "(1 - p)"),
        ("three weights alone", "(x @ w)", "(x[:3] @ w[:3])"),
        ("the neuron above", "    p =", f"    {ABOVE[0]}\n    p ="),
        ("the neuron above", "    p =", f"    {ABOVE[0]}\n    {ABOVE[1]}\n    p ="),
        ("weights for inputs", "(1 - p) * x", "(1 - p) * w"),
        ("the loss", "-(y - p) * p * (1 - p) * x", "(y - p) ** 2 / 2"),
        ("no learning rate", NEW, "w - g"),
        ("the step alone", NEW, "-learning_rate * g"),
        ("the step alone", NEW, "learning_rate * g"),
        ("shifted index", f"return g, {NEW}", SHIFTED.format("v")),
        ("shifted index", f"return g, {NEW}", SHIFTED.format("w")),
        ("shifted index", NEW, f"np.roll({NEW}, 1)"),
        ("order", f"return g, {NEW}", f"return {NEW}, g"),
        ("as printed", NEW, "w * learning_rate * g"),
    ],
)
NEURON_NAMES = ("gradient", "new_w")


@exercise("5.1", points=2)
def neuron_step(neuron_step: Function, *, rng: np.random.Generator) -> None:
    """neuron_step(x, w, y, learning_rate): x, w (k,) -> gradient (k,), new w (k,) (001 L88-112)."""
    judged = Comparison(
        neuron_step,
        NEURON,
        lambda: _neuron(rng, 3, 1.0),
        read=lambda came, *inputs: several(came, NEURON_NAMES),
    )
    for k, y in ((3, 1.0), (5, 0.0), (2, 1.0)):
        inputs = _neuron(rng, k, y)
        judged.on(*inputs, views=(lambda a: a[:1], lambda a: a), says=_what_differs)


def _neuron(rng: np.random.Generator, k: int, y: float) -> Inputs:
    """x (k,), w (k,), y and a learning rate that is not 1; the neuron is far from sure."""
    while True:
        x = (rng.choice([-1, 1], k) * rng.uniform(0.5, 2, k)).round(2)
        w = (rng.choice([-1, 1], k) * rng.uniform(0.3, 1, k)).round(2)
        rate = round(rng.uniform(2, 4), 1)
        if 0.3 < abs(x @ w) < 1.5 and abs(x @ w - 0.5) > 0.1 and _is_clear(x, w, y, rate):
            return x, w, y, rate


def _is_clear(*inputs: Any) -> bool:
    """Whether no known mistake gives a gradient that is nearly the right one, but not quite."""
    right = NEURON(*inputs)[0]
    for edit in NEURON.edits:
        try:
            differs = np.max(np.abs(edit(*inputs)[0] - right))
        except ValueError:  # its own neuron has another number of weights
            continue
        if 1e-9 < differs < 5e-3:
            return False
    return True


def _what_differs(came: Any, expected: Any) -> str:
    """A sentence; the exercise ends here where something is no number or has a wrong shape."""
    for one, right, name in zip(came, expected, NEURON_NAMES, strict=True):
        array(one, np.shape(right), name=name)
        if not same(one, right, FLOAT32):
            return f"{name} differs."
    raise AssertionError("nothing differs")


# --- 5.2 the walk --------------------------------------------------------------------------------


def slope_at(theta: Array) -> Array:
    """The slope of the lab's valley, J = theta**2 / 4."""
    return 0.5 * theta


MOVE = "theta = theta - learning_rate * slope_at(theta)"
FIRST = "    path.append(theta)\n    for"
STOP = "        if np.all(abs(step) < 1e-3):\n            break\n"
GD = Reference(
    "gd",
    f"""
def gd(theta0, learning_rate, n):
    theta, path = np.array(theta0, float), []
    path.append(theta)
    for _ in range(n):
        {MOVE}
        path.append(theta)
    return np.array(path)
""",
    [
        ("uphill", "theta - learning_rate", "theta + learning_rate"),
        ("one array", MOVE, "theta -= learning_rate * slope_at(theta)"),
        (
            "one array",
            *(MOVE, "theta -= learning_rate * slope_at(theta)"),
            *(FIRST, "    path.append(theta.copy())\n    for"),
        ),
        ("slope computed once", "slope_at(theta)", "g", "[]\n", "[]\n    g = slope_at(theta)\n"),
        ("slope computed once", "slope_at(theta)", "slope_at(path[0])"),
        ("height for slope", "slope_at(theta)", "theta**2 / 4"),
        ("from the start each time", "theta - learning_rate", "path[0] - learning_rate"),
        ("start missing", FIRST, "    for"),
        ("one step short", "range(n)", "range(n - 1)"),
        ("one step too many", "range(n)", "range(n + 1)"),
        ("start missing", FIRST, "    for", "range(n)", "range(n + 1)"),
        ("only the end", "np.array(path)", "theta"),
        ("no learning rate", "learning_rate * slope_at(theta)", "slope_at(theta)"),
        ("slopes", "path.append(theta)", "path.append(slope_at(theta))"),
        ("steps", "path.append(theta)", "path.append(learning_rate * slope_at(theta))"),
        ("as printed", "theta - learning_rate", "theta * learning_rate"),
        ("backwards", "np.array(path)", "np.array(path[::-1])"),
        (
            "stops where it is flat",
            *(MOVE, "step = learning_rate * slope_at(theta)\n        theta = theta - step"),
            *("(theta)\n    return", "(theta)\n" + STOP + "    return"),
        ),
        (
            "stops where it is flat",
            *(
                MOVE,
                "step = learning_rate * slope_at(theta)\n" + STOP + "        theta = theta - step",
            ),
        ),
        ("always ten steps", "range(n)", "range(10)", "np.array(path)", "np.array(path[: n + 1])"),
        ("rate not used", "theta - learning_rate", "theta - 0.2"),
        ("return in the loop", "    return np.array(path)", "        return np.array(path)"),
    ],
    {"slope_at": slope_at},
)


@exercise("5.2", points=2)
def gd(gd: Function, *, rng: np.random.Generator) -> None:
    """gd(theta0, learning_rate, n): theta0 () or (k,) -> the path, n + 1 places (003 L236-241)."""
    judged = Comparison(gd, GD, lambda: _walk(rng, 3), read=lambda came, *inputs: _path(came))
    raises = {
        "room for numbers": r"array element with a sequence(?!.*inhomogeneous)",
        "slope_at not called": r"(unsupported operand|can't multiply).*'function'",
    }
    number, rate, n = _walk(rng, 1)
    walks = [
        _walk(rng, 3),  # of a number a copy is made by itself, of an array it is not
        (float(number[0]), rate, n),
        _walk(rng, 2),
        (_walk(rng, 2)[0], 2.0, 12),  # here one step arrives, and the others do not move
        (_walk(rng, 2)[0], 0.3, 40),
    ]
    with named_errors(raises):
        for theta0, rate, n in walks:
            judged.on(theta0, rate, n, says=partial(_which_place, rate))


def _walk(rng: np.random.Generator, k: int) -> Inputs:
    """theta0 (k,), a learning rate and a number of steps."""
    theta0 = (rng.choice([-1, 1], k) * rng.uniform(2, 8, k)).round(2)
    return theta0, round(rng.uniform(0.2, 0.9), 2), int(rng.integers(4, 8))


def _path(came: Any) -> Array:
    return array(came, name="the path")


def _which_place(rate: float, came: Array, expected: Array) -> str:
    if came.ndim == 1 < expected.ndim and came.size == expected.size:
        return "All numbers stand in one row. Append each place to a list, as a thing of its own."
    if came.shape == expected.shape[::-1] != expected.shape:
        return "Rows and columns are exchanged: each place is one row."
    if len(np.atleast_1d(came)) != len(expected):
        return f"The path of {len(expected) - 1} steps has {len(expected)} places, with the start."
    if came.size != expected.size:
        return "A place has as many numbers as theta0."
    differ = [not same(*pair) for pair in zip(came, expected, strict=True)]
    at = differ.index(True) if True in differ else 0
    if at and (factor := _factor(came)) is not None:
        return (
            f"Your steps are those of the slope {(1 - factor) / rate:.3g} * theta, not of "
            "0.5 * theta. Did you change slope_at? Mend its cell, run it, and run that of gd "
            "again. If not, look at the step."
        )
    return f"Place {at} differs (the start is place 0)."


def _factor(path: Array) -> float | None:
    """What each step multiplies the place by, None where this is no single number."""
    factor = float(np.ravel(path[1])[0] / np.ravel(path[0])[0])
    return factor if same(path[1:], factor * path[:-1]) else None


# --- 5.3 the border ------------------------------------------------------------------------------

ARRIVES = formula(
    "arrives(a, learning_rate)",
    "0 < learning_rate < 2 / a",
    {
        "below 1": [
            "0 < learning_rate < 1",
            "0 <= learning_rate <= 1",
            "learning_rate < 1",
            "abs(learning_rate) < 1",
        ],
        "below 1/a": [
            "0 < learning_rate < 1 / a",
            "0 < learning_rate <= 1 / a",
            "learning_rate < 1 / a",
            "abs(learning_rate) < 1 / a",
        ],
        "below 2": ["0 < learning_rate < 2"],
        "border": ["0 < learning_rate <= 2 / a"],
        "both ends": ["0 <= learning_rate <= 2 / a"],
        "a upside down": ["0 < learning_rate < 2 * a", "0 < learning_rate < a / 2"],
        "root of a": ["0 < learning_rate < 2 / np.sqrt(a)"],
        "below a": ["0 < learning_rate < a"],
        "too large": ["0 < learning_rate < 4 / a", "0 < learning_rate < 3 / a"],
        "zero or less": [
            "learning_rate < 2 / a",
            "learning_rate <= 2 / a",
            "0 <= learning_rate < 2 / a",
            "abs(learning_rate) < 2 / a",
            "learning_rate < 2 / a and learning_rate != 0",
        ],
        "short walk": [
            f"abs({start} * np.float64(1 - learning_rate * a) ** 100) < {near}"
            for start, near in ((1, 1e-3), (1, 1e-6), (6, 1e-2), (6, 1e-3), (6, 1e-6))
        ],
        "no size": ["1 - learning_rate * a < 1", "learning_rate > 0"],
        "the factor": ["1 - learning_rate * a != 0"],
        "opposite": ["not 0 < learning_rate < 2 / a", "abs(1 - learning_rate * a) > 1"],
        "the same for all": ["True", "False"],
    },
)


@exercise("5.3", points=2)
def arrives(arrives: Function, *, rng: np.random.Generator) -> None:
    """arrives(a, learning_rate): does gd on a/2 theta^2 end at 0? (003 L239, L262-265)."""
    pairs = _pairs(rng)
    arrives.ask_ahead(*pairs)
    seen = [(pair, _is_true(arrives(*pair))) for pair in pairs]
    for (a, rate), came in seen:
        expected = ARRIVES(a, rate)
        if came != expected:
            mistake = ARRIVES.mistake(seen)
            says = "" if mistake else "Each step multiplies theta by 1 - learning_rate * a."
            tried = f"arrives({a:g}, {rate:g})"
            fail(mistake, says=says, tried=tried, came=came, expected=expected)


def _is_true(came: Any) -> bool:
    if isinstance(came, str):
        fail(says="Return True or False, and no text: without quotes.", came=came)
    return bool(array(came, (), (1,), name="what `arrives` returns").item() != 0)


def _pairs(rng: np.random.Generator) -> list[tuple[float, float]]:
    """Steepness and rate: between all borders that somebody may take for the right one."""
    pairs = [(1.0, 1.0), (2.0, 0.0), (2.0, 0.03)]
    for ends in ((0.05, 0.2), (0.45, 0.7), (3, 6), (7, 30)):
        a = round(rng.uniform(*ends), 2)
        borders = np.sort([0.5 / a, 1, 1 / a, 2, 2 / a, 2 * a, a / 2, a, 3 / a, 4 / a, 8 / a])
        rates = np.sqrt(borders[1:] * borders[:-1])
        rates = rates[rates * a > 0.05]  # a walk shows soon where such a rate leads
        pairs += [(a, round(rate, 6)) for rate in (*rates.tolist(), -1 / a)]
    # At the border itself theta jumps to and fro for ever; powers of two meet it exactly.
    exact = rng.permutation([0.25, 0.5, 4.0, 8.0])[:2].tolist()
    return [*pairs, *((a, 2 / a) for a in exact)]


# --- 5.4 logistic regression ---------------------------------------------------------------------

# Who walks down stops somewhere, and so do the programs of others.
ARRIVED = Tolerance(rtol=5e-3, atol=5e-3)
# Where few steps and a small penalty end so near the right place that nothing tells them apart.
NEAR_BY = Tolerance(rtol=5e-3, atol=2e-2)
OF_PETALS = np.array([0.468, 4.415, 4.727])  # b and w of the lab's own table
LOGISTIC = Reference(
    "fit_logistic",
    """
def fit_logistic(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    theta, free, tiny = np.zeros(A.shape[1]), np.r_[0, np.ones(X.shape[1])], 1e-12
    for _ in range(15):
        p = 1 / (1 + np.exp(-A @ theta))
        slope = A.T @ (p - y)
        bend = (A.T * (p * (1 - p))) @ A
        theta = theta - np.linalg.solve(bend + tiny * np.eye(len(theta)), slope)
    return theta[0], theta[1:]
""",
    [
        ("penalty", "(p - y)", "(p - y) + free * theta", ") @ A", ") @ A + np.diag(free)"),
        ("penalty", "(p - y)", "(p - y) + theta", ") @ A", ") @ A + np.eye(len(theta))"),
        ("labels -1 and 1", "p - y", "p - (2 * y - 1)"),
        ("labels exchanged", "p - y", "p - (1 - y)"),
        (
            "squared error",
            *("@ (p - y)", "@ ((p - y) * p * (1 - p))"),
            *("(A.T * (p * (1 - p)))", "2 * (A.T * (p * (1 - p)) ** 2)"),
            *("range(15)", "range(60)"),
        ),
        ("linear regression", "p - y", "A @ theta - y", "(A.T * (p * (1 - p)))", "A.T"),
        (
            "no intercept",
            *("np.column_stack([np.ones(len(X)), X])", "X", "X.shape[1])]", "X.shape[1] - 1)]"),
            *("theta[0], theta[1:]", "0.0, theta"),
        ),
        ("order", "theta[0], theta[1:]", "theta[1:], theta[0]"),
        ("intercept in w", "theta[0], theta[1:]", "theta[0], theta"),
        (
            "one slope for all",
            *("X])", "X.sum(axis=1)])"),
            *("theta[0], theta[1:]", "theta[0], np.repeat(theta[1], X.shape[1])"),
        ),
    ],
)


# Without b in the sum w comes to the best w without it, and b is pushed on for ever.
WITHOUT_B = next(edit for edit in LOGISTIC.edits if edit.mistake == "no intercept")
NEAR = [
    next(edit for edit in LOGISTIC.edits if edit.mistake == name)
    for name in ("penalty", "labels -1 and 1", "squared error", "one slope for all")
]

SMALL_PENALTY = Edit(
    LOGISTIC,
    "penalty",
    "(p - y)",
    "(p - y) + 0.1 * free * theta",
    ") @ A",
    ") @ A + np.diag(0.1 * free)",
)
WAY_RATES = np.repeat([0.05, 0.2, 2.0, 4.0], 400)
WAY_TIMES = np.append(0, np.cumsum(WAY_RATES))  # the rate times the steps so far
ON_THE_WAY = 0.015


@exercise("5.4", points=3)
def fit_logistic(fit_logistic: Function, *, rng: np.random.Generator) -> None:
    """fit_logistic(X, y): X (n, k), y (n,) -> b (), w (k,) of the lowest cross-entropy."""

    def judge(tolerance: Tolerance, draw: Callable[[], Inputs], X: Array, y: Array) -> None:
        judged = Comparison(
            fit_logistic,
            LOGISTIC,
            draw,
            read=lambda came, *inputs: _numbers(came),
            tolerance=tolerance,
        )
        judged.on(X, y, says=partial(_where, X, y))

    for k in (2, 3):
        judge(NEAR_BY, partial(_table, rng, 2), *_table(rng, k))
    # Few steps and a small penalty differ here alone.
    judge(ARRIVED, partial(_long_valley, rng), *_long_valley(rng))


def _table(rng: np.random.Generator, k: int) -> Inputs:
    """X (n, k) with standardised columns and y (n,), on which each known mistake shows.

    A walk from 0 arrives with any rate up to 4, as with the lab's flowers.
    """
    while True:
        X = rng.normal(size=(60, k))
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        theta = np.r_[rng.uniform(1, 1.3), rng.choice([-1, 1], k) * rng.uniform(0.4, 0.7, k)]
        y = (rng.random(60) < sigmoid(theta[0] + X @ theta[1:])).astype(float)
        if _is_telling(X, y):
            return X, y


def _long_valley(rng: np.random.Generator) -> Inputs:
    """X (100, 2) and y (100,) like the lab's petals: few steps, or short ones, do not arrive.

    The columns are nearly equal, and at the lowest place one direction is a hundred times flatter
    than the steepest is at the start. A walk from 0 arrives with the rate 4 in 400 steps.
    """
    while True:
        X = rng.normal(size=(100, 1)) + 0.45 * rng.normal(size=(100, 2))
        X = (X - X.mean(axis=0)) / X.std(axis=0)
        y = (rng.random(100) < sigmoid(0.5 + 3.5 * X.sum(axis=1))).astype(float)
        try:
            theta = np.hstack(LOGISTIC(X, y))
        except np.linalg.LinAlgError:  # a straight line parts the two, so no place is the lowest
            continue
        A = np.column_stack([np.ones(len(X)), X])
        p = sigmoid(A @ theta)
        flattest = np.linalg.eigvalsh((A.T * (p * (1 - p))) @ A)[0] / len(X)
        steepest = np.linalg.eigvalsh(A.T @ A / 4)[-1] / len(X)
        is_moderate = np.abs(theta).min() > 0.2 and np.abs(theta).max() < 6
        is_long = 0.003 < flattest < 0.006 and steepest < 0.48
        if is_long and is_moderate and _parts_penalty_and_walk(X, y):
            return X, y


def _parts_penalty_and_walk(X: Array, y: Array) -> bool:
    """Whether a small penalty ends beside the way down, and a short walk where no penalty would."""
    way, held = _way(X, y), np.hstack(SMALL_PENALTY(X, y))
    after = WAY_TIMES.searchsorted([50, 100, 400, 500])
    return _off_the_way(way, held) > 2 * ON_THE_WAY and not any(
        _is_penalised(place, X, y) for place in way[after]
    )


def _is_telling(X: Array, y: Array) -> bool:
    """Whether the mistakes that end not far away end elsewhere all the same."""
    right = np.hstack(LOGISTIC(X, y))
    if not (0.65 < y.mean() < 0.8 and np.abs(right).min() > 0.15 and np.abs(right).max() < 2):
        return False
    for edit in NEAR:
        wrong = np.hstack(edit(X, y))
        if not (np.abs(wrong).max() < 2.5 and np.abs(wrong - right).max() > 0.03):
            return False
    return True


def _numbers(came: Any) -> list[Any]:
    b, w = several(came, ("b", "w"))
    return [array(one, name=name, finite=False) for one, name in ((b, "b"), (w, "w"))]


def _where(X: Array, y: Array, came: Any, expected: Any) -> str:
    """A sentence on how high this place is; ends the exercise where one knows how it came there."""
    b, w = came
    if b.size != 1 or w.size != X.shape[1]:
        return f"b should be one number, and w should have {X.shape[1]} here."
    place, lowest = np.r_[b.ravel(), w.ravel()], np.hstack(expected)
    start, here, least = (_cross_entropy(one, X, y) for one in (0 * lowest, place, lowest))
    shown: dict[str, Any] = {"tried": "fit_logistic(X, y)", "came": came, "expected": expected}
    if X.shape[1] == 2 and same(place, OF_PETALS, ARRIVED):
        fail("petals", **shown)
    # The loss rises away from its lowest place, so slopes point the other way than a short walk.
    if 0 < np.max(np.abs(place)) < 0.02 and (
        place @ lowest < 0 or np.allclose(place, 0, atol=1e-6)
    ):
        fail("slopes", **shown)
    if not here <= start:
        first = np.r_[np.mean(y - 0.5), (y - 0.5) @ X / len(y)]  # against the slopes at 0
        known = (
            ("b not in the sum", same(w, WITHOUT_B(X, y)[1], ARRIVED)),
            (
                "p computed once",
                same(place / np.max(np.abs(place)), first / np.max(np.abs(first)), RELATIVE),
            ),
        )
        fail(first_of(known) or "ran away", **shown)
    if _is_penalised(place, X, y):
        fail("penalty", **shown)
    if _off_the_way(_way(X, y), place) < ON_THE_WAY:
        fail("not arrived", **shown)
    return (
        f"The loss is {here:.4f} at your place, and {least:.4f} at the lowest. Does it fall with "
        "more steps, or a smaller rate? If not, look whether p uses b and all columns, and whether "
        "each slope is the mean over all rows."
    )


def _is_penalised(place: Array, X: Array, y: Array) -> bool:
    """Whether a penalty, of whatever size, on w and not on b is what holds the place here."""
    wrong_by = sigmoid(place[0] + X @ place[1:]) - y
    pull, w = -wrong_by @ X, place[1:]
    length = np.linalg.norm(pull)
    return bool(
        abs(wrong_by.sum()) < 0.05 * length and pull @ w > 0.999 * length * np.linalg.norm(w)
    )


def _way(X: Array, y: Array) -> Array:
    """The places (n, 1 + k) of a walk in short steps from 0, which others are near to."""
    A = np.column_stack([np.ones(len(X)), X])
    way = [np.zeros(A.shape[1])]
    for rate in WAY_RATES:
        way.append(way[-1] - rate * A.T @ (sigmoid(A @ way[-1]) - y) / len(y))
    return np.array(way)


def _off_the_way(way: Array, place: Array) -> float:
    return float(np.min(np.max(np.abs(way - place), axis=1)))


def _cross_entropy(theta: Array, X: Array, y: Array) -> float:
    z = theta[0] + X @ theta[1:]
    return float(np.mean(np.logaddexp(0, z) - y * z))


# --- 5.5 steps and epochs ------------------------------------------------------------------------

TRAINING_ROWS = "train = int(rows * (1 - validation_split))"
STEPS = Reference(
    "steps_per_epoch",
    f"""
def steps_per_epoch(rows, batch_size, validation_split):
    {TRAINING_ROWS}
    return -(-train // batch_size)
""",
    [
        ("validation rows kept", TRAINING_ROWS, "train = rows"),
        ("validation rows counted", "(1 - validation_split)", "validation_split"),
        ("not whole", "-(-train // batch_size)", "train / batch_size"),
        ("last batch lost", "-(-train // batch_size)", "train // batch_size"),
        ("last batch lost", "-(-train // batch_size)", "round(train / batch_size)"),
        ("last batch lost", "-(-train // batch_size)", "int(train / batch_size + 0.9)"),
        *(
            (
                "all rows, not rounded up",
                TRAINING_ROWS,
                "train = rows",
                "-(-train // batch_size)",
                one,
            )
            for one in ("train / batch_size", "train // batch_size")
        ),
        (
            "rest of all rows",
            *("-(-train // batch_size)", "train // batch_size + (rows % batch_size > 0)"),
        ),
        ("one too many", "-(-train // batch_size)", "train // batch_size + 1"),
        ("rows", "-(-train // batch_size)", "train"),
        (
            "steps split",
            "-(-train // batch_size)",
            "int(np.ceil(np.ceil(rows / batch_size) * (1 - validation_split)))",
        ),
        (
            "validation steps",
            "-(-train // batch_size)",
            "-(-train // batch_size + (train - rows) // batch_size)",
        ),
        (
            "steps split",
            *("-(-train // batch_size)", "-(-rows // batch_size) - (rows - train) // batch_size"),
        ),
        ("upside down", "-(-train // batch_size)", "batch_size / train"),
        ("split in percent", "(1 - validation_split)", "(1 - validation_split / 100)"),
    ],
)


@exercise("5.5", points=1)
def steps_per_epoch(steps_per_epoch: Function, *, rng: np.random.Generator) -> None:
    """steps_per_epoch(rows, batch_size, validation_split) -> whole number (001 L413, 000 L379)."""
    judged = Comparison(
        steps_per_epoch,
        STEPS,
        lambda: _training(rng, 0.2),
        read=lambda came, *inputs: array(came, (), (1,), name="the number of steps"),
    )
    fixed = [(60000, 32, 0.0), (120, 4, 0.1), (130, 4, 0.0), (100, 32, 0.2)]
    # Only the training rows come out even; and a last batch of a single row.
    fixed += [(100, 40, 0.2), (120, 16, 0.2), (257, 256, 0.0)]
    for inputs in fixed:
        judged.on(*inputs, says="This is another number of steps.")
    for split in (0.0, 0.1, 0.25, 0.2):
        judged.on(*_training(rng, split), says="This is another number of steps.")


def _training(rng: np.random.Generator, split: float) -> Inputs:
    """Rows, batch size and validation split, with a last batch that is less than half full."""
    while True:
        rows, batch_size = 20 * int(rng.integers(100, 400)), int(rng.integers(3, 30))
        train, kept = rows * (1 - split), rows * split
        is_exact = int(train) == rows - round(kept) == rows - int(kept)
        if is_exact and 0 < int(train) % batch_size < batch_size / 2:
            return rows, batch_size, split
