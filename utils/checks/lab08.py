"""Checks of lab 08: first weights, vanishing and exploding slopes (000 L309-312, 001 L240-242).

8.5 is the syllabus' 11.5, which moved here from lab 11.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks import errors
from utils.checks.core import (
    Function,
    Value,
    array,
    claim,
    exercise,
    fail,
    named_errors,
    note,
    part,
)
from utils.checks.edits import Comparison, Inputs, Reference, formula
from utils.checks.values import Tolerance, same, several

Array = NDArray[np.float64]

# --- 8.0 the living number -----------------------------------------------------------------------

LIVE = formula(
    "live_std(units)",
    "np.sqrt(2 / units)",
    {
        "in proportion": ["14 / units", "14.1 / units", "np.sqrt(200) / units"],
        "the variance": ["2 / units"],
        "growing": ["0.014 * np.sqrt(units)", "np.sqrt(2) * units / 1000", "np.sqrt(units / 5000)"],
        "no 2": ["1 / np.sqrt(units)"],
        "one number": ["0.14", "np.sqrt(2) / 10"],
        "2 outside of the root": ["2 / np.sqrt(units)"],
        "a straight line": [
            "np.interp(units, [25, 100, 400], [0.28, 0.14, 0.07])",
            "np.polyval(np.polyfit([25, 100, 400], [0.28, 0.14, 0.07], 1), units)",
        ],
        "an inverse": ["np.sqrt(units / 2)", "np.sqrt(units)"],
    },
)
# Within it layer 50 has a size between 0.1 and 10: the fiftieth root of 10 is 1.047.
ALIVE = Tolerance(rtol=0.047, atol=0.0)


@exercise("8.0", points=1)
def live_std(live_std: Function, *, rng: np.random.Generator) -> None:
    """live_std(units): the std at which the size of ReLU outputs stays, He's sqrt(2 / units)."""
    judged = Comparison(
        live_std,
        LIVE,
        lambda: (int(rng.integers(30, 90)),),
        read=lambda came, units: array(came, (), (1,), name="the std"),
        tolerance=ALIVE,
    )
    for units in (100, 400, 25, 3000, *map(int, rng.integers([40, 500], [70, 3000]))):
        judged.on(units, says=partial(_fate, units))


def _fate(units: int, came: Any, expected: Any) -> str:
    ratio = float(np.ravel(came)[0] / expected)
    if ratio <= 0:
        return "A std is above 0."
    power = 50 * np.log10(ratio)
    end = "dead" if power < 0 else "exploded"
    return f"With {units} units layer 50 would have a size of about 10^{power:.0f}: {end}."


# --- 8.2 two rules -------------------------------------------------------------------------------

