"""One's own bets: the numbers in words, the figure, and where they are kept."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from utils import past_bets
from utils.checks import bet


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("BETS_FILE")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_nobody_has_bet_yet(here: Path) -> None:
    said = repr(past_bets.report())
    assert said.startswith("You have not bet yet")
    assert "<img" not in past_bets.report()._repr_html_()


def test_all_bets_of_all_labs_count_and_the_first_on_each(here: Path) -> None:
    bet("0.b1", "a", sure=90)  # right
    bet("0.b2", "a", sure=70)
    bet("0.b2", "c", sure=100)  # by then its reason is known
    bet("1.b1", "a")
    report = past_bets.report()
    right = sum(one.right for one in report.made)
    said = repr(report)
    assert f"{right} of 3 bets were right." in said
    assert "In the 2 where you said how sure you were, that was 80% on average, and 50%" in said
    missed = [one.id for one in report.made if not one.right]
    assert f"Missed: {', '.join(missed)}." in said
    assert "0.b2" in missed
    html = report._repr_html_()
    assert html.startswith('<img alt="')
    assert "for you alone, in .ipynb_checkpoints/bets.jsonl" in html
    (here / ".ipynb_checkpoints" / "bets.jsonl").unlink()
    assert past_bets.report().made == ()


def test_the_figure_has_a_bar_for_each_lab_and_the_calibration_where_there_is_one(
    here: Path,
) -> None:
    bet("0.b1", "a")
    bet("0.b2", "a")
    [labs] = past_bets.report().figure().axes
    assert [text.get_text() for text in labs.get_yticklabels()] == ["00"]
    assert [bar.get_width() for bar in labs.patches] == [1, 1]
    bet("2.b1", "b", sure=60)
    calibration, labs = past_bets.report().figure().axes
    assert calibration.get_title() == "1 bets"
    assert [text.get_text() for text in labs.get_yticklabels()] == ["00", "02"]


@pytest.mark.parametrize("variables", [{"BETS_FILE": ""}, {"NBGRADER_EXECUTION": "autograde"}])
def test_a_grader_sees_none(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert repr(past_bets.report()) == past_bets.NOT_KEPT


def test_lines_of_others_and_of_old_labs_hurt_nobody(here: Path) -> None:
    folder = here / ".ipynb_checkpoints"
    folder.mkdir()
    lines: list[Any] = [
        {"id": "99.b7", "choice": "a", "right": False, "sure": 40},
        {"id": "1.b1", "choice": "a", "right": True},
        [1],
        *({"id": id, "choice": "a", "right": True} for id in (5, [1], None)),
        {"id": "1.b2", "choice": "a", "right": "x"},
        *({"id": "1.b2", "choice": "a", "right": True, "sure": sure} for sure in ("abc", 1e999)),
        {"id": "1.b2", "choice": "a", "right": True, "sure": float("nan")},
    ]
    text = "\n".join([*map(json.dumps, lines), "no json", "[" * 100_000])
    (folder / "bets.jsonl").write_text(text, encoding="utf-8")
    report = past_bets.report()
    assert [one.id for one in report.made] == ["99.b7", "1.b1"]
    assert "<img" in report._repr_html_()
