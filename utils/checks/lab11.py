"""Checks of lab 11: over-fitting and regularisation (001 L230-273, 002 L195-234, 003 L299-344)."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import (
    Function,
    array,
    aside,
    exercise,
    fail,
    first_of,
    if_it_raises,
    named_errors,
    note,
    part,
)
from utils.checks.edits import Comparison, Inputs, Reference, Row, formula, parting
from utils.checks.errors import NO_TRUTH
from utils.checks.values import FLOAT32, differing, same, several

Array = NDArray[Any]

# --- 11.0 the gap --------------------------------------------------------------------------------

OWN, NEW = "said == labels", "said_new == labels_new"
GAP = formula(
    "gap(said, labels, said_new, labels_new)",
    f"np.mean({OWN}) - np.mean({NEW})",
    {
        "turned round": [f"np.mean({NEW}) - np.mean({OWN})"],
        "counts": [f"np.sum({OWN}) - np.sum({NEW})", f"int(np.sum({OWN})) - int(np.sum({NEW}))"],
        "one length for both": [
            f"(np.sum({OWN}) - np.sum({NEW})) / {n}"
            for n in ("len(said)", "len(said_new)", "(len(said) + len(said_new))")
        ],
        "one share": [f"np.mean({OWN})", f"np.mean({NEW})"],
        "no sign": [f"abs(np.mean({OWN}) - np.mean({NEW}))"],
        "numbers subtracted": [
            f"np.mean({f}(said - labels)) - np.mean({f}(said_new - labels_new))"
            for f in ("", "abs", "np.square")
        ]
        + ["np.mean(said) - np.mean(said_new)"],
        "added": [f"np.mean({OWN}) + np.mean({NEW})"],
        "divided": [f"np.mean({OWN}) / np.mean({NEW})", f"np.mean({NEW}) / np.mean({OWN})"],
        "percent": [f"100 * (np.mean({OWN}) - np.mean({NEW}))"],
        "crossed": [
            f"np.mean({OWN}) - np.mean(said_new == labels)",
            f"np.mean(said == labels_new) - np.mean({NEW})",
            "np.mean(said == labels_new) - np.mean(said_new == labels)",
            "np.mean(said == said_new) - np.mean(labels == labels_new)",
            "np.mean(labels == labels_new) - np.mean(said == said_new)",
        ],
        "said twice": [f"np.mean({OWN}) - np.mean(said == labels_new)"],
    },
)


NO_NUMBERS = {
    "booleans subtracted": "boolean subtract",
    "no truth": "truth value",
    "no mean": "broadcast",
}


@exercise("11.0", points=1)
def gap(gap: Function, *, rng: np.random.Generator) -> None:
    """gap(said, labels, said_new, labels_new): (n,), (n,), (m,), (m,) -> () (002 L195-202)."""
    with named_errors(NO_NUMBERS):
        _not_the_same_for_all(gap, [_answers(rng, more=0, below=k % 2 > 0) for k in range(6)])
        # Of as many new rows as own ones first: there a crossed pair raises no error.
        alike = Comparison(gap, GAP, lambda: _crossing(rng), read=_read_gap)
        alike.on(*_crossing(rng), says="This is another gap.")
        judged = Comparison(gap, GAP, lambda: _answers(rng), read=_read_gap)
        judged.on(*_answers(rng), says="This is another gap.")
        judged.on(*_answers(rng, below=True), says="The new rows may be told better than the own.")


def _not_the_same_for_all(gap: Function, inputs: Sequence[Inputs]) -> None:
    """One number, whatever comes in: names of the notebook stand where the arguments should."""
    gap.ask_ahead(*inputs)
    came = [_read_gap(gap(*one)).item() for one in inputs]
    if np.ptp(came) == 0:
        fail("same for all", came=came, expected=[GAP(*one) for one in inputs])


def _read_gap(came: Any, *inputs: Any) -> Array:
    return array(came, (), (1,), name="the gap")


def _crossing(rng: np.random.Generator) -> Inputs:
    """As many rows of both kinds, for which a crossed pair gives another gap."""
    for _ in range(50):
        inputs = _answers(rng, more=0)
        right = GAP(*inputs)
        crossed = [edit(*inputs) for edit in GAP.edits if edit.mistake in {"crossed", "said twice"}]
        if not any(same(one, right) for one in crossed):
            break
    return inputs


def _answers(rng: np.random.Generator, *, below: bool = False, more: int | None = None) -> Inputs:
    """Own rows, and `more` new ones, of which fewer are right; `below`: more of them."""
    n = int(rng.integers(9, 15))
    rows = n, n + (int(rng.integers(4, 9)) if more is None else more)
    shares = rng.uniform([0.7, 0.1], [0.9, 0.4])
    found = []
    for count, share in zip(rows, shares[::-1] if below else shares, strict=True):
        labels = rng.integers(0, 10, count)
        wrong = (np.arange(count) >= round(share * count)) * rng.integers(1, 10, count)
        found += [(labels + wrong) % 10, labels]
    return tuple(found)


# --- 11.1 three penalties ------------------------------------------------------------------------

AUTHORS = ("Keras", "Li", "Miklos")
SQUARES = "np.sum(kernel**2), np.sum(bias**2)"
SIZES = "np.sum(np.abs(kernel)), np.sum(np.abs(bias))"
THIRD = "lam / (2 * m) * (k + b)"


def _penalties(name: str, sums: str, second: str, rows: Sequence[Sequence[str]]) -> Reference:
    """One of the two functions; the rows are what can go wrong in it alone."""
    right = f"return lam * k, {second} * k, {THIRD}"
    text = f"""
