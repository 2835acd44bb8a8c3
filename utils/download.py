"""Downloads that end with the right bytes: the files of a data set, from the first mirror that can.

`registry.toml` lists files and mirrors. pooch checks the hash of what came and only then
gives it its name. Here is what pooch has not: going on where a download broke off, several mirrors,
one download at a time for all who share a folder, and a sentence for each thing that goes wrong.
"""

import errno
import functools
import hashlib
import os
import re
import shutil
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

# Beside this module, so that it is wherever `utils` is: in a release, in a package, in a jail.
REGISTRY = resources.files(__package__) / "registry.toml"

# Seconds: for all mirrors together to answer at all, for a connection, and between two packets.
ANSWER_TIME = 6.0
CONNECT_TIME = 5.0
READ_TIME = 20.0
# Seconds for another program to finish the same download.
LOCK_TIME = 600.0
# A mirror that gave no answer is not asked again for so many seconds: waiting for it is slow.
SILENT_FOR = 60.0
# How often a file is asked for at the same mirror when the connection breaks off.
TRIES = 5
# Small, so that a slow line is seen to move.
_CHUNK = 2**13

_NO_ANSWER = (
    "no answer in time: the network is slow, or a firewall swallows the question; use another "
    "network"
)
_LOGIN_PAGE = (
    "a web page came instead of the file: open a browser, log in to this network, and try again"
)


class DataError(ValueError):
    """Data cannot be had or is not what it should be; the message says in words what to do."""


class FolderError(DataError):
    """The folder cannot take the files: another folder may."""


class _MirrorError(DataError):
    """The mirror cannot be reached: it need not be asked for another file."""


class _CutError(DataError):
    """The connection broke off: the mirror may send the rest when asked again."""

    def __init__(self) -> None:
        super().__init__("the connection broke off: try again, and the download goes on from there")


@dataclass(frozen=True)
class DataFile:
    """A file of the registry: what it is called, and what must be in it."""

    name: str
    size: int
    sha256: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Registered:
    """A data set of the registry; `key` also names its folder."""

    key: str
    title: str
    mirrors: tuple[str, ...]
    files: tuple[DataFile, ...]


def registered(key: str) -> Registered:
    """Read a data set's entry in the registry.

    Raises:
        DataError: the registry is missing, damaged, or lacks the data set.
    """
    try:
        entry = tomllib.loads(REGISTRY.read_text(encoding="utf-8"))[key]
        files = [DataFile(**{**file, "shape": tuple(file["shape"])}) for file in entry["files"]]
        mirrors = tuple(entry["mirrors"])
        return Registered(key, entry["title"], mirrors, tuple(files))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(
            f"The list of data files, {REGISTRY}, cannot be used ({type(error).__name__}): get a "
            "fresh copy of the labs."
        ) from None


# ---- Is a file the right one? ----


def verified(path: Path, file: DataFile) -> bytes:
    """Return the bytes of a file that has the registered size and sha256.

    Raises:
        DataError: it has not, or cannot be read; the message begins with the file's name.
    """
    try:
        if (size := path.stat().st_size) != file.size:
            raise DataError(f"{file.name} has {size} bytes instead of {file.size}")
        content = path.read_bytes()
    except FileNotFoundError:
        raise DataError(f"{file.name} is missing") from None
    except OSError as error:
        raise DataError(f"{file.name} cannot be read ({_system_words(error)})") from None
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise DataError(f"{file.name} is damaged or another file (its sha256 is wrong)")
    return content


def faults(entry: Registered, folder: Path) -> dict[DataFile, str]:
    """Return the files that a folder has not, or not as registered, each with what is wrong."""
    found = {}
    for file in entry.files:
        try:
            verified(folder / file.name, file)
        except DataError as error:
            found[file] = str(error)
    return found


# ---- The download ----


def fetch(entry: Registered, folder: Path) -> None:
    """Put those files into the folder that are not there yet; the right ones stay untouched.

    It prints what it waits for and shows its progress. Whatever stops it, what came by then is
    kept, and the next call goes on from there.

    Raises:
        FolderError: the folder cannot be written, or its disk is full.
        DataError: no mirror has all files, or none can be reached; the message says why.
    """
    wanted = list(faults(entry, folder))
    if not wanted:
        return
    try:
        with_home(folder).mkdir(parents=True, exist_ok=True)
        with _alone(entry, folder) as workshop:
            # Asked again: while this one waited, another program may have brought them.
            wanted = list(faults(entry, folder))
            _from_mirrors(entry, wanted, folder, workshop)
    except OSError as error:
        raise FolderError(_folder_words(error, folder, wanted)) from None


