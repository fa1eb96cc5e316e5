"""What Spark needs of the machine, and one sentence for each thing that is missing."""

import importlib.util
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

from orchestration.errors import EmporiumError

JAVA_VERSIONS = (17, 21)
"""The versions of Java that Spark 4 runs on."""
_UNITS = {"k": 1 / 1024, "m": 1, "g": 1024, "t": 1024 * 1024}


def require_packages() -> None:
    """The extra `spark` of this project is installed."""
    if not all(importlib.util.find_spec(name) for name in ("pyspark", "dbt.adapters.spark")):
        raise EmporiumError(
            "Spark is not installed: run `make spark`, which installs requirements-spark.lock."
        )


def require_java() -> None:
    """A Java that Spark runs on is found where Spark looks for it."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    wanted = " or ".join(str(version) for version in JAVA_VERSIONS)
    remedy = f"install Java {wanted} (Debian: openjdk-17-jre-headless) or name it with JAVA_HOME."
    if java is None:
        where = f"in {home}/bin, which JAVA_HOME names" if home else "on the PATH"
        raise EmporiumError(f"Spark needs Java {wanted}, and there is none {where}: {remedy}")
    said = subprocess.run(  # noqa: S603
        [java, "-version"], capture_output=True, text=True, check=False
    ).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version[1]) not in JAVA_VERSIONS:
        found = f"Java {version[1]}" if version else "no Java that tells its version"
        raise EmporiumError(f"Spark needs Java {wanted}, and {java} is {found}: {remedy}")


def require_memory(*sizes: str) -> None:
    """So much memory is free, as Spark writes sizes: 768m, 2g."""
    needed = sum(_megabytes(size) for size in sizes)
    free = _free_megabytes()
    if free is not None and free < needed:
        raise EmporiumError(
            f"Spark needs {needed:,.0f} MiB of memory and {free:,.0f} MiB are free: close what "
            "else runs, or lower EMPORIUM_SPARK_MEMORY or EMPORIUM_SPARK_EXECUTOR_MEMORY."
        )


def require_free_port(port: int) -> None:
    """Nothing listens on a port of this machine."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise EmporiumError(
                f"Port {port} is in use, and Spark's master wants it: stop what listens there, or "
                "name another port with EMPORIUM_SPARK_PORT."
            )


def require_master(master: str) -> None:
    """A cluster answers at `spark://host:port`."""
    address = re.fullmatch(r"spark://([^:/,]+):(\d+)", master)
    if address is None:
        raise EmporiumError(f"EMPORIUM_SPARK_MASTER is {master}: write it as spark://host:port.")
    try:
        socket.create_connection((address[1], int(address[2])), timeout=5).close()
    except OSError:
        raise EmporiumError(
            f"No Spark cluster answers at {master}: start it, or leave EMPORIUM_SPARK_MASTER unset "
            "for one on this machine."
        ) from None


def _megabytes(size: str) -> float:
    parts = re.fullmatch(r"(\d+)([kmgt])b?", size.strip().lower())
    if parts is None:
        raise EmporiumError(f"{size} is no size of memory: write it as 768m or 2g.")
    return int(parts[1]) * _UNITS[parts[2]]


def _free_megabytes() -> float | None:
    """Memory that a new process can have; None where the system does not say."""
    try:
        told = Path("/proc/meminfo").read_text()
    except OSError:
        return None
    available = re.search(r"MemAvailable:\s+(\d+) kB", told)
    return int(available[1]) / 1024 if available else None
