import random

import keras
import numpy as np
import pytest

from utils.data import xor
from utils.training import set_seed


def _train(seed):
    set_seed(seed)
    model = keras.Sequential(
        [keras.Input((2,)), keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    model.fit(xor().X, xor().y, epochs=5, batch_size=1, verbose=0)
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