def {name}(kernel, bias, lam, m):
    k, b = {sums}
    {right}
"""
    return Reference(
        name,
        text,
        [
            ("bias included", right, right.replace(" * k,", " * (k + b),")),
            ("bias left out", "(k + b)", "k"),
            ("bias left out", "(k + b)", "b"),
            ("lambda twice", right, right.replace("lam", "lam**2")),
            ("no lambda", right, right.replace("lam", "1")),
            ("m forgotten", "(2 * m)", "2"),
            ("times m", "lam / (2 * m)", "lam / 2 * m"),
            ("divided by m alone", "(2 * m)", "m"),
            ("rows of the kernel", "(2 * m)", "(2 * len(kernel))"),
            ("mean for sum", "np.sum", "np.mean"),
            ("half everywhere", "return lam * k", "return lam / 2 * k"),
            ("brackets missing", "(k + b)", "k + b"),
            ("m everywhere", right, f"return {THIRD.replace('k + b', 'k')}, {THIRD}, {THIRD}"),
            (
                "m everywhere",
                right,
                f"return {', '.join(2 * [THIRD.replace('k + b', 'k')])}, {THIRD}",
            ),
            ("order", right, f"return {THIRD}, {second} * k, lam * k"),
            *rows,
        ],
    )


L2 = _penalties(
    "l2",
    SQUARES,
    "lam / 2",
    [
        ("no half", "lam / 2 * k", "lam * k"),
        ("m everywhere", "lam / 2 * k", "lam / (2 * m) * k"),
        ("norm not squared", SQUARES, "np.linalg.norm(kernel), np.linalg.norm(bias)"),
        ("norm not squared", "(k + b)", "np.sqrt(k + b)", "lam * k,", "lam * np.sqrt(k),"),
        (
            "norm of a table",
            *(SQUARES, "np.linalg.norm(kernel, 2) ** 2, np.linalg.norm(bias, 2) ** 2"),
        ),
        ("sizes for squares", SQUARES, SIZES),
        ("sum squared", SQUARES, "np.sum(kernel) ** 2, np.sum(bias) ** 2"),
        ("sum squared", SQUARES, "np.sum(kernel**2), np.sum(bias) ** 2"),
    ],
)
L1 = _penalties(
    "l1",
    SIZES,
    "lam",
    [
        ("half everywhere", "lam * k, lam * k", "lam * k, lam / 2 * k"),
        ("signs kept", SIZES, "np.sum(kernel), np.sum(bias)"),
        ("signs kept", SIZES, "np.abs(np.sum(kernel)), np.abs(np.sum(bias))"),
        ("signs kept", SIZES, "np.sum(np.abs(kernel)), np.sum(bias)"),
        ("signs kept", SIZES, "np.sum(np.abs(kernel)), np.abs(np.sum(bias))"),
        ("norm of a table", SIZES, "np.linalg.norm(kernel, 1), np.linalg.norm(bias, 1)"),
        ("squares for sizes", SIZES, SQUARES),
        ("squares for sizes", SIZES, "np.linalg.norm(kernel), np.linalg.norm(bias)"),
    ],
)


@exercise("11.1", points=2)
def penalties(l2: Function, l1: Function, *, rng: np.random.Generator) -> None:
    """Two functions of kernel, bias, lam, m -> three penalties (002 L204-234, 003 L309-316)."""
    for function, reference, name in ((l2, L2, "l2"), (l1, L1, "l1")):
        with part(1, name):
            judged = Comparison(
                function, reference, lambda: _layer(rng, 4, 2), read=_three, tolerance=FLOAT32
            )
            for size in ((3, 1), (2, 4)):
                judged.on(
                    *_layer(rng, *size),
                    views=[itemgetter(k) for k in range(3)],
                    says=_whose_differs,
                )


def _layer(rng: np.random.Generator, k: int, units: int) -> Inputs:
    """kernel (k, units) and bias (units,) of both signs, lam and m; no sum is near another."""
    kernel, bias = (
        (rng.choice([-1, 1], shape) * rng.uniform(0.6, 2.5, shape)).round(2)
        for shape in ((k, units), (units,))
    )
    for table in (kernel, bias):
        table.flat[-1] = abs(table.flat[-1])
        table.flat[0] = -abs(table.flat[0])
    return kernel, bias, round(rng.uniform(0.4, 0.8), 2), int(rng.integers(7, 15))


def _three(came: Any, *inputs: Any) -> list[Any]:
    """Three numbers, or the exercise ends."""
    if isinstance(came, dict):
        fail("a dict", came="a dict")
    penalties = several(came, AUTHORS)
    for one, name in zip(penalties, AUTHORS, strict=True):
        array(one, (), (1,), (1, 1), name=f"the penalty after {name}")
    return penalties


def _whose_differs(came: Any, expected: Any) -> str:
    author = differing(AUTHORS, came, expected)[0]
    return f"The penalty after {author} differs. Look at its row of the table."


# --- 11.2 the proximal step ----------------------------------------------------------------------

RETURN = "np.sign(v) * np.maximum(np.abs(v) - t, 0) + 0.0"  # a card shows no -0
PULLED = "(v - t * np.sign(w))"
PROXIMAL = Reference(
    "proximal_step",
    f"""
