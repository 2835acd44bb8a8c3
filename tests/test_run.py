"""run.py, started as a user starts it, in copies of the repository.

The copies install tiny packages from a folder: they have the names of the real ones that run.py
starts, and tell what they were asked. Only the test of the long tier installs the real ones.
"""

import ast
import ensurepip
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from uv import find_uv_bin

import run

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the programs here are POSIX scripts")

# Says its name, where it was started and with what; ends with the status that a test asks for.
TELLER = """
import json, os, sys
print(json.dumps({"program": NAME, "arguments": sys.argv[1:], "folder": os.getcwd(),
                  "prefix": sys.prefix, "pythonpath": os.environ.get("PYTHONPATH")}))
sys.exit(int(os.environ.get("STUB_STATUS", 0)))
"""

# Waits while the file that a test names exists.
KERNEL = """
import os, pathlib, sys, time
pathlib.Path(sys.prefix, "kernel.txt").write_text(" ".join(sys.argv[1:]))
gate = pathlib.Path(os.environ.get("STUB_GATE", "no such file"))
while gate.exists():
    time.sleep(0.05)
"""

# Makes run.py's project importable, as setuptools does, by the folder's name in a .pth file.
BUILD_BACKEND = """
import os, zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "deep_learning_labs-0.1.0"
    with zipfile.ZipFile(os.path.join(wheel_directory, name + "-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("labs.pth", os.getcwd())
        wheel.writestr(name + ".dist-info/METADATA",
                       "Metadata-Version: 2.1\\nName: deep-learning-labs\\nVersion: 0.1.0\\n")
        wheel.writestr(name + ".dist-info/WHEEL",
                       "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(name + ".dist-info/RECORD", "")
    return name + "-py3-none-any.whl"
"""


def write_wheel(folder: Path, name: str, version: str, files: dict[str, str]) -> str:
    """Put a package into folder and return its line for the lock."""
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        for file, text in files.items():
            wheel.writestr(file, text)
        wheel.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


def write_teller(folder: Path, name: str, version: str = "1.0") -> str:
    program = f"NAME = {name + ' ' + version!r}\n{TELLER}"
    return write_wheel(folder, name, version, {f"{name}/__main__.py": program})


