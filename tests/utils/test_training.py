import random

import keras
import numpy as np
import pytest

from utils.data import xor
from utils.training import Progress, set_seed


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
