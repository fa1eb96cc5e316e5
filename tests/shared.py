"""What all processes of a test run share: made once, by the first that asks for it."""

import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

FOLDER = "EMPORIUM_TESTS_SHARED"
"""The variable that names the folder, which processes that run tests inherit."""
_COUNTS = "counts.jsonl"


def open_folder() -> Path:
    """Makes the folder, in the process that starts the others."""
    folder = Path(tempfile.mkdtemp(prefix="emporium-tests-"))
    os.environ[FOLDER] = str(folder)
    return folder


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first to ask for it fills; others wait until it has, and must not change it.

    Whoever asks after a failure tries again.
    """
    folder = Path(os.environ[FOLDER]) / name
    done = folder.with_name(f"{name}.done")
    with FileLock(folder.with_name(f"{name}.lock")):
        if not done.exists():
            folder.mkdir(exist_ok=True)
            make(folder)
            done.touch()
    return folder


def count(kind: str, what: str) -> None:
    """Notes that a test run has paid for something: `kind` is a key of `tests/budget.yml`."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "").split(" ")[0]
    with (Path(os.environ[FOLDER]) / _COUNTS).open("a") as counts:
        counts.write(json.dumps({"kind": kind, "what": what, "test": test}) + "\n")


def counted(folder: Path) -> list[dict[str, str]]:
    """What has been noted, by all processes."""
    file = folder / _COUNTS
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
