"""Capture what is written to file descriptor 2: C++ code writes there, past Python's sys.stderr."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator


class Captured:
    """What was written; empty until the block has ended."""

    text = ""


@contextlib.contextmanager
def descriptor_2() -> Iterator[Captured]:
    """Point file descriptor 2 at a temporary file for the length of a block.

    Jupyter shows every line that arrives there as a red box, and nbgrader takes the points of a
    check cell that wrote one.
    """
    captured = Captured()
    try:
        terminal = os.dup(2)
    except OSError:  # no file descriptor 2 (a windowed Python): nothing to keep quiet
        yield captured
        return
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield captured
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
            file.seek(0)
            captured.text = file.read().decode("utf-8", "replace")
