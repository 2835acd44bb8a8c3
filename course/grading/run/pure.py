"""Which functions of a student's only compute: those where each line is of a kind known here.

What `tame` lets pass can be followed, and yet a cell of the lab that calls it is taken to change
all that it reads. Not so where a function is proved to change nothing but what it made itself.
What is not known counts as not proved, which costs time and no point.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from course.grading.run.sharing import (
    BUILT_IN,
    CALLS,
    defaults,
    full_name,
    is_plain,
    last_name,
    parameters,
    root_of,
    stored,
)
from course.grading.run.tame import is_constant

Modules = Mapping[str, str]  # the full names of what was imported, by the names for it
KINDS = (
    *(ast.Return, ast.Assign, ast.AnnAssign, ast.For, ast.If, ast.Expr, ast.Raise, ast.Assert),
    *(ast.Pass, ast.Break, ast.Continue, ast.Constant, ast.Name, ast.Tuple, ast.List, ast.Dict),
    *(ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Subscript, ast.Slice),
    *(
        ast.Attribute,
        ast.JoinedStr,
        ast.FormattedValue,
        ast.ListComp,
        ast.GeneratorExp,
        ast.Starred,
    ),
    *(ast.comprehension, ast.keyword, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
    ast.expr_context,
)
MAKE = (
    *(ast.Constant, ast.BinOp, ast.UnaryOp, ast.Compare, ast.JoinedStr, ast.List, ast.Dict),
    ast.ListComp,
)
NUMBERS = ("int", "uint", "float", "bool")


def pure(tree: ast.Module, modules: Modules) -> dict[str, frozenset[str]]:
    """The functions of a tame cell that only compute, each with those that it calls by their names.

    It only computes if these do, too.
    """
    calls: dict[str, set[str]] = {}
    refused = {*stored(tree)}
    for one in ast.walk(tree):
        if isinstance(one, ast.FunctionDef):
            its = _its_calls(one, modules)
            refused |= {one.name} if its is None else set()
            calls.setdefault(one.name, set()).update(its or ())
    return {name: frozenset(its) for name, its in calls.items() if name not in refused}


def _its_calls(function: ast.FunctionDef, modules: Modules) -> set[str] | None:
    """The functions that it calls by their names, or None where it may do more than compute."""
    if function.decorator_list or function.args.vararg or function.args.kwarg:
        return None
    if not all(map(is_constant, defaults(function.args))):  # an iterator is used up
        return None
    local = _local(function, modules)
    nodes = [node for statement in function.body for node in ast.walk(statement)]
    if not all(_is_harmless(node, local, modules) for node in nodes):
        return None
    calls = [node.func for node in nodes if isinstance(node, ast.Call)]
    by_name = [one for one in calls if isinstance(one, ast.Name)]
    return {one.id for one in by_name if not _is_known(one, modules)}


@dataclass(frozen=True)
class _Local:
    """The names of a function.

    Attributes:
        names: all of them.
        new: those that only ever hold what was made in it.
        arrays: those that only ever hold arrays of numbers that were made in it.
        counts: the same of lists of numbers, into which nothing else is put.
    """

    names: frozenset[str]
    new: frozenset[str]
    arrays: frozenset[str]
    counts: frozenset[str]


def _local(function: ast.FunctionDef, modules: Modules) -> _Local:
    """What can be said of its names."""
    names = frozenset({*parameters(function.args), *stored(function)})
    values: dict[str, list[ast.expr]] = {}
    others = {*parameters(function.args)}
    stores: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                values.setdefault(name, []).append(value)
            case ast.Assign(targets=[ast.Tuple(elts=targets)], value=ast.Tuple(elts=parts)) if len(
                targets
            ) == len(parts) and all(isinstance(t, ast.Name) for t in targets):
                for target, part in zip(targets, parts, strict=True):
                    values.setdefault(root_of(target), []).append(part)
            case ast.Assign(targets=targets):
                others |= {name for target in targets for name in stored(target)}
                stores |= {root_of(target) for target in targets}
            case (
                ast.AnnAssign(target=target)
                | ast.For(target=target)
                | ast.comprehension(target=target)
            ):
                others |= {*stored(target)}
                stores.add(root_of(target))
            case (
                ast.Call(func=ast.Attribute(value=grows))
                | ast.AugAssign(target=ast.Name() as grows)
            ):
                stores.add(root_of(grows))

    def whose(is_so: Callable[[ast.expr], bool]) -> frozenset[str]:
        return frozenset(n for n, its in values.items() if n not in others and all(map(is_so, its)))

    return _Local(
        names,
        new=whose(lambda value: _is_new(value, modules)),
        arrays=whose(lambda value: _is_array(value, modules)),
        counts=whose(_is_counts) - stores,
    )


def _is_harmless(node: ast.AST, local: _Local, modules: Modules) -> bool:
    """Whether a node of a function changes nothing but what the function made."""
    match node:
        case ast.AugAssign(target=ast.Name(id=name)):
            return name in local.new
        case ast.AugAssign(target=target, value=value):
            name, is_number = root_of(target), isinstance(value, ast.Constant)
            return name in local.arrays or (name in local.counts and is_number)
        case ast.Subscript(ctx=ast.Store(), value=ast.Name(id=name)):
            return name in local.new
        case ast.Subscript(ctx=ast.Store()):
            return root_of(node) in local.arrays | local.counts
        case ast.Attribute(ctx=ast.Store()):
            return False
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="append")):
            return name in local.new and not node.keywords
        case ast.Name(id=name) if name in BUILT_IN and not _is_known(node, modules):
            return False  # such as SystemExit
        case ast.Call():
            return _computes(node, local.names, modules)
    return isinstance(node, KINDS)


def _computes(call: ast.Call, names: frozenset[str], modules: Modules) -> bool:
    """Whether a call only computes, if functions do that cells define."""
    if any(one.arg not in CALLS["computes_with"] for one in call.keywords):
        return False
    if isinstance(call.func, ast.Name):
        name = call.func.id
        if name in names:
            return False
        if name not in modules:
            return name not in BUILT_IN or _is_known(call.func, modules)
    return _is_known(call.func, modules) and not _may_have_out(call, modules)


def _is_known(function: ast.expr, modules: Modules) -> bool:
    """Whether a function is one of Python's or of a library's, or a method, that only computes."""
    name = last_name(function, modules)
    match function:
        case ast.Name() | ast.Attribute() if root_of(function) in modules:
            library = full_name(function, modules).rpartition(".")[0]
            return library in CALLS["computing"] and name in CALLS["computes"]
        case ast.Name():
            is_error = name in BUILT_IN and name.endswith("Error")
            return name in CALLS["computes_in_python"] or is_error
        case ast.Attribute():
            return name in CALLS["computes"]
    return False


def _may_have_out(call: ast.Call, modules: Modules) -> bool:
    """Whether an argument by its place may be one that is changed, as that of NumPy's out=."""
    if any(isinstance(one, ast.Starred) for one in call.args):
        return True
    name = last_name(call.func, modules)
    is_librarys = is_plain(call.func) and root_of(call.func) in modules
    ufunc = getattr(np, name, None)
    if is_librarys and isinstance(ufunc, np.ufunc):
        most = ufunc.nin
    elif name in CALLS["many_arguments"]:
        most = 3 if is_librarys else 2
    else:
        most = 2 if is_librarys else 1
    return len(call.args) > most


