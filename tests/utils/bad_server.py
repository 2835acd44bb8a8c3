"""A mirror on this machine that misbehaves on demand, and a small Fashion-MNIST to serve.

`World` is what a download sees: mirrors, a registry that lists them, a Keras cache and a temporary
folder. Its files are real idx files, but hold few images, and are packed without compression, so
that a file with other pixels has the same size.
"""

from __future__ import annotations

import contextlib
import errno
import gzip
import hashlib
import json
import os
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from utils import data, download, garments

TRAIN, TEST = 60, 20
SHAPES = {
    "train-images-idx3-ubyte.gz": (TRAIN, 28, 28),
    "train-labels-idx1-ubyte.gz": (TRAIN,),
    "t10k-images-idx3-ubyte.gz": (TEST, 28, 28),
    "t10k-labels-idx1-ubyte.gz": (TEST,),
}
BIG = "train-images-idx3-ubyte.gz"


def idx(array: np.ndarray, *, magic: bytes | None = None) -> bytes:
    """An idx file of unsigned bytes, packed by gzip."""
    header = magic or bytes([0, 0, 8, array.ndim])
    raw = header + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()
    return gzip.compress(raw, compresslevel=0, mtime=0)


def arrays(seed: int) -> dict[str, np.ndarray]:
    """Four small arrays with the names of the files of Fashion-MNIST."""
    rng = np.random.default_rng(seed)
    return {
        name: rng.integers(0, 256 if len(shape) == 3 else 10, shape, dtype=np.uint8)
        for name, shape in SHAPES.items()
    }


RIGHT, DRAWN = arrays(1), arrays(2)
FILES = {name: idx(array) for name, array in RIGHT.items()}
# The same sizes, other pixels.
FORGED = {name: idx(array) for name, array in DRAWN.items()}

# ---- The server ----


@dataclass
class Asked:
    """One request, as the server saw it."""

    method: str
    name: str
    range: str | None
    sent: int = 0


@dataclass
class Answer:
    """What a behaviour has to answer with."""

    handler: BaseHTTPRequestHandler
    asked: Asked
    content: bytes
    nth: int  # how many GETs of this file there were, this one included

    @property
    def first(self) -> int:
        """The first byte that is asked for."""
        return int(self.asked.range.removeprefix("bytes=").rstrip("-")) if self.asked.range else 0

    def head(self, status: int, **headers: object) -> None:
        """Send the status and the headers; `_` in a name stands for `-`."""
        self.handler.send_response(status)
        for name, value in headers.items():
            self.handler.send_header(name.replace("_", "-"), str(value))
        self.handler.end_headers()

    def body(self, content: bytes) -> None:
        """Send a piece of the body."""
        self.handler.wfile.write(content)
        self.handler.wfile.flush()
        self.asked.sent += len(content)

    def begin(self) -> bytes:
        """Send the head of a right answer and return the body that belongs to it."""
        rest, size = self.content[self.first :], len(self.content)
        if self.first:
            where = f"bytes {self.first}-{size - 1}/{size}"
            self.head(206, Content_Length=len(rest), Content_Range=where)
        else:
            self.head(200, Content_Length=len(rest), Content_Type="application/gzip")
        return rest


Behaviour = Callable[[Answer], None]


def good(answer: Answer) -> None:
    answer.body(answer.begin())


def forged(answer: Answer) -> None:
    """Another file of the same size."""
    answer.content = FORGED[answer.asked.name]
    good(answer)


