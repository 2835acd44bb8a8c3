"""Finds submissions that are alike, for a person to look at; it judges nobody.

Compared is the syntax tree of what students wrote (their answers, and the cells that they added),
never the text. What does not matter is left out: comments, docstrings, annotations, imports, layout
and the names that a student chose. What matters stays: structure, constants, attributes and the
functions that are called.

The fingerprints are hashes of all runs of RUN nodes in the order of the tree (k-grams). Hashes of
whole subtrees are simpler still, but one changed constant changes all subtrees around it, while it
touches at most RUN runs. Winnowing, which keeps some of the runs only, is left out: an answer has a
few hundred nodes, so all of its runs take a few kB. Within a run, a name is its place among the
run's names: `a * b + a` is `x * y + x`, and not `x * y + y`. A function is read on its own, so the
order of functions does not matter.

A short right answer looks like any other. So an answer below RUN nodes has no fingerprint, and one
counts by its rarity, log((students + 1) / (students who have it)). What the released notebook holds
counts nothing. Pairs come from an index of rare fingerprints alone, those of less than a third of
the class and of at most MOST_HOLDERS. So the class is never compared each with each, and two who
share only what many have are not found.
"""

from __future__ import annotations

import ast
import builtins
import hashlib
import heapq
import re
import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from nbformat import NotebookNode
from numpy.typing import NDArray
from scipy.sparse import csr_array

from course.grading.book.policy import Policy
from course.grading.book.totals import Total
from course.grading.intake import submission
from course.grading.intake.submission import carried
from course.grading.out.release import CourseFolder
from utils.checks.core import in_order

RUN = 12  # nodes of the tree: about one statement
LEAST_SHARED = 20  # rare fingerprints in one exercise: at least 31 nodes, some three statements
LEAST_SCORE = 0.5
MOST_HOLDERS = 200
MOST_LISTED = 200
MOST_CHARACTERS = 50_000  # of a cell; what people write is far below
# Of a submission: a tree takes 200 times the memory of its text. All code of a lab is a tenth.
MOST_CHARACTERS_IN_ALL = 200_000
MOST_NODES = 20_000  # of a submission
ROWS_AT_ONCE = 500
ADDED = "added cells"

