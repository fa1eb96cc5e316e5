"""A machine of Spark in a process of its own, on which dbt runs and tables are compared in turn.

Starting anew for each step would cost as much again.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration.paths import PROJECT_DIR, Paths
from orchestration.profile import engine_settings
from orchestration.spark import session
from tests.project.builds import Build, dbt, in_this_process
from tests.spark.comparison import Difference, compared, differences_in, staged
from tests.spark.export import write

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SMALL = {
    # A catalogue that outlives its machine is half of what a statement costs.
    "spark.sql.catalogImplementation": "in-memory",
    # To compile code, spread rows or change plans on the way costs more than rows as few as these:
    # `make spark-test` does it as a user's run does.
    "spark.master": "local[1]",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.shuffle.partitions": "1",
}

_sessions: list["SparkSession"] = []


@dataclass(frozen=True)
class Machine:
    """The machine of a data folder."""

    paths: Paths
    process: ProcessPoolExecutor

    def dbt(self, *arguments: str) -> Build:
        """Runs dbt on the machine."""
        return dbt(PROJECT_DIR, self.paths, *arguments, run=self._run)

    def differences(self, done: Build, expected: Paths, *ignored: str) -> Iterator[Difference]:
        """What a build made here otherwise than DuckDB made it in another data folder.

        Args:
            ignored: folders of models that are not compared.
        """
        relations, folder = compared(done, *ignored), self.paths.data / "export"
        self.process.submit(_write, relations, folder).result()
        return differences_in(expected.warehouse, relations, folder, staged(done))

    def lend(self, relations: Sequence[str], built: Paths) -> None:
        """Gives the machine tables as DuckDB has built them in another data folder."""
        folder = self.paths.data / "lent"
        with duckdb.connect(str(built.warehouse), read_only=True) as connection:
            for name in relations:
                (folder / name).mkdir(parents=True)
                connection.sql(
                    f"copy (from {name}) to '{folder / name}/rows.parquet' (format parquet)"
                )
        self.process.submit(_lend, relations, folder).result()

    def _run(self, project: Path, paths: Paths, *arguments: str) -> str:
        return self.process.submit(in_this_process, project, paths, *arguments).result()


@contextmanager
def started(paths: Paths, environment: Mapping[str, str]) -> Iterator[Machine]:
    """A machine that ends with the block.

    Args:
        environment: variables that dbt and Spark are to find.
    """
    with ProcessPoolExecutor(1, get_context("spawn"), _start, (paths, environment)) as process:
        try:
            yield Machine(paths, process)
        finally:
            process.submit(_stop).result()


def _start(paths: Paths, environment: Mapping[str, str]) -> None:
    os.chdir(PROJECT_DIR)
    os.environ.update(environment)
    # dbt takes up the session that it finds.
    session.engine_settings = lambda target, data: engine_settings(target, data) | SMALL
    _sessions.append(session.start(paths))


def _write(relations: Sequence[str], folder: Path) -> None:
    write(_sessions[0], relations, folder)


def _lend(relations: Sequence[str], folder: Path) -> None:
    for name in relations:
        _sessions[0].sql(f"create database if not exists {name.partition('.')[0]}")
        _sessions[0].sql(f"create table {name} using parquet location '{folder / name}'")


def _stop() -> None:
    session.stop(_sessions.pop())
