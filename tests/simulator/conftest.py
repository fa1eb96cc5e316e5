"""A small world, told once for all tests of the simulator."""

from pathlib import Path

import pytest

from tests.simulator.worlds import tell


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the default world at the smallest scale: `raw/` and `truth/`."""
    return tell(tmp_path_factory.mktemp("world"))
