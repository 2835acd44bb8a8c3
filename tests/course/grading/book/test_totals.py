"""What counts in the end: lateness, teams, attempts, extra credit and people's decisions."""

from __future__ import annotations

import csv
import io
import re
import shlex
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from course.cli import app
from course.grading.book.gradebook import Gradebook, Written
from course.grading.book.policy import LabPolicy, Policy
from course.grading.book.totals import Total, totals
from course.grading.intake.collect import Submission, collect
from course.grading.out import export
from course.grading.out.feedback import write_feedback
from course.grading.out.release import CourseFolder
from course.grading.run.lab import Lab
from course.grading.run.marking import Mark, Marked

LAB = Lab("02_xor")
POSSIBLE = {one.id: one.points for one in LAB.exercises}
FULL = sum(POSSIBLE.values())
FIRST, SECOND = list(POSSIBLE)[:2]
DUE = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def hand_in(
    book: Gradebook,
    student: str,
    points: Mapping[str, float] = POSSIBLE,
    *,
    when: datetime = DUE,
    file: str = "",
    version: str = "1",
    is_listed: bool = False,
    unreadable: str = "",
) -> None:
    """Keep a marked submission: these points, and none for the other exercises."""
    marks = {
        id: Mark(id, "right" if points.get(id) else "wrong", points.get(id, 0.0), possible)
        for id, possible in POSSIBLE.items()
    }
    sha256 = file or f"{student} {when.isoformat()}"
    submission = Submission(
        student, f"Name {student}", Path("x"), "x.ipynb", when, sha256, is_listed
    )
    marked = Marked(marks, nbformat.v4.new_notebook(), seed=0)
    book.write(LAB.name, [Written(submission, marked, unreadable)], version=version, jailed=True)


def counted(book: Gradebook, policy: Policy) -> dict[str, float]:
    """Everybody's points."""
    return {one.student: one.points for one in totals(book, policy, LAB.name)}


def of(
    team: Sequence[str] = (), hours: Mapping[str, float] | None = None, **rule: object
) -> Policy:
    """A policy with one team, if any, extra hours by student, and this rule for the lab."""
    teams = {"red": list(team)} if team else {}
    return Policy({"02": LabPolicy(**rule)}, hours or {}, teams)  # type: ignore[arg-type]


# ---- Lateness ----


def test_extra_hours_are_those_of_the_student(book: Gradebook) -> None:
    for student in ("ada", "bob"):
        hand_in(book, student, when=DUE + 2 * DAY)
    policy = of(due=DUE, late_per_day=0.1, most_days_late=5, hours={"ada": 48})
    assert counted(book, policy) == pytest.approx({"ada": FULL, "bob": 0.8 * FULL})


def test_extra_hours_in_a_team_are_still_those_of_the_student(book: Gradebook) -> None:
    hand_in(book, "ada", when=DUE + 2 * DAY)
    policy = of(["ada", "bob"], due=DUE, late_per_day=0.1, hours={"bob": 24})
    assert counted(book, policy) == pytest.approx({"ada": 0.8 * FULL, "bob": 0.9 * FULL})


def test_later_than_the_last_day_counts_nothing(book: Gradebook) -> None:
    hand_in(book, "ada", when=DUE + 5 * DAY)
    hand_in(book, "bob", when=DUE + 5 * DAY + timedelta(seconds=1))
    policy = of(due=DUE, late_per_day=0.1, most_days_late=5)
    assert counted(book, policy) == pytest.approx({"ada": 0.5 * FULL, "bob": 0})


@pytest.mark.parametrize("hours", [-11, 0, 5.5])
def test_a_time_of_any_zone_is_the_same_moment(book: Gradebook, hours: float) -> None:
    """SQLite keeps no time zone."""
    zone = timezone(timedelta(hours=hours))
    hand_in(book, "ada", when=DUE.astimezone(zone))
    hand_in(book, "bob", when=(DUE + timedelta(seconds=1)).astimezone(zone))
    policy = of(due=DUE, late_per_day=0.1)
    assert counted(book, policy) == pytest.approx({"ada": FULL, "bob": 0.9 * FULL})


