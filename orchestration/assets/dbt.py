"""The dbt project as assets: one process builds the candidates of all marts."""

import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets

from orchestration.errors import EmporiumError, told_to_dagster
from orchestration.history import record_held, record_ledger
from orchestration.paths import PROJECT_DIR
from orchestration.progress import progress
from orchestration.project import PROFILES_DIR, Project
from orchestration.resources import Warehouse
from orchestration.translator import FolderTranslator


class Build(dg.Config):
    """What a build may be told.

    Attributes:
        as_of: first day that the data does not cover, YYYY-MM-DD; empty: as the project says.
    """

    as_of: str = ""


def dbt_project(project: Project) -> DbtProject:
    """The project as dagster-dbt knows it."""
    return DbtProject(
        project_dir=PROJECT_DIR, target_path=project.paths.target, profiles_dir=PROFILES_DIR
    )


def candidate_assets(project: Project) -> dg.AssetsDefinition:
    """All seeds and models. Unit tests prove formulas before data, so runs leave them out."""

    @dbt_assets(
        manifest=project.manifest,
        project=dbt_project(project),
        name="build",
        exclude="resource_type:unit_test",
        dagster_dbt_translator=FolderTranslator(),
    )
    def candidates(
        context: dg.AssetExecutionContext, config: Build, dbt: DbtCliResource, warehouse: Warehouse
    ) -> Iterator[Any]:
        """Builds into the build file, then tells columns, row counts and the row ledger."""
        variables = {**project.variables, **({"as_of": config.as_of} if config.as_of else {})}
        invocation = dbt.cli(
            ["build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(variables)],
            context=context,
            raise_on_error=False,
            target_path=_artifacts(project),
        )
        # DuckDB lets nobody read the build file before dbt has closed it: what is told with columns
        # and row counts waits until then, the results of tests do not.
        waiting = []
        for event in invocation.stream():
            if isinstance(event, dg.Output):
                progress.debug("built %s", event.metadata["unique_id"].text)
                waiting.append(event)
            else:
                yield event
        with told_to_dagster():
            built = _built(warehouse)
            for event in waiting:
                facts = built.get(_relation(project, event))
                yield event.with_metadata({**event.metadata, **facts}) if facts else event
            problem = _problem(invocation) or _all_rows_invalid(warehouse)
            run = warehouse.run(context)
            if problem:
                for mart in project.marts:
                    record_held(warehouse.paths, run, mart, problem)
                raise EmporiumError(problem)
            record_ledger(warehouse.paths, run)

    return candidates


def _relation(project: Project, event: Any) -> tuple[str, str] | None:
    """Schema and name of the table that a dbt event is about, if it is about one."""
    unique_id = getattr(event, "metadata", {}).get("unique_id")
    if unique_id is None or unique_id.text not in project.manifest["nodes"]:
        return None
    node = project.manifest["nodes"][unique_id.text]
    return node["schema"], node.get("alias") or node["name"]


def _artifacts(project: Project) -> Path:
    """A folder for dbt's artifacts of this run, empty but for what spares dbt parsing anew."""
    folder = project.paths.target / "build"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with suppress(FileNotFoundError):
        shutil.copy(project.paths.target / "partial_parse.msgpack", folder)
    return folder


def _built(warehouse: Warehouse) -> dict[tuple[str, str] | None, dict[str, Any]]:
    """Schema and name of each relation -> its columns and, of a table, its rows, as metadata."""
    with duckdb.connect(warehouse.paths.warehouse, read_only=True) as connection:
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
        (schema, name): {
            "dagster/column_schema": dg.TableSchema([dg.TableColumn(**each) for each in columns]),
            **({} if rows is None else {"dagster/row_count": rows}),
        }
        for schema, name, rows, columns in relations
    }


def _problem(invocation: DbtCliInvocation) -> str | None:
    """Why the build failed, in a sentence; None if it did not."""
    if invocation.is_successful():
        return None
    try:
        results = invocation.get_artifact("run_results.json")["results"]
    except FileNotFoundError:
        results = []
    failed = [result for result in results if result["status"] in ("error", "fail")]
    log = invocation.target_path / "dbt.log"
    if not failed:
        return f"dbt did not start the build: {_first_lines(invocation)} (its log is {log})"
    first = failed[0]
    name = first["unique_id"].split(".")[2]
    more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    message = " ".join(str(first["message"]).split())
    return f"The build failed at {name}{more}: {message} (dbt's log is {log})"


def _first_lines(invocation: DbtCliInvocation) -> str:
    error = invocation.get_error()
    return " ".join(str(error).split())[:500] if error else "no reason given"


def _all_rows_invalid(warehouse: Warehouse) -> str | None:
    """A sentence about a source table of which no row kept its contract, if there is one."""
    with duckdb.connect(warehouse.paths.warehouse, read_only=True) as connection:
        row = connection.execute("""
            select ledger.source_system, ledger.source_table, ledger.rows_landed, rules.broken_rule
            from meta.row_ledger as ledger
            inner join meta.row_ledger_details as rules using (source_system, source_table)
            where ledger.rows_landed = ledger.rows_quarantined and ledger.rows_landed > 0
            order by rules.row_count desc
            limit 1
        """).fetchone()
    if row is None:
        return None
    system, table, landed, rule = row
    return (
        f"All {landed:,} landed rows of {system}.{table} broke its contract, most of them because "
        f"{rule}: look at meta.quarantine in {warehouse.paths.warehouse}, then land a corrected "
        "file."
    )
