"""Checks of lab 04: outputs and losses (000 L282-286, 001 L218-222, 003 L212-217, 004 L106-165)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from utils.checks import errors
from utils.checks.core import (
    Function,
    Value,
    array,
    column,
    exercise,
    fail,
    first_of,
    named_errors,
    part,
    shape,
)
from utils.checks.edits import Comparison, Inputs, Reference, formula

# Under another name: an exercise's parameter `softmax` is the student's function.
from utils.checks.reference import softmax as _softmax
from utils.checks.values import same

Array = NDArray[np.float64]

# What Python says to them.
NO_MATH = {
    "math.log": "math domain error|positive input",
    "one number only": errors.NOT_ONE_NUMBER,
}
NO_BRANCH = {"if over an array": errors.NO_TRUTH}


# --- 4.0 the probability of what happened --------------------------------------------------------

CHOICE = "np.where(y == 1, p, 1 - p)"
GIVEN = formula(
    "given(y, p)",
    CHOICE,
    {
        "other way round": ["np.where(y == 1, 1 - p, p)", "np.abs(y - p)"],
        "always p": ["p"],
        "always 1 - p": ["1 - p"],
        "0 on dry days": ["y * p", "np.where(y == 1, p, 0)"],
        "0 on rainy days": ["(1 - y) * (1 - p)"],
        "a price already": [f"-np.log({CHOICE})", f"np.log({CHOICE})", "(y - p) ** 2"],
        "a distance": ["y - p", "p - y"],
        "hit or miss": ["((p >= 0.5) == y).astype(int)", "((p >= 0.5) != y).astype(int)"],
        "the larger one": ["np.maximum(p, 1 - p)"],
        "product of both": ["p * (1 - p)"],
        "minus between": ["y * p - (1 - y) * (1 - p)"],
        "one number": [f"np.mean({CHOICE})", f"np.prod({CHOICE})", f"np.sum({CHOICE})"],
        "what happened alone": ["np.concatenate([p[y == 1], 1 - p[y == 0]])"],
    },
)


@exercise("4.0", points=1)
def given(given: Function, *, rng: np.random.Generator) -> None:
    """given(y, p): y (n,) zeros and ones, p (n,) -> p where y is 1, else 1 - p, (n,)."""
    judged = Comparison(given, GIVEN, lambda: _forecasts(rng, 7), read=_for_each)
    with named_errors(NO_BRANCH):
        for n in (6, 9):
            judged.on(*_forecasts(rng, n))


def _forecasts(rng: np.random.Generator, n: int) -> Inputs:
    """y (n,) that begins with 1, 0, 1, and p (n,), some on the right side and some not."""
    y = np.concatenate([[1, 0, 1], rng.integers(0, 2, n - 3)])
    p = np.where(y == 1, rng.uniform(0.55, 0.95, n), rng.uniform(0.05, 0.45, n))
    p[1:3] = 1 - p[1:3]
    return y, p.round(2)


def _for_each(came: Any, y: Array, p: Array) -> Array:
    name = "what `given` returns"
    if shape(came) in {(), (1,)}:
        fail("one number", came=array(came, name=name), expected=GIVEN(y, p))
    return column(came, len(y), name)


# --- 4.1 binary cross-entropy --------------------------------------------------------------------

TWO_TERMS = "y * np.log(p) + (1 - y) * np.log(1 - p)"
NO_BRACKET = [
    f"-{add}(y * {log}(p)) + {add}((1 - y) * {log}({q}))"
    for add in ("np.mean", "np.sum")
    for log in ("np.log", "np.log2")
    for q in ("p", "1 - p")
]
# Cut or added here, a probability of 0.002 costs too little, or a sure and right forecast too much.
EARLY = ("0.1", "0.05", "0.01", "0.001")
KERAS_CUT = "np.clip(y.astype('float32'), np.float32(1e-7), np.float32(1 - 1e-7))"
BCE = formula(
    "binary_cross_entropy(y, p)",
    f"-np.mean(np.log({CHOICE}))",
    {
        "minus forgotten": [f"np.mean(np.log({CHOICE}))"],
        "sum": [f"-np.sum(np.log({CHOICE}))"],
        "other base": [f"-np.mean(np.log2({CHOICE}))", f"-np.mean(np.log10({CHOICE}))"],
        "p in both logarithms": [
            f"-{add}({log}(p)) + 0 * y[0]"
            for add in ("np.mean", "np.sum")
            for log in ("np.log", "np.log2")
        ],
        "bracket missing": NO_BRACKET,
        "labels turned": ["-np.mean(np.log(np.where(y == 1, 1 - p, p)))"],
        "rainy days only": ["-np.mean(y * np.log(p))", "-np.mean(np.log(p[y == 1]))"],
        "dry days only": ["-np.mean((1 - y) * np.log(1 - p))", "-np.mean(np.log(1 - p[y == 0]))"],
        "squared error": ["np.mean((y - p) ** 2)", "np.mean((y - p) ** 2) / 2"],
        "distance": ["np.mean(np.abs(y - p))"],
        "log of the mean": [f"-np.log(np.mean({CHOICE}))"],
        "no logarithm": [f"np.mean({CHOICE})", f"np.prod({CHOICE})"],
        "halved": [f"-np.mean(np.log({CHOICE})) / 2"],
        "not the mean": [f"-np.log({CHOICE})"],
        "cut too early": [
            *(f"-np.mean(np.log(np.clip({CHOICE}, {cut}, 1)))" for cut in ("0.1", "0.05", "0.01")),
            *(f"-np.mean(np.log(np.clip({CHOICE}, {cut}, 1 - {cut})))" for cut in EARLY),
            *(f"-np.mean(np.log({CHOICE} + {cut}))" for cut in (*EARLY, "1e-4")),
        ],
        "1 - log p": [
            f"{sign}{add}(y * np.log(p) + (1 - y) * (1 - np.log(p)))"
            for sign in ("-", "")
            for add in ("np.mean", "np.sum")
        ],
        "a mean of each kind": [
            f"-(np.mean(np.log(p[y == 1])) + np.mean(np.log(1 - p[y == 0]))){half}"
            for half in ("", " / 2")
        ],
        "sigmoid of a probability": [
            f"-np.mean(np.log(1 / (1 + np.exp(-np.where(y == 1, p, {other})))))"
            for other in ("-p", "1 - p")
        ],
        "0 times infinity": [f"-np.mean({TWO_TERMS})"],
        "nan left out": [f"-np.nanmean({TWO_TERMS})"],
        "nan replaced": [f"np.nan_to_num(-np.mean({TWO_TERMS}))"],
        "arguments swapped": [
            "-np.mean(np.log(np.where(p == 1, y, 1 - y)))",
            "-np.mean(p * np.log(y) + (1 - p) * np.log(1 - y))",
            f"-np.mean(p * np.log({KERAS_CUT}) + (1 - p) * np.log(1 - {KERAS_CUT}))",
        ],
    },
)
SURE = np.array([1, 0, 1]), np.array([1.0, 0.0, 0.5])
COSTLY = 10  # what a sure and wrong forecast costs at least


@exercise("4.1", points=2)
def binary_cross_entropy(binary_cross_entropy: Function, *, rng: np.random.Generator) -> None:
    """binary_cross_entropy(y, p): y (n,), p (n,) -> the mean price (002 L90, 004 L112)."""
    read = _one_number(binary_cross_entropy, BCE, lambda y, p: -np.log(GIVEN(y, p)))
    judged = Comparison(binary_cross_entropy, BCE, lambda: _unlikely(rng, 8), read=read)
    with named_errors(NO_BRANCH | NO_MATH):
        for n in (6, 9):
            judged.on(*_unlikely(rng, n))
        judged.on(*SURE, says="Two sure and right forecasts cost 0; the third one is a coin's.")
        # Beside a usual forecast of the other kind: scikit-learn wants both kinds in y.
        for y, p in (([1, 0], [0.0, 0.2]), ([0, 1], [1.0, 0.8])):
            inputs = np.array(y), np.array(p)
            came = read(binary_cross_entropy(*inputs), *inputs)
            least = (COSTLY - np.log(0.8)) / 2
            if not came > least:
                mistake = "nan for a sure mistake" if np.isnan(came) else "cheap certainty"
                fail(mistake, came=came, expected=f"inf, or more than {least:.1f}")


def _unlikely(rng: np.random.Generator, n: int) -> Inputs:
    """Forecasts of which one was nearly sure and wrong, where probabilities cut early show."""
    y, p = _forecasts(rng, n)
    p[2] = 0.002  # less, and who adds 1e-7 would no longer be right
    return y, p


def _one_number(
    function: Function, right: Reference, prices: Callable[..., Array]
) -> Callable[..., Array]:
    """Read what came as one number, which may be nan or inf; `prices` are those of each row."""

    def read(came: Any, *inputs: Any) -> Array:
        n, name = len(inputs[0]), f"what `{function.name}` returns"
        if n > 1 and shape(came) in {(n,), (n, 1)}:
            numbers = array(came, name=name, finite=False)
            mistake = "not the mean" if same(numbers, prices(*inputs)) else "one for each"
            fail(mistake, came=numbers, expected=right(*inputs))
        return array(came, (), (1,), (1, 1), name=name, finite=False).reshape(())

    return read


# --- 4.2 softmax ---------------------------------------------------------------------------------

LARGEST = "np.max(z, axis=axis, keepdims=True)"
TOTAL = "np.sum(powers, axis=axis, keepdims=True)"
SOFTMAX = Reference(
    "softmax",
    """
