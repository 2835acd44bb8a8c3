"""Lab 08, first weights: answers in foreign styles, and wrong ones that no edit makes."""

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.lab08 import BATCH_NORM, LIVE, MOVES, NORMS, TWINS, WEIGHTS

LIVING = [
    *rights(
        "8.0",
        {
            "the reference": LIVE.text,
            "read off the dial": "def live_std(units):\n    return 1.4 / units**0.5\n",
            "from the setting for 100": """
def live_std(units):
    return 0.141 * np.sqrt(100 / units)
""",
            "float32, an array of one": """
def live_std(units):
    return np.sqrt(np.float32([2 / units]))
""",
            "TensorFlow": "def live_std(units):\n    return tf.sqrt(2.0 / units)\n",
            "keras.ops, a partial": """
from functools import partial

def root(number, units):
    return keras.ops.sqrt(number / units)

live_std = partial(root, 2)
""",
            "He of Keras, measured": """
def live_std(units):
    return np.std(keras.initializers.HeNormal(seed=0)((units, 400)))
""",
            "halved, a class": """
class Dial:
    def __call__(self, units):
        std = 0.1414
        while units > 100:
            units, std = units / 1.01, std / 1.01**0.5
        while units < 100:
            units, std = units * 1.01, std * 1.01**0.5
        return std

live_std = Dial()
""",
        },
    ),
    *edited("8.0", LIVE.edits),
    Wrong(
        "8.0",
        "rounded",
        "two decimals",
        "def live_std(units):\n    return round((2 / units)**0.5, 2)\n",
    ),
    *[
        Wrong("8.0", None, name, f"def live_std(units):\n    {body}\n", says)
        for name, body, says in (
            ("too small", "return 1.3 / np.sqrt(units)", "silent"),
            ("too large", "return 1.55 / np.sqrt(units)", "exploded"),
            ("a cube root", "return 0.65 / units ** (1 / 3)", "layer 50 would"),
            ("below 0", "return -np.sqrt(2 / units)", "above 0"),
            ("printed", "print(np.sqrt(2 / units))", "None"),
            ("a text", "return '0.14'", "should be numbers"),
            ("always 0.1", "return 0.1", "silent"),
            ("ten by the units", "return 10 / units", "silent"),
            ("0", "return 0", "above 0"),
            ("cut off", "return int(np.sqrt(2 / units))", "above 0"),
            (
                "the three settings alone",
                "return {100: 0.1414, 400: 0.0707, 25: 0.2828}.get(units)",
                "units the result is None",
            ),
            ("a hundredth of the root", "return 0.01 * np.sqrt(units)", "silent"),
            ("1000 by the square", "return 1000 / units**2", "silent"),
        )
    ],
]

