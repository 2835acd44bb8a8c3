"""The grader's side of a jail: a zygote, and the processes that are forked from it."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from course.grading.jail import bubblewrap as jail
from course.grading.jail.inside import frames
from course.grading.jail.watch import Watched

GIGABYTE = 2**30
# TensorFlow's, XLA's and NumPy's pools, on the machine where the process runs.
THREADS_PER_CORE = 8
SECONDS_TO_START = 30
# So many times its own time a process may take by the clock, where others keep the machine busy.
PATIENCE = 10
CORES = len(os.sched_getaffinity(0)) if sys.platform == "linux" else 1
# For the jail to say how a process ended.
SECONDS_TO_SAY = 60


@dataclass(frozen=True)
class Limits:
    """What one process may use. Bytes, and seconds of its own time unless it says otherwise.

    Own time is that of the clock, without what the process waited for a processor that others kept
    busy (see `Process.receive`).

    Attributes:
        cell_seconds: for one cell; then it is stopped as by the notebook's stop button.
        call_seconds: for one call of a function by a check.
        check_seconds: for a check, without what the student's functions take.
        seconds: for a whole submission, also for cells that must run again.
        processor_seconds: of a process and all that it starts, on all processors together.
        address_space: of one process; TensorFlow alone takes 3 GB of it.
        memory: of a process and all that it starts, beyond what they were forked with.
        processes: at a time, beside one for each core.
        threads: at a time, of all its processes, beside TensorFlow's pools for each core.
        file: the largest file.
        folder: all files together.
    """

    cell_seconds: float = 120
    call_seconds: float = 60
    check_seconds: float = 120
    seconds: float = 1800
    processor_seconds: int = 3600
    address_space: int = 8 * GIGABYTE
    memory: int = 2 * GIGABYTE
    processes: int = 16
    threads: int = 64
    file: int = GIGABYTE // 8
    folder: int = GIGABYTE // 4

    @property
    def of_one_process(self) -> dict[str, int]:
        """By the names that `resource` has for them."""
        return {
            "AS": self.address_space,
            "CPU": self.processor_seconds + 5,  # the watch comes first, and says why
            "NPROC": self.threads + THREADS_PER_CORE * CORES,
            "FSIZE": self.file,
            "NOFILE": 256,
            "CORE": 0,
        }


class NoProcess(Exception):
    """A process could not be started, or was lost, by no fault of a submission."""


class Zygote:
    """A process in a jail that imports TensorFlow; a context manager that starts and ends it.

    Args:
        role: what its forks are for.
        labs: whose checks it loads, by their two digits.
        data: the folder of the data sets, if they are on this machine.
        jailed: False for a process that nothing but its limits holds, on a machine without a jail.
    """

    def __init__(
        self,
        role: jail.Role,
        *,
        labs: Sequence[str] = (),
        data: Path | None = None,
        jailed: bool = True,
    ) -> None:
        self._role, self._labs, self._data, self._jailed = role, labs, data, jailed
        self._is_root = jailed and jail.can_become_others()
        self._places = jail.private_places()
        self._starting, self._is_ready = threading.Lock(), False
        self._idle: list[tuple[Limits, Process]] = []
        # Several graders of one machine begin with different users.
        self._uids = itertools.count(os.getpid() * 1009)

    def __enter__(self) -> Zygote:
        bwrap = jail.find() if self._jailed else None
        with contextlib.ExitStack() as stack:
            world = stack.enter_context(jail.empty_world())
            jail.write_world(world, self._role)
            self._orders, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            stack.callback(self._orders.close)
            zygote = [*jail.python(self._role, theirs.fileno()), *self._labs]
            if bwrap:
                command = [*jail.command(bwrap, world, self._data), *zygote]
                place: dict[str, Any] = {}
            else:
                command, place = zygote, jail.open_place(world, self._data)
            with theirs:
                self._process = subprocess.Popen(
                    command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL, **place
                )
            stack.callback(self._end)
            self._stack = stack.pop_all()
        return self

    def wait(self) -> None:
        """Wait until TensorFlow is imported. Raises jail.NoJail where that failed."""
        with self._starting:
            if not self._is_ready and self._orders.recv(16) != b"ready":
                raise jail.NoJail("The jail ended before it was ready: see the lines above.")
            self._is_ready = True

    def __exit__(self, *ended: object) -> None:
        self._stack.close()

    def is_alive(self) -> bool:
        """Whether it can still fork."""
        return self._process.poll() is None

    def _end(self) -> None:
        for _, process in self._idle:
            process.end()
        self._process.kill()
        self._process.wait()

    def idle_or_fork(self, limits: Limits) -> Process:
        """Return a process that was given back with these limits, else a fresh one; see `fork`."""
        with self._starting:
            for place, (its, process) in enumerate(self._idle):
                if its == limits:
                    del self._idle[place]
                    if process.is_waiting():
                        return process
                    process.end()
                    break
        return self.fork(limits)

    def give_back(self, process: Process, limits: Limits) -> None:
        """Keep a process that is as good as fresh for the next who needs one."""
        with self._starting:
            self._idle.append((limits, process))

    def fork(self, limits: Limits) -> Process:
        """Return a fresh process with these limits. Raises jail.NoJail or NoProcess."""
        self.wait()
        order = {
            "jailed": self._jailed,
            "uid": jail.FIRST_UID + next(self._uids) % jail.UIDS if self._is_root else None,
            "folder": jail.HOME,
            "places": self._places,
            "size": limits.folder,
            "limits": limits.of_one_process,
        }
        connection, theirs = socket.socketpair()
        line, its_end = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, its_end, contextlib.suppress(OSError):  # a zygote that died: see below
            descriptors = [theirs.fileno(), its_end.fileno()]
            socket.send_fds(self._orders, [json.dumps(order).encode()], descriptors)
        try:
            watched = Watched(
                _descriptor(line),
                memory=limits.memory,
                processes=limits.processes + CORES,
                processor=limits.processor_seconds,
            )
        except (frames.Broken, frames.Late) as error:
            connection.close()
            line.close()
            raise NoProcess(f"No process could be started for a {self._role}: {error}") from None
        process = Process(connection, line, watched)
        try:
            process.receive(SECONDS_TO_START)
        except BaseException as error:
            process.end()
            if isinstance(error, frames.Broken | frames.Late):
                raise NoProcess(
                    f"No process could be started for a {self._role}: {error}"
                ) from None
            raise
        return process


def _descriptor(line: socket.socket) -> int:
    """The descriptor of a process that was forked. Raises frames.Broken or frames.Late."""
    line.settimeout(SECONDS_TO_START)
    try:
        _, descriptors, _, _ = socket.recv_fds(line, 16, 1)
    except TimeoutError:
        raise frames.Late from None
    except OSError:
        descriptors = []
    if not descriptors:
        raise frames.Broken("the process has ended")
    return descriptors[0]


class Process:
    """One fork of a zygote: takes messages and answers them, until `end`.

    `was_used` is for its owner to note that it has served before; `was_interrupted` says whether
    `interrupt` was called since the last message.
    """

    def __init__(self, connection: socket.socket, line: socket.socket, watched: Watched) -> None:
        self._connection, self._line, self._watched = connection, line, watched
        self._began = time.monotonic()
        self.was_used = self.was_interrupted = False
        connection.setblocking(False)

    def send(self, message: dict[str, Any], seconds: float) -> None:
        """Send a message. Raises frames.Late where it is not taken in time, or frames.Broken."""
        self.was_interrupted = False
        frames.send(self._connection, message, left=self._time(seconds))

    def send_text(self, text: str, seconds: float) -> None:
        """Send a text as it is; see `send`."""
        frames.send_text(self._connection, text, left=self._time(seconds))

    def receive(self, seconds: float, largest: int = frames.LARGEST) -> dict[str, Any]:
        """Return the next message, at most `largest` bytes. Raises frames.Late or frames.Broken.

        The seconds are its own: what it waits for a processor costs it nothing, up to PATIENCE
        times as long by the clock, and while it has not used as much of all processors as it could
        have on a machine of its own.
        """
        return frames.receive(self._connection, left=self._time(seconds), largest=largest)

    def _time(self, seconds: float) -> frames.Left:
        began, used, waited = time.monotonic(), self.processor, self.waited

        def by_the_last_look() -> float:
            clock = time.monotonic() - began
            if clock >= seconds and self.processor - used >= seconds * CORES:
                return 0.0
            return min(seconds + self.waited - waited, PATIENCE * seconds) - clock

        def left() -> float:
            if (rest := by_the_last_look()) > 0:
                return rest
            self._watched.look_now()
            return by_the_last_look()

        return left

    @property
    def waited(self) -> float:
        """Seconds that it waited for a processor, all its threads together."""
        return self._watched.waited

    @property
    def processor(self) -> float:
        """Seconds of a processor that it and all that it started have used."""
        return self._watched.processor

    @property
    def age(self) -> float:
        """Seconds since it was forked."""
        return time.monotonic() - self._began

    def receive_text(self, seconds: float, largest: int) -> str:
        """Return the next text as it is; see `receive`."""
        return frames.receive_text(self._connection, left=self._time(seconds), largest=largest)

    def is_waiting(self) -> bool:
        """Whether it lives and has said nothing that nobody asked for."""
        try:
            self._connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def look(self) -> None:
        """Look now at what it started. Raises frames.Broken where that was too much."""
        self._watched.look_if_it_forked()
        if self._watched.why:
            raise frames.Broken("the process has ended")

    def interrupt(self) -> None:
        """Ask it to stop what it does, as the notebook's stop button would."""
        self.was_interrupted = True
        self._watched.send(signal.SIGINT)

    def ended_by(self) -> str:
        """Of a process that broke off: what it had too much of (see `Watched`), else "ended".

        Raises NoProcess where nobody is left who could say it: its zygote was killed.
        """
        self._watched.send(signal.SIGKILL)  # one that lives said what is no message
        self._line.settimeout(SECONDS_TO_SAY)
        word = b""
        with contextlib.suppress(OSError):
            word = self._line.recv(16)
        if not word:
            raise NoProcess("A process for a submission was lost: its zygote has ended.")
        return self._watched.why or "ended"

    def end(self) -> None:
        """Kill it and all that it started."""
        self._watched.end()
        self._connection.close()
        self._line.close()
