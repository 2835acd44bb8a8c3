"""Marks one submission: its cells run in a jail, and in their places the checks judge them.

The cells run in a process that holds no check, the checks in another that never runs a student's
code. All that passes between them passes through here, as text: a check's question goes to the
submission, its reply goes back. A process that hangs, grows too far or dies is replaced: the cells
before run again, without the one that killed it.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, get_args

import numpy as np
from nbformat import NotebookNode

from course.grading.intake.submission import Step, carried, steps
from course.grading.jail.inside import frames
from course.grading.jail.session import CORES, PATIENCE, Limits, Process, Zygote
from course.grading.run.not_run import missing, why_not_run
from utils.checks.card import Card
from utils.checks.core import SHOWN, Exercise, Result, Verdict, clean, in_order
from utils.checks.encoding import BY_GRADER, MAX_BYTES, NO_MESSAGE

# Is told a check's question and the reply, both as JSON text (`utils.checks.encoding`).
Listen = Callable[[str, str], None]
# A stopped cell gets so many seconds to end; its names are then kept.
SECONDS_TO_STOP = 5.0
# So often a training function is called, each time with another seed.
TRAININGS = 3
# Seconds after which a process for checks is replaced, long before its limits are reached.
OLDEST_JUDGE = 300.0
VERDICTS = get_args(Verdict)
Answer = TypeVar("Answer")
MOST_SHOWN = 5_000_000  # characters of all outputs of one submission
ABOVE = (
    "The check stands above the answer. Here it was judged after it; move it below your answer, "
    "then you see the same."
)
LARGEST_OUTPUT = 16 * 2**20  # bytes that a process may send for one cell; an honest one stays below


@dataclass
class Mark:
    """What one exercise of one submission has earned, and why.

    `not_run` says what kept an answer that stands in the notebook from running, or is empty.
    """

    exercise: str
    verdict: str
    points: float
    possible: float
    says: str = ""
    mistake: str | None = None
    tried: str = ""
    came: str = ""
    expected: str = ""
    notes: list[str] = field(default_factory=list)
    parts: list[tuple[str, float, float]] = field(default_factory=list)
    seconds: float = 0.0
    not_run: str = ""


@dataclass
class Marked:
    """A submission after marking.

    Attributes:
        marks: one for each exercise of the lab, by its id.
        notebook: the submission with the outputs of this run.
        seed: all random inputs of the checks follow from it.
        told: what the student should know beside the marks, such as a cell that was stopped.
        seconds: of the wall clock in all, in the student's cells, and in the checks.
    """

    marks: dict[str, Mark]
    notebook: NotebookNode
    seed: int
    told: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)


def mark(
    notebook: NotebookNode,
    exercises: Sequence[Exercise],
    *,
    submissions: Zygote,
    judges: Zygote,
    seed: int,
    limits: Limits | None = None,
    leave_out: Collection[int] = (),
    listen: Listen = lambda question, reply: None,
) -> Marked:
    """Run a notebook and judge these exercises; the notebook that is given stays as it is.

    Args:
        notebook: a submission, as `submission.parse` returns it.
        exercises: of the lab; each gets a mark, whatever the notebook holds.
        submissions: forks the process for the cells.
        judges: forks the processes for the checks.
        seed: secret, and another for each submission.
        limits: of the submission's process.
        leave_out: the places of cells that do not run.
        listen: is told each question of a check and its reply.

    Raises:
        session.NoProcess: a process was lost by no fault of the submission.
    """
    began = time.monotonic()
    limits = limits or Limits()
    notebook = NotebookNode(notebook, cells=[NotebookNode(cell) for cell in notebook.cells])
    outcome = Marked({}, notebook, seed)
    by_id = {exercise.id: exercise for exercise in exercises}
    with _Cells(outcome, submissions, limits) as cells, _Judge(judges, limits) as judge:
        for step in steps(notebook, list(by_id)):
            if step.exercise:
                found = _judged(by_id[step.exercise], cells, judge, seed, listen)
                _tell_if_not_run(found, by_id[step.exercise], notebook, cells.ran)
                if step.is_moved:
                    _tell_of_its_place(found)
                outcome.marks[step.exercise] = found
                cells.show(step, card(found, by_id[step.exercise]))
            elif step.place not in leave_out:
                cells.run(step)
    outcome.marks = {id: outcome.marks[id] for id in by_id}
    outcome.seconds = {"all": time.monotonic() - began, "cells": cells.seconds}
    outcome.seconds["checks"] = sum(mark.seconds for mark in outcome.marks.values())
    return outcome


def card(mark: Mark, exercise: Exercise) -> Card:
    """The card of a mark, as the notebook shows it."""
    return Card(Result(exercise, **{name: getattr(mark, name) for name in SHOWN}))


def order_of(exercise: str, seed: int) -> dict[str, Any]:
    """What a judge is told: the exercise's id, and seeds that follow from the submission's."""
    # The inputs of an exercise depend on no other exercise, so one can be judged again alone.
    lab, number, letter = in_order(exercise)
    rng = np.random.default_rng([seed, lab, number, *map(ord, letter)])
    return {
        "exercise": exercise,
        "seed": int(rng.integers(2**31)),
        "seeds": [int(one) for one in rng.integers(2**31, size=TRAININGS)],
    }


def _judged(exercise: Exercise, cells: _Cells, judge: _Judge, seed: int, listen: Listen) -> Mark:
    """Judge one exercise with what the cells have defined so far."""
    began = time.monotonic()

    def answer(question: str) -> str:
        reply = cells.answer(question)
        listen(question, reply)
        return reply

    order = order_of(exercise.id, seed)
    cells.begin(order["seeds"][0])
    came = judge.ask(order, answer)
    mark = _checked(came, exercise)
    if NO_MESSAGE in mark.says or came is _TOO_MUCH_TO_CHECK:
        cells.tell(f"Exercise {exercise.id}: {mark.says}")
    mark.seconds = time.monotonic() - began
    return mark


def _tell_if_not_run(
    mark: Mark, exercise: Exercise, notebook: NotebookNode, ran: Collection[int]
) -> None:
    """Let a mark say where points are missing because an answer is there and did not run."""
    if mark.points >= mark.possible or mark.verdict == "not judged":
        return
    is_open, name = mark.verdict == "not attempted", missing(mark.says)
    mark.not_run = why_not_run(exercise, notebook, ran, name=name, is_open=is_open)
    if not mark.not_run:
        return
    if is_open:
        mark.verdict = "not run"
    if is_open or name:
        mark.says = mark.not_run
    else:
        mark.notes.append(mark.not_run)


def _tell_of_its_place(mark: Mark) -> None:
    """Let a mark say that its check stands above the answer: there it never saw this answer."""
    if mark.verdict not in {"not attempted", "not run"}:
        mark.not_run = ABOVE
        mark.notes.append(ABOVE)


def _checked(came: dict[str, Any], exercise: Exercise) -> Mark:
    """A judge's answer as a mark; whatever it says, the points are within the exercise's."""
    mark = Mark(exercise.id, "not judged", 0.0, exercise.points)
    if came.get("verdict") not in VERDICTS:
        mark.says = came.get("says", "") or "The check gave no verdict."
        return mark
    mark.verdict = came["verdict"]
    points = float(came["points"])
    mark.points = min(max(points, 0.0), exercise.points) if math.isfinite(points) else 0.0
    for name in ("says", "tried", "came", "expected"):
        setattr(mark, name, clean(str(came[name])))
    mark.mistake = came["mistake"] if came["mistake"] in exercise.mistakes else None
    mark.notes = [clean(str(note)) for note in came["notes"]]
    mark.parts = [(clean(str(name)), float(got), float(most)) for name, got, most in came["parts"]]
    return mark


class _Cells:
    """The process that runs the cells of one submission, replaced when one of them kills it."""

    def __init__(self, outcome: Marked, zygote: Zygote, limits: Limits) -> None:
        self._outcome, self._zygote, self._limits = outcome, zygote, limits
        self._process: Process | None = None
        self._seed = 0
        self._seeded: Process | None = None
        self._ran: list[Step] = []
        self._killers: set[int] = set()
        self._room = MOST_SHOWN
        self.seconds = 0.0
        began = time.monotonic()
        self._end, self._latest = began + limits.seconds, began + PATIENCE * limits.seconds

    def __enter__(self) -> _Cells:
        return self

    def __exit__(self, *ended: object) -> None:
        self._drop()

    @property
    def ran(self) -> set[int]:
        """The places of the cells that had their turn."""
        return {step.place for step in self._ran}

    def run(self, step: Step) -> None:
        """Run the cell of a step and put its outputs into the notebook."""
        outputs = self._outputs_of(step)
        cell = self._outcome.notebook.cells[step.place]
        cell.outputs, cell.execution_count = outputs, len(self._ran) + 1
        self._ran.append(step)

    def tell(self, says: str) -> None:
        """Note what the student should know beside the marks."""
        if says not in self._outcome.told:
            self._outcome.told.append(says)

    def show(self, step: Step, card: Card) -> None:
        """Put a card into the cell of a check; where that was deleted, it has no place."""
        cells = self._outcome.notebook.cells
        cell = cells[step.place] if step.place < len(cells) else NotebookNode()
        if cell.get("cell_type") == "code" and carried(cell) == ("check", step.exercise):
            data = {"text/plain": repr(card), "text/html": card._repr_html_()}
            cell.outputs = [*cell.outputs, _new("display_data", data=data)]

    def begin(self, seed: int) -> None:
        """Let a check begin: what it calls draws from this seed, whatever cells drew before.

        So a cell that was left out changes nothing for who trains without a seed of his own.
        """
        self._seed, self._seeded = seed, None

    def answer(self, question: str) -> str:
        """Return the reply to a check's question, as JSON text."""
        try:
            process = self._ready()
        except _GivenUp as error:
            return _by_grader("ended", str(error))
        seconds = min(self._limits.call_seconds, max(self._left(), 0.0))
        try:
            is_first = self._seeded is not process
            seed = {"seed": self._seed} if is_first else {}
            process.send({"ask": question, **seed}, SECONDS_TO_STOP)
            self._seeded = process
            receive = partial(process.receive_text, largest=MAX_BYTES)
            with self._waiting_for(process):
                reply = _in_time(process, receive, seconds)
                process.look()
            if reply.startswith(BY_GRADER):
                return ""  # which is no message
            if reply or process.was_interrupted:
                return reply or self._too_late(seconds)
            return _raised("KeyboardInterrupt", "")  # nobody has pressed the stop button
        except frames.Late:
            self._drop()
            return self._too_late(seconds)
        except frames.Broken:
            why = self._why()
            self.tell(f"While a check called your code, {why}.")
            return _by_grader("ended", why)

    def _too_late(self, seconds: float) -> str:
        """The reply that says: a call took too long, or all of the submission did."""
        if seconds < self._limits.call_seconds:
            says = f"the notebook as a whole took over {self._limits.seconds:g} s"
            return _by_grader("ended", says)
        return _by_grader("hung", float(seconds))

    def _outputs_of(self, step: Step) -> list[NotebookNode]:
        try:
            process = self._ready()
        except _GivenUp as error:
            return [_error("NotRun", str(error))]
        began, left = time.monotonic(), self._left()
        too_late = f"stopped after {self._limits.cell_seconds:g} s"
        if left < self._limits.cell_seconds:
            too_late = (
                f"stopped, because the notebook as a whole took over {self._limits.seconds:g} s"
            )
        try:
            outputs = self._cleaned(self._run(process, step.source))
            if process.was_interrupted:
                self._outcome.told.append(f"Cell {step.place + 1}: {too_late}.")
            return outputs
        except frames.Late:
            self._killers.add(step.place)
            self._drop()
            says = f"{too_late}; what it defined is lost"
        except frames.Broken:
            says = self._why()
            self._killers.add(step.place)
        finally:
            self.seconds += time.monotonic() - began
        self._outcome.told.append(f"Cell {step.place + 1}: {says}.")
        return [_error("Stopped", says)]

    def _run(self, process: Process, source: str) -> list[Any]:
        seconds = min(self._limits.cell_seconds, self._left())
        process.send({"run": source}, SECONDS_TO_STOP)
        with self._waiting_for(process):
            came = _in_time(process, partial(process.receive, largest=LARGEST_OUTPUT), seconds)
            process.look()
        outputs = came.get("outputs")
        return outputs if isinstance(outputs, list) else []

    def _ready(self) -> Process:
        """The process, with all cells run that came before; a new one where the last was killed.

        A cell kills at most one and a call ends its exercise or part: the time alone is a limit.
        """
        while self._left() > 0:
            if self._process is not None:
                return self._process
            self._process = self._zygote.fork(self._limits)
            self._run_again(self._process)
        raise _GivenUp(f"the notebook as a whole took over {self._limits.seconds:g} s")

    def _run_again(self, process: Process) -> None:
        for step in self._ran:
            if step.place in self._killers:
                continue
            try:
                self._run(process, step.source)
            except frames.Late:
                self._drop()
            except frames.Broken:
                self._why()
            else:
                continue
            self._killers.add(step.place)
            return

    @contextmanager
    def _waiting_for(self, process: Process) -> Iterator[None]:
        """While a process waits for a processor, the time of its submission stands still.

        Not where its own threads keep the processors busy, and not for ever.
        """
        began, before, used = time.monotonic(), process.waited, process.processor
        try:
            yield
        finally:
            idle = time.monotonic() - began - (process.processor - used) / CORES
            self._end += max(min(process.waited - before, idle), 0.0)
            self._end = min(self._end, self._latest)

    def _left(self) -> float:
        """Seconds that this submission may still take."""
        return self._end - time.monotonic()

    def _why(self) -> str:
        """Why the process ended, which is then dropped. Raises session.NoProcess."""
        try:
            reason = self._process.ended_by() if self._process else "ended"
        finally:
            self._drop()
        return _TOO_MUCH.get(reason, "it ended Python, which loses all that it defined").format(
            gigabytes=self._limits.memory / 2**30, limits=self._limits
        )

    def _drop(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None

    def _cleaned(self, outputs: list[Any]) -> list[NotebookNode]:
        """The outputs as the notebook format has them; what is none of it is left out."""
        found = []
        for output in outputs[:1000]:
            if (clean := _output(output)) is None:
                continue
            self._room -= len(json.dumps(clean))
            if self._room < 0:
                break
            found.append(clean)
        return found


# More bytes than a check has from an answer; a check that breaks off after them is not at fault.
MUCH = 2**20
_TOO_MUCH_TO_CHECK: dict[str, Any] = {
    "verdict": "wrong",
    "points": 0.0,
    "says": "What your code gives cannot be checked: that takes more time or memory than a check "
    "has. Give less data, or a smaller network.",
    **{"mistake": None, "tried": "", "came": "", "expected": "", "notes": [], "parts": []},
}
# Why a process was ended, by the words of `jail.watch`.
_TOO_MUCH = {
    "memory": "it was stopped, because it used more than {gigabytes:g} GB of memory",
    "processes": "it was stopped, because it started too many processes at a time",
    "locks": "it was stopped, because it locked too many parts of files at a time",
    "processor": "it was stopped, because it computed for over {limits.processor_seconds:g} s",
}


class _GivenUp(Exception):
    """No further cell of this submission runs."""


class _Judge:
    """The process that runs checks.

    What comes to it are numbers and texts, so that it may serve one submission after the other. One
    that a model of a student's came to, that failed or that is old is replaced.
    """

    def __init__(self, zygote: Zygote, limits: Limits) -> None:
        self._zygote, self._limits = zygote, limits
        self._process: Process | None = None

    def __enter__(self) -> _Judge:
        return self

    def __exit__(self, *ended: object) -> None:
        if self._process is not None and self._process.age < OLDEST_JUDGE:
            self._zygote.give_back(self._process, self._limits)
        else:
            self._drop()

    def ask(self, order: dict[str, Any], answer: Callable[[str], str]) -> dict[str, Any]:
        """Let a check run; pass its questions to `answer` and the replies back."""
        left = self._limits.check_seconds
        had_model, is_silent, came_in_all = False, True, 0
        try:
            process = self._process or self._zygote.idle_or_fork(self._limits)
            self._process = process
            process.send(order, left)
            while True:
                began, before = time.monotonic(), process.waited
                came = process.receive(max(left, 0.1))
                clock = time.monotonic() - began
                left -= max(clock - (process.waited - before), 0.0)
                is_silent = False
                if "ask" not in came:
                    break
                reply = answer(str(came["ask"]))
                # Keras rebuilds a model from what a student's process sent. Keras is large: a
                # process in which that was done judges no other exercise. (JSON can write any
                # letter as \u and four digits.)
                had_model = had_model or '"model"' in reply or "\\u" in reply
                came_in_all += len(reply)
                process.send_text(reply, 30)
        except (frames.Late, frames.Broken) as error:
            was_used = self._process is not None and self._process.was_used
            if was_used and is_silent and isinstance(error, frames.Broken):
                self._drop()  # it died while it was idle: this check has no part in that
                return self.ask(order, answer)
            why = self._why(error)
            if had_model or came_in_all > MUCH:
                return _TOO_MUCH_TO_CHECK
            return {"says": f"The check could not run to its end: {why}."}
        except BaseException:
            self._drop()
            raise
        process.was_used = True
        if had_model:
            self._drop()
        result = came.get("result")
        return result if isinstance(result, dict) else {}

    def _why(self, error: Exception) -> str:
        """Why the process broke off, which is then dropped. Raises session.NoProcess."""
        try:
            if isinstance(error, frames.Late):
                return f"it took over {self._limits.check_seconds:g} s"
            return f"{error} ({self._process.ended_by() if self._process else 'ended'})"
        finally:
            self._drop()

    def _drop(self) -> None:
        if self._process is not None:
            self._process.end()
        self._process = None


def _in_time(process: Process, receive: Callable[[float], Answer], seconds: float) -> Answer:
    """Return the answer of a process; what takes too long is stopped as by a stop button.

    Raises frames.Late where that does not stop it either, or frames.Broken.
    """
    try:
        return receive(max(seconds, 0.1))
    except frames.Late:
        process.interrupt()
        return receive(SECONDS_TO_STOP)


def _by_grader(what: str, value: str | float) -> str:
    """The grader's own reply: the call has "hung" for so many seconds, or "ended" for a reason."""
    return BY_GRADER + json.dumps({"dict": [[what, value]]})


def _raised(name: str, says: str) -> str:
    """The reply that says: the call raised this."""
    raised = {"dict": [["type", name], ["message", says], ["line", ""]]}
    return json.dumps({"dict": [["raised", raised]]})


def _error(name: str, says: str) -> NotebookNode:
    return _new("error", ename=name, evalue=says, traceback=[f"{name}: {says}"])


def _output(output: Any) -> NotebookNode | None:
    """One output that a submission's process reports, rebuilt from its texts alone."""
    if not isinstance(output, dict):
        return None
    kind = output.get("output_type")
    if kind == "stream" and output.get("name") in ("stdout", "stderr"):
        return _new(kind, name=output["name"], text=str(output.get("text", "")))
    if kind in ("display_data", "execute_result") and isinstance(output.get("data"), dict):
        data = {str(mime): text for mime, text in output["data"].items() if isinstance(text, str)}
        return _new(kind, data=data)
    if kind == "error" and isinstance(output.get("traceback"), list):
        return _new(
            kind,
            ename=str(output.get("ename", "")),
            evalue=str(output.get("evalue", "")),
            traceback=[str(line) for line in output["traceback"]],
        )
    return None


def _new(kind: str, **fields: Any) -> NotebookNode:
    """An output. nbformat's own maker validates each one, which takes a millisecond."""
    output = NotebookNode(output_type=kind, **fields)
    if kind in ("display_data", "execute_result"):
        output.metadata = NotebookNode()
    if kind == "execute_result":
        output.execution_count = None
    return output
