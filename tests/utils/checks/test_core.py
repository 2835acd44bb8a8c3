"""How a check runs: the verdicts, the three handles, partial credit, and what ends an exercise."""

from __future__ import annotations

import contextlib
import functools
import inspect
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from utils import training
from utils.checks import core
from utils.checks.core import Function, Model, Value, array, column, fail, note, part
from utils.checks.encoding import BY_GRADER, decode, encode
from utils.checks.student import Answers, captured

ROOT = Path(__file__).resolve().parents[3]
HINTS = ("nudge", "formula", "line")


def exercise(judge: Callable[..., None], *, points: float = 2, **settings: Any) -> core.Exercise:
    mistakes = settings.pop("mistakes", {"sign": "The sign is wrong."})
    return core.Exercise("9.9", points, HINTS, mistakes, True, False, judge)


def judge_names(judge: Callable[..., None], names: dict[str, Any], **settings: Any) -> core.Result:
    return core.run(exercise(judge, **settings), Answers(names).respond)


def doubles(double: Function, *, rng: np.random.Generator) -> None:
    x = rng.normal(size=3)
    came = column(double(x), 3)
    if np.allclose(came, -2 * x):
        fail("sign", came=came, expected=2 * x)
    if not np.allclose(came, 2 * x):
        fail(says="The values differ.", came=came, expected=2 * x)


def not_done(x: Any) -> Any:
    raise NotImplementedError("Exercise 9.9: write double, then run this cell again.")


def other_not_done(x: Any) -> Any:
    raise NotImplementedError("Exercise 9.8: write triple, then run this cell again.")


@pytest.mark.parametrize(
    ("answer", "verdict", "points", "says"),
    [
        (lambda x: 2 * x, "right", 2, ""),
        (lambda x: [2 * v for v in x], "right", 2, ""),
        (lambda x: (2 * x).reshape(3, 1).astype("float32"), "right", 2, ""),
        (lambda x: -2 * x, "wrong", 0, "The sign is wrong."),
        (lambda x: 3 * x, "wrong", 0, "differ"),
        (lambda x: 2 * x[:2], "wrong", 0, "shape"),
        (lambda x: x * np.nan, "wrong", 0, "nan"),
        (lambda x: None, "wrong", 0, "end with `return`"),
        (lambda x: "many", "wrong", 0, "numbers"),
        (lambda x: [[x[0]], [x[1], x[2]]], "wrong", 0, "parts of different shapes"),
        (lambda x: {1, 2}, "wrong", 0, "a set"),
        (lambda x: (v for v in x), "wrong", 0, "generator"),
        (lambda x: ..., "not attempted", 0, "..."),
        (lambda: 1, "crashed", 0, "raised"),
        (lambda x: 1 / 0, "crashed", 0, "raised"),
        (lambda x: sys.exit(), "crashed", 0, "raised"),
        (not_done, "not attempted", 0, "NotImplementedError"),
        (other_not_done, "crashed", 0, "raised"),
        (..., "not attempted", 0, "still `...`"),
        (3, "wrong", 0, "should be a function"),
    ],
)
def test_verdicts(answer: Any, verdict: str, points: float, says: str) -> None:
    result = judge_names(doubles, {"double": answer})
    assert (result.verdict, result.points) == (verdict, points)
    assert says in result.says


def test_the_card_quotes_a_line_of_the_answer_and_of_no_library() -> None:
    def in_python(x: Any) -> Any:
        return inspect.signature(abs).bind()

    def in_the_course(x: Any) -> Any:
        return training.train_many(x, x, x, n=0, epochs=1)

    for double in (in_python, in_the_course):
        line = inspect.getsource(double).splitlines()[1].strip()
        assert f"in the line `{line}`" in judge_names(doubles, {"double": double}).says


def test_the_card_says_what_stands_under_the_name() -> None:
    def judge(a: Value) -> None:
        assert a.data

    assert judge_names(doubles, {"double": 3}).came == "data of type int"
    assert judge_names(judge, {"a": abs}).came == "a function"


def test_a_name_without_quotes_is_told_of_the_quotes() -> None:
    def judge(a: Value) -> None:
        assert a.data

    assert "a text in quotes" in judge_names(judge, {"a": abs}).says


def test_a_part_does_not_show_what_an_earlier_part_called() -> None:
    def judge(double: Function, a: Value) -> None:
        with part(1, "double"):
            double(1)
        with part(1, "a"):
            a.array()

    result = judge_names(judge, {"double": lambda x: 2 * x, "a": "two"})
    assert (result.verdict, result.points, result.tried) == ("wrong", 1, "")


