"""What a fork of a process costs."""

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
