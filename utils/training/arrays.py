"""The data of a training as tensors, looked at before anything is compiled.

A compiled program reports no faults: a label that is out of range gives NaN where `model.fit`
raises. So everything that can be known about the data is asked here.
"""

import itertools
import math
import numbers
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import keras
import numpy as np
import scipy.sparse
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
    if x is None:
        raise ValueError("Give x: the inputs, one row a sample.")
    if y is None and _needs_targets(model):
        raise ValueError("Give y: the targets, with which the loss compares.")
    if isinstance(x, list | tuple) and len(x) > 1 and _holds_arrays(x) and _has_one_input(model):
        raise ValueError(
            f"x is a list of {len(x)} arrays, and the model has one input: np.stack(x) makes one "
            "array of rows."
        )
    x, y, sample_weight = (
        _numbers(name, part)
        for name, part in (("x", x), ("y", y), ("sample_weight", sample_weight))
    )
    _refuse_other_lengths({"x": x, "y": y, "sample_weight": sample_weight})
    _refuse_partial_weights(y, sample_weight)
    # The least of numbers with NaN among them is NaN: no array of answers is needed.
    floats = [array for array in keras.tree.flatten(x) if array.dtype.kind == "f" and array.size]
    if any(np.isnan(array.min()) for array in floats):
        raise ValueError("x holds NaN (not a number): remove these rows or fill them first.")
    if class_weight is not None:
        if sample_weight is not None:
            raise ValueError("Give sample_weight or class_weight, not both: multiply them.")
        sample_weight = _weights_of_classes(model, y, class_weight)
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
    """The batches of a data set or generator, read into memory.

    Attributes:
        batch_size: rows of each batch; the last may have less.
        reason: why only `model.fit` can train these batches; empty where a program can, too.
        for_fit: what `model.fit` takes.
        has_batches_shuffled: whether `fit` shuffles the batches where it is asked to.
    """

    def __init__(self, batches: Any) -> None:
        what = "Dataset" if isinstance(batches, tf.data.Dataset) else type(batches).__name__
        self.has_batches_shuffled = isinstance(batches, keras.utils.PyDataset)
        self.for_fit, self.batch_size, self._batches = batches, 0, list[Any]()
        self.reason = _own_course_of(batches, what)
        if self.reason:
            return
        self._batches = _read(batches, what)
        sizes = [rows(batch) for batch in self._batches]
        self.batch_size = sizes[0]
        shapes = [[part.shape[1:] for part in keras.tree.flatten(one)] for one in self._batches]
        is_read_once = iter(batches) is batches
        if is_read_once:
            self.for_fit = Batches(self._batches)
        if any(shape != shapes[0] for shape in shapes):
            self.reason = f"The batches of this {what} have different shapes"
        elif any(size != sizes[0] for size in sizes[:-1]) or sizes[-1] > sizes[0]:
            self.reason = f"The batches of this {what} have different sizes"
        elif not is_read_once and not _are_equal(self._batches, _one_pass(batches)):
            self.reason = f"The batches of this {what} are others each time they are read"

    def data(self) -> Data:
        """(x, y, sample_weight) of all rows, one batch after the other."""
        together = keras.tree.map_structure(lambda *parts: np.concatenate(parts), *self._batches)
        return keras.utils.unpack_x_y_sample_weight(together)


class Batches(keras.utils.PyDataset):
    """Batches that were read, for `model.fit`."""

    def __init__(self, batches: list[Any]) -> None:
        super().__init__()
        self._batches = batches

    def __len__(self) -> int:
        return len(self._batches)

    def __getitem__(self, index: int) -> Any:
        return self._batches[index]


def read(data: Any) -> Read | None:
    """Read a data set or generator of batches; None for anything else."""
    return Read(data) if gives_batches(data) else None


def _own_course_of(batches: Any, what: str) -> str:
    """Say what can be known without reading: only `fit` does this as it is meant."""
    if isinstance(batches, tf.data.Dataset):
        kinds = keras.tree.flatten(batches.element_spec)
        if any(isinstance(one, tf.RaggedTensorSpec | tf.SparseTensorSpec) for one in kinds):
            return f"The batches of this {what} are ragged or sparse"
    if isinstance(batches, keras.utils.PyDataset):
        for hook in ("on_epoch_begin", "on_epoch_end"):
            if getattr(type(batches), hook) is not getattr(keras.utils.PyDataset, hook):
                return f"This {what} has an {hook} of its own"
    return ""


def _read(batches: Any, what: str) -> list[Any]:
    """Read the batches of a data set or generator, if they are finite and small."""
    too_much = ValueError(
        f"This {what} does not end, or is too large to hold in memory: train it with `model.fit`."
    )
    if isinstance(batches, tf.data.Dataset):
        if int(batches.cardinality()) == tf.data.INFINITE_CARDINALITY:
            raise too_much
    elif isinstance(batches, keras.utils.PyDataset) and batches.num_batches is None:
        raise too_much
    read: list[Any] = []
    size = 0
    for batch in _one_pass(batches):
        read.append(batch)
        parts = keras.tree.flatten(batch)
        if any(array.ndim == 0 for array in parts):
            raise ValueError(f"This {what} gives single samples: call .batch(32) on it first.")
        if isinstance(batch, tuple | list) and len(batch) not in (1, 2, 3):
            raise ValueError(
                f"A batch of this {what} has {len(batch)} parts: give (x, y), or (x, y, "
                "sample_weight)."
            )
        size += sum(array.nbytes for array in parts)
        if size > MOST_BYTES or len(read) > MOST_BATCHES:
            raise too_much
    if not read:
        raise ValueError(f"This {what} gave no batch.")
    return read