def softmax(z, axis=-1):
    powers = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return powers / np.sum(powers, axis=axis, keepdims=True)
""",
    [
        ("no shift", f"z - {LARGEST}", "z"),
        ("no shift", LARGEST, "np.min(z, axis=axis, keepdims=True)"),
        ("no shift", LARGEST, "np.mean(z, axis=axis, keepdims=True)"),
        ("no shift", LARGEST, "np.take(z, [0], axis=axis)"),
        ("no shift", f"z - {LARGEST}", "z", TOTAL, f"({TOTAL} + 1e-9)"),
        ("one shift for all", LARGEST, "np.max(z)"),
        ("fixed shift", LARGEST, "1000"),
        ("shift along another axis", LARGEST, "np.max(z, axis=-1, keepdims=True)"),
        ("one shift for all", LARGEST, "np.max(z)", TOTAL, f"({TOTAL} + 1e-9)"),
        ("over everything", TOTAL, "np.sum(powers)"),
        ("over everything", TOTAL, "np.sum(powers)", LARGEST, "np.max(z)"),
        ("keepdims missing", TOTAL, "np.sum(powers, axis=axis)"),
        ("keepdims missing", ", keepdims=True", ""),
        ("axis ignored", "axis=axis", "axis=-1"),
        ("axis ignored", "axis=axis", "axis=1"),
        ("wrong axis", "axis=axis", "axis=0"),
        ("another axis", "axis=axis", "axis=axis if axis in (0, 1) else -1"),
        ("another axis", "axis=axis", "axis=0 if axis == 0 else -1"),
        ("another axis", "axis=axis", "axis=min(1, z.ndim - 1) if axis == -1 else axis"),
        ("not divided by the sum", f" / {TOTAL}", ""),
        ("not divided by the sum", f" / {TOTAL}", "", f"z - {LARGEST}", "z"),
        ("not divided by the sum", TOTAL, "np.max(powers, axis=axis, keepdims=True)"),
        ("divided by the number", TOTAL, "z.shape[axis]"),
        ("each number alone", f"powers / {TOTAL}", "1 / (1 + np.exp(-z))"),
        ("no powers", f"powers / {TOTAL}", "z / np.sum(z, axis=axis, keepdims=True)"),
        ("sum of the logits", TOTAL, "np.sum(z, axis=axis, keepdims=True)", f"z - {LARGEST}", "z"),
        ("sum of the logits", TOTAL, "np.sum(z, axis=axis, keepdims=True)"),
        ("softmax twice", "return ", f"z = powers / {TOTAL}; powers = np.exp(z); return "),
        ("sign", f"np.exp(z - {LARGEST})", "np.exp(np.min(z, axis=axis, keepdims=True) - z)"),
        ("other base", "np.exp(", "np.exp2("),
        ("logarithm", f"powers / {TOTAL}", f"np.log(powers / {TOTAL})"),
        ("winner takes all", f"powers / {TOTAL}", f"(z == {LARGEST}).astype(float)"),
        ("logits cut off", f"z - {LARGEST}", "np.clip(z, -500, 500)"),
        ("logits cut off", f"z - {LARGEST}", "np.clip(z, -700, 700)"),
        ("logits cut off", f"z - {LARGEST}", "np.clip(z, -100, 100)"),
        ("largest divided away", f"z - {LARGEST}", f"z / {LARGEST}"),
        ("largest divided away", f"z - {LARGEST}", "z / np.max(np.abs(z))"),
        (
            "largest divided away",
            f"z - {LARGEST}",
            "z / np.max(np.abs(z), axis=axis, keepdims=True)",
        ),
        (
            "nan replaced",
            f"z - {LARGEST}",
            "z",
            "return powers",
            "return np.nan_to_num(powers",
            TOTAL,
            f"{TOTAL})",
        ),
    ],
)
# What NumPy and TensorFlow say to some of them.
SHAPES = {
    "axis ignored": errors.NO_SUCH_AXIS,
    "keepdims missing": errors.NOT_BROADCAST,
    "one dimension only": errors.either(errors.NOT_ONE_NUMBER, errors.NO_TRUTH),
}
LARGE = (
    np.array([[1000.0, 999.0, -1000.0], [0.0, -1.0, 1.0], [-1000.0, 1000.0, -1000.0]]),
    np.array([[1000.0, 0.0], [-3.0, -2.0], [-1000.0, -999.0]]),
)


@exercise("4.2", points=2)
def softmax(softmax: Function, *, rng: np.random.Generator) -> None:
    """softmax(z, axis=-1): z, any shape -> shares of 1 along the axis (001 L220, 004 L139)."""
    judged = Comparison(softmax, SOFTMAX, lambda: (_logits(rng, 3, 5),), read=_as(softmax))
    with named_errors(SHAPES):
        for inputs in (
            (_logits(rng, 4, 3),),
            (_logits(rng, 3, 3),),
            (_logits(rng, 5),),
            *((z,) for z in LARGE),
            (_logits(rng, 3, 4), 0),
            (_logits(rng, 2, 3, 4), 1),
            (_logits(rng, 2, 3, 4), -2),
            (_logits(rng, 2, 3, 4),),
        ):
            judged.on(*inputs, says="The shares differ.")


def _logits(rng: np.random.Generator, *size: int) -> Array:
    return np.asarray(rng.uniform(-2, 3, size).round(2))


def _as(function: Function) -> Callable[..., Array]:
    """Read what came as numbers of the shape of the first input; they may be nan."""

    def read(came: Any, z: Array, *rest: Any) -> Array:
        return array(came, z.shape, name=f"what `{function.name}` returns", finite=False)

    return read


# --- 4.3 cross-entropy from logits ---------------------------------------------------------------

M = "m = np.max(z, axis=1, keepdims=True)"
PRICE = "return -np.mean(np.sum(t * (z - log_sum), axis=1))"
SHARES = "a = np.exp(z - m) / np.sum(np.exp(z - m), axis=1, keepdims=True)"
OF_SHARES = [
    "t * np.log(a)",
    "np.log(np.sum(a * t, axis=1, keepdims=True))",
    "np.log(a[t == 1])[:, np.newaxis]",
]
CUTS = [
    *(f"1e-{k}" for k in (*range(4, 13), 14, 15, 16, 20, 30, 100, 300)),
    "2.220446049250313e-16",
]
CUT_SHARES = [f"t * np.log({a})" for eps in CUTS for a in (f"np.clip(a, {eps}, 1)", f"a + {eps}")]
TAKEN_FOR_SHARES = [
    "t * np.log(z)",
    "t * np.log(np.clip(z, 1e-7, 1 - 1e-7))",
    "t * np.log(np.clip(z / np.sum(z, axis=1, keepdims=True), 1e-7, 1 - 1e-7))",
]
PRICES = {
    "log of the softmax": OF_SHARES,
    "cut off": CUT_SHARES,
    "logits as probabilities": TAKEN_FOR_SHARES,
    "each class alone": [
        "t * np.log(a) + (1 - t) * np.log(np.maximum(1 - a, 1e-16))",
        "t * z - np.logaddexp(0, z)",
        "(t * z - np.logaddexp(0, z)) / z.shape[1]",
    ],
    "nan replaced": [
        f"np.nan_to_num(t * np.log({a}))"
        for a in ("a", "np.exp(z) / np.sum(np.exp(z), axis=1, keepdims=True)")
    ],
}
CE = Reference(
    "cross_entropy_from_logits",
    """
