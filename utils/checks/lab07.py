"""Checks of lab 07: hinges, shapes, linear collapse, parity (000 L158-188, L288-305)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks import errors, gates, network
from utils.checks.core import (
    Function,
    Model,
    array,
    exercise,
    fail,
    first_of,
    if_it_raises,
    named_errors,
    note,
    shape,
)
from utils.checks.edits import Comparison, Inputs, Reference, formula
from utils.checks.values import Tolerance, differing, same, several

Array = NDArray[np.float64]

# --- 7.0 one hinge -------------------------------------------------------------------------------

ONE_FACTOR = ("weight * x - place", "x - place * weight")
HINGE = formula(
    "hinge(x, place, weight)",
    "weight * np.maximum(0, x - place)",
    {
        "no ReLU": ["weight * (x - place)", "weight * x - place"],
        "no weight": ["np.maximum(0, x - place)"],
        "weight inside": [
            "np.maximum(0, weight * (x - place))",
            "np.maximum(0, weight * x - place)",
            "np.maximum(0, weight * x + place)",
        ],
        "place added": ["weight * np.maximum(0, x + place)"],
        "place outside": [
            "weight * np.maximum(0, x) - place",
            "weight * (np.maximum(0, x) - place)",
        ],
        "no place": ["weight * np.maximum(0, x)", "np.where(x > place, weight * x, 0)"],
        "larger of the two": ["weight * np.maximum(x, place)", "np.maximum(place, weight * x)"],
        "opens to the left": ["weight * np.maximum(0, place - x)"],
        "minimum": ["weight * np.minimum(0, x - place)"],
        "step": ["weight * (x >= place)", "1.0 * (x >= place)"],
        "bends at 0": ["np.where(x > 0, weight * (x - place), 0)"],
        "does not go on": [f"weight * np.clip(x - place, 0, {most})" for most in (1, 2, 3, 6)],
        "brackets forgotten": [
            *(f"np.where(x > place, {line}, 0)" for line in ONE_FACTOR),
            *(f"(x > place) * {line}" for line in ONE_FACTOR),
            "np.maximum(0, x - place * weight)",
        ],
        "weight added": ["weight + np.maximum(0, x - place)"],
        "weight and place exchanged": ["place * np.maximum(0, x - weight)"],
    },
)


@exercise("7.0", points=1)
def hinge(hinge: Function, *, rng: np.random.Generator) -> None:
    """hinge(x, place, weight): x (n,) -> what one ReLU unit sends to the output, (n,)."""
    judged = Comparison(
        hinge,
        HINGE,
        lambda: _places(rng, 1, int(rng.choice([-1, 1]))),
        read=lambda came, x, *rest: _for_each(came, x.shape, name="what `hinge` returns"),
    )
    for sides in ((1, -1), (1, 1), (-1, 1), (-1, -1)):
        with (
            if_it_raises("whole array compared", says=errors.NO_TRUTH),
            if_it_raises("np.max", says=errors.NO_AXIS, line=r"max"),
        ):
            judged.on(*_places(rng, *sides), says="The heights differ.")


def _for_each(came: Any, *shapes: tuple[int, ...], name: str) -> Array:
    """What came, an array of one of these shapes: a single number is often a loop's first."""
    if shape(came) == ():
        array(came, name=name)
        fail("one number alone", came=came, expected=f"{shapes[0][0]} numbers")
    return array(came, *shapes, name=name)


def _places(rng: np.random.Generator, place: int, weight: int) -> Inputs:
    """x (9,) on both sides of the place; place and weight have these signs and are not 1.

    One x lies between 0 and the place, one just beyond the place, and one far out.
    """
    at = place * round(rng.uniform(0.3, 0.8), 2)
    told = [at / 2, at + 0.04, 8]
    x = [*rng.uniform(-3, at - 0.2, 3), *rng.uniform(at + 0.2, 3, 3), *told]
    return rng.permutation(x).round(2), at, weight * round(rng.uniform(1.5, 3), 2)


# --- 7.1 six shapes ------------------------------------------------------------------------------

