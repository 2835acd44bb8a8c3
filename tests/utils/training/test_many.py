"""`train_many`: every member is trained as `model.fit` would train it alone."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from tests.sample import sampled
from tests.utils.training.planted import into_the_loops
from utils.data import xor
from utils.training import many, train_many

pytestmark = pytest.mark.own_process

layers, optimizers = keras.layers, keras.optimizers
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(37, 6)).astype("float32"), RNG.integers(0, 3, 37)
LOGITS = keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def _builder(*middle, optimizer="adam"):
    """Make a build() of a small classifier; `middle` makes layers, `optimizer` an optimizer."""

    def build():
        hidden = [layers.Dense(8, "relu"), *(layer() for layer in middle)]
        model = keras.Sequential([keras.Input((6,)), *hidden, layers.Dense(3)])
        made = optimizer() if callable(optimizer) else optimizer
        model.compile(made, LOGITS, metrics=["accuracy"])
        return model

    return build


def _xor_network():
    model = keras.Sequential([keras.Input((2,)), layers.Dense(2, "relu"), layers.Dense(1)])
    model.compile(optimizers.Adam(0.01), "mse")
    return model


def _alone(build, ensemble, member, x=X, y=Y, **how):
    """The history and weights of one member trained by model.fit from the same start."""
    model = build()
    model.run_eagerly = True  # the same operations; a graph would take a second to make
    model.set_weights([first[member] for first in ensemble.initial])
    history = model.fit(x, y, shuffle=False, verbose=0, **how).history
    return history, model.get_weights()


def _assert_same(ensemble, member, history, weights):
    """Up to float32's rounding: seen are 2e-7 and less."""
    assert sorted(ensemble.history) == sorted(history)
    for name, expected in history.items():
        np.testing.assert_allclose(ensemble.history[name][member], expected, atol=3e-6, rtol=1e-5)
    for ours, expected in zip(ensemble.weights, weights, strict=True):
        np.testing.assert_allclose(ours[member], expected, atol=3e-6, rtol=1e-5)


class WarmUp(optimizers.schedules.LearningRateSchedule):
    """As a student writes it: Keras cannot make it again from a config."""

    def __call__(self, step):
        return 0.01 * (keras.ops.cast(step, "float32") + 1)


SCHEDULE = optimizers.schedules.ExponentialDecay(0.1, 5, 0.5)
MODELS = {
    "dense": _builder(),
    "batch normalisation": _builder(layers.BatchNormalization),
    "layer normalisation": _builder(layers.LayerNormalization),
    "kernel regularizer": _builder(lambda: layers.Dense(4, kernel_regularizer="l2")),
    "activity regularizer": _builder(lambda: layers.ActivityRegularization(0.1)),
    "frozen layer": _builder(lambda: layers.Dense(4, trainable=False)),
    "convolution": _builder(
        lambda: layers.Reshape((8, 1)), lambda: layers.Conv1D(3, 3), layers.Flatten
    ),
    "orthogonal start": _builder(lambda: layers.Dense(4, kernel_initializer="orthogonal")),
    "momentum": _builder(optimizer=lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True)),
    "weight decay": _builder(optimizer=lambda: optimizers.AdamW(0.01, weight_decay=0.1)),
    "schedule": _builder(optimizer=lambda: optimizers.Adam(SCHEDULE)),
    "clipvalue": _builder(optimizer=lambda: optimizers.SGD(0.1, clipvalue=0.01)),
    "moving average": _builder(
        optimizer=lambda: optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9)
    ),
    "loss scale": _builder(optimizer=lambda: optimizers.SGD(0.1, loss_scale_factor=1024.0)),
    "a schedule of one's own": _builder(optimizer=lambda: optimizers.SGD(WarmUp())),
    "accumulated gradients": _builder(
        optimizer=lambda: optimizers.Adam(0.1, gradient_accumulation_steps=2)
    ),
    **{
        name: _builder(optimizer=name)
        for name in ("rmsprop", "adagrad", "adadelta", "adamax", "nadam", "ftrl", "lion")
    },
}


@pytest.mark.parametrize("name", sampled(MODELS, always=["batch normalisation", "schedule"]))
def test_a_member_equals_fit_of_that_member_alone(name):
    """With a last batch of 5 rows, and validation."""
    how = {"batch_size": 8, "epochs": 3, "validation_data": (X[:9], Y[:9])}
    ensemble = train_many(MODELS[name], X, Y, n=3, shuffle=False, seed=1, **how)
    for member in (0, 2):
        _assert_same(ensemble, member, *_alone(MODELS[name], ensemble, member, **how))


