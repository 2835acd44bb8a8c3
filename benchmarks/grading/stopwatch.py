"""Starts programs and notes when each of their lines arrives, and how much memory they need."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

# A look at the memory takes some milliseconds of a core for each process that holds TensorFlow.
SECONDS_BETWEEN_LOOKS = 1.0


@dataclass
class Watched:
    """What was seen of programs that ran at the same time.

    Attributes:
        lines: seconds since the start, and the line that arrived then, of all programs.
        seconds: until the last of them had ended.
        peak: bytes of all their processes at the worst moment, each shared page counted once; None
            where the system does not tell.
        statuses: how each ended.
    """

    lines: list[tuple[float, str]] = field(default_factory=list)
    seconds: float = 0.0
    peak: int | None = None
    statuses: list[int] = field(default_factory=list)

    @property
    def last_words(self) -> str:
        """The last line that says something."""
        said = [line.strip() for _, line in self.lines if line.strip()]
        return said[-1][:300] if said else "nothing"


def watch(
    commands: Sequence[Sequence[str]], *, folder: Path, variables: Mapping[str, str], limit: float
) -> Watched:
    """Run programs side by side to their end, at most `limit` seconds; then they are killed.

    Args:
        commands: of the programs.
        folder: where they start.
        variables: their whole environment.
        limit: in seconds.
    """
    watched = Watched()
    began = time.monotonic()
    programs = [
        subprocess.Popen(
            command,
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
        for command in commands
    ]

    def read(program: subprocess.Popen[str]) -> None:
        assert program.stdout
        for line in program.stdout:
            watched.lines.append((time.monotonic() - began, line.rstrip("\n")))

    readers = [threading.Thread(target=read, args=(program,)) for program in programs]
    for reader in readers:
        reader.start()
    while any(reader.is_alive() for reader in readers):
        _look(watched, programs)
        if time.monotonic() - began > limit:
            for program in programs:
                _kill(program.pid)
        readers[-1].join(SECONDS_BETWEEN_LOOKS)
        for reader in readers[:-1]:
            reader.join(0 if readers[-1].is_alive() else SECONDS_BETWEEN_LOOKS)
    watched.statuses = [program.wait() for program in programs]
    watched.seconds = time.monotonic() - began
    watched.lines.sort(key=lambda line: line[0])
    return watched


def _look(watched: Watched, programs: Sequence[subprocess.Popen[str]]) -> None:
    """Keep the largest sum of what all processes hold."""
    held = 0
    try:
        for process in (one for program in programs for one in _family(program.pid)):
            try:
                held += process.memory_full_info().pss
            except psutil.NoSuchProcess:
                continue
    except (psutil.AccessDenied, AttributeError):  # other systems than Linux have no such number
        return
    watched.peak = max(watched.peak or 0, held)


def _family(pid: int) -> list[psutil.Process]:
    try:
        first = psutil.Process(pid)
        return [first, *first.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(pid: int) -> None:
    for process in _family(pid):
        try:
            process.kill()
        except psutil.NoSuchProcess:
            continue