LIMIT, GLOROT, HE = "np.sqrt(3 * variance)", "np.sqrt(variance)", "np.sqrt(2 / fan_in)"
WEIGHTS = Reference(
    "first_weights",
    f"""
def first_weights(fan_in, fan_out):
    variance = 2 / (fan_in + fan_out)
    limit, glorot, he = {LIMIT}, {GLOROT}, {HE}
    return limit, glorot, he
""",
    [
        ("limit as std", f"{LIMIT}, {GLOROT}", f"{LIMIT}, {LIMIT}"),
        ("std as limit", f"= {LIMIT}", f"= {GLOROT}"),
        ("variance as std", GLOROT, "variance"),
        ("variance as std", HE, "2 / fan_in"),
        ("variance as std", GLOROT, "variance", HE, "2 / fan_in"),
        ("variance as limit", LIMIT, "3 * variance"),
        ("no 2", HE, "1 / np.sqrt(fan_in)"),
        ("no 2", "2 / (fan_in + fan_out)", "1 / (fan_in + fan_out)"),
        ("mean of the fans", "2 / (fan_in + fan_out)", "1 / (2 * (fan_in + fan_out))"),
        ("fan_out for fan_in", HE, "np.sqrt(2 / fan_out)"),
        ("both fans for He", HE, "np.sqrt(2 / (fan_in + fan_out))"),
        ("one fan for Glorot", "2 / (fan_in + fan_out)", "2 / fan_in"),
        ("one fan for Glorot", "2 / (fan_in + fan_out)", "2 / fan_out"),
        ("one fan for Glorot", "2 / (fan_in + fan_out)", "1 / fan_in"),
        ("fans multiplied", "(fan_in + fan_out)", "(fan_in * fan_out)"),
        ("fans averaged", "2 / (fan_in + fan_out)", "2 / ((fan_in + fan_out) / 2)"),
        ("width of the interval", LIMIT, f"2 * {LIMIT}"),
        ("width of the interval", LIMIT, "np.sqrt(12 * variance)"),
        ("3 outside of the root", LIMIT, "3 * np.sqrt(variance)"),
        ("divided by 3", LIMIT, "np.sqrt(variance / 3)"),
        ("limit of He", "glorot, he\n", "glorot, np.sqrt(3) * he\n"),
        ("order", "limit, glorot, he\n", "glorot, limit, he\n"),
        ("order", "limit, glorot, he\n", "he, glorot, limit\n"),
        ("order", "limit, glorot, he\n", "limit, he, glorot\n"),
    ],
)
THREE = ("Glorot's limit", "Glorot's std", "He's std")
CLOSE = Tolerance(rtol=1e-3, atol=1e-6)


@exercise("8.2", points=2)
def first_weights(first_weights: Function, *, rng: np.random.Generator) -> None:
    """first_weights(fan_in, fan_out): Glorot's limit and std, and He's std."""
    judged = Comparison(
        first_weights,
        WEIGHTS,
        lambda: _fans(rng),
        read=lambda came, *fans: [
            array(one, (), (1,), name=name)
            for one, name in zip(several(came, THREE), THREE, strict=True)
        ],
        tolerance=CLOSE,
    )
    for fans in ((64, 32), _fans(rng), _fans(rng), (300, 300)):
        judged.on(*fans, says=_which_of_three)


def _fans(rng: np.random.Generator) -> Inputs:
    return int(rng.integers(5, 60)), int(rng.integers(70, 300))


def _which_of_three(came: Any, expected: Any) -> str:
    things = zip(THREE, came, expected, strict=True)
    wrong = [name for name, one, wanted in things if not same(one, wanted, CLOSE)]
    return f"{' and '.join(wrong)} {'differ' if wrong[1:] else 'differs'}."


# --- 8.3 the way back ----------------------------------------------------------------------------

BACK, LENGTH = "d = d_S @ kernels[k].T", "np.linalg.norm(H[k].T @ d_S)"
NORMS = Reference(
    "gradient_norms",
    f"""
def gradient_norms(H, kernels, slopes, d):
    norms = []
    for k in reversed(range(len(kernels))):
        d_S = d * slopes[k]
        norms.insert(0, {LENGTH})
        {BACK}
    return np.array(norms)
""",
    [
        ("layers reversed", "np.array(norms)", "np.array(norms)[::-1]"),
        ("wrong direction", "reversed(range(len(kernels)))", "range(len(kernels))"),
        (
            "wrong direction",
            *("reversed(range(len(kernels)))", "range(len(kernels))"),
            *("np.array(norms)", "np.array(norms)[::-1]"),
        ),
        ("activations' norms", LENGTH, "np.linalg.norm(H[k])"),
        ("norm of d", LENGTH, "np.linalg.norm(d_S)"),
        ("norm of d", LENGTH, "np.linalg.norm(d)"),
        ("kernels' norms", LENGTH, "np.linalg.norm(kernels[k])"),
        ("max instead of norm", LENGTH, "np.max(H[k].T @ d_S)"),
        ("max instead of norm", LENGTH, "np.max(np.abs(H[k].T @ d_S))"),
        ("squared", LENGTH, f"{LENGTH} ** 2"),
        ("sum of sizes", LENGTH, "np.sum(np.abs(H[k].T @ d_S))"),
        ("largest stretch", LENGTH, "np.linalg.norm(H[k].T @ d_S, 2)"),
        ("mean for sum", LENGTH, "np.sqrt(np.mean((H[k].T @ d_S) ** 2))"),
        ("no slopes", "d * slopes[k]", "d"),
        ("slopes not sent on", BACK, "d = d @ kernels[k].T"),
        ("slopes squared", BACK, "d = d_S * slopes[k] @ kernels[k].T"),
        ("not sent on", BACK, "pass"),
        ("kernel not transposed", BACK, "d = d_S @ kernels[k]"),
        ("divided by n", LENGTH, f"{LENGTH} / len(d)"),
        ("slopes of another layer", "d * slopes[k]", "d * slopes[(k + 1) % len(H)]"),
        ("inputs of another layer", "H[k].T", "H[(k + 1) % len(H)].T"),
    ],
)
RELATIVE = Tolerance(rtol=2e-3, atol=1e-9)
VANISH, OK, EXPLODE = LABELS = ("vanish", "ok", "explode")


