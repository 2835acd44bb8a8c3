"""`python -m course`: the same as the command `course`."""

from course.cli import app

app(prog_name="course")
