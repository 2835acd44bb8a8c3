"""The loops over batches and epochs as one TensorFlow program, and how long it may run."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

# A program should end soon enough that the stop button feels immediate.
SECONDS_A_PROGRAM = 0.25
# The orders of several epochs travel into a program together: at most so many row numbers.
MOST_ORDERED_ROWS = 2**20
# Memory maps for one program, ten times over: a large model has many kernels.
MAPS_TO_SPARE = 2000
NO_ROOM = "Linux grants this process no more memory maps for compiled programs: restart the kernel."


class Program(NamedTuple):
    """A program, and the names of the losses and metrics that it returns.

    `call` is a tf.function of the data, the validation data, the orders (room, ..., rows), and the
    numbers (epochs, first step, last step). `traces` are the functions that it has become, by the
    shapes of all these: to let `call` look for one takes as long as an epoch of a small network.
    """

    call: Any
    names: list[str]
    traces: dict[Any, Any]


def make_program(
    *,
    train: Callable[[Any, tf.Tensor], Any],
    validate: Callable[[Any], Any],
    reset_metrics: Callable[[], Any],
    metrics: Callable[[], dict[str, tf.Tensor]],
    batch_size: int,
    jit_compile: bool,
) -> Program:
    """Make a program of some epochs, or of the steps from `first` to `last` of one epoch.

    Args:
        train: does one step with these rows of the data: forward, loss, gradients, new weights.
        validate: adds up the metrics over all validation data.
        reset_metrics: sets the sums behind the metrics back to their beginning.
        metrics: what has been summed up since then, by name.
        batch_size: rows a step; what remains of an epoch makes a smaller last step.
        jit_compile: compile by XLA.

    Raises:
        RuntimeError: XLA could not hold one more program.
    """
    if jit_compile and not _is_room_for_another():
        raise RuntimeError(NO_ROOM)
    names: list[str] = []

    def measured() -> list[tf.Tensor]:
        found = metrics()
        names[:] = found
        return [tf.convert_to_tensor(value) for value in found.values()]

    # Without AutoGraph, which would take half a second to read these lines and write them anew.
    @tf.function(jit_compile=jit_compile, autograph=False)
    def program(
        data: Any, validation: Any, orders: tf.Tensor, numbers: tf.Tensor
    ) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        epochs, first, last = tf.unstack(numbers)
        room, n = orders.shape[0], orders.shape[-1]
        full, rest = divmod(n, batch_size)  # batches, and rows that remain
        steps = full + (rest > 0)

        def one_epoch(epoch: tf.Tensor, history: Any, validation_history: Any) -> Any:
            _do_if(first == 0, reset_metrics)
            order = orders[epoch]
            if full > 0:
                _do_while(
                    lambda step: step < tf.minimum(last, full),
                    lambda step: train(data, _slice(order, step * batch_size, batch_size)),
                    first,
                )
            if rest > 0:
                _do_if(last == steps, lambda: train(data, order[..., full * batch_size :]))
            history = _written(history, epoch, measured())
            if validation is not None:
                _do_if(last == steps, lambda: (reset_metrics(), validate(validation)))
                validation_history = _written(validation_history, epoch, measured())
            return epoch + 1, history, validation_history

        # The number of epochs is an argument: XLA would compile a `tf.range` anew for every other.
        _, *found = tf.while_loop(
            lambda epoch, *_: epoch < epochs,
            one_epoch,
            [
                tf.constant(0),
                _rows_for(measured(), room),
                _rows_for([] if validation is None else measured(), room),
            ],
        )
        history, validation_history = found
        return [rows.stack() for rows in history], [rows.stack() for rows in validation_history]

    return Program(program, names, {})


def with_data(
    program: Program, data: Any, validation: Any, *, room: int
) -> Callable[[Sequence[np.ndarray], int, int], dict[str, np.ndarray]]:
    """Return the program as run(orders, first, last) -> what was measured, a row an epoch.

    It trains in these orders of the rows, at most `room` of them.
    """
    parts = keras.tree.flatten((data, validation))
    shapes = tuple(None if part is None else (part.shape, part.dtype) for part in parts)

    def run(orders: Sequence[np.ndarray], first: int, last: int) -> dict[str, np.ndarray]:
        padded = np.zeros((room, *orders[0].shape), np.int32)
        padded[: len(orders)] = orders
        numbers = tf.constant([len(orders), first, last])
        arguments = (data, validation, tf.constant(padded), numbers)
        key = (padded.shape, *shapes)
        if key not in program.traces:
            # By their shapes: traced with tensors, it would keep the memory of these for ever.
            specs = keras.tree.map_structure(_spec_of, arguments)
            program.traces[key] = program.call.get_concrete_function(*specs)
        found, validated = program.traces[key](*arguments)
        logs = dict(zip(program.names, found, strict=True))
        if validation is not None:
            logs |= {
                f"val_{name}": rows for name, rows in zip(program.names, validated, strict=True)
            }
        return {name: rows.numpy()[: len(orders)] for name, rows in logs.items()}

    return run


def reason_of(error: Exception) -> str:
    """One line of what TensorFlow says, which may be a page."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    if not lines:
        return type(error).__name__
    # Errors of tracing begin with the way there and end with what went wrong.
    line = lines[-1 if lines[0].startswith("in user code") else 0]
    return line.removeprefix("ValueError: ")[:200].removesuffix(".")


