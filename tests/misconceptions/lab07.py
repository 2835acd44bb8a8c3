"""Lab 07, what networks can do: answers in foreign styles, and wrong ones that no edit makes."""

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.lab07 import (
    CHANGES,
    COLLAPSE,
    HINGE,
    LISTING,
    PARAMETERS,
    PARITY,
    SHAPES,
    SIGNS,
    SUM,
    THRESHOLDS,
    WEIGHTS,
)

HINGES = [
    *rights(
        "7.0",
        {
            "the reference": HINGE.text,
            "a loop": """
def hinge(x, place, weight):
    return [weight * (one - place) if one > place else 0 for one in x]
""",
            "where, float32": """
def hinge(x, place, weight):
    x = np.float32(x)
    return np.where(x > place, weight * (x - place), 0)
""",
            "keras.ops": """
def hinge(x, place, weight):
    return weight * keras.ops.relu(keras.ops.convert_to_tensor(x) - place)
""",
            "a class, keywords": """
class Hinge:
    def __call__(self, x, place, weight):
        return np.multiply(self.relu(z=x - place), weight)

    def relu(self, *, z):
        return z * (z > 0)

hinge = Hinge()
""",
            "TensorFlow, a partial": """
from functools import partial

def any_hinge(x, place, weight, activation):
    return weight * activation(tf.constant(x) - place)

hinge = partial(any_hinge, activation=tf.nn.relu)
""",
        },
    ),
    *edited("7.0", HINGE.edits),
    *[
        Wrong("7.0", None, name, f"def hinge(x, place, weight):\n    {body}\n", says)
        for name, body, says in (
            ("printed", "print(weight * np.maximum(0, x - place))", "None"),
            ("twice", "return 2 * weight * np.maximum(0, x - place)", "heights differ"),
            ("a text", "return 'max(0, x - place)'", "should be numbers"),
            ("sorted", "return weight * np.maximum(0, np.sort(x) - place)", "heights differ"),
            ("up to 5", "return weight * np.clip(x - place, 0, 5)", "heights differ"),
        )
    ],
    Wrong(
        "7.0",
        "whole array compared",
        "max",
        "def hinge(x, place, weight):\n    return weight * max(0, x - place)\n",
    ),
    *[
        Wrong("7.0", mistake, name, f"def hinge(x, place, weight):\n{body}")
        for mistake, name, body in (
            ("np.max", "np.max, of 0 first", "    return weight * np.max(0, x - place)\n"),
            ("np.max", "np.max, of 0 last", "    kept = np.amax(x - place, x)\n    return kept\n"),
            (
                "one number alone",
                "return in the loop",
                "    for v in x:\n        return max(v - place, 0) * weight\n",
            ),
            ("one number alone", "a sum", "    return sum(np.where(x > place, x - place, 0))\n"),
            (
                "brackets forgotten",
                "where, turned round",
                "    return np.where(x < place, 0, weight * x - place)\n",
            ),
        )
    ],
]

SIX = [
    *rights(
        "7.1",
        {
            "the reference": SHAPES.text,
            "biases as rows": """
def shapes(n, d, h, q):
    return [(d, h), (1, h), (n, h), (h, q), (1, q), (n, q)]
""",
            "lists, NumPy": """
def shapes(n, d, h, q):
    return [d, h], [h], [n, h], np.array([h, q]), np.array([q]), [n, q]
""",
            "measured": """
def shapes(n, d, h, q):
    X, W1, b1 = np.zeros((n, d)), np.zeros((d, h)), np.zeros(h)
    H = X @ W1 + b1
    W2, b2 = np.zeros((h, q)), np.zeros(q)
    return tuple(one.shape for one in (W1, b1, H, W2, b2, H @ W2 + b2))
""",
            "by Keras": """
def shapes(n, d, h, q):
    model = keras.Sequential([keras.Input((d,)), keras.layers.Dense(h), keras.layers.Dense(q)])
    W1, b1, W2, b2 = (tuple(int(k) for k in one.shape) for one in model.weights)
    return W1, b1, (n, h), W2, b2, (n, q)
""",
            "TensorFlow's shapes": """
def shapes(n, d, h, q):
    X, W1, b1, W2, b2 = map(tf.zeros, ((n, d), (d, h), (h,), (h, q), (q,)))
    H = X @ W1 + b1
    return W1.shape, b1.shape, H.shape, W2.shape, b2.shape, (H @ W2 + b2).shape
""",
        },
    ),
    *edited("7.1", SHAPES.edits),
    *[
        Wrong("7.1", mistake, name, SHAPES.text.replace(old, new), says)
        for mistake, name, old, new, says in (
            ("no comma", "(h)", "(h,)", "(h)", ""),
            ("no comma", "(q)", "(q,)", "(q)", ""),
            (None, "n for b1", "(h,)", "n", "one number for b1"),
            (None, "d * h for b2", "(q,)", "d * h", "one number for b2"),
            (None, "d for W1", "(d, h)", "d", "one number for W1"),
            (None, "a tuple in a tuple", "(d, h)", "((d, h),)", "W1 should be one tuple"),
            ("counts", "W2 alone", "(h, q)", "h * q", "how many numbers"),
            (None, "fractions", "(n, q)", "(n + 0.9, q)", "whole numbers"),
            (None, "five of six", ", (n, q)", "", "6 things"),
            (None, "a text", "(d, h)", "'(d, h)'", "should be numbers"),
            (None, "three axes", "(n, q)", "(n, h, q)", "The shape of Y"),
            (None, "nothing", "return", "_ =", "6 things"),
        )
    ],
    Wrong(
        "7.1",
        "counts",
        "how many numbers each holds",
        "def shapes(n, d, h, q):\n    return d * h, h, n * h, h * q, q, n * q\n",
    ),
]

