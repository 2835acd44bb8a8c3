"""A loop of one's own over `model.train_on_batch`: what many write to escape `model.fit`."""

import numpy as np

from benchmarks import keras_network
from benchmarks.keras_network import device as device
from benchmarks.worker import Train
from benchmarks.works import Task


def prepare(task: Task) -> Train:
    """Build the model; a step is one call of `train_on_batch`."""
    model = keras_network.build(task)
    rng = np.random.default_rng(task.seed)

    def train(epochs: int) -> list[float]:
        losses = []
        for order in task.orders(rng, epochs):
            total = 0.0
            for start in range(0, len(order), task.batch_size):
                rows = order[start : start + task.batch_size]
                loss = model.train_on_batch(task.x[rows], task.y[rows])
                total += float(np.ravel(loss)[0]) * len(rows)
            losses.append(total / len(order))
        return losses

    return train
