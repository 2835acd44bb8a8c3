"""`python3 run.py update`, `export`, `reset` and `print` end here."""

from __future__ import annotations

import argparse
import io
import sys
from pathlib import Path

from utils.answers.export import export
from utils.answers.notebook import Refused
from utils.answers.reset import reset
from utils.answers.update import update

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Do what the arguments ask for; return the exit status, 2 where it cannot be done."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows only ASCII shows a question mark instead of ending the program.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    given = _parser().parse_args(arguments)
    try:
        print(_done(given, root))
    except Refused as reason:
        print(reason, file=sys.stderr)
        return 2
    return 0


def _done(given: argparse.Namespace, root: Path) -> str:
    if given.command == "update":
        return update(root, given.release)
    if given.command == "export":
        return export(root, given.to)
    if given.command == "reset":
        return reset(root, given.exercise, given.notebook)
    from utils.answers.paper import put_on_paper

    return put_on_paper(root, given.lab, given.to)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="run.py", description="Your own answers.")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("update", help="take a new release, and keep all answers")
    one.add_argument("release", nargs="?", default="", help="its zip or folder")
    one = commands.add_parser("export", help="write all answers to one file")
    one.add_argument("--to", default="", metavar="FILE", help="a new file, such as answers.md")
    one = commands.add_parser("reset", help="put an exercise back to its stub")
    one.add_argument("exercise", nargs="?", default="", help="such as 2.3")
    one.add_argument("notebook", nargs="?", default="", help="where several have it")
    one = commands.add_parser("print", help="make a page for paper of a lab and its answers")
    one.add_argument("lab", nargs="?", default="", help="such as 02, or a notebook")
    one.add_argument("--to", default="", metavar="FILE", help="a new file, such as lab02.html")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
