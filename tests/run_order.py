"""Which tests a run takes, and in which order: the tiers, a sample of the labs, long files first.

- The long tier (marker `full`) runs with `--full` only.
- Of the untouched labs the normal tier executes every eighth, counted from the first; a lab that is
  named on the command line, and every solution, is always executed.
- Of long tables it tries a sample, too (`tests/sample.py`).
- Files that take long start first, so that no worker is left alone with one at the end.
- `--shuffle SEED` shuffles the tests within each file, `--full` does so with a seed that it prints:
  no outcome may hang on what an earlier test has left behind. The cells of a notebook keep their
  order, and so do the tests in a browser, because those of a file are one visit of one page.
"""

from __future__ import annotations

import collections
import random
from pathlib import Path
from typing import Any

import pytest

from tests.sample import EVERY

ROOT = Path(__file__).resolve().parent.parent
LABS = ROOT / "labs"
BROWSER = ROOT / "tests" / "browser"
EVERY_LAB = 8
# Files and folders, those that take longest first.
LONGEST_FIRST = (
    "tests/misconceptions",
    "tests/utils/training/test_equivalence.py",
    "tests/utils/training",
    "tests/utils/clinic/test_cases.py",
    "solutions",
    "tests/test_nbgrader.py",
    "tests/security",
    "tests/course/grading/test_bad_class.py",
    "tests/course/grading/test_killed.py",
    "tests/course/grading/test_elsewhere.py",
    "tests/course/grading/book",
    "tests/test_house.py",
    "tests/browser",
    "tests/course/site",
    "labs",
)
_PLACES = {ROOT / name: place for place, name in enumerate(LONGEST_FIRST)}


def sampled() -> list[Path]:
    """The untouched labs that the normal tier executes."""
    return sorted(LABS.glob("[0-9][0-9]_*.ipynb"))[::EVERY_LAB]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="also run the tests marked `full`")
    parser.addoption(
        "--shuffle", type=int, metavar="SEED", help="shuffle the tests within each file"
    )


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        config.option.shuffle = config.workerinput["shuffle"]
    elif config.option.full and config.option.shuffle is None:
        config.option.shuffle = random.randrange(1_000_000)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """A worker of xdist starts: all have to shuffle alike."""
    node.workerinput["shuffle"] = node.config.option.shuffle


def pytest_report_header(config: pytest.Config) -> list[str]:
    lines = []
    if config.option.shuffle is not None:
        lines.append(f"the tests of each file are shuffled: --shuffle {config.option.shuffle}")
    if not config.option.full:
        names = ", ".join(path.stem for path in sampled())
        lines.append(f"untouched labs, every eighth: {names}; --full executes all")
        lines.append(f"of long tables every {EVERY}th entry, or as the test says; --full tries all")
    return lines


# First, so that pytest can still bring together what shares a fixture with parameters.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.option.full:
        named = {config.invocation_params.dir / one.partition("::")[0] for one in config.args}
        taken = {*sampled(), *named}
        left_out = [item for item in items if _is_left_out(item, taken)]
        if left_out:
            config.hook.pytest_deselected(items=left_out)
            chosen = set(items) - set(left_out)
            items[:] = [item for item in items if item in chosen]
    items.sort(key=_place)
    if config.option.shuffle is not None:
        items[:] = _shuffled(items, config.option.shuffle)


def _is_left_out(item: pytest.Item, labs: set[Path]) -> bool:
    is_other_lab = item.path.parent == LABS and item.path not in labs
    return is_other_lab or item.get_closest_marker("full") is not None


def _place(item: pytest.Item) -> int:
    return next(
        (_PLACES[path] for path in (item.path, *item.path.parents) if path in _PLACES),
        len(_PLACES),
    )


def _shuffled(items: list[pytest.Item], seed: int) -> list[pytest.Item]:
    by_file = collections.defaultdict[Path, list[pytest.Item]](list)
    for item in items:
        by_file[item.path].append(item)
    for path, its in by_file.items():
        if path.suffix == ".py" and path.parent != BROWSER:
            random.Random(f"{seed} {path.name}").shuffle(its)
    return [item for its in by_file.values() for item in its]
