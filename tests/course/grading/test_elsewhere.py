"""The same class on workers of Dask, one of which dies, with a gradebook in PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from nbgrader import api

from course.grading.book import projection
from course.grading.book.gradebook import Gradebook
from course.grading.book.policy import Policy
from course.grading.book.totals import totals
from course.grading.intake.collect import Submission
from course.grading.jail.session import Limits
from course.grading.out.release import CourseFolder
from course.grading.run import grade as grading
from course.grading.run.lab import Lab
from course.grading.run.marker import OtherChecks, mark_elsewhere
from tests.programs import POSTGRESQL, jailed, with_postgresql
from tests.submissions import small_class
from tests.zygotes import kill_submissions, markers_share

pytestmark = [jailed, with_postgresql]
ROOT = Path(__file__).resolve().parents[3]
LAB = Lab("00_orientation")
WORKERS, STUDENTS = 2, 6


# ---- Real servers ----


@contextmanager
def postgresql() -> Iterator[str]:
    """A server of its own on a socket in a temporary folder; gives its URL."""
    assert POSTGRESQL, "No PostgreSQL found: `apt install postgresql`."
    # A server refuses to be root; Debian's package brings this user.
    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp"))  # a socket's path must be short
    folder.chmod(0o777)
    data = folder / "data"
    run(*user, str(POSTGRESQL / "initdb"), "-D", str(data), "-A", "trust", "-U", "grader")
    options = f"-k {folder} -c listen_addresses="
    control = [*user, str(POSTGRESQL / "pg_ctl"), "-D", str(data), "-w"]
    run(*control, "-l", str(folder / "log"), "-o", options, "start")
    try:
        yield f"postgresql+psycopg://grader@/postgres?host={folder}"
    finally:
        run(*control, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def dask() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and its workers, each a process; gives the address and the workers."""
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "scheduler.json")
        common = ["--scheduler-file", str(file)]
        start(stack, "dask_scheduler", "--port", "0", "--no-dashboard", *common)
        end = time.monotonic() + 60
        while not (file.exists() and file.read_text()):
            assert time.monotonic() < end
            time.sleep(0.1)
        address = re.search(r'"address": "(tcp:[^"]+)"', file.read_text())
        assert address
        workers = [
            start(
                *(stack, "dask_worker", address[1], "--nthreads", "1", "--no-nanny"),
                *("--no-dashboard", "--local-directory", folder),
            )
            for _ in range(WORKERS)
        ]
        yield address[1], workers


def start(stack: ExitStack, program: str, *arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{program}", *arguments],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr


# ---- The class ----


def points(book: Gradebook) -> dict[str, float]:
    return {
        student.id: sum(grade.points for grade in book.grades(LAB.name, student.id).values())
        for student in book.students(LAB.name)
    }


def test_a_lost_worker_loses_no_submission(tmp_path: Path) -> None:
    found, expected = small_class(tmp_path, STUDENTS)
    folder = CourseFolder(tmp_path)
    killed: list[int] = []
    with postgresql() as url, Gradebook(url) as book, dask() as (address, workers):

        def done(file: Submission, outcome: object, failed: bool) -> None:
            assert not failed
            if len(killed) < 1:
                workers[0].kill()
                killed.append(workers[0].wait())

        with grading.by_dask(LAB, address) as submit:
            summary = grading.grade(found, LAB, book, folder, submit=submit, at_once=100, done=done)
        assert killed == [-9]
        assert summary.marked == STUDENTS
        assert points(book) == expected
        assert {path.parts[-3] for path in tmp_path.glob("attempts/*/*/*.ipynb")} == set(expected)


def test_a_worker_with_other_checks_refuses() -> None:
    with pytest.raises(OtherChecks, match="bring its repository to the same commit"):
        mark_elsewhere(LAB.name, "another", b"", 0, Limits(), False)


def test_a_dead_zygote_is_replaced(tmp_path: Path) -> None:
    """What was with it is not graded, and says so; what comes after it is."""
    found, expected = small_class(tmp_path, 3)
    folder = CourseFolder(tmp_path)

    killed: list[object] = []

    def kill(one: Submission, *told: object) -> None:
        if not killed:
            kill_submissions()
        killed.append(one)

    with (
        markers_share("judge"),
        Gradebook.of(folder.gradebook) as book,
        grading.on_this_machine(LAB, 1) as submit,
    ):
        summary = grading.grade(found, LAB, book, folder, submit=submit, at_once=1, done=kill)
        assert summary.marked + len(summary.failed) == 3
        assert not summary.not_judged
        assert points(book) == {one: expected[one] for one in expected if one not in summary.failed}
        summary = grading.grade(found, LAB, book, folder, submit=submit, at_once=1)
        assert not summary.failed
        assert points(book) == expected


@pytest.mark.usefixtures("markers_share_zygotes")
def test_a_gradebook_in_postgresql_is_as_good(tmp_path: Path) -> None:
    """Edits in nbgrader's tables, overrides, forgetting: as with SQLite."""
    found, expected = small_class(tmp_path, STUDENTS)
    folder = CourseFolder(tmp_path)
    released = folder.released(LAB.name)
    released.parent.mkdir(parents=True)
    shutil.copy(ROOT / "labs" / released.name, released)
    with postgresql() as url, Gradebook(url) as book:
        with grading.on_this_machine(LAB, 1) as submit:
            grading.grade(found[:3], LAB, book, folder, submit=submit, at_once=2)
        first, second, third = (one.student for one in found[:3])
        assert projection.project(book, LAB.name, folder, totals(book, Policy(), LAB.name)) == 0
        with api.Gradebook(url) as theirs:
            row = theirs.find_grade("check-0-1", LAB.name, LAB.name, first)
            assert row.auto_score == expected[first]
            row.manual_score, row.extra_credit = 0.25, 0.5
            theirs.db.commit()
        assert projection.project(book, LAB.name, folder, totals(book, Policy(), LAB.name)) == 2
        assert points(book)[first] == 0.75
        book.override(LAB.name, second, "0.1", 0.1, who="Ada", why="because")
        assert projection.project(book, LAB.name, folder, totals(book, Policy(), LAB.name)) == 0
        with api.Gradebook(url) as theirs:
            assert theirs.find_grade("check-0-1", LAB.name, LAB.name, second).manual_score == 0.1
        assert book.forget(third) == 1
        projection.forget(url, third)
        assert set(points(book)) == {first, second}
        with Gradebook(url) as again:  # the secret, and with it every seed, stays
            assert again.seed_of(LAB.name, found[0]) == book.seed_of(LAB.name, found[0])
        handed_in = book.attempts(LAB.name, [first])[0].handed_in
        assert handed_in.astimezone(UTC) == found[0].when.astimezone(UTC) <= datetime.now(UTC)
