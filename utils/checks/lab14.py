"""Checks of lab 14: kernels, memories, embeddings (003 L41-51, 001 L23, 000 L401-406)."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import (
    Function,
    array,
    exercise,
    fail,
    if_it_raises,
    named_errors,
    part,
)
from utils.checks.edits import Comparison, Inputs, Reference, formula, parting

Array = NDArray[Any]

# --- 14.0 one place ------------------------------------------------------------------------------

AT_ONE_PLACE = formula(
    "at_one_place(window, kernel)",
    "np.sum(window * kernel)",
    {
        "products not added": ["window * kernel"],
        "matrix product": ["window @ kernel", "np.sum(window @ kernel)"],
        "mean for sum": ["np.mean(window * kernel)"],
        "added too early": ["np.sum(window) * np.sum(kernel)"],
        "plus for times": ["np.sum(window + kernel)"],
        "turned": ["np.sum(window * kernel[::-1, ::-1])"],
        "transposed": ["np.sum(window * kernel.T)"],
        "one direction": ["np.sum(window * kernel, axis=0)", "np.sum(window * kernel, axis=1)"],
        "kernel or window alone": ["np.sum(window)", "np.sum(kernel)"],
        "largest product": ["np.max(window * kernel)"],
        "no sign": ["np.abs(np.sum(window * kernel))", "np.sum(np.abs(window * kernel))"],
    },
)


@exercise("14.0", points=1)
def at_one_place(at_one_place: Function, *, rng: np.random.Generator) -> None:
    """at_one_place(window, kernel): (k, l), (k, l) -> ()."""
    judged = Comparison(at_one_place, AT_ONE_PLACE, lambda: _window(rng, (3, 3)), read=_read_sum)
    for size in ((2, 2), (3, 3)):
        judged.on(*_window(rng, size), says="This is another sum.")
    judged = Comparison(at_one_place, AT_ONE_PLACE, lambda: _window(rng, (2, 4)), read=_read_sum)
    with if_it_raises("only square windows", says="matmul|shapes|broadcast|index"):
        judged.on(*_window(rng, (2, 4)), says="This is another sum, for a kernel of 2 by 4.")


def _read_sum(came: Any, window: Array, kernel: Array) -> Array:
    rows, columns = window.shape
    shapes = window.shape, (rows,), (columns,), (rows, rows)
    return array(came, (), (1,), (1, 1), *shapes, name="the sum")


def _signed(rng: np.random.Generator, size: tuple[int, ...]) -> Array:
    """Numbers of both signs, none of them near 0 or whole."""
    return (rng.choice([-1, 1], size) * rng.uniform(0.3, 2, size)).round(2)


def _window(rng: np.random.Generator, size: tuple[int, int]) -> Inputs:
    while True:
        window, kernel = rng.uniform(0.1, 2, size).round(2), _signed(rng, size)
        if np.sum(window * kernel) < -0.5:  # so that a lost sign is seen
            return window, kernel


# --- 14.1 all places -----------------------------------------------------------------------------

WINDOW, SIZE = (
    "image[i : i + k, j : j + l]",
    "n, m = image.shape[0] - k + 1, image.shape[1] - l + 1",
)
SUM = f"np.sum({WINDOW} * kernel)"
CORRELATE = Reference(
    "correlate",
    f"""
def correlate(image, kernel):
    k, l = kernel.shape
    {SIZE}
    return np.array([[{SUM} for j in range(m)] for i in range(n)])
