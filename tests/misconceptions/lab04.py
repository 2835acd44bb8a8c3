"""Lab 04, outputs and losses: answers in foreign styles, and wrong ones that no edit makes."""

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.edits import Edit
from utils.checks.lab04 import (
    BCE,
    CE,
    CHOICE,
    GIVEN,
    GRADIENT,
    JACOBIAN,
    PRICE,
    SOFTMAX,
    TWO_TERMS,
)

MEAN_LOG = f"-np.mean(np.log({CHOICE}))"
# What the expressions of 4.4 and 4.5 call.
SOFT = """
def soft(z):
    powers = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return powers / np.sum(powers, axis=-1, keepdims=True)
"""
SLOPE = "(soft(z) - t) / len(z)"
TABLE = "np.diag(soft(z)) - np.outer(soft(z), soft(z))"

PROBABILITY = [
    *rights(
        "4.0",
        {
            "the formula": "def given(y, p):\n    return y * p + (1 - y) * (1 - p)\n",
            "a loop, a list": """
def given(y, p):
    answers = []
    for label, one in zip(y, p):
        answers.append(one if label == 1 else 1 - one)
    return answers
""",
            "a power": "given = lambda y, p: p**y * (1 - p) ** (1 - y)\n",
            "columns": """
def given(y, p):
    return np.column_stack([1 - p, p])[np.arange(len(y)), y]
""",
            "TensorFlow, float32, a column": """
def given(y, p):
    y, p = tf.constant(y, tf.float32), tf.constant(p, tf.float32)
    return tf.where(y > 0.5, p, 1 - p)[:, tf.newaxis]
""",
            "keras.ops": """
def given(y, p):
    return 1 - keras.ops.abs(keras.ops.cast(y, "float32") - keras.ops.cast(p, "float32"))
""",
            "a class": """
class Given:
    def __call__(self, y, p):
        p = np.array(p)
        p[y == 0] = 1 - p[y == 0]
        return p

given = Given()
""",
        },
    ),
    *edited("4.0", GIVEN.edits),
    Wrong(
        "4.0",
        "if over an array",
        "Python's if",
        "def given(y, p):\n    return p if y == 1 else 1 - p\n",
        verdict="wrong",
    ),
    *[
        Wrong("4.0", mistake, returned, GIVEN.text.replace(CHOICE, returned), says)
        for mistake, returned, says in (
            ("if over an array", "y == 1 and p or 1 - p", "`and`"),
            (None, "'0.9'", "should be numbers"),
            (None, "{'p': 0.9}", "should be numbers"),
            (None, "__import__('array').array('d', p)", "an array.array"),
            (None, "map(abs, p)", "a map"),
        )
    ],
    Wrong("4.0", None, "prints", "def given(y, p):\n    print(y * p)\n", "is None"),
    Wrong("4.0", None, "a table", GIVEN.text.replace(CHOICE, "np.stack([p, 1 - p])"), "shape"),
    Wrong("4.0", None, "half of it", GIVEN.text.replace(CHOICE, f"{CHOICE} / 2"), "values differ"),
]