def test_the_notebooks_errstate_does_not_stop_a_check() -> None:
    def overflows(a: Value) -> None:
        assert np.isinf(np.exp(a.array()))

    with np.errstate(all="raise"):
        assert judge_names(overflows, {"a": 1000.0}).verdict == "right"
        assert np.geterr()["over"] == "raise"


def test_a_missing_name_is_not_attempted() -> None:
    result = judge_names(doubles, {})
    assert result.verdict == "not attempted"
    assert "Run the cell that defines it" in result.says


def test_a_python_without_asserts_judges_the_same() -> None:
    code = (
        "from tests.utils.checks.test_core import doubles, judge_names\n"
        "for names in ({}, {'double': ...}, {'double': 3}, {'double': lambda x: 2 * x}):\n"
        "    result = judge_names(doubles, names)\n"
        "    print(result.verdict, result.says.partition('.')[0], result.came, sep='|')"
    )
    said = [
        subprocess.run([sys.executable, *how, "-c", code], capture_output=True, text=True, cwd=ROOT)
        for how in ([], ["-O"])
    ]
    assert said[0].stdout == said[1].stdout and len(said[1].stdout.splitlines()) == 4, said


@pytest.mark.parametrize("name", ["d\u043euble", "doubl\u0435", "d\u03bfubl\u0435"])
def test_a_name_that_only_looks_like_the_wanted_one_is_told(name: str) -> None:
    result = judge_names(doubles, {name: lambda x: 2 * x, "double_": 1})
    assert result.verdict == "not attempted"
    assert f"there is `{name}`, in which a letter only looks like the right one" in result.says


def graders_reply(reply: dict[str, Any], kind: str) -> core.Ask:
    """A student's side in whose place the grader answers questions of this kind."""
    answers = Answers({"double": lambda x: 2 * x})
    said = BY_GRADER + encode(reply)
    return lambda text: said if decode(text)["ask"] == kind else answers.respond(text)


HUNG, ENDED = {"hung": 60.0}, {"ended": "the notebook took over 9 s"}


@pytest.mark.parametrize(
    ("reply", "kind", "says"),
    [
        (HUNG, "look", "looking at it took over 60 s"),
        (ENDED, "look", "the notebook took over 9 s"),
        (ENDED, "call", "While `double` ran, the notebook took over 9 s."),
        (HUNG, "call", "gave no answer within 60 s"),
    ],
)
def test_what_the_grader_answers_is_told(reply: dict[str, Any], kind: str, says: str) -> None:
    result = core.run(exercise(doubles), graders_reply(reply, kind))
    assert says in result.says
    assert "message of this course" not in result.says


@pytest.mark.parametrize("reply", [HUNG, ENDED, HUNG | {"data": 4.0}, ENDED | {"data": 4.0}])
@pytest.mark.parametrize("kind", ["look", "call"])
def test_nobody_else_speaks_as_the_grader(reply: dict[str, Any], kind: str) -> None:
    answers = Answers({"double": lambda x: 2 * x})
    said = encode(reply)
    ask = lambda text: said if decode(text)["ask"] == kind else answers.respond(text)  # noqa: E731
    assert "not a message of this course" in core.run(exercise(doubles), ask).says


def _exits(x: Any) -> Any:
    sys.exit()


def _hoards(x: Any) -> Any:
    return np.zeros(2**46)


@pytest.mark.parametrize(
    ("answer", "says"), [(_exits, "calls exit() or quit()"), (_hoards, "needs more memory")]
)
def test_errors_whose_words_say_nothing_are_explained(
    answer: Callable[[Any], Any], says: str
) -> None:
    result = judge_names(doubles, {"double": answer})
    assert result.verdict == "crashed"
    assert says in result.says


def test_ctrl_c_in_student_code_stops_and_costs_nothing_else() -> None:
    def endless(x: Any) -> Any:
        raise KeyboardInterrupt

    result = judge_names(doubles, {"double": endless})
    assert (result.verdict, result.points) == ("stopped", 0)


def test_a_fault_of_the_check_is_not_the_students() -> None:
    def faulty(double: Function) -> None:
        raise ZeroDivisionError("in the check")

    result = judge_names(faulty, {"double": abs})
    assert result.verdict == "not judged"
    assert "instructor" in result.says


def test_a_transport_that_gives_up_is_a_reason() -> None:
    def ask(message: str) -> str:
        hung = decode(message)["ask"] == "call"
        return BY_GRADER + encode({"hung": 20.0}) if hung else encode({"kind": "function"})

    result = core.run(exercise(doubles), ask)
    assert result.verdict == "wrong"  # it raised nothing
    assert "20 s" in result.says


