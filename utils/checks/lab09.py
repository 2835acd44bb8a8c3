"""Checks of lab 09: optimisers and mini-batches (003 L284-297)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import (
    Function,
    Value,
    array,
    claim,
    exercise,
    fail,
    first_of,
    named_errors,
    part,
    shape,
)
from utils.checks.edits import Comparison, Inputs, Reference
from utils.checks.values import Tolerance, same, several

Array = NDArray[Any]
# Rates may be as small as 1e-4, so an absolute tolerance would hide them.
OF_RATES = Tolerance(rtol=1e-4, atol=0.0)
# Who finds a rate by trying has it less exactly.
OF_TRIED_RATES = Tolerance(rtol=5e-3, atol=0.0)


# --- 9.0 to 9.1b: the steps of an optimizer ------------------------------------------------------

FIXED = (0.1, 0.01)  # rates of the examples, which get into an answer
VELOCITY = "memory * velocity - learning_rate * slope"
MOMENTUM = Reference(
    "momentum",
    f"""
def momentum(slopes, learning_rate, memory=0.9):
    velocity, steps = 0.0, []
    for slope in slopes:
        velocity = {VELOCITY}
        steps.append(velocity)
    return np.array(steps)
""",
    [
        ("uphill", "- learning_rate", "+ learning_rate"),
        ("no memory", VELOCITY, "-learning_rate * slope"),
        ("nothing fades", "memory * velocity", "velocity"),
        ("memory on the slope", "memory * velocity", "velocity", "learning_rate *", "memory *"),
        ("memory on the slope", VELOCITY, "velocity - memory * learning_rate * slope"),
        ("memory on both", VELOCITY, "memory * (velocity - learning_rate * slope)"),
        ("a mean", "- learning_rate", "- (1 - memory) * learning_rate"),
        ("no learning rate", "learning_rate * slope", "slope"),
        *(("rate not used", "learning_rate * slope", f"{rate} * slope") for rate in FIXED),
        ("neither used", VELOCITY, "0.9 * velocity - 0.1 * slope"),
        ("share for the rate", "learning_rate * slope", "(1 - memory) * slope"),
        ("rate on both", VELOCITY, "learning_rate * (memory * velocity - slope)"),
        ("memory not used", "memory * velocity", "0.9 * velocity"),
        ("the other way", VELOCITY, "-memory * velocity - learning_rate * slope"),
        ("added", VELOCITY, "memory + velocity - learning_rate * slope"),
        ("Nesterov", "append(velocity)", "append(memory * velocity - learning_rate * slope)"),
        ("places for steps", "np.array(steps)", "np.cumsum(steps, axis=0)"),
        ("only the last", "np.array(steps)", "np.array(steps)[-1] + 0 * np.array(steps)"),
    ],
)
U = "u = 0.9 * u - learning_rate * g"
AHEAD = "append(0.9 * u - learning_rate * g)"
NESTEROV = Reference(
    "nesterov",
    f"""
def nesterov(slopes, learning_rate):
    u, steps = 0.0, []
    for g in slopes:
        {U}
        steps.{AHEAD}
    return np.array(steps)
""",
    [
        ("momentum", AHEAD, "append(u)"),
        ("uphill", "- learning_rate", "+ learning_rate"),
        ("signs", AHEAD, "append(0.9 * u + learning_rate * g)"),
        ("no slope in the step", AHEAD, "append(0.9 * u)"),
        ("whole velocity", AHEAD, "append(u - learning_rate * g)"),
        ("nothing fades", U, "u = u - learning_rate * g"),
        ("no memory", U, "u = -learning_rate * g"),
        ("kept the step", AHEAD, "append(0.9 * u - learning_rate * g); u = steps[-1]"),
        ("no learning rate", "learning_rate * g", "g"),
        *(("rate not used", "learning_rate * g", f"{rate} * g") for rate in FIXED),
        ("rate missing in the step", AHEAD, "append(0.9 * u - g)"),
        ("a mean", "- learning_rate", "- 0.1 * learning_rate"),
        ("places for steps", "np.array(steps)", "np.cumsum(steps, axis=0)"),
    ],
)
ROOT = "np.sqrt(v)"
ADAGRAD = Reference(
    "adagrad",
    f"""
def adagrad(slopes, learning_rate):
    v, steps = 0.1, []
    for g in slopes:
        v = v + g**2
        steps.append(-learning_rate * g / {ROOT})
    return np.array(steps)
