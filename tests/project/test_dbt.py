"""dbt builds the project without any data, runs all of its tests, and they are able to fail."""

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from tests.project.builds import ALL_SYSTEMS, Build, dbt, parsed_once
from tests.project.mutants import Mutant, applied, mutants, rounds
from tests.project.rules import Repository, column_order

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


@pytest.fixture(scope="module")
def manifest(built: Build) -> "Manifest":
    """The project as dbt parses it, to be changed and changed back."""
    return parsed_once(built.paths, json.loads(ALL_SYSTEMS[1]))


def copied(built: Build, folder: Path) -> Paths:
    """The warehouse, to be changed."""
    paths = Paths(folder)
    paths.build.mkdir()
    shutil.copyfile(built.paths.warehouse, paths.warehouse)
    return paths


def of_type(results: Mapping[str, str], resource_type: str) -> dict[str, str]:
    return {key: results[key] for key in results if key.startswith(f"{resource_type}.")}


@pytest.mark.parametrize(
    ("resource_type", "collection", "status"),
    [
        ("unit_test", "unit_tests", "pass"),
        ("test", "nodes", "pass"),
        ("model", "nodes", "success"),
        ("seed", "nodes", "success"),
    ],
)
def test_everything_in_the_project_ran_and_succeeded(
    built: Build, resource_type: str, collection: str, status: str
) -> None:
    expected = of_type(built.manifest[collection], resource_type)
    ran = of_type(built.results, resource_type)
    assert expected
    assert Counter(ran.values()) == {status: len(expected)}, built.said


def test_marts_say_no_data_where_nothing_landed(built: Build, repository: Repository) -> None:
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as connection:
        rows = {
            model["name"]: connection.table(f"{mart}.{model['name']}").count("*").fetchall()[0][0]
            for mart, models in repository.marts.items()
            for model in models
        }
    filled = {name for name, count in rows.items() if count}
    assert filled == {"dim_questions", "dim_regions", "dim_channels", "dim_dialects"}


def in_compiled_sql(connection: duckdb.DuckDBPyConnection, model: Mapping[str, Any]) -> list[str]:
    described = connection.execute(f"describe {model['compiled_code']}").fetchall()
    return [column for column, *_ in described]


def test_columns_stand_in_one_order(built: Build, repository: Repository) -> None:
    compiled = replace(repository, manifest=built.manifest)
    with duckdb.connect(str(built.paths.warehouse), read_only=True) as connection:
        faults = list(column_order(compiled, lambda model: in_compiled_sql(connection, model)))
        assert not faults
        members = built.manifest["nodes"]["model.emporium.dim_members"]
        members = {**members, "columns": dict(reversed(members["columns"].items()))}
        nodes = {**built.manifest["nodes"], "model.emporium.dim_members": members}
        swapped = replace(compiled, manifest={**built.manifest, "nodes": nodes})
        faults = list(column_order(swapped, lambda model: in_compiled_sql(connection, model)))
    assert [fault.name for fault in faults] == ["dim_members"]


def test_unit_tests_notice_a_wrong_formula(
    built: Build, manifest: "Manifest", tmp_path: Path
) -> None:
    found = list(mutants(built.manifest))
    changed = [mutant for mutant in found if not mutant.is_in(PROJECT_DIR)]
    assert not changed, "the formula has changed: change its mutant"
    paths = copied(built, tmp_path)
    unnoticed = {}
    for group in rounds(found):
        select = [f"unit_test:{mutant.test}" for mutant in group]
        with applied(group, manifest):
            tested = dbt(
                PROJECT_DIR, paths, "test", "--select", *select, *ALL_SYSTEMS, manifest=manifest
            )
        statuses = {key.split(".")[-1]: status for key, status in tested.results.items()}
        for mutant in group:
            status = statuses.get(mutant.test, "did not run")
            # An error would say that the change is not SQL.
            if status != "fail":
                unnoticed[mutant.test] = status
    assert not unnoticed


def test_every_unit_tested_model_has_a_mutant(built: Build) -> None:
    tests = built.manifest["unit_tests"].values()
    proven = {mutant.test for mutant in mutants(built.manifest)}
    models = {test["model"] for test in tests if test["name"] in proven}
    assert {test["model"] for test in tests} == models


def mutant(test: str, file: str, *macros: str) -> Mutant:
    return Mutant(test, file, "old", "new", frozenset({f"{test[0]}.sql", *macros}))


def test_mutants_do_not_meet() -> None:
    first, second = mutant("a__first", "a.sql"), mutant("a__second", "a.sql")
    macro = mutant("c", "macros/m.sql", "macros/m.sql")
    called = mutant("d", "d.sql", "macros/m.sql")
    other, other_macro = mutant("b", "b.sql"), mutant("e", "macros/n.sql", "macros/n.sql")
    assert rounds([first, macro, called, second, other, other_macro]) == [
        [first, macro, other, other_macro],
        [called, second],
    ]


# What a model makes, and what breaks its constraints, if anything does.
HELD = {
    "int_inventory_daily": (
        """
            select
                warehouse_id, date '2026-01-01' as snapshot_date, 's' as sku_id, true as is_listed,
                'storefront' as source_system, 1 as on_hand, 1 as available, 0 as reserved,
                0 as in_transit, cast(null as date) as oldest_lot_date
            from (values ('w'), ('v')) as stock (warehouse_id)
        """,
        "",
    ),
    "int_event_deliveries": (
        """
            select
                'storefront' as source_system, date '2026-01-01' as received_date, event_name,
                cast(1 as bigint) as landed_count, cast(0 as bigint) as superseded_count,
                cast(0 as bigint) as deleted_count, cast(0 as bigint) as quarantined_count
            from (values ('pay'), ('pay')) as events (event_name)
        """,
        "source_system, received_date, event_name is not unique (1): storefront, 2026-01-01, pay.",
    ),
    "int_visitors_changed": (
        "select cast(null as varchar) as visitor_id, 1 as changed_in_build",
        "visitor_id is null (1).",
    ),
    "int_persons": (
        "select * from (values ('p'), ('q'), ('p'), (null), (null)) as persons (person_id)",
        "person_id is not unique (1): p",
    ),
}


def test_keys_hold_where_the_engine_does_not_enforce_them(
    built: Build, manifest: "Manifest", tmp_path: Path
) -> None:
    """A view or table without contract that breaks what its YAML declares fails, and says which.

    What was there before stays.
    """
    paths = copied(built, tmp_path)
    changes = [
        Mutant("", node.original_file_path, node.raw_code, HELD[node.name][0], frozenset())
        for node in manifest.nodes.values()
        if node.name in HELD
    ]
    with applied(changes, manifest):
        ran = dbt(PROJECT_DIR, paths, "run", "--select", *HELD, *ALL_SYSTEMS, manifest=manifest)
    models = of_type(ran.results, "model")
    results = {key.split(".")[2]: status for key, status in models.items()}
    broken = {name: fault for name, (_, fault) in HELD.items() if fault}
    assert results == {name: "error" if name in broken else "success" for name in HELD}, ran.said
    assert [name for name, fault in broken.items() if fault not in ran.said] == []
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        for name in broken:
            assert connection.table(f"intermediate.{name}").fetchall() == [], name