BINARY = [
    *rights(
        "4.1",
        {
            "the formula, cut": """
def binary_cross_entropy(y, p):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))
""",
            "Keras": """
def binary_cross_entropy(y, p):
    return keras.losses.BinaryCrossentropy()(y, p)
""",
            "scikit-learn": """
from sklearn.metrics import log_loss

def binary_cross_entropy(y, p):
    return log_loss(y, p, labels=[0, 1])
""",
            "a loop of floats": """
import math

def binary_cross_entropy(y, p):
    total = 0.0
    for label, one in zip(y.tolist(), p.tolist()):
        happened = one if label else 1 - one
        total += -math.log(happened) if happened > 0 else math.inf
    return total / len(y)
""",
            "scikit-learn, two arguments": """
from sklearn.metrics import log_loss

def binary_cross_entropy(y, p):
    return log_loss(y, p)
""",
            "xlogy": """
from scipy.special import xlog1py, xlogy

def binary_cross_entropy(y, p):
    return np.array([-(xlogy(y, p) + xlog1py(1 - y, -p)).mean()])
""",
            "TensorFlow, a rest added": """
def binary_cross_entropy(y, p):
    y, p = tf.cast(y, tf.float32), tf.cast(p, tf.float32)
    return -tf.reduce_mean(y * tf.math.log(p + 1e-9) + (1 - y) * tf.math.log(1 - p + 1e-9))
""",
            "1e-7 added": """
def binary_cross_entropy(y, p):
    return (-y * np.log(p + 1e-7) - (1 - y) * np.log(1 - p + 1e-7)).mean()
""",
            "masks": """
def binary_cross_entropy(y, p):
    return -(np.log(p[y == 1]).sum() + np.log(1 - p[y == 0]).sum()) / y.size
""",
            "logarithm of a product": """
def binary_cross_entropy(y, p):
    return -np.log(np.prod(np.where(y == 1, p, 1 - p)) ** (1 / len(y)))
""",
            "nan to zero": """
def binary_cross_entropy(y, p):
    first, second = np.nan_to_num(y * np.log(p), neginf=-np.inf), (1 - y) * np.log(1 - p)
    return -(first + np.nan_to_num(second, neginf=-np.inf)).mean()
""",
            "partial": """
from functools import partial

def price(y, p, *, eps):
    return float(-np.log(np.maximum(np.where(y, p, 1 - p), eps)).mean())

binary_cross_entropy = partial(price, eps=1e-7)
""",
        },
    ),
    *edited("4.1", BCE.edits),
    Wrong(
        "4.1",
        "arguments swapped",
        "Keras, labels second",
        """
def binary_cross_entropy(y, p):
    return keras.losses.BinaryCrossentropy()(p, y)
""",
    ),
    Wrong(
        "4.1",
        "sigmoid of a probability",
        "Keras, from_logits",
        """
def binary_cross_entropy(y, p):
    return keras.losses.BinaryCrossentropy(from_logits=True)(y, p)
""",
    ),
    *edited(
        "4.1",
        [
            Edit(BCE, "rounded", MEAN_LOG, f"np.round({MEAN_LOG}, 3)"),
            Edit(BCE, "cheap certainty", MEAN_LOG, f"min({MEAN_LOG}, 5.0)"),
            Edit(
                BCE,
                "nan for a sure mistake",
                MEAN_LOG,
                f"-np.mean(0 / {CHOICE} + np.log({CHOICE}))",
            ),
            Edit(BCE, "nan left out", MEAN_LOG, f"-np.mean(np.log({CHOICE})[p * (1 - p) > 0])"),
            *(
                Edit(BCE, "cheap certainty", CHOICE, f"np.clip({CHOICE}, {cut}, 1)")
                for cut in ("0.001", "0.0001")
            ),
            Edit(BCE, "cheap certainty", CHOICE, f"np.maximum({CHOICE}, 1e-4 * ({CHOICE} == 0))"),
        ],
    ),
    *[
        Wrong("4.1", mistake, returned, BCE.text.replace(MEAN_LOG, returned), says, verdict)
        for returned, mistake, says, verdict in (
            ("-np.log(p if y == 1 else 1 - p).mean()", "if over an array", "", "wrong"),
            ("-np.log(max(p, 1e-12)).mean()", "if over an array", "max", "wrong"),
            ("__import__('math').log(p)", "one number only", "", "wrong"),
            (f"float(-({TWO_TERMS}))", "one number only", "float()", "wrong"),
            (CHOICE, "one for each", "", "wrong"),
            ("np.abs(y - p)", "one for each", "", "wrong"),
            (
                "-sum(t * m.log(q) + (1 - t) * m.log(1 - q) for t, q in zip(y, p)) / len(y) "
                "if (m := __import__('math')) else 0",
                "math.log",
                "",
                "wrong",
            ),
            ("None", None, "is None", "wrong"),
            ("np.nan", None, "differ", "wrong"),
            ("'0.2271'", None, "should be numbers", "wrong"),
            ("(0.2, 0.3)", None, "shape", "wrong"),
        )
    ],
]

