"""What a model for several classes says: which class, how sure, and how often it is right.

Outputs are probabilities or logits, (n, k); labels y are whole numbers, (n,).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.network import are_probabilities
from utils.checks.reference import softmax

Array = NDArray[Any]


def accuracy(outputs: Array, y: Array) -> float:
    """The share of rows whose largest output is that of their label."""
    return float(np.mean(outputs.argmax(axis=1) == y))


def renamed_accuracy(outputs: Array, y: Array) -> float:
    """The accuracy if each class that is said stood for the label that it mostly meets."""
    counts = np.zeros((outputs.shape[1], int(y.max()) + 1), int)
    np.add.at(counts, (outputs.argmax(axis=1), y), 1)
    return float(counts.max(axis=1).sum() / len(y))


def cross_entropy(outputs: Array, y: Array) -> float:
    """The mean of -ln p as Keras computes it: of probabilities with a floor of 1e-7."""
    if are_probabilities(outputs):
        p, floor = outputs, 1e-7
    else:
        p, floor = softmax(outputs), 1e-30
    return float(-np.mean(np.log(np.maximum(p[np.arange(len(y)), y], floor))))
