"""Replays how one exercise of a submission was judged, for whoever has to answer an appeal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np

from course.grading.book.gradebook import Gradebook
from course.grading.book.tables import Attempt
from course.grading.book.totals import Total
from course.grading.intake import submission as submissions
from course.grading.jail.session import Limits
from course.grading.out.release import CourseFolder
from course.grading.run.lab import Lab
from course.grading.run.marker import Marker
from course.grading.run.marking import Mark, order_of
from utils.checks.core import clean
from utils.checks.encoding import BY_GRADER, ModelData, NotData, decode


def explain(
    gradebook: Gradebook,
    folder: CourseFolder,
    lab: Lab,
    result: Total,
    exercise: str,
    marker: Marker,
) -> Iterator[str]:
    """Judge an exercise of the attempt that counts for a student again; yield lines that tell how.

    Raises:
        LookupError: the student has no such mark, or the file that was handed in is gone.
    """
    attempt, marks = result.attempt, gradebook.marks(result.attempt)
    if exercise not in marks:
        raise LookupError(f"There is no mark of {result.student} for exercise {exercise}.")
    file = folder.handed_in(lab.name, attempt.student, attempt.sha256)
    if not file.exists():
        raise LookupError(f"{file} is gone, so nothing can be marked again.")
    yield from _known(gradebook, lab, attempt, exercise)
    conversation: list[tuple[str, str]] = []
    outcome = marker.mark(
        submissions.read(file),
        attempt.seed,
        Limits(),
        only=exercise,
        listen=lambda *said: conversation.append(said),
    )
    yield from outcome.marked.told
    said = (one for question, reply in conversation for one in _said(decode(question), reply))
    for number, (question, answer) in enumerate(said, start=1):
        yield f"{number}. {question}"
        yield f"   {answer}"
    yield from _verdict(outcome.marked.marks[exercise], marks[exercise])
    yield _counts(gradebook, lab, result, exercise)


def _known(gradebook: Gradebook, lab: Lab, attempt: Attempt, exercise: str) -> Iterator[str]:
    """What the gradebook says of an attempt."""
    order = order_of(exercise, attempt.seed)
    platform = attempt.downloaded_from
    when = f"{f'downloaded from {platform} ' if platform else ''}{_time(attempt.when)}"
    yield f"Exercise {exercise} of {attempt.student}: {attempt.shown}, {when}"
    yield f"Seed of the submission: {attempt.seed}; of this exercise: {order['seed']}"
    marking = gradebook.marking(attempt)
    if marking is not None:
        same = "the same as today's" if marking.version == lab.version else "not today's"
        where = "in a jail" if marking.jailed else "WITHOUT A JAIL"
        yield f"Marked {_time(marking.at)} {where} by checks {marking.version}, {same}"


def _verdict(now: Mark, before: Mark) -> Iterator[str]:
    if now.came or now.expected:
        yield f"came: {_short(now.came)}; expected: {_short(now.expected)}"
    for name, got, most in now.parts:
        yield f"part {name}: {got:g} of {most:g}"
    yield f"Verdict: {now.verdict}, {now.points:g} of {now.possible:g} points. {now.says}".rstrip()
    if (now.verdict, now.points) == (before.verdict, before.points):
        yield "The gradebook has the same."
    else:
        yield f"The gradebook has another: {before.verdict}, {before.points:g} points."


def _counts(gradebook: Gradebook, lab: Lab, result: Total, exercise: str) -> str:
    """What counts in the end, and who said so."""
    grade = result.grades[exercise]
    says = f"It counts {grade.points:g} of {grade.possible:g} points"
    decided = gradebook.decision(lab.name, result.student, exercise)
    if decided is not None and decided.points is not None:
        says += f": {decided.who} decided so, {_time(decided.at)}, because: {decided.why}"
    if grade.extra:
        says += f" ({grade.extra:g} of them are extra credit from formgrader)"
    if result.share < 1:
        says += f"; of all points {result.share:.0%} count, because they came late"
    return clean(f"{says}.")


def _said(question: dict[str, Any], reply: str) -> Iterator[tuple[str, str]]:
    """A check's question as code would write it, and what came back; calls in a row, one by one."""
    try:
        found = decode(reply.removeprefix(BY_GRADER))
    except NotData:
        found = "an answer that is no data"
    name = question["name"]
    if question["ask"] == "look":
        yield f"looks at {name}", _answer(found)
    elif question["ask"] == "call":
        yield f"calls {name}({_arguments(question['args'], question['kwargs'])})", _answer(found)
    else:
        answers = found.get("answers") if isinstance(found, dict) else None
        answers = answers if isinstance(answers, list) else []
        says = f"{len(answers)} answers" if answers else _answer(found)
        yield f"calls {name} {len(question['calls'])} times in a row", says
        for args, answer in zip(question["calls"], answers, strict=False):
            yield f"calls {name}({_arguments(args, {})})", _answer(answer)


def _arguments(args: Sequence[Any], kwargs: Mapping[str, Any]) -> str:
    values = [_short(value) for value in args]
    return ", ".join(values + [f"{name}={_short(value)}" for name, value in kwargs.items()])


def _answer(found: object) -> str:
    """An answer in one line. It is the student's word, so it may be anything."""
    if not isinstance(found, dict):
        return _short(found)
    if "data" in found and found.get("kind") != "model":
        return f"-> {_short(found['data'])}"
    return f"-> {_short(found)}"


def _short(value: object) -> str:
    """A value in one line that does no harm in a terminal."""
    if isinstance(value, str):
        text = value
    elif isinstance(value, ModelData):
        shapes = ", ".join(str(one.shape) for one in value.weights)
        text = f"a model with weights of shapes {shapes}: {value.config}"
    else:
        with np.printoptions(threshold=12, edgeitems=2, precision=6):
            text = repr(value)
    return clean(" ".join(text.split()))


def _time(when: datetime) -> str:
    when = when.astimezone(UTC) if when.tzinfo else when  # SQLite drops the time zone, which is UTC
    return f"{when:%Y-%m-%d %H:%M} UTC"
