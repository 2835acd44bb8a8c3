"""Plants bugs into the loops of a program, for the tests that must notice them."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest


def into_the_loops(
    patch: pytest.MonkeyPatch, module: ModuleType, **changed: Callable[..., Any]
) -> None:
    """Put other functions into the loops that a module makes: each gets the right one first."""
    make = module.make_program

    def make_wrong(**parts: Any) -> Any:
        wrong = {
            name: lambda *given, name=name: changed[name](parts[name], *given) for name in changed
        }
        return make(**{**parts, **wrong})

    patch.setattr(module, "make_program", make_wrong)
