"""The clinic in a notebook: patient after patient, examined and diagnosed by buttons.

    from utils.clinic import Clinic
    Clinic()

The buttons make the calls of `ward`; `clinic.patient` is the one on view. Where no widget can
live, the chart of the first patient stands still.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from ipywidgets import HTML, Dropdown, HBox, IntSlider, Layout, VBox

from utils.checks.card import TEXT, folded
from utils.clinic.examinations import EXAMINATIONS, Examination
from utils.clinic.illnesses import ILLNESSES, Illness
from utils.clinic.ward import Card, Patient, admit, kept_diagnoses, record
from utils.widgets import button, live_view

_WRAPPED = Layout(flex_flow="row wrap")
_NAMED = {"description_width": "initial"}
# ipywidgets sets lines as far apart as its controls are high.
_LINES = "line-height:normal"
_NOTHING = ("choose one", "...")


class Clinic:
    """Patients in a row.

    Args:
        number: of the first patient; without one, a new one comes.

    Attributes:
        patient: the one on view.

    Raises:
        ValueError: as `admit`.
    """

    def __init__(self, number: int | None = None) -> None:
        self.patient = admit(number)
        self._chart, self._said = HTML(), HTML()
        self._examination = _menu("Examination", EXAMINATIONS.values())
        self._illness = _menu("Diagnosis", ILLNESSES.values())
        self._sure = IntSlider(50, 5, 100, 5, description="How sure, in percent", style=_NAMED)
        self._examine = button("Examine", self._on_examine)
        self._diagnose = button("Diagnose", self._on_diagnose)
        self._next = button("Next patient", self._on_next)
        self._box = VBox(
            [
                self._chart,
                HBox([self._examination, self._examine], layout=_WRAPPED),
                HBox([self._illness, self._sure, self._diagnose], layout=_WRAPPED),
                self._said,
                self._next,
            ]
        )
        self._receive(self.patient)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {
            **live_view(self._box),
            "text/html": self.patient._repr_html_(),  # for a page without a kernel
            "text/plain": repr(self.patient),
        }

    def _receive(self, patient: Patient) -> None:
        self.patient = patient
        self._chart.value = f"<div style='{_LINES}'>{patient._repr_html_()}</div>"
        self._cards: dict[str, Card] = {}
        self._examination.value = self._illness.value = _NOTHING[1]
        self._examine.disabled = self._diagnose.disabled = False
        self._next.disabled = True
        self._say()

    def _say(self, *more: str) -> None:
        shown = "".join(card._repr_html_() for card in self._cards.values())
        below = "".join(more)
        self._said.value = f"<div role='status' style='{_LINES}'>{shown}{below}</div>"

    def _on_examine(self, _: object) -> None:
        name = str(self._examination.value)
        # What is refused is said once, below what was found.
        self._cards.pop("refused", None)
        card = self.patient.examine(name)
        self._cards[name if name in self.patient.examined else "refused"] = card
        self._say(*self._after())

    def _on_diagnose(self, _: object) -> None:
        name = str(self._illness.value)
        if name == _NOTHING[1]:
            self._cards["refused"] = Card("Choose a diagnosis first.")
        else:
            self._cards.pop("refused", None)
            self._cards["verdict"] = self.patient.diagnose(name, sure=self._sure.value)
            self._diagnose.disabled, self._next.disabled = True, False
        self._say(*self._after())

    def _after(self) -> Iterable[str]:
        """What stands below the verdict, nothing before there is one."""
        if "verdict" in self._cards:
            program = f"<pre style='{TEXT}'>{escape(self.patient.code.code)}</pre>"
            yield folded("The program that ran", program)
            if kept_diagnoses():
                yield f"<p>{escape(record().headline)}</p>"

    def _on_next(self, _: object) -> None:
        if self._next.disabled:  # a second click waited behind the first
            return
        before = self._chart.value
        self._next.disabled = True
        self._chart.value = "<p>The next patient is trained, which takes some seconds.</p>"
        try:
            self._receive(admit())
        except BaseException:  # such as the stop button
            self._chart.value, self._next.disabled = before, False
            raise


def _menu(title: str, options: Iterable[Examination | Illness]) -> Dropdown:
    words = [_NOTHING, *((f"{one.name}: {one.says}", one.name) for one in options)]
    wide = Layout(width="min(100%, 40em)")
    return Dropdown(options=words, description=title, style=_NAMED, layout=wide)
