"""A small problem and a model for the tests of training that need no particular one."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np

from utils.training import set_seed


def classes(n: int = 50, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Points in the plane in three classes that can be learned: x (n, 4), y (n,)."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 3, n)
    return rng.normal(size=(n, 4)) + y[:, None], y


def classifier(*before: keras.Layer, **compiled: Any) -> keras.Model:
    """A network of four inputs and three classes, with the same first weights in every call."""
    set_seed(1)
    hidden = [*before, keras.layers.Dense(5, "tanh")]
    model = keras.Sequential(
        [keras.Input((4,)), *hidden, keras.layers.Dense(3, "softmax", name="classes")]
    )
    compiled = {
        "optimizer": "adam",
        "loss": "sparse_categorical_crossentropy",
        "metrics": ["accuracy"],
    } | compiled
    model.compile(**compiled)
    return model


class Start:
    """All numbers of a model and its optimizer, to begin again from them."""

    def __init__(self, model: keras.Model) -> None:
        model.optimizer.build(model.trainable_variables)
        self._variables = [*model.variables, *model.optimizer.variables]
        self._values = [variable.numpy() for variable in self._variables]

    def restore(self) -> None:
        for variable, value in zip(self._variables, self._values, strict=True):
            variable.assign(value)
