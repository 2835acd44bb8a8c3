"""Sets up the labs in .venv and starts them; needs nothing but Python (see HELP).

The environment is made from requirements.lock and is described by a stamp, a small file that is
written when all is installed. A start compares the stamp with the folder, the Python and the lock,
looks whether the program to start is there, and mends what differs; so an interrupted or outdated
set-up needs no care of the user. The other packages are not looked at: that would take too long.
"""

from __future__ import annotations

import ast
import errno
import hashlib
import importlib.util
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

HELP = """\
python3 run.py [options of jupyter lab]   opens JupyterLab on the labs
python3 run.py test [options of pytest]   runs the tests; with --full also those that take long
python3 run.py bench [options]            measures side by side; bench --help says what
python3 run.py update FILE                takes a new release, a zip or folder; answers are kept
python3 run.py export                     writes all your answers to one file
python3 run.py reset 2.3                  puts an exercise back to its stub
python3 run.py print 02                   makes a page for paper of a lab with your answers

The first start makes .venv beside this file: it needs the internet, 4 GB of disk and some minutes.
A later start needs them only to mend a .venv that is unfinished, outdated, moved or of another
Python, or lacks the program to start. If another package is missing, delete .venv and start again.
Examples: python3 run.py --port 8899 --no-browser
          python3 run.py test -k xor
Exit status: that of the program started; 2 when the set-up failed, or the labs stayed as they were.
"""

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "labs-setup.json"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
# The module that is started from each section of the lock.
PROGRAMS = {"base": "jupyterlab", "extras": "pytest"}
# What `utils.answers` does in .venv; an update does without, because it may bring what .venv lacks.
ANSWERS = ("export", "reset", "print")
EXTRAS_MARKER = "# ==== Extras: test and staff ===="
KERNEL_NAME = "Python 3 (deep learning labs)"
# JupyterLab's defaults for whoever works in .venv. Else it asks every new user whether it may fetch
# Jupyter's news; a user's own choice still wins.
LAB_SETTINGS = VENV / "share/jupyter/lab/settings/overrides.d/deep-learning-labs.json"
DEFAULTS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    # A saved notebook keeps its sliders and their pictures; else it says "model not found".
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}
RUNNING = f"{sys.version_info[0]}.{sys.version_info[1]}"

# TensorFlow has packages for these Pythons only. Plain constants, not a version test that a linter
# believes to be always true.
OLDEST, NEWEST = (3, 11), (3, 13)
DISK_NEEDED = 4 * 10**9

# The settings of pip and uv that say how packages are reached, as variables. All their others are
# the user's, for other environments: where packages go (user, target, prefix), which are allowed
# (constraint, no-binary, exclude-newer), what counts as checked (require-hashes).
REACHING = re.compile(
    r"(PIP|UV)_((DEFAULT_|EXTRA_|NO_)?INDEX(_\w+)?|PYPI_URL|FIND_LINKS|KEYRING_PROVIDER|OFFLINE"
    r"|TRUSTED_HOST|(ALLOW_)?INSECURE_HOST|(CLIENT_)?CERT|NATIVE_TLS|SYSTEM_CERTS|USE_FEATURE"
    r"|USE_DEPRECATED|(NO_)?PROXY|HTTPS?_\w+|(DEFAULT_|REQUEST_)?TIMEOUT|RETRIES|(NO_)?CACHE(_DIR)?"
    r"|LINK_MODE|CONCURRENT_\w+)"
)
# What flock and its like answer where another program has the lock; all else: no lock can be had.
BUSY = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES)

# What the words of pip and uv mean, most telling first, and what the user can do.
FAILURES = [
    (
        r"No space left|Errno 28|os error 28|os error 112|not enough space",
        "The disk became full: free 4 GB and start again.",
    ),
    (
        r"Long Path|WinError 206",
        "Windows refuses long file names: move this folder to a short path such as C:\\labs, "
        "or allow long paths (search for 'Enable Long Paths'), and start again.",
    ),
    (
        r"DO NOT MATCH THE HASHES|Hash mismatch",
        "A download did not have the expected content: start again, and if that does not help, "
        "use another network.",
    ),
    (
        r"name resolution|getaddrinfo|nodename nor servname|new connection|unreachable|timed out"
        r"|ConnectTimeout|dns error|error sending request|tcp connect|Failed to fetch|ProxyError"
        r"|Connection (?:broken|refused|reset|aborted)|CERTIFICATE_VERIFY|peer certificate"
        r"|Could not connect|connectivity is disabled",
        "The packages cannot be reached: connect to the internet (behind a proxy, set HTTPS_PROXY) "
        "and start again; what is already here is kept.",
    ),
    (
        r"No matching distribution|no wheels with|No solution found",
        f"There is no package of TensorFlow or its companions for {platform.platform()} "
        f"({platform.machine()}): use Linux, Windows on x86-64 or a Mac with Apple silicon.",
    ),
]


