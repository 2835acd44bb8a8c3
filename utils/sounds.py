"""A tune to hear: `play` shows a player under a picture, with words for who cannot hear it."""

from __future__ import annotations

import base64
import io
import wave
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from utils.plots.display import display, image

RATE = 8000  # numbers a second: enough for a plain tone, and small
LARGEST_WAV = 72_000  # bytes, which base64 makes a third longer
FURTHEST = 36  # half tones from the middle C: beyond, 8,000 numbers a second are too few


def play(
    notes: Sequence[int] | NDArray[np.int_], fig: Figure, *, alt: str, tick: float = 0.11
) -> None:
    """Display a player for a tune, under a figure of it, whose text stands for both.

    Args:
        notes: one for each tick, in half tones above the middle C; equal neighbours are one long
            note.
        fig: a picture of the tune; it is closed.
        alt: a sentence that says what there is to hear and to see; tests compare it alone.
        tick: seconds.

    Raises:
        ValueError: the notes are not whole numbers in a row, they lie beyond three octaves from the
            middle C, or the tune needs over 72 kB.
    """
    sound = base64.b64encode(wav(notes, tick)).decode()
    # Else JupyterLab's keys, such as m for Markdown, reach the cell while the player has the focus.
    player = (
        '<audio controls preload="none" data-lm-suppress-shortcuts="true" '
        f'src="data:audio/wav;base64,{sound}"></audio>'
    )
    words = " ".join(alt.split())
    display({"text/html": image(fig, words) + "<br>" + player, "text/plain": f"[tune: {words}]"})


def wav(notes: Sequence[int] | NDArray[np.int_], tick: float) -> bytes:
    """The tune as a WAV file of one channel, 8 bits a number; the same on every run."""
    notes = np.asarray(notes)
    if notes.ndim != 1 or notes.size == 0 or notes.dtype.kind not in "iu":
        raise ValueError(
            "A tune is a row of whole numbers, one for each tick, and this has the shape "
            f"{notes.shape} and the type {notes.dtype}."
        )
    if np.abs(notes).max() > FURTHEST:
        raise ValueError(
            f"Notes lie within {FURTHEST} half tones of the middle C, and here is "
            f"{notes[np.abs(notes).argmax()]}."
        )
    per_tick = round(RATE * tick)
    pitch = np.repeat(261.63 * 2.0 ** (notes / 12), per_tick)
    begins = np.flatnonzero(np.diff(notes, prepend=notes[0] - 1))
    since = np.arange(len(pitch)) - np.repeat(
        begins * per_tick, np.diff(begins, append=len(notes)) * per_tick
    )
    # Each note begins softly, so that nothing clicks, and fades.
    loudness = np.minimum(since / 80, 1) * np.exp(-since / (RATE * 0.6))
    sound = np.sin(2 * np.pi * np.cumsum(pitch) / RATE) * loudness
    file = io.BytesIO()
    with wave.open(file, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(1)
        written.setframerate(RATE)
        written.writeframes(np.uint8(np.round(128 + 90 * sound)).tobytes())
    if file.tell() > LARGEST_WAV:
        raise ValueError(
            f"The tune takes {file.tell()} bytes, over {LARGEST_WAV}: make it shorter."
        )
    return file.getvalue()
