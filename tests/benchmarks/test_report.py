"""The page's words from fixed numbers, and the goals."""

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from benchmarks import figures, report
from benchmarks.contenders import ALL, COMPILED_FIT, FIT
from benchmarks.goals import goals
from benchmarks.process import ROOT
from benchmarks.race import Row

DOCS = ROOT / "docs" / "benchmarks"


def row(name: str, *rounds: float, **fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"steps": 30, "steps_of_epoch": 30, "start": 0.5, "peak": 50_000_000}
    return asdict(Row(name, rounds=list(rounds), **{**given, **fields}))


def results() -> dict[str, Any]:
    iris = {
        "work": "iris",
        "batch_size": 4,
        "steps": 30,
        "data_bytes": 1920,
        "rows": [
            row(FIT.name, 0.1, 0.2, 0.1),
            row(COMPILED_FIT.name, 0.002, 0.004, 0.002, start=2.5),
            row("raw JAX scan", sentence="missing: `pip` brings it"),
            row("PyTorch, eager", sentence="failed: it broke"),
        ],
    }
    fashion = {
        "work": "Fashion-MNIST",
        "batch_size": 32,
        "steps": 1875,
        "data_bytes": 188_000_000,
        "rows": [
            row(FIT.name, 6.0, 6.0, 6.0, steps=400, steps_of_epoch=1875),
            row(COMPILED_FIT.name, 0.5, 0.5, 1.0, peak=376_000_000),
        ],
    }
    together = [
        {"n": 1, "rounds": [1.0, 2.0, 3.0], "peak": 10**8, "sentence": ""},
        {"n": 500, "rounds": [3.0], "peak": 2 * 10**8, "sentence": ""},
        {"n": 1000, "rounds": [], "peak": None, "sentence": "failed: no memory"},
    ]
    alone = [
        {"name": FIT.name, "steps": 300, "rounds": [200.0, 200.0], "sentence": ""},
        {"name": "train_on_batch", "steps": 300, "rounds": [], "sentence": "failed: it broke"},
    ]
    sizes = [
        {"size": size, "rows": [row(FIT.name, fit), row(COMPILED_FIT.name, ours)]}
        for size, fit, ours in ((8, 0.1, 0.01), (4096, 2.0, 1.0))
    ]
    return {
        "name": "training",
        "command": "python3 run.py bench",
        "date": "2030-01-02",
        "machine": {"processor": "Abacus 9", "GPU": "none used", "cores used": "2 of 2"},
        "captions": {"Fashion-MNIST": "data: garments, the drawn stand-in"},
        "left_out": [],
        "cells": [fashion, iris],
        "starts": {"steps": 3000, "together": together, "alone": alone},
        "sizes": {"rows": [], "width": sizes},
    }


def line(text: str, start: str) -> str:
    (found,) = re.findall(rf"^\| {re.escape(start)}.*$", text, re.M)
    return found


def test_the_page_says_what_was_measured() -> None:
    text = report.text(results())
    assert "Measured on 2030-01-02 with `python3 run.py bench`" in text
    assert "| processor | Abacus 9 |" in text
    assert "data: garments, the drawn stand-in" in text
    # XOR, iris, Fashion-MNIST, in whatever order they were measured.
    assert text.index("## iris, batch size 4: 30 steps") < text.index("## Fashion-MNIST, batch")


def test_a_row_has_its_median_ratio_and_quartiles() -> None:
    iris, fashion = (report.cell_parts(cell) for cell in reversed(results()["cells"]))
    assert line(iris[1], COMPILED_FIT.name) == (
        f"| {COMPILED_FIT.name} | 2.00 ms | 50.0x (50.0 to 50.0) | 2.50 s | 2.50 s | 50 MB |"
    )
    assert "12.0x (9.00 to 12.0)" in line(fashion[1], COMPILED_FIT.name)
    assert "376 MB (2.0x)" in line(fashion[1], COMPILED_FIT.name)


def test_the_readme_shows_the_table_that_was_measured() -> None:
    text = report.short_table(results())
    assert line(text, "iris, 4") == "| iris, 4 | 100 ms | 50.0x |  |  |  |  |  |"
    stored = json.loads((DOCS / "training.json").read_text(encoding="utf-8"))
    assert report.short_table(stored) in (ROOT / "README.md").read_text(encoding="utf-8")
    assert report.text(stored) == (DOCS / "training.md").read_text(encoding="utf-8")