def proximal_step(w, slope, learning_rate, lam):
    v = w - learning_rate * slope
    t = learning_rate * lam
    return {RETURN}
""",
    [
        ("over the zero", RETURN, "v - t * np.sign(v)"),
        ("over the zero", RETURN, "v - t * np.sign(w)"),
        ("over the zero", RETURN, "np.sign(w) * (np.abs(v) - t)"),
        ("pull of L2", RETURN, "v * (1 - t)"),
        ("pull of L2", RETURN, "v * (1 - 2 * t)"),
        ("pull of L2", RETURN, "v / (1 + t)"),
        ("pull of L2", RETURN, "v / (1 + 2 * t)"),
        ("pull of L2", RETURN, "v - t * w"),
        ("pull of L2", RETURN, "v - 2 * t * w"),
        ("large ones not moved", RETURN, "np.where(np.abs(v) > t, v, 0)"),
        ("large ones not moved", RETURN, "np.where(np.abs(w) > t, v, 0)"),
        ("large ones not moved", RETURN, "np.where(np.abs(v) > lam, v, 0)"),
        ("zero by the old sign", RETURN, "np.where(np.sign(v) == np.sign(w), " + RETURN + ", 0)"),
        *[
            ("zero by the old sign", RETURN, f"np.where({z} * np.sign(w) > 0, {z}, 0)")
            for z in ("(v - t * np.sign(v))", "(v - t * np.sign(w))")
        ],
        ("no rate in the pull", "t = learning_rate * lam", "t = lam"),
        ("no rate in the step", "w - learning_rate * slope", "w - slope"),
        ("no step", "w - learning_rate * slope", "w"),
        ("uphill", "w - learning_rate", "w + learning_rate"),
        ("sign lost", RETURN, "np.maximum(np.abs(v) - t, 0)"),
        ("negative ones all 0", RETURN, "np.maximum(v - t, 0)"),
        ("negative ones all 0", RETURN, "np.maximum(v - t * np.sign(v), 0)"),
        ("negative ones all 0", RETURN, "np.maximum(v - t * np.sign(w), 0)"),
        ("one pull for all", RETURN, "v - t"),
        ("one pull for all", RETURN, "np.where(np.abs(v) > t, v - t, 0)"),
        ("sign of the old weight", RETURN, "np.sign(w) * np.maximum(np.abs(v) - t, 0)"),
        *[
            ("sign of the old weight", RETURN, f"np.where({cut}, 0, {PULLED})")
            for cut in (f"{PULLED} * v < 0", f"np.abs({PULLED}) < t", "np.abs(v) < t")
        ],
        ("size of the old weight", RETURN, "np.where(np.abs(w) > t, v - t * np.sign(v), 0)"),
        (
            "pulled first",
            *("v = w - learning_rate * slope", "v = w"),
            *(RETURN, f"{RETURN} - learning_rate * slope"),
        ),
        ("no pull", RETURN, "v"),
        ("what is cut off", RETURN, "np.clip(v, -t, t)"),
        ("set to 0 too early", RETURN, "np.where(np.abs(v) > 2 * t, v - t * np.sign(v), 0)"),
        ("set to 0 too early", RETURN, "np.where(np.abs(v) > lam, v - t * np.sign(v), 0)"),
        (
            "set to 0 too early",
            *(RETURN, "np.where(np.abs(v - t * np.sign(v)) > t, v - t * np.sign(v), 0)"),
        ),
        ("pushed away", RETURN, "np.sign(v) * (np.abs(v) + t)"),
        ("the step alone", RETURN, f"{RETURN} - w"),
        ("slope pulled", RETURN, "w - np.sign(slope) * np.maximum(np.abs(v) - t, 0)"),
    ],
)


@exercise("11.2", points=2)
def proximal_step(proximal_step: Function, *, rng: np.random.Generator) -> None:
    """proximal_step(w, slope, learning_rate, lam): (k,), (k,), (), () -> (k,) (002 L224-234)."""
    judged = Comparison(
        proximal_step,
        PROXIMAL,
        lambda: _weights(rng, 6),
        read=lambda came, w, *rest: array(came, w.shape, (len(w), 1), name="the new w") + 0.0,
    )
    with if_it_raises("no loop", says="truth value of an array"):
        for k in (6, 9):
            inputs = _weights(rng, k)
            came = judged.on(*inputs, says="The new weights differ.").ravel()
            expected = PROXIMAL(*inputs)
            if np.any(np.abs(came[expected == 0]) > 1e-12):
                fail("nearly zero", came=came, expected=expected)


def _weights(rng: np.random.Generator, k: int) -> Inputs:
    """Weights that land, before the pull, at known multiples of it: half of them below 1 or near.

    The first two of the old weights have another sign than where they land.
    """
    rate, lam = round(rng.uniform(0.1, 0.3), 2), round(rng.uniform(0.4, 0.9), 2)
    times = np.resize([4.5, 7.3, 0.4, 1.6, 0.7, 3.1], k) * rng.uniform(0.9, 1.1, k)
    signs = np.resize([1, -1, -1, 1, 1, -1], k) * rng.choice([-1, 1])
    landing = signs * times * rate * lam
    slope = rng.choice([-1, 1], k) * rng.uniform(0.5, 1.5, k)
    slope[:2] = -signs[:2] * (abs(landing[:2]) / rate + rng.uniform(0.5, 1.5, 2))
    return landing + rate * slope, slope, rate, lam


# --- 11.3 dropout --------------------------------------------------------------------------------

# How far a share of 3,600 numbers may be off: more than five standard deviations.
NEAR = 0.054


@exercise("11.3", points=2)
def dropout(dropout: Function, *, rng: np.random.Generator) -> None:
    """dropout(a, rate, training, seed): (n, units) -> (n, units) (001 L265-273, 003 L319-330)."""
    with if_it_raises("no truth", says=NO_TRUTH):
        _dropout(dropout, rng)


def _dropout(dropout: Function, rng: np.random.Generator) -> None:
    a = rng.choice([-1, 1], (60, 60)) * rng.uniform(0.5, 2, (60, 60))
    seed = int(rng.integers(1000))
    rates = round(rng.uniform(0.2, 0.35), 2), round(rng.uniform(0.62, 0.75), 2)

    def zeros(rate: float, seed: int = seed) -> Array:
        return np.asarray(_outputs(dropout(a, rate, True, seed), a) == 0)

    def is_turned_round() -> bool:
        return all(abs(np.mean(zeros(rate)) - (1 - rate)) < NEAR for rate in rates)

    for rate in rates:
        asked = _outputs(dropout(a, rate, False, seed), a)
        if not same(asked, a):
            mistake = first_of(_when_asked(asked, a, rate))
            fail(
                mistake,
                says="" if mistake else "With training=False `a` should come back as it is.",
                came=f"{_in_words(asked, a)}",
                expected="a itself",
            )
        came = _outputs(dropout(a, rate, True, seed), a)
        tried = dropout.tried
        mistake = first_of(_in_training(came, a, rate, is_turned_round))
        expected = f"{rate:.2f} of the numbers 0, the others times {1 / (1 - rate):.3f}"
        if mistake:
            fail(mistake, tried=tried, came=_in_words(came, a), expected=expected)
        if not _near(_ratios(came, a), 1 / (1 - rate)):
            says = (
                "The share of zeros is right. The others should be the numbers of `a`, rescaled: "
                "divided by 1 - rate."
            )
            fail(says=says, tried=tried, came=_in_words(came, a), expected=expected)
        if not np.array_equal(zeros(rate), came == 0):
            fail("seed not used", came="two calls with the same seed differ")
        seeds = [seed, seed + 1, seed + 2, seed + 1000]
        masks = [zeros(rate, one).tobytes() for one in seeds]
        for k, one in enumerate(seeds):
            if masks[k] in masks[:k]:
                other = seeds[masks.index(masks[k])]
                fail("one seed", came=f"the same zeros for the seeds {other} and {one}")
    in_all = {mask.count(True) for mask in masks}
    if len(in_all) == 1 or np.ptp(np.sum(came == 0, axis=1)) == 0:
        note(
            "The same number of units is dropped each time, in each row or in the whole table. "
            "Dropout draws each unit by itself, so that this number differs."
        )
    if not same(_outputs(dropout(a, 0.0, True, seed), a), a):
        fail(says="With the rate 0 nothing is dropped, and `a` should come back as it is.")


def _outputs(came: Any, a: Array) -> Array:
    return array(came, a.shape, name="what dropout returns")


def _ratios(came: Array, a: Array) -> Array:
    """By what each number that is not 0 was multiplied."""
    kept = came != 0
    return np.asarray(came[kept] / a[kept])


def _in_words(came: Array, a: Array) -> str:
    ratios = _ratios(came, a)
    words = f"{np.mean(came == 0):.2f} of the numbers are 0"
    if len(ratios) and np.ptp(ratios) < 1e-3:
        words += f", the others times {ratios[0]:.3f}"
    return words


def _near(ratios: Array, wanted: float) -> bool:
    return bool(len(ratios)) and bool(np.all(np.abs(ratios - wanted) < 1e-3))


def _when_asked(came: Array, a: Array, rate: float) -> Iterator[tuple[str, Any]]:
    yield "dropped when asked", np.mean(came == 0) > 0.05
    ratios = _ratios(came, a)
    yield "scaled when asked", any(_near(ratios, one) for one in (1 - rate, rate))
    yield "scaled when asked", any(_near(ratios, 1 / one) for one in (1 - rate, rate))


def _in_training(
    came: Array, a: Array, rate: float, is_turned_round: Callable[[], bool]
) -> Iterator[tuple[str, Any]]:
    zeros, ratios = came == 0, _ratios(came, a)
    yield "nothing changed", same(came, a)
    yield "nothing dropped", not zeros.any()
    yield "all dropped", zeros.all()
    yield "one mask", bool(np.all(zeros == zeros[0]))
    yield "one mask for a row", bool(np.all(zeros == zeros[:, :1]))
    share = np.mean(zeros)
    yield "rate is what stays", abs(share - (1 - rate)) < NEAR and is_turned_round()
    yield "another share", abs(share - rate) >= NEAR
    together = any(len(np.unique(one, axis=0)) < len(one) for one in (zeros, zeros.T))
    yield "zeros go together", together
    yield "not rescaled", _near(ratios, 1)
    yield "divided by the rate", _near(ratios, 1 / rate)
    yield "multiplied", _near(ratios, 1 - rate) or _near(ratios, rate)


# --- 11.4 early stopping -------------------------------------------------------------------------

STOPS = "if epoch - kept >= patience"
ENDS = "return len(val_loss), kept"
LOWER = "val_loss[epoch - 1] < val_loss[kept - 1]"
BEST = "kept, best = 1, int(np.argmin(val_loss)) + 1"
FIRST_KEPT = (
    (),
    ("kept = 1", "kept = 0"),
    ("kept = 1", "kept = 0", "return epoch, kept", "return epoch, max(kept, 1)"),
)
FROM_0, FROM_1 = (f"min([{best}, *val_loss[:kept]])" for best in ("0.0", "1.0"))
STOP_TEXT = f"""
def early_stop(loss, val_loss, patience):
    kept = 1
    for epoch in range(1, len(val_loss) + 1):
        if {LOWER}:
            kept = epoch
        {STOPS}:
            return epoch, kept
    {ENDS}
