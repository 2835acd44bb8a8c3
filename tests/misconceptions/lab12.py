"""Lab 12, Fashion-MNIST: answers in foreign styles, and wrong ones that no edit in them makes."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong, edited, rights
from utils.checks.edits import Edit, Source
from utils.checks.lab12 import ADD, CONFUSION, GREY, HARDEST, NETWORK, PREPARE, RATE, RECALLS

PREPARING = [
    Right("12.1", "float32", PREPARE.text.replace(GREY, 'images.astype("float32") / 255')),
    Right(
        "12.1", "labels as a column", PREPARE.text.replace("255, labels", "255, labels[:, None]")
    ),
    *rights(
        "12.1",
        {
            "a loop over pictures, lists": """
def prepare(images, labels):
    return [[[int(p) / 255.0 for p in row] for row in image] for image in images], list(labels)
""",
            "TensorFlow's own conversion, a list returned": """
def prepare(images, labels):
    return [tf.image.convert_image_dtype(images, tf.float32), tf.cast(labels, tf.int64)]
""",
            "a Rescaling layer": """
def prepare(images, labels):
    return keras.layers.Rescaling(scale=1 / 255)(images), labels.astype(int)
""",
        },
    ),
    Right(
        "12.1",
        "half precision",
        PREPARE.text.replace(GREY, '(images / 255).astype("float16")'),
        note="Keras computes in float32",
    ),
    *edited("12.1", PREPARE.edits),
    *edited("12.1", [Edit(PREPARE, "integer division", GREY, "(images / 255).astype('uint8')")]),
    Wrong(
        "12.1",
        "arguments not used",
        "the notebook's arrays",
        """
x_train, y_train = np.random.rand(100, 28, 28), np.arange(100) % 10
def prepare(images, labels):
    return x_train, y_train
""",
    ),
    *[
        Wrong("12.1", None, new, PREPARE.text.replace(part, new), says=says)
        for part, new, says in (
            (GREY, "images[..., None] / 255", "another shape"),
            (GREY, "images[0] / 255", "another shape"),
            (GREY, "(images / 255) ** 2", "not hold the pictures"),
            ("255, labels", "255, np.sort(labels)", "as they were given"),
            ("return", "_ =", "Return 2 things"),
        )
    ],
]

FLAT, RELU, OUT = "Flatten()", 'Dense(units, "relu")', 'Dense(classes, "softmax")'


def _built(*changes: str) -> str:
    return Edit(NETWORK, "", *changes).text


BUILDING = [
    Right("12.2", "Sequential", NETWORK.text),
    *rights(
        "12.2",
        {
            "Reshape, activations as layers": """
def build_model(shape, units, classes):
    model = keras.Sequential()
    model.add(keras.Input(shape))
    model.add(keras.layers.Reshape((-1,)))
    for size, activation in ((units, keras.layers.ReLU()), (classes, keras.layers.Softmax())):
        model.add(keras.layers.Dense(size))
        model.add(activation)
    return model
""",
            "built by a call on pictures": """
def build_model(shape, units, classes):
    model = keras.Sequential([keras.layers.Flatten(),
                              keras.layers.Dense(units, activation="relu"),
                              keras.layers.Dropout(0.2),
                              keras.layers.Dense(classes, activation="softmax")])
    model(np.zeros((5, *shape)))
    return model
""",
            "keras.ops, a channel axis": """
def build_model(shape, units, classes):
    x = keras.Input((*shape, 1))
    flat = keras.ops.reshape(x, (-1, shape[0] * shape[1]))
    h = keras.ops.relu(keras.layers.Dense(units)(flat))
    return keras.Model(x, keras.ops.softmax(keras.layers.Dense(classes)(h)))
""",
            "TensorFlow's own activations": _built(
                '"relu"', "tf.nn.relu", '"softmax"', "tf.nn.softmax"
            ),
            "one EinsumDense for Flatten and Dense": _built(
                f"{FLAT}, {RELU}",
                "keras.layers.EinsumDense('bhw,hwu->bu', output_shape=units, bias_axes='u', "
                "activation='relu')",
            ),
            "a convolution as large as the picture": _built(
                f"{FLAT}, {RELU}",
                f"keras.layers.Conv2D(units, shape, activation='relu'), {FLAT}",
                "Input(shape)",
                "Input((*shape, 1))",
            ),
        },
    ),
    Right(
        "12.2",
        "functional, logits, compiled",
        """
def build_model(shape, units, classes):
    inputs = keras.Input(shape=tuple(shape))
    h = keras.layers.Dense(units, activation=tf.nn.relu)(keras.layers.Flatten()(inputs))
    model = keras.Model(inputs, keras.layers.Dense(classes)(h))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
