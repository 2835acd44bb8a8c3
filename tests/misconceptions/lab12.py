"""Lab 12, Fashion-MNIST: answers that must pass and answers that must fail by name."""

from __future__ import annotations

from tests.misconceptions import Right, Wrong


def _prepare(
    x: str = 'images.astype("float32") / 255', y: str = "labels", last: str = "return x, y"
) -> str:
    return f"""
def prepare(images, labels):
    x = {x}
    y = {y}
    {last}
"""


PREPARING = [
    Right("12.1", "float32 and one slash", _prepare()),
    Right("12.1", "float64, labels as a column", _prepare("images / 255", "labels[:, None]")),
    Right(
        "12.1",
        "a loop over pictures, lists",
        """
def prepare(images, labels):
    return [[[int(p) / 255.0 for p in row] for row in image] for image in images], list(labels)
""",
    ),
    Right(
        "12.1",
        "TensorFlow's own conversion, a list returned",
        """
def prepare(images, labels):
    return [tf.image.convert_image_dtype(images, tf.float32), tf.cast(labels, tf.int64)]
""",
    ),
    Right(
        "12.1",
        "a Rescaling layer",
        """
def prepare(images, labels):
    return keras.layers.Rescaling(scale=1 / 255)(images), labels.astype(int)
""",
    ),
    Right(
        "12.1",
        "half precision",
        _prepare('(images / 255).astype("float16")'),
        note="Keras computes in float32",
    ),
    Wrong("12.1", "not scaled", "floats only", _prepare('images.astype("float32")')),
    Wrong("12.1", "divided twice", "255 twice", _prepare("images / 255 / 255")),
    Wrong("12.1", "integer division", "two slashes", _prepare("images // 255")),
    Wrong("12.1", "integer division", "uint8 again", _prepare('(images / 255).astype("uint8")')),
    Wrong("12.1", "rounded", "black and white", _prepare("np.round(images / 255)")),
    Wrong("12.1", "own maximum", "images.max()", _prepare("images / images.max()")),
    Wrong(
        "12.1",
        "own maximum",
        "each picture by its own",
        _prepare("images / images.max(axis=(1, 2), keepdims=True)"),
    ),
    Wrong("12.1", "256", "a byte has 256 values", _prepare("images / 256")),
    Wrong(
        "12.1",
        "standardised",
        "mean and standard deviation",
        _prepare("(images - images.mean()) / images.std()"),
    ),
    Wrong("12.1", "-1 to 1", "127.5", _prepare("images / 127.5 - 1")),
    Wrong("12.1", "inverted", "black on white", _prepare("1 - images / 255")),
    Wrong("12.1", "flattened", "reshape", _prepare("images.reshape(-1, 784) / 255")),
    Wrong(
        "12.1",
        "in place",
        "divides the uint8 array",
        """
def prepare(images, labels):
    images /= 255
    return images, labels
""",
    ),
    Wrong(
        "12.1",
        "one-hot labels",
        "to_categorical",
        _prepare(y="keras.utils.to_categorical(labels, 10)"),
    ),
    Wrong("12.1", "labels from 1", "as in R", _prepare(y="labels + 1")),
    Wrong("12.1", "labels from 1", "the other way round", _prepare(y="labels - 1")),
    Wrong("12.1", "labels scaled", "divided too", _prepare(y="labels / 255")),
    Wrong("12.1", "label names", "words", _prepare(y='[f"class {i}" for i in labels]')),
    Wrong("12.1", "only the pictures", "x alone", _prepare(last="return x")),
    Wrong("12.1", "swapped", "labels first", _prepare(last="return y, x")),
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
    Wrong(
        "12.1",
        None,
        "a channel axis",
        _prepare("images[..., None] / 255"),
        says="another shape",
    ),
    Wrong("12.1", None, "no return", _prepare(last="print(x.shape)"), says="Return 2 things"),
    Wrong("12.1", None, "sorted labels", _prepare(y="np.sort(labels)"), says="as they were given"),
    Wrong("12.1", None, "one picture", _prepare("images[0] / 255"), says="another shape"),
    Wrong("12.1", None, "a power", _prepare("(images / 255) ** 2"), says="not hold the pictures"),
]


def _build(
    layers: str = "keras.layers.Flatten(), keras.layers.Dense(units, 'relu'), "
    "keras.layers.Dense(classes, 'softmax')",
    shape: str = "shape",
    last: str = "return model",
) -> str:
    return f"""
def build_model(shape, units, classes):
    model = keras.Sequential([keras.Input({shape}), {layers}])
    {last}
"""


FLAT = "keras.layers.Flatten(), "
HIDDEN = "keras.layers.Dense(units, 'relu'), "
OUT = "keras.layers.Dense(classes, 'softmax')"
SOFTMAX = "tf.nn.softmax"

