"""`utils.training.train_many`: n starts of the network at once, with a full batch."""

from benchmarks import keras_network
from benchmarks.keras_network import device as device
from benchmarks.worker import Train
from benchmarks.works import Task
from utils.training import train_many


def prepare(task: Task, *, n: int) -> Train:
    """Every call of `train` begins anew: with initialising and all that is not cached."""

    def train(epochs: int) -> list[float]:
        ensemble = train_many(
            lambda: keras_network.build(task, from_task=False),
            task.x,
            task.y,
            n=n,
            epochs=epochs,
            seed=task.seed,
        )
        return [float(loss) for loss in ensemble.history["loss"].mean(axis=0)[-1:]]

    return train
