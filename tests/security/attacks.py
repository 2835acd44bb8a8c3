"""Submissions that mean harm, as the source of one cell, and what lab 00 must give for each.

Every notebook has the cell of the attack, then the cell of the answer to exercise 0.1, then its
check. A cell that reaches what it should not prints ESCAPED.
"""

from __future__ import annotations

from dataclasses import dataclass

RIGHT = "def affine(X, W, b):\n    return X @ W + b\n"
WRONG = "def affine(X, W, b):\n    return X @ W\n"


@dataclass(frozen=True)
class Attack:
    """`source` runs before `answer`; the exercise must then be worth `points` of 1."""

    name: str
    source: str
    answer: str
    points: float


def forging(name: str, source: str, answer: str = WRONG) -> Attack:
    """Tries to earn points with a wrong answer."""
    return Attack(name, source, answer, 0.0)


def breaking(name: str, source: str) -> Attack:
    """Does damage, and then answers rightly: the right answer keeps its points."""
    return Attack(name, source, RIGHT, 1.0)


def answering(name: str, answer: str) -> Attack:
    """The damage is done when the check calls the answer: no points, and the run goes on."""
    return Attack(name, "import numpy as np", answer, 0.0)


FORGED = [
    forging(
        "an array that equals everything",
        """
import numpy as np
class Equal(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __sub__(self, other): return np.zeros(self.shape)
    def __rsub__(self, other): return np.zeros(self.shape)
""",
        "def affine(X, W, b):\n    return (X @ W).view(Equal)\n",
    ),
    forging(
        "an object that equals everything",
        """
class Equal:
    def __eq__(self, other): return True
    def __float__(self): return 0.0
    def __array__(self, *a, **k): return __import__("numpy").zeros((3, 3))
""",
        "def affine(X, W, b):\n    return Equal()\n",
    ),
    forging(
        "NumPy's comparisons patched",
        """
import numpy as np
np.allclose = np.isclose = np.array_equal = lambda *a, **k: True
np.all = np.abs = lambda *a, **k: True
np.testing.assert_allclose = lambda *a, **k: None
""",
    ),
    forging(
        "__array__ lies, another time each time",
        """
import numpy as np
class Lies:
    calls = 0
    def __array__(self, *a, **k):
        Lies.calls += 1
        return np.full((3, 3), float(Lies.calls))
""",
        "def affine(X, W, b):\n    return Lies()\n",
    ),
    forging("NaN everywhere", "", "def affine(X, W, b):\n    return X @ W + float('nan')\n"),
    forging("infinity", "", "def affine(X, W, b):\n    return X @ W + float('inf')\n"),
    forging("a number for an array", "", "affine = lambda X, W, b: 1e308\n"),
    forging("True", "", "affine = lambda X, W, b: True\n"),
    forging("None", "", "affine = lambda X, W, b: None\n"),
    forging(
        "frames are walked for the inputs' results",
        """
import sys, gc
def expected():
    frame = sys._getframe()
    while frame:
        for value in frame.f_locals.values():
            if "expected" in frame.f_locals:
                print("ESCAPED"); return frame.f_locals["expected"]
        frame = frame.f_back
    return 0.0
""",
        "def affine(X, W, b):\n    return X @ W + expected()\n",
    ),
    forging(
        "gc is walked for checks",
        """
import gc, types
for thing in gc.get_objects():
    module = getattr(thing, "__module__", "") if isinstance(thing, types.FunctionType) else ""
    if str(module).startswith(("utils.checks.lab", "utils.checks.core", "course.grading.run.marking")):
        print("ESCAPED", thing)
""",
    ),
    forging(
        "checks are imported",
        """
import importlib, sys
for name in ("core", "lab00", "lab02", "card", "reference"):
    try:
        importlib.import_module(f"utils.checks.{name}"); print("ESCAPED", name)
    except ImportError:
        pass
""",
    ),
    forging(
        "check is replaced",
        """
import utils.checks
utils.checks.check = check = lambda id: 1.0
import builtins
builtins.check = check
""",
    ),
    forging(
        "the submission's own side is patched",
        """
from utils.checks import student, encoding
student.Answers.respond = lambda self, message: encoding.encode({"kind": "function", "points": 1})
encoding.decode = lambda text: {}
""",
    ),
    forging(
        "a reply that claims a verdict",
        """
from utils.checks import student, encoding
student.Answers.respond = lambda self, message: encoding.encode(
    {"result": {"verdict": "right", "points": 1}, "verdict": "right", "points": 1, "kind": "right"})
""",
    ),
    forging(
        "a reply that is not text",
        "from utils.checks import student\nstudent.Answers.respond = lambda self, message: ['x']\n",
    ),
    forging(
        "a reply without its parts",
        "from utils.checks import student, encoding\n"
        "student.Answers.respond = lambda self, m: encoding.encode({'kind': 'function', 'raised': 3})\n",
    ),
    forging(
        "a reply nested a million deep",
        "from utils.checks import student\n"
        "student.Answers.respond = lambda self, message: '[' * 1_000_000\n",
    ),
    forging(
        "a reply of an endless number",
        "from utils.checks import student\n"
        "student.Answers.respond = lambda self, m: '{\"int\": \"' + '9' * 10**7 + '\"}'\n",
    ),
    forging(
        "a reply of 63 MB",
        "from utils.checks import student\n"
        "student.Answers.respond = lambda self, message: '\"' + 'x' * (63 * 2**20) + '\"'\n",
    ),
    forging(
        "a reply of 200 MB",
        "from utils.checks import student\n"
        "student.Answers.respond = lambda self, message: '\"' + 'x' * (200 * 2**20) + '\"'\n",
    ),
    forging(
        "a reply of control characters",
        "from utils.checks import student\n"
        "student.Answers.respond = lambda self, m: '\"' + '\\x01' * (30 * 2**20) + '\"'\n",
    ),
    forging(
        "a reply of letters that take four times the room",
        "from utils.checks import student\n"
        "student.Answers.respond = lambda self, m: '\"' + '\\U0001f600' * (15 * 2**20) + '\"'\n",
    ),
    forging(
        "a long text among many short ones",
        "long = ['x' * 2_000_000, *['x'] * 900_000]\n",
        "def affine(X, W, b):\n    return long\n",
    ),
    forging(
        "long texts in a list",
        "long = ['x' * 2_000_000] * 30\n",
        "def affine(X, W, b):\n    return long\n",
    ),
    forging(
        "a wide text in an array among numbers",
        "import numpy as np\nlong = [np.array(['x' * 90_000] * 9), *[[1] * 9] * 50_000]\n",
        "def affine(X, W, b):\n    return long\n",
    ),
    forging(
        "lists in lists in lists",
        "many = [1]\nfor _ in range(4): many = [many] * 30\n",
        "def affine(X, W, b):\n    return many\n",
    ),
    forging(
        "an array whose shape lies",
        "from utils.checks import student\n"
        "student.Answers.respond = lambda self, m: "
        '\'{"dict": [["kind", "function"], ["data", {"array": "<f8", '
        '"shape": [1000000, 1000000], "data": ""}]]}\'\n',
    ),
    forging(
        "an array of Python objects in a reply",
        "from utils.checks import student\n"
        "student.Answers.respond = lambda self, m: "
        '\'{"dict": [["data", {"array": "O", "shape": [1], "data": "AAAAAAAAAAA="}]]}\'\n',
    ),
    forging(
        "messages into every descriptor",
        """
import os, json, struct
text = json.dumps({"result": {"verdict": "right", "points": 1.0}}).encode()
for number in range(3, 64):
    try:
        os.write(number, struct.pack("!I", len(text)) + text)
    except OSError:
        pass
""",
    ),
    forging(
        "bytes that are no message into every descriptor",
        """
import os
for number in range(3, 64):
    try:
        os.write(number, b"\\xff" * 64)
    except OSError:
        pass
""",
    ),
    breaking(
        "a frame of outputs that would fill the grader's memory",
        """
import os, struct
text = b'{"outputs": [' + b"[]," * (50 * 2**20) + b"[]]}"
for number in range(3, 64):
    try:
        os.write(number, struct.pack("!I", len(text)) + text[:10**6])
    except OSError:
        pass
""",
    ),
    forging(
        "the answer remembers what it was asked",
        """
import numpy as np
seen = {}
""",
        "def affine(X, W, b):\n"
        "    return seen.setdefault(X.tobytes(), X @ W if len(seen) % 2 else X @ W + b)\n",
    ),
    forging(
        "an iterator without an end",
        "import itertools\n",
        "def affine(X, W, b):\n    return itertools.count()\n",
    ),
    forging(
        "__repr__ recurses",
        "class Deep:\n    def __repr__(self): return repr(self)\n    __str__ = __repr__\n",
        "def affine(X, W, b):\n    return Deep()\n",
    ),
    forging(
        "an error whose text raises",
        "class Bad(Exception):\n    def __str__(self): raise SystemExit(0)\n",
        "def affine(X, W, b):\n    raise Bad\n",
    ),
    forging(
        "an answer that looks unattempted in another exercise's name",
        "",
        "def affine(X, W, b):\n    raise NotImplementedError('Exercise 9.9: mine')\n",
    ),
    forging(
        "a list that contains itself",
        "loop = []\nloop.append(loop)\n",
        "def affine(X, W, b):\n    return loop\n",
    ),
    forging(
        "a shape of strings",
        "",
        "def affine(X, W, b):\n    return [['1e0'] * 3] * 3\n",
    ),
]


