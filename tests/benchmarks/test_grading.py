"""Grading, side by side: the arithmetic, the goals, the plan and the page, from fixed numbers."""

from __future__ import annotations

import copy
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from typer.testing import CliRunner

from benchmarks import cli, machine
from benchmarks.grading import figure, measure, page, plan, simulation
from benchmarks.grading.classes import NUMPY, WORKS, Work
from benchmarks.grading.goals import goals
from benchmarks.grading.graders import FLOOR, NBGRADER, OTTER, OURS
from benchmarks.grading.overhead import Marked, Run, differences, own_work, ratios
from benchmarks.process import ROOT

DOCS = ROOT / "docs" / "benchmarks"


def run(name: str, workers: int, *at: float, own: float = 0.1, **fields: Any) -> Run:
    marked = [Marked(f"s{k}", one, own, {"3.1": 4.0}) for k, one in enumerate(at)]
    return Run(name, workers, seconds=at[-1] + 2, peak=10**9, marked=marked, **fields)


def numbers() -> dict[str, Any]:
    return {
        "students": 5000,
        "few": 500,
        "seconds": 250.0,
        "results_a_second": 20.0,
        "memory_few": 200_000_000,
        "memory_all": 200_900_000,
        "memory_a_student": 200.0,
        "gradebook_a_student": 3_000.0,
        "gradebook_with_nbgrader_a_student": 9_000.0,
        "notebooks_a_student": 350_000.0,
        "seconds_unchanged": 5.0,
        "unchanged_a_student": 0.001,
        "seconds_export": 3.0,
        "seconds_projection": 100.0,
        "seconds_second_projection": 90.0,
        "projection_a_student": 0.02,
        "export_a_student": 0.0002,
    }


def results() -> dict[str, Any]:
    """Ours is done every 0.3 s, nbgrader every 3.1 s; on two cores every 0.1 s and 2 s."""
    runs = []
    for _ in range(2):
        runs += [
            run(FLOOR, 1, 8.0, 8.15, 8.3),
            run(OURS, 1, 10.0, 10.28, 10.56, later=0.02),
            run(NBGRADER, 1, 4.0, 7.1, 10.2),
            Run(OTTER, 1, sentence="missing: name its Python"),
            run(OURS, 2, 10.0, 10.05, 10.13, 10.21, later=0.02),
            run(NBGRADER, 2, 4.0, 4.5, 8.0, 8.5),
        ]
    work = {
        "work": NUMPY.name,
        "lab": NUMPY.lab,
        "numpy_only": True,
        "cells": 20,
        "needed": 10,
        "students": 3,
        "students_on_two": 4,
        "runs": [asdict(one) for one in runs],
        "differences": [],
    }
    xor = copy.deepcopy(work) | {"work": "02_xor", "lab": "02_xor", "numpy_only": False}
    xor["differences"] = ["s1, exercise 2.1: nbgrader gives 1 points, floor 2"]
    return {
        "name": "grading",
        "command": "python3 run.py bench grading",
        "date": "2030-01-02",
        "machine": {"processor": "Abacus 9", "nbgrader": "0.9.6"},
        "simulation": {"numbers": numbers()},
        "works": [work, xor],
    }


# ---- Arithmetic ----


def test_the_start_does_not_count() -> None:
    one = run(OURS, 1, 10.0, 10.5, 12.0, own=0.25)
    assert one.each == pytest.approx(1.0)
    assert one.overhead == pytest.approx(0.75)
    assert one.fixed == pytest.approx(14.0 - 3 * 1.0)
    assert one.per_minute == pytest.approx(60)


def test_two_workers_start_with_two_submissions() -> None:
    """Each takes 4 s: a result every 2 s, however the first two fall."""
    assert run(NBGRADER, 2, 5.0, 5.1, 9.0, 9.1).each == pytest.approx((9.1 - 5.1) / 2)
    assert run(NBGRADER, 2, 5.0, 5.1).each is None
    # The processor is shared, so what is left over is no overhead.
    assert run(NBGRADER, 2, 5.0, 5.1, 9.0, 9.1).overhead is None


def test_what_comes_after_the_last_result_counts() -> None:
    later = run(OURS, 1, 1.0, 2.0, later=0.5)
    assert later.each == pytest.approx(1.5)
    assert later.overhead == pytest.approx(1.4)
    # It is in the seconds of the run already.
    assert later.fixed == pytest.approx(4.0 - 2 * 1.0)


