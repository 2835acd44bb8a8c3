import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib import metadata

import keras
import numpy as np
import pytest
import tensorflow as tf

from utils import device
from utils.device import Nvidia

PLAIN = device.Machine(
    system="Linux",
    is_wsl=False,
    gpus=(),
    nvidia=None,
    visible=None,
    cuda="12.5.1",
    capability="6.0",
    has_packages=False,
)
T4 = Nvidia("550.54.14", (("Tesla T4", "7.5"),))
OLD_CARD = ("GTX 960", "5.2")
IDLE = replace(PLAIN, nvidia=T4)
READY = replace(IDLE, has_packages=True)

SENTENCES = {
    "no GPU": (PLAIN, "on the CPU: it found no GPU. That is enough for every lab."),
    "a GPU": (replace(READY, gpus=("Tesla T4",), nvidia=None), "on the GPU (Tesla T4): it found"),
    "two GPUs": (replace(READY, gpus=("A", "B")), "first of 2 GPUs (A, B); a model that is built"),
    "Mac": (replace(PLAIN, system="Darwin", cuda=""), "no GPU version of it for the Mac"),
    "Windows": (replace(PLAIN, system="Windows", cuda=""), "uses a GPU only inside WSL2"),
    "WSL2 without a driver": (replace(PLAIN, is_wsl=True), "install its driver in Windows (not"),
    "WSL2 without packages": (replace(IDLE, is_wsl=True), "pip install 'tensorflow[and-cuda]'"),
    "WSL2, old driver": (
        replace(READY, is_wsl=True, nvidia=replace(T4, driver="516.94")),
        "driver 516.94 is too old for its CUDA 12.5.1; install 525.60.13 or newer in Windows.",
    ),
    "no packages": (IDLE, "Tesla T4 is there, but not the libraries"),
    "no packages, nothing known of the card": (
        replace(IDLE, nvidia=Nvidia("550.54.14")),
        "an NVIDIA GPU is there, but not the libraries",
    ),
    "no packages, nothing known at all": (
        replace(IDLE, nvidia=Nvidia()),
        "an NVIDIA GPU is there, but not the libraries",
    ),
    "a TensorFlow for the CPU": (replace(READY, cuda=""), "built without CUDA"),
    "a TensorFlow for the CPU and perhaps no GPU at all": (
        replace(READY, cuda="", nvidia=Nvidia(complaint="No devices were found")),
        "shows it no GPU (nvidia-smi says: No devices were found)",
    ),
    "old driver": (
        replace(READY, nvidia=replace(T4, driver="525.60.11")),
        "driver 525.60.11 is too old for its CUDA 12.5.1; install 525.60.13 or newer on this",
    ),
    "old driver that does not answer either": (
        replace(READY, nvidia=Nvidia("470.57.02", complaint="no such field")),
        "driver 470.57.02 is too old",
    ),
    "old driver for a newer CUDA": (replace(READY, cuda="13.1"), "install 580 or newer"),
    "oldest driver that will do": (
        replace(READY, nvidia=replace(T4, driver="525.60.13")),
        "it cannot start Tesla T4",
    ),
    "a CUDA that nobody knows": (replace(READY, cuda="14.0"), "it cannot start Tesla T4"),
    "driver does not answer": (
        replace(READY, nvidia=Nvidia("550.54.14", complaint="Driver/library version mismatch")),
        "(nvidia-smi says: Driver/library version mismatch); restart the computer",
    ),
    "hidden": (replace(READY, visible="-1"), "CUDA_VISIBLE_DEVICES='-1' hides Tesla T4; remove"),
    "hidden and without packages": (replace(IDLE, visible=""), "CUDA_VISIBLE_DEVICES='' hides"),
    "old card": (
        replace(READY, nvidia=replace(T4, cards=(OLD_CARD,))),
        "GTX 960 has compute capability 5.2, this TensorFlow needs 6.0 or higher",
    ),
    "old card and new one": (
        replace(IDLE, nvidia=replace(T4, cards=(OLD_CARD, *T4.cards))),
        "GTX 960, Tesla T4 is there, but not the libraries",
    ),
    "card of unknown capability": (
        replace(READY, nvidia=replace(T4, cards=(("Tesla T4", "[N/A]"),))),
        "it cannot start Tesla T4, though driver and libraries are there",
    ),
    "all is there": (READY, "it cannot start Tesla T4, though driver and libraries are there"),
}


