"""What a student gets back: one HTML file with the marks, the hints and the executed cells.

Nothing of the student's runs in it: text is escaped, HTML outputs are reduced to tables and
pictures, and the page forbids scripts and everything from elsewhere.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import jinja2
import mistune
import nbformat
from markupsafe import Markup
from nbformat import NotebookNode

from course.grading.book.gradebook import Gradebook
from course.grading.book.totals import Total
from course.grading.intake.submission import carried
from course.grading.out.folding import Folding, heading_level
from course.grading.out.harmless import PICTURE, PICTURES, Cleaner
from course.grading.out.release import CourseFolder
from course.grading.run.lab import Lab
from course.grading.run.marking import Mark, card
from utils.checks.core import Exercise
from utils.checks.whys import why

_HEADING = re.compile(r"(</?h)([1-6])")
# Tags in a text stay: the cleaner, which reads the result, lets the harmless ones through.
_markdown = mistune.create_markdown(escape=False, plugins=["table"])
_page = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True
).get_template("feedback.html")


def feedback(
    notebook: NotebookNode,
    exercises: Sequence[Exercise],
    total: Total,
    marks: Mapping[str, Mark],
    *,
    title: str,
    told: Sequence[str] = (),
    hints: int = 1,
    with_why: bool = False,
    folding: Folding | None = None,
) -> str:
    """Return the page.

    Args:
        notebook: the submission with the outputs of marking.
        exercises: of the lab.
        total: whose page it is, and what each exercise counts.
        marks: what the checks said, by the exercise's id.
        title: of the lab.
        told: what happened while the cells ran.
        hints: how many of each exercise's three hints are shown where points are missing.
        with_why: whether each exercise shows its analysis, folded.
        folding: what of the notebook is folded; None for nothing.
    """
    rows, cards = [], {}
    for exercise in exercises:
        if exercise.id not in total.grades:  # newer than the checks that marked this
            continue
        mark, grade = marks[exercise.id], total.grades[exercise.id]
        # Where a person decided on less, a hint to a right answer would mislead.
        is_short = grade.points < grade.possible and mark.verdict != "right"
        shown = exercise.hints[:hints] if is_short else ()
        # The card escapes what comes from the student.
        its = card(mark, exercise)
        cards[exercise.id] = Markup(its._repr_html_())
        full = Markup(replace(its, why=why(exercise.id) if with_why else "")._repr_html_())
        rows.append({"grade": grade, "card": full, "hints": shown})
    return _page.render(
        title=title,
        total=total,
        rows=rows,
        parts=_parts(notebook, cards, folding or Folding()),
        told=told,
        with_why=with_why,
    )


def write_feedback(
    gradebook: Gradebook,
    lab: Lab,
    folder: CourseFolder,
    total: Total,
    *,
    hints: int,
    with_why: bool = False,
    folding: Folding | None = None,
) -> Path:
    """Write a student's page into the course's folder and return where."""
    attempt = total.attempt
    marking = gradebook.marking(attempt)
    version = marking.version if marking else ""
    path = folder.executed(lab.name, attempt.student, attempt.sha256, version)
    notebook = nbformat.read(path, as_version=4) if path.exists() else nbformat.v4.new_notebook()
    page = feedback(
        notebook,
        lab.exercises,
        total,
        gradebook.marks(attempt),
        title=f"Lab {lab.name.replace('_', ' ')}",
        told=marking.told if marking else (),
        hints=hints,
        with_why=with_why,
        folding=folding,
    )
    path = folder.feedback(lab.name, total.student)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8", newline="\n")
    return path


def pack_for_moodle(folder: CourseFolder, lab: str, totals: Iterable[Total]) -> Path:
    """Zip the pages under the names that Moodle's upload of feedback files knows; return where.

    Moodle finds the student by the number in `NAME_NUMBER_assignsubmission_file_`, the names of its
    own download of submissions.
    """
    path = folder.packed_feedback(lab)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for total in totals:
            name = total.name.replace("_", " ")
            inside = f"{name}_{total.student}_assignsubmission_file_/{lab}.html"
            packed.write(folder.feedback(lab, total.student), inside)
    return path


def _parts(
    notebook: NotebookNode, cards: Mapping[str, Markup], folding: Folding
) -> list[dict[str, Any]]:
    """The cells in parts; one that lies below a folded heading has the heading as its summary."""
    cleaner = Cleaner()
    parts: list[dict[str, Any]] = [{"cells": []}]
    folded = 0  # the level of the folded heading that is open, 0 for none
    for number, cell in enumerate(notebook.cells, start=1):
        level = heading_level(cell)
        if 0 < level <= folded:
            folded = 0
            parts.append({"cells": []})
        if level and not folded and folding.has(cell):
            folded = level
            heading, _, rest = cell.source.partition("\n")
            parts.append({"summary": _text(heading, cleaner), "cells": []})
            cell = NotebookNode(cell, source=rest)
        shown = _cell(number, cell, cleaner, cards)
        parts[-1]["cells"].append(shown | {"is_folded": folding.has(cell)})
    return parts


def _cell(
    number: int, cell: NotebookNode, cleaner: Cleaner, cards: Mapping[str, Markup]
) -> dict[str, Any]:
    if cell.cell_type != "code":
        return {"number": number, "text": _text(str(cell.source), cleaner)}
    outputs = [_output(output, cleaner) for output in cell.get("outputs", [])]
    what, exercise = carried(cell)
    if what == "check" and outputs and exercise in cards:
        # Of several markings the best counts; the file is of the last one.
        outputs = [*outputs[:-1], cards[exercise]]
    is_left_out = what != "check" and cell.get("execution_count") is None
    return {
        "number": number,
        "source": str(cell.source),
        "outputs": outputs,
        "is_left_out": is_left_out and bool(cell.source.strip()),
    }


def _text(markdown: str, cleaner: Cleaner) -> Markup:
    return Markup(_below_the_pages(cleaner.clean(str(_markdown(markdown)))))


def _below_the_pages(text: str) -> str:
    """Headings of a notebook, below those of the page around it."""
    return _HEADING.sub(lambda tag: f"{tag[1]}{min(int(tag[2]) + 2, 6)}", text)


def _output(output: NotebookNode, cleaner: Cleaner) -> Markup:
    """One output: a picture, a table or text, whichever says most and can be shown safely."""
    if output.output_type == "stream":
        return _pre(output.text)
    if output.output_type == "error":
        return _pre("\n".join(output.traceback))
    data = output.get("data", {})
    for mime in PICTURES:
        source = f"data:{mime};base64,{data.get(mime, '')}"
        if mime in data and PICTURE.fullmatch(source):
            alt = str(data.get("text/plain", "a figure"))
            return Markup('<img src="{}" alt="{}">').format(source, alt)
    if "text/html" in data:
        return Markup(cleaner.clean(data["text/html"]))
    return _pre(str(data.get("text/plain", "")))


def _pre(text: str) -> Markup:
    return Markup("<pre>{}</pre>").format(text)
