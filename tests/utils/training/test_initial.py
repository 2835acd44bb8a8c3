"""First weights are drawn from the distributions of Keras's initializers, for each member anew."""

import keras
import numpy as np
import pytest
from scipy import stats

from utils.training import initial

SHAPE = (40, 30)
INITIALIZERS = {
    "default": None,
    "GlorotUniform": keras.initializers.GlorotUniform(),
    "GlorotNormal": keras.initializers.GlorotNormal(),
    "HeUniform": keras.initializers.HeUniform(),
    "HeNormal": keras.initializers.HeNormal(),
    "LecunUniform": keras.initializers.LecunUniform(),
    "LecunNormal": keras.initializers.LecunNormal(),
    "RandomUniform": keras.initializers.RandomUniform(-0.3, 0.7),
    "RandomNormal": keras.initializers.RandomNormal(0.5, 0.2),
    "TruncatedNormal": keras.initializers.TruncatedNormal(0.5, 0.2),
    "fan_out": keras.initializers.VarianceScaling(2.0, "fan_out", "untruncated_normal"),
    "fan_in": keras.initializers.VarianceScaling(3.0, "fan_in", "uniform"),
    "its axes": keras.initializers.VarianceScaling(1.0, input_axes=[1], output_axes=[0]),
    "Orthogonal": keras.initializers.Orthogonal(),
    "a function": lambda shape, dtype: keras.random.normal(shape, dtype=dtype),
}


def _layer(initializer, shape=SHAPE):
    layer = keras.layers.Layer()
    given = {} if initializer is None else {"initializer": initializer}
    return layer, layer.add_weight(shape=shape, **given)


def _drawn(initializer, members, shape=SHAPE):
    with initial.noted() as made:
        _, weight = _layer(initializer, shape)
    rngs = [np.random.default_rng([0, member]) for member in range(members)]
    return initial.draw([weight], made, rngs)[0]


@pytest.mark.parametrize("name", INITIALIZERS)
def test_members_are_drawn_from_the_distribution_of_keras(name):
    """Kolmogorov-Smirnov over 9,600 numbers each; with fixed seeds, so always the same answer."""
    keras.utils.set_random_seed(1)
    drawn = _drawn(INITIALIZERS[name], 8)
    keras_own = np.stack([_layer(INITIALIZERS[name])[1].numpy() for _ in range(8)])
    if name not in ("default", "a function"):
        # A Keras initializer without a seed repeats itself: take a new one for each draw.
        config = INITIALIZERS[name].get_config()
        keras_own = np.stack(
            [_layer(type(INITIALIZERS[name]).from_config(config))[1].numpy() for _ in range(8)]
        )
    assert stats.ks_2samp(drawn.ravel(), keras_own.ravel()).pvalue > 0.01
    assert drawn.dtype == keras_own.dtype
    assert len(np.unique(drawn[:, 0, 0])) == 8


def test_an_initializer_of_an_older_keras_has_no_axes(monkeypatch):
    initializer = keras.initializers.GlorotUniform()
    for name in ("input_axes", "output_axes"):
        vars(initializer).pop(name, None)
    monkeypatch.setattr(keras.initializers.GlorotUniform, "get_config", lambda self: {"seed": None})
    drawn = initial._how(
        keras.Variable(np.zeros(SHAPE)), initial.Made(initializer, np.zeros(SHAPE))
    )
    assert np.abs(drawn(np.random.default_rng(0))).max() == pytest.approx(np.sqrt(6 / 70), rel=0.01)


@pytest.mark.parametrize("scale", [0.9, 1.1])
def test_a_distribution_that_is_a_tenth_off_would_be_noticed(scale):
    drawn = _drawn(INITIALIZERS["GlorotUniform"], 8)
    keras_own = keras.initializers.GlorotUniform(seed=5)((320, 30)).numpy()
    own_limit, limit = np.sqrt(6 / 350), np.sqrt(6 / 70)
    assert (
        stats.ks_2samp(drawn.ravel(), scale * limit / own_limit * keras_own.ravel()).pvalue < 0.01
    )


def test_a_kernel_of_a_convolution_counts_its_places():
    keras.utils.set_random_seed(2)
    drawn = _drawn(keras.initializers.GlorotUniform(), 5, (5, 5, 8, 16))
    limit = np.sqrt(6 / (25 * 8 + 25 * 16))
    assert np.abs(drawn).max() == pytest.approx(limit, rel=1e-2)


def test_orthogonal_kernels_are_orthogonal():
    for kernel in _drawn(keras.initializers.Orthogonal(), 3):
        np.testing.assert_allclose(kernel.T @ kernel, np.eye(30), atol=1e-5)


@pytest.mark.parametrize(
    "initializer", [keras.initializers.Constant(0.3), "ones", keras.initializers.HeNormal(seed=3)]
)
def test_constants_and_an_own_seed_give_every_member_the_same(initializer):
    drawn = _drawn(initializer, 3)
    np.testing.assert_array_equal(
        drawn, np.broadcast_to(_layer(initializer)[1].numpy(), (3, *SHAPE))
    )


def test_weights_that_were_set_by_hand_stay():
    with initial.noted() as made:
        _, weight = _layer(None)
        weight.assign(np.arange(1200.0).reshape(SHAPE))
    drawn = initial.draw([weight], made, [np.random.default_rng(i) for i in range(2)])[0]
    np.testing.assert_array_equal(drawn[1], np.arange(1200.0).reshape(SHAPE))


def test_a_weight_without_initializer_is_refused():
    with pytest.raises(ValueError, match="make it with add_weight"):
        initial.draw([keras.Variable(np.ones(3))], {}, [np.random.default_rng(0)])


def test_layers_are_as_before_afterwards():
    add_weight = keras.layers.Layer.add_weight
    with initial.noted():
        assert keras.layers.Layer.add_weight is not add_weight
    assert keras.layers.Layer.add_weight is add_weight