def batches(rows: int, batch_size: int, step: Callable[[tf.Tensor], Any]) -> None:
    """Inside a program: do a step with the numbers of the rows of every batch, in their order."""
    every = tf.range(rows)
    full, rest = divmod(rows, batch_size)
    if full > 0:
        _do_while(
            lambda batch: batch < full,
            lambda batch: step(_slice(every, batch * batch_size, batch_size)),
            tf.constant(0),
        )
    if rest > 0:
        step(every[full * batch_size :])


class Pace:
    """How many steps the next program takes, so that it ends after SECONDS_A_PROGRAM.

    Args:
        steps: of an epoch.
        room: epochs that a program may take.
        fixed: steps of every program, whatever time they need.
    """

    def __init__(self, steps: int, room: int, fixed: int | None = None) -> None:
        self._steps_an_epoch, self._room, self._fixed = steps, room, fixed
        self._steps = fixed or 16

    def next(self, first: int, epochs_left: int) -> tuple[int, int]:
        """Return the number of epochs and the last step, for a program from the step `first`."""
        an_epoch = self._steps_an_epoch
        if first == 0 and self._steps >= an_epoch:
            return min(self._steps // an_epoch, self._room, epochs_left), an_epoch
        return 1, min(first + self._steps, an_epoch)

    def timed(
        self, program: Callable[..., Any], orders: Sequence[np.ndarray], first: int, last: int
    ) -> Any:
        """Run a program, learn from the time that it takes, and return what it returns."""
        start = time.perf_counter()
        found = program(orders, first, last)
        if self._fixed is None:
            steps = len(orders) * (last - first)
            seconds = time.perf_counter() - start
            self._steps = max(1, int(SECONDS_A_PROGRAM / seconds * steps))
        return found


def _is_room_for_another() -> bool:
    """Whether the system lets this process hold one more program of XLA.

    XLA keeps each for the life of the process, in some 170 memory maps and 15 MB. Linux grants a
    process 65,530 maps, unless it was told otherwise; where there are none left, XLA crashes it.
    """
    try:
        most = int(Path("/proc/sys/vm/max_map_count").read_text())
        used = Path("/proc/self/maps").read_bytes().count(b"\n")
    except OSError:  # not Linux
        return True
    return used + MAPS_TO_SPARE < most


def _do_if(condition: tf.Tensor, action: Callable[[], Any]) -> None:
    """Inside a program: act for the sake of the variables that it changes."""

    def act() -> list[tf.Tensor]:
        action()
        return []

    tf.cond(condition, act, list)


def _do_while(
    condition: Callable[[tf.Tensor], tf.Tensor],
    action: Callable[[tf.Tensor], Any],
    first: tf.Tensor,
) -> None:
    """Inside a program: act with first, first + 1, ... as long as the condition holds."""

    def act(number: tf.Tensor) -> tf.Tensor:
        action(number)
        return number + 1

    tf.while_loop(condition, act, [first])


def _spec_of(part: tf.Tensor | None) -> tf.TensorSpec | None:
    return None if part is None else tf.TensorSpec(part.shape, part.dtype)


def _slice(order: tf.Tensor, start: tf.Tensor, size: int) -> tf.Tensor:
    # Unlike order[..., start : start + size] this has a shape that is known before it runs.
    others = order.shape[:-1]
    return tf.slice(order, [*[0] * len(others), start], [*others, size])


def _rows_for(values: list[tf.Tensor], epochs: int) -> list[tf.TensorArray]:
    return [tf.TensorArray(value.dtype, epochs, element_shape=value.shape) for value in values]


def _written(
    history: list[tf.TensorArray], epoch: tf.Tensor, values: list[tf.Tensor]
) -> list[tf.TensorArray]:
    return [rows.write(epoch, value) for rows, value in zip(history, values, strict=True)]