ONE_LAYER = [
    *rights(
        "7.2",
        {
            "the reference": COLLAPSE.text,
            "einsum, float32, a list": """
def collapse(W1, b1, W2, b2):
    W1, b1, W2, b2 = map(np.float32, (W1, b1, W2, b2))
    return [np.einsum("dh,hq->dq", W1, W2), np.einsum("h,hq->q", b1, W2) + b2]
""",
            "the bias as a row": """
def collapse(W1, b1, W2, b2):
    return W1.dot(W2), b1.reshape(1, -1) @ W2 + b2.reshape(1, -1)
""",
            "by trying inputs": """
def collapse(W1, b1, W2, b2):
    def both(X):
        return (X @ W1 + b1) @ W2 + b2
    b = both(np.zeros((1, len(W1))))[0]
    return both(np.eye(len(W1))) - b, b
""",
            "one table with the bias": """
def collapse(W1, b1, W2, b2):
    first = np.vstack([b1, W1])
    joined = first @ W2
    joined[0] += b2
    return joined[1:], joined[0]
""",
            "TensorFlow": """
def collapse(W1, b1, W2, b2):
    W = tf.matmul(W1, W2)
    b = tf.linalg.matvec(W2, b1, transpose_a=True) + b2
    return W, b
""",
            "loops": """
def collapse(W1, b1, W2, b2):
    d, h = W1.shape
    q = len(b2)
    W = [[sum(W1[i, k] * W2[k, j] for k in range(h)) for j in range(q)] for i in range(d)]
    b = [b2[j] + sum(b1[k] * W2[k, j] for k in range(h)) for j in range(q)]
    return W, b
""",
        },
    ),
    *edited("7.2", COLLAPSE.edits),
    *[
        Wrong("7.2", None, name, COLLAPSE.text.replace("return W, b", body), says)
        for name, body, says in (
            ("W alone", "return W", "2 things"),
            ("nothing", "W", "2 things"),
            ("W off", "return 3 * W, b", "W differs"),
            ("b off", "return W, 3 * b", "b differs"),
            ("b a column", "return W, b.reshape(-1, 1)", "wrong shape"),
            ("a text", "return W, 'b'", "should be numbers"),
            ("an axis lost", "return np.squeeze(W), b", "W has the wrong shape"),
            ("one table, b below", "return np.vstack([W, b])", "This is one array"),
            ("the product of both", "return W * b", "This is one array"),
        )
    ],
    Wrong(
        "7.2",
        "W and b added",
        "multiplied out in one line",
        "def collapse(W1, b1, W2, b2):\n    return W1 @ W2 + b1 @ W2 + b2\n",
    ),
    *[
        Wrong("7.2", "one array", name, COLLAPSE.text.replace("return W, b", f"return {body}"))
        for name, body in (
            ("stack", "np.stack([W, b])"),
            ("concatenate", "np.concatenate([W, b])"),
            ("TensorFlow", "tf.stack([W, b])"),
        )
    ],
    Wrong(
        "7.2",
        "W2 turned round",
        "W2 transposed",
        COLLAPSE.text.replace("b1 @ W2", "b1 @ W2.T"),
        "or W2 is transposed",
    ),
    Wrong(
        "7.2",
        "shapes",
        "order, where sizes differ",
        """
def collapse(W1, b1, W2, b2):
    if W1.shape[0] == W2.shape[1]:
        return W1 @ W2, b1 @ W2 + b2
    return W2 @ W1, b1 @ W2 + b2
""",
    ),
]

