"""Lab 05, gradient descent: answers in foreign styles, and wrong ones that no edit makes."""

from tests.misconceptions import Wrong, edited, rights
from utils.checks.lab05 import ARRIVES, DOWNHILL, GD, LOGISTIC, NEURON, NEW, STEPS

STEP = [
    *rights(
        "5.0",
        {
            "the reference": DOWNHILL.text,
            "loops where there are several": """
def downhill(theta, slope, learning_rate):
    if np.ndim(theta) == 0:
        return float(theta) - learning_rate * float(slope)
    return [t - learning_rate * s for t, s in zip(theta, slope)]
""",
            "TensorFlow, float32": """
def downhill(theta, slope, learning_rate):
    theta, slope = tf.constant(theta, tf.float32), tf.constant(slope, tf.float32)
    return theta - tf.cast(learning_rate, tf.float32) * slope
""",
            "keras.ops, a partial": """
from functools import partial

def move(theta, slope, learning_rate, sign):
    return keras.ops.add(theta, keras.ops.multiply(sign * learning_rate, slope))

downhill = partial(move, sign=-1.0)
""",
            "in place": """
def downhill(theta, slope, learning_rate):
    theta -= learning_rate * slope
    return theta
""",
            "a class": """
class Downhill:
    def __call__(self, theta, slope, learning_rate=0.1):
        return np.subtract(theta, np.multiply(slope, learning_rate))

downhill = Downhill()
""",
            "Keras's SGD": """
def downhill(theta, slope, learning_rate):
    place = keras.Variable(np.asarray(theta, "float32"))
    keras.optimizers.SGD(learning_rate).apply([tf.constant(slope, "float32")], [place])
    return place.numpy()
""",
        },
    ),
    *edited("5.0", DOWNHILL.edits),
    Wrong(
        "5.0",
        "only the direction",
        "left or right, which no array can be asked",
        """
def downhill(theta, slope, learning_rate):
    if slope > 0:
        return theta - learning_rate
    return theta + learning_rate
""",
    ),
    *[
        Wrong(
            "5.0", None, name, f"def downhill(theta, slope, learning_rate):\n    {body}\n", says, v
        )
        for name, body, says, v in (
            ("a sum", "return np.sum(theta - learning_rate * slope)", "wrong shape", "wrong"),
            ("printed", "print(theta - learning_rate * slope)", "None", "wrong"),
            ("two steps", "return theta - 2 * learning_rate * slope", "another place", "wrong"),
            ("numbers alone", "return theta - learning_rate * float(slope)", "", "crashed"),
        )
    ],
]

NEURONS = [
    *rights(
        "5.1",
        {
            "the reference": NEURON.text,
            "loops": """
import math

def neuron_step(x, w, y, learning_rate):
    s = sum(a * b for a, b in zip(x, w))
    y_hat = 1 / (1 + math.exp(-s))
    gradient = [-(y - y_hat) * y_hat * (1 - y_hat) * one for one in x]
    return gradient, [b - learning_rate * g for b, g in zip(w, gradient)]
""",
            "a tape, float32": """
def neuron_step(x, w, y, learning_rate):
    w = tf.Variable(w, dtype=tf.float32)
    with tf.GradientTape() as tape:
        y_hat = tf.sigmoid(tf.reduce_sum(w * tf.constant(x, tf.float32)))
        E = (y - y_hat) ** 2 / 2
    gradient = tape.gradient(E, w)
    return gradient, w - learning_rate * gradient
""",
            "nudges": """
def neuron_step(x, w, y, learning_rate):
    def E(w):
        return 0.5 * (y - 1 / (1 + np.exp(-np.dot(x, w)))) ** 2
    unit = np.eye(len(w)) * 1e-5
    gradient = np.array([(E(w + one) - E(w - one)) / 2e-5 for one in unit])
    return [gradient, w - learning_rate * gradient]
""",
            "columns in a named tuple": """
from collections import namedtuple

Step = namedtuple("Step", "gradient weights")

def neuron_step(x, w, y, learning_rate):
    X, W = np.reshape(x, (1, -1)), np.reshape(w, (-1, 1))
    p = np.exp(X @ W) / (1 + np.exp(X @ W))
    slope = X.T @ ((p - y) * p * (1 - p))
    return Step(gradient=slope, weights=W - learning_rate * slope)
""",
            "one array, tanh for the sigmoid": """
def neuron_step(x, w, y, learning_rate):
    p = (1 + np.tanh(np.einsum("i,i", x, w) / 2)) / 2
    g = (p - y) * (p - p**2) * x
    return np.stack([g, w - learning_rate * g])
""",
        },
    ),
    *edited("5.1", NEURON.edits),
    Wrong(
        "5.1",
        "the neuron above",
        "nudges of the notebook's own error",
        """
x, y = np.array([1.0, 0.5, -1.2]), 1

def error(w):
    return (y - 1 / (1 + np.exp(-(w @ x)))) ** 2 / 2

def neuron_step(x, w, y, learning_rate):
    gradient = np.array([(error(w + 1e-6 * one) - error(w)) / 1e-6 for one in np.eye(3)])
    return gradient, w - learning_rate * gradient
""",
    ),
    *[
        Wrong("5.1", None, name, NEURON.text.replace(f"return g, {NEW}", body), says)
        for name, body, says in (
            ("the gradient alone", "return tuple([g])", "2 things"),
            ("nothing", "g", "2 things"),
            ("two steps", "return g, w - 2 * learning_rate * g", "new_w differs"),
            ("a sum", "return g.sum(), w - learning_rate * g", "wrong shape"),
            ("texts", "return 'g', 'w'", "should be numbers"),
        )
    ],
]

