"""A course directory of nbgrader's own, in a temporary folder, and what its gradebook says."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from course.grading.out.release import CONFIG, TIMEOUT
from tests.kernels import outside_pytest

# Set, they keep a user's own settings and history out of the test, and the test out of them.
JUPYTER_FOLDERS = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")


@dataclass(frozen=True)
class Course:
    """One assignment, which is one lab, in an nbgrader course directory."""

    folder: Path
    lab: str

    @classmethod
    def generate(cls, folder: Path, lab: Path) -> Course:
        """Make the course directory and generate the assignment from a lab's notebook."""
        course = cls(folder, lab.stem)
        (folder / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
        nbformat.write(read(lab), _folder(folder / "source" / lab.stem) / lab.name)
        nbgrader(folder, "generate_assignment", lab.stem)
        return course

    @property
    def released(self) -> NotebookNode:
        """The notebook that students get."""
        return read(self.folder / "release" / self.lab / f"{self.lab}.ipynb")

    def autograde(self, submissions: Mapping[str, NotebookNode]) -> None:
        """Grade all submissions (by student) in one call of nbgrader."""
        for student, notebook in submissions.items():
            folder = _folder(self.folder / "submitted" / student / self.lab)
            nbformat.write(notebook, folder / f"{self.lab}.ipynb")
        nbgrader(self.folder, "autograde", self.lab)

    def points(self, student: str) -> dict[str, tuple[float, float]]:
        """(earned, possible) by exercise id, from the gradebook."""
        with self._gradebook() as gradebook:
            notebook = gradebook.find_submission_notebook(self.lab, self.lab, student)
            return {
                grade.name.removeprefix("check-").replace("-", "."): (grade.score, grade.max_score)
                for grade in notebook.grades
            }

    def graded(self, student: str) -> NotebookNode:
        """The submission as nbgrader executed it."""
        return read(self.folder / "autograded" / student / self.lab / f"{self.lab}.ipynb")

    @contextmanager
    def _gradebook(self) -> Iterator[Any]:
        from nbgrader.api import Gradebook

        with Gradebook(f"sqlite:///{(self.folder / 'gradebook.db').as_posix()}") as gradebook:
            yield gradebook


def validate(path: Path) -> set[str]:
    """Run nbgrader's validation; return the sources of the cells that it calls failed."""
    from nbgrader.validator import Validator
    from traitlets.config import Config

    validator = Validator(config=Config({"Execute": {"timeout": TIMEOUT}}))
    with outside_pytest():
        answer = validator.validate(str(path))
    assert set(answer) <= {"failed"}, answer
    return {cell["source"] for cell in answer.get("failed", [])}


def nbgrader(folder: Path, *arguments: str) -> str:
    """Run nbgrader's command in `folder`; return what it prints. Fails with its log."""
    own = {name: str(folder / ".jupyter") for name in JUPYTER_FOLDERS}
    # nbgrader starts `alembic` by name, as if the environment were always activated.
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    with outside_pytest():
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", *arguments],
            cwd=folder,
            env=os.environ | own | {"PATH": path},
            capture_output=True,
            text=True,
            encoding="utf-8",
        )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def read(path: Path) -> NotebookNode:
    """Read a notebook."""
    return nbformat.read(path, as_version=4)


def _folder(path: Path) -> Path:
    path.mkdir(parents=True)
    return path
