"""The files of sentences: read once, whole, and nothing in them that no check uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from utils import checks
from utils.checks import core
from utils.checks.sentences import sentences

LABS = sorted(path.stem[3:] for path in Path(checks.__file__).parent.glob("lab*.py"))
# *word*, but no product such as a * b or a*b, no power, and no list that is unpacked.
EMPHASIS = re.compile(r"(?<![\w*)\]])\*[^\s*]([^*]*[^\s*])?\*(?![\w*(\[])")


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


@pytest.mark.parametrize("lab", LABS)
def test_no_sentence_has_asterisks_for_emphasis(lab: str) -> None:
    """A card is plain text, and would show them."""
    texts = [re.sub(r"`[^`]*`", "", text) for text in texts_of(sentences(lab))]
    assert texts
    assert not [text for text in texts if EMPHASIS.search(text)]


@pytest.mark.parametrize(
    ("text", "is_emphasis"),
    [
        ("Only the *number* matters.", True),
        ("(*How many* are up.)", True),
        ("It takes *a*.", True),
        ("lam / (2 * m) times 3 * n", False),
        ("a*b*c and 2*(w)*(x)", False),
        ("x**2 + y**2, or f(*first, *rest)", False),
    ],
)
def test_emphasis_is_told_from_code(text: str, is_emphasis: bool) -> None:
    assert bool(EMPHASIS.search(text)) == is_emphasis


def texts_of(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, (dict, list)):
        for one in said.values() if isinstance(said, dict) else said:
            yield from texts_of(one)