# What the lab has defined above the exercise.
SLOPE = '''
def slope_at(theta):
    """The slope of theta**2 / 4"""
    return 0.5 * theta
'''
WALKS = [
    *rights(
        "5.2",
        {
            "the reference": GD.text,
            "as in the lab, any slope": """
def gd(theta0, learning_rate, n, slope_at=slope_at):
    path = [theta0]
    for _ in range(n):
        path.append(path[-1] - learning_rate * slope_at(path[-1]))
    return np.array(path)
""",
            "in place, with copies": """
def gd(theta0, learning_rate, n):
    theta = np.copy(theta0)
    path = [theta.copy()]
    while len(path) <= n:
        theta -= learning_rate * slope_at(theta)
        path.append(theta.copy())
    return path
""",
            "powers of the factor": """
def gd(theta0, learning_rate, n):
    factor = 1 - learning_rate * slope_at(1.0)
    return np.multiply.outer(factor ** np.arange(n + 1), theta0)
""",
            "a table that is filled": """
def gd(theta0, learning_rate, n):
    path = np.zeros((n + 1, *np.shape(theta0)))
    path[0] = theta0
    for t in range(n):
        path[t + 1] = path[t] - learning_rate * slope_at(path[t])
    return path
""",
            "recursion": """
def gd(theta0, learning_rate, n):
    if n == 0:
        return [theta0]
    return [theta0, *gd(theta0 - learning_rate * slope_at(theta0), learning_rate, n - 1)]
""",
            "accumulate": """
from itertools import accumulate, repeat

def gd(theta0, learning_rate, n):
    rates = repeat(learning_rate, n)
    path = accumulate(rates, lambda t, rate: t - rate * slope_at(t), initial=theta0)
    return np.stack([np.asarray(t) for t in path])
""",
            "Keras's SGD": """
def gd(theta0, learning_rate, n):
    theta = keras.Variable(np.asarray(theta0, "float32"))
    optimizer = keras.optimizers.SGD(learning_rate)
    path = [theta.numpy().copy()]
    for _ in range(n):
        optimizer.apply([slope_at(theta.value)], [theta])
        path.append(theta.numpy().copy())
    return np.array(path)
""",
        },
        before=SLOPE,
    ),
    *edited("5.2", GD.edits, before=SLOPE),
    Wrong(
        "5.2",
        None,
        "the slope was changed",
        SLOPE.replace("0.5 *", "2.0 *") + GD.text,
        "slope 2 * theta",
    ),
    Wrong(
        "5.2",
        "slope_at not called",
        "downhill with the function in the slope's place",
        SLOPE
        + """
def gd(theta0, learning_rate, n):
    path = [theta0]
    for _ in range(n):
        path.append(path[-1] - learning_rate * slope_at)
    return np.array(path)
""",
        verdict="wrong",
    ),
    Wrong(
        "5.2",
        None,
        "the start is wrapped in a list",
        SLOPE + GD.text.replace("np.array(path)", "np.array([theta0, path])"),
        "inhomogeneous",
        "crashed",
    ),
    Wrong(
        "5.2",
        "room for numbers",
        "a table with one number a place",
        SLOPE
        + """
def gd(theta0, learning_rate, n):
    path = np.zeros(n + 1)
    path[0] = theta0
    for t in range(n):
        path[t + 1] = path[t] - learning_rate * slope_at(path[t])
    return path
""",
    ),
    *[
        Wrong("5.2", None, name, SLOPE + GD.text.replace("return np.array(path)", body), says)
        for name, body, says in (
            ("np.append", "return np.concatenate([np.atleast_1d(t) for t in path])", "in one row"),
            ("columns", "return np.array(path).T", "each place is one row"),
            ("pairs", "return np.array(path), path", "places, with the start"),
            ("rounded to whole numbers", "return np.round(path)", "Place 0 differs"),
            ("one number a place", "return np.sum(path, axis=-1)", "as many numbers"),
            ("nothing", "return", "None"),
        )
    ],
]

