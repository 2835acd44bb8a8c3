"""A file that asks for a process of its own gets one, and its reports are those of any test."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

OWN = """
import os, pytest
pytestmark = pytest.mark.own_process

@pytest.fixture(scope="module")
def once(tmp_path_factory):
    yield
    print("made an end of it")

def note():
    with open(os.environ["PIDS"], "a") as pids:
        print("own", os.getpid(), file=pids)

def test_passes(once):
    note()
def test_fails(once):
    note()
    print("was printed")
    assert 1 + 1 == 3
@pytest.mark.skip(reason="not today")
def test_is_skipped():
    pass
def test_crashes():
    note()
    os._exit(3)
def test_after_the_crash(once, record_property):
    note()
    record_property("summary", "told")
"""
PLAIN = """
import os
def test_plain():
    with open(os.environ["PIDS"], "a") as pids:
        print("plain", os.getpid(), file=pids)
"""


def run(folder, **files):
    """What pytest prints where a folder has these files of tests, which run in this order."""
    for name, text in files.items():
        path = folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "conftest.py").write_text('pytest_plugins = ["tests.own_process"]')
    (folder / "pytest.ini").write_text("[pytest]")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PIDS": str(folder / "pids")}
    environment.pop("TESTS_IN_OWN_PROCESS", None)
    quiet = ["-p", "no:cacheprovider", "-p", "no:xdist"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-rA", *quiet, *[f"{name}.py" for name in files]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.stdout + done.stderr


def test_a_file_has_a_process_of_its_own_also_after_a_crash(tmp_path):
    out = run(tmp_path, test_a=OWN, test_b=PLAIN)
    assert "2 failed, 3 passed, 1 skipped" in out, out
    assert "The process of this file ended while it ran this test." in out
    assert "assert (1 + 1) == 3" in out and "was printed" in out
    assert "made an end of it" in out
    ran = [line.split() for line in (tmp_path / "pids").read_text().splitlines()]
    own, plain = ([pid for kind, pid in ran if kind == name] for name in ("own", "plain"))
    assert own[0] == own[1] == own[2] != own[3]
    assert plain[0] not in own


def test_what_runs_next_may_lie_in_another_folder(tmp_path):
    own = f"import pytest\npytestmark = pytest.mark.own_process\n{PLAIN}"
    files = {"deep/test_a": PLAIN, "deep/test_b": own, "other/test_c": PLAIN}
    out = run(tmp_path, **files)
    assert "3 passed" in out, out
