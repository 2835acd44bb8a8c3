"""Grades in nbgrader's formgrader, in a real browser: shown, edited, and kept by a re-grade."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import nbformat
from playwright.sync_api import Browser, expect

from course.build import find_labs
from course.grading.book.gradebook import Gradebook, Written
from course.grading.book.policy import Policy
from course.grading.book.projection import project
from course.grading.book.totals import totals
from course.grading.intake.collect import Submission
from course.grading.out.release import CourseFolder, release
from course.grading.run.grade import write
from course.grading.run.lab import Lab
from course.grading.run.marking import Mark, Marked
from tests.browser.conftest import ROOT, WAIT, jupyterlab

LAB = Lab("00_orientation")
EXTENSION = "nbgrader.server_extensions.formgrader"


def marked(book: Gradebook, folder: CourseFolder, student: str, points: float) -> None:
    """Keep a submission as `course grade` would, without running it."""
    notebook = nbformat.read(ROOT / "labs" / f"{LAB.name}.ipynb", as_version=4)
    when = datetime(2026, 3, 1, tzinfo=UTC)
    file = Submission(student, student.title(), Path("in.ipynb"), "in.ipynb", when, student)
    mark = Mark("0.1", "wrong", points, 1.0)
    executed = folder.executed(LAB.name, student, file.sha256, "v1")
    write({executed: nbformat.writes(notebook).encode()})
    result = Written(file, Marked({"0.1": mark}, notebook, 0))
    book.write(LAB.name, [result], version="v1", jailed=True)


def test_an_edited_grade_counts_and_stays(browser: Browser, tmp_path: Path) -> None:
    folder = CourseFolder(tmp_path / "course")
    release(find_labs(ROOT, ["00"])[0], folder)
    with Gradebook.of(folder.gradebook) as book:
        for student in ("ada", "grace"):
            marked(book, folder, student, 0.0)
        project(book, LAB.name, folder, totals(book, Policy(), LAB.name))
    (tmp_path / "home").mkdir()
    on = f"--ServerApp.jpserver_extensions={EXTENSION}=True"
    with jupyterlab(tmp_path / "home", folder.root, on) as server:
        page = browser.new_page(extra_http_headers={"Authorization": f"token {server.token}"})
        page.goto(f"{server.url}formgrader/gradebook/{LAB.name}/{LAB.name}")
        page.get_by_role("link", name="Submission #1").click(timeout=WAIT * 1000)
        score = page.locator("input.score")
        expect(score).to_have_count(1, timeout=WAIT * 1000)
        expect(score).to_have_attribute("placeholder", "0")
        with page.expect_response(lambda answer: "/api/grade/" in answer.url):
            score.fill("0.75")
            score.press("Tab")
        page.close()
    with Gradebook.of(folder.gradebook) as book:
        assert project(book, LAB.name, folder, totals(book, Policy(), LAB.name)) == 1
        grades = {one: book.grades(LAB.name, one)["0.1"] for one in ("ada", "grace")}
        edited = next(one for one, grade in grades.items() if grade.by == "formgrader")
        assert sorted(grade.points for grade in grades.values()) == [0, 0.75]
        marked(book, folder, edited, 0.5)  # a re-grade
        project(book, LAB.name, folder, totals(book, Policy(), LAB.name))
        again = book.grades(LAB.name, edited)["0.1"]
        assert (again.points, again.automatic, again.by) == (0.75, 0.5, "formgrader")
