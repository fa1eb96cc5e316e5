"""One command as a user starts it: how long it takes, how much memory, and which programs start."""

import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from orchestration.errors import EmporiumError
from orchestration.paths import CODE_DIR

MIB = 1 << 20
_POLL_SECONDS = 0.2
# Python runs a `sitecustomize` on its path at every start: this one notes the start, and the first
# import of each program that costs seconds.
_TRACER = """
import os, sys

PROGRAMS = {"dbt.cli.main": "dbt", "dagster": "Dagster", "great_expectations": "Great Expectations"}

def note(what):
    with open(os.environ["EMPORIUM_TRACE"], "a") as trace:
        trace.write(what + "\\n")

class Imports:
    def find_spec(self, name, path=None, target=None):
        if name in PROGRAMS:
            note(PROGRAMS.pop(name))

sys.meta_path.insert(0, Imports())
note("Python")
"""


@dataclass(frozen=True)
class Usage:
    """What a command cost.

    Attributes:
        started_at: seconds since the epoch.
        ended_at: seconds since the epoch.
        cpu_seconds: of all processes together.
        process_bytes: the peak resident memory of the largest process.
        tree_bytes: the peak resident memory of all processes at once, seen five times a second;
            pages that processes share count for each.
        starts: Python, dbt, Dagster, Great Expectations -> processes that started it.
    """

    started_at: float
    ended_at: float
    cpu_seconds: float
    process_bytes: int
    tree_bytes: int
    starts: Mapping[str, int]

    @property
    def seconds(self) -> float:
        """Wall time."""
        return self.ended_at - self.started_at


def measure(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Runs a command in the project's folder and watches it.

    Args:
        environment: variables to set beside those of this process.

    Raises:
        EmporiumError: the command fails.
    """
    with tempfile.TemporaryDirectory(prefix="emporium-bench-") as folder:
        trace, said = Path(folder, "trace"), Path(folder, "said")
        Path(folder, "sitecustomize.py").write_text(_TRACER)
        python_path = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH")]))
        variables = {"PYTHONPATH": python_path, "EMPORIUM_TRACE": str(trace), **(environment or {})}
        with said.open("w") as output:
            started_at = time.time()
            process = subprocess.Popen(  # noqa: S603
                command,
                cwd=CODE_DIR,
                env={**os.environ, **variables},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            # Looked at while they run: what the system says of an ended process counts the memory
            # of the one that started it.
            process_bytes = tree_bytes = 0
            while not (ended := os.wait4(process.pid, os.WNOHANG))[0]:
                resident = _resident_bytes(process.pid)
                process_bytes = max(process_bytes, *resident)
                tree_bytes = max(tree_bytes, sum(resident))
                time.sleep(_POLL_SECONDS)
            ended_at = time.time()
        process.returncode = os.waitstatus_to_exitcode(ended[1])
        if process.returncode != 0:
            last_words = " ".join(said.read_text().split())[-500:]
            raise EmporiumError(f"{' '.join(command)} failed and cannot be timed: {last_words}")
        starts = Counter(trace.read_text().split("\n")[:-1]) if trace.exists() else Counter()
        usage = ended[2]
        return Usage(
            started_at=started_at,
            ended_at=ended_at,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
            process_bytes=process_bytes,
            tree_bytes=tree_bytes,
            starts=starts,
        )


def _resident_bytes(pid: int) -> list[int]:
    """Memory of a process and of all that it has started, each by itself."""
    resident = [0]
    with suppress(psutil.Error):  # A process has just ended.
        top = psutil.Process(pid)
        for process in (top, *top.children(recursive=True)):
            resident.append(process.memory_info().rss)
    return resident
