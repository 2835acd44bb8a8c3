"""Submissions as platforms and people leave them, and archives that mean harm."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import struct
import tempfile
import tracemalloc
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from course.grading.intake import collect as collecting
from course.grading.intake.collect import Collected, NothingToGrade, collect
from course.grading.intake.owner import Owners, id_of
from course.grading.intake.submission import fitness

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
    "Moodle, one student": {
        "Doe Jane_1234_assignsubmission_file_/x/02.ipynb": ("1234", "Doe Jane"),
    },
    "Canvas": {
        "doejane_4321_99887_02_xor.ipynb": ("4321", "doejane"),
        "poejoe_LATE_4322_99888_02_xor-1.ipynb": ("4322", "poejoe"),
    },
    "nbgrader": {"submitted/jane/02_xor/02_xor.ipynb": ("jane", "jane")},
    "plain files": {"jane.ipynb": ("jane", "jane"), "joe.ipynb": ("joe", "joe")},
    "plain folders": {"jane/02_xor.ipynb": ("jane", "jane")},
    "plain folders with folders": {
        "jane/00_orientation/x.ipynb": ("jane", "jane"),
        "joe/02_xor/x.ipynb": ("joe", "joe"),
    },
    "plain, of both kinds": {
        "jane/02_xor.ipynb": ("jane", "jane"),
        "00_orientation.ipynb": ("00_orientation", "00_orientation"),
    },
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


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("zip", "folder"), [("Kurs Übung 1", "Kurs U\u0308bung 1"), ("a.b", "a.b")]
)
def test_a_zip_of_a_folder_of_its_name(place: Path, layout: str, zip: str, folder: str) -> None:
    """As "compress this folder" makes it."""
    files = {f"{folder}/{name}": NOTEBOOK for name in LAYOUTS[layout]}
    found = collected(in_zip(place / f"{zip}.zip", files), place)
    students = [(one.student, one.name) for one in found.submissions]
    assert sorted(students) == sorted(LAYOUTS[layout].values())
    assert found.told == []


UNCLEAR = {
    "two students, or a student's two": ["alice/bob/lab.ipynb", "alice/carol/lab.ipynb"],
    "labs": ["alice/00_orientation/x.ipynb", "alice/02_xor/x.ipynb"],
    "files": ["class/alice.ipynb", "class/bob.ipynb"],
    "folders and a file": ["class/alice/l.ipynb", "class/bob/l.ipynb", "class/00.ipynb"],
    "zips": ["class/alice.zip", "class/bob.zip"],
    "one in a folder": ["class/alice/l.ipynb"],
    "nbgrader": ["alice/submitted/bob/x/lab.ipynb"],
    "Moodle": ["alice/Bob_4321_assignsubmission_file_/lab.ipynb"],
    "Moodle, two": [f"alice/Bob_{id}_assignsubmission_file_/lab.ipynb" for id in (1, 2)],
    "Canvas": ["alice/bob_4321_1_lab.ipynb", "alice/joe_4322_1_lab.ipynb"],
}


@pytest.mark.parametrize("how", ["folder", "zip", "zip of that name"])
@pytest.mark.parametrize("case", UNCLEAR)
def test_an_only_folder_is_nobodys_guess(place: Path, case: str, how: str) -> None:
    """A student alone in a folder cannot hand in for others, and no class becomes one student."""
    paths, above = UNCLEAR[case], "late/" if how == "zip of that name" else ""
    inner = in_zip(place / "inner.zip", {"lab.ipynb": NOTEBOOK}).read_bytes()
    files = {above + path: inner if path.endswith(".zip") else NOTEBOOK for path in paths}
    is_folder = how == "folder"
    source = in_folder(place / "late", files) if is_folder else in_zip(place / "late.zip", files)
    folder = paths[0].split("/")[0]
    with pytest.raises(ValueError, match="All notebooks lie in one folder") as told:
        collected(source, place)
    says = str(told.value)
    assert f"one folder, {folder}: if that is a student's" in says
    assert "name that folder as SUBMISSIONS" in says
    rule = says.split("--student '")[1].split("'")[0]
    assert [one.student for one in collected(source, place, rule).submissions] == [folder]
    if how == "folder" and case not in ("one in a folder", "Moodle"):
        collected(source / folder, place)


def test_a_zip_has_one_folder_of_its_name(place: Path) -> None:
    files = dict.fromkeys(["late/late/bob/x.ipynb", "late/late/carol/x.ipynb"], NOTEBOOK)
    with pytest.raises(ValueError, match=r"one folder, late: .* '\[\^/\]\+/\(\?P<student>"):
        collected(in_zip(place / "late.zip", files), place)


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
    assert found.told == [f"4321 has several notebooks: {names[0]} is graded, {names[1]} is not."]


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_nbgraders_note_of_the_time_counts(place: Path, how: str) -> None:
    folder = "submitted/jane/02_xor"
    files = {
        f"{folder}/02_xor.ipynb": NOTEBOOK,
        f"{folder}/timestamp.txt": b"2026-03-01 12:00:00 UTC",
    }
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    found = collected(source, place)
    assert found.submissions[0].when.isoformat() == "2026-03-01T12:00:00+00:00"


def test_a_note_that_a_student_packed_does_not_count(place: Path) -> None:
    files = {"lab.ipynb": NOTEBOOK, "timestamp.txt": b"2026-03-01 12:00:00 UTC"}
    inner = in_zip(place / "inner.zip", files).read_bytes()
    for source in (
        in_folder(place / "in", {"jane.zip": inner}),
        in_zip(place / "in.zip", {"jane.zip": inner}),
    ):
        (found,) = collected(source, place).submissions
        assert found.when.isoformat() != "2026-03-01T12:00:00+00:00"


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_a_time_that_a_student_packed_does_not_count(place: Path, how: str) -> None:
    """It says no more than which of two notebooks in there is the last."""
    with zipfile.ZipFile(place / "eve.zip", "w") as own:
        own.writestr(zipfile.ZipInfo("a.ipynb", (2026, 11, 2, 0, 0, 0)), NOTEBOOK)
        own.writestr(zipfile.ZipInfo("b.ipynb", (2026, 11, 1, 0, 0, 0)), NOTEBOOK)
    came, source = datetime(2026, 11, 29, tzinfo=UTC), place / "in.zip"
    if how == "folder":
        source = in_folder(place / "in", {"eve.zip": (place / "eve.zip").read_bytes()})
        os.utime(source / "eve.zip", (came.timestamp(), came.timestamp()))
    else:
        with zipfile.ZipFile(source, "w") as archive:
            member = zipfile.ZipInfo("eve.zip", tuple(came.timetuple()[:6]))
            archive.writestr(member, (place / "eve.zip").read_bytes())
    (found,) = collected(source, place).submissions
    assert (found.shown, found.when) == ("eve.zip/a.ipynb", came)


@pytest.mark.parametrize("how", ["folder", "zip"])
@pytest.mark.parametrize(
    "noted",
    ["0001-01-01 00:00:00", "0001-01-01 00:00:00+05:00", "9999-12-31 23:59:59-05:00", "yesterday"],
)
def test_a_note_of_no_possible_time_does_not_count(place: Path, noted: str, how: str) -> None:
    folder = "submitted/ada/02_xor"
    files = {f"{folder}/02_xor.ipynb": NOTEBOOK, f"{folder}/timestamp.txt": noted.encode()}
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    (found,) = collected(source, place).submissions
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
        ["jane/lab_02_1_final.ipynb", "joe/02_xor.ipynb"],
        ["jane/lab_02_1_final.ipynb", "joe.ipynb"],
        ["jane_LATE_jane_1/a.ipynb", "joe/b.ipynb"],
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


def test_of_several_notebooks_that_of_the_lab_counts(place: Path) -> None:
    """nbgrader's folder holds all labs of a student, and the last one may be another."""
    names = ["submitted/jane/02_xor/02_xor.ipynb", "submitted/jane/03_x/03_x.ipynb"]
    source = in_folder(place / "in", dict.fromkeys(names, NOTEBOOK))
    os.utime(source / names[1], (2_000_000_000, 2_000_000_000))
    found = collect(
        source, workplace=place / "workplace", fitness=lambda path: path.name == "02_xor.ipynb"
    )
    assert [one.shown for one in found.submissions] == names[:1]


