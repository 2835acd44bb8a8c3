"""A student's Keras model as data, and the same model built again on the checker's side.

The checker never touches the student's object: it takes the config and the weights, looks
whether every class is one of Keras's own layers, and lets Keras rebuild the model. Keras is
imported inside the functions, because `import utils` must stay quick.
"""

from __future__ import annotations

import contextlib
import json
import math
import sys
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from utils.checks.encoding import ModelData, NotData

MAX_WEIGHTS = 10_000_000

# A layer is allowed if it is one of Keras's own (`keras.layers`, written in Keras itself) and is
# rebuilt from its config and weights alone. These are not, for the reason that the student reads.
OWN_CODE = "which runs code that a config does not hold: use Keras's own layers"
VOCABULARY = "which looks words up in a list or a file, not in weights: use other layers"
NO_LAYER = "which computes nothing by itself: use the layers that are made of it"
REFUSED = {
    "Lambda": OWN_CODE,
    "JaxLayer": OWN_CODE,
    "FlaxLayer": OWN_CODE,
    "TorchModuleWrapper": OWN_CODE,
    "TFSMLayer": OWN_CODE,
    "StringLookup": VOCABULARY,
    "IntegerLookup": VOCABULARY,
    "TextVectorization": VOCABULARY,
    "Layer": NO_LAYER,
    "Wrapper": NO_LAYER,
}
CONTAINERS = frozenset({"Functional", "Model", "Sequential"})
# Where the small parts of a layer live, each a class that `keras` exports.
PARTS = ("keras.initializers", "keras.regularizers", "keras.constraints")
# The operations (keras.ops.relu) of functional models.
OPERATIONS = ("keras.src.ops.", "keras.src.activations.")
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
    layers = list(_layers_in(model))
    _refuse_own_functions(layers)
    try:
        with _not_compiled(layers):
            tree = json.loads(model.to_json())
    except Exception:
        raise NotData("the model cannot be written down: use built-in layers only") from None
    _open_batch(tree)
    _name_activations(tree)
    return ModelData(
        json.dumps(tree), [np.asarray(w) for w in model.get_weights()], _compiled(model)
    )


def _layers_in(model: Any) -> Iterator[Any]:
    """The model, its layers, and those inside of them: in models, wrappers and cells."""
    import keras

    seen, waiting = set(), [model]
    while waiting:
        item = waiting.pop()
        if isinstance(item, (list, tuple)):
            waiting.extend(item)
        elif isinstance(item, keras.Layer) and id(item) not in seen:
            seen.add(id(item))
            waiting.extend(vars(item).values())
            yield item


@contextlib.contextmanager
def _not_compiled(layers: Sequence[Any]) -> Iterator[None]:
    """Leave out of the config what was compiled: a student's own loss may have no config."""
    compiled = [layer for layer in layers if getattr(layer, "compiled", False)]
    try:
        for model in compiled:
            model.compiled = False
        yield
    finally:
        for model in compiled:
            model.compiled = True


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


def _name_activations(tree: Any) -> None:
    """Call the functions of keras.ops and tf.nn by the names of Keras's activations."""
    import keras

    for node in _nodes(tree):
        for key in node:
            given = node[key]
            if not key.endswith("activation") or not isinstance(given, dict):
                continue
            name = TENSORFLOW_NAMES.get(str(given.get("config")), given.get("config"))
            if given.get("class_name") == "function" and name in vars(keras.activations):
                node[key] = name


def _refuse_own_functions(layers: Sequence[Any]) -> None:
    """A function of the student's own called `relu` would be rebuilt as Keras's relu."""
    import keras

    for layer in layers:
        for name, function in vars(layer).items():
            is_activation = name.endswith("activation") and function is not None
            if not is_activation or isinstance(function, keras.Operation):
                continue
            module = str(getattr(function, "__module__", ""))
            if module.split(".")[0] in {"keras", "tensorflow"}:
                continue
            called = getattr(function, "__name__", "the activation")
            raise NotData(
                f"`{called}` is a function of your own: give the activation by its Keras name"
            )


