"""What the contenders train: data, a network's widths and a loss, the same arrays for all.

A work is saved into a folder by the program that measures and loaded by each contender's process,
so that none spends time or memory on making the data.
"""

import json
import math
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEARNING_RATE = 1e-3
# Adam's small number: Keras takes 1e-7, others 1e-8. All take Keras's here.
EPSILON = 1e-7
SEED = 0


@dataclass(frozen=True)
class Work:
    """A training set and the network that learns it: ReLU between its layers, none at its end.

    Attributes:
        name: as the tables call it.
        x: inputs, shape (n, widths[0]), float32.
        y: targets, shape (n, widths[-1]) float32 for "mse", class numbers (n,) int32 otherwise.
        widths: numbers of units, from the inputs to the outputs.
        loss: "mse", or "cross-entropy" of class numbers and logits.
        caption: which data it is, where that differs from machine to machine.
    """

    name: str
    x: NDArray[np.float32]
    y: NDArray[Any]
    widths: tuple[int, ...]
    loss: str
    caption: str = ""


@dataclass(frozen=True)
class Task:
    """A work as one contender gets it: with a batch size, initial weights and an order of rows.

    `weights` are kernel, bias, kernel, bias, ... with kernels of shape (in, out).
    """

    x: NDArray[np.float32]
    y: NDArray[Any]
    widths: tuple[int, ...]
    loss: str
    batch_size: int
    weights: list[NDArray[np.float32]]
    shuffle: bool = True
    seed: int = SEED

    @property
    def steps(self) -> int:
        """Batches an epoch; the last may be smaller."""
        return math.ceil(len(self.x) / self.batch_size)

    def orders(self, rng: np.random.Generator, epochs: int) -> NDArray[np.int32]:
        """Return an order of the rows for each epoch, shape (epochs, n)."""
        orders = np.tile(np.arange(len(self.x), dtype=np.int32), (epochs, 1))
        return rng.permuted(orders, axis=1) if self.shuffle else orders


def xor() -> Work:
    """XOR with two ReLU units: 4 rows (000 L68-74)."""
    from utils import data

    gate = data.xor()
    x, y = gate.X.astype(np.float32), gate.y[:, None].astype(np.float32)
    return Work("XOR", x, y, (2, 2, 1), "mse")


def iris() -> Work:
    """The lecture's regression on iris: 120 rows, 2-32-64-32-2 (001 L302-419)."""
    from utils import data

    flowers = data.iris()
    rows = np.random.default_rng(SEED).permutation(len(flowers.X))[:120]
    table = flowers.X[rows].astype(np.float32)
    return Work("iris", table[:, :2], table[:, 2:], (2, 32, 64, 32, 2), "mse")


def fashion_mnist() -> Work:
    """Fashion-MNIST or its stand-in: 60,000 rows, 784-128-10 (000 L314-399)."""
    from utils import data

    images = data.fashion_mnist()
    x = images.x_train.reshape(-1, 784).astype(np.float32) / np.float32(255)
    y = images.y_train.astype(np.int32)
    return Work("Fashion-MNIST", x, y, (784, 128, 10), "cross-entropy", images.caption)


def synthetic(rows: int, widths: tuple[int, ...], *, name: str = "") -> Work:
    """Random rows with targets that a network can learn, for figures against size."""
    rng = np.random.default_rng(SEED)
    x = rng.normal(size=(rows, widths[0])).astype(np.float32)
    y = np.sin(x @ rng.normal(size=(widths[0], widths[-1]))).astype(np.float32)
    return Work(name or f"{rows} rows", x, y, widths, "mse")


def initial_weights(widths: tuple[int, ...], seed: int = SEED) -> list[NDArray[np.float32]]:
    """Draw the same start for all: Keras's default, Glorot's uniform kernels and zero biases."""
    rng = np.random.default_rng(seed)
    weights = []
    for inputs, outputs in pairwise(widths):
        limit = math.sqrt(6 / (inputs + outputs))
        kernel = rng.uniform(-limit, limit, (inputs, outputs))
        weights += [kernel.astype(np.float32), np.zeros(outputs, np.float32)]
    return weights


def save(work: Work, folder: Path) -> None:
    """Write what `load` reads."""
    np.save(folder / "x.npy", work.x)
    np.save(folder / "y.npy", work.y)
    about = {"widths": work.widths, "loss": work.loss}
    (folder / "work.json").write_text(json.dumps(about), encoding="utf-8")


def load(folder: Path, *, batch_size: int, steps: int | None = None, shuffle: bool = True) -> Task:
    """Read a work as a task; `steps` keeps only so many batches of it."""
    about = json.loads((folder / "work.json").read_text(encoding="utf-8"))
    x, y = np.load(folder / "x.npy"), np.load(folder / "y.npy")
    if steps is not None:
        x, y = x[: steps * batch_size], y[: steps * batch_size]
    widths = tuple(about["widths"])
    batch_size = min(batch_size, len(x))
    return Task(x, y, widths, about["loss"], batch_size, initial_weights(widths), shuffle)
