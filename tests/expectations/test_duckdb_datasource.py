from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pytest
from sqlalchemy.exc import DBAPIError

from expectations.runner import import_gx

if TYPE_CHECKING:
    from expectations.duckdb_datasource import DuckDBExecutionEngine


@pytest.fixture
def engine(warehouse: Path, published: Path) -> "Iterator[DuckDBExecutionEngine]":
    # A process that runs tests beside others has no main module's file.
    import_gx()
    import great_expectations as gx

    import expectations.duckdb_datasource  # noqa: F401

    datasource = gx.get_context(mode="ephemeral").data_sources.add_duckdb(
        "candidate", database=str(warehouse), attached={"published": str(published)}
    )
    engine = datasource.get_execution_engine()
    yield engine
    engine.close()


def count(engine: "DuckDBExecutionEngine", table: str) -> int:
    import sqlalchemy

    return int(engine.execute_query(sqlalchemy.text(f"select count(*) from {table}")).scalar())


def test_rows_are_fetched_after_the_query_from_both_files(engine: "DuckDBExecutionEngine") -> None:
    assert count(engine, "sales.fct_orders") == 100
    assert count(engine, "published.sales.fct_order_lines") == 200


def test_a_failed_query_costs_neither_the_connection_nor_the_attached_file(
    engine: "DuckDBExecutionEngine",
) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        count(engine, "nowhere")
    assert count(engine, "published.sales.fct_orders") == 100


@pytest.mark.parametrize("catalog", ["warehouse", "published"])
def test_neither_file_can_be_written(engine: "DuckDBExecutionEngine", catalog: str) -> None:
    import sqlalchemy

    with pytest.raises(DBAPIError, match="read-only"):
        engine.execute_query(sqlalchemy.text(f"create table {catalog}.sales.more (id integer)"))


def test_closing_releases_the_file_to_a_writer_in_the_same_process(
    engine: "DuckDBExecutionEngine", warehouse: Path
) -> None:
    count(engine, "sales.fct_orders")
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(warehouse))
    engine.close()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("drop table sales.fct_order_lines")
