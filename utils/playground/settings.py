"""What can be set in a playground, and the sentences for what cannot."""

from __future__ import annotations

import ast
import dataclasses
import json
import math
import numbers
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from utils.playground.points import DATA, INPUTS, MINE
from utils.training import LARGEST_SEED

ACTIVATIONS = ("relu", "tanh", "sigmoid", "linear")
MOST_LAYERS, MOST_UNITS = 6, 8
MOST_LETTERS = 2000  # of a text that is read; a real one has some hundred
# Those of Keras that need a learning rate and nothing else.
OPTIMIZERS = (
    *("SGD", "Adam", "AdamW", "Adamax", "Nadam", "RMSprop", "Adagrad", "Adadelta", "Ftrl", "Lion"),
    *("Lamb", "Adafactor", "Muon"),
)
INITIALIZERS = (
    *("glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "lecun_uniform"),
    *("lecun_normal", "random_uniform", "random_normal", "truncated_normal", "orthogonal"),
    *("zeros", "ones"),
)
PENALTIES = ("none", "L1", "L2")


@dataclass(frozen=True)
class Settings:
    """All that a playground can be set to. A wrong setting raises ValueError with a sentence.

    Attributes:
        data: a name of `points.DATA`, or "mine" for data of one's own.
        inputs: what the first layer gets, names of `points.INPUTS`.
        hidden: units of each hidden layer, none to six layers of 1 to 8.
        activation: of the hidden layers. The output has tanh, or in a regression none.
        noise: 0 to 50.
        share: percent of the points to learn from, 10 to 90.
        batch_size: 1 to 30.
        learning_rate: 0.00001 to 10. A change of it alone lets the training go on.
        optimizer: the name of one of Keras's.
        penalty: "L1" or "L2" on the kernels, or "none".
        penalty_rate: how much, 0 to 10.
        initializer: the name of one of Keras's, for the kernels; biases start at 0.
        seed: of the points and of the first weights.
    """

    data: str = "circle"
    inputs: tuple[str, ...] = ("x1", "x2")
    hidden: tuple[int, ...] = (4, 2)
    activation: str = "tanh"
    noise: int = 0
    share: int = 50
    batch_size: int = 10
    learning_rate: float = 0.03
    optimizer: str = "SGD"
    penalty: str = "none"
    penalty_rate: float = 0.0
    initializer: str = "glorot_uniform"
    seed: int = 0

    def __post_init__(self) -> None:
        for name, allowed in (
            ("data", (*DATA, MINE)),
            ("activation", ACTIVATIONS),
            ("optimizer", OPTIMIZERS),
            ("penalty", PENALTIES),
            ("initializer", INITIALIZERS),
        ):
            if not isinstance(getattr(self, name), str) or getattr(self, name) not in allowed:
                raise ValueError(
                    f"{name} is one of {', '.join(allowed)}; not {getattr(self, name)!r}."
                )
        for name, low, high, is_whole in (
            ("noise", 0, 50, True),
            ("share", 10, 90, True),
            ("batch_size", 1, 30, True),
            ("learning_rate", 0.00001, 10, False),
            ("penalty_rate", 0, 10, False),
            ("seed", 0, LARGEST_SEED, True),
        ):
            object.__setattr__(
                self, name, _number(name, getattr(self, name), low, high, is_whole=is_whole)
            )
        object.__setattr__(self, "hidden", _hidden(self.hidden))
        object.__setattr__(self, "inputs", _inputs(self.inputs))

    def changed(self, **settings: Any) -> Settings:
        """The same with these changed.

        Raises:
            ValueError: there is no such setting, or it cannot have this value.
        """
        _refuse_unknown(settings)
        return dataclasses.replace(self, **settings)

    def line(self) -> str:
        """A line of Python that makes the same playground."""
        default = Settings()
        said = [
            f"{field.name}={_written(getattr(self, field.name))}"
            for field in dataclasses.fields(self)
            if field.name == "data" or getattr(self, field.name) != getattr(default, field.name)
        ]
        return f"Playground({', '.join(said)})"

    def json(self) -> str:
        """The settings as JSON text; `from_text` reads it."""
        return json.dumps(dataclasses.asdict(self))


def from_text(text: str) -> Settings:
    """Read what `Settings.line` or `Settings.json` wrote; nothing in it is run.

    A line may have quotes around it, a name and = before it, and the data as its first argument
    without a name.

    Raises:
        ValueError: it is no such text.
    """
    if set("\u201c\u201d\u2018\u2019") & set(text):
        raise ValueError("The quotes are curly ones, which Python does not know: use ' and \".")
    text = _bare(text)
    try:
        found = json.loads(text) if text.startswith("{") else _of_line(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = None
    if not isinstance(found, dict):
        raise ValueError(
            "This is not the text of a playground: copy all of it, from Playground( to ), or from "
            "{ to }."
        )
    _refuse_unknown(found)
    return Settings(**found)


def _bare(text: str) -> str:
    """The text without what stands around it; "" where it is far too long."""
    text = text.strip().rstrip(";,") if len(text) <= MOST_LETTERS else ""
    is_quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "'\""
    return text[1:-1].strip() if is_quoted else text


def _of_line(text: str) -> dict[str, Any] | None:
    (statement,) = ast.parse(text).body
    call = statement.value if isinstance(statement, (ast.Expr, ast.Assign)) else None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    has_unknown = len(call.args) > 1 or any(one.arg is None for one in call.keywords)
    if call.func.id != "Playground" or has_unknown:
        return None
    found = {str(one.arg): ast.literal_eval(one.value) for one in call.keywords}
    if call.args:
        found["data"] = ast.literal_eval(call.args[0])
    return found


def _refuse_unknown(settings: dict[str, Any]) -> None:
    known = [field.name for field in dataclasses.fields(Settings)]
    if unknown := [name for name in settings if name not in known]:
        raise ValueError(f"A playground has no setting {unknown[0]!r}. It has: {', '.join(known)}.")


def _number(name: str, value: Any, low: float, high: float, *, is_whole: bool) -> float:
    kind = numbers.Integral if is_whole else numbers.Real
    number = float(value) if isinstance(value, kind) and not isinstance(value, bool) else math.nan
    if not low <= number <= high:
        what = "a whole number" if is_whole else "a number"
        raise ValueError(f"{name} is {what} from {low:,} to {high:,}, not {value!r}.")
    return int(number) if is_whole else number


def _hidden(hidden: Any) -> tuple[int, ...]:
    if isinstance(hidden, str) or not isinstance(hidden, Sequence) or len(hidden) > MOST_LAYERS:
        raise ValueError(
            f"hidden is a list of the units in each layer, such as [4, 2], of at most "
            f"{MOST_LAYERS} layers; not {hidden!r}."
        )
    units = [_number("The number of units", one, 1, MOST_UNITS, is_whole=True) for one in hidden]
    return tuple(map(int, units))


def _inputs(inputs: Any) -> tuple[str, ...]:
    if not isinstance(inputs, Sequence) or not all(isinstance(one, str) for one in inputs):
        raise ValueError(f"inputs is a list of names, such as ['x1', 'x2']; not {inputs!r}.")
    several = (inputs,) if isinstance(inputs, str) else tuple(inputs)
    if not several:
        raise ValueError("The network needs at least one input, such as x1.")
    if unknown := [one for one in several if one not in INPUTS]:
        raise ValueError(f"inputs are some of {', '.join(INPUTS)}; not {unknown[0]!r}.")
    # In one order, whatever the order of the clicks was: the same inputs are the same network.
    return tuple(name for name in INPUTS if name in several)


def _written(value: Any) -> str:
    """As Python has it, with double quotes, so that single ones can go around a line."""
    return json.dumps(list(value) if isinstance(value, tuple) else value)
