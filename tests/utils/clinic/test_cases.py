"""Cases that run: what is said to be sick ran, and the evidence parts each illness from all others.

The normal tier looks at every third illness, because a patient takes seconds. The long tier has
all, and measures the rule of `rule.py` over 200 runs.
"""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import keras
import numpy as np
import pytest

from tests.sample import sampled
from tests.utils.clinic import rule
from tests.utils.clinic.claims import CLAIMS
from utils import garments
from utils.clinic.case import Run, draw, measure, train
from utils.clinic.examinations import EXAMINATIONS
from utils.clinic.illnesses import HEALTHY, ILLNESSES, SICK
from utils.clinic.ward import MOST_EXAMINATIONS

# XLA keeps each program that it has compiled for the life of the process.
pytestmark = pytest.mark.own_process

FIRST, RUNS = 1200, 200
NAMES = [one.name for one in SICK]
SOME = sampled(NAMES, every=3)


@cache
def run_of(name: str) -> Run:
    return train(draw(0, name))


# ---- What ran ----


def _fit(run: Run, x: np.ndarray, y: np.ndarray) -> float:
    """The share of labels that belong to their pictures."""
    settings = run.case.settings
    images, labels = garments.draw(settings.n_train + settings.n_val, seed=settings.seed)
    known = {one.tobytes(): k for one, k in zip(run.prepare(images), labels, strict=True)}
    return float(np.mean([known[one.tobytes()] == k for one, k in zip(x, y, strict=True)]))


def _rate(run: Run) -> float:
    return float(run.model.optimizer.learning_rate.numpy()) / run.case.settings.rate


def _first_kernel(run: Run) -> np.ndarray:
    run.first.restore()
    kernel = run.layers[0].kernel.numpy()
    run.last.restore()
    return kernel  # type: ignore[no-any-return]


def _dropout(run: Run) -> list[float]:
    return [one.rate for one in run.model.layers if isinstance(one, keras.layers.Dropout)]


FACTS: Mapping[str, Callable[[Run], bool]] = {
    "pixels not scaled": lambda run: run.x_train.max() > 2 and run.x_val.max() > 2,
    "validation scaled differently": lambda run: run.x_train.max() <= 1 and run.x_val.max() > 2,
    "labels shuffled": lambda run: _fit(run, run.x_train, run.y_train) < 0.3,
    "classes renumbered": lambda run: _fit(run, run.x_val, run.y_val) < 0.7,
    "class missing": lambda run: bool((np.bincount(run.y_train, minlength=10) == 0).any()),
    "sorted by class": lambda run: (
        bool(np.all(np.diff(run.y_train.astype(int)) >= 0)) and not run.how["shuffle"]
    ),
    "leak": lambda run: {one.tobytes() for one in run.x_val} <= {x.tobytes() for x in run.x_train},
    "overfitting": lambda run: len(run.x_train) < 120 and run.how["epochs"] > 100,
    "weights not restored": lambda run: (
        not all(one.restore_best_weights for one in run.how["callbacks"])
    ),
    "rate too large": lambda run: _rate(run) > 30,
    "rate too small": lambda run: _rate(run) == pytest.approx(0.01),
    "dead units": lambda run: (
        EXAMINATIONS["hidden units"].look(run).numbers["constant"].sum()
        == sum(run.case.settings.hidden)
    ),
    "equal weights": lambda run: bool(np.ptp(_first_kernel(run)) == 0),
    "vanishing gradients": lambda run: (
        len(run.layers) > 6 and run.layers[0].activation is keras.activations.sigmoid
    ),
    "frozen layer": lambda run: not run.layers[0].trainable,
    "too narrow": lambda run: run.layers[-2].units == 1,
    "penalty too strong": lambda run: (
        float(getattr(run.layers[0].kernel_regularizer, "l2", 0)) > 0.1
    ),
    "dropout too strong": lambda run: 0.8 in _dropout(run),
    "softmax twice": lambda run: isinstance(run.model.layers[-1], keras.layers.Softmax),
    "relu outputs": lambda run: run.layers[-1].activation is keras.activations.relu,
}