def _one_pass(batches: Any) -> Iterator[Any]:
    """Give the batches once, as arrays."""
    if isinstance(batches, tf.data.Dataset):
        batches = batches.as_numpy_iterator()
    elif isinstance(batches, keras.utils.PyDataset):
        batches = map(batches.__getitem__, range(batches.num_batches))
    for batch in batches:
        while isinstance(batch, tuple | list) and len(batch) > 1 and batch[-1] is None:
            batch = batch[:-1]  # (x, y, None) says no more than (x, y)
        yield keras.tree.map_structure(np.asarray, batch)


def _are_equal(batches: Iterable[Any], others: Iterable[Any]) -> bool:
    return all(
        one is not None
        and other is not None
        and all(map(_is_same, keras.tree.flatten(one), keras.tree.flatten(other)))
        for one, other in itertools.zip_longest(batches, others)
    )


def _is_same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


# What to do with an array that holds no numbers, by the kind of its dtype.
INSTEAD = {
    "O": "look for text, dates and what is missing, and give numbers instead",
    "U": "give numbers instead; np.unique(..., return_inverse=True) numbers classes",
    "M": "give days since the first one, for example",
    "c": "give the real and the imaginary parts as features",
    "V": "convert it by .astype('float32')",
}
INSTEAD |= {"S": INSTEAD["U"], "T": INSTEAD["U"], "m": INSTEAD["M"]}


def _numbers(name: str, part: Any) -> Any:
    """Make arrays of numbers: of a list or dict of arrays (several inputs) one each."""
    if part is None:
        return None
    if isinstance(part, dict | list | tuple):
        several = list(part.values()) if isinstance(part, dict) else part
        is_given = [hasattr(one, "dtype") for one in several if one is not None]
        if any(is_given) and len(is_given) < len(several):
            raise ValueError(f"{name} has None in the place of an array: give all of them.")
    if isinstance(part, dict):
        return {key: _numbers(name, one) for key, one in part.items()}
    if _holds_arrays(part):
        return keras.tree.map_structure(lambda array: _numbers(name, array), part)
    if scipy.sparse.issparse(part) or isinstance(part, tf.SparseTensor):
        dense = "tf.sparse.to_dense" if isinstance(part, tf.SparseTensor) else "toarray"
        raise ValueError(
            f"{name} is sparse: make an array of it by {dense}, or train it with `model.fit`."
        )
    if isinstance(part, tf.RaggedTensor):
        raise ValueError(
            f"The rows of {name} have different lengths: fill them up by to_tensor, or train them "
            "with `model.fit`."
        )
    try:
        array = np.asarray(part)
    except ValueError:
        raise ValueError(
            f"The rows of {name} have different lengths: fill up or cut them."
        ) from None
    if array.dtype.kind not in "biuf":
        raise ValueError(
            f"{name} must hold numbers, not {array.dtype}: {INSTEAD[array.dtype.kind]}."
        )
    return array


def _needs_targets(model: keras.Model) -> bool:
    """A compute_loss of one's own may need none."""
    return model.loss is not None and type(model).compute_loss is keras.Model.compute_loss


def _has_one_input(model: keras.Model) -> bool:
    return len(getattr(model, "inputs", None) or ()) == 1


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


def _refuse_partial_weights(y: Any, sample_weight: Any) -> None:
    """A single array of weights holds for all outputs; several need one for each."""
    if y is None or not isinstance(sample_weight, dict | list | tuple):
        return
    if isinstance(y, dict) and isinstance(sample_weight, dict):
        is_whole = sample_weight.keys() == y.keys()
    else:
        several = y if isinstance(y, dict | list | tuple) else [y]
        is_whole = isinstance(several, dict) == isinstance(sample_weight, dict)
        is_whole = is_whole and len(sample_weight) == len(several)
    if not is_whole:
        raise ValueError(
            "sample_weight needs one array for each output, named as in y: give an array of ones "
            "where all rows count the same."
        )


def _weights_of_classes(model: keras.Model, y: Any, class_weight: Any) -> np.ndarray:
    """Give each row the weight of its class, 1 where none is named."""
    if hasattr(class_weight, "keys"):  # pandas' Series has them, too
        class_weight = dict(class_weight)
    if not isinstance(class_weight, dict):
        raise ValueError(
            f"class_weight is a dict of class numbers and weights, not a "
            f"{type(class_weight).__name__}: dict(enumerate(...)) makes one."
        )
    if not all(
        isinstance(number, numbers.Real) and isinstance(weight, numbers.Real)
        for number, weight in class_weight.items()
    ):
        raise ValueError("class_weight is a dict of class numbers and weights: give numbers only.")
    if not isinstance(y, np.ndarray):
        raise ValueError("class_weight needs one output with class numbers or one-hot rows.")
    is_one_hot = y.ndim > 1 and y.shape[-1] > 1
    classes = y.argmax(axis=-1) if is_one_hot else np.round(y).reshape(y.shape[:1] + y.shape[1:-1])
    if classes.ndim > 1 or (is_one_hot and _class_number_loss(model.loss)):
        raise ValueError(
            "class_weight gives one weight a row, and y has several labels a row: give "
            "sample_weight, shaped like the labels."
        )
    found, place = np.unique(classes.astype(int), return_inverse=True)
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
    # Turned round, so that NaN is refused, too.
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < count):
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
