"""What a model for several classes says, and how often it is right."""

from __future__ import annotations

import numpy as np
import pytest

from utils.checks.classes import accuracy, cross_entropy, renamed_accuracy

P = np.array([[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.2, 0.6], [0.5, 0.3, 0.2]])
Y = np.array([0, 1, 2, 1])


def test_the_share_of_rows_whose_largest_output_is_their_label() -> None:
    assert accuracy(P, Y) == 0.75
    assert accuracy(P, np.array([1, 2, 0, 0])) == 0.25


def test_classes_with_other_names_are_told_apart_all_the_same() -> None:
    other = (Y + 1) % 3
    assert accuracy(P, other) == 0.0
    assert renamed_accuracy(P, other) == 0.75
    assert renamed_accuracy(np.tile(P[:1], (4, 1)), Y) == 0.5  # one class for all


def test_the_cross_entropy_of_probabilities_and_of_logits() -> None:
    expected = -np.log([0.7, 0.8, 0.6, 0.3]).mean()
    assert cross_entropy(P, Y) == pytest.approx(expected)
    assert cross_entropy(np.log(P) + 5, Y) == pytest.approx(expected)
    # Keras puts a floor under probabilities, none under logits.
    sure, wrong = np.array([[1.0, 0.0, 0.0]]), np.array([1])
    assert cross_entropy(sure, wrong) == pytest.approx(-np.log(1e-7))
    assert cross_entropy(50 * sure, wrong) == pytest.approx(50)
