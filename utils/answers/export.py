"""All answers as one file: Markdown, which every editor shows and every program reads."""

from __future__ import annotations

import re
from pathlib import Path

from utils.answers import files, notebook
from utils.answers.find import LABS
from utils.answers.notebook import Cell, Notebook, Refused

HEAD = """\
# My answers

What stands in the notebooks of the labs, without the exercises and bets that are still open.
"""


def export(root: Path, to: str = "") -> str:
    """Write the answers of all labs to a file that does not exist yet; return what was done.

    Raises:
        Refused: there are none, or the file is there already or cannot be written.
    """
    labs, broken = notebook.find_and_tell(root / LABS)
    parts = [part for lab in labs if (part := _of_lab(lab))]
    if not parts:
        others = "other notebooks" if broken else "notebooks"
        none = f"There are no answers in the {others} of {root / LABS} yet."
        raise Refused("\n".join([*broken, none]))
    path = Path(to) if to else files.new_name(root, "answers", ".md")
    if path.exists():
        raise Refused(f"{path} is there already: name another file, or delete it.")
    try:
        files.write(path, "\n".join([HEAD, *parts]).encode("utf-8", "replace"))
    except OSError as error:
        raise files.cannot_use(error) from None
    count = sum(len(_answered(lab)) for lab in labs)
    done = f"{_many(count, 'answer')} from {_many(len(parts), 'notebook')}: {path}"
    return "\n".join([done, *broken])


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _answered(lab: Notebook) -> list[Cell]:
    return [cell for cell in lab.cells if notebook.answers(cell) and not notebook.is_open(cell)]


def _of_lab(lab: Notebook) -> str:
    lines = []
    for cell in _answered(lab):
        lines += [f"### Exercise {notebook.answers(cell)}", "", *_code(notebook.text(cell)), ""]
    bets = [c for c in lab.cells if c["metadata"].get("bet") and not notebook.is_open(c)]
    if bets:
        lines += ["### Bets", "", *_code("\n".join(map(notebook.text, bets))), ""]
    return "\n".join([f"## {lab.title}", "", f"`{lab.path.name}`", "", *lines]) if lines else ""


def _code(code: str) -> list[str]:
    """A block of code whose fence is longer than any in it."""
    longest = max((len(ticks) for ticks in re.findall("`{3,}", code)), default=2)
    fence = "`" * (longest + 1)
    return [f"{fence}python", code, fence]
