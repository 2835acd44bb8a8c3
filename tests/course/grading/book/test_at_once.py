"""Two who write to one gradebook at the same moment: nothing is lost, and nobody is turned away."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sql
from nbformat.v4 import new_notebook

from course.grading.book.database import NoGradebook
from course.grading.book.gradebook import Gradebook, Written
from course.grading.book.tables import Student
from course.grading.intake.collect import Submission
from course.grading.run.marking import Mark, Marked
from tests.programs import with_postgresql
from tests.submissions import ROOT

# Grades two labs, each in a process of its own, as often as the second argument says, each time
# into a gradebook that neither has seen. The third is PostgreSQL's URL, or "". A third process
# wants the grades meanwhile.
AT_ONCE = """
import functools, json, os, shutil, sys
from contextlib import contextmanager
from pathlib import Path
import psycopg
import sqlalchemy as sql
from nbgrader import api
from course.cli import app
from course.grading import commands
from course.grading.book import projection
from course.grading.out.release import CourseFolder
from course.grading.run import grade
from tests.submissions import ROOT, instant, without_reading
import nbformat

place, rounds, server = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
LABS = ["00_orientation", "03_activations"]
STUDENTS = [f"student{number}" for number in range(5)]
api.get_alembic_version = functools.cache(api.get_alembic_version)  # it starts a program
with projection._environment_on_path():
    api.get_alembic_version()

@contextmanager
def on_this_machine(lab, *_, **named):
    yield instant(lab)

grade.on_this_machine = on_this_machine
for lab in LABS:
    notebook = without_reading(nbformat.read(ROOT / "labs" / f"{lab}.ipynb", as_version=4))
    (place / lab).mkdir()
    for student in STUDENTS:
        notebook.metadata.student = student
        nbformat.write(notebook, place / lab / f"{student}.ipynb")

def course_of(number):
    folder = CourseFolder(place / f"course{number}")
    for lab in LABS:
        folder.released(lab).parent.mkdir(parents=True)
        shutil.copyfile(ROOT / "labs" / f"{lab}.ipynb", folder.released(lab))
    (folder.root / "attempts").mkdir()
    if not server:
        return folder, f"sqlite:///{folder.gradebook}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        # Another test of this file may have had rounds on this server.
        name = f"round{number}of{rounds}"
        connection.execute(f"CREATE DATABASE {name}")
    return folder, server.replace("/postgres?", f"/{name}?")

def child(start, said, arguments):
    id = os.fork()
    if id:
        return id
    os.dup2(os.open(said, os.O_CREAT | os.O_WRONLY), 2)
    os.dup2(2, 1)
    os.read(start, 1)  # ends for all at once
    status = 70
    try:
        app(arguments)
    except SystemExit as ended:
        status = ended.code
    except BaseException:
        import traceback
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(status)

def rows(url):
    engine = sql.create_engine(url)
    with engine.connect() as connection:
        ours = connection.exec_driver_sql(
            "SELECT a.lab, a.student, count(*) FROM labs_attempt a JOIN labs_marking g "
            "ON g.attempt = a.id JOIN labs_mark m ON m.marking = g.id GROUP BY a.lab, a.student"
        ).fetchall()
        theirs = connection.exec_driver_sql(
            "SELECT count(*) FROM submitted_assignment"
        ).scalar()
        secrets = connection.exec_driver_sql("SELECT count(*) FROM labs_secret").scalar()
    engine.dispose()
    marks = {}
    for lab, student, count in ours:
        marks.setdefault(lab, {})[student] = count
    return {"marks": marks, "theirs": theirs, "secrets": secrets}

for number in range(rounds):
    folder, url = course_of(number)
    common = ["--course", str(folder.root), "--gradebook", url]
    orders = [["grade", str(place / lab), lab, "--no-jail", "--workers", "1"] for lab in LABS]
    orders.append(["export", LABS[0]])
    start, end = os.pipe()
    children = []
    for index, order in enumerate(orders):
        children.append(child(start, folder.root / f"said{index}", [*order, *common]))
    # The children have this end, too.
    os.close(start)
    os.write(end, b"ggg")
    os.close(end)
    statuses = [os.waitstatus_to_exitcode(os.waitpid(one, 0)[1]) for one in children]
    says = [(folder.root / f"said{index}").read_text() for index in range(len(orders))]
    print(json.dumps({"statuses": statuses, "says": says, **rows(url)}), flush=True)