@pytest.mark.parametrize("case", SENTENCES)
def test_sentence_names_the_device_and_the_reason(case):
    machine, says = SENTENCES[case]
    said = device.sentence(machine)
    assert says in said
    assert re.fullmatch(r"TensorFlow computes on the [^\n]+\.", said)
    # A driver's version and the like have points too, so a sentence ends at a point and a space.
    assert len(re.findall(r"\.( |$)", said)) <= 2


@pytest.mark.parametrize(
    ("visible", "cards", "hides"),
    [
        (None, 1, False),
        ("", 1, True),
        ("-1", 1, True),
        ("-1,0", 1, True),
        ("NoDevFiles", 1, True),
        ("0", 1, False),
        ("1", 2, False),
        ("2", 2, True),
        ("0,-1", 1, False),
        ("3", 0, False),
        ("GPU-8932f937", 1, False),
        ("MIG-GPU-8932f937/1/2", 1, False),
    ],
)
def test_what_hides_every_gpu(visible, cards, hides):
    nvidia = replace(T4, cards=T4.cards * cards)
    said = device.sentence(replace(READY, visible=visible, nvidia=nvidia))
    assert ("hides" in said) == hides


def test_describe_agrees_with_tensorflow():
    word = "GPU" if tf.config.list_physical_devices("GPU") else "CPU"
    assert re.match(f"TensorFlow computes on the (first of . )?{word}", device.describe())
    assert device.describe() == device.describe()


# ---- What the machine says ----

PROPRIETARY = """\
NVRM version: NVIDIA UNIX x86_64 Kernel Module  470.57.02  Tue Jul 13 16:14:05 UTC 2021
GCC version:  gcc version 9.3.0 (Ubuntu 9.3.0-17ubuntu1~20.04)
"""
OPEN = """\
NVRM version: NVIDIA UNIX Open Kernel Module for aarch64  580.95.05  Release Build  (U22-I3-B17)
GCC version:  Selected multilib: .;@m64
"""


@pytest.fixture
def smi(tmp_path, monkeypatch):
    """Put an `nvidia-smi` on the PATH that says what a test wants; none until it is called."""
    if os.name == "nt":
        pytest.skip("the program that plays nvidia-smi is a shell script; Windows never asks it")
    monkeypatch.setenv("PATH", str(tmp_path))

    def says(text, status=0):
        script = tmp_path / "nvidia-smi"
        echo = f'echo "$*" > "{tmp_path}/asked"'
        script.write_text(f"#!/bin/sh\n{echo}\nprintf '%s' '{text}'\nexit {status}\n")
        script.chmod(0o755)
        return tmp_path / "asked"

    return says


def test_a_machine_without_driver(smi):
    assert device.ask_nvidia("") is None


@pytest.mark.parametrize(("text", "version"), [(PROPRIETARY, "470.57.02"), (OPEN, "580.95.05")])
def test_a_driver_without_nvidia_smi(smi, text, version):
    assert device.ask_nvidia(text) == Nvidia(version)


def test_a_driver_that_does_not_say_its_version(smi):
    assert device.ask_nvidia("NVRM version: new style") == Nvidia("")


def test_the_cards_of_a_machine(smi):
    asked = smi("550.54.14, 9.0, NVIDIA H200\n550.54.14, [N/A], Tesla X, 16 GB\n")
    assert device.ask_nvidia("") == Nvidia(
        "550.54.14", (("NVIDIA H200", "9.0"), ("Tesla X, 16 GB", "[N/A]"))
    )
    assert asked.read_text().split() == [
        "--query-gpu=driver_version,compute_cap,name",
        "--format=csv,noheader",
    ]


