"""The player of tunes: the same bytes each time, small, with the right pitch, and with words."""

from __future__ import annotations

import base64
import io
import re
import wave
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.figure import Figure

from utils import sounds


def _numbers(notes: list[int], tick: float = 0.5) -> np.ndarray:
    with wave.open(io.BytesIO(sounds.wav(notes, tick))) as file:
        assert file.getparams()[:3] == (1, 1, sounds.RATE)
        return np.frombuffer(file.readframes(file.getnframes()), np.uint8).astype(float) - 128


def test_the_same_tune_is_the_same_bytes() -> None:
    assert sounds.wav([0, 4, 4, 7], 0.1) == sounds.wav([0, 4, 4, 7], 0.1)


@pytest.mark.parametrize(("note", "hertz"), [(0, 261.6), (9, 440.0), (12, 523.3)])
def test_a_note_has_its_pitch(note: int, hertz: float) -> None:
    heard = np.abs(np.fft.rfft(_numbers([note, note])))
    assert np.argmax(heard[1:]) + 1 == pytest.approx(hertz, abs=1)


def test_a_held_note_is_struck_once() -> None:
    held, twice = _numbers([0, 0], 0.2), _numbers([0, 12], 0.2)
    at = round(0.2 * sounds.RATE)
    assert np.ptp(held[at : at + 20]) > 60
    assert np.ptp(twice[at : at + 20]) < 60


def test_a_long_tune_is_refused() -> None:
    with pytest.raises(ValueError, match="make it shorter"):
        sounds.wav([0] * 100, 0.11)


@pytest.mark.parametrize("notes", [[], [[0, 2]], [0.5, 1.0], ["c", "d"]])
def test_what_is_no_row_of_whole_numbers_is_refused(notes: Any) -> None:
    with pytest.raises(ValueError, match="a row of whole numbers"):
        sounds.wav(notes, 0.1)


@pytest.mark.parametrize("note", [37, -37])
def test_a_note_that_cannot_be_heard_rightly_is_refused(note: int) -> None:
    with pytest.raises(ValueError, match=f"within 36 half tones .* here is {note}"):
        sounds.wav([0, note, 5], 0.1)


def test_the_page_has_the_picture_its_words_and_the_tune(monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, str]] = []
    monkeypatch.setattr(sounds, "display", shown.append)
    fig = plt.figure()
    sounds.play([0, 2], fig, alt='Two "notes".', tick=0.1)
    (bundle,) = shown
    html = bundle["text/html"]
    assert 'alt="Two &quot;notes&quot;."' in html
    found = re.search(r'<audio controls [^>]*src="data:audio/wav;base64,([^"]*)"></audio>', html)
    assert found
    assert base64.b64decode(found[1]) == sounds.wav([0, 2], 0.1)
    assert not plt.fignum_exists(fig.number)


def test_the_words_stand_for_the_tune(capsys: pytest.CaptureFixture[str]) -> None:
    sounds.play([0, 2], Figure(), alt="Two notes, the second\nis higher.")
    assert capsys.readouterr().out == "[tune: Two notes, the second is higher.]\n"
