"""Lab 03, activations: answers in foreign styles, and wrong ones that no edit makes."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks import lab03
from utils.checks.lab03 import (
    D_RELU,
    D_SIGMOID,
    D_SOFTPLUS,
    D_TANH,
    HARD_TANH,
    RBF,
    RELU,
    RISE_OVER_RUN,
    SLOPE,
    SLOPE_BETWEEN,
    SOFTPLUS,
    STEP,
    TANH,
    UNIT,
)

# The exercise of each function of 3.1 and 3.1b, and what that exercise gives without it.
PLACE = {
    **dict.fromkeys(("step", "relu", "hard_tanh"), ("3.1", 1.0)),
    **dict.fromkeys(("sigmoid", "tanh", "softplus"), ("3.1b", 2.0)),
    "rbf": ("3.1b", 1.5),
}
ARGUMENTS = {"rbf": "x, w, s"}


def _functions(**bodies: str) -> str:
    """The seven functions of 3.1 and 3.1b; a body is what stands after the signature."""
    right = {
        "step": "return (z >= 0).astype(float)",
        "relu": "return np.maximum(0, z)",
        "sigmoid": "return 1 / (1 + np.exp(-z))",
        "tanh": "return np.tanh(z)",
        "softplus": "return np.logaddexp(0, z)",
        "hard_tanh": "return np.clip(z, -1, 1)",
        "rbf": "return np.exp(-np.sum((x - w) ** 2, axis=1) / s**2)",
    }
    return _defined(right | bodies)


def _defined(bodies: dict[str, str]) -> str:
    return "\n".join(
        f"def {name}({ARGUMENTS.get(name, 'z')}):\n    " + body.strip().replace("\n", "\n    ")
        for name, body in bodies.items()
    )


SLOPES = [
    *rights(
        "3.0",
        {
            "the reference": SLOPE_BETWEEN.text,
            "the mean of two one-sided slopes": """
def slope_between(left, right, h):
    middle = (left + right) / 2
    return ((right - middle) / h + (middle - left) / h) / 2
""",
            "lists and loops": """
def slope_between(left, right, h):
    if np.ndim(left):
        return [slope_between(a, b, h) for a, b in zip(left, right)]
    return (float(right) - float(left)) / 2 / h
""",
            "TensorFlow, float32": """
def slope_between(left, right, h):
    return tf.cast(tf.subtract(right, left), tf.float32) / tf.constant(h + h, tf.float32)
""",
            "np.gradient": """
def slope_between(left, right, h):
    return np.gradient(np.stack([left, right]), 2 * h, axis=0)[0]
""",
        },
    ),
    *edited("3.0", SLOPE_BETWEEN.edits),
    *[
        Wrong("3.0", None, says, SLOPE_BETWEEN.text.replace(RISE_OVER_RUN, says), words, verdict)
        for says, words, verdict in (
            ("np.ravel((right - left) / (2 * h))", "wrong shape", "wrong"),
            ("print((right - left) / (2 * h))", "end with `return`", "wrong"),
            ("(right - left) / (3 * h)", "values differ", "wrong"),
            ("(right - left) / (2 * width)", "", "crashed"),
            ("'(right - left) / (2 * h)'", "should be numbers", "wrong"),
        )
    ],
]


# Both exercises are judged on all seven functions.
FUNCTIONS = [
    ("NumPy, with warnings on the way", "import math\n" + _functions()),
    (
        "where, boolean masks, stable forms by hand",
        _functions(
            step="return np.where(z < 0, 0, 1)",
            relu="return np.where(z > 0, z, 0)",
            sigmoid="return np.where(z >= 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))",
            tanh="e = np.exp(-2.0 * np.abs(z))\nreturn np.sign(z) * (1 - e) / (1 + e)",
            softplus="return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))",
            hard_tanh="return np.where(z > 1, 1, np.where(z < -1, -1, z))",
            rbf="return np.exp(-(np.linalg.norm(w - x, axis=-1) / s) ** 2)",
        ),
    ),
    (
        "scipy and other NumPy functions",
        "from scipy import special\n"
        + _functions(
            step="return np.heaviside(z, 1.0)",
            relu="return np.clip(z, 0, None)",
            sigmoid="return special.expit(z)",
            tanh="return 2 * special.expit(2 * z) - 1",
            softplus="return -special.log_expit(-np.asarray(z, float))",
            hard_tanh="return np.maximum(-1, np.minimum(1, z))",
            rbf="d = x - w\nreturn np.exp(-np.einsum('ij,ij->i', d, d) / s / s)",
        ),
    ),
    (
        "TensorFlow tensors in float32",
        _functions(
            step="return tf.cast(tf.constant(z) >= 0, tf.float32)",
            relu="return tf.nn.relu(z)",
            sigmoid="return tf.sigmoid(tf.cast(z, tf.float32))",
            tanh="return tf.tanh(tf.cast(z, tf.float32))",
            softplus="return tf.math.softplus(tf.cast(z, tf.float32))",
            hard_tanh="return tf.clip_by_value(tf.cast(z, tf.float32), -1.0, 1.0)",
            rbf="d = tf.cast(x - w, tf.float32)\n"
            "return tf.exp(-tf.reduce_sum(d * d, axis=1, keepdims=True) / s**2)",
        ),
    ),
    (
        "keras.ops and Keras's activations",
        _functions(
            relu="return keras.ops.maximum(z, 0)",
            sigmoid="return keras.ops.sigmoid(np.asarray(z, 'float32'))",
            tanh="return keras.activations.tanh(keras.ops.cast(z, 'float32'))",
            softplus="return keras.activations.softplus(keras.ops.cast(z, 'float32'))",
            hard_tanh="return keras.activations.hard_tanh(keras.ops.cast(z, 'float32'))",
            rbf="return keras.ops.exp(-keras.ops.sum(keras.ops.square(x - w), axis=1) / s**2)",
        ),
    ),
    (
        "loops, lists and math, number by number",
        """
