"""The grid on which `compiled_fit` must do the arithmetic of `model.fit`: cases and a comparison.

A case is one way to use Keras. `agree` trains the same model both ways, on the same rows in the
same order, and compares everything that training leaves behind.
"""

from __future__ import annotations

import functools
import random
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

import keras
import numpy as np
import pytest
from keras import layers, losses, optimizers

from utils.training import compiled_fit, set_seed

ROWS, VALIDATION_ROWS = 22, 9

# float64: what is asked. Keras sums what it reports in the same type, so this holds for losses too.
EXACT = {"rtol": 1e-10, "atol": 1e-10}
# float32: a rounding error is 6e-8 of a number. XLA sums in another order, and at most 20 steps
# carry the error on; adaptive optimizers divide it by small gradients. The largest deviation that
# the grid shows is 5e-5 (test_equivalence prints it); a planted bug moves a number by more than
# 1e-3.
ROUNDED = {"rtol": 3e-4, "atol": 3e-5}


@dataclass(frozen=True)
class Case:
    """One way to use Keras. Names are keys of the tables below.

    `in_graph` says that `fit` makes a graph, as it does for students. In the normal tier it makes
    none, which takes seconds, where the operations are the same.
    """

    network: str = "dense"
    loss: str = "sparse categorical crossentropy"
    optimizer: str = "Adam"
    options: tuple[str, ...] = ()
    batch_size: int = 5
    epochs: int = 2
    steps_per_program: int | None = None
    weights: str = "none"
    validation: str = "none"
    shuffle_seed: int | None = None
    callback: str = "none"
    metrics: str = "none"
    floatx: str = "float32"
    jit_compile: bool | str = "auto"
    in_graph: bool = False


# ---- Networks: the shape of one row of x, and the layers before the last one ----


