"""`compiled_fit`: many steps of a training as one program of TensorFlow's compiler XLA.

`model.fit` goes back to Python after every batch. On a small network that costs far more than the
arithmetic. Here the loops over batches and epochs are part of the program. What is done with one
batch is Keras's own `train_step`, so the results are those of `fit`. The loops stand in
`program.make_program`.
"""

import itertools
import math
import signal
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass
from typing import Any, NoReturn

import keras
import numpy as np
import tensorflow as tf

from utils.training import arrays, internals
from utils.training.arrays import Data, take
from utils.training.program import (
    MOST_ORDERED_ROWS,
    Pace,
    Program,
    batches,
    make_program,
    reason_of,
    with_data,
)
from utils.training.progress import OneLine, Progress
from utils.training.seeds import LARGEST_SEED

# A program is made for so many epochs, or for as many as have room for their orders.
MOST_EPOCHS = 1024

Logs = dict[str, Any]


def compiled_fit(
    model: keras.Model,
    x: Any,
    y: Any = None,
    *,
    batch_size: int | None = None,
    epochs: int = 1,
    validation_data: Any = None,
    validation_split: float = 0.0,
    shuffle: bool = True,
    sample_weight: Any = None,
    class_weight: Mapping[int, float] | None = None,
    callbacks: Sequence[keras.callbacks.Callback] | None = None,
    steps_per_program: int | None = None,
    seed: int | None = None,
    verbose: int | str = "auto",
) -> keras.callbacks.History:
    """Train a compiled Keras model as `model.fit` does, many batches in one compiled program.

    With the same order of the batches the losses, metrics and weights are those of `model.fit`, up
    to rounding; with random layers such as Dropout, those of a model that was compiled with
    `jit_compile=True`. (Of several outputs, `fit` shows each one's loss without weighting a smaller
    last batch; here it is weighted.) All data must fit into memory two times; each new model adds
    some 15 MB that stay, so hundreds are better trained by `train_many`. What XLA cannot compile is
    trained by a TensorFlow graph, and what that cannot do by `model.fit`; a warning says so.

    Ctrl-C and the notebook's stop button end the training after the program that is running. The
    weights are then those of the last whole epoch, `model.history` has its losses, and
    KeyboardInterrupt is raised. As in `fit`, the callbacks then hear of no end of the training, so
    that BackupAndRestore can go on. When all epochs are done, they and the optimizer's averaging
    of weights end first.

    A data set keeps its batches and their order, as in `fit`; `shuffle` is for arrays, and for the
    batches of a PyDataset, of which a smaller last one stays the last. It is read before the
    training, and must end. Where its batches differ in size or shape, or are others when it is read
    again (`Dataset.shuffle`), `model.fit` trains it, and a warning says so.

    Args:
        model: compiled.
        x: inputs, shape (n, ...); a list or dict of such arrays for several inputs; or a
            `tf.data.Dataset`, `PyDataset` or generator of batches.
        y: targets, shape (n,) or (n, ...), or a list or dict for several outputs.
        batch_size: rows a step, by default 32; the last batch of an epoch may be smaller.
        epochs: how often all rows are used.
        validation_data: (x, y) or (x, y, sample_weight), or a data set; evaluated after each
            epoch.
        validation_split: share of the rows, the last ones, that is used for validation instead.
        shuffle: take the rows in a new order in each epoch.
        sample_weight: weight of each row in the loss, shape (n,).
        class_weight: weight of each class number instead; 1 where none is given.
        callbacks: their hooks at the ends of epochs and of training are called. One with hooks for
            batches needs `model.fit`, which is then used.
        steps_per_program: how many batches a program takes. By default as many as fit into a
            quarter of a second, more than an epoch only if no callback waits for its end.
        seed: of the orders; by default they follow from `set_seed`.
        verbose: 0 shows nothing, 1 or "auto" one line with the losses.

    Returns:
        The History that `fit` would return: `history.history["loss"]` and so on.

    Raises:
        ValueError: the model is not compiled or has nothing to train, the data are not numbers that
            fit together, x holds NaN, or a setting is out of range; or weights became trainable
            that the optimizer does not know.
        TypeError: a setting that counts something is no whole number.
        tf.errors.InvalidArgumentError: a class number has no output unit.
        KeyboardInterrupt: the training was stopped.
    """
    rows_a_step = 32 if batch_size is None else arrays.whole("batch_size", batch_size)
    epochs = arrays.whole("epochs", epochs)
    if steps_per_program is not None:
        steps_per_program = arrays.whole("steps_per_program", steps_per_program)
    _refuse_untrainable(model)
    hooks = [*keras.tree.flatten(callbacks or ()), TellNaN(), *([OneLine()] if verbose else [])]
    data_set, validation_set = map(arrays.read, (x, validation_data))
    if data_set is not None:
        if y is not None or sample_weight is not None:
            raise ValueError("A data set of batches holds y and sample_weight itself: give x only.")
        if validation_split and validation_data is None:
            raise ValueError(
                "validation_split needs arrays: part the data set by take and skip, and give "
                "validation_data."
            )
        shuffle = shuffle and data_set.has_batches_shuffled
        if data_set.reason:
            _say_fit(data_set.reason)
            return model.fit(
                data_set.for_fit,
                **{"epochs": epochs, "callbacks": hooks, "verbose": 0, "shuffle": shuffle},
                validation_data=validation_set.for_fit if validation_set else validation_data,
                validation_batch_size=rows_a_step,
                class_weight=class_weight,
            )
        if batch_size not in (None, data_set.batch_size):
            warnings.warn(
                f"A data set keeps its batches, here of {data_set.batch_size} rows: batch_size="
                f"{batch_size} changes nothing.",
                stacklevel=2,
            )
        x, y, sample_weight = data_set.data()
    data = arrays.checked(model, x, y, sample_weight, class_weight)
    validation = None
    if validation_set is not None:
        if not validation_set.reason:
            validation = arrays.checked(model, *validation_set.data())
    elif validation_data is not None:
        if not isinstance(validation_data, list | tuple) or len(validation_data) not in (2, 3):
            raise ValueError("validation_data is a pair (x, y), or (x, y, sample_weight).")
        validation = arrays.checked(model, *validation_data)
    elif validation_split:
        data, validation = arrays.split(data, validation_split)
        if class_weight is not None:  # as in `fit`: classes weigh in the training only
            validation = (*validation[:2], None)

    if seed is not None:
        seed = arrays.whole("seed", seed, least=0)
    else:  # the orders of two calls differ, and set_seed repeats them
        seed = int(np.random.randint(LARGEST_SEED, dtype=np.int64))  # Windows would take 32 bits
    task = _Task(
        model,
        data,
        validation,
        batch_size=data_set.batch_size if data_set else rows_a_step,
        validation_batch_size=validation_set.batch_size if validation_set else rows_a_step,
        keeps_batches=data_set is not None,
        epochs=epochs,
        steps_per_program=steps_per_program,
        shuffle=shuffle,
        seed=seed,
        callbacks=hooks,
    )
    if validation_set is not None and validation_set.reason:
        _say_fit(validation_set.reason)
        return _fit(task, validation_set.for_fit)
    if reason := _reason_for_fit(model, hooks, validation is not None):
        _say_fit(reason)
        return _fit(task)
    model.history = keras.callbacks.History()
    model.history.on_train_begin()
    try:
        program = _program_that_runs(task)
    except KeyboardInterrupt:  # its traceback would be a page of the compiler's
        raise _stopped_after(0, task) from None
    return _fit(task) if program is None else _train(task, program)


