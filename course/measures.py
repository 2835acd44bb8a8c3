"""The lesson's numbers: how much a lab asks of its reader, counted from its source.

Counted is what a student opens: the lab with its stubs, without the cells that only the solution
has. What is *on view* is neither folded nor hidden. The title cell and its map count for nothing.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from nbformat import NotebookNode

from course import cells
from course.sections import folded_cells, form_of, title_metadata
from utils.checks.sentences import sentences

# The model of a student's time.
WORDS_A_MINUTE = 120
SECONDS_A_CELL, SECONDS_A_BET, SECONDS_A_KNOB, SECONDS_A_POINT = 20, 30, 60, 180
SHORT_SENTENCE = 7
# Words that join two clauses; those of the second row do so only inside of a sentence.
CONNECTIVES = re.compile(
    r"\b(because|although|though|whereas|while|since|unless|otherwise|therefore|thus|hence)\b"
    r"|(?<=[,;] )(so|but|yet|however)\b",
    re.IGNORECASE,
)


class Lesson:
    """The cells of one lab, as they are counted.

    `lab` is the notebook with stubs, before the map is written into it; `number` its two digits.
    """

    def __init__(self, lab: NotebookNode, number: str) -> None:
        folded = folded_cells(lab)
        self.title = title_metadata(lab)
        self.form = form_of(lab)
        self.all = lab.cells[1:]
        self.folded = [cell for at, cell in enumerate(lab.cells) if at in folded]
        self.on_view = [cell for at, cell in enumerate(lab.cells) if at and at not in folded]
        self.visible = [
            cell for cell in self.on_view if cell.cell_type == "code" and not cells.is_hidden(cell)
        ]
        self._bets = sentences(number).get("bets", {})

    @cached_property
    def words(self) -> int:
        return _words(self.on_view) + sum(map(self._longest_reason, self.bets))

    @cached_property
    def folded_words(self) -> int:
        return _words(self.folded)

    @cached_property
    def acts(self) -> list[str]:
        return [name for cell in self.all if (name := cells.act(cell))]

    @cached_property
    def bets(self) -> list[str]:
        """Their ids."""
        return [
            ast.literal_eval(call.args[0])
            for cell in self.all
            for name, call in cells.calls(cell)
            if name == "bet" and call.args
        ]

    @cached_property
    def points(self) -> float:
        return sum(cell.metadata.get("nbgrader", {}).get("points", 0) for cell in self.all)

    @cached_property
    def stretches(self) -> list[tuple[int, int]]:
        """Words and visible cells up to each act, its own text too, and after the last one."""
        stretches, words, count = [], 0, 0
        for cell in self.on_view:
            words += _words([cell])
            if cells.act(cell):
                stretches.append((words, count))
                words, count = 0, 0
            elif cell in self.visible:
                count += 1
        return [*stretches, (words, count)]

    @cached_property
    def sentence_lengths(self) -> list[int]:
        """The words of each sentence on view."""
        return [count for cell in self.on_view for count in _sentences(cell)]

    @cached_property
    def connectives(self) -> int:
        texts = (plain(cell.source) for cell in self.on_view if cell.cell_type == "markdown")
        return sum(len(CONNECTIVES.findall(" ".join(text.split()))) for text in texts)

    @property
    def model_minutes(self) -> float:
        seconds = (
            SECONDS_A_CELL * len(self.visible)
            + SECONDS_A_BET * len(self.bets)
            + SECONDS_A_KNOB * self.acts.count("knobs")
            + SECONDS_A_POINT * self.points
        )
        return self.words / WORDS_A_MINUTE + seconds / 60

    def words_before(self, reached: Callable[[NotebookNode], bool]) -> int | None:
        """The words on view before the first cell of this kind; None where there is none."""
        places = [at for at, cell in enumerate(self.on_view) if reached(cell)]
        return _words(self.on_view[: places[0]]) if places else None

    @property
    def words_before_an_exercise(self) -> int | None:
        """Before any act where the lab has no exercise."""
        first = {"check"} if "check" in self.acts else set(self.acts)
        return self.words_before(lambda cell: cells.act(cell) in first)

    def _longest_reason(self, bet: str) -> int:
        reasons = self._bets.get(bet, {}).get("reasons", {})
        return max((len(_split(text)) for text in reasons.values()), default=0)


@dataclass(frozen=True)
class Measure:
    """One number of a lesson: what it is called, how it is counted, and its limits in form 2."""

    name: str
    says: str
    of: Callable[[Lesson], float | None]
    shown: str = ",.0f"
    aim: float | None = None
    least: float | None = None
    most: float | None = None

    def show(self, value: float | None) -> str:
        return "–" if value is None else format(value, self.shown)

    @property
    def limit(self) -> str:
        """The limits in words; a lab of form 2 beyond them is not built."""
        if self.most is None:
            return ""
        most = self.show(self.most)
        return f"at most {most}" if self.least is None else f"{self.show(self.least)} to {most}"

    def is_kept(self, value: float | None) -> bool:
        if value is None:
            return not self.limit
        return (self.least is None or value >= self.least) and (
            self.most is None or value <= self.most
        )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None


MEASURES = (
    Measure(
        "words",
        "words of text on view, and the longest reason of each bet. A word is what stands between "
        "two spaces and has a letter or a digit; a formula is one word; code blocks, HTML tags and "
        "the addresses of links are none",
        lambda lesson: lesson.words,
        aim=2500,
        most=3000,
    ),
    Measure(
        "folded words",
        "the share of folded text in all text",
        lambda lesson: lesson.folded_words / max(lesson.folded_words + lesson.words, 1),
        shown=".0%",
        most=0.4,
    ),
    Measure(
        "visible code cells",
        "code cells on view whose code is not hidden",
        lambda lesson: len(lesson.visible),
        aim=45,
        most=55,
    ),
    Measure(
        "lines a cell",
        "the median of the lines of a visible code cell that are not blank",
        lambda lesson: median(map(cells.code_lines, lesson.visible)) if lesson.visible else None,
        shown="g",
    ),
    Measure(
        "drawing lines",
        "the share of lines of visible code cells whose statement names "
        + ", ".join(f"`{name}`" for name in sorted(cells.DRAWING)),
        lambda lesson: _share(
            sum(map(cells.drawing_lines, lesson.visible)),
            sum(map(cells.code_lines, lesson.visible)),
        ),
        shown=".0%",
    ),
    Measure(
        "knobs",
        "cells that call `knobs`, `Clinic`, `Playground` or `Table`, also folded ones",
        lambda lesson: lesson.acts.count("knobs"),
        least=1,
        most=3,
    ),
    Measure("bets", "calls of `bet`, also folded ones", lambda lesson: len(lesson.bets), most=6),
    Measure(
        "tasks",
        "cells with the tag `task`, also folded ones",
        lambda lesson: lesson.acts.count("task"),
    ),
    Measure(
        "points",
        "of all exercises, also folded ones",
        lambda lesson: lesson.points,
        shown="g",
    ),
    Measure(
        "longest stretch, words",
        "the most words on view that are read without an act. An act is a check, a bet, a knob or "
        "a cell with the tag `task`; the beginning and the end of the lab are stretches, too",
        lambda lesson: max((words for words, _ in lesson.stretches), default=0),
        most=350,
    ),
    Measure(
        "longest stretch, cells",
        "the most visible code cells without an act",
        lambda lesson: max((count for _, count in lesson.stretches), default=0),
        most=5,
    ),
    Measure(
        "words before a figure",
        "words on view before the first cell that calls `show`, `play`, `admit` or a knob",
        lambda lesson: lesson.words_before(cells.shows_a_figure),
        aim=150,
    ),
    Measure(
        "words before an exercise",
        "words on view before the first check, with the text of its exercise; in a lab without "
        "exercises before the first act",
        lambda lesson: lesson.words_before_an_exercise,
        most=600,
    ),
    Measure(
        "words a sentence",
        "the mean of the sentences on view. A sentence ends at `.`, `!` or `?`, and where a "
        "paragraph, a list item or a cell ends; headings and tables have none",
        lambda lesson: _share(sum(lesson.sentence_lengths), len(lesson.sentence_lengths)),
        shown=".1f",
    ),
    Measure(
        "short sentences",
        f"the share of sentences of {SHORT_SENTENCE} words or fewer",
        lambda lesson: _share(
            sum(count <= SHORT_SENTENCE for count in lesson.sentence_lengths),
            len(lesson.sentence_lengths),
        ),
        shown=".0%",
    ),
    Measure(
        "connectives",
        "in 1,000 words on view: because, although, though, whereas, while, since, unless, "
        "otherwise, therefore, thus, hence; so, but, yet and however where a comma or semicolon "
        "stands before them",
        lambda lesson: _share(1000 * lesson.connectives, _words(lesson.on_view)),
        shown=".1f",
    ),
    Measure(
        "minutes stated",
        "what the title cell says",
        lambda lesson: lesson.title.get("minutes"),
    ),
    Measure(
        "minutes by the model",
        f"{WORDS_A_MINUTE} words a minute, {SECONDS_A_CELL} s a visible code cell, "
        f"{SECONDS_A_BET} s a bet, {SECONDS_A_KNOB} s a knob, {SECONDS_A_POINT // 60} minutes a "
        "point",
        lambda lesson: lesson.model_minutes,
        most=80,
    ),
)


def excess(lesson: Lesson) -> list[str]:
    """Which limits a lab of form 2 breaks, in words; [] for a draft and in form 1."""
    if lesson.form < 2 or lesson.title.get("draft"):
        return []
    return [
        f"{measure.name}: {measure.show(value)}, where {measure.limit} is allowed"
        for measure in MEASURES
        for value in [measure.of(lesson)]
        if not measure.is_kept(value)
    ]


def table(lessons: dict[str, Lesson]) -> str:
    """The numbers of these labs, by name, as a Markdown table: a row for each measure."""
    heads = [
        name[:2] + (" (draft)" if it.title.get("draft") else "") for name, it in lessons.items()
    ]
    rows = [
        ["", "Aim", "Limit", *heads],
        ["---", "---", "---", *("---:" for _ in lessons)],
        ["form", "", "", *(str(lesson.form) for lesson in lessons.values())],
        *(
            [
                measure.name,
                "" if measure.aim is None else f"at most {measure.show(measure.aim)}",
                measure.limit,
                *(measure.show(measure.of(lesson)) for lesson in lessons.values()),
            ]
            for measure in MEASURES
        ),
    ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def page(lessons: dict[str, Lesson]) -> str:
    """The text of docs/lessons.md."""
    definitions = "\n".join(f"- **{measure.name}**: {measure.says}." for measure in MEASURES)
    return f"""\