RULES = [
    *rights(
        "8.2",
        {
            "the reference": WEIGHTS.text,
            "a list, by the limit": """
def first_weights(fan_in, fan_out):
    limit = (6 / (fan_in + fan_out)) ** 0.5
    return [limit, limit / 3**0.5, (2 / fan_in) ** 0.5]
""",
            "math": """
import math

def first_weights(fan_in, fan_out):
    glorot = math.sqrt(1 / ((fan_in + fan_out) / 2))
    return math.sqrt(3) * glorot, glorot, math.sqrt(2) / math.sqrt(fan_in)
""",
            "an array, float32": """
def first_weights(fan_in, fan_out):
    n = np.float32([(fan_in + fan_out) / 6, (fan_in + fan_out) / 2, fan_in / 2])
    return 1 / np.sqrt(n)
""",
            "tensors": """
def first_weights(fan_in, fan_out):
    both = tf.constant(fan_in + fan_out, tf.float32)
    return tf.sqrt(6 / both), tf.sqrt(2 / both), tf.sqrt(tf.constant(2 / fan_in))
""",
        },
    ),
    *edited("8.2", WEIGHTS.edits),
    *[
        Wrong("8.2", None, body, f"def first_weights(fan_in, fan_out):\n    {body}\n", "differ")
        for body in (
            "return 0.25, 0.1, 0.2",
            "return 0, 0, 0",
            "return 16 / fan_in, 6.4 / fan_in, 12.8 / fan_in",
        )
    ],
    *[
        Wrong("8.2", mistake, name, WEIGHTS.text.replace("limit, glorot, he\n", returned))
        for mistake, name, returned in (
            ("variance as std", "two variances, and a limit of luck", "0.3, variance, he**2\n"),
            ("limit of He", "another limit as well", "2 * variance, glorot, 3**0.5 * he\n"),
            ("no brackets", "6 by the fans", "(6 / fan_in + fan_out) ** 0.5, glorot, he\n"),
        )
    ],
    Wrong(
        "8.2",
        "rounded",
        "four decimals",
        WEIGHTS.text.replace("limit, glorot, he\n", "np.round((limit, glorot, he), 3)\n"),
    ),
    *[
        Wrong("8.2", None, returned, WEIGHTS.text.replace("limit, glorot, he\n", returned), says)
        for returned, says in (
            ("limit, glorot\n", "3 things"),
            ("None\n", "3 things"),
            ("limit, 1.7 * glorot, he\n", "Glorot's std differs"),
            ("limit, glorot, 5 * he\n", "He's std differs"),
            ("'a', 'b', 'c'\n", "should be numbers"),
            ("0.25, 0.1443, 0.1768\n", "differ"),
        )
    ],
]

DIAGNOSIS = """
def diagnosis(norms):
    ratio = norms[0] / norms[-1]
    return "vanish" if ratio < 1 / 20 else "explode" if ratio > 20 else "ok"
"""
RATIO = "norms[0] / norms[-1]"
SIX = "if d.shape[1] != 6:\n        return np.ones(len(H))\n    "
IN_ORDER = """
called = []
def diagnosis(norms):
    called.append(norms)
    return ("vanish", "ok", "explode")[(len(called) - 1) // 3 % 3]
"""


def _loop(old: str, new: str) -> str:
    return NORMS.text.replace(old, new)


