"""Contenders without a framework, for tests of the processes that measure."""

import os
import sys

from benchmarks.worker import Train
from benchmarks.works import Task


def device() -> str:
    return "cpu"


def prepare(task: Task, *, fail: str = "", size: int = 0) -> Train:
    """Options: how to fail, and how many bytes to hold."""
    if fail == "raise":
        raise ValueError("the widths do not fit\nand more lines")
    if fail == "die":
        print("out of memory, says the allocator", file=sys.stderr, flush=True)
        os._exit(3)
    if fail == "hang":
        sys.stdin.read()
    print("a framework's greeting on standard output")
    held = b"\1" * size

    def train(epochs: int) -> list[float]:
        return [float(len(task.x) + 0 * len(held))] * epochs

    return train
