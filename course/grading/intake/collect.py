"""Finds the submissions in a folder or zip, as learning platforms and people leave them.

Known are the platforms of `owner.PLATFORMS`, and plain names (`STUDENT.ipynb` or
`STUDENT/anything.ipynb`); an instructor can give another rule. What lies there comes from students:
links are not followed, and an archive writes nowhere but into its folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import re
import stat
import struct
import tempfile
import unicodedata
import zipfile
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import partial
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from course.grading.intake.owner import Owner, Owners
from course.grading.intake.submission import LARGEST

LARGEST_ARCHIVE = 50 * 2**20  # of one student's own zip
TOO_LARGE = "it is larger than {} MB"
MOST_UNPACKED = 5 * LARGEST  # notebooks of one student, whatever they are packed in
MOST_FILES = 1_000  # so many of them
# Letters of a path in an archive. An instructor's own rule may take the square of them, or longer.
LONGEST_NAME = 1_000
# Of a student: files in one zip, and those of which it is said that they are not graded.
MOST_MEMBERS, MOST_TOLD = 10_000, 3
LARGEST_LIST = 4 * 2**20  # of the files in one zip: an honest one takes 200 bytes for each
YEARS = range(2000, 2200)  # in which somebody hands something in
NEVER = datetime.fromtimestamp(0, UTC)  # where no time is known
# What may be in the way: the copies of editors and of macOS.
SKIPPED = re.compile(r"(^|/)(\.[^./]|__MACOSX/|__pycache__/)")
NOTE = "timestamp.txt"  # nbgrader's, of when the notebook beside it was handed in
_ABSOLUTE = re.compile(r"([A-Za-z]:)?/")


class NothingToGrade(Exception):
    """The folder or zip holds no submission; the message says what was looked for."""


@dataclass(frozen=True)
class Submission:
    """One file that a student handed in.

    Attributes:
        student: who, by the number or name that the learning platform uses.
        name: a person's name where the platform tells it, else the same as `student`.
        path: where the file lies now; `shown` is its path for people, and can be printed.
        when: it was handed in, or last written where nobody noted that.
        sha256: of its bytes; "" where it could not be read.
        is_listed: whether `when` comes from the platform's list (`times.py`), not from the file.
        downloaded_from: the platform whose download gave the file its time, which is then not when
            it was handed in; "" where it may be.
    """

    student: str
    name: str
    path: Path
    shown: str
    when: datetime
    sha256: str
    is_listed: bool = False
    downloaded_from: str = ""


@dataclass
class Collected:
    """All submissions, one a student, and what an instructor should know of the others.

    Attributes:
        called_late: students whom Canvas calls so, without a time.
        may_be_teams: students whose names Moodle gives to teams, too.
        platform: that wrote the names; "" for plain ones.
    """

    submissions: list[Submission] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    called_late: list[str] = field(default_factory=list)
    may_be_teams: set[str] = field(default_factory=set)
    platform: str = ""


def collect(
    source: Path,
    *,
    rule: str | None = None,
    workplace: Path,
    zone: tzinfo = UTC,
    fitness: Callable[[Path], int] = lambda path: 0,
    known: Collection[str] = (),
) -> Collected:
    """Find one submission for each student: of several the fittest, and of those the last in time.

    Args:
        source: a folder, or a zip file of one.
        rule: a regular expression for paths with a group `student`, instead of the known ones.
        workplace: an empty folder to which archives are unpacked.
        zone: of the times in archives, which name none.
        fitness: how likely a file is what is to be graded. It may take seconds, so it is asked
            once for a file, and only where a student has several.
        known: the ids of earlier runs.

    Raises:
        NothingToGrade: there is no notebook, or the rule fits none.
        ValueError: the rule is no regular expression with a group `student`, or without a rule
            it is unclear whose the notebooks are.
        OSError: the disk is full, or `source` cannot be read.
    """
    desk = _Desk(workplace, zone, fitness)
    told, noted = desk.found.told, _Noted()
    with contextlib.ExitStack() as opened:
        files = list(_files(source, opened, noted))
        handed_in = [file.shown for file in files if file.suffix in (".ipynb", ".zip")]
        wrapper = "" if source.is_dir() else source.stem
        owners = Owners(handed_in, rule, wrapper, known)
        desk.found.platform = owners.platform
        desk.tell(noted, owners)
        if left_out := {file.shown for file in files if owners.leaves_out(file.shown)}:
            told.append(f"{source} is the folder of a course: only what was handed in is graded.")
        for file in files:
            for one in _within(file, noted) if file.shown not in left_out else ():
                desk.take(one, owners.of(one.shown))
            desk.tell(noted, owners)
    found = desk.ended()
    if not found.submissions:
        raise NothingToGrade(_nothing(source, told, rule))
    found.submissions = [
        replace(one, downloaded_from=owners.downloaded_from) for one in found.submissions
    ]
    return found


def _nothing(source: Path, told: list[str], rule: str | None) -> str:
    if not source.exists():
        return f"There is no {source}: name the folder or zip of the submissions."
    if told and rule:
        return f"The rule {rule!r} fits no path in {source}. The first: {told[0]}"
    return " ".join([f"There is no notebook (.ipynb) in {source}.", *told[:1]])


# ---- What lies there ----


@dataclass(frozen=True)
class _File:
    """A file that somebody handed in.

    Attributes:
        shown: its path for people, and for the rules that say whose it is.
        when: it was handed in, without a zone where nobody says which.
        place: where it lies, or what unpacks it (and raises anything).
        packed: of what is in a student's own zip, the time that it has there: the student's word,
            which says no more than which of these files is the last.
    """

    shown: str
    when: datetime
    place: Path | Callable[[], bytes]
    packed: tuple[int, ...] = ()

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.shown).suffix.lower()


class _Noted(list[tuple[str, str]]):
    """Paths, and what is to be told of each; "" where that is of the class."""

    def add(self, shown: str, says: str) -> None:
        self.append((shown, f"{shown} {says}."))


def _files(source: Path, opened: contextlib.ExitStack, noted: _Noted) -> Iterator[_File]:
    """All files of a folder or zip, in the order of their names; `opened` keeps the zip open."""
    if source.is_file() and zipfile.is_zipfile(source):
        try:
            archive = opened.enter_context(zipfile.ZipFile(source))
            yield from _members(archive, noted)
        except Exception as error:  # see `_within`
            noted.add(_printable(source.name), f"cannot be unpacked: {_why(error)}")
    elif source.is_file():
        yield _File(_printable(source.name), _written(source), source)
    elif source.is_dir():
        yield from _walked(source, noted)


_IS_FOLDER = "is a folder, no notebook: only notebooks in it are graded"


def _walked(source: Path, noted: _Noted) -> Iterator[_File]:
    def cannot(error: OSError) -> None:
        noted.add(_shown(Path(error.filename), source), f"is not graded: {error.strerror}")

    for folder, folders, names in os.walk(source, onerror=cannot):
        folders.sort()
        links = [name for name in folders if Path(folder, name).is_symlink()]
        for name in folders:
            if name.lower().endswith(".ipynb") and name not in links:
                noted.add(_shown(Path(folder, name), source), _IS_FOLDER)
        for name in (*links, *sorted(names)):
            path = Path(folder, name)
            shown = _shown(path, source)
            if SKIPPED.search(shown):
                continue
            if path.suffix.lower() not in (".ipynb", ".zip") and name not in links:
                yield _File(shown, NEVER, path)
            elif not stat.S_ISREG(path.lstat().st_mode):
                noted.add(shown, "is a link or no file: it is not graded")
            else:
                yield _File(shown, _written(path), path)


def _shown(path: Path, source: Path) -> str:
    # A name that is no UTF-8 keeps its bytes, as text that a database takes.
    return _printable(os.fsencode(path.relative_to(source)).decode("utf-8", "backslashreplace"))


def _printable(text: str) -> str:
    """A path that cannot forge a line in a terminal, and that leads to the same id."""
    return "".join(c if c.isprintable() else "?" for c in unicodedata.normalize("NFC", text))


def _written(path: Path) -> datetime:
    """When it was handed in: nbgrader notes that beside the notebook."""
    noted = _noted_beside(path)
    if noted is not None:
        return noted
    try:
        return datetime.fromtimestamp(path.lstat().st_mtime, UTC)
    except (OSError, OverflowError, ValueError):  # a time that no calendar has
        return NEVER


def _noted_beside(path: Path) -> datetime | None:
    note = path.parent / NOTE
    try:
        if not stat.S_ISREG(note.lstat().st_mode):  # a pipe, or a link to a file without an end
            return None
        with note.open("rb") as file:
            return _noted(file.read(40))
    except OSError:
        return None


def _noted(note: bytes) -> datetime | None:
    """The time in nbgrader's note, unless it is none that a term can have."""
    try:
        when = datetime.fromisoformat(note.decode().strip().removesuffix(" UTC").strip())
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
        return when if when.year in YEARS else None
    except (OverflowError, ValueError):
        return None