def of_lab(number: str) -> bytes:
    cell = {"cell_type": "code", "metadata": {}, "source": f'check("{int(number)}.1")'}
    return NOTEBOOK.replace(b"[]", f"[{json.dumps(cell)}]".encode())


WORTH = [b"", b"words", NOTEBOOK, of_lab("02")]  # in lab 02, from the least


@pytest.mark.parametrize("when", [1_500_000_000, 1_600_000_000])
@pytest.mark.parametrize(("less", "more"), [(0, 2), (1, 2), (0, 3), (1, 3), (2, 3)])
def test_what_can_be_graded_goes_before_what_is_newer(
    place: Path, less: int, more: int, when: int
) -> None:
    files = {"jane/a.ipynb": WORTH[more], "jane/b.ipynb": WORTH[less], "joe.ipynb": NOTEBOOK}
    source = in_folder(place / "in", files)
    os.utime(source / "jane/a.ipynb", (1_500_000_000, 1_500_000_000))
    os.utime(source / "jane/b.ipynb", (when, when))
    found = collect(source, workplace=place / "workplace", fitness=lambda path: fitness(path, "02"))
    assert [one.shown for one in found.submissions] == ["jane/a.ipynb", "joe.ipynb"]


def test_a_notebook_is_read_for_its_fitness_at_most_once(place: Path) -> None:
    read: list[bytes] = []

    def fitness(path: Path) -> int:
        read.append(path.read_bytes())
        return 1

    files = {f"{number}.ipynb": NOTEBOOK + b" " * number for number in range(6)}
    inner = in_zip(place / "inner.zip", files).read_bytes()
    source = in_folder(place / "in", {"jane.zip": inner, "joe.ipynb": NOTEBOOK})
    collect(source, workplace=place / "workplace", fitness=fitness)
    assert sorted(read) == sorted(files.values())


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
    assert found.told == [
        "all is a link or no file: it is not graded.",
        "joe.ipynb is a link or no file: it is not graded.",
    ]


