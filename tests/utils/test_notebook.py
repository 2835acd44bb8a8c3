import os
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import pytest

from utils import notebook

ROOT = Path(__file__).parents[2]
SENTENCE = "TensorFlow computes on the "


def test_a_part_that_became_an_exercise_is_named() -> None:
    says = notebook._calm_line("NotImplementedError", "Exercise 12.5b: return the model")
    assert says == "This cell waits for exercise 12.5b."


CELLS = {
    "start": "import utils\nutils.start()",
    "stubs": (
        "def xor_relu(X):\n"
        "    raise NotImplementedError('Exercise 2.3: return the outputs')\n"
        "answer = ..."
    ),
    "function stub": "xor_relu(1)",
    "stub inside TensorFlow": (
        "import tensorflow as tf\n@tf.function\ndef traced(x):\n    return xor_relu(x)\ntraced(1.0)"
    ),
    "value stub": "answer + 1",
    "value stub, formatted": "print(f'{answer:.2f}')",
    "value stub, attribute": "answer.predict([0])",
    "own error": "raise NotImplementedError('later')",
    "type error": "'a' + 1",
    "attribute error": "(1).predict",
    "other error": "1 / 0",
    "figure": (
        "from matplotlib import pyplot as plt\n"
        "from utils import plots\n"
        "fig, ax = plt.subplots()\n"
        "ax.plot([0, 1])\n"
        "plots.show(fig, alt='A line from 0 to 1.')"
    ),
    "warnings": (
        "import tensorflow as tf\n"
        "from absl import logging as absl_logging\n"
        "tf.get_logger().warning('too much talk')\n"
        "absl_logging.warning('too much talk')"
    ),
    "again": "utils.start()",
    "memory": (
        "from utils import device, notebook\n"
        "device.enable_memory_growth = lambda: print('memory grows')\n"
        "sentence = notebook.import_tensorflow()"
    ),
}