def test_nbgraders_note_of_the_time_may_name_a_zone(tmp_path: Path, book: Gradebook) -> None:
    folder = tmp_path / "in" / "submitted" / "ada" / LAB.name
    folder.mkdir(parents=True)
    (folder / f"{LAB.name}.ipynb").write_text("{}")
    (folder / "timestamp.txt").write_text("2026-12-01 14:00:00+02:00")  # when it is due
    (found,) = collect(tmp_path / "in", workplace=tmp_path).submissions
    hand_in(book, "ada", when=found.when)
    assert counted(book, of(due=DUE, late_per_day=0.1)) == {"ada": FULL}


MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
HOURS = st.floats(0, 1000)


@given(MOMENTS, HOURS, HOURS, st.floats(0, 2), st.floats(0, 30))
def test_more_extra_hours_are_never_worse(
    when: datetime, hours: float, more: float, per_day: float, most: float
) -> None:
    rule = LabPolicy(due=DUE, late_per_day=per_day, most_days_late=most)
    assert rule.share(when, hours) <= rule.share(when, hours + more) <= 1


# ---- Attempts and teams ----


def test_the_last_attempt_counts_or_the_best(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 1}, when=DUE - 2 * DAY)
    hand_in(book, "ada", {FIRST: 0.5}, when=DUE - DAY)
    assert counted(book, of(attempts="last")) == {"ada": 0.5}
    assert counted(book, of(attempts="best")) == {"ada": 1}


def test_the_best_attempt_is_the_best_after_lateness(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 0.9}, when=DUE)
    hand_in(book, "ada", {FIRST: 1}, when=DUE + DAY)
    rule = {"due": DUE, "late_per_day": 0.2}
    assert counted(book, of(attempts="best", **rule)) == {"ada": 0.9}
    assert counted(book, of(attempts="last", **rule)) == {"ada": 0.8}


def test_an_older_file_that_is_handed_in_again_is_the_last(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 1}, when=DUE - 3 * DAY, file="a")
    hand_in(book, "ada", {FIRST: 0.5}, when=DUE - 2 * DAY, file="b")
    again = Submission("ada", "ada", Path("x"), "x.ipynb", DUE - DAY, "a")
    assert book.marked_by(LAB.name, again, jailed=True) == {"1"}
    assert counted(book, of()) == {"ada": 1}


def test_the_platforms_time_comes_before_a_files(book: Gradebook) -> None:
    """A file that was copied later than the next one was handed in is not the last."""
    hand_in(book, "1", {}, when=DUE, file="copied late")
    hand_in(book, "1", when=DUE - DAY, file="handed in after it", is_listed=True)
    assert counted(book, of()) == {"1": FULL}
    hand_in(book, "1", {}, when=DUE - DAY / 2, file="the next one", is_listed=True)
    assert counted(book, of()) == {"1": 0}


def test_what_is_no_notebook_of_the_lab_replaces_none_that_is(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 1}, when=DUE - DAY)
    hand_in(book, "ada", {}, when=DUE, file="Untitled", is_listed=True, unreadable="no notebook")
    hand_in(book, "eve", {}, file="empty", unreadable="no notebook")
    assert counted(book, of()) == {"ada": 1, "eve": 0}


def test_what_one_of_a_team_hands_in_counts_for_all(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 1})
    hand_in(book, "eve", {FIRST: 0.25})
    assert counted(book, of(["ada", "bob", "cyd"])) == {"ada": 1, "bob": 1, "cyd": 1, "eve": 0.25}


