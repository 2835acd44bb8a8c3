import numpy as np
import pytest
from sklearn.datasets import load_iris

from utils import data

LOGIC = {
    "AND": lambda p, q: p and q,
    "OR": lambda p, q: p or q,
    "NAND": lambda p, q: not (p and q),
    "NOR": lambda p, q: not (p or q),
    "XOR": lambda p, q: p != q,
    "XNOR": lambda p, q: p == q,
}


def test_gates_are_the_functions_of_logic():
    gates = data.gates()
    assert set(gates) == set(LOGIC)
    for name, gate in gates.items():
        assert gate.X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
        assert gate.y.tolist() == [float(LOGIC[name](bool(p), bool(q))) for p, q in gate.X]


def test_xor_is_the_gate_of_that_name():
    xor = data.xor()
    assert (xor.name, xor.X.shape, xor.y.tolist()) == ("XOR", (4, 2), [0, 1, 1, 0])


def test_iris_columns_come_by_name_in_the_order_asked_for():
    iris, original = data.iris(), load_iris()
    widths = iris.columns("petal width (cm)", "sepal width (cm)")
    assert np.array_equal(widths, original.data[:, [3, 1]])
    assert iris.X.shape == (150, 4)


def test_iris_labels_are_the_species_of_the_rows():
    iris = data.iris()
    assert iris.labels[[0, 50, 149]].tolist() == ["setosa", "versicolor", "virginica"]
    assert np.unique(iris.labels, return_counts=True)[1].tolist() == [50, 50, 50]


@pytest.mark.parametrize("make", [data.xor, data.iris])
def test_writing_into_a_data_set_leaves_the_next_one_alone(make):
    first = make()
    first.X[:] = -1
    first.y[:] = 0
    assert make().X.min() >= 0
    assert make().y.max() > 0


def test_writing_into_columns_leaves_the_data_set_alone():
    iris = data.iris()
    iris.columns("petal width (cm)")[:] = -1
    assert iris.X.min() > 0


def test_an_unknown_column_is_answered_with_the_names():
    with pytest.raises(ValueError, match=r"no column 'petal'.*'sepal length \(cm\)'.*'petal width"):
        data.iris().columns("petal")


def test_no_column_at_all_is_refused():
    with pytest.raises(ValueError, match="at least one column name"):
        data.iris().columns()


def test_labels_need_classes():
    with pytest.raises(ValueError, match="'XOR' are numbers"):
        _ = data.xor().labels


@pytest.mark.parametrize("dataset", [*data.gates().values(), data.iris()], ids=repr)
def test_each_data_set_knows_its_source(dataset):
    words = str(dataset.source)
    assert "Licence: " in words
    assert "Used in 00" in words
