"""What the course asks of its grader, and whether a measurement reached it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.goals import Goal
from benchmarks.grading.graders import NBGRADER, OURS
from benchmarks.grading.overhead import Marked, Run, ratios
from benchmarks.race import quartiles

PART_OF_NBGRADER = 0.1
TIMES_NBGRADER = 20.0
# A list of students' names grows by less; a notebook that is kept is a hundred times as large.
BYTES_A_STUDENT = 2_000.0


def goals(results: dict[str, Any]) -> list[Goal]:
    """Return the goals that this measurement can say something about."""
    found: list[Goal] = []
    for work in results["works"]:
        found += _overhead(work)
        found += _throughput(work)
    found += _same_points(results["works"])
    if simulation := results.get("simulation", {}).get("numbers"):
        words = (
            f"memory of the grader: bytes a student from {simulation['few']:,} to "
            f"{simulation['students']:,} students"
        )
        found.append(Goal(words, "at most", BYTES_A_STUDENT, "", simulation["memory_a_student"]))
    return found


def _overhead(work: dict[str, Any]) -> Iterator[Goal]:
    if part := ratios(runs(work, OURS, 1), runs(work, NBGRADER, 1), "overhead"):
        words = f"{work['work']}: overhead a submission, in parts of nbgrader's"
        yield Goal(words, "at most", PART_OF_NBGRADER, "", quartiles(part)[1])


def _throughput(work: dict[str, Any]) -> Iterator[Goal]:
    if not work["numpy_only"]:
        return
    # nbgrader's command uses one core, however many there are.
    if more := ratios(runs(work, OURS, 2), runs(work, NBGRADER, 1), "per_minute"):
        words = f"{work['work']}: submissions a minute on two cores, to those of nbgrader's command"
        yield Goal(words, "at least", TIMES_NBGRADER, "x", quartiles(more)[1])


def _same_points(works: list[dict[str, Any]]) -> Iterator[Goal]:
    if any(len({run["contender"] for run in work["runs"]}) > 1 for work in works):
        count = sum(len(work["differences"]) for work in works)
        yield Goal("exercises with other points than the floor gives", "at most", 0, "", count)


def runs(work: dict[str, Any], contender: str, workers: int) -> list[Run]:
    """The turns of a contender, round by round; of one that failed, with its sentence."""
    return [
        Run(**{**run, "marked": [Marked(**one) for one in run["marked"]]})
        for run in work["runs"]
        if (run["contender"], run["workers"]) == (contender, workers)
    ]
