"""Finds the submissions in a folder or zip, as learning platforms and people leave them.

Known are the downloads of Moodle and of Canvas, nbgrader's `submitted`, and plain names
(`STUDENT.ipynb` or `STUDENT/anything.ipynb`); an instructor can give another rule. What lies there
comes from students: links are not followed, and an archive writes nowhere but into its folder.
"""

from __future__ import annotations

import hashlib
import math
import os
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path, PurePosixPath

from course.grading.owner import Owner, Owners
from course.grading.submission import LARGEST

# What reading an archive that is damaged, encrypted or packed in an unknown way raises.
UNREADABLE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)
LARGEST_ARCHIVE = 50 * 2**20  # of one student's own zip
MOST_UNPACKED = 10 * LARGEST_ARCHIVE  # from it
MOST_FILES = 10_000  # in it
YEARS = range(2000, 2200)  # in which somebody hands something in
NEVER = datetime.fromtimestamp(0, UTC)  # where no time is known
# What may be in the way: the copies of editors and of macOS.
SKIPPED = re.compile(r"(^|/)(\.[^./]|__MACOSX/|__pycache__/)")


class NothingToGrade(Exception):
    """The folder or zip holds no submission; the message says what was looked for."""


@dataclass(frozen=True)
class Submission:
    """One file that a student handed in.

    Attributes:
        student: who, by the number or name that the learning platform uses.
        name: a person's name where the platform tells it, else the same as `student`.
        path: where the file lies now; `shown` is its path for people.
        when: it was handed in, or last written where nobody noted that.
        sha256: of its bytes; "" where it could not be read.
        is_listed: whether `when` comes from the platform's list (`times.py`), not from the file.
    """

    student: str
    name: str
    path: Path
    shown: str
    when: datetime
    sha256: str
    is_listed: bool = False


@dataclass
class Collected:
    """All submissions, one a student, and what an instructor should know of the others."""

    submissions: list[Submission] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    called_late: list[str] = field(default_factory=list)  # by Canvas, which says no time


def collect(
    source: Path,
    *,
    rule: str | None = None,
    workplace: Path,
    zone: tzinfo = UTC,
    is_other: Callable[[Path], bool] = lambda path: False,
) -> Collected:
    """Find one submission for each student: the last in time, where there are several.

    Args:
        source: a folder, or a zip file of one.
        rule: a regular expression for paths with a group `student`, instead of the known ones.
        workplace: an empty folder to which archives are unpacked.
        zone: of the times in archives, which name none.
        is_other: whether a file is of another lab; it counts only where a student has no other.

    Raises:
        NothingToGrade: there is no notebook, or the rule fits none.
        ValueError: the rule is no regular expression with a group `student`.
    """
    found = Collected()
    files = list(_files(source, workplace, found.told))
    owners = Owners([file.shown for file in files if file.is_notebook], rule)
    latest: dict[str, Submission] = {}
    others: dict[str, str] = {}
    for file in files:
        owner = owners.of(file.shown)
        if not file.is_notebook:
            if owner:
                others[owner.student] = file.shown
            continue
        if owner is None:
            found.told.append(f"{file.shown}: no rule says whose it is, so it is not graded.")
            continue
        submission = _submission(file, owner, zone)
        if owner.is_late:
            found.called_late.append(owner.student)
        other = latest.get(owner.student)
        if other is not None:
            submission = _of_two(other, submission, is_other, found.told)
        latest[owner.student] = submission
    found.told += [
        f"{student} handed in {shown} and no notebook: not graded."
        for student, shown in sorted(others.items())
        if student not in latest
    ]
    if not latest:
        raise NothingToGrade(_nothing(source, found.told, rule))
    found.submissions = sorted(latest.values(), key=lambda one: one.student)
    return found


def _of_two(
    one: Submission, other: Submission, is_other: Callable[[Path], bool], told: list[str]
) -> Submission:
    """The one of a student's two files that is graded."""

    def order(each: Submission) -> tuple[bool, datetime, str]:
        return not is_other(each.path), each.when, each.shown

    first, last = sorted((one, other), key=order)
    told.append(f"{last.student} handed in twice: {last.shown} is graded, {first.shown} is not.")
    return last


def _nothing(source: Path, told: list[str], rule: str | None) -> str:
    if not source.exists():
        return f"There is no {source}: name the folder or zip of the submissions."
    if told and rule:
        return f"The rule {rule!r} fits no path in {source}. The first: {told[0]}"
    return " ".join([f"There is no notebook (.ipynb) in {source}.", *told[:1]])


@dataclass(frozen=True)
class _File:
    path: Path
    shown: str
    when: datetime  # without a zone where nobody says which
    is_notebook: bool = True


