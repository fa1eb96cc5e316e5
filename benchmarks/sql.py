"""The SQL that dbt executed in a run, executed once more by DuckDB alone, with the same settings.

`python -m benchmarks.sql <plan>` executes a plan on a new file, in one process with one connection
that imports nothing but DuckDB, and writes down what each statement read.
"""

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

_CHANGED_KEYS = (
    "create table meta.changed_keys "
    "(source_table text, key_name text, changed_key text, changed_in_build bigint)"
)
LEFT_OUT = "tests, the row ledger, comments on tables and columns, gates, publication"


def write_plan(targets: Sequence[Path], warehouse: Path, project: Path, plan: Path) -> None:
    """Writes down what a run's dbt processes executed: raw views, seeds, models in their order.

    The run has to be the first of its warehouse: what increments execute stands on what is there.

    Args:
        targets: dbt's artifacts of that run, stage by stage.
        warehouse: the build file that it left, which knows the views over the raw zone.
        project: the dbt project.
        plan: the JSON file to write: names and statements, in order.
    """
    import duckdb

    from orchestration.profile import DEFAULT_TARGET, engine_settings

    manifest = json.loads((targets[0] / "manifest.json").read_text())
    results = [
        (target, result["unique_id"])
        for target in targets
        for result in json.loads((target / "run_results.json").read_text())["results"]
    ]
    built = [
        (target, manifest["nodes"][unique_id])
        for target, unique_id in results
        if unique_id.startswith(("seed.", "model."))
    ]
    computed = [
        node["identifier"]
        for node in manifest["sources"].values()
        if node["source_name"] == "analytics"
    ]
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        raw_views = connection.execute(
            "select schema_name, sql from duckdb_views() where starts_with(schema_name, 'raw_') "
            # It reads the others.
            "or view_name = 'delivered_files' order by schema_name desc"
        ).fetchall()
        for table in computed:
            file = plan.with_name(f"{table}.parquet")
            connection.execute(f"copy analytics.{table} to '{file}'")
    schemas = {"analytics", "meta", *(schema for schema, _ in raw_views)}
    schemas |= {node["schema"] for _, node in built}
    statements = [
        ("", f"set {name} = '{value}'")
        for name, value in engine_settings(DEFAULT_TARGET, warehouse.parent.parent).items()
    ]
    statements += [("", f"create schema {schema}") for schema in sorted(schemas)]
    # Staging hashes personal values with the warehouse's secret; any other takes as long.
    statements += [
        ("", "create table meta.salt as select 'none' as salt"),
        # Rows carry the number of the build in which they changed, and no key has changed before.
        ("", "create table meta.builds as select 1 as build"),
        ("", _CHANGED_KEYS),
    ]
    statements += [("", sql) for _, sql in raw_views]
    # What Python made of the first stage is taken as it was.
    statements += [
        ("", f"create table analytics.{table} as from '{plan.with_name(f'{table}.parquet')}'")
        for table in computed
    ]
    for target, node in built:
        if node["resource_type"] == "seed":
            statements.append((node["name"], _seed(node, project)))
        else:
            executed = target / "run" / node["package_name"] / node["original_file_path"]
            statements.append((node["name"], executed.read_text().replace("__dbt_tmp", "")))
    plan.write_text(json.dumps(statements))


def _seed(node: dict[str, Any], project: Path) -> str:
    types = json.dumps(node["config"]["column_types"]).replace('"', "'")
    file = project / node["original_file_path"]
    return (
        f"create table {node['schema']}.{node['name']} as "
        f"from read_csv('{file}', header = true, types = {types})"
    )


def execute(plan: Path) -> None:
    """Executes a plan on a new file beside it, called as dbt's, because the SQL names it.

    Beside the file stands `profile.json` afterwards: name, seconds, rows and bytes read and bytes
    written of each named statement.
    """
    import duckdb

    profile = []
    with duckdb.connect(str(plan.with_name("warehouse.duckdb"))) as connection:
        connection.execute("pragma enable_profiling = 'no_output'")
        connection.execute("set profiling_coverage = 'all'")
        for name, statement in json.loads(plan.read_text()):
            started_at = time.monotonic()
            connection.execute(statement)
            if name:
                seconds = time.monotonic() - started_at
                profile.append({"name": name, "seconds": seconds, **_counted(connection)})
    plan.with_name("profile.json").write_text(json.dumps(profile, indent=1))


def _counted(connection: Any) -> dict[str, int]:
    """What the last statement read and wrote."""
    told = json.loads(connection.get_profiling_information(format="json"))
    return {
        "rows_read": sum(_rows_scanned(operator) for operator in told.get("operator", [])),
        "bytes_read": told["io"]["total_bytes_read"],
        "bytes_written": told["io"]["total_bytes_written"],
    }


def _rows_scanned(operator: dict[str, Any]) -> int:
    below = sum(_rows_scanned(child) for child in operator.get("children", []))
    return int(operator.get("rows_scanned", 0)) + below


if __name__ == "__main__":
    execute(Path(sys.argv[1]))