BORDERS = [
    *rights(
        "5.3",
        {
            "the reference": ARRIVES.text,
            "the factor": """
def arrives(a, learning_rate):
    return abs(1 - learning_rate * a) < 1
""",
            "it walks": """
def arrives(a, learning_rate):
    theta = 1.0
    for _ in range(2000):
        theta = theta - learning_rate * a * theta
        if abs(theta) > 1e6:
            return False
    return abs(theta) < 1e-3
""",
            "is it nearer after one step": """
def arrives(a, learning_rate):
    return abs(6 - learning_rate * (a * 6)) < 6
""",
            "NumPy, 1 and 0": """
def arrives(a, learning_rate):
    factor = np.array([1 - learning_rate * a])
    return np.where(np.abs(factor) < 1, 1, 0)
""",
            "TensorFlow": """
arrives = lambda a, learning_rate: tf.abs(1.0 - tf.constant(learning_rate * a, tf.float64)) < 1.0
""",
        },
    ),
    *edited("5.3", ARRIVES.edits),
    *[
        Wrong("5.3", mistake, returned, f"def arrives(a, learning_rate):\n    return {returned}\n")
        for mistake, returned in (
            ("the factor", "1 - learning_rate * a"),
            ("both ends", "abs(1 - learning_rate * a) <= 1"),
            ("below 1/a", "1 - learning_rate * a > 0"),
            ("zero or less", "learning_rate * a < 2 and learning_rate != 0"),
        )
    ],
    *[
        Wrong(
            "5.3", None, returned, f"def arrives(a, learning_rate):\n    return {returned}\n", says
        )
        for returned, says in (
            ("'yes' if learning_rate < 2 / a else 'no'", "no text"),
            ("str(0 < learning_rate < 2 / a)", "without quotes"),
            ("0 < learning_rate < 2.5 / a and a > 1", "multiplies theta by"),
            ("2 / a, learning_rate", "wrong shape"),
            ("None", "None"),
        )
    ],
]

# Gradient descent as most write it; what stands in capitals is put in.
SLOPE_OF_W = "X.T @ error / len(y)"
DESCENT = """
def fit_logistic(X, y):
    b, w = 0.0, np.zeros(X.shape[1])
    for _ in range(STEPS):
        p = 1 / (1 + np.exp(-(b + X @ w)))
        error = ERROR
        b = b - RATE * error.MEAN()
        w = w - RATE * (ROWS)
    return b, w
"""


def _descent(
    rate: float,
    steps: int,
    error: str = "p - y",
    mean: str = "mean",
    rows: str = SLOPE_OF_W,
) -> str:
    put = {"STEPS": steps, "RATE": rate, "ERROR": error, "MEAN": mean, "ROWS": rows}
    text = DESCENT
    for name, value in put.items():
        text = text.replace(name, str(value))
    return text


