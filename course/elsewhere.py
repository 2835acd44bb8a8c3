"""What lets a lab open elsewhere: badges for Colab and Binder, and a cell that fetches the course.

One setting switches all of it on: `Repository` in [project.urls] of pyproject.toml, the address
from which everybody can fetch the course. A lab points at the version that pyproject.toml names,
by its tag (v1.0.0). While there is no address, labs have no badge and no fetching cell.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course.notebook import FETCH

FETCHES = Path(__file__).with_name("fetch.py")
FETCHES_WHERE = "# Is the course missing, as on Colab? Then this fetches it. Else it does nothing."
GITHUB = "https://github.com/"


@dataclass(frozen=True)
class Release:
    """Where a version of the course can be fetched.

    Attributes:
        address: of the repository.
        tag: of the version there.
    """

    address: str
    tag: str

    @property
    def on_github(self) -> str | None:
        """owner/name, None where it is kept elsewhere: Colab opens notebooks from GitHub alone."""
        if not self.address.startswith(GITHUB):
            return None
        return self.address.removeprefix(GITHUB).rstrip("/").removesuffix(".git")


def release_of(root: Path) -> Release | None:
    """The release that the course's labs point to; None where there is no address or no file."""
    try:
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except FileNotFoundError:
        return None
    address = project.get("urls", {}).get("Repository", "")
    return Release(address, f"v{project['version']}") if address else None


def open_elsewhere(lab: NotebookNode, name: str, release: Release | None) -> NotebookNode:
    """Write the badges under a lab's title and the cell before its first code; return the lab."""
    if release is not None:
        title, first = lab.cells[0], next(c for c in lab.cells if c.cell_type == "code")
        title.source = f"{title.source}\n\n{badges(release, f'labs/{name}.ipynb')}".rstrip()
        lab.cells.insert(lab.cells.index(first), fetching_cell(release))
    return lab


def badges(release: Release, path: str) -> str:
    """Markdown: a badge each for Colab and Binder, which open the notebook at `path`."""
    if (name := release.on_github) is None:
        return ""
    colab = f"https://colab.research.google.com/github/{name}/blob/{release.tag}/{path}"
    binder = f"https://mybinder.org/v2/gh/{name}/{release.tag}?urlpath={quote(f'lab/tree/{path}')}"
    return (
        "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]"
        f"({colab}) [![Open on Binder](https://mybinder.org/badge_logo.svg)]({binder})"
    )


def fetching_cell(release: Release) -> NotebookNode:
    """The cell that runs course/fetch.py for this release; hidden, and silent at home."""
    program = FETCHES.read_text(encoding="utf-8")
    call = f"fetch_course({release.address!r}, {release.tag!r})"
    # In a dictionary of its own, so that no name of it is one of the student's.
    source = f"{FETCHES_WHERE}\nexec(r'''\n{program}\n\n{call}\n''', {{}})"
    metadata = {
        "tags": ["hide-input", FETCH],
        "jupyter": {"source_hidden": True},
        "cellView": "form",  # Colab's name for it
    }
    return new_code_cell(source, id=FETCH, metadata=metadata)
