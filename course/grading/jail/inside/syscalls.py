"""System calls that a submission has no use for, refused by a seccomp filter.

They make namespaces and mounts, reach other processes' memory, hold memory that counts for no
process, or lead into parts of the kernel where holes were found before. Of sockets there are those
that a network namespace holds back: others reach the host of a virtual machine, or its devices.
The filter is a program for the kernel's packet filter: it compares a call's number with the list
and answers EPERM, or ENOSYS where the C library then tries another way. Who sends a signal to all,
or to its own group, is ended: nobody outside is reached, and so it is known who tried.
"""

from __future__ import annotations

import errno
import os
import struct

# By architecture: the number that the filter sees for it, and the numbers of the calls.
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
NUMBERS = {
    "x86_64": {
        **{"ptrace": 101, "pivot_root": 155, "chroot": 161, "acct": 163, "mount": 165},
        **{"umount2": 166, "swapon": 167, "swapoff": 168, "reboot": 169, "init_module": 175},
        **{"delete_module": 176, "quotactl": 179, "kexec_load": 246, "add_key": 248},
        **{"request_key": 249, "keyctl": 250, "unshare": 272, "perf_event_open": 298},
        **{"name_to_handle_at": 303, "open_by_handle_at": 304, "setns": 308, "kcmp": 312},
        **{"process_vm_readv": 310, "process_vm_writev": 311, "finit_module": 313},
        **{"kexec_file_load": 320, "bpf": 321, "userfaultfd": 323, "clone": 56},
        **{"shmget": 29, "memfd_create": 319, "msgget": 68, "semget": 64, "mq_open": 240},
        **{"inotify_init1": 294, "inotify_add_watch": 254, "fanotify_init": 300, "kill": 62},
        **{"socket": 41, "socketpair": 53, "mmap": 9, "io_setup": 206},
        **{"splice": 275, "tee": 276, "vmsplice": 278, "fcntl": 72},
    },
    "aarch64": {
        **{"ptrace": 117, "pivot_root": 41, "chroot": 51, "acct": 89, "mount": 40, "umount2": 39},
        **{"swapon": 224, "swapoff": 225, "reboot": 142, "init_module": 105, "kexec_load": 104},
        **{"delete_module": 106, "quotactl": 60, "add_key": 217, "request_key": 218},
        **{"keyctl": 219, "unshare": 97, "perf_event_open": 241, "name_to_handle_at": 264},
        **{"open_by_handle_at": 265, "setns": 268, "kcmp": 272, "process_vm_readv": 270},
        **{"process_vm_writev": 271, "finit_module": 273, "kexec_file_load": 294, "bpf": 280},
        **{"userfaultfd": 282, "clone": 220, "shmget": 194, "memfd_create": 279},
        **{"msgget": 186, "semget": 190, "mq_open": 180, "inotify_init1": 26},
        **{"inotify_add_watch": 27, "fanotify_init": 262, "kill": 129},
        **{"socket": 198, "socketpair": 199, "mmap": 222, "io_setup": 0},
        **{"splice": 76, "tee": 77, "vmsplice": 75, "fcntl": 25},
    },
}
# These have the same numbers everywhere.
NEWER = {
    **{"io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427},
    **{"open_tree": 428, "move_mount": 429, "fsopen": 430, "fsconfig": 431, "fsmount": 432},
    **{"fspick": 433, "clone3": 435, "process_madvise": 440, "mount_setattr": 442},
    "memfd_secret": 447,
}
# Without it the C library falls back on clone, whose flags a filter can read.
UNKNOWN = ("clone3",)
NEW_NAMESPACES = 0x7E020000  # all flags of clone that make one
MAKING_SOCKETS = ("socket", "socketpair")
# These are refused by their arguments.
BY_ARGUMENTS = {"clone", "kill", "mmap", "fcntl", *MAKING_SOCKETS}
REFUSED = tuple(sorted({*NUMBERS["x86_64"], *NEWER} - BY_ARGUMENTS))
REFUSED_FLAGS = {"clone": NEW_NAMESPACES}
# UNIX, INET and INET6; NETLINK, by which the C library asks for the addresses of this machine.
FAMILIES = (1, 2, 10, 16)
# MAP_SHARED and MAP_ANONYMOUS together: memory that the kernel keeps, whatever is unmapped of it.
SHARED_MEMORY = 0x21
# F_OFD_SETLK and F_OFD_SETLKW: locks of which the kernel does not tell which process made them.
NOBODYS_LOCKS = (37, 38)
OWN_GROUP, ALL = 0, 0xFFFFFFFF  # the first argument of kill

_LOAD, _EQUALS, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x45, 0x54, 0x06
_ALLOW, _ERROR, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
# Where the filter finds them.
_NUMBER, _ARCHITECTURE = 0, 4
_FIRST_ARGUMENT, _SECOND_ARGUMENT, _FOURTH_ARGUMENT = 16, 24, 40
_X32 = 0x40000000  # x86_64's calls with 32-bit pointers have this bit in their numbers


def filter_program() -> bytes:
    """Return the filter: it refuses what the names in capitals above say.

    Raises KeyError on an architecture whose numbers are unknown here.
    """
    machine = os.uname().machine
    numbers = NUMBERS[machine] | NEWER
    program = [
        _step(_LOAD, _ARCHITECTURE),
        _step(_EQUALS, ARCHITECTURES[machine], 1, 0),
        _step(_RETURN, _KILL),
        _step(_LOAD, _NUMBER),
    ]
    if machine == "x86_64":
        program += [_step(_ANY_BIT, _X32, 0, 1), _step(_RETURN, _ERROR | errno.EPERM)]
    for name in REFUSED:
        answer = errno.ENOSYS if name in UNKNOWN else errno.EPERM
        program += [_step(_EQUALS, numbers[name], 0, 1), _step(_RETURN, _ERROR | answer)]
    for name, flag in REFUSED_FLAGS.items():
        program += [
            _step(_EQUALS, numbers[name], 0, 3),
            _step(_LOAD, _FIRST_ARGUMENT),
            _step(_ANY_BIT, flag, 0, 1),
            _step(_RETURN, _ERROR | errno.EPERM),
            _step(_LOAD, _NUMBER),
        ]
    for name in MAKING_SOCKETS:
        program += [
            _step(_EQUALS, numbers[name], 0, len(FAMILIES) + 3),
            _step(_LOAD, _FIRST_ARGUMENT),
            *(_step(_EQUALS, one, len(FAMILIES) - k) for k, one in enumerate(FAMILIES)),
            _step(_RETURN, _ERROR | errno.EAFNOSUPPORT),
            _step(_LOAD, _NUMBER),
        ]
    program += [
        _step(_EQUALS, numbers["mmap"], 0, 5),
        _step(_LOAD, _FOURTH_ARGUMENT),
        _step(_AND, SHARED_MEMORY),
        _step(_EQUALS, SHARED_MEMORY, 0, 1),
        _step(_RETURN, _ERROR | errno.EPERM),
        _step(_LOAD, _NUMBER),
        _step(_EQUALS, numbers["fcntl"], 0, 5),
        _step(_LOAD, _SECOND_ARGUMENT),
        _step(_EQUALS, NOBODYS_LOCKS[0], 1, 0),
        _step(_EQUALS, NOBODYS_LOCKS[1], 0, 1),
        _step(_RETURN, _ERROR | errno.EINVAL),
        _step(_LOAD, _NUMBER),
        _step(_EQUALS, numbers["kill"], 0, 4),
        _step(_LOAD, _FIRST_ARGUMENT),
        _step(_EQUALS, OWN_GROUP, 1, 0),
        _step(_EQUALS, ALL, 0, 1),
        _step(_RETURN, _KILL),
    ]
    return b"".join([*program, _step(_RETURN, _ALLOW)])


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One step: `if_true` and `if_false` say how many steps to leave out after a comparison."""
    return struct.pack("=HBBI", code, if_true, if_false, value)
