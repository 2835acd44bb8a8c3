"""What the commands do that `course.grading.cli` declares: their options are explained there."""

from __future__ import annotations

import contextlib
import logging
import shlex
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from functools import partial
from pathlib import Path

import nbformat
import typer
from rich.progress import track

from course import build as building
from course.grading.book import policy as policies
from course.grading.book.database import NoGradebook
from course.grading.book.gradebook import Gradebook
from course.grading.book.totals import Total, overtaken, total_of, totals
from course.grading.intake import collect as collecting
from course.grading.intake import questions as asking
from course.grading.intake import times as handing_in
from course.grading.intake.owner import id_of, may_be_team
from course.grading.intake.submission import fitness
from course.grading.jail import bubblewrap as jail
from course.grading.out import explain as explaining
from course.grading.out import export as exporting
from course.grading.out import release as releasing
from course.grading.out.feedback import pack_for_moodle, write_feedback
from course.grading.out.folding import Folding
from course.grading.run import grade as grading
from course.grading.run import lab as labs
from course.grading.run import live, running
from course.grading.run.live import console
from course.grading.run.marker import Marker
from course.notebook import SourceError

log = logging.getLogger(__name__)
ROOT = Path(__file__).resolve().parents[2]
TOLD = (
    *(SourceError, jail.NoJail, NoGradebook, policies.PolicyError, collecting.NothingToGrade),
    *(handing_in.TimesError, running.AlreadyRunning, ValueError, LookupError),
)
# What ends a command; Windows has not both.
ENDING = ("SIGTERM", "SIGHUP")
STOPPED = "Stopped. What is marked is kept: the same command goes on from there."
UNPROTECTED = """\
WITHOUT A JAIL students' code runs as you: it can read your files, use your network, and write its
own grade. The gradebook notes which grades came about so; a later run in a jail replaces them."""


def release(
    *,
    lab: str,
    course: Path,
    with_why: bool,
) -> None:
    """Write an nbgrader assignment and a plain zip of a lab, without solutions."""
    with _in_a_sentence():
        found = building.find_labs(ROOT, [lab])[0]
        _refuse_place(course)
        folder = releasing.CourseFolder(course)
        for path in releasing.release(found, folder, with_why=with_why):
            live.say(f"{path}")


def grade(
    *,
    submissions: Path,
    lab: str,
    course: Path,
    gradebook: str | None,
    student: str | None,
    times: Path | None,
    workers: int,
    scheduler: str | None,
    no_jail: bool,
    all_cells: bool,
    as_json: bool,
) -> None:
    """Mark the submissions of a class; those that were marked before are left as they are."""
    with _in_a_sentence(), tempfile.TemporaryDirectory(prefix="submissions-") as workplace:
        one = labs.find(ROOT, lab)
        policy = policies.read(course / "course.toml")
        _ = one.exercises  # a lab without any is told before anything is written
        listed = handing_in.read(times, policy.time_zone) if times else None
        folder = releasing.CourseFolder(course)
        known = _known(gradebook, folder)
        forget = partial(_command, "forget", course=course, gradebook=gradebook)
        found = _collected(
            submissions, one, student, listed, policy, known, forget, Path(workplace)
        )
        if no_jail:
            if scheduler:
                raise ValueError("--no-jail is for this machine alone, not for --scheduler.")
            live.say(UNPROTECTED)
        elif not scheduler:
            jail.find()  # before anything is written
        _refuse_place(course)
        course.mkdir(parents=True, exist_ok=True)
        with running.alone(course, one.name), _opened(gradebook, folder, is_new=True) as book:
            known = {each.id for each in book.students(one.name)} | {each.student for each in found}
            teams = {mate for each in known for mate in policy.together(each)}
            for sentence in listed.missing(found, teams) if listed else ():
                live.say(sentence)
            how = live.How(workers, scheduler, as_json, not no_jail, all_cells=all_cells)
            # What was edited in formgrader was decided on the attempts that it shows now.
            if again := _who_hands_in_again(book, one, policy, found):
                _take_edits(book, one, folder, policy, again)
            summary = live.mark(found, one, book, folder, how)
            _take_edits(book, one, folder, policy)
            live.tell(summary)
            failed = set(summary.failed)
            marked = [each for each in found if each.student not in failed]
            if policy.of(one.number).attempts == "last":
                attempts, unreadable = book.attempts(one.name), book.unreadable(one.name)
                live.say_what_does_not_count(marked, attempts, unreadable)
            if policy.of(one.number).due:
                results = totals(book, policy, one.name)
                live.say_who_is_late(results)
                live.say_whose_time_is_unknown(results)
            decided = totals(book, policy, one.name, book.decided(one.name))
            _say_overtaken(book, one, decided, course, gradebook)
            _say_unknown(policy, {*book.known(), *(listed.when if listed else ())})
    if summary.outdated:
        live.say(
            f"{len(summary.outdated)} were marked by other checks than today's, and stay so: "
            f"`course regrade {one.number}` lists what would change."
        )
    if summary.failed or summary.not_judged:
        raise typer.Exit(1)


