"""The clinic's buttons: what they call, when they can be pressed, what they show."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from tests.utils.checks.test_card import Words
from utils.clinic import Clinic, widget
from utils.clinic.case import Run, draw, train
from utils.clinic.examinations import EXAMINATIONS
from utils.clinic.illnesses import ILLNESSES
from utils.clinic.ward import Patient

pytestmark = pytest.mark.own_process


@pytest.fixture(scope="module")
def frozen() -> Run:
    return train(draw(1, "frozen layer"))


@pytest.fixture
def clinic(monkeypatch: pytest.MonkeyPatch, frozen: Run) -> Clinic:
    monkeypatch.setattr(widget, "admit", lambda number=None: Patient(frozen))
    return Clinic()


def said(clinic: Clinic) -> str:
    return Words(clinic._said.value).words


def test_all_that_can_be_named_stands_in_the_menus(clinic: Clinic) -> None:
    for menu, known in ((clinic._examination, EXAMINATIONS), (clinic._illness, ILLNESSES)):
        (_, first), *rest = menu.options
        assert first == menu.value == "..."
        assert [value for _, value in rest] == list(known)
        assert all(label == f"{name}: {known[name].says}" for label, name in rest)


def test_examinations_stay_on_view_and_a_fourth_is_refused(clinic: Clinic) -> None:
    for name in ("inputs", "labels", "weights", "rates"):
        clinic._examination.value = name
        clinic._examine.click()
    assert clinic.patient.examined == ("inputs", "labels", "weights")
    assert "The inputs for training go" in said(clinic)
    assert "no more are granted" in said(clinic)
    clinic._examination.value = "labels"
    clinic._examine.click()
    assert "no more are granted" not in said(clinic)


def test_nothing_chosen_settles_nothing(clinic: Clinic) -> None:
    clinic._diagnose.click()
    assert "Choose a diagnosis first." in said(clinic)
    clinic._examine.click()
    assert "3 of 3 examinations are left" in said(clinic)
    assert clinic._next.disabled
    assert not clinic._diagnose.disabled


def test_a_diagnosis_settles_it_and_the_next_patient_comes(clinic: Clinic) -> None:
    before = clinic.patient
    clinic._illness.value, clinic._sure.value = "leak", 70
    clinic._diagnose.click()
    assert "no, frozen layer" in said(clinic)
    assert 'You said "leak" and were 70 % sure' in said(clinic)
    assert "The program that ran" in said(clinic)
    assert "trainable = False" in said(clinic)
    assert clinic._diagnose.disabled
    clinic._examination.value = "weights"
    clinic._examine.click()  # afterwards all are granted, and the verdict stays
    assert "no, frozen layer" in said(clinic)
    clinic._next.click()
    assert clinic.patient is not before
    assert said(clinic) == ""
    assert clinic._illness.value == clinic._examination.value == "..."
    assert clinic._next.disabled
    assert not clinic._diagnose.disabled


def test_a_second_click_on_next_waits_for_nothing(clinic: Clinic) -> None:
    clinic._illness.value = "leak"
    clinic._diagnose.click()
    clinic._next.click()
    patient = clinic.patient
    clinic._next.click()  # it was on its way while the first one trained
    assert clinic.patient is patient


def test_who_stops_the_training_of_the_next_may_ask_again(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic._illness.value = "leak"
    clinic._diagnose.click()
    before, patient = clinic._chart.value, clinic.patient

    def stopped() -> Patient:
        raise KeyboardInterrupt

    monkeypatch.setattr(widget, "admit", stopped)
    with pytest.raises(KeyboardInterrupt):
        clinic._on_next(None)
    assert (clinic._chart.value, clinic.patient) == (before, patient)
    assert "no, frozen layer" in said(clinic)
    assert not clinic._next.disabled


def test_where_no_widget_lives_the_chart_stands_still(clinic: Clinic) -> None:
    bundle = clinic._repr_mimebundle_()
    assert bundle["text/html"] == clinic.patient._repr_html_()
    assert bundle["text/plain"] == repr(clinic.patient)
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_each_sentence_is_said_to_a_screen_reader(clinic: Clinic) -> None:
    roles: list[Any] = []

    class Roles(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            roles.append(dict(attrs).get("role"))

    Roles().feed(clinic._said.value)
    assert roles[0] == "status"
