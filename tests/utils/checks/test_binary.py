"""Outputs for two classes, read as labels, probabilities or logits."""

from __future__ import annotations

import numpy as np
import pytest

from utils.checks import binary
from utils.checks.gates import AND, XOR

NEAR_XOR = np.array([0.1, 0.9, 0.85, 0.15])


@pytest.mark.parametrize(
    ("outputs", "expected"),
    [
        (NEAR_XOR[:, None], NEAR_XOR),
        (NEAR_XOR, NEAR_XOR),
        (np.column_stack([1 - NEAR_XOR, NEAR_XOR]), NEAR_XOR),
        ([[0.8, 0.3], [0.1, 0.7]], [0.3, 0.7]),  # two sigmoids: the less sure one
        ([[2.0, 0.0], [0.0, 2.0]], [0.1192, 0.8808]),  # two logits
    ],
)
def test_one_probability_a_row(outputs: np.ndarray, expected: np.ndarray) -> None:
    assert np.allclose(binary.of_class_1(np.array(outputs)), expected, atol=1e-4)


@pytest.mark.parametrize(
    ("outputs", "solves"),
    [
        (NEAR_XOR, True),
        (10 * XOR - 5, True),
        (2 * XOR - 1, False),
        (1 - NEAR_XOR, False),
        (0.5 + 0.25 * (XOR - 0.5), False),
    ],
)
def test_a_solution_is_near_the_labels(outputs: np.ndarray, solves: bool) -> None:
    assert binary.solves(outputs, XOR) == solves


def test_the_right_side_is_not_near_yet() -> None:
    assert binary.on_right_side(0.5 + 0.4 * (XOR - 0.5), XOR)
    assert not binary.on_right_side(0.5 + 0.04 * (XOR - 0.5), XOR)
    assert not binary.on_right_side(NEAR_XOR, AND)


def test_learned_labels_are_those_that_the_outputs_are_close_to() -> None:
    assert np.array_equal(binary.learned_labels(AND + 0.05), AND)
    assert np.array_equal(binary.learned_labels(8 * AND - 4), AND)
    assert binary.learned_labels(np.zeros(4)) is None
    assert binary.learned_labels(np.array([0.3, 0.6, 0.5, 0.4])) is None


def test_labels_of_minus_1_and_1() -> None:
    assert binary.are_signs(2 * XOR - 0.9, XOR)
    assert not binary.are_signs(XOR, XOR)
    large = 3 * (2 * XOR - 1)
    assert not binary.are_signs(large, XOR)
    assert binary.are_signs(large, XOR, sure=True)
    assert not binary.are_signs(2 * XOR - 1, XOR, near=0)


def test_a_stuck_network_gives_different_labels_the_same_output() -> None:
    assert binary.shares_an_output(np.array([0.0, 0.67, 0.67, 0.67]), XOR)
    assert not binary.shares_an_output(NEAR_XOR, XOR)
