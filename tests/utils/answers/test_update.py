"""Taking a new release: what comes, what stays, and that nothing is lost on any way."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

from course.elsewhere import Release, open_elsewhere
from tests.utils.answers.conftest import ANSWER
from tests.utils.answers.folders import (
    LAB,
    ROOT,
    Cells,
    Folder,
    own_cell,
    place,
    text_cell,
)
from utils.answers import files
from utils.answers.beside import side_by_side
from utils.answers.notebook import Refused
from utils.answers.update import update

FIRST = "00_orientation.ipynb"


def ids(folder: Folder) -> list[str]:
    return [cell["id"] for cell in folder.cells()]


def backup(folder: Folder) -> Path:
    (found,) = folder.root.glob("backup-*")
    return found


# ---- What comes and what stays ----


def stop_after(count: int, error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let so many files take their place, and raise the error in the place of the next."""
    replace, left = os.replace, [count]

    def stop(*paths: Path) -> None:
        if not left[0]:
            raise error
        left[0] -= 1
        replace(*paths)

    monkeypatch.setattr(os, "replace", stop)


def test_the_text_is_the_releases_and_the_answers_are_the_students(
    mine: Folder, release: Folder
) -> None:
    def change(cells: Cells) -> None:
        cells[3] = text_cell("Another beginning.")

    release.edit(change)
    before = mine.lab.read_bytes()
    said = update(mine.root, str(release.root))
    assert f"{LAB}: updated. 1 answered exercise kept." in said
    assert ids(mine) == ids(release)
    assert mine.cell("exercise-2-0")["source"] == ANSWER
    assert mine.cell("exercise-2-0")["execution_count"] == 7
    assert mine.cell("41e84cf341a3")["source"] == 'bet("2.b1", "a", sure=70)'
    assert (backup(mine) / "labs" / LAB).read_bytes() == before
    assert str(backup(mine)) in said and "Reload Notebook from Disk" in said
    nbformat.validate(nbformat.read(mine.lab, as_version=4))


def test_the_courses_files_are_replaced_and_its_version_last(mine: Folder, release: Folder) -> None:
    (release.root / "utils" / "some.py").write_text("SOME = 2\n")
    (release.root / "utils" / "new").mkdir()
    (release.root / "utils" / "new" / "one.py").touch()
    (mine.root / "utils" / "own.py").touch()
    update(mine.root, str(release.root))
    assert (mine.root / "utils" / "some.py").read_text() == "SOME = 2\n"
    assert (mine.root / "utils" / "new" / "one.py").exists()
    assert (mine.root / "utils" / "own.py").exists()
    assert (backup(mine) / "utils" / "some.py").read_text() == "SOME = 1\n"
    assert 'version = "1.1.0"' in (mine.root / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    "name", [".git/config", ".venv/some", "utils/__pycache__/x.pyc", "labs/.ipynb_checkpoints/bets"]
)
def test_what_somebodys_work_leaves_behind_is_no_release(
    mine: Folder, release: Folder, name: str
) -> None:
    (release.root / name).parent.mkdir(parents=True)
    (release.root / name).touch()
    update(mine.root, str(release.root))
    assert not (mine.root / name).exists()


def test_the_same_release_again_changes_nothing(mine: Folder, release: Folder) -> None:
    release.edit(lambda cells: cells.insert(3, text_cell("More.")))
    mine.edit(lambda cells: cells.append(own_cell("My note.")))
    update(mine.root, str(release.root))
    before = mine.files()
    assert update(mine.root, str(release.root)).startswith("This release is here already")
    assert mine.files() == before


def test_cells_that_the_student_added_stay_where_they_were(mine: Folder, release: Folder) -> None:
    def add(cells: Cells) -> None:
        cells.insert(0, own_cell("first", "own-0"))
        cells.insert(place(cells, "exercise-2-3"), own_cell("above", "own-1"))
        cells.insert(place(cells, "exercise-2-3") + 1, own_cell("below", "own-2"))
        cells.insert(place(cells, "exercise-2-3") + 2, own_cell("below, too", "own-3"))
        cells.append(own_cell("last", "own-4"))

    def change(cells: Cells) -> None:
        at = place(cells, "exercise-2-3")
        cells[at - 1] = text_cell("Another task.")
        cells[1:1] = [text_cell("More.")]

    mine.edit(add)
    release.edit(change)
    update(mine.root, str(release.root))
    cells, at = ids(mine), ids(mine).index("exercise-2-3")
    assert (cells[0], cells[-1]) == ("own-0", "own-4")
    assert cells[at - 1 : at + 3] == ["own-1", "exercise-2-3", "own-2", "own-3"]
    assert mine.cells()[at - 2]["source"] == "Another task."


