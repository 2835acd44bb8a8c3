"""The data sets of the labs. Each knows its names and where it came from.

Every call makes new arrays: whatever a reader does to them, the next call starts afresh.
"""

import argparse
import contextlib
import gzip
import math
import os
import shlex
import stat
import sys
import tempfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from utils import garments
from utils.download import (
    DataError,
    DataFile,
    FolderError,
    Registered,
    fetch,
    keras_cache,
    registered,
    verified,
)


@dataclass(frozen=True)
class Source:
    """Where a data set came from: citation, licence, and the lectures that use it."""

    citation: str
    licence: str
    lectures: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.citation} Licence: {self.licence}. Used in {', '.join(self.lectures)}."


@dataclass(frozen=True, eq=False, repr=False)
class Dataset:
    """A small data set in memory.

    Attributes:
        name: what the course calls it.
        X: inputs, shape (n, number of features), float.
        y: targets, shape (n,); class numbers if there are `target_names`.
        feature_names: one name a column of X, with its unit.
        target_names: one name a class, in the order of the class numbers; empty without classes.
        source: citation, licence, lectures.
    """

    name: str
    X: NDArray[np.float64]
    y: NDArray[Any]
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    source: Source

    def columns(self, *names: str) -> NDArray[np.float64]:
        """Return the named columns of X, in the order asked for: a new array, shape (n, k).

        Raises:
            ValueError: no name is given, or one is not a feature name; the message lists them.
        """
        unknown = [name for name in names if name not in self.feature_names]
        if unknown or not names:
            asked = f"has no column {unknown[0]!r}" if unknown else "needs at least one column name"
            known = ", ".join(repr(name) for name in self.feature_names)
            raise ValueError(f"The data set {self.name!r} {asked}. Its columns are {known}.")
        return self.X[:, [self.feature_names.index(name) for name in names]]

    @property
    def labels(self) -> NDArray[np.str_]:
        """The class of each row in words, shape (n,).

        Raises:
            ValueError: the data set has no classes.
        """
        if not self.target_names:
            raise ValueError(f"The targets of {self.name!r} are numbers: they have no class names.")
        return np.array(self.target_names)[self.y]

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, X {self.X.shape}, y {self.y.shape})"


# Outputs for the inputs 00, 01, 10, 11 (000 L68-74, 002 L157-175, 003 L123-139).
_GATE_OUTPUTS: Mapping[str, tuple[int, int, int, int]] = MappingProxyType(
    {
        "AND": (0, 0, 0, 1),
        "OR": (0, 1, 1, 1),
        "NAND": (1, 1, 1, 0),
        "NOR": (1, 0, 0, 0),
        "XOR": (0, 1, 1, 0),
        "XNOR": (1, 0, 0, 1),
    }
)


def gates() -> dict[str, Dataset]:
    """Return the truth tables of six gates with two inputs: AND, OR, NAND, NOR, XOR, XNOR.

    Each has X of shape (4, 2), rows 00, 01, 10, 11, and y of shape (4,), zeros and ones (float).
    """
    source = Source(
        citation="Truth tables of two-valued logic.",
        licence="none needed (mathematics)",
        lectures=("000 L68-74", "002 L157-175", "003 L123-139", "004 L168-206"),
    )
    return {
        name: Dataset(
            name=name,
            X=np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float),
            y=np.array(outputs, dtype=float),
            feature_names=("x1", "x2"),
            target_names=(),
            source=source,
        )
        for name, outputs in _GATE_OUTPUTS.items()
    }


def xor() -> Dataset:
    """Return the truth table of XOR: X (4, 2), y (4,) = 0, 1, 1, 0."""
    return gates()["XOR"]


def iris() -> Dataset:
    """Return Fisher's iris: X (150, 4) in cm, y (150,) with species 0, 1, 2."""
    from sklearn.datasets import load_iris

    loaded = load_iris()
    return Dataset(
        name="iris",
        X=loaded.data.astype(float),
        y=loaded.target.astype(int),
        feature_names=tuple(loaded.feature_names),
        target_names=tuple(str(name) for name in loaded.target_names),
        source=Source(
            citation=(
                "R. A. Fisher (1936), The use of multiple measurements in taxonomic problems, "
                "Annals of Eugenics 7, 179-188; measured by E. Anderson; as in scikit-learn, "
                "which corrects two rows of the UCI copy."
            ),
            licence="CC BY 4.0 (UCI Machine Learning Repository)",
            lectures=("001 L288-454",),
        ),
    )


