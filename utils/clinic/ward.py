"""The ward: what the cells of a notebook call.

    from utils.clinic import admit

    patient = admit(7)                        # trains for a second or two
    patient                                   # shows what one sees of it
    patient.examine("first loss")             # at most three examinations
    patient.diagnose("frozen layer", sure=70) # settles it, and gives the reasons
    patient.code                              # the program that ran, from then on

Diagnoses are kept beside the notebooks for their reader alone, as bets are.
"""

from __future__ import annotations

import difflib
import itertools
import json
import numbers
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from utils.checks import kept
from utils.checks.bets import percentage
from utils.checks.card import EDGES, GREY, box, in_short, paragraph, verbatim, with_code
from utils.clinic import drawing
from utils.clinic.case import Run, draw, train
from utils.clinic.examinations import EXAMINATIONS, Finding
from utils.clinic.illnesses import HEALTHY, ILLNESSES
from utils.plots.display import image

MOST_EXAMINATIONS = 3
MOST_NUMBER = 2**31
FILE = kept.FOLDER / "clinic.jsonl"
FIRST_NEW = 2000  # the numbers below are those of texts and tests
DIFFERENT = 6  # patients in a row without an illness twice
_IN_TURN = itertools.count(FIRST_NEW)


@dataclass(frozen=True)
class Diagnosis:
    """What was said of a patient.

    Attributes:
        patient: the number.
        said: the illness that the reader named.
        truth: the one that it has.
        sure: how sure the reader was, in percent, or None.
        examinations: those that were made before.
    """

    patient: int
    said: str
    truth: str
    sure: float | None = None
    examinations: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        return self.said == self.truth


@dataclass(frozen=True)
class Card:
    """Something to show: a headline, paragraphs, rows, and code."""

    headline: str
    paragraphs: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    code: str = ""
    edge: str = GREY

    def __repr__(self) -> str:
        rows = ["  ".join(row) for row in self.rows]
        return "\n".join([self.headline, *self.paragraphs, *rows, *([self.code] * bool(self.code))])

    def _repr_html_(self) -> str:
        code = verbatim(self.code) if self.code else ""
        return box(
            self.edge, self.headline, *map(paragraph, self.paragraphs), table(self.rows), code
        )


def admit(number: int | None = None) -> Patient:
    """Draw a patient and train it, which takes a second or two.

    Args:
        number: the same number is the same patient; without one, a new patient comes.

    Raises:
        ValueError: the number is no whole one from 0 to 2**31.
    """
    if number is None:
        number = _new_number()
    is_whole = isinstance(number, numbers.Integral) and not isinstance(number, bool)
    if not is_whole or not 0 <= number <= MOST_NUMBER:
        raise ValueError(
            f"A patient has a whole number from 0 to {MOST_NUMBER}, such as admit(7), not "
            f"{in_short(number)}."
        )
    return Patient(train(draw(int(number))))


def _new_number() -> int:
    """Another one at each call, with none of the last illnesses.

    Where nothing is kept, as in tests, it is the same for all.
    """
    if kept.place(FILE.name) is None:
        return next(_IN_TURN)
    lately = {one.truth for one in kept_diagnoses()[-DIFFERENT:]}
    rng = np.random.default_rng()
    while True:
        number = int(rng.integers(FIRST_NEW, 100_000))
        if draw(number).illness.name not in lately - {HEALTHY}:
            return number


