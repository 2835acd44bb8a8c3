"""Knobs in a real JupyterLab: by mouse and by keyboard, in words, quick hands, and after a save."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from nbformat import NotebookNode
from playwright.sync_api import Locator, expect

from course.build import WIDGET
from tests.browser.lab_page import LabPage, Server

NAME = "knobs.ipynb"
START = "from utils import start\n\nstart()"
# A drawing that takes longer than the hand needs for the next step.
DEFINED = """\
import time

from utils import plots
from utils.knobs import Browser, Choice, Slider, knobs


def draw(w, gate):
    time.sleep(0.2)
    outputs = {"AND": (0, 0, 0, 1), "OR": (0, 1, 1, 1)}[gate]
    fig = plots.gate_planes({gate: outputs}, lines={gate: ((w, 1), -0.5)})
    return fig, f"The weight of x1 is {w:.1f}, the gate {gate}."


def line():
    knobs(
        draw,
        task="Make the weight 1.",
        reached=lambda w, gate: w == 1,
        w=Slider(-3, 3, 0.1, start=0),
        gate=Choice(("AND", "OR")),
    )
"""
BROWSER = """\
def picture(number):
    return plots.gate_planes({"OR": (0, 1, 1, 1)}), f"This is picture {number}."


knobs(picture, task="Find picture 2.", reached=lambda number: number == 2, number=Browser(3))"""
# Of these ten some are sent as 3.9999999999999996 and the like.
TEN = """\
def place(number):
    return plots.gate_planes({"OR": (0, 1, 1, 1)}), f"This is number {number!r}."


knobs(place, task="Go.", reached=lambda number: number == 10, number=Slider(1, 10, 1, start=1))"""
# ipywidgets gives the handle of its sliders the role, the value and the keys of a slider, but no
# name that belongs to it: https://github.com/jupyter-widgets/ipywidgets/issues/3745 and others.
UPSTREAM = {"aria-input-field-name"}
STATE = "application/vnd.jupyter.widget-state+json"


@pytest.fixture(scope="module")
def page(server: Server, open_lab: Callable[[str], LabPage]) -> LabPage:
    sources = {"start": START, "defined": DEFINED, "one": "line()", "two": "line()"}
    sources |= {"three": BROWSER, "ten": TEN}
    server.write(NAME, sources)
    page = open_lab(NAME)
    page.run_all()
    return page


def words(page: LabPage, cell: str) -> Locator:
    return page.output(cell).get_by_role("status")


def handle(page: LabPage, cell: str) -> Locator:
    return page.output(cell).get_by_role("slider")


def test_the_arrow_keys_turn_a_slider_and_reach_its_task(page: LabPage) -> None:
    expect(words(page, "one")).to_have_text("The weight of x1 is 0.0, the gate AND.")
    handle(page, "one").focus()
    for _ in range(10):
        page.page.keyboard.press("ArrowRight")
    expect(words(page, "one")).to_have_text("The weight of x1 is 1.0, the gate AND. Reached.")
    image = page.output("one").locator("img")
    assert image.get_attribute("alt") == "The weight of x1 is 1.0, the gate AND."


def test_a_click_on_the_track_moves_it_and_a_word_is_chosen(page: LabPage) -> None:
    track = page.output("one").locator(".noUi-base")
    box = track.bounding_box()
    assert box is not None
    track.click(position={"x": box["width"] - 2, "y": box["height"] / 2})
    expect(words(page, "one")).to_have_text(re.compile(r"x1 is (2\.9|3\.0)"))
    page.output("one").get_by_role("button", name="OR").click()
    expect(words(page, "one")).to_have_text(re.compile("the gate OR"))


def test_two_on_one_page_are_independent(page: LabPage) -> None:
    expect(words(page, "two")).to_have_text("The weight of x1 is 0.0, the gate AND.")


def test_thirty_quick_steps_end_at_the_last_value(page: LabPage) -> None:
    """Each drawing takes over 0.2 s, so a queue of them would take over 6 s."""
    handle(page, "two").focus()
    for _ in range(30):
        page.page.keyboard.press("ArrowLeft")
    expect(words(page, "two")).to_have_text("The weight of x1 is -3.0, the gate AND.", timeout=5000)


def test_a_slider_gives_whole_numbers(page: LabPage) -> None:
    handle(page, "ten").focus()
    for number in range(2, 11):
        page.page.keyboard.press("ArrowRight")
        expect(words(page, "ten")).to_have_text(
            f"This is number {number}." + " Reached." * (number == 10)
        )


def test_a_browser_of_pictures_goes_on_and_back(page: LabPage) -> None:
    expect(words(page, "three")).to_have_text("This is picture 0.")
    for _ in range(3):
        page.output("three").get_by_role("button", name="next").click()
    expect(words(page, "three")).to_have_text("This is picture 2. Reached.")
    page.output("three").get_by_role("button", name="previous").click()
    expect(words(page, "three")).to_have_text("This is picture 1.")


def test_the_output_is_accessible(page: LabPage) -> None:
    for cell in ("one", "three"):
        page.output(cell)  # scrolls there: what is far from the window is not drawn
        found: list[dict[str, Any]] = Axe().run(page.page, ".jp-OutputArea").response["violations"]
        assert {one["id"] for one in found} <= UPSTREAM, found


def test_the_saved_notebook_opened_again_shows_live_pictures(
    page: LabPage, server: Server, open_lab: Callable[[str], LabPage]
) -> None:
    saved = page.save()
    kept = saved.metadata["widgets"][STATE]["state"]
    assert shown_in(saved) and shown_in(saved) <= kept.keys()
    again = "again.ipynb"
    nbformat.write(saved, server.folder / again)  # another name, so it gets a kernel of its own
    other = open_lab(again)
    # jupyterlab_widgets restores twice when the kernel connects late: first without the notebook's
    # state, and a cell drawn between the two says "not found" until the page is loaded again.
    if other.page.get_by_text("model not found").count():
        other.reload()
    for cell in ("one", "two", "three"):
        expect(other.output(cell).locator("img")).to_be_visible()
        expect(other.output(cell)).not_to_contain_text("not found")
        expect(other.output(cell)).not_to_contain_text("Error displaying widget")


def shown_in(notebook: NotebookNode) -> set[str]:
    """The ids of the widgets that its outputs show."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", ())]
    views = [output.data[WIDGET] for output in outputs if WIDGET in output.get("data", ())]
    return {view["model_id"] for view in views}


def test_the_browser_had_nothing_to_complain_about(page: LabPage) -> None:
    """Last on purpose: it looks back on the whole visit."""
    assert page.complaints == []