def test_a_folder_that_cannot_be_read_is_named(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = in_folder(place / "in", {"jane/x.ipynb": NOTEBOOK, "joe/x.ipynb": NOTEBOOK})
    scandir = os.scandir

    def denied(path: str) -> object:
        if path.endswith("joe"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)  # root may read everything
    found = collected(source, place)
    assert found.told == ["joe is not graded: Permission denied."]


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
    assert found.told[0].startswith("joe.ipynb is not graded: it is larger than")
    assert sum(path.stat().st_size for path in (place / "workplace").iterdir()) < 10_000


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_bomb_that_lies_about_its_size_is_not_unpacked(place: Path, method: int) -> None:
    bomb, size = b" " * 50_000_000, 1_000
    with zipfile.ZipFile(place / "in.zip", "w", method) as archive:
        archive.writestr("joe.ipynb", bomb)
        archive.writestr("jane.ipynb", NOTEBOOK, zipfile.ZIP_DEFLATED)
    data = (place / "in.zip").read_bytes()
    assert data.count(struct.pack("<L", len(bomb))) == 2  # before the file, and in the list of all
    (place / "in.zip").write_bytes(data.replace(*(struct.pack("<L", n) for n in (len(bomb), size))))
    tracemalloc.start()
    found = collected(place / "in.zip", place)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [one.student for one in found.submissions] == ["jane"]
    assert found.told[0].startswith("joe.ipynb is not graded: ")
    assert most < len(bomb) / 2


def test_a_bomb_among_many_is_not_unpacked_again_and_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "LARGEST", 10_000)
    inner = in_zip(place / "inner.zip", {f"{one}.ipynb": b" " * 20_000 for one in range(9)})
    source = in_folder(place / "in", {"eve.zip": inner.read_bytes(), "jane.ipynb": NOTEBOOK})
    monkeypatch.setattr(zipfile.ZipFile, "open", None)
    assert [one.student for one in collected(source, place).submissions] == ["jane"]


