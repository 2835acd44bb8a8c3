"""`course new`: the files of a lab that is built and tested at once, to be rewritten one by one."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from string import Template

from course.build import find_labs
from course.notebook import SourceError, read_source

TEMPLATE = Path(__file__).parent / "template"


def make(root: Path, name: str, title: str) -> list[Path]:
    """Write source, check, sentences, answers and evidence of a draft; return their paths.

    Raises:
        SourceError: the name is none of a lab, or its number is taken.
    """
    if not re.fullmatch(r"\d\d_[a-z0-9_]+", name):
        raise SourceError(f"{name} is no name of a lab: write two digits, _ and small letters.")
    labs, number = find_labs(root), name[:2]
    if taken := [lab.name for lab in labs if lab.number == number]:
        raise SourceError(f"The number {number} is taken by {taken[0]}: choose another.")
    words = {
        "number": number,
        "lab": str(int(number)),
        "title": title,
        "first_cell": _first_cell(labs[0].source),
    }
    texts = {
        f"solutions/{name}.py": _filled("source", words),
        f"utils/checks/lab{number}.py": _filled("checks", words),
        f"utils/checks/lab{number}.toml": _filled("sentences", words),
        f"tests/misconceptions/lab{number}.py": _filled("answers", words),
        f"tests/lectures/evidence_{number}.tsv": _evidence(root, number),
    }
    if there := [path for path in texts if (root / path).exists()]:
        raise SourceError(f"{', '.join(there)} exists already: nothing was written.")
    for path, text in texts.items():
        (root / path).write_text(text, encoding="utf-8", newline="\n")
    return [root / path for path in texts]


def _filled(template: str, words: dict[str, str]) -> str:
    text = (TEMPLATE / f"{template}.txt").read_text(encoding="utf-8")
    return Template(text).substitute(words)


def _first_cell(source: Path) -> str:
    """The first code cell, which is the same in all labs."""
    return next(cell.source for cell in read_source(source).cells if cell.cell_type == "code")


def _evidence(root: Path, number: str) -> str:
    """A table with the rows and errata that the lab has to cover, their tokens still missing."""
    wanted = ["id\ttokens"]
    for name in ("rows.tsv", "errata.tsv"):
        with (root / "tests" / "lectures" / name).open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            wanted += [f"{row['id']}\t" for row in rows if number in row["labs"].split(",")]
    return "\n".join([*wanted, ""])
