"""A lab with its answers as one page for paper: whoever opens it in a browser can print it.

It needs no network. Formulas are MathML, which browsers set themselves; the code that only draws is
left out, as in the lab; what one can unfold on a screen is open, because paper does not unfold.
"""

from __future__ import annotations

import re
import sys
import webbrowser
from html import escape
from pathlib import Path
from typing import Any

import nbformat
from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode

from utils.answers import files, find
from utils.answers.notebook import Refused, damaged

WIDGET = "application/vnd.jupyter.widget-view+json"
STYLE = """
<style>
@page { margin: 16mm; }
body.jp-Notebook { padding: 0; overflow: visible; }
.jp-Cell, .jp-Cell-outputWrapper, img, svg, table, .alert { break-inside: avoid; }
h1, h2, h3 { break-after: avoid; }
pre { white-space: pre-wrap !important; }
main { max-width: 54em; margin: 0 auto; }
math[display="block"] { margin: 0.5em 0; }
</style>
</head>"""


def put_on_paper(root: Path, wanted: str, to: str = "") -> str:
    """Write the page of a lab ("02", or a notebook) to a new file; return what was done.

    Raises:
        Refused: there is no such lab, it is damaged, or the file cannot be written.
    """
    lab = find.of_lab(root, wanted)
    path = Path(to) if to else files.new_name(root, lab.path.stem, ".html")
    if path.exists():
        raise Refused(f"{path} is there already: name another file, or delete it.")
    try:
        notebook = nbformat.reads(files.as_bytes(lab).decode(), as_version=4)
        nbformat.validate(notebook)
    except (nbformat.ValidationError, AttributeError, KeyError, TypeError, ValueError):
        raise damaged(lab.path) from None
    html = page(notebook, lab.title)
    try:
        files.write(path, html.encode("utf-8", "replace"))
    except OSError as error:
        raise files.cannot_use(error) from None
    if sys.stdout.isatty():
        webbrowser.open(path.resolve().as_uri())
    return f"{path.resolve()}: open it in a browser, and print it there (Ctrl+P, on a Mac Cmd+P)."


def page(notebook: NotebookNode, title: str) -> str:
    """A notebook as HTML that loads nothing."""
    notebook.metadata.pop("widgets", None)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
            output.get("data", {}).pop("text/latex", None)
    exporter = _Page(
        template_name="lab",
        mathjax_url="",
        require_js_url="",
        exclude_anchor_links=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
    )
    exporter.register_preprocessor("nbconvert.preprocessors.TagRemovePreprocessor", enabled=True)
    html, _ = exporter.from_notebook_node(notebook, resources={"metadata": {"name": title}})
    html = re.sub(r"<script\b.*?</script>", "", html, flags=re.S)
    html = re.sub(r"<details\b(?! open)", "<details open", html)
    return html.replace("</head>", STYLE, 1)


class _Page(HTMLExporter):
    """nbconvert's page, with formulas that need no program in the browser."""

    @property
    def default_config(self) -> Any:
        config = super().default_config
        config.TagRemovePreprocessor.remove_input_tags = {"hide-input"}
        return config

    @pass_context
    def markdown2html(self, context: Any, source: str) -> str:
        renderer = _Formulas(
            escape=False,
            attachments=context.get("cell", {}).get("attachments", {}),
            exclude_anchor_links=True,
        )
        return str(MarkdownWithMath(renderer=renderer).render(source))


class _Formulas(IPythonRenderer):
    """Markdown to HTML; a formula that cannot be set is shown as it was typed."""

    def inline_math(self, body: str) -> str:
        return _formula(body, "inline")

    def block_math(self, body: str) -> str:
        return _formula(body, "block")

    def multiline_math(self, text: str) -> str:
        return _formula(text, "block")


def _formula(latex: str, display: str) -> str:
    try:
        return str(convert(latex.replace(r"\_", "_"), display=display))
    except Exception:  # a student's formula may be anything
        return f"<code>{escape(latex)}</code>"
