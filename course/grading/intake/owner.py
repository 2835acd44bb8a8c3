"""Says from a path whose submission it is: the names of learning platforms, and plain ones."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST_ID = 120
# How platforms name what they let one download. What follows the name is the student's word.
PLATFORMS = {
    "Moodle": r"(?P<name>[^/]+?)_(?P<student>\d+)_assignsubmission_.+",
    "Canvas": r"(?P<name>[^/_]+)(?P<late>_LATE)?_(?P<student>\d+)_\d+_[^/]+",
    "nbgrader": r"submitted/(?P<student>[^/]+)/[^/]+/.+",
}
# A folder of a student, or a file.
PLAIN: Sequence[str] = (r"(?P<student>[^/]+)/.+", r"(?P<student>[^/]+?)(?:\.[^/.]+)?")
# What a student packed tells nothing of who that is.
_IN_ZIP = re.compile(r"(\.zip)/.*", re.I | re.S)


@dataclass(frozen=True)
class Owner:
    """A student.

    Attributes:
        student: the id.
        name: a person's, where the path has one.
        written: as the path has the id, with what no folder can be called.
        is_late: whether Canvas says so.
    """

    student: str
    name: str
    written: str
    is_late: bool = False


class Owners:
    """Whose each path is.

    Args:
        paths: of all notebooks and archives, with slashes, from the folder of the class.
        rule: a regular expression with a group `student`, instead of the known names.
        wrapper: how the folder is called that the class may lie in, as zip programs make it.

    Raises:
        ValueError: the rule is no such expression; or there is none, and it is unclear whether
            the only folder is a student's.
    """

    def __init__(self, paths: Iterable[str], rule: str | None, wrapper: str = "") -> None:
        self._rule = None if rule is None else _compiled(rule)
        self._depth, self._rules = 0, PLAIN
        if self._rule is None:
            self._depth, self._rules = _layout({_packed(path) for path in paths}, wrapper)

    def of(self, path: str) -> Owner | None:
        """Whose this is, or None where no rule says it."""
        if self._rule is not None:
            # The rule is written for notebooks; what else was handed in is somebody's, too.
            return _owner(self._rule.fullmatch(path) or self._rule.fullmatch(path + ".ipynb"))
        inside = _inside(_packed(path), self._depth)
        matches = (re.fullmatch(rule, inside, re.S | re.I) for rule in self._rules)
        return next((owner for match in matches if (owner := _owner(match))), None)


def _compiled(rule: str) -> re.Pattern[str]:
    try:
        compiled = re.compile(rule)
    except re.error as error:
        raise ValueError(f"The rule {rule!r} is no regular expression: {error}.") from None
    if "student" not in compiled.groupindex:
        raise ValueError(
            f"The rule {rule!r} needs a group that says who the student is, such as "
            r"(?P<student>[^/]+)/lab\.ipynb"
        )
    return compiled


def _packed(path: str) -> str:
    return _IN_ZIP.sub(r"\1", path, count=1)


def _inside(path: str, depth: int) -> str:
    return "/".join(path.split("/")[depth:])


def _layout(paths: set[str], wrapper: str, depth: int = 0) -> tuple[int, Sequence[str]]:
    """How many folders wrap the class, and the rules for what lies in them.

    A folder that all share is a student's as likely as one around the class. What is in a student's
    folder says nothing, not even names of a platform: a student packed it.
    """
    inside = [_inside(path, depth) for path in paths]
    for rule in PLATFORMS.values():
        if 2 * sum(bool(re.fullmatch(rule, one, re.S)) for one in inside) > len(inside):
            return depth, [rule]
    folder = _only_folder(inside)
    if folder and wrapper and id_of(folder) == id_of(wrapper):
        return _layout(paths, "", depth + 1)
    if folder and (len(inside) > 1 or inside[0].count("/") > 1):
        raise ValueError(
            f"All notebooks lie in one folder, {folder}: if that is a student's, say "
            f"--student '{'[^/]+/' * depth}(?P<student>[^/]+)/.*'; if the class is in it, name "
            "that folder as SUBMISSIONS (unpack a zip before)."
        )
    return depth, PLAIN


def _only_folder(paths: Sequence[str]) -> str:
    folders = {path.partition("/")[0] if "/" in path else "" for path in paths}
    return folders.pop() if len(folders) == 1 else ""


def _owner(match: re.Match[str] | None) -> Owner | None:
    if match is None:
        return None
    groups = match.groupdict()
    written = _in_one_form(groups["student"] or "")
    student = id_of(written)
    name = id_of(groups.get("name") or student)
    return Owner(student, name, written, is_late=bool(groups.get("late")))


def id_of(text: str) -> str:
    """A name as an id: one form of each letter, nothing that no folder can be called."""
    text = _in_one_form(text)
    text = "".join("_" if c in '<>:"/\\|?*' or not c.isprintable() else c for c in text)
    # A folder's name has at most 255 bytes, and a letter up to four.
    text = text.strip(". ")[:LONGEST_ID].encode()[: 2 * LONGEST_ID].decode(errors="ignore")
    return text.strip(". ") or "unnamed"


def _in_one_form(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()