def test_a_text_of_the_course_that_the_student_changed_stays(mine: Folder, release: Folder) -> None:
    kept, gone, dropped = (ids(mine)[at] for at in (3, 6, 8))
    assert {cell["cell_type"] for cell in mine.cells() if cell["id"] in (kept, gone, dropped)} == {
        "markdown"
    }
    mine.write(kept, "my words")
    mine.write(gone, "my other words")
    release.edit(lambda cells: [cells.remove(c) for c in list(cells) if c["id"] in (gone, dropped)])
    update(mine.root, str(release.root))
    assert mine.cell(kept)["source"] == "my words"
    assert mine.cell(gone)["source"] == "my other words"
    assert ids(mine).index(gone) == 6 and dropped not in ids(mine)


def test_the_answer_of_an_exercise_that_is_gone_stays(mine: Folder, release: Folder) -> None:
    gone = ("exercise-2-0", "check-2-0", "exercise-2-5", "check-2-5")
    release.edit(lambda cells: [cells.remove(c) for c in list(cells) if c["id"] in gone])
    said = update(mine.root, str(release.root))
    assert "No longer in the lab, your answer stays: 2.0." in said
    assert mine.cell("exercise-2-0")["source"] == ANSWER
    assert not {"check-2-0", "exercise-2-5", "check-2-5"} & set(ids(mine))


def test_a_lab_that_an_editor_saved_without_ids_is_known_by_its_texts(
    mine: Folder, release: Folder
) -> None:
    """As older formats of notebooks are."""

    def forget(cells: Cells) -> None:
        for cell in cells:
            del cell["id"]
            cell["metadata"].pop("id", None)

    count = len(mine.cells())
    mine.edit(forget)
    release.edit(lambda cells: cells.insert(3, text_cell("More.")))
    update(mine.root, str(release.root))
    assert ids(mine) == ids(release) and len(ids(mine)) == count + 1
    assert mine.cell("exercise-2-0")["source"] == ANSWER


def test_copies_of_an_answer_are_kept(mine: Folder, release: Folder) -> None:
    def copy(cells: Cells) -> None:
        at = place(cells, "exercise-2-0")
        cells.insert(at, {**cells[at], "id": "copy-1234", "source": "an older try"})

    mine.edit(copy)
    release.edit(lambda cells: cells.insert(1, text_cell("More.")))
    update(mine.root, str(release.root))
    assert mine.cell("copy-1234")["source"] == "an older try"
    assert mine.cell("exercise-2-0")["source"] == ANSWER


# ---- What has changed ----


def changed(folder: Folder) -> None:
    def change(cells: Cells) -> None:
        at = place(cells, "exercise-2-0")
        cells[at]["source"] = "def threshold_unit(X, w, b, c):\n    ..."
        cells[at]["metadata"]["stub"] = cells[at]["source"]
        at = place(cells, "exercise-2-3")
        cells[at - 1] = text_cell("Another task.")

    folder.edit(change)


