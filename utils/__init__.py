"""What the notebooks of the course import. It is cheap: TensorFlow waits for `start`."""

import os

# Both are read when TensorFlow and Keras are first imported; a reader's own choice wins.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")


def start() -> None:
    """Prepare a notebook (quiet imports, figures, calm errors) and print which device is used.

    Raises:
        ImportError: TensorFlow or Keras cannot be imported; the message says what to do.
    """
    from utils import notebook

    notebook.start()
