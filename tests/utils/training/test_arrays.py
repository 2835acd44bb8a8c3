"""Bad input: the type of error that is stated, one sentence, and the model as it was."""

import itertools
import warnings

import keras
import numpy as np
import pytest
import scipy.sparse
import tensorflow as tf

from tests.sample import sampled
from tests.utils.training.small import Start, classes, classifier
from utils.training import compiled_fit

pytestmark = pytest.mark.own_process

X, Y = classes()
INVALID_LABELS = tf.errors.InvalidArgumentError


def _changed(array, value):
    array = array.copy()
    array.flat[7] = value
    return array


BAD_DATA = {
    "another length of y": ({"y": np.zeros(49, int)}, ValueError, r"x \(50, 4\) and y \(49,\)"),
    "another length of sample_weight": (
        {"sample_weight": np.ones(3)},
        *(ValueError, r"sample_weight \(3,\) need one row a sample"),
    ),
    "nothing": ({"x": np.zeros((0, 4)), "y": np.zeros(0, int)}, ValueError, "at least one"),
    "empty lists": ({"x": [], "y": []}, ValueError, "at least one"),
    "one number": ({"x": 3.0, "y": 1}, ValueError, "one row a sample"),
    "no x": ({"x": None}, ValueError, "Give x"),
    "NaN in x": ({"x": _changed(X, np.nan)}, ValueError, "x holds NaN"),
    "object": ({"x": np.full((50, 4), None)}, ValueError, "x must hold numbers, not object"),
    "strings": ({"y": np.full(50, "Shirt")}, ValueError, "y must hold numbers, not <U5: .*unique"),
    "complex": ({"x": X * 1j}, ValueError, "x must hold numbers, not complex"),
    "dates": ({"x": X.astype("datetime64[s]")}, ValueError, "x must hold numbers"),
    "a text": ({"x": "iris.csv"}, ValueError, "x must hold numbers"),
    "ragged": ({"x": [[1.0, 2.0], [3.0]], "y": [0, 1]}, ValueError, "different lengths"),
    "a label too large": ({"y": np.full(50, 3)}, INVALID_LABELS, r"go from 3 to 3\..* there are 3"),
    "a negative label": ({"y": _changed(Y, -1)}, INVALID_LABELS, "labels go from -1 to 2"),
    "labels from 1": ({"y": (Y + 1).astype(float)}, INVALID_LABELS, "go from 1.0 to 3.0"),
    "a label of the validation": (
        {"validation_data": (X[:5], np.full(5, 7))},
        *(INVALID_LABELS, "labels go from 7 to 7"),
    ),
    "NaN in x of the validation": (
        {"validation_data": (_changed(X, np.nan), Y)},
        *(ValueError, "x holds NaN"),
    ),
    "bfloat16": ({"x": tf.cast(X, "bfloat16")}, ValueError, r"not bfloat16: convert it by"),
    "texts in objects": ({"y": np.full(50, "a", object)}, ValueError, "look for text, dates"),
    "NaN among the labels": (
        {"y": _changed(Y.astype(float), np.nan)},
        *(INVALID_LABELS, "labels go from nan to nan"),
    ),
    "no y": ({"y": None}, ValueError, "Give y: the targets"),
    "a validation without y": ({"validation_data": (X, None)}, ValueError, "Give y: the targets"),
    "a list of rows": ({"x": list(X)}, ValueError, r"x is a list of 50 arrays.*np\.stack\(x\)"),
    "None for an output": ({"y": [Y, None]}, ValueError, "y has None in the place of an array"),
    "None for an input": ({"x": {"a": X, "b": None}}, ValueError, "x has None in the place"),
    "scipy.sparse": ({"x": scipy.sparse.csr_matrix(X)}, ValueError, "x is sparse: .* toarray"),
    "a sparse array": ({"x": scipy.sparse.coo_array(X)}, ValueError, "x is sparse: .* toarray"),
    "tf.sparse": ({"x": tf.sparse.from_dense(X)}, ValueError, "x is sparse: .* tf.sparse.to_dense"),
    "tf.ragged": (
        {"x": tf.RaggedTensor.from_tensor(X)},
        *(ValueError, "rows of x have different lengths: .* to_tensor, .* `model.fit`"),
    ),
    "ragged labels": (
        {"y": tf.RaggedTensor.from_tensor(Y[:, None])},
        *(ValueError, "rows of y have different lengths: .* to_tensor"),
    ),
    "class_weight a list": (
        {"class_weight": [1.0, 2.0, 3.0]},
        *(ValueError, r"class_weight is a dict .* not a list: dict\(enumerate"),
    ),
    "class_weight an array": ({"class_weight": np.ones(3)}, ValueError, "not a ndarray: dict"),
    "class_weight 'balanced'": ({"class_weight": "balanced"}, ValueError, "not a str"),
    "class_weight by text": ({"class_weight": {"0": 2.0}}, ValueError, "give numbers only"),
    "class_weight None": ({"class_weight": {0: None}}, ValueError, "give numbers only"),
    "class_weight without y": (
        {"y": None, "class_weight": {0: 1.0}},
        *(ValueError, "Give y: the targets"),
    ),
    "class_weight, several labels a row": (
        {"y": np.stack([Y, Y], axis=1), "class_weight": {0: 2.0}},
        *(ValueError, "several labels a row: give sample_weight"),
    ),
    "class_weight, one label a step": (
        {"y": np.stack([Y, Y], axis=1)[..., None], "class_weight": {0: 2.0}},
        *(ValueError, "several labels a row: give sample_weight"),
    ),
    "both weights": (
        {"sample_weight": np.ones(50), "class_weight": {0: 2.0}},
        *(ValueError, "not both"),
    ),
}
BAD_SETTINGS = {
    "batch_size 0": ({"batch_size": 0}, ValueError, "batch_size is a whole number from 1"),
    "batch_size -1": ({"batch_size": -1}, ValueError, "batch_size is a whole number from 1"),
    "batch_size 1.5": ({"batch_size": 1.5}, TypeError, "batch_size is a whole number, not 1.5"),
    "batch_size True": ({"batch_size": True}, TypeError, "batch_size is a whole number, not True"),
    "batch_size '8'": ({"batch_size": "8"}, TypeError, "batch_size is a whole number, not '8'"),
    "epochs 0": ({"epochs": 0}, ValueError, "epochs is a whole number from 1"),
    "epochs 2.0": ({"epochs": 2.0}, TypeError, "epochs is a whole number, not 2.0"),
    "steps_per_program 0": ({"steps_per_program": 0}, ValueError, "steps_per_program is"),
    "validation_split 1.5": ({"validation_split": 1.5}, ValueError, "between 0 and 1, not 1.5"),
    "validation_split -0.1": ({"validation_split": -0.1}, ValueError, "between 0 and 1"),
    "validation_split of nothing": (
        {"validation_split": 0.999},
        *(ValueError, "leaves none for training or for validation"),
    ),
    "validation_data of three": ({"validation_data": (1, 2, 3)}, ValueError, "one row a sample"),
    "validation_data of one": ({"validation_data": (X,)}, ValueError, r"a pair \(x, y\)"),
    "validation_data an array": ({"validation_data": X}, ValueError, r"a pair \(x, y\)"),
}