# How sure in percent, how often said, and how often right then.
_INVENTED_BETS = (
    *((40, 5, 2), (50, 8, 4), (60, 10, 5), (70, 12, 7)),
    *((80, 12, 8), (90, 9, 6), (100, 4, 3)),
)


def bets() -> Dataset:
    """Return the bets of an invented reader: X (60, 1) how sure in percent, y (60,) 1 if right.

    He is surer than right. They stand in for the reader's own, `kept_bets`.
    """
    rows = [(sure, int(k < right)) for sure, said, right in _INVENTED_BETS for k in range(said)]
    mixed = np.array(rows)[np.random.default_rng(0).permutation(len(rows))]
    return Dataset(
        name="bets",
        X=mixed[:, :1].astype(float),
        y=mixed[:, 1],
        feature_names=("sure (%)",),
        target_names=("wrong", "right"),
        source=Source(
            citation="Invented for this course: of 60 bets 35 are right.",
            licence="none needed (invented numbers)",
            lectures=(),
        ),
    )


@dataclass(frozen=True, eq=False, repr=False)
class ImageDataset:
    """Grey images of ten classes, in memory.

    Attributes:
        name: "Fashion-MNIST", or "garments" for the drawn stand-in.
        x_train: training images, shape (60000, 28, 28), uint8, 0 background to 255.
        y_train: their class numbers, shape (60000,), uint8.
        x_test: test images, shape (10000, 28, 28), uint8.
        y_test: their class numbers, shape (10000,), uint8.
        target_names: one name a class, in the order of the class numbers.
        source: citation, licence, lectures.
        origin: one sentence that says where it was found; it may name a folder.
        stand_in: whether these are the drawn garments.
        caption: the words for a figure, the same wherever the data was found.
    """

    name: str
    x_train: NDArray[np.uint8]
    y_train: NDArray[np.uint8]
    x_test: NDArray[np.uint8]
    y_test: NDArray[np.uint8]
    _: KW_ONLY
    target_names: tuple[str, ...]
    source: Source
    origin: str
    stand_in: bool
    caption: str

    def __repr__(self) -> str:
        shapes = f"x_train {self.x_train.shape}, x_test {self.x_test.shape}"
        return f"ImageDataset({self.name!r}, {shapes})"


def fashion_mnist(*, download: bool = True) -> ImageDataset:
    """Return Fashion-MNIST, or the drawn garments where it cannot be had.

    It looks in the folder that DATASETS_DIR names (or in fashion-mnist there), in the Keras cache,
    and then downloads into that cache. A file counts only if its size, sha256 and header are right.
    What stands in the way is printed with what to do; nothing of it is raised.

    Args:
        download: False takes the garments where a download would be needed.
    """
    try:
        entry = registered("fashion-mnist")
        return _found(entry) or _fetched(entry, download)
    except DataError as error:
        print(f"{error}. Used instead: garments, drawn pictures of the same ten classes.")
        return _drawn()


class Place(NamedTuple):
    """A folder that may hold a data set."""

    name: str
    folder: Path


# The names of the places; the first is also the environment variable that gives it.
GIVEN, CACHE, TEMPORARY = "DATASETS_DIR", "Keras cache", "temporary folder"


def places(entry: Registered) -> list[Place]:
    """Return where a data set is looked for, in this order."""
    found = []
    if given := os.environ.get(GIVEN):
        outer = Path(os.path.expanduser(given))
        inner = outer / entry.key
        # os.path, because pathlib raises where a folder above may not be entered.
        found.append(Place(GIVEN, inner if os.path.isdir(inner) else outer))
    # The folders of keras.datasets, with its file names: what one has brought, the other finds.
    temporary = Path(tempfile.gettempdir()) / ".keras" / "datasets"
    return [
        *found,
        Place(CACHE, keras_cache() / entry.key),
        Place(TEMPORARY, temporary / entry.key),
    ]


