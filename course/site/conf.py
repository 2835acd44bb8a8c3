"""What Sphinx reads: settings, and the two things that it does not do by itself.

Formulas become MathML when the site is built, by the converter that docutils brings. Browsers draw
that themselves, so a page needs no script, no font and no network for them, and screen readers read
it. MathJax would be 2 MB that npm has to fetch before each first build.

A part that is folded in a lab becomes <details>, which opens without a script, too.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from docutils.utils.math import MathError
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.util.logging import getLogger
from sphinx.writers.html5 import HTML5Translator

from utils import quiet

with quiet.descriptor_2():
    # Before autodoc, which would import it twice: first as type checkers do, where it fails.
    import keras  # noqa: F401

project = "Deep Learning Labs"
html_title = project
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
html_last_updated_fmt = ""
html_theme = "pydata_sphinx_theme"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_js_files = ["site.js"]
html_math_renderer = "mathml"
html_theme_options = {
    "show_version_warning_banner": False,
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "footer_start": [],
    "footer_end": [],
    "secondary_sidebar_items": ["page-toc"],
    "show_nav_level": 1,
    "navigation_depth": 1,  # deeper lists would have switches without a name
    "back_to_top_button": False,
}
ALONE = ("index", "glossary", "reference", "search", "genindex", "py-modindex")
html_sidebars: dict[str, list[str]] = {page: [] for page in ALONE}

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath", "attrs_block", "deflist"]
myst_heading_anchors = 4
nb_execution_mode = "off"
nb_code_prompt_show = "Show the code that draws this"
nb_code_prompt_hide = "Hide the code"

# Docstrings mark code by single backquotes.
default_role = "literal"
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
# Annotations also name classes of other packages, and some of ours that no page shows.
nitpick_ignore_regex = [("py:(class|exc)", r".*")]
exclude_patterns = ["lectures.md"]  # a part of routes.md

# Spellings that docutils does not know.
SPELLINGS = {r"\\big(?![a-zA-Z])": "", r"\\dots(?![a-zA-Z])": r"\\ldots"}


def mathml(node: nodes.math | nodes.math_block, *, as_block: bool) -> str:
    """A formula as MathML; a warning, so no site, where docutils cannot convert it."""
    tex = node.astext()
    for spelling, other in SPELLINGS.items():
        tex = re.sub(spelling, other, tex)
    try:
        return str(tex2mathml(tex, as_block=as_block))
    except MathError as error:
        getLogger(__name__).warning(f"the formula {tex}: {error}", location=node)
        return ""


def visit_math(self: HTML5Translator, node: nodes.math) -> None:
    self.body.append(mathml(node, as_block=False))
    raise nodes.SkipNode


def visit_math_block(self: HTML5Translator, node: nodes.math_block) -> None:
    formula = mathml(node, as_block=True)
    self.body.append(f'<div class="formula" tabindex="0">{formula}</div>')
    raise nodes.SkipNode


class Translator(HTML5Translator):
    """Sphinx' own, but sections of the class `folded` open closed, and no heading cell is empty."""

    def visit_thead(self, node: nodes.thead) -> None:
        if not node.astext().strip():  # the options of a bet
            raise nodes.SkipNode
        super().visit_thead(node)

    def visit_entry(self, node: nodes.entry) -> None:
        if isinstance(node.parent.parent, nodes.thead) and not node.astext().strip():
            node.parent.column += 1
            self.body.append("<td></td>")
            raise nodes.SkipNode
        super().visit_entry(node)

    def visit_title(self, node: nodes.title) -> None:
        if _is_folded(node.parent):
            self.body.append("<details><summary>")
        super().visit_title(node)

    def depart_title(self, node: nodes.title) -> None:
        super().depart_title(node)
        if _is_folded(node.parent):
            self.body.append("</summary>")

    def depart_section(self, node: nodes.section) -> None:
        if _is_folded(node):
            self.body.append("</details>")
        super().depart_section(node)


def _is_folded(node: nodes.Node) -> bool:
    return isinstance(node, nodes.section) and "folded" in node["classes"]


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer(
        "mathml", inline_renderers=(visit_math, None), block_renderers=(visit_math_block, None)
    )
    app.set_translator("html", Translator)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
