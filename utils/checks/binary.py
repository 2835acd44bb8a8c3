"""What a model for two classes says, read as it is meant: labels, probabilities, logits."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.reference import sigmoid

Array = NDArray[Any]

# An output is a label, 0 or 1, where it is nearer to it than this.
FAR = 0.2


def of_class_1(outputs: Array) -> Array:
    """The outputs of one unit as they are, (n,); those of two units as probabilities of class 1."""
    if outputs.ndim == 1 or outputs.shape[1] == 1:
        return outputs.reshape(len(outputs))
    first, second = 1 - outputs[:, 0], outputs[:, 1]
    inside = outputs.min() > -FAR and outputs.max() < 1 + FAR
    if inside and np.abs(second - first).max() < 2 * FAR:
        # Both say what the probability is: softmax the same, others nearly. Take the less sure.
        return np.where(np.abs(first - 0.5) < np.abs(second - 0.5), first, second)
    return sigmoid(outputs[:, 1] - outputs[:, 0])


def readings(outputs: Array) -> tuple[Array, Array]:
    """The outputs (n,) as probabilities, and as logits made probabilities."""
    return outputs, sigmoid(outputs)


def solves(outputs: Array, y: Array) -> bool:
    """Whether each output, in one of the two readings, is the label in y."""
    # A direct output never passes as a logit: |sigmoid(z) - y| < 0.2 needs |z| > 1.38.
    return any(np.abs(p - y).max() < FAR for p in readings(outputs))


def on_right_side(outputs: Array, y: Array) -> bool:
    """Whether rounding gives the labels in y."""
    # Near the border, outputs of a model that has hardly learned are on their sides by chance.
    return any(
        np.array_equal(p > 0.5, y == 1) and np.abs(p - 0.5).min() > 0.05 for p in readings(outputs)
    )


def learned_labels(outputs: Array) -> Array | None:
    """The zeros and ones that the outputs are close to, where these are not all the same."""
    # An output of a model that is not trained to its end can be near 0 or 1 by chance: half FAR.
    for p, near in zip(readings(outputs), (FAR / 2, FAR), strict=True):
        labels = np.round(p)
        if np.abs(p - labels).max() < near and set(labels) == {0.0, 1.0}:
            return labels
    return None


def are_signs(outputs: Array, y: Array, *, near: float = FAR, sure: bool = False) -> bool:
    """Whether the outputs are -1 and 1 for the labels in y, nearer than `near`.

    Where that is `sure` for another reason, it is enough that they are beyond 1/2 on their side.
    """
    signs = 2 * y - 1
    is_near = np.abs(outputs - signs).max() < near
    return bool(is_near or (sure and np.all(outputs * signs > 0.5)))


def shares_an_output(outputs: Array, y: Array) -> bool:
    """Whether two rows with different labels have the same output: the sign of a stuck network."""
    between = np.abs(outputs[y == 0][:, None] - outputs[y == 1])
    return bool(between.min() < 0.02)
