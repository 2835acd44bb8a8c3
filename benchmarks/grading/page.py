"""The page in words: from the plain numbers of a measurement to Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from benchmarks.grading import plan
from benchmarks.grading.goals import goals, runs
from benchmarks.grading.graders import CONTENDERS, FLOOR, NBGRADER, OTTER, OURS
from benchmarks.grading.overhead import Run, ratios
from benchmarks.report import duration, figures, goals_parts, spread, table

HOW_TO_READ = f"""\
Every grader gets the same files: the solutions of a lab as students hand them in, a third with a
slip and a third with one exercise left open. The same checks judge. In every round each grader has
one turn, in a random order.

*A submission* is the time from one result to the next in a run, so the start does not count; with
two workers it is the time between results of either. *Own work* is what the student's cells and the
checks take. Where the floor takes under a second it is the floor's time, for all. In the other labs
it is measured inside of that same run, because two runs of a minute differ by more than any
overhead: nbgrader and otter-grader note when the kernel is busy with a cell, `{OURS}` says
its seconds with `--json`. Two rules keep that honest. In a kernel that starts cold, a cell that
imports counts as own work only what it takes in a warm process: the rest is TensorFlow's import,
which a grader may do once for all. And of the seconds that `{OURS}` gives for checks, the start of
one process a check is taken off, which is more than it starts. *Overhead* is a submission less its
own work. *Fixed* is what a run takes beside its submissions, to start and to end.

