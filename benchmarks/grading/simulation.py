"""A class of thousands, simulated: recorded outcomes go through the real `grade.grade`.

    python -m benchmarks.grading.simulation STUDENTS [FOLDER]

One submission of lab 02 is marked for real. Its outcome, with other points for each student, is
then what marking any submission gives, at once: what is left is what the grader itself does for a
class. Real notebooks lie on the disk, results go into a fresh SQLite gradebook, and the commands of
`course` run as they are. Prints one line of JSON.
"""

from __future__ import annotations

import copy
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.grading.classes import Work, write_class
from benchmarks.process import ROOT
from course.grading.book.gradebook import Gradebook
from course.grading.intake import collect
from course.grading.jail.session import Limits
from course.grading.out.release import CourseFolder
from course.grading.run import grade
from course.grading.run.lab import Lab
from course.grading.run.marker import Marker, Outcome

LAB = "02_xor"
AT_ONCE = 4  # as `course grade` on two cores
NAME = "@@@@@@@@@@@@"  # stands for a student in the text of the submission


def simulate(recorded: Outcome, students: int, folder: Path) -> dict[str, Any]:
    """Grade a class of copies, and measure what that takes.

    Args:
        recorded: what marking a submission of lab 02 gave.
        students: how many there are, 20 or more.
        folder: an empty folder for submissions and the course.

    Returns:
        Plain numbers: seconds, bytes, and bytes and seconds a student.
    """
    few = students // 10
    outcomes = _Outcomes(recorded)
    small, course = CourseFolder(folder / "small"), CourseFolder(folder / "course")
    handed_in = folder / "in"
    # Of a small class, too: the difference tells what a student more costs nbgrader's tables.
    _write_submissions(few, handed_in)
    _graded(handed_in, small, outcomes)
    small_again, _ = _graded(handed_in, small, outcomes)
    _write_submissions(students, handed_in)
    held: dict[int, int] = {}

    def note(count: int) -> None:
        if count in (few, students):
            held[count] = psutil.Process().memory_info().rss

    outcomes.seconds = 0.0
    seconds, summary = _graded(handed_in, course, outcomes, note)
    seconds -= outcomes.seconds
    assert summary.marked == students and not summary.failed, summary
    again, summary = _graded(handed_in, course, outcomes)
    assert summary.unchanged == students, summary
    gradebook, notebooks = _size(course.gradebook), _size(course.root / "attempts")
    small_export, small_projection, _ = _exported(small)
    export, projection, second_projection = _exported(course)
    return {
        "students": students,
        "few": few,
        "seconds": seconds,
        "results_a_second": students / seconds,
        "memory_few": held[few],
        "memory_all": held[students],
        "memory_a_student": (held[students] - held[few]) / (students - few),
        "gradebook_a_student": gradebook / students,
        "gradebook_with_nbgrader_a_student": _size(course.gradebook) / students,
        "notebooks_a_student": notebooks / students,
        "seconds_unchanged": again,
        "unchanged_a_student": max(0.0, (again - small_again) / (students - few)),
        "seconds_export": export,
        "seconds_projection": projection,
        "seconds_second_projection": second_projection,
        "projection_a_student": max(0.0, (projection - small_projection) / (students - few)),
        "export_a_student": max(0.0, (export - small_export) / (students - few)),
    }


def _graded(
    handed_in: Path,
    course: CourseFolder,
    outcomes: _Outcomes,
    note: Callable[[int], None] = lambda count: None,
) -> tuple[float, grade.Summary]:
    """One run over a class: its seconds and its summary. `note` gets how many are done."""
    count = 0

    def done(*told: object) -> None:
        nonlocal count
        count += 1
        note(count)

    course.root.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as workplace:
        began = time.monotonic()
        found = collect.collect(handed_in, workplace=Path(workplace)).submissions
        with Gradebook(f"sqlite:///{course.gradebook.as_posix()}") as book:
            summary = grade.grade(
                found, Lab(LAB), book, course, submit=outcomes.submit, at_once=AT_ONCE, done=done
            )
        return time.monotonic() - began, summary


