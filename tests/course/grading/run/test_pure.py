"""A function that changes something is never taken for one that only computes."""

from __future__ import annotations

import ast
import math
from contextlib import suppress
from itertools import product
from textwrap import dedent, indent
from typing import Any

import numpy as np
import pytest

from course.grading.run.pure import pure
from course.grading.run.tame import why_not

MODULES = {
    "np": "numpy",
    "math": "math",
    "ops": "keras.ops",
    "product": "itertools.product",
    "minus": "numpy.negative",
}
HONEST = {
    "a loop that counts": """
        k = outputs.shape[1]
        matrix = np.zeros((k, k), dtype=int)
        for true, said in zip(y, outputs.argmax(axis=1), strict=True):
            matrix[true, said] += 1
        return matrix
        """,
    "lists that count": """
        counts = [[0] * 3 for _ in range(3)]
        for true, row in zip(y, outputs):
            counts[true][int(np.argmax(row))] += 1
        return np.array(counts)
        """,
    "a list that counts": """
        counts = [0] * 3
        for true in y:
            counts[true] += 1
        return counts
        """,
    "a sum by indices": "return np.einsum('ij,kj->ik', outputs, outputs)",
    "steps": """
        answers = np.zeros_like(outputs)
        answers[np.heaviside(outputs, 1) == 1] = 1
        return np.expand_dims(answers, 0), np.tile(y, 2), np.full(3, 0.5)
        """,
    "two numbers at once": """
        hits, misses = 0, 0
        for true, said in zip(y, outputs.argmax(axis=1)):
            if true == said:
                hits += 1
            else:
                misses += 1
        return hits / (hits + misses)
        """,
    "a list that grows": """
        found = []
        for row in outputs:
            found.append(row.max())
        return np.array(found)
        """,
    "a dictionary that counts": """
        seen = {}
        for true in y:
            seen[true] = seen.get(true, 0) + 1
        return seen
        """,
    "a comprehension": "return np.array([row.argmax() == one for row, one in zip(outputs, y)])",
    "a copy that is changed": """
        mine = outputs.copy()
        mine[0] = 0
        mine /= 2
        return mine
        """,
    "a sum that grows": """
        total = 0.0
        for row in outputs:
            total += math.log(row.max())
        return -total / len(y)
        """,
    "what is open": 'raise NotImplementedError("exercise 2.3")',
    "it refuses": """
        if len(y) != len(outputs):
            raise ValueError(f"{len(y)} labels")
        return outputs.mean()
        """,
    "numbers that are tried": """
        best = 0
        for a, b in product((-1, 0, 1), (0, 1)):
            best = max(best, float(np.mean(outputs @ [a, b, 1] > 0)))
        return best
        """,
    "keras.ops": "return ops.mean(ops.square(outputs - 1))",
    "it calls itself": "return y if len(y) < 2 else f(y[1:], outputs)",
}
# Each changes its array `y` of whole numbers, or `outputs`, or what stands outside of it.
GUILTY = {
    "in place": "y[0] = 7",
    "+=": "y += 1",
    "a part +=": "y[0] += 1",
    "another name": "z = y\nz[0] = 7",
    "a view": "z = y[1:]\nz[0] = 7",
    "a view by indices": "z = np.einsum('ij->ji', outputs)\nz[0, 0] = 7",
    "a view of more dimensions": "z = np.expand_dims(y, 0)\nz[0] = 7",
    "parts of it": "z = np.split(y, len(y))\nz[0][0] = 7",
    "a list of objects that is filled": "z = np.full(1, y[0:1], dtype=object)\nz[0] = y\nz[0] += 1",
    "a view of a view": "z = outputs.T\nz[0, 0] = 7",
    "a reshaped one": "z = outputs.reshape(-1)\nz[0] = 7",
    "asarray": "z = np.asarray(y)\nz[0] = 7",
    "asarray, += ": "z = np.asarray(y)\nz += 1",
    "a list around it": "z = [y]\nz[0] += 1",
    "a list around it, deep": "z = [y]\nz[0][0] = 7",
    "a list that grows": "z = []\nz.append(y)\nz[0] += 1",
    "a list of constants into which it is put": "z = [0, 0]\nz[0] = y\nz[0] += 1",
    "a list that got it by +=": "z = [0]\nz += [y]\nz[1] += 1",
    "lists that got it by +=": "z = [[0] * 2 for _ in range(2)]\nz[0] += [y]\nz[0][2] += 1",
    "a dictionary": "z = {'a': y}\nz['a'] += 1",
    "a sum of lists": "z = [0] + [y]\nz[1] += 1",
    "a list, times": "z = [y] * 2\nz[0] += 1",
    "a loop": "for row in outputs:\n    row[0] = 7",
    "a loop, +=": "for row in outputs:\n    row += 1",
    "a loop over a list": "for z in [y]:\n    z[0] = 7",
    "zip": "for row, one in zip(outputs, y):\n    row[0] = one + 9",
    "enumerate": "for i, row in enumerate(outputs):\n    row[i] = 7",
    "a pair": "z, n = y, 1\nz[0] = 7",
    "a pair of which one is new": "z, w = [0], [y]\nw[0] += 1",
    "a pair that is swapped": "z, w = [0], y\nz, w = w, z\nz[0] = 7",
    "a pair by a star": "z, w = *[y], 1\nz[0] = 7",
    "two names": "z = w = y\nw[0] = 7",
    "a name that was new": "z = np.zeros(3)\nz = y\nz[0] = 7",
    "a name that is new on another way": "z = np.zeros(3)\nif len(y):\n    z = y\nz[0] = 7",
    "or": "z = None or y\nz[0] = 7",
    "if": "z = y if len(y) else 0\nz[0] = 7",
    "a method": "y.sort()",
    "another method": "y.fill(3)",
    "a method of a part": "outputs[0].fill(3)",
    "np.copyto": "np.copyto(y, 7)",
    "np.put": "np.put(y, 0, 7)",
    "out=": "np.negative(y, out=y)",
    "out by its place": "np.negative(y, y)",
    "out by its place, of a method": "outputs.max(0, y)",
    "out by its place, of a function": "np.max(outputs, 0, y)",
    "out by its place, of argmax": "np.argmax(outputs, 0, y)",
    "out by its place, of a method of a call's": "np.abs(y - 3).clip(0, 1, y)",
    "a masked array around it": "z = np.ma.array(y)\nz[0] = 7",
    "out by a star": "pair = [y, y]\nnp.negative(*pair)",
    "out by its place, under a name that is imported": "minus(y, y)",
    "at": "np.add.at(y, 0, 7)",
    "an array of objects": "z = np.zeros(1, dtype=object)\nz[0] = y\nz[0] += 1",
    "an array of objects, by its place": "z = np.zeros(1, object)\nz[0] = y\nz[0] += 1",
    "an array of objects, by its letter": "z = np.zeros(1, 'O')\nz[0] = y\nz[0] += 1",
    "an array of objects, made otherwise": "z = np.array([None, y], object)\nz[1] += 1",
    "what an array of objects adds up to": (
        "z = np.array([None])\nz[0] = y\nw = z.sum()\nw[0] = 7"
    ),
    "what an array of objects holds": "z = np.array([None])\nz[0] = y\nw = z.item()\nw += 7",
    "a comprehension's own name": "z = np.zeros(3)\n[z.fill(7) for z in outputs]",
    "a comprehension of append": "z = []\n[z.append(1) for z in LISTS]",
    "a name outside": "LISTS.append([1])",
    "a part of a name outside": "LISTS[0] = 7",
    "a function in it": "def g():\n    y[0] = 7\ng()",
    "a lambda": "(lambda z: z.fill(7))(y)",
    "map": "list(map(lambda z: z.fill(7), outputs))",
    "sorted by": "sorted(outputs, key=lambda z: z.fill(7) or 0)",
    "another function": "other(y)",
    "an attribute": "y.shape = (3, 1)",
    "with": "with np.errstate(all='ignore'):\n    y[0] = 7",
    "while": "while y[0] < 5:\n    y[0] += 1",
    "a name that is bound by for": "z = np.zeros(3)\nfor z in outputs:\n    pass\nz[0] = 7",
    "a typed name": "z: object = y\nz[0] = 7",
    "a slice": "y[:] = 7",
    "del": "del LISTS[0]",
}


