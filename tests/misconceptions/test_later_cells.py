"""After an accepted answer no later cell stops: a list or one number in an array is right as well.

Each case is put behind the lab's own answer, and changes only as what the numbers come back.
"""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from typing import Any

import pytest

from course.grading.intake.submission import Step
from course.grading.run.left_out import left_out
from course.notebook import read_source
from tests.misconceptions import PREAMBLE, Right
from tests.misconceptions.lab09 import DEALERS
from tests.sample import sampled

ROOT = Path(__file__).resolve().parents[2]
LISTS = {
    "6.0": """
def back_through_sigmoid(d_a, a, own=back_through_sigmoid):
    return own(np.atleast_1d(d_a), a)
""",
    "6.1": "chain_slope = lambda x, own=chain_slope: [own(x)]",
    "6.2": "d_a3, d_w1 = [d_a3], list(d_w1)",
    "6.2b": "slopes = lambda x, w, t, own=slopes: [[one.item()] for one in own(x, w, t)]",
    "6.5": "count = lambda sizes, own=count: [[one] for one in own(sizes)]",
    "6.3": """
def backward(X, Y, *weights, own=backward):
    return [one.tolist() for one in own(X, Y, *weights)]
""",
    "6.4": """
def train(X, Y, weights, learning_rate, steps):
    if steps == 0:
        return [np.asarray(one).tolist() for one in weights]
    moved = [w - learning_rate * np.array(d) for w, d in zip(weights, backward(X, Y, *weights))]
    return train(X, Y, moved, learning_rate, steps - 1)
""",
}
TENSORS = {
    "6.1": "chain_slope = lambda x, own=chain_slope: tf.constant([own(x)])",
    "6.2": "d_w1, d_w3 = tf.constant([d_w1]), tf.constant(d_w3)",
    "6.2b": "slopes = lambda x, w, t, own=slopes: tf.constant(own(x, w, t))",
    "6.5": "count = lambda sizes, own=count: np.array(own(sizes), float)[:, None]",
    "6.4": """
def train(X, Y, weights, learning_rate, steps, own=train):
    return [tf.Variable(one) for one in own(X, Y, weights, learning_rate, steps)]
""",
}


HINGES_AS_COLUMNS = {
    "7.2": "collapse = lambda *layers, own=collapse: [one.tolist() for one in own(*layers)]",
    "7.4": "hinge_weights = lambda values, own=hinge_weights: own(values)[:, np.newaxis]",
    "7.5": """
def parity_network(n, own=parity_network):
    W1, b1, w2, b2 = own(n)
    return W1.tolist(), [b1.tolist()], w2[:, np.newaxis], [[b2]]
""",
}
HINGES_AS_ROWS = {
    "7.5": """
def parity_network(n, own=parity_network):
    W1, b1, w2, b2 = own(n)
    return W1, b1, [w2.tolist()], [b2]
"""
}
HINGES_AS_TENSORS = {
    "7.2": "collapse = lambda *layers, own=collapse: [*map(tf.constant, own(*layers))]",
    "7.4": "hinge_weights = lambda values, own=hinge_weights: tf.constant(own(values))",
    "7.5": """
def parity_network(n, own=parity_network):
    return [tf.constant(one, tf.float32) for one in own(n)]
""",
}