""",
    [
        ("flipped", "k, l = kernel.shape", "kernel = kernel[::-1, ::-1]; k, l = kernel.shape"),
        ("flipped in one direction", f"{WINDOW} * kernel", f"{WINDOW} * kernel[::-1]"),
        ("flipped in one direction", f"{WINDOW} * kernel", f"{WINDOW} * kernel[:, ::-1]"),
        *[
            (
                "same size",
                "k, l = kernel.shape",
                f"k, l = kernel.shape; image = np.pad(image, (({a}, k - 1 - {a}), "
                f"({b}, l - 1 - {b})))",
            )
            for a, b in (("k // 2", "l // 2"), ("(k - 1) // 2", "(l - 1) // 2"), ("0", "0"))
        ],
        (
            "windows over the border",
            SIZE,
            "image = np.pad(image, ((k - 1, k - 1), (l - 1, l - 1))); " + SIZE,
        ),
        ("window beyond the picture", SIZE, "n, m = image.shape"),
        ("last places missing", SIZE, SIZE.replace(" + 1", "")),
        ("last places missing", SIZE, "n, m = image.shape[0] - k, image.shape[1] - l + 1"),
        ("last places missing", SIZE, "n, m = image.shape[0] - k + 1, image.shape[1] - l"),
        (
            "steps of the kernel's size",
            WINDOW,
            "image[i * k : i * k + k, j * l : j * l + l]",
            SIZE,
            "n, m = image.shape[0] // k, image.shape[1] // l",
        ),
        (
            "i and j swapped",
            WINDOW,
            "image[j : j + k, i : i + l]",
            SIZE,
            "m, n = image.shape[0] - k + 1, image.shape[1] - l + 1",
        ),
        ("mean for sum", "np.sum", "np.mean"),
        ("kernel transposed", "k, l = kernel.shape", "kernel = kernel.T; k, l = kernel.shape"),
        ("kernel not used", f"{WINDOW} * kernel", WINDOW),
        ("rows counted for columns", SIZE, "n = m = image.shape[0] - k + 1"),
        ("only 2 by 2", f"{WINDOW} * kernel", "image[i : i + 2, j : j + 2] * kernel[:2, :2]"),
        ("negative sums cut off", SUM, f"max({SUM}, 0)"),
        ("negative sums cut off", SUM, f"abs({SUM})"),
        (
            "one line of numbers",
            "for j in range(m)] for i in range(n)])",
            "for j in range(m)] for i in range(n)]).ravel()",
        ),
    ],
)


@exercise("14.1", points=2)
def correlate(correlate: Function, *, rng: np.random.Generator) -> None:
    """correlate(image, kernel): (n, m), (k, l) -> (n - k + 1, m - l + 1), not flipped."""
    sizes = ((4, 6), (2, 2)), ((7, 6), (3, 3)), ((6, 9), (2, 3)), ((6, 5), (3, 2))
    raises = {"table too small": "out of bounds", "window beyond the picture": "broadcast"}
    with named_errors(raises):
        for image, kernel in sizes:
            draw = partial(_picture, rng, image, kernel)
            judged = Comparison(correlate, CORRELATE, draw, read=_read_table)
            judged.on(*draw(), says=partial(_differs, "sums"))


def _picture(rng: np.random.Generator, image: tuple[int, int], kernel: tuple[int, int]) -> Inputs:
    return _signed(rng, image), _signed(rng, kernel)


def _read_table(came: Any, image: Array, kernel: Array) -> Array:
    table = array(came, name="the table")
    while table.ndim > 2 and 1 in table.shape:
        table = np.squeeze(table, axis=table.shape.index(1))
    return table


def _differs(what: str, came: Any, expected: Any) -> str:
    if came.shape != expected.shape:
        return f"The result has the shape {came.shape} and should have {expected.shape}."
    return f"Some {what} differ."


# --- 14.2 how many numbers -----------------------------------------------------------------------

CONV2D = formula(
    "conv2d(kernels, size, channels)",
    "kernels * (size * size * channels + 1)",
    {
        "no bias": ["kernels * size * size * channels"],
        "one bias for all": ["kernels * size * size * channels + 1"],
        "channels forgotten": ["kernels * (size * size + 1)"],
        "bias for each channel": ["kernels * channels * (size * size + 1)"],
        "size not squared": ["kernels * (size * channels + 1)"],
        "times the picture": [
            "kernels * (size * size * channels + 1) * 28 * 28",
            "kernels * size * size * channels * 28 * 28",
            "kernels * (size * size * channels + 1) * 26 * 26",
            "kernels * (size * size * channels + 1) * (29 - size) ** 2",
        ],
    },
)
SIMPLE_RNN = formula(
    "simple_rnn(units, d)",
    "units * (d + units + 1)",
    {
        "no bias": ["units * (d + units)"],
        "one bias for all": ["units * (d + units) + 1"],
        "no memory": ["units * (d + 1)"],
        "memory not squared": ["units * d + units + units", "units * d + units + 1"],
        "two biases": ["units * (d + units + 2)"],
        "four for one": ["4 * units * (d + units + 1)"],
    },
)
LSTM = formula(
    "lstm(units, d)",
    "4 * units * (d + units + 1)",
    {
        "4 forgotten": ["units * (d + units + 1)"],
        "3 for 4": ["3 * units * (d + units + 1)"],
        "no bias": ["4 * units * (d + units)"],
        "one bias for all": ["4 * (units * (d + units) + 1)", "4 * units * (d + units) + 1"],
        "bias once": ["4 * units * (d + units) + units"],
        "no memory": ["4 * units * (d + 1)"],
        "two biases": ["4 * units * (d + units + 2)"],
        "memory not squared": ["4 * (units * d + 2 * units)"],
        "one of four times the units": ["4 * units * (d + 4 * units + 1)"],
    },
)
EMBEDDING = formula(
    "embedding(words, d)",
    "words * d",
    {
        "bias of the vocabulary": ["words * d + words", "words * (d + 1)"],
        "bias for each column": ["words * d + d"],
        "added": ["words + d"],
        "one-hot squared": ["words * words * d"],
    },
)


@exercise("14.2", points=2)
def parameters(
    conv2d: Function,
    simple_rnn: Function,
    lstm: Function,
    embedding: Function,
    *,
    rng: np.random.Generator,
) -> None:
    """Four functions of whole numbers -> the number of weights, half a point each."""
    for function, reference, lows, highs in (
        (conv2d, CONV2D, (5, 2, 2), (40, 7, 6)),
        (simple_rnn, SIMPLE_RNN, (5, 3), (40, 30)),
        (lstm, LSTM, (5, 3), (40, 30)),
        (embedding, EMBEDDING, (100, 5), (3000, 40)),
    ):
        with part(0.5, reference.name):
            draw = partial(parting, partial(_sizes, rng, lows, highs), reference)
            judged = Comparison(
                function,
                reference,
                draw,
                read=lambda came, *inputs: array(came, (), (1,), name="the count"),
            )
            for _ in range(3):
                judged.on(*draw(), says="This is another count.")


def _sizes(rng: np.random.Generator, lows: tuple[int, ...], highs: tuple[int, ...]) -> Inputs:
    return tuple(rng.integers(lows, highs).tolist())


# --- 14.3 a table is a matrix --------------------------------------------------------------------

HOT = "np.eye(len(table))[numbers]"
EMBED = Reference(
    "embed",
    f"""
