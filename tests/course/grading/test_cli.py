"""Bad input of the grading commands: one sentence that says what to do, and exit status 2."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import shlex
import shutil
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock
from nbformat.v4 import new_notebook
from nbgrader import api
from typer.testing import CliRunner, Result

from course.cli import app
from course.grading import cli
from course.grading.book.gradebook import Gradebook, Written
from course.grading.intake.collect import Submission
from course.grading.jail import bubblewrap as jail
from course.grading.out import export
from course.grading.run import grade as grading
from course.grading.run import running
from course.grading.run.marking import Mark, Marked
from tests.programs import jailed
from tests.submissions import instant

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    shutil.copy(ROOT / "labs" / "00_orientation.ipynb", tmp_path / "in" / "jane.ipynb")
    return tmp_path


def told(place: Path, *arguments: str) -> str:
    """What the command says, in one line, with exit status 2."""
    done = CliRunner().invoke(app, [one.format(place=place) for one in arguments])
    assert done.exit_code == 2, done.output
    assert isinstance(done.exception, SystemExit)
    return done.output


GRADE = ("grade", "{place}/in", "00", "--course", "{place}/course")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("grade", "{place}/nowhere", "00"), "name the folder or zip of the submissions"),
        (("grade", "{place}/in", "99"), "There is no lab 99. There are: 00_orientation"),
        (("grade", "{place}/in", "00", "--course", "/proc/x"), "/proc/x"),
        ((*GRADE, "--student", "("), "is no regular expression"),
        ((*GRADE, "--student", r"(?P<student>\\d+)"), "fits no path in"),
        ((*GRADE, "--gradebook", "mysql:/x"), "is no database"),
        (
            (*GRADE, "--gradebook", "postgresql+psycopg://a:secret@localhost:1/x"),
            "a:***@localhost:1/x cannot be used",
        ),
        (
            ("export", "00", "--course", "{place}", "--format", "xls"),
            "canvas, moodle, students, plain",
        ),
        ((*GRADE, "--times", "{place}/none.csv"), "none.csv cannot be read as a CSV file"),
        (
            ("export", "00", "--course", "{place}/none", "--gradebook", "sqlite:///{place}/x.db"),
            "none/attempts: name the course's folder with --course",
        ),
        (("release", "00", "--course", str(ROOT)), "does not belong in this repository"),
        (("grade", "{place}/in", "00"), "does not belong in this repository"),
        (
            ("grade", str(ROOT / "labs"), "15", "--course", "{place}/course"),
            "Lab 15 has no exercises: there is nothing to grade.",
        ),
        (("grade", str(ROOT), "00", "--course", "{place}/course"), "and no submissions"),
        (("grade", str(ROOT / "labs"), "00", "--course", "{place}/course"), "and no submissions"),
        (
            ("override", "x", "0.9", "1", "--who", "a", "--why", "b", "--course", "{place}"),
            "There is no exercise 0.9. There are: 0.1",
        ),
        (
            ("override", "x", "0.1", "abc", "--who", "a", "--why", "b", "--course", "{place}"),
            "Exercise 0.1 has 0 to 1 points, not abc",
        ),
        (("forget", "../x", "--course", "{place}"), "is no student's id"),
        (
            ("override", "x", "0.1", "1", "--who", "a", "--why", "b", "--course", "{place}"),
            "gradebook.db: name the course's folder with --course",
        ),
    ],
)
def test_bad_input(place: Path, arguments: tuple[str, ...], says: str) -> None:
    assert says in told(place, *arguments).replace("\n", " ")


@jailed
def test_a_course_in_this_repository_is_refused_before_anything_is_written(place: Path) -> None:
    inside = ROOT / "a-course"
    says = told(place, "grade", "{place}/in", "00", "--course", str(inside))
    assert "does not belong in this repository" in says
    assert not inside.exists()


def test_the_help_names_the_formats_that_there_are() -> None:
    assert set(cli.FORMATS) == export.FORMATS.keys()


TEAMS = ("Group A_17", "Group B_18", "Default group")


def of_moodle(place: Path, *names: str) -> tuple[str, ...]:
    """A command that collects the work of these, as Moodle 4.1 names it, and then has no jail."""
    for name in names:
        (place / "moodle" / f"{name}_assignsubmission_file").mkdir(parents=True)
        file = place / "moodle" / f"{name}_assignsubmission_file" / "x.ipynb"
        shutil.copy(place / "in" / "jane.ipynb", file)
    return ("grade", "{place}/moodle", "00", "--course", "{place}/course")


def written(place: Path, name: str, text: str) -> Path:
    path = place / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_team_of_moodle_without_members_is_asked_about(place: Path) -> None:
    says = told(place, *of_moodle(place, *TEAMS)).replace("\n", " ")
    assert "names these as the work of teams: Group A, Group B, Default group." in says
    assert '[teams], and in a line below "Group A" = ["4321", "4322"]' in says


def test_teams_of_moodle_count_for_their_members(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = {"Group A": ["1", "2"], "Group B": ["3"], "Default group": ["4", "5"]}
    lines = [f'"{team}" = {its}'.replace("'", '"') for team, its in members.items()]
    written(place, "course/course.toml", "\n".join(["[teams]", *lines]))
    monkeypatch.setattr(
        grading, "on_this_machine", lambda lab, *_, **__: contextlib.nullcontext(instant(lab))
    )
    command = [one.format(place=place) for one in of_moodle(place, *TEAMS)]
    done = CliRunner().invoke(app, [*command, "--no-jail"])
    assert done.exit_code == 0, done.output
    exporting = ["export", "00", "--course", str(place / "course"), "--format", "moodle"]
    done = CliRunner().invoke(app, exporting)
    rows = [line.split(",")[:3] for line in done.stdout.splitlines()[1:]]
    assert rows == [[f"Participant {k}", f"{k}", "1.00"] for k in range(1, 6)]
    assert "teams" not in done.stderr


WORKSHEET = "Identifier,Last modified (submission)\n{}"


@pytest.mark.parametrize(
    ("listed", "says"),
    [
        (None, "Group A (17) is taken for a person: if it is a team"),
        (("17", "18"), ""),
        (("4321",), "names these as the work of teams (or --times is the worksheet of another"),
    ],
)
def test_who_is_a_team_of_moodle_is_asked_unless_the_worksheet_knows(
    place: Path, monkeypatch: pytest.MonkeyPatch, listed: tuple[str, ...] | None, says: str
) -> None:
    monkeypatch.setenv("PATH", str(place))  # no jail, so it ends when all are collected
    command = of_moodle(place, *TEAMS[:2])
    written(place, "course/course.toml", 'time_zone = "UTC"')
    if listed is not None:
        rows = "".join(f'Participant {id},"1 December 2026, 10:00 AM"\n' for id in listed)
        command += ("--times", str(written(place, "times.csv", WORKSHEET.format(rows))))
    output = told(place, *command).replace("\n", " ")
    assert says in output
    assert ("team" in output) == bool(says)


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever hands in a notebook gets all points, and nothing runs."""
    monkeypatch.setattr(
        grading, "on_this_machine", lambda lab, *_, **__: contextlib.nullcontext(instant(lab))
    )


