"""Which device TensorFlow computes on and why; a GPU's memory, mixed precision, several GPUs.

TensorFlow takes a GPU by itself where it can. Most of this module is for the other case: it looks
at the machine, and says what keeps a GPU idle.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import tensorflow as tf

# The oldest driver that runs programs of a CUDA release, by the release's major number. Source:
# NVIDIA, CUDA Compatibility, "Minor Version Compatibility", and the release notes of CUDA 12.
_OLDEST_DRIVER = {12: "525.60.13", 13: "580"}
_SMI_SECONDS = 20
# "Dst tensor" is TensorFlow's complaint that the data themselves find no room on the GPU.
_OUT_OF_MEMORY = re.compile("(?i)OOM when|out of memory|failed to allocate|Dst tensor is not init")


@dataclass(frozen=True)
class Nvidia:
    """What a machine with an NVIDIA driver says of its GPUs, whatever TensorFlow sees.

    Attributes:
        driver: the driver's version, like "550.54.14"; empty if unknown.
        cards: name and compute capability of each GPU, like ("Tesla T4", "7.5").
        complaint: what `nvidia-smi` said instead of an answer, else empty.
    """

    driver: str = ""
    cards: tuple[tuple[str, str], ...] = ()
    complaint: str = ""


@dataclass(frozen=True)
class Machine:
    """What decides the device.

    Attributes:
        system: Linux, Darwin or Windows, as `platform.system()` says it.
        is_wsl: whether this Linux runs inside Windows.
        gpus: names of the GPUs that TensorFlow can use.
        nvidia: None without a driver; asked on Linux alone, and only if `gpus` is empty.
        visible: the environment variable CUDA_VISIBLE_DEVICES, None if it is not set.
        cuda: the CUDA version that TensorFlow is built for, like "12.5.1"; empty if for none.
        capability: the lowest compute capability that TensorFlow is built for, like "6.0".
        has_packages: whether all that `tensorflow[and-cuda]` adds is installed.
    """

    system: str
    is_wsl: bool
    gpus: tuple[str, ...]
    nvidia: Nvidia | None
    visible: str | None
    cuda: str
    capability: str
    has_packages: bool


def describe() -> str:
    """Say which device TensorFlow uses and why; on a plain CPU always the same sentence."""
    return sentence(_this_machine())


def sentence(machine: Machine) -> str:
    """Word the device of a machine and, where a GPU lies idle, what would put it to use."""
    names = ", ".join(machine.gpus)
    if len(machine.gpus) > 1:
        return (
            f"TensorFlow computes on the first of {len(machine.gpus)} GPUs ({names}); a model that "
            "is built and compiled in `with utils.device.strategy().scope():` uses all of them."
        )
    if machine.gpus:
        return f"TensorFlow computes on the GPU ({names}): it found a driver and its libraries."
    if machine.nvidia:
        why = _why_idle(machine, machine.nvidia)
        return f"TensorFlow computes on the CPU: {why}. The labs need no GPU."
    return f"TensorFlow computes on the CPU: {_why_none(machine)}. That is enough for every lab."


def _why_none(machine: Machine) -> str:
    if machine.system == "Darwin":
        return "there is no GPU version of it for the Mac that works with this course"
    if machine.system == "Windows":
        return "on Windows it uses a GPU only inside WSL2"
    if machine.is_wsl:
        where = "in Windows (not in WSL2), then run `wsl --shutdown` there"
        return f"WSL2 shows it no GPU; if there is one by NVIDIA, install its driver {where}"
    return "it found no GPU"


def _why_idle(machine: Machine, nvidia: Nvidia) -> str:
    """Why an NVIDIA GPU lies idle on Linux; what has to be mended first comes first."""
    names = ", ".join(name for name, _ in nvidia.cards) or "an NVIDIA GPU"
    where = "in Windows" if machine.is_wsl else "on this computer"
    oldest = _OLDEST_DRIVER.get((*_numbers(machine.cuda), 0)[0], "")
    if () < _numbers(nvidia.driver) < _numbers(oldest):
        return (
            f"the NVIDIA driver {nvidia.driver} is too old for its CUDA {machine.cuda}; install "
            f"{oldest} or newer {where}"
        )
    if nvidia.complaint:
        return (
            f"the NVIDIA driver shows it no GPU (nvidia-smi says: {nvidia.complaint}); restart "
            f"the computer, and if that does not help, install the driver {where} anew"
        )
    if not machine.cuda:
        return f"{names} is there, but this TensorFlow is built without CUDA, for the CPU alone"
    if _hides_all(machine.visible, len(nvidia.cards)):
        return (
            f"the environment variable CUDA_VISIBLE_DEVICES={machine.visible!r} hides {names}; "
            "remove the variable and start Jupyter again"
        )
    limit = _numbers(machine.capability)
    if nvidia.cards and all(() < _numbers(capability) < limit for _, capability in nvidia.cards):
        return (
            f"{names} has compute capability {nvidia.cards[0][1]}, this TensorFlow needs "
            f"{machine.capability} or higher, and only a newer GPU would help"
        )
    if not machine.has_packages:
        return (
            f"{names} is there, but not the libraries that TensorFlow needs for it; "
            "`pip install 'tensorflow[and-cuda]'` into the labs' Python brings them (over 2.6 GB)"
        )
    return (
        f"it cannot start {names}, though driver and libraries are there; it writes the reason if "
        "you call `tf.config.list_physical_devices('GPU')` in a Python in a terminal"
    )


def _hides_all(visible: str | None, cards: int) -> bool:
    """CUDA reads the list up to the first entry that is no GPU, so only that one decides."""
    if visible is None:
        return False
    first = visible.split(",")[0].strip()
    is_a_gpu = first.startswith(("GPU-", "MIG-")) or (
        first.isdigit() and (int(first) < cards or not cards)
    )
    return not is_a_gpu


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version))


def _this_machine() -> Machine:
    import tensorflow as tf

    gpus = [(gpu.name, _details(gpu)) for gpu in tf.config.list_physical_devices("GPU")]
    build = tf.sysconfig.get_build_info()
    # TensorFlow writes 6.0 as sm_60 or compute_60.
    built_for = _numbers(" ".join(build.get("cuda_compute_capabilities", ())))
    is_linux = platform.system() == "Linux"
    return Machine(
        system=platform.system(),
        is_wsl="microsoft" in platform.release().lower(),
        gpus=tuple(str(details.get("device_name", name)) for name, details in gpus),
        nvidia=ask_nvidia(_driver_text()) if is_linux and not gpus else None,
        visible=os.environ.get("CUDA_VISIBLE_DEVICES"),
        cuda=str(build.get("cuda_version", "")),
        capability="{}.{}".format(*divmod(min(built_for, default=0), 10)),
        has_packages=_has_packages(),
    )


def _details(gpu: tf.config.PhysicalDevice) -> dict[str, Any]:
    import tensorflow as tf

    return tf.config.experimental.get_device_details(gpu)


def _driver_text() -> str:
    try:
        return Path("/proc/driver/nvidia/version").read_text("utf-8", "replace")
    except OSError:
        return ""


def ask_nvidia(driver_text: str) -> Nvidia | None:
    """Ask `nvidia-smi`; None where there is neither it nor a driver.

    Args:
        driver_text: what /proc/driver/nvidia/version says, empty where it does not exist.
    """
    loaded = re.search(r"\b\d{3}(\.\d+)+", driver_text)
    driver = loaded[0] if loaded else ""
    # WSL2 keeps it in a folder that is not always on the PATH.
    smi = shutil.which("nvidia-smi") or shutil.which("/usr/lib/wsl/lib/nvidia-smi")
    if smi is None:
        return Nvidia(driver) if driver_text else None
    command = [smi, "--query-gpu=driver_version,compute_cap,name", "--format=csv,noheader"]
    try:
        run = subprocess.run(
            command, capture_output=True, encoding="utf-8", errors="replace", timeout=_SMI_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return Nvidia(driver, complaint=type(error).__name__)
    rows = re.findall(r"(?m)^(\d[\d.]+), (.+?), (.+)$", run.stdout)
    if not rows:
        said = (run.stdout + run.stderr).strip().partition("\n")[0].rstrip(".")
        return Nvidia(driver, complaint=said or "nothing")
    return Nvidia(driver or rows[0][0], tuple((name, capability) for _, capability, name in rows))


def _has_packages() -> bool:
    try:
        for package in metadata.requires("tensorflow") or ():
            if "and-cuda" in package:
                metadata.version(re.split(r"[^\w.-]", package)[0])
    except metadata.PackageNotFoundError:
        return False
    return True


def enable_memory_growth() -> None:
    """Let TensorFlow take a GPU's memory as it needs it, so that two notebooks can share one.

    Does nothing without a GPU, and nothing once TensorFlow has begun to use one.
    """
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except (RuntimeError, ValueError):  # the GPU is in use, or divided, already
            return


def out_of_memory(error: BaseException) -> str | None:
    """Say in one sentence what to do if TensorFlow ran out of memory; None for other errors.

    The type alone does not tell: a full disk is a ResourceExhaustedError, too.
    """
    is_tensorflows = any(kind.__name__ == "OpError" for kind in type(error).__mro__)
    if not is_tensorflows or not _OUT_OF_MEMORY.search(str(error)):
        return None
    is_on_gpu = re.search(r"device:GPU|CUDA|Dst tensor", str(error))
    where = " on the GPU" if is_on_gpu else " on the CPU" if "device:CPU" in str(error) else ""
    shape = re.search(r"shape ?\[([\d,]+)\]", str(error))
    what = f" for a tensor of shape ({shape[1].replace(',', ', ')})" if shape else ""
    return (
        f"TensorFlow ran out of memory{where}{what}: take a smaller batch_size, shut down the "
        "notebooks you do not need (Kernel > Shut Down All Kernels), and run this one again."
    )


def use_mixed_precision(on: bool = True) -> str:
    """Let layers that are built from now on compute in float16, where a GPU is fast at it.

    Give the last layer dtype="float32": a loss of float16 logits is coarse.

    Args:
        on: False goes back to the precision of `keras.config.floatx()`, float32.

    Returns:
        One sentence: what was done, or why nothing was.
    """
    import keras
    import tensorflow as tf

    if not on:
        keras.config.set_dtype_policy(keras.config.floatx())
        return f"Mixed precision is off: new layers compute in {keras.config.floatx()}."
    gpus = [_details(gpu) for gpu in tf.config.list_physical_devices("GPU")]
    if not gpus:
        return "Mixed precision was not switched on: without a GPU float16 is slower than float32."
    lowest = min(details.get("compute_capability", (0, 0)) for details in gpus)
    if lowest < (7, 0):  # the first with units for float16, which NVIDIA calls tensor cores
        have = ".".join(map(str, lowest))
        return f"Mixed precision was not switched on: it needs compute capability 7.0, not {have}."
    keras.config.set_dtype_policy("mixed_float16")
    return "Mixed precision is on: new layers compute in float16 and keep their weights in float32."


def strategy(devices: Sequence[str] | None = None) -> tf.distribute.Strategy:
    """Return how a model is spread: over all GPUs if there are several, else TensorFlow's default.

    Build and compile the model in its `scope()`. Each batch is cut into a piece for each GPU. If
    these are unequal (choose a `batch_size` that the GPUs divide, and look at the last batch), the
    samples of a smaller piece count more, and the result differs a little from one GPU's.

    Args:
        devices: names like "GPU:0"; by default all GPUs.
    """
    import tensorflow as tf

    if devices is None:
        devices = [gpu.name for gpu in tf.config.list_logical_devices("GPU")]
    is_several = len(devices) > 1
    return tf.distribute.MirroredStrategy(devices) if is_several else tf.distribute.get_strategy()
