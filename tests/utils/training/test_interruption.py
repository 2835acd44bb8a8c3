"""Ctrl-C and the stop button: an end soon, whole epochs, and a history that says how many."""

import json
import os
import queue
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

ROOT = Path(__file__).resolve().parents[3]

START = """
import hashlib, json, sys, time
import keras
import numpy as np
from tests.utils.training.small import classes, classifier
from utils.training import compiled_fit, set_seed

x, y = classes(5_000)

def digest(model):
    every = [*model.variables, *model.optimizer.variables]
    return hashlib.sha256(b"".join(np.ascontiguousarray(v.numpy()).tobytes() for v in every)
                          ).hexdigest()

class Say(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 2:
            print("training", flush=True)

model = classifier(keras.layers.Dropout(0.1, seed=1))
how = {"seed": 3, "verbose": 0, "steps_per_program": STEPS, "callbacks": [Say()]}
try:
    compiled_fit(model, x, y, epochs=10**7, batch_size=4, **{**how, "verbose": 1})
except KeyboardInterrupt as error:
    ended = time.time()
    done = len(model.history.epoch)
    print(str(error), flush=True)
again = classifier(keras.layers.Dropout(0.1, seed=1))
undisturbed = compiled_fit(again, x, y, epochs=done, batch_size=4, **{**how, "callbacks": [
    keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: None)]})
print(json.dumps({
    "epochs": model.history.epoch, "losses": model.history.history["loss"], "ended": ended,
    "same": digest(model) == digest(again),
    "same history": model.history.history == undisturbed.history,
}))
# And it can go on.
print(compiled_fit(model, x, y, verbose=0).epoch)
"""

TWICE = """
import keras, sys, time
from tests.utils.training.small import classes, classifier
from utils.training import compiled_fit

class Long(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        print("training", flush=True)
        for second in range(600):
            time.sleep(0.1)
            if second == 5:
                print("still", flush=True)
        print("slept to the end", flush=True)

try:
    compiled_fit(classifier(), *classes(), verbose=0, callbacks=[Long()])
except KeyboardInterrupt as error:
    print(f"ended {error}", flush=True)
"""


PLACES = """
import json, os, signal, sys
import keras
import numpy as np
from tests.utils.training.small import classes, classifier
from utils.training import compiled_fit

EPOCHS, x, y = 4, *classes()

class Interrupts(keras.callbacks.Callback):
    def __init__(self, place, epoch):
        super().__init__()
        self.place, self.epoch, self.heard = place, epoch, []
    def interrupt(self, place, epoch):
        self.heard.append(place)
        if (place, epoch) == (self.place, self.epoch):
            os.kill(os.getpid(), signal.SIGINT)
    def on_train_begin(self, logs=None):
        self.interrupt("train begin", None)
    def on_epoch_begin(self, epoch, logs=None):
        self.interrupt("epoch begin", epoch)
    def on_epoch_end(self, epoch, logs=None):
        self.interrupt("epoch end", epoch)
        if self.place == "stopped" and epoch == 1:
            self.model.stop_training = True
            os.kill(os.getpid(), signal.SIGINT)
    def on_train_end(self, logs=None):
        self.interrupt("train end", None)
        self.heard.append("to its end")

def train(place, epoch):
    model = classifier(optimizer=keras.optimizers.SGD(0.2, use_ema=True, ema_momentum=0.6))
    callback = Interrupts(place, epoch)
    how = {"epochs": EPOCHS, "shuffle": False, "verbose": 0, "callbacks": [callback]}
    said = ""
    try:
        compiled_fit(model, x, y, **how)
    except KeyboardInterrupt as error:
        said = str(error)
    return {
        "said": said, "heard": callback.heard, "epochs": len(model.history.epoch),
        "weights": [weight.tolist() for weight in model.get_weights()],
        "default again": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    }

signal.signal(signal.SIGINT, signal.default_int_handler)
print(json.dumps([train(*case) for case in json.loads(sys.argv[1])]))
"""

NEVER = ("never", None)
# Where the interruption comes, how many epochs are then done, and whether that is the end.
AT = {
    ("epoch begin", 0): (1, False),
    ("epoch begin", 2): (3, False),
    ("epoch end", 1): (2, False),
    ("epoch begin", 3): (4, True),
    ("epoch end", 3): (4, True),
    ("stopped", None): (2, True),
    ("train end", None): (4, True),
}


