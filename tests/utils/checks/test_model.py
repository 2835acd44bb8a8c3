"""Every layer that Keras has lies in one of two drawers: rebuilt with equal outputs, or refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import pytest

from utils.checks import model as models
from utils.checks.encoding import ModelData, NotData

# By class, since some layers have two names (AvgPool2D).
CLASSES = {
    found: name
    for name, found in vars(keras.layers).items()
    if isinstance(found, type) and issubclass(found, keras.Layer)
}
LAYERS = {name: found for found, name in CLASSES.items()}
# No model can hold it: "is part of a cycle" (Keras 3.15).
IN_NO_MODEL = {"Equalization"}
FLAT, SEQUENCE, IMAGE, VOLUME = (6,), (5, 4), (8, 8, 3), (6, 6, 6, 2)
MERGING = {"Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract", "Dot"}
CELLS = {"GRUCell", "LSTMCell", "SimpleRNNCell", "StackedRNNCells"}
# Arguments and the shape of a row, where a layer's defaults do not do on a small picture.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "Activation": {"activation": "tanh"},
    "Bidirectional": {"layer": keras.layers.LSTM(3)},
    "CategoryEncoding": {"num_tokens": 4},
    "CenterCrop": {"height": 4, "width": 4},
    "Cropping3D": {"cropping": 1},
    "CutMix": {},
    "Dense": {"units": 3, "activation": "relu", "kernel_regularizer": "l2"},
    "Discretization": {"bin_boundaries": [0.0, 1.0]},
    "Dot": {"axes": 1},
    "Dropout": {"rate": 0.5},
    "EinsumDense": {"equation": "ab,bc->ac", "output_shape": 4},
    "Embedding": {"input_dim": 10, "output_dim": 3},
    "GaussianDropout": {"rate": 0.5},
    "GaussianNoise": {"stddev": 0.5},
    "GroupNormalization": {"groups": 3},
    "GroupQueryAttention": {"head_dim": 4, "num_query_heads": 2, "num_key_value_heads": 1},
    "HashedCrossing": {"num_bins": 5},
    "Hashing": {"num_bins": 5},
    "InputLayer": {"shape": FLAT},
    "MaxNumBoundingBoxes": {"max_number": 2},
    "MelSpectrogram": {"sequence_length": 16, "num_mel_bins": 4, "fft_length": 16},
    "MultiHeadAttention": {"num_heads": 2, "key_dim": 4},
    "Permute": {"dims": (2, 1, 3)},
    "Pipeline": {"layers": [keras.layers.Rescaling(2.0), keras.layers.Resizing(4, 4)]},
    "RNN": {"cell": keras.layers.StackedRNNCells([keras.layers.GRUCell(3)])},
    "RandomBrightness": {"factor": 0.2},
    "RandomColorDegeneration": {"factor": 0.2},
    "RandomContrast": {"factor": 0.2},
    "RandomCrop": {"height": 4, "width": 4},
    "RandomHue": {"factor": 0.2},
    "RandomPosterization": {"factor": 4},
    "RandomRotation": {"factor": 0.2},
    "RandomSaturation": {"factor": 0.2},
    "RandomSharpness": {"factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.2},
    "RandomZoom": {"height_factor": 0.2},
    "RepeatVector": {"n": 3},
    "Rescaling": {"scale": 2.0},
    "Reshape": {"target_shape": (4, -1)},
    "Resizing": {"height": 4, "width": 4},
    "ReversibleEmbedding": {"input_dim": 10, "output_dim": 3},
    "STFTSpectrogram": {"frame_length": 8, "frame_step": 4, "fft_length": 8},
    "SpatialDropout1D": {"rate": 0.5},
    "SpatialDropout2D": {"rate": 0.5},
    "SpatialDropout3D": {"rate": 0.5},
    "SpectralNormalization": {"layer": keras.layers.Dense(3)},
    "TimeDistributed": {"layer": keras.layers.Dense(3, activation="tanh")},
    "AlphaDropout": {"rate": 0.5},
}
SHAPES: dict[str, Any] = {
    **dict.fromkeys(["Embedding", "ReversibleEmbedding", "CategoryEncoding", "Hashing"], FLAT),
    **dict.fromkeys(["EinsumDense", "RepeatVector", "Dense"], FLAT),
    **dict.fromkeys(["GRU", "LSTM", "SimpleRNN", "RNN", "Bidirectional", "Masking"], SEQUENCE),
    **dict.fromkeys(["MultiHeadAttention", "Attention", "AdditiveAttention"], SEQUENCE),
    **dict.fromkeys(["GroupQueryAttention", "TimeDistributed", "SpatialDropout1D"], SEQUENCE),
    **dict.fromkeys(["STFTSpectrogram"], (64, 2)),
    "MelSpectrogram": (64,),
    "HashedCrossing": (1,),
    "ConvLSTM1D": (3, 8, 2),
    "ConvLSTM2D": (3, 8, 8, 2),
    "ConvLSTM3D": (3, 6, 6, 6, 1),
}


def _shape(name: str) -> tuple[int, ...]:
    if name in SHAPES:
        return SHAPES[name]
    return {"1D": SEQUENCE, "3D": VOLUME}.get(name.replace("Transpose", "")[-2:], IMAGE)


def _arguments(name: str) -> dict[str, Any]:
    if name in ARGUMENTS:
        return ARGUMENTS[name]
    if "Conv" in name:
        size = {} if "Depthwise" in name else {"filters": 2}
        return {**size, "kernel_size": 2}
    if name.startswith("Adaptive"):
        return {"output_size": 2}
    if name.startswith(("Average", "Avg")) and name != "Average":
        return {"pool_size": 2}
    units = name in {"GRU", "LSTM", "SimpleRNN"}
    return (
        {"units": 3, "recurrent_activation": "relu"}
        if units and name != "SimpleRNN"
        else ({"units": 3} if units else {})
    )


def _network(name: str) -> tuple[Any, list[np.ndarray]]:
    """A small model with this layer, and inputs for it."""
    if name == "InputLayer":
        layers = [keras.layers.InputLayer(shape=FLAT), keras.layers.Identity()]
        return keras.Sequential(layers), [np.ones((2, 6), "float32")]
    whole = name in {
        "Embedding",
        "ReversibleEmbedding",
        "CategoryEncoding",
        "Hashing",
        "HashedCrossing",
    }
    dtype, shape = "int32" if whole else "float32", _shape(name)
    inputs = [keras.Input(shape, dtype=dtype) for _ in range(_inputs(name))]
    layer = LAYERS[name](**_arguments(name))
    if name in {"MultiHeadAttention", "GroupQueryAttention"}:
        outputs = layer(*inputs)
    else:
        outputs = layer(inputs if len(inputs) > 1 else inputs[0])
    rng = np.random.default_rng(0)
    x = [rng.integers(0, 4, (2, *shape)) if whole else rng.random((2, *shape)) for _ in inputs]
    return keras.Model(inputs, outputs), [one.astype(dtype) for one in x]


def _inputs(name: str) -> int:
    attends = "Attention" in name
    return 2 if name in MERGING or attends or name == "HashedCrossing" else 1


DRAWERS = {
    "refused": sorted(models.REFUSED.keys() & LAYERS.keys()),
    "rebuilt": sorted(LAYERS.keys() - models.REFUSED.keys() - CELLS - IN_NO_MODEL),
}


@pytest.mark.parametrize("name", DRAWERS["rebuilt"])
def test_a_built_in_layer_is_rebuilt_with_equal_outputs(name: str) -> None:
    model, x = _network(name)
    rng = np.random.default_rng(1)
    model.set_weights([rng.uniform(0.1, 1, w.shape).astype(w.dtype) for w in model.get_weights()])
    for layer in model.layers:
        if name == "Normalization" and hasattr(layer, "finalize_state"):
            layer.finalize_state()  # set_weights alone does not reach its mean and variance
    expected = keras.tree.map_structure(
        np.asarray, model(x if len(x) > 1 else x[0], training=False)
    )
    rebuilt = models.rebuild(models.as_data(model))
    came = keras.tree.map_structure(np.asarray, rebuilt(x if len(x) > 1 else x[0], training=False))
    keras.tree.map_structure(
        lambda a, b: np.testing.assert_allclose(a, b, atol=1e-5), came, expected
    )


@pytest.mark.parametrize("name", DRAWERS["refused"])
def test_a_layer_that_is_not_its_config_is_refused(name: str) -> None:
    with pytest.raises(NotData, match=f"contains {name}, which"):
        models.rebuild(_model_with({"module": "keras.layers", "class_name": name, "config": {}}))


LAMBDA = {"class_name": "__lambda__", "config": {"value": ["", None, None]}}


def _hidden(node: dict[str, Any]) -> list[dict[str, Any]]:
    """Layers of Keras's own that hold this one."""
    one = {"module": "keras.layers", "registered_name": None}
    return [
        one | {"class_name": "TimeDistributed", "config": {"layer": node}},
        one | {"class_name": "Bidirectional", "config": {"layer": node}},
        one | {"class_name": "Pipeline", "config": {"layers": [node]}},
        one | {"class_name": "RNN", "config": {"cell": node}},
        one | {"class_name": "Dense", "config": {"units": 1, "kernel_initializer": node}},
        one | {"class_name": "Rescaling", "config": {"scale": node}},
        one | {"class_name": "Dense", "config": {"units": 1}, "compile_config": {"loss": node}},
    ]


