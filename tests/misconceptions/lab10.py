"""Lab 10, iris: answers in foreign styles, and wrong ones that no edit in the checks makes."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.edits import Edit, Source
from utils.checks.lab10 import (
    BOTH,
    COLUMNS,
    HIDDEN,
    INTERPRET,
    MOMENTS,
    MSE,
    NETWORK,
    OF_PETALS,
    OF_SEPALS,
    OTHER_ROWS,
    OTHER_Y,
    OUT,
    PREPARE,
    RMSE,
    SCALED,
    SHARE,
    SQUARED,
)

ERRORS = [
    *rights(
        "10.0",
        {
            "two loops": """
def mse(prediction, y):
    total, count = 0.0, 0
    for guessed, true in zip(prediction, y):
        for one, other in zip(guessed, true):
            total += (one - other) * (one - other)
            count += 1
    return total / count
""",
            "the length of all errors": """
def mse(prediction, y):
    return np.linalg.norm(y - prediction) ** 2 / y.size
""",
            "einsum": """
mse = lambda prediction, y: np.einsum("nk,nk", e := y - prediction, e) / np.prod(y.shape)
""",
            "Keras's loss, float32": """
def mse(prediction, y):
    return keras.losses.MeanSquaredError()(y, prediction)
""",
            "the mean over the flowers of Keras's function": """
def mse(prediction, y):
    return keras.ops.mean(keras.losses.mean_squared_error(y, prediction))
""",
            "scikit-learn": """
from sklearn.metrics import mean_squared_error
def mse(prediction, y):
    return [mean_squared_error(y_true=y, y_pred=prediction)]
""",
            "a running mean, row after row": """
def mse(prediction, y):
    mean = 0.0
    for n, (row, true) in enumerate(zip(prediction.tolist(), y.tolist()), start=1):
        here = sum(abs(a - b) ** 2 for a, b in zip(row, true)) / len(row)
        mean += (here - mean) / n
    return mean
""",
            "mean squared and variance": """
def mse(prediction, y):
    error = np.subtract(prediction, y)
    return error.mean() ** 2 + error.var()
""",
            "plain Python": """
from statistics import fmean
def mse(prediction, y):
    return fmean(pow(a - b, 2) for a, b in zip(np.ravel(prediction), np.ravel(y)))
""",
            "the reference": MSE.text,
        },
    ),
    *edited("10.0", MSE.edits),
    *[
        Wrong("10.0", None, says, MSE.text.replace(SQUARED, says), words)
        for says, words in (
            ("np.mean((prediction + y) ** 2)", "another number"),
            ("np.max((prediction - y) ** 2)", "another number"),
            ("print(np.mean((prediction - y) ** 2))", "is None"),
            ("'1.25 cm²'", "should be numbers"),
            ("np.mean((prediction - y) ** 2) / 0", "nan or inf"),
        )
    ],
    Wrong(
        "10.0",
        None,
        "nothing yet",
        'def mse(prediction, y):\n    raise NotImplementedError("Exercise 10.0: write mse, then '
        'run this cell again.")\n',
        says="NotImplementedError",
        verdict="not attempted",
    ),
]

PICKING = [
    *rights(
        "10.1",
        {
            "list of names and index": """
def petals_to_sepals(table, feature_names):
    def pick(*names):
        return table[:, [list(feature_names).index(name) for name in names]]
    return (pick("petal length (cm)", "petal width (cm)"),
            pick("sepal length (cm)", "sepal width (cm)"))
""",
            "dictionary of columns, list returned": """
def petals_to_sepals(table, feature_names):
    column = dict(zip(feature_names, np.asarray(table).T))
    X = np.column_stack([column["petal length (cm)"], column["petal width (cm)"]])
    Y = np.column_stack([column["sepal length (cm)"], column["sepal width (cm)"]])
    return [X, Y]
""",
            "plain lists, row by row": """