@dataclass(frozen=True)
class Copy:
    """A copy of the repository whose packages come from a folder instead of the internet."""

    folder: Path
    wheels: Path
    commands: Path

    def variables(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "UV_", "PYTHON"))}
        links = str(self.wheels)
        return {
            **kept,
            "PATH": f"{self.commands}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": links,
            # Else a machine's own settings would add further sources.
            "PIP_CONFIG_FILE": os.devnull,
            "UV_NO_CONFIG": "1",
            "UV_DEFAULT_INDEX": (self.wheels / "empty index").as_uri(),
            "UV_FIND_LINKS": links,
            "UV_CACHE_DIR": str(self.wheels / "cache"),
            **more,
        }

    def begin(self, *arguments: str, **variables: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "run.py", *arguments],
            cwd=self.folder,
            env=self.variables(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # Its own group, so that a test can send Ctrl-C to it and its installer alone.
            start_new_session=True,
        )

    def start(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        process = self.begin(*arguments, **variables)
        out, err = process.communicate(timeout=120)
        return subprocess.CompletedProcess(process.args, process.returncode, out, err)

    def set_lock(self, base: str, extras: str) -> None:
        text = f"{base}{run.EXTRAS_MARKER}\n{extras}"
        (self.folder / "requirements.lock").write_text(text, encoding="utf-8")

    def python(self, program: str) -> str:
        """What a program prints in the copy's environment, started outside of its folder."""
        python = str(self.folder / ".venv/bin/python")
        command = [python, "-c", program]
        return subprocess.run(
            command, cwd="/", env=self.variables(), capture_output=True, text=True, check=True
        ).stdout.strip()

    @property
    def packages(self) -> Path:
        (folder,) = self.folder.glob(".venv/lib/python3.*/site-packages")
        return folder


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy with uv on the PATH, whose environment is not made yet."""
    copy = Copy(tmp_path / "labs copy", tmp_path / "wheels", tmp_path / "commands")
    for folder in (copy.folder / "labs", copy.folder / "utils", copy.wheels, copy.commands):
        folder.mkdir(parents=True)
    for file in ("run.py", "pyproject.toml"):
        shutil.copy(ROOT / file, copy.folder)
    (copy.folder / "utils/__init__.py").touch()
    (copy.wheels / "empty index").mkdir()
    (copy.commands / "uv").symlink_to(find_uv_bin())
    # `uv venv --seed` puts pip into the environment, and for Python 3.11 wheel and setuptools.
    write_wheel(copy.wheels, "wheel", "1.0", {"wheel/__init__.py": ""})

    for wheel in Path(ensurepip.__file__).parent.glob("_bundled/*.whl"):
        shutil.copy(wheel, copy.wheels)
    base = [
        write_wheel(copy.wheels, "setuptools", "84.0", {"setuptools/build_meta.py": BUILD_BACKEND}),
        write_wheel(copy.wheels, "ipykernel", "1.0", {"ipykernel/__main__.py": KERNEL}),
        write_teller(copy.wheels, "jupyterlab"),
    ]
    copy.set_lock("".join(base), write_teller(copy.wheels, "pytest"))
    return copy


@pytest.fixture
def ready(copy: Copy) -> Copy:
    """A copy that has been started once."""
    told(copy.start())
    return copy


def told(result: subprocess.CompletedProcess[str]) -> dict[str, object]:
    """What the program said that run.py handed over to."""
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.splitlines()[-1])


def steps(result: subprocess.CompletedProcess[str]) -> str:
    """run.py's and the installer's words, without those of the program handed over to."""
    assert result.returncode == 0, result.stderr
    return "\n".join(result.stdout.splitlines()[:-1])


def assert_sentence(result: subprocess.CompletedProcess[str], *words: str) -> None:
    """The set-up failed and its last line is one sentence with these words."""
    assert result.returncode == 2, result.stderr
    assert "Traceback" not in result.stderr
    sentence = result.stderr.splitlines()[-1]
    assert sentence.endswith(".")
    for word in words:
        assert word in sentence, result.stderr


# ---- Starting ----


def test_first_start_sets_up_and_opens_jupyterlab_on_labs(copy):
    result = copy.start("--port", "8899", "--no-browser")
    said = told(result)
    assert said["program"] == "jupyterlab 1.0"
    assert said["arguments"][-3:] == ["--port", "8899", "--no-browser"]
    assert said["folder"] == str(copy.folder / "labs")
    assert said["prefix"] == str(copy.folder / ".venv")
    for step in ("Making .venv", "Installing what the labs need", "Registering the kernel"):
        assert step in result.stdout
    kernel = (copy.folder / ".venv/kernel.txt").read_text()
    assert kernel == f"install --sys-prefix --name python3 --display-name {run.KERNEL_NAME}"
    assert copy.python("import utils; print(utils.__file__)") == str(
        copy.folder / "utils/__init__.py"
    )


def test_jupyterlabs_defaults_come_into_an_environment_that_lacks_them(ready):
    file = ready.folder / run.LAB_SETTINGS.relative_to(ROOT)
    first = file.read_bytes()
    file.unlink()
    told(ready.start())
    assert json.loads(file.read_bytes()) == json.loads(first) == run.DEFAULTS


def test_first_start_without_uv_uses_venv_and_pip(copy):
    (copy.commands / "uv").unlink()
    result = copy.start()
    assert told(result)["prefix"] == str(copy.folder / ".venv")
    assert "Successfully installed" in result.stdout
    assert (copy.folder / ".venv/pyvenv.cfg").read_text().find("\nuv = ") == -1


@pytest.mark.parametrize("uv", [True, False], ids=["uv", "pip"])
def test_packages_are_compiled(copy, uv):
    if not uv:
        (copy.commands / "uv").unlink()
    told(copy.start("test", PYTHONDONTWRITEBYTECODE="1"))  # else a start compiles, too
    for package in ("jupyterlab", "pytest"):
        assert list(copy.packages.glob(f"{package}/__pycache__/__main__.*.pyc"))


def test_second_start_installs_nothing_even_without_packages(ready):
    shutil.rmtree(ready.wheels)
    (ready.commands / "uv").unlink()
    result = ready.start()
    assert told(result)["program"] == "jupyterlab 1.0"
    assert steps(result) == f"Opening JupyterLab on {ready.folder / 'labs'}."


def test_root_is_allowed_to_open_jupyterlab(ready):
    assert ("--allow-root" in told(ready.start())["arguments"]) == (os.geteuid() == 0)


def test_jupyterlabs_status_is_passed_on(ready):
    assert ready.start(STUB_STATUS="7").returncode == 7


def test_foreign_packages_of_pythonpath_are_kept_out(ready):
    assert told(ready.start(PYTHONPATH="/elsewhere"))["pythonpath"] is None


def test_a_users_settings_for_pip_do_not_move_the_packages(copy, tmp_path):
    (copy.commands / "uv").unlink()
    elsewhere = str(tmp_path / "elsewhere")
    # One of them kept would be enough: pip would refuse, or install where .venv does not look.
    moving = {"PIP_USER": "1", "PIP_TARGET": elsewhere, "PIP_PREFIX": elsewhere}
    result = copy.start(**moving, PIP_ROOT=elsewhere, PIP_REQUIRE_HASHES="1", PIP_NO_BINARY=":all:")
    assert told(result)["program"] == "jupyterlab 1.0"
    assert not Path(elsewhere).exists()


# Each kept alone would stop the set-up, or put the packages where .venv does not look.
PIP_SETTINGS = """
user = true
target = {0}
prefix = {0}
root = {0}
dry-run = true
require-hashes = true
no-binary = :all:
constraint = {0}/none.txt
"""


def test_pips_files_say_where_packages_come_from_and_not_where_they_go(copy, tmp_path):
    (copy.commands / "uv").unlink()
    elsewhere, file = tmp_path / "elsewhere", tmp_path / ".config/pip/pip.conf"
    file.parent.mkdir(parents=True)
    sources = f"[global]\nno-index = true\n[install]\nfind-links =\n  {copy.wheels}\n"
    file.write_text(sources + PIP_SETTINGS.format(elsewhere))
    variables = {"PIP_CONFIG_FILE": "", "PIP_NO_INDEX": "", "PIP_FIND_LINKS": ""}
    variables["XDG_CONFIG_HOME"] = str(tmp_path / ".config")
    result = copy.start(**variables, HOME=str(tmp_path))
    assert told(result)["program"] == "jupyterlab 1.0"
    assert not elsewhere.exists()


UV_SETTINGS = """
exclude-newer = "2001-01-01"
no-binary = true
[pip]
target = "{0}"
require-hashes = true
"""


def test_uvs_files_say_where_packages_come_from_and_not_where_they_go(copy, tmp_path):
    elsewhere, file = tmp_path / "elsewhere", tmp_path / ".config/uv/uv.toml"
    file.parent.mkdir(parents=True)
    index = (copy.wheels / "empty index").as_uri()
    sources = f'find-links = ["{copy.wheels}"]\nindex = [{{url = "{index}", default = true}}]\n'
    file.write_text(sources + UV_SETTINGS.format(elsewhere))
    variables = {"UV_NO_CONFIG": "", "UV_DEFAULT_INDEX": "", "UV_FIND_LINKS": ""}
    variables["XDG_CONFIG_HOME"] = str(tmp_path / ".config")
    result = copy.start(**variables, HOME=str(tmp_path))
    assert told(result)["program"] == "jupyterlab 1.0"
    assert not elsewhere.exists()


def test_a_users_variables_for_uv_do_not_stop_the_set_up(copy):
    variables = {"UV_REQUIRE_HASHES": "1", "UV_NO_BINARY": "1", "UV_EXCLUDE_NEWER": "2001-01-01"}
    assert told(copy.start(**variables, UV_SYSTEM_PYTHON="1"))["program"] == "jupyterlab 1.0"


def test_test_adds_the_extras_and_passes_arguments_and_status_on(ready):
    result = ready.start("test", "-k", "xor", "--full", "-n", "0")
    said = told(result)
    assert "Installing what the tests need." in result.stdout
    assert "Installing what the labs need." not in result.stdout
    assert said["program"] == "pytest 1.0"
    assert said["folder"] == str(ready.folder)
    workers = ["-n", "2", "--dist", "loadscope"]
    assert said["arguments"] == [*workers, "-k", "xor", "--full", "-n", "0"]
    assert ready.start("test", STUB_STATUS="5").returncode == 5


def test_bench_adds_the_extras_and_starts_the_benchmarks_with_its_arguments(ready):
    (ready.folder / "benchmarks").mkdir()
    program = f"NAME = 'benchmarks'\n{TELLER}"
    (ready.folder / "benchmarks/__main__.py").write_text(program, encoding="utf-8")
    result = ready.start("bench", "--quick")
    said = told(result)
    assert "Installing what the tests need." in result.stdout
    assert (said["program"], said["arguments"]) == ("benchmarks", ["--quick"])
    assert said["folder"] == str(ready.folder)
    assert said["prefix"] == str(ready.folder / ".venv")
    assert ready.start("bench", STUB_STATUS="5").returncode == 5


@pytest.mark.parametrize("word", ["export", "reset", "print"])
def test_what_concerns_answers_runs_in_the_environment_where_the_user_is(ready, tmp_path, word):
    """So names of files are those of the user's own folder."""
    (ready.folder / "utils/answers").mkdir()
    program = f"NAME = 'answers'\n{TELLER}"
    (ready.folder / "utils/answers/__main__.py").write_text(program, encoding="utf-8")
    command = [sys.executable, str(ready.folder / "run.py"), word, "2.3"]
    done = subprocess.run(
        command, cwd=tmp_path, env=ready.variables(), capture_output=True, text=True
    )
    said = told(done)
    assert (said["program"], said["arguments"]) == ("answers", [word, "2.3"])
    assert said["folder"] == str(tmp_path)
    assert said["prefix"] == str(ready.folder / ".venv")


def test_an_update_waits_for_nothing_but_the_set_up(copy):
    shutil.copytree(ROOT / "utils/answers", copy.folder / "utils/answers")
    result = copy.start("update", "nowhere")
    assert_sentence(result, "There is no nowhere", "Nothing was changed")
    assert not (copy.folder / ".venv").exists()
    (copy.folder / ".venv.lock").unlink()
    (copy.folder / ".venv.lock").mkdir()
    assert_sentence(copy.start("update", "nowhere"), "Nothing can be written", "folder of your own")


def test_students_do_not_get_the_extras(ready):
    assert ready.python("import importlib.util as i; print(i.find_spec('pytest'))") == "None"


def test_help_explains_in_fourteen_lines_and_installs_nothing(copy):
    result = copy.start("--help")
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) <= 14
    for word in ("test", "bench", "update", "export", "reset", "print"):
        assert f"run.py {word}" in result.stdout
    assert not (copy.folder / ".venv").exists()