def _refused(model, given, kind, says):
    """The error is of this type and one short sentence or two; nothing else happened."""
    before = [variable.numpy() for variable in model.variables]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(kind, match=says) as caught:
            compiled_fit(model, **{"x": X, "y": Y, **given})
    assert type(caught.value) is kind
    message = getattr(caught.value, "message", str(caught.value))
    assert "\n" not in message
    assert message.endswith((".", "first."))
    after = [variable.numpy() for variable in model.variables]
    assert all(map(np.array_equal, before, after))
    optimizer = getattr(model, "optimizer", None)
    assert optimizer is None or int(optimizer.iterations) == 0


@pytest.fixture(scope="module")
def model():
    """One for all: nothing may change it."""
    return classifier()


@pytest.mark.parametrize("name", [*BAD_DATA, *BAD_SETTINGS])
def test_bad_input_is_refused_in_one_sentence_and_nothing_is_trained(model, name):
    _refused(model, *(BAD_DATA | BAD_SETTINGS)[name])


KERAS_TAKES = {
    *("scipy.sparse", "a sparse array", "tf.sparse", "tf.ragged", "bfloat16"),
    *("class_weight by text", "class_weight None"),
    *("nothing", "NaN in x", "complex", "NaN in x of the validation", "batch_size 0"),
    *("batch_size True", "epochs 0", "validation_split 1.5", "validation_split -0.1"),
}


# There is no such argument, and an empty list is a KeyError of no use to anybody.
ASKED_OF_KERAS = [*BAD_DATA, *BAD_SETTINGS]
for name in ("steps_per_program 0", "empty lists"):
    ASKED_OF_KERAS.remove(name)


# What is no error of Keras's, but one of Python's or NumPy's that says nothing.
BY_CHANCE = {
    "texts in objects": tf.errors.UnimplementedError,
    "class_weight a list": AttributeError,
    "class_weight an array": AttributeError,
    "class_weight 'balanced'": AttributeError,
    "class_weight without y": IndexError,
    "class_weight, one label a step": TypeError,
}


