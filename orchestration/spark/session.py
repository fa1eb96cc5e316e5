"""A Spark session with the settings of the profile: what it needs, how it starts and ends, and what
its errors mean."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import EmporiumError
from orchestration.paths import Paths
from orchestration.profile import engine_settings
from orchestration.spark import machine

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# What Spark says when the machine is too small or a part of it has gone, and what that means.
_FAULTS = {
    r"No space left on device|Disk quota exceeded": (
        "the disk is full: free some, or point EMPORIUM_DATA to a larger one"
    ),
    r"OutOfMemoryError|Java heap space|GC overhead limit|SparkOutOfMemoryError": (
        "Spark has too little memory: give it more with EMPORIUM_SPARK_MEMORY=4g"
    ),
    r"Another instance of Derby|ERROR XSDB6": (
        "another process has Spark's catalogue open: wait until that has ended, or stop it"
    ),
    r"All masters are unresponsive|Master removed our application|Could not connect to .*7077": (
        "the Spark cluster has gone or has no worker left: start it, then run again"
    ),
    r"Answer from Java side is empty|Connection refused|Py4JNetworkError|while sending or receiv": (
        "the process of Spark has ended: its log says why, most likely for want of memory"
    ),
}


def require(paths: Paths) -> None:
    """Sees to it that a session can start here, before anything is done.

    Raises:
        EmporiumError: pyspark or dbt-spark is not installed, there is no Java that Spark runs on,
            too little memory, or no cluster that answers.
    """
    machine.require_packages()
    machine.require_java()
    settings = engine_settings(paths.dbt_target, paths.data)
    machine.require_memory(settings["spark.driver.memory"])
    if settings["spark.master"].startswith("spark://"):
        machine.require_master(settings["spark.master"])


def start(paths: Paths) -> "SparkSession":
    """A new session. What it and its Java say goes to a log: a terminal has one line a step.

    Raises:
        EmporiumError: it does not start.
    """
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.logger import PySparkLogger
    from pyspark.sql import SparkSession

    # Every error is also printed, as JSON: what it says is in the exception that follows.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        PySparkLogger.getLogger(name).setLevel(logging.CRITICAL + 1)
    paths.spark_log.parent.mkdir(parents=True, exist_ok=True)
    settings = engine_settings(paths.dbt_target, paths.data)
    configuration = SparkConf().setAppName("emporium").setAll(list(settings.items()))
    try:
        with paths.spark_log.open("wb") as log, told(paths):
            gateway = launch_gateway(configuration, {"stdout": log, "stderr": log})
            context = SparkContext(conf=configuration, gateway=gateway)
            session = SparkSession(context)
            # The first look opens the catalogue.
            session.sql("show databases").collect()
    except PySparkException as error:
        raise EmporiumError(
            f"Spark does not start ({plain(_last_lines(paths.spark_log) or str(error))}): its log "
            f"is {paths.spark_log}."
        ) from error
    return session


def stop(session: "SparkSession") -> None:
    """Ends a session and its Java, which alone lets go of the catalogue."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    session.stop()
    if gateway is not None:
        process = getattr(gateway, "proc", None)
        gateway.shutdown()
        SparkContext._gateway = SparkContext._jvm = None
        if process is not None:
            process.stdin.close()
            process.wait(timeout=60)


@contextmanager
def told(paths: Paths) -> Iterator[None]:
    """Turns Spark's errors into one sentence.

    Raises:
        EmporiumError: Spark raised.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError, ConnectionError) as error:
        raise EmporiumError(
            f"Spark could not go on: {plain(str(error))} (its log is {paths.spark_log})."
        ) from error


def plain(message: str) -> str:
    """The cause of an error of Spark's, in one clause, without the stack of Java's calls."""
    for pattern, meaning in _FAULTS.items():
        if re.search(pattern, message):
            return meaning
    told = message.split("JVM stacktrace:")[0].split("SQLSTATE:")[0]
    return " ".join(told.split())[:500].rstrip(" .;")


def _last_lines(log: Path) -> str:
    """The last of Java's errors that a log tells."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    errors = [line for line in lines if re.search(r"Error|Exception|Caused by", line)]
    return "\n".join(errors[-5:])
