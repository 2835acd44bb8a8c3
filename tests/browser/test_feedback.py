"""A feedback page in a real browser: what a hostile notebook shows neither runs nor calls home."""

from __future__ import annotations

from pathlib import Path

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from playwright.sync_api import Browser

from course.grading.book.gradebook import Grade
from course.grading.book.tables import Attempt
from course.grading.book.totals import Total
from course.grading.out.feedback import feedback
from course.grading.run.lab import Lab
from course.grading.run.marking import Mark
from tests.course.grading.out.test_harmless import HOSTILE, PNG

LAB = Lab("00_orientation")
RUNS = "<script>document.title = 'taken over'; fetch('http://evil/')</script>"


def page_of(hostile: str) -> str:
    """A page with the hostile text wherever a student's words can stand."""
    outputs = [
        new_output("stream", text=hostile),
        new_output("error", ename=hostile, evalue=hostile, traceback=[hostile]),
        new_output("display_data", data={"text/html": hostile, "text/plain": hostile}),
        new_output("display_data", data={"image/png": f'{PNG}" onerror="alert(1)'}),
        new_output("display_data", data={"image/png": PNG, "text/plain": hostile}),
        new_output("display_data", data={"application/javascript": hostile}),
    ]
    notebook = new_notebook(
        cells=[new_markdown_cell(hostile), new_code_cell(hostile, outputs=outputs)]
    )
    mark = Mark("0.1", "wrong", 0, 1, says=hostile, tried=hostile, came=hostile, notes=[hostile])
    grades = {"0.1": Grade("0.1", 0, 0, 1, 0, "wrong", hostile)}
    return feedback(
        notebook,
        LAB.exercises,
        Total("ada", hostile, Attempt(), grades, share=1.0, points=0.0, possible=1.0),
        {"0.1": mark},
        title="Lab 00",
        told=[hostile],
        hints=3,
    )


def test_nothing_runs_and_nothing_is_fetched(browser: Browser, tmp_path: Path) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: asked.append(dialog.message))
    for number, hostile in enumerate([*HOSTILE, RUNS, f"[x](javascript:alert(1)) {RUNS}"]):
        file = tmp_path / f"{number}.html"
        file.write_text(page_of(hostile), encoding="utf-8")
        page.goto(file.as_uri())
        assert page.title().startswith("Lab 00")
        outside = [url for url in asked if not url.startswith(("file:", "data:image/png"))]
        assert outside == [], hostile
        assert page.locator("script, iframe, object, embed, form, link, base").count() == 0
        assert page.locator("[href^='javascript' i]").count() == 0
    page.close()


def test_without_our_cleaning_the_same_page_is_taken_over(browser: Browser, tmp_path: Path) -> None:
    """So that the test above can fail: the browser does run what is left in a page."""
    page = browser.new_page()
    file = tmp_path / "raw.html"
    file.write_text(f"<title>Lab 00</title>{RUNS}", encoding="utf-8")
    page.goto(file.as_uri())
    assert page.title() == "taken over"
    page.close()
