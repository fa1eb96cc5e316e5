"""What all processes of a test run share: made once, by the first that asks for it."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

FOLDER = "EMPORIUM_TESTS_SHARED"
"""The variable that names the folder, which processes that run tests inherit."""


def open_folder() -> Path:
    """Makes the folder, in the process that starts the others."""
    folder = Path(tempfile.mkdtemp(prefix="emporium-tests-"))
    os.environ[FOLDER] = str(folder)
    return folder


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first to ask for it fills; others wait for it, and must not change it.

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