def petals_to_sepals(table, feature_names):
    X, Y = [], []
    for row in table:
        flower = {name: float(value) for name, value in zip(feature_names, row)}
        X.append([flower["petal length (cm)"], flower["petal width (cm)"]])
        Y.append([flower["sepal length (cm)"], flower["sepal width (cm)"]])
    return X, Y
""",
            "TensorFlow, one stacked array (2, n, 2)": """
def petals_to_sepals(table, feature_names):
    names = np.array(feature_names)
    at = [int(np.flatnonzero(names == f"{leaf} {size} (cm)")[0])
          for leaf in ("petal", "sepal") for size in ("length", "width")]
    picked = tf.gather(tf.constant(table, tf.float32), at, axis=1)
    return tf.stack([picked[:, :2], picked[:, 2:]])
""",
            "sorted names": """
def petals_to_sepals(table, feature_names):
    order = sorted(range(len(feature_names)), key=lambda i: feature_names[i])
    table = np.asarray(table, dtype="float32")[:, order]
    return table[:, :2], table[:, 2:4]
""",
            "a product with a table of zeros and ones": """
class Picker:
    def __init__(self, *wanted):
        self.wanted = np.array(wanted)
    def __call__(self, table, feature_names):
        is_wanted = np.array(feature_names)[:, None] == self.wanted
        return np.split(np.einsum("nk,kw->nw", table, is_wanted), 2, axis=1)
petals_to_sepals = Picker("petal length (cm)", "petal width (cm)",
                          "sepal length (cm)", "sepal width (cm)")
""",
        },
    ),
    *edited("10.1", COLUMNS.edits),
    *edited(
        "10.1",
        [
            Edit(COLUMNS, mistake, old, new)
            for mistake, old, new in (
                ("target included", OF_PETALS, "table"),
                (
                    "target included",
                    OF_PETALS,
                    "table[:, [i, j, list(feature_names).index('species')]]",
                ),
                ("target included", OF_PETALS, "table[:, [i, j, k]]"),
                ("too many outputs", OF_SEPALS, "np.delete(table, [i, j], axis=1)"),
                ("one table", BOTH, OF_PETALS),
                ("one table", f"return {BOTH}", f"return np.hstack(({BOTH}))"),
                ("arguments not used", "    return", "    table = np.ones((150, 5)); return"),
            )
        ],
    ),
    *[
        Wrong("10.1", "name not found", name, source)
        for name, source in {
            "feature_names.index, no cm": """
def petals_to_sepals(table, feature_names):
    at = [feature_names.index(f"{leaf} {size}") for leaf in ("petal", "sepal")
          for size in ("length", "width")]
    return table[:, at[:2]], table[:, at[2:]]
""",
            "a list's index, capital letter": """
def petals_to_sepals(table, feature_names):
    names = list(feature_names)
    return table[:, [names.index("Petal length (cm)")]], table
""",
            "a dictionary, no cm": """
def petals_to_sepals(table, feature_names):
    columns = dict(zip(feature_names, table.T))
    X = np.stack([columns["petal length"], columns["petal width"]], axis=1)
    return X, X
""",
        }.items()
    ],
    *[
        Wrong("10.1", None, returned, COLUMNS.text.replace(f"return {BOTH}", returned), says)
        for returned, says in (
            ("return table[:, i], table[:, k]", "two columns"),
            ("print(table[:, [i, j]])", "Return 2 things"),
            ("return ['petal length (cm)'], ['sepal length (cm)']", "should be numbers"),
            (f"return {OF_SEPALS}, {OF_SEPALS}", "X does not hold"),
            (f"return {OF_PETALS}, {OF_PETALS}", "Y does not hold"),
            (f"return 10 * {BOTH}", "X does not hold"),
        )
    ],
]

SPLIT = "\nfrom sklearn.model_selection import train_test_split\n"
PERMUTED = "np.random.default_rng(seed).permutation(len(X))"
CUT = "drawn or np.split(rows, [len(X) * 4 // 5])"
OUTPUTS, LABELS = "Y[train], Y[test]", "L[train], L[test]"
STANDARDISED = "(Y - Y[train].mean(axis=0)) / Y[train].std(axis=0)"
SIX = f"x_train, x_test, {OUTPUTS}, {LABELS}"

SPLITTING = [
    *rights(
        "10.2",
        {
            "StandardScaler": SPLIT
            + """
