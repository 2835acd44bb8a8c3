"""Right answers in many styles pass; wrong ones fail with their own mistake; both callers agree."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.child import Child
from tests.misconceptions import PREAMBLE, Right, Wrong
from utils.checks import core
from utils.checks.student import Answers, captured

LABS = sorted(path.stem for path in Path(__file__).parent.glob("lab[0-9][0-9].py"))
ANSWERS: list[Right | Wrong] = [
    answer
    for lab in LABS
    for answer in importlib.import_module(f"tests.misconceptions.{lab}").ANSWERS
]


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with Child() as process:
        yield process


def _here(source: str) -> core.Ask:
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(source, "<answer>", "exec"), names)
    return Answers(names).respond


@pytest.mark.parametrize(
    "answer", ANSWERS, ids=[f"{type(a).__name__}-{a.exercise}-{a.name}" for a in ANSWERS]
)
def test_answer(
    answer: Right | Wrong, child: Child, record_property: Callable[[str, object], None]
) -> None:
    """Judge the answer twice, in this process and over pipes: same verdict, and the right one."""
    exercise = core.find(answer.exercise)
    with captured():
        result = core.run(exercise, _here(PREAMBLE + answer.source))
    record_property("tried", f"{type(answer).__name__.lower()} answers of lab {exercise.lab}")
    if isinstance(answer, Right):
        assert result.verdict == "right", f"refused: {result}"
        assert result.points == exercise.points
        assert answer.note in "\n".join(result.notes)
    else:
        assert result.verdict == answer.verdict, f"should be {answer.verdict}: {result}"
        assert result.points == pytest.approx(answer.points)
        assert result.mistake == answer.mistake, f"named {result.mistake!r}: {result.says}"
        assert answer.says in f"{result.says} {result.came}"
        if answer.mistake:
            record_property(
                "tried", f"wrong answers of lab {exercise.lab} caught by their own hint"
            )
    child.define(PREAMBLE + answer.source)
    with captured():
        again = core.run(exercise, child.ask)
    assert _comparable(again) == _comparable(result)


def _comparable(result: core.Result) -> tuple[object, ...]:
    return result.verdict, result.points, result.mistake, result.says, result.notes, result.parts


@pytest.mark.parametrize("lab", LABS)
def test_every_exercise_has_answers_for_every_mistake(lab: str) -> None:
    answers = importlib.import_module(f"tests.misconceptions.{lab}").ANSWERS
    core.find(answers[0].exercise)
    for exercise in core.REGISTRY.values():
        if exercise.lab != lab[3:]:
            continue
        own = [a for a in answers if a.exercise == exercise.id]
        assert sum(isinstance(a, Right) for a in own) >= 3, exercise.id
        named = {a.mistake for a in own if isinstance(a, Wrong)}
        assert set(exercise.mistakes) <= named, (
            f"{exercise.id}: no wrong answer for {sorted(set(exercise.mistakes) - named)}"
        )


@pytest.mark.full
@pytest.mark.parametrize("seed", range(20))
def test_verdicts_do_not_depend_on_the_seed(seed: int) -> None:
    """The grader draws fresh inputs: the same answers get the same verdicts and mistakes."""
    for answer in ANSWERS:
        exercise = core.find(answer.exercise)
        if exercise.trains or not exercise.fresh:
            continue
        with captured():
            result = core.run(exercise, _here(PREAMBLE + answer.source), seed=1000 + seed)
        if isinstance(answer, Right):
            assert result.verdict == "right", f"{answer.name}: {result}"
        else:
            assert (result.verdict, result.mistake) == (answer.verdict, answer.mistake), (
                f"{answer.name}: {result}"
            )


@pytest.mark.full
def test_training_exercises_hold_for_three_seeds() -> None:
    """As the grader calls them."""
    for answer in ANSWERS:
        exercise = core.find(answer.exercise)
        if exercise.trains and isinstance(answer, Right):
            with captured():
                result = core.run(exercise, _here(PREAMBLE + answer.source), seeds=(11, 12, 13))
            assert result.verdict == "right", f"{answer.name}: {result}"
