"""Missions: what is allowed, what counts, and that what is said to be known does it."""

from __future__ import annotations

from typing import Any

import pytest

from utils.playground import Engine
from utils.playground.missions import MISSIONS
from utils.playground.settings import Settings


@pytest.mark.parametrize("name", MISSIONS)
def test_the_best_known_is_allowed_and_gets_there(name: str) -> None:
    mission = MISSIONS[name]
    assert mission.why_not(mission.best_settings) is None
    assert mission.judge(mission.best_settings).is_reached


def test_weights_are_counted_as_keras_does() -> None:
    for hidden in ([], [3], [8, 5, 2]):
        settings = Settings(data="spiral", hidden=hidden)
        counted = MISSIONS["spiral"].count(settings)
        assert counted == Engine("spiral", hidden=hidden).model.count_params()
    assert MISSIONS["xor"].count(Settings(hidden=[3, 2])) == 5


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"data": "circle"}, "has the data xor, and here the data are circle"),
        ({"inputs": ["x1", "x1*x2"]}, "here x1*x2 does, too"),
        ({"hidden": [4, 2]}, "at most 5 hidden units; here are 6"),
        ({"batch_size": 5}, "10 points or more"),
    ],
)
def test_what_is_not_allowed_is_said(settings: dict[str, Any], says: str) -> None:
    reason = MISSIONS["xor"].why_not(Settings(**{"data": "xor", "hidden": [3]} | settings))
    assert reason is not None
    assert says in reason


def test_luck_cannot_be_looked_for() -> None:
    """Points, their noise and the seed are the mission's own."""
    mission, easy = MISSIONS["circle"], {"hidden": [3], "activation": "relu", "optimizer": "Adam"}
    plain = mission.judge(Settings(data="circle", **easy))
    assert mission.judge(Settings(data="circle", noise=50, share=90, seed=7, **easy)) == plain


def test_networks_that_leave_all_bounds_have_not_reached() -> None:
    wild = Settings(data="circle", hidden=[3], activation="relu", learning_rate=10)
    verdict = MISSIONS["circle"].judge(wild)
    assert not verdict.is_reached
    assert verdict.middle > 0.2
