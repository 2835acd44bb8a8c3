"""Looks at what processes in jails use, from outside: nothing in a jail can stop or silence it.

One thread of the grader looks at all processes that it has in jails, several times a second, and
ends those that use too much. What is forked from them gets the lowest priority, and so does each
session that begins there: a kernel that shares the processors among sessions (autogroup) looks at
the priority of a process within its session alone.
"""

from __future__ import annotations

import contextlib
import logging
import os
import re
import select
import signal
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 0.25
LOWEST = 19
# Of parts of files, by a submission and all that it starts: memory of the kernel that counts for
# nobody. An honest one has a handful.
MOST_LOCKS = 5_000
LONGEST_LIST_OF_LOCKS = 4 * 2**20  # so much is read of that of the machine
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
_USED = re.compile(rb"^sockets: used (\d+)", re.M)
_LOCK = re.compile(rb"(?:READ|WRITE) +(\d+) ")  # and whose it is
_PID = re.compile(r"^Pid:\s*(-?\d+)$", re.M)


class Watched:
    """A process with all that it starts, from its first moment until `end`.

    Args:
        pidfd: a descriptor of the process, which is closed at the end. Nothing that it does, and
            no other process that gets its number, changes whom this descriptor means.
        memory: bytes that all of them may hold, beyond what the process was forked with.
        processes: how many they may be at a time.
        processor: seconds of a processor that all of them may use together.

    Attributes:
        why: "memory", "processes", "processor" or "locks" where it was ended for that, else empty.
        processor: seconds of a processor that all of them have used.
        waited: seconds in which threads of the first could have run and had no processor, in all.
    """

    def __init__(self, pidfd: int, *, memory: int, processes: int, processor: float) -> None:
        self._pidfd = pidfd
        self._lock, self._looking = threading.Lock(), threading.Lock()
        self._first = _number_of(pidfd)
        self._most = {"processes": processes, "processor": processor}
        self._most_memory = memory + held_by(self._first)
        self.why, self.processor, self.waited = "", 0.0, 0.0
        # What each process has used, and how long each thread waited: they may have ended.
        self._used: dict[tuple[int, int], float] = {}
        self._delays: dict[int, float] = {}
        _thread.add(self)

    def is_alive(self) -> bool:
        """Whether the process has not ended yet."""
        with self._lock:
            return self._pidfd >= 0 and not select.select([self._pidfd], [], [], 0)[0]

    def send(self, number: int) -> None:
        """Send it a signal; where it has ended, nothing happens."""
        with self._lock, contextlib.suppress(OSError):
            if self._pidfd >= 0:
                signal.pidfd_send_signal(self._pidfd, number)

    def end(self) -> None:
        """Kill it, and with it all that is in its process namespace."""
        _thread.remove(self)
        self.send(signal.SIGKILL)
        with self._lock:
            if self._pidfd >= 0:
                os.close(self._pidfd)
            self._pidfd = -1

    def look_if_it_forked(self) -> None:
        """Look now, where it has started others: later the next cell would seem to be at fault."""
        if has_children(self._first):
            self.look_now()

    def look_now(self) -> None:
        """Add up what it uses, for who cannot wait until its turn comes."""
        self.look(stats())

    def look(self, all_of_them: Mapping[int, Stat]) -> None:
        """Add up what it uses, and kill it where that is too much."""
        with self._looking:
            if self.is_alive():
                self._look(all_of_them)

    def _look(self, all_of_them: Mapping[int, Stat]) -> None:
        processes = family(self._first, all_of_them)
        self._add_up([all_of_them[one] for one in processes if one in all_of_them])
        session = _autogroup(self._first) if len(processes) > 1 else b""
        for number in processes[1:]:
            _lower(number, session)
        if self.processor > self._most["processor"]:
            self._kill("processor")
        elif len(processes) > self._most["processes"]:
            self._kill("processes")
        elif is_over(self._most_memory - in_sockets(self._first), processes):
            self._kill("memory")
        elif locks(processes) > MOST_LOCKS:
            self._kill("locks")

    def _kill(self, why: str) -> None:
        self.why = why
        self.send(signal.SIGKILL)

    def _add_up(self, stats: Sequence[Stat]) -> None:
        self._used |= {(one.number, one.began): one.used for one in stats}
        # What ended between two looks counts for who waited for it.
        with_ended = sum(one.used + one.used_by_ended for one in stats)
        self.processor = max(self.processor, sum(self._used.values()), with_ended)
        self._delays |= delays(self._first)
        self.waited = sum(self._delays.values())


class _Thread:
    """Starts with the first process, and waits while there is none."""

    def __init__(self) -> None:
        self._watched: list[Watched] = []
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None

    def add(self, one: Watched) -> None:
        with self._changed:
            self._watched.append(one)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
                self._thread.start()
            self._changed.notify()

    def remove(self, one: Watched) -> None:
        with self._changed, contextlib.suppress(ValueError):
            self._watched.remove(one)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._watched)
                watched = list(self._watched)
            try:
                found = stats()
                for one in watched:
                    one.look(found)
            except Exception:  # a watch that ends would be noticed by nobody
                log.exception("what submissions use could not be looked at")
            threading.Event().wait(SECONDS_BETWEEN_LOOKS)


