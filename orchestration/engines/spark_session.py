"""A Spark session with the settings of the profile: what it needs, how it starts and ends, and what
its errors mean."""

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from orchestration.errors import EmporiumError
from orchestration.paths import Paths
from orchestration.profile import spark_settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OLDEST_JAVA = 17
_UNITS = {"k": 2**10, "m": 2**20, "g": 2**30, "t": 2**40}
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
        EmporiumError: pyspark or dbt-spark is not installed, there is no Java or an old one, the
            memory asked for is none or more than there is, or nobody listens where the cluster is.
    """
    missing = [name for name in ("pyspark", "dbt.adapters.spark") if not _is_installed(name)]
    if missing:
        raise EmporiumError(
            f"The target {paths.dbt_target} needs {' and '.join(missing)}: run `make spark`, which "
            "installs them."
        )
    _require_java()
    settings = spark_settings(paths.dbt_target, paths.data)
    _require_memory(settings["spark.driver.memory"])
    master = settings["spark.master"]
    if master.startswith("spark://"):
        _require_cluster(paths.dbt_target, master)


def start(paths: Paths) -> "SparkSession":
    """A new session. What it and its Java say goes to a log: a terminal has one line a step.

    Raises:
        EmporiumError: it does not start.
    """
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    require(paths)
    paths.spark_log.parent.mkdir(parents=True, exist_ok=True)
    settings = spark_settings(paths.dbt_target, paths.data)
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

    gateway = SparkContext._gateway  # type: ignore[attr-defined]
    session.stop()
    if gateway is not None:
        process = getattr(gateway, "proc", None)
        gateway.shutdown()
        SparkContext._gateway = SparkContext._jvm = None  # type: ignore[attr-defined]
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


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java")
    remedy = f"install a Java {OLDEST_JAVA} or later, or name its folder with JAVA_HOME."
    if java is None or not Path(java).is_file():
        raise EmporiumError(f"Spark needs Java, and there is none at {java or 'hand'}: {remedy}")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.search(r'version "(?:1\.)?(\d+)', told.stderr)
    if found is None or int(found[1]) < OLDEST_JAVA:
        version = found[1] if found else "of an unknown version"
        raise EmporiumError(
            f"Spark needs Java {OLDEST_JAVA}, and {java} is Java {version}: {remedy}"
        )


def _require_memory(asked: str) -> None:
    size = re.fullmatch(r"(\d+)([kmgt])b?", asked.strip().lower())
    if size is None:
        raise EmporiumError(
            f"EMPORIUM_SPARK_MEMORY is '{asked}', which is no size: write it as 2g or 512m."
        )
    wanted = int(size[1]) * _UNITS[size[2]]
    there = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    # Less than Spark itself takes before it begins.
    least = 512 * _UNITS["m"]
    if wanted < least:
        raise EmporiumError(
            f"{asked} is too little memory for Spark: give it 512m or more with "
            "EMPORIUM_SPARK_MEMORY."
        )
    if wanted > there:
        raise EmporiumError(
            f"Spark is to have {asked} of memory, and this machine has {there / _UNITS['g']:.1f}g: "
            "give it less with EMPORIUM_SPARK_MEMORY."
        )


def _require_cluster(target: str, master: str) -> None:
    address = urlsplit(master)
    host, port = address.hostname or "", address.port or 7077
    try:
        socket.create_connection((host, port), timeout=5).close()
    except OSError:
        raise EmporiumError(
            f"There is no Spark cluster at {master}, where the target {target} runs: start it, or "
            "take another target."
        ) from None


def _last_lines(log: Path) -> str:
    """The last of Java's errors that a log tells."""
    lines = log.read_text(errors="replace").splitlines() if log.exists() else []
    errors = [line for line in lines if re.search(r"Error|Exception|Caused by", line)]
    return "\n".join(errors[-5:])
