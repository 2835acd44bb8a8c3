"""A notebook open in JupyterLab: acts as a reader does, with mouse and keyboard, and reads back.

What a reader does goes through the page. What the page only half shows (is a cell still queued, is
the kernel idle) is asked of JupyterLab's own models and of the server.
"""

from __future__ import annotations

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import ConsoleMessage, Locator, Page

WAIT = 240  # seconds; a lab's budget is 60 s on two cores that have nothing else to do
PANEL = "window.jupyterapp.shell.currentWidget"
# A kernel that ends writes from two threads to one socket, and the parts of two messages may mix
# (ipykernel 7.4: widgets say goodbye while the control thread says "idle"). JupyterLab drops such a
# message and says this in the console.
LAST_WORDS = "Kernel message validation error"
UNFOLD = "if (c.headingCollapsed) c.headingCollapsed = false;"
DESCRIBE = """cell => ({
    id: cell.model.id,
    source: cell.model.sharedModel.getSource(),
    pending: cell.model.type === "code" && cell.model.executionState === "running",
})"""


@dataclass(frozen=True)
class Server:
    """A running JupyterLab: its address, its token and the folder that it shows."""

    url: str
    token: str
    folder: Path

    def write(self, notebook: str, sources: Mapping[str, str]) -> None:
        """Write a notebook of code cells into the folder, from their sources by their ids."""
        cells = [new_code_cell(source, id=id) for id, source in sources.items()]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        written = new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(written, self.folder / notebook)

    def kernel_state(self, notebook: str) -> str:
        """`idle`, `busy`, `starting` ... as the server says; "none" before there is a kernel."""
        request = urllib.request.Request(
            f"{self.url}api/sessions", headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            sessions = json.load(answer)
        states = [s["kernel"]["execution_state"] for s in sessions if s["path"] == notebook]
        return str(states[0]) if states else "none"


class LabPage:
    """One notebook, open in one page. Cells are named by their ids, such as `check-2-3`."""

    def __init__(self, page: Page, server: Server, notebook: str) -> None:
        self.page, self.server, self.notebook = page, server, notebook
        self.complaints: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        # A workspace of its own: JupyterLab would open the notebooks of other tests again.
        workspace = f"lab/workspaces/{re.sub('[^a-z0-9]', '', notebook)}/tree/"
        query = urllib.parse.urlencode({"token": server.token})
        page.goto(f"{server.url}{workspace}{urllib.parse.quote(notebook)}?{query}")
        self._wait_until_open()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.complaints.append(f"console: {message.text} ({message.location.get('url', '')})")

    def reload(self) -> None:
        """Load the page again; the notebook's kernel stays."""
        self.page.reload()
        self._wait_until_open()

    def run_all(self) -> None:
        """Run > Run All Cells, and wait for the last one."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        self.wait_until_idle()

    def run(self, cell: str, *, wait: bool = True) -> None:
        """Click a cell and run it with Ctrl+Enter."""
        self._edit(cell)
        self.page.keyboard.press("Control+Enter")
        if wait:
            self.wait_until_idle()

    def write(self, cell: str, source: str) -> None:
        """Put `source` in the place of what a cell holds, as if typed."""
        self._edit(cell)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(source)
        assert self._cells()[cell]["source"] == source

    def insert_below(self, cell: str, source: str) -> str:
        """Make a new cell below a cell, write `source` in it; return the new cell's id."""
        self._edit(cell)
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        new = str(self.page.evaluate(f"{PANEL}.content.activeCell.model.id"))
        assert new != cell
        self.write(new, source)
        return new

    def interrupt(self) -> None:
        """Press the stop button of the notebook's toolbar."""
        self.page.locator('[data-command="notebook:interrupt-kernel"]').first.click()

    def restart(self) -> None:
        """Kernel > Restart Kernel, and say yes; the next cell that runs waits for the new one.

        The state is not asked here: the server may go on saying "busy" where the old kernel's last
        word was a mixed one.
        """
        before = len(self.complaints)
        self.page.get_by_role("menuitem", name="Kernel", exact=True).click()
        self.page.get_by_role("menuitem", name=re.compile("^Restart Kernel\u2026")).click()
        self.page.get_by_role("button", name="Confirm Kernel Restart").click()
        self.page.wait_for_timeout(5000)
        meanwhile = [one for one in self.complaints[before:] if LAST_WORDS not in one]
        self.complaints[before:] = meanwhile

    def save(self) -> NotebookNode:
        """Save with Ctrl+S; return what then lies on the disk."""
        self.page.locator(".jp-Notebook").click(position={"x": 2, "y": 2})
        self.page.keyboard.press("ControlOrMeta+s")
        self.page.wait_for_function(f"!{PANEL}.context.model.dirty")
        return nbformat.read(self.server.folder / self.notebook, as_version=4)

    def output(self, cell: str) -> Locator:
        """The output area of a cell, scrolled into view."""
        return self._show(cell).locator(".jp-Cell-outputWrapper")

    def unfold(self) -> None:
        """Open each folded section."""
        self.page.evaluate(f"{PANEL}.content.widgets.forEach(c => {{ {UNFOLD} }})")

    def is_running(self, cell: str) -> bool:
        """Whether a cell is being executed or waits in the queue."""
        return bool(self._cells()[cell]["pending"])

    def _wait_until_open(self) -> None:
        cells = ".jp-NotebookPanel .jp-Notebook .jp-Cell"
        self.page.wait_for_selector(cells, timeout=WAIT * 1000)
        self.wait_until_idle()

    def wait_until_idle(self) -> None:
        """Wait until no cell is queued and the server says that the kernel is idle, twice."""
        deadline = time.monotonic() + WAIT
        quiet = 0
        while quiet < 2:
            pending = [name for name, cell in self._cells().items() if cell["pending"]]
            state = self.server.kernel_state(self.notebook)
            quiet = quiet + 1 if not pending and state == "idle" else 0
            assert time.monotonic() < deadline, f"kernel {state}, cells that wait: {pending}"
            self.page.wait_for_timeout(250)

    def _cells(self) -> dict[str, dict[str, Any]]:
        cells = self.page.evaluate(f"{PANEL}.content.widgets.map({DESCRIBE})")
        return {cell["id"]: cell for cell in cells}

    def _show(self, cell: str) -> Locator:
        """Scroll to a cell: JupyterLab draws only those that are near the window."""
        index = list(self._cells()).index(cell)
        self.page.evaluate(f"{PANEL}.content.scrollToItem({index}, 'start')")
        shown = self.page.locator(f'.jp-Notebook-cell[data-windowed-list-index="{index}"]')
        shown.wait_for(state="visible")
        return shown

    def _edit(self, cell: str) -> None:
        self._show(cell).locator(".jp-InputArea-editor .cm-content").click()
