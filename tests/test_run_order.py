"""Which tests run, and in which order."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests import run_order
from tests.run_order import LABS, ROOT


def items(*names: str) -> list[Any]:
    """Three items for each path."""
    return [SimpleNamespace(path=ROOT / name, id=number) for name in names for number in range(3)]


@pytest.mark.parametrize("name", run_order.LONGEST_FIRST)
def test_what_starts_first_is_there(name: str) -> None:
    assert (ROOT / name).exists()


def test_every_eighth_lab_is_executed_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{number:02}_lab.ipynb" for number in range(15)]
    for name in random.sample(names, 15):
        (tmp_path / name).touch()
    monkeypatch.setattr(run_order, "LABS", tmp_path)
    assert [path.name for path in run_order.sampled()] == names[::8]


def test_long_files_come_first() -> None:
    some = items("tests/test_docs.py", "labs/00.ipynb", "tests/utils/training/test_x.py")
    some.sort(key=run_order._place)
    assert [item.path.name for item in some[::3]] == ["test_x.py", "00.ipynb", "test_docs.py"]


def test_a_shuffle_stays_within_its_file_and_leaves_notebooks_and_visits_alone() -> None:
    names = ("tests/test_a.py", "solutions/00.ipynb", "tests/test_b.py", "tests/browser/test_c.py")
    given = items(*names)
    orders = set()
    for seed in range(40):
        came = run_order._shuffled(list(given), seed)
        assert came == run_order._shuffled(list(given), seed)
        assert [item.path for item in came] == [item.path for item in given]
        assert came[3:6] == given[3:6] and came[9:] == given[9:]
        orders.add(tuple(item.id for item in came))
    assert len(orders) > 20
    assert {item.path.parent for item in items("labs/x.ipynb")} == {LABS}


def test_all_workers_of_the_long_tier_shuffle_alike() -> None:
    """Else they would collect different tests, and none would run."""
    command = [
        *(sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", "--full"),
        *("-k", "starts_first", __file__),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert f"{len(run_order.LONGEST_FIRST)} passed" in done.stdout
