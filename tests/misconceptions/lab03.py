"""Lab 03, activations: answers that must pass and answers that must fail by name."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong

POINTS = {
    "step": 0.5,
    "relu": 0.5,
    "sigmoid": 0.5,
    "tanh": 0.5,
    "softplus": 0.5,
    "hard_tanh": 0.5,
    "rbf": 1.0,
}
ARGUMENTS = {"rbf": "x, w, s"}


def _functions(**bodies: str) -> str:
    """The seven functions of 3.1; a body is what stands after the signature."""
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


RIGHT_FUNCTIONS = [
    Right("3.1", "NumPy, with warnings on the way", "import math\n" + _functions()),
    Right(
        "3.1",
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
    Right(
        "3.1",
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
    Right(
        "3.1",
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
    Right(
        "3.1",
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
    Right(
        "3.1",
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
    Right(
        "3.1",
        "in place",
        _functions(relu="z[z < 0] = 0\nreturn z"),
        note="changes the array",
    ),
    Right(
        "3.1",
        "far out by the straight pieces, from 10 or 20 on",
        _functions(
            sigmoid="return np.where(z > 20, 1, np.where(z < -20, 0, 1 / (1 + np.exp(-z))))",
            tanh="return np.where(np.abs(z) > 10, np.sign(z), np.tanh(z))",
            softplus="return np.where(z > 10, z, np.log1p(np.exp(z)))",
        ),
    ),
    Right(
        "3.1",
        "np.vectorize with floats, differences in place",
        _functions(rbf="x -= w\nreturn np.exp(-(x**2).sum(axis=1) / s**2)")
        + """
