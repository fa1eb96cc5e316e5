"""A simulated world as the tests query it: each landed row once, in its last state."""

from pathlib import Path
from typing import Any

import duckdb

from simulator.contract import Table, read_contract
from simulator.story import SYSTEM

CONTRACT = read_contract()
PROBES = Path(__file__).parent / "probes"


def connect(world: Path) -> duckdb.DuckDBPyConnection:
    """A database with a view for each table and, as `truth_<name>`, for each file of the truth."""
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    for name, table in CONTRACT.items():
        if (world / "raw" / SYSTEM / name).exists():
            connection.execute(f"create view {name} as {clean(world, table)}")
    for file in (world / "truth").glob("*.parquet"):
        connection.execute(f"create view truth_{file.stem} as from '{file}'")
    return connection


def clean(world: Path, table: Table) -> str:
    """The query for a table's rows: what is not broken, not superseded and not deleted."""
    files = world / "raw" / SYSTEM / table.name / "*.parquet"
    key = ", ".join(table.key)
    return f"""
        select * exclude (_loaded_at, _is_deleted, _source_file, _source_row)
        from read_parquet('{files}', union_by_name = true) as landed
        anti join (
            select source_file as _source_file, source_row as _source_row
            from '{world / "truth" / "dirt.parquet"}'
            where table_name = '{table.name}' and kind = 'malformed'
        ) using (_source_file, _source_row)
        where true
        qualify
            row_number() over (partition by {key} order by _loaded_at desc, _source_row desc) = 1
            and not _is_deleted
    """


def rows(world: Path, sql: str) -> list[tuple[Any, ...]]:
    """What a query over the landed rows and the truth gives."""
    with connect(world) as connection:
        return connection.execute(sql).fetchall()


def connect_for_probes(world: Path) -> duckdb.DuckDBPyConnection:
    """The same with tables in place of views, and what several probes share."""
    connection = connect(world)
    for name in CONTRACT:
        connection.execute(f"create table {name}_rows as from {name}")
        connection.execute(f"create or replace view {name} as from {name}_rows")
    connection.execute((PROBES / "_common.sql").read_text())
    return connection


def found(connection: duckdb.DuckDBPyConnection, probe: str) -> dict[str, tuple[float, float]]:
    """A probe's figures and the halves of their 95 % intervals, by scope."""
    rows = connection.execute((PROBES / f"{probe}.sql").read_text()).fetchall()
    return {
        scope: (float(value), float(error[0]) if error else 0.0) for scope, value, *error in rows
    }