@contextmanager
def _alone(entry: Registered, folder: Path) -> Iterator[Path]:
    """Yield a folder for unfinished files that no other program uses at the same time."""
    lock = _locked(entry, folder)
    if lock is None:
        # Some network disks cannot lock. A folder of one's own is as safe, but nobody resumes it.
        with tempfile.TemporaryDirectory(prefix=".download-", dir=folder) as own:
            yield Path(own)
        return
    workshop = folder / ".download"
    try:
        workshop.mkdir(exist_ok=True)
        yield workshop
        # Not after a failure: the next call goes on with what is in there.
        shutil.rmtree(workshop, ignore_errors=True)
    finally:
        with suppress(OSError):
            workshop.rmdir()  # only if it is empty
        lock.release()


def _locked(entry: Registered, folder: Path) -> Any:
    """Return the folder's lock, held, or None where none can be; the system frees a dead one's."""
    from filelock import FileLock, Timeout

    # Students with different accounts share it; it is always empty.
    lock = FileLock(folder / ".download.lock", mode=0o666)
    try:
        try:
            lock.acquire(timeout=0)
        except Timeout:
            print(f"Another program is downloading {entry.title} into {folder}: waiting for it.")
            lock.acquire(timeout=LOCK_TIME)
    except Timeout:
        raise DataError(
            f"Another program has been downloading {entry.title} into {folder} for "
            f"{LOCK_TIME / 60:.0f} minutes: stop it and try again"
        ) from None
    except (OSError, NotImplementedError):
        return None
    return lock


def _from_mirrors(entry: Registered, wanted: list[DataFile], folder: Path, workshop: Path) -> None:
    """Bring the wanted files, each from the first mirror that sends the right bytes."""
    problems: dict[str, list[str]] = {}
    wanted = list(wanted)
    for mirror, problem in answers(entry.mirrors) if wanted else ():
        if problem:
            problems.setdefault(problem, []).append(host(mirror))
            continue
        megabytes = sum(file.size for file in wanted) / 1e6
        print(f"Downloading {entry.title} ({megabytes:.1f} MB) from {host(mirror)}.")
        for file in list(wanted):
            try:
                _bring(mirror + file.name, file, workshop)
            except DataError as error:
                problems.setdefault(str(error), []).append(f"{file.name} at {host(mirror)}")
                if isinstance(error, _MirrorError):
                    break
            else:
                os.replace(workshop / file.name, folder / file.name)
                wanted.remove(file)
        if not wanted:
            return
    if wanted:
        reasons = "; ".join(f"{why} ({', '.join(where)})" for why, where in problems.items())
        raise DataError(f"{entry.title} could not be downloaded: {reasons}")


def _bring(url: str, file: DataFile, workshop: Path) -> None:
    """Make workshop/file.name from this address, going on from what is there of it."""
    part = workshop / f"{file.name}.part"
    for left in reversed(range(TRIES)):
        had = _size(part)
        try:
            return _retrieve(url, file, part)
        except _MirrorError:
            raise
        except DataError as error:
            # Also once more when a beginning was bad, which is gone by now.
            again = isinstance(error, _CutError) or _size(part) < had
            if not (left and again):
                raise


def _retrieve(url: str, file: DataFile, part: Path) -> None:
    import pooch

    pooch.get_logger().setLevel("ERROR")
    try:
        pooch.retrieve(
            url,
            known_hash=f"sha256:{file.sha256}",
            fname=file.name,
            path=part.parent,
            downloader=functools.partial(_resume, file=file, part=part),
        )
    except DataError:
        raise
    except ValueError:
        raise DataError("what came is damaged or another file (its sha256 is wrong)") from None


def _resume(url: str, output_file: str, _pooch: object, *, file: DataFile, part: Path) -> None:
    """Complete `part` and move it to `output_file`: a downloader for pooch, which checks the hash.

    pooch deletes `output_file` when its hash is wrong, so a bad beginning is never gone on with.
    """
    if (have := _size(part)) < file.size:
        with _request("GET", url, have=have) as response:
            start = _first_byte(response, have, file, part)
            try:
                _receive(response, part, start, file)
            except DataError:
                raise
            except OSError:
                # A disk that is full should not stay so for the sake of a half file.
                part.unlink(missing_ok=True)
                raise
    os.replace(part, output_file)


