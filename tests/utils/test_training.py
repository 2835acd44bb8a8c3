import functools
import random

import keras
import numpy as np
import pytest

from utils import training
from utils.data import xor
from utils.training import Progress, compiled_fit, set_seed


def _train(seed, *, epochs=5, callbacks=()):
    set_seed(seed)
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    model.fit(xor().X, xor().y, epochs=epochs, batch_size=1, verbose=0, callbacks=list(callbacks))
    return np.concatenate([weight.ravel() for weight in model.get_weights()])


def test_the_same_seed_trains_the_same_network_and_another_seed_another():
    first = _train(7)
    assert np.array_equal(first, _train(7))
    assert not np.allclose(first, _train(8))


def test_a_seed_holds_for_python_and_numpy_too():
    draws = []
    for _ in range(2):
        set_seed(3)
        draws.append((random.random(), np.random.rand()))
    assert draws[0] == draws[1]


@pytest.mark.parametrize("seed", [-1, 2**32, 1.5, "1", None, True])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(ValueError, match="whole number from 0 to 4294967295"):
        set_seed(seed)


def test_a_numpy_integer_is_a_seed():
    set_seed(np.int64(5))
    first = np.random.rand()
    set_seed(5)
    assert np.random.rand() == first


def test_progress_prints_every_so_many_epochs_and_the_last(capsys):
    _train(1, epochs=12, callbacks=[Progress(every=5)])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("loss")[0].strip() for line in lines] == ["epoch  5", "epoch 10", "epoch 12"]


def test_progress_prints_what_keras_reports_rounded(capsys):
    progress = Progress(decimals=3)
    progress.set_params({"epochs": 200})
    progress.on_train_begin()
    progress.on_epoch_end(98, {"loss": 0.01251, "val_loss": 1e-9})
    progress.on_epoch_end(99, {"loss": float("nan"), "val_loss": 0.0})
    progress.on_train_end()
    assert capsys.readouterr().out.splitlines() == [
        "epoch  99  loss 0.013  val_loss <0.001",
        "epoch 100  loss nan  val_loss 0.000",
    ]


def test_progress_prints_the_same_in_every_run(capsys):
    _train(1, callbacks=[Progress()])
    first = capsys.readouterr().out
    _train(1, callbacks=[Progress()])
    assert capsys.readouterr().out == first
    assert len(first.splitlines()) == 5


def test_progress_every_zero_epochs_is_refused():
    with pytest.raises(ValueError, match="every 1, 2, 3"):
        Progress(every=0)


# --- compiled_fit --------------------------------------------------------------------------------


