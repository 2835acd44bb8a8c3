"""Lab 02, XOR: answers that must pass and answers that must fail by name."""

from tests.misconceptions import Right, Wrong

OLS = [
    Right(
        "2.1",
        "the residuals of lstsq",
        """
def ols(X, y):
    A = np.hstack([np.ones((len(X), 1)), X])
    coefficients, residuals, rank, _ = np.linalg.lstsq(A, y, rcond=None)
    return coefficients[0], coefficients[1:], residuals
""",
    ),
    Right(
        "2.1",
        "scikit-learn, columns, a list",
        """
from sklearn.linear_model import LinearRegression

def ols(X, y):
    y = y.reshape(-1, 1)
    model = LinearRegression().fit(X, y)
    return [model.intercept_, model.coef_, ((y - model.predict(X)) ** 2).sum()]
""",
    ),
    Right(
        "2.1",
        "normal equations in float32, ones last",
        """
def ols(X, y):
    A = tf.cast(tf.concat([X, tf.ones((len(X), 1), X.dtype)], axis=1), tf.float32)
    t = tf.cast(tf.reshape(y, (-1, 1)), tf.float32)
    beta = tf.linalg.solve(tf.transpose(A) @ A, tf.transpose(A) @ t)
    return beta[-1, 0], beta[:-1], tf.reduce_sum((A @ beta - t) ** 2)
""",
    ),
    Right(
        "2.1",
        "centred data, loops and floats",
        """
def ols(X, y):
    Xm, ym = X.mean(axis=0), y.mean()
    beta = np.linalg.pinv(X - Xm) @ (y - ym)
    alpha = float(ym - Xm @ beta)
    sse = 0.0
    for row, target in zip(X, y):
        sse += (target - alpha - sum(b * v for b, v in zip(beta, row))) ** 2
    return alpha, list(beta), sse
""",
    ),
    Right(
        "2.1",
        "three decimals are enough",
        """
def ols(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    c = np.linalg.lstsq(A, y, rcond=None)[0]
    return np.round(c[0], 3), np.round(c[1:], 3), np.round(np.sum((y - A @ c) ** 2), 3)
""",
    ),
    Wrong(
        "2.1",
        "no intercept",
        "beta (1/3, 1/3)",
        """
def ols(X, y):
    beta = np.linalg.lstsq(X, y, rcond=None)[0]
    return 0.0, beta, np.sum((y - X @ beta) ** 2)
""",
    ),
    Wrong(
        "2.1",
        "OR labels",
        "labels as the header says",
        """
def ols(X, y):
    y = np.array([0, 1, 1, 1])
    A = np.column_stack([np.ones(len(X)), X])
    c = np.linalg.lstsq(A, y, rcond=None)[0]
    return c[0], c[1:], np.sum((y - A @ c) ** 2)
""",
    ),
    Wrong(
        "2.1",
        "numbers of XOR",
        "constants",
        """
def ols(X, y):
    return 0.5, np.zeros(2), 1.0
""",
        says="These are the numbers for XOR",
    ),
    Wrong(
        "2.1",
        None,
        "an input too many, alpha not in beta",
        """
def ols(X, y):
    A = np.column_stack([np.ones(len(X)), X, X[:, 0] * X[:, 1]])
    c = np.linalg.lstsq(A, y)[0]
    return c[0], c[1:], np.sum((y - A @ c) ** 2)
""",
        says="beta should have 2 numbers here",
    ),
    *[
        Wrong(
            "2.1",
            mistake,
            name,
            f"""
def ols(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    c = np.linalg.lstsq(A, y, rcond=None)[0]
    r = y - A @ c
    return {returned}
""",
        )
        for mistake, name, returned in (
            ("MSE for SSE", "mean of squares", "c[0], c[1:], np.mean(r**2)"),
            ("MSE for SSE", "variance of the errors", "c[0], c[1:], r @ r / (len(r) - len(c))"),
            ("root of SSE", "norm", "c[0], c[1:], np.linalg.norm(r)"),
            ("root of SSE", "RMSE", "c[0], c[1:], np.sqrt(np.mean(r**2))"),
            ("errors not squared", "sum of errors", "c[0], c[1:], r.sum()"),
            ("alpha is the mean", "mean of y", "y.mean(), c[1:], r @ r"),
            ("beta with the intercept", "all coefficients", "c[0], c, r @ r"),
            ("beta with the intercept", "alpha last", "c[0], [*c[1:], c[0]], r @ r"),
            ("order", "beta first", "c[1:], c[0], r @ r"),
            ("order", "sse first", "r @ r, c[1:], c[0]"),
            ("order", "sse, alpha, beta", "r @ r, c[0], c[1:]"),
            ("order", "beta last", "c[0], r @ r, c[1:]"),
            ("ones in another column", "ones first, alpha last", "c[-1], c[:-1], r @ r"),
            (
                "rounded",
                "two decimals",
                "np.round(c[0], 2), np.round(c[1:], 2), np.round(r @ r, 2)",
            ),
            ("rounded", "one decimal", "round(c[0], 1), c[1:], r @ r"),
            ("rounded", "whole coefficients", "np.round(c)[0], np.round(c)[1:], r @ r"),
            ("rounded", "alpha alone", "round(c[0], 2), c[1:], r @ r"),
            ("rounded", "beta alone", "c[0], np.round(c[1:], 2), r @ r"),
            ("rounded", "sse alone", "c[0], c[1:], round(r @ r, 2)"),
            (
                "errors as a table",
                "a column minus a row",
                "c[0], c[1:], np.sum((A @ c[:, None] - y) ** 2)",
            ),
            ("sum around the mean", "total", "c[0], c[1:], np.sum((y - y.mean()) ** 2)"),
            ("absolute errors", "sizes", "c[0], c[1:], np.abs(r).sum()"),
            ("half of SSE", "half of the squares", "c[0], c[1:], r @ r / 2"),
            (
                "R squared",
                "R squared",
                "c[0], c[1:], 1 - r @ r / np.sum((y - y.mean()) ** 2)",
            ),
        )
    ],
    Wrong(
        "2.1",
        "ones in another column",
        "ones last, alpha first",
        """
def ols(X, y):
    A = np.column_stack([X, np.ones(len(X))])
    c = np.linalg.lstsq(A, y, rcond=None)[0]
    return c[0], c[1:], np.sum((y - A @ c) ** 2)
""",
    ),
    Wrong(
        "2.1",
        "all in alpha",
        "lstsq without [0]",
        """
def ols(X, y):
    A = np.column_stack([np.ones(len(X)), X])
    c = np.linalg.lstsq(A, y, rcond=None)
    return c[0], c[1:], np.sum((y - A @ c[0]) ** 2)
""",
    ),
    Wrong(
        "2.1",
        None,
        "a number of 400 digits",
        "def ols(X, y):\n    return 10**400, np.zeros(2), 1.0",
        says="alpha contains nan or inf",
    ),
    Wrong(
        "2.1",
        None,
        "a beta of XOR's size, whatever k is",
        "def ols(X, y):\n    return 0.1, np.zeros(2), 1.0",
        says="differs",
    ),
    Wrong("2.1", None, "nothing returned", "def ols(X, y):\n    pass", says="three things"),
    Wrong(
        "2.1", None, "words", "def ols(X, y):\n    return 'a', 'b', 'c'", says="should be numbers"
    ),
    Wrong(
        "2.1",
        None,
        "nan",
        "def ols(X, y):\n    return np.nan, np.zeros(X.shape[1]), 1.0",
        says="alpha contains nan",
    ),
]