# ---- Mending ----


def test_half_made_environment_is_made_anew(ready):
    left_over = ready.folder / ".venv/left-over"
    left_over.touch()
    (ready.folder / ".venv" / run.STAMP.name).unlink()
    assert "making it anew" in steps(ready.start())
    assert not left_over.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_damaged_stamp_is_mended(ready, text):
    (ready.folder / ".venv" / run.STAMP.name).write_text(text)
    assert "making it anew" in steps(ready.start())


def test_moved_folder_is_mended(ready):
    moved = Copy(ready.folder.rename(ready.folder.parent / "moved"), ready.wheels, ready.commands)
    result = moved.start()
    assert "making it anew" in steps(result)
    assert told(result)["prefix"] == str(moved.folder / ".venv")


def test_environment_of_another_python_is_mended(ready):
    python = ready.folder / ".venv/bin/python"
    python.unlink()
    python.write_text("#!/bin/sh\necho 3.10\n")
    python.chmod(0o755)
    assert "making it anew" in steps(ready.start())


def test_environment_whose_python_is_gone_is_mended(ready):
    python = ready.folder / ".venv/bin/python"
    python.unlink()
    python.symlink_to("/no/such/python")
    assert "making it anew" in steps(ready.start())


@pytest.mark.parametrize("lost", ["jupyterlab", "jupyterlab*"], ids=["files", "files and metadata"])
def test_environment_without_jupyterlab_is_mended(ready, lost):
    for folder in ready.packages.glob(lost):
        shutil.rmtree(folder)
    result = ready.start()
    assert "lacks files" in steps(result)
    assert told(result)["program"] == "jupyterlab 1.0"
    assert steps(ready.start()).startswith("Opening")


