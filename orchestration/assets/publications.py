"""The published marts as assets."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from orchestration.basis import keep
from orchestration.errors import EmporiumError, told_to_dagster
from orchestration.history import publication_of
from orchestration.progress import progress
from orchestration.project import Project
from orchestration.resources import Warehouse


def published_mart(
    project: Project, mart: str, tables: Mapping[str, dg.AssetKey]
) -> dg.AssetsDefinition:
    """The mart as readers find it."""

    @dg.asset(
        name=mart,
        key_prefix="published",
        deps=[*tables.values(), *(["published", read] for read in sorted(project.reads[mart]))],
        group_name=mart,
        kinds={project.paths.engine},
        description=_description(project, mart),
        op_tags={"dagster/priority": "0"},
    )
    def published(
        context: dg.AssetExecutionContext, warehouse: Warehouse
    ) -> dg.MaterializeResult[Any]:
        """Publishes this mart and, in the same swap, every other that this run has cleared.

        Readers never see half a run: the first to come publishes for all, the others find their
        mart published.
        """
        paths = warehouse.paths
        with told_to_dagster():
            run = warehouse.run(context)
            found = publication_of(paths, run, mart)
            if found is None:
                cleared = _cleared(project, warehouse, _selected(project, context))
                if mart not in cleared:
                    raise EmporiumError(
                        f"{mart} is not published, because it or a mart that it reads has been "
                        "built since its gate was last green: materialise these marts with "
                        "their checks."
                    )
                publications = warehouse.engine.publish(
                    run, {name: project.marts[name] for name in cleared}
                )
                if set(cleared) == set(project.marts):
                    keep(paths)
                for publication in publications:
                    progress.info("%s: %s", publication.mart, publication.status)
                found = next(each for each in publications if each.mart == mart)
        return dg.MaterializeResult(
            metadata={
                "status": found.status,
                "version": found.version or 0,
                "as_of": str(found.as_of),
                "tables": found.table_count,
                "dagster/row_count": found.row_count,
                "content_hash": found.content_hash or "",
                "readers": warehouse.engine.readers,
            }
        )

    return published


def _description(project: Project, mart: str) -> str:
    """What is published, and where its columns are shown."""
    grains = {
        node["name"]: node["description"].split(". ")[0].rstrip(".").replace("\n", " ")
        for node in project.manifest["nodes"].values()
        if node["resource_type"] == "model"
    }
    tables = (
        f"- [{mart}.{table}](/assets/{mart}/{table}): {grains[table]}."
        for table in project.marts[mart]
    )
    return (
        f"The tables of {mart} as readers find them: the last version that its gate let through. "
        " Columns are those of the candidates:\n\n" + "\n".join(tables)
    )


def _selected(project: Project, context: dg.AssetExecutionContext) -> list[str]:
    """The marts that this run was asked to publish."""
    selected = context.run.asset_selection
    if not selected:  # The whole job.
        return list(project.marts)
    return [mart for mart in project.marts if dg.AssetKey(["published", mart]) in selected]


def _cleared(project: Project, warehouse: Warehouse, marts: list[str]) -> list[str]:
    """Those of the marts that may be published: they and every mart they read are cleared."""
    cleared = warehouse.engine.cleared_marts()
    return [mart for mart in marts if {mart, *project.read_through(mart)} <= cleared]
