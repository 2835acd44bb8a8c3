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


def _child(code):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for one process")
@pytest.mark.parametrize("steps", [None, 100], ids=["its own pace", "within an epoch"])
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
