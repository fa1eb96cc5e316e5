"""Dagster's SQLite files, without a wait for the disk and a new engine at every event."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Lock, Timer
from typing import Any

from dagster._core.storage.event_log.sqlite import sqlite_event_log
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event

# Of all runs together. The file of a single run stays as it is: the UI watches it for changes,
# which are seen only once they have left the write-ahead log.
SHARED_FILES = ("index.db", "runs.db")
SHOWN_AFTER = 0.5
"""Seconds until the UI sees what is stored of a run."""
_held: dict[str, sqlite3.Connection] = {}
_leaving: dict[Engine, Timer] = {}


def spare_syncs() -> None:
    """Lets SQLite wait for the disk when its write-ahead log is full, not at every event.

    And lets Dagster keep its event log open: it does so anew each time, which is a quarter of what
    a run's own process does.

    Dagster opens its files anew for each of the thousands of events of a run. SQLite then waits
    for the disk at each commit, and again at each close, where whoever is the last to leave a
    file moves the log into it. With `synchronous = normal` and a connection that stays, a crash
    of the machine may cost the last events of a run, but never a file
    (https://www.sqlite.org/pragma.html#pragma_synchronous).
    """
    if not event.contains(Engine, "connect", _relax):
        event.listen(Engine, "connect", _relax)
        # A process that ends in the meantime shows the end of its run, however it exits.
        Finalize(None, leave_now, exitpriority=0)
    sqlite_event_log.SqliteEventLogStorage._connect = _connect  # pyrefly: ignore[bad-assignment]


@contextmanager
def _connect(storage: sqlite_event_log.SqliteEventLogStorage, shard: str) -> Iterator[Connection]:
    """As Dagster connects to one of its files, but over the connection of the last time.

    The file of a single run is left soon after it was opened, which the UI sees: once for all that
    was stored in the meantime, where leaving it after each event waits for the disk as often.
    """
    with storage._db_lock:
        engines: dict[str, Engine] = vars(storage).setdefault("_engines", {})
        if shard not in engines:
            engines[shard] = _engine(storage.conn_string_for_shard(shard))
        engine = engines[shard]
        if shard not in storage._initialized_dbs:
            storage._initdb(engine)
            storage._initialized_dbs.add(shard)
        if shard != sqlite_event_log.INDEX_SHARD_NAME and engine not in _leaving:
            timer = Timer(SHOWN_AFTER, _leave, (engine, storage._db_lock))
            timer.daemon = True
            _leaving[engine] = timer
            timer.start()
        with engine.connect() as connection, connection.begin():
            yield connection


def _engine(url: str) -> Engine:
    """One connection, of whatever thread holds the storage's lock."""
    return create_engine(
        url,
        poolclass=StaticPool,
        connect_args={
            "timeout": sqlite_event_log.SQLITE_BUSY_TIMEOUT_SECONDS,
            "check_same_thread": False,
        },
    )


def _leave(engine: Engine, lock: Lock) -> None:
    """Closes a file: as nobody else has it open, SQLite moves the log into it."""
    with lock:
        _leaving.pop(engine, None)
        engine.dispose()


def leave_now() -> None:
    """Closes the files of runs that are to be closed soon."""
    for timer in list(_leaving.values()):
        timer.cancel()
        timer.function(*timer.args)


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
