"""The dbt project as assets: two processes build the candidates of all marts.

The first builds everything but what reads the source `analytics`, which Python writes from what the
first has built; the second builds the rest.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, NoReturn

import dagster as dg
from dagster_dbt import DbtCliInvocation, DbtCliResource, DbtProject, dbt_assets

from orchestration.assets.analytics import BEFORE_GATES
from orchestration.assets.raw import as_of_of
from orchestration.basis import basis_of, forget, stands
from orchestration.computing import ON_ANALYTICS
from orchestration.engines import Engine, Relation
from orchestration.errors import EmporiumError, told_to_dagster
from orchestration.history import record_held, record_ledger
from orchestration.paths import PROJECT_DIR
from orchestration.profile import PROFILES_DIR
from orchestration.progress import progress
from orchestration.project import Project
from orchestration.resources import Warehouse
from orchestration.translator import FolderTranslator

_NO_UNIT_TESTS = "resource_type:unit_test"


class Build(dg.Config):
    """What a build may be told.

    Attributes:
        as_of: first day that the data does not cover, YYYY-MM-DD; empty: as the project says.
    """

    as_of: str = ""


def dbt_project(project: Project) -> DbtProject:
    """The project as dagster-dbt knows it."""
    return DbtProject(
        project_dir=PROJECT_DIR,
        target_path=project.paths.target,
        profiles_dir=PROFILES_DIR,
        target=project.paths.dbt_target,
    )


def candidate_assets(project: Project) -> tuple[dg.AssetsDefinition, dg.AssetsDefinition]:
    """All seeds and models, in two stages around what Python computes.

    Unit tests prove formulas before data, so runs leave them out.
    """

    @dbt_assets(
        manifest=project.manifest,
        project=dbt_project(project),
        name="build",
        exclude=f"{_NO_UNIT_TESTS} {ON_ANALYTICS}",
        dagster_dbt_translator=FolderTranslator(),
        op_tags=BEFORE_GATES,
    )
    def built(
        context: dg.AssetExecutionContext, config: Build, dbt: DbtCliResource, warehouse: Warehouse
    ) -> Iterator[Any]:
        """Builds the candidates, then tells columns, row counts and the row ledger.

        If nothing has changed, it makes nothing, and what follows is skipped.
        """
        marts = list(project.marts)
        if not _has_work(project, context, config.as_of, warehouse.engine):
            progress.info("nothing has changed since all marts were published: they stand")
            return
        yield from _stage(project, "build", marts, context, config.as_of, dbt, warehouse)
        with told_to_dagster():
            engine, run = warehouse.engine, warehouse.run(context)
            problem = _all_rows_invalid(engine)
            if problem:
                _hold(marts, warehouse, context, problem)
            record_ledger(warehouse.paths, run)

    @dbt_assets(
        manifest=project.manifest,
        project=dbt_project(project),
        name="complete",
        select=ON_ANALYTICS,
        exclude=_NO_UNIT_TESTS,
        dagster_dbt_translator=FolderTranslator(),
        op_tags=BEFORE_GATES,
    )
    def completed(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, warehouse: Warehouse
    ) -> Iterator[Any]:
        """Builds the candidates that read what Python computed."""
        as_of, marts = as_of_of(context), project.marts_on_analytics
        yield from _stage(project, "complete", marts, context, as_of, dbt, warehouse)

    return built, completed


def _has_work(
    project: Project, context: dg.AssetExecutionContext, as_of: str, engine: Engine
) -> bool:
    """Whether the run would publish anything else than the last one did.

    Whoever selects assets, rather than to run the job, wants them built in any case.
    """
    with told_to_dagster():
        if context.run.asset_selection:
            forget(project.paths)
            return True
        basis = basis_of(project, as_of)
        if stands(project, engine, basis):
            return False
        forget(project.paths, follows=basis)
        return True


def _stage(
    project: Project,
    name: str,
    marts: Sequence[str],
    context: dg.AssetExecutionContext,
    as_of: str,
    dbt: DbtCliResource,
    warehouse: Warehouse,
) -> Iterator[Any]:
    """One process of dbt, and what it built; if that fails, no mart of these is published."""
    engine = warehouse.engine
    engine.close()
    variables = {**project.variables, **({"as_of": as_of} if as_of else {})}
    invocation = dbt.cli(
        ["build", "--exclude-resource-type", "unit_test", "--vars", json.dumps(variables)],
        context=context,
        raise_on_error=False,
        target_path=project.artifacts(name),
    )
    # Nobody may look at what dbt builds before its process has ended, on either engine: what is
    # told with columns and row counts waits until then, the results of tests do not.
    waiting = []
    for event in invocation.stream():
        if isinstance(event, dg.Output):
            progress.debug("built %s", event.metadata["unique_id"].text)
            waiting.append(event)
        else:
            yield event
    with told_to_dagster():
        about = [(event, _relation(project, event)) for event in waiting]
        built = engine.relations({relation for _, relation in about if relation})
        for event, relation in about:
            facts = _facts(built[relation]) if relation in built else {}
            yield event.with_metadata({**event.metadata, **facts}) if facts else event
        told = str(variables.get("as_of") or "")
        problem = _outside(engine, told) or _problem(engine, invocation)
        if problem:
            _hold(marts, warehouse, context, problem)


def _hold(
    marts: Sequence[str], warehouse: Warehouse, context: dg.AssetExecutionContext, problem: str
) -> NoReturn:
    """Writes down why marts are not published, and ends the step with it."""
    run = warehouse.run(context)
    for mart in marts:
        record_held(warehouse.paths, run, mart, problem)
    raise EmporiumError(problem)


def _relation(project: Project, event: Any) -> tuple[str, str] | None:
    """Schema and name of the table that a dbt event is about, if it is about one."""
    unique_id = getattr(event, "metadata", {}).get("unique_id")
    if unique_id is None or unique_id.text not in project.manifest["nodes"]:
        return None
    node = project.manifest["nodes"][unique_id.text]
    return node["schema"], node.get("alias") or node["name"]


def _facts(relation: Relation) -> dict[str, Any]:
    """Columns and, of a table, rows, as metadata."""
    columns = [dg.TableColumn(**asdict(column)) for column in relation.columns]
    rows = {} if relation.rows is None else {"dagster/row_count": relation.rows}
    return {"dagster/column_schema": dg.TableSchema(columns), **rows}


def _problem(engine: Engine, invocation: DbtCliInvocation) -> str | None:
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
        reason = engine.plain(_first_lines(invocation))
        return f"dbt did not start the build: {reason} (its log is {log})"
    first = failed[0]
    name = first["unique_id"].split(".")[2]
    more = f" and {len(failed) - 1} more" if len(failed) > 1 else ""
    # Which macros dbt was in when a constraint broke is for its log.
    said = str(first["message"]).partition("> in macro ")[0]
    message = engine.plain(" ".join(said.split()))
    return f"The build failed at {name}{more}: {message} (dbt's log is {log})"


def _outside(engine: Engine, as_of: str) -> str | None:
    """A sentence about an AS_OF that the orders do not lie before, if it is such a one."""
    days = engine.read("intermediate", "int_as_of") if as_of else None
    if days is None or days.empty:
        return None
    first, last = (str(days[f"{end}_order_date"][0])[:10] for end in ("first", "last"))
    if not last[:1].isdigit() or as_of > last:  # Without orders there is no such day.
        return None
    return (
        f"AS_OF is {as_of}, but the orders that have landed are of {first} to {last}: name a day "
        f"after {last}, or leave it out; to see an earlier day, land what was known then."
    )


def _first_lines(invocation: DbtCliInvocation) -> str:
    error = invocation.get_error()
    return " ".join(str(error).split())[:500] if error else "no reason given"


def _all_rows_invalid(engine: Engine) -> str | None:
    """A sentence about a source table of which no row kept its contract, if there is one."""
    table = engine.all_rows_invalid()
    if table is None:
        return None
    return (
        f"All {table.rows:,} landed rows of {table.source_system}.{table.source_table} broke its "
        f"contract, most of them because {table.rule}: look at meta.quarantine in "
        f"{engine.candidates}, then land a corrected file."
    )