""",
    [
        ("starts at 0", "v, steps = 0.1", "v, steps = 0.0"),
        ("no root", ROOT, "v"),
        ("fades", "v + g**2", "0.9 * v + 0.1 * g**2"),
        ("fades", "v + g**2", "0.9 * v + 0.1 * g**2", "steps = 0.1", "steps = 0.0"),
        ("no square", "g**2", "abs(g)"),
        ("no square", "g**2", "g"),
        ("no square", "g**2", "abs(g)", ROOT, "v"),
        ("before it is added", "v = v + g**2", "old, v = v, v + g**2", ROOT, "np.sqrt(old)"),
        ("no memory", "v = v + g**2", "v = 0.1 + g**2"),
        ("no memory", "v = v + g**2", "v = g**2"),
        ("start again and again", "v = v + g**2", "v = v + 0.1 + g**2"),
        ("slope missing", "learning_rate * g /", "learning_rate /"),
        ("one for all", "v + g**2", "v + np.sum(g**2)"),
        ("uphill", "-learning_rate", "learning_rate"),
        ("no learning rate", "-learning_rate * g", "-g"),
        *(("rate not used", "-learning_rate * g", f"-{rate} * g") for rate in FIXED),
        ("multiplied", "g / np", "g * np"),
        ("places for steps", "np.array(steps)", "np.cumsum(steps, axis=0)"),
    ],
)
HATS = "m / (1 - 0.9**t), v / (1 - 0.999**t)"
CROSSED = "m / (1 - 0.999**t), v / (1 - 0.9**t)"
MEAN, SQUARES = "0.9 * m + 0.1 * g", "0.999 * v + 0.001 * g**2"
FADING = "0.9 * v + 0.1 * g**2"  # as in RMSprop
STEP = "m_hat / (np.sqrt(v_hat) + 1e-7)"
ADAM = Reference(
    "adam",
    f"""
def adam(slopes, learning_rate):
    m, v, steps = 0.0, 0.0, []
    for t, g in enumerate(slopes, 1):
        m = {MEAN}
        v = {SQUARES}
        m_hat, v_hat = {HATS}
        steps.append(-learning_rate * {STEP})
    return np.array(steps)