MANY = [
    *rights(
        "4.2",
        {
            "scipy": """
from scipy import special

def softmax(z, axis=-1):
    return special.softmax(z, axis)
""",
            "TensorFlow": """
def softmax(z, axis=-1):
    return tf.nn.softmax(z, axis=axis)
""",
            "keras.ops, float32": """
def softmax(z, axis=-1):
    return keras.ops.softmax(keras.ops.cast(z, "float32"), axis)
""",
            "by log-sum-exp": """
from scipy.special import logsumexp

def softmax(z, axis=-1):
    return np.exp(z - logsumexp(z, axis=axis, keepdims=True))
""",
            "apply_along_axis and lists": """
import math

def one(row):
    top = max(row)
    powers = [math.exp(value - top) for value in row]
    return [power / sum(powers) for power in powers]

def softmax(z, axis=-1):
    return np.apply_along_axis(one, axis, z)
""",
            "differences": """
def softmax(z, axis=-1):
    z = np.moveaxis(z, axis, -1)
    with np.errstate(over="ignore"):
        shares = 1 / np.exp(z[..., None, :] - z[..., :, None]).sum(-1)
    return np.moveaxis(shares, -1, axis)
""",
            "another shift, expand_dims": """
def softmax(z, axis=-1):
    z = z - np.expand_dims(z.max(axis) + 3.0, axis)
    z = np.exp(z)
    return z / np.expand_dims(z.sum(axis), axis)
""",
            "einsum over the last axis": """
def softmax(z, axis=-1):
    z = np.moveaxis(z, axis, -1)
    powers = np.exp(z - z.max(-1)[..., None])
    return np.moveaxis(np.einsum("...k,...->...k", powers, 1 / powers.sum(-1)), -1, axis)
""",
        },
    ),
    *edited("4.2", SOFTMAX.edits),
    *[
        Wrong("4.2", mistake, name, source, says, verdict)
        for mistake, name, source, says, verdict in (
            (
                "one dimension only",
                "math.exp",
                "import math\nsoftmax = lambda z, axis=-1: math.exp(z) / sum(math.exp(z))\n",
                "",
                "wrong",
            ),
            (
                "rounded",
                "two decimals",
                SOFTMAX.text.replace("return ", "return np.round(").rstrip() + ", 2)\n",
                "",
                "wrong",
            ),
            (
                "one dimension only",
                "float",
                SOFTMAX.text.replace("powers /", "powers / float(z.sum()) /").replace(
                    "z.sum()", "z"
                ),
                "float()",
                "wrong",
            ),
            (None, "nothing", "def softmax(z, axis=-1):\n    np.exp(z)\n", "is None", "wrong"),
            (
                None,
                "the transpose",
                SOFTMAX.text.replace("return powers", "powers = powers.T; return powers").replace(
                    "np.sum(powers, axis=axis", "np.sum(powers, axis=0"
                ),
                "shape",
                "wrong",
            ),
        )
    ],
]

LOGITS = [
    *rights(
        "4.3",
        {
            "Keras": """
def cross_entropy_from_logits(z, t):
    return keras.losses.CategoricalCrossentropy(from_logits=True)(t, z)
""",
            "scipy": """
from scipy.special import logsumexp

def cross_entropy_from_logits(z, t):
    return np.mean(logsumexp(z, axis=1) - z[t == 1])
""",
            "TensorFlow": """
def cross_entropy_from_logits(z, t):
    return tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=z))
""",
            "logaddexp": """
def cross_entropy_from_logits(z, t):
    return -np.mean(z[np.arange(len(z)), t.argmax(axis=1)] - np.logaddexp.reduce(z, axis=1))
""",
            "a loop of floats": """
import math

def cross_entropy_from_logits(z, t):
    prices = []
    for row, label in zip(z.tolist(), t.tolist()):
        top = max(row)
        total = math.log(sum(math.exp(one - top) for one in row))
        prices.append(top + total - row[label.index(1)])
    return sum(prices) / len(prices)
""",
            "differences to the right logit": """
def cross_entropy_from_logits(z, t):
    d = z - np.sum(z * t, axis=1)[:, None]
    return np.logaddexp.reduce(d, axis=1).mean()
""",
            "all logits shifted": """
def cross_entropy_from_logits(z, t):
    z = z - z.max(axis=1)[:, None]
    return float(np.einsum("nk,nk->", t, np.log(np.exp(z).sum(1))[:, None] - z) / len(z))
""",
            "float32": CE.text.replace("m = np", "z = z.astype('float32'); m = np"),
        },
    ),
    *edited("4.3", CE.edits),
    Wrong(
        "4.3",
        "arguments swapped",
        "Keras, labels second",
        """
def cross_entropy_from_logits(z, t):
    return keras.losses.CategoricalCrossentropy(from_logits=True)(z, t)
""",
    ),
    Wrong(
        "4.3",
        "each class alone",
        "Keras, binary",
        """
def cross_entropy_from_logits(z, t):
    return keras.losses.BinaryCrossentropy(from_logits=True)(t, z)
""",
    ),
    Wrong(
        "4.3",
        "rounded",
        "a decimal",
        CE.text.replace(PRICE, PRICE + ".round(1)"),
    ),
    *[
        Wrong("4.3", mistake, name, CE.text.replace(*change), says, verdict)
        for mistake, name, change, says, verdict in (
            (
                "keepdims missing",
                "no keepdims",
                (", keepdims=True", ""),
                "",
                "wrong",
            ),
            (
                "keepdims missing",
                "t as class numbers",
                ("t * (z - log_sum)", "(z - log_sum) * t.argmax(axis=1)"),
                "class numbers",
                "wrong",
            ),
            ("one for each", "log-sum-exp of each", (PRICE, "return log_sum"), "", "wrong"),
            ("one for each", "right logits", (PRICE, "return z[t == 1]"), "", "wrong"),
            (None, "nothing comes back", ("return ", ""), "is None", "wrong"),
            (
                None,
                "the softmax comes back",
                (PRICE, "return np.exp(z - log_sum)"),
                "shape",
                "wrong",
            ),
            (
                None,
                "capped",
                (PRICE, PRICE.replace("return ", "return min(50.0, ") + ")"),
                "not right for large logits",
                "wrong",
            ),
        )
    ],
]

