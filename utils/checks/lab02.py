"""Checks of lab 02: XOR (000 L32-156, 002 L95-175, 003 L131-157, 004 L165-206)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import product
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from utils.checks import binary, errors, gates, network
from utils.checks.binary import FAR
from utils.checks.core import (
    Function,
    Model,
    Value,
    array,
    claim,
    column,
    exercise,
    fail,
    first_of,
    if_it_raises,
    named_errors,
    note,
    part,
    shape,
    show,
)
from utils.checks.edits import Comparison, Inputs, Reference
from utils.checks.gates import AND, CORNERS, NAND, NOR, OR, XNOR, XOR, bits, fires
from utils.checks.values import THREE_DECIMALS, differing, same, several

Array = NDArray[np.float64]


# --- 2.0 one unit --------------------------------------------------------------------------------

SAYS = "(X @ w + b >= 0).astype(int)"
UNIT = Reference(
    "threshold_unit",
    """
def threshold_unit(X, w, b):
    X, w = np.asarray(X), np.asarray(w)
    return (X @ w + b >= 0).astype(int)
""",
    [
        ("0 does not fire", ">=", ">"),
        ("0 does not fire", SAYS, "(1 / (1 + np.exp(-(X @ w + b))) > 0.5).astype(int)"),
        ("no bias", " + b", ""),
        ("bias subtracted", " + b", " - b"),
        ("no threshold", SAYS, "X @ w + b"),
        ("no threshold", SAYS, "1 / (1 + np.exp(-(X @ w + b)))"),
        ("no threshold", SAYS, "np.maximum(0, X @ w + b)"),
        ("-1 and 1", SAYS, "np.where(X @ w + b >= 0, 1, -1)"),
        ("-1 and 1", SAYS, "np.sign(X @ w + b)"),
        ("other side", ">=", "<"),
        ("other side", ">=", "<="),
        ("two inputs only", "X @ w", "X[:, 0] * w[0] + X[:, 1] * w[1]"),
        ("threshold at 1/2", ">= 0", ">= 0.5"),
        ("threshold at 1/2", ">= 0", "> 0.5"),
        ("threshold at 1", ">= 0", ">= 1"),
        ("every row the same", SAYS, "np.full(len(X), int((X @ w + b >= 0).any()))"),
    ],
)


@exercise("2.0", points=1)
def threshold_unit(threshold_unit: Function, *, rng: np.random.Generator) -> None:
    """threshold_unit(X, w, b): X (n, k), w (k,), b () -> zeros and ones (n,) (002 L125)."""
    judged = Comparison(
        threshold_unit,
        UNIT,
        lambda: _unit(rng, 3),
        read=lambda came, X, w, b: column(came, len(X), name="the answer"),
    )
    for k in (2, 3, 5):
        judged.on(*_unit(rng, k), says="Some rows are on the wrong side.")


def _unit(rng: np.random.Generator, k: int) -> Inputs:
    """X (n, k), w (k,), b in quarters: sums are exact, some are 0, and some less than 1/2 or 1."""
    while True:
        X = rng.integers(-8, 9, (24, k)) / 4
        w, b = rng.choice([-2.0, -1.0, 1.0, 2.0], k), float(rng.choice([-3, -2, -1, 1, 2, 3])) / 2
        z = X @ w + b
        if {0.0, 0.25, 0.75} <= set(z) and min(sum(z < 0), sum(z >= 0)) > 5:
            return X, w, b


# --- 2.1 the linear model ------------------------------------------------------------------------

OLS_NAMES = ("alpha", "beta", "sse")
THREE = "c[0], c[1:], r @ r"
OLS = Reference(
    "ols",
    """