def _integers(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.integers(0, 7, (n, 4))


def _normal(*shape: int) -> Callable[[np.random.Generator, int], np.ndarray]:
    return lambda rng, n: rng.normal(size=(n, *shape))


def _pictures(rng: np.random.Generator, n: int) -> np.ndarray:
    return rng.uniform(size=(n, 6, 6, 1))


L2 = keras.regularizers.L2(0.03)
# Before a normalisation no bias: its gradient is 0, so rounding alone would move it.
NETWORKS: dict[str, tuple[Any, Callable[[], list[keras.Layer]]]] = {
    "dense": (_normal(5), lambda: [layers.Dense(4, "tanh")]),
    "convolution, batch normalisation": (
        _normal(5, 5, 1),
        lambda: [
            *(layers.Conv2D(3, 3, use_bias=False), layers.BatchNormalization(momentum=0.7)),
            *(layers.Activation("tanh"), layers.Flatten()),
        ],
    ),
    "layer normalisation": (
        _normal(5),
        lambda: [layers.Dense(4, "tanh"), layers.LayerNormalization()],
    ),
    "group normalisation": (
        _normal(3, 4),
        lambda: [
            layers.Dense(4, "tanh"),
            *(layers.GroupNormalization(2), layers.GlobalAveragePooling1D()),
        ],
    ),
    "embedding": (_integers, lambda: [layers.Embedding(7, 3), layers.GlobalAveragePooling1D()]),
    "LSTM": (_normal(3, 2), lambda: [layers.LSTM(3)]),
    "GRU": (_normal(3, 2), lambda: [layers.GRU(3)]),
    "frozen layer": (
        _normal(5),
        lambda: [layers.Dense(4, "tanh", trainable=False), layers.Dense(4, "tanh")],
    ),
    "regularised": (
        _normal(5),
        lambda: [
            layers.Dense(4, "tanh", kernel_regularizer=L2, bias_regularizer="l1"),
            layers.Dense(4, "sigmoid", activity_regularizer=L2),
        ],
    ),
    "constrained": (
        _normal(5),
        lambda: [
            layers.Dense(4, "tanh", kernel_constraint=keras.constraints.MaxNorm(0.8)),
            layers.Dense(4, "sigmoid", kernel_constraint="non_neg", bias_constraint="unit_norm"),
        ],
    ),
    "two inputs, two outputs": (None, lambda: [layers.Dense(4, "tanh")]),
    # These draw random numbers, and XLA draws others than TensorFlow does.
    "dropout": (_normal(5), lambda: [layers.Dense(9, "tanh"), layers.Dropout(0.4)]),
    "noise": (_normal(5), lambda: [layers.GaussianNoise(0.3), layers.Dense(4, "tanh")]),
    "Gaussian dropout": (
        _normal(5),
        lambda: [layers.GaussianDropout(0.3, seed=4), layers.Dense(4, "tanh")],
    ),
    "spatial dropout": (
        _normal(3, 4),
        lambda: [layers.SpatialDropout1D(0.4), layers.Flatten(), layers.AlphaDropout(0.2)],
    ),
    "random pictures": (
        _pictures,
        lambda: [
            *(layers.RandomFlip(), layers.RandomBrightness(0.2, value_range=(0, 1))),
            *(layers.RandomContrast(0.3), layers.Flatten()),
        ],
    ),
    "all at once": (
        _normal(5),
        lambda: [
            layers.Dense(6, use_bias=False, kernel_regularizer=L2),
            *(layers.BatchNormalization(momentum=0.7), layers.Activation("tanh")),
            layers.Dropout(0.2),
        ],
    ),
}
RANDOM = (
    "dropout",
    "noise",
    "Gaussian dropout",
    "spatial dropout",
    "random pictures",
    "all at once",
)
# XLA needs 5 to 10 s for each of these, for the others 1 to 3 s.
SLOW = ("LSTM", "GRU", "noise", "Gaussian dropout", "spatial dropout", "random pictures")
QUICK = tuple(name for name in NETWORKS if name not in SLOW)


# ---- Losses: the loss, the activation of the output layer, its units, the kind of target ----

LOSSES: dict[str, tuple[Callable[[], Any], str, int, str]] = {
    "mse": (lambda: "mse", "linear", 2, "numbers"),
    "mae": (lambda: losses.MeanAbsoluteError(), "linear", 2, "numbers"),
    "huber": (lambda: losses.Huber(0.5), "linear", 2, "numbers"),
    "log cosh, summed": (lambda: losses.LogCosh(reduction="sum"), "linear", 2, "numbers"),
    "cosine similarity": (lambda: "cosine_similarity", "linear", 2, "numbers"),
    "Poisson": (lambda: "poisson", "softplus", 2, "classes"),
    "binary crossentropy": (lambda: "binary_crossentropy", "sigmoid", 1, "two classes"),
    "binary crossentropy of logits": (
        lambda: losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1),
        *("linear", 1, "two classes"),
    ),
    "binary focal": (lambda: "binary_focal_crossentropy", "sigmoid", 1, "two classes"),
    "hinge": (lambda: losses.SquaredHinge(), "tanh", 1, "two classes"),
    "sparse categorical crossentropy": (
        lambda: "sparse_categorical_crossentropy",
        *("softmax", 3, "classes"),
    ),
    "sparse categorical crossentropy of logits": (
        lambda: losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=0),
        *("linear", 3, "classes"),
    ),
    "categorical crossentropy": (
        lambda: losses.CategoricalCrossentropy(label_smoothing=0.1),
        *("softmax", 3, "one-hot"),
    ),
    "categorical focal": (lambda: "categorical_focal_crossentropy", "softmax", 3, "one-hot"),
    "Kullback-Leibler": (lambda: "kl_divergence", "softmax", 3, "one-hot"),
    "Dice": (lambda: losses.Dice(), "softmax", 3, "one-hot"),
    "a function": (lambda: squared, "linear", 2, "numbers"),
}


def squared(y_true: Any, y_pred: Any) -> Any:
    return keras.ops.mean(keras.ops.square(y_true - y_pred), axis=-1)


