"""Examinations of a run: each returns numbers, and one sentence that says what was seen.

None says what it means: that is the reader's part. Those that train begin with the first weights
and use the program that XLA has compiled for the case already. All leave the network as it was.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from utils import garments
from utils.clinic.case import CLASSES, Array, Run, measure
from utils.clinic.drawing import number
from utils.training import compiled_fit

STEPS = 200  # about so many, where an examination trains
FACTORS = (0.1, 1.0, 10.0)
NEW_PICTURES = 500
# The seeds of new pictures lie above those of all cases.
FIRST_NEW_SEED = 1_000_000


@dataclass(frozen=True, eq=False)
class Finding:
    """What an examination found.

    Attributes:
        name: of the examination.
        sentence: what was seen.
        numbers: by name, numbers or arrays with one for each layer, class or rate.
        table: a heading and rows, where there are several numbers; else empty.
    """

    name: str
    sentence: str
    numbers: Mapping[str, Any]
    table: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class Examination:
    """One way to look at a run; `says` is what it does, in a sentence."""

    name: str
    says: str
    look: Callable[[Run], Finding]


def _first_loss(run: Run) -> Finding:
    try:
        run.first.restore()
        loss = measure(run.model, run.x_train, run.y_train).loss
        penalty = float(sum(run.model.losses))
    finally:
        run.last.restore()
    guess = math.log(len(CLASSES))
    part = f", of which {penalty:.3g} is a penalty on the weights" if penalty else ""
    return Finding(
        "first loss",
        f"With its first weights the network has the loss {number(loss)} on the training "
        f"pictures{part}; log({len(CLASSES)}) is {number(guess)}.",
        {"loss": loss, "penalty": penalty, "guess": guess},
    )


def _gradients(run: Run) -> Finding:
    norms = {}
    try:
        for when, state in (("first", run.first), ("last", run.last)):
            state.restore()
            norms[when] = _norms(run)
    finally:
        run.last.restore()
    rows = zip(_layer_names(run), norms["first"], norms["last"], strict=True)
    return Finding(
        "gradients",
        f"At the first weights the gradient of the first kernel has the length "
        f"{_short(norms['first'][0])} and that of the last kernel {_short(norms['first'][-1])}; at "
        f"the finished ones {_short(norms['last'][0])} and {_short(norms['last'][-1])} (of the "
        "loss without penalty, over all training pictures).",
        norms,
        [
            ("kernel", "length at the first weights", "at the finished ones"),
            *((name, *map(_short, lengths)) for name, *lengths in rows),
        ],
    )


def _norms(run: Run) -> Array:
    """The length of the loss's gradient by each kernel, over all training pictures."""
    kernels = [layer.kernel.value for layer in run.layers]
    with tf.GradientTape() as tape:
        tape.watch(kernels)  # that of a frozen layer, too
        loss = run.model.loss(run.y_train, run.model(run.x_train, training=False))
    return np.array([float(tf.norm(slope)) for slope in tape.gradient(loss, kernels)])


def _hidden_units(run: Run) -> Finding:
    outputs, found = run.x_train, []
    for layer in run.model.layers[:-1]:
        outputs = layer(outputs)
        if layer in run.layers:
            found.append(np.asarray(outputs))
    found = found[: len(run.layers) - 1]
    units = np.array([one.shape[1] for one in found])
    constant = np.array([np.sum(np.ptp(one, axis=0) == 0) for one in found])
    different = np.array([_different(one) for one in found])
    names = _layer_names(run)[:-1]
    left = ", ".join(f"{a} of {b}" for a, b in zip(different, units, strict=True))
    return Finding(
        "hidden units",
        f"Of {units.sum()} hidden units of the finished network {constant.sum()} give the same for "
        f"every training picture. Where units that give the same as each other count once, "
        f"{left} are left.",
        {"units": units, "constant": constant, "different": different},
        [
            ("layer", "units", "the same for every picture", "different ones"),
            *(tuple(map(str, row)) for row in zip(names, units, constant, different, strict=True)),
        ],
    )


