"""`python -m utils.doctor`: is everything in place for the labs, and if not, what to do.

The report is plain text, to be pasted into an issue: the home folder is written as `~`.
"""

import errno
import io
import os
import platform
import re
import shutil
import signal
import site
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from utils import download

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
# What labs import, and by which names.
IMPORTED = ("utils", "keras", "tensorflow", "numpy", "matplotlib", "sklearn", "scipy", "IPython")
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
    """Look at everything; takes some seconds, because a network is really trained."""
    around = [_kernel(), _utils_package(), _shadows(), *_writable(), _disk(), *_datasets()]
    return [_python(), *_packages(), *_training(around), *around]


def main() -> int:
    """Print the report; return 1 if it names a problem, else 0."""
    # A terminal that knows only ASCII shows a question mark instead of ending the report.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    found = findings()
    print(_text(found, details=True))
    problems = sum(bool(finding.advice) for finding in found)
    print(f"{problems or 'no'} problem{'' if problems == 1 else 's'} found")
    return 1 if problems else 0


def _text(found: list[Finding], *, details: bool) -> str:
    return without_home("\n".join(_line(finding, details) for finding in found))


def _line(finding: Finding, details: bool) -> str:
    if finding.advice:
        return f"problem: {finding.topic}: {finding.state} do: {finding.advice}"
    return f"ok  {finding.topic}: {finding.state}" if details else f"ok  {finding.topic}"


def without_home(text: str) -> str:
    """A text that may be shown to others: the path of the home folder is written as `~`."""
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


# ---- A network of its own ----

# In a process of its own, because a wrong variable may end it without a word to Python.
TRIAL = """
from utils import notebook
try:
    print("device:", notebook.import_tensorflow(), flush=True)
except ImportError as error:
    cause = error.__cause__
    raise SystemExit(f"{{type(cause).__name__}}: {{cause}}" if cause else str(error)) from None
import keras
import numpy as np
from matplotlib import pyplot as plt
from utils import plots
from utils.training import compiled_fit
for setting, wanted in {settings}.items():
    if (value := getattr(keras.config, setting)()) != wanted:
        why = "keras.json or a variable says so"
        raise SystemExit(f"Keras has {{setting}} = {{value!r}}, not {{wanted!r}}: {{why}}")
plots.use_style()
plt.close(plt.figure())
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.layers.Dense(1)])
model.compile(optimizer="sgd", loss="mse")
compiled_fit(model, np.ones((4, 2)), np.ones((4, 1)), batch_size=2, epochs=1, verbose=0)
print("trained", flush=True)
"""
# What a file or a variable of the user's may have changed without a word.
KERAS_SETTINGS = {
    "backend": "tensorflow",
    "floatx": "float32",
    "image_data_format": "channels_last",
    "epsilon": 1e-7,
    "max_epochs": None,
    "max_steps_per_epoch": None,
}
TRIAL_SECONDS = 180
# Topics whose problems may make every training fail.
SPOILING = ("names", "temporary folder", "disk")
# Variables that Python, the packages and what lies beneath them read.
READ = re.compile(
    r"(TF|XLA|KERAS|TENSORFLOW|CUDA|NVIDIA|JAX|GRPC|PYTHON|LD|DYLD|OMP|GOMP|KMP|MKL|OPENBLAS|BLIS"
    r"|MPL|LC|MALLOC|PROTOCOL_BUFFERS)\w*|MATPLOTLIBRC|LANG|TMPDIR|TEMP|TMP"
)
# Set by `utils` itself, or only a folder, whose files are looked at.
HARMLESS = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow"}
FOLDERS = ("KERAS_HOME", "MPLCONFIGDIR")


@dataclass(frozen=True)
class Trial:
    """What came of one trained network: the device's sentence, and what went wrong, or ""."""

    device: str
    trouble: str


@dataclass(frozen=True)
class Suspect:
    """Something outside of the installation: how a trial goes without it, and what to do."""

    name: str
    changes: Mapping[str, str | None]
    advice: str


def _training(around: list[Finding]) -> Iterator[Finding]:
    """Train one small network as the labs do; a GPU that lies idle is no problem, but told.

    What was found around it may be the reason why it fails.
    """
    came = _try({})
    if came.device:
        yield Finding("device", came.device)
    topic = "training" if came.device else "device"
    if not came.trouble:
        yield Finding(topic, "one small network was trained")
    elif cause := _culprit(came):
        state = f"{came.trouble}. Without {cause.name} it works."
        yield Finding(topic, state, cause.advice)
    else:
        first = [one.topic for one in around if one.advice and one.topic in SPOILING]
        advice = f"Mend first what the line {first[0]!r} says." if first else _SET_UP
        yield Finding(topic, f"{came.trouble}.", advice)


def _try(changes: Mapping[str, str | None]) -> Trial:
    """Train in a process whose variables are changed like this; None takes one away."""
    changed = {**os.environ, **changes}
    variables = {name: value for name, value in changed.items() if value is not None}
    command = [sys.executable, "-c", TRIAL.format(settings=KERAS_SETTINGS)]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            env=variables,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=TRIAL_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return Trial("", f"Training one small network did not end in {TRIAL_SECONDS} seconds")
    device = re.search(r"^device: (.*)$", done.stdout, re.MULTILINE)
    if done.returncode == 0 and "\ntrained\n" in done.stdout:
        return Trial(device[1] if device else "", "")
    return Trial(device[1] if device else "", _last_words(done.stderr, done.returncode))


