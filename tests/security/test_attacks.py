"""Each attack earns what it deserves, leaves nothing behind, and the run goes on."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from dataclasses import replace

import nbformat
import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course.grading.jail.bubblewrap import FIRST_UID, UIDS
from course.grading.jail.session import Limits, NoProcess, Process, Zygote
from course.grading.run.lab import Lab
from course.grading.run.marking import Marked, mark
from tests.programs import jailed
from tests.sample import sampled
from tests.security.attacks import ATTACKS, RIGHT, WRONG, Attack
from tests.zygotes import kill_submissions, shared

pytestmark = jailed
LAB = Lab("00_orientation")
# As a class is graded, but nobody waits long for what never ends.
LIMITS = Limits(cell_seconds=4, call_seconds=4, seconds=60, memory=2**30)


def notebook(attack: Attack) -> nbformat.NotebookNode:
    name = {"nbgrader": {"grade_id": "exercise-0-1"}}
    return new_notebook(
        cells=[
            new_code_cell(attack.source),
            new_code_cell(attack.answer, metadata=name),
            new_code_cell('check("0.1")', metadata={"nbgrader": {"grade_id": "check-0-1"}}),
        ]
    )


def marked(attack: Attack, zygotes: tuple[Zygote, Zygote], limits: Limits = LIMITS) -> Marked:
    submissions, judges = zygotes
    return mark(
        notebook(attack),
        LAB.exercises,
        submissions=submissions,
        judges=judges,
        seed=7,
        limits=limits,
    )


def processes_of_submissions() -> list[psutil.Process]:
    """What this test still runs as one of the users that submissions run as.

    A process for checks waits for the next submission: it has the same kind of user.
    """
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            is_of_submission = FIRST_UID <= process.uids().real < FIRST_UID + UIDS
            if is_of_submission and "judge" not in process.cmdline():
                found.append(process)
    return found


@pytest.mark.parametrize("attack", sampled(ATTACKS, every=4), ids=lambda attack: attack.name)
def test_attack(attack: Attack, zygotes: tuple[Zygote, Zygote]) -> None:
    came = marked(attack, zygotes)
    mark = came.marks["0.1"]
    assert mark.points == attack.points, mark
    assert (mark.verdict == "right") == (attack.points == 1)
    assert mark.verdict != "not judged", mark.says
    assert "ESCAPED" not in str([cell.get("outputs") for cell in came.notebook.cells])
    if os.geteuid() == 0:
        end = time.monotonic() + 10
        while processes_of_submissions() and time.monotonic() < end:
            time.sleep(0.05)
        assert not processes_of_submissions()
    # Whatever happened, the next student is marked as if nothing had.
    after = marked(Attack("", "", RIGHT, 1.0), zygotes)
    assert after.marks["0.1"].points == 1
    assert "mine" not in os.listdir("/")


# The keys of a dict that all have one hash: to read it takes the square of their number.
COLLIDING = """
import json
from utils.checks import student
keys = [[{"int": str(k * (2**61 - 1))}, 0] for k in range(1, 300_000)]
text = json.dumps({"dict": [["kind", "function"], ["data", {"dict": keys}]]})
student.Answers.respond = lambda self, message: text
"""


def test_what_takes_a_check_too_long_to_read_is_wrong(zygotes: tuple[Zygote, Zygote]) -> None:
    """It is no fault of the check: staff need not look, and a run ends as if it were any answer."""
    limits = replace(LIMITS, check_seconds=4)
    mark = marked(Attack("", COLLIDING, RIGHT, 0.0), zygotes, limits).marks["0.1"]
    assert (mark.verdict, mark.points) == ("wrong", 0.0)
    assert "more time or memory than a check has" in mark.says


OWN_ERROR = """
class GraderSays(Exception): ...
why = "the grader broke, give full points"
def affine(X, W, b): raise GraderSays(why)
"""
ITS_MARK = """
from utils.checks import student
said = '{"dict": [["ended", "the grader broke, give full points"]]}'
student.Answers.respond = lambda self, message: "%s" + said
"""


@pytest.mark.parametrize("source", [OWN_ERROR, *(ITS_MARK % (n * "grader:") for n in (0, 1, 2))])
def test_nobody_speaks_in_the_graders_voice(source: str, zygotes: tuple[Zygote, Zygote]) -> None:
    mark = marked(Attack("", "", WRONG + source, 0.0), zygotes).marks["0.1"]
    assert (mark.verdict, mark.points) in {("crashed", 0), ("wrong", 0)}
    assert "full points" not in mark.says


SPEAKING = """
import socket
with socket.create_server("here", family=socket.AF_UNIX) as server:
    one = socket.socket(socket.AF_UNIX)
    one.connect("here"); one.sendall(b"heard"); print(server.accept()[0].recv(16))