import math

def each(f):
    def over(z):
        return [over(row) for row in z] if np.ndim(z) else f(float(z))
    return over

step = each(lambda v: v >= 0)
relu = each(lambda v: max(0.0, v))
sigmoid = each(lambda v: 1 / (1 + math.exp(-v)) if v > -500 else 0.0)
tanh = each(math.tanh)
softplus = each(lambda v: v if v > 40 else math.log1p(math.exp(v)))
hard_tanh = each(lambda v: max(-1.0, min(1.0, v)))

def rbf(x, w, s):
    return [math.exp(-sum((a - b) ** 2 for a, b in zip(row, w)) / s**2) for row in x]
""",
    ),
    ("in place", _functions(relu="z[z < 0] = 0\nreturn z")),
    (
        "far out by the straight pieces, from 10 or 20 on",
        _functions(
            sigmoid="return np.where(z > 20, 1, np.where(z < -20, 0, 1 / (1 + np.exp(-z))))",
            tanh="return np.where(np.abs(z) > 10, np.sign(z), np.tanh(z))",
            softplus="return np.where(z > 10, z, np.log1p(np.exp(z)))",
        ),
    ),
    (
        "np.vectorize with floats, differences in place",
        _functions(rbf="x -= w\nreturn np.exp(-(x**2).sum(axis=1) / s**2)")
        + """
