"""Submissions as platforms and people leave them, and archives that mean harm."""

from __future__ import annotations

import os
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from course.grading import collect as collecting
from course.grading.collect import Collected, NothingToGrade, collect
from course.grading.owner import Owners, id_of

NOTEBOOK = b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'

# path: (student, name)
LAYOUTS = {
    "Moodle": {
        "Doe Jane_1234_assignsubmission_file_/02_xor.ipynb": ("1234", "Doe Jane"),
        "Müller Jörg_77_assignsubmission_file/abgabe.ipynb": ("77", "Müller Jörg"),
    },
    "Moodle, without folders": {
        "Doe Jane_1234_assignsubmission_file_02_xor.ipynb": ("1234", "Doe Jane"),
        "Poe Joe_77_assignsubmission_file_1_2_x.ipynb": ("77", "Poe Joe"),
    },
    "Moodle, in a folder of its own": {
        "Course-Lab 02-55/Doe Jane_1234_assignsubmission_file_/x/02.ipynb": ("1234", "Doe Jane"),
    },
    "Canvas": {
        "doejane_4321_99887_02_xor.ipynb": ("4321", "doejane"),
        "poejoe_LATE_4322_99888_02_xor-1.ipynb": ("4322", "poejoe"),
    },
    "nbgrader": {"submitted/jane/02_xor/02_xor.ipynb": ("jane", "jane")},
    "plain files": {"jane.ipynb": ("jane", "jane"), "joe.ipynb": ("joe", "joe")},
    "plain folders": {"jane/02_xor.ipynb": ("jane", "jane")},
}


def in_folder(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def in_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "workplace").mkdir()
    return tmp_path


def collected(source: Path, place: Path, rule: str | None = None) -> Collected:
    return collect(source, rule=rule, workplace=place / "workplace")


@pytest.mark.parametrize("how", ["folder", "zip"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(place: Path, layout: str, how: str) -> None:
    files = dict.fromkeys(LAYOUTS[layout], NOTEBOOK)
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    found = collected(source, place)
    assert {one.shown: (one.student, one.name) for one in found.submissions} == LAYOUTS[layout]
    assert found.told == []
    assert all(one.path.read_bytes() == NOTEBOOK for one in found.submissions)


def test_a_rule_of_ones_own(place: Path) -> None:
    source = in_folder(place / "in", {"group-a/lab_17_final.ipynb": NOTEBOOK})
    found = collected(source, place, r".*/lab_(?P<student>\d+)_.*")
    assert [one.student for one in found.submissions] == ["17"]


@pytest.mark.parametrize(
    ("rule", "says"),
    [
        ("(", "is no regular expression"),
        (".*", "needs a group that says who the student is"),
    ],
)
def test_a_wrong_rule_is_told(place: Path, rule: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        collected(place, place, rule)


def test_a_rule_that_fits_nothing_names_a_path(place: Path) -> None:
    source = in_folder(place / "in", {"jane.ipynb": NOTEBOOK})
    with pytest.raises(NothingToGrade, match=r"fits no path .* jane\.ipynb"):
        collected(source, place, r"(?P<student>\d+)\.ipynb")


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "There is no"),
        (lambda path: path.mkdir(), "There is no notebook"),
        (lambda path: path.write_text("words"), "There is no notebook"),
    ],
    ids=["absent", "empty", "text"],
)
def test_nothing_to_grade_is_told(place: Path, make, says: str) -> None:
    make(place / "in")
    with pytest.raises(NothingToGrade, match=says):
        collected(place / "in", place)


def test_the_last_in_time_counts_and_both_are_named(place: Path) -> None:
    names = ["doejane_4321_1_02.ipynb", "doejane_4321_2_02.ipynb"]
    source = in_folder(place / "in", dict.fromkeys(names, NOTEBOOK))
    for when, name in zip((2_000_000_000, 1_000_000_000), names, strict=True):
        os.utime(source / name, (when, when))
    found = collected(source, place)
    assert [one.shown for one in found.submissions] == names[:1]
    assert found.told == [f"4321 handed in twice: {names[0]} is graded, {names[1]} is not."]


def test_nbgraders_note_of_the_time_counts(place: Path) -> None:
    folder = "submitted/jane/02_xor"
    files = {
        f"{folder}/02_xor.ipynb": NOTEBOOK,
        f"{folder}/timestamp.txt": b"2026-03-01 12:00:00 UTC",
    }
    found = collected(in_folder(place / "in", files), place)
    assert found.submissions[0].when.isoformat() == "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize(
    "noted",
    ["0001-01-01 00:00:00", "0001-01-01 00:00:00+05:00", "9999-12-31 23:59:59-05:00", "yesterday"],
)
def test_a_note_of_no_possible_time_does_not_count(place: Path, noted: str) -> None:
    folder = "submitted/ada/02_xor"
    files = {f"{folder}/02_xor.ipynb": NOTEBOOK, f"{folder}/timestamp.txt": noted.encode()}
    (found,) = collected(in_folder(place / "in", files), place).submissions
    assert found.when.year >= 2026  # the file's own


