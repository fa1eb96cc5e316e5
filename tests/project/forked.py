"""`python -m orchestration` in a process of its own, to which libraries come already imported.

To import them, there and in each `dbt` that it starts, is half of a run of few models. Nothing of
the project is: its modules read the environment as they are imported.
"""

import json
import multiprocessing
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

_CLIENT = Path(__file__).with_name("dbt_client.py")
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
    streams = [os.open(file, os.O_WRONLY | os.O_CREAT) for file in said]
    _become(["orchestration", *arguments], folder, environment, [0, *streams])
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(said[0].with_name("dbt")))
        listener.listen()
        server = os.fork()
        if not server:
            _serve(listener, os.getppid())
        from orchestration import project

        project.DBT = (sys.executable, "-IS", str(_CLIENT), listener.getsockname())
        try:
            runpy.run_module("orchestration", run_name="__main__", alter_sys=True)
        finally:
            os.kill(server, signal.SIGTERM)


def _serve(listener: socket.socket, client: int) -> NoReturn:
    """Runs dbt, each time in a process of its own, until the process that asks for it ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    listener.settimeout(1)
    while os.getppid() == client:
        with suppress(TimeoutError):
            line, _ = listener.accept()
            if not os.fork():
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                line.setblocking(True)
                line.send(b"%d" % _dbt(line))
                os._exit(0)
            line.close()
    os._exit(0)


def _dbt(line: socket.socket) -> int:
    """Runs dbt as the client was called, and gives its exit code."""
    said, streams, *_ = socket.recv_fds(line, 1 << 20, 3)
    arguments, folder, environment = json.loads(said)
    _become(["dbt", *arguments], folder, environment, streams)
    try:
        runpy.run_module("orchestration.lean_dbt", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        return int(end.code or 0)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _become(
    argv: list[str], folder: Path, environment: Mapping[str, str], streams: list[int]
) -> None:
    """What `python -m` would find in a process that it starts."""
    for stream, file in enumerate(streams):
        os.dup2(file, stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    path = environment.get("PYTHONPATH", "").split(os.pathsep)
    sys.path[:] = [str(folder), *filter(None, path), *_installed()]
    sys.argv = argv


def _installed() -> list[str]:
    """Where the interpreter finds what is installed."""
    return [place for place in sys.path if place.startswith((sys.prefix, sys.base_prefix))]
