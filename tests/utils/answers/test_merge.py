"""Whatever students and authors do to a lab: nothing that a student wrote is lost by a merge."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import nbformat
import pytest

from tests.sample import sampled
from tests.utils.answers.folders import LAB, ROOT, Cells, own_cell, text_cell
from utils.answers import notebook
from utils.answers.merge import merge
from utils.answers.notebook import Notebook


def edited(lab: Notebook, rng: random.Random) -> tuple[Notebook, list[str]]:
    """A lab as a student may leave it, and all that the student wrote."""
    content = copy.deepcopy(lab.content)
    cells: Cells = content["cells"]
    for k in range(rng.randint(1, 30)):
        at, mine = rng.randrange(len(cells)), f"my words {k}\nand more"
        act = rng.choice(["edit", "edit", "add", "delete", "copy", "move", "turn"])
        if act == "edit":
            cells[at]["source"] = mine
        elif act == "add":
            cells.insert(at, own_cell(mine, f"student-{k}"))
        elif act == "copy":
            cells.insert(at, {**copy.deepcopy(cells[at]), "id": f"student-{k}", "source": mine})
        elif act == "delete":
            del cells[at]
        elif act == "move":
            cells.insert(rng.randrange(len(cells)), cells.pop(at))
        else:
            turned = {"cell_type": "markdown", "metadata": cells[at]["metadata"], "source": mine}
            cells[at] = {**turned, "id": cells[at]["id"]}
    wrote = [notebook.text(cell) for cell in cells if "my words" in notebook.text(cell)]
    return Notebook(lab.path, content), wrote


def authored(lab: Notebook, rng: random.Random) -> Notebook:
    """A later release of it."""
    content = copy.deepcopy(lab.content)
    cells: Cells = content["cells"]
    for k in range(rng.randint(0, 20)):
        at = rng.randrange(1, len(cells))
        act = rng.choice(["text", "stub", "add", "delete", "move"])
        if act == "text" and notebook.is_text(cells[at]):
            cells[at] = text_cell(f"The authors' words {k}")
        elif act == "stub" and notebook.answers(cells[at]):
            cells[at]["source"] = cells[at]["metadata"]["stub"] = f"def another_{k}(): ..."
        elif act == "add":
            cells.insert(at, text_cell(f"More words {k}"))
        elif act == "delete":
            del cells[at]
        elif act == "move":
            cells.insert(rng.randrange(1, len(cells)), cells.pop(at))
    return Notebook(lab.path, content)


@pytest.mark.parametrize("seed", sampled(list(range(60))))
def test_nothing_that_a_student_wrote_is_lost(seed: int) -> None:
    rng = random.Random(seed)
    lab = notebook.read(ROOT / "labs" / LAB)
    own, wrote = edited(lab, rng)
    new = authored(lab, rng)
    before = json.dumps([own.content, new.content])
    merged = merge(own, new).notebook
    assert json.dumps([own.content, new.content]) == before
    texts = [notebook.text(cell) for cell in merged.cells]
    assert sorted(text for text in texts if "my words" in text) == sorted(wrote)
    released = [cell["id"] for cell in new.cells]
    assert [cell["id"] for cell in merged.cells if cell["id"] in released] == released
    assert merge(merged, new).notebook.content == merged.content
    nbformat.validate(nbformat.reads(json.dumps(merged.content), as_version=4))


def test_the_order_of_added_cells_is_kept(tmp_path: Path) -> None:
    lab = notebook.read(ROOT / "labs" / LAB)
    own = Notebook(lab.path, copy.deepcopy(lab.content))
    for k in range(5):
        own.cells.insert(20 + k, own_cell(f"note {k}", f"student-{k}"))
    new = authored(lab, random.Random(0))
    notes = [c["id"] for c in merge(own, new).notebook.cells if str(c["id"]).startswith("student")]
    assert notes == [f"student-{k}" for k in range(5)]
