"""A run that is killed at any moment, and started again, ends as one that nobody disturbed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest

from tests.programs import jailed
from tests.sample import sampled
from tests.security.attacks import RIGHT, Attack
from tests.security.test_attacks import notebook
from tests.submissions import small_class

pytestmark = jailed
ROOT = Path(__file__).resolve().parents[3]
STUDENTS = 20
# Long enough for a whole run, TensorFlow's import included.
LONGEST = 25.0


# What no stop button ends; the run's own limits would after two minutes and more.
ENDLESS = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True: pass\n"


def started(folder: Path, **how: Any) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "course", "grade", str(folder / "in"), "00", "--json"]
    return subprocess.Popen(
        [*command, "--course", str(folder / "course")],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        **{"stderr": subprocess.DEVNULL, **how},
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


def left_behind(folder: Path) -> list[str]:
    """Processes of the run in this folder, and what it left among the temporary files."""
    own = [one.name() for one in psutil.process_iter() if str(folder) in " ".join(_command(one))]
    return own + [path.name for path in (folder / "tmp").iterdir()]


def _command(process: psutil.Process) -> list[str]:
    with contextlib.suppress(psutil.Error):
        return process.cmdline()
    return []


@pytest.mark.parametrize("name", sampled(["SIGINT", "SIGTERM"]))
def test_who_ends_a_run_keeps_what_is_marked_and_leaves_nothing(tmp_path: Path, name: str) -> None:
    """Also beside one that never ends: nobody's result waits for it."""
    small_class(tmp_path, 3)
    (tmp_path / "tmp").mkdir()
    endless = notebook(Attack("", ENDLESS, RIGHT, 1.0))
    nbformat.write(endless, tmp_path / "in" / "endless.ipynb")
    environment = os.environ | {"TMPDIR": str(tmp_path / "tmp")}
    process = started(tmp_path, env=environment, stderr=subprocess.PIPE)
    while written(tmp_path) < 2 * 3 or len(rows(tmp_path)) < 3:
        assert process.poll() is None
        time.sleep(0.05)
    process.send_signal(getattr(signal, name))
    assert b"Stopped. What is marked is kept" in process.communicate(timeout=60)[1]
    assert process.returncode == 130
    assert left_behind(tmp_path) == []
    assert [student for student, *_ in rows(tmp_path)] == [f"student0{one}" for one in range(3)]


def written(folder: Path) -> int:
    """How many notebooks are kept: two for each student, as handed in and executed."""
    return len(list(folder.glob("course/attempts/*/*/*.ipynb")))


@pytest.mark.parametrize(
    "kills",
    [
        pytest.param(["at a file"], id="once"),
        pytest.param(["at a file", "at a moment"] * 25, id="50", marks=pytest.mark.full),
    ],
)
def test_nothing_is_lost_or_doubled(tmp_path: Path, kills: list[str]) -> None:
    _, expected = small_class(tmp_path, STUDENTS)
    rng = random.Random(0)
    counts = []
    for kill in kills:
        process = started(tmp_path)
        # Something more than the last time, as long as anything is left to do.
        files = rng.randint(min(written(tmp_path) + 1, 2 * STUDENTS), 2 * STUDENTS)
        end = time.monotonic() + rng.uniform(0, LONGEST)
        is_due = {
            "at a file": lambda files=files: written(tmp_path) >= files,
            "at a moment": lambda end=end: time.monotonic() >= end,
        }[kill]
        while process.poll() is None and not is_due():
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
    assert written(tmp_path) == 2 * STUDENTS
    for file in tmp_path.glob("course/attempts/*/*/*.ipynb"):
        nbformat.validate(nbformat.read(file, as_version=4))
    assert not list(tmp_path.rglob("*.new"))