def test_missing_and_failed_rows_say_so() -> None:
    text = report.text(results())
    assert "missing: `pip` brings it" in line(text, "raw JAX scan")
    assert "failed: it broke" in line(text, "PyTorch, eager")
    assert "failed: no memory" in line(text, "1,000")
    assert "train_on_batch: failed: it broke." in text


def test_a_shortened_epoch_is_marked() -> None:
    parts = report.cell_parts(results()["cells"][0])
    assert line(parts[1], FIT.name).startswith(f"| {FIT.name} † |")
    assert parts[2].startswith("† measured on the first 400 of 1,875 steps")


def test_many_starts_are_extrapolated_from_the_stated_sample() -> None:
    parts = report.starts_parts(results()["starts"])
    # 500 starts of 200 s are 27.8 hours; train_many took 3 s.
    assert line(parts[2], "500 ") == "| 500 | 3.00 s | 200 MB | 27.8 h (33,333x) |"
    assert "Extrapolated: model.fit from 2 starts of 300 steps." in parts


@pytest.mark.parametrize(
    ("points", "words"),
    [
        ([(8, 30.0), (64, 10.0), (512, 2.0)], "the two do not meet up to there"),
        # From 2 to 0.55125 the level 1.05 lies exactly half way, on logarithmic axes.
        ([(8, 30.0), (100, 2.0), (400, 0.55125)], "they meet at about 200 units of width, and"),
        ([(8, 30.0), (100, 2.0), (400, 1.0)], "units of width."),
        ([(8, 1.0)], "it is not faster even at 8"),
        ([], "Nothing could be measured."),
    ],
)
def test_where_the_two_meet_is_told(points: list[tuple[int, float]], words: str) -> None:
    assert words in report.crossing(points, "width")


def test_goals_are_judged_by_their_numbers() -> None:
    found = {goal.words: goal for goal in goals(results())}
    judged = {words: goal.met for words, goal in found.items()}
    assert judged == {
        "iris, batch size 4: compiled_fit, an epoch a program, times as fast as model.fit": True,
        "Fashion-MNIST, batch size 32: compiled_fit, an epoch a program, times as fast as "
        "model.fit": True,
        "compiled_fit: times as fast as model.fit beyond the first epoch, in every table": True,
        "500 XOR starts of 3,000 steps, with compiling": True,
        "500 XOR starts: time of model.fit to this": True,
        "compiled_fit: seconds to copy the data, build and compile, in any table": False,
        "Fashion-MNIST, batch size 32: data twice plus 300 MB": True,
    }
    text = report.text(results())
    assert "| at most 2 s | 2.50 s | **no** |" in text
    assert "| at least 10,000x | 33,333x | yes |" in text


def test_more_is_asked_where_fit_is_slow_and_nowhere_to_be_slower() -> None:
    measured = results()
    limits = {goal.words: goal.limit for goal in goals(measured)}
    of_fashion = next(words for words in limits if words.startswith("Fashion-MNIST, batch size 32"))
    assert limits[of_fashion] == 12.0
    fashion = measured["cells"][0]["rows"]
    fashion[0]["rounds"] = [5.0] * 3
    measured["sizes"]["width"][1]["rows"][1]["rounds"] = [4.0]
    found = {goal.words: goal for goal in goals(measured)}
    assert found[of_fashion].limit == 6.0
    (slower,) = (goal for words, goal in found.items() if "beyond the first epoch" in words)
    assert (slower.reached, slower.met) == (0.5, False)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (4.2e-7, "0.420 µs"),
        (6.81e-4, "681 µs"),
        (0.0024, "2.40 ms"),
        (0.9996, "1,000 ms"),
        (1.5, "1.50 s"),
        (100, "100 s"),
        (400, "6.67 min"),
        (126_000, "35.0 h"),
        (0.0, "0 µs"),
    ],
)
def test_times_have_three_figures(seconds: float, words: str) -> None:
    assert report.duration(seconds) == words


def test_the_figures_are_written_and_named_after_the_measurement(tmp_path: Path) -> None:
    names = [one.name for one in ALL]
    measured = results()
    measured["name"] = "training-h200"
    measured["cells"][0]["rows"] = [row(name, 1.0, 1.1, 1.2) for name in names]
    figures.write(measured, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"training-h200.png", "size-h200.png"}
    for path in tmp_path.iterdir():
        assert min(Image.open(path).size) > 300
        assert path.stat().st_size < 200_000
    text = report.text(measured)
    assert {"./training-h200.png", "./size-h200.png"} == set(re.findall(r"\]\((.*?)\)", text))
