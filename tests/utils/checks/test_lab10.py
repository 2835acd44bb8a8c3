"""What the check of 10.4 says that a model has learned; nearest neighbours stand for networks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from utils.checks import lab10
from utils.checks.core import first_of
from utils.checks.edits import Edit

EDITS = [*lab10.OTHER_Y.edits, *lab10.OTHER_ROWS.edits]


class Neighbours:
    """Predicts the mean of the five nearest rows that it was trained on."""

    def __init__(self, x: Any, y: Any) -> None:
        self.x, self.y = x, y

    def predict(self, x: Any) -> Any:
        off = np.sum((x[:, None] - self.x) ** 2, axis=2)
        return self.y[off.argsort(axis=1)[:, :5]].mean(axis=1)


def why_far(at: int, made_of: Any) -> str | None:
    split = x, x_test, y, y_test = lab10._arranged(at)
    model = Neighbours(*made_of(x, y))
    limit = 0.95 * lab10._mse(lab10._linear(x, y, x_test), y_test)
    came = model.predict(x_test)
    assert lab10._mse(came, y_test) > limit
    return first_of(lab10._why_far(model, split, came, limit))  # type: ignore[arg-type]


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.text.split("return ")[1].strip())
@pytest.mark.parametrize("at", [2, 7, 12])
def test_the_rows_that_a_model_was_trained_on_are_named(edit: Edit, at: int) -> None:
    assert why_far(at, edit) == edit.mistake


@pytest.mark.parametrize("seed", range(8))
def test_shuffled_rows_are_not_taken_for_sorted_ones(seed: int) -> None:
    rng = np.random.default_rng(seed)
    assert why_far(2 + seed, lambda x, y: (x, rng.permutation(y))) == "not aligned"


def test_the_right_rows_have_no_name_of_others() -> None:
    for at in range(2, len(lab10.ARRANGEMENTS)):
        x, _, y, _ = lab10._arranged(at)
        for edited in (lab10.OTHER_Y, lab10.OTHER_ROWS):
            assert lab10._learned(edited, Neighbours(x, y), x, y)[1] == np.inf  # type: ignore[arg-type]