"""
# What goes wrong in each training that stops early.
EARLY: list[Row] = [
    ("last weights", "return epoch, kept", "return epoch, epoch", ENDS, "return epoch, epoch"),
    ("training loss", LOWER, "loss[epoch - 1] < loss[kept - 1]"),
    (
        "training loss",
        LOWER,
        "loss[epoch - 1] + val_loss[epoch - 1] < loss[kept - 1] + val_loss[kept - 1]",
    ),
    (
        "patience ago",
        STOPS,
        "if epoch > patience and val_loss[epoch - 1] >= val_loss[epoch - 1 - patience]",
    ),
    *[
        ("best starts too low", LOWER, f"val_loss[epoch - 1] < {FROM_0}", *more)
        for more in FIRST_KEPT
    ],
    (
        "the future",
        *("return epoch, kept", "return epoch, np.argmin(val_loss) + 1"),
        *(ENDS, "return len(val_loss), np.argmin(val_loss) + 1"),
    ),
    ("never stops", STOPS, "if False"),
    ("one epoch late", ">= patience", "> patience"),
    ("one epoch early", ">= patience", ">= patience - 1 and epoch > 1"),
    (
        "counted from 0",
        *("return epoch, kept", "return epoch - 1, kept - 1"),
        *(ENDS, "return len(val_loss) - 1, kept - 1"),
    ),
    (
        "counted from 0",
        *("return epoch, kept", "return epoch - 1, kept"),
        *(ENDS, "return len(val_loss) - 1, kept"),
    ),
    (
        "counted from 0",
        *(
            "return epoch, kept",
            "return epoch, kept - 1",
            ENDS,
            "return len(val_loss), kept - 1",
        ),
    ),
    (
        "not in a row",
        *("kept = 1\n", "kept, waits = 1, 0\n", "epoch - kept >=", "waits >="),
        *("        if waits", "        waits += epoch > kept\n        if waits"),
    ),
    *[
        (
            "epoch before",
            LOWER,
            f"epoch == 1 or {LOWER.replace('kept', 'epoch - 1')}",
            ENDS,
            end,
        )
        for end in (ENDS, "return len(val_loss), len(val_loss)")
    ],
    (
        "epoch before",
        *("kept = 1\n", "kept, waits = 1, 0\n", "epoch - kept >=", "waits >="),
        "        if waits",
        "        rises = epoch > 1 and val_loss[epoch - 1] >= val_loss[epoch - 2]\n"
        "        waits = waits + 1 if rises else 0\n        if waits",
    ),
    *[
        ("lowest of all", ENDS, f"return {end}, best", *("kept = 1", BEST), STOPS, "if False")
        for end in ("best + patience", "min(best + patience, len(val_loss))")
    ],
    (
        "epoch before",
        *("kept = 1\n", "kept, waits = 1, 0\n", "epoch - kept >=", "waits >="),
        "        if waits",
        "        waits += epoch > 1 and val_loss[epoch - 1] >= val_loss[epoch - 2]\n"
        "        if waits",
    ),
    ("from the start", STOPS, "if epoch >= patience"),
    ("from the start", STOPS, "if epoch > patience and epoch > kept"),
    ("patience not used", STOPS, "if epoch > kept"),
    ("highest", LOWER, LOWER.replace("<", ">")),
    ("last loss first", "kept = 1", "kept = 0"),
    *[
        ("ends at once", "        if val", f"        return len(val_loss), {kept}\n        if val")
        for kept in ("1", "1 + (val_loss[1] < val_loss[0])")
    ],
    ("swapped", "return epoch, kept", "return kept, epoch", ENDS, "return kept, len(val_loss)"),
    (
        "a loss",
        *("return epoch, kept", "return epoch, val_loss[kept - 1]"),
        *(ENDS, "return len(val_loss), val_loss[kept - 1]"),
    ),
    ("where patience began", STOPS, STOPS, "return epoch, kept", "return kept, kept"),
]
# What goes wrong in some trainings alone.
LATE: list[Row] = [
    (
        "first epoch not kept",
        *("return epoch, kept", "return epoch, kept * (kept > 1)"),
        *(ENDS, "return len(val_loss), kept * (kept > 1)"),
    ),
    *[
        ("first epoch counted", STOPS, "if epoch - kept + (kept == 1) >= patience", *kept)
        for kept in (
            (),
            ("return epoch, kept", "return epoch, kept * (kept > 1)"),
        )
    ],
    ("last weights", ENDS, "return len(val_loss), len(val_loss)"),
    *[
        ("best starts too low", LOWER, f"val_loss[epoch - 1] < {FROM_1}", *more)
        for more in FIRST_KEPT
    ],
    ("small gains not seen", LOWER, f"{LOWER} - 0.01"),
]
STOP = Reference("early_stop", STOP_TEXT, [*EARLY, *LATE])
STOPS_EARLY = Reference("early_stop", STOP_TEXT, EARLY)


@exercise("11.4", points=2)
def early_stop(early_stop: Function, *, rng: np.random.Generator) -> None:
    """early_stop(loss, val_loss, patience): two lists, a number -> two (001 L258-263)."""
    losses = partial(_losses, rng, kind=_kind_of_lists(early_stop))
    # Of the fourth kind, where two mistakes are still alike: the lowest loss is the first one.
    turns = itertools.cycle(((4, False), (2, False), (3, False), (2, True)))

    def others() -> Inputs:
        patience, first = next(turns)
        if first:
            return losses(patience, first=True)
        drawn = [losses(patience, above=above) for above in 10 * (0, 2.5)]
        return max(drawn, key=_how_apart)

    judged = Comparison(early_stop, STOP, others, read=_epochs)
    with named_errors(STOP_RAISES):
        for patience, above in ((3, 0), (2, 2.5)):
            draw = partial(losses, patience, above=above)
            judged.on(*parting(draw, STOPS_EARLY), says=_which_epoch)
        judged.on(*losses(1), says="With patience 1 the first epoch without a new lowest ends it.")
        judged.on(
            *losses(2, first=True), says="Here the first loss is the lowest, so epoch 1 is kept."
        )
        for rises in (0, 2):
            judged.on(
                *losses(4, rises=rises),
                says="Where patience never runs out, it trains all epochs and keeps the lowest.",
            )
        tied = parting(lambda: _tied(losses(3)), TIES)
        came = _epochs(early_stop(*tied), *tied)
        if any(edit.gives(tied, came, tuple, FLOAT32) for edit in TIES.edits):
            note(
                "An epoch whose loss equals the lowest is treated in another way here. For Keras "
                "it is no new lowest: it counts for patience, and the first of the two is kept."
            )


# What an error says of a function that walks through the epochs.
STOP_RAISES = {
    "beyond the end": "IndexError.*out of",
    "no value yet": "not associated with a value|referenced before assignment",
}


def _kind_of_lists(early_stop: Function) -> Callable[[Array], Any]:
    """Lists, as the text says; arrays where the function works with these alone."""
    for kind in (np.ndarray.tolist, np.copy):
        with aside():
            early_stop(kind(np.array([0.3, 0.2, 0.1])), kind(np.array([0.7, 0.5, 0.6])), 1)
            return kind
    return np.ndarray.tolist


def _losses(
    rng: np.random.Generator,
    patience: int,
    *,
    kind: Callable[[Array], Any],
    above: float = 0,
    rises: int | None = None,
    first: bool = False,
) -> Inputs:
    """16 epochs: the training loss falls, and the validation loss wanders; no ties.

    Where `rises` is given, the validation loss falls slowly, but for so many epochs at the end.
    With `first` it is lowest in the first epoch, and then rises.
    """
    loss = np.sort(rng.uniform(0.05, 1.2, 16))[::-1].round(3)
    trend = np.linspace(0.5, 0, 16) ** 2
    val_loss = (above + 0.5 + trend + rng.permutation(np.linspace(-0.2, 0.2, 16))).round(3)
    if rises is not None:
        val_loss = (rng.uniform(0.5, 0.9) - 0.002 * np.arange(16)).round(3)
        val_loss[16 - rises :] += 0.1
    if first:
        val_loss = np.sort(val_loss)
    if len({*val_loss}) < 16:
        return _losses(rng, patience, kind=kind, above=above, rises=rises, first=first)
    return kind(loss), kind(val_loss), patience


# An equal loss as a new lowest one, and as one that is neither.
TIES = Reference(
    "early_stop",
    STOP_TEXT,
    [
        ("new lowest", LOWER, LOWER.replace("<", "<=")),
        (
            "not counted",
            *("kept = 1\n", "kept, waits = 1, 0\n", "kept = epoch\n", "kept, waits = epoch, 0\n"),
            *(f"        {STOPS}", f"        waits += {LOWER.replace('<', '>')}\n        {STOPS}"),
            *("epoch - kept >=", "waits >="),
        ),
    ],
)


def _tied(inputs: Inputs) -> Inputs:
    """The same losses, but that of the epoch behind the kept one is equal."""
    loss, val_loss, patience = inputs
    kept = STOP(*inputs)[1]
    val_loss[min(kept, len(val_loss) - 1)] = val_loss[kept - 1]
    return loss, val_loss, patience


def _how_apart(inputs: Inputs) -> int:
    """How many different answers the known mistakes give."""
    answers = [edit(*inputs) for edit in STOP.edits]
    return len({tuple(float(one) for one in answer) for answer in answers})


def _epochs(came: Any, loss: Any, val_loss: Any, patience: int) -> tuple[Array, Array]:
    names = ("epochs trained", "epoch kept")
    if came is None:
        fail("nothing returned", came="None")
    stopped, kept = several(came, names)
    if stopped is not None and kept is None:
        fail("none kept", came=came)
    first = array(stopped, (), (1,), name=names[0])
    if first.item() % 1 and first.item() in [float(one) for one in val_loss]:
        fail("a loss first", came=came, expected=STOP(loss, val_loss, patience))
    return first, array(kept, (), (1,), name=names[1])


def _which_epoch(came: Any, expected: Any) -> str:
    if same(came[0], expected[0]):
        return "It stops at the right epoch and keeps another one."
    return "It stops after another epoch."


# --- 11.7 the leak -------------------------------------------------------------------------------


def best_columns(X: Array, y: Array) -> Array:
    """The lab's: the ten columns whose class means lie furthest apart."""
    distance = np.abs(X[y == 1].mean(axis=0) - X[y == 0].mean(axis=0))
    return np.asarray(np.argsort(distance)[-10:])