def _say_overtaken(
    book: Gradebook, lab: labs.Lab, results: Iterable[Total], course: Path, gradebook: str | None
) -> None:
    """Name the decisions that a later attempt has made a loss, and what takes them back."""
    for result, grade, decided in overtaken(book, lab.name, results):
        back = _command(
            *("override", result.student, grade.exercise, "none"),
            options=("--who", "YOUR NAME", "--why", "a later attempt"),
            course=course,
            gradebook=gradebook,
        )
        live.say(
            f"Exercise {grade.exercise} of {result.student} counts {decided.points:g} points, as "
            f"{decided.who} decided before this attempt was marked; the check gives "
            f"{grade.automatic:g} now. To let that count: {back}"
        )


def _command(
    name: str, *words: str, options: Sequence[str] = (), course: Path, gradebook: str | None
) -> str:
    """A command as a shell takes it, for the same course; no URL, which may hold a password."""
    if course != Path():
        options = (*options, "--course", str(course))
    # An id may begin like an option.
    words = ("--", *words) if any(word.startswith("-") for word in words) else words
    given = " --gradebook URL" if gradebook else ""
    return f"course {name}{given} {shlex.join([*options, *words])}"


def _say_unknown(policy: policies.Policy, ids: set[str]) -> None:
    """Tell what course.toml names and nobody knows: it holds for nobody."""
    # Who is in a team is known as soon as something of the team has come.
    if students := policy.unknown({mate for one in ids for mate in policy.together(one)}):
        says = "whom the gradebook does not know: a typo, or nothing of them has come yet."
        live.say(f"course.toml names {', '.join(students)}, {says}")
    here = {each.name[:2] for each in building.find_labs(ROOT)}
    if elsewhere := sorted(set(policy.labs) - here):
        says = "a typo, or it comes later."
        live.say(f"course.toml has settings for lab {', '.join(elsewhere)}, not here: {says}")


def regrade(
    *,
    lab: str | None,
    course: Path,
    gradebook: str | None,
    student: str | None,
    exercise: str | None,
    explain: bool,
    apply: bool,
    lower: bool,
    workers: int,
    scheduler: str | None,
) -> None:
    """List what today's checks would change in a lab that is already marked."""
    with _in_a_sentence(stopped="Stopped. Nothing has changed." if explain else STOPPED):
        if explain and not (exercise and student):
            raise ValueError(
                "--explain needs to know of what: add --student and --exercise, such as --student "
                "4321 --exercise 2.3."
            )
        if exercise and not explain:
            raise ValueError(
                "--exercise is what --explain explains: add --explain and --student. To list what "
                "would change, leave --exercise out; --student alone lists that of one student."
            )
        if lower and not apply:
            raise ValueError("--lower belongs to --apply.")
        one = labs.find(ROOT, lab or _lab_of(exercise))
        folder = releasing.CourseFolder(course)
        with _opened(gradebook, folder) as book:
            if student and exercise:
                policy = policies.read(course / "course.toml")
                result = total_of(book, policy, one.name, student)
                took = book.seconds(result.attempt)
                live.say(
                    f"The submission runs again, which took {took:.0f} s when it was marked. "
                    "Nothing changes by that; Ctrl-C ends it."
                )
                with Marker(one) as marker:
                    lines = explaining.explain(book, folder, one, result, exercise, marker)
                    for line in lines:
                        typer.echo(line)
                return
            found = grading.handed_in(book, one, folder, student)
            how = live.How(workers, scheduler, as_json=False, jailed=True, anew=True)
            with running.alone(course, one.name):
                live.tell(live.mark(found, one, book, folder, how))
            changes = book.changes(one.name, one.version, student)
            live.list_changes(changes)
            if failed := book.not_judged(one.name, one.version):
                says = "could not be judged by today's checks: nothing of theirs changes."
                live.say(f"{', '.join(failed)} {says}")
            if apply:
                book.accept(one.name, one.version, student, lower=lower)
                _take_edits(book, one, folder, policies.read(course / "course.toml"))
            live.say_what_counts(changes, applied=apply, lowered=lower)


