"""DuckDB and Spark say the same of the same files."""

import re
import time
from pathlib import Path

import pytest

from tests.spark.comparison import META
from tests.spark.conftest import SparkWorld

MODELS_AT_LEAST = 150
"""Conformed entities, identity, sessions and marts: fewer, and the comparison skipped some."""
TESTS_AT_LEAST = 60


@pytest.mark.spark_parity
@pytest.mark.timeout(7200)
def test_spark_says_what_duckdb_says(spark_world: SparkWorld) -> None:
    with spark_world.building() as process:
        said = process.communicate()[0]
    assert process.returncode == 0, said[-5000:]
    tests = [status for name, status in spark_world.results.items() if name.startswith("test.")]
    assert len(tests) > TESTS_AT_LEAST
    assert set(tests) == {"pass"}
    assert len(spark_world.relations) > MODELS_AT_LEAST + len(META)
    assert list(spark_world.differences()) == []


@pytest.mark.spark_cluster
@pytest.mark.timeout(7200)
def test_a_cluster_that_loses_a_worker_says_the_same(spark_world: SparkWorld) -> None:
    from orchestration.spark.cluster import HOST, cluster

    port, log = 17077, spark_world.paths.data / "spark" / "target" / "dbt.log"
    spark_world.environment["EMPORIUM_SPARK_MASTER"] = f"spark://{HOST}:{port}"
    with (
        cluster(spark_world.paths.data / "cluster", port, "768m") as workers,
        spark_world.building("--on-cluster") as process,
    ):
        while process.poll() is None and not _has_built(log, "int_orders"):
            time.sleep(0.5)
        assert process.poll() is None, "the build ended before a worker could be lost"
        workers[0].kill()
        said = process.communicate()[0]
    assert process.returncode == 0, said[-5000:]
    assert list(spark_world.differences()) == []


def _has_built(log: Path, model: str) -> bool:
    created = rf"OK created sql \w+ model intermediate\.{model} "
    return log.exists() and re.search(created, log.read_text()) is not None