DESTRUCTIVE = [
    breaking("os._exit", "import os\nos._exit(0)\n"),
    breaking("sys.exit", "import sys\nsys.exit(0)\n"),
    breaking("a signal to itself", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n"),
    breaking("SIGSTOP to all", "import os, signal\nos.kill(-1, signal.SIGSTOP)\n"),
    breaking("SIGKILL to all", "import os, signal\nos.kill(-1, signal.SIGKILL)\n"),
    # A group of processes knows no namespaces: once the zygote and the neighbours were in it.
    *(
        breaking(
            f"{name} to its group of processes",
            f"import os, signal\nos.kill(0, signal.{name})\nos.killpg(0, signal.{name})\n",
        )
        for name in ("SIGKILL", "SIGSTOP", "SIGINT", "SIGTERM")
    ),
    breaking(
        "SIGKILL to its group, from a fork",
        "import os, signal\nif os.fork() == 0:\n    os.kill(0, signal.SIGKILL)\nos.wait()\n",
    ),
    breaking("abort", "import os\nos.abort()\n"),
    breaking("a segmentation fault", "import ctypes\nctypes.string_at(0)\n"),
    breaking("an endless loop", "while True:\n    pass\n"),
    breaking(
        "an endless loop that ignores the stop button",
        "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nwhile True:\n    pass\n",
    ),
    breaking(
        "an endless loop that catches everything",
        "while True:\n    try:\n        while True: pass\n    except BaseException:\n        pass\n",
    ),
    breaking("an endless sleep", "import time\ntime.sleep(10**6)\n"),
    breaking("waiting for input", "input()\n"),
    breaking(
        "a fork bomb",
        # Its children stay, so that none is free for others and the right answer is called at once.
        """
import os, time
mine = os.getpid()
try:
    while True:
        os.fork()
except OSError:
    if os.getpid() != mine:
        time.sleep(1000)
        os._exit(0)
""",
    ),
    breaking(
        "many forks, started quickly",
        "import os, time\nfor _ in range(40):\n"
        "    if os.fork() == 0:\n        time.sleep(1000)\n        os._exit(0)\n",
    ),
    breaking(
        "a thread bomb",
        """
import threading, time
try:
    while True:
        threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
except RuntimeError:
    pass
""",
    ),
    breaking("a memory bomb", "hoard = []\nwhile True:\n    hoard.append(bytearray(10**8))\n"),
    # Pages that two processes share are no single one's.
    breaking(
        "a memory bomb that is shared by a fork",
        """
import os, time
hoard = []
for _ in range(40):
    hoard.append(bytearray(b"x") * (200 * 2**20))
    if os.fork() == 0:
        time.sleep(1000)
print("ESCAPED")
""",
    ),
    breaking(
        "a memory bomb in files of memory",
        """
import os
for k in range(40):
    number = os.memfd_create(str(k))
    for _ in range(200):
        os.write(number, bytes(2**20))
print("ESCAPED")
""",
    ),
    breaking(
        "a memory bomb in shared segments",
        """
import ctypes
c = ctypes.CDLL(None, use_errno=True)
if c.shmget(0, 200 * 2**20, 0o1600) >= 0:
    print("ESCAPED")
""",
    ),
    breaking(
        "a memory bomb in the kernel's own objects",
        """
import ctypes, platform
c = ctypes.CDLL(None, use_errno=True)
if c.msgget(0, 0o1600) >= 0:
    print("ESCAPED by messages")
if c.semget(0, 32000, 0o1600) >= 0:
    print("ESCAPED by semaphores")
if c.syscall(447, 0) >= 0:
    print("ESCAPED by secret memory")
if c.inotify_init1(0) >= 0 or c.fanotify_init(0, 0) >= 0:
    print("ESCAPED by watching files")
if c.mq_open(b"/mine", 0o102, 0o600, None) >= 0:
    print("ESCAPED by a queue of messages")
""",
    ),
    breaking(
        "a memory bomb in locks that belong to no process",
        """
import fcntl, os, struct
for command in (37, 38):
    with open("locked", "w") as file:
        try:
            lock = struct.pack("hhqqi4x", fcntl.F_WRLCK, os.SEEK_SET, 0, 1, 0)
            fcntl.fcntl(file, command, lock)
            print("ESCAPED")
        except OSError:
            pass
""",
    ),
    breaking(
        "a memory bomb in sockets",
        """
import os, socket, time
hoard = []
def fill():
    try:
        while True:
            one, other = socket.socketpair()
            hoard.extend((one, other))
            for each in (one, other):
                each.setblocking(False)
                each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 2**30)
                try:
                    while True:
                        each.send(bytes(2**16))
                except BlockingIOError:
                    pass
    except OSError:
        time.sleep(10)
for _ in range(12):
    if os.fork() == 0:
        fill()
        os._exit(0)
fill()
print("ESC" "APED")
""",
    ),
    breaking(
        "two million empty files",
        """
import os
try:
    for k in range(2_000_000):
        os.mknod(f"file{k}")
    print("ESCAPED")
except OSError:
    pass
finally:
    print("ESCAPED" if k > 100_000 else "")
    for one in os.listdir("."):
        os.remove(one) if one.startswith("file") else None
""",
    ),
    breaking(
        "a memory bomb in many processes",
        """
import os, time
for _ in range(20):
    if os.fork() == 0:
        hoard = [bytearray(b"x") * 10**6 * 300]
        time.sleep(1000)
time.sleep(1000)
""",
    ),
    breaking(
        "a large file",
        "with open('large', 'wb') as file:\n    while True:\n        file.write(b'x' * 10**7)\n",
    ),
    breaking(
        "many files",
        "for k in range(10**9):\n    open(f'file{k}', 'wb').write(b'x' * 10**5)\n",
    ),
    breaking("all of /dev/shm", "open('/dev/shm/x', 'wb').write(b'x' * 10**9)\n"),
    breaking("all of /tmp", "open('/tmp/x', 'wb').write(b'x' * 10**9)\n"),
    breaking("output without an end", "while True:\n    print('x' * 10**6)\n"),
    breaking(
        "displays without an end",
        "from IPython.display import display, HTML\nwhile True:\n    display(HTML('x' * 10**6))\n",
    ),
    breaking(
        "a daemon that outlives the cell",
        """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for number in (0, 1, 2):
            os.close(number)
        while True:
            time.sleep(1)
    os._exit(0)
""",
    ),
    Attack(
        "a fork inside of a call answers, too",
        "import os\n",
        "def affine(X, W, b):\n    is_child = os.fork() == 0\n"
        "    return X @ W if is_child else X @ W + b\n",
        1.0,
    ),
    Attack(
        "a fork inside of a cell goes on",
        "import os\nos.fork()\n",
        RIGHT,
        1.0,
    ),
    breaking("a syntax error", "def (:\n"),
    breaking("a thousand recursions", "def f(): return f()\nf()\n"),
    breaking("an exception", "raise ValueError('no')\n"),
    breaking("descriptors closed", "import os\nos.closerange(0, 3)\n"),
    breaking("stdout closed", "import sys\nsys.stdout.close(); sys.stderr.close()\n"),
    breaking("a warning turned into an error", "import warnings\nwarnings.simplefilter('error')\n"),
    breaking("NumPy raises", "import numpy as np\nnp.seterr(all='raise')\n"),
    breaking("the garbage collector is off", "import gc\ngc.disable()\n"),
    breaking("the clock is patched", "import time\ntime.time = time.monotonic = lambda: 0.0\n"),
    # As in a notebook, where the same would break the same check.
    Attack(
        "json is patched",
        "import json\njson.loads = json.dumps = lambda *a, **k: '{}'\n",
        RIGHT,
        0.0,
    ),
]

ANSWERED = [
    answering("the answer never returns", "def affine(X, W, b):\n    while True: pass\n"),
    answering("the answer ends Python", "import os\ndef affine(X, W, b):\n    os._exit(0)\n"),
    answering("the answer exits", "def affine(X, W, b):\n    raise SystemExit\n"),
    answering("the answer is interrupted", "def affine(X, W, b):\n    raise KeyboardInterrupt\n"),
    answering(
        "the answer hoards",
        "def affine(X, W, b):\n    return [bytearray(10**8) for _ in range(10**4)]\n",
    ),
    answering("the answer is huge", "def affine(X, W, b):\n    return np.zeros((3, 10**8))\n"),
    answering(
        "the answer leads nowhere",
        "class Nowhere:\n    def __getattr__(self, name): return self\n    def __call__(self, *a): return self\n"
        "affine = Nowhere()\n",
    ),
]

PROBES = [
    breaking(
        "the network",
        """
import socket
for address in (("127.0.0.1", 22), ("1.1.1.1", 53), ("8.8.8.8", 443)):
    try:
        socket.create_connection(address, timeout=2); print("ESCAPED", address)
    except OSError:
        pass
""",
    ),
    breaking(
        "abstract sockets of the machine",
        """
import socket
for name in open("/proc/net/unix").read().split():
    if name.startswith("@"):
        try:
            s = socket.socket(socket.AF_UNIX); s.connect("\\0" + name[1:]); print("ESCAPED", name)
        except OSError:
            pass
""",
    ),
    breaking(
        "terminals of others, and all that there are",
        """
import os
if set(os.listdir("/dev/pts")) - {"ptmx"}:
    print("ESCAPED", os.listdir("/dev/pts"))
opened = []
try:
    while len(opened) < 100:
        opened.append(os.open("/dev/ptmx", os.O_RDWR))
    print("ESCAPED", len(opened))
except OSError:
    pass
""",
    ),
    breaking(
        "memory that the kernel keeps, whatever is unmapped of it",
        """
import ctypes, mmap, os
with open("/submission/page", "wb") as file:
    file.write(bytes(mmap.PAGESIZE))
pages = os.open("/submission/page", os.O_RDWR)
kept = mmap.mmap(pages, mmap.PAGESIZE)  # what stands in a file of its folder may be shared
for file, flags in ((-1, 0x21), (-1, 0x31), (os.open("/dev/zero", os.O_RDWR), 1)):
    try:
        mmap.mmap(file, 2**20, flags=flags); print("ESCAPED", file, flags)
    except (OSError, ValueError):
        pass
c = ctypes.CDLL(None, use_errno=True)
ends, more = os.pipe(), os.pipe()
os.write(ends[1], b"some")
vector = (ctypes.c_void_p * 2)(ctypes.addressof(ctypes.create_string_buffer(64)), 64)
came = (c.vmsplice(more[1], vector, 1, 0), c.splice(ends[0], None, more[1], None, 2, 0),
        c.tee(ends[0], more[1], 2, 0))
if any(one >= 0 for one in came):
    print("ESCAPED", came)
""",
    ),
    breaking(
        # They are made and nothing more: nobody outside is to be spoken to, not even in a test.
        "sockets that no network namespace holds back",
        """
import socket
for family in set(range(46)) - {1, 2, 10, 16}:
    for kind in range(1, 11):
        for make in (socket.socket, socket.socketpair):
            try:
                make(family, kind); print("ESCAPED", family, kind)
            except OSError:
                pass
""",
    ),
    breaking(
        "files that are nobody's business",
        """
import os, sys
# Folders on the way to Python and its packages may be seen, with what leads there and no more.
ways = [sys.prefix, sys.base_prefix, os.path.realpath(sys.executable)]
for path in ("/etc/passwd", "/etc/shadow", "/root", "/home", "/var", "/mnt", "/media", "/sys",
             "/boot", "/run", "/srv", "/opt", *{"/" + way.split("/")[1] for way in ways} - {"/usr"}):
    ahead = {way[len(path) + 1 :].split("/")[0] for way in ways if way.startswith(path + "/")}
    try:
        found = set(os.listdir(path)) - ahead if os.path.isdir(path) else open(path).read()
        if found:
            print("ESCAPED", path, list(found)[:5])
    except OSError:
        pass
""",
    ),
    breaking(
        "anything can be written",
        """
import os, sys
for folder in {"/", "/usr", "/world", "/etc", "/proc", sys.prefix, os.path.dirname(os.__file__), "/dev",
               "/data", "/root", "/var", "/run", "/proc/sys/kernel", "/sys"}:
    try:
        open(os.path.join(folder, "mine"), "w").write("x")
        print("ESCAPED", folder)
    except OSError:
        pass
""",
    ),
    # Twice in this list: what the first leaves, the second would find.
    *(
        breaking(
            f"a word for the next submission, {which} time",
            """
import os
for folder in ("/tmp", "/dev/shm", os.path.expanduser("~"), "/var/tmp", "/run"):
    path = os.path.join(folder, "word")
    if os.path.exists(path):
        print("ESCAPED", path)
    try:
        open(path, "w").write("x")
        os.chmod(path, 0o777)
    except OSError:
        pass
""",
        )
        for which in ("first", "second")
    ),
    breaking(
        "other processes",
        """
import os
own = os.readlink("/proc/self")
for name in os.listdir("/proc"):
    if name.isdigit() and name != own:
        for part in ("environ", "mem", "maps", "fd", "cwd", "root"):
            try:
                path = f"/proc/{name}/{part}"
                found = os.listdir(path) if part in ("fd", "cwd", "root") else open(path, "rb").read(10)
                if found and int(name) > 1:
                    print("ESCAPED", path)
            except OSError:
                pass
""",
    ),
    breaking(
        "other processes are written to",
        """
import os
for name in os.listdir("/proc"):
    if name.isdigit() and name not in (os.readlink("/proc/self"), "1") or name == "2":
        for part in ("oom_score_adj", "oom_adj", "autogroup", "clear_refs", "coredump_filter"):
            try:
                with open(f"/proc/{name}/{part}", "w") as file:
                    print("ESC" "APED", name, part)
            except OSError:
                pass
""",
    ),
    breaking(
        "signals to what is outside",
        """
import os
for pid in range(2, 400):
    try:
        os.kill(pid, 0); print("ESCAPED", pid)
    except OSError:
        pass
""",
    ),
    breaking(
        "root again",
        """
import os, ctypes
c = ctypes.CDLL(None, use_errno=True)
for call in (lambda: os.setuid(0), lambda: os.setgid(0), lambda: os.setgroups([0]), lambda: os.chroot("/tmp")):
    try:
        call(); print("ESCAPED")
    except OSError:
        pass
""",
    ),
    breaking(
        "namespaces of its own, where it would be root again",
        """
import ctypes, os
c = ctypes.CDLL(None, use_errno=True)
for flags in (0x10000000, 0x20000, 0x40000000, 0x10020000):
    if c.unshare(flags) == 0:
        print("ESCAPED unshare", hex(flags))
if c.mount(b"none", b"/submission", b"tmpfs", 0, None) == 0 or c.umount2(b"/world", 2) == 0:
    print("ESCAPED mount")
pid = c.syscall(56, 0x10000000 | 17, 0, 0, 0, 0)
if pid == 0:
    os._exit(0)
if pid > 0:
    print("ESCAPED clone")
for name in os.listdir("/proc/self/ns"):
    try:
        if c.setns(os.open(f"/proc/1/ns/{name}", os.O_RDONLY), 0) == 0:
            print("ESCAPED setns", name)
    except OSError:
        pass
""",
    ),
    breaking(
        "the process that watches its memory",
        """
import ctypes, os
c = ctypes.CDLL(None, use_errno=True)
for name in os.listdir("/proc"):
    if name.isdigit() and name != os.readlink("/proc/self"):
        if c.ptrace(16, int(name), None, None) == 0 or c.process_vm_readv(int(name), None, 0, None, 0, 0) == 0:
            print("ESCAPED", name)
""",
    ),
    breaking(
        "capabilities",
        """
for line in open("/proc/self/status"):
    if line.startswith("Cap") and int(line.split()[1], 16):
        print("ESCAPED", line)
    if line.startswith(("NoNewPrivs", "Seccomp:")) and line.split()[1] == "0":
        print("ESCAPED", line)
""",
    ),
    breaking(
        "the environment",
        """
import os
for name, value in os.environ.items():
    if any(word in name.upper() for word in ("SECRET", "TOKEN", "PASSWORD", "GRADE", "SEED", "SSH")):
        print("ESCAPED", name)
""",
    ),
    breaking(
        "limits are raised",
        """
import resource
for name in dir(resource):
    if name.startswith("RLIMIT_"):
        number = getattr(resource, name)
        soft, hard = resource.getrlimit(number)
        if hard != resource.RLIM_INFINITY:
            try:
                resource.setrlimit(number, (hard + 1, hard + 1)); print("ESCAPED", name)
            except (OSError, ValueError):
                pass
""",
    ),
    breaking(
        "devices",
        """
import os
for name in os.listdir("/dev"):
    if name.startswith(("sd", "nvme", "vd", "mem", "kmsg", "loop", "dm-")):
        print("ESCAPED", name)
""",
    ),
    breaking(
        "a setuid program",
        """
import subprocess
for command in (["su", "-c", "id"], ["sudo", "-n", "id"], ["mount", "-t", "tmpfs", "x", "/usr"]):
    try:
        done = subprocess.run(command, capture_output=True, timeout=10, stdin=subprocess.DEVNULL)
        if done.returncode == 0:
            print("ESCAPED", command, done.stdout)
    except OSError:
        pass
""",
    ),
    breaking(
        "descriptors of the grader",
        """
import os
for name in os.listdir("/proc/self/fd"):
    try:
        target = os.readlink(f"/proc/self/fd/{name}")
    except OSError:
        continue
    if not target.startswith(("/dev/null", "socket:", "/proc", "pipe:", "anon_inode:", "/submission")):
        print("ESCAPED", name, target)
""",
    ),
]

ATTACKS = [*FORGED, *DESTRUCTIVE, *ANSWERED, *PROBES]
