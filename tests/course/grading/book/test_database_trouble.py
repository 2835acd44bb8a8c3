"""Locks, full disks, lost servers and power cuts: a run stops with a sentence, nothing is lost."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from click.testing import Result
from typer.testing import CliRunner

from course.cli import app
from course.grading.book import database, projection
from course.grading.book.gradebook import Gradebook
from course.grading.book.policy import Policy
from course.grading.book.totals import totals
from course.grading.out.release import CourseFolder
from course.grading.run import grade as grading
from course.grading.run.grade import Submit
from course.grading.run.lab import Lab
from tests.programs import POSTGRESQL, jailed, with_postgresql
from tests.submissions import ROOT, instant, small_class

LAB = Lab("00_orientation")
STUDENTS = 6


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with submissions in `in`."""
    small_class(tmp_path, STUDENTS)
    return tmp_path


def without_jails(patch: pytest.MonkeyPatch) -> None:
    """Let the command mark without jails: here it is about what happens to the results."""

    @contextmanager
    def on_this_machine(*_: object, **named: object) -> Iterator[Submit]:
        yield instant(LAB)

    patch.setattr(grading, "on_this_machine", on_this_machine)


@pytest.fixture(autouse=True)
def _without_jails(monkeypatch: pytest.MonkeyPatch) -> None:
    without_jails(monkeypatch)


def grade(place: Path, *more: str) -> Result:
    """The command `course grade`, in this process."""
    arguments = ["grade", str(place / "in"), "00", "--course", str(place / "course")]
    # One worker: then two results are kept at a time.
    return CliRunner().invoke(app, [*arguments, "--json", "--workers", "1", *more])


def release(place: Path) -> None:
    """What of a release says that formgrader's rows are wanted."""
    path = CourseFolder(place / "course").released(LAB.name)
    path.parent.mkdir(parents=True)
    shutil.copyfile(ROOT / "labs" / path.name, path)


# What a run says of what it does, before anything can go wrong.
TOLD = ("A new gradebook", "The names are of no platform")


def wrong(stderr: str) -> list[str]:
    return [line for line in stderr.splitlines() if not line.startswith(TOLD)]


def stopped(done: Result, says: str) -> None:
    """The run ended with status 2 and one sentence, which is no traceback."""
    assert done.exit_code == 2, (done.output, done.exception)
    assert isinstance(done.exception, SystemExit)
    lines = wrong(done.stderr)
    assert len(lines) == 1 and says in lines[0], done.stderr


def marked(place: Path) -> dict[str, float]:
    """The points of each student who has a mark, straight from the file."""
    file = place / "course" / "gradebook.db"
    if not file.exists():
        return {}
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        with contextlib.suppress(sqlite3.OperationalError):  # there is no table yet
            rows = database.execute(
                "SELECT a.student, sum(m.points) FROM labs_attempt a JOIN labs_marking g "
                "ON g.attempt = a.id LEFT JOIN labs_mark m ON m.marking = g.id GROUP BY g.id"
            ).fetchall()
            assert len(dict(rows)) == len(rows), "somebody was marked twice"
            return dict(rows)
    return {}


def complete(place: Path) -> None:
    """Whom the gradebook has, has all the marks and a notebook."""
    for student, points in marked(place).items():
        assert points == 1
        paths = list(place.glob(f"course/attempts/{student}/{LAB.name}/*.ipynb"))
        assert len(paths) >= 2  # as handed in, and executed
        for path in paths:
            nbformat.validate(nbformat.read(path, as_version=4))


def goes_on(place: Path, *more: str) -> None:
    """The same command, started again, brings the class to its end."""
    complete(place)
    done = grade(place, *more)
    assert done.exit_code == 0, done.output
    complete(place)
    assert not list(place.rglob("*.new"))


