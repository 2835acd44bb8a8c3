"""What a process uses is looked at from outside of its jail, whatever happens inside."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from course.grading.jail.inside import frames
from course.grading.jail.session import CORES, Limits, Process, Zygote
from course.grading.jail.watch import LOWEST, in_sockets, locks
from tests.programs import jailed
from tests.zygotes import shared

pytestmark = jailed
SOON = 20  # seconds; a machine may be busy


@pytest.fixture
def process() -> Iterator[Process]:
    process = shared("submission").fork(Limits(memory=2**28))
    yield process
    process.end()


@pytest.fixture
def busy() -> Iterator[None]:
    """All processors are busy; each of the others has a session, and so a share, of its own."""
    loop = [sys.executable, "-c", "while True: pass"]
    others = [subprocess.Popen(loop, start_new_session=True) for _ in range(5 * CORES)]
    yield
    for one in others:
        one.kill()
        one.wait()


def itself(process: Process) -> psutil.Process:
    return psutil.Process(process._watched._first)


def keeper(process: Process) -> psutil.Process:
    found = itself(process).parent()
    assert found is not None
    return found


def ends(process: psutil.Process) -> bool:
    """Whether it ends soon; one that nobody has waited for yet has ended, too."""
    end = time.monotonic() + SOON
    while time.monotonic() < end:
        if not process.is_running() or process.status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


def test_each_has_a_session_of_its_own(process: Process) -> None:
    zygote = keeper(process).parent()
    assert zygote is not None
    several = [itself(process).pid, keeper(process).pid, zygote.pid, os.getpid()]
    assert len({os.getsid(one) for one in several}) == len(several)
    assert len({os.getpgid(one) for one in several}) == len(several)


@pytest.mark.parametrize("signal_to_keeper", [signal.SIGSTOP, signal.SIGKILL])
def test_the_watch_needs_nobody_inside(process: Process, signal_to_keeper: int) -> None:
    first, parent = itself(process), keeper(process)
    parent.send_signal(signal_to_keeper)
    process.send({"run": "hoard = bytearray(b'x') * 2**29\nimport time\ntime.sleep(1000)"}, 5)
    with pytest.raises(frames.Broken):
        process.receive(SOON)
    assert ends(first)
    if signal_to_keeper == signal.SIGSTOP:
        parent.resume()  # or it would stay, and the next test that counts processes would find it
    assert ends(parent)


def test_the_end_needs_nobody_inside(process: Process) -> None:
    first, parent = itself(process), keeper(process)
    parent.suspend()
    process.end()
    assert ends(first)
    parent.resume()
    assert ends(parent)


def test_a_neighbour_of_an_attack_on_the_group_answers() -> None:
    """Without a session of its own the neighbour is hit as well, where the grader is no root."""
    zygote = shared("submission")
    names = ("SIGINT", "SIGSTOP", "SIGKILL")

    def attack(name: str) -> None:
        process = zygote.fork(Limits())
        process.send({"run": f"import os, signal\nos.killpg(0, signal.{name})"}, 5)
        time.sleep(0.3)
        process.end()

    neighbour = zygote.fork(Limits())
    neighbour.send({"run": "import time\ntime.sleep(3)\nprint('well')"}, 5)
    with ThreadPoolExecutor() as pool:
        list(pool.map(attack, names))
    assert neighbour.receive(SOON)["outputs"] == [
        {"output_type": "stream", "name": "stdout", "text": "well\n"}
    ]
    neighbour.end()
    assert isinstance(zygote, Zygote) and zygote.is_alive()


COMPUTES = (
    "import time\nbegan = time.process_time()\nwhile time.process_time() < began + {}: pass\n"
)
FORKS = """
import os, time
for _ in range({}):
    if os.fork() == 0:
        {}
        os._exit(0)
