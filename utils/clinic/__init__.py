"""The clinic: small trainings, most of them sick. One looks, examines, and names the illness.

Read in this order: `program` (a healthy program, drawn), `illnesses` (each an edit of it), `case`
(runs it, and keeps what one sees), `examinations`, `drawing`, and `ward`, which a notebook uses.
"""

from utils.clinic.ward import Patient, admit, kept_diagnoses, record

__all__ = ["Patient", "admit", "kept_diagnoses", "record"]