def test_the_loaded_driver_counts_not_the_installed_one(smi):
    smi("550.54.14, 7.5, Tesla T4\n")
    assert device.ask_nvidia(PROPRIETARY).driver == "470.57.02"


@pytest.mark.parametrize(
    ("text", "status", "complaint"),
    [
        ("Version mismatch\nlibrary 550.54", 18, "Version mismatch"),
        ("No devices were found\n", 0, "No devices were found"),
        ("No devices were found.\n", 6, "No devices were found"),
        ("", 9, "nothing"),
    ],
)
def test_an_nvidia_smi_that_fails(smi, text, status, complaint):
    smi(text, status)
    assert device.ask_nvidia(OPEN) == Nvidia("580.95.05", complaint=complaint)


def test_an_nvidia_smi_that_hangs_or_cannot_start(smi, monkeypatch, tmp_path):
    smi("")
    monkeypatch.setattr(device, "_SMI_SECONDS", 0.2)
    (tmp_path / "nvidia-smi").write_text(f"#!{sys.executable}\nimport time\ntime.sleep(60)\n")
    assert device.ask_nvidia("") == Nvidia(complaint="TimeoutExpired")
    (tmp_path / "nvidia-smi").write_text("#!/no/such/shell\n")
    assert device.ask_nvidia("") == Nvidia(complaint="FileNotFoundError")


def test_the_whole_way_from_nvidia_smi_to_the_sentence(smi, monkeypatch):
    smi("516.94, 7.5, Tesla T4\n")
    monkeypatch.setattr(device, "_driver_text", lambda: "")
    monkeypatch.setattr(device.platform, "system", lambda: "Linux")
    monkeypatch.setattr(device.platform, "release", lambda: "5.15.90.1-microsoft-standard-WSL2")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    build = {"cuda_version": "12.5.1", "cuda_compute_capabilities": ["sm_60", "compute_90"]}
    monkeypatch.setattr(tf.sysconfig, "get_build_info", lambda: build)
    assert device.describe() == device.sentence(SENTENCES["WSL2, old driver"][0])
    build["cuda_compute_capabilities"] = ["sm_89", "sm_120"]
    smi("550.54.14, 7.5, Tesla T4\n")
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert "has compute capability 7.5, this TensorFlow needs 8.9 or higher" in device.describe()
    build.clear()
    assert "built without CUDA" in device.describe()


@pytest.mark.parametrize("system", ["Windows", "Darwin"])
def test_nvidia_smi_is_asked_on_linux_alone(smi, monkeypatch, system):
    asked = smi("550.54.14, 7.5, Tesla T4\n")
    monkeypatch.setattr(device.platform, "system", lambda: system)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [])
    assert f"on the CPU: {device._why_none(replace(PLAIN, system=system))}" in device.describe()
    assert not asked.exists()


def test_gpus_of_tensorflow_are_named_and_nvidia_smi_is_left_alone(smi, monkeypatch):
    asked = smi("550.54.14, 7.5, Tesla T4\n")
    _gpus(monkeypatch, {"device_name": "Tesla T4"}, {})
    assert "first of 2 GPUs (Tesla T4, /physical_device:GPU:1)" in device.describe()
    assert not asked.exists()


def test_the_packages_of_cuda(monkeypatch):
    wanted = ["numpy>=1", "nvidia-cudnn-cu12<10.0,>=9.3 ; extra == 'and-cuda'"]
    wanted.append('nvidia-nccl-cu12[x]<3.0; extra == "and-cuda"')
    there = {"nvidia-cudnn-cu12"}

    def version(name):
        if name not in there:
            raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(device.metadata, "requires", lambda name: wanted)
    monkeypatch.setattr(device.metadata, "version", version)
    assert not device._has_packages()
    there.add("nvidia-nccl-cu12")
    assert device._has_packages()


def test_tensorflow_still_lists_the_packages_of_cuda():
    """`_has_packages` would say yes for nothing if the extra had another name."""
    assert any("and-cuda" in package for package in metadata.requires("tensorflow"))