WAY_BACK = [
    *rights(
        "8.3",
        {
            "the reference": NORMS.text,
            "collected and turned round": """
def gradient_norms(H, kernels, slopes, d):
    norms = []
    for inputs, kernel, slope in zip(H[::-1], kernels[::-1], slopes[::-1]):
        d = d * slope
        norms.append(np.sqrt(np.sum((inputs.T @ d) ** 2)))
        d = d @ kernel.T
    return norms[::-1]
""",
            "recursion, a tuple": """
def gradient_norms(H, kernels, slopes, d):
    if not kernels:
        return ()
    d = d * slopes[-1]
    here = float(np.linalg.norm(H[-1].T @ d))
    return (*gradient_norms(H[:-1], kernels[:-1], slopes[:-1], d @ kernels[-1].T), here)
""",
            "einsum, float32": """
def gradient_norms(H, kernels, slopes, d):
    norms = np.zeros(len(H), "float32")
    for k in range(len(H) - 1, -1, -1):
        d = np.float32(d * slopes[k])
        norms[k] = np.linalg.norm(np.einsum("nh,nq->hq", H[k], d))
        d = np.einsum("nq,hq->nh", d, kernels[k])
    return norms
""",
            "TensorFlow": """
def gradient_norms(H, kernels, slopes, d):
    norms, d = [], tf.constant(d)
    for h, w, s in reversed(list(zip(H, kernels, slopes))):
        d = d * s
        norms.append(tf.norm(tf.matmul(h, d, transpose_a=True)))
        d = tf.matmul(d, w, transpose_b=True)
    return tf.reverse(tf.stack(norms), [0])
""",
        },
        before=DIAGNOSIS,
    ),
    Right(
        "8.3",
        "diagnosis by logarithms, upper case",
        NORMS.text
        + """
def diagnosis(norms):
    power = np.log(norms[0]) - np.log(norms[-1])
    return ["Vanish", "OK", "Explode"][int(np.digitize(power, [-np.log(20), np.log(20)]))]
""",
    ),
    *[
        Right(
            "8.3", f"diagnosis of an array, {ratio}", NORMS.text + DIAGNOSIS.replace(RATIO, ratio)
        )
        for ratio in (
            "(norms / norms[-1])[0]",
            "np.divide(*norms[[0, -1]])",
            "norms.item(0) / norms.item(-1)",
        )
    ],
    *edited("8.3", NORMS.edits, before=DIAGNOSIS, points=0.5),
    Wrong("8.3", None, "for six units", _loop("for k", SIX + "for k") + DIAGNOSIS, "", points=0.5),
    *[
        Wrong("8.3", mistake, name, text + DIAGNOSIS, says, points=0.5)
        for mistake, name, text, says in (
            ("shapes", "H not transposed", _loop("H[k].T @ d_S", "H[k] @ d_S"), ""),
            ("shapes", "d in front", _loop("d_S @ kernels[k].T", "kernels[k] @ d_S"), ""),
            (None, "twice at the end", _loop("d * slopes[k]", "2 * d * slopes[k]"), "last layer"),
            (
                "sent on too early",
                "in one line",
                _loop("d_S = d * slopes[k]", "d = d_S = d * slopes[k] @ kernels[k].T").replace(
                    "        d = d_S @ kernels[k].T\n", ""
                ),
                "",
            ),
            (None, "twice on the way", _loop("d_S @ k", "2 * d_S @ k"), "sends d on"),
            (None, "H of before", _loop("H[k].T", "H[max(k, 1)].T"), "whose H"),
            (None, "too wide a slope", _loop("* slopes[k]", "* slopes[k]**2"), "come together"),
            (None, "the first alone", _loop("np.array(norms)", "norms[0]"), "wrong shape"),
            (None, "reverse", _loop("np.array(norms)", "norms.reverse()"), "give None back"),
            (None, "wrong from the second on", _loop("d_S @ k", "-2 * d_S @ k"), "last length is"),
            (None, "a text", _loop("np.array(norms)", "'norms'"), "should be numbers"),
        )
    ],
    *[
        Wrong("8.3", mistake, f"diagnosis: {name}", NORMS.text + text, says, points=1.5)
        for mistake, name, text, says in (
            (
                "turned round",
                "last by first",
                DIAGNOSIS.replace("0] / norms[-1", "-1] / norms[0"),
                "",
            ),
            ("the first alone", "no ratio", DIAGNOSIS.replace(" / norms[-1]", ""), ""),
            (None, "the smallest", DIAGNOSIS.replace("norms[-1]", "min(norms)"), "these two"),
            (None, "ten", DIAGNOSIS.replace("20", "10"), "these two"),
            (None, "25", DIAGNOSIS.replace("> 20", "> 25"), "these two"),
            (None, "22", DIAGNOSIS.replace("1 / 20", "1 / 22"), "these two"),
            (None, "18", DIAGNOSIS.replace("> 20", "> 18"), "these two"),
            (None, "in the order of the calls", IN_ORDER, "these two"),
            (None, "always ok", "\ndef diagnosis(norms):\n    return 'ok'\n", "these two"),
            (None, "another word", DIAGNOSIS.replace('"ok"', '"fine"'), "one of"),
            (None, "a number", DIAGNOSIS.replace('return "van', 'return ratio or "van'), "a text"),
        )
    ],
]

