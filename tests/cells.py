"""Cells that run as in a notebook, in a Python of their own."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from pathlib import Path

# What runs the cells of argv one after the other, in any IPython that the labs admit.
CELLS = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor")
for source in sys.argv[1:]:
    shell.run_cell(source)
"""
# Without the .pth files, one of which makes this repository importable everywhere.
ALONE = f"""
import sys
sys.path[:0] = ["", sys.argv.pop(1)]
{CELLS}
"""


def shown(folder: Path, *sources: str, env: Mapping[str, str] | None = None) -> str:
    """What these cells show in a notebook of a folder, where no course is found but in it."""
    command = [sys.executable, "-S", "-c", ALONE, sysconfig.get_path("purelib"), *sources]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, env=env)
    return done.stdout