# ---- Optimizers, and what can be switched on in each ----

OPTIMIZERS: dict[str, Callable[..., keras.Optimizer]] = {
    "SGD": optimizers.SGD,
    "SGD, momentum": lambda rate, **how: optimizers.SGD(rate, momentum=0.9, **how),
    "SGD, Nesterov": lambda rate, **how: optimizers.SGD(rate, momentum=0.8, nesterov=True, **how),
    "RMSprop": lambda rate, **how: optimizers.RMSprop(rate, centered=True, momentum=0.5, **how),
    "Adam": optimizers.Adam,
    "Adam, AMSGrad": lambda rate, **how: optimizers.Adam(rate, amsgrad=True, **how),
    "AdamW": optimizers.AdamW,
    "Adadelta": optimizers.Adadelta,
    "Adagrad": optimizers.Adagrad,
    "Adamax": optimizers.Adamax,
    "Adafactor": optimizers.Adafactor,
    "Nadam": optimizers.Nadam,
    "Ftrl": optimizers.Ftrl,
    "Lion": optimizers.Lion,
    "Lamb": optimizers.Lamb,
    "Muon": optimizers.Muon,
    "ScheduleFreeAdamW": optimizers.ScheduleFreeAdamW,
    "LossScaleOptimizer": lambda rate, **how: optimizers.LossScaleOptimizer(
        optimizers.SGD(rate, **how), initial_scale=8.0, dynamic_growth_steps=3
    ),
}

SCHEDULES: dict[str, Callable[[], Any]] = {
    "exponential decay": lambda: optimizers.schedules.ExponentialDecay(0.05, 3, 0.7),
    "cosine decay": lambda: optimizers.schedules.CosineDecay(
        0.01, 7, warmup_target=0.05, warmup_steps=3
    ),
    "piecewise constant": lambda: optimizers.schedules.PiecewiseConstantDecay(
        [2, 5], [0.05, 0.02, 0.01]
    ),
}
OPTIONS: dict[str, dict[str, Any]] = {
    "clipnorm": {"clipnorm": 0.1},
    "global_clipnorm": {"global_clipnorm": 0.2},
    "clipvalue": {"clipvalue": 0.05},
    "weight_decay": {"weight_decay": 0.02},
    "use_ema": {"use_ema": True, "ema_momentum": 0.8},
    "ema_overwrite_frequency": {
        "use_ema": True,
        "ema_momentum": 0.7,
        "ema_overwrite_frequency": 3,
    },
    "gradient_accumulation_steps": {"gradient_accumulation_steps": 3},
}
CLIPS, EMAS = ("clipnorm", "global_clipnorm", "clipvalue"), ("use_ema", "ema_overwrite_frequency")


def optimizer(case: Case) -> keras.Optimizer:
    rate: Any = 0.05
    how: dict[str, Any] = {}
    for option in case.options:
        if option in SCHEDULES:
            rate = SCHEDULES[option]()
        else:
            how |= OPTIONS[option]
    return OPTIMIZERS[case.optimizer](rate, **how)


# ---- The model and the data of a case ----


def model_of(case: Case, **compiled: Any) -> keras.Model:
    """Build and compile the model of a case; the same case gives the same first weights."""
    set_seed(5)
    make_loss, activation, units, _ = LOSSES[case.loss]
    _, hidden = NETWORKS[case.network]
    last = layers.Dense(units, activation, name="y")
    metrics, loss = _metrics(case), make_loss()
    if case.network == "two inputs, two outputs":
        first, second = keras.Input((3,), name="first"), keras.Input((2,), name="second")
        hidden_value = layers.concatenate([first, second])
        for layer in hidden():
            hidden_value = layer(hidden_value)
        outputs = [last(hidden_value), layers.Dense(1, name="z")(hidden_value)]
        model = keras.Model([first, second], outputs)
        loss, metrics = [loss, "mse"], [metrics, ["mae"]] if metrics else None
        compiled |= {"loss_weights": [1.0, 0.3]}
    else:
        shape = _x(case, np.random.default_rng(0), 1).shape[1:]
        model = keras.Sequential([keras.Input(shape), *hidden(), last])
    weighted = {"weighted_metrics": metrics} if case.metrics == "weighted" else {"metrics": metrics}
    model.compile(optimizer(case), loss, jit_compile=case.jit_compile, **weighted, **compiled)
    return model


