"""Dagster's events are stored without a wait for the disk each time, and are all there."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from queue import Queue

import pytest
from dagster import EventLogEntry
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Engine, NullPool, create_engine, event, text

from orchestration import dagster_storage
from orchestration.dagster_storage import spare_syncs
from orchestration.paths import PROJECT_DIR

RUN = "6f1e7a52"


@pytest.fixture(autouse=True)
def spared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(SqliteEventLogStorage, "_connect", SqliteEventLogStorage._connect)
    was_spared = event.contains(Engine, "connect", dagster_storage._relax)
    spare_syncs()
    yield
    dagster_storage.leave_now()
    if not was_spared:
        event.remove(Engine, "connect", dagster_storage._relax)
    for connection in dagster_storage._held.values():
        connection.close()
    dagster_storage._held.clear()


def happened(number: int) -> EventLogEntry:
    return EventLogEntry(
        error_info=None,
        user_message=str(number),
        level="info",
        run_id=RUN,
        timestamp=time.time(),
    )


def opened(file: Path) -> Engine:
    """As Dagster opens its files: a connection for each use, and a write-ahead log."""
    engine = create_engine(f"sqlite:///{file}", poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text("pragma journal_mode = wal"))
        connection.execute(text("create table events (event integer)"))
    return engine


def store(engine: Engine, number: int) -> None:
    with engine.begin() as connection:
        connection.execute(text("insert into events values (:number)"), {"number": number})


def log_of(file: Path) -> Path:
    return file.with_name(f"{file.name}-wal")


def test_the_log_of_a_shared_file_outlives_a_connection(tmp_path: Path) -> None:
    file = tmp_path / "index.db"
    engine = opened(file)
    store(engine, 1)
    unchanged = file.read_bytes()
    store(engine, 2)
    assert file.read_bytes() == unchanged
    assert log_of(file).exists()
    with closing(sqlite3.connect(file)) as another:
        assert another.execute("select * from events order by 1").fetchall() == [(1,), (2,)]


def test_the_file_of_a_run_changes_with_each_event(tmp_path: Path) -> None:
    file = tmp_path / f"{RUN}.db"
    engine = opened(file)
    for number in (1, 2):
        before = file.read_bytes()
        store(engine, number)
        assert file.read_bytes() != before
        assert not log_of(file).exists()


def test_the_event_log_of_all_runs_is_not_opened_anew(tmp_path: Path) -> None:
    storage = SqliteEventLogStorage(str(tmp_path))
    opened = []

    def note(*_: object) -> None:
        opened.append(1)

    event.listen(Engine, "connect", note)
    try:
        for number in range(3):
            with storage.index_connection() as connection:
                connection.execute(text(f"create table kept_{number} (event integer)"))
    finally:
        event.remove(Engine, "connect", note)
    assert not opened
    with closing(sqlite3.connect(tmp_path / "index.db")) as another:
        kept = "select count(*) from sqlite_master where name like 'kept%'"
        assert another.execute(kept).fetchall() == [(3,)]


def test_the_event_log_of_a_run_is_opened_once_for_many_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dagster_storage, "SHOWN_AFTER", 1000)
    storage = SqliteEventLogStorage(str(tmp_path))
    file = tmp_path / f"{RUN}.db"
    storage.store_event(happened(0))
    dagster_storage.leave_now()
    unchanged = file.read_bytes()
    for number in range(1, 4):
        storage.store_event(happened(number))
    assert file.read_bytes() == unchanged
    with closing(sqlite3.connect(file)) as another:
        assert another.execute("select count(*) from event_logs").fetchall() == [(4,)]
    dagster_storage.leave_now()
    assert file.read_bytes() != unchanged
    assert not log_of(file).exists()


def test_who_watches_a_run_sees_its_last_event(tmp_path: Path) -> None:
    storage = SqliteEventLogStorage(str(tmp_path))
    seen: Queue[str] = Queue()
    # Dagster watches a run from another process.
    watching = SqliteEventLogStorage(str(tmp_path))
    watching.watch(RUN, None, lambda entry, _: seen.put(entry.user_message))
    try:
        for number in range(3):
            storage.store_event(happened(number))
        assert [seen.get(timeout=30) for _ in range(3)] == ["0", "1", "2"]
    finally:
        watching.dispose()


def test_a_process_that_ends_shows_what_it_has_stored(tmp_path: Path) -> None:
    """The end of a command does not run what Python runs at exit, but what the standard library
    has to finish, as `orchestration.cli` does."""
    ends = f"""
import os
from multiprocessing.util import _exit_function
from pathlib import Path
from dagster._core.storage.event_log import SqliteEventLogStorage
from orchestration import dagster_storage
from tests.orchestration.test_dagster_storage import happened
dagster_storage.SHOWN_AFTER = 1000
dagster_storage.spare_syncs()
SqliteEventLogStorage({str(tmp_path)!r}).store_event(happened(1))
_exit_function()
os._exit(0)
"""
    subprocess.run([sys.executable, "-c", ends], check=True, cwd=PROJECT_DIR)
    assert (tmp_path / f"{RUN}.db").exists()
    assert not log_of(tmp_path / f"{RUN}.db").exists()


def test_a_commit_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    with opened(tmp_path / "runs.db").connect() as connection:
        # 1 is normal; 2, full, is what SQLite does unless told.
        assert connection.execute(text("pragma synchronous")).scalar() == 1


def test_other_databases_are_left_alone() -> None:
    with create_engine("duckdb:///:memory:").connect() as connection:
        assert connection.execute(text("select 1")).scalar() == 1
