"""Grading, side by side: submissions, contenders and the simulation, on tiny classes for real."""

from __future__ import annotations

import json
import sys
import zipfile
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import nbformat
import pytest

from benchmarks.grading import graders, measure, simulation
from benchmarks.grading.classes import HALVES, NUMPY, SLIPS, WORKS, Work, write_class
from benchmarks.grading.graders import FLOOR, NBGRADER, OURS, Hall
from benchmarks.grading.overhead import Marked, Run
from benchmarks.grading.stopwatch import watch
from course.grading.run.lab import Lab
from course.grading.run.marker import Outcome
from course.grading.run.marking import Mark
from course.grading.run.marking import Marked as MarkedNotebook
from tests.programs import jailed

# ---- Submissions ----


@pytest.mark.parametrize("work", WORKS, ids=lambda work: work.name)
def test_of_three_students_one_slips_and_one_leaves_something_open(
    work: Work, tmp_path: Path
) -> None:
    paths = write_class(work, 6, tmp_path / "in")
    assert len({path.read_bytes() for path in paths}) == 6
    assert [sum(path.name.startswith(half) for path in paths) for half in HALVES] == [3, 3]
    right, slip, left_open = (nbformat.read(path, as_version=4) for path in paths[:3])
    _, good, bad = SLIPS[work.number]
    assert good in answers(right) and good not in answers(slip)
    assert bad in answers(slip)
    changed = [a.id for a, b in zip(right.cells, left_open.cells, strict=True) if a != b]
    assert changed and all(cell.startswith("exercise-") for cell in changed)


def answers(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells if cell.id.startswith("exercise-"))


def sources(notebook: nbformat.NotebookNode) -> str:
    return "\n".join(cell.source for cell in notebook.cells)


def test_a_class_without_tensorflow_never_imports_it(tmp_path: Path) -> None:
    (path,) = write_class(NUMPY, 1, tmp_path / "in")
    text = sources(nbformat.read(path, as_version=4))
    assert "import numpy" in text
    assert not any(word in text for word in ("keras", "tensorflow", "utils.start"))


# ---- Contenders ----


def hall(folder: Path, work: Work = NUMPY) -> Hall:
    return Hall(work, folder, otter="", judge_fork=0.0)


def test_the_floor_gives_points_and_says_what_own_work_is(tmp_path: Path) -> None:
    room = hall(tmp_path)
    paths = write_class(NUMPY, 3, tmp_path / "in")
    run = graders.attempt(FLOOR, room, paths, 1)
    assert run.sentence == ""
    points = {one.student: one.points for one in run.marked}
    possible = {one.id: one.points for one in Lab(NUMPY.lab).exercises}
    assert points["even000"] == possible
    assert points["odd001"] == possible | {"3.5": 1.25}
    assert points["even002"]["3.0"] == 0
    assert room.floor["even000"].keys() >= {"exercise-3-1", "check-3-1"}
    assert 0 < run.marked[0].own < run.marked[0].at


@jailed
def test_our_grader_is_measured_by_its_real_command(tmp_path: Path) -> None:
    paths = write_class(NUMPY, 2, tmp_path / "in")
    run = graders.attempt(OURS, hall(tmp_path), paths, 1)
    assert run.sentence == ""
    assert {one.student for one in run.marked} == {"even000", "odd001"}
    assert run.each is not None and 0 < run.each < run.seconds
    assert run.peak is None or run.peak > 10**8


@pytest.mark.full
def test_nbgrader_gives_the_points_of_the_floor(tmp_path: Path) -> None:
    room = hall(tmp_path)
    paths = write_class(NUMPY, 4, tmp_path / "in")
    floor = graders.attempt(FLOOR, room, paths, 1)
    run = graders.attempt(NBGRADER, room, paths, 2)
    assert run.sentence == ""
    assert {one.student: one.points for one in run.marked} == {
        one.student: one.points for one in floor.marked
    }


def test_a_missing_contender_is_a_sentence(tmp_path: Path) -> None:
    paths = write_class(NUMPY, 1, tmp_path / "in")
    run = graders.attempt(graders.OTTER, hall(tmp_path), paths, 1)
    assert run.sentence.startswith("missing: install otter-grader")
    assert graders.find_otter("/nowhere/python") in ("", sys.executable)


def test_a_contender_that_breaks_is_a_sentence(tmp_path: Path) -> None:
    paths = write_class(NUMPY, 1, tmp_path / "in")
    run = graders.attempt(NBGRADER, hall(tmp_path, Work("99_nothing")), paths, 1)
    assert run.sentence.startswith("failed: `course release` says ")
    assert run.marked == []


def test_a_lost_submission_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def loses(*given: object) -> Run:
        return Run(FLOOR, 1, marked=[Marked("even000", 1.0, 0.1, {})])

    monkeypatch.setitem(graders.CONTENDERS, FLOOR, loses)
    paths = [tmp_path / "even000.ipynb", tmp_path / "odd001.ipynb"]
    run = graders.attempt(FLOOR, hall(tmp_path), paths, 1)
    assert run.sentence == "failed: no result for odd001"


def test_a_fault_of_the_benchmark_ends_one_turn_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*given: object) -> Run:
        raise KeyError("even000")

    monkeypatch.setitem(graders.CONTENDERS, FLOOR, breaks)
    run = graders.attempt(FLOOR, hall(tmp_path), [tmp_path / "even000.ipynb"], 1)
    assert run.sentence == "failed: KeyError: 'even000'"


