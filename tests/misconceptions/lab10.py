"""Lab 10, iris: answers that must pass and answers that must fail by name."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.lab10 import MSE, SQUARED

COLUMNS = [
    Right(
        "10.1",
        "list of names and index",
        """
def petals_to_sepals(table, feature_names):
    def pick(*names):
        return table[:, [list(feature_names).index(name) for name in names]]
    return (pick("petal length (cm)", "petal width (cm)"),
            pick("sepal length (cm)", "sepal width (cm)"))
""",
    ),
    Right(
        "10.1",
        "dictionary of columns, list returned",
        """
def petals_to_sepals(table, feature_names):
    column = dict(zip(feature_names, np.asarray(table).T))
    X = np.column_stack([column["petal length (cm)"], column["petal width (cm)"]])
    Y = np.column_stack([column["sepal length (cm)"], column["sepal width (cm)"]])
    return [X, Y]
""",
    ),
    Right(
        "10.1",
        "plain lists, row by row",
        """
def petals_to_sepals(table, feature_names):
    X, Y = [], []
    for row in table:
        flower = {name: float(value) for name, value in zip(feature_names, row)}
        X.append([flower["petal length (cm)"], flower["petal width (cm)"]])
        Y.append([flower["sepal length (cm)"], flower["sepal width (cm)"]])
    return X, Y
""",
    ),
    Right(
        "10.1",
        "TensorFlow, one stacked array (2, n, 2)",
        """
def petals_to_sepals(table, feature_names):
    names = np.array(feature_names)
    at = [int(np.flatnonzero(names == f"{leaf} {size} (cm)")[0])
          for leaf in ("petal", "sepal") for size in ("length", "width")]
    picked = tf.gather(tf.constant(table, tf.float32), at, axis=1)
    return tf.stack([picked[:, :2], picked[:, 2:]])
""",
    ),
    Right(
        "10.1",
        "sorted names",
        """
def petals_to_sepals(table, feature_names):
    order = sorted(range(len(feature_names)), key=lambda i: feature_names[i])
    table = np.asarray(table, dtype="float32")[:, order]
    return table[:, :2], table[:, 2:4]
""",
    ),
    Wrong(
        "10.1",
        "lecture slices",
        "the slices as printed",
        """
def petals_to_sepals(table, feature_names):
    return table[:, :2], table[:, 2:]
""",
    ),
    Wrong(
        "10.1",
        "lecture slices",
        "the slices with an end",
        """
def petals_to_sepals(table, feature_names):
    return table[:, :2], table[:, 2:4]
""",
    ),
    Wrong(
        "10.1",
        "neighbours",
        "a slice from each length on",
        """
def petals_to_sepals(table, feature_names):
    f = list(feature_names)
    i, j = f.index("petal length (cm)"), f.index("sepal length (cm)")
    return table[:, i:i + 2], table[:, j:j + 2]
""",
    ),
    Wrong(
        "10.1",
        "fixed positions",
        "the slices exchanged, right for iris only",
        """
def petals_to_sepals(table, feature_names):
    return table[:, 2:4], table[:, :2]
""",
    ),
    Wrong(
        "10.1",
        "swapped",
        "by name, in the direction of the code",
        """
def petals_to_sepals(table, feature_names):
    at = feature_names.index
    X = table[:, [at("sepal length (cm)"), at("sepal width (cm)")]]
    Y = table[:, [at("petal length (cm)"), at("petal width (cm)")]]
    return X, Y
""",
    ),
    Wrong(
        "10.1",
        "target included",
        "the whole table as input",
        """
def petals_to_sepals(table, feature_names):
    at = feature_names.index
    return table, table[:, [at("sepal length (cm)"), at("sepal width (cm)")]]
""",
    ),
    Wrong(
        "10.1",
        "target included",
        "the species as a third input",
        """
def petals_to_sepals(table, feature_names):
    at = feature_names.index
    X = table[:, [at("petal length (cm)"), at("petal width (cm)"), at("species")]]
    return X, table[:, [at("sepal length (cm)"), at("sepal width (cm)")]]
""",
    ),
    Wrong(
        "10.1",
        "too many outputs",
        "all that is not a petal",
        """
def petals_to_sepals(table, feature_names):
    at = feature_names.index
    petals = [at("petal length (cm)"), at("petal width (cm)")]
    return table[:, petals], np.delete(table, petals, axis=1)
""",
    ),
    Wrong(
        "10.1",
        "length and width",
        "a mask keeps the order of the table",
        """
def petals_to_sepals(table, feature_names):
    petals = np.array(["petal" in name for name in feature_names])
    sepals = np.array(["sepal" in name for name in feature_names])
    return table[:, petals], table[:, sepals]
""",
    ),
    Wrong(
        "10.1",
        "one size of both leaves",
        "both lengths as X",
        """
def petals_to_sepals(table, feature_names):
    at = feature_names.index
    X = table[:, [at("petal length (cm)"), at("sepal length (cm)")]]
    return X, table[:, [at("petal width (cm)"), at("sepal width (cm)")]]