def _metrics(case: Case) -> list[Any] | None:
    if case.metrics == "none":
        return None
    kind = LOSSES[case.loss][3]
    own = {
        "numbers": ["mae", keras.metrics.R2Score()],
        "two classes": ["accuracy", keras.metrics.AUC(num_thresholds=20, name="auc")],
        "classes": ["accuracy"],
        "one-hot": ["accuracy", keras.metrics.F1Score()],
    }
    return ["mse"] if case.loss == "Poisson" else own[kind]


def _x(case: Case, rng: np.random.Generator, n: int) -> Any:
    make, _ = NETWORKS[case.network]
    return make(rng, n) if make else [rng.normal(size=(n, 3)), rng.normal(size=(n, 2))]


def _y(case: Case, rng: np.random.Generator, n: int) -> Any:
    _, _, units, kind = LOSSES[case.loss]
    classes = rng.integers(0, 3, n)
    y = {
        "numbers": lambda: rng.normal(size=(n, units)),
        "two classes": lambda: rng.integers(0, 2, (n, 1)).astype(float),
        "classes": lambda: rng.integers(0, 3, (n, 2)) if case.loss == "Poisson" else classes,
        "one-hot": lambda: np.eye(3)[classes],
    }[kind]()
    is_two = case.network == "two inputs, two outputs"
    return [y, rng.normal(size=(n, 1))] if is_two else y


def _weights(case: Case, rng: np.random.Generator, n: int) -> Any:
    weights = rng.uniform(0, 3, n)
    is_two = case.network == "two inputs, two outputs"
    return [weights, weights[::-1].copy()] if is_two else weights


def data_of(case: Case) -> dict[str, Any]:
    """What both ways of training are given: x, y, weights, validation and the numbers."""
    rng = np.random.default_rng(3)
    given: dict[str, Any] = {
        "x": _x(case, rng, ROWS),
        "y": _y(case, rng, ROWS),
        "batch_size": case.batch_size,
        "epochs": case.epochs,
        "shuffle": False,
    }
    if case.weights == "sample_weight":
        given["sample_weight"] = _weights(case, rng, ROWS)
    if case.weights == "class_weight":
        given["class_weight"] = {0: 0.3, 2: 4.0}
    pair = (_x(case, rng, VALIDATION_ROWS), _y(case, rng, VALIDATION_ROWS))
    if case.validation == "pair":
        given["validation_data"] = pair
    if case.validation == "weighted":
        given["validation_data"] = (*pair, _weights(case, rng, VALIDATION_ROWS))
    if case.validation == "split":
        given["validation_split"] = 0.3
    if case.callback != "none":
        given["callbacks"] = [CALLBACKS[case.callback]()]
    return given


CALLBACKS: dict[str, Callable[[], keras.callbacks.Callback]] = {
    "LearningRateScheduler": lambda: keras.callbacks.LearningRateScheduler(
        lambda epoch, rate: rate * 0.5
    ),
    # The loss falls, so it is "no better" in every epoch.
    "ReduceLROnPlateau": lambda: keras.callbacks.ReduceLROnPlateau(
        "loss", factor=0.3, patience=1, mode="max"
    ),
}


