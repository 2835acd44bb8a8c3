"""The cards that checks, hints and bets show. That of a check has the bare points as `text/plain`.

nbgrader reads the points from a check cell's result: a number as `text/plain` is the score of that
cell. So `repr` of a card is the points alone, and `str` of it (what `print` shows) is the words.
The headline says the verdict in words, so the card can be read without colour.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from utils.checks.core import Result

HEADLINES = {
    "right": "Right",
    "wrong": "Not yet",
    "not attempted": "Not attempted yet",
    "not run": "Your answer did not run",
    "crashed": "Your code raised an error",
    "stopped": "Stopped",
    "not judged": "Not judged",
}
# Dark enough on white and on JupyterLab's dark theme alike; the headline carries the meaning.
EDGES = {"right": "#2a7f9e", "wrong": "#c8501e", "crashed": "#c8501e"}
GREY = "#767676"
_BOX = (
    "border:1px solid {edge};border-left-width:6px;border-radius:4px;"
    "padding:0.5em 1em;margin:0.3em 0;max-width:{width}"
)
# JupyterLab's stripes would leave a white hole behind each text.
ROW = "background:none"
CELL = "text-align:left;vertical-align:top"
TEXT = "margin:0;background:none"


@dataclass(frozen=True)
class Card:
    """A Result, ready to be shown; `why`, which is HTML of ours, is folded away below it."""

    result: Result
    why: str = ""

    def __repr__(self) -> str:
        return f"{self.result.points:g}"

    def __str__(self) -> str:
        rows = [self._headline(), self.result.says]
        rows += [f"{label}: {text}" for label, text in self._facts()]
        return "\n".join(row for row in rows if row)

    def _repr_html_(self) -> str:
        result = self.result
        body = paragraph(result.says) if result.says else ""
        if facts := self._facts():
            rows = "".join(
                f"<tr style='{ROW}'><th scope='row' style='{CELL}'>{label}</th>"
                f"<td style='{CELL}'>{_shown(label, text)}</td></tr>"
                for label, text in facts
            )
            body += f"<table>{rows}</table>"
        if self.why:
            asked = "why it works" if result.verdict == "right" else "what is still missing"
            body += folded(f"Why? Say in one sentence {asked}, then open this.", self.why)
        return box(EDGES.get(result.verdict, GREY), self._headline(), body)

    def _headline(self) -> str:
        result = self.result
        return (
            f"Exercise {result.exercise.id}: {HEADLINES[result.verdict]} "
            f"({result.points:g} of {result.exercise.points:g} points)"
        )

    def _facts(self) -> list[tuple[str, str]]:
        """What was tried, what came, what was expected, the parts, the notes, the next step."""
        result = self.result
        facts = []
        if result.verdict in {"wrong", "crashed"}:
            facts += [
                ("tried", result.tried),
                ("came", result.came),
                ("expected", result.expected),
            ]
        facts += [
            ("part", f"{name}: {earned:g} of {points:g}") for name, earned, points in result.parts
        ]
        facts += [("note", text) for text in result.notes]
        if result.verdict in {"wrong", "crashed"}:
            facts.append(("help", f'hint("{result.exercise.id}") in a new cell shows a hint.'))
        return [(label, text) for label, text in facts if text]


@dataclass(frozen=True)
class Hint:
    """One hint of an exercise, shown as words."""

    text: str

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return box(GREY, "", with_code(self.text))


@dataclass(frozen=True)
class BetCard:
    """A bet, ready to be shown: the reason for the option that was chosen, the others folded away.

    `reasons` has one for each option, `sure` is a percentage or None.
    """

    id: str
    choice: str
    right: str
    reasons: Mapping[str, str]
    sure: float | None = None
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        others = [f"{label}: {reason}" for label, reason in self._others()]
        return "\n".join([self._headline(), *self._paragraphs(), "The other options:", *others])

    def _repr_html_(self) -> str:
        others = "".join(
            f"<dt><code>{escape(label)}</code></dt><dd>{with_code(reason)}</dd>"
            for label, reason in self._others()
        )
        others = folded("The other options", f"<dl style='margin:0'>{others}</dl>")
        edge = EDGES["right" if self.choice == self.right else "wrong"]
        return box(edge, self._headline(), *map(paragraph, self._paragraphs()), others)

    def _headline(self) -> str:
        return f"Bet {self.id}: {'right' if self.choice == self.right else 'wrong'}"

    def _paragraphs(self) -> list[str]:
        chosen = f'You chose "{self.choice}"'
        if self.sure is not None:
            chosen += f" and were {self.sure:g} % sure"
        return [f"{chosen}. {self.reasons[self.choice]}", *self.notes]

    def _others(self) -> list[tuple[str, str]]:
        return [
            (f'"{option}", which is right' if option == self.right else f'"{option}"', reason)
            for option, reason in self.reasons.items()
            if option != self.choice
        ]


def box(edge: str, headline: str, *parts: str, width: str = "48em") -> str:
    """HTML below a headline, which may be empty, in a box with an edge of that colour."""
    title = f"<strong>{escape(headline)}</strong>" if headline else ""
    return f"<div style='{_BOX.format(edge=edge, width=width)}'>{title}{''.join(parts)}</div>"


def paragraph(text: str) -> str:
    """A paragraph, with `names` between backticks as code."""
    return f"<p style='margin:0.4em 0'>{with_code(text)}</p>"


def verbatim(source: str) -> str:
    """Lines as they are."""
    return f"<pre style='{TEXT}'>{escape(source)}</pre>"


def folded(summary: str, html: str) -> str:
    """Both in a box of which only the summary is seen until one opens it."""
    return (
        "<details style='margin:0.4em 0'><summary style='cursor:pointer'>"
        f"{escape(summary)}</summary>{html}</details>"
    )


def in_short(value: object) -> str:
    """As Python writes it, cut where it is long; some numbers are too long to be written at all."""
    try:
        return f"{value!r:.40}"
    except ValueError:
        return "this one"


def _shown(label: str, text: str) -> str:
    """A note is a sentence; the other facts are code, with blanks and lines as they are."""
    return with_code(text) if label == "note" else verbatim(text)


def with_code(text: str) -> str:
    """Escape, and set `names` between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