SHAPE_NAMES = ("W1", "b1", "H", "W2", "b2", "Y")
ALL_SIX = "(d, h), (h,), (n, h), (h, q), (q,), (n, q)"
SHAPES = Reference(
    "shapes",
    f"""
def shapes(n, d, h, q):
    return {ALL_SIX}
""",
    [
        ("transposed", "(d, h)", "(h, d)"),
        ("transposed", "(h, q)", "(q, h)"),
        ("transposed", "(d, h)", "(h, d)", "(h, q)", "(q, h)"),
        ("a bias for each row", "(h,)", "(n, h)"),
        ("a bias for each row", "(q,)", "(n, q)"),
        ("a bias for each row", "(h,)", "(n, h)", "(q,)", "(n, q)"),
        ("a bias for each row", "(h,)", "(n,)", "(q,)", "(n,)"),
        ("a bias for each input", "(h,)", "(d,)"),
        ("a bias for each input", "(q,)", "(h,)"),
        ("a bias for each input", "(h,)", "(d,)", "(q,)", "(h,)"),
        ("a bias as a column", "(h,)", "(h, 1)", "(q,)", "(q, 1)"),
        ("one number as bias", "(h,)", "(1,)", "(q,)", "(1,)"),
        ("rows in the weights", "(d, h)", "(n, h)"),
        ("rows in the weights", "(d, h)", "(n, d)"),
        ("weights without the hidden units", "(h, q)", "(d, q)"),
        ("rows missing", "(n, h)", "(h,)", "(n, q)", "(q,)"),
        ("rows missing", "(n, h)", "(d, h)"),
        ("outputs turned round", "(n, h)", "(h, n)", "(n, q)", "(q, n)"),
        ("inputs in H", "(n, h)", "(n, d)"),
        ("order", ALL_SIX, "(d, h), (h,), (h, q), (q,), (n, h), (n, q)"),
        ("order", ALL_SIX, "(d, h), (h, q), (h,), (q,), (n, h), (n, q)"),
        ("order", ALL_SIX, "(d, h), (h, q), (n, h), (h,), (q,), (n, q)"),
    ],
)


@exercise("7.1", points=1)
def shapes(shapes: Function, *, rng: np.random.Generator) -> None:
    """shapes(n, d, h, q): the shapes of W1, b1, H, W2, b2, Y (000 L160-168)."""
    judged = Comparison(shapes, SHAPES, lambda: _four_sizes(rng), read=_six)
    for _ in range(3):
        judged.on(*_four_sizes(rng), shown=[_six_in_words], says=_other_shape)


def _four_sizes(rng: np.random.Generator) -> Inputs:
    """n, d, h, q: all differ, none is 1, and none is another two multiplied."""
    while True:
        sizes = tuple(int(size) for size in rng.choice(np.arange(2, 12), 4, replace=False))
        if not {a * b for a, b in itertools.combinations(sizes, 2)} & set(sizes):
            return sizes


def _six(came: Any, n: int, d: int, h: int, q: int) -> list[list[int]]:
    parts = several(came, SHAPE_NAMES)
    return [
        _one_shape(one, name, int(np.prod(right)), is_bias=len(right) == 1)
        for one, name, right in zip(parts, SHAPE_NAMES, SHAPES(n, d, h, q), strict=True)
    ]


def _one_shape(one: Any, name: str, count: int, *, is_bias: bool) -> list[int]:
    """A shape as a list; that of a bias without the 1 in front of a row."""
    came = array(one, name=f"the shape of {name}")
    if came.ndim == 0:
        if same(came, count):
            fail("no comma" if is_bias else "counts", came=f"{name}: {one}")
        says = f"This is one number for {name}. A shape is a tuple: one number for each axis."
        fail(says=says, came=f"{name}: {one}")
    if came.ndim > 1:
        fail(says=f"The shape of {name} should be one tuple of whole numbers.", came=one)
    if (came % 1).any():
        fail(says=f"The shape of {name} should be whole numbers.", came=came)
    found = [int(size) for size in came]
    return found[1:] if is_bias and len(found) == 2 and found[0] == 1 else found


def _six_in_words(six: Any) -> str:
    pairs = zip(SHAPE_NAMES, six, strict=True)
    return ", ".join(f"{name} {tuple(sizes)}" for name, sizes in pairs)


def _other_shape(came: Any, expected: Any) -> str:
    wrong = differing(SHAPE_NAMES, came, expected)
    return f"The shape of {' and that of '.join(wrong[:2])} is another one."


# --- 7.2 two linear layers in one ----------------------------------------------------------------