""",
    [
        ("no correction", HATS, "m, v"),
        ("half a correction", HATS, "m / (1 - 0.9**t), v"),
        ("half a correction", HATS, "m, v / (1 - 0.999**t)"),
        ("same correction", HATS, "m / (1 - 0.9**t), v / (1 - 0.9**t)"),
        ("same correction", HATS, "m / (1 - 0.999**t), v / (1 - 0.999**t)"),
        ("correction exchanged", HATS, CROSSED),
        ("multiplied", HATS, "m * (1 - 0.9**t), v * (1 - 0.999**t)"),
        ("t stays", "**t", "**1"),
        ("t from 0", "enumerate(slopes, 1)", "enumerate(slopes)"),
        ("t from 2", "enumerate(slopes, 1)", "enumerate(slopes, 2)"),
        ("product for power", HATS, "m / (1 - 0.9 * t), v / (1 - 0.999 * t)"),
        ("corrected ones kept", "m_hat, v_hat =", "m, v = m_hat, v_hat ="),
        ("memories exchanged", MEAN, "0.999 * m + 0.001 * g", SQUARES, FADING),
        ("memories exchanged", MEAN, "0.999 * m + 0.001 * g", SQUARES, FADING, HATS, CROSSED),
        ("forgets as in RMSprop", SQUARES, FADING),
        ("forgets as in RMSprop", SQUARES, FADING, "0.999**t", "0.9**t"),
        ("0.99 for 0.999", SQUARES, "0.99 * v + 0.01 * g**2"),
        ("0.99 for 0.999", SQUARES, "0.99 * v + 0.01 * g**2", "0.999**t", "0.99**t"),
        ("0.99 for 0.999", "0.999**t", "0.99**t"),
        ("shares do not add up", SQUARES, "0.9 * v + 0.001 * g**2"),
        ("shares do not add up", SQUARES, "0.999 * v + 0.1 * g**2"),
        ("shares do not add up", SQUARES, "0.99 * v + 0.001 * g**2"),
        ("shares do not add up", "0.1 * g\n", "g\n"),
        ("shares do not add up", "0.001 * g**2", "g**2"),
        ("shares do not add up", "0.001 * g**2", "0.01 * g**2"),
        ("root of the wrong one", "np.sqrt(v_hat)", "np.sqrt(m_hat)"),
        ("root of the wrong one", "np.sqrt(v_hat)", "np.sqrt(abs(m_hat))"),
        ("root of the wrong one", "m_hat /", "np.sqrt(abs(m_hat)) /"),
        ("no root", "np.sqrt(v_hat)", "v_hat"),
        ("no square", "g**2", "abs(g)"),
        ("no square", "g**2", "g"),
        ("square of m", "g**2", "m**2"),
        ("slope for m", "m_hat /", "g /"),
        ("division by 0", " + 1e-7", ""),
        ("one for all", "g**2", "np.mean(g**2)"),
        ("one for all", "g**2", "np.sum(g**2)"),
        ("uphill", "-learning_rate", "learning_rate"),
        ("no learning rate", "-learning_rate * ", "-"),
        *(("rate not used", "-learning_rate *", f"-{rate} *") for rate in FIXED),
        ("rate in m", MEAN, "0.9 * m - learning_rate * g"),
        # Ten times the right step, as where the share of the slope is 1.
        (
            "shares do not add up",
            MEAN,
            "0.9 * m - learning_rate * g",
            "-learning_rate * m_h",
            "m_h",
        ),
        ("rate in m", MEAN, "0.9 * m - learning_rate * g", "-learning_rate * m_hat", "-m_hat"),
        ("rate in m", MEAN, "0.9 * m + learning_rate * g"),
        (
            "shares do not add up",
            MEAN,
            "0.9 * m + learning_rate * g",
            "-learning_rate * m_h",
            "-m_h",
        ),
        ("brackets of m", HATS, "m / 1 - 0.9**t, v / (1 - 0.999**t)"),
        ("all nan", HATS, "m / 1 - 0.9**t, v / 1 - 0.999**t"),
        ("all nan", HATS, "m / (1 - 0.9**t), v / 1 - 0.999**t"),
        ("all nan", HATS, "m / (0.9**t - 1), v / (0.999**t - 1)"),
        ("all nan", "**t", "**0"),
        ("places for steps", "np.array(steps)", "np.cumsum(steps, axis=0)"),
    ],
)


@exercise("9.0", points=1)
def momentum(momentum: Function, *, rng: np.random.Generator) -> None:
    """momentum(slopes, learning_rate, memory): (n, k) -> the n steps, (n, k) (003 L291-297)."""
    _judge_steps(momentum, MOMENTUM, rng, memories=(0.9, 0.6, 0.0, 0.8))


@exercise("9.1", points=2)
def nesterov_and_adagrad(
    nesterov: Function, adagrad: Function, *, rng: np.random.Generator
) -> None:
    """nesterov(slopes, learning_rate), adagrad(...): (n, k) -> (n, k), as Keras has them."""
    for function, reference in ((nesterov, NESTEROV), (adagrad, ADAGRAD)):
        with part(1, reference.name):
            _judge_steps(function, reference, rng)


@exercise("9.1b", points=2)
def adam(adam: Function, *, rng: np.random.Generator) -> None:
    """adam(slopes, learning_rate): (n, k) -> the n steps, (n, k), as Keras has them."""
    _judge_steps(adam, ADAM, rng)
    slopes, rate = _slopes(rng, 5, 3)
    slopes[3:] *= 0.1  # small after large
    slopes[:2, 1] = 0  # a weight that feels nothing at first
    slopes[3, 0] = 0  # and one that feels nothing in between
    _judge_steps(adam, ADAM, rng, first=(slopes, rate))


def _judge_steps(
    function: Function,
    reference: Reference,
    rng: np.random.Generator,
    *,
    memories: Sequence[float] = (),
    first: Inputs | None = None,
) -> None:
    judged = Comparison(
        function,
        reference,
        lambda: (*_slopes(rng, 4, 3), *memories[1:2]),
        read=lambda came, slopes, *rest: _steps(came, slopes),
    )
    # A card writes out what is small, so the first slopes are few.
    shapes = [(4, 2), (4, 1), (6, 3), (3, 5)] if first is None else [first[0].shape]
    for place, (n, k) in enumerate(shapes):
        inputs = (*_slopes(rng, n, k), *memories[place : place + 1])
        judged.on(*(inputs if first is None else first), says=_which_step)


def _slopes(rng: np.random.Generator, n: int, k: int) -> Inputs:
    """slopes (n, k), neither 0 nor 1 in size, and a learning rate that is not 1."""
    slopes = (rng.choice([-1, 1], (n, k)) * rng.uniform(1.2, 4, (n, k))).round(2)
    return slopes, round(rng.uniform(0.2, 0.7), 2)


def _steps(came: Any, slopes: Array) -> Array:
    return array(came, slopes.shape, name="What comes back", finite=False)


def _which_step(came: Array, expected: Array) -> str:
    # Steps of plus and minus the rate alone may be the same by chance.
    are_lengths = np.isfinite(came).all() and np.ptp(np.abs(came[-1])) > 1e-6
    if are_lengths and same(came, came[-1:].repeat(len(came), axis=0)):
        fail("only the last", came=came)
    if not np.isfinite(came).all():
        return (
            "There is nan or inf among the steps: a division by 0, or the root of a number below 0."
        )
    place = [same(*pair) for pair in zip(came, expected, strict=True)].index(False)
    if place == 0:
        return (
            "Already the first step differs. Compute it by hand from the first row of slopes, and "
            "compare."
        )
    return (
        f"The first {place} of the steps are right. Look at what is remembered from step to step."
    )


# --- 9.2 mini-batches ----------------------------------------------------------------------------

PARTS = ("rows of x", "rows of y")


@exercise("9.2", points=2)
def batches(batches: Function, *, rng: np.random.Generator) -> None:
    """batches(x, y, batch_size, epochs, seed): pairs of rows, each row once an epoch (003 L288)."""
    for n, batch_size, epochs, is_wide in ((42, 5, 3, False), (24, 4, 2, True)):
        x = np.arange(n)[:, np.newaxis] + np.array([0.25, 100.25])  # row i begins with i + 0.25
        y = rng.permutation(n) + 0.5
        if is_wide:
            y = y[:, np.newaxis] + np.array([0, 200, 300])
        seed = int(rng.integers(1000))
        given = _dealt(batches, x, y, batch_size, epochs, seed)
        _judge_sizes(given, n, batch_size, epochs)
        rows = np.concatenate(given).reshape(epochs, n)
        if mistake := first_of(_in_the_order(rows, batch_size)):
            if mistake == "same order" and batches.changed:
                mistake = "in place"
            fail(mistake, came=f"rows {rows[0].tolist()}, then {rows[1].tolist()}")
        again = _dealt(batches, x, y, batch_size, epochs, seed)
        if not same(np.concatenate(again), np.concatenate(given)):
            fail("seed not used", came="another order for the same seed")
        other = _dealt(batches, x, y, batch_size, epochs, seed + 1)
        if same(np.concatenate(other), np.concatenate(given)):
            fail("fixed seed", came="the same order for another seed")


def _dealt(
    batches: Function, x: Array, y: Array, batch_size: int, epochs: int, seed: int
) -> list[Array]:
    """The numbers of the rows in each batch; ends the exercise where x and y do not fit."""
    most = epochs * len(x) + 3  # batches of single rows, and some more
    found = []
    with named_errors({"not pairs": "is not iterable"}):
        pairs = batches.take(most, x.copy(), y.copy(), batch_size, epochs, seed)
    if mistake := first_of(_two_things(pairs)):
        fail(mistake, came="two things: rows of x, and rows of y")
    if _are_flat(pairs):
        fail("flat", came=f"{len(pairs)} items: rows of x, rows of y, rows of x and so on")
    for pair in pairs:
        xs, ys = (
            array(one, name=name) for one, name in zip(several(pair, PARTS), PARTS, strict=True)
        )
        of_y = len(xs) * y[:1].size if xs.ndim else 0
        if xs.ndim != 2 or xs.shape[1] != 2 or ys.shape[:1] != xs.shape[:1] or ys.size != of_y:
            shapes = f"shapes {xs.shape} and {ys.shape}"
            says = "A batch has some rows of x and equally many of y."
            if y.ndim == 2:
                says += f" Here the rows of y have {y.shape[1]} numbers each."
            is_row = xs.shape == x.shape[1:] and ys.shape == y.shape[1:]
            mistake = first_of([("order", ys.ndim == 2 and xs.ndim == 1), ("one row", is_row)])
            fail(mistake, says="" if mistake else says, came=shapes)
        rows = np.floor(xs[:, 0]).astype(int)
        if not same(xs, rows[:, np.newaxis] + np.array([0.25, 100.25])):
            fail(says="There are rows that x does not have. Take them as they are.", came=xs[:2])
        if rows.size and (rows.min() < 0 or rows.max() >= len(x)):
            fail(says="There are rows that x does not have.", came=xs[:2])
        if not same(ys.reshape(y[rows].shape), y[rows]):
            known = "x and y apart" if np.isin(ys, y).all() else None
            says = "" if known else "There are rows that y does not have. Take them as they are."
            fail(known, says=says, came=ys.ravel()[:5], expected=y[rows][:5])
        found.append(rows)
    if not found:
        fail(says="No batch came. Does the function reach its `yield`, or return its list?")
    return found


def _two_things(pairs: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    """Where x and y came apart in the place of pairs: what was returned is a tuple of two."""
    if len(pairs) != 2:
        return
    shapes = [shape(one) for one in pairs]
    yield "one batch", _are_rows(*shapes)
    if all(isinstance(one, list | tuple) for one in pairs) and len(pairs[0]) == len(pairs[1]):
        each = [(shape(xs), shape(ys)) for xs, ys in zip(*pairs, strict=True)]
        yield "two lists", bool(each) and all(_are_rows(*two) for two in each)


def _are_flat(items: Sequence[Any]) -> bool:
    """Whether rows of x and rows of y come by turns, each as an item of its own."""
    shapes = [shape(one) for one in items]
    pairs = [*zip(shapes[::2], shapes[1::2], strict=False)]
    return len(items) > 2 and len(items) % 2 == 0 and all(_are_rows(*two) for two in pairs)


def _are_rows(of_x: tuple[int, ...] | None, of_y: tuple[int, ...] | None) -> bool:
    """Whether these are the shapes of some rows of x, (b, 2), and of as many of y."""
    return of_x is not None and of_x[1:] == (2,) and of_y in (of_x[:1], (*of_x[:1], 1))


def _judge_sizes(given: list[Array], n: int, batch_size: int, epochs: int) -> None:
    sizes = [len(rows) for rows in given]
    once = [batch_size] * (n // batch_size) + [n % batch_size] * (n % batch_size > 0)
    if sizes == once * epochs:
        return
    full, up = n // batch_size, -(-n // batch_size)
    split = [len(one) for one in np.array_split(np.arange(n), up)]
    are_whole, counts = set(sizes) == {batch_size}, {full, up, full * epochs, up * epochs}
    repeats = len({*np.concatenate(given[:full])}) < full * batch_size
    # One begins at each row, and the last ones are cut by the end.
    at_each_row = [min(batch_size, n - first) for first in range(n)]
    are_near = {abs(size - batch_size) for size in sizes if size != sizes[-1]} == {1}
    known = [
        ("end of the slice", sizes == [batch_size, *[0] * (up - 1)] * epochs),
        ("empty batch", 0 in sizes),
        ("no step", sizes in (at_each_row, at_each_row * epochs)),
        # Of an epoch, only a last batch that was filled has rows that were there before.
        ("with replacement", are_whole and len(sizes) in counts and repeats),
        ("one epoch", sizes == once),
        ("last batch lost", are_whole and len(sizes) in {full, full * epochs}),
        ("last batch filled", are_whole and len(sizes) in {up, up * epochs}),
        ("cut through", set(sizes[:-1]) == {batch_size} and sum(sizes) == n * epochs),
        ("equal parts", sizes == split * epochs),
        ("loops exchanged", sizes == sorted(once * epochs, reverse=True)),
        ("short batch not last", sorted(sizes) == sorted(once * epochs)),
        ("equal parts", len(sizes) == up * epochs and max(sizes) - min(sizes) <= 1),
        ("number for size", len(sizes) == batch_size * epochs and sum(sizes) == n * epochs),
        ("one batch", len(sizes) == 1),
        ("one off", len(sizes) == up * epochs and are_near),
    ]
    mistake = first_of(known)
    says = "" if mistake else "The batches have other sizes, or there are more or fewer of them."
    fail(mistake, says=says, came=f"{len(sizes)} batches: {sizes}", expected=f"{once * epochs}")


def _in_the_order(rows: NDArray[Any], batch_size: int) -> Iterator[tuple[str, Any]]:
    """What is wrong with the rows of each epoch, (epochs, n)."""
    n = rows.shape[1]
    yield "with replacement", any(len({*epoch.tolist()}) < n for epoch in rows)
    are_as_given = [np.array_equal(epoch, np.arange(n)) for epoch in rows]
    yield "not shuffled", any(are_as_given)
    pairs = [*itertools.combinations(rows, 2)]
    cut = range(0, n - batch_size + 1, batch_size)  # the whole batches
    sets = [{frozenset(epoch[k : k + batch_size].tolist()) for k in cut} for epoch in rows]
    in_one = [np.sort(epoch[k : k + batch_size]) for epoch in rows for k in cut]
    yield "neighbours", all(np.all(np.diff(one) == 1) for one in in_one)
    # Of an order by chance hardly a row in n is followed by its neighbour.
    yield "neighbours", any(np.mean(np.abs(np.diff(epoch)) == 1) > 0.5 for epoch in rows)
    # Behind these two, where two epochs may be equal by chance.
    yield "same order", any(np.array_equal(*pair) for pair in pairs)
    yield "same batches", any(one == other for one, other in itertools.combinations(sets, 2))
    # Reversed, or begun elsewhere: most rows have the same neighbours as in another epoch.
    yield "same order", any(len(_beside(a) & _beside(b)) > n / 2 for a, b in pairs)
    # By chance a row moves by a third of all places, in the mean of so many with an error of 2 %.
    yield "not shuffled", n > 40 and np.abs(rows - np.arange(n)).mean() < n / 5


def _beside(epoch: NDArray[Any]) -> set[frozenset[int]]:
    """All pairs of rows of which one follows the other."""
    return {frozenset(pair) for pair in itertools.pairwise(epoch.tolist())}


# --- 9.3 the loss in cents -----------------------------------------------------------------------

ADAPTIVE = '("RMSprop", "Adam")'
# Its steps become ten times as long on a slope that stays, and so somebody divides once more.
TWICE = """\
    if name != "SGD":
        return learning_rate / (10 * factor)
    return learning_rate / f"""
SAME_WALK = Reference(
    "same_walk",
    f"""