def trouble(entry: Registered, place: Place, wrong: Sequence[str]) -> tuple[str, str]:
    """Return what a place lacks, and what to do, given what is wrong with each of its files.

    Both are "" if nothing is wrong, or if nothing is there and nobody said that something is.
    """
    is_empty = not any(os.path.exists(place.folder / file.name) for file in entry.files)
    if not wrong or (is_empty and place.name != GIVEN):
        return "", ""
    where = f"{place.folder} ({place.name})"
    what = f"In {where}, {', '.join(wrong)}"
    if place.name != GIVEN:
        return what, "It is downloaded again where that is possible."
    if not (os.path.isdir(place.folder) and os.access(place.folder, os.X_OK)):
        what = f"{GIVEN} names {place.folder}, which is no folder that you may read"
        return what, "Correct or unset that environment variable."
    if is_empty:
        what = f"{where} holds none of the {len(entry.files)} files of {entry.title}"
    outer = place.folder.parent if place.folder.name == entry.key else place.folder
    return what, f"Run `python -m utils.data fetch --to {outer}`, or unset {GIVEN}."


def parse_idx(content: bytes, file: DataFile) -> NDArray[np.uint8]:
    """Read a gzip-compressed idx file of unsigned bytes: a new array of shape `file.shape`.

    Raises:
        DataError: it is no such file, or its header names other dimensions.
    """
    try:
        raw = gzip.decompress(content)
    except (OSError, EOFError, zlib.error):
        raise DataError(f"{file.name} is not a whole gzip file") from None
    # The magic number: two zeros, the type (8: unsigned byte), and how many dimensions follow.
    dimensions = len(file.shape)
    magic, wanted = raw[:4].hex(), bytes([0, 0, 8, dimensions]).hex()
    if magic != wanted:
        raise DataError(f"{file.name} has the magic number {magic} instead of {wanted}")
    start = 4 + 4 * dimensions
    shape = tuple(int.from_bytes(raw[k : k + 4], "big") for k in range(4, start, 4))
    if shape != file.shape:
        raise DataError(f"{file.name} has the dimensions {shape} instead of {file.shape}")
    if len(raw) != start + math.prod(shape):
        raise DataError(f"{file.name} has {len(raw) - start} values instead of {math.prod(shape)}")
    return np.frombuffer(raw, np.uint8, offset=start).reshape(shape).copy()


def _found(entry: Registered) -> ImageDataset | None:
    """Load the data set from the first place that has it; print what is wrong with those before."""
    for place in places(entry):
        arrays, wrong = _read(entry, place)
        if not wrong:
            return _real(arrays, f"from {place.folder} ({place.name})")
        what, do = trouble(entry, place, wrong)
        if what:
            print(f"{what}. {do}")
    return None


def _read(entry: Registered, place: Place) -> tuple[list[NDArray[np.uint8]], list[str]]:
    """The arrays of the files that are right, and what is wrong with the others."""
    arrays, wrong = [], []
    for file in entry.files:
        try:
            arrays.append(parse_idx(verified(place.folder / file.name, file), file))
        except DataError as error:
            wrong.append(str(error))
    return arrays, wrong


def _fetched(entry: Registered, download: bool) -> ImageDataset:
    """Download into the Keras cache, or into the temporary folder if the cache takes no files."""
    if not download:
        raise DataError(f"{entry.title} is not on this machine, and no download was asked for")
    cache, temporary = (place for place in places(entry) if place.name != GIVEN)
    try:
        try:
            place = cache
            fetch(entry, cache.folder)
        except FolderError as error:
            print(f"{error}. The download goes into {temporary.folder}, where it may not last.")
            place = temporary
            fetch(entry, temporary.folder)
    except KeyboardInterrupt:
        print(
            "The download was stopped. Run the cell again to go on with it, or use "
            "data.fashion_mnist(download=False) to do without."
        )
        raise
    arrays, wrong = _read(entry, place)
    if wrong:
        raise DataError(f"The download of {entry.title} cannot be used: {', '.join(wrong)}")
    return _real(arrays, f"downloaded into {place.folder}")


