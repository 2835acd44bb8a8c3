"""`python -m utils.doctor`: is everything in place for the labs, and if not, what to do.

The report is plain text, to be pasted into an issue: the home folder is written as `~`.
"""

import os
import platform
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from utils import data, download, notebook

ROOT = Path(__file__).resolve().parent.parent
PYTHONS = ((3, 11), (3, 13))
PACKAGES = (
    "tensorflow",
    "keras",
    "numpy",
    "scikit-learn",
    "matplotlib",
    "ipython",
    "ipykernel",
    "jupyterlab",
)
FREE_GB_NEEDED = 1.0
# Fashion-MNIST, packed, and the garments, not packed.
CACHE_MB_NEEDED = 90
_SET_UP = (
    "Run `python3 run.py` in the course's folder; if that does not help, delete the folder .venv "
    "there and run it again."
)


@dataclass(frozen=True)
class Finding:
    """One line of the report.

    Attributes:
        topic: what was looked at; the same on every machine.
        state: what was found there.
        advice: what to do; empty if all is well.
    """

    topic: str
    state: str
    advice: str = ""


def report(*, details: bool = True) -> str:
    """Return the report, one line a topic: "ok ..." or "problem: ... do: ...".

    Without `details` the line of a topic that is well has no versions, paths or sizes, so that
    the report reads the same on every machine that is ready.
    """
    return _text(findings(), details=details)


def findings() -> list[Finding]:
    """Look at everything; takes some seconds, because TensorFlow is really imported."""
    return [
        _python(),
        *_packages(),
        _tensorflow(),
        _kernel(),
        _utils_package(),
        _shadows(),
        *_writable(),
        _disk(),
        *_datasets(),
    ]


def main() -> int:
    """Print the report; return 1 if it names a problem, else 0."""
    found = findings()
    print(_text(found, details=True))
    problems = sum(bool(finding.advice) for finding in found)
    print(f"{problems or 'no'} problem{'' if problems == 1 else 's'} found")
    return 1 if problems else 0


def _text(found: list[Finding], *, details: bool) -> str:
    return _without_home("\n".join(_line(finding, details) for finding in found))


def _line(finding: Finding, details: bool) -> str:
    if finding.advice:
        return f"problem: {finding.topic}: {finding.state} do: {finding.advice}"
    return f"ok  {finding.topic}: {finding.state}" if details else f"ok  {finding.topic}"


def _without_home(text: str) -> str:
    home = str(_home())
    # A home of "/" (a bare container) would turn every path into tildes.
    return text if len(home) < 2 else re.sub(re.escape(home) + r"(?![\w.-])", "~", text)


def _home() -> Path:
    """The home folder, or "~" where none is known: Path.home raises there."""
    return Path(os.path.expanduser("~"))


def _python() -> Finding:
    low, high = PYTHONS
    state = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    if not low <= sys.version_info[:2] <= high:
        wanted = f"{low[0]}.{low[1]} to {high[0]}.{high[1]}"
        return Finding("Python", f"{state}; the course needs {wanted}.", f"Install one. {_SET_UP}")
    if sys.maxsize < 2**32:
        return Finding("Python", f"{state}, 32 bit.", "Install a 64-bit Python.")
    return Finding("Python", state)


def _packages() -> Iterator[Finding]:
    tested = _locked_versions()
    for name in PACKAGES:
        known = tested.get(name)
        beside = f"the course is tested with {known}" if known else "no tested version on record"
        try:
            yield Finding(name, f"{metadata.version(name)} ({beside})")
        except metadata.PackageNotFoundError:
            yield Finding(name, f"not installed ({beside}).", _SET_UP)


def _locked_versions() -> dict[str, str]:
    """Read name -> version from requirements.lock; several if they differ between Pythons."""
    lock = ROOT / "requirements.lock"
    if not lock.exists():
        return {}
    versions: dict[str, list[str]] = {}
    for name, version in re.findall(r"(?m)^([\w.-]+)==([\w.+!]+)", lock.read_text("utf-8")):
        versions.setdefault(name.lower(), []).append(version)
    return {name: " or ".join(dict.fromkeys(several)) for name, several in versions.items()}


def _tensorflow() -> Finding:
    """Import TensorFlow; a GPU that lies idle is told, but no problem: the labs need none."""
    try:
        return Finding("device", notebook.import_tensorflow())
    except ImportError as error:
        return Finding("device", str(error.__cause__ or error) + ".", _SET_UP)


