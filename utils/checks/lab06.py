"""Checks of lab 06: back-propagation by hand (001 L115-171, 003 L273-282)."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks import errors
from utils.checks.core import Function, Value, array, aside, exercise, fail, named_errors, part
from utils.checks.edits import Comparison, Earlier, Edit, Inputs, Reference, Source, formula
from utils.checks.reference import sigmoid
from utils.checks.values import Differing, Tolerance, same, several

Array = NDArray[np.float64]

# --- 6.0 back through a sigmoid ------------------------------------------------------------------

THROUGH = formula(
    "back_through_sigmoid(d_a, a)",
    "d_a * a * (1 - a)",
    {
        "no d_a": ["a * (1 - a)"],
        "no slope of the sigmoid": ["d_a", "d_a + 0 * a"],
        "half a slope": ["d_a * a", "d_a * (1 - a)"],
        "sigmoid twice": [
            "d_a / (1 + np.exp(-a)) * (1 - 1 / (1 + np.exp(-a)))",
            "d_a * (1 / (1 + np.exp(-a)))",
        ],
        "added": ["d_a + a * (1 - a)"],
        "divided": ["d_a / (a * (1 - a))", "d_a / a / (1 - a)"],
        "sign": ["-d_a * a * (1 - a)", "d_a * a * (a - 1)"],
        "slope of tanh": ["d_a * (1 - a**2)"],
        "exchanged": ["a * d_a * (1 - d_a)"],
        "stepped": ["a - d_a * a * (1 - a)", "d_a - a * (1 - a)"],
        "a squared": ["d_a * a**2", "d_a * (1 - a) ** 2"],
    },
)


@exercise("6.0", points=1)
def back_through_sigmoid(back_through_sigmoid: Function, *, rng: np.random.Generator) -> None:
    """back_through_sigmoid(d_a, a): the slope along a = sigmoid(s) -> that along s."""
    judged = Comparison(
        back_through_sigmoid,
        THROUGH,
        lambda: _unit(rng, 4),
        read=lambda came, d_a, a: _shaped(came, np.shape(d_a), "the slope along s"),
    )
    d_a, a = _unit(rng, 1)
    judged.on(float(d_a[0]), float(a[0]), says="This is another slope.")
    judged.on(*_unit(rng, 3), says="For several units at once the slopes differ.")
    d_a, a = _unit(rng, 6)
    judged.on(d_a.reshape(2, 3), a.reshape(2, 3), says="For a table of units the slopes differ.")


def _unit(rng: np.random.Generator, k: int) -> Inputs:
    """Slopes along a (k,), and a (k,), between 0 and 1 but not near 1/2."""
    d_a = rng.choice([-1, 1], k) * rng.uniform(0.4, 2, k)
    a = 0.5 + rng.choice([-1, 1], k) * rng.uniform(0.1, 0.4, k)
    return d_a.round(2), a.round(2)


def _shaped(came: Any, wanted: tuple[int, ...], name: str) -> Array:
    return array(came, *([(), (1,)] if wanted == () else [wanted]), name=name)


# Where 6.0 is open, a function that leans on it raises this.
OPEN_60 = {"wrong sigmoid": "^NotImplementedError: Exercise 6.0:"}
MOVE = formula("move(d_a, a)", "back_through_sigmoid(d_a, a)", {})


def _own_sigmoid(answer: Value | Function) -> Earlier:
    """The student's back_through_sigmoid, tried with numbers and with tables."""
    table = np.array([[-0.5, 0.8]]), np.array([[0.3, 0.9]])
    back = answer.beside("back_through_sigmoid", Function)
    return Earlier(back, THROUGH, [(-0.5, 0.3), table])


def _calls_60(line: Source) -> Source:
    """The same, with back_through_sigmoid for each of its sigmoids."""
    by_hand = r"(\w+|\(a5 - t\)) \* (\w+) \* \(1 - \2\)"
    text = re.sub(by_hand, r"back_through_sigmoid(\1, \2)", line.text)
    return Source(line.name, text, line.given)


# --- 6.1 four machines in a row ------------------------------------------------------------------


def _slope_f1(u: Array) -> Array:
    return sigmoid(u) * (1 - sigmoid(u))