def test_an_answered_exercise_that_changed_is_shown_before_and_now(
    mine: Folder, release: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    changed(release)
    said = update(mine.root, str(release.root))
    assert "check it again: 2.0." in said and "Exercise 2.3 in" not in said
    line = next(line for line in said.splitlines() if "threshold_unit(X, w, b, c)" in line)
    before, _, now = line.partition(" | ")
    assert before.strip() == "def threshold_unit(X, w, b):"
    assert now == "def threshold_unit(X, w, b, c):"
    assert mine.cell("exercise-2-0")["source"] == ANSWER
    assert "b, c" in mine.cell("exercise-2-0")["metadata"]["stub"]
    assert "threshold_unit(X, w, b, c)" in (backup(mine) / "changes.txt").read_text()


def test_a_task_is_shown_without_what_stands_before_it(mine: Folder, release: Folder) -> None:
    def change(cells: Cells) -> None:
        at = place(cells, "exercise-2-0")
        text = "Some reading.\n\n**Exercise 2.0**: write\nit.\n\n- a list\n- of two"
        cells[at - 1] = text_cell(text)

    release.edit(change)
    said = update(mine.root, str(release.root))
    assert "**Exercise 2.0**: write it.\n" in (backup(mine) / "changes.txt").read_text()
    assert "Some reading." not in said and "| - of two\n" in said


def test_other_reading_above_a_task_is_no_other_task(mine: Folder, release: Folder) -> None:
    def change(cells: Cells) -> None:
        at = place(cells, "exercise-2-0") - 1
        cells[at] = text_cell("Other reading.\n\n" + "".join(cells[at]["source"]))

    release.edit(change)
    assert "Changed" not in update(mine.root, str(release.root))


def test_an_open_exercise_that_changed_is_the_releases(mine: Folder, release: Folder) -> None:
    def change(cells: Cells) -> None:
        cell = cells[place(cells, "exercise-2-3")]
        cell["source"] = cell["metadata"]["stub"] = "def xor_relu(X, c):\n    ..."

    release.edit(change)
    assert "Changed" not in update(mine.root, str(release.root))
    assert mine.cell("exercise-2-3")["source"].startswith("def xor_relu(X, c)")


def test_columns_are_as_wide_as_the_terminal_and_a_narrow_one_has_none() -> None:
    shown = side_by_side("a\n    b " + "long " * 30, "a\n    c", 80)
    assert max(map(len, shown.splitlines())) <= 80
    first, second, third, *_ = shown.splitlines()
    assert first == f"{'a':38}   a" and " | " in second
    assert third.startswith("    long")
    assert side_by_side("a", "b", 50) == "Before:\na\n\nNow:\nb"


# ---- A release that is older than what is here ----


@pytest.fixture
def newer(mine: Folder, release: Folder) -> Folder:
    """A student's folder that is newer than the release, and has lab 02 alone."""
    for folder in (mine, release):
        checks = folder.root / "utils" / "checks"
        checks.mkdir()
        for name in ("lab02.py", "core.py"):
            (checks / name).write_text(f"# of {folder.root.name}\n")
    for name in ("lab00.py", "lab00.toml"):
        (release.root / "utils" / "checks" / name).write_text("# new to mine\n")
    (release.root / "utils" / "gone.py").touch()
    (mine.root / "labs" / FIRST).unlink()
    mine.version("1.10.0")
    return mine


def test_of_an_older_release_what_is_missing_is_taken_and_nothing_else(
    newer: Folder, release: Folder
) -> None:
    before = newer.files()
    said = update(newer.root, str(release.root))
    assert said == (
        "That release is 1.1.0, and yours is 1.10.0, which is newer: taken was "
        f"{FIRST}, which you did not have, with its checks; {LAB} and all program files stay as "
        "you have them."
    )
    added = [f"labs/{FIRST}", "utils/checks/lab00.py", "utils/checks/lab00.toml"]
    assert newer.files() == before | {name: release.files()[name] for name in added}
    assert "no lab that is missing here. Nothing was changed." in refused(newer, release.root)


def test_an_older_release_without_a_missing_lab(mine: Folder, release: Folder) -> None:
    mine.version("1.10.0")
    said = refused(mine, release.root)
    assert said.startswith("That release is 1.1.0, and yours is 1.10.0, which is newer, and that")


def test_labs_of_another_first_number_are_not_taken(newer: Folder, release: Folder) -> None:
    newer.version("2.0.0")
    assert "does not run its labs: ask for them in your version" in refused(newer, release.root)


def test_a_lab_under_another_name_is_not_missing(newer: Folder, release: Folder) -> None:
    shutil.copy(release.root / "labs" / FIRST, newer.root / "labs" / "the house.ipynb")
    assert "no lab that is missing here" in refused(newer, release.root)


@pytest.mark.parametrize("after", [0, 1, 2])
def test_an_interrupted_update_from_an_older_release_is_finished_by_the_same_command(
    newer: Folder, release: Folder, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    before = newer.files()
    stop_after(after, KeyboardInterrupt(), monkeypatch)
    with pytest.raises(Refused, match=r"start it again. The same command finishes the update."):
        update(newer.root, str(release.root))
    monkeypatch.undo()
    assert update(newer.root, str(release.root)).count("\n") == 0
    assert len(newer.files()) == len(before) + 3 and before.items() <= newer.files().items()


# ---- A zip, and the command ----


@pytest.mark.parametrize("inside", ["deep-learning-labs", "."])
def test_a_release_may_be_a_zip(mine: Folder, release: Folder, tmp_path: Path, inside: str) -> None:
    release.edit(lambda cells: cells.insert(3, text_cell("More.")))
    archive = tmp_path / "new.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        for name, content in release.files().items():
            packed.writestr(os.path.normpath(f"{inside}/{name}"), content)
    update(mine.root, str(archive))
    assert ids(mine) == ids(release)


def test_run_py_updates_without_any_package(mine: Folder, release: Folder) -> None:
    """It may bring what the environment lacks."""
    for folder in (mine, release):
        shutil.rmtree(folder.root / "utils")
        shutil.copytree(ROOT / "utils", folder.root / "utils")
        shutil.copy(ROOT / "run.py", folder.root)
    release.edit(lambda cells: cells.insert(3, text_cell("More.")))
    command = [sys.executable, "-E", "-S", str(mine.root / "run.py"), "update", str(release.root)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert f"{LAB}: updated." in done.stdout
    assert not (mine.root / ".venv").exists()
    assert ids(mine) == ids(release)
    done = subprocess.run([*command[:-1], "nowhere.zip"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (
        2,
        "There is no nowhere.zip: name the zip or the folder of the new release. "
        "Nothing was changed.\n",
    )


# ---- What is refused, and that nothing has changed then ----


def refused(mine: Folder, source: Path) -> str:
    before = mine.files()
    with pytest.raises(Refused) as caught:
        update(mine.root, str(source))
    assert mine.files() == before
    said = str(caught.value)
    assert said.endswith("Nothing was changed.") and "\n" not in said
    return said


def test_what_is_no_release(mine: Folder, release: Folder, tmp_path: Path) -> None:
    assert "There is no" in refused(mine, tmp_path / "nothing")
    with pytest.raises(Refused, match=r"^Name the new release, its zip or the folder"):
        update(mine.root, "")
    assert "is no release of these labs" in refused(mine, tmp_path / "mine" / "labs")
    file = tmp_path / "file.zip"
    file.write_bytes(b"PK no zip")
    assert "is no zip, or a damaged one" in refused(mine, file)
    (release.root / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "9"\n')
    assert "is no release of these labs" in refused(mine, release.root)
    assert "is the folder of your own labs" in refused(mine, mine.root)


def test_a_zip_that_is_cut_off(mine: Folder, release: Folder, tmp_path: Path) -> None:
    archive = tmp_path / "new.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in release.files().items():
            packed.writestr(name, content)
    content = bytearray(archive.read_bytes())
    for at in (len(content) // 2, len(content) // 3):
        content[at] ^= 0xFF
    archive.write_bytes(content)
    assert "is no zip, or a damaged one" in refused(mine, archive)


def test_a_release_with_a_broken_notebook(mine: Folder, release: Folder) -> None:
    release.lab.write_text("{")
    assert "02_xor.ipynb in that release is damaged" in refused(mine, release.root)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"nbformat": 4, "cells": [{}]}', b"\xff"])
def test_a_broken_notebook(mine: Folder, release: Folder, content: bytes) -> None:
    mine.lab.write_bytes(content)
    assert "02_xor.ipynb is damaged" in refused(mine, release.root)


def test_a_broken_notebook_that_is_no_lab_does_not_matter(mine: Folder, release: Folder) -> None:
    (mine.root / "labs" / "scratch.ipynb").write_text("{")
    update(mine.root, str(release.root))
    assert (mine.root / "labs" / "scratch.ipynb").read_text() == "{"


def test_a_lab_that_was_renamed(mine: Folder, release: Folder) -> None:
    mine.lab.rename(mine.root / "labs" / "my xor.ipynb")
    said = refused(mine, release.root)
    assert '"my xor.ipynb" has answers of the lab that is now 02_xor.ipynb: give it that' in said
    (mine.root / "labs" / "my xor.ipynb").rename(mine.lab)
    update(mine.root, str(release.root))


def test_a_lab_without_answers_may_have_any_name(mine: Folder, release: Folder) -> None:
    shutil.copy(release.lab, mine.root / "labs" / "untouched.ipynb")
    mine.lab.unlink()
    assert f"{LAB}: new." in update(mine.root, str(release.root))


def test_a_folder_that_cannot_be_written(
    mine: Folder, release: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.edit(lambda cells: cells.insert(3, text_cell("More.")))
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "labs")
    assert f"{mine.lab} cannot be written: give yourself" in refused(mine, release.root)


def test_a_folder_in_the_place_of_a_file(mine: Folder, release: Folder) -> None:
    (release.root / "utils" / "other.py").touch()
    (mine.root / "utils" / "other.py").mkdir()
    assert "other.py cannot be written" in refused(mine, release.root)


def test_a_disk_that_is_full_before_the_backup(
    mine: Folder, release: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    release.edit(lambda cells: cells.insert(3, text_cell("More.")))

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", "some file")

    monkeypatch.setattr(files.shutil, "copy2", full)
    assert "No space left on device" in refused(mine, release.root)
    assert not list(mine.root.glob("backup-*"))


# ---- Interruptions ----


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, "No space left"), KeyboardInterrupt()])
@pytest.mark.parametrize("after", [0, 1, 2, 3])
def test_an_interrupted_update_is_finished_by_the_same_command(
    mine: Folder,
    release: Folder,
    monkeypatch: pytest.MonkeyPatch,
    after: int,
    error: BaseException,
) -> None:
    release.edit(lambda cells: cells.insert(3, text_cell("More.")))
    for name in ("some.py", "other.py"):
        (release.root / "utils" / name).write_text("NEW = 1\n")
    before = mine.files()
    stop_after(after, error, monkeypatch)
    with pytest.raises(Refused) as caught:
        update(mine.root, str(release.root))
    said = str(caught.value)
    assert "the same command finishes the update" in said
    assert 'version = "1.0.0"' in (mine.root / "pyproject.toml").read_text()
    assert not [path for path in mine.root.rglob("*") if path.name.startswith(".writing-")]
    (first,) = mine.root.glob("backup-*")
    monkeypatch.undo()
    for name, content in before.items():
        places = [mine.root / name, first / name]
        assert content in [path.read_bytes() for path in places if path.exists()], name
    update(mine.root, str(release.root))
    assert ids(mine) == ids(release)
    assert mine.cell("exercise-2-0")["source"] == ANSWER
    assert 'version = "1.1.0"' in (mine.root / "pyproject.toml").read_text()


def test_each_released_lab_takes_its_own_release_as_no_change(tmp_path: Path) -> None:
    """All cells of all labs are known by their keys: none is doubled, dropped or called edited."""
    from utils.answers.merge import merge
    from utils.answers.notebook import is_unedited, read

    labs = sorted((ROOT / "labs").glob("*.ipynb"))
    assert labs
    for path in labs:
        lab = read(path)
        assert merge(lab, lab).notebook.content == lab.content, path
        copy = tmp_path / path.name
        copy.write_bytes(files.as_bytes(lab))
        assert json.loads(copy.read_bytes()) == lab.content
        assert [c["id"] for c in lab.cells if not is_unedited(c)] == [], path


def test_badges_and_the_fetching_cell_are_the_releases(mine: Folder, release: Folder) -> None:
    """Once the course has an address, each lab names the tag of its version."""
    for folder, tag in ((mine, "v1.0.0"), (release, "v1.1.0")):
        lab = nbformat.read(folder.lab, as_version=4)
        open_elsewhere(lab, "02_xor", Release("https://github.com/some/labs", tag))
        nbformat.write(lab, folder.lab)
    update(mine.root, str(release.root))
    assert ids(mine) == ids(release) and ids(mine).count("fetch") == 1
    assert "v1.0.0" not in json.dumps(mine.cells())
    assert mine.cell("exercise-2-0")["source"] == ANSWER
