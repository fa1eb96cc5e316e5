"""Increments on Spark leave what one full build by DuckDB makes of the same files."""

import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import duckdb
import psutil
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import DBT
from tests.project.batches import BATCHES, BUILD, MODELS, build, land, write_batches
from tests.project.builds import environment
from tests.spark.comparison import compared, differences_in, export, parquet
from tests.spark.conftest import JAVA_OPTIONS

# What has changed lately is empty after a full build.
CHANGES = "changes"
KILLED_AT = "insert overwrite table intermediate.int_sessions_measured partition"


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes of personal values can be compared over warehouses of one salt."""
    monkeypatch.setenv("EMPORIUM_SALT", "pepper")
    monkeypatch.setenv("EMPORIUM_SPARK_JAVA_OPTIONS", JAVA_OPTIONS)


@pytest.mark.spark_increments
@pytest.mark.timeout(3600)
def test_increments_leave_what_a_full_build_makes(sampled_world: Path, tmp_path: Path) -> None:
    batches = tmp_path / "batches"
    write_batches(sampled_world / "raw", batches)
    duckdb_paths, paths = Paths(tmp_path / "duckdb"), Paths(tmp_path / "spark", "spark")
    land(batches, BATCHES, duckdb_paths)
    build(duckdb_paths)

    land(batches, BATCHES[:1], paths)
    build(paths)
    land(batches, BATCHES[1:2], paths)
    build(paths)
    assert set(incremental(paths).values()) == {(2, 1)}, "an increment became a full build"

    land(batches, BATCHES[2:], paths)
    kill_a_build(paths)
    done = build(paths)

    # What was being written is made anew, and what reads it; what had been written is not.
    found = incremental(paths)
    assert {read for read, _ in found.values()} == {4}
    assert found["stg_storefront__events"] == (4, 1)
    assert found["int_events_sessionised"] == (4, 1)
    assert found["int_sessions_measured"] == (4, 4)
    assert found["fct_sessions"] == (4, 4)
    relations, folder = compared(done, CHANGES), paths.data / "export"
    export(environment(PROJECT_DIR, paths), relations, folder)
    assert list(differences_in(duckdb_paths.warehouse, relations, folder)) == []


def kill_a_build(paths: Paths) -> None:
    """Kills dbt while it writes sessions, and waits until its Java has ended as well."""
    log = paths.target / "dbt.log"
    log.unlink()
    process = subprocess.Popen(
        [*DBT, "--no-use-colors", *BUILD, *MODELS, "--target", paths.dbt_target],
        cwd=PROJECT_DIR,
        env=environment(PROJECT_DIR, paths) | {"DBT_LOG_LEVEL_FILE": "debug"},
        stdout=subprocess.DEVNULL,
    )
    while not (log.exists() and KILLED_AT in log.read_text()):
        assert process.poll() is None, "the build ended before it could be killed"
        time.sleep(0.2)
    started = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert psutil.wait_procs(started, timeout=60)[1] == []


def rows(paths: Paths, relation: str, columns: str = "*") -> list[tuple[Any, ...]]:
    """A table as Spark holds it."""
    folder = paths.data / "export"
    export(environment(PROJECT_DIR, paths), [relation], folder)
    with duckdb.connect() as connection:
        query = f"select {columns} from ({parquet(folder / relation)})"
        return connection.execute(query).fetchall()


def incremental(paths: Paths) -> dict[str, tuple[int, int]]:
    """Incremental model -> the build that it has read up to, and its last full build."""
    found = rows(paths, "meta.incremental_models", "model, read_to_build, full_build")
    return {model: (read, full) for model, read, full in found}
