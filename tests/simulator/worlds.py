"""Small worlds for the tests of the simulator."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from simulator.story import simulate
from simulator.world import make_world
from tests.budget import count

SCALE = 0.02
AS_OF = date(2026, 7, 1)


def tell(folder: Path, seed: int = 42, overrides: Sequence[str] = (), as_of: date = AS_OF) -> Path:
    """Simulates a world into `raw/` and `truth/` of a data folder."""
    count("worlds", f"seed {seed} until {as_of} {' '.join(overrides)}")
    world = make_world(SCALE, seed, as_of, overrides)
    for _ in simulate(world, folder / "raw", folder / "truth"):
        pass
    return folder
