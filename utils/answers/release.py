"""A release of the labs, as a zip or a folder: is it one, is it newer, and what is in it?"""

from __future__ import annotations

import re
import tomllib
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from utils.answers.find import LABS
from utils.answers.notebook import Notebook, Refused, read

PROJECT = "pyproject.toml"
NAME = "deep-learning-labs"
# A release takes about 15 MB.
LARGEST_ZIP = 500 * 10**6
# The checks of a lab, their sentences and its Why, each a file of utils/checks.
OF_A_LAB = re.compile(r"(?:lab|why)(\d\d)\.(?:py|toml|json)")
# What lies in the folder of somebody who works there, and belongs to no release.
NOT_RELEASED = re.compile(r"\..*|__pycache__|.*\.egg-info|backup-.*|answers-.*")


@dataclass(frozen=True)
class Release:
    """The folder of a release, its version, its labs, and its other files as relative paths."""

    folder: Path
    version: tuple[int, ...]
    labs: tuple[Notebook, ...]
    others: tuple[Path, ...]


def opened(source: Path, unpacked: Path) -> Release:
    """The release at `source`; a zip is unpacked into the folder `unpacked`.

    Raises:
        Refused: there is none, or it is damaged.
    """
    if not source.exists():
        raise Refused(f"There is no {source}: name the zip or the folder of the new release.")
    if source.is_dir():
        looked_in = source
    else:
        _unpack(source, unpacked)
        looked_in = unpacked
    around = [looked_in, *sorted(one for one in looked_in.iterdir() if one.is_dir())]
    folder = next((one for one in around if version_of(one) is not None), None)
    if folder is None:
        raise Refused(
            f"{source} is no release of these labs: it holds no folder with run.py, {PROJECT} and "
            "utils of the labs. Name the zip that you were given, or the folder that was in it."
        )
    labs = tuple(_lab(path) for path in sorted((folder / LABS).glob("*.ipynb")))
    return Release(folder, version_of(folder) or (), labs, tuple(_others(folder)))


def _lab(path: Path) -> Notebook:
    try:
        return read(path)
    except Refused:
        raise Refused(f"{path.name} in that release is damaged: get the release anew.") from None


def lab_of(path: Path) -> str | None:
    """The number of the lab that a file of checks belongs to; None for all other files."""
    found = OF_A_LAB.fullmatch(path.name)
    return found[1] if found else None


def version_of(folder: Path) -> tuple[int, ...] | None:
    """The version of the labs in a folder, such as (1, 0, 0); None where there are no labs."""
    try:
        project = tomllib.loads((folder / PROJECT).read_text(encoding="utf-8"))["project"]
        name, version = str(project["name"]), str(project["version"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    is_one = name == NAME and (folder / "run.py").is_file() and (folder / "utils").is_dir()
    return tuple(map(int, re.findall(r"\d+", version))) if is_one else None


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with zipfile.ZipFile(archive) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST_ZIP:
                raise Refused(f"{archive} is far larger than a release: name the right file.")
            packed.extractall(folder)
    except OSError as error:
        raise Refused(f"{archive} cannot be unpacked ({error.strerror or error}).") from None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, zlib.error):
        raise Refused(
            f"{archive} is no zip, or a damaged one: download it again, or unpack it yourself and "
            "name the folder."
        ) from None


def _others(folder: Path) -> list[Path]:
    """The files beside the labs; links are left out, because they may lead anywhere."""
    found = []
    for path in sorted(folder.iterdir()):
        if NOT_RELEASED.fullmatch(path.name) or path.is_symlink():
            continue
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        found += [one.relative_to(folder) for one in inside if _is_released(one, folder)]
    return found


def _is_released(path: Path, folder: Path) -> bool:
    parts = path.relative_to(folder).parts
    is_lab = parts[0] == LABS and len(parts) == 2 and path.suffix == ".ipynb"
    is_left_out = is_lab or any(map(NOT_RELEASED.fullmatch, parts))
    return path.is_file() and not path.is_symlink() and not is_left_out
