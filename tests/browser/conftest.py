"""A real JupyterLab on a copy of the labs, and a real Chromium."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

import run
from tests.browser.lab_page import WAIT, LabPage, Server
from tests.kernels import outside_pytest
from tests.programs import IS_REQUIRED

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
HOW_TO = (
    "No Chromium found. `apt install chromium` (Debian, Ubuntu) or Google Chrome on the PATH runs "
    "the browser tests."
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what lies here; skip it where no browser is, unless REQUIRE_PROGRAMS=1."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None and not IS_REQUIRED:
                # A mark, not pytest.skip: pytest then folds all of them into one line.
                item.add_marker(pytest.mark.skip(reason=HOW_TO))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless Chromium; a failure that says what to do where none is found."""
    if CHROMIUM is None:
        pytest.fail(HOW_TO)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab on a copy of labs/."""
    home = tmp_path_factory.mktemp("jupyter")
    shutil.copytree(ROOT / "labs", home / "labs", ignore=shutil.ignore_patterns(".*"))
    with jupyterlab(home, home / "labs") as running:
        yield running


@contextmanager
def jupyterlab(
    home: Path, folder: Path, *options: str, python: str | Path = sys.executable
) -> Iterator[Server]:
    """JupyterLab on a folder, with settings, workspaces and kernels' files of its own in home."""
    # What `run.py` writes into .venv, which may be made in another way here.
    defaults = home / run.LAB_SETTINGS.relative_to(run.VENV)
    defaults.parent.mkdir(parents=True)
    defaults.write_text(json.dumps(run.DEFAULTS))
    own = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": home / "settings",
        "JUPYTERLAB_WORKSPACES_DIR": home / "workspaces",
        "IPYTHONDIR": home / "ipython",
    }
    with outside_pytest():
        inherited = dict(os.environ)
    token = "token-of-the-tests"
    with (home / "log.txt").open("w") as log:
        process = subprocess.Popen(
            [
                *[str(python), "-m", "jupyterlab", "--no-browser", "--port=0"],
                *(["--allow-root"] if hasattr(os, "getuid") and os.getuid() == 0 else []),
                f"--ServerApp.root_dir={folder}",
                f"--IdentityProvider.token={token}",
                "--LabApp.expose_app_in_browser=True",
                "--LabApp.extension_manager=readonly",
                f"--LabApp.app_settings_dir={defaults.parents[1]}",
                *options,
            ],
            cwd=folder,  # nbgrader looks here for its settings
            env=inherited | {name: str(path) for name, path in own.items()},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Server(_url(process, home), token, folder)
    finally:
        process.terminate()  # JupyterLab ends its kernels on the way out
        process.wait(timeout=60)


def _url(process: subprocess.Popen[bytes], home: Path) -> str:
    """The address, from the file that JupyterLab writes when it listens."""
    deadline = time.monotonic() + WAIT
    while time.monotonic() < deadline and process.poll() is None:
        for file in (home / "runtime").glob("jpserver-*.json"):
            if text := file.read_text():
                return str(json.loads(text)["url"])
        time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{(home / 'log.txt').read_text()}")


CONTEXT = pytest.StashKey[BrowserContext]()
SCREENSHOTS = pytest.StashKey[Path]()


@pytest.fixture(scope="module")
def open_lab(
    browser: Browser,
    server: Server,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], LabPage]]:
    """Open a notebook (path below the server's folder) in a page of its own."""
    with browser.new_context(viewport={"width": 1280, "height": 1000}) as context:
        request.config.stash[CONTEXT] = context
        request.config.stash[SCREENSHOTS] = tmp_path_factory.mktemp("screenshots")
        yield lambda notebook: LabPage(context.new_page(), server, notebook)
        del request.config.stash[CONTEXT]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep a screenshot of each open page when a test or its preparation fails, and say where."""
    report = yield
    context = item.config.stash.get(CONTEXT, None)
    if report.failed and context is not None:
        folder = item.config.stash[SCREENSHOTS]
        for number, page in enumerate(context.pages, start=1):
            path = folder / f"{item.name}-{number}.png"
            page.screenshot(path=path)
            report.sections.append(("screenshot", str(path)))
    return report
