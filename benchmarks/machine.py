"""The machine and the versions that a figure belongs to."""

import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path

from benchmarks.process import ROOT, cores
from utils import device

PACKAGES = ("tensorflow", "keras", "jax", "torch", "scikit-learn", "numpy")


def describe(*, gpu: str = "", packages: Sequence[str] = PACKAGES) -> dict[str, str]:
    """Return name -> words, for the table on top of a report."""
    found = {
        "processor": processor(),
        "cores used": f"{cores()} of {os.cpu_count()}",
        "GPU": gpu or "none used",
        "system": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "Python": platform.python_version(),
    }
    return {**found, **{name: version(name) for name in packages}}


def compile_bytecode(python: str) -> None:
    """Compile the packages of this Python and the labs' own, where they are not.

    Else a contender that starts a process for each submission would compile TensorFlow each time
    on a machine that keeps no bytecode, and at its first one elsewhere.
    """
    program = (
        "import compileall, sysconfig\n"
        "for folder in (sysconfig.get_path('purelib'), 'utils', 'course'):\n"
        "    compileall.compile_dir(folder, quiet=2, workers=0)"
    )
    subprocess.run([python, "-c", program], cwd=ROOT, check=True)


def version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "missing"


def processor() -> str:
    """The processor's name; `platform` alone often knows its family only."""
    if platform.system() == "Linux":
        info = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
        names = [line.partition(":")[2] for line in info.splitlines() if "model name" in line]
        if names:
            return names[0].strip()
    if platform.system() == "Darwin":
        command = ["sysctl", "-n", "machdep.cpu.brand_string"]
        return subprocess.run(command, capture_output=True, text=True).stdout.strip()
    return platform.processor() or platform.machine()


def gpu_name() -> str:
    """The name of the first NVIDIA GPU, or nothing."""
    nvidia = device.ask_nvidia("")
    return nvidia.cards[0][0] if nvidia and nvidia.cards else ""