def _compiled(model: Any) -> dict[str, Any]:
    """What `compile` was given, as names: {} when the model was not compiled."""
    if not getattr(model, "compiled", False):
        return {}
    from utils.training.internals import compile_arguments

    given = compile_arguments(model)
    keys = ("optimizer", "loss", "metrics", "weighted_metrics")
    return {key: _compiled_part(given.get(key)) for key in keys}


def _compiled_part(part: Any) -> str:
    """One thing that `compile` was given, as text; what has no config keeps the name of its kind.

    So a schedule of the student's own hides no loss.
    """
    import keras

    try:
        part = part() if isinstance(part, type) else part  # a class, of which Keras makes one
        return json.dumps(keras.saving.serialize_keras_object(part), default=str)
    except Exception:
        return json.dumps({"module": "builtins", "class_name": type(part).__name__})


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
        raise _too_many()
    if any(weight.size == 0 for weight in data.weights):
        raise NotData("a layer of the model gets no numbers, so that it has no weights")
    import keras

    try:
        with _few_weights():
            model = keras.models.model_from_json(json.dumps(tree))
        if model.count_params() > MAX_WEIGHTS:
            raise _too_many()
        model.set_weights(data.weights)
        _finalize(model)
    except NotData:
        raise
    except Exception as error:
        raise NotData(f"Keras cannot rebuild the model ({_first_line(error)})") from None
    return model


def _too_many() -> NotData:
    return NotData(f"the model has more than {MAX_WEIGHTS:,} weights")


@contextlib.contextmanager
def _few_weights() -> Iterator[None]:
    """Let no layer make a weight that is one too many: counted later, they would be in memory."""
    import keras

    add_weight, count = keras.Layer.add_weight, 0

    def counted(layer: Any, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
        nonlocal count
        count += math.prod([shape] if isinstance(shape, int) else shape or ())
        if count > MAX_WEIGHTS:
            raise _too_many()
        return add_weight(layer, shape, *args, **kwargs)

    keras.Layer.add_weight = counted
    try:
        yield
    finally:
        keras.Layer.add_weight = add_weight


def _finalize(model: Any) -> None:
    """Let adapted Normalization layers compute with the mean and variance that were set."""
    for layer in _layers_in(model):
        if type(layer).__name__ == "Normalization":
            layer.finalize_state()


def _allow(tree: Any) -> None:
    """Every class of a config must be one that Keras ships and that runs no foreign code."""
    for node in _nodes(tree):
        if "class_name" in node:
            name = str(node["class_name"])
            _allow_class(name, str(node.get("module") or ""))
            if node.get("registered_name") not in {None, name}:
                raise NotData(f"the model contains {name} under another name: use Keras's own")
        for key, item in node.items():
            if isinstance(item, int) and item > LARGEST_SIZE and "seed" not in key:
                raise NotData(f"the model's `{key}` is larger than {LARGEST_SIZE:,}")


def _allow_class(name: str, module: str) -> None:
    if name in REFUSED:
        raise NotData(f"the model contains {name}, {REFUSED[name]}")
    if "lambda" in name.lower():
        raise NotData(f"the model contains a lambda, {OWN_CODE}")
    if name in EDGES or _is_container(name, module) or _is_built_in(name, module):
        return
    if module.split(".")[0] == "keras":
        raise NotData(f"the model contains {name}, which this check does not know")
    raise NotData(f"the model contains {name}, which is not a built-in layer: use Keras's own")


def _is_container(name: str, module: str) -> bool:
    is_model = module in {"keras", "keras.models"} or module.startswith("keras.src.models.")
    return (is_model and name in CONTAINERS) or (module, name) == ("keras", "DTypePolicy")


def _is_built_in(name: str, module: str) -> bool:
    """Whether Keras finds a class of its own under this name: a layer, a part or an operation.

    Only modules that are there already are looked at: a config must not import one.
    """
    import keras

    found = vars(sys.modules.get(module, object)).get(name)
    if not isinstance(found, type):
        return False
    if module == "keras.layers":
        return issubclass(found, keras.Layer) and found.__module__.startswith("keras.src.layers.")
    if module in PARTS:
        return found.__module__.startswith("keras.src.")
    return module.startswith(OPERATIONS) and issubclass(found, keras.Operation)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:120]
