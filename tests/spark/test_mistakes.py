"""What a user can get wrong about Spark: one sentence, and nothing is published."""

import socket
from pathlib import Path

import pytest

from orchestration.paths import Paths
from orchestration.spark.session import plain
from tests.conftest import Emporium

RUN = ("run", "--source", "online_retail")


def sentence(emporium: Emporium, folder: Path, *arguments: str, **environment: str) -> str:
    """What a refused command says, after checking that it says nothing else and left nothing."""
    paths = Paths(folder / "data")
    done = emporium(paths, *arguments, **environment)
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr
    [line] = [line for line in done.stderr.splitlines() if line.strip()]
    assert line.startswith("Error: ")
    assert not list(paths.data.rglob("*.parquet"))
    assert not (paths.data / "serving").exists()
    return line


def test_a_target_that_the_profile_does_not_know(emporium: Emporium, tmp_path: Path) -> None:
    told = sentence(emporium, tmp_path, *RUN, "--target", "sparkle")
    assert "Unknown target 'sparkle'" in told
    assert "duckdb, spark, spark_cluster" in told
    assert "Unknown target" in sentence(emporium, tmp_path, *RUN, EMPORIUM_TARGET="nowhere")


@pytest.mark.spark
def test_no_java(emporium: Emporium, tmp_path: Path) -> None:
    told = sentence(emporium, tmp_path, *RUN, "--target", "spark", JAVA_HOME=str(tmp_path))
    assert "Spark needs Java" in told
    assert "JAVA_HOME" in told


@pytest.mark.spark
def test_too_little_memory(emporium: Emporium, tmp_path: Path) -> None:
    told = sentence(
        emporium, tmp_path, *RUN, EMPORIUM_TARGET="spark", EMPORIUM_SPARK_MEMORY="4000g"
    )
    assert "MiB of memory" in told
    assert "EMPORIUM_SPARK_MEMORY" in told


@pytest.mark.spark
def test_a_cluster_that_is_not_there(emporium: Emporium, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        master = f"spark://127.0.0.1:{free.getsockname()[1]}"
    told = sentence(
        emporium,
        tmp_path,
        "rollback",
        EMPORIUM_TARGET="spark_cluster",
        EMPORIUM_SPARK_MASTER=master,
    )
    assert f"No Spark cluster answers at {master}" in told


@pytest.mark.parametrize(
    ("message", "meaning"),
    [
        ("Job aborted: java.lang.OutOfMemoryError: Java heap space", "EMPORIUM_SPARK_MEMORY"),
        ("java.io.IOException: No space left on device", "the disk is full"),
        ("ERROR XSDB6: Another instance of Derby may have already booted", "another process"),
        ("All masters are unresponsive! Giving up.", "the Spark cluster has gone"),
        ("[DIVIDE_BY_ZERO] Division by zero. SQLSTATE: 22012\nJVM stacktrace:\nat x", "by zero"),
    ],
)
def test_errors_of_spark_are_told_in_a_clause(message: str, meaning: str) -> None:
    told = plain(message)
    assert meaning in told
    assert "stacktrace" not in told
    assert "SQLSTATE" not in told