class Patient:
    """A training that is sick, or is not. It shows what one sees of it in life."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._findings: dict[str, Finding] = {}
        self._diagnosis: Diagnosis | None = None

    @property
    def number(self) -> int:
        return self._run.case.number

    @property
    def examined(self) -> tuple[str, ...]:
        """The names of the examinations that were made."""
        return tuple(self._findings)

    # ---- What it shows ----

    def __repr__(self) -> str:
        shown = self._run.evidence
        rows = [*drawing.facts(shown), *drawing.outputs(shown)]
        return "\n".join(
            [
                f"[figure: Patient {self.number}. {drawing.words(shown)}]",
                *(f"{name}: {text}" for name, text in rows),
            ]
        )

    def _repr_html_(self) -> str:
        shown = self._run.evidence
        picture = image(drawing.chart(shown), f"Patient {self.number}. {drawing.words(shown)}")
        some = f"the ten outputs for {len(shown.outputs)} validation pictures"
        rows = [(name, f"`{text}`") for name, text in drawing.outputs(shown)]
        parts = (table(drawing.facts(shown)), picture, paragraph(f"And {some}:"), table(rows))
        return box(GREY, f"Patient {self.number}", *parts, width="70em")

    # ---- What is done with it ----

    def examine(self, name: object = ...) -> Card:
        """Make an examination; three are granted before the diagnosis, and all after it.

        Args:
            name: of the examination; without one, they are listed.
        """
        if _is_open(name):
            return Card(
                f"Patient {self.number}: {self._granted()} These can be made:",
                rows=[(f'"{one.name}"', one.says) for one in EXAMINATIONS.values()],
            )
        found = _found(name, EXAMINATIONS)
        if found is None:
            return _unknown("examination", name, EXAMINATIONS)
        if found not in self._findings:
            if len(self._findings) >= MOST_EXAMINATIONS and self._diagnosis is None:
                made = ", ".join(self._findings)
                return Card(
                    f"{MOST_EXAMINATIONS} examinations are made ({made}), and no more are granted: "
                    "call diagnose, and make the others afterwards."
                )
            self._findings[found] = EXAMINATIONS[found].look(self._run)
        finding = self._findings[found]
        return Card(
            f"Patient {self.number}, {found}", (finding.sentence, self._granted()), finding.table
        )

    def diagnose(self, name: object = ..., sure: object = None) -> Card:
        """Name the illness, which settles it: the card says whether it is right, and why.

        Args:
            name: of the illness, or "healthy"; without one, they are listed.
            sure: how sure you are, in percent, from a pure guess to 100; it may be left out.
        """
        if _is_open(name):
            return Card(
                f"Patient {self.number}: not diagnosed yet. It has one of these:",
                rows=[(f'"{one.name}"', one.says) for one in ILLNESSES.values()],
            )
        said = _found(name, ILLNESSES)
        if said is None:
            return _unknown("illness", name, ILLNESSES)
        try:
            percent = percentage(f"Patient {self.number}", len(ILLNESSES), sure)
        except LookupError as error:
            return Card(str(error.args[0]))
        notes = []
        if self._diagnosis is None:
            truth, made = self._run.case.illness.name, self.examined
            self._diagnosis = Diagnosis(self.number, said, truth, percent, made)
            notes = _remember(self._diagnosis)
        elif said != self._diagnosis.said:
            notes.append(f'You first said "{self._diagnosis.said}", and the first word counts.')
        return self._verdict(notes)

    @property
    def code(self) -> Card:
        """The whole program that ran, once the diagnosis is made."""
        if self._diagnosis is None:
            return Card(f"Patient {self.number}: the code is shown after the diagnosis.")
        return Card(f"Patient {self.number}: the program that ran", code=self._run.case.program)

    def _granted(self) -> str:
        if self._diagnosis is not None:
            return "The diagnosis is made, so all examinations are granted."
        left = MOST_EXAMINATIONS - len(self._findings)
        return f"{left} of {MOST_EXAMINATIONS} examinations are left."

    def _verdict(self, notes: Sequence[str]) -> Card:
        made, case = self._diagnosis, self._run.case
        if made is None:
            raise RuntimeError("There is no verdict before a diagnosis.")
        ill = case.illness
        sure = "" if made.sure is None else f" and were {made.sure:g} % sure"
        said = f'You said "{made.said}"{sure}'
        used = len(made.examinations)
        said += f", after {used} examination{'s' * (used != 1)}."
        if made.right:
            headline = f"Patient {self.number}: right, {ill.name}"
        else:
            headline = f"Patient {self.number}: no, {ill.name}"
            said += f" That would be: {ILLNESSES[made.said].says}"
        paragraphs = [said, ill.says]
        if ill.name == HEALTHY:
            paragraphs.append(_why_healthy(self._run))
        else:
            more = f" Lab {ill.lab} has more on it." if ill.lab else ""
            paragraphs += [ill.shows, f"The cure: {ill.cure}{more}"]
        edge = EDGES["right" if made.right else "wrong"]
        return Card(headline, [*paragraphs, *notes], code=changes(self._run), edge=edge)


def changes(run: Run) -> str:
    """The lines that are sick, each beside the healthy ones."""
    sick, healthy = run.case.program.splitlines(), run.case.healthy.splitlines()
    lines = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, sick, healthy, False).get_opcodes():
        if kind != "equal":
            lines += [f"sick:  {line.strip()}" for line in sick[a:b]]
            lines += [f"cure:  {line.strip()}" for line in healthy[c:d]] or [
                "cure:  (no such line)"
            ]
    return "\n".join(lines)


def record() -> Card:
    """All diagnoses that are remembered here, without those of the patients of a text."""
    made = [one for one in kept_diagnoses() if one.patient >= FIRST_NEW]
    if not made:
        return Card("No diagnosis of a new patient is remembered yet.")
    right = [one for one in made if one.right]
    frugal = [one for one in right if len(one.examinations) < MOST_EXAMINATIONS]
    return Card(
        f"{len(right)} of {len(made)} patients were diagnosed rightly, {len(frugal)} of them with "
        f"fewer than {MOST_EXAMINATIONS} examinations.",
        rows=[
            ("patient", "you said", "it had", "sure", "examinations"),
            *(
                (
                    str(one.patient),
                    one.said,
                    one.truth,
                    "" if one.sure is None else f"{one.sure:g} %",
                    ", ".join(one.examinations),
                )
                for one in made
            ),
        ],
    )


# ---- What is remembered ----


def kept_diagnoses() -> list[Diagnosis]:
    """The first diagnosis of each patient, in the order in which they were made."""
    first: dict[int, Diagnosis] = {}
    for one in filter(None, map(_read, kept.lines(kept.place(FILE.name)))):
        first.setdefault(one.patient, one)
    return list(first.values())


def _read(line: str) -> Diagnosis | None:
    try:
        found = json.loads(line)
        made = Diagnosis(**{**found, "examinations": tuple(found["examinations"])})
    except (ValueError, TypeError, KeyError, RecursionError):  # not written here
        return None
    is_ours = (
        type(made.patient) is int
        and {made.said, made.truth} <= ILLNESSES.keys()
        and set(made.examinations) <= EXAMINATIONS.keys()
        and (made.sure is None or type(made.sure) is float)
    )
    return made if is_ours else None


def _remember(made: Diagnosis) -> list[str]:
    """Add it to the file; return what is to be said about that."""
    if earlier := [one for one in kept_diagnoses() if one.patient == made.patient]:
        return [f'You first said "{earlier[0].said}" of this patient, and the first word counts.']
    try:
        if place := kept.place(FILE.name):
            kept.add_line(place, json.dumps(asdict(made)))
    except OSError as error:
        why = error.strerror or str(error)
        return [f"This diagnosis is not remembered: its file cannot be written ({why})."]
    return []


# ---- Words ----


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows as HTML."""
    style = "text-align:left;padding:0.1em 1em 0.1em 0"
    cells = ("".join(f"<td style='{style}'>{with_code(one)}</td>" for one in row) for row in rows)
    body = "".join(f"<tr style='background:none'>{row}</tr>" for row in cells)
    return f"<table>{body}</table>" if rows else ""


