"""Who trains a playground's network, and with which program."""

import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.contenders import Contender

_WORKER = "benchmarks.playground.worker"
NETWORK = Path(__file__).with_name("network.mjs")

FULL_SPEED = Contender(
    "Engine.step, as many epochs a call as fill 20 ms",
    _WORKER,
    "tensorflow",
    options={"way": "full speed"},
)
ONE_EPOCH = Contender(
    "Engine.step, an epoch a call", _WORKER, "tensorflow", options={"way": "one epoch"}
)
FIT = Contender("model.fit", _WORKER, "tensorflow", options={"way": "fit"}, by_step=True)
NODE = Contender("JavaScript on Node", str(NETWORK), "node")
ALL = (FULL_SPEED, ONE_EPOCH, FIT, NODE)


def command(one: Contender) -> tuple[str, ...]:
    """The program of a contender, for `Process`."""
    if one == NODE:
        return ("node", str(NETWORK))
    return (sys.executable, "-m", one.module)


def missing(one: Contender) -> str:
    """A sentence if its program is not installed, else nothing."""
    if one == NODE and not shutil.which("node"):
        return "missing: no `node` is installed"
    return ""


def node_version() -> str:
    """The version of Node, or "missing"."""
    if missing(NODE):
        return "missing"
    said = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False)
    return said.stdout.strip().removeprefix("v")
