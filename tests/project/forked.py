"""`python -m orchestration` in a process of its own, to which libraries come already imported.

To import them is a third of a run of few models. Nothing of the project is: its modules read the
environment as they are imported.
"""

import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.project.libraries"])


def orchestrate(
    arguments: list[str], folder: Path, environment: Mapping[str, str], timeout: float
) -> subprocess.CompletedProcess[str]:
    """Runs it in a folder; what it says goes to files, as it would to a log.

    Raises:
        subprocess.TimeoutExpired: it took longer than `timeout` seconds, and was killed.
    """
    with tempfile.TemporaryDirectory() as written:
        said = Path(written, "stdout"), Path(written, "stderr")
        process = _SERVER.Process(target=_run, args=(arguments, folder, dict(environment), said))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            raise subprocess.TimeoutExpired(arguments, timeout)
        stdout, stderr = (file.read_text() for file in said)
    return subprocess.CompletedProcess(arguments, process.exitcode, stdout, stderr)


def _run(
    arguments: list[str], folder: Path, environment: dict[str, str], said: tuple[Path, Path]
) -> None:
    for stream, file in zip((sys.stdout, sys.stderr), said, strict=True):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream.fileno())
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    # As `python -m` does.
    path = environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [str(folder), *filter(None, path), *_installed()]
    sys.argv = ["orchestration", *arguments]
    runpy.run_module("orchestration", run_name="__main__", alter_sys=True)


def _installed() -> list[str]:
    """Where the interpreter finds what is installed."""
    return [place for place in sys.path if place.startswith((sys.prefix, sys.base_prefix))]
