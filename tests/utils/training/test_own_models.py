"""Models with methods of their own: the same History as `fit`, if need be by `model.fit`."""

import warnings

import keras
import numpy as np
import pytest

from tests.sample import sampled
from tests.utils.training.small import classes
from utils.training import compiled, compiled_fit, set_seed, train_many

pytestmark = pytest.mark.own_process

X, Y = classes()
HOW = {"epochs": 3, "batch_size": 8, "shuffle": False, "verbose": 0}


class ComputeMetrics(keras.Model):
    """Returns more than the metrics know."""

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        return logs | {"double_loss": 2 * logs["loss"]}


class MetricOfItsOwn(keras.Model):
    """As the documentation of Keras has it."""

    def __init__(self, *ends):
        super().__init__(*ends)
        self.largest = keras.metrics.Mean(name="largest")

    def compute_metrics(self, x, y, y_pred, sample_weight=None):
        logs = super().compute_metrics(x, y, y_pred, sample_weight)
        self.largest.update_state(keras.ops.max(y_pred))
        return logs | {"largest": self.largest.result()}


class TrainStep(keras.Model):
    def train_step(self, data):
        logs = super().train_step(data)
        return logs | {"half_loss": logs["loss"] / 2}


class StepOfTesting(keras.Model):
    def test_step(self, data):
        return super().test_step(data) | {"one": keras.ops.ones(())}


class MetricsResult(keras.Model):
    def get_metrics_result(self):
        found = super().get_metrics_result()
        return found | {"root": keras.ops.sqrt(found["loss"])}


class ResetMetrics(keras.Model):
    """Sums the loss over all epochs."""

    def reset_metrics(self):
        pass


class Evaluate(keras.Model):
    def evaluate(self, *given, **how):
        return super().evaluate(*given, **how) | {"asked": 1.0}


class Fit(keras.Model):
    def fit(self, *given, epochs, **how):
        return super().fit(*given, epochs=epochs - 1, **how)


class TrainFunction(keras.Model):
    def make_train_function(self, force=False):
        super().make_train_function(force)
        step = self.train_function
        self.train_function = lambda iterator: step(iterator) | {"steps": 1.0}


class FunctionOfTesting(keras.Model):
    def make_test_function(self, force=False):
        super().make_test_function(force)
        step = self.test_function
        self.test_function = lambda iterator: step(iterator) | {"steps": 1.0}


class ComputeLoss(keras.Model):
    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        return loss + (0.1 * keras.ops.mean(keras.ops.square(y_pred)) if training else 1.0)


class OldComputeLoss(keras.Model):
    """Without `training`, as before Keras 3.3."""

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None):
        return 3 * super().compute_loss(x, y, y_pred, sample_weight)


class Metrics(keras.Model):
    """Shows a loss of its own only."""

    def __init__(self, *ends):
        super().__init__(*ends)
        self.mine = keras.metrics.Mean(name="mine")

    @property
    def metrics(self):
        return [self.mine]

    def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        self.mine.update_state(loss)
        return loss


class LossTracker(Metrics):
    """As the documentation of Keras has it: a metric of its own that is called loss."""

    def __init__(self, *ends):
        super().__init__(*ends)
        self.mine = keras.metrics.Mean(name="loss")


class Losses(keras.Model):
    @property
    def losses(self):
        return [0.1 * keras.ops.sum(keras.ops.square(self.layers[-1].kernel))]


class Compile(keras.Model):
    def compile(self, optimizer, loss, **how):
        super().compile(optimizer, "mse", **how)


class Weights(keras.Model):
    """Trains the last layer only, without freezing the others."""

    @property
    def trainable_weights(self):
        return self.layers[-1].trainable_weights


class JitCompile(keras.Model):
    @property
    def jit_compile(self):
        return False

    @jit_compile.setter
    def jit_compile(self, value):
        pass


def _function_by_hand(model):
    model.make_train_function()
    step = model.train_function
    model.train_function = lambda iterator: step(iterator) | {"steps": 1.0}


def _step_by_hand(model):
    step = model.train_step
    model.train_step = lambda data: step(data) | {"steps": 1.0}


