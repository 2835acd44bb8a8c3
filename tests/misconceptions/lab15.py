"""Lab 15 has no exercise, and so no answers."""

from tests.misconceptions import Right, Wrong

ANSWERS: list[Right | Wrong] = []