def cross_entropy_from_logits(z, t):
    m = np.max(z, axis=1, keepdims=True)
    log_sum = m + np.log(np.sum(np.exp(z - m), axis=1, keepdims=True))
    return -np.mean(np.sum(t * (z - log_sum), axis=1))
""",
    [
        *(
            (name, PRICE, f"{SHARES}; return -np.mean(np.sum({one}, axis=1))")
            for name, terms in PRICES.items()
            for one in terms
        ),
        *(
            (name, M, shift, PRICE, price)
            for name, shift in (
                ("no shift", "m = np.zeros((len(z), 1))"),
                ("no shift", "m = np.min(z, axis=1, keepdims=True)"),
                ("no shift", "m = np.mean(z, axis=1, keepdims=True)"),
                ("no shift", "m = np.median(z, axis=1, keepdims=True)"),
                ("no shift", "m = np.sum(t * z, axis=1, keepdims=True)"),
                ("no shift", "m = z[:, :1]"),
                ("one shift for all", "m = np.max(z)"),
            )
            for price in (PRICE, "return np.mean(np.ravel(log_sum) - np.sum(z * t, axis=1))")
        ),
        ("shift not added back", "m + np.log", "np.log"),
        ("shift counted twice", "(z - log_sum)", "(z - m - log_sum)"),
        ("shift inside the logarithm", "m + np.log(", "np.log(m + "),
        ("no logarithm", "m + np.log(", "m + ("),
        ("largest alone", "log_sum = m +", "log_sum = m + 0 *"),
        ("logits cut off", M, f"z = np.clip(z, -700, 700); {M}"),
        ("logits cut off", M, f"z = np.clip(z, -500, 500); {M}"),
        ("logits cut off", M, f"z = np.clip(z, -100, 100); {M}"),
        ("logits cut off", M, f"z = np.clip(z, -50, 50); {M}"),
        ("log-sum-exp k times", "t * (z - log_sum)", "t * z - log_sum"),
        ("shift subtracted", "m + np.log", "-m + np.log"),
        ("minus forgotten", "-np.mean", "np.mean"),
        ("arguments swapped", M, f"z, t = t, z; {M}"),
        ("sum", "np.mean", "np.sum"),
        ("mean over the table", PRICE, "return -np.mean(t * (z - log_sum))"),
        ("no log-sum-exp", "(z - log_sum)", "z"),
        ("log-sum-exp alone", PRICE, "return np.mean(log_sum)"),
        ("log-sum-exp added", "z - log_sum", "z + log_sum"),
        ("other classes", "t * (", "(1 - t) * ("),
        ("every class", "t * (", "("),
        ("other base", "np.log(", "np.log2("),
        ("wrong axis", "axis=1, keepdims=True", "axis=0, keepdims=True"),
        ("sum over the table", "axis=1, keepdims=True", ""),
        ("sum over the table", "m), axis=1, keepdims=True)", "m))"),
        ("softmax twice", M, f"{M}; {SHARES}; z = a; {M}"),
        (
            "not the mean",
            "-np.mean(np.sum(t * (z - log_sum), axis=1))",
            "np.sum(t * (log_sum - z), axis=1)",
        ),
    ],
)


@exercise("4.3", points=2)
def cross_entropy_from_logits(
    cross_entropy_from_logits: Function, *, rng: np.random.Generator
) -> None:
    """cross_entropy_from_logits(z, t): z (n, k), t (n, k) -> the mean price (004 L150-165)."""
    read = _one_number(cross_entropy_from_logits, CE, _prices)
    gaps = itertools.cycle((0, 720, 200))

    def other() -> Inputs:
        """Inputs on which a sum that overflows and a share that is 0 part: both give inf."""
        z, t = _sample(rng, 4, 3)
        z[0], t[0] = z[0] + [next(gaps), 0, 0], np.eye(3)[1]
        return z, t

    judged = Comparison(cross_entropy_from_logits, CE, other, read=read)
    with named_errors({"keepdims missing": SHAPES["keepdims missing"]}):
        for n, k in ((5, 3), (3, 3), (2, 4)):
            judged.on(*_sample(rng, n, k))
        # All logits far away; one row of two; one logit, of the right class, then of a wrong one.
        for n, shift, right in (
            (1, [1000.0, 1000, 1000], 0),
            (1, [-1000.0, -1000, -1000], 0),
            (2, [1000.0, 1000, 1000], 2),
            (2, [1000.0, 0, 0], 0),
            (2, [1000.0, 0, 0], 1),
            (2, [1000.0, -1000, -1000], 0),
            (2, [-1000.0, 1000, -1000], 1),
        ):
            z, t = _sample(rng, n, 3)
            z[0], t[0] = z[0] + shift, np.eye(3)[right]
            judged.on(z, t, says="The price is not right for large logits.")


def _sample(rng: np.random.Generator, n: int, k: int) -> Inputs:
    """Logits z (n, k) and rows t (n, k) with a single 1."""
    return _logits(rng, n, k), np.eye(k)[rng.integers(0, k, n)]


def _prices(z: Array, t: Array) -> Array:
    """The price of each row, (n,)."""
    return np.logaddexp.reduce(z, axis=1) - np.asarray(np.sum(t * z, axis=1))


# --- 4.4 the slope by the logits -----------------------------------------------------------------

GRADIENT = formula(
    "cross_entropy_gradient(z, t)",
    "(soft(z) - t) / len(z)",
    {
        "turned": ["(t - soft(z)) / len(z)"],
        "not the mean": ["soft(z) - t"],
        "turned, and not the mean": ["t - soft(z)"],
        "diagonal": [
            "-t * (1 - soft(z)) / len(z)",
            "-t * (1 - soft(z))",
            "t * (1 - soft(z)) / len(z)",
        ],
        "by the shares": ["-t / soft(z) / len(z)", "-t / soft(z)", "t / soft(z) / len(z)"],
        "divided by the whole table": ["(soft(z) - t) / z.size"],
        "divided by the classes": ["(soft(z) - t) / z.shape[1]"],
        "no softmax": ["(z - t) / len(z)", "z - t"],
        "only the labels divided": ["soft(z) - t / len(z)"],
        "not divided by the sum": ["(np.exp(z) - t) / len(z)", "np.exp(z) - t"],
        "shares alone": ["soft(z) / len(z)", "soft(z)"],
        "plus": ["(soft(z) + t) / len(z)"],
        "wrong axis": ["(soft(z.T).T - t) / len(z)"],
        "over everything": ["(np.exp(z) / np.exp(z).sum() - t) / len(z)"],
        "each number alone": ["(1 / (1 + np.exp(-z)) - t) / len(z)"],
        "of the squared error": [
            "(soft(z) - t) * soft(z) * (1 - soft(z)) / len(z)",
            "2 * (soft(z) - t) * soft(z) * (1 - soft(z)) / len(z)",
            "2 * (soft(z) - t) / len(z)",
        ],
        "softmax twice": ["(soft(soft(z)) - t) / len(z)", "soft(soft(z)) - t"],
        "rows averaged": ["np.mean(soft(z) - t, axis=0)"],
    },
    {"soft": _softmax},
)


@exercise("4.4", points=1.5)
def cross_entropy_gradient(cross_entropy_gradient: Function, *, rng: np.random.Generator) -> None:
    """cross_entropy_gradient(z, t): z (n, k), t (n, k) -> (softmax(z) - t) / n, (n, k)."""

    def read(came: Any, z: Array, t: Array) -> Array:
        if came is None:
            fail("nothing came back")
        name, k = "what `cross_entropy_gradient` returns", z.shape[1]
        if shape(came) in {(), (k,), (1, k)}:
            numbers = array(came, name=name)
            averaged = same(numbers, np.mean(_softmax(z) - t, axis=0))
            mistake = "rows averaged" if averaged else "one row" if numbers.ndim else "one number"
            fail(mistake, came=numbers, expected=f"shape {z.shape}")
        return array(came, z.shape, name=name)

    judged = Comparison(cross_entropy_gradient, GRADIENT, lambda: _sample(rng, 4, 3), read=read)
    with named_errors({"keepdims missing": SHAPES["keepdims missing"]}):
        for n, k in ((5, 3), (3, 3), (2, 4)):
            judged.on(*_sample(rng, n, k), says="The slopes differ.")


# --- 4.5 the Jacobian ----------------------------------------------------------------------------

JACOBIAN = formula(
    "softmax_jacobian(z)",
    "np.diag(soft(z)) - np.outer(soft(z), soft(z))",
    {
        "diagonal only": ["np.diag(soft(z) * (1 - soft(z)))", "np.diag(soft(z))"],
        "a row": ["soft(z) * (1 - soft(z))"],
        "outer product only": ["-np.outer(soft(z), soft(z))", "np.outer(soft(z), soft(z))"],
        "plus": [
            "np.diag(soft(z)) + np.outer(soft(z), soft(z))",
            "np.abs(np.diag(soft(z)) - np.outer(soft(z), soft(z)))",
        ],
        "sign": ["np.outer(soft(z), soft(z)) - np.diag(soft(z))"],
        "1 on the diagonal": ["np.eye(len(z)) - np.outer(soft(z), soft(z))"],
        "a on the diagonal": ["np.diag(soft(z) + soft(z) ** 2) - np.outer(soft(z), soft(z))"],
        "factor forgotten": ["np.eye(len(z)) - soft(z)", "np.eye(len(z)) - soft(z)[:, None]"],
        "index": [
            "soft(z)[:, None] * (np.eye(len(z)) - soft(z)[:, None])",
            "soft(z) * (np.eye(len(z)) - soft(z))",
        ],
        "logits for shares": ["np.diag(z) - np.outer(z, z)"],
        "not divided by the sum": ["np.diag(np.exp(z)) - np.outer(np.exp(z), np.exp(z))"],
        "one product": ["np.diag(soft(z)) - soft(z) @ soft(z)"],
        "each number alone": [
            "np.diag(1 / (1 + np.exp(-z))) - np.outer(1 / (1 + np.exp(-z)), 1 / (1 + np.exp(-z)))",
            "np.diag(1 / (1 + np.exp(-z)) * (1 - 1 / (1 + np.exp(-z))))",
        ],
        "delta forgotten": [
            "np.outer(soft(z), 1 - soft(z))",
            "np.outer(1 - soft(z), soft(z))",
        ],
    },
    {"soft": _softmax},
)


@exercise("4.5", points=1.5)
def softmax_jacobian(softmax_jacobian: Function, *, rng: np.random.Generator) -> None:
    """softmax_jacobian(z): z (k,) -> diag(a) - a a', (k, k) (001 L220)."""

    def read(came: Any, z: Array) -> Array:
        k = len(z)
        if came is None:
            fail("nothing came back")
        name = "what `softmax_jacobian` returns"
        if shape(came) in {(k,), (1, k), (k, 1)}:
            row = array(came, name=name)
            is_diagonal = same(row, np.diag(JACOBIAN(z)))
            mistake = "a row" if is_diagonal else "one for each class"
            fail(mistake, came=row, expected=JACOBIAN(z))
        return array(came, (k, k), name=name)

    judged = Comparison(softmax_jacobian, JACOBIAN, partial(_row, rng, 3), read=read)
    for k in (3, 4, 2):
        judged.on(*_row(rng, k), says="The slopes differ.")


