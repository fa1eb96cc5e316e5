"""One built warehouse for all tests of a process that need one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.paths import PROJECT_DIR, Paths
from tests.simulator.worlds import tell

SOURCE = "online_retail"
Emporium = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def test_data() -> Path:
    """The folder of the public data sets."""
    folder = os.environ.get("EMPORIUM_TEST_DATA")
    if not folder:
        pytest.skip("NO REAL DATA: set EMPORIUM_TEST_DATA to the folder of the public data sets")
    return Path(folder).resolve()


@pytest.fixture(scope="session")
def emporium() -> Emporium:
    """Runs `python -m orchestration` as a user would: `emporium(paths, "run", ...)`."""

    def start(
        paths: Paths, *arguments: str, project: Path = PROJECT_DIR, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "orchestration", *arguments],
            cwd=project,
            env={**os.environ, "EMPORIUM_DATA": str(paths.data), **environment},
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    return start


@pytest.fixture(scope="session")
def warehouse(
    test_data: Path, emporium: Emporium, tmp_path_factory: pytest.TempPathFactory
) -> Paths:
    """The data folder of a green run on online_retail. Shared: do not change it."""
    paths = Paths(tmp_path_factory.mktemp("online_retail"))
    done = emporium(paths, "run", "--source", SOURCE, "--raw", str(test_data / SOURCE))
    assert done.returncode == 0, done.stdout + done.stderr
    (paths.data / "first_run.txt").write_text(done.stdout)
    return paths


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the default world at the smallest scale: `raw/` and `truth/`."""
    return tell(tmp_path_factory.mktemp("world"))


@pytest.fixture(scope="session")
def storefront(small_world: Path, emporium: Emporium) -> Paths:
    """The data folder of a green run on the small world. Shared: do not change it."""
    paths = Paths(small_world)
    done = emporium(paths, "run", "--source", "storefront")
    assert done.returncode == 0, done.stdout + done.stderr
    return paths


@pytest.fixture
def copied_warehouse(warehouse: Paths, tmp_path: Path) -> Paths:
    """A copy of the built data folder that a test may change."""
    copy = Paths(tmp_path / "data")
    shutil.copytree(warehouse.data, copy.data)
    return copy
