"""Facts of a student's Keras model: activations, loss, logits or probabilities, is it linear.

All are read from the rebuilt model and from what it was compiled with; a loss of the student's own
says nothing. Keras is imported inside the functions, because `import utils` must stay quick.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from utils.checks.binary import FAR
from utils.checks.core import Model

Array = NDArray[Any]
Shape = tuple[int, ...]

# Layers that are only an activation, and what a Dense layer calls the same.
ACTIVATION_LAYERS = {"ReLU": "relu", "Softmax": "softmax"}
REGRESSION = ("mse", "mae", "meansquared", "meanabsolute", "huber", "logcosh")


# --- the loss and the optimizer ------------------------------------------------------------------


def loss(model: Model) -> str:
    """The compiled loss as text in lower case without underscores; "null" or "" without one."""
    return str(model.compiled.get("loss", "")).lower().replace("_", "")


def expects_logits(model: Model) -> bool:
    """Whether the loss was told from_logits=True."""
    return '"fromlogits": true' in loss(model)


def has_own_loss(model: Model) -> bool:
    """Whether the loss is a function, of Keras or of the student: its name promises nothing."""
    return '"builtins"' in loss(model)


def has_regression_loss(model: Model) -> bool:
    """Whether the loss compares numbers, not classes: the squared error and its sisters."""
    return any(name in loss(model) for name in REGRESSION)


def optimizer(model: Model) -> tuple[str, float]:
    """Class and learning rate of the optimizer; ("", 0.0) where no constant rate is known."""
    try:
        config = json.loads(model.compiled.get("optimizer", "null"))
        return str(config["class_name"]), float(config["config"]["learning_rate"])
    except (ValueError, TypeError, KeyError):  # not compiled, a schedule, an optimizer of one's own
        return "", 0.0


# --- the layers ----------------------------------------------------------------------------------


def activations(model: Model) -> list[str]:
    """The activation of each layer with units; a layer that is only an activation joins it."""
    found: list[str] = []
    for layer in model.layers:
        name = ACTIVATION_LAYERS.get(layer["class"], layer.get("activation"))
        if "units" in layer:
            found.append(str(name))
        elif found and name is not None:
            found[-1] = str(name)
    return found


def last_activation(model: Model) -> str:
    """The activation that makes the output, "linear" of a layer without; "" where none does."""
    # Keras sorts layers by their distance from the output: the last ones are a chain. A sum of two
    # of them is no layer, but an operation.
    layers = list(getattr(model.keras, "operations", model.keras.layers))
    while layers:
        layer = layers.pop()
        name = type(layer).__name__.lower()
        if hasattr(layer, "layers"):
            layers = list(getattr(layer, "operations", layer.layers))
        elif name in {"relu", "sigmoid", "softmax", "tanh"}:
            return name
        elif callable(activation := getattr(layer, "activation", None)):
            return getattr(activation, "__name__", type(activation).__name__).lower()
        elif name not in {"reshape", "flatten", "squeeze", "dropout", "identity"}:
            break
    return ""


def hidden_units(model: Model, activation: str | None = None) -> int:
    """The units of the hidden layers, of those with this activation where one is named."""
    units = [layer["units"] for layer in model.layers if "units" in layer]
    pairs = zip(units[:-1], activations(model), strict=False)
    return sum(count for count, name in pairs if activation in (None, name))


def columns(model: Model) -> int:
    """How many numbers the model gives for a row: 1 where its outputs have the shape (n,), too."""
    sizes = model.keras.output_shape[1:]
    return int(sizes[0]) if sizes else 1


# --- the weights ---------------------------------------------------------------------------------


def first_kernel(model: Model) -> Array | None:
    """The first trainable weights that are a matrix, those of the first layer; None without."""
    kernels = [w for w in model.keras.trainable_weights if len(w.shape) > 1]
    return np.asarray(kernels[0]) if kernels else None


def biases(model: Model) -> list[Array]:
    """The biases of all layers."""
    return [w.numpy() for w in model.keras.weights if w.name == "bias"]


def has_round_weights(model: Model) -> bool:
    """Whether no weight has more than two decimals: no training ends there."""
    return all(np.abs(w - np.round(w, 2)).max() < 1e-6 for w in model.keras.get_weights())


def has_identical_units(model: Model) -> bool:
    """Whether a hidden layer has several units that all have the same weights."""
    hidden = [layer for layer in model.keras.layers if type(layer).__name__ == "Dense"][:-1]
    return any(
        layer.units > 1 and max(np.ptp(w, axis=-1).max() for w in layer.get_weights()) < 1e-6
        for layer in hidden
    )


def sizes(model: Model) -> tuple[Shape, Shape, list[Shape]]:
    """The shapes of one input, of one output, and of all weights, for a model with one of each.

    An axis of length 1 at the end of the input, a channel, does not count. A convolution over the
    whole picture has the shape of the Dense layer that it is.
    """
    takes, gives = (tuple(ends[0].shape)[1:] for ends in (model.keras.inputs, model.keras.outputs))
    weights = [tuple(weight.shape) for weight in model.keras.weights]
    return takes[:-1] if takes[1:] and takes[-1] == 1 else takes, gives, [*map(_dense, weights)]


def _dense(shape: Shape) -> Shape:
    return shape if len(shape) < 2 else (int(np.prod(shape[:-1])), shape[-1])


def parameters(weights: Sequence[Shape]) -> int:
    """How many numbers weights of these shapes are."""
    return int(sum(np.prod(shape) for shape in weights))


def outputs_with_known_weights(model: Model, rows: int = 8) -> Array:
    """What the model gives for inputs from 0 to 1 with other weights, the same for its sizes.

    So models that compute the same give the same, and no activation has to be read. The weights,
    biases too, are set for good.
    """
    rng = np.random.default_rng(0)
    for weight in model.keras.weights:
        shape = _dense(tuple(weight.shape))
        values = rng.normal(0, 1, shape) / np.sqrt(shape[0] if len(shape) > 1 else 4)
        weight.assign(values.reshape(weight.shape))
    return model.predict(rng.uniform(0, 1, (rows, *model.keras.input_shape[1:])))


# --- the outputs ---------------------------------------------------------------------------------


def are_probabilities(outputs: Array) -> bool:
    """Whether each row of outputs (n, k) is a distribution over k classes."""
    return bool(outputs.min() >= 0 and np.allclose(outputs.sum(axis=1), 1, atol=1e-3))


def is_affine(x: Array, outputs: Array) -> bool:
    """Whether outputs, (n,) or (n, k), are an affine function of x, (n, d), up to rounding."""
    inputs = np.column_stack([np.ones(len(x)), x])
    rests = outputs - inputs @ np.linalg.lstsq(inputs, outputs, rcond=None)[0]
    sizes = np.maximum(1e-3, outputs.std(axis=0))
    return bool(np.all(np.sqrt(np.mean(rests**2, axis=0)) < 1e-3 * sizes))


def is_linear(model: Model, *inputs: Array) -> bool:
    """Whether no hidden layer has an activation, and the outputs are affine in the inputs.

    Both: strong L2 may leave a network with ReLU units as straight as one without. Probabilities
    are taken as their log-odds, too. Looked at is the first of `inputs`, (n, d), that the model
    takes: an Embedding, for one, takes the numbers from 0 up to its size alone.
    """
    if any(name != "linear" for name in activations(model)[:-1]):
        return False
    x, outputs = _first_outputs(model, inputs)
    readings = [outputs]
    if outputs.min() > 0 and outputs.max() < 1:
        readings.append(np.log(outputs) - np.log1p(-outputs))
    return any(is_affine(x, values) for values in readings)


def _first_outputs(model: Model, inputs: Sequence[Array]) -> tuple[Array, Array]:
    for x in inputs[:-1]:
        try:
            outputs = np.asarray(model.keras(x.astype("float32"), training=False), float)
        except Exception:  # the model is the student's: it may refuse inputs in any way
            continue
        if np.isfinite(outputs).all():
            return x, outputs
    return inputs[-1], np.asarray(model.predict(inputs[-1]), float)


def gives_logits(model: Model, outputs: Array) -> bool:
    """Whether outputs for two classes, (n,), are logits: by their size, or by layer and loss."""
    if columns(model) == 2:
        return False
    asked = last_activation(model) == "linear" and expects_logits(model)
    return asked or bool(outputs.min() < -FAR or outputs.max() > 1 + FAR)


def is_dead(model: Model, x: Array) -> bool:
    """Whether a layer gives 0 for all rows of x, as ReLU units that are switched off do."""
    import keras

    hidden = (
        layer.output
        for layer in model.keras.layers[:-1]
        if type(layer).__name__ in {"Dense", "ReLU", "Activation"}
    )
    return any(
        not np.any(np.asarray(keras.Model(model.keras.inputs, output)(x.astype("float32"))))
        for output in hidden
    )


def outputs_after(model: Model, x: Array, y: Array, steps: int) -> Array | None:
    """What the same network gives for x after more steps of Adam at rate 0.05 on x and y, (n,).

    The loss is one that fits the output; a student's may not. None where it cannot be trained.
    """
    import keras

    later = keras.models.clone_model(model.keras)
    later.set_weights(model.keras.get_weights())
    last = last_activation(model)
    if columns(model) == 2:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=last == "linear")
    elif last in {"linear", "sigmoid"}:
        loss = keras.losses.BinaryCrossentropy(from_logits=last == "linear")
    else:
        loss = keras.losses.MeanSquaredError()
    later.compile(optimizer=keras.optimizers.Adam(0.05), loss=loss)
    try:
        for _ in range(steps):
            later.train_on_batch(x, y[:, None])
    except Exception:  # the model is the student's: a layer may have no gradient
        return None
    return np.asarray(later(x.astype("float32")), float)


def outputs_after_epochs(model: Model, x: Array, y: Array, of: Array, *, epochs: int) -> Array:
    """What the model gives for the rows `of` after more epochs of Adam on x and labels y, (n,).

    The loss is that of classes, for probabilities or logits as it gives them. It stays trained.
    """
    import keras

    from_logits = not are_probabilities(model.predict(of))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    model.keras.compile(optimizer="adam", loss=loss)
    model.keras.fit(x, y, epochs=epochs, verbose=0)
    return model.predict(of)
