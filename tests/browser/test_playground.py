"""The playground in a real JupyterLab: its controls, its pace, and what a saved notebook shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, expect

from tests.browser.lab_page import LabPage, Server
from tests.browser.test_knobs import UPSTREAM

NAME = "playground.ipynb"
CELLS = {
    "start": "from utils import start\n\nstart()",
    "one": "from utils.playground import Playground\n\none = Playground(seed=3)\none",
    "two": 'two = Playground("spiral", hidden=[8] * 6, activation="relu", noise=5)\ntwo',
    "asked": "print(one.engine.epoch, two.engine.epoch, one.is_playing, two.is_playing)",
    "zeros": "one.model.set_weights([0 * part for part in one.model.get_weights()])",
}
FIVE = "5 epochs a picture"
# Counts the pictures that are put into the page within some seconds.
COUNT = """([box, seconds]) => new Promise(resolve => {
    let count = 0;
    const watch = new MutationObserver(() => { count += 1; });
    watch.observe(box, {childList: true});
    setTimeout(() => { watch.disconnect(); resolve(count / seconds); }, 1000 * seconds);
})"""


@pytest.fixture(scope="module")
def page(server: Server, open_lab: Callable[[str], LabPage]) -> LabPage:
    server.write(NAME, CELLS)
    page = open_lab(NAME)
    for cell in ("start", "one", "two"):
        page.run(cell)
    return page


def words(page: LabPage, cell: str) -> Locator:
    return page.output(cell).get_by_role("status")


def picture(page: LabPage, cell: str) -> Locator:
    return page.output(cell).locator("svg[role=img]").first


def press(page: LabPage, cell: str, name: str) -> None:
    page.output(cell).get_by_role("button", name=name, exact=True).click()


def choose(page: LabPage, cell: str, name: str, option: str) -> None:
    page.output(cell).get_by_label(name, exact=True).select_option(label=option)


def asked(page: LabPage) -> list[str]:
    """Epochs of both, and whether they play."""
    page.run("asked")
    return page.output("asked").inner_text().split()


def test_a_step_trains_one_epoch_and_a_reset_goes_back(page: LabPage) -> None:
    first = words(page, "one").inner_text()
    assert first.startswith("Epoch 0. Training loss ")
    press(page, "one", "Step")
    expect(words(page, "one")).to_contain_text("Epoch 1.", timeout=20_000)
    press(page, "one", "Reset")
    expect(words(page, "one")).to_have_text(first)
    assert picture(page, "one").get_attribute("aria-label") == first


def test_it_plays_and_pauses(page: LabPage) -> None:
    press(page, "one", "Play")
    expect(words(page, "one")).to_contain_text(re.compile(r"Epoch \d{2,}\."), timeout=20_000)
    press(page, "one", "Pause")
    then, _, plays, _ = asked(page)
    assert plays == "False"
    page.page.wait_for_timeout(500)
    assert asked(page)[0] == then
    expect(words(page, "one")).to_contain_text(f"Epoch {int(then):,}.")


def test_it_draws_twenty_large_pictures_a_second(
    page: LabPage, record_summary: Callable[[str], None]
) -> None:
    """Here the number is only told, and compared with one that no busy machine misses."""
    press(page, "two", "Play")
    expect(words(page, "two")).to_contain_text(re.compile(r"Epoch [1-9]"), timeout=20_000)
    box = picture(page, "two").locator("xpath=..").element_handle()
    rate = page.page.evaluate(COUNT, [box, 3])
    choose(page, "two", "Speed", "full speed")
    page.page.wait_for_timeout(1000)
    box = picture(page, "two").locator("xpath=..").element_handle()
    at_full_speed = page.page.evaluate(COUNT, [box, 3])
    press(page, "two", "Pause")
    choose(page, "two", "Speed", "1 epoch a picture")
    record_summary(
        f"playground in Chromium, six layers of eight units with all maps: {rate:.0f} pictures a "
        f"second, at full speed {at_full_speed:.0f}"
    )
    assert min(rate, at_full_speed) > 4


def test_controls_answer_while_it_trains(page: LabPage) -> None:
    choose(page, "one", "Speed", "full speed")
    press(page, "one", "Play")
    expect(words(page, "one")).to_contain_text(re.compile(r"Epoch \d{1,3},?\d{3}"), timeout=20_000)
    choose(page, "one", "Learning rate", "0.1")
    choose(page, "one", "Activation", "relu")  # starts anew, and plays on
    expect(words(page, "one")).to_contain_text(re.compile(r"Epoch \d+,\d{3}\."), timeout=20_000)
    press(page, "one", "Pause")
    choose(page, "one", "Activation", "tanh")
    expect(words(page, "one")).to_contain_text("Epoch 0.")


def test_each_setting_is_taken_or_refused_in_a_sentence(page: LabPage) -> None:
    for name, option in (
        ("Data", "xor"),
        ("Optimizer", "Adam"),
        ("Start", "he_normal"),
        ("Penalty", "L2"),
        ("Its rate", "0.003"),
        ("Data", "circle"),
    ):
        choose(page, "one", name, option)
        expect(words(page, "one")).to_contain_text("Epoch 0.")
    box = page.output("one").get_by_label("Hidden layers", exact=True)
    box.fill("3, 3")
    box.press("Enter")
    expect(words(page, "one")).to_contain_text("hidden layers of 3 and 3 units")
    box.fill("3, 99")
    box.press("Enter")
    expect(words(page, "one")).to_contain_text("from 1 to 8, not 99")
    expect(box).to_have_value("3, 3")
    page.output("one").get_by_label("sin(x1)").check()
    expect(words(page, "one")).to_contain_text("Inputs x1, x2, sin(x1)")
    for name in ("sin(x1)", "x1"):
        page.output("one").get_by_label(name, exact=True).uncheck()
    page.output("one").get_by_label("x2", exact=True).uncheck()
    expect(words(page, "one")).to_contain_text("at least one input")
    expect(page.output("one").get_by_label("x2", exact=True)).to_be_checked()
    slider = page.output("one").get_by_role("slider").first
    slider.focus()
    slider.press("ArrowRight")
    expect(words(page, "one")).to_contain_text("Epoch 0.")
    page.run("asked")
    press(page, "one", "Other points and start")
    expect(page.output("one").get_by_label("Seed")).to_have_value("4")


def test_the_large_picture_shows_a_unit_and_the_hidden_space(page: LabPage) -> None:
    choose(page, "one", "Large picture", "hidden space")
    expect(page.output("one").get_by_text("as the last hidden layer gives them")).to_be_visible()
    choose(page, "one", "Large picture", "2.1")
    expect(page.output("one").get_by_text("unit 1 of layer 2")).to_be_visible()
    page.output("one").get_by_label("Show the points to test with").check()
    page.output("one").get_by_label("Two colours alone").check()
    choose(page, "one", "Large picture", "output")
    expect(words(page, "one")).to_contain_text("Epoch 0.")


def test_a_weight_is_read_and_written(page: LabPage) -> None:
    choose(page, "one", "More", "one weight")
    choose(page, "one", "Weight", "layer 1, unit 1: bias")
    box = page.output("one").get_by_label("Value")
    expect(box).to_have_value("0")
    before = words(page, "one").inner_text()
    box.fill("5")
    box.press("Enter")
    expect(words(page, "one")).not_to_have_text(before)
    choose(page, "one", "More", "nothing")


def test_weights_set_in_code_show_at_once(page: LabPage) -> None:
    page.run("zeros")
    expect(words(page, "one")).to_contain_text("Training loss 0.500")


def test_a_state_is_shared(page: LabPage) -> None:
    choose(page, "one", "More", "state to share")
    given = page.output("one").get_by_label("Another one, as either")
    given.fill("Playground(data='gauss', hidden=[2])")
    given.press("Tab")
    press(page, "one", "Take it")
    expect(words(page, "one")).to_contain_text("one hidden layer of 2 units")
    line = page.output("one").get_by_label("This one")
    expect(line).to_have_value('Playground(data="gauss", hidden=[2])')
    page.output("one").get_by_label("Another one, as either").fill("what?")
    page.output("one").get_by_label("Another one, as either").press("Tab")
    press(page, "one", "Take it")
    expect(words(page, "one")).to_contain_text("copy all of it")


def test_its_code_and_many_starts(page: LabPage) -> None:
    press(page, "one", "Step")
    choose(page, "one", "More", "code")
    expect(page.output("one").get_by_label("Code")).to_have_value(re.compile(r"model\.fit\("))
    choose(page, "one", "More", "100 starts")
    press(page, "one", "Train 100 starts")
    expect(words(page, "one")).to_contain_text("100 networks after 200 epochs", timeout=60_000)
    expect(page.output("one").get_by_label("Histogram of 100 test losses")).to_be_visible()
    choose(page, "one", "More", "nothing")


def test_a_mission_is_solved_by_its_controls(page: LabPage) -> None:
    choose(page, "one", "More", "missions")
    missions = page.output("one").get_by_role("listitem")
    expect(missions.filter(has_text="xor:")).to_contain_text("Not this way: This mission has the")
    choose(page, "one", "Data", "circle")
    box = page.output("one").get_by_label("Hidden layers", exact=True)
    box.fill("4")
    box.press("Enter")
    mission = missions.filter(has_text="circle:")
    expect(mission).to_contain_text("Use at most 3 hidden units; here are 4.")
    box.fill("3")
    box.press("Enter")
    for name, option in (("Activation", "relu"), ("Optimizer", "Adam"), ("Speed", FIVE)):
        choose(page, "one", name, option)
    expect(mission).to_contain_text(re.compile(r"Not yet: the test loss is 0\.\d+\."))
    press(page, "one", "Play")
    expect(words(page, "one")).to_contain_text(re.compile(r"test loss 0\.0[0-4]"), timeout=20_000)
    press(page, "one", "Pause")
    expect(mission).to_contain_text(re.compile("Reached(, but this start has had| by this start)"))
    choose(page, "one", "More", "nothing")
    choose(page, "one", "Speed", "1 epoch a picture")


def test_a_training_that_leaves_all_bounds_pauses_and_goes_back(page: LabPage) -> None:
    for name, option in (
        ("Data", "regress-plane"),
        ("Activation", "relu"),
        ("Optimizer", "SGD"),
        ("Penalty", "none"),
        ("Learning rate", "10"),
    ):
        choose(page, "one", name, option)
    press(page, "one", "Play")
    expect(words(page, "one")).to_contain_text("the training pauses", timeout=20_000)
    expect(page.output("one").get_by_role("button", name="Play", exact=True)).to_be_visible()
    choose(page, "one", "Learning rate", "0.01")
    press(page, "one", "Back 10")
    expect(words(page, "one")).to_contain_text("Training loss")


def test_the_stop_button_pauses_it(page: LabPage) -> None:
    press(page, "two", "Play")
    page.page.wait_for_timeout(500)
    for _ in range(10):
        page.interrupt()
        page.page.wait_for_timeout(300)
        if page.output("two").get_by_role("button", name="Play", exact=True).is_visible():
            break
    expect(page.output("two").get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert asked(page)[3] == "False"


def test_a_cell_that_runs_anew_leaves_nothing_that_plays(page: LabPage) -> None:
    choose(page, "two", "Speed", "full speed")
    press(page, "two", "Play")
    page.page.wait_for_timeout(300)
    page.run("one")
    page.wait_until_idle()
    assert asked(page)[2:] == ["False", "False"]


def test_a_kernel_that_starts_anew_has_nothing_that_plays(page: LabPage) -> None:
    press(page, "two", "Play")
    page.page.wait_for_timeout(300)
    page.restart()
    for cell in ("start", "one", "two"):
        page.run(cell)
    before = asked(page)
    page.page.wait_for_timeout(1000)
    assert asked(page) == before == ["0", "0", "False", "False"]


def test_the_output_is_accessible(page: LabPage) -> None:
    for cell in ("one", "two"):
        page.output(cell)
        found: list[dict[str, Any]] = Axe().run(page.page, ".jp-OutputArea").response["violations"]
        assert {one["id"] for one in found} <= UPSTREAM, found


def test_a_saved_notebook_has_a_still_picture(page: LabPage) -> None:
    saved = page.save()
    for cell in saved.cells:
        if cell.id in ("one", "two"):
            bundle = next(output.data for output in cell.outputs if "data" in output)
            assert "<svg" in bundle["text/html"]
            assert bundle["text/plain"].startswith("[playground: Epoch 0.")


def test_the_browser_had_nothing_to_complain_about(page: LabPage) -> None:
    """Last on purpose: it looks back on the whole visit."""
    assert page.complaints == []
