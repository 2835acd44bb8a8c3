"""Grading, side by side: `course grade`, nbgrader and otter-grader on the same submissions.

Read the modules in this order: `classes` makes submissions, `graders` starts the contenders under
the `stopwatch`, `overhead` is the arithmetic, `measure` goes through the rounds, `simulation`
replays results for a large class and `plan` reckons with them, `goals`, `page` and `figure` show.
"""
