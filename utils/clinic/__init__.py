"""The clinic: small trainings, most of them sick. One looks, examines, and names the illness.

Read in this order: `program` (a healthy program, drawn), `illnesses` (each an edit of it), `case`
(runs it, and keeps what one sees), `examinations`, `drawing`, `ward`, which a notebook calls, and
`widget`, the same by buttons.
"""

from utils.clinic.ward import Patient, admit, kept_diagnoses, record
from utils.clinic.widget import Clinic

__all__ = ["Clinic", "Patient", "admit", "kept_diagnoses", "record"]
