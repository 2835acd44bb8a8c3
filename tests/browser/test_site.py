"""The course's web page in a real browser: for everybody, on a phone, on paper, offline."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

# One of each kind.
PAGES = (
    *("index", "labs", "labs/02_xor", "routes", "lectures/003", "glossary", "reference"),
    *("grading", "benchmarks/training", "search", "genindex"),
)

# What stands out of the window and cannot be scrolled to: the theme hides it.
TOO_WIDE = """() => {
    const out = (one) => one.getBoundingClientRect().right > innerWidth + 1;
    const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    const stays = (one) => one.tagName == "ARTICLE" || !scrolls(one) && stays(one.parentElement);
    const wide = [...document.querySelectorAll("article *")].filter(out);
    return wide.filter((one) => stays(one.parentElement)).map((one) => one.outerHTML.slice(0, 99));
}"""


@pytest.fixture
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    with browser.new_context(color_scheme=getattr(request, "param", "dark")) as context:
        yield context.new_page()


@pytest.mark.parametrize(
    ("page", "width", "names"),
    [
        ("light", 1280, PAGES[::3]),
        ("dark", 390, ("labs/02_xor",)),
        pytest.param("light", 1280, PAGES, marks=pytest.mark.full),
        pytest.param("dark", 390, PAGES, marks=pytest.mark.full),
        pytest.param("light", 390, PAGES, marks=pytest.mark.full),
        pytest.param("dark", 1280, PAGES, marks=pytest.mark.full),
    ],
    indirect=["page"],
    ids=["some", "dark phone", "light", "dark phone, all", "phone", "dark"],
)
def test_nothing_hinders_anybody(
    page: Page, site: Path, width: int, names: tuple[str, ...]
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    for name in names:
        page.goto((site / f"{name}.html").as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        page.evaluate("document.getAnimations().forEach(one => one.finish())")  # it fades in
        found = Axe().run(page).response["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], name


def test_axe_does_find_what_hinders(page: Page, site: Path) -> None:
    """So that the test above can fail."""
    page.goto((site / "labs" / "02_xor.html").as_uri())
    page.evaluate("document.querySelector('.cell_output img').removeAttribute('alt')")
    assert "image-alt" in {one["id"] for one in Axe().run(page).response["violations"]}


def test_a_page_fits_a_phone_and_asks_no_network(page: Page, site: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": 390, "height": 800})
    for name in PAGES:
        page.goto((site / f"{name}.html").as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate(TOO_WIDE) == [], name
    assert len(asked) > len(PAGES)
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize("width", [360, 390, 1280])
def test_nothing_touches_in_the_header(page: Page, site: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto((site / "labs" / "02_xor.html").as_uri())
    parts = page.locator(".bd-header :is(.title, button, .nav-link):visible").all()
    boxes = sorted((box["x"], box["width"]) for part in parts if (box := part.bounding_box()))
    assert len(boxes) >= 4
    gaps = [right - left - wide for (left, wide), (right, _) in pairwise(boxes)]
    assert min(gaps) >= 4, boxes


def test_formulas_are_drawn(page: Page, site: Path) -> None:
    """A fraction is higher than it is in a row of letters."""
    page.goto((site / "labs" / "05_gradient_descent.html").as_uri())
    fraction = page.locator("article math mfrac").first.bounding_box()
    letter = page.locator("article math mi").first.bounding_box()
    assert fraction and letter and fraction["height"] > 1.5 * letter["height"]


def test_on_paper_folded_text_is_open_and_the_ground_is_white(page: Page, site: Path) -> None:
    page.goto((site / "labs" / "02_xor.html").as_uri())
    closed = page.locator("article details:not([open])").count()
    theme = page.evaluate("document.documentElement.dataset.theme")
    page.evaluate(
        """() => addEventListener("beforeprint", () => { window.printed = {
            closed: document.querySelectorAll("article details:not([open], .hide)").length,
            ground: getComputedStyle(document.body).backgroundColor } })"""
    )
    assert len(page.pdf(format="A4")) > 100_000
    assert page.evaluate("window.printed") == {"closed": 0, "ground": "rgb(255, 255, 255)"}
    assert page.locator("article details:not([open])").count() == closed > 0
    assert page.evaluate("document.documentElement.dataset.theme") == theme


def test_a_warmup_prints_the_answers_that_are_open(page: Page, site: Path) -> None:
    """So the same page is a sheet for students and one for the teacher."""
    page.goto((site / "warmups" / "05.html").as_uri())
    page.evaluate(
        """() => addEventListener("beforeprint", () => {
            window.open_ones = document.querySelectorAll("article details[open]").length })"""
    )
    page.locator("article summary").first.click()
    page.pdf(format="A4")
    assert page.evaluate("window.open_ones") == 1
    assert page.locator("article details:not([open])").count() > 2
