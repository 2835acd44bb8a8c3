"""A simple rule that names the illness of a patient from what is shown and three examinations.

It stands for a reader who knows the course. It proves that no case is a guess; it is not the only
way, and not the shortest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from utils.clinic.case import Evidence
from utils.clinic.illnesses import HEALTHY

Examine = Callable[[str], Mapping[str, Any]]


def named(shown: Evidence, examine: Examine) -> str:
    """Name the illness.

    Args:
        shown: what everybody sees.
        examine: makes an examination by its name and returns its numbers.
    """
    curves = shown.history
    is_enormous = not (curves["loss"][0] < 8 and curves["val_loss"].max() < 8)  # or no number
    found = _at_sight(shown) or (_by_inputs(examine("inputs")) if is_enormous else None)
    if found:
        return found
    is_calm = bool(np.all(curves["loss"] < 5))
    gap = shown.train.accuracy - curves["accuracy"][-1]
    if is_calm and gap > 0.18 and shown.train.accuracy > 0.35:
        return _by_labels(examine("labels")) or "dropout too strong"
    if is_enormous and shown.train.loss < 0.5 * curves["loss"][0] and curves["accuracy"][-1] > 0.05:
        return _badly_trained(examine)
    if is_enormous:
        return _by_labels(examine("labels")) or _by_rates(examine)
    if shown.train.accuracy > 0.6:
        return _well_trained(shown, examine)
    is_deep = len(shown.widths) > 6
    if (shown.train.accuracy > 0.25 and not is_deep) or curves["accuracy"][-1] < 0.05:
        return _by_labels(examine("labels")) or _badly_trained(examine)
    return _by_gradients(shown, examine) or _badly_trained(examine)


def _at_sight(shown: Evidence) -> str | None:
    """Illnesses that need no examination."""
    outputs, curves = shown.outputs, shown.history
    are_probabilities = np.allclose(outputs.sum(axis=1), 1, atol=1e-3)
    if min(shown.widths[1:-1]) == 1:
        return "too narrow"
    if outputs.min() >= 0 and (outputs == 0).any() and not are_probabilities:
        return "relu outputs"
    lowest = np.nanmin(curves["val_loss"]) if np.isfinite(curves["val_loss"]).any() else np.nan
    if shown.epochs < shown.planned and shown.validation.loss > 1.001 * lowest:
        return "weights not restored"
    rows, columns = linear_sum_assignment(-shown.confusion)
    best = shown.confusion[rows, columns].sum() / max(1, shown.confusion.sum())
    if best > 0.55 and best > shown.validation.accuracy + 0.25:
        return "classes renumbered"
    return None


def _by_inputs(inputs: Mapping[str, Any]) -> str | None:
    if inputs["training"][2] > 2:
        return "pixels not scaled"
    if inputs["validation"][2] > 2:
        return "validation scaled differently"
    return None


def _well_trained(shown: Evidence, examine: Examine) -> str:
    curves, counts = shown.history, shown.confusion
    lowest = curves["val_loss"].min()
    if shown.validation.accuracy < 0.25:
        return "labels shuffled"
    if shown.train.accuracy > 0.97 and shown.validation.loss > 1.15 * lowest:
        return "overfitting"
    outputs = shown.outputs
    if outputs.min() > 0.08 and outputs.max() < 0.24 and shown.train.loss > 1.4:
        batch = examine("one batch")
        is_known = batch["accuracy"] > 0.6 and batch["loss"] > 1.46
        return "softmax twice" if is_known else _by_weights(examine("weights")) or HEALTHY
    never_answered = (counts.sum(axis=0) <= 1) & (counts.sum(axis=1) > 1)
    is_uneven = never_answered.any() or shown.train.accuracy < 0.8
    if is_uneven and (found := _by_labels(examine("labels"))):
        return found
    if shown.validation.accuracy > shown.train.accuracy - 0.05 and examine("same pictures")["same"]:
        return "leak"
    return _by_weights(examine("weights")) or HEALTHY


def _by_labels(labels: Mapping[str, Any]) -> str | None:
    if labels["train"].min() == 0:
        return "class missing"
    return "sorted by class" if labels["neighbours"] > 0.5 else None


def _by_gradients(shown: Evidence, examine: Examine) -> str | None:
    gradients = examine("gradients")["first"]
    if gradients[0] == 0:
        return _by_weights(examine("weights")) or "dead units"
    is_deep = len(shown.widths) > 6
    return "vanishing gradients" if is_deep and gradients[0] < 0.01 * gradients[-1] else None


def _badly_trained(examine: Examine) -> str:
    found = _by_weights(examine("weights"))
    if found == "penalty too strong":  # weights also shrink where nothing else moves them
        first = examine("first loss")
        return found if first["penalty"] > 0.5 * first["loss"] else "rate too large"
    return found or _by_rates(examine)


def _by_rates(examine: Examine) -> str:
    rates = examine("rates")["val_loss"]
    tenth, same, tenfold = np.where(np.isfinite(rates), rates, np.inf)
    if tenth < same - 0.2:
        return "rate too large"
    return "rate too small" if tenfold < min(same - 0.1, 2.2) else "labels shuffled"


def _by_weights(weights: Mapping[str, Any]) -> str | None:
    if weights["first"][0] < 1e-6:
        return "equal weights"
    if weights["moved"][0] == 0 and weights["moved"][-1] > 0:
        return "frozen layer"
    if weights["last"][0] < 0.6 * weights["first"][0]:
        return "penalty too strong"
    return None
