"""Who takes part. Each is a module here with the two functions that `benchmarks.worker` names."""

import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Contender:
    """One way to train a task.

    Attributes:
        name: as the tables call it.
        module: where its `device` and `prepare` are.
        needs: the package that must be installed.
        options: what `prepare` gets besides the task.
        backend: Keras's backend in its process.
        by_step: it goes back to Python for every batch (or is as slow as that), so a long epoch is
            measured on its first batches.
        epochs_a_program: it trains multiples of this number of epochs; left out where an epoch has
            many steps, because there it gains nothing.
    """

    name: str
    module: str
    needs: str
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)
    backend: str = "tensorflow"
    by_step: bool = False
    epochs_a_program: int = 1

    @property
    def missing(self) -> str:
        """A sentence if the package is not installed, else nothing."""
        if importlib.util.find_spec(self.needs):
            return ""
        return f"missing: `{INSTALL}` brings it"


# Plain `pip` may belong to another Python.
INSTALL = (
    f"{'python' if sys.platform == 'win32' else '.venv/bin/python'} -m pip install -e .[bench]"
)
EPOCHS_A_PROGRAM = 20

_HERE = __name__
FIT = Contender("model.fit", f"{_HERE}.fit", "tensorflow", by_step=True)
COMPILED_FIT = Contender("compiled_fit, an epoch a program", f"{_HERE}.compiled_fit", "tensorflow")
TRAIN_ON_BATCH = Contender("train_on_batch", f"{_HERE}.train_on_batch", "tensorflow", by_step=True)
TRAIN_MANY = Contender("train_many", f"{_HERE}.train_many", "tensorflow")
TORCH_COMPILE = Contender(
    "PyTorch, torch.compile",
    f"{_HERE}.pytorch",
    "torch",
    options={"compiled": True},
    by_step=True,
)
JAX_SCAN = Contender("raw JAX scan", f"{_HERE}.jax_scan", "jax")

_MANY = {"epochs_a_program": EPOCHS_A_PROGRAM}
ALL = (
    FIT,
    Contender(
        "model.fit, steps_per_execution of an epoch",
        f"{_HERE}.fit",
        "tensorflow",
        options={"whole_epoch": True},
        by_step=True,
    ),
    Contender(
        "model.fit, jit_compile=True",
        f"{_HERE}.fit",
        "tensorflow",
        options={"jit_compile": True},
        by_step=True,
    ),
    COMPILED_FIT,
    Contender(
        f"compiled_fit, {EPOCHS_A_PROGRAM} epochs a program",
        f"{_HERE}.compiled_fit",
        "tensorflow",
        options=_MANY,
        epochs_a_program=EPOCHS_A_PROGRAM,
    ),
    Contender("Keras on JAX, fit", f"{_HERE}.fit", "jax", backend="jax", by_step=True),
    Contender("Keras on JAX, stateless scan", f"{_HERE}.keras_jax_scan", "jax", backend="jax"),
    JAX_SCAN,
    Contender(
        f"raw JAX scan, {EPOCHS_A_PROGRAM} epochs a program",
        f"{_HERE}.jax_scan",
        "jax",
        options=_MANY,
        epochs_a_program=EPOCHS_A_PROGRAM,
    ),
    Contender("PyTorch, eager", f"{_HERE}.pytorch", "torch", by_step=True),
    TORCH_COMPILE,
    Contender("scikit-learn MLP", f"{_HERE}.scikit_learn", "sklearn", by_step=True),
    Contender("NumPy, matrix products alone", f"{_HERE}.numpy_floor", "numpy"),
)