def _source(body: str) -> str:
    return "def f(y, outputs):\n" + indent(dedent(body).strip(), "    ") + "\n"


def _only_computes(source: str) -> bool:
    """Whether `f` is taken to, as `left_out` finds it where one cell has all."""
    found = pure(ast.parse(source), MODULES)
    while broken := {name for name, calls in found.items() if not calls <= found.keys()}:
        found = {name: calls for name, calls in found.items() if name not in broken}
    return "f" in found


def _changes(source: str) -> bool:
    y = np.array([1, 2, 0])
    outputs = np.array([[0.5, 0.3, 0.2], [0.1, 0.6, 0.3], [0.2, 0.2, 0.6]])
    lists: list[Any] = [[2], [3]]
    before = repr((y, outputs, lists))
    names: dict[str, Any] = {"np": np, "math": math, "product": product, "LISTS": lists}
    names["minus"] = np.negative
    names["other"] = lambda z: z.fill(7)
    exec(source, names)
    with suppress(NotImplementedError, TypeError):  # what it does besides
        names["f"](y, outputs)
    return repr((y, outputs, lists)) != before


@pytest.mark.parametrize("name", HONEST)
def test_what_only_computes_is_known(name: str) -> None:
    source = _source(HONEST[name])
    assert not why_not(ast.parse(source), MODULES, MODULES)
    assert _only_computes(source)
    if "ops" not in source:
        assert not _changes(source)


@pytest.mark.parametrize("name", GUILTY)
def test_what_changes_something_is_refused(name: str) -> None:
    source = _source(GUILTY[name])
    assert _changes(source), "else it shows nothing"
    assert not _only_computes(source)


@pytest.mark.parametrize(
    "more",
    [
        "f = 5",
        "f = other",
        "def f(y, outputs):\n    y[0] = 7",
        "if 1:\n    def f(y):\n        y.sort()",
    ],
)
def test_a_name_that_also_means_something_else_is_refused(more: str) -> None:
    assert not _only_computes(_source("return 1") + more)


def test_what_ends_more_than_a_cell_is_refused() -> None:
    assert not _only_computes(_source("raise SystemExit"))
    assert not _only_computes(_source("exit()"))


def test_a_default_is_no_name_of_its_own() -> None:
    source = "def f(y, outputs, z=LISTS):\n    z[0] = 7\n"
    assert _changes(source)
    assert not _only_computes(source)


def test_it_only_computes_if_those_that_it_calls_do() -> None:
    source = _source("return g(y)")
    assert not _only_computes(source)
    assert _only_computes(source + "def g(y):\n    return y + 1")
    assert not _only_computes(source + "def g(y):\n    y.sort()\n    return y")
    assert not _only_computes(_source("g = outputs\nreturn g(y)") + "def g(y):\n    return y")
