"""What a student gets back is written for everybody, whatever one of them handed in."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from click.testing import Result
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output
from typer.testing import CliRunner

from course.cli import app
from course.grading import commands
from course.grading.book.database import NoGradebook
from course.grading.book.gradebook import Grade, Gradebook
from course.grading.book.tables import Attempt
from course.grading.book.totals import Total
from course.grading.intake.submission import parse
from course.grading.out import feedback as pages
from course.grading.out.feedback import feedback
from course.grading.out.folding import Folding
from course.grading.out.harmless import (
    MOST_CHARACTERS,
    MOST_CHARACTERS_IN_ALL,
    MOST_MARKS,
    MOST_MARKS_IN_ALL,
    Cleaner,
    disarmed,
)
from course.grading.out.release import CourseFolder
from course.grading.run.lab import Lab
from course.grading.run.marking import Mark
from tests.course.grading.book.test_totals import LAB, hand_in
from utils.checks.whys import why

ROOT = Path(__file__).resolve().parents[4]
LABS = sorted((ROOT / "labs").glob("*.ipynb"))
GRADE = Grade("0.1", 0, 0, 1, 0, "wrong", "check")
# Reading the first takes a minute, of the others much less; none is what people write.
HOSTILE = {
    "emphasis": "*a **b " * 3_000 + "b** a*" * 3_000,
    "underscores": "_a __b " * 1_000,
    "brackets": "[a](" * 1_000,
    "pictures": "![" * 1_500,
    "tags": "< a " * 2_100,
    "code": "`a " * 2_500,
    "lists": "- a\n" * 1_500,
    "quotes": ">" * 3_000,
    "tables": "|a|b|\n|-|-|\n" + "|a|b|\n" * 1_000,
    "spaces in a heading": "# a" + " " * 10_000 + "b",
    "lines": "a\n" * 2_500,
    "letters": "a" * (MOST_CHARACTERS + 1),
}


def page_of(*texts: str) -> str:
    """A page with these cells."""
    total = Total("ada", "Ada", Attempt(), {}, share=1.0, points=0.0, possible=1.0)
    notebook = new_notebook(cells=[new_markdown_cell(text) for text in texts])
    return feedback(disarmed(notebook), (), total, {}, title="Lab 00")


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were read as Markdown."""
    texts: list[str] = []
    markdown = pages._markdown

    def noted(text: str) -> object:
        texts.append(text)
        return markdown(text)

    monkeypatch.setattr(pages, "_markdown", noted)
    return texts


# ---- Markdown that takes long ----


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_what_could_take_long_is_shown_as_it_was_typed(text: str, read: list[str]) -> None:
    page = page_of(text, "**bold**")
    typed, bold = read
    assert all(line.startswith("    ") for line in typed.splitlines())
    assert bold == "**bold**"
    assert "<strong>bold</strong>" in page
    assert page.count("<pre><code>") == 1


def test_text_as_it_was_typed_runs_nothing() -> None:
    page = page_of("1 < 2 & <script>alert(1)</script> " + HOSTILE["emphasis"])
    assert "<script" not in page
    assert "<pre><code>1 &" in page


def test_formgraders_page_shows_the_same() -> None:
    (cell,) = disarmed(new_notebook(cells=[new_markdown_cell(HOSTILE["emphasis"])])).cells
    assert markdown2html_mistune(cell.source).startswith("<pre><code>*a **b ")