def test_the_weights_move_and_differ():
    ensemble = train_many(_xor_network, xor().X, xor().y, n=4, epochs=5)
    for before, after in zip(ensemble.initial, ensemble.weights, strict=True):
        assert before.shape == after.shape == (4, *before.shape[1:])
        assert not np.allclose(before, after)
    assert len(np.unique(ensemble.history["loss"][:, -1])) == 4


def test_each_member_has_its_own_rows():
    x, y = RNG.normal(size=(3, 20, 6)).astype("float32"), RNG.integers(0, 3, (3, 20))
    xv, yv = x[:, ::-1][:, :11] + 1, y[:, ::-1][:, :11]
    for batch_size in (6, None):
        ensemble = train_many(
            *(_builder(), x, y),
            **{"n": 3, "epochs": 3, "batch_size": batch_size, "shuffle": False},
            validation_data=(xv, yv),
        )
        for member in range(3):
            alone = _alone(
                *(_builder(), ensemble, member, x[member], y[member]),
                **{"epochs": 3, "batch_size": batch_size or 20},
                validation_data=(xv[member], yv[member]),
            )
            _assert_same(ensemble, member, *alone)


def test_each_member_has_its_own_learning_rate():
    rates = [0.001, 0.1, 0.03]

    def build(rate=1.0):
        return _builder(optimizer=lambda: optimizers.Adam(rate))()

    ensemble = train_many(build, X, Y, n=3, epochs=2, learning_rate=rates)
    for member, rate in enumerate(rates):
        one = _alone(lambda r=rate: build(r), ensemble, member, batch_size=37, epochs=2)
        _assert_same(ensemble, member, *one)
    assert float(ensemble.model_of(1).optimizer.learning_rate) == pytest.approx(0.1)


# ---- Tables of which rows are taken: their gradients are sparse ----

WORDS = RNG.integers(0, 7, (37, 6))  # with six of seven words a row has some twice


class Take(layers.Layer):
    """A table of one's own; `take` says how a batch gets its rows."""

    def __init__(self, take=None):
        super().__init__()
        self._take = take or (lambda table, x: keras.ops.take(table, x, axis=0))

    def build(self, shape):
        self.table = self.add_weight(shape=(7, 3), initializer="normal")

    def call(self, x):
        return self._take(self.table, x)


TABLES = {
    "Embedding": lambda: layers.Embedding(7, 3),
    "ops.take": Take,
    "tf.gather": lambda: Take(lambda table, x: tf.gather(table.value, x)),
    "embedding_lookup": lambda: Take(lambda table, x: tf.nn.embedding_lookup(table.value, x)),
    "a table used twice": lambda: Take(
        lambda table, x: keras.ops.take(table, x, axis=0) + keras.ops.take(table, 6 - x, axis=0)
    ),
}
DENSE = {
    "a frozen Embedding": lambda: layers.Embedding(7, 3, trainable=False),
    "a regularized Embedding": lambda: layers.Embedding(7, 3, embeddings_regularizer="l2"),
    "one-hot rows": lambda: Take(lambda table, x: keras.ops.one_hot(x, 7) @ table),
    "a table that is also used whole": lambda: Take(
        lambda table, x: keras.ops.take(table, x, axis=0) + keras.ops.sum(table)
    ),
}
LINEAR = {
    "SGD": lambda: optimizers.SGD(0.1),
    "momentum": lambda: optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "weight decay and moving average": lambda: optimizers.SGD(0.1, weight_decay=0.1, use_ema=True),
    "accumulated gradients": lambda: optimizers.SGD(0.1, gradient_accumulation_steps=2),
}


def _table(table, optimizer):
    def build():
        first = [keras.Input((6,), dtype="int32"), table(), layers.Flatten()]
        model = keras.Sequential([*first, layers.Dense(3)])
        model.compile(optimizer(), LOGITS)
        return model

    return build


def _beside_fit(build):
    how = {"batch_size": 8, "epochs": 3}
    ensemble = train_many(build, WORDS, Y, n=2, shuffle=False, **how)
    _assert_same(ensemble, 1, *_alone(build, ensemble, 1, WORDS, **how))


