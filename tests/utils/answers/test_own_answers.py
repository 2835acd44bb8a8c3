"""Export, reset and print: what is written, and that a wrong word changes nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.utils.answers.conftest import ANSWER
from tests.utils.answers.folders import LAB, ROOT, Cells, Folder, own_cell, place
from utils import progress
from utils.answers.__main__ import main
from utils.answers.export import export
from utils.answers.notebook import Refused
from utils.answers.paper import put_on_paper
from utils.answers.reset import reset

SOLVED = ROOT / "solutions" / LAB


def refused(folder: Folder, command: str, *arguments: str) -> str:
    before = folder.files()
    commands = {"export": export, "reset": reset, "print": put_on_paper}
    with pytest.raises(Refused) as caught:
        commands[command](folder.root, *arguments)
    assert folder.files() == before
    return str(caught.value)


# ---- A broken notebook ----


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b".*", b""),
        (b"(?<=.{9999}).*", b""),
        (b'"cells": ', b'<<<<<<< HEAD "cells": '),
        (b'"nbformat": 4', b'"nbformat": 3'),
        (b'"cell_type": "markdown"', b'"cell_type": "heading"'),
    ],
    ids=["empty", "cut off", "merged by git", "of an old format", "with a strange cell"],
)
def test_a_broken_notebook_is_told_in_one_way(
    mine: Folder, monkeypatch: pytest.MonkeyPatch, old: bytes, new: bytes
) -> None:
    monkeypatch.delenv("BETS_FILE")
    monkeypatch.setattr(progress, "ROOT", mine.root)
    monkeypatch.chdir(mine.root)
    mine.lab.write_bytes(re.sub(old, new, mine.lab.read_bytes(), flags=re.S))
    _says_everywhere(
        mine,
        "02_xor.ipynb is damaged and no notebook any more: move it elsewhere, and "
        "`python3 run.py update` with the zip of its lab brings it anew.",
    )
    checkpoint = mine.root / "labs" / ".ipynb_checkpoints" / "02_xor-checkpoint.ipynb"
    checkpoint.parent.mkdir()
    checkpoint.touch()
    _says_everywhere(
        mine,
        "02_xor.ipynb is damaged and no notebook any more: move it elsewhere, and JupyterLab's "
        f"last checkpoint of it, {checkpoint.relative_to(mine.lab.parent)}, can take its place.",
    )


def _says_everywhere(mine: Folder, sentence: str) -> None:
    said = [refused(mine, "export"), refused(mine, "reset", "2.0"), refused(mine, "print", "02")]
    said += [str(progress.report())]
    assert [one for one in said if sentence not in one.splitlines()] == []


# ---- Export ----


def test_all_answers_come_into_one_file(mine: Folder) -> None:
    mine.write("exercise-2-3", 'def xor_relu(X):\n    """```"""')
    said = export(mine.root)
    (path,) = mine.root.glob("answers-*.md")
    assert said == f"2 answers from 1 notebook: {path}"
    text = path.read_text()
    assert "## Lab 02: Can one straight line" in text and "lab 00" not in text.lower()
    assert re.findall(r"### (.*)", text) == ["Exercise 2.0", "Exercise 2.3", "Bets"]
    assert f"```python\n{ANSWER}\n```\n" in text
    assert '````python\ndef xor_relu(X):\n    """```"""\n````' in text
    assert 'bet("2.b1", "a", sure=70)' in text and "2.b2" not in text


def test_the_file_may_be_named_and_is_never_written_over(mine: Folder, tmp_path: Path) -> None:
    path = tmp_path / "own" / "file.md"
    export(mine.root, str(path))
    before = path.read_bytes()
    assert "is there already" in refused(mine, "export", str(path))
    assert path.read_bytes() == before
    (tmp_path / "a file").touch()
    assert "cannot be used" in refused(mine, "export", str(tmp_path / "a file" / "x.md"))


def test_a_damaged_notebook_is_named_and_the_others_are_exported(mine: Folder) -> None:
    (mine.root / "labs" / "00_orientation.ipynb").write_text("{")
    done, damaged = export(mine.root).splitlines()
    assert done.startswith("1 answer from 1 notebook: ")
    assert damaged.startswith("00_orientation.ipynb is damaged")


def test_without_answers_there_is_no_file(release: Folder) -> None:
    assert "There are no answers in the notebooks" in refused(release, "export")


# ---- Back to the stub ----


def test_an_exercise_is_put_back_and_its_answer_is_kept(
    mine: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("BETS_FILE")
    points = mine.root / "labs" / ".ipynb_checkpoints" / "points.json"
    points.parent.mkdir()
    right = {"verdict": "right", "points": 1}
    points.write_text(json.dumps({"2.0": right, "2.1": right}))
    before, stub = mine.lab.read_bytes(), mine.cell("exercise-2-0")["metadata"]["stub"]
    said = reset(mine.root, "2.0")
    cell = mine.cell("exercise-2-0")
    assert (cell["source"], cell["execution_count"], cell["outputs"]) == (stub, None, [])
    assert mine.cell("41e84cf341a3")["source"] == 'bet("2.b1", "a", sure=70)'
    (backup,) = mine.root.glob("backup-*")
    assert (backup / "labs" / LAB).read_bytes() == before
    assert str(backup / "labs" / LAB) in said and "Reload Notebook from Disk" in said
    assert json.loads(points.read_text()) == {"2.1": right}
    nbformat.validate(nbformat.read(mine.lab, as_version=4))
    assert refused(mine, "reset", "2.0") == "Exercise 2.0 is still open: nothing was changed."


def test_what_cannot_be_put_back_gets_a_sentence(mine: Folder, tmp_path: Path) -> None:
    assert "Name an exercise by its number" in refused(mine, "reset", "")
    assert "'02' is none" in refused(mine, "reset", "02")
    assert "There is no notebook with exercise 2.99" in refused(mine, "reset", "2.99")
    assert "There is no exercise 0.1 in 02_xor" in refused(mine, "reset", "0.1", str(mine.lab))
    mine.edit(lambda cells: cells[place(cells, "exercise-2-0")]["metadata"].pop("stub"))
    assert "does not say how exercise 2.0 began" in refused(mine, "reset", "2.0")


def test_of_several_notebooks_the_one_named_after_the_lab_is_meant(mine: Folder) -> None:
    copy = mine.lab.with_name("copy.ipynb")
    copy.write_bytes(mine.lab.read_bytes())
    before = copy.read_bytes()
    reset(mine.root, "2.0")
    assert copy.read_bytes() == before
    mine.lab.rename(mine.lab.with_name("other.ipynb"))
    said = refused(mine, "reset", "2.0")
    assert '"copy.ipynb", "other.ipynb". Name one of them' in said
    reset(mine.root, "2.0", str(copy))
    assert copy.read_bytes() != before


# ---- Paper ----


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("paper") / "page.html"
    put_on_paper(ROOT, str(SOLVED), str(path))
    return path.read_text(encoding="utf-8")


def test_a_page_has_answers_cards_figures_and_formulas(page: str) -> None:
    words = re.sub(r"<[^>]+>", "", page)
    assert "coefficients" in words and "Exercise 2.1: Right (2 of 2 points)" in words
    figures = [o for c in nbformat.read(SOLVED, 4).cells for o in c.get("outputs", [])]
    assert page.count('src="data:image/png') == sum(
        "<img" in output.get("data", {}).get("text/html", "") for output in figures
    )
    assert page.count("<math") > 30 and "<mtable" in page


def test_on_a_page_everything_is_open_and_drawing_code_is_left_out(page: str) -> None:
    assert page.count("<details") == page.count("<details open") > 3
    hidden = [
        cell
        for cell in nbformat.read(SOLVED, 4).cells
        if cell.metadata.get("jupyter", {}).get("source_hidden")
    ]
    words = re.sub(r"<[^>]+>", "", page)
    names = {name for cell in hidden for name in re.findall(r"(?m)^def (\w+)", cell.source)}
    assert names and not [name for name in names if f"def {name}" in words]


def test_a_page_loads_and_runs_nothing(page: str) -> None:
    assert not re.findall(r"<script|<link[^>]*href|@import|url\(['\"]?https?:", page)
    assert not re.findall(r"src=[\"'](?!data:)", page)


def test_what_a_student_wrote_is_printed_whatever_it_is(mine: Folder, tmp_path: Path) -> None:
    def add(cells: Cells) -> None:
        cells.insert(1, own_cell(r"$\nonsense{ {$ and $$ \frac $$ <b>bold"))
        answer = cells[place(cells, "exercise-2-0")]
        answer["metadata"]["jupyter"] = {"source_hidden": True}

    mine.edit(add)
    said = put_on_paper(mine.root, "2", str(tmp_path / "page.html"))
    assert str(tmp_path / "page.html") in said and "Ctrl+P" in said
    text = (tmp_path / "page.html").read_text()
    assert "nonsense" in text and "astype" in text
    assert put_on_paper(mine.root, "02_xor")
    assert list(mine.root.glob("02_xor-*.html"))


def test_what_cannot_be_printed_gets_a_sentence(mine: Folder, tmp_path: Path) -> None:
    assert "Name a lab by its number" in refused(mine, "print", "")
    assert "There is no notebook with lab 77" in refused(mine, "print", "77")
    assert "is there already" in refused(mine, "print", "02", str(mine.lab))
    mine.edit(lambda cells: cells[place(cells, "exercise-2-0")].update(outputs=[{}]))
    assert "02_xor.ipynb is damaged" in refused(mine, "print", "02")
    mine.lab.write_text("{")
    assert "is damaged" in refused(mine, "print", "02")


# ---- The command ----


def test_a_refusal_is_one_sentence_and_exit_status_2(
    mine: Folder, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reset", "2.99"], mine.root) == 2
    assert capsys.readouterr().err.startswith("There is no notebook with exercise 2.99")
    assert main(["export"], mine.root) == 0
    assert capsys.readouterr().out.startswith("1 answer from 1 notebook: ")


def test_the_command_runs_where_the_user_is(tmp_path: Path) -> None:
    """Names of files are the user's, relative to their own folder."""
    command = [sys.executable, "-m", "utils.answers", "print", "02", "--to", "x.html"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "x.html").exists()
