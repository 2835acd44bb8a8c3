"""`train_many`: many networks of one architecture trained at once, in one compiled program.

One small network leaves a processor idle. Here the weights of all members are the rows of one
matrix. Each step computes all losses and all gradients at once, and an optimizer that changes each
number by itself cannot tell the rows apart. So every member is trained as if it were alone.
"""

import functools
import itertools
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import ArrayLike

from utils.device import out_of_memory
from utils.training import arrays, initial, internals
from utils.training.compiled import own_loop
from utils.training.program import (
    MOST_ORDERED_ROWS,
    Pace,
    Program,
    batches,
    make_program,
    reason_of,
    with_data,
)

# What a group of members may hold in memory: its weights, their moments, and its batches.
MOST_BYTES = 2**30
# They change each number by itself. Others look at a whole kernel, which here holds all members.
ELEMENTWISE = (
    *(keras.optimizers.SGD, keras.optimizers.Adam, keras.optimizers.AdamW),
    *(keras.optimizers.Adamax, keras.optimizers.Nadam, keras.optimizers.RMSprop),
    *(keras.optimizers.Adagrad, keras.optimizers.Adadelta, keras.optimizers.Ftrl),
    keras.optimizers.Lion,
)


@dataclass(frozen=True)
class Ensemble:
    """Trained networks of one architecture.

    Attributes:
        history: for "loss", each metric, "val_loss" and so on an array (n, epochs).
        weights: for each weight, in the order of `model.get_weights()`, an array (n, ...).
        initial: the same before the training.
    """

    history: dict[str, np.ndarray]
    weights: list[np.ndarray]
    initial: list[np.ndarray]
    _build: Callable[[], keras.Model]
    _rates: np.ndarray | None = None

    def __len__(self) -> int:
        return len(next(iter(self.history.values())))

    def model_of(self, member: int) -> keras.Model:
        """Build a model with the weights of one member, compiled; its optimizer starts anew.

        Raises:
            IndexError: there is no such member.
        """
        if not 0 <= member < len(self):
            raise IndexError(f"The members have the numbers 0 to {len(self) - 1}, not {member!r}.")
        model = self._build()
        model.set_weights([stacked[member] for stacked in self.weights])
        if self._rates is not None:
            model.optimizer.learning_rate = float(self._rates[member])
        return model


def train_many(
    build: Callable[[], keras.Model],
    x: ArrayLike,
    y: ArrayLike,
    *,
    n: int,
    epochs: int,
    batch_size: int | None = None,
    learning_rate: ArrayLike | None = None,
    shuffle: bool = True,
    validation_data: tuple[ArrayLike, ArrayLike] | None = None,
    seed: int = 0,
) -> Ensemble:
    """Train n networks at once; each as `model.fit` would train it alone.

    Args:
        build: returns a compiled model that begins with `keras.Input`. It is called once; the first
            weights of the members are drawn from its initializers.
        x: inputs (rows, ...), for all members; or (n, rows, ...), each member its own.
        y: targets (rows,) or (rows, ...); with a leading axis n if x has it.
        n: number of networks.
        epochs: how often all rows are used.
        batch_size: rows a step; None takes all rows in one step.
        learning_rate: one for each member, shape (n,), instead of the optimizer's.
        shuffle: take the rows in a new order in each epoch, each member in its own.
        validation_data: (x, y), shaped like x and y; evaluated after each epoch.
        seed: member i has the random numbers (seed, i), whatever n is.

    Returns:
        The Ensemble: losses and metrics of every epoch, and the weights.

    Raises:
        ValueError: something is wrong with the data or settings, or the model cannot be trained
            beside others: its optimizer looks at whole kernels (Muon, Lamb, Adafactor, clipping by
            norm), it has constraints, or a recurrent layer, or an Embedding that is not trained by
            SGD.
        TypeError: a setting that counts something is no whole number, or `build` is a model.
    """
    n, epochs = arrays.whole("n", n), arrays.whole("epochs", epochs)
    arrays.whole("seed", seed, least=0)
    if isinstance(build, keras.Model):  # which can be called, too
        raise TypeError("train_many takes build itself, without brackets, and not a model.")
    with initial.noted() as made:
        model = build()
    _refuse(model)
    if validation_data is not None and len(validation_data) != 2:
        raise ValueError("validation_data is a pair: (x, y).")
    data = _checked(model, n, x, y)
    rows = data.rows if batch_size is None else arrays.whole("batch_size", batch_size)
    task = _Task(
        model,
        data,
        None if validation_data is None else _checked(model, n, *validation_data),
        made=made,
        epochs=epochs,
        batch_size=min(rows, data.rows),
        rates=_rates(learning_rate, n),
        shuffle=shuffle,
        seed=seed,
    )
    size = _group_size(task, n)
    group = _Group(task, size)
    found = []
    for start in range(0, n, size):
        # The last group is filled up with members that are left out afterwards.
        members = np.minimum(np.arange(start, start + size), n - 1)
        found.append(group.train(members))
    histories, weights, firsts = zip(*found, strict=True)
    history = {
        name: np.concatenate([part[name] for part in histories])[:n] for name in histories[0]
    }
    if is_nan := int(np.isnan(history.get("loss", np.zeros((n, 1)))[:, -1]).sum()):
        warnings.warn(
            f"The loss of {is_nan} of {n} members is NaN (not a number). Likely causes: a "
            "learning_rate that is too large, inputs far from 0 (scale them), or NaN in y.",
            RuntimeWarning,
            stacklevel=2,
        )
    return Ensemble(
        history,
        [np.concatenate(parts)[:n] for parts in zip(*weights, strict=True)],
        [np.concatenate(parts)[:n] for parts in zip(*firsts, strict=True)],
        build,
        task.rates,
    )


