"""What a lab has so that it opens elsewhere: badges, and the cell that fetches the course by git.

The course comes from a real server, `git daemon`, on this machine. The cell runs in IPython of
another process, in an empty folder and without the .pth file that makes this repository importable.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from course.build import LabFiles
from course.elsewhere import Release, badges, fetching_cell, open_elsewhere, release_of
from course.grading.intake import submission
from course.grading.run.lab import Lab, graded
from course.grading.run.left_out import left_out
from course.notebook import FETCH
from tests.cells import shown
from tests.course import form2
from tests.git_server import git, served
from tests.submissions import ROOT

TAG = "v1.0.0"
NAMES = "print('names:', sorted(name for name in dir() if 'fetch' in name))"
WHERE = "import utils; print('from', utils.__file__)"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a server has a small course with two versions."""
    its_folder = tmp_path_factory.mktemp("served")
    course = its_folder / "labs"
    (course / "utils" / "checks").mkdir(parents=True)
    (course / "utils" / "__init__.py").write_text("")
    (course / "utils" / "checks" / "__init__.py").write_text("")
    git("init", "--quiet", folder=course)
    for tag in ("v0.9.0", TAG):
        (course / "version").write_text(tag)
        git("add", ".", folder=course)
        git("commit", "--quiet", "-m", tag, folder=course)
        git("tag", tag, folder=course)
    with served(its_folder) as server:
        yield f"{server}/labs"


def cell(address: str, tag: str = TAG) -> str:
    return str(fetching_cell(Release(address, tag)).source)


def test_it_fetches_the_version_of_the_lab_and_says_what_runs(address: str, tmp_path: Path) -> None:
    said = shown(tmp_path, cell(address), WHERE)
    folder = tmp_path / f"labs-{TAG}"
    assert f"The course is in {folder}. Python 3." in said
    assert "tensorflow 2." in said and "keras 3." in said
    assert f"from {folder / 'utils' / '__init__.py'}" in said
    assert (folder / "version").read_text() == TAG
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]  # nothing half done


def test_it_leaves_no_name_behind(address: str, tmp_path: Path) -> None:
    assert "names: []" in shown(tmp_path, cell(address), NAMES)


def test_it_says_nothing_where_the_course_is(address: str, tmp_path: Path) -> None:
    (tmp_path / "utils" / "checks").mkdir(parents=True)
    (tmp_path / "utils" / "__init__.py").write_text("")
    assert shown(tmp_path, cell(address), WHERE, NAMES) == (
        f"from {tmp_path / 'utils' / '__init__.py'}\nnames: []\n"
    )
    assert {path.name for path in tmp_path.iterdir()} == {"utils"}


def test_a_notebook_in_a_folder_of_the_course_takes_that(address: str, tmp_path: Path) -> None:
    """As nbgitpuller leaves it, in a Jupyter whose Python does not know the course."""
    (tmp_path / "utils" / "checks").mkdir(parents=True)
    (tmp_path / "utils" / "__init__.py").write_text("")
    (tmp_path / "labs").mkdir()
    said = shown(tmp_path / "labs", cell(address), WHERE)
    assert f"The course is in {tmp_path}." in said
    assert f"from {tmp_path / 'utils' / '__init__.py'}" in said
    assert list((tmp_path / "labs").iterdir()) == []


def test_a_second_start_takes_what_was_fetched(address: str, tmp_path: Path) -> None:
    shown(tmp_path, cell(address))
    (tmp_path / f"labs-{TAG}" / "mine").write_text("kept")
    said = shown(tmp_path, cell("git://127.0.0.1:1/labs"), WHERE)  # where nobody answers
    assert f"The course is in {tmp_path / f'labs-{TAG}'}." in said
    assert (tmp_path / f"labs-{TAG}" / "mine").read_text() == "kept"


def test_an_older_version_beside_it_is_left_alone(address: str, tmp_path: Path) -> None:
    shown(tmp_path, cell(address, "v0.9.0"))
    assert f"from {tmp_path / f'labs-{TAG}'}" in shown(tmp_path, cell(address), WHERE)


def test_another_version_in_the_same_session_asks_for_a_restart(
    address: str, tmp_path: Path
) -> None:
    said = shown(tmp_path, cell(address, "v0.9.0"), WHERE, cell(address))
    assert (
        "This session holds another version of the course, labs-v0.9.0, and this lab is of "
        f"{TAG}: restart the session" in said
    )
    assert "Traceback" not in said


def test_the_package_of_somebody_else_does_not_hide_it(address: str, tmp_path: Path) -> None:
    (tmp_path / "utils.py").write_text("answer = 42")
    said = shown(tmp_path, "import utils", cell(address), WHERE)
    assert f"from {tmp_path / f'labs-{TAG}'}" in said