def test_of_two_of_a_team_who_hand_in_the_last_counts_or_the_best(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 1}, when=DUE - DAY)
    hand_in(book, "bob", {FIRST: 0.5}, when=DUE)
    assert counted(book, of(["ada", "bob"])) == {"ada": 0.5, "bob": 0.5}
    assert counted(book, of(["ada", "bob"], attempts="best")) == {"ada": 1, "bob": 1}


# ---- Extra credit ----


def test_extra_credit_adds_points_and_no_possible_ones(book: Gradebook) -> None:
    hand_in(book, "ada")
    hand_in(book, "bob", {id: most for id, most in POSSIBLE.items() if id != FIRST})
    for one in totals(book, of(extra_credit=[FIRST]), LAB.name):
        assert one.possible == FULL - POSSIBLE[FIRST]
        assert one.points == (FULL if one.student == "ada" else FULL - POSSIBLE[FIRST])


# ---- People's decisions ----


def test_an_override_of_one_of_a_team_holds_for_that_one(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 1})
    hand_in(book, "bob", {FIRST: 1}, when=DUE + DAY)
    book.override(LAB.name, "ada", FIRST, 0.25, who="Ada", why="was away")
    assert counted(book, of(["ada", "bob", "cyd"])) == {"ada": 0.25, "bob": 1, "cyd": 1}


def test_who_handed_in_nothing_but_is_in_a_team_can_get_an_override(tmp_path: Path) -> None:
    """Also cyd, for whom ada handed in, can be the one who was away."""
    with Gradebook.of(tmp_path / "gradebook.db") as book:
        hand_in(book, "ada", {FIRST: 1})
    (tmp_path / "course.toml").write_text('[teams]\nred = ["ada", "cyd"]\n')
    assert override(tmp_path, "cyd", "0.25") == 0
    with Gradebook.of(tmp_path / "gradebook.db") as book:
        assert counted(book, of(["ada", "cyd"])) == {"ada": 1, "cyd": 0.25}


@pytest.mark.parametrize("points", ["nan", "inf", "-inf"])
def test_an_override_is_a_number(tmp_path: Path, points: str) -> None:
    with Gradebook.of(tmp_path / "gradebook.db") as book:
        hand_in(book, "ada", {FIRST: 1})
    assert override(tmp_path, "ada", points) == 2
    with Gradebook.of(tmp_path / "gradebook.db") as book:
        assert counted(book, of()) == {"ada": 1}


def override(course: Path, student: str, points: str) -> int:
    """The command `course override`; its exit status."""
    options = ["--who", "Ada", "--why", "because", "--course", str(course)]
    done = CliRunner().invoke(app, ["override", *options, "--", student, FIRST, points])
    return done.exit_code


def test_an_override_survives_marking_again(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 1, SECOND: 1}, file="a")
    book.override(LAB.name, "ada", FIRST, 0.25, who="Ada", why="because")
    hand_in(book, "ada", {FIRST: 1, SECOND: 1}, file="a", version="2")  # other checks
    assert counted(book, of()) == {"ada": 1.25}
    hand_in(book, "ada", {SECOND: 0.5}, when=DUE + DAY)  # another file
    assert counted(book, of()) == {"ada": 0.75}
    assert counted(book, of(attempts="best")) == {"ada": 1.25}
    book.override(LAB.name, "ada", FIRST, None, who="Ada", why="a mistake")
    assert counted(book, of()) == {"ada": 0.5}


def test_the_latest_override_counts_and_is_late_like_the_rest(book: Gradebook) -> None:
    hand_in(book, "ada", {FIRST: 1}, when=DUE + DAY)
    for points in (0.25, 0.5):
        book.override(LAB.name, "ada", FIRST, points, who="Ada", why="because")
    assert counted(book, of(due=DUE, late_per_day=0.5)) == {"ada": 0.25}


