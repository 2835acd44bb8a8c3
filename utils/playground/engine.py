"""A small Keras network on points of the plane that is trained a few epochs at a time.

    engine = Engine(data="spiral", hidden=[8, 8], learning_rate=0.1)
    engine.step(100)              # Losses(train=0.21, test=0.24)
    engine.model.get_weights()    # it is a Keras model; set_weights changes what is trained

Nothing is drawn here. All is decided by the settings: two engines with the same settings do the
same, whether an epoch is trained at a time or a thousand.

What Keras trains is what the TensorFlow Playground trains, half the squared error with batches in a
fixed order, but for three things. There the rows that are left over from full batches are added to
the first batch of the next epoch; here they are a smaller batch. There a weight that an L1 penalty
drives through 0 stays 0 for good; here it goes on. There weights start between -0.5 and 0.5 and
biases at 0.1; here as Keras starts them.
"""

from __future__ import annotations

import collections
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from utils.playground import points
from utils.playground.network import activations, build, code, train_starts
from utils.playground.points import EDGE, MINE, Array, Points, features
from utils.playground.settings import Settings
from utils.training import Ensemble, compiled_fit

# One program takes at most so many epochs, so that a call ends soon.
MOST_EPOCHS_AT_ONCE = 1000
KEPT = 12  # states to go back to: with an epoch a call, the one of ten epochs ago is among them
MOST_KNOTS = 2000  # of the curve: of more every second one is dropped
DIVERGED = 1e6  # no loss that is worth looking at is above
FUNCTIONS: dict[str, Callable[[Array], Array]] = {
    "relu": lambda z: np.maximum(z, 0),
    "tanh": np.tanh,
    "sigmoid": lambda z: 0.5 * np.tanh(0.5 * z) + 0.5,  # exp(-z) would overflow
    "linear": lambda z: z,
}


class Losses(NamedTuple):
    """Half the mean squared error over all points, without the penalty."""

    train: float
    test: float


@dataclass(frozen=True)
class Snapshot:
    """All that a picture shows.

    Attributes:
        inputs: names of what the first layer gets.
        epoch: how many were trained.
        curve: rows (epoch, training loss, test loss).
        weights: kernel and bias of each layer, as `model.get_weights()` gives them.
        maps: what the units of each layer give over the square, the inputs first: each of shape
            (units, across, across), the first row lowest.
        points: to learn from and to test with.
        before_last: what the last layer gets at the points to learn from and to test with, a pair
            of shapes (n, units) and (m, units).
        diverged: whether the training has left all bounds.
    """

    inputs: Sequence[str]
    epoch: int
    curve: Array
    weights: Sequence[Array]
    maps: Sequence[Array]
    points: Points
    before_last: tuple[Array, Array]
    diverged: bool = False


@dataclass(frozen=True)
class _State:
    """What training changes, at some epoch."""

    epoch: int
    weights: list[Array]
    optimizer: list[Array]


