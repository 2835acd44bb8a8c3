"""What a process uses is looked at from outside of its jail, whatever happens inside."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from course.grading.jail.inside import frames
from course.grading.jail.session import Limits, Process, Zygote
from tests.programs import jailed
from tests.zygotes import shared

pytestmark = jailed
SOON = 20  # seconds; a machine may be busy


@pytest.fixture
def process() -> Iterator[Process]:
    process = shared("submission").fork(Limits(memory=2**28))
    yield process
    process.end()


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
    first = itself(process)
    keeper(process).send_signal(signal_to_keeper)
    process.send({"run": "hoard = bytearray(b'x') * 2**29\nimport time\ntime.sleep(1000)"}, 5)
    with pytest.raises(frames.Broken):
        process.receive(SOON)
    assert ends(first)


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