def _exported(course: CourseFolder) -> tuple[float, float, float]:
    """Seconds of `course export`, and of nbgrader's tables the first time and again."""
    export = _course("export", course)
    _course("release", course)  # from now on the tables are kept
    first, again = (_course("export", course) - export for _ in range(2))
    return export, max(0.0, first), max(0.0, again)


class _Outcomes:
    """What marking gives here: the recorded outcome, with other points and verdicts each time.

    `seconds` is what making them takes, which a real grader does not do.
    """

    def __init__(self, recorded: Outcome) -> None:
        self._recorded, self._rng = recorded, np.random.default_rng(0)
        self.seconds = 0.0

    def submit(
        self, notebook: bytes, seed: int, limits: Limits, all_cells: bool = False
    ) -> Future[Outcome]:
        began = time.monotonic()
        marks = {
            id: replace(
                mark,
                verdict=str(self._rng.choice(["right", "wrong", "not attempted"])),
                points=float(self._rng.integers(5)) / 4 * mark.possible,
            )
            for id, mark in self._recorded.marked.marks.items()
        }
        # A notebook of its own, as every real one is: what is kept of it would be seen.
        own = copy.deepcopy(self._recorded.marked.notebook)
        marked = replace(self._recorded.marked, marks=marks, notebook=own, seed=seed)
        future: Future[Outcome] = Future()
        future.set_result(replace(self._recorded, marked=marked))
        self.seconds += time.monotonic() - began
        return future


def record() -> Outcome:
    """Mark the solution of lab 02 in the jail."""
    with tempfile.TemporaryDirectory() as folder:
        (path,) = write_class(Work(LAB), 1, Path(folder) / "in")
        with Marker(Lab(LAB)) as marker:
            return marker.mark(path.read_bytes(), 0, Limits())


def _write_submissions(students: int, folder: Path) -> None:
    with tempfile.TemporaryDirectory() as one:
        (path,) = write_class(Work(LAB), 1, Path(one) / "in")
        pattern = json.loads(path.read_text(encoding="utf-8"))
    pattern["metadata"]["student"] = NAME
    text = json.dumps(pattern, indent=1, ensure_ascii=False)
    folder.mkdir(exist_ok=True)
    for k in range(students):
        student = f"student{k:05}"
        (folder / f"{student}.ipynb").write_text(text.replace(NAME, student), encoding="utf-8")


def _size(path: Path) -> int:
    if path.is_file():
        return path.stat().st_size
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())


def _course(command: str, course: CourseFolder) -> float:
    """Seconds that a command of `course` takes."""
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "course", command, LAB[:2], "--course", str(course.root)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"`course {command}` says: {done.stderr.strip()}")
    return time.monotonic() - began


def measured(students: int) -> dict[str, Any]:
    """Simulate in a process of its own, whose memory nothing else uses.

    Returns:
        {"numbers": those of `simulate`}, or {"sentence": why there are none}.
    """
    command = [sys.executable, "-m", __name__, str(students)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        return {"sentence": said[-1] if said else f"it ended with status {done.returncode}"}
    return {"numbers": json.loads(done.stdout.splitlines()[-1])}


def seconds_later(simulation: dict[str, Any]) -> float:
    """Seconds a student that `course grade` needs for nbgrader's tables; 0 where unknown."""
    numbers = simulation.get("numbers")
    return float(numbers["projection_a_student"]) if numbers else 0.0


def main(students: int, place: str | None = None) -> None:
    """Simulate in a folder that is removed again, and print the numbers."""
    folder = Path(tempfile.mkdtemp(prefix="simulation-", dir=place))
    try:
        print(json.dumps(simulate(record(), students, folder)))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