def test_a_forged_reply_is_a_reason() -> None:
    result = core.run(exercise(doubles), lambda message: "{broken")
    assert result.verdict == "wrong"


def test_the_card_tells_the_line_and_the_error() -> None:
    def double(x: Any) -> Any:
        return x @ np.ones((7, 7))

    result = judge_names(doubles, {"double": double})
    assert "return x @ np.ones((7, 7))" in result.says
    assert "matmul" in result.came
    assert result.tried.startswith("double([")


def test_what_a_function_prints_and_changes_is_seen_and_costs_nothing() -> None:
    seen = {}

    def look(double: Function) -> None:
        double(np.zeros(2))
        seen.update(printed=double.printed, changed=double.changed)

    def double(x: np.ndarray) -> np.ndarray:
        print("hello")
        os.write(2, b"from C")
        print("careful", file=sys.stderr)
        x += 1
        return x

    result = judge_names(look, {"double": double})
    assert result.verdict == "right"
    assert seen["changed"] is True
    assert "hello" in seen["printed"]
    assert "from C" in seen["printed"]
    assert "careful" in seen["printed"]
    assert any("changes what it is given" in text for text in result.notes)


def uses_triple(double: Function) -> None:
    with core.aside():
        triple = double.beside("triple", Function)
        double.changed = bool(triple(np.ones(2))[0] == 3)
    assert core._result.get().tried == ""
    if not double.changed:
        fail(says="triple is no good.")


def test_a_check_may_ask_aside_for_another_name() -> None:
    """A name that is missing, an error and a note there are not the answer's own."""

    def triple(x: np.ndarray) -> np.ndarray:
        x *= 3
        return x

    result = judge_names(uses_triple, {"double": not_done, "triple": triple})
    assert (result.verdict, result.notes) == ("right", [])
    for names in ({}, {"triple": not_done}, {"triple": lambda x: 1 / 0}):
        result = judge_names(uses_triple, {"double": not_done, **names})
        assert (result.verdict, result.says) == ("wrong", "triple is no good.")


@pytest.mark.parametrize(
    ("answer", "came"), [(np.array([len], object), "an ndarray"), ({1}, "a set")]
)
def test_the_type_of_what_is_no_data_has_its_article(answer: Any, came: str) -> None:
    assert judge_names(doubles, {"double": lambda x: answer}).came == came


def multiples(double: Function, triple: Function) -> None:
    """Two parts, whose calls are asked for ahead."""
    for function, factor in ((double, 2), (triple, 3)):
        with part(1, function.name):
            inputs = [np.full(2, value) for value in (1.0, 2.0, 3.0)]
            function.ask_ahead(*((x,) for x in inputs))
            for x in inputs:
                came = array(function(x), (2,))
                if function.changed or function.printed:
                    note(f"{function.name} at {x[0]:g}: {function.printed}")
                if not np.array_equal(came, factor * x):
                    fail("sign", came=came, expected=factor * x)


def _at_2(does: Callable[[np.ndarray], Any]) -> Callable[[np.ndarray], Any]:
    return lambda x: does(x) if x[0] == 2 else 3 * x


def _add_in_place(x: np.ndarray) -> np.ndarray:
    x += 1
    return 3 * (x - 1)


TRIPLES = {
    "right": lambda x: 3 * x,
    "wrong at once": lambda x: 2 * x,
    "wrong later": _at_2(np.negative),
    "raises at once": lambda x: x @ np.ones(7),
    "raises later": _at_2(lambda x: 1 / 0),
    "exits later": _at_2(lambda x: sys.exit(1)),
    "prints later": _at_2(lambda x: print("two") or 3 * x),
    "changes its array later": _at_2(_add_in_place),
    "dots later": _at_2(lambda x: ...),
    "no data later": _at_2(lambda x: {1, 2}),
    "nasty later": _at_2(lambda x: Nasty()),
    "not done": other_not_done,
    "a class": float,
    "dots": ...,
    "data": 3.0,
    "a model that is not built": "a model that is not built",
    "not there": None,
}


@pytest.mark.parametrize("triple", TRIPLES.values(), ids=TRIPLES)
def test_asking_ahead_changes_no_verdict(triple: Any) -> None:
    if triple == "a model that is not built":
        import keras

        triple = keras.Sequential([keras.layers.Dense(2)])
    names = {"double": lambda x: 2 * x} | ({} if triple is None else {"triple": triple})
    ahead, alone = (
        core.run(exercise(multiples), Answers(names).respond, asks_ahead=asks_ahead)
        for asks_ahead in (True, False)
    )
    assert [getattr(ahead, name) for name in core.SHOWN] == [
        getattr(alone, name) for name in core.SHOWN
    ]