# What the lab defines above the exercise; f4 comes first.
MACHINES = {
    "f4": np.square,
    "slope_f4": lambda u: 2 * u,
    "f3": np.sin,
    "slope_f3": np.cos,
    "f2": np.exp,
    "slope_f2": np.exp,
    "f1": sigmoid,
    "slope_f1": _slope_f1,
}
PRODUCT = "slope_f1(u2) * slope_f2(u3) * slope_f3(u4) * slope_f4(x)"
CHAIN = Reference(
    "chain_slope",
    f"""
def chain_slope(x):
    u4 = f4(x)
    u3 = f3(u4)
    u2 = f2(u3)
    return {PRODUCT}
""",
    [
        ("all at x", PRODUCT, "slope_f1(x) * slope_f2(x) * slope_f3(x) * slope_f4(x)"),
        ("one place on", PRODUCT, "slope_f1(f1(u2)) * slope_f2(u2) * slope_f3(u3) * slope_f4(u4)"),
        ("a factor dropped", "slope_f1(u2) * ", ""),
        ("a factor dropped", "slope_f2(u3) * ", ""),
        ("a factor dropped", "slope_f3(u4) * ", ""),
        ("a factor dropped", " * slope_f4(x)", ""),
        *(("one slope at x", f"slope_f{k}(u{k + 1})", f"slope_f{k}(x)") for k in (1, 2, 3)),
        *(
            (f"slope of f{k} elsewhere", f"slope_f{k}({right})", f"slope_f{k}({place})")
            for k, right in ((1, "u2"), (2, "u3"), (3, "u4"), (4, "x"))
            for place in ("u4", "u3", "u2", "f1(u2)")
            if place != right
        ),
        *(("1.2 left in", f"{f}(x)", f"{f}(1.2)") for f in ("slope_f4", "= f4", "f4")),
        ("slopes of slopes", PRODUCT, "slope_f1(slope_f2(slope_f3(slope_f4(x))))"),
        ("sum", PRODUCT, PRODUCT.replace("*", "+")),
        ("values", PRODUCT, "f1(u2) * f2(u3) * f3(u4) * f4(x)"),
        ("values", PRODUCT, "f1(u2) * u2 * u3 * u4"),
        ("the height", PRODUCT, "f1(u2)"),
        (
            "wrong order",
            PRODUCT,
            "slope_f4(f3(f2(f1(x)))) * slope_f3(f2(f1(x))) * slope_f2(f1(x)) * slope_f1(x)",
        ),
    ],
    MACHINES,
)


@exercise("6.1", points=1)
def chain_slope(chain_slope: Function, *, rng: np.random.Generator) -> None:
    """chain_slope(x): the slope of f1(f2(f3(f4(x)))) at x (001 L127-142)."""
    judged = Comparison(
        chain_slope,
        CHAIN,
        lambda: _place(rng, 1),
        read=lambda came, x: array(came, (), (1,), name="the slope"),
    )
    for place in (*_place(rng, 1), *_place(rng, -1), 1.2, *_place(rng, 1)):
        judged.on(place, says="This is another slope.")


def _place(rng: np.random.Generator, sign: int) -> Inputs:
    """A place where no factor is near 0 or 1, and x is far from x squared."""
    return (sign * round(rng.uniform(0.45, 0.85), 3),)


# --- 6.2 the boxes, from right to left -----------------------------------------------------------

X_ABOVE, W_ABOVE = (1.0, 3.0), np.arange(1, 11) / 10
UNPACKED = "(x1, x2), (w1, w2, w3, w4, w5, w6, w7, w8, w9, w10), (a1, a2, a3, a4, a5) = x, w, a"
NAMES = ("d_a3", "d_s3", "d_s4", "d_a1", "d_s1", "d_w1", "d_w3")
# The sum over the two paths, and what may stand there. Also in 6.2b.
BOTH = "d_s3 * w5 + d_s4 * w6"
PATHS = (
    ("one path", BOTH, "d_s3 * w5"),
    ("one path", BOTH, "d_s4 * w6"),
    ("paths multiplied", BOTH, "d_s3 * w5 * d_s4 * w6"),
    ("mean of the paths", BOTH, f"({BOTH}) / 2"),
    ("weights crossed", BOTH, "d_s3 * w6 + d_s4 * w5"),
    ("weights of a2", BOTH, "d_s3 * w7 + d_s4 * w8"),
    ("weights of one unit", BOTH, "d_s3 * w5 + d_s4 * w7"),
    ("no weights", BOTH, "d_s3 + d_s4"),
    ("boxes of a", BOTH, "d_a3 * w5 + d_a4 * w6"),
    ("weights added", BOTH, "(d_s3 + d_s4) * (w5 + w6)"),
    ("difference", BOTH, "d_s3 * w5 - d_s4 * w6"),
)
THIRD, FOURTH, FIRST = (f"a{k} * (1 - a{k})" for k in (3, 4, 1))
SUMS = {k: f"round(np.log(a{k} / (1 - a{k})), 9)" for k in (1, 3, 4)}
BOXES = Reference(
    "boxes",
    f"""
def boxes(x, w, a, d_s5, d_a4):
    {UNPACKED}
    d_a3 = d_s5 * w9
    d_s3 = d_a3 * {THIRD}
    d_s4 = d_a4 * {FOURTH}
    d_a1 = {BOTH}
    d_s1 = d_a1 * {FIRST}
    d_w1 = d_s1 * x1
    d_w3 = d_s1 * x2
    return d_a3, d_s3, d_s4, d_a1, d_s1, d_w1, d_w3
""",
    [
        ("no weight", "d_s5 * w9", "d_s5 * w10"),
        ("value for weight", "d_s5 * w9", "d_s5 * a3"),
        ("no weight", "d_s5 * w9", "d_s5"),
        *(
            (mistake, f"= d_a{k} * {slope}", f"= d_a{k} * {wrong}")
            for k, slope in ((3, THIRD), (4, FOURTH), (1, FIRST))
            for mistake, wrong in (
                ("no slope of the sigmoid", "1"),
                ("half a slope", f"a{k}"),
                ("half a slope", f"(1 - a{k})"),
                ("sigmoid twice", f"(1 / (1 + np.exp(-a{k}))) * (1 - 1 / (1 + np.exp(-a{k})))"),
                *(("another unit", f"a{n} * (1 - a{n})") for n in range(1, 6) if n != k),
                ("s for a", f"{SUMS[k]} * (1 - {SUMS[k]})"),
                ("exchanged", f"a{k} * (1 - d_a{k})"),
                *(("weight for slope", f"w{n}") for n in range(1, 10)),  # w10 is 1
            )
        ),
        *PATHS,
        ("x2 for x1", "d_s1 * x1", "d_s1 * x2"),
        ("weight for input", "d_s1 * x1", "d_s1 * w1"),
        ("weight for input", "d_s1 * x2", "d_s1 * w3"),
        ("x1 for x2", "d_s1 * x2", "d_s1 * x1"),
        ("value for input", "d_s1 * x1", "d_s1 * a1"),
        ("value for input", "d_s1 * x2", "d_s1 * a1"),
        *(("another sum", "d_s1 * x1", f"{box} * x1") for box in ("d_a1", "d_s3", "d_s4")),
        *(("another sum", "d_s1 * x2", f"{box} * x2") for box in ("d_a1", "d_s3", "d_s4")),
    ],
)
FOUR_DIGITS = Tolerance(rtol=5e-4, atol=1e-12)
FACTORS = (("sign", -1), ("twice", 2), ("half", 0.5))
# To each of these boxes a sigmoid leads: from which box, and the place of its a.
SIGMOIDS = {"d_s3": ("d_a3", 2), "d_s4": ("d_a4", 3), "d_s1": ("d_a1", 0)}
MOVES = {"d_s": "through a sigmoid", "d_a": "through a weight", "d_w": "to a weight"}
PARTS = (("d_a3",), ("d_s3", "d_s4"), ("d_a1",), ("d_s1",), ("d_w1",), ("d_w3",))


