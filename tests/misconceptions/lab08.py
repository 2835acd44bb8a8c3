"""Lab 08: answers in foreign styles, and wrong ones that no edit in the checks makes."""

from tests.misconceptions import Wrong, edited, rights
from utils.checks.lab08 import LINE

ANSWERS = [
    *rights(
        "8.0",
        {
            "one line": "def line(x, w, b):\n    return w * x + b\n",
            "a list": "def line(x, w, b):\n    return [one * w + b for one in x]\n",
            "TensorFlow": "def line(x, w, b):\n    return tf.constant(x) * w + b\n",
        },
    ),
    *edited("8.0", LINE.edits),
    Wrong("8.0", None, "x twice", "def line(x, w, b):\n    return w * x + x\n", "differ"),
]