def test_in_a_notebook_a_wrong_answer_is_said_before_the_next_call() -> None:
    def wrong_at_once(x: np.ndarray) -> Any:
        assert x[0] == 1, "called again after a wrong answer"
        return x

    result = judge_names(multiples, {"double": wrong_at_once, "triple": lambda x: 3 * x})
    assert (result.points, result.mistake) == (1, "sign")


def test_calls_that_are_asked_for_ahead_are_one_message() -> None:
    names = {"double": lambda x: 2 * x, "triple": lambda x: 3 * x}
    asked = []

    def ask(message: str) -> str:
        asked.append(decode(message)["ask"])
        return Answers(names).respond(message)

    assert core.run(exercise(multiples), ask, asks_ahead=True).verdict == "right"
    assert asked == ["calls", "calls"]


def test_where_calls_in_a_row_have_no_answer_each_is_made_alone() -> None:
    names = {"double": lambda x: 2 * x, "triple": lambda x: 3 * x}
    asked = []

    def ask(message: str) -> str:
        asked.append(decode(message)["ask"])
        is_given_up = asked[-1] == "calls"
        return BY_GRADER + encode(HUNG) if is_given_up else Answers(names).respond(message)

    assert core.run(exercise(multiples), ask, asks_ahead=True).verdict == "right"
    assert asked == ["calls", *(["look"] + 3 * ["call"]) * 2]


@pytest.mark.parametrize(
    "answers",
    [[], 7, [7], [{}], [{"data": 1, "raised": 2}], [{"data": np.full(2, 9.0)}] * 50, "xyz"],
    ids=str,
)
def test_forged_answers_to_calls_in_a_row_are_no_fault_of_the_check(answers: Any) -> None:
    def ask(message: str) -> str:
        is_row = decode(message)["ask"] == "calls"
        return encode({"answers": answers}) if is_row else encode({"kind": "function"})

    result = core.run(exercise(multiples), ask, asks_ahead=True)
    assert (result.verdict, result.points) == ("wrong", 0)


def test_take_stops_an_endless_generator() -> None:
    def counts(count: Function) -> None:
        assert count.take(3, start=5) == [5, 6, 7]

    def count(start: int) -> Any:
        while True:
            yield start
            start += 1

    assert judge_names(counts, {"count": count}).verdict == "right"


def two_parts(a: Value, b: Value) -> None:
    with part(0.5, "first"):
        if a.array(()) != 1:
            fail("sign", came=a.data)
    with part(1.5, "second"):
        if b.array(()) != 2:
            fail(says="b is not 2")


@pytest.mark.parametrize(
    ("a", "b", "points", "verdict", "says"),
    [
        (1, 2, 2, "right", ""),
        (0, 2, 1.5, "wrong", "The sign is wrong."),
        (1, 0, 0.5, "wrong", "b is not 2"),
        (0, 0, 0, "wrong", "The sign is wrong."),
        (1, ..., 0.5, "wrong", "`b` is still `...`"),
        (0, ..., 0, "wrong", "The sign is wrong."),
        (..., 0, 0, "wrong", "b is not 2"),
        (..., ..., 0, "not attempted", "`a` is still `...`"),
    ],
)
def test_parts_give_partial_credit(a: Any, b: Any, points: float, verdict: str, says: str) -> None:
    result = judge_names(two_parts, {"a": a, "b": b})
    assert (result.points, result.verdict) == (points, verdict)
    assert says in result.says


def test_the_card_shows_the_call_of_the_part_that_it_tells_of() -> None:
    def judge(f: Function) -> None:
        with part(1, "one"):
            fail(says="bad", came=f(1))
        with part(1, "two"):
            f(77)

    assert judge_names(judge, {"f": abs}).tried == "f(1)"


def test_a_mistake_can_be_named_from_an_error() -> None:
    def judge(double: Function) -> None:
        with core.if_it_raises("sign", says="broadcast"):
            double(np.zeros(2))

    named = judge_names(judge, {"double": lambda x: x + np.zeros(3)})
    assert (named.verdict, named.mistake) == ("wrong", "sign")
    assert "x + np.zeros(3)" in named.says
    other = judge_names(judge, {"double": lambda x: 1 / 0})
    assert (other.verdict, other.mistake) == ("crashed", None)