def _is_new(value: ast.expr, modules: Modules) -> bool:
    """Whether the value of an expression is an object that nobody else holds."""
    if isinstance(value, ast.Call):
        is_own = last_name(value.func, modules) not in CALLS["hands_on"] | CALLS["gives_a_part"]
        return is_own and _is_known(value.func, modules)
    return isinstance(value, MAKE)


def _is_array(value: ast.expr, modules: Modules) -> bool:
    """Whether it is a new array that can hold nothing but numbers."""
    match value:
        case ast.Call(args=[_, *kinds]) if last_name(value.func, modules) in CALLS["makes_arrays"]:
            kinds = [*kinds, *(one.value for one in value.keywords if one.arg == "dtype")]
            is_plain = not any(isinstance(one, ast.Starred) for one in value.args)
            return is_plain and _is_new(value, modules) and all(map(_is_kind_of_number, kinds))
    return False


def _is_kind_of_number(kind: ast.expr) -> bool:
    match kind:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.rstrip("_0123456789") in NUMBERS
    return False


def _is_counts(value: ast.expr) -> bool:
    """Whether it is a new list of numbers, or of such lists."""
    match value:
        case ast.List(elts=parts):
            return all(isinstance(one, ast.Constant) or _is_counts(one) for one in parts)
        case ast.BinOp(op=ast.Mult(), left=ast.List() as left):
            return _is_counts(left)
        case ast.ListComp(elt=part):
            return isinstance(part, ast.Constant) or _is_counts(part)
    return False