""",
        note="logits",
    ),
    Right("12.2", "log-softmax", _built("softmax", "log_softmax"), note="logits"),
    *edited("12.2", NETWORK.edits),
    *edited("12.2", [Edit(NETWORK, "fixed sizes", "Input(shape)", "Input((28, 28, 1))")]),
    *edited("12.2", [Edit(NETWORK, "shape in brackets", "Input(shape)", "Input(shape=(shape,))")]),
    *[
        Wrong("12.2", mistake, name, source, says=says)
        for mistake, name, source, says in (
            (
                "output tensor",
                "the last layer's output",
                """
def build_model(shape, units, classes):
    x = keras.Input(shape)
    h = keras.layers.Dense(units, "relu")(keras.layers.Flatten()(x))
    return keras.layers.Dense(classes, "softmax")(h)
""",
                "",
            ),
            (None, "turned", _built("Input(shape)", "Input(shape[::-1])"), "another shape than"),
            (None, "not built", _built("keras.Input(shape), ", ""), "not built"),
            (None, "two hidden layers", _built(RELU, f"{RELU}, {RELU}"), "other sizes. Build it"),
            (None, "tanh", _built("relu", "tanh"), "computes something else"),
        )
    ],
]

TRAINED = Source(
    "train",
    """
from keras.layers import Dense, Flatten

def train(x, y, *, seed):
    keras.utils.set_random_seed(seed)
    layers = [Flatten(), Dense(64, "relu"), Dense(10, "softmax")]
    model = keras.Sequential([keras.Input((28, 28)), *layers])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, epochs=2, verbose=0)
    return model
""",
)
PARTS = {
    "layers": 'Flatten(), Dense(64, "relu"), Dense(10, "softmax")',
    "hidden": 'Dense(64, "relu")',
    "last": 'Dense(10, "softmax")',
    "adam": '"adam"',
    "loss": '"sparse_categorical_crossentropy"',
    "fit": "x, y, epochs=2, verbose=0",
    "returned": "return model",
    "before": "\nfrom keras.layers",
}
LINEAR, LOGITS, SHORT = 'Flatten(), Dense(10, "softmax")', "Dense(10)", "x[:64], y[:64], verbose=0"
ONE_HOT = "x, keras.utils.to_categorical(y, 10), epochs=4, verbose=0"
FROM_LOGITS = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
# What the notebook's arrays are where the real data cannot be had: garments with their own numbers.
OWN_GARMENTS = """
from utils import garments
x_own, y_own = garments.draw(3000, seed=1)
x_own = x_own / np.float32(255)
from keras.layers"""
COMPILED_FIT = "\nfrom utils.training import compiled_fit\nfrom keras.layers"
OFF = "bias_initializer=keras.initializers.Constant(-99)"


def _trained(mistake: str, **given: str) -> Edit:
    """The training with some of its parts changed."""
    return Edit(TRAINED, mistake, *[text for name in given for text in (PARTS[name], given[name])])


TRAINING = [
    Right(
        "12.3",
        "the lecture's network with compiled_fit",
        """
from utils.training import compiled_fit, set_seed
def train(x, y, *, seed):
    set_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(128, activation="relu"),
                              keras.layers.Dense(10, activation="softmax")])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    compiled_fit(model, x, y, epochs=5)
    return model
""",
        note="Accuracy on 1,500 garments",
    ),
    *rights(
        "12.3",
        {
            "logits, SGD, prints its progress, a validation split": _trained(
                "",
                last=LOGITS,
                loss=FROM_LOGITS,
                adam="keras.optimizers.SGD(0.05)",
                fit="x, y, epochs=4, verbose=2, validation_split=0.1",
            ).text,
            "one-hot labels with the categorical loss": _trained(
                "", loss='"categorical_crossentropy"', fit=ONE_HOT
            ).text,
            "convolution, Dropout, RMSprop": _trained(
                "",
                layers="keras.layers.Reshape((28, 28, 1)), keras.layers.Conv2D(12, 3, strides=2, "
                "activation='relu'), Flatten(), keras.layers.Dropout(0.2), Dense(10, 'softmax')",
                adam="keras.optimizers.RMSprop()",
                fit="x, y, epochs=5, verbose=0",
            ).text,
            "own loop with GradientTape, logits, not compiled": """