def _classes(n, seed=0):
    """Pictures of 4 x 4 in three classes that can be learned: x (n, 4, 4), y (n,)."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    return rng.normal(size=(n, 4, 4)) + y[:, None, None], y


def _dense():
    return [keras.layers.Flatten(), keras.layers.Dense(8, "relu"), keras.layers.Dense(3, "softmax")]


def _logits():
    return [keras.layers.Flatten(), keras.layers.Dense(3)]


def _convolution():
    return [
        *(keras.layers.Reshape((4, 4, 1)), keras.layers.Conv2D(3, 2, activation="tanh")),
        *(keras.layers.BatchNormalization(), *_dense()),
    ]


def _model(layers=_dense, optimizer="adam", loss="sparse_categorical_crossentropy", **compiled):
    set_seed(1)
    model = keras.Sequential([keras.Input((4, 4)), *layers()])
    compiled = {"metrics": ["accuracy"], **compiled}
    model.compile(optimizer, loss, **compiled)
    return model


FROM_LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
SCHEDULE = keras.optimizers.schedules.ExponentialDecay(0.05, 3, 0.5)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"optimizer": "sgd", "batch_size": 7},
        {"optimizer": "rmsprop", "batch_size": 50},
        {"optimizer": "adam", "batch_size": 64},
        {"layers": _logits, "loss": FROM_LOGITS, "metrics": []},
        {"layers": _convolution, "batch_size": 8},
        {"schedule": True, "batch_size": 9},
        {"regularised": True},
        {"one_hot": True, "metrics": ["accuracy", "auc"]},
    ],
    ids=lambda options: ", ".join(map(str, options)) or "as in the lecture",
)
def test_compiled_fit_does_the_arithmetic_of_fit(options):
    """Same order of the rows: the same history and the same weights, to float32's rounding."""
    options = dict(options)
    batch_size = options.pop("batch_size", 32)
    if options.pop("schedule", False):
        options["optimizer"] = keras.optimizers.SGD(SCHEDULE, momentum=0.9, clipnorm=0.5)
    if options.pop("regularised", False):
        options["layers"] = lambda: [
            keras.layers.Flatten(),
            keras.layers.Dense(3, "softmax", kernel_regularizer=keras.regularizers.L2(0.1)),
        ]
    one_hot = options.pop("one_hot", False)
    if one_hot:
        options["loss"] = "categorical_crossentropy"
    (x, y), validation = _classes(50), _classes(23, seed=1)
    if one_hot:
        y, validation = np.eye(3)[y], (validation[0], np.eye(3)[validation[1]])
    how = {"batch_size": batch_size, "epochs": 3, "validation_data": validation, "shuffle": False}

    optimizer = options.pop("optimizer", "adam")
    config = None if isinstance(optimizer, str) else optimizer.get_config()
    models = [
        _model(
            optimizer=optimizer if config is None else type(optimizer).from_config(config),
            **options,
        )
        for _ in range(2)
    ]
    plain = models[0].fit(x, y, **how, verbose=0).history
    compiled = compiled_fit(models[1], x, y, **how).history

    assert list(compiled) == list(plain)
    for name in plain:
        np.testing.assert_allclose(compiled[name], plain[name], rtol=2e-5, atol=2e-6)
    for ours, keras_own in zip(models[1].get_weights(), models[0].get_weights(), strict=True):
        np.testing.assert_allclose(ours, keras_own, rtol=1e-4, atol=2e-6)
    assert int(models[1].optimizer.iterations) == int(models[0].optimizer.iterations)


def test_compiled_fit_goes_on_where_an_earlier_call_stopped():
    x, y = _classes(50)
    once, twice = _model(), _model()
    compiled_fit(once, x, y, epochs=4, shuffle=False)
    compiled_fit(twice, x, y, epochs=1, shuffle=False)
    compiled_fit(twice, x, y, epochs=3, shuffle=False)
    for a, b in zip(once.get_weights(), twice.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_compiled_fit_uses_each_row_once_an_epoch():
    """Each row adds its own power of ten to the weight, so the digits count the rows."""
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile(keras.optimizers.SGD(1.0), lambda y, logits: -y * logits)
    compiled_fit(model, np.ones((5, 1)), 10.0 ** np.arange(5), batch_size=1)
    assert model.get_weights()[0].item() == 11111


def test_compiled_fit_shuffles_by_its_seed():
    histories = [
        compiled_fit(_model(), *_classes(50), epochs=3, seed=seed).history for seed in (0, 0, 1)
    ]
    assert histories[0] == histories[1]
    assert histories[0] != histories[2]


def test_each_epoch_and_each_call_has_its_own_order(monkeypatch):
    orders = []

    def epoch(model, step, batch_size):
        return lambda x, y, order: orders.append(tuple(order)) or {}

    monkeypatch.setattr(training, "_compiled_epoch", epoch)
    model = _model()
    for _ in range(2):
        set_seed(1)
        for _ in range(2):
            compiled_fit(model, *_classes(50), epochs=2)
    assert orders[:4] == orders[4:]
    assert len(set(orders[:4])) == 4
    assert all(sorted(order) == list(range(50)) for order in orders)


def test_the_seed_of_the_order_fits_into_32_bits_of_windows(monkeypatch):
    asked = []
    monkeypatch.setattr(
        np.random, "randint", lambda high, *, dtype: asked.append((high, dtype)) or 3
    )
    compiled_fit(_model(), *_classes(50))
    assert asked == [(2**32 - 1, np.int64)]


def test_compiled_fit_follows_set_seed_bit_for_bit():
    runs = []
    for _ in range(2):
        model = _model(lambda: [keras.layers.Dropout(0.3), *_dense()])
        compiled_fit(model, *_classes(50), epochs=2)
        runs.append(np.concatenate([weight.ravel() for weight in model.get_weights()]))
    assert np.array_equal(*runs)


def test_callbacks_of_epochs_work(capsys):
    x, y = _classes(50)
    stop = keras.callbacks.EarlyStopping("val_loss", min_delta=1e9)
    model = _model()
    history = compiled_fit(
        model, x, y, epochs=9, validation_data=(x, y), callbacks=[stop, Progress()]
    )
    assert history is model.history
    assert history.epoch == [0, 1]
    assert capsys.readouterr().out.startswith("epoch 1  accuracy 0.")
    # A stop holds for its own call.
    assert compiled_fit(model, x, y, epochs=3).epoch == [0, 1, 2]


def test_pictures_of_bytes_are_taken_as_they_are():
    x, y = np.arange(12 * 16, dtype=np.uint8).reshape(12, 4, 4), np.arange(12, dtype=np.uint8) % 3
    losses = [
        compiled_fit(_model(), pictures, y, shuffle=False).history["loss"][0]
        for pictures in (x, x.astype("float32"), x.astype("float64"))
    ]
    assert losses[0] == losses[1] == losses[2]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"y": np.zeros(49, int)}, r"x \(50, 4, 4\) and y \(49,\)"),
        ({"x": np.zeros((0, 4, 4)), "y": np.zeros(0, int)}, "one row a sample"),
        ({"y": np.full(50, 3)}, r"labels go from 3 to 3\..* and there are 3"),
        ({"y": np.full(50, -1)}, "labels go from -1 to -1"),
        ({"validation_data": (np.zeros((5, 4, 4)), np.full(5, 7))}, "labels go from 7 to 7"),
        ({"batch_size": 0}, "batch_size is a whole number from 1"),
        ({"batch_size": True}, "batch_size is a whole number from 1"),
        ({"epochs": 1.5}, "epochs is a whole number from 1"),
        ({"y": np.full(50, "Shirt")}, "y must hold numbers"),
        ({"x": np.full((50, 4, 4), None)}, "x must hold numbers"),
        ({"validation_data": (1, 2, 3)}, "validation_data is a pair"),
    ],
)
def test_bad_input_is_refused_before_anything_is_trained(change, says):
    x, y = _classes(50)
    model = _model()
    before = model.get_weights()
    with pytest.raises(ValueError, match=says):
        compiled_fit(model, **{"x": x, "y": y, **change})
    assert all(map(np.array_equal, before, model.get_weights()))