def test_a_mistake_can_be_named_from_the_line_of_an_error() -> None:
    def judge(double: Function) -> None:
        with core.if_it_raises("sign", says="unpack", line="shape"):
            double((1, 2, 3))

    def of_the_shape(shape: tuple[int, ...]) -> int:
        height, width = shape
        return height * width

    def of_another(sides: tuple[int, ...]) -> int:
        height, width = sides
        return height * width

    assert judge_names(judge, {"double": of_the_shape}).mistake == "sign"
    other = judge_names(judge, {"double": of_another})
    assert (other.verdict, other.mistake) == ("crashed", None)


def test_a_sentence_of_an_array_begins_as_one() -> None:
    def judge(f: Function) -> None:
        core.array(f([np.ones((3, 3)), np.ones(2)]), name="the slope")

    result = judge_names(judge, {"f": lambda tables: None})
    assert result.says == "The slope is None. Does your function end with `return`?"

    def told(f: Function) -> None:
        fail(came=f([np.ones((3, 3)), np.ones(2)]))

    assert judge_names(told, {"f": len}).tried == "f([an array of shape (3, 3), [1, 1]])"


def test_a_mistake_can_be_named_from_an_answer_that_is_not_data() -> None:
    class History:
        pass

    def judge(train: Function) -> None:
        with core.if_it_raises("sign"):
            train()

    result = judge_names(judge, {"train": History})
    assert (result.verdict, result.mistake) == ("wrong", "sign")


class Nasty:
    """An object that raises wherever one looks at it."""

    def __getattribute__(self, name: str) -> Any:
        raise SystemExit(name)


class NastyError(Exception):
    def __str__(self) -> str:
        raise SystemExit


def _raise_nasty(x: Any) -> Any:
    raise NastyError


def _raise_unprintable(x: Any) -> Any:
    raise ValueError("\ud800 \x1b[1mbold\x1b[0m")


def _close_stdout(x: Any) -> Any:
    sys.stdout.close()
    sys.stderr.close()
    return 2 * x


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        ("nasty", "wrong"),
        (lambda x: Nasty(), "wrong"),
        (lambda x: [Nasty()], "wrong"),
        (lambda x: 10**5000, "wrong"),
        (lambda x: np.broadcast_to(np.float32(0), (30_000, 30_000)), "wrong"),
        (lambda x: ["1.0", "2.0", "3.0"], "wrong"),
        (lambda x: 2 * x + 1j, "wrong"),
        (lambda x: 2 * x + 0j, "right"),
        (lambda x: (2 * x).astype(object), "right"),
        (_raise_nasty, "crashed"),
        (_raise_unprintable, "crashed"),
        (_close_stdout, "right"),
    ],
)
def test_odd_objects_end_with_a_sentence(answer: Any, verdict: str) -> None:
    answer = Nasty() if answer == "nasty" else answer  # pytest itself could not hold one
    result = judge_names(doubles, {"double": answer})
    assert result.verdict == verdict, result
    str(result).encode()
    assert "\x1b" not in str(result)


def test_data_that_grows_with_every_level_are_refused_early() -> None:
    shared: Any = 0
    for _ in range(35):
        shared = [shared, shared]
    assert "larger than 64 MB" in judge_names(doubles, {"double": lambda x: shared}).says


def test_a_card_stays_short() -> None:
    result = judge_names(doubles, {"double": lambda x: ["abc"] * 100_000})
    assert len(str(result)) < 3000


# Each would do as an answer to `look` and to `call`, were it not for its last part.
TWO_NUMBERS = '{"array": "<i4", "shape": [2], "data": "AAAAAAAAAAA="}'
NO_LETTER = '{"array": "<U1", "shape": [1], "data": "/////w=="}'
NEARLY = '{"dict": [["kind", "function"], %s]}'


@pytest.mark.parametrize(
    "reply",
    [
        *("[]", "5", '{"dict": [["kind", 5]]}', '{"dict": []}'),
        NEARLY % f'["data", 1], ["changed", {TWO_NUMBERS}]',
        NEARLY % f'["data", {NO_LETTER}]',
    ],
)
def test_forged_replies_are_no_fault_of_the_check(reply: str) -> None:
    assert core.run(exercise(doubles), lambda message: reply).verdict == "wrong"


def forged(**words: str) -> dict[str, Any]:
    return {"raised": {"type": "", "message": "", "line": "", **words}}


LONG = "broadcast" * 110_000  # in which `re.search("broadcast.*with", LONG)` takes many minutes