def same_walk(name, learning_rate, factor):
    if name in {ADAPTIVE}:
        return learning_rate
    return learning_rate / factor
""",
    [
        ("SGD does not notice", "learning_rate / factor", "learning_rate"),
        ("all divided", "return learning_rate\n", "return learning_rate / factor\n"),
        ("multiplied", "learning_rate / factor", "learning_rate * factor"),
        ("multiplied", "return learning_rate\n", "return learning_rate * factor\n", "/", "*"),
        ("upside down", "learning_rate / factor", "factor / learning_rate"),
        ("exchanged", f"in {ADAPTIVE}", f"not in {ADAPTIVE}"),
        ("momentum left as it is", '("RMSprop"', '("momentum", "Nesterov", "RMSprop"'),
        ("momentum left as it is", '("RMSprop"', '("momentum", "RMSprop"'),
        ("momentum left as it is", '("RMSprop"', '("Nesterov", "RMSprop"'),
        ("only Adam", ADAPTIVE, '("Adam",)'),
        ("only RMSprop", ADAPTIVE, '("RMSprop",)'),
        ("root", "return learning_rate\n", "return learning_rate / np.sqrt(factor)\n"),
        ("root", "learning_rate / factor", "learning_rate / np.sqrt(factor)"),
        ("square", "learning_rate / factor", "learning_rate / factor**2"),
        ("always 100", "/ factor", "/ 100"),
        ("small letters", f"in {ADAPTIVE}", 'not in ("sgd", "momentum", "nesterov")'),
        ("small letters", ADAPTIVE, '("SGD", "RMSprop", "Adam")'),
        ("the factor", "learning_rate / factor", "1 / factor"),
        ("no rate needed", "return learning_rate\n", "return 1.0\n"),
        ("momentum counted twice", "    return learning_rate / f", TWICE),
    ],
)
NAMES = ("SGD", "momentum", "Nesterov", "RMSprop", "Adam")
CLAIMS = ("needless", "length", "multiplier", "border")


@exercise("9.3", points=2)
def same_walk(same_walk: Function, adams_rate: Value, *, rng: np.random.Generator) -> None:
    """same_walk(name, learning_rate, factor) -> the rate that makes the same steps; a claim."""
    with part(1, "same_walk"):
        names = itertools.cycle(NAMES)
        judged = Comparison(
            same_walk,
            SAME_WALK,
            lambda: _unit(rng, next(names)),
            read=lambda came, *inputs: _one_rate(came),
            tolerance=OF_TRIED_RATES,
        )
        says = "With this rate the steps are others than before."
        judged.on("SGD", *_rate_over_7(rng), says=says)
        for name in rng.permutation(NAMES).tolist():
            judged.on(*_unit(rng, name), says=says)
        for name in NAMES:
            judged.on(name, 0.03, 0.2, says="Here the slopes became smaller.")
    with part(1, "adams_rate"):
        claim(adams_rate, CLAIMS, right={"length"})


def _one_rate(came: Any) -> Array:
    if came is None:
        fail("no rate came", came="None")
    return array(came, (), (1,), name="The rate").reshape(())


def _rate_over_7(rng: np.random.Generator) -> tuple[float, float]:
    """A rate and a factor of which the quotient, rounded to 2 decimals, is not 0."""
    return round(rng.uniform(0.2, 0.5), 3), 7.0


def _unit(rng: np.random.Generator, name: str) -> Inputs:
    """A rate and a factor, neither of them 1 or 100."""
    return name, round(rng.uniform(0.02, 0.5), 3), float(rng.choice([4, 7, 25, 60, 250]))


# --- 9.4 the stable interval ---------------------------------------------------------------------

LAST = "losses[:, :, -1]"
GOOD = f"np.all({LAST} <= limit, axis=1)"
ENDS = "good.min(), good.max()"
UNTIL_A_GAP = f"""
    order = np.argsort(rates)
    is_good = {GOOD}[order]
    first = np.argmax(is_good)
    good = rates[order][first:][np.cumprod(is_good[first:]) > 0]
