"""What the live outputs share."""

from __future__ import annotations

from ipywidgets import IntSlider

from utils.widgets import button, live_view


def test_a_live_view_names_its_widget() -> None:
    slider = IntSlider()
    (view,) = live_view(slider).values()
    assert view["model_id"] == slider.model_id


def test_a_button_calls_with_itself() -> None:
    called: list[object] = []
    made = button("Go", called.append)
    made.click()
    assert made.description == "Go" and called == [made]