class SetupError(Exception):
    """The set-up cannot go on; the message is one sentence that says what to do."""


def main(arguments: list[str]) -> int:
    """Start what the arguments ask for and return the exit status."""
    if arguments[:1] in (["-h"], ["--help"], ["help"]):
        print(HELP, end="")
        return 0
    testing, measuring = arguments[:1] == ["test"], arguments[:1] == ["bench"]
    try:
        check_machine()
        if arguments[:1] == ["update"]:
            return update(arguments)
        set_up(with_extras=testing or measuring)
    except SetupError as error:
        print(error, file=sys.stderr)
        return 2
    except OSError as error:
        print(f"{error}\n{explain(str(error))}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nThe set-up was stopped: start again to finish it.", file=sys.stderr)
        return 2
    if testing:
        # pytest takes the last -n, so a user's own wins.
        command = [PROGRAMS["extras"], "-n", "2", "--dist", "loadscope", *arguments[1:]]
        return hand_over(command, folder=ROOT)
    if measuring:
        return hand_over(["benchmarks", *arguments[1:]], folder=ROOT)
    if arguments[:1] and arguments[0] in ANSWERS:
        return hand_over(["utils.answers", *arguments], folder=Path.cwd())
    root_option = ["--allow-root"] if os.name == "posix" and os.geteuid() == 0 else []
    labs = ROOT / "labs"
    folder = labs if labs.is_dir() else ROOT
    write_lab_settings()
    say(f"Opening JupyterLab on {folder}.")
    return hand_over([PROGRAMS["base"], *root_option, *arguments], folder=folder)


def update(arguments: list[str]) -> int:
    """Take a new release into this folder, without packages and while no other start installs."""
    from utils.answers.__main__ import main as of_answers

    with only_one_at_a_time():
        return of_answers(arguments)


# ---- What can be known before anything is installed ----


def check_machine() -> None:
    """Raise SetupError when the labs cannot run on this Python or system."""
    if not OLDEST <= sys.version_info[:2] <= NEWEST or sys.implementation.name != "cpython":
        found = find_other_python()
        remedy = (
            f"start them with `{found} run.py`"
            if found
            else "install one from python.org and start them with it"
        )
        raise SetupError(
            f"The labs need Python 3.11, 3.12 or 3.13, and this is {sys.implementation.name} "
            f"{RUNNING}: {remedy}."
        )
    if sys.maxsize < 2**32:
        raise SetupError(
            "This Python has 32 bits, and TensorFlow needs 64: install the 64-bit Python from "
            "python.org and start the labs with it."
        )
    if sys.platform == "darwin" and platform.machine() == "x86_64":
        raise SetupError(
            "This Python is made for Intel Macs, which TensorFlow no longer supports: on Apple "
            "silicon install the Python for it from python.org; on an Intel Mac open the labs in "
            "Google Colab."
        )


def find_other_python() -> str | None:
    """A command on the PATH that is a Python which the labs can use."""
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        command = f"python3.{minor}"
        # A version manager's shim may stand on the PATH without the Python behind it.
        if shutil.which(command) and probe(command) == f"3.{minor}":
            return command
    return None


def probe(python: str | Path) -> str | None:
    """The version ("3.11") that a Python gives when it runs, or None when it does not run."""
    program = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        result = subprocess.run([str(python), "-I", "-c", program], capture_output=True, text=True)
    except OSError:
        return None
    return result.stdout.strip() if result.returncode == 0 else None


def check_disk() -> None:
    free = shutil.disk_usage(ROOT).free
    if free < DISK_NEEDED:
        raise SetupError(
            f"The labs need 4 GB of disk, and {free / 1e9:.1f} GB are free at {ROOT}: "
            "free some or move this folder to another disk, and start again."
        )