def test_one_archive_buries_nothing_that_is_said_of_others(place: Path) -> None:
    inner = in_zip(place / "inner.zip", {f"../{one}.ipynb": NOTEBOOK for one in range(50)})
    files = {"eve.zip": inner.read_bytes(), "jane.ipynb": NOTEBOOK}
    found = collected(in_folder(place / "in", files), place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert found.told[-1] == "eve handed in eve.zip and no notebook: not graded."
    assert found.told[3] == "eve handed in 47 more that are not graded."
    assert len(found.told) == 5


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_one_folder_buries_nothing_that_is_said_of_others(place: Path, how: str) -> None:
    """Links in a folder, and in an archive names that lead out of it."""
    folder = "b_2_assignsubmission_file_"
    files = {f"a_1_assignsubmission_file_/{n}.ipynb": NOTEBOOK for n in range(2)}
    bad = [f"{folder}/{n}.ipynb" for n in range(50)]
    if how == "folder":
        source = in_folder(place / "in", files | dict.fromkeys(bad, b""))
        for path in bad:
            (source / path).unlink()
            (source / path).symlink_to(place)
    else:
        source = in_zip(place / "in.zip", files | {f"{path}/../x.ipynb": b"" for path in bad})
    told = collected(source, place).told
    assert sum(says.startswith(folder) for says in told) == 3
    assert "2 handed in 47 more that are not graded." in told
    assert len(told) == 5  # and who handed in twice


def of_many(members: int) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(members):
            archive.writestr(zipfile.ZipInfo(f"{number:04}.ipynb"), NOTEBOOK)
    return packed.getvalue()


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_a_students_many_notebooks_bury_nothing_that_is_said_of_others(
    place: Path, how: str
) -> None:
    packed = of_many(50).replace(NOTEBOOK, NOTEBOOK[:-1] + b"!")  # a wrong sum
    files = {"ann.zip": packed, "eve.zip": of_many(50), "jane.ipynb": NOTEBOOK}
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    found = collected(source, place)
    assert [one.shown for one in found.submissions] == ["eve.zip/0049.ipynb", "jane.ipynb"]
    assert found.told[6:] == [
        "ann handed in 47 more that are not graded.",
        "eve handed in 46 more that are not graded: eve.zip/0049.ipynb is.",
    ]
    nobodys = collected(source, place, r"(?P<student>jane)\.ipynb").told
    assert nobodys[6:] == [
        f"{who}.zip handed in 47 more that are not graded." for who in ("ann", "eve")
    ]


def test_an_archive_of_more_files_than_anybody_has_is_told(place: Path) -> None:
    inner = in_zip(place / "inner.zip", dict.fromkeys(map(str, range(10_001)), b""))
    files = {"eve.zip": inner.read_bytes(), "jane.ipynb": NOTEBOOK}
    found = collected(in_folder(place / "in", files), place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert found.told[0] == "eve.zip cannot be unpacked: it holds over 10,000 files."


def of_one_file(data: bytes) -> bytes:
    """The same zip, whose end tells of one file."""
    return data[:-14] + struct.pack("<HH", 1, 1) + data[-10:]


def with_zip64(data: bytes) -> bytes:
    """The same zip, with the end that zips of over 65,535 files have before the one of others."""
    size, start = struct.unpack("<LL", data[-10:-2])
    end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 1, 1, size, start)
    return data[:-22] + end + struct.pack("<4sLQL", b"PK\6\7", 0, start + size, 1) + data[-22:]


@pytest.mark.parametrize("lie", [of_one_file, with_zip64, lambda data: b"words" + data])
@pytest.mark.parametrize("how", ["folder", "zip"])
def test_what_a_zip_lists_is_counted_before_it_is_read(
    place: Path, monkeypatch: pytest.MonkeyPatch, how: str, lie: Callable[[bytes], bytes]
) -> None:
    files = {"ann.zip": lie(of_many(50)), "eve.zip": lie(of_many(51))}
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    monkeypatch.setattr(collecting, "MOST_MEMBERS", 50)
    opened, read = [], zipfile.ZipFile._RealGetContents  # type: ignore[attr-defined]
    monkeypatch.setattr(
        zipfile.ZipFile,
        "_RealGetContents",
        lambda self: [read(self), opened.append(len(self.filelist))],
    )
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["ann"]
    assert max(opened) == 50
    assert "eve.zip cannot be unpacked: it holds over 50 files." in found.told


def test_a_long_list_of_files_is_not_read(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two bytes of what may stand beside a name take seconds to read."""
    monkeypatch.setattr(collecting, "LARGEST_LIST", 2**20)
    with zipfile.ZipFile(place / "eve.zip", "w") as own:
        for number in range(20):
            own.writestr(member := zipfile.ZipInfo(f"{number}.ipynb"), NOTEBOOK)
            member.extra = bytes(60_000)
    files = {"eve.zip": (place / "eve.zip").read_bytes(), "jane.ipynb": NOTEBOOK}
    found = collected(in_folder(place / "in", files), place)
    assert found.told[0] == (
        "eve.zip cannot be unpacked: the list of its files is larger than 1 MB."
    )


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_a_large_zip_of_a_students_own_is_not_opened(
    place: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    monkeypatch.setattr(collecting, "LARGEST_ARCHIVE", 2**20)
    own = in_zip(place / "own.zip", {"lab.ipynb": NOTEBOOK, "data.csv": bytes(2**20)})
    files = {"eve.zip": own.read_bytes(), "jane.ipynb": NOTEBOOK}
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert found.told[0] == "eve.zip cannot be unpacked: it is larger than 1 MB."


def test_a_notebook_of_a_terabyte_is_not_read_in_full(place: Path) -> None:
    source = in_folder(place / "in", {"eve.ipynb": b"", "jane.ipynb": NOTEBOOK})
    os.truncate(source / "eve.ipynb", 2**40)  # a hole: it takes no room on the disk
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["eve", "jane"]
    assert all(one.sha256 for one in found.submissions)


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


def test_a_name_that_no_rule_could_read_in_time_is_told(place: Path) -> None:
    long = "1_" * 30_000 + ".ipynb"
    inner = in_zip(place / "inner.zip", {long: NOTEBOOK, "lab.ipynb": NOTEBOOK}).read_bytes()
    source = in_folder(place / "in", {"7/eve.zip": inner, "8/jane.ipynb": NOTEBOOK})
    found = collected(source, place, rule=r"(?P<student>\d+)/.*?[^/]*lab\.ipynb")
    assert [one.shown for one in found.submissions] == ["7/eve.zip/lab.ipynb"]
    assert found.told[0].startswith("7/eve.zip/1_1_1_")
    assert "... is not graded: its name has over 1000 letters." in found.told[0]


def damaged_lzma() -> bytes:
    """Its properties are none, which raises lzma.LZMAError."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("lab.ipynb", NOTEBOOK)
    data = bytearray(packed.getvalue())
    data[30 + len("lab.ipynb") + 4] = 0xFF
    return bytes(data)


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_a_packing_that_cannot_be_read_costs_nobody_else(place: Path, how: str) -> None:
    files = {"eve.zip": damaged_lzma(), "jane.ipynb": NOTEBOOK}
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert len(found.told) == 2  # and that nothing else was handed in
    assert found.told[0].startswith("eve.zip/lab.ipynb is not graded: ")


@pytest.mark.parametrize("method", ["open", "infolist"])
@pytest.mark.parametrize("error", [MemoryError(), struct.error("too short"), RecursionError()])
def test_whatever_a_students_archive_raises_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, method: str
) -> None:
    inner = in_zip(place / "inner.zip", {"lab.ipynb": NOTEBOOK}).read_bytes()
    source = in_folder(place / "in", {"eve.zip": inner, "jane.ipynb": NOTEBOOK})

    def raises(*arguments: object) -> None:
        raise error

    monkeypatch.setattr(zipfile.ZipFile, method, raises)
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert len(found.told) == 1
    assert found.told[0].endswith(f": {str(error) or type(error).__name__}.")


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_a_zip_in_a_students_zip_is_named_and_not_unpacked(place: Path, how: str) -> None:
    inner = in_zip(place / "inner.zip", {"lab.ipynb": NOTEBOOK}).read_bytes()
    own = in_zip(place / "own.zip", {"inner.zip": inner, "words.txt": b""}).read_bytes()
    files = {"alice.zip": own, "bob.ipynb": NOTEBOOK}
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    assert collected(source, place).told == [
        "alice handed in alice.zip/inner.zip and no notebook: not graded, as a zip in a zip is "
        "not opened."
    ]
    left = list((place / "workplace").iterdir())
    assert [path.suffix for path in left] == [".ipynb"] * (how == "zip")


def test_who_is_lost_in_a_class_of_plain_files_is_named(place: Path) -> None:
    empty = in_zip(place / "empty.zip", {"__MACOSX/x": b""}).read_bytes()
    files = {"alice.ipynb": NOTEBOOK, "alice.pdf": b"", "carol.pdf": b"", "dave.zip": empty}
    assert collected(in_folder(place / "in", files), place).told == [
        "carol handed in carol.pdf and no notebook: not graded.",
        "dave handed in dave.zip and no notebook: not graded.",
    ]


def test_a_colon_in_a_name_does_no_harm(place: Path) -> None:
    inner = in_zip(place / "inner.zip", {"Lab 00: done.ipynb": NOTEBOOK}).read_bytes()
    found = collected(in_folder(place / "in", {"alice.zip": inner}), place)
    assert [one.shown for one in found.submissions] == ["alice.zip/Lab 00: done.ipynb"]
    assert found.told == []


def test_only_what_is_graded_stays_on_the_disk(place: Path) -> None:
    files = {f"{number}.ipynb": NOTEBOOK for number in range(6)}
    inner = in_zip(place / "inner.zip", files).read_bytes()
    found = collected(in_zip(place / "in.zip", {"jane.zip": inner, "joe.ipynb": NOTEBOOK}), place)
    kept = [one.path for one in found.submissions]
    assert sorted((place / "workplace").iterdir()) == sorted(kept)


@pytest.mark.parametrize(
    ("bound", "most", "says"),
    [
        ("MOST_FILES", 3, "eve handed in over 3 notebooks: eve/b.zip/1.ipynb and what follows"),
        ("MOST_UNPACKED", 250, "eve handed in over 0 MB: eve/b.zip/1.ipynb and what follows"),
    ],
)
def test_a_student_is_bounded_not_a_zip(
    place: Path, monkeypatch: pytest.MonkeyPatch, bound: str, most: int, says: str
) -> None:
    monkeypatch.setattr(collecting, bound, most)
    files = {"0.ipynb": NOTEBOOK, "1.ipynb": NOTEBOOK}
    inner = in_zip(place / "inner.zip", files).read_bytes()
    files = {f"eve/{name}.zip": inner for name in "abc"} | {"jane.ipynb": NOTEBOOK}
    found = collected(in_folder(place / "in", files), place)
    assert [one.shown for one in found.submissions] == ["eve/b.zip/0.ipynb", "jane.ipynb"]
    assert found.told[2:] == [f"{says} are not graded."]


def test_a_full_disk_names_the_file(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object, **named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "mkstemp", full)
    with pytest.raises(OSError, match=r"No space left on device, when unpacking jane\.ipynb"):
        collected(in_zip(place / "in.zip", {"jane.ipynb": NOTEBOOK}), place)


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_no_path_forges_a_line(place: Path, how: str) -> None:
    bad = "x\n4321 handed in nothing.\x1b[2K\u202e"
    own = in_zip(place / "own.zip", {f"{bad}.ipynb": NOTEBOOK, "b.ipynb": NOTEBOOK}).read_bytes()
    files = {"eve.zip": own, f"{bad}/a.ipynb": NOTEBOOK, f"{bad}.pdf": b""}
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    if how == "folder":
        (source / f"{bad}link.ipynb").symlink_to(place)
    found = collected(source, place)
    assert len(found.submissions) == 2
    assert "eve.zip/x?4321 handed in nothing.?[2K?.ipynb" in " ".join(found.told)
    for text in [*found.told, *(one.shown for one in found.submissions)]:
        assert text.isprintable()


def test_names_that_become_one_id_are_told(place: Path) -> None:
    names = ["bob/x.ipynb", "bob./x.ipynb", "Jose\u0301/a.ipynb", "Jos\u00e9/b.ipynb"]
    found = collected(in_folder(place / "in", dict.fromkeys(names, NOTEBOOK)), place)
    assert [one.student for one in found.submissions] == ["José", "bob"]
    assert found.told[2:] == ["bob and bob. are read as one student, bob."]


@pytest.mark.parametrize("id", ["", "..", "a/b", "x" * 500, "Zoe\u0308", "nul\0l"])
def test_ids_are_safe_names(id: str) -> None:
    safe = id_of(id)
    assert safe and len(safe) <= 120 and safe not in (".", "..") and "/" not in safe
    assert safe == id_of(safe)


# ---- Names in archives ----


class Unflagged(zipfile.ZipInfo):
    """A member whose name is in a code that no flag tells, as many programs write it."""

    code = "utf-8"

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode(self.code), self.flag_bits & ~collecting.UTF8_FLAG


class OldCode(Unflagged):
    code = "cp437"


def named(path: Path, *names: str, member: type[zipfile.ZipInfo] = Unflagged) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(member(name), NOTEBOOK)
    return path


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("name", "student"),
    [
        ("Jürgen Müller.ipynb", "Jürgen Müller"),
        ("Jürgen Müller/lab ä.ipynb", "Jürgen Müller"),
        ("Übung/Jürgen.ipynb", "Jürgen"),
        ("Jürgen Müller_77_assignsubmission_file_/lab.ipynb", "77"),
        ("müllerjürgen_77_99_lab.ipynb", "77"),
        ("王小明.ipynb", "王小明"),
        ("Łukasz Żółć.ipynb", "Łukasz Żółć"),
    ],
)
def test_a_name_in_utf_8_without_the_flag(place: Path, form: str, name: str, student: str) -> None:
    name = unicodedata.normalize(form, name)
    found = collected(named(place / "Übung.zip", name, f"__MACOSX/._{name}"), place)
    assert [one.student for one in found.submissions] == [student]
    assert found.told == []
    assert "├" not in found.submissions[0].shown