# ---- Memory ----


def test_memory_growth_is_set_for_every_gpu(monkeypatch):
    grown = []
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [f"{kind}:0", f"{kind}:1"])
    monkeypatch.setattr(
        tf.config.experimental, "set_memory_growth", lambda gpu, on: grown.append((gpu, on))
    )
    device.enable_memory_growth()
    assert grown == [("GPU:0", True), ("GPU:1", True)]


@pytest.mark.parametrize("error", [RuntimeError, ValueError])
def test_memory_growth_after_the_gpu_is_in_use_does_nothing(monkeypatch, error):
    asked = []

    def too_late(gpu, on):
        asked.append(gpu)
        raise error("Physical devices cannot be modified after being initialized")

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["GPU:0"])
    monkeypatch.setattr(tf.config.experimental, "set_memory_growth", too_late)
    device.enable_memory_growth()
    assert asked == ["GPU:0"]


# More bytes than a process can address, so no machine grants them.
HUGE = [10**9, 10**9]


def test_a_real_lack_of_memory_is_one_sentence():
    """In a graph, as in training; TensorFlow tries for ten seconds before it gives up."""

    @tf.function
    def draw():
        return tf.random.uniform(HUGE)

    with pytest.raises(tf.errors.ResourceExhaustedError) as caught, tf.device("CPU"):
        draw()
    said = device.out_of_memory(caught.value)
    assert "out of memory on the CPU for a tensor of shape (1000000000, 1000000000):" in said
    assert "smaller batch_size" in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("kind", "message", "says"),
    [
        (
            "ResourceExhaustedError",
            "OOM when allocating tensor with shape[32,4096] and type float on /job:localhost/"
            "replica:0/task:0/device:GPU:0 by allocator GPU_0_bfc",
            "on the GPU for a tensor of shape (32, 4096):",
        ),
        (
            "ResourceExhaustedError",
            "Out of memory while trying to allocate 4294967296 bytes.",
            "TensorFlow ran out of memory: take",
        ),
        ("InternalError", "CUDA_ERROR_OUT_OF_MEMORY: out of memory", "memory on the GPU: take"),
        (
            "InternalError",
            "Failed copying input tensor from /job:localhost/replica:0/task:0/device:CPU:0 to "
            "/job:localhost/replica:0/task:0/device:GPU:0 in order to run _EagerConst: Dst tensor "
            "is not initialized.",
            "memory on the GPU: take",
        ),
    ],
)
def test_the_words_of_a_gpu_without_memory(kind, message, says):
    assert says in device.out_of_memory(getattr(tf.errors, kind)(None, None, message))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("the pool is out of memory"),
        tf.errors.InvalidArgumentError(None, None, "shapes differ"),
        tf.errors.ResourceExhaustedError(None, None, "model.h5; No space left on device"),
    ],
)
def test_other_errors_are_no_lack_of_memory(error):
    assert device.out_of_memory(error) is None


# ---- Mixed precision ----


@pytest.fixture
def policy():
    before = keras.config.dtype_policy()
    yield lambda: keras.config.dtype_policy().name
    keras.config.set_dtype_policy(before)


def _gpus(monkeypatch, *details):
    """Make TensorFlow list one GPU for each of its details."""
    names = [f"/physical_device:GPU:{number}" for number in range(len(details))]
    gpus = [tf.config.PhysicalDevice(name, "GPU") for name in names]
    known = dict(zip(names, details, strict=True))
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: gpus)
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda gpu: known[gpu.name])


