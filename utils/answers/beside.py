"""Two texts side by side, for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest

NARROWEST = 30


def side_by_side(before: str, now: str, width: int) -> str:
    """Both in columns, with a bar between lines that differ.

    `width` is that of the terminal, in characters. Where a column would be too narrow to be read,
    the texts stand one below the other.
    """
    column = (width - 3) // 2
    if column < NARROWEST:
        return f"Before:\n{before}\n\nNow:\n{now}"
    return "\n".join(
        f"{one:{column}} {' ' if one == other else '|'} {other}".rstrip()
        for one, other in _pairs(_lines(before, column), _lines(now, column))
    )


def _lines(text: str, width: int) -> list[str]:
    """The lines, wrapped; what is indented, as code is, keeps its indent."""
    wrapped = []
    for line in text.expandtabs(4).splitlines():
        indent = line[: len(line) - len(line.lstrip())][: width // 2]
        wrapped += textwrap.wrap(line, width, subsequent_indent=indent) or [""]
    return wrapped


def _pairs(before: list[str], now: list[str]) -> Iterator[tuple[str, str]]:
    for _, a, b, c, d in SequenceMatcher(None, before, now, autojunk=False).get_opcodes():
        yield from zip_longest(before[a:b], now[c:d], fillvalue="")