def _different(outputs: Array) -> int:
    """How many units there are if those that give the same count once."""
    size = np.abs(outputs).max()
    if not np.isfinite(size) or size == 0:
        return 1
    return len(np.unique(np.round(outputs / size, 4), axis=1).T)


def _weights(run: Run) -> Finding:
    try:
        run.first.restore()
        first = [layer.kernel.numpy() for layer in run.layers]
    finally:
        run.last.restore()
    last = [layer.kernel.numpy() for layer in run.layers]
    spread = {"first": np.array([one.std(dtype=float) for one in first])}
    spread["last"] = np.array([one.std(dtype=float) for one in last])
    moved = np.array(
        [np.sqrt(np.mean(np.square(a - b, dtype=float))) for a, b in zip(last, first, strict=True)]
    )
    rows = zip(_layer_names(run), spread["first"], spread["last"], moved, strict=True)
    return Finding(
        "weights",
        f"The weights of the kernels spread by {_listed(spread['first'])} at the start and by "
        f"{_listed(spread['last'])} at the end (standard deviation), and have moved by "
        f"{_listed(moved)} (root of the mean square).",
        {**spread, "moved": moved},
        [
            ("kernel", "spread at the start", "at the end", "moved"),
            *((name, *map(_short, numbers)) for name, *numbers in rows),
        ],
    )


def _one_batch(run: Run) -> Finding:
    size = run.how["batch_size"]
    rows = np.random.default_rng(0).permutation(len(run.x_train))[:size]
    x, y = run.x_train[rows], run.y_train[rows]
    # Repeated to as many rows as before, it needs no other program.
    several = np.resize(np.arange(size), len(run.x_train))
    try:
        history = _trained(run, x[several], y[several], shuffle=False)
        loss, accuracy = measure(run.model, x, y)
    finally:
        run.last.restore()
    steps = len(history["loss"]) * _steps(run)
    return Finding(
        "one batch",
        f"Trained from its first weights on one batch of {size} pictures alone, {steps} steps, the "
        f"network is right on {accuracy:.2f} of them, with the loss {number(loss)}.",
        {"loss": loss, "accuracy": accuracy, "steps": steps},
    )


def _rates(run: Run) -> Finding:
    losses: dict[str, list[float]] = {"loss": [], "val_loss": []}
    try:
        for factor in FACTORS:
            history = _trained(
                run, run.x_train, run.y_train, shuffle=run.how["shuffle"], factor=factor
            )
            for name in losses:
                losses[name].append(history[name][-1])
    finally:
        run.last.restore()
    steps = len(history["loss"]) * _steps(run)
    names = ("a tenth of the rate", "its rate", "ten times the rate")
    rows = zip(names, losses["loss"], losses["val_loss"], strict=True)
    tenth, same, tenfold = (number(one) for one in losses["val_loss"])
    return Finding(
        "rates",
        f"After {steps} steps from the first weights the validation loss is {tenth} at a tenth of "
        f"the learning rate, {same} at the program's own, and {tenfold} at ten times as much.",
        {name: np.array(values) for name, values in losses.items()},
        [
            ("learning rate", "training loss", "validation loss"),
            *((name, number(a), number(b)) for name, a, b in rows),
        ],
    )


def _new_pictures(run: Run) -> Finding:
    images, labels = garments.draw(NEW_PICTURES, seed=FIRST_NEW_SEED + run.case.settings.seed)
    loss, accuracy = measure(run.model, run.prepare(images), labels)
    return Finding(
        "new pictures",
        f"On {NEW_PICTURES} pictures that the program never saw, prepared as those for training, "
        f"the network is right on {accuracy:.2f}, with the loss {number(loss)}; on the training "
        f"pictures it is {run.evidence.train.accuracy:.2f}, on those for validation "
        f"{run.evidence.validation.accuracy:.2f}.",
        {"loss": loss, "accuracy": accuracy},
    )


