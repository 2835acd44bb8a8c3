"""Programs of the system that some tests need: without them those are skipped, or fail on CI."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from course.grading.jail import bubblewrap as jail

IS_REQUIRED = os.environ.get("REQUIRE_PROGRAMS") == "1"


def _no_jail() -> str:
    try:
        jail.find()
    except jail.NoJail as error:
        return str(error)
    return ""


def needs(missing: str) -> pytest.MarkDecorator:
    """A mark that skips with this sentence; where it is empty, or on CI, the tests run."""
    return pytest.mark.skipif(bool(missing) and not IS_REQUIRED, reason=missing or "all is there")


# Debian and PostgreSQL's own packages install here; else the programs are on the PATH.
POSTGRESQL = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
jailed = needs(_no_jail())
with_postgresql = needs("" if POSTGRESQL else "No PostgreSQL found: `apt install postgresql`.")
with_node = needs("" if shutil.which("node") else "No Node found: `apt install nodejs`.")