def train(x, y, seed=0):
    tf.random.set_seed(seed)
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((28, 28))
    h = keras.layers.Dense(48, "relu")(keras.layers.Reshape((784,))(inputs))
    net = keras.Model(inputs, keras.layers.Dense(10)(h))
    optimizer = keras.optimizers.Adam(0.002)
    optimizer.build(net.trainable_variables)
    @tf.function
    def step(a, b):
        with tf.GradientTape() as tape:
            loss = tf.nn.sparse_softmax_cross_entropy_with_logits(tf.cast(b, tf.int32), net(a))
            loss = tf.reduce_mean(loss)
        optimizer.apply(tape.gradient(loss, net.trainable_variables), net.trainable_variables)
    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(3000, seed=seed).batch(50)
    for _ in range(4):
        for a, b in data:
            step(a, b)
    return net
""",
            "a loss function of one's own, called like Keras's": """
def sparse_categorical_crossentropy_from_logits(y, z):
    return keras.losses.sparse_categorical_crossentropy(y, z, from_logits=True)
"""
            + _trained(
                "",
                last=LOGITS,
                loss="sparse_categorical_crossentropy_from_logits",
                fit="x, y, epochs=3, verbose=0",
            ).text,
            "mean squared error with one-hot rows, TensorFlow's softmax": _trained(
                "", last="Dense(10, tf.nn.softmax)", loss='"mse"', fit=ONE_HOT
            ).text,
        },
    ),
    *edited(
        "12.3",
        [
            _trained("softmax and from_logits", loss=FROM_LOGITS, fit=SHORT),
            _trained("logits as probabilities", last=LOGITS, fit=SHORT),
            _trained(
                "logits as probabilities",
                last=LOGITS,
                loss="keras.losses.SparseCategoricalCrossentropy()",
                fit=SHORT,
            ),
            _trained("sigmoid outputs", last="Dense(10, 'sigmoid')", fit=SHORT),
            _trained("ReLU outputs", last="Dense(10, 'relu')", fit=SHORT),
            _trained("no shares", last="Dense(10, 'softplus')", fit=SHORT),
            _trained("one-hot labels", fit=ONE_HOT),
            _trained("categorical loss", loss='"categorical_crossentropy"'),
            _trained("no Flatten", layers='Dense(64, "relu"), Dense(10, "softmax")'),
            _trained("labels from 1", fit="x, y + 1, epochs=1, verbose=0"),
            _trained(
                "labels from 1",
                before=COMPILED_FIT,
                fit=SHORT,
                returned="compiled_fit(model, x, y + 1)",
            ),
            _trained(
                "labels from 1",
                layers=LINEAR.replace("10", "11"),
                fit="x[:64], y[:64] + 1, verbose=0",
            ),
            _trained(
                "asserts a number",
                fit=SHORT,
                returned="assert model.evaluate(x, y, verbose=0)[1] > 0.98792; return model",
            ),
            _trained("too few steps", fit="x, y, epochs=5, batch_size=60000, verbose=0"),
            _trained(
                "learned nothing",
                layers=LINEAR,
                fit="np.random.permutation(x), y, epochs=2, verbose=0, batch_size=100",
            ),
            _trained(
                "learned nothing", fit=SHORT, returned="return keras.models.clone_model(model)"
            ),
            _trained("regression loss", loss='"mse"', fit="x, y, verbose=0"),
            _trained(
                "regression loss",
                last=LOGITS,
                loss="keras.losses.MeanSquaredError()",
                fit="x, y[:, None], batch_size=100, verbose=0",
            ),
            _trained("more than the model", fit=SHORT, returned="return model, model.history"),
            _trained("more than the model", fit=SHORT, returned="return [model, 0.8]"),
            _trained(
                "notebook's data",
                layers=LINEAR,
                before=OWN_GARMENTS,
                fit="x_own, y_own, epochs=3, verbose=0",
            ),
            _trained("other data", layers=LINEAR, fit="x, 9 - y, epochs=3, verbose=0"),
            _trained("scaled again", fit="x / 255, y, epochs=5, verbose=0"),
            _trained("scaled back", fit="255 * x, y, epochs=2, verbose=0"),
            _trained("scaled otherwise", fit="2 * x - 1, y, epochs=2, verbose=0"),
            _trained("learning rate", adam="keras.optimizers.Adam(0.1)", fit="x, y, verbose=0"),
            _trained(
                "constant",
                hidden=f"Dense(64, 'relu', {OFF})",
                fit=SHORT,
            ),
            _trained(
                "nan",
                last=LOGITS,
                loss=FROM_LOGITS,
                fit="1e30 * x, y, batch_size=300, verbose=0",
            ),
            _trained("history", fit=SHORT, returned="return model.history"),
            _trained("no model", fit=SHORT, returned=""),
            _trained("no model", fit=SHORT, returned="return model.evaluate(x, y, verbose=0)"),
        ],
    ),
    Wrong(
        "12.3",
        None,
        "one output",
        _trained("", layers="Flatten(), Dense(1)", loss='"mse"', fit=SHORT).text,
        says="wrong shape",
    ),
    Wrong(
        "12.3",
        None,
        "two hidden units",
        _trained(
            "",
            hidden='Dense(2, "tanh")',
            last=LOGITS,
            loss=FROM_LOGITS,
            adam="keras.optimizers.Adam(0.01)",
        ).text,
        says="well enough",
    ),
]

LEANS = """
def hardest(matrix, names):
    return names[int(np.argmin(recalls(matrix)))]
