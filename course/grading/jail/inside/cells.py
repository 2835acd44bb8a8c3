"""Runs the cells of one notebook as a kernel would, and keeps what they show.

A part of the grader that a student's code shares its process with: it holds no check, no right
answer and no secret. What it reports is the student's word.
"""

from __future__ import annotations

import re
import sys
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from traitlets import Type
from traitlets.config import Config

# What one cell may show; a loop that prints for ever fills no disk.
MOST_CHARACTERS = 1_000_000
_COLOR = re.compile(r"\x1b\[[0-9;]*m")


class Outputs:
    """The outputs of the cell that runs, in the order in which they came."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        self.found: list[dict[str, Any]] = []
        self._room = MOST_CHARACTERS

    def stream(self, name: str, text: str) -> None:
        last = self.found[-1] if self.found else {}
        if last.get("output_type") != "stream" or last.get("name") != name:
            last = {"output_type": "stream", "name": name, "text": ""}
            self.found.append(last)
        last["text"] += self._shortened(text)

    def data(self, kind: str, data: dict[str, Any], metadata: dict[str, Any]) -> None:
        kept = {}
        for mime, content in data.items():
            text = content if isinstance(content, str) else repr(content)
            if self._room >= len(text):
                kept[str(mime)] = self._shortened(text)
        output: dict[str, Any] = {"output_type": kind, "data": kept, "metadata": {}}
        if kind == "execute_result":
            output["execution_count"] = None
        self.found.append(output)

    def error(self, name: str, value: str, lines: list[str]) -> None:
        self.found.append(
            {
                "output_type": "error",
                "ename": self._shortened(name),
                "evalue": self._shortened(value),
                "traceback": [self._shortened(_COLOR.sub("", line)) for line in lines],
            }
        )

    def _shortened(self, text: str) -> str:
        kept = text[: self._room]
        self._room -= len(kept)
        return kept


class _Stream:
    """Standard output or error of the cells; nothing that student code does closes it."""

    encoding, errors, closed = "utf-8", "strict", False

    def __init__(self, name: str, outputs: Outputs) -> None:
        self.name, self._outputs = f"<{name}>", outputs
        self._kind = name

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._outputs.stream(self._kind, text)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None: ...

    def close(self) -> None: ...

    def isatty(self) -> bool:
        return False

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        raise OSError("the output of a cell is no file")


class _Publisher(DisplayPublisher):
    outputs: Outputs

    def publish(
        self,
        data: Any,
        metadata: Any = None,
        source: Any = None,
        *,
        transient: Any = None,
        update: Any = False,
        **other: Any,
    ) -> None:
        self.outputs.data("display_data", data, metadata or {})

    def clear_output(self, wait: bool = False) -> None:
        self.outputs.found.clear()


class _Hook(DisplayHook):
    outputs: Outputs

    def write_output_prompt(self) -> None: ...

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        self.outputs.data("execute_result", format_dict, md_dict or {})

    def finish_displayhook(self) -> None: ...


class Shell(InteractiveShell):
    """IPython without a terminal and without a history file; made once, before any fork."""

    outputs: Outputs
    displayhook_class = Type(_Hook)
    display_pub_class = Type(_Publisher)

    def init_io(self) -> None: ...

    def ask_exit(self) -> None: ...

    def _showtraceback(self, etype: Any, evalue: Any, stb: Any) -> None:
        lines = stb if isinstance(stb, list) else [str(stb)]
        self.outputs.error(etype.__name__, str(evalue), "\n".join(lines).split("\n"))

    def enable_gui(self, gui: Any = None) -> None: ...


def make_shell() -> Shell:
    """Return the shell with the inline figures of a notebook."""
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config)
    sys.path.insert(0, "")  # as in a notebook: a module that a cell wrote can be imported
    shell.outputs = shell.displayhook.outputs = shell.display_pub.outputs = Outputs()
    shell.run_line_magic("matplotlib", "inline")
    return shell


def run(shell: Shell, source: str) -> list[dict[str, Any]]:
    """Run one cell; return its outputs as a notebook stores them."""
    outputs = shell.outputs
    outputs.begin()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Stream("stdout", outputs), _Stream("stderr", outputs)
    try:
        shell.run_cell(source, store_history=True)
    except SystemExit:
        pass  # exit() in a cell ends no notebook
    finally:
        sys.stdout, sys.stderr = before
    return outputs.found
