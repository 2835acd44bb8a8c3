"""The card that a check shows: words for people, and the bare points as `text/plain`.

nbgrader reads the points from a check cell's result: a number as `text/plain` is the score of that
cell. So `repr` of a card is the points alone, and `str` of it (what `print` shows) is the words.
The headline says the verdict in words, so the card can be read without colour.
"""

from __future__ import annotations

import re
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
BOX = (
    "border:1px solid {edge};border-left-width:6px;border-radius:4px;"
    "padding:0.5em 1em;margin:0.3em 0;max-width:48em"
)
# JupyterLab's stripes would leave a white hole behind each text.
ROW = "background:none"
CELL = "text-align:left;vertical-align:top"
TEXT = "margin:0;background:none"


@dataclass(frozen=True)
class Card:
    """A Result, ready to be shown."""

    result: Result

    def __repr__(self) -> str:
        return f"{self.result.points:g}"

    def __str__(self) -> str:
        rows = [self._headline(), self.result.says]
        rows += [f"{label}: {text}" for label, text in self._facts()]
        return "\n".join(row for row in rows if row)

    def _repr_html_(self) -> str:
        result = self.result
        body = f"<strong>{escape(self._headline())}</strong>"
        if result.says:
            body += f"<p style='margin:0.4em 0'>{_code(result.says)}</p>"
        if facts := self._facts():
            rows = "".join(
                f"<tr style='{ROW}'><th scope='row' style='{CELL}'>{label}</th>"
                f"<td style='{CELL}'><pre style='{TEXT}'>{escape(text)}</pre></td></tr>"
                for label, text in facts
            )
            body += f"<table>{rows}</table>"
        edge = EDGES.get(result.verdict, "#767676")
        return f"<div style='{BOX.format(edge=edge)}'>{body}</div>"

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
        return f"<div style='{BOX.format(edge='#767676')}'>{_code(self.text)}</div>"


def _code(text: str) -> str:
    """Escape, and set `names` between backticks as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text, quote=False))
