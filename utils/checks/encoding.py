"""Plain data to JSON text and back: all that passes between a student's code and a check.

Data are arrays, numbers, strings, None, bool, tuples, lists and dicts. Tensors and data frames
become arrays, fractions and decimals floats; a Keras model becomes a `ModelData` (its config and
its weights). Anything else is refused with `NotData`. The notebook and the grader use the same
functions, so they cannot disagree about a tuple or a NaN.
"""

from __future__ import annotations

import base64
import json
import math
import numbers
from array import array as python_array
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

MAX_BYTES = 64 * 2**20
MOST_PARTS = 1_000_000  # lists, tuples and dicts in one answer
MAX_DEPTH = 40
MAX_PRINTED = 2_000  # letters of an error, of its line and of what was printed
NO_MESSAGE = "not a message of this course"
# So begins what a grader answers in a student's place; it lets no reply of theirs begin so.
BY_GRADER = "grader:"
TOO_LARGE = f"it is larger than {MAX_BYTES // 2**20} MB"


class NotData(Exception):
    """The object is not plain data; the message is one sentence for the student."""


class Unfinished(NotData):
    """There is still a `...` where an answer should be."""


@dataclass(frozen=True)
class ModelData:
    """A Keras model as data: what `utils.checks.model` needs to build it again."""

    config: str
    weights: list[np.ndarray] = field(default_factory=list)
    compiled: dict[str, Any] = field(default_factory=dict)


def encode(value: object) -> str:
    """Return `value` as JSON text. Raises NotData when it is not plain data or over 64 MB."""
    try:
        text = json.dumps(_Packer().pack(value, 0), allow_nan=False)
    except (NotData, KeyboardInterrupt):
        raise
    except RecursionError:
        raise NotData("it contains itself, or is nested too deeply") from None
    except BaseException:  # an object's own methods ran: they may raise anything, SystemExit too
        raise NotData("it raises an error when one looks at it") from None
    if len(text) > MAX_BYTES:
        raise NotData(TOO_LARGE)
    return text


def decode(text: str) -> Any:
    """Return the value behind `encode`'s text. Raises NotData for any other text."""
    # What JSON makes of brackets is much larger than they are.
    if len(text) > MAX_BYTES or text.count("[") + text.count("{") > MOST_PARTS:
        raise NotData(TOO_LARGE)
    try:
        return _unpack(json.loads(text), 0)
    except Exception:  # a forged message can be wrong in any way
        raise NotData(f"it is {NO_MESSAGE}") from None


class _Packer:
    """Turns data into what JSON has; counts as it goes, so that a huge object is refused early."""

    def __init__(self) -> None:
        self.bytes = self.parts = 0

    def pack(self, value: object, depth: int) -> Any:
        self._count(8 + (len(value) if isinstance(value, str) else 0))
        if depth > MAX_DEPTH:
            raise NotData("it contains itself, or is nested too deeply")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str) and not isinstance(value, np.generic):
            return str(value)
        if isinstance(value, np.generic | np.ndarray | complex):
            array = np.asarray(value)
            if array.dtype == object and array.ndim == 1 and any(map(_is_array, array)):
                return self.pack(list(array), depth)
            return self.pack_array(array)
        if isinstance(value, int):
            return self.pack_int(int(value))
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else {"float": repr(float(value))}
        self.parts += isinstance(value, list | tuple | dict)
        if self.parts > MOST_PARTS:
            raise NotData(TOO_LARGE)
        if isinstance(value, list):
            return [self.pack(item, depth + 1) for item in value]
        if isinstance(value, tuple):
            return {"tuple": [self.pack(item, depth + 1) for item in value]}
        if isinstance(value, dict):
            pairs = [[self.pack(k, depth + 1), self.pack(v, depth + 1)] for k, v in value.items()]
            return {"dict": pairs}
        if isinstance(value, ModelData):
            return {
                "model": value.config,
                "weights": [self.pack_array(w) for w in value.weights],
                "compiled": self.pack(value.compiled, depth + 1),
            }
        return self.pack_other(value, depth)

    def pack_int(self, value: int) -> Any:
        if abs(value) <= 2**53:
            return value
        if value.bit_length() > 10_000:  # Python itself refuses to write such numbers
            raise NotData("it is a whole number with thousands of digits")
        return {"int": str(value)}

    def pack_other(self, value: object, depth: int) -> Any:
        from utils.checks import model  # it imports Keras only where a model is met

        if model.is_model(value):
            return self.pack(model.as_data(value), depth)
        if type(value).__name__ == "TensorShape":  # the shape of a variable of TensorFlow's
            return self.pack(tuple(value), depth)  # type: ignore[arg-type]
        if hasattr(value, "__array__"):
            return self.pack_array(np.asarray(value))
        if isinstance(value, numbers.Real | Decimal):
            return self.pack(float(value), depth)
        if value is Ellipsis:
            raise Unfinished("it is still `...`")
        if hasattr(value, "__next__"):
            raise NotData(f"it is {_kind(value)}: return a list or an array instead")
        if callable(value):
            raise NotData("it is a function: call it and return what it gives")
        raise NotData(f"it is {_kind(value)}: use arrays, numbers, strings, lists or dicts")

    def pack_array(self, array: np.ndarray) -> dict[str, Any]:
        self._count(array.nbytes)
        if array.dtype.kind in "OS":
            array = _texts_in(array) if _holds_texts(array) else _numbers_in(array)
        if array.dtype.kind not in "biufcU":
            raise NotData(f"it is an array of type {array.dtype}: use numbers")
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        data = base64.b64encode(array.tobytes()).decode("ascii")
        return {"array": array.dtype.str, "shape": list(array.shape), "data": data}

    def _count(self, size: int) -> None:
        self.bytes += size
        if self.bytes > MAX_BYTES:
            raise NotData(TOO_LARGE)


