"""The jail: what a jailed process can see, and the bubblewrap command that makes it so.

Two worlds exist. Students' cells run in one whose `utils` has no checks; checks run in the other,
where no student's code ever runs. Neither has a network, and both can write only to a folder in
memory that ends with the process.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal

from filelock import FileLock, Timeout

from course.grading.jail import inside

Role = Literal["submission", "judge"]

ROOT = Path(__file__).resolve().parents[3]
INSIDE = Path(inside.__file__).parent
# Of `utils.checks` a submission gets what answers questions, and nothing that asks them.
ANSWERING = ("encoding.py", "model.py", "student.py")
SHIM = '''"""When a class is graded, the grader runs the checks: in here they do nothing."""


def check(id):
    """Judge nothing: the grader judges when this cell has run."""


def hint(id):
    """Show nothing."""


def bet(id, choice=..., sure=None):
    """Bet nothing: bets earn no points."""


def kept_bets(*, every=False):
    """Nobody's bets are kept here."""
    return []
'''
INSTALL = "sudo apt-get install bubblewrap"
# Users that no machine has: each process gets another, so that limits on a user's processes count
# for it alone.
FIRST_UID, UIDS = 2_000_000_000, 1_000_000
# Solutions and checks, wherever this repository lies, and places below /usr where people keep what
# is no program, such as nbgrader's exchange.
HIDDEN = (
    *(ROOT / name for name in ("course", "labs", "solutions", "tests", "utils")),
    *(ROOT, Path("/usr/local/share"), Path("/usr/local/src"), Path("/usr/src")),
)
# Folders of graders, in the system's for temporary files; whoever uses one holds its lock.
WORLDS, IN_USE = "course-world-", "in-use"
SECONDS_TO_BEGIN = 60
# The folder that a submission writes to; each has its own, in memory.
HOME = "/submission"
VARIABLES = {
    "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
    "HOME": HOME,
    "TMPDIR": HOME,
    "LANG": "C.UTF-8",
    "PYTHONPATH": "/world",
    "PYTHONDONTWRITEBYTECODE": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "-1",
    # There is no network: what installs and downloads ends at once, and does not try again.
    "PIP_RETRIES": "0",
    "PIP_NO_INDEX": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "UV_OFFLINE": "1",
    "HF_HUB_OFFLINE": "1",
}


class NoJail(Exception):
    """This machine cannot jail a submission; the message says what to do."""


def find() -> str:
    """Return bubblewrap's path. Raises NoJail where it is missing or may not make namespaces."""
    if sys.platform != "linux":
        raise NoJail("Submissions are jailed by bubblewrap, which needs Linux (or WSL2).")
    path = shutil.which("bwrap")
    if path is None:
        raise NoJail(f"Submissions are jailed by bubblewrap, which is missing: {INSTALL}")
    tried = subprocess.run(
        [path, "--unshare-all", "--ro-bind", "/", "/", "--proc", "/proc", "true"],
        capture_output=True,
        text=True,
    )
    if tried.returncode:
        raise NoJail(
            f"bubblewrap cannot make a jail here ({tried.stderr.strip()}). Allow user namespaces: "
            "sudo sysctl -w user.max_user_namespaces=10000, and on Ubuntu "
            "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0; in a container, start "
            "it with --security-opt seccomp=unconfined --security-opt systempaths=unconfined"
        )
    return path


def can_become_others() -> bool:
    """Whether this process may become a user that the machine does not have.

    Root in a container that maps few users may not; it is then treated as an ordinary user.
    """
    if os.geteuid() != 0:
        return False
    lines = Path("/proc/self/uid_map").read_text().splitlines()
    ranges = [map(int, line.split()) for line in lines]
    return any(first <= FIRST_UID < first + size - UIDS for first, _, size in ranges)


@contextlib.contextmanager
def empty_world() -> Iterator[Path]:
    """A folder for `write_world`, in one that no other user of the machine may open.

    It goes at the end. Of a grader that was killed it goes when the next one starts.
    """
    for left in Path(tempfile.gettempdir()).glob(f"{WORLDS}*"):
        _remove_where_unused(left)
    with tempfile.TemporaryDirectory(prefix=WORLDS) as place, FileLock(Path(place, IN_USE)):
        world = Path(place, "world")
        world.mkdir()
        world.chmod(0o755)  # in the jail other users read it
        yield world


def _remove_where_unused(place: Path) -> None:
    with contextlib.suppress(OSError, Timeout):
        found = place.lstat()
        is_ours = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
        # A grader that has just begun may not have its lock yet.
        if is_ours and time.time() - found.st_mtime > SECONDS_TO_BEGIN:
            with FileLock(place / IN_USE, timeout=0):
                shutil.rmtree(place)


def write_world(folder: Path, role: Role) -> None:
    """Write into an empty folder what a jailed process may import of this repository."""
    utils = folder / "utils"
    ignored = ["__pycache__", *(["checks"] if role == "submission" else [])]
    shutil.copytree(ROOT / "utils", utils, ignore=shutil.ignore_patterns(*ignored))
    if role == "submission":
        (utils / "checks").mkdir()
        for name in ANSWERING:
            shutil.copy(ROOT / "utils" / "checks" / name, utils / "checks")
        (utils / "checks" / "__init__.py").write_text(SHIM, encoding="utf-8")
    place = folder.joinpath(*inside.__name__.split("."))
    shutil.copytree(INSIDE, place, ignore=shutil.ignore_patterns("__pycache__"))
    for package in place.relative_to(folder).parents[:-1]:
        (folder / package / "__init__.py").touch()


def python(role: Role, descriptor: int) -> list[str]:
    """The command that starts a zygote, which takes its orders from the socket `descriptor`."""
    return [sys.executable, "-m", f"{inside.__name__}.zygote", role, str(descriptor)]


def open_place(world: Path, data: Path | None) -> dict[str, Any]:
    """Where a zygote runs that has no jail: arguments of `subprocess.Popen`."""
    home = world / "home"
    home.mkdir()
    variables = VARIABLES | {"HOME": str(home), "TMPDIR": str(home), "PYTHONPATH": str(world)}
    if data is not None:
        variables["DATASETS_DIR"] = str(data)
    return {"cwd": world, "env": variables}


def command(bwrap: str, world: Path, data: Path | None) -> list[str]:
    """The part of a command that puts what follows into the jail.

    Args:
        bwrap: bubblewrap's path.
        world: the folder that `write_world` filled.
        data: the data sets, if they are on this machine (DATASETS_DIR in the jail).
    """
    arguments = [bwrap, "--die-with-parent", "--new-session", "--clearenv"]
    arguments += [f"--unshare-{one}" for one in ("pid", "net", "ipc", "uts", "cgroup-try")]
    if can_become_others():
        # To become another user in each fork, and for nothing else.
        arguments += ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        arguments += ["--unshare-user"]
    seen = [path for path in _packages() if not _is_below_any(path, _packages())]
    for link in ("bin", "lib", "lib64", "sbin"):
        if Path("/", link).is_symlink():
            arguments += ["--symlink", f"usr/{link}", f"/{link}"]
        elif Path("/", link).exists():
            seen.append(Path("/", link))
    arguments += read_only(seen)
    arguments += _hidden([path for path in seen if path.is_dir()])
    arguments += ["--ro-bind", str(world), "/world", "--perms", "1777", "--tmpfs", HOME]
    if data is not None:
        arguments += ["--ro-bind", str(data), "/data", "--setenv", "DATASETS_DIR", "/data"]
    arguments += ["--proc", "/proc", "--dev", "/dev", "--perms", "0755", "--dir", "/tmp"]
    # The folders between the mounts: no submission leaves a word there for the next.
    arguments += ["--remount-ro", "/dev", "--remount-ro", "/"]
    for name, value in VARIABLES.items():
        arguments += ["--setenv", name, value]
    return [*arguments, "--chdir", "/world"]


def private_places() -> list[str]:
    """Where a submission writes, besides its folder, to a part of that folder.

    /tmp only where Python and the packages are not below it.
    """
    is_free = not any(Path("/tmp") in path.parents for path in _packages())
    return ["/dev/shm", *(["/tmp"] if is_free else [])]


def read_only(paths: Sequence[Path]) -> list[str]:
    """bubblewrap's arguments for these paths, which anybody may read, where they are outside."""
    arguments = []
    # bubblewrap lets nobody else through the folders that it makes on the way to a mount.
    for way in dict.fromkeys(way for path in paths for way in reversed(path.parents)):
        if way != Path("/"):
            arguments += ["--perms", "0755", "--dir", str(way)]
    for path in paths:
        arguments += ["--ro-bind", str(path), str(path)]
    return arguments


def is_seen(path: Path) -> bool:
    """Whether a jailed process could read what lies there."""
    path = path.resolve()
    return any(path.is_relative_to(one) for one in _packages()) and not any(
        path.is_relative_to(one) for one in HIDDEN
    )


def _hidden(seen: Sequence[Path]) -> list[str]:
    """bubblewrap's arguments for empty folders over what must not be seen in these."""
    arguments = []
    for path in HIDDEN:
        if path.is_dir() and _is_below_any(path, seen):
            arguments += ["--tmpfs", str(path)]
            # An environment in a repository that lies below /usr.
            arguments += read_only([one for one in _packages() if one.is_relative_to(path)])
            arguments += ["--remount-ro", str(path)]
    return arguments


def _packages() -> list[Path]:
    """Python, its packages, and what the C library and matplotlib read."""
    names = ["/usr", "/etc/fonts", "/etc/ssl", "/etc/localtime"]
    names += [sys.prefix, sys.base_prefix, sysconfig.get_path("purelib")]
    names += [str(Path(sys.executable).resolve().parents[1])]
    return sorted({Path(os.path.abspath(name)) for name in names if Path(name).exists()})


def _is_below_any(path: Path, others: Sequence[Path]) -> bool:
    return any(other in path.parents for other in others)
