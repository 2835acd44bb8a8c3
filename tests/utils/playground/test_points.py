"""The drawn points have the shapes that are described; a student's own are taken or refused."""

from typing import Any

import numpy as np
import pytest

from utils.playground.points import DATA, INPUTS, REGRESSION, draw, features


def _all(data: Any, **how: Any) -> tuple[Any, Any]:
    points = draw(data, **how)
    return (
        np.concatenate([points.x_train, points.x_test]),
        np.concatenate([points.y_train, points.y_test]),
    )


@pytest.mark.parametrize("name", DATA)
@pytest.mark.parametrize("noise", [0, 50])
def test_points_lie_in_the_square_and_have_labels(name: str, noise: int) -> None:
    x, y = _all(name, noise=noise, seed=1)
    count = 1200 if name in REGRESSION else 500
    assert x.shape == (count, 2)
    assert y.shape == (count,)
    assert np.abs(y).max() <= 1
    assert np.mean(np.abs(x) > 6) < (0.05 if name == "gauss" else 1e-9)
    if name not in REGRESSION:
        assert set(y) == {-1, 1}
        assert 0.2 < np.mean(y == 1) < 0.8
    points = draw(name)
    assert points.is_regression == (name in REGRESSION)


def test_shapes() -> None:
    x, y = _all("circle")
    far = np.hypot(*x.T)
    np.testing.assert_array_equal(y == 1, far < 2.5)
    assert not ((far > 2.5) & (far < 3.5)).any()
    x, y = _all("xor")
    np.testing.assert_array_equal(y, np.sign(x[:, 0] * x[:, 1]))
    assert np.abs(x).min() >= 0.3
    x, y = _all("gauss", seed=2)
    for label in (-1, 1):
        np.testing.assert_allclose(x[y == label].mean(axis=0), 2 * label, atol=0.2)
        np.testing.assert_allclose(x[y == label].var(axis=0), 0.5, atol=0.15)
    x, y = _all("spiral")
    angle = 3.5 * np.pi * np.hypot(*x.T) / 5 + np.where(y > 0, 0, np.pi)
    np.testing.assert_allclose(
        x, np.hypot(*x.T)[:, None] * np.stack([np.sin(angle), np.cos(angle)], axis=1), atol=1e-4
    )
    x, y = _all("regress-plane")
    np.testing.assert_allclose(y, np.clip(x.sum(axis=1) / 10, -1, 1), atol=1e-6)
    x, y = _all("regress-gauss")
    top = np.hypot(x[:, 0] - 4, x[:, 1] - 2.5) < 0.5
    assert top.any()
    assert (y[top] > 0.7).all()


@pytest.mark.parametrize("name", ["circle", "xor", "regress-plane", "regress-gauss"])
def test_noise_makes_some_labels_wrong(name: str) -> None:
    """The points stay; what is asked is the label of a place near them."""
    x, y = _all(name)
    noisy_x, noisy_y = _all(name, noise=25)
    np.testing.assert_array_equal(x, noisy_x)
    assert np.mean(y != noisy_y) > 0.02


def test_parting() -> None:
    for share in (10, 50, 90):
        points = draw("gauss", share=share)
        assert len(points.x_train) == 5 * share
        assert len(points.x_test) == 500 - 5 * share
    a, b = draw("gauss", seed=1), draw("gauss", seed=1)
    np.testing.assert_array_equal(a.x_train, b.x_train)
    assert not np.array_equal(a.x_train, draw("gauss", seed=2).x_train)


def test_inputs() -> None:
    x = np.array([[2.0, 3.0]], np.float32)
    found = features(x, list(INPUTS))
    np.testing.assert_allclose(found, [[2, 3, 4, 9, 6, np.sin(2), np.sin(3)]], rtol=1e-6)
    assert found.dtype == np.float32


# ---- A student's own ----


class Frame:
    """What pandas and polars have alike: names of columns, and columns by name."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.columns = list(columns)
        self._columns = columns

    def __getitem__(self, name: str) -> Any:
        return self._columns[name]


X = np.array([[170.0, 60], [180, 70], [160, 50], [175, 90]])
Y = np.array([0, 1, 0, 1])


def test_own_points_are_stretched() -> None:
    frame = Frame({"height": X[:, 0], "mass": X[:, 1], "is_tall": Y == 1})
    columns = {name: frame[name] for name in frame.columns}
    for data in (frame, columns, (X, Y), [X.tolist(), Y.tolist()], (X, Y[:, None])):
        points = draw(data, share=90)
        x, y = _all(data, share=90)
        assert not points.is_regression
        assert (x.min(), x.max()) == (-5, 5)
        assert set(y) == {-1, 1}
        assert len(points.x_test) == 1


def test_own_function() -> None:
    x, y = _all(lambda x1, x2: np.sin(x1))
    assert draw(lambda x1, x2: np.sin(x1)).is_regression
    assert x.shape == (500, 2)
    assert (y.min(), y.max()) == (-1, 1)
    assert set(_all(lambda x1, x2: x1 > x2)[1]) == {-1, 1}


WRONG: dict[str, tuple[Any, str]] = {
    "words": (Frame({"a": [1, 2], "b": [2, 1], "c": ["yes", "no"]}), "column 'c' must be num"),
    "words as inputs": (Frame({"a": ["x", "y"], "b": [2, 1], "c": [0, 1]}), "must be num"),
    "NaN": (Frame({"a": [1, np.nan], "b": [2, 1], "c": [0, 1]}), "NaN or infinity"),
    "four columns": (Frame({key: [1, 2] for key in "abcd"}), "needs three columns"),
    "two columns": (Frame({key: [1, 2] for key in "ab"}), "yours has 2"),
    "three inputs": ((np.eye(3), [0, 1, 0]), "draws two inputs"),
    "one row": (([[1, 2]], [1]), "nothing to tell apart"),
    "one class": ((X, [1, 1, 1, 1]), "All labels are 1"),
    "fewer labels": ((X, [0, 1]), "there are 2 labels"),
    "one-hot labels": ((X, np.eye(4)), "One label a point"),
    "a constant input": ((np.ones((4, 2)), Y), "All values of an input are 1"),
    "too many": ((np.random.default_rng(0).normal(size=(5001, 2)), np.arange(5001)), "2 to 5,000"),
    "a number": (5, "not a int"),
    "a function of one number": (lambda x1, x2: 1.0, "as many"),
    "a function that gives words": (lambda x1, x2: np.where(x1 > 0, "a", "b"), "must be numbers"),
}


@pytest.mark.parametrize("name", WRONG)
def test_data_that_are_none_have_their_sentence(name: str) -> None:
    data, sentence = WRONG[name]
    with pytest.raises(ValueError, match=sentence):
        draw(data)