def _first_byte(response: Any, have: int, file: DataFile, part: Path) -> int:
    """Return where in the file the answer begins: at `have`, or at 0 if the server resumes not.

    Raises:
        DataError: the answer is not the file, or another part of it than was asked for.
    """
    status = response.status_code
    if status in (200, 206) and _is_page(response.headers.get("Content-Type", "")):
        raise DataError(_LOGIN_PAGE)
    if status == 206:
        if response.headers.get("Content-Range") == f"bytes {have}-{file.size - 1}/{file.size}":
            return have
        part.unlink(missing_ok=True)
        raise DataError("another part came than was asked for")
    if status == 416:
        part.unlink(missing_ok=True)
        raise DataError("the file there is shorter than it should be")
    if status != 200:
        raise DataError(_status_words(status))
    if response.headers.get("Content-Length", str(file.size)) != str(file.size):
        raise DataError("the file there has another size, so it is another file")
    return 0


def _receive(response: Any, part: Path, start: int, file: DataFile) -> None:
    """Write what comes behind the first `start` bytes of `part`."""
    from requests import RequestException
    from tqdm import tqdm

    size = start
    with (
        open(part, "ab" if start else "wb") as target,
        tqdm(
            desc=file.name,
            total=file.size,
            initial=start,
            unit="B",
            unit_scale=True,
            mininterval=0.5,
            leave=False,
        ) as bar,
    ):
        try:
            for chunk in response.iter_content(_CHUNK):
                if not size and _is_page(chunk[:100].decode("latin-1")):
                    raise DataError(_LOGIN_PAGE)
                size += len(chunk)
                if size > file.size:
                    raise DataError("more comes than the file is long, so it is another file")
                target.write(chunk)
                bar.update(len(chunk))
        except RequestException as error:
            raise _explained(error, response.url) from None
    if size < file.size:
        raise _CutError


# ---- The network ----


