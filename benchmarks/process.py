"""A contender's process, seen from the program that measures."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class Failed(Exception):
    """The contender cannot go on; the message is one sentence for the table."""


WORKER = (sys.executable, "-m", "benchmarks.worker")


class Process:
    """Speaks with a program, usually `benchmarks.worker`; a context manager that ends it.

    Args:
        backend: of Keras.
        gpu: whether the program may see one.
        command: the program, which reads one JSON message a line and answers with one.
    """

    def __init__(
        self,
        *,
        backend: str = "tensorflow",
        gpu: bool = False,
        command: Sequence[str] = WORKER,
    ) -> None:
        self.errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed in __exit__
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **variables(backend, gpu)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> "Process":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()
        self.errors.close()

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def send(self, do: str, **arguments: Any) -> None:
        """Ask without waiting, so that several processes can import at the same time."""
        assert self.process.stdin
        try:
            self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self.process.stdin.flush()
        except OSError:
            raise Failed(self._last_words()) from None

    def receive(self, *, limit: float = 900) -> dict[str, Any]:
        """Wait for the answer, at most `limit` seconds.

        Raises:
            Failed: the contender raised, died, or was ended because the time was over.
        """
        assert self.process.stdout
        too_late = threading.Event()

        def end() -> None:
            too_late.set()
            self.process.kill()

        timer = threading.Timer(limit, end)
        timer.start()
        line = self.process.stdout.readline()
        timer.cancel()
        if too_late.is_set():
            raise Failed(f"failed: it gave no answer within {limit:g} s")
        if not line:
            raise Failed(self._last_words())
        reply: dict[str, Any] = json.loads(line)
        if "error" in reply:
            raise Failed(f"failed: {reply['error']}")
        return reply

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Send and receive."""
        self.send(do, **arguments)
        return self.receive()

    def _last_words(self) -> str:
        status = self.process.wait()
        self.errors.seek(0)
        lines = self.errors.read().decode("utf-8", "replace").split("\n")
        said = [line.strip() for line in lines if line.strip()]
        return f"failed: its process ended with status {status}" + (
            f" after saying: {said[-1]}" if said else " without a word"
        )


def cores() -> int:
    """The processors that this program may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def variables(backend: str, gpu: bool) -> dict[str, str]:
    """The environment of a contender: as many threads for all, and a GPU for all or for none."""
    threads = dict.fromkeys(
        (
            "OMP_NUM_THREADS",
            "OPENBLAS_NUM_THREADS",
            "MKL_NUM_THREADS",
            "VECLIB_MAXIMUM_THREADS",
            "TF_NUM_INTRAOP_THREADS",
        ),
        str(cores()),
    )
    device = {"TF_FORCE_GPU_ALLOW_GROWTH": "true", "XLA_PYTHON_CLIENT_PREALLOCATE": "false"}
    if not gpu:
        device = {"CUDA_VISIBLE_DEVICES": "-1", "JAX_PLATFORMS": "cpu"}
    # An idle contender must not keep a processor busy while another one is timed.
    return {
        **threads,
        **device,
        "OMP_WAIT_POLICY": "PASSIVE",
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "PYTHONWARNINGS": "ignore",
    }
