"""The course's web page, built once for all tests of a run: building takes half a minute.

A test takes `site`, the folder of the pages, and reads them only.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from filelock import FileLock

from course.build import find_labs
from course.site import make
from course.site.places import LabPlaces

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def site_labs() -> list[LabPlaces]:
    return [LabPlaces(lab) for lab in find_labs(ROOT) if not lab.is_draft]


@pytest.fixture(scope="session")
def site(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, site_labs: list[LabPlaces]
) -> Path:
    """The folder of the pages; workers share one."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    built = shared / "site"
    with FileLock(f"{built}.lock"):
        if not built.exists():
            source = Path(f"{built}.source")
            shutil.rmtree(source, ignore_errors=True)  # of a worker that failed here
            make.write_source(ROOT, site_labs, source)
            making = Path(f"{built}.making")
            make.run_sphinx(ROOT, source, making)
            making.rename(built)
    return built