"""


@pytest.mark.usefixtures("busy")
def test_a_busy_machine_costs_nobody_time(process: Process) -> None:
    # It waits for some 11 s: were a tenth of that counted, it would be late.
    process.send({"run": COMPUTES.format(2.4)}, 5)
    began = time.monotonic()
    assert process.receive(3) == {"outputs": []}
    assert time.monotonic() - began > 3  # else the machine was not busy


@pytest.mark.usefixtures("busy")
def test_what_does_not_wait_for_a_processor_has_no_more_time(process: Process) -> None:
    process.send({"run": "import time\ntime.sleep(1000)"}, 5)
    began = time.monotonic()
    with pytest.raises(frames.Late):
        process.receive(2)
    assert time.monotonic() - began < 6


@pytest.mark.usefixtures("busy")
def test_a_busy_machine_gives_nobody_time_without_end(process: Process) -> None:
    process.send({"run": COMPUTES.format(1000)}, 5)
    with pytest.raises(frames.Late):
        process.receive(0.5)


def test_the_time_of_all_that_it_forks_counts() -> None:
    process = shared("submission").fork(Limits(processor_seconds=3))
    process.send({"run": FORKS.format(3, COMPUTES.format(1000).replace("\n", "\n        "))}, 5)
    process.receive(SOON)
    with pytest.raises(frames.Broken):
        process.receive(SOON)
    assert process.ended_by() == "processor"
    process.end()


def test_the_time_of_what_has_ended_counts() -> None:
    process = shared("submission").fork(Limits(processor_seconds=3))
    forks = FORKS.format(100, COMPUTES.format(0.1).replace("\n", "\n        "))
    process.send({"run": forks + "    os.wait()\n"}, 5)
    with pytest.raises(frames.Broken):
        process.receive(SOON)
    assert process.ended_by() == "processor"
    process.end()


def test_few_processes_are_many(process: Process) -> None:
    process.send({"run": FORKS.format(16 + CORES, "time.sleep(1000)")}, 5)
    with pytest.raises(frames.Broken):
        process.receive(SOON)
        process.receive(SOON)
    assert process.ended_by() == "processes"


def test_what_is_forked_comes_last(process: Process) -> None:
    by_the_c_library = "import ctypes, time\nif ctypes.CDLL(None).fork() == 0: time.sleep(1000)\n"
    process.send({"run": FORKS.format(2, "time.sleep(1000)") + by_the_c_library}, 5)
    process.receive(SOON)
    end = time.monotonic() + SOON
    forked = itself(process).children()
    assert len(forked) == 3
    while any(one.nice() != 19 for one in forked) and time.monotonic() < end:
        time.sleep(0.1)
    assert [one.nice() for one in forked] == [19, 19, 19]


AUTOGROUP = Path("/proc/sys/kernel/sched_autogroup_enabled")
shares_among_sessions = pytest.mark.skipif(
    not AUTOGROUP.exists() or AUTOGROUP.read_text().strip() != "1",
    reason="this kernel shares no processors among sessions",
)


def sessions(process: Process, source: str) -> tuple[psutil.Process, dict[int, int]]:
    """A child that begins a session, and the priority of this and of that of the first process."""
    process.send({"run": FORKS.format(1, source)}, 5)
    process.receive(SOON)
    (forked,) = itself(process).children()
    end, nice = time.monotonic() + SOON, {}
    while LOWEST not in nice.values() and time.monotonic() < end:
        time.sleep(0.1)
        both = (itself(process).pid, forked.pid)
        nice = {pid: int(Path(f"/proc/{pid}/autogroup").read_text().split()[-1]) for pid in both}
    return forked, nice


@shares_among_sessions
def test_a_session_that_is_begun_comes_last(process: Process) -> None:
    forked, nice = sessions(process, "os.setsid(); time.sleep(1000)")
    assert nice == {itself(process).pid: 0, forked.pid: LOWEST}


@shares_among_sessions
def test_a_session_that_is_begun_takes_no_time_from_neighbours(process: Process) -> None:
    loop = [sys.executable, "-c", "while True: pass"]
    with subprocess.Popen(loop, start_new_session=True) as neighbour:
        forked, _ = sessions(process, "os.setsid()\n        while True: pass")
        both = [psutil.Process(neighbour.pid), forked]
        for one in both:
            one.cpu_affinity([min(os.sched_getaffinity(0))])
        before = [one.cpu_times().user for one in both]
        time.sleep(2)
        used = [one.cpu_times().user - was for one, was in zip(both, before, strict=True)]
        neighbour.kill()
    assert used[0] > 5 * used[1]


MUCH = "kept = b'x' * 2**29\n"
HIDDEN = "import ctypes\nctypes.CDLL(None).prctl(4, 0, 0, 0, 0)\n"
SOCKETS = "import socket\nmany = [socket.socketpair() for _ in range(120)]\n"


@pytest.mark.parametrize("source", [MUCH, HIDDEN + MUCH], ids=["seen", "hidden"])
def test_memory_counts_also_of_who_hides(process: Process, source: str) -> None:
    process.send({"run": source}, 5)
    with pytest.raises(frames.Broken):
        process.receive(SOON)
        process.receive(SOON)
    assert process.ended_by() == "memory"


def test_sockets_count(process: Process) -> None:
    """By what they could hold: the kernel says of none how much it does."""
    process.send({"run": SOCKETS}, 5)
    process.receive(SOON)
    largest = 2 * int(Path("/proc/sys/net/core/wmem_max").read_text())
    counted = in_sockets(itself(process).pid)
    assert counted == 240 * largest
    if counted > 2**28:
        with pytest.raises(frames.Broken):
            process.receive(SOON)
        assert process.ended_by() == "memory"


LOCKS = """
import fcntl, time
files = [open(f"{number}", "w") for number in range(40)]
for place in range(0, 400, 2):
    for file in files:
        fcntl.lockf(file, fcntl.LOCK_EX, 1, place)
"""


def test_locks_of_files_are_counted(process: Process) -> None:
    """Each is memory of the kernel that counts for nobody."""
    process.send({"run": LOCKS.replace("400", "40")}, 5)
    process.receive(SOON)
    assert locks([itself(process).pid]) == 800
    others = LOCKS.replace('f"{', 'f"other{').replace("\n", "\n        ").strip()
    body = f"{others}\n        time.sleep(1000)"
    process.send({"run": FORKS.format(1, body)}, 5)
    process.receive(SOON)
    with pytest.raises(frames.Broken):
        process.receive(SOON)
    assert process.ended_by() == "locks"


def test_a_neighbour_is_not_chosen_to_die_first(process: Process) -> None:
    """When memory is short the kernel ends who has the highest score; of one user all are alike."""
    neighbour = shared("submission").fork(Limits())
    before = Path(f"/proc/{itself(neighbour).pid}/oom_score_adj").read_text()
    source = """
import os
for name in os.listdir("/proc"):
    if name.isdigit() and name not in (os.readlink("/proc/self"), "1"):
        try:
            open(f"/proc/{name}/oom_score_adj", "w").write("1000")
        except OSError:
            pass
"""
    process.send({"run": source}, 5)
    process.receive(SOON)
    assert Path(f"/proc/{itself(neighbour).pid}/oom_score_adj").read_text() == before
    neighbour.end()
