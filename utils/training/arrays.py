"""The data of a training as tensors, looked at before anything is compiled.

A compiled program reports no faults: a label that is out of range gives NaN where `model.fit`
raises. So everything that can be known about the data is asked here.
"""

import math
import numbers
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from utils.training import internals

# What is read from a data set of batches must fit into memory two times.
MOST_BYTES = 2**31
MOST_BATCHES = 100_000
# TensorFlow's kernels and XLA want tensors to begin at a multiple of so many bytes.
ALIGNMENT = 64

# (x, y, sample_weight): each a tensor with rows first, a list or dict of such tensors, or None.
Data = tuple[Any, Any, Any]


def checked(
    model: keras.Model,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    class_weight: Mapping[int, float] | None = None,
) -> Data:
    """Return (x, y, sample_weight) as tensors; what is not given stays None.

    Raises:
        ValueError: no numbers, NaN in x, no rows, or not one row a sample everywhere.
        tf.errors.InvalidArgumentError: a class number without an output unit (as Keras does).
    """
    if gives_batches(x):
        x = Read(x)
    if isinstance(x, Read):
        if y is not None or sample_weight is not None:
            raise ValueError("A data set of batches holds y and sample_weight itself: give x only.")
        x, y, sample_weight = keras.utils.unpack_x_y_sample_weight(x.rows)
    if x is None:
        raise ValueError("Give x: the inputs, one row a sample.")
    x, y, sample_weight = (
        _numbers(name, part)
        for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight))
    )
    _refuse_other_lengths({"x": x, "y": y, "sample_weight": sample_weight})
    # The least of numbers with NaN among them is NaN: no array of answers is needed.
    floats = [array for array in keras.tree.flatten(x) if array.dtype.kind == "f" and array.size]
    if any(np.isnan(array.min()) for array in floats):
        raise ValueError("x holds NaN (not a number): remove these rows or fill them first.")
    if class_weight is not None:
        if sample_weight is not None:
            raise ValueError("Give sample_weight or class_weight, not both: multiply them.")
        sample_weight = _weights_of_classes(y, class_weight)
    _refuse_labels_without_unit(model, x, y)
    _refuse_numbers_without_row(model, x)
    return _each(_tensor, (x, y, sample_weight))


def split(data: Data, validation_split: float) -> tuple[Data, Data]:
    """Cut off the last rows for validation, as `model.fit` does.

    Raises:
        ValueError: the share is not between 0 and 1, or leaves one side without rows.
    """
    if not 0 < validation_split < 1:
        raise ValueError(f"validation_split is a share between 0 and 1, not {validation_split!r}.")
    n = rows(data)
    cut = math.floor(n * (1 - validation_split))
    if cut in (0, n):
        raise ValueError(
            f"validation_split={validation_split} of {n} rows leaves none for training or for "
            "validation: give more rows or another share."
        )
    return _each(lambda array: array[:cut], data), _each(lambda array: array[cut:], data)


def rows(data: Data) -> int:
    """How many samples the data have."""
    return int(keras.tree.flatten(data)[0].shape[0])


def take(data: Data, which: tf.Tensor) -> Data:
    """Return these rows of every array of the data."""
    return _each(lambda array: tf.gather(array, which), data)


def _each(function: Callable[[Any], Any], data: Data) -> Data:
    return keras.tree.map_structure(lambda array: None if array is None else function(array), data)


def gives_batches(x: Any) -> bool:
    """Whether x is a data set or generator of batches, and no array."""
    is_array = hasattr(x, "shape") or isinstance(x, list | tuple | dict | str | bytes)
    return isinstance(x, tf.data.Dataset | keras.utils.PyDataset) or (
        not is_array and isinstance(x, Iterable) and not hasattr(x, "__array__")
    )


class Read:
    """The batches of a data set or generator, read into memory and put together."""

    def __init__(self, batches: Any) -> None:
        read = _read(batches)
        self.batch_size = len(keras.tree.flatten(read[0])[0])
        self.rows = keras.tree.map_structure(lambda *parts: np.concatenate(parts), *read)