IN_ONE_ARRAY = r"input arrays must have|Shapes of all inputs must match"
NOT_FITTING = rf"^(?!.*input arrays)(?:.|\n)*(?:{errors.NOT_ALIGNED}|{errors.NOT_BROADCAST})"
COLLAPSE = Reference(
    "collapse",
    """
def collapse(W1, b1, W2, b2):
    W = W1 @ W2
    b = b1 @ W2 + b2
    return W, b
""",
    [
        ("biases added", "b1 @ W2 + b2", "b1 + b2"),
        ("first bias lost", "b1 @ W2 + b2", "b2"),
        ("second bias lost", "b1 @ W2 + b2", "b1 @ W2"),
        ("second bias lost", "b1 @ W2 + b2", "b1"),
        ("biases multiplied", "b1 @ W2 + b2", "b1 * b2"),
        ("both biases through W2", "b1 @ W2 + b2", "(b1 + b2) @ W2"),
        ("bias through W1", "b1 @ W2 + b2", "b1 @ W1 + b2"),
        ("bias through W1", "b1 @ W2 + b2", "b1 @ W1 @ W2 + b2"),
        ("biases exchanged", "b1 @ W2 + b2", "b2 @ W1 + b1"),
        ("biases exchanged", "b1 @ W2 + b2", "b2 @ W2 + b1"),
        ("W2 turned round", "b1 @ W2", "W2 @ b1"),
        ("order", "W1 @ W2", "W2 @ W1"),
        ("order", "W1 @ W2", "W2 @ W1", "b1 @ W2", "W2 @ b1"),
        ("elementwise", "b1 @ W2", "b1 * W2"),
        ("elementwise", "W1 @ W2", "W1 * W2"),
        ("elementwise", "W1 @ W2", "W1 * W2", "b1 @ W2", "b1 * W2"),
        ("sum", "W1 @ W2", "W1 + W2"),
        ("turned round", "W1 @ W2", "(W1 @ W2).T"),
        ("with ReLU", "W1 @ W2", "np.maximum(0, W1) @ W2", "b1 @ W2", "np.maximum(0, b1) @ W2"),
        ("with ReLU", "W1 @ W2", "np.maximum(0, W1) @ W2"),
        ("with ReLU", "W1 @ W2", "np.maximum(0, W1 @ W2)", "b1 @ W2", "np.maximum(0, b1) @ W2"),
        ("with ReLU", "b1 @ W2", "np.maximum(0, b1) @ W2"),
        ("exchanged", "return W, b", "return b, W"),
    ],
)


@exercise("7.2", points=1)
def collapse(collapse: Function, *, rng: np.random.Generator) -> None:
    """collapse(W1, b1, W2, b2) -> W (d, q) and b (q,) of the one layer (000 L172-177)."""
    judged = Comparison(
        collapse,
        COLLAPSE,
        lambda: _two_layers(rng, (4, 4, 4)),
        read=_w_and_b,
    )
    # Equal sizes first: there a wrong product has a value, and its mistake a name.
    # Then one input and one output, where not even an axis of length 1 may be lost.
    for sizes in ((3, 3, 3), (2, 3, 4), (5, 4, 2), (4, 2, 3), (1, 3, 1)):
        d, _, q = sizes
        with named_errors({"one array": IN_ONE_ARRAY, "shapes": NOT_FITTING}):
            W, b = judged.on(*_two_layers(rng, sizes), says=partial(_says_w_or_b, q))
        array(W, (d, q), name="W")
        array(b, (q,), (1, q), name="b")


def _w_and_b(came: Any, *inputs: Array) -> list[Any]:
    """W and b. Of equal sizes their sum has a value, which is one table."""
    W, b = COLLAPSE(*inputs)
    if same(came, W + b) and W.size > 1:
        fail("W and b added", came=f"one array of shape {shape(came)}", expected="W and b")
    if isinstance(came, np.ndarray) and len(came.shape) == 2 and len(came) != 2:
        says = "Return 2 things: W, b. This is one array."
        fail(says=says, came=f"one array of shape {came.shape}")
    return several(came, ("W", "b"))


def _two_layers(rng: np.random.Generator, sizes: tuple[int, int, int]) -> Inputs:
    d, h, q = sizes
    W1, b1 = rng.normal(size=(d, h)).round(2), rng.normal(size=h).round(2)
    W2, b2 = rng.normal(size=(h, q)).round(2), rng.normal(size=q).round(2)
    # Both signs in what a ReLU would cut.
    b1[:2], W1[0, :2] = (0.7, -1.3), (-1.1, 0.6)
    return W1, b1, W2, b2


def _says_w_or_b(q: int, came: Any, expected: Any) -> str:
    W, b = array(came[0], name="W"), array(came[1], name="b")
    if W.shape != expected[0].shape:
        array(W, expected[0].shape, name="W")
    if b.shape not in {(q,), (1, q)}:
        array(b, (q,), (1, q), name="b")
    return "W differs." if not same(W, expected[0]) else "W is right, and b differs."