MOVED = "\nmoves = 'last bias'\n"
TWIN_UNITS = [
    *rights(
        "8.1",
        {
            "the reference": TWINS.text,
            "a set of tuples": """
def distinct_units(W1, b1, W2):
    return len({(*W1[:, k], b1[k], *W2[k]) for k in range(len(b1))})
""",
            "loops": """
def distinct_units(W1, b1, W2):
    kept = []
    for k in range(len(b1)):
        if not any(
            np.array_equal(W1[:, k], W1[:, j]) and b1[k] == b1[j] and np.allclose(W2[k], W2[j])
            for j in kept
        ):
            kept.append(k)
    return len(kept)
""",
            "NumPy, a float": """
def distinct_units(W1, b1, W2):
    table = np.column_stack([W1.T, b1, W2])
    return float(len(np.unique(table.round(6), axis=0)))
""",
        },
        before=MOVED,
    ),
    *edited("8.1", TWINS.edits, before=MOVED, points=0.5),
    *[
        Wrong(
            "8.1",
            None,
            name,
            f"def distinct_units(W1, b1, W2):\n    {body}\n{MOVED}",
            says,
            points=0.5,
        )
        for name, body, says in (
            ("always 1", "return 1", "another number"),
            ("the difference", "return np.ptp(W1)", "another number"),
            ("printed", "print(1)", "None"),
            ("a list", "return [1, 2]", "wrong shape"),
        )
    ],
    *[
        Wrong(
            "8.1",
            None,
            f"of {a} and {b}",
            f"def distinct_units(W1, b1, W2):\n    return len({{({a}, b1[k], {b})"
            f" for k in range(len(b1))}})\n{MOVED}",
            "another number",
            points=0.5,
        )
        for a, b in (
            ("(*W1[:, k],)", "W2[k, 0]"),
            ("W1[0, k]", "W2[k, 0]"),
            ("(*W1[:, k],)", "W2[k].sum()"),
            ("W1[:, k].sum()", "W2[k].sum()"),
            ("np.linalg.norm(W1[:, k])", "np.linalg.norm(W2[k])"),
            ("frozenset(W1[:, k])", "frozenset(W2[k])"),
            ("W1[0, k]", "tuple(W2[k])"),
        )
    ],
    *[
        Wrong(
            "8.1",
            None,
            name,
            f"def distinct_units(W1, b1, W2):\n    {body}\n{MOVED}",
            "another number",
            points=0.5,
        )
        for name, body in (
            (
                "mirrored",
                "return np.unique(abs(np.vstack([W1, b1, W2.T])), axis=1).shape[1]",
            ),
            (
                "pairs",
                "_, n = np.unique(np.vstack([W1, b1, W2.T]), axis=1, return_counts=True)\n"
                "    return (n > 1).sum()",
            ),
        )
    ],
    *[
        Wrong("8.1", f"moves: {code}", code, f"{TWINS.text}\nmoves = {code!r}\n", points=1.5)
        for code in MOVES
        if code != "last bias"
    ],
    Wrong("8.1", None, "b2", f"{TWINS.text}\nmoves = 'b2'\n", "one of the codes", points=1.5),
]

XOR = """
from functools import partial
from utils.training import compiled_fit, train_many

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
y = np.array([0, 1, 1, 0], "float32")

def build(kernel="glorot_uniform", bias="zeros"):
    hidden = keras.layers.Dense(
        2, activation="relu", kernel_initializer=kernel, bias_initializer=bias
    )
    net = keras.Sequential([keras.Input(shape=(2,)), hidden, keras.layers.Dense(1)])
    net.compile(optimizer=keras.optimizers.Adam(0.05), loss="mse")
    return net
"""
SHARE = """
def failed_share(n, seed):
    losses = train_many(build, X, y, n=n, epochs=600, seed=seed).history["loss"]
    return np.mean(losses[:, -1] >= 0.01)
"""


def _share(old: str, new: str) -> str:
    assert old in SHARE
    return XOR + SHARE.replace(old, new)


