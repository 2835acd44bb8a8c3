"""Runs the tests of a file in a process of their own, which ends after them.

XLA keeps each program that it has compiled for the life of the process, so a worker that had all
the tests of the trainer would grow by gigabytes. A file asks for it by a line of its own,
`pytestmark = pytest.mark.own_process`. The child collects that file and runs the tests that it is
told, one by one; their reports come back through a pipe, so nobody sees a difference.
"""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing.connection import Connection
from typing import Any

import pytest

# A child never starts another.
MARK_OF_A_CHILD = "TESTS_IN_OWN_PROCESS"

_running: dict[str, _Child] = {}  # by file, at most one


class _Child:
    def __init__(self, file: str, config: pytest.Config) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        options = ["--full"] if config.getoption("--full", default=False) else []
        self._process = spawn.Process(target=_serve, args=(theirs, file, options))
        self._process.start()
        theirs.close()  # so that its end is seen

    def run(self, item: pytest.Item, nextitem: pytest.Item | None) -> list[dict[str, Any]]:
        """Run one test and return its reports, as data.

        Raises:
            EOFError: the child has ended, as by a crash of the compiler.
        """
        self._pipe.send((item.nodeid, nextitem and nextitem.nodeid))
        return self._pipe.recv()

    def end(self) -> None:
        self._pipe.close()
        self._process.join()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Let a child run the test; `None` leaves it to pytest."""
    if MARK_OF_A_CHILD in os.environ or not item.get_closest_marker("own_process"):
        return None
    # The test before this one left standing the folders that it shares with it. Nothing of this one
    # is set up or torn down here, so what the one after it does not share has to go now.
    item.session._setupstate.teardown_exact(nextitem)
    file = str(item.path)
    if nextitem is not None and nextitem.path != item.path:
        nextitem = None  # the last test of the file: what its fixtures made can go
    if file not in _running:
        _running[file] = _Child(file, item.config)
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    try:
        found = _running[file].run(item, nextitem)
    except (EOFError, OSError):
        _running.pop(file).end()  # the next test gets another
        reports = [_crashed(item)]
    else:
        reports = [
            hook.pytest_report_from_serializable(config=item.config, data=data) for data in found
        ]
    for report in reports:
        hook.pytest_runtest_logreport(report=report)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    if nextitem is None and file in _running:
        _running.pop(file).end()
    return True


def _crashed(item: pytest.Item) -> pytest.TestReport:
    told = "The process of this file ended while it ran this test."
    return pytest.TestReport(item.nodeid, item.location, {}, "failed", told, "call")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "own_process: the tests of the file have their own process")


# ---- In the child ----


def _serve(pipe: Connection, file: str, options: list[str]) -> None:
    os.environ[MARK_OF_A_CHILD] = "1"
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # the parent prints
    pytest.main([file, "-o", "addopts=", "-p", "no:cacheprovider", *options], [_Served(pipe)])


class _Served:
    """A plugin that runs the tests that the parent asks for."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe, self._reports = pipe, list[Any]()

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        while True:
            try:
                wanted, after = self._pipe.recv()
            except EOFError:  # there are no more, or no parent
                return True
            self._reports.clear()
            item = items[wanted]
            item.ihook.pytest_runtest_protocol(item=item, nextitem=items.get(after))
            self._pipe.send(self._reports)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        hook = self._config.hook
        self._reports.append(hook.pytest_report_to_serializable(config=self._config, report=report))

    def pytest_configure(self, config: pytest.Config) -> None:
        self._config = config