def _accuracy(source: str, claim: str = "no, no line exists") -> str:
    return f"{source}\nmore_epochs = {claim!r}\n"


RIGHT_ACCURACY = """
import itertools

def best_threshold_accuracy(y):
    best = 0
    for w1, w2, b in itertools.product([-1, 0, 1], [-1, 0, 1], [-1.5, -0.5, 0.5, 1.5]):
        says = [int(w1 * p + w2 * q + b >= 0) for p, q in [(0, 0), (0, 1), (1, 0), (1, 1)]]
        best = max(best, sum(a == t for a, t in zip(says, y)) / 4)
    return best
"""

SEPARABILITY = [
    Right("2.2", "loops", _accuracy(RIGHT_ACCURACY)),
    Right(
        "2.2",
        "by insight",
        _accuracy("""
def best_threshold_accuracy(y):
    return 0.75 if y[0] == y[3] != y[1] == y[2] else 1.0
"""),
    ),
    Right(
        "2.2",
        "random units, one matrix",
        _accuracy("""
def best_threshold_accuracy(y):
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    units = np.random.default_rng(1).normal(size=(3, 5000))
    z = X @ units[:2] + units[2]
    return tf.reduce_max(tf.reduce_mean(tf.cast((z > 0) == (y[:, None] > 0), tf.float64), axis=0))
"""),
    ),
    Right(
        "2.2",
        "a linear programme",
        _accuracy("""
from itertools import combinations
from scipy.optimize import linprog

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])

def best_threshold_accuracy(y):
    sign = 2 * y - 1
    A = -sign[:, None] * np.column_stack([X, np.ones(4)])
    for right in (4, 3, 2, 1):
        for rows in map(list, combinations(range(4), right)):
            result = linprog(np.zeros(3), A[rows], -np.ones(right), bounds=(None, None))
            if result.status == 0:
                return right / 4
"""),
    ),
    Wrong(
        "2.2",
        "regression as classifier",
        "least squares compared with 1/2",
        _accuracy("""
def best_threshold_accuracy(y):
    A = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
    fitted = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    return np.mean((fitted.round(9) >= 0.5) == y)
"""),
        points=0.5,
    ),
    *[
        Wrong("2.2", mistake, name, _accuracy(source), points=0.5)
        for mistake, name, source in (
            (
                "no bias",
                "lines through the origin",
                RIGHT_ACCURACY.replace("[-1.5, -0.5, 0.5, 1.5]", "[0]"),
            ),
            (
                "positive weights",
                "weights 0 and 1",
                RIGHT_ACCURACY.replace("[-1, 0, 1]", "[0, 1]"),
            ),
            ("count", "number of corners", RIGHT_ACCURACY.replace(" / 4)", ")")),
            (
                "percent",
                "percent",
                RIGHT_ACCURACY.replace("return best", "return 100 * best"),
            ),
            ("errors", "share of errors", RIGHT_ACCURACY.replace("return best", "return 1 - best")),
            (
                "all four",
                "a product as third input",
                RIGHT_ACCURACY.replace("+ b >= 0", "+ b - 2 * p * q * (y[0] == y[3]) >= 0"),
            ),
            (
                "majority",
                "best constant",
                "def best_threshold_accuracy(y):\n    return max(np.mean(y), 1 - np.mean(y))",
            ),
            ("always 3/4", "constant", "def best_threshold_accuracy(y):\n    return 0.75"),
            (
                "one input only",
                "weights -1 and 1",
                RIGHT_ACCURACY.replace("[-1, 0, 1]", "[-1, 1]"),
            ),
            (
                "equal weights",
                "one weight for both",
                RIGHT_ACCURACY.replace("w2 * q", "w1 * q"),
            ),
            (
                "one input only",
                "two of four",
                "def best_threshold_accuracy(y):\n    return 0.75 if y.sum() == 2 else 1.0",
            ),
            (
                "second call",
                "counts its calls",
                """
calls = []

def best_threshold_accuracy(y):
    calls.append(y)
    return 0.75 if len(calls) in (1, 5) else 1.0
""",
            ),
            (
                "regression as classifier",
                "where the perceptron rule stops",
                """
def best_threshold_accuracy(y):
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    w, b = np.zeros(2), 0.0
    for _ in range(100):
        for x, t in zip(X, y):
            error = t - (x @ w + b >= 0)
            w, b = w + error * x, b + error
    return np.mean((X @ w + b >= 0) == y)
""",
            ),
        )
    ],
    Wrong(
        "2.2",
        None,
        "accuracy and weights",
        _accuracy("def best_threshold_accuracy(y):\n    return 0.75, (1, 1), -0.5"),
        says="should be numbers",
        points=0.5,
    ),
    Right(
        "2.2",
        "capitals",
        _accuracy(
            """
def best_threshold_accuracy(y):
    diagonal, other = {int(y[0]), int(y[3])}, {int(y[1]), int(y[2])}
    crossed = len(diagonal) == len(other) == 1 and diagonal != other
    return (4 - crossed) / 4
""",
            "No,  no line exists ",
        ),
    ),
    Wrong(
        "2.2",
        "claim: yes, another start",
        "capitals",
        _accuracy(RIGHT_ACCURACY, "Yes, another start"),
        points=1.5,
    ),
    Wrong(
        "2.2",
        None,
        "the claim is still open",
        f"{RIGHT_ACCURACY}\nmore_epochs = ...",
        says="still `...`",
        points=1.5,
    ),
    *[
        Wrong("2.2", f"claim: {claim}", "more epochs", _accuracy(RIGHT_ACCURACY, claim), points=1.5)
        for claim in (
            "yes, it needs time",
            "yes, another start",
            "yes, a smaller rate",
            "no, the gradient is 0",
        )
    ],
    Wrong(
        "2.2",
        None,
        "a claim of one's own",
        _accuracy(RIGHT_ACCURACY, "because"),
        says="one of the codes",
        points=1.5,
    ),
]


