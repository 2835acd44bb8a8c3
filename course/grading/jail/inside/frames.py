"""Messages between the grader and a submission's process: a length, then text. Nothing else.

No pickle, no eval: what a student's process sends can be wrong in any way, but it cannot run. The
text is JSON, or the reply to a check's question, which the grader passes on and does not read.
"""

from __future__ import annotations

import json
import select
import socket
import struct
from collections.abc import Callable
from typing import Any

# A check's question holds at most 64 MB (`utils.checks.encoding`), as text inside of JSON text. A
# reply goes on as it came: control characters in it would be six times as long in JSON text.
LARGEST = 160 * 2**20
# JSON of so many lists and objects takes the grader some hundred MB to read.
MOST_BRACKETS = 2_000_000
_LENGTH = struct.Struct("!I")
# Says how many seconds the other side has left; where that is none, it is late.
Left = Callable[[], float]


class Broken(Exception):
    """The other side has ended, or what it sends is no message; the text says which."""


class Late(Exception):
    """The other side has not answered in time."""


def send(connection: socket.socket, message: dict[str, Any], *, left: Left | None = None) -> None:
    """Send one message. Raises Broken, or Late when the other side does not read it."""
    send_text(connection, json.dumps(message), left=left)


def send_text(connection: socket.socket, text: str, *, left: Left | None = None) -> None:
    """Send a text as it is; see `send`."""
    data = text.encode("utf-8", "replace")
    if len(data) > LARGEST:
        raise Broken("the message is too large")
    rest = memoryview(_LENGTH.pack(len(data)) + data)
    while rest:
        try:
            rest = rest[connection.send(rest) :]
        except BlockingIOError:
            _wait(connection, left, write=True)
        except OSError:
            raise Broken("the process has ended") from None


def receive(
    connection: socket.socket, *, left: Left | None = None, largest: int = LARGEST
) -> dict[str, Any]:
    """Return the next message, while time is left for all of it. Raises Broken or Late."""
    data = _receive(connection, left, largest)
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS:
        raise Broken("the process sent too much")
    try:
        message = json.loads(data)
    except (ValueError, RecursionError):
        raise Broken("the process sent something that is no message") from None
    if not isinstance(message, dict):
        raise Broken("the process sent something that is no message")
    return message


def receive_text(
    connection: socket.socket, *, left: Left | None = None, largest: int = LARGEST
) -> str:
    """Return the next text as it is; see `receive`."""
    # JSON as it is written here has no other letters; a forged one would be four times as large.
    return _receive(connection, left, largest).decode("ascii", "ignore")


def _receive(connection: socket.socket, left: Left | None, largest: int) -> bytearray:
    (length,) = _LENGTH.unpack(_read(connection, _LENGTH.size, left))
    if length > largest:
        raise Broken("the process sent too much")
    return _read(connection, length, left)


def _read(connection: socket.socket, size: int, left: Left | None) -> bytearray:
    found = bytearray()
    while len(found) < size:
        try:
            part = connection.recv(min(size - len(found), 2**20))
        except BlockingIOError:
            _wait(connection, left)
            continue
        except OSError:
            part = b""
        if not part:
            raise Broken("the process has ended")
        found += part
        if left and len(found) < size and left() <= 0:
            raise Late  # one that sends a byte at a time
    return found


def _wait(connection: socket.socket, left: Left | None, *, write: bool = False) -> None:
    if left is None:
        return
    watched = ([], [connection]) if write else ([connection], [])
    while (rest := left()) > 0:
        if any(select.select(*watched, [], rest)):
            return
    raise Late
