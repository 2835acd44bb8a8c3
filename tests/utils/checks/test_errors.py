"""Each kind of trouble, provoked in each library, is known by its words and by no other kind's."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

import keras
import numpy as np
import pytest
import tensorflow as tf

from utils.checks import errors

TABLE, LONG, NUMBER = np.ones((2, 3)), np.ones(4), np.array(1.0)
tables, long, number = tf.constant(TABLE), tf.constant(LONG), tf.constant(1.0)
ops = keras.ops

PROVOKED: dict[str, list[Callable[[], object]]] = {
    errors.NOT_ALIGNED: [
        *(lambda: TABLE @ TABLE, lambda: np.dot(TABLE, TABLE), lambda: np.inner(TABLE, LONG)),
        *(lambda: tables @ tables, lambda: tf.tensordot(tables, long, 1)),
        *(lambda: tf.linalg.matvec(tables, long), lambda: ops.dot(TABLE, TABLE)),
    ],
    errors.NOT_BROADCAST: [
        *(lambda: TABLE + LONG, lambda: tables * long, lambda: ops.add(TABLE, LONG)),
        *(lambda: np.einsum("ij,jk", TABLE, TABLE), lambda: np.maximum(TABLE, LONG)),
        *(lambda: tf.where(tables > 0, tables, long), lambda: np.where(TABLE > 0, TABLE, LONG)),
    ],
    errors.NOT_JOINED: [
        *(lambda: np.concatenate([LONG, TABLE]), lambda: np.column_stack([LONG, TABLE])),
        *(lambda: tf.concat([long, tables], 0), lambda: ops.concatenate([LONG, TABLE])),
        lambda: np.stack([LONG, TABLE]),
    ],
    errors.UNEVEN: [
        *(lambda: np.array([[1, 2], [1]]), lambda: np.array([LONG, TABLE])),
        lambda: tf.constant([[1], [1, 2]]),
    ],
    errors.NO_SUCH_AXIS: [
        *(lambda: LONG.sum(axis=1), lambda: tf.reduce_sum(long, axis=1)),
        lambda: ops.max(LONG, axis=1),
    ],
    errors.NO_SUCH_PLACE: [lambda: LONG[5], lambda: long[5], lambda: [1.0][1]],
    errors.TOO_FEW_AXES: [lambda: LONG[:, 0], lambda: long[:, 0], lambda: LONG.shape[1]],
    errors.NO_TABLE_TO_MULTIPLY: [
        *(lambda: TABLE @ 2.0, lambda: NUMBER @ TABLE, lambda: long @ long),
    ],
    errors.NO_SEQUENCE: [
        *(lambda: list(NUMBER), lambda: list(number), lambda: [*1.0], lambda: 0[0]),  # type: ignore
        *(lambda: len(1.0), lambda: np.float64(1)[0], lambda: len(np.float64(1))),  # type: ignore
    ],
    errors.NOT_ONE_NUMBER: [
        *(lambda: math.exp(LONG), lambda: float(LONG), lambda: math.exp(TABLE)),
        *(lambda: math.exp(long), lambda: float(long), lambda: int(long)),
        *(lambda: math.exp([1, 2]), lambda: float([1])),  # type: ignore[arg-type]
    ],
    errors.NO_TRUTH: [
        *(lambda: bool(LONG > 0), lambda: max(0, LONG), lambda: max(0, long)),
        lambda: tf.function(lambda x: 1 if x > 0 else 0, autograph=False)(number),
    ],
    errors.NO_AXIS: [lambda: np.max(0, LONG), lambda: np.max(0, TABLE)],  # type: ignore[arg-type]
}  # fmt: skip
# An error of the first kind has words of the second: a check that has both asks this one first.
ALSO = {(errors.NOT_JOINED, errors.NOT_BROADCAST)}
NAMES = {value: name for name, value in vars(errors).items() if name.isupper()}
CASES = [
    pytest.param(kind, provoke, id=f"{NAMES[kind]}-{place}")
    for kind, those in PROVOKED.items()
    for place, provoke in enumerate(those)
]


@pytest.mark.parametrize(("kind", "provoke"), CASES)
def test_a_kind_of_trouble_is_known_by_its_words(kind: str, provoke: Callable[[], object]) -> None:
    with pytest.raises(Exception) as raised:
        provoke()
    said = str(raised.value)
    known = {one for one in PROVOKED if re.search(one, said)}
    assert kind in known, said
    assert known - {kind} <= {other for one, other in ALSO if one == kind}, said


def test_every_kind_is_tried() -> None:
    assert set(NAMES) == set(PROVOKED)
    assert re.search(errors.either(errors.UNEVEN, errors.NO_TRUTH), "The truth value")
