"""Runs stay within `benchmarks/budgets.yml`, and those of tests within their own."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
import sqlalchemy
import sqlalchemy.event
import yaml

from benchmarks.runs import alone
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests import budget
from tests.conftest import LONG, TESTS, pytest_sessionfinish
from tests.shared import FOLDER


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


@pytest.fixture(scope="module")
def rebuilt(storefront: Paths, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the run executed, executed once more on a new file: the folder of that."""
    folder = tmp_path_factory.mktemp("rebuilt") / "alone"
    alone(folder, storefront)
    return folder


def test_a_full_build_reads_and_writes_no_more_than_its_budget(
    budgets: Mapping[str, Any], storefront: Paths, rebuilt: Path
) -> None:
    profile = json.loads((rebuilt / "profile.json").read_text())
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


def test_the_same_input_builds_the_same_rows(storefront: Paths, rebuilt: Path) -> None:
    built = contents(storefront.warehouse)
    assert {table for table, *_ in built} >= {"sales.fct_orders", "review.fct_answers"}
    assert contents(rebuilt / "warehouse.duckdb") == built


def contents(file: Path) -> list[tuple[Any, ...]]:
    """The tables of all marts: name, columns, number of rows, and a hash that tells rows apart."""
    with duckdb.connect(str(file), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name, list((column_name, data_type) "
            "order by column_index) from duckdb_columns() where list_contains(?, schema_name) "
            "group by all order by all",
            [[folder.name for folder in (PROJECT_DIR / "models" / "marts").iterdir()]],
        ).fetchall()
        return [
            (
                table,
                columns,
                *connection.execute(
                    f"from {table} select count(*), sum(hash(*columns(*)))::varchar"
                ).fetchall(),
            )
            for table, columns in tables
        ]


def test_a_run_starts_each_program_once(budgets: Mapping[str, Any], storefront: Paths) -> None:
    started = json.loads((storefront.data / "starts.json").read_text())
    starts = {program: started.get(program, 0) for program in budgets["starts"]}
    assert starts == budgets["starts"]


def test_a_test_run_within_its_budget_stays_green(monkeypatch: pytest.MonkeyPatch) -> None:
    assert exit_status(monkeypatch, Counter(budget.allowed())) == 0


def test_a_test_run_that_pays_for_more_is_red(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = budget.allowed()
    for kind in allowed:
        assert exit_status(monkeypatch, Counter({**allowed, kind: allowed[kind] + 1})) == 1
    [excess] = budget.over({"worlds": 3, "builds": 2}, {"worlds": 2, "builds": 2})
    assert "made 3 worlds" in excess and "allows 2" in excess
    assert list(budget.over({"castles": 1}, allowed)), "what nobody allows is not free"


def exit_status(monkeypatch: pytest.MonkeyPatch, counts: Counter[str]) -> int:
    """How a green run of tests ends that has paid for so much."""
    monkeypatch.setattr(budget, "counted", lambda: counts)
    session = SimpleNamespace(config=SimpleNamespace(), exitstatus=0)
    pytest_sessionfinish(cast("pytest.Session", session))
    return int(session.exitstatus)


def test_what_processes_pay_for_is_counted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(FOLDER, str(tmp_path))
    assert budget.counted() == Counter()
    for kind in ("worlds", "builds", "worlds"):
        budget.count(kind, "of this test")
    assert budget.counted() == Counter(worlds=2, builds=1)
    assert budget.said(budget.counted(), {"worlds": 2, "parses": 1}).endswith(
        "worlds 2 of 2, parses 0 of 1"
    )


def test_long_files_are_there() -> None:
    """A file under another name would start last."""
    assert [file for file in LONG if not (TESTS / file).exists()] == []
