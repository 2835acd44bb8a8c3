"""Lab 02, XOR: answers in foreign styles, and wrong ones that no edit in the checks makes."""

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.edits import Edit, Source
from utils.checks.lab02 import ACCURACY, OLS, OUTPUT, RELU, RESULT, SAYS, THREE, UNIT

ONE_UNIT = [
    *rights(
        "2.0",
        {
            "a loop over rows": """
def threshold_unit(X, w, b):
    answers = []
    for row in X:
        total = b
        for value, weight in zip(row, w):
            total += value * weight
        answers.append(1 if total >= 0 else 0)
    return answers
""",
            "np.heaviside, floats": """
def threshold_unit(X, w, b):
    return np.heaviside(np.dot(X, w) + b, 1.0)
""",
            "TensorFlow, a column": """
def threshold_unit(X, w, b):
    sums = tf.linalg.matvec(tf.constant(X, tf.float32), tf.constant(w, tf.float32))
    return tf.where((sums < -b)[:, tf.newaxis], 0, 1)
""",
            "a Keras layer": """
def threshold_unit(X, w, b):
    layer = keras.layers.Dense(1)
    layer.build((None, len(w)))
    layer.set_weights([np.reshape(w, (-1, 1)), np.reshape(b, (1,))])
    return np.array(layer(X)).ravel() > -1e-6
""",
            "the bias as one more weight, einsum": """
threshold_unit = lambda X, w, b: 1 - np.signbit(
    np.einsum("nk,k", np.insert(X, 0, 1, axis=1), np.r_[b, w]) + 0.0
)
""",
            "the reference": UNIT.text,
        },
    ),
    *edited("2.0", UNIT.edits),
    *edited(
        "2.0",
        [
            Edit(UNIT, "bias subtracted", SAYS, "[int(row @ w >= b) for row in X]"),
            Edit(UNIT, "0 does not fire", SAYS, "np.rint(1 / (1 + np.exp(-(X @ w + b))))"),
        ],
    ),
    *[
        Wrong("2.0", None, says, UNIT.text.replace(SAYS, says), words, verdict)
        for says, words, verdict in (
            ("(X * w + b >= 0).astype(int)", "wrong shape", "wrong"),
            ("1 if (X @ w + b >= 0).all() else 0", "wrong shape", "wrong"),
            ("np.flatnonzero(X @ w + b >= 0)", "wrong shape", "wrong"),
            ("print(X @ w + b >= 0)", "The answer", "wrong"),
            ("(X @ np.abs(w) + b >= 0).astype(int)", "on the wrong side", "wrong"),
            ("1 if X @ w + b >= 0 else 0", "truth value", "crashed"),
            ("(w @ X + b >= 0).astype(int)", "size", "crashed"),
        )
    ],
]

LINEAR = [
    *rights(
        "2.1",
        {
            "the residuals of lstsq": """
def ols(X, y):
    A = np.hstack([np.ones((len(X), 1)), X])
    coefficients, residuals, rank, _ = np.linalg.lstsq(A, y, rcond=None)
    return coefficients[0], coefficients[1:], residuals
""",
            "scikit-learn, columns, a list": """
from sklearn.linear_model import LinearRegression

def ols(X, y):
    y = y.reshape(-1, 1)
    model = LinearRegression().fit(X, y)
    return [model.intercept_, model.coef_, ((y - model.predict(X)) ** 2).sum()]
""",
            "normal equations in float32, ones last": """
def ols(X, y):
    A = tf.cast(tf.concat([X, tf.ones((len(X), 1), X.dtype)], axis=1), tf.float32)
    t = tf.cast(tf.reshape(y, (-1, 1)), tf.float32)
    beta = tf.linalg.solve(tf.transpose(A) @ A, tf.transpose(A) @ t)
    return beta[-1, 0], beta[:-1], tf.reduce_sum((A @ beta - t) ** 2)
""",
            "centred data, loops and floats": """
def ols(X, y):
    Xm, ym = X.mean(axis=0), y.mean()
    beta = np.linalg.pinv(X - Xm) @ (y - ym)
    alpha = float(ym - Xm @ beta)
    sse = 0.0
    for row, target in zip(X, y):
        sse += (target - alpha - sum(b * v for b, v in zip(beta, row))) ** 2
    return alpha, list(beta), sse
""",
            "three decimals are enough": OLS.text.replace(
                THREE, "np.round(c[0], 3), np.round(c[1:], 3), np.round(r @ r, 3)"
            ),
        },
    ),
    *edited("2.1", OLS.edits),
    *edited(
        "2.1",
        [
            Edit(OLS, "rounded", THREE, rounded)
            for rounded in (
                "np.round(c[0], 2), np.round(c[1:], 2), np.round(r @ r, 2)",
                "round(c[0], 1), c[1:], r @ r",
                "np.round(c)[0], np.round(c)[1:], r @ r",
                "round(c[0], 2), c[1:], r @ r",
                "c[0], np.round(c[1:], 2), r @ r",
                "c[0], c[1:], round(r @ r, 2)",
            )
        ],
    ),
    *[
        Wrong("2.1", None, returned, OLS.text.replace(THREE, returned), says=says)
        for returned, says in (
            ("c[0], [*c[1:], 0.5], r @ r", "beta should have 2 numbers here"),
            ("10**400, np.zeros(2), 1.0", "alpha contains nan or inf"),
            ("0.1, np.zeros(2), 1.0", "alpha differs"),  # as many as for XOR, whatever k is
            ("None", "3 things"),
            ("'a', 'b', 'c'", "should be numbers"),
            ("np.nan, np.zeros(X.shape[1]), 1.0", "alpha contains nan"),
        )
    ],
]

