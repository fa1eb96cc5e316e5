"""`python -m orchestration.spark`: builds the warehouse on Spark, in process or on a cluster."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from orchestration.computing import compute_built, stages
from orchestration.engines import engine_of
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.profile import PROFILES_DIR
from orchestration.project import DBT, Project
from orchestration.spark import machine
from orchestration.spark.cluster import HOST, WORKERS, cluster

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
DRIVER_MEMORY = "2g"
EXECUTOR_MEMORY = "768m"


@app.command()
def build(
    source: Annotated[str, typer.Option(help="Build this source system alone.")] = "",
    select: Annotated[
        list[str] | None,
        typer.Option(help="Build this model and what it reads; as often as needed."),
    ] = None,
    on_cluster: Annotated[bool, typer.Option(help="On a cluster instead of in process.")] = False,
) -> None:
    """Build all models on Spark, or some and what they read, and run their data tests there."""
    try:
        machine.require_packages()
        machine.require_java()
        start = _on_cluster if on_cluster else _in_process
        code = start(source, select or [])
    except EmporiumError as error:
        typer.echo(f"Error: {error}", err=True)
        code = 1
    raise typer.Exit(code)


def _in_process(source: str, models: Sequence[str]) -> int:
    machine.require_memory(os.environ.get("EMPORIUM_SPARK_MEMORY", DRIVER_MEMORY))
    return _build("spark", source, models, {})


def _on_cluster(source: str, models: Sequence[str]) -> int:
    """On the cluster that EMPORIUM_SPARK_MASTER names, or one of this machine for the time."""
    memory = os.environ.get("EMPORIUM_SPARK_EXECUTOR_MEMORY", EXECUTOR_MEMORY)
    given = os.environ.get("EMPORIUM_SPARK_MASTER")
    if given:
        machine.require_master(given)
        return _build("spark_cluster", source, models, {})
    port = int(os.environ.get("EMPORIUM_SPARK_PORT", "7077"))
    machine.require_free_port(port)
    driver = os.environ.get("EMPORIUM_SPARK_MEMORY", DRIVER_MEMORY)
    machine.require_memory(driver, *[memory] * WORKERS)
    with cluster(Paths.from_environment().data / "spark" / "cluster", port, memory):
        master = {"EMPORIUM_SPARK_MASTER": f"spark://{HOST}:{port}"}
        return _build("spark_cluster", source, models, master)


def _build(target: str, source: str, models: Sequence[str], environment: dict[str, str]) -> int:
    """Two stages of dbt, and between them what Python computes of the first."""
    os.environ.update({**environment, "EMPORIUM_TARGET": target, "SPARK_LOCAL_IP": HOST})
    paths = Paths.from_environment()
    project = Project(paths, source or None)
    first, second = paths.data / "spark" / "target", paths.data / "spark" / "complete"
    before, after = stages(models)
    code = _dbt(project, first, *before)
    if code:
        return code
    project.manifest = json.loads((first / "manifest.json").read_text())
    engine = engine_of(paths)
    paths.build.mkdir(parents=True, exist_ok=True)
    with closing(engine):
        compute_built(project, engine, _built(first))
    second.mkdir(exist_ok=True)
    # What the first stage has parsed, the second need not.
    shutil.copy(first / "partial_parse.msgpack", second)
    return _dbt(project, second, *after)


def _built(folder: Path) -> set[str]:
    results = json.loads((folder / "run_results.json").read_text())["results"]
    return {result["unique_id"] for result in results}


def _dbt(project: Project, folder: Path, *selection: str) -> int:
    """Runs dbt; unit tests prove formulas, in development and on DuckDB."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [*DBT, "build"]
    command += ["--target", project.paths.dbt_target, *selection]
    command += ["--exclude-resource-type", "unit_test", "--vars", json.dumps(project.variables)]
    return subprocess.run(  # noqa: S603
        command,
        cwd=PROJECT_DIR,
        env={
            # As in a run: each statement in the log takes as long to write as many take to run.
            "DBT_LOG_LEVEL_FILE": "info",
            **os.environ,
            "EMPORIUM_DATA": str(project.paths.data),
            "DBT_PROFILES_DIR": str(PROFILES_DIR),
            "DBT_TARGET_PATH": str(folder),
            "DBT_LOG_PATH": str(folder),
        },
        check=False,
    ).returncode


app()