The *{FLOOR}* runs the same cells and checks in forks of one process that has imported TensorFlow:
no jail, no kernel, no notebook that is written, nothing stored. On two cores, `{OURS}` has
`--workers 2`. The command of nbgrader uses one core, so its figure of the table above counts;
beside it stand two of them that share one gradebook, each with half of the students. {OTTER} runs
twice, too, by `otter.api.grade_submission`, because its command for a class needs Docker.
`{OURS}` calls a function that trains with up to three seeds, where the line `check(...)` in a
notebook has one: in labs with such an exercise its own work is more than that of the others. It
also keeps
nbgrader's tables, after the last result: that time, from the simulation, is added to each of its
submissions. *Memory* is the peak of all processes, shared pages counted once.
"""


def text(results: dict[str, Any]) -> str:
    """Return the whole page."""
    parts = [
        f"# {_title(results['works'])}",
        f"Measured on {results['date']} with `{results['command']}`; the same command repeats it.",
        table(["machine", ""], [[k, v] for k, v in results["machine"].items()]),
    ]
    if results["works"]:
        parts += [HOW_TO_READ.strip(), *goals_parts(goals(results))]
        parts.append(
            "![Overhead a submission, and submissions a minute on two cores, of each grader]"
            f"(./{results['name']}.png)"
        )
    for work in results["works"]:
        parts += _work_parts(work)
    parts += _simulation_parts(results)
    return "\n\n".join(parts) + "\n"


def _title(works: list[dict[str, Any]]) -> str:
    if works and all(work["numpy_only"] for work in works):
        return "Grading without TensorFlow, side by side"
    return "Grading, side by side"


# ---- One work ----


def _work_parts(work: dict[str, Any]) -> list[str]:
    what = "no cell imports TensorFlow" if work["numpy_only"] else "the first cell imports it"
    head = ["", "a submission", "own work", "overhead", "part of nbgrader's", "fixed", "memory"]
    names = [name for name in CONTENDERS if runs(work, name, 1)]
    parts = [
        f"## {work['work']}: {work['students']} submissions, one at a time",
        f"TensorFlow: {what}.{_cells_sentence(work)}",
        table(head, [_one_line(work, name) for name in names]),
    ]
    two = [name for name in CONTENDERS if runs(work, name, 2)]
    if two:
        parts += [
            f"On two cores, {work['students_on_two']} submissions:",
            table(
                ["", "submissions a minute", "to nbgrader's command", "to two of it", "memory"],
                [_two_line(work, name) for name in two],
            ),
        ]
    parts.append(_points_sentence(work))
    parts += [f"- {difference}" for difference in work["differences"]]
    return parts


def _cells_sentence(work: dict[str, Any]) -> str:
    if "needed" not in work:
        return " All cells run."
    return (
        f" Of the {work['cells']} cells of who has all right, `{OURS}` runs {work['needed']}, "
        "because the marks need no other; the others run all."
    )


def _one_line(work: dict[str, Any], name: str) -> list[str]:
    turns = runs(work, name, 1)
    if sentence := _why_none(turns):
        return [name, sentence, "", "", "", "", ""]
    part = ratios(turns, runs(work, NBGRADER, 1), "overhead")
    return [
        name,
        _seconds(turns, "each"),
        _seconds(turns, "own"),
        _seconds(turns, "overhead"),
        spread(part) if part else "",
        _seconds(turns, "fixed"),
        _memory(turns),
    ]


def _two_line(work: dict[str, Any], name: str) -> list[str]:
    turns = runs(work, name, 2)
    if sentence := _why_none(turns):
        return [name, sentence, "", "", ""]
    more = ratios(turns, runs(work, NBGRADER, 1), "per_minute")
    more_than_two = ratios(turns, runs(work, NBGRADER, 2), "per_minute")
    rates = [run.per_minute for run in turns if run.per_minute]
    return [
        name,
        figures(median(rates)) if rates else "",
        spread(more) if more else "",
        spread(more_than_two) if more_than_two else "",
        _memory(turns),
    ]


def _why_none(turns: Sequence[Run]) -> str:
    return next((run.sentence for run in turns if run.sentence), "")


def _seconds(turns: Sequence[Run], number: str) -> str:
    found = [value for run in turns if (value := getattr(run, number)) is not None]
    # Noise can make a time that is almost nothing negative.
    return duration(max(0.0, median(found))) if found else ""


def _memory(turns: Sequence[Run]) -> str:
    peaks = [run.peak for run in turns if run.peak]
    return f"{max(peaks) / 1e6:,.0f} MB" if peaks else "unknown"


def _points_sentence(work: dict[str, Any]) -> str:
    measured = {run["contender"] for run in work["runs"] if not run["sentence"]} - {FLOOR}
    who = ", ".join(name for name in CONTENDERS if name in measured)
    if not who:
        return "No points to compare."
    if work["differences"]:
        return f"The points are not the same everywhere ({who}, and the {FLOOR}):"
    return f"The same points for every submission and exercise: {who}, and the {FLOOR}."


# ---- A large class ----


def _simulation_parts(results: dict[str, Any]) -> list[str]:
    simulation = results.get("simulation", {})
    if sentence := simulation.get("sentence"):
        return ["## A large class", f"Not simulated: {sentence}."]
    if not (numbers := simulation.get("numbers")):
        return []
    few, students = numbers["few"], numbers["students"]
    lines = [
        ["results a second, marking left out", figures(numbers["results_a_second"])],
        [f"memory after {few:,} students", _megabytes(numbers["memory_few"])],
        [f"memory after {students:,} students", _megabytes(numbers["memory_all"])],
        ["memory, bytes a student more", f"{numbers['memory_a_student']:,.0f}"],
        ["gradebook, a student", _kilobytes(numbers["gradebook_a_student"])],
        [
            "gradebook with nbgrader's tables, a student",
            _kilobytes(numbers["gradebook_with_nbgrader_a_student"]),
        ],
        ["marked notebook, a student", _kilobytes(numbers["notebooks_a_student"])],
        ["a run in which nothing changed", duration(numbers["seconds_unchanged"])],
        ["nbgrader's tables, the first time", duration(numbers["seconds_projection"])],
        ["nbgrader's tables, a student more", duration(numbers["projection_a_student"])],
        ["nbgrader's tables, again", duration(numbers["seconds_second_projection"])],
        ["`course export`", duration(numbers["seconds_export"])],
    ]
    return [
        f"## A class of {students:,}, simulated",
        "The recorded outcome of one submission of lab 02, with other points for each student, "
        "takes the place of marking. All else is real: notebooks on the disk, a fresh SQLite "
        "gradebook, the commands. All exercises, their words and the executed notebook are kept.",
        table(["", ""], lines),
        *_plan_parts(results, numbers),
    ]


def _plan_parts(results: dict[str, Any], numbers: dict[str, Any]) -> list[str]:
    each = {}
    for work in results["works"]:
        found = [run.each for run in runs(work, OURS, 2) if run.each]
        if found and not work["numpy_only"]:
            each[work["work"]] = median(found)
    needs = plan.sizes(numbers)
    parts = [
        f"## A plan for {plan.SUBMISSIONS:,} submissions of one lab",
        f"One gradebook takes {figures(numbers['results_a_second'])} results a second, from one "
        f"writer. It grows to {_gigabytes(needs['gradebook'])}, with nbgrader's tables to "
        f"{_gigabytes(needs['gradebook_with_nbgrader'])}; the marked notebooks need "
        f"{_gigabytes(needs['notebooks'])} of disk. A run in which nothing changed takes "
        f"{duration(needs['unchanged'])}, nbgrader's tables {duration(needs['projection'])}, an "
        f"export {duration(needs['export'])}.",
    ]
    if each:
        head = ["", "core seconds a submission", *(f"{cores} cores" for cores in plan.CORES)]
        lines = [
            [
                line.work,
                figures(line.core_seconds),
                *(duration(3600 * line.hours[cores]) for cores in plan.CORES),
                f"{line.most_cores:,.0f}",
            ]
            for line in plan.lines(each, numbers)
        ]
        parts += [
            table([*head, "cores that one gradebook keeps busy"], lines),
            "Hours with a worker a core, on machines like this one (`--scheduler` brings others "
            "in), each core as fast as two together are here.",
        ]
    return parts


def _megabytes(size: float) -> str:
    return f"{size / 1e6:,.0f} MB"


def _kilobytes(size: float) -> str:
    return f"{size / 1e3:,.1f} kB"


def _gigabytes(size: float) -> str:
    return f"{figures(size / 1e9)} GB"
