"""What a code cell does with names, read from its source: nothing is executed here.

A name that may be bound or changed counts as bound or changed. That holds for the labs' own cells,
which tests run both ways; of a student's code `tame` says whether it can be followed at all.
"""

from __future__ import annotations

import ast
import re
import symtable
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from IPython.core.inputtransformer2 import TransformerManager

from course.grading.run.pure import pure
from course.grading.run.sharing import (
    BUILT_IN,
    BY_VALUE,
    KERASS_SEED,
    NOTHING,
    NUMPYS_SEED,
    SEEDS,
    Effects,
    Known,
    Roots,
    TooDeep,
    Walk,
    defaults,
    imported,
    stored,
)
from course.grading.run.tame import is_constant, why_not

# What IPython reads in another way than Python; the rest of it is slow where there is much of it.
MAGIC = re.compile(r"\A(?:[ \t]*\n)*[ \t]+\S|^[ \t]*[%!?]|\?[ \t]*$", re.MULTILINE)
MOST_ROUNDS = 20
DEEPEST, MOST_LOOPS, MOST_CALLS = 60, 5, 8
MOST_NAMES = 600
SHELL = "a magic, or a command of the shell"
_cells = TransformerManager()


@dataclass(frozen=True)
class Reading:
    """What one cell does.

    Attributes:
        reads: names whose values it takes when it runs.
        later: names whose values its functions take when they are called.
        binds: names that it gives a value.
        sure: those of them that have it whenever the cell ran without an error.
        changes: names whose objects it may change.
        shared: pairs of names that may mean one object from now on.
        defines: what the functions that it defines do.
        others: names to which it gives something else than a function, or what a library made.
        settles: whether it changes settings of a library, or is none of Python's.
        constant: of a student's cell, the names that get only numbers, texts and lists of them.
        modules: names of libraries, and of what is imported from them.
        pure: of a student's cell, its functions that only compute, and which others they call.
    """

    reads: Roots = NOTHING
    later: Roots = NOTHING
    binds: Roots = NOTHING
    sure: Roots = NOTHING
    changes: Roots = NOTHING
    shared: frozenset[tuple[str, str]] = frozenset()
    defines: Mapping[str, Effects] = field(default_factory=dict)
    others: Roots = NOTHING
    settles: bool = False
    constant: Roots = NOTHING
    modules: Roots = NOTHING
    pure: Mapping[str, Roots] = field(default_factory=dict)


def read_all(sources: Sequence[str], own: Collection[str] = ()) -> list[Reading]:
    """Read the cells of a notebook together: what a function does, others may do by calling it.

    Args:
        sources: of all cells.
        own: those that a student wrote.
    """
    known = _Known({}, modules_of(sources))
    for _ in range(MOST_ROUNDS):
        readings = [
            _handing_back(source, reading) if source in own else reading
            for source, reading in ((one, _read(one, known.to(one))) for one in sources)
        ]
        before, known = known, _together(readings, known)
        if known == before:
            return readings
    raise TooDeep


def _handing_back(source: str, reading: Reading) -> Reading:
    """The same, but a student's function may return all that it gets or mentions."""
    mentioned = set(reading.later)
    for node in ast.walk(_tree(source)[0]):
        if isinstance(node, ast.arguments):
            mentioned |= {*_in_defaults(node)}
    defines = {
        name: replace(its, returns=its.returns | {*its.parameters} | mentioned - {name})
        for name, its in reading.defines.items()
    }
    return replace(reading, defines=defines)


def imports_of(sources: Iterable[str]) -> dict[str, str]:
    """The full names of all that is imported somewhere."""
    return {name: full for source in sources for name, full in _imports_and_others(source)[0]}


def modules_of(sources: Sequence[str]) -> dict[str, str]:
    """The same of the names that mean nothing else anywhere."""
    others = {name for source in sources for name in _imports_and_others(source)[1]}
    return {name: full for name, full in imports_of(sources).items() if name not in others}