""",
    ),
    Wrong(
        "10.1",
        None,
        "only the lengths, one row of numbers",
        """
def petals_to_sepals(table, feature_names):
    at = feature_names.index
    return table[:, at("petal length (cm)")], table[:, at("sepal length (cm)")]
""",
        says="two columns",
    ),
    Wrong(
        "10.1",
        "transposed",
        "columns stacked as rows",
        """
def petals_to_sepals(table, feature_names):
    at = feature_names.index
    X = np.array([table[:, at("petal length (cm)")], table[:, at("petal width (cm)")]])
    Y = np.array([table[:, at("sepal length (cm)")], table[:, at("sepal width (cm)")]])
    return X, Y
""",
    ),
    Wrong(
        "10.1",
        "rows",
        "a zip over the rows",
        """
def petals_to_sepals(table, feature_names):
    of = dict(zip(feature_names, table))
    return (np.column_stack([of["petal length (cm)"], of["petal width (cm)"]]),
            np.column_stack([of["sepal length (cm)"], of["sepal width (cm)"]]))
""",
    ),
    Wrong(
        "10.1",
        "arguments not used",
        "the notebook's table",
        """
from sklearn.datasets import load_iris
iris = load_iris()
def petals_to_sepals(table, feature_names):
    at = iris.feature_names.index
    X = iris.data[:, [at("petal length (cm)"), at("petal width (cm)")]]
    return X, iris.data[:, [at("sepal length (cm)"), at("sepal width (cm)")]]
""",
    ),
    Wrong(
        "10.1",
        "one table",
        "only the inputs",
        """
def petals_to_sepals(table, feature_names):
    at = feature_names.index
    return table[:, [at("petal length (cm)"), at("petal width (cm)")]]
""",
    ),
    Wrong(
        "10.1",
        None,
        "prints and returns nothing",
        """
def petals_to_sepals(table, feature_names):
    print(table[:, 2:], table[:, :2])
""",
        says="Return 2 things",
    ),
    Wrong(
        "10.1",
        None,
        "names instead of numbers",
        """
def petals_to_sepals(table, feature_names):
    return ["petal length (cm)", "petal width (cm)"], ["sepal length (cm)", "sepal width (cm)"]
""",
        says="should be numbers",
    ),
]

SPLIT = """
from sklearn.model_selection import train_test_split
"""
MEAN_STD = """
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
"""
SIX = """
    (x_train, x_test, y_train, y_test, l_train, l_test) = train_test_split(
        X, Y, L, test_size=0.2, random_state=seed)
"""
RETURN = """
    return x_train, x_test, y_train, y_test, l_train, l_test
"""


def _prepare(lines: str) -> str:
    """An answer to 10.2 that begins with the right split and ends with the right return."""
    return SPLIT + "\ndef prepare(X, Y, L, *, seed):" + SIX + lines + RETURN


SPLITS = [
    Right(
        "10.2",
        "StandardScaler",
        """
from sklearn.preprocessing import StandardScaler
"""
        + _prepare("""
    scaler = StandardScaler()
    x_train = scaler.fit_transform(x_train)
    x_test = scaler.transform(x_test)
"""),
    ),
    Right(
        "10.2",
        "in half precision",
        """
from sklearn.model_selection import train_test_split
def prepare(X, Y, L, *, seed):
    x_train, x_test, *rest = train_test_split(X, Y, L, test_size=0.2, random_state=seed)
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    x_train, x_test = (((x - mean) / std).astype("float16") for x in (x_train, x_test))
    return x_train, x_test, *rest
""",
    ),
    Right(
        "10.2",
        "NumPy permutation, a list of lists",
        """