def with_batch_size(x: Any) -> tuple[Any, int]:
    """Return x, read if it is a data set of batches, and the batch size: its own, or 32."""
    if not gives_batches(x):
        return x, 32
    read = Read(x)
    return read, read.batch_size


def _read(batches: Any) -> list[Any]:
    """Read the batches of a data set or generator, if they are finite and small."""
    what = type(batches).__name__
    too_much = ValueError(
        f"This {what} does not end, or is too large to hold in memory: train it with `model.fit`."
    )
    if isinstance(batches, tf.data.Dataset):
        if int(batches.cardinality()) == tf.data.INFINITE_CARDINALITY:
            raise too_much
        batches = batches.as_numpy_iterator()
    elif isinstance(batches, keras.utils.PyDataset):
        if batches.num_batches is None:
            raise too_much
        batches = map(batches.__getitem__, range(batches.num_batches))
    read: list[Any] = []
    size = 0
    for batch in batches:
        read.append(keras.tree.map_structure(np.asarray, batch))
        parts = keras.tree.flatten(read[-1])
        if any(array.ndim == 0 for array in parts):
            raise ValueError(f"This {what} gives single samples: call .batch(32) on it first.")
        size += sum(array.nbytes for array in parts)
        if size > MOST_BYTES or len(read) > MOST_BATCHES:
            raise too_much
    if not read:
        raise ValueError(f"This {what} gave no batch.")
    return read


def _numbers(name: str, part: Any) -> Any:
    """Make arrays of numbers: of a list or dict of arrays (several inputs) one each."""
    if part is None:
        return None
    if isinstance(part, dict) or _holds_arrays(part):
        return keras.tree.map_structure(lambda array: _numbers(name, array), part)
    try:
        array = np.asarray(part)
    except ValueError:
        raise ValueError(
            f"The rows of {name} have different lengths: fill up or cut them."
        ) from None
    if array.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold numbers, not {array.dtype}.")
    return array


def _holds_arrays(part: Any) -> bool:
    is_several = isinstance(part, list | tuple) and len(part) > 0
    return is_several and all(hasattr(one, "dtype") and np.ndim(one) for one in part)


def _refuse_other_lengths(named: Mapping[str, Any]) -> None:
    shapes = {
        name: [array.shape for array in keras.tree.flatten(part)]
        for name, part in named.items()
        if part is not None
    }
    lengths = {shape[:1] for found in shapes.values() for shape in found}
    if len(lengths) != 1 or lengths <= {(), (0,)}:
        told = " and ".join(f"{name} {' '.join(map(str, found))}" for name, found in shapes.items())
        raise ValueError(f"{told} need one row a sample each, and at least one.")


def _weights_of_classes(y: Any, class_weight: Mapping[int, float]) -> np.ndarray:
    """Give each row the weight of its class, 1 where none is named."""
    if not isinstance(y, np.ndarray):
        raise ValueError("class_weight needs one output with class numbers or one-hot rows.")
    is_one_hot = y.ndim > 1 and y.shape[-1] > 1
    classes = y.argmax(axis=-1) if is_one_hot else np.round(y).reshape(len(y)).astype(int)
    found, place = np.unique(classes, return_inverse=True)
    return np.array([class_weight.get(int(number), 1.0) for number in found])[place]


def _refuse_labels_without_unit(model: keras.Model, x: Any, y: Any) -> None:
    if y is None:
        return
    for loss, labels, units in _class_numbers(model, x, y):
        counted = labels[labels != loss.ignore_class]
        _refuse_outside(counted, units, "The labels", "units of the output layer")


def _refuse_numbers_without_row(model: keras.Model, x: Any) -> None:
    """Look at what goes straight into an Embedding, which has a row for each number."""
    inputs = getattr(model, "inputs", None) or []
    by_name = x if isinstance(x, dict) else dict(enumerate(keras.tree.flatten(x)))
    for layer in internals.layers_of(model):
        if not isinstance(layer, keras.layers.Embedding):
            continue
        for place, tensor in enumerate(inputs):
            given = by_name.get(tensor.name if isinstance(x, dict) else place)
            if given is not None and any(tensor is one for one in _inputs_of(layer)):
                _refuse_outside(given, layer.input_dim, "The numbers in x", f"rows of {layer.name}")


