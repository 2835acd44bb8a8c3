"""What is private in Keras stands in one module."""

import ast
from pathlib import Path

import keras
import numpy as np
import pytest

import utils
from utils.training import internals

UTILS = Path(utils.__file__).parent
# Private names of others than Keras; the last is Jupyter's, and no secret.
OF_OTHERS = {"_getframe", "_repr_html_"}


def private_names(source: str) -> set[str]:
    """Private attributes that a module uses and does not make itself, and mocks."""
    tree = ast.parse(source)
    made, used = set(), set()
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name, ctx=ast.Store()) if name.startswith("_"):
                made.add(name)
            case ast.Attribute(attr=name, value=ast.Name(id="self" | "cls")):
                made.add(name)
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                made.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):  # a field of a dataclass
                made.add(name)
            case ast.Attribute(attr=name) if name.startswith("_"):
                used.add(name)
            case ast.Call(
                func=ast.Name(id="getattr" | "hasattr" | "setattr"),
                args=[_, ast.Constant(value=str(name)), *_],
            ) if name.startswith("_"):
                used.add(name)
            case (
                ast.ImportFrom(module="unittest" | "unittest.mock")
                | ast.Import(names=[ast.alias(name="unittest.mock")])
            ):
                used.add("unittest.mock")
    return {name for name in used - made - OF_OTHERS if not name.startswith("__")}


MODULES = {str(file.relative_to(UTILS)): file for file in sorted(UTILS.rglob("*.py"))}


@pytest.mark.parametrize("name", MODULES)
def test_no_other_module_uses_what_is_private_in_keras(name):
    found = private_names(MODULES[name].read_text(encoding="utf-8"))
    if name == str(Path("training", "internals.py")):
        listed = internals.__doc__
        assert found and all(f"._{one.removeprefix('_')}`" in listed for one in found)
    else:
        assert not found


@pytest.mark.parametrize(
    "line",
    [
        "model._loss_tracker.reset_state()",
        "getattr(model, '_outputs_struct', None)",
        "from unittest import mock",
        "from unittest.mock import patch",
        "import unittest.mock",
        "setattr(optimizer, '_learning_rate', 0.5)",
    ],
)
def test_a_private_name_would_be_found(line):
    assert private_names(line)


class Own(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return 0.1


def test_the_config_of_an_optimizer_with_a_schedule_that_has_none():
    optimizer = keras.optimizers.Adam(Own(), beta_1=0.5)
    with pytest.raises(NotImplementedError):
        optimizer.get_config()
    assert internals.config_without_schedule(optimizer)["beta_1"] == 0.5
    assert isinstance(internals.schedule_of(optimizer), Own)
    optimizer = keras.optimizers.Adam(0.25)
    assert internals.config_without_schedule(optimizer)["learning_rate"] == 0.25
    assert internals.schedule_of(optimizer) is None


def test_weights_are_noted_and_add_weight_is_put_back_also_after_an_error():
    before, noted = keras.Layer.add_weight, []
    with (
        pytest.raises(ZeroDivisionError),
        internals.noting_weights(lambda variable, *how, **more: noted.append(variable)),
    ):
        layer = keras.layers.Dense(2)
        layer.build((None, 3))
        _ = 1 / 0
    assert [variable.shape for variable in noted] == [(3, 2), (2,)]
    assert keras.Layer.add_weight is before
    np.testing.assert_array_equal(noted[1], np.zeros(2))