import math
relu = np.vectorize(lambda v: v if v > 0 else 0, otypes=[float])
hard_tanh = np.vectorize(lambda v: max(-1.0, min(1.0, float(v))))
sigmoid = np.vectorize(lambda v: 0.0 if v < -700 else 1 / (1 + math.exp(-v)))
""",
    ),
]
CHANGES = [("3.1", "in place"), ("3.1b", "np.vectorize with floats, differences in place")]
RIGHT_FUNCTIONS = [
    Right(id, name, source, note="changes what it is given" if (id, name) in CHANGES else "")
    for id in ("3.1", "3.1b")
    for name, source in FUNCTIONS
]

# What no edit makes: function, mistake, body, and what must be said where that tells more.
WRONG_BODIES = [
    ("step", "Python's max", "if z >= 0:\n    return 1\nreturn 0"),
    ("step", "math", "return int(z >= 0)"),
    ("step", "math", "return float(z >= 0)"),
    (
        "relu",
        "any shape",
        "return [max(0.0, v) for v in z] if z.ndim == 1 else [[max(0.0, v) for v in r] for r in z]",
    ),
    ("relu", "any shape", "return np.array([max(0.0, v) for v in np.ravel(z)])"),
    (
        "relu",
        "decimals cut off",
        "return np.vectorize(lambda v: v if v > 0 else 0, otypes=[int])(z)",
    ),
    ("relu", "decimals cut off", "return np.vectorize(lambda v: v if v > 0 else 0)(z)"),
    ("relu", "decimals cut off", "return np.vectorize(lambda v: max(0, v))(z)"),
    ("relu", "decimals cut off", "return tf.maximum(0, z)", "write 0.0"),
    ("relu", None, "return z[z > 0]", "wrong shape"),
    ("relu", "nothing", "np.maximum(0, z)", "end with `return`"),
    ("relu", None, "return 'max(0, z)'", "should be numbers"),
    (
        "sigmoid",
        "decimals cut off",
        "return np.vectorize(lambda v: 0 if v < -500 else 1 / (1 + np.exp(-v)))(z)",
    ),
    (
        "sigmoid",
        "decimals cut off",
        "return np.vectorize(lambda v: 1 if v > 500 else 1 / (1 + np.exp(-v)))(z)",
    ),
    (
        "sigmoid",
        "decimals cut off",
        "out = np.zeros_like(z)\nout[:] = 1 / (1 + np.exp(-z))\nreturn out",
    ),
    ("sigmoid", "math", "import math\nreturn 1 / (1 + math.exp(-z))"),
    (
        "sigmoid",
        "math overflows",
        "import math\nreturn np.reshape([1 / (1 + math.exp(-v)) for v in np.ravel(z)], z.shape)",
    ),
    ("sigmoid", "whole numbers", "return tf.sigmoid(z)"),
    ("tanh", "math", "import math\nreturn math.tanh(z)"),
    # Decimals cut off look like this.
    ("hard_tanh", "hard tanh: dead zone", "return np.vectorize(lambda v: max(-1, min(1, v)))(z)"),
    ("hard_tanh", "hard tanh: dead zone", "return np.vectorize(lambda v: max(-1.0, min(1, v)))(z)"),
    ("hard_tanh", "hard tanh: dead zone", "return tf.maximum(-1, tf.minimum(1, z))"),
    ("rbf", "math", "import math\nreturn math.exp(-np.sum((w - x) ** 2, axis=1) / s**2)"),
    ("rbf", None, "return [[1.0], [1.0, 2.0]]", "should be numbers"),
    ("rbf", None, "return np.exp(-(x @ w) / s**2)", "values differ"),
    ("step", "math overflows", "import math\nreturn np.vectorize(lambda v: math.exp(v) >= 1)(z)"),
    ("step", "powers", "return (z + (z ^ 2)) > 0"),
    ("hard_tanh", "whole numbers", "return tf.clip_by_value(z, -1.0, 1.0)"),
    ("softplus", "Python's max", "return max(0, z) + np.log1p(np.exp(-np.abs(z)))"),
    ("softplus", "np.max", "return np.max(0, z) + np.log1p(np.exp(-np.abs(z)))"),
    ("sigmoid", "nothing", "1 / (1 + np.exp(-z))"),
    ("sigmoid", "any shape", "return [1 / (1 + np.exp(-v)) for v in np.ravel(z)]"),
    ("sigmoid", "one number", "return np.mean(1 / (1 + np.exp(-z)))"),
]

WRONG_FUNCTIONS = [
    *[
        answer
        for reference in (STEP, RELU, lab03.SIGMOID, TANH, SOFTPLUS, HARD_TANH, RBF)
        for id, points in [PLACE[reference.name]]
        for answer in edited(id, reference.edits, before=_functions(), points=points)
    ],
    *[
        Wrong(
            PLACE[function][0],
            mistake,
            f"{function}: {body}",
            _functions(**{function: body}),
            says="".join(says),
            points=PLACE[function][1],
        )
        for function, mistake, body, *says in WRONG_BODIES
    ],
    Wrong(
        "3.1",
        None,
        "one is still open",
        _functions(step="raise NotImplementedError('Exercise 3.1: write step')"),
        says="NotImplementedError",
        points=1.0,
    ),
    Wrong(
        "3.1b",
        None,
        "two are still open",
        _functions(
            tanh="raise NotImplementedError('Exercise 3.1b: write tanh')",
            rbf="raise NotImplementedError('Exercise 3.1b: write rbf')",
        ),
        says="NotImplementedError",
        points=1.0,
    ),
    Wrong(
        "3.1b",
        None,
        "an unknown name",
        _functions(tanh="return tanhyp(z)"),
        verdict="crashed",
        points=2.0,
    ),
]

SIGMOID = "def sigmoid(z):\n    return 1 / (1 + np.exp(-z))\n"


def _derivatives(**bodies: str) -> str:
    right = {
        "d_relu": "return np.where(z > 0, 1.0, 0.0)",
        "d_sigmoid": "s = sigmoid(z)\nreturn s * (1 - s)",
        "d_tanh": "return 1 - np.tanh(z) ** 2",
        "d_softplus": "return sigmoid(z)",
    }
    return SIGMOID + _defined(right | bodies)


RIGHT_DERIVATIVES = [
    Right("3.2", "NumPy", _derivatives()),
    Right(
        "3.2",
        "gradient tape",
        """
