"""How arrays come into a program: without a copy where that can be, and with today's numbers."""

import gc
import tracemalloc
import weakref

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.utils.training.small import classifier
from utils.training import arrays, compiled_fit

pytestmark = pytest.mark.own_process

N, FEATURES = 50, 4
HOW = {"batch_size": 16, "shuffle": False, "verbose": 0}


def _numbers(seed=0, features=FEATURES):
    return np.random.default_rng(seed).normal(size=(N, features)).astype("float32")


def _regression(features=FEATURES):
    """A model that stands still: its loss says which numbers it was given."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((features,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.0), "mse")
    return model


@pytest.fixture(scope="module")
def model():
    return _regression()


def _loss(model, x, y):
    return compiled_fit(model, x, y, **HOW).history["loss"][0]


def _right(model, x, y):
    kernel, bias = model.get_weights()
    return np.mean((np.asarray(x, float) @ kernel + bias - np.asarray(y, float)) ** 2)


# ---- A changed array ----


def _one_number(x):
    x[17, 2] += 100


def _the_whole(x):
    x *= -3


def _through_a_view(x):
    x[10:20].T[1] = 50


CHANGES = [_one_number, _the_whole, _through_a_view]
KINDS = {
    "float32": np.ascontiguousarray,
    "float64": lambda x: x.astype("float64"),
    "float16": lambda x: x.astype("float16"),
    "whole numbers": lambda x: (10 * x).astype("int32"),
    "Fortran's order": np.asfortranarray,
    "every other row": lambda x: np.repeat(x, 2, axis=0)[::2],
    "backwards": lambda x: x[::-1],
    "big-endian": lambda x: x.astype(">f4"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("part", ["x", "y"])
def test_a_change_in_place_is_seen_by_the_next_call(model, change, kind, part):
    x, y = KINDS[kind](_numbers()), _numbers(1, 1)
    if part == "y":
        x, y = _numbers(), KINDS[kind](_numbers(1))[:, :3].mean(axis=1, keepdims=True).copy()
    before = _loss(model, x, y)
    np.testing.assert_allclose(before, _right(model, x, y), rtol=1e-3)
    if part == "x":
        change(x)
    else:
        y[3] += 50
    after = _loss(model, x, y)
    assert abs(after - before) > 1
    np.testing.assert_allclose(after, _right(model, x, y), rtol=1e-3)


def test_a_change_below_a_read_only_array_is_seen(model):
    memory, y = _numbers(), _numbers(1, 1)
    x = memory[:]
    x.flags.writeable = False
    before = _loss(model, x, y)
    memory[5] = 30
    after = _loss(model, x, y)
    assert abs(after - before) > 1
    np.testing.assert_allclose(after, _right(model, x, y), rtol=1e-3)
    assert not x.flags.writeable


def test_a_changed_list_and_another_tensor_are_seen(model):
    x, y = _numbers().tolist(), _numbers(1, 1)
    _loss(model, x, y)
    x[3][1] = 90.0
    np.testing.assert_allclose(_loss(model, x, y), _right(model, x, y), rtol=1e-3)
    for factor in (1, 5):
        tensor = tf.constant(factor * _numbers())
        np.testing.assert_allclose(_loss(model, tensor, y), _right(model, tensor, y), rtol=1e-3)
    variable = tf.Variable(_numbers())
    _loss(model, variable, y)
    variable.assign_add(tf.ones((N, FEATURES)))
    np.testing.assert_allclose(_loss(model, variable, y), _right(model, variable, y), rtol=1e-3)


def test_another_array_at_the_address_of_a_dead_one(model):
    y, memory = _numbers(1, 1), bytearray(4 * N * FEATURES)
    for seed in range(4):
        x = np.frombuffer(memory, "float32").reshape(N, FEATURES)
        x[:] = (1 + seed) * _numbers(seed)
        np.testing.assert_allclose(_loss(model, x, y), _right(model, x, y), rtol=1e-3)
        del x
        gc.collect()


def test_a_change_of_the_validation_data_is_seen(model):
    x, y = _numbers(), _numbers(1, 1)
    validation = _numbers(2), _numbers(3, 1)
    for _ in range(2):
        history = compiled_fit(model, x, y, validation_data=validation, **HOW).history
        np.testing.assert_allclose(history["val_loss"][0], _right(model, *validation), rtol=1e-3)
        validation[0][7] += 40


# ---- No copy ----

MEGABYTE = 2**20


def _large(dtype="float32"):
    return np.full((100_000, FEATURES), 0.5, dtype), np.zeros((100_000, 1), "float32")


def _read_only(x):
    x.flags.writeable = False
    return x


def _most_taken(model, x, y):
    """NumPy's memory that a call takes besides the data; the first one compiles."""
    compiled_fit(model, x, y, **HOW)
    tracemalloc.start()
    compiled_fit(model, x, y, **HOW)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


ORDERS = 4 * 2**20 + MEGABYTE  # the numbers of the rows, for as many epochs as have room