class _Batches(keras.utils.PyDataset):
    """Batches in the orders that a seed gives, as the documentation of `compiled_fit` has it."""

    def __init__(self, arrays: Any, batch_size: int, seed: int) -> None:
        super().__init__()
        self._arrays, self._batch_size = arrays, batch_size
        self._rng = np.random.default_rng(seed)
        self._order = np.arange(ROWS)  # for a look at a batch before the training

    def __len__(self) -> int:
        return -(-ROWS // self._batch_size)

    def __getitem__(self, index: int) -> Any:
        rows = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        return keras.tree.map_structure(lambda array: array[rows], self._arrays)

    def on_epoch_begin(self) -> None:
        self._order = self._rng.permutation(np.arange(ROWS, dtype=np.int32))


def _in_order(given: dict[str, Any], seed: int) -> dict[str, Any]:
    given = dict(given)
    parts = [given.pop(name) for name in ("x", "y", "sample_weight") if name in given]
    # A batch of Keras holds no lists.
    arrays = tuple(tuple(part) if isinstance(part, list) else part for part in parts)
    batch_size = given.pop("batch_size")
    batches = _Batches(arrays, batch_size, seed)
    return given | {"x": batches, "validation_batch_size": batch_size}


# ---- The comparison ----


@dataclass(frozen=True)
class Trained:
    """What a training leaves behind: the history, and the values of all variables by name."""

    epochs: list[int]
    history: dict[str, list[Any]]
    variables: list[tuple[str, np.ndarray]]


Plant = Callable[[keras.Model, pytest.MonkeyPatch], None]


def _is_eager(case: Case) -> bool:
    """Whether `fit` goes without a graph.

    With two outputs it must: in a graph Keras does not know the rows of a batch, and then counts
    the last, smaller one as much as the others in the losses of single outputs. With random layers
    it must not, since only XLA draws what XLA draws; nor with a schedule in float64, which Keras
    computes in float32, with another last bit where there is no graph.
    """
    if case.network == "two inputs, two outputs":
        return True
    is_fine = any(name in SCHEDULES for name in case.options) and case.floatx == "float64"
    return not case.in_graph and case.jit_compile == "auto" and not is_fine


@functools.cache
def by_fit(case: Case) -> Trained:
    """Train by `model.fit`."""
    with floats(case.floatx):
        model = model_of(case, **({"run_eagerly": True} if _is_eager(case) else {}))
        # Keras forgets to copy the weights into this optimizer's slots when a graph creates them.
        if case.optimizer == "ScheduleFreeAdamW":
            model.optimizer.build(model.trainable_variables)
        given = data_of(case)
        if case.shuffle_seed is not None:
            given = _in_order(given, case.shuffle_seed)
        return _trained(model, model.fit(**given, verbose=0))


def by_program(case: Case, plant: Plant | None = None) -> Trained:
    """Train by `compiled_fit`, if wanted with a bug planted."""
    with floats(case.floatx), pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        # A fallback would compare `fit` with `fit`.
        warnings.filterwarnings("error", ".*trains it, batch by batch|.*cannot train this model")
        model = model_of(case)
        if plant is not None:
            plant(model, patch)
        given = data_of(case) | {"steps_per_program": case.steps_per_program}
        if case.shuffle_seed is not None:
            given |= {"shuffle": True, "seed": case.shuffle_seed}
        return _trained(model, compiled_fit(model, **given, verbose=0))


def agree(case: Case, plant: Plant | None = None) -> float:
    """Train both ways and compare; return the largest deviation, relative where it can be.

    Raises:
        AssertionError: histories, weights, statistics or the optimizer's slots differ.
        UserWarning: there was a fallback.
    """
    tolerance = EXACT if case.floatx == "float64" else ROUNDED
    expected, came = by_fit(case), by_program(case, plant)
    assert came.epochs == expected.epochs
    assert list(came.history) == list(expected.history)
    # What a metric makes of NaN is nobody's arithmetic: an AUC of it is 0 here and 0.5 there.
    lost = np.flatnonzero(np.isnan(expected.history["loss"]))
    told = slice(lost[0] if lost.size else None)
    np.testing.assert_array_equal(lost, np.flatnonzero(np.isnan(came.history["loss"])))
    pairs = [
        (name, values[told], expected.history[name][told]) for name, values in came.history.items()
    ] + [
        (name, ours, keras_own)
        for (name, ours), (_, keras_own) in zip(came.variables, expected.variables, strict=True)
    ]
    for name, ours, keras_own in pairs:
        np.testing.assert_allclose(ours, keras_own, **tolerance, err_msg=f"{name} in {case}")
    return max(_deviation(ours, keras_own) for _, ours, keras_own in pairs)


def _trained(model: keras.Model, history: keras.callbacks.History) -> Trained:
    assert history is model.history
    every = [*model.variables, *model.optimizer.variables]
    return Trained(
        history.epoch, history.history, [(one.path, np.array(one.numpy())) for one in every]
    )


def _deviation(a: Any, b: Any) -> float:
    a, b = np.asarray(a, float), np.asarray(b, float)
    apart = np.abs(a - b) / (np.abs(b) + 0.1)
    return float(np.max(apart[~np.isnan(apart)], initial=0))


@contextmanager
def floats(floatx: str) -> Iterator[None]:
    """Let Keras calculate in this type."""
    keras.config.set_floatx(floatx)
    keras.config.set_dtype_policy(floatx)
    try:
        yield
    finally:
        keras.config.set_floatx("float32")
        keras.config.set_dtype_policy("float32")


# ---- Cases by number ----


def numbered(number: int, networks: tuple[str, ...] = tuple(NETWORKS)) -> Case:
    """The case of this number, always the same one.

    Optimizers, losses and networks take turns, so that the first 18 cases meet all of a table; the
    rest is drawn with the number as seed.
    """
    rng = random.Random(number)

    def one_of(*values: Any) -> Any:
        return rng.choice(values)

    # Shifted by one in each round of the optimizers, or a network would always meet one loss.
    network = networks[(number + number // len(OPTIMIZERS)) % len(networks)]
    case = Case(
        network=network,
        loss=list(LOSSES)[number % len(LOSSES)],
        optimizer=list(OPTIMIZERS)[number % len(OPTIMIZERS)],
        batch_size=one_of(5, 11, 7, 22, 32, 1),
        epochs=one_of(1, 2, 3, 4),
        steps_per_program=one_of(None, 1, 3, 5, 12),
        weights=one_of("none", "sample_weight", "class_weight"),
        validation=one_of("none", "pair", "weighted", "split"),
        metrics=one_of("none", "metrics", "weighted"),
        floatx=one_of("float32", "float64"),
        shuffle_seed=one_of(None, None, 7),
        jit_compile=True if network in RANDOM else "auto",
    )
    picked = (one_of(None, *SCHEDULES), one_of(None, *CLIPS), one_of(None, *EMAS))
    decay = one_of(None, "weight_decay")
    accumulation = one_of(None, "gradient_accumulation_steps")
    options = tuple(option for option in (*picked, decay, accumulation) if option)
    return possible(replace(case, options=options))


def possible(case: Case) -> Case:
    """Leave out what Keras does not take together."""
    is_two = case.network == "two inputs, two outputs"
    if case.weights == "class_weight" and (
        is_two or LOSSES[case.loss][3] == "numbers" or case.loss == "Poisson"
    ):
        case = replace(case, weights="none")
    # Keras computes a schedule in float32 always: Muon cannot multiply that by float64, and without
    # a graph, as two outputs are trained (see `by_fit`), the last bit of it comes out differently.
    if (case.optimizer == "Muon" or is_two) and any(name in SCHEDULES for name in case.options):
        case = replace(case, floatx="float32")
    if case.shuffle_seed is not None:  # `fit` gets batches then
        split, weights = case.validation == "split", case.weights == "class_weight"
        case = replace(
            case,
            validation="pair" if split else case.validation,
            weights="sample_weight" if weights else case.weights,
        )
    return case
