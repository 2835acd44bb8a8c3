"""Checks of lab 13: surfaces (000 L153-156, 004 L486-515) and the playground (004 L208-220)."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import (
    Function,
    Value,
    array,
    exercise,
    fail,
    first_of,
    if_it_raises,
    named_errors,
    note,
    part,
    shape,
)
from utils.checks.edits import Comparison, Inputs, Reference, formula
from utils.checks.errors import NO_TRUTH
from utils.checks.values import FLOAT32, differing, several

if TYPE_CHECKING:
    from utils.playground.missions import Mission
    from utils.playground.settings import Settings

Array = NDArray[Any]

# --- 13.0 the price ------------------------------------------------------------------------------

PRICE = formula(
    "price(a, b, x, y)",
    "np.mean((y - a * b * x) ** 2)",
    {
        "sum for mean": ["np.sum((y - a * b * x) ** 2)"],
        "halved": ["np.mean((y - a * b * x) ** 2) / 2"],
        "added": ["np.mean((y - (a + b) * x) ** 2)", "np.mean((y - (a * x + b)) ** 2)"],
        "one weight": ["np.mean((y - a * x) ** 2)", "np.mean((y - b * x) ** 2)"],
        "no x": ["np.mean((y - a * b) ** 2)"],
        "y is 1": ["np.mean((1 - a * b * x) ** 2)"],
        "the map of section 1": ["(1 - a * b) ** 2"],
        "no square": ["np.mean(y - a * b * x)", "np.mean(a * b * x - y)"],
        "sizes": ["np.mean(np.abs(y - a * b * x))"],
        "squared mean": ["np.mean(y - a * b * x) ** 2"],
        "root": ["np.sqrt(np.mean((y - a * b * x) ** 2))"],
        "signs added": ["np.mean((y + a * b * x) ** 2)"],
        "each row": ["(y - a * b * x) ** 2"],
        "answers": ["a * b * x"],
        "differences": ["y - a * b * x", "a * b * x - y", "np.abs(y - a * b * x)"],
    },
)


@exercise("13.0", points=1)
def price(price: Function, *, rng: np.random.Generator) -> None:
    """price(a, b, x, y): (), (), (n,), (n,) -> ()."""
    judged = Comparison(price, PRICE, lambda: _rows(rng), read=_read_price)
    for rows, sign in ((5, 1), (7, -1)):
        judged.on(*_rows(rng, rows, sign), says="This is another price.")


def _read_price(came: Any, a: float, b: float, x: Array, y: Array) -> Array:
    if shape(came) == x.shape:  # an edit that gives as many may explain it
        return array(came, x.shape, name="the price")
    return array(came, (), (1,), (1, 1), name="the price").reshape(())


def _rows(rng: np.random.Generator, rows: int = 4, sign: int = 1) -> Inputs:
    """Weights whose product has this sign, and rows with inputs and targets of both signs."""
    a, b = (round(float(size), 1) for size in rng.uniform(1.2, 2.2, 2))
    signs = rng.permutation(np.resize([1, -1], rows))
    x, y = rng.uniform(0.5, 2, rows), rng.uniform(1, 3, rows)
    return sign * a, b, (x * signs).round(1), (y * rng.permutation(signs)).round(1)


# --- 13.2 a valley, a peak or a saddle -----------------------------------------------------------

PLACES = ("valley", "peak", "saddle", "unsure")
EIGENVALUES = "np.linalg.eigvalsh(H)"
HIGH, LOW = "bends[0] > 1e-9", "bends[-1] < -1e-9"
BOTH = "bends[0] < -1e-9 and bends[-1] > 1e-9"
# The signs of two bends as somebody has them who looks at the determinant and one more number.
BY_DETERMINANT = (
    "np.array([-1.0, 1.0]) if np.linalg.det(H) < -1e-9 else "
    "np.sign(np.linalg.det(H).round(9)) * np.array(2 * [{}])"
)
PLACE = Reference(
    "place",
    f"""
