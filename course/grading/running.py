"""Tells whether a lab of a course is being marked: a lock that the system frees when a run ends."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunning(Exception):
    """Somebody marks this lab now; the message says so."""


@contextmanager
def alone(folder: Path, lab: str) -> Iterator[None]:
    """Mark a lab of the course in this folder, and nobody else does. Raises AlreadyRunning."""
    with _lock(folder, lab) as is_free:
        if not is_free:
            raise AlreadyRunning(f"{lab} is being marked by another run: wait until it has ended.")
        yield


def is_running(folder: Path, lab: str) -> bool:
    """Whether a lab of the course in this folder is being marked."""
    if not _path(folder, lab).exists():
        return False
    with _lock(folder, lab) as is_free:
        return not is_free


@contextmanager
def _lock(folder: Path, lab: str) -> Iterator[bool]:
    """Take the lock of a lab, if it is free; it is given back, however this process ends."""
    if sys.platform == "win32":  # nobody marks there
        yield True
        return
    import fcntl

    with _path(folder, lab).open("a") as file:
        is_free = False
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_free = True
        yield is_free


def _path(folder: Path, lab: str) -> Path:
    return folder / f".marking-{lab}"
