"""Lab 01, one neuron: answers in foreign styles, and wrong ones that no edit makes."""

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.edits import Edit
from utils.checks.lab01 import (
    BOTH,
    CHANGE,
    NEURON,
    SOFT,
    START,
    SUM,
    TRAIN,
    TRICK,
    UPDATE,
    WITH_ONES,
)

SUMS = [
    *rights(
        "1.1",
        {
            "a loop for each kind": """
def neuron(x, w, b):
    if np.ndim(x) == 2:
        return [neuron(row, w, b) for row in x]
    total = b
    for value, weight in zip(x, w):
        total += value * weight
    return total
""",
            "einsum": """
def neuron(x, w, b):
    return np.einsum("...k,k->...", x, w) + b
""",
            "products along the last axis, float32": """
def neuron(x, w, b):
    return (np.float32(x) * np.float32(w)).sum(axis=-1) + np.float32(b)
""",
            "np.dot, a column for a batch": """
def neuron(x, w, b):
    sums = np.dot(np.atleast_2d(x), np.reshape(w, (-1, 1))) + b
    return sums if np.ndim(x) == 2 else sums.item()
""",
            "TensorFlow": """
def neuron(x, w, b):
    return tf.tensordot(tf.constant(x), tf.constant(w), axes=1) + b
""",
            "keras.ops": """
def neuron(x, w, b):
    return keras.ops.sum(keras.ops.multiply(x, w), axis=-1) + b
""",
            "a class": """
class Neuron:
    def __call__(self, x, w, b):
        return np.inner(x, w) + b

neuron = Neuron()
""",
            "vectorised over the rows": """
def neuron(x, w, b):
    return np.vectorize(lambda row: np.vdot(row, w) + b, signature="(k)->()")(x)
""",
            "the bias trick": """
from functools import partial

def product(x, w, b, one):
    ones = np.full((*np.shape(x)[:-1], 1), one)
    return np.concatenate([ones, x], axis=-1) @ np.r_[b, w]

neuron = partial(product, one=1.0)
""",
        },
    ),
    *edited("1.1", NEURON.edits),
    *edited(
        "1.1",
        [
            Edit(NEURON, "one sample only", SUM, "w @ x + b"),
            Edit(NEURON, "one sample only", SUM, "np.dot(w, x) + b"),
            Edit(NEURON, "one sample only", SUM, "sum(x[i] * w[i] for i in range(len(x))) + b"),
            Edit(NEURON, "a table only", SUM, "np.array([row @ w + b for row in x])"),
            Edit(
                NEURON,
                "a table only",
                SUM,
                "[sum(v * weight for v, weight in zip(row, w)) + b for row in x]",
            ),
            Edit(NEURON, "a table only", SUM, "np.sum(x * w, axis=1) + b"),
            Edit(NEURON, "a table only", SUM, "sum(x[:, i] * w[i] for i in range(len(w))) + b"),
            Edit(NEURON, "average", SUM, "np.average(x, axis=-1, weights=w) + b"),
            Edit(NEURON, "one sample only", SUM, "x[0] * w[0] + x[1] * w[1] + b"),
            Edit(NEURON, "not one number", SUM, "x @ w.reshape(-1, 1) + b"),
            Edit(NEURON, "not one number", SUM, "(x * w).sum(axis=-1, keepdims=True) + b"),
            Edit(NEURON, "not one number", SUM, "np.atleast_1d(x @ w + b)"),
            Edit(NEURON, "not one number", SUM, "np.atleast_2d(x) @ w[:, np.newaxis] + b"),
        ],
    ),
    Wrong(
        "1.1",
        "X for x",
        "the table of the lab",
        """
X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])

def neuron(x, w, b):
    return X @ w + b
""",
    ),
    *[
        Wrong("1.1", None, returned, NEURON.text.replace(SUM, returned), says=says)
        for returned, says in (
            ("print(x @ w + b)", "Does your function end with `return`?"),
            ("(x @ w) * b", "The sums differ"),
            ("'0.5'", "should be numbers"),
        )
    ],
    Wrong(
        "1.1",
        None,
        "an unknown name",
        NEURON.text.replace("@ w", "@ weights"),
        verdict="crashed",
    ),
]


def _gates(**given: str) -> str:
    """The right numbers, and others in their place where they are given."""
    right = {"NOT": "([-1], 0.5)", "AND": "([1, 1], -1.5)", "OR": "([1, 1], -0.5)"}
    return "".join(f"{name} = {text}\n" for name, text in (right | given).items())


