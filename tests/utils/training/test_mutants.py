"""Planted bugs: the comparison of the grid must notice every one.

A bug is planted around `compiled_fit` only; `model.fit` stays whole. Each has a case that it
breaks; without the bug the same case agrees to 1e-10.
"""

import functools
from dataclasses import replace

import keras
import numpy as np
import pytest

from tests.sample import sampled
from tests.utils.training.grid import Case, agree
from tests.utils.training.planted import into_the_loops
from utils.training import compiled

pytestmark = pytest.mark.own_process

ALL = Case(
    network="all at once",
    optimizer="Adam",
    options=("exponential decay", "use_ema"),
    batch_size=5,
    epochs=3,
    weights="sample_weight",
    metrics="weighted",
    floatx="float64",
    jit_compile=True,
)
VALIDATED = replace(ALL, validation="pair")
MOMENTUM = Case(
    *("convolution, batch normalisation", "sparse categorical crossentropy", "SGD, momentum"),
    shuffle_seed=3,
    epochs=3,
    callback="ReduceLROnPlateau",
    floatx="float64",
)
BUGS = {}


def bug(case):
    def plant(function):
        BUGS[function.__name__.replace("_", " ")] = (case, function)
        return function

    return plant


def _forget(patch, variables):
    """Let these variables stand still: after each step they are what they were before."""

    def train(right, data, rows):
        before = [variable.value + 0 for variable in variables()]
        right(data, rows)
        for variable, value in zip(variables(), before, strict=True):
            variable.assign(value)

    into_the_loops(patch, compiled, train=train)


@bug(ALL)
def the_last_batch_is_left_out(model, patch):
    def train(right, data, rows):
        if rows.shape[0] == ALL.batch_size:
            right(data, rows)

    into_the_loops(patch, compiled, train=train)


@bug(ALL)
def the_last_batch_counts_as_much_as_a_full_one(model, patch):
    update = model._loss_tracker.update_state
    patch.setattr(model._loss_tracker, "update_state", lambda loss, sample_weight: update(loss))


@bug(ALL)
def dropout_is_off(model, patch):
    patch.setattr(keras.layers.Dropout, "call", lambda self, inputs, training=False: inputs)


@bug(ALL)
def dropout_drops_the_same_in_each_step(model, patch):
    seeds = [variable for variable in model.variables if "seed" in variable.path]
    assert seeds
    _forget(patch, lambda: seeds)


@bug(ALL)
def statistics_of_batch_normalisation_are_not_carried(model, patch):
    statistics = [variable for variable in model.variables if "moving" in variable.path]
    assert len(statistics) == 2
    _forget(patch, lambda: statistics)


@bug(MOMENTUM)
def momentum_is_not_carried(model, patch):
    _forget(patch, lambda: model.optimizer.momentums)


@bug(ALL)
def iterations_are_not_counted(model, patch):
    _forget(patch, lambda: [model.optimizer.iterations])


@bug(MOMENTUM)
def every_epoch_has_the_same_order(model, patch):
    orders = compiled._Task.orders

    def first_only(task):
        first = next(orders(task))
        while True:
            yield first

    patch.setattr(compiled._Task, "orders", first_only)


@bug(MOMENTUM)
def rows_are_not_shuffled(model, patch):
    orders = compiled._Task.orders

    def ascending(task):
        for order in orders(task):
            yield np.sort(order)

    patch.setattr(compiled._Task, "orders", ascending)


@bug(ALL)
def the_schedule_stands_still(model, patch):
    patch.setattr(model.optimizer, "_get_current_learning_rate", lambda: 0.05)


@bug(MOMENTUM)
def the_learning_rate_of_a_callback_is_not_heard(model, patch):
    patch.setattr(model.optimizer, "_get_current_learning_rate", lambda: 0.05)


@bug(ALL)
def sample_weight_is_ignored(model, patch):
    into_the_loops(patch, compiled, train=lambda right, data, rows: right((*data[:2], None), rows))


@bug(ALL)
def regularisers_are_ignored(model, patch):
    patch.setattr(type(model), "losses", property(lambda self: []))


@bug(VALIDATED)
def validation_normalises_by_its_own_batches(model, patch):
    call = keras.layers.BatchNormalization.call
    patch.setattr(
        keras.layers.BatchNormalization,
        "call",
        lambda self, inputs, training=None, mask=None: call(self, inputs, training=True, mask=mask),
    )


@bug(VALIDATED)
def validation_trains(model, patch):
    into_the_loops(patch, compiled, validate=lambda right, data: model.train_step(data))


@bug(ALL)
def metrics_are_not_reset(model, patch):
    into_the_loops(patch, compiled, reset_metrics=lambda right: None)


@bug(ALL)
def the_moving_average_does_not_become_the_weights(model, patch):
    patch.setattr(model.optimizer, "finalize_variable_values", lambda weights: None)


@functools.cache
def _agrees_without_a_bug(case):
    agree(case)


@pytest.mark.parametrize("name", sampled(BUGS))
def test_the_comparison_notices_that(name):
    case, plant = BUGS[name]
    _agrees_without_a_bug(case)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        agree(case, plant)