COUNTS = [
    *rights(
        "7.3",
        {
            "the reference": PARAMETERS.text,
            "a loop": """
def parameters(shape, units):
    inputs = 1
    for side in shape:
        inputs *= side
    total = 0
    for size in units:
        total += inputs * size + size
        inputs = size
    return total
""",
            "Keras counts": """
def parameters(shape, units):
    layers = [keras.layers.Dense(size) for size in units]
    return keras.Sequential([keras.Input(shape), keras.layers.Flatten(), *layers]).count_params()
""",
            "NumPy, float": """
def parameters(shape, units):
    z = np.array([np.prod(shape), *units], dtype=float)
    return np.array([z[:-1] @ z[1:] + z[1:].sum()])
""",
        },
    ),
    *edited("7.3", PARAMETERS.edits),
    *[
        Wrong(
            "7.3", mistake, name, f"def parameters(shape, units):\n    n = np.prod(shape)\n{body}"
        )
        for mistake, name, body in (
            (
                "two layers alone",
                "both examples, written out",
                "    return n * units[0] + units[0] + units[0] * units[1] + units[1]\n",
            ),
            (
                "two layers alone",
                "first and last",
                "    h, q = units[0], units[-1]\n    return n * h + h + h * q + q\n",
            ),
            (
                "first layer alone",
                "return in the loop",
                "    total = 0\n    for size in units:\n        total += (n + 1) * size\n"
                "        n = size\n        return total\n",
            ),
            (
                "last layer alone",
                "the total written anew",
                "    for size in units:\n        total = (n + 1) * size\n        n = size\n"
                "    return total\n",
            ),
            (
                "inputs replaced too early",
                "the next inputs first",
                "    total = 0\n    for size in units:\n        n = size\n"
                "        total += n * size + size\n    return total\n",
            ),
            (
                "biases of one layer",
                "biases before the loop",
                "    total = units[0]\n    for size in units:\n        total += n * size\n"
                "        n = size\n    return total\n",
            ),
        )
    ],
    Wrong(
        "7.3",
        "not any shape",
        "unpacked",
        PARAMETERS.text.replace("int(np.prod(shape))", "(lambda h, w: h * w)(*shape)").replace(
            "    sizes", "    height, width = shape\n    sizes"
        ),
    ),
    Wrong(
        "7.3",
        None,
        "off by one",
        PARAMETERS.text.replace("return ", "return 1 + "),
        "another number",
    ),
    *[
        Wrong(
            "7.3",
            mistake,
            name,
            PARAMETERS.text.replace("    return", f"    {line}\n    return"),
            says,
            "wrong" if mistake else "crashed",
        )
        for mistake, name, line, says in (
            ("not any depth", "two layers", "hidden, out = units", ""),
            (None, "two sizes", "for a, b in sizes: pass", "raised an error"),
        )
    ],
    *[
        Wrong("7.3", None, name, PARAMETERS.text.replace(f"return {SUM}", body), "another number")
        for name, body in (
            ("a little more", f"return 0.005 + {SUM}"),
            ("an overflow", f"total = {SUM}\n    return total - 2**16 * (total > 2**15)"),
        )
    ],
    Wrong("7.3", None, "the list", PARAMETERS.text.replace("return sum", "return list"), "shape"),
    Wrong(
        "7.3",
        None,
        "the lecture's number",
        "def parameters(shape, units):\n    return 101770\n",
        "another number",
    ),
]


def _weights(old: str, new: str) -> str:
    return WEIGHTS.text.replace(old, new)