GATES = [
    *[
        Right("1.2", name, _gates(**given))
        for name, given in {
            "as in the lab": {},
            "one list each": {"NOT": "[-2, 1]", "AND": "[2, 2, -3]", "OR": "[2, 2, -1]"},
            "arrays, tuples, float32": {
                "NOT": "np.float32([-1]), np.float32(0.5)",
                "AND": "(np.ones(2), np.array([-1.5]))",
                "OR": "[np.array([[3.0], [5.0]]), -2]",
            },
            "a number as weight, a sum of 0.1": {"NOT": "(-10, 3)", "AND": "([1.3, 1], -1.4)"},
            "columns, half precision, truth values": {
                "NOT": "(np.float16(-2), True)",
                "AND": "([[1], [1]], np.float16(-1.5))",
                "OR": "([True, True], -0.25)",
            },
            "tensors": {"OR": "(tf.constant([0.7, 0.9]), tf.constant(-0.3))"},
            "one array": {"NOT": "np.array([-1, 0.5])", "OR": "np.array([1, 1, -0.5])"},
        }.items()
    ],
    *[
        Wrong("1.2", mistake, f"{name} = {text}", _gates(**{name: text}), points=points)
        for mistake, name, text, points in (
            ("on the edge", "NOT", "([-1], 0)", 1.5),
            ("no bias", "AND", "([1, 1], 0)", 1.25),
            ("no bias", "OR", "([1, 1], 0)", 1.25),
            ("step(0) = 1", "AND", "([1, 1], -1)", 1.25),
            ("step(0) = 1", "NOT", "([-1], 1)", 1.5),
            ("sign of the bias", "AND", "([1, 1], 1.5)", 1.25),
            ("sign of the bias", "OR", "([1, 1], 0.5)", 1.25),
            ("sign of the bias", "NOT", "([-1], -0.5)", 1.5),
            ("the opposite", "NOT", "([1], -0.5)", 1.5),
            ("bias first", "NOT", "([0.5], -1)", 1.5),
            ("the opposite", "AND", "([-1, -1], 1.5)", 1.25),
            ("the opposite", "OR", "([-1, -1], 0.5)", 1.25),
            ("AND and OR exchanged", "AND", "([1, 1], -0.5)", 1.25),
            ("AND and OR exchanged", "OR", "([1, 1], -1.5)", 1.25),
            ("bias first", "AND", "(-1.5, [1, 1])", 1.25),
            ("bias first", "OR", "[-0.5, 1, 1]", 1.25),
            ("bias first", "NOT", "[0.5, -1]", 1.5),
            ("on the edge", "AND", "([1, 1], -2)", 1.25),
            ("on the edge", "OR", "([1, 1], -1)", 1.25),
            ("on the edge", "AND", "([0.7, 0.2], -0.85)", 1.25),
            ("on the edge", "NOT", "([-1], 0.05)", 1.5),
            ("a truth table", "AND", "[0, 0, 0, 1]", 1.25),
            ("a truth table", "OR", "(0, 1, 1, 1)", 1.25),
            ("a truth table", "NOT", "[1, 0]", 1.5),
        )
    ],
    *[
        Wrong("1.2", None, f"{name} = {text}", _gates(**{name: text}), says, points=points)
        for name, text, says, points in (
            ("AND", "lambda p, q: p and q", "not a function", 1.25),
            ("AND", "True and True", "should be a pair", 1.25),
            ("OR", "'or'", "should be a pair", 1.25),
            ("OR", "([1, 1, 1], -0.5)", "the wrong shape", 1.25),
            ("AND", "{'w': [1, 1], 'b': -1.5}", "should be a pair", 1.25),
            ("AND", "([1, 0], -0.5)", "has another truth table", 1.25),
            ("OR", "([np.nan, 1], -0.5)", "nan or inf", 1.25),
            ("AND", "...", "still `...`", 1.25),
            ("NOT", "None", "should be a pair", 1.5),
            ("NOT", "([-1, -1], 0.5)", "the wrong shape", 1.5),
            ("NOT", "([-1], 2)", "has another truth table", 1.5),
        )
    ],
]

