"""Training: random seeds, a whole epoch as one compiled program, and a quiet progress line."""

import math
import numbers
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

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


def compiled_fit(
    model: keras.Model,
    x: ArrayLike,
    y: ArrayLike,
    *,
    batch_size: int = 32,
    epochs: int = 1,
    validation_data: tuple[ArrayLike, ArrayLike] | None = None,
    shuffle: bool = True,
    callbacks: Sequence[keras.callbacks.Callback] | None = None,
    seed: int | None = None,
) -> keras.callbacks.History:
    """Train a compiled Keras model as `model.fit` does, each epoch as one compiled program.

    `model.fit` goes back to Python for every batch. Here TensorFlow's compiler XLA makes one
    program of all batches of an epoch; the arithmetic of a batch is Keras's own `train_step`. All
    data must fit into memory.

    Args:
        model: compiled, with one input and one output, of layers that XLA can compile (nearly all;
            none on a Mac's GPU or with TensorFlow's op determinism: use `model.fit` there).
        x: inputs, shape (n, ...).
        y: targets, shape (n,) or (n, ...).
        batch_size: rows a step; the last batch of an epoch may be smaller.
        epochs: how often all rows are used.
        validation_data: (x, y), evaluated after each epoch.
        shuffle: take the rows in a new order in each epoch.
        callbacks: their hooks at the ends of epochs and of training are called, none for batches.
        seed: of the orders; by default they follow from `set_seed`.

    Returns:
        The History that `fit` would return: `history.history["loss"]` and so on.

    Raises:
        ValueError: the model is not compiled, x and y are not numbers that fit together, a class
            number has no output unit, `validation_data` is no pair, or `batch_size` or `epochs`
            is no positive whole number.
    """
    for name, number in (("batch_size", batch_size), ("epochs", epochs)):
        if not isinstance(number, numbers.Integral) or isinstance(number, bool) or number < 1:
            raise ValueError(f"{name} is a whole number from 1, not {number!r}.")
    inputs, targets = _checked(model, x, y)
    if validation_data is not None and len(validation_data) != 2:
        raise ValueError("validation_data is a pair: (x, y).")
    validation = None if validation_data is None else _checked(model, *validation_data)

    _create_variables(model, inputs[:batch_size], targets[:batch_size])
    train = _compiled_epoch(model, model.train_step, batch_size)
    validate = _compiled_epoch(model, model.test_step, batch_size)
    # The orders of two calls differ, and set_seed repeats them.
    drawn = np.random.randint(LARGEST_SEED, dtype=np.int64)  # Windows would take 32 bits
    rng = np.random.default_rng(drawn if seed is None else seed)

    hooks = keras.callbacks.CallbackList(
        list(callbacks or ()), add_history=True, model=model, epochs=epochs, verbose=0
    )
    model.stop_training = False
    logs: dict[str, float] = {}
    hooks.on_train_begin()
    for epoch in range(epochs):
        hooks.on_epoch_begin(epoch)
        order = rng.permutation(len(inputs)) if shuffle else np.arange(len(inputs))
        logs = train(inputs, targets, order)
        if validation is not None:
            found = validate(*validation, np.arange(len(validation[0])))
            logs |= {f"val_{name}": value for name, value in found.items()}
        hooks.on_epoch_end(epoch, logs)
        if model.stop_training:
            break
    hooks.on_train_end(logs)
    return model.history


def _compiled_epoch(
    model: keras.Model, step: Callable[[Any], Any], batch_size: int
) -> Callable[..., dict[str, float]]:
    """Make one program of `step` on every batch: (x, y, order of the rows) -> metrics."""

    @tf.function(jit_compile=True)
    def program(x: tf.Tensor, y: tf.Tensor, order: tf.Tensor) -> dict[str, tf.Tensor]:
        rest = order.shape[0] % batch_size
        full, last = tf.split(order, (order.shape[0] - rest, rest))
        if full.shape[0]:
            for rows in tf.reshape(full, (-1, batch_size)):
                step((tf.gather(x, rows), tf.gather(y, rows)))
        if rest:
            step((tf.gather(x, last), tf.gather(y, last)))
        return model.get_metrics_result()

    def epoch(x: tf.Tensor, y: tf.Tensor, order: Any) -> dict[str, float]:
        model.reset_metrics()
        metrics = program(x, y, tf.constant(order, tf.int32))
        return {name: value.numpy().tolist() for name, value in metrics.items()}

    return epoch


def _create_variables(model: keras.Model, x: tf.Tensor, y: tf.Tensor) -> None:
    """Let Keras make all weights, metrics and optimizer slots: a compiled program cannot."""
    model.evaluate(x, y, verbose=0)
    model.optimizer.build(model.trainable_variables)


def _checked(model: keras.Model, x: ArrayLike, y: ArrayLike) -> tuple[tf.Tensor, tf.Tensor]:
    """Return x and y as tensors. XLA would go on silently where `fit` raises, hence the checks."""
    if not model.compiled:
        raise ValueError("Call model.compile(...) first: it says which loss to make smaller.")
    inputs, targets = np.asarray(x), np.asarray(y)
    for name, array in (("x", inputs), ("y", targets)):
        if array.dtype.kind not in "biuf":
            raise ValueError(f"{name} must hold numbers, not {array.dtype}.")
    if not inputs.ndim or inputs.shape[0] == 0 or targets.shape[:1] != inputs.shape[:1]:
        raise ValueError(f"x {inputs.shape} and y {targets.shape} need one row a sample each.")
    if (loss := _class_number_loss(model)) is not None:
        labels = targets[targets != loss.ignore_class]
        units = model(_tensor(inputs[:1])).shape[-1]
        if labels.size and (labels.min() < 0 or labels.max() >= units):
            raise ValueError(
                f"The labels go from {labels.min()} to {labels.max()}. They number the units of "
                f"the output layer from 0 on, and there are {units}."
            )
    return _tensor(inputs), _tensor(targets)


def _tensor(values: np.ndarray) -> tf.Tensor:
    # As `fit` does: fractions in Keras's float type, whole numbers as they are.
    return tf.constant(values, keras.config.floatx() if values.dtype.kind == "f" else None)


def _class_number_loss(
    model: keras.Model,
) -> keras.losses.SparseCategoricalCrossentropy | None:
    """Return the loss that compares with class numbers, if that is the model's loss."""
    losses = model.loss if isinstance(model.loss, list | tuple) else [model.loss]
    loss = losses[0]
    if loss in ("sparse_categorical_crossentropy", keras.losses.sparse_categorical_crossentropy):
        return keras.losses.SparseCategoricalCrossentropy()
    return loss if isinstance(loss, keras.losses.SparseCategoricalCrossentropy) else None


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