def test_a_model_that_is_not_compiled_is_refused():
    model = keras.Sequential([keras.Input((4, 4)), *_dense()])
    with pytest.raises(ValueError, match=r"Call model.compile"):
        compiled_fit(model, *_classes(50))


class Subclass(keras.Model):
    def __init__(self):
        super().__init__()
        self.net = keras.Sequential(_dense())

    def call(self, x):
        return self.net(x)


@pytest.mark.parametrize("build", [lambda: keras.Sequential(_dense()), Subclass])
def test_a_model_that_is_not_built_yet(build):
    """The same as `fit` from the same seed, a second time too; a label without unit is refused."""
    x, y = _classes(50)
    histories, models = [], []
    for fit in (lambda m: m.fit(x, y, shuffle=False, verbose=0), None):
        set_seed(2)
        model = build()
        model.compile("adam", ["sparse_categorical_crossentropy"])
        if fit is None:
            bad = np.append(y[:-1], 3)
            with pytest.raises(ValueError, match="from 0 to 3"):
                compiled_fit(model, x, bad)
            fit = functools.partial(compiled_fit, x=x, y=y, shuffle=False)
        histories.append([fit(model).history["loss"][0] for _ in range(2)])
        models.append(model)
    np.testing.assert_allclose(*histories, rtol=2e-5)


def test_a_class_that_the_loss_ignores_needs_no_unit():
    x, y = _classes(50)
    loss = keras.losses.SparseCategoricalCrossentropy(ignore_class=-1)
    model = _model(loss=loss, metrics=[])
    history = compiled_fit(model, x, np.append(y[:-1], -1))
    assert np.isfinite(history.history["loss"][0])


def test_a_metric_with_several_numbers_arrives_as_a_list():
    x, y = _classes(50)
    model = _model(loss="categorical_crossentropy", metrics=[keras.metrics.F1Score()])
    assert len(compiled_fit(model, x, np.eye(3)[y]).history["f1_score"][0]) == 3