# What the program does itself, because it calls it or what it stands for.
IN_THE_PROGRAM = [
    *(ComputeLoss, OldComputeLoss, Metrics, LossTracker, Losses, Compile, Weights),
    JitCompile,
]
BY_FIT = [
    *(
        ComputeMetrics,
        MetricOfItsOwn,
        TrainStep,
        StepOfTesting,
        MetricsResult,
        ResetMetrics,
        Evaluate,
    ),
    *(Fit, TrainFunction, FunctionOfTesting, _function_by_hand, _step_by_hand),
]


def _model(kind):
    set_seed(1)
    ends = keras.Input((4,))
    is_class = isinstance(kind, type)
    hidden = keras.layers.Dense(5, "tanh")(ends)
    model = (kind if is_class else keras.Model)(ends, keras.layers.Dense(3, "softmax")(hidden))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    if not is_class:
        kind(model)
    return model


@pytest.mark.parametrize(
    "kind",
    sampled([*IN_THE_PROGRAM, *BY_FIT], always=[ComputeMetrics]),
    ids=lambda kind: kind.__name__.strip("_"),
)
def test_a_model_with_a_method_of_its_own_has_the_history_of_fit(kind):
    models, histories = [], []
    y = np.eye(3)[Y] if kind is Compile else Y
    for train in (keras.Model.fit, compiled_fit):
        model = _model(kind)
        train = (
            model.fit
            if train is keras.Model.fit
            else lambda *a, m=model, **k: compiled_fit(m, *a, **k)
        )
        with warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("always")
            histories.append(train(X, y, validation_data=(X[:20], y[:20]), **HOW))
        models.append(model)
    expected, came = histories
    assert came.epoch == expected.epoch
    assert sorted(came.history) == sorted(expected.history)
    for name, values in expected.history.items():
        np.testing.assert_allclose(came.history[name], values, rtol=1e-4, atol=1e-5, err_msg=name)
    for one, other in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)
    said = [str(one.message) for one in told if "model.fit" in str(one.message)]
    assert [
        sentence.endswith("of its own: `model.fit` trains it, batch by batch.") for sentence in said
    ] == [True] * (kind in BY_FIT)


def test_early_stopping_hears_what_the_model_computes():
    stop = keras.callbacks.EarlyStopping("double_loss", mode="max", patience=1)
    with pytest.warns(UserWarning, match="The model has a compute_metrics of its own"):
        history = compiled_fit(_model(ComputeMetrics), X, Y, **{**HOW, "epochs": 9}, callbacks=stop)
    assert history.epoch == [0, 1]


# Public methods of Keras's trainer that no `fit` calls, or that only say how it was compiled.
NOT_OF_FIT = {
    *("distribute_strategy", "distribute_reduction_method", "predict_step", "predict"),
    *("make_predict_function", "train_on_batch", "test_on_batch", "predict_on_batch"),
    *("compiled_metrics", "compiled_loss", "loss", "metrics_names", "stateless_compute_loss"),
    *("get_compile_config", "compile_from_config", "run_eagerly"),
}


def test_every_public_method_of_keras_trainer_was_thought_of():
    """A method that a later Keras adds must be put into one of these lists."""
    trainers = [one for one in keras.Model.__mro__ if one.__name__.endswith("Trainer")]
    assert len(trainers) == 2
    public = {name for one in trainers for name in vars(one) if not name.startswith("_")}
    in_the_program = {"compute_loss", "metrics", "compile", "jit_compile"}
    assert public == in_the_program | set(compiled.CALLED_BY_FIT) | NOT_OF_FIT


@pytest.mark.parametrize(
    "kind", sampled([LossTracker, ComputeLoss, Losses, OldComputeLoss, Metrics])
)
def test_train_many_trains_them_as_fit_does(kind):
    def build():
        return _model(kind)

    ensemble = train_many(build, X, Y, n=2, epochs=3, batch_size=8, shuffle=False)
    model = build()
    model.set_weights([first[1] for first in ensemble.initial])
    expected = model.fit(X, Y, **HOW).history
    assert sorted(ensemble.history) == sorted(expected)
    for name, values in expected.items():
        np.testing.assert_allclose(ensemble.history[name][1], values, rtol=1e-4, err_msg=name)


@pytest.mark.parametrize("kind", [ComputeMetrics, MetricsResult, Evaluate, Weights])
def test_train_many_refuses_what_it_cannot_do_itself(kind):
    with pytest.raises(ValueError, match="of its own: train the members one after the other"):
        train_many(lambda: _model(kind), X, Y, n=2, epochs=1)
