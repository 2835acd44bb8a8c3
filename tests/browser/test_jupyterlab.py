"""Lab 02 in a real JupyterLab and a real Chromium, as a student meets it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from jupyterlab.commands import get_app_dir
from nbformat import NotebookNode
from playwright.sync_api import Locator, expect

import run
from tests.browser.lab_page import LabPage, Server
from utils.checks import core

ROOT = Path(__file__).resolve().parents[2]
LAB = "02_xor.ipynb"
SOLUTION = nbformat.read(ROOT / "solutions" / LAB, as_version=4)

# What JupyterLab itself says; anything else in the console is ours to mend.
HARMLESS: tuple[str, ...] = ()
SETTINGS = run.LAB_SETTINGS.relative_to(run.VENV)

BIAS_FOR_FOUR_ROWS = """\
def xor_relu(X):
    W = np.ones((2, 2))
    c = np.array([[0, -1], [0, -1], [0, -1], [0, -1]])
    return np.maximum(0, X @ W + c) @ np.array([1, -2])"""
ENDLESS = """\
def xor_relu(X):
    while True:
        pass"""


@pytest.fixture(scope="module")
def executed(open_lab: Callable[[str], LabPage]) -> LabPage:
    """The untouched lab after Run All."""
    lab = open_lab(LAB)
    lab.run_all()
    return lab


@pytest.fixture(scope="module")
def saved(executed: LabPage) -> NotebookNode:
    """The same as it lies on the disk after Ctrl+S."""
    return executed.save()


@pytest.fixture
def lab(executed: LabPage, saved: NotebookNode, tmp_path: Path) -> Iterator[LabPage]:
    """The executed lab, already saved, for a test that goes on working in it."""
    executed.page.bring_to_front()
    yield executed


def code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def test_run_all_reaches_the_last_cell(lab: LabPage, saved: NotebookNode) -> None:
    counts = [cell.execution_count for cell in code_cells(saved)]
    assert counts == list(range(1, len(counts) + 1))


def test_nothing_fails_below_an_open_exercise(lab: LabPage, saved: NotebookNode) -> None:
    errors = {
        cell.id: output.evalue
        for cell in code_cells(saved)
        for output in cell.outputs
        if output.output_type == "error"
    }
    assert errors == {}


def test_nobody_is_asked_about_news(lab: LabPage) -> None:
    """JupyterLab asks at the lower right; by now all cells ran, so it would have asked."""
    assert lab.page.locator(".Toastify__toast").all_inner_texts() == []
    assert Path(get_app_dir(), "settings") == Path(sys.prefix, SETTINGS).parents[1]


def test_no_red_box(lab: LabPage, saved: NotebookNode) -> None:
    red = {
        cell.id: output.text
        for cell in code_cells(saved)
        for output in cell.outputs
        if output.output_type == "stream" and output.name == "stderr"
    }
    assert red == {}


def test_a_cell_that_needs_an_open_exercise_shows_one_calm_line(lab: LabPage) -> None:
    below = lab.insert_below("check-2-3", "xor_relu(X)")
    lab.run(below)
    expect(lab.output(below)).to_have_text(
        re.compile(r"^\s*This cell waits for exercise 2\.3\.\s*$")
    )


def test_untouched_exercises_say_not_attempted(lab: LabPage, saved: NotebookNode) -> None:
    lab.unfold()  # one of them is an extra
    for cell in code_cells(saved):
        if cell.metadata.get("nbgrader", {}).get("grade"):
            expect(lab.output(cell.id)).to_contain_text("Not attempted yet (0 of")


def test_figures_are_seen_and_have_words(lab: LabPage, saved: NotebookNode) -> None:
    figures = {
        cell.id: cell
        for cell in code_cells(saved)
        if any("<img" in output.get("data", {}).get("text/html", "") for output in cell.outputs)
    }
    assert figures
    lab.unfold()
    for cell in figures:
        for image in lab.output(cell).locator("img").all():
            image.scroll_into_view_if_needed()
            expect(image).to_be_visible()
            # JupyterLab gives an image without words the alt text "Image".
            assert (image.get_attribute("alt") or "").strip() not in {"", "Image"}
            lab.page.wait_for_function(
                "image => image.complete && image.naturalWidth > 0",
                arg=image.element_handle(),
                timeout=10_000,
            )


def test_a_card_names_the_mistake_and_then_says_right(lab: LabPage) -> None:
    lab.write("exercise-2-3", BIAS_FOR_FOUR_ROWS)
    card = checked(lab)
    expect(card).to_contain_text("Exercise 2.3: Not yet (0 of")
    expect(card).to_contain_text(core.find("2.3").mistakes["c as 4x2"].replace("`", ""))

    lab.write("exercise-2-3", solution("2.3"))
    points = f"{core.find('2.3').points:g}"
    expect(checked(lab)).to_contain_text(f"Exercise 2.3: Right ({points} of {points} points)")


def test_the_next_hint_comes_with_each_call(lab: LabPage) -> None:
    """The card says that `hint("2.3")` in a new cell shows a hint, so nothing more is needed."""
    cell = lab.insert_below("check-2-3", 'hint("2.3")')
    for level, text in enumerate(core.find("2.3").hints[:2], start=1):
        lab.run(cell)
        expect(lab.output(cell)).to_contain_text(f"Hint {level} of 3: {text}".replace("`", ""))


def test_a_right_answer_has_its_why_folded_with_formulas(lab: LabPage) -> None:
    lab.write("exercise-2-3", solution("2.3"))
    card = checked(lab)
    folded = card.locator("details > p").first
    expect(folded).to_be_hidden()
    card.locator("summary", has_text="Say in one sentence why it works").click()
    expect(folded).to_be_visible()
    expect(folded).not_to_contain_text("$")
    expect(folded.locator("mjx-container").first).to_be_visible()


def test_a_bet_folds_the_other_options_and_opens_by_keyboard(lab: LabPage) -> None:
    cell = lab.insert_below("check-2-3", 'from utils.checks import bet\nbet("2.b1", "c", sure=60)')
    lab.run(cell)
    card = lab.output(cell)
    expect(card).to_contain_text("Bet 2.b1: wrong")
    expect(card).to_contain_text('You chose "c" and were 60 % sure.')
    right = card.get_by_text('"b", which is right')
    expect(right).to_be_hidden()
    card.locator("summary").focus()
    lab.page.keyboard.press("Space")
    expect(right).to_be_visible()


def test_an_endless_loop_can_be_stopped(lab: LabPage) -> None:
    lab.write("exercise-2-3", ENDLESS)
    lab.run("exercise-2-3")
    lab.run("check-2-3", wait=False)
    lab.page.wait_for_timeout(1000)
    assert lab.is_running("check-2-3")
    lab.interrupt()
    lab.wait_until_idle()
    expect(lab.output("check-2-3")).to_contain_text("Exercise 2.3: Stopped (0 of")

    after = lab.insert_below("check-2-3", "print(6 * 7)")
    lab.run(after)
    expect(lab.output(after)).to_have_text("42\n")


def test_a_utils_py_beside_the_notebook_is_named(
    open_lab: Callable[[str], LabPage], server: Server, tmp_path: Path
) -> None:
    folder = server.folder / "shadowed"
    folder.mkdir()
    (folder / LAB).write_bytes((server.folder / LAB).read_bytes())
    (folder / "utils.py").write_text("answer = 42\n")
    lab = open_lab(f"shadowed/{LAB}")
    first = next(cell for cell in code_cells(nbformat.read(folder / LAB, as_version=4)))
    lab.run(first.id)
    expect(lab.output(first.id)).to_contain_text(str(folder / "utils.py"))
    expect(lab.output(first.id)).to_contain_text("hides the course's package")
    assert complaints(lab) == []


def test_the_browser_had_nothing_to_complain_about(lab: LabPage) -> None:
    """Last on purpose: it looks back on the whole visit."""
    assert complaints(lab) == []


def checked(lab: LabPage) -> Locator:
    """Run exercise 2.3 and its check; return the card."""
    lab.run("exercise-2-3")
    lab.run("check-2-3")
    return lab.output("check-2-3")


def solution(id: str) -> str:
    cells = code_cells(SOLUTION)
    return next(cell.source for cell in cells if cell.id == f"exercise-{id.replace('.', '-')}")


def complaints(lab: LabPage) -> list[str]:
    return [line for line in lab.complaints if not any(text in line for text in HARMLESS)]