def embed(numbers, table):
    numbers = np.asarray(numbers)
    return {HOT} @ table
""",
    [
        ("off by one", HOT, "np.eye(len(table))[numbers - 1]"),
        ("off by one", HOT, "np.eye(len(table), k=1)[numbers]"),
        ("off by one", HOT, "np.eye(len(table) + 1)[numbers][:, 1:]"),
        ("off by one", HOT, "np.eye(len(table), k=-1)[numbers]"),
        ("off by one", HOT, "np.eye(len(table))[(numbers + 1) % len(table)]"),
        ("transposed", f"{HOT} @ table", f"({HOT} @ table).T"),
        ("one-hot alone", f"{HOT} @ table", HOT),
        ("rows added", f"{HOT} @ table", f"np.sum({HOT} @ table, axis=0)"),
        ("rows added", f"{HOT} @ table", f"np.mean({HOT} @ table, axis=0)"),
        ("rows added", HOT, "np.isin(np.arange(len(table)), numbers) * 1.0"),
        ("numbers as values", f"{HOT} @ table", "numbers[:, None] * table[: len(numbers)]"),
        ("each word once", HOT, "np.eye(len(table))[np.unique(numbers)]"),
        ("each word once", f"{HOT} @ table", "table[np.isin(np.arange(len(table)), numbers)]"),
        ("order lost", HOT, "np.eye(len(table))[np.sort(numbers)]"),
    ],
)


@exercise("14.3", points=1)
def embed(embed: Function, *, rng: np.random.Generator) -> None:
    """embed(numbers, table): (n,), (words, d) -> (n, d)."""
    fits = "matmul|not aligned|MatMul|incompatible"
    with named_errors({"row that is not there": "out of bounds", "wrong way round": fits}):
        for last in (1, 3):
            judged = Comparison(embed, EMBED, partial(_words, rng, last), read=_read_rows)
            judged.on(*_words(rng, last), says=partial(_differs, "rows"))


def _words(rng: np.random.Generator, last: int) -> Inputs:
    """Numbers of words, one of them twice, and a table (words, d).

    The largest number is that of the `last` word from the end, and the first word is there.
    """
    words, d = int(rng.integers(7, 11)), int(rng.integers(3, 5))  # 5 words are asked for
    one, other = rng.permutation(np.arange(1, words - last))[:2].tolist()
    return rng.permutation([words - last, one, other, 0, one]), _signed(rng, (words, d))


def _read_rows(came: Any, numbers: Array, table: Array) -> Array:
    return array(came, name="the rows")


# --- 14.4 a network with a memory ----------------------------------------------------------------

STEP = "np.tanh(x_t @ W + h @ U + b)"
STATES = Reference(
    "states",
    f"""