BUILDING = [
    Right("12.2", "Sequential", _build()),
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
    Right(
        "12.2",
        "log-softmax",
        _build(FLAT + HIDDEN + OUT.replace("softmax", "log_softmax")),
        note="logits",
    ),
    Right(
        "12.2",
        "Reshape, activations as layers",
        """
def build_model(shape, units, classes):
    model = keras.Sequential()
    model.add(keras.Input(shape))
    model.add(keras.layers.Reshape((-1,)))
    for size, activation in ((units, keras.layers.ReLU()), (classes, keras.layers.Softmax())):
        model.add(keras.layers.Dense(size))
        model.add(activation)
    return model
""",
    ),
    Right(
        "12.2",
        "built by a call on pictures",
        """
def build_model(shape, units, classes):
    model = keras.Sequential([keras.layers.Flatten(),
                              keras.layers.Dense(units, activation="relu"),
                              keras.layers.Dropout(0.2),
                              keras.layers.Dense(classes, activation="softmax")])
    model(np.zeros((5, *shape)))
    return model
""",
    ),
    Right(
        "12.2",
        "keras.ops, a channel axis",
        """
def build_model(shape, units, classes):
    x = keras.Input((*shape, 1))
    flat = keras.ops.reshape(x, (-1, shape[0] * shape[1]))
    h = keras.ops.relu(keras.layers.Dense(units)(flat))
    return keras.Model(x, keras.ops.softmax(keras.layers.Dense(classes)(h)))
""",
    ),
    Right(
        "12.2",
        "TensorFlow's own activations",
        _build(FLAT + HIDDEN.replace("'relu'", "tf.nn.relu") + OUT.replace("'softmax'", SOFTMAX)),
    ),
    Right(
        "12.2",
        "one EinsumDense for Flatten and Dense",
        _build(
            "keras.layers.EinsumDense('bhw,hwu->bu', output_shape=units, bias_axes='u', "
            "activation='relu'), " + OUT
        ),
    ),
    Right(
        "12.2",
        "a convolution as large as the picture",
        _build(
            "keras.layers.Conv2D(units, shape, activation='relu'), " + FLAT + OUT,
            shape="(*shape, 1)",
        ),
    ),
    Wrong("12.2", "no Flatten", "5,002 parameters", _build(HIDDEN + OUT)),
    Wrong(
        "12.2",
        "flat input",
        "784 numbers",
        _build(HIDDEN + OUT, shape="(shape[0] * shape[1],)"),
    ),
    Wrong(
        "12.2",
        "no bias",
        "101,632 parameters",
        _build(FLAT + HIDDEN.replace(")", ", use_bias=False)") + OUT.replace(")", ", use_bias=0)")),
    ),
    Wrong("12.2", "no hidden layer", "softmax regression", _build(FLAT + OUT)),
    Wrong(
        "12.2",
        "sigmoid outputs",
        "ten sigmoids",
        _build(FLAT + HIDDEN + OUT.replace("softmax", "sigmoid")),
    ),
    Wrong(
        "12.2", "ReLU outputs", "ReLU twice", _build(FLAT + HIDDEN + OUT.replace("softmax", "relu"))
    ),
    Wrong("12.2", "no activation", "linear", _build(FLAT + HIDDEN.replace("'relu'", "None") + OUT)),
    Wrong(
        "12.2",
        "softmax inside",
        "activations exchanged",
        _build(FLAT + HIDDEN.replace("relu", "softmax") + OUT.replace("softmax", "relu")),
    ),
    Wrong(
        "12.2",
        "scaled again",
        "a Rescaling layer",
        _build("keras.layers.Rescaling(1 / 255), " + FLAT + HIDDEN + OUT),
    ),
    Wrong(
        "12.2",
        "fixed sizes",
        "the lecture's sizes",
        _build(
            FLAT + "keras.layers.Dense(128, 'relu'), keras.layers.Dense(10, 'softmax')",
            shape="(28, 28)",
        ),
    ),
    Wrong("12.2", "fixed sizes", "only 128", _build(FLAT + HIDDEN.replace("units", "128") + OUT)),
    Wrong("12.2", "fixed sizes", "only (28, 28)", _build(shape="(28, 28)")),
    Wrong("12.2", "fixed sizes", "(28, 28, 1)", _build(shape="(28, 28, 1)")),
    Wrong(
        "12.2",
        "fixed sizes",
        "Reshape((784,))",
        _build("keras.layers.Reshape((784,)), " + HIDDEN + OUT),
    ),
    Wrong("12.2", None, "turned", _build(shape="shape[::-1]"), says="another shape than"),
    Wrong(
        "12.2",
        "output tensor",
        "the last layer's output",
        """
def build_model(shape, units, classes):
    x = keras.Input(shape)
    h = keras.layers.Dense(units, "relu")(keras.layers.Flatten()(x))
    return keras.layers.Dense(classes, "softmax")(h)
""",
    ),
    Wrong(
        "12.2",
        "number of parameters",
        "101770",
        _build(last="return model.count_params()"),
    ),
    Wrong("12.2", "no model", "no return", _build(last="model.summary()")),
    Wrong(
        "12.2",
        None,
        "not built",
        """
def build_model(shape, units, classes):
    return keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(units, "relu"),
                             keras.layers.Dense(classes, "softmax")])
""",
        says="not built",
    ),
    Wrong(
        "12.2",
        None,
        "two hidden layers",
        _build(FLAT + HIDDEN + HIDDEN + OUT),
        says="other sizes. Build it with Flatten",
    ),
    Wrong(
        "12.2",
        None,
        "tanh",
        _build(FLAT + HIDDEN.replace("relu", "tanh") + OUT),
        says="computes something else",
    ),
]


def _train(
    *,
    first: str = "",
    layers: str = "keras.layers.Flatten(), keras.layers.Dense(64, 'relu'), "
    "keras.layers.Dense(10, 'softmax')",
    loss: str = "'sparse_categorical_crossentropy'",
    optimizer: str = "'adam'",
    fit: str = "x, y, epochs=2, verbose=0",
    last: str = "return model",
) -> str:
    return f"""
def train(x, y, *, seed):
    keras.utils.set_random_seed(seed)
    {first}
    model = keras.Sequential([keras.Input((28, 28)), {layers}])
    model.compile(optimizer={optimizer}, loss={loss}, metrics=["accuracy"])
    model.fit({fit})
    {last}
"""


