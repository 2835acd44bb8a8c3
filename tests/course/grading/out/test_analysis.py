"""The item analysis, from gradebooks in SQLite to the page, against figures computed by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import nbformat
import numpy as np
import pytest
from scipy import stats

from course.grading.book.gradebook import Gradebook, Written
from course.grading.book.policy import Policy
from course.grading.book.totals import totals
from course.grading.intake.collect import Submission
from course.grading.out.analysis import Analysis, analysis, figures, write_analysis
from course.grading.out.release import CourseFolder
from course.grading.out.similar import Alike, Pair
from course.grading.run.lab import Lab
from course.grading.run.marking import Mark, Marked
from utils.checks.core import Exercise


class OfSix(Lab):
    """Lab 02 without two small exercises: what SHARES says is followed by hand."""

    @cached_property
    def exercises(self) -> list[Exercise]:
        return [one for one in super().exercises if one.id not in {"2.0", "2.2b"}]


XOR = OfSix("02_xor")
ONE = Lab("00_orientation")
IDS = [exercise.id for exercise in XOR.exercises]
POINTS = [exercise.points for exercise in XOR.exercises]
# Shares of the points of lab 02's exercises, one row a student.
SHARES = np.array(
    [
        [1.0, 1.0, 1.0, 1.0, 1.0, 0.5],
        [1.0, 1.0, 0.5, 1.0, 0.0, 0.0],
        [1.0, 0.0, 0.0, 0.0, 1.0, 0.0],
        [1.0, 0.5, 1.0, 0.0, 0.0, 0.5],
        [1.0, 0.0, 0.5, 0.0, 1.0, 0.0],
    ]
)


def hand_in(
    book: Gradebook,
    lab: Lab,
    student: str,
    shares: list[float] | np.ndarray,
    *,
    file: str = "first",
    version: str = "v1",
    day: int = 1,
    mistakes: dict[str, str] | None = None,
    verdicts: dict[str, str] | None = None,
    seconds: float = 1.0,
    unreadable: str = "",
) -> None:
    """Keep a marked submission, as `grade` does."""
    marks = {}
    for exercise, share in zip(lab.exercises, shares, strict=True):
        verdict = (verdicts or {}).get(exercise.id, "right" if share == 1 else "wrong")
        marks[exercise.id] = Mark(
            exercise.id,
            verdict,
            share * exercise.points,
            exercise.points,
            came="<b>what a student printed</b>",
            mistake=(mistakes or {}).get(exercise.id),
            seconds=0.0 if unreadable else seconds,
        )
    took = {} if unreadable else {"all": 10 * seconds, "cells": 2 * seconds, "checks": seconds}
    when = datetime(2026, 9, day, tzinfo=UTC)
    result = Written(
        Submission(student, f"Student {student}", Path("x.ipynb"), "x.ipynb", when, file),
        Marked(marks, nbformat.v4.new_notebook(), 1, seconds=took),
        unreadable,
    )
    book.write(lab.name, [result], version=version, jailed=True)


def analysed(book: Gradebook, lab: Lab = XOR, policy: Policy | None = None) -> Analysis:
    found = totals(book, policy or Policy(), lab.name)
    return analysis(book, lab, {total.student: total.attempt.id for total in found})


@pytest.fixture
def five(book: Gradebook) -> Gradebook:
    for k, shares in enumerate(SHARES):
        hand_in(book, XOR, str(k), shares, seconds=k + 1.0)
    return book


def test_rates_and_means(five: Gradebook) -> None:
    items = analysed(five).items
    assert [item.exercise.id for item in items] == IDS
    assert [item.count for item in items] == [5] * 6
    assert [item.full for item in items] == pytest.approx([1.0, 0.4, 0.4, 0.4, 0.6, 0.0])
    assert [item.mean for item in items] == pytest.approx([1.0, 0.5, 0.6, 0.4, 0.6, 0.2])


def test_discrimination_is_the_correlation_with_the_rest(five: Gradebook) -> None:
    points = SHARES * POINTS
    for k, item in enumerate(analysed(five).items[1:], start=1):
        rest = points.sum(axis=1) - points[:, k]
        expected = stats.pearsonr(SHARES[:, k], rest).statistic
        assert item.discrimination == pytest.approx(expected)


def test_an_undefined_discrimination_says_why(five: Gradebook) -> None:
    first = analysed(five).items[0]
    assert (first.discrimination, first.why) == (None, "all got the same points here")


def test_where_only_the_rest_is_the_same(book: Gradebook) -> None:
    for k in range(4):
        hand_in(book, XOR, str(k), [k / 4, 1, 1, 1, 1, 1])
    assert analysed(book).items[0].why == "all got the same points in the rest"


def test_two_students_are_too_few_to_correlate(book: Gradebook) -> None:
    for k in range(2):
        hand_in(book, XOR, str(k), SHARES[k])
    assert {item.why for item in analysed(book).items} == {"fewer than 3 attempts"}


def test_a_lab_of_one_exercise_has_no_rest(book: Gradebook) -> None:
    for k in range(4):
        hand_in(book, ONE, str(k), [k % 2])
    [item] = analysed(book, ONE).items
    assert (item.full, item.why) == (0.5, "the lab has no other exercise")


def test_verdicts_and_mistakes_are_counted(book: Gradebook) -> None:
    for k in range(5):
        name = "order" if k < 3 else "R squared"
        hand_in(book, XOR, str(k), np.zeros(6), mistakes={"2.1": name}, verdicts={"2.2": "crashed"})
    hand_in(book, XOR, "5", np.zeros(6), verdicts=dict.fromkeys(IDS, "not attempted"))
    first, second = analysed(book).items[:2]
    assert first.mistakes == [("order", 3), ("R squared", 2)]
    assert {name: n for name, n in first.verdicts.items() if n} == {"wrong": 5, "not attempted": 1}
    assert {name: n for name, n in second.verdicts.items() if n} == {
        "crashed": 5,
        "not attempted": 1,
    }


def test_seconds(five: Gradebook) -> None:
    found = analysed(five)
    assert found.items[2].seconds == pytest.approx((3.0, np.percentile([1, 2, 3, 4, 5], 90)))
    assert found.seconds["cells"] == pytest.approx((6.0, 9.2))
    assert found.seconds["all"] == pytest.approx((30.0, 46.0))


def test_an_unreadable_file_tells_nothing_of_the_exercises(five: Gradebook) -> None:
    before = analysed(five)
    nothing = dict.fromkeys(IDS, "not attempted")
    hand_in(five, XOR, "9", np.zeros(6), verdicts=nothing, unreadable="it is no notebook")
    found = analysed(five)
    assert (found.attempts, found.unreadable) == (6, 1)
    assert found.items == before.items
    assert found.seconds == before.seconds
    assert found.points.tolist() == before.points.tolist()


def test_what_a_check_could_not_judge_tells_nothing_of_the_exercise(five: Gradebook) -> None:
    before = analysed(five).items
    hand_in(five, XOR, "9", np.zeros(6), verdicts={"2.2": "not judged"})
    first, second = analysed(five).items[:2]
    assert first.full == pytest.approx(5 / 6)
    assert (second.full, second.mean) == (before[1].full, before[1].mean)
    assert (second.count, second.verdicts["not judged"]) == (6, 1)


def test_a_class_of_which_nothing_can_be_read(book: Gradebook) -> None:
    hand_in(book, XOR, "9", np.zeros(6), unreadable="it is no notebook")
    found = analysed(book)
    assert (found.attempts, found.items[0].full) == (1, None)
    assert list(figures(found)) == []


def test_only_the_attempt_that_counts(five: Gradebook) -> None:
    hand_in(five, XOR, "2", np.ones(6), file="second", day=2)
    found = analysed(five)
    assert (found.attempts, found.students) == (5, 5)
    assert found.items[1].full == pytest.approx(0.6)
    assert sorted(found.points)[-1] == sum(POINTS)


def test_the_best_marking_of_an_attempt(five: Gradebook) -> None:
    hand_in(five, XOR, "0", np.zeros(6), version="v2", mistakes={"2.1": "order"})
    hand_in(five, XOR, "2", np.ones(6), version="v2")
    first, second = analysed(five).items[:2]
    assert (first.full, first.mistakes) == (1.0, [])
    assert second.full == pytest.approx(0.6)


def test_a_team_counts_once(five: Gradebook) -> None:
    policy = Policy(teams={"red": ["1", "8"]})
    found = analysed(five, policy=policy)
    assert (found.attempts, found.students) == (5, 6)
    assert found.items[1].full == pytest.approx(0.4)


def test_decisions_of_people_are_left_out(five: Gradebook) -> None:
    five.override(XOR.name, "2", "2.2", 1.5, who="Ada", why="right in another way")
    assert analysed(five).items[1].full == pytest.approx(0.4)


def test_another_lab_is_left_out(five: Gradebook) -> None:
    hand_in(five, ONE, "0", [1.0])
    assert [item.count for item in analysed(five).items] == [5] * 6
    assert analysed(five, ONE).attempts == 1


# ---- The page ----


def page(
    book: Gradebook,
    folder: Path,
    lab: Lab = XOR,
    pairs: Sequence[Pair] = (),
    cut: Sequence[str] = (),
) -> str:
    found = totals(book, Policy(), lab.name)
    path = write_analysis(book, lab, CourseFolder(folder), found, Alike([*pairs], [*cut]))
    assert path == folder / "analysis" / f"{lab.name}.html"
    return path.read_text(encoding="utf-8")


def test_the_page_is_closed_and_has_no_words_of_students(five: Gradebook, tmp_path: Path) -> None:
    text = page(five, tmp_path)
    assert "<script" not in text
    assert "default-src 'none'; img-src data:; style-src 'unsafe-inline'" in text
    assert not re.search(r"(src|href)=[\"'](?!data:image/png;base64,)", text)
    assert "what a student printed" not in text


def test_the_page_shows_the_figures(five: Gradebook, tmp_path: Path) -> None:
    hand_in(five, XOR, "5", np.zeros(6), mistakes={"2.1": "order"})
    text = page(five, tmp_path)
    assert "6 attempts of 6 students" in text
    [row] = re.findall(r'<tr><th scope="row">2.2</th><td class="number">1.5</td>.*', text)
    assert re.findall(r"\d+ %|\d\.\d\d", row)[:2] == ["33 %", "42 %"]
    assert XOR.exercises[0].mistakes["order"].split("`")[0] in text
    alts = re.findall(r'<img src="[^"]+" alt="([^"]+)"', text)
    assert len(alts) == 4
    assert "2.1 83%" in alts[0]
    assert "2.1 order, 1" in alts[3]


def test_the_page_names_pairs_and_proves_nothing(five: Gradebook, tmp_path: Path) -> None:
    assert "No pair stands out." in page(five, tmp_path)
    five.override(XOR.name, "2", "2.2", 1.5, who="Ada", why="right in another way")
    pair = Pair(("1", "4"), score=0.875, exercises=("2.1", "2.3"), shared=64, others=3)
    text = page(five, tmp_path, pairs=[pair])
    assert "It proves nothing" in text
    assert "Student 1 (1) and Student 4 (4)" in text
    assert re.search(r">0\.88<.*>2\.1, 2\.3<.*>64<.*>3<", text)


def test_the_page_names_whose_code_was_not_compared_in_full(
    five: Gradebook, tmp_path: Path
) -> None:
    assert "was not compared" not in page(five, tmp_path)
    text = page(five, tmp_path, cut=["1", "4"])
    assert "part of it was not compared: Student 1 (1), Student 4 (4). Read" in text


def test_names_are_escaped(book: Gradebook, tmp_path: Path) -> None:
    hand_in(book, ONE, "<script>1", [1.0])
    pair = Pair(("<script>1", "<script>2"), 1.0, ("0.1",), 30, 0)
    text = page(book, tmp_path, ONE, [pair])
    assert "<script" not in text
    assert "&lt;script&gt;2" in text


@pytest.mark.parametrize(("students", "drawn"), [(0, 0), (1, 2), (2, 2), (3, 3)])
def test_small_classes_have_a_page(
    book: Gradebook, tmp_path: Path, students: int, drawn: int
) -> None:
    for k in range(students):
        hand_in(book, XOR, str(k), SHARES[k])
    text = page(book, tmp_path)
    assert text.count("<img") == drawn
    assert "nan" not in text.replace("base64", "").partition("<h2>Verdicts")[0]
    assert ("Nobody has handed in" in text) == (students == 0)


def test_every_figure_has_a_title_labels_and_words(five: Gradebook) -> None:
    hand_in(five, XOR, "5", np.zeros(6), mistakes={"2.1": "order"})
    for figure, alt in figures(analysed(five)):
        [axes] = figure.axes
        assert axes.get_xlabel() and axes.get_ylabel() and axes.get_title(loc="left")
        assert alt.endswith(".")