def _network(body: str) -> str:
    return f"""
def xor_relu(X):
    W = np.ones((2, 2))
    {body}
"""


RELU = [
    Right(
        "2.3",
        "lists and a loop",
        """
def xor_relu(X):
    return [max(0.0, a + b) - 2 * max(0.0, a + b - 1) for a, b in X]
""",
    ),
    Right(
        "2.3",
        "TensorFlow, float32, a column",
        """
def xor_relu(X):
    h = tf.nn.relu(tf.cast(X, tf.float32) @ tf.ones((2, 2)) + [0.0, -1.0])
    return h @ [[1.0], [-2.0]]
""",
    ),
    Right(
        "2.3",
        "a Keras model",
        """
xor_relu = keras.Sequential(
    [keras.Input((2,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)]
)
xor_relu.set_weights([np.ones((2, 2)), np.array([0, -1]), np.array([[1], [-2]]), np.zeros(1)])
""",
    ),
    Right(
        "2.3",
        "units swapped, einsum, a class",
        """
class Network:
    def __call__(self, X):
        z = np.einsum("ni,ij->nj", X, np.ones((2, 2))) + np.array([[-1, 0]])
        return np.einsum("nj,j->n", np.where(z > 0, z, 0), [-2, 1])

xor_relu = Network()
""",
    ),
    Right(
        "2.3",
        "partial",
        """
from functools import partial

def network(X, W, c, w, b):
    return np.clip(X @ W + c, 0, None) @ w + b

xor_relu = partial(network, W=np.ones((2, 2)), c=np.array([0, -1]), w=np.array([[1], [-2]]), b=0)
""",
    ),
    *[
        Wrong("2.3", mistake, name, _network(body))
        for mistake, name, body in (
            (
                "w = (1, -1)",
                "second unit subtracted once",
                "return np.maximum(0, X @ W + [0, -1]) @ [1, -1]",
            ),
            (
                "w = (1, 2)",
                "second unit added",
                "return np.maximum(0, X @ W + [0, -1]) @ [1, 2]",
            ),
            (
                "c as 4x2",
                "c as on the slide",
                "return np.maximum(0, X @ W + np.array([[0, -1]] * 4)) @ [1, -2]",
            ),
            (
                "c as 4x2",
                "c as on the slide, TensorFlow",
                "return tf.nn.relu(tf.constant(X @ W) + [[0.0, -1.0]] * 4) @ [[1.0], [-2.0]]",
            ),
            (
                "four rows",
                "reshape to four rows",
                "return (np.maximum(0, X @ W + [0, -1]) @ [1, -2]).reshape(4, 1)",
            ),
            (
                "four rows",
                "four outputs to be filled",
                "out = np.zeros(4)\n"
                "    out[:] = np.maximum(0, X @ W + [0, -1]) @ [1, -2]\n"
                "    return out",
            ),
            (
                "w as a row",
                "w as on the slide",
                "return np.maximum(0, X @ W + [0, -1]) @ np.array([[1, -2]])",
            ),
            (
                "units mixed up",
                "w the wrong way round",
                "return np.maximum(0, X @ W + [0, -1]) @ [-2, 1]",
            ),
            (
                "several things",
                "the hidden layer, too",
                "h = np.maximum(0, X @ W + [0, -1]); return h, h @ [1, -2]",
            ),
            (
                "c = (0, +1)",
                "sign of c",
                "return np.maximum(0, X @ W + [0, 1]) @ [1, -2]",
            ),
            ("c forgotten", "no c", "return np.maximum(0, X @ W) @ [1, -2]"),
            (
                "units mixed up",
                "c the wrong way round",
                "return np.maximum(0, X @ W + [-1, 0]) @ [1, -2]",
            ),
            ("no ReLU", "linear", "return (X @ W + [0, -1]) @ [1, -2]"),
            (
                "X as printed",
                "the slide's X",
                "X = np.array([[0, 0], [0, 0], [1, 0], [1, 0]])\n"
                "    return np.maximum(0, X @ W + [0, -1]) @ [1, -2]",
            ),
            (
                "products not added",
                "a column for each unit",
                "return np.maximum(0, X @ W + [0, -1]) * [1, -2]",
            ),
            (
                "ReLU at the output",
                "two ReLUs",
                "return np.maximum(0, np.maximum(0, X @ W + [0, -1]) @ [1, -2])",
            ),
            (
                "not the network",
                "a truth table",
                "return [float(round(a) != round(b)) for a, b in X]",
            ),
            (
                "samples are rows",
                "W on the left",
                "return np.maximum(0, W @ X + [0, -1]) @ [1, -2]",
            ),
            (
                "samples are rows",
                "w on the left",
                "return np.array([1, -2]) @ np.maximum(0, X @ W + [0, -1])",
            ),
            (
                "samples are rows",
                "W with four rows",
                "return np.maximum(0, X @ np.ones((4, 2)) + [0, -1]) @ [1, -2]",
            ),
            (
                "samples are rows",
                "W on the left, np.dot",
                "return np.maximum(0, np.dot(W, X) + [0, -1]) @ [1, -2]",
            ),
            (
                "w as a row",
                "w as on the slide, np.dot",
                "return np.dot(np.maximum(0, X @ W + [0, -1]), np.array([[1, -2]]))",
            ),
            (
                "w as a row",
                "w as on the slide, TensorFlow",
                "return tf.nn.relu(tf.constant(X @ W) + [0, -1]) "
                "@ tf.constant([[1, -2]], tf.float64)",
            ),
            ("np.max", "np.max", "return np.max(0, X @ W + [0, -1]) @ [1, -2]"),
            ("Python's max", "max", "return max(0, X @ W + [0, -1]) @ [1, -2]"),
            (
                "first unit without ReLU",
                "one ReLU",
                "return X.sum(axis=1) - 2 * np.maximum(0, X.sum(axis=1) - 1)",
            ),
            ("first unit without ReLU", "a tent", "return 1 - np.abs(X.sum(axis=1) - 1)"),
            (
                "step for ReLU",
                "step units",
                "return ((X @ W + [0, -1]) >= 0) @ np.array([1, -2])",
            ),
            (
                "step for ReLU",
                "step units, step(0) = 0",
                "return ((X @ W + [0, -1]) > 0) @ np.array([1, -2])",
            ),
            (
                "rounded output",
                "two decimals",
                "return np.round(np.maximum(0, X @ W + [0, -1]) @ [1, -2], 2)",
            ),
            (
                "rounded output",
                "cut to whole numbers",
                "return (np.maximum(0, X @ W + [0, -1]) @ [1, -2]).astype(int)",
            ),
            (
                "rounded output",
                "rounded",
                "return np.round(np.maximum(0, X @ W + [0, -1]) @ [1, -2])",
            ),
            (
                "rounded output",
                "compared with 1/2",
                "return np.maximum(0, X @ W + [0, -1]) @ [1, -2] > 0.5",
            ),
            ("not the network", "absolute difference", "return np.abs(X[:, 0] - X[:, 1])"),
        )
    ],
    Wrong(
        "2.3",
        None,
        "the truth table of OR, no mistake of a weight",
        "def xor_relu(X):\n    return (X.sum(axis=1) > 0.5).astype(float)",
        says="The values differ",
    ),
    Wrong(
        "2.3",
        "second call",
        "remembers its inputs",
        """
seen = set()

def xor_relu(X):
    again = X.tobytes() in seen and len(X) == 6
    seen.add(X.tobytes())
    return np.maximum(0, X.sum(axis=1)) - 2 * np.maximum(0, X.sum(axis=1) - 1) + again
""",
    ),
    Wrong(
        "2.3",
        None,
        "an unknown name",
        "def xor_relu(X):\n    return np.maximum(0, X @ W_hidden)",
        verdict="crashed",
    ),
]


