"""Runs of the small project: one that was green, and copies of it that may be changed."""

import subprocess
from pathlib import Path

import pytest

from orchestration.paths import Paths
from tests.budget import count
from tests.conftest import Emporium
from tests.orchestration import small_project
from tests.orchestration.small_project import DELIVERY, assemble, environment, place
from tests.project.running import orchestrate
from tests.shared import once


@pytest.fixture(scope="session")
def corner_shop() -> Path:
    """The small project. Shared: do not change it."""
    return once("corner_shop", assemble)


@pytest.fixture(scope="session")
def shop(corner_shop: Path) -> Emporium:
    """Runs `python -m orchestration` on the small project: `shop(paths, "run", ...)`."""

    def start(
        paths: Paths, *arguments: str, project: Path = corner_shop
    ) -> subprocess.CompletedProcess[str]:
        count("small_runs", " ".join(arguments[:3]))
        if not paths.data.is_file():
            place(paths, project, corner_shop)
        return orchestrate(paths, *arguments, project=project, **environment(project))

    return start


@pytest.fixture(scope="session")
def sold(shop: Emporium) -> Paths:
    """The data folder of a green run of the small project. Shared: do not change it."""

    def run(folder: Path) -> None:
        arguments = ("run", "--source", small_project.SOURCE, "--raw", str(DELIVERY))
        done = shop(Paths(folder), *arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    return Paths(once("corner_shop_sold", run))


@pytest.fixture
def copied_shop(sold: Paths, corner_shop: Path, tmp_path: Path) -> Paths:
    """A copy of that data folder that a test may change."""
    return small_project.copy(sold, tmp_path / "copied", corner_shop)
