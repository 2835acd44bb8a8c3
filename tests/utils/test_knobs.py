"""Knobs: figure and sentence follow every knob; a task is said to be reached, never before."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from matplotlib.figure import Figure

from utils import knobs as module
from utils.knobs import Browser, Choice, Slider, knobs


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    bundles: list[dict[str, Any]] = []
    monkeypatch.setattr(module, "display", bundles.append)
    return bundles


def box(bundle: dict[str, Any]) -> Any:
    from ipywidgets.widgets.widget import _instances

    return _instances[bundle["application/vnd.jupyter.widget-view+json"]["model_id"]]


def draw(**numbers: object) -> tuple[Figure, str]:
    return Figure((2, 1)), f"It stands at {numbers}."


def words(html: str) -> str:
    return unescape(re.sub("<[^>]*>", "", html.partition('role="status">')[2]))


def test_without_a_widget_the_start_stands_still(shown: list[dict[str, Any]]) -> None:
    knobs(draw, task="Go to 2.", w=Slider(0, 3, 0.5, start=1))
    (bundle,) = shown
    assert 'alt="It stands at {&#x27;w&#x27;: 1}."' in bundle["text/html"]
    assert bundle["text/plain"] == "[knobs: Go to 2. It stands at {'w': 1}.]"


def test_the_picture_and_its_words_follow_each_knob(shown: list[dict[str, Any]]) -> None:
    several = {"w": Slider(0, 3, 0.5, start=1), "kind": Choice(("AND", "OR")), "at": Browser(3)}
    knobs(draw, task="Turn.", **several)
    slider, choice, browser, picture = box(shown[0]).children
    slider.value, choice.value = 2.5, "OR"
    browser.children[2].click()
    assert words(picture.value) == "It stands at {'w': 2.5, 'kind': 'OR', 'at': 1}."
    for _ in range(5):
        browser.children[0].click()
    assert "'at': 0}" in words(picture.value)


@pytest.mark.parametrize(("step", "shows"), [(1, ".0f"), (0.5, ".1f"), (0.125, ".3f"), (20, ".0f")])
def test_a_slider_shows_as_many_decimals_as_its_steps_have(
    step: float, shows: str, shown: list[dict[str, Any]]
) -> None:
    knobs(draw, task="Turn.", w=Slider(0, 40, step, start=0))
    assert box(shown[0]).children[0].readout_format == shows


@pytest.mark.parametrize(
    ("slider", "sent", "means"),
    [
        (Slider(1, 10, 1, start=1), 3.9999999999999996, "4"),
        (Slider(1, 16, 1, start=1), 11.000000000000002, "11"),
        (Slider(-1, 1, 0.05, start=0), 0.15000000000000002, "0.15"),
        (Slider(0.025, 0.975, 0.025, start=0.5), 0.07499999999999998, "0.075"),
        (Slider(-0.5, 3.5, 1, start=-0.5), 0.5000000000000001, "0.5"),
        (Slider(0, 2.5, 1, start=0), 2.5, "2.5"),  # its end is no step from the one before
        (Slider(-1, 1, 0.5, start=1), 0.0, "0.0"),
    ],
)
def test_a_slider_gives_the_numbers_of_its_grid(
    slider: Slider, sent: float, means: str, shown: list[dict[str, Any]]
) -> None:
    """A browser sends 3.9999999999999996 for 4: neither figure nor task may see it."""
    seen: list[object] = []
    knobs(draw, task="Turn.", reached=lambda w: bool(seen.append(w)), w=slider)
    box(shown[0]).children[0].value = sent
    assert words(box(shown[0]).children[1].value) == f"It stands at {{'w': {means}}}."
    assert repr(seen[-1]) == means


def test_a_reached_task_is_said_and_taken_back(shown: list[dict[str, Any]]) -> None:
    knobs(draw, task="Go to 2.", reached=lambda w: w == 2, w=Slider(0, 3, 0.5, start=1))
    slider, picture = box(shown[0]).children
    assert "Reached" not in picture.value
    slider.value = 2
    assert words(picture.value).endswith("Reached.")
    slider.value = 3
    assert "Reached" not in picture.value


def test_two_on_one_page_are_independent(shown: list[dict[str, Any]]) -> None:
    for _ in range(2):
        knobs(draw, task="Turn.", w=Slider(0, 3, 0.5, start=1))
    (slider, picture), (_, other) = (box(bundle).children for bundle in shown)
    before = other.value
    slider.value = 3
    assert "3" in words(picture.value) and other.value == before


def test_a_task_that_is_solved_at_the_start_is_none(shown: list[dict[str, Any]]) -> None:
    with pytest.raises(ValueError, match="solved at the start"):
        knobs(draw, task="Go.", reached=lambda w: w == 1, w=Slider(0, 3, 0.5, start=1))
    with pytest.raises(ValueError, match="at least one knob"):
        knobs(draw, task="Go.")
    with pytest.raises(ValueError, match="between its ends"):
        Slider(0, 3, 0.5, start=4)
    assert not shown
