"""Facts of a Keras model, as a check sees it: rebuilt, with what it was compiled with as text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.utils.checks.judged import judged
from utils.checks import network
from utils.checks.core import Model
from utils.checks.gates import AND, CORNERS, XOR

GRID = np.array([[a, b] for a in (-2.0, 0.0, 1.0, 3.0) for b in (-1.0, 0.0, 2.0)])


def seen(layers: list[Any], ask: Callable[[Model], Any], **compiled: Any) -> Any:
    """What `ask` says of a model of two inputs with these layers."""
    import keras

    keras.utils.set_random_seed(0)
    student = keras.Sequential([keras.Input((2,)), *layers])
    if compiled:
        student.compile(**compiled)
    found = []

    def judge(student: Model) -> None:
        found.append(ask(student))

    result = judged(judge, {"student": student})
    assert result.verdict == "right", result
    return found[0]


def dense(units: int, activation: str | None = None, **settings: Any) -> Any:
    import keras

    return keras.layers.Dense(units, activation, **settings)


def test_losses_by_name_by_object_and_of_ones_own() -> None:
    import keras

    def facts(model: Model) -> tuple[bool, bool, bool]:
        return (
            network.expects_logits(model),
            network.has_regression_loss(model),
            network.has_own_loss(model),
        )

    logits = keras.losses.BinaryCrossentropy(from_logits=True)
    assert seen([dense(1)], facts, loss=logits) == (True, False, False)
    assert seen([dense(1)], facts, loss="binary_crossentropy") == (False, False, False)
    assert seen([dense(1)], facts, loss=keras.losses.Huber()) == (False, True, False)
    assert seen([dense(1)], facts, loss="mean_squared_error") == (False, True, False)
    own = keras.losses.binary_crossentropy
    assert seen([dense(1)], facts, loss=own)[2]
    assert seen([dense(1)], network.loss, loss=logits).count("binarycrossentropy")
    assert seen([dense(1)], network.loss) in {"", "null"}
    assert seen([dense(1)], facts) == (False, False, False)


def test_the_optimizer_and_its_rate() -> None:
    import keras

    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    sgd = seen([dense(1)], network.optimizer, loss="mse", optimizer=keras.optimizers.SGD(0.5))
    assert sgd == ("SGD", 0.5)
    schedule = {"loss": "mse", "optimizer": keras.optimizers.SGD(rate)}
    assert seen([dense(1)], network.optimizer, **schedule) == ("", 0.0)
    assert seen([dense(1)], network.optimizer) == ("", 0.0)


def test_activations_and_units_of_the_layers() -> None:
    import keras

    layers = [dense(5, "tanh"), dense(4), keras.layers.ReLU(), dense(3), dense(2, "softmax")]

    def facts(model: Model) -> list[Any]:
        return [
            network.activations(model),
            network.last_activation(model),
            network.hidden_units(model),
            network.hidden_units(model, "relu"),
            network.columns(model),
        ]

    expected = [["tanh", "relu", "linear", "softmax"], "softmax", 12, 4, 2]
    assert seen(layers, facts) == expected


@pytest.mark.parametrize(
    ("last", "name"),
    [
        (lambda k: [k.layers.Dense(1)], "linear"),
        (lambda k: [k.layers.Dense(1), k.layers.Activation("sigmoid")], "sigmoid"),
        (lambda k: [k.layers.Dense(1), k.layers.ReLU(), k.layers.Reshape(())], "relu"),
        (lambda k: [k.Sequential([k.Input((2,)), k.layers.Dense(1, "tanh")])], "tanh"),
        (lambda k: [k.layers.Dense(1, "tanh"), k.layers.BatchNormalization()], ""),
    ],
)
def test_the_activation_that_makes_the_output(last: Callable[[Any], list[Any]], name: str) -> None:
    import keras

    assert seen(last(keras), network.last_activation) == name


def test_a_sum_is_made_by_no_activation() -> None:
    import keras

    x = keras.Input((2,))
    both = dense(1)(x) + dense(1, "sigmoid")(x)
    assert seen([keras.Model(x, both)], network.last_activation) == ""
    assert seen([keras.Model(x, keras.ops.sigmoid(both))], network.last_activation) == "sigmoid"


@pytest.mark.parametrize(
    ("layers", "is_linear"),
    [
        (lambda: [dense(3), dense(1)], True),
        (lambda: [dense(3), dense(1, "sigmoid")], True),
        (lambda: [dense(3), dense(2, "softmax")], True),
        (lambda: [dense(3, "tanh"), dense(1)], False),
        (lambda: [dense(1, "relu")], False),
        # A ReLU that never bends on these inputs is one all the same.
        (
            lambda: [
                dense(3, "relu", bias_initializer="ones", kernel_initializer="zeros"),
                dense(1),
            ],
            False,
        ),
    ],
)
def test_a_linear_model_is_found(layers: Callable[[], list[Any]], is_linear: bool) -> None:
    assert seen(layers(), lambda model: network.is_linear(model, GRID)) == is_linear


def test_where_a_model_takes_few_numbers_those_are_looked_at() -> None:
    import keras

    layers = [keras.layers.Embedding(2, 4), keras.layers.Flatten(), dense(1)]
    assert seen(layers, lambda model: network.is_linear(model, GRID, CORNERS))


def test_affine_is_straight_everywhere() -> None:
    assert network.is_affine(GRID, GRID @ np.array([[1.0, 2.0], [3.0, 4.0]]) + 5)
    assert network.is_affine(CORNERS, np.full(4, 0.5))
    assert not network.is_affine(CORNERS, XOR)
    assert not network.is_affine(CORNERS, np.column_stack([CORNERS[:, 0], AND]))


def test_weights_that_no_training_leaves() -> None:
    def facts(model: Model) -> list[Any]:
        biases = [bool(np.any(bias)) for bias in network.biases(model)]
        return [network.has_round_weights(model), network.has_identical_units(model), biases]

    ones = {"kernel_initializer": "ones"}
    assert seen([dense(3, "tanh", **ones), dense(1, **ones)], facts) == [True, True, [False, False]]
    assert seen([dense(3, "tanh"), dense(1, use_bias=False)], facts) == [False, False, [False]]
    kernel = seen([dense(3, "tanh"), dense(1)], network.first_kernel)
    assert kernel.shape == (2, 3)


def test_dead_units_give_0_for_all_rows() -> None:
    import keras

    dead = {"bias_initializer": keras.initializers.Constant(-9.0)}
    assert seen([dense(3, "relu", **dead), dense(1)], lambda m: network.is_dead(m, CORNERS))
    assert not seen([dense(3, "tanh", **dead), dense(1)], lambda m: network.is_dead(m, CORNERS))


def test_logits_are_known_by_their_size_or_by_layer_and_loss() -> None:
    import keras

    logits = keras.losses.BinaryCrossentropy(from_logits=True)
    large, small = np.array([-3.0, 3.0]), np.array([0.1, 0.9])
    for outputs, compiled, expected in (
        (large, {}, True),
        (small, {}, False),
        (small, {"loss": logits}, True),
        (small, {"loss": "binary_crossentropy"}, False),
    ):
        found = seen([dense(1)], lambda m, o=outputs: network.gives_logits(m, o), **compiled)
        assert found == expected
    assert not seen([dense(2)], lambda m: network.gives_logits(m, large))


def test_probabilities_add_up_to_1() -> None:
    assert network.are_probabilities(np.array([[0.2, 0.8], [1.0, 0.0]]))
    assert not network.are_probabilities(np.array([[0.2, 0.9]]))
    assert not network.are_probabilities(np.array([[-0.2, 1.2]]))


def test_a_network_can_be_trained_on() -> None:
    layers = [dense(8, "tanh"), dense(1)]
    later = seen(layers, lambda model: network.outputs_after(model, CORNERS, XOR, steps=150))
    assert later.shape == (4, 1)
    assert np.array_equal(later.ravel() > 0, XOR == 1)


# ---- Sizes, and what a network computes with known weights ----


def picture_model(*layers: Any, shape: tuple[int, ...] = (4, 5)) -> Any:
    import keras

    return Model.own(keras.Sequential([keras.Input(shape), *layers]))


def test_networks_of_the_same_sizes_that_compute_the_same_give_the_same() -> None:
    from keras.layers import Conv2D, Dropout, Flatten, Rescaling

    plain = picture_model(Flatten(), dense(3, "relu"), dense(2))
    whole = picture_model(
        Conv2D(3, (4, 5), activation="relu"), Flatten(), dense(2), shape=(4, 5, 1)
    )
    sizes = ((4, 5), (2,), [(20, 3), (3,), (3, 2), (2,)])
    assert network.sizes(plain) == network.sizes(whole) == sizes
    assert network.parameters(sizes[2]) == plain.count_params() == 71

    outputs = network.outputs_with_known_weights(plain)
    assert outputs.shape == (8, 2)
    for same in (whole, picture_model(Flatten(), dense(3, "relu"), Dropout(0.5), dense(2))):
        np.testing.assert_allclose(network.outputs_with_known_weights(same), outputs, atol=1e-5)
    for other in (
        picture_model(Flatten(), dense(3), dense(2)),
        picture_model(Flatten(), dense(3, "relu"), dense(2, "softmax")),
        picture_model(Rescaling(0.1), Flatten(), dense(3, "relu"), dense(2)),
        picture_model(Flatten(), dense(3, "tanh"), dense(2)),
    ):
        assert np.abs(network.outputs_with_known_weights(other) - outputs).max() > 0.01


@pytest.mark.parametrize("last", [None, "softmax"])
def test_more_epochs_teach_classes(last: str | None) -> None:
    import keras

    keras.utils.set_random_seed(0)
    rng = np.random.default_rng(0)
    y = np.arange(300) % 3
    x = np.eye(3)[y] + rng.normal(0, 0.1, (300, 3))
    model = Model.own(keras.Sequential([keras.Input((3,)), dense(16, "relu"), dense(3, last)]))
    later = network.outputs_after_epochs(model, x, y, x[:6], epochs=25)
    assert later.argmax(axis=1).tolist() == [0, 1, 2, 0, 1, 2]
    assert network.are_probabilities(later) == (last == "softmax")
