"""That a world of any size is told within bounded memory, and what is said if that fails."""

import os
import resource
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR
from simulator import story
from simulator.story import SYSTEM, simulate
from simulator.world import FIRST_DAY, World, make_world
from tests.simulator.landed import CONTRACT
from tests.simulator.worlds import AS_OF, SCALE, SHORT, tell


def world_of(scale: float) -> World:
    return make_world(scale, 42, AS_OF)


@pytest.mark.parametrize(("scale", "of_january"), [(0.1, 1), (1, 1), (1.1, 2), (5, 5), (50, 31)])
def test_no_part_is_larger_than_a_month_of_scale_1(scale: float, of_january: int) -> None:
    parts = list(story._parts(world_of(scale)))
    assert [parts[0].begins, parts[-1].ends] == [FIRST_DAY, AS_OF]
    assert all(part.begins < part.ends for part in parts)
    assert all(part.ends == following.begins for part, following in pairwise(parts))
    assert len({part.name for part in parts}) == len(parts)
    assert sum(part.name.startswith("2025-01") for part in parts) == of_january


def test_a_world_told_in_parts_has_the_same_rows(
    short_world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monthly = story._parts
    in_three = make_world(3, 42, SHORT)
    monkeypatch.setattr(story, "_parts", lambda world: monthly(in_three))
    tell(tmp_path, as_of=SHORT)
    for table in CONTRACT:
        # The one late file has the page speeds of a whole month, or of its first part alone.
        place = ["_source_file", "_source_row"] + ["_loaded_at"] * (table == "page_perf")
        whole, parted = (
            f"select * exclude ({', '.join(place)}) from "
            f"read_parquet('{world}/raw/{SYSTEM}/{table}/*.parquet', union_by_name = true)"
            for world in (short_world, tmp_path)
        )
        for more, fewer in ((whole, parted), (parted, whole)):
            [(lost,)] = duckdb.execute(
                f"select count(*) from ({more} except all {fewer})"
            ).fetchall()
            assert lost == 0, table


def test_too_little_memory_is_one_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with pytest.raises(
        EmporiumError, match=r"A shop of scale 0\.02 takes more than 40MB of memory.*--memory"
    ):
        list(simulate(world_of(SCALE), data / "raw", data / "truth", "40MB"))
    assert list(tmp_path.iterdir()) == []


def test_an_amount_of_memory_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EmporiumError, match="--memory is 'much': write it like 2GB or 1500MB"):
        list(simulate(world_of(SCALE), tmp_path / "raw", tmp_path / "truth", "much"))
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--scale", f"{SCALE}"],
        cwd=PROJECT_DIR,
        env={**os.environ, "EMPORIUM_DATA": str(data), "COLUMNS": "200"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"Error: The disk of {data / 'raw'} is full: a shop of scale 0.02 takes" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