@pytest.mark.parametrize("optimizer", sampled(LINEAR))
def test_a_sparse_gradient_is_followed_where_that_is_the_same(optimizer):
    _beside_fit(_table(TABLES["Embedding"], LINEAR[optimizer]))


@pytest.mark.parametrize("table", sampled(DENSE))
def test_a_table_with_a_dense_gradient_is_trained_as_by_fit(table):
    _beside_fit(_table(DENSE[table], lambda: optimizers.RMSprop(0.1)))


SQUARED = [one for one in many.ELEMENTWISE if one is not optimizers.SGD]
REFUSED = [
    *((table, optimizers.Adam) for table in TABLES),
    *(("Embedding", optimizer) for optimizer in SQUARED[1:]),
    ("Embedding", lambda: optimizers.SGD(clipvalue=0.01)),
]


@pytest.mark.parametrize(
    "refused", sampled(REFUSED), ids=lambda one: f"{one[0]}, {one[1].__name__.strip('<>')}"
)
def test_a_sparse_gradient_is_refused_where_it_would_be_followed_otherwise(refused):
    """In `fit` Keras squares what a row got from each place before it adds it up."""
    said = r"it takes rows of a table, as an Embedding does, and \w+ counts .* with compiled_fit\.$"
    table, optimizer = refused
    with pytest.raises(ValueError, match=said):
        train_many(_table(TABLES[table], optimizer), WORDS, Y, n=2, epochs=1, batch_size=8)


def _same_start():
    one = keras.initializers.RandomNormal(seed=1)
    model = keras.Sequential([keras.Input((6,)), layers.Dense(3, kernel_initializer=one)])
    model.compile("sgd", LOGITS)
    return model


class Smallest(keras.metrics.Metric):
    """A metric whose sum does not begin with 0."""

    def __init__(self):
        super().__init__(name="smallest")
        self.least = self.add_weight(shape=(), initializer="zeros", name="least")
        self.reset_state()

    def reset_state(self):
        self.least.assign(1e9)

    def update_state(self, y_true, y_pred, sample_weight=None):
        self.least.assign(keras.ops.minimum(self.least, keras.ops.min(keras.ops.abs(y_pred))))

    def result(self):
        return self.least


def test_a_metric_begins_where_it_says():
    def build():
        model = _builder()()
        model.compile("adam", LOGITS, metrics=[Smallest()])
        return model

    ensemble = train_many(build, X, Y, n=2, epochs=3, batch_size=8, shuffle=False)
    alone = _alone(build, ensemble, 1, batch_size=8, epochs=3)
    _assert_same(ensemble, 1, *alone)


def test_each_member_shuffles_by_itself_and_anew_in_each_epoch():
    how = {"n": 2, "epochs": 2, "batch_size": 1}
    still = train_many(_same_start, X, Y, shuffle=False, **how)
    assert np.array_equal(*still.weights[0])
    moved = train_many(_same_start, X, Y, **how)
    assert not np.allclose(*moved.weights[0], atol=1e-6)
    task_orders = []
    real = many.with_data

    def with_spy(*what, **how):
        run = real(*what, **how)

        def spy(orders, first, last):
            task_orders.extend(orders)
            return run(orders, first, last)

        return spy

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(many, "with_data", with_spy)
        train_many(_same_start, X, Y, **how)
    shown = {tuple(order) for epoch in task_orders for order in epoch}
    assert all(sorted(order) == list(range(37)) for order in shown)
    assert len(shown) == 4  # two members, two epochs


@pytest.mark.parametrize("layer", [layers.Dropout, layers.GaussianNoise])
def test_random_layers_draw_for_each_member_and_each_step(layer):
    def build():
        one = keras.initializers.RandomNormal(seed=1)
        model = keras.Sequential(
            [keras.Input((6,)), layer(0.5), layers.Dense(3, kernel_initializer=one)]
        )
        model.compile(optimizers.SGD(0.0), LOGITS)
        return model

    losses = train_many(build, X, Y, n=3, epochs=4).history["loss"]
    assert len(np.unique(losses)) == 12
    again = train_many(build, X, Y, n=3, epochs=4).history["loss"]
    assert np.array_equal(losses, again)


