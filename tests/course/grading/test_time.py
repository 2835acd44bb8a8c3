"""How long a submission may take, on a machine that others keep busy and on one that it fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.intake.submission import Step
from course.grading.jail.session import CORES, PATIENCE, Limits, Zygote
from course.grading.run import marking

SECONDS = 10


@dataclass
class Machine:
    """A clock, and a process of a submission whose every cell takes a second of it.

    Attributes:
        waits: seconds that its threads wait for a processor in a second, in all.
        uses: seconds of a processor that they use in a second, in all.
    """

    waits: float
    uses: float
    now: float = 0.0
    was_interrupted = False

    def monotonic(self) -> float:
        return self.now

    def fork(self, limits: Limits) -> Machine:
        return self

    def send(self, message: dict[str, Any], seconds: float) -> None: ...

    def receive(self, seconds: float, largest: int) -> dict[str, Any]:
        self.now += 1
        return {"outputs": []}

    def look(self) -> None: ...

    def end(self) -> None: ...

    @property
    def waited(self) -> float:
        return self.waits * self.now

    @property
    def processor(self) -> float:
        return self.uses * self.now


@pytest.mark.parametrize(
    ("machine", "cells"),
    [
        (Machine(waits=0, uses=1), SECONDS),
        (Machine(waits=0.5, uses=0.5), 2 * SECONDS),
        (Machine(waits=1.0, uses=CORES / 2), 2 * SECONDS),
        (Machine(waits=64, uses=CORES), SECONDS),
        (Machine(waits=1, uses=0), PATIENCE * SECONDS),
    ],
    ids=["alone", "half of the time", "half of a machine", "fills it", "never has its turn"],
)
def test_so_many_cells_of_a_second_run(
    machine: Machine, cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "time", machine)
    notebook = new_notebook(cells=[new_code_cell("")])
    with marking._Cells(
        marking.Marked({}, notebook, 0), cast(Zygote, machine), Limits(seconds=SECONDS)
    ) as submission:
        for _ in range(2 * PATIENCE * SECONDS):
            submission.run(Step(0, source="pass"))
            if notebook.cells[0].outputs:
                break
    assert machine.now == cells
    assert notebook.cells[0].outputs[0].ename == "NotRun"
