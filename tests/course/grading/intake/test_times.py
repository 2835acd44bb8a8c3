"""Times of handing in, from a learning platform's list."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from course.grading.intake import times
from course.grading.intake.collect import Submission
from course.grading.intake.times import TimesError

BERLIN = ZoneInfo("Europe/Berlin")
# As a worksheet of Moodle is laid out, by its documentation.
WORKSHEET = """\
Identifier,"Full name","Email address",Status,Grade,"Maximum Grade",\
"Grade can be changed","Last modified (submission)","Last modified (grade)","Feedback comments"
"Participant 4321","Jane Doe",j@x.org,"Submitted for grading - ",,10.00,Yes,\
"Sunday, 29 November 2026, 11:58 PM",-,
"Participant 4322","Joe Poe",p@x.org,"No submission - ",,10.00,Yes,-,-,
"Participant 4323","Ann Lee",a@x.org,"Submitted for grading - ",,10.00,Yes,\
"1 December 2026, 00:03",-,
"""


def listed(tmp_path: Path, text: str) -> times.Times:
    path = tmp_path / "times.csv"
    path.write_text(text, encoding="utf-8")
    return times.read(path, BERLIN)


def one(student: str) -> Submission:
    return Submission(student, student, Path("x"), "x", datetime(2027, 1, 1, tzinfo=UTC), "")


def test_moodles_worksheet(tmp_path: Path) -> None:
    assert listed(tmp_path, WORKSHEET).when == {
        "4321": datetime(2026, 11, 29, 22, 58, tzinfo=UTC),
        "4322": None,
        "4323": datetime(2026, 11, 30, 23, 3, tzinfo=UTC),
    }


@pytest.mark.parametrize(
    "text",
    [
        "student,handed_in\njane,2026-11-29 23:58\n",
        "\ufeffhanded_in;student\n2026-11-29T23:58:00;jane\n",
        "student\thanded_in\tname\njane\t2026-11-29T22:58Z\tJane\n",
        'student,handed_in\r\n" jane ",2026-11-30T03:58+05:00\r\n\r\n',
        "student,handed_in\njane,29 Nov 2026 23:58\n",
        "\ufeffsep=;\r\nstudent;handed_in\r\njane;2026-11-29 23:58\r\n",
        'student,handed_in\njane,"November 29, 2026, 11:58 pm"\n',
    ],
)
def test_tables_of_ones_own(tmp_path: Path, text: str) -> None:
    assert listed(tmp_path, text).when == {"jane": datetime(2026, 11, 29, 22, 58, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "needs the columns student and handed_in"),
        ("student,when\na,2026-11-29\n", "needs the columns student and handed_in"),
        ("student,handed_in\na,03/04/2026 10:00\n", "a's '03/04/2026 10:00' is no time"),
        ("student,handed_in\na,Sunday\n", "no time that is clear"),
        ("student,handed_in\na,Tuesday 03/04/2026 10:00\n", "no time that is clear"),
        ("student,handed_in\na,December 2026\n", "no time that is clear"),
        ("student,handed_in\na,1 December 2026 23:58 EST\n", "no time that is clear"),
        ("student,handed_in\na,0001-01-01 10:00\n", "no time that is clear"),
        ("student,handed_in\na,2026-12-01\n", "no time that is clear"),
        ("student,handed_in\na,20261\n", "no time that is clear"),
        ("student,handed_in\na,30 Nov 26\n", "no time that is clear"),
        ("student,handed_in\na,2026-11-29 10:00\na,-\n", "a stands there twice"),
    ],
)
def test_what_is_unclear_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(TimesError, match=r"times\.csv") as told:
        listed(tmp_path, text)
    assert says in str(told.value)


def test_a_file_that_is_no_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(TimesError, match="cannot be read as a CSV file"):
        times.read(tmp_path, BERLIN)
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TimesError, match="cannot be read as a CSV file"):
        times.read(tmp_path / "x.csv", BERLIN)


def test_a_list_of_nobody_is_one(tmp_path: Path) -> None:
    assert listed(tmp_path, "student,handed_in\n").when == {}


def test_a_column_that_only_sounds_like_moodles_is_ones_own(tmp_path: Path) -> None:
    text = "Student Identifier,student,handed_in\n1,ada7,2026-11-29 23:58\n"
    assert list(listed(tmp_path, text).when) == ["ada7"]


def test_a_time_without_a_zone_is_nobodys_guess(tmp_path: Path) -> None:
    path = tmp_path / "times.csv"
    path.write_text("student,handed_in\njane,2026-11-29 23:58\n")
    with pytest.raises(TimesError, match="names no time zone: say in"):
        times.read(path, None)
    path.write_text("student,handed_in\njane,2026-11-29 23:58Z\n")
    assert times.read(path, None).when == {"jane": datetime(2026, 11, 29, 23, 58, tzinfo=UTC)}


def test_the_list_goes_before_the_files(tmp_path: Path) -> None:
    found = [one("4321"), one("9")]
    after = listed(tmp_path, WORKSHEET).of(found)
    assert [each.when for each in after] == [
        datetime(2026, 11, 29, 22, 58, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ]
    assert list(listed(tmp_path, WORKSHEET).missing(found)) == [
        "Without a time in the list, so as their files say: 9.",
        "In the list, but no notebook of theirs was found: 4323.",
        "Handed in nothing: 4322.",
    ]
    assert list(listed(tmp_path, WORKSHEET).missing(found, {"4322", "4323"})) == [
        "Without a time in the list, so as their files say: 9.",
    ]