def _files(source: Path, workplace: Path, told: list[str]) -> Iterator[_File]:
    """All files of a folder or zip, in the order of their names."""
    if source.is_file() and zipfile.is_zipfile(source):
        yield from _unpacked(source, "", workplace, told)
    elif source.is_file():
        yield _File(source, source.name, _written(source))
    elif source.is_dir():
        yield from _walked(source, workplace, told)


def _walked(source: Path, workplace: Path, told: list[str]) -> Iterator[_File]:
    for folder, folders, names in os.walk(source):
        folders.sort()
        for name in sorted(names):
            path = Path(folder, name)
            # A name that is no UTF-8 keeps its bytes, as text that a database takes.
            shown = os.fsencode(path.relative_to(source)).decode("utf-8", "backslashreplace")
            if SKIPPED.search(shown):
                continue
            if path.suffix.lower() not in (".ipynb", ".zip"):
                yield _File(path, shown, NEVER, is_notebook=False)
            elif not stat.S_ISREG(path.lstat().st_mode):
                told.append(f"{shown} is a link or no file: it is not graded.")
            elif path.suffix.lower() == ".ipynb":
                yield _File(path, shown, _written(path))
            else:
                yield from _unpacked(path, shown + "/", workplace, told)


def _written(path: Path) -> datetime:
    """When it was handed in: nbgrader notes that beside the notebook."""
    noted = _noted(path.parent / "timestamp.txt")
    if noted is not None:
        return noted
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):  # a time that no calendar has
        return NEVER


def _noted(note: Path) -> datetime | None:
    """The time in nbgrader's note, unless it is none that a term can have."""
    try:
        if not stat.S_ISREG(note.lstat().st_mode):  # a pipe, or a link to a file without an end
            raise ValueError
        with note.open(encoding="utf-8") as file:
            noted = file.read(40).strip()
        when = datetime.fromisoformat(noted.removesuffix(" UTC").strip())
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
        return when if when.year in YEARS else None
    except (OSError, OverflowError, ValueError):
        return None


def _unpacked(archive: Path, prefix: str, workplace: Path, told: list[str]) -> Iterator[_File]:
    """The notebooks of an archive, and of archives in it (a student's own zip), as files."""
    is_outermost = not prefix
    name = prefix.rstrip("/") or archive.name
    try:
        opened = zipfile.ZipFile(archive)
        members = sorted(opened.infolist(), key=lambda member: member.filename)
    except (*UNREADABLE, RecursionError) as error:
        told.append(f"{name} cannot be unpacked: {error}.")
        return
    room = math.inf if is_outermost else MOST_UNPACKED
    if not is_outermost and len(members) > MOST_FILES:
        told.append(f"{name} has over {MOST_FILES:,} files: the others are not looked at.")
        members = members[:MOST_FILES]
    with opened:
        for member in members:
            shown = prefix + member.filename.replace("\\", "/")
            suffix = PurePosixPath(shown).suffix.lower()
            if member.is_dir() or SKIPPED.search(shown):
                continue
            if suffix not in (".ipynb", ".zip"):
                yield _File(archive, shown, NEVER, is_notebook=False)
                continue
            try:
                data = _extracted(opened, member)
            except UNREADABLE as error:
                told.append(f"{shown} is not graded: {error}.")
                continue
            room -= len(data)
            if room < 0:
                told.append(
                    f"{name} holds over {MOST_UNPACKED // 2**20} MB: {shown} is not graded."
                )
                return
            path = _kept(data, suffix, workplace)
            if suffix == ".ipynb":
                yield _File(path, shown, _packed(member))
            elif is_outermost:
                yield from _unpacked(path, shown + "/", workplace, told)


def _packed(member: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*member.date_time)
    except ValueError:  # some programs write month 0
        return NEVER


def _extracted(opened: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member of an archive. Raises ValueError for a hostile one."""
    name = member.filename.replace("\\", "/")
    most = LARGEST if name.lower().endswith(".ipynb") else LARGEST_ARCHIVE
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        raise ValueError("it is a link or no file")
    if name.startswith("/") or ".." in PurePosixPath(name).parts or ":" in name.split("/")[0]:
        raise ValueError("its name leads out of the archive")
    with opened.open(member) as packed:  # the header may lie about the size
        data = packed.read(most + 1)
    if len(data) > most:
        raise ValueError(f"it is larger than {most // 2**20} MB")
    return data


def _kept(data: bytes, suffix: str, workplace: Path) -> Path:
    """A file of these bytes under a name of our own."""
    number, path = tempfile.mkstemp(suffix, dir=workplace)
    with open(number, "wb") as file:
        file.write(data)
    return Path(path)


def _submission(file: _File, owner: Owner, zone: tzinfo) -> Submission:
    when = file.when if file.when.tzinfo else file.when.replace(tzinfo=zone)
    sha256 = _sha256(file.path)
    return Submission(owner.student, owner.name, file.path, file.shown, when, sha256)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
