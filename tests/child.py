"""The student's side in a process of its own: the second caller of every check.

`Child` starts a plain Python process and speaks with it over pipes, one JSON line a message, with
the same encoding as the notebook. There is no jail here: it proves that a check needs nothing of a
student's work but what passes through the handles.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import TracebackType

ROOT = Path(__file__).resolve().parent.parent


class Child:
    """A process that defines answers from source text and answers the questions of checks."""

    def __enter__(self) -> Child:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.process.kill()
        self.process.communicate()

    def define(self, source: str) -> None:
        """Run `source` in a fresh namespace; `ask` speaks of its names from now on."""
        reply = self._exchange({"define": source})
        assert reply == "defined", reply

    def ask(self, message: str) -> str:
        """Carry one message of a check to the child and return the reply."""
        return self._exchange({"ask": message})

    def _exchange(self, message: dict[str, str]) -> str:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(message) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the child process ended"
        return str(json.loads(line))


def serve() -> None:
    """The child's loop. Its replies go to a descriptor that student code does not print to."""
    from utils.checks.student import Answers

    replies = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    answers = Answers({})
    for line in sys.stdin:
        message = json.loads(line)
        if "define" in message:
            names: dict[str, object] = {"__name__": "__main__"}
            exec(compile(message["define"], "<answer>", "exec"), names)
            answers, reply = Answers(names), "defined"
        else:
            reply = answers.respond(message["ask"])
        replies.write(json.dumps(reply) + "\n")
        replies.flush()


if __name__ == "__main__":
    serve()
