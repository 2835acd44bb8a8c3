"""Grades notebooks with otter-grader, in whatever Python has it; imports nothing else of ours.

    python otter_worker.py AUTOGRADER.zip NOTEBOOK...

otter's own command for a class needs Docker; `grade_submission` is its documented way without. For
each notebook one line of JSON: the student, the points, and the seconds of each cell by its id.
"""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any


def main(autograder: str, paths: list[str]) -> None:
    """Grade these notebooks one after the other."""
    from otter.api import grade_submission

    # What otter and pandas print is not ours to parse.
    said = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for path in paths:
        # otter works in the folder of its caller.
        with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
            results = grade_submission(path, autograder, quiet=True)
        points = {
            name.removeprefix("q").replace("-", "."): test.score
            for name, test in results.results.items()
        }
        line = {
            "student": Path(path).stem,
            "points": points,
            "cells": busy_seconds(results.notebook),
        }
        print(json.dumps(line), file=said, flush=True)


def busy_seconds(notebook: Any) -> dict[str, float]:
    """How long the kernel was busy with each cell, by the cell's id."""
    found = {}
    for cell in notebook.cells:
        noted = cell.get("metadata", {}).get("execution", {})
        if {"iopub.status.busy", "iopub.status.idle"} <= noted.keys():
            busy, idle = (
                datetime.datetime.fromisoformat(noted[f"iopub.status.{state}"])
                for state in ("busy", "idle")
            )
            found[cell["id"]] = (idle - busy).total_seconds()
    return found


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