SEPARABILITY = [
    *rights(
        "2.2",
        {
            "loops": """
import itertools

def best_threshold_accuracy(y):
    best = 0
    for w1, w2, b in itertools.product([-1, 0, 1], [-1, 0, 1], [-1.5, -0.5, 0.5, 1.5]):
        says = [int(w1 * p + w2 * q + b >= 0) for p, q in [(0, 0), (0, 1), (1, 0), (1, 1)]]
        best = max(best, sum(a == t for a, t in zip(says, y)) / 4)
    return best
""",
            "by insight": """
def best_threshold_accuracy(y):
    return 0.75 if y[0] == y[3] != y[1] == y[2] else 1.0
""",
            "random units, one matrix": """
def best_threshold_accuracy(y):
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    units = np.random.default_rng(1).normal(size=(3, 5000))
    z = X @ units[:2] + units[2]
    return tf.reduce_max(tf.reduce_mean(tf.cast((z > 0) == (y[:, None] > 0), tf.float64), axis=0))
""",
            "a linear programme": """
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
""",
        },
    ),
    *edited("2.2", ACCURACY.edits),
    *edited(
        "2.2",
        [
            Edit(ACCURACY, "one input only", RESULT, "0.75 if y.sum() == 2 else 1.0"),
            *[
                Edit(ACCURACY, "coarse grid", "[-1.5, -0.5, 0.5, 1.5]", coarse)
                for coarse in ("[-1, 0, 1]", "[-0.5, 0.5]", "np.linspace(-1, 1, 3)", "[-1.5, 1.5]")
            ],
            Edit(
                ACCURACY,
                "coarse grid",
                "[-1, 0, 1], [-1, 0, 1], [-1.5, -0.5, 0.5, 1.5]",
                "[-1, 1], [-1, 1], [-1, 0, 1]",
            ),
            Edit(
                ACCURACY,
                "all four",  # by a product as third input
                "units[:, 2] >=",
                "units[:, 2] - 2 * X.prod(axis=1)[:, None] * (y[0] == y[3]) >=",
            ),
            Edit(
                ACCURACY,
                "second call",
                "def best",
                "calls = []\n\ndef best",
                f"return {RESULT}",
                "calls.append(y); return 0.75 if len(calls) in (1, 5) else 1.0",
            ),
        ],
    ),
    *[
        Wrong("2.2", "regression as classifier", name, source)
        for name, source in {
            "least squares compared with 1/2": """
def best_threshold_accuracy(y):
    A = np.array([[1, 0, 0], [1, 0, 1], [1, 1, 0], [1, 1, 1]])
    fitted = A @ np.linalg.lstsq(A, y, rcond=None)[0]
    return np.mean((fitted.round(9) >= 0.5) == y)
""",
            "where the perceptron rule stops": """
def best_threshold_accuracy(y):
    X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    w, b = np.zeros(2), 0.0
    for _ in range(100):
        for x, t in zip(X, y):
            error = t - (x @ w + b >= 0)
            w, b = w + error * x, b + error
    return np.mean((X @ w + b >= 0) == y)
""",
        }.items()
    ],
    Wrong(
        "2.2",
        None,
        "accuracy and weights",
        ACCURACY.text.replace(RESULT, "0.75, (1, 1), -0.5"),
        says="should be numbers",
    ),
    Right("2.2b", "the code", "more_epochs = 'no, no line exists'"),
    Right("2.2b", "capitals", "more_epochs = 'No,  no line exists '"),
    Right(
        "2.2b",
        "picked by NumPy",
        "more_epochs = np.array(['yes, it needs time', 'no, no line exists'])[-1]",
    ),
    *[
        Wrong("2.2b", mistake, claim, f"more_epochs = {claim}", says)
        for claim, mistake, says in (
            ("'yes, it needs time'", "claim: yes, it needs time", ""),
            ("'Yes, another start'", "claim: yes, another start", ""),
            ("'yes, a smaller rate'", "claim: yes, a smaller rate", ""),
            ("'no, the gradient is 0'", "claim: no, the gradient is 0", ""),
            ("'because'", None, "one of the codes"),
        )
    ],
]

