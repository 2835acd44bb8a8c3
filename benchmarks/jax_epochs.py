"""Whole epochs of a JAX training step as one program, for both contenders that use `lax.scan`."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from benchmarks.worker import Train
from benchmarks.works import Task


def trainer(
    task: Task, step: Callable[[Any, Any, Any], Any], state: Any, *, epochs_a_program: int = 1
) -> Train:
    """Return `train` for step(state, x, y) -> (state, mean loss of the batch)."""
    x, y = jax.device_put(task.x), jax.device_put(task.y)
    rng = np.random.default_rng(task.seed)
    batch_size = task.batch_size
    full, rest = divmod(len(task.x), batch_size)

    # x and y are arguments: what a program closes over is compiled into it as a constant.
    @jax.jit
    def program(state: Any, x: Any, y: Any, orders: Any) -> Any:
        def one_batch(state: Any, rows: Any) -> Any:
            return step(state, x[rows], y[rows])

        def one_epoch(state: Any, order: Any) -> Any:
            batches = order[: full * batch_size].reshape(full, batch_size)
            state, losses = jax.lax.scan(one_batch, state, batches)
            total = losses.sum() * batch_size
            if rest:
                state, last = one_batch(state, order[full * batch_size :])
                total = total + last * rest
            return state, total / len(order)

        return jax.lax.scan(one_epoch, state, orders)

    state = jax.device_put(state)

    def train(epochs: int) -> list[float]:
        nonlocal state
        losses: list[float] = []
        while len(losses) < epochs:
            state, found = program(state, x, y, task.orders(rng, epochs_a_program))
            losses += np.asarray(found).tolist()
        return losses

    return train
