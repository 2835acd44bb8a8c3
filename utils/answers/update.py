"""`python3 run.py update`: a new release into the folder of a student, whose answers stay.

All is looked at before anything is written. Then comes a backup of what will be replaced, then each
file whole, and last the version. So a stopped update is finished by the same command. Of a release
that is older than the folder only the labs that are missing here are taken: teachers who release
lab by lab may send one that was packed before another was mended.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from utils.answers import files, notebook
from utils.answers.beside import side_by_side
from utils.answers.find import LABS
from utils.answers.merge import Change, Merged, merge
from utils.answers.notebook import Notebook, Refused
from utils.answers.release import PROJECT, Release, lab_of, opened, version_of
from utils.answers.reset import RELOAD

CHANGES = "changes.txt"
WHICH = (
    "Name the new release, its zip or the folder that was in it: "
    "`python3 run.py update ~/Downloads/02_xor.zip`."
)
NOTHING = "Nothing was changed."


@dataclass(frozen=True)
class Plan:
    """What an update will write, in this order, and what it will say."""

    writes: dict[Path, bytes]
    said: tuple[str, ...]
    changes: tuple[tuple[str, Change], ...]


def update(root: Path, source: str) -> str:
    """Take a release into the labs at `root`; return what there is to say.

    Raises:
        Refused: there is no release, it is an older one without a lab that is missing here, or
            something stands in the way; nothing was changed then, or the sentence says what was.
    """
    with tempfile.TemporaryDirectory() as unpacked:
        try:
            if not source:
                raise Refused(WHICH)
            release = opened(Path(source).expanduser(), Path(unpacked))
            if release.folder.resolve() == root:
                raise Refused(f"{root} is the folder of your own labs: name that of the release.")
            own = version_of(root) or ()
            is_older = release.version < own
            plan = of_older(root, release, own) if is_older else planned(root, release)
            _refuse_what_cannot_be_written(plan)
        except Refused as reason:
            raise Refused(f"{reason} {NOTHING}") from None
        except OSError as error:
            raise Refused(f"{files.cannot_use(error)} {NOTHING}") from None
        if not plan.writes:
            return "This release is here already: there is nothing to do."
        backup = _written(root, plan)
    said = plan.said or ("The labs stay as they are; program files were updated.",)
    return "\n".join([*said, *(["", *_shown(plan), _last_words(backup)] if backup else [])])


def planned(root: Path, release: Release) -> Plan:
    """Compare a release with what is here.

    Raises:
        Refused: a notebook of this folder is damaged, or has another name.
    """
    writes: dict[Path, bytes] = {}
    said: list[str] = []
    changes: list[tuple[str, Change]] = []
    for path in release.others:
        _plan(writes, root / path, (release.folder / path).read_bytes())
    # The version comes last: as long as it is the old one, the update is not done.
    version = writes.pop(root / PROJECT, None)
    for lab in release.labs:
        path = root / LABS / lab.path.name
        if not path.exists():
            _refuse_another_name(root, lab)
            _plan(writes, path, lab.path.read_bytes())
            said.append(f"{path.name}: new.")
            continue
        own = notebook.read(path)
        merged = merge(own, lab)
        if merged.notebook.content != own.content:
            _plan(writes, path, files.as_bytes(merged.notebook))
            said.append(f"{path.name}: updated. {_kept(merged)}")
            changes += [(path.name, change) for change in merged.changes]
    if version is not None:
        writes[root / PROJECT] = version
    return Plan(writes, tuple(said), tuple(changes))


def of_older(root: Path, release: Release, own: tuple[int, ...]) -> Plan:
    """What to take of a release that is older than what is here: labs that are missing here.

    A lab comes with its checks. All that is here stays, because it may be the newer one.

    Raises:
        Refused: it has no such lab, or its labs do not work with what is here.
    """
    version, mine = (".".join(map(str, one)) for one in (release.version, own))
    older = f"That release is {version}, and yours is {mine}, which is newer"
    if release.version[:1] != own[:1]:
        raise Refused(f"{older} and does not run its labs: ask for them in your version.")
    here = {lab.lab for lab in notebook.find(root / LABS)} - {""}
    missing = [
        lab
        for lab in release.labs
        if lab.lab not in here and not (root / LABS / lab.path.name).exists()
    ]
    if not missing:
        raise Refused(f"{older}, and that release has no lab that is missing here.")
    checks = [path for path in release.others if lab_of(path) in {lab.lab for lab in missing}]
    writes = {
        root / path: (release.folder / path).read_bytes()
        for path in checks
        if not (root / path).exists()
    }
    writes |= {root / LABS / lab.path.name: lab.path.read_bytes() for lab in missing}
    taken = ", ".join(lab.path.name for lab in missing)
    was, its = ("was", "its") if len(missing) == 1 else ("were", "their")
    left = ", ".join(lab.path.name for lab in release.labs if lab not in missing)
    said = (
        f"{older}: taken {was} {taken}, which you did not have, with {its} checks; "
        f"{f'{left} and ' if left else ''}all program files stay as you have them."
    )
    return Plan(writes, (said,), ())


def _plan(writes: dict[Path, bytes], path: Path, content: bytes) -> None:
    if not path.is_file() or path.read_bytes() != content:
        writes[path] = content


def _refuse_another_name(root: Path, lab: Notebook) -> None:
    """Answers of this lab under another name would be left behind by a fresh copy."""
    for other in notebook.find(root / LABS):
        has_answers = not all(notebook.is_open(c) for c in other.cells if notebook.answers(c))
        if lab.lab and other.lab == lab.lab and has_answers:
            raise Refused(
                f'"{other.path.name}" has answers of the lab that is now {lab.path.name}: give it '
                "that name, or move it out of labs, and start again."
            )


def _refuse_what_cannot_be_written(plan: Plan) -> None:
    for path in plan.writes:
        around = next(one for one in path.parents if one.exists())
        if path.is_dir() or not around.is_dir() or not os.access(around, os.W_OK):
            raise Refused(
                f"{path} cannot be written: give yourself the right to write there, or copy the "
                "labs to a folder of your own, and start again."
            )


def _written(root: Path, plan: Plan) -> Path | None:
    """Back up, then write; return the backup, None where nothing is replaced."""
    replaced = [path for path in plan.writes if path.is_file()]
    try:
        backup = files.back_up(root, replaced) if replaced else None
    except OSError as error:
        raise Refused(f"{files.cannot_use(error)} {NOTHING}") from None
    if backup and plan.changes:
        (backup / CHANGES).write_text(_differences(plan, 100) + "\n", encoding="utf-8")
    try:
        for path, content in plan.writes.items():
            files.write(path, content)
    except OSError as error:
        raise Refused(f"{files.cannot_use(error)} {_half_done(backup)}") from None
    except KeyboardInterrupt:
        raise Refused(f"The update was stopped: start it again. {_half_done(backup)}") from None
    return backup


def _half_done(backup: Path | None) -> str:
    kept = f"What was replaced until then is in {backup}; the" if backup else "The"
    return f"{kept} same command finishes the update."


def _kept(merged: Merged) -> str:
    count = len(merged.answered)
    said = [f"{count} answered exercise{'' if count == 1 else 's'} kept."]
    if merged.changes:
        ids = ", ".join(change.exercise for change in merged.changes)
        said.append(f"Changed, so look at your answer and check it again: {ids}.")
    if merged.gone:
        said.append(f"No longer in the lab, your answer stays: {', '.join(merged.gone)}.")
    return " ".join(said)


def _shown(plan: Plan) -> list[str]:
    return [_differences(plan, shutil.get_terminal_size().columns), ""] if plan.changes else []


def _differences(plan: Plan, width: int) -> str:
    parts = []
    for name, change in plan.changes:
        head = f"Exercise {change.exercise} in {name}, before and now; your answer stays:"
        parts += [head, "", side_by_side(change.before, change.now, width), ""]
    return "\n".join(parts).rstrip()


def _last_words(backup: Path) -> str:
    return (
        f"All that was replaced is in {backup}; delete that folder when you miss nothing.\n"
        f"{RELOAD} Then choose Kernel > Restart Kernel, because a kernel that runs has the old "
        "checks.\nThe next `python3 run.py` installs what the new release needs."
    )
