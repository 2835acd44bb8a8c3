from __future__ import annotations

from pathlib import Path

import pytest

from tests.utils.answers.folders import Folder, make

ANSWER = "def threshold_unit(X, w, b):\n    return (X @ w + b >= 0).astype(int)"


@pytest.fixture
def mine(tmp_path: Path) -> Folder:
    """A student's folder, with an answer to 2.0 and a bet in lab 02."""
    folder = make(tmp_path / "mine")
    folder.write("exercise-2-0", ANSWER)
    folder.write("41e84cf341a3", 'bet("2.b1", "a", sure=70)')
    return folder


@pytest.fixture
def release(tmp_path: Path) -> Folder:
    """A newer release of the same labs, as a folder."""
    folder = make(tmp_path / "release")
    folder.version("1.1.0")
    return folder