def activations(x: Any, w: Any) -> Array:
    """a1 to a5 of the lab's network with ten weights, (5,)."""
    first = sigmoid(np.array([w[0] * x[0] + w[2] * x[1], w[1] * x[0] + w[3] * x[1]]))
    second = sigmoid(np.array([w[4:6], w[6:8]]).T @ first)
    return np.r_[first, second, sigmoid(w[8:10] @ second)]


def given() -> Inputs:
    """What stands above the exercise: x, w, a, and the boxes d_s5 and d_a4; the label is 1."""
    a = activations(X_ABOVE, W_ABOVE)
    d_s5 = (a[4] - 1) * a[4] * (1 - a[4])
    return X_ABOVE, W_ABOVE, a, d_s5, d_s5 * W_ABOVE[9]


@exercise("6.2", points=3, fresh=False)
def boxes(
    d_a3: Value, d_s3: Value, d_s4: Value, d_a1: Value, d_s1: Value, d_w1: Value, d_w3: Value
) -> None:
    """Seven slopes of E, each a number, from right to left (001 L144-166)."""
    values = dict(zip(NAMES, (d_a3, d_s3, d_s4, d_a1, d_s1, d_w1, d_w3), strict=True))
    own = {}
    for name, value in values.items():
        with aside():
            own[name] = value.array((), (1,)).item()
    for names in PARTS:
        with part(0.5, " and ".join(names)):
            for name in names:
                # The cell stops in an open 6.0, so that this box is what the stub left.
                if own and name in SIGMOIDS.keys() - own and _own_sigmoid(values[name]).is_open:
                    fail("wrong sigmoid", tried=name)
                _judge_box(name, values[name], own)


def _judge_box(name: str, value: Value, own: Mapping[str, float]) -> None:
    """End the part where the box is not right; the mistake is the one that fits."""
    came = value.array((), (1,))
    if name not in wrong_boxes(own):
        return
    if name in SIGMOIDS:
        d_a, place = SIGMOIDS[name]
        inputs = own.get(d_a, ABOVE[d_a]), given()[2][place]
        if _own_sigmoid(value).explains(came, MOVE, inputs, FOUR_DIGITS):
            fail("wrong sigmoid", tried=name, came=came.item())
    right = made_of(BOXES, own)[name]
    lines = [(edit.mistake, made_of(edit, own)[name]) for edit in BOXES.edits]
    lines += [("rounded", round(right, k)) for k in (3, 4) if came]
    known = {mistake for mistake, made in lines if same(came, made, FOUR_DIGITS)}
    known = known or {mistake for mistake, k in FACTORS if same(came, k * right, FOUR_DIGITS)}
    mistake = known.pop() if len(known) == 1 else None
    says = "" if mistake else f"{name} is another number. {_where_to_look(name, value)}"
    fail(mistake, says=says, tried=name, came=came.item())


