"""`utils.training.compiled_fit`: an epoch, or several, as one compiled program."""

import warnings

import keras

from benchmarks import keras_network
from benchmarks.keras_network import device as device
from benchmarks.worker import Train
from benchmarks.works import Task
from utils.training import compiled_fit


def prepare(task: Task, *, epochs_a_program: int | None = 1) -> Train:
    """Build the model; the first call compiles. None lets `compiled_fit` choose the program."""
    keras.utils.set_random_seed(task.seed)
    model = keras_network.build(task)
    steps = None if epochs_a_program is None else epochs_a_program * task.steps

    def train(epochs: int) -> list[float]:
        with warnings.catch_warnings():
            # It warns when it falls back on something slower, which must not pass for itself.
            warnings.simplefilter("error", UserWarning)
            history = compiled_fit(
                model,
                task.x,
                task.y,
                batch_size=task.batch_size,
                epochs=epochs,
                shuffle=task.shuffle,
                steps_per_program=steps,
                verbose=0,
            )
        return [float(loss) for loss in history.history["loss"]]

    return train
