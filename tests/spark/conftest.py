"""One session of Spark, with a catalogue of its own, for all tests that need one."""

import os
from collections.abc import Iterator

import pytest

from orchestration.engines.spark import Spark
from orchestration.errors import EmporiumError
from orchestration.paths import Paths
from orchestration.spark import machine


@pytest.fixture(scope="session")
def needs_spark() -> None:
    """Skips, and says so, where Spark cannot run."""
    try:
        machine.require_packages()
        machine.require_java()
    except EmporiumError as error:
        pytest.skip(f"NO SPARK: {error}")


@pytest.fixture(scope="session")
def spark(needs_spark: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spark]:
    """The engine with a session that has started, on an empty data folder."""
    os.environ.setdefault("EMPORIUM_SPARK_MEMORY", "1g")
    paths = Paths(tmp_path_factory.mktemp("spark"), "spark")
    from orchestration.engines import engine_of

    engine = engine_of(paths)
    assert isinstance(engine, Spark)
    engine.session.sql("set spark.sql.shuffle.partitions = 1")
    yield engine
    engine.close()
