"""Messages between the grader and a submission's process: a length, then JSON text. Nothing else.

No pickle, no eval: what a student's process sends can be wrong in any way, but it cannot run.
"""

from __future__ import annotations

import json
import select
import socket
import struct
import time
from typing import Any

# An answer holds at most 64 MB (`utils.checks.encoding`), as text inside of JSON text.
LARGEST = 160 * 2**20
_LENGTH = struct.Struct("!I")


class Broken(Exception):
    """The other side has ended, or what it sends is no message; the text says which."""


class Late(Exception):
    """The other side has not answered in time."""


def send(
    connection: socket.socket, message: dict[str, Any], *, seconds: float | None = None
) -> None:
    """Send one message. Raises Broken, or Late when the other side does not read it."""
    text = json.dumps(message).encode()
    if len(text) > LARGEST:
        raise Broken("the message is too large")
    rest = memoryview(_LENGTH.pack(len(text)) + text)
    end = None if seconds is None else time.monotonic() + seconds
    while rest:
        try:
            rest = rest[connection.send(rest) :]
        except BlockingIOError:
            _wait(connection, end, write=True)
        except OSError:
            raise Broken("the process has ended") from None


def receive(
    connection: socket.socket, *, seconds: float | None = None, largest: int = LARGEST
) -> dict[str, Any]:
    """Return the next message, within `seconds` for all of it. Raises Broken or Late."""
    end = None if seconds is None else time.monotonic() + seconds
    (length,) = _LENGTH.unpack(_read(connection, _LENGTH.size, end))
    if length > largest:
        raise Broken("the process sent too much")
    try:
        message = json.loads(_read(connection, length, end))
    except (ValueError, RecursionError):
        raise Broken("the process sent something that is no message") from None
    if not isinstance(message, dict):
        raise Broken("the process sent something that is no message")
    return message


def _read(connection: socket.socket, size: int, end: float | None) -> bytearray:
    found = bytearray()
    while len(found) < size:
        try:
            part = connection.recv(min(size - len(found), 2**20))
        except BlockingIOError:
            _wait(connection, end)
            continue
        except OSError:
            part = b""
        if not part:
            raise Broken("the process has ended")
        found += part
        if end is not None and len(found) < size and time.monotonic() > end:
            raise Late  # one that sends a byte at a time
    return found


def _wait(connection: socket.socket, end: float | None, *, write: bool = False) -> None:
    if end is None:
        return
    rest = end - time.monotonic()
    watched = ([], [connection]) if write else ([connection], [])
    if rest <= 0 or not any(select.select(*watched, [], rest)):
        raise Late
