"""Who rounds a right answer gets one verdict, whatever the inputs are.

Where a right number is nearly round, a rounded one is as good; a check must not hang on that.
"""

from __future__ import annotations

import pytest

from tests.misconceptions import PREAMBLE, first_right
from utils.checks import core
from utils.checks.student import Answers, captured

DECIMALS = (1, 2, 3)
SEEDS = range(1000, 1005)
MANY_SEEDS = range(1000, 1040)
# What the functions of an answer return, and its numbers, with so many decimals.
ROUNDED = """
def _rounded(value):
    if isinstance(value, (list, tuple)):
        return type(value)(map(_rounded, value))
    if np.asarray(value).dtype.kind == "f":
        return np.round(value, {decimals})
    return value


def _rounding(function):
    return lambda *inputs, **settings: _rounded(function(*inputs, **settings))


for _name in {names}:
    _own = globals()[_name]
    globals()[_name] = _rounding(_own) if callable(_own) else _rounded(_own)
"""


ANSWERS = {id: one.source for id, one in first_right().items() if not core.find(id).trains}


def verdicts(id: str, decimals: int, seeds: range) -> set[str]:
    """How a right answer with so many decimals is judged, with the inputs of these seeds."""
    exercise = core.find(id)
    source = PREAMBLE + ANSWERS[id] + ROUNDED.format(decimals=decimals, names=[*exercise.names])
    code = compile(source, "<answer>", "exec")
    found = set()
    for seed in seeds:
        names: dict[str, object] = {"__name__": "__main__"}
        with captured():
            exec(code, names)
            found.add(core.run(exercise, Answers(names).respond, seed=seed).verdict)
    return found


@pytest.mark.parametrize("decimals", DECIMALS)
@pytest.mark.parametrize("id", ANSWERS)
def test_a_rounded_answer_has_one_verdict(id: str, decimals: int) -> None:
    assert len(verdicts(id, decimals, SEEDS)) == 1


@pytest.mark.full
@pytest.mark.parametrize("decimals", DECIMALS)
@pytest.mark.parametrize("id", ANSWERS)
def test_a_rounded_answer_has_one_verdict_with_many_inputs(id: str, decimals: int) -> None:
    assert len(verdicts(id, decimals, MANY_SEEDS)) == 1