def answers(mirrors: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Ask all mirrors at once whether they answer; yield each with its problem, in their order.

    An address that does not end with "/" is that of a file, and is asked for it: a network that
    wants a login answers in the place of all mirrors. The problem is "" if there is none. All
    together take at most ANSWER_TIME: a name server or a firewall that swallows questions holds
    nobody up for longer.
    """
    heard: dict[str, str] = {}

    def ask(mirror: str) -> None:
        try:
            _request("HEAD", mirror).close() if mirror.endswith("/") else _look(mirror)
            heard[mirror] = ""
        except DataError as error:
            heard[mirror] = str(error)

    deadline = time.monotonic() + ANSWER_TIME
    # Daemons: an answer that nobody waits for any more must not keep Python from ending.
    threads = {
        mirror: threading.Thread(target=ask, args=[mirror], daemon=True)
        for mirror in mirrors
        if _silent_until.get(host(mirror), 0) < time.monotonic()
    }
    for thread in threads.values():
        thread.start()
    for mirror in mirrors:
        if mirror in threads:
            threads[mirror].join(max(0.0, deadline - time.monotonic()))
            if heard.get(mirror, _NO_ANSWER) == _NO_ANSWER:
                _silent_until[host(mirror)] = time.monotonic() + SILENT_FOR
        yield mirror, heard.get(mirror, _NO_ANSWER)


_silent_until: dict[str, float] = {}


def _look(url: str) -> None:
    """Ask for a file and read only how it begins.

    Raises:
        DataError: no answer came, or it is not the file.
    """
    from requests import RequestException

    with _request("GET", url) as response:
        if response.status_code != 200:
            raise DataError(_status_words(response.status_code))
        try:
            start = next(response.iter_content(100), b"").decode("latin-1")
        except RequestException as error:
            raise _explained(error, url) from None
    if _is_page(response.headers.get("Content-Type", "")) or _is_page(start):
        raise DataError(_LOGIN_PAGE)


def host(url: str) -> str:
    """Return the host of an address, with its port if it has one."""
    return urlsplit(url).netloc


def _request(method: str, url: str, *, have: int = 0) -> Any:
    """Ask for the rest of a file behind its first `have` bytes, or only whether somebody answers.

    Raises:
        DataError: no answer came; the message says why.
    """
    import requests

    # A compressed file must come as it is, so that its bytes can be counted and resumed.
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    is_get = method == "GET"
    try:
        return requests.request(
            method,
            url,
            headers=headers,
            stream=True,
            allow_redirects=is_get,
            timeout=(CONNECT_TIME, READ_TIME) if is_get else ANSWER_TIME,
        )
    except requests.RequestException as error:
        raise _explained(error, url) from None
    except (OSError, ValueError) as error:
        words = _missing_bundle() or f"the request could not be made{_quoted(error, url)}"
        raise _MirrorError(words) from None


def _missing_bundle() -> str:
    """requests looks for this file itself, and what it then says it does not wrap."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if (path := os.environ.get(name)) and not os.path.exists(path):
            return f"{name} names {path}, which does not exist: correct or unset it"
    return ""


def _explained(error: Exception, url: str) -> DataError:
    """Say in words what requests raised."""
    from requests import exceptions as wrong
    from urllib3 import exceptions as beneath

    causes = _causes(error)

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    if has(wrong.ProxyError):
        return _MirrorError(_proxy_words(url))
    if has(wrong.SSLError):
        return _MirrorError(
            "the certificate is not trusted: a network that reads what passes through it puts in "
            "its own; ask for that certificate and set REQUESTS_CA_BUNDLE to its file"
        )
    if has(beneath.NameResolutionError):
        return _MirrorError("no such name is known: connect this machine to the internet")
    if has(wrong.Timeout, beneath.ReadTimeoutError):
        return _MirrorError(_NO_ANSWER)
    if has(wrong.TooManyRedirects):
        return DataError("the address leads in a circle: log in to this network in a browser")
    if has(beneath.NewConnectionError):
        return _MirrorError("the connection is refused: look at firewall and network")
    if has(wrong.ChunkedEncodingError, wrong.ConnectionError):
        return _CutError()
    return _MirrorError(f"the request failed{_quoted(error, url)}")


def _causes(error: BaseException) -> list[BaseException]:
    """The error and those wrapped in it: requests and urllib3 hand them on as arguments."""
    found = [error]
    for one in found:
        inner = [getattr(one, "reason", None), *one.args]
        found += [e for e in inner if isinstance(e, BaseException) and e not in found]
    return found


def _quoted(error: Exception, url: str) -> str:
    """What an error says; not beside a proxy, whose password it may repeat."""
    return ": look at HTTPS_PROXY and HTTP_PROXY" if _proxy(url) else f" ({error})"


def _proxy_words(url: str) -> str:
    # Without the name and password that may stand before the host.
    where = re.sub(r".*(@|//)", "", _proxy(url)).partition("/")[0]
    return (
        f"the proxy {where} does not let it through: correct or unset the variables HTTPS_PROXY "
        "and HTTP_PROXY"
    )


def _proxy(url: str) -> str:
    from requests import utils

    return utils.select_proxy(url, utils.get_environ_proxies(url)) or ""


def _status_words(status: int) -> str:
    if status in (404, 410):
        return f"the file is not there (status {status})"
    if status == 407:
        return "the proxy wants a name and a password (status 407): put them into HTTPS_PROXY"
    if status >= 500:
        return f"the server has a fault of its own (status {status}): try again later"
    return f"the server refuses (status {status})"


def _is_page(words: str) -> bool:
    """Whether a content type, or the first characters of a file, are those of a web page."""
    return words.lstrip().lower().startswith(("text/html", "<!doctype html", "<html"))


# ---- The disk ----


def keras_cache() -> Path:
    """Return the folder of keras.datasets; it begins with "~" where no home folder is known."""
    return Path(os.path.expanduser(os.environ.get("KERAS_HOME") or "~/.keras")) / "datasets"


def with_home(folder: Path) -> Path:
    """Return the folder itself, if it is one that may be created.

    Raises:
        FileNotFoundError: it begins with "~", which would become a folder of that name.
    """
    if str(folder).startswith("~"):
        raise FileNotFoundError(errno.ENOENT, "no home folder is known: set KERAS_HOME")
    return folder


def _folder_words(error: OSError, folder: Path, wanted: list[DataFile]) -> str:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        needed = sum(file.size for file in wanted) / 1e6
        return f"The disk of {folder} is full: up to {needed:.1f} MB must be free there"
    return f"{folder} cannot be written ({_system_words(error)})"


def _system_words(error: OSError) -> str:
    return error.strerror or str(error)


def _size(path: Path) -> int:
    # os.path, because pathlib raises where a folder above may not be entered.
    return path.stat().st_size if os.path.exists(path) else 0