from sklearn.preprocessing import StandardScaler
def prepare(X, Y, L, *, seed):
    (x_train, x_test, y_train, y_test, l_train, l_test) = train_test_split(
        X, Y, L, test_size=0.2, random_state=seed)
    scaler = StandardScaler()
    x_train = scaler.fit_transform(x_train)
    x_test = scaler.transform(x_test)
    return x_train, x_test, y_train, y_test, l_train, l_test
""",
            "in half precision": SPLIT
            + """
def prepare(X, Y, L, *, seed):
    x_train, x_test, *rest = train_test_split(X, Y, L, test_size=0.2, random_state=seed)
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = (((x - mean) / std).astype("float16") for x in (x_train, x_test))
    return x_train, x_test, *rest
""",
            "NumPy permutation, a list of lists": """
def prepare(X, Y, L, *, seed):
    order = np.random.default_rng(seed).permutation(len(X))
    test, train = order[:len(X) // 5], order[len(X) // 5:]
    m, s = X[train].mean(0), X[train].std(0)
    z = (X - m) / s
    return [a[i].tolist() for a in (z, Y, L) for i in (train, test)]
""",
            "stratified, Keras Normalization, tensors": SPLIT
            + """
def prepare(X, Y, L, *, seed=0):
    a, b, c, d, e, f = train_test_split(X, Y, L, test_size=0.2, random_state=seed, stratify=L)
    layer = keras.layers.Normalization()
    layer.adapt(a)
    return layer(a), layer(b), c, d, e, f
""",
            "rows split by number, the seed by position or name": SPLIT
            + """
def prepare(X, Y, L, seed):
    train, test = train_test_split(np.arange(len(X)), test_size=0.2, random_state=seed)
    m = sum(X[i] for i in train) / len(train)
    s = np.sqrt(sum((X[i] - m) ** 2 for i in train) / len(train))
    return (X[train] - m) / s, (X[test] - m) / s, Y[train], Y[test], L[train], L[test]
""",
            "Python's own sample and statistics, n - 1": """
import random
from statistics import fmean, stdev

class Preparation:
    def __call__(self, X, Y, L, *, seed):
        testing = random.Random(seed).sample(range(len(X)), k=round(len(X) / 5))
        groups = [[i for i in range(len(X)) if (i in testing) is flag] for flag in (False, True)]
        known = X[groups[0]].T.tolist()
        centres, widths = list(map(fmean, known)), list(map(stdev, known))
        scaled = [(X[group] - centres) / widths for group in groups]
        return *scaled, *(Y[group] for group in groups), *(L[group] for group in groups)

prepare = Preparation()
""",
        },
    ),
    *edited("10.2", PREPARE.edits),
    *edited(
        "10.2",
        [
            Edit(PREPARE, mistake, *changes)
            for mistake, *changes in (
                (
                    "fit on all data",  # before the split
                    "    rows =",
                    "    X = (X - X.mean(axis=0)) / X.std(axis=0); rows =",
                    SCALED,
                    "x_train, x_test",
                ),
                (
                    "test not scaled",  # scaled with the moments of what is scaled already
                    f"x_train, x_test = {SCALED}",
                    f"x_train = (x_train - mean) / std; mean, std = {MOMENTS}; "
                    "x_test = (x_test - mean) / std",
                ),
                ("y scaled", "    return", f"    Y = {STANDARDISED}; return"),
                ("y scaled", "    return", "    Y = (Y - Y.min(0)) / np.ptp(Y, axis=0); return"),
                ("y scaled", "    return", "    Y = 10 * Y; return"),
                ("y scaled", OUTPUTS, "*((y - y.mean(0)) / y.std(0) for y in (Y[train], Y[test]))"),
                ("labels not aligned", LABELS, "*np.split(L, [len(train)])"),
                ("labels not aligned", LABELS, "L[np.sort(train)], L[np.sort(test)]"),
                (
                    "inputs not aligned",
                    "    return",
                    "    train, test = np.split(np.roll(rows, 1), [len(train)]); return",
                ),
                ("inputs not aligned", "return x_train", "return np.random.permutation(x_train)"),
                ("cut tuple", SIX, "x_train, x_test, Y[train]"),
                ("order", SIX, "x_train, Y[train], L[train], x_test, Y[test], L[test]"),
                ("order", SIX, "x_test, x_train, Y[test], Y[train], L[test], L[train]"),
                ("order", SIX, f"{OUTPUTS}, x_train, x_test, {LABELS}"),
                ("not shuffled", PERMUTED, "np.arange(len(X))"),
                ("not shuffled", PERMUTED, "np.roll(np.arange(len(X)), 7 * seed)"),
                (
                    "not shuffled",
                    CUT,
                    "np.setdiff1d(rows, np.arange(seed % 5, len(X), 5)), "
                    "np.arange(seed % 5, len(X), 5)",
                ),
                ("in both parts", CUT, "rows, rows[len(X) * 4 // 5 :]"),
                ("in both parts", CUT, "np.split(rows[rows // 2], [len(X) * 4 // 5])"),
                ("seed", "default_rng(seed)", "default_rng()"),
                ("seed", "default_rng(seed)", "default_rng(0)"),
                (
                    "other rows",
                    "    rows =",
                    "    X = Y = np.arange(300.0).reshape(150, 2); L = X[:, 0]; rows =",
                ),
            )
        ],
    ),
    *[
        Wrong("10.2", None, new, PREPARE.text.replace(old, new), says)
        for old, new, says in (
            ("* 4 // 5", "* 3 // 4", "A fifth of the rows"),
            (CUT, "rows[np.arange(len(X) * 4 // 5) // 2], rows[len(X) * 4 // 5 :]", "A fifth of"),
            (OUTPUTS, "Y[train][:, ::-1], Y[test][:, ::-1]", "not rows of the Y"),
            (OUTPUTS, "np.log(Y[train]), np.log(Y[test])", "not rows of the Y"),
            ("x_train.std", "X.std", "The inputs are not (x - mean) / std"),
            ("(x_test - mean) / std", "(x_test - mean) / x_test.std(0)", "x_test is not"),
            (LABELS, "np.eye(3)[L[train]], np.eye(3)[L[test]]", "several numbers for each row"),
            (LABELS, "L[train] + 1, L[test] + 1", "The labels stay as they are"),
            (SIX, f"(x_train, x_test), ({OUTPUTS}), ({LABELS})", "Return 6 things"),
        )
    ],
]

BUILDING = [
    *rights(
        "10.3",
        {
            "as in the lecture, in a loop": """
def build_model(n_inputs, hidden, n_outputs):
    i = keras.Input(shape=(n_inputs,), name="input")
    h = i
    for k, units in enumerate(hidden):
        h = keras.layers.Dense(units=units, activation="relu", name=f"hidden{k}")(h)
    return keras.Model(i, keras.layers.Dense(n_outputs, activation="linear")(h))
""",
            "activation layers of their own, compiled": """
def build_model(n_inputs, hidden, n_outputs):
    first = h = keras.layers.Input((n_inputs,))
    for units in hidden:
        h = keras.layers.ReLU()(keras.layers.Dense(units)(h))
    model = tf.keras.Model(inputs=first, outputs=keras.layers.Dense(n_outputs)(h))
    model.compile("adam", "mse")
    return model
""",
            "reduce and keras.ops": """
from functools import reduce
def build_model(n_inputs, hidden, n_outputs):
    x = keras.Input((n_inputs,))
    layer = lambda h, units: keras.ops.relu(keras.layers.Dense(units)(h))
    return keras.Model([x], [keras.layers.Dense(n_outputs)(reduce(layer, hidden, x))])
""",
            "recursion, other initial weights": """
def build_model(n_inputs, hidden, n_outputs):
    def through(h, sizes):
        if not sizes:
            return keras.layers.Dense(n_outputs, kernel_initializer="zeros")(h)
        dense = keras.layers.Dense(sizes[0], activation=tf.nn.relu, bias_initializer="ones")
        return through(dense(h), sizes[1:])
    x = keras.Input((n_inputs,), dtype="float32")
    return keras.Model(x, through(x, hidden))
""",
            "a Sequential model inside a functional one": """
def build_model(n_inputs, hidden, n_outputs):
    body = keras.Sequential(name="body")
    for size in hidden:
        body.add(keras.layers.Dense(size))
        body.add(keras.layers.Activation("relu"))
    flowers = keras.Input(shape=[n_inputs])
    lengths = keras.layers.Dense(n_outputs, name="lengths")(body(flowers))
    return keras.Model(inputs=flowers, outputs=lengths, name="iris")
""",
        },
    ),
    *[
        Right("10.3", name, source, note="Sequential")
        for name, source in {
            "Sequential with Input": """
def build_model(n_inputs, hidden, n_outputs):
    layers = [keras.layers.Dense(units, "relu") for units in hidden]
    return keras.Sequential([keras.Input((n_inputs,)), *layers, keras.layers.Dense(n_outputs)])
""",
            "Sequential, built by a call on 120 rows": """
def build_model(n_inputs, hidden, n_outputs):
    model = keras.Sequential()
    for units in hidden:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(n_outputs))
    model(np.zeros((120, n_inputs)))
    return model
