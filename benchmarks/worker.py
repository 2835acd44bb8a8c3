"""The process of one contender. It reads one JSON message a line and answers with one.

    {"do": "open", "module": ...}             imports a contender; the clock does not run
    {"do": "prepare", "folder": ..., ...}     loads a task; builds, compiles, trains first
    {"do": "train", "epochs": k}              trains on
    {"do": "peak"}                            the most memory since the last `prepare` began

A contender is a module with two functions:

    device() -> str                           "cpu" or "gpu"
    prepare(task, **options) -> train         and train(epochs) -> losses, one mean an epoch

`train` returns when the arithmetic is done, not when it is queued. The network starts from
`task.weights`; each epoch takes the rows in a new order if `task.shuffle`.
"""

import gc
import importlib
import json
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import perf_counter
from types import ModuleType
from typing import Any

from benchmarks import works

Train = Callable[[int], list[float]]


class Server:
    """What a contender's process keeps between two messages."""

    module: ModuleType
    train: Train | None = None
    before = 0

    def open(self, module: str) -> dict[str, Any]:
        self.module = importlib.import_module(module)
        device = self.module.device()
        self.before = peak_memory(since_now=True)
        return {"device": device}

    def prepare(
        self, folder: str, epochs: int, options: dict[str, Any], **how: Any
    ) -> dict[str, Any]:
        # An earlier task's memory must not count, nor its cleaning up fall into a timed block.
        self.train = None
        gc.collect()
        peak_memory(since_now=True)
        task = works.load(Path(folder), **how)
        begin = perf_counter()
        self.train = self.module.prepare(task, **options)
        losses = self.train(epochs)
        return {"seconds": perf_counter() - begin, "losses": losses}

    def resume(self, epochs: int) -> dict[str, Any]:
        assert self.train is not None, "prepare comes before train"
        begin = perf_counter()
        losses = self.train(epochs)
        return {"seconds": perf_counter() - begin, "losses": losses}

    def peak(self) -> dict[str, Any]:
        most = peak_memory()
        return {"bytes": most - self.before if most else None}


def peak_memory(*, since_now: bool = False) -> int:
    """Return the most memory that this process has held, in bytes; 0 where nobody knows.

    On Linux the mark can be set back to what is held now; elsewhere it covers the whole life.
    """
    status = Path("/proc/self/status")
    if status.exists():
        if since_now:
            Path("/proc/self/clear_refs").write_text("5")
        fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        return int(fields["VmHWM"].split()[0]) * 1024
    try:
        import resource
    except ModuleNotFoundError:  # Windows
        return 0
    # macOS counts bytes, where Linux would count kilobytes.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def serve(todo: Mapping[str, Callable[..., dict[str, Any]]]) -> None:
    """Answer, by what each message says to do, until the other side closes the pipe."""
    # Frameworks print on standard output at will: their words go to standard error.
    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    for line in sys.stdin:
        message = json.loads(line)
        try:
            reply = todo[message.pop("do")](**message)
        except Exception as error:  # whatever a framework raises becomes a row of the table
            reply = {"error": sentence(error)}
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


def sentence(error: BaseException) -> str:
    """The type and the first line of an error."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


def main() -> None:
    """Serve a contender."""
    server = Server()
    serve(
        {
            "open": server.open,
            "prepare": server.prepare,
            "train": server.resume,
            "peak": server.peak,
        }
    )


if __name__ == "__main__":
    main()
