"""The floor: the same cells and checks in forks of one process that has imported TensorFlow.

    python -m benchmarks.grading.floor LAB NOTEBOOK...

No jail, no kernel, no notebook that is written, no gradebook: what a grader cannot go below. For
each notebook one line of JSON: the student, the points, and the seconds of each cell by its id.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from course.grading.intake import submission as submissions
from course.grading.jail.inside import cells
from course.grading.run import lab as labs
from utils import quiet
from utils.checks import core
from utils.checks.student import Answers, captured


def main(lab: labs.Lab, paths: list[Path]) -> None:
    """Mark these notebooks one after the other."""
    with quiet.descriptor_2():
        import keras  # noqa: F401
        import sklearn  # noqa: F401
        import tensorflow  # noqa: F401

        shell = cells.make_shell()
    exercises = [one.id for one in lab.exercises]
    for path in paths:
        reads, writes = os.pipe()
        if (child := os.fork()) == 0:
            os.close(reads)
            # What a submission writes past Python belongs to no line of this program.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            line = {"student": path.stem, **run(shell, path.read_bytes(), exercises)}
            with os.fdopen(writes, "w") as pipe:
                pipe.write(json.dumps(line))
            os._exit(0)
        os.close(writes)
        with os.fdopen(reads) as pipe:
            told = pipe.read()
        os.waitpid(child, 0)
        print(told, flush=True)


def run(shell: cells.Shell, data: bytes, exercises: list[str]) -> dict[str, Any]:
    """Run a notebook in this process; return its points and the seconds of its cells."""
    notebook = submissions.parse(data)
    points: dict[str, float] = {}
    seconds: dict[str, float] = {}
    for step in submissions.steps(notebook, exercises):
        began = time.monotonic()
        if step.exercise:
            with captured():
                result = core.run(core.find(step.exercise), Answers(shell.user_ns).respond)
            points[step.exercise] = max(result.points, points.get(step.exercise, 0.0))
        else:
            cells.run(shell, step.source)
        cell = str(notebook.cells[step.place].id)
        seconds[cell] = seconds.get(cell, 0.0) + time.monotonic() - began
    return {"points": points, "cells": seconds}


if __name__ == "__main__":
    main(labs.Lab(sys.argv[1]), [Path(name) for name in sys.argv[2:]])
