"""What students' notebooks show, made harmless: text, tables and pictures, nothing that runs."""

from __future__ import annotations

import re

import nh3
from nbformat import NotebookNode

TAGS = {
    *("p", "br", "hr", "strong", "em", "b", "i", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "sub", "sup", "span", "div", "img"),
    *("table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption"),
}
ATTRIBUTES = {"img": {"src", "alt"}, "th": {"colspan", "rowspan"}, "td": {"colspan", "rowspan"}}
PICTURE = re.compile(r"data:image/(png|jpeg);base64,[A-Za-z0-9+/=\s]+")
PICTURES = ("image/png", "image/jpeg")

SHOWN = ("text/plain", "text/html", *PICTURES)


def disarmed(notebook: NotebookNode) -> NotebookNode:
    """A copy whose outputs and texts a browser can show without running anything of theirs."""
    return NotebookNode(notebook, cells=[_disarmed(cell) for cell in notebook.cells])


def _disarmed(cell: NotebookNode) -> NotebookNode:
    cell = NotebookNode(cell)
    cell.pop("attachments", None)
    if cell.cell_type == "code":
        cell.outputs = [_shown(output) for output in cell.get("outputs", [])]
    else:
        cell.source = clean(str(cell.source))
    return cell


def _shown(output: NotebookNode) -> NotebookNode:
    if "data" not in output:
        return output
    data = {mime: text for mime, text in output.data.items() if mime in SHOWN}
    if "text/html" in data:
        data["text/html"] = clean(data["text/html"])
    return NotebookNode(output, data=NotebookNode(data))


def clean(html: str) -> str:
    """Only tags that show something; of pictures only those that are in the text itself."""

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("img", "src") and not PICTURE.fullmatch(value):
            return None
        return value

    return nh3.clean(
        # Half of a letter, which a cell can print and no page hold, becomes a question mark.
        html.encode("utf-8", "replace").decode(),
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"data"},
        link_rel=None,
    )