def test_a_time_in_an_archive_is_of_the_courses_zone(place: Path) -> None:
    source = place / "in.zip"
    with zipfile.ZipFile(source, "w") as archive:
        archive.writestr(zipfile.ZipInfo("jane.ipynb", (2026, 12, 1, 1, 0, 0)), NOTEBOOK)
    found = collect(source, workplace=place / "workplace", zone=ZoneInfo("Europe/Berlin"))
    assert found.submissions[0].when == datetime(2026, 12, 1, 0, 0, tzinfo=UTC)


def test_canvas_calls_somebody_late(place: Path) -> None:
    found = collected(in_folder(place / "in", dict.fromkeys(LAYOUTS["Canvas"], NOTEBOOK)), place)
    assert found.called_late == ["4322"]


def test_a_students_zip_in_canvas_is_the_students(place: Path) -> None:
    inner = in_zip(place / "inner.zip", {"lab/02_xor.ipynb": NOTEBOOK}).read_bytes()
    found = collected(in_folder(place / "in", {"poejoe_77_99_work.zip": inner}), place)
    assert [one.student for one in found.submissions] == ["77"]


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_who_handed_in_no_notebook_is_named(place: Path, how: str) -> None:
    files = {
        "Doe Jane_1234_assignsubmission_file_/02_xor.ipynb": NOTEBOOK,
        "Doe Jane_1234_assignsubmission_onlinetext_/onlinetext.html": b"hello",
        "Poe Joe_77_assignsubmission_file_/report.pdf": b"%PDF",
        "Poe Joe_77_assignsubmission_file_/.DS_Store": b"",
        "grades.csv": b"",
    }
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    assert collected(source, place).told == [
        "77 handed in Poe Joe_77_assignsubmission_file_/report.pdf and no notebook: not graded."
    ]


def test_a_students_zip_without_a_notebook_is_named(place: Path) -> None:
    inner = in_zip(place / "inner.zip", {"report.pdf": b"%PDF"}).read_bytes()
    source = in_folder(
        place / "in", {"doejane_1_2_02.ipynb": NOTEBOOK, "poejoe_77_99_work.zip": inner}
    )
    assert collected(source, place).told == [
        "77 handed in poejoe_77_99_work.zip/report.pdf and no notebook: not graded."
    ]


@pytest.mark.parametrize(
    "paths",
    [
        ["jane.zip/02_xor/labs/02_xor.ipynb", "joe.zip/02_xor/labs/02_xor.ipynb"],
        ["jane/02_xor/labs/02_xor.ipynb", "joe/02_xor/labs/02_xor.ipynb"],
        ["jane/02_xor/02_xor.ipynb", "joe/02_xor/02_xor.ipynb"],
        ["class/jane/02.ipynb", "class/joe/02.ipynb"],
        ["jane/lab_02_1_final.ipynb", "joe/02_xor.ipynb"],
        ["jane/lab_02_1_final.ipynb", "joe.ipynb"],
        ["in/submitted/jane/02_xor/02_xor.ipynb", "in/submitted/joe/02_xor/02_xor.ipynb"],
        ["down/jane_LATE_jane_1/a.ipynb", "down/joe/b.ipynb"],
    ],
)
def test_what_students_call_their_files_says_nothing(paths: list[str]) -> None:
    owners = Owners(paths, None)
    found = [owners.of(path) for path in paths]
    assert all(found)
    jane, joe = (one.student for one in found if one)
    assert jane.startswith("jane") and joe == "joe"


@pytest.mark.parametrize(
    ("others", "own", "who"),
    [
        ("Moodle", "Eve_666_assignsubmission_file_/Doe_1234_assignsubmission_file_/a.ipynb", "666"),
        ("Moodle", "Eve_666_assignsubmission_file_/w.zip/submitted/1234/02/a.ipynb", "666"),
        ("nbgrader", "submitted/eve/02_xor/submitted/jane/02_xor/a.ipynb", "eve"),
        ("nbgrader", "submitted/eve/02_xor/Doe_1_assignsubmission_file_/a.ipynb", "eve"),
        ("plain folders", "eve/submitted/jane/02_xor/a.ipynb", "eve"),
        ("plain folders", "eve/x_1_assignsubmission_file_/a.ipynb", "eve"),
        ("plain files", "eve.zip/jane.ipynb", "eve"),
        ("Canvas", "eve_LATE_666_5_jane_4321_6_a.ipynb", "666"),
    ],
)
def test_nobody_hands_in_for_another(others: str, own: str, who: str) -> None:
    paths = [*LAYOUTS[others], "joe/02_xor.ipynb" if others == "plain folders" else own, own]
    owner = Owners(paths, None).of(own)
    assert owner is not None and owner.student == who


def test_canvas_in_a_folder_of_its_own(place: Path) -> None:
    files = {f"submissions/{name}": NOTEBOOK for name in LAYOUTS["Canvas"]}
    found = collected(in_folder(place / "in", files), place)
    assert [one.student for one in found.submissions] == ["4321", "4322"]