"""


@pytest.mark.parametrize("database", ["SQLite", pytest.param("PostgreSQL", marks=with_postgresql)])
@pytest.mark.parametrize(
    "rounds", [pytest.param(2, id="2"), pytest.param(20, id="20", marks=pytest.mark.full)]
)
def test_two_labs_graded_at_once_lose_nothing(
    tmp_path: Path, database: str, rounds: int, request: pytest.FixtureRequest
) -> None:
    server = request.getfixturevalue("server") if database == "PostgreSQL" else ""
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, str(tmp_path), str(rounds), server],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(lines) == rounds
    for line in lines:
        *grading, exporting = line["statuses"]
        assert grading == [0, 0], line["says"]
        assert exporting in (0, 2) and "Traceback" not in line["says"][2], line["says"]
        students = {f"student{number}" for number in range(5)}
        assert {lab: set(of) for lab, of in line["marks"].items()} == {
            "00_orientation": students,
            "03_activations": students,
        }
        assert all(len(set(of.values())) == 1 for of in line["marks"].values())
        assert line["theirs"] == 10 and line["secrets"] == 1


def submission(student: str, sha256: str = "x") -> Submission:
    when = datetime(2026, 12, 1, tzinfo=UTC)
    return Submission(student, student.title(), Path("x.ipynb"), "x.ipynb", when, sha256)


def write(book: Gradebook, lab: str, *students: str) -> None:
    """Keep a mark of these students."""
    marked = Marked({"0.1": Mark("0.1", "right", 1.0, 1.0)}, new_notebook(), 1)
    results = [Written(submission(student), marked) for student in students]
    book.write(lab, results, version="1", jailed=True)


def test_a_write_waits_for_another_and_sees_what_it_wrote(url: str) -> None:
    """Each case: the first has made a row and not ended when the second looks for that row."""
    with Gradebook(url) as first, Gradebook(url) as second:
        writes = [
            lambda: write(second, "02_xor", "jane"),
            lambda: second.override("00_orientation", "joe", "0.1", 0, who="Ada", why="because"),
            lambda: second.projected("02_xor", {"jane": {"2.1": (None, None)}}),
        ]
        write(first, "00_orientation", "jack")
        for student, its in zip(("jane", "joe", "jill"), writes, strict=True):
            failed: list[Exception] = []

            def tried(its=its, failed=failed) -> None:  # type: ignore[no-untyped-def]
                try:
                    its()
                except LookupError:  # joe has no mark
                    pass
                except Exception as error:
                    failed.append(error)

            with first.writing() as session:
                session.add(Student(id=student, name=""))
                session.flush()
                other = threading.Thread(target=tried)
                other.start()
                other.join(0.5)
            other.join()
            assert not failed
        assert first.known() == {"jack", "jane", "joe", "jill"}
        # What each of two batches has in another order would be a deadlock.
        batches = [
            threading.Thread(target=write, args=(book, lab, *students))
            for book, lab, students in (
                (first, "02_xor", [f"s{number}" for number in range(20)]),
                (second, "03_activations", [f"s{number}" for number in reversed(range(20))]),
            )
        ]
        for batch in batches:
            batch.start()
        for batch in batches:
            batch.join()
        assert len(first.students("02_xor")) == len(first.students("03_activations")) + 1 == 21


def test_what_reads_makes_nothing(url: str, tmp_path: Path) -> None:
    with pytest.raises(NoGradebook, match="holds no gradebook of these labs"):
        Gradebook(url, is_new=False)
    assert not list(tmp_path.iterdir())
    with Gradebook(url) as book:
        engine = sql.create_engine(book.url)
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("DROP TABLE labs_projected")
            connection.commit()
        with Gradebook(url, is_new=False):
            assert not sql.inspect(engine).has_table("labs_projected")
        engine.dispose()


def test_an_attempt_that_was_forgotten_meanwhile_is_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Gradebook.of(tmp_path / "gradebook.db") as book, Gradebook(book.url) as other:
        write(book, "00_orientation", "jane")
        writing = Gradebook.writing

        def forgotten_before(self: Gradebook):  # type: ignore[no-untyped-def]
            monkeypatch.setattr(Gradebook, "writing", writing)
            other.forget("jane")
            return writing(self)

        monkeypatch.setattr(Gradebook, "writing", forgotten_before)
        later = replace(submission("jane"), shown="y.ipynb")
        book.marked_by("00_orientation", later, jailed=True)
        assert book.known() == set()