def place(H):
    bends = {EIGENVALUES}
    if {BOTH}:
        return "saddle"
    if {HIGH}:
        return "valley"
    if {LOW}:
        return "peak"
    return "unsure"
""",
    [
        ("diagonal", EIGENVALUES, "np.sort(np.diag(H))"),
        ("determinant", EIGENVALUES, "np.array(2 * [np.linalg.det(H)])"),
        ("determinant", EIGENVALUES, "np.array([np.linalg.det(H), abs(np.linalg.det(H))])"),
        ("trace", EIGENVALUES, "np.array(2 * [np.trace(H)])"),
        ("determinant", EIGENVALUES, BY_DETERMINANT.format("H[0][0]")),
        ("determinant", EIGENVALUES, BY_DETERMINANT.format("np.trace(H)")),
        ("some bends", EIGENVALUES, "np.linalg.eigvalsh(H)[:2]"),
        ("some bends", EIGENVALUES, "np.linalg.eigvalsh(H)[-2:]"),
        ("some bends", EIGENVALUES, "np.linalg.eigvalsh(H)[:3]"),
        ("single precision", EIGENVALUES, "np.linalg.eigvalsh(np.float32(H))"),
        ("entries", EIGENVALUES, "np.sort(np.asarray(H).ravel())"),
        ("valley and peak", '"valley"', '"x"', '"peak"', '"valley"', '"x"', '"peak"'),
        ("one bend is enough", BOTH, "False", HIGH, "bends[-1] > 1e-9"),
        ("one bend is enough", BOTH, "False", LOW, "bends[0] < -1e-9"),
        ("no tolerance", "1e-9", "0"),
        *(("large tolerance", "1e-9", size) for size in ("1e-3", "0.01", "0.1", "0.5")),
        *(("small tolerance", "1e-9", size) for size in ("1e-12", "1e-15")),
        ("no tolerance", BOTH, "bends[0] < 0 < bends[-1]"),
        ("no tolerance", BOTH, "bends[0] < 0 and bends[-1] > 1e-9"),
        ("no tolerance", BOTH, "bends[0] < -1e-9 and bends[-1] > 0"),
        ("zero taken for a side", 'return "unsure"', 'return "valley"'),
        ("zero taken for a side", 'return "unsure"', 'return "peak"'),
        (
            "zero taken for a side",
            'return "unsure"',
            'return "valley" if bends[-1] > 1e-9 else "peak"',
        ),
        ("zero taken for a side", 'return "unsure"', 'return "saddle"'),
        ("zero first", f"if {BOTH}", f"if np.all(np.abs(bends) > 1e-9) and {BOTH}"),
    ],
)


TELLING: tuple[tuple[float, ...], ...] = (
    *((3.0, -1.0), (2.0, -1e-11), (-2.0, 1e-11), (2.0, 0.0), (-1.0, -2.0, 3.0), (2.0, 1e-4)),
    *((2.0, 1e-11), (-2.0, -1.0, 0.0, 0.0), (4.0, 3.0, 2.0, -1.0)),
)
BENDS_OF_PLACES: list[tuple[float, ...]] = [
    *((2.0, -1.0), (3.0, 1.0), (-3.0, -1.0), (-1.0, -2.0, 3.0), (-1.0, -2.0, -3.0, 4.0)),
    *((2.0, 0.0), (-2.0, 0.0), (0.0, 0.0), (2.0, 1.0, 0.0), (-2.0, -1.0, 0.0)),
    *((2.0, 0.0, -1.0), (3.0, 2.0, 1.0), (-1.0, -2.0, -3.0)),
    *((1.0, -2.0, 3.0, -4.0), (-1.0, -2.0, 3.0, 4.0)),
    *((2.0, 1e-4), (-2.0, -1e-4), (2.0, -1e-4), (-2.0, 1e-4)),
]


@exercise("13.2", points=2)
def place(place: Function, *, rng: np.random.Generator) -> None:
    """place(H): (k, k) symmetric -> one of four words (004 L486-503)."""
    with if_it_raises("no truth", says=NO_TRUTH):
        judged = Comparison(place, PLACE, partial(next, _telling(rng)), read=_read_place)
        tables = [_turned(rng, eigenvalues) for eigenvalues in BENDS_OF_PLACES]
        tables += [np.diag(bends) for bends in ((2.0, 1e-11), (1e-11, -2.0), (2.0, -1e-11))]
        place.ask_ahead(*[(table,) for table in tables])
        words = [_read_place(place(table), table) for table in tables]
        if len(set(words)) == 1:
            fail("same for all", came=words[0], expected="each of the four words for some")
        for table in tables:
            judged.on(table, views=(PLACES.index,), shown=(str,), says="This is another place.")


def _read_place(came: Any, H: Array) -> str:
    if not isinstance(came, str) or came.strip().lower() not in PLACES:
        fail(
            says="`place` should return one of four words.",
            came=came,
            expected='"valley", "peak", "saddle" or "unsure"',
        )
    return came.strip().lower()


def _telling(rng: np.random.Generator) -> Iterator[Inputs]:
    """Tables on which the known mistakes go apart, one after the other."""
    for bends in itertools.cycle(TELLING):
        is_as_it_is = abs(bends[-1]) < 1e-9 and len(bends) == 2
        table = np.diag(bends) if is_as_it_is else _turned(rng, bends)
        # A saddle of which all numbers are above 0 has the same bends.
        yield (np.abs(table) if bends == TELLING[0] else table,)


def _turned(rng: np.random.Generator, bends: Any) -> Array:
    """A symmetric table with these eigenvalues, whose directions are by chance.

    Two directions are turned by 34 to 54 degrees, so that the diagonal does not have their signs.
    """
    angle = rng.choice([-1, 1]) * rng.uniform(0.6, 0.95)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if len(bends) > 2:
        turn, _ = np.linalg.qr(rng.normal(size=(len(bends), len(bends))))
    table = turn @ np.diag(bends) @ turn.T
    return (table + table.T) / 2


# --- 13.1 bends ----------------------------------------------------------------------------------

SECOND = "prices[:-2] - 2 * prices[1:-1] + prices[2:]"
BENDS = formula(
    "bends(prices, h)",
    f"({SECOND}) / h**2",
    {
        "not divided": [SECOND],
        "h times 2": [f"({SECOND}) / h * 2", f"({SECOND}) / (h / 2)", f"({SECOND}) / (h * 2)"],
        "half": [
            f"({SECOND}) / (2 * h**2)",
            "((prices[:-2] + prices[2:]) / 2 - prices[1:-1]) / h**2",
        ],
        "divided by h": [f"({SECOND}) / h"],
        "divided by (2h) squared": [f"({SECOND}) / (2 * h) ** 2"],
        "brackets missing": ["prices[:-2] - 2 * prices[1:-1] + prices[2:] / h**2"],
        "sign": [f"-({SECOND}) / h**2"],
        "middle once": ["(prices[:-2] - prices[1:-1] + prices[2:]) / h**2"],
        "slopes": [
            "(prices[2:] - prices[:-2]) / (2 * h)",
            "np.diff(prices)[1:] / h",
            "np.diff(prices)[:-1] / h",
            "(prices[2:] - prices[:-2]) / h**2",
        ],
        "slopes, one too many": ["np.diff(prices) / h", "np.diff(prices) / h**2"],
        "gradient twice": [
            "np.gradient(np.gradient(prices, h), h)",
            "np.gradient(np.gradient(prices, h), h)[1:-1]",
        ],
        "signs alone": [f"np.sign({SECOND})"],
        "ends too": [
            "(np.roll(prices, 1) - 2 * prices + np.roll(prices, -1)) / h**2",
            "np.convolve(prices, [1, -2, 1], 'same') / h**2",
        ],
    },
)


@exercise("13.1", points=2)
def bends(bends: Function, *, rng: np.random.Generator) -> None:
    """bends(prices, h): (n,), () -> (n - 2,): second differences (004 L486-503)."""
    judged = Comparison(bends, BENDS, lambda: _prices(rng), read=_read_bends, tolerance=FLOAT32)
    for h in rng.permutation([0.2, 0.3, 0.4, 0.6])[:2]:
        judged.on(*_prices(rng, float(h)), views=(_flat,), says="The bends differ.")


def _read_bends(came: Any, prices: Array, h: float) -> Array:
    n = len(prices)
    if shape(came) in ((n,), (n - 1,)):  # an edit that gives as many may explain it
        return array(came, (n,), (n - 1,), name="what `bends` returns")
    return array(came, (n - 2,), (n - 2, 1), name="what `bends` returns").reshape(-1)


def _flat(came: Any) -> Array:
    return np.ravel(came)


def _prices(rng: np.random.Generator, h: float = 0.7) -> Inputs:
    return rng.uniform(-3, 3, int(rng.integers(6, 10))).round(2), h


# --- 13.4 twins ----------------------------------------------------------------------------------

RIGHT_SWAP = "return W1[:, order], b1[order], W2[order]"
SWAP = Reference(
    "swap",
    f"""