def ols(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    c = np.linalg.lstsq(A, y, rcond=None)[0]
    r = y - A @ c
    return c[0], c[1:], r @ r
""",
    [
        ("no intercept", "np.column_stack([np.ones(len(X)), X])", "X", "c[0], c[1:]", "0.0, c"),
        ("OR labels", "(X, y):", "(X, y):\n    y = np.array([0, 1, 1, 1])"),
        ("numbers of XOR", THREE, "0.5, np.zeros(2), 1.0"),
        ("alpha is the mean", "c[0], c[1:]", "y.mean(), c[1:]"),
        ("beta with the intercept", "c[0], c[1:]", "c[0], c"),
        ("beta with the intercept", "c[0], c[1:]", "c[0], [*c[1:], c[0]]"),
        ("all in alpha", "rcond=None)[0]", "rcond=None)", "A @ c", "A @ c[0]"),
        ("all in alpha", "c[0], c[1:]", "c, c[1:]"),
        ("ones in another column", "[np.ones(len(X)), X]", "[X, np.ones(len(X))]"),
        ("ones in another column", "c[0], c[1:]", "c[-1], c[:-1]"),
        ("order", THREE, "c[1:], c[0], r @ r"),
        ("order", THREE, "c[0], r @ r, c[1:]"),
        ("order", THREE, "r @ r, c[0], c[1:]"),
        ("order", THREE, "r @ r, c[1:], c[0]"),
        ("order", THREE, "c[1:], r @ r, c[0]"),
        ("MSE for SSE", "r @ r", "np.mean(r**2)"),
        ("MSE for SSE", "r @ r", "r @ r / (len(r) - len(c))"),
        ("root of SSE", "r @ r", "np.linalg.norm(r)"),
        ("root of SSE", "r @ r", "np.sqrt(np.mean(r**2))"),
        ("root of SSE", "r @ r", "np.sqrt(r @ r / (len(r) - len(c)))"),
        ("half of SSE", "r @ r", "r @ r / 2"),
        ("errors not squared", "r @ r", "r.sum()"),
        ("absolute errors", "r @ r", "np.abs(r).sum()"),
        ("R squared", "r @ r", "1 - r @ r / np.sum((y - y.mean()) ** 2)"),
        ("errors as a table", "r @ r", "np.sum((A @ c[:, None] - y) ** 2)"),
        ("sum around the mean", "r @ r", "np.sum((y - y.mean()) ** 2)"),
    ],
)


@exercise("2.1", points=2)
def ols(ols: Function, *, rng: np.random.Generator) -> None:
    """ols(X, y): X (n, k), y (n,) -> alpha, beta (k,), sse: least squares of 000 L78-87."""
    judged = Comparison(
        ols,
        OLS,
        lambda: _rows(rng, 4, 2),  # some answers take four rows alone
        read=lambda came, *inputs: several(came, OLS_NAMES),
        tolerance=THREE_DECIMALS,
    )
    for inputs in ((CORNERS, XOR), _several_rows(rng, 2), _several_rows(rng, 3)):
        # alpha and beta first: where they are wrong, the errors are those of another line.
        judged.on(*inputs, views=(lambda a: a[:2], lambda a: a[2:]), says=_what_differs)


def _several_rows(rng: np.random.Generator, k: int) -> Inputs:
    return _rows(rng, int(rng.integers(k + 5, k + 9)), k)


def _rows(rng: np.random.Generator, n: int, k: int) -> Inputs:
    """X (n, k) and y (n,)."""
    x = np.round(rng.uniform(-2, 4, (n, k)), 2)
    return x, np.round(x @ rng.uniform(1, 3, k) + rng.normal(2, 1, n), 2)


def _what_differs(came: Any, expected: Any) -> str:
    """A sentence; the exercise ends here where something is no number or has a wrong shape."""
    array(came[0], (), (1,), (1, 1), name="alpha")
    k = len(expected[1])
    if array(came[1], name="beta").size != k:
        return f"beta should have {k} numbers here, one for each column of X."
    array(came[2], (), (1,), (1, 1), name="sse")
    return f"{differing(OLS_NAMES, came, expected, THREE_DECIMALS)[0]} differs."


# --- 2.2 one threshold unit ----------------------------------------------------------------------

RESULT = "np.mean(says.T == y, axis=1).max()"
ACCURACY = Reference(
    "best_threshold_accuracy",
    """
from itertools import product

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
units = np.array(list(product([-1, 0, 1], [-1, 0, 1], [-1.5, -0.5, 0.5, 1.5])))

def best_threshold_accuracy(y):
    says = X @ units[:, :2].T + units[:, 2] >= 0
    return np.mean(says.T == y, axis=1).max()
""",
    [
        ("no bias", "[-1.5, -0.5, 0.5, 1.5]", "[0]"),
        ("positive weights", "[-1, 0, 1]", "[0, 1]"),
        ("one input only", "[-1, 0, 1]", "[-1, 1]"),
        ("equal weights", "units[:, :2]", "units[:, [0, 0]]"),
        ("majority", RESULT, "max(np.mean(y), 1 - np.mean(y))"),
        ("count", RESULT, f"4 * {RESULT}"),
        ("percent", RESULT, f"100 * {RESULT}"),
        ("errors", RESULT, f"1 - {RESULT}"),
        ("always 3/4", RESULT, "0.75"),
        ("not the best", RESULT, "np.mean(says.T == y, axis=1)[0]"),
        ("not the best", RESULT, "np.mean(says.T == y, axis=1)[-1]"),
        ("all or nothing", RESULT, "float(np.all(says.T == y, axis=1).any())"),
    ],
)
MORE_EPOCHS = (
    "yes, it needs time",
    "yes, another start",
    "yes, a smaller rate",
    "no, the gradient is 0",
    "no, no line exists",
)


@exercise("2.2", points=1.5)
def best_threshold_accuracy(best_threshold_accuracy: Function, *, rng: np.random.Generator) -> None:
    """best_threshold_accuracy(y): labels (4,) of 00, 01, 10, 11 -> a share (003 L131-145)."""
    others = [np.array(y, float) for y in product((0, 1), repeat=4) if y != (0, 1, 1, 0)]
    labels = [XOR, *rng.permutation(others), XOR]
    came = [array(best_threshold_accuracy(y), (), (1,), name="the accuracy").item() for y in labels]
    if came[0] != came[-1]:
        fail("second call", came=f"{came[0]:g}, then {came[-1]:g}")
    _compare_accuracies(np.array(came), labels)


# It was the second half of 2.2.
@exercise("2.2b", points=0.5)
def more_epochs(more_epochs: Value) -> None:
    """more_epochs: whether one unit learns XOR when its rule runs longer (003 L131-145)."""
    claim(more_epochs, MORE_EPOCHS, right=["no, no line exists"])


def _compare_accuracies(came: Array, labels: list[Array]) -> None:
    expected = np.array([ACCURACY(y) for y in labels])
    right = [same(*pair, THREE_DECIMALS) for pair in zip(came, expected, strict=True)]
    if all(right):
        return
    at, separable = right.index(False), expected == 1
    seen = [((y,), one) for y, one in zip(labels, came, strict=True)]
    one_line = np.all(came[separable] == 1) and 0 < came[~separable].max() <= 0.5
    # Each is the share of some unit, but better units are left out.
    units = np.isin(4 * came, (2, 3, 4)).all() and (came <= expected).all() and np.ptp(came) > 0
    rules = [
        ("regression as classifier", one_line),
        ("all four", expected[at] < came[at] <= 1),
        ("coarse grid", units and expected[at] == 1),
    ]
    mistake = ACCURACY.mistake(seen) or first_of(rules)
    better = "There is a better unit for these labels."
    says = better if came[at] < expected[at] else "An accuracy is at most 1."
    shown = {"tried": f"best_threshold_accuracy({labels[at].tolist()})", "came": came[at]}
    fail(mistake, says="" if mistake else says, expected=expected[at], **shown)


# --- 2.3 the ReLU network ------------------------------------------------------------------------

HIDDEN = "np.maximum(0, X @ W + c)"
OUTPUT = f"{HIDDEN} @ w + b"
RELU = Reference(
    "xor_relu",
    """
def xor_relu(X):
    W, c, w, b = np.ones((2, 2)), np.array([0, -1]), np.array([1, -2]), 0
    return np.maximum(0, X @ W + c) @ w + b
""",
    [
        ("w = (1, -1)", "[1, -2]", "[1, -1]"),
        ("w = (1, 2)", "[1, -2]", "[1, 2]"),
        ("c = (0, +1)", "[0, -1]", "[0, 1]"),
        ("c forgotten", " + c", ""),
        ("units mixed up", "[1, -2]", "[-2, 1]"),
        ("units mixed up", "[0, -1]", "[-1, 0]"),
        ("no ReLU", HIDDEN, "(X @ W + c)"),
        ("step for ReLU", HIDDEN, "(X @ W + c >= 0)"),
        ("step for ReLU", HIDDEN, "(X @ W + c > 0)"),
        ("X as printed", "return", "X = np.array([[0, 0], [0, 0], [1, 0], [1, 0]]); return"),
        ("ReLU at the output", OUTPUT, f"np.maximum(0, {OUTPUT})"),
        (
            "first unit without ReLU",
            f"return {HIDDEN}",
            "h = X @ W + c; h[:, 1] = np.maximum(0, h[:, 1]); return h",
        ),
        *[("rounded output", OUTPUT, f"np.round({OUTPUT}, {n})") for n in range(4)],
        ("rounded output", OUTPUT, f"({OUTPUT}).astype(int)"),
        ("rounded output", OUTPUT, f"({OUTPUT} > 0.5)"),
        ("products not added", " @ w", " * w"),
        ("several things", f"return {OUTPUT}", f"h = {HIDDEN}; return h, h @ w + b"),
        ("c as 4x2", "np.array([0, -1])", "np.array([[0, -1]] * 4)"),
        ("four rows", OUTPUT, f"({OUTPUT}).reshape(4, 1)"),
        ("samples are rows", "X @ W", "W @ X"),
        ("samples are rows", "X @ W", "np.dot(W, X)"),
        ("samples are rows", f"{HIDDEN} @ w", f"w @ {HIDDEN}"),
        ("samples are rows", "np.ones((2, 2))", "np.ones((4, 2))"),
        ("w as a row", "np.array([1, -2])", "np.array([[1, -2]])"),
        ("np.max", "np.maximum", "np.max"),
        ("Python's max", "np.maximum", "max"),
    ],
)
# What NumPy and TensorFlow say to some of them; the first one has the last word.
RAISES = {
    "w as a row": r"size 1 is different from 2|2 \(dim 1\) != 1 \(dim 0\)|"
    r"\[\d+,2\], In\[1\]: \[1,2\]",
    "np.max": errors.NO_AXIS,
    "Python's max": errors.NO_TRUTH,
    "samples are rows": errors.NOT_ALIGNED,
}
# When a table (n, 2) and one of four rows are added, and with any other words.
RAISES_FOR_OTHER_ROWS = {"c as 4x2": r"(broadcast|ncompatible).*[(\[]4, ?2[)\]]", "four rows": ""}
LOOK_AT = (
    "The values differ. Look at the signs and the order of the numbers in c and w, at b, at where "
    "max(0, ...) stands, and at whether anything is done to the output."
)


@exercise("2.3", points=2)
def xor_relu(xor_relu: Function, *, rng: np.random.Generator) -> None:
    """xor_relu(X): X (n, 2) -> (n,) or (n, 1), max(0, X W + c) w + b of 000 L118-146."""
    # Some answers take four points alone.
    judged = Comparison(xor_relu, RELU, lambda: (_points(rng, 4),), read=_rows_of)
    with named_errors(RAISES):
        judged.on(CORNERS, says=_where_to_look)
    for n in (3, 1, int(rng.integers(5, 9))):
        with named_errors(RAISES_FOR_OTHER_ROWS):
            judged.on(CORNERS[rng.integers(0, 4, n)], says=LOOK_AT)
    elsewhere = _points(rng, 6)
    judged.on(elsewhere, otherwise="not the network")
    judged.on(elsewhere, otherwise="second call")


def _where_to_look(came: Array, expected: Array) -> str:
    if np.ptp(came - expected) < 1e-6:
        return (
            "All answers are off by the same number. What are the two hidden values at 00, and "
            "what does that leave for b?"
        )
    return LOOK_AT


def _points(rng: np.random.Generator, n: int) -> Array:
    """X (n, 2) between the corners, where a truth table is wrong."""
    x = rng.uniform(-0.5, 1.5, (n, 2))
    x[0] = rng.uniform(1.2, 1.5, 2)  # here the output is negative
    x[1] = rng.uniform(-0.5, -0.1, 2)  # here both hidden units are 0
    x[2] = rng.uniform(0.3, 0.45, 2)  # here rounding the output is not rounding the inputs
    return x


def _rows_of(answer: Any, x: Array) -> Array:
    """The answer as one number for each row, (n,), or the exercise ends."""
    n = len(x)
    if shape(answer) == (n, 2):
        fail("products not added", came=f"shape {shape(answer)}", expected=RELU(x))
    is_pair = isinstance(answer, (tuple, list)) and len(answer) == 2
    if is_pair and any(shape(item) in {(n,), (n, 1)} for item in answer):
        fail("several things", came=answer, expected=RELU(x))
    return column(answer, n, "what `xor_relu` returns")


# --- 2.4 the step network ------------------------------------------------------------------------


@exercise("2.4", points=2)
def step_network(W1: Value, b1: Value, w2: Value, b2: Value) -> None:
    """W1 (2, 2), b1 (2,), w2 (2,), b2 (): a1 = OR, a2 = NAND, y = AND (002 L118-175)."""
    with part(1, "hidden layer"):
        kernel, bias = W1.array((2, 2)), b1.array((2,), (1, 2)).ravel()
        _compare_hidden(CORNERS @ kernel + bias, kernel, bias)
    with part(1, "output"):
        z = CORNERS @ W1.array((2, 2)) + b1.array((2,), (1, 2)).ravel()
        readout, shift = w2.array((2,), (2, 1)).ravel(), b2.array((), (1,), (1, 1)).item()
        _compare_output(fires(z), readout, shift)


def _compare_hidden(z: Array, kernel: Array, bias: Array) -> None:
    wanted, came = np.column_stack([OR, NAND]), fires(z)

    def known() -> Iterator[tuple[str, Any]]:
        transposed, turned = fires(CORNERS @ kernel.T + bias), fires(CORNERS @ kernel - bias)
        right, right_if_turned = ((one == wanted).all(axis=0) for one in (came, turned))
        yield "order", np.array_equal(came, wanted[:, ::-1])
        yield "W1 transposed", np.array_equal(transposed, wanted)
        yield "transposed and swapped", np.array_equal(transposed, wanted[:, ::-1])
        yield "step(0) = 1", np.array_equal(z > 0, wanted)
        yield "hidden bias forgotten", not bias.any()
        yield "sign of the bias", (right | right_if_turned).all()
        yield "AND for OR", np.array_equal(came[:, 0], AND)
        yield "NOR for NAND", np.array_equal(came[:, 1], NOR)
        yield "AND for NAND", np.array_equal(came[:, 1], AND)

    gates.compare(
        z,
        {"a1": OR, "a2": NAND},
        known(),
        formula="X @ W1 + b1",
        otherwise=lambda wrong: f"The hidden layer differs ({' and '.join(wrong)}).",
    )


def _compare_output(a: Array, readout: Array, shift: float) -> None:
    z = a @ readout + shift

    def known() -> Iterator[tuple[str, Any]]:
        yield "step(0) = 1", np.array_equal(z > 0, XOR)
        is_0 = shift == 0 and readout.any()
        yield "output bias forgotten", is_0 and z[0] >= 0 and a[0].sum() == 1
        yield "sign of the output bias", np.array_equal(fires(a @ readout - shift), XOR)
        yield "XNOR", np.array_equal(fires(z), XNOR)
        yield "OR at the output", np.array_equal(fires(z), a.any(axis=1))

    gates.compare(
        z[:, None],
        {"y": XOR},
        known(),
        formula="a @ w2 + b2",
        otherwise=lambda wrong: "The output differs from XOR.",
    )


# --- 2.5 repair a bias ---------------------------------------------------------------------------


@exercise("2.5", points=1)
def repaired_bias(repaired_bias: Function, *, rng: np.random.Generator) -> None:
    """repaired_bias(d): for the corners of {0, d} -> (2,) or one number for both (004 L176-206)."""
    # Sixteenths are exact in float32 too, so a bias on the limit -d is judged right.
    small, large = rng.integers(2, 8) / 16, rng.integers(24, 48) / 4
    # And one that is smaller than any constant that somebody would try.
    distances = (1.0, float(small), float(large), 2.0**-40)
    biases = [_bias(repaired_bias(d)) for d in distances]
    constant = all(np.array_equal(bias, biases[0]) for bias in biases)
    for d, bias in zip(distances, biases, strict=True):
        if np.all((-d <= bias) & (bias < 0)):
            continue
        z = d * CORNERS @ np.array([[-1.0, 1.0], [1.0, -1.0]]) + bias
        known = [
            ("same for every d", constant and d != 1),
            ("the lecture's bias", constant and np.all(bias == -4)),
            ("positive", np.any(bias > 0)),
            ("zero", np.any(bias == 0)),
        ]
        fail(
            first_of(known) or "too low",
            tried=f"repaired_bias({d:g})",
            came=f"b = {bias.tolist()}, h1 + h2 = {bits(fires(z).sum(axis=1))}",
            expected=f"h1 + h2 = {bits(XOR)}",
        )


def _bias(came: Any) -> Array:
    return np.broadcast_to(array(came, (), (1,), (2,), (1, 2), name="the bias").ravel(), 2)


# --- 2.6 training --------------------------------------------------------------------------------

# What came of a call that gives no data: a model is not in these, or not alone.
NO_MODEL = r"^a (History|function|method|type|tuple|list|dict)$"
# Points around the corners; not every model takes them.
AROUND = np.array(list(product(np.linspace(-2, 3, 7), repeat=2)))
NOT_EVEN_LATER = (
    "The model does not solve the task, and does not after 400 more steps by this check. Look at "
    "its activations, at the number of units, and at the weights that it starts from."
)
# Of networks with four ReLU units half the starts solve XOR, with seven nine of ten. So fewer than
# this many have to solve it from so many more starts, where two or three could all be lucky.
LUCKY_UNITS, MORE_STARTS = 7, 4


@exercise("2.6", points=3, trains=True)
def train_xor(
    train_xor: Function, *, rng: np.random.Generator, seeds: tuple[int, ...] = (0,)
) -> None:
    """train_xor(X, y, *, seed): X (4, 2), y (4,) -> a trained Keras model (000 L150-156)."""
    # One seed is what a notebook gives; with the next one a lucky start shows there, too.
    tried = list(seeds if len(seeds) > 1 else (seeds[0], seeds[0] + 1))
    largest, logits = 0.0, False
    before: Array | None = None
    for i, seed in enumerate(tried):
        order = rng.permutation(4)
        x, y = CORNERS[order], (XNOR if i % 2 == 0 else XOR)[order]
        with if_it_raises("not the model", says=NO_MODEL):
            model = train_xor(x, y, seed=seed)
        if not isinstance(model, Model):
            nothing = "nothing: is the `return` missing?"
            came = nothing if model is None else f"a {type(model).__name__}"
            fail("not the model", came=came, expected="a Keras model")
        outputs = _outputs(model, x)
        last = network.last_activation(model)
        if network.expects_logits(model) and last in {"sigmoid", "softmax"}:
            fail("probabilities as logits", came=outputs.round(4) + 0.0)
        if not binary.solves(outputs, y):
            if i > 0:
                how = "stuck" if binary.shares_an_output(outputs, y) else "not"
                note(f"Right from seed {tried[0]}, {how} from seed {seed}.")
            _explain(model, outputs, x, y, partial(train_xor, x, 1 - y, seed=seed))
        if i == 0 and 0 < network.hidden_units(model, "relu") < LUCKY_UNITS:
            tried += range(seed + 2, seed + 2 + MORE_STARTS)  # the loop goes on with these
        kernel = network.first_kernel(model)
        # From seed to seed the labels are turned: training ends elsewhere, from any start.
        untouched = kernel is not None and before is not None and np.array_equal(kernel, before)
        if network.has_round_weights(model) or untouched:
            fail("set by hand", came=outputs)
        before = kernel
        off = [float(np.abs(p - y).max()) for p in binary.readings(outputs)]
        largest, logits = max(largest, min(off)), off[0] >= FAR
    reading = ", with the outputs read as logits" if logits else ""
    note(f"The largest |p - y| is {largest:.2f}{reading}.")


def _outputs(model: Model, x: Array) -> Array:
    """One number a row; of a softmax over two units the second, the probability of class 1."""
    if tuple(model.keras.input_shape[1:]) != (2,):
        fail(
            says="The model should take two inputs a row, keras.Input(shape=(2,)).",
            came=f"input shape {model.keras.input_shape}",
        )
    shapes = ((len(x),), (len(x), 1), (len(x), 2))
    outputs = array(model.predict(x), *shapes, name="the output", finite=False)
    if not np.isfinite(outputs).all():
        fail("nan", came=outputs)
    return binary.of_class_1(outputs)


def _explain(
    model: Model, outputs: Array, x: Array, y: Array, with_opposite_labels: Callable[[], Any]
) -> NoReturn:
    """End the exercise: the first sign that is certain names the mistake."""
    mistake = first_of(_by_the_model(model, outputs, x, y)) or first_of(
        _by_the_outputs(model, outputs, x, y, with_opposite_labels)
    )
    logits = network.gives_logits(model, outputs) and mistake != "labels -1 and 1"
    p = binary.readings(outputs)[logits]
    fail(
        mistake,
        says="" if mistake else NOT_EVEN_LATER,
        came=f"{show(p.round(4) + 0.0)}{' (read as logits)' * logits}",
        expected=f"within {FAR} of {y.astype(int).tolist()}",
    )


def _by_the_model(model: Model, outputs: Array, x: Array, y: Array) -> Iterator[tuple[str, Any]]:
    """The mistakes where the model or its loss alone is the reason, from every start.

    Outputs depend on the start: what they look like is asked later.
    """
    loss, last = network.loss(model), network.last_activation(model)
    columns, is_binary = network.columns(model), "binarycrossentropy" in loss
    yield "opposite columns", columns == 2 and binary.solves(outputs, 1 - y)
    yield "softmax of one unit", last == "softmax" and bool(np.all(outputs == 1))
    yield "categorical loss", columns == 1 and "categoricalcrossentropy" in loss
    yield "identical units", network.has_identical_units(model)
    yield "ReLU at the output", last == "relu"
    yield "linear", network.is_linear(model, AROUND, CORNERS)
    yield "tanh and cross-entropy", is_binary and last == "tanh"
    yield (
        "logits as probabilities",
        is_binary and last == "linear" and not network.expects_logits(model),
    )
    at_origin = float(outputs[~x.any(axis=1)][0])
    stays = min(abs(at_origin), abs(at_origin - 0.5)) < 1e-6
    yield "no bias", stays and not network.biases(model)


def _by_the_outputs(
    model: Model, outputs: Array, x: Array, y: Array, with_opposite_labels: Callable[[], Any]
) -> Iterator[tuple[str, Any]]:
    loss, last = network.loss(model), network.last_activation(model)
    biases = network.biases(model)
    yield "constant ReLU", np.ptp(outputs) == 0 and network.is_dead(model, x)
    yield "no step", bool(biases) and not any(np.any(bias) for bias in biases)
    sure = "hinge" in loss or last == "tanh"
    is_told = network.expects_logits(model)
    yield "labels -1 and 1", binary.are_signs(outputs, y, near=FAR if not is_told else 0, sure=sure)
    labels = binary.learned_labels(outputs)
    if labels is not None:
        yield "other labels", labels.sum() == 2
        # Labels from elsewhere are the same whatever y is.
        again = with_opposite_labels()
        others = binary.learned_labels(_outputs(again, x)) if isinstance(again, Model) else None
        yield "other labels", others is not None and np.array_equal(others, labels)
        yield "sure and wrong", last in {"sigmoid", "softmax"} or "crossentropy" in loss
    yield "rounded", binary.on_right_side(outputs, y)
    later = network.outputs_after(model, x, y, steps=400)
    yield "training", later is not None and binary.solves(binary.of_class_1(later), y)
    yield "few ReLU units", 0 < network.hidden_units(model, "relu") < 16
    yield "few units", 1 <= network.hidden_units(model) <= 2