def slope(g):
    def at(z):
        x = tf.Variable(tf.cast(z, tf.float32))
        with tf.GradientTape() as tape:
            y = g(x)
        return tape.gradient(y, x)
    return at

d_relu, d_sigmoid = slope(tf.nn.relu), slope(tf.sigmoid)
d_tanh, d_softplus = slope(tf.tanh), slope(tf.math.softplus)
""",
    ),
    Right(
        "3.2",
        "cosh, masks and booleans",
        _derivatives(
            d_relu="return z > 0",
            d_sigmoid="return 1 / (4 * np.cosh(z / 2) ** 2)",
            d_tanh="return (1 - np.tanh(z)) * (1 + np.tanh(z))",
            d_softplus="return np.exp(z - np.logaddexp(0, z))",
        ),
    ),
    Right(
        "3.2",
        "keras.ops, float32, lists",
        _derivatives(
            d_relu="return (np.sign(np.maximum(z, 0))).tolist()",
            d_sigmoid="s = keras.ops.sigmoid(keras.ops.cast(z, 'float32'))\nreturn s - s * s",
            d_tanh="return 1 - keras.ops.tanh(keras.ops.cast(z, 'float32')) ** 2",
            d_softplus="return keras.ops.sigmoid(keras.ops.cast(z, 'float32'))",
        ),
    ),
    Right(
        "3.2",
        "differences of the stable functions, from the left at the kink",
        _derivatives(
            d_relu="return (np.maximum(0, z) - np.maximum(0, z - 1e-6)) / 1e-6",
            d_sigmoid="return (sigmoid(z + 1e-5) - sigmoid(z - 1e-5)) / 2e-5",
            d_tanh="return (np.tanh(z + 1e-5) - np.tanh(z - 1e-5)) / 2e-5",
        ),
    ),
    Right(
        "3.2",
        "far out by the limits, from 10 or 20 on",
        _derivatives(
            d_sigmoid="s = sigmoid(z)\nreturn np.where(np.abs(z) > 10, 0, s * (1 - s))",
            d_tanh="return np.where(np.abs(z) > 10, 0, 1 / np.cosh(z) ** 2)",
            d_softplus="return np.where(z > 20, 1, np.exp(z) / (1 + np.exp(z)))",
        ),
    ),
]

TAPE = "x = tf.{x}\nwith tf.GradientTape() as tape:\n    y = {y}\nreturn tape.gradient(y, x)"
WRONG_SLOPES = [
    (
        "d_relu",
        "d_relu: 1 at 0",
        TAPE.format(x="Variable(z.astype(float))", y="tf.maximum(x, 0.0)"),
    ),
    ("d_relu", "nothing", TAPE.format(x="constant(z)", y="tf.nn.relu(x)")),  # nobody watched it
    ("d_relu", "whole numbers", TAPE.format(x="Variable(z)", y="tf.nn.relu(x)")),
    ("d_relu", "d_relu: relu", "return np.where(z > 0, z, 0)"),
    ("d_sigmoid", "d_sigmoid: square forgotten", "return 1 - sigmoid(z)"),
    ("d_sigmoid", "d_sigmoid: parentheses", "return 0 * z"),
    ("d_sigmoid", "d_sigmoid: parentheses", "return [0.0] * len(z)"),
    ("d_sigmoid", "math", "import math\nreturn math.exp(-z)"),
    (
        "d_sigmoid",
        "math overflows",
        "import math\nr = np.ravel(z)\n"
        "return np.reshape([math.exp(-v) / (1 + math.exp(-v)) ** 2 for v in r], z.shape)",
    ),
    (
        "d_sigmoid",
        "decimals cut off",
        "out = np.zeros_like(z)\nout[:] = sigmoid(z) * (1 - sigmoid(z))\nreturn out",
    ),
    ("d_tanh", "whole numbers", "return 1 - tf.tanh(z) ** 2"),
    ("d_tanh", "powers", "return 1 - tf.tanh(z) ^ 2"),
]

WRONG_DERIVATIVES = [
    *[
        answer
        for reference in (D_RELU, D_SIGMOID, D_TANH, D_SOFTPLUS)
        for answer in edited("3.2", reference.edits, before=_derivatives(), points=1.5)
    ],
    *[
        Wrong("3.2", mistake, f"{function}: {body}", _derivatives(**{function: body}), points=1.5)
        for function, mistake, body in WRONG_SLOPES
    ],
    Wrong(
        "3.2",
        None,
        "numbers, not functions",
        _derivatives() + "\nd_tanh = 1.0\n",
        says="should be a function",
        points=1.5,
    ),
]


def _unit(returned: str) -> str:
    return f"def sigmoid_unit(w, b):\n    return {returned}\n"


UNITS = [
    Right("3.3", "doubled", _unit("2 * w, 2 * b, 2, -1")),
    Right("3.3", "the mirror image", _unit("-2 * w, -2 * b, -2, 1"), note=""),
    Right("3.3", "lists and loops", _unit("[[2 * v for v in w], 2 * b, 2.0, -1.0]")),
    Right(
        "3.3",
        "a column and tensors",
        _unit("tf.constant(2 * w[:, None], tf.float32), tf.constant([2 * b]), tf.ones(1) * 2, -1"),
    ),
    *edited("3.3", UNIT.edits),
    Wrong("3.3", "remembered", "constants", _unit("np.ones(len(w)), 1.0, 2, -1")),
    Wrong("3.3", None, "a number", _unit("2 * b"), says="4 things"),
    Wrong(
        "3.3", None, "the formula's value", _unit("2 / (1 + np.exp(-2 * w)) - 1"), says="4 things"
    ),
    Wrong("3.3", None, "other order", _unit("2, -1, 2 * w, 2 * b"), says="w2 has the wrong shape"),
    Wrong("3.3", None, "nothing", _unit("None"), says="4 things"),
    Wrong("3.3", None, "nan", _unit("np.nan * w, 2 * b, 2, -1"), says="nan"),
    Wrong("3.3", None, "scaled otherwise", _unit("3 * w, 3 * b, 2, -1"), says="units differ"),
]


def _bound(slope: str = "k / 4", bound: str = "0.25**layers", says: str = "'one factor'") -> str:
    return (
        f"def max_slope(k):\n    return {slope}\n"
        f"def factor_bound(layers):\n    return {bound}\nbound_says = {says}\n"
    )


BOUND = [
    Right("3.4", "formulas", _bound()),
    Right(
        "3.4",
        "searched on a grid, product of an array",
        _bound(
            "np.max(np.diff(1 / (1 + np.exp(-k * np.linspace(-1, 1, 2001)))) / 1e-3)",
            "np.prod(np.full(layers, 0.25))",
        ),
    ),
    Right(
        "3.4",
        "tensors, capitals, blanks",
        _bound("tf.constant([k]) / 4", "tf.constant(0.25) ** layers", "' One factor '"),
    ),
    Right(
        "3.4",
        "a loop",
        """
