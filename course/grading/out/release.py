"""Releases a lab to students: an nbgrader assignment, and a plain zip of what a student needs.

What is released is the built lab, which has stubs for solutions. nbgrader's own step that clears
solutions is left out, because it would put its stub over ours.
"""

from __future__ import annotations

import shutil
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import nbformat

from course.build import LabFiles, stale
from course.notebook import BEGIN, SourceError
from utils.answers.release import lab_of

# nbgrader stops a cell after 30 s by default; one that trains takes longer on a busy machine.
TIMEOUT = 300
CONFIG = f"""\
# Written by `course release`; yours to change.
from nbgrader.preprocessors import (
    CheckCellMetadata, ClearOutput, ComputeChecksums, LockCells, SaveCells,
)

c = get_config()
c.CourseDirectory.course_id = "deep-learning-labs"
c.GenerateAssignment.preprocessors = [
    LockCells, ClearOutput, CheckCellMetadata, ComputeChecksums, SaveCells,
]
c.Execute.timeout = {TIMEOUT}
"""
# What students need beside the notebook, and what of it is not for them.
SHIPPED = ("run.py", "requirements.txt", "requirements.lock", "pyproject.toml", "LICENSE", "utils")
# One folder for all labs: what the first start installs serves those that are unpacked into it.
PACKED = "deep-learning-labs"
START = """\
All labs of the course share the folder {folder}, so that the packages (4 GB) are
installed once. Unpack each lab where the first one is. The notebooks in labs are yours: keep those
that are there already. All other files are the course's: let the new ones replace them, because a
new lab may not start with old ones. On Linux and macOS, in a terminal beside that folder:

    unzip -o {lab}.zip -x '*/labs/*'
    unzip -n {lab}.zip

If you have a lab of this course already, its own program does that, too, and keeps all answers also
of a lab that has changed. In the folder {folder}:

    python3 run.py update {lab}.zip            (with the folder that the zip is in)

With a mouse, as on Windows: Extract All into the same place, and choose "Replace the files in the
destination". If you have begun this lab already, choose "Let me decide for each file" instead, and
Skip for its notebook alone.

You need Python 3.11 to 3.13. In a terminal, in the folder {folder}:

    python3 run.py            (on Windows: py run.py)

JupyterLab opens in your browser; the first start takes minutes. Open {lab}.ipynb, answer its
exercises, save, and hand in that one file, labs/{lab}.ipynb.

Also in that folder, in a terminal: python3 run.py export writes all your answers into one file,
python3 run.py reset 2.3 puts an exercise back, python3 run.py print 02 makes a page for paper.
.venv/bin/python -m utils.progress shows your points, and .venv/bin/python -m utils.doctor says what
to do where something does not work (on Windows .venv\\Scripts\\python).

Inside of an environment that has the packages of requirements.txt, jupyter lab labs does the same.
"""
PACKED_ON = (2020, 1, 1)  # the same bytes from the same lab


@dataclass(frozen=True)
class CourseFolder:
    """An nbgrader course directory: where releases, gradebook and feedback of a class live."""

    root: Path

    @property
    def gradebook(self) -> Path:
        """The database, where no other is named."""
        return self.root / "gradebook.db"

    def released(self, lab: str) -> Path:
        """The notebook that students get."""
        return self.root / "release" / lab / f"{lab}.ipynb"

    def archive(self, lab: str) -> Path:
        """The plain zip that students get, where no nbgrader brings them the notebook."""
        return self.root / "release" / f"{lab}.zip"

    def handed_in(self, lab: str, student: str, sha256: str) -> Path:
        """A file as a student handed it in, known by its content."""
        return self.root / "attempts" / student / lab / f"{_short(sha256)}.ipynb"

    def executed(self, lab: str, student: str, sha256: str, version: str) -> Path:
        """The same with the outputs of marking by one version of the checks."""
        return self.root / "attempts" / student / lab / f"{_short(sha256)}-{version}.ipynb"

    def autograded(self, lab: str, student: str) -> Path:
        """Where formgrader looks for a student's executed notebook."""
        return self.root / "autograded" / student / lab / f"{lab}.ipynb"

    def feedback(self, lab: str, student: str) -> Path:
        """What the student gets back."""
        return self.root / "feedback" / student / lab / f"{lab}.html"

    def packed_feedback(self, lab: str) -> Path:
        """The same of all students, for Moodle."""
        return self.root / "feedback" / f"{lab}.zip"


def _short(sha256: str) -> str:
    return sha256[:16] or "unreadable"


def release(lab: LabFiles, folder: CourseFolder, *, with_why: bool = False) -> list[Path]:
    """Write source, release and zip of a lab; return what was written.

    The zip has the Why of the exercises only with `with_why`: it gives solutions away.

    Raises:
        SourceError: the built lab is missing or older than its source, holds a solution, or is a
            draft.
    """
    if lab.is_draft:
        raise SourceError(f"{lab.name} is a draft: take draft=true from its title cell first.")
    if problems := stale(lab):
        raise SourceError("\n".join([*problems, f"Run `course build {lab.name[:2]}` first."]))
    notebook = nbformat.read(lab.lab, as_version=4)
    if any(BEGIN in cell.source for cell in notebook.cells):
        raise SourceError(f"{lab.lab} holds a solution: run `course build {lab.name[:2]}`.")
    config = folder.root / "nbgrader_config.py"
    if not config.exists():
        folder.root.mkdir(parents=True, exist_ok=True)
        config.write_text(CONFIG, encoding="utf-8")
    source = folder.root / "source" / lab.name / lab.lab.name
    for path in (source, folder.released(lab.name)):
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(lab.lab, path)
    _pack(lab, folder.archive(lab.name), with_why)
    return [config, source, folder.released(lab.name), folder.archive(lab.name)]


def _pack(lab: LabFiles, archive: Path, with_why: bool) -> None:
    """Write the zip: the notebook in its folder, all that it needs to start, and how to."""
    left_out = {"__pycache__", ".ipynb_checkpoints", *([] if with_why else [lab.why.name])}
    files = {f"labs/{lab.lab.name}": lab.lab}
    for name in SHIPPED:
        path = lab.root / name
        inside = sorted(path.rglob("*")) if path.is_dir() else [path]
        files |= {
            one.relative_to(lab.root).as_posix(): one
            for one in inside
            if one.is_file() and not left_out & set(one.parts) and not _is_of_another(one, lab)
        }
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, path in sorted(files.items()):
            _add(packed, name, path.read_bytes())
        _add(packed, "START.txt", START.format(folder=PACKED, lab=lab.name).encode())


def _add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a file, with a time of day that follows from what is in it.

    Python runs what it compiled before where a module's time and size are the same as then: a
    module that is unpacked over an older one needs another time.
    """
    minutes, second = divmod(zlib.crc32(data) % (24 * 60 * 30), 30)  # a zip counts by two seconds
    when = (*PACKED_ON, *divmod(minutes, 60), 2 * second)
    entry = zipfile.ZipInfo(f"{PACKED}/{name}", when)
    entry.external_attr = 0o100644 << 16  # else unzip lets nobody but its user read the files
    packed.writestr(entry, data)


def _is_of_another(path: Path, lab: LabFiles) -> bool:
    """Whether a file holds checks, sentences or the Why of another lab."""
    return lab_of(path) not in (None, lab.name[:2])