def _where_to_look(name: str, value: Value) -> str:
    """The move that leads to this box, and what is no longer as the cells above made it."""
    move = f'The move is "{MOVES[name[:3]]}": compare your line with it.'
    changed = []
    for above, right in zip(("x", "w", "a", "d_s5", "d_a4"), given(), strict=True):
        with aside():
            if not same(value.beside(above, Value).array(), np.array(right), FOUR_DIGITS):
                changed.append(above)
    again = f"No longer as the cells above left it: {', '.join(changed)}. Run these cells again."
    return f"{move} {again}" if changed else move


@functools.cache
def _of_own(line: Source) -> Source:
    text = re.sub(
        r" (d_\w+) = (.*)", r" made['\1'] = \2; \1 = own.get('\1') or made['\1']", line.text
    )
    text = text.replace("d_a4):", "d_a4, own):\n    made = {}")
    return Source("boxes", text.replace(f"return {', '.join(NAMES)}", "return made"))


def made_of(line: Source, own: Mapping[str, float]) -> dict[str, float]:
    """What each line makes of the student's own boxes to its right, where these are not 0."""
    return dict(_of_own(line)(*given(), own))


def wrong_boxes(own: Mapping[str, float]) -> set[str]:
    """The names of the boxes that are neither right nor made of those to their right."""
    ways = [made_of(BOXES, {}), made_of(BOXES, own)]
    return {k for k in own if not any(same(own[k], made[k], FOUR_DIGITS) for made in ways)}


# --- 6.2b all ten slopes -------------------------------------------------------------------------

TEN = Tolerance(rtol=2e-3, atol=2e-6)
SUM5 = "d_s5 = (a5 - t) * a5 * (1 - a5)"
OF_A2 = "d_s3 * w7 + d_s4 * w8"
OF_S5 = "d_a3, d_a4 = d_s5 * w9, d_s5 * w10"
ABOVE = made_of(BOXES, {}) | {"d_a5": given()[2][4] - 1, "d_s5": given()[3], "d_a4": given()[4]}
LAST = "d_s1 * x1, d_s2 * x1, d_s1 * x2, d_s2 * x2"
SECOND = "d_s3 * a1, d_s4 * a1, d_s3 * a2, d_s4 * a2"
SLOPES = Reference(
    "slopes",
    f"""
def slopes(x, w, t):
    a = forward(x, w)[1]
    {UNPACKED}
    {SUM5}
    {OF_S5}
    d_s3, d_s4 = d_a3 * {THIRD}, d_a4 * {FOURTH}
    d_a1, d_a2 = {BOTH}, d_s3 * w7 + d_s4 * w8
    d_s1, d_s2 = d_a1 * {FIRST}, d_a2 * a2 * (1 - a2)
    return np.array([{LAST}, {SECOND}, d_s5 * a3, d_s5 * a4])
""",
    [
        *(row for row in PATHS if row[0] not in {"weights of a2", "boxes of a", "weights added"}),
        *(
            (*row, OF_A2, wrong)
            for row, wrong in (
                (PATHS[0], "d_s3 * w7"),
                (PATHS[1], "d_s4 * w8"),
                (PATHS[0], "d_s4 * w8"),
                (PATHS[1], "d_s3 * w7"),
                (PATHS[2], "d_s3 * w7 * d_s4 * w8"),
            )
        ),
        *(("one path", OF_A2, one) for one in ("d_s3 * w7", "d_s4 * w8")),
        *((*row, OF_A2, "d_s3 * w8 + d_s4 * w7") for row in (("weights crossed",), PATHS[4])),
        *(
            ("no slope of the sigmoid", f" * {slope}", "")
            for slope in (THIRD, FOURTH, FIRST, "a2 * (1 - a2)")
        ),
        ("sign", "(a5 - t)", "(t - a5)"),
        ("twice", "(a5 - t)", "2 * (a5 - t)"),
        ("label taken as 1", "(a5 - t)", "(a5 - 1)"),
        *(("label changed", "(a5 - t)", f"(a5 - {t})") for t in ("int(t)", "t**2", "(t > 0.5)")),
        *(
            ("boxes from above", *changes)
            for changes in (
                *(("(a5 - t)", "d_a5"), (SUM5, "pass"), (OF_S5, "d_a3 = d_s5 * w9")),
                *((OF_S5, "d_a4 = d_s5 * w10"), (OF_S5, "pass")),
                ("(a5 - t)", "d_a5", OF_S5, "d_a3 = d_s5 * w9"),
                (SUM5, "pass", OF_S5, "d_a3 = d_s5 * w9"),
            )
        ),
        ("x2 for x1", LAST, "d_s1 * x2, d_s2 * x2, d_s1 * x1, d_s2 * x1"),
        ("weights in rows", LAST, "d_s1 * x1, d_s1 * x2, d_s2 * x1, d_s2 * x2"),
        ("weights in rows", SECOND, "d_s3 * a1, d_s3 * a2, d_s4 * a1, d_s4 * a2"),
        (
            "weights in rows",
            *(LAST, "d_s1 * x1, d_s1 * x2, d_s2 * x1, d_s2 * x2"),
            *(SECOND, "d_s3 * a1, d_s3 * a2, d_s4 * a1, d_s4 * a2"),
        ),
        ("no slope of the sigmoid", " * a5 * (1 - a5)", ""),
        ("no slope of the sigmoid", f" * {THIRD}", "", f" * {FOURTH}", ""),
        ("no slope of the sigmoid", f" * {FIRST}", "", " * a2 * (1 - a2)", ""),
        (
            "sigmoid twice",
            *(
                f"{UNPACKED}",
                f"{UNPACKED}\n    b1, b2, b3, b4, b5 = 1 / (1 + np.exp(-np.array(a)))",
            ),
            *("* a5 * (1 - a5)", "* b5 * (1 - b5)", THIRD, "b3 * (1 - b3)"),
            *(FOURTH, "b4 * (1 - b4)", FIRST, "b1 * (1 - b1)", "a2 * (1 - a2)", "b2 * (1 - b2)"),
        ),
        ("weight for input", LAST, "d_s1 * w1, d_s2 * w2, d_s1 * w3, d_s2 * w4"),
        ("weight for input", "d_s5 * a3, d_s5 * a4", "d_s5 * w9, d_s5 * w10"),
        ("from right to left", "d_s5 * a4])", "d_s5 * a4])[::-1]"),
        (
            "from right to left",
            "[" + LAST,
            "[d_s5 * a3, d_s5 * a4",
            "d_s5 * a3, d_s5 * a4]",
            LAST + "]",
        ),
        ("no inputs", LAST, "d_s1, d_s2, d_s1, d_s2"),
        ("inputs for values", SECOND, "d_s3 * x1, d_s4 * x1, d_s3 * x2, d_s4 * x2"),
        ("outputs for values", SECOND, "d_s3 * a3, d_s4 * a4, d_s3 * a3, d_s4 * a4"),
        ("new weights", "np.array([", "w - np.array(["),
        (
            "the network above",
            "    a = f",
            "    x, w = (1.0, 3.0), np.arange(1, 11) / 10\n    a = f",
        ),
    ],
    {"forward": lambda x, w: (None, activations(x, w)), **ABOVE},
)
# With back_through_sigmoid everywhere, and with the last sigmoid by hand, as a cell above has it.
BY_60 = [_calls_60(SLOPES), _calls_60(Edit(SLOPES, "", "* a5 * (1 - a5)", "* (a5 - a5**2)"))]