@pytest.mark.parametrize("tag, sentence", [("v7.0.0", "There is no version v7.0.0 of the course")])
def test_a_version_that_is_not_there(tag: str, sentence: str, address: str, tmp_path: Path) -> None:
    said = shown(tmp_path, cell(address, tag))
    assert sentence in said and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_without_a_network(tmp_path: Path) -> None:
    said = shown(tmp_path, cell("git://127.0.0.1:1/labs"))
    assert "The course could not be fetched (" in said and "Is there a network?" in said
    assert "then run this cell again" in said and "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_without_git(tmp_path: Path, address: str) -> None:
    said = shown(tmp_path, cell(address), env={"PATH": str(tmp_path), "HOME": str(tmp_path)})
    assert "install git, then run this cell again" in said and "Traceback" not in said


def test_a_folder_that_cannot_be_written_uses_the_users_cache(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from course import fetch

    other = tmp_path / "tmp"
    other.mkdir()
    proc = Path("/proc")  # where not even root can write
    monkeypatch.setattr(fetch, "PLACES", (proc, other))
    assert fetch.fetched(address, TAG, "labs") == other / "labs"
    monkeypatch.setattr(fetch, "PLACES", (proc, proc / "cache"))
    with pytest.raises(RuntimeError, match="The course cannot be stored: neither /proc nor"):
        fetch.fetched(address, TAG, "labs")


@pytest.mark.parametrize("name", ["labs-main", "labs-1.0.0", "labs"])
def test_a_course_that_was_downloaded_by_hand_is_taken(
    name: str, address: str, tmp_path: Path
) -> None:
    """GitHub calls the folder of a zip by the branch, or by the tag without its v."""
    (tmp_path / name / "utils" / "checks").mkdir(parents=True)
    (tmp_path / name / "utils" / "__init__.py").write_text("")
    found = f"import sys; sys.path.insert(0, {str(tmp_path / name)!r})"
    said = shown(tmp_path, found, cell(address), WHERE)
    assert said.startswith(f"from {tmp_path / name / 'utils'}")


def test_a_broken_folder_is_named(address: str, tmp_path: Path) -> None:
    (tmp_path / f"labs-{TAG}").mkdir()
    said = shown(tmp_path, cell(address))
    assert f"The course in {tmp_path / f'labs-{TAG}'} is broken: delete it" in said
    assert "Traceback" not in said


def test_a_lab_has_it_before_its_first_code_and_badges_under_its_title(tmp_path: Path) -> None:
    lab = form2.lab(tmp_path)
    before = [c.id for c in lab.cells]
    opened = open_elsewhere(lab, "02_xor", Release("https://github.com/them/labs.git", TAG))
    code = [c for c in opened.cells if c.cell_type == "code"]
    assert code[0].id == FETCH and code[0].metadata["jupyter"] == {"source_hidden": True}
    assert [c.id for c in opened.cells if c.id != FETCH] == before
    assert (
        "(https://colab.research.google.com/github/them/labs/blob/v1.0.0/labs/02_xor.ipynb)"
        in opened.cells[0].source
    )
    assert (
        "(https://mybinder.org/v2/gh/them/labs/v1.0.0?urlpath=lab/tree/labs/02_xor.ipynb)"
        in opened.cells[0].source
    )


def test_without_an_address_a_lab_is_as_it_was(tmp_path: Path) -> None:
    lab = form2.lab(tmp_path)
    before = [c.source for c in lab.cells]
    assert [c.source for c in open_elsewhere(lab, "02_xor", None).cells] == before
    assert badges(Release("https://git.example.org/labs", TAG), "labs/02_xor.ipynb") == ""


def test_the_address_and_the_version_are_those_of_pyproject(tmp_path: Path) -> None:
    assert release_of(tmp_path) is None
    file = tmp_path / "pyproject.toml"
    file.write_text('[project]\nversion = "1.2.0"\n')
    assert release_of(tmp_path) is None
    file.write_text(file.read_text() + '[project.urls]\nRepository = "https://github.com/a/b"\n')
    assert release_of(tmp_path) == Release("https://github.com/a/b", "v1.2.0")


@pytest.mark.parametrize("name", [lab.name for lab in graded(ROOT)])
def test_the_grader_leaves_it_out_and_all_that_it_left_out_without_it(name: str) -> None:
    """A lab that is handed in with the cell that fetched it."""
    lab, fetches = Lab(name), fetching_cell(Release("https://github.com/them/labs", TAG))
    names = {one.id: one.names for one in lab.exercises}
    handed_in = submission.parse(LabFiles(ROOT, name).solution.read_bytes())
    before = left_out(submission.steps(handed_in, list(names)), lab.given, names)
    handed_in.cells.insert(1, fetches)
    given = lab.given | {fetches.source}
    after = left_out(submission.steps(handed_in, list(names)), given, names)
    assert (len(after.places), after.why_none) == (len(before.places) + 1, before.why_none)
