"""What Python makes of tables of intermediate, between two stages of dbt."""

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import Any

from orchestration.engines import Engine
from orchestration.errors import EmporiumError
from orchestration.project import Project

# What reads the tables that Python writes, as dbt selects it: the second stage.
ON_ANALYTICS = "source:analytics+"


def stages(models: Sequence[str]) -> tuple[list[str], list[str]]:
    """What dbt selects before Python computes, and after: all, or models and what they read."""
    if not models:
        return ["--exclude", ON_ANALYTICS], ["--select", ON_ANALYTICS]
    # A test whose other tables are not built has nothing to say.
    chosen = ["--indirect-selection", "buildable", "--select"]
    first = [*chosen, *(f"+{model}" for model in models), "--exclude", ON_ANALYTICS]
    return first, [*chosen, *(f"+{model},{ON_ANALYTICS}" for model in models)]


def compute_built(project: Project, engine: Engine, built: Collection[str]) -> None:
    """Computes the tables of the source `analytics` whose inputs, by unique id, have been built."""
    for table in project.analytics:
        if all(node["unique_id"] in built for node in inputs(project, table)):
            compute(project, engine, table)


def compute(project: Project, engine: Engine, table: Mapping[str, Any]) -> int:
    """Computes a table of the source `analytics`: its `meta` names a function and its inputs.

    Returns:
        How many rows were written.

    Raises:
        EmporiumError: an input has not been built.
    """
    meta = table["config"]["meta"]
    tables = {}
    for node in inputs(project, table):
        rows = engine.read(node["schema"], node["name"])
        if rows is None:
            raise EmporiumError(
                f"{table['name']} cannot be computed: there is no {node['schema']}.{node['name']} "
                f"in {engine.candidates}; build it first."
            )
        tables[node["name"]] = rows
    module, _, function = meta["function"].rpartition(".")
    found = getattr(import_module(module), function)(**tables)
    columns = {column["name"]: column["data_type"] for column in table["columns"].values()}
    engine.write(table["schema"], table["identifier"], columns, found)
    return len(found)


def inputs(project: Project, table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The models that a table is computed of."""
    names = table["config"]["meta"]["inputs"]
    return [project.manifest["nodes"][f"model.{project.name}.{name}"] for name in names]
