"""What students' notebooks show, made harmless: text, tables and pictures, nothing that runs."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

import nh3
from nbformat import NotebookNode

T = TypeVar("T")

TAGS = {
    *("p", "br", "hr", "strong", "em", "b", "i", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "sub", "sup", "span", "div", "img"),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption", "details", "summary"),
}
ATTRIBUTES = {
    "img": {"src", "alt"},
    "th": {"colspan", "rowspan", "scope"},
    "td": {"colspan", "rowspan"},
}
PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]+")
PICTURES = ("image/png", "image/jpeg")

SHOWN = ("text/plain", "text/html", *PICTURES)
# Cleaning takes the square of the tags that nobody closes: a second for so many at once.
MOST_TAGS = 5_000
MOST_TAGS_IN_ALL = 20_000
# Reading Markdown takes up to the cube of its marks: the worst texts that were tried (of emphasis,
# links, tags, code, lists, quotes, tables, headings and mixtures) took 0.1 s at so many in a cell
# and 1 s at so many in a notebook.
# The labs' own cells have 395 at most and 3,789 in all, of 1,936 and 28,495 characters.
MOST_MARKS = 2_000
MOST_MARKS_IN_ALL = 20_000
MOST_CHARACTERS = 20_000
MOST_CHARACTERS_IN_ALL = 200_000
# Of texts that are looked at once; the largest lab has some 100, with figures of 30,000 characters.
MOST_REMEMBERED, LONGEST_REMEMBERED = 200, 50_000
# What may mean something in Markdown: all but letters, digits and single spaces.
_MARK = re.compile(r"[^\w ]|_| (?= )")
# Addresses that run something; browsers skip what is white or below a space in them.
_RUNS = re.compile(r"(?:javascript|vbscript|data):", re.I)
# Colours of a terminal, and characters that no page and no terminal should get.
_UNSEEN = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_SKIPPED_BY_BROWSERS = re.compile(r"[\x00-\x20]+")


def _remembering(look: Callable[[str], T]) -> Callable[[str], T]:
    """Look once at a text that is not too long: most are the same for each student."""
    at_short = lru_cache(MOST_REMEMBERED)(look)

    @wraps(look)
    def remembered(text: str) -> T:
        return at_short(text) if len(text) <= LONGEST_REMEMBERED else look(text)

    return remembered


def disarmed(notebook: NotebookNode) -> NotebookNode:
    """A copy whose outputs and texts a browser can show without running anything of theirs."""
    cleaner = Cleaner()
    return NotebookNode(notebook, cells=[_disarmed(cell, cleaner) for cell in notebook.cells])


def without_unseen(text: str) -> str:
    """A text without control characters, which may hide what it says; lines and tabs stay."""
    return _UNSEEN.sub("", text)


def _disarmed(cell: NotebookNode, cleaner: Cleaner) -> NotebookNode:
    cell = NotebookNode(cell, source=without_unseen(str(cell.source)))
    cell.pop("attachments", None)
    if cell.cell_type == "code":
        cell.outputs = [_shown(output, cleaner) for output in cell.get("outputs", [])]
    else:
        # A quotation begins with one, which alone opens nothing.
        safe = cleaner.clean(str(cell.source)).replace("&gt;", ">")
        safe = without_links_that_run(safe)
        # What is far from the margin is shown as it was typed.
        is_quick = cleaner.is_quick(safe)
        cell.source = safe if is_quick else textwrap.indent(safe, "    ", lambda line: True)
    return cell


def _shown(output: NotebookNode, cleaner: Cleaner) -> NotebookNode:
    if "data" not in output:
        kept = NotebookNode(output)
        for key in ("name", "text", "ename", "evalue"):
            if key in kept:
                kept[key] = without_unseen(str(kept[key]))
        if "traceback" in kept:
            kept.traceback = [without_unseen(str(line)) for line in kept.traceback]
        return kept
    data = {mime: without_unseen(text) for mime, text in output.data.items() if mime in SHOWN}
    if "text/html" in data:
        data["text/html"] = cleaner.clean(data["text/html"])
    return NotebookNode(output, data=NotebookNode(data))


@_remembering
def without_links_that_run(markdown: str) -> str:
    """Markdown whose links are no links any more, if one of them may run something."""
    read = _SKIPPED_BY_BROWSERS.sub("", html.unescape(markdown).replace("\\", ""))
    return re.sub(r"\](?=[(:])", "] ", markdown) if _RUNS.search(read) else markdown


class Cleaner:
    """Cleans the texts of one notebook, in a time that does not depend on what stands in them."""

    def __init__(self) -> None:
        self._room = MOST_TAGS_IN_ALL
        self._marks = MOST_MARKS_IN_ALL
        self._characters = MOST_CHARACTERS_IN_ALL

    def clean(self, text: str) -> str:
        """As `clean`; beyond the limits the tags become text."""
        self._room -= text.count("<")
        return clean(text) if self._room >= 0 else html.escape(text)

    def is_quick(self, markdown: str) -> bool:
        """Whether reading a cell as Markdown is quick, and so were those before it in all."""
        if len(markdown) > min(MOST_CHARACTERS, self._characters):
            return False
        marks = _marks(markdown)
        if marks > min(MOST_MARKS, self._marks):
            return False
        self._characters -= len(markdown)
        self._marks -= marks
        return True


@_remembering
def _marks(markdown: str) -> int:
    return sum(1 for _ in _MARK.finditer(markdown))


@_remembering
def clean(text: str) -> str:
    """Only tags that show something; of pictures only those that are in the text itself.

    Where there are more tags than people write, they become text.
    """
    if text.count("<") > MOST_TAGS:
        return html.escape(text)

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("img", "src") and not PICTURE.fullmatch(value):
            return None
        return value

    return nh3.clean(
        # Half of a letter, which a cell can print and no page hold, becomes a question mark.
        text.encode("utf-8", "replace").decode(),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"data"},
        link_rel=None,
    )
