"""Known mistakes as edits of a right answer: one row recognises a mistake, and tests the check.

    ("MSE for SSE", "r @ r", "np.mean(r**2)")

says: who writes the second for the first makes the mistake "MSE for SSE". So an answer that gives
what the edited source gives on the same inputs has made it, and the edited source, handed in, must
get that name. The sources are the course's own; a student's source is never run here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice
from typing import Any

import numpy as np

from utils.checks.core import Function, aside, fail, is_known, shape
from utils.checks.values import (
    FLOAT32,
    Tolerance,
    are_rounded,
    could_be_rounded,
    same,
    tells_rounding,
)

Inputs = tuple[Any, ...]
View = Callable[[Any], Any]
Kept = Callable[[Any], Any] | None
# The name of a mistake, and what is written for what: old, new, and further pairs of them.
Row = Sequence[str]
# On so many other inputs a name has to be confirmed: numbers that are whole and small, or that are
# made of few, coincide.
CONFIRMED = 3
# So often at most are other inputs tried, where several mistakes give the same on all so far.
MOST_OTHERS = 20


def _all(answer: Any) -> Any:
    return answer


class Source:
    """A function of the course's own as source text. It is compiled when it is first called."""

    def __init__(
        self, name: str, text: str, given: Mapping[str, Any] | None = None, *, kept: Kept = None
    ) -> None:
        """Beside NumPy, the text may use the names that are `given`.

        Where it takes long, such as to build a network, `kept` says what is kept of the result, and
        is given in its place, also when the same inputs, which must be keys, come again.
        """
        self.name, self.text, self.given, self.kept = name, text, dict(given or {}), kept
        self._known: dict[Inputs, Any] = {}

    @cached_property
    def _function(self) -> Callable[..., Any]:
        names: dict[str, Any] = {"np": np, **self.given}
        exec(compile(self.text, f"<{self.name}>", "exec"), names)
        return names[self.name]  # type: ignore[no-any-return]

    def __call__(self, *inputs: Any) -> Any:
        """What the function gives. It gets copies: an edit may write into its arguments."""
        if self.kept is not None:
            if inputs not in self._known:
                self._known[inputs] = self.kept(self._function(*inputs))
            return self._known[inputs]
        return self._function(*(one.copy() if hasattr(one, "copy") else one for one in inputs))


class Edit(Source):
    """A right answer with some words changed, which is a known mistake."""

    def __init__(self, right: Source, mistake: str, *changes: str) -> None:
        text = right.text
        for old, new in zip(changes[::2], changes[1::2], strict=True):
            if old not in text:
                raise ValueError(f"{mistake}: there is no {old!r} in the source of {right.name}")
            text = text.replace(old, new)
        super().__init__(right.name, text, right.given, kept=right.kept)
        self.mistake = mistake

    def gives(self, inputs: Inputs, came: Any, view: View, tolerance: Tolerance) -> bool:
        """Whether the edited function gives what came, both seen through `view`."""
        try:
            given, came = view(self(*inputs)), view(came)
        except Exception:  # such as shapes that do not fit: what came has another reason
            return False
        return same(came, given, tolerance)


class Reference(Source):
    """A right answer, the function `name` of a text, with its known mistakes as rows."""

    def __init__(
        self,
        name: str,
        text: str,
        rows: Sequence[Row] = (),
        given: Mapping[str, Any] | None = None,
        *,
        kept: Kept = None,
    ) -> None:
        super().__init__(name, text, given, kept=kept)
        self.edits = [Edit(self, *row) for row in rows]

    def mistake(
        self,
        seen: Sequence[tuple[Inputs, Any]],
        other: Callable[[], tuple[Inputs, Any]] | None = None,
        *,
        view: View = _all,
        tolerance: Tolerance = FLOAT32,
    ) -> str | None:
        """Return the name of the one mistake that explains all that came, None where none does.

        Args:
            seen: inputs, each with what the student's function gave for them.
            other: draws other inputs and asks for their answer; None where there are no others.
                Three such answers have to confirm the name; where several mistakes give the same,
                more are asked for, until one is left.
            view: what is compared of an answer, such as the first of several things.
            tolerance: how near is the same.
        """
        left = self.edits
        for inputs, came in reversed(seen):  # what came last is wrong, and so tells most
            left = [edit for edit in left if edit.gives(inputs, came, view, tolerance)]
        for asked in range(MOST_OTHERS):
            if other is None or not left or (asked >= CONFIRMED and len(_names(left)) == 1):
                break
            inputs, came = other()
            left = [edit for edit in left if edit.gives(inputs, came, view, tolerance)]
        return _names(left).pop() if len(_names(left)) == 1 else None