def test_otters_tests_give_every_step_of_the_points(tmp_path: Path) -> None:
    path = tmp_path / "autograder.zip"
    lab = Lab(NUMPY.lab)
    graders.write_autograder(lab, path)
    with zipfile.ZipFile(path) as packed:
        for exercise in lab.exercises:
            name = f"tests/q{exercise.id.replace('.', '-')}.py"
            text = packed.read(name).decode()
            compile(text, name, "exec")
            assert text.count("@test_case") * graders.STEP == exercise.points


def test_the_stopwatch_notes_lines_and_ends_what_hangs(tmp_path: Path) -> None:
    code = "import time; print('one', flush=True); time.sleep(0.5); print('two')"
    hangs = "import time; print('begins', flush=True); time.sleep(600)"
    both = [[sys.executable, "-c", code], [sys.executable, "-c", hangs]]
    watched = watch(both, folder=tmp_path, variables={}, limit=3)
    at = {line: seconds for seconds, line in watched.lines}
    assert at.keys() == {"one", "two", "begins"}
    assert 0.4 < at["two"] - at["one"] < 3
    assert watched.statuses[0] == 0 and watched.statuses[1] != 0
    assert 3 <= watched.seconds < 30


def test_every_contender_has_its_turn_and_the_floor_is_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[tuple[str, int, int]] = []

    def attempt(name: str, room: Hall, notebooks: list[Path], workers: int) -> Run:
        asked.append((name, workers, len(notebooks)))
        marked = [
            Marked(path.stem, float(k), 0.1, {"3.1": 3.0 if name == NBGRADER else 4.0})
            for k, path in enumerate(notebooks)
        ]
        return Run(name, workers, marked=marked)

    monkeypatch.setattr(graders, "attempt", attempt)
    monkeypatch.setattr(graders, "judge_fork", lambda: 0.0)
    entry = measure.Entry(NUMPY, 3, 2, (OURS,))
    who = [FLOOR, OURS, NBGRADER]
    told: list[str] = []
    (work,) = measure.measure(
        measure.Plan((entry,), 20), who, otter="", later=0.25, tell=told.append
    )
    assert asked[0] == asked[4] == (FLOOR, 1, 3)
    turn = {(FLOOR, 1, 3), (OURS, 1, 3), (NBGRADER, 1, 3), (OURS, 2, 6)}
    assert set(asked[:4]) == set(asked[4:]) == turn
    assert len(told) == measure.number_of_turns(measure.Plan((entry,), 20), who) == 8
    assert {run["later"] for run in work["runs"] if run["contender"] == OURS} == {0.25}
    # Both rounds say the same, so it is said once for each student.
    assert work["differences"] == [
        f"{student}, exercise 3.1: nbgrader gives 3 points, floor 4"
        for student in ("even000", "odd001", "even002")
    ]


# ---- The simulation ----


def recorded() -> Outcome:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")])
    marks = {
        one.id: Mark(one.id, "right", one.points, one.points)
        for one in Lab(simulation.LAB).exercises
    }
    return Outcome(MarkedNotebook(marks, notebook, 0, seconds={"all": 1.0}))


def test_a_class_of_twenty_is_simulated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the commands of `course`, each of which takes seconds to start."""
    # Small class: export, release, export, export; then the same of the whole class.
    took = iter([1.0, 0.0, 3.0, 2.5, 1.9, 0.0, 5.7, 4.9])
    monkeypatch.setattr(simulation, "_course", lambda command, course: next(took))
    numbers = simulation.simulate(recorded(), 20, tmp_path)
    assert numbers["students"] == 20
    assert numbers["results_a_second"] == pytest.approx(20 / numbers["seconds"])
    assert list((tmp_path / "course").rglob("attempts/*"))
    assert numbers["gradebook_a_student"] > 100
    assert numbers["notebooks_a_student"] > 100
    assert numbers["seconds_unchanged"] < numbers["seconds"]
    assert numbers["memory_all"] >= numbers["memory_few"] > 10**7
    seconds = [numbers[f"seconds_{what}"] for what in ("export", "projection", "second_projection")]
    assert seconds == pytest.approx([1.9, 3.8, 3.0])
    assert numbers["projection_a_student"] == pytest.approx((3.8 - 2.0) / 18)
    assert numbers["export_a_student"] == pytest.approx((1.9 - 1.0) / 18)


@pytest.mark.full
def test_nbgraders_tables_are_part_of_the_simulation(tmp_path: Path) -> None:
    numbers = simulation.simulate(recorded(), 20, tmp_path)
    assert numbers["gradebook_with_nbgrader_a_student"] > numbers["gradebook_a_student"]
    assert all(isinstance(value, int | float) for value in numbers.values())


def test_simulated_students_get_different_points() -> None:
    outcomes = simulation._Outcomes(recorded())
    given: list[Future[Outcome]] = [
        outcomes.submit(b"", seed, simulation.Limits()) for seed in range(5)
    ]
    totals = {
        tuple(mark.points for mark in future.result().marked.marks.values()) for future in given
    }
    assert len(totals) > 1
    assert [future.result().marked.seed for future in given] == list(range(5))


def test_a_simulation_that_fails_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: Any, **named: Any) -> Any:
        class Done:
            returncode, stdout, stderr = 1, "", "Traceback\nNoJail: bubblewrap is missing\n"

        return Done()

    monkeypatch.setattr(simulation.subprocess, "run", fails)
    found = simulation.measured(20)
    assert found == {"sentence": "NoJail: bubblewrap is missing"}
    assert simulation.seconds_later(found) == 0.0
    assert json.dumps(found)