@exercise("8.3", points=2)
def gradient_norms(
    gradient_norms: Function, diagnosis: Function, *, rng: np.random.Generator
) -> None:
    """gradient_norms(H, kernels, slopes, d) -> a length for each layer; diagnosis(norms)."""
    with part(1.5, "gradient_norms"):
        judged = Comparison(
            gradient_norms,
            NORMS,
            lambda: _tower(rng, 3),
            read=lambda came, H, *rest: array(
                came, (len(H),), (len(H), 1), name="the list of lengths"
            ).ravel(),
            tolerance=RELATIVE,
        )
        shapes = errors.either(errors.NOT_ALIGNED, errors.NOT_BROADCAST)
        with named_errors({"shapes": shapes}):
            for layers in (3, 2, 5):
                judged.on(*_tower(rng, layers), says=_which_layer)
    with part(0.5, "diagnosis"):
        _judge_diagnosis(diagnosis, rng)


def _tower(rng: np.random.Generator, layers: int) -> Inputs:
    """Layers of 6 units; numbers of any size, so that each length is another."""
    n, units = 5, 6
    H = [rng.normal(size=(n, units)) * rng.uniform(0.5, 2) for _ in range(layers)]
    kernels = [rng.normal(size=(units, units)) * rng.uniform(0.3, 0.9) for _ in range(layers)]
    slopes = [rng.uniform(0.2, 0.95, (n, units)) for _ in range(layers)]
    return H, kernels, slopes, rng.normal(size=(n, units))


def _which_layer(came: Array, expected: Array) -> str:
    wrong = [k for k in range(len(came)) if not same(came[k], expected[k], RELATIVE)]
    if wrong[-1] == len(came) - 1:
        return "The length for the last layer differs. Nothing has been sent back yet: look at d_S."
    return (
        f"The last {len(came) - 1 - wrong[-1]} of the lengths are right, and the one before "
        "differs. Look at the line that sends d on."
    )


def _judge_diagnosis(diagnosis: Function, rng: np.random.Generator) -> None:
    """Lists of which the first number, the last and those between say different things."""
    cases = []
    for label, low, high in ((VANISH, -6, -1.4), (OK, -1.2, 1.2), (EXPLODE, 1.4, 5)):
        # Of ten: the first by the last. The first alone would say something else.
        for power, scale in ((low, 1e3), (high, 1e-3), (rng.uniform(low, high), 1e3)):
            last = scale * rng.uniform(1, 2)
            norms = last * 10 ** np.r_[power, rng.uniform(-7, 6, 4), 0]
            cases.append((label, norms.tolist()))
    said = []
    for wanted, norms in cases:
        label = diagnosis(norms)
        if not isinstance(label, str):
            fail(says="diagnosis should return a text.", came=label, expected=f'"{wanted}"')
        said.append((label.strip().casefold(), wanted, norms))
    wrong = [one for one in said if one[0] != one[1]]
    if not wrong:
        return
    label, wanted, norms = wrong[0]
    card = {"came": f'"{label}"', "expected": f'"{wanted}"'}
    if label not in LABELS:
        fail(says=f"It should say one of {', '.join(LABELS)}.", **card)
    turned = {VANISH: EXPLODE, EXPLODE: VANISH, OK: OK}
    if all(label == turned[wanted] for label, wanted, _ in said):
        fail("turned round", **card)
    if all(label == _label(norms[0]) for label, _, norms in said):
        fail("the first alone", **card)
    ratio = norms[0] / norms[-1]
    fail(
        says=f"Here the first is {ratio:.2g} times the last. Compare these two and no others.",
        **card,
    )


