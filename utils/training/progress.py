"""What a training prints: losses every so many epochs, or one line that is renewed."""

import math
import sys
import time
from collections.abc import Mapping
from typing import Any

import keras
import numpy as np


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
        self._last = _line(f"epoch {done:>{width}}", logs, self.decimals)
        if done % self.every == 0:
            self._print_last()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        # Also when early stopping or a small number of epochs ends between two lines.
        self._print_last()

    def _print_last(self) -> None:
        if self._last:
            print(self._last)
            self._last = ""


class OneLine(keras.callbacks.Callback):
    """Show one line that is renewed while the training runs; what stays holds no times.

    It is renewed by a carriage return, which terminals, JupyterLab and the tools that store
    notebooks understand. Where nobody watches (a file, a pipe) only the last state is printed.
    """

    SECONDS_BETWEEN = 0.2

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self._last, self._width, self._shown = "", 0, time.monotonic()
        self._is_watched = sys.stdout.isatty() or hasattr(sys.stdout, "pub_thread")  # a notebook

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        epochs = self.params.get("epochs", epoch + 1)
        self._last = _line(f"epoch {epoch + 1:>{len(str(epochs))}} of {epochs}", logs)
        if self._is_watched and time.monotonic() - self._shown > self.SECONDS_BETWEEN:
            self._show("")

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        self.finish()

    def finish(self) -> None:
        """Let the last state stand, also after an interruption."""
        if self._last:
            self._show("\n")
            self._last = ""

    def _show(self, end: str) -> None:
        # Spaces wipe out a longer line. They come first: at the end they would be stored.
        wipe = f"\r{'':{self._width}}\r" if self._width else ""
        print(f"{wipe}{self._last}", end=end, flush=True)
        self._width, self._shown = len(self._last), time.monotonic()


def _line(start: str, logs: Mapping[str, Any] | None, decimals: int = 4) -> str:
    shown = (f"{name} {_rounded(value, decimals)}" for name, value in (logs or {}).items())
    return "  ".join([start, *shown])


def _rounded(value: Any, decimals: int) -> str:
    if np.ndim(value):  # a metric with a number for each class
        return "[" + " ".join(_rounded(one, decimals) for one in np.ravel(value)) + "]"
    smallest = 10.0**-decimals
    if math.isfinite(value) and 0 < value < smallest:
        return f"<{smallest:.{decimals}f}"
    return f"{value:.{decimals}f}"
