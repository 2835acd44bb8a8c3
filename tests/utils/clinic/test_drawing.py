"""The picture is a function of the evidence, and its words say what it shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from utils.clinic import drawing
from utils.clinic.case import CLASSES, Evidence, Measured
from utils.plots.display import image


def evidence(**other: Any) -> Evidence:
    epochs = 6
    falling = np.linspace(2.0, 0.5, epochs)
    confusion = np.eye(10, dtype=int) * 8
    confusion[6] = [3, 0, 0, 0, 0, 0, 5, 0, 0, 0]
    shown = Evidence(
        {
            "loss": falling,
            "accuracy": falling / 3,
            "val_loss": falling + 0.1,
            "val_accuracy": falling / 4,
        },
        10,
        Measured(0.5, 0.85),
        Measured(0.6, 0.81),
        confusion,
        np.full((2, 10), 0.1),
        np.array([3, 0]),
        {"x_train": (700, 28, 28), "x_val": (120, 28, 28)},
        (784, 64, 10),
    )
    return replace(shown, **other)


def test_words_say_what_the_figure_shows() -> None:
    said = drawing.words(evidence())
    assert said.startswith("Curves over 6 epochs, at the epochs 1, 2, 4, 5, 6:")
    assert "training loss 2.00, 1.70, 1.10, 0.80, 0.50;" in said
    assert "lowest validation loss 0.60, in epoch 6." in said
    assert "Shirt: answered Shirt 0.62, T-shirt/top 0.38." in said
    assert "Never answered" not in said


def test_a_column_that_is_empty_is_said() -> None:
    confusion = np.zeros((10, 10), int)
    confusion[:, 9] = 5
    confusion[2] = 0
    said = drawing.words(evidence(confusion=confusion))
    assert "Pullover: no picture." in said
    assert f"Never answered: {', '.join(CLASSES[:9])}." in said


def test_facts_and_outputs() -> None:
    facts = dict(drawing.facts(evidence()))
    assert facts["data"] == "x_train 700 x 28 x 28, x_val 120 x 28 x 28"
    assert facts["layers, from pixels to outputs"] == "784 - 64 - 10"
    assert facts["epochs"] == "6 of 10 that were planned"
    assert facts["finished network on the validation pictures"] == "loss 0.60, accuracy 0.81"
    assert drawing.outputs(evidence())[0][0] == "labelled Dress"


@pytest.mark.parametrize("losses", ["as it comes", "huge", "partly no number", "no number"])
def test_all_curves_can_be_drawn(losses: str) -> None:
    shown = evidence()
    history = dict(shown.history)
    if losses == "huge":
        history["loss"] = np.geomspace(1e9, 1, 6)
    if losses == "partly no number":
        history["loss"] = np.array([2.0, 5e30, *[np.nan] * 4])
    if losses == "no number":
        history = {name: np.full(6, np.nan) for name in history}
    shown = replace(shown, history=history)
    html = image(drawing.chart(shown), drawing.words(shown))
    assert html.startswith('<img alt="Curves over 6 epochs')
    if losses == "no number":
        assert "training loss NaN, NaN" in drawing.words(shown)


def test_where_the_outputs_are_no_numbers_there_are_no_answers() -> None:
    shown = evidence(confusion=np.zeros((10, 10), int))
    assert drawing.words(shown).endswith(
        "The confusion matrix: empty, because the outputs are no numbers."
    )
    assert "not a number" in [text.get_text() for text in drawing.chart(shown).axes[2].texts]


def test_nearly_equal_losses_look_so() -> None:
    history = {name: np.full(6, 2.303) + 0.001 * np.arange(6) for name in evidence().history}
    low, high = drawing.chart(evidence(history=history)).axes[0].get_ylim()
    assert high - low == pytest.approx(drawing.LEAST_RANGE)


def test_numbers() -> None:
    values = (0.123, 99.5, 123.4, 1e9, np.nan, np.inf, -12.345)
    assert [drawing.number(one) for one in values] == [
        *("0.12", "99.50", "123", "1e+09", "NaN", "inf", "-12.35")
    ]