def _row(rng: np.random.Generator, k: int) -> Inputs:
    return (_logits(rng, k),)


# --- 4.6 output and loss -------------------------------------------------------------------------

# Each service: how many numbers or classes, and how its labels are written.
SERVICES = {
    "degrees": (1, "number"),
    "rain": (2, "binary"),
    "sky": (4, "integers"),
    "sky_rows": (4, "rows"),
    "alarms": (3, "several"),
}
LOSSES = {"mse", "binary", "categorical", "sparse"}
SPELLINGS = {"meansquarederror": "mse", "sparsecategorical": "sparse", "bce": "binary"}


@exercise("4.6", points=2, fresh=False)
def services(degrees: Value, rain: Value, sky: Value, sky_rows: Value, alarms: Value) -> None:
    """One (units, activation, loss) for each service (000 L282-286, 001 L183)."""
    for answer in (degrees, rain, sky, sky_rows, alarms):
        with part(0.4, answer.name):
            count, labels = SERVICES[answer.name]
            if mistake := first_of(_mistakes(count, labels, *_head(answer))):
                fail(mistake, tried=answer.name, came=answer.data)


def _head(answer: Value) -> tuple[int, str, str, bool]:
    """Units, activation, the loss in one word, and whether it is told of logits."""

    def refuse(says: str) -> NoReturn:
        fail(says=says, tried=answer.name, came=answer.data)

    if not isinstance(answer.data, tuple | list) or len(answer.data) != 3:
        refuse('Three things are wanted, in brackets, such as (7, "softmax", "mse").')
    units, activation, loss = answer.data
    if units is None:
        refuse("The number of units is None. Each number that comes out needs one.")
    if isinstance(units, str):
        refuse("Write the number of units without quotes.")
    number = array(units, (), (1,), name=f"the number of units of `{answer.name}`").item()
    activation = "linear" if activation is None else activation
    if not (isinstance(activation, str) and isinstance(loss, str)):
        refuse("Activation and loss should be texts in quotes.")
    words = re.sub(r"[^a-z=]+", "", loss.lower()).removesuffix("fromlogits=false")
    words = re.sub(r"^(tf)?(keras)?(losses)?", "", words)
    kind = re.sub(r"fromlogits(=true)?$", "", words).removesuffix("crossentropy")
    kind = SPELLINGS.get(kind, kind)
    activation = activation.strip().lower()
    for one, known, given in (
        ("activation", {"linear", "sigmoid", "softmax"}, activation),
        ("loss", LOSSES, kind),
    ):
        if given not in known:
            refuse(f"The {one} is none of the list.")
    return int(number) if number == int(number) else 0, activation, kind, "fromlogits" in words


