"""The version of a lab's checks: what changes it, and what must not make all marks outdated."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from course.build import find_labs
from course.grading.run.lab import Lab
from course.grading.run.version import version_of
from tests.submissions import ROOT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository of which nothing but `utils` is there."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "utils", tmp_path / "utils", ignore=ignored)
    return tmp_path


def replaced(root: Path, name: str, old: str, new: str) -> None:
    path = root / "utils" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_lab_has_the_version_of_its_checks(root: Path) -> None:
    assert Lab("02_xor").version == version_of("02", root)
    labs = [lab.number for lab in find_labs(ROOT)]
    assert len({version_of(lab, root) for lab in labs}) == len(labs)


@pytest.mark.parametrize(
    ("lab", "name", "old", "new"),
    [
        ("02", "checks/lab02.py", "points=2", "points=3"),
        ("02", "checks/lab02.py", "np.mean(r**2)", "np.mean(r**3)"),
        ("02", "checks/edits.py", "MOST_OTHERS = 20", "MOST_OTHERS = 9"),
        # These are imported by what it imports.
        ("02", "checks/encoding.py", "MAX_DEPTH = 40", "MAX_DEPTH = 4"),
        ("02", "checks/model.py", "MAX_WEIGHTS = 10", "MAX_WEIGHTS = 11"),
        ("02", "checks/student.py", "take is not None", "take is None"),
        ("02", "checks/lab02.toml", "Leave the root out.", "No root."),
        ("12", "garments.py", "def draw(n", "def draw(m"),
        ("10", "data.py", "def iris(", "def irises("),
    ],
)
def test_what_may_judge_otherwise_changes_it(
    root: Path, lab: str, name: str, old: str, new: str
) -> None:
    before = version_of(lab, root)
    replaced(root, name, old, new)
    assert version_of(lab, root) != before


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("checks/lab02.py", "# Some answers", "# A few answers"),
        ("checks/core.py", '"""Run one check.', '"""Run a check.'),
        (
            "checks/core.py",
            "result = Result(exercise, asks_ahead",
            "result = Result( exercise, asks_ahead",
        ),
        ("checks/lab02.toml", "# What", "# All that"),
        ("checks/card.py", "Not yet", "Not quite"),
        ("checks/lab03.py", "points=", "points=1"),
        ("checks/lab03.toml", "Powers are", "A power is"),
        ("garments.py", "def draw(n", "def draw(m"),
        ("training/many.py", "def train_many", "def train_several"),
    ],
)
def test_what_judges_nothing_of_a_lab_does_not(root: Path, name: str, old: str, new: str) -> None:
    before = version_of("02", root)
    replaced(root, name, old, new)
    assert version_of("02", root) == before


def test_bets_are_nobodys_mark(root: Path) -> None:
    before = version_of("02", root)
    path = root / "utils" / "checks" / "lab02.toml"
    path.write_text(path.read_text(encoding="utf-8") + '\n[bets."2.b9"]\nright = "b"\n')
    assert version_of("02", root) == before