@dataclass(frozen=True)
class _Data:
    """x and y for all members, or with a leading axis of members."""

    x: np.ndarray
    y: np.ndarray
    has_members: bool

    @property
    def rows(self) -> int:
        return self.x.shape[int(self.has_members)]

    def of(self, members: np.ndarray) -> tuple[tf.Tensor, tf.Tensor]:
        x, y = (self.x[members], self.y[members]) if self.has_members else (self.x, self.y)
        return tf.constant(x), tf.constant(y)


@dataclass(frozen=True)
class _Task:
    """What is trained on what, and how; the data are checked."""

    model: keras.Model
    data: _Data
    validation: _Data | None
    _: KW_ONLY
    made: dict[int, initial.Made]
    epochs: int
    batch_size: int
    rates: np.ndarray | None
    shuffle: bool
    seed: int

    @property
    def is_full_batch(self) -> bool:
        return self.batch_size == self.data.rows

    def orders(self, members: np.ndarray) -> Iterator[np.ndarray]:
        """Give the order of the rows in each epoch, (members, rows); (1, rows) if all at once."""
        if self.is_full_batch or not self.shuffle:
            shape = (1 if self.is_full_batch else len(members), self.data.rows)
            yield from itertools.repeat(np.broadcast_to(np.arange(self.data.rows), shape))
        rngs = [np.random.default_rng([self.seed, member, 1]) for member in members]
        while True:
            yield np.stack([rng.permutation(self.data.rows) for rng in rngs])


# ---- Before the program ----


def _refuse(model: keras.Model) -> None:
    """Raise for models whose members would not be trained as if they were alone."""
    if not model.compiled or model.optimizer is None:
        raise ValueError("build() must return a compiled model: call model.compile(...) in it.")
    if not model.built or not model.trainable_variables:
        raise ValueError("build() must return a model with weights: begin it with keras.Input.")
    if any(len(getattr(model, ends, None) or ()) != 1 for ends in ("inputs", "outputs")):
        raise ValueError(
            "train_many takes Sequential and functional models with one input and one output."
        )
    if any(isinstance(layer, keras.layers.RNN) for layer in internals.layers_of(model)):
        raise ValueError(
            "A recurrent layer has a loop that cannot be stacked: train the members one after the "
            "other with compiled_fit."
        )
    optimizer = model.optimizer
    name = type(optimizer).__name__
    instead = "train the members one after the other with compiled_fit"
    if own := own_loop(model):
        raise ValueError(f"{own}: {instead}.")
    if any(variable.dtype != keras.config.floatx() for variable in model.trainable_variables):
        raise ValueError(f"Some weights are not {keras.config.floatx()}: {instead}.")
    if type(optimizer) not in ELEMENTWISE:
        raise ValueError(f"{name} does not change each weight by itself: {instead}.")
    if optimizer.clipnorm or optimizer.global_clipnorm:
        raise ValueError(
            f"Clipping by a norm looks at several weights: use clipvalue, or {instead}."
        )
    if optimizer.weight_decay and not all(
        internals.has_weight_decay(optimizer, variable) for variable in model.trainable_variables
    ):
        raise ValueError(f"Some weights are excluded from weight_decay: {instead}.")
    if {*map(id, model.trainable_weights)} != {*map(id, model.trainable_variables)}:
        raise ValueError(f"The model has trainable_weights of its own: {instead}.")
    if any(variable.constraint is not None for variable in model.trainable_variables):
        raise ValueError(f"A constraint looks at several weights: {instead}.")


