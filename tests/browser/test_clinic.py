"""The clinic and the table of cards in a real JupyterLab: menus, buttons, and what they say."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.lab_page import LabPage, Server
from tests.browser.test_knobs import START, UPSTREAM

NAME = "clinic.ipynb"
CELLS = {
    "start": START,
    "clinic": "from utils.clinic import Clinic\n\nClinic(97)",
    "table": "from utils.cards import Table\n\nTable(2, seed=0)",
}
LONG = 60_000  # milliseconds, for a training


@pytest.fixture(scope="module")
def page(server: Server, open_lab: Callable[[str], LabPage]) -> LabPage:
    server.write(NAME, CELLS)
    page = open_lab(NAME)
    page.run_all()
    return page


def said(page: LabPage, cell: str) -> Locator:
    return page.output(cell).get_by_role("status")


def choose(menu: Locator, words: str) -> None:
    """Choose the option that begins with these words."""
    menu.select_option(label=menu.locator("option").filter(has_text=words).inner_text())


def test_a_patient_is_examined_diagnosed_and_followed_by_the_next(page: LabPage) -> None:
    clinic = page.output("clinic")
    expect(clinic.locator("img")).to_have_attribute("alt", re.compile("^Patient 97. Curves over"))
    choose(clinic.get_by_label("Examination"), "inputs: ")
    clinic.get_by_role("button", name="Examine").click()
    expect(said(page, "clinic")).to_contain_text("those for validation from 0 to 255")
    following = clinic.get_by_role("button", name="Next patient")
    expect(following).to_be_disabled()
    choose(clinic.get_by_label("Diagnosis"), "validation scaled differently: ")
    clinic.get_by_role("button", name="Diagnose").click()
    expect(said(page, "clinic")).to_contain_text("right, validation scaled differently")
    expect(said(page, "clinic")).to_contain_text("and were 50 % sure, after 1 examination")
    following.click()
    expect(clinic.locator("img")).not_to_have_attribute("alt", re.compile("97"), timeout=LONG)
    expect(said(page, "clinic")).to_have_text("")


def test_cards_are_answered_by_two_buttons(page: LabPage) -> None:
    table = page.output("table")
    for _ in range(2):
        expect(said(page, "table")).to_contain_text("Slip or right?")
        table.get_by_role("button", name="Slip").click()
        expect(said(page, "table")).to_contain_text("(50 % sure)")
        expect(table.get_by_role("button", name="Right")).to_be_disabled()
        table.get_by_role("button", name="Next card").click()
    expect(said(page, "table")).to_contain_text("2 of 74 cards answered so far")


def test_nothing_hinders_anybody_and_the_browser_had_nothing_to_complain_about(
    page: LabPage,
) -> None:
    """Last on purpose: it looks back on the whole visit."""
    for cell in ("clinic", "table"):
        page.output(cell)  # scrolls there
        found = Axe().run(page.page, ".jp-OutputArea").response["violations"]
        assert {one["id"] for one in found} <= UPSTREAM, found
    assert page.complaints == []
