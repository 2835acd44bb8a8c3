"""The engine trains what Keras trains, as the Playground defines it; its states can be left."""

from typing import Any

import keras
import numpy as np
import pytest

from tests.utils.playground import original
from utils.playground import network
from utils.playground.engine import Engine, Losses
from utils.playground.points import features
from utils.playground.settings import OPTIMIZERS, PENALTIES

SMALL: dict[str, Any] = {"data": "gauss", "hidden": [3, 2], "share": 10}
SEVERAL: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "a small last batch": {"batch_size": 7},
    "L1": {"penalty": "L1", "penalty_rate": 0.03},
    "L2": {"penalty": "L2", "penalty_rate": 0.1},
    "Adam and ReLU": {"optimizer": "Adam", "activation": "relu", "learning_rate": 0.01},
    "no hidden layer": {"hidden": []},
    "a regression": {"data": "regress-gauss", "inputs": ["x1", "x2", "sin(x1)"]},
    "sigmoid": {"activation": "sigmoid", "initializer": "he_normal"},
}


def _fitted(model: keras.Model, engine: Engine, epochs: int) -> keras.Model:
    """Train a model by `model.fit` on the same batches as the engine."""
    model.fit(
        features(engine.points.x_train, engine.settings.inputs),
        engine.points.y_train,
        batch_size=engine.settings.batch_size,
        epochs=epochs,
        shuffle=False,
        verbose=0,
    )
    return model


