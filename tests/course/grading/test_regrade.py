"""Checks that were changed in mid-term, appeals, and runs without a jail."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path

import nbformat
import pytest
import sqlalchemy as sql
from nbformat.v4 import new_code_cell, new_notebook
from typer.testing import CliRunner, Result

from course.cli import app
from course.grading import commands
from course.grading.book.gradebook import Gradebook, Written
from course.grading.book.tables import MarkRow
from course.grading.jail.session import Limits
from course.grading.out.release import CourseFolder
from course.grading.run.grade import Summary, grade, handed_in
from course.grading.run.lab import Lab
from course.grading.run.marker import Outcome
from course.grading.run.marking import Mark, Marked
from tests.misconceptions import PREAMBLE, lab00, lab03
from tests.programs import jailed
from tests.submissions import ROOT, answered, small_class, without_reading

LAB = "00_orientation"
STUDENTS = 4
RISES, FALLS, STAYS, DECIDED = (f"student{number:02}" for number in range(STUDENTS))
BEFORE = {RISES: 0.25, FALLS: 1.0, STAYS: 0.5, DECIDED: 0.0}
AFTER = {RISES: 0.75, FALLS: 0.5, STAYS: 0.5, DECIDED: 1.0}


class Term:
    """A small class whose checks say what a test tells them to say."""

    def __init__(self, folder: Path) -> None:
        self.folder = CourseFolder(folder / "course")
        self.folder.root.mkdir()
        self.files, _ = small_class(folder, STUDENTS)
        self.book = Gradebook.of(self.folder.gradebook)

    def run(
        self, version: str, points: Mapping[str, float | None], *, anew: bool = False
    ) -> Summary:
        """Mark with checks of this version; None is for one that cannot judge."""
        lab = Lab(LAB)
        lab.__dict__["version"] = version  # else it is that of the checks in this repository
        files = handed_in(self.book, lab, self.folder) if anew else self.files
        seeds = {self.book.seed_of(LAB, one): one.student for one in files}

        def submit(
            notebook: bytes, seed: int, limits: Limits, all_cells: bool = False
        ) -> Future[Outcome]:
            due = points[seeds[seed]]
            verdict = "not judged" if due is None else "right"
            mark = Mark("0.1", verdict, due or 0.0, 1.0, says=f"says {version}")
            future: Future[Outcome] = Future()
            future.set_result(Outcome(Marked({"0.1": mark}, nbformat.reads(notebook, 4), seed)))
            return future

        return grade(files, lab, self.book, self.folder, submit=submit, at_once=2, anew=anew)

    def points(self) -> dict[str, float]:
        return {one: self.book.grades(LAB, one)["0.1"].points for one in BEFORE}


@pytest.fixture
def term(tmp_path: Path) -> Iterator[Term]:
    one = Term(tmp_path)
    with one.book:
        one.run("v1", BEFORE)
        one.book.override(LAB, DECIDED, "0.1", 0.125, who="Ada", why="agreed")
        yield one


def test_each_run_names_what_a_person_should_look_at(term: Term) -> None:
    """Whoever has not changed since is named again."""
    lab = Lab(LAB)
    lab.__dict__["version"] = "v2"

    def submit(
        notebook: bytes, seed: int, limits: Limits, all_cells: bool = False
    ) -> Future[Outcome]:
        student = {term.book.seed_of(LAB, one): one.student for one in term.files}[seed]
        mark = Mark("0.1", "not run", 0.0, 1.0, not_run="a text cell" if student == RISES else "")
        its = Marked({"0.1": mark}, nbformat.reads(notebook, 4), seed)
        its.told += [["it was stopped"], []][student != FALLS]
        future: Future[Outcome] = Future()
        future.set_result(Outcome(its, "no JSON" if student == STAYS else ""))
        return future

    def run(anew: bool = False) -> Summary:
        return grade(term.files, lab, term.book, term.folder, submit=submit, at_once=2, anew=anew)

    looked_at = ({RISES: {"0.1": "a text cell"}}, {FALLS: ["it was stopped"]}, {STAYS: "no JSON"})
    for marked in (4, 0, 0):
        summary = run(anew=marked == 4)
        assert (summary.marked, summary.unchanged) == (marked, STUDENTS - marked)
        term.book.accept(LAB, "v2", lower=True)
        assert (summary.not_run, summary.stopped, summary.unreadable) == looked_at


def counted(points: Mapping[str, float]) -> dict[str, float]:
    """What counts where the checks give these points: a person's decision comes first."""
    return {**points, DECIDED: 0.125}


def test_changed_checks_mark_nothing_again_by_themselves(term: Term) -> None:
    summary = term.run("v2", AFTER)
    assert (summary.marked, summary.unchanged, len(summary.outdated)) == (0, 4, 4)
    assert term.points() == counted(BEFORE)