RELU_NETWORK = [
    *rights(
        "2.3",
        {
            "lists and a loop": """
def xor_relu(X):
    return [max(0.0, a + b) - 2 * max(0.0, a + b - 1) for a, b in X]
""",
            "TensorFlow, float32, a column": """
def xor_relu(X):
    h = tf.nn.relu(tf.cast(X, tf.float32) @ tf.ones((2, 2)) + [0.0, -1.0])
    return h @ [[1.0], [-2.0]]
""",
            "a Keras model": """
xor_relu = keras.Sequential(
    [keras.Input((2,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)]
)
xor_relu.set_weights([np.ones((2, 2)), np.array([0, -1]), np.array([[1], [-2]]), np.zeros(1)])
""",
            "units swapped, einsum, a class": """
class Network:
    def __call__(self, X):
        z = np.einsum("ni,ij->nj", X, np.ones((2, 2))) + np.array([[-1, 0]])
        return np.einsum("nj,j->n", np.where(z > 0, z, 0), [-2, 1])

xor_relu = Network()
""",
            "partial": """
from functools import partial

def network(X, W, c, w, b):
    return np.clip(X @ W + c, 0, None) @ w + b

xor_relu = partial(network, W=np.ones((2, 2)), c=np.array([0, -1]), w=np.array([[1], [-2]]), b=0)
""",
            "the reference": RELU.text,
        },
    ),
    *edited("2.3", RELU.edits),
    Wrong(
        "2.3",
        None,
        "b = -0.5",
        RELU.text.replace("[1, -2]), 0", "[1, -2]), -0.5"),
        says="off by the same number",
    ),
    *edited(
        "2.3",
        [
            Edit(RELU, "w as a row", OUTPUT, "np.dot(np.maximum(0, X @ W + c), np.array([w]))"),
            Edit(
                RELU,
                "w as a row",
                OUTPUT,
                "tf.nn.relu(tf.constant(X @ W) + c) @ tf.constant([[1, -2]], tf.float64)",
            ),
            Edit(RELU, "first unit without ReLU", OUTPUT, "1 - np.abs(X.sum(axis=1) - 1)"),
            Edit(RELU, "not the network", OUTPUT, "[float(round(a) != round(b)) for a, b in X]"),
            Edit(RELU, "not the network", OUTPUT, "np.abs(X[:, 0] - X[:, 1])"),
            Edit(
                RELU,
                "second call",
                "def xor",
                "seen = set()\n\ndef xor",
                OUTPUT,
                f"{OUTPUT} + (X.tobytes() in seen and len(X) == 6 or seen.add(X.tobytes()) or 0)",
            ),
        ],
    ),
    Wrong(
        "2.3",
        None,
        "the truth table of OR, no mistake of a weight",
        RELU.text.replace(OUTPUT, "(X.sum(axis=1) > 0.5).astype(float)"),
        says="The values differ",
    ),
    Wrong(
        "2.3",
        None,
        "an unknown name",
        RELU.text.replace("X @ W", "X @ W_hidden"),
        verdict="crashed",
    ),
]