def _step(W1: str, b1: str, w2: str = "[1, 1]", b2: str = "-1.5") -> str:
    return f"W1 = {W1}\nb1 = {b1}\nw2 = {w2}\nb2 = {b2}\n"


COLUMNS = "[[1, -1], [1, -1]]"

STEP = [
    Right("2.4", "lists", _step(COLUMNS, "[-0.5, 1.5]")),
    Right(
        "2.4",
        "arrays, other sizes, a column",
        _step(
            "np.array([[20.0, -3.0], [15.0, -2.0]])",
            "np.array([[-10.0, 4.0]])",
            "np.array([[4.0], [7.0]])",
            "np.array([-9.0])",
        ),
    ),
    Right(
        "2.4",
        "tensors",
        _step(
            f"tf.constant({COLUMNS}, tf.float32)",
            "tf.Variable([-0.5, 1.5])",
            "tf.ones(2)",
            "tf.constant(-1.5)",
        ),
    ),
    Right(
        "2.4",
        "integers with some distance",
        _step("2 * np.array([[1, -1], [1, -1]])", "(-1, 3)", "(2, 2)", "-3"),
    ),
    Right("2.4", "exactly at the margin", _step(COLUMNS, "[-0.1, 1.9]", "[1, 1]", "-1.1")),
    Wrong(
        "2.4",
        "transposed and swapped",
        "rows, NAND first",
        _step("[[-1, -1], [1, 1]]", "[1.5, -0.5]"),
    ),
    Wrong("2.4", None, "complex", _step(COLUMNS, "[-0.5j, 1.5]"), says="should be numbers"),
    Wrong(
        "2.4",
        None,
        "the output is still open",
        _step(COLUMNS, "[-0.5, 1.5]", "..."),
        says="still `...`",
        points=1,
    ),
    Wrong(
        "2.4",
        "W1 transposed",
        "rows as the lecture has them",
        _step("[[1, 1], [-1, -1]]", "[-0.5, 1.5]"),
    ),
    *[
        Wrong("2.4", mistake, name, _step(COLUMNS, *rest), points=points)
        for mistake, name, points, rest in (
            ("NOR for NAND", "NOR", 0, ("[-0.5, 0.5]",)),
            ("sign of the bias", "thresholds as biases", 0, ("[0.5, -1.5]",)),
            ("hidden bias forgotten", "b1 = 0", 0, ("[0, 0]",)),
            ("on the edge", "b1 on the limit", 1, ("[-1, 1.5]",)),
            ("AND for OR", "both need both", 0, ("[-1.5, 1.5]",)),
            ("output bias forgotten", "b2 = 0", 1, ("[-0.5, 1.5]", "[1, 1]", "0")),
            ("sign of the output bias", "b2 = 1.5", 1, ("[-0.5, 1.5]", "[1, 1]", "1.5")),
            ("OR at the output", "b2 = -0.5", 1, ("[-0.5, 1.5]", "[1, 1]", "-0.5")),
            ("step(0) = 1", "b1 where step(0) decides", 0, ("[0, 2]",)),
            ("step(0) = 1", "b2 where step(0) decides", 1, ("[-0.5, 1.5]", "[1, 1]", "-1")),
            ("sign of the bias", "of one unit", 0, ("[-0.5, -1.5]",)),
            ("on the edge", "right, but all small", 1, ("[-0.5, 1.5]", "[0.1, 0.1]", "-0.15")),
            (None, "b2 = 0 and negative weights", 1, ("[-0.5, 1.5]", "[-1, -1]", "0")),
            ("XNOR", "signs turned", 1, ("[-0.5, 1.5]", "[-1, -1]", "1.5")),
            ("on the edge", "b2 on the limit", 1, ("[-0.5, 1.5]", "[1, 1]", "-2")),
        )
    ],
    Wrong(
        "2.4",
        "order",
        "NAND first",
        _step("[[-1, 1], [-1, 1]]", "[1.5, -0.5]"),
        points=1,
    ),
    Wrong(
        "2.4",
        "AND for NAND",
        "AND, and w2 = (1, 1)",
        _step("[[1, 1], [1, 1]]", "[-0.5, -1.5]"),
    ),
    Wrong(
        "2.4",
        "AND for NAND",
        "OR and not AND, also XOR",
        _step("[[1, 1], [1, 1]]", "[-0.5, -1.5]", "[1, -1]", "-0.5"),
        points=1,
    ),
    Wrong(
        "2.4",
        None,
        "b2 is None",
        _step(COLUMNS, "[-0.5, 1.5]", "[1, 1]", "None"),
        says="`b2` is None: give it a value",
        points=1,
    ),
    Wrong("2.4", None, "b1 as a column", _step(COLUMNS, "[[-0.5], [1.5]]"), says="`b1`"),
    Wrong("2.4", None, "ragged", _step("[[1, -1], [1]]", "[-0.5, 1.5]"), says="`W1`"),
    Wrong("2.4", None, "nan", _step(COLUMNS, "[np.nan, 1.5]"), says="nan"),
    Wrong("2.4", None, "words", _step(COLUMNS, "'OR NAND'"), says="`b1`"),
]