def test_a_name_in_an_old_code_is_told(place: Path) -> None:
    found = collected(named(place / "in.zip", "Jürgen.ipynb", "Ana.ipynb", member=OldCode), place)
    assert [one.student for one in found.submissions] == ["Ana", "Jürgen"]
    assert found.told == [
        "This zip has names in an old code, read as CP437, such as Jürgen.ipynb: if that is wrong, "
        "unpack it and name the folder."
    ]


def test_one_name_in_an_old_code_leaves_the_others_as_they_are(place: Path) -> None:
    with zipfile.ZipFile(place / "in.zip", "w") as archive:
        archive.writestr(Unflagged("Jürgen.ipynb"), NOTEBOOK)
        archive.writestr(OldCode("Ana/lösung.ipynb"), NOTEBOOK)
        archive.writestr("Żaneta.ipynb", NOTEBOOK)  # with the flag
    found = collected(place / "in.zip", place)
    assert [one.student for one in found.submissions] == ["Ana", "Jürgen", "Żaneta"]


@pytest.mark.parametrize("is_of_this_name", [True, False])
def test_the_name_beside_one_in_an_old_code_counts(place: Path, is_of_this_name: bool) -> None:
    """As WinZip writes it; one of an earlier name does not count."""
    member, name = OldCode("Z?ota.ipynb"), "Żółta.ipynb".encode()
    old = zlib.crc32(b"Z?ota.ipynb" if is_of_this_name else b"other")
    part = b"\1" + old.to_bytes(4, "little") + name
    member.extra = struct.pack("<HH", collecting.UNICODE_PATH, len(part)) + part
    with zipfile.ZipFile(place / "in.zip", "w") as archive:
        archive.writestr(member, NOTEBOOK)
    found = collected(place / "in.zip", place)
    assert [one.student for one in found.submissions] == ["Żółta" if is_of_this_name else "Z_ota"]


