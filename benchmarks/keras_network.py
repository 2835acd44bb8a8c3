"""The network of a task as a compiled Keras model, for every contender that is Keras."""

from typing import Any

import keras

from benchmarks.works import EPSILON, LEARNING_RATE, Task


def build(task: Task, *, from_task: bool = True, **compile_options: Any) -> keras.Model:
    """Return the compiled model, with the task's weights unless `from_task` is False."""
    hidden = [keras.layers.Dense(units, activation="relu") for units in task.widths[1:-1]]
    layers = [keras.Input(shape=(task.widths[0],)), *hidden, keras.layers.Dense(task.widths[-1])]
    model = keras.Sequential(layers)
    if from_task:
        model.set_weights(task.weights)
    optimizer = keras.optimizers.Adam(LEARNING_RATE, epsilon=EPSILON)
    model.compile(optimizer=optimizer, loss=loss_of(task), **compile_options)
    return model


def loss_of(task: Task) -> keras.losses.Loss:
    """Return Keras's loss for the task."""
    if task.loss == "mse":
        return keras.losses.MeanSquaredError()
    return keras.losses.SparseCategoricalCrossentropy(from_logits=True)


def device() -> str:
    """Return what Keras's backend computes on."""
    if keras.backend.backend() == "jax":
        import jax

        return str(jax.default_backend())
    import tensorflow as tf

    return "gpu" if tf.config.list_physical_devices("GPU") else "cpu"