def _last_words(words: str, status: int) -> str:
    """The line that says most of why a process ended, and how it did."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    telling = [line for line in lines if re.search(r"(?i)error|unknown|fail|cannot|need", line)]
    said = next(iter([*telling[::-1], *lines[::-1]]), "it said nothing").rstrip(".")
    if status < 0:
        return f"The process that trains was killed ({signal.Signals(-status).name}): {said}"
    return said


def _culprit(came: Trial) -> Suspect | None:
    """What outside of the installation spoils the training: without it all goes well."""
    suspects = [*_variables(), *_files()]
    # Each trial takes seconds, so those come first that the words mention.
    mentioned = [one for one in suspects if Path(one.name.split()[-1]).name in came.trouble]
    for one in mentioned:
        if not _try(one.changes).trouble:
            return one
    changes = {name: value for one in suspects for name, value in one.changes.items()}
    if suspects == mentioned[:1] or _try(changes).trouble:
        return None
    for one in suspects:
        if one not in mentioned and not _try(one.changes).trouble:
            return one
    names = ", ".join(one.name for one in suspects)
    return Suspect(names, changes, " ".join(one.advice for one in suspects))


def _variables() -> Iterator[Suspect]:
    """The variables that are set and that Python, the packages or what lies beneath them read."""
    for name, value in os.environ.items():
        if READ.fullmatch(name) and HARMLESS.get(name) != value and name not in FOLDERS:
            advice = f"Unset {name} where you set it: `unset {name}`. Then start Jupyter again."
            if os.name == "nt":
                advice = f"Delete {name} from the environment variables, and start Jupyter again."
            yield Suspect(f"the environment variable {name}", {name: None}, advice)


def _files() -> Iterator[Suspect]:
    """The files of the user's that the packages read; in their place, a folder that is none."""
    plots = Path(os.environ.get("MPLCONFIGDIR") or _home() / ".config" / "matplotlib")
    changes: dict[Path, dict[str, str | None]] = {
        download.keras_cache().parent / "keras.json": {"KERAS_HOME": os.devnull},
        plots / "matplotlibrc": {"MPLCONFIGDIR": os.devnull},
    }
    if site.ENABLE_USER_SITE:
        changes[Path(site.getusersitepackages())] = {"PYTHONNOUSERSITE": "1"}
    for path, change in changes.items():
        if os.path.exists(path):
            yield Suspect(f"{path}", change, f"Rename or delete {path}, and start Jupyter again.")


# ---- What Jupyter finds, and where it writes ----


def _kernel() -> Finding:
    try:
        from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    except ImportError:
        return Finding("kernel", "Jupyter is not installed.", _SET_UP)
    try:
        spec = KernelSpecManager().get_kernel_spec("python3")
    except NoSuchKernel:
        return Finding("kernel", "There is no kernel named python3.", _SET_UP)
    except RuntimeError:
        state = "Jupyter finds no home folder, and needs one."
        return Finding("kernel", state, "Set the environment variable HOME to yours.")
    # Jupyter starts its own Python for a bare "python"; environments share a resolved path.
    command, where = spec.argv[0], spec.resource_dir
    is_ours = not os.path.dirname(command) or _folder(command) == _folder(sys.executable)
    if not is_ours:
        state = f"Notebooks run {command}, not this Python, {sys.executable}: so says {where}."
        is_in_environment = Path(where).is_relative_to(sys.prefix)
        hides = f"Rename or delete {where}: it hides the kernel of the labs."
        return Finding("kernel", state, _SET_UP if is_in_environment else hides)
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
        for path in (folder / "utils", *sorted(folder.glob("*.py"))):
            hides = path.stem in IMPORTED or path.stem in sys.stdlib_module_names
            if hides and path.exists() and path.resolve() != ROOT / "utils":
                state = f"{path} hides the package of the same name from notebooks beside it."
                return Finding(topic, state, "Rename it, then restart the kernel.")
    return Finding(topic, "no file hides a package")


def _writable() -> Iterator[Finding]:
    folders = {
        "labs folder": ROOT / "labs",
        "home folder": _home(),
        "temporary folder": _temporary(),
    }
    for topic, folder in folders.items():
        try:
            with tempfile.TemporaryFile(dir=folder) as file:
                # Not one byte: some file systems keep that beside the file's name.
                file.write(bytes(2**16))
                file.flush()
            yield Finding(topic, f"{folder} can be written")
        except OSError as error:
            state = f"{folder} cannot be written ({error.strerror})."
            advice = "Give yourself the right to write there."
            if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
                advice = "Delete something there: the disk, or your share of it, is full."
            yield Finding(topic, state, advice)


def _temporary() -> Path:
    """The folder for temporary files, or the first that Python tried in vain."""
    try:
        return Path(tempfile.gettempdir())
    except OSError:
        return Path(os.environ.get("TMPDIR") or "/tmp")


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
        from utils import data
    except Exception as error:  # whatever a NumPy that is none raises
        yield Finding(topic, f"They cannot be read ({error}).", "Mend the other problems first.")
        return
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
    first = entry.files[0].name if entry.files else ""
    heard = list(download.answers(tuple(mirror + first for mirror in entry.mirrors)))
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
