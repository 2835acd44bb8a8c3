"""The submissions of a class: the solution of a lab, as different students would hand it in.

Of three students one has all answers right, one has slipped, and one has left an exercise open.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from benchmarks.process import ROOT
from course.grading.run.lab import graded

# By lab: an exercise, what its answer says, and the slip that takes its place.
SLIPS = {
    "00": ("0.1", "return X @ W + b", "return X @ W"),
    "01": ("1.1", "return x @ w + b", "return x @ w"),
    "02": ("2.1", "np.sum(errors**2)", "np.mean(errors**2)"),
    "03": ("3.5", 'steering = "tanh"', 'steering = "relu"'),
    "04": ("4.4", "(softmax(z) - t) / len(z)", "softmax(z) - t"),
    "05": ("5.0", "theta - learning_rate * slope", "theta + learning_rate * slope"),
    "06": ("6.0", "return d_a * a * (1 - a)", "return d_a * a"),
    "07": ("7.2", "b1 @ W2 + b2", "b1 + b2"),
    "08": ("8.2", "np.sqrt(3 * variance), np.sqrt(variance)", "np.sqrt(3 * variance), variance"),
    "09": ("9.1", "0.9 * u - learning_rate * g)", "u)"),
    "10": ("10.5", "rmse = np.sqrt(mse)", "rmse = mse"),
    "11": ("11.3", "a / (1 - rate)", "a"),
    "12": ("12.4", "np.argmin(recalls(matrix))", "np.argmax(recalls(matrix))"),
    "13": ("13.0", "(y - a * b * x) ** 2", "np.abs(y - a * b * x)"),
    "14": ("14.4", "x_t @ W + h @ U + b", "x_t @ W + h @ U"),
}
NUMPY_IMPORTS = "import numpy as np\n\nfrom utils.checks import check, hint"
# The students fall into two halves by name, for contenders that are started once a core.
HALVES = ("even", "odd")


@dataclass(frozen=True)
class Work:
    """What a class hands in.

    Attributes:
        lab: the name of the notebook, such as 02_xor.
        numpy_only: the graded cells alone, which need no TensorFlow; for a lab without it.
    """

    lab: str
    numpy_only: bool = False

    @property
    def name(self) -> str:
        """As the tables call it."""
        return f"NumPy only ({self.lab[:2]})" if self.numpy_only else self.lab

    @property
    def number(self) -> str:
        """The lab's number, two digits."""
        return self.lab[:2]

    def is_called(self, word: str) -> bool:
        """Whether somebody who says "03", "03_activations" or "numpy" means this."""
        return word.lower() == "numpy" if self.numpy_only else word in (self.number, self.lab)


# In lab 03 no exercise needs more than NumPy; its first cell imports TensorFlow, as in every lab.
NUMPY = Work("03_activations", numpy_only=True)
WORKS = (NUMPY, *(Work(lab.name) for lab in graded(ROOT)))


def write_class(work: Work, students: int, folder: Path) -> list[Path]:
    """Write folder/STUDENT.ipynb for so many students; return the paths.

    Args:
        work: what they hand in.
        students: how many there are.
        folder: made here.
    """
    solution, lab = (_read(ROOT / room / f"{work.lab}.ipynb") for room in ("solutions", "labs"))
    if work.numpy_only:
        solution = _numpy_only(solution)
    folder.mkdir(parents=True)
    paths = []
    for k in range(students):
        notebook = _handed_in(solution, lab, k)
        paths.append(folder / f"{HALVES[k % 2]}{k:03}.ipynb")
        nbformat.write(notebook, paths[-1])
    return paths


def _read(path: Path) -> NotebookNode:
    return nbformat.read(path, as_version=4)


def _handed_in(solution: NotebookNode, lab: NotebookNode, k: int) -> NotebookNode:
    """The notebook of student number `k`: no two have the same bytes."""
    notebook = copy.deepcopy(solution)
    notebook.cells = [cell for cell in notebook.cells if "solution" not in _tags(cell)]
    answers = _answers(notebook)
    if k % 3 == 1:
        _slip(answers)
    elif k % 3 == 2:
        left_open = list(answers)[k // 3 % len(answers)]
        for cell, stub in zip(answers[left_open], _answers(lab)[left_open], strict=True):
            cell.source = stub.source
    notebook.metadata["student"] = k
    return notebook


def _tags(cell: NotebookNode) -> list[str]:
    return list(cell.metadata.get("tags", ()))


def _answers(notebook: NotebookNode) -> dict[str, list[NotebookNode]]:
    """The cells that students fill in, by the id of the exercise."""
    found: dict[str, list[NotebookNode]] = {}
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("solution"):
            found.setdefault(cell.metadata["exercise"], []).append(cell)
    return found


def _slip(answers: dict[str, list[NotebookNode]]) -> None:
    number = next(iter(answers)).split(".")[0].zfill(2)
    exercise, right, wrong = SLIPS[number]
    for cell in answers[exercise]:
        cell.source = cell.source.replace(right, wrong)


def _numpy_only(notebook: NotebookNode) -> NotebookNode:
    """The graded cells, and one before them with their imports."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    first = next(cell for cell in cells if "utils.checks import" in cell.source)
    notebook = copy.deepcopy(notebook)
    notebook.cells = [
        nbformat.v4.new_code_cell(NUMPY_IMPORTS, id=first.id),
        *(copy.deepcopy(cell) for cell in cells if "nbgrader" in cell.metadata),
    ]
    return notebook
