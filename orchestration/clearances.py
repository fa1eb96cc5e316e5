"""Which candidates their gates let through.

A clearance lies in the build file beside the tables that it is about, and dbt withdraws it when it
builds one of them: a candidate that no gate has seen is never published.
"""

import duckdb

from orchestration.paths import Paths


def clear(paths: Paths, mart: str) -> None:
    """The gate of a mart was green."""
    with duckdb.connect(paths.warehouse) as connection:
        connection.execute("begin")
        connection.execute("delete from meta.clearances where mart = ?", [mart])
        connection.execute("delete from meta.withdrawals where mart = ?", [mart])
        connection.execute("insert into meta.clearances values (?)", [mart])
        connection.execute("commit")


def withdraw(paths: Paths, mart: str) -> None:
    """The gate of a mart was red."""
    with duckdb.connect(paths.warehouse) as connection:
        connection.execute("delete from meta.clearances where mart = ?", [mart])


def cleared_marts(paths: Paths) -> set[str]:
    """The marts whose candidates their gates let through."""
    with duckdb.connect(paths.warehouse, read_only=True) as connection:
        rows = connection.execute(
            "select mart from meta.clearances except select mart from meta.withdrawals"
        ).fetchall()
    return {mart for (mart,) in rows}
