"""What two engines made of the same files, table by table."""

import json
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.paths import PROJECT_DIR
from tests.project.builds import Build

META = ["meta.quarantine", "meta.row_ledger", "meta.row_ledger_details"]
RELATIVE = 1e-9
"""Sums of doubles depend on the order of rows in the last digits."""
ABSOLUTE = 1e-12
"""Where such sums cancel each other, the last digits are all that is left."""
FLOATS = ("DOUBLE", "FLOAT")


@dataclass(frozen=True)
class Difference:
    """One way in which a table is not the same."""

    table: str
    problem: str


def compared(done: Build, *ignored: str) -> list[str]:
    """What engines have to agree on of a build: models but those of staging, and the row ledger.

    Args:
        ignored: other folders of models that are left out.
    """
    models = [done.manifest["nodes"][name] for name in done.results if name.startswith("model.")]
    left_out = {"staging", *ignored}
    relations = [
        f"{node['schema']}.{node['alias']}" for node in models if not left_out & set(node["fqn"])
    ]
    return relations + META


def export(environment: Mapping[str, str], relations: Sequence[str], folder: Path) -> None:
    """Writes tables and views of Spark as Parquet files, in a process of its own.

    Args:
        environment: its variables, which name the data folder.
        relations: `<schema>.<table>`.
        folder: where to write `<schema>.<table>/*.parquet`.
    """
    subprocess.run(
        [sys.executable, "-m", "tests.spark.export", str(folder)],
        input=json.dumps(relations),
        cwd=PROJECT_DIR,
        env=environment,
        text=True,
        check=True,
    )


def staged(done: Build) -> set[str]:
    """The source tables that a build read."""
    manifest = done.manifest
    read = {each for name in done.results for each in _read(manifest["nodes"][name])}
    return {manifest["sources"][name]["name"] for name in read & manifest["sources"].keys()}


def differences_in(
    warehouse: Path, relations: Sequence[str], folder: Path, tables: Collection[str] = ()
) -> Iterator[Difference]:
    """What Spark made, as `export` has written it, otherwise than DuckDB.

    Args:
        tables: the source tables whose rows are compared in what is written of rows; all if none is
            named.
    """
    of_tables = f" where source_table in {(*tables, '')}" if tables else ""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for name in relations:
            only = of_tables if name in META else ""
            expected, found = f"select * from {name}", parquet(folder / name)
            yield from differences(connection, name, expected + only, found + only)


def differences(
    connection: duckdb.DuckDBPyConnection, table: str, expected: str, found: str
) -> Iterator[Difference]:
    """Compares two relations: exactly, and doubles to nine digits.

    Args:
        table: what to call it.
        expected: SQL of the relation as one engine made it.
        found: SQL of the relation as the other did.
    """
    types, others = _types(connection, expected), _types(connection, found)
    if list(types) != list(others):
        yield Difference(table, f"has the columns {list(others)}, not {list(types)}")
        return
    for column, data_type in types.items():
        if _plain(others[column]) != _plain(data_type):
            yield Difference(table, f"{column} is {others[column]}, not {data_type}")
    exact = [f'"{column}"' for column, type_ in types.items() if type_ not in FLOATS]
    floats = [f'"{column}"' for column, type_ in types.items() if type_ in FLOATS]
    for left, right, what in ((expected, found, "missing"), (found, expected, "too many")):
        query = f"select {', '.join(exact) or '1'} from ({{}})"
        rows = connection.sql(f"{query.format(left)} except all {query.format(right)}").aggregate(
            "count(*), any_value(columns(*))"
        )
        count, *example = rows.fetchall()[0]
        if count:
            yield Difference(table, f"{count} rows are {what}, such as {example}")
            return
    if floats:
        yield from _far_apart(connection, table, expected, found, exact, floats)


def _far_apart(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    expected: str,
    found: str,
    exact: list[str],
    floats: list[str],
) -> Iterator[Difference]:
    """Pairs rows by what is exact, and tells which doubles of a pair are far apart."""
    order = ", ".join([*exact, *floats])
    numbered = f"select *, row_number() over (order by {order}) as pair from ({{}})"
    for column in floats:
        left, right = f"one.{column}", f"other.{column}"
        ((count, example),) = connection.sql(
            f"""
            select count(*), any_value([{left}, {right}])
            from ({numbered.format(expected)}) as one
            inner join ({numbered.format(found)}) as other using (pair)
            where
                ({left} is null) != ({right} is null)
                or abs({left} - {right})
                > {ABSOLUTE} + {RELATIVE} * greatest(abs({left}), abs({right}))
            """
        ).fetchall()
        if count:
            yield Difference(
                table, f"{column.strip(chr(34))} differs in {count} rows, such as {example}"
            )


def _read(node: Mapping[str, Any]) -> list[str]:
    read: list[str] = node["depends_on"].get("nodes", [])
    return read


def _types(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    rows = connection.sql(f"describe select * from ({relation})").fetchall()
    return {str(row[0]).lower(): str(row[1]) for row in rows}


def _plain(data_type: str) -> str:
    """A whole number is one however wide: only DuckDB has one of 128 bits, which sums are."""
    whole = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
    if data_type in whole or data_type.endswith(",0)"):
        return "whole number"
    return data_type.split("(")[0]


def parquet(folder: Path) -> str:
    """A table of Parquet files as a relation."""
    return f"select * from read_parquet('{folder}/*.parquet')"
