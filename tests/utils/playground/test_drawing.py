"""The picture is well-formed SVG, a function of the snapshot alone, and says what it is."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from utils.playground import drawing
from utils.playground.engine import Engine, Snapshot

SVG = "{http://www.w3.org/2000/svg}"


def parsed(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" '))


def snapshot(**settings: Any) -> Snapshot:
    return Engine(**({"data": "gauss", "hidden": [3, 2], "share": 10} | settings)).snapshot()


SEVERAL: dict[str, dict[str, Any]] = {
    "as it comes": {},
    "no hidden layer": {"hidden": []},
    "one unit": {"hidden": [1]},
    "the largest": {"hidden": [8] * 6, "inputs": ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)"]},
    "a regression": {"data": "regress-plane"},
    "zeros": {"initializer": "zeros"},
}


@pytest.mark.parametrize("name", SEVERAL)
def test_all_views_are_well_formed(name: str) -> None:
    found = snapshot(**SEVERAL[name])
    pictures = set()
    for view in drawing.views(found):
        for more in ({}, {"shows_test": True}, {"is_discrete": True}, {"is_still": False}):
            svg = drawing.draw(found, view=view, **more)
            parsed(svg)
            assert svg == drawing.draw(found, view=view, **more)
            assert "nan" not in svg
            pictures.add(svg)
    views = len(drawing.views(found))
    assert len(pictures) >= 3 * views


def test_it_has_a_line_for_each_weight_and_a_frame_for_each_unit() -> None:
    root = parsed(drawing.draw(snapshot()))
    titles = [title.text for title in root.iter(f"{SVG}title")]
    weights = [title for title in titles if not str(title).startswith("bias")]
    assert len(weights) == 2 * 3 + 3 * 2 + 2
    assert len(titles) - len(weights) == 3 + 2 + 1
    frames = [one for one in root.iter(f"{SVG}rect") if one.get("width") == "34"]
    assert len(frames) == 2 + 3 + 2 + 1


def test_negative_weights_are_dashed_and_large_ones_wide() -> None:
    found = snapshot(hidden=[])
    found = replace(found, weights=[np.array([[-3.0], [0.1]]), np.array([0.0])])
    lines = re.findall(r"<path stroke[^>]*>", drawing.draw(found))
    negative, small = lines[0], lines[1]
    assert "stroke-dasharray" in negative
    assert "stroke-dasharray" not in small
    assert float(re.findall(r'width="([\d.]+)"', negative)[0]) > 5
    assert float(re.findall(r'width="([\d.]+)"', small)[0]) < 1


def test_maps_have_the_colours_of_what_they_show() -> None:
    """x1 is negative on the left and positive on the right; x2 grows upwards."""
    svg = drawing.draw(snapshot(hidden=[]), is_discrete=True)
    first = re.findall(r"base64,([^\"]+)\"", svg)[0]
    column = np.asarray(Image.open(io.BytesIO(base64.b64decode(first))).convert("RGB"), int)
    size = column.shape[1]
    x1 = column[:size]
    red, blue = 0, 2
    assert x1[0, 0, red] > x1[0, 0, blue]
    assert x1[0, -1, red] < x1[0, -1, blue]
    assert column[len(column) // 2, 0, red] < column[len(column) // 2, 0, blue]  # top of x2


def test_words() -> None:
    assert re.fullmatch(
        r"Epoch 0\. Training loss \d\.\d{3}, test loss \d\.\d{3}\. Inputs x1, x2; hidden layers of "
        r"3 and 2 units; 20 weights and biases\.",
        drawing.words(snapshot()),
    )
    assert drawing.words(snapshot(hidden=[])).endswith("no hidden layer; 3 weights and biases.")
    assert drawing.words(snapshot(hidden=[1])).endswith(
        "one hidden layer of 1 unit; 5 weights and biases."
    )


def test_a_state_without_bounds_is_drawn_and_said() -> None:
    engine = Engine("regress-plane", hidden=[4], activation="relu", learning_rate=10)
    engine.step(50)
    found = engine.snapshot()
    assert found.diverged
    for view in drawing.views(found):
        parsed(drawing.draw(found, view=view))
    assert "has left all bounds" in drawing.words(found)


def test_the_line_in_the_hidden_space_is_where_the_output_is_zero() -> None:
    engine = Engine("xor", hidden=[2], activation="linear")
    weights = [np.eye(2), np.zeros(2), np.array([[1.0], [1.0]]), np.array([0.0])]
    engine.model.set_weights(weights)
    svg = drawing.draw(engine.snapshot(), view=drawing.HIDDEN_SPACE)
    x0, y0, x1, y1 = map(
        float, re.findall(r'<line x1="([\d.]+)" y1="([\d.]+)" x2="([\d.]+)" y2="([\d.]+)"', svg)[0]
    )
    assert x1 != x0
    assert (y1 - y0) / (x1 - x0) == pytest.approx(1, abs=0.2)  # falls: y grows downwards


def test_many_starts_are_drawn_and_said() -> None:
    losses = np.array([0.01, 0.02, 0.4, np.nan])
    parsed(drawing.histogram(losses))
    assert drawing.words_of_starts(losses, 200) == (
        "4 networks after 200 epochs: test losses from 0.010 to 0.400, half of them below 0.020; 2 "
        "at 0.05 or below, 2 at 0.1 or below. 1 left all bounds."
    )
    assert drawing.words_of_starts(losses[3:], 200) == "All 1 networks left all bounds."
    parsed(drawing.histogram(losses[3:]))
