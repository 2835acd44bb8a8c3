"""The Why of a lab: the analyses of its source as HTML, which cards show folded."""

from __future__ import annotations

import json

import mistune
from nbformat import NotebookNode

from course.notebook import CHECK

_html = mistune.HTMLRenderer()
_markdown = mistune.create_markdown(renderer=_html, plugins=["table", "math"])
# mistune has its own marks for formulas; these are the ones that all notebooks know.
_html.register("inline_math", lambda its, tex: f"${its.escape_attribute(tex)}$")
_html.register("block_math", lambda its, tex: f"<p>$${its.escape_attribute(tex)}$$</p>\n")


def why_of(source: NotebookNode) -> str:
    """The text of `utils/checks/whyNN.json`: the analysis of each exercise, by its id.

    An analysis is text with the tag `solution` between a check and the next exercise's answer.
    """
    found: dict[str, str] = {}
    exercise: str | None = None
    for cell in source.cells:
        if check := CHECK.fullmatch(cell.source):
            exercise = check["id"]
        elif "exercise" in cell.metadata:
            exercise = None
        elif exercise and _is_analysis(cell):
            found[exercise] = found.get(exercise, "") + str(_markdown(cell.source))
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _is_analysis(cell: NotebookNode) -> bool:
    return cell.cell_type == "markdown" and "solution" in cell.metadata.get("tags", [])
