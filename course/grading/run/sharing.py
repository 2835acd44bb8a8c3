"""Follows the names of a notebook through its code: what changes, and which share an object.

What calls do that no source of the notebook shows stands in `calls.toml`. Of Python it knows what
the labs' own cells use: there are no classes, for one (see `tame`).
"""

from __future__ import annotations

import ast
import builtins
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

Roots = frozenset[str]
NOTHING: Roots = frozenset()
BUILT_IN = frozenset(dir(builtins))
# Names for what is no variable: what NumPy and Keras draw from, and the files in the folder.
NUMPYS_SEED, KERASS_SEED, FILES = "NumPy's seed", "Keras's seed", "the files"
SEEDS = frozenset({NUMPYS_SEED, KERASS_SEED})
# Stands among what is drawn from, where a function was called that came as a value: who knows.
BY_VALUE = "what a function draws from that came as a value"
CALLS = {
    kind: frozenset(names.split())
    for kind, names in tomllib.loads(
        Path(__file__).with_name("calls.toml").read_text(encoding="utf-8")
    ).items()
}
# What makes a list, or another container, that is new.
NEW = (ast.List, ast.Dict, ast.Set, ast.ListComp, ast.DictComp, ast.SetComp)
MOST_STEPS = 50_000  # of following the names of one cell; a lab's longest takes 2,000
ANYTHING = "*"  # for the parameters of a function: whatever it is given


class TooDeep(Exception):
    """Code that takes too long to read."""


@dataclass(frozen=True)
class Effects:
    """What a function does to its parameters and to the lab's names.

    Attributes:
        parameters: their names in order, or ANYTHING alone.
        changes: what it may change of them.
        returns: what it may hand back of them.
        draws: from which seeds, and whether from files, before it sets them itself.
    """

    parameters: tuple[str, ...] = (ANYTHING,)
    changes: Roots = frozenset({ANYTHING})
    returns: Roots = frozenset({ANYTHING})
    draws: Roots = NOTHING

    def __or__(self, other: Effects) -> Effects:
        """Either of two functions."""
        changes, draws = self.changes | other.changes, self.draws | other.draws
        if self.parameters == other.parameters:
            return Effects(self.parameters, changes, self.returns | other.returns, draws)
        return Effects(changes=changes | {ANYTHING}, draws=draws)


@dataclass(frozen=True)
class Known:
    """What the whole notebook tells of the names in one of its cells.

    Attributes:
        functions: what they do; attributes that may be functions have a dot before them.
        modules: the full names of modules and of what is imported from them.
        made: names that have only what calls of libraries have made, and so no function of ours.
        plain: names of functions alone, which keep nothing from call to call.
    """

    functions: tuple[tuple[str, Effects], ...] = ()
    modules: tuple[tuple[str, str], ...] = ()
    made: Roots = NOTHING
    plain: Roots = NOTHING