@pytest.mark.parametrize(
    ("text", "most"),
    [("*" * MOST_MARKS, MOST_MARKS_IN_ALL), ("a" * MOST_CHARACTERS, MOST_CHARACTERS_IN_ALL)],
)
def test_many_cells_are_no_way_around(text: str, most: int, read: list[str]) -> None:
    page_of(*[text] * 15, "short!")
    assert [one for one in read if not one.startswith("    ")] == [text] * (most // len(text))


@pytest.mark.parametrize("path", LABS, ids=[path.stem for path in LABS])
def test_the_labs_have_far_fewer_marks(path: Path, read: list[str]) -> None:
    notebook: NotebookNode = nbformat.read(path, as_version=4)
    texts = [str(cell.source) for cell in notebook.cells if cell.cell_type != "code"]
    cleaner = Cleaner()
    assert all(cleaner.is_quick(text * 4) for text in texts)
    page_of(*texts)
    assert len(read) == len(texts)


# ---- What is folded ----

RELEASED = new_notebook(
    cells=[
        new_markdown_cell("## 1. First", id="first"),
        new_code_cell("draw()", id="figure", metadata={"jupyter": {"source_hidden": True}}),
        new_markdown_cell(
            "### More & more\n\nA text.", id="more", metadata={"jp-MarkdownHeadingCollapsed": True}
        ),
        new_markdown_cell("#### Deeper", id="deeper"),
        new_code_cell("print(1)", id="code"),
        new_markdown_cell("## 2. Second", id="second"),
    ]
)


def folded_page(notebook: NotebookNode) -> str:
    total = Total("ada", "Ada", Attempt(), {}, share=1.0, points=0.0, possible=1.0)
    folding = Folding.of(RELEASED)
    return feedback(disarmed(notebook), (), total, {}, title="Lab 00", folding=folding)


def handed_in(notebook: NotebookNode) -> NotebookNode:
    """A notebook as marking keeps it: metadata are gone."""
    return parse(nbformat.writes(notebook).encode())


def test_what_the_release_folds_is_folded() -> None:
    page = folded_page(handed_in(RELEASED))
    assert page.count("<details>") == page.count("</details>") == 2
    one, other = [part.partition("</details>")[0] for part in page.split("<details>")[1:]]
    assert "<summary>Code of this cell</summary>" in one and "draw()" in one
    assert re.search(r"<summary><h5>More &amp; more</h5>\s*</summary>", other)
    assert all(text in other for text in ("A text.", "Deeper", "print(1)"))
    assert "Second" in page.rpartition("</details>")[2]


def test_an_editor_that_drops_ids_changes_nothing() -> None:
    notebook = handed_in(RELEASED)
    for cell in notebook.cells:
        cell.id += "-other"
    assert folded_page(notebook) == folded_page(handed_in(RELEASED))


def test_nobody_hides_an_answer_by_folding_it() -> None:
    """Nor shows what the release folds by unfolding it."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Mine", metadata={"jp-MarkdownHeadingCollapsed": True}),
            new_code_cell("cheat()", metadata={"jupyter": {"source_hidden": True}}),
            new_code_cell("draw()", id="figure"),
        ]
    )
    page = folded_page(handed_in(notebook))
    assert page.count("<details>") == 1
    assert (
        "draw()" in page.partition("<details>")[2] and "cheat()" in page.partition("<details>")[0]
    )


def test_outputs_of_folded_code_stay_on_view() -> None:
    notebook = handed_in(RELEASED)
    notebook.cells[1].outputs = [new_output("stream", text="seen")]
    page = folded_page(notebook)
    assert "seen" in page.partition("</details>")[2].partition("<details>")[0]


def test_a_text_that_folds_is_folded_and_nothing_else_of_it_is_kept() -> None:
    text = "<details open onclick='x'><summary>Answer</summary>\n\nIt is **2**.\n\n</details>"
    page = page_of(text)
    assert re.search(
        r"<details><summary>Answer</summary>\s*<p>It is <strong>2</strong>.</p>\s*</details>", page
    )
    assert "&lt;details" not in page
    assert page_of("<details><summary>Never closed").count("</details>") == 1


def test_without_a_release_nothing_is_folded(tmp_path: Path) -> None:
    folding = Folding.read(tmp_path / "no.ipynb")
    assert not any(map(folding.has, RELEASED.cells))


# ---- The Why ----


@pytest.mark.parametrize("with_why", [False, True])
def test_the_page_says_what_it_shows_of_the_why(with_why: bool) -> None:
    exercise = Lab("00_orientation").exercises[0]
    total = Total("ada", "Ada", Attempt(), {exercise.id: GRADE}, share=1.0, points=0, possible=1)
    marks = {exercise.id: Mark(exercise.id, "wrong", 0, 1)}
    notebook = new_notebook(cells=[new_code_cell("check('0.1')", id="check-0-1")])
    notebook.cells[0].outputs = [new_output("display_data", data={"text/plain": "0"})]
    page = feedback(notebook, [exercise], total, marks, title="Lab 00", with_why=with_why)
    assert ("Each card has the analysis of its exercise, folded." in page) == with_why
    assert ("The analyses of the exercises are not on this page." in page) != with_why
    of_the_why = max(re.split(r"<[^>]+>", why(exercise.id)), key=len)
    assert page.count("<details") == page.count(of_the_why) == with_why
    assert of_the_why not in page.partition("<details")[0]


# ---- One student's page and the others ----


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A course in which eve's notebook cannot be shown."""
    folder = CourseFolder(tmp_path)
    with Gradebook.of(folder.gradebook) as book:
        for student in ("ada", "eve", "zoe"):
            hand_in(book, student, file=student)
    path = folder.executed(LAB.name, "eve", "eve", "1")
    path.parent.mkdir(parents=True)
    path.write_text("no notebook")
    return tmp_path


def told(place: Path) -> Result:
    return CliRunner().invoke(app, ["feedback", "02", "--course", str(place)])


def test_who_cannot_have_a_page_keeps_nobody_from_theirs(place: Path) -> None:
    done = told(place)
    assert done.exit_code == 1
    assert {path.parts[-3] for path in place.glob("feedback/*/*/*.html")} == {"ada", "zoe"}
    assert "2 files in" in done.output
    assert "eve got no new page, see grade.log" in done.output
    assert "Traceback" not in done.output


def test_where_the_gradebook_is_lost_nobody_is_blamed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: object, **__: object) -> None:
        raise NoGradebook("The gradebook cannot be used.")

    monkeypatch.setattr(commands, "write_feedback", lost)
    done = told(place)
    assert done.exit_code == 2
    assert "cannot be used" in done.output
    assert "ada" not in done.output
