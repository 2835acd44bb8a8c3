"""`model.fit`, as a student writes it, on the backend that KERAS_BACKEND names."""

from typing import Any

import keras

from benchmarks import keras_network
from benchmarks.keras_network import device as device
from benchmarks.worker import Train
from benchmarks.works import Task


def prepare(task: Task, *, whole_epoch: bool = False, jit_compile: bool = False) -> Train:
    """Options: all steps of an epoch in one call (`steps_per_execution`); XLA for each step."""
    keras.utils.set_random_seed(task.seed)
    options: dict[str, Any] = {}
    if whole_epoch:
        options["steps_per_execution"] = task.steps
    if jit_compile:
        options["jit_compile"] = True
    model = keras_network.build(task, **options)

    def train(epochs: int) -> list[float]:
        history = model.fit(
            task.x,
            task.y,
            batch_size=task.batch_size,
            epochs=epochs,
            shuffle=task.shuffle,
            verbose=0,
        )
        return [float(loss) for loss in history.history["loss"]]

    return train