def _is_open(name: object) -> bool:
    return name is ... or (isinstance(name, str) and name.strip() in ("", "..."))


def _found(name: object, known: Any) -> str | None:
    """The name as it is known here, None where it is not."""
    plain = " ".join(name.lower().replace("-", " ").split()) if isinstance(name, str) else None
    return plain if plain in known else None


def _unknown(kind: str, name: object, known: Any) -> Card:
    shown = in_short(name)
    near = difflib.get_close_matches(shown.strip("'").lower(), list(known), 1)
    meant = f' Did you mean "{near[0]}"?' if near else ""
    listed = ", ".join(f'"{one}"' for one in known)
    return Card(f"There is no {kind} {shown}.{meant} There are: {listed}.")


def _why_healthy(run: Run) -> str:
    """What may have looked sick in a healthy training."""
    settings, shown = run.case.settings, run.evidence
    reasons = []
    if settings.dropout and shown.history["loss"][-1] > shown.history["val_loss"][-1]:
        reasons.append(
            f"Its Dropout({settings.dropout:g}) works in training only, so the training loss lies "
            "above the validation loss."
        )
    elif shown.history["loss"][0] > shown.history["val_loss"][0]:
        reasons.append(
            "The training loss of an epoch is the mean while it learns, and the validation loss is "
            "taken at its end: so the first may lie above the second."
        )
    if settings.n_val < 150:
        reasons.append(
            f"With {settings.n_val} validation pictures chance alone moves the accuracy by some "
            f"{100 * np.sqrt(0.2 * 0.8 / settings.n_val):.0f} points."
        )
    reasons.append(
        "Shirts, pullovers, coats and T-shirts look alike, so their rows are seldom clean."
    )
    return " ".join(reasons)
