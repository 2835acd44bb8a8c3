"""requirements.txt, pyproject.toml and requirements.lock must say the same."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import run
from course import lock
from utils import doctor

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = SETTINGS["project"]
BASE = PROJECT["dependencies"]
# The lock leaves out the peers of the benchmark; pyproject.toml says why.
LOCKED = {name: of for name, of in PROJECT["optional-dependencies"].items() if name != "bench"}
EXTRAS = [line for lines in LOCKED.values() for line in lines]
REQUIREMENTS = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
BASE_LOCK, EXTRAS_LOCK = run.lock_sections()


def pins(section: str) -> dict[str, list[Requirement]]:
    """The pinned requirements of a section of the lock, by package name."""
    found: dict[str, list[Requirement]] = {}
    for line in re.findall(r"^[A-Za-z0-9].*", section, flags=re.MULTILINE):
        requirement = Requirement(line.removesuffix("\\"))
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def assert_admits(line: str, locked: dict[str, list[Requirement]]) -> None:
    """The range in the line admits each version to which the lock pins the package."""
    wanted = Requirement(line)
    for pin in locked[canonicalize_name(wanted.name)]:
        (specifier,) = pin.specifier
        assert specifier.operator == "=="
        assert specifier.version in wanted.specifier


def test_requirements_txt_lists_the_ranges_of_the_project():
    lines = [line.partition("#")[0].strip() for line in REQUIREMENTS if not line.startswith("#")]
    assert lines == [*BASE, "-e ."]


def test_requirements_txt_says_why_on_each_line():
    without_reason = [line for line in REQUIREMENTS if len(line.partition("#")[2].split()) < 4]
    assert without_reason == []


@pytest.mark.parametrize("line", BASE)
def test_lock_pins_each_dependency_within_its_range(line):
    assert_admits(line, pins(BASE_LOCK))


@pytest.mark.parametrize("line", EXTRAS)
def test_lock_pins_each_extra_within_its_range(line):
    assert_admits(line, {**pins(BASE_LOCK), **pins(EXTRAS_LOCK)})


def test_lock_brings_the_build_backend():
    # run.py builds the project without isolation, so that a later mend needs no network for it.
    (build,) = SETTINGS["build-system"]["requires"]
    assert_admits(build, pins(BASE_LOCK))


def test_no_package_stands_in_both_sections():
    assert pins(BASE_LOCK).keys() & pins(EXTRAS_LOCK).keys() == set()


def test_each_package_has_one_version_for_all_pythons():
    # Otherwise the numbers stored in the notebooks would hold for some Pythons only.
    several = [
        name for name, found in {**pins(BASE_LOCK), **pins(EXTRAS_LOCK)}.items() if len(found) > 1
    ]
    assert several == []


@pytest.mark.parametrize("section", [BASE_LOCK, EXTRAS_LOCK], ids=["base", "extras"])
def test_each_pin_has_hashes(section):
    entries = re.findall(r"^[A-Za-z0-9].*(?:\n[ ].*)*", section, flags=re.MULTILINE)
    assert len(entries) == sum(map(len, pins(section).values()))
    without_hash = [
        entry.split()[0] for entry in entries if not re.search(r"--hash=sha256:[0-9a-f]{64}", entry)
    ]
    assert without_hash == []


def test_lock_names_no_address_and_no_index():
    text = BASE_LOCK + EXTRAS_LOCK
    assert re.findall(r"https?:|file:|--index|--extra-index|--find-links| @ ", text) == []


def entry(name: str, version: str) -> str:
    return f"{name}=={version} \\\n    --hash=sha256:00\n"


def test_lock_puts_what_the_extras_add_behind_the_marker(tmp_path, monkeypatch):
    students = entry("keras", "3.15") + entry("numpy", "2.4")
    both = entry("keras", "3.15") + entry("mypy", "2.1") + entry("numpy", "2.4 ; not WASM")
    constraints = []

    def resolve(root, *options):
        if not options:
            return students
        assert {"--extra=test", "--extra=staff"} < set(options)
        constraints.extend(
            Path(option.partition("=")[2]).read_text(encoding="utf-8")
            for option in options
            if option.startswith("--constraint=")
        )
        return both

    monkeypatch.setattr(lock, "_compile", resolve)
    lock.lock(tmp_path)
    base, _, extras = (tmp_path / "requirements.lock").read_text("utf-8").partition(lock.MARKER)
    assert base.startswith(lock.HEADER)
    assert base.strip().endswith(
        (entry("keras", "3.15") + entry("numpy", "2.4 ; not WASM")).strip()
    )
    assert extras.strip() == entry("mypy", "2.1").strip()
    # Else an extra could move a version that students have.
    assert constraints == [students]


def test_lock_and_run_agree_on_the_marker():
    assert lock.MARKER == run.EXTRAS_MARKER


def test_run_and_project_agree_on_the_pythons():
    low, high = run.OLDEST, run.NEWEST
    expected = f">={low[0]}.{low[1]},<{high[0]}.{high[1] + 1}"
    assert PROJECT["requires-python"] == expected


def test_doctor_and_run_agree_on_the_pythons():
    # A notebook's utils may lie outside of the repository, where there is no run.py to ask.
    assert (run.OLDEST, run.NEWEST) == doctor.PYTHONS