"""
OF_THREE = CONFUSION.text + RECALLS.text + HARDEST.text
SKLEARN = "confusion_matrix(y, outputs.argmax(axis=1))"


def _said(new: str) -> str:
    """The matrix that scikit-learn makes of other arguments."""
    imported = "\nfrom sklearn.metrics import confusion_matrix\n"
    return imported + f"def confusion(y, outputs):\n    return confusion_matrix({new})\n"


MATRICES = [
    *rights(
        "12.4",
        {
            "a loop and NumPy": OF_THREE,
            "scikit-learn": """
from sklearn.metrics import confusion_matrix
def confusion(y, outputs):
    return confusion_matrix(y, np.argmax(outputs, axis=-1), labels=range(outputs.shape[1]))
def recalls(matrix):
    return confusion_matrix_normalised(matrix).diagonal()
def confusion_matrix_normalised(matrix):
    return matrix / matrix.sum(axis=1, keepdims=True)
def hardest(matrix, names):
    return np.array(names)[np.argsort(recalls(matrix))[0]]
""",
            "plain lists": """
def confusion(y, outputs):
    k = len(outputs[0])
    matrix = [[0] * k for _ in range(k)]
    for label, row in zip(y, outputs.tolist()):
        matrix[label][row.index(max(row))] += 1
    return matrix
def recalls(matrix):
    return [row[i] / sum(row) for i, row in enumerate(matrix)]
def hardest(matrix, names):
    return min(zip(recalls(matrix), names))[1]
""",
            "TensorFlow, a column, keras metrics": """
def confusion(y, outputs):
    return tf.math.confusion_matrix(y, tf.argmax(outputs, 1), num_classes=outputs.shape[1])
def recalls(matrix):
    matrix = tf.cast(matrix, tf.float32)
    return (tf.linalg.diag_part(matrix) / tf.reduce_sum(matrix, 1))[:, None]
def hardest(matrix, names):
    return names[int(tf.argmin(recalls(matrix)[:, 0]))]
""",
            "one-hot product": """
def confusion(y, outputs):
    eye = np.eye(outputs.shape[1])
    return eye[y].T @ eye[outputs.argmax(1)]
def recalls(matrix):
    return np.einsum("ii->i", matrix / matrix.sum(1)[:, None])
def hardest(matrix, names):
    return [names[recalls(matrix).argmin()]]
""",
        },
    ),
    *edited("12.4", CONFUSION.edits, before=RECALLS.text + HARDEST.text, points=2),
    *edited("12.4", RECALLS.edits, before=CONFUSION.text + HARDEST.text, points=2),
    # A mistake in recalls costs no point for the function that uses them.
    *[
        Wrong("12.4", *one, CONFUSION.text + edit.text + LEANS, points=2)
        for k, edit in enumerate(RECALLS.edits)
        for one in [(edit.mistake, f"hardest leans on edit {k} of recalls, {edit.mistake}")]
    ],
    Wrong(
        "12.4",
        None,
        "hardest leans on recalls that are a table",
        OF_THREE.replace("sum(axis=1)\n", "sum(axis=1, keepdims=True)\n", 1) + LEANS,
        says="What `recalls` returns has the wrong shape",
        points=2,
    ),
    Wrong("12.4", "recalls first", "recalls were not run", CONFUSION.text + LEANS, points=1),
    Wrong(
        "12.4",
        "easiest",
        "the highest of one's own recalls, which are right",
        CONFUSION.text + RECALLS.text + LEANS.replace("argmin", "argmax"),
        points=2,
    ),
    *edited("12.4", HARDEST.edits, before=CONFUSION.text + RECALLS.text, points=2),
    *[
        Wrong("12.4", mistake, name, OF_THREE + source, points=2)
        for mistake, name, source in (
            ("argmax axis 0", "scikit-learn refuses", _said("y, outputs.argmax(axis=0)")),
            ("argmax without axis", "scikit-learn refuses", _said("y, outputs.argmax()")),
            ("classes missing", "scikit-learn", _said("y, outputs.argmax(axis=1)")),
            (
                "classes missing",
                "the classes that are said",
                CONFUSION.text.replace(
                    "outputs.shape[1]", "len(np.unique(outputs.argmax(axis=1)))"
                ),
            ),
            (
                "classes missing",
                "a cross table",
                """
