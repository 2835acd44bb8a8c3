"""What a person writes for the site, in docs/site, and what becomes of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from course.notebook import SourceError
from course.site import about
from course.site.glossary import glossary, words
from course.site.lectures import lectures_of, route
from course.site.lengths import lengths
from course.site.places import LabPlaces, read_table

ROOT = Path(__file__).resolve().parents[3]
DOCS = ROOT / "docs"


def write_docs(root: Path, name: str, text: str) -> Path:
    (root / "docs" / "site").mkdir(parents=True)
    (root / "docs" / "site" / name).write_text(text, encoding="utf-8")
    return root


def test_topics_begin_at_rows_that_exist_in_their_order() -> None:
    rows = [row["id"] for row in read_table(ROOT / "tests" / "lectures" / "rows.tsv")]
    first = [topic["first"] for topic in read_table(DOCS / "site" / "topics.tsv")]
    assert first == [id for id in rows if id in set(first)]
    assert {id for id in rows if id.endswith(".01")} <= set(first)


def test_a_route_has_the_topics_of_its_lecture_after_what_they_need(
    site_labs: list[LabPlaces],
) -> None:
    needs = {lab.number: lab.needs for lab in site_labs}
    for lecture in lectures_of(ROOT, site_labs):
        stops = route(lecture, site_labs)
        for at, number in enumerate(stops):
            assert not set(needs[number]) & set(list(stops)[at:]), (lecture.number, number)
        topics = [place for topic in lecture.topics for place in topic.places]
        assert {place.anchor for its in stops.values() for place in its} == {
            place.anchor for place in topics if place.minutes is not None
        }


def test_a_route_follows_its_lecture(site_labs: list[LabPlaces]) -> None:
    """Losses stand late in Miklos's lecture, and first in Espinosa Loera's after the neuron."""
    miklos, espinosa = (
        list(route(lecture, site_labs))
        for lecture in lectures_of(ROOT, site_labs)
        if lecture.number in {"003", "004"}
    )
    assert miklos.index("02") < miklos.index("04")
    assert espinosa.index("04") < espinosa.index("02")


def test_lengths_count_the_minutes_of_their_labs(
    site_labs: list[LabPlaces], tmp_path: Path
) -> None:
    two = [lab for lab in site_labs if lab.number in {"00", "02"}]
    said = lengths(
        write_docs(
            tmp_path,
            "lengths.toml",
            '[[lengths]]\nname = "An hour"\nsitting = "Part"\nsays = "Two."\n'
            'sittings = [["00", "02 short"]]\n',
        ),
        two,
    )
    minutes = [sum(p.minutes or 0 for p in its) for its in (two[0].whole, two[1].short)]
    assert f"| {sum(minutes)} | builds on lab 01, which is not here |" in said
    docs = '[[lengths]]\nname = "x"\nsitting = "x"\nsays = "x"\nsittings = [["04"]]\n'
    some = lengths(write_docs(tmp_path / "some", "lengths.toml", docs), site_labs)
    assert "builds on labs 01 and 03, which are not here |" in some


def test_a_length_with_an_unknown_lab_says_so(site_labs: list[LabPlaces], tmp_path: Path) -> None:
    docs = '[[lengths]]\nname = "x"\nsitting = "x"\nsays = "x"\nsittings = [["77 short"]]\n'
    with pytest.raises(SourceError, match=r"lengths.toml: there is no lab 77."):
        lengths(write_docs(tmp_path, "lengths.toml", docs), site_labs)


def test_a_term_that_its_lab_does_not_define_is_refused(
    site_labs: list[LabPlaces], tmp_path: Path
) -> None:
    docs = '[[terms]]\nterm = "phlogiston"\nlab = "02"\nsays = "x"\n'
    with pytest.raises(SourceError, match="lab 02 does not set off the words 'phlogiston'"):
        glossary(write_docs(tmp_path, "glossary.toml", docs), site_labs)


def test_a_term_of_a_lab_that_is_still_to_come_waits(
    site_labs: list[LabPlaces], tmp_path: Path
) -> None:
    docs = '[[terms]]\nterm = "phlogiston"\nlab = "77"\nsays = "x"\n'
    assert glossary(write_docs(tmp_path, "glossary.toml", docs), site_labs) == ""


def test_each_lab_has_a_topic(site_labs: list[LabPlaces]) -> None:
    topics = about.topics(site_labs)
    assert topics.keys() == {lab.number for lab in site_labs}
    assert topics["01"] == "One neuron: the perceptron and logic gates"
    assert "Over-fitting | " in about.table(site_labs)
    without = [lab for lab in site_labs if lab.number != "00"]
    assert about.topics(without) == {} and "| 11 | [Will it be" in about.table(without)


def test_the_list_of_labs_has_the_words_that_a_lab_defines(site_labs: list[LabPlaces]) -> None:
    listed = about.each(site_labs, words(ROOT))
    [over_fitting] = [one for one in listed.split("\n\n") if one.startswith("[Lab 11:")]
    assert "About: Over-fitting. It explains {term}`capacity`, " in over_fitting
    assert "{term}`regularisation`" in over_fitting


def test_no_two_documents_have_one_title() -> None:
    """The navigation shows the titles alone."""
    paths = [*DOCS.glob("*.md"), *DOCS.glob("benchmarks/*.md"), *DOCS.glob("site/*.md")]
    titles = [path.read_text(encoding="utf-8").partition("\n")[0] for path in paths]
    assert len(set(titles)) == len(titles) > 10


def test_foreign_words_stand_on_a_lecture() -> None:
    """Only their titles are in this repository, and they have all that the lectures have."""
    titles = (DOCS / "lectures.md").read_text(encoding="utf-8").lower()
    text = (DOCS / "site" / "glossary.toml").read_text(encoding="utf-8")
    foreign = [term["es"] for term in tomllib.loads(text)["terms"] if "es" in term]
    assert foreign
    assert [words for words in foreign if words not in titles] == []