@exercise("6.2b", points=2)
def slopes(slopes: Function, *, rng: np.random.Generator) -> None:
    """slopes(x, w, t): x (2,), w (10,), t () -> the slope of E along each weight, (10,)."""

    def read(came: Any, *inputs: Any) -> Array:
        numbers = array(came, (10,), (10, 1), (1, 10), name="the result").ravel()
        if not same(numbers, right := SLOPES(*inputs), TEN):
            own = _own_sigmoid(slopes)
            if any(own.explains(numbers, line, inputs, TEN) for line in BY_60):
                fail("wrong sigmoid", tried=slopes.tried, came=numbers, expected=right)
        return numbers

    judged = Comparison(slopes, SLOPES, lambda: _ten(rng, 0.0), read=read, tolerance=TEN)
    with named_errors(OPEN_60):
        for t in (1.0, 0.0, round(rng.uniform(0.2, 0.8), 2)):
            # From right to left, so that the card tells of the mistake that the others follow from.
            judged.on(
                *_ten(rng, t),
                views=(lambda g: g[8:], lambda g: g[4:8], lambda g: g[:4]),
                shown=[lambda g: g] * 3,
                says=_first_weight,
            )


def _first_weight(came: Array, expected: Array) -> str:
    wrong = [k for k in range(10) if not same(came[k], expected[k], TEN)]
    which = f"The slope of w{wrong[-1] + 1} differs."
    return f"{which} Either the slope of its sum is wrong, or what comes in."


def _ten(rng: np.random.Generator, t: float) -> Inputs:
    """x (2,), w (10,) and the label t; no slope is near 0, and each known mistake shows."""
    while True:
        x = (rng.choice([-1, 1], 2) * rng.uniform(0.6, 2.5, 2)).round(2)
        w = (rng.choice([-1, 1], 10) * rng.uniform(0.6, 1.8, 10)).round(2)
        right = SLOPES(x, w, t)
        if np.min(np.abs(right)) < 1e-3 or abs(abs(x[0]) - abs(x[1])) < 0.3:
            continue
        wrong = [edit(x, w, t) for edit in SLOPES.edits if "label" not in edit.mistake]
        if min(np.max(np.abs(one / right - 1)) for one in wrong) > 0.03:
            return x, w, t


# --- 6.3 a table of rows -------------------------------------------------------------------------

