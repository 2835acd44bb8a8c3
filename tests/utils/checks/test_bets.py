"""Bets: what the card says, what is kept where, and that no input ends in a traceback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from nbgrader.coursedir import CourseDirectory

from course.view import ROAD
from tests.utils.checks.test_card import Words
from utils.checks import bet, bets, kept_bets
from utils.checks.bets import Bet
from utils.checks.card import BetCard, Hint
from utils.checks.sentences import sentences

ROOT = Path(__file__).resolve().parents[3]
LABS = sorted(path.name[3:5] for path in (ROOT / "utils" / "checks").glob("lab[0-9][0-9].toml"))
REASONS = {"a": "Not `w`.", "b": "Because <so>.", "c": "Not c."}


@pytest.fixture(autouse=True)
def _questions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two questions of a lab 02."""
    two = {f"2.b{k}": {"right": "b", "reasons": REASONS} for k in (1, 2)}
    monkeypatch.setattr(bets, "sentences", lambda lab: {"bets": two} if lab == "02" else {})


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where bets are kept, in a folder that does not exist yet."""
    path = tmp_path / "own" / "bets.jsonl"
    monkeypatch.setenv("BETS_FILE", str(path))
    return path


# ---- The card ----


@pytest.mark.parametrize(("choice", "verdict"), [("b", "right"), ("a", "wrong"), (" B ", "right")])
def test_a_bet_says_whether_it_was_right_and_why(choice: str, verdict: str) -> None:
    card = bet("2.b1", choice)
    chosen = choice.strip().lower()
    said = repr(card)
    for text in (said, Words(card._repr_html_()).words):
        assert text.startswith(f"Bet 2.b1: {verdict}")
        assert f'You chose "{chosen}".' in text
    assert REASONS[chosen] in said
    assert said.index(REASONS[chosen]) < said.index("The other options:")
    assert said.count(", which is right:") == (verdict == "wrong")


def test_the_other_options_are_folded_away() -> None:
    html = bet("2.b1", "a")._repr_html_()
    before, _, folded = html.partition("<details")
    assert "Not <code>w</code>." in before and "Because" not in before
    assert " open" not in folded.partition(">")[0]
    assert "Because &lt;so&gt;." in folded and "Not c." in folded
    assert "Not <code>w</code>." not in folded


def test_how_sure_one_was_is_said_and_kept(file: Path) -> None:
    assert 'You chose "a" and were 70 % sure. ' in repr(bet("2.b1", "a", sure=70))
    assert kept_bets() == [Bet("2.b1", "a", False, 70.0)]


def test_what_a_bet_shows_is_the_same_each_time_and_no_score() -> None:
    """nbval compares it, and nbgrader takes a number for points."""
    one, other = (bet("2.b1", "b", sure=np.int64(80)) for _ in range(2))
    assert (repr(one), one._repr_html_()) == (repr(other), other._repr_html_())
    assert isinstance(one, BetCard)
    with pytest.raises(ValueError):
        float(repr(one))


# ---- What is no bet ----


@pytest.mark.parametrize("choice", [..., "...", "", " "])
def test_a_stub_is_told_calmly_what_can_be_chosen(choice: Any, file: Path) -> None:
    said = repr(bet("2.b1", choice))
    assert said.startswith("Bet 2.b1: not chosen yet.")
    assert '"a", "b", "c"' in said
    assert repr(bet("2.b1")) == repr(bet("2.b1", ...))
    assert not file.exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("2.b1", "d"), 'there is no option \'d\'. Choose one of "a", "b", "c", in quotes.'),
        (("2.b1", "ab" * 500), "there is no option 'ababab"),
        (("2.b1", 2), "there is no option 2."),
        (("2.b1", ["a"]), "there is no option ['a']."),
        (("2.b1", np.zeros(3)), "there is no option array"),
        (("2.b1", None), "there is no option None."),
        (("2.b9", "a"), "There is no bet 2.b9. There are: 2.b1, 2.b2."),
        (("3.b1", "a"), "There is no bet 3.b1. There are: none in this lab."),
        (("2.1", "a"), "There is no bet '2.1': a bet has a number such as '2.b1'."),
        ((2.1, "a"), "Write the number of the bet in quotes"),
        ((..., "a"), "Write the number of the bet in quotes"),
        (("2.b1", "a", 32), "`sure` is a percentage, from 33 (a pure guess among 3 options) to"),
        (("2.b1", "a", 0.7), "`sure` is a percentage"),
        (("2.b1", "a", 101), "`sure` is a percentage"),
        (("2.b1", "a", 10**400), "`sure` is a percentage"),
        (("2.b1", "a", True), "`sure` is a percentage"),
        (("2.b1", "a", float("nan")), "`sure` is a percentage"),
        (("2.b1", "a", "70 %"), "`sure` is a percentage"),
        (("2.b1", "a", ...), "`sure` is a percentage"),
    ],
)
def test_what_is_no_bet_gets_a_sentence(arguments: Any, says: str, file: Path) -> None:
    card = bet(*arguments)
    assert isinstance(card, Hint)
    assert says in repr(card)
    assert len(repr(card)) < 200
    assert not file.exists()


@pytest.mark.parametrize("sure", [33, 100, 99.5])
def test_the_ends_of_sure_are_allowed(sure: float) -> None:
    assert f"{sure:g} % sure" in repr(bet("2.b1", "a", sure))


# ---- What is kept ----


def test_the_first_bet_counts_and_later_ones_are_kept_too(file: Path) -> None:
    assert "first" not in repr(bet("2.b1", "c", sure=90))
    assert "first" not in repr(bet("2.b2", "b"))
    for choice in ("b", "B", "c"):
        again = bet("2.b1", choice)
        is_other = choice != "c"
        assert ('You first bet on "c", and the first bet is remembered.' in repr(again)) == is_other
        assert ('You first bet on "c"' in Words(again._repr_html_()).words) == is_other
    assert kept_bets() == [Bet("2.b1", "c", False, 90), Bet("2.b2", "b", True)]
    assert [(one.id, one.choice) for one in kept_bets(every=True)] == [
        *(("2.b1", "c"), ("2.b2", "b"), ("2.b1", "b"), ("2.b1", "c"))
    ]


def test_a_cell_that_runs_again_keeps_nothing_new(file: Path) -> None:
    """Run All bets on everything once more."""
    for _ in range(3):
        bet("2.b1", "c", sure=90)
    assert len(kept_bets(every=True)) == 1


def test_there_is_no_time_in_the_file(file: Path) -> None:
    bet("2.b1", "c", sure=90)
    assert file.read_text() == '{"id": "2.b1", "choice": "c", "right": false, "sure": 90.0}\n'


def test_lines_of_another_hand_are_skipped_and_stay(file: Path) -> None:
    file.parent.mkdir()
    file.write_bytes(b'no json\n{"id": "2.b1"}\n[1]\n\xff\n')
    assert kept_bets() == []
    bet("2.b1", "a")
    assert kept_bets() == [Bet("2.b1", "a", False)]
    assert file.read_bytes().startswith(b'no json\n{"id": "2.b1"}\n[1]\n\xff\n')


def test_a_file_that_cannot_be_written_costs_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").touch()
    monkeypatch.setenv("BETS_FILE", str(tmp_path / "a file" / "in it" / "bets.jsonl"))
    card = bet("2.b1", "b")
    for text in (repr(card), Words(card._repr_html_()).words):
        assert text.startswith("Bet 2.b1: right")
        assert "This bet is not remembered: its file cannot be written (Not a directory)." in text
    assert kept_bets() == []


def test_what_breaks_off_leaves_the_file_as_it_was(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bet("2.b1", "b")
    before = file.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    assert "not remembered: its file cannot be written (No space left" in repr(bet("2.b2", "a"))
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.glob("bets-*")] == []


def test_where_nothing_can_be_locked_bets_are_kept_all_the_same(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import filelock

    def cannot(*_: object, **__: object) -> None:
        raise NotImplementedError("FileSystem does not appear to support flock")

    monkeypatch.setattr(filelock.FileLock, "acquire", cannot)
    assert "not remembered" not in repr(bet("2.b1", "b"))
    assert len(kept_bets()) == 1


# ---- Where ----


def in_a_notebook(code: str, folder: Path, **variables: str) -> str:
    """What a program prints that runs where a kernel of this folder would, with lab 02's bets."""
    others = {key: value for key, value in os.environ.items() if key != "BETS_FILE"}
    program = f"from utils.checks import bet, kept_bets\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=folder,
        env={**others, "PYTHONPATH": str(ROOT), **variables},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_bets_lie_beside_the_notebook_and_outlive_its_kernel(tmp_path: Path) -> None:
    in_a_notebook('bet("2.b1", "a", sure=60)', tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [bets.FILE.parts[0]]
    assert (tmp_path / bets.FILE).exists()
    assert 'You first bet on "a"' in in_a_notebook('print(bet("2.b1", "b"))', tmp_path)
    assert in_a_notebook("print(kept_bets()[0].sure)", tmp_path) == "60.0\n"


@pytest.mark.parametrize("variables", [{"BETS_FILE": ""}, {"NBGRADER_EXECUTION": "autograde"}])
def test_neither_builds_nor_graders_keep_or_read_bets(
    tmp_path: Path, variables: Mapping[str, str]
) -> None:
    in_a_notebook('bet("2.b1", "a")', tmp_path)
    kept = (tmp_path / bets.FILE).read_bytes()
    said = in_a_notebook('print(bet("2.b1", "b")); print(kept_bets())', tmp_path, **variables)
    assert "first" not in said and said.endswith("[]\n")
    assert (tmp_path / bets.FILE).read_bytes() == kept


def test_two_notebooks_at_once_keep_all_bets(tmp_path: Path) -> None:
    """Each turns from option to option, so that all its bets are new ones."""
    turns = 40
    program = (
        "import sys; from utils.checks import bet; print('ready', flush=True); input()\n"
        f"for k in range({turns}): bet(sys.argv[1], 'abc'[k % 3])"
    )
    variables = {**os.environ, "PYTHONPATH": str(ROOT), "BETS_FILE": str(tmp_path / "bets.jsonl")}
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, id],
            env=variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for id in ("2.b1", "2.b2")
    ]
    for one in both:
        assert one.stdout is not None and one.stdout.readline() == "ready\n"
    for one in both:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in both:
        one.communicate(timeout=120)
    lines = (tmp_path / "bets.jsonl").read_text().splitlines()
    ids = [json.loads(line)["id"] for line in lines]
    assert {id: ids.count(id) for id in ids} == {"2.b1": turns, "2.b2": turns}


