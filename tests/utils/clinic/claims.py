"""What the reasons of each illness claim, as a rule about a run: it has to hold in every case."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from utils.clinic.case import Run
from utils.clinic.examinations import EXAMINATIONS

GUESS = math.log(10)
# exp(1) / (exp(1) + 9): what the second of two softmaxes gives at most.
MOST_OF_TWO = 0.232


def _numbers(run: Run, name: str) -> Mapping[str, Any]:
    return EXAMINATIONS[name].look(run).numbers


def _rates(run: Run) -> np.ndarray:
    losses = _numbers(run, "rates")["val_loss"]
    return np.where(np.isfinite(losses), losses, np.inf)


def _pixels_not_scaled(run: Run) -> bool:
    first = run.evidence.history["loss"][0]
    untrained = _numbers(run, "first loss")["loss"]
    parts = _numbers(run, "inputs")
    return (
        untrained > 3 * GUESS
        and not first <= GUESS
        and min(parts["training"][2], parts["validation"][2]) > 200
    )


def _validation_scaled_differently(run: Run) -> bool:
    shown, parts = run.evidence, _numbers(run, "inputs")
    return (
        shown.train.accuracy > 0.6
        and shown.validation.loss > 5 * shown.train.loss
        and parts["training"][2] <= 1 < 200 < parts["validation"][2]
    )


def _labels_shuffled(run: Run) -> bool:
    curve = run.evidence.history["val_accuracy"]
    return curve.max() < 0.3 and _numbers(run, "one batch")["accuracy"] > 0.9


def _classes_renumbered(run: Run) -> bool:
    shown, counts = run.evidence, run.evidence.confusion
    most = counts.argmax(axis=1)
    away = np.sum((most != np.arange(10)) & (counts.max(axis=1) > 0.5 * counts.sum(axis=1)))
    return shown.train.accuracy > 0.7 and away >= 3


def _class_missing(run: Run) -> bool:
    shown, garment = run.evidence, run.case.settings.garment
    return (
        shown.confusion[:, garment].sum() == 0
        and shown.confusion[garment].sum() > 0
        and _numbers(run, "labels")["train"][garment] == 0
    )


def _sorted_by_class(run: Run) -> bool:
    labels = _numbers(run, "labels")
    return labels["neighbours"] > 0.95 and not labels["mixed"]


def _leak(run: Run) -> bool:
    shown = run.evidence
    new = _numbers(run, "new pictures")["accuracy"]
    return (
        abs(shown.validation.accuracy - shown.train.accuracy) < 0.1
        and new < shown.train.accuracy
        and _numbers(run, "same pictures")["same"] == len(run.x_val)
    )


def _overfitting(run: Run) -> bool:
    shown, curve = run.evidence, run.evidence.history["val_loss"]
    return (
        shown.train.loss < 0.1
        and shown.train.accuracy == 1
        and curve[0] > curve.min()
        and curve[-1] > 1.15 * curve.min()
    )


def _weights_not_restored(run: Run) -> bool:
    shown, curve = run.evidence, run.evidence.history["val_loss"]
    return (
        shown.epochs < shown.planned
        and abs(shown.validation.loss - curve[-1]) < 1e-3
        and curve[-1] > curve.min()
        and curve.argmin() < shown.epochs - 1
    )


def _rate_too_large(run: Run) -> bool:
    tenth, same, _ = _rates(run)
    return bool(tenth < 0.8 * same)


def _rate_too_small(run: Run) -> bool:
    _, same, tenfold = _rates(run)
    weights = _numbers(run, "weights")
    return bool(tenfold < same) and bool(np.all(weights["moved"] < 0.1 * weights["first"]))


def _dead_units(run: Run) -> bool:
    units = _numbers(run, "hidden units")
    return (
        not np.any(_numbers(run, "gradients")["first"])
        and units["constant"].sum() == units["units"].sum()
        and bool(np.all(_numbers(run, "weights")["first"] > 0))
        and len(np.unique(run.evidence.confusion.sum(axis=0))) == 2
    )


def _equal_weights(run: Run) -> bool:
    units = _numbers(run, "hidden units")
    return (
        not np.any(_numbers(run, "weights")["first"])
        and not np.any(_numbers(run, "gradients")["first"])
        and bool(np.all(units["different"] == 1))
        and units["constant"].sum() == units["units"].sum()
    )


def _vanishing_gradients(run: Run) -> bool:
    gradients = _numbers(run, "gradients")["first"]
    inner = gradients[1:]  # the first one is as long as there are pixels
    return bool(np.all(np.diff(inner) > 0)) and gradients[0] < 0.01 * gradients[-1]


def _frozen_layer(run: Run) -> bool:
    moved = _numbers(run, "weights")["moved"]
    return moved[0] == 0 and min(moved[1:]) > 0 and _numbers(run, "gradients")["first"][0] > 0


def _too_narrow(run: Run) -> bool:
    shown = run.evidence
    return max(shown.train.accuracy, shown.validation.accuracy) < 0.6 and shown.widths[-2] == 1


def _penalty_too_strong(run: Run) -> bool:
    loss, weights = _numbers(run, "first loss"), _numbers(run, "weights")
    return (
        loss["penalty"] > 0.5 * loss["loss"]
        and loss["loss"] > 3 * GUESS
        and weights["last"][0] < 0.5 * weights["first"][0]
        and run.evidence.train.accuracy < 0.75
    )


def _dropout_too_strong(run: Run) -> bool:
    shown = run.evidence
    return bool(shown.history["loss"][-1] > shown.train.loss + 0.15) and bool(
        shown.train.accuracy > shown.history["accuracy"][-1] + 0.12
    )


def _softmax_twice(run: Run) -> bool:
    shown, batch = run.evidence, _numbers(run, "one batch")
    return (
        shown.outputs.max() <= MOST_OF_TWO + 1e-3
        and shown.outputs.min() >= 0.085
        and min(shown.train.loss, shown.validation.loss, batch["loss"]) > 1.46
    )


def _relu_outputs(run: Run) -> bool:
    outputs = run.evidence.outputs
    return outputs.min() == 0


CLAIMS: Mapping[str, Callable[[Run], bool]] = {
    "pixels not scaled": _pixels_not_scaled,
    "validation scaled differently": _validation_scaled_differently,
    "labels shuffled": _labels_shuffled,
    "classes renumbered": _classes_renumbered,
    "class missing": _class_missing,
    "sorted by class": _sorted_by_class,
    "leak": _leak,
    "overfitting": _overfitting,
    "weights not restored": _weights_not_restored,
    "rate too large": _rate_too_large,
    "rate too small": _rate_too_small,
    "dead units": _dead_units,
    "equal weights": _equal_weights,
    "vanishing gradients": _vanishing_gradients,
    "frozen layer": _frozen_layer,
    "too narrow": _too_narrow,
    "penalty too strong": _penalty_too_strong,
    "dropout too strong": _dropout_too_strong,
    "softmax twice": _softmax_twice,
    "relu outputs": _relu_outputs,
}