@lru_cache(maxsize=4096)
def _imports_and_others(source: str) -> tuple[tuple[tuple[str, str], ...], Roots]:
    """What a cell imports, and the names that it binds in another way."""
    nodes = list(ast.walk(_tree(source)[0]))
    others = {node.id for node in nodes if isinstance(node, ast.Name) and _is_stored(node)}
    others |= {node.name for node in nodes if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    return tuple(imported(_tree(source)[0])), frozenset(others)


def _is_stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def untamed(source: str, modules: Mapping[str, str], imports: Collection[str]) -> str:
    """Why a student's cell cannot be followed, or ""; for what is given see `tame.why_not`."""
    tree, opaque = _tree(source)
    if opaque or _is_deep(tree):
        return opaque or "deep code"
    if sum(isinstance(node, ast.Name) for node in ast.walk(tree)) > MOST_NAMES:
        return "a long cell"
    return why_not(tree, modules, imports)


def _is_deep(tree: ast.Module) -> bool:
    """Whether loops or calls stand in each other so deep that following them takes long."""
    waiting: list[tuple[ast.AST, int, int, int]] = [(tree, 0, 0, 0)]
    while waiting:
        node, depth, loops, calls = waiting.pop()
        loops += isinstance(node, ast.For | ast.While | ast.comprehension)
        calls += isinstance(node, ast.Call | ast.Lambda)
        if depth > DEEPEST or loops > MOST_LOOPS or calls > MOST_CALLS:
            return True
        waiting += [(one, depth + 1, loops, calls) for one in ast.iter_child_nodes(node)]
    return False


def as_students(source: str, reading: Reading, modules: Mapping[str, str]) -> Reading:
    """What a student's cell does, with more than could be seen.

    It reads what it mentions, but for the names of its functions' own. Its names share what stands
    on the other side of their `=`, or in the defaults of a function.
    """
    nodes = list(ast.walk(_tree(source)[0]))
    mentioned = [node for node in nodes if isinstance(node, ast.Name)]
    mentioned.sort(key=lambda node: (node.lineno, node.col_offset))
    begins = {node.id: _is_stored(node) for node in reversed(mentioned)}
    shared = set(reading.shared)
    for one in nodes:
        if isinstance(one, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For):
            shared |= {(target, name) for target in stored(one) for name in _named(one)}
        elif isinstance(one, ast.FunctionDef):
            shared |= {(one.name, name) for name in _in_defaults(one.args)}
    of_the_lab = _of_the_lab(_tree(source)[0], are_later=False)
    hidden = {*modules, *BUILT_IN}
    drawn = {KERASS_SEED} if BY_VALUE in reading.reads else set()  # it may have built a network
    return replace(
        reading,
        reads=reading.reads
        | drawn
        | {name for name, is_stored in begins.items() if not is_stored and name in of_the_lab},
        shared=frozenset((a, b) for a, b in shared if a != b and b not in hidden),
        constant=frozenset(_constant_names(nodes)) & reading.binds,
        pure=pure(_tree(source)[0], modules),
    )


def _constant_names(nodes: Sequence[ast.AST]) -> set[str]:
    """The names to which nothing is given but constants, and lists of such."""
    found: set[str] = set()
    others = {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
    for node in nodes:
        if isinstance(node, ast.Assign) and _is_inert(node.value):
            found |= {name for target in node.targets for name in stored(target)}
        elif isinstance(node, ast.stmt) and not isinstance(node, ast.Assign):
            others |= {name for part in ast.iter_child_nodes(node) for name in _own(part)}
        elif isinstance(node, ast.Assign):
            others |= {name for target in node.targets for name in stored(target)}
    return found - others


def _is_inert(value: ast.expr) -> bool:
    return all(map(is_constant, value.elts if isinstance(value, ast.List) else [value]))


def _own(part: ast.AST) -> Iterator[str]:
    return iter(()) if isinstance(part, ast.stmt) else stored(part)


def _in_defaults(arguments: ast.arguments) -> Iterator[str]:
    return (name for default in defaults(arguments) for name in _named(default))


def _named(node: ast.AST) -> Iterator[str]:
    return (one.id for one in ast.walk(node) if isinstance(one, ast.Name))


@dataclass(frozen=True)
class _Known:
    """What a notebook tells of all its names: see `sharing.Known`."""

    functions: Mapping[str, Effects]
    modules: Mapping[str, str]
    made: Roots = NOTHING
    plain: Roots = NOTHING

    def to(self, source: str) -> Known:
        """What of this concerns a source: where that is the same, it reads the same."""
        names = _mentioned(source)
        functions = ((name, self.functions[name]) for name in sorted(names & self.functions.keys()))
        modules = ((name, self.modules[name]) for name in sorted(names & self.modules.keys()))
        return Known(tuple(functions), tuple(modules), self.made & names, self.plain)


def _together(readings: Iterable[Reading], before: _Known) -> _Known:
    functions = dict(before.functions)  # what was found stays: else it might go round for ever
    bound, others = set[str](), set[str]()
    for reading in readings:
        bound |= reading.binds
        others |= reading.others
        for name, its in reading.defines.items():
            functions[name] = its | functions.get(name, its)
    keeping = {name for name, its in functions.items() if name in its.changes}
    return _Known(
        functions,
        before.modules,
        made=frozenset(bound - others - functions.keys()),
        plain=frozenset(functions.keys() - others - keeping),
    )


@lru_cache(maxsize=4096)
def _mentioned(source: str) -> Roots:
    """All names in a source, those of attributes with a dot before them."""
    nodes = list(ast.walk(_tree(source)[0]))
    names = {node.id for node in nodes if isinstance(node, ast.Name)}
    return frozenset(names | {f".{node.attr}" for node in nodes if isinstance(node, ast.Attribute)})


@lru_cache(maxsize=4096)
def _tree(source: str) -> tuple[ast.Module, str]:
    """The syntax tree of a cell, empty where nothing of it runs, and what cannot be followed."""
    nothing = ast.Module([], [])
    if MAGIC.search(source) or _cells.transform_cell(source).strip() != source.strip():
        return nothing, SHELL
    try:
        tree = ast.parse(source)
        symtable.symtable(source, "cell", "exec")
    except SyntaxError as error:
        return nothing, "await" if "await" in str(error) or "async" in str(error) else ""
    except (ValueError, RecursionError, MemoryError) as error:
        return nothing, type(error).__name__
    return tree, ""


@lru_cache(maxsize=4096)  # most cells of a class are the same, and see the same
def _read(source: str, known: Known) -> Reading:
    tree, opaque = _tree(source)
    walk = Walk(known)
    walk.statements(tree.body)
    shared = ((name, root) for name, roots in walk.holds.items() for root in roots)
    return Reading(
        reads=frozenset(walk.read),
        later=_of_the_lab(tree, are_later=True) | _drawn_later(walk.defined),
        binds=frozenset(walk.bound),
        sure=_surely_bound(tree.body) | (walk.bound & SEEDS),
        changes=frozenset(walk.changed),
        shared=frozenset((one, other) for one, other in shared if one != other),
        defines=walk.defined,
        others=frozenset(walk.others),
        settles=walk.settles or opaque == SHELL,
        modules=frozenset(name for name, _ in known.modules),
    )


def _of_the_lab(tree: ast.Module, *, are_later: bool) -> Roots:
    """The lab's names that a cell mentions; `are_later` asks for those of its functions alone."""
    found: set[str] = set()

    def look(table: symtable.SymbolTable, is_later: bool) -> None:
        is_cell = table.get_type() == "module"
        for symbol in table.get_symbols():
            if is_later and symbol.is_referenced() and (is_cell or symbol.is_global()):
                found.add(symbol.get_name())
        for inner in table.get_children():
            is_part = any(one.get_name() == ".0" for one in inner.get_symbols())  # a comprehension
            is_function = inner.get_type() == "function" and not is_part
            look(inner, is_later or is_function)

    look(symtable.symtable(ast.unparse(tree), "cell", "exec"), not are_later)
    return frozenset(found)


def _drawn_later(functions: Mapping[str, Effects]) -> Roots:
    """NumPy's seed, where a function draws from it.

    Keras's is left aside: functions that build a network draw from it, and the grader sets it anew
    before each check.
    """
    draw = any(NUMPYS_SEED in its.draws for its in functions.values())
    return frozenset({NUMPYS_SEED}) if draw else NOTHING


def _surely_bound(body: Iterable[ast.stmt]) -> Roots:
    """Names that have their value wherever these statements ran to their end."""
    found: set[str] = set()
    for one in body:
        match one:
            case ast.Assign(targets=targets):
                found |= {name for target in targets for name in stored(target)}
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                found.add(name)
            case ast.FunctionDef(name=name):
                found.add(name)
            case ast.Import() | ast.ImportFrom():
                found |= {name for name, _ in imported(one)}
            case ast.With(items=items, body=inner):
                found |= {name for item in items for name in stored(item.optional_vars)}
                found |= _surely_bound(inner)
    return frozenset(found)
