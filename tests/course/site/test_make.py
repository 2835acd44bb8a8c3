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
from course.site import lab_page, make
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


def test_what_follows_a_bet_is_folded(site_labs: list[LabPlaces], tmp_path: Path) -> None:
    [lab] = [lab for lab in site_labs if lab.number == "02"]
    cells = lab_page.page_of(lab, tmp_path).cells
    [product] = [cell for cell in cells if cell.source.startswith("with_product = ")]
    assert product.metadata.tags == ["hide-output"]
