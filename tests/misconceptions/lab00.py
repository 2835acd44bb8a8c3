"""Lab 00, the warm-up: answers in foreign styles, and wrong ones that no edit makes."""

from tests.misconceptions import Right, Wrong, edited
from utils.checks.lab00 import AFFINE

ANSWERS = [
    Right("0.1", "one line", "def affine(X, W, b):\n    return X @ W + b\n"),
    Right("0.1", "a lambda with other names", "affine = lambda x, w, c: np.dot(x, w) + c\n"),
    Right("0.1", "einsum", "def affine(X, W, b):\n    return np.einsum('nd,dh->nh', X, W) + b\n"),
    Right(
        "0.1",
        "lists and loops",
        """
def affine(X, W, b):
    rows = []
    for x in X:
        rows.append([sum(x[i] * W[i][j] for i in range(len(x))) + b[j] for j in range(len(b))])
    return rows
""",
    ),
    Right(
        "0.1",
        "TensorFlow, float32",
        """
def affine(X, W, b):
    X, W, b = (tf.constant(a, tf.float32) for a in (X, W, b))
    return tf.linalg.matmul(X, W) + b
""",
    ),
    Right(
        "0.1",
        "a Keras layer",
        """
def affine(X, W, b):
    layer = keras.layers.Dense(len(b))
    layer.build(X.shape)
    layer.set_weights([W, b])
    return layer(X)
""",
    ),
    Right(
        "0.1", "transposed twice", "def affine(X, W, b):\n    return (W.T @ X.T).T + b[None, :]\n"
    ),
    Right(
        "0.1",
        "an object that can be called",
        """
class Affine:
    def __call__(self, X, W, b):
        print("shapes", X.shape, W.shape, b.shape)
        return np.hstack([X, np.ones((len(X), 1))]) @ np.vstack([W, b])

affine = Affine()
""",
    ),
    Right(
        "0.1",
        "changes its argument",
        """
def affine(X, W, b):
    X *= 1.5
    return X @ W / 1.5 + b
""",
        note="changes what it is given",
    ),
    *edited("0.1", AFFINE.edits),
    Wrong(
        "0.1",
        None,
        "prints instead of returning",
        "def affine(X, W, b):\n    print(X @ W + b)\n",
        says="return",
    ),
    Wrong(
        "0.1",
        "rounded",
        "whole numbers",
        "def affine(X, W, b):\n    return (X @ W + b).astype(int)\n",
    ),
    Wrong(
        "0.1",
        "fixed size",
        "loops over three",
        """
def affine(X, W, b):
    Y = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            Y[i, j] = sum(X[i, k] * W[k, j] for k in range(3)) + b[j]
    return Y
""",
    ),
    Wrong(
        "0.1",
        "arguments not used",
        "the notebook's arrays",
        """
X_notebook, W_notebook, b_notebook = np.ones((4, 3)), np.ones((3, 2)), np.array([0.5, -1.0])

def affine(X, W, b):
    return X_notebook @ W_notebook + b_notebook
""",
    ),
    Wrong(
        "0.1",
        "remembered",
        "the first call's numbers kept",
        """
calls = []

def affine(X, W, b):
    calls.append(1)
    return X @ W + b if len(calls) < 7 else np.zeros((len(X), len(b)))
""",
    ),
    Wrong(
        "0.1",
        None,
        "one sample only",
        "def affine(X, W, b):\n    return X[0] @ W + b\n",
        says="wrong shape",
    ),
    Wrong(
        "0.1",
        None,
        "text",
        "def affine(X, W, b):\n    return 'X @ W + b'\n",
        says="should be numbers",
    ),
    Wrong(
        "0.1",
        None,
        "not a number",
        "def affine(X, W, b):\n    return np.full((len(X), len(b)), np.nan)\n",
        says="nan",
    ),
    Wrong(
        "0.1",
        None,
        "numbers instead of a function",
        "affine = np.ones((3, 3))\n",
        says="a function",
    ),
    Wrong(
        "0.1",
        None,
        "untouched",
        'def affine(X, W, b):\n    raise NotImplementedError("Exercise 0.1: write affine.")\n',
        says="NotImplementedError",
        verdict="not attempted",
    ),
    Wrong(
        "0.1",
        None,
        "a name that does not exist",
        "def affine(X, W, b):\n    return X @ kernel + b\n",
        says="NameError",
        verdict="crashed",
    ),
]