def test_what_would_change_is_listed_and_counts_nothing_yet(term: Term) -> None:
    summary = term.run("v2", AFTER, anew=True)
    assert (summary.marked, summary.outdated) == (4, [])
    changes = {one.student: one for one in term.book.changes(LAB, "v2")}
    assert {who: (one.before, one.after) for who, one in changes.items()} == {
        who: (BEFORE[who], AFTER[who]) for who in (RISES, FALLS, DECIDED)
    }
    assert {who for who, one in changes.items() if one.decided} == {DECIDED}
    assert {one.says for one in changes.values()} == {"says v2"}
    assert term.points() == counted(BEFORE)
    assert term.run("v2", AFTER, anew=True).marked == 0


def test_a_regrade_keeps_the_time_of_handing_in(
    term: Term, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [one.when for one in term.book.attempts(LAB)]
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        term.run("v2", AFTER, anew=True)
        assert [one.when for one in term.book.attempts(LAB)] == before
    finally:
        monkeypatch.undo()
        time.tzset()


def test_points_only_rise(term: Term) -> None:
    term.run("v2", AFTER, anew=True)
    term.book.accept(LAB, "v2")
    assert term.points() == counted(AFTER | {FALLS: BEFORE[FALLS]})
    assert {one.student for one in term.book.changes(LAB, "v2")} == {FALLS}


def test_points_fall_where_one_says_so(term: Term) -> None:
    term.run("v2", AFTER, anew=True)
    term.book.accept(LAB, "v2")
    term.book.accept(LAB, "v2", lower=True)
    assert term.points() == counted(AFTER)
    assert term.book.changes(LAB, "v2") == []


def test_what_could_not_be_judged_changes_nothing(term: Term) -> None:
    term.run("v2", AFTER | {RISES: None, STAYS: None}, anew=True)
    term.book.accept(LAB, "v2", lower=True)
    assert term.book.not_judged(LAB, "v2") == [RISES, STAYS]
    assert term.points() == counted(BEFORE | {FALLS: AFTER[FALLS]})
    assert term.run("v2", AFTER, anew=True).marked == 2  # they are tried again


def test_a_check_that_comes_to_its_end_later_counts_at_once(term: Term) -> None:
    """A regrade by the same checks takes the place of a run in which they failed."""
    term.run("v2", AFTER, anew=True)
    term.book.accept(LAB, "v2", lower=True)
    with term.book.session() as session:
        session.execute(sql.update(MarkRow).values(verdict="not judged", points=0.0))
    term.run("v2", AFTER, anew=True)
    assert term.points() == counted(AFTER)
    assert term.book.changes(LAB, "v2") == []


def test_a_file_that_is_gone_costs_nothing(term: Term) -> None:
    (file,) = term.folder.root.glob(f"attempts/{STAYS}/*/????????????????.ipynb")
    file.unlink()
    assert term.run("v2", AFTER, anew=True).failed == [STAYS]
    term.book.accept(LAB, "v2", lower=True)
    assert term.points()[STAYS] == BEFORE[STAYS]


def test_one_student_alone_is_accepted(term: Term) -> None:
    term.run("v2", AFTER, anew=True)
    term.book.accept(LAB, "v2", RISES, lower=True)
    assert term.points() == counted(BEFORE | {RISES: AFTER[RISES]})


def test_a_jailed_run_replaces_what_may_be_forged(tmp_path: Path) -> None:
    folder = CourseFolder(tmp_path)
    (one, *_), _ = small_class(tmp_path, 2)
    mark = Mark("0.1", "right", 1.0, 1.0)
    forged = Marked({"0.1": mark}, nbformat.v4.new_notebook(), 1)
    honest = Marked({"0.1": Mark("0.1", "wrong", 0.0, 1.0)}, nbformat.v4.new_notebook(), 1)
    with Gradebook.of(folder.gradebook) as book:
        book.write(LAB, [Written(one, forged)], version="v1", jailed=False)
        assert book.without_jail(LAB) == [one.student]
        assert book.marked_by(LAB, one, jailed=True) == set()
        assert book.marked_by(LAB, one, jailed=False) == {"v1"}
        book.write(LAB, [Written(one, honest)], version="v1", jailed=True)
        assert book.without_jail(LAB) == []
        assert book.grades(LAB, one.student)["0.1"].points == 0
        assert book.changes(LAB, "v1") == []
        for lower in (False, True):
            book.accept(LAB, "v1", lower=lower)
            assert book.grades(LAB, one.student)["0.1"].points == 0
        assert book.without_jail(LAB) == []


# ---- Through the command ----


def command(*arguments: object, status: int = 0) -> Result:
    done = CliRunner().invoke(app, [str(one) for one in arguments])
    assert done.exit_code == status, done.output
    return done


@jailed
@pytest.mark.usefixtures("markers_share_zygotes")
def test_a_grade_is_replayed_and_explained(tmp_path: Path) -> None:
    lab = nbformat.read(ROOT / "solutions" / f"{LAB}.ipynb", as_version=4)
    wrong = next(one for one in lab00.ANSWERS if getattr(one, "mistake", None))
    short = without_reading(answered(lab, {wrong.exercise: PREAMBLE + wrong.source}))
    (tmp_path / "in").mkdir()
    nbformat.write(short, tmp_path / "in" / "jane.ipynb")
    where = ("--course", tmp_path / "course")
    command("grade", tmp_path / "in", "00", *where)
    (tmp_path / "in" / "jane.ipynb").unlink()  # what counts is what was handed in then
    asks = ("regrade", "--student", "jane", "--exercise", wrong.exercise, "--explain")
    says = command(*asks, *where).output
    with Gradebook.of(tmp_path / "course" / "gradebook.db") as book:
        (attempt,) = book.attempts(LAB, ["jane"])
    assert f"Seed of the submission: {attempt.seed};" in says
    assert "the same as today's" in says
    assert "1. " in says
    assert f"Verdict: wrong, {wrong.points:g} of" in says
    assert "The gradebook has the same." in says
    assert f"It counts {wrong.points:g} of" in says
    assert says == command(*asks, *where).output
    assert re.search(r"The submission runs again, which took \d+ s when it was marked\.", says)
    decides = ("--who", "Ada", "--why", "half of it was right")
    command("override", "jane", wrong.exercise, "0.5", *decides, *where)
    says = command(*asks, *where).output
    assert "It counts 0.5 of 1 points: Ada decided so, " in says
    assert "because: half of it was right." in says


@jailed
@pytest.mark.usefixtures("markers_share_zygotes")
def test_calls_in_a_row_are_explained_one_by_one(tmp_path: Path) -> None:
    right = next(one.source for one in lab03.ANSWERS if one.exercise == "3.2")
    dies = "\ndef d_tanh(z):\n    import os; os._exit(0)\n"
    cell = new_code_cell(PREAMBLE + right + dies)
    (tmp_path / "in").mkdir()
    nbformat.write(new_notebook(cells=[cell]), tmp_path / "in" / "jane.ipynb")
    where = ("--course", tmp_path / "course")
    command("grade", tmp_path / "in", "03", *where)
    asks = ("regrade", "03", "--student", "jane", "--exercise", "3.2", "--explain")
    says = command(*asks, *where).output
    assert says.count("calls d_relu(array(") == 6
    assert "calls d_tanh 6 times in a row\n   -> {'ended': " in says
    assert says.count("calls d_tanh(array(") == 1
    assert says.count("looks at ") == 2  # no more are asked for ahead
    assert "part d_tanh: 0 of 0.5" in says
    assert "The gradebook has the same." in says


@pytest.mark.parametrize("explains", [True, False])
def test_what_is_said_when_it_is_interrupted_is_true(
    term: Term, monkeypatch: pytest.MonkeyPatch, explains: bool
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(commands, "Marker", interrupted)
    monkeypatch.setattr(commands.live, "mark", interrupted)
    more = ("--student", STAYS, "--exercise", "0.1", "--explain") if explains else ()
    says = command("regrade", "00", *more, "--course", term.folder.root, status=130).output
    assert ("The submission runs again" in says) == explains
    assert ("Nothing has changed." in says) == explains
    assert ("What is marked is kept" in says) != explains


@jailed
@pytest.mark.usefixtures("markers_share_zygotes")
def test_a_regrade_by_the_same_checks_changes_nothing(tmp_path: Path) -> None:
    small_class(tmp_path, 2)
    where = ("--course", tmp_path / "course")
    command("grade", tmp_path / "in", "00", *where)
    assert (
        "0 would rise, 0 would fall. Nothing has changed" in command("regrade", "00", *where).output
    )


def test_a_run_without_a_jail_is_warned_of_and_noted(tmp_path: Path) -> None:
    _, expected = small_class(tmp_path, 6)
    where = ("--course", tmp_path / "course")
    assert "WITHOUT A JAIL" in command("grade", tmp_path / "in", "00", "--no-jail", *where).output
    done = command("export", "00", *where)
    assert "possibly forged: student00" in done.stderr
    rows = csv.DictReader(io.StringIO(done.stdout))
    assert {row["student"]: float(row["points"]) for row in rows} == expected


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--explain",), "--explain needs to know of what: add --student and --exercise"),
        (("--explain", "--student", "jane"), "add --student and --exercise"),
        (("--explain", "--exercise", "0.1"), "add --student and --exercise"),
        (("--exercise", "0.1", "--student", "jane"), "add --explain and --student"),
        (("--exercise", "0.1"), "add --explain and --student"),
        (("00", "--lower"), "--lower belongs to --apply"),
        ((), "Name the lab"),
        (("00",), "Nobody has handed in"),
        (("--student", "x", "--exercise", "0.1", "--explain"), "Nothing of x has come"),
    ],
)
def test_bad_input(tmp_path: Path, arguments: tuple[str, ...], says: str) -> None:
    with Gradebook.of(tmp_path / "gradebook.db"):
        pass
    assert says in command("regrade", *arguments, "--course", tmp_path, status=2).output