def feedback(
    *,
    lab: str,
    course: Path,
    gradebook: str | None,
    hints: int,
    with_why: bool,
    moodle: bool,
) -> None:
    """Write one HTML file a student, with marks, hints and the executed notebook."""
    with _in_a_sentence():
        one = labs.find(ROOT, lab)
        folder = releasing.CourseFolder(course)
        with _opened(gradebook, folder) as book:
            policy = policies.read(course / "course.toml")
            _take_edits(book, one, folder, policy)
            _warn(book, one, course)
            results = _results(book, policy, one)
            failed = _pages(book, one, folder, results, hints=hints, with_why=with_why)
        written = [result for result in results if result.student not in failed]
        live.say(f"{len(written)} files in {course / 'feedback'}.")
        if moodle:
            path = pack_for_moodle(folder, one.name, written)
            live.say(f"{path}")
    if failed:
        says = "got no new page, see grade.log: mend that and run the same command again."
        live.say(f"{', '.join(failed)} {says}")
        raise typer.Exit(1)


def export(
    *,
    lab: str,
    course: Path,
    gradebook: str | None,
    form: str,
) -> None:
    """Write the grades of a lab as CSV to standard output."""
    with _in_a_sentence():
        if form not in exporting.FORMATS:
            raise ValueError(f"The format is one of {', '.join(exporting.FORMATS)}, not {form}.")
        one = labs.find(ROOT, lab)
        folder = releasing.CourseFolder(course)
        with _opened(gradebook, folder) as book:
            policy = policies.read(course / "course.toml")
            _take_edits(book, one, folder, policy)
            _warn(book, one, course)
            results = _results(book, policy, one)
            _say_overtaken(book, one, results, course, gradebook)
        if form == "moodle":
            most = max(result.possible for result in results)
            above = [result.student for result in results if result.points > most]
            says = f"Moodle takes the points as they are: let the assignment's maximum be {most:g}."
            if above:
                says += f" It skips who has more, unless that is higher: {', '.join(above)}."
            live.say(says)
        if form in ("canvas", "moodle"):
            _warn_of_ids(form.capitalize(), results, policy)
        column = policy.of(one.number).canvas if form == "canvas" else ""
        sys.stdout.write(exporting.FORMATS[form](column or one.name, results))


def analyse(
    *,
    lab: str,
    course: Path,
    gradebook: str | None,
) -> None:
    """Write a page for staff: how the exercises did, and which submissions are alike."""
    with _in_a_sentence():
        from course.grading.out.analysis import write_analysis  # matplotlib takes long to import
        from course.grading.out.similar import handed_in, similar_pairs

        one = labs.find(ROOT, lab)
        folder = releasing.CourseFolder(course)
        released = nbformat.read(building.find_labs(ROOT, [lab])[0].lab, as_version=4)
        policy = policies.read(course / "course.toml")
        with _opened(gradebook, folder) as book:
            results = totals(book, policy, one.name)
            alike = similar_pairs(handed_in(folder, one.name, results), released, policy)
            path = write_analysis(book, one, folder, results, alike)
        live.say(f"{path}")


def override(
    *,
    student: str,
    exercise: str,
    points: str,
    who: str,
    why: str,
    course: Path,
    gradebook: str | None,
) -> None:
    """Let an exercise of a student count other points from now on, whatever the check says."""
    with _in_a_sentence():
        one = labs.find(ROOT, exercise.split(".")[0].zfill(2))
        value = _points(points, one, exercise)
        folder = releasing.CourseFolder(course)
        with _opened(gradebook, folder) as book:
            policy = policies.read(course / "course.toml")
            # What was edited before this decision.
            _take_edits(book, one, folder, policy, [student])
            before = total_of(book, policy, one.name, student).grades.get(exercise)
            team = policy.together(student)
            book.override(one.name, student, exercise, value, who=who, why=why, together=team)
            after = total_of(book, policy, one.name, student).grades[exercise]
        if before is not None:
            live.say(
                f"Exercise {exercise} of {student} counted {before.points:g} and now counts "
                f"{after.points:g} of {after.possible:g} points."
            )