def test_missing_pytest_is_mended_when_the_tests_start(ready):
    told(ready.start("test"))
    shutil.rmtree(ready.packages / "pytest")
    assert steps(ready.start()).startswith("Opening")
    result = ready.start("test")
    assert "lacks files" in steps(result)
    assert told(result)["program"] == "pytest 1.0"


def test_linked_environment_is_replaced_and_its_target_kept(copy, tmp_path):
    target = tmp_path / "elsewhere"
    target.mkdir()
    (copy.folder / ".venv").symlink_to(target)
    told(copy.start())
    assert target.is_dir()
    assert not (copy.folder / ".venv").is_symlink()


def test_newer_lock_is_installed_into_the_environment(ready):
    kept = ready.folder / ".venv/students-own-package"
    kept.touch()
    base, _, extras = (ready.folder / "requirements.lock").read_text().partition(run.EXTRAS_MARKER)
    others = "".join(line for line in base.splitlines(True) if not line.startswith("jupyterlab"))
    ready.set_lock(others + write_teller(ready.wheels, "jupyterlab", "2.0"), extras)
    assert told(ready.start())["program"] == "jupyterlab 2.0"
    assert kept.exists()


def test_newer_extras_do_not_concern_students_but_are_kept_in_step(ready):
    base, _, _ = (ready.folder / "requirements.lock").read_text().partition(run.EXTRAS_MARKER)
    ready.set_lock(base, write_teller(ready.wheels, "pytest", "2.0"))
    assert "Installing" not in steps(ready.start())
    assert told(ready.start("test"))["program"] == "pytest 2.0"
    ready.set_lock(base, write_teller(ready.wheels, "pytest", "3.0"))
    assert "Installing what the tests need." in steps(ready.start())