# ---- The environment and its stamp ----


def set_up(with_extras: bool) -> None:
    """Make .venv complete: all of the lock if with_extras, else what students need."""
    if not missing_parts(read_stamp(with_extras), with_extras):
        return
    with only_one_at_a_time():
        # Read again: another start may have just finished the set-up.
        stamp = read_stamp(with_extras)
        if not stamp:
            create()
        parts = missing_parts(stamp, with_extras)
        if parts:
            install(parts, stamp)


def read_stamp(with_extras: bool) -> dict[str, str]:
    """What .venv holds; empty when it must be made anew.

    That is when it is absent, unfinished, moved, of another Python, or lacks the program to start.
    """
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(stamp, dict) or stamp.get("folder") != str(ROOT):
        return {}
    # Asked, not read from the stamp: the Python under .venv may have been removed or replaced.
    if probe(VENV_PYTHON) != RUNNING:
        return {}
    # Installing into the same folder would not help: an installer believes the package's metadata.
    part = "extras" if with_extras else "base"
    return stamp if part not in stamp or is_there(PROGRAMS[part]) else {}


def is_there(module: str) -> bool:
    """Whether .venv holds a module that can be started; looked up, for importing takes seconds."""
    bases = {"base": str(VENV), "platbase": str(VENV)}
    packages = Path(sysconfig.get_path("purelib", "venv", bases))
    return (packages / module / "__main__.py").is_file()


def missing_parts(stamp: dict[str, str], with_extras: bool) -> list[str]:
    """The parts of a complete environment that are not in the stamp, or in another version."""
    return [
        part
        for part, fingerprint in wanted_parts().items()
        # Extras once installed stay in step with the lock, also for those who only open the labs.
        if stamp.get(part) != fingerprint and (part != "extras" or with_extras or part in stamp)
    ]


def wanted_parts() -> dict[str, str]:
    """The parts of a complete environment, each with the hash of what it is made from."""
    base, extras = lock_sections()
    texts = {"base": base, "extras": extras, "project": read(ROOT / "pyproject.toml")}
    return {part: hashlib.sha256(text.encode()).hexdigest() for part, text in texts.items()}


def lock_sections() -> tuple[str, str]:
    """The lock's requirements for students, and those that the tests add."""
    base, marker, extras = read(LOCK).partition(EXTRAS_MARKER)
    if not marker:
        raise SetupError(f"{LOCK.name} is damaged: get a fresh copy of the labs.")
    return base, extras


def read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise SetupError(
            f"{file.name} cannot be read ({error.strerror}): get a fresh copy of the labs."
        ) from None


def create() -> None:
    """Put a new, empty environment in the place of whatever .venv is."""
    uv = find_uv()
    # Inside a virtual environment (perhaps the one to be replaced) this is the Python beneath it.
    base_python = getattr(sys, "_base_executable", sys.executable)
    if not uv and not all(map(importlib.util.find_spec, ["venv", "ensurepip"])):
        raise SetupError(
            "This Python cannot make environments (it lacks venv or ensurepip): on Debian and "
            f"Ubuntu run `sudo apt install python{RUNNING}-venv`, elsewhere install Python from "
            "python.org, and start again."
        )
    if VENV.exists() or VENV.is_symlink():
        say(
            "The folder .venv is unfinished, lacks files, was moved or is of another Python: "
            "making it anew."
        )
        remove_venv()
    check_disk()
    say(f"Making .venv with Python {platform.python_version()}: this first start takes minutes.")
    if uv:
        run_step([uv, "venv", "--quiet", "--seed", "--python", base_python, str(VENV)])
    else:
        run_step([base_python, "-m", "venv", str(VENV)])


def remove_venv() -> None:
    try:
        if VENV.is_symlink() or VENV.is_file():
            VENV.unlink()
        else:
            # Last written, first removed: what an interruption leaves must not look complete.
            STAMP.unlink(missing_ok=True)
            shutil.rmtree(VENV)
    except OSError as error:
        raise SetupError(
            f"The folder {VENV} cannot be removed ({error.strerror}): close the programs that use "
            "it or delete it by hand, and start again."
        ) from None