def formula(
    signature: str,
    right: str,
    wrong: Mapping[str, Sequence[str]],
    given: Mapping[str, Any] | None = None,
) -> Reference:
    """A function of one expression, and for each known mistake the expressions that make it."""
    text = f"\ndef {signature}:\n    return {right}\n"
    rows = [(name, f"return {right}", f"return {one}") for name in wrong for one in wrong[name]]
    return Reference(signature.split("(")[0], text, rows, given)


def _names(edits: Sequence[Edit]) -> set[str]:
    return {edit.mistake for edit in edits}


def _is_some(came: Any) -> bool:
    """Whether one number at least is not 0."""
    return any(map(_is_some, came)) if isinstance(came, tuple | list) else bool(np.any(came))


class Comparison:
    """Asks a student's function on inputs, one after the other, and compares with a reference.

    Args:
        function: the student's.
        reference: what it should give, and the known mistakes.
        others: draws other inputs, on which mistakes that gave the same give different things.
        read: takes what came, and the inputs; returns it as numbers, or ends the exercise.
        tolerance: how near is the same.
    """

    def __init__(
        self,
        function: Function,
        reference: Reference,
        others: Callable[[], Inputs],
        *,
        read: Callable[..., Any] = lambda came, *inputs: came,
        tolerance: Tolerance = FLOAT32,
    ) -> None:
        self._function, self._reference, self._others = function, reference, others
        self._read, self._tolerance = read, tolerance
        self._seen: list[tuple[Inputs, Any]] = []

    def on(
        self,
        *inputs: Any,
        views: Sequence[View] = (_all,),
        shown: Sequence[View] = (),
        alone: View | None = None,
        otherwise: str | None = None,
        says: str | Callable[[Any, Any], str] = "The values differ.",
    ) -> Any:
        """Return the answer for these inputs, or end the exercise where it is not the reference's.

        Args:
            views: what is compared of an answer, one view after the other.
            shown: for each view what a card shows of an answer; nothing given, all of it.
            alone: where no mistake explains a view, what of an answer has to be explained instead.
            otherwise: the mistake where none is known that gives what came.
            says: the sentence where there is no name, or what makes it of what came and what was
                expected.
        """
        came, expected = self._answers(inputs)
        both = list(zip(views, shown or [_all] * len(views), strict=True))
        judge = partial(self._judge, alone=alone, otherwise=otherwise, says=says)
        for view, of in both:
            judge(came, expected, view, of)
        if more := self._where_rounding_shows(came, expected):
            answers = self._answers(more)
            for view, of in both:
                judge(*answers, view, of)
        return came

    def _answers(self, inputs: Inputs) -> tuple[Any, Any]:
        """What the student's function gives, which is remembered, and what the reference does."""
        self._seen.append(self._ask(inputs))
        return self._seen[-1][1], self._reference(*inputs)

    def _judge(
        self,
        came: Any,
        expected: Any,
        view: View,
        of: View,
        *,
        alone: View | None,
        otherwise: str | None,
        says: str | Callable[[Any, Any], str],
    ) -> None:
        """End the exercise where the answer that came last, seen through `view`, is another one."""
        if same(view(came), view(expected), self._tolerance):
            return
        tried = self._function.tried
        card: dict[str, Any] = {"tried": tried, "came": of(came), "expected": of(expected)}
        mistake = self._mistake(view) or (self._mistake(alone) if alone else None)
        if mistake is None and is_known("rounded") and self._are_rounded(view):
            mistake = "rounded"
        if mistake := mistake or otherwise:
            fail(mistake, **card)
        fail(says=says if isinstance(says, str) else says(came, expected), **card)

    def _where_rounding_shows(self, came: Any, expected: Any) -> Inputs | None:
        """Other inputs, where an answer that is right was rounded.

        Else the verdict would hang on the inputs: 0.25 is near to 0.25004, and 0.13 not to 0.13412.
        """
        if not could_be_rounded(came, expected):
            return None
        draws = [self._others() for _ in range(MOST_OTHERS)]
        tell = [tells_rounding(self._reference(*one), self._tolerance) for one in draws]
        return draws[int(np.argmax(tell))]

    def _ask(self, inputs: Inputs) -> tuple[Inputs, Any]:
        return inputs, self._read(self._function(*inputs), *inputs)

    def _are_rounded(self, view: View) -> bool:
        """Whether all answers are rounded, also further ones: 0.1 is near to much, and 0 to more.

        An answer that is right may be rounded, too. But one at least must be rounded to another
        number than 0, to which all small numbers can be rounded.
        """
        pairs = [(view(came), view(self._reference(*inputs))) for inputs, came in self._seen]
        if not are_rounded(*pairs[-1], self._tolerance):
            return False
        for inputs, came in islice(self._further(), CONFIRMED):
            pairs.append((view(came), view(self._reference(*inputs))))
        wrong = [pair for pair in pairs if not same(*pair, self._tolerance)]
        return all(are_rounded(*pair, self._tolerance) for pair in wrong) and any(
            _is_some(came) for came, _ in wrong
        )

    def _further(self) -> Iterator[tuple[Inputs, Any]]:
        """Other inputs, each with its answer; the answers are fetched a few in one message."""
        while True:
            ahead = [self._others() for _ in range(CONFIRMED)]
            self._function.ask_ahead(*ahead)
            yield from map(self._ask, ahead)

    def _mistake(self, view: View) -> str | None:
        other = partial(next, self._further())
        return self._reference.mistake(self._seen, other, view=view, tolerance=self._tolerance)


