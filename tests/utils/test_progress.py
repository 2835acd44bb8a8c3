"""Progress: the points of the cards as last seen, for whom they are kept, and where."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html import escape
from pathlib import Path

import pytest

from utils import progress
from utils.answers import notebook
from utils.checks import check, core, points
from utils.checks.core import Result

ROOT = Path(__file__).resolve().parents[2]
RIGHT = {"verdict": "right", "points": 1}


@pytest.fixture
def labs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A course's folder with one lab, in which the reader works."""
    labs = tmp_path / "labs"
    labs.mkdir()
    shutil.copy(ROOT / "labs" / "02_xor.ipynb", labs)
    monkeypatch.delenv("BETS_FILE")
    monkeypatch.setattr(progress, "ROOT", tmp_path)
    monkeypatch.chdir(labs)
    return labs


def result(verdict: str, earned: float = 0, id: str = "2.2") -> Result:
    return Result(core.find(id), verdict=verdict, points=earned)  # type: ignore[arg-type]


def lab_02() -> progress.Lab:
    return next(lab for lab in progress.report().labs if lab.number == "02")


def write(labs: Path, *ids: str) -> None:
    """Write something into the cells of exercises of lab 02."""
    path = labs / "02_xor.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    for cell in content["cells"]:
        if notebook.answers(cell) in ids:
            cell["source"] = "an answer"
    path.write_text(json.dumps(content), encoding="utf-8")


# ---- What is kept ----


def test_the_last_verdict_on_an_answer_counts(labs: Path) -> None:
    assert lab_02().row[2:] == ("0 of 13", "not begun")
    points.keep(result("wrong", 0.5))
    assert lab_02().earned == 0.5 and "2.2" in lab_02().left
    points.keep(result("right", 1.5))
    assert lab_02().earned == 1.5 and "2.2" not in lab_02().left
    points.keep(result("crashed"))
    assert lab_02().earned == 0 and "2.2" in lab_02().left


@pytest.mark.parametrize("verdict", ["not attempted", "not run", "stopped", "not judged"])
def test_what_is_no_verdict_on_an_answer_takes_nothing_away(labs: Path, verdict: str) -> None:
    """A kernel that was just started has no answers yet."""
    points.keep(result("right", 1.5))
    points.keep(result(verdict))
    assert lab_02().earned == 1.5


