"""`course build` on small real labs: it executes, tags, refuses, and knows what is stale."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner

from course import build as building
from course.build import LabFiles, find_labs, orphans, stale
from course.cli import ROOT, app
from course.notebook import SourceError
from tests.course.test_notebook import SOURCE

START = """# %% [markdown]
# # Lab

# %% tags=["nbval-ignore-output"]
import sys

from utils import notebook
from utils.checks import check

notebook._install_calm_errors()

"""
SMALL = START + SOURCE.split("# %% [markdown] minutes=10 seconds=20\n# # A lab\n")[1].replace(
    "return secret(X)", "return [max(0, a + b) - 2 * max(0, a + b - 1) for a, b in X]"
).replace("print(xor_relu)", "print(xor_relu([(0, 1)]))")


def course(root: Path, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["build", *arguments, "--root", str(root)])
    return result.exit_code, result.output


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "solutions").mkdir()
    (tmp_path / "solutions" / "02_small.py").write_text(SMALL, encoding="utf-8")
    return tmp_path


def test_build_executes_once_and_knows_what_is_stale(root: Path) -> None:
    lab = LabFiles(root, "02_small")
    assert stale(lab)
    assert course(root)[0] == 0
    solution, untouched = nbformat.read(lab.solution, 4), nbformat.read(lab.lab, 4)
    printing = [c for c in solution.cells if c.source.startswith("print(")]
    assert [c.outputs[0].text for c in printing] == ["[1]\n", "[1]\n"]
    assert all(c.execution_count for c in solution.cells if c.cell_type == "code")
    tagged = [c for c in untouched.cells if "raises-exception" in c.metadata.get("tags", [])]
    assert [c.source for c in tagged] == ["print(xor_relu([(0, 1)]))"] * 2
    check = next(c for c in solution.cells if c.id == "check-2-3")
    assert check.outputs[0].data["text/plain"] == "2"
    assert "The secret." in json.loads(lab.why.read_text(encoding="utf-8"))["2.3"]

    assert course(root, "--check") == (0, "1 labs are up to date.\n")
    before = lab.solution.stat().st_mtime_ns
    code, said = course(root)
    assert (code, lab.solution.stat().st_mtime_ns) == (0, before)
    assert "up to date" in said

    lab.source.write_text(SMALL.replace("# # Lab", "# # The lab"), encoding="utf-8")
    assert course(root, "--check")[0] == 1
    lab.source.write_text(SMALL, encoding="utf-8")
    for edit in (_other_text, _another_tag, _cell_deleted):
        untouched = lab.lab.read_text(encoding="utf-8")
        notebook = json.loads(untouched)
        edit(notebook["cells"])
        lab.lab.write_text(json.dumps(notebook), encoding="utf-8")
        code, said = course(root, "--check")
        assert code == 1, edit
        assert "labs/02_small.ipynb is not what the source gives" in said
        lab.lab.write_text(untouched, encoding="utf-8")

    lab.why.write_text('{"2.3": "another"}\n', encoding="utf-8")
    code, said = course(root, "--check")
    assert code == 1 and "utils/checks/why02.json is not what the source gives" in said
    assert course(root)[0] == 0
    assert "The secret." in lab.why.read_text(encoding="utf-8")

    stored = json.loads(lab.solution.read_text(encoding="utf-8"))
    stored["cells"][2]["metadata"]["nbgrader"]["grade_id"] = "another"
    lab.solution.write_text(json.dumps(stored), encoding="utf-8")
    assert course(root)[0] == 0
    again = nbformat.read(lab.solution, 4)
    assert [c.get("outputs") for c in again.cells] == [c.get("outputs") for c in solution.cells]
    assert stale(lab) == []


def _other_text(cells: list[dict[str, Any]]) -> None:
    cells[0]["source"] = ["### Read me"]


def _another_tag(cells: list[dict[str, Any]]) -> None:
    cells[2]["metadata"]["tags"] = ["raises-exception"]


def _cell_deleted(cells: list[dict[str, Any]]) -> None:
    del cells[-1]


def test_all_executes_what_is_up_to_date_too(root: Path) -> None:
    lab = LabFiles(root, "02_small")
    course(root)
    stored = lab.solution.read_text(encoding="utf-8")
    lab.solution.write_text(stored.replace("[1]", "[7]"), encoding="utf-8")
    assert "[7]" in lab.solution.read_text(encoding="utf-8")
    assert "up to date" in course(root)[1]
    course(root, "--all")
    assert "[7]" not in lab.solution.read_text(encoding="utf-8")


def test_nobody_bets_while_a_lab_is_built(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BETS_FILE")
    (root / "labs").mkdir()
    cell = new_code_cell('from utils.checks import bet\nbet("2.b1", "c")')
    building._execute(notebook := new_notebook(cells=[cell]), LabFiles(root, "02_small"))
    assert notebook.cells[0].outputs[0].data["text/plain"].startswith("Bet 2.b1: wrong")
    assert list((root / "labs").iterdir()) == []


def test_a_kernel_that_dies_costs_its_own_lab_only(root: Path) -> None:
    broken = SMALL.replace("import sys", "import os\n\nos._exit(1)\nimport sys")
    (root / "solutions" / "03_broken.py").write_text(broken, encoding="utf-8")
    code, said = course(root)
    assert code == 1
    assert "03_broken: DeadKernelError" in said
    assert stale(LabFiles(root, "02_small")) == []


def test_a_lab_without_its_check_is_refused(root: Path) -> None:
    source = LabFiles(root, "02_small").source
    source.write_text(SMALL.replace("2.3", "2.77"), encoding="utf-8")
    code, said = course(root)
    assert code == 1
    assert "There is no exercise 2.77" in said


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("import sys", "import sys\n1 / 0", "solution: the cell that begins `import sys` raised"),
        (
            "print(xor_relu([(0, 1)]))",
            "try:\n    xor_relu([])\nexcept NotImplementedError:\n    1 / 0",
            "untouched lab: the cell that begins `try:` raised ZeroDivisionError",
        ),
    ],
)
def test_an_error_fails_the_build_and_keeps_the_old_notebooks(
    root: Path, old: str, new: str, says: str
) -> None:
    lab = LabFiles(root, "02_small")
    (root / "labs").mkdir()
    lab.lab.write_text("as before", encoding="utf-8")
    lab.source.write_text(SMALL.replace(old, new), encoding="utf-8")
    code, said = course(root)
    assert code == 1
    assert says in said
    assert lab.lab.read_text(encoding="utf-8") == "as before"


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("labs/02_old.ipynb", "labs/02_old.ipynb has no source in solutions"),
        ("solutions/03_old.ipynb", "solutions/03_old.ipynb has no source beside it"),
        ("solutions/3_new.py", "solutions/3_new.py is no source: its name is not two digits"),
        ("utils/checks/lab03.py", "utils/checks/lab03.py has checks for a lab that has no source"),
        ("utils/checks/lab03.toml", "utils/checks/lab03.toml has sentences for a lab that has no"),
        ("utils/checks/why03.json", "utils/checks/why03.json has analyses for a lab that has no"),
    ],
)
def test_what_belongs_to_no_lab_is_found(root: Path, file: str, says: str) -> None:
    checks = [f"utils/checks/{name}" for name in ("lab02.py", "lab02.toml", "why02.json")]
    for built in ("solutions/02_small.ipynb", "labs/02_small.ipynb", *checks):
        (root / built).parent.mkdir(parents=True, exist_ok=True)
        (root / built).touch()
    assert orphans(root) == []
    (root / file).touch()
    code, said = course(root, "--check")
    assert code == 1
    assert says in said and "Give each a source, or delete it." in said
    assert says not in course(root, "--check", "02")[1]  # of one lab, only what is its own


@pytest.mark.parametrize("command", [[], ["--check"], ["02"], ["--check", "02_small"]])
def test_two_labs_of_one_number_are_refused(root: Path, command: list[str]) -> None:
    (root / "solutions" / "02_other.py").write_text(SMALL, encoding="utf-8")
    code, said = course(root, *command)
    assert code == 1
    assert "Two labs have the number 02, 02_other and 02_small" in said
    assert not list(root.rglob("*.ipynb"))


def test_an_unknown_lab_is_a_sentence(root: Path) -> None:
    code, said = course(root, "77")
    assert code == 1
    assert "There are: 02_small" in said


def test_the_labs_of_this_repository_are_fresh() -> None:
    labs = find_labs(ROOT)
    assert labs
    assert [reason for lab in labs for reason in stale(lab)] == []
    assert orphans(ROOT) == []


def test_no_lab_holds_a_solution_or_an_output() -> None:
    for lab in find_labs(ROOT):
        for cell in nbformat.read(lab.lab, 4).cells:
            assert "SOLUTION" not in cell.source
            assert not cell.get("outputs")


def test_every_code_cell_of_a_solution_ran() -> None:
    """nbval runs, but does not compare, a cell without an execution count."""
    for lab in find_labs(ROOT):
        cells = [c for c in nbformat.read(lab.solution, 4).cells if c.cell_type == "code"]
        assert [c.execution_count for c in cells] == list(range(1, len(cells) + 1)), lab.name


def test_a_knob_is_stored_as_a_still_figure() -> None:
    stored = [nbformat.read(lab.solution, as_version=4) for lab in find_labs(ROOT)]
    bundles = [
        output.data
        for notebook in stored
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "[knobs: " in output.get("data", {}).get("text/plain", "")
    ]
    assert bundles and all("<img" in data["text/html"] for data in bundles)
    assert not any(
        building.WIDGET in output.get("data", {})
        for notebook in stored
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    assert not any("widgets" in notebook.metadata for notebook in stored)


def test_no_solution_stores_an_error_or_stderr() -> None:
    for lab in find_labs(ROOT):
        for cell in nbformat.read(lab.solution, 4).cells:
            for output in cell.get("outputs", []):
                assert output.output_type != "error", (lab.name, cell.source)
                assert output.get("name") != "stderr", (lab.name, cell.source)


@pytest.mark.parametrize("named", ["2", "02", "02_xor", "labs/02_xor.ipynb", "solutions/02_xor.py"])
def test_a_lab_is_found_by_number_name_or_file(named: str) -> None:
    assert [lab.name for lab in find_labs(ROOT, [named])] == ["02_xor"]


@pytest.mark.parametrize("named", ["02.3", "20", "xor", ""])
def test_what_is_no_lab_is_named(named: str) -> None:
    with pytest.raises(SourceError, match=rf"There is no lab {named}\. There are: 00_orientation"):
        find_labs(ROOT, ["00", named])
