"""What students' notebooks show, made harmless: text, tables and pictures, nothing that runs."""

from __future__ import annotations

import json
import re

import nbformat
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
    # What the cells print may hold half of a letter, which no file can.
    text = json.dumps(notebook, ensure_ascii=False).encode("utf-8", "replace")
    notebook = nbformat.from_dict(json.loads(text))
    for cell in notebook.cells:
        cell.pop("attachments", None)
        if cell.cell_type != "code":
            cell.source = clean(str(cell.source))
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for mime in list(data):
                if mime not in SHOWN:
                    del data[mime]
            if "text/html" in data:
                data["text/html"] = clean(data["text/html"])
    return notebook


def clean(html: str) -> str:
    """Only tags that show something; of pictures only those that are in the text itself."""

    def kept(tag: str, attribute: str, value: str) -> str | None:
        if (tag, attribute) == ("img", "src") and not PICTURE.fullmatch(value):
            return None
        return value

    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=kept,
        url_schemes={"data"},
        link_rel=None,
    )
