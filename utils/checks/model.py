"""A student's Keras model as data, and the same model built again on the checker's side.

The checker never touches the student's object: it takes the config and the weights, looks
whether every class is one of Keras's own layers, and lets Keras rebuild the model. Keras is
imported inside the functions, because `import utils` must stay quick.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any
from unittest import mock

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
        "Identity",
        "EinsumDense",
        "GroupNormalization",
        "UnitNormalization",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "ZeroPadding1D",
        "ZeroPadding2D",
        "Cropping1D",
        "Cropping2D",
        "UpSampling1D",
        "UpSampling2D",
        "Conv2DTranspose",
        "DepthwiseConv2D",
        "SeparableConv2D",
        "Bidirectional",
        "TimeDistributed",
    ]
)
CONTAINERS = frozenset({"Functional", "Model", "Sequential"})
# Where the small parts of a layer live, and the operations (keras.ops.relu) of functional models.
PARTS = (
    "keras.initializers",
    "keras.regularizers",
    "keras.constraints",
    "keras.activations",
    "keras.src.activations.",
    "keras.src.ops.",
)
# How a functional config names an edge of its graph, and constants beside it.
EDGES = frozenset({"__keras_tensor__", "__numpy__", "__slice__", "__tensor__", "__ellipsis__"})
# What TensorFlow's own activations are called in a config, where Keras has another name.
TENSORFLOW_NAMES = {"softmax_v2": "softmax", "log_softmax_v2": "log_softmax", "swish": "silu"}
# No layer of the course comes near; a config that asks for more would only fill the memory.
LARGEST_SIZE = 100_000


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
    _refuse_own_activations(model)
    try:
        tree = json.loads(_without_compile(model))
    except Exception:
        raise NotData("the model cannot be written down: use built-in layers only") from None
    _open_batch(tree)
    _rename_activations(tree)
    return ModelData(
        json.dumps(tree), [np.asarray(w) for w in model.get_weights()], _compiled(model)
    )


def _without_compile(model: Any) -> str:
    """The config as JSON. What was compiled may be a student's own loss; nothing here needs it."""
    import keras

    with mock.patch.object(keras.Model, "get_compile_config", lambda _: None):
        return str(model.to_json())


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of a config, outer ones first; what a caller changes in it is followed."""
    if isinstance(tree, list):
        for item in tree:
            yield from _nodes(item)
    elif isinstance(tree, dict):
        yield tree
        for item in tree.values():
            yield from _nodes(item)


def _open_batch(tree: Any) -> None:
    """Let a model that was built by a call on 120 rows take any number of rows."""
    for node in _nodes(tree):
        for key in ("batch_shape", "build_input_shape"):
            if isinstance(node.get(key), list) and node[key]:
                node[key][0] = None


def _rename_activations(tree: Any) -> None:
    """Call TensorFlow's activations (tf.nn.softmax) by Keras's names, so that Keras finds them."""
    for node in _nodes(tree):
        given = node.get("activation")
        if isinstance(given, dict) and given.get("class_name") == "function":
            node["activation"] = TENSORFLOW_NAMES.get(str(given.get("config")), given)


def _refuse_own_activations(model: Any) -> None:
    """A function of the student's own called `relu` would be rebuilt as Keras's relu."""
    import keras

    for layer in model.layers:
        if hasattr(layer, "layers"):
            _refuse_own_activations(layer)
        function = getattr(layer, "activation", None)
        module = str(getattr(function, "__module__", ""))
        if function is None or module.split(".")[0] in {"keras", "tensorflow"}:
            continue
        if isinstance(function, keras.Operation):
            continue
        name = getattr(function, "__name__", "the activation")
        raise NotData(f"`{name}` is a function of your own: give the activation by its Keras name")


def _compiled(model: Any) -> dict[str, Any]:
    """What `compile` was given, as names: {} when the model was not compiled."""
    try:
        config = model.get_compile_config() or {} if getattr(model, "compiled", False) else {}
    except Exception:  # a loss or a schedule of the student's own, which has no config
        return {}
    keys = ("optimizer", "loss", "metrics", "weighted_metrics")
    return {key: json.dumps(config.get(key), default=str) for key in keys}


def rebuild(data: ModelData) -> Any:
    """Build the Keras model again. Raises NotData where it uses anything but built-in layers."""
    try:
        tree = json.loads(data.config)
    except ValueError:
        tree = None
    if not isinstance(tree, dict):
        raise NotData("the model's config cannot be read")
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
    """Every class of a config must be one that Keras ships and that runs no foreign code."""
    for node in _nodes(tree):
        if "class_name" in node:
            _allow_class(str(node["class_name"]), str(node.get("module") or ""))
        for key, item in node.items():
            if isinstance(item, int) and item > LARGEST_SIZE and "seed" not in key:
                raise NotData(f"the model's `{key}` is larger than {LARGEST_SIZE:,}")


def _allow_class(name: str, module: str) -> None:
    if name in EDGES:
        return
    if module in {"keras", "keras.layers", "keras.models"}:
        allowed = name in LAYERS | CONTAINERS | {"DTypePolicy"}
    elif module.startswith("keras.src.models."):
        allowed = name in CONTAINERS
    else:
        allowed = module.startswith(PARTS)
    if allowed and "lambda" not in name.lower():
        return
    if "lambda" in name.lower():
        raise NotData("the model contains a Lambda: use Keras's own layers")
    if module.split(".")[0] == "keras":
        raise NotData(f"the model contains {name}, which this check does not know")
    raise NotData(f"the model contains {name}, which is not a built-in layer: use Keras's own")


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