@pytest.mark.parametrize(
    ("kind", "is_copied"),
    [
        (lambda x: x, False),
        (_read_only, False),
        (lambda x: x[4:], False),
        (tf.constant, False),
        (lambda x: x.astype("uint8"), False),
        (lambda x: x.astype("float64"), True),
        (np.asfortranarray, True),
    ],
    ids=["float32", "read-only", "later rows", "a tensor", "bytes", "float64", "Fortran's order"],
)
def test_only_what_must_be_is_copied(kind, is_copied):
    x, y = _large()
    x = np.tile(x, (1, 8))  # 12 MB
    x = kind(x)
    model = _regression(features=x.shape[1])
    most = _most_taken(model, x, y[: len(x)])
    assert (most > 12_000_000) == is_copied
    assert most < ORDERS + is_copied * 12_800_000


def test_the_data_are_not_changed(model):
    x, y = _numbers(), _numbers(1, 1)
    model = _regression()
    model.compile("adam", "mse")
    compiled_fit(model, x, y, epochs=3, verbose=0)
    np.testing.assert_array_equal(x, _numbers())
    np.testing.assert_array_equal(y, _numbers(1, 1))


@pytest.mark.parametrize("kind", ["float32", "read-only", "float64"])
def test_a_dead_array_gives_its_memory_back(model, kind):
    x, y = _numbers(), _numbers(1, 1)
    if kind == "read-only":
        x.flags.writeable = False
    elif kind == "float64":
        x = x.astype("float64")
    compiled_fit(model, x, y, validation_data=(x, y), **HOW)
    dead = weakref.ref(x), weakref.ref(y)
    del x, y
    gc.collect()
    assert [one() for one in dead] == [None, None]


# ---- Memory that begins anywhere: TensorFlow's own kernels would end the process ----


def _beginning_at(offset, values):
    memory = np.zeros(values.nbytes + 128, np.uint8)
    start = -memory.ctypes.data % 64 + offset
    array = memory[start : start + values.nbytes].view(values.dtype).reshape(values.shape)
    array[:] = values
    assert array.ctypes.data % 64 == offset
    return array


@pytest.mark.parametrize("offset", [0, 4, 16, 36, 48])
def test_it_matters_not_where_an_array_begins(model, offset):
    x, y = _beginning_at(offset, _numbers()), _beginning_at(offset, _numbers(1, 1))
    shared = arrays.tensors((x, y, None), for_xla=True)
    assert [one is None for one in shared] == [False, False, True]
    for again in range(2):
        x[:] += again
        np.testing.assert_allclose(_loss(model, x, y), _right(model, x, y), rtol=1e-3)
    history = compiled_fit(model, x, y, validation_split=0.3, **HOW).history
    np.testing.assert_allclose(history["val_loss"][0], _right(model, x[35:], y[35:]), rtol=1e-3)


class Python(keras.layers.Layer):
    """Calls Python: TensorFlow's graph can, XLA cannot."""

    def call(self, inputs):
        return tf.ensure_shape(tf.py_function(tf.identity, [inputs], inputs.dtype), inputs.shape)


@pytest.mark.parametrize("offset", [4, 16, 48])
def test_nor_for_a_graph_or_fit(offset):
    x = _beginning_at(offset, _numbers())
    y = _beginning_at(offset, np.arange(N, dtype="int32") % 3)
    expected = classifier().fit(x, y, **HOW).history["loss"]
    model = classifier(Python())
    with pytest.warns(UserWarning, match="a TensorFlow graph does it"):
        came = compiled_fit(model, x, y, validation_split=0.3, **{**HOW, "batch_size": 7})
    x[:] = 0
    second = compiled_fit(model, x, y, **HOW).history["loss"]  # another size: it warns no more
    assert len(came.history["val_loss"]) == 1
    assert second != expected
    with pytest.warns(UserWarning, match="model.fit"):
        compiled_fit(classifier(run_eagerly=True), x, y, validation_split=0.3, **HOW)


def test_data_of_a_graph_are_aligned_for_its_kernels():
    x = _beginning_at(16, _numbers())
    (tensor,) = arrays.tensors((x,), for_xla=False)
    assert tensor[3, 1] == x[3, 1]


# ---- What is kept with a program ----


def test_inputs_by_name_and_by_place_take_programs_of_their_own():
    """They have the same shapes; a trace that was kept for the one would not take the other."""
    inputs = {name: keras.Input((2,), name=name) for name in ("left", "right")}
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.concatenate([*inputs.values()])))
    model.compile(keras.optimizers.SGD(0.0), "mse")
    x, y = _numbers(), _numbers(1, 1)
    left, right = x[:, :2], x[:, 2:]
    by_name = {"left": left, "right": right}
    for given in (by_name, [left, right], dict(reversed(by_name.items())), by_name):
        np.testing.assert_allclose(_loss(model, given, y), _right(model, x, y), rtol=1e-3)


def test_a_trace_is_looked_up_once(monkeypatch):
    model = _regression()
    x, y = _numbers(), _numbers(1, 1)
    _loss(model, x, y)
    (kept,) = model.__dict__["_compiled_fit_programs"].values()

    def again(*_, **__):
        raise AssertionError("looked up in each call")

    monkeypatch.setattr(type(kept[0].call), "get_concrete_function", again)
    _loss(model, x + 1, y)