@pytest.mark.parametrize("name", sampled(ASKED_OF_KERAS, every=3))
def test_where_keras_refuses_the_same_input_it_raises_the_same_type(name):
    """What it takes gives NaN, an empty history or a training on other rows than was asked for.

    Each input has a model of its own: what fails may leave half a function behind.
    """
    given, kind, _ = (BAD_DATA | BAD_SETTINGS)[name]
    is_taken, came = name in KERAS_TAKES, None
    try:  # without a graph it refuses no less, and sooner
        classifier(run_eagerly=not is_taken).fit(**{"x": X, "y": Y, **given}, verbose=0)
    except Exception as error:
        came = type(error)
    assert came is (None if is_taken else BY_CHANCE.get(name, kind))


SHAPES = {
    "five features": ({"x": np.zeros((50, 5))}, "4"),
    "one-hot rows of four": (
        {"y": np.eye(4)[Y], "loss": "categorical_crossentropy"},
        r"shape|4",
    ),
    "numbers for class numbers": ({"y": np.eye(3)[Y]}, "shape|rank"),
}


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("was_trained", [False, True], ids=["a new model", "a trained model"])
def test_shapes_that_the_model_does_not_take(name, was_trained):
    """Keras's own words, for nobody knows the layers better; also where a program was kept."""
    given, says = SHAPES[name]
    given = dict(given)
    loss = given.pop("loss", "sparse_categorical_crossentropy")
    model = classifier(loss=loss)
    good = {"x": X, "y": np.eye(3)[Y] if loss.startswith("cat") else Y}
    if was_trained:
        compiled_fit(model, **good, verbose=0)
    before = model.get_weights()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=says):
            compiled_fit(model, **{**good, **given})
    assert all(map(np.array_equal, before, model.get_weights()))


def test_a_model_that_is_not_compiled_is_refused():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
    _refused(model, {}, ValueError, r"Call model.compile")


def test_a_model_without_an_optimizer_is_refused():
    _refused(classifier(optimizer=None), {}, ValueError, "Name an optimizer")


def test_a_model_without_weights_is_refused():
    model = keras.Sequential([keras.Input((4,)), keras.layers.Softmax()])
    model.compile("adam", "sparse_categorical_crossentropy")
    _refused(model, {"y": np.zeros(50, int)}, ValueError, "no weights to train")


def test_a_frozen_model_is_refused():
    model = classifier()
    model.trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    _refused(model, {}, ValueError, "no weights to train")


def test_weights_of_one_output_of_two_are_refused():
    inputs = keras.Input((4,))
    model = keras.Model(inputs, {name: keras.layers.Dense(1, name=name)(inputs) for name in "ab"})
    model.compile("sgd", {"a": "mse", "b": "mse"})
    y = {"a": X[:, :1], "b": X[:, 1:2]}
    for weights in ({"a": np.ones(50)}, {"a": np.ones(50), "c": np.ones(50)}, [np.ones(50)] * 2):
        _refused(model, {"y": y, "sample_weight": weights}, ValueError, "one array for each output")
    whole = {"a": np.ones(50), "b": np.zeros(50)}
    compiled_fit(model, X, y, sample_weight=whole, verbose=0)


def test_a_class_that_the_loss_ignores_needs_no_unit():
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=-1)
    model = classifier(loss=loss, metrics=[])
    assert np.isfinite(compiled_fit(model, X, _changed(Y, -1), verbose=0).history["loss"][0])


@pytest.mark.parametrize(
    "loss",
    [
        "SparseCategoricalCrossentropy",
        keras.losses.sparse_categorical_crossentropy,
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    ],
)
def test_labels_are_looked_at_however_the_loss_is_written(loss):
    model = classifier(loss=loss)
    _refused(model, {"y": _changed(Y, 7)}, INVALID_LABELS, "labels go from 0 to 7")


def test_a_label_of_one_of_two_outputs_is_found():
    inputs = keras.Input((4,))
    outputs = {name: keras.layers.Dense(3, name=name)(inputs) for name in ("kind", "size")}
    model = keras.Model(inputs, outputs)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", {"kind": loss, "size": "mse"})
    y = {"kind": _changed(Y, 9), "size": np.zeros((50, 3))}
    _refused(model, {"y": y}, INVALID_LABELS, "labels go from 0 to 9")


# ---- What is no bad input: the same data in other clothes ----

PARTS = [(X[i : i + 8].astype("float32"), Y[i : i + 8]) for i in range(0, 50, 8)]


class Batches(keras.utils.PyDataset):
    def __init__(self, length):
        super().__init__()
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        return PARTS[index % len(PARTS)]


class Frame:
    """What pandas' DataFrame shows of itself here: a shape, columns and `__array__`."""

    def __init__(self, values):
        self._values, self.shape = values, values.shape

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self._values, dtype)

    def __iter__(self):  # a frame gives its columns' names
        return iter("abcd")

    def __len__(self):
        return len(self._values)


