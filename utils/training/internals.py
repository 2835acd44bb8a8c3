"""All that `utils` uses of Keras and is private there. Look at these when Keras changes.

| Name in Keras | Used for | Seen to fail by |
|---|---|---|
| `Layer._flatten_layers` | the layers of a model and of models in it | test_arrays, test_many |
| `Functional._outputs_struct` | outputs by name, where they have names | test_arrays |
| `Trainer._loss_tracker` | the mean of the loss that `fit` shows | test_own_models |
| `Trainer._compute_loss` | also a `compute_loss` without `training` | test_own_models |
| `Trainer._compile_config` | what `compile` was given, one by one | tests/utils/checks/test_core |
| `Trainer._initial_epoch` | where BackupAndRestore goes on | test_compiled |
| `Optimizer._trainable_variables` | the weights that it was built for | test_compiled |
| `Optimizer._learning_rate` | a schedule, where `learning_rate` gives its number now | test_many |
| `Optimizer._use_weight_decay` | whether a weight is excluded from it | test_many |
| `TensorBoard._stop_batch` | whether it profiles batches | test_compiled |

Besides, `noting_weights` puts another `Layer.add_weight` in place for a while, and
`test_own_models` holds the public methods that `fit` calls. Nothing else in `utils` may use a name
of Keras that begins with an underscore: tests/utils/training/test_internals.py looks for them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import keras


def layers_of(model: keras.Model) -> list[keras.Layer]:
    """The model itself and all layers in it, also those of models in it."""
    return model._flatten_layers()


def outputs_of(model: keras.Model) -> Any:
    """The symbolic outputs, by name where they have names; None where the model has none yet."""
    return getattr(model, "_outputs_struct", getattr(model, "outputs", None))


def loss_tracker(model: keras.Model) -> keras.metrics.Mean:
    return model._loss_tracker


def compute_loss(model: keras.Model, x: Any, y: Any, y_pred: Any, *, training: bool) -> Any:
    return model._compute_loss(x, y, y_pred, training=training)


def compile_arguments(model: keras.Model) -> dict[str, Any]:
    """What `compile` was given, by the names of its parameters; {} where that is not known.

    The public `get_compile_config` gives nothing at all where one of them has no config.
    """
    return getattr(getattr(model, "_compile_config", None), "config", {})


def first_epoch(model: keras.Model) -> int:
    """0, or the number of the epoch where BackupAndRestore goes on."""
    return model._initial_epoch or 0


def known_to(optimizer: keras.Optimizer) -> list[keras.Variable]:
    """The weights that an optimizer was built for."""
    return optimizer._trainable_variables


def schedule_of(optimizer: keras.Optimizer) -> Any:
    """The schedule of the learning rate, None where that is a number."""
    rate = optimizer._learning_rate
    return rate if isinstance(rate, keras.optimizers.schedules.LearningRateSchedule) else None


def config_without_schedule(optimizer: keras.Optimizer) -> dict[str, Any]:
    """The config of an optimizer, with any number for its learning rate if that is a schedule.

    A schedule of one's own has no config, and `get_config` of its optimizer fails.
    """
    if schedule_of(optimizer) is None:
        return optimizer.get_config()
    view = object.__new__(type(optimizer))
    vars(view).update(vars(optimizer), _learning_rate=0.5)
    return view.get_config()


def has_weight_decay(optimizer: keras.Optimizer, variable: keras.Variable) -> bool:
    """Whether the optimizer's weight_decay holds for this weight."""
    return optimizer._use_weight_decay(variable)


def profiles_batches(callback: keras.callbacks.TensorBoard) -> bool:
    return callback._stop_batch > 0


@contextmanager
def noting_weights(note: Callable[..., None]) -> Iterator[None]:
    """Call note(variable, layer, *args, **kwargs) for each weight that a layer makes meanwhile."""
    add_weight = keras.Layer.add_weight

    def add_and_note(layer: keras.Layer, *args: Any, **kwargs: Any) -> Any:
        variable = add_weight(layer, *args, **kwargs)
        note(variable, layer, *args, **kwargs)
        return variable

    keras.Layer.add_weight = add_and_note
    try:
        yield
    finally:
        keras.Layer.add_weight = add_weight
