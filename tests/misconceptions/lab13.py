"""Lab 13, surfaces, playground: answers in foreign styles, and wrong ones that no edit makes."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.lab13 import BENDS, FLIP, LEVEL, PLACE, PRICE, SWAP

PRICES = [
    *rights(
        "13.0",
        {
            "the reference": PRICE.text,
            "a loop": """
def price(a, b, x, y):
    total = 0.0
    for one, wanted in zip(x, y):
        total += (b * (a * one) - wanted) ** 2
    return total / len(x)
""",
            "TensorFlow": """
def price(a, b, x, y):
    return tf.reduce_mean(tf.square(tf.constant(y) - a * b * tf.constant(x)))
""",
            "a column": """
def price(a, b, x, y):
    r = (y - a * b * x)[:, None]
    return r.T @ r / len(y)
""",
            "keepdims": """
def price(a, b, x, y):
    return np.mean((y - x * a * b) ** 2, keepdims=True)
""",
        },
    ),
    *edited("13.0", PRICE.edits),
]

PLACES = [
    *rights(
        "13.2",
        {
            "the reference": PLACE.text,
            "counting": """
def place(H):
    values = np.linalg.eigvals(np.array(H)).real
    up, down = (values > 1e-9).sum(), (values < -1e-9).sum()
    if up and down:
        return "saddle"
    if up == len(H):
        return "valley"
    return "peak" if down == len(H) else "unsure"
""",
            "Sylvester, without eigenvalues of one sign": """
def place(H):
    H = np.asarray(H)
    def is_positive(M):
        return all(np.linalg.det(M[:k, :k]) > 1e-9 for k in range(1, len(M) + 1))
    if is_positive(H):
        return "valley"
    if is_positive(-H):
        return "peak"
    bends = np.linalg.eigvals(H).real
    return "saddle" if min(bends) < -1e-9 and max(bends) > 1e-9 else "unsure"
""",
            "signs, capitals": """
def place(H):
    signs = {int(np.sign(e)) if abs(e) > 1e-9 else 0 for e in np.linalg.eigvalsh(H)}
    if {-1, 1} <= signs:
        return "Saddle"
    return {frozenset([1]): "valley", frozenset([-1]): "peak"}.get(frozenset(signs), "unsure")
""",
        },
    ),
    *edited("13.2", PLACE.edits),
    Wrong(
        "13.2",
        "no truth",
        "an array in if",
        """
def place(H):
    bends = np.linalg.eigvalsh(H)
    return "valley" if bends > 0 else "peak"
""",
    ),
    Wrong("13.2", "same for all", "a constant", "def place(H):\n    return 'saddle'\n"),
    *[
        Wrong("13.2", None, body, f"def place(H):\n    return {body}\n", says)
        for body, says in (
            ("'minimum'", "one of four words"),
            ("None", "one of four words"),
            ("np.linalg.eigvalsh(H)", "one of four words"),
        )
    ],
]

BEND = [
    *rights(
        "13.1",
        {
            "the reference": BENDS.text,
            "differences twice": "def bends(prices, h):\n    return np.diff(prices, 2) / h**2\n",
            "a loop, a list": """
def bends(prices, h):
    return [
        (prices[k - 1] - 2 * prices[k] + prices[k + 1]) / h / h
        for k in range(1, len(prices) - 1)
    ]
""",
            "a convolution, a column": """
def bends(prices, h):
    return np.convolve(prices, [1, -2, 1], "valid")[:, None] / h**2
""",
        },
    ),
    *edited("13.1", BENDS.edits),
]

TWINS = [
    *rights(
        "13.4",
        {
            "the references": SWAP.text + FLIP.text,
            "take, diagonal tables": """
def swap(W1, b1, W2, order):
    return np.take(W1, order, axis=1), np.take(b1, order), np.take(W2, order, axis=0)

def flip(W1, b1, W2, signs):
    return [W1 @ np.diag(signs), np.diag(signs) @ b1, np.diag(signs) @ W2]
""",
            "loops": """
def swap(W1, b1, W2, order):
    new = [W1.copy(), b1.copy(), W2.copy()]
    for k, old in enumerate(order):
        new[0][:, k], new[1][k], new[2][k] = W1[:, old], b1[old], W2[old]
    return tuple(new)

def flip(W1, b1, W2, signs):
    new = [W1.copy(), b1.copy(), W2.copy()]
    for k, sign in enumerate(signs):
        if sign < 0:
            new[0][:, k] *= -1
            new[1][k] *= -1
            new[2][k] *= -1
    return tuple(new)
""",
            "TensorFlow": """
def swap(W1, b1, W2, order):
    return tf.gather(W1, order, axis=1), tf.gather(b1, order), tf.gather(W2, order)

def flip(W1, b1, W2, signs):
    signs = tf.cast(signs, W1.dtype)
    return W1 * signs, b1 * signs, W2 * signs[:, tf.newaxis]