def _mistakes(
    count: int, labels: str, units: int, activation: str, loss: str, from_logits: bool
) -> Iterator[tuple[str, bool]]:
    """Each known mistake, and whether it is made."""
    is_classes = labels in {"binary", "integers", "rows"}
    one = labels == "binary" and units == 1  # it stands for two classes
    yield "softmax over one unit", one and activation == "softmax"
    if loss == "mse" and labels != "number":
        yield "squared error of a linear output", activation == "linear"
        yield "squared error for classes", True
    yield "cross-entropy for a number", labels == "number" and loss != "mse"
    yield "number squeezed", labels == "number" and activation != "linear"
    yield "softmax for several", labels == "several" and activation == "softmax"
    yield "integers for rows", labels in {"rows", "several"} and loss == "sparse"
    if loss == "categorical":
        yield "categorical loss for one unit", one
        yield "rows for integers", labels in {"integers", "binary"} and units > 1
    yield "one class of several", labels == "several" and loss == "categorical"
    yield "units", units != count and not one
    yield "sigmoids for shares", is_classes and units > 1 and activation == "sigmoid"
    yield "binary loss for classes", is_classes and units > 1 and loss == "binary"
    yield "sparse loss for one unit", one and loss == "sparse"
    if labels != "number":
        yield "logits as probabilities", activation == "linear" and not from_logits
        yield "probabilities as logits", activation != "linear" and from_logits
    yield "squared error of logits", loss == "mse" and from_logits
