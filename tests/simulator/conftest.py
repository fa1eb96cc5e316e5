"""A small world, told once for all tests of the simulator."""

from datetime import date
from pathlib import Path

import pytest

from simulator.story import simulate
from simulator.world import make_world

SCALE = 0.02
AS_OF = date(2026, 7, 1)


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the default world at the smallest scale: `raw/` and `truth/`."""
    folder = tmp_path_factory.mktemp("world")
    for _ in simulate(make_world(SCALE, 42, AS_OF), folder / "raw", folder / "truth"):
        pass
    return folder
