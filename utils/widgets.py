"""What the live outputs of the labs share: how a widget is shown, and its buttons."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # imported where it is needed: it takes half a second
    from ipywidgets import Button, Widget


def live_view(widget: Widget) -> dict[str, Any]:
    """The part of an output that shows a live widget; a page without a kernel needs others."""
    shown = {"version_major": 2, "version_minor": 0, "model_id": widget.model_id}
    return {"application/vnd.jupyter.widget-view+json": shown}


def button(words: str, call: Callable[[object], None]) -> Button:
    """A button with these words that calls `call` with itself."""
    from ipywidgets import Button

    made = Button(description=words)
    made.on_click(call)
    return made
