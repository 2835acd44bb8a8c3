"""`compiled_fit` does the arithmetic of `model.fit`."""

import multiprocessing
import secrets
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace

import keras
import numpy as np
import pytest
import scipy.stats

from tests.sample import sampled
from tests.utils.training import grid
from tests.utils.training.grid import Case, agree, numbered
from tests.utils.training.small import classes, classifier
from utils.data import iris
from utils.training import compiled_fit, set_seed

pytestmark = pytest.mark.own_process

NO_OPTIMIZERS = {"Optimizer", "MultiOptimizer"}


def test_the_grid_holds_every_optimizer_of_keras():
    """MultiOptimizer is a list of optimizers for layers: it is not in the grid."""
    of_keras = {
        name
        for name, one in vars(keras.optimizers).items()
        if isinstance(one, type) and issubclass(one, keras.Optimizer)
    }
    ours = {type(make(0.1)).__name__ for make in grid.OPTIMIZERS.values()}
    assert of_keras - NO_OPTIMIZERS == ours


seen: list[tuple[Case, float]] = []


FIRST = range(18)


@pytest.mark.parametrize("number", sampled(FIRST))
def test_18_ways_to_use_keras(number):
    """Each optimizer, each loss, and each network that XLA compiles quickly; by default 3."""
    case = numbered(number, grid.QUICK)
    seen.append((case, agree(case)))


def test_18_ways_meet_each_entry_of_the_tables():
    first = [numbered(number, grid.QUICK) for number in FIRST]
    assert {case.optimizer for case in first} == set(grid.OPTIMIZERS)
    assert {case.loss for case in first} == set(grid.LOSSES)
    assert {case.network for case in first} == set(grid.QUICK)


def look_at(numbers):
    cases = [replace(numbered(number), in_graph=True) for number in numbers]
    seen.extend((case, agree(case)) for case in cases)
    return seen


@pytest.mark.full
@pytest.mark.parametrize("part", range(6))
def test_300_ways_to_use_keras(part, record_summary):
    """Fifty in a process of their own: one process cannot hold the programs of all.

    The first part is always the same, the others are drawn anew: their numbers are printed.
    """
    first = secrets.randbelow(10**6) if part else 0
    record_summary(f"compiled_fit beside fit: the cases {first} to {first + 49} of the grid")
    processes = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=processes) as pool:
        found = pool.submit(look_at, range(first, first + 50)).result()
    assert len(found) == 50
    seen.extend(found)


def test_what_the_grid_has_seen(record_summary):
    """Runs after the grid; the figures that justify its tolerances."""
    for floatx, tolerance in (("float32", grid.ROUNDED), ("float64", grid.EXACT)):
        of_type = [(case, deviation) for case, deviation in seen if case.floatx == floatx]
        if not of_type:
            continue  # this test was picked alone
        largest = max(deviation for _, deviation in of_type)
        record_summary(
            f"compiled_fit beside fit: {len(of_type)} cases in {floatx}, "
            f"{len({case.optimizer for case, _ in of_type})} optimizers, "
            f"{len({case.network for case, _ in of_type})} networks, "
            f"{len({case.loss for case, _ in of_type})} losses, largest deviation {largest:.0e}"
        )
        assert largest < tolerance["rtol"]
    record_summary(
        "training: by default every sixth combination and entry of the tables; all with --full"
    )


SHUFFLED = Case(batch_size=5, epochs=3, shuffle_seed=3, validation="pair", floatx="float64")


@pytest.mark.parametrize(
    "case",
    [
        SHUFFLED,
        Case(network="two inputs, two outputs", floatx="float64", validation="pair"),
        Case(callback="ReduceLROnPlateau", epochs=4, floatx="float64"),
        Case(weights="class_weight", validation="split", metrics="weighted", floatx="float64"),
        Case(network="GRU", steps_per_program=3),
    ],
    ids=["shuffled", "two outputs", "ReduceLROnPlateau", "class_weight and split", "GRU"],
)
def test_what_must_be_in_every_sample(case):
    agree(case)


@pytest.mark.full
@pytest.mark.parametrize("floatx", ["float32", "float64"])
@pytest.mark.parametrize(
    "field", ["network", "loss", "optimizer", "options", "batch_size", "steps_per_program"]
)
def test_every_value_alone(field, floatx):
    """What is wrong by itself is found here by its name."""
    values = {
        "network": grid.NETWORKS,
        "loss": grid.LOSSES,
        "optimizer": grid.OPTIMIZERS,
        "options": [(option,) for option in (*grid.OPTIONS, *grid.SCHEDULES)],
        "batch_size": [1, 2, 11, 21, 22, 23],
        "steps_per_program": [1, 2, 4, 5, 6, 10, 100],
    }[field]
    for value in values:
        jit_compile = True if value in grid.RANDOM else "auto"
        case = Case(floatx=floatx, epochs=3, validation="pair", jit_compile=jit_compile)
        agree(replace(case, **{field: value}, in_graph=True))


@pytest.mark.full
def test_with_orders_of_its_own_iris_ends_as_under_fit(record_summary):
    """40 seeds each way: a two-sample test of the final losses."""
    flowers = iris()
    x = (flowers.X - flowers.X.mean(axis=0)) / flowers.X.std(axis=0)
    models = []
    for _ in range(2):
        model = keras.Sequential(
            [keras.Input((4,)), keras.layers.Dense(6, "tanh"), keras.layers.Dense(3, "softmax")]
        )
        model.compile(keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy")
        models.append(model)
    fits = (keras.Model.fit, compiled_fit)
    start = models[0].get_weights()
    ends = ([], [])
    for seed in range(40):
        for model, fit, losses in zip(models, fits, ends, strict=True):
            set_seed(seed if fit is compiled_fit else 1000 + seed)
            model.set_weights(start)
            how = {"batch_size": 10, "epochs": 5, "verbose": 0}
            losses.append(fit(model, x, flowers.y, **how).history["loss"][-1])
    p = scipy.stats.ks_2samp(*ends).pvalue
    record_summary(f"iris, 40 seeds by fit and 40 by compiled_fit: p = {p:.2f} that they agree")
    assert np.std(ends[1]) > 0
    assert p > 0.01


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_mixed_precision(policy):
    """Rounded to 8 to 11 bits at other places, so losses agree to 1 in 200; no fallback."""
    keras.config.set_dtype_policy(policy)
    try:
        losses = []
        for fit in (keras.Model.fit, compiled_fit):
            model = classifier(metrics=[])
            with warnings.catch_warnings():
                warnings.simplefilter("error", UserWarning)
                losses.append(
                    fit(model, *classes(), epochs=3, shuffle=False, verbose=0).history["loss"]
                )
    finally:
        keras.config.set_dtype_policy("float32")
    assert losses[0][-1] < losses[0][0]
    np.testing.assert_allclose(*losses, rtol=5e-3)
