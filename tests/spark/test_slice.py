"""DuckDB and Spark say the same of a slice of the project that comes to all that Spark does anew.

The slice is as small as that allows: what it must touch is counted in the manifest, and what it
reads beside itself is lent to it by DuckDB. `make spark-test` compares every table, those with what
Python computes between two stages included.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from simulator.story import SYSTEM
from tests.project.builds import Build, dbt
from tests.project.parsing import parsed
from tests.spark.comparison import Difference
from tests.spark.conftest import settings_beside
from tests.spark.machine import Machine, started
from tests.spark.reach import closure, data_tests_of, kinds, macros_reached, named, read_by

pytestmark = pytest.mark.spark

# Built with all that it reads, from landed files on, and once more when others have come.
FROM_FILES = "int_orders"
# Each is here for what it calls, or for its mart.
SLICE = (
    # A graph walked to its end by a loop of statements.
    "int_identifiers_clustered",
    "int_person_identifiers",
    "int_person_merges",
    # Microseconds.
    "int_events_sessionised",
    # The latest of what came before.
    "int_orders_attributed",
    # Money in shares, to the cent.
    "int_order_lines_allocated",
    "int_rules_broken",
    # Truncated dates.
    "int_promotion_days",
    "dim_members",
    "dim_products",
    "dim_regions",
    "regions",
    "dim_dialects",
    "dialects",
    "dialect_axes",
    "fct_event_delays_daily",
    "fct_order_lines",
    "fct_orders",
)
TESTS_AT_LEAST = 10
# What has changed lately is another on each engine, which number their builds by themselves.
CHANGES = "changes"


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The project as dbt parses it for Spark."""
    return parsed({"source_systems": [SYSTEM]}, "spark")


def test_the_slice_comes_to_every_macro_for_engines(manifest: dict[str, Any]) -> None:
    nodes, slice_ = manifest["nodes"], slice_of(manifest)
    tests = {name for name, node in nodes.items() if node["resource_type"] == "test"}
    hooks = {name for name, node in nodes.items() if node["resource_type"] == "operation"}
    # Rows can be compared: what a model comes to is not proven by a test that finds nothing.
    modelled = macros_reached(manifest, nodes.keys() - tests)
    assert {"get_insert_overwrite_sql", "spark__listagg", "spark__row_hash"} <= modelled
    assert modelled - macros_reached(manifest, slice_ | hooks) == set()
    tested = macros_reached(manifest, tests)
    assert "fixpoint" in tested
    assert tested - macros_reached(manifest, slice_ | data_tests_beside(manifest) | hooks) == set()


def test_the_slice_has_tables_of_every_kind_and_mart(manifest: dict[str, Any]) -> None:
    nodes, slice_ = manifest["nodes"], slice_of(manifest)
    assert kinds(manifest, nodes) - kinds(manifest, slice_) == set()
    marts = {
        node["schema"]
        for node in nodes.values()
        if node["resource_type"] == "model" and "marts" in node["fqn"]
    }
    assert len(marts) > 5
    assert marts - {nodes[name]["schema"] for name in slice_} == set()


@dataclass(frozen=True)
class Built:
    """The slice as both engines have built it.

    Attributes:
        duckdb: where DuckDB has.
        spark: where Spark has, on the machine.
        results: unique id -> what became of it on Spark.
        said: what dbt said of that.
        expected: the unique ids of the slice.
        differences: in rows.
    """

    duckdb: Paths
    spark: Paths
    machine: Machine
    results: dict[str, str]
    said: str
    expected: set[str]
    differences: list[Difference]


