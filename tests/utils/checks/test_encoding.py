"""Data survive the encoding exactly; everything else is refused with a sentence."""

from __future__ import annotations

import math
from array import array
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from utils.checks.encoding import MAX_BYTES, ModelData, NotData, Unfinished, decode, encode

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
keys = st.text() | st.integers() | st.tuples(st.integers(), st.booleans())
data = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(keys, inner, max_size=4)
    ),
    max_leaves=20,
)
dtypes = (
    hnp.boolean_dtypes()
    | hnp.integer_dtypes()
    | hnp.unsigned_integer_dtypes()
    | hnp.floating_dtypes(sizes=(16, 32, 64))
    | hnp.complex_number_dtypes(sizes=(64, 128))
    | hnp.unicode_string_dtypes()
)


def same(a: Any, b: Any) -> bool:
    """Equal in value and in type, where nan equals nan."""
    if type(a) is not type(b):
        return False
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return list(a) == list(b) and all(same(a[key], b[key]) for key in a)
    if isinstance(a, float) and math.isnan(a):
        return math.isnan(b)
    if isinstance(a, float):
        return a == b and math.copysign(1, a) == math.copysign(1, b)
    return bool(a == b)


@given(data)
def test_plain_data_come_back_with_their_types(value: Any) -> None:
    assert same(decode(encode(value)), value)


@given(hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)))
def test_arrays_come_back_bit_for_bit(array: np.ndarray) -> None:
    back = np.asarray(decode(encode(array)))
    assert back.shape == array.shape
    if array.dtype.kind == "U":  # a scalar text is as wide as it is long
        assert back.tolist() == array.tolist()
    else:
        assert back.dtype == array.dtype.newbyteorder("<")
        assert back.tobytes() == array.astype(back.dtype).tobytes()


def test_a_numpy_scalar_stays_a_scalar() -> None:
    assert decode(encode(np.float32(0.5))).shape == ()


@pytest.mark.parametrize(
    ("value", "arrives"),
    [
        (Fraction(1, 4), 0.25),
        (np.array([b"coat"]), np.array(["coat"])),
        (np.array(["coat", b"bag"], dtype=object), np.array(["coat", "bag"])),
        (Decimal("0.1"), 0.1),
        ([Fraction(2, 1), Decimal(2)], [2.0, 2.0]),
        (np.array([Fraction(1, 2)]), np.array([0.5])),
    ],
)
def test_fractions_and_decimals_arrive_as_floats(value: object, arrives: object) -> None:
    assert repr(decode(encode(value))) == repr(arrives)


def test_a_transposed_array_keeps_its_order() -> None:
    array = np.arange(6).reshape(2, 3).T
    assert decode(encode(array)).tolist() == array.tolist()


def test_a_shape_of_tensorflow_arrives_as_a_tuple() -> None:
    import tensorflow as tf

    assert decode(encode([tf.zeros((2, 3)).shape])) == [(2, 3)]


def test_what_arrives_can_be_written_to() -> None:
    array = decode(encode(np.zeros(3)))
    array[0] = 1
    assert array[0] == 1


def test_models_travel_with_their_weights() -> None:
    model = ModelData('{"a": 1}', [np.ones((2, 3)), np.float32([1])], {"loss": '"mse"'})
    back = decode(encode(model))
    assert back.config == model.config
    assert back.compiled == model.compiled
    assert [w.tolist() for w in back.weights] == [w.tolist() for w in model.weights]


def test_an_array_of_arrays_of_different_shapes_arrives_as_a_list() -> None:
    weights = [np.ones((2, 3)), np.ones(3)]
    arrives = decode(encode(np.array(weights, dtype=object)))
    assert isinstance(arrives, list)
    assert [one.tolist() for one in arrives] == [one.tolist() for one in weights]


endless: list[Any] = []
endless.append(endless)


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (object(), "an object"),
        (array("d", [1.0]), "an array.array"),
        (map(abs, [1]), "a map"),
        (lambda x: x, "a function"),
        ((n for n in range(3)), "a generator"),
        ({1, 2}, "a set"),
        (np.array([[1], [1, 2]], dtype=object), "different lengths"),
        (np.array(["2020-01-01"], "datetime64[D]"), "datetime64"),
        (endless, "contains itself"),
        (np.zeros(MAX_BYTES), "larger than 64 MB"),
    ],
)
def test_what_is_not_data_is_refused_with_a_sentence(value: object, says: str) -> None:
    with pytest.raises(NotData, match=says):
        encode(value)


@pytest.mark.parametrize("value", [..., [1, ...], np.array([..., 1.0]), {"a": (...,)}])
def test_an_ellipsis_anywhere_means_unfinished(value: object) -> None:
    with pytest.raises(Unfinished):
        encode(value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "{}",
        '{"array": "O", "shape": [1], "data": "AAAA"}',
        '{"array": "<f8", "shape": [2], "data": "AAAA"}',
        '{"array": "<f8", "shape": [-1], "data": "%%%"}',
        '{"tuple": 3}',
        '{"dict": [[[], 1]]}',
        '{"__reduce__": "os.system"}',
        '{"float": "one"}',
        "[" * 100_000,
    ],
)
def test_a_forged_message_is_refused(text: str) -> None:
    with pytest.raises(NotData):
        decode(text)


def test_an_array_like_that_lies_about_itself_is_refused() -> None:
    class Liar:
        def __array__(self, *args: Any, **kwargs: Any) -> Any:
            raise RuntimeError("no")

    with pytest.raises(NotData, match="raises an error"):
        encode(Liar())
