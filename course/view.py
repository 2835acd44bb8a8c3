"""How a built notebook opens: what is folded, whose code is hidden, and the map under its title.

The map states minutes, the place of the break, the short path and the neighbours on the road. All
of it is written by the build from the metadata of the sources, so it cannot be wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from course.cells import is_hidden
from course.notebook import MAP, SourceError
from course.sections import Section, form_of, sections, short_path, title_metadata, with_minutes

# The order of the labs that teaches best. Their numbers are names; others come after these.
ROAD = (
    *("00", "01", "02", "03", "04", "05", "10", "06"),
    *("08", "09", "12", "11", "07", "13", "14"),
    *("15", "16"),  # extras
)
LONGEST_SITTING = 50  # minutes before a break is due


@dataclass(frozen=True)
class Signpost:
    """A lab as the maps of others point to it: the name of its file and its title."""

    name: str
    title: str

    @property
    def number(self) -> str:
        return self.name[:2]

    @property
    def link(self) -> str:
        return f"[lab {self.number}: {self.title}]({self.name}.ipynb)"


def on_the_road(labs: Sequence[Signpost]) -> list[Signpost]:
    """In the order in which one should do them."""
    return sorted(labs, key=lambda lab: _place(lab.number))


def dress(notebook: NotebookNode, number: str, others: Sequence[Signpost]) -> None:
    """Write into a built notebook how it opens.

    `others` are the labs that exist, drafts left out.

    Raises:
        SourceError: the map would point to a section or a lab that is not there.
    """
    if form_of(notebook) > 1:
        text = map_of(notebook, number, others)
        notebook.cells.insert(1, new_markdown_cell(text, id=MAP, metadata={"tags": [MAP]}))
    for cell in notebook.cells[1:]:
        if "minutes" in cell.metadata:
            cell.source = with_minutes(cell.source, cell.metadata["minutes"])
        if is_hidden(cell):
            cell.metadata["jupyter"] = {"source_hidden": True}
            cell.metadata["cellView"] = "form"  # Colab's name for it
    _fold(notebook)


def _fold(notebook: NotebookNode) -> None:
    """Fold for JupyterLab and notebook 7 at the heading, for Colab in a list of headings."""
    folded = [cell for cell in notebook.cells if cell.metadata.get("folded")]
    for cell in folded:
        cell.metadata["jp-MarkdownHeadingCollapsed"] = True
        cell.metadata["id"] = cell.id  # Colab looks for a cell's id here
    if folded:
        notebook.metadata["colab"] = {"collapsed_sections": [cell.id for cell in folded]}


def map_of(notebook: NotebookNode, number: str, others: Sequence[Signpost]) -> str:
    """What stands under the title of a lab of form 2, as Markdown."""
    title, whole = title_metadata(notebook), sections(notebook)
    its = [section for section in whole if not section.is_home]
    lines = [
        f"- **Time:** about {title['minutes']} minutes; this is an estimate.{_break(its)}",
        *(_home(section) for section in whole if section.is_home),
        f"- **Short of time?** {_short(short_path(notebook), its)}",
        f"- **What you need:** {_needs(title['needs'], number, others)}",
        *_neighbours(number, title["needs"], others),
    ]
    return "\n".join(lines)


def _break(its: Sequence[Section]) -> str:
    """Where to rest, in a sentence; "" where the lab is one sitting."""
    ends = list(accumulate(section.minutes or 0 for section in its))
    if not ends or ends[-1] <= LONGEST_SITTING:
        return ""
    after = [(its[at].name, end) for at, end in enumerate(ends) if end < LONGEST_SITTING]
    if not after:
        raise SourceError(
            f"{its[0].name} takes {ends[0]} minutes, and a break is due before "
            f"{LONGEST_SITTING}: divide it."
        )
    name, minutes = after[-1]
    return f" A good place for a break is after {name}, when {minutes} minutes are over."


def _home(section: Section) -> str:
    return (
        f'- **For another day:** "{section.title}" takes {section.minutes} minutes more, and '
        "nothing else needs it."
    )


def _short(numbers: Sequence[int], its: Sequence[Section]) -> str:
    minutes = {section.number: section.minutes or 0 for section in its}
    if unknown := [number for number in numbers if number not in minutes]:
        raise SourceError(f"The short path names sections {unknown}, which the lab does not have.")
    if len(numbers) < 2:
        raise SourceError('The short path names two sections or more: short="1, 3, 4".')
    *first, last = numbers
    total = sum(minutes[number] for number in numbers)
    named = f"{', '.join(map(str, first))} and {last}"
    return f"Sections {named} take {total} minutes and make a lab of their own."


def _needs(needs: Sequence[str], number: str, others: Sequence[Signpost]) -> str:
    if not needs:
        return "nothing from the other labs."
    known = {lab.number: lab for lab in others}
    if unknown := [one for one in needs if one not in known]:
        raise SourceError(f"The lab needs {unknown}: there is no such lab, or it is a draft.")
    if later := [one for one in needs if _place(one) >= _place(number)]:
        raise SourceError(f"The lab needs {later}, which come later on the road.")
    return f"what you learned in {' and '.join(known[one].link for one in needs)}."


def _neighbours(number: str, needs: Sequence[str], others: Sequence[Signpost]) -> list[str]:
    """The labs before and after on the road; one that is needed has been named already."""
    road = on_the_road(others)
    before = [lab for lab in road if _place(lab.number) < _place(number)]
    after = [lab for lab in road if _place(lab.number) > _place(number)]
    return [
        *(f"- **Before this lab:** {lab.link}." for lab in before[-1:] if lab.number not in needs),
        *(f"- **After it:** {lab.link}{_not_the_next(number, lab)}." for lab in after[:1]),
    ]


def _not_the_next(number: str, lab: Signpost) -> str:
    """Students open files by their numbers, so it is said where the road leaves these."""
    following = f"{int(number) + 1:02}"
    return "" if lab.number == following else f" (not {following}: the numbers are only names)"


def _place(number: str) -> tuple[int, str]:
    return (ROAD.index(number) if number in ROAD else len(ROAD), number)
