"""Keep C++ code quiet: it writes to file descriptor 2, past Python's sys.stderr."""

from __future__ import annotations

import contextlib
import ctypes
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

# The library that TensorFlow 2.20 logs with, absl, and that of 2.21: the release is in its names.
_ABSL_RELEASES = ("20250127", "20250814")


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


def log_of_tensorflow() -> None:
    """Let TensorFlow's C++ code log only what the variable TF_CPP_MIN_LOG_LEVEL admits.

    TensorFlow 2.20 heeds it in some of its files only; the others log through absl, which does not
    know of it, and so the compiler's first call shows a red box. Absl has the same levels, so it
    is told this one. Where the library does not offer that (on Windows), nothing happens.
    """
    import tensorflow as tf

    level = os.environ.get("TF_CPP_MIN_LOG_LEVEL", "")
    if not level.isdecimal():  # TensorFlow takes no notice of it either
        return
    for path in Path(tf.sysconfig.get_lib()).glob("libtensorflow_framework.*"):
        library = ctypes.CDLL(str(path))
        for release in _ABSL_RELEASES:
            name = f"_ZN4absl12lts_{release}14SetMinLogLevelENS0_18LogSeverityAtLeastE"
            if hasattr(library, name):
                getattr(library, name)(int(level))