@pytest.mark.parametrize(
    "answer",
    [
        *(forged(**{word: LONG}) for word in ("type", "message", "line")),
        {"unusable": LONG, "type": LONG},
        {"data": 1, "printed": LONG},
    ],
    ids=lambda answer: " ".join(answer),
)
@pytest.mark.parametrize("asks_ahead", [False, True])
def test_no_check_sees_a_long_word_of_a_forged_answer(
    answer: dict[str, Any], asks_ahead: bool
) -> None:
    seen = []

    def ask(message: str) -> str:
        asked = decode(message)["ask"]
        replies = {"look": {"kind": "function"}, "calls": {"answers": [answer]}, "call": answer}
        return encode(replies[asked])

    def judge(double: Function) -> None:
        double.ask_ahead((1,))
        with contextlib.suppress(core.Ended):
            double(1)
        seen.append(double.printed)

    result = core.run(exercise(judge), ask, asks_ahead=asks_ahead)
    texts = [*seen, *(str(value) for end in result.ends for value in end.values())]
    assert max(map(len, texts)) < 3 * core.MAX_PRINTED


@pytest.mark.parametrize("word", ["unusable", "like", "type", "kind"])
def test_no_check_sees_a_long_word_of_a_forged_look(word: str) -> None:
    kind = {"like": "missing", "unusable": "function"}.get(word, "data")
    reply = encode({"kind": kind, "data": 1, word: LONG})
    result = core.run(exercise(doubles), lambda message: reply)
    assert result.verdict in ("wrong", "not attempted")
    assert max(len(str(value)) for end in result.ends for value in end.values()) < 5_000


@pytest.mark.parametrize(
    ("code", "verdict", "says"),
    [
        *(("yes", "right", ""), (" YES ", "right", ""), ("No,  never", "wrong", "Think again.")),
        *(("maybe", "wrong", "one of the codes"), (7, "wrong", "one of the codes")),
        ([[1], [1, 2]], "wrong", "one of the codes"),
        *((code, "wrong", 'as a text: a = "yes"') for code in (["yes"], ["yes"] * 3, "yes, Yes")),
        ("no, never; no, never", "wrong", "one of the codes"),
        (["yes", "of course"], "wrong", "Both are right"),
        ("yes or of course", "wrong", "Both are right"),
    ],
)
def test_a_claim_is_read_without_regard_to_case(code: Any, verdict: str, says: str) -> None:
    def judge(a: Value) -> None:
        right = ("yes", "of course")
        assert core.claim(a, [*right, "no, never"], right=right) in right

    mistakes = {"claim: no, never": "Think again."}
    result = judge_names(judge, {"a": code}, mistakes=mistakes)
    assert result.verdict == verdict, result
    assert says in result.says


def test_a_number_that_no_float_can_be_is_infinite_for_a_check() -> None:
    seen = []

    def judge(f: Function) -> None:
        seen.extend(f())

    judge_names(judge, {"f": lambda: [10**400, -(10**400), 2**64, 2**62, {"a": 10**400}]})
    assert seen == [np.inf, -np.inf, 2.0**64, 2**62, {"a": np.inf}]


def test_notes_stand_once() -> None:
    def judge(a: Value) -> None:
        note("fine too")
        note("fine too")

    assert judge_names(judge, {"a": 1}).notes == ["fine too"]


def test_seeds_and_rng_come_from_the_caller() -> None:
    seen = []

    def judge(a: Value, *, rng: np.random.Generator, seeds: tuple[int, ...]) -> None:
        seen.append((rng.integers(1 << 30), seeds))

    ask = Answers({"a": 1}).respond
    for _ in range(2):
        core.run(exercise(judge), ask, seed=4, seeds=(1, 2, 3))
    core.run(exercise(judge), ask, seed=5)
    assert seen[0] == seen[1]
    assert seen[0][0] != seen[2][0]
    assert (seen[0][1], seen[2][1]) == ((1, 2, 3), (0,))


def test_a_part_that_became_an_exercise_follows_it() -> None:
    ids = ["12.5b", "12.10", "2.6", "12.5", "12.4"]
    assert sorted(ids, key=core.in_order) == ["2.6", "12.4", "12.5", "12.5b", "12.10"]
    for id in ("12.99b", "12.99"):
        with pytest.raises(LookupError, match="There is no exercise"):
            core.find(id)


def test_find_says_what_there_is() -> None:
    with pytest.raises(LookupError, match=r"such as '2\.3'"):
        core.find("two")
    with pytest.raises(LookupError, match="in quotes"):
        core.find(2.3)  # type: ignore[arg-type]
    with pytest.raises(LookupError, match="There is no exercise 99"):
        core.find("99.1")


