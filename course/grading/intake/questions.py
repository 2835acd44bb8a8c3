"""What is odd about the ids of a class: sentences that ask a person to look before grades go out.

A name that fits no rule is refused before (`owner.py`). Here every id was read by a rule, and could
still be no student's, or a second id of somebody who has one.
"""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from itertools import takewhile

# As browsers, editors and Drives call a second file.
_COPY = re.compile(
    r"^(copy of|kopie von|copie de) |( ?\(\d+\)|[-_ ]*(copy|kopie|copie)[-_ ]*\d*)+$", re.I
)
_SHOWN = 3  # of a long list


def refuse_labs(ids: Collection[str], labs: Collection[str]) -> None:
    """Raise ValueError where most ids are names of labs: those are folders or files of all."""
    named = sorted(id for id in ids if _COPY.sub("", id).split("-")[0] in labs)
    if 2 * len(named) > len(ids):
        raise ValueError(
            f"{some(named)} would be the students, and these are names of labs: name the folder "
            "or zip in which folders or files are called after students, or say with --student "
            "what in the paths is the student's id."
        )


def questions(
    ids: Collection[str],
    *,
    known: Collection[str],
    labs: Collection[str],
    is_plain: bool,
    forget: Callable[[str], str],
) -> Iterator[str]:
    """Ask about ids.

    Args:
        ids: of the students whose notebooks came.
        known: of earlier runs; empty where the platform gives everybody another one each time.
        labs: the names of all labs.
        is_plain: whether people chose these names, and no platform.
        forget: the command that removes an id.
    """
    of_labs = sorted(one for one in ids if any(lab in one for lab in labs))
    if of_labs:
        yield (
            f"{some(of_labs)} would be an id, and has the name of a lab in it: if the rest is the "
            "student, say with --student what in the paths is the id."
        )
    for alike in _alike({*ids, *known}):
        if not set(alike).isdisjoint(ids):
            yield (
                f"{' and '.join(alike)} look alike. Two persons? Then leave both. If they are one "
                "student, name the files alike, grade again, and remove the other: "
                f"{forget(alike[1])}"
            )
    new = sorted(set(ids).difference(known))
    if known and len(new) == len(set(ids)) > 1:
        yield (
            f"None of these students is known from earlier runs: {some(new)} came, "
            f"{some(sorted(known))} were known. If the same people have other ids now, say with "
            "--student which part of the names is the id."
        )
    numbers = [one for one in new if one.isdecimal()]
    if numbers and len(numbers) < len(new):
        words = [one for one in new if not one.isdecimal()]
        yield f"Some ids are numbers ({some(numbers)}), others not ({some(words)}): is that so?"
    if is_plain and not of_labs and (shared := _shared(sorted(new))):
        yield (
            f"The ids of all have {shared!r} in the same place ({some(new)}): if that is no part "
            "of them, say with --student what is, as the group `student` of a regular expression."
        )


def _alike(ids: Collection[str]) -> list[list[str]]:
    """Groups of ids that a person could mean as one."""
    groups: dict[str, set[str]] = {}
    for one in ids:
        for key in {key for name in _as_written(one) for key in _keys(name)}:
            groups.setdefault(key, set()).add(one)
    return sorted(map(list, {tuple(sorted(group)) for group in groups.values() if len(group) > 1}))


def _as_written(id: str) -> Iterator[str]:
    """The id, and what it was where its letters were read in a wrong code, such as J├╝rgen."""
    yield id
    for code in ("cp437", "cp850", "cp1252", "latin-1"):
        with contextlib.suppress(UnicodeError):
            yield id.encode(code).decode()


def _keys(name: str) -> Iterator[str]:
    """What two names that look alike have in common: letters, or words in any order (Doe Jane)."""
    name = unicodedata.normalize("NFKD", _COPY.sub("", name).casefold())
    words = ["".join(filter(str.isalnum, word)) for word in re.split(r"[-_,;. ]+", name)]
    if letters := "".join(words):
        yield letters
    if len(words) > 1 and not any(map(str.isdecimal, words)):
        yield " ".join(sorted(words))


def _shared(ids: list[str]) -> str:
    """What all ids begin or end with up to a mark between words, such as "lab02_"; or nothing."""
    if len(ids) < 2:
        return ""
    words = [re.split(r"([-_ +.]+)", id) for id in ids]
    found = []
    for step in (1, -1):
        rows = zip(*(id[::step] for id in words), strict=False)
        same = takewhile(lambda row: len(set(row)) == 1, rows)
        found.append("".join([row[0] for row in same][::step]))
    return max((one for one in found if re.search(r"[^\W\d_]{2}", one)), key=len, default="")


def some(ids: Collection[str]) -> str:
    """The first of them, and how many more there are."""
    ids = list(ids)
    more = f" and {len(ids) - _SHOWN} more" if len(ids) > _SHOWN else ""
    return ", ".join(ids[:_SHOWN]) + more