BENDS = [
    *rights(
        "7.4",
        {
            "the reference": WEIGHTS.text,
            "from left to right": """
def hinge_weights(values):
    k = len(values) - 1
    weights, slope = [], 0
    for i in range(k):
        wanted = (values[i + 1] - values[i]) / (1 / k)
        weights.append(wanted - slope)
        slope = wanted
    return weights
""",
            "a system of equations": """
def hinge_weights(values):
    places = np.linspace(0, 1, len(values))
    H = np.maximum(0, places[1:, None] - places[:-1])
    return np.linalg.solve(H, np.array(values[1:]) - values[0])
""",
            "float32, a column": """
def hinge_weights(values):
    values = np.float32(values)
    slopes = (values[1:] - values[:-1]) * (len(values) - 1)
    return np.append(slopes[0], slopes[1:] - slopes[:-1])[:, np.newaxis]
""",
            "TensorFlow": """
def hinge_weights(values):
    v = tf.constant(values)
    slopes = (v[1:] - v[:-1]) * (len(values) - 1)
    return tf.concat([slopes[:1], slopes[1:] - slopes[:-1]], 0)
""",
            "four decimals": f"{WEIGHTS.text.rstrip()}.round(4)",
            "second differences": """
def hinge_weights(values):
    k = len(values) - 1
    mirrored = np.append(values[0], values)
    return k * np.diff(mirrored, 2)
""",
        },
    ),
    *edited("7.4", WEIGHTS.edits),
    *[
        Wrong("7.4", mistake, name, _weights(f"return {CHANGES}", body), says)
        for mistake, name, body, says in (
            ("k + 1 hinges", "the bias too", f"return np.append(values[0], {CHANGES})", ""),
            ("k + 1 hinges", "one more at 1", f"return np.append({CHANGES}, 0)", ""),
            ("first weight missing", "changes alone", "return np.diff(slopes)", ""),
            (None, "last weight missing", f"return {CHANGES}[:-1]", "one weight too few"),
            (None, "slopes, one missing", "return slopes[:-1]", "one weight too few"),
            (None, "means", "return (slopes[1:] + slopes[:-1]) / 2", "one weight too few"),
            *[
                ("rounded", f"{n} decimals", f"return np.round({CHANGES}, {n})", "")
                for n in (1, 2, 3)
            ],
            (None, "twice", f"return 2 * {CHANGES}", "misses the point at 1/"),
            (None, "nothing", CHANGES, "None"),
            ("one number alone", "one number", f"return np.sum({CHANGES})", ""),
            (
                "one number alone",
                "return in the loop",
                "for i in range(k):\n        return slopes[i] - (slopes[i - 1] if i else 0)",
                "",
            ),
            (
                "arrays without brackets",
                "two arguments",
                "return np.concatenate(slopes[:1], np.diff(slopes))",
                "",
            ),
            (
                "a number joined",
                "the first slope",
                "return np.concatenate([slopes[0], np.diff(slopes)])",
                "",
            ),
            (None, "a text", "return 'slopes'", "should be numbers"),
        )
    ],
    Wrong(
        "7.4",
        None,
        "three hinges alone",
        _weights("k = len(values) - 1", "k = 3"),
        "misses the point",
    ),
]


def _parity(old: str, new: str) -> str:
    return PARITY.text.replace(old, new)


