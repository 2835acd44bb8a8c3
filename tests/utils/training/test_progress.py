import itertools
import sys

import keras
import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbval.plugin import coalesce_streams

from utils.training import Progress, compiled_fit, progress
from utils.training.progress import OneLine


def _model():
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def _epochs(callback, losses):
    """Call a callback as a training does that has these losses."""
    callback.set_params({"epochs": len(losses)})
    callback.on_train_begin()
    for epoch, logs in enumerate(losses):
        callback.on_epoch_end(epoch, {"loss": logs} if isinstance(logs, float) else logs)
    callback.on_train_end()


def test_progress_prints_every_so_many_epochs_and_the_last(capsys):
    _epochs(Progress(every=5), [0.5] * 12)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split("loss")[0].strip() for line in lines] == ["epoch  5", "epoch 10", "epoch 12"]


def test_progress_prints_what_keras_reports_rounded(capsys):
    progress = Progress(decimals=3)
    progress.set_params({"epochs": 200})
    progress.on_train_begin()
    progress.on_epoch_end(98, {"loss": 0.01251, "val_loss": 1e-9})
    progress.on_epoch_end(99, {"loss": float("nan"), "val_loss": 0.0})
    progress.on_train_end()
    assert capsys.readouterr().out.splitlines() == [
        "epoch  99  loss 0.013  val_loss <0.001",
        "epoch 100  loss nan  val_loss 0.000",
    ]


def test_progress_prints_the_same_in_every_run_under_fit(capsys):
    x, y = np.ones((4, 2)), np.ones(4)
    outputs = []
    for _ in range(2):
        _model().fit(x, y, epochs=3, verbose=0, callbacks=[Progress()])
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]
    assert len(outputs[0].splitlines()) == 3


def test_progress_every_zero_epochs_is_refused():
    with pytest.raises(ValueError, match="every 1, 2, 3"):
        Progress(every=0)


def test_where_nobody_watches_one_line_is_printed_once(capsys):
    _epochs(OneLine(), [3.0, 2.0, 1.0])
    assert capsys.readouterr().out == "epoch 3 of 3  loss 1.0000\n"


def test_one_line_is_renewed_and_leaves_nothing_of_a_longer_state(capsys, monkeypatch):
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(OneLine, "SECONDS_BETWEEN", -1)
    _epochs(OneLine(), [{"loss": 100.0, "accuracy": 0.5}, 10.0, 1.0])
    out = capsys.readouterr().out
    states = [
        "epoch 1 of 3  loss 100.0000  accuracy 0.5000",
        "epoch 2 of 3  loss 10.0000",
        *["epoch 3 of 3  loss 1.0000"] * 2,
    ]
    wiped = (f"\r{' ' * len(before)}\r{state}" for before, state in itertools.pairwise(states))
    assert out == states[0] + "".join(wiped) + "\n"


def test_a_terminal_is_not_written_to_more_often_than_can_be_read(capsys, monkeypatch):
    now = [0.0]
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    line = OneLine()
    line.set_params({"epochs": 100})
    line.on_train_begin()
    for epoch in range(100):
        now[0] += OneLine.SECONDS_BETWEEN / 10
        line.on_epoch_end(epoch, {"loss": 1.0})
    line.on_train_end()
    assert 8 <= capsys.readouterr().out.count("epoch") <= 11


def test_verbose_0_is_silent_and_the_default_shows_one_line(capsys):
    x, y = np.ones((4, 2)), np.ones(4)
    model = _model()
    compiled_fit(model, x, y, epochs=3, verbose=0)
    assert capsys.readouterr().out == ""
    compiled_fit(model, x, y, epochs=3)
    assert capsys.readouterr().out.splitlines()[0].startswith("epoch 3 of 3  loss 0.")


NOTEBOOK_CELL = """
import time, sys
from utils.training.progress import OneLine
OneLine.SECONDS_BETWEEN = {seconds}
line = OneLine()
line.set_params({{"epochs": 30}})
line.on_train_begin()
for epoch in range(30):
    time.sleep(0.02)
    line.on_epoch_end(epoch, {{"loss": 10.0 ** (3 - epoch)}})
line.on_train_end()
"""


def test_what_a_notebook_stores_does_not_depend_on_time(monkeypatch):
    """Renewed 30 times or written once: the same line is stored."""
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    cells = [
        nbformat.v4.new_code_cell(NOTEBOOK_CELL.format(seconds=seconds)) for seconds in (0, 1000)
    ]
    notebook = nbformat.v4.new_notebook(cells=cells)
    # As the build of the labs does it.
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", coalesce_streams=True)
    client.execute()
    for cell in notebook.cells:
        stored = [output.text for output in cell.outputs if output.name == "stdout"]
        assert stored == ["epoch 30 of 30  loss <0.0001\n"]


def test_nbval_compares_what_is_left_of_the_line():
    """nbval puts the messages of a run together itself; the carriage returns go there."""
    states = ["epoch  9 of 10  loss 12.3456", "\r" + " " * 28 + "\repoch 10 of 10  loss 1.2345\n"]
    messages = [nbformat.v4.new_output("stream", name="stdout", text=text) for text in states]
    (left,) = coalesce_streams(messages)
    assert left.text == "epoch 10 of 10  loss 1.2345\n"