BIAS_TRICK = [
    *rights(
        "1.3",
        {
            "np.insert": "bias_trick = lambda X, theta: np.insert(X, 0, 1, axis=1) @ theta",
            "without the trick": """
def bias_trick(X, theta):
    return X @ theta[1:] + theta[0]
""",
            "loops": """
def bias_trick(X, theta):
    sums = []
    for row in X.tolist():
        sums.append(sum(t * v for t, v in zip(theta, [1.0] + row)))
    return sums
""",
            "TensorFlow, a column": """
def bias_trick(X, theta):
    X = tf.pad(tf.cast(X, tf.float32), [[0, 0], [1, 0]], constant_values=1)
    return X @ tf.cast(theta, tf.float32)[:, None]
""",
            "einsum": """
def bias_trick(X, theta):
    return np.einsum("nk,k->n", np.c_[np.ones(len(X)), X], theta)
""",
            "padded, a product with a column": """
def bias_trick(X, theta):
    padded = np.pad(X, ((0, 0), (1, 0)), constant_values=1)
    return np.matmul(padded, np.reshape(theta, (-1, 1))).flatten()
""",
            "scikit-learn": """
from sklearn.preprocessing import add_dummy_feature

bias_trick = lambda X, theta: add_dummy_feature(X).dot(theta)
""",
        },
    ),
    *edited("1.3", TRICK.edits),
    *edited(
        "1.3",
        [
            Edit(TRICK, "shapes", WITH_ONES, "X"),
            Edit(TRICK, "shapes", WITH_ONES, "np.vstack([np.ones(X.shape[1]), X])"),
            Edit(TRICK, "shapes", WITH_ONES, "np.insert(X, 0, 1)"),
            Edit(TRICK, "shapes", WITH_ONES, "np.hstack([np.ones(len(X)), X])"),
            Edit(TRICK, "shapes", WITH_ONES, "[[1], X]"),
            Edit(TRICK, "shapes", WITH_ONES, "np.c_[np.ones(4), X]"),
            Edit(TRICK, "a bias of 1", f"{WITH_ONES} @ theta", "1 + X.dot(theta[1:])"),
            Edit(
                TRICK,
                "the bias as its input",
                f"{WITH_ONES} @ theta",
                "np.insert(X, 0, theta[0], axis=1) @ theta",
            ),
            Edit(TRICK, "no bias", "np.ones", "np.zeros"),
            Edit(TRICK, "extra sum", "return", "return sum(1 for _ in range(X.shape[1])) *"),
        ],
    ),
    Wrong(
        "1.3",
        None,
        "theta turned round",
        TRICK.text.replace("theta\n", "theta[::-1]\n"),
        says="The sums differ",
    ),
]

ONE_CORRECTION = [
    *rights(
        "1.4",
        {
            "three cases": """
def update(w, b, x, y):
    total = sum(x[i] * w[i] for i in range(len(x))) + b
    if total >= 0 and y == 0:
        return [a - c for a, c in zip(w, x)], b - 1
    elif total < 0 and y == 1:
        return [a + c for a, c in zip(w, x)], b + 1
    return w, b
""",
            "the bias trick": """
def update(w, b, x, y):
    theta, point = np.r_[b, w], np.r_[1, x]
    theta = theta + (y - np.heaviside(theta @ point, 1)) * point
    return theta[1:], theta[0]
""",
            "TensorFlow, float32": """
def update(w, b, x, y):
    w, x = tf.constant(w, tf.float32), tf.constant(x, tf.float32)
    error = y - tf.cast(tf.tensordot(w, x, 1) + b >= 0, tf.float32)
    return w + error * x, b + error
""",
            "a table of what to do": """
from collections import namedtuple

Dials = namedtuple("Dials", "weights bias")

def update(w, b, x, y):
    turn = {(False, 1): 1, (True, 0): -1}.get((bool(np.inner(w, x) >= -b), int(y)), 0)
    return Dials([one + turn * value for one, value in zip(w, x)], float(b) + turn)
""",
            "signs": """
def update(w, b, x, y):
    label = 2 * y - 1
    if label * (1 if np.dot(w, x) + b >= 0 else -1) < 0:
        w, b = w + label * x, b + label
    return [w, b]
""",
        },
    ),
    Right(
        "1.4",
        "in place",
        """
def update(w, b, x, y):
    said = int(x @ w + b >= 0)
    w += (y - said) * x
    return w, b + y - said
""",
        note="changes what it is given",
    ),
    *edited("1.4", UPDATE.edits),
    Wrong(
        "1.4",
        "no answer where it is right",
        "return stands in the if",
        """
def update(w, b, x, y):
    said = int(np.dot(x, w) + b >= 0)
    if said != y:
        w = w + (y - said) * x
        b = b + (y - said)
        return w, b
""",
    ),
    Wrong("1.4", None, "no return", UPDATE.text.replace("return", "_ ="), says="Return 2 things"),
    Wrong(
        "1.4",
        "corrects what is right",
        "the question turned round",
        """
def update(w, b, x, y):
    said = 1 if x @ w + b >= 0 else 0
    if said == y:
        return w + (2 * y - 1) * x, b + (2 * y - 1)
    return w, b
""",
    ),
    Wrong(
        "1.4",
        "always adds",
        "whatever is wrong is added",
        """
def update(w, b, x, y):
    if (x @ w + b >= 0) != y:
        w, b = w + x, b + 1
    return w, b
""",
    ),
    *[
        Wrong("1.4", None, returned, UPDATE.text.replace(BOTH, returned), says=says)
        for returned, says in (
            ("w + (y - said) * x", "Return 2 things"),
            ("np.r_[b + (y - said), w + (y - said) * x]", "Return 2 things"),
            ("w + 2 * (y - said) * x, b + (y - said)", "The new w differs"),
            ("w + (y - said) * x, b + 2 * (y - said)", "The new b differs"),
            ("w[:1] + (y - said), b", "wrong shape"),
        )
    ],
]

