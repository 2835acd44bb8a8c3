"""What the checks of lab 02 must not mistake, whatever numbers they draw."""

from __future__ import annotations

import numpy as np
import pytest

from utils.checks import core, lab02
from utils.checks.gates import MARGIN
from utils.checks.student import Answers


def test_a_right_order_is_right_where_two_numbers_are_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 2)), rng.normal(2, 1, 8)
    alpha, _, sse = lab02.OLS(x, y)
    y *= alpha / sse  # alpha grows with y, sse with its square: now they are one number
    alpha, _, sse = lab02.OLS(x, y)
    assert np.isclose(alpha, sse)

    monkeypatch.setattr(lab02, "_several_rows", lambda rng, k: (x, y))
    result = core.run(core.find("2.1"), Answers({"ols": lab02.OLS}).respond)
    assert result.verdict == "right", result


def test_the_sentences_say_the_limits_that_are_judged() -> None:
    assert f"within {MARGIN:g} of 0" in core.find("2.4").mistakes["on the edge"]
    assert f"some are {lab02.FAR:g} or more" in core.find("2.6").mistakes["rounded"]