def _bias(returned: str) -> str:
    return f"def repaired_bias(d):\n    return {returned}\n"


BIAS = [
    Right("2.5", "the middle", _bias("np.full(2, -d / 2)")),
    Right("2.5", "one number for both units", _bias("-0.9 * d")),
    Right("2.5", "different units, a list", _bias("[-d, -1e-6 * d]")),
    Right(
        "2.5", "a lambda with a tensor", "repaired_bias = lambda d: tf.constant([-d / 3, -d / 4])"
    ),
    *[
        Wrong("2.5", mistake, name, _bias(returned))
        for mistake, name, returned in (
            ("the lecture's bias", "-4", "np.array([-4, -4])"),
            ("zero", "0", "np.array([0.0, 0.0])"),
            ("zero", "one unit at 0", "np.array([-d / 2, 0.0])"),
            ("too low", "below -d", "np.array([-1.5 * d, -1.5 * d])"),
            ("positive", "a threshold", "np.array([d / 2, d / 2])"),
            ("same for every d", "-0.5", "np.array([-0.5, -0.5])"),
            ("same for every d", "-1", "-1.0"),
            ("same for every d", "a small constant", "np.array([-0.01, -0.02])"),
            ("same for every d", "a very small constant", "-1e-3"),
            ("too low", "four times d", "-4 * d"),
            ("too low", "rounded down", "np.floor(-d / 2)"),
        )
    ],
    Wrong("2.5", None, "three numbers", _bias("[-0.5, -0.5, -0.5]"), says="wrong shape"),
    Wrong("2.5", None, "nothing", "def repaired_bias(d):\n    -d / 2", says="the bias"),
]


