"""What a fork costs, and how much memory a process and all that it started hold for themselves."""

from __future__ import annotations

import ctypes
import gc
import re
from pathlib import Path

HUGE = 2 * 2**20
MADV_COLLAPSE = 25
# Lines of /proc/self/maps: memory of this process alone that belongs to no file.
_OWN = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p \S+ 00:00 0\s*(?:\[heap\])?")


def make_forks_cheap() -> None:
    """Prepare this process for many forks, once it has imported what they need.

    A fork copies an entry for each page: huge pages have fewer. A garbage collection in a fork
    would write to all objects, and so copy them: objects that are there now are left out of it.
    """
    gc.collect()
    gc.freeze()
    c = ctypes.CDLL(None)
    c.madvise.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
    for line in Path("/proc/self/maps").read_text().splitlines():
        if own := _OWN.fullmatch(line):
            first, end = (int(number, 16) for number in own.groups())
            for place in range(-(-first // HUGE) * HUGE, end - HUGE + 1, HUGE):
                c.madvise(place, HUGE, MADV_COLLAPSE)  # before Linux 6.1 an error, and no harm


def is_over(most: int, first: int) -> bool:
    """Whether the process `first` and its descendants hold more than `most` bytes in memory.

    What several of them share counts once. A process that ends meanwhile counts nothing.
    """
    family = _family(first)
    # The exact number takes the kernel ten milliseconds for each process, this one none.
    if sum(held_by(process) for process in family) <= most:
        return False
    return sum(_own(process) for process in family) > most


def _family(first: int) -> list[int]:
    """`first` and its descendants, also those whose parent has ended (`first` adopts them)."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            # The name, in parentheses, may hold anything; the parent is the second field after it.
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(folder.name))
    family = [first]
    for process in family:
        family += children.get(process, [])
    return family


def held_by(process: int | str) -> int:
    """Bytes of a process that belong to no file, shared ones in full: never less than `_own`."""
    return _sum(Path(f"/proc/{process}/status"), ("RssAnon", "RssShmem", "VmSwap"))


def _own(process: int) -> int:
    """The same, of what n processes share the n-th part."""
    return _sum(Path(f"/proc/{process}/smaps_rollup"), ("Pss_Anon", "Pss_Shmem", "SwapPss"))


def _sum(path: Path, names: tuple[str, ...]) -> int:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return 0
    return sum(1024 * int(line.split()[1]) for line in lines if line.split(":")[0] in names)