def test_an_override_that_a_later_attempt_has_overtaken_is_named(tmp_path: Path) -> None:
    course = tmp_path / "a course"
    course.mkdir()
    with Gradebook.of(course / "gradebook.db") as book:
        for student in ("-ada s", "bob", "cyd", "dan"):
            hand_in(book, student, {SECOND: 1})
            book.override(LAB.name, student, FIRST, 0.5, who="Ada", why="half")
        hand_in(book, "-ada s", {FIRST: 1, SECOND: 1}, when=DUE + DAY)
        hand_in(book, "bob", {FIRST: 0.5}, when=DUE + DAY)  # as much
        hand_in(book, "cyd", {FIRST: 1}, when=DUE + DAY)
        book.override(LAB.name, "cyd", FIRST, 0.75, who="Ada", why="decided on this one")
    exporting = ["export", "02", "--course", str(course)]
    said = CliRunner().invoke(app, exporting).stderr
    (says,) = [line for line in said.splitlines() if "before this attempt" in line]
    assert f"Exercise {FIRST} of -ada s counts 0.5 points, as Ada decided before" in says
    assert "the check gives 1 now." in says
    back = shlex.split(says.partition("To let that count: course ")[2])
    assert CliRunner().invoke(app, back).exit_code == 0
    assert "before this attempt" not in CliRunner().invoke(app, exporting).stderr
    with Gradebook.of(course / "gradebook.db") as book:
        assert counted(book, of()) == {"-ada s": 2, "bob": 0.5, "cyd": 0.75, "dan": 1.5}


# ---- All of it together, against a plain computation of the same ----

STUDENTS = ["ada", "bob", "cyd", "dan"]
POINTS = st.sampled_from([0, 0.25, 0.5, 1])
HANDED_IN = st.lists(
    st.tuples(
        st.sampled_from(STUDENTS),
        st.integers(-100, 100),  # hours after it is due
        st.dictionaries(st.sampled_from([*POSSIBLE]), POINTS),
    ),
    min_size=1,
    max_size=8,
    unique_by=lambda one: one[1],  # which of two at the same time is the last is anybody's guess
)
OVERRIDES = st.lists(
    st.tuples(st.sampled_from(STUDENTS), st.sampled_from([FIRST, SECOND]), POINTS | st.none()),
    max_size=3,
)
RULES = st.fixed_dictionaries(
    {
        "due": st.sampled_from([None, DUE]),
        "late_per_day": st.sampled_from([0, 0.1, 0.5]),
        "most_days_late": st.sampled_from([1, 3, 10]),
        "attempts": st.sampled_from(["last", "best"]),
        "extra_credit": st.lists(st.sampled_from([*POSSIBLE]), max_size=2, unique=True),
    }
)


@settings(deadline=None, max_examples=40)
@given(
    HANDED_IN, OVERRIDES, RULES, st.dictionaries(st.sampled_from(STUDENTS), HOURS), st.booleans()
)
def test_totals_are_what_the_rules_say(
    handed_in: list[tuple[str, int, dict[str, float]]],
    overrides: list[tuple[str, str, float | None]],
    rule: dict[str, object],
    hours: dict[str, float],
    is_team: bool,
) -> None:
    policy = of(STUDENTS[:2] if is_team else (), hours, **rule)
    with Gradebook("sqlite://") as book:
        for student, after, points in handed_in:
            hand_in(book, student, points, when=DUE + timedelta(hours=after))
        who = {student for student, _, _ in handed_in}
        decided: dict[tuple[str, str], float | None] = {}
        for student, exercise, decision in overrides:
            if student in who:
                book.override(LAB.name, student, exercise, decision, who="Ada", why="because")
                decided[student, exercise] = decision
        found = totals(book, policy, LAB.name)
    for student in STUDENTS:
        team = STUDENTS[:2] if is_team and student in STUDENTS[:2] else [student]
        results = []
        for one, after, points in sorted(handed_in, key=lambda given: given[1]):
            if one not in team:
                continue
            sums = 0.0
            for id in POSSIBLE:
                decision = decided.get((student, id))
                sums += points.get(id, 0.0) if decision is None else decision
            when = DUE + timedelta(hours=after)
            results.append(sums * policy.of("02").share(when, hours.get(student, 0.0)))
        ours = [one for one in found if one.student == student]
        assert len(ours) == bool(results)
        if results:
            due = max(results) if rule["attempts"] == "best" else results[-1]
            assert ours[0].points == pytest.approx(due)
            beyond = sum(POSSIBLE[id] for id in policy.of("02").extra_credit)
            assert ours[0].possible == FULL - beyond


