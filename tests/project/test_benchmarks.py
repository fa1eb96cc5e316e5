"""The benchmark measures what it says it measures."""

import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest

from benchmarks.__main__ import steps_of_last_run
from benchmarks.measure import MIB, Usage, measure
from benchmarks.scales import growth, measure_scales
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


def test_growth_is_told_by_its_exponent() -> None:
    """Twice the size for four times the seconds is the power of two; the first has none before."""
    measured = [
        (step, scale, Usage(0, seconds, 1, MIB, MIB, Counter()))
        for scale, step, seconds in [(1, "run", 3), (1, "sql", 5), (2, "run", 12), (2, "sql", 10)]
    ]
    rows = [(step, scale, exponent) for step, scale, *_, exponent in growth(measured)]
    assert rows == [("run", "1", ""), ("run", "2", "2.00"), ("sql", "1", ""), ("sql", "2", "1.00")]


def test_a_stopped_benchmark_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    took: list[str] = []

    def take(command: list[str], environment: dict[str, str]) -> Usage:
        took.append(command[2])
        return Usage(0, len(took), 1, MIB, MIB, Counter(Python=1))

    def stopped(folder: Path, paths: Paths) -> Usage:
        raise KeyboardInterrupt

    monkeypatch.setattr("benchmarks.scales.measure", take)
    with pytest.raises(KeyboardInterrupt):
        list(measure_scales(tmp_path, [0.1], stopped))
    assert took == ["simulator", "orchestration"]
    alone = Usage(0, 9, 1, MIB, MIB, Counter())
    seconds = [usage.seconds for *_, usage in measure_scales(tmp_path, [0.1], lambda *_: alone)]
    assert (seconds, len(took)) == ([1, 2, 9, 3], 3)