""",
        },
    ),
    *edited("13.4", SWAP.edits, before=FLIP.text, points=1.0),
    *edited("13.4", FLIP.edits, before=SWAP.text, points=1.0),
    *[
        Wrong("13.4", mistake, new, (SWAP.text + FLIP.text).replace(old, new), points=1)
        for mistake, old, new in (
            ("shapes of swap", "W1[:, order]", "W1[order]"),
            ("shapes of swap", "W2[order]", "W2[:, order]"),
            ("shapes of flip", "W2 * signs[:, None]", "W2 * signs"),
        )
    ],
    Wrong(
        "13.4",
        None,
        "W1 twice as large",
        SWAP.text + FLIP.text.replace("W1 * signs", "2 * W1 * signs"),
        "W1 should be another",
        points=1,
    ),
]

LEVELS = [
    *rights(
        "13.3",
        {
            "the reference": LEVEL.text,
            "weighted variances": """
def level(y, groups):
    total = 0
    for group in set(groups.tolist()):
        own = y[groups == group]
        total += len(own) * own.var()
    return total / len(y)
""",
            "a table of shape (1, 1)": """
def level(y, groups):
    table = (groups[:, None] == np.unique(groups)).astype(float)
    r = y[:, None] - table @ np.linalg.pinv(table) @ y[:, None]
    return r.T @ r / len(y)
""",
            "one-hot, least squares": """
def level(y, groups):
    table = (groups[:, None] == np.unique(groups)).astype(float)
    answers = table @ np.linalg.lstsq(table, y, rcond=None)[0]
    return [np.mean((y - answers) ** 2)]
""",
        },
    ),
    *edited("13.3", LEVEL.edits),
    Wrong(
        "13.3",
        "no truth",
        "if with an array",
        """
def level(y, groups):
    return np.mean([np.var(y) if groups == group else 0 for group in groups])
""",
    ),
]

CIRCLE = 'Playground(data="circle", hidden=[3], activation="relu", optimizer="Adam")'
XOR = 'Playground(data="xor", hidden=[4], activation="relu", optimizer="Adam")'
SPIRAL = (
    'Playground(data="spiral", hidden=[8, 8, 8], activation="relu", optimizer="Adam", '
    "learning_rate=0.01)"
)


def three(circle: str = CIRCLE, xor: str = XOR, spiral: str = SPIRAL) -> str:
    return f"my_circle = {circle!r}\nmy_xor = {xor!r}\nmy_spiral = {spiral!r}\n"


AS_JSON = """
import json

my_circle = json.dumps(dict(data="circle", hidden=[3], learning_rate=0.3))
my_xor = {"data": "xor", "hidden": (5,), "activation": "relu", "optimizer": "Adam"}
my_spiral = json.dumps(
    dict(data="spiral", hidden=[8, 8], activation="relu", optimizer="Adam", learning_rate=0.01)
)
"""

MISSIONS = [
    *rights(
        "13.5",
        {
            "the lab's": three(),
            "JSON, other sizes and another optimizer": AS_JSON,
            "the data without a name, quotes, a name and a comma": three(
                CIRCLE.replace("data=", ""), f"'{XOR}'", f"my_spiral = {SPIRAL},"
            ),
            "a dict": three().replace(
                f"my_circle = {CIRCLE!r}",
                "my_circle = dict(data='circle', hidden=[3], activation='tanh', optimizer='Adam')",
            ),
        },
    ),
    *[
        Wrong(
            "13.5",
            mistake,
            f"xor: {mistake or says}",
            three(xor=XOR.replace(old, new)),
            says,
            points=2,
        )
        for mistake, old, new, says in (
            ("other data", '"xor"', '"circle"', ""),
            ("product smuggled in", "hidden", 'inputs=["x1", "x1*x2"], hidden', ""),
            ("other inputs", "hidden", 'inputs=["x1", "sin(x2)"], hidden', ""),
            ("too many", "[4]", "[3, 3]", ""),
            ("small batches", "hidden", "batch_size=1, hidden", ""),
            ("linear", '"relu"', '"linear"', ""),
            ("no hidden layer", "[4]", "[]", ""),
            ("penalty", "hidden", 'penalty="L2", penalty_rate=1, hidden', ""),
            ("one unit", '[4], activation="relu"', '[1], activation="tanh"', ""),
            ("one input", "hidden", 'inputs=["x1"], hidden', ""),
            ("zeros", "hidden", 'initializer="zeros", hidden', ""),
            ("rate too large", '"Adam"', '"SGD", learning_rate=10', ""),
            (
                "left all bounds",
                '"Adam"',
                '"SGD", learning_rate=10, penalty="L2", penalty_rate=10',
                "",
            ),
            ("too slow", '"Adam"', '"SGD", learning_rate=0.001', ""),
            ("not often enough", "[4]", "[2]", ""),
            (None, "hidden=[4]", "hidden=[99]", "The number of units is a whole number"),
            (None, "hidden", "width", "no setting"),
            (None, "Playground(", "Play(", "not the text of a playground"),
            (None, "Playground(", "Playground(" + "[" * 3000, "not the text of a playground"),
            (None, "hidden=", "inputs=5, hidden=", "inputs is a list of names"),
            (None, '"relu"', "”relu”", "curly"),
            ("whole layers", '"Adam"', '"Muon"', ""),
        )
    ],
    Wrong(
        "13.5", "no line", "a number", three().replace(f"my_xor = {XOR!r}", "my_xor = 4"), points=2
    ),
]

ANSWERS: list[Right | Wrong] = [*PRICES, *PLACES, *BEND, *TWINS, *LEVELS, *MISSIONS]