def _label(ratio: float) -> str:
    return VANISH if ratio < 1 / 20 else EXPLODE if ratio > 20 else OK


# --- 8.1 twins -----------------------------------------------------------------------------------

UNITS = "np.concatenate([W1, [b1], W2.T])"
UNIQUE = "np.unique(units, axis=1).shape[1]"
TWINS = Reference(
    "distinct_units",
    f"""
def distinct_units(W1, b1, W2):
    units = {UNITS}
    return {UNIQUE}
""",
    [
        ("first kernel alone", UNITS, "W1"),
        ("no outgoing weights", UNITS, "np.concatenate([W1, [b1]])"),
        ("no bias", UNITS, "np.concatenate([W1, W2.T])"),
        ("last kernel alone", UNITS, "W2.T"),
        ("bias alone", UNITS, "b1[None]"),
        ("rows counted", UNIQUE, "np.unique(units, axis=0).shape[0]"),
        ("rows counted", UNITS, "W1", UNIQUE, "np.unique(units, axis=0).shape[0]"),
        ("numbers counted", UNIQUE, "len(np.unique(units))"),
        ("numbers counted", UNITS, "W1", UNIQUE, "len(np.unique(units))"),
        ("all units", UNIQUE, "units.shape[1]"),
        ("rank", UNIQUE, "np.linalg.matrix_rank(units)"),
        ("twins counted", UNIQUE, "units.shape[1] - np.unique(units, axis=1).shape[1]"),
        (
            "only those without a twin",
            UNIQUE,
            "(np.unique(units, axis=1, return_counts=True)[1] == 1).sum()",
        ),
        (
            "parts by themselves",
            UNIQUE,
            "max(np.unique(one, axis=1).shape[1] for one in (W1, b1[None], W2.T))",
        ),
    ],
)
MOVES = ("all", "all, slowly", "last kernel", "last bias", "nothing")
WHOLE = Tolerance(rtol=0.0, atol=1e-6)


@exercise("8.1", points=2)
def distinct_units(distinct_units: Function, moves: Value, *, rng: np.random.Generator) -> None:
    """distinct_units(W1, b1, W2): hidden units that are no twins; what moves from all zeros."""
    with part(1.5, "distinct_units"):
        judged = Comparison(
            distinct_units,
            TWINS,
            lambda: _with_twins(rng),
            read=lambda came, *rest: array(came, (), (1,), name="the number of units"),
            tolerance=WHOLE,
        )
        d, h, q = 3, 6, 2
        judged.on(np.full((d, h), 0.5), np.zeros(h), np.full((h, q), 0.5), says=NOT_SO_MANY)
        for _ in range(4):
            judged.on(*_with_twins(rng), says=NOT_SO_MANY)
    with part(0.5, "moves"):
        claim(moves, MOVES, right={"last bias"}, what="moves")


NOT_SO_MANY = (
    "This is another number. Two units are twins if the weights that come in, the bias and the "
    "weights that go out are all equal."
)