@pytest.mark.parametrize(
    "node",
    [
        {"module": "keras.layers", "class_name": "Lambda", "config": {"function": LAMBDA}},
        {"module": "keras.layers", "class_name": "TFSMLayer", "config": {"filepath": "/tmp/x"}},
        {"module": "keras.src.export.tfsm_layer", "class_name": "TFSMLayer", "config": {}},
        {"module": "keras.src.utils.torch_utils", "class_name": "TorchModuleWrapper", "config": {}},
        {"module": "keras.src.layers.core.lambda_layer", "class_name": "Lambda", "config": {}},
        {"module": "keras.src.layers.core.dense", "class_name": "Dense", "config": {}},
        {"module": "keras.layers", "class_name": "deserialize", "config": {}},
        {"module": "keras.layers", "class_name": "InputSpec", "config": {}},
        {"module": "keras.models", "class_name": "load_model", "config": {}},
        {"module": "keras.models", "class_name": "function", "config": "load_model"},
        {"module": "keras.initializers", "class_name": "function", "config": "get"},
        {"module": "keras.initializers", "class_name": "__typespec__", "config": []},
        {"module": "keras.initializers", "class_name": "__lambda__", "config": {"value": ""}},
        {"module": "keras.src.ops.core", "class_name": "function", "config": "map"},
        {"module": "keras.src.ops.core", "class_name": "backend", "config": {}},
        {"module": "keras.src.ops.core", "class_name": "KerasTensor", "config": {}},
        {"module": "keras.optimizers", "class_name": "SGD", "config": {}},
        {"module": "keras.utils", "class_name": "FeatureSpace", "config": {}},
        {"module": "keras.src.ops", "class_name": "numpy", "config": {}},
        {"module": "keras", "class_name": "layers", "config": {}},
        {"module": "os", "class_name": "system", "config": {}},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": None, "class_name": "Dense", "config": {"units": 1}},
        {"class_name": "Dense", "config": {"units": 1}},
        {"module": "keras.layers", "class_name": ["Dense"], "config": {"units": 1}},
        {
            "module": "keras.layers",
            "class_name": "Dense",
            "config": {"units": 1},
            "registered_name": "own>Dense",
        },
    ],
    ids=lambda node: f"{node.get('module')}.{node['class_name']}",
)
def test_a_hostile_config_is_refused_before_keras_sees_it(
    node: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def sees(text: str) -> None:
        raise AssertionError(f"Keras was given {text}")

    monkeypatch.setattr(keras.models, "model_from_json", sees)
    for hidden in (node, *_hidden(node)):
        with pytest.raises(NotData, match="the model contains"):
            models.rebuild(_model_with(hidden))


@pytest.mark.parametrize("layers", [1, 3])
def test_a_forged_config_makes_no_weights(layers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each number in it is allowed, and together they are 600 million weights."""
    made: list[int] = []
    add_weight = keras.Layer.add_weight

    def counting(layer: Any, shape: Any = None, *args: Any, **kwargs: Any) -> Any:
        made.append(int(np.prod(shape)))
        assert sum(made) <= models.MAX_WEIGHTS
        return add_weight(layer, shape, *args, **kwargs)

    monkeypatch.setattr(keras.Layer, "add_weight", counting)
    small = keras.Sequential([keras.Input((4,)), *[keras.layers.Dense(2) for _ in range(layers)]])
    made.clear()
    tree = json.loads(small.to_json())
    for node in models._nodes(tree):
        if node.get("class_name") == "Dense":
            node["config"]["units"] = 90_000
            node.pop("build_config", None)
        if "batch_shape" in node:
            node["batch_shape"] = [None, 7_000]
    tree.pop("build_input_shape", None)
    with pytest.raises(NotData, match="more than 10,000,000 weights"):
        models.rebuild(ModelData(json.dumps(tree), small.get_weights()))
    assert keras.Layer.add_weight is counting


def relu(z: Any) -> Any:
    """Not Keras's relu, but called like it."""
    return -z


@pytest.mark.parametrize(
    "layer",
    [
        lambda: keras.layers.TimeDistributed(keras.layers.Dense(2, activation=relu)),
        lambda: keras.layers.GRU(2, recurrent_activation=relu),
        lambda: keras.layers.RNN(keras.layers.SimpleRNNCell(2, activation=relu)),
        lambda: keras.layers.RNN(
            keras.layers.StackedRNNCells([keras.layers.GRUCell(2), keras.layers.GRUCell(2, relu)])
        ),
        lambda: keras.layers.SpectralNormalization(keras.layers.Dense(2, activation=relu)),
    ],
)
def test_an_own_function_inside_of_a_layer_is_refused(layer: Callable[[], Any]) -> None:
    model = keras.Sequential([keras.Input(SEQUENCE), layer()])
    with pytest.raises(NotData, match="`relu` is a function of your own"):
        models.as_data(model)


class _Loss:
    """A loss that has no config."""

    def __call__(self, y: Any, p: Any) -> Any:
        return abs(y - p)


def test_a_compiled_model_inside_of_another_is_written_down_and_stays_compiled() -> None:
    inner = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    inner.compile(optimizer="adam", loss=_Loss())
    model = keras.Sequential([keras.Input((2,)), inner])
    model.compile(optimizer="sgd", loss=_Loss())
    data = models.as_data(model)
    assert "compile_config" not in data.config or '"loss"' not in data.config
    assert (inner.compiled, model.compiled) == (True, True)
    x = np.ones((3, 2), "float32")
    assert np.allclose(models.rebuild(data)(x), model(x))


def _model_with(*nodes: dict[str, Any]) -> ModelData:
    layers = [{"registered_name": None, **node} for node in nodes]
    config = {"name": "sequential", "layers": layers}
    tree = {"module": "keras", "class_name": "Sequential", "config": config}
    return ModelData(json.dumps(tree))


def test_a_layer_without_numbers_is_refused() -> None:
    """What looks at weights, such as the largest of them, could not say anything of it."""
    inputs = keras.Input((2,))
    nothing = keras.layers.Dense(3)(inputs[:, :0])
    model = keras.Model(
        inputs, keras.layers.Concatenate()([nothing, keras.layers.Dense(1)(inputs)])
    )
    with pytest.raises(NotData, match="gets no numbers"):
        models.rebuild(models.as_data(model))
