"""Which cells of a submission must run for its marks: what a student wrote, and what that needs.

A cell that stands in the released lab as it is here, holds no answer, and gives nothing to a cell
that runs or to a check, is left out. It is found by reading (see `reading`); a student's code that
is of no kind that can be followed (see `tame`) makes all cells run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from nbformat import NotebookNode

from course.grading.intake.submission import Step
from course.grading.run.reading import (
    Reading,
    as_students,
    imports_of,
    modules_of,
    read_all,
    untamed,
)
from course.grading.run.sharing import FILES, SEEDS, Roots
from course.grading.run.tame import impure

# Errors that no cell which was left out can explain: an open exercise, and what is no Python.
EXPLAINED = frozenset(["NotImplementedError", "SyntaxError", "IndentationError", "TabError"])
OF_THE_GRADER = frozenset({"Stopped", "NotRun", "KeyboardInterrupt"})
_NO_NAME = re.compile(r"(?:There is no `|name ')(\w+)(?:` yet|' is not defined)")


@dataclass(frozen=True)
class LeftOut:
    """The places of cells that need not run, and all names that they would have bound.

    `why_none` says what in the student's code made all cells run, or is empty.
    """

    places: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()
    why_none: str = ""


def left_out(
    steps: Sequence[Step], given: Collection[str], names: Mapping[str, Collection[str]]
) -> LeftOut:
    """Return which cells need not run.

    Args:
        steps: of the submission.
        given: the sources of the released lab's cells that hold no answer.
        names: those that the check of each exercise asks for.
    """
    cells = [step for step in steps if not step.exercise]
    is_given = [step.source in given for step in cells]
    own = [step.source for step, is_ours in zip(cells, is_given, strict=True) if not is_ours]
    sources = [step.source for step in cells]
    modules, imports = modules_of(sources), imports_of(sources)
    for source in own:
        if reason := untamed(source, modules, imports):
            return LeftOut(why_none=reason)
    readings = [
        reading if is_ours else as_students(source, reading, modules)
        for source, reading, is_ours in zip(sources, read_all(sources, own), is_given, strict=True)
    ]
    for reading, is_ours in zip(readings, is_given, strict=True):
        if reason := "" if is_ours else impure(reading.defines):
            return LeftOut(why_none=reason)
    inert = _inert(readings, is_given)
    readings = _wary(readings, is_given, inert)
    asked = _asked(steps)
    search = _Search(readings, is_given, inert, end=max(asked.values(), default=0))
    for exercise, before in asked.items():
        search.ask(names[exercise], before)
    run = search.found()
    out = [k for k in range(len(cells)) if k not in run]
    return LeftOut(
        frozenset(cells[k].place for k in out),
        frozenset(name for k in out for name in readings[k].binds),
    )


def may_explain(out: LeftOut, notebook: NotebookNode, says: Sequence[str]) -> bool:
    """Whether what went wrong may be due to cells that were left out.

    Args:
        out: what was left out.
        notebook: with the outputs of the cells that ran.
        says: the sentences of the marks that are not full.
    """
    if not out.places or not says:
        return False
    if any(found in out.names for text in says for found in _NO_NAME.findall(text)):
        return True
    if any("No such layer" in text for text in says):  # Keras counts those that were made before
        return True
    outputs = (one for cell in notebook.cells for one in cell.get("outputs", ()))
    errors = {one.ename for one in outputs if one.output_type == "error"}
    return bool(errors - EXPLAINED - OF_THE_GRADER)


def _asked(steps: Sequence[Step]) -> dict[str, int]:
    """How many cells stand before the check of each exercise."""
    before = 0
    found = {}
    for step in steps:
        if step.exercise:
            found[step.exercise] = before
        else:
            before += 1
    return found


class _Search:
    """Goes from the cells that run, and from what checks ask for, to the cells that these need.

    A name that is read between two cells has its value from the last cell before that surely bound
    it, from those that may have bound it since, and from those that may have changed its object.
    Behind the last check, where `end` cells are done, it looks for what a student reads alone.
    """

    def __init__(
        self, cells: Sequence[Reading], is_given: Sequence[bool], inert: Roots, end: int
    ) -> None:
        self._cells, self._end = cells, end
        self._kin = _kin(cells)
        self._may_break_off = _may_break_off(cells, is_given)
        others = _objects(cells, is_given, inert)
        self._run = {
            k
            for k, (cell, is_ours) in enumerate(zip(cells, is_given, strict=True))
            if not is_ours or (k < end and (cell.settles or _reaches_out(cell, others)))
        }
        # A name, and between which two places its values are wanted.
        self._wanted: list[tuple[str, int, int]] = []

    def ask(self, names: Collection[str], before: int) -> None:
        """Let a check ask for these names where so many cells stand before it."""
        self._wanted += [(name, before, before) for name in names]

    def found(self) -> set[int]:
        """The numbers of the cells that run."""
        for k in tuple(self._run):
            self._want_for(k)
        seen = set()
        while self._wanted:
            wanted = self._wanted.pop()
            if wanted in seen:
                continue
            seen.add(wanted)
            for k in self._sources(*wanted):
                if k not in self._run:
                    self._run.add(k)
                    self._want_for(k)
        return self._run

    def _want_for(self, k: int) -> None:
        """What a cell reads when it runs; and what its functions read, whenever they are called."""
        cell = self._cells[k]
        self._wanted += [(name, k, k) for name in cell.reads]
        self._wanted += [(name, k, self._end) for name in cell.later]

    def _sources(self, name: str, since: int, until: int) -> Iterator[int]:
        kin = self._kin.get(name, frozenset({name}))
        for k in range(until - 1, -1, -1):
            cell = self._cells[k]
            if name in cell.binds or cell.changes & kin:
                yield k
            if k < since and name in cell.sure and k not in self._may_break_off:
                return


def _reaches_out(cell: Reading, others: set[str]) -> bool:
    """Whether one of the lab's cells changes what another cell made, or touches a student's object.

    Such a cell always runs: who holds the same object, and what an object of a student's does when
    it is touched, is more than reading can tell.
    """
    changed = cell.changes - (cell.binds - cell.reads) - {*SEEDS, FILES}
    return bool(changed or (cell.reads | cell.later) & others)


def _objects(cells: Sequence[Reading], is_given: Sequence[bool], inert: Roots) -> set[str]:
    """The names that students give to something else than a function, or to what is inert."""
    own = [cell for cell, is_ours in zip(cells, is_given, strict=True) if not is_ours]
    return {name for cell in own for name in cell.binds - cell.defines.keys() - inert}


def _inert(cells: Sequence[Reading], is_given: Sequence[bool]) -> Roots:
    """The names of students' numbers, texts, lists of these, and of functions that only compute.

    Those of them that stay as they are.
    """
    own = [cell for cell, is_ours in zip(cells, is_given, strict=True) if not is_ours]
    kin = _kin(cells)
    changed = {name for cell in own for name in cell.changes}
    functions = [(name, calls) for cell in own for name, calls in cell.pure.items()]
    constant = {name for cell in own for name in cell.constant}
    pure = {name for name, _ in functions}
    others = {name for cell in own for name in cell.binds - cell.constant - cell.pure.keys()}
    given = [cell for cell, is_ours in zip(cells, is_given, strict=True) if is_ours]
    ours = {name for cell in given for name in cell.binds}
    found = {n for n in (constant | pure) - others if not kin.get(n, {n}) & changed}
    theirs = {name for k in _may_break_off(cells, is_given) for name in cells[k].binds}
    theirs -= {name for cell in own for name in cell.defines} | found
    # What they mention may be an iterator, which a sum uses up.
    found -= {name for cell in own if cell.later & theirs for name in cell.pure}
    while broken := {n for n, calls in functions if n in found and not calls <= found - ours}:
        found -= broken
    return frozenset(found)


def _wary(cells: Sequence[Reading], is_given: Sequence[bool], inert: Roots) -> list[Reading]:
    """The same cells; but one of the lab's that may call a student's function changes all it reads.

    The function may do more than to return something, whatever was read in it.
    """
    suspect = _reached(
        cells, is_given, lambda cell, is_ours: cell.binds if is_ours else cell.binds - inert
    )
    return [
        replace(cell, changes=cell.changes | (cell.reads - cell.modules))
        if ours and k in suspect
        else cell
        for k, (cell, ours) in enumerate(zip(cells, is_given, strict=True))
    ]


def _kin(cells: Sequence[Reading]) -> dict[str, frozenset[str]]:
    """For each name those that may mean the same object as it, or a part of it, at some time."""
    groups: dict[str, set[str]] = {}
    for one, other in {pair for cell in cells for pair in cell.shared}:
        mine, its = groups.setdefault(one, {one}), groups.setdefault(other, {other})
        if mine is not its:
            small, large = sorted((mine, its), key=len)
            large |= small
            groups |= dict.fromkeys(small, large)
    return {name: frozenset(group) for name, group in groups.items()}


def _may_break_off(cells: Sequence[Reading], is_given: Sequence[bool]) -> set[int]:
    """The cells that may end before their end: a student's, and those that use what these gave."""
    return _reached(cells, is_given, lambda cell, _: cell.binds | cell.changes)


def _reached(
    cells: Sequence[Reading], is_given: Sequence[bool], gives: Callable[[Reading, bool], Roots]
) -> set[int]:
    """A student's cells, those that use what these give, those that use what they give ..."""
    found: set[int] = set()
    names: set[str] = set()
    while True:
        more = {
            k
            for k, (cell, is_ours) in enumerate(zip(cells, is_given, strict=True))
            if not is_ours or (cell.reads | cell.later) & names
        }
        if more == found:
            return found
        found = more
        names = {name for k in found for name in gives(cells[k], is_given[k])} - {*SEEDS, FILES}