class Walk:
    """Goes through statements in their order.

    Attributes:
        holds: for each name those names whose objects it may be, or be a part of, or hold. A name
            that is not in it is itself alone.
        bound: the names that got a value.
        read: the names whose value was taken before they got one here.
        changed: those whose objects may have changed.
        returned: those whose objects may have been returned.
        defined: what functions that were defined here do.
        others: names that may have something else than a function, or what a library made.
        settles: whether a setting of a library was changed, or a library itself.
    """

    def __init__(self, known: Known, own: Iterable[str] = ()) -> None:
        self._known = known
        self._functions, self._modules = dict(known.functions), dict(known.modules)
        self._own = frozenset(own)
        self._steps = [0]  # one count for the functions in it, too
        self._is_sure = True
        self._fresh: set[str] = set()  # lists and the like that were made here
        self._has: set[str] = set()
        self.holds: dict[str, Roots] = {}
        self.bound: set[str] = set()
        self.read: set[str] = set()
        self.changed: set[str] = set()
        self.returned: set[str] = set()
        self.defined: dict[str, Effects] = {}
        self.others: set[str] = set()
        self.settles = False

    # ---- Statements ----

    def statements(self, body: Iterable[ast.stmt]) -> None:
        for one in body:
            self._statement(one)

    def _statement(self, one: ast.stmt) -> None:
        match one:
            case ast.FunctionDef():
                self._function(one)
            case ast.Assign(targets=targets, value=value):
                self._expression(value)
                for target in targets:
                    self._assign(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._expression(value)
                self._assign(target, value)
            case ast.AugAssign(target=target, value=value):
                self._expression(value)
                self._augment(target, value)
            case ast.For():
                self._for(one)
            case ast.While(test=test, body=body, orelse=orelse):
                self._expression(test)
                for _ in range(2):  # what the end of the body leaves, its beginning finds
                    self._maybe(partial(self.statements, [*body, *orelse]))
            case ast.If(test=test, body=body, orelse=orelse):
                self._expression(test)
                self._maybe(partial(self.statements, body))
                self._maybe(partial(self.statements, orelse))
            case ast.With():
                self._with(one)
            case ast.Try(body=body, handlers=handlers, orelse=orelse, finalbody=final):
                self._maybe(partial(self.statements, [*body, *orelse]))
                for handler in handlers:
                    self.bound |= {handler.name} if handler.name else set()
                    self._maybe(partial(self.statements, handler.body))
                self.statements(final)
            case ast.Return(value=ast.expr() as value):
                self._expression(value)
                self.returned |= self.shares(value)
            case ast.Delete(targets=targets):
                for target in targets:
                    self._change(self.shares(target))
                    self.bound |= set(stored(target))
            case ast.Import() | ast.ImportFrom():
                self._bind({name for name, _ in imported(one)})
            case _:
                for child in ast.iter_child_nodes(one):
                    if isinstance(child, ast.expr):
                        self._expression(child)

    def _maybe(self, walk: Callable[[], None]) -> None:
        """Walk what need not run: a name may hold what it held before, too."""
        is_sure, has, self._is_sure = self._is_sure, set(self._has), False
        walk()
        self._is_sure, self._has = is_sure, has

    def _for(self, one: ast.For) -> None:
        self._expression(one.iter)
        for _ in range(2):
            self._maybe(partial(self._store_each, one.target, one.iter))
            has, self._has = self._has, self._has | set(stored(one.target))
            self._maybe(partial(self.statements, one.body))
            self._has = has  # the loop may have had no turn
        self._maybe(partial(self.statements, one.orelse))

    def _with(self, one: ast.With) -> None:
        for item in one.items:
            self._expression(item.context_expr)
            if item.optional_vars is not None:
                self._store(item.optional_vars, self.shares(item.context_expr))
        settles = self.settles
        self.statements(one.body)
        if any(called(item.context_expr) in CALLS["lasts"] for item in one.items):
            self.settles = settles

    # ---- Names that get a value ----

    def _assign(self, target: ast.expr, value: ast.expr) -> None:
        """Bind a target to the value of an expression."""
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) else ()
        targets = target.elts if isinstance(target, ast.Tuple | ast.List) else ()
        is_each = parts and len(parts) == len(targets)
        if is_each and not any(isinstance(one, ast.Starred) for one in (*parts, *targets)):
            shared = [self.shares(part) for part in parts]
            for one, part, roots in zip(targets, parts, shared, strict=True):
                self._name(one, part, roots)
        else:
            self._name(target, value, self.shares(value))

    def _name(self, target: ast.expr, value: ast.expr, roots: Roots) -> None:
        is_made = self._is_librarys(value)  # also a function of a library's
        self._store(target, roots, is_made=is_made or isinstance(value, ast.Lambda))
        if isinstance(target, ast.Name) and isinstance(value, ast.Lambda):
            self._define(target.id, self._effects(value))
        if isinstance(target, ast.Name) and isinstance(value, NEW):
            self._fresh.add(target.id)

    def _store(self, target: ast.expr, roots: Roots, *, is_made: bool = False) -> None:
        """Bind a target to an object that these names may share."""
        match target:
            case ast.Name(id=name):
                self._bind({name})
                self.others |= set() if is_made else {name}
                self._fresh.discard(name)
                kept = NOTHING if self._is_sure else self.holds.get(name, frozenset({name}))
                self.holds[name] = roots | kept
            case ast.Tuple(elts=elts) | ast.List(elts=elts):
                for element in elts:
                    self._store(element, roots, is_made=is_made)
            case ast.Starred(value=inner):
                self._store(inner, roots, is_made=is_made)
            case ast.Attribute(value=owner) | ast.Subscript(value=owner):
                self._expression(target)
                if not (isinstance(owner, ast.Name) and owner.id in self._fresh):
                    self._change(self.shares(owner))
                self._keep({*self.shares(owner), root_of(owner)}, roots)
                if isinstance(target, ast.Attribute):  # which may be a function
                    self._define(f".{target.attr}", Effects())
                self.settles |= self._is_librarys(target)

    def _augment(self, target: ast.expr, value: ast.expr) -> None:
        if not (isinstance(target, ast.Name) and target.id in self._fresh):
            self._change(self.shares(target))
        if isinstance(value, (ast.Tuple, *NEW)):  # whose parts a list takes over
            self._keep({*self.shares(target), root_of(target)}, self.shares(value))
        if isinstance(target, ast.Name):
            self._look({target.id})
            self.bound.add(target.id)
            self.others.add(target.id)
        else:
            self._store(target, NOTHING)

    def _store_each(self, target: ast.expr, iterated: ast.expr) -> None:
        """Bind the target of a loop; zip and enumerate tell which part is whose."""
        parts: list[Roots] = []
        match iterated:
            case ast.Call(func=ast.Name(id="zip"), args=args):
                parts = [self.shares(one) for one in args]
            case ast.Call(func=ast.Name(id="enumerate"), args=[one, *_]):
                parts = [NOTHING, self.shares(one)]
        if isinstance(target, ast.Tuple) and len(parts) == len(target.elts):
            for element, roots in zip(target.elts, parts, strict=True):
                self._store(element, roots)
        else:
            self._store(target, self.shares(iterated))

    def _store_own(self, one: ast.comprehension) -> None:
        """The same for a comprehension, whose names are its own."""
        bound, others = set(self.bound), set(self.others)
        self._store_each(one.target, one.iter)
        self.bound, self.others = bound, others

    def _keep(self, owners: Iterable[str], kept: Roots) -> None:
        """Note that objects were put into others."""
        for owner in owners:
            self.holds[owner] = self.holds.get(owner, frozenset({owner})) | kept

    def _change(self, roots: Iterable[str]) -> None:
        self.changed |= set(roots) - self._known.plain

    def _draw(self, sources: Iterable[str]) -> None:
        """Take something from a seed or a file, which is another one then."""
        self._change(sources)
        self._look(sources)

    def _look(self, names: Iterable[str]) -> None:
        self.read |= set(names) - self._has

    def _bind(self, names: set[str]) -> None:
        self.bound |= names
        self._has |= names

    # ---- Functions and classes ----

    def _function(self, one: ast.FunctionDef) -> None:
        for expression in (*one.decorator_list, *defaults(one.args)):
            self._expression(expression)
        self._bind({one.name})
        self.holds[one.name] = frozenset({one.name})
        self._define(one.name, self._effects(one))

    def _define(self, name: str, its: Effects) -> None:
        self.defined[name] = its | self.defined.get(name, its)
        self._functions[name] = self.defined[name] | self._functions.get(name, its)

    def _effects(self, one: ast.FunctionDef | ast.Lambda) -> Effects:
        if not isinstance(one, ast.Lambda) and not all(map(self._is_librarys, one.decorator_list)):
            return Effects(changes=frozenset({ANYTHING, one.name}))
        names = parameters(one.args)
        body = [ast.Return(one.body)] if isinstance(one, ast.Lambda) else one.body
        local = {name for statement in body for name in stored(statement)} - {*names}
        inside = Walk(self._known, {*names, *local})
        inside._functions, inside._steps = self._functions, self._steps
        inside.statements(body)
        for its in inside.defined.values():  # functions in it, which it may call or return
            names_changed = its.changes - {*its.parameters}
            inside.changed |= {
                root for one in names_changed for root in inside.holds.get(one, frozenset({one}))
            }
        changes = (inside.changed | (inside.bound & SEEDS)) - local
        # What a default holds lives on from call to call, as if it were a part of the function.
        if not isinstance(one, ast.Lambda) and defaults(one.args):
            changes |= {one.name} if changes & {*names} else set()
        is_open = one.args.vararg or one.args.kwarg
        if is_open and changes & {*names}:
            changes.add(ANYTHING)
        return Effects(
            (ANYTHING,) if is_open else names,
            frozenset(changes),
            frozenset({ANYTHING}) if is_open else frozenset(inside.returned - local),
            frozenset(inside.read & {*SEEDS, FILES, BY_VALUE}),
        )

    # ---- Expressions ----

    def _expression(self, expression: ast.expr) -> None:
        """Follow the calls of an expression, and what it reads and binds."""
        self._look(loads(expression))
        for node in ast.walk(expression):
            match node:
                case ast.comprehension():
                    self._maybe(partial(self._store_own, node))
                case ast.Lambda():  # it may be called at once, or by whom it is given to
                    its = self._effects(node)
                    self._change(its.changes - {*parameters(node.args)} - SEEDS)
                    self._define("<lambda>", its)
                case ast.Call():
                    self._call(node)

    def _call(self, call: ast.Call) -> None:
        name, is_librarys = self._called(call), self._is_librarys(call.func)
        self._seed(call)
        if name in CALLS["files"]:
            self._draw({FILES})
        self.settles |= is_librarys and name in CALLS["settings"]
        self._change(self._all(k.value for k in call.keywords if k.arg == "callbacks"))
        if name in CALLS["changes_arguments"] or any(k.arg == "out" for k in call.keywords):
            self._change(self._all(given(call)))
        elif name in CALLS["changes_first"]:
            self._change(self._all(given(call)[:1]))
        elif is_librarys and isinstance(ufunc := getattr(np, name, None), np.ufunc):
            self._change(self._all(call.args[ufunc.nin :]))
        if is_librarys:
            return
        owner = self.shares(call.func.value) if isinstance(call.func, ast.Attribute) else NOTHING
        if isinstance(call.func, ast.Attribute) and name not in CALLS["reads_only"]:
            is_fresh = isinstance(call.func.value, ast.Name) and call.func.value.id in self._fresh
            self._change(NOTHING if is_fresh else owner)
            if name in CALLS["keeps"]:
                self._keep({*owner, root_of(call.func)}, self._all(given(call)))
        its = self._called_effects(call)
        self._change(self._of(call, its, "changes"))
        self._look(its.draws)

    def _seed(self, call: ast.Call) -> None:
        """Note what a call does with the seeds."""
        name, full = called(call), full_name(call.func, self._modules)
        own = any(k.arg in {"random_state", "seed"} for k in call.keywords)
        if name in CALLS["sets_seed"] and self._is_librarys(call.func):
            self._bind({NUMPYS_SEED} if full.startswith(("numpy", "random")) else set(SEEDS))
        elif name in CALLS["trains"]:
            is_ordered = name in CALLS["orders"] and not own
            self._draw(SEEDS if is_ordered else {KERASS_SEED})
        elif self._is_librarys(call.func) and is_plain(call.func) and not own:
            if name in CALLS["draws_not"]:
                return
            if full.split(".")[0] not in CALLS["libraries"]:
                self._draw(SEEDS)
            elif begins(full, CALLS["draws_by_numpy"]):
                self._draw({NUMPYS_SEED})
            elif begins(full, CALLS["draws_by_keras"]):
                self._draw({KERASS_SEED})

    def _called_effects(self, call: ast.Call) -> Effects:
        """What may happen to what a call gives; it is no call of a library's function."""
        match call.func:
            case ast.Name(id=name) if name in self._functions and name not in self._own:
                return self._functions[name]
            case ast.Name(id=name) if name in BUILT_IN and name not in self._own:
                return Effects(changes=NOTHING, returns=NOTHING)
            case ast.Attribute(attr=name):
                nothing = Effects(changes=NOTHING)
                return self._functions.get(f".{name}", nothing)
        root = root_of(call.func)
        is_made = root in self._known.made and root not in self._own
        # A function that came as a value: those that students write do nothing but return (`tame`).
        return Effects(
            changes=NOTHING,
            returns=NOTHING if is_made else frozenset({ANYTHING}),
            draws=frozenset({BY_VALUE}),
        )

    def _of(self, call: ast.Call, its: Effects, what: str) -> Roots:
        """What a call gives for those parameters that a function changes, or returns."""
        owner = self.shares(call.func.value) if isinstance(call.func, ast.Attribute) else None
        names = list(its.parameters)
        by_name: dict[str, Roots] = {}
        if owner is not None and names[0] != ANYTHING:
            by_name[names.pop(0)] = owner
        is_plain = names[:1] != [ANYTHING] and len(call.args) <= len(names)
        is_plain = is_plain and all(k.arg for k in call.keywords)
        if not is_plain or any(isinstance(one, ast.Starred) for one in call.args):
            everything = self._all(given(call)) | (owner or NOTHING)
            by_name |= dict.fromkeys((*names, ANYTHING), everything)
        else:
            by_name |= dict(zip(names, map(self.shares, call.args), strict=False))
            by_name |= {k.arg: self.shares(k.value) for k in call.keywords if k.arg}
        wanted: Roots = getattr(its, what)
        found = [by_name.get(one, NOTHING) for one in wanted & {*its.parameters, ANYTHING}]
        return frozenset().union(*found, wanted - {*its.parameters, ANYTHING})

    def _all(self, expressions: Iterable[ast.expr]) -> Roots:
        return frozenset().union(*(self.shares(one) for one in expressions))

    def shares(self, expression: ast.AST) -> Roots:
        """The names whose objects the value of an expression may be, or hold, or be a part of."""
        self._steps[0] += 1
        if self._steps[0] > MOST_STEPS:
            raise TooDeep
        match expression:
            case ast.Name(id=name):
                own = self.holds.get(name, frozenset({name}))
                return NOTHING if self._is_librarys(expression) else own
            case ast.Attribute(value=value) | ast.Subscript(value=value):
                return NOTHING if self._is_librarys(expression) else self.shares(value)
            case ast.Starred(value=value):
                return self.shares(value)
            case ast.Tuple(elts=elts) | ast.List(elts=elts) | ast.Set(elts=elts):
                return self._all(elts)
            case ast.Dict(values=values) | ast.BoolOp(values=values):
                return self._all(values)
            case ast.IfExp(body=body, orelse=orelse):
                return self._all([body, orelse])
            case ast.BinOp(left=left, right=right):  # a list of parts, added to another or repeated
                return self._all(o for o in (left, right) if isinstance(o, ast.List | ast.Tuple))
            case ast.ListComp(elt=elt) | ast.SetComp(elt=elt) | ast.GeneratorExp(elt=elt):
                return self._of_comprehension(expression.generators, elt)
            case ast.DictComp(value=value):
                return self._of_comprehension(expression.generators, value)
            case ast.Lambda(args=arguments, body=body):
                names = (one for one in ast.walk(body) if isinstance(one, ast.Name))
                its = {*parameters(arguments)}
                return self._all(one for one in names if one.id not in its)
            case ast.Call():
                return self._returned(expression)
        return NOTHING

    def _of_comprehension(self, generators: Iterable[ast.comprehension], part: ast.expr) -> Roots:
        for one in generators:
            self._maybe(partial(self._store_own, one))
        return self.shares(part)

    def _returned(self, call: ast.Call) -> Roots:
        name, everything = self._called(call), self._all(given(call))
        if self._is_librarys(call.func):
            hands_on = name in CALLS["holds"] or name in CALLS["hands_on"]
            return everything if hands_on else NOTHING
        its = self._called_effects(call)
        if isinstance(call.func, ast.Attribute):
            if name == "copy" and root_of(call.func) in self._fresh:  # of a list, not of an array
                return self.shares(call.func.value)
            if name in CALLS["draws"] and f".{name}" not in self._functions:
                return self.shares(call.func.value)
            if name in CALLS["reads_only"] and f".{name}" not in self._functions:
                return self.shares(call.func.value) if name in CALLS["hands_on"] else NOTHING
            return self._of(call, its, "returns") | self.shares(call.func.value)
        if name in CALLS["hands_on"] or (name == "sum" and len(given(call)) > 1):  # of lists
            return everything
        return self._of(call, its, "returns")

    def _called(self, call: ast.Call) -> str:
        """The last part of the name of what a call calls, where that comes from."""
        if not self._is_librarys(call.func):
            return called(call)
        return last_name(call.func, self._modules)

    def _is_librarys(self, node: ast.AST) -> bool:
        """Whether an expression begins with a module, or with what was imported from one."""
        root = root_of(node)
        return root in self._modules and root not in self._own


