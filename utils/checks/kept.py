"""What the labs remember for their reader alone, in files that lie beside the notebooks.

They stand in Jupyter's own folder for what concerns nobody else: JupyterLab does not show it, and
git and `nbgrader submit` leave it out. Whoever deletes such a file loses what is in it, no more.
"""

from __future__ import annotations

import os
import tempfile
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

FOLDER = Path(".ipynb_checkpoints")
# Seconds for another notebook to write what it remembers.
LOCK_TIME = 5.0


def place(name: str, notebooks: Path | None = None) -> Path | None:
    """Where the file of this name lies, for notebooks in this folder or, without one, in ours.

    None where nothing is kept: a grader runs, the variable BETS_FILE is empty, or there is no
    folder any more. Where it names
    the file of bets, the others lie beside that.
    """
    named = os.environ.get("BETS_FILE")
    if named == "" or "NBGRADER_EXECUTION" in os.environ:
        return None
    if named:
        return Path(named).parent / name
    try:
        return (notebooks or Path.cwd()) / FOLDER / name
    except FileNotFoundError:  # the folder was deleted meanwhile
        return None


def alone(place: Path) -> AbstractContextManager[Any]:
    """Hold the lock of the file, or nothing where none can be had, as on some network disks."""
    from filelock import FileLock, Timeout

    try:
        return FileLock(place.with_suffix(".lock")).acquire(timeout=LOCK_TIME)
    except Timeout:
        raise
    except (OSError, NotImplementedError):
        return nullcontext()


def lines(place: Path | None) -> list[str]:
    """The lines of a file, none where there is no file yet or it cannot be read."""
    try:
        return place.read_text(encoding="utf-8", errors="replace").splitlines() if place else []
    except OSError:
        return []


def add_line(place: Path, line: str) -> None:
    """Add a line to a file, which is made where there is none.

    Raises OSError where it cannot be written.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with alone(place):
        before = place.read_bytes() if place.exists() else b""
        replace(place, before + line.encode() + b"\n")


def replace(place: Path, content: bytes) -> None:
    """Write a file anew. Whoever reads it at that moment finds the old one or the new one.

    Raises OSError where it cannot be written; the old one is left then.
    """
    descriptor, name = tempfile.mkstemp(prefix=f"{place.stem}-", dir=place.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        os.replace(name, place)
    except OSError:
        os.unlink(name)
        raise
