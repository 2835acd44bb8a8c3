"""scikit-learn's MLP, an epoch a `partial_fit`.

It differs: initial weights of its own, half the squared error as loss, gradients summed in another
order. The steps, the batches and Adam are the same; it computes on the CPU.
"""

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

from benchmarks.worker import Train
from benchmarks.works import EPSILON, LEARNING_RATE, Task


def device() -> str:
    """Return what scikit-learn computes on."""
    return "cpu"


def prepare(task: Task) -> Train:
    """Make the estimator; the reported loss is that of the task again."""
    squared = task.loss == "mse"
    estimator = (MLPRegressor if squared else MLPClassifier)(
        hidden_layer_sizes=task.widths[1:-1],
        activation="relu",
        solver="adam",
        alpha=0.0,
        batch_size=task.batch_size,
        learning_rate_init=LEARNING_RATE,
        epsilon=EPSILON,
        shuffle=task.shuffle,
        random_state=task.seed,
    )
    y = task.y[:, 0] if task.y.shape[1:] == (1,) else task.y
    more = {} if squared else {"classes": np.arange(task.widths[-1])}

    def one_epoch() -> float:
        estimator.partial_fit(task.x, y, **more)
        return float(estimator.loss_) * (2 if squared else 1)

    return lambda epochs: [one_epoch() for _ in range(epochs)]
