"""Keras on JAX without `fit`: the model's stateless functions in one `lax.scan` an epoch."""

from typing import Any

import jax
import numpy as np

from benchmarks import jax_epochs, keras_network
from benchmarks.keras_network import device as device
from benchmarks.worker import Train
from benchmarks.works import Task


def prepare(task: Task) -> Train:
    """Build the Keras model and take its variables out into JAX."""
    model = keras_network.build(task)
    optimizer, loss = model.optimizer, keras_network.loss_of(task)
    optimizer.build(model.trainable_variables)
    fixed = [variable.value for variable in model.non_trainable_variables]

    def loss_of(weights: Any, x: Any, y: Any) -> Any:
        outputs, _ = model.stateless_call(weights, fixed, x, training=True)
        return loss(y, outputs)

    def step(state: Any, x: Any, y: Any) -> Any:
        weights, slots = state
        value, gradients = jax.value_and_grad(loss_of)(weights, x, y)
        return optimizer.stateless_apply(slots, gradients, weights), value

    state = (
        [np.asarray(variable.value) for variable in model.trainable_variables],
        [np.asarray(variable.value) for variable in optimizer.variables],
    )
    return jax_epochs.trainer(task, step, state)