def _checked(model: keras.Model, n: int, x: ArrayLike, y: ArrayLike) -> _Data:
    x, y = np.asarray(x), np.asarray(y)
    has_members = x.ndim == len(model.inputs[0].shape) + 1
    if not has_members:
        return _Data(*_checked_rows(model, x, y), has_members=False)
    if len(x) != n or y.shape[:2] != x.shape[:2]:
        raise ValueError(
            f"x {x.shape} and y {y.shape} need n = {n} members first, then one row a sample each."
        )
    flat = _checked_rows(model, *(array.reshape(-1, *array.shape[2:]) for array in (x, y)))
    return _Data(flat[0].reshape(x.shape), flat[1].reshape(y.shape), has_members=True)


def _checked_rows(model: keras.Model, x: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    checked_x, checked_y, _ = arrays.checked(model, x, y)
    return checked_x.numpy(), checked_y.numpy()


def _rates(learning_rate: ArrayLike | None, n: int) -> np.ndarray | None:
    if learning_rate is None:
        return None
    rates = np.asarray(learning_rate, keras.config.floatx())
    if rates.shape != (n,) or not np.all(rates > 0):
        raise ValueError(f"learning_rate is one positive number for each of the {n} members.")
    return rates


def _group_size(task: _Task, n: int) -> int:
    """How many members are trained together: as many as fit into MOST_BYTES, in equal groups."""
    model, width = task.model, np.dtype(keras.config.floatx()).itemsize
    weights = sum(int(np.prod(variable.shape)) for variable in model.variables)
    outputs = sum(
        int(np.prod(layer.output.shape[1:])) for layer in model.layers if hasattr(layer, "output")
    )
    row = int(np.prod(task.data.x.shape[1 + task.data.has_members :])) + 3 * outputs
    # The weights, two moments, the gradient and one copy; a batch with what follows from it.
    floats = 5 * weights + row * task.batch_size
    if task.data.has_members:
        floats += task.data.x[0].size + task.data.y[0].size
    if not task.is_full_batch:
        floats += 3 * task.data.rows  # their order, on its way into the program
    groups = -(-n * floats * width // MOST_BYTES)
    return -(-n // groups)


class _Rates(keras.optimizers.schedules.LearningRateSchedule):
    """A learning rate for each member, as a column beside the matrix of their weights."""

    def __init__(self, size: int) -> None:
        self.column = keras.Variable(np.zeros((size, 1), keras.config.floatx()), trainable=False)

    def __call__(self, step: Any) -> Any:
        return self.column.value


# ---- The program ----


class _Group:
    """Some members that are trained together: their weights as rows of one matrix."""

    def __init__(self, task: _Task, size: int) -> None:
        self._task, model = task, task.model
        # Metrics make their variables when they first see data: one row is enough.
        x, y = (part[0] if task.data.has_members else part for part in (task.data.x, task.data.y))
        model.test_step((tf.constant(x[:1]), tf.constant(y[:1])))
        model.reset_metrics()
        self._metrics_at_start = [variable.numpy() for variable in model.metrics_variables]

        self._sizes = [int(np.prod(variable.shape)) for variable in model.trainable_variables]
        zeros = np.zeros((size, sum(self._sizes)), keras.config.floatx())
        self._matrix = keras.Variable(zeros)
        self._state = [_stack_of(variable, size) for variable in model.non_trainable_variables]
        self._metrics = [_stack_of(variable, size) for variable in model.metrics_variables]
        config = internals.config_without_schedule(model.optimizer)
        self._rates = None if task.rates is None else _Rates(size)
        if rate := self._rates or internals.schedule_of(model.optimizer):
            config["learning_rate"] = rate
        self._optimizer = type(model.optimizer).from_config(config)
        self._optimizer.build([self._matrix])
        self._fresh = [variable.numpy() for variable in self._optimizer.variables]
        # Of each epoch the orders go in, and the losses of all members come out.
        most = MOST_ORDERED_ROWS // max(size, task.data.rows * (1 if task.is_full_batch else size))
        self._room = min(task.epochs, max(1, most))
        self._program = self._make_program()

    def train(self, members: np.ndarray) -> tuple[dict[str, np.ndarray], list, list]:
        """Train these members; return their history, weights and first weights."""
        task = self._task
        first_weights = self._begin(members)
        data = task.data.of(members)
        validation = None if task.validation is None else task.validation.of(members)
        steps = -(-task.data.rows // task.batch_size)
        pace, orders = Pace(steps, self._room), task.orders(members)
        run = with_data(self._program, data, validation, room=self._room)
        program = functools.partial(_told, run)
        found: list[dict[str, np.ndarray]] = []
        epoch = first = 0
        while epoch < task.epochs:
            at_once, last = pace.next(first, task.epochs - epoch)
            if first == 0:
                now = list(itertools.islice(orders, at_once))
            logs = pace.timed(program, now, first, last)
            first = last % steps
            if first == 0:
                found.append(logs)
                epoch += at_once
        self._optimizer.finalize_variable_values([self._matrix])
        history = {
            name: np.moveaxis(np.concatenate([logs[name] for logs in found]), 0, 1)
            for name in found[0]
        }
        return history, self._weights(), first_weights

    def _begin(self, members: np.ndarray) -> list[np.ndarray]:
        """Draw the first weights of these members, and begin with a fresh optimizer."""
        task, model = self._task, self._task.model
        rngs = [np.random.default_rng([task.seed, member]) for member in members]
        trainable, other = (
            initial.draw(variables, task.made, rngs)
            for variables in (model.trainable_variables, model.non_trainable_variables)
        )
        flat = [array.reshape(len(members), -1) for array in trainable]
        self._matrix.assign(np.concatenate(flat, axis=1))
        _assign(self._state, other)
        _assign(self._optimizer.variables, self._fresh)
        if self._rates is not None and task.rates is not None:
            self._rates.column.assign(task.rates[members, np.newaxis])
        return self._weights()

    def _weights(self) -> list[np.ndarray]:
        """The weights of each member in the order of `get_weights`, each (members, ...)."""
        model = self._task.model
        rows = np.split(self._matrix.numpy(), np.cumsum(self._sizes)[:-1], axis=1)
        by_id = {
            id(variable): part.reshape(-1, *variable.shape)
            for variable, part in zip(model.trainable_variables, rows, strict=True)
        }
        for variable, stacked in zip(model.non_trainable_variables, self._state, strict=True):
            by_id[id(variable)] = stacked.numpy()
        return [by_id[id(variable)] for variable in model.weights]

    def _make_program(self) -> Program:
        task = self._task

        def train(data: Any, rows: tf.Tensor) -> None:
            x, y = data if task.is_full_batch else _take(data, rows, task.data.has_members)
            has_members = task.data.has_members or not task.is_full_batch
            gradient = self._step(x, y, has_members, training=True)
            self._optimizer.apply([gradient], [self._matrix])

        def validate(data: Any) -> None:
            # Only called where there is something to validate on.
            axis = int(task.validation.has_members) if task.validation else 0

            def step(rows: tf.Tensor) -> None:
                x, y = (tf.gather(part, rows, axis=axis) for part in data)
                self._step(x, y, bool(axis), training=False)

            batches(data[0].shape[axis], task.batch_size, step)

        def reset_metrics() -> None:
            for variable, value in zip(self._metrics, self._metrics_at_start, strict=True):
                variable.assign(tf.broadcast_to(value, variable.shape))

        def metrics() -> dict[str, tf.Tensor]:
            return tf.vectorized_map(self._measured, _values(self._metrics))

        return make_program(
            train=train,
            validate=validate,
            reset_metrics=reset_metrics,
            metrics=metrics,
            batch_size=task.batch_size,
            jit_compile=True,
        )

    def _step(self, x: tf.Tensor, y: tf.Tensor, has_members: bool, *, training: bool) -> Any:
        """Loss and metrics of every member, and in training the gradient (members, weights)."""
        model = self._task.model
        columns = tf.split(self._matrix.value, self._sizes, axis=1)
        weights = [
            tf.reshape(column, (-1, *variable.shape))
            for column, variable in zip(columns, model.trainable_variables, strict=True)
        ]
        stacked = [weights, _values(self._state), _values(self._metrics)]

        def one(of_one: Any) -> Any:
            weights, state, metrics, *own = of_one
            its_x, its_y = own or (x, y)
            # The gradient is taken here, member by member: that of a sum over `vectorized_map`
            # XLA would compile anew for each program.
            with tf.GradientTape() as tape:
                tape.watch(weights)
                loss, state, metrics = self._forward(
                    weights, state, metrics, its_x, its_y, training
                )
                loss = self._optimizer.scale_loss(loss)  # the optimizer divides by it again
            if not training:
                return [], state, metrics
            gradients = tape.gradient(loss, weights, unconnected_gradients="zero")
            self._refuse_sparse(gradients)
            return gradients, state, metrics

        gradients, state, metrics = tf.vectorized_map(
            one, [*stacked, x, y] if has_members else stacked
        )
        _assign(self._metrics, metrics)
        if training:
            _assign(self._state, state)
        flat = [
            tf.reshape(part, (-1, size)) for part, size in zip(gradients, self._sizes, strict=False)
        ]
        return tf.concat(flat, axis=1) if training else None

    def _refuse_sparse(self, gradients: list) -> None:
        """Raise for a gradient that lists rows of a table, a row as often as a batch takes it.

        Keras squares what is listed and then adds it up; here it is added up before. Both are the
        same only where nothing is squared or cut off.
        """
        optimizer = self._optimizer
        is_linear = type(optimizer) is keras.optimizers.SGD and optimizer.clipvalue is None
        if not is_linear and any(isinstance(one, tf.IndexedSlices) for one in gradients):
            raise ValueError(
                "it takes rows of a table, as an Embedding does, and "
                f"{type(optimizer).__name__} counts a row twice that is taken twice"
            )

    def _forward(
        self, weights: list, state: list, metrics: list, x: tf.Tensor, y: tf.Tensor, training: bool
    ) -> tuple[tf.Tensor, list[tf.Tensor], list[tf.Tensor]]:
        """Keras's forward and loss of one member; what its state and metrics become."""
        model = self._task.model
        values = [
            *zip(model.trainable_variables, weights, strict=True),
            *zip(model.non_trainable_variables, state, strict=True),
            *zip(model.metrics_variables, metrics, strict=True),
        ]
        with keras.StatelessScope(state_mapping=values, collect_losses=True) as scope:
            y_pred = model(x, training=training)
            loss = internals.compute_loss(model, x, y, y_pred, training=training)
            internals.loss_tracker(model).update_state(loss, sample_weight=x.shape[0])
            model.compute_metrics(x, y, y_pred)
        return (
            loss,
            [scope.get_current_value(variable) for variable in model.non_trainable_variables],
            [scope.get_current_value(variable) for variable in model.metrics_variables],
        )

    def _measured(self, metrics: list[tf.Tensor]) -> dict[str, tf.Tensor]:
        model = self._task.model
        with keras.StatelessScope(zip(model.metrics_variables, metrics, strict=True)):
            # A metric may return its variable, which has the value of this member only in here.
            found = model.get_metrics_result().items()
            return {name: getattr(value, "value", value) for name, value in found}


def _told(run: Callable[..., Any], *how: Any) -> Any:
    """Run, and say in one sentence why a model cannot be trained so."""
    tensorflow_log = tf.get_logger()
    tensorflow_log.disabled = True  # it prints a page about a layer that cannot be stacked
    try:
        return run(*how)
    except Exception as error:
        if told := out_of_memory(error):
            raise ValueError(told) from error
        raise ValueError(
            f"This model cannot be trained beside others of its kind ({reason_of(error)}): train "
            "the members one after the other with compiled_fit."
        ) from error
    finally:
        tensorflow_log.disabled = False


def _stack_of(variable: keras.Variable, size: int) -> keras.Variable:
    zeros = np.zeros((size, *variable.shape), variable.dtype)
    return keras.Variable(zeros, dtype=variable.dtype, trainable=False)


def _values(variables: Sequence[keras.Variable]) -> list[Any]:
    return [variable.value for variable in variables]


def _assign(variables: Sequence[keras.Variable], values: Sequence[Any]) -> None:
    for variable, value in zip(variables, values, strict=True):
        variable.assign(value)


def _take(data: tuple[tf.Tensor, tf.Tensor], rows: tf.Tensor, has_members: bool) -> Any:
    """The rows (members, batch_size) of the data: each member its own batch."""
    return [tf.gather(part, rows, batch_dims=int(has_members)) for part in data]
