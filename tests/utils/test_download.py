"""The data against everything that goes wrong: mirrors, networks, disks, folders, other programs.

Each fault is judged twice: with the code as it is nothing bad may happen, and with the one guard
taken away that is there for this fault, the harm that it prevents must be seen.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pooch
import pytest

from tests.utils import bad_server
from tests.utils.bad_server import BIG, DRAWN, FILES, FORGED, RIGHT, SHAPES, World, idx
from utils import data, download

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    world = bad_server.enter(tmp_path, monkeypatch)
    yield world
    world.bad.close()
    world.good.close()


def same(images: data.ImageDataset, arrays: dict[str, np.ndarray]) -> bool:
    came = (images.x_train, images.y_train, images.x_test, images.y_test)
    return all(map(np.array_equal, came, arrays.values()))


# ---- The table of faults ----

Disarm = tuple[tuple[object, str, Any], ...]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        arrange: brings it about.
        words: must be printed.
        ends: "real" or "drawn": which data the user then has.
        guard: what is put in the place of the code that handles it, to see it fail.
        harm: what then happens.
    """

    arrange: Callable[[World, pytest.MonkeyPatch], None]
    words: str
    ends: str
    guard: Disarm
    harm: str


def judge(
    world: World, fault: Fault, capsys: pytest.CaptureFixture[str], *, limit: float = 30
) -> set[str]:
    """Load the data and return all that is bad about what came of it; `limit` is in seconds."""
    got: list[Any] = []

    def load() -> None:
        try:
            got.append(data.fashion_mnist())
        except BaseException as error:
            got.append(error)

    thread = threading.Thread(target=load, daemon=True)
    thread.start()
    thread.join(limit)
    if not got:
        return {"hangs"}
    if not isinstance(got[0], data.ImageDataset):
        return {"stack trace"}
    harms = set()
    arrays = {"real": RIGHT, "drawn": DRAWN}
    if not same(got[0], arrays["drawn" if got[0].stand_in else "real"]):
        harms.add("wrong array")
    if got[0].stand_in != (fault.ends == "drawn"):
        harms.add("other data than there could be")
    out, err = capsys.readouterr()
    if fault.words not in out or "Traceback" in err:
        harms.add("no fitting sentence")
    for folder in (world.cache, world.temporary):
        if any((folder / n).exists() and (folder / n).read_bytes() != FILES[n] for n in FILES):
            harms.add("bad file kept")
    for name, content in FILES.items():
        # At most one piece is lost where a connection breaks off.
        if world.bad.sent(name) > len(content) + download._CHUNK:
            harms.add("sent again")
    return harms