""",
        }.items()
    ],
    *edited("10.3", NETWORK.edits),
    *edited(
        "10.3",
        [
            Edit(NETWORK, mistake, *changes)
            for mistake, *changes in (
                *[
                    ("output activation", OUT, f"Dense(n_outputs, '{name}')")
                    for name in ("sigmoid", "relu", "tanh", "elu")
                ],
                *[("other activation", "relu", name) for name in ("sigmoid", "elu", "leaky_relu")],
                ("output activation", "relu", "tanh", OUT, "Dense(n_outputs, 'softmax')"),
                ("other activation", "relu", "gelu"),
                ("two heads", f"{OUT}(h)", "[Dense(1)(h) for _ in range(n_outputs)]"),
                ("output tensor", f"keras.Model(x, {OUT}(h))", f"{OUT}(h)"),
                ("no model", "return ", "model = "),
                ("no model", "Dense(n_outputs)(h))", "Dense(n_outputs)(h)).count_params()"),
                ("number of layers", "    for", "    a, b, c = hidden\n    for"),
                ("layer too many", "in hidden:", "in [*hidden, hidden[-1]]:"),
                ("layer too many", f"{OUT}(h)", f"{OUT}(Dense(8)(h))"),
                (
                    "fixed sizes",
                    "    for units in hidden:\n        h = " + HIDDEN + "(h)",
                    "    h = Dense(64, 'relu')(Dense(32, 'relu')(h))\n"
                    "    h = Dense(hidden[-1], 'relu')(h)",
                ),
                ("number of layers", "in hidden:", "in [hidden[0], hidden[1], *hidden[2:]]:"),
                (
                    "number of layers",
                    "    return",
                    "    if len(hidden) == 3:\n        return",
                ),
            )
        ],
    ),
    Wrong(
        "10.3",
        None,
        "Sequential without Input: nothing built",
        """