def _training(
    *,
    hidden: str = 'keras.layers.Dense(8, activation="tanh")',
    last: str = "keras.layers.Dense(1)",
    loss: str = "keras.losses.BinaryCrossentropy(from_logits=True)",
    rate: float = 0.05,
    steps: int = 300,
    before: str = "",
    returned: str = "model",
) -> str:
    return f"""
def train_xor(X, y, *, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((2,)), {hidden}, {last}])
    model.compile(optimizer=keras.optimizers.Adam({rate}), loss={loss})
    {before}
    for _ in range({steps}):
        model.train_on_batch(X, y)
    return {returned}
"""


TANH = 'keras.layers.Dense(8, activation="tanh")'


def _functional(output: str, *, loss: str = '"mse"', steps: int = 10) -> str:
    """A model of the inputs `x` and the hidden layer `h`."""
    return f"""
def train_xor(X, y, *, seed):
    keras.utils.set_random_seed(seed)
    x = keras.Input((2,))
    h = {TANH}(x)
    model = keras.Model(x, {output})
    model.compile(optimizer=keras.optimizers.Adam(0.05), loss={loss})
    for _ in range({steps}):
        model.train_on_batch(X, y)
    return model
"""


BY_HAND = """
def train_xor(X, y, *, seed):
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)]
    )
    first = float(y[np.argmin(X.sum(axis=1))])
    sign = 1 - 2 * first
    model.set_weights(WEIGHTS)
    return model
"""


def _set_by_hand(weights: str) -> str:
    return BY_HAND.replace("WEIGHTS", weights)


