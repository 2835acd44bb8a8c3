"""Grades a class: marks every submission that is new or changed, and keeps each result at once."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock

from nbformat import NotebookNode

from course.grading.book.gradebook import Gradebook, Noted, Written
from course.grading.intake import submission as submissions
from course.grading.intake.collect import Submission
from course.grading.jail.session import Limits, NoProcess
from course.grading.out.harmless import disarmed
from course.grading.out.release import CourseFolder
from course.grading.run.lab import Lab
from course.grading.run.marker import Marker, Outcome, mark_elsewhere, unreadable

log = logging.getLogger(__name__)
Submit = Callable[[bytes, int, Limits, bool], Future[Outcome]]


@dataclass
class Summary:
    """What a run did: students by what became of their submissions.

    `outdated` are those that only an earlier version of the checks has marked; `unreadable` has
    why each is no notebook of this lab; `not_run` what kept answers from running, by exercise;
    `stopped` what was ended or refused in a jail. These three have also what an earlier run noted
    of who is unchanged: it is as true as then. `differs` names a student and an exercise to which
    cells made a difference that should have made none.
    """

    marked: int = 0
    unchanged: int = 0
    outdated: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)
    not_judged: list[str] = field(default_factory=list)
    not_run: dict[str, dict[str, str]] = field(default_factory=dict)
    stopped: dict[str, list[str]] = field(default_factory=dict)
    differs: tuple[str, str] | None = None


# What is told after each submission: None for one that was marked by an earlier run, or where the
# grader itself failed, which the last argument says.
Done = Callable[[Submission, Outcome | None, bool], None]


def grade(
    found: Iterable[Submission],
    lab: Lab,
    gradebook: Gradebook,
    folder: CourseFolder,
    *,
    submit: Submit,
    at_once: int,
    jailed: bool = True,
    anew: bool = False,
    all_cells: bool = False,
    limits: Limits | None = None,
    done: Done = lambda submission, outcome, failed: None,
) -> Summary:
    """Mark what was not marked before; write each result as soon as it is known.

    Args:
        found: the submissions.
        lab: what they are submissions of.
        gradebook: where the results go.
        folder: where the notebooks go, as handed in and as executed.
        submit: starts marking; called with the notebook's bytes, its seed, the limits, and whether
            all cells run.
        at_once: submissions that wait or run, at most.
        jailed: whether `submit` jails what it runs.
        anew: mark again what other versions of the checks have marked, and let it not count yet
            (see `Gradebook.accept`).
        all_cells: run also the cells that no mark needs. It becomes true by itself where these made
            a difference to a mark, and then for all that this run has marked before, too.
        limits: of each submission.
        done: called after each submission.

    Raises:
        database.NoGradebook: the database does not take a result; what is marked is kept.
    """
    limits = limits or Limits()
    run = _Run(lab, gradebook, folder, done, jailed=jailed, counts=not anew, all_cells=all_cells)
    for one in found:
        versions = gradebook.marked_by(lab.name, one, jailed=jailed)
        if lab.version in versions or (versions and not anew):
            run.pass_over(one, is_outdated=lab.version not in versions)
            continue
        seed = gradebook.seed_of(lab.name, one)
        try:
            data = _read(one)
        except submissions.Unreadable as error:
            outcome = unreadable(lab, seed, str(error))
            run.keep([(one, outcome, run.files_of(one, b"", outcome))])
        except OSError as error:
            run.fail(one, str(error))
        else:
            run.begin(one, data, submit(data, seed, limits, run.all_cells))
        if len(run.waiting) >= at_once:
            run.finish()
    while run.waiting or run.again:  # each is kept when it is known, whatever the last one does
        while run.again and len(run.waiting) < at_once:
            one = run.again.pop()
            seed = gradebook.seed_of(lab.name, one)
            data = submissions.read(one.path)
            run.begin(one, data, submit(data, seed, limits, True))
        run.finish()
    run.recall()
    return run.summary


def _read(one: Submission) -> bytes:
    """The bytes of a submission.

    Raises:
        submissions.Unreadable: it is too large, or could not be read from the start.
        OSError: it could be read before: that is no fault of the student's.
    """
    try:
        data = submissions.read(one.path)
    except OSError as error:
        if one.sha256:
            raise
        raise submissions.Unreadable(f"the file cannot be read ({error.strerror})") from None
    if hashlib.sha256(data).hexdigest() != one.sha256:
        raise OSError(f"{one.shown} has changed since this run began")
    return data


class _Run:
    """The submissions that are being marked, and what came of the others."""

    def __init__(
        self,
        lab: Lab,
        gradebook: Gradebook,
        folder: CourseFolder,
        done: Done,
        *,
        jailed: bool,
        counts: bool,
        all_cells: bool,
    ) -> None:
        self._lab, self._gradebook, self._folder, self._done = lab, gradebook, folder, done
        self._jailed, self._counts = jailed, counts
        self.all_cells = all_cells
        self.waiting: dict[Future[Outcome], tuple[Submission, bytes]] = {}
        # Marked, or being marked, without the cells that no mark needs; and those of them that are
        # to be marked with all cells, because that was not the same.
        self._in_short: list[Submission] = []
        self.again: list[Submission] = []
        self._unchanged: list[Submission] = []
        self._counted: set[tuple[str, str]] = set()
        self.summary = Summary()

    def begin(self, one: Submission, data: bytes, marking: Future[Outcome]) -> None:
        """Note that a submission is being marked."""
        self.waiting[marking] = one, data
        if not self.all_cells:
            self._in_short.append(one)

    def pass_over(self, one: Submission, *, is_outdated: bool) -> None:
        """Leave a submission as an earlier run has marked it."""
        self.summary.unchanged += 1
        self._unchanged.append(one)
        if is_outdated:
            self.summary.outdated.append(one.student)
        self._done(one, None, False)

    def recall(self) -> None:
        """Take up what earlier runs noted of those that are as they were."""
        noted = self._gradebook.noted(self._lab.name) if self._unchanged else {}
        for one in self._unchanged:
            if (its := noted.get((one.student, one.sha256))) is not None:
                self._note(one.student, its)

    def _note(self, student: str, noted: Noted) -> None:
        if noted.not_run:
            self.summary.not_run[student] = noted.not_run
        if noted.unreadable:  # which is all that was told
            self.summary.unreadable[student] = noted.unreadable
        elif noted.told:
            self.summary.stopped[student] = noted.told

    def fail(self, one: Submission, why: str) -> None:
        """Note a fault of the grader: it must neither cost points nor end the class."""
        log.error("%s could not be marked:\n%s", one.student, why)
        self.summary.failed.append(one.student)
        self._done(one, None, True)

    def finish(self) -> None:
        """Wait until one is marked, and keep what came."""
        came = []
        for future in wait(self.waiting, return_when=FIRST_COMPLETED).done:
            one, data = self.waiting.pop(future)
            try:
                outcome = future.result()
                came.append((one, outcome, self.files_of(one, data, outcome)))
            except Exception:
                self.fail(one, traceback.format_exc())
        self.keep(came)

    def keep(self, came: Sequence[tuple[Submission, Outcome, Mapping[Path, bytes]]]) -> None:
        """Write results, and their files."""
        if not came:
            return
        # The files first: what the gradebook has is complete, also after a power cut.
        for _, _, files in came:
            write(files)
        # One transaction for all that have come: the more are waiting, the less each costs.
        self._gradebook.write(
            self._lab.name,
            [Written(one, outcome.marked, outcome.unreadable) for one, outcome, _ in came],
            version=self._lab.version,
            jailed=self._jailed,
            counts=self._counts,
        )
        for one, outcome, _ in came:
            if outcome.differs and not self.all_cells:
                self._distrust(one, outcome.differs)
            self._count(one, outcome)

    def files_of(self, one: Submission, data: bytes, outcome: Outcome) -> dict[Path, bytes]:
        """A submission as it was handed in and as it was executed."""
        lab, folder = self._lab, self._folder
        executed = folder.executed(lab.name, one.student, one.sha256, lab.version)
        files = {executed: _as_text(outcome.marked.notebook)}
        if data:
            files[folder.handed_in(lab.name, one.student, one.sha256)] = data
        return files

    def _distrust(self, one: Submission, exercise: str) -> None:
        """Let all cells run from now on, and in what was begun without some of them."""
        self.summary.differs = one.student, exercise
        self.all_cells = True
        self.again = [other for other in self._in_short if other is not one]

    def _count(self, one: Submission, outcome: Outcome) -> None:
        summary, key = self.summary, (one.student, one.sha256)
        if key in self._counted:  # marked once more: what is true is what was found now
            for noted in (summary.unreadable, summary.not_run, summary.stopped):
                noted.pop(one.student, None)
            if one.student in summary.not_judged:
                summary.not_judged.remove(one.student)
        else:
            self._counted.add(key)
            summary.marked += 1
            self._done(one, outcome, False)
        self._note(one.student, Noted(outcome.unreadable, outcome.marked.told, outcome.not_run))
        if not outcome.is_judged:
            summary.not_judged.append(one.student)


def handed_in(
    gradebook: Gradebook, lab: Lab, folder: CourseFolder, student: str | None = None
) -> list[Submission]:
    """All notebooks for a lab, or those of a student, as they were handed in.

    Raises:
        LookupError: there is none.
    """
    names = {one.id: one.name for one in gradebook.students(lab.name)}
    unreadable = gradebook.unreadable(lab.name)
    found = [
        Submission(
            student=one.student,
            name=names[one.student],
            path=folder.handed_in(lab.name, one.student, one.sha256),
            shown=one.shown,
            when=one.when,
            sha256=one.sha256,
            is_listed=one.is_listed,
            downloaded_from=one.downloaded_from,
        )
        for one in gradebook.attempts(lab.name, [student] if student else None)
        # Of what was no notebook then, the file says whether it is one by today's rules.
        if one.id not in unreadable or folder.handed_in(lab.name, one.student, one.sha256).exists()
    ]
    if not found:
        raise LookupError(f"Nobody has handed in {lab.name}: `course grade` comes first.")
    return found


def write(files: Mapping[Path, bytes]) -> None:
    """Write files, each whole or not at all; they outlast a power cut."""
    for path, data in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with _new(path).open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    for path in files:
        _new(path).replace(path)
    for folder in {path.parent for path in files}:  # else the names could be lost
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def _as_text(notebook: NotebookNode) -> bytes:
    """A notebook in which nothing of a student's runs; what no file can hold is a question mark."""
    return json.dumps(disarmed(notebook), ensure_ascii=False).encode("utf-8", "replace")