@pytest.mark.parametrize("value", [True, np.float32(1), [1], ((1,),), np.ones((1, 1))])
def test_array_takes_what_means_one_number(value: Any) -> None:
    def judge(a: Value) -> None:
        assert array(a.data).size == 1

    assert judge_names(judge, {"a": value}).verdict == "right"


def test_quiet_gives_back_every_stream(capfd: pytest.CaptureFixture[str]) -> None:
    with captured() as printed:
        print("in")
        os.write(2, b"in too")
    print("out")
    os.write(2, b"out too")
    out, err = capfd.readouterr()
    assert (out, err) == ("out\n", "out too")
    assert printed.text() == "in\nin too"


def test_models_are_rebuilt_and_judged_by_their_outputs() -> None:
    import keras

    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="relu")])
    model.compile(optimizer="adam", loss="mse")
    x = np.random.default_rng(0).normal(size=(5, 2)).astype("float32")
    expected = np.asarray(model(x))

    def judge(model: Model, train: Function) -> None:
        for handle in (model, train(seed=1)):
            assert np.allclose(handle.predict(x), expected, atol=1e-6)
            assert handle.count_params() == 9
            assert [layer["class"] for layer in handle.layers] == ["Dense"]
            assert "mse" in handle.compiled["loss"]

    result = judge_names(judge, {"model": model, "train": lambda seed: model})
    assert result.verdict == "right", result


