"""DuckDB: candidates lie in the build file, readers open the serving file."""

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.runner import DuckDBTables, Tables
from expectations.suite import Baseline, read_baseline
from orchestration.engines import Answer, Column, InvalidTable, Relation, arrow_of
from orchestration.errors import EmporiumError
from orchestration.history import Publication, Run, attach, why
from orchestration.paths import Paths
from orchestration.publishing import make_way, publish, rollback

if TYPE_CHECKING:
    import pandas as pd


# What DuckDB says when the machine is too small, and what that means. What it may spill counts as
# memory, too, so the disk comes first.
_FAULTS = {
    r"No space left on device|max_temp_directory_size|failed to offload": (
        "the disk has no room for what does not fit into memory: free some, or point EMPORIUM_DATA "
        "to a larger one"
    ),
    r"Out of Memory Error|could not allocate": (
        "it does not fit into the memory that DuckDB may take: give it more with "
        "EMPORIUM_MEMORY=8GB, or all of it to one model at a time with EMPORIUM_THREADS=1"
    ),
}


class DuckDBFile:
    """The engine without a server; one process at a time writes its file."""

    def __init__(self, paths: Paths) -> None:
        self._paths = paths

    def require(self) -> None:
        """Nothing: DuckDB comes with the project."""

    def make_way(self) -> None:
        """Nobody has the serving file open for writing, and nothing lies beside it."""
        make_way(self._paths)

    def close(self) -> None:
        """Nothing: every method closes what it opens."""

    def plain(self, message: str) -> str:
        """What is to be done about a machine too small; DuckDB's other errors are short."""
        told = (told for fault, told in _FAULTS.items() if re.search(fault, message, re.IGNORECASE))
        return next(told, message)

    @property
    def candidates(self) -> str:
        """The build file."""
        return str(self._paths.warehouse)

    @property
    def readers(self) -> str:
        """The serving file."""
        return f"For any tool that reads DuckDB: {self._paths.serving}"

    def as_of(self) -> date | None:
        """From `intermediate.int_as_of`."""
        with self._read_only() as connection:
            try:
                row = connection.execute("select as_of from intermediate.int_as_of").fetchone()
            except duckdb.CatalogException:
                return None
        return None if row is None or row[0] is None else date.fromisoformat(str(row[0]))

    def relations(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Relation]:
        """From DuckDB's catalogue, which knows all of them at once."""
        with self._read_only() as connection:
            relations = connection.execute("""
                select
                    columns.schema_name,
                    columns.table_name,
                    any_value(tables.estimated_size) as row_count,
                    list(
                        {
                            'name': columns.column_name,
                            'type': lower(columns.data_type),
                            'description': columns.comment
                        }
                        order by columns.column_index
                    ) as columns
                from duckdb_columns() as columns
                left join duckdb_tables() as tables using (schema_name, table_name)
                group by columns.schema_name, columns.table_name
            """).fetchall()
        return {
            (schema, name): Relation(tuple(Column(**each) for each in columns), rows)
            for schema, name, rows, columns in relations
            if (schema, name) in wanted
        }

    def ledger(self, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """From the build file, beside which the history may be open."""
        with duckdb.connect() as connection:
            attach(connection, self._paths.warehouse, "warehouse", "the build file")
            try:
                return connection.table(f"warehouse.meta.{table}").select(*columns).fetchall()
            except duckdb.Error as error:
                raise EmporiumError(
                    f"The row ledger cannot be read from meta.{table} of the build file "
                    f"{self._paths.warehouse}: {why(error)}; build the warehouse again."
                ) from error

    def all_rows_invalid(self) -> InvalidTable | None:
        """From the row ledger."""
        with self._read_only() as connection:
            row = connection.execute(ALL_ROWS_INVALID).fetchone()
        return InvalidTable(*row) if row else None

    def read(self, schema: str, table: str) -> "pd.DataFrame | None":
        """From the build file."""
        with self._read_only() as connection:
            try:
                found = connection.table(f"{schema}.{table}").to_arrow_table()
            except duckdb.CatalogException:
                return None
        rows: pd.DataFrame = found.to_pandas()
        return rows

    def write(
        self, schema: str, table: str, columns: Mapping[str, str], rows: "pd.DataFrame"
    ) -> None:
        """Into the build file, the whole table in one step."""
        with duckdb.connect(self._paths.warehouse) as connection:
            connection.register("computed", arrow_of(columns, rows))
            connection.execute(f"create schema if not exists {schema}")
            connection.execute(f"create or replace table {schema}.{table} as from computed")

    def clear(self, mart: str) -> None:
        """A clearance lies beside the tables that it is about, and dbt withdraws it."""
        with duckdb.connect(self._paths.warehouse) as connection:
            connection.execute("begin")
            connection.execute("delete from meta.clearances where mart = ?", [mart])
            connection.execute("delete from meta.withdrawals where mart = ?", [mart])
            connection.execute("insert into meta.clearances values (?)", [mart])
            connection.execute("commit")

    def withdraw(self, mart: str) -> None:
        """Takes the clearance away."""
        with duckdb.connect(self._paths.warehouse) as connection:
            connection.execute("delete from meta.clearances where mart = ?", [mart])

    def cleared_marts(self) -> set[str]:
        """Cleared, and not built since."""
        with self._read_only() as connection:
            rows = connection.execute(
                "select mart from meta.clearances except select mart from meta.withdrawals"
            ).fetchall()
        return {mart for (mart,) in rows}

    def tables(self) -> Tables:
        """The build file, and the serving file if there is one."""
        return DuckDBTables(self._paths.warehouse, self._paths.serving)

    def baseline(self, as_of: date) -> Baseline:
        """Counted in the serving file."""
        return read_baseline(self._paths.serving, as_of)

    def ask(self, query: str) -> Answer:
        """Asks the serving file."""
        with duckdb.connect() as connection:
            attach(connection, self._paths.serving, "published", "the serving file")
            cursor = connection.execute(query)
            columns = tuple(column[0] for column in cursor.description or [])
            return Answer(columns, cursor.fetchall())

    def attach_published(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Attaches the serving file, if there is one."""
        if not self._paths.serving.exists():
            return False
        attach(connection, self._paths.serving, "serving", "the serving file")
        return True

    def publish(self, run: Run, candidates: Mapping[str, Sequence[str]]) -> tuple[Publication, ...]:
        """Writes a new serving file in the place of the old."""
        return publish(self._paths, run, candidates)

    def rollback(self, at: datetime) -> int:
        """Puts the kept file of the version before in its place."""
        return rollback(self._paths, at)

    def _read_only(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(self._paths.warehouse, read_only=True)


ALL_ROWS_INVALID = """
    select ledger.source_system, ledger.source_table, ledger.rows_landed, rules.broken_rule
    from meta.row_ledger as ledger
    inner join meta.row_ledger_details as rules using (source_system, source_table)
    where ledger.rows_landed = ledger.rows_quarantined and ledger.rows_landed > 0
    order by rules.row_count desc
    limit 1
"""
