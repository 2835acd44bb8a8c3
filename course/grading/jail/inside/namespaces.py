"""Namespaces and limits of one submission's process, through the C library: standard library only.

The process that calls `enter` has one thread (a fresh fork of the zygote): only such a process may
leave its user namespace.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import struct
from collections.abc import Mapping, Sequence

from course.grading.jail.inside import syscalls

MS_NOSUID, MS_NODEV, MS_NOEXEC = 0x2, 0x4, 0x8
MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 1 << 18
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_CAPBSET_READ, PR_CAPBSET_DROP = 1, 4, 23, 24
PR_SET_NO_NEW_PRIVS, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 22, 2
CAPABILITY_VERSION = 0x20080522
NEW = {
    "mount": 0x20000,
    "uts": 0x4000000,
    "ipc": 0x8000000,
    "user": 0x10000000,
    "pid": 0x20000000,
    "net": 0x40000000,
}
# Files, folders and links of a submission. Each takes memory of the kernel, also an empty one.
MOST_FILES = 20_000
# Each command of a notebook (`!ls`) takes one.
TERMINALS = b"newinstance,ptmxmode=0666,mode=0600,max=32"
# The number that a student's process sees as its own user's and group's.
INSIDE = 1000

_c = ctypes.CDLL(None, use_errno=True)


def enter(uid: int | None) -> None:
    """Give up root for the unused number `uid`, if any, and enter namespaces that are empty.

    The new process namespace is that of the next fork. Raises OSError where the kernel refuses.
    """
    if uid is not None:
        # First of all: RLIMIT_NPROC does not bind root.
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    user, group = os.getuid(), os.getgid()
    show()  # else /proc/self belongs to root, also the maps
    _call("unshare", sum(NEW.values()))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{INSIDE} {user} 1"),
        ("gid_map", f"{INSIDE} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def hide() -> None:
    """Let no process of the same user look into this one, nor take it over."""
    _call("prctl", PR_SET_DUMPABLE, 0, 0, 0, 0)


def show() -> None:
    """Take `hide` back."""
    _call("prctl", PR_SET_DUMPABLE, 1, 0, 0, 0)


def settle(folder: str, places: Sequence[str], size: int, *, has_own_user: bool) -> None:
    """In the first process of the namespaces: an empty folder of its own, and no way to more.

    Who makes a user namespace may do everything in it; that ends here, for good. Where all
    submissions are of one user, neighbours' files in /proc could be written to: they are hidden.
    """
    show()  # what `hide` did before the fork
    _call("mount", b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    options = f"size={size},nr_inodes={MOST_FILES},mode=700,uid={INSIDE},gid={INSIDE}".encode()
    _call("mount", b"tmpfs", folder.encode(), b"tmpfs", MS_NOSUID | MS_NODEV, options)
    # One size for all that it writes: the other places are parts of the folder.
    for place in places:
        part = os.path.join(folder, "." + os.path.basename(place))
        os.mkdir(part, 0o700)
        _call("mount", part.encode(), place.encode(), None, MS_BIND, None)
    # Terminals of its own: there are so many on a machine, and who shares them can write to them.
    _call("mount", b"devpts", b"/dev/pts", b"devpts", MS_NOSUID | MS_NOEXEC, TERMINALS)
    # Mapped and shared, it is memory that the kernel keeps, whatever is unmapped of it.
    _call("mount", b"/dev/null", b"/dev/zero", None, MS_BIND, None)
    if not has_own_user:
        _show_own_processes()
    os.chdir(folder)
    _give_up_capabilities()
    _call("prctl", PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _refuse()


def _show_own_processes() -> None:
    """Let /proc be that of the new process namespace.

    Where something covers a part of /proc the kernel gives nobody a fresh one.
    """
    with contextlib.suppress(PermissionError):
        _call("mount", b"proc", b"/proc", b"proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, None)


def _give_up_capabilities() -> None:
    number = 0
    while _c.prctl(PR_CAPBSET_READ, number, 0, 0, 0) >= 0:
        _call("prctl", PR_CAPBSET_DROP, number, 0, 0, 0)
        number += 1
    header = struct.pack("=Ii", CAPABILITY_VERSION, 0)
    _call("capset", header, bytes(24))


def _refuse() -> None:
    """Let the kernel answer some system calls with an error, in this process and its children."""
    program = syscalls.filter_program()
    buffer = ctypes.create_string_buffer(program)
    head = struct.pack("=HxxxxxxQ", len(program) // 8, ctypes.addressof(buffer))
    _call("prctl", PR_SET_SECCOMP, SECCOMP_MODE_FILTER, head, 0, 0)


def die_with_parent() -> None:
    """Be killed when the parent ends, however it ends."""
    _call("prctl", PR_SET_PDEATHSIG, 9, 0, 0, 0)


def limit(limits: Mapping[str, int]) -> None:
    """Set limits by their names in `resource`: {"AS": 4 << 30, "NPROC": 64}. They never rise."""
    for name, value in limits.items():
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def _call(name: str, *arguments: object) -> None:
    if getattr(_c, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")