BACK_NAMES = ("dW1", "db1", "dW2", "db2")
FROM_THE_RIGHT = (2, 3, 0, 1)
D_P = "d_P = (P - Y) / len(X)"
D_S = "d_S = d_H * H * (1 - H)"
BACKWARD = Reference(
    "backward",
    f"""
def backward(X, Y, W1, b1, W2, b2):
    H = 1 / (1 + np.exp(-(X @ W1 + b1)))
    P = H @ W2 + b2
    {D_P}
    dW2, db2 = H.T @ d_P, d_P.sum(axis=0)
    d_H = d_P @ W2.T
    {D_S}
    dW1, db1 = X.T @ d_S, d_S.sum(axis=0)
    return dW1, db1, dW2, db2
""",
    [
        ("n missing", D_P, "d_P = P - Y"),
        ("n twice", "/ len(X)", "/ len(X) ** 2"),
        ("n twice", "H.T @ d_P", "H.T @ d_P / len(X)", "X.T @ d_S", "X.T @ d_S / len(X)"),
        ("mean over all numbers", "/ len(X)", "/ Y.size"),
        ("another n", "/ len(X)", "/ X.shape[1]"),
        ("n is 4", "/ len(X)", "/ 4"),
        ("sign", "(P - Y)", "(Y - P)"),
        ("sign", "* (1 - H)", "* (H - 1)"),
        ("twice", "(P - Y)", "2 * (P - Y)"),
        ("half", "(P - Y)", "(P - Y) / 2"),
        ("bias not summed", "d_P.sum(axis=0)", "d_P"),
        ("bias not summed", "d_S.sum(axis=0)", "d_S"),
        ("bias not summed", "d_P.sum(axis=0)", "d_P", "d_S.sum(axis=0)", "d_S"),
        ("bias averaged", "sum(axis=0)", "mean(axis=0)"),
        ("bias averaged", "d_P.sum(axis=0)", "d_P.mean(axis=0)"),
        ("bias summed over units", "d_P.sum(axis=0)", "d_P.sum(axis=1)"),
        ("bias summed over units", "d_S.sum(axis=0)", "d_S.sum(axis=1)"),
        ("bias summed over units", "sum(axis=0)", "sum(axis=1)"),
        ("bias one number", "sum(axis=0)", "sum()"),
        ("bias one number", "d_S.sum(axis=0)", "d_S.sum()"),
        ("bias one number", "d_P.sum(axis=0)", "d_P.sum()"),
        ("no slope of the sigmoid", D_S, "d_S = d_H"),
        ("half a slope", D_S, "d_S = d_H * H"),
        ("half a slope", D_S, "d_S = d_H * (1 - H)"),
        ("sigmoid twice", D_S, "G = 1 / (1 + np.exp(-H))\n    d_S = d_H * G * (1 - G)"),
        ("slope of the sum", D_S, "S = X @ W1 + b1\n    d_S = d_H * S * (1 - S)"),
        ("slope at the output", "/ len(X)\n", "* P * (1 - P) / len(X)\n"),
        ("wrong layer", "H.T @ d_P", "X.T @ d_P"),
        ("wrong layer", "X.T @ d_S", "H.T @ d_S"),
        ("transposed", "H.T @ d_P", "d_P.T @ H"),
        ("transposed", "X.T @ d_S", "d_S.T @ X"),
        ("transposed", "H.T @ d_P", "d_P.T @ H", "X.T @ d_S", "d_S.T @ X"),
        ("output for slope", "H.T @ d_P", "H.T @ P"),
        ("order", "dW1, db1, dW2, db2\n", "dW2, db2, dW1, db1\n"),
        ("order", "dW1, db1, dW2, db2\n", "dW1, dW2, db1, db2\n"),
        ("order", "dW1, db1, dW2, db2\n", "dW2, dW1, db2, db1\n"),
    ],
)


@exercise("6.3", points=3)
def backward(backward: Function, *, rng: np.random.Generator) -> None:
    """backward(X, Y, W1, b1, W2, b2) -> dW1, db1, dW2, db2, for sizes that all differ."""
    tables = Differing(BACK_NAMES, FROM_THE_RIGHT, SLOPE)

    def read(came: Any, *inputs: Any) -> list[Any]:
        slopes, right = several(came, BACK_NAMES), BACKWARD(*inputs)
        backward.tried = f"backward for {_sizes(*inputs)}"
        if not tables.look(slopes, right):
            return slopes
        if _own_sigmoid(backward).explains(slopes, _calls_60(BACKWARD), inputs, SLOPE):
            fail("wrong sigmoid", tried=backward.tried, **tables.card(slopes, right))
        return slopes

    others = partial(_table, rng, (6, 4, 5, 3))
    judged = Comparison(backward, BACKWARD, others, read=read, tolerance=SLOPE)
    shapes = errors.either(errors.NOT_ALIGNED, errors.NOT_BROADCAST)
    with named_errors(OPEN_60 | {"shapes": shapes}):
        for sizes in ((5, 3, 4, 2), (7, 2, 3, 4), (3, 4, 2, 5)):
            inputs = _table(rng, sizes)
            came = judged.on(
                *inputs,
                views=(lambda g: list(g)[2:], lambda g: list(g)[:2]),
                shown=[tables.shown] * 2,
                alone=tables.first,
                says=partial(_which_differs, BACK_NAMES),
            )
            _four(came, *inputs)


