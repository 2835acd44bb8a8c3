"""Checks of lab 03: activations and their slopes (000 L193-278, 001 L173-228, 004 L451-478)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks import errors
from utils.checks.core import (
    Function,
    Value,
    array,
    claim,
    column,
    exercise,
    fail,
    named_errors,
    note,
    part,
)
from utils.checks.edits import Comparison, Inputs, Reference, formula

# Under another name: an exercise's parameter `sigmoid` is the student's function.
from utils.checks.reference import sigmoid as _sigmoid
from utils.checks.values import FLOAT32, RELATIVE, THREE_DECIMALS, is_rounded, same, several

Array = NDArray[np.float64]

FAR = np.array([5.5, 8.0, 12.0, 50.0, 400.0, 1000.0])
LARGE = np.concatenate([-FAR, FAR])


# --- 3.0 a slope from two points -----------------------------------------------------------------

RISE_OVER_RUN = "(right - left) / (2 * h)"
SLOPE_BETWEEN = formula(
    "slope_between(left, right, h)",
    RISE_OVER_RUN,
    {
        "run h": ["(right - left) / h"],
        "parentheses of the run": ["(right - left) / 2 * h"],
        "parentheses of the rise": ["right - left / (2 * h)", "right - left / 2 * h"],
        "no run": ["right - left", "(right - left) / 2"],
        "left minus right": ["(left - right) / (2 * h)", "(left - right) / h"],
        "run over rise": ["2 * h / (right - left)", "h / (right - left)"],
        "sum": ["(right + left) / (2 * h)", "(right + left) / 2"],
        "h squared": ["(right - left) / h**2", "(right - left) / (2 * h**2)"],
        "absolute": ["np.abs(right - left) / (2 * h)"],
        "one number": ["np.mean((right - left) / (2 * h))", "np.sum(right - left) / (2 * h)"],
    },
)


@exercise("3.0", points=1)
def slope_between(slope_between: Function, *, rng: np.random.Generator) -> None:
    """slope_between(left, right, h): any shape, that shape, () -> that shape."""
    judged = Comparison(slope_between, SLOPE_BETWEEN, lambda: _two_heights(rng, 5), read=_like_left)
    for shape in ((), 6, (2, 3)):
        judged.on(*_two_heights(rng, shape))


def _two_heights(rng: np.random.Generator, shape: int | tuple[int, ...]) -> Inputs:
    """Heights at two places, and half of the distance between these: not 1, 1/2 or 2."""
    left = rng.uniform(-2, 2, shape).round(2)
    rise = (rng.uniform(0.3, 1.5, shape) * rng.choice([-1, 1], shape)).round(2)
    h = float(rng.choice([0.15, 0.3, 0.35, 0.7]))  # dividing by 0.2 hides who rounds
    return (left, left + rise, h) if shape else (float(left), float(left + rise), h)


def _like_left(came: Any, left: Any, right: Any, h: float) -> Array:
    """What came as numbers of the shape of `left`."""
    numbers = array(came, name="the answer", finite=False)
    if numbers.shape == () and np.shape(left):
        fail("one number", came="one number", expected=f"shape {np.shape(left)}")
    return array(came, np.shape(left), (1,), name="the answer", finite=False)


# --- the curves, each with the wrong ones that are known -----------------------------------------

STEP = formula(
    "step(z)",
    "(z >= 0) * 1.0",
    {
        "step: 0 at 0": ["(z > 0) * 1"],
        "step: 1/2 at 0": ["np.heaviside(z, 0.5)"],
        "step: sign": ["np.sign(z)", "np.where(z >= 0, 1, -1)"],
        "step: reversed": ["(z <= 0) * 1", "(z < 0) * 1"],
        "step: the value": ["np.where(z >= 0, z, 0)"],
        "step: threshold 1/2": ["z >= 0.5", "z > 0.5"],
    },
)
RELU = formula(
    "relu(z)",
    "np.maximum(0, z)",
    {
        "relu: min": ["np.minimum(0, z)"],
        "relu: abs": ["np.abs(z)"],
        "relu: step": ["z > 0", "1.0 * (z >= 0)"],
        "relu: leaky": [
            "np.maximum(0.01 * z, z)",
            "np.maximum(0.1 * z, z)",
            "np.where(z > 0, z, 0.2 * z)",
            "np.where(z > 0, z, np.exp(z) - 1)",
        ],
        "relu: capped": ["np.clip(z, 0, 1)"],
        "relu: not at all": ["z"],
        "relu: nan at -inf": ["z * (z > 0)", "(z + np.abs(z)) / 2"],
        "large numbers": ["np.clip(z, 0, 6)", "np.clip(z, 0, 10)", "np.maximum(0, z) * (z < 100)"],
        "one number": ["np.max([0, np.max(z)])", "np.max(z, 0)"],
        "np.max": ["np.max(0, z)", "np.max([0, z])"],
        "Python's max": ["max(0, z)", "z if z > 0 else 0"],
        "any shape": ["np.array([max(0.0, v) for v in z])"],
        "rounded": ["np.round(np.maximum(0.0, z), 1)"],
    },
)
SIGMOID = formula(
    "sigmoid(z)",
    "1 / (1 + np.exp(-z))",
    {
        "sigmoid: sign": ["1 / (1 + np.exp(z))"],
        "sigmoid: parentheses": ["1 / 1 + np.exp(-z)"],
        "sigmoid: the 1 forgotten": ["1 / np.exp(-z)"],
        "sigmoid: minus": ["1 / (1 - np.exp(-z))"],
        "sigmoid: tanh": ["np.tanh(z)"],
        "sigmoid: base 2": ["1 / (1 + 2.0 ** (-z))"],
        "sigmoid: softmax": ["np.exp(z) / np.exp(z).sum()"],
        "sigmoid: 2z": ["1 / (1 + np.exp(-2 * z))"],
        "sigmoid: log": ["np.log(1 + np.exp(-z))"],
        "sigmoid: rounded": ["np.round(1 / (1 + np.exp(-z)))"],
        "sigmoid overflows": ["np.exp(z) / (np.exp(z) + 1)"],
        "large numbers": ["np.where(z < -5, 0, 1 / (1 + np.exp(-z)))"],
        "powers": ["1 / (1 + np.e ^ (-z))"],
        "decimals cut off": ["(1 / (1 + np.exp(-z))).astype(int)"],
        "rounded": ["np.round(1 / (1 + np.exp(-z)), 2)"],
    },
)
TANH = formula(
    "tanh(z)",
    "np.tanh(z)",
    {
        "tanh: half as steep": [
            "(1 - np.exp(-z)) / (1 + np.exp(-z))",
            "(1 - np.exp(z)) / (1 + np.exp(z))",
        ],
        "tanh: sigmoid": ["1 / (1 + np.exp(-z))"],
        "tanh: tan": ["np.tan(z)"],
        "tanh: sinh": ["(np.exp(z) - np.exp(-z)) / 2"],
        "tanh: sign": ["np.tanh(-z)"],
        "tanh: sigmoid of 2z": ["1 - np.exp(-2 * z) / (1 + np.exp(-2 * z))"],
        "tanh: upside down": ["(np.exp(z) + np.exp(-z)) / (np.exp(z) - np.exp(-z))"],
        "tanh: arctan": ["np.arctan(z)"],
        "tanh: parentheses": [
            "1 - np.exp(-2 * z) / 1 + np.exp(-2 * z)",
            "(1 - np.exp(-2 * z)) / 1 + np.exp(-2 * z)",
            "np.exp(z) - np.exp(-z) / np.exp(z) + np.exp(-z)",
            "(np.exp(z) - np.exp(-z)) / np.exp(z) + np.exp(-z)",
            "np.exp(2 * z) - 1 / np.exp(2 * z) + 1",
            "(np.exp(2 * z) - 1) / np.exp(2 * z) + 1",
        ],
        "tanh overflows": [
            "(1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z))",
            "(np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))",
            "(np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)",
            "np.sinh(z) / np.cosh(z)",
        ],
        "rounded": ["np.tanh(z).round(3)"],
    },
)
SOFTPLUS = formula(
    "softplus(z)",
    "np.logaddexp(0, z)",
    {
        "softplus: base": ["np.log2(1 + np.exp(z))", "np.log10(1 + np.exp(z))"],
        "softplus: the 1 forgotten": ["np.log(np.exp(z))"],
        "softplus: sign": ["np.logaddexp(0, -z)"],
        "softplus: sigmoid": ["1 / (1 + np.exp(-z))"],
        "softplus: log1p alone": ["np.log1p(z)"],
        "softplus: log1p twice": ["np.log1p(1 + np.exp(z))"],
        "softplus: relu": ["np.maximum(0, z)"],
        "softplus: exponents": [
            "np.logaddexp(1, z)",
            "np.logaddexp(0, np.exp(z))",
            "np.logaddexp(1, np.exp(z))",
        ],
        "softplus: no logarithm": ["1 + np.exp(z)"],
        "softplus overflows": ["np.log(1 + np.exp(z))", "np.log1p(np.exp(z))"],
        "large numbers": [
            "np.log1p(np.exp(np.clip(z, -30, 30)))",
            "np.where(z > 4, z, np.log1p(np.exp(z)))",
        ],
    },
)
HARD_TANH = formula(
    "hard_tanh(z)",
    "np.clip(z, -1, 1)",
    {
        "hard tanh: 0 to 1": ["np.clip(z, 0, 1)"],
        "hard tanh: min and max swapped": [
            "np.maximum(1, np.minimum(-1, z))",
            "np.minimum(-1, np.maximum(1, z))",
        ],
        "hard tanh: sign": ["np.sign(z)"],
        "hard tanh: one side": ["np.minimum(1, z)", "np.maximum(-1, z)"],
        "hard tanh: tanh": ["np.tanh(z)"],
        "hard tanh: outside": ["np.where(np.abs(z) < 1, z, 0)", "np.where(np.abs(z) <= 1, z, 0)"],
        "hard tanh: dead zone": ["np.where(np.abs(z) >= 1, np.sign(z), 0.0)"],
        "Python's max": ["max(-1, min(1, z))"],
    },
)
D_RELU = formula(
    "d_relu(z)",
    "np.where(z > 0, 1.0, 0.0)",
    {
        "d_relu: 1 at 0": ["(z >= 0) * 1.0"],
        "d_relu: 1/2 at 0": ["(np.maximum(0, z + 1e-6) - np.maximum(0, z - 1e-6)) / 2e-6"],
        "d_relu: relu": ["np.maximum(0, z)"],
        "d_relu: sign": ["np.sign(z)", "np.where(z > 0, 1, -1)"],
        "d_relu: reversed": ["np.where(z < 0, 1, 0)"],
        "d_relu: always 1": ["np.ones_like(z)"],
        "d_relu: 0/0": ["np.maximum(0, z) / z"],
        "large numbers": ["(z > 0) & (z < 100)"],
        "one number": ["np.any(z > 0)"],
        "math": ["int(z > 0)"],
        "np.max": ["np.sign(np.max(0, z))", "np.sign(np.max([0, z]))"],
        "Python's max": ["1 if z > 0 else 0"],
        "any shape": ["[1 if v > 0 else 0 for v in z]"],
    },
)
# In these the student's `sigmoid` stands above.
GIVEN = {"sigmoid": _sigmoid}
D_SIGMOID = formula(
    "d_sigmoid(z)",
    "sigmoid(z) * sigmoid(-z)",
    {
        "d_sigmoid: z for s": ["z * (1 - z)"],
        "d_sigmoid: s twice": ["sigmoid(sigmoid(z)) * (1 - sigmoid(sigmoid(z)))"],
        "d_sigmoid: plus": ["sigmoid(z) * (1 + sigmoid(z))"],
        "d_sigmoid: minus": ["sigmoid(z) * (sigmoid(z) - 1)"],
        "d_sigmoid: square forgotten": ["np.exp(-z) / (1 + np.exp(-z))"],
        "d_sigmoid: numerator forgotten": [
            "1 / (1 + np.exp(-z)) ** 2",
            "-1 / (1 + np.exp(-z)) ** 2",
        ],
        "d_sigmoid: sigmoid": ["sigmoid(z)"],
        "d_sigmoid: tanh's": ["1 - sigmoid(z) ** 2"],
        "d_sigmoid: as if e^-z were z": ["sigmoid(z) * (1 - z)"],
        "d_sigmoid: parentheses": ["sigmoid(z) * 1 - sigmoid(z)"],
        "d_sigmoid: one factor twice": ["(1 - sigmoid(z)) ** 2"],
        "d_sigmoid: sigmoid(1 - z)": ["sigmoid(z) * sigmoid(1 - z)"],
        "d_sigmoid overflows": ["np.exp(-z) / (1 + np.exp(-z)) ** 2"],
        "large numbers": ["np.where(np.abs(z) > 5, 0, sigmoid(z) * (1 - sigmoid(z)))"],
        "rounded": ["np.round(sigmoid(z) * (1 - sigmoid(z)), 2)"],
    },
    GIVEN,
)
D_TANH = formula(
    "d_tanh(z)",
    "1 - np.tanh(z) ** 2",
    {
        "d_tanh: z for tanh": ["1 - z**2"],
        "d_tanh: tanh twice": ["1 - np.tanh(np.tanh(z)) ** 2"],
        "d_tanh: square forgotten": ["1 - np.tanh(z)"],
        "d_tanh: plus": ["1 + np.tanh(z) ** 2"],
        "d_tanh: sigmoid's": ["np.tanh(z) * (1 - np.tanh(z))", "sigmoid(z) * (1 - sigmoid(z))"],
        "d_tanh: tanh": ["np.tanh(z)"],
        "d_tanh: 1 minus square, squared": ["(1 - np.tanh(z)) ** 2"],
        "d_tanh: minus": ["np.tanh(z) ** 2 - 1"],
        "d_tanh: square inside": ["1 - np.tanh(z**2)"],
        "d_tanh: factor 2 lost": [
            "2 * sigmoid(2 * z) * (1 - sigmoid(2 * z))",
            "sigmoid(2 * z) * (1 - sigmoid(2 * z))",
        ],
        "d_tanh overflows": ["1 - (np.sinh(z) / np.cosh(z)) ** 2"],
        "powers": ["1 - np.tanh(z) ^ 2"],
    },
    GIVEN,
)
D_SOFTPLUS = formula(
    "d_softplus(z)",
    "sigmoid(z)",
    {
        "d_softplus: inner derivative": ["1 / (1 + np.exp(z))"],
        "d_softplus: outer derivative": ["np.exp(z)"],
        "d_softplus: sigmoid'": ["sigmoid(z) * (1 - sigmoid(z))"],
        "d_softplus: softplus": ["np.logaddexp(0, z)"],
        "d_softplus: relu'": ["(z > 0) * 1.0", "(z >= 0) * 1.0"],
        "d_softplus: minus": ["-sigmoid(z)"],
        "d_softplus: log of the slope": ["z"],
        "d_softplus: s (1 - s)": ["np.logaddexp(0, z) * (1 - np.logaddexp(0, z))"],
        "d_softplus overflows": ["np.exp(z) / (1 + np.exp(z))"],
    },
    GIVEN,
)

# Only these compute an exponential; the others cannot overflow.
OVERFLOWS = {"sigmoid", "tanh", "softplus", "d_sigmoid", "d_tanh", "d_softplus"}


def _judge(function: Function, right: Reference, *, rng: np.random.Generator) -> None:
    """Judge a function of numbers: near 0, for whole numbers, for a table, for large numbers."""
    inputs = _inputs(rng)
    function.ask_ahead(*((z,) for _, z in inputs))
    for k, (name, z) in enumerate(inputs):
        (came, whole), expected = _call(function, z, name), right(z.astype(float))
        wrong = ~np.isclose(came, expected, FLOAT32.rtol, FLOAT32.atol)
        if not wrong.any():
            continue
        first = tuple(np.argwhere(wrong)[0])
        shown: dict[str, Any] = {
            "tried": f"{function.name}(z) at z = {z[first]:g}",
            "came": float(came[first]),
            "expected": float(expected[first]),
        }
        cut_off = whole and same(came, np.trunc(expected))
        # Cut-off decimals can look like another curve, but not where z is whole or far from 0.
        if cut_off and name in {"whole numbers", "large numbers"}:
            fail("decimals cut off", **shown)
        if name == "large numbers":
            overflows = function.name in OVERFLOWS and not np.isfinite(came).all()
            fail(f"{function.name} overflows" if overflows else name, **shown)

        def other(k: int = k, name: str = name) -> tuple[Inputs, Any]:
            """The same inputs with other numbers."""
            z = _inputs(rng)[k][1]
            return (z.astype(float),), _call(function, z, name)[0]

        if mistake := right.mistake([((z.astype(float),), came)], other):
            fail(mistake, **shown)
        if cut_off:
            fail("decimals cut off", **shown)
        if is_rounded(came, expected):
            fail("rounded", **shown)
        fail(says="The values differ.", **shown)


def _inputs(rng: np.random.Generator) -> Sequence[tuple[str, Array]]:
    """Every side of every corner, 0 itself, and numbers far from it.

    The lowest number comes first once and the highest once: np.vectorize gives all its answers the
    type of the first, so a whole number there cuts the decimals of the others off.
    """
    sides = ((-4, -1.2), (-4, -1.2), (-0.9, -0.6), (-0.4, -0.1), (0.1, 0.4), (0.6, 0.9), (1.2, 4))
    z = np.array([0.0, *(rng.uniform(*side) for side in sides), rng.uniform(1.2, 4)])
    near, far = rng.permutation(z), rng.permutation(LARGE)
    return [
        ("near 0", np.roll(near, -near.argmin())),
        ("whole numbers", rng.permutation(np.arange(-3, 4))),
        ("any shape", np.roll(near, -near.argmax())[:6].reshape(2, 3)),
        ("any shape", np.roll(near, -near.argmax())[:6].reshape(2, 1, 3)),
        ("large numbers", np.roll(far, -far.argmin())),
        ("large numbers", np.roll(far, -far.argmax())),
    ]


# What Python, NumPy and TensorFlow say to a mistake; NumPy 2 changed the words for `math`.
RAISES: Mapping[str, str] = {
    "math overflows": "OverflowError",
    "math": errors.NOT_ONE_NUMBER,
    "np.max": errors.either(errors.NO_AXIS, errors.UNEVEN),
    "Python's max": errors.NO_TRUTH,
    "powers": r"[Bb]itwise|for \^",
}


def _call(function: Function, z: Array, name: str) -> tuple[Array, bool]:
    """What the function gives for z, as floats of z's shape, and whether it was whole numbers.

    nan and inf are judged later.
    """
    # Once the first call has shown that it can work, these inputs alone are the reason.
    with named_errors({name: ""} if name in {"whole numbers", "any shape"} else RAISES):
        came = function(z)
    if came is None:
        fail("whole numbers" if name == "whole numbers" else "nothing", came="None")
    label = f"what `{function.name}` returns"
    numbers = array(came, name=label, finite=False)
    if numbers.shape == z.shape:
        return numbers, np.asarray(came).dtype.kind in "iu"
    wrong = {"came": f"shape {numbers.shape}", "expected": f"shape {z.shape}"}
    if numbers.shape == ():
        fail("one number", **wrong)
    if name == "any shape":
        fail(name, **wrong)
    fail(says=f"{label} has the wrong shape: it should be that of z.", **wrong)


# --- 3.1 and 3.1b the functions ------------------------------------------------------------------


@exercise("3.1", points=1.5)
def straight_curves(
    step: Function, relu: Function, hard_tanh: Function, *, rng: np.random.Generator
) -> None:
    """Three functions of z, any shape -> that shape (000 L193-206, L277, 002 L45-63)."""
    with part(0.5, "step"):
        _judge(step, STEP, rng=rng)
    with part(0.5, "relu"):
        _judge(relu, RELU, rng=rng)
        came, _ = _call(relu, np.array([-np.inf, 2.0]), "near 0")
        if not np.array_equal(came, [0.0, 2.0]):
            shown = {"tried": "relu(z) at z = -inf", "came": came[0], "expected": 0.0}
            fail("relu: nan at -inf" if np.isnan(came[0]) else "large numbers", **shown)
    with part(0.5, "hard_tanh"):
        _judge(hard_tanh, HARD_TANH, rng=rng)


@exercise("3.1b", points=2.5)
def exponential_curves(
    sigmoid: Function,
    tanh: Function,
    softplus: Function,
    rbf: Function,
    *,
    rng: np.random.Generator,
) -> None:
    """Three functions of z, any shape -> that shape, and rbf(x, w, s): (n, d), (d,), () -> (n,)."""
    with part(0.5, "sigmoid"):
        _judge(sigmoid, SIGMOID, rng=rng)
    with part(0.5, "tanh"):
        _judge(tanh, TANH, rng=rng)
    with part(0.5, "softplus"):
        _judge(softplus, SOFTPLUS, rng=rng)
    with part(1, "rbf"):
        _judge_rbf(rbf, rng)


RBF = formula(
    "rbf(x, w, s)",
    "np.exp(-np.sum((x - w) ** 2, axis=1) / s**2)",
    {
        "rbf: plus": ["np.exp(np.sum((x - w) ** 2, axis=1) / s**2)"],
        "rbf: distance not squared": ["np.exp(-np.linalg.norm(x - w, axis=1) / s**2)"],
        "rbf: s not squared": ["np.exp(-np.sum((x - w) ** 2, axis=1) / s)"],
        "rbf: twice s²": ["np.exp(-np.sum((x - w) ** 2, axis=1) / (2 * s**2))"],
        "rbf: times s²": ["np.exp(-np.sum((x - w) ** 2, axis=1) * s**2)"],
        "rbf: s forgotten": ["np.exp(-np.sum((x - w) ** 2, axis=1))"],
        "rbf: mean": ["np.exp(-np.mean((x - w) ** 2, axis=1) / s**2)"],
        "rbf: square of the sum": ["np.exp(-(np.sum(x - w, axis=1) ** 2) / s**2)"],
        "rbf: upside down": ["1 - np.exp(-np.sum((x - w) ** 2, axis=1) / s**2)"],
        "rbf: absolute values": ["np.exp(-np.sum(np.abs(x - w), axis=1) / s**2)"],
        "rbf: no exp": ["-np.sum((x - w) ** 2, axis=1) / s**2"],
        "rbf: s² outside": ["np.exp(-np.sum((x - w) ** 2, axis=1)) / s**2"],
        "rbf: neither squared": ["np.exp(-np.linalg.norm(x - w, axis=1) / s)"],
        "rbf: sum outside": ["np.sum(np.exp(-((x - w) ** 2) / s**2), axis=1)"],
        "rbf: not summed": ["np.exp(-((x - w) ** 2) / s**2)"],
        "rbf: axis": ["np.exp(-np.sum((x - w) ** 2, axis=0) / s**2)"],
        "rbf: one number": [
            "np.exp(-np.sum((x - w) ** 2) / s**2)",
            "np.exp(-(np.linalg.norm(x - w) ** 2) / s**2)",
            "np.exp(-((x[0] - w) ** 2).sum() / s**2)",
        ],
        "rbf: dot product": [
            "np.exp(-np.dot(x - w, x - w) / s**2)",
            "np.exp(-((x - w) @ (x - w)) / s**2)",
        ],
        "powers": ["np.exp(-np.sum((x - w) ^ 2, axis=1) / s**2)"],
        "rounded": ["np.exp(-((x - w) ** 2).sum(axis=1) / s**2).round(2)"],
    },
)


def _judge_rbf(rbf: Function, rng: np.random.Generator) -> None:
    inputs = [_bump(rng, n, d) for n, d in ((5, 3), (1, 4), (2, 2))]
    inputs.append((np.array([[1000.0, 0.0], [0.0, -1000.0], [0.5, 0.0]]), np.zeros(2), 1.0))
    rbf.ask_ahead(*inputs)
    judged = Comparison(rbf, RBF, lambda: _bump(rng, 5, 3), read=_bumps)
    with named_errors({**RAISES, "rbf: dot product": errors.NOT_ALIGNED}):
        for x, w, s in inputs:
            judged.on(x, w, s)


def _bump(rng: np.random.Generator, n: int, d: int) -> Inputs:
    """x (n, d), w (d,) and s for `rbf`."""
    w = rng.uniform(-1, 1, d).round(2)
    # Not 1, where several mistakes would not be seen.
    s = float(rng.choice([rng.uniform(0.6, 0.8), rng.uniform(1.3, 1.8)]))
    return (w + rng.uniform(0.2, 0.6, (n, d)) * rng.choice([-1, 1], (n, d))).round(2), w, s


def _bumps(answer: Any, x: Array, w: Array, s: float) -> Array:
    """What came as one number for each row, (n,), -1 for nan and inf."""
    n, d = x.shape
    came = array(answer, name="what `rbf` returns", finite=False)
    shapes = {(n, d): "rbf: not summed", (d,): "rbf: axis", (): "rbf: one number"}
    if n > 1 and came.shape != (n,) and came.shape in shapes:
        fail(shapes[came.shape], came=f"shape {came.shape}", expected=f"shape ({n},)")
    return column(np.where(np.isfinite(came), came, -1.0), n, "what `rbf` returns")


# --- 3.2 the derivatives -------------------------------------------------------------------------


@exercise("3.2", points=2)
def derivatives(
    d_relu: Function,
    d_sigmoid: Function,
    d_tanh: Function,
    d_softplus: Function,
    *,
    rng: np.random.Generator,
) -> None:
    """Four derivatives as functions of z, any shape -> that shape (000 L210-268, 004 L451-478)."""
    with part(0.5, "d_relu"):
        _judge(d_relu, D_RELU, rng=rng)
    with part(0.5, "d_sigmoid"):
        _judge(d_sigmoid, D_SIGMOID, rng=rng)
    with part(0.5, "d_tanh"):
        _judge(d_tanh, D_TANH, rng=rng)
    with part(0.5, "d_softplus"):
        _judge(d_softplus, D_SOFTPLUS, rng=rng)


# --- 3.3 tanh from sigmoid -----------------------------------------------------------------------

UNIT = formula(
    "sigmoid_unit(w, b)",
    "2 * w, 2 * b, 2, -1",
    {
        "2 sigmoid(z) - 1": ["w, b, 2, -1"],
        "sigmoid(2z) - 1": ["2 * w, 2 * b, 1, -1"],
        "sigmoid(z) alone": ["w, b, 1, 0"],
        "sigmoid(2z) alone": ["2 * w, 2 * b, 1, 0"],
        "shift forgotten": ["2 * w, 2 * b, 2, 0"],
        "sign of the shift": ["2 * w, 2 * b, 2, 1"],
        "shift 1/2": ["2 * w, 2 * b, 2, -0.5"],
        "bias forgotten": ["2 * w, 0, 2, -1"],
        "bias not doubled": ["2 * w, b, 2, -1"],
        "weights not doubled": ["w, 2 * b, 2, -1"],
        "halved": ["w / 2, b / 2, 2, -1"],
        "sign turned": ["-2 * w, -2 * b, 2, -1", "2 * w, 2 * b, -2, 1"],
        "a and c swapped": ["2 * w, 2 * b, -1, 2"],
        "four times": ["4 * w, 4 * b, 2, -1"],
        "sigmoid from tanh": ["w / 2, b / 2, 0.5, 0.5"],
        "steep by a": ["w, b, 4, -2", "w, b, 4, -1"],
    },
)
# Where two units are compared; of d inputs the first d columns.
POINTS = np.random.default_rng(0).normal(size=(40, 4))


@exercise("3.3", points=1)
def sigmoid_unit(sigmoid_unit: Function, *, rng: np.random.Generator) -> None:
    """sigmoid_unit(w, b): w (d,), b () -> w2 (d,), b2 (), a (), c () (002 L54-57)."""
    for d in (3, 1, 4):
        w, b = _weights(rng, d)
        came = _four(sigmoid_unit(w, b), d)
        curve, expected = _curve(came), np.tanh(POINTS[:, :d] @ w + b)
        if same(curve, expected, THREE_DECIMALS):
            continue
        worst = int(np.abs(curve - expected).argmax())
        shown: dict[str, Any] = {
            "tried": f"sigmoid_unit({w.tolist()}, {b:g}) at a point where x @ w + b = "
            f"{np.arctanh(expected[worst]):.2f}",
            "came": f"a * sigmoid(x @ w2 + b2) + c = {curve[worst]:.4f}",
            "expected": f"tanh(x @ w + b) = {expected[worst]:.4f}",
        }
        others: list[Any] = []

        def other(d: int = d, others: list[Any] = others) -> tuple[Inputs, Any]:
            inputs = _weights(rng, d)
            others.append(_four(sigmoid_unit(*inputs), d))
            return inputs, others[-1]

        seen = [((w, b), came)]
        mistake = UNIT.mistake(seen, other, view=_curve, tolerance=THREE_DECIMALS)
        if mistake is None and same(came[:2], other()[1][:2]):
            mistake = "remembered"
        fail(mistake, says="" if mistake else "The two units differ.", **shown)


def _weights(rng: np.random.Generator, d: int) -> Inputs:
    """w (d,) and b, none of them near 0."""
    w = rng.uniform(0.5, 1.5, d).round(2) * rng.choice([-1, 1], d)
    return w, float(np.round(rng.uniform(0.5, 1.0) * rng.choice([-1, 1]), 2))


def _curve(four: Any) -> Array:
    """The values of a unit a * sigmoid(x @ w2 + b2) + c at the points, (40,)."""
    w2, b2, scale, shift = four
    return np.asarray(scale * _sigmoid(POINTS[:, : len(w2)] @ w2 + b2) + shift)


def _four(came: Any, d: int) -> tuple[Array, float, float, float]:
    w2, *rest = several(came, ("w2", "b2", "a", "c"))
    shapes: list[tuple[int, ...]] = [(d,), (d, 1), (1, d), *([()] if d == 1 else [])]
    w2 = array(w2, *shapes, name="w2").reshape(d)
    pairs = zip(rest, ("b2", "a", "c"), strict=True)
    b2, scale, shift = (array(one, (), (1,), (1, 1), name=name).item() for one, name in pairs)
    return w2, b2, scale, shift


# --- 3.4 the bound -------------------------------------------------------------------------------

BOUND_SAYS = ("exact gradient", "largest gradient", "one factor")
SLOPE = formula(
    "max_slope(k)",
    "k / 4",
    {
        "value at 0": ["k / 2", "1 / (1 + np.exp(-k * 0))"],
        "slope of tanh": ["k", "1.0"],
        "k ignored": ["0.25"],
        "k squared": ["k**2 / 4"],
        "divided by k": ["1 / (4 * k)"],
        "power of k": ["0.25**k"],
        "slope at k": ["np.exp(-k) / (1 + np.exp(-k)) ** 2"],
        "slope at 1/2": [
            "k * np.exp(-0.5) / (1 + np.exp(-0.5)) ** 2",
            "k * np.exp(-k / 2) / (1 + np.exp(-k / 2)) ** 2",
        ],
    },
)
BOUND = formula(
    "factor_bound(layers)",
    "0.25**layers",
    {
        "bound: value at 0": ["0.5**layers"],
        "bound: slope of tanh": ["1.0**layers"],
        "bound: added up": ["0.25 * layers"],
        "bound: divided": ["0.25 / layers"],
        "bound: one layer only": ["0.25"],
        "bound: one factor too few": ["0.25 ** (layers - 1)"],
        "bound: one factor too many": ["0.25 ** (layers + 1)"],
        "bound: upside down": ["4.0**layers"],
        "bound: base and exponent": ["layers**0.25"],
    },
)


@exercise("3.4", points=1.5)
def saturation(
    max_slope: Function, factor_bound: Function, bound_says: Code, *, rng: np.random.Generator
) -> None:
    """max_slope(k): k > 0 -> k/4; factor_bound(layers) -> 0.25**layers; a claim (000 L210-214)."""
    with part(0.5, "max_slope"):
        _compare_numbers(max_slope, SLOPE, lambda: _steepnesses(rng), "the slope", "coarse grid")
    with part(0.5, "factor_bound"):
        _compare_numbers(factor_bound, BOUND, lambda: _depths(rng), "the bound")
    with part(0.5, "bound_says"):
        claim(bound_says, BOUND_SAYS, right=["one factor"])


def _steepnesses(rng: np.random.Generator) -> Sequence[float]:
    # On the second, k/4 with three decimals is off by more than a search on a grid may be, and by
    # less than the slope at k/2.
    return float(rng.uniform(2.2, 3.6)), 4 * (rng.integers(90, 140) + 0.45) / 1000, 1.0


def _depths(rng: np.random.Generator) -> Sequence[int]:
    return (*rng.permutation([3, *range(5, 13)])[:3].tolist(), 1)


def _compare_numbers(
    function: Function,
    right: Reference,
    draw: Callable[[], Sequence[Any]],
    name: str,
    nearly: str | None = None,
) -> None:
    """Compare a function of one number; `nearly` names what is up to a tenth too small."""

    def ask(number: Any) -> tuple[Inputs, float]:
        return (number,), array(function(number), (), (1,), name=name).item()

    numbers, seen = draw(), []
    function.ask_ahead(*((number,) for number in numbers))
    for number in numbers:
        seen.append(ask(number))
        came, expected = seen[-1][1], right(number)
        # Slopes that were searched on a grid may be a bit below the top.
        if same(came, expected, RELATIVE):
            continue
        tried = function.tried
        mistake = right.mistake(seen, lambda: ask(draw()[0]), tolerance=RELATIVE)
        if mistake is None and is_rounded(came, expected, range(5)):
            mistake = "rounded"
        if mistake is None and 0.9 * expected < came < expected:
            mistake = nearly
        says = "" if mistake else "The number differs."
        fail(mistake, says=says, tried=tried, came=came, expected=expected)


class Code(Value):
    """One text of a list of codes, as a handle."""

    kinds = ("data",)
    wanted = "one of the codes of the list, in quotes"


# --- 3.5 one activation for each place -----------------------------------------------------------

ACTIVATIONS = ("linear", "relu", "sigmoid", "tanh", "softmax", "step")
# Each place, and what is right there.
PLACES = {
    "hidden": ["relu", "tanh"],
    "temperature": ["linear"],
    "spam": ["sigmoid"],
    "garment": ["softmax"],
    "steering": ["tanh"],
    "sugar": ["sigmoid"],
}


@exercise("3.5", points=1.5, fresh=False)
def places(
    hidden: Code, temperature: Code, spam: Code, garment: Code, steering: Code, sugar: Code
) -> None:
    """One code for each place of an activation (001 L183, L191-213)."""
    for answer in (hidden, temperature, spam, garment, steering, sugar):
        with part(0.25, answer.name):
            chosen = claim(answer, ACTIVATIONS, right=PLACES[answer.name], what=answer.name)
            if answer.name == "hidden" and chosen == "tanh":
                note("tanh is a good choice, too; ReLU is the usual first one.")
