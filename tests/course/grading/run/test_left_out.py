"""What is left out of a submission makes no difference: each case runs with it and without."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent, indent
from typing import Any

import numpy as np
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from course.build import LabFiles, find_labs
from course.grading.intake.submission import Step
from course.grading.run.lab import Lab
from course.grading.run.left_out import LeftOut, left_out, may_explain
from course.grading.run.sharing import CALLS, TooDeep
from course.grading.run.tame import FORBIDDEN
from tests.submissions import ROOT


@pytest.fixture(autouse=True)
def _numpy_prints_as_before() -> Iterator[None]:
    """Some of the notebooks below change how NumPy prints, and they run in this process."""
    with np.printoptions():
        yield


@dataclass(frozen=True)
class Case:
    """Cells in order; those that begin with `# own` are the student's. The last check asks `asks`.

    `out` has the numbers of the cells that are left out. `behind` is the number of the cell behind
    which the check stands, counted from the end.
    """

    cells: str
    out: set[int]
    asks: str = "answer"
    behind: int = -1

    @property
    def sources(self) -> list[str]:
        return [dedent(part).strip() for part in self.cells.split("----")]

    @property
    def given(self) -> set[str]:
        return {one for one in self.sources if not one.startswith("# own")}

    def left_out(self) -> LeftOut:
        steps = [Step(k, source=source) for k, source in enumerate(self.sources)]
        place = len(self.sources) + self.behind
        steps.insert(place + 1, Step(place, exercise="1.1"))
        return left_out(steps, self.given, {"1.1": [self.asks]})

    def run(self, out: frozenset[int]) -> Any:
        """What the check gets: the value, or what the function returns."""
        names: dict[str, Any] = {"np": np}
        np.random.seed(0)
        for k, source in enumerate(self.sources[: self.behind + 1 or None]):
            if k not in out:
                try:
                    exec(source, names)
                except Exception as error:
                    names["errors"] = [*names.get("errors", []), type(error).__name__]
        answer = names.get(self.asks)
        return repr(answer() if callable(answer) else answer)


KERAS = """\
import keras
keras.utils.set_random_seed(0)
----
def build():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
def first(model):
    return float(model.get_weights()[0][0, 0])