LAMPS = [
    *rights(
        "7.5",
        {
            "the reference": PARITY.text,
            "loops, lists, a column": """
def parity_network(n):
    W1 = [[1 for _ in range(n)] for _ in range(n)]
    b1 = [-(k + 0.5) for k in range(n)]
    w2 = [[1] if k % 2 == 0 else [-1] for k in range(n)]
    return W1, b1, w2, [-0.5]
""",
            "at most k, by minus signs": """
def parity_network(n):
    b1 = np.arange(n) + 0.5
    signs = (-1.0) ** np.arange(n)
    return -np.ones((n, n)), b1, -signs, signs.sum() - 0.5
""",
            "other numbers, float32, rows": """
def parity_network(n):
    W1 = np.full((n, n), 3, np.float32)
    b1 = 1 - 3 * np.arange(1, n + 1, dtype=np.float32)[None]
    w2 = np.array([[(-1) ** k for k in range(n)]], np.float32)
    return [W1, b1, 10 * w2, np.float32(-4)]
""",
            "TensorFlow": """
def parity_network(n):
    W1, b1 = tf.ones((n, n)), 0.5 - tf.range(1, n + 1, dtype=tf.float32)
    return W1, b1, tf.math.cos(np.pi * tf.range(n, dtype=tf.float32)), -0.5
""",
            "units in another order": """
def parity_network(n):
    k = np.arange(n)[::-1]
    return np.ones((n, n)), -0.6 - k, np.where(k % 2, -1, 1), -0.4
""",
        },
    ),
    *edited("7.5", PARITY.edits),
    Wrong(
        "7.5",
        "too many units",
        "one for each position",
        """
def parity_network(n):
    X = np.arange(2**n)[:, None] >> np.arange(n)[::-1] & 1
    W1 = 2 * X.T - 1
    odd = X.sum(axis=1) % 2
    return W1, 0.5 - X.sum(axis=1), odd.astype(float), -0.5
""",
    ),
    Wrong(
        "7.5",
        "too many units",
        "one more",
        """
def parity_network(n):
    W1, b1 = np.ones((n, n + 1)), 0.5 - np.arange(n + 1)
    return W1, b1, (-1.0) ** np.arange(1, n + 2), 0.5
""",
    ),
    *[
        Wrong("7.5", mistake, name, _parity(old, new), says)
        for mistake, name, old, new, says in (
            ("a unit never fires", "2 k", "np.arange(1, n + 1)", "2 * np.arange(1, n + 1)", ""),
            ("a unit never fires", "W1 of zeros", "np.ones((n, n))", "np.zeros((n, n))", ""),
            ("on the edge", "divided by n", "W1, b1, w2", "2 * W1 / n, 2 * b1 / n, w2", ""),
            ("units right, output not", "smaller and smaller", "(-1.0) **", "(-0.3) **", ""),
            (
                "units right, output not",
                "once up, then down for ever",
                SIGNS,
                "np.where(np.arange(n), -2, 1)",
                "",
            ),
            ("a unit always fires", "both do", THRESHOLDS, "np.arange(n) + 0.5", "At least one"),
            (None, "W1 of one axis", "np.ones((n, n))", "np.ones(n)", "W1 has the wrong shape"),
            (None, "three of four", "W1, b1, w2, b2\n", "W1, b1, w2\n", "4 things"),
            (None, "nothing", "return", "_ =", "4 things"),
            (None, "b1 too short", "np.arange(1, n + 1)", "np.arange(1, n)", "wrong shape"),
            (None, "a text", "b2 = -0.5", "b2 = 'half'", "should be numbers"),
            (None, "w2 a table", "(-1.0) ** np.arange(n)", "np.ones((n, n))", "wrong shape"),
        )
    ],
    Wrong(
        "7.5",
        "output always the same",
        "at least and at most in turn",
        """
def parity_network(n):
    signs = (-1.0) ** np.arange(n)
    return np.tile(signs, (n, 1)), signs * (0.5 - np.arange(1, n + 1)), np.ones(n), -0.5
""",
    ),
    Wrong(
        "7.5",
        None,
        "the first switches of each unit",
        """
def parity_network(n):
    return np.tri(n).T, np.full(n, -0.5), (-1.0) ** np.arange(n), -0.5
""",
        "hidden units say",
    ),
    Wrong(
        "7.5",
        "two switches alone",
        "XOR of lab 02",
        """
def parity_network(n):
    return [[1, -1], [1, -1]], [-0.5, 1.5], [1, 1], -1.5
""",
    ),
]

COMPILED = f"""\
{LISTING.text.replace("return keras", "model = keras")}
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return model
"""


def _listing(*changes: str) -> str:
    text = COMPILED
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


TWO = """\
    if K == 2:
        layers, loss = ...
        model = keras.Sequential([keras.Input((N,)), *layers])
        model.compile("adam", loss)
        return model
    model.compile"""
