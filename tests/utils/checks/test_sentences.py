"""The files of sentences: read once, whole, and nothing in them that no check uses."""

from __future__ import annotations

from pathlib import Path

import pytest

from utils import checks
from utils.checks import core
from utils.checks.sentences import sentences

LABS = sorted(path.stem[3:] for path in Path(checks.__file__).parent.glob("lab*.py"))


def test_a_lab_without_sentences_has_none() -> None:
    assert sentences("99") == {}


@pytest.mark.parametrize("lab", LABS)
def test_the_sentences_are_those_of_the_exercises(lab: str) -> None:
    said = sentences(lab)["exercises"]
    core.find(next(iter(said)))
    assert {id for id, one in core.REGISTRY.items() if one.lab == lab} == set(said)
    for id, one in said.items():
        assert core.find(id).hints == tuple(one["hints"])
        assert len(one["hints"]) == 3
        assert core.find(id).mistakes == one.get("mistakes", {})
        for text in (*one["hints"], *one.get("mistakes", {}).values()):
            assert text == " ".join(text.split())
            assert text.endswith((".", "?", ")"))