# The labs in numbers

Written by `course build` from the sources; never edited by hand. Limits hold for labs of form 2
that are no drafts: `course build` refuses a lab beyond them. The minutes of the model are an
estimate, because no reader was timed.

{table(lessons)}

Counted is the lab that a student opens. What is *on view* is neither in a folded section nor a code
cell whose code is hidden; the title cell and the map under it count for nothing.

{definitions}
"""


def plain(text: str) -> str:
    """Markdown as its words stand on the page: no code blocks, tags, addresses; formulas a word."""
    text = re.sub(r"^```.*?^```", " ", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\$\$.*?\$\$|\$[^$\n]+\$", "formula", text, flags=re.DOTALL)
    text = re.sub(r"</?[A-Za-z][^>]*>", " ", text)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


def _words(some: Sequence[NotebookNode]) -> int:
    return sum(len(_split(cell.source)) for cell in some if cell.cell_type == "markdown")


def _split(text: str) -> list[str]:
    return [word for word in plain(text).split() if re.search(r"[^\W_]", word)]


def _sentences(cell: NotebookNode) -> Iterator[int]:
    """The words of each sentence of a text cell."""
    if cell.cell_type != "markdown":
        return
    lines = [line for line in plain(cell.source).splitlines() if not re.match(r"\s*[#|]", line)]
    # An empty line and the mark of a list item begin anew.
    blocks = re.split(r"\n\s*\n|\n\s*(?:[-*+]|\d+\.) ", "\n".join(["", *lines]))
    for block in blocks:
        for sentence in re.split(r"(?<=[.!?])[*_\")']*\s+", block):
            if count := len(_split(sentence)):
                yield count
