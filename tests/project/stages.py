"""The whole warehouse by dbt and Python, as a run builds it, without gates and publication."""

import json

from orchestration.computing import ON_ANALYTICS, compute
from orchestration.engines import engine_of
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests.project.batches import BUILD
from tests.project.builds import dbt


def build_marts(paths: Paths, source: str) -> None:
    """Builds all models on what has landed, in two stages around what Python computes."""
    project, engine = Project(paths, source), engine_of(paths)
    arguments = (*BUILD, "--vars", json.dumps(project.variables))
    first = dbt(PROJECT_DIR, paths, *arguments, "--exclude", ON_ANALYTICS)
    assert set(first.results.values()) <= {"success", "no-op"}, first.said
    project.manifest = first.manifest
    for table in project.analytics:
        compute(project, engine, table)
    engine.close()
    second = dbt(PROJECT_DIR, paths, *arguments, "--select", ON_ANALYTICS)
    assert set(second.results.values()) <= {"success", "no-op"}, second.said
