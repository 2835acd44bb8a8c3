"""One exercise back to its stub; the answer that stood there is kept in a backup."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path

from utils.answers import files, find, notebook
from utils.answers.notebook import Cell, Refused

RELOAD = (
    "Is a notebook open in JupyterLab? Choose File > Reload Notebook from Disk. (Have you typed "
    "since it was last saved? Then save it, choose Overwrite, and start this command again.)"
)


def reset(root: Path, id: str, file: str = "") -> str:
    """Put the cells of an exercise ("2.3") back to what was released; return what was done.

    Raises:
        Refused: there is no such exercise, its stub is not known, or nothing can be written.
    """
    if not re.fullmatch(r"\d{1,2}\.\d{1,2}b?", id):
        raise Refused(f"Name an exercise by its number, such as 2.3: {id!r} is none.")
    lab = find.of_lab(root, file) if file else find.of_exercise(root, id)
    cells = lab.of_exercise(id)
    if not cells:
        raise Refused(f"There is no exercise {id} in {lab.path.name}: nothing was changed.")
    if any(notebook.stub(cell) is None for cell in cells):
        raise Refused(
            f"{lab.path.name} does not say how exercise {id} began: it is older than that. "
            "`python3 run.py update` with a release of the labs adds it. Nothing was changed."
        )
    if all(map(notebook.is_open, cells)):
        raise Refused(f"Exercise {id} is still open: nothing was changed.")
    try:
        around = root if lab.path.is_relative_to(root) else lab.path.parent
        backup = files.back_up(around, [lab.path])
        for cell in cells:
            _put_back(cell)
        files.write(lab.path, files.as_bytes(lab))
    except OSError as error:
        raise files.cannot_use(error) from None
    _forget_points(lab.path.parent, id)
    return (
        f"Exercise {id} in {lab.path.name} is as it was released. What you had written is in "
        f"{backup / lab.path.relative_to(around)}.\n{RELOAD}"
    )


def _put_back(cell: Cell) -> None:
    cell["source"] = (notebook.stub(cell) or "").splitlines(keepends=True)
    cell["outputs"], cell["execution_count"] = [], None


def _forget_points(notebooks: Path, id: str) -> None:
    from utils.checks import points

    with suppress(OSError):  # a file of points that cannot be written costs nobody an answer
        if place := points.kept.place(points.FILE.name, notebooks):
            points.forget(place, id)