def test_own_work_is_of_the_submissions_that_count() -> None:
    found = run(OURS, 1, 1.0, 2.0, 3.0)
    found.marked[0].own = 100.0
    assert found.own == pytest.approx(0.1)


def test_unknown_own_work_gives_no_overhead() -> None:
    found = run(NBGRADER, 1, 1.0, 2.0, 3.0)
    found.marked[2].own = 0.0
    assert found.each == pytest.approx(1.0)
    assert found.overhead is None


def test_ratios_go_round_by_round() -> None:
    ours = [run(OURS, 1, 0.0, 1.1), run(OURS, 1, 0.0, 2.1)]
    theirs = [run(NBGRADER, 1, 0.0, 10.1), run(NBGRADER, 1, 0.0, 40.1)]
    assert ratios(ours, theirs, "overhead") == pytest.approx([0.1, 0.05])
    assert ratios(ours, [theirs[0], Run(NBGRADER, 1, sentence="failed")], "overhead") == (
        pytest.approx([0.1])
    )


def test_an_import_is_no_own_work_in_a_cold_kernel() -> None:
    sources = {"a": "import utils\n\nutils.start()", "b": "train()", "c": "x = 1\nimport keras"}
    cold = {"a": 6.0, "b": 30.0, "c": 0.1, "added by the grader": 9.0}
    warm = {"a": 0.5, "b": 20.0, "c": 0.3}
    assert own_work(cold, warm, sources) == pytest.approx(0.5 + 30.0 + 0.1)


def test_other_points_are_named() -> None:
    points = {
        FLOOR: {"ada": {"2.1": 2.0, "2.2": 1.0}},
        OURS: {"ada": {"2.1": 2.0, "2.2": 1.0}},
        NBGRADER: {"ada": {"2.1": 1.5}, "bob": {"2.1": 0.0}},
    }
    assert differences(points, FLOOR) == [
        "ada, exercise 2.1: nbgrader gives 1.5 points, floor 2",
        "ada, exercise 2.2: nbgrader gives 0 points, floor 1",
    ]


# ---- Goals and plan ----


def test_goals_are_judged_by_their_numbers() -> None:
    found = {goal.words: goal for goal in goals(results())}
    overhead = found["NumPy only (03): overhead a submission, in parts of nbgrader's"]
    assert overhead.reached == pytest.approx(0.2 / 3.0)
    assert overhead.met
    speed = found[
        "NumPy only (03): submissions a minute on two cores, to those of nbgrader's command"
    ]
    assert speed.reached == pytest.approx(3.1 / 0.1)
    assert not any("seconds of one core" in words for words in found)  # lab 12 alone has that goal
    points = found["exercises with other points than the floor gives"]
    assert (points.reached, points.met) == (1, False)
    assert found["memory of the grader: bytes a student from 500 to 5,000 students"].met


def test_a_slow_grader_misses_its_goals() -> None:
    measured = results()
    for one in measured["works"][0]["runs"]:
        if one["contender"] == OURS:
            one["later"] += 0.2
    measured["simulation"]["numbers"]["memory_a_student"] = 350_000.0
    met = {goal.words: goal.met for goal in goals(measured)}
    assert not any(is_met for words, is_met in met.items() if words.startswith("NumPy only"))
    assert not any(is_met for words, is_met in met.items() if words.startswith("memory"))


def test_the_plan_follows_from_seconds_and_the_one_writer() -> None:
    (line,) = plan.lines({"02_xor": 9.0}, numbers())
    assert line.core_seconds == 18
    assert line.hours[2] == pytest.approx(50_000 * 9 / 3600)
    assert line.hours[64] == pytest.approx(50_000 * 18 / 64 / 3600)
    # 256 cores would give 14 results a second, which one writer takes.
    assert line.hours[256] == pytest.approx(50_000 * 18 / 256 / 3600)
    assert line.most_cores == 360
    (fast,) = plan.lines({"a": 1.0}, numbers())
    assert fast.hours[256] == pytest.approx(50_000 / 20 / 3600)
    sizes = plan.sizes(numbers())
    assert sizes["gradebook"] == pytest.approx(0.15e9)
    assert sizes["projection"] == pytest.approx(1000)
    assert sizes["export"] == pytest.approx(10)


# ---- The page ----


def line(text: str, start: str) -> str:
    return next(row for row in text.splitlines() if row.startswith(f"| {start} |"))


