"""The playground without a browser: what its controls do to the engine, and what is shown."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from utils.playground import Playground
from utils.playground.widget import CALM, FULL_SPEED, next_count

ROOT = Path(__file__).parents[3]


def playground(**settings: Any) -> Playground:
    return Playground(**({"data": "gauss", "hidden": [2], "share": 10} | settings))


def ask(it: Playground) -> None:
    """What the browser does while it plays."""
    it._asking[0].value += 1


def test_it_trains_when_the_browser_asks_and_not_otherwise() -> None:
    it = playground()
    ask(it)
    assert it.engine.epoch == 0
    it.play()
    for _ in range(3):
        ask(it)
    assert (it.engine.epoch, it.is_playing) == (3, True)
    it.pause()
    ask(it)
    assert (it.engine.epoch, it.is_playing) == (3, False)
    assert "Epoch 3." in it._status.value


def test_at_full_speed_pictures_hold_more_and_more_epochs() -> None:
    it = playground()
    it._speed.value = FULL_SPEED
    it.play()
    for _ in range(6):
        ask(it)
    assert it.engine.epoch > 6


def test_two_ask_for_pictures_and_one_for_one_a_second() -> None:
    it = playground()
    it.play()
    assert [one.playing for one in it._asking] == [True, True]
    it._speed.value = CALM
    assert [one.playing for one in it._asking] == [True, False]
    assert it._asking[0].interval == 1000
    it._speed.value = FULL_SPEED
    assert [one.playing for one in it._asking] == [True, True]
    it.pause()
    assert [one.playing for one in it._asking] == [False, False]


def test_the_next_picture_holds_as_many_epochs_as_there_is_time_for() -> None:
    assert next_count(1, 0.015) == 2
    assert next_count(1, 1.0) == 1
    assert next_count(10, 0.001) == 20
    assert next_count(100, 0.04) == 50
    assert next_count(900, 0.001) == 1000


def test_a_new_one_pauses_the_others() -> None:
    one = playground()
    one.play()
    two = playground()
    assert not one.is_playing
    two.play()
    one.play()
    assert one.is_playing and two.is_playing


def test_weights_that_were_set_are_drawn_after_the_cell() -> None:
    it = playground()
    before = it._picture.value
    it.show_changes()
    assert it._picture.value == before
    it.model.set_weights([0 * part for part in it.model.get_weights()])
    it.show_changes()
    assert it._picture.value != before
    assert "Training loss 0.500" in it._status.value


def test_a_setting_that_is_refused_goes_back() -> None:
    it = playground()
    it._settings["hidden"].value = "9"
    assert "from 1 to 8, not 9" in it._status.value
    assert it._settings["hidden"].value == "2"
    it._settings["hidden"].value = "two"
    assert "such as 4, 2" in it._status.value
    it._settings["hidden"].value = ""
    assert it.engine.settings.hidden == ()
    it._settings["seed"].value = -1
    assert "seed is a whole number" in it._status.value
    assert it.engine.settings.seed == 0
    for box in it._inputs.values():
        box.value = False
    assert it.engine.settings.inputs == ("x2",)
    assert it._inputs["x2"].value


def test_an_unusual_rate_is_among_the_choices() -> None:
    it = playground(learning_rate=0.02)
    assert it._settings["learning_rate"].value == 0.02
    it.engine.change(learning_rate=0.05)
    it._set_controls()
    assert it._settings["learning_rate"].value == 0.05


def test_data_of_ones_own_can_be_left_and_taken_again() -> None:
    it = Playground(lambda x1, x2: x1 > x2, hidden=[2])
    assert it._settings["data"].value == "mine"
    it._settings["data"].value = "xor"
    assert it.engine.settings.data == "xor"
    it._settings["data"].value = "mine"
    assert it.engine.settings.data == "mine"


def test_each_of_more_can_be_opened_in_each_state() -> None:
    it = playground()
    assert len(it._more.options) == 6
    for more in it._more.options:
        it._more.value = more
        it.step()
        it._settings["hidden"].value = "3, 1"
        it.model.set_weights([part + np.inf for part in it.model.get_weights()])
        it.step()
        it._settings["hidden"].value = "2"


def test_it_shows_itself_live_and_still() -> None:
    bundle = playground()._repr_mimebundle_()
    assert bundle["text/html"].startswith("<svg")
    assert bundle["text/plain"].startswith("[playground: Epoch 0.")
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]


def test_wrong_settings_are_refused_before_anything_is_shown() -> None:
    with pytest.raises(ValueError, match="data is one of"):
        Playground("moons")
    with pytest.raises(ValueError, match="no setting 'layers'"):
        Playground(layers=3)


def test_missions_are_said_beside_what_is_on_view() -> None:
    it = Playground("circle", hidden=[3], activation="relu", optimizer="Adam")
    it._more.value = "missions"
    said = it._extra.children[0].value
    assert "Not yet: the test loss is" in said
    assert "This mission has the data spiral" in said
    it.step(200)
    assert "Reached by this start, with 3 units" in it._extra.children[0].value
    it._inputs["x1^2"].value = True
    assert "here x1^2 does, too" in it._extra.children[0].value


def test_the_weight_on_view_stays_the_same_one() -> None:
    it = Playground("circle", hidden=[3])
    it._more.value = "one weight"
    chosen = it._extra.children[0].children[0]
    chosen.value = dict(chosen.options)["layer 1, unit 2: bias"]
    it.step()
    which, number = it._extra.children[0].children
    assert which.label == "layer 1, unit 2: bias"
    assert number.value == round(float(it.model.get_weights()[1][1]), 4)
    it._settings["hidden"].value = "1"  # where there is no second unit
    assert it._extra.children[0].children[0].index == 0


GROWTH = """
from benchmarks.playground.waits import memory

found = memory({{}}, {seconds})
print(found["pictures"], found["bytes"])
"""


@pytest.mark.parametrize("seconds", [6, pytest.param(600, marks=pytest.mark.full)])
def test_a_playground_that_plays_for_long_needs_no_more_memory(seconds: int) -> None:
    program = [sys.executable, "-c", GROWTH.format(seconds=seconds)]
    ran = subprocess.run(program, capture_output=True, text=True, check=True, cwd=ROOT)
    pictures, grown = map(int, ran.stdout.split())
    assert pictures > 5 * seconds
    assert grown < 20e6
