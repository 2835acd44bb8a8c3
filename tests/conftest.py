"""A summary that the tests fill: covered rows, caught mistakes, printed after the run.

A test that records the property `summary` adds a line; the property `tried` is counted by value.
"""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import Any

import pytest

_lines: set[str] = set()
_tried: collections.Counter[str] = collections.Counter()


@pytest.fixture
def record_summary(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Call it with a line that should stand in the summary at the end of the run."""

    def record(line: str) -> None:
        request.node.user_properties.append(("summary", line))

    return record


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Runs in the process that prints, also for tests that another worker ran."""
    if report.when == "call":
        _lines.update(value for name, value in report.user_properties if name == "summary")
        if report.passed:
            _tried.update(value for name, value in report.user_properties if name == "tried")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    lines = sorted(_lines | {f"{name}: {count}" for name, count in _tried.items()})
    if lines:
        terminalreporter.section("what was covered")
    for line in lines:
        terminalreporter.write_line(line)
