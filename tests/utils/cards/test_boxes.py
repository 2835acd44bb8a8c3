"""When cards come again, and that a side cannot be guessed."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import numpy as np
import pytest

from utils.cards.boxes import Answer, Boxes, deal

IDS = [f"E000-{number:02}" for number in range(20)]


class Game:
    """Draws and answers, with their log as a reader's file would have it."""

    def __init__(self, ids: list[str] = IDS) -> None:
        self.ids, self.lines = ids, list[str]()

    @property
    def boxes(self) -> Boxes:
        boxes = Boxes()
        for line in self.lines:
            boxes.take(line, self.ids)
        return boxes

    def draw(self, count: int, seed: int | None = 0, ids: list[str] | None = None) -> list[str]:
        dealt = deal(self.boxes, ids or self.ids, count, seed)
        self.lines.append(json.dumps({"draw": dealt, "asked": []}))
        return list(dealt)

    def answer(self, id: str, *, right: bool, sure: float | None = None) -> None:
        side = self.boxes.table[id]
        other = "slip" if side == "right" else "right"
        said = Answer(id, side, side if right else other, sure)
        self.lines.append(json.dumps(asdict(said)))


# ---- When ----


def test_what_was_missed_comes_in_the_next_draw() -> None:
    for seed in range(20):
        game = Game()
        first = game.draw(5, seed)
        for at, id in enumerate(first):
            game.answer(id, right=at > 1)
        second = game.draw(5, seed)
        assert set(first[:2]) <= set(second)
        assert not set(first[2:]) & set(second)


@pytest.mark.parametrize(("times", "waits"), [(1, 2), (2, 4), (3, 8), (4, 16), (5, 16)])
def test_what_was_known_comes_later_each_time(times: int, waits: int) -> None:
    game = Game()
    for _ in range(times):
        game.draw(1, ids=IDS[:1])
        game.answer(IDS[0], right=True)
    before = game.boxes.draws
    for _ in range(waits - 1):
        assert game.draw(1, ids=IDS[:2]) == IDS[1:2]
    assert game.draw(1, ids=IDS[:2]) == IDS[:1]
    assert game.boxes.draws - before == waits


def test_what_was_missed_comes_before_what_was_known_and_is_due() -> None:
    game = Game()
    known = game.draw(1, ids=IDS[:1])
    game.answer(IDS[0], right=True)
    game.draw(1, ids=IDS[1:2])  # so that the first is due again
    game.answer(IDS[1], right=False)
    assert game.boxes.due == {IDS[0]: 3, IDS[1]: 3}
    for seed in range(8):
        assert list(deal(game.boxes, IDS, 1, seed)) == IDS[1:2] != known


def test_a_miss_begins_again() -> None:
    game = Game()
    for right in (True, True, True, False):
        game.draw(1, ids=IDS[:1])
        game.answer(IDS[0], right=right)
    assert game.draw(1) == IDS[:1]


@pytest.mark.parametrize(("sure", "known"), [(None, 1), (50, 0), (59, 0), (60, 1), (100, 1)])
def test_who_guessed_right_has_not_known(sure: float | None, known: int) -> None:
    game = Game()
    game.draw(1, ids=IDS[:1])
    game.answer(IDS[0], right=True, sure=sure)
    assert game.boxes.known == {IDS[0]: known}


def test_new_cards_come_before_those_that_rest_and_these_before_none() -> None:
    game = Game(IDS[:4])
    for id in game.draw(3):
        game.answer(id, right=True)
    new = set(IDS[:4]) - set(game.boxes.due)
    assert new < set(game.draw(2))  # and one that rests, since no other is left
    assert sorted(game.draw(9)) == IDS[:4]


def test_a_reader_who_misses_half_sees_all_cards_and_learns_them() -> None:
    ids = [f"E{number:03}-01" for number in range(75)]
    game, rng = Game(ids), np.random.default_rng(0)
    for _ in range(40):
        for id in game.draw(5):
            game.answer(id, right=rng.random() < 0.5 + 0.15 * game.boxes.known.get(id, 0))
    assert set(game.boxes.due) == set(ids)


def test_what_lay_open_goes_back_as_it_was() -> None:
    game = Game()
    left = game.draw(3)
    game.draw(1, ids=IDS[5:6])
    assert not game.boxes.due
    assert set(game.boxes.table) == {IDS[5]}
    assert sorted(game.draw(3, ids=left)) == sorted(left)


# ---- Chance ----


def test_the_same_seed_deals_the_same_and_the_next_draw_other_cards() -> None:
    one, other, third = (deal(Boxes(), IDS, 5, seed) for seed in (1, 1, 2))
    assert list(one.items()) == list(other.items())
    assert one != third
    assert deal(Boxes(draws=1), IDS, 5, 1) != one


def test_always_saying_slip_earns_half() -> None:
    sides = [side for seed in range(200) for side in deal(Boxes(), IDS, 5, seed).values()]
    assert abs(np.mean([side == "slip" for side in sides]) - 0.5) < 0.04  # 2.5 standard errors


def test_neither_the_place_nor_the_card_tells_the_side() -> None:
    by_place, by_card = np.zeros(5), dict.fromkeys(IDS, 0.0)
    for seed in range(400):
        for place, (id, side) in enumerate(deal(Boxes(), IDS, 5, seed).items()):
            by_place[place] += (side == "slip") / 400
            by_card[id] += (side == "slip") / 100
    assert np.abs(by_place - 0.5).max() < 0.1
    assert np.abs(np.array(list(by_card.values())) - 0.5).max() < 0.25


def test_without_a_seed_draws_differ() -> None:
    assert len({tuple(deal(Boxes(), IDS, 5, None)) for _ in range(5)}) > 1


# ---- The log ----


@pytest.mark.parametrize(
    "line",
    [
        *("", "no json", "[1]", "1", "null", '"draw"', '{"id": "E000-01"}', '{"draw": 3}'),
        *('{"draw": {"E000-01": "slip"}}', '{"draw": {"E000-01": "both"}, "asked": []}'),
        *('{"id": ["E000-01"], "side": "slip", "choice": "slip"}', '{"id": "E000-01", "side": 1}'),
        '{"id": "E000-01", "side": "slip", "choice": "slip", "sure": null}',  # not on the table
    ],
)
def test_a_line_that_is_not_ours_changes_nothing(line: str) -> None:
    boxes: Any = Boxes()
    boxes.take(line, IDS)
    assert boxes == Boxes()


def test_a_card_that_is_no_more_is_skipped() -> None:
    game = Game()
    for id in game.draw(5):
        game.answer(id, right=True)
    boxes = Boxes()
    for line in game.lines:
        boxes.take(line, IDS[:10])
    assert boxes.draws == 1
    assert set(boxes.table) == set(boxes.due) == set(game.boxes.table) & set(IDS[:10])


def test_a_second_answer_changes_nothing() -> None:
    game = Game()
    (id,) = game.draw(1)
    game.answer(id, right=False)
    game.answer(id, right=True)
    assert game.boxes.known == {id: 0}
    assert len(game.boxes.answers) == 1


def test_new_cards_keep_two_places_in_five() -> None:
    game = Game()
    first = game.draw(5)
    for id in first:
        game.answer(id, right=False)
    second = game.draw(5)
    assert len(set(first) & set(second)) == 3
    for id in second:
        game.answer(id, right=False)
    assert set(game.draw(20)) == set(IDS)
