"""A change of a few models, built with all that follows from it, before anything is published."""

import json
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from orchestration.computing import ON_ANALYTICS, compute, inputs
from orchestration.engines import engine_of
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR
from orchestration.profile import PROFILES_DIR
from orchestration.progress import progress
from orchestration.project import Project

if TYPE_CHECKING:
    from dbt.contracts.results import RunResult

WELL = ("success", "pass", "no-op")


@dataclass(frozen=True)
class Outcome:
    """What dbt did with a node.

    Attributes:
        node: unique id.
        status: dbt's word for it.
        seconds: how long it took.
        message: what it said; of a failed unit test, the rows that differ.
    """

    node: str
    status: str
    seconds: float
    message: str

    @property
    def is_well(self) -> bool:
        """Whether it was built, or held."""
        return self.status in WELL


def build(project: Project, models: Sequence[str], as_of: str = "") -> list[Outcome]:
    """Runs the unit tests of models, then builds these and all that reads them, with data tests.

    What Python computes is computed anew where one of its inputs has been built. Incremental models
    do what they do in a run: a changed formula rebuilds what depends on it.

    Args:
        models: names.
        as_of: first day not covered, as the last run was told; empty: as the project says.

    Returns:
        What came of it, in order, up to the stage that failed.

    Raises:
        EmporiumError: no model or seed has one of the names, dbt cannot parse the project, or
            nothing has been built yet.
    """
    if project.paths.engine != "duckdb":
        raise EmporiumError("Models are tried on DuckDB alone: leave TARGET out.")
    if not project.paths.warehouse.exists():
        raise EmporiumError(
            f"Nothing has been built below {project.paths.data}, which the models could read: run "
            "`make refresh` or `make demo` first."
        )
    dbt = _Dbt(project, as_of)
    require(dbt.project, models)
    done = dbt.run("test", "--select", *(f"{model},test_type:unit" for model in models))
    if not all(each.is_well for each in done):
        return done
    followers = [f"{model}+" for model in models]
    done += dbt.run("build", "--select", *followers, "--exclude", ON_ANALYTICS)
    if not all(each.is_well for each in done):
        return done
    computed = _compute(project, {each.node for each in done})
    on_analytics = [f"{follower},{ON_ANALYTICS}" for follower in followers]
    on_analytics += [f"source:analytics.{name}+" for name in computed]
    return done + dbt.run("build", "--select", *on_analytics)


class _Dbt:
    """dbt in this process, which reads the project once."""

    def __init__(self, project: Project, as_of: str) -> None:
        from dbt.cli.main import dbtRunner

        from orchestration.lean_dbt import spare_work

        spare_work()
        # Each statement in dbt's log takes as long to write as many take to run.
        os.environ.setdefault("DBT_LOG_LEVEL_FILE", "info")
        self.folder = project.artifacts("try")
        variables = {**project.variables, **({"as_of": as_of} if as_of else {})}
        self.settings = ["--project-dir", str(PROJECT_DIR), "--profiles-dir", str(PROFILES_DIR)]
        self.settings += ["--target", project.paths.dbt_target, "--vars", json.dumps(variables)]
        self.settings += ["--target-path", str(self.folder), "--log-path", str(self.folder)]
        progress.debug("reading the project")
        parsed = dbtRunner().invoke(["--quiet", "--no-use-colors", "parse", *self.settings])
        if not parsed.success:
            raise EmporiumError(f"dbt cannot parse the project: {_line(parsed.exception)}")
        self.runner = dbtRunner(manifest=parsed.result)  # pyrefly: ignore[bad-argument-type]
        project.manifest = json.loads((self.folder / "manifest.json").read_text())
        self.project = project

    def run(self, command: str, *selection: str) -> list[Outcome]:
        """Runs a command on a selection, which may be of nothing."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        progress.debug("dbt %s %s", command, " ".join(selection))
        arguments = [command, *selection]
        if command == "build":
            arguments += ["--exclude-resource-type", "unit_test", "--indirect-selection", "eager"]
        try:
            done = self.runner.invoke(["--quiet", "--no-use-colors", *arguments, *self.settings])
        finally:
            # What Python computes and what is compared opens the file, too.
            DuckDBConnectionManager.close_all_connections()
        results: Sequence[RunResult] = getattr(done.result, "results", [])
        if not done.success and not results:
            raise EmporiumError(f"dbt could not go on: {_line(done.exception)}")
        return [
            Outcome(
                each.node.unique_id,
                str(each.status),
                each.execution_time,
                str(each.message or ""),
            )
            for each in results
            if each.node.resource_type != "operation" or str(each.status) not in WELL
        ]


def require(project: Project, models: Sequence[str]) -> None:
    """Sees to it that models or seeds have these names, before anything is built.

    Raises:
        EmporiumError: one is none.
    """
    nodes = project.manifest["nodes"].values()
    known = {node["name"] for node in nodes if node["resource_type"] in ("model", "seed")}
    for name in models:
        if name not in known:
            raise EmporiumError(
                f"No model or seed is named '{name}'{_similar(name, known)}; with one source "
                "system alone, models of others are switched off."
            )


def _similar(name: str, known: Collection[str]) -> str:
    from difflib import get_close_matches

    found = get_close_matches(name, known)
    return f" (is it {' or '.join(found)}?)" if found else ""


def _compute(project: Project, built: Collection[str]) -> list[str]:
    """Computes what reads something that has been built, and names it."""
    engine = engine_of(project.paths)
    computed = []
    try:
        for table in project.analytics:
            if any(node["unique_id"] in built for node in inputs(project, table)):
                progress.debug("computing %s", table["name"])
                compute(project, engine, table)
                computed.append(str(table["name"]))
    finally:
        engine.close()
    return computed


def _line(error: Any) -> str:
    return " ".join(str(error).split())[:500]