@pytest.mark.parametrize("name", SEVERAL)
def test_it_trains_as_fit_does(name: str) -> None:
    engine = Engine(**(SMALL | SEVERAL[name]))
    first = engine.model.get_weights()
    engine.step(3)
    model = network.build(engine.settings, engine.points.is_regression)
    wanted = _fitted(model, engine, 3).get_weights()
    for ours, keras_s in zip(engine.model.get_weights(), wanted, strict=True):
        np.testing.assert_allclose(ours, keras_s, rtol=1e-4, atol=1e-5)
    assert any(np.abs(a - b).max() > 1e-3 for a, b in zip(first, wanted, strict=True))


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
@pytest.mark.parametrize("penalty", PENALTIES)
def test_it_trains_as_the_playground_does(activation: str, penalty: str) -> None:
    settings = {"activation": activation, "penalty": penalty, "penalty_rate": 0.1}
    engine = Engine(**(SMALL | settings))
    wanted = original.train(
        engine.model.get_weights(),
        network.activations(engine.settings, is_regression=False),
        features(engine.points.x_train, engine.settings.inputs),
        engine.points.y_train,
        batch_size=10,
        rate=0.03,
        penalty=penalty,
        penalty_rate=0.1,
        epochs=2,
    )
    engine.step(2)
    for ours, theirs in zip(engine.model.get_weights(), wanted, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_ten_epochs_are_ten_times_one() -> None:
    at_once, by_turns = (Engine(**SMALL, optimizer="Adam") for _ in range(2))
    at_once.step(10)
    for _ in range(10):
        by_turns.step()
    assert (at_once.epoch, by_turns.epoch) == (10, 10)
    for ours, others in zip(at_once.model.get_weights(), by_turns.model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, others, rtol=1e-6, atol=1e-7)
    assert [epoch for epoch, _ in by_turns.curve] == [*range(11)]


def test_a_long_curve_is_thinned_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("utils.playground.engine.MOST_KNOTS", 8)
    engine = Engine(**SMALL)
    for _ in range(30):
        engine.step()
    epochs = [epoch for epoch, _ in engine.curve]
    assert len(epochs) <= 8
    assert (epochs[0], epochs[-1]) == (0, 30)
    assert epochs == sorted(set(epochs))


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid", "linear"])
def test_units_give_what_keras_gives(activation: str) -> None:
    engine = Engine("xor", hidden=[3, 2], activation=activation, inputs=["x1", "x1*x2"])
    engine.step(2)
    x = engine.points.x_test
    inputs = features(x, engine.settings.inputs)
    found = engine.activations(x)
    assert [out.shape[1] for out in found] == [2, 3, 2, 1]
    np.testing.assert_array_equal(found[0], inputs)
    for out, layer in zip(found[1:], engine.model.layers, strict=True):
        upto = keras.Model(engine.model.inputs, layer.output)
        np.testing.assert_allclose(out, upto.predict(inputs, verbose=0), rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(
        engine.losses().test,
        0.5 * np.mean((found[-1][:, 0] - engine.points.y_test) ** 2),
        rtol=1e-5,
    )


def test_a_map_has_x1_to_the_right_and_x2_upwards() -> None:
    inputs, _ = Engine(hidden=[]).maps(across=12)
    np.testing.assert_allclose(inputs[0][:, 0], -5.5)
    np.testing.assert_allclose(inputs[1][-1], 5.5)


def test_weights_that_are_set_show_at_once_and_are_trained() -> None:
    engine = Engine(**SMALL)
    engine.step(1)
    assert not engine.is_edited
    engine.model.set_weights([np.zeros_like(part) for part in engine.model.get_weights()])
    assert engine.is_edited
    assert engine.losses().train == 0.5
    assert engine.step(1).train < 0.5
    assert "by hand" in engine.code()
    engine.reset()
    assert not engine.is_edited


def test_the_learning_rate_alone_lets_the_training_go_on() -> None:
    engine = Engine(**SMALL)
    engine.step(2)
    weights = engine.model.get_weights()
    assert not engine.change(learning_rate=0.3)
    assert engine.epoch == 2
    assert float(engine.model.optimizer.learning_rate) == pytest.approx(0.3)
    np.testing.assert_array_equal(weights[0], engine.model.get_weights()[0])
    assert engine.change(batch_size=5)
    assert engine.epoch == 0
    assert not engine.change(batch_size=5)


def test_a_wrong_setting_changes_nothing() -> None:
    engine = Engine(**SMALL)
    engine.step(1)
    with pytest.raises(ValueError, match="batch_size is a whole number from 1 to 30"):
        engine.change(batch_size=0, data="spiral")
    assert (engine.epoch, engine.settings.data) == (1, "gauss")


def test_the_same_settings_begin_and_end_alike() -> None:
    one, other = (Engine("spiral", hidden=[4], noise=20, seed=3) for _ in range(2))
    np.testing.assert_array_equal(one.points.x_train, other.points.x_train)
    assert one.step(5) == other.step(5)
    end = one.curve[-1]
    one.reset()
    assert one.epoch == 0
    one.step(5)
    assert one.curve[-1] == end
    other.change(seed=4)
    assert other.losses() != one.curve[0][1]


# ---- States that are left ----


def test_it_goes_back_ten_epochs() -> None:
    engine = Engine(**SMALL, optimizer="Adam")
    for _ in range(15):
        engine.step()
    then = engine.curve[5]
    end = engine.curve[-1][1]
    assert engine.back() == 5
    assert engine.losses() == then[1]
    assert engine.curve[-1] == then
    assert engine.step(10) == pytest.approx(end, rel=1e-5)  # with the moments of then
    assert not engine.is_edited


def test_it_goes_back_to_what_was_kept_where_steps_were_long() -> None:
    engine = Engine(**SMALL)
    engine.step(30)
    engine.step(30)
    assert engine.back() == 30
    assert engine.back() == 0
    assert engine.losses() == engine.curve[0][1]


def test_a_training_that_diverges_stops_and_can_be_left() -> None:
    engine = Engine("regress-plane", hidden=[8, 8], activation="relu", learning_rate=0.03)
    engine.step(1)
    engine.change(learning_rate=10)
    engine.step(50)
    assert engine.has_diverged
    epoch = engine.epoch
    engine.step(5)  # nothing is trained from there
    assert engine.epoch == epoch
    engine.change(learning_rate=0.03)
    assert engine.back() <= 1
    assert not engine.has_diverged
    assert np.isfinite(engine.step(5).train)


# ---- Code, many starts ----


@pytest.mark.parametrize("name", SEVERAL)
def test_its_code_trains_to_the_same_result(name: str) -> None:
    engine = Engine(**(SMALL | SEVERAL[name]))
    engine.step(2)
    engine.change(learning_rate=0.02)
    engine.step(2)
    names: dict[str, Any] = {}
    exec(engine.code(), names)
    for ours, theirs in zip(engine.model.get_weights(), names["model"].get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-5)


def test_code_of_data_of_ones_own_uses_them() -> None:
    mine = lambda x1, x2: x1 > x2  # noqa: E731 - as a student would give it
    engine = Engine(mine, hidden=[])
    engine.step(1)
    names: dict[str, Any] = {"mine": mine}
    exec(engine.code(), names)
    np.testing.assert_allclose(
        engine.model.get_weights()[0], names["model"].get_weights()[0], rtol=1e-4, atol=1e-5
    )


def test_many_starts_are_of_the_same_network() -> None:
    engine = Engine(**SMALL)
    found = engine.starts(3, epochs=4)
    model = network.build(engine.settings, is_regression=False)
    model.set_weights([part[1] for part in found.initial])
    _fitted(model, engine, 4)
    np.testing.assert_allclose(found.weights[0][1], model.get_weights()[0], rtol=1e-4, atol=1e-5)
    assert len({float(loss) for loss in found.history["val_loss"][:, -1]}) == 3


@pytest.mark.full
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_trains(optimizer: str) -> None:
    engine = Engine(**SMALL, optimizer=optimizer, learning_rate=0.01)
    before = engine.losses()
    after = engine.step(20)
    assert isinstance(after, Losses)
    assert after.train != before.train
    assert np.isfinite(after.train)


def test_settings_for_data_of_ones_own_need_them() -> None:
    with pytest.raises(ValueError, match="Playground\\(data=mine\\)"):
        Engine("mine")