----
"""
IMPORTS = "import numpy as np\n----\n"
CASES = {
    "what nobody needs": Case("x = 1\n----\ny = 2\n----\n# own\nanswer = x", {1}),
    "a network that is built by a function under another name": Case(
        KERAS + "other = build()\n----\n# own\nmake = build\nanswer = first(make())",
        set(),
    ),
    "a network that a function builds that is handed over": Case(
        KERAS + "other = build()\n----\n"
        "# own\ndef made(by):\n    return by()\nanswer = first(made(build))",
        set(),
    ),
    "many trained networks": Case(
        KERAS + "from utils.training import train_many\n"
        "many = train_many(build, [[1.0]], [[1.0]], n=1, epochs=1)\n----\n"
        "# own\nanswer = first(build())",
        set(),
    ),
    "what is overwritten": Case("x = 1\n----\nx = 2\n----\n# own\nanswer = x", {0}),
    "a layer that a network of ours holds": Case(
        KERAS + "hidden = keras.layers.Dense(1)\ninputs = keras.Input((1,))\n"
        "outputs = hidden(inputs)\n----\nmodel = keras.Model(inputs, outputs)\n"
        "model.set_weights([[[5.0]], [0.0]])\n----\n# own\nanswer = hidden.get_weights()",
        {1},
    ),
    "an optimizer that a network of ours has": Case(
        KERAS + "optimizer = keras.optimizers.Adam(0.1)\n----\n"
        "model = build()\nmodel.compile(optimizer, 'mse')\n"
        "model.fit(keras.ops.ones((1, 1)), keras.ops.ones((1, 1)), verbose=0)\n----\n"
        "# own\nanswer = int(optimizer.iterations)",
        set(),
    ),
    "what listens to a training of ours": Case(
        KERAS + "seen = keras.callbacks.History()\n----\nmodel = build()\n"
        "one = keras.ops.ones((1, 1))\nmodel.fit(one, one, verbose=0, callbacks=[seen])\n----\n"
        "# own\nanswer = len(seen.epoch)",
        set(),
    ),
    "a list that was put into a new one": Case(
        "x = [1]\n----\nz = []\nz.append(x)\nz[0].append(5)\n----\n# own\nanswer = x", set()
    ),
    "a view that NumPy turned": Case(
        IMPORTS + "x = np.arange(3)\n----\nturned = np.flip(x)\nturned[0] = 7\n----\n"
        "# own\nanswer = x[2]",
        set(),
    ),
    "a student's function that counts in our arrays": Case(
        IMPORTS
        + """
        y = np.array([0, 1, 1])
        ----
        # own
        def counts(labels):
            found = np.zeros(2, int)
            for one in labels:
                found[one] += 1
            return found
        ----
        table = counts(y)
        ----
        # own
        answer = counts(np.array([0]))
        """,
        {1, 3},
    ),
    "a student's function that calls one that is none of theirs": Case(
        """
        y = [1, 2]
        ----
        def double(rows):
            return [2 * one for one in rows]
        ----
        # own
        def mine(rows):
            return double(rows)
        ----
        print(mine(y))
        ----
        # own
        answer = y
        """,
        set(),
    ),
    "names of a function's own": Case(
        "x = 1\n----\ny = 2\n----\n# own\ndef answer(x=3):\n    y = x\n    return y", {0, 1}
    ),
    "a default that comes back": Case(
        IMPORTS + "x = np.ones(2)\n----\n# own\ndef f(v, seen=x):\n    return seen\n----\n"
        "w = f(1)\nw += 1\n----\n# own\nanswer = x.sum()",
        set(),
    ),
    "a function with a number of its own name": Case(
        IMPORTS + "x = [np.ones(2)]\n----\n# own\ndef step(rows):\n    step = 0.5\n"
        "    for one in rows + []:\n        one -= step\n----\nstep(x)\n----\n"
        "# own\nanswer = x[0].sum()",
        set(),
    ),
    "a local name of a student's that is one of ours": Case(
        "x = [[1]]\n----\n# own\ndef g(rows):\n    for one in rows + []:\n        one += [2]\n"
        "def f(rows):\n    note = None\n    return note\n----\ndef note(rows):\n    g(rows)\n----\n"
        "note(x)\n----\n# own\nanswer = x",
        set(),
    ),
    "a number that ours makes a function": Case(
        "x = [1]\n----\ndef grow(rows):\n    rows.append(2)\n----\n# own\nhelper = 0\n----\n"
        "# own\ndef f(rows):\n    return helper(rows)\n----\nhelper = grow\n----\nf(x)\n----\n"
        "# own\nanswer = x",
        set(),
    ),
    "a function that is called as a comprehension": Case(
        "x = 1\n----\n# own\ndef listcomp():\n    return x\n----\nx = 2\n----\n"
        "# own\nanswer = listcomp()",
        set(),
    ),
    "a function that is called as a comprehension, later": Case(
        "x = 1\n----\n# own\ndef listcomp():\n    return x\n----\nx = 2", set(), asks="listcomp"
    ),
    "a loop without a turn": Case(
        "k = 1\n----\n# own\na = k\n----\nk = 2\n----\n# own\nfor k in []:\n    pass\nanswer = k",
        set(),
    ),
    "what comes too late": Case("x = 1\n----\n# own\nanswer = x\n----\nx = 2", {2}),
    "what comes after the check and calls the answer": Case(
        "x = [1]\n----\n# own\ndef answer():\n    return 2\n----\nx.append(answer())",
        {0, 2},
        behind=-2,
    ),
    "a student's number in one of our sums": Case(
        """
        rows = [1, 2]
        ----
        # own
        threshold = 0.9
        ----
        bill = threshold * sum(rows)
        ----
        # own
        answer = len("abc")
        """,
        {0, 2},
    ),
    "a student's list of numbers in one of our loops": Case(
        """
        rows = [1, 2, 3]
        ----
        # own
        mine = [..., -1, "a"]
        ----
        hits = [one == other for one, other in zip(mine, rows)]
        ----
        # own
        answer = len("abc")
        """,
        {0, 2},
    ),
    "a student's list of numbers that one of ours changes": Case(
        """
        # own
        mine = [1, 2]
        ----
        mine.append(3)
        ----
        # own
        answer = mine
        """,
        set(),
    ),
    "a student's list of numbers that one of ours hands on": Case(
        """
        # own
        mine = [1, 2]
        ----
        ours = mine
        ----
        ours.append(3)
        ----
        # own
        answer = mine
        """,
        set(),
    ),
    "a student's list of numbers that gets a list of ours": Case(
        """
        rows = [1]
        ----
        # own
        mine = [1]
        ----
        # own
        also = mine
        also.append(rows)
        ----
        for one in mine[1:]:
            one.append(2)
        ----
        # own
        answer = rows
        """,
        set(),
    ),
    "a student's number under the name of a list": Case(
        """
        rows = [1, 2]
        ----
        # own
        mine = 0.9
        mine = rows
        ----
        mine.append(3)
        ----
        # own
        answer = rows
        """,
        set(),
    ),
    "what a student asks for after the check": Case(
        "# own\ndef answer():\n    return 1\n----\nx = [1]\n----\nx.append(2)\n----\ny = 3\n----\n"
        "# own\nx[0]",
        {3},
        behind=-5,
    ),
    "what a function reads later": Case(
        "x = 1\n----\n# own\ndef answer():\n    return x\n----\nx = 2\n----\ny = 3", {3}
    ),
    "what a cell reads and binds": Case("x = 1\n----\nx = x + 1\n----\n# own\nanswer = x", set()),
    "perhaps": Case("x = 1\n----\nif len('a') > 1:\n    x = 2\n----\n# own\nanswer = x", set()),
    "a loop's own name": Case(
        "k = 1\n----\nfor k in range(3):\n    print(k)\n----\n# own\nanswer = 5", {0, 1}
    ),
    "empty lines before the first": Case("x = 1\n----\n# own\n\nanswer = x\n----\ny = 2", {2}),
    "a chain": Case("a = 1\n----\nb = a\n----\nc = b\n----\n# own\nanswer = c\n----\nd = c", {4}),
    "a list that grows": Case("x = []\n----\nx.append(1)\n----\n# own\nanswer = x", set()),
    "a list by another name": Case(
        "x = [3, 1]\n----\ny = x\n----\ny.sort()\n----\n# own\nanswer = x", set()
    ),
    "a list in a list": Case(
        "x = [3, 1]\n----\nboth = [x, x]\n----\nboth[0].sort()\n----\n# own\nanswer = x", set()
    ),
    "in a loop": Case(
        "x, y = [2, 1], [4, 3]\n----\nfor one in (x, y):\n    one.sort()\n----\n# own\nanswer = x",
        set(),
    ),
    "a view of an array": Case(
        IMPORTS + "x = np.ones(3)\n----\nx[1:].reshape(2, 1)[0] = 5\n----\n# own\nanswer = x.sum()",
        set(),
    ),
    "an array in place": Case(
        IMPORTS + "x = np.ones(3)\n----\ny = x.T\n----\ny += 1\n----\n# own\nanswer = x.sum()",
        set(),
    ),
    "a copy in place": Case(
        IMPORTS + "x = np.ones(3)\n----\ny = x.copy()\n----\ny += 1\n----\n# own\nanswer = x.sum()",
        set(),
    ),
    "out=": Case(
        IMPORTS + "x = np.ones(3)\n----\nnp.negative(x, out=x)\n----\n# own\nanswer = x.sum()",
        set(),
    ),
    "out by its place": Case(
        IMPORTS + "x = np.ones(3)\n----\nnp.add(x, 1, x)\n----\n# own\nanswer = x.sum()",
        set(),
    ),
    "a plain ufunc": Case(
        IMPORTS + "x = np.ones(3)\n----\nnp.add(x, 1)\n----\n# own\nanswer = x.sum()", {2}
    ),
    "a given function in place": Case(
        """
        def scale(rows):
            rows *= 2
        ----
        import numpy as np
        x = np.ones(2)
        ----
        scale(x)
        ----
        # own
        answer = x.sum()
        """,
        set(),
    ),
    "a student's function that changes nothing": Case(
        """
        import numpy as np
        x = np.ones(2)
        ----
        # own
        def scale(rows):
            rows = rows * 2
            rows[0] = 0
            return rows
        ----
        print(scale(x))
        ----
        # own
        answer = x.sum()
        """,
        set(),
    ),
    "a function called as one of Python's": Case(
        """
        # own
        def append(rows, row):
            return rows + [row]
        ----
        x = []
        ----
        x.append(1)
        ----
        # own
        answer = x
        """,
        set(),
    ),
    "a generator that is drawn from": Case(
        IMPORTS
        + "rng = np.random.default_rng(0)\n----\nrng.normal()\n----\n# own\nanswer = rng.normal()",
        set(),
    ),
    "shuffled rows": Case(
        IMPORTS
        + "x = np.arange(9)\n----\nnp.random.default_rng(0).shuffle(x)\n----\n# own\nanswer = x[0]",
        set(),
    ),
    "what breaks off": Case(
        """
        # own
        def half(x):
            raise NotImplementedError
        ----
        x = 1
        ----
        half(2)
        x = 2
        ----
        # own
        answer = x
        """,
        set(),
    ),
    "what is caught": Case(
        """
        # own
        def half(x):
            raise NotImplementedError
        ----
        x = 1
        try:
            x = half(4)
        except NotImplementedError:
            pass
        ----
        y = 2
        ----
        # own
        answer = x
        """,
        {2},
    ),
    "a builtin that is hidden": Case("sum = len\n----\n# own\nanswer = sum([5, 6])", set()),
    "a setting of NumPy's": Case(
        IMPORTS + "np.set_printoptions(precision=2)\n----\n# own\nanswer = str(np.array([1 / 3]))",
        set(),
    ),
    "a setting for a while": Case(
        IMPORTS + "with np.errstate(all='ignore'):\n    np.log(0)\n----\n# own\nanswer = 1", {0, 1}
    ),
    "a cell that cannot be read": Case(
        "x = 1\n----\n# own\nx = = 2\n----\n# own\nanswer = x", set()
    ),
    "parts of a pair": Case("a, b = [1], [2]\n----\nb.append(3)\n----\n# own\nanswer = a", set()),
    "what a comprehension goes through, by the same name": Case(
        "x = [1]\n----\n# own\ny = x\n----\nx = x + [3]\n----\n# own\nanswer = [x for x in x]",
        set(),
    ),
    "a name that is imported later": Case(
        "layers = [4, 3]\n----\nlayers.append(2)\n----\n# own\nanswer = sum(layers)\n----\n# own\n"
        "def build():\n    from keras import layers\n    return layers",
        set(),
    ),
    "a function that is called like a part of Python's": Case(
        "x = 1\n----\n# own\ndef decomp():\n    return x\n----\nx = 2\n----\n"
        "# own\nanswer = decomp()",
        set(),
    ),
    "a shallow copy": Case(
        IMPORTS + "p = {'W': np.ones(2)}\n----\n# own\nbest = p.copy()\n----\np['W'] -= 1\n----\n"
        "# own\nanswer = best['W'].sum()",
        set(),
    ),
    "rows that are added": Case(
        "x = [1]\n----\n# own\nrows = []\nrows += [x]\n----\nx.append(2)\n----\n"
        "# own\nanswer = rows",
        set(),
    ),
    "a default by its name": Case(
        "x = [1]\n----\n# own\ndef answer(seen=x):\n    return sum(seen)\n----\nx.append(2)\n----\n"
        "print(3)",
        {3},
    ),
    "a list that a function makes": Case(
        "x = 1\n----\n# own\ndef powers(n):\n    found = [n]\n    found.append(n * n)\n"
        "    return found\n"
        "----\nprint(powers(2))\n----\n# own\nanswer = powers(x)",
        {2},
    ),
    "a function that came as a value": Case(
        "def slope(g, z):\n    return g(z + 1) - g(z)\n----\n"
        "# own\ndef square(z):\n    return z * z\n"
        "----\nprint(slope(square, 2))\n----\n# own\nanswer = square(3)",
        {0, 2},
    ),
    "a given cell that IPython reads in its own way": Case(
        "%pwd\n----\nx = 1\n----\n# own\nanswer = x", set()
    ),
    "names of a comprehension": Case(
        "x = 1\n----\nsquares = [x * x for x in range(3)]\n----\n# own\nanswer = x", {1}
    ),
}
ALL_RUN = {
    "a split under another name": "from sklearn.model_selection import train_test_split\n"
    "divide = train_test_split\na, b = divide([1, 2, 3])",
    "exec": "exec('x = 5')",
    "eval": "answer = eval('x')",
    "globals": "globals()['answer'] = 1",
    "setattr": "import math\nsetattr(math, 'pi', 3)",
    "all of a module": "from math import *",
    "a magic": "%timeit 1",
    "a command": "!ls",
    "the last result": "answer = _",
    "the history": "answer = Out[1]",
    "global": "def f():\n    global x\n    x = 5\nf()",
    "del": "del x",
    "dir": "answer = 'x' in dir()",
    "a patched library": "import numpy as np\nnp.mean = len",
    "sys": "import sys\nsys.modules.clear",
    "its dictionary": "import math\nanswer = math.__dict__",
    "import by name": "answer = __import__('math').pi",
    "frames": "import inspect\nanswer = inspect.stack()",
    "await": "await something()",
    "a class": "class Box:\n    def __add__(self, other):\n        return 1",
    "a decorator": "@twice\ndef f():\n    return 1",
    "a function that changes what it is given": "def f(x):\n    x[0] = 1\n    return x",
    "the same by another method": "def f(x):\n    x.sort()\n    return x",
    "the same by +=": "def f(w):\n    w += 1\n    return w",
    "the same by another name": "def f(x):\n    y = x.T\n    y[0] = 1\n    return y",
    "the same in a dictionary's copy": "def f(p):\n    q = p.copy()\n    q['W'] -= 1\n    return q",
    "the same by out=": "def f(x):\n    return np.exp(x, out=x)",
    "the same by its place": "import numpy as np\ndef f(x):\n    return np.clip(x, 0, 1, x)",
    "the same by the place of a method's": "def f(x, y):\n    return x.max(0, y)",
    "the same by the place of argmax": "import numpy as np\ndef f(x, y):\n"
    "    return np.argmax(x, 0, y)",
    "the same by the place of fix": "import numpy as np\ndef f(x):\n    return np.fix(x, x)",
    "the same by a name that is imported": "from numpy import negative as flip\ndef f(x):\n"
    "    return flip(x, x)",
    "the same by the place of a method of a call's": "import numpy as np\ndef f(x):\n"
    "    return np.abs(x).clip(0, 1, x)",
    "an error under the name of a function": "def f(x):\n    return x\nValueError = f",
    "the same by a star": "import numpy as np\ndef f(x):\n    pair = [x, x]\n"
    "    return np.negative(*pair)",
    "a method that is theirs": "def grow():\n    return 5\nx.sum = grow",
    "the same in a function in it": (
        "def f():\n    seen = x\n    def g():\n        seen.append(1)\n    g()"
    ),
    "a function that notes": "log = []\ndef f(x):\n    log.append(x)\n    return x",
    "a lambda that notes": "log = []\nf = lambda x: log.append(x)",
    "a default that remembers": "def f(x, seen=[]):\n    seen.append(x)\n    return seen",
    "a generator that is kept": "rng = np.random.default_rng(0)\ndef f():\n    return rng.normal()",
    "an iterator": "pairs = zip([1], [2])",
    "a lazy list": "numbers = (k for k in range(3))",
    "a method as a value": "f = [].append",
    "NumPy's seed": "import numpy as np\nnp.random.seed(1)",
    "NumPy's numbers": "import numpy as np\ndef f():\n    return np.random.rand()",
    "NumPy's numbers by another name": "import numpy as np\nrng = np.random",
    "another library": "import pandas as pd",
    "what remembers": "from functools import lru_cache",
    "random numbers": "import random",
    "a library under the name of a list": "import numpy as np\nnp = 3",
    "one of Python's under another": "sum = len",
    "a file": "answer = open('a.txt').read()",
    "a setting in a function": "import numpy as np\ndef f():\n    np.set_printoptions(precision=2)",
    "loops in loops": "".join(f"{' ' * k}for a{k} in x:\n" for k in range(7)) + " " * 7 + "pass",
    "calls in loops": "def f(x):\n"
    + "".join(f"{' ' * (k + 4)}for a{k} in x:\n" for k in range(5))
    + "".join(f"{' ' * 9}y = g(g(g(g(g(g(g(x)))))))\n" for _ in range(50)),
    "calls in calls": "s(" * 12 + "1" + ")" * 12,
    "a long sum": "answer = " + "+".join("1" * 300),
    "a long list of names": ", ".join(f"a{k}" for k in range(400))
    + " = "
    + ", ".join(f"b{k}" for k in range(400)),
    "blanks before the first line": "  x = 5",
    "the same below an empty one": "\n  x = 5",
    "many magics": "%pwd\n" * 600,
}


@pytest.mark.parametrize("name", CASES)
def test_it_makes_no_difference(name: str) -> None:
    case = CASES[name]
    out = case.left_out()
    assert not out.why_none
    assert case.run(out.places) == case.run(frozenset())
    assert out.places == case.out


HANDED_BACK = (  # a student's function of an array `a` that gives it, or what holds it
    *("return a", "return a[1:]", "return a.T", "return a.ravel()", "return np.asarray(a)"),
    *("return a.squeeze()", "return np.reshape(a, (-1,))", "return a.real", "return np.flip(a)"),
    *("return [a]", "return a, 1", "return {'k': a}", "return [row for row in a]", "return y"),
    *("return [a] * 2", "return [1] + [a]", "return None or a", "return a if len(a) else 0"),
    *("return max([a])", "return sorted([a])", "return sum([[a]], [])", "return g(a)"),
    "rows = []\nrows.append(a)\nreturn rows",
    "rows = {}\nrows['k'] = a\nreturn rows",
    "rows = [0]\nrows[0] = a\nreturn rows",
    "rows = []\nrows += [a]\nreturn rows",
    "rows = [a]\nmore = rows.copy()\nreturn more",
    "rows = {'k': a}\nreturn rows.get('k', 0)",
    "rows = {'k': a}\nreturn list(rows.values())",
    "x, n = a, 1\nreturn x",
    "for row in [a]:\n    x = row\nreturn x",
    "return list(zip([a], [1]))",
    "rows = []\nrows += a\nreturn rows",
    "return (0,) + tuple(a)",
    "return {}.get('k', a)",
    "p = q = r = 0\nfor k in range(5):\n    r = q\n    q = p\n    p = a\nreturn r",
    "return array(a)",
)
TOUCHES = (  # our cell with what came back
    *("z = f(y)\ndeep(z)", "z = f(y)\nw = z\ndeep(w)", "deep(f(y))", "z = by(f, y)\ndeep(z)"),
    *("z = np.asarray(f(y))\nz[0] = 7", "z = f(y)\nz += 1", "z = f(y)[0]\nz += 1"),
)
DEEP = """\
from numpy import asarray as array


