"""dbt in this process, where its imports are paid once; orchestration in one of its own."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.lean_dbt import spare_work
from orchestration.paths import Paths
from orchestration.profile import PROFILES_DIR
from tests.project import forked

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest


@contextmanager
def data_folder(paths: Paths) -> Iterator[None]:
    """The data folder in the environment, where dbt's profile and macros look for it."""
    before = os.environ.get("EMPORIUM_DATA")
    os.environ["EMPORIUM_DATA"] = str(paths.data)
    try:
        yield
    finally:
        if before is None:
            del os.environ["EMPORIUM_DATA"]
        else:
            os.environ["EMPORIUM_DATA"] = before


def invoke(
    project: Path,
    paths: Paths,
    target_path: Path,
    *arguments: str,
    manifest: "Manifest | None" = None,
) -> "dbtRunnerResult":
    """Runs a command of dbt in a project folder and on a data folder, and lets go of its files.

    For targets on DuckDB: a session of Spark would stay for as long as this process.

    Args:
        manifest: what dbt is to take for the project; by default it parses it.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    spare_work()
    paths.build.mkdir(parents=True, exist_ok=True)
    settings = ["--project-dir", str(project), "--profiles-dir", str(PROFILES_DIR)]
    settings += ["--target", paths.dbt_target]
    settings += ["--target-path", str(target_path), "--log-path", str(target_path)]
    try:
        with data_folder(paths):
            return dbtRunner(manifest).invoke(["--quiet", "--no-use-colors", *arguments, *settings])
    finally:
        DuckDBConnectionManager.close_all_connections()


def orchestrate(
    paths: Paths, *arguments: str, project: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`python -m orchestration` in a project folder and on a data folder, as a user starts it."""
    return forked.orchestrate(
        [*arguments],
        project,
        {**os.environ, "EMPORIUM_DATA": str(paths.data), **environment},
        timeout=600,
    )