def _inputs(run: Run) -> Finding:
    parts = {"training": run.x_train, "validation": run.x_val}
    rows = {name: (x.min(), x.mean(), x.max()) for name, x in parts.items()}
    training, validation = (
        f"from {low:.3g} to {high:.3g} with the mean {mean:.3g}"
        for low, mean, high in rows.values()
    )
    return Finding(
        "inputs",
        f"The inputs for training go {training}, those for validation {validation}.",
        {name: np.array(row) for name, row in rows.items()},
        [
            ("inputs", "lowest", "mean", "highest"),
            *((name, *(f"{one:.3g}" for one in row)) for name, row in rows.items()),
        ],
    )


def _same_pictures(run: Run) -> Finding:
    known = {one.tobytes() for one in run.x_train}
    same = sum(one.tobytes() in known for one in run.x_val)
    return Finding(
        "same pictures",
        f"{same} of the {len(run.x_val)} inputs for validation are among those for training, "
        "number by number.",
        {"same": same, "of": len(run.x_val)},
    )


def _labels(run: Run) -> Finding:
    counts = [np.bincount(y, minlength=len(CLASSES)) for y in (run.y_train, run.y_val)]
    neighbours = float(np.mean(run.y_train[1:] == run.y_train[:-1]))
    said = " and ".join(
        f"{one.min()} to {one.max()} pictures of a class for {name}"
        for name, one in zip(("training", "validation"), counts, strict=True)
    )
    order = "mixes them anew in each epoch" if run.how["shuffle"] else "takes them in this order"
    return Finding(
        "labels",
        f"There are {said}. Of two neighbours in the training set {neighbours:.2f} have the same "
        f"label, and the training {order}.",
        {
            "train": counts[0],
            "validation": counts[1],
            "neighbours": neighbours,
            "mixed": run.how["shuffle"],
        },
        [
            ("label", "for training", "for validation"),
            *((name, str(a), str(b)) for name, a, b in zip(CLASSES, *counts, strict=True)),
        ],
    )


EXAMINATIONS = {
    one.name: one
    for one in (
        Examination("first loss", "the loss before any training, beside log(10)", _first_loss),
        Examination(
            "gradients", "how long the gradient of each kernel is, at first and at last", _gradients
        ),
        Examination(
            "hidden units",
            "how many give the same for every picture, and how many differ from each other",
            _hidden_units,
        ),
        Examination(
            "weights", "how far they spread and how far they moved, kernel by kernel", _weights
        ),
        Examination("one batch", "whether it can learn a single batch by heart", _one_batch),
        Examination(
            "rates", "a short training at a tenth, at one and at ten times the rate", _rates
        ),
        Examination("new pictures", "how it does on pictures that nobody has used", _new_pictures),
        Examination("inputs", "the range of the numbers that go in", _inputs),
        Examination(
            "same pictures", "how many inputs for validation are also for training", _same_pictures
        ),
        Examination("labels", "how often each label occurs, and in which order they come", _labels),
    )
}


# ---- Short trainings ----


def _trained(
    run: Run, x: Array, y: Array, *, shuffle: bool, factor: float = 1.0
) -> Mapping[str, Sequence[float]]:
    """Train about STEPS steps from the first weights; the caller puts the finished ones back."""
    run.first.restore()
    rate = run.model.optimizer.learning_rate
    run.model.optimizer.learning_rate = factor * float(keras.ops.convert_to_numpy(rate))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of NaN: the finding says it
        found = compiled_fit(
            run.model,
            x,
            y,
            batch_size=run.how["batch_size"],
            epochs=max(1, round(STEPS / _steps(run))),
            shuffle=shuffle,
            validation_data=run.how["validation_data"],
            seed=0,
            verbose=0,
        )
    return found.history  # type: ignore[no-any-return]


def _steps(run: Run) -> int:
    return -(-len(run.x_train) // run.how["batch_size"])


# ---- Words ----


def _layer_names(run: Run) -> list[str]:
    return [*(f"hidden layer {k}" for k in range(1, len(run.layers))), "output layer"]


def _listed(values: Array) -> str:
    return ", ".join(_short(one) if one.dtype.kind == "f" else f"{one}" for one in values)


def _short(value: float) -> str:
    return f"{value:.2g}".replace("nan", "NaN")
