"""What the course asks of its grader, and whether a measurement reached it."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

from benchmarks.goals import Goal
from benchmarks.grading.graders import NBGRADER, OURS
from benchmarks.grading.overhead import Marked, Run, ratios
from benchmarks.grading.plan import MEASURED_ON
from benchmarks.race import quartiles

PART_OF_NBGRADER = 0.1
TIMES_NBGRADER = {
    "NumPy": 20.0,
    "02_xor": 8.0,
    "10_iris": 5.0,
    "12_fashion_mnist": 5.0,
}
CORE_SECONDS = {"12_fashion_mnist": 25.0}  # it took 154 while all cells ran
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
    name, turns = work["work"], runs(work, OURS, 2)
    wanted = TIMES_NBGRADER.get("NumPy" if work["numpy_only"] else name)
    # nbgrader's command uses one core, however many there are.
    more = ratios(turns, runs(work, NBGRADER, 1), "per_minute")
    if wanted and more:
        words = f"{name}: submissions a minute on two cores, to those of nbgrader's command"
        yield Goal(words, "at least", wanted, "x", quartiles(more)[1])
    each = [run.each for run in turns if run.each is not None]
    if name in CORE_SECONDS and each:
        words = f"{name}: seconds of one core a submission, with two at a time"
        yield Goal(words, "at most", CORE_SECONDS[name], " s", MEASURED_ON * median(each))


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
