"""One writer at a time."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from orchestration.errors import EmporiumError
from orchestration.paths import Paths


@contextmanager
def only_writer(paths: Paths) -> Iterator[None]:
    """Holds the right to write this warehouse; the process that has it may take it again.

    The operating system frees the lock when its process ends, however it ends.

    Raises:
        EmporiumError: another process has it.
    """
    paths.build.mkdir(parents=True, exist_ok=True)
    owner = paths.build / ".lock.owner"
    lock = FileLock(paths.lock, timeout=0, is_singleton=True, thread_local=False)
    try:
        lock.acquire()
    except Timeout:
        raise EmporiumError(
            f"Another run is writing to {paths.data} ({_owner(owner)}): wait until it has ended, "
            "or give this run a data folder of its own with EMPORIUM_DATA."
        ) from None
    try:
        since = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        owner.write_text(json.dumps({"process": os.getpid(), "since": since}))
        yield
    finally:
        lock.release()


def _owner(file: Path) -> str:
    try:
        written = json.loads(file.read_text())
    except (OSError, ValueError):
        return "process unknown"
    return f"process {written['process']}, since {written['since']}"
