"""What was lost by no fault of a submission is judged again, or not judged; never wrong."""

from __future__ import annotations

import threading

import pytest

from course.grading.jail.session import Limits, NoProcess
from course.grading.run import grade
from course.grading.run.lab import Lab
from course.grading.run.marker import Outcome

LAB = Lab("00_orientation")


class Fragile:
    """A marker whose first two submissions are lost together with its zygotes."""

    lost = 0
    started = 0
    both = threading.Barrier(2)

    def __init__(self, lab: Lab, *, jailed: bool) -> None:
        Fragile.started += 1

    def __enter__(self) -> Fragile:
        return self

    def __exit__(self, *ended: object) -> None: ...

    def is_alive(self) -> bool:
        return True  # its end is seen later than that of the submission's process

    def mark(self, notebook: bytes, seed: int, limits: Limits, *, all_cells: bool) -> Outcome:
        if Fragile.started == 1:
            self.both.wait(10)
            Fragile.lost += 1
            raise NoProcess("A process for a submission was lost: its zygote has ended.")
        return f"marked {seed}"  # type: ignore[return-value]


def test_it_is_marked_once_more_by_new_zygotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grade, "Marker", Fragile)
    with grade.on_this_machine(LAB, 2) as submit:
        waiting = [submit(b"", seed, Limits(), False) for seed in range(3)]
        assert [one.result(10) for one in waiting] == ["marked 0", "marked 1", "marked 2"]
    assert (Fragile.lost, Fragile.started) == (2, 2)