import math
relu = np.vectorize(lambda v: v if v > 0 else 0, otypes=[float])
hard_tanh = np.vectorize(lambda v: max(-1.0, min(1.0, float(v))))
sigmoid = np.vectorize(lambda v: 0.0 if v < -700 else 1 / (1 + math.exp(-v)))
""",
        note="changes the array",
    ),
]

# (function, mistake, name of the answer, body)
WRONG_BODIES = [
    ("step", "step: 0 at 0", "above 0", "return (z > 0) * 1"),
    ("step", "step: 1/2 at 0", "heaviside", "return np.heaviside(z, 0.5)"),
    ("step", "step: sign", "np.sign", "return np.sign(z)"),
    ("step", "step: sign", "plus and minus one", "return np.where(z >= 0, 1, -1)"),
    ("step", "step: reversed", "at most 0", "return np.where(z <= 0, 1, 0)"),
    ("step", "step: reversed", "heaviside, swapped", "return np.where(z >= 0, 0, 1)"),
    ("step", "step: the value", "keeps z", "return np.where(z >= 0, z, 0)"),
    ("step", "step: threshold 1/2", "half", "return z >= 0.5"),
    ("step", "step: threshold 1/2", "rounded sigmoid's idea", "return z > 0.5"),
    ("step", "Python's max", "if", "if z >= 0:\n    return 1\nreturn 0"),
    ("step", "math", "int", "return int(z >= 0)"),
    ("step", "math", "float", "return float(z >= 0)"),
    ("relu", "Python's max", "max", "return max(0, z)"),
    ("relu", "Python's max", "if on one line", "return z if z > 0 else 0"),
    ("relu", "np.max", "np.max with two", "return np.max(0, z)"),
    ("relu", "np.max", "np.max of a list", "return np.max([0, z])"),
    ("relu", "one number", "np.max of both", "return np.max([0, np.max(z)])"),
    ("relu", "one number", "np.max along an axis", "return np.max(z, 0)"),
    ("relu", "relu: min", "minimum", "return np.minimum(0, z)"),
    ("relu", "relu: abs", "absolute", "return np.abs(z)"),
    ("relu", "relu: step", "mask", "return z > 0"),
    ("relu", "relu: step", "mask with 0", "return 1.0 * (z >= 0)"),
    ("relu", "relu: leaky", "leaky 0.01", "return np.maximum(0.01 * z, z)"),
    ("relu", "relu: leaky", "leaky 0.2", "return np.where(z > 0, z, 0.2 * z)"),
    ("relu", "relu: leaky", "ELU", "return np.where(z > 0, z, np.exp(z) - 1)"),
    ("relu", "large numbers", "ReLU6", "return np.clip(z, 0, 6)"),
    ("relu", "relu: capped", "clip", "return np.clip(z, 0, 1)"),
    ("relu", "relu: not at all", "linear", "return z"),
    ("relu", "relu: nan at -inf", "product with a mask", "return z * (z > 0)"),
    ("relu", "relu: nan at -inf", "half of z + |z|", "return (z + np.abs(z)) / 2"),
    ("relu", "any shape", "a loop", "return np.array([max(0.0, v) for v in z])"),
    (
        "relu",
        "any shape",
        "a row and a table only",
        "return [max(0.0, v) for v in z] if z.ndim == 1 else [[max(0.0, v) for v in r] for r in z]",
    ),
    ("relu", "any shape", "one long row", "return np.array([max(0.0, v) for v in np.ravel(z)])"),
    (
        "relu",
        "decimals cut off",
        "vectorize",
        "return np.vectorize(lambda v: v if v > 0 else 0, otypes=[int])(z)",
    ),
    (
        "relu",
        "decimals cut off",
        "vectorize, 0 first",
        "return np.vectorize(lambda v: v if v > 0 else 0)(z)",
    ),
    ("relu", "decimals cut off", "vectorize, max", "return np.vectorize(lambda v: max(0, v))(z)"),
    ("relu", "decimals cut off", "tf.maximum with 0", "return tf.maximum(0, z)"),
    ("relu", "rounded", "one decimal", "return np.round(np.maximum(0.0, z), 1)"),
    ("sigmoid", "rounded", "two decimals", "return np.round(1 / (1 + np.exp(-z)), 2)"),
    ("tanh", "rounded", "three decimals", "return np.tanh(z).round(3)"),
    (
        "rbf",
        "rounded",
        "two decimals",
        "return np.exp(-((x - w) ** 2).sum(axis=1) / s**2).round(2)",
    ),
    ("rbf", "rbf: one number", "first row", "return np.exp(-((x[0] - w) ** 2).sum() / s**2)"),
    ("relu", "large numbers", "clipped at 10", "return np.clip(z, 0, 10)"),
    ("relu", None, "positive ones only", "return z[z > 0]"),
    ("relu", "nothing", "nothing returned", "np.maximum(0, z)"),
    ("relu", None, "words", "return 'max(0, z)'"),
    ("relu", "large numbers", "nothing above 100", "return np.maximum(0, z) * (z < 100)"),
    ("sigmoid", "powers", "^", "return 1 / (1 + np.e ^ (-z))"),
    (
        "sigmoid",
        "large numbers",
        "0 and 1 from 5",
        "return np.where(z < -5, 0, 1 / (1 + np.exp(-z)))",
    ),
    (
        "sigmoid",
        "decimals cut off",
        "vectorize, 0 far below",
        "return np.vectorize(lambda v: 0 if v < -500 else 1 / (1 + np.exp(-v)))(z)",
    ),
    (
        "sigmoid",
        "decimals cut off",
        "vectorize, 1 far above",
        "return np.vectorize(lambda v: 1 if v > 500 else 1 / (1 + np.exp(-v)))(z)",
    ),
    ("sigmoid", "math", "math.exp", "import math\nreturn 1 / (1 + math.exp(-z))"),
    (
        "sigmoid",
        "math overflows",
        "math.exp in a loop",
        "import math\nreturn np.reshape([1 / (1 + math.exp(-v)) for v in np.ravel(z)], z.shape)",
    ),
    ("sigmoid", "sigmoid: log", "logarithm", "return np.log(1 + np.exp(-z))"),
    ("sigmoid", "sigmoid: sign", "exp(z)", "return 1 / (1 + np.exp(z))"),
    ("sigmoid", "sigmoid: parentheses", "no parentheses", "return 1 / 1 + np.exp(-z)"),
    ("sigmoid", "sigmoid: the 1 forgotten", "1 / e^-z", "return 1 / np.exp(-z)"),
    ("sigmoid", "sigmoid: minus", "minus below", "return 1 / (1 - np.exp(-z))"),
    ("sigmoid", "sigmoid: tanh", "tanh", "return np.tanh(z)"),
    ("sigmoid", "sigmoid: base 2", "2**-z", "return 1 / (1 + 2.0**(-z))"),
    ("sigmoid", "sigmoid: softmax", "softmax", "return np.exp(z) / np.exp(z).sum()"),
    ("sigmoid", "sigmoid: 2z", "2z", "return 1 / (1 + np.exp(-2 * z))"),
    ("sigmoid", "sigmoid: rounded", "rounded", "return np.round(1 / (1 + np.exp(-z)))"),
    ("sigmoid", "sigmoid overflows", "second form", "return np.exp(z) / (np.exp(z) + 1)"),
    (
        "sigmoid",
        "decimals cut off",
        "zeros_like",
        "out = np.zeros_like(z)\nout[:] = 1 / (1 + np.exp(-z))\nreturn out",
    ),
    ("sigmoid", "whole numbers", "no cast", "return tf.sigmoid(z)"),
    (
        "sigmoid",
        "decimals cut off",
        "integer copy first",
        "return (1 / (1 + np.exp(-z))).astype(int)",
    ),
    ("tanh", "math", "math.tanh", "import math\nreturn math.tanh(z)"),
    (
        "tanh",
        "tanh: half as steep",
        "the 2 forgotten",
        "return (1 - np.exp(-z)) / (1 + np.exp(-z))",
    ),
    (
        "tanh",
        "tanh: half as steep",
        "both signs turned",
        "return (1 - np.exp(z)) / (1 + np.exp(z))",
    ),
    ("tanh", "tanh: half as steep", "2 sigmoid(z) - 1", "return 2 / (1 + np.exp(-z)) - 1"),
    ("tanh", "tanh: sigmoid", "sigmoid", "return 1 / (1 + np.exp(-z))"),
    ("tanh", "tanh: tan", "np.tan", "return np.tan(z)"),
    ("tanh", "tanh: sinh", "numerator only", "return (np.exp(z) - np.exp(-z)) / 2"),
    ("tanh", "tanh: sign", "signs turned", "return np.tanh(-z)"),
    ("tanh", "tanh: sigmoid of 2z", "e^2x below only", "return 1 / (1 + np.exp(-2 * z))"),
    (
        "tanh",
        "tanh: upside down",
        "fraction turned",
        "return (np.exp(z) + np.exp(-z)) / (np.exp(z) - np.exp(-z))",
    ),
    ("tanh", "tanh: arctan", "arctan", "return np.arctan(z)"),
    (
        "tanh",
        "tanh: parentheses",
        "no parentheses",
        "return 1 - np.exp(-2 * z) / 1 + np.exp(-2 * z)",
    ),
    (
        "tanh",
        "tanh: parentheses",
        "none below, lecture 000",
        "return (1 - np.exp(-2 * z)) / 1 + np.exp(-2 * z)",
    ),
    (
        "tanh",
        "tanh: sigmoid of 2z",
        "none above, lecture 000",
        "return 1 - np.exp(-2 * z) / (1 + np.exp(-2 * z))",
    ),
    (
        "tanh",
        "tanh: parentheses",
        "none, lecture 001",
        "return np.exp(z) - np.exp(-z) / np.exp(z) + np.exp(-z)",
    ),
    (
        "tanh",
        "tanh: parentheses",
        "none below, lecture 001",
        "return (np.exp(z) - np.exp(-z)) / np.exp(z) + np.exp(-z)",
    ),
    (
        "tanh",
        "tanh: parentheses",
        "none, lecture 004",
        "return np.exp(2 * z) - 1 / np.exp(2 * z) + 1",
    ),
    (
        "tanh",
        "tanh: parentheses",
        "none below, lecture 004",
        "return (np.exp(2 * z) - 1) / np.exp(2 * z) + 1",
    ),
    (
        "tanh",
        "tanh overflows",
        "lecture 000",
        "return (1 - np.exp(-2 * z)) / (1 + np.exp(-2 * z))",
    ),
    (
        "tanh",
        "tanh overflows",
        "lecture 001",
        "return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))",
    ),
    (
        "tanh",
        "tanh overflows",
        "lecture 004",
        "return (np.exp(2 * z) - 1) / (np.exp(2 * z) + 1)",
    ),
    ("tanh", "tanh overflows", "sinh / cosh", "return np.sinh(z) / np.cosh(z)"),
    ("softplus", "softplus overflows", "as printed", "return np.log(1 + np.exp(z))"),
    ("softplus", "softplus overflows", "log1p", "return np.log1p(np.exp(z))"),
    ("softplus", "softplus: base", "log2", "return np.log2(1 + np.exp(z))"),
    ("softplus", "softplus: base", "log10", "return np.log10(1 + np.exp(z))"),
    ("softplus", "softplus: the 1 forgotten", "log(e^z)", "return np.log(np.exp(z))"),
    ("softplus", "softplus: sign", "-z", "return np.logaddexp(0, -z)"),
    ("softplus", "softplus: sigmoid", "sigmoid", "return 1 / (1 + np.exp(-z))"),
    ("softplus", "softplus: log1p alone", "log1p(z)", "return np.log1p(z)"),
    ("softplus", "softplus: log1p twice", "log1p(1 + e^z)", "return np.log1p(1 + np.exp(z))"),
    ("softplus", "softplus: relu", "relu", "return np.maximum(0, z)"),
    ("softplus", "large numbers", "clipped", "return np.log1p(np.exp(np.clip(z, -30, 30)))"),
    ("softplus", "softplus: exponents", "logaddexp with 1", "return np.logaddexp(1, z)"),
    ("softplus", "softplus: exponents", "with e^z", "return np.logaddexp(0, np.exp(z))"),
    ("softplus", "softplus: exponents", "with both", "return np.logaddexp(1, np.exp(z))"),
    ("softplus", "softplus: no logarithm", "no log", "return 1 + np.exp(z)"),
    ("softplus", "large numbers", "z from 4", "return np.where(z > 4, z, np.log1p(np.exp(z)))"),
    ("hard_tanh", "hard tanh: 0 to 1", "hard sigmoid", "return np.clip(z, 0, 1)"),
    (
        "hard_tanh",
        "hard tanh: min and max swapped",
        "max and min",
        "return np.maximum(1, np.minimum(-1, z))",
    ),
    (
        "hard_tanh",
        "hard tanh: min and max swapped",
        "min and max",
        "return np.minimum(-1, np.maximum(1, z))",
    ),
    ("hard_tanh", "hard tanh: sign", "sign", "return np.sign(z)"),
    ("hard_tanh", "hard tanh: one side", "above", "return np.minimum(1, z)"),
    ("hard_tanh", "hard tanh: one side", "below", "return np.maximum(-1, z)"),
    ("hard_tanh", "hard tanh: tanh", "tanh", "return np.tanh(z)"),
    ("hard_tanh", "hard tanh: outside", "0 outside", "return np.where(np.abs(z) < 1, z, 0)"),
    (
        "hard_tanh",
        "hard tanh: dead zone",
        "0 inside",
        "return np.where(z > 1, 1, np.where(z < -1, -1, 0))",
    ),
    (
        "hard_tanh",
        "hard tanh: dead zone",
        "0.0 inside",
        "return np.where(np.abs(z) > 1, np.sign(z), 0.0)",
    ),
    (
        "hard_tanh",
        "hard tanh: dead zone",
        "vectorize, -1 first",
        "return np.vectorize(lambda v: max(-1, min(1, v)))(z)",
    ),
    (
        "hard_tanh",
        "hard tanh: dead zone",
        "vectorize, 1 first",
        "return np.vectorize(lambda v: max(-1.0, min(1, v)))(z)",
    ),
    ("hard_tanh", "hard tanh: dead zone", "tf", "return tf.maximum(-1, tf.minimum(1, z))"),
    ("hard_tanh", "Python's max", "as on the slide", "return max(-1, min(1, z))"),
    ("rbf", "rbf: plus", "lecture 000", "return np.exp(np.sum((w - x) ** 2, axis=1) / s**2)"),
    (
        "rbf",
        "rbf: distance not squared",
        "norm",
        "return np.exp(-np.linalg.norm(w - x, axis=1) / s**2)",
    ),
    ("rbf", "rbf: s not squared", "s", "return np.exp(-np.sum((w - x) ** 2, axis=1) / s)"),
    (
        "rbf",
        "rbf: twice s²",
        "normal distribution",
        "return np.exp(-np.sum((w - x) ** 2, axis=1) / (2 * s**2))",
    ),
    (
        "rbf",
        "rbf: times s²",
        "1 / s**2 without parentheses",
        "return np.exp(-np.sum((w - x) ** 2, axis=1) * s**2)",
    ),
    ("rbf", "rbf: s forgotten", "no s", "return np.exp(-np.sum((w - x) ** 2, axis=1))"),
    ("rbf", "rbf: not summed", "no sum", "return np.exp(-((w - x) ** 2) / s**2)"),
    ("rbf", "rbf: axis", "axis 0", "return np.exp(-np.sum((w - x) ** 2, axis=0) / s**2)"),
    ("rbf", "rbf: one number", "no axis", "return np.exp(-np.sum((w - x) ** 2) / s**2)"),
    ("rbf", "rbf: one number", "norm", "return np.exp(-np.linalg.norm(w - x) ** 2 / s**2)"),
    ("rbf", "rbf: mean", "mean", "return np.exp(-np.mean((w - x) ** 2, axis=1) / s**2)"),
    (
        "rbf",
        "rbf: square of the sum",
        "sum first",
        "return np.exp(-np.sum(w - x, axis=1) ** 2 / s**2)",
    ),
    ("rbf", "rbf: no exp", "exponent", "return -np.sum((w - x) ** 2, axis=1) / s**2"),
    (
        "rbf",
        "math",
        "math.exp",
        "import math\nreturn math.exp(-np.sum((w - x) ** 2, axis=1) / s**2)",
    ),
    ("rbf", "powers", "^", "return np.exp(-np.sum((w - x) ^ 2, axis=1) / s**2)"),
    (
        "rbf",
        "rbf: s² outside",
        "divided afterwards",
        "return np.exp(-np.sum((w - x) ** 2, axis=1)) / s**2",
    ),
    (
        "rbf",
        "rbf: neither squared",
        "norm / s",
        "return np.exp(-np.linalg.norm(w - x, axis=1) / s)",
    ),
    (
        "rbf",
        "rbf: sum outside",
        "exp first",
        "return np.sum(np.exp(-((w - x) ** 2) / s**2), axis=1)",
    ),
    ("rbf", "rbf: dot product", "dot", "return np.exp(-np.dot(w - x, w - x) / s**2)"),
    ("rbf", "rbf: dot product", "at", "return np.exp(-((w - x) @ (w - x)) / s**2)"),
    (
        "rbf",
        "rbf: upside down",
        "1 minus",
        "return 1 - np.exp(-np.sum((w - x) ** 2, axis=1) / s**2)",
    ),
    (
        "rbf",
        "rbf: absolute values",
        "order 1",
        "return np.exp(-np.sum(np.abs(w - x), axis=1) / s**2)",
    ),
    ("rbf", None, "ragged", "return [[1.0], [1.0, 2.0]]"),
    ("rbf", None, "dot product", "return np.exp(-(x @ w) / s**2)"),
]
# What a wrong answer without a name of its own must say.
SAYS = {
    "positive ones only": "wrong shape",
    "nothing returned": "end with `return`",
    "tf.maximum with 0": "write 0.0",
    "np.max along an axis": "np.maximum compares",
    "words": "should be numbers",
    "ragged": "should be numbers",
    "dot product": "values differ",
}

WRONG_FUNCTIONS = [
    *[
        Wrong(
            "3.1",
            mistake,
            f"{function}: {name}",
            _functions(**{function: body}),
            says=SAYS.get(name, ""),
            points=4 - POINTS[function],
        )
        for function, mistake, name, body in WRONG_BODIES
    ],
    Wrong(
        "3.1",
        None,
        "two are still open",
        _functions(
            tanh="raise NotImplementedError('Exercise 3.1: write tanh')",
            rbf="raise NotImplementedError('Exercise 3.1: write rbf')",
        ),
        says="NotImplementedError",
        points=2.5,
    ),
    Wrong(
        "3.1",
        None,
        "an unknown name",
        _functions(tanh="return tanhyp(z)"),
        verdict="crashed",
        points=3.5,
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

WRONG_SLOPES = [
    ("d_relu", "d_relu: 1 at 0", "at least 0", "return (z >= 0).astype(float)"),
    (
        "d_relu",
        "d_relu: 1 at 0",
        "tf.maximum(x, 0)",
        "x = tf.Variable(z.astype(float))\nwith tf.GradientTape() as tape:\n"
        "    y = tf.maximum(x, 0.0)\nreturn tape.gradient(y, x)",
    ),
    (
        "d_relu",
        "d_relu: 1/2 at 0",
        "central differences",
        "return (np.maximum(0, z + 1e-6) - np.maximum(0, z - 1e-6)) / 2e-6",
    ),
    ("d_relu", "d_relu: relu", "relu", "return np.maximum(0, z)"),
    ("d_relu", "d_relu: relu", "keeps z", "return np.where(z > 0, z, 0)"),
    ("d_relu", "d_relu: sign", "sign", "return np.sign(z)"),
    ("d_relu", "d_relu: sign", "1 and -1", "return np.where(z > 0, 1, -1)"),
    ("d_relu", "d_relu: reversed", "below 0", "return np.where(z < 0, 1, 0)"),
    ("d_relu", "d_relu: always 1", "ones", "return np.ones_like(z)"),
    ("d_relu", "d_relu: 0/0", "quotient", "return np.maximum(0, z) / z"),
    (
        "d_relu",
        "nothing",
        "a constant that nobody watched",
        "x = tf.constant(z)\nwith tf.GradientTape() as tape:\n    y = tf.nn.relu(x)\n"
        "return tape.gradient(y, x)",
    ),
    (
        "d_relu",
        "whole numbers",
        "a variable of whole numbers",
        "x = tf.Variable(z)\nwith tf.GradientTape() as tape:\n    y = tf.nn.relu(x)\n"
        "return tape.gradient(y, x)",
    ),
    ("d_relu", "math", "int", "return int(z > 0)"),
    ("d_relu", "np.max", "np.max of a list", "return np.sign(np.max([0, z]))"),
    ("d_relu", "Python's max", "if", "return 1 if z > 0 else 0"),
    ("d_relu", "np.max", "np.max", "return np.sign(np.max(0, z))"),
    ("d_relu", "one number", "any", "return np.any(z > 0)"),
    ("d_relu", "any shape", "a loop", "return [1 if v > 0 else 0 for v in z]"),
    ("d_relu", "large numbers", "a mistake far away", "return (z > 0) & (z < 100)"),
    ("d_sigmoid", "d_sigmoid: z for s", "z (1 - z)", "return z * (1 - z)"),
    (
        "d_sigmoid",
        "d_sigmoid: s twice",
        "of a",
        "a = sigmoid(z)\nreturn sigmoid(a) * (1 - sigmoid(a))",
    ),
    ("d_sigmoid", "d_sigmoid: plus", "s (1 + s)", "return sigmoid(z) * (1 + sigmoid(z))"),
    ("d_sigmoid", "d_sigmoid: minus", "s (s - 1)", "return sigmoid(z) * (sigmoid(z) - 1)"),
    (
        "d_sigmoid",
        "d_sigmoid: square forgotten",
        "no square",
        "return np.exp(-z) / (1 + np.exp(-z))",
    ),
    ("d_sigmoid", "d_sigmoid: square forgotten", "1 - s", "return 1 - sigmoid(z)"),
    (
        "d_sigmoid",
        "d_sigmoid: numerator forgotten",
        "1 / square",
        "return 1 / (1 + np.exp(-z)) ** 2",
    ),
    (
        "d_sigmoid",
        "d_sigmoid: numerator forgotten",
        "-1 / square",
        "return -1 / (1 + np.exp(-z)) ** 2",
    ),
    ("d_sigmoid", "d_sigmoid: sigmoid", "sigmoid", "return sigmoid(z)"),
    ("d_sigmoid", "d_sigmoid: tanh's", "1 - s²", "return 1 - sigmoid(z) ** 2"),
    ("d_sigmoid", "d_sigmoid: as if e^-z were z", "one s", "return sigmoid(z) * (1 - z)"),
    (
        "d_sigmoid",
        "d_sigmoid: parentheses",
        "s * 1 - s",
        "s = sigmoid(z)\nreturn s * 1 - s",
    ),
    ("d_sigmoid", "d_sigmoid: parentheses", "zeros", "return 0 * z"),
    ("d_sigmoid", "d_sigmoid: parentheses", "a list of zeros", "return [0.0] * len(z)"),
    (
        "d_sigmoid",
        "d_sigmoid: one factor twice",
        "(1 - s)²",
        "return (1 - sigmoid(z)) ** 2",
    ),
    (
        "d_sigmoid",
        "d_sigmoid: sigmoid(1 - z)",
        "1 - z",
        "return sigmoid(z) * sigmoid(1 - z)",
    ),
    (
        "d_sigmoid",
        "large numbers",
        "0 from 5 on",
        "s = sigmoid(z)\nreturn np.where(np.abs(z) > 5, 0, s * (1 - s))",
    ),
    (
        "d_sigmoid",
        "d_sigmoid overflows",
        "lecture 000",
        "return np.exp(-z) / (1 + np.exp(-z)) ** 2",
    ),
    ("d_sigmoid", "math", "math.exp", "import math\nreturn math.exp(-z)"),
    (
        "d_sigmoid",
        "math overflows",
        "math.exp in a loop",
        "import math\nr = np.ravel(z)\n"
        "return np.reshape([math.exp(-v) / (1 + math.exp(-v)) ** 2 for v in r], z.shape)",
    ),
    (
        "d_sigmoid",
        "decimals cut off",
        "zeros_like",
        "out = np.zeros_like(z)\nout[:] = sigmoid(z) * (1 - sigmoid(z))\nreturn out",
    ),
    (
        "d_sigmoid",
        "rounded",
        "two decimals",
        "return np.round(sigmoid(z) * (1 - sigmoid(z)), 2)",
    ),
    ("d_tanh", "whole numbers", "no cast", "return 1 - tf.tanh(z) ** 2"),
    ("d_tanh", "powers", "^", "return 1 - np.tanh(z)^2"),
    ("d_tanh", "powers", "^ of a tensor", "return 1 - tf.tanh(z) ^ 2"),
    ("d_tanh", "d_tanh: square inside", "z²", "return 1 - np.tanh(z**2)"),
    (
        "d_tanh",
        "d_tanh: factor 2 lost",
        "the inner 2",
        "s = sigmoid(2 * z)\nreturn 2 * s * (1 - s)",
    ),
    (
        "d_tanh",
        "d_tanh: factor 2 lost",
        "both",
        "s = sigmoid(2 * z)\nreturn s * (1 - s)",
    ),
    ("d_tanh", "d_tanh: z for tanh", "1 - z²", "return 1 - z**2"),
    ("d_tanh", "d_tanh: tanh twice", "of a", "return 1 - np.tanh(np.tanh(z)) ** 2"),
    ("d_tanh", "d_tanh: square forgotten", "1 - tanh", "return 1 - np.tanh(z)"),
    ("d_tanh", "d_tanh: plus", "1 + tanh²", "return 1 + np.tanh(z) ** 2"),
    ("d_tanh", "d_tanh: sigmoid's", "t (1 - t)", "return np.tanh(z) * (1 - np.tanh(z))"),
    ("d_tanh", "d_tanh: sigmoid's", "s (1 - s)", "return sigmoid(z) * (1 - sigmoid(z))"),
    ("d_tanh", "d_tanh: tanh", "tanh", "return np.tanh(z)"),
    ("d_tanh", "d_tanh: 1 minus square, squared", "squared", "return (1 - np.tanh(z)) ** 2"),
    ("d_tanh", "d_tanh: minus", "tanh² - 1", "return np.tanh(z) ** 2 - 1"),
    (
        "d_tanh",
        "d_tanh overflows",
        "lecture 001's tanh",
        "t = (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))\nreturn 1 - t**2",
    ),
    (
        "d_softplus",
        "d_softplus: inner derivative",
        "1 / (1 + e^z)",
        "return 1 / (1 + np.exp(z))",
    ),
    ("d_softplus", "d_softplus: outer derivative", "e^z", "return np.exp(z)"),
    ("d_softplus", "d_softplus: sigmoid'", "s (1 - s)", "return sigmoid(z) * (1 - sigmoid(z))"),
    (
        "d_softplus",
        "d_softplus: s (1 - s)",
        "s is softplus",
        "s = np.logaddexp(0, z)\nreturn s * (1 - s)",
    ),
    ("d_softplus", "d_softplus: softplus", "softplus", "return np.logaddexp(0, z)"),
    ("d_softplus", "d_softplus: relu'", "step", "return (z > 0) * 1.0"),
    ("d_softplus", "d_softplus: relu'", "step with 0", "return (z >= 0) * 1.0"),
    ("d_softplus", "d_softplus: minus", "minus", "return -sigmoid(z)"),
    ("d_softplus", "d_softplus: log of the slope", "z", "return z"),
    (
        "d_softplus",
        "d_softplus overflows",
        "chain rule as it comes",
        "return np.exp(z) / (1 + np.exp(z))",
    ),
]

WRONG_DERIVATIVES = [
    *[
        Wrong("3.2", mistake, f"{function}: {name}", _derivatives(**{function: body}), points=1.5)
        for function, mistake, name, body in WRONG_SLOPES
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


UNIT = [
    Right("3.3", "doubled", _unit("2 * w, 2 * b, 2, -1")),
    Right("3.3", "the mirror image", _unit("-2 * w, -2 * b, -2, 1"), note=""),
    Right("3.3", "lists and loops", _unit("[[2 * v for v in w], 2 * b, 2.0, -1.0]")),
    Right(
        "3.3",
        "a column and tensors",
        _unit("tf.constant(2 * w[:, None], tf.float32), tf.constant([2 * b]), tf.ones(1) * 2, -1"),
    ),
    *[
        Wrong("3.3", mistake, name, _unit(returned))
        for mistake, name, returned in (
            ("2 sigmoid(z) - 1", "not doubled", "w, b, 2, -1"),
            ("sigmoid(2z) - 1", "not stretched", "2 * w, 2 * b, 1, -1"),
            ("sigmoid(z) alone", "the same", "w, b, 1, 0"),
            ("sigmoid(2z) alone", "twice as steep", "2 * w, 2 * b, 1, 0"),
            ("shift forgotten", "no shift", "2 * w, 2 * b, 2, 0"),
            ("sign of the shift", "plus 1", "2 * w, 2 * b, 2, 1"),
            ("shift 1/2", "half", "2 * w, 2 * b, 2, -0.5"),
            ("bias forgotten", "0", "2 * w, 0, 2, -1"),
            ("bias not doubled", "b", "2 * w, b, 2, -1"),
            ("weights not doubled", "w", "w, 2 * b, 2, -1"),
            ("halved", "half", "w / 2, b / 2, 2, -1"),
            ("sign turned", "one sign", "-2 * w, -2 * b, 2, -1"),
            ("sign turned", "a and c", "2 * w, 2 * b, -2, 1"),
            ("a and c swapped", "swapped", "2 * w, 2 * b, -1, 2"),
            ("four times", "4", "4 * w, 4 * b, 2, -1"),
            ("sigmoid from tanh", "the other way", "w / 2, b / 2, 0.5, 0.5"),
            ("steep by a", "4 and -2", "w, b, 4, -2"),
            ("steep by a", "4 and -1", "w, b, 4, -1"),
            ("remembered", "constants", "np.ones(len(w)), 1.0, 2, -1"),
        )
    ],
    Wrong("3.3", None, "a number", _unit("2 * b"), says="four things"),
    Wrong("3.3", None, "the formula's value", _unit("2 / (1 + np.exp(-2 * w)) - 1"), says="four"),
    Wrong("3.3", None, "other order", _unit("2, -1, 2 * w, 2 * b"), says="w2 has the wrong shape"),
    Wrong("3.3", None, "nothing", _unit("None"), says="four things"),
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
    *[
        Wrong("3.4", mistake, name, _bound(slope=slope), points=1)
        for mistake, name, slope in (
            ("value at 0", "half of k", "k / 2"),
            ("value at 0", "half", "1 / (1 + np.exp(-k * 0))"),
            ("slope of tanh", "k", "k"),
            ("slope of tanh", "1", "1.0"),
            ("k ignored", "a quarter", "0.25"),
            ("k squared", "k²", "k**2 / 4"),
            ("divided by k", "1 / 4k", "1 / (4 * k)"),
            ("power of k", "power", "0.25**k"),
            ("slope at k", "at z = k", "np.exp(-k) / (1 + np.exp(-k)) ** 2"),
            (
                "slope at 1/2",
                "at z = 1/2 for s = 1/2",
                "k * np.exp(-0.5) / (1 + np.exp(-0.5)) ** 2",
            ),
            ("slope at 1/2", "at z = 1/2", "k * np.exp(-k / 2) / (1 + np.exp(-k / 2)) ** 2"),
            ("rounded", "two decimals", "round(k / 4, 2)"),
            ("rounded", "three decimals", "np.round(k / 4, 3)"),
            (
                "coarse grid",
                "a hundred points",
                "np.max(k / (2 + 2 * np.cosh(k * np.linspace(-10, 10, 100))))",
            ),
            (None, "an array", "np.array([k, k]) / 4"),
        )
    ],
    *[
        Wrong("3.4", mistake, name, _bound(bound=bound), points=1)
        for mistake, name, bound in (
            ("bound: value at 0", "half", "0.5**layers"),
            ("bound: slope of tanh", "one", "1.0**layers"),
            ("bound: added up", "sum", "0.25 * layers"),
            ("bound: divided", "quotient", "0.25 / layers"),
            ("bound: one layer only", "one layer", "0.25"),
            ("bound: one factor too few", "L - 1", "0.25 ** (layers - 1)"),
            ("bound: one factor too many", "L + 1", "0.25 ** (layers + 1)"),
            ("bound: upside down", "4", "4.0**layers"),
            ("bound: base and exponent", "swapped", "layers**0.25"),
            ("rounded", "four decimals", "round(0.25**layers, 4)"),
            ("rounded", "whole numbers", "1 // 4**layers"),
            (None, "the number for 8 layers", "1.5e-5"),
            (None, "a fifth", "0.2**layers"),
            (None, "each factor twice, tiny but not 0", "0.25 ** (2 * layers)"),
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
    *RIGHT_FUNCTIONS,
    *WRONG_FUNCTIONS,
    *RIGHT_DERIVATIVES,
    *WRONG_DERIVATIVES,
    *UNIT,
    *BOUND,
    *PLACES,
]