def test_the_page_says_what_was_measured() -> None:
    text = page.text(results())
    assert "Measured on 2030-01-02 with `python3 run.py bench grading`" in text
    assert line(text, OURS) == (
        f"| {OURS} | 300 ms | 100 ms | 200 ms | 0.0667x (0.0667 to 0.0667) | 11.7 s | 1,000 MB |"
    )
    assert f"| {NBGRADER} | 3.10 s | 100 ms | 3.00 s | 1.00x (1.00 to 1.00) |" in text
    assert "missing: name its Python" in line(text, OTTER)
    assert f"| {OURS} | 600 | 31.0x (31.0 to 31.0) | 20.0x (20.0 to 20.0) | 1,000 MB |" in text
    assert f"The same points for every submission and exercise: {OURS}, {NBGRADER}" in text
    assert "- s1, exercise 2.1: nbgrader gives 1 points, floor 2" in text
    assert "| 02_xor | 0.200 | 83.3 min | 41.7 min |" in text
    assert "It grows to 0.150 GB, with nbgrader's tables to 0.450 GB" in text


def test_without_numbers_the_page_has_sentences() -> None:
    measured = results()
    measured["simulation"] = {"sentence": "bubblewrap is missing"}
    for one in measured["works"][0]["runs"]:
        one |= {"sentence": "failed: it broke", "marked": []}
    measured["works"] = measured["works"][:1]
    text = page.text(measured)
    assert "failed: it broke" in line(text, OURS)
    assert "No points to compare." in text
    assert "Not simulated: bubblewrap is missing." in text
    figure.figure(measured)


def test_a_simulation_alone_is_a_page() -> None:
    text = page.text(results() | {"works": []})
    assert "## A class of 5,000, simulated" in text
    assert ".png" not in text


def test_the_figure_is_written(tmp_path: Path) -> None:
    figure.write(results(), tmp_path)
    (path,) = tmp_path.iterdir()
    assert path.name == "grading.png"
    assert min(Image.open(path).size) > 300
    assert path.stat().st_size < 200_000
    assert f"./{path.name}" in re.findall(r"\]\((.*?)\)", page.text(results()))


@pytest.mark.parametrize("name", sorted(path.stem for path in DOCS.glob("grading*.json")))
def test_the_stored_pages_are_what_their_numbers_say(name: str) -> None:
    stored = json.loads((DOCS / f"{name}.json").read_text(encoding="utf-8"))
    assert page.text(stored) == (DOCS / f"{name}.md").read_text(encoding="utf-8")


# ---- The command ----


def invoke(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli.app, ["grading", *arguments])
    return result.exit_code, " ".join(result.output.split())


def test_unknown_names_get_a_sentence() -> None:
    status, said = invoke("--quick", "--lab", "07")
    assert status == 2
    assert "There are: NumPy only (03), 02_xor." in said
    status, said = invoke("--contender", "gradescope")
    assert status == 2
    assert OTTER in said


def test_what_is_measured_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fixed = results()
    monkeypatch.setattr(machine, "compile_bytecode", lambda python: None)  # nothing is measured
    monkeypatch.setattr(measure, "measure", lambda *given, **named: fixed["works"])
    monkeypatch.setattr(simulation, "measured", lambda students: fixed["simulation"])
    arguments = ["--quick", "--lab", "numpy", "--lab", "02", "--rounds", "2", "--to", str(tmp_path)]
    status, said = invoke(*arguments)
    assert status == 0, said
    assert "Nothing is written" in said
    assert not list(tmp_path.iterdir())
    status, said = invoke(*arguments, "--write")
    assert status == 0, said
    # A part never takes the place of the whole.
    name = "grading-lab-numpy-lab-02-rounds-2-quick"
    assert {path.name for path in tmp_path.iterdir()} == {
        f"{name}.{kind}" for kind in ("json", "md", "png")
    }
    written = json.loads((tmp_path / f"{name}.json").read_text(encoding="utf-8"))
    assert written["command"] == (
        "python3 run.py bench grading --quick --lab numpy --lab 02 --rounds 2"
    )


def test_the_whole_measures_the_labs_that_have_goals() -> None:
    works = {entry.work for entry in measure.FULL.entries}
    assert works == {NUMPY, *map(Work, measure.MEASURED)}
    assert works <= set(WORKS)
    assert measure.number_of_turns(measure.QUICK, [FLOOR, OURS, NBGRADER]) == 3 + 3 + 3
