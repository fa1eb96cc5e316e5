"""What Python makes of tables of intermediate, as assets between two stages of dbt."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import dagster as dg

from orchestration.engines import Engine
from orchestration.errors import EmporiumError, told_to_dagster
from orchestration.history import record_held
from orchestration.progress import progress
from orchestration.project import Project
from orchestration.resources import Warehouse

# Before any gate opens the build file, which the second stage of dbt has to write.
BEFORE_GATES = {"dagster/priority": "2"}


def analytics_assets(project: Project) -> list[dg.AssetsDefinition]:
    """The tables of the source `analytics`: their `meta` names a function and its inputs."""
    return [_asset(project, table) for table in project.analytics]


def compute(project: Project, engine: Engine, table: Mapping[str, Any]) -> int:
    """Hands the inputs of a table to its function, writes what it returns, and says how many rows.

    Raises:
        EmporiumError: an input has not been built.
    """
    module, _, name = _meta(table)["function"].rpartition(".")
    inputs = {}
    for model in _meta(table)["inputs"]:
        node = project.manifest["nodes"][f"model.{project.name}.{model}"]
        rows = engine.read(node["schema"], node["alias"])
        if rows is None:
            raise EmporiumError(
                f"{node['schema']}.{node['alias']} has not been built in {engine.candidates}: "
                "materialise it with what reads it."
            )
        inputs[model] = rows
    found = getattr(import_module(module), name)(**inputs)
    columns = {column["name"]: column["data_type"] for column in table["columns"].values()}
    engine.write(table["schema"], table["identifier"], columns, found)
    return len(found)


def _asset(project: Project, table: Mapping[str, Any]) -> dg.AssetsDefinition:
    nodes = project.manifest["nodes"]
    inputs = [nodes[f"model.{project.name}.{model}"] for model in _meta(table)["inputs"]]

    @dg.asset(
        name=table["name"],
        key_prefix=table["source_name"],
        deps=[[node["schema"], node["name"]] for node in inputs],
        group_name="analytics",
        kinds={"python"},
        description=table["description"],
        metadata={
            "dagster/column_schema": dg.TableSchema(
                [
                    dg.TableColumn(
                        column["name"], column["data_type"], description=column["description"]
                    )
                    for column in table["columns"].values()
                ]
            )
        },
        op_tags=BEFORE_GATES,
    )
    def computed(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> dg.MaterializeResult[None]:
        """Computes the table and writes it beside the candidates."""
        with told_to_dagster():
            try:
                rows = compute(project, warehouse.engine, table)
            except Exception as error:
                run = warehouse.run(context)
                for mart in project.marts:
                    record_held(
                        warehouse.paths, run, mart, f"{table['name']} was not computed: {error}"
                    )
                raise
        progress.info("%s: %s rows", table["name"], f"{rows:,}")
        return dg.MaterializeResult(metadata={"dagster/row_count": rows})

    return computed


def _meta(table: Mapping[str, Any]) -> Mapping[str, Any]:
    meta: Mapping[str, Any] = table["config"]["meta"]
    return meta
