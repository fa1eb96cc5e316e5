"""What the warehouse found, against the truth."""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import Paths
from simulator.score import SCORES, judge


def score(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "simulator.score", *options],
        env={"EMPORIUM_DATA": str(data), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_warehouse_reaches_every_aim(storefront: Paths) -> None:
    done = score(storefront.data, "--markdown")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line for line in done.stdout.splitlines() if line.startswith("|")]
    assert len(lines) == len(judge(storefront)) + 2 > len(SCORES)


def test_every_score_can_fall_short(storefront: Paths, tmp_path: Path) -> None:
    """Another truth: what the warehouse found is wrong in every way that is scored."""
    paths = Paths(tmp_path)
    paths.build.mkdir()
    paths.warehouse.symlink_to(storefront.warehouse)
    (paths.data / "truth").mkdir()
    with duckdb.connect() as connection:
        for file in (storefront.data / "truth").glob("*.parquet"):
            rows = LIES.get(file.stem, "select * from told")
            connection.execute(f"create or replace view told as from '{file}'")
            connection.execute(f"copy ({rows}) to '{paths.data / 'truth' / file.name}'")
    assert [found.score for found in judge(paths) if found.is_met] == []


LIES = {
    "bots": "select visitor_id || '-x' as visitor_id from told",
    "identities": "select * replace (hash(id_value) % 1000 as person_number) from told",
    "dirt": "select * replace (source_row + 1 as source_row) from told "
    "where source_row % 2 = 0 or table_name = 'events'",
}
"""Truth table -> a query over it, `told`, that is not true."""


@pytest.mark.parametrize(
    ("made", "says"), [((), "There is no simulated shop"), (("truth",), "is not built yet")]
)
def test_what_is_not_there_is_named(tmp_path: Path, made: tuple[str, ...], says: str) -> None:
    for folder in made:
        (tmp_path / folder).mkdir()
    done = score(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr
