"""Lab 09, optimisers and mini-batches: answers in foreign styles, and wrong ones no edit makes."""

from tests.misconceptions import Wrong, edited, rights
from utils.checks.lab09 import ADAGRAD, ADAM, INTERVAL, MOMENTUM, NESTEROV, SAME_WALK

KERAS_STEPS = """
def by_keras(optimizer, slopes):
    place, steps = keras.Variable(np.zeros(np.shape(slopes)[1], "float32")), []
    for slope in slopes:
        before = place.numpy().copy()
        optimizer.apply([tf.constant(slope, "float32")], [place])
        steps.append(place.numpy() - before)
    return np.array(steps)
"""

VELOCITIES = [
    *rights(
        "9.0",
        {
            "the reference": MOMENTUM.text,
            "Keras's own, float32": KERAS_STEPS
            + """
class Momentum:
    def __call__(self, slopes, learning_rate, memory=0.9):
        return by_keras(keras.optimizers.SGD(learning_rate, momentum=memory), slopes)

momentum = Momentum()
""",
            "sums of all slopes so far": """
def momentum(slopes, learning_rate, memory=0.9):
    n = len(slopes)
    age = np.subtract.outer(np.arange(n), np.arange(n))
    fades = np.where(age >= 0, float(memory) ** np.maximum(age, 0), 0)
    return -learning_rate * np.einsum("ts,sk->tk", fades, slopes)
""",
            "lists in lists": """
def momentum(slopes, learning_rate, memory=0.9):
    velocity, steps = [0.0] * len(slopes[0]), []
    for slope in slopes:
        velocity = [memory * u - learning_rate * g for u, g in zip(velocity, slope)]
        steps.append(velocity)
    return steps
""",
            "accumulate, a partial": """
from functools import partial
from itertools import accumulate

def run(slopes, learning_rate, memory, sign):
    pushes = sign * learning_rate * np.asarray(slopes)
    return np.stack(list(accumulate(pushes, lambda u, push: memory * u + push)))

momentum = partial(run, sign=-1)
""",
            "in place, with copies": """
def momentum(slopes, learning_rate, memory=0.9):
    velocity = np.zeros(slopes.shape[1])
    steps = np.empty_like(slopes)
    for t in range(len(slopes)):
        velocity *= memory
        velocity -= learning_rate * slopes[t]
        steps[t] = velocity
    return steps
""",
            "TensorFlow": """
def momentum(slopes, learning_rate, memory=0.9):
    velocity, steps = tf.zeros(slopes.shape[1]), []
    for slope in tf.constant(slopes, tf.float32):
        velocity = memory * velocity - learning_rate * slope
        steps.append(velocity)
    return tf.stack(steps)
""",
        },
    ),
    *edited("9.0", MOMENTUM.edits),
    Wrong("9.0", None, "all slopes", MOMENTUM.text.replace("* slope\n", "* slopes\n"), "shape"),
    Wrong("9.0", None, "nothing", MOMENTUM.text.replace("return np", "np"), "None"),
    Wrong(
        "9.0",
        "only the last",
        "one array for all",
        MOMENTUM.text.replace(
            "velocity, steps = 0.0", "velocity, steps = np.zeros(slopes.shape[1])"
        ).replace("velocity = memory * velocity - ", "velocity *= memory; velocity -= "),
    ),
    Wrong(
        "9.0",
        "only the last",
        "changed in place, without memory",
        MOMENTUM.text.replace(
            "velocity, steps = 0.0", "velocity, steps = np.zeros(slopes.shape[1])"
        ).replace("velocity = memory * velocity - ", "velocity -= "),
    ),
    Wrong("9.0", None, "forgets later", MOMENTUM.text.replace("(steps)", "(steps).round(1)"), ""),
]

TWO_RULES = NESTEROV.text + ADAGRAD.text
RULES = [
    *rights(
        "9.1",
        {
            "the references": TWO_RULES,
            "Keras's own": KERAS_STEPS
            + """
def nesterov(slopes, learning_rate):
    return by_keras(keras.optimizers.SGD(learning_rate, momentum=0.9, nesterov=True), slopes)

def adagrad(slopes, learning_rate):
    return by_keras(keras.optimizers.Adagrad(learning_rate), slopes)
""",
            "a filter and a cumsum": """
from scipy.signal import lfilter

def nesterov(slopes, learning_rate):
    return 0.9 * lfilter([-learning_rate], [1, -0.9], slopes, axis=0) - learning_rate * slopes

def adagrad(slopes, learning_rate):
    return -learning_rate * slopes / np.sqrt(0.1 + np.cumsum(slopes**2, axis=0) + 1e-7)
""",
            "tensors": """
def nesterov(slopes, learning_rate):
    u, steps = tf.zeros(slopes.shape[1]), []
    for g in slopes.astype("float32"):
        u = 0.9 * u - learning_rate * g
        steps += [0.9 * u - learning_rate * g]
    return tf.stack(steps)

def adagrad(slopes, learning_rate):
    slopes = tf.constant(slopes, tf.float32)
    return -learning_rate * slopes * tf.math.rsqrt(0.1 + tf.cumsum(slopes**2, axis=0))
""",
        },
    ),
    *edited("9.1", NESTEROV.edits, before=ADAGRAD.text, points=1.0),
    *edited("9.1", ADAGRAD.edits, before=NESTEROV.text, points=1.0),
    Wrong(
        "9.1",
        None,
        "the second is open",
        NESTEROV.text
        + """
def adagrad(slopes, learning_rate):
    raise NotImplementedError("Exercise 9.1: write adagrad")
""",
        points=1.0,
    ),
    Wrong(
        "9.1",
        "only the last",
        "u changed in place",
        ADAGRAD.text
        + """
def nesterov(slopes, learning_rate):
    u, steps = np.zeros(slopes.shape[1]), []
    for g in slopes:
        u *= 0.9
        u -= learning_rate * g
        steps.append(u)
    return np.array(steps)
""",
        points=1.0,
    ),
    Wrong(
        "9.1",
        None,
        "two steps",
        ADAGRAD.text
        + NESTEROV.text.replace("return np.array(steps)", "return 2 * np.array(steps)"),
        "first step differs",
        points=1.0,
    ),
]

ADAMS = [
    *rights(
        "9.1b",
        {
            "the reference": ADAM.text,
            "Keras's own": KERAS_STEPS
            + """
def adam(slopes, learning_rate):
    return by_keras(keras.optimizers.Adam(learning_rate), slopes)
""",
            "as in the paper, with the rate corrected": """
def adam(slopes, learning_rate):
    m, v = np.zeros((2, slopes.shape[1]))
    steps = []
    for t in range(1, len(slopes) + 1):
        g = slopes[t - 1]
        m += 0.1 * (g - m)
        v += 0.001 * (g * g - v)
        rate = learning_rate * np.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        steps.append(-rate * m / (np.sqrt(v) + 1e-8))
    return steps
""",
            "weights of all slopes so far": """
def adam(slopes, learning_rate):
    steps = []
    for t in range(1, len(slopes) + 1):
        age = np.arange(t)[::-1]
        m = np.average(slopes[:t], axis=0, weights=0.9**age)
        v = np.average(slopes[:t] ** 2, axis=0, weights=0.999**age)
        steps.append(-learning_rate * m / np.sqrt(v + 1e-14))
    return np.array(steps)
""",
            "keras.ops": """
def adam(slopes, learning_rate):
    m = v = keras.ops.zeros(slopes.shape[1])
    steps = []
    for t, g in enumerate(slopes.astype("float32"), start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * keras.ops.square(g)
        root = keras.ops.sqrt(v / (1 - 0.999**t))
        steps.append(-learning_rate * (m / (1 - 0.9**t)) / (root + 1e-7))
    return keras.ops.stack(steps)
""",
        },
    ),
    *edited("9.1b", ADAM.edits),
    Wrong(
        "9.1b",
        None,
        "the memory is lost after two steps",
        ADAM.text.replace("    m = 0.9", "    m = 0 if t == 3 else m\n        m = 0.9").replace(
            "for t, g in enumerate(slopes, 1):\n    ", "for t, g in enumerate(slopes, 1):\n    "
        ),
        "first 2 of the steps",
    ),
    Wrong(
        "9.1b",
        "only the last",
        "m changed in place",
        """
def adam(slopes, learning_rate):
    m, q, steps = np.zeros(slopes.shape[1]), 0.0, []
    for t, g in enumerate(slopes, 1):
        m *= 0.9
        m -= 0.1 * g
        steps.append(m)
    return steps
""",
    ),
    Wrong(
        "9.1b",
        None,
        "no step where the slope is 0",
        ADAM.text.replace(
            "return np.array(steps)", "return np.where(slopes == 0, 0, np.array(steps))"
        ),
        "right",
    ),
    Wrong(
        "9.1b",
        None,
        "AMSGrad, which never forgets the largest",
        ADAM.text.replace("m, v, steps = 0.0, 0.0", "m, v, most, steps = 0.0, 0.0, 0.0").replace(
            "        steps.append",
            "        most = v_hat = np.maximum(most, v_hat)\n        steps.append",
        ),
        "right",
    ),
    Wrong(
        "9.1b", None, "zeros", "def adam(slopes, learning_rate):\n    return 0 * slopes\n", "first"
    ),
]

DEALER = """
def batches(x, y, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for first in range(0, len(x), batch_size):
            rows = order[first : first + batch_size]
            yield x[rows], y[rows]
"""
ORDER = "order = rng.permutation(len(x))"
LOOP = "for first in range(0, len(x), batch_size):"
PAIR = "yield x[rows], y[rows]"


def _dealt(mistake: str | None, name: str, *changes: str, says: str = "") -> Wrong:
    text = DEALER
    for old, new in zip(changes[::2], changes[1::2], strict=True):
        assert old in text, (name, old)
        text = text.replace(old, new)
    return Wrong("9.2", mistake, name, text, says)


DEALERS = [
    *rights(
        "9.2",
        {
            "the dealer": DEALER,
            "a list, array_split": """
def batches(x, y, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    pairs = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for rows in np.array_split(order, np.arange(batch_size, len(x), batch_size)):
            pairs.append((x[rows], y[rows]))
    return pairs
""",
            "while, lists, shuffle in place": """
def batches(x, y, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    order = list(range(len(x)))
    for epoch in range(epochs):
        rng.shuffle(order)
        left = order.copy()
        while left:
            rows, left = left[:batch_size], left[batch_size:]
            yield [x[row] for row in rows], [[y[row]] for row in rows]
""",
            "zip and shuffle": """
def batches(x, y, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = np.argsort(rng.random(len(x)))
        a, b = x[order], y[order]
        cuts = [slice(i, i + batch_size) for i in range(0, len(a), batch_size)]
        yield from [(a[cut], b[cut]) for cut in cuts]
""",
            "TensorFlow's data set": """
def batches(x, y, batch_size, epochs, seed):
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x), seed=seed).batch(batch_size)
    return data.repeat(epochs)
""",
            "columns of an order that is filled with -1": """
def batches(x, y, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        filled = np.full(-(-len(x) // batch_size) * batch_size, -1)
        filled[: len(x)] = rng.permutation(len(x))
        for rows in filled.reshape(-1, batch_size):
            rows = rows[rows >= 0]
            yield np.take(x, rows, axis=0), np.take(y, rows, axis=0)[:, np.newaxis]
""",
        },
    ),
    _dealt(
        None,
        "y flattened, and more columns of y lost",
        PAIR,
        "yield x[rows], np.take(y, rows)[:, np.newaxis]",
        says="3 numbers each",
    ),
    Wrong(
        "9.2",
        None,
        "x and y in one table, y its last column",
        """
def batches(x, y, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        table = rng.permutation(np.c_[x, y])
        for first in range(0, len(x), batch_size):
            rows = table[first : first + batch_size]
            yield rows[:, :-1], rows[:, -1]
""",
        "3 numbers each",
    ),
    _dealt("x and y apart", "two orders", PAIR, "yield x[rows], y[rng.permutation(rows)]"),
    _dealt(
        "x and y apart",
        "both shuffled in place",
        ORDER,
        "order = np.arange(len(x)); rng.shuffle(x); rng.shuffle(y)",
    ),
    _dealt(
        "with replacement",
        "choice",
        "order[first : first + batch_size]",
        "rng.choice(len(x), len(order[first : first + batch_size]))",
    ),
    _dealt(
        "with replacement",
        "a new order each time",
        "order[first : first + batch_size]",
        "rng.permutation(len(x))[: len(order[first : first + batch_size])]",
    ),
    _dealt(
        "same order",
        "one order",
        "    for _ in range(epochs):\n        " + ORDER,
        "    " + ORDER + "\n    for _ in range(epochs):",
    ),
    _dealt(
        "same order",
        "a new rng in each epoch",
        ORDER,
        "order = np.random.default_rng(seed).permutation(len(x))",
    ),
    _dealt("not shuffled", "as they stand", ORDER, "order = np.arange(len(x))"),
    _dealt(
        "last batch lost",
        "floor",
        LOOP,
        "for first in range(0, len(x) - batch_size + 1, batch_size):",
    ),
    _dealt(
        "last batch filled",
        "the last rows again",
        "order[first : first + batch_size]",
        "order[min(first, len(x) - batch_size) :][:batch_size]",
    ),
    _dealt("one epoch", "no loop over the epochs", "range(epochs)", "range(1)"),
    _dealt(
        "equal parts",
        "array_split",
        LOOP,
        "for rows in np.array_split(order, -(-len(x) // batch_size)):",
        "            rows = order[first : first + batch_size]\n",
        "",
    ),
    _dealt(
        "number for size",
        "batch_size batches",
        LOOP,
        "for rows in np.array_split(order, batch_size):",
        "            rows = order[first : first + batch_size]\n",
        "",
    ),
    _dealt("one batch", "return", "yield x[rows], y[rows]", "return [(x[rows], y[rows])]"),
    _dealt("one batch", "return of two", "yield x[rows], y[rows]", "return x[rows], y[rows]"),
    Wrong(
        "9.2",
        "two lists",
        "xs and ys",
        DEALER.replace("    for _ in", "    xs, ys = [], []\n    for _ in").replace(
            PAIR, "xs.append(x[rows]); ys.append(y[rows])"
        )
        + "    return xs, ys\n",
    ),
    *[
        _dealt(
            "with replacement",
            f"choice, {name} batches",
            LOOP,
            f"for _ in range({number}):",
            "order[first : first + batch_size]",
            "rng.choice(len(x), batch_size)",
        )
        for name, number in (("whole", "len(x) // batch_size"), ("all", "-(-len(x) // batch_size)"))
    ],
    _dealt(
        "loops exchanged",
        "the epochs inside",
        "    for _ in range(epochs):\n        " + ORDER + "\n        " + LOOP,
        "    orders = [rng.permutation(len(x)) for _ in range(epochs)]\n"
        "    " + LOOP + "\n        for order in orders:",
    ),
    _dealt(
        "short batch not last",
        "the batches shuffled, too",
        LOOP,
        "for first in rng.permutation(np.arange(0, len(x), batch_size)):",
    ),
    _dealt(
        "in place",
        "slices of x itself",
        ORDER,
        "table = np.random.default_rng([seed, _])\n"
        "        state = table.bit_generator.state\n"
        "        table.shuffle(x)\n"
        "        table.bit_generator.state = state\n"
        "        table.shuffle(y)",
        "order[first : first + batch_size]",
        "slice(first, first + batch_size)",
    ),
    Wrong(
        "9.2",
        "not shuffled",
        "a small buffer",
        """
def batches(x, y, batch_size, epochs, seed):
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(batch_size, seed=seed)
    return data.batch(batch_size).repeat(epochs)
""",
    ),
    _dealt(
        "neighbours",
        "begun elsewhere",
        ORDER,
        "order = np.roll(np.arange(len(x)), rng.integers(1, len(x)))",
    ),
    _dealt(
        "same order",
        "turned round",
        "    for _ in range(epochs):\n        " + ORDER,
        "    order = rng.permutation(len(x))\n    for _ in range(epochs):\n"
        "        order = order[::-1]",
    ),
    _dealt(
        "same batches",
        "batches fixed, dealt in a new order",
        "    for _ in range(epochs):\n        " + ORDER,
        "    fixed = rng.permutation(len(x))\n    for _ in range(epochs):\n"
        "        whole = len(x) // batch_size * batch_size\n"
        "        blocks = rng.permutation(fixed[:whole].reshape(-1, batch_size))\n"
        "        order = np.concatenate([blocks.ravel(), fixed[whole:]])",
    ),
    _dealt(
        "empty batch",
        "one too many",
        LOOP,
        "for first in range(0, len(x) + batch_size, batch_size):",
    ),
    _dealt(
        "neighbours",
        "the batches are shuffled",
        ORDER,
        "order = np.arange(len(x))",
        LOOP,
        "starts = [*range(0, len(x), batch_size)]\n"
        "        for first in [*rng.permutation(starts[:-1]), starts[-1]]:",
    ),
    _dealt(
        "same batches",
        "shuffled within the batches",
        ORDER,
        "order = np.random.default_rng(seed).permutation(len(x))",
        "rows = order[first : first + batch_size]",
        "rows = rng.permutation(order[first : first + batch_size])",
    ),
    _dealt(
        "same order",
        "rng itself made anew in each epoch",
        ORDER,
        "rng = np.random.default_rng(seed); " + ORDER,
    ),
    *[
        _dealt(mistake, name, "order[first : first + batch_size]", rows)
        for mistake, name, rows in (
            ("end of the slice", "up to batch_size", "order[first:batch_size]"),
            ("one off", "one row less", "order[first : first + batch_size - 1]"),
            ("one off", "one row more", "order[first : first + batch_size + 1]"),
            ("one row", "one row of the order", "order[first]"),
        )
    ],
    _dealt("no step", "range without a step", LOOP, "for first in range(0, len(x)):"),
    _dealt("flat", "two yields", PAIR, "yield x[rows]; yield y[rows]"),
    Wrong(
        "9.2",
        "flat",
        "append twice",
        DEALER.replace("    for _ in", "    pairs = []\n    for _ in").replace(
            PAIR, "pairs.append(x[rows]); pairs.append(y[rows])"
        )
        + "    return pairs\n",
    ),
    _dealt("seed not used", "fresh chance", "default_rng(seed)", "default_rng()"),
    _dealt("fixed seed", "seed 0", "default_rng(seed)", "default_rng(0)"),
    _dealt("order", "y first", PAIR, "yield y[rows], x[rows]"),
    _dealt("not pairs", "a number", PAIR, "pass", "    for _ in", "    return 5\n    for _ in"),
    _dealt(
        "cut through",
        "all epochs in one",
        "    for _ in range(epochs):\n        " + ORDER,
        "    orders = [rng.permutation(len(x)) for _ in range(epochs)]\n"
        "    order = np.concatenate(orders)\n    if True:",
        "range(0, len(x),",
        "range(0, len(order),",
    ),
    _dealt(None, "scaled", PAIR, "yield x[rows] / 2, y[rows]", says="rows that x does not have"),
    _dealt(
        None, "the labels scaled", PAIR, "yield x[rows], y[rows] / 7", says="rows that y does not"
    ),
    _dealt(None, "one number of y", PAIR, "yield x[rows], y[first]", says="equally many of y"),
    _dealt(None, "rows alone", PAIR, "yield x[rows]", says="2 things"),
    _dealt(None, "no batch", PAIR, "if False: yield", says="No batch came"),
    _dealt(
        None,
        "too short",
        LOOP,
        "for first in range(0, len(x) // 2, batch_size):",
        says="other sizes",
    ),
]

SAYS_LENGTH = '\nadams_rate = "length"\n'
CENTS = [
    *rights(
        "9.3",
        {
            "the reference": SAME_WALK.text + SAYS_LENGTH,
            "a table, an array": """
def same_walk(name, learning_rate, factor):
    power = {"SGD": 1, "momentum": 1, "Nesterov": 1, "Adam": 0, "RMSprop": 0}[name]
    return np.array([learning_rate / factor**power])

adams_rate = " Length"
""",
            "by trying": MOMENTUM.text
            + """
def same_walk(name, learning_rate, factor):
    slopes = np.array([[1.0], [2.0], [-1.0]])
    if name in ("Adam", "RMSprop"):
        return tf.constant(learning_rate)
    before = momentum(slopes, learning_rate)
    now = momentum(factor * slopes, learning_rate)
    return learning_rate * before[0, 0] / now[0, 0]
"""
            + SAYS_LENGTH,
            "a search among many": """
def same_walk(name, learning_rate, factor):
    wanted = learning_rate if name in ("Adam", "RMSprop") else learning_rate / factor
    tried = np.geomspace(1e-6, 10, 5001)
    return tried[np.argmin(np.abs(tried - wanted))]
"""
            + SAYS_LENGTH,
        },
    ),
    Wrong(
        "9.3",
        "small letters",
        "a name in small letters",
        SAME_WALK.text.replace(
            'if name in ("RMSprop", "Adam")', 'if name in ("sgd", "RMSprop", "Adam")'
        ).replace("if name in", 'if name == "SGD" or name in')
        + SAYS_LENGTH,
        points=1.0,
    ),
    Wrong(
        "9.3",
        "no rate came",
        "branches for names in small letters",
        """
def same_walk(name, learning_rate, factor):
    if name in ("sgd", "momentum", "nesterov"):
        return learning_rate / factor
    elif name in ("rmsprop", "adam"):
        return learning_rate
"""
        + SAYS_LENGTH,
        points=1.0,
    ),
    *[
        Wrong(
            "9.3",
            "rounded",
            f"{decimals} decimals",
            SAME_WALK.text.replace(
                "learning_rate / factor", f"np.round(learning_rate / factor, {decimals})"
            )
            + SAYS_LENGTH,
            points=1.0,
        )
        for decimals in (2, 3)
    ],
    *edited("9.3", SAME_WALK.edits, before=SAYS_LENGTH, points=1.0),
    *[
        Wrong(
            "9.3",
            f"claim: {code}",
            code,
            SAME_WALK.text + f'\nadams_rate = "{code}"\n',
            points=1.0,
        )
        for code in ("needless", "multiplier", "border")
    ],
    Wrong(
        "9.3",
        None,
        "no code",
        SAME_WALK.text + "\nadams_rate = 0.1\n",
        "one of the codes",
        points=1.0,
    ),
    Wrong(
        "9.3",
        None,
        "half",
        SAME_WALK.text.replace("learning_rate / factor", "learning_rate / factor / 2")
        + SAYS_LENGTH,
        "others than before",
        points=1.0,
    ),
]

# As most write the last line; the reference has nan in the place of None.
NOTHING = ("(np.nan, np.nan)", "None")
INTERVALS = [
    *rights(
        "9.4",
        {
            "the reference, None": INTERVAL.text.replace(*NOTHING),
            "loops": """
def stable_interval(rates, losses, limit):
    good = []
    for rate, starts in zip(rates, losses):
        if all(epochs[-1] <= limit for epochs in starts):
            good.append(rate)
    if not good:
        return None
    return [min(good), max(good)]
""",
            "nan becomes infinite": """
def stable_interval(rates, losses, limit):
    last = np.nan_to_num(losses[..., -1], nan=np.inf).max(axis=-1)
    order = np.argsort(rates)
    good = rates[order][last[order] <= limit]
    if good.size > 0:
        return np.array([good[:1], good[-1:]])
""",
            "masked": """
def stable_interval(rates, losses, limit):
    worst = np.ma.masked_invalid(losses[:, :, -1]).filled(1e9).max(axis=1)
    good = sorted(rate for rate, loss in zip(rates, worst) if not loss > limit)
    return good and (good[0], good[-1]) or None
""",
            "max, which keeps nan; TensorFlow": """
def stable_interval(rates, losses, limit):
    worst = tf.reduce_max(tf.constant(losses[:, :, -1], tf.float64), axis=1)
    good = tf.boolean_mask(rates, tf.constant(losses[:, :, -1].max(1) <= limit))
    if tf.size(good) == 0:
        return None
    return tf.reduce_min(good), tf.reduce_max(good)
""",
        },
    ),
    *[
        Wrong(one.exercise, one.mistake, one.name, one.source.replace(*NOTHING))
        for one in edited("9.4", INTERVAL.edits)
    ],
    Wrong("9.4", "no good rate", "nan twice", INTERVAL.text),
    Wrong(
        "9.4",
        "no rate came out",
        "the return forgotten",
        INTERVAL.text.replace("return (good", "(good"),
    ),
    Wrong(
        "9.4",
        "no good rate",
        "not asked",
        INTERVAL.text.replace("if len(good) else (np.nan, np.nan)", ""),
    ),
    Wrong(
        "9.4",
        None,
        "one rate",
        INTERVAL.text.replace("(good.min(), good.max())", "good.min()"),
        "2 things",
    ),
    Wrong(
        "9.4",
        None,
        "all of them",
        INTERVAL.text.replace("(good.min(), good.max())", "list(good)"),
        "2 things",
    ),
    Wrong(
        "9.4",
        None,
        "half",
        INTERVAL.text.replace("good.max())", "good.max() / 2)"),
        "others than the smallest",
    ),
]

ANSWERS = [*VELOCITIES, *RULES, *ADAMS, *DEALERS, *CENTS, *INTERVALS]