def _gates(**given: str) -> str:
    """The right numbers; after them others, where they are given."""
    right = {"W1": "[[1, -1], [1, -1]]", "b1": "[-0.5, 1.5]", "w2": "[1, 1]", "b2": "-1.5"}
    return "".join(f"{name} = {text}\n" for name, text in (right | given).items())


GATES = [
    *rights(
        "2.4",
        {
            "lists": _gates(),
            "arrays, other sizes, a column": _gates(
                W1="np.array([[20.0, -3.0], [15.0, -2.0]])",
                b1="np.array([[-10.0, 4.0]])",
                w2="np.array([[4.0], [7.0]])",
                b2="np.array([-9.0])",
            ),
            "tensors": _gates(
                W1="tf.constant([[1, -1], [1, -1]], tf.float32)",
                b1="tf.Variable([-0.5, 1.5])",
                w2="tf.ones(2)",
                b2="tf.constant(-1.5)",
            ),
            "integers with some distance": _gates(
                W1="2 * np.array([[1, -1], [1, -1]])", b1="(-1, 3)", w2="(2, 2)", b2="-3"
            ),
            "exactly at the margin": _gates(b1="[-0.1, 1.9]", b2="-1.1"),
        },
    ),
    *[
        Wrong("2.4", mistake, f"{mistake}, {given}", _gates(**given), points=points)
        for mistake, points, given in (
            ("W1 transposed", 0, {"W1": "[[1, 1], [-1, -1]]"}),
            ("transposed and swapped", 0, {"W1": "[[-1, -1], [1, 1]]", "b1": "[1.5, -0.5]"}),
            ("order", 1, {"W1": "[[-1, 1], [-1, 1]]", "b1": "[1.5, -0.5]"}),
            ("AND for NAND", 0, {"W1": "[[1, 1], [1, 1]]", "b1": "[-0.5, -1.5]"}),
            (
                "AND for NAND",  # and the output is right: OR and not AND is XOR, too
                1,
                {"W1": "[[1, 1], [1, 1]]", "b1": "[-0.5, -1.5]", "w2": "[1, -1]", "b2": "-0.5"},
            ),
            ("NOR for NAND", 0, {"b1": "[-0.5, 0.5]"}),
            ("AND for OR", 0, {"b1": "[-1.5, 1.5]"}),
            ("sign of the bias", 0, {"b1": "[0.5, -1.5]"}),
            ("sign of the bias", 0, {"b1": "[-0.5, -1.5]"}),
            ("hidden bias forgotten", 0, {"b1": "[0, 0]"}),
            ("step(0) = 1", 0, {"b1": "[0, 2]"}),
            ("step(0) = 1", 1, {"b2": "-1"}),
            ("on the edge", 1, {"b1": "[-1, 1.5]"}),
            ("on the edge", 1, {"b2": "-2"}),
            ("on the edge", 1, {"w2": "[0.1, 0.1]", "b2": "-0.15"}),
            ("output bias forgotten", 1, {"b2": "0"}),
            (None, 1, {"w2": "[-1, -1]", "b2": "0"}),
            ("sign of the output bias", 1, {"b2": "1.5"}),
            ("OR at the output", 1, {"b2": "-0.5"}),
            ("XNOR", 1, {"w2": "[-1, -1]", "b2": "1.5"}),
        )
    ],
    *[
        Wrong("2.4", None, f"{given}", _gates(**given), says, points=points)
        for points, given, says in (
            (0, {"b1": "[-0.5j, 1.5]"}, "should be numbers"),
            (1, {"b2": "..."}, "still `...`"),
            (1, {"b2": "None"}, "`b2` is None: give it a value"),
            (0, {"b1": "[[-0.5], [1.5]]"}, "`b1`"),
            (0, {"W1": "[[1, -1], [1]]"}, "`W1`"),
            (0, {"b1": "[np.nan, 1.5]"}, "nan"),
            (0, {"b1": "'OR NAND'"}, "`b1`"),
        )
    ],
]


def _bias(returned: str) -> str:
    return f"def repaired_bias(d):\n    return {returned}\n"