# --- 7.3 how many parameters ---------------------------------------------------------------------

EXACTLY = Tolerance(rtol=0.0, atol=1e-6)
TOO_FEW_SIDES = rf"{errors.TOO_FEW_AXES}|expected \d+, got 1\)"
SUM = "sum((sizes[k] + 1) * sizes[k + 1] for k in range(len(units)))"
PRODUCTS = SUM.replace("(sizes[k] + 1)", "sizes[k]")
ROW = "int(np.prod(shape))"
PARAMETERS = Reference(
    "parameters",
    f"""
def parameters(shape, units):
    sizes = [{ROW}, *units]
    return {SUM}
""",
    [
        ("no biases", "(sizes[k] + 1)", "sizes[k]"),
        ("input layer counted", SUM, f"{SUM} + sizes[0]"),
        ("input layer counted", SUM, f"{SUM} + (sizes[0] + 1) * sizes[0]"),
        ("sides as layers", f"[{ROW},", "[*shape,", "len(units)", "len(sizes) - 1"),
        ("not any shape", ROW, "shape[0] * shape[1]"),
        ("not flattened", ROW, "shape[-1]"),
        ("not flattened", ROW, "shape[0]"),
        ("not flattened", ROW, "sum(shape)"),
        ("one bias a layer", SUM, "sum(sizes[k] * sizes[k + 1] + 1 for k in range(len(units)))"),
        (
            "biases of the inputs",
            SUM,
            SUM.replace("1) *", "0) *").replace("1] for", "1] + sizes[k] for"),
        ),
        ("always the inputs", "(sizes[k] + 1)", "(sizes[0] + 1)"),
        ("bias at the output alone", SUM, f"{PRODUCTS} + units[-1]"),
        ("biases of one layer", SUM, f"{PRODUCTS} + units[0]"),
        ("inputs replaced too early", SUM, "sum((size + 1) * size for size in units)"),
        ("two layers alone", "range(len(units))", "range(2)"),
        ("two layers alone", SUM, "(sizes[0] + 1) * units[0] + (units[0] + 1) * units[-1]"),
        ("first layer alone", "range(len(units))", "range(1)"),
        ("last layer alone", SUM, "(sizes[-2] + 1) * sizes[-1]"),
        ("last layer missing", "range(len(units))", "range(len(units) - 1)"),
        ("first layer missing", "range(len(units))", "range(1, len(units))"),
        ("units counted", SUM, "sum(sizes)"),
        ("biases alone", "(sizes[k] + 1) * ", ""),
        ("layers multiplied", SUM, "np.prod(sizes)"),
        ("no bias at the output", SUM, f"{SUM} - units[-1]"),
    ],
)


@exercise("7.3", points=1)
def parameters(parameters: Function, *, rng: np.random.Generator) -> None:
    """parameters(shape, units): weights and biases of a dense network, 101,770 (000 L355-361)."""
    judged = Comparison(
        parameters,
        PARAMETERS,
        lambda: (_shape(rng, 2), _units(rng, 3)),
        read=lambda came, *inputs: array(came, (), (1,), name="the number of parameters"),
        tolerance=EXACTLY,
    )
    for axes, layers in ((1, 2), (2, 2), (2, 3), (3, 1), (1, 4)):
        with (
            if_it_raises("not any shape", says=TOO_FEW_SIDES, line=r"\bshape\b"),
            if_it_raises("not any depth", says="values to unpack", line=r"\bunits\b"),
        ):
            judged.on(_shape(rng, axes), _units(rng, layers), says="This is another number.")
    judged.on((28, 28), [128, 10], says="This is another number.")


def _shape(rng: np.random.Generator, axes: int) -> tuple[int, ...]:
    return tuple(int(size) for size in rng.choice(np.arange(3, 12), axes, replace=False))


def _units(rng: np.random.Generator, layers: int) -> list[int]:
    return [int(size) for size in rng.choice(np.arange(2, 20), layers, replace=False)]


# --- 7.4 through all points ----------------------------------------------------------------------

