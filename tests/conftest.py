"""What is printed after a run: what the tests covered, and what the run took of the machine.

A test that records the property `summary` adds a line; the property `tried` is counted by value.
"""

from __future__ import annotations

import collections
import ctypes
import sys
import time
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

if sys.platform != "win32":  # which keeps no such records
    import resource

_lines: set[str] = set()
_tried: collections.Counter[str] = collections.Counter()
_seconds: collections.Counter[str] = collections.Counter()  # by file
# Of this process, or of each worker: the most memory that it had, that any process started by it
# had, and the files that made it grow.
_memory: dict[str, tuple[int, int, dict[str, int]]] = {}
_grown: collections.Counter[str] = collections.Counter()
# A short run prints no more than its results.
LONG_RUN = 60


@pytest.fixture(scope="module", autouse=True)
def _memory_is_given_back() -> Iterator[None]:
    """What a file's networks held goes back to the system, or a worker would grow to the end."""
    yield
    if "keras" in sys.modules:
        sys.modules["keras"].utils.clear_session(free_memory=True)
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)


@pytest.fixture
def record_summary(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Call it with a line that should stand in the summary at the end of the run."""

    def record(line: str) -> None:
        request.node.user_properties.append(("summary", line))

    return record


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Runs in the process that prints, also for tests that another worker ran."""
    _seconds[report.nodeid.partition("::")[0]] += report.duration
    if report.when == "call":
        _lines.update(value for name, value in report.user_properties if name == "summary")
        if report.passed:
            _tried.update(value for name, value in report.user_properties if name == "tried")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Note which file makes this process grow."""
    before = _peak()
    result = yield
    _grown[item.nodeid.partition("::")[0]] += _peak() - before
    return result


def pytest_sessionfinish(session: pytest.Session) -> None:
    had = (_peak(), _peak(of_children=True), dict(_grown.most_common(3)))
    if hasattr(session.config, "workerinput"):
        session.config.workeroutput["memory"] = had  # type: ignore[attr-defined]
    elif not _memory:
        _memory["this process"] = had


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """A worker of xdist ends."""
    if "memory" in getattr(node, "workeroutput", {}):
        _memory[node.gateway.id] = node.workeroutput["memory"]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = sorted(_lines | {f"{name}: {count}" for name, count in _tried.items()})
    if lines:
        terminalreporter.section("what was covered")
    for line in lines:
        terminalreporter.write_line(line)
    if _seconds.total() > LONG_RUN:
        terminalreporter.section("what the run took")
        for line in _taken():
            terminalreporter.write_line(line)


def _taken() -> list[str]:
    """Lines that say where seconds and memory went, and how quick this machine is."""
    lines = [
        f"all tests together: {_seconds.total():.0f} s; beside it, a fixed computation took "
        f"{_fixed_computation():.2f} s",
        *(f"{seconds:5.0f} s  {file}" for file, seconds in _seconds.most_common(10)),
    ]
    for name, (peak, of_children, grown) in sorted(_memory.items()):
        files = ", ".join(f"{file} (+{by / 2**30:.1f})" for file, by in grown.items())
        lines.append(
            f"{name} had at most {peak / 2**30:.1f} GB, a process that it started "
            f"{of_children / 2**30:.1f} GB; it grew by {files}"
        )
    return lines


def _fixed_computation() -> float:
    """The seconds of the same little work on each machine, to compare them by."""
    began = time.perf_counter()
    sum(number * number % 7 for number in range(5_000_000))
    return time.perf_counter() - began


def _peak(*, of_children: bool = False) -> int:
    """The most memory that this process, or one that it started, has had so far, in bytes."""
    if sys.platform == "win32":
        return 0
    who = resource.RUSAGE_CHILDREN if of_children else resource.RUSAGE_SELF
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(who).ru_maxrss * unit