"""
# Where no rate is good the reference gives nan twice, because None is no number to compare.
INTERVAL = Reference(
    "stable_interval",
    f"""
def stable_interval(rates, losses, limit):
    good = rates[{GOOD}]
    return ({ENDS}) if len(good) else (np.nan, np.nan)
""",
    [
        ("nan is good", GOOD, f"~np.any({LAST} > limit, axis=1)"),
        ("nan is good", GOOD, f"np.nanmax({LAST}, axis=1) <= limit"),
        ("nan is good", GOOD, f"np.all(np.nan_to_num({LAST}) <= limit, axis=1)"),
        ("nan is good", GOOD, f"[max(one) <= limit for one in {LAST}.tolist()]"),
        ("nan is good", GOOD, f"[sorted(one)[-1] <= limit for one in {LAST}.tolist()]"),
        ("first epoch", LAST, "losses[:, :, 0]"),
        ("best epoch", LAST, "np.nanmin(losses, axis=2)"),
        ("best epoch", LAST, "losses.min(axis=2)"),
        ("every epoch", GOOD, "np.all(losses <= limit, axis=(1, 2))"),
        ("no rate came out", ", axis=1", ""),
        ("mean over the epochs", LAST, "losses.mean(axis=2)"),
        ("mean over the epochs", GOOD, "losses.mean(axis=(1, 2)) <= limit"),
        ("one start is enough", "np.all", "np.any"),
        ("one start is enough", GOOD, f"np.nanmin({LAST}, axis=1) <= limit"),
        ("one start is enough", GOOD, f"{LAST}.min(axis=1) <= limit"),
        ("one start is enough", GOOD, f"[min(one) <= limit for one in {LAST}.tolist()]"),
        ("middle of the starts", GOOD, f"{LAST}.mean(axis=1) <= limit"),
        ("middle of the starts", GOOD, f"np.median({LAST}, axis=1) <= limit"),
        ("middle of the starts", GOOD, f"np.nanmean({LAST}, axis=1) <= limit"),
        ("middle of the starts", GOOD, f"np.nanmedian({LAST}, axis=1) <= limit"),
        ("last start", LAST, "losses[:, -1, :]"),
        ("last start", LAST, "losses[:, -1:, -1]"),
        ("first start", LAST, "losses[:, :1, -1]"),
        ("starts left out", LAST, "losses[:, [0, -1], -1]"),
        ("limit left out", "<=", "<"),
        ("bad rates", "<=", ">"),
        ("bad rates", GOOD, f"~{GOOD}"),
        ("places for rates", "rates[np", "np.flatnonzero(np", "=1)]", "=1))"),
        ("first and last", ENDS, "good[0], good[-1]"),
        ("order", ENDS, "good.max(), good.min()"),
        ("limit not used", "<= limit", "<= 0.6"),
        ("one good rate", "if len(good) else", "if len(good) > 1 else"),
        ("stops at a gap", f"good = rates[{GOOD}]", UNTIL_A_GAP),
        ("all rates", ENDS, "rates.min(), rates.max()"),
    ],
)


PLACES = ("middle", "ends", "any", "single")  # of the good rates among the others
NOTHING = (np.nan, np.nan)  # in the place of None


@exercise("9.4", points=2)
def stable_interval(stable_interval: Function, *, rng: np.random.Generator) -> None:
    """stable_interval(rates, losses, limit): (r,), (r, starts, epochs) -> two rates or None."""
    tables, places = _telling_tables(rng), itertools.cycle(PLACES)
    judged = Comparison(
        stable_interval,
        INTERVAL,
        lambda: _table(rng, next(places)),
        read=lambda came, *inputs: _two_rates(came),
        tolerance=OF_RATES,
    )
    says = "These are others than the smallest and the largest good rate."
    for table in tables:
        judged.on(*table, shown=[lambda two: None if two is NOTHING else two], says=says)
    rates, losses, limit = _table(rng, "any")
    nothing_good = losses + 2 * limit
    errors = r"zero-size array|empty sequence|iterable argument is empty|out of bounds|out of range"
    with named_errors({"no good rate": errors}):
        came = stable_interval(rates, nothing_good, limit)
    if came is not None:
        fail("no good rate", came=came, expected="None")


def _two_rates(came: Any) -> tuple[float, float]:
    if came is None:
        return NOTHING
    low, high = several(came, ("the smallest good rate", "the largest"))
    return _rate(low), _rate(high)


def _rate(came: Any) -> float:
    return float(array(came, (), (1,), name="A rate", finite=False).item())


def _telling_tables(rng: np.random.Generator) -> list[Inputs]:
    """Tables of which at least one tells each known mistake from what is right."""
    tables: list[Inputs] = []
    left, places = list(INTERVAL.edits), itertools.cycle(PLACES)
    while left or len(tables) < 3:
        table = _table(rng, next(places))
        right = INTERVAL(*table)
        still = [edit for edit in left if edit.gives(table, right, lambda a: a, OF_RATES)]
        if len(still) < len(left) or not left:
            tables.append(table)
        left = still
    return tables


def _table(rng: np.random.Generator, good_at: str) -> Inputs:
    """rates (r,) in no order, losses (r, 4, 3) and a limit; some losses are nan, one is the limit.

    Each rate is of one kind: good, good at the limit, broken, wrong in one start, late or early.
    Whoever lets in another has another end where the good rates stand in the middle, and whoever
    leaves out a good one where they stand at the ends.
    """
    limit = round(rng.uniform(0.3, 0.5), 2) if rng.random() < 0.5 else round(rng.uniform(0.8, 1), 2)
    others, good = (
        rng.permutation([*range(2, 9), 10]).tolist(),
        rng.permutation([0, 1, 0, 1]).tolist(),
    )
    kinds = {
        "middle": [*others[:3], *good, *others[3:]],
        "ends": [*good[:2], *others, *good[2:]],
        # 6: nothing lets it in; 9: good in each epoch
        "any": [6, *rng.permutation([*others, *good, 9]).tolist()],
        # 7, 8: whoever looks at one start alone lets in one of them, and with any start both
        "single": [7, *(kind for kind in others if kind not in (7, 8)), 0, 8],
    }[good_at]
    losses = np.empty((len(kinds), 4, 3))
    for one, kind in zip(losses, kinds, strict=True):
        one[:] = limit * rng.uniform(0.3, 0.9, (4, 3))
        if kind == 0:
            one[:, 0] = limit * rng.uniform(1.2, 2, 4)  # good in the end
        if kind == 1:
            one[:, :-1] = limit * rng.uniform(1.2, 2, (4, 2))
            one[rng.integers(4), -1] = limit
        if kind == 2:
            one[rng.integers(1, 3), -1] = np.nan
        if kind == 3:
            one[:, 1:] = np.nan
        if kind == 4:
            one[3, -1] = limit * 1.004
        if kind == 5:
            one[:, -1] = limit * rng.uniform(1.2, 2, 4)  # good before
        if kind == 6:
            one[:] = limit * rng.uniform(1.2, 2, (4, 3))
        if kind == 7:
            one[:3] = limit * rng.uniform(1.2, 2, (3, 3))  # only the last start is good
        if kind == 8:
            one[1:, -1] = limit * rng.uniform(2, 4, 3)  # only the first start is good
        if kind == 10:
            one[rng.integers(1, 3), -1] = limit * rng.uniform(1.1, 1.3)
    rates = np.geomspace(0.001, 10, len(kinds)) * rng.uniform(0.8, 1.2)
    order = rng.permutation(len(kinds))
    return rates[order], losses[order], limit
