"""The healthy program of the clinic: some forty lines of plain Keras, drawn from a seed.

Each case draws sizes, depth, optimizer and rate from ranges in which the program learns, so that
no two look alike. An illness is this text with a few words changed (`illnesses`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

# The rates at which each optimizer does well here, lowest and highest.
OPTIMIZERS = {
    "Adam": (0.0007, 0.0015),
    "RMSprop": (0.0004, 0.0008),
    "SGD": (0.01, 0.02),
}
# Hidden layers; the deep network is the one of which gradients may vanish.
SHALLOW, DEEP = (1, 1, 2, 2, 3), 7


@dataclass(frozen=True)
class Settings:
    """What one case has drawn.

    Attributes:
        seed: of the pictures, their order, the first weights and the batches.
        n_train: pictures to train on.
        n_val: pictures to validate on.
        hidden: units of each hidden layer.
        activation: of the hidden layers.
        start: how first weights are drawn.
        penalty: strength of the L2 penalty, 0 for none.
        dropout: rate after each hidden layer, 0 for none.
        has_softmax: whether the model gives probabilities; else logits.
        optimizer: the name of one of `OPTIMIZERS`.
        rate: its learning rate.
        batch_size: pictures a step.
        epochs: how many are planned.
        patience: epochs that early stopping waits for, 0 where there is none.
        garment: the number of a class, for illnesses of one class.
    """

    seed: int
    n_train: int
    n_val: int
    hidden: tuple[int, ...]
    activation: str
    start: str
    penalty: float
    dropout: float
    has_softmax: bool
    optimizer: str
    rate: float
    batch_size: int
    epochs: int
    patience: int
    garment: int

    @property
    def optimizer_call(self) -> str:
        momentum = ", momentum=0.9" if self.optimizer == "SGD" else ""
        return f"{self.optimizer}({self.rate:g}{momentum})"


def draw(rng: np.random.Generator, seed: int, **needs: Any) -> Settings:
    """Draw the settings of a case.

    Args:
        rng: where they come from.
        seed: that the program will use.
        needs: what an illness needs, by the names of `Settings`; and `depths`, numbers of hidden
            layers to draw from.
    """

    def one_of(*options: Any) -> Any:
        return options[int(rng.integers(len(options)))]

    depth = one_of(*needs.pop("depths", (*SHALLOW, *SHALLOW, *SHALLOW, *5 * [DEEP])))
    is_deep = depth == DEEP
    widths = (32, 40, 48) if is_deep else (48, 64, 80, 96, 128)
    activation = needs.get("activation", one_of("relu", "relu", "tanh"))
    optimizer = one_of(*OPTIMIZERS)
    low, high = OPTIMIZERS[optimizer]
    # Whole batches: a smaller last one would be half as much again to compile.
    batch_size = one_of(16, 25, 32)
    patience = needs.get("patience", one_of(0, 5, 6, 7, 8))
    drawn = {
        "n_train": batch_size * int(rng.integers(600, 900) // batch_size),
        "n_val": batch_size * int((one_of(80, 150, 250) + rng.integers(50)) // batch_size),
        "hidden": tuple(sorted((one_of(*widths) for _ in range(depth)), reverse=True)),
        "activation": activation,
        "start": "he_normal" if activation == "relu" else "glorot_uniform",
        "penalty": one_of(0.0, 0.0001, 0.0002),
        "dropout": 0.0 if is_deep else one_of(0.0, 0.2, 0.3, 0.4),
        "has_softmax": one_of(True, False),
        "optimizer": optimizer,
        "rate": float(f"{low * (high / low) ** rng.random():.2g}"),
        "batch_size": batch_size,
        "epochs": 40 if patience else int(rng.integers(8, 14)),
        "patience": patience,
        "garment": int(rng.integers(10)),
    }
    return Settings(seed, **(drawn | needs))


def write(settings: Settings) -> str:
    """The healthy program of these settings, which runs as it stands."""
    s = settings
    penalty = f"keras.regularizers.L2({s.penalty:g})" if s.penalty else "None"
    dropout = f"\n    model.add(keras.layers.Dropout({s.dropout:g}))" if s.dropout else ""
    last = '10, "softmax"' if s.has_softmax else "10"
    stopping = (
        f"keras.callbacks.EarlyStopping(patience={s.patience}, restore_best_weights=True)"
        if s.patience
        else ""
    )
    return f"""\
import keras
import numpy as np

from utils import garments
from utils.training import compiled_fit, set_seed

set_seed({s.seed})
n_train = {s.n_train}
images, labels = garments.draw(n_train + {s.n_val}, seed={s.seed})
order = np.random.default_rng({s.seed + 1}).permutation(len(images))
images, labels = images[order], labels[order]


def prepare(images):
    return images.astype("float32") / 255


x_train, y_train = prepare(images[:n_train]), labels[:n_train]
x_val, y_val = prepare(images[n_train:]), labels[n_train:]

start, penalty = "{s.start}", {penalty}
model = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
for units in {s.hidden}:
    dense = keras.layers.Dense(
        units,
        "{s.activation}",
        kernel_initializer=start,
        bias_initializer="zeros",
        kernel_regularizer=penalty,
    )
    model.add(dense){dropout}
model.add(keras.layers.Dense({last}, kernel_initializer=start, kernel_regularizer=penalty))
model.compile(
    optimizer=keras.optimizers.{s.optimizer_call},
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits={not s.has_softmax}),
    metrics=["accuracy"],
)
history = compiled_fit(
    model,
    x_train,
    y_train,
    batch_size={s.batch_size},
    epochs={s.epochs},
    shuffle=True,
    validation_data=(x_val, y_val),
    callbacks=[{stopping}],
    verbose=0,
)
"""
