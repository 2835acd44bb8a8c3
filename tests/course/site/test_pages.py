"""The built pages: what they show, what they must not, and where their links lead."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from bs4 import BeautifulSoup, Tag

from course.build import find_labs
from course.notebook import BEGIN, END, read_source
from course.sections import heading
from course.site import lab_page
from course.site.places import LabPlaces

ROOT = Path(__file__).resolve().parents[3]
LABS = [lab for lab in find_labs(ROOT) if not lab.is_draft]
# The last one has no exercises and no bets, and so no secrets.
WITH_SECRETS = [lab for lab in LABS if (ROOT / f"utils/checks/lab{lab.number}.toml").exists()]
each_lab_with_secrets = pytest.mark.parametrize("lab", WITH_SECRETS, ids=lambda lab: lab.name)
each_lab = pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.name)


@cache
def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")


def plain(text: str) -> str:
    """Words in a row, as a page and a source both have them."""
    return " ".join(re.sub(r"[`*$'\"\\\u2019\u201c\u201d]", "", text).split())


@cache
def anchors(page: Path) -> set[str]:
    return {str(tag["id"]) for tag in soup(page).find_all(id=True)}


def pages(site: Path) -> list[Path]:
    """Without a template that the theme leaves among its files."""
    return [page for page in site.rglob("*.html") if "_static" not in page.parts]


@cache
def text_of(page: Path) -> str:
    return plain(soup(page).get_text())


def secrets(lab: Path) -> Iterator[str]:
    """The lines of a lab's source that are a solution, an analysis, or a bet with its answer."""
    for cell in read_source(lab).cells:
        if "solution" in cell.metadata.get("tags", []):
            yield from (line for line in cell.source.splitlines() if len(line) > 40)
        elif "bet" in cell.metadata:
            yield cell.source
        elif BEGIN in cell.source:
            for region in cell.source.split(BEGIN)[1:]:
                yield from region.partition(END)[0].strip().splitlines()


def sentences(lab: str) -> Iterator[str]:
    """The hints, the sentences for mistakes, and the reasons of bets."""
    path = ROOT / "utils" / "checks" / f"lab{lab}.toml"
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    for exercise in told.get("exercises", {}).values():
        yield from exercise.get("hints", [])
        yield from exercise.get("mistakes", {}).values()
    for bet in told.get("bets", {}).values():
        yield from bet["reasons"].values()


@each_lab_with_secrets
def test_no_page_shows_a_solution_or_the_answer_of_a_bet(site: Path, lab) -> None:
    shown = text_of(site / "labs" / f"{lab.name}.html")
    own = plain("\n".join(cell.source for cell in LabPlaces(lab).notebook.cells))
    hidden = {
        line for one in secrets(lab.source) if len(line := plain(one)) > 8 and line not in own
    }
    assert hidden, "this lab has nothing to hide, so the test could not fail"
    assert [line for line in hidden if line in shown] == []


@each_lab_with_secrets
def test_no_page_shows_a_hint_or_a_reason(site: Path, lab) -> None:
    shown = text_of(site / "labs" / f"{lab.name}.html")
    own = plain("\n".join(cell.source for cell in LabPlaces(lab).notebook.cells))
    told = {plain(one) for one in sentences(lab.number)}
    assert told, "the test could not fail"
    assert [one for one in told if one in shown and one not in own] == []


def test_the_search_knows_no_secret_either(site: Path) -> None:
    """It has words, not sentences; so look for words that stand in analyses and hints alone."""
    index = (site / "searchindex.js").read_text(encoding="utf-8")
    assert not list(site.rglob("*.ipynb")) and not list(site.rglob("*.py"))
    assert "BEGIN SOLUTION" not in index
    shown = " ".join(text_of(page).lower() for page in pages(site))
    known = set(re.findall(r"(?<![a-z])[a-z]{5}", shown))  # a search has the beginnings of words
    told = {
        word
        for lab in WITH_SECRETS
        for one in sentences(lab.number)
        for word in one.lower().split()
    }
    alone = {word for word in told if word.isalpha() and len(word) > 5 and word[:5] not in known}
    assert len(alone) > 5, "the test could not fail"
    assert [word for word in alone if f'"{word[:5]}' in index or f",{word[:5]}" in index] == []


@each_lab
def test_a_page_shows_the_text_the_code_and_the_figures(site: Path, lab) -> None:
    page = soup(site / "labs" / f"{lab.name}.html")
    notebook = LabPlaces(lab).notebook
    shown = text_of(site / "labs" / f"{lab.name}.html")
    for cell in notebook.cells:
        if found := heading(cell):
            assert plain(found[1]) in shown
        if cell.cell_type == "code":
            assert plain(cell.source) in shown
    folded = {plain(cell.source) for cell in notebook.cells if cell.metadata.get("folded")}
    assert {
        plain(f"{'#' * int(tag.name[1])} {tag.get_text().removesuffix('#')}")
        for tag in page.select("details > summary > :is(h2, h3, h4)")
    } == folded
    ids = {id for place in LabPlaces(lab).places for id in place.exercises}
    assert {f"exercise-{id.replace('.', '-')}" for id in ids} <= anchors(
        site / "labs" / f"{lab.name}.html"
    )
    figures = page.select("article .cell_output img")
    waiting = dict(lab_page._waiting(notebook))
    executed = nbformat.read(lab.solution, as_version=4)
    assert len(figures) == sum(
        str(cell.outputs).count("<img ")
        for cell in executed.cells
        if cell.cell_type == "code" and cell.id not in waiting
    )
    for figure in figures:
        assert len(str(figure["alt"])) > 30