def _real(arrays: list[NDArray[np.uint8]], where: str) -> ImageDataset:
    return ImageDataset(
        "Fashion-MNIST",
        *arrays,
        target_names=tuple(garments.CLASSES),
        source=Source(
            citation=(
                "H. Xiao, K. Rasul, R. Vollgraf (2017), Fashion-MNIST: a novel image dataset for "
                "benchmarking machine learning algorithms, arXiv:1708.07747."
            ),
            licence="MIT (Zalando SE)",
            lectures=("000 L314-399",),
        ),
        origin=f"Fashion-MNIST {where}.",
        stand_in=False,
        caption="data: Fashion-MNIST",
    )


def _drawn() -> ImageDataset:
    return ImageDataset(
        "garments",
        *garments.load(),
        target_names=tuple(garments.CLASSES),
        source=Source(
            citation="Drawn by utils.garments for this course, in the place of Fashion-MNIST.",
            licence="MIT",
            lectures=("000 L314-399",),
        ),
        origin="garments, drawn by utils.garments because Fashion-MNIST could not be had.",
        stand_in=True,
        caption="data: garments, the drawn stand-in",
    )


# ---- python -m utils.data ----


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch data ahead of a course; return 0, 1 if it cannot be had, 2 if stopped or misused."""
    parser = argparse.ArgumentParser(
        prog="python -m utils.data", description="Prepares the data of the labs on this machine."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    fetching = commands.add_parser(
        "fetch",
        help="downloads and verifies Fashion-MNIST; without --to it draws the stand-in, too",
        description=(
            "Downloads Fashion-MNIST (31 MB) into the Keras cache of this account and verifies it; "
            "without --to it draws the stand-in, too (55 MB). What is there already is only "
            "verified."
        ),
    )
    fetching.add_argument(
        "--to",
        metavar="DIR",
        help="put the files into DIR/fashion-mnist instead, for all who share that disk",
    )
    options = parser.parse_args(arguments)
    to = None if options.to is None else os.path.expanduser(options.to)
    if to is not None and not to.strip():
        parser.error("--to needs a folder")
    if to is not None and to.startswith("~"):
        parser.error(f"--to {to} begins with a home folder that is not known: write it out")
    try:
        entry = registered("fashion-mnist")
        if to is None:
            _fetch_for_account(entry)
        else:
            _fetch_for_all(entry, Path(to).resolve() / entry.key)
    except DataError as error:
        print(f"{error}.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped: the same command goes on where it was.", file=sys.stderr)
        return 2
    return 0


def _fetch_for_account(entry: Registered) -> None:
    # First: it is needed above all when the download then fails.
    garments.load()
    print("The stand-in, garments, is drawn.")
    folder = keras_cache() / entry.key
    fetch(entry, folder)
    _say_where(entry, folder)


def _fetch_for_all(entry: Registered, folder: Path) -> None:
    created = [one for one in (folder, *folder.parents) if not os.path.exists(one)]
    try:
        fetch(entry, folder)
    finally:
        # Also after a failure: the next call does not know which folders this one created.
        _open_to_all({folder, *created}, 0o555)
        _open_to_all({folder / file.name for file in entry.files}, 0o444)
    _say_where(entry, folder)
    setting = f"export {GIVEN}={shlex.quote(str(folder.parent))}"
    if os.name == "nt":
        setting = f'setx {GIVEN} "{folder.parent}"'
    else:
        _say_what_is_closed(folder)
    print(f"Every account that shall use it needs this setting:\n{setting}")


def _say_where(entry: Registered, folder: Path) -> None:
    megabytes = sum(file.size for file in entry.files) / 1e6
    print(f"{entry.title} is in {folder}: {len(entry.files)} files, {megabytes:.1f} MB, verified.")


def _open_to_all(paths: set[Path], rights: int) -> None:
    """Let other accounts read these paths, whatever the umask of this one is."""
    for path in paths:
        # What belongs to another account is in its own care.
        with contextlib.suppress(OSError):
            path.chmod(path.stat().st_mode | rights)


def _say_what_is_closed(folder: Path) -> None:
    for one in (folder, *folder.parents):
        if not one.stat().st_mode & stat.S_IXOTH:
            print(
                f"Other accounts cannot enter {one}: take another folder, or let them in with "
                f"`chmod o+x {shlex.quote(str(one))}`."
            )


if __name__ == "__main__":
    sys.exit(main())
