"""One pair of zygotes for all tests of a process: starting one imports TensorFlow.

A test takes `zygotes`. With `markers_share_zygotes` a `Marker`, and so the command `course grade`,
takes the same pair. A test that kills a zygote starts its own; where one of the pair has ended all
the same, the next who asks gets a new one.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from course.build import find_labs
from course.grading.jail.bubblewrap import Role
from course.grading.jail.session import Zygote
from course.grading.run import marker

ROOT = Path(__file__).resolve().parent.parent


class SharedZygote(Zygote):
    """A zygote that starts when it is first used, and stays when a user of it is done."""

    is_started = False

    def __enter__(self) -> SharedZygote:
        if not self.is_started:
            super().__enter__()
            self.is_started = True
        return self

    def __exit__(self, *ended: object) -> None:
        """Others use it: `end` ends it."""

    def end(self) -> None:
        super().__exit__()


_shared: dict[Role, SharedZygote] = {}


def shared(role: Role) -> SharedZygote:
    """The zygote of this process for a role; a judge has the checks of all labs."""
    if role in _shared and not _shared[role].is_alive():
        _shared.pop(role).end()
    if role not in _shared:
        data = os.environ.get("DATASETS_DIR")
        labs = [lab.name[:2] for lab in find_labs(ROOT)] if role == "judge" else []
        zygote = SharedZygote(role, labs=labs, data=Path(data) if data else None)
        _shared[role] = zygote.__enter__()
    return _shared[role]


def pytest_unconfigure() -> None:
    while _shared:
        _shared.popitem()[1].end()


@pytest.fixture
def zygotes() -> tuple[Zygote, Zygote]:
    """One for submissions, and one for judges."""
    return shared("submission"), shared("judge")


@contextlib.contextmanager
def markers_share(*roles: Role) -> Iterator[None]:
    """Let whoever marks in a jail, in this process, take the shared zygotes of these roles."""

    def zygote(role: Role, *, jailed: bool, **others: Any) -> Zygote:
        is_shared = jailed and role in roles
        return shared(role) if is_shared else Zygote(role, jailed=jailed, **others)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marker, "Zygote", zygote)
        yield


@pytest.fixture
def markers_share_zygotes() -> Iterator[None]:
    """Both are shared."""
    with markers_share("submission", "judge"):
        yield


def kill_submissions() -> None:
    """Kill the zygotes of submissions that a test has started, and with them their forks.

    The one that the tests share lives on.
    """
    spared = {zygote._process.pid for zygote in _shared.values()}
    for child in psutil.Process().children():
        for process in [child, *_children(child)] if child.pid not in spared else []:
            with contextlib.suppress(psutil.NoSuchProcess):
                if "submission" in process.cmdline():
                    process.kill()


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children(recursive=True)
    except psutil.NoSuchProcess:
        return []
