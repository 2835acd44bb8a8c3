"""Who may do what at the same time in a course's folder: locks that the system frees by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

SECONDS_TO_LOOK = 1  # how long somebody who only looks may have a lock


class AlreadyRunning(Exception):
    """Somebody marks this lab now; the message says so."""


@contextmanager
def alone(folder: Path, lab: str) -> Iterator[None]:
    """Mark a lab of the course in this folder, and nobody else does. Raises AlreadyRunning."""
    try:
        held = FileLock(_path(folder, lab)).acquire(timeout=SECONDS_TO_LOOK)
    except Timeout:
        says = f"{lab} is being marked by another run: wait until it has ended."
        raise AlreadyRunning(says) from None
    with held:
        yield


def is_running(folder: Path, lab: str) -> bool:
    """Whether a lab of the course in this folder is being marked."""
    path = _path(folder, lab)
    if not path.exists():  # to look leaves nothing behind
        return False
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True
    except OSError:  # who may not write here cannot know
        return False


@contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Bring the course's gradebooks together when no other command does; wait for it."""
    with FileLock(folder / ".projecting"):
        yield


def _path(folder: Path, lab: str) -> Path:
    return folder / f".marking-{lab}"
