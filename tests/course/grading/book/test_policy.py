"""Lateness, extra time, teams: what course.toml says, and what it may not say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.grading.book.policy import LabPolicy, Policy, PolicyError, read

DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
NFC, NFD = "Jos\N{LATIN SMALL LETTER E WITH ACUTE}", "Jose\N{COMBINING ACUTE ACCENT}"
STRICT = LabPolicy(due=DUE, late_per_day=0.1, most_days_late=5)


@pytest.mark.parametrize(
    ("late", "extra_hours", "share"),
    [
        (timedelta(0), 0, 1.0),
        (timedelta(seconds=1), 0, 0.9),
        (timedelta(days=1), 0, 0.9),
        (timedelta(days=1, seconds=1), 0, 0.8),
        (timedelta(days=5), 0, 0.5),
        (timedelta(days=5, seconds=1), 0, 0.0),
        (timedelta(days=2), 48, 1.0),
        (timedelta(days=2, seconds=1), 48, 0.9),
        (timedelta(days=-300), 0, 1.0),
    ],
)
def test_lateness(late: timedelta, extra_hours: float, share: float) -> None:
    assert STRICT.share(DUE + late, extra_hours) == pytest.approx(share)


def test_without_a_date_nothing_is_late() -> None:
    assert LabPolicy().share(datetime.max.replace(tzinfo=UTC)) == 1.0


@given(
    st.floats(0, 2),
    st.floats(0, 30),
    st.timedeltas(timedelta(-50), timedelta(50)),
    st.timedeltas(timedelta(0), timedelta(50)),
)
def test_later_is_never_better(
    per_day: float, most: float, late: timedelta, later: timedelta
) -> None:
    policy = LabPolicy(due=DUE, late_per_day=per_day, most_days_late=most)
    first, second = policy.share(DUE + late), policy.share(DUE + late + later)
    assert 0 <= second <= first <= 1


def written(folder: Path, text: str) -> Policy:
    path = folder / "course.toml"
    path.write_text(text, encoding="utf-8")
    return read(path)


def test_all_that_it_may_say(tmp_path: Path) -> None:
    policy = written(
        tmp_path,
        """
time_zone = "Europe/Berlin"
[labs.2]
due = 2026-12-01T12:00:00Z
late_per_day = 0.1
most_days_late = 5
extra_credit = ["2.6"]
attempts = "best"
canvas = "XOR (4711)"
[labs.03_activations]
due = 2026-12-01T13:00:00
most_days_late = inf
[students.4321]
extra_hours = 48
[teams]
red = ["4321", "4322"]
""",
    )
    assert policy.of("02") == LabPolicy(DUE, 0.1, 5.0, ["2.6"], "best", "XOR (4711)")
    assert policy.of("03") == LabPolicy(DUE)
    assert policy.of("10") == LabPolicy()
    assert policy.extra_hours == {"4321": 48.0}
    assert policy.together("4322") == ["4321", "4322"]
    assert policy.together("1") == ["1"]


def test_an_accent_is_one_however_it_is_typed(tmp_path: Path) -> None:
    policy = written(
        tmp_path, f'[students."{NFD}"]\nextra_hours = 48\n[teams]\nred = ["{NFD}", "ann"]\n'
    )
    assert policy.extra_hours == {NFC: 48.0}
    assert policy.together(NFC) == policy.together("ann") == [NFC, "ann"]


def test_a_lab_that_is_not_here_yet_may_have_extra_credit(tmp_path: Path) -> None:
    policy = written(tmp_path, '[labs.99]\nextra_credit = ["99.1"]\n')
    assert policy.of("99").extra_credit == ["99.1"]


def test_the_most_extra_hours_can_be_counted(tmp_path: Path) -> None:
    policy = written(tmp_path, "[students.1]\nextra_hours = 8784\n")
    assert STRICT.share(DUE + timedelta(days=366), policy.extra_hours["1"]) == 1


def test_who_is_named_and_unknown() -> None:
    policy = Policy(extra_hours={"1": 1.0, "3": 1.0}, teams={"red": ["1", "2"], "blue": ["4"]})
    assert policy.unknown({"1", "4", "5"}) == ["2", "3"]
    assert Policy().unknown({"1"}) == []


def test_without_a_file_nothing_is_due(tmp_path: Path) -> None:
    assert read(tmp_path / "course.toml") == Policy()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[labs.02]\ndue = 2026-13-01", "cannot be read"),
        ("[labs.02]\ndue = 2026-12-01", "due is a date with a time"),
        ('[labs.02]\ndue = "tomorrow"', "due is a date with a time"),
        ("[labs.02]\nlate_per_day = 10", "late_per_day is a number from 0 to 1, not 10"),
        ("[labs.02]\ndue = 2026-12-01T12:00:00", "due names no time zone: write"),
        ("[labs.02]\nlate_per_day = -1", "late_per_day is a number from 0 to 1, not -1"),
        ("[labs.02]\nmost_days_late = nan", "most_days_late is a number from 0"),
        ("[labs.02]\npenalty = 1", r"penalty in \[labs.02\] is unknown"),
        ('[labs.02]\nattempts = "first"', '"last" or "best"'),
        ("[labs.02]\ncanvas = 4711", "canvas is a column of Canvas"),
        ('time_zone = "Berlin"', 'such as "Europe/Berlin", not'),
        ("time_zone = 1", 'such as "Europe/Berlin", not 1'),
        ('time_zone = "/etc/passwd"', "time_zone is the name of one"),
        ("[labs.2]\n[labs.02]\n", r"\[labs.02\] is one lab's number, such as 02, and once"),
        ("[labs.xor]\n", r"\[labs.xor\] is one lab's number"),
        ("[labs.02]\nlate_per_day = inf", "late_per_day is a number from 0 to 1, not inf"),
        ("[labs.02]\nextra_credit = 2.9", r'extra_credit is a list such as \["2.6"\]'),
        ("[labs.02]\nextra_credit = [2.6]", r'in quotes, such as "2.10"'),
        ('[labs.02]\nextra_credit = ["3.1"]', "3.1 is no exercise of this lab. There are: 2.0,"),
        ('[labs.02]\nextra_credit = ["2.60"]', "2.60 is no exercise of this lab"),
        ('[labs.02]\nextra_credit = "2.9"', "extra_credit is a list"),
        ("[students.1]\nextra_hours = inf", "extra_hours is a number from 0 to 8784, not inf"),
        ("[students.1]\nextra_hours = 1e12", "extra_hours is a number from 0 to 8784, not 10000"),
        ("[labs.02]\nlate_per_day = 1" + "0" * 400, "late_per_day is a number from 0 to 1, not 1"),
        (f'[students."{NFC}"]\nextra_hours = 1\n[students."{NFD}"]\n', "is there twice"),
        (f'[teams]\na = ["{NFC}"]\nb = ["{NFD}"]\n', f"{NFC} can be in one team only"),
        ("[lab]\n", "lab is unknown"),
        ("labs = 3\n", "table of settings"),
        ("[labs]\n02 = 3\n", "table of settings"),
        ("[students.1]\nextra = 3\n", r"extra in \[students.1\] is unknown"),
        ("[students.1]\n", "extra_hours"),
        ('[teams]\na = ["1"]\nb = ["1"]\n', "1 can be in one team only"),
        ("[teams]\na = 3\n", "is a list of students"),
    ],
)
def test_what_is_no_policy_is_told(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        written(tmp_path, text)