BIAS = [
    *rights(
        "2.5",
        {
            "the middle": _bias("np.full(2, -d / 2)"),
            "one number for both units": _bias("-0.9 * d"),
            "different units, a list": _bias("[-d, -1e-6 * d]"),
            "a lambda": "repaired_bias = lambda d: tf.constant([-d / 3, -d / 4])",
        },
    ),
    *[
        Wrong("2.5", mistake, returned, _bias(returned), says)
        for mistake, returned, says in (
            ("the lecture's bias", "np.array([-4, -4])", ""),
            ("zero", "np.array([0.0, 0.0])", ""),
            ("zero", "np.array([-d / 2, 0.0])", ""),
            ("too low", "np.array([-1.5 * d, -1.5 * d])", ""),
            ("too low", "-4 * d", ""),
            ("too low", "np.floor(-d / 2)", ""),
            ("positive", "np.array([d / 2, d / 2])", ""),
            ("same for every d", "np.array([-0.5, -0.5])", ""),
            ("same for every d", "-1.0", ""),
            ("same for every d", "np.array([-0.01, -0.02])", ""),
            ("same for every d", "-1e-3", ""),
            (None, "[-0.5, -0.5, -0.5]", "wrong shape"),
            (None, "None", "The bias"),
        )
    ],
]

TRAINED = Source(
    "train_xor",
    """
from keras.layers import Dense

def train_xor(X, y, *, seed):
    keras.utils.set_random_seed(seed)
    layers = [keras.Input((2,)), Dense(8, "tanh"), Dense(1)]
    model = keras.Sequential(layers)
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.05), loss)
    for _ in range(300):
        model.train_on_batch(X, y)
    return model
""",
)
PARTS = {
    "hidden": 'Dense(8, "tanh")',
    "last": "Dense(1)",
    "loss": "keras.losses.BinaryCrossentropy(from_logits=True)",
    "adam": "Adam(0.05)",
    "steps": "300",
    "before": "for _ in",
    "returned": "return model",
    "seed": "seed(seed)",
    "step": "train_on_batch(X, y)",
}
MSE, CROSS_ENTROPY = '"mse"', '"binary_crossentropy"'
SLOW = {"last": 'Dense(1, "sigmoid")', "loss": CROSS_ENTROPY, "adam": "Adam(0.001)", "steps": "50"}
EMBEDDING = "keras.layers.Embedding(2, 4), keras.layers.Flatten()"
ENCODING = 'keras.layers.CategoryEncoding(2, output_mode="multi_hot")'
NEAR_0 = "kernel_initializer=keras.initializers.RandomNormal(stddev=0.001)"
DEAD = "bias_initializer=keras.initializers.Constant(-9.0)"
SIGMOID, RELU_OUTPUT = 'Dense(1, "sigmoid")', 'Dense(1, "relu")'


def _trained(mistake: str, **given: str) -> Edit:
    """The training with some of its parts changed; `before` comes before its loop."""
    if "before" in given:
        given["before"] += "\n    for _ in"
    changes = [text for name, new in given.items() for text in (PARTS[name], new)]
    return Edit(TRAINED, mistake, *changes)


def _functional(output: str, **given: str) -> str:
    """The same, where `output` is computed from the hidden layer h by `last` and others."""
    model = f"x, hidden, last = layers; h = hidden(x); model = keras.Model(x, {output})"
    return _trained("", **given).text.replace("model = keras.Sequential(layers)", model)


def _set_by_hand(weights: str) -> str:
    return f"""
def train_xor(X, y, *, seed):
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(2, "relu"), keras.layers.Dense(1)]
    )
    first = float(y[np.argmin(X.sum(axis=1))])
    sign = 1 - 2 * first
    model.set_weights({weights})
    return model
"""