def test_changed_project_is_installed_again_without_its_packages(ready):
    with (ready.folder / "pyproject.toml").open("a") as file:
        file.write("\n# changed\n")
    said = steps(ready.start())
    assert "Making the labs' own packages importable." in said
    assert "Installing what the labs need." not in said
    assert "Making" not in steps(ready.start())


def wait_for(file: Path) -> None:
    deadline = time.monotonic() + 60
    while not file.exists():
        assert time.monotonic() < deadline, f"{file} never came"
        time.sleep(0.05)


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_set_up_is_finished_by_the_next_start(copy, tmp_path, sent):
    gate = tmp_path / "gate"
    gate.touch()
    process = copy.begin(STUB_GATE=str(gate))
    wait_for(copy.folder / ".venv/kernel.txt")
    os.killpg(process.pid, sent)
    _, err = process.communicate(timeout=60)
    assert not (copy.folder / ".venv" / run.STAMP.name).exists()
    if sent == signal.SIGINT:
        assert process.returncode == 2
        assert err.splitlines()[-1] == "The set-up was stopped: start again to finish it."
    result = copy.start()
    assert told(result)["program"] == "jupyterlab 1.0"
    assert "making it anew" in result.stdout


def test_interrupted_update_is_not_taken_for_complete(ready, tmp_path):
    gate = tmp_path / "gate"
    gate.touch()
    (ready.folder / ".venv/kernel.txt").unlink()
    with (ready.folder / "requirements.lock").open("r+") as file:
        text = file.read()
        file.seek(0)
        file.write("# newer\n" + text)
    process = ready.begin(STUB_GATE=str(gate))
    wait_for(ready.folder / ".venv/kernel.txt")
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    assert "making it anew" in steps(ready.start())


def test_second_start_waits_for_the_one_that_sets_up(copy, tmp_path):
    gate = tmp_path / "gate"
    gate.touch()
    first = copy.begin(STUB_GATE=str(gate))
    wait_for(copy.folder / ".venv/kernel.txt")
    second = copy.begin()
    assert second.stdout is not None
    assert "waiting" in second.stdout.readline()
    gate.unlink()
    for process in (first, second):
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert json.loads(out.splitlines()[-1])["program"] == "jupyterlab 1.0"
    assert "Installing" not in out


