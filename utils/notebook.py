"""The first cell of every lab: quiet imports, the device, the figures, and calm errors.

An exercise that nobody has filled in yet fails every cell that needs it. Such a cell shows one
calm line instead of a traceback; every other error is shown as Python shows it.
"""

import logging
import os
import re
import sys
from types import TracebackType
from typing import Any

from utils import device, quiet

# A function stub raises NotImplementedError("Exercise 2.3: ..."); Keras may wrap its message.
_FUNCTION_STUB = re.compile(r"\bExercise (\d+\.\d+b?)\b")
# A value stub is `answer = ...`; Python and NumPy name its type in every complaint about it.
_VALUE_STUB = re.compile(r"\bellipsis\b")
_VALUE_STUB_ERRORS = (TypeError, AttributeError)


def start() -> None:
    """Prepare this Python for a lab, in a notebook or outside, and print the device's sentence.

    Raises:
        ImportError: TensorFlow or Keras cannot be imported; the message says what to do.
    """
    sentence = import_tensorflow()

    from utils import plots

    plots.use_style()
    _install_calm_errors()
    print(sentence)


def waits_for(ename: str, evalue: str) -> bool:
    """Whether an error (its type's name, its message) only says that an exercise is not done."""
    return _calm_line(ename, evalue) is not None


def _calm_line(ename: str, evalue: str) -> str | None:
    if ename == NotImplementedError.__name__ and (found := _FUNCTION_STUB.search(evalue)):
        return f"This cell waits for exercise {found[1]}."
    if ename in {error.__name__ for error in _VALUE_STUB_ERRORS} and _VALUE_STUB.search(evalue):
        return "This cell waits for an answer that is still `...` in a cell above."
    return None


def _install_calm_errors() -> None:
    from IPython import get_ipython

    if (shell := get_ipython()) is not None:
        shell.set_custom_exc((NotImplementedError, *_VALUE_STUB_ERRORS), _show_error)


def _show_error(
    shell: Any,
    etype: type[BaseException],
    error: BaseException,
    traceback: TracebackType,
    tb_offset: int | None = None,
) -> None:
    """Handle an error for IPython: stays an error, loses its traceback if it waits for a reader."""
    if (line := _calm_line(etype.__name__, str(error))) is not None:
        error._render_traceback_ = lambda: [line]  # type: ignore[attr-defined]
    shell.showtraceback((etype, error, traceback), tb_offset=tb_offset)


def import_tensorflow() -> str:
    """Import TensorFlow and Keras without their red box; return the device's sentence.

    Raises:
        ImportError: as `start`; what TensorFlow wrote on the way is shown then.
    """
    backend = os.environ.get("KERAS_BACKEND")
    if backend not in (None, "", "tensorflow"):
        raise _without_traceback(
            ImportError(
                f"The environment variable KERAS_BACKEND is {backend!r}, and the labs need Keras "
                "on TensorFlow: unset KERAS_BACKEND where it is set, and start Jupyter again."
            )
        )
    # TensorFlow's first lines come before its log level is read, so no variable stops them.
    try:
        with quiet.descriptor_2() as captured:
            import keras  # noqa: F401
            import tensorflow  # noqa: F401

            device.enable_memory_growth()
            sentence = device.describe()
    except Exception as error:
        sys.stderr.write(captured.text)
        raise _without_traceback(
            ImportError(
                f"TensorFlow or Keras cannot be imported ({type(error).__name__}: {error}). "
                "Run `python -m utils.doctor` in a terminal: it says what to do."
            )
        ) from error
    _quiet_loggers()
    return sentence


def _without_traceback(error: ImportError) -> ImportError:
    error._render_traceback_ = lambda: [str(error)]  # type: ignore[attr-defined]
    return error


def _quiet_loggers() -> None:
    from absl import logging as absl_logging

    quiet.log_of_tensorflow()
    absl_logging.set_verbosity(absl_logging.ERROR)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