SLOPE = Tolerance(rtol=1e-3, atol=2e-5)


def _table(rng: np.random.Generator, sizes: tuple[int, int, int, int]) -> Inputs:
    """X (n, d), Y (n, q) and weights with h hidden units; all sizes differ."""
    n, d, h, q = sizes
    W1, b1 = rng.normal(size=(d, h)), rng.normal(size=h)
    return rng.normal(size=(n, d)), rng.normal(size=(n, q)), W1, b1, *_layer(rng, h, q)


def _sizes(X: Array, Y: Array, W1: Array, *_: Any) -> str:
    n, d, h, q = *X.shape, W1.shape[1], Y.shape[1]
    return f"n = {n}, d = {d}, h = {h}, q = {q}"


def _layer(rng: np.random.Generator, h: int, q: int) -> tuple[Array, Array]:
    return rng.normal(size=(h, q)), rng.normal(size=q)


def _which_differs(names: tuple[str, ...], came: Any, expected: Any) -> str:
    """A sentence; the exercise ends here where something is no number or has a wrong shape."""
    for k in FROM_THE_RIGHT:
        _of_shape(came[k], expected[k], names[k])
        if not same(came[k], expected[k], SLOPE):
            return f"{names[k]} differs."
    return "The slopes differ."


def _of_shape(came: Any, like: Array, name: str) -> None:
    """End the exercise where this is no array of that shape; a bias may be a row, (1, k)."""
    array(came, *dict.fromkeys((like.shape, np.atleast_2d(like).shape)), name=name)


# --- 6.4 a walk with old weights -----------------------------------------------------------------

GRADIENTS = "slopes = backward(X, Y, *weights)"
LOOP = "for _ in range(steps):\n"
MOVED = "weights = [w - learning_rate * d for w, d in zip(weights, slopes)]"
ANEW = """\
weights = list(weights)
        for places in {}:
            slopes = backward(X, Y, *weights)
            for k in places:
                weights[k] = weights[k] - learning_rate * slopes[k]"""
OUTPUT_FIRST = """\
W1, b1, W2, b2 = weights
        H = 1 / (1 + np.exp(-(X @ W1 + b1)))
        d_P = (H @ W2 + b2 - Y) / len(X)
        W2, b2 = W2 - learning_rate * H.T @ d_P, b2 - learning_rate * d_P.sum(axis=0)
        d_S = d_P @ W2.T * H * (1 - H)
        W1, b1 = W1 - learning_rate * X.T @ d_S, b1 - learning_rate * d_S.sum(axis=0)
        weights = [W1, b1, W2, b2]"""
TRAIN = Reference(
    "train",
    f"""
def train(X, Y, weights, learning_rate, steps):
    {LOOP}        {GRADIENTS}
        {MOVED}
    return weights
""",
    [
        ("output layer first", GRADIENTS, OUTPUT_FIRST, MOVED, "pass"),
        *(
            ("asked anew", GRADIENTS, ANEW.format(order), MOVED, "pass")
            for order in (
                *("[[0], [1], [2], [3]]", "[[2], [3], [0], [1]]", "[[3], [2], [1], [0]]"),
                *("[[0, 1], [2, 3]]", "[[2, 3], [0, 1]]"),
            )
        ),
        (
            "accumulated",
            *(f"    {LOOP}", f"    total = [0, 0, 0, 0]\n    {LOOP}"),
            *(GRADIENTS, "total = [t + d for t, d in zip(total, backward(X, Y, *weights))]"),
            *("zip(weights, slopes)", "zip(weights, total)"),
        ),
        ("slopes computed once", f"{LOOP}        {GRADIENTS}", f"{GRADIENTS}\n    {LOOP}"),
        ("uphill", "w - learning_rate", "w + learning_rate"),
        ("no learning rate", "learning_rate * d", "d"),
        *(("fixed rate", "learning_rate * d", f"{rate} * d") for rate in (0.5, 0.1)),
        ("rate shared out", "learning_rate * d", "learning_rate / len(X) * d"),
        ("one step", "range(steps)", "range(1)"),
        ("one step", "    return", "        return"),
        ("one step too few", "range(steps)", "range(steps - 1)"),
        ("one step too many", "range(steps)", "range(steps + 1)"),
        ("slopes", "return weights", "return slopes"),
        ("as at the start", MOVED, "pass"),
        (
            "no biases",
            MOVED,
            MOVED + "\n        weights[1], weights[3] = b1, b3",
            f"    {LOOP}",
            f"    b1, b3 = weights[1], weights[3]\n    {LOOP}",
        ),
    ],
    {"backward": BACKWARD},
)
WEIGHTS = ("W1", "b1", "W2", "b2")
NOT_IN_PAIRS = errors.either("can't multiply sequence", "for [-*]=?: '(list|tuple)'", errors.UNEVEN)


