"""For each lecture a page: the way through the labs in its order, and where each slide's topic is.

`docs/lectures.md` names the lectures, `docs/site/topics.tsv` the topics of their slides, each with
the first of its rows in `tests/lectures/rows.tsv`. All else comes from the cells' metadata.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
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
    planned: set[str]  # the labs that have it, or will
    places: list[Place]


@dataclass(frozen=True)
class Lecture:
    number: str
    author: str
    title: str
    topics: list[Topic]
    slips: list[Place]  # where errors of its slides are corrected


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
        reached = dict.fromkeys(p for row in its for p in places if row["id"] in p.covers)
        yield Topic(title, {lab for row in its for lab in row["labs"].split(",")}, list(reached))


def route(lecture: Lecture, labs: Sequence[LabPlaces]) -> dict[str, list[Place]]:
    """The labs, by number, in the order in which the lecture comes to them, and their sections.

    Where a lab builds on another of the route, the other comes first.
    """
    by_number = {lab.number: lab for lab in labs}
    topics = [place for topic in lecture.topics for place in topic.places]
    core = [place for place in topics if place.minutes is not None]  # the rest, the map has
    wanted = dict.fromkeys(place.lab for place in core)
    order: dict[str, list[Place]] = {}

    def go(number: str) -> None:
        for need in by_number[number].needs:
            if need in wanted:
                go(need)
        order[number] = [place for place in by_number[number].places if place in core]

    for number in wanted:
        go(number)
    return order


def _stop(number: str, stops: Mapping[str, list[Place]], labs: Mapping[str, LabPlaces]) -> str:
    """A lab of a route as an item of a list."""
    lab, places = labs[number], stops[number]
    links = listed([place.link for place in places])
    missing = [need for need in lab.needs if need not in stops]
    needed = listed([labs[need].link for need in missing]) if missing else ""
    builds = f" It builds on {needed}, which this route leaves out." if missing else ""
    return f"1. {lab.link}: {links} ({minutes_of(places)} minutes).{builds}"


def _time(stops: Mapping[str, list[Place]]) -> str:
    return hours(minutes_of(chain.from_iterable(stops.values())))


def lecture_page(lecture: Lecture, labs: Sequence[LabPlaces]) -> str:
    stops, by_number = route(lecture, labs), {lab.number: lab for lab in labs}
    return f"""\
(lecture-{lecture.number})=
# {lecture.author}: {lecture.title}

This page leads through the labs in the order of the slides.

## The route

About {_time(stops)}, as the labs estimate it. Where you begin in the middle of a lab, first run
what is above (in JupyterLab: Run > Run All Above Selected Cell).

{chr(10).join(_stop(number, stops, by_number) for number in stops)}

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
        lines.append(
            f"| [{lecture.author}](#lecture-{lecture.number}) | {lecture.title} "
            f"| {' → '.join(stops)} | {_time(stops)} |"
        )
    return "\n".join(
        ["| Lecture of | Title | Labs in its order | Time |", "|---|---|---|---:|", *lines]
    )
