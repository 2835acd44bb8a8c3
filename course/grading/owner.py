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
FOLDER = r"(?P<student>[^/]+)/.+"
FILE = r"(?P<student>[^/]+)\.(?:ipynb|zip)"
# What a student packed tells nothing of who that is.
_IN_ZIP = re.compile(r"(\.zip)/.*", re.I | re.S)


@dataclass(frozen=True)
class Owner:
    """A student: the id, a person's name where the path has one, and whether Canvas says late."""

    student: str
    name: str
    is_late: bool = False


class Owners:
    """Whose each path is.

    Args:
        paths: of all notebooks and archives, with slashes, from the folder of the class.
        rule: a regular expression with a group `student`, instead of the known names.

    Raises:
        ValueError: the rule is no such expression.
    """

    def __init__(self, paths: Iterable[str], rule: str | None) -> None:
        self._rule = None if rule is None else _compiled(rule)
        self._depth, self._rules = _layout({_packed(path) for path in paths})

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


def _layout(paths: set[str]) -> tuple[int, Sequence[str]]:
    """How many folders wrap the class, and the rules for what lies in them.

    A platform's names are believed where most have them, so no student can bring them in.
    """
    parts = [path.split("/") for path in paths]
    depth = 0
    while True:
        inside = ["/".join(one[depth:]) for one in parts]
        for rule in PLATFORMS.values():
            if 2 * sum(bool(re.fullmatch(rule, one, re.S)) for one in inside) > len(inside):
                return depth, [rule]
        is_wrapped = len({one[depth] for one in parts}) == 1
        if not is_wrapped or any(len(one) == depth + 1 for one in parts):
            break
        depth += 1
    are_folders = not is_wrapped and all("/" in one for one in inside)
    return depth if are_folders else 0, [FOLDER, FILE]


def _owner(match: re.Match[str] | None) -> Owner | None:
    if match is None:
        return None
    groups = match.groupdict()
    student = id_of(groups["student"] or "")
    return Owner(student, id_of(groups.get("name") or student), bool(groups.get("late")))


def id_of(text: str) -> str:
    """A name as an id: one form of each letter, nothing that no folder can be called."""
    text = unicodedata.normalize("NFC", text).strip()
    text = "".join("_" if c in '<>:"/\\|?*' or not c.isprintable() else c for c in text)
    # A folder's name has at most 255 bytes, and a letter up to four.
    text = text.strip(". ")[:LONGEST_ID].encode()[: 2 * LONGEST_ID].decode(errors="ignore")
    return text.strip(". ") or "unnamed"
