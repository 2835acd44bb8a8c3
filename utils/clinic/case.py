"""A case: a program of the clinic that ran, with what one sees of it in life.

run = train(draw(7))
run.evidence.validation     # Measured(loss=0.71, accuracy=0.77)
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import keras
import numpy as np
from numpy.typing import NDArray

from utils import garments
from utils.clinic.illnesses import HEALTHY, ILLNESSES, SICK, Illness
from utils.clinic.program import Settings, write
from utils.clinic.program import draw as draw_settings
from utils.training import compiled_fit

Array = NDArray[Any]
CLASSES = tuple(garments.CLASSES)
HEALTHY_SHARE = 1 / 6
SHOWN_OUTPUTS = 3  # pictures of which all ten outputs are shown


@dataclass(frozen=True)
class Case:
    """One patient, not trained yet: which number, which illness, which program."""

    number: int
    illness: Illness
    settings: Settings

    @cached_property
    def healthy(self) -> str:
        """The program without the illness."""
        return write(self.settings)

    @cached_property
    def program(self) -> str:
        """The program that runs."""
        return self.illness.sicken(self.healthy, self.settings)


def draw(number: int, illness: str | None = None) -> Case:
    """Draw a case; the same number gives the same.

    Args:
        number: a whole number from 0 on.
        illness: its name, where it shall not be drawn.
    """
    rng = np.random.default_rng([number, *map(ord, illness or "")])
    drawn = HEALTHY if rng.random() < HEALTHY_SHARE else SICK[int(rng.integers(len(SICK)))].name
    found = ILLNESSES[illness or drawn]
    seed = int(rng.integers(10_000))
    return Case(number, found, draw_settings(rng, seed, **found.needs))


class Measured(NamedTuple):
    """What Keras's `evaluate` gives: the loss, with the penalty, and the share that is right."""

    loss: float
    accuracy: float


@dataclass(frozen=True, eq=False)
class Evidence:
    """What one sees of a training in life.

    Attributes:
        history: loss, accuracy, val_loss and val_accuracy, one number an epoch.
        planned: how many epochs were asked for.
        train: the finished network, evaluated on the training pictures.
        validation: the same on those for validation.
        confusion: pictures for validation by their label (rows) and answer (columns), (10, 10);
            zeros where the outputs are no numbers.
        outputs: what it gives for the first pictures for validation, (k, 10).
        output_labels: their labels, (k,).
        shapes: of x_train and x_val.
        widths: the numbers that go from layer to layer, the pixels first and the outputs last.
    """

    history: Mapping[str, Array]
    planned: int
    train: Measured
    validation: Measured
    confusion: Array
    outputs: Array
    output_labels: Array
    shapes: Mapping[str, tuple[int, ...]]
    widths: tuple[int, ...]

    @property
    def epochs(self) -> int:
        return len(self.history["loss"])


class State:
    """All numbers that training changes, to go back to them."""

    def __init__(self, model: keras.Model) -> None:
        several = [*model.variables, *model.optimizer.variables]
        self._kept = [(variable, variable.numpy()) for variable in several]

    def restore(self) -> None:
        for variable, value in self._kept:
            variable.assign(value)


@dataclass(frozen=True, eq=False)
class Run:
    """A case that was trained, with all that an examination needs.

    Attributes:
        case: what ran.
        model: the finished network.
        x_train, y_train, x_val, y_val: the arrays as the training got them.
        prepare: the program's own way from pictures to inputs.
        how: the other arguments of `compiled_fit`.
        first: the state before the training.
        last: the state after it.
        evidence: what is shown.
    """

    case: Case
    model: keras.Model
    x_train: Array
    y_train: Array
    x_val: Array
    y_val: Array
    prepare: Callable[[Array], Array]
    how: Mapping[str, Any]
    first: State
    last: State
    evidence: Evidence

    @property
    def layers(self) -> list[keras.layers.Dense]:
        """Those with weights, the last one gives the outputs."""
        return [one for one in self.model.layers if isinstance(one, keras.layers.Dense)]


def train(case: Case) -> Run:
    """Run the program of a case, and look at what came out."""
    seen: dict[str, Any] = {}

    def noted(model: keras.Model, x: Array, y: Array, **how: Any) -> keras.callbacks.History:
        model.optimizer.build(model.trainable_variables)  # it has a state to keep
        seen.update(model=model, x=x, y=y, how=how, first=State(model))
        return compiled_fit(model, x, y, **how)

    imports, _, body = case.program.partition("\n\nset_seed")
    names: dict[str, Any] = {}
    exec(compile(imports, "<the patient's imports>", "exec"), names)
    names["compiled_fit"] = noted
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of NaN: the curves show it
        exec(compile(f"set_seed{body}", "<the patient>", "exec"), names)
    model, how = seen["model"], seen["how"]
    x_val, y_val = how["validation_data"]
    return Run(
        case,
        model,
        seen["x"],
        seen["y"],
        x_val,
        y_val,
        names["prepare"],
        how,
        seen["first"],
        State(model),
        _look(model, seen["x"], seen["y"], how, names["history"].history),
    )


def measure(model: keras.Model, x: Array, y: Array) -> Measured:
    """Evaluate a network on pictures, all at once; NaN where its outputs are no numbers."""
    outputs = model(x, training=False)
    if not np.isfinite(outputs).all():
        return Measured(np.nan, np.nan)
    loss = float(model.loss(y, outputs)) + float(sum(model.losses))
    return Measured(loss, float(np.mean(np.argmax(outputs, axis=1) == y)))


def _look(
    model: keras.Model, x: Array, y: Array, how: Mapping[str, Any], history: Mapping[str, Any]
) -> Evidence:
    x_val, y_val = how["validation_data"]
    outputs = np.asarray(model(x_val, training=False))
    confusion = np.zeros((len(CLASSES), len(CLASSES)), int)
    if np.isfinite(outputs).all():
        np.add.at(confusion, (y_val, outputs.argmax(axis=1)), 1)
    curves = {name: np.array(values, float) for name, values in history.items()}
    for part in ("", "val_"):  # what is no number is no answer, whatever class is counted for it
        curves[f"{part}accuracy"][~np.isfinite(curves[f"{part}loss"])] = np.nan
    layers = [one for one in model.layers if not isinstance(one, keras.layers.Dropout)]
    dense = [one.units for one in layers if isinstance(one, keras.layers.Dense)]
    return Evidence(
        curves,
        how["epochs"],
        measure(model, x, y),
        measure(model, x_val, y_val),
        confusion,
        outputs[:SHOWN_OUTPUTS],
        np.asarray(y_val[:SHOWN_OUTPUTS], int),
        {"x_train": x.shape, "x_val": x_val.shape},
        (int(np.prod(x.shape[1:])), *dense),
    )