@each_lab_with_secrets
def test_the_text_behind_a_bet_is_in_a_fold(site: Path, lab) -> None:
    """The first text behind it, unless that is a heading or an exercise."""
    page = soup(site / "labs" / f"{lab.name}.html")
    behind = []
    its = LabPlaces(lab).notebook.cells
    for at, cell in enumerate(its):
        if "bet" in cell.metadata:
            text = next(one for one in its[at:] if one.cell_type == "markdown")
            if heading(text) is None and not text.source.startswith("<div"):
                behind.append(plain(re.split(r"\n\n|[$*`<\[]", text.source)[0]))
    assert behind
    folds = [plain(fold.get_text()) for fold in page.select("details.bet")]
    assert [one for one in behind if not any(one in fold for fold in folds)] == []
    assert page.select("details.bet :is(h1, h2, h3, p.exercise)") == []


def test_formulas_are_mathml_and_none_is_left_as_tex(site: Path) -> None:
    formulas = 0
    for page in (site / "labs").glob("*.html"):
        body = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").article
        assert isinstance(body, Tag)
        formulas += len(body.find_all("math"))
        for code in body.find_all(["pre", "code", "math"]):
            code.decompose()
        assert not re.search(r"\\[a-zA-Z]{2,}|\$", body.get_text()), page.name
    assert formulas > 400


def test_links_lead_to_pages_and_places_that_exist(site: Path) -> None:
    broken, followed = [], 0
    for page in pages(site):
        for tag in soup(page).find_all(["a", "img", "link", "script"]):
            target = str(tag.get("href") or tag.get("src") or "")
            if not target or re.match(r"https?:|data:|mailto:", target):
                continue
            path, _, anchor = unquote(target).partition("#")
            there = (page.parent / path.partition("?")[0]).resolve() if path else page
            followed += 1
            if not there.is_file() or (anchor and anchor not in anchors(there)):
                broken.append(f"{page.name}: {target}")
    assert broken == []
    assert followed > 1000


def test_pages_fetch_nothing_from_elsewhere(site: Path) -> None:
    for page in pages(site):
        for tag in soup(page).find_all(["img", "link", "script", "iframe", "source"]):
            assert not re.match(r"(https?:)?//", str(tag.get("src") or tag.get("href") or "")), tag
    for sheet in site.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"(url\(|@import\s+)[\"']?(https?:)?//", text), sheet


def test_each_lab_stands_in_the_term_and_in_the_table(site: Path) -> None:
    for page in ("index", "routes", "labs"):
        links = {str(a["href"]) for a in soup(site / f"{page}.html").select("article a[href]")}
        for lab in LABS:
            assert any(f"labs/{lab.name}.html" in link for link in links), (page, lab.name)


def test_each_topic_of_a_lecture_leads_somewhere(site: Path) -> None:
    with (ROOT / "tests" / "lectures" / "rows.tsv").open(encoding="utf-8") as file:
        lectures = {row["id"][:3] for row in csv.DictReader(file, delimiter="\t")}
    assert {page.stem for page in (site / "lectures").glob("*.html")} == lectures
    for page in (site / "lectures").glob("*.html"):
        rows = soup(page).select("table tbody tr")
        assert len(rows) > 10
        for row in rows:
            where = row.find_all("td")[1]
            assert where.find("a") or "still to come" in where.get_text(), row.get_text()


def test_the_reference_has_no_line_numbers_of_lectures(site: Path) -> None:
    """Only who makes the labs has the lectures as lines."""
    shown = soup(site / "reference.html").get_text()
    assert re.findall(r"\b\d{3} L\d+", shown) == []


def test_the_first_page_and_each_lab_say_where_the_course_is(site: Path) -> None:
    assert "get-the-course" in anchors(site / "index.html")
    for lab in LABS:
        links = soup(site / "labs" / f"{lab.name}.html").select("article a[href]")
        assert any(str(link["href"]).endswith("index.html#get-the-course") for link in links)


def test_the_reference_has_what_the_labs_import(site: Path) -> None:
    documented = {str(tag["id"]) for tag in soup(site / "reference.html").select("dt[id]")}
    assert {
        *("utils.start", "utils.checks.check", "utils.checks.bet", "utils.checks.hint"),
        *("utils.data.xor", "utils.knobs.knobs", "utils.plots.show", "utils.training.train_many"),
        *("utils.training.compiled_fit", "utils.playground.Playground"),
    } <= documented