# ---- Before the program ----


@dataclass(frozen=True)
class _Task:
    """What is trained on what, and how; the data are checked."""

    model: keras.Model
    data: Data
    validation: Data | None
    _: KW_ONLY
    batch_size: int
    validation_batch_size: int
    keeps_batches: bool
    epochs: int
    steps_per_program: int | None
    shuffle: bool
    seed: int
    callbacks: Sequence[keras.callbacks.Callback]

    @property
    def steps(self) -> int:
        return -(-arrays.rows(self.data) // self.batch_size)

    @property
    def epochs_a_program(self) -> int:
        """How many epochs a program may take: as many as nobody waits for the end of."""
        if not all(type(callback) in PATIENT for callback in self.callbacks):
            return 1
        return self.room

    @property
    def room(self) -> int:
        """Epochs that a program is made for, whatever `epochs` is: for another it is made anew."""
        asked = (self.steps_per_program or 0) // self.steps
        return max(1, asked, min(MOST_EPOCHS, MOST_ORDERED_ROWS // arrays.rows(self.data)))

    def orders(self) -> Iterator[np.ndarray]:
        """Give the order of the rows in each epoch."""
        rng = np.random.default_rng(self.seed)
        every = np.arange(arrays.rows(self.data), dtype=np.int32)
        while True:
            if not self.shuffle:
                yield every
            elif not self.keeps_batches:
                yield rng.permutation(every)
            else:
                whole = len(every) // self.batch_size * self.batch_size
                by_batch = rng.permutation(every[:whole].reshape(-1, self.batch_size))
                yield np.concatenate([by_batch.ravel(), every[whole:]])


def _say_fit(reason: str) -> None:
    warnings.warn(f"{reason}: `model.fit` trains it, batch by batch.", stacklevel=3)


def _refuse_untrainable(model: keras.Model) -> None:
    if not model.compiled:
        raise ValueError("Call model.compile(...) first: it says which loss to make smaller.")
    if model.optimizer is None:
        raise ValueError("Name an optimizer in model.compile(...): it changes the weights.")


def _create_variables(task: _Task) -> None:
    """Let Keras make all weights, metrics and optimizer slots: a compiled program cannot."""
    model = task.model
    # Some layers draw random numbers, or count their calls, also when they are not trained.
    before = _State(model)
    try:
        model.test_step(take(task.data, range(min(task.batch_size, arrays.rows(task.data)))))
    finally:
        before.restore()
    model.reset_metrics()
    if not model.trainable_variables:
        raise ValueError(
            "The model has no weights to train: add a layer that has some, or set trainable=True."
        )
    optimizer = model.optimizer
    if optimizer.built and not set(map(id, model.trainable_variables)) <= set(
        map(id, internals.known_to(optimizer))
    ):
        raise ValueError(
            "Some weights became trainable after the optimizer was built: call model.compile(...) "
            "again."
        )
    optimizer.build(model.trainable_variables)


BATCH_HOOKS = [
    f"on_{of}batch_{when}" for of in ("", "train_", "test_") for when in ("begin", "end")
]


def _reason_for_fit(
    model: keras.Model, callbacks: Sequence[keras.callbacks.Callback], is_validated: bool
) -> str:
    """Say why the loop over batches must stay in Python; empty where nothing forbids a program."""
    for callback in callbacks:
        if _needs_batches(callback):
            return f"The callback {type(callback).__name__} acts on batches"
        if is_validated and _acts_on_validation(callback):
            return f"The callback {type(callback).__name__} acts on the validation"
    if model.distribute_strategy.num_replicas_in_sync > 1:
        return "The model is spread over several devices"
    return own_loop(model)


# What `fit` calls from Python in each batch or epoch. A program would call Keras's, or only once.
CALLED_BY_FIT = (
    *("fit", "evaluate", "train_step", "test_step", "make_train_function", "make_test_function"),
    *("compute_metrics", "get_metrics_result", "reset_metrics"),
)


def own_loop(model: keras.Model) -> str:
    """Say what a model has of its own where others have Keras's steps; empty if nothing."""
    if model.run_eagerly:
        return "The model was compiled with run_eagerly=True"
    for name in CALLED_BY_FIT:
        if getattr(getattr(model, name), "__func__", None) is not getattr(keras.Model, name):
            return f"The model has a {name} of its own"
    for name in ("train_function", "test_function"):
        function = getattr(model, name)
        if function is not None and not function.__module__.startswith("keras."):
            return f"The model has a {name} of its own"
    return ""


def _needs_batches(callback: keras.callbacks.Callback) -> bool:
    # These have a hook for batches, which does nothing when they save or write once an epoch.
    if isinstance(callback, keras.callbacks.ModelCheckpoint | keras.callbacks.BackupAndRestore):
        return callback.save_freq != "epoch"
    if isinstance(callback, keras.callbacks.TensorBoard):
        return callback.update_freq != "epoch" or internals.profiles_batches(callback)
    return _has_one(callback, BATCH_HOOKS)


def _acts_on_validation(callback: keras.callbacks.Callback) -> bool:
    # TensorBoard only looks there for summaries that layers write.
    is_idle = isinstance(callback, keras.callbacks.TensorBoard)
    return not is_idle and _has_one(callback, ["on_test_begin", "on_test_end"])


def _has_one(callback: keras.callbacks.Callback, hooks: Sequence[str]) -> bool:
    return any(
        getattr(getattr(callback, hook), "__func__", None)
        is not getattr(keras.callbacks.Callback, hook)
        for hook in hooks
    )


# ---- The program at work ----


def _make_program(task: _Task, *, jit_compile: bool) -> Program:
    """Fill the loops of a program with the steps of Keras."""
    # Not the task: the model keeps the program, which would keep the data of the first training.
    model, size = task.model, task.validation_batch_size

    def validate(data: Data) -> None:
        batches(arrays.rows(data), size, lambda rows: model.test_step(take(data, rows)))

    return make_program(
        train=lambda data, rows: model.train_step(take(data, rows)),
        validate=validate,
        reset_metrics=model.reset_metrics,
        metrics=model.get_metrics_result,
        batch_size=task.batch_size,
        jit_compile=jit_compile,
    )


class _State:
    """All numbers that training changes, to go back to them."""

    def __init__(self, model: keras.Model) -> None:
        several = [*model.variables, *model.metrics_variables, *model.optimizer.variables]
        several += _held_by_layers(model)
        self._variables = list({id(variable): variable for variable in several}.values())
        self._values = [tf.identity(tf.convert_to_tensor(one)) for one in self._variables]

    def restore(self) -> None:
        for variable, value in zip(self._variables, self._values, strict=True):
            variable.assign(value)


def _held_by_layers(model: keras.Model) -> list[Any]:
    """Variables that Keras does not list: states of RNNs, and what a layer of one's own keeps."""
    held = [value for layer in internals.layers_of(model) for value in vars(layer).values()]
    for one in list(held):
        if isinstance(one, list | tuple | dict):
            held += one.values() if isinstance(one, dict) else one
    return [one for one in held if isinstance(one, keras.Variable | tf.Variable)]


def _program_that_runs(task: _Task) -> Callable[..., list[Logs]] | None:
    """Compile by XLA or, where that fails, into a graph without it; None where both fail."""
    model = task.model
    programs = model.__dict__.setdefault("_compiled_fit_programs", {})
    if _fixed(task) in programs:
        return _run_of(programs[_fixed(task)], task)
    _create_variables(task)
    before = _State(model)
    order = next(task.orders())
    for jit_compile, what, instead in (
        (True, "XLA", "a TensorFlow graph"),
        (False, "A graph", "`model.fit`"),
    ):
        try:
            program = _make_program(task, jit_compile=jit_compile)
            run = _run_of(program, task)
            run([order], 0, 1)
        except Exception as error:  # whatever it is: `model.fit` has the last word
            warnings.warn(
                f"{what} cannot train this model ({reason_of(error)}): {instead} does it, more "
                "slowly.",
                stacklevel=3,
            )
        else:
            for key in [key for key in programs if key[0] is not model.optimizer]:
                del programs[key]  # of an earlier compile()
            programs[_fixed(task)] = program
            return run
        finally:
            before.restore()
    return None


def _fixed(task: _Task) -> tuple[Any, ...]:
    """What cannot change in a program. `compile` makes other metrics, hence another program."""
    weights = map(id, task.model.trainable_variables) if task.model.built else ()
    given = keras.tree.flatten_with_path((task.data, task.validation))
    shapes = [(path, None if one is None else (one.shape, one.dtype)) for path, one in given]
    sizes = (task.batch_size, task.validation_batch_size, task.room, *shapes)
    return (task.model.optimizer, *task.model.metrics, *weights, *sizes)


def _run_of(program: Program, task: _Task) -> Callable[..., list[Logs]]:
    """The program as run(orders, first, last) -> the losses and metrics after each epoch."""
    run = with_data(program, task.data, task.validation, room=task.room)

    def run_with_logs(orders: Sequence[np.ndarray], first: int, last: int) -> list[Logs]:
        found = {name: rows.tolist() for name, rows in run(orders, first, last).items()}
        return [{name: rows[i] for name, rows in found.items()} for i in range(len(orders))]

    return run_with_logs


def _train(task: _Task, program: Callable[..., list[Logs]]) -> keras.callbacks.History:
    model, steps = task.model, task.steps
    hooks = keras.callbacks.CallbackList(
        task.callbacks, add_history=True, model=model, epochs=task.epochs, steps=steps, verbose=0
    )
    orders = task.orders()
    pace = Pace(steps, task.epochs_a_program, task.steps_per_program)
    model.stop_training = False
    first = 0
    logs: Logs = {}
    hooks.on_train_begin()
    epoch = internals.first_epoch(model)

    def is_over() -> bool:
        return first == 0 and (epoch >= task.epochs or model.stop_training)

    with _stop_asked() as stop:
        while not is_over():
            if first == 0:
                hooks.on_epoch_begin(epoch)
            at_once, last = pace.next(first, task.epochs - epoch)
            if first == 0:
                now = list(itertools.islice(orders, at_once))
                before = _State(model) if last < steps else None
            found = pace.timed(program, now, first, last)
            first = last % steps
            if first == 0:
                logs = _end_epochs(hooks, epoch, found)
                epoch += at_once
            if stop.is_set() and not is_over():
                _end_early(task, epoch, before if first else None)
        # The weights' moving average, where the optimizer has one, becomes the weights.
        model.optimizer.finalize_variable_values(model.trainable_variables)
        hooks.on_train_end(logs)
        if stop.is_set():  # too late to stop this, in time to stop what follows
            raise _stopped_after(epoch, task)
    return model.history


def _end_epochs(hooks: Any, epoch: int, found: Sequence[Logs]) -> Logs:
    """Tell the callbacks of the epochs that a program has done."""
    for i, logs in enumerate(found):
        if i:
            hooks.on_epoch_begin(epoch + i)
        hooks.on_epoch_end(epoch + i, logs)
    return found[-1]


@contextmanager
def _stop_asked() -> Iterator[threading.Event]:
    """Let the first Ctrl-C (or stop button) only ask, so that it finds no half an epoch."""
    asked = threading.Event()
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield asked  # somebody else decides what an interruption does
        return

    def ask(number: int, frame: Any) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _end_early(task: _Task, epochs: int, before: _State | None) -> NoReturn:
    if before is not None:
        before.restore()
    for callback in task.callbacks:
        if isinstance(callback, OneLine):
            callback.finish()
    raise _stopped_after(epochs, task)


def _stopped_after(epochs: int, task: _Task) -> KeyboardInterrupt:
    return KeyboardInterrupt(
        f"Stopped after {epochs} of {task.epochs} epochs: the weights are those of then, and "
        "model.history has the losses."
    )


class TellNaN(keras.callbacks.Callback):
    """Say once, and at once, that the loss has become NaN, and why that may be."""

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        self._has_told = False

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        if not self._has_told and math.isnan((logs or {}).get("loss", 0.0)):
            self._has_told = True
            warnings.warn(
                f"The loss is NaN (not a number) since epoch {epoch + 1}, and will stay so. Likely "
                "causes: a learning_rate that is too large, inputs far from 0 (scale them), NaN in "
                "y, a class number without an output unit, or a loss that takes the log of 0.",
                RuntimeWarning,
                stacklevel=2,
            )


# They only read the logs, so they may hear of an epoch later, when others have followed.
# Exactly these: a subclass may stop the training.
PATIENT = (OneLine, Progress, TellNaN)


# ---- Without a program ----


class _Batches(keras.utils.PyDataset):
    """The batches of a task in the order that a program takes them, for `model.fit`."""

    def __init__(self, task: _Task) -> None:
        super().__init__()
        self._task, self._orders = task, task.orders()
        self._order = np.arange(arrays.rows(task.data))  # Keras looks at a batch before it begins

    def __len__(self) -> int:
        return self._task.steps

    def __getitem__(self, index: int) -> Any:
        start = index * self._task.batch_size
        rows = self._order[start : start + self._task.batch_size]
        return keras.utils.pack_x_y_sample_weight(*_with_tuples(take(self._task.data, rows)))

    def on_epoch_begin(self) -> None:
        self._order = next(self._orders)


def _with_tuples(part: Any) -> Any:
    """The same without lists, which Keras does not take in a batch."""
    if isinstance(part, dict):
        return {name: _with_tuples(one) for name, one in part.items()}
    return tuple(map(_with_tuples, part)) if isinstance(part, list | tuple) else part


def _fit(task: _Task, validation_data: Any = None) -> keras.callbacks.History:
    """Train by `model.fit`; where there is nothing else to validate on, on what the task holds."""
    if task.validation is not None:
        validation_data = keras.utils.pack_x_y_sample_weight(*task.validation)
    return task.model.fit(
        _Batches(task),
        epochs=task.epochs,
        validation_data=validation_data,
        validation_batch_size=task.validation_batch_size,
        shuffle=False,
        callbacks=list(task.callbacks),
        verbose=0,
    )