def share_right(x_train: Array, y_train: Array, x_test: Array, y_test: Array) -> float:
    """The lab's: each test row gets the class with the nearer mean."""
    means = [x_train[y_train == label].mean(axis=0) for label in (0, 1)]
    off = [np.sum((x_test - mean) ** 2, axis=1) for mean in means]
    return float(np.mean((off[1] < off[0]) == y_test))


LAB: Mapping[str, Any] = {"best_columns": best_columns, "share_right": share_right}
CHOSEN, OF_TEST = "best_columns(X[train], y[train])", "best_columns(X[test], y[test])"
SCORED = "share_right(X[train], y[train], X[test], y[test])"
HONEST = Reference(
    "honest_test",
    f"""
def honest_test(X, y, train, test):
    columns = {CHOSEN}
    X = X[:, columns]
    return {SCORED}
""",
    [
        ("chosen from all rows", CHOSEN, "best_columns(X, y)"),
        ("chosen from all rows", CHOSEN, "best_columns(X[[*train, *test]], y[[*train, *test]])"),
        ("chosen from the test rows", CHOSEN, "best_columns(X[test], y[test])"),
        *[
            ("chosen from the test rows", CHOSEN, f"np.{both}({CHOSEN}, {OF_TEST})")
            for both in ("union1d", "intersect1d")
        ],
        ("labels of other rows", CHOSEN, "best_columns(X[train], y[: len(train)])"),
        ("first 40 rows", CHOSEN, "best_columns(X[:40], y[:40])"),
        (
            "first 40 rows",
            *(CHOSEN, "best_columns(X[:40], y[:40])"),
            *(SCORED, "share_right(X[:40], y[:40], X[40:], y[40:])"),
        ),
        ("tested on its own rows", SCORED, "share_right(X[train], y[train], X[train], y[train])"),
        ("trained on all rows", SCORED, "share_right(X, y, X[test], y[test])"),
        ("tested on all rows", SCORED, "share_right(X[train], y[train], X, y)"),
        ("trained on the test rows", SCORED, "share_right(X[test], y[test], X[train], y[train])"),
        ("trained on the test rows", SCORED, "share_right(X[test], y[test], X[test], y[test])"),
        ("chosen twice", SCORED, SCORED.replace("X[test]", "X[test][:, ::-1]")),
        (
            "chosen twice",
            *("X = X[:, columns]", "other = best_columns(X[test], y[test])"),
            *(
                SCORED,
                SCORED.replace("X[train]", "X[train][:, columns]").replace(
                    "X[test]", "X[test][:, other]"
                ),
            ),
        ),
        (
            "chosen from ten",
            *("X = X[:, columns]", "again = best_columns(X[train][:, columns], y[train])"),
            *(
                SCORED,
                SCORED.replace("X[train]", "X[train][:, columns]").replace(
                    "X[test]", "X[test][:, again]"
                ),
            ),
        ),
        ("all columns", "X = X[:, columns]", ""),
        ("columns not chosen", CHOSEN, "np.arange(10)"),
        ("always one half", SCORED, "0.5"),
        ("share wrong", f"return {SCORED}", f"return 1 - {SCORED}"),
    ],
    LAB,
)


