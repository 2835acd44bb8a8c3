"""Settings can be written down and read again; each that cannot be has its sentence."""

from typing import Any

import pytest

from utils.playground.settings import Settings, from_text

UNUSUAL = Settings(
    "spiral",
    inputs=("x1", "sin(x2)"),
    hidden=(8, 1),
    activation="relu",
    noise=20,
    share=70,
    batch_size=1,
    learning_rate=0.00001,
    optimizer="Adam",
    penalty="L1",
    penalty_rate=0.001,
    initializer="zeros",
    seed=7,
)


@pytest.mark.parametrize("settings", [Settings(), UNUSUAL, Settings(hidden=())])
def test_a_line_and_a_text_give_the_same_settings(settings: Settings) -> None:
    assert from_text(settings.json()) == settings
    assert from_text(f" {settings.line()}\n") == settings
    assert eval(settings.line(), {"Playground": Settings}) == settings


def test_a_line_says_what_is_not_usual() -> None:
    assert Settings().line() == 'Playground(data="circle")'
    assert Settings("xor", hidden=(3,)).line() == 'Playground(data="xor", hidden=[3])'


def test_inputs_have_one_order() -> None:
    assert Settings(inputs=("x2", "x1")) == Settings(inputs=("x1", "x2"))
    assert Settings(inputs=("x1", "x1")).inputs == ("x1",)


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "data": ({"data": "moons"}, "data is one of circle, xor"),
    "seven layers": ({"hidden": [1] * 7}, "at most 6 layers"),
    "nine units": ({"hidden": [9]}, "units is a whole number from 1 to 8, not 9"),
    "no units": ({"hidden": [4, 0]}, "from 1 to 8, not 0"),
    "half a unit": ({"hidden": [1.5]}, "not 1.5"),
    "a number of layers": ({"hidden": 3}, "hidden is a list"),
    "text": ({"hidden": "42"}, "hidden is a list"),
    "no input": ({"inputs": []}, "at least one input"),
    "an unknown input": ({"inputs": ["x3"]}, "not 'x3'"),
    "activation": ({"activation": "softmax"}, "activation is one of relu, tanh"),
    "much noise": ({"noise": 51}, "noise is a whole number from 0 to 50"),
    "share": ({"share": 95}, "from 10 to 90"),
    "batch size": ({"batch_size": 31}, "from 1 to 30"),
    "rate": ({"learning_rate": 0}, "learning_rate is a number"),
    "a rate that is none": ({"learning_rate": float("nan")}, "not nan"),
    "a rate of text": ({"learning_rate": "0.1"}, "not '0.1'"),
    "optimizer": ({"optimizer": "sgd"}, "optimizer is one of SGD, Adam"),
    "penalty": ({"penalty": "l1"}, "penalty is one of none, L1, L2"),
    "a true batch": ({"batch_size": True}, "not True"),
    "seed": ({"seed": -1}, "seed is a whole number"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_has_its_sentence(name: str) -> None:
    settings, sentence = WRONG[name]
    with pytest.raises(ValueError, match="(?s)" + sentence.replace("(", "\\(")) as raised:
        Settings(**settings)
    assert "\n" not in str(raised.value)


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(ValueError, match="no setting 'layers'"):
        Settings().changed(layers=3)


@pytest.mark.parametrize(
    "text",
    [
        'Playground("xor", hidden=[3])',
        "'Playground(data=\"xor\", hidden=[3])'",
        "mine = Playground(data='xor', hidden=[3]);",
        'Playground(hidden = [3], data = "xor"),\n',
    ],
)
def test_a_line_is_read_as_somebody_may_write_it(text: str) -> None:
    assert from_text(text) == Settings("xor", hidden=(3,))


def test_a_line_fits_between_single_quotes() -> None:
    line = Settings("xor", inputs=("x1", "sin(x2)"), hidden=(3,), activation="relu").line()
    assert "'" not in line
    assert from_text(f"'{line}'").line() == line


def test_curly_quotes_are_named() -> None:
    with pytest.raises(ValueError, match="curly ones"):
        from_text("Playground(data=\u201cxor\u201d)")


@pytest.mark.parametrize(
    "text",
    [
        "Play(data='xor')",
        "Playground('xor', 'relu', 3)",
        "x" * 10**6,
        "[" * 1900,
        "-" * 1900 + "1",
        "",
        "{",
        "[1]",
        "Playground(data='xor'",
        "Playground(hidden=f(1))",
    ],
)
def test_a_text_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="copy all of it"):
        from_text(text)


def test_a_text_with_an_unknown_or_a_wrong_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="no setting 'colour'"):
        from_text('{"colour": 1}')
    with pytest.raises(ValueError, match="noise"):
        from_text('{"noise": 99}')
