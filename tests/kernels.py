"""Kernels that tests start should behave as a student's kernel does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def outside_pytest() -> Iterator[None]:
    """Hide pytest from kernels started in this block.

    Where this variable says that pytest is running, ipykernel does not watch file descriptor 2, and
    a red box of C++ would go unseen.
    """
    current = os.environ.pop("PYTEST_CURRENT_TEST", None)
    try:
        yield
    finally:
        if current is not None:
            os.environ["PYTEST_CURRENT_TEST"] = current
