"""The rules of the house: who may import whom, what stays quick to import, sizes, clean tools."""

from __future__ import annotations

import ast
import base64
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(ROOT.glob("solutions/*.ipynb"))


def imports(code: str) -> set[str]:
    """The top-level packages that a text of Python imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def _imports_below(folder: str) -> set[str]:
    paths = sorted((ROOT / folder).rglob("*.py"))
    assert paths, folder
    return set().union(*(imports(path.read_text(encoding="utf-8")) for path in paths))


def test_dependencies_point_one_way() -> None:
    assert not _imports_below("utils") & {"course", "tests", "jupytext", "nbgrader", "typer"}
    assert "tests" not in _imports_below("course")
    assert not _imports_below("solutions") & {"course", "tests"}


def test_no_assert_does_work() -> None:
    """`python -O` leaves them out, with all that they would call."""
    for path in (*ROOT.glob("utils/**/*.py"), *ROOT.glob("course/**/*.py")):
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        lines = [node.lineno for node in nodes if isinstance(node, ast.Assert)]
        assert not lines, (path, lines)


def test_importing_utils_imports_nothing_heavy() -> None:
    """`import utils` has to stay under 0.3 s, so TensorFlow and friends come later."""
    code = "import sys, utils, utils.checks; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"tensorflow", "keras", "sklearn", "matplotlib", "scipy", "pandas", "IPython"}
    assert not heavy & set(run.stdout.split())


def test_the_help_of_course_imports_nothing_heavy() -> None:
    """A second or two before one reads a word is long; each command imports what it needs."""
    code = (
        "import sys; from typer.testing import CliRunner; from course.cli import app; "
        "assert 'regrade' in CliRunner().invoke(app, ['--help']).output; print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"nbformat", "jsonschema", "jupytext", "nbclient", "nbgrader", "sqlalchemy", "jinja2"}
    heavy |= {"numpy", "tensorflow", "keras", "matplotlib", "distributed", "mistune", "utils"}
    assert not heavy & set(run.stdout.split())


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_figures_are_small_and_say_what_they_show(path: Path) -> None:
    figures = 0
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            html = output.get("data", {}).get("text/html", "")
            for alt, data in re.findall(
                r'<img alt="([^"]*)"[^>]* src="data:image/png;base64,([^"]+)"', html
            ):
                figures += 1
                assert len(alt) > 30, f"{cell.id}: an alt text says what is seen: {alt!r}"
                assert len(base64.b64decode(data)) <= 100_000, cell.id
                assert output.data["text/plain"].startswith(("[figure: ", "[knobs: ", "[tune: "))
            assert "image/png" not in output.get("data", {}), f"{cell.id}: use plots.show"
    if path.stem not in {"00_orientation", "16_slips"}:
        assert figures > 0


@pytest.mark.parametrize("name", ["00_orientation", "02_xor", "03_activations", "10_iris"])
def test_no_cell_fails_below_an_open_exercise(name: str) -> None:
    lab = nbformat.read(ROOT / "labs" / f"{name}.ipynb", as_version=4)
    assert [c.id for c in lab.cells if "raises-exception" in c.metadata.get("tags", [])] == []


def test_the_repository_stays_small() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout: nothing says which files belong to the repository")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert sum(path.stat().st_size for path in files if path.exists()) < 15 * 2**20


def test_nothing_is_tracked_that_git_ignores() -> None:
    """Such as the lock or the gradebook of a grading run."""
    listing = ["git", "ls-files", "--cached", "--ignored", "--exclude-standard"]
    listed = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=False)
    assert listed.stdout == ""


@pytest.mark.parametrize(
    "tool",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=["ruff-check", "ruff-format", "mypy"],
)
def test_tools_are_clean(tool: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
