"""First weights of many networks of one architecture, drawn as Keras would draw them for each.

Building a model anew for each start costs some 30 ms. Here it is built once; what each weight was
drawn by is noted, and drawn again for every member.
"""

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import keras
import numpy as np
from scipy import stats

from utils.training import internals
from utils.training.seeds import LARGEST_SEED

initializers = keras.initializers

# These give the same numbers to every network.
CONSTANT = (initializers.Zeros, initializers.Ones, initializers.Constant, initializers.Identity)
SCALED = (
    *(initializers.VarianceScaling, initializers.GlorotUniform, initializers.GlorotNormal),
    *(initializers.HeUniform, initializers.HeNormal),
    *(initializers.LecunUniform, initializers.LecunNormal),
)
# VarianceScaling makes up for what the cut at two standard deviations takes away.
STDDEV_OF_CUT_NORMAL = stats.truncnorm(-2, 2).std()

Draw = Callable[[np.random.Generator], np.ndarray]


class Made(NamedTuple):
    """How a weight came to its first value."""

    initializer: Any
    value: np.ndarray


@contextmanager
def noted() -> Iterator[dict[int, Made]]:
    """Note the initializer and the first value of each weight that a layer makes, by its id."""
    made: dict[int, Made] = {}
    signature = inspect.signature(keras.layers.Layer.add_weight)

    def note(variable: keras.Variable, *args: Any, **kwargs: Any) -> None:
        given = signature.bind(*args, **kwargs).arguments
        default = "glorot_uniform" if "float" in variable.dtype else "zeros"
        initializer = initializers.get(given.get("initializer") or default)
        made[id(variable)] = Made(initializer, variable.numpy())

    with internals.noting_weights(note):
        yield made


def draw(
    variables: Sequence[keras.Variable],
    made: dict[int, Made],
    rngs: Sequence[np.random.Generator],
) -> list[np.ndarray]:
    """Draw first values for every member: for each variable an array (members, *shape).

    Raises:
        ValueError: a weight was made in a way that cannot be repeated.
    """
    return [_stacked(_how(variable, made.get(id(variable))), rngs) for variable in variables]


def _stacked(how: Draw, rngs: Sequence[np.random.Generator]) -> np.ndarray:
    return np.stack([how(rng) for rng in rngs])


def _how(variable: keras.Variable, made: Made | None) -> Draw:
    value = variable.numpy()
    if made is None:
        return _how_without_note(variable, value)
    initializer = made.initializer
    is_set = not np.array_equal(value, made.value, equal_nan=True)  # set by hand after it was made
    if is_set or isinstance(initializer, CONSTANT):
        return lambda rng: value
    if not isinstance(initializer, initializers.Initializer):
        return lambda rng: np.asarray(initializer(value.shape, dtype=variable.dtype))
    settings = initializer.get_config()
    if isinstance(settings.get("seed"), int):  # its own seed: the same numbers in each network
        return lambda rng: value
    known = _distribution(initializer, settings, value.shape)
    if known is not None:
        return lambda rng: known(rng).astype(value.dtype)
    return lambda rng: np.asarray(
        type(initializer).from_config({**settings, "seed": int(rng.integers(LARGEST_SEED))})(
            value.shape, dtype=variable.dtype
        )
    )


def _how_without_note(variable: keras.Variable, value: np.ndarray) -> Draw:
    if variable.name == "seed_generator_state":
        return lambda rng: rng.integers(0, LARGEST_SEED, value.shape).astype(value.dtype)
    if variable.trainable:
        raise ValueError(
            f"The first value of {variable.path} cannot be drawn again: make it with add_weight."
        )
    return lambda rng: value


def _distribution(
    initializer: Any, settings: dict[str, Any], shape: tuple[int, ...]
) -> Draw | None:
    """Draw from the distribution of this initializer of Keras; None if it is not known here."""
    if type(initializer) in SCALED and not _names_axes(settings):
        return _scaled(initializer, shape)
    if type(initializer) is initializers.RandomUniform:
        return lambda rng: rng.uniform(settings["minval"], settings["maxval"], shape)
    if type(initializer) is initializers.RandomNormal:
        return lambda rng: rng.normal(settings["mean"], settings["stddev"], shape)
    if type(initializer) is initializers.TruncatedNormal:
        return lambda rng: _cut_normal(rng, settings["mean"], settings["stddev"], shape)
    return None


def _names_axes(settings: dict[str, Any]) -> bool:
    """Whether the connections are counted along other axes; Keras can be asked to since 3.15."""
    return any(settings.get(name) is not None for name in ("input_axes", "output_axes"))


def _scaled(initializer: Any, shape: tuple[int, ...]) -> Draw:
    """Glorot, He, Lecun: a spread of sqrt(scale / fan), where fan counts the connections."""
    fan_in, fan_out = _fans(shape)
    fans = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}
    stddev = np.sqrt(initializer.scale / max(1.0, fans[initializer.mode]))
    if initializer.distribution == "uniform":
        limit = np.sqrt(3) * stddev
        return lambda rng: rng.uniform(-limit, limit, shape)
    if initializer.distribution == "untruncated_normal":
        return lambda rng: rng.normal(0, stddev, shape)
    return lambda rng: _cut_normal(rng, 0, stddev / STDDEV_OF_CUT_NORMAL, shape)


def _fans(shape: tuple[int, ...]) -> tuple[float, float]:
    """Connections into and out of a unit; a convolution has them for each place of its kernel."""
    if len(shape) < 2:
        size = float(np.prod(shape))
        return size, size
    places = float(np.prod(shape[:-2]))
    return places * shape[-2], places * shape[-1]


def _cut_normal(
    rng: np.random.Generator, mean: float, stddev: float, shape: tuple[int, ...]
) -> np.ndarray:
    """A normal distribution without what lies beyond two standard deviations."""
    return mean + stddev * stats.truncnorm.ppf(rng.uniform(size=shape), -2, 2)
