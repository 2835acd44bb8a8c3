"""Which device TensorFlow computes on, and why, in one sentence."""

import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_ENOUGH = "That is enough for every lab."


@dataclass(frozen=True)
class Machine:
    """What decides the device.

    Attributes:
        gpus: names of the GPUs that TensorFlow can use.
        has_nvidia_driver: whether an NVIDIA driver is installed, whatever TensorFlow sees.
        system: Linux, Darwin or Windows, as `platform.system()` says it.
        is_wsl: whether this Linux runs inside Windows.
    """

    gpus: tuple[str, ...]
    has_nvidia_driver: bool
    system: str
    is_wsl: bool


def describe() -> str:
    """Say in one sentence which device TensorFlow uses and why; on a plain CPU always the same."""
    return sentence(_this_machine())


def sentence(machine: Machine) -> str:
    """Word the device of a machine and, where a GPU lies idle, what would put it to use."""
    if machine.gpus:
        names = ", ".join(machine.gpus)
        return f"TensorFlow computes on the GPU ({names}): it found a driver and its libraries."
    if machine.system == "Darwin":
        return (
            "TensorFlow computes on the CPU: there is no GPU version of it for the Mac that works "
            f"with this course. {_ENOUGH}"
        )
    if machine.system == "Windows":
        return (
            "TensorFlow computes on the CPU: on Windows it uses a GPU only inside WSL2. " + _ENOUGH
        )
    if machine.has_nvidia_driver:
        where = "in WSL2, " if machine.is_wsl else ""
        return (
            f"TensorFlow computes on the CPU: {where}an NVIDIA GPU is there, but not the libraries "
            "that TensorFlow needs for it; `pip install 'tensorflow[and-cuda]'` brings them "
            f"(over 2.6 GB). {_ENOUGH}"
        )
    return f"TensorFlow computes on the CPU: it found no GPU. {_ENOUGH}"


def enable_memory_growth() -> None:
    """Let TensorFlow take a GPU's memory as it needs it, so that two notebooks can share one.

    Does nothing without a GPU, and nothing once TensorFlow has begun to use one.
    """
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)
        except RuntimeError:  # the GPU is in use already: its memory is what it is
            return


def _this_machine() -> Machine:
    return Machine(
        gpus=tuple(_gpu_names()),
        has_nvidia_driver=_has_nvidia_driver(),
        system=platform.system(),
        is_wsl="microsoft" in platform.release().lower(),
    )


def _gpu_names() -> Iterator[str]:
    import tensorflow as tf

    for gpu in tf.config.list_physical_devices("GPU"):
        details = tf.config.experimental.get_device_details(gpu)
        yield str(details.get("device_name", gpu.name))


def _has_nvidia_driver() -> bool:
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None