LOGITS = "keras.layers.Flatten(), keras.layers.Dense(64, 'relu'), keras.layers.Dense(10)"
LINEAR = "keras.layers.Flatten(), keras.layers.Dense(10, 'softmax')"
SHORT = "x[:64], y[:64], verbose=0"
FROM_LOGITS = "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
# What the notebook's arrays are where the real data cannot be had: garments with their own numbers.
OWN_GARMENTS = """
from utils import garments
x_own, y_own = garments.draw(3000, seed=1)
x_own = x_own / np.float32(255)
"""

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
    Right(
        "12.3",
        "logits, SGD, prints its progress, a validation split",
        _train(
            layers=LOGITS,
            loss=FROM_LOGITS,
            optimizer="keras.optimizers.SGD(0.05)",
            fit="x, y, epochs=4, verbose=2, validation_split=0.1",
        ),
    ),
    Right(
        "12.3",
        "one-hot labels with the categorical loss",
        _train(
            loss="'categorical_crossentropy'",
            fit="x, keras.utils.to_categorical(y, 10), epochs=4, verbose=0",
        ),
    ),
    Right(
        "12.3",
        "convolution, Dropout, RMSprop, never compiled by name",
        _train(
            layers="keras.layers.Reshape((28, 28, 1)), "
            "keras.layers.Conv2D(12, 3, strides=2, activation='relu'), keras.layers.Flatten(), "
            "keras.layers.Dropout(0.2), keras.layers.Dense(10, 'softmax')",
            optimizer="keras.optimizers.RMSprop()",
            fit="x, y, epochs=5, verbose=0",
        ),
    ),
    Right(
        "12.3",
        "own loop with GradientTape, logits, not compiled",
        """
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
    ),
    Right(
        "12.3",
        "a loss function of one's own, called like Keras's",
        """
def sparse_categorical_crossentropy_from_logits(y, z):
    return keras.losses.sparse_categorical_crossentropy(y, z, from_logits=True)
"""
        + _train(
            layers=LOGITS,
            loss="sparse_categorical_crossentropy_from_logits",
            fit="x, y, epochs=3, verbose=0",
        ),
    ),
    Right(
        "12.3",
        "mean squared error with one-hot rows, TensorFlow's softmax",
        _train(
            layers=LOGITS.replace("(10)", f"(10, {SOFTMAX})"),
            loss="'mse'",
            fit="x, np.eye(10)[y], epochs=4, verbose=0",
        ),
    ),
    Wrong(
        "12.3",
        "softmax and from_logits",
        "both at once",
        _train(loss=FROM_LOGITS, fit=SHORT),
    ),
    Wrong(
        "12.3",
        "logits as probabilities",
        "neither",
        _train(layers=LOGITS, fit=SHORT),
    ),
    Wrong(
        "12.3",
        "logits as probabilities",
        "a loss of Keras's as an object",
        _train(layers=LOGITS, loss="keras.losses.SparseCategoricalCrossentropy()", fit=SHORT),
    ),
    Wrong(
        "12.3",
        "sigmoid outputs",
        "ten sigmoids",
        _train(layers=LOGITS.replace("(10)", "(10, 'sigmoid')"), fit=SHORT),
    ),
    Wrong(
        "12.3",
        "one-hot labels",
        "to_categorical with the sparse loss",
        _train(fit="x, keras.utils.to_categorical(y, 10), epochs=1, verbose=0"),
        verdict="wrong",
    ),
    Wrong(
        "12.3",
        "categorical loss",
        "class numbers with the categorical loss",
        _train(loss="'categorical_crossentropy'"),
    ),
    Wrong(
        "12.3",
        "no Flatten",
        "Dense on pictures",
        _train(layers="keras.layers.Dense(64, 'relu'), keras.layers.Dense(10, 'softmax')"),
    ),
    Wrong("12.3", "labels from 1", "as in R", _train(fit="x, y + 1, epochs=1, verbose=0")),
    Wrong(
        "12.3",
        "labels from 1",
        "as in R, compiled",
        _train(
            first="from utils.training import compiled_fit",
            fit=SHORT,
            last="compiled_fit(model, x, y + 1)",
        ),
    ),
    Wrong(
        "12.3",
        "asserts a number",
        "the lecture's accuracy",
        _train(fit=SHORT, last="assert model.evaluate(x, y, verbose=0)[1] > 0.98792; return model"),
    ),
    Wrong(
        "12.3",
        "too few steps",
        "batch_size=60000",
        _train(fit="x, y, epochs=5, batch_size=60000, verbose=0"),
    ),
    Wrong(
        "12.3",
        "learned nothing",
        "only the pictures shuffled",
        _train(
            layers=LINEAR, fit="np.random.permutation(x), y, epochs=2, verbose=0, batch_size=100"
        ),
    ),
    Wrong(
        "12.3",
        "learned nothing",
        "another model than the one that was fitted",
        _train(fit=SHORT, last="return keras.models.clone_model(model)"),
    ),
    Wrong(
        "12.3",
        "regression loss",
        "mse with class numbers",
        _train(loss="'mse'", fit="x, y, verbose=0"),
    ),
    Wrong(
        "12.3",
        "regression loss",
        "mean squared error with class numbers in a column",
        _train(
            layers=LOGITS,
            loss="keras.losses.MeanSquaredError()",
            fit="x, y[:, None], batch_size=100, verbose=0",
        ),
    ),
    Wrong(
        "12.3",
        "labels from 1",
        "as in R, eleven outputs",
        _train(layers=LINEAR.replace("10", "11"), fit="x[:64], y[:64] + 1, verbose=0"),
    ),
    Wrong(
        "12.3",
        "more than the model",
        "the model and its history",
        _train(fit=SHORT, last="return model, model.history"),
    ),
    Wrong(
        "12.3",
        "more than the model",
        "the model and its accuracy",
        _train(fit=SHORT, last="return [model, 0.8]"),
    ),
    Wrong(
        "12.3",
        "other data",
        "the notebook's arrays",
        OWN_GARMENTS + _train(layers=LINEAR, fit="x_own, y_own, epochs=3, verbose=0"),
    ),
    Wrong(
        "12.3",
        "other data",
        "labels counted down",
        _train(layers=LINEAR, fit="x, 9 - y, epochs=3, verbose=0"),
    ),
    Wrong(
        "12.3",
        "scaled again",
        "255 once more",
        _train(fit="x / 255, y, epochs=5, verbose=0"),
    ),
    Wrong(
        "12.3",
        "scaled back",
        "times 255",
        _train(fit="255 * x, y, epochs=2, verbose=0"),
    ),
    Wrong(
        "12.3",
        "scaled otherwise",
        "from -1 to 1",
        _train(fit="2 * x - 1, y, epochs=2, verbose=0"),
    ),
    Wrong(
        "12.3",
        "learning rate",
        "0.1 with Adam",
        _train(optimizer="keras.optimizers.Adam(0.1)", fit="x, y, verbose=0"),
    ),
    Wrong(
        "12.3",
        "constant",
        "hidden units switched off",
        _train(
            layers="keras.layers.Flatten(), keras.layers.Dense(64, 'relu', "
            "bias_initializer=keras.initializers.Constant(-99)), keras.layers.Dense(10, 'softmax')",
            fit=SHORT,
        ),
    ),
    Wrong(
        "12.3",
        "nan",
        "pictures far too bright",
        _train(layers=LOGITS, loss=FROM_LOGITS, fit="1e30 * x, y, batch_size=300, verbose=0"),
    ),
    Wrong(
        "12.3",
        "history",
        "what fit returns",
        _train(fit=SHORT, last="return model.history"),
    ),
    Wrong("12.3", "no model", "no return", _train(fit=SHORT, last="pass")),
    Wrong(
        "12.3",
        "no model",
        "the accuracy",
        _train(fit=SHORT, last="return model.evaluate(x, y, verbose=0)"),
    ),
    Wrong(
        "12.3",
        None,
        "one output",
        _train(
            layers="keras.layers.Flatten(), keras.layers.Dense(1)",
            loss="'mse'",
            fit=SHORT,
        ),
        says="wrong shape",
    ),
    Wrong(
        "12.3",
        None,
        "two hidden units",
        _train(
            layers=LOGITS.replace("64, 'relu'", "2, 'tanh'"),
            loss=FROM_LOGITS,
            optimizer="keras.optimizers.Adam(0.01)",
        ),
        says="well enough",
    ),
]

CONFUSION = """
def confusion(y, outputs):
    k = outputs.shape[1]
    matrix = np.zeros((k, k), int)
    for i, j in zip(y, outputs.argmax(axis=1)):
        matrix[i, j] += 1
    return matrix
"""
RECALLS = """
def recalls(matrix):
    return np.diag(matrix) / matrix.sum(axis=1)
"""
HARDEST = """
def hardest(matrix, names):
    return names[int(np.argmin(np.diag(matrix) / matrix.sum(axis=1)))]
"""

MATRICES = [
    Right("12.4", "a loop and NumPy", CONFUSION + RECALLS + HARDEST),
    Right(
        "12.4",
        "scikit-learn",
        """
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
    ),
    Right(
        "12.4",
        "plain lists",
        """
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
    ),
    Right(
        "12.4",
        "TensorFlow, a column, keras metrics",
        """
def confusion(y, outputs):
    return tf.math.confusion_matrix(y, tf.argmax(outputs, 1), num_classes=outputs.shape[1])
def recalls(matrix):
    matrix = tf.cast(matrix, tf.float32)
    return (tf.linalg.diag_part(matrix) / tf.reduce_sum(matrix, 1))[:, None]
def hardest(matrix, names):
    return names[int(tf.argmin(recalls(matrix)[:, 0]))]
""",
    ),
    Right(
        "12.4",
        "one-hot product",
        """
def confusion(y, outputs):
    eye = np.eye(outputs.shape[1])
    return eye[y].T @ eye[outputs.argmax(1)]
def recalls(matrix):
    return np.einsum("ii->i", matrix / matrix.sum(1)[:, None])
def hardest(matrix, names):
    return [names[recalls(matrix).argmin()]]
""",
    ),
]


def _confusion(source: str) -> str:
    return "\ndef confusion(y, outputs):\n    k = outputs.shape[1]\n" + source + RECALLS + HARDEST


def _recalls(value: str) -> str:
    return CONFUSION + f"\ndef recalls(matrix):\n    return {value}\n" + HARDEST


def _hardest(value: str) -> str:
    return (
        CONFUSION
        + RECALLS
        + f"""
def hardest(matrix, names):
    rate = np.diag(matrix) / matrix.sum(axis=1)
    return {value}
"""
    )


MATRICES += [
    Wrong(
        "12.4",
        "argmax axis 0",
        "zip cuts it short",
        CONFUSION.replace("axis=1", "axis=0").replace("matrix[i, j]", "matrix[i % k, j % k]")
        + RECALLS
        + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "argmax axis 0",
        "scikit-learn refuses",
        "from sklearn.metrics import confusion_matrix"
        + _confusion("    return confusion_matrix(y, outputs.argmax(axis=0))\n"),
        points=2,
    ),
    Wrong(
        "12.4",
        "argmax axis 0",
        "NumPy refuses",
        _confusion("""
    matrix = np.zeros((k, k))
    np.add.at(matrix, (y, outputs.argmax(0)), 1)
    return matrix
"""),
        points=2,
    ),
    Wrong(
        "12.4",
        "argmax without axis",
        "one number for all pictures",
        CONFUSION.replace("axis=1", "") + RECALLS + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "argmax without axis",
        "NumPy refuses",
        _confusion("""
    matrix = np.zeros((k, k))
    matrix[y, outputs.argmax()] += 1
    return matrix
"""),
        points=2,
    ),
    Wrong(
        "12.4",
        "argmax without axis",
        "scikit-learn refuses",
        "from sklearn.metrics import confusion_matrix"
        + _confusion("    return confusion_matrix(y, np.argmax(outputs))\n"),
        points=2,
    ),
    Wrong(
        "12.4",
        "transposed",
        "said in the rows",
        CONFUSION.replace("[i, j]", "[j, i]") + RECALLS + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "added once",
        "fancy indexing",
        _confusion("""
    matrix = np.zeros((k, k), int)
    matrix[y, outputs.argmax(axis=1)] += 1
    return matrix
"""),
        points=2,
    ),
    Wrong(
        "12.4",
        "shares",
        "normalised rows",
        CONFUSION.replace("return matrix", "return matrix / matrix.sum(axis=1, keepdims=True)")
        + RECALLS
        + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "shares",
        "of all",
        CONFUSION.replace("return matrix", "return matrix / matrix.sum()") + RECALLS + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "counted from 1",
        "y + 1, one class more",
        CONFUSION.replace("[i, j]", "[i + 1, j + 1]").replace("(k, k)", "(k + 1, k + 1)")
        + RECALLS
        + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "counted from 1",
        "y + 1, out of bounds",
        CONFUSION.replace("[i, j]", "[i + 1, j + 1]") + RECALLS + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "counted from 1",
        "y - 1, round the corner",
        CONFUSION.replace("[i, j]", "[int(i) - 1, j - 1]") + RECALLS + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "classes missing",
        "a cross table",
        _confusion("""
    said = outputs.argmax(axis=1)
    return [[np.sum((y == i) & (said == j)) for j in np.unique(said)] for i in np.unique(y)]
"""),
        points=2,
    ),
    Wrong(
        "12.4",
        "classes missing",
        "scikit-learn without labels",
        "from sklearn.metrics import confusion_matrix"
        + _confusion("    return confusion_matrix(y, outputs.argmax(axis=1))\n"),
        points=2,
    ),
    Wrong(
        "12.4",
        "classes missing",
        "as many as the largest label",
        CONFUSION.replace("outputs.shape[1]", "y.max() + 1") + RECALLS + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        "classes missing",
        "as many as there are labels",
        CONFUSION.replace("outputs.shape[1]", "len(np.unique(y))") + RECALLS + HARDEST,
        points=2,
    ),
    Wrong(
        "12.4",
        None,
        "returns in the loop",
        CONFUSION.replace("    return", "        return") + RECALLS + HARDEST,
        says="adds 1 to the cell",
        points=2,
    ),
    Wrong(
        "12.4",
        None,
        "zeros",
        CONFUSION.replace("+= 1", "+= 0") + RECALLS + HARDEST,
        says="No cell",
        points=2,
    ),
    Wrong(
        "12.4",
        None,
        "ten classes, always",
        CONFUSION.replace("outputs.shape[1]", "10") + RECALLS + HARDEST,
        says="The confusion matrix has the wrong shape",
        points=2,
    ),
    Wrong(
        "12.4",
        "only right answers",
        "the diagonal",
        _confusion("""
    said = outputs.argmax(axis=1)
    return np.diag([np.sum((y == i) & (said == i)) for i in range(k)])
"""),
        points=2,
    ),
    Wrong(
        "12.4",
        None,
        "one count too many",
        CONFUSION.replace("np.zeros", "np.ones") + RECALLS + HARDEST,
        says="adds 1 to the cell",
        points=2,
    ),
    Wrong(
        "12.4",
        "normalised by column",
        "the precision",
        _recalls("np.diag(matrix) / np.maximum(matrix.sum(axis=0), 1)"),
        points=2,
    ),
    Wrong(
        "12.4",
        "largest cell",
        "not the diagonal",
        _recalls("matrix.max(1) / matrix.sum(1)"),
        points=2,
    ),
    Wrong(
        "12.4",
        "largest cell",
        "not the diagonal, in the last function",
        _hardest("names[(matrix.max(axis=1) / matrix.sum(axis=1)).argmin()]"),
        points=2,
    ),
    Wrong("12.4", "share of all", "/ n", _recalls("np.diag(matrix) / matrix.sum()"), points=2),
    Wrong(
        "12.4", "errors", "missed", _recalls("1 - np.diag(matrix) / matrix.sum(axis=1)"), points=2
    ),
    Wrong("12.4", "counts for recalls", "the diagonal", _recalls("np.diag(matrix)"), points=2),
    Wrong(
        "12.4",
        "accuracy",
        "one number",
        _recalls("np.trace(matrix) / matrix.sum()"),
        points=2,
    ),
    Wrong(
        "12.4",
        "accuracy",
        "the mean of the recalls",
        _recalls("(np.diag(matrix) / matrix.sum(axis=1)).mean()"),
        points=2,
    ),
    Wrong(
        "12.4", "percent", "times 100", _recalls("100 * np.diag(matrix) / matrix.sum(1)"), points=2
    ),
    Wrong(
        "12.4",
        "whole matrix",
        "no diagonal",
        _recalls("matrix / matrix.sum(axis=1, keepdims=True)"),
        points=2,
    ),
    Wrong(
        "12.4",
        None,
        "F1",
        _recalls("2 * np.diag(matrix) / (matrix.sum(axis=0) + matrix.sum(axis=1))"),
        says="other values",
        points=2,
    ),
    Wrong(
        "12.4",
        "names shifted",
        "from 1, as R",
        _hardest("names[(rate.argmin() + 1) % len(names)]"),
        points=2,
    ),
    Wrong(
        "12.4",
        "names shifted",
        "minus 1",
        _hardest("names[rate.argmin() - 1]"),
        points=2,
    ),
    Wrong(
        "12.4",
        None,
        "beyond the end of the list",
        _hardest("names[rate.argmin() + len(names)]"),
        says="raised an error",
        verdict="crashed",
        points=2,
    ),
    Wrong(
        "12.4",
        "most mistakes",
        "a number of mistakes",
        _hardest("names[(matrix.sum(axis=1) - np.diag(matrix)).argmax()]"),
        points=2,
    ),
    Wrong("12.4", "fewest right", "counts", _hardest("names[np.diag(matrix).argmin()]"), points=2),
    Wrong(
        "12.4",
        "lowest precision",
        "columns",
        _hardest("names[(np.diag(matrix) / np.maximum(matrix.sum(axis=0), 1)).argmin()]"),
        points=2,
    ),
    Wrong("12.4", "easiest", "argmax", _hardest("names[rate.argmax()]"), points=2),
    Wrong("12.4", "number for name", "the index", _hardest("rate.argmin()"), points=2),
    Wrong("12.4", "one name", "Shirt, always", _hardest('"Shirt"'), points=2),
    Wrong("12.4", "one name", "one of the check's", _hardest('"scarf"'), points=2),
    Wrong(
        "12.4",
        "notebook's names",
        "class_names",
        "class_names = ['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat', 'Sandal', 'Shirt', "
        "'Sneaker', 'Bag', 'Ankle boot']" + _hardest("class_names[rate.argmin()]"),
        points=2,
    ),
    Wrong(
        "12.4",
        None,
        "a sentence",
        _hardest('f"It is {names[rate.argmin()]}"'),
        says="not one of `names`",
        points=2,
    ),
    Wrong("12.4", None, "its recall", _hardest("rate.min()"), says="This is a recall", points=2),
    Wrong("12.4", None, "all names", _hardest("names"), says="one name", points=2),
    Wrong(
        "12.4",
        None,
        "only one of three",
        CONFUSION,
        says="There is no `recalls` yet",
        points=1,
    ),
]

HOLD_OUT = """
def hold_out(images, labels, *, seed):
    x = images.astype("float32") / 255
    n = len(x) * 4 // 5
    return x[:n], labels[:n], x[n:], labels[n:]
"""
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
CLAIM = """
best_of_twenty = "too high"
"""

CHOOSING = [
    Right("12.5", "the last fifth, a new model for the chosen epochs", HOLD_OUT + CHOOSE + CLAIM),
    Right(
        "12.5",
        "train_test_split, EarlyStopping that restores, logits",
        """
from sklearn.model_selection import train_test_split
def hold_out(images, labels, *, seed):
    x_train, x_val, y_train, y_val = train_test_split(
        images / 255, labels, test_size=0.2, random_state=seed)
    return [x_train, y_train, x_val, y_val]
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
"""
        + CLAIM,
    ),
    Right(
        "12.5",
        "permutation, epoch by epoch with kept weights",
        """
def hold_out(images, labels, *, seed):
    rows = np.random.default_rng(seed).permutation(len(images))
    val, train = np.split(rows, [len(images) // 5])
    x = np.asarray(images, float) / 255.0
    return x[train], labels[train], x[val], labels[val]
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
"""
        + CLAIM,
    ),
    Right(
        "12.5",
        "the final model on all rows, training and validation",
        HOLD_OUT
        + """
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
"""
        + CLAIM,
    ),
]


def _hold_out(last: str, first: str = 'x = images.astype("float32") / 255') -> str:
    return f"""
def hold_out(images, labels, *, seed):
    {first}
    n = len(images) * 4 // 5
    return {last}
{CLAIM}"""


# Linear, and trained by NumPy: the many wrong answers that are made from it need no compiling.
CHOOSE_ONCE = """
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
"""


def _choose(old: str, new: str, *more: tuple[str, str]) -> str:
    source = CHOOSE_ONCE
    for before, after in ((old, new), *more):
        assert before in source, before
        source = source.replace(before, after)
    return source + CLAIM


BEST = "int(np.argmin(val_losses)) + 1"
SET_BACK = "kernel[:], bias[:] = kept[epochs - 1]"

CHOOSING += [
    Right("12.5", "a linear network in NumPy", HOLD_OUT + CHOOSE_ONCE + CLAIM),
    Right(
        "12.5",
        "a wide network that over-fits at once",
        HOLD_OUT
        + """
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
best_of_twenty = " Too high"
""",
    ),
    Wrong(
        "12.5",
        "not trained",
        "the final model is never fitted",
        _choose(SET_BACK, "kernel[:] = 0"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not held out",
        "invented losses, which fall",
        """
def choose_epochs(x_train, y_train, x_val, y_val, x_test, y_test, *, most, seed):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten(),
                              keras.layers.Dense(10, "softmax")])
    said = np.asarray(model(x_test)).argmax(axis=1)
    return [2.4, 2.3, 2.2, 2.1], 4, model, np.mean(said == y_test)
"""
        + CLAIM,
        points=0.5,
    ),
    Wrong(
        "12.5",
        "test rows learned",
        "the final model on all three piles",
        _choose(
            SET_BACK,
            "kernel[:] = 0; x = np.concatenate([x_train, x_val, x_test]); "
            "y = np.concatenate([y_train, y_val, y_test]); [fit(x, y) for _ in range(epochs)]",
        ),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "test rows learned",
        "the final model on the test rows",
        _choose(SET_BACK, "kernel[:] = 0; [fit(x_test, y_test) for _ in range(epochs)]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "trained on",
        "the model of the search, trained once more",
        _choose(SET_BACK, "[fit(x_train, y_train) for _ in range(epochs)]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not by 255",
        "256",
        _hold_out("x[:n], labels[:n], x[n:], labels[n:]", first="x = images / 256"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not by 255",
        "the brightest pixel",
        _hold_out("x[:n], labels[:n], x[n:], labels[n:]", first="x = images / images.max()"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not by 255",
        "twice",
        _hold_out("x[:n], labels[:n], x[n:], labels[n:]", first="x = images / 255 / 255"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not by 255",
        "standardised",
        _hold_out(
            "x[:n], labels[:n], x[n:], labels[n:]",
            first="x = (images - images.mean()) / images.std()",
        ),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "one part empty",
        "the first 50,000",
        _hold_out("x[:50000], labels[:50000], x[50000:], labels[50000:]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "one part empty",
        "the last 10,000",
        _hold_out("x[:-10000], labels[:-10000], x[-10000:], labels[-10000:]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "occur twice",
        "drawn with replacement",
        """
def hold_out(images, labels, *, seed):
    x = images / 255
    val = np.random.default_rng(seed).choice(len(x), len(x) // 5)
    train = np.setdiff1d(np.arange(len(x)), val)
    return x[train[:48]], labels[train[:48]], x[val], labels[val]
"""
        + CLAIM,
        points=0.5,
    ),
    Wrong(
        "12.5",
        "validation scaled differently",
        "validation pictures raw",
        _hold_out("x[:n], labels[:n], images[n:], labels[n:]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "validation scaled differently",
        "each part by its own maximum",
        _hold_out(
            "a / a.max(), labels[:n], b / b.max(), labels[n:]",
            first="a, b = images[:len(images) * 4 // 5], images[len(images) * 4 // 5:]",
        ),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "validation scaled differently",
        "divided twice",
        _hold_out("x[:n], labels[:n], x[n:] / 255, labels[n:]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not scaled",
        "only cut",
        _hold_out("images[:n], labels[:n], images[n:], labels[n:]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "in both parts",
        "all rows are for training",
        _hold_out("x, labels, x[n:], labels[n:]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "order",
        "as train_test_split returns it",
        _hold_out("x[:n], x[n:], labels[:n], labels[n:]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "labels not aligned",
        "only the pictures shuffled",
        _hold_out(
            "x[:n], labels[:n], x[n:], labels[n:]",
            first="x = np.random.default_rng(seed).permutation(images / 255)",
        ),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "parts exchanged",
        "a fifth for training",
        _hold_out("x[n:], labels[n:], x[:n], labels[:n]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        None,
        "half and half",
        _hold_out("x[::2], labels[::2], x[1::2], labels[1::2]"),
        says="A fifth of the rows",
        points=0.5,
    ),
    Wrong(
        "12.5",
        None,
        "flattened",
        _hold_out(
            "x[:n], labels[:n], x[n:], labels[n:]", first="x = images.reshape(-1, 784) / 255"
        ),
        says="keep their shape",
        points=0.5,
    ),
    Wrong(
        "12.5",
        None,
        "some rows lost",
        _hold_out("x[:n - 5], labels[:n - 5], x[n:], labels[n:]"),
        says="in neither part",
        points=0.5,
    ),
    Wrong(
        "12.5",
        "test decides",
        "test rows as validation_data",
        _choose("evaluate(x_val, y_val)", "evaluate(x_test, y_test)"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not held out",
        "validation rows are learned from",
        _choose(
            "fit(x_train, y_train)",
            "fit(np.concatenate([x_train, x_val]), np.concatenate([y_train, y_val]))",
        ),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not held out",
        "the training loss",
        _choose("evaluate(x_val, y_val)", "evaluate(x_train, y_train)"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "accuracies",
        "val_accuracy",
        _choose("[loss for", "[accuracy for", ("argmin", "argmax")),
        points=0.5,
    ),
    Wrong("12.5", "counted from 0", "argmin", _choose(")) + 1", "))"), points=0.5),
    Wrong("12.5", "largest loss", "argmax", _choose("argmin", "argmax"), points=0.5),
    Wrong(
        "12.5",
        "not the smallest loss",
        "as many as possible",
        _choose(BEST, "most"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not the smallest loss",
        "the epoch of the highest accuracy",
        _choose(BEST, "int(np.argmax([accuracy for loss, accuracy in log])) + 1"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not the smallest loss",
        "the epoch of the smallest training loss",
        _choose(
            BEST,
            "int(np.argmin(train_losses)) + 1",
            ("log, kept = [], []", "log, kept, train_losses = [], [], []"),
            (
                "kept.append(",
                "train_losses.append(evaluate(x_train, y_train)[0]); kept.append(",
            ),
        ),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "model of the last epoch",
        "the weights that are there at the end",
        _choose(SET_BACK, "pass"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "model of the last epoch",
        "the weights that are there at the end, learned slowly",
        _choose(SET_BACK, "pass", ("0.02", "0.001")),
        points=0.5,
    ),
    Wrong(
        "12.5",
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
"""
        + CLAIM,
        points=0.5,
    ),
    Wrong(
        "12.5",
        "model of another epoch",
        "kept weights, counted from 1",
        _choose(SET_BACK, "kernel[:], bias[:] = kept[min(epochs, most - 1)]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "loss and accuracy",
        "evaluate as it is",
        _choose("y_test)[1]", "y_test)"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "loss for accuracy",
        "the first",
        _choose("y_test)[1]", "y_test)[0]"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "percent",
        "times 100",
        _choose("model, evaluate", "model, 100 * evaluate"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "validation accuracy",
        "the rows that chose",
        _choose("evaluate(x_test, y_test", "evaluate(x_val, y_val"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        "training accuracy",
        "the rows that were learned",
        _choose("evaluate(x_test, y_test", "evaluate(x_train, y_train"),
        points=0.5,
    ),
    Wrong(
        "12.5",
        None,
        "the number before the model",
        _choose("epochs, model, evaluate", "epochs, None, evaluate"),
        says="trained Keras model",
        points=0.5,
    ),
    Wrong(
        "12.5",
        "not the smallest loss",
        "always two epochs",
        _choose(BEST, "2"),
        points=0.5,
    ),
    Wrong("12.5", "claim: right", "it is measured", 'best_of_twenty = "right"'),
    Wrong("12.5", "claim: too low", "more epochs", 'best_of_twenty = "too low"'),
    Wrong("12.5", None, "a claim of one's own", "best_of_twenty = 0.88", says="should be one of"),
    Wrong(
        "12.5",
        None,
        "nothing yet",
        "best_of_twenty = ...",
        says="hold_out",
        verdict="not attempted",
    ),
]

LOOP = """
def confusion(y, outputs):
    said, k = outputs.argmax(axis=1), outputs.shape[1]
    matrix = np.zeros((k, k), int)
    LINES
    return matrix
"""


def _loop(lines: str) -> str:
    return LOOP.replace("LINES", lines)


MATRICES += [
    Wrong(
        "12.4",
        "counted from 1",
        "minus 1 of a uint8",
        _loop("for a, b in zip(y, said): matrix[a - 1, b] += 1"),
    ),
    *(
        Wrong("12.4", None, name, _loop(lines), verdict="crashed", says=says)
        for name, lines, says in (
            ("a loop over a number", "for i in len(y): matrix[y[i], said[i]] += 1", "int"),
            ("rows from 1", "for i in range(1, len(y) + 1): matrix[y[i], said[i]] += 1", "index"),
            ("enumerate", "for a, b in enumerate(said): matrix[a, b] += 1", "index"),
            ("whole rows", "matrix[y] += said", "broadcast"),
        )
    ),
    *(
        Wrong("12.4", None, name, _hardest(f"names[{place}]"), says="Another class", points=2)
        for name, place in (
            ("the smallest class", "matrix.sum(axis=1).argmin()"),
            (
                "the lowest F1",
                "(2 * np.diag(matrix) / (matrix.sum(axis=0) + matrix.sum(axis=1))).argmin()",
            ),
        )
    ),
]

LECTURE = CHOOSE.replace("64", "128").replace("epochs=most,", "epochs=most, verbose=0,")
CHOOSING += [
    Wrong(
        "12.5",
        "too few epochs",
        "most is not used",
        LECTURE.replace("epochs=most", "epochs=1") + CLAIM,
        points=0.5,
    ),
    Wrong(
        "12.5",
        "trained on",
        "the second network for most epochs, another seed",
        LECTURE.replace(
            "    set_seed(seed)\n    model", "    set_seed(seed + 1)\n    model"
        ).replace("epochs=epochs", "epochs=most")
        + CLAIM,
        points=0.5,
    ),
    Right(
        "12.5",
        "a penalty on the weights",
        """
def hold_out(images, labels, *, seed):
    grey, of_val = images / 255, np.arange(len(images)) >= len(images) - len(images) // 5
    return grey[~of_val], labels[~of_val], grey[of_val], labels[of_val]

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

best_of_twenty = "too high"
""",
    ),
]

ANSWERS = [*PREPARING, *BUILDING, *TRAINING, *MATRICES, *CHOOSING]
