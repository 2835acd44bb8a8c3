"""The ranges in pyproject.toml are true: the notebooks run at both ends of them, and as on Colab.

Each environment holds what a student's has and nothing of ours. It only runs the cells: nbval and
its comparison with the stored outputs (so no error, no red box, each card says what it said) stay
in this Python. The ends are those of the packages that pyproject.toml names; what these bring
along is the newest that fits.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import requests
from packaging.requirements import Requirement
from packaging.version import Version
from uv import find_uv_bin

import run
from course.elsewhere import Release, fetching_cell
from tests.browser.conftest import jupyterlab
from tests.cells import CELLS
from tests.git_server import git, served

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RANGES = {(it := Requirement(line)).name: it.specifier for line in PROJECT["dependencies"]}
SOLUTIONS = sorted(ROOT.glob("solutions/*.ipynb"))
LABS = sorted(ROOT.glob("labs/*.ipynb"))

COLAB = {
    line.partition("==")[0]: line.strip().partition("==")[2]
    for line in (ROOT / "docs/places/colab.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
}


def bound(name: str, operator: str) -> str:
    """The lower (>=) or the upper (<) bound of a package in pyproject.toml."""
    (found,) = [one.version for one in RANGES[name] if one.operator == operator]
    return found


# Python, packages.
ENVIRONMENTS = {
    "lowest": (run.OLDEST, [f"{name}=={bound(name, '>=')}" for name in RANGES]),
    "newest": (run.NEWEST, PROJECT["dependencies"]),
    "colab": ((3, 13), [f"{name}=={version}" for name, version in COLAB.items()]),
}
all_three = pytest.mark.parametrize("environment", ENVIRONMENTS, indirect=True)
both_ends = pytest.mark.parametrize("environment", ["lowest", "newest"], indirect=True)


@dataclass(frozen=True)
class Environment:
    """Where an environment lies, and the versions that it has."""

    name: str
    folder: Path
    versions: dict[str, str]

    @property
    def python(self) -> Path:
        return self.folder / run.VENV_PYTHON.relative_to(run.VENV)


@pytest.fixture(scope="module")
def environment(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Environment]:
    """An environment, from uv's cache where it can be; removed afterwards: it has over 2 GB."""
    (major, minor), packages = ENVIRONMENTS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    uv("venv", "--quiet", "--python", interpreter(f"{major}.{minor}"), "--clear", str(folder))
    uv("pip", "install", "--quiet", "--python", str(folder), *packages)
    listed = json.loads(uv("pip", "list", "--format=json", "--python", str(folder)))
    made = Environment(request.param, folder, {one["name"]: one["version"] for one in listed})
    kernel = folder / "jupyter" / "kernels" / made.name
    kernel.mkdir(parents=True)
    command = [str(made.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    described = {"argv": command, "display_name": made.name, "env": {"PYTHONPATH": str(ROOT)}}
    (kernel / "kernel.json").write_text(json.dumps(described), encoding="utf-8")
    yield made
    shutil.rmtree(folder)


def interpreter(version: str) -> str:
    """The path of a Python of this machine; skips the test where there is none."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv", "versions")
    for where in (version, *map(str, pyenv.glob(f"{version}.*/bin/python"))):
        found = uv("python", "find", "--no-python-downloads", "--system", where, may_fail=True)
        if found:
            return found.strip()
    pytest.skip(f"This environment needs Python {version}: install it.")


def uv(*arguments: str, may_fail: bool = False) -> str:
    """Run uv and return what it prints; skips the test where there is no network."""
    done = subprocess.run([find_uv_bin(), *arguments], capture_output=True, text=True, check=False)
    if done.returncode and not may_fail:
        advice = run.explain(done.stderr)
        if advice.startswith("The packages cannot be reached"):
            pytest.skip(f"This environment needs a network. {advice}")
        pytest.fail(f"uv {' '.join(arguments)}\n{done.stderr}")
    return "" if done.returncode else done.stdout


@pytest.mark.full
@all_three
@pytest.mark.parametrize("notebook", SOLUTIONS, ids=lambda path: path.stem)
def test_a_solution_gives_its_stored_outputs(environment: Environment, notebook: Path) -> None:
    assert_same_outputs(environment, notebook)


@pytest.mark.full
@both_ends
@pytest.mark.parametrize("notebook", LABS, ids=lambda path: path.stem)
def test_an_untouched_lab_runs_to_its_end(environment: Environment, notebook: Path) -> None:
    assert_same_outputs(environment, notebook)


def assert_same_outputs(environment: Environment, notebook: Path) -> None:
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider"),
        *("--nbval", f"--nbval-kernel-name={environment.name}", str(notebook)),
    ]
    settings = os.environ | {"JUPYTER_PATH": str(environment.folder / "jupyter")}
    done = subprocess.run(
        command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-8000:] + done.stderr[-2000:]


@pytest.mark.full
@pytest.mark.parametrize("environment", ["colab"], indirect=True)
def test_a_lab_that_is_opened_alone_fetches_the_course_and_starts(
    environment: Environment, tmp_path: Path
) -> None:
    """From a server of git, in an empty folder, where nothing of the course can be imported."""
    release = "v1.2.3"
    mirror, opened = tmp_path / "mirror" / "course", tmp_path / "opened"
    opened.mkdir()
    git("clone", "--quiet", "--bare", "--depth=1", ROOT.as_uri(), str(mirror), folder=tmp_path)
    git("tag", release, folder=mirror)
    labs = [nbformat.read(lab, as_version=4) for lab in LABS]
    firsts = {next(cell.source for cell in lab.cells if cell.cell_type == "code") for lab in labs}
    (first,) = firsts  # one lab speaks for all
    with served(mirror.parent) as server:
        fetches = fetching_cell(Release(f"{server}/course", release)).source
        done = subprocess.run(
            [str(environment.python), "-c", CELLS, fetches, first],
            cwd=opened,
            capture_output=True,
            text=True,
            check=True,
        )
    fetched, device = done.stdout.splitlines()
    assert fetched.startswith(f"The course is in {opened / f'course-{release}'}. Python 3.13.")
    assert "tensorflow 2.20.0, keras 3.13.2" in fetched
    assert device.startswith("TensorFlow computes on")


@pytest.mark.full
@both_ends
def test_jupyterlab_opens_a_lab_and_starts_its_kernel(
    environment: Environment, tmp_path: Path
) -> None:
    name = LABS[0].name
    session = {"kernel": {"name": "python3"}, "name": name, "path": name, "type": "notebook"}
    with jupyterlab(tmp_path, LABS[0].parent, python=environment.python) as server:
        ask = {"params": {"token": server.token}, "timeout": 60}
        page = requests.get(f"{server.url}lab/tree/{name}", **ask)
        lab = requests.get(f"{server.url}api/contents/{name}", **ask)
        kernel = requests.post(f"{server.url}api/sessions", json=session, **ask)
    assert (page.status_code, lab.status_code, kernel.status_code) == (200, 200, 201)


@pytest.mark.full
@both_ends
def test_the_bounds_say_what_ran(environment: Environment) -> None:
    """The upper one is the next minor version: fixes are welcome, anything else is unseen."""
    ran = {name: Version(environment.versions[name]) for name in RANGES}
    if environment.name == "lowest":
        assert ran == {name: Version(bound(name, ">=")) for name in RANGES}
    else:
        unseen = {name: f"{version.major}.{version.minor + 1}" for name, version in ran.items()}
        assert unseen == {name: bound(name, "<") for name in RANGES}


@pytest.mark.parametrize("name", sorted(COLAB.keys() & RANGES.keys()))
def test_the_ranges_admit_what_colab_has(name: str) -> None:
    assert COLAB[name] in RANGES[name]