def test_of_several_notebooks_that_of_the_lab_counts(place: Path) -> None:
    """nbgrader's folder holds all labs of a student, and the last one may be another."""
    names = ["submitted/jane/02_xor/02_xor.ipynb", "submitted/jane/03_x/03_x.ipynb"]
    source = in_folder(place / "in", dict.fromkeys(names, NOTEBOOK))
    os.utime(source / names[1], (2_000_000_000, 2_000_000_000))
    found = collect(
        source, workplace=place / "workplace", is_other=lambda path: path.name == "03_x.ipynb"
    )
    assert [one.shown for one in found.submissions] == names[:1]


def test_copies_of_editors_are_no_submissions(place: Path) -> None:
    files = {
        "jane/02.ipynb": NOTEBOOK,
        "jane/.ipynb_checkpoints/02-checkpoint.ipynb": NOTEBOOK,
        "__MACOSX/jane/._02.ipynb": NOTEBOOK,
    }
    for source in (in_folder(place / "in", files), in_zip(place / "in.zip", files)):
        found = collected(source, place)
        assert [one.shown for one in found.submissions] == ["jane/02.ipynb"]
        assert found.told == []


def test_a_students_own_zip_is_opened_once(place: Path) -> None:
    inner = in_zip(place / "inner.zip", {"lab.ipynb": NOTEBOOK})
    deeper = in_zip(place / "deeper.zip", {"inner.zip": inner.read_bytes()})
    folder = "Doe Jane_1_assignsubmission_file_"
    files = {f"{folder}/mine.zip": inner.read_bytes(), "Poe_2_assignsubmission_file_/x.ipynb": b""}
    for source in (in_folder(place / "in", files), in_zip(place / "in.zip", files)):
        students = [one.student for one in collected(source, place).submissions]
        assert students == ["1", "2"]
    with pytest.raises(NothingToGrade):
        collected(in_zip(place / "x.zip", {f"{folder}/d.zip": deeper.read_bytes()}), place)


# ---- What means harm ----


def test_links_are_not_followed(place: Path) -> None:
    secret = place / "secret.ipynb"
    secret.write_bytes(NOTEBOOK)
    source = in_folder(place / "in", {"jane.ipynb": NOTEBOOK})
    (source / "joe.ipynb").symlink_to(secret)
    (source / "all").symlink_to(place)
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert found.told == ["joe.ipynb is a link or no file: it is not graded."]


@pytest.mark.parametrize(
    "name", ["../out.ipynb", "/tmp/out.ipynb", "a/../../out.ipynb", "..\\out.ipynb", "C:/out.ipynb"]
)
def test_an_archive_writes_nowhere_else(place: Path, name: str) -> None:
    source = in_zip(place / "in.zip", {name: NOTEBOOK, "jane.ipynb": NOTEBOOK})
    before = {path for path in place.rglob("*") if "workplace" not in path.parts}
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert "its name leads out of the archive" in found.told[0]
    assert before == {path for path in place.rglob("*") if "workplace" not in path.parts}


def test_a_link_in_an_archive_is_told(place: Path) -> None:
    link = zipfile.ZipInfo("joe.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(place / "in.zip", "w") as archive:
        archive.writestr(link, "/etc/passwd")
        archive.writestr("jane.ipynb", NOTEBOOK)
    found = collected(place / "in.zip", place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert found.told == ["joe.ipynb is not graded: it is a link or no file."]


def test_a_bomb_is_not_unpacked(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "LARGEST", 10_000)
    with zipfile.ZipFile(place / "in.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("joe.ipynb", b" " * 10_000_000)
        archive.writestr("jane.ipynb", NOTEBOOK)
    found = collected(place / "in.zip", place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert "joe.ipynb is not graded: it is larger than" in found.told[0]
    assert sum(path.stat().st_size for path in (place / "workplace").iterdir()) < 10_000


@pytest.mark.parametrize("damage", ["cut", "wrong sum", "encrypted"])
def test_a_damaged_archive_costs_only_what_is_damaged(place: Path, damage: str) -> None:
    good = in_zip(place / "good.zip", {"lab.ipynb": NOTEBOOK}).read_bytes()
    bad = {
        "cut": good[:40],
        "wrong sum": good.replace(b'"cells"', b'"CELLS"'),
        "encrypted": good.replace(
            b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01"
        ),
    }[damage]
    assert bad != good
    files = {"a_1_assignsubmission_file_/x.zip": bad, "b_2_assignsubmission_file_/x.zip": good}
    found = collected(in_zip(place / "in.zip", files), place)
    assert [one.student for one in found.submissions] == ["2"]
    assert len(found.told) == 1


@pytest.mark.parametrize("id", ["", "..", "a/b", "x" * 500, "Zoe\u0308", "nul\0l"])
def test_ids_are_safe_names(id: str) -> None:
    safe = id_of(id)
    assert safe and len(safe) <= 120 and safe not in (".", "..") and "/" not in safe
    assert safe == id_of(safe)
