"""Right answers in many styles pass; wrong ones fail with their own mistake, whoever calls.

The normal tier judges each quick answer here, and every third with the inputs of one other class.
An answer of an exercise that trains takes seconds, so of those it has a sample: the first right
answer of each exercise, and the first wrong one of every sixth mistake; the right ones are also
judged with the three seeds of the grader. Over pipes goes such a sample of all. `--full` has all in
each way.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Iterator

import pytest

from tests.child import Child
from tests.misconceptions import PREAMBLE, Right, Wrong, all_answers, labs
from tests.sample import EVERY
from utils.checks import core
from utils.checks.student import Answers, captured

ANSWERS = all_answers()
PLACES = range(len(ANSWERS))
TRAINED = [place for place in PLACES if core.find(ANSWERS[place].exercise).trains]
QUICK = [place for place in PLACES if place not in TRAINED]


def _first_of_their_kind(places: list[int]) -> list[int]:
    """The first right answer of each exercise, and the first wrong one of every sixth mistake."""
    kinds = {(ANSWERS[at].exercise, _mistake(ANSWERS[at])): at for at in reversed(places)}
    firsts = sorted(kinds.values())
    right = [at for at in firsts if isinstance(ANSWERS[at], Right)]
    return sorted(right + [at for at in firsts if at not in right][::EVERY])


def _mistake(answer: Right | Wrong) -> str | None:
    return "" if isinstance(answer, Right) else answer.mistake


def _right_of(places: list[int]) -> list[int]:
    return [place for place in places if isinstance(ANSWERS[place], Right)]


SAMPLE = _first_of_their_kind(TRAINED)
RIGHT_SAMPLE = _right_of(SAMPLE)
OVER_PIPES = sorted({*RIGHT_SAMPLE, *_first_of_their_kind(QUICK)})
# The inputs of five classes, of which the normal tier gives each answer one.
SEEDS = range(1000, 1005)
MANY_SEEDS = range(1000, 1040)


def _answers(places: list[int], normal: list[int]) -> pytest.MarkDecorator:
    """Parametrize by these answers; those that are not in `normal` belong to the long tier."""
    params = [
        pytest.param(
            place,
            id=f"{type(answer).__name__}-{answer.exercise}-{answer.name}",
            marks=[] if place in normal else [pytest.mark.full],
        )
        for place, answer in ((place, ANSWERS[place]) for place in places)
    ]
    return pytest.mark.parametrize("place", params)


@pytest.fixture(scope="module")
def child() -> Iterator[Child]:
    with Child() as process:
        yield process


def _here(source: str) -> core.Ask:
    names: dict[str, object] = {"__name__": "__main__"}
    exec(compile(source, "<answer>", "exec"), names)
    return Answers(names).respond


def _judge(place: int, seed: int = 0, seeds: tuple[int, ...] = (0,)) -> core.Result:
    answer = ANSWERS[place]
    with captured():
        ask = _here(PREAMBLE + answer.source)
        return core.run(core.find(answer.exercise), ask, seed=seed, seeds=seeds)


@functools.cache
def _judged(place: int) -> core.Result:
    """As a notebook judges it. Several tests look at this result."""
    return _judge(place)


@_answers(list(PLACES), QUICK + SAMPLE)
def test_answer(place: int, record_property: Callable[[str, object], None]) -> None:
    answer, result = ANSWERS[place], _judged(place)
    lab = result.exercise.lab
    record_property("tried", f"{type(answer).__name__.lower()} answers of lab {lab}")
    if isinstance(answer, Right):
        assert result.verdict == "right", f"refused: {result}"
        assert result.points == result.exercise.points
        assert answer.note in "\n".join(result.notes)
    else:
        assert result.verdict == answer.verdict, f"should be {answer.verdict}: {result}"
        assert result.points == pytest.approx(answer.points)
        assert result.mistake == answer.mistake, f"named {result.mistake!r}: {result.says}"
        assert answer.says in f"{result.says} {result.came}"
        if answer.mistake:
            record_property("tried", f"wrong answers of lab {lab} caught by their own hint")


@_answers(list(PLACES), OVER_PIPES)
def test_over_pipes_the_answer_gets_the_same_card(place: int, child: Child) -> None:
    child.define(PREAMBLE + ANSWERS[place].source)
    with captured():
        again = core.run(core.find(ANSWERS[place].exercise), child.ask)
    assert _comparable(again) == _comparable(_judged(place))


def _comparable(result: core.Result) -> tuple[object, ...]:
    return result.verdict, result.points, result.mistake, result.says, result.notes, result.parts


def test_the_sample_is_told(record_summary: Callable[[str], None]) -> None:
    exercises = {ANSWERS[place].exercise for place in TRAINED}
    assert {ANSWERS[place].exercise for place in SAMPLE} == exercises
    record_summary(
        f"answers that train: the normal tier judges {len(SAMPLE)} of {len(TRAINED)} (the first "
        "right one of an exercise, the first wrong one of every sixth mistake), and "
        f"{len(RIGHT_SAMPLE)} (the right ones) also with the grader's seeds; over pipes go "
        f"{len(OVER_PIPES)} of {len(ANSWERS)} answers; --full judges all in each way"
    )


@pytest.mark.parametrize("lab", labs())
def test_every_exercise_has_answers_for_every_mistake(lab: str) -> None:
    answers = importlib.import_module(f"tests.misconceptions.{lab}").ANSWERS
    for exercise in core.exercises_of(lab[3:]):
        own = [a for a in answers if a.exercise == exercise.id]
        assert sum(isinstance(a, Right) for a in own) >= 3, exercise.id
        named = {a.mistake for a in own if isinstance(a, Wrong)}
        assert set(exercise.mistakes) <= named, (
            f"{exercise.id}: no wrong answer for {sorted(set(exercise.mistakes) - named)}"
        )


def test_a_verdict_does_not_depend_on_the_inputs() -> None:
    """The grader draws fresh inputs: quick answers keep their verdict and their mistake."""
    moved = [_moved(place, SEEDS[place % len(SEEDS)]) for place in QUICK[::3]]
    assert not [came for came in moved if came]


@pytest.mark.full
@pytest.mark.parametrize("seed", MANY_SEEDS)
def test_no_verdict_depends_on_the_inputs(seed: int) -> None:
    moved = [_moved(place, seed) for place in QUICK]
    assert not [came for came in moved if came]


def _moved(place: int, seed: int) -> str:
    """What came where an answer is not judged as it should be with these inputs."""
    answer, came = ANSWERS[place], _verdict(_judge(place, seed))
    if came == _expected(answer):
        return ""
    return f"{answer.exercise} {answer.name}, seed {seed}: {came}"


@_answers(TRAINED, RIGHT_SAMPLE)
def test_a_verdict_does_not_depend_on_the_seeds_of_training(place: int) -> None:
    """The grader trains from three seeds, the notebook from one: the verdict is the same."""
    result = _judge(place, seed=1000, seeds=(11, 12, 13))
    assert _verdict(result) == _expected(ANSWERS[place]), str(result)


def _verdict(result: core.Result) -> tuple[str, str | None]:
    return result.verdict, result.mistake


def _expected(answer: Right | Wrong) -> tuple[str, str | None]:
    return ("right", None) if isinstance(answer, Right) else (answer.verdict, answer.mistake)