def _inputs_of(layer: keras.layers.Layer) -> list[Any]:
    try:
        return [layer.input]
    except (AttributeError, ValueError):  # it is not, or several times, part of a graph
        return []


def _refuse_outside(numbers: np.ndarray, count: int, what: str, they_number: str) -> None:
    if numbers.size and (numbers.min() < 0 or numbers.max() >= count):
        raise tf.errors.InvalidArgumentError(
            None,
            None,
            f"{what} go from {numbers.min()} to {numbers.max()}. They number the {they_number} "
            f"from 0 on, and there are {count}.",
        )


def _class_numbers(
    model: keras.Model, x: Any, y: Any
) -> Iterator[tuple[keras.losses.SparseCategoricalCrossentropy, np.ndarray, int]]:
    """The outputs that are compared with class numbers: (loss, labels, number of units)."""
    by_output = _named(model, model.loss)
    losses = {name: _class_number_loss(loss) for name, loss in by_output.items()}
    if not any(losses.values()):
        return
    outputs = _named(model, _outputs(model, x))
    labels = _named(model, y)
    for name, loss in losses.items():
        if loss is not None and name in labels and name in outputs:
            yield loss, labels[name], int(outputs[name].shape[-1])


def _outputs(model: keras.Model, x: Any) -> Any:
    """The outputs for one row, of which only the shapes are wanted.

    A functional model has them without a call: layers that augment pictures would draw for one.
    """
    outputs = getattr(model, "outputs", None)
    if outputs and all(tensor.shape[-1] is not None for tensor in outputs):
        return internals.outputs_of(model)
    one_row = keras.tree.map_structure(lambda array: _tensor(array[:1]), x)
    return model(one_row, training=False)


def _named(model: keras.Model, several: Any) -> dict[Any, Any]:
    """What belongs to each output, by its name or, where there are no names, by its place."""
    if isinstance(several, dict):
        return dict(several)
    several = several if isinstance(several, list | tuple) else [several]
    names = getattr(model, "output_names", None) or ()
    return dict(
        zip(names if len(names) == len(several) else range(len(several)), several, strict=True)
    )


def _class_number_loss(loss: Any) -> keras.losses.SparseCategoricalCrossentropy | None:
    loss = keras.losses.get(loss) if isinstance(loss, str) else loss
    if loss is keras.losses.sparse_categorical_crossentropy:
        return keras.losses.SparseCategoricalCrossentropy()
    return loss if isinstance(loss, keras.losses.SparseCategoricalCrossentropy) else None


def _tensor(values: np.ndarray) -> tf.Tensor:
    """Copy an array, as `fit` does: fractions to Keras's float type, whole numbers as they are.

    The tensor takes the copy over. `tf.constant` would hold the data twice while it copies, and
    what it has held is not given back to the system.
    """
    is_float = values.dtype.kind == "f"
    dtype = np.dtype(keras.config.floatx()) if is_float else values.dtype.newbyteorder("=")
    size = values.size * dtype.itemsize
    memory = np.empty(size + ALIGNMENT, np.uint8)
    start = -memory.ctypes.data % ALIGNMENT
    copy = memory[start : start + size].view(dtype).reshape(values.shape)
    np.copyto(copy, values, casting="same_kind")
    # On a GPU, `identity` is what takes it there.
    return tf.identity(tf.experimental.dlpack.from_dlpack(copy.__dlpack__()))


def whole(name: str, number: Any, *, least: int = 1) -> int:
    """Return a setting that must be a whole number.

    Raises:
        TypeError: it is no whole number.
        ValueError: it is too small.
    """
    if not isinstance(number, numbers.Integral) or isinstance(number, bool):
        raise TypeError(f"{name} is a whole number, not {number!r}.")
    if number < least:
        raise ValueError(f"{name} is a whole number from {least}, not {number!r}.")
    return int(number)