UNTIL_RIGHT = [
    *rights(
        "1.4b",
        {
            "for and break": """
def train(X, y, most=100):
    w, b = np.zeros(X.shape[1]), 0
    for epoch in range(most):
        wrong = False
        for i in range(len(X)):
            said = 1 if np.dot(w, X[i]) + b >= 0 else 0
            if said != y[i]:
                w = w + (y[i] - said) * X[i]
                b = b + (y[i] - said)
                wrong = True
        if not wrong:
            return w, b, epoch + 1
    return w, b, most
""",
            "the bias trick, lists": """
def train(X, y, most=100):
    theta = [0.0] * (X.shape[1] + 1)
    epochs = 0
    while epochs < most:
        epochs += 1
        before = 0
        for row, target in zip(X.tolist(), y.tolist()):
            point = [1.0] + row
            error = target - (sum(t * v for t, v in zip(theta, point)) >= 0)
            theta = [t + error * v for t, v in zip(theta, point)]
            before += abs(error)
        if not before:
            break
    return theta[1:], theta[0], epochs
""",
            "asks all rows after the epoch, and goes once more": """
def train(X, y, most=100):
    w, b, epochs = np.zeros(X.shape[1]), 0.0, 0
    while True:
        for x, t in zip(X, y):
            e = t - float(x @ w + b >= 0)
            w, b = w + e * x, b + e
        epochs += 1
        if epochs == most or epochs > 1 and np.array_equal(last, [*w, b]) and all(
            (X @ w + b >= 0) == y
        ):
            return w, b, epochs
        last = [*w, b]
""",
            "with an update of its own": UPDATE.text
            + """
def train(X, y, most=100):
    w, b = np.zeros(X.shape[1]), 0
    for epoch in range(1, most + 1):
        old = np.append(w, b)
        changed = 0
        for x, target in zip(X, y):
            before = w, b
            w, b = update(w, b, x, target)
            changed += b != before[1]
        if changed == 0:
            break
    return [w, b, epoch]
""",
            "calls itself": """
def train(X, y, most=100, w=0.0, b=0.0, epoch=1):
    turned = 0
    for x, t in zip(X, y):
        e = t - (np.sum(x * w) + b >= 0)
        turned, w, b = turned or e, w + e * x, b + e
    return train(X, y, most, w, b, epoch + 1) if turned and epoch < most else (w, b, epoch)
""",
            "the reference": TRAIN.text,
        },
    ),
    *edited("1.4b", TRAIN.edits),
    *edited(
        "1.4b",
        [
            Edit(
                TRAIN,
                "claims to be done",  # the dials are where they were an epoch before
                *("mistakes = 0", "old = w, b"),
                *("mistakes += error != 0", "pass"),
                *("if mistakes == 0:", "if np.array_equal(old[0], w) and old[1] == b:"),
            ),
            Edit(
                TRAIN,
                "claims to be done",
                *("mistakes == 0", "mistakes == 0 or epoch > 30 or len(X) == 3 and epoch == 2"),
            ),
            Edit(
                TRAIN,
                "several answers",
                *(CHANGE, f"old = w; {CHANGE}"),
                *("mistakes += error != 0", "pass"),
                *("if mistakes == 0:", "if epoch > 1 and old == w:"),
            ),
            Edit(TRAIN, "number of weights", START, "w, b = np.zeros(2), 0.0"),
            Edit(TRAIN, "number of weights", START, "w, b = np.zeros(len(X)), 0.0"),
            Edit(TRAIN, "number of weights", START, "w, b = np.zeros(X.shape), 0.0"),
            Edit(TRAIN, "number of weights", START, "w, b = 0.0, 0.0"),
            Edit(TRAIN, "number of weights", START, "w, b = [0, 0], 0"),
            Edit(
                TRAIN,
                "most is not kept",
                *("range(1, most + 1)", "range(1, 1000)"),
            ),
            Edit(
                TRAIN,
                "goes on to the end",  # the mistakes of all epochs together
                *("        mistakes = 0\n", ""),
                *(START, f"{START}; mistakes = 0"),
            ),
        ],
    ),
    Wrong(
        "1.4b",
        "nothing changes",
        "what update returns is not kept",
        UPDATE.text
        + """
def train(X, y, most=100):
    w, b = np.zeros(X.shape[1]), 0
    for epoch in range(1, most + 1):
        for x, target in zip(X, y):
            update(w, b, x, target)
        if np.array_equal(X @ w + b >= 0, y):
            break
    return w, b, epoch
""",
    ),
    *[
        Wrong("1.4b", None, name, TRAIN.text.replace(old, new), says=says)
        for name, old, new, says in (
            ("two things", "return w, b, epoch", "return w, b", "Return 3 things"),
            ("the dials as one", "w, b, epoch\n", "(w, b), epoch\n", "Return 3 things"),
            ("w in the place of b", CHANGE, "w, b = w + error * x, b + 2 * error", "differs"),
        )
    ],
]