ONE_OUTPUT = '[*layers[:2], Dense(1, "sigmoid")], "binary_crossentropy"'
LOSS = '"sparse_categorical_crossentropy"'
MODELS = [
    *rights(
        "7.6",
        {
            "as in the lab": COMPILED,
            "activations in the layers, a loss object": """
def slide_network(N, H, K):
    hidden, out = keras.layers.Dense(H, "tanh"), keras.layers.Dense(K, activation="softmax")
    model = keras.Sequential([keras.Input(shape=(N,)), hidden, out])
    model.compile("sgd", keras.losses.SparseCategoricalCrossentropy(), metrics=["accuracy"])
    return model
""",
            "functional": """
def slide_network(N, H, K):
    x = keras.Input((N,))
    h = keras.layers.Activation(keras.activations.tanh)(keras.layers.Dense(H)(x))
    model = keras.Model(x, keras.layers.Softmax()(keras.layers.Dense(K)(h)))
    model.compile(loss=keras.losses.sparse_categorical_crossentropy)
    return model
""",
            # It builds the same network, and nothing in that says how.
            "with the slide's input_dim": """
def slide_network(N, H, K):
    model = keras.Sequential()
    model.add(keras.layers.Dense(H, input_dim=N))
    model.add(keras.layers.Activation("tanh"))
    model.add(keras.layers.Dense(K))
    model.add(keras.layers.Activation("softmax"))
    model.compile(loss="sparse_categorical_crossentropy", optimizer="rmsprop")
    return model
""",
            "the loss as a class": f"""
{_listing(LOSS, "keras.losses.SparseCategoricalCrossentropy")}
""",
            "a metric and a schedule of one's own": f"""
class Slower(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1 / (1 + step)
{_listing('"adam"', "keras.optimizers.Adam(Slower()), metrics=[lambda y, p: 1.0]")}
""",
        },
    ),
    *edited("7.6", LISTING.edits),
    *[
        Wrong("7.6", mistake, name, _listing(*changes), says)
        for mistake, name, changes, says in (
            (
                "softmax and from_logits",
                "from_logits",
                (LOSS, "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"),
                "",
            ),
            (
                "softmax and from_logits",
                "TensorFlow's, of logits",
                (LOSS, "tf.nn.sparse_softmax_cross_entropy_with_logits"),
                "",
            ),
            *[
                ("other loss", loss, (LOSS, f'"{loss}"'), "")
                for loss in (
                    "kl_divergence",
                    "poisson",
                    "squared_hinge",
                    "cosine_similarity",
                    "dice",
                    "KLD",
                )
            ],
            *[
                ("no such loss", loss, (LOSS, f'"{loss}"'), "")
                for loss in ("sparse_crossentropy", "cross entropy", "sparse-categorical")
            ],
            ("no loss given", "an optimizer alone", (f", loss={LOSS}", ""), ""),
            *[
                ("an axis too many", f"Input({row})", ("(N,)", row), "")
                for row in ("(None, N)", "(10, N)", "(N, N)", "(N, H)", "(N, 1)")
            ],
            ("binary loss", "its short name", (LOSS, '"bce"'), ""),
            ("own loss", "squares", (LOSS, "lambda y, p: (y - p) ** 2"), ""),
            ("frozen", "frozen", ("Dense(H)", "Dense(H, trainable=False)"), ""),
            ("equal start", "zeros", ("Dense(H)", 'Dense(H, kernel_initializer="zeros")'), ""),
            (
                "no comma in the shape",
                "N as a shape",
                ("keras.Input((N,))", "keras.Input(N)"),
                "",
            ),
            (
                "no keras in front",
                "as on the slide",
                ("import Activation, Dense", "import Activation"),
                "",
            ),
            ("one-hot loss", "one-hot", (LOSS, '"categorical_crossentropy"'), ""),
            ("binary loss", "binary", (LOSS, '"binary_crossentropy"'), ""),
            ("regression loss", "mse", (LOSS, '"mse"'), ""),
            ("not compiled", "not compiled", ("    model.compile(", "    dict("), ""),
            ("no model", "nothing", ("return model", "model"), ""),
            ("no model", "what compile returns", ("return model", "return None"), ""),
            ("no model", "the count", ("return model", "return model.count_params()"), ""),
            (None, "a third layer", ("Dense(K),", "Dense(K), Dense(K),"), "other sizes"),
            (
                None,
                "relu between",
                ("Dense(K),", 'Dense(K), Activation("relu"),'),
                "another activation stands somewhere",
            ),
        )
    ],
    Wrong(
        "7.6",
        "own loss",
        "a right one, called categorical",
        f"""
def categorical_loss(y, p):
    return keras.losses.sparse_categorical_crossentropy(y, p)
{_listing(LOSS, "categorical_loss")}
""",
    ),
    *[
        Wrong("7.6", mistake, f"for two classes {name}", _listing("    model.compile", new), says)
        for mistake, name, new, says in (
            (
                "binary loss",
                "binary",
                TWO.replace("...", 'model.layers, "binary_crossentropy"'),
                "",
            ),
            (None, "sigmoid", TWO.replace("...", ONE_OUTPUT), "other sizes"),
        )
    ],
    Right(
        "7.6",
        "Dropout",
        _listing("Dense(K),", "keras.layers.Dropout(0.2), Dense(K),"),
        note="a Dropout in the network",
    ),
]

ANSWERS: list[Right | Wrong] = [
    *(*HINGES, *SIX, *ONE_LAYER, *COUNTS),
    *(*BENDS, *LAMPS, *MODELS),
]
