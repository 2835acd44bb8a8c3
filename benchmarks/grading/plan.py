"""The plan for 50,000 submissions, reckoned from what was measured here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SUBMISSIONS = 50_000
CORES = (2, 16, 64, 256)
MEASURED_ON = 2  # cores


@dataclass(frozen=True)
class Line:
    """One lab in the plan.

    Attributes:
        work: its name.
        core_seconds: that a submission keeps one core busy.
        hours: by the number of cores; never less than the one gradebook takes to write all.
        most_cores: beyond so many the gradebook's one writer is what everybody waits for.
    """

    work: str
    core_seconds: float
    hours: dict[int, float]
    most_cores: float


def lines(each_on_two: Mapping[str, float], simulation: Mapping[str, Any]) -> list[Line]:
    """The plan of each work.

    Args:
        each_on_two: seconds a submission with two workers on two cores, by work.
        simulation: the numbers of `simulation.simulate`.
    """
    rate = simulation["results_a_second"]
    found = []
    for work, each in each_on_two.items():
        core_seconds = MEASURED_ON * each
        hours = {cores: SUBMISSIONS * max(core_seconds / cores, 1 / rate) / 3600 for cores in CORES}
        found.append(Line(work, core_seconds, hours, rate * core_seconds))
    return found


def sizes(simulation: Mapping[str, Any]) -> dict[str, float]:
    """What 50,000 submissions of one lab need: bytes, and seconds of what is done once for all."""
    return {
        "gradebook": SUBMISSIONS * simulation["gradebook_a_student"],
        "gradebook_with_nbgrader": SUBMISSIONS * simulation["gradebook_with_nbgrader_a_student"],
        "notebooks": SUBMISSIONS * simulation["notebooks_a_student"],
        "unchanged": SUBMISSIONS * simulation["unchanged_a_student"],
        "projection": SUBMISSIONS * simulation["projection_a_student"],
        "export": SUBMISSIONS * simulation["export_a_student"],
    }
