"""Turns, medians, ratios and quartiles, with contenders whose seconds are known."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from benchmarks.contenders import Contender
from benchmarks.process import Failed
from benchmarks.race import LEAST_EPOCHS, Entrant, Row, quartiles, race, ratios


class Fake:
    """A process whose epoch takes the seconds that a test gives; `log` notes the timed blocks."""

    def __init__(self, name: str, log: list[str], seconds: float, *, fails_at: int = 10**9) -> None:
        self.name, self.log, self.seconds, self.fails_at = name, log, seconds, fails_at
        self.asked: list[tuple[str, int]] = []

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        if do == "peak":
            return {"bytes": 7}
        epochs = arguments["epochs"]
        self.asked.append((do, epochs))
        if len(self.asked) > self.fails_at:
            raise Failed("failed: it broke")
        self.log.append(self.name)
        compiling = 5.0 if do == "prepare" else 0.0
        return {"seconds": compiling + epochs * self.seconds, "losses": [0.5] * epochs}


def entrant(
    fake: Fake, *, steps: int = 10, of: int = 10, program: int = 1, by_step: bool = False
) -> Entrant:
    contender = Contender(fake.name, "nowhere", "numpy", epochs_a_program=program, by_step=by_step)
    row = Row(fake.name, steps=steps, steps_of_epoch=of, epochs_a_program=program)
    return Entrant(contender, fake, row)


def run(entrants: list[Entrant], *, rounds: int = 4, block_seconds: float = 1.0) -> None:
    race(
        entrants,
        message=lambda entrant: {"folder": "x"},
        rounds=rounds,
        block_seconds=block_seconds,
        rng=np.random.default_rng(0),
        pause=0,
    )


def test_contenders_take_turns_in_a_new_order_each_round() -> None:
    log: list[str] = []
    entrants = [entrant(Fake(name, log, 1.0)) for name in "abcd"]
    run(entrants, rounds=6)
    turns = log[-24:]
    rounds = ["".join(turns[k : k + 4]) for k in range(0, 24, 4)]
    assert all(sorted(one) == list("abcd") for one in rounds)
    assert len(set(rounds)) > 1


def test_a_block_takes_as_many_epochs_as_fit_into_its_seconds() -> None:
    log: list[str] = []
    quick, slow, by_step, program = (
        entrant(Fake("quick", log, 0.01)),
        entrant(Fake("slow", log, 3.0)),
        entrant(Fake("by step", log, 3.0), by_step=True),
        entrant(Fake("program", log, 0.02), program=20),
    )
    run([quick, slow, by_step, program])
    # A program of 20 epochs only trains multiples of 20.
    epochs = (quick.epochs, slow.epochs, by_step.epochs, program.epochs)
    assert epochs == (100, LEAST_EPOCHS, 1, 40)
    for one, seconds in ((quick, 0.01), (slow, 3.0), (by_step, 3.0), (program, 0.02)):
        assert one.row.rounds == pytest.approx([seconds] * 4)
        assert one.row.start == pytest.approx(5.0)
    assert program.row.first_result == pytest.approx(5.0 + 20 * 0.02)
    assert quick.row.peak == 7


def test_a_shortened_epoch_is_given_for_a_whole_one() -> None:
    one = entrant(Fake("short", [], 2.0), steps=5, of=50)
    run([one])
    assert one.row.seconds == pytest.approx(20.0)
    assert one.row.start == pytest.approx(5.0)
    assert one.row.first_result == pytest.approx(25.0)


@pytest.mark.parametrize("fails_at", [0, 1, 4])
def test_a_contender_that_fails_does_not_stop_the_others(fails_at: int) -> None:
    log: list[str] = []
    bad, good = Fake("bad", log, 1.0, fails_at=fails_at), Fake("good", log, 1.0)
    entrants = [entrant(bad), entrant(good)]
    run(entrants)
    assert entrants[0].row.sentence == "failed: it broke"
    assert not entrants[1].row.sentence
    assert len(entrants[1].row.rounds) == 4
    # It is not asked again.
    assert len(bad.asked) == fails_at + 1
    assert list(ratios([one.row for one in entrants], "good")) == ["good"]


def rows(**rounds: list[float]) -> Iterator[Row]:
    for name, seconds in rounds.items():
        yield Row(name, rounds=seconds, start=0.0)


def test_ratios_are_taken_round_by_round() -> None:
    # The machine was half as fast in the second round; the ratio does not see it.
    found = ratios(rows(fit=[10.0, 20.0, 10.0], ours=[1.0, 2.0, 2.0]), "fit")
    assert found == {"fit": [1.0, 1.0, 1.0], "ours": [10.0, 10.0, 5.0]}


def test_without_the_reference_there_are_no_ratios() -> None:
    assert ratios(rows(ours=[1.0]), "fit") == {}


def test_quartiles_of_known_numbers() -> None:
    assert quartiles([5.0, 1.0, 4.0, 2.0, 3.0]) == (2.0, 3.0, 4.0)
    assert quartiles([7.0]) == (7.0, 7.0, 7.0)
