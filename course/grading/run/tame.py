"""Whether a student's code is of the kind whose effects can be read: what a call gives, it returns.

Here the rule is the other way round than for the lab's own cells: what is not known to be harmless
is not. Names are followed by `sharing`; this keeps out what would fool it, such as classes whose
operators count, iterators that are used up, and functions that remember.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

import numpy as np

from course.grading.run.sharing import (
    BUILT_IN,
    CALLS,
    FILES,
    KERASS_SEED,
    NUMPYS_SEED,
    Effects,
    begins,
    called,
    defaults,
    full_name,
    given,
    imported,
    is_plain,
    last_name,
    root_of,
)

FORBIDDEN = (
    *(ast.ClassDef, ast.AsyncFunctionDef, ast.AsyncFor, ast.AsyncWith, ast.Await, ast.Match),
    *(ast.Global, ast.Nonlocal, ast.TryStar, ast.NamedExpr, ast.YieldFrom),
)
WORDS = {
    ast.ClassDef: "a class",
    ast.Global: "global",
    ast.Nonlocal: "nonlocal",
    ast.NamedExpr: ":=",
    ast.Match: "match",
}
UNSEEN = CALLS["opaque"] | CALLS["history"]


def why_not(tree: ast.Module, modules: Mapping[str, str], names: Collection[str]) -> str:
    """What of a student's cell cannot be followed, or "".

    Args:
        tree: of the cell.
        modules: the full names of what was imported, by the names that mean nothing else.
        names: all that are imported somewhere.
    """
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        for reason in _reasons(node, parents, modules):
            return reason
    return "a name of a library" if _rebinds(tree, {*modules, *names}) else ""


def _reasons(
    node: ast.AST, parents: dict[ast.AST, ast.AST], modules: Mapping[str, str]
) -> Iterator[str]:
    match node:
        case _ if isinstance(node, FORBIDDEN):
            yield WORDS.get(type(node), type(node).__name__)
        case ast.Name(id=name) if name in UNSEEN and isinstance(node.ctx, ast.Load):
            yield name
        case ast.Name(ctx=ast.Del()):
            yield "del"
        case ast.Name(id=name, ctx=ast.Load()) if _draws(modules.get(name, "")) and not (
            isinstance(parents.get(node), ast.Attribute) or _is_called(node, parents)
        ):
            yield f"{name} without a call"
        case ast.Name(id=name) | ast.Attribute(attr=name) if name in CALLS["opaque_parts"] or (
            name.startswith("__") and name not in CALLS["plain"]
        ):
            yield name
        case ast.Attribute(attr="random", value=ast.Name(id=name)) if (
            name in modules and not _is_generator(node, parents)
        ):
            yield "random numbers of a library"
        case ast.Attribute(attr=name, ctx=ast.Load()) if not _is_called(node, parents):
            if name in CALLS["mutators"] or name in CALLS["changes_arguments"]:
                yield f".{name} without a call"
        case ast.Attribute(ctx=ast.Store()) | ast.Subscript(ctx=ast.Store()):
            if root_of(node) in modules and root_of(node) not in CALLS["drawing"]:
                yield "a library that is changed"
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            if any(one.name == "*" for one in names):
                yield "import *"
            parts = {full.split(".")[0] for _, full in imported(node)}
            if isinstance(node, ast.ImportFrom) and (node.level or node.module is None):
                yield "import"
            elif parts - CALLS["students_libraries"] or any(
                "random" in f for _, f in imported(node)
            ):
                yield f"import {min(parts)}"
        case ast.FunctionDef(decorator_list=[_, *_]):
            yield "a decorator"
        case ast.arguments():
            # What a name stands for is shared with the function.
            if not all(isinstance(one, ast.Name) or is_constant(one) for one in defaults(node)):
                yield "a default that is no constant"
        case ast.AugAssign(target=ast.Subscript(slice=ast.Constant(value=str()))):
            yield "a change in a dictionary"  # whose copy has the same parts
        case ast.With(items=items):
            if not all(called(item.context_expr) in CALLS["withs"] for item in items):
                yield "with"
        case ast.GeneratorExp():
            if not _is_used_up(node, parents):
                yield "an iterator"
        case ast.Call():
            yield from _of_call(node, parents, modules)


def _draws(full: str) -> bool:
    """Whether what has this full name draws from NumPy's seed."""
    is_one = full.rpartition(".")[2] not in CALLS["draws_not"]
    return is_one and begins(full, CALLS["draws_by_numpy"])


