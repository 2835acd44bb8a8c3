"""Raw JAX: the network and Adam by hand, in one `lax.scan` an epoch or over several epochs."""

from typing import Any

import jax
import jax.numpy as jnp

from benchmarks import jax_epochs
from benchmarks.worker import Train
from benchmarks.works import EPSILON, LEARNING_RATE, Task


def device() -> str:
    """Return what JAX computes on."""
    return str(jax.default_backend())


def prepare(task: Task, *, epochs_a_program: int = 1) -> Train:
    """State: weights, Adam's two means of each, and the number of steps."""
    squared = task.loss == "mse"

    def loss_of(weights: Any, x: Any, y: Any) -> Any:
        for kernel, bias in zip(weights[:-2:2], weights[1:-2:2], strict=True):
            x = jax.nn.relu(x @ kernel + bias)
        outputs = x @ weights[-2] + weights[-1]
        if squared:
            return jnp.mean((outputs - y) ** 2)
        log_probabilities = jax.nn.log_softmax(outputs)
        return -jnp.mean(jnp.take_along_axis(log_probabilities, y[:, None], axis=1))

    def step(state: Any, x: Any, y: Any) -> Any:
        weights, means, squares, t = state
        value, gradients = jax.value_and_grad(loss_of)(weights, x, y)
        t = t + 1
        rate = LEARNING_RATE * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
        means = [m + 0.1 * (g - m) for m, g in zip(means, gradients, strict=True)]
        squares = [s + 0.001 * (g * g - s) for s, g in zip(squares, gradients, strict=True)]
        weights = [
            w - rate * m / (jnp.sqrt(s) + EPSILON)
            for w, m, s in zip(weights, means, squares, strict=True)
        ]
        return (weights, means, squares, t), value

    zeros = [0 * weight for weight in task.weights]
    state = (task.weights, zeros, zeros, jnp.float32(0))
    return jax_epochs.trainer(task, step, state, epochs_a_program=epochs_a_program)
