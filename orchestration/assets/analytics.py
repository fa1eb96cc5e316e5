"""What Python makes of tables of intermediate, as assets between two stages of dbt."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.computing import compute, inputs
from orchestration.errors import told_to_dagster
from orchestration.history import record_held
from orchestration.progress import progress
from orchestration.project import Project
from orchestration.resources import Warehouse

# Before any gate opens the build file, which the second stage of dbt has to write.
BEFORE_GATES = {"dagster/priority": "2"}


def analytics_assets(project: Project) -> list[dg.AssetsDefinition]:
    """The tables of the source `analytics`: their `meta` names a function and its inputs."""
    return [_asset(project, table) for table in project.analytics]


def _asset(project: Project, table: Mapping[str, Any]) -> dg.AssetsDefinition:
    columns = [
        dg.TableColumn(column["name"], column["data_type"], description=column["description"])
        for column in table["columns"].values()
    ]
    schema = {"dagster/column_schema": dg.TableSchema(columns)}

    @dg.asset(
        name=table["name"],
        key_prefix=table["source_name"],
        deps=[[node["schema"], node["name"]] for node in inputs(project, table)],
        group_name="analytics",
        kinds={"python"},
        description=table["description"],
        metadata=schema,
        op_tags=BEFORE_GATES,
    )
    def computed(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> dg.MaterializeResult[Any]:
        """Computes the table and writes it beside the candidates."""
        with told_to_dagster():
            try:
                rows = compute(project, warehouse.engine, table)
            except Exception as error:
                run = warehouse.run(context)
                for mart in project.marts_on_analytics:
                    record_held(
                        warehouse.paths, run, mart, f"{table['name']} was not computed: {error}"
                    )
                raise
        progress.info("%s: %s rows", table["name"], f"{rows:,}")
        return dg.MaterializeResult(metadata={**schema, "dagster/row_count": rows})

    return computed