def forget(
    *,
    student: str,
    course: Path,
    gradebook: str | None,
) -> None:
    """Remove all that is known of a student: grades, decisions, notebooks and feedback."""
    with _in_a_sentence():
        if student in ("", ".", "..") or Path(student).name != student:
            raise ValueError(f"{student!r} is no student's id.")
        with _opened(gradebook, releasing.CourseFolder(course)) as book:
            from course.grading.book import projection

            if student not in book.known():
                raise LookupError(f"The gradebook knows nobody called {student}.")
            team = policies.read(course / "course.toml").together(student)
            mates = [mate for mate in team if mate != student]
            # What the student handed in may lie with the mates, and pages may name the student.
            shown = [
                course / part / mate / lab.name
                for lab in (course / "attempts" / student).glob("*")
                for mate in mates
                for part in ("autograded", "feedback")
            ]
            own = [course / part / student for part in ("autograded", "feedback", "submitted")]
            copies = book.copies()  # they have everybody
            # The files first: while one is left, the command can be started again. `attempts`
            # tells the others, so it is the last.
            for path in (
                *shown,
                *course.glob("analysis/*.html"),
                *course.glob("feedback/*.zip"),
                *copies,
                *own,
                course / "attempts" / student,
            ):
                if path.is_dir():
                    shutil.rmtree(path)
                else:
                    path.unlink(missing_ok=True)
            with running.in_turn(course):
                projection.forget(book.url, student)
                attempts = book.forget(student)
        says = f"{attempts} attempts of {student} are removed."
        if copies:
            says += f" {', '.join(map(str, copies))} had everybody's, and is removed, too."
        if mates:
            says += f" What they handed in counts for {', '.join(mates)} no longer: look at that."
        live.say(says)


def _points(points: str, lab: labs.Lab, exercise: str) -> float | None:
    """What a person wrote: a number of the exercise's points, or none."""
    most = {each.id: each.points for each in lab.exercises}
    if exercise not in most:
        raise ValueError(f"There is no exercise {exercise}. There are: {', '.join(most)}.")
    if points == "none":
        return None
    with contextlib.suppress(ValueError):
        if 0 <= float(points) <= most[exercise]:
            return float(points)
    raise ValueError(f"Exercise {exercise} has 0 to {most[exercise]:g} points, not {points}.")


def _lab_of(exercise: str | None) -> str:
    if not exercise:
        raise ValueError("Name the lab, such as `course regrade 02`.")
    return exercise.split(".")[0].zfill(2)


def _collected(
    source: Path,
    lab: labs.Lab,
    rule: str | None,
    listed: handing_in.Times | None,
    policy: policies.Policy,
    known: Collection[str],
    forget: Callable[[str], str],
    workplace: Path,
) -> list[collecting.Submission]:
    """The submissions that lie there, with their times; says what a person should know of them."""
    place = source.resolve()
    if place.is_relative_to(ROOT) or ROOT.is_relative_to(place):
        raise ValueError(f"{source} has this repository's own notebooks, and no submissions.")
    found = collecting.collect(
        source,
        rule=rule,
        workplace=workplace,
        zone=policy.time_zone or UTC,
        fitness=lambda path: fitness(path, lab.number),
        known=known,
    )
    for sentence in found.told:
        live.say(sentence)
    if found.called_late and not listed:
        late = ", ".join(found.called_late)
        live.say(f"Canvas calls late, without a time: {late}. See --times.")
    submissions = _with_members(found, policy, listed)
    ids = [one.student for one in submissions]
    labs_here = [each.name for each in building.find_labs(ROOT)]
    is_plain = not (rule or found.platform)
    if is_plain:
        asking.refuse_labs(ids, labs_here)
    if not rule:
        live.say(_layout_in_words(found.platform, ids))
    # These give everybody another id in each assignment.
    of_platform = () if found.platform in ("Moodle", "Canvas without names") else known
    for question in asking.questions(
        ids, known=of_platform, labs=labs_here, is_plain=is_plain, forget=forget
    ):
        live.say(question)
    return listed.of(submissions) if listed else submissions


def _layout_in_words(platform: str, ids: Sequence[str]) -> str:
    """Which names were read how: no layout becomes that of a class in silence."""
    if platform:
        return f"The names are those that {platform} writes."
    return (
        "The names are of no platform, so each file or folder is taken for that of a student: "
        f"{asking.some(sorted(ids))}."
    )