TRAINING = [
    Right("2.6", "logits", _training(), note="logits"),
    Right(
        "2.6",
        "sigmoid output, probabilities",
        _training(
            last='keras.layers.Dense(1, activation="sigmoid")',
            loss='"binary_crossentropy"',
        ),
    ),
    Right(
        "2.6",
        "mean squared error, 16 ReLU, one long epoch",
        """
def train_xor(X, y, *, seed):
    tf.random.set_seed(seed)
    inputs = keras.Input(shape=(2,))
    h = keras.layers.Dense(16, kernel_initializer=keras.initializers.GlorotUniform(seed))(inputs)
    outputs = keras.layers.Dense(1)(keras.layers.ReLU()(h))
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(0.03), loss="mse")
    model.fit(np.tile(X, (600, 1)), np.tile(y, 600), batch_size=4, shuffle=False, verbose=0)
    return model
""",
    ),
    Right(
        "2.6",
        "softmax over two classes",
        _training(
            last='keras.layers.Dense(2, activation="softmax")',
            loss='"sparse_categorical_crossentropy"',
        ),
    ),
    Right(
        "2.6",
        "a loop of one's own",
        """
def train_xor(X, y, *, seed):
    keras.utils.set_random_seed(seed)
    hidden = keras.layers.Dense(8, "tanh")
    model = keras.Sequential([keras.Input((2,)), hidden, keras.layers.Dense(1)])
    x, t = tf.constant(X, tf.float32), tf.constant(y.reshape(-1, 1), tf.float32)
    optimizer = keras.optimizers.SGD(0.3, momentum=0.9)
    for _ in range(400):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - t) ** 2)
        optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return model
""",
    ),
    *[
        Right(
            "2.6",
            f"two columns, {name}",
            _training(last=last, loss=loss, steps=200, before=f"y = {labels}").replace(
                "seed(seed)", "seed(seed + 30)"
            ),
        )
        for name, last, loss, labels in (
            (
                "two sigmoids whose sum is not quite 1",
                'keras.layers.Dense(2, activation="sigmoid")',
                '"binary_crossentropy"',
                "np.eye(2)[y.astype(int)]",
            ),
            (
                "trained towards 0 and 1",
                "keras.layers.Dense(2)",
                '"mse"',
                "np.eye(2)[y.astype(int)]",
            ),
            (
                "two logits",
                "keras.layers.Dense(2)",
                "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
                "y",
            ),
        )
    ],
    Right(
        "2.6",
        "logits that a sigmoid has a part in",
        _functional(
            "keras.layers.Dense(1)(h) + keras.layers.Dense(1, activation='sigmoid')(h)",
            loss="keras.losses.BinaryCrossentropy(from_logits=True)",
            steps=150,
        ),
        note="logits",
    ),
    Right(
        "2.6",
        "seed not used",
        _training().replace("seed(seed)", "seed(1)"),
    ),
    Wrong("2.6", "linear", "no activation", _training(hidden="keras.layers.Dense(8)")),
    Wrong(
        "2.6",
        "linear",
        "only an embedding, which takes no numbers between the corners",
        _training(
            hidden="keras.layers.Embedding(2, 4), keras.layers.Flatten()", loss='"mse"', steps=30
        ),
    ),
    Wrong(
        "2.6",
        "training",
        "an encoding that takes no numbers between the corners",
        _training(
            hidden='keras.layers.CategoryEncoding(2, output_mode="multi_hot")',
            loss='"mse"',
            steps=10,
        ),
    ),
    Wrong(
        "2.6",
        "training",
        "few steps, outputs of shape (n,)",
        _functional("keras.layers.Reshape(())(keras.layers.Dense(1)(h))"),
    ),
    Wrong(
        "2.6",
        "training",
        "few steps, squeezed",
        _functional("keras.ops.squeeze(keras.layers.Dense(1)(h), -1)"),
    ),
    Wrong(
        "2.6",
        "linear",
        "no activation, sigmoid output",
        _training(
            hidden="keras.layers.Dense(8)",
            last='keras.layers.Dense(1, activation="sigmoid")',
            loss='"binary_crossentropy"',
        ),
    ),
    Wrong(
        "2.6",
        "few ReLU units",
        "four ReLU units, right from seed 0 and stuck from seed 1",
        _training(hidden='keras.layers.Dense(4, activation="relu")'),
    ),
    Wrong(
        "2.6",
        "few ReLU units",
        "close to 0 and 1 without any sigmoid",
        _training(hidden='keras.layers.Dense(4, activation="relu")', loss='"mae"', steps=100),
    ),
    Wrong(
        "2.6",
        "constant ReLU",
        "all ReLU units dead",
        _training(
            hidden='keras.layers.Dense(4, activation="relu", '
            "bias_initializer=keras.initializers.Constant(-9.0))",
            loss='"mse"',
        ),
    ),
    Wrong(
        "2.6",
        "training",
        "four epochs",
        _training(rate=0.001, steps=4, before="keras.utils.set_random_seed(3)"),
    ),
    Wrong("2.6", "training", "rate 0.001, few steps", _training(rate=0.001, steps=50)),
    Wrong(
        "2.6",
        "rounded",
        "stopped soon after rounding was right",
        """
def train_xor(X, y, *, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(8, "tanh"),
                              keras.layers.Dense(1, "sigmoid")])
    model.compile(optimizer=keras.optimizers.Adam(0.02), loss="binary_crossentropy")
    while np.abs(np.ravel(model(X)) - y).max() > 0.4:
        model.train_on_batch(X, y)
    return model
""",
    ),
    Wrong(
        "2.6",
        "softmax of one unit",
        "softmax over one unit",
        _training(
            last='keras.layers.Dense(1, activation="softmax")',
            loss='"binary_crossentropy"',
            steps=20,
        ),
    ),
    Wrong(
        "2.6",
        "few ReLU units",
        "two ReLU units, seed 0",
        _training(hidden='keras.layers.Dense(2, activation="relu")'),
    ),
    Wrong(
        "2.6",
        "identical units",
        "two tanh units that are the same",
        _training(
            hidden='keras.layers.Dense(2, activation="tanh", kernel_initializer="ones")',
            loss='"mse"',
        ).replace("Dense(1)", 'Dense(1, kernel_initializer="ones")'),
    ),
    Wrong(
        "2.6",
        "identical units",
        "all weights start at 0",
        _training(
            hidden='keras.layers.Dense(8, activation="tanh", kernel_initializer="zeros")',
            last='keras.layers.Dense(1, kernel_initializer="zeros")',
            steps=20,
        ),
    ),
    Wrong(
        "2.6",
        "sure and wrong",
        "a sigmoid in the model and one more in the loss",
        _training(
            last='keras.layers.Dense(1, activation="sigmoid")',
            loss="lambda t, p: keras.losses.binary_crossentropy(t, keras.ops.sigmoid(p))",
        ),
    ),
    Wrong(
        "2.6",
        "nan",
        "a learning rate of 1000",
        _training(loss='"mse"', steps=30).replace("Adam(0.05)", "SGD(1000.0)"),
    ),
    Wrong(
        "2.6",
        "probabilities as logits",
        "a sigmoid, and from_logits=True",
        _training(last='keras.layers.Dense(1, activation="sigmoid")'),
    ),
    Wrong(
        "2.6",
        "training",
        "the rows shuffled in each step, their labels not",
        _training().replace("train_on_batch(X, y)", "train_on_batch(np.random.permutation(X), y)"),
    ),
    Wrong(
        "2.6",
        "few units",
        "one tanh unit",
        _training(hidden='keras.layers.Dense(1, activation="tanh")'),
    ),
    Wrong(
        "2.6",
        "ReLU at the output",
        "a ReLU at the output that is 0",
        _training(
            last='keras.layers.Dense(1, activation="relu", '
            "bias_initializer=keras.initializers.Constant(-9.0))",
            loss='"mse"',
        ),
    ),
    *[
        Wrong(
            "2.6",
            "ReLU at the output",
            f"a ReLU at the output, stuck in another way, seed {seed}",
            _training(
                last='keras.layers.Dense(1, activation="relu")', loss='"mse"', steps=60
            ).replace("seed(seed)", f"seed(seed + {seed})"),
        )
        for seed in (6, 8)
    ],
    *[
        Wrong(
            "2.6",
            "training",
            f"few steps of many ReLU units, seed {seed}",
            _training(
                hidden='keras.layers.Dense(32, activation="relu")',
                last='keras.layers.Dense(1, activation="sigmoid")',
                loss='"binary_crossentropy"',
                rate=0.001,
                steps=50,
            ).replace("seed(seed)", f"seed(seed + {seed})"),
        )
        for seed in (11, 13)
    ],
    Wrong(
        "2.6",
        "tanh and cross-entropy",
        "a tanh at the output",
        _training(
            hidden='keras.layers.Dense(8, activation="relu")',
            last='keras.layers.Dense(1, activation="tanh")',
            loss='"binary_crossentropy"',
            steps=20,
        ),
    ),
    *[
        Wrong(
            "2.6",
            "no bias",
            f"no bias, {name}",
            _training(
                hidden='keras.layers.Dense(8, activation="tanh", use_bias=False)',
                last=f"keras.layers.Dense(1, {activation}use_bias=False)",
                loss=loss,
                steps=150,
            ),
        )
        for name, activation, loss in (
            ("close to 0 and 1", "", '"mse"'),
            ("a sigmoid", 'activation="sigmoid", ', '"binary_crossentropy"'),
        )
    ],
    Wrong("2.6", "no step", "not trained", _training(steps=0)),
    Wrong(
        "2.6",
        "no step",
        "another model than the trained one",
        _training(steps=20, returned="keras.models.clone_model(model)"),
    ),
    Wrong(
        "2.6",
        "set by hand",
        "weights from the labels, not trained",
        _set_by_hand(
            """[np.ones((2, 2)), np.array([0, -1]), np.array([[sign], [-2 * sign]]),
                       np.array([first])]"""
        ),
    ),
    Wrong(
        "2.6",
        "set by hand",
        "weights from the labels, with some more decimals",
        _set_by_hand(
            """[np.full((2, 2), 1.001), np.array([0.001, -1.002]),
                       np.array([[sign], [-2 * sign]]), np.array([first + 0.003])]"""
        ),
    ),
    Wrong(
        "2.6",
        "categorical loss",
        "categorical cross-entropy, one unit",
        _training(
            last='keras.layers.Dense(1, activation="sigmoid")',
            loss='"categorical_crossentropy"',
            steps=20,
        ),
    ),
    Wrong(
        "2.6",
        "labels -1 and 1",
        "tanh output, labels turned",
        _training(
            last='keras.layers.Dense(1, activation="tanh")', loss='"mse"', before="y = 2 * y - 1"
        ),
    ),
    Wrong("2.6", "labels -1 and 1", "hinge", _training(loss='"hinge"')),
    Wrong(
        "2.6",
        "opposite columns",
        "one-hot labels the wrong way round",
        _training(
            last='keras.layers.Dense(2, activation="softmax")',
            loss='"categorical_crossentropy"',
            before="y = np.column_stack([y, 1 - y])",
        ),
    ),
    Wrong(
        "2.6",
        "other labels",
        "AND's labels",
        _training(before="y = np.array([0.0, 0.0, 0.0, 1.0])", steps=600),
    ),
    Wrong(
        "2.6",
        "other labels",
        "XOR's labels in fixed order",
        _training(before="y = np.array([0.0, 1.0, 1.0, 0.0])"),
    ),
    Wrong(
        "2.6",
        "other labels",
        "XNOR's labels, which are right in the first call",
        _training(before="y = (X[:, 0] == X[:, 1]).astype(float)"),
    ),
    Wrong(
        "2.6",
        "other labels",
        "the corners in fixed order",
        _training(before="X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])"),
    ),
    Wrong(
        "2.6",
        "training",
        "started near zero, tanh",
        _training(
            hidden="keras.layers.Dense(8, activation='tanh', "
            "kernel_initializer=keras.initializers.RandomNormal(stddev=0.001))",
            steps=2,
        ),
    ),
    Wrong(
        "2.6",
        "other labels",
        "the lecture's weights, not trained",
        """
def train_xor(X, y, *, seed):
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)]
    )
    model.set_weights([np.ones((2, 2)), np.array([0, -1]), np.array([[1], [-2]]), np.zeros(1)])
    return model
""",
    ),
    Wrong(
        "2.6",
        "not the model",
        "the history's numbers",
        _training(steps=1, returned="{'loss': [0.7]}"),
    ),
    Wrong(
        "2.6",
        "not the model",
        "the history",
        _training(steps=0, returned="model.fit(X, y, epochs=2, verbose=0)"),
    ),
    Wrong(
        "2.6",
        "not the model",
        "the model and the history",
        _training(steps=0, returned="model, model.fit(X, y, verbose=0)"),
    ),
    Wrong("2.6", "not the model", "a function", _training(steps=1, returned="lambda X: model(X)")),
    Wrong(
        "2.6",
        None,
        "an error of another kind",
        _training(before="raise ValueError('a History')"),
        verdict="crashed",
    ),
    Wrong("2.6", "not the model", "no return", _training(steps=1, returned="None")),
    Wrong(
        "2.6",
        "logits as probabilities",
        "the loss by its name",
        _training(loss='"binary_crossentropy"'),
    ),
    Wrong(
        "2.6",
        "logits as probabilities",
        "stuck where all biases are 0",
        _training(loss='"binary_crossentropy"', steps=60).replace("seed(seed)", "seed(seed + 8)"),
    ),
    Wrong(
        "2.6",
        None,
        "a model with four inputs",
        """
def train_xor(X, y, *, seed):
    return keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
""",
        says="two inputs",
    ),
]

ANSWERS = [*OLS, *SEPARABILITY, *RELU, *STEP, *BIAS, *TRAINING]