def _with_twins(rng: np.random.Generator) -> Inputs:
    """Ten units made of few columns, biases and rows, so that each of the three matters."""
    h, d, q = 10, int(rng.integers(2, 5)), int(rng.integers(1, 4))
    while True:
        kinds = rng.permutation([2, 3, 4])  # of columns, biases and rows
        columns, biases, rows = (
            rng.normal(size=(kind, size)).round(2)
            for kind, size in zip(kinds, (d, 1, q), strict=True)
        )
        one, two, three = (rng.integers(kind, size=h) for kind in kinds)
        inputs = columns[one].T, biases[two, 0], rows[three]
        right = TWINS(*inputs)
        if sum(edit(*inputs) != right for edit in TWINS.edits) >= len(TWINS.edits) - 1:
            return inputs


# --- 8.4 the share that fails --------------------------------------------------------------------

STARTS = 200
# Of 8,000 starts 0.82 failed; in forty lots of 200 the share was 0.75 to 0.88.
FAILS = (0.68, 0.95)


@exercise("8.4", points=2, trains=True)
def failed_share(failed_share: Function, *, seeds: tuple[int, ...] = (0,)) -> None:
    """failed_share(n, seed): the share of failed starts of the two-unit ReLU XOR network."""
    first = seeds[0]
    shares = [_share(failed_share, seed) for seed in (first, first + 1)]
    if shares[0] == shares[1] and _share(failed_share, first + 2) == shares[0]:
        fail("same seed each time", came=shares)
    note(f"{shares[0]:.3f} and {shares[1]:.3f}: two seeds, and luck has its part.")


def _share(failed_share: Function, seed: int) -> float:
    came = array(failed_share(STARTS, seed), (), (1,), name="the share").item()
    low, high = FAILS
    is_share = abs(came * STARTS - round(came * STARTS)) < 5e-5
    card = {"came": came, "expected": f"between {low} and {high}"}
    if low <= came <= high and is_share:
        return came
    if came > 1.5:
        fail("percent" if came <= 100 and low <= came / 100 <= high else "count", **card)
    if 1 - high <= came <= 1 - low and is_share:
        fail("success", **card)
    if not is_share:
        fail("mean loss", **card)
    if came >= 0.99:
        fail("all", **card)
    if came <= 0.01:
        fail("none", **card)
    fail(
        says="This share is not what these networks do. Look at which losses you compare, and with "
        "what; and whether each network is trained for all 600 epochs.",
        **card,
    )


# --- 8.5 BatchNorm -------------------------------------------------------------------------------