CLOTHES = {
    "big-endian": lambda: (X.astype(">f4"), Y.astype(">i8")),
    "a view": lambda: (np.asfortranarray(X)[::1], np.repeat(Y, 2)[::2]),
    "a masked array without a mask": lambda: (np.ma.masked_array(X), Y),
    "lists": lambda: (X.tolist(), Y.tolist()),
    "tensors": lambda: (tf.constant(X, "float32"), tf.constant(Y)),
    "float32": lambda: (X.astype("float32"), Y.astype("uint8")),
    "labels as fractions": lambda: (X, Y.astype(float)),
    "labels in a column": lambda: (X, Y[:, None]),
    "a frame": lambda: (Frame(X), Frame(Y)),
    "tf.data": lambda: (tf.data.Dataset.from_tensor_slices((X, Y)).batch(8),),
    "tf.data of unknown length": lambda: (
        tf.data.Dataset.from_tensor_slices((X, Y)).filter(lambda x, y: True).batch(8),
    ),
    "a PyDataset": lambda: (Batches(len(PARTS)),),
    "a generator": lambda: ((part for part in PARTS),),
    "a generator with None for weights": lambda: (((*part, None) for part in PARTS),),
}


@pytest.fixture(scope="module")
def trained():
    """A model, its start, and what it comes to on plain arrays."""
    model = classifier()
    start = Start(model)
    plain = compiled_fit(model, X, Y, batch_size=8, shuffle=False, verbose=0)
    return model, start, plain.history


@pytest.mark.parametrize("name", CLOTHES)
def test_the_same_data_in_other_clothes_train_the_same(name, trained):
    model, start, expected = trained
    start.restore()
    data = CLOTHES[name]()
    history = compiled_fit(model, *data, batch_size=8, shuffle=False, verbose=0).history
    for measured, values in expected.items():
        np.testing.assert_allclose(history[measured], values, rtol=1e-5)


def test_pictures_of_bytes_are_taken_as_they_are():
    x, y = np.arange(48, dtype=np.uint8).reshape(12, 4), np.arange(12, dtype=np.uint8) % 3
    losses = [
        compiled_fit(classifier(), pictures, y, shuffle=False, verbose=0).history["loss"][0]
        for pictures in (x, x.astype("float64"))
    ]
    assert losses[0] == losses[1]


def test_batches_of_dicts_with_weights():
    """Inputs by name, and the third part of a batch is the weight of its rows."""
    inputs = {name: keras.Input((2,), name=name) for name in ("left", "right")}
    x = {"left": X[:, :2], "right": X[:, 2:]}
    weights = np.linspace(0, 2, 50)

    def build():
        keras.utils.set_random_seed(3)
        joined = keras.layers.concatenate([inputs["left"], inputs["right"]])
        model = keras.Model(inputs, keras.layers.Dense(3, "softmax")(joined))
        model.compile("sgd", "sparse_categorical_crossentropy")
        return model

    batches = tf.data.Dataset.from_tensor_slices((x, Y, weights)).batch(8)
    plain = build().fit(batches, verbose=0).history["loss"]
    came = compiled_fit(build(), batches, batch_size=8, shuffle=False, verbose=0).history["loss"]
    arrays = compiled_fit(
        build(), x, Y, sample_weight=weights, batch_size=8, shuffle=False, verbose=0
    ).history["loss"]
    np.testing.assert_allclose(came, plain, rtol=1e-5)
    assert came == arrays


class Endless(Batches):
    @property
    def num_batches(self):
        return None


@pytest.mark.parametrize(
    ("endless", "is_counted"),
    [
        (lambda: tf.data.Dataset.from_tensor_slices((X, Y)).batch(8).repeat(), True),
        (lambda: itertools.cycle(PARTS), False),
        (lambda: Endless(3), True),
    ],
    ids=["tf.data", "generator", "PyDataset"],
)
def test_batches_without_an_end_are_refused(model, endless, is_counted, monkeypatch):
    if not is_counted:  # read until it is too much; the limit itself would take a while
        monkeypatch.setattr("utils.training.arrays.MOST_BATCHES", 100)
    given = {"x": endless(), "y": None}
    _refused(model, given, ValueError, "does not end, or is too large .* `model.fit`")


def test_batches_that_are_too_large_are_refused_before_memory_is_full(model, monkeypatch):
    monkeypatch.setattr("utils.training.arrays.MOST_BYTES", 1000)
    given = {"x": (part for part in PARTS), "y": None}
    _refused(model, given, ValueError, "too large to hold in memory")


def test_batches_bring_their_targets(model):
    _refused(model, {"x": Batches(3)}, ValueError, "give x only")
    _refused(model, {"x": iter(()), "y": None}, ValueError, "gave no batch")
    unbatched = tf.data.Dataset.from_tensor_slices((X, Y))
    _refused(model, {"x": unbatched, "y": None}, ValueError, "single samples: call .batch")
