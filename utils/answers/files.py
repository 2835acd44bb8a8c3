"""Writing so that nothing is lost: whole files or none, and a copy of what is replaced."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from utils.answers.notebook import Notebook, Refused

BACKUP = "backup"


def write(path: Path, content: bytes) -> None:
    """Write a file whole: an interruption leaves the old one.

    Raises OSError where it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=".writing-", dir=path.parent)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        # The rights of the old file, or those of any new one: a temporary file is private.
        if path.exists():
            shutil.copymode(path, name)
        else:
            os.chmod(name, 0o666 & ~_mask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mask() -> int:
    """What this process takes from the rights of a new file; asked by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def as_bytes(notebook: Notebook) -> bytes:
    """A notebook as Jupyter writes it."""
    try:
        return _json(notebook.content, ensure_ascii=False)
    except UnicodeEncodeError:  # half of a character that takes two, which no UTF-8 can hold
        return _json(notebook.content, ensure_ascii=True)


def _json(content: object, *, ensure_ascii: bool) -> bytes:
    text = json.dumps(content, ensure_ascii=ensure_ascii, indent=1, sort_keys=True)
    return (text + "\n").encode()


def new_name(folder: Path, name: str, suffix: str = "") -> Path:
    """A path that is free: with the time, and with a number where that is taken."""
    now = f"{name}-{time.strftime('%Y-%m-%d-%H%M%S')}"
    names = [now, *(f"{now}-{k}" for k in range(2, 1000))]
    return next(path for one in names if not (path := folder / f"{one}{suffix}").exists())


def back_up(root: Path, paths: Iterable[Path]) -> Path:
    """Copy files of a folder into a new folder in it, and return that.

    Raises OSError where they cannot be copied; nothing else has happened then.
    """
    backup = new_name(root, BACKUP)
    backup.mkdir()
    try:
        for path in paths:
            copy = backup / path.relative_to(root)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
    except BaseException:  # half a backup would look like a whole one
        shutil.rmtree(backup, ignore_errors=True)
        raise
    return backup


def cannot_use(error: OSError) -> Refused:
    """The sentence for a file that could not be read or written."""
    where = error.filename2 or error.filename or "the folder"
    return Refused(
        f"{where} cannot be used ({error.strerror}): give yourself the right to read and write "
        "there, free some disk, or close the program that uses it, and start again."
    )