NEARLY = Tolerance(rtol=1e-4, atol=2e-4)
SLOPES = "slopes = np.diff(values) * k"
CHANGES = "np.diff(slopes, prepend=0)"
WEIGHT_BEFORE = (
    "np.array([sum((-1) ** (i - j) * slopes[j] for j in range(i + 1)) for i in range(k)])"
)
WEIGHTS = Reference(
    "hinge_weights",
    f"""
def hinge_weights(values):
    values = np.asarray(values)
    k = len(values) - 1
    {SLOPES}
    return {CHANGES}
""",
    [
        ("slopes", CHANGES, "slopes"),
        ("width forgotten", SLOPES, "slopes = np.diff(values)"),
        ("slopes of width 1", SLOPES, "slopes = np.diff(values)", CHANGES, "slopes"),
        ("width turned round", SLOPES, "slopes = np.diff(values) / k"),
        ("k one too large", SLOPES, "slopes = np.diff(values) * (k + 1)"),
        ("k one too large", SLOPES, "slopes = np.diff(values) * (k - 1)"),
        ("sign", CHANGES, f"-{CHANGES}"),
        ("added up", CHANGES, "np.cumsum(slopes)"),
        ("first weight 0", CHANGES, "np.diff(slopes, prepend=slopes[0])"),
        ("start taken as 0", CHANGES, "np.append(values[1] * k, np.diff(slopes))"),
        ("start taken as 0", CHANGES, "np.append(slopes[0] + values[0], np.diff(slopes))"),
        ("slopes from 0", SLOPES, "slopes = values[1:] * k"),
        ("weight before", CHANGES, WEIGHT_BEFORE),
        ("heights", CHANGES, "values[1:]"),
        ("heights", CHANGES, "values[:-1]"),
        ("heights", CHANGES, "values[1:] - values[0]"),
        ("last slope last", CHANGES, "np.append(np.diff(slopes), slopes[-1])"),
        ("last slope last", CHANGES, "np.diff(slopes, append=0)"),
        ("from right to left", CHANGES, f"{CHANGES}[::-1]"),
        ("x squared alone", CHANGES, "np.append(1 / k, np.full(k - 1, 2 / k))"),
        ("changes twice", CHANGES, "np.diff(np.diff(slopes, prepend=0), prepend=0)"),
    ],
)


@exercise("7.4", points=3)
def hinge_weights(hinge_weights: Function, *, rng: np.random.Generator) -> None:
    """hinge_weights(values): values (k + 1,) -> weights of k hinges (000 L299-303)."""
    judged = Comparison(
        hinge_weights,
        WEIGHTS,
        lambda: (_heights(rng, 5),),
        read=_weights,
        tolerance=NEARLY,
    )
    for k in (3, 6, 4, 8, 1):
        # Four decimals are enough, and with three no drawing goes through the points.
        with (
            if_it_raises("arrays without brackets", says=errors.NO_AXIS, line=r"concatenate|stack"),
            if_it_raises("a number joined", says="zero-dimensional arrays cannot be"),
        ):
            judged.on(_heights(rng, k), says=_first_miss)


def _heights(rng: np.random.Generator, k: int) -> Array:
    """k + 1 heights that do not begin at 0; each is far from the one before."""
    steps = rng.choice([-1, 1], k) * rng.uniform(0.3, 1.2, k)
    return (rng.uniform(0.4, 0.9) + np.append(0, np.cumsum(steps))).round(4)


def _weights(came: Any, values: Array) -> Array:
    k = len(values) - 1
    if shape(came) in {(k + 1,), (k + 1, 1)} and k > 1:
        fail("k + 1 hinges", came=came, expected=f"{k} weights")
    if shape(came) in {(k - 1,), (k - 1, 1)} and k > 1:
        is_rest = same(came, WEIGHTS(values)[1:], NEARLY)
        says = "" if is_rest else f"This is one weight too few: each of the {k} pieces has a hinge."
        mistake = "first weight missing" if is_rest else None
        fail(mistake, says=says, came=came, expected=f"{k} weights")
    if k == 1:
        return array(came, (1,), (1, 1), name="what `hinge_weights` returns").reshape(1)
    return _for_each(came, (k,), (k, 1), name="what `hinge_weights` returns").reshape(k)


def _first_miss(came: Array, expected: Array) -> str:
    k = len(expected)
    off = np.flatnonzero(np.abs(np.cumsum(came - expected)) > 1e-3)
    at = int(off[0]) + 1 if len(off) else k
    return (
        f"With these weights the drawing misses the point at {at}/{k}, where it leaves the curve "
        "for the first time. Look at the weight of the hinge before it."
    )


# --- 7.5 parity ----------------------------------------------------------------------------------

