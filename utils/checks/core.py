"""What an exercise is, and how a check of it runs.

A check is a plain function in `utils/checks/labNN.py`. Its parameters are the names that the
student defines; the annotation says which handle it gets: `Value`, `Function` or `Model`. Its
keyword-only parameters (`rng`, `seeds`) come from the caller: fixed in a notebook, fresh and secret
when a class is graded. It ends by returning (right) or by `fail` (wrong). It needs no `try`: a
handle that cannot answer ends the exercise with the reason.
"""

from __future__ import annotations

import contextlib
import contextvars
import importlib
import inspect
import math
import operator
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, NoReturn, TypeVar

import numpy as np

from utils.checks.encoding import (
    BY_GRADER,
    MAX_BYTES,
    MAX_PRINTED,
    NO_MESSAGE,
    ModelData,
    NotData,
    decode,
    encode,
    with_article,
)
from utils.checks.sentences import sentences

Ask = Callable[[str], str]
# The id of an exercise: its lab, its number, and b behind the second part of a split one.
ID = r"\d{1,2}\.\d{1,2}b?"
# "not run" is the grader's word: an answer is in the notebook, and its cell never ran to it.
Verdict = Literal["right", "wrong", "not attempted", "not run", "crashed", "stopped", "not judged"]


@dataclass(frozen=True)
class Exercise:
    """One graded exercise: its check, its points, its hints and the mistakes it knows by name."""

    id: str
    points: float
    hints: tuple[str, str, str]
    mistakes: Mapping[str, str]
    fresh: bool
    trains: bool
    judge: Callable[..., None]

    @property
    def lab(self) -> str:
        """The lab's number, two digits."""
        return self.id.split(".")[0].zfill(2)

    @property
    def names(self) -> dict[str, type[Handle]]:
        """The names that the student defines, with the handle that each arrives as."""
        parameters = inspect.signature(self.judge, eval_str=True).parameters.values()
        return {p.name: p.annotation for p in parameters if p.kind is not p.KEYWORD_ONLY}


@dataclass
class Result:
    """What came out of one check. `points` is what was earned of `exercise.points`."""

    exercise: Exercise = field(repr=False)
    verdict: Verdict = "right"
    points: float = 0.0
    says: str = ""
    mistake: str | None = None
    tried: str = ""
    came: str = ""
    expected: str = ""
    notes: list[str] = field(default_factory=list)
    parts: list[tuple[str, float, float]] = field(default_factory=list)
    ends: list[dict[str, Any]] = field(default_factory=list, repr=False)
    asks_ahead: bool = field(default=False, repr=False)

    def end(self, verdict: Verdict, **said: Any) -> None:
        """Keep how the exercise, or a part of it, ended. `settle` chooses what the card tells."""
        self.ends.append({"verdict": verdict, "tried": self.tried, "mistake": None, **said})

    def settle(self) -> None:
        """Tell of the first end that was an attempt; what is not attempted comes after it."""
        attempts = [end for end in self.ends if end["verdict"] != "not attempted"]
        told = next(iter(attempts or self.ends), {})
        for name in told.keys() - {"from_call", "line"}:
            setattr(self, name, told[name])
        earned = sum(points for _, points, _ in self.parts)
        if self.verdict == "not attempted" and earned:
            self.verdict = "wrong"
        if self.verdict == "right":
            self.points = self.exercise.points
        elif self.verdict in {"wrong", "crashed"}:
            self.points = earned
        for name in ("says", "tried", "came", "expected"):
            setattr(self, name, clean(getattr(self, name)))


# A text of a student's that a check looks at, and what a card shows of one.
LONGEST_TEXT, LONGEST_SHOWN = 100_000, 600
# What a card shows of a Result.
SHOWN = ("verdict", "points", "says", "mistake", "tried", "came", "expected", "notes", "parts")
REGISTRY: dict[str, Exercise] = {}


