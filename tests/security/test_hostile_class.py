"""A class in which some attack their neighbours: the honest lose nothing, and the run ends well."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import psutil
import pytest

from tests.kernels import outside_pytest
from tests.programs import jailed
from tests.sample import sampled
from tests.security.attacks import RIGHT, WRONG, Attack
from tests.security.test_as_user import ROOT, USER, as_user
from tests.security.test_attacks import notebook

pytestmark = jailed
HONEST = 10
BUSY = "import os\nfor _ in range(142):\n    if os.fork() == 0:\n        while True: pass\n"
HOARD = "hoard = []\nwhile True:\n    hoard.append(b'x' * 2**26)\n"
SIGNAL = "import os, signal\nos.kill(0, signal.{})\n"
FORGED = """
from utils.checks import student
student.Answers.respond = lambda self, message: {}
"""
ATTACKS = {
    "kills": (SIGNAL.format("SIGKILL"), RIGHT, 1.0),
    "stops": (SIGNAL.format("SIGSTOP"), RIGHT, 1.0),
    "interrupts": (SIGNAL.format("SIGINT"), RIGHT, 1.0),
    "keeps-busy": (BUSY, RIGHT, 1.0),
    "hoards": (HOARD, RIGHT, 1.0),
    "forges": (FORGED.format("""'"' + '\\x01' * (30 * 2**20) + '"'"""), RIGHT, 0.0),
    "boasts": (FORGED.format("""'{"verdict": "right", "points": 1}'"""), WRONG, 0.0),
    "kills-when-called": (
        "import os",
        "def affine(X, W, b):\n    os.kill(0, 9)\n    return X @ W + b\n",
        0.0,
    ),
}
# As long as an attack of a few seconds lasts.
SLOW = "import time\nbegan = time.process_time()\nwhile time.process_time() < began + 2: pass\n"


def hand_in(folder: Path) -> dict[str, float]:
    """A class in this folder, honest ones and others by turns; what each should get."""
    folder.mkdir()
    expected = {}
    for number in range(HONEST):
        expected[f"s{number}-honest"] = 1.0
        one = notebook(Attack("", SLOW, RIGHT, 1.0))
        nbformat.write(one, folder / f"s{number}-honest.ipynb")
    for number, (name, (source, answer, points)) in enumerate(ATTACKS.items()):
        student = f"s{number}-{name}"
        expected[student] = points
        nbformat.write(notebook(Attack("", source, answer, points)), folder / f"{student}.ipynb")
    return expected


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that an ordinary user can reach: pytest closes its own to others."""
    with tempfile.TemporaryDirectory(prefix="class-") as folder:
        yield Path(folder)


def left_behind(before: set[int]) -> list[psutil.Process]:
    """What a zygote or a fork of it has left running; those of other tests belong to pytest."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.NoSuchProcess):
            is_new = process.pid not in before and _says(process, "inside.zygote")
            if is_new and not any(_says(parent, "pytest") for parent in process.parents()):
                found.append(process)
    return psutil.wait_procs(found, timeout=20)[1]


def _says(process: psutil.Process, word: str) -> bool:
    return word in " ".join(process.cmdline())


@pytest.mark.parametrize(
    "times", [1, pytest.param(3, marks=pytest.mark.full)], ids=["once", "three times in a row"]
)
@pytest.mark.parametrize("who", sampled(["user", "root"]))
def test_the_honest_keep_their_points(place: Path, who: str, times: int) -> None:
    if who == "root" and os.geteuid() != 0:
        pytest.skip("this is an ordinary user")
    is_other = who == "user" and os.geteuid() == 0
    for turn in range(times):
        folder = place / str(turn)
        folder.mkdir()
        expected = hand_in(folder / "in")
        if is_other:
            for path in [place, folder, *folder.rglob("*")]:
                shutil.chown(path, USER, USER)
        arguments = [str(folder / "in"), "00", "--course", str(folder / "course")]
        command = [sys.executable, "-B", "-m", "course", "grade", *arguments]
        before = set(psutil.pids())
        with outside_pytest():
            done = subprocess.run(
                [*(as_user(place) if is_other else ()), *command, "--json", "--workers", "3"],
                cwd=ROOT,
                capture_output=True,
                text=True,
            )
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        came = {line["student"]: line["points"]["0.1"] for line in lines}
        assert came == expected, done.stderr
        assert done.returncode == 0, done.stderr
        named = {student for student in expected if f"  {student}: " in done.stderr}
        assert named == {student for student in expected if "honest" not in student}, done.stderr
        assert left_behind(before) == []
