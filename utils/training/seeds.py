"""One seed for every random number of a training."""

import numbers

import keras

LARGEST_SEED = 2**32 - 1


def set_seed(seed: int) -> None:
    """Seed Python's, NumPy's and Keras's random numbers: initial weights, shuffling, dropout.

    The same seed gives the same numbers again on the same machine with the same versions, on the
    CPU. Another processor or a GPU sums in another order: its first digits agree, and long
    training may drift apart. Anything drawn from `numpy.random.default_rng()` needs a seed of its
    own.

    Raises:
        ValueError: the seed is not a whole number from 0 to 2**32 - 1.
    """
    is_whole = isinstance(seed, numbers.Integral) and not isinstance(seed, bool)
    if not is_whole or not 0 <= seed <= LARGEST_SEED:
        raise ValueError(f"A seed is a whole number from 0 to {LARGEST_SEED}, not {seed!r}.")
    keras.utils.set_random_seed(int(seed))