NOW = "now_mean, now_var = X.mean(axis=0), X.var(axis=0)"
USED = "outputs = (X - now_mean) / np.sqrt(now_var + 0.001)"
REST = "return (X - mean) / np.sqrt(var + 0.001), mean, var"
NEW_MEAN, NEW_VAR = "0.9 * mean + 0.1 * now_mean", "0.9 * var + 0.1 * now_var"
BATCH_NORM = Reference(
    "batch_norm",
    f"""
def batch_norm(X, mean, var, training):
    if not training:
        {REST}
    {NOW}
    {USED}
    return outputs, {NEW_MEAN}, {NEW_VAR}
""",
    [
        ("ddof=1", "X.var(axis=0)", "X.var(axis=0, ddof=1)"),
        ("axis", NOW, "now_mean, now_var = X.mean(axis=1), X.var(axis=1)"),
        ("one mean for all", NOW, "now_mean, now_var = X.mean(), X.var()"),
        (
            "momentum inverted",
            *(NEW_MEAN, "0.1 * mean + 0.9 * now_mean", NEW_VAR, "0.1 * var + 0.9 * now_var"),
        ),
        ("moving not updated", NEW_MEAN, "mean", NEW_VAR, "var"),
        ("one not updated", NEW_MEAN, "mean"),
        ("one not updated", NEW_VAR, "var"),
        ("of the batch alone", NEW_MEAN, "now_mean", NEW_VAR, "now_var"),
        ("old weight missing", NEW_MEAN, "mean + 0.1 * now_mean", NEW_VAR, "var + 0.1 * now_var"),
        ("plain mean", NEW_MEAN, "(mean + now_mean) / 2", NEW_VAR, "(var + now_var) / 2"),
        ("std remembered", NEW_VAR, "0.9 * var + 0.1 * np.sqrt(now_var)"),
        ("no root", USED, USED.replace("np.sqrt", "")),
        ("no root", "np.sqrt", ""),
        ("no root", REST, REST.replace("np.sqrt", "")),
        ("no epsilon", " + 0.001", ""),
        ("no epsilon", USED, USED.replace(" + 0.001", "")),
        ("epsilon outside", "np.sqrt(now_var + 0.001)", "(np.sqrt(now_var) + 0.001)"),
        (
            "epsilon outside",
            *("np.sqrt(now_var + 0.001)", "(np.sqrt(now_var) + 0.001)"),
            *("np.sqrt(var + 0.001)", "(np.sqrt(var) + 0.001)"),
        ),
        ("no mean", "X - now_mean", "X"),
        ("no mean", "X - now_mean", "X", "X - mean", "X"),
        ("moving in training", USED, USED.replace("now_", "")),
        (
            "new moving in training",
            USED,
            f"outputs = (X - ({NEW_MEAN})) / np.sqrt({NEW_VAR} + 0.001)",
        ),
        ("batch in use", REST, "return (X - X.mean(0)) / np.sqrt(X.var(0) + 0.001), mean, var"),
        ("always training", "if not training", "if False"),
        ("never training", "if not training", "if True"),
        ("turned round", "if not training", "if training"),
        (
            "updated in use",
            REST,
            "return (X - mean) / np.sqrt(var + 0.001), 0.9 * mean + 0.1 * X.mean(0), "
            "0.9 * var + 0.1 * X.var(0)",
        ),
        ("order", f"{NEW_MEAN}, {NEW_VAR}", f"{NEW_VAR}, {NEW_MEAN}"),
    ],
)
GIVES = ("outputs", "the moving mean", "the moving variance")
FOUR_DIGITS = Tolerance(rtol=3e-4, atol=2e-4)


@exercise("8.5", points=2)
def batch_norm(batch_norm: Function, *, rng: np.random.Generator) -> None:
    """batch_norm(X, mean, var, training) -> outputs, moving mean, moving variance (001 L242)."""
    judged = Comparison(
        batch_norm,
        BATCH_NORM,
        lambda: _batch(rng, training=bool(rng.integers(2))),
        read=_read_batch,
        tolerance=FOUR_DIGITS,
    )
    with named_errors({"axis": errors.NOT_BROADCAST}):
        for training in (True, False, True):
            judged.on(*_batch(rng, training=training), says=_which_of_norm)
        column = np.array([[1.0], [3.0], [8.0]]), np.zeros(1), np.ones(1)
        judged.on(*column, True, says=_which_of_norm)


def _batch(rng: np.random.Generator, *, training: bool) -> Inputs:
    """More rows than columns; a column hardly varies, so that 0.001 shows."""
    X = rng.normal(size=(5, 3)) * [0.05, 2.0, 1.0] + rng.choice([-2, 2], 3)
    return X, rng.normal(size=3), rng.uniform(0.01, 2, 3), training


def _read_batch(came: Any, X: Array, mean: Array, *rest: Any) -> list[Array]:
    outputs, *moving = several(came, GIVES)
    shapes = ((len(mean),), (1, len(mean)))
    return [
        array(outputs, X.shape, name=GIVES[0]),
        *(array(one, *shapes, name=name) for one, name in zip(moving, GIVES[1:], strict=True)),
    ]


def _which_of_norm(came: Any, expected: Any) -> str:
    wrong = [
        name
        for name, one, wanted in zip(GIVES, came, expected, strict=True)
        if not same(one, wanted, FOUR_DIGITS)
    ]
    return f"{' and '.join(wrong)} {'differ' if wrong[1:] or wrong[0] == GIVES[0] else 'differs'}."