def test_a_check_in_a_notebook_keeps_its_points(
    labs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def threshold_unit(X, w, b):  # type: ignore[no-untyped-def]
        return (X @ w + b >= 0).astype(int)

    monkeypatch.setitem(globals(), "threshold_unit", threshold_unit)
    assert "Right" in str(check("2.0"))
    kept = json.loads((labs / ".ipynb_checkpoints" / "points.json").read_text())
    assert kept == {"2.0": RIGHT}


def test_a_file_that_cannot_be_written_costs_no_card(
    labs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (labs / ".ipynb_checkpoints").touch()
    monkeypatch.setitem(globals(), "threshold_unit", lambda X, w, b: (X @ w + b >= 0).astype(int))
    assert "Right" in str(check("2.0"))
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert "Points cannot be kept: " in repr(progress.report())


@pytest.mark.parametrize("variables", [{"BETS_FILE": ""}, {"NBGRADER_EXECUTION": "autograde"}])
def test_neither_builds_nor_graders_keep_or_read_points(
    labs: Path, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    points.keep(result("right", 1.5))
    file = labs / points.FILE
    before = file.read_bytes()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    points.keep(result("wrong"))
    assert file.read_bytes() == before
    assert lab_02().earned == 0
    assert "Points are not kept here." in repr(progress.report())


def test_points_lie_beside_the_bets(labs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A JupyterHub names one file of bets for all labs of a student."""
    monkeypatch.setenv("BETS_FILE", str(labs / "home" / "bets.jsonl"))
    points.keep(result("right", 1.5))
    assert (labs / "home" / "points.json").exists() and not (labs / points.FILE).exists()
    assert lab_02().earned == 1.5


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"2.2": 1}', '{"2.2": {"verdict": "right", "points": "all"}}']
)
def test_a_damaged_file_counts_for_nothing_and_is_mended(labs: Path, content: str) -> None:
    file = labs / points.FILE
    file.parent.mkdir()
    file.write_text(content)
    assert lab_02().earned == 0
    points.keep(result("right", 1.5))
    assert lab_02().earned == 1.5


def test_no_exercise_counts_more_than_its_points(labs: Path) -> None:
    (labs / points.FILE).parent.mkdir()
    kept = {"2.2": {"verdict": "right", "points": 99}, "2.99": RIGHT}
    (labs / points.FILE).write_text(json.dumps(kept))
    assert lab_02().earned == 1.5


# ---- What is shown ----


def test_the_report_names_all_labs_and_what_is_left(labs: Path) -> None:
    for id in ("2.0", "2.1", "2.2b", "2.3", "2.4", "2.5", "2.6"):
        points.keep(result("right", core.find(id).points, id))
    report = progress.report()
    line = next(line for line in repr(report).splitlines() if line.startswith("02"))
    title = "Can one straight line tell these four points apart?"
    assert re.split(r" {2,}", line) == ["02", title, "11.5 of 13", "2.2"]
    assert len(report.labs) == len(list((ROOT / "utils/checks").glob("lab[0-9][0-9].py")))
    assert f"Together: 11.5 of {sum(lab.points for lab in report.labs):g} points." in repr(report)
    html = report._repr_html_()
    assert "<td style='text-align:left'>2.2</td>" in html and "<th scope='col'" in html
    points.keep(result("right", 1.5))
    assert lab_02().row[2:] == ("13 of 13", "nothing")


def test_what_is_written_and_not_checked_is_told_with_what_to_do(labs: Path) -> None:
    write(labs, "2.0", "2.3")
    assert lab_02().row[3].startswith("2.0, 2.1, ")
    assert (
        "2.0, 2.3 are written, but their checks have not run: run the cells "
        'check("2.0"), check("2.3").'
    ) in repr(progress.report()).splitlines()
    points.keep(result("wrong", id="2.0"))
    one = '2.3 is written, but its check has not run: run the cell check("2.3").'
    assert one in repr(progress.report()).splitlines()
    assert f"<p>{escape(one)}</p>" in progress.report()._repr_html_()
    points.keep(result("right", 2, id="2.3"))
    assert "not run:" not in repr(progress.report())


def test_where_no_points_are_kept_nothing_is_said_of_checks(
    labs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(labs, "2.0")
    monkeypatch.setenv("BETS_FILE", "")
    assert "not run:" not in repr(progress.report())
    assert lab_02().row[2:] == ("0 of 13", "not begun")


def test_a_path_that_is_shown_has_no_name_of_a_home(
    labs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A notebook with this output may be handed in."""
    monkeypatch.setenv("HOME", str(labs.parent))
    monkeypatch.setenv("USERPROFILE", str(labs.parent))
    assert f"in {Path('~', 'labs', points.FILE)}, as" in repr(progress.report())


def test_the_program_finds_the_points_of_the_courses_folder(tmp_path: Path) -> None:
    """From wherever it is started."""
    course = tmp_path / "course"
    shutil.copytree(ROOT / "utils", course / "utils")
    (course / "labs" / points.FILE).parent.mkdir(parents=True)
    (course / "labs" / points.FILE).write_text(json.dumps({"2.2": RIGHT}))
    env = {name: value for name, value in os.environ.items() if name != "BETS_FILE"}
    for folder in (course, course / "labs", tmp_path):
        done = subprocess.run(
            [sys.executable, "-m", "utils.progress"],
            cwd=folder,
            env={**env, "PYTHONPATH": str(course), "PYTHONIOENCODING": "ascii"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        assert "Together: 1 of " in done.stdout
