"""Who may do what at the same time in a course's folder: locks that the system frees by itself."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class AlreadyRunning(Exception):
    """Somebody marks this lab now; the message says so."""


@contextmanager
def alone(folder: Path, lab: str) -> Iterator[None]:
    """Mark a lab of the course in this folder, and nobody else does. Raises AlreadyRunning."""
    with _path(folder, lab).open("a") as file:
        if not _is_free(file):
            raise AlreadyRunning(f"{lab} is being marked by another run: wait until it has ended.")
        yield


def is_running(folder: Path, lab: str) -> bool:
    """Whether a lab of the course in this folder is being marked."""
    try:
        with _path(folder, lab).open() as file:
            return not _is_free(file)
    except FileNotFoundError:
        return False


@contextmanager
def in_turn(folder: Path) -> Iterator[None]:
    """Bring the course's gradebooks together when no other command does; wait for it."""
    with (folder / ".projecting").open("a") as file:
        _is_free(file, wait=True)
        yield


def _is_free(file: IO[str], *, wait: bool = False) -> bool:
    """Take the lock of an open file, unless another has it; closing the file gives it back.

    With `wait` it is taken as soon as the other has given it back.
    """
    if sys.platform == "win32":  # nobody marks there
        return True
    import fcntl

    # Only who may write can have it alone, and reading is possible on any disk.
    how = fcntl.LOCK_EX if file.writable() else fcntl.LOCK_SH
    try:
        fcntl.flock(file, how if wait else how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _path(folder: Path, lab: str) -> Path:
    return folder / f".marking-{lab}"
