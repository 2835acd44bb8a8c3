"""For each lecture a page: the way through the labs in its order, and where each slide's topic is.

`docs/lectures.md` names the lectures, `docs/site/topics.tsv` the topics of their slides, each with
the first of its rows in `tests/lectures/rows.tsv`. All else comes from the cells' metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from course.site.places import (
    LabPlaces,
    Place,
    exercise_link,
    hours,
    listed,
    minutes_of,
    read_table,
)


@dataclass(frozen=True)
class Topic:
    """What some slides in a row are about, and where the labs have it."""

    title: str
    rows: list[str]
    planned: set[str]  # the labs that have it, or will
    places: list[Place]


@dataclass(frozen=True)
class Lecture:
    number: str
    author: str
    title: str
    topics: list[Topic]
    slips: list[Place]  # where errors of its slides are corrected


@dataclass(frozen=True)
class Stop:
    """A lab on a way, and what to do of it."""

    lab: LabPlaces
    places: list[Place]
    why: str = ""  # "" where the lecture itself asks for it


def lectures_of(root: Path, labs: Sequence[LabPlaces]) -> list[Lecture]:
    rows = read_table(root / "tests" / "lectures" / "rows.tsv")
    errata = [row["id"] for row in read_table(root / "tests" / "lectures" / "errata.tsv")]
    topics = read_table(root / "docs" / "site" / "topics.tsv")
    text = (root / "docs" / "lectures.md").read_text(encoding="utf-8")
    places = [place for lab in labs for place in lab.places]
    return [
        Lecture(
            number,
            author.partition(",")[0],
            title,
            list(_topics([row for row in rows if row["id"][:3] == number], topics, places)),
            [p for p in places if any(id in p.covers for id in errata if id[1:4] == number)],
        )
        for number, author, title in re.findall(r'^\| (\d{3}) \| ([^|]+) \| "([^"]+)"', text, re.M)
    ]


def _topics(
    rows: Sequence[Mapping[str, str]], topics: Sequence[Mapping[str, str]], places: Sequence[Place]
) -> Iterator[Topic]:
    begins = {topic["first"]: topic["topic"] for topic in topics}
    found: dict[str, list[Mapping[str, str]]] = {}
    title = ""
    for row in rows:
        title = begins.get(row["id"], title)
        found.setdefault(title, []).append(row)
    for title, its in found.items():
        ids = [row["id"] for row in its]
        first = {
            id(place): next((at for at, row in enumerate(ids) if row in place.covers), None)
            for place in places
        }
        reached = [place for place in places if first[id(place)] is not None]
        planned = {lab for row in its for lab in row["labs"].split(",")}
        yield Topic(title, ids, planned, sorted(reached, key=lambda place: first[id(place)] or 0))


def route(lecture: Lecture, labs: Sequence[LabPlaces]) -> list[Stop]:
    """The labs in the order in which the lecture comes to them, each after those that it needs."""
    wanted: dict[str, list[Place]] = {}
    for place in (place for topic in lecture.topics for place in topic.places):
        if place.minutes is not None:  # what is beyond the core, the map has
            wanted.setdefault(place.lab, []).append(place)
    by_number = {lab.number: lab for lab in labs}
    order: dict[str, str] = {}  # the labs, and which lab builds on each

    def go(number: str, builds_on_it: str) -> None:
        for need in by_number[number].needs:
            go(need, number)
        order[number] = order.get(number) or builds_on_it

    for number in wanted:
        go(number, "")
    return [
        Stop(
            lab := by_number[number],
            [
                place
                for place in lab.places
                if place in wanted.get(number, ()) or (builds_on_it and place in lab.short)
            ],
            "" if number in wanted else f"lab {builds_on_it} builds on it",
        )
        for number, builds_on_it in order.items()
    ]


def way(stops: Sequence[Stop]) -> str:
    """Stops as a list in Markdown."""
    return "\n".join(
        f"1. {stop.lab.link}, {_sections(stop.places)} ({minutes_of(stop.places)} minutes)"
        + (f": {stop.why}." if stop.why else ".")
        for stop in stops
    )


def _sections(places: Sequence[Place]) -> str:
    named = [f"[{place.number or place.title}](#{place.anchor})" for place in places]
    return f"section{'s' if len(named) > 1 else ''} {listed(named)}"


def lecture_page(lecture: Lecture, labs: Sequence[LabPlaces]) -> str:
    stops = route(lecture, labs)
    minutes = minutes_of(place for stop in stops for place in stop.places)
    return f"""\
(lecture-{lecture.number})=
# {lecture.author}: {lecture.title}

This page leads through the labs in the order of the slides.

## The route

About {hours(minutes)}, as the labs estimate it. A lab that others build on is there with
its short path at least.

{way(stops)}

## The map

For each topic of the slides: where the labs have it, and what to practise there. A place in italics
is folded in its lab, because it goes beyond the core.

| Topic of the slides | In the labs | Exercises |
|---|---|---|
{chr(10).join(_map_row(topic, {lab.number for lab in labs}) for topic in lecture.topics)}

## Slips on these slides

Where a slide is wrong, a lab shows the claim, a check that runs, and the right statement:

{chr(10).join(f"- {line}" for line in _by_lab(lecture.slips))}
"""


def _map_row(topic: Topic, ready: set[str]) -> str:
    where = [*_by_lab(topic.places)]
    where += [f"lab {lab}, which is still to come" for lab in sorted(topic.planned - ready)]
    exercises = dict.fromkeys(id for place in topic.places for id in place.exercises)
    return f"| {topic.title} | {'; '.join(where)} | {', '.join(map(exercise_link, exercises))} |"


def _by_lab(places: Sequence[Place]) -> list[str]:
    """Places in words, those of a lab together."""
    links: dict[str, list[str]] = {}
    for place in places:
        links.setdefault(place.lab, []).append(place.link)
    return [f"lab {lab}: {', '.join(its)}" for lab, its in links.items()]


def overview(lectures: Sequence[Lecture], labs: Sequence[LabPlaces]) -> str:
    """The five routes, a line each."""
    lines = []
    for lecture in lectures:
        stops = route(lecture, labs)
        minutes = minutes_of(place for stop in stops for place in stop.places)
        order = " → ".join(dict.fromkeys(stop.lab.number for stop in stops))
        lines.append(
            f"| [{lecture.author}](#lecture-{lecture.number}) | {lecture.title} | {order} "
            f"| {hours(minutes)} |"
        )
    return "\n".join(
        ["| Lecture of | Title | Labs in its order | Time |", "|---|---|---|---:|", *lines]
    )
