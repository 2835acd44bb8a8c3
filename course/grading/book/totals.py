"""What a class gets for a lab, after lateness, teams and people's decisions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from course.grading.book.gradebook import Grade, Gradebook
from course.grading.book.policy import LabPolicy, Policy
from course.grading.book.tables import Attempt, Override, Student


@dataclass(frozen=True)
class Total:
    """One student's result.

    Attributes:
        share: of the points that count, from 0 to 1; less than 1 for what was late.
        points: what counts, after that share.
        possible: the most that is possible without extra credit.
    """

    student: str
    name: str
    attempt: Attempt
    grades: Mapping[str, Grade]
    share: float
    points: float
    possible: float


def totals(
    gradebook: Gradebook, policy: Policy, lab: str, among: Collection[str] | None = None
) -> list[Total]:
    """The results of all who handed in, and of their teams, by the student's id.

    With `among`, of those who are among these ids.
    """
    rule = policy.of(lab[:2])
    known = {student.id: student for student in gradebook.students(lab)}
    mates = {mate for student in known for mate in policy.together(student)}
    for mate in mates - known.keys():
        known[mate] = Student(id=mate, name=mate)
    ids = known.keys() if among is None else known.keys() & among
    return [_total(gradebook, policy, rule, lab, known[id]) for id in sorted(ids)]


def total_of(gradebook: Gradebook, policy: Policy, lab: str, student: str) -> Total:
    """The result of one student. Raises LookupError where neither they nor their team handed in."""
    known = {one.id: one for one in gradebook.students(lab)}
    if not known.keys() & {student, *policy.together(student)}:
        raise LookupError(f"Nothing of {student} has come for {lab}.")
    who = known.get(student) or Student(id=student, name=student)
    return _total(gradebook, policy, policy.of(lab[:2]), lab, who)


def overtaken(
    gradebook: Gradebook, lab: str, results: Iterable[Total]
) -> Iterator[tuple[Total, Grade, Override]]:
    """Decisions that hold on, though a later attempt would earn more than they give."""
    for result in results:
        first = None
        for grade in result.grades.values():
            if grade.by == "check" or grade.points - grade.extra >= grade.automatic:
                continue
            first = first or gradebook.first_marked(result.attempt)
            decided = gradebook.decision(lab, result.student, grade.exercise)
            if first and decided and decided.at < first:
                yield result, grade, decided


def _total(
    gradebook: Gradebook, policy: Policy, rule: LabPolicy, lab: str, student: Student
) -> Total:
    attempts = gradebook.attempts(lab, policy.together(student.id))
    results = [_result(gradebook, policy, rule, lab, student, attempt) for attempt in attempts]
    if rule.attempts == "best":
        return max(results, key=lambda result: result.points)
    return results[0]


def _result(
    gradebook: Gradebook,
    policy: Policy,
    rule: LabPolicy,
    lab: str,
    student: Student,
    attempt: Attempt,
) -> Total:
    grades = gradebook.grades(lab, student.id, attempt)
    hours = policy.extra_hours.get(student.id, 0.0)
    # Of a time that nobody knows, nobody can say that it was late.
    share = 1.0 if attempt.downloaded_from else rule.share(attempt.when, hours)
    return Total(
        student=student.id,
        name=student.name,
        attempt=attempt,
        grades=grades,
        share=share,
        points=share * sum(grade.points for grade in grades.values()),
        possible=sum(grade.possible for id, grade in grades.items() if id not in rule.extra_credit),
    )
