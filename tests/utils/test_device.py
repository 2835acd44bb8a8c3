from dataclasses import replace

import pytest
import tensorflow as tf

from utils import device

PLAIN = device.Machine(gpus=(), has_nvidia_driver=False, system="Linux", is_wsl=False)


@pytest.mark.parametrize(
    ("machine", "says"),
    [
        (PLAIN, "on the CPU: it found no GPU. That is enough"),
        (replace(PLAIN, gpus=("NVIDIA T4",), has_nvidia_driver=True), "on the GPU (NVIDIA T4)"),
        (replace(PLAIN, gpus=("A", "B")), "on the GPU (A, B)"),
        (replace(PLAIN, has_nvidia_driver=True), "pip install 'tensorflow[and-cuda]'"),
        (replace(PLAIN, has_nvidia_driver=True, is_wsl=True), "in WSL2, an NVIDIA GPU is there"),
        (replace(PLAIN, system="Windows", has_nvidia_driver=True), "only inside WSL2"),
        (replace(PLAIN, system="Darwin"), "for the Mac"),
    ],
)
def test_sentence_names_the_device_and_the_reason(machine, says):
    assert says in device.sentence(machine)


def test_describe_agrees_with_tensorflow():
    word = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
    assert device.describe().startswith(f"TensorFlow computes on the {word}")
    assert device.describe() == device.describe()


def test_memory_growth_is_set_for_every_gpu(monkeypatch):
    grown = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [f"{kind}:0", f"{kind}:1"])
    monkeypatch.setattr(
        tf.config.experimental, "set_memory_growth", lambda gpu, on: grown.append((gpu, on))
    )
    device.enable_memory_growth()
    assert grown == [("GPU:0", True), ("GPU:1", True)]


def test_memory_growth_after_the_gpu_is_in_use_does_nothing(monkeypatch):
    asked = []

    def too_late(gpu, on):
        asked.append(gpu)
        raise RuntimeError("Physical devices cannot be modified after being initialized")

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0"])
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", too_late)
    device.enable_memory_growth()
    assert asked == ["GPU:0"]
