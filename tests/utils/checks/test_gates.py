"""Truth tables of threshold units."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from tests.utils.checks.judged import judged
from utils.checks import gates
from utils.checks.core import Value
from utils.checks.gates import AND, CORNERS, NAND, NOR, OR, XNOR, XOR


def test_the_tables_are_what_their_names_say() -> None:
    p, q = CORNERS.astype(bool).T
    for table, expected in (
        (OR, p | q),
        (AND, p & q),
        (XOR, p ^ q),
        (NOR, ~(p | q)),
        (NAND, ~(p & q)),
        (XNOR, ~(p ^ q)),
    ):
        assert np.array_equal(table, expected)
    assert gates.bits(XOR) == "0 1 1 0"


def test_a_unit_fires_at_0() -> None:
    assert gates.fires(np.array([[-1e-9, 0.0], [2.0, -3.0]])).tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("b", "mistake", "says", "came"),
    [
        ([-0.5, -1.5], None, "", ""),
        ([-0.1, -1.9], None, "", ""),
        ([-0.05, -1.5], "on the edge", "This is", "x + b = [[-0.05, -1.5], [0.95"),
        ([-1.5, -0.5], "order", "This is order.", "h1 = 0 0 0 1, h2 = 0 1 1 1"),
        ([-0.5, 0.5], None, "wrong: ['h2']", "h1 = 0 1 1 1, h2 = 1 1 1 1"),
    ],
)
def test_units_are_compared_by_their_tables(
    b: list[float], mistake: str | None, says: str, came: str
) -> None:
    asked = []

    def judge(b: Value) -> None:
        z = CORNERS.sum(axis=1)[:, None] + b.array((2,))

        def known() -> Iterator[tuple[str, bool]]:
            asked.append(1)
            yield "order", bool(z[0, 0] < z[0, 1] < 0)

        gates.compare(
            z,
            {"h1": OR, "h2": AND},
            known(),
            formula="x + b",
            otherwise=lambda wrong: f"wrong: {wrong}",
        )

    result = judged(judge, {"b": b}, "order", "on the edge")
    assert result.mistake == mistake
    assert says in result.says
    assert came in result.came
    assert (result.verdict == "right") == (not says)
    assert bool(asked) == ("h1 =" in came)
    if asked:
        assert result.tried == "h1 and h2 for the inputs 00, 01, 10, 11"
        assert result.expected == "h1 = 0 1 1 1, h2 = 0 0 0 1"


def test_a_card_says_other_inputs_than_the_corners() -> None:
    def judge(b: Value) -> None:
        z = np.array([[0.0], [1.0]]) + b.array((1,))
        gates.compare(z, {"h": np.array([0.0, 1.0])}, [], formula="", otherwise=str)

    assert judged(judge, {"b": [0.5]}).tried == "h for the inputs 0, 1"
