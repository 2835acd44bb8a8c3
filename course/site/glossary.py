"""The glossary: the terms of `docs/site/glossary.toml`, each with the place that defines it."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from course.notebook import SourceError
from course.site.places import LabPlaces, Place


def words(root: Path) -> dict[str, list[str]]:
    """By number of a lab the terms that it defines, in the order of the alphabet."""
    found = defaultdict[str, list[str]](list)
    for term in _terms(root):
        found[term["lab"]].append(term["term"])
    return found


def glossary(root: Path, labs: Sequence[LabPlaces]) -> str:
    """The list, for the directive `glossary`; terms of labs that do not exist are left out.

    Raises:
        SourceError: a lab does not have its term.
    """
    by_number = {lab.number: lab for lab in labs}
    return "\n".join(
        f"{term['term']}\n  {term['says']}{_abroad(term)} Lab {place.lab}, {place.link}.\n"
        for term in _terms(root)
        if (lab := by_number.get(term["lab"]))
        for place in [_defined(lab, term.get("as", term["term"]))]
    )


def _terms(root: Path) -> list[dict[str, str]]:
    text = (root / "docs" / "site" / "glossary.toml").read_text(encoding="utf-8")
    return sorted(tomllib.loads(text)["terms"], key=lambda term: term["term"].lower())


def _defined(lab: LabPlaces, words: str) -> Place:
    """The place of a lab that first has these words set off, in bold or italics."""
    marked = tuple(f"{mark}{words.lower()}{mark}" for mark in ("**", "*"))
    for cell, place in zip(lab.notebook.cells, lab.of_cells, strict=True):
        if cell.cell_type == "markdown":
            text = " ".join(cell.source.lower().split())
            if any(one in text for one in marked):
                return place
    raise SourceError(
        f"docs/site/glossary.toml: lab {lab.number} does not set off the words {words!r}. Say in "
        "`lab` and `as` where it defines the term, and how it writes it."
    )


def _abroad(term: Mapping[str, Any]) -> str:
    named = {"es": "Spanish", "fr": "French"}
    return "".join(
        f' {language}: <span lang="{code}">{term[code]}</span>.'
        for code, language in named.items()
        if code in term
    )