def _new(path: Path) -> Path:
    return path.with_suffix(".new")


# ---- Where the work is done ----


@contextmanager
def on_this_machine(lab: Lab, workers: int, *, jailed: bool = True) -> Iterator[Submit]:
    """So many submissions at the same time, from two zygotes that all of them share.

    A submission whose process was lost by no fault of its own is marked once more, by new zygotes.
    Where an error or Ctrl-C ends this, what is being marked is killed and what waits is not begun.
    """
    started: list[Marker] = []
    starting, is_over = Lock(), Event()
    pool = ThreadPoolExecutor(workers)
    with pool, ExitStack() as stack:

        def marker(lost: Marker | None = None) -> Marker:
            with starting:
                if is_over.is_set():
                    raise NoProcess("This run of the grader was ended.")
                # A run in which nothing changed imports no TensorFlow.
                if not started or started[-1] is lost or not started[-1].is_alive():
                    started.append(stack.enter_context(Marker(lab, jailed=jailed)))
                return started[-1]

        def marked(notebook: bytes, seed: int, limits: Limits, all_cells: bool) -> Outcome:
            first = marker()
            try:
                return first.mark(notebook, seed, limits, all_cells=all_cells)
            except NoProcess:
                return marker(lost=first).mark(notebook, seed, limits, all_cells=all_cells)

        try:
            yield lambda *work: pool.submit(marked, *work)
        finally:
            with starting:
                is_over.set()
            pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def by_dask(lab: Lab, address: str) -> Iterator[Submit]:
    """The workers of a Dask scheduler; a submission whose worker is lost goes to another."""
    from distributed import Client

    with Client(address) as client:
        pool = client.get_executor(pure=False, retries=3)

        def submit(notebook: bytes, seed: int, limits: Limits, all_cells: bool) -> Future[Outcome]:
            work = (lab.name, lab.version, notebook, seed, limits, all_cells)
            found: Future[Outcome] = pool.submit(mark_elsewhere, *work)
            return found

        yield submit