SLOPES = [
    *rights(
        "4.4",
        {
            "GradientTape": """
def cross_entropy_gradient(z, t):
    logits = tf.Variable(z, dtype=tf.float64)
    with tf.GradientTape() as tape:
        price = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(labels=t, logits=logits))
    return tape.gradient(price, logits)
""",
            "a loop over the rows": """
def cross_entropy_gradient(z, t):
    slopes = []
    for row, label in zip(z, t):
        powers = np.exp(row - max(row))
        slopes.append((powers / sum(powers) - label) / len(z))
    return slopes
""",
            "through the Jacobian": """
def cross_entropy_gradient(z, t):
    a = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    J = np.einsum("ni,ij->nij", a, np.eye(z.shape[1])) - np.einsum("ni,nj->nij", a, a)
    return -np.einsum("nij,ni->nj", J, t / a) / len(z)
""",
            "nudges": """
def price(z, t):
    return np.mean(np.log(np.exp(z).sum(axis=1)) - (z * t).sum(axis=1))

def cross_entropy_gradient(z, t):
    slopes = np.zeros_like(z)
    for place in np.ndindex(z.shape):
        nudge = np.zeros_like(z)
        nudge[place] = 1e-5
        slopes[place] = (price(z + nudge, t) - price(z - nudge, t)) / 2e-5
    return slopes
""",
            "Keras, float32": """
def cross_entropy_gradient(z, t):
    return (np.asarray(keras.ops.softmax(z.astype("float32"))) - t) / np.shape(z)[0]
""",
        },
    ),
    *edited("4.4", GRADIENT.edits, before=SOFT),
    Wrong(
        "4.4",
        "nothing came back",
        "a tape that watches nothing",
        """
def cross_entropy_gradient(z, t):
    z = tf.constant(z)
    with tf.GradientTape() as tape:
        price = keras.losses.CategoricalCrossentropy(from_logits=True)(t, z)
    return tape.gradient(price, z)
""",
    ),
    Wrong(
        "4.4",
        "rounded",
        "two decimals",
        SOFT + GRADIENT.text.replace(SLOPE, f"np.round({SLOPE}, 2)"),
    ),
    Wrong(
        "4.4",
        "keepdims missing",
        "no keepdims",
        "def cross_entropy_gradient(z, t):\n"
        "    return (np.exp(z) / np.exp(z).sum(axis=1) - t) / len(z)\n",
    ),
    Wrong(
        "4.4",
        "keepdims missing",
        "t as class numbers",
        SOFT + GRADIENT.text.replace(SLOPE, "soft(z) - t.argmax(axis=1)"),
        "class numbers",
    ),
    *[
        Wrong("4.4", mistake, returned, SOFT + GRADIENT.text.replace(SLOPE, returned), says)
        for mistake, returned, says in (
            (None, "-np.log((soft(z) * t).sum(axis=1))", "shape"),
            ("one number", "-np.mean(np.log((soft(z) * t).sum(axis=1)))", "price?"),
            ("one row", "(soft(z) - t).sum(axis=0)", ""),
            ("one row", "(soft(z) - t)[0]", ""),
            (None, "'a - t'", "should be numbers"),
            (None, "{'slope': 0.1}", "should be numbers"),
        )
    ],
]

