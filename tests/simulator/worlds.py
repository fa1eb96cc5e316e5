"""Small worlds for the tests of the simulator."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from simulator.story import simulate
from simulator.world import make_world
from tests.budget import count

SCALE = 0.02
AS_OF = date(2026, 7, 1)


def tell(folder: Path, seed: int = 42, overrides: Sequence[str] = ()) -> Path:
    """Simulates a world into `raw/` and `truth/` of a data folder."""
    count("worlds", f"seed {seed} {' '.join(overrides)}")
    for _ in simulate(make_world(SCALE, seed, AS_OF, overrides), folder / "raw", folder / "truth"):
        pass
    return folder