PARITY_NAMES = ("W1", "b1", "w2", "b2")
THRESHOLDS, SIGNS = "0.5 - np.arange(1, n + 1)", "(-1.0) ** np.arange(n)"
PARITY = Reference(
    "parity_network",
    f"""
def parity_network(n):
    W1 = np.ones((n, n))
    b1 = {THRESHOLDS}
    w2 = {SIGNS}
    b2 = -0.5
    return W1, b1, w2, b2
""",
    [
        ("not alternating", SIGNS, "np.ones(n)"),
        ("not alternating", SIGNS, "1.0 + np.arange(n)"),
        ("odd units only", SIGNS, "1.0 - np.arange(n) % 2"),
        ("opposite", SIGNS, f"-{SIGNS}", "-0.5", "0.5"),
        ("no bias at the output", "-0.5", "0"),
        ("output always the same", SIGNS, f"-{SIGNS}"),
        ("output always the same", "-0.5", "-1.5"),
        ("output always the same", "-0.5", "0.5"),
        ("a unit always fires", THRESHOLDS, "0.5 - np.arange(n)"),
        ("a unit always fires", THRESHOLDS, f"-({THRESHOLDS})"),
        ("a unit always fires", THRESHOLDS, "np.arange(1, n + 1)"),
        ("a unit always fires", THRESHOLDS, "np.zeros(n)"),
        ("equal units", THRESHOLDS, "np.full(n, -0.5)"),
        ("equal units", THRESHOLDS, "np.full(n, 0.5 - n)"),
        ("one switch a unit", "np.ones((n, n))", "np.eye(n)", THRESHOLDS, "np.full(n, -0.5)"),
        ("one switch a unit", "np.ones((n, n))", "np.eye(n)"),
        ("two switches alone", "b1 = 0.5", "n = 2\n    b1 = 0.5", "(n, n)", "(2, 2)"),
        ("on the edge", THRESHOLDS, "-np.arange(1, n + 1)"),
        ("on the edge", "-0.5", "-1"),
        ("on the edge", THRESHOLDS, "0.001 - np.arange(1, n + 1)"),
    ],
)


@exercise("7.5", points=3)
def parity_network(parity_network: Function, *, rng: np.random.Generator) -> None:
    """parity_network(n): step units that say whether an odd number of n is 1, n hidden units."""
    for n in (2, 3, int(rng.integers(4, 7)), int(rng.integers(7, 10)), 12):
        _judge_parity(n, *_read_parity(parity_network(n), n))


def _read_parity(came: Any, n: int) -> tuple[Array, Array, Array, float]:
    W1, b1, w2, b2 = several(came, PARITY_NAMES)
    sized = shape(W1)
    if sized and len(sized) == 2 and sized[0] == n and sized[1] > n:
        fail("too many units", came=f"{sized[1]} hidden units", expected=f"at most {n}")
    if n > 2 and sized == (2, 2):
        fail("two switches alone", came="W1 of shape (2, 2)", expected=f"({n}, {n})")
    W1 = array(W1, name="W1")
    if W1.ndim != 2 or len(W1) != n:
        came_shape, wanted = f"shape {W1.shape}", f"shape ({n}, {n})"
        fail(says="W1 has the wrong shape.", came=came_shape, expected=wanted)
    h = W1.shape[1]
    b1 = array(b1, (h,), (1, h), name="b1").reshape(h)
    w2 = array(w2, (h,), (h, 1), (1, h), name="w2").reshape(h)
    return W1, b1, w2, float(array(b2, (), (1,), (1, 1), name="b2").reshape(()))


LOOK = "Look at what the hidden units say at the first of them, and at how the output adds it up."


def _judge_parity(n: int, W1: Array, b1: Array, w2: Array, b2: float) -> None:
    X = (np.arange(2**n)[:, np.newaxis] >> np.arange(n)[::-1] & 1).astype(float)
    odd = X.sum(axis=1) % 2
    sums = X @ W1 + b1
    units = gates.fires(sums)
    z = units @ w2 + b2
    says = gates.fires(z)
    if (says != odd).any():
        at = int(np.flatnonzero(says != odd)[0])
        mistake = first_of(_why_not_parity(X, W1, b1, w2, b2, units, says, odd))
        share = f"The network is wrong at {(says != odd).sum()} of {len(X)} positions."
        fail(
            mistake,
            says="" if mistake else f"{share} {LOOK}",
            tried=f"parity_network({n})",
            came=f"at {gates.bits(X[at])}: hidden units {gates.bits(units[at])}, output "
            f"{says[at]:.0f}",
            expected=f"{odd[at]:.0f}",
        )
    smallest = min(np.abs(sums).min(), np.abs(z).min())
    if smallest < gates.MARGIN - 1e-6:
        fail("on the edge", tried=f"parity_network({n})", came=f"a sum of {smallest:.3f}")


