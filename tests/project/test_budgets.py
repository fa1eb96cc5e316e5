"""Runs stay within `benchmarks/budgets.yml`, in counted work."""

import json
import shutil
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy
import yaml

from benchmarks.measure import measure
from benchmarks.runs import alone
from orchestration.basis import forget
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project


@pytest.fixture(scope="module")
def budgets() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(
        (PROJECT_DIR / "benchmarks" / "budgets.yml").read_text()
    )
    return loaded


@contextmanager
def counted_queries() -> Iterator[Counter[str]]:
    """Counts what is sent through SQLAlchemy."""
    seen: Counter[str] = Counter()

    def count(*event: Any) -> None:
        seen["queries"] += 1

    sqlalchemy.event.listen(sqlalchemy.Engine, "before_cursor_execute", count)
    try:
        yield seen
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "before_cursor_execute", count)


def test_gates_ask_no_more_than_their_budget(
    budgets: Mapping[str, Any], storefront: Paths, tmp_path: Path
) -> None:
    from expectations.runner import DuckDBTables, load_suite, run_gate
    from expectations.suite import read_baseline

    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        row = connection.execute("select as_of from intermediate.int_as_of").fetchone()
    assert row
    asked = {}
    for mart in Project(storefront, "storefront").marts:
        suite = load_suite(mart)(read_baseline(storefront.serving, row[0]))
        with counted_queries() as seen:
            tables = DuckDBTables(storefront.warehouse, storefront.serving)
            report = run_gate(mart, suite, tables, tmp_path, "budget")
        assert report.passed
        asked[mart] = seen["queries"]
    assert set(asked) == set(budgets["gate_queries"])
    over = {mart: n for mart, n in asked.items() if n > budgets["gate_queries"][mart]}
    assert not over, f"more queries than budgets.yml allows: {over}"


def test_a_full_build_reads_and_writes_no_more_than_its_budget(
    budgets: Mapping[str, Any], storefront: Paths, tmp_path: Path
) -> None:
    alone(tmp_path / "alone", storefront)
    profile = json.loads((tmp_path / "alone" / "profile.json").read_text())
    with duckdb.connect(str(storefront.warehouse), read_only=True) as connection:
        row = connection.execute("select sum(rows_landed) from meta.row_ledger").fetchone()
    assert row
    landed = sum(file.stat().st_size for file in storefront.raw.rglob("*.parquet"))
    found = {
        "rows_read_per_row_landed": sum(each["rows_read"] for each in profile) / float(row[0]),
        "bytes_written_per_byte_landed": sum(each["bytes_written"] for each in profile) / landed,
    }
    over = {name: value for name, value in found.items() if value > budgets["full_build"][name]}
    assert not over, f"more work than budgets.yml allows: {over}"


def test_a_run_starts_each_program_once(
    budgets: Mapping[str, Any], storefront: Paths, tmp_path: Path
) -> None:
    shutil.copytree(storefront.data, tmp_path / "data")
    # Nothing has changed since: a run would start nothing.
    forget(Paths(tmp_path / "data"))
    usage = measure(
        [sys.executable, "-m", "orchestration", "run", "--source", "storefront"],
        {"EMPORIUM_DATA": str(tmp_path / "data")},
    )
    starts = {program: usage.starts[program] for program in budgets["starts"]}
    assert starts == budgets["starts"]