def install(parts: list[str], stamp: dict[str, str]) -> None:
    """Install the parts into .venv and write the stamp of what is then there."""
    STAMP.unlink(missing_ok=True)
    for part, requirements in zip(["base", "extras"], lock_sections(), strict=True):
        if part in parts:
            install_pinned(part, requirements)
    if "base" in parts:
        say(f"Registering the kernel '{KERNEL_NAME}'.")
        kernel = ["ipykernel", "install", "--sys-prefix", "--name", "python3"]
        run_step([str(VENV_PYTHON), "-m", *kernel, "--display-name", KERNEL_NAME])
    # Always: it takes a second, and a changed lock may bring another setuptools.
    say("Making the labs' own packages importable.")
    run_step([*installer(), "--no-deps", "--no-build-isolation", "--editable", str(ROOT)])
    wanted = wanted_parts()
    stamp = {**stamp, "folder": str(ROOT), **{part: wanted[part] for part in parts}}
    STAMP.write_text(json.dumps(stamp, indent=1), encoding="utf-8")
    say("Set-up finished.")


def install_pinned(part: str, requirements: str) -> None:
    """Install one section of the lock, checked by its hashes."""
    say("Installing what the labs need." if part == "base" else "Installing what the tests need.")
    file = VENV / f"{part}-requirements.txt"
    file.write_text(requirements, encoding="utf-8")
    # pip compiles what it installs, uv only when asked to. A grader's jail cannot write bytecode:
    # every run would spend its first 15 s with compiling TensorFlow.
    compiling = ["--compile-bytecode"] if find_uv() else []
    # A section of the lock is closed, so the installer need not look for dependencies.
    pinned = ["--no-deps", "--require-hashes", "--requirement", str(file)]
    run_step([*installer(), *compiling, *pinned])


def write_lab_settings() -> None:
    """Write JupyterLab's defaults; at every start, for a .venv made before there were any, too."""
    # A .venv that cannot be written still opens JupyterLab.
    with suppress(OSError):
        LAB_SETTINGS.parent.mkdir(parents=True, exist_ok=True)
        LAB_SETTINGS.write_text(json.dumps(DEFAULTS, indent=1), encoding="utf-8")


def installer() -> list[str]:
    uv = find_uv()
    if uv:
        return [uv, "pip", "install", "--python", str(VENV_PYTHON)]
    return [str(VENV_PYTHON), "-m", "pip", "install", "--disable-pip-version-check"]


def find_uv() -> str | None:
    """The uv on the PATH, unless it is the environment's own, which may have to be replaced."""
    uv = shutil.which("uv")
    return None if uv and VENV in Path(uv).resolve().parents else uv


@contextmanager
def only_one_at_a_time():
    """Wait until no other start is setting up this folder; the system frees a dead one's lock."""
    try:
        file = open(ROOT / ".venv.lock", "a")  # noqa: SIM115 - closed below, in every case
    except OSError as error:
        raise SetupError(
            f"Nothing can be written to {ROOT} ({error.strerror}): copy the labs to a folder of "
            "your own and start there."
        ) from None
    with file:
        try:
            if not try_lock(file.fileno()):
                say("Another start is setting up this folder: waiting for it.")
                while not try_lock(file.fileno()):
                    time.sleep(0.5)
        except OSError as error:
            # Many a network disk. No file of our own could do it: a killed start would leave it.
            say(
                f"This disk cannot lock files ({error.strerror}): until the set-up has finished, "
                "start the labs only once."
            )
        # The installer holds the lock too, in case this program is killed before it.
        os.set_inheritable(file.fileno(), True)
        yield


def try_lock(descriptor: int) -> bool:
    """Take the lock and return True, or False where another has it; OSError where none can be."""
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno not in BUSY:
            raise
        return False
    return True


# ---- Running programs ----


def run_step(command: list[str]) -> None:
    """Run one step of the set-up, its words visible; raise SetupError when it fails."""
    heard: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen(
            command,
            # Standard output stays the terminal's, where pip draws its progress.
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            close_fds=False,
            encoding="utf-8",
            errors="replace",
            env=installing(Path(folder)),
        )
        try:
            for line in process.stderr or []:
                sys.stderr.write(line)
                sys.stderr.flush()
                heard.append(line)
            status = process.wait()
        except BaseException:
            process.kill()
            process.wait()
            raise
    if status:
        raise SetupError(explain("".join(heard)))