@pytest.fixture
def after_two(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Let something happen when two results are kept."""

    def arrange(happens: Callable[[], object]) -> None:
        keep, kept = grading._Run.keep, []

        def keep_and_count(self: grading._Run, came: Sequence[object]) -> None:
            keep(self, came)
            kept.extend(came)
            if len(kept) == 2:
                happens()

        monkeypatch.setattr(grading._Run, "keep", keep_and_count)

    return arrange


# ---- Files that cannot be read any more ----


@pytest.mark.parametrize("how", ["gone", "changed"])
def test_a_file_that_was_there_costs_no_points(place: Path, how: str) -> None:
    (place / "more").mkdir()
    found, _ = small_class(place / "more", 2)
    if how == "gone":
        found[0].path.unlink()
    else:
        found[0].path.write_text("words")
    folder = CourseFolder(place / "course")
    folder.root.mkdir()
    with Gradebook.of(folder.gradebook) as book:
        summary = grading.grade(found, LAB, book, folder, submit=instant(LAB), at_once=1)
        assert summary.failed == [found[0].student]
        assert [one.id for one in book.students(LAB.name)] == [found[1].student]


# ---- Another program holds the database ----


def test_a_projection_that_was_cut_off_is_no_edit(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release(place)
    assert grade(place).exit_code == 0
    folder = CourseFolder(place / "course")
    with Gradebook.of(folder.gradebook) as book:
        student = book.students(LAB.name)[0].id
        book.override(LAB.name, student, "0.1", 0.5, who="Ada", why="because")
        with monkeypatch.context() as patch, pytest.raises(RuntimeError):
            patch.setattr(Gradebook, "projected", cut_off)
            projection.project(book, LAB.name, folder, totals(book, Policy(), LAB.name))
        assert projection.project(book, LAB.name, folder, totals(book, Policy(), LAB.name)) == 0
        assert book.grades(LAB.name, student)["0.1"].by == "Ada"


def cut_off(*told: object) -> None:
    raise RuntimeError


@contextmanager
def locked(place: Path) -> Iterator[Callable[[], None]]:
    """Another program's lock on the gradebook; gives what releases it."""
    (place / "course").mkdir(exist_ok=True)
    file = place / "course" / "gradebook.db"
    other = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN EXCLUSIVE")
    with closing(other):
        yield lambda: other.execute("ROLLBACK")


def test_a_lock_at_the_start_is_waited_for(place: Path) -> None:
    with locked(place) as release:
        later = threading.Timer(1, release)
        later.start()
        done = grade(place)
        later.join()
    assert done.exit_code == 0, done.output
    assert len(marked(place)) == STUDENTS


def test_a_lock_in_mid_run_is_waited_for(
    place: Path, after_two: Callable[[Callable[[], object]], None]
) -> None:
    with contextlib.ExitStack() as stack:
        timers: list[threading.Timer] = []

        def lock() -> None:
            timers.append(threading.Timer(1, stack.enter_context(locked(place))))
            timers[0].start()

        after_two(lock)
        done = grade(place)
        timers[0].join()
    assert done.exit_code == 0, done.output
    assert len(marked(place)) == STUDENTS


@pytest.mark.parametrize("when", ["at the start", "in mid-run"])
def test_a_lock_that_stays_stops_the_run_and_loses_nothing(
    place: Path,
    when: str,
    monkeypatch: pytest.MonkeyPatch,
    after_two: Callable[[Callable[[], object]], None],
) -> None:
    monkeypatch.setattr(database, "SECONDS_TO_WAIT", 0.2)
    with contextlib.ExitStack() as stack:
        if when == "at the start":
            stack.enter_context(locked(place))
        else:
            after_two(lambda: stack.enter_context(locked(place)))
        stopped(grade(place), "close formgrader or the other run, then go on")
    assert len(marked(place)) == (0 if when == "at the start" else 2)
    goes_on(place)
    assert len(marked(place)) == STUDENTS


def test_the_real_command_says_the_same(place: Path) -> None:
    """As a person starts it; only the time to wait is short."""
    program = (
        "from course.grading.book import database; database.SECONDS_TO_WAIT = 0.2\n"
        "from course.cli import app; app()"
    )
    with locked(place):
        done = subprocess.run(
            [
                *(sys.executable, "-c", program, "grade", str(place / "in"), "00"),
                *("--course", str(place / "course")),
            ],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
    assert done.returncode == 2
    assert "(database is locked): another program writes to it" in done.stderr
    assert len(wrong(done.stderr)) == 1, done.stderr


@pytest.mark.parametrize("command", ["grade", "export"])
def test_a_lock_while_formgraders_rows_are_written_is_told(
    place: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """formgrader's part is written by nbgrader, which has its own connections."""
    from course.grading.book import projection

    release(place)
    assert grade(place).exit_code == 0
    project = projection.project

    def project_locked(*arguments: object) -> object:
        with locked(place):
            return project(*arguments)

    monkeypatch.setattr(projection, "project", project_locked)
    monkeypatch.setattr(database, "SECONDS_TO_WAIT", 0.2)
    arguments = [command, "00", "--course", str(place / "course")]
    done = grade(place) if command == "grade" else CliRunner().invoke(app, arguments)
    stopped(done, "close formgrader or the other run, then go on")
    monkeypatch.setattr(projection, "project", project)
    goes_on(place)


# ---- A disk that is full, or not to be written ----

# Runs where the course's folder is a small disk, and does the same for disks of many sizes: so the
# disk is full at the start, at a notebook, in a transaction, or at formgrader's rows.
FULL = """
import functools, json, shutil, sys
from pathlib import Path
import pytest
from nbgrader import api
from tests.course.grading.book import test_database_trouble as trouble

def tried(place, room):
    course = place / "course"
    for path in course.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if "released" in sys.argv:
        trouble.release(place)
    ballast = course / "ballast"
    free = shutil.disk_usage(course).free
    ballast.write_bytes(bytes(max(0, free - room)))
    first = trouble.grade(place)
    kept = trouble.marked(place) if (course / "gradebook.db").exists() else {}
    trouble.complete(place)
    ballast.unlink()
    trouble.goes_on(place)
    return {
        "status": first.exit_code,
        "output": first.output,
        "raised": repr(first.exception),
        "kept": len(kept),
        "all": len(trouble.marked(place)),
    }

place = Path(sys.argv[1])
with pytest.MonkeyPatch.context() as patch:
    trouble.without_jails(patch)
    if "released" in sys.argv:  # it starts a program to know the version, each time
        patch.setattr(api, "get_alembic_version", functools.cache(api.get_alembic_version))
    most = int(sys.argv[2])
    print(json.dumps([tried(place, room) for room in range(0, most, most // 12)]))
"""


def inside(place: Path, mounts: list[str], program: str, *arguments: str) -> str:
    """What a program prints that sees the machine with other mounts; needs no root."""
    bwrap = ["bwrap", "--unshare-user", "--dev-bind", "/", "/", *mounts]
    done = subprocess.run(
        [*bwrap, sys.executable, "-c", program, str(place), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@jailed
@pytest.mark.parametrize(
    ("released", "most"),
    [("plain", 200_000), pytest.param("released", 700_000, marks=pytest.mark.full)],
)
def test_a_full_disk_stops_the_run_wherever_it_is(place: Path, released: str, most: int) -> None:
    (place / "course").mkdir()
    disk = ["--size", str(2 * 2**20), "--tmpfs", str(place / "course")]
    tries = json.loads(inside(place, disk, FULL, str(most), released))
    stops = [one for one in tries if one["status"] != 0]
    assert len(stops) >= 5 and tries[-1]["status"] == 0, "disks of other sizes are needed"
    # Somewhere between two submissions; or at formgrader's rows, when all of them are kept.
    kept = {one["kept"] for one in stops}
    assert STUDENTS in kept if released == "released" else kept & set(range(1, STUDENTS)), kept
    for one in stops:
        assert one["status"] == 2, one
        assert "what is marked is kept" in one["output"], one
        assert one["raised"].startswith("SystemExit"), one
    assert {one["all"] for one in tries} == {STUDENTS}


GRADED = """
import sys
from pathlib import Path
import pytest
from tests.course.grading.book import test_database_trouble as trouble
with pytest.MonkeyPatch.context() as patch:
    trouble.without_jails(patch)
    trouble.stopped(trouble.grade(Path(sys.argv[1])), sys.argv[2])
"""


@jailed
@pytest.mark.parametrize(
    ("protected", "says"),
    [("course", "Read-only file system"), ("course/gradebook.db", "readonly database")],
)
def test_what_may_not_be_written_is_told(place: Path, protected: str, says: str) -> None:
    assert grade(place).exit_code == 0
    changed = sorted((place / "in").iterdir())[0]
    changed.write_bytes(changed.read_bytes() + b"\n")
    where = str(place / protected)
    inside(place, ["--ro-bind", where, where], GRADED, says)
    assert len(marked(place)) == STUDENTS
    assert grade(place).exit_code == 0


def test_a_file_that_is_no_database_is_told_and_left_alone(place: Path) -> None:
    file = place / "course" / "gradebook.db"
    file.parent.mkdir()
    file.write_bytes(b"grades of last year\n" * 100)
    stopped(grade(place), "file is not a database")
    assert file.read_bytes() == b"grades of last year\n" * 100


def test_a_gradebook_of_another_version_is_told_and_left_alone(place: Path) -> None:
    grade(place)
    file = place / "course" / "gradebook.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("ALTER TABLE labs_attempt DROP COLUMN is_listed")
    before = file.read_bytes()
    stopped(grade(place), "was made by another version of these labs (labs_attempt: is_listed)")
    assert file.read_bytes() == before


def test_a_folder_in_place_of_the_database_is_told(place: Path) -> None:
    (place / "course" / "gradebook.db").mkdir(parents=True)
    stopped(grade(place), "unable to open database file")


def test_a_damaged_database_is_told(place: Path) -> None:
    assert grade(place).exit_code == 0
    file = place / "course" / "gradebook.db"
    data = file.read_bytes()
    file.write_bytes(data[:4096] + b"\x99" * (len(data) - 4096))
    stopped(grade(place), "malformed")


# ---- A server that goes away ----


def control(url: str, *arguments: str) -> None:
    """pg_ctl for the server with this URL, as the user who may."""
    from tests.course.grading.test_elsewhere import run

    user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    folder = Path(unquote(url.partition("host=")[2]))
    options = ["-l", str(folder / "log"), "-o", f"-k {folder} -c listen_addresses="]
    given = options if arguments[0] == "start" else []
    run(*user, f"{POSTGRESQL}/pg_ctl", "-D", str(folder / "data"), "-w", *given, *arguments)


@with_postgresql
def test_a_server_that_goes_away_stops_the_run_and_loses_nothing(
    place: Path, after_two: Callable[[Callable[[], object]], None]
) -> None:
    from tests.course.grading.test_elsewhere import postgresql  # imports nbgrader, which is slow

    with postgresql() as url:
        after_two(lambda: control(url, "stop", "-m", "immediate"))
        done = grade(place, "--gradebook", url)
        stopped(done, "start the same command again; what is marked is kept")
        stopped(grade(place, "--gradebook", url), "cannot be used")  # it is still away
        control(url, "start")
        goes_on(place, "--gradebook", url)
        with Gradebook(url) as book:
            students = [one.id for one in book.students(LAB.name)]
            assert len(students) == STUDENTS
            for student in students:
                assert [one.points for one in book.grades(LAB.name, student).values()] == [1]
                assert len(book.attempts(LAB.name, [student])) == 1


# ---- A power cut ----

# Ends at the n-th line of what keeps a result, for each n in turn (or every so-many-th), each time
# in a process of its own, until one reaches its end.
CUTS = """
import os, shutil, sys
from pathlib import Path
from course.grading.run import grade
from course.grading.book import gradebook
from course.grading.intake.collect import collect
from tests.course.grading.book import test_database_trouble as trouble

FILES = {
    grade.__file__: ("keep", "write"),
    gradebook.__file__: ("write", "_noted", "_note", "_replace"),
}
place = Path(sys.argv[1])
found = collect(place / "in", workplace=place / "workplace").submissions[:1]
folder = trouble.CourseFolder(place / "course")
folder.root.mkdir()
gradebook.Gradebook.of(folder.gradebook).__exit__()
shutil.copytree(folder.root, place / "before")
lines = 0

def tracing(frame, event, _):
    global lines
    if frame.f_code.co_name not in FILES.get(frame.f_code.co_filename, ()):
        return None
    if event in ("line", "return"):
        lines += 1
        if lines == cut:
            os._exit(77)
    return tracing

for cut in range(1, 10_000, int(sys.argv[2])):
    shutil.rmtree(folder.root)
    shutil.copytree(place / "before", folder.root)
    child = os.fork()
    if child == 0:
        with gradebook.Gradebook.of(folder.gradebook) as book:
            sys.settrace(tracing)
            submit = trouble.instant(trouble.LAB)
            grade.grade(found, trouble.LAB, book, folder, submit=submit, at_once=1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    trouble.complete(place)
    print(len(trouble.marked(place)))
    if status == 0:
        break
    assert status == 77, status
"""


@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.full)])
def test_a_cut_at_any_line_leaves_no_mark_without_its_notebook(place: Path, every: int) -> None:
    program = [sys.executable, "-c", CUTS, str(place), str(every)]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    counts = [int(line) for line in done.stdout.split()]
    assert len(counts) > 40 // every, "so many lines keep a result"
    assert counts == sorted(counts) and set(counts) == {0, 1}
    goes_on(place)
    assert len(marked(place)) == STUDENTS


def test_the_notebooks_name_is_on_the_disk_before_its_marks(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new name lasts over a power cut when its folder was written, not only the file."""
    happened: list[str] = []
    fsync, write = os.fsync, Gradebook.write

    def noted_fsync(number: int) -> None:
        happened.append(os.path.basename(os.readlink(f"/proc/self/fd/{number}")))
        fsync(number)

    def noted_write(*arguments: object, **named: object) -> None:
        happened.append("marks")
        write(*arguments, **named)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(Gradebook, "write", noted_write)
    assert grade(place).exit_code == 0
    first = happened[: happened.index("marks")]
    assert sum(name.endswith(".new") for name in first) == 4  # two students, two files each
    assert first[-1] == LAB.name
