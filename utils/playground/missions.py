"""Missions in the playground: what is to be learned, by which means, and what is known to do it.

    mission = MISSIONS["circle"]
    mission.why_not(Settings(hidden=[5]))    # "Use at most 3 hidden units; here are 5."
    mission.judge(Settings(hidden=[3]))      # Verdict(reached=10, middle=0.011)

Whether a network reaches its goal is in part luck, so a mission is judged by many starts: half of
them have to get there. Each start that is judged has first weights and points of its own, and they
are the mission's, without noise: nobody can look for lucky ones.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from utils.playground.engine import Engine
from utils.playground.network import train_starts
from utils.playground.points import draw, features
from utils.playground.settings import Settings

STARTS = 12
ENOUGH = STARTS // 2
FIRST_SEED = 4000  # of the points and weights that are judged
LEAST_BATCH = 10  # smaller ones take too long to judge


class Verdict(NamedTuple):
    """What many starts of one setting ended in.

    Attributes:
        reached: how many of them ended at the goal or below.
        middle: their median test loss; infinite where half of them left all bounds.
    """

    reached: int
    middle: float

    @property
    def is_reached(self) -> bool:
        return self.reached >= ENOUGH


@dataclass(frozen=True)
class Mission:
    """One task for a network.

    Attributes:
        name: what it is called.
        task: in a sentence.
        data: a name of `points.DATA`.
        counts: what should be few, "units" of all hidden layers or "weights", biases too.
        most: of these.
        goal: the test loss that is low enough.
        epochs: how many a start has.
        best: settings, beside the data, that reach the goal with the fewest that were found.
        inputs: that are allowed.
    """

    name: str
    task: str
    data: str
    counts: str
    most: int
    goal: float
    epochs: int
    best: Mapping[str, Any] = field(default_factory=dict)
    inputs: tuple[str, ...] = ("x1", "x2")

    def count(self, settings: Settings) -> int:
        """The units, or weights, of a network with these settings."""
        if self.counts == "units":
            return sum(settings.hidden)
        sizes = [len(settings.inputs), *settings.hidden, 1]
        return sum((a + 1) * b for a, b in itertools.pairwise(sizes))

    @property
    def best_settings(self) -> Settings:
        return Settings(data=self.data, **self.best)

    def why_not(self, settings: Settings) -> str | None:
        """A sentence that says what is not allowed, None where all is."""
        if settings.data != self.data:
            return f"This mission has the data {self.data}, and here the data are {settings.data}."
        if others := [name for name in settings.inputs if name not in self.inputs]:
            allowed = " and ".join(self.inputs)
            return f"Only {allowed} may go in; here {others[0]} does, too."
        if self.count(settings) > self.most:
            what = "hidden units" if self.counts == "units" else "weights and biases"
            return f"Use at most {self.most} {what}; here are {self.count(settings)}."
        if settings.batch_size < LEAST_BATCH:
            return f"A batch has {LEAST_BATCH} points or more, or judging would take too long."
        return None

    def judge(self, settings: Settings) -> Verdict:
        """Train it from many starts, each on other points.

        Raises:
            ValueError: its optimizer looks at whole kernels, so many cannot be trained at once.
        """
        drawn = [draw(self.data, seed=FIRST_SEED + start) for start in range(STARTS)]
        trained = train_starts(
            settings,
            drawn[0].is_regression,
            (
                np.stack([features(points.x_train, settings.inputs) for points in drawn]),
                np.stack([points.y_train for points in drawn]),
            ),
            (
                np.stack([features(points.x_test, settings.inputs) for points in drawn]),
                np.stack([points.y_test for points in drawn]),
            ),
            count=STARTS,
            epochs=self.epochs,
            seed=FIRST_SEED,
        )
        ends = trained.history["val_loss"][:, -1]
        ends = np.where(np.isfinite(ends), ends, np.inf)
        return Verdict(int(np.sum(ends <= self.goal)), float(np.median(ends)))

    def says(self, engine: Engine) -> str:
        """Whether the state that is shown now reaches it, in words."""
        if reason := self.why_not(engine.settings):
            return f"Not this way: {reason}"
        loss = engine.losses().test
        if not loss <= self.goal:
            return f"Not yet: the test loss is {loss:.3f}."
        if engine.epoch > self.epochs:
            return f"Reached, but this start has had {engine.epoch:,} epochs."
        return (
            f"Reached by this start, with {self.count(engine.settings)} {self.counts}. Do "
            f"{ENOUGH} of {STARTS} starts get there?"
        )


MISSIONS = {
    mission.name: mission
    for mission in (
        Mission(
            "circle",
            "Tell the disc from the ring around it, with at most three hidden units and the inputs "
            "x1 and x2.",
            data="circle",
            counts="units",
            most=3,
            goal=0.05,
            epochs=200,
            best={"hidden": (3,), "activation": "relu", "optimizer": "Adam"},
        ),
        Mission(
            "xor",
            "Tell the quarters of XOR apart with at most five hidden units. Nobody multiplies x1 "
            "by x2 for you.",
            data="xor",
            counts="units",
            most=5,
            goal=0.05,
            epochs=200,
            best={"hidden": (4,), "activation": "relu", "optimizer": "Adam"},
        ),
        Mission(
            "spiral",
            "Wind the two arms of the spiral apart from x1 and x2 alone, with at most 200 weights "
            "and biases.",
            data="spiral",
            counts="weights",
            most=200,
            goal=0.1,
            epochs=300,
            best={
                "hidden": (8, 8),
                "activation": "relu",
                "optimizer": "Adam",
                "learning_rate": 0.01,
            },
        ),
    )
}
