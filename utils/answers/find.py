"""Which notebook a student means: by the number of a lab, by an exercise, or by a file."""

from __future__ import annotations

from pathlib import Path

from utils.answers import notebook
from utils.answers.notebook import Notebook, Refused

LABS = "labs"


def of_lab(root: Path, wanted: str) -> Notebook:
    """The notebook that `wanted` says: "02", "2", "02_xor" or a file.

    Raises:
        Refused: there is none, or several could be meant.
    """
    if not wanted:
        raise Refused("Name a lab by its number, such as 02, or a notebook.")
    if wanted.endswith(".ipynb") and (path := Path(wanted)).is_file():
        return notebook.read(path.resolve())
    name = Path(wanted).name.removesuffix(".ipynb")
    number = name.zfill(2) if name.isdigit() else ""
    named = [
        path
        for path in sorted((root / LABS).glob("*.ipynb"))
        if path.stem == name or (number and path.name.startswith(f"{number}_"))
    ]
    if len(named) == 1:
        return notebook.read(named[0])
    return _only(named, root, f"lab {wanted}") if named else _by_content(root, number, wanted)


def _by_content(root: Path, number: str, wanted: str) -> Notebook:
    """The lab under a name of the student's."""
    found = [one.path for one in notebook.find(root / LABS) if number and one.lab == number]
    return _only(found, root, f"lab {wanted}")


def of_exercise(root: Path, id: str) -> Notebook:
    """The notebook with an exercise: the one named after the lab, or the only one.

    Raises:
        Refused: there is none, or several could be meant.
    """
    found = [one.path for one in notebook.find(root / LABS) if one.of_exercise(id)]
    number = id.partition(".")[0].zfill(2)
    usual = [path for path in found if path.name.startswith(f"{number}_")]
    return _only(usual if len(usual) == 1 else found, root, f"exercise {id}")


def _only(paths: list[Path], root: Path, what: str) -> Notebook:
    if not paths:
        _, broken = notebook.find_and_tell(root / LABS)
        none = f"There is no {'other ' if broken else ''}notebook with {what} in {root / LABS}"
        raise Refused("\n".join([*broken, f"{none}: nothing was changed."]))
    if len(paths) > 1:
        names = ", ".join(f'"{path.name}"' for path in paths)
        raise Refused(
            f"Several notebooks have {what}: {names}. Name one of them, with its folder, behind "
            "the command."
        )
    return notebook.read(paths[0])