def deep(z):
    if isinstance(z, np.ndarray):
        z.fill(7)
    for one in z.values() if isinstance(z, dict) else z if isinstance(z, list | tuple) else ():
        deep(one)


def by(function, *what):
    return function(*what)
"""


@pytest.mark.parametrize("body", HANDED_BACK)
def test_a_function_that_only_computes_may_hand_back_what_it_was_given(body: str) -> None:
    own = "# own\ndef g(b):\n    return b\ndef f(a):\n" + indent(body, "    ")
    for touch in TOUCHES:
        ours = f"try:\n{indent(touch, '    ')}\nexcept Exception:\n    pass"
        cells = (IMPORTS + DEEP, "y = np.zeros((3, 3))", own, ours, "# own\nanswer = y.sum()")
        case = Case("\n----\n".join(cells), set())
        out = case.left_out()
        assert not out.why_none
        assert case.run(out.places) == case.run(frozenset()), touch


USED_UP = (  # what goes through an iterator `it` or the one in `boxes`, and a call of it
    ("def total():\n    return sum(a for a in it)", "total()"),
    ("def total():\n    return sum([a for a in boxes[0]])", "total()"),
    ("def total(its=it):\n    return sum(a for a in its)", "total()"),
    ("def total(its):\n    return sum(a for a in its)", "total(it)"),
    ("def total(its):\n    return sum(a for a in its[0])", "total(boxes)"),
    ("def mine():\n    return it\ndef total():\n    return sum(a for a in mine())", "total()"),
)


@pytest.mark.parametrize("whose", ["", "# own\n"])
@pytest.mark.parametrize(("function", "call"), USED_UP)
def test_a_function_that_only_computes_may_use_up_a_students_iterator(
    function: str, call: str, whose: str
) -> None:
    cells = (
        "# own\ndef numbers():\n    yield 1\n    yield 2",
        f"{whose}it = numbers()\nboxes = [it]",
        f"# own\n{function}",
        f"first = {call}",
        f"# own\nanswer = {call}",
    )
    case = Case("\n----\n".join(cells), set())
    out = case.left_out()
    assert not out.why_none
    assert case.run(out.places) == case.run(frozenset()) == "0"


FEW_OR_NONE = {  # what runs in these runs from caution alone
    "a student's function that counts in our arrays",
    "a student's function that calls one that is none of theirs",
    "names of a function's own",
    "a student's number in one of our sums",
    "a student's list of numbers in one of our loops",
    "a list that a function makes",
    "a function that came as a value",
    "a loop's own name",
    "a setting for a while",
    "a setting of NumPy's",  # the import runs, or the setting fails
    "a student's function that changes nothing",
    "parts of a pair",
    "a plain ufunc",
    "a copy in place",
    "what is overwritten",
    "what comes after the check and calls the answer",
    "what a student asks for after the check",
}


@pytest.mark.parametrize("name", [name for name in CASES if name not in FEW_OR_NONE])
def test_a_cell_that_is_needed_would_be_missed(name: str) -> None:
    """Else the cases above would show nothing."""
    case = CASES[name]
    ours = [k for k, one in enumerate(case.sources) if one in case.given and k not in case.out]
    assert any(case.run(frozenset({k})) != case.run(frozenset()) for k in ours)


@pytest.mark.parametrize("name", ALL_RUN)
def test_what_cannot_be_followed_lets_all_cells_run(name: str) -> None:
    steps = [Step(k, source=source) for k, source in enumerate(("x = 1", "y = 2", ALL_RUN[name]))]
    try:
        out = left_out(steps, {"x = 1", "y = 2"}, {})
    except TooDeep:  # then, too: see Marker
        return
    assert out.why_none and not out.places


def test_our_own_cells_are_followed_whatever_they_do() -> None:
    case = Case("exec('z = 1')\n----\nx = 1\n----\n# own\nanswer = x", {0})
    assert case.left_out().places == case.out


@pytest.mark.parametrize("lab", find_labs(ROOT), ids=lambda lab: lab.name)
def test_the_labs_own_cells_have_nothing_that_is_not_followed(lab: LabFiles) -> None:
    for source in Lab(lab.name).given:
        for node in ast.walk(ast.parse(source)):
            assert not isinstance(node, FORBIDDEN), ast.unparse(node)


CHANGED_BY_READING = {*CALLS["iterators"], "defaultdict"}


@pytest.mark.parametrize("lab", find_labs(ROOT), ids=lambda lab: lab.name)
def test_the_labs_own_cells_keep_nothing_that_reading_changes(lab: LabFiles) -> None:
    """Whoever goes through an iterator, or asks a defaultdict, changes it: reading sees neither."""
    for source in Lab(lab.name).given:
        for node in ast.walk(ast.parse(source)):
            match node:
                case (
                    ast.Assign(targets=[ast.Name()], value=value)
                    | ast.AnnAssign(value=value)
                    | ast.Return(value=value)
                ):
                    assert not isinstance(value, ast.GeneratorExp), ast.unparse(node)
                    if isinstance(value, ast.Call) and isinstance(value.func, ast.Name):
                        assert value.func.id not in CHANGED_BY_READING, ast.unparse(node)


def test_errors_that_a_missing_cell_may_explain() -> None:
    out = LeftOut(frozenset({1}), frozenset({"x"}))

    def notebook(error: str) -> Any:
        output = new_output("error", ename=error, evalue="", traceback=[])
        return new_notebook(cells=[new_code_cell("", outputs=[output])])

    fine = new_notebook(cells=[new_code_cell("")])
    assert may_explain(out, notebook("NameError"), ["It returned nothing."])
    assert may_explain(out, notebook("ValueError"), ["It returned nothing."])
    assert not may_explain(out, notebook("NameError"), [])
    assert not may_explain(LeftOut(), notebook("NameError"), ["It returned nothing."])
    for ours in ("NotImplementedError", "SyntaxError", "Stopped"):
        assert not may_explain(out, notebook(ours), ["It returned nothing."])
    assert may_explain(out, fine, ["ValueError: No such layer: dense_1."])
    assert may_explain(out, fine, ["There is no `x` yet: run its cell."])
    assert may_explain(out, fine, ["NameError: name 'x' is not defined"])
    assert not may_explain(out, fine, ["NameError: name 'y' is not defined"])