def explain(words: str) -> str:
    """The sentence for a step that failed with these words on standard error."""
    for pattern, sentence in FAILURES:
        if re.search(pattern, words, flags=re.IGNORECASE):
            return sentence
    return (
        "The set-up failed for the reason in the lines above: mend it and start again; "
        "if it stays, report it with these lines."
    )


def hand_over(module_and_arguments: list[str], folder: Path) -> int:
    """Run a module of .venv in folder, in place of this program where the system can do that."""
    command = [str(VENV_PYTHON), "-m", *module_and_arguments]
    sys.stdout.flush()
    if os.name == "posix":
        os.chdir(folder)
        os.execve(command[0], command, environment())
    # Ctrl-C is for the program, which may ask back; this one only waits for it.
    signal.signal(signal.SIGINT, lambda *_: None)
    return subprocess.call(command, cwd=folder, env=environment())


def environment() -> dict[str, str]:
    """The variables for programs of .venv: its commands come first, no foreign packages."""
    variables = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "PYTHONHOME", "PIP_TARGET", "PIP_PREFIX")
    }
    path = str(VENV_PYTHON.parent) + os.pathsep + variables.get("PATH", "")
    # Not left out but denied, so that `%pip install` works where pip's files say yes.
    return {**variables, "VIRTUAL_ENV": str(VENV), "PATH": path, "PIP_USER": "0"}


def installing(folder: Path) -> dict[str, str]:
    """The variables for the set-up: of the settings of pip and uv only those in REACHING.

    What uv must read from a file stands in the folder.
    """
    variables = {
        name: value
        for name, value in environment().items()
        if not name.startswith(("PIP_", "UV_")) or (value and REACHING.fullmatch(name))
    }
    if find_uv():
        return {**variables, **uv_settings(folder)}
    # The name of no file lets pip read none. A variable beats a file, as it does for pip.
    return {**pip_settings(), **variables, "PIP_CONFIG_FILE": os.devnull}


def pip_settings() -> dict[str, str]:
    """What pip's files say of reaching packages, as variables."""
    command = [str(VENV_PYTHON), "-m", "pip", "config", "list"]
    try:
        result = subprocess.run(command, capture_output=True, text=True, env=environment())
    except OSError:  # there is no .venv yet
        return {}
    # Lines such as global.index-url='https://...'; those of the section install come later.
    said = re.findall(r"^(?!:env:)\w+\.([\w-]+)=(['\"].*)$", result.stdout, flags=re.MULTILINE)
    found = {f"PIP_{key.upper().replace('-', '_')}": ast.literal_eval(value) for key, value in said}
    return {name: value for name, value in found.items() if REACHING.fullmatch(name)}


def uv_settings(folder: Path) -> dict[str, str]:
    """A variable that names a copy of uv's files, with what they say of reaching packages."""
    import tomllib  # not in the older Pythons that can still read this file

    kept: dict[str, object] = {}
    for file in uv_files():
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        for key, value in {**said.pop("pip", {}), **said}.items():
            if REACHING.fullmatch(f"UV_{key.upper().replace('-', '_')}"):
                kept[key] = value
    copy = folder / "uv.toml"
    copy.write_text("".join(f"{key} = {toml(value)}\n" for key, value in kept.items()), "utf-8")
    # With it uv looks into no other file, nor into those of a project around the labs.
    return {"UV_CONFIG_FILE": str(copy)}


def uv_files() -> list[Path]:
    """Where uv's settings for all folders may stand, the system's before the user's."""
    if os.environ.get("UV_NO_CONFIG"):
        return []
    if given := os.environ.get("UV_CONFIG_FILE"):
        return [Path(given)]
    if os.name == "nt":
        folders = [os.environ.get("PROGRAMDATA"), os.environ.get("APPDATA")]
    else:
        own = os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config")
        shared = os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg"
        folders = ["/etc", *reversed(shared.split(os.pathsep)), own]
    return [Path(folder) / "uv" / "uv.toml" for folder in folders if folder]


def toml(value: object) -> str:
    """A value of a TOML file as it is written there."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return json.dumps(value)


def say(step: str) -> None:
    print(step, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