def max_slope(k):
    s = 1 / 2
    return k * s * (1 - s)

def factor_bound(layers):
    product = 1.0
    for _ in range(layers):
        product *= max_slope(1)
    return product

bound_says = "one factor"
""",
    ),
    Right(
        "3.4",
        "fractions and decimals",
        "from decimal import Decimal\nfrom fractions import Fraction\n"
        + _bound("Decimal(k) / 4", "Fraction(1, 4) ** layers"),
    ),
    *edited("3.4", SLOPE.edits, before=_bound(), points=1),
    *[
        Wrong("3.4", mistake, slope, _bound(slope=slope), points=1)
        for mistake, slope in (
            ("rounded", "round(k / 4, 2)"),
            ("rounded", "np.round(k / 4, 3)"),
            ("coarse grid", "np.max(k / (2 + 2 * np.cosh(k * np.linspace(-10, 10, 100))))"),
            (None, "np.array([k, k]) / 4"),
        )
    ],
    *edited("3.4", lab03.BOUND.edits, before=_bound(), points=1),
    *[
        Wrong("3.4", mistake, bound, _bound(bound=bound), points=1)
        for mistake, bound in (
            ("rounded", "round(0.25**layers, 4)"),
            ("rounded", "1 // 4**layers"),
            (None, "1.5e-5"),  # the number for 8 layers
            (None, "0.2**layers"),
            (None, "0.25 ** (2 * layers)"),  # tiny, but not 0
        )
    ],
    Right("3.4", "a claim in capitals", _bound(says="'One Factor'")),
    Wrong("3.4", "claim: exact gradient", "exact", _bound(says="'exact gradient'"), points=1),
    Wrong("3.4", "claim: largest gradient", "most", _bound(says="'largest gradient'"), points=1),
    Wrong("3.4", None, "prose", _bound(says="'it vanishes'"), says="one of the codes", points=1),
    Wrong("3.4", None, "a number", _bound(says="3"), says="one of the codes", points=1),
    Wrong(
        "3.4",
        None,
        "no quotes",
        _bound(says="max_slope"),
        says="one of the codes of the list, in quotes",
        points=1,
    ),
    Wrong("3.4", None, "open", _bound(says="..."), says="still `...`", points=1),
]

CHOICE = {
    "hidden": "relu",
    "temperature": "linear",
    "spam": "sigmoid",
    "garment": "softmax",
    "steering": "tanh",
    "sugar": "sigmoid",
}
CODES = ("linear", "relu", "sigmoid", "tanh", "softmax", "step")


def _choice(**other: str) -> str:
    return "\n".join(f"{place} = {code!r}" for place, code in (CHOICE | other).items())


PLACES = [
    Right("3.5", "usual", _choice()),
    Right("3.5", "tanh in the hidden layers", _choice(hidden="tanh"), note="good choice"),
    Right("3.5", "capitals and blanks", _choice(hidden=" ReLU", garment="Softmax")),
    *[
        Wrong("3.5", f"{place}: {code}", code, _choice(**{place: code}), points=1.25)
        for place, right in CHOICE.items()
        for code in CODES
        if code != right and (place, code) != ("hidden", "tanh")
    ],
    Wrong("3.5", None, "unknown", _choice(spam="logistic"), says="one of the codes", points=1.25),
    Wrong(
        "3.5",
        None,
        "a function",
        _choice() + "\nspam = keras.activations.sigmoid",
        says="one of the codes of the list, in quotes",
        points=1.25,
    ),
    Wrong(
        "3.5",
        None,
        "a layer",
        _choice() + "\nhidden = keras.layers.ReLU()",
        says="one of the codes of the list, in quotes",
        points=1.25,
    ),
    Wrong(
        "3.5",
        None,
        "a model",
        _choice() + "\nhidden = keras.Sequential([keras.Input((1,)), keras.layers.ReLU()])",
        says="one of the codes of the list, in quotes",
        points=1.25,
    ),
    *[
        Wrong(
            "3.5", None, f"both: {both}", _choice() + f"\nhidden = {both}", says=says, points=1.25
        )
        for both, says in (
            ("'relu, tanh'", "Both are right"),
            ("'ReLU or tanh'", "Both are right"),
            ("['relu', 'tanh']", "Both are right"),
            ("('relu', 'tanh')", "Both are right"),
            ("np.array(['relu', 'tanh'])", "Both are right"),
            ("'relu, step'", "one of the codes"),
            ("['relu', ['tanh', 'step']]", "one of the codes"),
            ("['relu']", 'Give it once, as a text: hidden = "relu"'),
            ("['relu'] * 8", "Give it once, as a text"),
            ("'relu,relu'", "Give it once, as a text"),
        )
    ],
    Wrong("3.5", None, "one is open", _choice() + "\nsugar = ...", says="still", points=1.25),
]

ANSWERS = [
    *SLOPES,
    *RIGHT_FUNCTIONS,
    *WRONG_FUNCTIONS,
    *RIGHT_DERIVATIVES,
    *WRONG_DERIVATIVES,
    *UNITS,
    *BOUND,
    *PLACES,
]
