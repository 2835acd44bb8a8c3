"""The ward: what a cell shows, what is granted, what is remembered, and that no input hurts."""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.utils.checks.test_card import Words
from utils.clinic import Patient, admit, kept_diagnoses, record, ward
from utils.clinic.case import Run, draw, train
from utils.clinic.examinations import EXAMINATIONS
from utils.clinic.illnesses import HEALTHY, ILLNESSES
from utils.clinic.ward import Diagnosis

pytestmark = pytest.mark.own_process


@pytest.fixture(scope="module")
def frozen() -> Run:
    return train(draw(1, "frozen layer"))


@pytest.fixture
def patient(frozen: Run) -> Patient:
    return Patient(frozen)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where diagnoses are kept, in a folder that does not exist yet."""
    monkeypatch.setenv("BETS_FILE", str(tmp_path / "own" / "bets.jsonl"))
    return tmp_path / "own" / "clinic.jsonl"


# ---- Admission ----


def test_a_number_is_a_patient_and_without_one_a_new_one_comes(
    monkeypatch: pytest.MonkeyPatch, frozen: Run
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(ward, "train", lambda case: asked.append(case) or frozen)
    admit(7)
    admit(np.int64(7))
    admit()
    admit()
    assert asked[0] == asked[1] == draw(7)
    assert len({case.number for case in asked}) == 3


def test_no_illness_comes_again_among_the_next_patients(
    monkeypatch: pytest.MonkeyPatch, frozen: Run, file: Path
) -> None:
    lately = list(ILLNESSES)[: ward.DIFFERENT]  # healthy is the first
    for number, name in enumerate(lately):
        ward._remember(Diagnosis(number, name, name))
    came: list[str] = []
    monkeypatch.setattr(ward, "train", lambda case: came.append(case.illness.name) or frozen)
    for _ in range(60):
        admit()
    assert set(came) & set(lately) == {HEALTHY}
    assert len(set(came)) > 6


@pytest.mark.parametrize(
    "number", [-1, 1.5, "7", True, 2**40, pytest.param(10**5000, id="long"), [1], "x" * 500]
)
def test_what_is_no_number_gets_a_sentence(number: Any) -> None:
    with pytest.raises(ValueError, match="A patient has a whole number from 0 to") as raised:
        admit(number)
    assert len(str(raised.value)) < 200


# ---- What is shown ----


def test_a_patient_shows_what_one_sees_and_no_more(patient: Patient) -> None:
    html, said = patient._repr_html_(), repr(patient)
    shown = Words(html)
    assert "<img alt=" in html
    for text in (shown.words + html, said):
        assert "Patient 1" in text
        assert "x_train" in text
        assert "784 - " in text
        assert "labelled" in text
        for secret in ("frozen", "trainable", "Adam", "rate"):
            assert secret not in text.replace("separate", "")
    assert said.startswith("[figure: Patient 1. Curves over ")


def test_examinations_are_listed_and_three_are_granted(patient: Patient) -> None:
    for listed in (patient.examine(), patient.examine(...), patient.examine(" ")):
        assert "3 of 3 examinations are left" in repr(listed)
        assert all(f'"{name}"' in repr(listed) for name in EXAMINATIONS)
    names = list(EXAMINATIONS)
    assert "2 of 3 examinations are left." in repr(patient.examine("Same-Pictures "))
    assert "2 of 3 examinations are left." in repr(patient.examine("same pictures"))
    patient.examine("inputs")
    assert "0 of 3 examinations are left." in repr(patient.examine("labels"))
    refused = repr(patient.examine("weights"))
    assert refused == (
        "3 examinations are made (same pictures, inputs, labels), and no more are granted: call "
        "diagnose, and make the others afterwards."
    )
    assert "The inputs for training go from 0 to 1" in repr(patient.examine("inputs"))
    patient.diagnose(HEALTHY)
    for name in names[:2]:
        assert "all examinations are granted" in repr(patient.examine(name))


@pytest.mark.parametrize(
    "name",
    ["blood", 3, None, ["inputs"], np.zeros(3), "x" * 500, pytest.param(10**5000, id="long")],
)
def test_what_is_no_examination_gets_the_list(patient: Patient, name: Any) -> None:
    said = repr(patient.examine(name))
    assert said.startswith("There is no examination ")
    assert '"first loss"' in said
    assert len(said) < 400
    assert "3 of 3 examinations are left" in repr(patient.examine())


# ---- The diagnosis ----


def test_a_diagnosis_gives_reasons_the_sick_line_and_the_cure(patient: Patient) -> None:
    assert "after the diagnosis" in repr(patient.code)
    patient.examine("weights")
    card = patient.diagnose("Frozen layer", sure=70)
    for text in (repr(card), Words(card._repr_html_()).words):
        assert text.startswith("Patient 1: right, frozen layer")
        assert 'You said "frozen layer" and were 70 % sure, after 1 examination.' in text
        assert "sick: model.layers[1].trainable = False" in text.replace("sick:  ", "sick: ")
        assert "(no such line)" in text
        assert "The cure: " in text
    assert "trainable = False" in repr(patient.code)


def test_a_wrong_one_says_what_it_would_have_been(patient: Patient) -> None:
    said = repr(patient.diagnose("leak"))
    assert said.startswith("Patient 1: no, frozen layer")
    assert ILLNESSES["leak"].says in said
    again = repr(patient.diagnose("frozen layer"))
    assert 'You first said "leak", and the first word counts.' in again
    assert again.startswith("Patient 1: no, frozen layer")


def test_illnesses_are_listed(patient: Patient) -> None:
    for listed in (patient.diagnose(), patient.diagnose("...")):
        assert all(one.says in repr(listed) for one in ILLNESSES.values())
    assert "after the diagnosis" in repr(patient.code)


@pytest.mark.parametrize("name", ["a cold", 7, None, ["leak"], np.zeros(2), "x" * 500])
def test_what_is_no_illness_gets_the_list_and_settles_nothing(patient: Patient, name: Any) -> None:
    said = repr(patient.diagnose(name))
    assert said.startswith("There is no illness ")
    assert '"frozen layer"' in said
    assert "after the diagnosis" in repr(patient.code)


def test_a_near_miss_is_recognised(patient: Patient) -> None:
    assert 'Did you mean "frozen layer"?' in repr(patient.diagnose("frozen layers"))


@pytest.mark.parametrize("sure", [0, 0.7, 101, True, float("nan"), "70", 10**400, ..., [70]])
def test_what_is_no_percentage_gets_a_sentence(patient: Patient, sure: Any) -> None:
    said = repr(patient.diagnose("leak", sure))
    assert said.startswith("Patient 1: `sure` is a percentage, from 4 ")
    assert "after the diagnosis" in repr(patient.code)


# ---- What is remembered ----


def test_the_first_diagnosis_of_a_patient_is_remembered(
    frozen: Run, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert kept_diagnoses() == []
    assert repr(record()) == "No diagnosis of a new patient is remembered yet."
    first = Patient(frozen)
    first.examine("weights")
    first.diagnose("leak", sure=30)
    second = Patient(frozen)
    said = repr(second.diagnose("frozen layer"))
    assert 'You first said "leak" of this patient, and the first word counts.' in said
    assert kept_diagnoses() == [Diagnosis(1, "leak", "frozen layer", 30.0, ("weights",))]
    assert "No diagnosis of a new patient" in repr(record())  # number 1 is a text's
    monkeypatch.setattr(ward, "FIRST_NEW", 0)
    assert "0 of 1 patients were diagnosed rightly" in repr(record())


def test_lines_of_others_are_left_out(frozen: Run, file: Path) -> None:
    file.parent.mkdir()
    line = json.dumps(asdict(Diagnosis(1, "leak", "leak")))
    others = ['"patient": [1]', '"said": null', '"sure": "x"', '"examinations": [1]']
    spoilt = [re.sub(other.partition(" ")[0] + r" [^,}]+(\])?", other, line) for other in others]
    nonsense = ["nonsense", "{}", "[1]", '{"patient": 1}', "[" * 100_000]
    file.write_text("\n".join([*nonsense, *spoilt, ""]))
    Patient(frozen).diagnose("frozen layer")
    assert [one.right for one in kept_diagnoses()] == [True]


def test_nothing_is_kept_where_nobody_bets(
    frozen: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BETS_FILE", "")
    monkeypatch.chdir(tmp_path)
    Patient(frozen).diagnose("leak")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_said(
    frozen: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "no folder").write_text("")
    monkeypatch.setenv("BETS_FILE", str(tmp_path / "no folder" / "bets.jsonl"))
    said = repr(Patient(frozen).diagnose("leak"))
    assert "This diagnosis is not remembered: its file cannot be written" in said


def test_a_folder_that_was_deleted_keeps_nothing(
    frozen: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("BETS_FILE", raising=False)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    here.rmdir()
    assert repr(Patient(frozen).diagnose("leak")).startswith("Patient 1: no, frozen layer")
    assert repr(record()) == "No diagnosis of a new patient is remembered yet."
    monkeypatch.chdir(tmp_path)
