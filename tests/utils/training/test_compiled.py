"""Callbacks, fallbacks and kept programs of `compiled_fit`."""

import functools
import gc
import itertools
import json
import os
import re
import subprocess
import sys
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.sample import sampled
from tests.utils.training.small import Start, classes, classifier
from utils import training
from utils.training import Progress, compiled_fit, program, set_seed, train_many
from utils.training import compiled as compiled_module

pytestmark = pytest.mark.own_process

X, Y = classes()
HOW = {"shuffle": False, "epochs": 5, "validation_data": classes(20, seed=1), "verbose": 0}


def _programs(model):
    return [program.call for program in model.__dict__["_compiled_fit_programs"].values()]


def _assert_same_weights(one, other, **tolerance):
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, **({"rtol": 1e-4, "atol": 1e-5} | tolerance))


def _assert_same_history(one, other):
    assert one.epoch == other.epoch
    assert list(one.history) == list(other.history)
    for name, values in one.history.items():
        np.testing.assert_allclose(values, other.history[name], rtol=1e-4, atol=1e-5)


# ---- Callbacks of epochs, beside `fit` ----


@pytest.fixture(scope="module")
def twins():
    """Two equal models and their start; the graphs of one and the programs of the other stay."""
    models = [classifier(), classifier()]
    return models, [Start(model) for model in models]


def _both(twins, callbacks, **how):
    """Train one twin by `fit` and the other by `compiled_fit`; each has callbacks of its own."""
    models, starts = twins
    histories = []
    for model, start, fit in zip(models, starts, (keras.Model.fit, compiled_fit), strict=True):
        start.restore()
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            history = fit(model, X, Y, **{**HOW, **how}, callbacks=callbacks())
        histories.append(history)
    _assert_same_history(*histories)
    _assert_same_weights(*models)
    np.testing.assert_allclose(*(float(model.optimizer.learning_rate) for model in models))
    return histories[1]


# The loss falls, so with mode="max" it is "no better" in every epoch after the first.
@pytest.mark.parametrize("restore", [True, False])
def test_early_stopping(twins, restore):
    stop = functools.partial(
        keras.callbacks.EarlyStopping,
        *("val_loss",),
        mode="max",
        patience=2,
        restore_best_weights=restore,
    )
    assert _both(twins, lambda: [stop()]).epoch == [0, 1, 2]
    # A stop holds for its own call.
    assert _both(twins, list).epoch == [0, 1, 2, 3, 4]


def test_reduce_learning_rate_on_plateau(twins):
    plateau = functools.partial(
        keras.callbacks.ReduceLROnPlateau, "val_loss", mode="max", factor=0.3, patience=1
    )
    rates = _both(twins, lambda: [plateau()]).history["learning_rate"]
    assert rates[-1] < rates[0] / 10


def test_learning_rate_scheduler(twins):
    scheduler = keras.callbacks.LearningRateScheduler
    history = _both(twins, lambda: [scheduler(lambda epoch, rate: rate * 0.5)])
    np.testing.assert_allclose(history.history["learning_rate"], 0.001 * 0.5 ** np.arange(1, 6))


def test_model_checkpoint(twins, tmp_path):
    folders = iter([tmp_path / "fit", tmp_path / "compiled"])
    file = "{epoch}.weights.h5"
    _both(
        twins,
        lambda: [keras.callbacks.ModelCheckpoint(next(folders) / file, save_weights_only=True)],
    )
    for epoch in (1, 3, 5):
        models = [classifier(), classifier()]
        for model, folder in zip(models, ("fit", "compiled"), strict=True):
            model.load_weights(tmp_path / folder / file.format(epoch=epoch))
        _assert_same_weights(*models)
    assert len(list((tmp_path / "compiled").iterdir())) == 5


def test_csv_logger(twins, tmp_path):
    files = [tmp_path / "fit.csv", tmp_path / "compiled.csv"]
    left = iter(files)
    _both(twins, lambda: [keras.callbacks.CSVLogger(next(left))])
    names = [file.read_text().splitlines()[0] for file in files]
    tables = [np.loadtxt(file, delimiter=",", skiprows=1) for file in files]
    assert names[0] == names[1]
    assert tables[0].shape == (5, 5)
    np.testing.assert_allclose(*tables, rtol=1e-4, atol=1e-5)


