"""Great Expectations inside DuckDB: the data source `duckdb`.

Importing this module imports Great Expectations, which takes seconds, and registers
`context.data_sources.add_duckdb`: import it inside the function that needs it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy
from great_expectations.datasource.fluent.interfaces import TestConnectionError
from great_expectations.datasource.fluent.sql_datasource import SQLDatasource
from great_expectations.execution_engine.sqlalchemy_execution_engine import (
    SqlAlchemyExecutionEngine,
)

from expectations.runner import Batch

# What SQLAlchemy's text() would take for a bind parameter.
_BIND_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


class DuckDBExecutionEngine(SqlAlchemyExecutionEngine):
    """Runs every query on one open, read-only connection.

    GX's own engine closes its connection before it fetches the rows, and duckdb-engine's cursor
    ends with the connection.
    """

    def __init__(self, database: str, attached: dict[str, str], **settings: Any) -> None:
        super().__init__(**settings, connect_args={"database": database, "read_only": True})
        self._attached = attached

    @contextmanager
    def get_connection(self) -> Iterator[sqlalchemy.Connection]:
        """The one connection, usable again after a query that failed."""
        if self._connection is None:
            self._connection = self.engine.connect()
            for catalog, path in self._attached.items():
                quoted = path.replace("'", "''")
                self._connection.exec_driver_sql(
                    f"attach if not exists '{quoted}' as {catalog} (read_only)"
                )
            # Else the first query that fails takes the attached files with it.
            self._connection.commit()
        try:
            yield self._connection
        except Exception:
            # Else DuckDB refuses every later query of the aborted transaction.
            self._connection.rollback()
            raise

    def close(self) -> None:
        """Releases the files, so that the same process may open them for writing."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        super().close()


# Named here, because `type` is a field of the data source.
_EngineType = type[DuckDBExecutionEngine]


class DuckDBDatasource(SQLDatasource):
    """A DuckDB file, opened read-only.

    Attributes:
        database: the path of the file.
        attached: further files by the catalog name under which queries read them.
    """

    type: Literal["duckdb"] = "duckdb"  # pyrefly: ignore[bad-override]
    # The path is no part of it: in a URL '?' and '%', and to GX '$', would mean something.
    connection_string: str = "duckdb://"
    database: str
    attached: dict[str, str] = {}  # noqa: RUF012  (a pydantic field, copied per instance)

    @property
    def execution_engine_type(self) -> _EngineType:
        return DuckDBExecutionEngine

    def test_connection(self, test_assets: bool = True) -> None:
        """Opens and attaches the files, or leaves none of them open.

        Raises:
            TestConnectionError: one of them cannot be opened.
        """
        engine = self.get_execution_engine()
        try:
            with engine.get_connection():
                pass
        except Exception as error:
            engine.close()
            raise TestConnectionError(cause=error) from error

    def get_engine(self) -> sqlalchemy.Engine:
        """The execution engine's, so that closing that one closes everything."""
        return self.get_execution_engine().engine


class OpenDuckDB:
    """Tables of an open data source, as queries."""

    def __init__(self, datasource: DuckDBDatasource) -> None:
        self._datasource = datasource

    def batch(self, table: str) -> Batch:
        """A query, because GX's assets of tables know no schema in DuckDB."""
        asset = self._datasource.add_query_asset(table, f"select * from {table}")
        return Batch(asset.add_batch_definition_whole_table(table), None)

    def query(self, sql: str) -> str:
        """SQLAlchemy would take what follows a colon for a parameter."""
        return _BIND_PARAMETER.sub(r"\\:", sql)
