"""Spark: candidates are tables of a metastore, readers ask views over a store of versions."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import duckdb

from expectations.runner import Tables
from expectations.spark_tables import SparkTables, as_spark
from expectations.suite import Baseline
from orchestration.engines import Answer, Column, InvalidTable, Relation, arrow_of
from orchestration.engines.duckdb_file import ALL_ROWS_INVALID
from orchestration.errors import EmporiumError
from orchestration.history import (
    Publication,
    Run,
    copy_tables,
    create_tables,
    opened,
    record_publications,
)
from orchestration.paths import Paths
from orchestration.publishing import Content, decide, digest
from orchestration.spark import session as spark_session
from orchestration.spark import store
from orchestration.spark.session import told

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow
    from pyspark.sql import SparkSession

# One query counts so many tables: more make a plan that takes longer than what it saves.
_COUNTED_AT_ONCE = 50
# The history is published as a mart is, with every version.
_META = "meta"


class Spark:
    """The engine for more than one machine holds.

    A session starts when it is first needed, and that is after dbt's process has ended: the
    catalogue of a session that runs in a process of its own has one user at a time.
    """

    def __init__(self, paths: Paths) -> None:
        self._paths = paths
        self._started: SparkSession | None = None
        # What was published with a version, which never changes.
        self._history: tuple[int, dict[str, pyarrow.Table]] = (0, {})
        self._rows: tuple[int, dict[str, int]] = (0, {})

    def require(self) -> None:
        """Java, pyspark and, if the target is one, the cluster."""
        spark_session.require(self._paths)

    def make_way(self) -> None:
        """Nothing: readers ask views, which no one holds."""

    def close(self) -> None:
        """Ends the session, if one has started."""
        if self._started is not None:
            spark_session.stop(self._started)
            self._started = None

    def plain(self, message: str) -> str:
        """Without the stack of Java's calls."""
        return spark_session.plain(message)

    @property
    def session(self) -> "SparkSession":
        """The session, started if need be."""
        if self._started is None:
            self._started = spark_session.start(self._paths)
        return self._started

    @property
    def candidates(self) -> str:
        """The catalogue of the target."""
        return f"the catalogue of the target {self._paths.dbt_target}"

    @property
    def readers(self) -> str:
        """The databases of the marts."""
        return (
            "For any tool that reads this catalogue of Spark: the views in its databases "
            "published_<mart>, such as published_sales.fct_orders"
        )

    def as_of(self) -> date | None:
        """From `intermediate.int_as_of`."""
        with told(self._paths):
            if not self.session.catalog.tableExists("intermediate.int_as_of"):
                return None
            rows = self.session.sql("select as_of from intermediate.int_as_of").collect()
        return None if not rows or rows[0][0] is None else date.fromisoformat(str(rows[0][0]))

    def relations(self, wanted: Collection[tuple[str, str]]) -> dict[tuple[str, str], Relation]:
        """From the catalogue; tables are counted, many in one query."""
        with told(self._paths):
            views: dict[tuple[str, str], bool] = {}
            for schema in sorted({schema for schema, _ in wanted}):
                if self.session.catalog.databaseExists(schema):
                    for table in self.session.catalog.listTables(schema):
                        views[schema, table.name] = table.tableType == "VIEW"
            built = [name for name in sorted(wanted) if name in views]
            rows = self._counts(
                {
                    f"{schema}.{name}": f"`{schema}`.`{name}`"
                    for schema, name in built
                    if not views[schema, name]
                }
            )
            return {
                (schema, name): Relation(
                    store.shape_of(self.session, f"{schema}.{name}").columns,
                    rows.get(f"{schema}.{name}"),
                )
                for schema, name in built
            }

    def ledger(self, table: str, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """From the views that gather it from the staging models."""
        with told(self._paths):
            found = self.session.table(f"meta.{table}").select(*columns).collect()
        return [tuple(row) for row in found]

    def all_rows_invalid(self) -> InvalidTable | None:
        """From the row ledger."""
        with told(self._paths):
            found = self.session.sql(ALL_ROWS_INVALID).collect()
        return InvalidTable(*found[0]) if found else None

    def read(self, schema: str, table: str) -> "pd.DataFrame | None":
        """From the catalogue."""
        with told(self._paths):
            if not self.session.catalog.tableExists(f"{schema}.{table}"):
                return None
            rows: pd.DataFrame = self.session.table(f"{schema}.{table}").toArrow().to_pandas()
            return rows

    def write(
        self, schema: str, table: str, columns: Mapping[str, str], rows: "pd.DataFrame"
    ) -> None:
        """Into the catalogue; a build that is cut short makes an empty table in its place."""
        declared = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
        with told(self._paths):
            found = self.session.createDataFrame(arrow_of(columns, rows))
            self.session.sql(f"create database if not exists {schema}")
            self.session.sql(f"drop table if exists {schema}.{table}")
            self.session.sql(f"create table {schema}.{table} ({declared}) using parquet")
            self.session.sql(f"insert into {schema}.{table} select * from {{rows}}", rows=found)

    def clear(self, mart: str) -> None:
        """Takes away what models of the mart have withdrawn: a partition for each."""
        with told(self._paths):
            withdrawn = self.session.sql(
                f"select distinct model_name from meta.withdrawals where mart = '{mart}'"
            ).collect()
            for (model,) in withdrawn:
                self.session.sql(
                    "alter table meta.withdrawals "
                    f"drop if exists partition (model_name = '{model}')"
                )
            self._write_clearances({*self._clearances(), mart})

    def withdraw(self, mart: str) -> None:
        """Takes the clearance away."""
        with told(self._paths):
            self._write_clearances(self._clearances() - {mart})

    def cleared_marts(self) -> set[str]:
        """Cleared, and not built since."""
        with told(self._paths):
            built = self.session.sql("select distinct mart from meta.withdrawals").collect()
            return self._clearances() - {mart for (mart,) in built}

    def tables(self) -> Tables:
        """Tables of the catalogue."""
        return SparkTables(self.session)

    def baseline(self, as_of: date) -> Baseline:
        """Counted in the store; columns are those of the views."""
        with told(self._paths):
            version = store.readable_version(store.entries(self.session))
            if self._rows[0] != version:
                stored = {
                    f"{table.mart}.{table.table}": f"{table.name} where {store.of_version(content)}"
                    for table, content in store.published(self.session)
                }
                self._rows = version, self._counts(stored)
            columns = {
                table: frozenset(self.session.table(as_spark(f"published.{table}")).columns)
                for table in self._rows[1]
            }
        return Baseline(as_of, MappingProxyType(self._rows[1]), MappingProxyType(columns))

    def ask(self, query: str) -> Answer:
        """Asks the views."""
        with told(self._paths):
            found = self.session.sql(as_spark(query))
            return Answer(tuple(found.columns), [tuple(row) for row in found.collect()])

    def attach_published(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Attaches a copy of the history that was published, which is small, in memory."""
        with told(self._paths):
            version = store.readable_version(store.entries(self.session))
            if not version:
                return False
            if self._history[0] != version:
                self._history = (
                    version,
                    {
                        table.table: self.session.table(table.name)
                        .where(store.of_version(content))
                        .drop(store.VERSION)
                        .toArrow()
                        for table, content in store.published(self.session)
                        if table.mart == _META
                    },
                )
        connection.execute("attach ':memory:' as serving")
        create_tables(connection, "serving")
        for name, rows in self._history[1].items():
            connection.register("published_rows", rows)
            connection.execute(
                f"insert into serving.meta.{name} by name from published_rows order by run_at"
            )
            connection.unregister("published_rows")
        return True

    def publish(self, run: Run, candidates: Mapping[str, Sequence[str]]) -> tuple[Publication, ...]:
        """Stores what is new beside what readers have, then swaps.

        A mart whose content and `as_of` equal what is readable is unchanged; if all are, nothing is
        written.

        Raises:
            EmporiumError: a candidate is missing, Spark or the disk fails. Readers then keep what
                they have.
        """
        with opened(self._paths, run.started_at) as (connection, present), told(self._paths):
            known = store.known(self.session)
            store.mend(self.session, known)
            version = max(_recorded(connection), *(each.version for each in known.entries), 0) + 1
            publications = tuple(
                decide(run, mart, self._content(mart, tables), present.get(mart), version)
                for mart, tables in candidates.items()
            )
            new = [each.mart for each in publications if each.version == version]
            if new:
                for mart in new:
                    for table in candidates[mart]:
                        candidate = f"{mart}.{table}"
                        shape = store.shape_of(self.session, candidate)
                        rows = self.session.table(candidate)
                        store.keep(self.session, known, (mart, table), rows, shape, version)
                self._keep_history(connection, known, run, publications, version)
                found = store.with_version(known.entries, version, [*new, _META])
                store.swap(self.session, known, found)
            record_publications(connection, "history", run, publications)
            if new:
                store.mend(self.session, known)
        return publications

    def rollback(self, at: datetime) -> int:
        """Swaps back to the kept version before the readable one, which no later roll-back takes.

        Raises:
            EmporiumError: there is no earlier version.
        """
        with opened(self._paths, at), told(self._paths):
            known = store.known(self.session)
            store.mend(self.session, known)
            found = known.entries
            current = store.readable_version(found)
            if not current:
                raise EmporiumError(
                    "There is nothing to roll back: nothing has been published in "
                    f"{self.candidates} yet."
                )
            earlier = max((each.version for each in found if each.state == "kept"), default=0)
            if not earlier:
                raise EmporiumError(
                    f"There is nothing to roll back to: the store keeps no version before {current}"
                    ", which readers have; publish a corrected one instead."
                )
            store.swap(self.session, known, store.without_version(found, earlier))
            store.mend(self.session, known)
        # Opening the history anew records the roll-back, as it would had the process died here.
        with opened(self._paths, at):
            return earlier

    def _counts(self, tables: Mapping[str, str]) -> dict[str, int]:
        """Rows of each of the tables, given as name -> what to count."""
        queries = [
            f"select '{name}' as name, count(*) as row_count from {source}"
            for name, source in tables.items()
        ]
        counted: dict[str, int] = {}
        for start in range(0, len(queries), _COUNTED_AT_ONCE):
            query = " union all ".join(queries[start : start + _COUNTED_AT_ONCE])
            counted |= dict(map(tuple, self.session.sql(query).collect()))
        return counted

    def _clearances(self) -> set[str]:
        return {mart for (mart,) in self.session.sql("select mart from meta.clearances").collect()}

    def _write_clearances(self, marts: set[str]) -> None:
        """Anew as a whole: tables of files know no delete. Without one, no mart is cleared."""
        rows = ", ".join(f"('{mart}')" for mart in sorted(marts))
        self.session.sql(
            f"insert overwrite meta.clearances values {rows}"
            if marts
            else "truncate table meta.clearances"
        )

    def _content(self, mart: str, tables: Sequence[str]) -> Content:
        """Fingerprint a mart's candidate: its rows, whatever their order, and its shapes."""
        counted, fingerprints = 0, {}
        for table in sorted(tables):
            candidate = f"{mart}.{table}"
            if not self.session.catalog.tableExists(candidate):
                raise EmporiumError(
                    f"Mart {mart} cannot be published: there is no {candidate} in "
                    f"{self.candidates}; build the mart again."
                )
            shape = store.shape_of(self.session, candidate)
            # A null leaves such a hash as it is, so each value comes with whether it is one.
            values = ", ".join(f"`{each.name}`, `{each.name}` is null" for each in shape.columns)
            rows, total = self.session.sql(
                f"select count(*), cast(sum(cast(xxhash64({values}) as decimal(38, 0))) as string) "
                f"from {candidate}"
            ).collect()[0]
            counted += rows
            fingerprints[table] = digest([shape.digest, rows, total])
        return Content(len(fingerprints), counted, digest(fingerprints))

    def _keep_history(
        self,
        connection: duckdb.DuckDBPyConnection,
        known: store.Known,
        run: Run,
        publications: Sequence[Publication],
        version: int,
    ) -> None:
        """Puts the history into the store, with what this run publishes in it."""
        connection.execute("attach ':memory:' as draft")
        create_tables(connection, "draft")
        copy_tables(connection, "history", "draft")
        record_publications(connection, "draft", run, publications)
        for name, comment, columns in _described(connection):
            rows = connection.table(f"draft.meta.{name}").to_arrow_table()
            # One file, so that rows keep their order.
            frame = self.session.createDataFrame(rows).coalesce(1)
            shape = store.Shape(
                tuple(
                    Column(field.name, field.dataType.simpleString(), columns[field.name])
                    for field in frame.schema.fields
                ),
                comment,
            )
            store.keep(self.session, known, (_META, name), frame, shape, version)


def _recorded(connection: duckdb.DuckDBPyConnection) -> int:
    """The highest version that the history knows, also if the store has lost it."""
    [(version,)] = connection.execute(
        "select coalesce(max(version), 0) from history.meta.publications"
    ).fetchall()
    return int(version)


def _described(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str, dict[str, str]]]:
    """Name, comment and columns' comments of the tables of the history's draft."""
    tables = connection.execute(
        "select table_name, comment from duckdb_tables() where database_name = 'draft' order by 1"
    ).fetchall()
    columns = connection.execute(
        "select table_name, column_name, comment from duckdb_columns() "
        "where database_name = 'draft' order by 1, column_index"
    ).fetchall()
    return [
        (name, comment, {column: text for table, column, text in columns if table == name})
        for name, comment in tables
    ]