@pytest.mark.parametrize("name", SOME)
def test_the_sick_line_ran(name: str) -> None:
    assert FACTS[name](run_of(name))


def test_a_healthy_program_has_none_of_it() -> None:
    assert set(FACTS) == set(NAMES)
    run = run_of(HEALTHY)
    for name in NAMES:
        assert not FACTS[name](run), name


# ---- What the evidence says ----


def name_by_rule(run: Run) -> tuple[str, list[str]]:
    """What the rule says of a run, and which examinations it has made."""
    made: list[str] = []

    def examine(name: str) -> Mapping[str, Any]:
        if name not in made:
            made.append(name)
        assert len(made) <= MOST_EXAMINATIONS, (run.case, made)
        return EXAMINATIONS[name].look(run).numbers

    return rule.named(run.evidence, examine), made


@pytest.mark.parametrize("name", [*SOME, HEALTHY])
def test_a_simple_rule_names_it(name: str) -> None:
    assert name_by_rule(run_of(name))[0] == name


@pytest.mark.parametrize("name", SOME)
def test_what_its_reasons_claim_holds(name: str) -> None:
    assert CLAIMS[name](run_of(name))


@pytest.mark.full
def test_the_rule_is_right_in_95_of_100_runs(record_summary: Callable[[str], None]) -> None:
    """And what the reasons claim holds in all of them."""
    wrong: collections.Counter[tuple[str, str]] = collections.Counter()
    broken = []
    for number in range(FIRST, FIRST + RUNS):
        case = draw(number, [*NAMES, HEALTHY][number % len(ILLNESSES)])
        run, name = train(case), case.illness.name
        broken += [] if name == HEALTHY or CLAIMS[name](run) else [(number, name)]
        said, _ = name_by_rule(run)
        if said != name:
            wrong[name, said] += 1
    record_summary(f"clinic: the rule was right on {RUNS - wrong.total()} of {RUNS} patients")
    assert wrong.total() <= 0.05 * RUNS, wrong
    assert broken == []


# ---- The runs themselves ----


def test_the_same_number_gives_the_same_run() -> None:
    one, other = train(draw(5, "frozen layer")), train(draw(5, "frozen layer"))
    for name, values in one.evidence.history.items():
        np.testing.assert_array_equal(values, other.evidence.history[name])
    np.testing.assert_array_equal(one.evidence.confusion, other.evidence.confusion)
    assert one.evidence.validation == other.evidence.validation


def test_a_healthy_program_learns() -> None:
    for number in range(3):
        assert train(draw(number, HEALTHY)).evidence.validation.accuracy > 0.6


def test_what_is_measured_is_what_keras_evaluates() -> None:
    run = run_of(HEALTHY)
    loss, accuracy = run.model.evaluate(run.x_val, run.y_val, verbose=0)
    assert run.evidence.validation == pytest.approx((loss, accuracy), abs=1e-4)
    assert run.evidence.confusion.sum() == len(run.x_val)
    assert np.trace(run.evidence.confusion) == round(accuracy * len(run.x_val))


@pytest.mark.parametrize("name", EXAMINATIONS)
def test_an_examination_leaves_the_patient_as_it_was(name: str) -> None:
    run = run_of(HEALTHY)
    before, numbers = run.model.get_weights(), EXAMINATIONS[name].look(run).numbers
    for one, other in zip(before, run.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    again = EXAMINATIONS[name].look(run).numbers
    for key, value in numbers.items():
        np.testing.assert_array_equal(value, again[key])
    assert measure(run.model, run.x_val, run.y_val) == run.evidence.validation


def test_examinations_say_in_one_sentence_what_they_saw() -> None:
    for name in NAMES[::4]:
        for one in EXAMINATIONS.values():
            finding = one.look(run_of(name))
            assert finding.name == one.name
            assert finding.sentence.endswith(".")
            assert len({len(row) for row in finding.table}) <= 1
