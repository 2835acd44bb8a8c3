"""Shows a figure in a notebook, with a text for those who cannot see it."""

import base64
import html
import io
from typing import Any

from matplotlib.figure import Figure
from PIL import Image

from utils.plots.style import SHOWN_DPI

_DRAWN_DPI = 160
_LARGEST_PNG = 100_000


def show(fig: Figure, *, alt: str) -> None:
    """Display a figure with a text for those who cannot see it, and close it.

    The text says what there is to see, with the key numbers; tests compare figures by it.
    matplotlib's own notebook output has no place for such a text, hence the HTML.

    Raises:
        TypeError: `fig` is not a Figure.
        ValueError: `alt` is empty or a single word, or the figure needs over 100 kB.
    """
    if not isinstance(fig, Figure):
        raise TypeError(f"show(fig, alt=...) needs a matplotlib Figure, not {type(fig).__name__}.")
    words = " ".join(alt.split())
    if " " not in words:
        raise ValueError(f"The text alt={alt!r} must say in a sentence what the figure shows.")
    display({"text/html": image(fig, words), "text/plain": f"[figure: {words}]"})


def image(fig: Figure, words: str) -> str:
    """The figure as an <img> of HTML, sharp and at most 100 kB large; closes the figure."""
    return _tag(fig, words, _png(fig))


def quick_image(fig: Figure, words: str) -> str:
    """The same in a third of the time, less sharp and larger: for figures that move."""
    drawn = io.BytesIO()
    fig.savefig(drawn, format="png", dpi=SHOWN_DPI, facecolor="white")
    return _tag(fig, words, drawn.getvalue())


def display(bundle: dict[str, Any]) -> None:
    """Display data of several types; where no notebook is, print their plain text."""
    from IPython import display as ipython
    from IPython import get_ipython

    if get_ipython() is None:
        print(bundle["text/plain"])
    else:
        ipython.display(bundle, raw=True)


def _tag(fig: Figure, words: str, png: bytes) -> str:
    _close(fig)
    width = round(fig.get_figwidth() * SHOWN_DPI)
    return (
        f'<img alt="{html.escape(words)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
    )


def _close(fig: Figure) -> None:
    from matplotlib import pyplot

    pyplot.close(fig)


def _png(fig: Figure) -> bytes:
    """Draw a figure as PNG with at most 256 colours: a third of the bytes, no visible change."""
    for dpi in (_DRAWN_DPI, SHOWN_DPI):
        drawn, packed = io.BytesIO(), io.BytesIO()
        fig.savefig(drawn, format="png", dpi=dpi, facecolor="white")
        Image.open(drawn).convert("RGB").quantize(256).save(packed, format="png", optimize=True)
        if packed.tell() <= _LARGEST_PNG:
            return packed.getvalue()
    raise ValueError(
        f"The figure takes {packed.tell() // 1000} kB as PNG, over {_LARGEST_PNG // 1000} kB: "
        "draw it smaller or with fewer points."
    )