def test_a_member_does_not_depend_on_the_others(monkeypatch):
    how = {"epochs": 3, "batch_size": 8, "seed": 7}
    five = train_many(_builder(), X, Y, n=5, **how)
    two = train_many(_builder(), X, Y, n=2, **how)
    monkeypatch.setattr(many, "MOST_BYTES", 8_000)  # room for a few members only
    groups = []
    train = many._Group.train
    monkeypatch.setattr(
        many._Group, "train", lambda group, members: groups.append(members) or train(group, members)
    )
    in_groups = train_many(_builder(), X, Y, n=5, **how)
    assert len(groups) > 1
    for one in (two, in_groups):
        np.testing.assert_allclose(
            one.history["loss"][:2], five.history["loss"][:2], rtol=1e-5, atol=1e-6
        )
    np.testing.assert_allclose(in_groups.history["loss"], five.history["loss"], rtol=1e-5)


def test_two_runs_are_equal_and_another_seed_is_another_run():
    runs = [
        train_many(_builder(), X, Y, n=2, epochs=2, batch_size=8, seed=s).weights[0]
        for s in (0, 0, 1)
    ]
    assert np.array_equal(runs[0], runs[1])
    assert not np.allclose(runs[0], runs[2])


def test_the_four_loss_levels_of_xor():
    """Where 200 starts of the network with two ReLU units end: 0, 1/8, 1/6 and 1/4."""
    ensemble = train_many(_xor_network, xor().X, xor().y, n=200, epochs=3000)
    last = ensemble.history["loss"][:, -1]
    levels = np.array([0, 1 / 8, 1 / 6, 1 / 4])
    near = np.abs(last[:, np.newaxis] - levels) < 0.01
    assert near.any(axis=1).mean() > 0.95
    assert near.any(axis=0).all()
    solved = int(last.argmin())
    model = ensemble.model_of(solved)
    np.testing.assert_allclose(model(xor().X)[:, 0], xor().y, atol=0.05)
    assert len(ensemble) == 200


def test_there_is_no_member_beyond_the_last():
    ensemble = train_many(_xor_network, xor().X, xor().y, n=2, epochs=1)
    for member in (2, -1):
        with pytest.raises(IndexError, match="numbers 0 to 1"):
            ensemble.model_of(member)


def _with(**changes):
    """A build() that differs from the plain one in what compile gets."""

    def build():
        model = _builder()()
        model.compile(**{"optimizer": "adam", "loss": LOGITS, **changes})
        return model

    return build


def _excluding():
    model = _builder(optimizer=lambda: optimizers.AdamW(0.1))()
    model.optimizer.exclude_from_weight_decay(var_names=["bias"])
    return model


def _two_inputs():
    ends = [keras.Input((6,)), keras.Input((6,))]
    model = keras.Model(ends, layers.Dense(3)(layers.Add()(ends)))
    model.compile("adam", LOGITS)
    return model


class InPython(layers.Layer):
    """Something that no compiler can see into."""

    def call(self, x):
        return tf.ensure_shape(tf.numpy_function(np.abs, [x], tf.float32), x.shape)


class OwnStep(keras.Model):
    def train_step(self, data):
        raise AssertionError("nobody may leave this out")


def _own_step():
    ends = keras.Input((6,))
    model = OwnStep(ends, layers.Dense(3)(ends))
    model.compile("adam", LOGITS)
    return model


def test_members_whose_loss_is_nan_are_counted():
    rates = [1e-3, 1e30, 1e30]
    with pytest.warns(RuntimeWarning, match="The loss of 2 of 3 members is NaN"):
        found = train_many(_builder(), X, Y, n=3, epochs=5, batch_size=8, learning_rate=rates)
    assert np.isfinite(found.history["loss"][0]).all()