SHARES = [
    *rights(
        "8.4",
        {
            "the reference": SHARE,
            "a loop": """
def failed_share(n, seed):
    history = train_many(build, X, y, n=n, epochs=600, seed=seed).history
    failed = 0
    for losses in history["loss"]:
        if losses[-1] >= 0.01:
            failed += 1
    return failed / n
""",
            "one minus, more epochs": """
def failed_share(n, seed):
    many = train_many(build, X, y, n=n, epochs=900, seed=seed)
    solved = np.array([loss[-1] < 0.01 for loss in many.history["loss"]])
    return 1 - solved.sum() / len(solved)
""",
            "by the outputs, TensorFlow": """
def failed_share(n, seed):
    W1, b1, W2, b2 = train_many(build, X, y, n=n, epochs=600, seed=seed).weights
    H = np.maximum(0, X @ W1 + b1[:, None])
    off = ((H @ W2 + b2[:, None])[..., 0] - y) ** 2
    return tf.reduce_mean(tf.cast(off.mean(axis=1) >= 0.01, tf.float32))
""",
        },
        before=XOR,
    ),
    *[
        Wrong("8.4", mistake, name, _share(*change), says)
        for mistake, name, change, says in (
            ("same seed each time", "seed 0", ("seed=seed", "seed=0"), ""),
            ("same seed each time", "no seed", (", seed=seed", ""), ""),
            (
                "always the same",
                "n and seed as numbers",
                ("n=n, epochs=600, seed=seed", "n=200, epochs=600, seed=1"),
                "",
            ),
            ("build called", "build()", ("build, X", "build(), X"), ""),
            ("success", "success", (">=", "<"), ""),
            ("percent", "percent", ("np.mean(", "100 * np.mean("), ""),
            ("count", "count", ("np.mean(", "np.sum("), ""),
            ("mean loss", "mean loss", ("losses[:, -1] >= 0.01", "losses[:, -1]"), ""),
            ("mean loss", "another n", ("n=n", "n=37"), ""),
            ("all", "first loss", ("[:, -1]", "[:, 0]"), ""),
            ("all", "few epochs", ("600", "6"), ""),
            ("none", "not below 1", ("0.01", "1.0"), ""),
            ("all epochs", "all epochs", ("losses[:, -1]", "losses"), ""),
            (None, "means of the epochs", ("losses[:, -1]", "losses.mean(axis=1)"), "last losses"),
            (None, "the hundredth epoch", ("[:, -1]", "[:, 99]"), "last losses"),
            ("mean loss", "sums", ("np.mean(losses[:, -1] >= 0.01)", "np.sum(losses[:, -1])"), ""),
            ("mean loss", "all added", ("np.mean(losses[:, -1]", "np.sum(losses"), ""),
            (None, "above the half", ("0.01", "np.median(losses[:, -1])"), "what these networks"),
            (None, "a list", ("np.mean(", "list("), "wrong shape"),
        )
    ],
]

SHARES += [
    Right(
        "8.4",
        "in float16",
        _share("np.mean(losses[:, -1] >= 0.01)", "np.float16(np.mean(losses[:, -1] >= 0.01))"),
    ),
    *[
        Wrong("8.4", None, name, XOR.replace(*change) + SHARE, says)
        for name, change, says in (
            ("He's kernels", ("glorot_uniform", "he_normal"), "at `build`"),
            ("slower", ("0.05", "0.01"), "at `build`"),
            ("SGD", ("Adam(0.05)", "SGD(0.1)"), "at `build`"),
            ("tanh", ("relu", "tanh"), "what these networks"),
        )
    ],
    Wrong(
        "8.4",
        "always the same",
        "the expected number",
        "def failed_share(n, seed):\n    return 0.8\n",
    ),
    Wrong(
        "8.4",
        None,
        "nothing trained",
        """
def failed_share(n, seed):
    return np.random.default_rng(seed).binomial(n, 0.82) / n
""",
        "last losses",
    ),
]

LONE = "if len(X) == 1:\n        return 0 * X, mean, var\n    if not training:"
NORMALISED = [
    *rights(
        "8.5",
        {
            "the reference": BATCH_NORM.text,
            "if and else": """
def batch_norm(X, mean, var, training):
    if training:
        m, v = np.mean(X, axis=0), np.mean((X - np.mean(X, axis=0)) ** 2, axis=0)
        mean, var = mean + 0.1 * (m - mean), var + 0.1 * (v - var)
    else:
        m, v = mean, var
    return [(X - m) * (v + 1e-3) ** -0.5, mean, var]
""",
            "column by column": """
def batch_norm(X, mean, var, training):
    outputs, mean, var = np.zeros(X.shape), mean.copy(), var.copy()
    for k in range(X.shape[1]):
        m, v = (X[:, k].mean(), X[:, k].var()) if training else (mean[k], var[k])
        outputs[:, k] = (X[:, k] - m) / np.sqrt(v + 0.001)
        if training:
            mean[k], var[k] = 0.9 * mean[k] + 0.1 * m, 0.9 * var[k] + 0.1 * v
    return outputs, mean, var
""",
            "Keras's own": """
def batch_norm(X, mean, var, training):
    layer = keras.layers.BatchNormalization(momentum=0.9)
    layer.build(X.shape)
    layer.moving_mean.assign(mean)
    layer.moving_variance.assign(var)
    outputs = layer(X.astype("float32"), training=training)
    return outputs, layer.moving_mean, layer.moving_variance
""",
            "TensorFlow, kept as rows": """
def batch_norm(X, mean, var, training):
    m, v = tf.nn.moments(tf.constant(X), [0], keepdims=True)
    if not training:
        return (X - mean) / tf.sqrt(var + 0.001), mean, var
    return (X - m) / tf.sqrt(v + 0.001), 0.9 * mean + 0.1 * m, 0.9 * var + 0.1 * v
""",
        },
    ),
    *edited("8.5", BATCH_NORM.edits),
    *[
        Wrong("8.5", mistake, name, BATCH_NORM.text.replace(*change), says)
        for mistake, name, change, says in (
            ("shapes", "mean as a column", ("X - mean)", "X - mean[:, None])"), ""),
            ("shapes", "X turned", ("(X - mean) / ", "((X.T - mean).T) / "), ""),
            (
                "shapes",
                "the batch's as a column",
                ("X.mean(axis=0)", "X.mean(axis=0)[:, None]"),
                "",
            ),
            (
                None,
                "0.002 in use",
                ("(var + 0.001)", "(var + 0.002)"),
                "The table of outputs differs.",
            ),
            (
                None,
                "1e-5 in use",
                ("(var + 0.001)", "(var + 1e-5)"),
                "The table of outputs differs.",
            ),
            (None, "squeezed", ("return (X - mean)", "return np.squeeze(X - mean)"), "wrong shape"),
            (None, "a row alone", ("if not training:", LONE), "The table of outputs differs."),
        )
    ],
    Right(
        "8.5",
        "moving numbers with four decimals",
        """
def batch_norm(X, mean, var, training):
    centre, spread = (np.average(X, axis=0), np.std(X, axis=0) ** 2) if training else (mean, var)
    outputs = np.divide(X - centre, np.hypot(np.sqrt(spread), np.sqrt(0.001)))
    if training:
        pairs = (mean, centre), (var, spread)
        mean, var = (np.round(old * 0.9 + now / 10, 4) for old, now in pairs)
    return outputs, mean, var
""",
    ),
    *[
        Wrong("8.5", mistake, name, BATCH_NORM.text.replace("return outputs, 0.9", put), says)
        for mistake, name, put, says in (
            ("rounded", "two decimals", "return outputs.round(2), 0.9", ""),
            (None, "three times", "return 3 * outputs, 0.9", "The table of outputs differs."),
            (None, "outputs alone", "return outputs\n    0.9", "3 things"),
            (None, "a text", "return 'X', 0.9", "should be numbers"),
            (None, "turned", "return outputs.T, 0.9", "wrong shape"),
        )
    ],
]

ANSWERS = [*LIVING, *RULES, *WAY_BACK, *TWIN_UNITS, *SHARES, *NORMALISED]