def _kind(value: object) -> str:
    """What something is, with its article: Python's own `array.array` is none of NumPy's arrays."""
    return with_article("array.array" if isinstance(value, python_array) else type(value).__name__)


def with_article(name: str) -> str:
    """The name of a type, such as "an int"; one says "an n-d-array"."""
    return f"{'an' if name[:1].lower() in {*'aeio'} or name == 'ndarray' else 'a'} {name}"


def _is_array(item: object) -> bool:
    return isinstance(item, np.ndarray) and item.ndim > 0


def _holds_texts(array: np.ndarray) -> bool:
    return array.size > 0 and all(isinstance(item, str | bytes) for item in array.flat)


def _texts_in(array: np.ndarray) -> np.ndarray:
    """The texts of an array of Python objects or bytes, as TensorFlow has them."""
    texts = [t.decode(errors="replace") if isinstance(t, bytes) else t for t in array.flat]
    return np.array(texts, dtype=str).reshape(array.shape)


def _numbers_in(array: np.ndarray) -> np.ndarray:
    """The numbers of an array of Python objects, such as fractions."""
    if any(item is Ellipsis for item in array.flat):
        raise Unfinished("it is still `...`")
    try:
        if not any(isinstance(item, str | bytes) for item in array.flat):
            return array.astype(float)
    except (TypeError, ValueError):
        pass
    raise NotData("it is an array of Python objects, perhaps with rows of different lengths")


def _unpack(node: Any, depth: int) -> Any:
    if depth > 2 * MAX_DEPTH:
        raise ValueError("too deep")
    if isinstance(node, list):
        return [_unpack(item, depth + 1) for item in node]
    if not isinstance(node, dict):
        return node
    match sorted(node):
        case ["int"]:
            return int(node["int"])
        case ["float"]:
            return float(node["float"])
        case ["tuple"]:
            return tuple(_unpack(item, depth + 1) for item in node["tuple"])
        case ["dict"]:
            return {_unpack(k, depth + 1): _unpack(v, depth + 1) for k, v in node["dict"]}
        case ["array", "data", "shape"]:
            return _unpack_array(node)
        case ["compiled", "model", "weights"]:
            weights = [np.asarray(_unpack_array(w)) for w in node["weights"]]
            compiled = _unpack(node["compiled"], depth + 1)
            if not all(isinstance(text, str) for pair in compiled.items() for text in pair):
                raise ValueError("what a model was compiled with")
            return ModelData(str(node["model"]), weights, compiled)
    raise ValueError("unknown node")


def _unpack_array(node: dict[str, Any]) -> np.ndarray | np.generic:
    dtype = np.dtype(node["array"])
    if dtype.kind not in "biufcU":
        raise ValueError("array type")
    flat = np.frombuffer(base64.b64decode(node["data"], validate=True), dtype)
    if dtype.kind == "U":
        flat.tolist()  # raises where a number is no letter: such texts cannot be shown
    # A copy, so that the receiver may write into it; [()] turns shape () into a NumPy scalar.
    return flat.reshape(node["shape"]).copy()[()]
