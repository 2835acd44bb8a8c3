"""How nbval compares the stored outputs of the notebooks: exactly, within a tolerance, as a figure.

- A cell with metadata `tolerance` compares its numbers that have a decimal point within it
  (absolute); integers and words stay exact.
- A cell with metadata `stand_in` shows data. On the real Fashion-MNIST it is compared like any
  other; on the stand-in its decimals may differ by that much, its integers are free, and a class or
  a data set may have another name. The other words stay exact.
- A figure (`utils.plots.show`) is compared by its alt text, which carries its key numbers, and not
  by its pixels. A playground is compared by its words, and not by the lines of its picture.
- Everything else is nbval's own exact comparison.

The kinds are counted, and the time of each notebook is printed beside its stated budget.
"""

from __future__ import annotations

import collections
import functools
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbval.plugin import IPyNbCell, IPyNbFile

from tests.kernels import outside_pytest
from utils import data

NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+(?=[eE][-+]?\d))(?:[eE][-+]?\d+)?")
INTEGER = re.compile(r"\b\d[\d,]*\b")
FIGURE = re.compile(r"<img\b[^>]*>", re.S)
PLAYGROUND = "[playground: "  # how its words begin
DRAWING = re.compile(r"<svg\b.*</svg>", re.S)

_nbval_compares = IPyNbCell.compare_outputs


def close(test: str, stored: str, tolerance: float, *, free: re.Pattern[str] | None = None) -> bool:
    """Whether two texts are equal but for numbers with a decimal point within `tolerance`.

    What matches `free` counts as one word, whatever it is; then integers are free, too.
    """
    if _words(test, free) != _words(stored, free):
        return False
    pairs = zip(NUMBER.findall(test), NUMBER.findall(stored), strict=True)
    return all(abs(float(a) - float(b)) <= tolerance for a, b in pairs)


def _words(text: str, free: re.Pattern[str] | None) -> list[str]:
    # Runs of spaces count as one: NumPy pads its columns to the longest number.
    words = NUMBER.sub(" # ", free.sub(" NAME ", text) if free else text)
    return (INTEGER.sub(" # ", words) if free else words).split()


@functools.cache
def names_if_stand_in() -> re.Pattern[str] | None:
    """What differs in words when the notebooks find the stand-in; None on the real data."""
    images = data.fashion_mnist()
    if not images.stand_in:
        return None
    names = [images.caption, "data: Fashion-MNIST", images.name, "Fashion-MNIST"]
    return re.compile("|".join(map(re.escape, [*names, *images.target_names])))


def compare_outputs(cell: Any, test: list[Any], ref: list[Any], skip_compare: Any = None) -> bool:
    """nbval's comparison, once figures lost their pixels and close numbers became the stored."""
    test, ref = [json.loads(json.dumps(outputs)) for outputs in (test, ref)]
    kind = "exact"
    for outputs in (test, ref):
        for output in outputs:
            html = output.get("data", {}).get("text/html", "")
            if "<img" in html:
                output["data"]["text/html"] = FIGURE.sub("<img>", html)
                kind = "figure"
            if output.get("data", {}).get("text/plain", "").startswith(PLAYGROUND):
                output["data"]["text/html"] = DRAWING.sub("<svg>", html)
                kind = "figure"
    metadata = cell.cell.metadata
    free = names_if_stand_in() if "stand_in" in metadata else None
    band = metadata["stand_in"] if free else metadata.get("tolerance")
    if band is not None and len(test) == len(ref):
        kind = "stand-in" if free else "tolerance" if kind == "exact" else kind
        for ours, stored in zip(test, ref, strict=True):
            _adopt(ours, stored, functools.partial(close, tolerance=float(band), free=free))
    if ref:
        cell.user_properties.append(("compared", kind))
    return bool(
        _nbval_compares(cell, nbformat.from_dict(test), nbformat.from_dict(ref), skip_compare)
    )


def _adopt(
    ours: dict[str, Any], stored: dict[str, Any], is_close: Callable[[str, str], bool]
) -> None:
    """Where a text of ours is close enough, put the stored one in its place."""
    for key in ("text", "data"):
        if isinstance(ours.get(key), dict) and isinstance(stored.get(key), dict):
            _adopt_texts(ours[key], stored[key], is_close)
    _adopt_texts(ours, stored, is_close)


def _adopt_texts(
    ours: dict[str, Any], stored: dict[str, Any], is_close: Callable[[str, str], bool]
) -> None:
    for key, text in ours.items():
        reference = stored.get(key)
        if isinstance(text, str) and isinstance(reference, str) and is_close(text, reference):
            ours[key] = reference


IPyNbCell.compare_outputs = compare_outputs

_nbval_starts_kernel = IPyNbFile.setup


def setup(file: Any) -> None:
    """nbval's start of a kernel, which then shows red boxes."""
    with outside_pytest():
        _nbval_starts_kernel(file)


IPyNbFile.setup = setup


_compared: collections.Counter[str] = collections.Counter()
_seconds: collections.Counter[str] = collections.Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Runs in the process that prints the summary, also when workers ran the cells."""
    notebook, _, _ = report.nodeid.partition("::")
    if not notebook.endswith(".ipynb"):
        return
    _seconds[notebook] += report.duration
    if report.when == "call":
        _compared.update(value for name, value in report.user_properties if name == "compared")


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if hasattr(config, "workerinput") or not _seconds:
        return
    terminalreporter.section("notebooks")
    for notebook, seconds in sorted(_seconds.items()):
        budget = _budget(config.rootpath / notebook)
        terminalreporter.write_line(f"{notebook}: {seconds:.0f} s ({budget})")
    names = ("exact", "tolerance", "figure", "stand-in")
    kinds = ", ".join(f"{_compared[kind]} {kind}" for kind in names)
    terminalreporter.write_line(f"cells with outputs compared: {kinds}")


def _budget(path: Path) -> str:
    """The seconds that a lab states in the metadata of its first cell."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    seconds = cells[0]["metadata"].get("seconds") if cells else None
    return f"budget {seconds} s" if seconds else "no budget stated"