def only_bad(behave: bad_server.Behaviour) -> Callable[[World, pytest.MonkeyPatch], None]:
    """The only mirror behaves like this."""

    def arrange(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        world.bad.behave = behave
        world.register(world.bad.url)
        if behave is bad_server.stalling:
            monkeypatch.setattr(download, "READ_TIME", 1.0)

    return arrange


def refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.register(f"http://127.0.0.1:{bad_server.closed_port()}/")


def proxy_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.register("http://mirror.invalid/")
    proxy = f"http://ada:secret@127.0.0.1:{bad_server.closed_port()}"
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("http_proxy", proxy)


def no_network(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    world.register("http://mirror.invalid/")
    monkeypatch.setattr(socket, "getaddrinfo", unknown)


def swallow(*_: object, **__: object) -> None:
    time.sleep(30)
    raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")


def swallowing_name_server(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.register("http://one.invalid/", "http://two.invalid/")
    monkeypatch.setattr(socket, "getaddrinfo", swallow)
    monkeypatch.setattr(download, "ANSWER_TIME", 0.3)


def self_signed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    if not shutil.which("openssl"):
        pytest.skip("no program openssl here to make a certificate")
    certificate, key = world.path / "certificate.pem", world.path / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost"
    subprocess.run(
        [*command.split(), "-out", certificate, "-keyout", key], check=True, capture_output=True
    )
    world.bad.encrypt(certificate, key)
    world.register(world.bad.url)


def no_bundle(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.register("https://127.0.0.1:1/")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(world.path / "nowhere.pem"))


def read_only_cache(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    # A file in a folder's place stops root too, unlike the mode of a folder.
    (world.path / "keras").write_text("")


def nothing_writable(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    (world.path / "keras").write_text("")
    (world.path / "tmp" / ".keras").write_text("")


def corrupt_cache(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.fill(world.cache, {**FILES, BIG: FORGED[BIG]})


def nowhere(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATASETS_DIR", str(world.path / "nowhere"))


def given(*changes: tuple[str, bytes | None]) -> Callable[[World, pytest.MonkeyPatch], None]:
    """DATASETS_DIR holds the files, but for these; None takes one away."""

    def arrange(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        files = {name: content for name, content in {**FILES, **dict(changes)}.items() if content}
        world.fill(world.given / "fashion-mnist", files)
        monkeypatch.setenv("DATASETS_DIR", str(world.given))

    return arrange


def registered_wrongly(content: bytes) -> Callable[[World, pytest.MonkeyPatch], None]:
    """The registry itself lists a file that is no such array, so that the sha256 lets it pass."""

    def arrange(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        world.fill(world.given, {**FILES, BIG: content})
        world.register(files={**FILES, BIG: content})
        monkeypatch.setenv("DATASETS_DIR", str(world.given))

    return arrange


def no_registry(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.registry.write_text("[fashion-mnist")


def read_unverified(path: Path, file: download.DataFile) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise download.DataError(str(error)) from None


def read_blindly(content: bytes, file: download.DataFile) -> np.ndarray:
    """What keras.datasets does: no look at the header."""
    import gzip

    offset = 4 + 4 * len(file.shape)
    values = np.frombuffer(gzip.decompress(content), np.uint8, offset=offset)
    return values.reshape(-1, *file.shape[1:])


class _NeverRaised(Exception):
    pass


UNVERIFIED: Disarm = (
    (pooch.core, "hash_matches", lambda *_, **__: True),
    (download, "verified", read_unverified),
    (data, "verified", read_unverified),
)
UNCHECKED_ANSWER: Disarm = (
    (download, "_first_byte", lambda response, have, file, part: 0),
    *UNVERIFIED,
)
UNEXPLAINED: Disarm = ((download, "_explained", lambda error, url: download.DataError(str(error))),)
BLIND: Disarm = ((data, "parse_idx", read_blindly),)
NO_OTHER_FOLDER: Disarm = ((data, "FolderError", _NeverRaised),)
SILENT_PLACES: Disarm = ((data, "trouble", lambda *_: ("", "")),)
PATIENT: Disarm = (
    (download, "READ_TIME", None),
    (download, "ANSWER_TIME", 60.0),
)

SHORT = FILES[BIG][: len(FILES[BIG]) // 2]
OTHER_MAGIC = idx(RIGHT[BIG], magic=bytes([0, 0, 9, 3]))
OTHER_DIMENSIONS = idx(RIGHT[BIG].reshape(-1, 56, 14))

FAULTS = {
    # mirrors
    "wrong hash": Fault(
        only_bad(bad_server.forged), "its sha256 is wrong", "drawn", UNVERIFIED, "wrong array"
    ),
    "truncated": Fault(
        only_bad(bad_server.truncated),
        "another size",
        "drawn",
        UNCHECKED_ANSWER,
        "no fitting sentence",
    ),
    "cut once": Fault(
        only_bad(bad_server.cut),
        "Downloading Fashion-MNIST",
        "real",
        ((download, "TRIES", 1),),
        "other data than there could be",
    ),
    "resumed": Fault(
        only_bad(bad_server.cut),
        "Downloading Fashion-MNIST",
        "real",
        ((download, "_size", lambda path: 0),),
        "sent again",
    ),
    "always cut": Fault(
        only_bad(bad_server.always_cut),
        "the connection broke off",
        "drawn",
        UNEXPLAINED,
        "no fitting sentence",
    ),
    "404": Fault(
        only_bad(bad_server.status(404)),
        "is not there (status 404)",
        "drawn",
        UNCHECKED_ANSWER,
        "no fitting sentence",
    ),
    "500": Fault(
        only_bad(bad_server.status(500)),
        "a fault of its own (status 500)",
        "drawn",
        UNCHECKED_ANSWER,
        "no fitting sentence",
    ),
    "redirect loop": Fault(
        only_bad(bad_server.circle), "in a circle", "drawn", UNEXPLAINED, "no fitting sentence"
    ),
    "stalling": Fault(
        only_bad(bad_server.stalling), "no answer in time", "drawn", PATIENT, "hangs"
    ),
    "login page": Fault(
        only_bad(bad_server.login_page),
        "log in to this network",
        "drawn",
        ((download, "_is_page", lambda words: False),),
        "no fitting sentence",
    ),
    "login page without its type": Fault(
        only_bad(bad_server.page_without_type),
        "log in to this network",
        "drawn",
        ((download, "_is_page", lambda words: False),),
        "no fitting sentence",
    ),
    # networks
    "refused": Fault(
        refused, "the connection is refused", "drawn", UNEXPLAINED, "no fitting sentence"
    ),
    "no network": Fault(
        no_network, "connect this machine", "drawn", UNEXPLAINED, "no fitting sentence"
    ),
    "name server swallows": Fault(
        swallowing_name_server, "no answer in time", "drawn", PATIENT, "hangs"
    ),
    "proxy": Fault(
        proxy_refused, "the proxy 127.0.0.1:", "drawn", UNEXPLAINED, "no fitting sentence"
    ),
    "certificate": Fault(
        self_signed, "REQUESTS_CA_BUNDLE", "drawn", UNEXPLAINED, "no fitting sentence"
    ),
    "certificates missing": Fault(
        no_bundle,
        "which does not exist: correct or unset it",
        "drawn",
        ((download, "_missing_bundle", lambda: ""),),
        "no fitting sentence",
    ),
    # folders
    "read-only cache": Fault(
        read_only_cache,
        "cannot be written",
        "real",
        NO_OTHER_FOLDER,
        "other data than there could be",
    ),
    "corrupt cache": Fault(
        corrupt_cache,
        f"{BIG} is damaged or another file",
        "real",
        UNVERIFIED,
        "wrong array",
    ),
    "DATASETS_DIR nowhere": Fault(
        nowhere,
        "which is no folder that you may read",
        "real",
        SILENT_PLACES,
        "no fitting sentence",
    ),
    "DATASETS_DIR empty": Fault(
        given(*((name, None) for name in FILES)),
        "holds none of the 4 files of Fashion-MNIST",
        "real",
        SILENT_PLACES,
        "no fitting sentence",
    ),
    "DATASETS_DIR half": Fault(
        given((BIG, None)), f"{BIG} is missing", "real", SILENT_PLACES, "no fitting sentence"
    ),
    "DATASETS_DIR corrupt": Fault(
        given((BIG, FORGED[BIG])),
        "its sha256 is wrong",
        "real",
        UNVERIFIED,
        "wrong array",
    ),
    "DATASETS_DIR truncated": Fault(
        given((BIG, SHORT)),
        f"{BIG} has {len(SHORT)} bytes instead of {len(FILES[BIG])}",
        "real",
        UNVERIFIED,
        "no fitting sentence",
    ),
    "wrong magic number": Fault(
        registered_wrongly(OTHER_MAGIC),
        "the magic number 00000903 instead of 00000803",
        "drawn",
        BLIND,
        "other data than there could be",
    ),
    "wrong dimensions": Fault(
        registered_wrongly(OTHER_DIMENSIONS),
        "the dimensions (60, 56, 14) instead of (60, 28, 28)",
        "drawn",
        BLIND,
        "other data than there could be",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_costs_one_sentence(name, world, monkeypatch, capsys):
    FAULTS[name].arrange(world, monkeypatch)
    assert judge(world, FAULTS[name], capsys) == set()


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_does_harm_without_its_guard(name, world, monkeypatch, capsys):
    FAULTS[name].arrange(world, monkeypatch)
    for module, attribute, replacement in FAULTS[name].guard:
        monkeypatch.setattr(module, attribute, replacement)
    limit = 3 if FAULTS[name].harm == "hangs" else 30
    assert FAULTS[name].harm in judge(world, FAULTS[name], capsys, limit=limit)


# ---- Mirrors ----


@pytest.mark.parametrize(
    "behave",
    [
        bad_server.forged,
        bad_server.truncated,
        bad_server.status(404),
        bad_server.status(503),
        bad_server.circle,
        bad_server.stalling,
        bad_server.always_cut,
        bad_server.login_page,
        bad_server.page_without_type,
        bad_server.endless,
    ],
)
def test_the_next_mirror_brings_what_the_first_cannot(behave, world, monkeypatch):
    if behave is bad_server.stalling:
        monkeypatch.setattr(download, "READ_TIME", 1.0)
    world.bad.behave = behave
    images = data.fashion_mnist()
    assert same(images, RIGHT)
    assert world.bad.log
    assert sorted(os.listdir(world.cache)) == sorted([*FILES, ".download.lock"])


def test_an_endless_answer_is_cut_off(world, capsys):
    world.bad.behave = bad_server.endless
    world.register(world.bad.url)
    assert data.fashion_mnist().stand_in
    assert "more comes than the file is long" in capsys.readouterr().out
    assert parts(world) <= sum(map(len, FILES.values()))


def test_a_good_first_mirror_is_the_only_one_used(world):
    images = data.fashion_mnist()
    assert same(images, RIGHT)
    assert images.origin == f"Fashion-MNIST downloaded into {world.cache}."
    assert [asked.name for asked in world.bad.log] == list(FILES)
    assert world.good.log == []


def test_a_redirect_is_followed(world):
    world.bad.behave = lambda answer: answer.head(
        302, Location=world.good.url + answer.asked.name, Content_Length=0
    )
    world.register(world.bad.url)
    assert same(data.fashion_mnist(), RIGHT)


def test_two_mirrors_that_have_a_half_each_are_enough(world):
    def without(name: str) -> bad_server.Behaviour:
        def behave(answer: bad_server.Answer) -> None:
            (bad_server.status(404) if answer.asked.name == name else bad_server.good)(answer)

        return behave

    first, *_, last = FILES
    world.bad.behave, world.good.behave = without(first), without(last)
    assert same(data.fashion_mnist(), RIGHT)


def test_equal_problems_of_mirrors_are_said_once(world, capsys):
    ports = [bad_server.closed_port(), bad_server.closed_port()]
    world.register(*(f"http://127.0.0.1:{port}/" for port in ports))
    assert data.fashion_mnist().stand_in
    out = capsys.readouterr().out
    assert out.count("the connection is refused") == 1
    assert all(f"127.0.0.1:{port}" in out for port in ports)


def test_the_password_of_a_proxy_is_not_printed(world, monkeypatch, capsys):
    proxy_refused(world, monkeypatch)
    assert data.fashion_mnist().stand_in
    assert "secret" not in capsys.readouterr().out


@pytest.mark.parametrize(
    "proxy",
    [
        "http://ada:secret#x@127.0.0.1:1",
        "http://ada:secret/x@127.0.0.1:1",
        "http://ada:secret",
        "http://ada:1/secret@127.0.0.1:1",
        "http://ada:12secret@ho st:1",
        "ada:secret@127.0.0.1:1",
        "http://ada/secret:x@127.0.0.1:1",
        "foo://ada:secret@127.0.0.1:1",
        "http://secret/ada@h:x",
    ],
)
def test_nor_is_one_in_what_is_no_address(proxy, world, monkeypatch, capsys):
    world.register("http://mirror.invalid/")
    monkeypatch.setenv("HTTP_PROXY", proxy)
    monkeypatch.setenv("http_proxy", proxy)
    assert data.fashion_mnist().stand_in
    said = capsys.readouterr().out
    assert "secret" not in said and "HTTP_PROXY" in said, said


def test_a_silent_mirror_is_not_waited_for_again_at_once(world, monkeypatch):
    asked = []
    swallowing_name_server(world, monkeypatch)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **_: asked.append(a) or swallow())
    assert data.fashion_mnist().stand_in
    once = len(asked)
    assert data.fashion_mnist().stand_in
    assert len(asked) == once == 2


def test_without_download_nobody_is_asked(world, capsys):
    assert data.fashion_mnist(download=False).stand_in
    assert "no download was asked for" in capsys.readouterr().out
    assert not world.bad.log
    world.fill(world.cache)
    assert same(data.fashion_mnist(download=False), RIGHT)


# ---- What is already there ----


def test_a_broken_connection_is_taken_up_where_it_broke(world):
    world.bad.behave = bad_server.cut
    data.fashion_mnist()
    first, second = world.bad.gets(BIG)
    assert first.range is None
    start = int(second.range.removeprefix("bytes=").rstrip("-"))
    assert 0 < start <= len(FILES[BIG]) // 2
    assert second.sent == len(FILES[BIG]) - start


def wrong_range(answer: bad_server.Answer) -> None:
    """Send from one byte later than asked for, and say so."""
    if not answer.first:
        return bad_server.good(answer)
    rest, size = answer.content[answer.first + 1 :], len(answer.content)
    where = f"bytes {answer.first + 1}-{size - 1}/{size}"
    answer.head(206, Content_Length=len(rest), Content_Range=where)
    return answer.body(rest)


def no_ranges(answer: bad_server.Answer) -> None:
    """A server that cannot resume, and sends all of it."""
    answer.asked.range = None
    bad_server.good(answer)


def out_of_range(answer: bad_server.Answer) -> None:
    bad_server.status(416)(answer) if answer.first else bad_server.good(answer)


HALF = len(FILES[BIG]) // 2


@pytest.mark.parametrize(
    "behave", [bad_server.good, wrong_range, no_ranges, out_of_range], ids=lambda f: f.__name__
)
@pytest.mark.parametrize(
    "part",
    {
        "right": FILES[BIG][:HALF],
        "of another file": FORGED[BIG][:HALF],
        "complete": FILES[BIG],
        "complete, of another file": FORGED[BIG],
        "too long": FILES[BIG] + b"more",
        "empty": b"",
    }.items(),
    ids=lambda item: item[0],
)
def test_whatever_lies_there_of_a_download_does_not_block_it(part, behave, world):
    world.bad.behave = behave
    world.register(world.bad.url)
    world.fill(world.cache / ".download", {f"{BIG}.part": part[1]})
    assert same(data.fashion_mnist(), RIGHT)
    if part[0] == "complete":
        assert not world.bad.gets(BIG)
    if part[0] == "right" and behave is bad_server.good:
        assert [asked.sent for asked in world.bad.gets(BIG)] == [len(FILES[BIG]) - HALF]


def test_only_what_is_missing_or_wrong_is_downloaded(world):
    name, other = list(FILES)[1:3]
    world.fill(world.cache, {**FILES, name: FORGED[name]})
    (world.cache / other).unlink()
    assert same(data.fashion_mnist(), RIGHT)
    assert [asked.name for asked in world.bad.log] == [name, other]


def test_a_disk_that_cannot_lock_is_used_all_the_same(world, monkeypatch):
    import filelock

    def no_locks(*_: object, **__: object) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(filelock.FileLock, "acquire", no_locks)
    assert same(data.fashion_mnist(), RIGHT)
    assert sorted(os.listdir(world.cache)) == sorted(FILES)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_what_a_download_brings_has_the_rights_of_any_new_file(world):
    before = os.umask(0o022)
    try:
        data.fashion_mnist()
    finally:
        os.umask(before)
    assert {(world.cache / name).stat().st_mode & 0o777 for name in FILES} == {0o644}
    # Every account that shares the folder takes the lock.
    assert (world.cache / ".download.lock").stat().st_mode & 0o777 == 0o666


# ---- Programs of their own ----

CHILD = """
import sys
from pathlib import Path

from tests.utils.bad_server import DRAWN, RIGHT
from utils import data, download, garments

download.REGISTRY = Path(sys.argv[1])
garments.load = lambda: tuple(DRAWN.values())
exec(sys.argv[2])
images = data.fashion_mnist()
right = all(map((lambda a, b: (a == b).all()), (images.x_train, images.y_test),
            ((DRAWN if images.stand_in else RIGHT)[name] for name in
             ("train-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"))))
print(images.name, "right" if right else "wrong", flush=True)
"""


def child(world: World, *, guard: str = "", prefix: tuple[str, ...] = ()) -> subprocess.Popen[str]:
    """Start a program that loads the data in this world, with a line that takes a guard away."""
    return subprocess.Popen(
        [*prefix, sys.executable, "-u", "-c", CHILD, str(world.registry), guard],
        cwd=ROOT,
        env={**os.environ, **world.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end, "nothing happened for 30 s"
        time.sleep(0.02)


def parts(world: World) -> int:
    """How many bytes lie in unfinished files."""
    return sum(path.stat().st_size for path in world.cache.glob(".download*/*.part"))


NO_LOCK = "download._locked = lambda *_: None"


@pytest.mark.parametrize("guarded", [True, False])
def test_two_programs_at_once_download_once(guarded, world):
    gate = threading.Event()

    def waiting(answer: bad_server.Answer) -> None:
        gate.wait(30)
        bad_server.good(answer)

    world.bad.behave = waiting
    world.register(world.bad.url)
    heard: list[str] = []
    first = child(world, guard="" if guarded else NO_LOCK)
    wait_until(lambda: world.bad.log)
    second = child(world, guard="" if guarded else NO_LOCK)
    reader = threading.Thread(target=lambda: heard.extend(second.stdout), daemon=True)
    reader.start()
    wait_until(lambda: len(world.bad.log) > 1 or any("waiting for it" in line for line in heard))
    gate.set()
    assert first.communicate(timeout=60)[0].endswith("Fashion-MNIST right\n")
    second.wait(timeout=60)
    reader.join(10)
    # Nothing wrong comes of it without the lock, but everything comes twice.
    assert heard[-1] == "Fashion-MNIST right\n"
    assert {len(world.bad.gets(name)) for name in FILES} == ({1} if guarded else {2})


@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.skipif(os.name == "nt", reason="Windows sends no SIGINT to one program")
def test_a_slow_download_is_shown_and_can_be_stopped(guarded, world):
    world.bad.behave = bad_server.slow
    world.register(world.bad.url)
    program = child(world, guard="" if guarded else NO_LOCK)
    wait_until(lambda: parts(world))
    program.send_signal(signal.SIGINT)
    out, _ = program.communicate(timeout=30)
    assert program.returncode
    assert "Downloading Fashion-MNIST" in out
    assert BIG in out  # the line of progress
    assert "The download was stopped. Run the cell again to go on" in out
    assert out.rstrip().endswith("KeyboardInterrupt")
    world.bad.behave = bad_server.good
    assert same(data.fashion_mnist(), RIGHT)
    resumed = world.bad.gets(BIG)[-1].range is not None
    assert resumed == guarded


@pytest.mark.parametrize("guarded", [True, False])
def test_a_killed_download_blocks_nothing_and_is_resumed(guarded, world, monkeypatch, capsys):
    world.bad.behave = bad_server.slow
    world.register(world.bad.url)
    program = child(world)
    wait_until(lambda: parts(world))
    program.kill()
    program.communicate(timeout=30)
    kept = parts(world)
    world.bad.behave = bad_server.good
    if not guarded:
        monkeypatch.setattr(download, "_size", lambda path: 0)
    assert same(data.fashion_mnist(), RIGHT)
    assert "waiting" not in capsys.readouterr().out
    asked = world.bad.gets(BIG)[-1]
    assert asked.range == (f"bytes={kept}-" if guarded else None)
    assert sorted(os.listdir(world.cache)) == sorted([*FILES, ".download.lock"])


def test_a_program_does_not_wait_at_its_end_for_a_silent_network(world):
    world.register("http://mirror.invalid/")
    silent = "import socket, time; socket.getaddrinfo = lambda *_, **__: time.sleep(300); "
    program = child(world, guard=silent + "download.ANSWER_TIME = 0.3")
    try:
        out, _ = program.communicate(timeout=60)
    finally:
        program.kill()
    assert "no answer in time" in out
    assert out.endswith("garments right\n")


def with_disk(world: World, options: str) -> tuple[str, ...]:
    """A command that runs another with a small disk in the place of the Keras cache.

    Root may mount in a name space of its own; others, where the kernel lets them.
    """
    (world.path / "keras").mkdir()
    mount = f'mount -t tmpfs -o {options} none "$KERAS_HOME" && exec "$@"'
    for unshare in (["unshare", "-m"], ["unshare", "-Urm"]):
        command = (*unshare, "sh", "-c", mount, "sh")
        tried = subprocess.run(
            [*command, "true"], env={**os.environ, **world.environment()}, capture_output=True
        )
        if tried.returncode == 0:
            return command
    pytest.skip("this account may not mount a small disk, not even in a name space of its own")


ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="mounts disks as Linux does")
ONE_FOLDER = "data.FolderError = type('NeverRaised', (Exception,), {})"


@ON_LINUX
@pytest.mark.parametrize("guarded", [True, False])
@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("size=40k", "is full: up to 0.1 MB must be free there"),
        ("ro", "cannot be written (Read-on"),
    ],
)
def test_a_full_or_read_only_disk_is_left_for_another(options, words, guarded, world):
    prefix = with_disk(world, options)
    program = child(world, prefix=prefix, guard="" if guarded else ONE_FOLDER)
    out, _ = program.communicate(timeout=60)
    assert words in out
    assert out.endswith("Fashion-MNIST right\n" if guarded else "garments right\n")


@ON_LINUX
@pytest.mark.parametrize("guarded", [True, False])
def test_a_full_disk_is_not_left_full(guarded, world):
    listing = "import atexit, os; atexit.register(lambda: print('left', sum(f.stat().st_size for f"
    listing += " in Path(os.environ['KERAS_HOME']).rglob('*.part'))))"
    kept = "; download._receive = download._receive; Path.unlink = lambda *_, **__: None"
    program = child(
        world, prefix=with_disk(world, "size=40k"), guard=listing + kept * (not guarded)
    )
    out, _ = program.communicate(timeout=60)
    assert ("left 0\n" in out) == guarded


# ---- Small things ----


@pytest.mark.parametrize(
    "content", [None, "[fashion-mnist", "[other]\n", "[fashion-mnist]\nsize=1"]
)
def test_an_unusable_registry_is_named(content, world, capsys):
    world.registry.unlink()
    if content is not None:
        world.registry.write_text(content)
    assert data.fashion_mnist().stand_in
    assert "get a fresh copy of the labs" in capsys.readouterr().out


def test_nowhere_to_write_ends_at_the_stand_in(world, monkeypatch, capsys):
    nothing_writable(world, monkeypatch)
    images = data.fashion_mnist()
    assert same(images, DRAWN)
    assert capsys.readouterr().out.count("cannot be written") == 2


def test_the_registry_lists_what_the_labs_use():
    entry = download.registered("fashion-mnist")
    assert [file.shape for file in entry.files] == [
        (60000, 28, 28),
        (60000,),
        (10000, 28, 28),
        (10000,),
    ]
    assert [file.name for file in entry.files] == list(SHAPES)
    assert [file.size for file in entry.files] == [26421880, 29515, 4422102, 5148]
    assert "zalandoresearch" in entry.mirrors[-1]
    assert all(mirror.endswith("/") for mirror in entry.mirrors)
