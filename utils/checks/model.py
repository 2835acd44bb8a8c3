"""A student's Keras model as data, and the same model built again on the checker's side.

The checker never touches the student's object: it takes the config and the weights, looks
whether every class is one of Keras's own layers, and lets Keras rebuild the model. Keras is
imported inside the functions, because `import utils` must stay quick.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import numpy as np

from utils.checks.encoding import ModelData, NotData

MAX_WEIGHTS = 10_000_000

# Built-in layers whose config is plain data. Lambda and subclasses run code of their own.
LAYERS = frozenset(
    [
        "InputLayer",
        "Dense",
        "Activation",
        "Dropout",
        "Flatten",
        "Reshape",
        "Permute",
        "RepeatVector",
        "Normalization",
        "Rescaling",
        "BatchNormalization",
        "LayerNormalization",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "ActivityRegularization",
        "LeakyReLU",
        "PReLU",
        "ELU",
        "ReLU",
        "Softmax",
        "Add",
        "Subtract",
        "Multiply",
        "Average",
        "Maximum",
        "Minimum",
        "Concatenate",
        "Dot",
        "Conv1D",
        "Conv2D",
        "MaxPooling1D",
        "MaxPooling2D",
        "AveragePooling1D",
        "AveragePooling2D",
        "GlobalAveragePooling1D",
        "GlobalAveragePooling2D",
        "GlobalMaxPooling1D",
        "GlobalMaxPooling2D",
        "Embedding",
        "SimpleRNN",
        "LSTM",
        "GRU",
    ]
)
CONTAINERS = frozenset({"Functional", "Model", "Sequential"})
# Where the small parts of a layer live, and the operations (keras.ops.relu) of functional models.
PARTS = ("keras.initializers", "keras.regularizers", "keras.constraints", "keras.src.ops.")


def is_model(value: object) -> bool:
    """True for a Keras model. Where Keras was never imported there can be none."""
    keras = sys.modules.get("keras")
    return keras is not None and isinstance(value, keras.Model)


def as_data(model: Any) -> ModelData:
    """Return the config and weights of a Keras model. Raises NotData for subclassed models."""
    if type(model).__name__ not in CONTAINERS or not type(model).__module__.startswith("keras."):
        raise NotData(
            "it is a model class of your own: use keras.Sequential or keras.Model with "
            "built-in layers"
        )
    if not model.built:
        raise NotData(
            "the model is not built: it has no weights yet, because its input shape is unknown. "
            "Begin it with keras.Input(shape=...)"
        )
    try:
        tree = json.loads(model.to_json())
    except Exception:
        raise NotData("the model cannot be written down: use built-in layers only") from None
    tree.pop("compile_config", None)  # a loss of the student's own must not stop the rebuilding
    return ModelData(
        json.dumps(tree), [np.asarray(w) for w in model.get_weights()], _compiled(model)
    )


def _compiled(model: Any) -> dict[str, Any]:
    """What `compile` was given, as names: {} when the model was not compiled."""
    if not getattr(model, "compiled", False):
        return {}
    config = model.get_compile_config() or {}
    return {
        key: json.dumps(config.get(key), default=str) for key in ("optimizer", "loss", "metrics")
    }


def rebuild(data: ModelData) -> Any:
    """Build the Keras model again. Raises NotData where it uses anything but built-in layers."""
    try:
        tree = json.loads(data.config)
    except ValueError:
        raise NotData("the model's config cannot be read") from None
    tree.pop("compile_config", None)
    _allow(tree)
    if sum(weight.size for weight in data.weights) > MAX_WEIGHTS:
        raise NotData(f"the model has more than {MAX_WEIGHTS:,} weights")
    import keras

    try:
        model = keras.models.model_from_json(json.dumps(tree))
        if model.count_params() > MAX_WEIGHTS:
            raise NotData(f"the model has more than {MAX_WEIGHTS:,} weights")
        model.set_weights(data.weights)
        _finalize(model)
    except NotData:
        raise
    except Exception as error:
        raise NotData(f"Keras cannot rebuild the model ({_first_line(error)})") from None
    return model


def _finalize(model: Any) -> None:
    """Let adapted Normalization layers compute with the mean and variance that were set."""
    for layer in model.layers:
        if type(layer).__name__ == "Normalization":
            layer.finalize_state()
        elif hasattr(layer, "layers"):
            _finalize(layer)


def _allow(tree: Any) -> None:
    """Walk the config: every class must be one that Keras ships and that runs no foreign code."""
    if isinstance(tree, list):
        for item in tree:
            _allow(item)
    elif isinstance(tree, dict):
        if "class_name" in tree:
            _allow_class(str(tree["class_name"]), str(tree.get("module") or ""))
        for item in tree.values():
            _allow(item)


def _allow_class(name: str, module: str) -> None:
    if name == "__keras_tensor__":  # how a functional config names an edge of its graph
        return
    if module in {"keras", "keras.layers", "keras.models"}:
        allowed = name in LAYERS | CONTAINERS | {"DTypePolicy"}
    elif module.startswith("keras.src.models."):
        allowed = name in CONTAINERS
    else:
        allowed = module.startswith(PARTS)
    if not allowed or name in {"Lambda", "__lambda__"}:
        what = "a Lambda" if "lambda" in name.lower() else f"{name}, which is not a built-in layer"
        raise NotData(f"the model contains {what}: use Keras's own layers")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