def test_mixed_precision_on_and_off(policy, monkeypatch):
    with monkeypatch.context() as patch:
        _gpus(patch, {"compute_capability": (7, 0)}, {"compute_capability": (8, 6)})
        assert device.use_mixed_precision().startswith("Mixed precision is on")
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4), keras.layers.Dense(1)])
    model.compile("adam", "mse")
    # Keras skips the first steps: it scales the loss up until float16 overflows, then less.
    history = model.fit(np.ones((8, 3)), np.zeros((8, 1)), epochs=40, verbose=0).history["loss"]
    assert model.layers[0].compute_dtype == "float16"
    assert model.layers[0].kernel.dtype == "float32"
    assert isinstance(model.optimizer, keras.optimizers.LossScaleOptimizer)
    assert history[-1] < history[0]
    assert device.use_mixed_precision(False) == (
        "Mixed precision is off: new layers compute in float32."
    )
    assert keras.layers.Dense(1).compute_dtype == "float32"


@pytest.mark.parametrize(
    ("details", "why"),
    [
        ([], "without a GPU float16 is slower"),
        ([{"compute_capability": (6, 1)}], "needs compute capability 7.0, not 6.1."),
        ([{"compute_capability": (8, 0)}, {"compute_capability": (6, 0)}], "7.0, not 6.0."),
        ([{}], "7.0, not 0.0."),
    ],
)
def test_mixed_precision_is_refused_with_a_reason(policy, monkeypatch, details, why):
    _gpus(monkeypatch, *details)
    before = policy()
    said = device.use_mixed_precision()
    assert said.startswith("Mixed precision was not switched on: ")
    assert why in said
    assert policy() == before


def test_mixed_precision_off_means_keras_own_precision(policy, monkeypatch):
    keras.config.set_floatx("float64")
    try:
        device.use_mixed_precision(False)
        assert policy() == "float64"
    finally:
        keras.config.set_floatx("float32")


# ---- Several GPUs ----


@pytest.mark.parametrize("count", [0, 1, 2])
def test_strategy_takes_all_gpus_if_there_are_several(monkeypatch, count):
    gpus = [tf.config.LogicalDevice(f"/device:GPU:{number}", "GPU") for number in range(count)]
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda kind: gpus)
    monkeypatch.setattr(tf.distribute, "MirroredStrategy", lambda devices: devices)
    names = ["/device:GPU:0", "/device:GPU:1"]
    assert device.strategy() == (names if count == 2 else tf.distribute.get_strategy())


TWO = """
import json, sys
import keras, numpy as np, tensorflow as tf
from utils import device

(cpu,) = tf.config.list_physical_devices("CPU")
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)

def fit(strategy, samples):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(samples, 4)), rng.integers(0, 3, samples)
    with strategy.scope():
        keras.utils.set_random_seed(1)
        model = keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(8, activation="relu"), keras.layers.Dense(3)]
        )
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.Adam(0.01), loss, metrics=["accuracy"])
    return model.fit(x, y, batch_size=8, epochs=5, shuffle=False, verbose=0).history

one, two = device.strategy(), device.strategy(["CPU:0", "CPU:1"])
samples = int(sys.argv[1])
print(json.dumps({
    "replicas": [one.num_replicas_in_sync, two.num_replicas_in_sync],
    "histories": [fit(one, samples), fit(two, samples)],
}))
"""


# What the docstring warns of: 61 = 7 x 8 + 5, and 5 samples are cut into 3 and 2.
@pytest.mark.parametrize("samples", [60, pytest.param(61, marks=pytest.mark.full)])
def test_two_devices_learn_the_same_as_one(samples):
    """In a process of its own: the number of devices is fixed once TensorFlow has begun."""
    run = subprocess.run(
        [sys.executable, "-c", TWO, str(samples)],
        capture_output=True,
        text=True,
        env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
    )
    assert run.returncode == 0, run.stderr[-2000:]
    came = json.loads(run.stdout)
    assert came["replicas"] == [1, 2]
    one, two = came["histories"]
    assert one["loss"][-1] < one["loss"][0]
    # The two halves of a batch are summed apart, so only float32's rounding differs.
    is_same = np.allclose(one["loss"], two["loss"], rtol=1e-5)
    assert is_same == (samples == 60)
    np.testing.assert_allclose(one["loss"], two["loss"], rtol=0.01)
    if is_same:
        assert one["accuracy"] == two["accuracy"]
