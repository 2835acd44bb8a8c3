"""What a release says of itself, and what GitHub reads: versions, workflows, forms of issues."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
GITHUB = ROOT / ".github"
WORKFLOWS = sorted((GITHUB / "workflows").glob("*.yml"))
FORMS = sorted(GITHUB.glob("ISSUE_TEMPLATE/[0-9]*.yml"))
ACTIONLINT = shutil.which("actionlint")


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_three_files_say_the_same_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\S+)", changes, re.M)
    assert newest and project["version"] == newest[1] == read(ROOT / "CITATION.cff")["version"]


@pytest.mark.parametrize(
    ("schema", "paths"),
    [
        ("github-workflows", WORKFLOWS),
        ("github-issue-forms", FORMS),
        ("github-issue-config", [GITHUB / "ISSUE_TEMPLATE" / "config.yml"]),
        ("dependabot", [GITHUB / "dependabot.yml"]),
        ("citation-file-format", [ROOT / "CITATION.cff"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_each_file_is_what_its_reader_takes(schema: str, paths: list[Path]) -> None:
    assert paths
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    done = subprocess.run([*command, *paths], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not ACTIONLINT, reason="No actionlint on the PATH; its schema is checked.")
def test_actionlint_finds_nothing_in_the_workflows() -> None:
    done = subprocess.run([ACTIONLINT or "", *WORKFLOWS], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_workflows_may_do_no_more_than_they_need() -> None:
    for path in WORKFLOWS:
        workflow = read(path)
        assert workflow["permissions"] == {"contents": "read"}, path.name
        for name, job in workflow["jobs"].items():
            assert "timeout-minutes" in job, (path.name, name)
            for step in job["steps"]:
                if step.get("uses", "").startswith("actions/checkout@"):
                    assert step["with"]["persist-credentials"] is False, (path.name, name)


def test_students_are_tried_on_each_python_and_system() -> None:
    matrix = read(GITHUB / "workflows" / "tests.yml")["jobs"]["students"]["strategy"]["matrix"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    low, high = map(int, re.findall(r"3\.(\d+)", project["requires-python"]))
    assert matrix["python"] == [f"3.{minor}" for minor in range(low, high)]
    assert [name.partition("-")[0] for name in matrix["system"]] == ["ubuntu", "macos", "windows"]


def test_what_workflows_start_is_there() -> None:
    for path in WORKFLOWS:
        for job in read(path)["jobs"].values():
            for words in re.findall(r"run\.py test (tests/.*)", str(job)):
                for name in re.findall(r"(?:tests|labs)[\w/.]*", words):
                    assert (ROOT / name).exists(), (path.name, name)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: path.stem)
def test_a_form_asks_for_the_doctors_report_first(path: Path) -> None:
    first = read(path)["body"][0]
    assert first["type"] == "textarea" and first["validations"]["required"]
    assert "python -m utils.doctor" in first["attributes"]["description"]


def test_hooks_start_what_the_tests_start() -> None:
    hooks = [
        hook for one in read(ROOT / ".pre-commit-config.yaml")["repos"] for hook in one["hooks"]
    ]
    entries = [hook["entry"].split()[0] for hook in hooks if "entry" in hook]
    assert entries
    for entry in entries:
        assert (ROOT / entry).exists() or not (ROOT / ".venv").exists(), entry


def test_pages_link_to_files_that_exist() -> None:
    for name in ("SECURITY.md", "CHANGELOG.md", "docs/releasing.md"):
        text = (ROOT / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
            assert ((ROOT / name).parent / target).exists(), f"{name} links to {target}"
