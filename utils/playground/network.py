"""The Keras model of a playground's settings, and the code that makes and trains it."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from utils.playground.points import MINE, Array
from utils.playground.settings import Settings
from utils.training import Ensemble, train_many


def build(settings: Settings, is_regression: bool, *, is_seeded: bool = True) -> keras.Sequential:
    """Build and compile the network.

    Its loss is the mean squared error with the weight one half, the output's activation tanh, or
    none in a regression. Where it is not seeded, each network starts from other weights.
    """
    model = keras.Sequential([keras.Input((len(settings.inputs),))])
    for k, (units, activation) in enumerate(_layers(settings, is_regression)):
        model.add(
            keras.layers.Dense(
                units,
                activation=activation,
                kernel_initializer=_initializer(settings, k, is_seeded=is_seeded),
                kernel_regularizer=_regularizer(settings),
            )
        )
    optimizer = getattr(keras.optimizers, settings.optimizer)
    model.compile(optimizer(settings.learning_rate), loss="mean_squared_error", loss_weights=0.5)
    return model


def train_starts(
    settings: Settings,
    is_regression: bool,
    train: tuple[Array, Array],
    test: tuple[Array, Array],
    *,
    count: int,
    epochs: int,
    seed: int,
) -> Ensemble:
    """Train so many networks of these settings from other first weights, all at once.

    Args:
        settings: of each network.
        is_regression: whether the labels are numbers rather than two classes.
        train: inputs and labels, the same for all, or with one more axis for each its own.
        test: the same to test with.
        count: of the networks.
        epochs: for each.
        seed: of the first weights.

    Raises:
        ValueError: the optimizer looks at whole kernels.
    """
    return train_many(
        lambda: build(settings, is_regression, is_seeded=False),
        *train,
        n=count,
        epochs=epochs,
        batch_size=settings.batch_size,
        shuffle=False,
        validation_data=test,
        seed=seed,
    )


def activations(settings: Settings, is_regression: bool) -> list[str]:
    """The names of the activations of all layers."""
    return [name for _, name in _layers(settings, is_regression)]


def code(settings: Settings, is_regression: bool, parts: Sequence[tuple[float, int]]) -> list[str]:
    """Lines of code that build the same model and train it.

    Args:
        settings: of the playground.
        is_regression: whether the labels are numbers rather than two classes.
        parts: of the training: the learning rate, and for how many epochs.
    """
    mine = "mine" if settings.data == MINE else f'"{settings.data}"'
    drawn = f"{mine}, noise={settings.noise}, share={settings.share}, seed={settings.seed}"
    inputs = ", ".join(f'"{name}"' for name in settings.inputs)
    lines = [
        "import keras",
        "",
        "from utils.playground.points import draw, features",
        "",
        f"points = draw({drawn})",
        f"x_train = features(points.x_train, [{inputs}])",
        "model = keras.Sequential([",
        f"    keras.Input(({len(settings.inputs)},)),",
    ]
    for k, (units, activation) in enumerate(_layers(settings, is_regression)):
        lines += [
            f'    keras.layers.Dense({units}, "{activation}",',
            f"        kernel_initializer={_call('initializers', _initializer(settings, k))},",
        ]
        if regularizer := _regularizer(settings):
            lines += [f"        kernel_regularizer={_call('regularizers', regularizer)},"]
        lines += ["    ),"]
    rate = parts[0][0] if parts else settings.learning_rate
    lines += [
        "])",
        f"model.compile(keras.optimizers.{settings.optimizer}({rate:g}),",
        '    loss="mean_squared_error", loss_weights=0.5)',
    ]
    for k, (rate, epochs) in enumerate(parts):
        lines += [f"model.optimizer.learning_rate = {rate:g}"] if k else []
        lines += [
            f"model.fit(x_train, points.y_train, batch_size={settings.batch_size}, "
            f"epochs={epochs}, shuffle=False, verbose=0)",
        ]
    return lines


def _layers(settings: Settings, is_regression: bool) -> list[tuple[int, str]]:
    """Units and activation of each layer, the output's last."""
    hidden = [(units, settings.activation) for units in settings.hidden]
    return [*hidden, (1, "linear" if is_regression else "tanh")]


def _initializer(
    settings: Settings, layer: int, *, is_seeded: bool = True
) -> keras.initializers.Initializer:
    found = keras.initializers.get(settings.initializer)
    config = found.get_config()
    if not is_seeded:
        return found
    # Each layer has a seed of its own: two of one shape would start alike.
    seed = {"seed": settings.seed * 10 + layer} if "seed" in config else {}
    return type(found).from_config(config | seed)


def _regularizer(settings: Settings) -> keras.Regularizer | None:
    if settings.penalty == "none" or not settings.penalty_rate:
        return None
    if settings.penalty == "L1":
        return keras.regularizers.L1(settings.penalty_rate)
    # Keras's L2 is the sum of squares, the Playground's half of it.
    return keras.regularizers.L2(settings.penalty_rate / 2)


def _call(module: str, one: keras.initializers.Initializer | keras.Regularizer) -> str:
    config = {name: value for name, value in one.get_config().items() if value is not None}
    said = ", ".join(f"{name}={value!r}" for name, value in config.items())
    return f"keras.{module}.{type(one).__name__}({said})"
