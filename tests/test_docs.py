"""What the documents say of the labs is what the notebooks say."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import nbformat
import pytest

from course.build import find_labs
from course.elsewhere import badges, release_of
from course.view import ROAD
from tests import lectures

ROOT = Path(__file__).resolve().parent.parent
LABS = [lab.lab for lab in find_labs(ROOT) if not lab.is_draft]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", LABS, ids=lambda path: path.stem)
def test_the_readme_table_says_what_the_lab_says(path: Path) -> None:
    """Columns: lab, title, lectures, minutes, exercises, points."""
    cells = nbformat.read(path, as_version=4).cells
    points = [
        c.metadata["nbgrader"]["points"]
        for c in cells
        if c.metadata.get("nbgrader", {}).get("grade")
    ]
    row = re.search(rf"^\| \[?{path.stem[:2]}\b.*$", README, re.M)
    assert row, f"README.md has no row for lab {path.stem[:2]}"
    heading = re.match(r"# Lab \d\d: (.+)", cells[0].source)
    assert heading, f"{path.name} does not begin with its title"
    minutes = cells[0].metadata["minutes"]
    said = [cell.strip() for cell in row[0].strip("|").split("|")][1:6]
    assert said == [
        *(heading[1], lectures_of(path.stem[:2]), str(minutes)),
        *(str(len(points)), f"{sum(points):g}"),
    ]


def lectures_of(lab: str) -> str:
    """Those with rows that this lab covers."""
    with (ROOT / "tests/lectures/rows.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t")]
    has = {row["id"][:3] for row in rows if lab in row["labs"].split(",")}
    return "all" if has == {row["id"][:3] for row in rows} else ", ".join(sorted(has))


def test_the_readme_begins_with_a_picture_and_the_two_commands() -> None:
    """A visitor sees the first screen alone; badges stand there once they have an address."""
    screen = "\n".join(README.splitlines()[:25])
    [picture, *_] = re.findall(r"!\[(.{30,})\]\((docs/.*)\)", screen)
    assert (ROOT / picture[1]).stat().st_size < 1_000_000
    assert re.findall(r"^python3 run\.py\b( test)?", screen, re.M) == ["", " test"]
    release = release_of(ROOT)
    wanted = badges(release, "labs/00_orientation.ipynb") if release else ""
    assert wanted in screen, f"README.md needs this line below its title:\n{wanted}"
    assert wanted or "badge" not in screen


def test_the_readme_lists_the_labs_that_exist() -> None:
    sentence = re.search(r"These exist:([^.]+)\.", README)
    assert sentence, "README.md lacks its sentence `These exist: ...`"
    assert re.findall(r"\d\d", sentence[1]) == [path.stem[:2] for path in LABS]


def test_the_five_lectures_are_named_with_their_authors() -> None:
    """In docs/lectures.md and in lab 00, with as many rows and errors as the tables have."""
    page = (ROOT / "docs" / "lectures.md").read_text(encoding="utf-8")
    lab_00 = (ROOT / "solutions" / "00_orientation.py").read_text(encoding="utf-8")
    named, counted = re.findall(r"(?:^\| 00\d .*\n)+", page, re.M)
    for line in named.splitlines():
        _, number, author, *_ = re.split(r" *\| *|, with ", line)
        assert re.search(rf"\| {number} \|.*\| {author}", lab_00), author
    assert [re.findall(r"\d+", line) for line in counted.splitlines()] == [
        [number, *(str(len(_of(number, table))) for table in ("rows.tsv", "errata.tsv"))]
        for number in ("000", "001", "002", "003", "004")
    ]


def _of(lecture: str, table: str) -> list[dict[str, str]]:
    return [row for row in lectures._read(table) if row["id"].lstrip("E").startswith(lecture)]


def test_documents_link_to_files_that_exist() -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert (ROOT / target).exists(), f"{name} links to {target}"


def test_the_map_of_lab_00_has_each_lab_with_its_link() -> None:
    text = (ROOT / "solutions" / "00_orientation.py").read_text(encoding="utf-8")
    rows = re.findall(r"^# \| \d\d \| \[.+\]\((\d\d_\w+)\.ipynb\) \|$", text, re.M)
    assert sorted(["00_orientation", *rows]) == [path.stem for path in LABS]
    assert [row[:2] for row in rows] == [one for one in ROAD if one != "00"]
