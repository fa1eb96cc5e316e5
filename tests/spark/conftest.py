"""A session of Spark for small tests, and the same landed files built on Spark beside DuckDB."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.engines import engine_of
from orchestration.engines.spark import Spark
from orchestration.errors import EmporiumError
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.profile import engine_settings
from orchestration.project import Project
from orchestration.spark import machine, session
from simulator.story import SYSTEM
from tests.project.parsing import place_parsed
from tests.spark.comparison import META, Difference, differences_in, export
from tests.spark.machine import SMALL

# A small world is all start: a compiler that optimises less is done sooner. It keeps as much code.
# Nor has its catalogue to outlive the machine: it need not wait for the disk.
JAVA_OPTIONS = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=240m "
    "-Dderby.system.durability=test"
)
# Marker -> what runs such tests.
TARGETS = {
    "spark": "spark-test",
    "spark_parity": "spark-test",
    "spark_increments": "spark-test",
    "spark_cluster": "spark-cluster-test",
}


@dataclass(frozen=True)
class SparkWorld:
    """A data folder whose files DuckDB has built, and its copy, which Spark builds."""

    built: Paths
    paths: Paths
    environment: dict[str, str]

    @property
    def manifest(self) -> dict[str, Any]:
        """dbt's manifest of the build on Spark."""
        manifest: dict[str, Any] = json.loads((self._stages[0] / "manifest.json").read_text())
        return manifest

    @property
    def results(self) -> dict[str, str]:
        """What dbt did on Spark: unique id -> status."""
        return {
            result["unique_id"]: result["status"]
            for stage in self._stages
            for result in json.loads((stage / "run_results.json").read_text())["results"]
        }

    @property
    def _stages(self) -> list[Path]:
        return [self.paths.data / "spark" / "target", self.paths.data / "spark" / "complete"]

    @property
    def relations(self) -> list[str]:
        """What engines have to agree on: models built but those of staging, and the row ledger."""
        results = self.results
        models = [
            f"{node['schema']}.{node['alias']}"
            for name, node in self.manifest["nodes"].items()
            if name in results and node["resource_type"] == "model" and node["schema"] != "staging"
        ]
        return [*models, *META]

    def differences(self) -> Iterator[Difference]:
        """What Spark made otherwise than DuckDB."""
        folder = self.paths.data / "spark" / "export"
        export(self.environment, self.relations, folder)
        return differences_in(self.built.warehouse, self.relations, folder)

    @contextmanager
    def building(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """The build on Spark, as `make spark` starts it."""
        first = self._stages[0]
        place_parsed(self.paths, first, Project(self.paths, SYSTEM).variables)
        with subprocess.Popen(
            [sys.executable, "-m", "orchestration.spark", "--source", SYSTEM, *arguments],
            cwd=PROJECT_DIR,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process:
            yield process


@pytest.fixture
def spark_world(storefront: Paths, tmp_path: Path) -> SparkWorld:
    """The small world, which DuckDB has built."""
    return beside(storefront, tmp_path / "spark")


def beside(built: Paths, folder: Path) -> SparkWorld:
    """A data folder with the files of a DuckDB build, and its salt, or hashes would differ."""
    paths = Paths(folder, "spark")
    shutil.copytree(built.raw, paths.raw)
    settings = {"EMPORIUM_DATA": str(paths.data), **settings_beside(built)}
    return SparkWorld(built, paths, {**os.environ, **settings})


def settings_beside(built: Paths) -> dict[str, str]:
    """The environment of a build on Spark of what DuckDB has built: of the same salt."""
    with duckdb.connect(built.warehouse, read_only=True) as connection:
        ((salt,),) = connection.sql("select salt from meta.salt").fetchall()
    return {"EMPORIUM_SALT": str(salt), "EMPORIUM_SPARK_JAVA_OPTIONS": JAVA_OPTIONS}


@pytest.fixture(scope="session")
def spark(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Spark]:
    """The engine of an empty data folder, with a session of its own for all tests that need one.

    Its catalogue lies on disk, as a user's does, where everything is compared.
    """
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("EMPORIUM_SPARK_MEMORY", "1g")
        environment.setenv("EMPORIUM_SPARK_JAVA_OPTIONS", JAVA_OPTIONS)
        if not is_asked_for("spark_parity", request.config):
            environment.setattr(
                session, "engine_settings", lambda *of: engine_settings(*of) | SMALL
            )
        engine = engine_of(Paths(tmp_path_factory.mktemp("spark"), "spark"))
        assert isinstance(engine, Spark)
        engine.session.sql("set spark.sql.shuffle.partitions = 1")
    yield engine
    engine.close()


@pytest.fixture
def empty_spark(spark: Spark) -> Iterator[Spark]:
    """The engine, of which the test may publish; nothing of it is left for the next one."""
    yield spark
    for (database,) in spark.session.sql("show databases").collect():
        if database != "default":
            spark.session.sql(f"drop database {database} cascade")
    spark._history = spark._rows = (0, {})
    spark._paths.history.unlink(missing_ok=True)


def is_asked_for(marker: str, config: pytest.Config) -> bool:
    """Whether tests with a marker are to run: they take a while."""
    return marker in str(config.option.markexpr).split()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips, loudly, what needs Spark: without Java or the extra, or unless it is asked for.

    No fixture, for those of the session, which build a warehouse, would come before it.
    """
    for marker, target in TARGETS.items():
        if item.get_closest_marker(marker) is None:
            continue
        if not is_asked_for(marker, item.config):
            pytest.skip(f"NO SPARK: `make {target}` runs this")
        try:
            machine.require_packages()
            machine.require_java()
        except EmporiumError as error:
            pytest.skip(f"NO SPARK: {error}")
