"""Data sets keep their batches and their order, as in `fit`; where a program cannot, `fit` does."""

import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.sample import sampled
from tests.utils.training.small import classes, classifier
from utils.training import compiled, compiled_fit

pytestmark = pytest.mark.own_process

X, Y = classes(53)
X = X.astype("float32")
HOW = {"epochs": 3, "verbose": 0}


def _cut(*sizes):
    """Batches of these sizes, in the order of the rows."""
    ends = np.cumsum(sizes)
    return [(X[end - n : end], Y[end - n : end]) for n, end in zip(sizes, ends, strict=True)]


EVEN, UNEVEN = _cut(8, 8, 8, 8, 8, 8, 5), _cut(8, 8, 5, 16, 16)


class OfList(keras.utils.PyDataset):
    def __init__(self, batches):
        super().__init__()
        self.batches = batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]


class TurnsRound(OfList):
    """Gives its batches from the other end after each epoch."""

    def on_epoch_end(self):
        self.batches = self.batches[::-1]


class Grows(OfList):
    """What it gives hangs on how often it was asked, as with random pictures."""

    asked = 0

    def __getitem__(self, index):
        self.asked += 1
        x, y = self.batches[index]
        return x + 0.01 * self.asked, y


def _tf(batches, width=4):
    signature = (tf.TensorSpec((None, width), tf.float32), tf.TensorSpec((None,), tf.int64))
    return tf.data.Dataset.from_generator(lambda: iter(batches), output_signature=signature)


def _sliced():
    return tf.data.Dataset.from_tensor_slices((X, Y))


# What is given, how, and what the warning says about `fit`.
IN_A_PROGRAM = {
    "tf.data": lambda: _sliced().batch(8),
    "tf.data without the rest": lambda: _sliced().batch(8, drop_remainder=True),
    "one batch": lambda: _sliced().batch(53),
    "tf.data shuffled once": lambda: (
        _sliced().shuffle(53, seed=2, reshuffle_each_iteration=False).batch(8)
    ),
    "repeated": lambda: _sliced().batch(8, drop_remainder=True).repeat(2),
}
BY_FIT = {
    "uneven": (lambda: _tf(UNEVEN), "The batches of this Dataset have different sizes"),
    "the last one is larger": (
        lambda: _tf(_cut(8, 8, 16)),
        "The batches of this Dataset have different sizes",
    ),
    "an uneven PyDataset": (
        lambda: OfList(UNEVEN),
        "The batches of this OfList have different sizes",
    ),
    "a hook of epochs": (
        lambda: TurnsRound(EVEN),
        "This TurnsRound has an on_epoch_end of its own",
    ),
}


def _train(fit, data, model=None, **how):
    model = model or classifier(optimizer=keras.optimizers.SGD(0.5))
    if fit is keras.Model.fit:
        model.run_eagerly = True  # the same operations; a graph would take a second to make
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always", UserWarning)
        history = fit(model, data, **{**HOW, **how})
    said = [str(one.message) for one in told]
    return history, model.get_weights(), [one for one in said if "batch by batch" in one]


def _assert_same(ours, expected):
    assert list(ours[0].history) == list(expected[0].history)
    for name, values in expected[0].history.items():
        np.testing.assert_allclose(ours[0].history[name], values, rtol=1e-4, err_msg=name)
    for one, other in zip(ours[1], expected[1], strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("name", sampled(IN_A_PROGRAM))
def test_a_data_set_is_trained_in_its_batches_and_their_order(name):
    """Whatever `shuffle` is: that is for arrays."""
    expected = _train(keras.Model.fit, IN_A_PROGRAM[name](), shuffle=False)
    ours = _train(compiled_fit, IN_A_PROGRAM[name]())
    _assert_same(ours, expected)
    assert ours[2] == []


@pytest.mark.parametrize("name", sampled(BY_FIT))
def test_batches_that_no_program_takes_are_trained_by_fit(name):
    make, reason = BY_FIT[name]
    expected = _train(keras.Model.fit, make(), shuffle=False)
    ours = _train(compiled_fit, make(), shuffle=False)
    _assert_same(ours, expected)
    assert ours[2] == [f"{reason}: `model.fit` trains it, batch by batch."]


@pytest.mark.parametrize(
    "make",
    [lambda: _sliced().shuffle(53).batch(8), lambda: Grows(EVEN)],
    ids=["tf.data", "PyDataset"],
)
def test_what_is_drawn_anew_in_each_epoch_is_trained_by_fit(make):
    data = make()
    history, _, said = _train(compiled_fit, data)
    assert len(said) == 1 and "are others each time they are read: `model.fit`" in said[0]
    assert len(history.epoch) == 3


def test_a_generator_with_uneven_batches_is_kept_for_all_epochs():
    expected = _train(keras.Model.fit, OfList(UNEVEN), shuffle=False)
    ours = _train(compiled_fit, (batch for batch in UNEVEN))
    _assert_same(ours, expected)
    assert ours[2] == [
        "The batches of this generator have different sizes: `model.fit` trains it, batch by batch."
    ]


def test_the_batches_of_a_py_dataset_are_shuffled_as_wholes(monkeypatch):
    """As in `fit`, which shuffles them, too; a smaller last one stays the last."""
    orders = []
    real = compiled._Task.orders
    monkeypatch.setattr(
        compiled._Task,
        "orders",
        lambda task: (orders.append(order) or order for order in real(task)),
    )
    _train(compiled_fit, OfList(EVEN))
    shown = np.array(orders[-3:])
    assert {tuple(sorted(order)) for order in shown} == {tuple(range(53))}
    starts = shown[:, :48].reshape(3, 6, 8)
    assert np.array_equal(starts % 8, np.broadcast_to(np.arange(8), (3, 6, 8)))
    assert np.array_equal(shown[:, 48:], np.broadcast_to(np.arange(48, 53), (3, 5)))
    assert len({tuple(order) for order in shown}) == 3


def padded():
    """Texts of different lengths: each batch is as wide as its longest."""
    texts = [np.arange(1, n) for n in (3, 7, 2, 8, 5, 4, 6, 2)]
    signature = (tf.TensorSpec([None], tf.int64), tf.TensorSpec([], tf.int64))
    rows = ((text, len(text) % 2) for text in texts)
    several = list(rows)
    data = tf.data.Dataset.from_generator(lambda: iter(several), output_signature=signature)
    return data.padded_batch(2)


def reader(**embedding):
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Embedding(20, 4, **embedding), keras.layers.GlobalAveragePooling1D()]
    model = keras.Sequential([keras.Input((None,), dtype="int64"), *layers, keras.layers.Dense(1)])
    # Adam squares the gradient of an Embedding row by row, in a graph otherwise than without one.
    model.compile(keras.optimizers.SGD(0.5), "mse")
    return model