def _run(
    behind: dict[str, str], *, lab: str = "06", until: str = "", checks: bool = True
) -> tuple[dict[str, Any], str]:
    """The names that the solution's cells leave, up to the one that has these words; what it says.

    Up to there all exercises are right, and with `checks` each says so.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    exec("import numpy as np\nimport tensorflow as tf", names)
    (path,) = (ROOT / "solutions").glob(f"{lab}_*.py")
    printed = io.StringIO()
    for cell in (cell for cell in read_source(path).cells if cell.cell_type == "code"):
        exercise = cell.metadata.get("exercise")
        with contextlib.redirect_stdout(printed):
            if not cell.source.startswith("check("):
                added = behind.get(exercise, "") if exercise else ""
                exec(compile(f"{cell.source}\n{added}", "<cell>", "exec"), names)
            elif checks:
                result = eval(cell.source, names).result
                assert result.verdict == "right", f"{exercise}: {result}"
        if until and until in cell.source:
            break
    return names, printed.getvalue()


@pytest.mark.parametrize("behind", [LISTS, TENSORS], ids=["lists", "tensors"])
def test_no_cell_of_lab_06_stops_after_an_accepted_answer(behind: dict[str, str]) -> None:
    _, said = _run(behind)
    assert "yours -0.00128" in said and "w1 -0.00128" in said and "?" not in said
    assert "no promise" not in said and "False" not in said


@pytest.mark.parametrize(
    "behind",
    [HINGES_AS_COLUMNS, HINGES_AS_ROWS, HINGES_AS_TENSORS],
    ids=["columns", "rows", "tensors"],
)
def test_no_cell_of_lab_07_contradicts_an_accepted_answer(behind: dict[str, str]) -> None:
    _, said = _run(behind, lab="07", until="def network_of")
    assert "16 hinges: largest gap 0.000977" in said and "which is 1.03 / 3600" in said
    assert "a linear function of the inputs: True" in said
    assert said.count("positions: wrong at 0\n") == 5


WRONG_HINGES = {
    "7.2": ("biases added", "collapse = lambda W1, b1, W2, b2: (W1 @ W2, b1 + b2)"),
    "7.4": ("width forgotten", "hinge_weights = lambda values: np.diff(values)"),
    "7.5": (
        "at two switches",
        "parity_network = lambda n: ([[1, 1]] * 2, [-0.5, -1.5], [1, -1], -0.5)",
    ),
}
OTHERS_OF_7_4 = {
    "printed": "hinge_weights = print",
    "one too many": "hinge_weights = lambda values, own=hinge_weights: [*own(values), 0]",
    "one too few": "hinge_weights = lambda values, own=hinge_weights: own(values)[1:]",
    "off by one": "hinge_weights = lambda values, own=hinge_weights: "
    "own(values) * len(values) / (len(values) - 1)",
}


@pytest.mark.parametrize(
    ("exercise", "source"),
    [
        *[pytest.param(id, source, id=f"{id}-{of}") for id, (of, source) in WRONG_HINGES.items()],
        *[pytest.param("7.4", source, id=f"7.4-{of}") for of, source in OTHERS_OF_7_4.items()],
    ],
)
def test_a_later_cell_of_lab_07_says_what_is_not_right_yet(exercise: str, source: str) -> None:
    _, said = _run({exercise: source}, lab="07", until="def network_of", checks=False)
    assert f"Exercise {exercise} is open or not right yet." in said
    if exercise == "7.4":
        assert "hinges: largest gap" not in said and "which is" not in said
    assert "of the inputs: False" not in said


def test_the_cell_of_parity_counts_the_wrong_positions() -> None:
    off = "parity_network = lambda n: (np.ones((n, n)), [*(0.5 - np.arange(1, n)), -9.5 * n], "
    off += "(-1.0) ** np.arange(n), -0.5)"
    _, said = _run({"7.5": off}, lab="07", until="def network_of", checks=False)
    assert "12 units, 4096 positions: wrong at 1, so this is not right yet" in said


@pytest.mark.parametrize(
    "returned", ["[1.0, 2.0]", "3.0", "np.full(10, np.inf)", "np.ones(11)", "np.ones((10, 10))"]
)
def test_what_is_not_ten_slopes_promises_nothing(returned: str) -> None:
    behind = {"6.2b": f"slopes = lambda x, w, t: {returned}"}
    names, said = _run(behind, until="def draw_promise", checks=False)
    assert "There is no promise yet" in said
    assert not names["promised_error"](1, -2.0) < 0


# A later cell by words of its own, an exercise, and what is put behind its answer.
NOT_RIGHT = {
    "wrong 8.3": (
        "08",
        "is_right = are_lengths(",
        "8.3",
        "gradient_norms = lambda *layers: [1.0] * 8",
    ),
    "8.3 without return": ("08", "is_right = are_lengths(", "8.3", "gradient_norms = print"),
    "wrong 8.4": ("08", "failed_share(500", "8.4", "failed_share = lambda n, seed: 0.18"),
    "wrong 8.5": (
        "08",
        "is_right = is_norm(",
        "8.5",
        "batch_norm = lambda X, *rest: ((X - X.mean()) / X.std(), *rest[:2])",
    ),
    "9.0 without return": ("09", "if has_memory(", "9.0", "momentum = print"),
    "9.0, a mean": (
        "09",
        "if has_memory(",
        "9.0",
        "momentum = lambda slopes, rate, own=momentum: 0.1 * own(slopes, rate)",
    ),
    "9.2 without return": ("09", "weights, cut =", "9.2", "batches = lambda *given, **more: None"),
    "9.2, one row each": (
        "09",
        "weights, cut =",
        "9.2",
        """