SCIKIT = """
from sklearn.linear_model import LogisticRegression

def fit_logistic(X, y):
    model = LogisticRegression(C=1).fit(X, y)
    return model.intercept_[0], model.coef_[0]
"""
GIVES_SLOPES = ("return b, w", f"return error.mean(), {SLOPE_OF_W}")
# What the lab has defined above the exercise.
PETALS = """
from utils import data

flowers = data.iris()
petals = flowers.columns("petal width (cm)", "petal length (cm)")[flowers.y > 0]
petals = (petals - petals.mean(axis=0)) / petals.std(axis=0)
species = flowers.y[flowers.y > 0] - 1.0
"""
SUMS = {"mean": "sum", "rows": "X.T @ error"}
FITS = [
    *rights(
        "5.4",
        {
            "gradient descent": _descent(1.0, 2000),
            "slow and long": _descent(0.5, 4000),
            "the largest safe rate": _descent(4.0, 1000),
            "sums and a rate that fits": _descent(0.02, 2000, **SUMS),
            "the reference, Newton": LOGISTIC.text,
            "scikit-learn without a penalty": """
from sklearn.linear_model import LogisticRegression

def fit_logistic(X, y):
    model = LogisticRegression(C=np.inf).fit(X, y)
    return model.intercept_, model.coef_
""",
            "the bias as one more weight, einsum, a list": """
def fit_logistic(X, y):
    A = np.insert(X, 0, 1, axis=1)
    theta = np.zeros(A.shape[1])
    for _ in range(1500):
        theta -= 2 * np.einsum("nk,n->k", A, 1 / (1 + np.exp(-A @ theta)) - y) / len(A)
    return [theta[0], theta[1:].tolist()]
""",
            "a tape, float32": """
def fit_logistic(X, y):
    X, t = tf.constant(X, tf.float32), tf.constant(y, tf.float32)
    b, w = tf.Variable(0.0), tf.Variable(tf.zeros(X.shape[1]))

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            z = b + tf.linalg.matvec(X, w)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(t, z))
        for one, slope in zip([b, w], tape.gradient(loss, [b, w])):
            one.assign_sub(3.0 * slope)

    for _ in range(1000):
        step()
    return b.numpy(), w.numpy()
""",
            "columns, until it is flat": """
def fit_logistic(X, y):
    A, t = np.hstack([np.ones((len(X), 1)), X]), y.reshape(-1, 1)
    theta, slope = np.zeros((A.shape[1], 1)), 1.0
    while np.max(np.abs(slope)) > 1e-8:
        slope = A.T @ (1 / (1 + np.exp(-A @ theta)) - t) / len(A)
        theta = theta - 2.5 * slope
    return theta[:1], theta[1:]
""",
            "labels of -1 and 1 with their own loss": """
def fit_logistic(X, y):
    sign, A = 2 * y - 1, np.c_[np.ones(len(X)), X]
    theta = np.zeros(A.shape[1])
    for _ in range(2000):
        theta += 2 * A.T @ (sign / (1 + np.exp(sign * (A @ theta)))) / len(A)
    return theta[0], theta[1:]
""",
        },
    ),
    *edited("5.4", LOGISTIC.edits),
    *[
        Wrong("5.4", mistake, name, source)
        for mistake, name, source in (
            (
                "penalty",
                "scikit-learn as it comes",
                SCIKIT,
            ),
            *(
                ("penalty", f"scikit-learn, C={C}", SCIKIT.replace("C=1", f"C={C}"))
                for C in (0.1, 3, 10)
            ),
            (
                "penalty",
                "a walk, weight decay",
                _descent(4.0, 1000, rows=f"{SLOPE_OF_W} + 0.01 * w"),
            ),
            ("labels -1 and 1", "a walk, labels", _descent(2.0, 2000, "p - (2 * y - 1)")),
            ("squared error", "a walk, squares", _descent(4.0, 4000, "(p - y) * p * (1 - p)")),
            ("labels exchanged", "a walk, uphill of the other", _descent(2.0, 1500, "p - 1 + y")),
            ("linear regression", "no sigmoid", _descent(0.3, 800, "b + X @ w - y")),
            ("ran away", "sums", _descent(2.0, 300, **SUMS)),
            ("ran away", "sums, at the rate 1", _descent(1.0, 300, **SUMS)),
            ("ran away", "uphill", _descent(0.5, 500, "y - p")),
            (
                "p computed once",
                "p before the loop",
                _descent(2.0, 300)
                .replace("    for _", "    p = 0.5\n    for _")
                .replace("p = 1 /", "later = 1 /"),
            ),
            ("ran away", "far too long", _descent(200.0, 1000)),
            (
                "b not in the sum",
                "p without b",
                _descent(3.0, 2000).replace("-(b + X @ w)", "-(X @ w)"),
            ),
            (
                "one slope for all",
                "a mean over all numbers",
                _descent(2.0, 2000, rows="np.mean(error[:, np.newaxis] * X)"),
            ),
            ("not arrived", "too few steps", _descent(0.5, 10)),
            ("not arrived", "at the rate 1, 50 steps", _descent(1.0, 50)),
            ("not arrived", "at the rate 1, 100 steps", _descent(1.0, 100)),
            ("not arrived", "at the rate 0.5, 1000 steps", _descent(0.5, 1000)),
            ("not arrived", "at the rate 4, 100 steps", _descent(4.0, 100)),
            ("slopes", "slopes, after few steps", _descent(4.0, 20).replace(*GIVES_SLOPES)),
            ("slopes", "slopes", _descent(4.0, 1000).replace(*GIVES_SLOPES)),
            (
                "petals",
                "the lab's table in place of the check's",
                PETALS + LOGISTIC.text.replace("    A =", "    X, y = petals, species\n    A ="),
            ),
            ("not arrived", "too short", _descent(0.01, 300)),
            ("not arrived", "no step", _descent(0.5, 0)),
        )
    ],
    *[
        Wrong("5.4", None, returned, LOGISTIC.text.replace("theta[0], theta[1:]", returned), says)
        for returned, says in (
            ("theta[0], 2 * theta[1:]", "at the lowest"),
            ("theta[0] / 2, theta[1:]", "whether p uses b"),
            ("theta", "2 things"),
            ("theta[0], theta[1:2]", "one number"),
            ("'b', 'w'", "should be numbers"),
            ("None", "2 things"),
        )
    ],
]