def _of_call(
    call: ast.Call, parents: dict[ast.AST, ast.AST], modules: Mapping[str, str]
) -> Iterator[str]:
    name = called(call)
    is_built_in = isinstance(call.func, ast.Name) and name in BUILT_IN
    if any(name in CALLS[kind] for kind in ("files", "settings", "hidden_state")):
        yield name
    if is_built_in and name not in CALLS["built_in"] and not name.endswith(("Error", "Exception")):
        yield name
    if _is_iterator(call, modules) and not _is_used_up(call, parents):
        yield "an iterator"
    if any(_is_risky(keyword) for keyword in call.keywords) or _may_have_out(call, modules):
        yield f"what {name} is given"


def _may_have_out(call: ast.Call, modules: Mapping[str, str]) -> bool:
    """Whether an argument by its place may be one that is changed, as that of NumPy's out=."""
    name, many = last_name(call.func, modules), len(call.args)
    if is_plain(call.func) and root_of(call.func) in modules:
        if not full_name(call.func, modules).startswith("numpy."):
            return name in CALLS["few_arguments"] and many > 2
        if any(isinstance(one, ast.Starred) for one in call.args):
            return True
        if isinstance(ufunc := getattr(np, name, None), np.ufunc):
            return many > ufunc.nin
        return many > (2 if name in CALLS["few_arguments"] else 3)
    is_method = isinstance(call.func, ast.Attribute) and name in CALLS["reads_only"]
    return is_method and many > (1 if name in CALLS["few_of_a_method"] else 2)


def impure(functions: Mapping[str, Effects]) -> str:
    """The name of a function that does more than to return something, or ""."""
    harmless = {KERASS_SEED, NUMPYS_SEED}  # it sets the seed for its own training
    for name, its in functions.items():
        if its.changes - harmless or its.draws & {NUMPYS_SEED, FILES}:
            return f"what {name} changes"
    return ""


def _rebinds(tree: ast.Module, modules: Collection[str]) -> bool:
    """Whether the cell gives another value to what the notebook imports, or to one of Python's."""
    for node in ast.walk(tree):
        match node:
            case (
                ast.Name(id=name, ctx=ast.Store()) | ast.FunctionDef(name=name) | ast.arg(arg=name)
            ):
                if name in modules or name in BUILT_IN:
                    return True
    return False


def _is_iterator(call: ast.Call, modules: Collection[str]) -> bool:
    root = root_of(call.func)
    is_arrays = root in modules and root != "itertools" and isinstance(call.func, ast.Attribute)
    return called(call) in CALLS["iterators"] and not is_arrays


def _is_generator(node: ast.Attribute, parents: dict[ast.AST, ast.AST]) -> bool:
    """np.random in np.random.default_rng(seed), which draws from nothing else."""
    part = parents.get(node)
    call = parents.get(part) if part is not None else None
    return (
        isinstance(part, ast.Attribute)
        and part.attr == "default_rng"
        and isinstance(call, ast.Call)
        and call.func is part
        and bool(given(call))
    )


def _is_called(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    parent = parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _is_used_up(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> bool:
    """Whether an iterator is gone through where it is made, so that nobody else can."""
    parent = parents.get(node)
    if isinstance(parent, ast.Starred):
        return True
    if isinstance(parent, ast.For | ast.comprehension):
        return parent.iter is node
    if isinstance(parent, ast.Call) and parent.func is not node:
        if called(parent) in CALLS["iterators"]:
            return _is_used_up(parent, parents)
        return called(parent) in CALLS["uses_up"]
    return False


def _is_risky(keyword: ast.keyword) -> bool:
    value = keyword.value.value if isinstance(keyword.value, ast.Constant) else ...
    return (
        keyword.arg == "out"
        or (keyword.arg == "copy" and value is not True)
        or (keyword.arg == "random_state" and value is None)
    )


def is_constant(node: ast.AST) -> bool:
    """Whether an expression is made of numbers and texts alone."""
    match node:
        case ast.Constant():
            return True
        case ast.UnaryOp(operand=operand):
            return is_constant(operand)
        case ast.Tuple(elts=elts):
            return all(map(is_constant, elts))
    return False
