"""A run that is killed at any moment, and started again, ends as one that nobody disturbed."""

from __future__ import annotations

import contextlib
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from tests.programs import jailed
from tests.submissions import small_class

pytestmark = jailed
ROOT = Path(__file__).resolve().parents[3]
STUDENTS = 20
# Long enough for a whole run, TensorFlow's import included.
LONGEST = 25.0


def started(folder: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "course", "grade", str(folder / "in"), "00", "--json"]
    return subprocess.Popen(
        [*command, "--course", str(folder / "course")],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def rows(folder: Path) -> list[tuple[object, ...]]:
    """Every mark, with its student, in the order of the students."""
    file = folder / "course" / "gradebook.db"
    if not file.exists():
        return []
    with sqlite3.connect(file) as database:
        tables = database.execute("SELECT name FROM sqlite_master").fetchall()
        if ("labs_mark",) not in tables:
            return []
        return database.execute(
            "SELECT a.student, m.exercise, m.verdict, m.points FROM labs_attempt a "
            "JOIN labs_marking g ON g.attempt = a.id JOIN labs_mark m ON m.marking = g.id "
            "ORDER BY a.student"
        ).fetchall()


@pytest.mark.parametrize(
    "kills", [pytest.param(5, id="5"), pytest.param(50, id="50", marks=pytest.mark.full)]
)
def test_nothing_is_lost_or_doubled(tmp_path: Path, kills: int) -> None:
    _, expected = small_class(tmp_path, STUDENTS)
    rng = random.Random(0)
    counts = []
    for _ in range(kills):
        process = started(tmp_path)
        end = time.monotonic() + rng.uniform(0, LONGEST)
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.02)
        began: list[psutil.Process] = []
        with contextlib.suppress(psutil.NoSuchProcess):  # it may have ended by itself
            began = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert not psutil.wait_procs(began, timeout=20)[1]
        counts.append(len(rows(tmp_path)))
    assert counts == sorted(counts)
    assert started(tmp_path).wait() == 0
    found = rows(tmp_path)
    assert {student: points for student, _, _, points in found} == expected
    assert len(found) == STUDENTS
    notebooks = list(tmp_path.glob("course/attempts/*/*/*.ipynb"))
    assert len(notebooks) == 2 * STUDENTS  # as handed in, and executed
    for notebook in notebooks:
        nbformat.validate(nbformat.read(notebook, as_version=4))
    assert not list(tmp_path.rglob("*.new"))