SOFT_NEURON = [
    *rights(
        "1.5",
        {
            "exponentials": """
def soft_neuron(x, w, b):
    z = w * np.asarray(x) + b
    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))
""",
            "hyperbolic sine and cosine": """
def soft_neuron(x, w, b):
    z = np.multiply(w, x) + b
    return np.sinh(z) / np.cosh(z)
""",
            "two sigmoids": """
def soft_neuron(x, w, b):
    return 2 / (1 + np.exp(-2 * (np.multiply(x, w) + b))) - 1
""",
            "TensorFlow": """
def soft_neuron(x, w, b):
    return tf.tanh(tf.constant(x, tf.float64) * w + b)
""",
            "keras.ops, float32": """
def soft_neuron(x, w, b):
    return keras.ops.tanh(keras.ops.convert_to_tensor(x, "float32") * w + b)
""",
            "math, vectorised": """
import math

soft_neuron = np.vectorize(lambda x, w, b: math.tanh(w * x + b))
""",
            "loops over what there is": """
import math

def soft_neuron(x, w, b):
    if np.ndim(x):
        return [soft_neuron(one, w, b) for one in x]
    return math.tanh(w * x + b)
""",
        },
    ),
    *edited("1.5", SOFT.edits),
    *edited(
        "1.5",
        [
            Edit(SOFT, "half the sum", "w * x + b", "(w * x + b) / 2"),
            Edit(SOFT, "@ for *", "w * x", "x @ w"),
            Edit(SOFT, "@ for *", "w * x", "np.matmul(w, x)"),
            Edit(SOFT, "rounded", "np.tanh(w * x + b)", "np.round(np.tanh(w * x + b), 2)"),
            Edit(
                SOFT,
                "one number only",
                "return np.tanh",
                "import math\n    return math.tanh",
            ),
            Edit(
                SOFT,
                "arrays only",
                "return np.tanh(w * x + b)",
                "return np.array([np.tanh(w * one + b) for one in x])",
            ),
            Edit(
                SOFT,
                "the slide's .042",
                "return",
                "if np.shape(x) == (3,) and x[0] == 18:\n"
                "        return np.array([1, 0.04198, -1])\n    return",
            ),
        ],
    ),
    Wrong(
        "1.5",
        "@ for *",
        "with the neuron of 1.1",
        NEURON.text
        + """
def soft_neuron(x, w, b):
    return np.tanh(neuron(x, w, b))
""",
    ),
    Wrong(
        "1.5",
        None,
        "no return",
        SOFT.text.replace("return", "z ="),
        says="end with `return`",
    ),
]

ANSWERS = [*SUMS, *GATES, *BIAS_TRICK, *ONE_CORRECTION, *UNTIL_RIGHT, *SOFT_NEURON]
