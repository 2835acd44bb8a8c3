"""The data sets of the labs. Each knows its names and where it came from.

Every call makes new arrays: whatever a reader does to them, the next call starts afresh.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Source:
    """Where a data set came from: citation, licence, and the lectures that use it."""

    citation: str
    licence: str
    lectures: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.citation} Licence: {self.licence}. Used in {', '.join(self.lectures)}."


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A small data set in memory.

    Attributes:
        name: what the course calls it.
        X: inputs, shape (n, number of features), float.
        y: targets, shape (n,); class numbers if there are `target_names`.
        feature_names: one name a column of X, with its unit.
        target_names: one name a class, in the order of the class numbers; empty without classes.
        source: citation, licence, lectures.
    """

    name: str
    X: NDArray[np.float64]
    y: NDArray[Any]
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    source: Source

    def columns(self, *names: str) -> NDArray[np.float64]:
        """Return the named columns of X, in the order asked for: a new array, shape (n, k).

        Raises:
            ValueError: no name is given, or one is not a feature name; the message lists them.
        """
        unknown = [name for name in names if name not in self.feature_names]
        if unknown or not names:
            asked = f"has no column {unknown[0]!r}" if unknown else "needs at least one column name"
            known = ", ".join(repr(name) for name in self.feature_names)
            raise ValueError(f"The data set {self.name!r} {asked}. Its columns are {known}.")
        return self.X[:, [self.feature_names.index(name) for name in names]]

    @property
    def labels(self) -> NDArray[np.str_]:
        """The class of each row in words, shape (n,).

        Raises:
            ValueError: the data set has no classes.
        """
        if not self.target_names:
            raise ValueError(f"The targets of {self.name!r} are numbers: they have no class names.")
        return np.array(self.target_names)[self.y]

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, X {self.X.shape}, y {self.y.shape})"


# Outputs for the inputs 00, 01, 10, 11 (000 L68-74, 002 L157-175, 003 L123-139).
_GATE_OUTPUTS: Mapping[str, tuple[int, int, int, int]] = MappingProxyType(
    {
        "AND": (0, 0, 0, 1),
        "OR": (0, 1, 1, 1),
        "NAND": (1, 1, 1, 0),
        "NOR": (1, 0, 0, 0),
        "XOR": (0, 1, 1, 0),
        "XNOR": (1, 0, 0, 1),
    }
)


def gates() -> dict[str, Dataset]:
    """Return the truth tables of six gates with two inputs: AND, OR, NAND, NOR, XOR, XNOR.

    Each has X of shape (4, 2), rows 00, 01, 10, 11, and y of shape (4,), zeros and ones (float).
    """
    source = Source(
        citation="Truth tables of two-valued logic.",
        licence="none needed (mathematics)",
        lectures=("000 L68-74", "002 L157-175", "003 L123-139", "004 L168-206"),
    )
    return {
        name: Dataset(
            name=name,
            X=np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float),
            y=np.array(outputs, dtype=float),
            feature_names=("x1", "x2"),
            target_names=(),
            source=source,
        )
        for name, outputs in _GATE_OUTPUTS.items()
    }


def xor() -> Dataset:
    """Return the truth table of XOR: X (4, 2), y (4,) = 0, 1, 1, 0 (000 L68-74)."""
    return gates()["XOR"]


def iris() -> Dataset:
    """Return Fisher's iris: X (150, 4) in cm, y (150,) with species 0, 1, 2 (001 L288-298)."""
    from sklearn.datasets import load_iris

    loaded = load_iris()
    return Dataset(
        name="iris",
        X=loaded.data.astype(float),
        y=loaded.target.astype(int),
        feature_names=tuple(loaded.feature_names),
        target_names=tuple(str(name) for name in loaded.target_names),
        source=Source(
            citation=(
                "R. A. Fisher (1936), The use of multiple measurements in taxonomic problems, "
                "Annals of Eugenics 7, 179-188; measured by E. Anderson; as in scikit-learn, "
                "which corrects two rows of the UCI copy."
            ),
            licence="CC BY 4.0 (UCI Machine Learning Repository)",
            lectures=("001 L288-454",),
        ),
    )