# What NumPy says where rows, labels and columns do not belong together.
DO_NOT_FIT = {
    "labels of other rows": r"boolean index did not|operands could not .* \(\d+,\) \(\d+,\)",
    "chosen twice": r"operands could not .* \(\d+,\d+\) \(\d+,\)",
    "pairs of rows and columns": "indexing arrays could not be broadcast",
    # There are 83 rows: a larger number is that of a column.
    "rows for columns": r"index (8[3-9]|9\d|1\d\d) is out of bounds for axis 0",
    "no such row": r"index ([4-7]\d|8[0-2]) is out of bounds for axis 0",
}


@exercise("11.7", points=2)
def honest_test(honest_test: Function, *, rng: np.random.Generator) -> None:
    """honest_test(X, y, train, test): (n, d), (n,), two lists of rows -> () (000 L305)."""
    judged = Comparison(
        honest_test,
        HONEST,
        lambda: _hospital(rng),
        read=lambda came, *inputs: array(came, (), (1,), name="the share"),
    )
    with named_errors(DO_NOT_FIT):
        for _ in range(2):
            judged.on(*parting(lambda: _hospital(rng), HONEST), says="This is another share.")
        judged.on(*_unlucky(rng), says="Where genes tell nothing, a share may lie below one half.")


def _unlucky(rng: np.random.Generator) -> Inputs:
    """A hospital whose genes tell nothing, and whose honest share is below one half."""
    while True:
        inputs = _hospital(rng, told=0)
        if HONEST(*inputs) < 0.45:
            return inputs


def _hospital(rng: np.random.Generator, told: float = 0.8) -> Inputs:
    """83 patients with 200 genes, of which 12 tell a little; half of the rows train."""
    y = rng.permutation(np.arange(83) % 2)
    X = rng.normal(size=(83, 200))
    X[:, rng.permutation(200)[:12]] += told * y[:, None]
    rows = rng.permutation(83)
    return X, y, rows[:42], rows[42:]