# ---- What code is made of ----


def imported(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """The names of modules and of what is imported from them, each with its full name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                first = alias.name.split(".")[0]
                yield (alias.asname, alias.name) if alias.asname else (first, first)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield alias.asname or alias.name, f"{node.module}.{alias.name}"


def stored(node: ast.AST | None) -> Iterator[str]:
    """The names that are bound or deleted anywhere in this."""
    for one in ast.walk(node) if node is not None else ():
        if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load):
            yield one.id


def loads(node: ast.AST) -> Iterator[str]:
    """The names that an expression reads at once: not those in a lambda, nor a comprehension's."""
    if isinstance(node, ast.Lambda):
        for default in defaults(node.args):
            yield from loads(default)
        return
    own: set[str] = set()
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        own = {name for one in node.generators for name in stored(one.target)}
        yield from loads(node.generators[0].iter)  # in which these names mean others
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
        yield node.id
    for child in ast.iter_child_nodes(node):
        yield from (name for name in loads(child) if name not in own)


def parameters(arguments: ast.arguments) -> tuple[str, ...]:
    """The names of a function's parameters, those for the rest last."""
    rest = [one for one in (arguments.vararg, arguments.kwarg) if one]
    its = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *rest)
    return tuple(one.arg for one in its)


def defaults(arguments: ast.arguments) -> list[ast.expr]:
    """The values that parameters of a function have where nothing is given."""
    return [*arguments.defaults, *filter(None, arguments.kw_defaults)]


def given(call: ast.Call) -> list[ast.expr]:
    """All arguments of a call."""
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def called(node: ast.AST) -> str:
    """The last part of the name that a call calls, "" of anything else."""
    match node:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
    return ""


def is_plain(node: ast.AST) -> bool:
    """Whether this is a name with attributes: no call of what a call gave."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def root_of(node: ast.AST) -> str:
    """The name with which an expression such as a.b[c].d begins, "" where it begins with none."""
    while isinstance(node, ast.Attribute | ast.Subscript | ast.Call):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) else ""


def full_name(node: ast.AST, modules: Mapping[str, str]) -> str:
    """The full name of what a library has, as far as it can be read.

    `modules` has the full names of what was imported, by the names for it.
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    root = root_of(node)
    return ".".join([modules.get(root, root), *reversed(parts)])


def last_name(node: ast.AST, modules: Mapping[str, str]) -> str:
    """The last part of `full_name`: what a function is called where it comes from."""
    return full_name(node, modules).rpartition(".")[2]


def begins(full: str, parts: Roots) -> bool:
    return any(f"{full}.".startswith(part) for part in parts)
