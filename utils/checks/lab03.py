"""Checks of lab 03: activations and their slopes (000 L193-278, 001 L173-228, 004 L451-478)."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import (
    Function,
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

# Under another name: an exercise's parameter `sigmoid` is the student's function.
from utils.checks.reference import is_rounded
from utils.checks.reference import sigmoid as _sigmoid

Array = NDArray[np.float64]
# The name of a mistake, and the curve that it makes.
Curve = Callable[[Array], Array]
Known = Sequence[tuple[str, Curve]]

FAR = np.array([5.5, 8.0, 12.0, 50.0, 400.0, 1000.0])
LARGE = np.concatenate([-FAR, FAR])


# --- the curves, right ones and the wrong ones that are known ------------------------------------


def _step(z: Array) -> Array:
    return (z >= 0).astype(float)


def _relu(z: Array) -> Array:
    return np.maximum(0.0, z)


def _softplus(z: Array) -> Array:
    return np.logaddexp(0.0, z)


def _hard_tanh(z: Array) -> Array:
    return np.clip(z, -1.0, 1.0)


def _d_relu(z: Array) -> Array:
    return (z > 0).astype(float)


def _d_sigmoid(z: Array) -> Array:
    return _sigmoid(z) * _sigmoid(-z)


def _d_tanh(z: Array) -> Array:
    return 1 - np.tanh(z) ** 2


STEP: Known = [
    ("step: 0 at 0", _d_relu),
    ("step: 1/2 at 0", lambda z: np.heaviside(z, 0.5)),
    ("step: sign", np.sign),
    ("step: sign", lambda z: np.where(z >= 0, 1.0, -1.0)),
    ("step: reversed", lambda z: (z <= 0).astype(float)),
    ("step: reversed", lambda z: (z < 0).astype(float)),
    ("step: the value", _relu),
    ("step: threshold 1/2", lambda z: (z >= 0.5).astype(float)),
    ("step: threshold 1/2", lambda z: (z > 0.5).astype(float)),
]
RELU: Known = [
    ("relu: min", lambda z: np.minimum(0.0, z)),
    ("relu: abs", np.abs),
    ("relu: step", _d_relu),
    ("relu: step", _step),
    ("relu: leaky", lambda z: np.where(z > 0, z, 0.01 * z)),
    ("relu: leaky", lambda z: np.where(z > 0, z, 0.1 * z)),
    ("relu: leaky", lambda z: np.where(z > 0, z, 0.2 * z)),
    ("relu: leaky", lambda z: np.where(z > 0, z, np.exp(z) - 1)),
    ("relu: capped", lambda z: np.clip(z, 0.0, 1.0)),
    ("relu: not at all", np.copy),
]
SIGMOID: Known = [
    ("sigmoid: sign", lambda z: _sigmoid(-z)),
    ("sigmoid: parentheses", lambda z: 1 + np.exp(-z)),
    ("sigmoid: the 1 forgotten", np.exp),
    ("sigmoid: minus", lambda z: 1 / (1 - np.exp(-z))),
    ("sigmoid: tanh", np.tanh),
    ("sigmoid: base 2", lambda z: 1 / (1 + 2.0**-z)),
    ("sigmoid: softmax", lambda z: np.exp(z) / np.exp(z).sum()),
    ("sigmoid: 2z", lambda z: _sigmoid(2 * z)),
    ("sigmoid: log", lambda z: _softplus(-z)),
    ("sigmoid: rounded", lambda z: np.round(_sigmoid(z))),
]
TANH: Known = [
    ("tanh: half as steep", lambda z: np.tanh(z / 2)),
    ("tanh: half as steep", lambda z: -np.tanh(z / 2)),
    ("tanh: sigmoid", _sigmoid),
    ("tanh: tan", np.tan),
    ("tanh: sinh", np.sinh),
    ("tanh: sign", lambda z: -np.tanh(z)),
    ("tanh: sigmoid of 2z", lambda z: _sigmoid(2 * z)),
    ("tanh: upside down", lambda z: 1 / np.tanh(z)),
    ("tanh: arctan", np.arctan),
    ("tanh: parentheses", np.ones_like),
    ("tanh: parentheses", lambda z: np.exp(z) - np.exp(-2 * z) + np.exp(-z)),
    ("tanh: parentheses", lambda z: 1 - np.exp(-2 * z) + np.exp(-z)),
    ("tanh: parentheses", lambda z: np.exp(2 * z) - np.exp(-2 * z) + 1),
    ("tanh: parentheses", lambda z: 2 - np.exp(-2 * z)),
]
SOFTPLUS: Known = [
    ("softplus: base", lambda z: _softplus(z) / np.log(2)),
    ("softplus: base", lambda z: _softplus(z) / np.log(10)),
    ("softplus: the 1 forgotten", np.copy),
    ("softplus: sign", lambda z: _softplus(-z)),
    ("softplus: sigmoid", _sigmoid),
    ("softplus: log1p alone", np.log1p),
    ("softplus: log1p twice", lambda z: np.log1p(1 + np.exp(z))),
    ("softplus: relu", _relu),
    ("softplus: exponents", lambda z: np.logaddexp(1.0, z)),
    ("softplus: exponents", lambda z: np.logaddexp(0.0, np.exp(z))),
    ("softplus: exponents", lambda z: np.logaddexp(1.0, np.exp(z))),
    ("softplus: no logarithm", lambda z: 1 + np.exp(z)),
]
HARD_TANH: Known = [
    ("hard tanh: 0 to 1", lambda z: np.clip(z, 0.0, 1.0)),
    ("hard tanh: min and max swapped", np.ones_like),
    ("hard tanh: min and max swapped", lambda z: -np.ones_like(z)),
    ("hard tanh: sign", np.sign),
    ("hard tanh: one side", lambda z: np.minimum(1.0, z)),
    ("hard tanh: one side", lambda z: np.maximum(-1.0, z)),
    ("hard tanh: tanh", np.tanh),
    ("hard tanh: outside", lambda z: np.where(np.abs(z) <= 1, z, 0.0)),
    ("hard tanh: dead zone", lambda z: np.trunc(_hard_tanh(z))),
]
D_RELU: Known = [
    ("d_relu: 1 at 0", _step),
    ("d_relu: 1/2 at 0", lambda z: np.heaviside(z, 0.5)),
    ("d_relu: relu", _relu),
    ("d_relu: sign", np.sign),
    ("d_relu: sign", lambda z: np.where(z > 0, 1.0, -1.0)),
    ("d_relu: reversed", lambda z: (z < 0).astype(float)),
    ("d_relu: always 1", np.ones_like),
    ("d_relu: 0/0", lambda z: _relu(z) / z),
]
D_SIGMOID: Known = [
    ("d_sigmoid: z for s", lambda z: z * (1 - z)),
    ("d_sigmoid: s twice", lambda z: _d_sigmoid(_sigmoid(z))),
    ("d_sigmoid: plus", lambda z: _sigmoid(z) * (1 + _sigmoid(z))),
    ("d_sigmoid: minus", lambda z: -_d_sigmoid(z)),
    ("d_sigmoid: square forgotten", lambda z: _sigmoid(-z)),
    ("d_sigmoid: numerator forgotten", lambda z: _sigmoid(z) ** 2),
    ("d_sigmoid: numerator forgotten", lambda z: -(_sigmoid(z) ** 2)),
    ("d_sigmoid: sigmoid", _sigmoid),
    ("d_sigmoid: tanh's", lambda z: 1 - _sigmoid(z) ** 2),
    ("d_sigmoid: as if e^-z were z", lambda z: _sigmoid(z) * (1 - z)),
    ("d_sigmoid: parentheses", np.zeros_like),
    ("d_sigmoid: one factor twice", lambda z: (1 - _sigmoid(z)) ** 2),
    ("d_sigmoid: sigmoid(1 - z)", lambda z: _sigmoid(z) * _sigmoid(1 - z)),
]
D_TANH: Known = [
    ("d_tanh: z for tanh", lambda z: 1 - z**2),
    ("d_tanh: tanh twice", lambda z: 1 - np.tanh(np.tanh(z)) ** 2),
    ("d_tanh: square forgotten", lambda z: 1 - np.tanh(z)),
    ("d_tanh: plus", lambda z: 1 + np.tanh(z) ** 2),
    ("d_tanh: sigmoid's", lambda z: np.tanh(z) * (1 - np.tanh(z))),
    ("d_tanh: sigmoid's", _d_sigmoid),
    ("d_tanh: tanh", np.tanh),
    ("d_tanh: 1 minus square, squared", lambda z: (1 - np.tanh(z)) ** 2),
    ("d_tanh: minus", lambda z: np.tanh(z) ** 2 - 1),
    ("d_tanh: square inside", lambda z: 1 - np.tanh(z**2)),
    ("d_tanh: factor 2 lost", lambda z: _d_tanh(z) / 2),
    ("d_tanh: factor 2 lost", lambda z: _d_tanh(z) / 4),
]
D_SOFTPLUS: Known = [
    ("d_softplus: inner derivative", lambda z: _sigmoid(-z)),
    ("d_softplus: outer derivative", np.exp),
    ("d_softplus: sigmoid'", _d_sigmoid),
    ("d_softplus: softplus", _softplus),
    ("d_softplus: relu'", _d_relu),
    ("d_softplus: relu'", _step),
    ("d_softplus: minus", lambda z: -_sigmoid(z)),
    ("d_softplus: log of the slope", np.copy),
    ("d_softplus: s (1 - s)", lambda z: _softplus(z) * (1 - _softplus(z))),
]

# Mistakes of Python that every one of these functions can make.
PYTHON = {
    "Python's max": "Python's `max`, `min` and `if` compare two numbers, not arrays. np.maximum, "
    "np.minimum and np.where do it number by number.",
    "np.max": "np.max and np.min look for the largest or smallest number of one array, and a list "
    "such as [0, z] is none. np.maximum and np.minimum compare two arrays, number by number.",
    "math": "`int`, `float` and the functions of `math` take one number at a time. For an array "
    "use NumPy: np.exp, np.tanh; `(z >= 0) * 1.0` makes numbers of a comparison.",
    "math overflows": "math.exp raises an OverflowError for large numbers. np.exp gives inf "
    "instead; better still, never take exp of a large positive number.",
    "whole numbers": "It works for floats, but not for an array of whole numbers. Make it float "
    "first: `z = np.asarray(z, float)`.",
    "powers": "Powers are ** in Python; ^ is something else.",
    "decimals cut off": "The decimals are cut off: the answer is an array of whole numbers. "
    "np.zeros_like(z) makes one where z is whole, np.vectorize where its first answer is, and "
    "tf.maximum(0, z) where its first number is. Make z float first, `z = np.asarray(z, float)`, "
    "and write 0.0 for 0.",
    "rounded": "The numbers are rounded. Return them as they are.",
    "nothing": "`None` came back. Does your function end with `return`? (A GradientTape gives None "
    "for what it did not watch, and for whole numbers.)",
    "any shape": "It works for one row of numbers, but not for every other shape. A hidden layer "
    "gives a table (n, units), or more axes. NumPy's functions take any shape, without a loop.",
    "one number": "One number came back for the whole array. The function works on each number by "
    "itself, so the answer has the shape of z. (np.max, np.min and np.sum give one number; "
    "np.maximum compares number by number.)",
    "large numbers": "Near 0 the values are right, but not farther out: see the z below.",
}

# Only these compute an exponential; the others cannot overflow.
OVERFLOWS = {"sigmoid", "tanh", "softplus", "d_sigmoid", "d_tanh", "d_softplus"}


def _judge(function: Function, true: Curve, known: Known, *, rng: np.random.Generator) -> None:
    """Judge a function of numbers: near 0, for whole numbers, for a table, for large numbers."""
    inputs = _inputs(rng)
    function.ask_ahead(*((z,) for _, z in inputs))
    for name, z in inputs:
        (came, whole), expected = _call(function, z, name), true(z)
        wrong = ~_near(came, expected)
        if not wrong.any():
            continue
        first = tuple(np.argwhere(wrong)[0])
        shown: dict[str, Any] = {
            "tried": f"{function.name}(z) at z = {z[first]:g}",
            "came": float(came[first]),
            "expected": float(expected[first]),
        }
        cut_off = whole and _near(came, np.trunc(expected)).all()
        # Cut-off decimals can look like another curve, but not where z is whole or far from 0.
        if cut_off and name in {"whole numbers", "large numbers"}:
            fail("decimals cut off", **shown)
        if name == "large numbers":
            overflows = function.name in OVERFLOWS and not np.isfinite(came).all()
            fail(f"{function.name} overflows" if overflows else name, **shown)
        for mistake, curve in known:
            if _near(came, curve(z.astype(float))).all():
                fail(mistake, **shown)
        if cut_off:
            fail("decimals cut off", **shown)
        if is_rounded(came, expected):
            fail("rounded", **shown)
        fail(says="The values differ.", **shown)


def _near(came: Array, expected: Array) -> NDArray[np.bool_]:
    # An answer in float32 is as good as one in float64.
    return np.isclose(came, expected, rtol=1e-4, atol=1e-5, equal_nan=True)


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
    "math": "length-1 arrays|0-dimensional arrays|real number",
    "np.max": "integer scalar|interpreted as an integer|inhomogeneous",
    "Python's max": "truth value",
    "powers": r"[Bb]itwise|for \^",
}


@contextlib.contextmanager
def _named(raises: Mapping[str, str]) -> Iterator[None]:
    """Name the mistake of `raises` whose words an error in this block says."""
    with contextlib.ExitStack() as stack:
        for mistake, says in raises.items():
            stack.enter_context(if_it_raises(mistake, says=says))
        yield


def _call(function: Function, z: Array, name: str) -> tuple[Array, bool]:
    """What the function gives for z, as floats of z's shape, and whether it was whole numbers.

    nan and inf are judged later.
    """
    # Once the first call has shown that it can work, these inputs alone are the reason.
    with _named({name: ""} if name in {"whole numbers", "any shape"} else RAISES):
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


# --- 3.1 the functions ---------------------------------------------------------------------------


@exercise(
    "3.1",
    points=4,
    hints=(
        "Each function works on all numbers of an array at once, so no loop and no `if` is needed. "
        "Which NumPy functions compare two arrays, number by number?",
        "np.maximum(a, b) and np.minimum(a, b) compare. For the others: np.tanh is there; "
        "np.logaddexp(a, b) is log(e^a + e^b), and 1 = e^0; a norm squared is the sum of the "
        "squares over axis=1.",
        "Look at each line with np.exp and put z = 1000 and z = -1000 in. Is inf / inf there, or "
        "log(inf)? 1 / (1 + np.exp(-z)) is safe: 1 / inf is 0. In the RBF look at the sign in "
        "front of the distance.",
    ),
    mistakes={
        **PYTHON,
        "step: 0 at 0": "At 0 the step should be 1: here it is 1{z >= 0}, as in lecture 002.",
        "step: 1/2 at 0": "At 0 the step should be 1, not 1/2: 1{z >= 0}.",
        "step: sign": "This is the sign, which is -1 for negative numbers. The step is 0 there.",
        "step: reversed": "This is 1 where z is negative. It should be 1 where z is at least 0.",
        "step: the value": "This is the ReLU: it keeps the value. The step gives 1 for every "
        "number that is at least 0.",
        "step: threshold 1/2": "The threshold is 0, not 1/2.",
        "relu: min": "This keeps the negative numbers: you took the smaller of both. ReLU keeps "
        "the larger of 0 and z.",
        "relu: abs": "This is the absolute value. Negative numbers become 0, they are not turned.",
        "relu: step": "This is a step. Where z is positive ReLU keeps z itself.",
        "relu: leaky": "This is a *leaky* ReLU or an ELU: a little of the negative numbers comes "
        "through. ReLU gives exactly 0 there.",
        "relu: capped": "This stops at 1. ReLU has no upper end.",
        "relu: not at all": "This is z itself: negative numbers should become 0.",
        "relu: nan at -inf": "relu(-inf) is nan: 0 * inf and inf - inf are nan. So do not multiply "
        "by a mask and do not add up: compare with np.maximum, or choose with np.where.",
        "sigmoid: sign": "This falls where it should rise: it is the sigmoid of -z. The exponent "
        "is -z.",
        "sigmoid: parentheses": "This is 1/1 + e^-z. Put the sum in parentheses: 1 / (1 + ...).",
        "sigmoid: the 1 forgotten": "This is e^z, that is 1 / e^-z. The 1 below the line is "
        "missing.",
        "sigmoid: minus": "There is a minus below the line. It should be 1 + e^-z.",
        "sigmoid: tanh": "This is tanh. The sigmoid lies between 0 and 1.",
        "sigmoid: base 2": "This has powers of 2 where the formula has powers of e.",
        "sigmoid: softmax": "This is the softmax: its numbers depend on each other and add up to "
        "1. The sigmoid looks at each number alone.",
        "sigmoid: 2z": "This is the sigmoid of 2z: too steep.",
        "sigmoid: log": "This is log(1 + e^-z). The sigmoid divides: 1 / (1 + e^-z).",
        "sigmoid: rounded": "This is rounded to 0 and 1. The sigmoid takes all values between.",
        "sigmoid overflows": "For large numbers nan or inf comes out. e^z / (e^z + 1) is inf / inf "
        "at z = 1000. The form 1 / (1 + e^-z) is safe at both ends.",
        "tanh: half as steep": "This is tanh(z/2), perhaps with its sign turned. The exponents in "
        "(1 - e^-2z) / (1 + e^-2z) have a 2.",
        "tanh: sigmoid": "This is the sigmoid. tanh lies between -1 and 1.",
        "tanh: tan": "This is the tangent of an angle. The h in tanh stands for *hyperbolic*.",
        "tanh: sinh": "This is sinh: it has no upper end. Divide by e^z + e^-z.",
        "tanh: sign": "The sign is turned: tanh has the sign of z.",
        "tanh: sigmoid of 2z": "This is the sigmoid of 2z, between 0 and 1. tanh lies between -1 "
        "and 1. (1 - a / (1 + a) gives it, too: put 1 - a in parentheses.)",
        "tanh: upside down": "The fraction is upside down: e^z + e^-z belongs below the line.",
        "tanh: arctan": "This is the arctangent. It looks alike but goes up to 1.57.",
        "tanh: parentheses": "Parentheses are missing: 1 - a / 1 + a is 1 - a + a. Put what stands "
        "above the line in one pair, and what stands below it in another.",
        "tanh overflows": "For large numbers nan or inf comes out: inf / inf. The lectures' forms "
        "overflow at -1000, at 1000 or at both. np.tanh does not.",
        "softplus: base": "The logarithm has the base 2 or 10. log is the natural one here: "
        "np.log.",
        "softplus: the 1 forgotten": "This is z itself, log(e^z): the 1 is missing.",
        "softplus: sign": "This falls where it should rise: the exponent is z, not -z.",
        "softplus: sigmoid": "This is the sigmoid. Softplus is a logarithm and has no upper end.",
        "softplus: log1p alone": "This is log(1 + z): the exponential is missing.",
        "softplus: log1p twice": "np.log1p(x) is log(1 + x) already: this adds 1 twice.",
        "softplus: relu": "This is ReLU. Softplus is smooth: at 0 it is log 2.",
        "softplus: exponents": "np.logaddexp takes the two *exponents*: e^z has the exponent z. "
        "Which exponent has 1?",
        "softplus: no logarithm": "This is 1 + e^z: the logarithm is missing.",
        "softplus overflows": "For large numbers inf or nan comes out: e^1000 is inf. "
        "np.logaddexp(a, b) computes log(e^a + e^b) safely, and 1 is e^0.",
        "hard tanh: 0 to 1": "The lower end is 0. It should be -1.",
        "hard tanh: min and max swapped": "The answer is the same everywhere: min and max are "
        "swapped. First the smaller of 1 and z, then the larger of -1 and that.",
        "hard tanh: sign": "This is the sign. Between -1 and 1 hard tanh is z itself.",
        "hard tanh: one side": "Only one side is cut off. Both are: at -1 and at 1.",
        "hard tanh: tanh": "This is tanh. Hard tanh is made of three straight pieces.",
        "hard tanh: outside": "Outside of -1 to 1 it should stay at -1 or 1, not fall back to 0.",
        "hard tanh: dead zone": "Between -1 and 1 this is 0. Hard tanh is z itself there. (If you "
        "did write z: np.vectorize takes the type of its first answer, tf.minimum(1, z) that of "
        "its first number. So write 1.0 and -1.0, not 1 and -1.)",
        "rbf: plus": "The minus is missing, as on the slide: the numbers grow with the distance. "
        "A bump falls with it: exp(-distance² / s²).",
        "rbf: distance not squared": "The distance is not squared: exp(-distance² / s²).",
        "rbf: s not squared": "s is not squared: divide by s².",
        "rbf: twice s²": "You divided by 2 s², as in the normal distribution. Here it is s².",
        "rbf: times s²": "You multiplied by s². Divide by it: a larger s makes a wider bump.",
        "rbf: s forgotten": "The width s has no effect. Divide the squared distance by s².",
        "rbf: not summed": "One number for each input came back. The squared distance is the *sum* "
        "over the inputs: one number a row, shape (n,).",
        "rbf: axis": "One number for each *column* came back. Sum over axis=1, along each row.",
        "rbf: one number": "One number came back, but each row has its own. Sum over axis=1: along "
        "each row, not over the whole table.",
        "rbf: mean": "This is the mean of the squares. The squared distance is their sum.",
        "rbf: square of the sum": "This squares the sum of the differences. Square each "
        "difference first, then add.",
        "rbf: upside down": "This is 1 minus the bump: 0 at the centre. It should be 1 there.",
        "rbf: absolute values": "This adds up absolute differences. Square them first, then add.",
        "rbf: dot product": "A matrix product of the differences with themselves does not fit: it "
        "would pair rows with columns. Square each difference, then sum over axis=1.",
        "rbf: no exp": "This is the exponent itself: np.exp is missing.",
        "rbf: s² outside": "s² stands outside exp. It divides the squared distance, inside.",
        "rbf: neither squared": "Neither the distance nor the width is squared. Both are.",
        "rbf: sum outside": "The sum stands outside exp. First the sum of the squares, then exp.",
    },
)
def activations(
    step: Function,
    relu: Function,
    sigmoid: Function,
    tanh: Function,
    softplus: Function,
    hard_tanh: Function,
    rbf: Function,
    *,
    rng: np.random.Generator,
) -> None:
    """Six functions of z, any shape -> that shape, and rbf(x, w, s): (n, d), (d,), () -> (n,)."""
    with part(0.5, "step"):
        _judge(step, _step, STEP, rng=rng)
    with part(0.5, "relu"):
        _judge(relu, _relu, RELU, rng=rng)
        came, _ = _call(relu, np.array([-np.inf, 2.0]), "near 0")
        if not np.array_equal(came, [0.0, 2.0]):
            shown = {"tried": "relu(z) at z = -inf", "came": came[0], "expected": 0.0}
            fail("relu: nan at -inf" if np.isnan(came[0]) else "large numbers", **shown)
    with part(0.5, "sigmoid"):
        _judge(sigmoid, _sigmoid, SIGMOID, rng=rng)
    with part(0.5, "tanh"):
        _judge(tanh, np.tanh, TANH, rng=rng)
    with part(0.5, "softplus"):
        _judge(softplus, _softplus, SOFTPLUS, rng=rng)
    with part(0.5, "hard_tanh"):
        _judge(hard_tanh, _hard_tanh, HARD_TANH, rng=rng)
    with part(1, "rbf"):
        _judge_rbf(rbf, rng)


Bump = Callable[[Array, float], Array]


def _squares(difference: Array) -> Array:
    return np.asarray((difference**2).sum(axis=1))


RBF: Sequence[tuple[str, Bump]] = [
    ("rbf: plus", lambda d, s: np.exp(_squares(d) / s**2)),
    ("rbf: distance not squared", lambda d, s: np.exp(-np.sqrt(_squares(d)) / s**2)),
    ("rbf: s not squared", lambda d, s: np.exp(-_squares(d) / s)),
    ("rbf: twice s²", lambda d, s: np.exp(-_squares(d) / (2 * s**2))),
    ("rbf: times s²", lambda d, s: np.exp(-_squares(d) * s**2)),
    ("rbf: s forgotten", lambda d, s: np.exp(-_squares(d))),
    ("rbf: mean", lambda d, s: np.exp(-_squares(d) / d.shape[1] / s**2)),
    ("rbf: square of the sum", lambda d, s: np.exp(-(d.sum(axis=1) ** 2) / s**2)),
    ("rbf: upside down", lambda d, s: 1 - np.exp(-_squares(d) / s**2)),
    ("rbf: absolute values", lambda d, s: np.exp(-np.abs(d).sum(axis=1) / s**2)),
    ("rbf: no exp", lambda d, s: -_squares(d) / s**2),
    ("rbf: s² outside", lambda d, s: np.exp(-_squares(d)) / s**2),
    ("rbf: neither squared", lambda d, s: np.exp(-np.sqrt(_squares(d)) / s)),
    ("rbf: sum outside", lambda d, s: np.exp(-(d**2) / s**2).sum(axis=1)),
]


def _judge_rbf(rbf: Function, rng: np.random.Generator) -> None:
    inputs = []
    for n, d in ((5, 3), (1, 4), (2, 2)):
        w = rng.uniform(-1, 1, d).round(2)
        # Not 1, where several mistakes would not be seen.
        s = float(rng.choice([rng.uniform(0.6, 0.8), rng.uniform(1.3, 1.8)]))
        x = (w + rng.uniform(0.2, 0.6, (n, d)) * rng.choice([-1, 1], (n, d))).round(2)
        inputs.append((x, w, s))
    inputs.append((np.array([[1000.0, 0.0], [0.0, -1000.0], [0.5, 0.0]]), np.zeros(2), 1.0))
    rbf.ask_ahead(*inputs)
    for x, w, s in inputs:
        _compare_rbf(rbf, x, w, s)


def _compare_rbf(rbf: Function, x: Array, w: Array, s: float) -> None:
    with _named({**RAISES, "rbf: dot product": "not aligned|matmul"}):
        answer = rbf(x, w, s)
    n, d = x.shape
    expected = np.exp(-_squares(x - w) / s**2)
    came = array(answer, name="what `rbf` returns", finite=False)
    wrong = {"came": f"shape {came.shape}", "expected": f"shape ({n},)"}
    if n > 1 and came.shape != (n,):
        shapes = {(n, d): "rbf: not summed", (d,): "rbf: axis", (): "rbf: one number"}
        if came.shape in shapes:
            fail(shapes[came.shape], **wrong)
    numbers = column(np.where(np.isfinite(came), came, -1.0), n, "what `rbf` returns")
    if _near(numbers, expected).all():
        return
    for mistake, bump in RBF:
        if _near(numbers, bump(x - w, s)).all():
            fail(mistake, came=numbers, expected=expected)
    if is_rounded(numbers, expected):
        fail("rounded", came=numbers, expected=expected)
    fail(says="The values differ.", came=came, expected=expected)


# --- 3.2 the derivatives -------------------------------------------------------------------------


@exercise(
    "3.2",
    points=2,
    hints=(
        "A derivative is a function of z here. Compute the activation of z first, then use it: "
        "`s = sigmoid(z)`.",
        "Sigmoid: s (1 - s) with s = sigmoid(z). tanh: 1 - t² with t = tanh(z). Softplus: by the "
        "chain rule e^z / (1 + e^z), which you know by another name. ReLU: 1 where z > 0, else 0.",
        "Look at what stands in the place of s or t: it must be the activation, not z itself. "
        "Then look at z = 0 in d_relu (> or >=?), and at z = 1000 where an exp is left.",
    ),
    mistakes={
        **PYTHON,
        "d_relu: 1 at 0": "At 0 this is 1. The convention is that ReLU has slope 0 at 0, the slope "
        "on its left: 1 where z > 0.",
        "d_relu: 1/2 at 0": "At 0 this is 1/2, the mean of both sides (a central difference gives "
        "it, too). The convention is 0, the slope on the left.",
        "d_relu: relu": "This is ReLU itself. Its slope is 1 wherever z is positive.",
        "d_relu: sign": "Where z is negative ReLU is flat: slope 0, not -1.",
        "d_relu: reversed": "This is 1 where z is negative. ReLU rises where z is positive.",
        "d_relu: always 1": "Where z is negative ReLU is flat: slope 0.",
        "d_relu: 0/0": "This is relu(z) / z: at z = 0 it is 0/0, which is nan. The slope there is "
        "0. Compare instead of dividing.",
        "d_sigmoid: z for s": "This is z (1 - z). In s (1 - s) the letter s stands for the "
        "sigmoid's *value*: compute s = sigmoid(z) first.",
        "d_sigmoid: s twice": "The sigmoid was taken twice: this is the slope at the place "
        "sigmoid(z), not at z. The argument is z already.",
        "d_sigmoid: plus": "This is s (1 + s). The slope is 0 at both ends, also where s is 1: "
        "look at the sign.",
        "d_sigmoid: minus": "The sign is turned: the sigmoid rises everywhere.",
        "d_sigmoid: square forgotten": "This is e^-z / (1 + e^-z), the sigmoid of -z: the square "
        "below the line is missing.",
        "d_sigmoid: numerator forgotten": "This is 1 / (1 + e^-z)²: by the chain rule the "
        "derivative of e^-z stands above the line.",
        "d_sigmoid: sigmoid": "This is the sigmoid itself.",
        "d_sigmoid: tanh's": "This is 1 - s², the formula of tanh, which runs from -1 to 1. The "
        "sigmoid starts at s = 0, and there 1 - s² is 1, but the curve is flat.",
        "d_sigmoid: as if e^-z were z": "One of the two factors has z where s = sigmoid(z) should "
        "stand.",
        "d_sigmoid: parentheses": "This is 0 everywhere: s * 1 - s is s - s. Put 1 - s in "
        "parentheses.",
        "d_sigmoid: one factor twice": "This is (1 - s)²: one factor twice. The slope has two "
        "different factors.",
        "d_sigmoid: sigmoid(1 - z)": "One factor is the sigmoid at the place 1 - z. Meant is 1 "
        "minus the sigmoid's value at z.",
        "d_sigmoid overflows": "For large numbers nan comes out. e^-z / (1 + e^-z)² is inf / inf "
        "at z = -1000. Write it with s = sigmoid(z) only: that form is safe.",
        "d_tanh: z for tanh": "This is 1 - z². In 1 - a² the letter a stands for the *value* "
        "tanh(z).",
        "d_tanh: tanh twice": "tanh was taken twice: this is the slope at the place tanh(z), not "
        "at z.",
        "d_tanh: square forgotten": "This is 1 - tanh(z): the square is missing.",
        "d_tanh: plus": "This is 1 + tanh². The slope is 0 at both ends, where tanh is -1 and 1: "
        "look at the sign.",
        "d_tanh: sigmoid's": "This is the sigmoid's formula, with its own s or with tanh. It is 0 "
        "where the curve is 0 or 1. tanh is flat at -1 and 1, and steepest where it is 0.",
        "d_tanh: tanh": "This is tanh itself.",
        "d_tanh: 1 minus square, squared": "This is (1 - tanh)²: the square belongs to tanh alone.",
        "d_tanh: minus": "The sign is turned: tanh rises everywhere.",
        "d_tanh: square inside": "This is 1 - tanh(z²). The square belongs to the *value* of tanh.",
        "d_tanh: factor 2 lost": "Too small by a factor of 2 or 4. tanh(z) is 2 sigmoid(2z) - 1: "
        "both 2s are factors of its slope, the inner one by the chain rule.",
        "d_tanh overflows": "For large numbers nan or inf comes out. np.tanh is safe: compute t = "
        "np.tanh(z) first and use nothing else.",
        "d_softplus: inner derivative": "This is 1 / (1 + e^z), the derivative of the logarithm "
        "alone. The chain rule asks for one more factor: the derivative of 1 + e^z.",
        "d_softplus: outer derivative": "This is e^z, the inner derivative alone. The derivative "
        "of the logarithm is the other factor: 1 / (1 + e^z).",
        "d_softplus: sigmoid'": "This is s (1 - s), the slope of the *sigmoid*. It is 0 far to "
        "the right, but softplus rises there. Differentiate log(1 + e^z) with the chain rule.",
        "d_softplus: s (1 - s)": "This is s (1 - s) with softplus as s. That formula belongs to "
        "the sigmoid. Differentiate log(1 + e^z) with the chain rule.",
        "d_softplus: softplus": "This is softplus itself. Its slope never gets above 1.",
        "d_softplus: relu'": "This is the slope of ReLU. Softplus is smooth: at 0 its slope is "
        "1/2.",
        "d_softplus: minus": "The sign is turned: softplus rises everywhere.",
        "d_softplus: log of the slope": "This is z: the logarithm and the exponential have "
        "cancelled. The 1 inside is missing.",
        "d_softplus overflows": "For large numbers nan comes out. e^z / (1 + e^z) is inf / inf at "
        "z = 1000. Which activation has the same values in a safe form?",
    },
)
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
        _judge(d_relu, _d_relu, D_RELU, rng=rng)
    with part(0.5, "d_sigmoid"):
        _judge(d_sigmoid, _d_sigmoid, D_SIGMOID, rng=rng)
    with part(0.5, "d_tanh"):
        _judge(d_tanh, _d_tanh, D_TANH, rng=rng)
    with part(0.5, "d_softplus"):
        _judge(d_softplus, _sigmoid, D_SOFTPLUS, rng=rng)


# --- 3.3 tanh from sigmoid -----------------------------------------------------------------------

# What another answer computes, from z = x @ w + b and from its two parts.
Unit = Callable[[Array, Array], Array]
UNITS: Sequence[tuple[str, Unit]] = [
    ("2 sigmoid(z) - 1", lambda xw, b: 2 * _sigmoid(xw + b) - 1),
    ("sigmoid(2z) - 1", lambda xw, b: _sigmoid(2 * (xw + b)) - 1),
    ("sigmoid(z) alone", lambda xw, b: _sigmoid(xw + b)),
    ("sigmoid(2z) alone", lambda xw, b: _sigmoid(2 * (xw + b))),
    ("shift forgotten", lambda xw, b: 2 * _sigmoid(2 * (xw + b))),
    ("sign of the shift", lambda xw, b: 2 * _sigmoid(2 * (xw + b)) + 1),
    ("shift 1/2", lambda xw, b: 2 * _sigmoid(2 * (xw + b)) - 0.5),
    ("bias forgotten", lambda xw, b: 2 * _sigmoid(2 * xw) - 1),
    ("bias not doubled", lambda xw, b: 2 * _sigmoid(2 * xw + b) - 1),
    ("weights not doubled", lambda xw, b: 2 * _sigmoid(xw + 2 * b) - 1),
    ("halved", lambda xw, b: 2 * _sigmoid((xw + b) / 2) - 1),
    ("sign turned", lambda xw, b: 1 - 2 * _sigmoid(2 * (xw + b))),
    ("a and c swapped", lambda xw, b: 2 - _sigmoid(2 * (xw + b))),
    ("four times", lambda xw, b: 2 * _sigmoid(4 * (xw + b)) - 1),
    ("sigmoid from tanh", lambda xw, b: 0.5 * _sigmoid((xw + b) / 2) + 0.5),
    ("steep by a", lambda xw, b: 4 * _sigmoid(xw + b) - 2),
    ("steep by a", lambda xw, b: 4 * _sigmoid(xw + b) - 1),
]


@exercise(
    "3.3",
    points=1,
    hints=(
        "Compare the ranges: the sigmoid goes from 0 to 1, tanh from -1 to 1. Which a and c turn "
        "the first range into the second?",
        "With a = 2 and c = -1 the ends fit. Now the slope at 0: tanh has 1, and 2 sigmoid(z) - 1 "
        "has 2 * 1/4 = 1/2. So z must run twice as fast: tanh(z) = 2 sigmoid(2z) - 1.",
        "z is x @ w + b. Look at what doubles z: w alone is not enough, b must be doubled as well.",
    ),
    mistakes={
        "2 sigmoid(z) - 1": "The ends are right, but in the middle it is too flat: 2 sigmoid(z) - "
        "1 is tanh(z/2). Compare the slopes at 0: 1 for tanh, 1/2 here.",
        "sigmoid(2z) - 1": "This runs from -1 to 0. The sigmoid must be stretched as well as "
        "shifted: which `a` makes its range 2 wide?",
        "sigmoid(z) alone": "This is the sigmoid unit with the old numbers: from 0 to 1. tanh runs "
        "from -1 to 1.",
        "sigmoid(2z) alone": "The steepness is right, but this runs from 0 to 1. tanh runs from -1 "
        "to 1.",
        "shift forgotten": "This runs from 0 to 2. Shift it down: tanh runs from -1 to 1.",
        "sign of the shift": "This runs from 1 to 3. c is negative.",
        "shift 1/2": "At z = 0 this is 1/2, and tanh(0) is 0. 2 sigmoid(0) is 1.",
        "bias forgotten": "The bias is lost: b2 is 0. Twice z = x @ w + b needs both doubled.",
        "bias not doubled": "The weights are doubled but not the bias. Twice z = x @ w + b needs "
        "both.",
        "weights not doubled": "The bias is doubled but not the weights. Twice z = x @ w + b needs "
        "both.",
        "halved": "The weights and the bias go the wrong way: they were halved.",
        "sign turned": "This is -tanh(z): one sign too many is turned.",
        "a and c swapped": "a and c are swapped: first the factor a, then the number c that is "
        "added.",
        "four times": "Too steep by a factor of two: this is tanh(2z).",
        "sigmoid from tanh": "These four numbers write the sigmoid with a tanh. Asked is a tanh "
        "made of a sigmoid.",
        "steep by a": "The slope at 0 fits, but the ends do not: `a` sets the range. Make it "
        "steeper inside, with w2 and b2.",
        "remembered": "Other weights went in and the same came out: compute w2 and b2 from w "
        "and b.",
    },
)
def sigmoid_unit(sigmoid_unit: Function, *, rng: np.random.Generator) -> None:
    """sigmoid_unit(w, b): w (d,), b () -> w2 (d,), b2 (), a (), c () (002 L54-57)."""
    for d in (3, 1, 4):
        w = rng.uniform(0.5, 1.5, d).round(2) * rng.choice([-1, 1], d)
        b = float(np.round(rng.uniform(0.5, 1.0) * rng.choice([-1, 1]), 2))
        x = rng.normal(size=(40, d))
        w2, b2, scale, shift = _four(sigmoid_unit(w, b), d)
        came, expected = scale * _sigmoid(x @ w2 + b2) + shift, np.tanh(x @ w + b)
        if np.allclose(came, expected, rtol=1e-3, atol=1e-3):
            continue
        worst = int(np.abs(came - expected).argmax())
        shown: dict[str, Any] = {
            "tried": f"sigmoid_unit({w.tolist()}, {b:g}) at a point where x @ w + b = "
            f"{(x @ w + b)[worst]:.2f}",
            "came": f"a * sigmoid(x @ w2 + b2) + c = {came[worst]:.4f}",
            "expected": f"tanh(x @ w + b) = {expected[worst]:.4f}",
        }
        for mistake, unit in UNITS:
            if np.allclose(came, unit(x @ w, np.array(b)), rtol=1e-3, atol=1e-3):
                fail(mistake, **shown)
        other = _four(sigmoid_unit(w + 1, b - 1), d)
        if np.array_equal(other[0], w2) and other[1] == b2:
            fail("remembered", **shown)
        fail(says="The two units differ.", **shown)


def _four(came: Any, d: int) -> tuple[Array, float, float, float]:
    if not isinstance(came, (tuple, list)) or len(came) != 4:
        fail(says="`sigmoid_unit` should return four things: w2, b2, a, c.", came=came)
    w2 = array(came[0], (d,), (d, 1), (1, d), *([()] if d == 1 else []), name="w2").ravel()
    rest = [
        array(item, (), (1,), (1, 1), name=name).item()
        for item, name in zip(came[1:], ("b2", "a", "c"), strict=True)
    ]
    return w2, rest[0], rest[1], rest[2]


# --- 3.4 the bound -------------------------------------------------------------------------------

BOUND_SAYS = {
    "exact gradient": "The bound is no exact value: only where every z is 0 each slope is 1/4. And "
    "the weights are further factors of the gradient.",
    "largest gradient": "The weights are further factors of the gradient: with large weights it "
    "can be larger than the bound.",
    "one factor": "",
}
SLOPES: Sequence[tuple[str, Callable[[float], float]]] = [
    ("value at 0", lambda k: 0.5 * k),
    ("value at 0", lambda k: 0.5),
    ("slope of tanh", lambda k: k),
    ("slope of tanh", lambda k: 1.0),
    ("k ignored", lambda k: 0.25),
    ("k squared", lambda k: k**2 / 4),
    ("divided by k", lambda k: 1 / (4 * k)),
    ("power of k", lambda k: 0.25**k),
    ("slope at k", lambda k: float(_d_sigmoid(np.array(k)))),
    ("slope at 1/2", lambda k: k * float(_d_sigmoid(np.array(0.5)))),
    ("slope at 1/2", lambda k: k * float(_d_sigmoid(np.array(k / 2)))),
]
BOUNDS: Sequence[tuple[str, Callable[[int], float]]] = [
    ("bound: value at 0", lambda n: 0.5**n),
    ("bound: slope of tanh", lambda n: 1.0),
    ("bound: added up", lambda n: 0.25 * n),
    ("bound: divided", lambda n: 0.25 / n),
    ("bound: one layer only", lambda n: 0.25),
    ("bound: one factor too few", lambda n: 0.25 ** (n - 1)),
    ("bound: one factor too many", lambda n: 0.25 ** (n + 1)),
    ("bound: upside down", lambda n: 4.0**n),
    ("bound: base and exponent", lambda n: float(n) ** 0.25),
]


@exercise(
    "3.4",
    points=1.5,
    hints=(
        "Where is the sigmoid steepest? Look at the figure of slopes and read the height of the "
        "top.",
        "sigmoid' = s (1 - s) is largest where s = 1/2: 1/4. For sigmoid(k z) the chain rule gives "
        "a further factor k. One factor for each layer: they are multiplied.",
        "Look at the operation between the layers: factors are multiplied, so the number of layers "
        "is an exponent. And look at what the bound leaves out: the weights.",
    ),
    mistakes={
        "value at 0": "1/2 is the *value* of the sigmoid at 0. Its slope there is s (1 - s).",
        "slope of tanh": "1 is the largest slope of tanh. The sigmoid's is s (1 - s) at s = 1/2.",
        "k ignored": "This is the largest slope of sigmoid(z), for k = 1. Asked is sigmoid(k z): "
        "what does the chain rule say about the inner k z?",
        "k squared": "k counts twice. The chain rule gives one factor k.",
        "divided by k": "A larger k makes the curve steeper, not flatter.",
        "power of k": "k is a factor, not an exponent: the chain rule multiplies by it.",
        "slope at k": "This is the slope of the sigmoid at the place k. Asked is the largest slope "
        "of z -> sigmoid(k z), over all z.",
        "slope at 1/2": "This is the slope at 1/2. The slope s (1 - s) is largest where the "
        "*value* s is 1/2, and that is at 0.",
        "rounded": "The number is rounded, or cut to a whole number. Return it as it is.",
        "coarse grid": "Nearly: a search on a grid misses the top. Take a finer grid with 0 in it, "
        "or think where the top is.",
        "bound: value at 0": "1/2 is the value of the sigmoid at 0. Its largest slope is smaller.",
        "bound: slope of tanh": "This is the bound for tanh, whose largest slope is 1.",
        "bound: added up": "The factors were added. The chain rule multiplies them.",
        "bound: divided": "This divides by the number of layers. Each layer is one more factor: "
        "they are multiplied.",
        "bound: one layer only": "This is the bound for one layer. Every further layer multiplies "
        "by one more factor.",
        "bound: one factor too few": "One factor is missing: `layers` layers give `layers` "
        "factors.",
        "bound: one factor too many": "One factor too many: `layers` layers give `layers` factors.",
        "bound: upside down": "This grows with the layers. Each factor is at most 1/4.",
        "bound: base and exponent": "Base and exponent are swapped.",
        **{f"claim: {code}": says for code, says in BOUND_SAYS.items() if says},
    },
)
def saturation(
    max_slope: Function, factor_bound: Function, bound_says: Code, *, rng: np.random.Generator
) -> None:
    """max_slope(k): k > 0 -> k/4; factor_bound(layers) -> 0.25**layers; a claim (000 L210-214)."""
    with part(0.5, "max_slope"):
        # On the second, k/4 with three decimals is off by more than a search on a grid may be.
        steepnesses = float(rng.uniform(2.2, 3.6)), 4 * (rng.integers(75, 140) + 0.45) / 1000, 1.0
        max_slope.ask_ahead(*((k,) for k in steepnesses))
        for k in steepnesses:
            came = array(max_slope(k), (), (1,), name="the slope").item()
            known = [(name, slope(k)) for name, slope in SLOPES]
            _compare_number(came, k / 4, known, nearly="coarse grid")
    with part(0.5, "factor_bound"):
        # Not 2 or 4, where two mistakes give the same number.
        depths = (*rng.permutation([3, *range(5, 13)])[:3].tolist(), 1)
        factor_bound.ask_ahead(*((layers,) for layers in depths))
        for layers in depths:
            came = array(factor_bound(layers), (), (1,), name="the bound").item()
            _compare_number(came, 0.25**layers, [(name, bound(layers)) for name, bound in BOUNDS])
    with part(0.5, "bound_says"):
        claim(bound_says, BOUND_SAYS)


def _compare_number(
    came: float, expected: float, known: Sequence[tuple[str, float]], *, nearly: str | None = None
) -> None:
    """Compare two numbers; `nearly` names an answer that is up to a tenth too small."""
    # Relative: the bound of many layers is tiny. Slopes that were searched on a grid may be a bit
    # below the top.
    if np.isclose(came, expected, rtol=2e-3, atol=0):
        return
    for mistake, value in known:
        if np.isclose(came, value, rtol=2e-3, atol=0):
            fail(mistake, came=came, expected=expected)
    if is_rounded(np.array(came), np.array(expected), range(5)):
        fail("rounded", came=came, expected=expected)
    if nearly and 0.9 * expected < came < expected:
        fail(nearly, came=came, expected=expected)
    fail(says="The number differs.", came=came, expected=expected)


class Code(Value):
    """One text of a list of codes, as a handle."""

    kinds = ("data",)
    wanted = "one of the codes of the list, in quotes"


# --- 3.5 one activation for each place -----------------------------------------------------------

STEP_SLOPE = "The step has slope 0 wherever it has one: nothing below it would learn."
SOFTMAX_ONE = "A softmax over one unit is always 1: there is nothing else to share with."
NO_ROOM = "Some values would never come out:"
PLACES: Mapping[str, Mapping[str, str]] = {
    "hidden": {
        "linear": "Without a bend all the layers together are one linear layer.",
        "relu": "",
        "sigmoid": "The sigmoid saturates, and its slope is at most 1/4 in each layer: the first "
        "layers would hardly learn. Keep it for the output.",
        "tanh": "",
        "softmax": "Softmax makes the units of a layer share 1 among themselves. It belongs to the "
        "output.",
        "step": STEP_SLOPE,
    },
    "temperature": {
        "linear": "",
        "relu": f"{NO_ROOM} ReLU is never negative, so no frost is ever predicted.",
        "sigmoid": f"{NO_ROOM} the sigmoid lies between 0 and 1.",
        "tanh": f"{NO_ROOM} tanh lies between -1 and 1.",
        "softmax": SOFTMAX_ONE,
        "step": STEP_SLOPE,
    },
    "spam": {
        "linear": "A linear output is a logit: any number. Here a probability is asked for.",
        "relu": "ReLU has no upper end: a probability is at most 1.",
        "sigmoid": "",
        "tanh": "tanh is negative for half of its inputs: that is no probability.",
        "softmax": SOFTMAX_ONE,
        "step": STEP_SLOPE,
    },
    "garment": {
        "linear": "Linear outputs are logits. Here ten probabilities are asked for.",
        "relu": "ReLU gives ten numbers without an upper end, not probabilities.",
        "sigmoid": "Ten sigmoids look at each class alone: their ten numbers do not add up to 1.",
        "tanh": "tanh is negative for half of its inputs: those are no probabilities.",
        "softmax": "",
        "step": STEP_SLOPE,
    },
    "steering": {
        "linear": "A linear output can leave the range from -1 to 1.",
        "relu": f"{NO_ROOM} ReLU is never negative, so the car never turns left.",
        "sigmoid": f"{NO_ROOM} the sigmoid is never negative, so the car never turns left.",
        "tanh": "",
        "softmax": SOFTMAX_ONE,
        "step": STEP_SLOPE,
    },
    "sugar": {
        "linear": "A linear output can leave the range from 0 to 1.",
        "relu": "ReLU has no upper end: the share could be above 1.",
        "sigmoid": "",
        "tanh": "tanh can be negative: a share is between 0 and 1.",
        "softmax": SOFTMAX_ONE,
        "step": STEP_SLOPE,
    },
}


@exercise(
    "3.5",
    points=1.5,
    fresh=False,
    hints=(
        "For an output ask: which numbers may come out? For a hidden layer ask: does its slope "
        "stay alive?",
        "Ranges: linear, all numbers; ReLU, from 0 up; sigmoid, 0 to 1; tanh, -1 to 1; softmax, "
        "several numbers that add up to 1.",
        "Look at the number of units: softmax needs more than one. And look at the sign: may the "
        "answer be negative?",
    ),
    mistakes={
        f"{place}: {code}": says
        for place, codes in PLACES.items()
        for code, says in codes.items()
        if says
    },
)
def places(
    hidden: Code, temperature: Code, spam: Code, garment: Code, steering: Code, sugar: Code
) -> None:
    """One code for each place of an activation (001 L183, L191-213)."""
    for answer in (hidden, temperature, spam, garment, steering, sugar):
        with part(0.25, answer.name):
            chosen = claim(answer, PLACES[answer.name], answer.name)
            if answer.name == "hidden" and chosen == "tanh":
                note("tanh is a good choice, too; ReLU is the usual first one.")