def prepare(X, Y, L, *, seed):
    order = np.random.default_rng(seed).permutation(len(X))
    test, train = order[:len(X) // 5], order[len(X) // 5:]
    m, s = X[train].mean(0), X[train].std(0)
    z = (X - m) / s
    return [a[i].tolist() for a in (z, Y, L) for i in (train, test)]
""",
    ),
    Right(
        "10.2",
        "stratified, Keras Normalization, tensors",
        SPLIT
        + """
def prepare(X, Y, L, *, seed=0):
    a, b, c, d, e, f = train_test_split(X, Y, L, test_size=0.2, random_state=seed, stratify=L)
    layer = keras.layers.Normalization()
    layer.adapt(a)
    return layer(a), layer(b), c, d, e, f
""",
    ),
    Right(
        "10.2",
        "sample standard deviation, in a helper",
        _prepare("""
    def scale(x):
        return (x - mean) / std
    mean, std = x_train.mean(axis=0), x_train.std(axis=0, ddof=1)
    x_train, x_test = scale(x_train), scale(x_test)
"""),
    ),
    Right(
        "10.2",
        "rows split by number, positional seed taken by keyword",
        SPLIT
        + """
def prepare(X, Y, L, seed):
    train, test = train_test_split(np.arange(len(X)), test_size=0.2, random_state=seed)
    m = sum(X[i] for i in train) / len(train)
    s = np.sqrt(sum((X[i] - m) ** 2 for i in train) / len(train))
    return (X[train] - m) / s, (X[test] - m) / s, Y[train], Y[test], L[train], L[test]
""",
    ),
    Wrong(
        "10.2",
        "fit on all data",
        "scaled before the split",
        SPLIT
        + """
def prepare(X, Y, L, *, seed):
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    return train_test_split(X, Y, L, test_size=0.2, random_state=seed)
""",
    ),
    Wrong(
        "10.2",
        "test scaled by itself",
        "fit_transform on both",
        """
from sklearn.preprocessing import StandardScaler
"""
        + _prepare("""
    x_train = StandardScaler().fit_transform(x_train)
    x_test = StandardScaler().fit_transform(x_test)
"""),
    ),
    Wrong("10.2", "not scaled", "split only", _prepare("")),
    Wrong(
        "10.2",
        "test not scaled",
        "x_test with the mean of an x_train that is scaled already",
        _prepare("""
    x_train = (x_train - x_train.mean(axis=0)) / x_train.std(axis=0)
    x_test = (x_test - x_train.mean(axis=0)) / x_train.std(axis=0)
"""),
        says="already scaled in that line",
    ),
    Wrong(
        "10.2",
        "test not scaled",
        "training rows only",
        _prepare(MEAN_STD + "    x_train = (x_train - mean) / std\n"),
    ),
    Wrong(
        "10.2",
        "only centred",
        "no standard deviation",
        _prepare(MEAN_STD + "    x_train, x_test = x_train - mean, x_test - mean\n"),
    ),
    Wrong(
        "10.2",
        "one mean for all columns",
        "axis forgotten",
        _prepare("""
    mean, std = x_train.mean(), x_train.std()
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
"""),
    ),
    Wrong(
        "10.2",
        "each row by itself",
        "axis=1",
        _prepare("""
    def scale(x):
        return (x - x.mean(axis=1, keepdims=True)) / x.std(axis=1, keepdims=True)
    x_train, x_test = scale(x_train), scale(x_test)
"""),
    ),
    Wrong(
        "10.2",
        "min-max",
        "MinMaxScaler",
        """
from sklearn.preprocessing import MinMaxScaler
"""
        + _prepare("""
    scaler = MinMaxScaler().fit(x_train)
    x_train, x_test = scaler.transform(x_train), scaler.transform(x_test)
"""),
    ),
    Wrong(
        "10.2",
        "y scaled",
        "outputs standardised too",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    mean, std = y_train.mean(axis=0), y_train.std(axis=0)
    y_train, y_test = (y_train - mean) / std, (y_test - mean) / std
"""
        ),
    ),
    Wrong(
        "10.2",
        "labels not aligned",
        "labels split in a call of their own",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    l_train, l_test = train_test_split(L, test_size=0.2, random_state=seed + 1)
"""
        ),
    ),
    Wrong(
        "10.2",
        "labels not aligned",
        "labels in the order of the table",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    l_train, l_test = L[:len(x_train)], L[len(x_train):]
"""
        ),
    ),
    Wrong(
        "10.2",
        "inputs not aligned",
        "outputs split in a call of their own",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    y_train, y_test, l_train, l_test = train_test_split(
        Y, L, test_size=0.2, random_state=seed + 1)
"""
        ),
    ),
    Wrong(
        "10.2",
        "cut tuple",
        "two lines without parentheses",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    return x_train, x_test, y_train,
    y_test, l_train, l_test
"""
        ),
    ),
    Wrong(
        "10.2",
        "order",
        "x and y of training first",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    return x_train, y_train, l_train, x_test, y_test, l_test
"""
        ),
    ),
    Wrong(
        "10.2",
        "order",
        "train and test exchanged",
        SPLIT
        + """
def prepare(X, Y, L, *, seed):
    x_test, x_train, y_test, y_train, l_test, l_train = train_test_split(
        X, Y, L, test_size=0.2, random_state=seed)
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - mean) / std, (x_test - mean) / std, y_train, y_test, l_train, l_test
""",
    ),
    Wrong(
        "10.2",
        "not shuffled",
        "the last fifth",
        """
def prepare(X, Y, L, *, seed):
    n = len(X) * 4 // 5
    mean, std = X[:n].mean(axis=0), X[:n].std(axis=0)
    Z = (X - mean) / std
    return Z[:n], Z[n:], Y[:n], Y[n:], L[:n], L[n:]
""",
    ),
    Wrong(
        "10.2",
        "in both parts",
        "rows drawn with replacement",
        """
def prepare(X, Y, L, *, seed):
    rng = np.random.default_rng(seed)
    train, test = rng.integers(0, len(X), len(X) * 4 // 5), rng.integers(0, len(X), len(X) // 5)
    mean, std = X[train].mean(axis=0), X[train].std(axis=0)
    Z = (X - mean) / std
    return Z[train], Z[test], Y[train], Y[test], L[train], L[test]
""",
    ),
    Wrong(
        "10.2",
        "seed",
        "no random_state",
        _prepare(
            MEAN_STD + "    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std\n"
        ).replace(", random_state=seed", ""),
    ),
    Wrong(
        "10.2",
        "seed",
        "random_state=0 whatever the seed",
        _prepare(
            MEAN_STD + "    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std\n"
        ).replace("random_state=seed", "random_state=0"),
    ),
    Wrong(
        "10.2",
        None,
        "the default quarter for testing",
        _prepare(
            MEAN_STD + "    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std\n"
        ).replace("test_size=0.2, ", ""),
        says="A fifth of the rows",
    ),
    Wrong(
        "10.2",
        "not shuffled",
        "every fifth row, which one by the seed",
        """
def prepare(X, Y, L, *, seed):
    test = np.arange(seed % 5, len(X), 5)
    train = np.setdiff1d(np.arange(len(X)), test)
    Z = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
    return Z[train], Z[test], Y[train], Y[test], L[train], L[test]
""",
    ),
    Wrong(
        "10.2",
        "not shuffled",
        "a block, moved by the seed",
        """
def prepare(X, Y, L, *, seed):
    rows = np.roll(np.arange(len(X)), 7 * seed)
    test, train = rows[:len(X) // 5], rows[len(X) // 5:]
    Z = (X - X[train].mean(axis=0)) / X[train].std(axis=0)
    return Z[train], Z[test], Y[train], Y[test], L[train], L[test]
""",
    ),
    Wrong(
        "10.2",
        "y scaled",
        "outputs squeezed into 0 to 1 before the split",
        SPLIT
        + """
def prepare(X, Y, L, *, seed):
    Y = (Y - Y.min(axis=0)) / np.ptp(Y, axis=0)
    x_train, x_test, *rest = train_test_split(X, Y, L, test_size=0.2, random_state=seed)
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - mean) / std, (x_test - mean) / std, *rest
""",
    ),
    Wrong(
        "10.2",
        "order",
        "outputs first",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    return y_train, y_test, x_train, x_test, l_train, l_test
"""
        ),
    ),
    Wrong(
        "10.2",
        None,
        "the columns of Y exchanged",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    y_train, y_test = y_train[:, ::-1], y_test[:, ::-1]
"""
        ),
        says="not rows of the Y",
    ),
    Wrong(
        "10.2",
        None,
        "mean of the training rows, standard deviation of all",
        _prepare("""
    mean, std = x_train.mean(axis=0), X.std(axis=0)
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
"""),
        says="The inputs are not (x - mean) / std",
    ),
    Wrong(
        "10.2",
        None,
        "test rows with the mean of x_train and a standard deviation of their own",
        _prepare(
            MEAN_STD
            + "    x_train, x_test = (x_train - mean) / std, (x_test - mean) / x_test.std(axis=0)\n"
        ),
        says="x_train is right and x_test is not",
    ),
    Wrong(
        "10.2",
        None,
        "labels one-hot",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    l_train, l_test = np.eye(3)[l_train], np.eye(3)[l_test]
"""
        ),
        says="several numbers for each row",
    ),
    Wrong(
        "10.2",
        None,
        "labels from 1 on",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    l_train, l_test = l_train + 1, l_test + 1
"""
        ),
        says="The labels stay as they are",
    ),
    Wrong(
        "10.2",
        None,
        "three pairs",
        _prepare(
            MEAN_STD
            + """
    x_train, x_test = (x_train - mean) / std, (x_test - mean) / std
    return (x_train, x_test), (y_train, y_test), (l_train, l_test)
"""
        ),
        says="Return 6 things",
    ),
    Wrong(
        "10.2",
        "other rows",
        "the notebook's flowers whatever is given",
        SPLIT
        + """
from sklearn.datasets import load_iris
def prepare(X, Y, L, *, seed):
    X, Y, L = load_iris().data[:, :2], load_iris().data[:, 2:], load_iris().target
    x_train, x_test, *rest = train_test_split(X, Y, L, test_size=0.2, random_state=seed)
    mean, std = x_train.mean(axis=0), x_train.std(axis=0)
    return (x_train - mean) / std, (x_test - mean) / std, *rest
""",
    ),
]

MODELS = [
    Right(
        "10.3",
        "as in the lecture, in a loop",
        """
def build_model(n_inputs, hidden, n_outputs):
    i = keras.Input(shape=(n_inputs,), name="input")
    h = i
    for k, units in enumerate(hidden):
        h = keras.layers.Dense(units=units, activation="relu", name=f"hidden{k}")(h)
    return keras.Model(i, keras.layers.Dense(n_outputs, activation="linear")(h))
""",
    ),
    Right(
        "10.3",
        "activation layers of their own, compiled",
        """
def build_model(n_inputs, hidden, n_outputs):
    first = h = keras.layers.Input((n_inputs,))
    for units in hidden:
        h = keras.layers.ReLU()(keras.layers.Dense(units)(h))
    model = tf.keras.Model(inputs=first, outputs=keras.layers.Dense(n_outputs)(h))
    model.compile("adam", "mse")
    return model
""",
    ),
    Right(
        "10.3",
        "reduce and keras.ops",
        """
from functools import reduce
def build_model(n_inputs, hidden, n_outputs):
    x = keras.Input((n_inputs,))
    layer = lambda h, units: keras.ops.relu(keras.layers.Dense(units)(h))
    return keras.Model([x], [keras.layers.Dense(n_outputs)(reduce(layer, hidden, x))])
""",
    ),
    Right(
        "10.3",
        "Sequential with Input",
        """
def build_model(n_inputs, hidden, n_outputs):
    layers = [keras.layers.Dense(units, "relu") for units in hidden]
    return keras.Sequential([keras.Input((n_inputs,)), *layers, keras.layers.Dense(n_outputs)])
""",
        note="Sequential",
    ),
    Right(
        "10.3",
        "Sequential, built by a call on 120 rows",
        """
def build_model(n_inputs, hidden, n_outputs):
    model = keras.Sequential()
    for units in hidden:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(n_outputs))
    model(np.zeros((120, n_inputs)))
    return model
""",
        note="Sequential",
    ),
    Right(
        "10.3",
        "recursion, other initial weights",
        """
def build_model(n_inputs, hidden, n_outputs):
    def through(h, sizes):
        if not sizes:
            return keras.layers.Dense(n_outputs, kernel_initializer="zeros")(h)
        dense = keras.layers.Dense(sizes[0], activation=tf.nn.relu, bias_initializer="ones")
        return through(dense(h), sizes[1:])
    x = keras.Input((n_inputs,), dtype="float32")
    return keras.Model(x, through(x, hidden))
""",
    ),
]


def _model(last: str = "keras.layers.Dense(n_outputs)(h)", dense: str = 'units, "relu"') -> str:
    return f"""
def build_model(n_inputs, hidden, n_outputs):
    x = h = keras.Input((n_inputs,))
    for units in hidden:
        h = keras.layers.Dense({dense})(h)
    return keras.Model(x, {last})
"""


MODELS += [
    Wrong(
        "10.3",
        "no bias",
        "4,224 parameters",
        _model("keras.layers.Dense(n_outputs, use_bias=False)(h)", 'units, "relu", use_bias=False'),
    ),
    Wrong(
        "10.3",
        "output activation",
        "softmax",
        _model("keras.layers.Dense(n_outputs, 'softmax')(h)"),
    ),
    Wrong(
        "10.3",
        "output activation",
        "sigmoid",
        _model("keras.layers.Dense(n_outputs, 'sigmoid')(h)"),
    ),
    Wrong("10.3", "output activation", "ReLU", _model("keras.layers.Dense(n_outputs, 'relu')(h)")),
    Wrong("10.3", "output activation", "ELU", _model("keras.layers.Dense(n_outputs, 'elu')(h)")),
    Wrong("10.3", "no activation", "hidden layers linear", _model(dense="units")),
    Wrong("10.3", "other activation", "tanh", _model(dense='units, "tanh"')),
    Wrong(
        "10.3",
        "fixed sizes",
        "the lecture's listing whatever is asked",
        """
def build_model(n_inputs, hidden, n_outputs):
    i = keras.Input(shape=(2,))
    h = keras.layers.Dense(32, activation="relu")(i)
    h = keras.layers.Dense(64, activation="relu")(h)
    h = keras.layers.Dense(32, activation="relu")(h)
    return keras.Model(i, keras.layers.Dense(2)(h))
""",
    ),
    Wrong("10.3", "output missing", "the last hidden layer is the output", _model("h")),
    Wrong(
        "10.3",
        "one hidden layer",
        "each layer takes the input",
        """
def build_model(n_inputs, hidden, n_outputs):
    x = keras.Input((n_inputs,))
    for units in hidden:
        h = keras.layers.Dense(units, "relu")(x)
    return keras.Model(x, keras.layers.Dense(n_outputs)(h))
""",
    ),
    Wrong(
        "10.3",
        "hidden reversed",
        "the list from its end",
        _model().replace("in hidden:", "in hidden[::-1]:"),
    ),
    Wrong(
        "10.3",
        "two heads",
        "one output layer for each length",
        _model("[keras.layers.Dense(1)(h) for _ in range(n_outputs)]"),
    ),
    Wrong(
        "10.3",
        "no model",
        "no return",
        _model().replace("return ", "model = "),
    ),
    Wrong(
        "10.3",
        "no model",
        "the number of parameters",
        """
def build_model(n_inputs, hidden, n_outputs):
    return 4354
""",
    ),
    Wrong(
        "10.3",
        "number of layers",
        "three layers unpacked",
        """
def build_model(n_inputs, hidden, n_outputs):
    a, b, c = hidden
    x = keras.Input((n_inputs,))
    h = keras.layers.Dense(a, "relu")(x)
    h = keras.layers.Dense(b, "relu")(h)
    h = keras.layers.Dense(c, "relu")(h)
    return keras.Model(x, keras.layers.Dense(n_outputs)(h))
""",
    ),
    Wrong(
        "10.3",
        "number of layers",
        "two layers or three",
        """
def build_model(n_inputs, hidden, n_outputs):
    x = keras.Input((n_inputs,))
    h = keras.layers.Dense(hidden[0], "relu")(x)
    h = keras.layers.Dense(hidden[1], "relu")(h)
    if len(hidden) == 3:
        h = keras.layers.Dense(hidden[2], "relu")(h)
    return keras.Model(x, keras.layers.Dense(n_outputs)(h))
""",
    ),
    Wrong(
        "10.3",
        "number of layers",
        "at least two layers",
        """
def build_model(n_inputs, hidden, n_outputs):
    x = keras.Input((n_inputs,))
    h = keras.layers.Dense(hidden[0], "relu")(x)
    for units in hidden[1:-1]:
        h = keras.layers.Dense(units, "relu")(h)
    h = keras.layers.Dense(hidden[-1], "relu")(h)
    return keras.Model(x, keras.layers.Dense(n_outputs)(h))
""",
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
    Wrong(
        "10.3",
        "output tensor",
        "the output tensor instead of the model",
        _model().replace("return keras.Model(x, ", "return ("),
    ),
    Wrong(
        "10.3",
        None,
        "a layer too many",
        _model("keras.layers.Dense(n_outputs)(keras.layers.Dense(8, 'relu')(h))"),
        says="other sizes",
    ),
]


def _train(
    *,
    layers: str = 'keras.layers.Dense(32, "relu"), keras.layers.Dense(32, "relu"), '
    "keras.layers.Dense(2)",
    compile: str = 'keras.optimizers.Adam(0.01), "mse"',
    fit: str = "x_train, y_train, epochs=25, batch_size=16, verbose=0",
    last: str = "return model",
) -> str:
    return f"""
def train(x_train, y_train, *, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((2,)), {layers}])
    model.compile({compile})
    model.fit({fit})
    {last}
"""


TRAINING = [
    Right("10.4", "Adam, two hidden layers", _train()),
    Right(
        "10.4",
        "the lecture's network and SGD, functional",
        """
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
    ),
    Right(
        "10.4",
        "Normalization inside, absolute error, prints its progress",
        """
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
    ),
    Right(
        "10.4",
        "own loop with GradientTape, ReLU output, early stop by count",
        """
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
    ),
    Right(
        "10.4",
        "Sequential built by fit, a metric of one's own",
        """
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
    ),
    Wrong(
        "10.4",
        "nan",
        "inputs times 1000",
        _train(compile='"sgd", "mse"', fit="1000 * x_train, y_train, epochs=3, verbose=0"),
    ),
    Wrong(
        "10.4",
        "nan",
        "learning rate 1",
        _train(
            compile='keras.optimizers.SGD(1.0), "mse"', fit="x_train, y_train, epochs=9, verbose=0"
        ),
    ),
    Wrong(
        "10.4",
        "constant",
        "hidden units switched off",
        "OFF = keras.initializers.Constant(-99)"
        + _train(
            layers='keras.layers.Dense(8, "relu", bias_initializer=OFF), keras.layers.Dense(2)',
            compile='keras.optimizers.SGD(0.1), "mse"',
            fit="x_train, y_train, epochs=3, verbose=0",
        ),
    ),
    Wrong(
        "10.4",
        "accuracy",
        "accuracy as a metric",
        _train(
            compile='keras.optimizers.Adam(0.01), "mse", metrics=["accuracy"]',
            fit="x_train, y_train, epochs=1, verbose=0",
        ),
    ),
    Wrong(
        "10.4",
        "accuracy",
        "an accuracy class among the weighted metrics",
        _train(
            compile='keras.optimizers.Adam(0.01), "mse", '
            "weighted_metrics=[keras.metrics.BinaryAccuracy()]",
            fit="x_train, y_train, epochs=1, verbose=0",
        ),
    ),
    Wrong(
        "10.4",
        "y scaled",
        "outputs standardised and not scaled back",
        _train(
            fit="x_train, (y_train - y_train.mean(axis=0)) / y_train.std(axis=0), epochs=25, "
            "batch_size=16, verbose=0"
        ),
    ),
    Wrong(
        "10.4",
        "other data",
        "the notebook's arrays",
        """
from sklearn.datasets import load_iris
flowers = load_iris().data
inputs = (flowers[:, :2] - flowers[:, :2].mean(axis=0)) / flowers[:, :2].std(axis=0)
"""
        + _train(fit="inputs, flowers[:, 2:], epochs=25, batch_size=16, verbose=0"),
    ),
    Wrong(
        "10.4",
        "other data",
        "trained beforehand and remembered",
        """
from sklearn.model_selection import train_test_split
from utils import data
iris = data.iris()
sepals = iris.columns("sepal length (cm)", "sepal width (cm)")
petals = iris.columns("petal length (cm)", "petal width (cm)")
x, _, y, _ = train_test_split(sepals, petals, test_size=0.2, random_state=0)
x = (x - x.mean(axis=0)) / x.std(axis=0)
early = keras.Sequential([keras.Input((2,)), keras.layers.Dense(32, "relu"),
                          keras.layers.Dense(32, "relu"), keras.layers.Dense(2)])
early.compile(keras.optimizers.Adam(0.01), "mse")
early.fit(x, y, epochs=25, batch_size=16, verbose=0)
def train(x_train, y_train, *, seed):
    return early
""",
    ),
    Wrong(
        "10.4",
        "squashed output",
        "sigmoid output",
        _train(
            layers='keras.layers.Dense(32, "relu"), keras.layers.Dense(2, "sigmoid")',
            fit="x_train, y_train, epochs=3, verbose=0",
        ),
    ),
    Wrong(
        "10.4",
        "squashed output",
        "softmax output",
        _train(
            layers='keras.layers.Dense(32, "relu"), keras.layers.Dense(2, "softmax")',
            fit="x_train, y_train, epochs=3, verbose=0",
        ),
    ),
    Wrong(
        "10.4",
        "far from y",
        "hardly trained",
        _train(compile='keras.optimizers.SGD(0.0001), "mse"', fit="x_train, y_train, verbose=0"),
    ),
    Wrong(
        "10.4",
        "linear",
        "no hidden layer",
        _train(
            layers="keras.layers.Dense(2)",
            compile='keras.optimizers.Adam(0.1), "mse"',
            fit="x_train, y_train, epochs=25, batch_size=16, verbose=0",
        ),
    ),
    Wrong(
        "10.4",
        "not better than linear",
        "weights held down by a strong L2",
        _train(
            layers='keras.layers.Dense(16, "relu", kernel_regularizer=keras.regularizers.L2(1.0)), '
            "keras.layers.Dense(2, kernel_regularizer=keras.regularizers.L2(1.0))",
        ),
    ),
    Wrong(
        "10.4",
        "few rows",
        "the first twenty rows",
        _train(fit="x_train[:20], y_train[:20], epochs=60, verbose=0"),
    ),
    Wrong(
        "10.4",
        "y in mm",
        "outputs in millimetres",
        _train(fit="x_train, 10 * y_train, epochs=25, batch_size=16, verbose=0"),
    ),
    Wrong(
        "10.4",
        "root of y",
        "square root, not undone",
        _train(fit="x_train, np.sqrt(y_train), epochs=25, batch_size=16, verbose=0"),
    ),
    Wrong(
        "10.4",
        "columns exchanged",
        "y back to front",
        _train(fit="x_train, y_train[:, ::-1], epochs=25, batch_size=16, verbose=0"),
    ),
    Wrong(
        "10.4",
        "more than the model",
        "model and the history itself",
        _train(
            fit="x_train, y_train, epochs=1, verbose=0",
            last="return model, model.fit(x_train, y_train, verbose=0)",
        ),
    ),
    Wrong(
        "10.4",
        "log of y",
        "logarithm, not undone",
        _train(fit="x_train, np.log(y_train), epochs=25, batch_size=16, verbose=0"),
    ),
    Wrong(
        "10.4",
        "y scaled",
        "outputs divided by their largest",
        _train(fit="x_train, y_train / y_train.max(axis=0), epochs=25, batch_size=16, verbose=0"),
    ),
    Wrong(
        "10.4",
        "not aligned",
        "only the outputs shuffled",
        _train(fit="x_train, np.random.permutation(y_train), epochs=25, batch_size=16, verbose=0"),
    ),
    Wrong(
        "10.4",
        "more than the model",
        "model and history",
        _train(
            fit="x_train, y_train, epochs=1, verbose=0",
            last="return model, [0.17, 0.16]",
        ),
    ),
    Wrong(
        "10.4",
        "no model",
        "the predictions instead of the model",
        _train(
            fit="x_train, y_train, epochs=1, verbose=0", last="return np.asarray(model(x_train))"
        ),
    ),
    Wrong(
        "10.4",
        "history",
        "the history of fit",
        _train(
            fit="x_train, y_train, epochs=1, verbose=0",
            last="return model.fit(x_train, y_train, verbose=0)",
        ),
    ),
    Wrong(
        "10.4",
        None,
        "one output",
        _train(layers="keras.layers.Dense(1)", fit="x_train, y_train[:, :1], epochs=1, verbose=0"),
        says="take 2 numbers",
    ),
    Wrong(
        "10.4",
        None,
        "nothing yet",
        'def train(x_train, y_train, *, seed):\n    raise NotImplementedError("Exercise 10.4: '
        'write train, then run this cell again.")\n',
        says="NotImplementedError",
        verdict="not attempted",
    ),
]

TWELVE_ROWS = [
    Right("10.4b", "as the list has it", 'val_claim = "too few rows"'),
    Right("10.4b", "capital letters, blanks", 'val_claim = " Too few  rows "'),
    Right(
        "10.4b",
        "taken from a list",
        'val_claim = ["fits well", "over-fitted", "too few rows"][-1]',
    ),
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

READING = [
    Right(
        "10.5",
        "NumPy",
        """
def interpret(mse, y):
    return np.sqrt(mse), mse / np.var(y, axis=0).mean()
""",
    ),
    Right(
        "10.5",
        "plain Python, a list",
        """
def interpret(mse, y):
    rows, columns = len(y), len(y[0])
    total = 0.0
    for j in range(columns):
        mean = sum(row[j] for row in y) / rows
        total += sum((row[j] - mean) ** 2 for row in y)
    return [mse ** 0.5, mse * rows * columns / total]
""",
    ),
    Right(
        "10.5",
        "the MSE of the mean predictor, TensorFlow",
        """
def interpret(mse, y):
    y = tf.constant(y, tf.float32)
    mean_predictor = tf.reduce_mean((y - tf.reduce_mean(y, axis=0)) ** 2)
    return tf.sqrt(tf.cast(mse, tf.float32)), mse / mean_predictor
""",
    ),
    Right(
        "10.5",
        "covariance matrix, one array",
        """
def interpret(mse, y):
    return np.array([mse ** 0.5, mse * y.shape[1] / np.trace(np.cov(y.T, ddof=0))])
""",
    ),
]


def _reading(rmse: str = "mse ** 0.5", share: str = "mse / y.var(axis=0).mean()") -> str:
    return f"""
def interpret(mse, y):
    return {rmse}, {share}
"""


READING += [
    Wrong("10.5", "mse as rmse", "no root", _reading(rmse="mse")),
    Wrong("10.5", "mse squared", "square for root", _reading(rmse="mse ** 2")),
    Wrong("10.5", "halved", "the half of the lecture's E", _reading(rmse="(mse / 2) ** 0.5")),
    Wrong("10.5", "per column", "a mean over k, again", _reading(rmse="(mse / y.shape[1]) ** 0.5")),
    Wrong(
        "10.5", None, "a fifth of the MSE", _reading(rmse="(mse / 5) ** 0.5"), says="not the square"
    ),
    Wrong("10.5", "mse as share", '"10 % error"', _reading(share="mse")),
    Wrong("10.5", "mse as share", '"10 % error", in percent', _reading(share="100 * mse")),
    Wrong("10.5", "accuracy", '"90 % accuracy"', _reading(share="1 - mse")),
    Wrong("10.5", "explained", "R²", _reading(share="1 - mse / y.var(axis=0).mean()")),
    Wrong("10.5", "percent", "times 100", _reading(share="100 * mse / y.var(axis=0).mean()")),
    Wrong("10.5", "pooled variance", "axis forgotten", _reading(share="mse / np.var(y)")),
    Wrong("10.5", "summed variances", "sum of variances", _reading(share="mse / y.var(0).sum()")),
    Wrong("10.5", "standard deviation", "std", _reading(share="mse / y.std(axis=0).mean()")),
    Wrong("10.5", "standard deviation", "RMSE over std", _reading(share="mse ** 0.5 / np.std(y)")),
    Wrong(
        "10.5", "rmse over variance", "cm by cm²", _reading(share="mse ** 0.5 / y.var(0).mean()")
    ),
    Wrong("10.5", "remembered variance", "that of iris", _reading(share="mse / 1.836")),
    Wrong("10.5", "another mean", "no mean taken off", _reading(share="mse / np.mean(y ** 2)")),
    Wrong(
        "10.5",
        "another mean",
        "the training mean of another split",
        """
y_train_mean = np.array([3.75, 1.2, 2.0])
def interpret(mse, y):
    variance = np.mean((y - y_train_mean[: y.shape[1]]) ** 2)
    return mse ** 0.5, mse / variance
""",
    ),
    Wrong("10.5", "n - 1", "ddof=1", _reading(share="mse / np.var(y, axis=0, ddof=1).mean()")),
    Wrong("10.5", "axis=1", "each flower by itself", _reading(share="mse / y.var(axis=1).mean()")),
    Wrong("10.5", "rounded", "RMSE, one digit", _reading(rmse="round(mse ** 0.5, 1)")),
    Wrong(
        "10.5",
        "rounded",
        "share, two digits",
        _reading(share="round(mse / y.var(axis=0).mean(), 2)"),
    ),
    Wrong(
        "10.5",
        None,
        "RMSE over the mean length",
        _reading(share="mse ** 0.5 / y.mean()"),
        says="The share has another value",
    ),
    Wrong(
        "10.5",
        "swapped",
        "share first",
        _reading("mse / y.var(axis=0).mean()", "mse ** 0.5"),
    ),
    Wrong(
        "10.5",
        None,
        "only the RMSE",
        """
def interpret(mse, y):
    return mse ** 0.5
""",
        says="Return 2 things",
    ),
    Wrong("10.5", None, "words", _reading('"0.3 cm"', '"5 %"'), says="should be numbers"),
    Wrong(
        "10.5",
        None,
        "a share for each column",
        _reading(share="mse / y.var(axis=0)"),
        says="wrong shape",
    ),
]

ANSWERS = [*ERRORS, *COLUMNS, *SPLITS, *MODELS, *TRAINING, *TWELVE_ROWS, *READING]
