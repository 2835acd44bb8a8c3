"""Ids that a person should look at before grades go out."""

from __future__ import annotations

import pytest

from course.grading.intake.questions import questions, refuse_labs

LABS = ["00_orientation", "02_xor"]


def asked(ids: list[str], *, known: list[str] | None = None, is_plain: bool = True) -> list[str]:
    found = questions(
        ids, known=known or [], labs=LABS, is_plain=is_plain, forget="course forget {}".format
    )
    return list(found)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Jane", "jane"),
        ("Jane Doe", "jane_doe"),
        ("Jane Doe", "Doe Jane"),
        ("Jürgen Müller", "Jurgen Muller"),
        ("Jürgen Müller", "J├╝rgen M├╝ller"),
        ("Jürgen Müller", "JÃ¼rgen MÃ¼ller"),
        ("jane", "jane (1)"),
        ("jane", "jane-Copy1"),
        ("s-1234", "s1234"),
    ],
)
def test_ids_that_look_alike(one: str, two: str) -> None:
    for ids, known in (([one, two, "bob"], []), ([one, "bob"], [two, "bob"])):
        (question,) = asked(ids, known=known)
        assert one in question and two in question
        assert "look alike. Two persons? Then leave both." in question
        assert question.endswith(f"course forget {max(one, two)}")


@pytest.mark.parametrize("ids", [["1234", "1235"], ["jane", "joe"], ["s1", "s11"], ["王", "李"]])
def test_ids_that_do_not(ids: list[str]) -> None:
    assert asked(ids) == []
    assert asked(ids, known=[*ids, "bob"]) == []


def test_a_class_unlike_earlier_runs() -> None:
    (question,) = asked(["jane", "joe"], known=["ann", "bob"])
    assert "None of these students is known from earlier runs: jane, joe came" in question
    assert asked(["jane", "ann"], known=["ann", "bob"]) == []


def test_numbers_among_names() -> None:
    (question,) = asked(["4321", "jane"])
    assert question == "Some ids are numbers (4321), others not (jane): is that so?"


@pytest.mark.parametrize(
    ("ids", "shared"),
    [
        (["lab02_jane", "lab02_joe"], "'lab02_'"),
        (["Jane Doe - XOR", "Bob - XOR"], "' - XOR'"),
        (["submission-1", "submission-2"], "'submission-'"),
    ],
)
def test_what_all_share_may_be_no_part_of_an_id(ids: list[str], shared: str) -> None:
    (question,) = asked(ids)
    assert f"The ids of all have {shared} in the same place" in question
    assert asked(ids, is_plain=False) == []


def test_labs_are_no_students() -> None:
    with pytest.raises(ValueError, match="00_orientation, 02_xor would be the students"):
        refuse_labs(["00_orientation", "02_xor"], LABS)
    with pytest.raises(ValueError, match="names of labs"):
        refuse_labs(["02_xor", "02_xor (1)", "02_xor-1", "jane"], LABS)
    refuse_labs(["jane", "00_orientation"], LABS)
    with pytest.raises(ValueError, match="names of labs"):
        refuse_labs(["Copy of 02_xor", "Copy of 02_xor (1)"], LABS)
    (question,) = asked(["jane", "00_orientation"])
    assert question.startswith("00_orientation would be an id, and has the name of a lab in it")


def test_a_lab_in_an_id_is_asked_about() -> None:
    (question,) = asked(["02_xor_jane", "bob_02_xor", "ann"])
    assert question.startswith("02_xor_jane, bob_02_xor would be an id")
