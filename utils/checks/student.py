"""The student's side of a check: it looks names up, calls functions and answers in plain data.

Everything that a check learns of a student's work comes through `Answers.respond`, one message at
a time. In the notebook it runs in the same process; when a class is graded it runs where the
student's code runs, and the check elsewhere. It holds no check and no right answer.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import linecache
import logging
import os
import sys
import sysconfig
import traceback
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from utils.checks import model
from utils.checks.encoding import MAX_PRINTED, NotData, Unfinished, decode, encode
from utils.quiet import Captured, descriptor_2


class Answers:
    """Answers a check's questions about the names of one notebook."""

    def __init__(self, names: Mapping[str, object]) -> None:
        self.names = names

    def respond(self, message: str) -> str:
        """Return the reply (JSON text) to a question (JSON text): `look`, `call` or `calls`.

        KeyboardInterrupt passes through; whatever else the student's code raises is an answer.
        """
        question = decode(message)
        try:
            if question["ask"] == "call":
                return encode(self._call(question))
            if question["ask"] == "calls":
                return encode(self._calls(question))
            return encode(self._look(question["name"]))
        except KeyboardInterrupt:
            raise
        except BaseException:  # objects of the student's own may raise wherever one touches them
            return encode({"kind": "unreadable", "unusable": "it raises an error when looked at"})

    def _look(self, name: str) -> dict[str, Any]:
        if name not in self.names:
            return {"kind": "missing", **_alike(name, self.names)}
        value = self.names[name]
        if model.is_model(value):
            return {"kind": "model", **_as_data(value)}
        if callable(value):
            return {"kind": "function"}
        data = _as_data(value)
        kind = "ellipsis" if "unfinished" in data else "data"
        return {"kind": kind, "type": type(value).__name__, **data}

    def _calls(self, question: dict[str, Any]) -> dict[str, Any]:
        """Calls in a row, up to the first that gives no data: no check goes on after it."""
        looked_up = self._look(question["name"])
        if looked_up["kind"] != "function":
            return looked_up
        answers: list[dict[str, Any]] = []
        for args in question["calls"]:
            call = {"name": question["name"], "args": args, "kwargs": {}, "take": None}
            answers.append(self._call(call))
            if "data" not in answers[-1]:
                break
        return {"answers": answers}

    def _call(self, question: dict[str, Any]) -> dict[str, Any]:
        function: Any = self.names[question["name"]]
        args, kwargs, take = list(question["args"]), dict(question["kwargs"]), question["take"]
        before = encode([args, kwargs])
        # The same in a notebook and in a process of its own, whatever np.seterr was told.
        with captured() as printed, np.errstate(all="ignore"):
            try:
                returned = function(*args, **kwargs)
                if take is not None:
                    returned = list(itertools.islice(returned, take))
                reply = _as_data(returned)
            except KeyboardInterrupt:
                raise
            except BaseException as error:  # SystemExit too: a student's exit() is an answer
                reply = {"raised": _describe(error)}
            changed = _changed(before, [args, kwargs])
        return reply | {"changed": changed, "printed": printed.text()}


# Letters of other alphabets that look like these; Python takes them for other names.
_LOOKS_LIKE = str.maketrans(
    "\u0430\u0435\u0456\u0458\u043e\u0440\u0441\u0455\u0443\u0445\u04bb\u0501\u051b\u051d"
    "\u03b1\u03b3\u03b9\u03ba\u03bd\u03bf\u03c1\u03c5\u03c7\u0131\u0578\u057d"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425"
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7",
    "aeijopcsyxhdqwayikvopuxinuABEKMHOPCTXABEZHIKMNOPTX",
)


def _alike(name: str, names: Mapping[str, object]) -> dict[str, str]:
    """{"like": a name} where one looks the same and has letters of another alphabet."""
    for other in list(names):
        if isinstance(other, str) and other != name and other.translate(_LOOKS_LIKE) == name:
            return {"like": other[:100]}
    return {}


def _as_data(value: object) -> dict[str, Any]:
    """{"data": value} where it is plain data, else {"unfinished": ...} or {"unusable": why}."""
    try:
        return {"data": decode(encode(value))}
    except Unfinished:
        return {"unfinished": True}
    except NotData as error:
        return {"unusable": str(error), "type": type(value).__name__}


def _changed(before: str, after: object) -> bool:
    try:
        return before != encode(after)
    except NotData:
        return True


def _describe(error: BaseException) -> dict[str, Any]:
    """Name, message and the last line of the student's own code that was running."""
    try:
        text = str(error)
    except KeyboardInterrupt:
        raise
    except BaseException:  # an exception class of the student's own may fail even here
        text = ""
    name = type(error).__name__[:100]
    return {"type": name, "message": text[:MAX_PRINTED], "line": _own_line(error)[:MAX_PRINTED]}


# Where code lies that is not the student's: installed, Python's own, or the course's.
_NOT_OWN = (
    "site-packages",
    sysconfig.get_paths()["stdlib"],
    os.path.dirname(os.path.dirname(__file__)),
)


def _own_line(error: BaseException) -> str:
    """The source line of a notebook cell (or script) nearest to where the error was raised."""
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if not any(folder in frame.filename for folder in _NOT_OWN):
            line = frame.line or linecache.getline(frame.filename, frame.lineno or 0)
            if line.strip():
                return line.strip()
    return ""


class _Open(io.StringIO):
    """A stream that student code cannot close."""

    def close(self) -> None:
        pass


class Printed:
    """What a block wrote to stdout and stderr, and to file descriptor 2 once it has ended."""

    def __init__(self, captured: Captured) -> None:
        self.streams = _Open()
        self._captured = captured

    def text(self) -> str:
        """At most MAX_PRINTED characters."""
        return (self.streams.getvalue() + self._captured.text)[:MAX_PRINTED]


@contextlib.contextmanager
def captured() -> Iterator[Printed]:
    """Capture stdout, stderr, file descriptor 2, log records and notebook displays.

    nbgrader gives no points where a check cell wrote one character to stderr, so a right answer
    that warns must warn in here.
    """
    with contextlib.ExitStack() as stack:
        stack.enter_context(_no_logging())
        stack.enter_context(_no_display())
        printed = Printed(stack.enter_context(descriptor_2()))
        stack.enter_context(contextlib.redirect_stdout(printed.streams))
        stack.enter_context(contextlib.redirect_stderr(printed.streams))
        yield printed


@contextlib.contextmanager
def _no_logging() -> Iterator[None]:
    # logging.disable is global and reaches TensorFlow's and absl's loggers as well.
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        yield
    finally:
        logging.disable(before)


@contextlib.contextmanager
def _no_display() -> Iterator[None]:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    if shell is None:
        yield
        return
    from IPython.core.displaypub import CapturingDisplayPublisher

    before = shell.display_pub
    shell.display_pub = CapturingDisplayPublisher()
    try:
        yield
    finally:
        shell.display_pub = before