class Earlier:
    """A function of an earlier exercise, on which an answer may lean: it may be open, or wrong.

    Args:
        function: the student's, such as `answer.beside("backward", Function)`.
        reference: what it should give.
        inputs: what it is asked on, one after the other.
        read: takes what came, and the inputs; ends where that is no answer.
        tolerance: how near is the same.
    """

    def __init__(
        self,
        function: Function,
        reference: Source,
        inputs: Sequence[Inputs],
        *,
        read: Callable[..., Any] = lambda came, *inputs: came,
        tolerance: Tolerance = FLOAT32,
    ) -> None:
        self._function = function
        self.is_right: bool | None = None  # None: there is none, or it raises
        with aside():
            came = [function(*one) for one in inputs]
            self.is_right = False
            self.is_right = all(
                same(read(one, *given), reference(*given), tolerance)
                for one, given in zip(came, inputs, strict=True)
            )
        # Tried, and not missing: it still raises.
        self.is_open = self.is_right is None and bool(function.tried)

    def explains(self, came: Any, source: Source, inputs: Inputs, tolerance: Tolerance) -> bool:
        """Whether it is wrong, and what came is what the source gives with it."""
        if self.is_right is not False:
            return False

        def function(*given: Any) -> Any:
            came = self._function(*given)
            is_one = shape(came) is not None
            return np.asarray(came) if is_one else [np.asarray(one) for one in came]

        given = source.given | {self._function.name: function}
        explains = False
        with aside():
            edit = Reference(source.name, source.text, [("",)], given).edits[0]
            explains = edit.gives(inputs, came, _all, tolerance)
        return explains


def parting(draw: Callable[[], Inputs], right: Reference, view: View = _all) -> Inputs:
    """Draw inputs until no known mistake gives on them what is right."""
    while True:
        inputs = draw()
        answer = right(*inputs)
        if not any(edit.gives(inputs, answer, view, FLOAT32) for edit in right.edits):
            return inputs
