"""The comparison of stored outputs goes red where it should: one word, one integer, one number."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course.notebook import KERNEL
from tests.nbval_outputs import close, names_if_stand_in
from utils import data

ROOT = Path(__file__).resolve().parent.parent

SOURCE = """print("loss 0.12345 after 300 steps, w = [-1.00  0.5]")"""
STORED = "loss 0.12345 after 300 steps, w = [-1.00  0.5]\n"
FIGURE = """from IPython.display import display
display({"text/html": '<img alt="a" src="data:1">', "text/plain": "[figure: 4 of 4]"}, raw=True)"""


def text(stored: str, *, tolerance: float | None) -> Any:
    metadata = {} if tolerance is None else {"tolerance": tolerance}
    printed = new_output("stream", name="stdout", text=stored)
    return new_code_cell(SOURCE, execution_count=1, outputs=[printed], metadata=metadata)


def figure(alt: str, html: str) -> Any:
    data = {"text/html": html, "text/plain": f"[figure: {alt}]"}
    shown = new_output("display_data", data=data)
    return new_code_cell(FIGURE, execution_count=1, outputs=[shown])


PLAYGROUND = """from IPython.display import display
picture = '<svg aria-label="a"><line x1="1"/></svg>'
display({"text/html": picture, "text/plain": "[playground: Epoch 0.]"}, raw=True)"""


def playground(words: str, html: str) -> Any:
    data = {"text/html": html, "text/plain": f"[playground: {words}]"}
    shown = new_output("display_data", data=data)
    return new_code_cell(PLAYGROUND, execution_count=1, outputs=[shown])


# A thread of the kernel reads what C++ writes, so the cell gives it a moment before it ends.
RED_BOX = new_code_cell(
    "import os, time\nos.write(2, b'red box')\ntime.sleep(2)", execution_count=1
)

CASES = {
    "a red box of C++": (RED_BOX, False),
    "the same": (text(STORED, tolerance=0.01), True),
    "within": (text(STORED.replace("0.12345", "0.13"), tolerance=0.01), True),
    "signed zero": (text(STORED.replace("0.5]", "0.50]"), tolerance=0.01), True),
    "number beyond": (text(STORED.replace("0.12345", "0.14"), tolerance=0.01), False),
    "integer": (text(STORED.replace("300", "301"), tolerance=0.01), False),
    "word": (text(STORED.replace("after", "before"), tolerance=0.01), False),
    "no tolerance": (text(STORED.replace("0.12345", "0.12346"), tolerance=None), False),
    "pixels": (figure("4 of 4", '<img alt="a" src="data:2">'), True),
    "alt text": (figure("3 of 4", '<img alt="a" src="data:1">'), False),
    "no figure": (figure("4 of 4", "words"), False),
    "a playground's lines": (playground("Epoch 0.", "<svg><line x1='2'/></svg>"), True),
    "a playground's words": (playground("Epoch 1.", "<svg><line x1='1'/></svg>"), False),
    "no playground": (playground("Epoch 0.", "words"), False),
}


def nbval(path: Path, cells: list[Any], *options: str, **environment: str) -> str:
    """Write a notebook, run pytest over it in a real kernel, return what pytest says."""
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": KERNEL}), path)
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-rA", "-p", "no:cacheprovider"),
        *("--nbval", "-p", "tests.nbval_outputs", *options, str(path)),
    ]
    env = os.environ | environment
    run = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    return run.stdout + run.stderr


def assert_cell(said: str, name: str, number: int, green: bool) -> None:
    wanted = "PASSED" if green else "FAILED"
    # On CI, pytest puts the failure's message behind the name.
    found = re.search(rf"^{wanted} .*\.ipynb::Cell {number}\b", said, re.M)
    assert found, f"{name} should have {wanted}\n{said[-4000:]}"


def test_nbval_goes_red_where_it_should(tmp_path: Path) -> None:
    """One run of pytest over a notebook with a cell for each case."""
    said = nbval(tmp_path / "cases.ipynb", [cell for cell, _ in CASES.values()])
    for number, (name, (_, green)) in enumerate(CASES.items()):
        assert_cell(said, name, number, green)


DATA = """print("garments: 812 wrong, accuracy 0.88")"""
STAND_IN_CASES = {
    "within the band": (DATA, "Fashion-MNIST: 1279 wrong, accuracy 0.86\n", 0.05, True),
    "beyond the band": (DATA, "Fashion-MNIST: 1279 wrong, accuracy 0.80\n", 0.05, False),
    "another word": (DATA, "Fashion-MNIST: 1279 right, accuracy 0.86\n", 0.05, False),
    "shows no data": (DATA, "Fashion-MNIST: 1279 wrong, accuracy 0.86\n", None, False),
}


def test_on_the_stand_in_a_cell_is_compared_by_its_band(tmp_path: Path) -> None:
    # A plugin that says which data the notebooks find.
    (tmp_path / "world.py").write_text(
        "import re\nfrom tests import nbval_outputs\n"
        "nbval_outputs.names_if_stand_in = lambda: re.compile('garments|Fashion-MNIST')\n"
    )
    cells = []
    for source, stored, band, _ in STAND_IN_CASES.values():
        metadata = {} if band is None else {"stand_in": band}
        printed = new_output("stream", name="stdout", text=stored)
        cells.append(new_code_cell(source, execution_count=1, outputs=[printed], metadata=metadata))
    said = nbval(tmp_path / "data.ipynb", cells, "-p", "world", PYTHONPATH=str(tmp_path))
    for number, (name, (*_, green)) in enumerate(STAND_IN_CASES.items()):
        assert_cell(said, name, number, green)
    assert re.search(r"1 exact, 0 tolerance, 0 figure, 3 stand-in", said), said


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(1e-9, 1e3))
def test_close_is_the_absolute_difference(a: float, b: float, tolerance: float) -> None:
    expected = abs(float(f"{a:.6f}") - float(f"{b:.6f}")) <= tolerance
    assert close(f"x {a:.6f} y", f"x {b:.6f} y", tolerance) is expected


@pytest.mark.parametrize(
    ("test", "stored", "same"),
    [
        ("[-0.  0.5]", "[0. 0.5]", True),
        ("1e-08", "3e-08", True),
        ("nan", "0.0", False),
        ("nan", "nan", True),
        ("4 of 4", "5 of 4", False),
        ("0.5 0.5", "0.5", False),
        ("x0.5", "y0.5", False),
        ("shape (4,)", "shape (4, 1)", False),
    ],
)
def test_words_and_integers_stay_exact(test: str, stored: str, same: bool) -> None:
    assert close(test, stored, 0.01) is same


FREE = re.compile("data: garments, the stand-in|data: Fashion-MNIST|Shirt|Coat")


@pytest.mark.parametrize(
    ("test", "stored", "same"),
    [
        ("hardest: Coat, recall 0.61", "hardest: Shirt, recall 0.66", True),
        ("hardest: Coat, recall 0.61", "hardest: Shirt, recall 0.78", False),
        ("hardest: Coat", "easiest: Shirt", False),
        ("hardest: Bag", "hardest: Shirt", False),
        ("812 of 10,000 wrong", "1,279 of 10,000 wrong", True),
        ("812 of 10,000 wrong", "1279 wrong", False),
        ("[[812 0] [ 3 991]]", "[[1 0] [33 9]]", True),
        ("9 pictures (data: garments, the stand-in)", "9 pictures (data: Fashion-MNIST)", True),
    ],
)
def test_on_the_stand_in_names_and_integers_are_free(test: str, stored: str, same: bool) -> None:
    assert close(test, stored, 0.1, free=FREE) is same
    assert not close(test, stored, 0.1)


@pytest.mark.parametrize("stand_in", [True, False])
def test_the_stand_in_is_known_by_the_data_that_the_notebooks_find(
    stand_in: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = SimpleNamespace(
        stand_in=stand_in, name="garments", caption="data: garments", target_names=("Shirt", "Bag")
    )
    monkeypatch.setattr(data, "fashion_mnist", lambda: found)
    free = names_if_stand_in.__wrapped__()
    assert (free is not None) is stand_in
    if free is not None:
        assert free.fullmatch("data: Fashion-MNIST") and free.fullmatch("Shirt")