def swap(W1, b1, W2, order):
    {RIGHT_SWAP}
""",
    [
        ("W2 left", "W2[order]", "W2"),
        ("b1 left", "b1[order]", "b1"),
        ("W1 left", "W1[:, order]", "W1"),
        (
            "the other way",
            RIGHT_SWAP,
            "order = np.argsort(order)\n    " + RIGHT_SWAP,
        ),
        ("W2 the other way", "W2[order]", "W2[np.argsort(order)]"),
        ("turned round", RIGHT_SWAP, "return W1[:, ::-1], b1[::-1], W2[::-1]"),
        ("nothing done", RIGHT_SWAP, "return W1, b1, W2"),
        ("W1 alone", RIGHT_SWAP, "return W1[:, order], b1, W2"),
    ],
)
RIGHT_FLIP = "return W1 * signs, b1 * signs, W2 * signs[:, None]"
FLIP = Reference(
    "flip",
    f"""
def flip(W1, b1, W2, signs):
    {RIGHT_FLIP}
""",
    [
        ("W2 not turned", "W2 * signs[:, None]", "W2"),
        ("b1 not turned", "b1 * signs", "b1"),
        ("W1 not turned", "W1 * signs", "W1"),
        ("only after", RIGHT_FLIP, "return W1, b1, W2 * signs[:, None]"),
        ("W1 alone turned", RIGHT_FLIP, "return W1 * signs, b1, W2"),
        ("all turned", RIGHT_FLIP, "return -W1, -b1, -W2"),
        ("the others turned", RIGHT_FLIP, "signs = -signs\n    " + RIGHT_FLIP),
        ("nothing turned", RIGHT_FLIP, "return W1, b1, W2"),
    ],
)
PARTS = ("W1", "b1", "W2")


@exercise("13.4", points=2)
def twins(swap: Function, flip: Function, *, rng: np.random.Generator) -> None:
    """swap, flip(W1, b1, W2, order or signs) -> (d, h), (h,), (h, m) (000 L153-156)."""
    for function, reference, draw in ((swap, SWAP, _order), (flip, FLIP, _signs)):
        with part(1, reference.name), named_errors({f"shapes of {reference.name}": SHAPES}):
            inputs = partial(_network, rng, draw)
            judged = Comparison(function, reference, inputs, read=_read_three)
            for _ in range(2):
                judged.on(*inputs(), says=_which_differs)


SHAPES = r"broadcast|out of bounds for axis \d with size 2"


def _network(rng: np.random.Generator, draw: Any) -> Inputs:
    """Weights of d = 2 inputs, four or five units and two outputs, no two numbers the same."""
    d, h, m = 2, int(rng.integers(4, 6)), 2
    numbers = rng.permutation(np.arange(1, 60))[: d * h + h + h * m] / 10
    numbers = numbers * rng.choice([-1, 1], len(numbers))
    W1, b1, W2 = np.split(numbers, [d * h, d * h + h])
    return W1.reshape(d, h), b1, W2.reshape(h, m), draw(rng, h)


def _order(rng: np.random.Generator, h: int) -> Array:
    """An order that turned round is another one, and no unit stays."""
    circle = rng.permutation(h)
    order = np.empty(h, int)
    order[circle] = np.roll(circle, 1)
    return order


def _signs(rng: np.random.Generator, h: int) -> Array:
    return rng.permutation(np.append(-np.ones(2, int), np.ones(h - 2, int)))


def _read_three(came: Any, W1: Array, b1: Array, W2: Array, how: Array) -> list[Array]:
    three = several(came, PARTS)
    return [
        array(one, old.shape, name=f"the new {name}")
        for one, old, name in zip(three, (W1, b1, W2), PARTS, strict=True)
    ]


def _which_differs(came: Any, expected: Any) -> str:
    names = differing(PARTS, came, expected)
    return f"{' and '.join(names)} should be {'another' if len(names) == 1 else 'others'}."


# --- 13.3 the steps of a staircase ---------------------------------------------------------------

EACH_ROW = "np.mean([np.sum((y - answers)[groups == g] ** 2) for g in groups])"
MEAN, SUMMED = "np.mean(y[groups == group])", "np.mean((y - answers) ** 2)"
LEVEL = Reference(
    "level",
    f"""