def truncated(answer: Answer) -> None:
    """Half of the file, as if that were all of it."""
    answer.content = answer.content[: len(answer.content) // 2]
    good(answer)


def status(code: int) -> Behaviour:
    def behave(answer: Answer) -> None:
        answer.head(code, Content_Length=4)
        answer.body(b"oops")

    return behave


def cut(answer: Answer) -> None:
    """Break off the first answer for each file in its middle; then be good."""
    body = answer.begin()
    answer.body(body[: len(body) // 2] if answer.nth == 1 else body)


def always_cut(answer: Answer) -> None:
    """Promise the file and send nothing of it."""
    answer.begin()


def stalling(answer: Answer) -> None:
    """Send half of it and then nothing more, with the connection open."""
    body = answer.begin()
    answer.body(body[: len(body) // 2])
    time.sleep(30)


def slow(answer: Answer) -> None:
    """Send a kilobyte now and then."""
    body = answer.begin()
    for k in range(0, len(body), 1000):
        answer.body(body[k : k + 1000])
        time.sleep(0.05)


def circle(answer: Answer) -> None:
    answer.head(302, Location=f"/{answer.asked.name}", Content_Length=0)


def login_page(answer: Answer) -> None:
    """What a hotel's network sends in the place of everything, in good faith about its type."""
    page = b"<!DOCTYPE html><html><body>Please log in</body></html>"
    answer.head(200, Content_Type="text/html; charset=utf-8", Content_Length=len(page))
    answer.body(page)


def page_without_type(answer: Answer) -> None:
    """A page as long as the file, and no word that it is one."""
    page = b"\n<html><body>Please log in</body></html>".ljust(len(answer.content))
    answer.head(200, Content_Length=len(page))
    answer.body(page)


def endless(answer: Answer) -> None:
    """More and more bytes, of no stated length."""
    answer.head(200)
    for _ in range(1000):
        answer.body(bytes(2**16))


class Mirror:
    """A server in a thread; `behave` says how it answers, `log` what it was asked."""

    def __init__(self, behave: Behaviour = good, files: dict[str, bytes] = FILES) -> None:
        self.behave, self.files = behave, files
        self.log: list[Asked] = []
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                self.send_response(200)
                self.end_headers()

            def do_GET(self) -> None:
                asked = Asked("GET", self.path.rpartition("/")[2], self.headers["Range"])
                mirror.log.append(asked)
                nth = len(mirror.gets(asked.name))
                with contextlib.suppress(OSError):  # the other side may go away
                    mirror.behave(Answer(self, asked, mirror.files[asked.name], nth))

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}/"
        threading.Thread(target=self.server.serve_forever, args=[0.02], daemon=True).start()

    def encrypt(self, certificate: Path, key: Path) -> None:
        """Speak https from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")

    def gets(self, name: str) -> list[Asked]:
        return [asked for asked in self.log if asked.name == name]

    def sent(self, name: str) -> int:
        return sum(asked.sent for asked in self.gets(name))

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def closed_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


# ---- What a download sees ----


@dataclass
class World:
    """One bad mirror, one good one, and empty folders."""

    path: Path
    bad: Mirror = field(default_factory=Mirror)
    good: Mirror = field(default_factory=Mirror)

    @property
    def registry(self) -> Path:
        return self.path / "registry.toml"

    @property
    def cache(self) -> Path:
        return self.path / "keras" / "datasets" / "fashion-mnist"

    @property
    def temporary(self) -> Path:
        return self.path / "tmp" / ".keras" / "datasets" / "fashion-mnist"

    @property
    def given(self) -> Path:
        return self.path / "given"

    def register(self, *mirrors: str, files: dict[str, bytes] = FILES) -> None:
        """Write the registry: these mirrors, and what the files must be."""
        lines = ["[fashion-mnist]", 'title = "Fashion-MNIST"', 'licence = "MIT"']
        lines.append(f"mirrors = {json.dumps(mirrors)}")
        for name, content in files.items():
            lines += ["[[fashion-mnist.files]]", f'name = "{name}"', f"size = {len(content)}"]
            lines.append(f'sha256 = "{hashlib.sha256(content).hexdigest()}"')
            lines.append(f"shape = {list(SHAPES[name])}")
        self.registry.write_text("\n".join(lines), encoding="utf-8")

    def fill(self, folder: Path, files: dict[str, bytes] = FILES) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)

    def environment(self) -> dict[str, str]:
        """What makes a program of its own see this world."""
        return {
            "KERAS_HOME": str(self.path / "keras"),
            "TMPDIR": str(self.path / "tmp"),
            "TEMP": str(self.path / "tmp"),
        }


def enter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Let this process see a world of its own; its stand-in is small."""
    world = World(tmp_path)
    (tmp_path / "tmp").mkdir()
    world.register(world.bad.url, world.good.url)
    for name in ("DATASETS_DIR", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name, value in world.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(data.tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setattr(download, "REGISTRY", world.registry)
    monkeypatch.setattr(download, "_silent_until", {})
    monkeypatch.setattr(garments, "load", lambda: tuple(DRAWN.values()))
    return world


def close_off(folder, monkeypatch):
    """Let this folder be one that may not be entered, for root too."""
    ask = os.stat

    def denied(path, *args, **kwargs):
        if not isinstance(path, int) and folder in Path(os.fsdecode(path)).parents:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return ask(path, *args, **kwargs)

    folder.mkdir()
    monkeypatch.setattr(os, "stat", denied)


def no_home(monkeypatch):
    """Let this account have no home folder, as some containers do."""

    def unknown(*_):
        raise KeyError

    for name in ("HOME", "KERAS_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", unknown)
