"""The arithmetic: from when each submission was done to seconds, overhead and ratios."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

# Cells whose time is the import of packages, TensorFlow above all.
_IMPORTS = re.compile(r"^\s*(import|from)\s|\butils\.start\(", re.MULTILINE)


@dataclass
class Marked:
    """One submission in one run.

    Attributes:
        student: who.
        at: seconds from the start of the programs until the result was kept.
        own: seconds of the student's cells and of the checks themselves; 0 where unknown.
        points: by exercise.
    """

    student: str
    at: float
    own: float
    points: dict[str, float]


@dataclass
class Run:
    """One turn of one contender: a class marked by so many workers.

    Attributes:
        contender: its name.
        workers: submissions at the same time.
        sentence: why there are no numbers; empty if there are.
        seconds: of the wall clock, from the start of the programs to the end of the last.
        peak: bytes, or None where the system does not tell.
        later: seconds a submission that the contender spends after the last result, measured
            elsewhere because a small class hides them.
        marked: in the order in which they were done.
    """

    contender: str
    workers: int
    sentence: str = ""
    seconds: float = 0.0
    peak: int | None = None
    later: float = 0.0
    marked: list[Marked] = field(default_factory=list)

    @property
    def each(self) -> float | None:
        """Seconds a submission, without the start: from the first done of all workers to the last.

        None where no worker had a second submission.
        """
        times = [one.at for one in self.marked]
        if len(times) <= self.workers:
            return None
        return (times[-1] - times[self.workers - 1]) / (len(times) - self.workers) + self.later

    @property
    def own(self) -> float | None:
        """Seconds of cells and checks, the mean of the submissions that `each` is made of.

        None where it is not known of one of them, because the floor did not mark it.
        """
        counted = [one.own for one in self.marked[self.workers :]]
        return fmean(counted) if counted and all(counted) else None

    @property
    def overhead(self) -> float | None:
        """Seconds a submission that are neither the student's cells nor the checks.

        Of one worker only: two take the processor from each other.
        """
        if self.workers > 1 or self.each is None or self.own is None:
            return None
        return self.each - self.own

    @property
    def fixed(self) -> float | None:
        """Seconds that a run takes beside its submissions: to start and to end."""
        if self.each is None:
            return None
        return max(0.0, self.seconds - len(self.marked) * (self.each - self.later))

    @property
    def per_minute(self) -> float | None:
        """Submissions a minute, once it has started."""
        return None if self.each is None else 60 / self.each


def ratios(runs: Sequence[Run], others: Sequence[Run], number: str) -> list[float]:
    """Round by round, a number of these runs in multiples of that of the others.

    Rounds in which one of the two has no such number, or one that is not above 0, are left out.
    """
    pairs = [
        (getattr(ours, number), getattr(theirs, number))
        for ours, theirs in zip(runs, others, strict=False)
    ]
    return [ours / theirs for ours, theirs in pairs if ours and theirs and theirs > 0]


def own_work(
    cells: Mapping[str, float], floor: Mapping[str, float], sources: Mapping[str, str]
) -> float:
    """Seconds of the student's cells and the checks in a kernel that started cold.

    Of a cell that imports only what it takes in the warm process counts: the rest is the import of
    packages that a grader may do once for all. Cells that the grader added count nothing.

    Args:
        cells: seconds in the kernel, by the cell's id.
        floor: the same in the warm process.
        sources: what the cells say.
    """
    return sum(
        min(seconds, floor[cell]) if _IMPORTS.search(sources[cell]) else seconds
        for cell, seconds in cells.items()
        if cell in floor
    )


def differences(
    points: Mapping[str, Mapping[str, Mapping[str, float]]], reference: str
) -> list[str]:
    """A sentence for each student and exercise whose points are not those of the reference.

    Args:
        points: by contender, student and exercise.
        reference: the contender to compare with.
    """
    found = []
    for contender, students in points.items():
        for student, given in students.items():
            right = points.get(reference, {}).get(student)
            if right is None:
                continue
            for exercise in sorted(given.keys() | right.keys()):
                here, there = given.get(exercise, 0.0), right.get(exercise, 0.0)
                if abs(here - there) > 1e-6:
                    found.append(
                        f"{student}, exercise {exercise}: {contender} gives {here:g} points, "
                        f"{reference} {there:g}"
                    )
    return found
