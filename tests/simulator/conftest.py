"""A world for tests that tell it anew to compare the two."""

from pathlib import Path

import pytest

from tests.shared import once
from tests.simulator.worlds import SHORT, tell


@pytest.fixture(scope="session")
def short_world() -> Path:
    """A data folder with the first months of the small world: `raw/` and `truth/`."""

    def simulate(folder: Path) -> None:
        tell(folder, as_of=SHORT)

    return once("short_world", simulate)