@pytest.mark.parametrize(
    ("build", "says"),
    [
        (_own_step, "a train_step of its own"),
        (_with(run_eagerly=True), "run_eagerly=True"),
        (_builder(lambda: layers.Dense(4, dtype="float64")), "Some weights are not float32"),
        (_with(optimizer="muon"), "Muon does not change each weight by itself"),
        (_with(optimizer="adafactor"), "Adafactor does not"),
        (_with(optimizer=optimizers.LossScaleOptimizer(optimizers.SGD())), "LossScaleOptimizer"),
        (_builder(optimizer=lambda: optimizers.SGD(clipnorm=1)), "use clipvalue"),
        (_builder(optimizer=lambda: optimizers.SGD(global_clipnorm=1)), "use clipvalue"),
        (_excluding, "excluded from weight_decay"),
        (_builder(lambda: layers.Dense(4, kernel_constraint="non_neg")), "constraint"),
        (lambda: keras.Sequential([keras.Input((6,)), layers.Dense(3)]), "call model.compile"),
        (_two_inputs, "one input and one output"),
        (_builder(lambda: layers.Reshape((8, 1)), lambda: layers.LSTM(3)), "A recurrent layer"),
        (_builder(InPython), "cannot be trained beside others"),
    ],
)
def test_what_cannot_be_trained_beside_others_is_refused(build, says, capfd):
    with pytest.raises(ValueError, match=says):
        train_many(build, X, Y, n=2, epochs=1, batch_size=8)
    assert "pfor" not in capfd.readouterr().err


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"n": 0}, ValueError, "n is a whole number from 1"),
        ({"n": 1.5}, TypeError, "n is a whole number"),
        ({"epochs": 0}, ValueError, "epochs is a whole number from 1"),
        ({"batch_size": 0}, ValueError, "batch_size is a whole number from 1"),
        ({"seed": -1}, ValueError, "seed is a whole number from 0"),
        ({"y": Y[:5]}, ValueError, "one row a sample"),
        ({"y": Y + 1}, Exception, "The labels go from 1 to 3"),
        ({"x": np.full((37, 6), np.nan)}, ValueError, "x holds NaN"),
        ({"x": np.zeros((3, 37, 6)), "y": np.zeros((3, 37), int)}, ValueError, "n = 2 members"),
        ({"learning_rate": [0.1]}, ValueError, "each of the 2 members"),
        ({"learning_rate": [0.1, -1]}, ValueError, "one positive number"),
        ({"validation_data": (X, Y[:5])}, ValueError, "one row a sample"),
        ({"validation_data": X}, ValueError, r"a pair: \(x, y\)"),
    ],
)
def test_bad_input_is_told_in_one_sentence(change, error, says):
    with pytest.raises(error, match=says):
        train_many(_builder(), **{"x": X, "y": Y, "n": 2, "epochs": 1, **change})


def test_a_model_in_the_place_of_build_is_refused():
    with pytest.raises(TypeError, match="build itself, without brackets"):
        train_many(_builder()(), X, Y, n=2, epochs=1)


# ---- Planted bugs: the comparison with `fit` must notice every one ----


def _metrics_are_not_reset(patch):
    into_the_loops(patch, many, reset_metrics=lambda right: None)


def _the_last_rows_of_a_batch_are_left_out(patch):
    into_the_loops(patch, many, train=lambda right, data, rows: right(data, rows[..., :4]))


def _members_share_a_gradient(patch):
    step = many._Group._step

    def mean(group, *data, training):
        gradient = step(group, *data, training=training)
        return keras.ops.mean(gradient, axis=0) + 0 * gradient if training else gradient

    patch.setattr(many._Group, "_step", mean)


def _state_is_not_carried(patch):
    assign = many._assign
    patch.setattr(
        many,
        "_assign",
        # In the program values are symbols; outside, where the start is drawn, they are arrays.
        lambda to, values: None if _are_statistics(to, values) else assign(to, values),
    )


def _are_statistics(variables, values):
    is_stack = [variable.shape[1:] == (8,) for variable in variables]
    return len(is_stack) == 2 and all(is_stack) and not isinstance(values[0], np.ndarray)


def _the_loss_is_not_scaled(patch):
    patch.setattr(optimizers.SGD, "scale_loss", lambda optimizer, loss: loss)


def _the_moving_average_is_forgotten(patch):
    patch.setattr(optimizers.SGD, "finalize_variable_values", lambda optimizer, weights: None)


BUGS = {
    _metrics_are_not_reset: "dense",
    _the_last_rows_of_a_batch_are_left_out: "dense",
    _members_share_a_gradient: "dense",
    _state_is_not_carried: "batch normalisation",
    _the_loss_is_not_scaled: "loss scale",
    _the_moving_average_is_forgotten: "moving average",
}


@pytest.mark.parametrize("plant", sampled(BUGS), ids=lambda plant: plant.__name__.strip("_"))
def test_the_comparison_notices_that(plant):
    build, how = MODELS[BUGS[plant]], {"batch_size": 8, "epochs": 3}
    how["validation_data"] = (X[:9], Y[:9])
    with pytest.MonkeyPatch.context() as patch:
        plant(patch)
        ensemble = train_many(build, X, Y, n=3, shuffle=False, seed=1, **how)
    alone = _alone(build, ensemble, 2, **how)
    with pytest.raises(AssertionError, match="Not equal to tolerance"):
        _assert_same(ensemble, 2, *alone)