def test_a_students_own_zip_says_nothing_of_its_names(place: Path) -> None:
    inner = named(place / "inner.zip", "lösung.ipynb", member=OldCode).read_bytes()
    found = collected(in_zip(place / "in.zip", {"jane.zip": inner}), place)
    assert [one.shown for one in found.submissions] == ["jane.zip/lösung.ipynb"]
    assert found.told == []


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_the_last_attempt_in_the_exchange_counts(place: Path, how: str) -> None:
    attempts = {f"jane+02_xor+2026-{day} 10:00:00.0 UTC+0f3a": day for day in ("11-30", "12-01")}
    files = {f"inbound/{name}/02_xor.ipynb": NOTEBOOK for name in attempts}
    files |= {
        f"inbound/{name}/timestamp.txt": f"2026-{day} 10:00:00 UTC".encode()
        for name, day in attempts.items()
    }
    files["outbound/02_xor/02_xor.ipynb"] = NOTEBOOK
    source = in_folder(place / "in", files) if how == "folder" else in_zip(place / "in.zip", files)
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["jane"]
    assert found.submissions[0].when == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert found.told[0].endswith("is the folder of a course: only what was handed in is graded.")


def test_a_time_in_a_name_is_of_the_courses_zone(place: Path) -> None:
    names = [f"Lab_jane_attempt_2026-1{month}-01-01-00-00_x.ipynb" for month in (1, 2)]
    source = in_folder(place / "in", dict.fromkeys(names, NOTEBOOK))
    zone = ZoneInfo("Europe/Berlin")
    (found,) = collect(source, workplace=place / "workplace", zone=zone).submissions
    assert found.when == datetime(2026, 12, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("how", ["folder", "zip"])
def test_a_folder_that_is_called_like_a_notebook_is_told(place: Path, how: str) -> None:
    files = {"joe.ipynb": NOTEBOOK}
    if how == "folder":
        source = in_folder(place / "in", files)
        (source / "jane.ipynb").mkdir()
    else:
        source = in_zip(place / "in.zip", files | {"jane.ipynb/": b""})
    found = collected(source, place)
    assert [one.student for one in found.submissions] == ["joe"]
    assert found.told == ["jane.ipynb is a folder, no notebook: only notebooks in it are graded."]
