"""DuckDB and Spark say the same of a slice of the project that comes to all that Spark does anew.

The slice is as small as that allows: what it must touch is counted in the manifest. `make
spark-test` compares every table, those with what Python computes between two stages included.
"""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from orchestration.computing import stages
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from simulator.story import SYSTEM
from tests.project.builds import dbt
from tests.project.parsing import parsed
from tests.spark.conftest import settings_beside
from tests.spark.machine import started
from tests.spark.reach import closure, kinds, macros_reached

pytestmark = pytest.mark.spark

# Each is here for what it calls, or for its mart; what they read comes along.
SLICE = (
    # A graph walked to its end by a loop of statements.
    "int_person_merges",
    # Microseconds.
    "int_cart_events",
    # Truncated dates.
    "int_promotion_days",
    "dim_members",
    "dim_products",
    "dim_regions",
    "dim_dialects",
    "fct_event_delays_daily",
)
TESTS_AT_LEAST = 15


@pytest.fixture(scope="module")
def manifest() -> dict[str, Any]:
    """The project as dbt parses it for Spark."""
    return parsed({"source_systems": [SYSTEM]}, "spark")


def test_the_slice_comes_to_every_macro_for_engines(manifest: dict[str, Any]) -> None:
    nodes, slice_ = manifest["nodes"], closure(manifest, SLICE)
    tests = {name for name, node in nodes.items() if node["resource_type"] == "test"}
    hooks = {name for name, node in nodes.items() if node["resource_type"] == "operation"}
    # Rows can be compared: what a model comes to is not proven by a test that finds nothing.
    modelled = macros_reached(manifest, nodes.keys() - tests)
    assert {"get_insert_overwrite_sql", "spark__listagg", "spark__row_hash"} <= modelled
    assert modelled - macros_reached(manifest, slice_ - tests | hooks) == set()
    tested = macros_reached(manifest, tests)
    assert "fixpoint" in tested
    assert tested - macros_reached(manifest, slice_ | hooks) == set()


def test_the_slice_has_tables_of_every_kind_and_mart(manifest: dict[str, Any]) -> None:
    nodes, slice_ = manifest["nodes"], closure(manifest, SLICE)
    assert kinds(manifest, nodes) - kinds(manifest, slice_) == set()
    marts = {node["schema"] for node in nodes.values() if "marts" in node["fqn"]}
    assert marts - {nodes[name]["schema"] for name in slice_} == set()


@pytest.mark.timeout(1800)
def test_spark_says_what_duckdb_says_of_the_slice(sampled_world: Path, tmp_path: Path) -> None:
    built = Paths(tmp_path / "duckdb")
    shutil.copytree(sampled_world / "raw", built.raw)
    build_on_duckdb(built)
    before, _ = stages(SLICE)
    paths = Paths(tmp_path / "spark", "spark")
    with started(paths, settings_beside(built)) as machine:
        shutil.copytree(built.raw, paths.raw)
        variables = json.dumps(Project(paths, SYSTEM).variables)
        done = machine.dbt(
            "build", *before, "--exclude-resource-type", "unit_test", "--vars", variables
        )
        expected = closure(done.manifest, SLICE)
        assert {name for name in expected if done.results.get(name) not in ("success", "pass")} == (
            set()
        ), done.said
        assert sum(name.startswith("test.") for name in done.results) > TESTS_AT_LEAST
        assert list(machine.differences(done, built)) == []


def build_on_duckdb(paths: Paths) -> None:
    """The slice as DuckDB makes it, in this process; its data tests run on Spark."""
    arguments = ["--vars", json.dumps(Project(paths, SYSTEM).variables)]
    arguments += ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
    before, _ = stages(SLICE)
    done = dbt(PROJECT_DIR, paths, "build", *arguments, *before)
    assert set(done.results.values()) == {"success"}, done.said