def exercise(
    id: str, *, points: float, fresh: bool = True, trains: bool = False
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Register a check. Its hints and mistakes are sentences of `labNN.toml`.

    `fresh` inputs differ with every seed; a constant exercise has one right answer. `trains` says
    that the check trains the student's network, which may take up to 20 s.
    """
    said = sentences(id.split(".")[0].zfill(2))["exercises"][id]
    first, second, third = said["hints"]

    def register(judge: Callable[..., None]) -> Callable[..., None]:
        hints, mistakes = (first, second, third), said.get("mistakes", {})
        REGISTRY[id] = Exercise(id, points, hints, mistakes, fresh, trains, judge)
        return judge

    return register


def in_order(id: str) -> tuple[int, int, str]:
    """Where an exercise stands: (12, 5, "b") for "12.5b", which once was a part of 12.5."""
    lab, _, number = id.partition(".")
    digits = number.removesuffix("b")
    return int(lab), int(digits), number[len(digits) :]


def find(id: str) -> Exercise:
    """Return the exercise with this id ("2.3"). Raises LookupError with a sentence."""
    if not isinstance(id, str):
        raise LookupError('Write the number of the exercise in quotes: check("2.3").')
    if not re.fullmatch(ID, id):
        raise LookupError(f"There is no exercise {id!r}: an exercise has a number such as '2.3'.")
    _import_checks(id.split(".")[0].zfill(2))
    if id not in REGISTRY:
        known = ", ".join(sorted(REGISTRY, key=in_order))
        raise LookupError(f"There is no exercise {id}. There are: {known or 'none in this lab'}.")
    return REGISTRY[id]


def exercises_of(lab: str) -> list[Exercise]:
    """The exercises of a lab, such as "02", in their order; [] where it has none."""
    _import_checks(lab)
    found = [one for one in REGISTRY.values() if one.lab == lab]
    return sorted(found, key=lambda one: in_order(one.id))


def _import_checks(lab: str) -> None:
    """Import the checks of a lab, where there are some."""
    name = f"utils.checks.lab{lab}"
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name != name:
            raise


# The run that is going on: `fail`, `part` and `note` speak to it.
_result: contextvars.ContextVar[Result] = contextvars.ContextVar("result")


class Ended(Exception):
    """The exercise (or one part of it) ends here; how, is the last of the running Result's ends."""


def fail(
    mistake: str | None = None,
    *,
    says: str = "",
    tried: str = "",
    came: object = "",
    expected: object = "",
) -> NoReturn:
    """End the exercise as wrong. `mistake` is a name of the exercise's `mistakes`, else None."""
    result = _result.get()
    says = says or (result.exercise.mistakes[mistake] if mistake else "")
    result.end(
        "wrong",
        mistake=mistake,
        says=says,
        tried=tried or result.tried,
        came=show(came),
        expected=show(expected),
    )
    raise Ended


def is_known(mistake: str) -> bool:
    """Whether the running exercise has a mistake of this name."""
    return mistake in _result.get().exercise.mistakes


def first_of(known: Iterable[tuple[str, Any]]) -> str | None:
    """Return the first of these names whose condition holds, None where none does.

    For mistakes whose order matters. A generator is asked no further than it has to be.
    """
    return next((mistake for mistake, is_made in known if is_made), None)


def note(text: str) -> None:
    """Add a remark to the card of a right answer (a valid other way, a side effect)."""
    notes = _result.get().notes
    if text not in notes:
        notes.append(text)


@contextlib.contextmanager
def part(points: float, name: str) -> Iterator[None]:
    """A block worth `points`: when it ends badly or is not attempted, the others still count.

    Use a handle inside its part: the name is looked up when it is first used.
    """
    result = _result.get()
    result.tried = ""  # what an earlier part called says nothing about this one
    try:
        yield
    except Ended:
        result.parts.append((name, 0.0, points))
    else:
        result.parts.append((name, points, points))


@contextlib.contextmanager
def if_it_raises(mistake: str, *, says: str = "", line: str = "") -> Iterator[None]:
    """Name the mistake when a call in this block raises an error whose text matches `says`.

    The student's line that raised it, where it is known, must match `line`.
    An answer that is not data (a History, a function) counts as raising "a History".
    """
    result = _result.get()
    try:
        yield
    except Ended:
        end = result.ends[-1]
        is_there = not end.get("line") or re.search(line, end["line"])
        if end.get("from_call") and is_there and re.search(says, end["came"]):
            end |= {"verdict": "wrong", "mistake": mistake}
            end["says"] = result.exercise.mistakes[mistake]
            if end["line"]:
                end["says"] += f" It happened in the line `{end['line']}`."
        raise


@contextlib.contextmanager
def named_errors(raises: Mapping[str, str]) -> Iterator[None]:
    """Name the mistake of `raises` whose words an error in this block says.

    The words are regular expressions, as in `if_it_raises`. Where several fit, the first counts.
    """
    with contextlib.ExitStack() as stack:
        for mistake, says in raises.items():
            stack.enter_context(if_it_raises(mistake, says=says))
        yield


@contextlib.contextmanager
def aside() -> Iterator[None]:
    """A block that asks for something beside the answer: its end and its notes do not count."""
    result = _result.get()
    ends, notes, tried = len(result.ends), list(result.notes), result.tried
    try:
        yield
    except Ended:
        pass
    finally:
        del result.ends[ends:]
        result.notes, result.tried = notes, tried


def run(
    exercise: Exercise,
    ask: Ask,
    *,
    seed: int = 0,
    seeds: Sequence[int] = (0,),
    asks_ahead: bool = False,
) -> Result:
    """Run one check. `ask` carries a message to the student's side and returns the reply.

    `seed` makes the check's random inputs; `seeds` are those that a training function is called
    with: one in a notebook, three when a class is graded. `asks_ahead` says that a message takes
    time, and that a call which takes too long is ended (see `Function.ask_ahead`).
    """
    result = Result(exercise, asks_ahead=asks_ahead)
    given: dict[str, Any] = {"rng": np.random.default_rng(seed), "seeds": tuple(seeds)}
    wanted = inspect.signature(exercise.judge).parameters
    token = _result.set(result)
    try:
        handles = [kind(name, ask) for name, kind in exercise.names.items()]
        # A notebook may have called np.seterr(all="raise"); a check computes with inf on purpose.
        with np.errstate(all="ignore"):
            exercise.judge(*handles, **{key: given[key] for key in given if key in wanted})
    except Ended:
        pass
    except KeyboardInterrupt:
        says = "You stopped the check. Nothing is lost: run the cell again when you like."
        result.ends = [{"verdict": "stopped", "says": says}]
    except Exception as error:  # a fault of the check, never the student's: it must not cost them
        says = (
            f"The check could not judge this answer ({type(error).__name__}: {error}). "
            "Please show this card to your instructor."
        )
        result.ends = [{"verdict": "not judged", "says": says}]
    finally:
        _result.reset(token)
    result.settle()
    return result


Kind = TypeVar("Kind", bound="Handle")


class Handle:
    """A name of the student's, seen from the check. It is looked up when it is first used."""

    kinds: tuple[str, ...] = ()
    wanted = ""

    def __init__(self, name: str, ask: Ask) -> None:
        self.name = name
        self.label = f"`{name}`"
        self._ask = ask

    def beside(self, name: str, kind: type[Kind]) -> Kind:
        """The handle of another name, such as that of a function of an earlier exercise."""
        return kind(name, self._ask)

    def _ask_for(self, question: dict[str, Any]) -> dict[str, Any]:
        reply = self._ask(encode(question))
        try:
            answer = _cut(decode(reply.removeprefix(BY_GRADER)))
        except NotData as error:
            return {"kind": "unreadable", "unusable": str(error)}
        if reply.startswith(BY_GRADER):
            return {"kind": "unreadable", "unusable": _why_not(answer), **answer}
        fits = FITS[question["ask"]]
        if isinstance(answer, dict) and fits(answer):
            return answer
        if isinstance(answer, dict) and question["ask"] == "look" and _fits_a_call(answer):
            return {"kind": "unreadable", "unusable": _why_not(answer)}
        return {"kind": "unreadable", "unusable": f"the answer is {NO_MESSAGE}"}

    @cached_property
    def _looked_up(self) -> dict[str, Any]:
        """What the name is, where it is of a kind that this handle can use."""
        answer = self._ask_for({"ask": "look", "name": self.name})
        kind = answer.get("kind", "unreadable")
        if kind == "missing" and "like" in answer:
            _end(
                "not attempted",
                f"There is no {self.label} yet, but there is `{answer['like']}`, in which a letter "
                "only looks like the right one, as from another keyboard. Type the name anew.",
            )
        if kind == "missing":
            _end(
                "not attempted",
                f"There is no {self.label} yet. Run the cell that defines it, then this one.",
            )
        if kind == "ellipsis":
            _end("not attempted", f"{self.label} is still `...`: put your answer in its place.")
        if kind not in self.kinds and kind != "unreadable":
            came = {"model": "a Keras model", "function": "a function"}.get(kind)
            came = came or f"data of type {answer.get('type', 'unknown')}"
            _end("wrong", f"{self.label} should be {self.wanted}.", came=came)
        if "unusable" in answer:
            _end("wrong", f"{self.label} cannot be checked: {answer['unusable']}.")
        return answer


# Words beside the data of an answer, which no honest one has longer than MAX_PRINTED.
_WORDS = ("kind", "type", "message", "line", "printed", "like", "unusable", "ended")


def _cut(answer: Any) -> Any:
    """An answer without words in which looking for others takes time."""
    if not isinstance(answer, dict):
        return answer
    cut = dict(answer)
    for key, value in answer.items():
        if key in _WORDS and isinstance(value, str):
            cut[key] = value[:MAX_PRINTED]
        elif key == "raised":
            cut[key] = _cut(value)
        elif key == "answers" and isinstance(value, list):
            cut[key] = [_cut(one) for one in value]
    return cut


WITHOUT_DATA = ("missing", "function", "ellipsis")
KINDS = (*WITHOUT_DATA, "model", "data", "unreadable")


def _fits_a_look(answer: dict[str, Any]) -> bool:
    """Whether this can be what `student.Answers` says of a name; a student may have forged it."""
    is_model = answer.get("kind") == "model" and "data" in answer
    return (
        answer.get("kind") in KINDS
        and ("data" in answer or "unusable" in answer or answer["kind"] in WITHOUT_DATA)
        and (not is_model or isinstance(answer["data"], ModelData))
        and all(isinstance(answer.get(key, ""), str) for key in ("type", "unusable", "like"))
    )


def _why_not(answer: dict[str, Any]) -> str:
    """Why looking at a name came to nothing: as the grader says in its place, or it raised that."""
    if "hung" in answer:
        return f"looking at it took over {answer['hung']:g} s"
    if "ended" in answer:
        return str(answer["ended"])
    raised = answer.get("raised", {"type": "Error", "message": ""})
    return f"{raised['message'] or raised['type']}".rstrip(".")


def _fits_a_call(answer: dict[str, Any]) -> bool:
    """Whether this can be what `student.Answers` says of a call."""
    raised = answer.get("raised", {"type": "", "message": "", "line": ""})
    return (
        len(answer.keys() & {"raised", "unfinished", "unusable", "data"}) == 1
        and not answer.keys() & {"hung", "ended"}  # these are the grader's words
        and isinstance(raised, dict)
        and all(isinstance(raised.get(key), str) for key in ("type", "message", "line"))
        and all(isinstance(answer.get(key, ""), str) for key in ("type", "unusable", "printed"))
        and isinstance(answer.get("changed", False), bool)
    )


def _fits_calls(answer: dict[str, Any]) -> bool:
    """Whether this can be what `student.Answers` says of calls in a row."""
    answers = answer.get("answers")
    return isinstance(answers, list) and all(
        isinstance(one, dict) and _fits_a_call(one) for one in answers
    )


FITS = {"look": _fits_a_look, "call": _fits_a_call, "calls": _fits_calls}


class Value(Handle):
    """Data that the student computed: `.data`, or `.array(shape)` where numbers are wanted."""

    kinds: tuple[str, ...] = ("data", "model")
    wanted = "data (a number, an array, a list, or a text in quotes), not a function"

    @cached_property
    def data(self) -> Any:
        """The value itself; a Keras model arrives as a `Model`."""
        return _admit(self._looked_up["data"], self.label)

    def array(self, *shapes: tuple[int, ...]) -> np.ndarray:
        """The data as floats, of one of these shapes (any shape when none is given)."""
        if self.data is None:
            fail(says=f"{self.label} is None: give it a value.", came="None")
        return array(self.data, *shapes, name=self.label)


class Function(Handle):
    """A function of the student's: call it with data and keywords, get plain data."""

    kinds = ("function", "model")
    wanted = "a function"
    # Of the last call: how a card shows it, what it printed, whether it changed an argument.
    tried = ""
    printed = ""
    changed = False
    # The next calls and their answers, as far as they are known.
    _ahead: Sequence[tuple[Sequence[Any], dict[str, Any]]] = ()

    def ask_ahead(self, *calls: Sequence[Any]) -> None:
        """Let the student's side make the next calls, each given by its arguments, in one go.

        For speed alone, where a class is graded: there a message takes longer than a quick
        function. Only for functions without memory, with arguments that nobody changes meanwhile:
        calls are made here that the check may never come to. Where there is no such function, or
        one of the calls hangs or ends Python, or the answers are too large, none is known: each is
        made (again) when its turn comes, and no more are asked ahead in this exercise.
        """
        result = _result.get()
        if not result.asks_ahead:
            return
        question = {"ask": "calls", "name": self.name, "calls": [list(args) for args in calls]}
        answers = self._ask_for(question).get("answers")
        if answers is None:
            result.asks_ahead = False
        else:
            self._ahead = list(zip(calls, answers, strict=False))
            self._looked_up = {"kind": "function"}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._call(None, args, kwargs)

    def take(self, n: int, *args: Any, **kwargs: Any) -> list[Any]:
        """Call it and iterate what it returns, on the student's side, at most `n` times."""
        return self._call(n, args, kwargs)

    def _call(self, take: int | None, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        _ = self._looked_up  # ends the exercise where there is no such function
        result = _result.get()
        self.tried = result.tried = f"{self.name}({_arguments(args, kwargs)})"
        question = {"ask": "call", "name": self.name, "args": args, "kwargs": kwargs, "take": take}
        is_plain = take is None and not kwargs
        answer = (self._known(args) if is_plain else None) or self._ask_for(question)
        self.printed, self.changed = answer.get("printed", ""), answer.get("changed", False)
        if self.changed:
            note(
                f"{self.label} changes what it is given. Callers do not expect that: "
                "work on a copy, made by `.copy()`."
            )
        if "raised" in answer:
            self._raised(answer["raised"])
        if "hung" in answer:
            _end("wrong", f"{self.label} gave no answer within {answer['hung']:g} s.")
        if "ended" in answer:
            _end("crashed", f"While {self.label} ran, {answer['ended']}.", from_call=True)
        if "unfinished" in answer:
            _end("not attempted", f"{self.label} returns `...`: put your answer in its place.")
        if "unusable" in answer:
            says = f"What {self.label} returns cannot be checked: {answer['unusable']}."
            _end("wrong", says, came=with_article(answer.get("type", "thing")), from_call=True)
        return _admit(answer["data"], f"what {self.label} returns")

    def _known(self, args: tuple[Any, ...]) -> dict[str, Any] | None:
        """The answer to this call, if it is the next of those that were asked for ahead."""
        if not self._ahead:
            return None
        (asked, answer), *self._ahead = self._ahead
        is_next = len(asked) == len(args) and all(map(operator.is_, asked, args))
        return answer if is_next else None

    def _raised(self, raised: dict[str, str]) -> None:
        own = f"Exercise {_result.get().exercise.id}:"
        if raised["type"] == "NotImplementedError" and raised["message"].startswith(own):
            _end("not attempted", f"{self.label} still raises its NotImplementedError.")
        line = f", in the line `{raised['line']}`" if raised["line"] else ""
        came = f"{raised['type']}: {raised['message']}".rstrip(": ")
        says = f"{self.label} raised an error{line}."
        if raised["type"] in MEANINGS:
            says = f"{self.label} {MEANINGS[raised['type']]}{line}."
        _end("crashed", says, came=came, from_call=True, line=raised["line"])


_NO_MEMORY = "needs more memory than there is: look at the shapes of its arrays"
# What errors mean whose own words say nothing to a student.
MEANINGS = {
    "SystemExit": "calls exit() or quit(), which ends Python: let it return a result",
    "KeyboardInterrupt": "raises KeyboardInterrupt, which is for the stop button alone",
    **dict.fromkeys(["MemoryError", "_ArrayMemoryError", "ResourceExhaustedError"], _NO_MEMORY),
}


class Model(Handle):
    """A Keras model, rebuilt on this side from its config and weights."""

    kinds = ("model",)
    wanted = "a Keras model"

    def __repr__(self) -> str:
        return "a Keras model"

    @classmethod
    def of(cls, data: ModelData, label: str) -> Model:
        """The handle of a model that a function returned."""
        handle = cls.__new__(cls)
        handle.name = handle.label = label
        handle._looked_up = {"kind": "model", "data": data}
        return handle

    @classmethod
    def own(cls, keras_model: Any) -> Model:
        """The handle of a Keras model of the course's own, to compare a student's with."""
        handle = cls.of(ModelData(""), "the course's own model")
        handle.keras = keras_model
        return handle

    @property
    def compiled(self) -> dict[str, Any]:
        """What the model was compiled with: optimizer, loss and metrics as text, or {}."""
        return dict(self._looked_up["data"].compiled)

    @cached_property
    def keras(self) -> Any:
        """The rebuilt Keras model."""
        from utils.checks import model

        try:
            return model.rebuild(self._looked_up["data"])
        except NotData as error:
            _end("wrong", f"{self.label} cannot be checked: {error}.")

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Outputs for `x`, one row a sample, with Dropout and the like off."""
        x = np.asarray(x, "float32")
        model = self.keras
        try:
            outputs = model(x, training=False)
        except Exception:  # the model is the student's: Keras may refuse its inputs in any way
            _end("wrong", f"{self.label} cannot take inputs of shape {x.shape}.")
        if isinstance(outputs, dict | list | tuple):
            _end("wrong", f"{self.label} should have one output, an array.")
        numbers = np.asarray(outputs)
        if numbers.dtype.kind not in "biuf":  # texts, or tensors that are sparse or ragged
            _end("wrong", f"{self.label} should give an array of numbers.")
        return numbers

    @property
    def layers(self) -> list[dict[str, Any]]:
        """Name, class and config of each layer that computes something, in order."""
        return [
            {"name": layer.name, "class": type(layer).__name__, **layer.get_config()}
            for layer in self.keras.layers
            if type(layer).__name__ != "InputLayer"
        ]

    def count_params(self) -> int:
        """The number of weights."""
        return int(self.keras.count_params())


def _admit(data: Any, label: str) -> Any:
    """The gate of all that comes from a student: what a check meets behind it, and no more.

    None, bool, int of at most 64 bits, float, complex, text of at most LONGEST_TEXT characters,
    arrays of numbers or of texts, and tuples, lists and dicts of these; a model is a `Model`. Lists
    may still be ragged, and texts stand where numbers should: so a check reads them by `array`,
    `column`, `shape` or `claim`, and calls NumPy only on what came out of those.
    """
    longest, items = _extent(data)
    if longest > LONGEST_TEXT:
        _end("wrong", f"There is a text of over {LONGEST_TEXT:,} characters in {label}.")
    if 4 * longest * items > 4 * MAX_BYTES:
        _end("wrong", f"There are texts among so many numbers in {label} that it is too large.")
    return _admitted(data, label)


def _extent(data: Any) -> tuple[int, int]:
    """The longest text in data, and how many items it has: NumPy gives each so much room."""
    if isinstance(data, str):
        return len(data), 1
    if isinstance(data, np.ndarray | np.generic):
        return (data.dtype.itemsize // 4 if data.dtype.kind == "U" else 0), int(data.size)
    if isinstance(data, dict):
        data = [*data.keys(), *data.values()]
    if not isinstance(data, tuple | list):
        return 0, 1
    parts = [_extent(item) for item in data]
    return max((text for text, _ in parts), default=0), sum(items for _, items in parts)


def _admitted(data: Any, label: str) -> Any:
    if isinstance(data, ModelData):
        return Model.of(data, label)
    if isinstance(data, (tuple, list)):
        return type(data)(_admitted(item, label) for item in data)
    if isinstance(data, dict):
        return {key: _admitted(item, label) for key, item in data.items()}
    if isinstance(data, int) and data.bit_length() > 63:
        return _as_float(data)
    return data


def _as_float(number: int) -> float:
    """The nearest float: NumPy has no larger integers and would make a Python object of it."""
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _end(
    verdict: Verdict, says: str, *, came: str = "", from_call: bool = False, line: str = ""
) -> NoReturn:
    _result.get().end(verdict, says=says, came=came, from_call=from_call, line=line)
    raise Ended


def array(
    data: Any, *shapes: tuple[int, ...], name: str = "the result", finite: bool = True
) -> np.ndarray:
    """Return `data` as a float array of one of `shapes`, or end the exercise with a sentence.

    A shape of -1 in one place means "any". Booleans count as 0 and 1.
    """
    if name.startswith(("the ", "what ")):  # a sentence begins with it
        name = name[0].upper() + name[1:]
    if data is None:
        fail(says=f"{name} is None. Does your function end with `return`?", came="None")
    try:
        given = np.asarray(data)
        if given.dtype.kind not in "biufc" or np.any(np.imag(given)):
            raise TypeError
        numbers = np.real(given).astype(float)
    except (TypeError, ValueError, OverflowError):
        says = f"{name} should be numbers."
        if shapes and () not in shapes and shape(data) is None:
            says = f"{name} should be one array of numbers. It has parts of different shapes."
        fail(says=says, came=data)
    if shapes and not any(_fits(numbers.shape, shape) for shape in shapes):
        wanted = " or ".join(str(tuple("n" if k == -1 else k for k in s)) for s in shapes)
        fail(
            says=f"{name} has the wrong shape.",
            came=f"shape {numbers.shape}",
            expected=f"shape {wanted}".replace("'", ""),
        )
    if finite and not np.all(np.isfinite(numbers)):
        fail(says=f"{name} contains nan or inf.", came=numbers)
    return numbers


def shape(data: Any) -> tuple[int, ...] | None:
    """The shape of data as an array, None where it has none, as in [[1], [1, 2]]."""
    try:
        return np.shape(data)
    except ValueError:
        return None


def column(data: Any, n: int, name: str = "the result") -> np.ndarray:
    """Return one number for each of `n` rows, shape (n,); (n, 1) is as good, () too when n is 1."""
    shapes: list[tuple[int, ...]] = [(n,), (n, 1)]
    return array(data, *([*shapes, ()] if n == 1 else shapes), name=name).reshape(n)


def claim(
    answer: Value, codes: Sequence[str], *, right: Collection[str], what: str = "claim"
) -> str:
    """Return the code of a list that the student chose, or end the exercise.

    A code that is not one of `right` is the mistake `what: code`, whose sentence is its reason.
    Upper and lower case are the same, and so are blanks of any width.
    """
    given = answer.data
    chosen = _words(given) if isinstance(given, str) else ""
    spelled = {_words(code): code for code in codes}
    if chosen in spelled:
        code = spelled[chosen]
        if code not in right:
            fail(f"{what}: {code}", tried=answer.name, came=given)
        return code
    several = [spelled.get(piece) for piece in _pieces(given)]
    if len(set(several)) == 1 and several[0] is not None:
        fail(
            says=f'Give it once, as a text: {answer.name} = "{several[0]}".',
            tried=answer.name,
            came=given,
        )
    if len(several) > 1 and all(code in right for code in several):
        fail(says="Both are right. Give one of them.", tried=answer.name, came=given)
    fail(
        says=f"{answer.label} should be one of the codes of the list, in quotes.",
        tried=answer.name,
        came=given,
        expected="one of " + ", ".join(f'"{code}"' for code in codes),
    )


def _words(text: str) -> str:
    return " ".join(text.split()).casefold()


def _pieces(given: Any) -> list[str]:
    """The codes in a text such as "relu, tanh", or in a list."""
    if isinstance(given, str):
        given = re.split(r"[,/;|]|\bor\b|\band\b", given)
    items = given.ravel().tolist() if isinstance(given, np.ndarray) else given
    if not _is_list(items):
        return []
    return [_words(item) if isinstance(item, str) else "" for item in items]


def _is_list(data: Any) -> bool:
    return isinstance(data, (list, tuple))


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return len(shape) == len(wanted) and all(
        w in (-1, s) for s, w in zip(shape, wanted, strict=True)
    )


def show(value: object, depth: int = 0) -> str:
    """A value as a card shows it: short, four digits, arrays without their type's name."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, (np.ndarray, np.generic)):
        return np.array2string(
            np.asarray(value), precision=4, suppress_small=True, threshold=40, edgeitems=3
        )
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, (tuple, list)):
        most = (40, 40, 6, 2, 0)[min(depth, 4)]  # a card has no room for more
        shown = [show(item, depth + 1) for item in value[:most]]
        shown += ["..."] * (len(value) > len(shown))
        if isinstance(value, tuple):
            return clean(f"({', '.join(shown)}{',' * (len(shown) == 1)})")
        return clean(f"[{', '.join(shown)}]")
    return clean(repr(value))


def clean(text: str) -> str:
    """At most 600 characters, without colour codes and characters that no page can show."""
    is_cut = len(text) > 10 * LONGEST_SHOWN  # colour codes are longer than what they colour
    text = text[: 10 * LONGEST_SHOWN]
    text = re.sub(r"\x1b\[[0-9;]*m", "", text).encode("utf-8", "replace").decode()
    text = "".join(c for c in text if c.isprintable() or c in "\n\t")
    is_cut = is_cut or len(text) > LONGEST_SHOWN
    return text[: LONGEST_SHOWN - 3] + "..." if is_cut else text


def _arguments(args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
    def short(value: object) -> str:
        if isinstance(value, np.ndarray) and value.size > 8:
            return f"an array of shape {value.shape}"
        if isinstance(value, np.ndarray):
            return show(value.tolist())
        if isinstance(value, list) and any(isinstance(one, np.ndarray) for one in value):
            return f"[{', '.join(short(one) for one in value)}]"
        return show(value)

    return ", ".join([short(a) for a in args] + [f"{k}={short(v)}" for k, v in kwargs.items()])
