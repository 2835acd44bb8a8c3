"""Looks at what processes in jails use, from outside: nothing in a jail can stop or silence it.

One thread of the grader looks at all processes that it has in jails, several times a second, and
ends those that hold too much.
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
from pathlib import Path

log = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 0.25
_PID = re.compile(r"^Pid:\s*(-?\d+)$", re.M)


class Watched:
    """A process with all that it starts, from its first moment until `end`.

    Args:
        pidfd: a descriptor of the process, which is closed at the end. Nothing that it does, and
            no other process that gets its number, changes whom this descriptor means.
        most_memory: bytes that all of them may hold, beyond what the process was forked with.

    Attributes:
        why: "memory" where it was ended for that, else empty.
    """

    def __init__(self, pidfd: int, *, most_memory: int) -> None:
        self._pidfd = pidfd
        self._lock = threading.Lock()
        self._first = _number_of(pidfd)
        self._most = most_memory + held_by(self._first)
        self.why = ""
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

    def look(self, parents: Mapping[int, Sequence[int]]) -> None:
        """Kill it where it uses too much; `parents` has the children of each process."""
        if self.is_alive() and is_over(self._most, family(self._first, parents)):
            self.why = "memory"
            self.send(signal.SIGKILL)


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
                parents = children()
                for one in watched:
                    one.look(parents)
            except Exception:  # a watch that ends would be noticed by nobody
                log.exception("the memory of submissions could not be looked at")
            threading.Event().wait(SECONDS_BETWEEN_LOOKS)


_thread = _Thread()


def _number_of(pidfd: int) -> int:
    """The process's number, as this process counts them."""
    found = _PID.search(Path(f"/proc/self/fdinfo/{pidfd}").read_text())
    return int(found[1]) if found else -1


def children() -> dict[int, list[int]]:
    """The children of each process that has some."""
    found: dict[int, list[int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                # The name, in parentheses, may hold anything; the parent is the second field after.
                parent = int(_read(f"/proc/{name}/stat").rpartition(b")")[2].split()[1])
            except (OSError, IndexError):
                continue
            found.setdefault(parent, []).append(int(name))
    return found


def family(first: int, parents: Mapping[int, Sequence[int]]) -> list[int]:
    """`first` and its descendants, also those whose parent has ended (`first` adopts them)."""
    found = [first]
    for process in found:
        found += parents.get(process, [])
    return found


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