# Names and fields of the syntax tree that say nothing of how a task is solved.
_SKIPPED_FIELDS = {"annotation", "returns", "type_comment", "type_params", "ctx", "simple", "kind"}
_NAME_FIELDS = {"id", "name", "asname", "rest", "names"}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_NAMED = (*_DEFINITIONS, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_BUILTINS = frozenset(dir(builtins))
# IPython's magics, commands and questions: lines of their own, or to the right of an equals sign.
# IPython's own reader is not used: it begins anew after each magic, which takes minutes where a
# cell holds thousands.
_MAGIC = re.compile(r"^([ \t]*)(?:[%!].*|[?\w.]*\?{1,2}[ \t]*)$|(?<==)([ \t]*)[%!].*$", re.M)
# What parsing raises on what is no Python, holds a null byte, or is nested too deeply.
_UNPARSABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class Pair:
    """Two submissions that are alike.

    Attributes:
        students: their two ids.
        score: from 0 to 1, the share of the rarer one's answers, weighted by rarity, that the
            other has too, in the exercises concerned.
        exercises: in which they are alike, by id; ADDED for cells that belong to none.
        shared: how many rare fingerprints both have there.
        others: how many more students have such a fingerprint, in the median.
    """

    students: tuple[str, str]
    score: float
    exercises: tuple[str, ...]
    shared: int
    others: int


@dataclass(frozen=True)
class Alike:
    """What was found.

    Attributes:
        pairs: that are alike, the highest score first.
        cut: students whose code is longer than what is compared, so part of it was left out.
    """

    pairs: list[Pair]
    cut: list[str]


def handed_in(
    folder: CourseFolder, lab: str, totals: Iterable[Total]
) -> Iterator[tuple[str, NotebookNode]]:
    """The notebook of each student whose file counts, one at a time; a team's once."""
    files = {total.attempt.student: total.attempt.sha256 for total in totals}
    for student, sha256 in sorted(files.items()):
        try:
            notebook = submission.parse(submission.read(folder.handed_in(lab, student, sha256)))
        except (submission.Unreadable, OSError):  # what could not be read was not kept
            continue
        yield student, notebook


def similar_pairs(
    submissions: Iterable[tuple[str, NotebookNode]],
    released: NotebookNode,
    policy: Policy,
    *,
    most: int = MOST_LISTED,
) -> Alike:
    """The pairs that are most alike, and whose code was not compared in full.

    Args:
        submissions: students with what they handed in; each is read once and not kept.
        released: the lab as students got it, which counts nothing.
        policy: of the course; members of one team are no pair.
        most: so many pairs at most.
    """
    class_ = _Class(_Given(released))
    for student, notebook in submissions:
        class_.add(student, notebook)
    pairs = (
        pair
        for first, second in class_.candidates()
        if class_.students[second] not in policy.together(class_.students[first])
        and (pair := class_.pair(first, second)) is not None
    )
    best = heapq.nlargest(most, pairs, key=lambda pair: (pair.score, pair.shared))
    return Alike(best, class_.cut)


# ---- From a notebook to fingerprints ----


class _Given:
    """What everybody was given: its cells, its imports and its fingerprints."""

    def __init__(self, released: NotebookNode) -> None:
        cells = [cell for cell in released.cells if cell.cell_type == "code"]
        self.ids = {cell.get("id") for cell in cells} - {None}
        self.sources = {str(cell.source).strip() for cell in cells}
        trees = [_parsed(str(cell.source)) for cell in cells]
        self.imports = _imports(trees)
        reader = _Reader(self.imports, trees)
        self.fingerprints = {one for tree in trees for one in reader.fingerprints(tree)}

    def own(self, notebook: NotebookNode) -> tuple[dict[int, str], bool]:
        """The fingerprints of what a student wrote, with the exercise that each belongs to.

        And whether that is not all, because there is more than what is compared.
        """
        regions: list[tuple[str, ast.Module]] = []
        changed: list[ast.Module] = []
        room, is_cut = MOST_CHARACTERS_IN_ALL, False
        for cell in notebook.cells:
            source = str(cell.source)
            if cell.cell_type != "code" or source.strip() in self.sources:
                continue
            if len(source) > min(MOST_CHARACTERS, room):
                is_cut = True
                continue
            room -= len(source)
            kind, exercise = carried(cell)
            changed.append(tree := _parsed(source))
            if kind == "exercise":
                regions.append((exercise, tree))
            elif not kind and cell.get("id") not in self.ids:
                regions.append((ADDED, tree))
        reader = _Reader(self.imports | _imports(changed), [tree for _, tree in regions])
        found: dict[int, str] = {}
        for exercise, tree in regions:
            for one in reader.fingerprints(tree):
                if one not in self.fingerprints:
                    found.setdefault(one, exercise)
        return found, is_cut or reader.is_cut


def _parsed(source: str) -> ast.Module:
    """The tree of a cell without its magics; an empty one where there is no reading it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an escape such as "\d" is no concern here
        try:
            return ast.parse(source)
        except _UNPARSABLE:
            pass
        try:
            return ast.parse(_MAGIC.sub(r"\1\2None", source))
        except _UNPARSABLE:
            return ast.Module([], [])


def _imports(trees: Iterable[ast.Module]) -> dict[str, str]:
    """The names that imports bind, with what they stand for: np is numpy."""
    found = {}
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                found[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found[alias.asname or alias.name] = f"{node.module or ''}.{alias.name}"
    return found


# One node: what it is, and the names that the student chose for it.
_Token = tuple[str, tuple[str, ...]]


class _Reader:
    """Reads the trees of one notebook, of which it knows which names are the student's own."""

    def __init__(self, imports: dict[str, str], trees: Iterable[ast.Module]) -> None:
        bound = {name for tree in trees for node in ast.walk(tree) for name in _bound(node)}
        known = {name: name for name in _BUILTINS} | imports
        self._known = {name: full for name, full in known.items() if name not in bound}
        self._left = MOST_NODES
        self.is_cut = False

    def fingerprints(self, tree: ast.Module) -> Iterator[int]:
        """The hashes of all runs of nodes."""
        for nodes in _parts(tree):
            tokens = self._tokens(nodes)
            for k in range(len(tokens) - RUN + 1):
                yield _hash(tokens[k : k + RUN])

    def _tokens(self, nodes: Sequence[ast.AST]) -> list[_Token]:
        """The nodes below these, each before its children; no recursion, however deep they go."""
        tokens: list[_Token] = []
        stack = list(reversed(nodes))
        while stack and self._left > 0:
            node = stack.pop()
            self._left -= 1
            if library := self._of_library(node):
                tokens.append((library, ()))
            else:
                tokens.append(_token(node))
                stack.extend(reversed(self._children(node)))
        self.is_cut |= bool(stack)
        return tokens

    def _of_library(self, node: ast.AST) -> str:
        """The full name where a node names something that was imported or is built in, else ""."""
        path: list[str] = []
        while isinstance(node, ast.Attribute):
            path.append(node.attr)
            node = node.value
        if not isinstance(node, ast.Name) or node.id not in self._known:
            return ""
        return ".".join([self._known[node.id], *reversed(path)])

    def _children(self, node: ast.AST) -> list[ast.AST]:
        found = [
            child
            for name, value in ast.iter_fields(node)
            if name not in _SKIPPED_FIELDS
            for child in (value if isinstance(value, list) else [value])
            if isinstance(child, ast.AST) and not _says_nothing(child)
        ]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            # The keywords of a student's own function are names that the student chose.
            is_own = node.func.id not in self._known
            found = [one.value if is_own and isinstance(one, ast.keyword) else one for one in found]
        return found


def _parts(tree: ast.Module) -> Iterator[list[ast.AST]]:
    """What is read on its own: each function and method, and all other statements together."""
    rest: list[ast.AST] = []
    waiting: list[ast.stmt] = list(reversed(tree.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, _DEFINITIONS):
            yield [node]
        elif isinstance(node, ast.ClassDef):
            waiting.extend(reversed(node.body))
        elif not _says_nothing(node):
            rest.append(node)
    yield rest


def _says_nothing(node: ast.AST) -> bool:
    """Whether it is an import, a docstring or its like, a bare annotation or a `pass`."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.AnnAssign):
        return node.value is None
    return isinstance(node, ast.Import | ast.ImportFrom | ast.Pass)


def _token(node: ast.AST) -> _Token:
    kind = "Assign" if isinstance(node, ast.AnnAssign) else type(node).__name__
    if isinstance(node, ast.Constant):
        return f"{type(node.value).__name__} {_written(node.value)}", ()
    kept: list[str] = [kind]
    chosen: list[str] = []
    for name, value in ast.iter_fields(node):
        is_chosen = name in _NAME_FIELDS or (name == "arg" and isinstance(node, ast.arg))
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str | int) and name not in _SKIPPED_FIELDS:
                (chosen if is_chosen else kept).append(str(one))
    return " ".join(kept), tuple(chosen)


def _written(constant: Any) -> str:
    # Python refuses to write a very long integer in decimals.
    return hex(constant) if isinstance(constant, int) else repr(constant)


def _bound(node: ast.AST) -> Iterator[str]:
    """The names that a node gives to something; an import gives none that a student chose."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, _NAMED):
        yield node.name or ""
    elif isinstance(node, ast.MatchMapping):
        yield node.rest or ""


def _hash(run: Sequence[_Token]) -> int:
    """The same in every process, and for every choice of names."""
    places: dict[str, int] = {}
    text = "\n".join(
        label + "".join(f" {places.setdefault(name, len(places))}" for name in names)
        for label, names in run
    )
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big")


# ---- From fingerprints to pairs ----


@dataclass
class _Class:
    """The fingerprints of all students, and who has which."""

    given: _Given
    students: list[str] = field(default_factory=list)
    cut: list[str] = field(default_factory=list)
    _exercises: list[str] = field(default_factory=list)
    _found: list[NDArray[np.uint64]] = field(default_factory=list)
    _places: list[NDArray[np.uint16]] = field(default_factory=list)

    def add(self, student: str, notebook: NotebookNode) -> None:
        """Keep the fingerprints of a student, 10 bytes each."""
        found, is_cut = self.given.own(notebook)
        own = sorted(found.items())
        self.cut += [student] if is_cut else []
        for exercise in {exercise for _, exercise in own} - set(self._exercises):
            self._exercises.append(exercise)
        self.students.append(student)
        self._found.append(np.array([one for one, _ in own], np.uint64))
        places = [self._exercises.index(exercise) for _, exercise in own]
        self._places.append(np.array(places, np.uint16))

    @cached_property
    def _index(self) -> _Index:
        return _Index(self._found)

    def candidates(self) -> Iterator[tuple[int, int]]:
        """The pairs that share enough rare fingerprints, by their numbers."""
        index = self._index
        rare = index.matrix[:, index.rare]
        for start in range(0, len(self.students), ROWS_AT_ONCE):
            shared = (rare[start : start + ROWS_AT_ONCE] @ rare.T).tocoo()
            rows, columns = shared.coords
            enough = (shared.data >= LEAST_SHARED) & (rows + start < columns)
            yield from zip((rows[enough] + start).tolist(), columns[enough].tolist(), strict=True)

    def pair(self, first: int, second: int) -> Pair | None:
        """How much these two are alike; None where no exercise is."""
        sides = [self._side(first, second), self._side(second, first)]
        concerned = [side for side in sides if side.concerned.size]
        if not concerned:
            return None
        best = max(concerned, key=lambda side: (side.score, side.shared.size))
        names = {self._exercises[k] for side in concerned for k in side.concerned}
        others = np.median(self._index.holders[best.shared]) - 2
        return Pair(
            students=(self.students[first], self.students[second]),
            score=best.score,
            exercises=tuple(sorted(names, key=_in_order)),
            shared=best.shared.size,
            others=int(others),
        )

    def _side(self, one: int, other: int) -> _Side:
        """Which of one student's answers the other has too."""
        index, places = self._index, self._places[one]
        mine = index.row(one)
        both = np.isin(mine, index.row(other), assume_unique=True)
        rare = both & index.rare[mine]
        weights = index.weights[mine]
        count = len(self._exercises)
        had = np.bincount(places, weights * both, minlength=count)
        all_ = np.bincount(places, weights, minlength=count)
        enough = np.bincount(places, rare, minlength=count) >= LEAST_SHARED
        concerned = np.flatnonzero(enough & (had >= LEAST_SCORE * all_))
        score = had[concerned].sum() / all_[concerned].sum() if concerned.size else 0.0
        return _Side(concerned, float(score), mine[rare & np.isin(places, concerned)])


@dataclass(frozen=True)
class _Side:
    """What of one student's work another has: exercises, the share of them, the fingerprints."""

    concerned: NDArray[Any]
    score: float
    shared: NDArray[Any]


class _Index:
    """Who has which fingerprint, and what that counts."""

    def __init__(self, found: Sequence[NDArray[np.uint64]]) -> None:
        students = len(found)
        every = np.concatenate(found) if found else np.array([], np.uint64)
        known, self._columns, self.holders = np.unique(
            every, return_inverse=True, return_counts=True
        )
        self._starts = np.cumsum([0, *(len(one) for one in found)])
        # Two who have something to themselves are always a pair, also in a class of three.
        most = min(MOST_HOLDERS, max(2, (students - 1) // 3))
        self.rare = (self.holders >= 2) & (self.holders <= most)
        self.weights = np.log((students + 1) / self.holders)
        self.matrix = csr_array(
            (np.ones(len(every), np.int32), self._columns, self._starts),
            shape=(students, len(known)),
        )

    def row(self, student: int) -> NDArray[Any]:
        """The numbers of a student's fingerprints."""
        found: NDArray[Any] = self._columns[self._starts[student] : self._starts[student + 1]]
        return found


def _in_order(exercise: str) -> tuple[int, int, str]:
    """Exercises by their numbers, added cells last."""
    return (99, 99, "") if exercise == ADDED else in_order(exercise)