def test_installer_that_outlives_a_killed_start_is_waited_for(copy, tmp_path):
    gate = tmp_path / "gate"
    gate.touch()
    first = copy.begin(STUB_GATE=str(gate))
    wait_for(copy.folder / ".venv/kernel.txt")
    first.kill()
    first.wait()
    second = copy.begin()
    assert second.stdout is not None
    assert "waiting" in second.stdout.readline()
    gate.unlink()
    out, err = second.communicate(timeout=60)
    assert second.returncode == 0, err
    assert "making it anew" in out


@pytest.mark.parametrize("reason", ["ENOLCK", "ENOTSUP", "EINVAL", "ENOSYS"])
def test_a_disk_that_cannot_lock_is_not_waited_for(copy, tmp_path, reason):
    program = f"""
import errno, fcntl, os

def flock(descriptor, operation):
    raise OSError(errno.{reason}, os.strerror(errno.{reason}))

fcntl.flock = flock
"""
    (tmp_path / "sitecustomize.py").write_text(program)
    result = copy.start(PYTHONPATH=str(tmp_path))
    assert told(result)["program"] == "jupyterlab 1.0"
    sentence = steps(result).splitlines()[0]
    assert sentence.startswith("This disk cannot lock files (")
    assert sentence.endswith("start the labs only once.")
    assert steps(copy.start(PYTHONPATH=str(tmp_path))).startswith("Opening")


# ---- One sentence that says what to do ----


@pytest.mark.parametrize("uv", [True, False], ids=["uv", "pip"])
def test_no_network(copy, uv):
    if not uv:
        (copy.commands / "uv").unlink()
    # Nothing listens on port 9 of this machine, so the connection is refused at once.
    address = "https://127.0.0.1:9/simple"
    variables = {"PIP_RETRIES": "1", "UV_HTTP_RETRIES": "0", "no_proxy": "*"}
    sources = {"PIP_NO_INDEX": "0", "PIP_INDEX_URL": address, "PIP_FIND_LINKS": ""}
    sources |= {"UV_DEFAULT_INDEX": address, "UV_FIND_LINKS": ""}
    result = copy.start(**variables, **sources)
    assert_sentence(result, "connect to the internet")
    assert told(copy.start())["program"] == "jupyterlab 1.0"


@pytest.mark.parametrize("uv", [True, False], ids=["uv", "pip"])
def test_damaged_download(copy, uv):
    if not uv:
        (copy.commands / "uv").unlink()
    write_teller(copy.wheels, "jupyterlab")
    wheel = copy.wheels / "jupyterlab-1.0-py3-none-any.whl"
    wheel.write_bytes(wheel.read_bytes() + b"\0")
    assert_sentence(copy.start(), "did not have the expected content")


@pytest.mark.parametrize("uv", [True, False], ids=["uv", "pip"])
def test_no_package_for_this_system(copy, uv):
    if not uv:
        (copy.commands / "uv").unlink()
    (copy.wheels / "jupyterlab-1.0-py3-none-any.whl").unlink()
    assert_sentence(copy.start(), "no package", "Apple silicon")


def test_failing_step_shows_its_words_and_where_to_turn(copy):
    base, _, extras = (copy.folder / "requirements.lock").read_text().partition(run.EXTRAS_MARKER)
    broken = {"ipykernel/__main__.py": "raise SystemExit('a kernel that says why')"}
    others = "".join(line for line in base.splitlines(True) if not line.startswith("ipykernel"))
    copy.set_lock(others + write_wheel(copy.wheels, "ipykernel", "2.0", broken), extras)
    result = copy.start()
    assert "a kernel that says why" in result.stderr
    assert_sentence(result, "lines above", "start again")


def test_missing_lock(copy):
    (copy.folder / "requirements.lock").unlink()
    assert_sentence(copy.start(), "requirements.lock", "fresh copy")


def test_damaged_lock(copy):
    (copy.folder / "requirements.lock").write_text("numpy==2.0\n")
    assert_sentence(copy.start(), "requirements.lock is damaged", "fresh copy")