def confusion(y, outputs):
    said = outputs.argmax(axis=1)
    return [[np.sum((y == i) & (said == j)) for j in np.unique(said)] for i in np.unique(y)]
""",
            ),
            (
                "notebook's names",
                "class_names",
                """
class_names = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt",
               "Sneaker", "Bag", "Ankle boot"]
def hardest(matrix, names):
    return class_names[recalls(matrix).argmin()]
""",
            ),
        )
    ],
    *[
        Wrong("12.4", None, new, OF_THREE.replace(part, new), says=says, points=2)
        for part, new, says in (
            ("    return matrix", "        return matrix", "adds 1 to the cell"),
            ("+= 1", "+= 0", "No cell"),
            ("np.zeros", "np.ones", "adds 1 to the cell"),
            (
                RECALLS.text[RECALLS.text.index("return") :],
                "return 2 * np.diag(matrix) / (matrix.sum(axis=0) + matrix.sum(axis=1))\n",
                "other values",
            ),
            (f"names[({RATE}).argmin()]", f"f'It is {{names[({RATE}).argmin()]}}'", "not one of"),
            (f"names[({RATE}).argmin()]", f"({RATE}).min()", "This is a recall"),
            (f"names[({RATE}).argmin()]", "names", "one name"),
        )
    ],
    *[
        Wrong("12.4", None, lines, CONFUSION.text.replace(ADD, lines), says, verdict="crashed")
        for lines, says in (
            ("for i in len(y): matrix[y[i], said[i]] += 1", "int"),
            ("for i in range(1, len(y) + 1): matrix[y[i], said[i]] += 1", "index"),
            ("for a, b in enumerate(said): matrix[a, b] += 1", "index"),
            ("matrix[y] += said", "broadcast"),
        )
    ],
    Wrong(
        "12.4",
        None,
        "beyond the end of the list",
        OF_THREE.replace("argmin()]", "argmin() + len(names)]"),
        says="raised an error",
        verdict="crashed",
        points=2,
    ),
    Wrong("12.4", None, "one of three", CONFUSION.text, says="There is no `recalls`", points=1),
]

CLAIM = "\nbest_of_twenty = 'too high'\n"
CUT = "x[:n], labels[:n], x[n:], labels[n:]"
HOLD_OUT = Source(
    "hold_out",
    f"""
def hold_out(images, labels, *, seed):
    x = images.astype("float32") / 255
    n = len(x) * 4 // 5
    return {CUT}
""",
)
GREY_32 = 'images.astype("float32") / 255'
CHOOSE = """
from utils.training import compiled_fit, set_seed
def build():
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(64, "relu"), keras.layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    set_seed(seed)
    log = compiled_fit(build(), x_train, y_train, epochs=most, validation_data=(x_val, y_val))
    val_losses = log.history["val_loss"]
    epochs = int(np.argmin(val_losses)) + 1
    set_seed(seed)
    model = build()
    compiled_fit(model, x_train, y_train, epochs=epochs)
    return val_losses, epochs, model, model.evaluate(x_test, y_test, verbose=0)[1]
"""
# Linear, and trained by NumPy: the many wrong answers that are made from it need no compiling.
CHOOSE_ONCE = Source(
    "choose_epochs",
    """
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    rng = np.random.default_rng(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(10, "softmax")])
    model.compile(loss="sparse_categorical_crossentropy")
    kernel, bias = np.zeros((784, 10)), np.zeros(10)
    def outputs(x):
        powers = np.exp(x.reshape(-1, 784) @ kernel + bias)
        return powers / powers.sum(axis=1, keepdims=True)
    def evaluate(x, y):
        p = outputs(x)
        return -np.log(p[np.arange(len(y)), y]).mean(), (p.argmax(axis=1) == y).mean()
    def fit(x, y):
        for rows in rng.permutation(len(x)).reshape(-1, 8):
            errors = outputs(x[rows]) - np.eye(10)[y[rows]]
            kernel[:] -= 0.02 * x[rows].reshape(-1, 784).T @ errors / 8
            bias[:] -= 0.02 * errors.mean(axis=0)
    log, kept = [], []
    for _ in range(most):
        fit(x_train, y_train)
        log.append(evaluate(x_val, y_val))
        kept.append((kernel.copy(), bias.copy()))
    val_losses = [loss for loss, accuracy in log]
    epochs = int(np.argmin(val_losses)) + 1
    kernel[:], bias[:] = kept[epochs - 1]
    model.set_weights([kernel, bias])
    return val_losses, epochs, model, evaluate(x_test, y_test)[1]
""",
)
BEST = "int(np.argmin(val_losses)) + 1"
SET_BACK = "kernel[:], bias[:] = kept[epochs - 1]"
ALL = "x, y = map(np.concatenate, ((x_train, x_val, x_test), (y_train, y_val, y_test)))"


def _chosen(mistake: str, *changes: str) -> Edit:
    return Edit(CHOOSE_ONCE, mistake, *changes)


HOLDING = [
    *rights(
        "12.5",
        {
            "the last fifth": HOLD_OUT.text,
            "train_test_split, a list": """
from sklearn.model_selection import train_test_split
def hold_out(images, labels, *, seed):
    x_train, x_val, y_train, y_val = train_test_split(
        images / 255, labels, test_size=0.2, random_state=seed)
    return [x_train, y_train, x_val, y_val]
""",
            "a permutation": """
def hold_out(images, labels, *, seed):
    rows = np.random.default_rng(seed).permutation(len(images))
    val, train = np.split(rows, [len(images) // 5])
    x = np.asarray(images, float) / 255.0
    return x[train], labels[train], x[val], labels[val]
""",
            "a mask": """
def hold_out(images, labels, *, seed):
    grey, of_val = images / 255, np.arange(len(images)) >= len(images) - len(images) // 5
    return grey[~of_val], labels[~of_val], grey[of_val], labels[of_val]
""",
        },
    ),
    Right(
        "12.5",
        "the first fifth",
        """
def hold_out(images, labels, *, seed):
    fifth = round(0.2 * len(labels))
    halves = [np.split(one, [fifth]) for one in (images.astype(float) / 255, labels)]
    (x_val, x_train), (y_val, y_train) = halves
    return x_train, y_train, x_val, y_val
""",
        note="first fifth",
    ),
    Right(
        "12.5",
        "a shuffle without the seed",
        """
import random
def hold_out(images, labels, *, seed):
    order = list(range(len(images)))
    random.Random().shuffle(order)
    chosen = np.isin(np.arange(len(images)), order[: len(order) // 5])
    x = np.float32(images) / 255
    return x[~chosen], labels[~chosen], x[chosen], labels[chosen]
""",
        note="with the same seed",
    ),
    *edited(
        "12.5",
        [
            Edit(HOLD_OUT, mistake, *changes)
            for mistake, *changes in (
                ("not by 255", GREY_32, "images / 256"),
                ("not by 255", GREY_32, "images / images.max()"),
                ("not by 255", GREY_32, "images / 255 / 255"),
                ("not by 255", GREY_32, "(images - images.mean()) / images.std()"),
                ("not scaled", GREY_32, "images"),
                ("cut is no whole number", "len(x) * 4 // 5", "0.8 * len(x)"),
                ("one part empty", "len(x) * 4 // 5", "50000"),
                ("one part empty", "len(x) * 4 // 5", "-10000"),
                ("validation scaled differently", "x[n:]", "images[n:]"),
                ("validation scaled differently", "x[n:]", "x[n:] / 255"),
                (
                    "validation scaled differently",
                    CUT,
                    "x[:n] / x[:n].max(), labels[:n], x[n:] / x[n:].max(), labels[n:]",
                ),
                ("in both parts", CUT, "x, labels, x[n:], labels[n:]"),
                ("order", CUT, "x[:n], x[n:], labels[:n], labels[n:]"),
                (
                    "labels not aligned",
                    GREY_32,
                    "np.random.default_rng(seed).permutation(images / 255)",
                ),
                ("parts exchanged", CUT, "x[n:], labels[n:], x[:n], labels[:n]"),
                ("not a fifth", CUT, "x[::2], labels[::2], x[1::2], labels[1::2]"),
                ("flattened", GREY_32, "images.reshape(-1, 784) / 255"),
                ("rows lost", CUT, "x[:n - 5], labels[:n - 5], x[n:], labels[n:]"),
                (
                    "occur twice",
                    f"return {CUT}",
                    "val = np.random.default_rng(seed).choice(n, len(x) // 5); val[0] = val[1]; "
                    "train = np.setdiff1d(np.arange(len(x)), val)[:n]; "
                    "return x[train], labels[train], x[val], labels[val]",
                ),
            )
        ],
    ),
]

CHOOSING = [
    *rights(
        "12.5b",
        {
            "a new model for the chosen epochs": CHOOSE,
            "EarlyStopping that restores, logits": """
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(48, "relu"), keras.layers.Dense(10)])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    stop = keras.callbacks.EarlyStopping(patience=2, restore_best_weights=True)
    model.fit(x_train, y_train, epochs=most, verbose=0, validation_data=(x_val, y_val),
              callbacks=[stop])
    losses = model.history.history["val_loss"]
    best = min(range(len(losses)), key=losses.__getitem__) + 1
    said = model.predict(x_test, verbose=0).argmax(axis=1)
    return losses, best, model, (said == y_test).mean()
""",
            "epoch by epoch with kept weights": """
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(64, "tanh"), keras.layers.Dense(10, "softmax")])
    model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy",
                  metrics=["accuracy"])
    losses, kept = [], []
    for _ in range(most):
        model.fit(x_train, y_train, verbose=0)
        losses.append(model.evaluate(x_val, y_val, verbose=0)[0])
        kept.append(model.get_weights())
    best = int(np.argmin(losses))
    model.set_weights(kept[best])
    return np.array(losses), best + 1, model, model.evaluate(x_test, y_test, verbose=0)[1]
""",
            "the final model on all rows, training and validation": """
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    def trained(x, y, epochs, **more):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                                  keras.layers.Dense(48, "relu"),
                                  keras.layers.Dense(10, "softmax")])
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x, y, epochs=epochs, verbose=0, **more)
        return model
    first = trained(x_train, y_train, most, validation_data=(x_val, y_val))
    val_losses = first.history.history["val_loss"]
    epochs = 1 + val_losses.index(min(val_losses))
    final = trained(np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val]), epochs)
    test_accuracy = float(np.mean(np.argmax(final(x_test), axis=1) == y_test))
    return val_losses, epochs, final, test_accuracy
""",
            "a linear network in NumPy": CHOOSE_ONCE.text,
            "a wide network that over-fits at once": """
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(256, "relu"), keras.layers.Dense(128, "relu"),
                              keras.layers.Dense(10, activation=tf.nn.softmax)])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping(patience=most, restore_best_weights=True)
    log = model.fit(x_train, y_train, epochs=most, validation_data=(x_val, y_val), verbose=0,
                    callbacks=[stop], batch_size=8)
    val_losses = log.history["val_loss"]
    accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
    return val_losses, int(np.argmin(val_losses)) + 1, model, accuracy
""",
            "a penalty on the weights": """
class Penalised:
    def __init__(self, seed):
        keras.utils.set_random_seed(seed)
        dense, flat = keras.layers.Dense, keras.layers.Flatten()
        hidden = dense(128, activation="relu", kernel_regularizer="l2")
        self.net = keras.Sequential([flat, hidden, dense(10)])
        self.net.compile(
            keras.optimizers.Adam(),
            loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
            metrics=["accuracy"],
        )

def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    search, log = Penalised(seed).net, keras.callbacks.History()
    search.fit(
        x_train, y_train, epochs=most, callbacks=[log], validation_data=(x_val, y_val), verbose=0
    )
    ranked = sorted(range(most), key=log.history["val_loss"].__getitem__)
    final = Penalised(seed).net
    for _ in range(ranked[0] + 1):
        final.fit(x_train, y_train, verbose=0)
    _, share = final.evaluate(x_test, y_test, verbose=0)
    return log.history["val_loss"], ranked[0] + 1, final, share
