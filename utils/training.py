"""Training helpers: random seeds, and a progress line that reads the same in every run."""

import math
import numbers
from collections.abc import Mapping
from typing import Any

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


class Progress(keras.callbacks.Callback):
    """Print the losses every so many epochs, and after the last one.

    Use with `verbose=0`: `model.fit(..., verbose=0, callbacks=[Progress(every=100)])`. A line
    reads `epoch  100  loss 0.0123  val_loss 0.0150`: no times, so that it can be compared.
    """

    def __init__(self, every: int = 1, *, decimals: int = 4) -> None:
        super().__init__()
        if every < 1:
            raise ValueError(f"Progress(every={every}): print every 1, 2, 3, ... epochs.")
        self.every = every
        self.decimals = decimals

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self._last = ""

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        done = epoch + 1
        width = len(str(self.params.get("epochs", done)))
        logs = logs or {}
        losses = (f"{name} {_rounded(value, self.decimals)}" for name, value in logs.items())
        self._last = "  ".join([f"epoch {done:>{width}}", *losses])
        if done % self.every == 0:
            self._print_last()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        # Also when early stopping or a small number of epochs ends between two lines.
        self._print_last()

    def _print_last(self) -> None:
        if self._last:
            print(self._last)
            self._last = ""


def _rounded(value: float, decimals: int) -> str:
    smallest = 10.0**-decimals
    if math.isfinite(value) and 0 < value < smallest:
        return f"<{smallest:.{decimals}f}"
    return f"{value:.{decimals}f}"