# ---- What is shown ----


@pytest.fixture
def shown(tmp_path: Path, book: Gradebook) -> tuple[CourseFolder, Gradebook, list[Total]]:
    """A class with everything in it at once."""
    hand_in(book, "ada", when=DUE + DAY)
    hand_in(book, "bob", {FIRST: 0.5, SECOND: 1})
    hand_in(book, "cyd", {}, when=DUE + 9 * DAY)
    book.override(LAB.name, "bob", FIRST, 0.75, who="Ada", why="because")
    policy = of(["ada", "eve"], {"eve": 24}, due=DUE, late_per_day=0.1, extra_credit=[FIRST])
    return CourseFolder(tmp_path), book, totals(book, policy, LAB.name)


def rows(form: str, results: Sequence[Total]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export.FORMATS[form](LAB.name, results))))


def test_the_exports_agree_with_the_totals(
    shown: tuple[CourseFolder, Gradebook, list[Total]],
) -> None:
    results = {one.student: one for one in shown[2]}
    assert results.keys() == {"ada", "bob", "cyd", "eve"}
    for row in rows("moodle", shown[2]):
        one = results[row["Identifier"].removeprefix("Participant ")]
        assert (float(row["Grade"]), float(row["Maximum Grade"])) == (
            pytest.approx(one.points, abs=0.005),
            one.possible,
        )
    head, *students = rows("canvas", shown[2])
    assert float(head[LAB.name]) == FULL - POSSIBLE[FIRST]
    for row in students:
        assert float(row[LAB.name]) == pytest.approx(results[row["ID"]].points, abs=0.005)
    for student, one in results.items():
        own = [row for row in rows("plain", shown[2]) if row["student"] == student]
        assert [row["exercise"] for row in own] == [*POSSIBLE]
        got = sum(float(row["share"]) * float(row["points"]) for row in own)
        assert got == pytest.approx(one.points)
    decided = [row["exercise"] for row in rows("plain", shown[2]) if row["by"] == "Ada"]
    assert decided == [FIRST]


def test_no_hint_is_given_to_a_right_answer(tmp_path: Path, book: Gradebook) -> None:
    hand_in(book, "ada")
    for points, hints in ((0.0, 0), (None, 0)):
        book.override(LAB.name, "ada", FIRST, points, who="Ada", why="copied")
        (one,) = totals(book, of(), LAB.name)
        page = write_feedback(book, LAB, CourseFolder(tmp_path), one, hints=3).read_text()
        assert page.count("<li>Hint:") == hints
    hand_in(book, "ada", {id: most for id, most in POSSIBLE.items() if id != FIRST}, file="wrong")
    (one,) = totals(book, of(), LAB.name)
    page = write_feedback(book, LAB, CourseFolder(tmp_path), one, hints=3).read_text()
    assert page.count("<li>Hint:") == 3


def test_feedback_shows_the_points_of_the_export(
    shown: tuple[CourseFolder, Gradebook, list[Total]],
) -> None:
    folder, book, results = shown
    for one in results:
        page = write_feedback(book, LAB, folder, one, hints=1).read_text()
        (says,) = re.findall(r"<strong>([\d.]+) of ([\d.]+) points</strong>", page)
        assert says == (f"{one.points:g}", f"{one.possible:g}"), one.student