_thread = _Thread()


def _number_of(pidfd: int) -> int:
    """The process's number, as this process counts them."""
    found = _PID.search(Path(f"/proc/self/fdinfo/{pidfd}").read_text())
    return int(found[1]) if found else -1


@dataclass(frozen=True)
class Stat:
    """A process: its number, its parent's, when it began, and the seconds of a processor.

    `used_by_ended` is what its children had used, of those that ended and that it waited for.
    """

    number: int
    parent: int
    began: int
    used: float
    used_by_ended: float


def stats() -> dict[int, Stat]:
    """All processes that there are, by their numbers."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                # The name, in parentheses, may hold anything; what follows are fields from the 3rd.
                fields = _read(f"/proc/{name}/stat").rpartition(b")")[2].split()
            except OSError:
                continue
            user, system, ended_user, ended_system = (int(one) / _TICKS for one in fields[11:15])
            found[int(name)] = Stat(
                number=int(name),
                parent=int(fields[1]),
                began=int(fields[19]),
                used=user + system,
                used_by_ended=ended_user + ended_system,
            )
    return found


def family(first: int, all_of_them: Mapping[int, Stat]) -> list[int]:
    """`first` and its descendants, also those whose parent has ended (`first` adopts them)."""
    children: dict[int, list[int]] = {}
    for one in all_of_them.values():
        children.setdefault(one.parent, []).append(one.number)
    found = [first]
    for process in found:
        found += children.get(process, [])
    return found


def has_children(process: int) -> bool:
    """Whether a process has started others, or adopted some, that still run."""
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            with contextlib.suppress(OSError):
                if _read(f"/proc/{process}/task/{thread}/children").strip():
                    return True
    return False


def delays(process: int) -> dict[int, float]:
    """Seconds that each thread of a process could have run and had no processor.

    Empty where the kernel does not count that.
    """
    found = {}
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            with contextlib.suppress(OSError, IndexError):
                fields = _read(f"/proc/{process}/task/{thread}/schedstat").split()
                found[int(thread)] = int(fields[1]) / 1e9
    return found


def _lower(process: int, first_session: bytes) -> None:
    """Let a process run only where nobody else wants to.

    In the session of the first process that is within the share of this session, which is no
    larger than a neighbour's. Any other session would have one of its own.
    """
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{process}/task"):
            os.setpriority(os.PRIO_PROCESS, int(thread), LOWEST)
    session = _autogroup(process)
    is_own = session.split()[:1] != first_session.split()[:1]
    # It is written once: who is no root may do so only ten times a second.
    if session and is_own and not session.endswith(b" %d\n" % LOWEST):
        with contextlib.suppress(OSError), open(f"/proc/{process}/autogroup", "w") as file:
            file.write(str(LOWEST))


def _autogroup(process: int) -> bytes:
    """As b"/autogroup-123 nice 0"; empty where the kernel shares nothing among sessions."""
    try:
        return _read(f"/proc/{process}/autogroup")
    except OSError:
        return b""


def is_over(most: int, processes: Sequence[int]) -> bool:
    """Whether these hold more than `most` bytes in memory.

    What several of them share counts once. A process that ends meanwhile counts nothing.
    """
    # The exact number takes the kernel ten milliseconds for each process, this one none.
    if sum(map(held_by, processes)) <= most:
        return False
    return sum(map(_own, processes)) > most


def held_by(process: int) -> int:
    """Bytes of a process that belong to no file, shared ones in full: never less than `_own`."""
    return _sum(f"/proc/{process}/status", (b"RssAnon", b"RssShmem", b"VmSwap"))


def _own(process: int) -> int:
    """The same, of what n processes share the n-th part."""
    try:
        return _sum(f"/proc/{process}/smaps_rollup", (b"Pss_Anon", b"Pss_Shmem", b"SwapPss"))
    except PermissionError:  # a process can hide this from others of its user, and then pays for it
        return held_by(process)


def in_sockets(process: int) -> int:
    """Bytes that the sockets of a process's network namespace can hold: the kernel tells no more.

    0 where it tells nothing, as where the process has no namespace of its own.
    """
    try:
        if os.stat(f"/proc/{process}/ns/net").st_ino == os.stat("/proc/self/ns/net").st_ino:
            return 0
        found = _USED.search(_read(f"/proc/{process}/net/sockstat"))
        largest = int(_read("/proc/sys/net/core/wmem_max"))
    except OSError:
        return 0
    return int(found[1]) * 2 * largest if found else 0


def locks(processes: Sequence[int]) -> int:
    """How many locks of files these have, or wait for."""
    try:
        with open("/proc/locks", "rb") as file:
            listed = file.read(LONGEST_LIST_OF_LOCKS)
    except OSError:
        return 0
    of_them = {b"%d" % one for one in processes}
    return sum(one in of_them for one in _LOCK.findall(listed))


def _sum(path: str, names: Sequence[bytes]) -> int:
    try:
        lines = _read(path).splitlines()
    except PermissionError:
        raise
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.split(b":")[0] in names)


def _read(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