def _why_not_parity(
    X: Array,
    W1: Array,
    b1: Array,
    w2: Array,
    b2: float,
    units: Array,
    says: Array,
    odd: Array,
) -> Iterator[tuple[str, Any]]:
    """The mistakes that can be seen, each with whether it was made."""
    yield "one switch a unit", len(W1) > 1 and (np.count_nonzero(W1, axis=0) == 1).all()
    yield "a unit always fires", (units.mean(axis=0) == 1).any()
    yield "a unit never fires", (units.mean(axis=0) == 0).any()
    yield "equal units", len(np.unique(units, axis=1).T) < units.shape[1]
    with_border = gates.fires(units @ w2 - 0.5)
    yield "no bias at the output", b2 == 0 and (with_border == odd).all()
    rises = (W1 > 0).all() or (W1 < 0).all()  # each unit, with the number of switches, or falls
    yield "odd units only", (W1 > 0).all() and (w2[::2] > 0).all() and not w2[1::2].any()
    yield "not alternating", rises and ((w2 > 0).all() or (w2 < 0).all())
    yield "opposite", (says != odd).all()
    count = np.column_stack([X.sum(axis=1), units])
    tells = len(np.unique(units, axis=0)) == len(np.unique(count, axis=0)) == len(W1) + 1
    yield "output always the same", tells and np.ptp(says) == 0
    yield "units right, output not", tells


# --- 7.6 the listing, repaired -------------------------------------------------------------------

TANH, SOFTMAX = 'Activation("tanh")', 'Activation("softmax")'
SIGMOID, RELU = 'Activation("sigmoid")', 'Activation("relu")'
LISTING = Reference(
    "slide_network",
    """
def slide_network(N, H, K):
    import keras
    from keras.layers import Activation, Dense
    layers = [Dense(H), Activation("tanh"), Dense(K), Activation("softmax")]
    return keras.Sequential([keras.Input((N,)), *layers])
""",
    [
        ("H and K exchanged", "[Dense(H)", "[Dense(K)", " Dense(K)", " Dense(H)"),
        ("N and H exchanged", "[Dense(H)", "[Dense(N)", "(N,)", "(H,)"),
        ("no softmax", f", {SOFTMAX}", ""),
        ("other output", SOFTMAX, SIGMOID),
        ("other output", SOFTMAX, RELU),
        ("other output", SOFTMAX, TANH),
        ("other output", SOFTMAX, 'Activation("log_softmax")'),
        ("two softmax", SOFTMAX, f"{SOFTMAX}, {SOFTMAX}"),
        ("no tanh", f" {TANH},", ""),
        ("other activation", TANH, RELU),
        ("other activation", TANH, SIGMOID),
        ("other activation", TANH, SOFTMAX),
        ("two tanh", TANH, f"{TANH}, {TANH}"),
        ("both activations", TANH, RELU, SOFTMAX, SIGMOID),
        ("no biases", "(H)", "(H, use_bias=False)", "(K)", "(K, use_bias=False)"),
        ("no biases", "(H)", "(H, use_bias=False)"),
        ("no biases", "(K)", "(K, use_bias=False)"),
        ("fixed sizes", "(N,)", "(784,)", "[Dense(H)", "[Dense(128)", " Dense(K)", " Dense(10)"),
        ("no hidden layer", f"Dense(H), {TANH}, ", ""),
        ("an axis too many", "(N,)", "(1, N)"),
    ],
    kept=lambda model: model,
)
# With two classes one is tempted to write another network: they are always among the sizes.
SLIDE_SIZES = ((6, 4, 3), (5, 9, 4), (8, 3, 5), (7, 5, 2))
# Names of losses that `compile` takes, and that are not in keras.losses.
SHORT_NAMES = {"bce", "kld", "mae", "mse", "mape", "msle"}
SLIDE_ERRORS = {
    "no comma in the shape": r"[Cc]annot convert '?[0-9]+'? to a shape",
    "no keras in front": r"NameError: name '(Sequential|Dense|Activation|Input|Model|layers)'",
}


