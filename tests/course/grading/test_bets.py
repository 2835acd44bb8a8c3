"""Bets and progress in a notebook that is graded: they run to nothing, and earn nothing."""

from __future__ import annotations

from nbformat.v4 import new_code_cell

from course.grading.jail.session import Zygote
from tests.course.grading.test_not_run import answer, check, marked
from tests.programs import jailed

pytestmark = jailed
BETS = """\
from utils.checks import bet, kept_bets
bet("2.b1", "a", sure=70)
print(kept_bets(), kept_bets(every=True))
bet("2.b1")"""
PROGRESS = """\
from utils import progress
progress.report()"""


def test_bets_neither_fail_nor_earn(zygotes: tuple[Zygote, Zygote]) -> None:
    outcome = marked(
        [new_code_cell(BETS), answer(), new_code_cell('bet("2.b9", ...)'), check()], zygotes
    )
    assert {id: mark.points for id, mark in outcome.marks.items()} == {"0.1": 1}
    first, _, second, _ = outcome.notebook.cells
    assert [output.text for output in first.outputs] == ["[] []\n"]
    assert second.outputs == []


def test_nobodys_progress_is_shown(zygotes: tuple[Zygote, Zygote]) -> None:
    outcome = marked([new_code_cell(PROGRESS), answer(), check()], zygotes)
    assert {id: mark.points for id, mark in outcome.marks.items()} == {"0.1": 1}
    (output,) = outcome.notebook.cells[0].outputs
    assert output.data["text/plain"].endswith("Points are not kept here.")