def batches(x, y, batch_size, *, epochs, seed):
    for i in range(0, epochs * len(x), batch_size):
        yield x[[i % len(x)]], y[[i % len(x)]]
""",
    ),
    "9.2, labels of other rows": (
        "09",
        "weights, cut =",
        "9.2",
        """
def batches(x, y, batch_size, *, epochs, seed, own=batches):
    for rows, _ in own(x, y, batch_size, epochs=epochs, seed=seed):
        yield rows, y[: len(rows)]
""",
    ),
    "wrong 11.7": (
        "11",
        "tell = np.arange(2000)",
        "11.7",
        "honest_test = lambda X, y, train, test: 0.5",
    ),
    "11.7 without return": ("11", "tell = np.arange(2000)", "11.7", "honest_test = print"),
    "wrong 11.2": (
        "11",
        "w = np.zeros(20)",
        "11.2",
        "proximal_step = lambda w, slope, learning_rate, lam: w - learning_rate * slope",
    ),
    "11.2 without return": ("11", "w = np.zeros(20)", "11.2", "proximal_step = print"),
}


def _said_by(lab: str, words: str, exercise: str = "", behind: str = "") -> str:
    """What the cell with these words prints; of the lab only runs what it needs."""
    (path,) = (ROOT / "solutions").glob(f"{lab}_*.py")
    cells = [cell for cell in read_source(path).cells if cell.cell_type == "code"]
    sources = [cell.source for cell in cells if "check(" not in cell.source]
    last = next(k for k, source in enumerate(sources) if words in source)
    answer = next(
        (c.source for c in cells if exercise and c.metadata.get("exercise") == exercise), ""
    )
    sources = [one + behind if one == answer else one for one in sources[: last + 1]]
    steps = [Step(k, source=source) for k, source in enumerate(sources)]
    steps.append(Step(last, exercise="a check behind it"))
    given = {one.strip() for one in sources[:last]}
    out = left_out(steps, given, {"a check behind it": ()}).places
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(PREAMBLE, names)
    printed = io.StringIO()
    for k, source in enumerate(sources):
        with contextlib.redirect_stdout(printed if k == last else io.StringIO()):
            if k not in out:
                exec(compile(source, "<cell>", "exec"), names)
    return printed.getvalue()


@pytest.mark.parametrize("name", sampled(NOT_RIGHT, always=["wrong 8.4", "9.0, a mean"]))
def test_a_later_cell_says_of_a_wrong_answer_that_it_is_not_right_yet(name: str) -> None:
    lab, words, exercise, behind = NOT_RIGHT[name]
    said = _said_by(lab, words, exercise, f"\n{behind}\n")
    assert f"Exercise {exercise} is still open or not right yet" in said


# In the normal tier the solutions' stored outputs are compared, these cells among them.
@pytest.mark.full
@pytest.mark.parametrize(
    ("lab", "words"), sorted({(lab, words) for lab, words, *_ in NOT_RIGHT.values()})
)
def test_and_of_a_right_one_it_does_not(lab: str, words: str) -> None:
    said = _said_by(lab, words)
    assert said and "not right yet" not in said


@pytest.mark.parametrize(
    "answer", [one for one in DEALERS if isinstance(one, Right)], ids=lambda one: one.name
)
def test_gradient_descent_of_lab_09_walks_with_every_right_answer(answer: Right) -> None:
    (path,) = (ROOT / "solutions").glob("09_*.py")
    cells = [cell.source for cell in read_source(path).cells if cell.cell_type == "code"]
    names: dict[str, Any] = {"__name__": "__main__"}
    exec(f"{PREAMBLE}\nimport matplotlib.pyplot as plt\nfrom utils import plots", names)
    printed = io.StringIO()
    begun = ("from sklearn.datasets import", answer.source, "def probabilities", "for size in (32,")
    with contextlib.redirect_stdout(printed):
        for begins in begun:
            found = [one for one in (*cells, answer.source) if one.startswith(begins)]
            exec(compile(found[0], "<cell>", "exec"), names)
    assert "steps: 90 " in printed.getvalue() and "steps: 6 " in printed.getvalue()
    loss = re.findall(r"all rows (\S+),", printed.getvalue())
    assert float(loss[0]) < 0.6 and float(loss[1]) < 2
