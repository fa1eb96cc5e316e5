"""`python -m orchestration.spark`: builds the warehouse on Spark, in process or on a cluster."""

import json
import os
import subprocess
import sys
from typing import Annotated

import typer

from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.project import Project
from orchestration.spark import machine
from orchestration.spark.cluster import HOST, WORKERS, cluster

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
DRIVER_MEMORY = "2g"
EXECUTOR_MEMORY = "768m"


@app.command()
def build(
    source: Annotated[str, typer.Option(help="Build this source system alone.")] = "",
    on_cluster: Annotated[bool, typer.Option(help="On a cluster instead of in process.")] = False,
) -> None:
    """Build all models on Spark, and run all data tests there."""
    try:
        machine.require_packages()
        machine.require_java()
        code = _on_cluster(source) if on_cluster else _in_process(source)
    except EmporiumError as error:
        typer.echo(f"Error: {error}", err=True)
        code = 1
    raise typer.Exit(code)


def _in_process(source: str) -> int:
    machine.require_memory(os.environ.get("EMPORIUM_SPARK_MEMORY", DRIVER_MEMORY))
    return _dbt("spark", source, {})


def _on_cluster(source: str) -> int:
    """On the cluster that EMPORIUM_SPARK_MASTER names, or one of this machine for the time."""
    memory = os.environ.get("EMPORIUM_SPARK_EXECUTOR_MEMORY", EXECUTOR_MEMORY)
    given = os.environ.get("EMPORIUM_SPARK_MASTER")
    if given:
        machine.require_master(given)
        return _dbt("spark_cluster", source, {})
    port = int(os.environ.get("EMPORIUM_SPARK_PORT", "7077"))
    machine.require_free_port(port)
    driver = os.environ.get("EMPORIUM_SPARK_MEMORY", DRIVER_MEMORY)
    machine.require_memory(driver, *[memory] * WORKERS)
    with cluster(Paths.from_environment().data / "spark" / "cluster", port, memory):
        return _dbt("spark_cluster", source, {"EMPORIUM_SPARK_MASTER": f"spark://{HOST}:{port}"})


def _dbt(target: str, source: str, environment: dict[str, str]) -> int:
    """Runs dbt; unit tests prove formulas, in development and on DuckDB."""
    paths = Paths.from_environment()
    folder = paths.data / "spark"
    folder.mkdir(parents=True, exist_ok=True)
    settings = ["--vars", json.dumps(Project(paths, source or None).variables)]
    command = [sys.executable, "-m", "dbt.cli.main", "build", "--target", target]
    command += ["--exclude-resource-type", "unit_test", *settings]
    return subprocess.run(  # noqa: S603
        command,
        cwd=PROJECT_DIR,
        env={
            **os.environ,
            "EMPORIUM_DATA": str(paths.data),
            "DBT_PROFILES_DIR": str(PROJECT_DIR / "profiles"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "target"),
            "SPARK_LOCAL_IP": HOST,
            **environment,
        },
        check=False,
    ).returncode


app()
