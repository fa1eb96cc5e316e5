"""The benchmark measures what it says it measures."""

import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from benchmarks.__main__ import steps_of_last_run
from benchmarks.measure import MIB, Usage, measure
from benchmarks.sql import execute, write_plan
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths
from tests.project.builds import Build

# A process of 64 MiB that is busy for half a second starts another one that sleeps.
CHILD = """
import subprocess, sys, time
held = bytearray(64 << 20)
until = time.process_time() + 0.5
while time.process_time() < until:
    pass
subprocess.run([sys.executable, "-c", "held = bytearray(64 << 20); import time; time.sleep(0.5)"])
"""


def test_a_command_is_measured_with_its_children() -> None:
    usage = measure([sys.executable, "-c", CHILD])
    assert usage.seconds > 1
    assert 0.5 < usage.cpu_seconds < usage.seconds
    assert 64 * MIB < usage.process_bytes < 128 * MIB < usage.tree_bytes
    assert usage.starts == Counter(Python=2)


def test_program_starts_are_counted() -> None:
    assert measure([sys.executable, "-c", "import dagster"]).starts == {"Python": 1, "Dagster": 1}


def test_a_failing_command_is_not_timed() -> None:
    with pytest.raises(EmporiumError, match="no such thing"):
        measure([sys.executable, "-c", "raise SystemExit('no such thing')"])


def test_sql_alone_builds_the_tables_of_the_run(built: Build, tmp_path: Path) -> None:
    write_plan(built.paths.target, built.paths.warehouse, PROJECT_DIR, tmp_path / "plan.json")
    execute(tmp_path / "plan.json")
    tables = "select schema_name, table_name, estimated_size, column_count from duckdb_tables()"
    found = []
    for file in (built.paths.warehouse, tmp_path / "warehouse.duckdb"):
        with duckdb.connect(str(file), read_only=True) as connection:
            found.append(
                connection.execute(f"{tables} where schema_name != 'meta' order by all").fetchall()
            )
    assert len(found[0]) > 20
    assert found[0] == found[1]


def test_steps_add_up_to_the_run(warehouse: Paths) -> None:
    usage = Usage(0, 4e9, 1, 1, 1, Counter())
    steps = dict(steps_of_last_run(warehouse, usage))
    assert {"land", "build: seeds, models, tests", "gate of sales", "publish sales"} <= set(steps)
    assert sum(steps.values()) == pytest.approx(usage.seconds)
    assert all(seconds >= 0 for seconds in steps.values())