def test_neither_git_nor_nbgrader_takes_bets_along() -> None:
    found = subprocess.run(["git", "check-ignore", f"labs/{bets.FILE}"], cwd=ROOT, check=False)
    assert found.returncode in (0, 128)  # 128: no git checkout
    assert bets.FILE.parts[0] in CourseDirectory().ignore


# ---- The questions of the labs ----


@pytest.mark.parametrize("lab", LABS)
def test_each_option_has_a_reason_and_one_is_right(lab: str) -> None:
    for id, question in sentences(lab).get("bets", {}).items():
        assert re.fullmatch(rf"{int(lab)}\.b\d+", id)
        assert question.keys() == {"right", "reasons"}
        reasons = question["reasons"]
        assert list(reasons) == list("abcdef")[: len(reasons)] and len(reasons) > 1
        assert question["right"] in reasons
        for reason in reasons.values():
            assert 8 <= len(reason.split()) <= 60, reason
            assert reason == reason.strip() and "\n" not in reason


def test_no_letter_is_always_wrong() -> None:
    """Whoever bets in the order of the labs does not learn that one letter never comes."""
    right = [
        question["right"] for lab in ROAD for question in sentences(lab).get("bets", {}).values()
    ]
    assert len(right) > 60
    for start in range(len(right) - 9):
        assert {"a", "b", "c"} <= set(right[start : start + 10]), right[start : start + 10]