def _kernel() -> Finding:
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Finding("kernel", "Jupyter is not installed.", _SET_UP)
    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Finding("kernel", "There is no kernel named python3.", _SET_UP)
    except RuntimeError:
        state = "Jupyter finds no home folder, and needs one."
        return Finding("kernel", state, "Set the environment variable HOME to yours.")
    # Jupyter starts its own Python for a bare "python"; environments share a resolved path.
    is_ours = not os.path.dirname(command) or _folder(command) == _folder(sys.executable)
    if not is_ours:
        state = f"Notebooks run {command}, not this Python, {sys.executable}."
        return Finding("kernel", state, _SET_UP)
    return Finding("kernel", f"python3 starts {sys.executable}")


def _folder(program: str) -> str:
    return os.path.normcase(os.path.dirname(os.path.abspath(program)))


def _utils_package() -> Finding:
    if not (ROOT / "labs").is_dir():
        state = f"utils is imported from {ROOT / 'utils'}, where the course's labs are not."
        return Finding("package utils", state, _SET_UP)
    return Finding("package utils", f"from {ROOT / 'utils'}")


def _shadows() -> Finding:
    """Look for files that a notebook would import instead of the package."""
    topic = "names"
    for folder in dict.fromkeys((Path.cwd(), ROOT / "labs", ROOT / "solutions")):
        for name in ("utils.py", "utils", "keras.py", "tensorflow.py", "numpy.py"):
            path = folder / name
            if path.exists() and path.resolve() != ROOT / "utils":
                state = f"{path} hides the package of the same name from notebooks beside it."
                return Finding(topic, state, "Rename it, then restart the kernel.")
    return Finding(topic, "no file hides a package")


def _writable() -> Iterator[Finding]:
    folders = {
        "labs folder": ROOT / "labs",
        "home folder": _home(),
        "temporary folder": Path(tempfile.gettempdir()),
    }
    for topic, folder in folders.items():
        try:
            with tempfile.TemporaryFile(dir=folder):
                yield Finding(topic, f"{folder} can be written")
        except OSError as error:
            state = f"{folder} cannot be written ({error.strerror})."
            yield Finding(topic, state, "Give yourself the right to write there.")


def _disk() -> Finding:
    free = shutil.disk_usage(ROOT).free / 1e9
    if free < FREE_GB_NEEDED:
        state = f"{free:.1f} GB are free where the course lies, {FREE_GB_NEEDED:.0f} GB are needed."
        return Finding("disk", state, "Delete something there, or move the course's folder.")
    return Finding("disk", f"{free:.0f} GB free")


def _datasets() -> Iterator[Finding]:
    """Look for the data in each place; without any, all is still well: there is the stand-in."""
    topic = "data sets"
    try:
        entry = download.registered("fashion-mnist")
    except download.DataError as error:
        yield Finding(topic, f"{error}.", "Get a fresh copy of the labs.")
        return
    words, advice, is_here = [], "", False
    for place in data.places(entry):
        wrong = download.faults(entry, place.folder)
        is_here = is_here or not wrong
        if not wrong:
            words.append(f"{entry.title} in {place.folder} ({place.name}), sha256 verified")
        what, do = data.trouble(entry, place, list(wrong.values()))
        if what:
            words.append(what)
        if what and place.name == data.GIVEN:
            advice = do
    words += _mirrors(entry, is_here)
    state = "; ".join(words)
    yield Finding(topic, f"{state}." if advice else state, advice)
    yield _cache(is_here)


def _mirrors(entry: download.Registered, is_here: bool) -> list[str]:
    heard = list(download.answers(entry.mirrors))
    answering = [download.host(mirror) for mirror, problem in heard if not problem]
    words = [] if is_here else [f"no {entry.title} on this machine"]
    if answering:
        return [*words, f"a download is possible from {', '.join(answering)}"]
    reasons = ", ".join(dict.fromkeys(problem for _, problem in heard))
    words.append(f"no download is possible ({reasons})")
    return words if is_here else [*words, "the labs use drawn garments instead"]


def _cache(is_here: bool) -> Finding:
    """Whether there is room for data that has still to come."""
    topic = "data cache"
    folder = download.keras_cache()
    try:
        # os.path, because pathlib raises where a folder above may not be entered.
        lineage = (download.with_home(folder), *folder.parents)
        there = next(one for one in lineage if os.path.exists(one))
        with tempfile.TemporaryFile(dir=there):
            free = shutil.disk_usage(there).free / 1e6
    except OSError as error:
        state = f"{folder} cannot be written ({error.strerror})"
        advice = "Give yourself the right to write there, or set KERAS_HOME to another folder."
    else:
        state = f"{folder} can be written, {free:.0f} MB are free"
        advice = "Delete something there, or set KERAS_HOME to a folder on another disk."
        if free >= CACHE_MB_NEEDED:
            return Finding(topic, state)
        state += f", {CACHE_MB_NEEDED} MB are needed"
    return Finding(topic, state) if is_here else Finding(topic, f"{state}.", advice)


if __name__ == "__main__":
    sys.exit(main())