def level(y, groups):
    answers = np.zeros(len(y))
    for group in np.unique(groups):
        answers[groups == group] = {MEAN}
    return {SUMMED}
""",
    [
        ("one answer for all", MEAN, "np.mean(y)"),
        ("median", MEAN, "np.median(y[groups == group])"),
        ("rounded answers", MEAN, "np.round(np.mean(y[groups == group]))"),
        ("a half for all", MEAN, "0.5"),
        ("sum", SUMMED, "np.sum((y - answers) ** 2)"),
        ("sizes", SUMMED, "np.mean(np.abs(y - answers))"),
        ("groups alike", SUMMED, "np.mean([np.var(y[groups == g]) for g in np.unique(groups)])"),
        ("groups added", SUMMED, "np.sum([np.var(y[groups == g]) for g in np.unique(groups)])"),
        (
            "sums of groups",
            *(
                SUMMED,
                "np.mean([np.sum((y - answers)[groups == g] ** 2) for g in np.unique(groups)])",
            ),
        ),
        ("root", SUMMED, "np.sqrt(np.mean((y - answers) ** 2))"),
        ("groups for labels", SUMMED, "np.mean((y - groups) ** 2)"),
        ("every row a group", "np.unique(groups)", "groups", SUMMED, EACH_ROW),
        ("lowest group", SUMMED, "np.min([np.var(y[groups == g]) for g in np.unique(groups)])"),
    ],
)


@exercise("13.3", points=2)
def level(level: Function, *, rng: np.random.Generator) -> None:
    """level(y, groups): (n,), (n,) -> (): the price of rows that share answers."""
    with if_it_raises("no truth", says=NO_TRUTH):
        judged = Comparison(
            level,
            LEVEL,
            lambda: _grouped(rng),
            read=lambda came, *inputs: array(came, (), (1,), (1, 1), name="the level").reshape(()),
        )
        for sizes in ((2, 3, 4), (1, 2, 3), (5, 1, 2)):
            judged.on(*_grouped(rng, sizes), says="This is another price.")


def _grouped(rng: np.random.Generator, sizes: tuple[int, ...] = (2, 3, 4)) -> Inputs:
    """Labels in three groups of different sizes, whose numbers are not 0, 1, 2."""
    groups = rng.permutation(np.repeat(rng.choice(np.arange(3, 9), 3, replace=False), sizes))
    return rng.uniform(-1, 4, len(groups)).round(1), groups


# --- 13.5 the playground -------------------------------------------------------------------------


@exercise("13.5", points=3, fresh=False, trains=True)
def missions(
    my_circle: Value,
    my_xor: Value,
    my_spiral: Value,
    *,
    rng: np.random.Generator,
    seeds: tuple[int, ...] = (0,),
) -> None:
    """Three settings of a playground, each trained from many starts (004 L208-220, 002 L277)."""
    from utils.playground.missions import MISSIONS

    for value, name in ((my_circle, "circle"), (my_xor, "xor"), (my_spiral, "spiral")):
        with part(1, name):
            _judge(value, MISSIONS[name])


def _judge(value: Value, mission: Mission) -> None:
    from utils.playground.missions import ENOUGH, STARTS

    settings = _settings(value)
    tried = f"{value.name}: {settings.line()}"
    if mistake := first_of(_not_allowed(settings, mission)):
        fail(mistake, tried=tried, came=mission.why_not(settings) or settings.activation)
    try:
        verdict = mission.judge(settings)
    except ValueError:
        fail("whole layers", tried=tried, came=settings.optimizer)
    if not verdict.is_reached:
        mistake = first_of(_by_the_end(settings, verdict.middle))
        came = f"{verdict.reached} of {STARTS} starts reach {mission.goal:g}"
        came += f"; median test loss {verdict.middle:.3f}"
        fail(mistake, tried=tried, came=came, expected=f"at least {ENOUGH} of them")
    count, best = mission.count(settings), mission.count(mission.best_settings)
    ours = f"The best that we know has {best}" + (", so yours is smaller." if count < best else ".")
    # A share, which may differ a little from one processor to another.
    reached = f"{verdict.reached / STARTS:.2f} of {STARTS} starts reach {mission.goal:g}"
    note(f"{mission.name}: {count} {mission.counts}, {reached}. {ours}")


def _settings(value: Value) -> Settings:
    from utils.playground.settings import from_text

    given = value.data
    try:
        if isinstance(given, str):
            return from_text(given)
        if isinstance(given, dict):
            return from_text(json.dumps(given))
    except ValueError as error:
        fail(says=str(error), tried=value.name, came=given)
    except TypeError:  # of JSON: something in the dictionary is no plain number or text
        fail("no line", tried=value.name, came=given)
    fail("no line", tried=value.name, came=given)


def _not_allowed(settings: Settings, mission: Mission) -> Iterator[tuple[str, bool]]:
    from utils.playground.missions import LEAST_BATCH

    yield "other data", settings.data != mission.data
    yield "product smuggled in", mission.data == "xor" and "x1*x2" in settings.inputs
    yield "other inputs", not set(settings.inputs) <= set(mission.inputs)
    yield "too many", mission.count(settings) > mission.most
    yield "small batches", settings.batch_size < LEAST_BATCH
    yield "no hidden layer", not settings.hidden
    yield "linear", settings.activation == "linear"


def _by_the_end(settings: Settings, middle: float) -> Iterator[tuple[str, bool]]:
    yield "one input", len(settings.inputs) < 2
    alike = settings.initializer in ("zeros", "ones")
    yield "zeros", alike and max(settings.hidden) > 1
    yield "left all bounds", not np.isfinite(middle)
    yield "rate too large", settings.learning_rate >= 3
    yield "penalty", settings.penalty != "none" and settings.penalty_rate >= 0.03
    yield "one unit", min(settings.hidden) == 1
    yield "too slow", settings.optimizer == "SGD" and settings.learning_rate < 0.1
    yield "not often enough", True