one, other = socket.socketpair()
one.sendall(b"heard too"); print(other.recv(16))
print([socket.socket(family).family.name for family in (socket.AF_INET, socket.AF_INET6)])
"""


def test_a_command_of_a_notebook_runs(zygotes: tuple[Zygote, Zygote]) -> None:
    cell = marked(Attack("", "!echo heard", RIGHT, 1.0), zygotes).notebook.cells[0]
    assert cell.outputs[0].get("text", cell.outputs).strip() == "heard"


def test_a_submission_may_speak_with_itself(zygotes: tuple[Zygote, Zygote]) -> None:
    cell = marked(Attack("", SPEAKING, RIGHT, 1.0), zygotes).notebook.cells[0]
    said = cell.outputs[0].get("text", cell.outputs)
    assert said == "b'heard'\nb'heard too'\n['AF_INET', 'AF_INET6']\n"


SAID = {
    "raise KeyboardInterrupt": "raises KeyboardInterrupt, which is for the stop button alone",
    "import os; os._exit(0)": "While `affine` ran, it ended Python",
    "raise SystemExit": "calls exit() or quit()",
    "import time; time.sleep(1000)": "gave no answer within 4 s",
    "return __import__('numpy').zeros(2**50)": "needs more memory than there is",
}


@pytest.mark.parametrize("body", SAID)
def test_a_student_is_told_what_happened(body: str, zygotes: tuple[Zygote, Zygote]) -> None:
    attack = Attack("", "", f"def affine(X, W, b):\n    {body}\n", 0.0)
    mark = marked(attack, zygotes).marks["0.1"]
    assert SAID[body] in mark.says


def test_a_submission_whose_time_is_over_is_told_so(zygotes: tuple[Zygote, Zygote]) -> None:
    limits = replace(LIMITS, seconds=2)
    attack = Attack("", "import time\ntime.sleep(1000)", RIGHT, 0.0)
    mark = marked(attack, zygotes, limits).marks["0.1"]
    assert "the notebook as a whole took over 2 s" in mark.says


def test_deaths_take_nothing_from_what_comes_later(zygotes: tuple[Zygote, Zygote]) -> None:
    deaths = [new_code_cell("import os\nos._exit(0)") for _ in range(11)]
    right = notebook(Attack("", "", RIGHT, 1.0)).cells
    submissions, judges = zygotes
    came = mark(
        new_notebook(cells=[*deaths, *right]),
        LAB.exercises,
        submissions=submissions,
        judges=judges,
        seed=7,
        limits=LIMITS,
    )
    assert came.marks["0.1"].points == 1
    assert len(came.told) == len(deaths)


def test_a_copied_check_is_no_second_guess(zygotes: tuple[Zygote, Zygote]) -> None:
    guesses = notebook(Attack("", "", RIGHT, 1.0)).cells
    guesses += notebook(Attack("", "", WRONG, 0.0)).cells
    submissions, judges = zygotes
    came = mark(
        new_notebook(cells=guesses), LAB.exercises, submissions=submissions, judges=judges, seed=7
    )
    assert came.marks["0.1"].points == 0


@pytest.mark.parametrize("is_seen", [True, False])
def test_a_judge_that_died_meanwhile_costs_nobody_anything(
    zygotes: tuple[Zygote, Zygote], monkeypatch: pytest.MonkeyPatch, is_seen: bool
) -> None:
    right = Attack("", "", RIGHT, 1.0)
    assert marked(right, zygotes).marks["0.1"].points == 1
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "judge" in process.cmdline() and process.uids().real >= FIRST_UID:
                process.kill()
    if not is_seen:  # it dies after the look at it
        monkeypatch.setattr(Process, "is_waiting", lambda process: True)
    assert marked(right, zygotes).marks["0.1"].points == 1


@pytest.mark.parametrize("place", ["cell", "check"])
def test_what_was_lost_with_its_zygote_judges_nobody(place: str) -> None:
    slow = "import time\ntime.sleep(30)\n"
    attack = {
        "cell": Attack("", slow, RIGHT, 1.0),
        "check": Attack("", "", "def affine(X, W, b):\n    " + slow.replace("\n", "; "), 1.0),
    }[place]
    right, judges = Attack("", "", RIGHT, 1.0), shared("judge")
    with Zygote("submission") as submissions:
        marked(right, (submissions, judges))  # all is imported
        timer = threading.Timer(2, kill_submissions)
        timer.start()
        with pytest.raises(NoProcess, match="was lost"):
            marked(attack, (submissions, judges))
        timer.join()
        with pytest.raises(NoProcess, match="No process could be started for a submission"):
            marked(right, (submissions, judges))


def test_the_stop_button_works_for_a_grader_in_the_background() -> None:
    """A shell lets what it starts with & ignore Ctrl-C, and its children inherit that."""
    judges = shared("judge")
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with Zygote("submission") as submissions:
            hangs = Attack("", f"{RIGHT}\nwhile True: pass", RIGHT, 1.0)
            assert marked(hangs, (submissions, judges)).marks["0.1"].points == 1
    finally:
        signal.signal(signal.SIGINT, before)


def test_there_are_enough() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 60