def test_what_has_no_config_hides_nothing_else_that_was_compiled() -> None:
    import keras

    from utils.checks.model import as_data

    class Slowing(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> float:
            return 0.1

    model = _sequential(keras.layers.Dense(1))
    model.compile(keras.optimizers.Adam(Slowing()), keras.losses.MeanSquaredError)

    def judge(model: Model) -> None:
        assert '"MeanSquaredError"' in model.compiled["loss"]
        assert '"Adam"' in model.compiled["optimizer"]

    result = judge_names(judge, {"model": model})
    assert result.verdict == "right", result
    model.compile("adam", functools.partial(max))
    assert '"builtins"' in as_data(model).compiled["loss"]
    assert as_data(_sequential(keras.layers.Dense(1))).compiled == {}


def test_texts_are_bounded_before_numpy_makes_room_for_them() -> None:
    """NumPy gives each item of a list the room of the longest text."""
    for many in (
        ["x" * 2_000_000],
        ["x" * 90_000, *["x"] * 100_000],
        [["x" * 90_000], [1] * 10**6],
    ):
        result = judge_names(doubles, {"double": lambda x, many=many: many})
        assert result.verdict == "wrong"
        assert "what `double` returns" in result.says


def test_lists_in_lists_are_shown_in_no_time() -> None:
    many: Any = [1.0]
    for _ in range(30):
        many = [many] * 40
    began = time.monotonic()
    assert len(core.show(many)) <= 600
    assert time.monotonic() - began < 5


def test_a_tuple_of_one_is_shown_as_python_writes_it() -> None:
    assert core.show((5,)) == "(5,)"
    assert core.show([(), (5,), (5, 2), [5]]) == "[(), (5,), (5, 2), [5]]"


def test_a_card_shows_a_model_in_words() -> None:
    def judge(train: Function) -> None:
        fail(says="Two things came.", came=train())

    import keras

    model = _sequential(keras.layers.Dense(1))
    result = judge_names(judge, {"train": lambda: (model, 0.5)})
    assert result.came == "(a Keras model, 0.5)"


def test_an_adapted_normalization_is_rebuilt_with_its_state() -> None:
    import keras

    x = np.random.default_rng(0).normal(3.0, 5.0, (50, 2)).astype("float32")
    scale = keras.layers.Normalization()
    scale.adapt(x)
    inner = keras.Sequential([keras.Input((2,)), scale, keras.layers.Dense(1)])
    model = keras.Sequential([keras.Input((2,)), inner])

    def judge(model: Model) -> None:
        assert np.allclose(model.predict(x), expected, atol=1e-5)

    expected = np.asarray(model(x))
    assert judge_names(judge, {"model": model}).verdict == "right"


def _custom_layer() -> Any:
    import keras

    class Doubler(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return 2 * x

    return Doubler()


def _sequential(*layers: Any) -> Any:
    import keras

    return keras.Sequential([keras.Input((2,)), *layers])


def _compiled_with_own_loss() -> Any:
    import keras

    inner = _sequential(keras.layers.Dense(1))
    inner.compile(optimizer="adam", loss=lambda y, p: (y - p) ** 2)
    model = keras.Sequential([keras.Input((2,)), inner, keras.layers.Rescaling([2.0], [1.0])])
    model.compile(optimizer="sgd", loss=lambda y, p: abs(y - p))
    return model


def _built_by_a_call() -> Any:
    import keras

    model = keras.Sequential([keras.layers.Dense(4, "relu"), keras.layers.Dense(1)])
    model(np.zeros((120, 2), "float32"))
    return model


def _functions_as_layers() -> Any:
    import keras

    x = keras.Input((2,))
    h = keras.activations.relu(keras.layers.Dense(3)(x))
    h = keras.layers.Identity()(h * np.array([1.0, 2.0, 3.0], "float32") + 1.0)
    return keras.Model(x, keras.layers.Dense(1)(h[:, :2]))


def _tensorflow_activation() -> Any:
    import keras
    import tensorflow as tf

    activations = (tf.nn.relu, tf.nn.silu, tf.nn.gelu, tf.nn.log_softmax, tf.nn.softmax)
    hidden = [keras.layers.Dense(3, activation=one) for one in activations]
    return _sequential(*hidden, keras.layers.Activation(tf.nn.softmax))


@pytest.mark.parametrize(
    "make",
    [_compiled_with_own_loss, _built_by_a_call, _functions_as_layers, _tensorflow_activation],
)
def test_honest_models_of_every_kind_are_rebuilt(make: Callable[[], Any]) -> None:
    model = make()
    x = np.random.default_rng(0).normal(size=(7, 2)).astype("float32")
    expected = np.asarray(model(x))

    def judge(model: Model) -> None:
        assert np.allclose(model.predict(x), expected, atol=1e-5)

    result = judge_names(judge, {"model": model})
    assert result.verdict == "right", result


def test_a_model_with_too_many_weights_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    import keras

    from utils.checks import model as models

    def judge(model: Model) -> None:
        raise AssertionError(f"{model.keras} must not come so far")

    monkeypatch.setattr(models, "MAX_WEIGHTS", 5)
    result = judge_names(judge, {"model": _sequential(keras.layers.Dense(3))})
    assert "more than 5 weights" in result.says


def test_log_records_stay_inside(caplog: pytest.LogCaptureFixture) -> None:
    def double(x: Any) -> Any:
        logging.getLogger("mine").critical("a log record")
        return 2 * x

    assert judge_names(doubles, {"double": double}).verdict == "right"
    assert caplog.records == []
    logging.getLogger("mine").critical("after")
    assert len(caplog.records) == 1


def test_a_model_with_several_outputs_is_no_fault_of_the_check() -> None:
    import keras

    x = keras.Input((2,))

    def judge(model: Model) -> None:
        model.predict(np.zeros((3, 2)))

    result = judge_names(judge, {"model": keras.Model(x, {"y": keras.layers.Dense(1)(x)})})
    assert (result.verdict, "one output" in result.says) == ("wrong", True)


def relu(z: Any) -> Any:
    """Not Keras's relu, but called like it."""
    return -z


def softmax_v2(z: Any) -> Any:
    """Called like the function behind tf.nn.softmax."""
    return -z


def _models_that_are_refused() -> list[tuple[Callable[[], Any], str]]:
    import keras

    class Own(keras.Model):
        def call(self, x: Any) -> Any:
            return x

    return [
        (lambda: keras.Sequential([keras.layers.Dense(1)]), "not built"),
        (Own, "model class of your own"),
        (
            lambda: keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x)]),
            "use Keras's own layers",
        ),
        (lambda: _sequential(_custom_layer()), "not a built-in layer"),
        (lambda: _sequential(keras.layers.Dense(1, activation=relu)), "a function of your own"),
        (
            lambda: _sequential(keras.layers.Dense(1, activation=softmax_v2)),
            "a function of your own",
        ),
        (lambda: _sequential(keras.layers.RepeatVector(6_000_000)), "larger than 100,000"),
        (lambda: _sequential(keras.layers.IntegerLookup(vocabulary=[1, 2])), "looks words up"),
    ]


@pytest.mark.parametrize("index", range(8))
def test_models_with_foreign_code_are_refused(index: int) -> None:
    make, says = _models_that_are_refused()[index]

    def judge(model: Model) -> None:
        raise AssertionError(f"{model.keras} must not come so far")

    result = judge_names(judge, {"model": make()})
    assert result.verdict == "wrong"
    assert says in result.says


def test_something_else_under_the_name_of_a_model() -> None:
    def judge(model: Model) -> None:
        raise AssertionError(model.keras)

    assert "should be a Keras model" in judge_names(judge, {"model": np.zeros(3)}).says