TABLES = [
    *rights(
        "4.5",
        {
            "two loops": """
def softmax_jacobian(z):
    k = len(z)
    a = np.exp(z) / np.exp(z).sum()
    J = [[0.0] * k for _ in range(k)]
    for i in range(k):
        for j in range(k):
            J[i][j] = a[i] * ((i == j) - a[j])
    return J
""",
            "GradientTape": """
def softmax_jacobian(z):
    z = tf.Variable(z, dtype=tf.float32)
    with tf.GradientTape() as tape:
        a = tf.nn.softmax(z)
    return tape.jacobian(a, z)
""",
            "broadcasting": """
def softmax_jacobian(z):
    a = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    return a[:, None] * (np.eye(len(a)) - a)
""",
            "a matrix product": """
def softmax_jacobian(z):
    a = (np.exp(z) / sum(np.exp(z))).reshape(-1, 1)
    return np.diagflat(a) - a @ a.T
""",
            "einsum": """
def softmax_jacobian(z):
    a = keras.ops.convert_to_numpy(keras.ops.softmax(z))
    return np.einsum("i,ij->ij", a, np.eye(len(a))) - np.einsum("i,j->ij", a, a)
""",
        },
    ),
    *edited("4.5", JACOBIAN.edits, before=SOFT),
    Wrong(
        "4.5",
        "nothing came back",
        "it prints",
        SOFT + JACOBIAN.text.replace(f"return {TABLE}", f"print({TABLE})"),
    ),
    Wrong(
        "4.5",
        "rounded",
        "two decimals",
        SOFT + JACOBIAN.text.replace(TABLE, f"np.round({TABLE}, 2)"),
    ),
    *[
        Wrong("4.5", "one for each class", row, SOFT + JACOBIAN.text.replace(TABLE, row))
        for row in ("soft(z)", f"({TABLE})[0]", "soft(z)[:, None]")
    ],
    Wrong(
        "4.5",
        None,
        "the shares and the table",
        SOFT + JACOBIAN.text.replace(TABLE, f"soft(z), {TABLE}"),
        "parts of different shapes",
    ),
]


def _services(**given: str) -> str:
    """The right answers; others in their place where they are given."""
    right = {
        "degrees": "(1, 'linear', 'mse')",
        "rain": "(1, 'sigmoid', 'binary_crossentropy')",
        "sky": "(4, 'softmax', 'sparse_categorical_crossentropy')",
        "sky_rows": "(4, 'softmax', 'categorical_crossentropy')",
        "alarms": "(3, 'sigmoid', 'binary_crossentropy')",
    }
    return "".join(f"{name} = {text}\n" for name, text in (right | given).items())