@pytest.fixture(scope="module")
def built(sampled_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """Tests that build more of it come last."""
    folder = tmp_path_factory.mktemp("slice")
    built = Paths(folder / "duckdb")
    shutil.copytree(sampled_world / "raw", built.raw)
    build_on_duckdb(built, "--select", *(f"+{name}" for name in (FROM_FILES, *SLICE)))
    paths = Paths(folder / "spark", "spark")
    manifest = parsed({"source_systems": [SYSTEM]}, "spark")
    nodes, expected = manifest["nodes"], slice_of(manifest) | data_tests_beside(manifest)
    lent = [nodes[name] for name in sorted(read_by(manifest, slice_of(manifest)))]
    with started(paths, settings_beside(built)) as machine:
        shutil.copytree(built.raw, paths.raw)
        machine.lend([f"{node['schema']}.{node['alias']}" for node in lent], built)
        chosen = [nodes[name]["name"] for name in sorted(expected)]
        done = build_on_spark(machine, "--indirect-selection", "empty", "--select", *chosen)
        differences = list(machine.differences(done, built))
        yield Built(built, paths, machine, done.results, done.said, expected, differences)


@pytest.mark.timeout(1800)
def test_spark_says_what_duckdb_says_of_the_slice(built: Built) -> None:
    succeeded = {name for name, found in built.results.items() if found in ("success", "pass")}
    assert built.expected - succeeded == set(), built.said
    assert sum(name.startswith("test.") for name in succeeded) > TESTS_AT_LEAST
    assert built.differences == []


@pytest.mark.timeout(1800)
def test_an_increment_overwrites_the_partitions_that_it_touches(built: Built) -> None:
    before = partitions(built.spark)
    emptied, changed, *untouched = sorted(before)
    taken = (*before[emptied].orders, before[changed].orders[0])
    orders = built.duckdb.raw / SYSTEM / "orders"
    duckdb.sql(f"""
        copy (
            select * exclude (_source_file, _source_row) replace (
                timestamp '2027-01-01' as _loaded_at,
                order_id in {before[emptied].orders} as _is_deleted,
                cast(order_discount + 7 as decimal(18, 2)) as order_discount
            )
            from read_parquet('{orders}/*.parquet', union_by_name = true)
            where order_id in {taken}
            -- A row that breaks a rule comes after the sound one.
            qualify row_number() over (partition by order_id order by _loaded_at) = 1
        ) to '{orders}/second.parquet'
    """)
    shutil.copy2(orders / "second.parquet", built.spark.raw / SYSTEM / "orders")
    done = build_on_spark(
        built.machine, "--select", f"+{FROM_FILES}", "--exclude", "test_type:data"
    )
    assert set(done.results.values()) == {"success"}, done.said
    after = partitions(built.spark)
    # Of what is overwritten nothing would be where nothing is left.
    assert sorted(after) == [changed, *untouched]
    assert after[changed].files != before[changed].files
    assert untouched and all(after[name] == before[name] for name in untouched)
    build_on_duckdb(built.duckdb, "--select", f"+{FROM_FILES}")
    assert list(built.machine.differences(done, built.duckdb, CHANGES)) == []


def slice_of(manifest: Mapping[str, Any]) -> set[str]:
    """The models that Spark builds, by unique id."""
    return closure(manifest, [FROM_FILES]) | named(manifest, SLICE)


def data_tests_beside(manifest: Mapping[str, Any]) -> set[str]:
    """The data tests of what Spark has by then."""
    slice_ = slice_of(manifest)
    return data_tests_of(manifest, slice_ | read_by(manifest, slice_))


def build_on_spark(machine: Machine, *selection: str) -> Build:
    """A part of the project as Spark makes it, with its data tests."""
    variables = json.dumps(Project(machine.paths, SYSTEM).variables)
    return machine.dbt(
        "build", "--exclude-resource-type", "unit_test", "--vars", variables, *selection
    )


def build_on_duckdb(paths: Paths, *selection: str) -> None:
    """The same as DuckDB makes it, in this process; its data tests run on Spark."""
    arguments = ["--vars", json.dumps(Project(paths, SYSTEM).variables)]
    arguments += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    done = dbt(PROJECT_DIR, paths, "build", *arguments, *selection)
    assert set(done.results.values()) == {"success"}, done.said


@dataclass(frozen=True)
class Partition:
    """What lies in a folder of a table of Spark."""

    orders: tuple[str, ...]
    files: tuple[str, ...]


def partitions(paths: Paths) -> dict[str, Partition]:
    """The partitions of the orders."""
    table = paths.data / "spark" / "warehouse" / "intermediate.db" / "int_orders"
    with duckdb.connect() as connection:
        found = connection.execute(f"""
            select
                cast(row_partition as varchar) as row_partition,
                list(replace(order_id, 'storefront:', '') order by order_id) as orders,
                list(distinct filename order by filename) as files
            from read_parquet('{table}/*/*.parquet', hive_partitioning = true, filename = true)
            group by row_partition
        """).fetchall()
    return {name: Partition(tuple(orders), tuple(files)) for name, orders, files in found}