def build_model(n_inputs, hidden, n_outputs):
    layers = [keras.layers.Dense(units, "relu") for units in hidden]
    return keras.Sequential([*layers, keras.layers.Dense(n_outputs)])
""",
        says="not built",
    ),
]

TRAIN = Source(
    "train",
    """
from keras.layers import Dense

def train(x_train, y_train, *, seed):
    keras.utils.set_random_seed(seed)
    layers = [Dense(32, "relu"), Dense(32, "relu"), Dense(2)]
    model = keras.Sequential([keras.Input((2,)), *layers])
    model.compile(keras.optimizers.Adam(0.01), "mse")
    model.fit(x_train, y_train, epochs=25, batch_size=16, verbose=0)
    return model
""",
)
LAYERS, ADAM, MODEL = 'Dense(32, "relu"), Dense(32, "relu"), Dense(2)', "Adam(0.01)", "return model"
DATA, FIT = "x_train, y_train, epochs", "x_train, y_train, epochs=25, batch_size=16"
SHORT = "x_train, y_train, epochs=1"
OFF = "bias_initializer=keras.initializers.Constant(-99)"
L2 = "kernel_regularizer=keras.regularizers.L2(1.0)"
# The rows of the exercise, made again: the grader's students cannot import the course's checks.
OWN_SPLIT = """
from sklearn.model_selection import train_test_split
from utils import data