def _with_members(
    found: collecting.Collected, policy: policies.Policy, listed: handing_in.Times | None
) -> list[collecting.Submission]:
    """The submissions, those of Moodle's teams under a member's number: it counts for all of them.

    Moodle names a team's folder by the number of the group, which its own worksheet does not know.

    Raises ValueError where members are missing.
    """
    members = {id_of(team): its for team, its in policy.teams.items() if its}
    unclear = {one.student: one for one in found.submissions if one.student in found.may_be_teams}
    in_list = unclear.keys() & listed.when.keys() if listed else set()
    are_teams = any(not id.isdecimal() or one.name in members for id, one in unclear.items()) or (
        listed is not None and bool(unclear) and not in_list
    )
    if not are_teams:
        if unclear and not in_list:
            one = next(iter(unclear.values()))
            live.say(
                f"Moodle names the work of a team as that of a person. {one.name} ({one.student}) "
                "is taken for a person: if it is a team, say who is in it in course.toml, under "
                "[teams]. With --times and Moodle's grading worksheet, this is known."
            )
        return found.submissions
    if without := [one for one in unclear.values() if one.name not in members]:
        other = " (or --times is the worksheet of another assignment)" if listed else ""
        raise ValueError(
            f"Moodle names these as the work of teams{other}: "
            f"{', '.join(one.name for one in without)}. Its grading worksheet has the numbers of "
            "participants alone, and none of teams. So write into course.toml who is in them: "
            f'[teams], and in a line below "{without[0].name}" = ["4321", "4322"].'
        )
    firsts = {id: members[one.name][0] for id, one in unclear.items()}
    return [
        replace(one, student=first, name=first) if (first := firsts.get(one.student)) else one
        for one in found.submissions
    ]


def _known(url: str | None, folder: releasing.CourseFolder) -> set[str]:
    """The ids of earlier runs, if there were any."""
    if not _place_of(url, folder).exists():
        return set()
    try:
        with _opened(url, folder) as book:
            return book.known()
    except NoGradebook:  # another run is just making it; what else is wrong, marking says
        return set()


def _take_edits(
    book: Gradebook,
    lab: labs.Lab,
    folder: releasing.CourseFolder,
    policy: policies.Policy,
    among: Collection[str] | None = None,
) -> None:
    """What people edited in formgrader counts at once: for all students, or for these."""
    if folder.released(lab.name).exists():
        from course.grading.book import projection  # nbgrader takes seconds to import

        # Two at once would take the same edit twice, the second time over a later decision.
        with running.in_turn(folder.root):
            projection.project(book, lab.name, folder, totals(book, policy, lab.name, among))


def _who_hands_in_again(
    book: Gradebook,
    lab: labs.Lab,
    policy: policies.Policy,
    found: Sequence[collecting.Submission],
) -> set[str]:
    """Of whom, or of whose team, there are marks already and a file now that has none."""
    marked = {(one.student, one.sha256) for one in book.attempts(lab.name)}
    new = [one.student for one in found if (one.student, one.sha256) not in marked]
    teams = [policy.together(student) for student in new]
    had = {student for student, _ in marked}
    return {mate for team in teams if had.intersection(team) for mate in team}


def _results(book: Gradebook, policy: policies.Policy, lab: labs.Lab) -> list[Total]:
    """What goes out, if anything; says where it is not final."""
    results = totals(book, policy, lab.name)
    if not results:
        raise LookupError(f"Nobody has handed in {lab.name}: `course grade` comes first.")
    open_ones = [
        f"{result.student} ({grade.exercise})"
        for result in results
        for grade in result.grades.values()
        if grade.verdict == "not judged" and grade.by == "check"
    ]
    if open_ones:
        says = "A check could not judge these, and they count 0 until `override` says otherwise: "
        live.say(says + ", ".join(open_ones) + ".")
    if policy.of(lab.number).due:
        live.say_whose_time_is_unknown(results)
    return results


def _pages(
    book: Gradebook,
    lab: labs.Lab,
    folder: releasing.CourseFolder,
    results: list[Total],
    *,
    hints: int,
    with_why: bool,
) -> list[str]:
    """Write everybody's feedback, and return whose could not be written."""
    live.keep_log(folder)
    folding = Folding.read(folder.released(lab.name))
    failed = []
    for result in track(results, "feedback", console=console):
        try:
            write_feedback(
                book, lab, folder, result, hints=hints, with_why=with_why, folding=folding
            )
        except NoGradebook:  # nor would the others get theirs
            raise
        except Exception:  # what one student handed in never keeps the others from theirs
            log.exception("The feedback of %s", result.student)
            failed.append(result.student)
    return failed


