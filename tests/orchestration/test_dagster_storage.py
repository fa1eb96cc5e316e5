"""Dagster's events are stored without a wait for the disk each time, and are all there."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage
from sqlalchemy import Engine, NullPool, create_engine, event, text

from orchestration import dagster_storage
from orchestration.dagster_storage import spare_syncs


@pytest.fixture(autouse=True)
def spared(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(SqliteEventLogStorage, "_connect", SqliteEventLogStorage._connect)
    was_spared = event.contains(Engine, "connect", dagster_storage._relax)
    spare_syncs()
    yield
    if not was_spared:
        event.remove(Engine, "connect", dagster_storage._relax)
    for connection in dagster_storage._held.values():
        connection.close()
    dagster_storage._held.clear()


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
    file = tmp_path / "6f1e7a52.db"
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


def test_the_event_log_of_a_run_is_left_after_each_event(tmp_path: Path) -> None:
    storage = SqliteEventLogStorage(str(tmp_path))
    for number in range(2):
        with storage.run_connection("6f1e7a52") as connection:
            connection.execute(text(f"create table kept_{number} (event integer)"))
        assert not log_of(tmp_path / "6f1e7a52.db").exists()


def test_a_commit_does_not_wait_for_the_disk(tmp_path: Path) -> None:
    with opened(tmp_path / "runs.db").connect() as connection:
        # 1 is normal; 2, full, is what SQLite does unless told.
        assert connection.execute(text("pragma synchronous")).scalar() == 1


def test_other_databases_are_left_alone() -> None:
    with create_engine("duckdb:///:memory:").connect() as connection:
        assert connection.execute(text("select 1")).scalar() == 1