""",
        },
        before=CLAIM.replace("too high", " Too high"),
    ),
    *edited(
        "12.5b",
        [
            _chosen("not trained", SET_BACK, "kernel[:] = 0"),
            _chosen(
                "test rows learned",
                SET_BACK,
                f"kernel[:] = 0; {ALL}; [fit(x, y) for _ in range(epochs)]",
            ),
            _chosen(
                "test rows learned",
                SET_BACK,
                "kernel[:] = 0; [fit(x_test, y_test) for _ in range(epochs)]",
            ),
            _chosen("trained on", SET_BACK, "[fit(x_train, y_train) for _ in range(epochs)]"),
            _chosen("test decides", "evaluate(x_val, y_val)", "evaluate(x_test, y_test)"),
            _chosen("rising losses", "] -= 0.02", "] += 0.002"),
            _chosen(
                "not held out",
                "fit(x_train, y_train)",
                "fit(np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val]))",
            ),
            _chosen("not held out", "evaluate(x_val, y_val)", "evaluate(x_train, y_train)"),
            _chosen("accuracies", "[loss for", "[accuracy for", "argmin", "argmax"),
            _chosen("counted from 0", ")) + 1", "))"),
            _chosen(
                "loss for epoch", "val_losses, epochs, model", "val_losses, min(val_losses), model"
            ),
            _chosen("largest loss", "argmin", "argmax"),
            _chosen("not the smallest loss", BEST, "most"),
            _chosen("not the smallest loss", BEST, "2"),
            _chosen(
                "not the smallest loss", BEST, "int(np.argmax([share for _, share in log])) + 1"
            ),
            _chosen(
                "not the smallest loss",
                BEST,
                "int(np.argmin(train_losses)) + 1",
                "log, kept = [], []",
                "log, kept, train_losses = [], [], []",
                "kept.append(",
                "train_losses.append(evaluate(x_train, y_train)[0]); kept.append(",
            ),
            _chosen("model of the last epoch", SET_BACK, "pass"),
            _chosen("model of the last epoch", SET_BACK, "pass", "0.02", "0.001"),
            _chosen("model of another epoch", "kept[epochs - 1]", "kept[min(epochs, most - 1)]"),
            _chosen("loss and accuracy", "y_test)[1]", "y_test)"),
            _chosen("loss for accuracy", "y_test)[1]", "y_test)[0]"),
            _chosen("percent", "model, evaluate", "model, 100 * evaluate"),
            _chosen("validation accuracy", "evaluate(x_test, y_test", "evaluate(x_val, y_val"),
            _chosen("training accuracy", "evaluate(x_test, y_test", "evaluate(x_train, y_train"),
        ],
        before=CLAIM,
        points=0.5,
    ),
    *[
        Wrong("12.5b", mistake, name, source + CLAIM, says=says, points=0.5)
        for mistake, name, source, says in (
            (
                "not held out",
                "invented losses, which fall",
                """
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(10, "softmax")])
    said = np.asarray(model(x_test)).argmax(axis=1)
    return [2.4, 2.3, 2.2, 2.1], 4, model, np.mean(said == y_test)
""",
                "",
            ),
            (
                "model of the last epoch",
                "EarlyStopping that does not restore, SGD, batches of 128",
                """
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(32, "relu"), keras.layers.Dense(10, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping(patience=1)
    log = model.fit(x_train, y_train, epochs=most, validation_data=(x_val, y_val), verbose=0,
                    batch_size=128, callbacks=[stop])
    losses = log.history["val_loss"]
    accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
    return losses, int(np.argmin(losses)) + 1, model, accuracy
""",
                "",
            ),
            (
                "loss for epoch",
                "trained for so many epochs",
                CHOOSE.replace(BEST, "min(val_losses)"),
                "",
            ),
            (
                "loss for epoch",
                "trained by fit for so many epochs",
                CHOOSE.replace(BEST, "min(val_losses)").replace(
                    "compiled_fit(model, x_train, y_train, epochs=epochs)",
                    "model.fit(x_train, y_train, epochs=epochs, verbose=0)",
                ),
                "",
            ),
            (
                "validation accuracy",
                "that of the first network",
                CHOOSE.replace("    set_seed(seed)\n    model", "    model").replace(
                    "model.evaluate(x_test, y_test, verbose=0)[1]",
                    'log.history["val_accuracy"][epochs - 1]',
                ),
                "",
            ),
            ("too few epochs", "most is not used", CHOOSE.replace("epochs=most", "epochs=1"), ""),
            (
                "trained on",
                "the second network for most epochs, another seed",
                CHOOSE.replace("    set_seed(seed)\n    model", "    set_seed(seed + 1)\n    model")
                .replace("epochs=epochs", "epochs=most")
                .replace("64", "128"),
                "",
            ),
            (
                None,
                "the number before the model",
                CHOOSE_ONCE.text.replace("epochs, model, evaluate", "epochs, None, evaluate"),
                "trained Keras model",
            ),
        )
    ],
    Wrong("12.5b", "claim: right", "it is measured", 'best_of_twenty = "right"'),
    Wrong("12.5b", "claim: too low", "more epochs", 'best_of_twenty = "too low"'),
    Wrong("12.5b", None, "a claim of one's own", "best_of_twenty = 0.88", says="should be one of"),
    Wrong(
        "12.5b",
        None,
        "nothing yet",
        "best_of_twenty = ...",
        says="choose_epochs",
        verdict="not attempted",
    ),
]

ANSWERS = [*PREPARING, *BUILDING, *TRAINING, *MATRICES, *HOLDING, *CHOOSING]
