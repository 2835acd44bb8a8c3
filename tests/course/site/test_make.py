"""`course site`: what it refuses in one sentence, and what it does to the folder of the pages."""

from __future__ import annotations

import os
import re
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from course.build import LabFiles
from course.cli import app
from course.elsewhere import Release, open_elsewhere
from course.site import get, lab_page, make
from course.site.places import LabPlaces

RUNNER = CliRunner()


def refused(*options: str) -> str:
    """What the command says when it ends with 1."""
    result = RUNNER.invoke(app, ["site", *options])
    assert result.exit_code == 1, result.output
    assert "Traceback" not in result.output
    return " ".join(result.output.split())


def test_a_folder_with_files_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    said = refused("--to", str(tmp_path))
    assert "holds files that `course site` did not write" in said
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("a file")
    assert "cannot be written" in refused("--to", str(tmp_path / "site"))
    assert (tmp_path / "site").read_text() == "a file"


@pytest.mark.skipif(not hasattr(os, "getuid") or os.getuid() == 0, reason="root may write all")
def test_a_folder_that_is_read_only(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    assert "cannot be written: Permission denied" in refused("--to", str(tmp_path / "site"))


def test_a_disk_that_is_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(path: Path, **_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "touch", refuses)
    said = refused("--to", str(tmp_path / "site"))
    assert "cannot be written: Read-only file system. Name another folder with --to." in said


def test_a_missing_tool_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "find_spec", lambda name: None if name == "myst_nb" else name)
    said = refused("--to", str(tmp_path / "site"))
    assert "missing here (myst_nb)" in said and "'.[site]'" in said
    assert not (tmp_path / "site").exists()


def test_a_stale_lab_is_built_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "stale", lambda lab: [f"labs/{lab.name}.ipynb is missing"])
    assert "is missing. Run `course build` first." in refused("--to", str(tmp_path / "site"))


def test_a_warning_of_sphinx_is_an_error(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "_static").mkdir(parents=True)
    for name in ("site.css", "site.js"):
        (source / "_static" / name).touch()
    (source / "conf.py").write_text((make.HERE / "conf.py").read_text(encoding="utf-8"))
    (source / "index.md").write_text("# Page\n\n[nowhere](#no-such-place)\n\n$\\nosuch{x}$\n")
    with pytest.raises(make.SiteError) as error:
        make.run_sphinx(tmp_path, source, tmp_path / "built")
    said = str(error.value)
    assert re.search(r"index\.md:3: WARNING.*no-such-place", said)
    assert re.search(r"index\.md:5: WARNING: the formula.*Unknown LaTeX command", said)


def test_publishing_takes_away_what_is_no_more(tmp_path: Path) -> None:
    built, to = tmp_path / "built", tmp_path / "to"
    make.claim(to)
    (built / "labs").mkdir(parents=True)
    (built / "labs" / "02.html").write_text("new")
    (to / "labs").mkdir()
    (to / "labs" / "02.html").write_text("old")
    (to / "labs" / "99.html").write_text("gone")
    make.publish(built, to)
    assert (to / "labs" / "02.html").read_text() == "new"
    assert not (to / "labs" / "99.html").exists()
    make.claim(to)  # still ours


