"""NumPy, the matrix products of forward and backward alone: what no framework can leave out.

It learns nothing: no bias, no activation, no loss, no Adam, no shuffling. So it has no losses.
"""

import numpy as np

from benchmarks.worker import Train
from benchmarks.works import Task


def device() -> str:
    """Return what NumPy computes on."""
    return "cpu"


def prepare(task: Task) -> Train:
    """Take the kernels; the gradient of a layer's outputs is stood in for by ones."""
    kernels = task.weights[::2]
    ones = np.ones((task.batch_size, task.widths[-1]), np.float32)

    def one_batch(x: np.ndarray) -> None:
        inputs = [x]
        for kernel in kernels:
            inputs.append(inputs[-1] @ kernel)
        gradient = ones[: len(x)]
        for kernel, layer_inputs in zip(kernels[:0:-1], inputs[-2:0:-1], strict=True):
            np.matmul(layer_inputs.T, gradient)
            gradient = gradient @ kernel.T
        np.matmul(x.T, gradient)

    def train(epochs: int) -> list[float]:
        for _ in range(epochs):
            for start in range(0, len(task.x), task.batch_size):
                one_batch(task.x[start : start + task.batch_size])
        return []

    return train