@exercise("7.6", points=1)
def slide_network(slide_network: Function, *, rng: np.random.Generator) -> None:
    """slide_network(N, H, K): the Keras listing with Input, compiled (004 L440-448)."""
    judged = Comparison(slide_network, LISTING, lambda: _slide(rng), read=_network)
    for sizes in (_slide(rng), SLIDE_SIZES[-1]):
        with named_errors(SLIDE_ERRORS):
            came = judged.on(
                *sizes,
                views=(lambda one: network.sizes(_handle(one)), _outputs),
                shown=(_sizes_in_words, _layers_in_words),
                says=_other_network,
            )
        if mistake := first_of(_compiled_wrong(came)):
            fail(mistake, came=_loss_in_words(came))
    _judge_start(_network(slide_network(*SLIDE_SIZES[0])))


def _slide(rng: np.random.Generator) -> Inputs:
    return SLIDE_SIZES[int(rng.integers(len(SLIDE_SIZES) - 1))]


def _network(came: Any, *sizes: int) -> Model:
    if not isinstance(came, Model):
        fail("no model", came=came)
    if len(came.keras.inputs) != 1 or len(came.keras.outputs) != 1:
        fail(says="The model should have one input and one output.")
    takes, gives, _ = network.sizes(came)
    row = tuple(came.keras.inputs[0].shape)[1:]
    if len(takes) > 1 or len(row) > 1 < len(gives):
        fail("an axis too many", came=f"keras.Input(shape={row})")
    return came


def _handle(one: Any) -> Model:
    return one if isinstance(one, Model) else Model.own(one)


def _outputs(one: Any) -> Array:
    return network.outputs_with_known_weights(_handle(one))


def _sizes_in_words(one: Any) -> str:
    takes, gives, weights = network.sizes(_handle(one))
    return f"{takes} to {gives}, with weights of shapes {weights}"


def _layers_in_words(one: Any) -> str:
    named = [(layer["class"], layer.get("activation")) for layer in _handle(one).layers]
    return ", ".join(str(name if name not in {None, "linear"} else kind) for kind, name in named)


def _other_network(came: Any, expected: Any) -> str:
    if not same(network.sizes(_handle(came)), network.sizes(_handle(expected))):
        return "The layers have other sizes."
    return "The sizes are right, but another activation stands somewhere, or one more layer."


def _judge_start(model: Model) -> None:
    """A network that is right, and fresh: can it learn, and does it only what the slide's does?"""
    if len(model.keras.trainable_weights) < len(model.keras.weights):
        fail("frozen")
    if network.has_identical_units(model):
        fail("equal start")
    if any("Dropout" in layer["class"] for layer in model.layers):
        note("There is a Dropout in the network. The slide has none.")


def _compiled_wrong(model: Model) -> Iterator[tuple[str, bool]]:
    loss = network.loss(model)
    yield "not compiled", not model.compiled
    yield "no loss given", loss in {"", "null"}
    yield "own loss", not _is_of_keras(model)
    yield "no such loss", not _is_known(json.loads(model.compiled["loss"]))
    yield "softmax and from_logits", network.expects_logits(model) or "withlogits" in loss
    yield "one-hot loss", "categorical" in loss and "sparse" not in loss
    yield "binary loss", "binary" in loss or loss == '"bce"'
    yield "regression loss", network.has_regression_loss(model)
    yield "other loss", "sparsecategoricalcrossentropy" not in loss


def _is_known(loss: Any) -> bool:
    """Whether Keras knows a loss of this name; true of what is no name."""
    import keras

    return not isinstance(loss, str) or hasattr(keras.losses, loss) or loss.lower() in SHORT_NAMES


def _loss_in_words(model: Model) -> str:
    """The loss as it was typed, as near as that can be said."""
    if not model.compiled:
        return "not compiled"
    loss = json.loads(model.compiled.get("loss", "null"))
    if loss is None:
        return "compile without a loss"
    if not isinstance(loss, dict) or "class_name" not in loss:
        return f"loss={json.dumps(loss)}"[:120]
    if not _is_of_keras(model):
        return "a loss of your own"
    if loss["class_name"] == "function":
        return f"loss={loss.get('config')}"
    told = "from_logits=True" if network.expects_logits(model) else ""
    return f"loss={loss['class_name']}({told})"


def _is_of_keras(model: Model) -> bool:
    """Whether the loss is one of Keras's or TensorFlow's: in another all can stand."""
    import keras
    import tensorflow as tf

    loss = json.loads(model.compiled["loss"])
    if not isinstance(loss, dict) or "class_name" not in loss:
        return True
    if loss["class_name"] != "function":
        return str(loss.get("module")).startswith("keras")
    name = str(loss.get("config"))
    return hasattr(keras.losses, name) or hasattr(tf.nn, name.removesuffix("_v2"))
