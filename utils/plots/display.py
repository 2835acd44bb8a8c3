"""Shows a figure in a notebook, with a text for those who cannot see it."""

import base64
import html
import io

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
    png = _png(fig)
    _close(fig)
    width = round(fig.get_figwidth() * SHOWN_DPI)
    image = (
        f'<img alt="{html.escape(words)}" width="{width}" style="max-width: 100%; height: auto" '
        f'src="data:image/png;base64,{base64.b64encode(png).decode()}">'
    )
    _display({"text/html": image, "text/plain": f"[figure: {words}]"})


def _display(bundle: dict[str, str]) -> None:
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(bundle["text/plain"])
    else:
        display(bundle, raw=True)


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