@pytest.fixture(scope="module")
def interrupted():
    """What each interruption leaves behind, all in one child."""
    cases = [NEVER, *AT]
    done = subprocess.run(
        [sys.executable, "-c", PLACES, json.dumps(cases)],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return dict(zip(cases, json.loads(done.stdout.splitlines()[-1]), strict=True))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("place", AT, ids=str)
def test_an_interruption_at_every_place(interrupted, place):
    """After the last epoch the training is whole: averaged weights, callbacks told of the end.

    Before it is not, as in `fit`: BackupAndRestore keeps its copy, and the training can go on.
    """
    epochs, is_over = AT[place]
    came, undisturbed = interrupted[place], interrupted[NEVER]
    total = 4
    assert came["said"].startswith(f"Stopped after {epochs} of {total} epochs: ")
    assert came["epochs"] == epochs
    assert came["heard"].count("epoch end") == epochs
    assert (came["heard"][-1] == "to its end") == is_over
    assert came["default again"]
    if epochs == total:
        assert came["weights"] == undisturbed["weights"]
    assert undisturbed["said"] == "" and undisturbed["heard"][-1] == "to its end"


def _child(code):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize(
    "steps",
    [
        pytest.param(None, id="its own pace"),
        pytest.param(100, id="within an epoch", marks=pytest.mark.full),
    ],
)
def test_ctrl_c_leaves_the_weights_of_whole_epochs(steps, record_summary):
    """A training of 10 million epochs: without an end at the signal, the test would not end."""
    with _child(START.replace("STEPS", repr(steps))) as child:
        assert child.stdout.readline() == "training\n"
        time.sleep(0.3)
        sent = time.time()
        child.send_signal(signal.SIGINT)
        out, errors = child.communicate(timeout=300)
    assert child.returncode == 0, errors
    line, sentence, result, more = out.splitlines()
    result = json.loads(result)
    done = len(result["epochs"])
    assert sentence == (
        f"Stopped after {done} of 10000000 epochs: the weights are those of then, and "
        "model.history has the losses."
    )
    assert result["epochs"] == list(range(done))
    assert len(result["losses"]) == done >= 3
    assert line.startswith(f"epoch {done:>8} of 10000000  accuracy 0.")
    assert result["same"]
    assert result["same history"]
    assert more == "[0]"
    record_summary(f"Ctrl-C ended compiled_fit after {result['ended'] - sent:.1f} s")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
def test_a_second_ctrl_c_ends_at_once_also_a_callback():
    """The callback sleeps for a minute; the first Ctrl-C only asks, the second does not wait."""
    with _child(TWICE) as child:
        assert child.stdout.readline() == "training\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "still\n"
        child.send_signal(signal.SIGINT)
        assert child.stdout.readline() == "ended \n"
        child.communicate(timeout=60)


@pytest.mark.full
def test_the_stop_button_of_a_notebook():
    """A real kernel, interrupted as the button does it; the next cell finds the history."""
    manager, client = start_new_kernel(cwd=str(ROOT))
    try:
        setup, _, _ = START.partition("try:\n")
        client.execute_interactive(setup.replace("STEPS", "None"), timeout=300, output_hook=id)
        client.execute("compiled_fit(model, x, y, epochs=10**7, batch_size=4, **how)")
        _wait_for(client, lambda content: "training" in content.get("text", ""))
        manager.interrupt_kernel()
        error = _wait_for(client, lambda content: "ename" in content)
        assert error["ename"] == "KeyboardInterrupt"
        assert error["evalue"].startswith("Stopped after ")
        shown = []
        code = "print(len(model.history.epoch) == len(model.history.history['loss']) >= 3)"
        for _ in range(50):  # after an error a kernel refuses for a moment what is already sent
            reply = client.execute_interactive(
                code,
                timeout=60,
                output_hook=lambda message: shown.append(message["content"].get("text")),
            )
            if reply["content"]["status"] == "ok":
                break
            time.sleep(0.1)
        assert "True\n" in shown
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def _wait_for(client, is_it):
    for _ in range(1000):
        try:
            content = client.get_iopub_msg(timeout=60)["content"]
        except queue.Empty:
            break
        if is_it(content):
            return content
    raise AssertionError("the kernel did not say it")
