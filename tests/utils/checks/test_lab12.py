"""The data that the check of 12.5b draws do what the check relies on, with networks of all kinds.

And the lines that a student takes home from lab 12 run: they stand in a comment.
"""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from utils import garments
from utils.checks import lab12
from utils.training import train_many
from utils.training.seeds import set_seed

SOURCE = Path(__file__).resolve().parents[3] / "solutions" / "12_fashion_mnist.py"
pytestmark = pytest.mark.own_process
# Optimizers by name, batches, and the seed of the data. Slow SGD with two steps an epoch is left
# out: it learns too little in four epochs, so there who trained on is not told from who did not.
CASES = [
    pytest.param(
        *case, marks=[] if case in {("adam", 32, 0), ("sgd", 128, 1)} else pytest.mark.full
    )
    for case in product(("adam", "rmsprop", "sgd"), (16, 32, 128, 256), (0, 1))
    if case[:2] != ("sgd", 256)
]


def val_losses(optimizer: str, batch: int, piles: dict[str, lab12.Pile]) -> np.ndarray:
    """Those of the lecture's network, over four epochs."""
    import keras

    set_seed(0)
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(128, "relu"),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss)
    history = model.fit(
        *piles["train"], batch, epochs=4, validation_data=piles["val"], verbose=0
    ).history
    return np.array(history["val_loss"])


@pytest.mark.parametrize(("optimizer", "batch", "seed"), CASES)
def test_where_validation_labels_are_wrong_the_first_epoch_is_the_best(
    optimizer: str, batch: int, seed: int
) -> None:
    """In the second call or, for those who learn slowly, in the third: there no other may pass."""
    _, *of_val = lab12._piles_with_wrong_labels(np.random.default_rng(seed))
    runs = [val_losses(optimizer, batch, piles) for piles in of_val]
    assert any(lab12._rises_steadily(losses) for losses in runs), runs


def test_the_lines_to_take_home_run(capsys: pytest.CaptureFixture[str]) -> None:
    import keras

    cells = SOURCE.read_text(encoding="utf-8").split("\n# %%")
    [cell] = [cell.split("\n", 1)[1] for cell in cells if "# To try yours, about" in cell]
    cell, comment = cell.split("# To try yours", 1)
    taken = re.sub("^# ", "", comment.split("\n", 1)[1], flags=re.MULTILINE)
    images, labels = garments.draw(150, seed=0)
    x = images / np.float32(255)
    names = {"keras": keras, "np": np, "train_many": train_many}
    names |= {"Dense": keras.layers.Dense, "Flatten": keras.layers.Flatten}
    names |= {"x_train": x[:96], "y_train": labels[:96], "x_val": x[96:], "y_val": labels[96:]}
    exec(cell + taken.replace("epochs=5", "epochs=1"), names)
    accuracies = [float(line) for line in capsys.readouterr().out.splitlines()[-3:]]
    assert all(0 <= one <= 1 for one in accuracies)