def own_split():
    iris = data.iris()
    sepals = iris.columns("sepal length (cm)", "sepal width (cm)")
    petals = iris.columns("petal length (cm)", "petal width (cm)")
    x, _, y, _ = train_test_split(sepals, petals, test_size=0.2, random_state=0)
    return (x - x.mean(axis=0)) / x.std(axis=0), y
"""
REMEMBERED = f"""
{OWN_SPLIT}
early = train(*own_split(), seed=1)
def train(x_train, y_train, *, seed):
    return early
"""

TRAINING = [
    Right("10.4", "Adam, two hidden layers", TRAIN.text),
    *rights(
        "10.4",
        {
            "the lecture's network and SGD, functional": """
from keras.layers import Dense
def train(x_train, y_train, seed):
    keras.utils.set_random_seed(seed)
    i = keras.Input((2,))
    h = Dense(32, activation="relu")(Dense(64, activation="relu")(Dense(32, activation="relu")(i)))
    model = keras.Model([i], [Dense(2)(h)])
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x_train, y_train, batch_size=16, epochs=40, verbose=0, validation_split=0.1)
    return model
""",
            "Normalization inside, absolute error, prints its progress": """
def train(x_train, y_train, *, seed):
    keras.utils.set_random_seed(seed)
    scale = keras.layers.Normalization()
    scale.adapt(x_train)
    model = keras.Sequential([keras.Input((2,)), scale, keras.layers.Dense(64, "tanh"),
                              keras.layers.Dense(32, "relu"), keras.layers.Dense(2)])
    model.compile(keras.optimizers.Adam(0.01), "mae", metrics=["mse"])
    model.fit(x_train, y_train, batch_size=16, epochs=40, verbose=2)
    return model
""",
            "own loop with GradientTape, ReLU output, early stop by count": """
def train(x_train, y_train, *, seed):
    keras.utils.set_random_seed(seed)
    x, y = tf.constant(x_train, tf.float32), tf.constant(y_train, tf.float32)
    net = keras.Sequential([keras.Input((2,)), keras.layers.Dense(32, "tanh"),
                            keras.layers.Dense(32, "tanh"), keras.layers.Dense(2)])
    optimizer = keras.optimizers.Adam(0.02)
    optimizer.build(net.trainable_variables)
    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((net(x) - y) ** 2)
        optimizer.apply(tape.gradient(loss, net.trainable_variables), net.trainable_variables)
    for _ in range(300):
        step()
    return net
""",
            "Sequential built by fit, a metric of one's own": """
def acceptable(y_true, y_pred):
    return keras.ops.mean(keras.ops.cast(keras.ops.abs(y_true - y_pred) < 0.5, "float32"))
def train(x_train, y_train, *, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.layers.Dense(32, "relu"), keras.layers.Dense(32, "relu"),
                              keras.layers.Dense(2)])
    model.compile(keras.optimizers.Adam(0.01), "mse", metrics=[acceptable])
    model.fit(x_train, y_train, epochs=25, batch_size=16, verbose=0)
    return model
""",
            "outputs scaled, and scaled back inside the model": """
def train(x_train, y_train, *, seed):
    keras.utils.set_random_seed(seed)
    middle, spread = y_train.mean(axis=0), y_train.std(axis=0)
    sepals = keras.Input((2,))
    standard = keras.layers.Dense(2)(keras.layers.Dense(40, "silu")(sepals))
    inner = keras.Model(sepals, standard)
    inner.compile(keras.optimizers.Adam(0.03), loss="huber")
    inner.fit(x_train, (y_train - middle) / spread, epochs=60, batch_size=20, verbose=0)
    back = keras.layers.Rescaling(scale=spread.tolist(), offset=middle.tolist())
    return keras.Model(sepals, back(standard))
""",
        },
    ),
    *edited(
        "10.4",
        [
            Edit(
                TRAIN,
                edit.mistake,
                "\nfrom",
                f"{edit.text}\nfrom",
                DATA,
                "*learned(x_train, y_train), epochs",
            )
            for edit in (*OTHER_Y.edits, *OTHER_ROWS.edits)
        ],
    ),
    *edited(
        "10.4",
        [
            Edit(TRAIN, mistake, *changes)
            for mistake, *changes in (
                ("nan", FIT, "1000 * x_train, y_train, epochs=3", ADAM, "SGD()"),
                ("nan", FIT, "x_train, y_train, epochs=9", ADAM, "SGD(1.0)"),
                (
                    "constant",
                    LAYERS,
                    f'Dense(8, "relu", {OFF}), Dense(2)',
                    FIT,
                    "x_train, y_train, epochs=3",
                    ADAM,
                    "SGD(0.1)",
                ),
                ("accuracy", '"mse"', '"mse", metrics=["accuracy"]', FIT, SHORT),
                (
                    "accuracy",
                    '"mse"',
                    '"mse", weighted_metrics=[keras.metrics.BinaryAccuracy()]',
                    FIT,
                    SHORT,
                ),
                (
                    "other data",
                    "    keras.utils",
                    "    x_train, y_train = own_split()\n    keras.utils",
                    MODEL,
                    f"{MODEL}\n{OWN_SPLIT}",
                ),
                ("other data", MODEL, f"{MODEL}\n{REMEMBERED}"),
                ("squashed output", LAYERS, 'Dense(32, "relu"), Dense(2, "sigmoid")', FIT, SHORT),
                ("squashed output", LAYERS, 'Dense(32, "relu"), Dense(2, "softmax")', FIT, SHORT),
                (
                    "inputs of the notebook",
                    DATA,
                    "z_train, y_train, epochs",
                    MODEL,
                    f"{MODEL}\n{OWN_SPLIT}\nz_train = own_split()[0]",
                ),
                ("far from y", FIT, SHORT, ADAM, "SGD(0.0001)"),
                ("far from y", FIT, "x_train, y_train, epochs=3", ADAM, "SGD(0.01)"),
                (
                    "far from y",
                    FIT,
                    "x_train, y_train, epochs=5, batch_size=4",
                    ADAM,
                    "SGD(0.001)",
                ),
                ("linear", LAYERS, "Dense(2)", ADAM, "Adam(0.1)"),
                ("not better than linear", LAYERS, f'Dense(16, "relu", {L2}), Dense(2, {L2})'),
                ("few rows", FIT, "x_train[:20], y_train[:20], epochs=60"),
                ("not aligned", DATA, "x_train, np.random.permutation(y_train), epochs"),
                ("more than the model", FIT, SHORT, MODEL, f"{MODEL}, model.history"),
                ("more than the model", FIT, SHORT, MODEL, f"{MODEL}, [0.17, 0.16]"),
                ("no model", FIT, SHORT, MODEL, "return np.asarray(model(x_train))"),
                ("no model", FIT, SHORT, MODEL, ""),
                ("history", FIT, SHORT, MODEL, "return model.history"),
            )
        ],
    ),
    Wrong(
        "10.4",
        None,
        "one output",
        Edit(TRAIN, "", LAYERS, "Dense(1)", FIT, "x_train, y_train[:, :1], epochs=1").text,
        says="take 2 numbers",
    ),
    Wrong(
        "10.4",
        None,
        "nothing yet",
        "def train(x_train, y_train, *, seed):\n    raise NotImplementedError('Exercise 10.4: "
        "write train, then run this cell again.')\n",
        says="NotImplementedError",
        verdict="not attempted",
    ),
]

TWELVE_ROWS = [
    Right("10.4b", "as the list has it", 'val_claim = "too few rows"'),
    Right("10.4b", "capital letters, blanks", 'val_claim = " Too few  rows "'),
    Right("10.4b", "an array of one word", "val_claim = np.array('too few rows')"),
    Wrong("10.4b", "claim: fits well", "read as evidence", 'val_claim = "fits well"'),
    Wrong("10.4b", "claim: over-fitted", "no gap read so", 'val_claim = "over-fitted"'),
    *[
        Wrong("10.4b", None, answer, f"val_claim = {answer}", says, verdict)
        for answer, says, verdict in (
            ('"more epochs would help"', "should be one of", "wrong"),
            ("0.94", "should be one of", "wrong"),
            ("...", "still `...`", "not attempted"),
            ('lambda: "too few rows"', "not a function", "wrong"),
        )
    ],
]

READING = [
    *rights(
        "10.5",
        {
            "NumPy": """
def interpret(mse, y):
    return np.sqrt(mse), mse / np.var(y, axis=0).mean()
""",
            "plain Python, a list": """
def interpret(mse, y):
    rows, columns = len(y), len(y[0])
    total = 0.0
    for j in range(columns):
        mean = sum(row[j] for row in y) / rows
        total += sum((row[j] - mean) ** 2 for row in y)
    return [mse ** 0.5, mse * rows * columns / total]
""",
            "the MSE of the mean predictor, TensorFlow": """
def interpret(mse, y):
    y = tf.constant(y, tf.float32)
    mean_predictor = tf.reduce_mean((y - tf.reduce_mean(y, axis=0)) ** 2)
    return tf.sqrt(tf.cast(mse, tf.float32)), mse / mean_predictor
""",
            "covariance matrix, one array": """
def interpret(mse, y):
    return np.array([mse ** 0.5, mse * y.shape[1] / np.trace(np.cov(y.T, ddof=0))])
""",
            "statistics of Python, keywords": """
import math
from statistics import fmean, pvariance
def interpret(mse=0.0, y=()):
    worst = fmean(map(pvariance, zip(*y.tolist())))
    result = {"cm": math.sqrt(mse), "share": mse / worst}
    return tuple(result.values())
""",
            "half of the mean squared difference of two rows": """
def interpret(mse, y):
    differences = y[:, None, :] - y[None, :, :]
    return np.hypot(mse ** 0.5, 0), 2 * mse / np.square(differences).mean()
""",
        },
    ),
    *edited("10.5", INTERPRET.edits),
    *edited(
        "10.5",
        [
            Edit(INTERPRET, mistake, old, new)
            for mistake, old, new in (
                ("rounded", RMSE, "round(mse**0.5, 1)"),
                ("rounded", SHARE, f"round({SHARE}, 2)"),
                ("remembered variance", SHARE, "mse / 0.6"),
                ("a share for each column", SHARE, "mse / y.var(axis=0)"),
                (
                    "another mean",  # that of other rows
                    SHARE,
                    "mse / np.mean((y - np.array([3.75, 1.2, 2.0])[: y.shape[1]]) ** 2)",
                ),
            )
        ],
    ),
    *[
        Wrong("10.5", None, new, INTERPRET.text.replace(old, new), says)
        for old, new, says in (
            (RMSE, "(mse / 5) ** 0.5", "not the square"),
            (SHARE, f"{RMSE} / y.mean()", "The share has another value"),
            (f", {SHARE}", "", "Return 2 things"),
            (f"{RMSE}, {SHARE}", '"0.3 cm", "5 %"', "should be numbers"),
        )
    ],
]

ANSWERS = [
    *ERRORS,
    *PICKING,
    *SPLITTING,
    *BUILDING,
    *TRAINING,
    *TWELVE_ROWS,
    *READING,
]