@exercise("6.4", points=2)
def train(train: Function, *, rng: np.random.Generator) -> None:
    """train(X, Y, [W1, b1, W2, b2], learning_rate, steps) -> the four after it (003 L279)."""
    backward, table = train.beside("backward", Function), _table(rng, (5, 3, 4, 2))
    own = Earlier(backward, BACKWARD, [table], read=_four, tolerance=SLOPE)
    tables = Differing(WEIGHTS, FROM_THE_RIGHT, SLOPE)

    def read(came: Any, *inputs: Any) -> list[Any]:
        (X, Y, weights, rate, steps), right = inputs, TRAIN(*inputs)
        moved = several(came, WEIGHTS)
        train.tried = f"train for {_sizes(X, Y, *weights)}, learning_rate = {rate}, steps = {steps}"
        if tables.look(moved, right) and own.explains(moved, TRAIN, inputs, SLOPE):
            fail("wrong slopes", tried=train.tried, **tables.card(moved, right))
        return moved

    judged = Comparison(train, TRAIN, lambda: _walk(rng, 3, 0.2), read=read, tolerance=SLOPE)
    wrong = {"error and wrong slopes": "Error: "} if own.is_right is False else {}
    with named_errors({"in pairs": NOT_IN_PAIRS} | wrong):
        for steps, rate in ((1, 0.2), (2, 0.45), (4, 0.05), (int(rng.integers(40, 60)), 0.3)):
            says = partial(_walk_differs, own.is_right)
            judged.on(*_walk(rng, steps, rate), shown=[tables.shown], says=says)


def _walk(rng: np.random.Generator, steps: int, rate: float) -> Inputs:
    """A table, weights, a rate at which the order of the updates shows, and a number of steps."""
    X, Y, *weights = _table(rng, (5, 3, 4, 2))
    return X, Y, weights, round(rng.uniform(rate, rate + 0.2), 2), steps


def _four(came: Any, *inputs: Any) -> list[Array]:
    """What a backward gave, as arrays in the shapes of the weights; else it is no answer."""
    slopes = several(came, BACK_NAMES)
    for name, one, weight in zip(BACK_NAMES, slopes, inputs[2:], strict=True):
        _of_shape(one, weight, name)
    return [np.asarray(one) for one in slopes]


def _walk_differs(is_right: bool | None, came: Any, expected: Any) -> str:
    _which_differs(WEIGHTS, came, expected)
    if is_right is False:
        return 'The weights differ, and so do the slopes of your backward. Begin with check("6.3").'
    right = ", and the slopes of your backward are right" if is_right else ""
    return f"The weights differ{right}. Look at what stands in the loop."


# --- 6.5 weights and roads -----------------------------------------------------------------------

PARAMETERS = "sum(a * b + b for a, b in zip(sizes, sizes[1:]))"
ROADS = "int(np.prod(sizes[2:]))"
COUNT = Reference(
    "count",
    f"""
def count(sizes):
    parameters = {PARAMETERS}
    paths = {ROADS}
    return parameters, paths
""",
    [
        ("no biases", "a * b + b", "a * b"),
        ("bias of the inputs", PARAMETERS, f"sum(sizes) + {PARAMETERS.replace('+ b', '')}"),
        ("bias for each input", "a * b + b", "a * b + a"),
        ("one bias a layer", "a * b + b", "a * b + 1"),
        ("hidden layers alone", PARAMETERS, PARAMETERS.replace("[1:]", "[1:-1]")),
        ("all paths", "np.prod(sizes[2:])", "np.prod(sizes[1:])"),
        ("from all inputs", "np.prod(sizes[2:])", "np.prod(sizes)"),
        ("units for paths", "np.prod(sizes[2:])", "np.sum(sizes[2:])"),
        ("one layer short", "np.prod(sizes[2:])", "np.prod(sizes[3:])"),
        ("outputs forgotten", "np.prod(sizes[2:])", "np.prod(sizes[2:-1])"),
        ("layers for paths", ROADS, "len(sizes) - 2"),
        ("power", ROADS, "sizes[1] ** (len(sizes) - 3)"),
        ("power", ROADS, "sizes[1] ** (len(sizes) - 2)"),
        ("order", "return parameters, paths", "return paths, parameters"),
    ],
)
COUNTED = ("parameters", "paths")


@exercise("6.5", points=1)
def count(count: Function, *, rng: np.random.Generator) -> None:
    """count(sizes) -> parameters, and paths from a weight of the first layer to the error."""
    judged = Comparison(
        count,
        COUNT,
        lambda: ([int(one) for one in rng.permutation([3, 4, 5, 6, 7])],),
        read=lambda came, sizes: [
            array(one, (), (1,), name=name)
            for one, name in zip(several(came, COUNTED), COUNTED, strict=True)
        ],
        tolerance=Tolerance(rtol=1e-9, atol=1e-6),
    )
    fixed = [[2, 2, 2, 1], [3, 5, 2]]
    fresh = [[int(one) for one in rng.permutation([2, 3, 4, 5, 6, 7])[:k]] for k in (4, 5, 6)]
    for sizes in (*fixed, *fresh):
        judged.on(
            sizes,
            views=(lambda both: both[0], lambda both: both[1]),
            shown=[lambda both: both] * 2,
            says="This is another number.",
        )