def _warn(book: Gradebook, lab: labs.Lab, course: Path) -> None:
    """Say, wherever grades go out, which may be forged and whether others are to come."""
    if running.is_running(course, lab.name):
        console.print(f"{lab.name} is being marked now: these are the grades so far.")
    if students := book.without_jail(lab.name):
        live.say(f"Marked WITHOUT A JAIL, so possibly forged: {', '.join(students)}.")


def _warn_of_ids(platform: str, results: list[Total], policy: policies.Policy) -> None:
    """Say which rows the platform will not take, or could take for somebody else's."""
    if odd := [one.student for one in results if not one.student.isdecimal()]:
        live.say(f"{platform} knows people by numbers, and takes no row of {', '.join(odd)}.")
    in_teams = {mate for team in policy.teams.values() for mate in team}
    unclear = [
        one.student
        for one in results
        if platform == "Moodle" and not one.attempt.is_listed and one.student not in in_teams
        if any(may_be_team(part + "/") for part in one.attempt.shown.split("/"))
    ]
    if unclear:
        live.say(
            f"If {', '.join(unclear)} are teams and no participants, these rows are other people's:"
            " see `course grade` with --times and Moodle's grading worksheet."
        )


def _refuse_place(course: Path) -> None:
    if jail.is_seen(course):
        raise ValueError(
            f"{course.resolve()} lies where Python is, which students' code can read: name another "
            "folder with --course, such as --course ~/dl-course."
        )
    if course.resolve().is_relative_to(ROOT):
        raise ValueError(
            "A course does not belong in this repository: name its folder with --course, such as "
            "--course ~/dl-course."
        )


def _opened(url: str | None, folder: releasing.CourseFolder, *, is_new: bool = False) -> Gradebook:
    """The gradebook of a course; where `is_new`, one is made. Its files are in the folder."""
    _refuse_place(folder.root)
    known = _place_of(url, folder)
    if not is_new and not known.exists():
        raise LookupError(
            f"There is no {known}: name the course's folder with --course. `course grade` makes "
            "what is in it."
        )
    if is_new and not url and not folder.gradebook.exists():
        live.say(f"A new gradebook: {folder.gradebook}")
    book = Gradebook(url, is_new=is_new) if url else Gradebook.of(folder.gradebook, is_new=is_new)
    if book.migrated:
        live.say(book.migrated)
    return book


def _place_of(url: str | None, folder: releasing.CourseFolder) -> Path:
    """What is there as soon as something was graded."""
    return folder.root / "attempts" if url else folder.gradebook


@contextmanager
def _in_a_sentence(stopped: str = STOPPED) -> Iterator[None]:
    """What a user can mend is told in a sentence, with exit status 2; Ctrl-C with the shell's."""
    try:
        with _signals_as_ctrl_c():
            yield
    except KeyboardInterrupt:
        live.say(stopped)
        raise typer.Exit(130) from None
    except UnicodeEncodeError as error:
        letter = error.object[error.start]
        live.say(
            f"This terminal or file is to be written in {error.encoding}, which has no {letter!r}: "
            "write PYTHONIOENCODING=utf-8 before the command, as in PYTHONIOENCODING=utf-8 course "
            "export 02 > grades.csv."
        )
        raise typer.Exit(2) from None
    except TOLD as error:
        live.say(str(error))
        raise typer.Exit(2) from None
    except OSError as error:
        says = f"{error}: mend that and start the same command again; what is marked is kept."
        live.say(says)
        raise typer.Exit(2) from None


@contextmanager
def _signals_as_ctrl_c() -> Iterator[None]:
    """Let a service manager, or a terminal that closes, end a command as orderly as Ctrl-C does."""
    wanted = [number for name in ENDING if (number := getattr(signal, name, None))]
    is_main = threading.current_thread() is threading.main_thread()  # no other may set them
    ours = [one for one in wanted if is_main and signal.getsignal(one) is signal.SIG_DFL]
    for number in ours:
        signal.signal(number, signal.default_int_handler)
    try:
        yield
    finally:
        for number in ours:
            signal.signal(number, signal.SIG_DFL)