@pytest.fixture(scope="module")
def outputs():
    """What a real kernel answers to each of CELLS."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS.values()]
    lab = nbformat.v4.new_notebook(cells=cells)
    client = nbclient.NotebookClient(
        lab,
        kernel_name="python3",
        allow_errors=True,
        timeout=300,
        resources={"metadata": {"path": str(ROOT)}},
    )
    client.execute()
    return {name: cell.outputs for name, cell in zip(CELLS, lab.cells, strict=True)}


@pytest.mark.parametrize("cell", ["start", "again"])
def test_start_prints_the_device_and_nothing_else(outputs, cell):
    (output,) = outputs[cell]
    assert (output.output_type, output.name) == ("stream", "stdout")
    assert output.text.startswith(SENTENCE)
    assert output.text.count("\n") == 1


def test_warnings_of_tensorflow_are_not_shown(outputs):
    assert outputs["warnings"] == []


def test_start_lets_a_gpus_memory_grow(outputs):
    (output,) = outputs["memory"]
    assert output.text == "memory grows\n"


@pytest.mark.parametrize(
    ("cell", "ename", "line"),
    [
        ("function stub", "NotImplementedError", "This cell waits for exercise 2.3."),
        ("stub inside TensorFlow", "NotImplementedError", "This cell waits for exercise 2.3."),
        ("value stub", "TypeError", "an answer that is still `...`"),
        ("value stub, formatted", "TypeError", "an answer that is still `...`"),
        ("value stub, attribute", "AttributeError", "an answer that is still `...`"),
    ],
)
def test_a_cell_that_waits_shows_one_calm_line_and_stays_an_error(outputs, cell, ename, line):
    (output,) = outputs[cell]
    assert (output.output_type, output.ename) == ("error", ename)
    assert len(output.traceback) == 1
    assert line in output.traceback[0]
    assert notebook.waits_for(output.ename, output.evalue)


@pytest.mark.parametrize(
    ("cell", "ename"),
    [
        ("own error", "NotImplementedError"),
        ("type error", "TypeError"),
        ("attribute error", "AttributeError"),
        ("other error", "ZeroDivisionError"),
    ],
)
def test_every_other_error_keeps_its_traceback(outputs, cell, ename):
    (output,) = outputs[cell]
    assert output.ename == ename
    assert "Traceback" in "".join(output.traceback)
    assert not notebook.waits_for(output.ename, output.evalue)


def test_a_figure_is_shown_once_with_its_text(outputs):
    (output,) = outputs["figure"]
    assert output.data["text/plain"] == "[figure: A line from 0 to 1.]"
    assert output.data["text/html"].startswith('<img alt="A line from 0 to 1."')


@pytest.mark.parametrize(
    ("ename", "evalue", "waits"),
    [
        ("NotImplementedError", "Exercise 10.4: train the model", True),
        ("NotImplementedError", "Exercise: train the model", False),
        ("NotImplementedError", "", False),
        ("ValueError", "Exercise 2.3: return the outputs", False),
        ("TypeError", "'ellipsis' object is not callable", True),
        ("TypeError", "cannot unpack non-iterable ellipsis object", True),
        ("TypeError", "float() argument must be a real number, not 'ellipsis'", True),
        ("TypeError", "draw_ellipsis() takes no arguments", False),
        ("ValueError", "ellipsis", False),
    ],
)
def test_waits_for(ename, evalue, waits):
    assert notebook.waits_for(ename, evalue) is waits


def test_importing_utils_loads_no_large_package_and_keeps_a_readers_settings():
    code = (
        "import os, sys; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '0'; import utils;"
        "print(os.environ['TF_CPP_MIN_LOG_LEVEL'], os.environ['KERAS_BACKEND']);"
        "print({'tensorflow', 'keras', 'matplotlib', 'sklearn', 'numpy'} & set(sys.modules))"
    )
    done = _python(code, cwd=ROOT)
    assert done.stdout.splitlines() == ["0 tensorflow", "set()"]


def test_start_works_and_is_quiet_without_ipython():
    done = _python("import utils; utils.start()", cwd=ROOT)
    assert done.stdout.startswith(SENTENCE)
    assert done.stderr == ""


def test_the_log_of_the_compiler_is_not_shown_and_what_others_write_is():
    # The level changes after TensorFlow has read it, so that any release logs as 2.20 does.
    code = (
        "import os, keras, tensorflow as tf; from utils import notebook\n"
        "os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'; notebook.import_tensorflow()\n"
        "os.write(2, b'own line ')\n"
        "print(tf.function(lambda x: 2 * x, jit_compile=True)(tf.constant(1.5)).numpy())\n"
        "os.write(2, b'ends here')"
    )
    done = _python(code, cwd=ROOT, TF_CPP_MIN_LOG_LEVEL="0")
    assert done.stdout == "3.0\n"
    assert "own line" in done.stderr and done.stderr.endswith("ends here")
    assert "Compiled cluster" not in done.stderr


def test_a_broken_tensorflow_is_explained_and_what_it_wrote_is_shown(tmp_path):
    broken = tmp_path / "tensorflow.py"
    broken.write_text("import os\nos.write(2, b'libx.so is missing')\nraise ImportError('no libx')")
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(ROOT)!r}]; import utils\n"
        "try: utils.start()\n"
        "except ImportError as error: print(error._render_traceback_())"
    )
    done = _python(code, cwd=tmp_path)
    assert "libx.so is missing" in done.stderr
    assert "no libx" in done.stdout
    assert "python -m utils.doctor" in done.stdout


def test_a_keras_on_something_else_is_said_with_what_to_do():
    code = (
        "import os, sys; os.environ['KERAS_BACKEND'] = 'jax'; import utils\n"
        "try: utils.start()\n"
        "except ImportError as error: print(error._render_traceback_())\n"
        "print('keras' in sys.modules)"
    )
    sentence, imported = _python(code, cwd=ROOT).stdout.splitlines()
    assert "unset KERAS_BACKEND" in sentence
    assert imported == "False"


def _python(code: str, *, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command, env = [sys.executable, "-c", code], os.environ | environment
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300)
