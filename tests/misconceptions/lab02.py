"""Lab 02, XOR: answers that must pass and answers that must fail by name."""

from tests.misconceptions import Right, Wrong

ANSWERS = [
    Right(
        "2.3",
        "lists and a loop",
        """
def xor_relu(X):
    return [max(0.0, a + b) - 2 * max(0.0, a + b - 1) for a, b in X]
""",
    ),
    Wrong(
        "2.3",
        "w = (1, -1)",
        "second unit subtracted once",
        """
def xor_relu(X):
    return np.maximum(0, X @ np.ones((2, 2)) + [0, -1]) @ [1, -1]
""",
    ),
]