def test_folder_that_cannot_be_written(copy):
    # A folder in the lock file's place stops root too, unlike a mode of the folder.
    (copy.folder / ".venv.lock").mkdir()
    assert_sentence(copy.start(), "Nothing can be written", "folder of your own")


# The rest changes what run.py sees of the machine, so it is asked in this process.


def sentence_of(function, *arguments: object) -> str:
    with pytest.raises(run.SetupError) as caught:
        function(*arguments)
    return str(caught.value)


@pytest.mark.parametrize("version", [(3, 8, 18), (3, 10, 13), (3, 14, 0)])
def test_wrong_python(monkeypatch, version):
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(run, "find_other_python", lambda: None)
    sentence = sentence_of(run.check_machine)
    assert "need Python 3.11, 3.12 or 3.13" in sentence
    assert "python.org" in sentence


def test_wrong_python_names_a_right_one_that_runs(monkeypatch, tmp_path):
    for name, words in (("python3.13", "exit 127"), ("python3.12", "echo 3.12")):
        (tmp_path / name).write_text(f"#!/bin/sh\n{words}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "version_info", (3, 9, 0))
    assert "start them with `python3.12 run.py`" in sentence_of(run.check_machine)


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10"])
def test_old_python_can_read_run_py(version):
    minor = int(version.partition(".")[2])
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, minor))


def test_32_bit_python(monkeypatch):
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    assert "64-bit Python" in sentence_of(run.check_machine)


def test_intel_mac(monkeypatch):
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(run.platform, "machine", lambda: "x86_64")
    assert "Apple silicon" in sentence_of(run.check_machine)
    monkeypatch.setattr(run.platform, "machine", lambda: "arm64")
    run.check_machine()


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_python_that_cannot_make_environments(monkeypatch, module):
    monkeypatch.setattr(run, "find_uv", lambda: None)
    find_spec = run.importlib.util.find_spec
    monkeypatch.setattr(
        run.importlib.util, "find_spec", lambda name: None if name == module else find_spec(name)
    )
    assert f"sudo apt install python{run.RUNNING}-venv" in sentence_of(run.create)


def test_too_little_disk_says_how_much_is_free_and_where(monkeypatch, tmp_path):
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(run.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 6, 3.21e9))
    sentence = sentence_of(run.create)
    assert "need 4 GB" in sentence
    assert f"3.2 GB are free at {ROOT}" in sentence
    assert not run.VENV.exists()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "free 4 GB"),
        ("HINT: Windows Long Path support is not enabled", "long paths"),
        ("Failed to establish a new connection: [Errno -3] Temporary failure", "internet"),
        ("error: Failed to fetch: dns error: failed to lookup address", "internet"),
        ("error: subprocess-exited-with-error", "lines above"),
    ],
)
def test_words_of_the_installers_are_understood(words, expected):
    assert expected in run.explain(words)


def test_environments_own_uv_is_not_used(monkeypatch, tmp_path):
    uv = tmp_path / ".venv/bin/uv"
    uv.parent.mkdir(parents=True)
    uv.write_text("#!/bin/sh\n")
    uv.chmod(0o755)
    monkeypatch.setenv("PATH", str(uv.parent))
    assert run.find_uv() == str(uv)
    monkeypatch.setattr(run, "VENV", tmp_path / ".venv")
    assert run.find_uv() is None


# ---- The real thing ----


@pytest.mark.full
def test_real_set_up_from_a_fresh_clone(tmp_path):
    clone = tmp_path / "clone"
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listing.stdout.split("\0")):
        if (ROOT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, clone / name)
    result = subprocess.run(
        [sys.executable, "run.py", "test", "--version"], cwd=clone, capture_output=True, text=True
    )
    assert result.returncode == 0, result.stderr
    python = str(clone / ".venv/bin/python")
    program = "import utils, tensorflow, keras, jupyterlab, nbval; print(utils.__file__)"
    imported = subprocess.run(
        [python, "-I", "-c", program], cwd="/", capture_output=True, text=True
    )
    assert imported.stdout.strip() == str(clone / "utils/__init__.py"), imported.stderr
    # A package that the lock forgot, or pins to a version that another one refuses, shows here.
    check = subprocess.run([python, "-m", "pip", "check"], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout
