"""Lab 14, three tasters: answers in foreign styles, and wrong ones that no edit makes."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.lab14 import (
    AT_ONE_PLACE,
    CONV2D,
    CORRELATE,
    EMBED,
    EMBEDDING,
    LSTM,
    NEAREST,
    SIMPLE_RNN,
    STATES,
)

PLACES = [
    *rights(
        "14.0",
        {
            "the reference": AT_ONE_PLACE.text,
            "loops": """
def at_one_place(window, kernel):
    total = 0
    for i in range(window.shape[0]):
        for j in range(window.shape[1]):
            total += window[i][j] * kernel[i][j]
    return total
""",
            "einsum": "at_one_place = lambda w, k: np.einsum('ij,ij', w, k)\n",
            "a neuron": "def at_one_place(w, k):\n    return np.ravel(w) @ np.ravel(k)\n",
            "vdot": "from functools import partial\n"
            "at_one_place = partial(lambda f, w, k: f(w, k), np.vdot)\n",
            "TensorFlow, float32": """
def at_one_place(window, kernel):
    return tf.reduce_sum(tf.cast(window, tf.float32) * tf.cast(kernel, tf.float32))
""",
            "keras.ops, kept dimensions": """
def at_one_place(window, kernel):
    return np.sum(np.multiply(window, kernel), keepdims=True)
""",
            "a class": """
class Place:
    def __call__(self, window, kernel):
        return sum(map(sum, (window * kernel).tolist()))
at_one_place = Place()
""",
        },
    ),
    *edited("14.0", AT_ONE_PLACE.edits),
    Wrong(
        "14.0",
        "only square windows",
        "the trace of a product",
        "def at_one_place(w, k):\n    return sum(w[i, j] * k[i, j] for i in range(len(w)) "
        "for j in range(len(w))) if w.shape[1] == len(w) else np.trace(w @ k)\n",
    ),
    *[
        Wrong("14.0", None, body, f"def at_one_place(w, k):\n    return {body}\n", says)
        for body, says in (("None", "None"), ("3.0", "another sum"), ("'3'", "numbers"))
    ],
]

TABLES = [
    *rights(
        "14.1",
        {
            "the reference": CORRELATE.text,
            "loops into zeros": """