COUNTS = [
    *rights(
        "5.5",
        {
            "the reference": STEPS.text,
            "math.ceil": """
import math

def steps_per_epoch(rows, batch_size, validation_split):
    return math.ceil(round(rows * (1 - validation_split)) / batch_size)
""",
            "NumPy, a float": """
def steps_per_epoch(rows, batch_size, validation_split):
    validation = np.round(rows * validation_split)
    return np.ceil((rows - validation) / batch_size)
""",
            "cutting a list": """
def steps_per_epoch(rows, batch_size, validation_split):
    train = list(range(rows))[: int(rows * (1 - validation_split))]
    steps = 0
    while train:
        train = train[batch_size:]
        steps += 1
    return steps
""",
            "a range with steps": """
def steps_per_epoch(rows, batch_size, validation_split):
    return len(range(round(rows * validation_split), rows, batch_size))
""",
            "divmod": """
def steps_per_epoch(rows, batch_size, validation_split):
    whole, rest = divmod(int(rows * (1 - validation_split)), batch_size)
    return whole + (rest > 0)
""",
            "a data set of TensorFlow": """
def steps_per_epoch(rows, batch_size, validation_split):
    train = int(rows * (1 - validation_split))
    return tf.data.Dataset.range(train).batch(batch_size).cardinality()
""",
        },
    ),
    *edited("5.5", STEPS.edits),
    *[
        Wrong("5.5", None, returned, STEPS.text.replace("-(-train // batch_size)", returned), says)
        for returned, says in (
            ("None", "None"),
            ("2 * -(-train // batch_size)", "another number"),
            ("[train, batch_size]", "wrong shape"),
            ("'1875'", "should be numbers"),
        )
    ],
]

ANSWERS = [*STEP, *NEURONS, *WALKS, *BORDERS, *FITS, *COUNTS]
