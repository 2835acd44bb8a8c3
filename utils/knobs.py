"""Knobs: sliders, choices and a browser of pictures that shape a figure, with its state in words.

    knobs(draw_line, task="Four of four right.", reached=is_right, w1=Slider(-3, 3, 0.1, start=1))

`draw_line(w1=1.0)` returns a figure and a sentence. The sentence stands under the figure, and is
its text for those who cannot see it. Where no widget can live (a page on the web, a stored
notebook that no kernel runs), the figure at the start stands still.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.figure import Figure

from utils.plots.display import display, image, quick_image
from utils.widgets import live_view

if TYPE_CHECKING:
    from ipywidgets import Widget

Draw = Callable[..., tuple[Figure, str]]
_WHOLE_NAMES = {"description_width": "initial"}  # else they are cut after some ten letters


@dataclass(frozen=True)
class Slider:
    """A number from `low` to `high` in steps of `step`."""

    low: float
    high: float
    step: float
    start: float

    def __post_init__(self) -> None:
        if not (self.low <= self.start <= self.high and self.step > 0):
            raise ValueError(f"{self} must start between its ends, and its step must be above 0.")

    def read(self, value: float) -> float:
        """The number of the grid that is meant; a whole one where all of the grid are.

        The browser reckons in percent of the way: at 4 it says 3.9999999999999996.
        """
        number = self.low + round((value - self.low) / self.step) * self.step
        digits = max(_decimals(self.low), _decimals(self.step))
        number = round(number, digits) if value < self.high else self.high
        return number if digits or _decimals(self.high) else int(number)

    def widgets(self, name: str) -> tuple[Widget, list[Widget]]:
        """The widget that holds the value, and all that are to be shown."""
        from ipywidgets import FloatSlider

        holder = FloatSlider(
            value=self.start,
            min=self.low,
            max=self.high,
            step=self.step,
            description=name,
            style=_WHOLE_NAMES,
            # By itself it shows 9 as 9.00, and 0.875 as 0.88.
            readout_format=f".{_decimals(self.step)}f",
        )
        return holder, [holder]


@dataclass(frozen=True)
class Choice:
    """One of a few words; the first is chosen at the start."""

    options: tuple[str, ...]

    @property
    def start(self) -> str:
        return self.options[0]

    def read(self, value: str) -> str:
        return value

    def widgets(self, name: str) -> tuple[Widget, list[Widget]]:
        from ipywidgets import ToggleButtons

        holder = ToggleButtons(options=self.options, description=name, style=_WHOLE_NAMES)
        return holder, [holder]


@dataclass(frozen=True)
class Browser:
    """The number of one of `count` pictures, with buttons for the one before and the next."""

    count: int
    start: int = 0

    def read(self, value: int) -> int:
        return value

    def widgets(self, name: str) -> tuple[Widget, list[Widget]]:
        from ipywidgets import Button, HBox, IntSlider

        holder = IntSlider(
            value=self.start,
            min=0,
            max=self.count - 1,
            description=name,
            style=_WHOLE_NAMES,
        )
        buttons = []
        for words, step in (("previous", -1), ("next", 1)):
            button = Button(description=words, tooltip=f"{name}: the {words} one")
            button.on_click(lambda _, step=step: _move(holder, step))
            buttons.append(button)
        return holder, [HBox([buttons[0], holder, buttons[1]])]


Knob = Slider | Choice | Browser


def _decimals(number: float) -> int:
    return len(f"{number:.6f}".rstrip("0").partition(".")[2])


def _move(holder: Any, step: int) -> None:
    holder.value = min(max(holder.value + step, holder.min), holder.max)


def knobs(
    draw: Draw, *, task: str, reached: Callable[..., bool] | None = None, **by_name: Knob
) -> None:
    """Show a figure under knobs.

    Args:
        draw: called with one number or word for each knob, by its name; returns a new figure and
            a sentence with the key numbers. It must depend on them alone.
        task: what to reach, in a sentence.
        reached: called as `draw` is; whether the task is solved. Where it is, the words say so.
        by_name: the knobs; an underscore in a name is shown as a space.

    Raises:
        ValueError: no knob, or the task is solved at the start.
    """
    if not by_name:
        raise ValueError("knobs needs at least one knob, such as w=Slider(-3, 3, 0.1, start=1).")
    start = {name: knob.start for name, knob in by_name.items()}
    if reached is not None and reached(**start):
        raise ValueError(f"The task {task!r} is solved at the start: choose another start.")
    fig, sentence = draw(**start)
    still = image(fig, sentence) + _words(task, sentence, is_reached=False)
    bundle = {"text/html": still, "text/plain": f"[knobs: {task} {sentence}]"}
    display(bundle | _widget_view(draw, task, reached, by_name, still))


def _widget_view(
    draw: Draw,
    task: str,
    reached: Callable[..., bool] | None,
    by_name: Mapping[str, Knob],
    still: str,
) -> dict[str, Any]:
    """The live widget, as a part of what a cell displays.

    A drawing takes longer than the hand needs for the next step. ipywidgets sends no event before
    the last one was answered, and then only the newest value: so nothing piles up, and no timer is
    needed.
    """
    from ipywidgets import HTML, VBox

    made = {name: knob.widgets(name.replace("_", " ")) for name, knob in by_name.items()}
    holders = {name: holder for name, (holder, _) in made.items()}
    picture = HTML(still)

    def turn(_: object = None) -> None:
        now = {name: by_name[name].read(holder.value) for name, holder in holders.items()}
        fig, sentence = draw(**now)
        is_reached = reached is not None and reached(**now)
        picture.value = quick_image(fig, sentence) + _words(task, sentence, is_reached=is_reached)

    for holder in holders.values():
        holder.observe(turn, names="value")
    box = VBox([*(shown for _, several in made.values() for shown in several), picture])
    return live_view(box)


def _words(task: str, sentence: str, *, is_reached: bool) -> str:
    said = " <strong>Reached.</strong>" if is_reached else ""
    return (
        f"<p><em>Task: {html.escape(task)}</em></p>"
        f'<p role="status">{html.escape(sentence)}{said}</p>'
    )