def correlate(image, kernel):
    (n, m), (k, l) = np.shape(image), np.shape(kernel)
    out = np.zeros((n - k + 1, m - l + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for a in range(k):
                for b in range(l):
                    out[i, j] += image[i + a, j + b] * kernel[a, b]
    return out
""",
            "shifted pictures, a list": """
def correlate(image, kernel):
    k, l = kernel.shape
    n, m = image.shape[0] - k + 1, image.shape[1] - l + 1
    parts = [kernel[a, b] * image[a:a + n, b:b + m] for a in range(k) for b in range(l)]
    return sum(parts).tolist()
""",
            "sliding windows and einsum": """
def correlate(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel)
""",
            "SciPy": """
from scipy.signal import correlate2d
def correlate(image, kernel):
    return correlate2d(image, kernel, mode="valid")
""",
            "TensorFlow, with axes of length 1": """
def correlate(image, kernel):
    return tf.nn.conv2d(np.float32(image)[None, :, :, None], np.float32(kernel)[:, :, None, None],
                        strides=1, padding="VALID")
""",
        },
    ),
    *edited("14.1", CORRELATE.edits),
    *[
        Wrong("14.1", None, body, f"def correlate(image, kernel):\n    return {body}\n", says)
        for body, says in (
            ("None", "None"),
            ("image[1:, 1:]", "sums differ"),
            ("image", "has the shape"),
            ("np.ones((3, 5))", "sums differ"),
        )
    ],
    Wrong(
        "14.1",
        "window beyond the picture",
        "two brackets for one",
        CORRELATE.text.replace("image[i : i + k, j : j + l]", "image[i : i + k][j : j + l]"),
    ),
    Wrong(
        "14.1",
        "table too small",
        "a row and a column too few",
        """
def correlate(image, kernel):
    k, l = kernel.shape
    n, m = image.shape
    table = np.zeros((n - k, m - l))
    for i in range(n - k + 1):
        for j in range(m - l + 1):
            table[i, j] = np.sum(image[i : i + k, j : j + l] * kernel)
    return table
""",
    ),
]

COUNTS = {one.name: one for one in (CONV2D, SIMPLE_RNN, LSTM, EMBEDDING)}
ALL = "".join(one.text for one in COUNTS.values())
COUNTED = [
    *rights(
        "14.2",
        {
            "the reference": ALL,
            "asked from Keras": """
def built(layer, *shape):
    layer.build((None, *shape))
    return layer.count_params()
def conv2d(kernels, size, channels):
    return built(keras.layers.Conv2D(kernels, size), 28, 28, channels)
def simple_rnn(units, d):
    return built(keras.layers.SimpleRNN(units), None, d)
def lstm(units, d):
    return built(keras.layers.LSTM(units), None, d)
def embedding(words, d):
    return built(keras.layers.Embedding(words, d))
""",
            "sums, floats, arrays": """
def conv2d(kernels, size, channels):
    return kernels * channels * size**2.0 + kernels
def simple_rnn(units, d):
    return np.array([d * units + units**2 + units])
def lstm(units, d):
    return sum(simple_rnn(units, d) for _ in range(4))
def embedding(words, d):
    return np.zeros((words, d)).size
""",
        },
    ),
    *[
        wrong
        for one in COUNTS.values()
        for wrong in edited(
            "14.2",
            one.edits,
            before="".join(other.text for other in COUNTS.values() if other is not one),
            points=1.5,
        )
    ],
    Wrong(
        "14.2",
        None,
        "the expected result alone",
        ALL + "\ndef lstm(units, d):\n    return 1600\n",
        "another count",
        points=1.5,
    ),
]

ROWS = [
    *rights(
        "14.3",
        {
            "the reference": EMBED.text,
            "rows of the table": "def embed(numbers, table):\n    return table[numbers]\n",
            "a loop and a list": """
def embed(numbers, table):
    rows = []
    for number in numbers:
        one_hot = [float(k == number) for k in range(len(table))]
        rows.append(np.dot(one_hot, table))
    return rows
""",
            "TensorFlow": """
def embed(numbers, table):
    return tf.matmul(tf.one_hot(numbers, len(table)), tf.cast(table, tf.float32))
""",
            "Keras": """
def embed(numbers, table):
    return keras.utils.to_categorical(numbers, num_classes=table.shape[0]) @ table
""",
            "compared with all numbers": """
def embed(numbers, table):
    return (np.asarray(numbers)[:, None] == np.arange(len(table))).astype("float32").dot(table)
""",
        },
    ),
    *edited("14.3", EMBED.edits),
    Wrong(
        "14.3",
        "row that is not there",
        "one-hot of as many columns as words given",
        "def embed(numbers, table):\n    return np.eye(len(numbers))[numbers] @ table\n",
    ),
    Wrong(
        "14.3",
        "row that is not there",
        "columns of the table",
        "def embed(numbers, table):\n    return table[:, numbers].T\n",
    ),
    Wrong(
        "14.3",
        "wrong way round",
        "the table first",
        "def embed(numbers, table):\n    return table @ np.eye(len(table))[numbers]\n",
    ),
    Wrong(
        "14.3",
        "wrong way round",
        "one-hot of as many columns as the largest number needs",
        "def embed(numbers, table):\n    return np.eye(max(numbers) + 1)[numbers] @ table\n",
    ),
    Wrong("14.3", None, "nothing", "def embed(numbers, table):\n    pass\n", "None"),
]

MEMORIES = [
    *rights(
        "14.4",
        {
            "the reference": STATES.text,
            "filled in": """
def states(x, W, U, b):
    out = np.zeros((len(x), U.shape[0]))
    for t in range(len(x)):
        out[t] = x[t] @ W + b
        if t > 0:
            out[t] += out[t - 1] @ U
        out[t] = np.tanh(out[t])
    return out
""",
            "column vectors": """
def states(x, W, U, b):
    h, out = np.zeros((len(b), 1)), []
    for row in x:
        h = np.tanh(W.T @ row[:, None] + U.T @ h + b[:, None])
        out.append(h.ravel().tolist())
    return out
""",
            "Keras": """
def states(x, W, U, b):
    layer = keras.layers.SimpleRNN(len(b), return_sequences=True)
    layer.build((1, len(x), x.shape[1]))
    layer.set_weights([W, U, b])
    return layer(np.float32(x)[None])
""",
            "a scan": """
from itertools import accumulate
def states(x, W, U, b):
    step = lambda h, z: np.tanh(z + h @ U)
    return list(accumulate(x @ W + b, step, initial=np.zeros(len(b))))[1:]
""",
            "one product": """
def states(x, W, U, b):
    both, h, out = np.vstack([W, U]), np.zeros(U.shape[1]), []
    for x_t in x:
        out.append(h := np.tanh(np.concatenate([x_t, h]) @ both + b))
    return np.stack(out)
""",
        },
    ),
    *edited("14.4", STATES.edits),
    Wrong(
        "14.4",
        "wrong shapes",
        "columns for rows",
        STATES.text.replace("in x:", "in x.T:"),
    ),
    Wrong(
        "14.4",
        "wrong sum",
        "the whole x at each tick",
        STATES.text.replace("x_t @ W", "(x @ W)").replace("+ b)", "+ np.ones(7))"),
    ),
    Wrong(
        "14.4",
        "* for @",
        "into a table",
        """
def states(x, W, U, b):
    o = np.zeros((len(x), len(b)))
    for t in range(len(x)):
        o[t] = np.tanh(x[t] @ W + o[t - 1] * U + b)
    return o
""",
    ),
    Wrong("14.4", None, "zeros", "def states(x, W, U, b):\n    return x @ W * 0\n", "differ"),
    Wrong("14.4", None, "nothing", "def states(x, W, U, b):\n    pass\n", "None"),
]

NEIGHBOURS = [
    *rights(
        "14.5",
        {
            "the reference": NEAREST.text,
            "sorted, a list": """
def nearest(k, table, n):
    def cosine(j):
        u, v = table[k], table[j]
        return u @ v / np.sqrt(u @ u) / np.sqrt(v @ v)
    others = [j for j in range(len(table)) if j != k]
    return sorted(others, key=cosine, reverse=True)[:n]
""",
            "scikit-learn": """
from sklearn.metrics.pairwise import cosine_similarity
def nearest(k, table, n):
    row = cosine_similarity(table[k : k + 1], table)[0]
    row[k] = -2
    return row.argsort()[::-1][:n]
""",
            "from the end": """
def nearest(k, table, n):
    cos = table @ table[k] / (np.linalg.norm(table, axis=1) * np.linalg.norm(table[k]))
    return np.argsort(cos)[-2:-n - 2:-1]
""",
            "TensorFlow": """
def nearest(k, table, n):
    unit = tf.math.l2_normalize(tf.constant(table), axis=1)
    cos = tf.linalg.matvec(unit, unit[k])
    return tf.math.top_k(cos, n + 1).indices[1:]
""",
            "SciPy's distance": """
from scipy.spatial.distance import cdist
def nearest(k, table, n):
    return tuple(np.argsort(cdist(table[[k]], table, "cosine")[0])[1 : n + 1])
""",
        },
    ),
    *edited("14.5", NEAREST.edits),
    *[
        Wrong("14.5", None, body, f"def nearest(k, table, n):\n    return {body}\n", says)
        for body, says in (
            ("None", "None"),
            ("[2, 1]", "were asked for"),
            ("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]", "were asked for"),
        )
    ],
    *[
        Wrong("14.5", mistake, body, f"def nearest(k, table, n):\n    {body}\n")
        for mistake, body in (
            ("words, not numbers", "return ['cat', 'dog']"),
            (
                "lengths do not fit",
                "return np.argsort(-(table @ table[k] / (abs(table) * abs(table[k]))))[1 : n + 1]",
            ),
            (
                "lengths do not fit",
                "u = table / np.linalg.norm(table, axis=1); return np.argsort(-(u @ u[k]))[1:n]",
            ),
        )
    ],
]

ANSWERS: list[Right | Wrong] = [*PLACES, *TABLES, *COUNTED, *ROWS, *MEMORIES, *NEIGHBOURS]