def test_an_output_made_of_an_answer_is_left_out(
    site_labs: list[LabPlaces], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Lab 02 prints the weights of exercise 2.4, and draws them with an alt text."""
    [lab] = [lab for lab in site_labs if lab.number == "02"]
    weights = "a2, NAND, [-1, -1] and 1.5"
    assert weights not in str(lab_page.page_of(lab, tmp_path))
    monkeypatch.setattr(lab_page, "_waiting", lambda notebook: [])
    assert weights in str(lab_page.page_of(lab, tmp_path))


def test_badges_are_links_and_no_page_fetches_the_course(
    site_labs: list[LabPlaces], tmp_path: Path
) -> None:
    [lab] = [lab for lab in site_labs if lab.number == "02"]
    there = LabFiles(tmp_path, lab.files.name)
    there.lab.parent.mkdir()
    there.solution.parent.mkdir()
    there.solution.write_bytes(lab.files.solution.read_bytes())
    release = Release("https://github.com/someone/course", "v1.0.0")
    notebook = open_elsewhere(nbformat.read(lab.files.lab, as_version=4), lab.files.name, release)
    nbformat.write(notebook, there.lab)
    assert "badge.svg" in there.lab.read_text(encoding="utf-8")
    page = lab_page.page_of(LabPlaces(there), tmp_path)
    assert "[Open in Colab](https://colab" in page.cells[0].source
    assert not re.search(r"badge\.svg|badge_logo|fetch_course", str(page))


def test_a_link_out_of_the_documents_is_its_words() -> None:
    text = "two commands ([README](../README.md)), [there](grading.md)"
    assert make.OUTSIDE.sub(r"\1", text) == "two commands (README), [there](grading.md)"


def sources(lab: LabPlaces, figures: Path) -> list[str]:
    return [cell.source for cell in lab_page.page_of(lab, figures).cells]


def test_what_tells_how_a_bet_went_is_folded(site_labs: list[LabPlaces], tmp_path: Path) -> None:
    """The output behind bet 2.b2, and the text that reads it, up to the next heading."""
    [lab] = [lab for lab in site_labs if lab.number == "02"]
    shown = sources(lab, tmp_path)
    at = shown.index('bet("2.b2", ...)')
    assert shown[at + 1] == lab_page.FOLD and shown[at + 2].startswith("with_product = ")
    assert shown[at + 3].startswith("Exactly right")
    assert shown[at + 4] == lab_page.FOLD_ENDS
    assert "### More: a linear model" in shown[at + 5]


def test_an_exercise_and_the_next_bet_stay_on_view(
    site_labs: list[LabPlaces], tmp_path: Path
) -> None:
    [lab] = [lab for lab in site_labs if lab.number == "13"]
    shown = sources(lab, tmp_path)
    at = shown.index('bet("13.b2", ...)')  # an exercise settles it
    task, answer, check = at + 4, at + 5, at + 6
    assert shown[at + 1] == lab_page.FOLD and shown[at + 3] == lab_page.FOLD_ENDS
    assert "**Exercise 13.1**" in shown[task] and "def bends" in shown[answer]
    assert shown[check] == 'check("13.1")' and shown[check + 1] == lab_page.FOLD
    assert shown[check + 2].startswith("Your `bends` settles the bet")


def page_cells(*roles: str) -> list[tuple[nbformat.NotebookNode, str]]:
    return [(nbformat.v4.new_markdown_cell(role), role) for role in roles]


@pytest.mark.parametrize(
    ("roles", "folded"),
    [
        ("reading bet heading reading", "reading bet heading reading"),
        ("bet reading result reading heading", "bet ( reading result reading ) heading"),
        ("bet result on_view reading", "bet ( result ) on_view reading"),
        (
            "bet reading on_view result on_view result",
            "bet ( reading ) on_view ( result ) on_view result",
        ),
        ("bet result bet result", "bet ( result ) bet ( result )"),
        ("bet on_view on_view reading", "bet on_view on_view ( reading )"),
    ],
)
def test_where_folds_begin_and_end(roles: str, folded: str) -> None:
    parts = page_cells(*(role.replace("_", " ") for role in roles.split()))
    marks = {lab_page.FOLD: "(", lab_page.FOLD_ENDS: ")"}
    shown = [cell.source for cell in lab_page._folded(parts)]  # type: ignore[arg-type]
    assert " ".join(marks.get(one, one.replace(" ", "_")) for one in shown) == folded


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("", "Your instructor gives it to you as a zip"),
        ("https://some.org/labs", "git clone https://some.org/labs\n"),
        ("https://github.com/some/labs", "/some/labs/archive/refs/tags/v1.0.0.zip"),
    ],
)
def test_the_pages_say_where_the_course_is(
    site_labs: list[LabPlaces], tmp_path: Path, address: str, says: str
) -> None:
    release = Release(address, "v1.0.0") if address else None
    assert says in get.how_to_get_it(release)
    assert ("archive" in get.how_to_get_it(release)) is ("github" in address)
    opening = lab_page.page_of(site_labs[0], tmp_path, release).cells[1].source
    assert (address or "from your instructor") in opening and "(#get-the-course)" in opening