def ended_well(place: Path, *arguments: str) -> Result:
    """The command, ended well."""
    its = CliRunner().invoke(app, [one.format(place=place) for one in arguments])
    assert its.exit_code == 0, its.output
    return its


NO_TIMES = "says no times, so nobody counts as late: give a list of times with `course grade"
LATE = ("grade", "{place}/late", "00", "--course", "{place}/course", "--no-jail")


@pytest.mark.parametrize(
    ("names", "platform", "rule"),
    [
        ("Doe_41_assignsubmission_file/x.ipynb Poe_42_assignsubmission_file/x.ipynb", "Moodle", ""),
        ("doe_41_91_x.ipynb poe_42_92_x.ipynb", "Canvas", ""),
        ("anon_aB3dE_91_x.ipynb anon_aB3dF_92_x.ipynb", "Canvas", ""),
        # Canvas's names need a rule where they can be read in two ways.
        ("a_41_91_02_x.ipynb b_42_92_02_x.ipynb", "Canvas", r"[^/]*?_(?P<student>\d+)_.*"),
        ("all/a_41_91_x.ipynb all/b_42_92_x.ipynb", "Canvas", r"all/.*?_(?P<student>\d+)_.*"),
        ("41.ipynb 42.ipynb", "", ""),
        # What a student packed is the student's word.
        ("41/doe_41_91_x.ipynb 42/Poe_42_assignsubmission_file/x.ipynb", "", ""),
        ("41/doe_41_91_x.ipynb 42/Poe_42_91_x.ipynb", "", r"(?P<student>\d+)/.*"),
    ],
)
@pytest.mark.usefixtures("at_once")
def test_a_download_that_says_no_times_makes_nobody_late(
    place: Path, names: str, platform: str, rule: str
) -> None:
    for name in names.split():
        (place / "late" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(place / "in" / "jane.ipynb", place / "late" / name)
    due = "[labs.00]\ndue = 2020-01-01T00:00:00Z\nlate_per_day = 0.1\n"
    written(place, "course/course.toml", due)
    more = ("--student", rule) if rule else ()
    again = ("regrade", "00", "--course", "{place}/course", "--apply")
    exporting = ("export", "00", "--course", "{place}/course", "--format", "students")
    for command in ((*LATE, *more), exporting, again, exporting):
        its = ended_well(place, *command)
        if command != again:
            assert ("Late: " in its.stderr) == (not platform and command != exporting)
            says = f"The download from {platform} {NO_TIMES}" if platform else "no times"
            assert (says in its.stderr) == bool(platform)
    for row in csv.DictReader(io.StringIO(its.stdout)):
        assert (row["share"], row["handed in (UTC)"] == "") == (
            ("1", True) if platform else ("0", False)
        )


@pytest.mark.usefixtures("at_once")
def test_a_list_makes_late_whom_it_has(place: Path) -> None:
    for name in ("doe_41_91_x.ipynb", "poe_42_92_x.ipynb", "roe_43_93_x.ipynb"):
        (place / "late").mkdir(exist_ok=True)
        shutil.copy(place / "in" / "jane.ipynb", place / "late" / name)
    rule = "[labs.00]\ndue = 2020-01-01T00:00:00Z\nlate_per_day = 0.1\n"
    written(place, "course/course.toml", rule)
    times = "student,handed_in\n41,2020-01-01 12:00Z\n42,2019-12-31 12:00Z\n"
    listed = ("--times", str(written(place, "times.csv", times)))
    for more in (listed, ()):  # without the list its times stay
        says = ended_well(place, *LATE, *more).stderr
        assert "Late: 41 (90% counts)." in says
        assert "The download from Canvas says no times, so 43 does not count as late" in says
        so = "Without a time in the list, so they do not count as late: 43."
        assert (so in says) == bool(more)


@pytest.mark.usefixtures("at_once")
def test_what_was_edited_in_formgrader_was_decided_on_what_it_showed(place: Path) -> None:
    ended_well(place, "release", "00", "--course", "{place}/course")
    ended_well(place, *GRADE, "--no-jail")
    with api.Gradebook(f"sqlite:///{place / 'course' / 'gradebook.db'}") as theirs:
        lab = "00_orientation"
        theirs.find_grade("check-0-1", lab, lab, "jane").manual_score = 0.5
        theirs.db.commit()
    notebook = place / "in" / "jane.ipynb"
    notebook.write_bytes(notebook.read_bytes() + b"\n")
    for _ in range(2):
        says = ended_well(place, *GRADE, "--no-jail").stderr
        assert "counts 0.5 points, as formgrader decided before this attempt was marked" in says


@pytest.mark.usefixtures("at_once")
def test_the_command_that_is_offered_for_a_second_id_can_be_run(place: Path) -> None:
    for name in ("Jane Doe", "Jane Doe (1)", "-joe", "-Joe"):
        shutil.copy(place / "in" / "jane.ipynb", place / "in" / f"{name}.ipynb")
    (place / "a course").mkdir()
    says = ended_well(place, *GRADE[:-1], "{place}/a course", "--no-jail").stderr
    offered = [line.partition("remove the other: course ")[2] for line in says.splitlines()]
    removed = [shlex.split(command) for command in offered if command]
    assert [words[-1] for words in removed] == ["-joe", "Jane Doe (1)"]
    for words in removed:
        assert "1 attempts of" in ended_well(place, *words).stderr


@pytest.mark.usefixtures("at_once")
def test_who_is_in_a_team_that_handed_in_is_known(place: Path) -> None:
    toml = '[teams]\nred = ["jane", "5006"]\nblue = ["5007", "5008"]\n'
    written(place, "course/course.toml", toml)
    says = ended_well(place, *GRADE, "--no-jail").stderr
    assert "course.toml names 5007, 5008, whom the gradebook does not know" in says


def test_ids_that_are_names_of_labs_are_refused(place: Path) -> None:
    for lab in ("00_orientation", "02_xor"):
        (place / "release" / lab).mkdir(parents=True)
        shutil.copy(ROOT / "labs" / f"{lab}.ipynb", place / "release" / lab)
    says = told(place, "grade", "{place}/release", "00", "--course", "{place}/course")
    assert "00_orientation, 02_xor would be the students, and these are names of labs" in says


def test_odd_ids_are_asked_about(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also beside those of earlier runs."""
    (place / "course").mkdir()
    with Gradebook.of(place / "course" / "gradebook.db") as book:
        when = datetime(2026, 12, 1, tzinfo=UTC)
        known = Submission("Jane", "Jane", place, "x.ipynb", when, "x")
        marked = Marked({"0.1": Mark("0.1", "right", 1.0, 1.0)}, new_notebook(), 1)
        book.write("02_xor", [Written(known, marked)], version="1", jailed=True)
    monkeypatch.setenv("PATH", str(place))  # no jail, so it ends when all are collected
    assert "Jane and jane look alike" in told(place, *GRADE).replace("\n", " ")


def graded(place: Path, *names: str) -> None:
    """A gradebook in which these have a grade."""
    with Gradebook.of(place / "gradebook.db") as book:
        for name in names:
            when = datetime(2026, 12, 1, tzinfo=UTC)
            one = Submission(name, name, place, f"{name}.ipynb", when, name)
            marked = Marked({"0.1": Mark("0.1", "right", 1.0, 1.0)}, new_notebook(), 1)
            book.write("00_orientation", [Written(one, marked)], version="1", jailed=True)


def test_a_terminal_that_has_no_such_letter_is_told_what_to_do(place: Path) -> None:
    graded(place, "Jürgen")
    command = ["export", "00", "--course", str(place)]
    done = CliRunner(charset="ascii").invoke(app, command)
    assert done.exit_code == 2, done.output
    says = done.stderr.replace("\n", " ")
    assert "is to be written in ascii, which has no" in says
    assert "write PYTHONIOENCODING=utf-8 before the command" in says
    assert "codec" not in says and done.stdout == ""


@pytest.mark.parametrize("form", ["canvas", "moodle"])
def test_rows_that_a_platform_does_not_know_are_named(place: Path, form: str) -> None:
    graded(place, "4321", "anon_aB3dE")
    where = ("--course", str(place), "--format", form)
    done = CliRunner().invoke(app, ["export", "00", *where])
    says = "knows people by numbers, and takes no row of anon_aB3dE."
    assert says in done.stderr.replace("\n", " ")


def test_an_only_folder_is_nobodys_guess(place: Path) -> None:
    shutil.copytree(place / "in", place / "late" / "jane" / "bob")
    says = told(place, "grade", "{place}/late", "00", "--course", "{place}/course")
    assert "one folder, jane: if that is a student's, say --student '(?P<student>[^/]+)/.*'" in says


def test_the_notebook_of_the_lab_goes_before_what_is_newer(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "in" / "joe").mkdir()
    for lab, when in (("00_orientation", 1_500_000_000), ("02_xor", 1_600_000_000)):
        copy = shutil.copy(ROOT / "labs" / f"{lab}.ipynb", place / "in" / "joe")
        os.utime(copy, (when, when))
    monkeypatch.setenv("PATH", str(place))  # no jail, so it ends when all are collected
    says = "joe/00_orientation.ipynb is graded, joe/02_xor.ipynb is not."
    assert says in told(place, *GRADE)


def test_without_bubblewrap_it_says_what_installs_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(place))
    assert jail.INSTALL in told(place, *GRADE)
    assert not (place / "course").exists()


def test_a_course_where_students_could_read_it_is_refused(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jail, "_packages", lambda: [place])
    assert "which students' code can read" in told(place, *GRADE)


@jailed
def test_where_namespaces_are_off_it_says_what_allows_them(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = place / "bwrap"
    fake.write_text("#!/bin/sh\necho 'No permissions to create a new namespace' >&2\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place}:/usr/bin:/bin")
    says = told(place, *GRADE)
    assert "No permissions to create a new namespace" in says
    assert "user.max_user_namespaces" in says


def test_a_policy_that_is_none_is_told(place: Path) -> None:
    (place / "course").mkdir()
    (place / "course" / "course.toml").write_text("[labs.00]\ndue = 3\n")
    assert "labs.00.due is a date with a time" in told(place, *GRADE)


def test_a_typo_in_course_toml_is_told(place: Path) -> None:
    (place / "in" / "jane.ipynb").write_text("no notebook")
    (place / "course").mkdir()
    toml = "[students.jane]\nextra_hours = 1\n[students.jame]\nextra_hours = 1\n[labs.77]\n"
    (place / "course" / "course.toml").write_text(toml)
    done = CliRunner().invoke(app, [one.format(place=place) for one in (*GRADE, "--no-jail")])
    assert done.exit_code == 0, done.output
    assert "course.toml names jame, whom the gradebook does not know" in done.output
    assert "course.toml has settings for lab 77, not here" in done.output


def test_nobody_handed_in(place: Path) -> None:
    with Gradebook.of(place / "gradebook.db"):
        pass
    for command in (("export", "00"), ("feedback", "00"), ("regrade", "00")):
        assert "Nobody has handed in 00_orientation" in told(
            place, *command, "--course", str(place)
        )
    says = told(place, "forget", "jane", "--course", str(place))
    assert "The gradebook knows nobody called jane" in says


def test_a_database_without_a_gradebook_is_told_and_left_alone(place: Path) -> None:
    (place / "attempts").mkdir()
    where = ("--course", str(place), "--gradebook", f"sqlite:///{place / 'typo.db'}")
    assert "holds no gradebook of these labs" in told(place, "export", "00", *where)
    assert not (place / "typo.db").exists()


def test_forgetting_leaves_nothing_with_the_team(place: Path) -> None:
    (place / "course.toml").write_text('[teams]\nred = ["jane", "joe"]\n')
    when = datetime(2026, 12, 1, tzinfo=UTC)
    files = [
        place / "attempts" / "jane" / "00_orientation" / "x.ipynb",
        place / "autograded" / "joe" / "00_orientation" / "00_orientation.ipynb",
        place / "feedback" / "joe" / "00_orientation" / "00_orientation.html",
        place / "feedback" / "joe" / "02_xor" / "02_xor.html",
    ]
    for file in files:
        file.parent.mkdir(parents=True)
        file.touch()
    with Gradebook.of(place / "gradebook.db") as book:
        jane = Submission("jane", "Jane", files[0], "x.ipynb", when, "x")
        marked = Marked({"0.1": Mark("0.1", "right", 1.0, 1.0)}, new_notebook(), 1)
        book.write("00_orientation", [Written(jane, marked)], version="1", jailed=True)
    done = CliRunner().invoke(app, ["forget", "jane", "--course", str(place)])
    assert "counts for joe no longer" in done.output
    assert [file for file in files if file.exists()] == files[-1:]


def test_while_a_lab_is_marked_no_other_run_marks_it_and_grades_are_those_so_far(
    place: Path,
) -> None:
    where = ("--course", str(place))
    assert not running.is_running(place, "00_orientation")
    (place / "in" / "jane.ipynb").write_text("no notebook")  # so that nothing is executed
    CliRunner().invoke(app, ["grade", str(place / "in"), "00", *where, "--no-jail"])
    with running.alone(place, "00_orientation"):
        assert "is being marked by another run" in told(place, "grade", "{place}/in", "00", *where)
        assert "is being marked by another run" in told(place, "regrade", "00", *where)
        done = CliRunner().invoke(app, ["export", "00", *where])
        assert "is being marked now: these are the grades so far." in done.stderr
    assert "so far" not in CliRunner().invoke(app, ["export", "00", *where]).stderr


def test_who_only_looks_disturbs_no_run_and_leaves_nothing(place: Path) -> None:
    assert not running.is_running(place, "00_orientation")
    assert not list(place.glob(".marking*"))
    looking = FileLock(place / ".marking-00_orientation", thread_local=False)
    looking.acquire()
    threading.Timer(0.3, looking.release).start()
    with running.alone(place, "00_orientation"):
        assert running.is_running(place, "00_orientation")
    assert not running.is_running(place, "00_orientation")