def test_tensorboard(twins, tmp_path):
    folders = iter([tmp_path / "fit", tmp_path / "compiled"])
    _both(twins, lambda: [keras.callbacks.TensorBoard(next(folders), write_graph=False)])
    fit, compiled = (_scalars(tmp_path / name) for name in ("fit", "compiled"))
    compiled.pop(("validation", "evaluation_loss_vs_iterations"), None)
    assert ("train", "epoch_loss") in compiled
    for name, values in compiled.items():
        np.testing.assert_allclose(values, fit[name], rtol=1e-4, atol=1e-5)
    # What `fit` writes besides are curves over batches of the validation.
    assert {tag for _, tag in fit.keys() - compiled.keys()} <= {
        f"evaluation_{name}_vs_iterations" for name in ("loss", "accuracy")
    }


def _scalars(folder):
    found = {}
    for file in sorted(folder.glob("*/events*")):
        for event in tf.compat.v1.train.summary_iterator(str(file)):
            for value in event.summary.value:
                number = tf.make_ndarray(value.tensor)
                if number.dtype.kind == "f":
                    found.setdefault((file.parent.name, value.tag), []).append(float(number))
    return found


def test_hooks_of_epochs_and_of_training_come_in_the_order_of_fit(twins):
    heard = [[], []]
    lists = iter(heard)

    def callbacks():
        calls = next(lists)
        note = keras.callbacks.LambdaCallback(
            on_epoch_begin=lambda epoch, logs: calls.append(("begin", epoch, sorted(logs or ()))),
            on_epoch_end=lambda epoch, logs: calls.append(("end", epoch, sorted(logs))),
            on_train_begin=lambda logs: calls.append(("train begin", sorted(logs or ()))),
            on_train_end=lambda logs: calls.append(("train end", sorted(logs))),
        )
        return [note]

    _both(twins, callbacks)
    assert heard[0] == heard[1]
    assert len(heard[1]) == 12