SERVICES = [
    *rights(
        "4.6",
        {
            "probabilities": _services(),
            "logits everywhere": _services(
                rain="(1, 'linear', 'binary_crossentropy from logits')",
                sky="[4, 'linear', 'sparse_categorical_crossentropy from logits']",
                sky_rows="(4, None, 'categorical_crossentropy from_logits=True')",
                alarms="(3, 'linear', 'binary_crossentropy from logits')",
            ),
            "two units for rain, Keras's names": _services(
                degrees="(np.int64(1), 'Linear', 'MeanSquaredError')",
                rain="(2, 'softmax', 'SparseCategoricalCrossentropy')",
                sky="(4.0, 'softmax', 'SparseCategoricalCrossentropy()')",
            ),
            "from_logits=False": _services(
                rain="(1, 'sigmoid', 'BinaryCrossentropy(from_logits=False)')",
                sky_rows="(4, 'softmax', 'categorical_crossentropy, from_logits=False')",
            ),
            "longer and shorter names": _services(
                degrees="(1, 'linear', 'tf.keras.losses.MeanSquaredError()')",
                rain="(1, 'sigmoid', 'tf.keras.losses.BinaryCrossentropy()')",
                alarms="(3, 'sigmoid', 'BCE')",
            ),
        },
    ),
    *[
        Wrong("4.6", mistake, f"{name}: {text}", _services(**{name: text}), points=1.6)
        for mistake, name, text in (
            ("softmax over one unit", "rain", "(1, 'softmax', 'binary_crossentropy')"),
            ("squared error for classes", "sky", "(4, 'softmax', 'mse')"),
            ("squared error for classes", "rain", "(1, 'sigmoid', 'mse')"),
            ("squared error of a linear output", "rain", "(1, 'linear', 'mse')"),
            ("squared error of a linear output", "sky", "(4, 'linear', 'mse')"),
            ("squared error of a linear output", "sky", "(1, 'linear', 'mse')"),
            ("number squeezed", "degrees", "(1, 'softmax', 'mse')"),
            ("softmax for several", "alarms", "(1, 'softmax', 'binary_crossentropy')"),
            ("number squeezed", "degrees", "(1, 'sigmoid', 'mse')"),
            ("cross-entropy for a number", "degrees", "(1, 'linear', 'binary_crossentropy')"),
            ("softmax for several", "alarms", "(3, 'softmax', 'categorical_crossentropy')"),
            ("softmax for several", "alarms", "(3, 'softmax', 'binary_crossentropy')"),
            ("one class of several", "alarms", "(3, 'sigmoid', 'categorical_crossentropy')"),
            ("integers for rows", "sky_rows", "(4, 'softmax', 'sparse_categorical_crossentropy')"),
            ("integers for rows", "alarms", "(3, 'sigmoid', 'sparse_categorical_crossentropy')"),
            ("rows for integers", "sky", "(4, 'softmax', 'categorical_crossentropy')"),
            ("rows for integers", "rain", "(2, 'softmax', 'categorical_crossentropy')"),
            ("categorical loss for one unit", "rain", "(1, 'sigmoid', 'categorical_crossentropy')"),
            ("categorical loss for one unit", "rain", "(1, 'linear', 'categorical_crossentropy')"),
            ("units", "sky", "(1, 'softmax', 'sparse_categorical_crossentropy')"),
            ("units", "sky", "(1, 'sigmoid', 'categorical_crossentropy')"),
            ("units", "sky_rows", "(1, 'softmax', 'categorical_crossentropy')"),
            ("units", "sky", "(1, 'sigmoid', 'sparse_categorical_crossentropy')"),
            ("units", "sky", "(3, 'softmax', 'sparse_categorical_crossentropy')"),
            ("units", "alarms", "(1, 'sigmoid', 'binary_crossentropy')"),
            ("units", "alarms", "(8, 'linear', 'binary_crossentropy from logits')"),
            ("units", "degrees", "(2, 'linear', 'mse')"),
            ("sigmoids for shares", "sky_rows", "(4, 'sigmoid', 'binary_crossentropy')"),
            ("sigmoids for shares", "sky", "(4, 'sigmoid', 'sparse_categorical_crossentropy')"),
            ("binary loss for classes", "sky_rows", "(4, 'softmax', 'binary_crossentropy')"),
            ("binary loss for classes", "rain", "(2, 'softmax', 'binary_crossentropy')"),
            (
                "sparse loss for one unit",
                "rain",
                "(1, 'sigmoid', 'sparse_categorical_crossentropy')",
            ),
            ("logits as probabilities", "rain", "(1, 'linear', 'binary_crossentropy')"),
            ("logits as probabilities", "sky", "(4, None, 'sparse_categorical_crossentropy')"),
            (
                "probabilities as logits",
                "sky_rows",
                "(4, 'softmax', 'categorical_crossentropy from logits')",
            ),
            (
                "probabilities as logits",
                "alarms",
                "(3, 'sigmoid', 'binary_crossentropy from logits')",
            ),
            ("squared error of logits", "degrees", "(1, 'linear', 'mse from logits')"),
        )
    ],
    *[
        Wrong("4.6", None, f"rain: {text}", _services(rain=text), says, points=1.6)
        for text, says in (
            ("...", "still `...`"),
            ("'sigmoid'", "Three things are wanted"),
            ("(1, 'sigmoid')", "Three things are wanted"),
            ("{'units': 1, 'activation': 'sigmoid'}", "Three things are wanted"),
            ("('one', 'sigmoid', 'binary_crossentropy')", "without quotes"),
            ("(1, 'relu', 'binary_crossentropy')", "The activation is none"),
            ("(1, 'sigmoid', 'cross-entropy')", "The loss is none"),
            ("(1, 'sigmoid', 3)", "texts in quotes"),
            ("(np.inf, 'sigmoid', 'mse')", "nan or inf"),
            ("(None, 'sigmoid', 'binary_crossentropy')", "The number of units is None"),
        )
    ],
]

ANSWERS: list[Right | Wrong] = [
    *PROBABILITY,
    *BINARY,
    *MANY,
    *LOGITS,
    *SLOPES,
    *TABLES,
    *SERVICES,
]