TRAINING = [
    Right("2.6", "logits", TRAINED.text, note="logits"),
    Right(
        "2.6",
        "logits that a sigmoid has a part in",
        _functional("last(h) + Dense(1, activation='sigmoid')(h)", steps="150"),
        note="logits",
    ),
    *rights(
        "2.6",
        {
            "sigmoid output": _trained("", last=SIGMOID, loss=CROSS_ENTROPY).text,
            "softmax over two classes": _trained(
                "", last='Dense(2, "softmax")', loss='"sparse_categorical_crossentropy"'
            ).text,
            "seed not used": """
def train_xor(X, y, *, seed):
    keras.utils.set_random_seed(1)
    network = keras.Sequential()
    for units, activation in [(10, "tanh"), (1, "sigmoid")]:
        network.add(keras.layers.Dense(units, activation))
    network.compile("adam", "binary_crossentropy")
    network.optimizer.learning_rate = 0.05
    steps = 0
    while steps < 250:
        network.train_on_batch(x=X, y=y)
        steps += 1
    return network
""",
            "two columns, mean squared error": """
def train_xor(X, y, *, seed):
    keras.utils.set_random_seed(seed + 30)
    both = np.array([[1 - label, label] for label in y])
    points = keras.Input(shape=[2], name="points")
    hidden = keras.layers.Dense(12, activation=keras.activations.tanh)(points)
    net = keras.Model(inputs=points, outputs=keras.layers.Dense(2, name="classes")(hidden))
    net.compile(loss=keras.losses.MeanSquaredError(), optimizer=keras.optimizers.RMSprop(0.01))
    return [net.train_on_batch(X, both) for _ in range(600)] and net
""",
            **{
                f"two columns, {last}, {loss}": _trained(
                    "", last=last, loss=loss, before=labels, steps="200", seed="seed(seed + 30)"
                ).text
                for last, loss, labels in (
                    # Two sigmoids whose sum is not quite 1.
                    ('Dense(2, "sigmoid")', CROSS_ENTROPY, "y = np.eye(2)[y.astype(int)]"),
                    (
                        "Dense(2)",
                        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)",
                        "",
                    ),
                )
            },
            "mean squared error, 40 ReLU, one long epoch": """
def train_xor(X, y, *, seed):
    tf.random.set_seed(seed)
    inputs = keras.Input(shape=(2,))
    h = keras.layers.Dense(40, kernel_initializer=keras.initializers.GlorotUniform(seed))(inputs)
    outputs = keras.layers.Dense(1)(keras.layers.ReLU()(h))
    model = keras.Model(inputs, outputs)
    model.compile(optimizer=keras.optimizers.Adam(0.03), loss="mse")
    model.fit(np.tile(X, (600, 1)), np.tile(y, 600), batch_size=4, shuffle=False, verbose=0)
    return model
""",
            "a loop of one's own": """
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
        },
    ),
    *edited(
        "2.6",
        [
            _trained("linear", hidden="Dense(8)"),
            _trained("linear", hidden="Dense(8)", last=SIGMOID, loss=CROSS_ENTROPY),
            # An embedding takes no numbers between the corners, nor does the encoding below.
            _trained("linear", hidden=EMBEDDING, loss=MSE, steps="30"),
            _trained("training", hidden=ENCODING, loss=MSE, steps="10"),
            _trained("training", adam="Adam(0.001)", steps="4", seed="seed(3)"),
            _trained("training", adam="Adam(0.001)", steps="50"),
            _trained("training", step="train_on_batch(np.random.permutation(X), y)"),
            *[
                _trained("training", hidden='Dense(32, "relu")', seed=seed, **SLOW)
                for seed in ("seed(seed + 11)", "seed(seed + 13)")
            ],
            _trained("training", hidden=f'Dense(8, "tanh", {NEAR_0})', steps="2"),
            _trained("few ReLU units", hidden='Dense(4, "relu")'),
            _trained("few ReLU units", hidden='Dense(4, "relu")', loss='"mae"', steps="100"),
            _trained("few ReLU units", hidden='Dense(2, "relu")'),
            _trained("few units", hidden='Dense(1, "tanh")'),
            _trained("constant ReLU", hidden=f'Dense(4, "relu", {DEAD})', loss=MSE),
            _trained("ReLU at the output", last=f'Dense(1, "relu", {DEAD})', loss=MSE),
            *[
                _trained("ReLU at the output", last=RELU_OUTPUT, loss=MSE, steps="60", seed=seed)
                for seed in ("seed(seed + 6)", "seed(seed + 8)")
            ],
            _trained(
                "softmax of one unit", last='Dense(1, "softmax")', loss=CROSS_ENTROPY, steps="20"
            ),
            _trained(
                "identical units",
                hidden='Dense(2, "tanh", kernel_initializer="ones")',
                last='Dense(1, kernel_initializer="ones")',
                loss=MSE,
            ),
            _trained(
                "identical units",
                hidden='Dense(8, "tanh", kernel_initializer="zeros")',
                last='Dense(1, kernel_initializer="zeros")',
                steps="20",
            ),
            _trained(
                "sure and wrong",  # a sigmoid in the model and one more in the loss
                last=SIGMOID,
                loss="lambda t, p: keras.losses.binary_crossentropy(t, keras.ops.sigmoid(p))",
            ),
            _trained("nan", loss=MSE, steps="30", adam="SGD(1000.0)"),
            _trained("probabilities as logits", last=SIGMOID),
            _trained(
                "tanh and cross-entropy",
                hidden='Dense(8, "relu")',
                last='Dense(1, "tanh")',
                loss=CROSS_ENTROPY,
                steps="20",
            ),
            *[
                _trained(
                    "no bias",
                    hidden='Dense(8, "tanh", use_bias=False)',
                    last=f"Dense(1, {activation}, use_bias=False)",
                    loss=loss,
                    steps="150",
                )
                for activation, loss in (("None", MSE), ('"sigmoid"', CROSS_ENTROPY))
            ],
            _trained("no step", steps="0"),
            _trained("no step", steps="20", returned="return keras.models.clone_model(model)"),
            _trained(
                "categorical loss", last=SIGMOID, loss='"categorical_crossentropy"', steps="20"
            ),
            _trained("labels -1 and 1", last='Dense(1, "tanh")', loss=MSE, before="y = 2 * y - 1"),
            _trained("labels -1 and 1", loss='"hinge"'),
            _trained(
                "opposite columns",
                last='Dense(2, "softmax")',
                loss='"categorical_crossentropy"',
                before="y = np.column_stack([y, 1 - y])",
            ),
            _trained("other labels", before="y = np.array([0.0, 0.0, 0.0, 1.0])", steps="600"),
            _trained("other labels", before="y = np.array([0.0, 1.0, 1.0, 0.0])"),
            _trained("other labels", before="y = (X[:, 0] == X[:, 1]).astype(float)"),
            _trained("other labels", before="X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])"),
            _trained("not the model", steps="1", returned="return {'loss': [0.7]}"),
            _trained("not the model", steps="1", returned="return model.fit(X, y, verbose=0)"),
            _trained("not the model", steps="0", returned="return model, model.fit(X, y)"),
            _trained("not the model", steps="1", returned="return lambda X: model(X)"),
            _trained("not the model", steps="1", returned=""),
            _trained("logits as probabilities", loss=CROSS_ENTROPY),
            _trained(  # stuck where all biases are 0
                "logits as probabilities", loss=CROSS_ENTROPY, steps="60", seed="seed(seed + 8)"
            ),
        ],
    ),
    *[
        Wrong("2.6", "training", output, _functional(output, loss=MSE, steps="10"))
        for output in ("keras.layers.Reshape(())(last(h))", "keras.ops.squeeze(last(h), -1)")
    ],
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
    *[
        Wrong("2.6", mistake, name, _set_by_hand(weights))
        for mistake, name, weights in (
            (
                "set by hand",
                "round numbers from the labels",
                "[np.ones((2, 2)), np.array([0, -1]), np.array([[sign], [-2 * sign]]), "
                "np.array([first])]",
            ),
            (
                "set by hand",
                "with some more decimals",
                "[np.full((2, 2), 1.001), np.array([0.001, -1.002]), "
                "np.array([[sign], [-2 * sign]]), np.array([first + 0.003])]",
            ),
            (
                "other labels",
                "the lecture's weights, not trained",
                "[np.ones((2, 2)), np.array([0, -1]), np.array([[1], [-2]]), np.zeros(1)]",
            ),
        )
    ],
    Wrong(
        "2.6",
        None,
        "an error of another kind",
        _trained("", before="raise ValueError('a History')").text,
        verdict="crashed",
    ),
    Wrong(
        "2.6",
        None,
        "a model with four inputs",
        TRAINED.text.replace("Input((2,))", "Input((4,))").replace("300", "0"),
        says="two inputs",
    ),
]

ANSWERS = [*ONE_UNIT, *LINEAR, *SEPARABILITY, *RELU_NETWORK, *GATES, *BIAS, *TRAINING]
