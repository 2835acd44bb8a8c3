"""Fetch the course where it is missing, such as on Colab; where it is found, do nothing.

The build writes this file into the first code cell of a lab (course/elsewhere.py). It runs before
anything of the course can be imported, so it knows nothing but Python and git.
"""

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path

SECONDS = 300  # for git to fetch some 20 MB
# Where the course is put. No folder that all can write: somebody else might have put code there.
PLACES = (Path.cwd(), Path("~/.cache").expanduser())


def fetch_course(address: str, tag: str) -> None:
    """Put the course, as it was tagged at this address, on the path of this Python.

    Raises:
        RuntimeError: it cannot be fetched, or this Python holds another version; the message says
            what to do.
    """
    name = f"{address.rstrip('/').rpartition('/')[2].removesuffix('.git')}-{tag}"
    here = course_found()
    if here is not None:
        if here.parent in PLACES and re.fullmatch(r".+-v\d[\w.]*", here.name) and here.name != name:
            raise calm(
                f"This session holds another version of the course, {here.name}, and this lab is "
                f"of {tag}: restart the session (on Colab: Runtime, Restart session), then run "
                "this cell again."
            )
        return
    above = Path.cwd().parent  # of a notebook that was opened in labs/ by any Jupyter
    folder = above if is_course(above) else fetched(address, tag, name)
    sys.modules.pop("utils", None)  # of somebody else
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    versions = ", ".join(f"{one} {metadata.version(one)}" for one in ("tensorflow", "keras"))
    print(f"The course is in {folder}. Python {sys.version.split()[0]}, {versions}.")


def course_found() -> Path | None:
    """The folder of a course that this Python finds, or has imported already."""
    spec = importlib.util.find_spec("utils")
    folder = Path(spec.origin).parent.parent if spec and spec.origin else None
    return folder if folder and is_course(folder) else None


def is_course(folder: Path) -> bool:
    return (folder / "utils" / "checks").is_dir()


def fetched(address: str, tag: str, name: str) -> Path:
    """The folder with the course: beside the notebook, or else among the user's own files."""
    for place in PLACES:
        folder = place / name
        if is_course(folder):
            return folder
        if folder.exists():
            raise calm(f"The course in {folder} is broken: delete it, then run this cell again.")
        try:
            place.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place, prefix=f".{name}-") as new:
                clone(address, tag, new)
                # At once, so that a folder with this name is always whole.
                os.rename(Path(new, "course"), folder)
        except OSError:
            continue
        return folder
    raise calm(
        f"The course cannot be stored: neither {PLACES[0]} nor {PLACES[1]} can be written, or the "
        "disk is full. Free some space there, then run this cell again."
    )


def clone(address: str, tag: str, folder: str) -> None:
    """Have git fetch this one version into `folder`/course."""
    command = ["git", "clone", "--quiet", "--depth=1", f"--branch={tag}", address, "course"]
    # git must not ask for a name or a password, and say in English what is wrong.
    settings = os.environ | {"GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    again = f"then run this cell again. Or fetch the course from {address} by hand."
    try:
        done = subprocess.run(
            [*command, "-c", "advice.detachedHead=false"],
            cwd=folder,
            env=settings,
            timeout=SECONDS,
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        raise calm(
            f"The course is missing, and git, which fetches it: install git, {again}"
        ) from None
    except subprocess.TimeoutExpired:
        raise calm(
            f"The course did not arrive in {SECONDS} seconds: wait a little, {again}"
        ) from None
    if f"Remote branch {tag} not found" in done.stderr:
        raise calm(
            f"There is no version {tag} of the course at {address}: open this lab from there again."
        )
    if "No space left" in done.stderr:
        raise OSError(done.stderr)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["git said nothing"])[-1]
        raise calm(f"The course could not be fetched ({said}). Is there a network? Check, {again}")


def calm(sentence: str) -> RuntimeError:
    """An error that a notebook shows as its sentence alone."""
    error = RuntimeError(sentence)
    error._render_traceback_ = lambda: [sentence]  # type: ignore[attr-defined]
    return error
