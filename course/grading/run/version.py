"""The version of a lab's checks: it changes when they may judge otherwise, and with nothing else.

It is a hash of what the code of the checks means, of all that they import of `utils`, and of their
sentences: a comment changes nothing, nor does what only shows a card.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

import utils

ROOT = Path(utils.__file__).resolve().parent.parent
# What answers for the student's side, where a class is graded too.
ANSWERS = "utils.checks.student"


def version_of(lab: str, root: Path = ROOT) -> str:
    """Return twelve digits for the checks of a lab (two digits) in the repository at `root`."""
    modules = _imported([f"utils.checks.lab{lab}", ANSWERS], root)
    text = json.dumps([modules, _sentences(lab, root)], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _sentences(lab: str, root: Path) -> Any:
    """Those of the exercises: bets are nobody's mark."""
    path = root / "utils" / "checks" / f"lab{lab}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")).get("exercises") if path.exists() else {}


def _imported(modules: list[str], root: Path) -> dict[str, str]:
    """These modules and those of `utils` that they import, anywhere in them; what each means."""
    found: dict[str, str] = {}
    waiting = list(modules)
    while waiting:
        module = waiting.pop()
        path = _path(module, root)
        if path is not None and module not in found:
            found[module], imports = _read(path.read_text(encoding="utf-8"))
            # A package counts where a name of its own is wanted, and not where a module of it is.
            waiting += [one if _path(one, root) else package for package, one in imports]
    return found


@functools.cache
def _read(source: str) -> tuple[str, list[tuple[str, str]]]:
    """A hash of what a module means, and what it imports: where from, and that with the name."""
    tree, imports = ast.parse(source), []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports += [(alias.name, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            inside = node.module or ""
            imports += [(inside, f"{inside}.{alias.name}") for alias in node.names]
    return hashlib.sha256(repr(_meaning(tree)).encode()).hexdigest(), imports


def _path(module: str, root: Path) -> Path | None:
    """The file of a module of `utils`, None of any other."""
    if module.split(".")[0] != "utils":
        return None
    place = root.joinpath(*module.split("."))
    return next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.exists()), None)


def _meaning(node: Any) -> Any:
    """A syntax tree as plain lists, without places, comments and docstrings.

    Empty fields are left out: which there are depends on Python, and versions must not.
    """
    if isinstance(node, list):
        return [_meaning(one) for one in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = dict(ast.iter_fields(node))
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    if isinstance(node, documented) and ast.get_docstring(node, clean=False) is not None:
        fields["body"] = fields["body"][1:]
    kept = {name: _meaning(value) for name, value in fields.items() if value not in (None, [])}
    return [type(node).__name__, kept]
