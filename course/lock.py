"""The pinned versions: requirements.lock, compiled from pyproject.toml."""

import re
import subprocess
import tempfile
from pathlib import Path

# run.py installs the text before this line for students, and the text after it for the tests.
MARKER = "# ==== Extras: test and staff ===="
EXTRAS = ("test", "staff", "site")

HEADER = """\
# Every package of the labs with its version and hashes, for all systems and Pythons.
# Built by `course lock` from pyproject.toml. Never edited by hand.
# run.py installs the first section; `run.py test` installs both.
"""


def lock(root: Path) -> None:
    """Write root/requirements.lock with the newest versions that root/pyproject.toml admits.

    The project itself is not in the file. Needs a network. Raises SystemExit with a sentence when
    no set of versions fits, or when the package uv is missing.
    """
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder, "base.txt")
        base.write_text(_compile(root), encoding="utf-8")
        # The extras must not move a version that students have.
        extras = [f"--extra={name}" for name in EXTRAS]
        everything = _compile(root, *extras, f"--constraint={base}")
        base_names = {_name(entry) for entry in _entries(base.read_text(encoding="utf-8"))}
    # An extra can widen the systems on which a base package is needed, so both sections come from
    # the second run: then no package stands in both.
    entries = _entries(everything)
    students = [entry for entry in entries if _name(entry) in base_names]
    others = [entry for entry in entries if _name(entry) not in base_names]
    text = "\n".join([HEADER, *students, f"\n{MARKER}\n", *others, ""])
    (root / "requirements.lock").write_text(text, encoding="utf-8", newline="\n")


def _compile(root: Path, *options: str) -> str:
    """What uv resolves for the project in root: one requirements file as text."""
    try:
        from uv import find_uv_bin
    except ModuleNotFoundError:
        raise SystemExit(
            "The package uv is missing: install the staff extras with `pip install -e .[staff]`."
        ) from None
    command = [
        find_uv_bin(),
        "pip",
        "compile",
        "pyproject.toml",
        "--quiet",
        "--universal",
        "--python-version=3.11",
        # One version for all Pythons, so that the numbers in the labs are the same on each.
        "--fork-strategy=fewest",
        "--generate-hashes",
        "--no-annotate",
        "--no-header",
        "--no-emit-index-url",
        *options,
    ]
    result = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, encoding="utf-8")
    if result.returncode:
        raise SystemExit(
            "uv found no versions for requirements.lock, which stays as it was: read uv's lines "
            "above, mend the ranges in pyproject.toml or the network, and run `course lock` again."
        )
    return result.stdout


def _entries(text: str) -> list[str]:
    """The packages in a requirements file, each with its hashes, in the order of the file."""
    return re.findall(r"^[A-Za-z0-9].*(?:\n[ \t].*)*", text, flags=re.MULTILINE)


def _name(entry: str) -> str:
    return entry.partition("==")[0]
