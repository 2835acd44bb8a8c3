"""pytest's settings that need code, at the root so that `pytest solutions/` has them too."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator

import pytest

from tests.kernels import outside_pytest

pytest_plugins = [
    "tests.built_site",
    "tests.nbval_outputs",
    "tests.own_process",
    "tests.run_order",
    "tests.zygotes",
]


def pytest_configure() -> None:
    """Let Ctrl-C reach what a test starts: in a shell's background it would be ignored.

    And nobody bets here: what a notebook bets is not kept, and nobody's own bets are read.
    """
    os.environ["BETS_FILE"] = ""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """Let kernels that a test starts show red boxes, as a student's kernel does."""
    with outside_pytest():
        return (yield)
