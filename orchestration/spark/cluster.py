"""A Spark cluster on loopback, out of the package itself: a master and its workers.

It is for trying what a real cluster does: the driver, master and workers are processes of their own
that share nothing but the data folder.
"""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from orchestration.errors import EmporiumError

HOST = "127.0.0.1"
WORKERS = 2
SECONDS_TO_START = 120
"""A Java process on a busy machine takes half a minute."""
_DEPLOY = "org.apache.spark.deploy"


@contextmanager
def cluster(folder: Path, port: int, worker_memory: str) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Starts a master and workers, and stops them again. Yields the workers' processes.

    Args:
        folder: for logs and the workers' files.
        port: the master's; the workers take any that are free.
        worker_memory: what each worker may give to executors, as Spark writes it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    at_master = ["--host", HOST, "--port", str(port), "--webui-port", "0"]
    at_worker = ["--host", HOST, "--webui-port", "0", "--cores", "1", "--memory", worker_memory]
    at_worker += ["--work-dir", str(folder / "work"), f"spark://{HOST}:{port}"]
    with ExitStack() as running:
        log = folder / "master.log"
        master = running.enter_context(_process(log, f"{_DEPLOY}.master.Master", at_master))
        _wait(master, log, partial(_answers, port))
        workers = [
            running.enter_context(
                _process(folder / f"worker_{number}.log", f"{_DEPLOY}.worker.Worker", at_worker)
            )
            for number in range(1, WORKERS + 1)
        ]
        for number, worker in enumerate(workers, start=1):
            log = folder / f"worker_{number}.log"
            _wait(worker, log, partial(_says, log, "registered with master"))
        yield workers


@contextmanager
def _process(log: Path, program: str, arguments: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = {
        **os.environ,
        "SPARK_LOCAL_IP": HOST,
        "SPARK_HOME": str(home),
        # One more port, for programs that are handed over whole.
        "SPARK_MASTER_OPTS": "-Dspark.master.rest.enabled=false",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603
            [str(home / "bin" / "spark-class"), program, *arguments],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], log: Path, is_ready: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while not is_ready():
        if process.poll() is not None or time.monotonic() > deadline:
            raise EmporiumError(f"Spark's cluster did not start; why stands in {log}.")
        time.sleep(0.2)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0


def _says(log: Path, words: str) -> bool:
    return words in log.read_text(errors="replace")