def test_padded_batches_are_trained_by_fit():
    expected = _train(keras.Model.fit, padded(), reader(mask_zero=True), shuffle=False)
    ours = _train(compiled_fit, padded(), reader(mask_zero=True))
    _assert_same(ours, expected)
    assert ours[2] == [
        "The batches of this Dataset have different shapes: `model.fit` trains it, batch by batch."
    ]


def test_ragged_batches_are_trained_by_fit():
    x = tf.ragged.constant([[1, 2, 3], [4], [5, 6], [7, 8, 9]], dtype=tf.int64)
    data = tf.data.Dataset.from_tensor_slices((x, np.ones(4))).batch(2)
    expected = _train(keras.Model.fit, data, reader(), shuffle=False)
    ours = _train(compiled_fit, data, reader())
    _assert_same(ours, expected)
    assert "ragged or sparse" in ours[2][0]


# ---- The validation's batches ----


def _summed():
    """A loss that hangs on how the rows are cut into batches."""
    model = classifier(optimizer=keras.optimizers.SGD(0.1), metrics=[])
    model.compile(
        keras.optimizers.SGD(0.1), lambda y, p: keras.ops.mean(keras.ops.square(p[:1] - p))
    )
    return model


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: _sliced().batch(7), None),
        (lambda: (X, Y), None),
        (lambda: OfList(EVEN), None),
        (lambda: _tf(UNEVEN), "The batches of this Dataset have different sizes"),
        (lambda: _sliced().shuffle(53).batch(8), "are others each time"),
    ],
    ids=["tf.data", "arrays", "PyDataset", "uneven", "drawn anew"],
)
def test_a_validation_keeps_its_batches(make, reason):
    how = {"y": Y, "batch_size": 10, "shuffle": False}
    expected = _train(keras.Model.fit, X, _summed(), **how, validation_data=make())
    ours = _train(compiled_fit, X, _summed(), **how, validation_data=make())
    if reason != "are others each time":
        _assert_same(ours, expected)
    assert (len(ours[2]) == 0) if reason is None else reason in ours[2][0]


def test_arrays_validate_in_batches_of_32_beside_a_data_set():
    data = _sliced().batch(8)
    expected = _train(keras.Model.fit, data, _summed(), shuffle=False, validation_data=(X, Y))
    _assert_same(_train(compiled_fit, data, _summed(), validation_data=(X, Y)), expected)


def test_class_weights_count_in_a_data_set_whoever_trains_it():
    weights = {0: 0.2, 2: 3.0}
    for make in (lambda: _sliced().batch(8), lambda: _tf(UNEVEN)):
        expected = _train(keras.Model.fit, make(), shuffle=False, class_weight=weights)
        _assert_same(_train(compiled_fit, make(), class_weight=weights), expected)


def test_another_batch_size_is_told_to_change_nothing():
    with pytest.warns(UserWarning, match="keeps its batches, here of 8 rows: batch_size=16"):
        compiled_fit(classifier(), _sliced().batch(8), batch_size=16, verbose=0)


def test_a_data_set_is_not_split():
    with pytest.raises(ValueError, match="validation_split needs arrays: part the data set"):
        compiled_fit(classifier(), _sliced().batch(8), validation_split=0.5, verbose=0)


def test_a_batch_of_four_parts_is_refused():
    with pytest.raises(ValueError, match=r"A batch of this generator has 4 parts: give \(x, y\)"):
        compiled_fit(classifier(), (one for one in [(X, Y, Y, Y)]), verbose=0)
