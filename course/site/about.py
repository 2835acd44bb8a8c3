"""What each lab is about: its topic, as lab 00 lists it, and the words that it defines."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from course.site.places import LabPlaces, hours, minutes_of

LIST_OF_LAB_00 = re.compile(r"\| Lab \| Topic \|.*\n\|.*((?:\n\|.*)+)")


def topics(labs: Sequence[LabPlaces]) -> dict[str, str]:
    """By number the topic of each lab; none where lab 00 is not among the labs."""
    texts = [cell.source for lab in labs if lab.number == "00" for cell in lab.notebook.cells]
    lists = [found[1] for text in texts if (found := LIST_OF_LAB_00.search(text))]
    rows = re.findall(r"\n\| (\d\d) \| \[?([^\]|]+)", "".join(lists))
    return {number: topic.strip() for number, topic in rows}


def table(labs: Sequence[LabPlaces]) -> str:
    """The labs for the first page."""
    about = topics(labs)
    rows = [
        f"| {lab.number} | [{lab.title}](#{lab.anchor})<br>{about.get(lab.number, '')} "
        f"| {minutes_of(lab.whole)} | {minutes_of(lab.short)} |"
        for lab in labs
    ]
    total = hours(sum(minutes_of(lab.whole) for lab in labs))
    head = ["| Lab | The question, and what it is about | Minutes | Short path |"]
    return "\n".join([*head, "|---|---|---:|---:|", *rows, "", f"All together take about {total}."])


def each(labs: Sequence[LabPlaces], words: Mapping[str, Sequence[str]]) -> str:
    """The labs with the words of the glossary that they define, by number in `words`."""
    about = topics(labs)
    return "\n\n".join(
        f"{lab.link}\n: About: {about.get(lab.number, lab.title)}. {_explains(words[lab.number])}"
        for lab in labs
    )


def _explains(words: Sequence[str]) -> str:
    return f"It explains {', '.join(f'{{term}}`{word}`' for word in words)}." if words else ""
