"""Make the site: write what Sphinx reads into a folder of its own, run Sphinx, publish.

The folder that is published changes only when all is built, and only if it is ours.
"""

from __future__ import annotations

import filecmp
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import nbformat

from course.build import find_labs, stale
from course.elsewhere import release_of
from course.site import about, get, warmups
from course.site.glossary import glossary, words
from course.site.lab_page import FIGURES, page_of
from course.site.lectures import lecture_page, lectures_of, overview
from course.site.lengths import lengths
from course.site.places import LabPlaces
from course.view import Signpost, on_the_road

HERE = Path(__file__).parent
MARKER = ".course-site"  # in a folder that `course site` may overwrite
# A link from docs to another folder of the repository; the site has its words alone.
OUTSIDE = re.compile(r"\[([^\]]+)\]\(\.\./[^)]*\)")
TOOLS = ("sphinx", "myst_nb", "pydata_sphinx_theme")


class SiteError(Exception):
    """The site cannot be made; the message says why, and what to do."""


def make(root: Path, to: Path) -> int:
    """Build the site of the repository `root` into the folder `to`; return the number of pages.

    Raises:
        SiteError: a tool is missing, a lab is stale, the folder is not ours, or Sphinx warns.
        SourceError: a text in docs/site says what is not in the labs.
    """
    if missing := [name for name in TOOLS if find_spec(name) is None]:
        raise SiteError(
            f"The site is made with packages that are missing here ({', '.join(missing)}). Install "
            "them with `python -m pip install -e '.[site]'`."
        )
    claim(to)
    labs = [lab for lab in find_labs(root) if not lab.is_draft]
    if reasons := [reason for lab in labs for reason in stale(lab)]:
        raise SiteError(f"{reasons[0]}. Run `course build` first.")
    with tempfile.TemporaryDirectory() as folder:
        source, built = Path(folder, "source"), Path(folder, "built")
        write_source(root, [LabPlaces(lab) for lab in labs], source)
        run_sphinx(root, source, built)
        try:
            publish(built, to)
        except OSError as error:
            raise _unwritable(to, error) from None
    return len(list(to.rglob("*.html")))


def claim(to: Path) -> None:
    """Make the folder ours before the build, which takes long and would be in vain.

    Raises:
        SiteError: it holds what is not ours, or cannot be written.
    """
    try:
        if to.is_dir() and any(to.iterdir()) and not (to / MARKER).exists():
            raise SiteError(
                f"{to} holds files that `course site` did not write. Name a new or an empty folder "
                "with --to."
            )
        to.mkdir(parents=True, exist_ok=True)
        (to / MARKER).touch()
    except OSError as error:
        raise _unwritable(to, error) from None


def _unwritable(to: Path, error: OSError) -> SiteError:
    return SiteError(f"{to} cannot be written: {error.strerror}. Name another folder with --to.")


def write_source(root: Path, labs: list[LabPlaces], source: Path) -> None:
    """Write all that Sphinx reads. Texts of docs/site name what is filled in as `{{labs}}`."""
    by_name = {lab.files.name: lab for lab in labs}
    road = on_the_road([Signpost(name, lab.title) for name, lab in by_name.items()])
    labs = [by_name[signpost.name] for signpost in road]
    shutil.copytree(root / "docs", source, ignore=shutil.ignore_patterns("site", "*.json"))
    for folder in ("labs", "lectures", "warmups", "_static"):
        (source / folder).mkdir()
    release = release_of(root)
    for lab in labs:
        shown = page_of(lab, source / FIGURES, release)
        nbformat.write(shown, source / "labs" / f"{lab.files.name}.ipynb")
    documents = [path for path in sorted(source.glob("*.md")) if path.stem != "lectures"]
    for path in documents:
        _write(path, OUTSIDE.sub(r"\1", path.read_text(encoding="utf-8")))
    lectures = lectures_of(root, labs)
    for lecture in lectures:
        _write(source / "lectures" / f"{lecture.number}.md", lecture_page(lecture, labs))
    term = list(warmups.warmups(labs))
    for warmup in term:
        _write(source / "warmups" / f"{warmup.name}.md", warmups.page(warmup))
    filled = {
        "get": get.how_to_get_it(release),
        "labs": about.table(labs),
        "each lab": about.each(labs, words(root)),
        "lab files": "\n".join(f"labs/{lab.files.name}" for lab in labs),
        "documents": "\n".join(path.stem for path in documents),
        "routes": overview(lectures, labs),
        "warmups": warmups.overview(term),
        "lengths": lengths(root, labs),
        "glossary": glossary(root, labs),
        "lectures": (source / "lectures.md").read_text(encoding="utf-8").split("\n", 2)[2],
    }
    for page in (root / "docs" / "site").glob("*.md"):
        text = page.read_text(encoding="utf-8")
        for name, its in filled.items():
            text = text.replace(f"{{{{{name}}}}}", its)
        _write(source / page.name, text)
    shutil.copy(HERE / "conf.py", source)
    for name in ("site.css", "site.js"):
        shutil.copy(HERE / name, source / "_static")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def run_sphinx(root: Path, source: Path, built: Path) -> None:
    """Each warning is an error. In a process of its own, because it replaces modules by mocks."""
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-n", "-W", "--keep-going", "-q"]
    command += ["-j", str(min(2, os.cpu_count() or 1)), "-d", f"{built}.trees"]
    run = subprocess.run(
        [*command, str(source), str(built)],
        env=os.environ | {"PYTHONPATH": str(root), "NO_COLOR": "1", "TF_CPP_MIN_LOG_LEVEL": "3"},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        said = run.stderr.replace(f"{source}{os.sep}", "").strip()
        raise SiteError(f"Sphinx does not accept these pages:\n{said}")


def publish(built: Path, to: Path) -> None:
    """Write what is new, then take away what is no more: a page is never missing in between."""
    files = [path.relative_to(built) for path in built.rglob("*") if path.is_file()]
    for file in files:
        there = to / file
        if not there.exists() or not filecmp.cmp(built / file, there, shallow=False):
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(built / file, there)
    for path in to.rglob("*"):
        if path.is_file() and path.relative_to(to) not in {*files, Path(MARKER)}:
            path.unlink()