def test_a_callback_may_stop_the_training_and_change_weights(twins):
    class Zero(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            layer = self.model.get_layer("classes")
            layer.set_weights([0.5 * weight for weight in layer.get_weights()])
            self.model.stop_training = epoch == 2

    assert _both(twins, lambda: [Zero()]).epoch == [0, 1, 2]


class Interrupt(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


def test_backup_and_restore_goes_on_where_it_was_interrupted(tmp_path):
    histories, models = [], []
    for name, fit in (("fit", keras.Model.fit), ("compiled", compiled_fit)):
        model = classifier()
        backup = functools.partial(keras.callbacks.BackupAndRestore, tmp_path / name)
        with pytest.raises(KeyboardInterrupt):
            fit(model, X, Y, **HOW, callbacks=[backup(), Interrupt()])
        again = classifier()
        histories.append(fit(again, X, Y, **HOW, callbacks=[backup()]))
        models.append(again)
    assert histories[0].epoch == [3, 4]
    _assert_same_history(*histories)
    _assert_same_weights(*models)


@pytest.mark.parametrize("case", sampled(itertools.product((False, True), repeat=2)), ids=str)
def test_swap_ema_weights(case):
    """With validation data it acts before and after each validation, which is in the program."""
    swap_on_epoch, validated = case
    histories, models = [], []
    how = HOW if validated else {**HOW, "validation_data": None}
    for fit in (keras.Model.fit, compiled_fit):
        model = classifier(optimizer=keras.optimizers.SGD(0.2, use_ema=True, ema_momentum=0.6))
        model.optimizer.build(model.trainable_variables)
        swap = keras.callbacks.SwapEMAWeights(swap_on_epoch=swap_on_epoch)
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always", UserWarning)
            histories.append(fit(model, X, Y, **how, callbacks=[swap]))
        models.append(model)
    _assert_same_history(*histories)
    _assert_same_weights(*models)
    said = [str(warning.message) for warning in told if "model.fit" in str(warning.message)]
    assert said == (
        [
            "The callback SwapEMAWeights acts on the validation: `model.fit` trains it, batch by "
            "batch."
        ]
        if validated
        else []
    )


def test_progress_may_hear_of_epochs_later_but_of_all(capsys):
    model = classifier()
    history = compiled_fit(model, X, Y, epochs=40, callbacks=[Progress(every=10)], verbose=0)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines] == ["10", "20", "30", "40"]
    assert f"{history.history['loss'][19]:.4f}" in lines[1]


# ---- Where the loop over batches must stay in Python, or XLA cannot help ----


class OnBatch(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.batches = 0

    def on_train_batch_end(self, batch, logs=None):
        self.batches += 1


class OwnStep(keras.Sequential):
    def train_step(self, data):
        return super().train_step(data)


class InPython(keras.layers.Layer):
    """Calls Python: TensorFlow's graph can, XLA cannot."""

    def call(self, inputs):
        doubled = tf.py_function(lambda x: 2 * x, [inputs], inputs.dtype)
        return tf.ensure_shape(doubled, inputs.shape)


class InWords(keras.layers.Layer):
    """Makes texts of the numbers, rounds there, and reads them again; no gradient passes."""

    def call(self, inputs):
        return tf.strings.to_number(tf.strings.as_string(tf.stop_gradient(inputs), precision=2))


def _own_step():
    model = OwnStep(classifier().layers)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


FALLBACKS = {
    "a callback of batches": (
        classifier,
        lambda: [OnBatch()],
        ["The callback OnBatch acts on batches: `model.fit` trains it, batch by batch."],
    ),
    "a hook of batches": (
        classifier,
        lambda: [keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: None)],
        ["The callback LambdaCallback acts on batches: `model.fit` trains it, batch by batch."],
    ),
    "checkpoints of batches": (
        classifier,
        lambda: [keras.callbacks.ModelCheckpoint("never.keras", save_freq=10**6)],
        ["The callback ModelCheckpoint acts on batches: `model.fit` trains it, batch by batch."],
    ),
    "run_eagerly": (
        lambda: classifier(run_eagerly=True),
        list,
        ["The model was compiled with run_eagerly=True: `model.fit` trains it, batch by batch."],
    ),
    "a train_step": (
        _own_step,
        list,
        ["The model has a train_step of its own: `model.fit` trains it, batch by batch."],
    ),
    "a layer in Python": (
        lambda: classifier(InPython()),
        list,
        [r"XLA cannot train this model (.+): a TensorFlow graph does it, more slowly."],
    ),
    "a layer of texts": (
        lambda: classifier(InWords()),
        list,
        [r"XLA cannot train this model (.+): a TensorFlow graph does it, more slowly."],
    ),
}


@pytest.mark.parametrize("name", sampled(FALLBACKS, always=["a layer in Python"]))
def test_a_fallback_says_one_sentence_and_trains_the_same(name):
    build, callbacks, sentences = FALLBACKS[name]
    plain, model = build(), build()
    expected = plain.fit(X, Y, **{**HOW, "epochs": 2}, callbacks=callbacks())
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        came = compiled_fit(model, X, Y, **{**HOW, "epochs": 2}, callbacks=callbacks())
    said = [str(one.message) for one in told if one.category is UserWarning]
    assert len(said) == len(sentences)
    for pattern, sentence in zip(sentences, said, strict=True):
        whole = re.escape(pattern).replace(r"\(\.\+\)", r"\(.+\)")
        assert re.fullmatch(whole, sentence), sentence
    assert all(one.filename == __file__ for one in told if one.category is UserWarning)
    _assert_same_history(expected, came)
    _assert_same_weights(plain, model)


def test_what_no_graph_can_do_is_told_twice_and_fit_has_the_last_word(monkeypatch):
    def cannot(*how):
        raise RuntimeError("no such operation\nand much more")

    monkeypatch.setattr(compiled_module, "with_data", lambda *what, **how: cannot)
    plain, model = classifier(), classifier()
    expected = plain.fit(X, Y, **HOW)
    with pytest.warns(UserWarning) as told:
        came = compiled_fit(model, X, Y, **HOW)
    assert [str(one.message) for one in told if "cannot" in str(one.message)] == [
        "XLA cannot train this model (no such operation): a TensorFlow graph does it, more slowly.",
        "A graph cannot train this model (no such operation): `model.fit` does it, more slowly.",
    ]
    _assert_same_history(expected, came)
    _assert_same_weights(plain, model)


@pytest.mark.parametrize(
    "draws",
    [
        lambda: keras.layers.RandomFlip(seed=3),
        lambda: keras.layers.RandomContrast(0.2, seed=3),
    ],
    ids=["flip", "contrast"],
)
def test_nothing_is_drawn_before_the_training_begins(draws):
    """Layers that augment pictures draw also when a model is only called."""
    x = np.random.default_rng(0).random((22, 4, 4, 1), dtype="float32")
    found = []
    for train in (keras.Model.fit, compiled_fit):
        drawing = draws()
        model = keras.Sequential(
            [keras.Input((4, 4, 1)), drawing, keras.layers.Flatten(), keras.layers.Dense(3)]
        )
        model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        train(model, x, np.arange(22) % 3, batch_size=5, epochs=2, shuffle=False, verbose=0)
        found.append(drawing.generator.state.numpy().tolist())
    assert found[0] == found[1] == [3, 10]


class Counts(keras.layers.Layer):
    """Keeps a variable that Keras does not list, and computes with it."""

    def build(self, shape):
        self.calls = tf.Variable(0.0, trainable=False)

    def call(self, x, training=False):
        if training:
            self.calls.assign_add(1.0)
        return x + 0.01 * self.calls


@pytest.mark.parametrize(
    "layer",
    [lambda: keras.layers.LSTM(4, stateful=True), Counts],
    ids=["a stateful LSTM", "a variable of its own"],
)
def test_nothing_is_counted_before_the_training_begins(layer):
    """Variables that are not among those of the model."""
    x = np.random.default_rng(0).random((16, 6, 2), dtype="float32")
    models, histories = [], []
    for train in (keras.Model.fit, compiled_fit):
        keras.utils.set_random_seed(0)
        model = keras.Sequential(
            [keras.Input(batch_shape=(8, 6, 2)), layer(), keras.layers.Flatten()]
        )
        model.add(keras.layers.Dense(1))
        model.compile("sgd", "mse")
        histories.append(
            train(model, x, np.ones((16, 1)), batch_size=8, epochs=3, shuffle=False, verbose=0)
        )
        models.append(model)
    _assert_same_history(*histories)
    _assert_same_weights(*models)


def test_weights_that_the_optimizer_does_not_know_are_told():
    model = classifier()
    model.layers[0].trainable = False
    model.compile("adam", model.loss)
    compiled_fit(model, X, Y, verbose=0)
    model.layers[0].trainable = True
    with pytest.raises(ValueError, match=r"call model.compile\(...\) again"):
        compiled_fit(model, X, Y, verbose=0)


def test_an_interruption_before_the_first_epoch_leaves_an_empty_history(monkeypatch):
    """The likeliest moment: compiling takes seconds."""
    model = classifier()
    compiled_fit(model, X, Y, epochs=3, verbose=0)
    before = model.get_weights()

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(compiled_module, "make_program", interrupted)
    with pytest.raises(KeyboardInterrupt, match="Stopped after 0 of 5 epochs"):
        compiled_fit(model, X, Y, batch_size=7, epochs=5, verbose=0)
    assert model.history.epoch == []
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_without_memory_maps_a_graph_trains(monkeypatch):
    """XLA would crash the process; 400 models are enough for that, or data of 400 sizes."""
    plain, model = classifier(), classifier()
    for one in (plain, model):
        compiled_fit(one, X[:-1], Y[:-1], shuffle=False, verbose=0)
    monkeypatch.setattr(program, "MAPS_TO_SPARE", 10**9)
    expected = plain.fit(X, Y, **HOW)
    with pytest.warns(UserWarning, match="no more memory maps .* restart the kernel"):
        came = compiled_fit(model, X, Y, **HOW)
    _assert_same_history(expected, came)
    with pytest.raises(RuntimeError, match=r"no more memory maps .* restart the kernel"):
        train_many(classifier, X, Y, n=2, epochs=1)


def test_a_fallback_takes_the_rows_in_the_orders_of_the_program():
    models, histories = [classifier(), classifier()], []
    for model, callbacks in zip(models, ([], [OnBatch()]), strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            histories.append(
                compiled_fit(
                    model, X, Y, batch_size=8, epochs=3, seed=4, callbacks=callbacks, verbose=0
                )
            )
    _assert_same_history(*histories)
    _assert_same_weights(*models)
    assert callbacks[0].batches == 3 * 7


def test_progress_does_not_stop_the_training_under_a_strategy():
    """One device is no reason for `fit`."""
    assert tf.distribute.get_strategy().num_replicas_in_sync == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        compiled_fit(classifier(), X, Y, verbose=0)


def test_a_fallback_takes_lists_of_inputs_and_of_targets():
    def build():
        set_seed(1)
        inputs = [keras.Input((2,)), keras.Input((2,))]
        joined = keras.layers.concatenate(inputs)
        model = keras.Model(inputs, [keras.layers.Dense(1)(joined), keras.layers.Dense(2)(joined)])
        model.compile("sgd", ["mse", "mae"])
        return model

    x, y = [X[:, :2], X[:, 2:]], [Y[:, None].astype(float), X[:, :2]]
    models = [build(), build()]
    expected = models[0].fit(x, y, shuffle=False, batch_size=25, verbose=0)
    with pytest.warns(UserWarning, match="OnBatch acts on batches"):
        came = compiled_fit(
            models[1], x, y, shuffle=False, batch_size=25, verbose=0, callbacks=[OnBatch()]
        )
    np.testing.assert_allclose(came.history["loss"], expected.history["loss"], rtol=1e-5)
    _assert_same_weights(*models)


# ---- A program is kept, and made anew when it must be ----


@pytest.fixture(scope="module")
def trained():
    model = classifier()
    compiled_fit(model, X, Y, verbose=0)
    return model


def test_the_same_shapes_take_the_same_program(trained):
    before = [call.experimental_get_tracing_count() for call in _programs(trained)]
    compiled_fit(trained, X + 1, Y, verbose=0, seed=5)
    assert [call.experimental_get_tracing_count() for call in _programs(trained)] == before
    assert before == [1]


def _tensors_of(rows):
    """How many tensors of so many rows are alive that hold numbers."""
    gc.collect()
    found = [one for one in gc.get_objects() if isinstance(one, tf.__internal__.EagerTensor)]
    return sum(one.shape[:1] == (rows,) for one in found)


def test_a_trained_model_does_not_keep_its_data():
    x, y = np.resize(X, (41, *X.shape[1:])), np.resize(Y, 41)
    model = classifier()
    compiled_fit(model, x, y, epochs=2, validation_data=(x, y), verbose=0)
    assert _programs(model)
    assert _tensors_of(41) == 0
    held = tf.constant(x)
    assert _tensors_of(41) == 1, "else nothing is counted"
    del held


def test_the_pace_and_the_number_of_steps_trace_nothing(trained):
    compiled_fit(trained, X, Y, steps_per_program=1, verbose=0)
    compiled_fit(trained, X, Y, steps_per_program=2, verbose=0)
    assert [call.experimental_get_tracing_count() for call in _programs(trained)] == [1]


def _other_batch_size(model):
    return {"batch_size": 10}


def _compile_again(model):
    model.compile("sgd", "sparse_categorical_crossentropy")
    return {}


def _freeze(model):
    model.layers[0].trainable = False
    model.compile("adam", "sparse_categorical_crossentropy")
    return {}


@pytest.mark.parametrize("change", sampled([_other_batch_size, _compile_again, _freeze]))
def test_what_changes_the_program_makes_another(change):
    """And it does what `fit` does after the same change."""
    models = [classifier(), classifier()]
    fits = (keras.Model.fit, compiled_fit)
    for model, fit in zip(models, fits, strict=True):
        fit(model, X, Y, shuffle=False, verbose=0)
        before = _programs(model) if fit is compiled_fit else []
        how = change(model)
        frozen = model.layers[0].get_weights()
        fit(model, X, Y, shuffle=False, verbose=0, **how)
        assert np.array_equal(frozen[0], model.layers[0].get_weights()[0]) == (change is _freeze)
    # The programs of an earlier compile() are not kept.
    assert len(_programs(models[1])) == 1 + (change is _other_batch_size)
    assert _programs(models[1])[-1] is not before[0]
    _assert_same_weights(*models)


def test_compiled_fit_goes_on_where_an_earlier_call_stopped():
    once, twice = classifier(), classifier()
    compiled_fit(once, X, Y, epochs=4, shuffle=False, verbose=0)
    compiled_fit(twice, X, Y, epochs=1, shuffle=False, verbose=0)
    compiled_fit(twice, X, Y, epochs=3, shuffle=False, verbose=0)
    _assert_same_weights(once, twice, rtol=1e-5, atol=1e-6)


class Subclass(keras.Model):
    def __init__(self):
        super().__init__()
        self.net = keras.Sequential([keras.layers.Dense(4, "tanh"), keras.layers.Dense(3)])

    def call(self, x):
        return self.net(x)


def test_a_model_that_is_not_built_yet():
    """The same as `fit` from the same seed, a second time too."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    losses = []
    for fit in (keras.Model.fit, compiled_fit):
        set_seed(2)
        model = Subclass()
        model.compile("adam", loss)
        losses.append(
            [fit(model, X, Y, shuffle=False, verbose=0).history["loss"][0] for _ in range(2)]
        )
    np.testing.assert_allclose(*losses, rtol=2e-5)


def test_inputs_by_name_and_by_place_take_programs_of_their_own():
    """They have the same shapes; a trace that was kept for the one would not take the other."""
    inputs = {name: keras.Input((2,), name=name) for name in ("left", "right")}
    model = keras.Model(inputs, keras.layers.Dense(1)(keras.layers.concatenate([*inputs.values()])))
    model.compile(
        keras.optimizers.SGD(0.0), "mse"
    )  # stands still: its loss tells what it was given
    x, y = np.random.default_rng(0).normal(size=(2, 50, 4)).astype("float32")
    kernel, bias = model.get_weights()
    loss = np.mean((x @ kernel + bias - y[:, :1]) ** 2)
    left, right = x[:, :2], x[:, 2:]
    by_name = {"left": left, "right": right}
    for given in (by_name, [left, right], dict(reversed(by_name.items())), by_name):
        history = compiled_fit(model, given, y[:, :1], batch_size=16, verbose=0).history
        np.testing.assert_allclose(history["loss"], [loss], rtol=1e-3)


def test_a_trace_is_looked_up_once(monkeypatch):
    model = classifier()
    compiled_fit(model, X, Y, verbose=0)
    (call,) = _programs(model)

    def again(*_, **__):
        raise AssertionError("looked up in each call")

    monkeypatch.setattr(type(call), "get_concrete_function", again)
    compiled_fit(model, X + 1, Y, verbose=0)


# ---- Orders ----


def test_each_row_is_used_once_an_epoch():
    """Each row adds its own power of ten to the weight, so the digits count the rows."""
    model = keras.Sequential(
        [keras.Input((1,)), keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros")]
    )
    model.compile(keras.optimizers.SGD(1.0), lambda y, logits: -y * logits)
    compiled_fit(model, np.ones((5, 1)), 10.0 ** np.arange(5), batch_size=2, verbose=0)
    # A batch of two gives its mean.
    assert sum(map(int, str(round(2 * model.get_weights()[0].item())))) == 6


def test_orders_follow_the_seed_and_set_seed(trained, monkeypatch):
    orders = []

    def note(now, first, last):
        orders.extend(map(tuple, now))
        return {"loss": np.zeros(len(now))}

    monkeypatch.setattr(compiled_module, "with_data", lambda *what, **how: note)
    for _ in range(2):
        set_seed(1)
        for _ in range(2):
            compiled_fit(trained, X, Y, epochs=2, verbose=0)
    assert orders[:4] == orders[4:]
    assert len(set(orders[:4])) == 4
    assert all(sorted(order) == list(range(50)) for order in orders)
    orders.clear()
    for seed in (0, 0, 1):
        compiled_fit(trained, X, Y, seed=seed, verbose=0)
    assert orders[0] == orders[1] != orders[2]


def test_the_seed_of_the_order_fits_into_32_bits_of_windows(trained, monkeypatch):
    asked = []
    monkeypatch.setattr(
        np.random, "randint", lambda high, *, dtype: asked.append((high, dtype)) or 3
    )
    compiled_fit(trained, X, Y, verbose=0)
    assert asked == [(training.LARGEST_SEED, np.int64)]


# ---- What is reported ----


def test_a_nan_loss_is_told_once(trained):
    start = trained.get_weights()
    with pytest.warns(RuntimeWarning) as told:
        compiled_fit(trained, np.full_like(X, np.inf), Y, epochs=3, verbose=0)
    trained.set_weights(start)
    said = [str(one.message) for one in told if one.category is RuntimeWarning]
    assert len(said) == 1
    assert said[0].startswith("The loss is NaN (not a number) since epoch 1")
    assert "learning_rate" in said[0]


def test_a_metric_with_several_numbers_arrives_as_a_list():
    model = classifier(loss="categorical_crossentropy", metrics=[keras.metrics.F1Score()])
    history = compiled_fit(model, X, np.eye(3)[Y], verbose=0).history
    assert len(history["f1_score"][0]) == 3


# ---- In a process of its own: what XLA compiles, and bits ----

CHILD = """
import hashlib, json, sys
from pathlib import Path
from tests.utils.training.small import classes, classifier
from utils.training import compiled_fit, set_seed
import keras
model = classifier(keras.layers.Dropout(0.2, seed=1))
x, y = classes()
counts = []
set_seed(8)
for epochs in (1000, 1000, 1000):
    # Its pace is another in every call: programs of some epochs and of many.
    compiled_fit(model, x, y, epochs=epochs, verbose=0)
    counts.append(len(list(Path(sys.argv[1]).glob("*before_optimizations.txt"))))
compiled_fit(model, x, y, epochs=3)
bits = b"".join(weight.tobytes() for weight in model.get_weights())
print(json.dumps({"compiled": counts, "hash": hashlib.sha256(bits).hexdigest()}))
"""


def _child(folder, **environment):
    folder.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(folder)],
        capture_output=True,
        text=True,
        env={**os.environ, "XLA_FLAGS": f"--xla_dump_to={folder}", **environment},
        cwd=compiled_module.__file__.split("utils")[0],
    )
    assert done.returncode == 0, done.stderr
    line, result = done.stdout.splitlines()
    return line, json.loads(result)


def test_xla_compiles_once_and_two_processes_agree_bit_for_bit(tmp_path):
    """A bound that XLA must know, as of `tf.range`, made it compile for every new number."""
    line, first = _child(tmp_path / "first")
    assert first["compiled"] == [1, 1, 1]
    # The output is a pipe: one line, without what a terminal needs.
    assert re.fullmatch(r"epoch 3 of 3  accuracy 0\.\d{4}  loss 0\.\d{4}", line)
    assert _child(tmp_path / "second")[1]["hash"] == first["hash"]


ONE_THREAD = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "OMP_NUM_THREADS": "1",
}


@pytest.mark.full
def test_bits_under_one_thread(tmp_path, record_summary):
    hashes = [_child(tmp_path / name, **ONE_THREAD)[1]["hash"] for name in ("first", "second")]
    assert hashes[0] == hashes[1]
    many = _child(tmp_path / "many")[1]["hash"]
    record_summary(f"bits with one thread and with all: {'' if many == hashes[0] else 'not '}equal")


# --- What a reader found -------------------------------------------------------------------------


class StopsAtThree(Progress):
    """A subclass of a callback that only reads: this one acts."""

    def on_epoch_end(self, epoch, logs=None):
        self.model.stop_training = epoch == 2


def test_a_callback_that_stops_is_heard_at_once():
    history = compiled_fit(
        classifier(), *classes(50), epochs=8, callbacks=StopsAtThree(), verbose=0
    )
    assert history.epoch == [0, 1, 2]


def test_another_number_of_epochs_and_a_callback_take_the_same_program():
    model = classifier()
    stop = keras.callbacks.EarlyStopping("loss", patience=99)
    for epochs, callbacks in ((1, []), (5, []), (20, [stop])):
        compiled_fit(model, *classes(50), epochs=epochs, callbacks=callbacks, verbose=0)
    assert [call.experimental_get_tracing_count() for call in _programs(model)] == [1]


def test_a_data_set_keeps_its_batches():
    x, y = classes(50)
    data = tf.data.Dataset.from_tensor_slices((x, y)).batch(10)
    model = classifier()
    compiled_fit(model, data, validation_data=data, verbose=0)
    assert int(model.optimizer.iterations) == 5
    assert "val_loss" in model.history.history


def test_a_number_without_a_row_in_an_embedding_is_refused():
    model = keras.Sequential(
        [keras.Input((3,), dtype="int32"), keras.layers.Embedding(5, 2), keras.layers.Flatten()]
    )
    model.add(keras.layers.Dense(1))
    model.compile("adam", "mse")
    x = np.zeros((60, 3), int)
    compiled_fit(model, x, np.zeros(60), verbose=0)
    x[50, 1] = 5
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"go from 0 to 5.*there are 5"):
        compiled_fit(model, x, np.zeros(60), verbose=0)


def test_a_seed_below_zero_is_refused():
    with pytest.raises(ValueError, match="seed is a whole number from 0"):
        compiled_fit(classifier(), *classes(50), seed=-1, verbose=0)
