"""A lab as the grader knows it: its exercises, and the version of the checks that judge them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from course.build import LabFiles, find_labs
from course.grading.intake.submission import carried, parse
from course.grading.run.version import ROOT, version_of
from utils.checks import core


@dataclass(frozen=True)
class Lab:
    """One lab: `name` is that of its notebook, such as 02_xor."""

    name: str

    @property
    def number(self) -> str:
        """Two digits."""
        return self.name[:2]

    @cached_property
    def exercises(self) -> list[core.Exercise]:
        """Its exercises in their order. Raises LookupError where it has none."""
        if found := core.exercises_of(self.number):
            return found
        raise LookupError(f"Lab {self.number} has no exercises: there is nothing to grade.")

    @cached_property
    def given(self) -> frozenset[str]:
        """The sources of its released cells that hold no answer and no check."""
        released = parse(LabFiles(ROOT, self.name).lab.read_bytes())
        code = [cell for cell in released.cells if cell.cell_type == "code"]
        return frozenset(cell.source for cell in code if carried(cell) == ("", ""))

    @cached_property
    def version(self) -> str:
        """Twelve digits that change with the checks of this lab, or with what they share."""
        return version_of(self.number)


def graded(root: Path) -> list[Lab]:
    """The labs that have exercises."""
    return [Lab(one.name) for one in find_labs(root) if core.exercises_of(one.number)]


def find(root: Path, wanted: str) -> Lab:
    """The lab with this number or name. Raises course.notebook.SourceError with a sentence."""
    return Lab(find_labs(root, [wanted])[0].name)
