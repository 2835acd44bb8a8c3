"""What marking found beside the points, and when: the same in each database."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nbformat.v4 import new_notebook

from course.grading.book.gradebook import Gradebook, Noted, Written
from course.grading.book.policy import Policy
from course.grading.book.totals import overtaken, totals
from course.grading.intake.collect import Submission
from course.grading.run.marking import Mark, Marked

LAB = "00_orientation"


def write(
    book: Gradebook,
    student: str,
    *,
    file: str = "a",
    version: str = "1",
    points: float = 0.0,
    **by: Any,
) -> None:
    """Keep a marked file, with what `by` says was found."""
    when = datetime(2026, 12, 1 if file == "a" else 2, tzinfo=UTC)
    one = Submission(student, student, Path("x"), "x.ipynb", when, file)
    mark = Mark("0.1", "wrong", points, 1.0, not_run=by.get("not_run", ""))
    marked = Marked({"0.1": mark}, new_notebook(), seed=1, told=by.get("told", []))
    written = Written(one, marked, by.get("unreadable", ""))
    book.write(LAB, [written], version=version, jailed=True, counts=by.get("counts", True))


def test_what_the_last_marking_that_counts_has_found_is_noted(url: str) -> None:
    with Gradebook(url) as book:
        write(book, "ann", not_run="it is a text cell")
        write(book, "bob", told=["it was stopped"], not_run='it says "not_run": ""')
        write(book, "cyd", told=["no JSON"], unreadable="no JSON")
        write(book, "dan")
        write(book, "eve", not_run="it is a text cell")
        write(book, "eve", version="2")
        write(book, "fay", told=["it was stopped"])
        write(book, "fay", version="2", counts=False)
        found = book.noted(LAB)
        assert book.noted("02_xor") == {}
    assert found == {
        ("ann", "a"): Noted("", [], {"0.1": "it is a text cell"}),
        ("bob", "a"): Noted("", ["it was stopped"], {"0.1": 'it says "not_run": ""'}),
        ("cyd", "a"): Noted("no JSON", ["no JSON"], {}),
        ("fay", "a"): Noted("", ["it was stopped"], {}),
    }


def test_a_decision_is_overtaken_by_a_later_attempt_that_earns_more(url: str) -> None:
    with Gradebook(url) as book:
        write(book, "ann")
        book.override(LAB, "ann", "0.1", 0.5, who="Ada", why="half")
        assert list(overtaken(book, LAB, totals(book, Policy(), LAB))) == []
        write(book, "ann", file="b", points=0.75)
        ((result, grade, decided),) = overtaken(book, LAB, totals(book, Policy(), LAB))
        assert (result.student, grade.automatic, decided.points) == ("ann", 0.75, 0.5)
        assert book.decided(LAB) == {"ann"}
