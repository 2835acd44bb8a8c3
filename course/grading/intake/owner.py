"""Says from a path whose submission it is: the names of learning platforms, and plain ones.

A rule reads an id only from names that nothing else fits. Where a class has names of a platform and
others, or two rules fit, or none, the command asks: nobody's work is another's by a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

LONGEST_ID = 120


@dataclass(frozen=True)
class Platform:
    """How a platform names what it lets one download.

    Attributes:
        name: of the platform.
        rule: for a path in the folder of the class. Its groups are `student` (the id), `name` (a
            person's), `late` (where the platform says so) and `when` (it was handed in). What
            follows them is the student's word.
        source: where these names are written down, or made.
        when: the form of that time, for `strptime`.
        once: what the platform writes once between words of people: see `_is_clear`.
        choose: how a person says which one of two is the platform's.
        says_when: False where nothing does, as the files have the time of the download.
    """

    name: str
    rule: str
    source: str
    when: str = ""
    once: str = ""
    choose: str = ""
    says_when: bool = True


_BRIGHTSPACES = r"[A-Z][a-z]{2} \d{1,2}, \d{4} \d{3,4} [AP]M"  # times
PLATFORMS = (
    Platform(
        # A team's folder has the number of the group in the place of the participant's, or none:
        # see `may_be_team`.
        "Moodle",
        r"(?P<name>[^/]+?)(?:_(?P<student>\d+))?_assignsubmission_[a-z]+[_/].+",
        "moodle/moodle, mod/assign/classes/downloader.php (get_student_prefix)",
        once="_assignsubmission(?=_)",
        choose=r"the first counts by --student '[^/]*?_(?P<student>\d+)_assignsubmission_.*', "
        r"the last by --student '[^/]*_(?P<student>\d+)_assignsubmission_.*'",
        says_when=False,
    ),
    Platform(
        # Titles and users may hold underscores: see `_refuse_two_titles`.
        "Blackboard",
        r"(?P<title>[^/]+?)_(?P<student>[^/_]+)_attempt_(?P<when>\d{4}(?:-\d\d){5})(?:_[^/]+|\.txt)",
        "kwurst/bb-file-cleanup, README; nbgrader's documentation of zip_collect",
        "%Y-%m-%d-%H-%M-%S",
    ),
    Platform(
        "Brightspace",
        r"(?P<student>\d+)-\d+ - (?P<name>[^/]+?) - "
        rf"(?P<when>{_BRIGHTSPACES})(?:/| - ).+",
        "OfficeCoffee/GradingFileProject, ToDo.md",
        "%b %d, %Y %I%M %p",
        once=f" - {_BRIGHTSPACES}(?=/| - )",
        choose=r"no name says a time by --student '(?P<student>\d+)-.*'",
    ),
    Platform(
        "nbgrader",
        r"submitted/(?P<student>[^/]+)/[^/]+/.+",
        "nbgrader's documentation, the directory structure of a course",
    ),
    Platform(
        # A user's name may hold a plus, that of an assignment cannot.
        "nbgrader's exchange",
        r"(?:inbound/)?(?P<student>[^/]+)\+[^/+]+\+"
        r"\d{4}-\d\d-\d\d \d\d[:_-]\d\d[:_-]\d\d[^/+]*(?:\+[^/+]*)?/.+",
        "nbgrader, exchange/default/submit.py (assignment_filename) and collect.py",
    ),
    Platform(
        "Canvas without names",
        r"(?P<late>LATE_)?(?P<student>anon_[A-Za-z0-9]+)_(?:\d+_[^/]+|text\.html|link\.html)",
        "instructure/canvas-lms, lib/content_zipper.rb (get_filename)",
        says_when=False,
    ),
    Platform(
        # A name may end with a number, so this alone says too little: see `_Canvas`.
        "Canvas",
        r"(?P<name>[^/]+?)(?P<late>_LATE)?_(?P<student>\d+)_(?:\d+_[^/]+|text\.html|link\.html)",
        "instructure/canvas-lms, lib/content_zipper.rb (get_filename, sanitize_user_name)",
        says_when=False,
    ),
)
CANVAS = PLATFORMS[-1]
# A folder of a student, or a file.
PLAIN = (r"(?P<student>[^/]+)/.+", r"(?P<student>[^/]+?)(?:\.[^/.]+)?")
# Folders of a course, nbgrader's and ours, and of nbgrader's exchange: no students.
COURSE = {"source", "release", "submitted", "autograded", "feedback", "downloaded"} | {
    *("attempts", "analysis", "inbound", "outbound")
}
HANDED_IN = {"submitted", "inbound"}  # what of them came from students
# What only programs write, at the beginning of a path: no rule of ours reads it as plain names.
_MARKS = re.compile(
    r"[^/]*(_assignsubmission_|_attempt_\d|_\d+_\d+_|\+.*\+)|\d+-\d+ - |submission_\d+/"
    r"|(LATE_)?anon_",
    re.I,
)
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
        when: it was handed in, where the name says that, without a zone.
        may_be_team: whether Moodle would call the folder of a team so, with `name` as the team's.
    """

    student: str
    name: str
    written: str
    is_late: bool = False
    when: datetime | None = None
    may_be_team: bool = False


Read = Callable[[str], Owner | None]  # whose a path in the folder of the class is


class Owners:
    """Whose each path is.

    Args:
        paths: of all notebooks and archives, with slashes, from the folder of the class.
        rule: a regular expression with a group `student`, instead of the known names.
        wrapper: how the folder is called that the class may lie in, as zip programs make it.
        known: the ids of earlier runs.

    Attributes:
        platform: which one wrote these names; "" for plain names, or with a rule.
        downloaded_from: the platform whose download gave the files their times, whatever rule
            reads the names; "" where files have their own.

    Raises:
        ValueError: the rule is no such expression; or there is none, and it is unclear whose the
            notebooks are.
    """

    def __init__(
        self,
        paths: Iterable[str],
        rule: str | None,
        wrapper: str = "",
        known: Collection[str] = (),
    ) -> None:
        self._rule = None if rule is None else _compiled(rule)
        names = {_packed(path) for path in paths}
        if self._rule is None:
            self._layout = _layout(names, wrapper, known)
            platform = self._layout.platform
        else:
            self._layout = _Layout(0, None, _plain)
            platform = _platform_of(set(_from_the_student_on(self._rule, names)))
        self.platform = self._layout.platform.name if self._layout.platform else ""
        self.downloaded_from = (
            platform.name.split()[0] if platform and not platform.says_when else ""
        )

    def of(self, path: str) -> Owner | None:
        """Whose this is, or None where no rule says it."""
        if self._rule is not None:
            # The rule is written for notebooks; what else was handed in is somebody's, too.
            return _owner(self._rule.fullmatch(path) or self._rule.fullmatch(path + ".ipynb"))
        return self._layout.read(_inside(_packed(path), self._layout.depth))

    def leaves_out(self, path: str) -> bool:
        """Whether this lies beside what students handed in, in the folder of a course."""
        parts = _inside(path, self._layout.depth).split("/")
        return self._layout.in_course and parts[0] not in HANDED_IN


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


def _from_the_student_on(rule: re.Pattern[str], paths: Iterable[str]) -> Iterator[str]:
    """The paths from the folder or file that has the id: what is above it wraps the class."""
    for match in filter(None, map(rule.fullmatch, paths)):
        yield match[0][match[0].rfind("/", 0, max(match.start("student"), 0)) + 1 :]


# ---- Which names a class has ----


@dataclass(frozen=True)
class _Layout:
    """How many folders wrap the class, whose names lie in them, and who reads these."""

    depth: int
    platform: Platform | None
    read: Read
    in_course: bool = False


def _layout(paths: set[str], wrapper: str, known: Collection[str], depth: int = 0) -> _Layout:
    """Find out who named these paths.

    A folder that all share is a student's as likely as one around the class. What is in a student's
    folder says nothing, not even names of a platform: a student packed it.
    """
    inside = sorted(_inside(path, depth) for path in paths)
    in_course = _is_a_courses(inside)
    if in_course:
        inside = [one for one in inside if one.split("/")[0] in HANDED_IN]
    if platform := _platform_of(inside):
        _refuse_two_titles(platform, inside)
        _refuse_two_readings(platform, inside)
        read = _Canvas(inside, known) if platform == CANVAS else _reader(platform)
        return _Layout(depth, platform, read, in_course)
    folder = _only_folder(inside)
    if folder and wrapper and id_of(folder) == id_of(wrapper):
        return _layout(paths, "", known, depth + 1)
    if folder and (len(inside) > 1 or inside[0].count("/") > 1):
        raise ValueError(
            f"All notebooks lie in one folder, {folder}: if that is a student's, say "
            f"--student '{'[^/]+/' * depth}(?P<student>[^/]+)/.*'; if the class is in it, name "
            "that folder as SUBMISSIONS (unpack a zip before)."
        )
    above = "/".join(next(iter(paths), "").split("/")[:depth])
    _refuse_what_is_not_plain(inside, f"{above}/" if above else "")
    return _Layout(depth, None, _plain)


def _platform_of(paths: Collection[str]) -> Platform | None:
    """The platform that wrote most of these names, if one did."""
    for platform in PLATFORMS:
        if 2 * sum(bool(re.fullmatch(platform.rule, one, re.S)) for one in paths) > len(paths):
            return platform
    return None


def _refuse_two_titles(platform: Platform, paths: Sequence[str]) -> None:
    """Raise ValueError where the assignment has two titles: then one has a part of a user's id."""
    matches = (re.fullmatch(platform.rule, path, re.S) for path in paths)
    titles = {match["title"]: match for match in matches if match and "title" in match.groupdict()}
    if len(titles) > 1:
        some = list(titles.items())[:2]
        two = " and ".join(f"{title} (of {match['student']})" for title, match in some)
        raise ValueError(
            f"{platform.name} writes TITLE_USER, and there are several titles: {two}. If users "
            r"have underscores, say with --student what the title is, as in 'Lab 2_(?P<student>"
            r"[^/]+?)_attempt_.*'; if these are two assignments, grade one after the other."
        )


def _refuse_two_readings(platform: Platform, paths: Sequence[str]) -> None:
    """Raise ValueError where a name says twice what the platform writes once.

    A person's name is that person's word, and what a file is called is, too: one of the two was
    written to be read as another student's id, or an earlier time.
    """
    for path in paths:
        if not _is_clear(platform, path):
            raise ValueError(
                f"{path} can be read in two ways: what {platform.name} writes once stands in it "
                "twice, so a student wrote one of them. Look whose it is, and rename it, or: "
                f"{platform.choose}."
            )


def _is_clear(platform: Platform, path: str) -> bool:
    """Whether what a platform writes once stands once in the part of a path that it writes."""
    folder, slash, _ = path.partition("/")
    return not platform.once or len(re.findall(platform.once, folder + slash)) < 2


def _is_a_courses(paths: Sequence[str]) -> bool:
    """Whether this is the folder of a course, of which a part came from students.

    Raises ValueError where no part did.
    """
    folders = {path.split("/")[0] for path in paths if "/" in path}
    if len(folders & COURSE) < 2:
        return False
    if not folders & HANDED_IN:
        raise ValueError(
            f"This is the folder of a course ({', '.join(sorted(folders & COURSE))}), and has no "
            "`submitted` with what students handed in: name the folder or zip of the submissions "
            "(`nbgrader collect` and `nbgrader zip_collect` fill `submitted`)."
        )
    return True


def _only_folder(paths: Sequence[str]) -> str:
    folders = {path.partition("/")[0] if "/" in path else "" for path in paths}
    return folders.pop() if len(folders) == 1 else ""


def _refuse_what_is_not_plain(paths: Sequence[str], wrapper: str) -> None:
    """Raise ValueError where some names are not what people call the work of a student.

    It names paths as a rule is matched against them, with the folders around the class.
    """
    above = "[^/]+/" * wrapper.count("/")
    rule = f"--student '{above}(?P<student>[^/]+)/.*'"
    for path in paths:
        if path.startswith("submission_") and _MARKS.match(path):
            raise ValueError(
                f"{wrapper}{path} is named as Gradescope does, which says in "
                "submission_metadata.yml alone whose it is: give the folders the students' ids, or "
                f"if submission_... are the ids that you want, say {rule}."
            )
        if path.split("/")[0].casefold() in COURSE and "/" in path:
            raise ValueError(
                f"{wrapper}{path} lies in a folder of a course, not of a student: name the folder "
                f"or zip of the submissions alone; if it is a student's, say {rule}."
            )
        if _MARKS.match(path):
            example = r"(?P<student>[^/+]+)\+.*" if "+" in path else r"[^/]*?_(?P<student>\d+)_.*"
            raise ValueError(
                f"{wrapper}{path} is named as a learning platform does, and not all files here "
                "are, or in a way that is not known: grade the downloads of two platforms one "
                "after the other, or say with --student whose they are. The id is the group "
                f"`student` of a regular expression, such as '{above}{example}'."
            )
    if groups := _groups(paths):
        raise ValueError(
            f"{wrapper}{groups[0]} and {wrapper}{groups[1]} hold files or folders of different "
            f"names: if they are groups, and the students in them, say --student '{above}[^/]+/"
            rf"(?P<student>[^/]+?)(/.*|\.ipynb)'; if they are students, say {rule}."
        )


def _groups(paths: Sequence[str]) -> Sequence[str]:
    """Two folders that could be groups of students: each holds several names, and other ones."""
    names: dict[str, set[str]] = {}
    for path in paths:
        folder, _, rest = path.partition("/")
        names.setdefault(folder, set()).add(rest.split("/")[0])
    several = [folder for folder in names if len(names[folder]) > 1]
    differ = (pair for pair in combinations(several[:50], 2) if not names[pair[0]] & names[pair[1]])
    return next(differ, ())


# ---- Whose a path is ----


def _reader(platform: Platform) -> Read:
    def read(path: str) -> Owner | None:
        if not _is_clear(platform, path):  # what is no notebook: see `_refuse_two_readings`
            return None
        return _owner(re.fullmatch(platform.rule, path, re.S), platform)

    return read


def _plain(path: str) -> Owner | None:
    matches = (re.fullmatch(rule, path, re.S) for rule in PLAIN)
    return next((owner for match in matches if (owner := _owner(match))), None)


def _owner(match: re.Match[str] | None, platform: Platform | None = None) -> Owner | None:
    if match is None:
        return None
    groups = match.groupdict()
    # Moodle's default team has no number.
    written = _in_one_form(groups["student"] or groups.get("name") or "")
    student = id_of(written)
    return Owner(
        student,
        name=id_of(groups.get("name") or student),
        written=written,
        is_late=bool(groups.get("late")),
        when=_when(groups["when"], platform.when) if platform and platform.when else None,
        may_be_team=platform is not None and platform.name == "Moodle" and may_be_team(match[0]),
    )


def may_be_team(path: str) -> bool:
    """Whether Moodle names the work of a team so, too: as that of a person, from 4.1 on.

    Before that the folder had the number of a participant, and ended with an underscore.
    """
    return re.match(r"[^/]+?_assignsubmission_(?![a-z]+_/)", path) is not None


def _when(text: str, form: str) -> datetime | None:
    # Brightspace writes 900 for nine o'clock, and 110 for ten past one.
    text = re.sub(r" (\d{3} [AP]M)", r" 0\1", text)
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


class _Canvas:
    """Reads NAME_USER_FILE_TITLE, of which NAME and TITLE are people's words.

    Canvas leaves no number between underscores in NAME, but NAME may end with one (group_1), and
    TITLE may begin with one (02_xor.ipynb). Then three numbers follow each other, and USER is the
    first or the second. No id begins with 0. Else it is decided by what no student can write:
    which numbers are users', how long those of files are, and that none of these is there twice.

    Raises ValueError where nothing decides.
    """

    def __init__(self, paths: Sequence[str], known: Collection[str]) -> None:
        found = {path: _readings(path) for path in paths}
        sure = [ways[0] for ways in found.values() if len(ways) == 1]
        unsure = [ways for ways in found.values() if len(ways) == 2]
        self._users = {*known, *(owner.student for owner, _ in sure)}
        self._lengths = {len(file) for _, file in sure if file}
        self._firsts = Counter(first[1] for first, _ in unsure)
        # Where most have the same number there, it begins the title.
        thirds = Counter(second[1] for _, second in unsure)
        self._in_titles = {one for one, n in thirds.items() if n > max(2, len(unsure) / 2)}
        for path, ways in found.items():
            if len(ways) == 2 and self(path) is None:
                raise ValueError(
                    f"Canvas's name {path} can be read in two ways, as of user "
                    f"{ways[0][0].student} or of user {ways[1][0].student}. Say whose number is "
                    r"the user's: the first, by --student '.*?_(?P<student>\d+)_\d+_.*', or the "
                    r"second, by --student '.*?_\d+_(?P<student>\d+)_\d+_.*'."
                )

    def __call__(self, path: str) -> Owner | None:
        ways = _readings(path)
        if len(ways) == 2:
            (_, first_file), (second, second_file) = ways
            if second.student in self._users or self._firsts[first_file] > 1:
                ways = ways[1:]
            elif second_file in self._in_titles:
                ways = ways[:1]
            else:
                ways = [way for way in ways if len(way[1]) in self._lengths]
        return ways[0][0] if len(ways) == 1 else None


def _readings(path: str) -> list[tuple[Owner, str]]:
    """The ways to read a name of Canvas, at most two: whose it is, and the number of the file."""
    match = re.fullmatch(CANVAS.rule, path, re.S)
    owner = _owner(match)
    if match is None or owner is None:
        return []
    first, *others = path[match.start("student") :].split("_")
    ways = [] if first.startswith("0") else [(owner, others[0] if others[0].isdecimal() else "")]
    # LATE stands before the user, and no name has capitals.
    if not owner.is_late and len(others) > 2 and all(map(_is_id, others[:2])):
        name = id_of(path[: match.end("student")])
        ways.append((Owner(others[0], name, others[0]), others[1]))
    return ways


def _is_id(text: str) -> bool:
    return text.isdecimal() and not text.startswith("0")


def id_of(text: str) -> str:
    """A name as an id: one form of each letter, nothing that no folder can be called."""
    text = _in_one_form(text)
    text = "".join("_" if c in '<>:"/\\|?*' or not c.isprintable() else c for c in text)
    # A folder's name has at most 255 bytes, and a letter up to four.
    text = text.strip(". ")[:LONGEST_ID].encode()[: 2 * LONGEST_ID].decode(errors="ignore")
    return text.strip(". ") or "unnamed"


def _in_one_form(text: str) -> str:
    """The same text as most systems write it: macOS takes letters and their dots apart."""
    return unicodedata.normalize("NFC", text).strip()