class Engine:
    """A playground without a picture.

    Args:
        data: a name of `points.DATA`, or a student's own (see `points.draw`).
        settings: those of `Settings`.

    Attributes:
        settings: as given.
        points: to learn from and to test with.
        model: the Keras model that is trained. Its inputs are the chosen ones, shape (n, inputs).
        epoch: how many epochs it was trained for.
        curve: a pair (epoch, Losses) at the start and after each step; of very many every second.

    Raises:
        ValueError: a setting or the data make no playground; the sentence says why.
    """

    def __init__(self, data: Any = "circle", **settings: Any) -> None:
        is_mine = not isinstance(data, str)
        self._mine = data if is_mine else None
        self._begin(Settings().changed(data=MINE if is_mine else data, **settings))

    def _begin(self, settings: Settings) -> None:
        if settings.data == MINE and self._mine is None:
            raise ValueError(
                "These settings are for data of one's own: give them, as in Playground(data=mine)."
            )
        drawn = points.draw(
            self._mine if settings.data == MINE else settings.data,
            noise=settings.noise,
            share=settings.share,
            seed=settings.seed,
        )
        self.settings, self.points = settings, drawn
        self._x_train = features(drawn.x_train, settings.inputs)
        self._x_test = features(drawn.x_test, settings.inputs)
        self.reset()

    # ---- Training ----

    def reset(self) -> None:
        """Go back to the first weights."""
        self.model = build(self.settings, self.points.is_regression)
        self.model.optimizer.build(self.model.trainable_variables)  # it has a state to keep
        self.epoch = 0
        self.curve = [(0, self.losses())]
        self._kept: collections.deque[_State] = collections.deque(maxlen=KEPT)
        self._rates = {0: self.settings.learning_rate}  # since which epoch
        self._trained = self.model.get_weights()
        self._is_edited = False

    def change(self, **settings: Any) -> bool:
        """Change settings, and start anew unless it is the learning rate alone.

        Returns:
            whether the training starts anew.

        Raises:
            ValueError: a setting is out of range; nothing has changed then.
        """
        new = self.settings.changed(**settings)
        if new == self.settings:
            return False
        if new.changed(learning_rate=self.settings.learning_rate) == self.settings:
            self.settings = new
            self.model.optimizer.learning_rate = new.learning_rate
            self._rates[self.epoch] = new.learning_rate
            return False
        self._begin(new)
        return True

    def take(self, settings: Settings) -> None:
        """Start anew with all of these settings.

        Raises:
            ValueError: they are for data of one's own, and there are none.
        """
        self._begin(settings)

    def step(self, epochs: int = 1) -> Losses:
        """Train so many epochs, fewer if the loss leaves all bounds.

        Returns:
            the losses after them; NaN or infinite ones too.
        """
        left, weights = epochs, self.model.get_weights()
        self._is_edited = self._differs(weights)
        while left > 0 and not self.has_diverged:
            now = min(left, MOST_EPOCHS_AT_ONCE)
            self._kept.append(self._state(weights))
            self._train(now)
            weights = self.model.get_weights()
            self.epoch += now
            self.curve.append((self.epoch, self._losses(weights)))
            if len(self.curve) > MOST_KNOTS:
                del self.curve[1:-1:2]
            left -= now
        self._trained = weights
        return self.curve[-1][1]

    def _train(self, epochs: int) -> None:
        settings = self.settings
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of NaN: `has_diverged` tells
            compiled_fit(
                self.model,
                self._x_train,
                self.points.y_train,
                batch_size=settings.batch_size,
                epochs=epochs,
                shuffle=False,
                steps_per_program=epochs * self.steps_per_epoch,
                verbose=0,
            )

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self._x_train) // self.settings.batch_size)

    @property
    def is_edited(self) -> bool:
        """Whether weights were set by hand since the first ones."""
        return self._differs(self.model.get_weights())

    def _differs(self, weights: Sequence[Array]) -> bool:
        return self._is_edited or not all(map(np.array_equal, weights, self._trained))

    @property
    def has_diverged(self) -> bool:
        """Whether the last loss was no number, or beyond all bounds."""
        return not self.curve[-1][1].train < DIVERGED

    def back(self, epochs: int = 10) -> int:
        """Go back to the state of so many epochs ago, or the nearest before it that was kept.

        Returns:
            the epoch of that state.
        """
        wanted = max(0, self.epoch - epochs)
        earlier = [state for state in self._kept if state.epoch <= wanted]
        if not earlier:
            self.reset()
            return 0
        state = earlier[-1]
        self.model.set_weights(state.weights)
        for variable, value in zip(self.model.optimizer.variables, state.optimizer, strict=True):
            variable.assign(value)
        self.model.optimizer.learning_rate = self.settings.learning_rate
        self.epoch, self._trained = state.epoch, state.weights
        self.curve = [one for one in self.curve if one[0] <= state.epoch]
        self._kept = collections.deque(earlier[:-1], maxlen=KEPT)
        self._rates = {epoch: rate for epoch, rate in self._rates.items() if epoch < state.epoch}
        self._rates[state.epoch] = self.settings.learning_rate
        return self.epoch

    def _state(self, weights: list[Array]) -> _State:
        optimizer = [variable.numpy() for variable in self.model.optimizer.variables]
        return _State(self.epoch, weights, optimizer)

    # ---- Looking ----
    # Keras takes a millisecond to hand out the weights of a large playground, more than all that is
    # done with them: what shows a picture asks for them once.

    def losses(self) -> Losses:
        """The losses of the model as it is now, also after `model.set_weights`."""
        return self._losses(self.model.get_weights())

    def activations(self, x: Array) -> list[Array]:
        """What all units give at these coordinates (n, 2): inputs, each hidden layer, the output.

        Each has the shape (n, units).
        """
        return self._forward(self.model.get_weights(), features(x, self.settings.inputs))

    def maps(self, across: int = 40) -> list[Array]:
        """What all units give over the square, (units, across, across) a layer; x2 grows upwards.

        The first row is the lowest.
        """
        return self._maps(self.model.get_weights(), across)

    def snapshot(self, across: int = 60) -> Snapshot:
        """All that a picture shows, as it is now."""
        weights = self.model.get_weights()
        last = [self._forward(weights, x)[-2:] for x in (self._x_train, self._x_test)]
        now = self._losses_of(last[0][1], last[1][1])
        return Snapshot(
            inputs=self.settings.inputs,
            epoch=self.epoch,
            # The last row is of now: weights may have been set since.
            curve=np.array([*((e, *losses) for e, losses in self.curve[:-1]), (self.epoch, *now)]),
            weights=weights,
            maps=self._maps(weights, across),
            points=self.points,
            before_last=(last[0][0], last[1][0]),
            diverged=self.has_diverged,
        )

    def _losses(self, weights: Sequence[Array]) -> Losses:
        outputs = [self._forward(weights, x)[-1] for x in (self._x_train, self._x_test)]
        return self._losses_of(*outputs)

    def _losses_of(self, train: Array, test: Array) -> Losses:
        return Losses(
            _half_squared_error(train, self.points.y_train),
            _half_squared_error(test, self.points.y_test),
        )

    def _maps(self, weights: Sequence[Array], across: int) -> list[Array]:
        line = (np.arange(across) + 0.5) / across * 2 * EDGE - EDGE
        grid = np.stack(np.meshgrid(line, line), axis=-1).reshape(-1, 2)
        outputs = self._forward(weights, features(grid, self.settings.inputs))
        return [out.T.reshape(-1, across, across) for out in outputs]

    def _forward(self, weights: Sequence[Array], x: Array) -> list[Array]:
        """What all units give; x are the chosen inputs, shape (n, inputs)."""
        names = activations(self.settings, self.points.is_regression)
        found = [x]
        with np.errstate(over="ignore", invalid="ignore"):
            for kernel, bias, name in zip(weights[::2], weights[1::2], names, strict=True):
                found.append(FUNCTIONS[name](found[-1] @ kernel + bias))
        return found

    # ---- Many starts, and the model as code ----

    def starts(self, count: int = 100, *, epochs: int = 200) -> Ensemble:
        """Train so many networks of these settings from other first weights, all at once.

        Raises:
            ValueError: the optimizer looks at whole kernels.
        """
        return train_starts(
            self.settings,
            self.points.is_regression,
            (self._x_train, self.points.y_train),
            (self._x_test, self.points.y_test),
            count=count,
            epochs=epochs,
            seed=self.settings.seed,
        )

    def code(self) -> str:
        """A cell of plain Keras code that trains this network anew, for as many epochs.

        Weights that were set by hand are not in it; a comment says so.
        """
        ends = [*[epoch for epoch in self._rates if epoch], self.epoch]
        parts = [
            (rate, end - begin)
            for (begin, rate), end in zip(self._rates.items(), ends, strict=True)
            if end > begin
        ]
        lines = code(self.settings, self.points.is_regression, parts)
        if self.is_edited:
            lines.append("# Weights were set by hand meanwhile: that is not in this code.")
        return "\n".join(lines)


def _half_squared_error(outputs: Array, labels: Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        return 0.5 * float(np.mean(np.square(outputs[:, 0] - labels, dtype=np.float64)))
