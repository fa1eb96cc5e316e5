"""Dagster's SQLite files, without a wait for the disk at every event."""

import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

# Of all runs together. The file of a single run stays as it is: the UI watches it for changes,
# which are seen only once they have left the write-ahead log.
SHARED_FILES = ("index.db", "runs.db")
_held: dict[str, sqlite3.Connection] = {}


def spare_syncs() -> None:
    """Lets SQLite wait for the disk when its write-ahead log is full, not at every event.

    Dagster opens its files anew for each of the thousands of events of a run. SQLite then waits
    for the disk at each commit, and again at each close, where whoever is the last to leave a
    file moves the log into it. With `synchronous = normal` and a connection that stays, a crash
    of the machine may cost the last events of a run, but never a file
    (https://www.sqlite.org/pragma.html#pragma_synchronous).
    """
    if not event.contains(Engine, "connect", _relax):
        event.listen(Engine, "connect", _relax)


def _relax(connection: Any, _: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.execute("pragma synchronous = normal")
    for _number, _name, file in connection.execute("pragma database_list").fetchall():
        if Path(file).name not in SHARED_FILES or file in _held:
            continue
        # A new file has no such log yet: Dagster asks for it over its first connection.
        if connection.execute("pragma journal_mode").fetchone() == ("wal",):
            _held[file] = sqlite3.connect(file, check_same_thread=False)
            # SQLite opens a file when it is first read.
            _held[file].execute("select count(*) from sqlite_master").fetchone()
