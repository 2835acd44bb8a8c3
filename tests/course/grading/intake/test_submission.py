"""What of a student's notebook is run, and where which exercise is checked."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course.grading.intake import submission
from course.grading.intake.submission import (
    Step,
    Unreadable,
    carried,
    fitness,
    other_lab,
    parse,
    read,
    steps,
)

# Copied cells are what these tests are about.
copied = pytest.mark.filterwarnings("ignore::nbformat.warnings.DuplicateCellId")

EXERCISES = ["2.1", "2.2"]


def answer(source: str, id: str = "2.1") -> nbformat.NotebookNode:
    name = "exercise-" + id.replace(".", "-")
    return new_code_cell(source, id=name, metadata={"nbgrader": {"grade_id": name}})


def check(id: str = "2.1") -> nbformat.NotebookNode:
    name = "check-" + id.replace(".", "-")
    metadata = {"nbgrader": {"grade_id": name}}
    return new_code_cell(f'check("{id}")', id=name, metadata=metadata)


def planned(*cells: nbformat.NotebookNode) -> list[str]:
    """What is done, as text: sources, and ids of exercises."""
    return [step.exercise or step.source for step in steps(new_notebook(cells=[*cells]), EXERCISES)]


def test_checks_stand_in_their_places() -> None:
    cells = (answer("a"), check(), answer("b", "2.2"), check("2.2"), new_code_cell("c"))
    assert planned(*cells) == ["a", "2.1", "b", "2.2", "c"]


def test_text_is_no_step_and_places_are_those_of_the_notebook() -> None:
    notebook = new_notebook(cells=[new_markdown_cell("# T"), answer("a"), check()])
    assert steps(notebook, ["2.1"]) == [Step(1, source="a"), Step(2, exercise="2.1")]


def test_what_a_student_writes_into_the_cell_of_a_check_runs() -> None:
    merged = check()
    merged.source = "b = 1\ncheck('2.1')"
    cells = (answer("a"), merged, new_code_cell("c"))
    assert planned(*cells) == ["a", merged.source, "2.1", "c", "2.2"]


@copied
def test_a_deleted_check_is_due_after_the_last_answer() -> None:
    cells = (answer("a"), new_code_cell("x"), answer("a again"), new_code_cell("y"))
    assert planned(*cells, check("2.2")) == ["a", "x", "a again", "2.1", "y", "2.2"]


def test_a_check_above_its_answer_is_due_after_it() -> None:
    cells = (check(), new_code_cell("x"), answer("a"), new_code_cell("y"), check("2.2"))
    assert planned(*cells) == ["x", "a", "2.1", "y", "2.2"]


@copied
def test_a_check_below_an_answer_stays_there() -> None:
    cells = (answer("a"), check(), answer("a again"), check("2.2"))
    assert planned(*cells) == ["a", "2.1", "a again", "2.2"]


def test_without_answers_and_checks_all_is_due_at_the_end() -> None:
    assert planned(new_code_cell("x"), new_code_cell("y")) == ["x", "y", "2.1", "2.2"]
    assert planned() == EXERCISES


@copied
def test_of_a_copied_check_the_last_is_one() -> None:
    cells = (answer("a"), check(), answer("a2"), check(), check("2.2"))
    assert planned(*cells) == ["a", "a2", "2.1", "2.2"]


def test_an_editor_that_drops_metadata_leaves_the_source() -> None:
    bare = new_code_cell("  check( '2.1' ) ;")
    assert planned(new_code_cell("a"), bare, new_code_cell("b")) == ["a", "2.1", "b", "2.2"]


@pytest.mark.parametrize("many", [" " * 2**20 + "x", " " * 2**20 + ";" + "\n" * 2**20 + "x"])
def test_a_megabyte_behind_a_check_is_read_in_one_go(many: str) -> None:
    bare = new_code_cell('check("2.1")' + many)
    assert planned(bare) == [bare.source, "2.1", "2.2"]


@pytest.mark.parametrize(
    "cell",
    [
        new_code_cell('check("12.5b")'),
        new_code_cell("", id="check-12-5b-2"),
        new_code_cell("", metadata={"nbgrader": {"grade_id": "check-12-5b"}}),
    ],
)
def test_a_part_that_became_an_exercise_is_one(cell: NotebookNode) -> None:
    assert carried(cell) == ("check", "12.5b")


def test_a_check_of_another_lab_is_a_cell() -> None:
    assert planned(answer("a"), check(), check("7.7"), check("2.2"))[2] == 'check("7.7")'


@pytest.mark.parametrize("metadata", [{"nbgrader": []}, {"nbgrader": {"grade_id": 7}}])
def test_metadata_of_any_kind(metadata: object) -> None:
    notebook = new_notebook(cells=[new_code_cell("a")])
    notebook.cells[0]["metadata"] = metadata
    parsed = parse(json.dumps(notebook).encode())
    assert [step.exercise or step.source for step in steps(parsed, EXERCISES)] == ["a", *EXERCISES]


BAD = {
    "empty": b"",
    "words": b"this is my homework",
    "html": b"<!DOCTYPE html>",
    "a list": b"[]",
    "a number": b"7",
    "not UTF-8": b"\xff\xfe\x00",
    "cells are no list": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 7}',
    "a cell is no cell": b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [7]}',
    "deeper than Python": b"[" * 100_000,
    "cut off": json.dumps(new_notebook(cells=[new_code_cell("a")])).encode()[:60],
    "from the future": b'{"nbformat": 99, "nbformat_minor": 5, "metadata": {}, "cells": []}',
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_no_notebook_is_told(bad: str) -> None:
    with pytest.raises(Unreadable, match=r"no Jupyter notebook: hand in the \.ipynb file"):
        parse(BAD[bad])


def test_too_large_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.ipynb"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    with pytest.raises(Unreadable, match="larger than 20 MB: clear its outputs"):
        read(path)


def test_too_many_cells_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submission, "MOST_CELLS", 3)
    notebook = new_notebook(cells=[new_code_cell("a") for _ in range(4)])
    with pytest.raises(Unreadable, match="more than 3 cells"):
        parse(nbformat.writes(notebook).encode())


def test_lines_in_a_list_are_one_source() -> None:
    notebook = new_notebook(cells=[new_code_cell("a\nb")])
    notebook.cells[0]["source"] = ["a\n", "b"]
    assert parse(json.dumps(notebook).encode()).cells[0].source == "a\nb"


def test_older_formats_and_a_mark_at_the_beginning_are_read() -> None:
    old = nbformat.convert(new_notebook(cells=[new_code_cell("a")]), 3)
    data = ("\ufeff" + json.dumps(old)).encode()
    assert [cell.source for cell in parse(data).cells] == ["a"]


def test_a_notebook_of_another_lab_is_known() -> None:
    notebook = new_notebook(cells=[new_markdown_cell("# T"), answer("a"), check("2.1")])
    assert other_lab(notebook, "02") == ""
    assert other_lab(notebook, "10") == "02"


def test_how_fit_a_file_is_for_a_lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.ipynb"
    assert fitness(path, "02") == 0
    path.write_text("words")
    assert fitness(path, "02") == 0
    path.write_text(nbformat.writes(new_notebook()))
    assert fitness(path, "02") == 1
    path.write_text(nbformat.writes(new_notebook(cells=[check("2.1")])))
    assert (fitness(path, "02"), fitness(path, "10")) == (2, 1)
    monkeypatch.setattr(submission, "parse", lambda data: bytes(2**62))  # MemoryError
    assert fitness(path, "02") == 0


def test_a_notebook_that_lost_its_ids_or_has_a_cell_of_another_lab_is_no_other() -> None:
    assert other_lab(new_notebook(cells=[new_code_cell("x")]), "02") == ""
    assert other_lab(new_notebook(cells=[check("3.1"), check("2.1")]), "02") == ""


@pytest.mark.parametrize(
    "many", ['{"a":' * 90 + "1" + "}" * 90, "[" * 90 + "]" * 90, "[]"], ids=["dicts", "lists", "[]"]
)
def test_what_would_be_huge_is_refused_before_it_is_read(
    monkeypatch: pytest.MonkeyPatch, many: str
) -> None:
    monkeypatch.setattr(json, "loads", lambda *_: pytest.fail("it was read"))
    filler = ",".join([many] * (19 * 2**20 // len(many)))
    data = '{"nbformat":4,"nbformat_minor":5,"metadata":{"x":[' + filler + ']},"cells":[]}'
    with pytest.raises(Unreadable, match="more lists in it"):
        parse(data.encode())


@pytest.mark.parametrize("version", [3, 4])
def test_what_is_not_needed_costs_no_memory(version: int) -> None:
    """Outputs and metadata are read once, as plain lists: nbformat never sees them."""
    notebook = nbformat.convert(new_notebook(cells=[new_code_cell("a")]), version)
    cell = (notebook.worksheets[0] if version == 3 else notebook).cells[0]
    cell["metadata"] = {"x": [{"a": {"b": [1]}}] * 20_000}
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}]
    data = json.dumps(notebook).encode()
    tracemalloc.start()
    try:
        assert [cell.source for cell in parse(data).cells] == ["a"]
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
@pytest.mark.parametrize("version", [4, 5])
def test_what_any_editor_saves_is_read(encoding: str, version: int) -> None:
    notebook = new_notebook(cells=[new_code_cell("x = 'ä'")])
    notebook["nbformat"] = version
    data = json.dumps(notebook, ensure_ascii=False).encode(encoding)
    assert [cell.source for cell in parse(data).cells] == ["x = 'ä'"]