# ---- What is packed ----


def _within(file: _File, noted: _Noted) -> Iterator[_File]:
    """The file; of a student's own zip what is in it, or the zip where that is nothing."""
    if file.suffix != ".zip":
        yield file
        return
    with contextlib.ExitStack() as opened:
        # What a student packed never ends the run of a class, and what a damaged archive raises
        # depends on its packing: LZMAError, struct.error, RecursionError, MemoryError and others.
        try:
            packed = opened.enter_context(_opened(file.place))
            _refuse_many(packed)
            archive = opened.enter_context(zipfile.ZipFile(packed))
            own = _Noted()
            files = [
                replace(one, when=file.when, packed=one.when.timetuple()[:6])
                for one in _members(archive, own, file.shown + "/")
            ]
        except Exception as error:
            noted.add(file.shown, f"cannot be unpacked: {_why(error)}")
            return
        noted += own
        yield from files or [file]


def _opened(place: Path | Callable[[], bytes]) -> BinaryIO:
    """A student's own zip. Raises ValueError where it is too large, or what `place` raises."""
    if not isinstance(place, Path):
        return io.BytesIO(place())
    if place.stat().st_size > LARGEST_ARCHIVE:
        raise ValueError(TOO_LARGE.format(LARGEST_ARCHIVE // 2**20))
    return place.open("rb")


def _refuse_many(packed: BinaryIO) -> None:
    """Raise ValueError where a zip lists more than anybody has.

    ZipFile reads all of it before it says how much that is, and takes 400 bytes for each file. It
    goes by the size of the list, not by the number of files that the end of the zip tells. So the
    files are counted, where ZipFile itself looks for them.
    """
    end = zipfile._EndRecData(packed)  # type: ignore[attr-defined]
    if end is None:  # no zip, which ZipFile tells
        return
    size, place = end[zipfile._ECD_SIZE], end[zipfile._ECD_LOCATION]  # type: ignore[attr-defined]
    first = max(0, place - size - _ZIP64S_END)
    if place - first > LARGEST_LIST:
        raise ValueError(f"the list of its files is larger than {LARGEST_LIST // 2**20} MB")
    packed.seek(first)
    if packed.read(place - first).count(_MEMBER) > MOST_MEMBERS:
        raise ValueError(f"it holds over {MOST_MEMBERS:,} files")


def _members(archive: zipfile.ZipFile, noted: _Noted, prefix: str = "") -> Iterator[_File]:
    """What an archive holds, still packed. Without a prefix it is that of the class."""
    members = [(_name(member).replace("\\", "/"), member) for member in archive.infolist()]
    if not prefix and (unclear := [name for name, member in members if _is_in_old_code(member)]):
        says = (
            f"This zip has names in an old code, read as CP437, such as {_printable(unclear[0])}: "
            "if that is wrong, unpack it and name the folder."
        )
        noted.append(("", says))
    notes = {} if prefix else {name: member for name, member in members if name.endswith(NOTE)}
    for name, member in sorted(members, key=itemgetter(0)):
        shown = _printable(prefix + name[:LONGEST_NAME])
        if len(name) > LONGEST_NAME:
            says = f"{shown[:80]}... is not graded: its name has over {LONGEST_NAME} letters."
            noted.append((shown, says))
            continue
        if member.is_dir() and name.lower().endswith(".ipynb/"):
            noted.add(shown.rstrip("/"), _IS_FOLDER)
        if member.is_dir() or SKIPPED.search(shown):
            continue
        file = _File(shown, _packed(member), partial(_extracted, archive, member))
        if file.suffix in (".ipynb", ".zip") and (why := _hostile(name, member)):
            noted.add(shown, f"is not graded: {why}")
            continue
        beside = str(PurePosixPath(name).with_name(NOTE))
        if file.suffix == ".ipynb" and beside in notes:
            file = replace(file, when=_noted_in(archive, notes[beside]) or file.when)
        yield file


_MEMBER = b"PK\1\2"  # begins an entry of a zip's list
_ZIP64S_END = 20 + 56  # bytes that stand between the list and the end
UTF8_FLAG, UNICODE_PATH = 0x800, 0x7075  # of a member's name, as the ZIP format numbers them


def _name(member: zipfile.ZipInfo) -> str:
    """A member's name. Many programs write UTF-8 and not the flag that says so.

    Without that flag Python has read the bytes as CP437. What makes sense as UTF-8 is UTF-8: as
    CP437 it would be lines and boxes.
    """
    if member.flag_bits & UTF8_FLAG:
        return member.filename
    try:
        return _unicode_path(member) or member.filename.encode("cp437").decode()
    except UnicodeError:
        return member.filename


def _is_in_old_code(member: zipfile.ZipInfo) -> bool:
    name = _name(member)
    flagged = member.flag_bits & UTF8_FLAG or _unicode_path(member)
    return not flagged and not name.isascii() and name == member.filename


def _unicode_path(member: zipfile.ZipInfo) -> str:
    """The name that WinZip and others put beside the one in an old code, or nothing."""
    rest = member.extra
    while len(rest) >= 4:
        kind, size = struct.unpack("<HH", rest[:4])
        part, rest = rest[4 : 4 + size], rest[4 + size :]
        if kind == UNICODE_PATH and part[1:5] == _sum(member.orig_filename):
            return part[5:].decode(errors="replace").partition("\0")[0]
    return ""


def _sum(name: str) -> bytes:
    """By which that name is known to be of this one, and of no earlier."""
    try:
        return zlib.crc32(name.encode("cp437")).to_bytes(4, "little")
    except UnicodeError:
        return b""


def _hostile(name: str, member: zipfile.ZipInfo) -> str:
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        return "it is a link or no file"
    if _ABSOLUTE.match(name) or ".." in PurePosixPath(name).parts:
        return "its name leads out of the archive"
    # The others unpack a gigabyte of a few hundred bytes at once, however little is asked for.
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed by another method than zip files usually are (deflate)"
    return ""


def _packed(member: zipfile.ZipInfo) -> datetime:
    try:
        return datetime(*member.date_time)
    except ValueError:  # some programs write month 0
        return NEVER


def _noted_in(archive: zipfile.ZipFile, note: zipfile.ZipInfo) -> datetime | None:
    try:
        with archive.open(note) as packed:
            return _noted(packed.read(40))
    except Exception:  # see `_within`
        return None


def _extracted(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """The bytes of a member of an archive. Raises ValueError where they are too many."""
    most = LARGEST if member.filename.lower().endswith(".ipynb") else LARGEST_ARCHIVE
    # Nothing is unpacked of what says it itself; of what lies, no more comes than it says.
    if member.file_size > most:
        raise ValueError(TOO_LARGE.format(most // 2**20))
    with archive.open(member) as packed:
        return packed.read(member.file_size)


def _why(error: Exception) -> str:
    return _printable(str(error)).rstrip(".") or type(error).__name__


# ---- Which file of a student is graded ----


@dataclass
class _Student:
    """What one student handed in, as far as it was looked at.

    Attributes:
        graded: the fittest file so far; `fitness` is None until it has to be compared.
        other: a file that is no notebook, if there is one.
        packed: of that file, see `_File`.
        names: as paths have them, of which the id is made.
        files, size: the notebooks, and the bytes of those that were unpacked.
    """

    graded: Submission | None = None
    fitness: int | None = None
    packed: tuple[int, ...] = ()
    other: str = ""
    names: set[str] = field(default_factory=set)
    files: int = 0
    size: int = 0


class _Desk:
    """Takes the files of a class one after the other, and keeps one for each student."""

    def __init__(self, workplace: Path, zone: tzinfo, fitness: Callable[[Path], int]) -> None:
        self.found = Collected()
        self._workplace, self._zone, self._fitness = workplace, zone, fitness
        self._students: defaultdict[str, _Student] = defaultdict(_Student)
        self._told: Counter[str] = Counter()  # sentences of each student, or zip of nobody's

    def tell(self, noted: _Noted, owners: Owners) -> None:
        """Tell what was noted of paths, as whose they are, and forget it."""
        for shown, says in noted:
            owner = owners.of(shown) if shown else None
            self._tell_of(owner.student if owner else _outermost(shown), says)
        noted.clear()

    def take(self, file: _File, owner: Owner | None) -> None:
        """Look at a file: the student's fittest so far is kept. Raises OSError on a full disk."""
        is_notebook = file.suffix == ".ipynb"
        if owner is None and is_notebook:
            says = f"{file.shown}: no rule says whose it is, so it is not graded."
            self._tell_of(_outermost(file.shown), says)
        if owner is None:
            return
        student = self._students[owner.student]
        if not is_notebook:
            # A zip in a zip is where one would look first.
            student.other = student.other if _is_in_zip(student.other) else file.shown
            return
        student.names.add(owner.written)
        path = self._path(file, owner, student)
        if path is None:
            return
        if owner.is_late:
            self.found.called_late.append(owner.student)
        if owner.may_be_team:
            self.found.may_be_teams.add(owner.student)
        when = owner.when or file.when
        when = when if when.tzinfo else when.replace(tzinfo=self._zone)
        one = Submission(owner.student, owner.name, path, file.shown, when, _sha256(path))
        self._keep_fitter(student, one, file.packed)

    def ended(self) -> Collected:
        """All that was found, when there are no more files."""
        for who, sentences in self._told.items():
            if sentences > MOST_TOLD:
                self._tell(self._and_more(who, sentences - MOST_TOLD))
        for id, student in sorted(self._students.items()):
            if student.graded:
                self.found.submissions.append(student.graded)
            elif student.other:
                why = ", as a zip in a zip is not opened" if _is_in_zip(student.other) else ""
                self._tell(f"{id} handed in {student.other} and no notebook: not graded{why}.")
            if len(student.names) > 1:
                names = " and ".join(sorted(student.names))
                self._tell(f"{names} are read as one student, {id}.")
        return self.found

    def _tell(self, sentence: str) -> None:
        self.found.told.append(sentence)

    def _tell_of(self, who: str, sentence: str) -> None:
        """Tell it, unless so many were told of this student that they bury what is told of others.

        Of the rest `ended` tells how many they are.
        """
        self._told[who] += 1
        if self._told[who] <= MOST_TOLD:
            self._tell(sentence)

    def _and_more(self, who: str, more: int) -> str:
        graded = self._students[who].graded if who in self._students else None
        instead = f": {graded.shown} is" if graded else ""
        return f"{who} handed in {more:,} more that are not graded{instead}."

    def _path(self, file: _File, owner: Owner, student: _Student) -> Path | None:
        """Where a notebook lies, unpacked if need be; None where that is told not to be done."""
        student.files += 1
        if student.files > MOST_FILES or student.size > MOST_UNPACKED:
            if student.files == MOST_FILES + 1:
                self._tell(
                    f"{owner.student} handed in over {MOST_FILES:,} notebooks: {file.shown} and "
                    "what follows are not graded."
                )
            return None
        if isinstance(file.place, Path):
            return file.place
        try:
            data = file.place()
        except Exception as error:  # see `_within`
            self._tell_of(owner.student, f"{file.shown} is not graded: {_why(error)}.")
            return None
        student.size += len(data)
        if student.size > MOST_UNPACKED:
            self._tell(
                f"{owner.student} handed in over {MOST_UNPACKED // 2**20} MB: {file.shown} and "
                "what follows are not graded."
            )
            return None
        return _kept(data, file.shown, self._workplace)

    def _keep_fitter(self, student: _Student, new: Submission, packed: tuple[int, ...]) -> None:
        old = student.graded
        if old is None:
            student.graded, student.packed = new, packed
            return
        if student.fitness is None:
            student.fitness = self._fitness(old.path)
        fitness = self._fitness(new.path)
        last, first = old, new
        rank = fitness, new.when, packed, new.shown
        if rank > (student.fitness, old.when, student.packed, old.shown):
            last, first = new, old
            student.graded, student.fitness, student.packed = new, fitness, packed
        says = (
            f"{last.student} has several notebooks: {last.shown} is graded, {first.shown} is not."
        )
        self._tell_of(last.student, says)
        if first.path.parent == self._workplace:
            first.path.unlink()


def _is_in_zip(shown: str) -> bool:
    return re.search(r"\.zip/.*\.zip$", shown, re.I) is not None


def _outermost(shown: str) -> str:
    """The zip in which somebody handed this in, or the file itself."""
    return re.split(r"(?<=\.zip)/", shown, maxsplit=1, flags=re.I)[0]


def _kept(data: bytes, shown: str, workplace: Path) -> Path:
    """A file of these bytes under a name of our own. Raises OSError that says whose it is."""
    try:
        number, path = tempfile.mkstemp(".ipynb", dir=workplace)
        with open(number, "wb") as file:
            file.write(data)
    except OSError as error:
        raise OSError(error.errno, f"{error.strerror}, when unpacking {shown}") from None
    return Path(path)


def _sha256(path: Path) -> str:
    """Of the bytes of a file, as many as are ever read: a file may have holes of a terabyte."""
    try:
        with path.open("rb") as file:
            return hashlib.sha256(file.read(LARGEST + 1)).hexdigest()
    except OSError:
        return ""
