"""Truth tables of two inputs: the corners of the square, gates, threshold units."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.core import fail, first_of

Array = NDArray[np.float64]
# The inputs 00, 01, 10, 11, one a row; the tables below are in the same order.
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
OR, AND, XOR = (np.array(t, float) for t in ((0, 1, 1, 1), (0, 0, 0, 1), (0, 1, 1, 0)))
NOR, NAND, XNOR = 1 - OR, 1 - AND, 1 - XOR
# How far from 0 the sum of a threshold unit must stay, where rounding could turn the unit.
MARGIN = 0.1


def fires(z: Array) -> Array:
    """What threshold units give for the sums z, of z's shape: 1 where z is at least 0, else 0."""
    return (z >= 0).astype(float)


def compare(
    z: Array,
    tables: Mapping[str, Array],
    known: Iterable[tuple[str, Any]],
    *,
    formula: str,
    otherwise: Callable[[list[str]], str],
) -> None:
    """End the exercise where threshold units with the sums z, (4, k), have other truth tables.

    Of one input z is (2, k).

    Args:
        tables: the name of each unit, and the table that it should have.
        known: the mistakes, each with whether it was made; asked only where a table is wrong.
        formula: what z was computed by, as a card shows it.
        otherwise: the sentence for units with these names that are wrong in an unknown way.
    """
    came, wanted = fires(z), np.column_stack(list(tables.values()))
    inputs = "0, 1" if len(z) == 2 else "00, 01, 10, 11"
    shown: dict[str, Any] = {
        "tried": f"{' and '.join(tables)} for the inputs {inputs}",
        "came": ", ".join(
            f"{name} = {bits(one)}" for name, one in zip(tables, came.T, strict=True)
        ),
        "expected": ", ".join(f"{name} = {bits(table)}" for name, table in tables.items()),
    }
    wrong = [name for name, one in zip(tables, (came != wanted).T, strict=True) if one.any()]
    if wrong:
        mistake = first_of(known)
        fail(mistake, says="" if mistake else otherwise(wrong), **shown)
    if np.abs(z).min() < MARGIN - 1e-6:  # 0.1 itself, rounded, is enough
        fail("on the edge", **shown | {"came": f"{formula} = {z.tolist()}", "expected": ""})


def bits(values: Array | NDArray[np.bool_]) -> str:
    """A truth table as a card shows it: 0 1 1 0."""
    return " ".join(str(int(value)) for value in values)
