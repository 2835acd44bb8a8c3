"""The same attacks where the grader itself is an ordinary user, who cannot become another."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from course.grading.jail.bubblewrap import read_only
from tests.kernels import outside_pytest
from tests.programs import jailed

pytestmark = jailed
ROOT = Path(__file__).resolve().parents[2]
USER = 4321
SOME = (
    "fork or memory or thread or large or _exit or daemon or capabilities or namespaces or written "
    "or group or watch or files or busy or time_of or processes or session or locks"
)


def as_user(home: Path) -> Iterator[str]:
    """The command that runs the rest as USER, who can read this folder, Python, packages and data.

    They may lie in a folder that is root's alone, so a mount without it takes its place.
    """
    python = Path(sys.executable).resolve().parents[1]
    needed = [ROOT, Path(sys.prefix), Path(sys.base_prefix), python]
    if data := os.environ.get("DATASETS_DIR"):
        needed.append(Path(data))
    yield from ("bwrap", "--die-with-parent", "--dev-bind", "/", "/")
    for top in sorted({path.parts[1] for path in needed} - {"usr", "opt"}):
        yield from ("--perms", "0755", "--tmpfs", f"/{top}")
    yield from read_only(needed)
    yield from ("--bind", str(home), str(home), "--chdir", str(ROOT))
    yield from ("setpriv", "--reuid", str(USER), "--regid", str(USER), "--clear-groups")
    yield from ("--inh-caps=-all", "env", f"HOME={home}")


@pytest.mark.skipif(os.geteuid() != 0, reason="the other tests already run as a user")
@pytest.mark.parametrize(
    "which",
    [
        pytest.param(SOME, id="limits"),
        pytest.param("", id="all", marks=pytest.mark.full),
    ],
)
def test_attacks_on_an_ordinary_user(tmp_path: Path, which: str) -> None:
    shutil.chown(tmp_path, USER, USER)
    # A folder above belongs to root, too.
    for folder in [tmp_path, *tmp_path.parents][:4]:
        if folder != Path("/tmp"):
            folder.chmod(0o755)
    python = [sys.executable, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "-n", "0"]
    files = ["tests/security/test_attacks.py", "tests/security/test_watch.py"]
    attacks = [
        *files,
        *(("-k", which) if which else ("--full",)),
        f"--basetemp={tmp_path / 'base'}",
    ]
    with outside_pytest():
        done = subprocess.run(
            [*as_user(tmp_path), *python, *attacks], capture_output=True, text=True
        )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout and "skipped" not in done.stdout