def states(x, W, U, b):
    h, found = np.zeros(len(b)), []
    for x_t in x:
        h = {STEP}
        found.append(h)
    return np.array(found)
""",
    [
        ("no memory", STEP, "np.tanh(x_t @ W + b)"),
        ("no memory", f"h = {STEP}\n        found.append(h)", f"found.append({STEP})"),
        ("no bias", " + b)", ")"),
        ("no tanh", STEP, "x_t @ W + h @ U + b"),
        (
            "tanh only at the end",
            STEP,
            "x_t @ W + h @ U + b",
            "np.array(found)",
            "np.tanh(np.array(found))",
        ),
        ("sigmoid", "np.tanh(x_t @ W + h @ U + b)", "1 / (1 + np.exp(-(x_t @ W + h @ U + b)))"),
        ("relu", "np.tanh(x_t @ W + h @ U + b)", "np.maximum(x_t @ W + h @ U + b, 0)"),
        ("matrix on the left", "h @ U", "U @ h"),
        ("matrix on the left", "x_t @ W", "W @ x_t"),
        ("matrix on the left", "x_t @ W", "W @ x_t", "h @ U", "U @ h"),
        ("* for @", "h @ U", "h * U"),
        ("* for @", "x_t @ W", "x_t * W", "h @ U", "h * U"),
        ("W and U swapped", "x_t @ W + h @ U", "x_t @ U + h @ W"),
        ("only the last state", "np.array(found)", "h"),
        ("starts at 1", "np.zeros", "np.ones"),
        ("backwards", "in x:", "in x[::-1]:"),
        ("backwards", "np.array(found)", "np.array(found[::-1])"),
        (
            "with the first 0",
            "found = np.zeros(len(b)), []",
            "found = np.zeros(len(b)), [np.zeros(len(b))]",
        ),
        (
            "with the first 0",
            "found = np.zeros(len(b)), []",
            "found = np.zeros(len(b)), [np.zeros(len(b))]",
            "np.array(found)",
            "np.array(found[:-1])",
        ),
        (
            "memory of the input",
            "h @ U",
            "before @ W",
            "found = np.zeros(len(b)), []",
            "found, before = np.zeros(len(b)), [], np.zeros(x.shape[1])",
            "found.append(h)",
            "found.append(h); before = x_t",
        ),
        ("products, not matrix products", "h @ U", "h * np.diag(U)"),
        ("transposed", "np.array(found)", "np.array(found).T"),
        ("one array for all", f"h = {STEP}", f"h[:] = {STEP}"),
    ],
)


@exercise("14.4", points=2)
def states(states: Function, *, rng: np.random.Generator) -> None:
    """states(x, W, U, b): (ticks, d), (d, units), (units, units), (units,) -> (ticks, units)."""
    raises = {
        "* for @": "broadcast input array",  # into a row of a table that is filled
        "wrong shapes": "matmul|not aligned",
        "wrong sum": "operands could not be broadcast",
    }
    with named_errors(raises):
        for d, units in ((4, 4), (3, 5)):  # as many inputs as units first: W and U can be swapped
            draw = partial(_tune, rng, d, units)
            judged = Comparison(states, STATES, draw, read=_read_states)
            judged.on(*draw(), says=partial(_differs, "states"))


def _tune(rng: np.random.Generator, d: int, units: int) -> Inputs:
    ticks = int(rng.integers(6, 9))
    weights = (
        (0.6 * _signed(rng, (d, units))).round(2),
        (0.6 * _signed(rng, (units, units))).round(2),
    )
    return _signed(rng, (ticks, d)), *weights, (0.5 * _signed(rng, (units,))).round(2)


def _read_states(came: Any, x: Array, *weights: Array) -> Array:
    table = array(came, name="the states")
    if table.ndim == 3 and 1 in table.shape:
        table = np.squeeze(table, axis=table.shape.index(1))
    return table


# --- 14.5 the nearest words ----------------------------------------------------------------------

COSINE = "unit @ unit[k]"
OTHERS = "order[order != k][:n]"
NEAREST = Reference(
    "nearest",
    f"""
