"""What the jail shows, wherever the repository and the environment lie."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from course.grading.jail import bubblewrap as jail
from tests.programs import jailed


@jailed
@pytest.mark.parametrize("below", ["", "src/"], ids=["in a mounted folder", "below it"])
def test_a_repository_among_the_packages_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    mounted, world = tmp_path / "mounted", tmp_path / "world"
    root = mounted / below
    for file in (root / "solutions/00.py", root / ".venv/lib/module.py", mounted / "lib/other.py"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    for folder in (tmp_path, tmp_path.parent, mounted):
        folder.chmod(0o755)
    world.mkdir()
    packages = [*jail._packages(), mounted, root / ".venv"]
    monkeypatch.setattr(jail, "_packages", lambda: packages)
    monkeypatch.setattr(jail, "HIDDEN", (root / "solutions", root))
    finding = [*jail.command(jail.find(), world, None), "find", str(mounted), "-type", "f"]
    done = subprocess.run(finding, capture_output=True, text=True, check=True)
    seen = {Path(line) for line in done.stdout.splitlines()}
    assert seen == {root / ".venv/lib/module.py", mounted / "lib/other.py"}


def test_a_course_among_the_packages_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    packages = [Path("/usr"), Path("/opt/python")]
    monkeypatch.setattr(jail, "_packages", lambda: packages)
    assert jail.is_seen(Path("/opt/python/course"))
    assert jail.is_seen(Path("/usr/lib/course"))
    assert not jail.is_seen(Path("/usr/local/share/nbgrader/exchange"))
    assert not jail.is_seen(Path("/opt/course"))


def test_a_submission_finds_the_list_of_data_files(tmp_path: Path) -> None:
    jail.write_world(tmp_path, "submission")
    program = "from utils import download as d; print(d.__file__, d.registered('fashion-mnist'))"
    place = jail.open_place(tmp_path, None)
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=True, **place)
    assert done.stdout.startswith(str(tmp_path))
    assert "train-images-idx3-ubyte.gz" in done.stdout


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nobody_else_reads_the_checks_of_a_world(temporary: Path) -> None:
    with jail.empty_world() as world:
        (way,) = temporary.iterdir()
        assert way in world.parents
        assert stat.S_IMODE(way.stat().st_mode) == 0o700
    assert list(temporary.iterdir()) == []


GRADER = """
import os, signal
from course.grading.jail import bubblewrap as jail
with jail.empty_world() as world:
    jail.write_world(world, "judge")
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="there is no grader elsewhere")
def test_what_a_killed_grader_left_goes_when_the_next_starts(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    variables = os.environ | {"TMPDIR": str(temporary)}
    subprocess.run([sys.executable, "-c", GRADER], env=variables, cwd=jail.ROOT)
    (left,) = temporary.iterdir()
    assert list(left.rglob("lab02.py"))
    with jail.empty_world():
        assert left.exists()  # it could be one that has just begun
    monkeypatch.setattr(jail, "SECONDS_TO_BEGIN", -1)
    with jail.empty_world() as used:
        assert not left.exists()
        with jail.empty_world():
            assert used.exists()


def test_what_is_not_a_graders_own_stays(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jail, "SECONDS_TO_BEGIN", -1)
    (temporary / "kept").mkdir()
    (temporary / "course-world-link").symlink_to(temporary / "kept")
    (temporary / "course-world-file").touch()
    with jail.empty_world():
        pass
    assert {path.name for path in temporary.iterdir()} == {
        *("kept", "course-world-link", "course-world-file")
    }
    monkeypatch.setattr(os, "geteuid", lambda: 1)  # and so does what another user made
    (temporary / "course-world-other").mkdir()
    with jail.empty_world():
        assert (temporary / "course-world-other").exists()


def test_sentences_reach_the_judge_and_no_submission(tmp_path: Path) -> None:
    for role in ("judge", "submission"):
        (tmp_path / role).mkdir()
        jail.write_world(tmp_path / role, role)
    assert (tmp_path / "judge/utils/checks/lab02.toml").is_file()
    assert not list((tmp_path / "submission").rglob("lab*"))
