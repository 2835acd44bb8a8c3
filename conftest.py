"""pytest's settings that need code, at the root so that `pytest solutions/` has them too."""

from __future__ import annotations

import signal
from collections.abc import Generator

import pytest

from tests.kernels import outside_pytest

pytest_plugins = ["tests.nbval_outputs", "tests.own_process"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the tests marked `full`")


def pytest_configure() -> None:
    """Let Ctrl-C reach what a test starts: in a shell's background it would be ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """Let kernels that a test starts show red boxes, as a student's kernel does."""
    with outside_pytest():
        return (yield)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long tier out unless it is asked for; pytest counts it as deselected."""
    if config.getoption("--full"):
        return
    long = [item for item in items if item.get_closest_marker("full")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if not item.get_closest_marker("full")]