def nearest(k, table, n):
    unit = table / np.linalg.norm(table, axis=1, keepdims=True)
    order = np.argsort(-({COSINE}))
    return {OTHERS}
""",
    [
        ("itself", OTHERS, "order[:n]"),
        ("itself", OTHERS, "order[: n + 1]"),
        ("itself", OTHERS, "order[:n][::-1]"),
        ("not divided by the lengths", COSINE, "table @ table[k]"),
        ("not divided by the lengths", COSINE, "table @ unit[k]"),
        ("not divided by the lengths", COSINE, "table @ unit[k]", OTHERS, "order[1 : n + 1]"),
        ("distance", f"-({COSINE})", "np.linalg.norm(table - table[k], axis=1)"),
        ("furthest", f"-({COSINE})", COSINE),
        ("nearest last", OTHERS, f"{OTHERS}[::-1]"),
        ("sign lost", f"-({COSINE})", f"-np.abs({COSINE})"),
        ("sign lost", f"-({COSINE})", f"-np.maximum({COSINE}, 0)"),
        (
            "itself",
            f"order = np.argsort(-({COSINE}))",
            f"c = {COSINE}; c[k] = 0; order = np.argsort(-c)",
            OTHERS,
            "order[:n]",
        ),
        ("one too many", OTHERS, "order[order != k][: n + 1]"),
        ("itself", OTHERS, f"order[({COSINE})[order] != 1][:n]"),
        ("first one thrown away", OTHERS, "order[order != k][1 : n + 1]"),
        ("too few", OTHERS, "order[1:n]"),
        ("all of them", OTHERS, "order[order != k]"),
        ("cosines, not numbers", OTHERS, f"({COSINE})[{OTHERS}]"),
        ("lengths of the columns", "axis=1", "axis=0"),
        (
            "not divided by the lengths",
            "np.linalg.norm(table, axis=1, keepdims=True)",
            "np.linalg.norm(table)",
        ),
        (
            "not divided by the lengths",
            "np.linalg.norm(table, axis=1, keepdims=True)",
            "np.abs(table).sum(axis=1, keepdims=True)",
        ),
        ("by the order of the rows", OTHERS, "np.sort(order[order != k][:n])"),
    ],
)


@exercise("14.5", points=2)
def nearest(nearest: Function, *, rng: np.random.Generator) -> None:
    """nearest(k, table, n): (), (words, d), () -> the n numbers with the largest cosine, not k."""
    judged = Comparison(nearest, NEAREST, lambda: _table(rng), read=_read_numbers)
    with named_errors({"lengths do not fit": "broadcast|matmul|not aligned"}):
        for k, rounded in ((None, -1), (0, 1), (-1, -1)):
            judged.on(*_table(rng, k, rounded), says=_other_words)


def _other_words(came: Any, expected: Any) -> str:
    if len(came) != len(expected):
        return f"{len(expected)} numbers were asked for, and {len(came)} came."
    return "These are other words, or another order."


def _table(rng: np.random.Generator, k: int | None = None, rounded: int = 1) -> Inputs:
    """A table whose rows have very different lengths, and whose cosines are well apart.

    The cosine of row k with itself is rounded to a number above 1 or, with -1, below it.
    """
    while True:
        words = int(rng.integers(9, 13))
        n = int(rng.integers(words // 2, words - 2))
        chosen = int(rng.integers(1, words - 1)) if k is None else k % words
        table = rng.normal(size=(words, 3)) * np.exp(rng.uniform(-1.2, 1.2, (words, 1)))
        inputs = chosen, table.round(3), n
        unit = inputs[1] / np.linalg.norm(inputs[1], axis=1, keepdims=True)
        cosines = unit @ unit[chosen]
        if np.sign(cosines[chosen] - 1) != rounded or np.diff(np.sort(cosines)).min() < 0.01:
            continue
        if not _told_apart(inputs):
            return inputs


def _told_apart(inputs: Inputs) -> list[str]:
    """The known mistakes that give on these inputs what is right."""
    right = NEAREST(*inputs)
    return [
        edit.mistake for edit in NEAREST.edits if np.array_equal(np.asarray(edit(*inputs)), right)
    ]


def _read_numbers(came: Any, k: int, table: Array, n: int) -> Array:
    if isinstance(came, list | tuple | np.ndarray) and any(isinstance(one, str) for one in came):
        fail("words, not numbers", came=came)
    return array(came, name="the numbers").ravel()
