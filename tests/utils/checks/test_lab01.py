"""What lab 01 says of its checks, and shows of its rule, is what they do."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.misconceptions import PREAMBLE, Right, lab01
from utils.checks import core
from utils.checks.gates import AND, CORNERS, MARGIN, NAND, OR, fires
from utils.checks.lab01 import UPDATE

SOURCE = Path(__file__).parents[3] / "solutions" / "01_neuron.py"
TABLES = {"AND": AND, "OR": OR, "NAND": NAND}


def test_the_lab_and_the_card_say_the_limit_that_is_judged() -> None:
    assert f"closer to 0 than {MARGIN:g}" in core.find("1.2").mistakes["on the edge"]
    assert f"closer to 0 than {MARGIN:g}" in SOURCE.read_text(encoding="utf-8")


@pytest.mark.parametrize("gate", TABLES)
def test_the_walk_that_the_lab_draws_is_that_of_the_rule(gate: str) -> None:
    """Its dials stand in the lab as numbers: what would compute them is the answer to 1.4."""
    drawn = _assigned("CHANGES")[gate]
    w, b, walk = np.zeros(2), 0.0, {0: (0, 0, 0)}
    for step in range(1, 25):
        at = (step - 1) % 4
        before = w, b
        w, b = UPDATE(w, b, CORNERS[at], TABLES[gate][at])
        if b != before[1]:
            walk[step] = (*w, b)
    assert drawn == walk


ACCEPTED = [answer for answer in lab01.GATES if isinstance(answer, Right)]


@pytest.mark.parametrize("answer", ACCEPTED, ids=lambda answer: answer.name)
def test_the_lab_draws_every_kind_of_gate_that_its_check_accepts(answer: Right) -> None:
    names: dict[str, Any] = {}
    exec(compile(PREAMBLE + answer.source, "<answer>", "exec"), names)
    for name, numbers in _assigned("YOURS", names).items():
        assert numbers.shape == (3,)
        assert np.array_equal(fires(CORNERS @ numbers[:2] + numbers[2]), TABLES[name])


def _assigned(name: str, given: Mapping[str, Any] | None = None) -> Any:
    """The value of this name in the lab's source, which may use the names that are given."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    (value,) = (
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    )
    return eval(compile(ast.Expression(value), "<lab>", "eval"), dict(given or {}))
