"""A warehouse by dbt and Python, as a run builds it, without gates and publication."""

import json

from orchestration.computing import compute_built, stages
from orchestration.engines import engine_of
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from tests.project.batches import BUILD
from tests.project.builds import dbt


def build_marts(paths: Paths, source: str, *models: str) -> None:
    """Builds models, and what they read, in two stages around what Python computes."""
    project, engine = Project(paths, source), engine_of(paths)
    arguments = (*BUILD, "--vars", json.dumps(project.variables))
    before, after = stages(models)
    first = dbt(PROJECT_DIR, paths, *arguments, *before)
    assert set(first.results.values()) <= {"success", "no-op"}, first.said
    project.manifest = first.manifest
    compute_built(project, engine, first.results)
    engine.close()
    second = dbt(PROJECT_DIR, paths, *arguments, *after)
    assert set(second.results.values()) <= {"success", "no-op"}, second.said
