"""Lab 11: answers in foreign styles, and wrong ones that no edit in the checks makes."""

from tests.misconceptions import Wrong, edited, rights
from utils.checks.lab11 import LINE

ANSWERS = [
    *rights(
        "11.0",
        {
            "one line": "def line(x, w, b):\n    return w * x + b\n",
            "a list": "def line(x, w, b):\n    return [one * w + b for one in x]\n",
            "TensorFlow": "def line(x, w, b):\n    return tf.constant(x) * w + b\n",
        },
    ),
    *edited("11.0", LINE.edits),
    Wrong("11.0", None, "x twice", "def line(x, w, b):\n    return w * x + x\n", "differ"),
]
