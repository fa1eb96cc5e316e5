"""The serving file: what is published, what survives, what a kill or a full disk leaves."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import EmporiumError
from orchestration.history import Run, record_gate, record_held, record_ledger
from orchestration.paths import PROJECT_DIR, Paths
from orchestration.publishing import fingerprint, make_way, publish, published_rows, rollback

MARTS = {"sales": ["fct_orders", "fct_order_lines"], "channels": ["fct_touches"]}
START = datetime(2026, 1, 1, 6)
AS_OF = date(2025, 12, 31)


def run(number: int, as_of: date = AS_OF) -> Run:
    return Run(f"run-{number}", START + timedelta(days=number), as_of)


def build(paths: Paths, stamp: int, rows: int = 50) -> None:
    """Candidates of two marts, both marked with one stamp."""
    paths.build.mkdir(parents=True, exist_ok=True)
    paths.warehouse.unlink(missing_ok=True)
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(
            f"""
            create schema sales; create schema channels; create schema intermediate;
            create table sales.fct_orders as
                select
                    {stamp} as stamp,
                    (i * 7919) % {rows} as order_id,
                    (i * 1.25)::decimal(18,2) as net_amount
                from range({rows}) as numbers(i);
            create table sales.fct_order_lines as
                select {stamp} as stamp, i as line_id, [i, null] as tags,
                from range({rows}) as numbers(i);
            create table channels.fct_touches as
                select {stamp} as stamp, i as touch_id, md5(i::varchar) as device
                from range({rows}) as numbers(i);
            create table intermediate.int_orders as select 1 as private;
            comment on table sales.fct_orders is 'One row per order; the shop''s own, 订单';
            comment on column sales.fct_orders.net_amount is 'Paid less refunds; in the "£"';
            comment on table channels.fct_touches is 'One row per touch';
            comment on column channels.fct_touches.device is 'Hashed';
            """
        )


def change(paths: Paths, sql: str) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(sql)


def read(path: Path, sql: str) -> list[tuple[object, ...]]:
    # Whatever the file is called, its tables are read under one name.
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as opened (read_only); use opened")
        return connection.execute(sql).fetchall()


def stamps(path: Path) -> set[int]:
    """The stamps of all tables of both marts: one, unless the file mixes two builds."""
    found = read(
        path,
        "select stamp from sales.fct_orders union select stamp from sales.fct_order_lines "
        "union select stamp from channels.fct_touches",
    )
    return {int(str(stamp)) for (stamp,) in found}


def comments(path: Path) -> set[tuple[object, ...]]:
    return set(
        read(
            path,
            """
            select schema_name, table_name, null, comment from duckdb_tables()
            where comment is not null and schema_name <> 'meta'
            union all
            select schema_name, table_name, column_name, comment from duckdb_columns()
            where comment is not null and schema_name <> 'meta' and not internal
            """,
        )
    )


def history(path: Path) -> list[tuple[object, ...]]:
    return read(path, "select run_id, mart, status, version from meta.publications order by rowid")


def files(paths: Paths) -> list[str]:
    return sorted(
        str(path.relative_to(paths.serving.parent))
        for path in paths.serving.parent.rglob("*")
        if path.is_file()
    )


def state(path: Path) -> tuple[bytes, int]:
    return path.read_bytes(), path.stat().st_mtime_ns


def in_child(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run code in another process; its arguments are `sys.argv[1:]`, its data folder `paths`."""
    return subprocess.run(
        child(code, *arguments), cwd=PROJECT_DIR, capture_output=True, text=True, timeout=120
    )


def child(code: str, *arguments: object) -> list[str]:
    preamble = """
        import os, resource, signal, sys, time
        import duckdb
        from pathlib import Path
        from orchestration.errors import EmporiumError
        from orchestration.paths import Paths
        from orchestration.publishing import publish, rollback
        from tests.orchestration.test_publishing import MARTS, START, run, stamps
        paths = Paths(Path(sys.argv[1]))
    """
    source = textwrap.dedent(preamble) + textwrap.dedent(code)
    return [sys.executable, "-c", source, *map(str, arguments)]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    paths = Paths(tmp_path / "data")
    build(paths, 1)
    return paths


def test_first_publication_has_rows_order_and_comments_of_the_candidate(paths: Paths) -> None:
    assert published_rows(paths) == {}
    build(paths, 1, rows=130_000)

    first = publish(paths, run(1), MARTS)

    assert [(each.mart, each.status, each.version, each.since) for each in first] == [
        ("sales", "published", 1, run(1).started_at),
        ("channels", "published", 1, run(1).started_at),
    ]
    assert [(each.table_count, each.row_count) for each in first] == [(2, 260_000), (1, 130_000)]
    assert published_rows(paths) == {
        "channels.fct_touches": 130_000,
        "sales.fct_order_lines": 130_000,
        "sales.fct_orders": 130_000,
    }
    in_order = "select * from sales.fct_orders"
    assert read(paths.serving, in_order) == read(paths.warehouse, in_order)
    assert len(comments(paths.serving)) == 4
    assert comments(paths.serving) == comments(paths.warehouse)


def test_serving_file_is_whole_read_only_and_says_why_it_is_there(paths: Paths) -> None:
    publish(paths, run(1), MARTS)

    assert files(paths) == ["marts.duckdb", "versions/000001.duckdb"]
    assert paths.serving.stat().st_mode & 0o777 == 0o444
    assert history(paths.serving) == history(paths.history)
    assert history(paths.serving) == [
        ("run-1", "sales", "published", 1),
        ("run-1", "channels", "published", 1),
    ]
    undescribed = """
        select schema_name, table_name from duckdb_tables()
        where schema_name = 'meta' and comment is null
        union all
        select table_name, column_name from duckdb_columns()
        where schema_name = 'meta' and comment is null
    """
    assert read(paths.serving, undescribed) == []
    [[tables]] = read(
        paths.serving, "select count(*) from duckdb_tables() where schema_name = 'meta'"
    )
    assert tables == 6


def test_the_same_candidate_again_leaves_the_file_alone(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    before = state(paths.serving)
    build(paths, 1)

    again = publish(paths, run(2), MARTS)

    assert state(paths.serving) == before
    assert {(each.status, each.version, each.since) for each in again} == {
        ("unchanged", 1, run(1).started_at)
    }
    assert history(paths.history)[2:] == [
        ("run-2", "sales", "unchanged", 1),
        ("run-2", "channels", "unchanged", 1),
    ]
    assert files(paths) == ["marts.duckdb", "versions/000001.duckdb"]


def test_the_same_run_again_changes_nothing(paths: Paths) -> None:
    first = publish(paths, run(1), MARTS)
    before = state(paths.serving)

    assert publish(paths, run(1), MARTS) == first
    assert state(paths.serving) == before
    assert history(paths.history) == history(paths.serving)


@pytest.mark.parametrize(
    "sql",
    [
        "update sales.fct_orders set net_amount = net_amount + 0.01 where order_id = 3",
        "insert into sales.fct_orders from sales.fct_orders where order_id = 3",
        "insert into sales.fct_orders from sales.fct_orders",
        "delete from sales.fct_orders where order_id = 3",
        "update sales.fct_orders set stamp = order_id, order_id = stamp",
        "update sales.fct_orders set net_amount = null where order_id = 3",
        "alter table sales.fct_orders rename column net_amount to gross_amount",
        "alter table sales.fct_orders alter column order_id type integer",
        "alter table sales.fct_orders add column is_gift boolean",
        "comment on table sales.fct_orders is 'Another'",
        "comment on column sales.fct_orders.order_id is 'Key'",
    ],
)
def test_fingerprint_notices(paths: Paths, sql: str) -> None:
    with duckdb.connect(str(paths.warehouse)) as connection:
        before = fingerprint(connection, "sales", "fct_orders")
        connection.execute(sql)
        assert fingerprint(connection, "sales", "fct_orders") != before


def test_fingerprint_does_not_depend_on_row_order_or_on_the_file(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    with duckdb.connect(str(paths.warehouse)) as connection:
        before = fingerprint(connection, "sales", "fct_orders")
        connection.execute(
            """
            create temp table kept as from sales.fct_orders;
            delete from sales.fct_orders;
            insert into sales.fct_orders from kept order by order_id desc;
            """
        )
        assert fingerprint(connection, "sales", "fct_orders") == before
    with duckdb.connect(str(paths.serving), read_only=True) as connection:
        assert fingerprint(connection, "sales", "fct_orders") == before


def test_fingerprint_tells_pairs_of_equal_rows_apart() -> None:
    with duckdb.connect() as connection:
        found = set()
        for value in (1, 2):
            connection.execute(
                f"create or replace table pairs as select {value} as value from range(2)"
            )
            found.add(fingerprint(connection, "main", "pairs"))
        assert len(found) == 2


def test_a_changed_mart_is_published_while_a_held_one_keeps_its_rows_and_comments(
    paths: Paths,
) -> None:
    publish(paths, run(1), MARTS)
    build(paths, 2)
    record_held(paths, run(2), "channels", "expect_volume: 50 touches, 900 expected")

    [sales] = publish(paths, run(2), {"sales": MARTS["sales"]})

    assert (sales.status, sales.version) == ("published", 2)
    assert read(paths.serving, "select distinct stamp from sales.fct_orders") == [(2,)]
    assert read(paths.serving, "select distinct stamp from channels.fct_touches") == [(1,)]
    assert comments(paths.serving) == comments(paths.warehouse)
    assert read(
        paths.serving,
        "select status, version, since, as_of, row_count, reason from meta.publications "
        "where run_id = 'run-2' and mart = 'channels'",
    ) == [("held", 1, run(2).started_at, AS_OF, 50, "expect_volume: 50 touches, 900 expected")]


def test_a_poisoned_candidate_that_is_held_leaves_the_file_alone(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    before = state(paths.serving)
    change(paths, "update sales.fct_orders set net_amount = 2 * net_amount where order_id = 3")
    record_held(paths, run(2), "sales", "expect_lines_equal_orders: 1 order differs")

    [channels] = publish(paths, run(2), {"channels": MARTS["channels"]})

    assert channels.status == "unchanged"
    assert state(paths.serving) == before
    assert history(paths.history)[2:] == [
        ("run-2", "sales", "held", 1),
        ("run-2", "channels", "unchanged", 1),
    ]


def test_since_says_how_long_a_mart_is_held_and_when_its_content_was_published(
    paths: Paths,
) -> None:
    publish(paths, run(1), MARTS)
    for number in (2, 3, 3):
        record_held(paths, run(number), "sales", "red")

    held = read(
        paths.history,
        "select run_id, since from meta.publications where status = 'held' order by 1",
    )
    assert held == [("run-2", run(2).started_at), ("run-3", run(2).started_at)]
    build(paths, 2)
    publish(paths, run(4), {"channels": MARTS["channels"]})
    build(paths, 1)
    [sales] = publish(paths, run(5), {"sales": MARTS["sales"]})
    assert (sales.status, sales.since) == ("unchanged", run(1).started_at)
    record_held(paths, run(6), "sales", "red again")
    assert read(paths.history, "select since from meta.publications where run_id = 'run-6'") == [
        (run(6).started_at,)
    ]


def test_a_mart_that_never_passed_is_held_without_content(paths: Paths) -> None:
    record_held(paths, run(1), "sales", "red")

    [channels] = publish(paths, run(1), {"channels": MARTS["channels"]})

    assert channels.version == 1
    assert history(paths.serving)[0] == ("run-1", "sales", "held", None)
    assert set(published_rows(paths)) == {"channels.fct_touches"}
    sales, _ = publish(paths, run(2), MARTS)
    assert (sales.status, sales.reason) == ("published", "first publication")


def test_another_as_of_is_published_though_the_rows_are_the_same(paths: Paths) -> None:
    publish(paths, run(1), MARTS)

    later = publish(paths, run(2, as_of=date(2026, 1, 1)), MARTS)

    assert {(each.status, each.version, each.as_of) for each in later} == {
        ("published", 2, date(2026, 1, 1))
    }


def test_a_table_that_left_its_mart_leaves_the_file(paths: Paths) -> None:
    publish(paths, run(1), MARTS)

    [sales] = publish(paths, run(2), {"sales": ["fct_orders"]})

    assert sales.status == "published"
    assert set(published_rows(paths)) == {"sales.fct_orders", "channels.fct_touches"}


def test_a_view_is_published_as_a_table(paths: Paths) -> None:
    change(
        paths,
        """
        create view sales.fct_sales_daily as
            select stamp, count(*) as order_count from warehouse.sales.fct_orders group by stamp;
        comment on view sales.fct_sales_daily is 'One row per day';
        """,
    )

    publish(paths, run(1), {"sales": ["fct_sales_daily"]})

    assert read(paths.serving, "from sales.fct_sales_daily") == [(1, 50)]
    assert ("sales", "fct_sales_daily", None, "One row per day") in comments(paths.serving)


def test_the_last_five_versions_stay_and_roll_back_byte_for_byte(paths: Paths) -> None:
    contents = {}
    for number in range(1, 8):
        build(paths, number)
        publish(paths, run(number), MARTS)
        contents[number] = paths.serving.read_bytes()
    assert files(paths)[1:] == [f"versions/{number:06d}.duckdb" for number in range(3, 8)]

    for number in (6, 5, 4, 3):
        assert rollback(paths, START + timedelta(days=20 - number)) == number
        assert paths.serving.read_bytes() == contents[number]
        assert (paths.versions / f"{number + 1:06d}.withdrawn.duckdb").exists()
    before = state(paths.serving)
    with pytest.raises(EmporiumError, match=r"nothing to roll back to: .*versions .* before 3"):
        rollback(paths, START + timedelta(days=30))
    assert state(paths.serving) == before

    build(paths, 8)
    publish(paths, run(31), MARTS)
    assert history(paths.serving)[-1] == ("run-31", "channels", "published", 8)
    assert [name for name in files(paths) if "withdrawn" not in name] == [
        "marts.duckdb",
        "versions/000003.duckdb",
        "versions/000008.duckdb",
    ]
    assert rollback(paths, START + timedelta(days=32)) == 3


def test_withdrawn_versions_go_with_the_old_ones(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    build(paths, 2)
    publish(paths, run(2), MARTS)
    rollback(paths, START + timedelta(days=3))
    for number in range(4, 9):
        build(paths, number)
        publish(paths, run(number), MARTS)

    assert files(paths)[1:] == [f"versions/{number:06d}.duckdb" for number in range(3, 8)]


def test_a_roll_back_is_recorded_for_every_mart_and_what_follows_compares_with_it(
    paths: Paths,
) -> None:
    publish(paths, run(1), {"channels": MARTS["channels"]})
    build(paths, 2)
    publish(paths, run(2), MARTS)
    at = START + timedelta(days=2, hours=5)

    rollback(paths, at)

    assert read(
        paths.history,
        "select mart, run_at, since, version, row_count, reason from meta.publications "
        "where status = 'rolled_back' order by mart",
    ) == [
        (mart, at, since, version, rows, "version 2 was withdrawn, version 1 is readable again")
        for mart, since, version, rows in [
            ("channels", run(1).started_at, 1, 50),
            ("sales", at, None, 0),
        ]
    ]
    sales, channels = publish(paths, run(3), MARTS)
    assert (sales.status, sales.reason) == ("published", "first publication")
    assert (channels.status, channels.version) == ("published", 3)
    assert stamps(paths.serving) == {2}
    assert [row[0] for row in history(paths.serving)][3:5] == ["rollback-000002"] * 2


def test_nothing_to_roll_back_before_the_first_publication(paths: Paths) -> None:
    with pytest.raises(EmporiumError, match="has not been published yet"):
        rollback(paths, START)


def test_a_version_that_cannot_be_read_is_no_target(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    build(paths, 2)
    publish(paths, run(2), MARTS)
    damaged = paths.versions / "000001.duckdb"
    damaged.unlink()
    damaged.write_bytes(b"not a database" * 1000)
    before = state(paths.serving)

    with pytest.raises(EmporiumError, match=r"Cannot open the kept version .*000001"):
        rollback(paths, START)
    assert state(paths.serving) == before


def test_without_hard_links_versions_are_copies(
    paths: Paths, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError("no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    publish(paths, run(1), MARTS)
    before = paths.serving.read_bytes()
    build(paths, 2)
    publish(paths, run(2), MARTS)
    assert rollback(paths, START) == 1
    assert paths.serving.read_bytes() == before
    assert files(paths) == [
        "marts.duckdb",
        "versions/000001.duckdb",
        "versions/000002.withdrawn.duckdb",
    ]


KILLED_AT_A_FILE_OPERATION = textwrap.dedent("""
    count, folder = int(sys.argv[2]), str(paths.serving.parent)
    operations = {"open", "os.rename", "os.link", "os.remove", "os.chmod"}

    def die_before(event, arguments):
        global count
        if event in operations and str(arguments[0]).startswith(folder):
            count -= 1
            if count == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die_before)
""")


def killed_at_every_moment(template: Paths, code: str) -> Iterator[Paths]:
    """Copies of a data folder in which a process was killed before its n-th operation on a file
    of the serving folder.

    The last one is of the process that survived, so that all operations have been met.
    """
    for count in range(1, 100):
        paths = Paths(template.data.with_name(f"killed-{count}"))
        shutil.copytree(template.data, paths.data)
        done = in_child(KILLED_AT_A_FILE_OPERATION + code, paths.data, count)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        yield paths
        shutil.rmtree(paths.data)
        if done.returncode == 0:
            assert count > 4
            return
    raise AssertionError("it never survived")


def test_killed_while_publishing_the_file_is_whole_and_the_run_can_be_repeated(
    paths: Paths,
) -> None:
    publish(paths, run(1), MARTS)
    build(paths, 2)
    seen = []
    for killed in killed_at_every_moment(paths, "publish(paths, run(2), MARTS)"):
        [stamp] = stamps(killed.serving)
        seen.append(stamp)
        record_gate(killed, run(2), report("sales", passed=True))
        assert history(killed.history) == history(killed.serving)
        repeated = publish(killed, run(2), MARTS)
        assert {(each.status, each.version) for each in repeated} == {("published", 2)}
        assert stamps(killed.serving) == {2}
        assert history(killed.history) == history(killed.serving)
        assert len(history(killed.history)) == 4
        assert files(killed) == [
            "marts.duckdb",
            "versions/000001.duckdb",
            "versions/000002.duckdb",
        ]
    assert seen == sorted(seen)
    assert set(seen) == {1, 2}


def test_killed_while_rolling_back_the_next_publication_knows_what_was_readable(
    paths: Paths,
) -> None:
    publish(paths, run(1), MARTS)
    build(paths, 2)
    publish(paths, run(2), MARTS)
    build(paths, 3)
    seen = []
    for killed in killed_at_every_moment(paths, "rollback(paths, START)"):
        [stamp] = stamps(killed.serving)
        seen.append(stamp)
        publish(killed, run(3), MARTS)
        second = "versions/000002" + (".withdrawn" if stamp == 1 else "") + ".duckdb"
        assert files(killed) == [
            "marts.duckdb",
            "versions/000001.duckdb",
            second,
            "versions/000003.duckdb",
        ]
        rolled_back = [row for row in history(killed.serving) if row[2] == "rolled_back"]
        assert len(rolled_back) == (2 if stamp == 1 else 0)
    assert seen == sorted(seen, reverse=True)
    assert set(seen) == {1, 2}


def test_killed_in_the_middle_of_writing(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    before = state(paths.serving)
    build(paths, 2, rows=1_000_000)
    process = subprocess.Popen(child("publish(paths, run(2), MARTS)", paths.data), cwd=PROJECT_DIR)
    draft = paths.serving.with_name(".draft.duckdb")
    deadline = time.monotonic() + 60
    while not (draft.exists() and draft.stat().st_size > 1_000_000):
        assert process.poll() is None, "it ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    process.kill()
    process.wait()

    assert draft.exists()
    assert state(paths.serving) == before
    publish(paths, run(3), MARTS)
    assert stamps(paths.serving) == {2}
    assert files(paths) == ["marts.duckdb", "versions/000001.duckdb", "versions/000002.duckdb"]


def test_a_reader_meets_no_error_and_no_mixed_state(paths: Paths, tmp_path: Path) -> None:
    publish(paths, run(1), MARTS)
    reader = subprocess.Popen(
        child(
            """
            stop, seen, reads = Path(sys.argv[2]), set(), 0
            print("ready", flush=True)
            while not stop.exists():
                [stamp] = stamps(paths.serving)
                seen.add(stamp)
                reads += 1
            print(reads, len(seen))
            """,
            paths.data,
            tmp_path / "stop",
        ),
        cwd=PROJECT_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert reader.stdout is not None
    assert reader.stdout.readline() == "ready\n"
    # One who keeps the file open keeps what it had.
    with duckdb.connect(str(paths.serving), read_only=True) as patient:
        for number in range(2, 12):
            build(paths, number)
            publish(paths, run(number), MARTS)
        assert patient.execute("select distinct stamp from sales.fct_orders").fetchall() == [(1,)]
    (tmp_path / "stop").touch()
    output, errors = reader.communicate(timeout=60)

    assert reader.returncode == 0, errors
    reads, different = map(int, output.split())
    assert reads > 10
    assert different > 3


REPORTS_ITS_ERROR = textwrap.dedent("""
    try:
        publish(paths, run(2), MARTS)
    except EmporiumError as error:
        print(error)
        sys.exit(3)
""")


def test_a_full_disk_publishes_nothing(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    before = state(paths.serving)
    build(paths, 2, rows=300_000)

    done = in_child(
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))" + REPORTS_ITS_ERROR,
        paths.data,
    )

    assert done.returncode == 3, done.stderr
    assert "could not be written" in done.stdout
    assert "nothing was published" in done.stdout
    assert done.stdout.count("\n") == 1
    assert state(paths.serving) == before
    assert files(paths) == ["marts.duckdb", "versions/000001.duckdb"]
    assert {row[0] for row in history(paths.history)} == {"run-1"}
    publish(paths, run(3), MARTS)
    assert stamps(paths.serving) == {2}


def test_a_serving_folder_that_is_not_writable_is_named() -> None:
    # Not pytest's own folder: another user, who root becomes here, may not enter that one.
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(Path(folder) / "data")
        build(paths, 1)
        publish(paths, run(1), MARTS)
        before = state(paths.serving)
        build(paths, 2)
        Path(folder).chmod(0o755)
        for path in (paths.serving.parent, paths.versions):
            path.chmod(0o555)
        done = in_child("if os.geteuid() == 0: os.setuid(65534)\n" + REPORTS_ITS_ERROR, paths.data)
        for path in (paths.serving.parent, paths.versions):
            path.chmod(0o755)

        assert done.returncode == 3, done.stderr
        assert f"The serving folder {paths.serving.parent} is not writable" in done.stdout
        assert state(paths.serving) == before


def test_a_file_where_the_serving_folder_should_be_is_named(paths: Paths) -> None:
    paths.serving.parent.write_text("in the way")

    with pytest.raises(EmporiumError, match=r"serving folder .* is not writable: Not a directory"):
        publish(paths, run(1), MARTS)


def test_a_missing_candidate_table_is_named_and_nothing_published(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    before = state(paths.serving)
    build(paths, 2)

    with pytest.raises(EmporiumError, match=r"Mart sales .* fct_gifts does not exist"):
        publish(paths, run(2), {**MARTS, "sales": ["fct_orders", "fct_gifts"]})
    assert state(paths.serving) == before
    assert {row[0] for row in history(paths.history)} == {"run-1"}


def test_a_missing_build_file_is_named(paths: Paths) -> None:
    paths.warehouse.unlink()

    with pytest.raises(EmporiumError, match=r"Cannot open the build file .*no such file"):
        publish(paths, run(1), MARTS)


def test_who_holds_the_build_file_is_named(paths: Paths) -> None:
    holder = subprocess.Popen(
        child(
            "held = duckdb.connect(str(paths.warehouse)); print(flush=True); sys.stdin.read()",
            paths.data,
        ),
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(EmporiumError, match=f"build file .* process {holder.pid} has it open"):
            publish(paths, run(1), MARTS)
    finally:
        holder.communicate()
    with (
        duckdb.connect(str(paths.warehouse)),
        pytest.raises(EmporiumError, match="this process has it open for writing"),
    ):
        publish(paths, run(1), MARTS)


def test_a_serving_file_that_is_none_of_ours_is_not_overwritten(paths: Paths) -> None:
    paths.serving.parent.mkdir()
    with duckdb.connect(str(paths.serving)) as connection:
        connection.execute("create table mine as select 1 as x")

    with pytest.raises(EmporiumError, match="was not written by a publication"):
        publish(paths, run(1), MARTS)
    assert read(paths.serving, "from mine") == [(1,)]


def test_a_deleted_serving_file_is_published_anew_under_a_new_number(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    paths.serving.unlink()

    again = publish(paths, run(2), MARTS)

    assert {(each.status, each.version) for each in again} == {("published", 2)}
    assert files(paths) == ["marts.duckdb", "versions/000001.duckdb", "versions/000002.duckdb"]


@dataclass(frozen=True)
class Result:
    table: str
    name: str
    statement: str
    passed: bool
    observed: object
    reason: str | None


@dataclass(frozen=True)
class Report:
    mart: str
    results: tuple[Result, ...]


def report(mart: str, passed: bool) -> Report:
    return Report(
        mart,
        (
            Result("fct_orders", "volume", "between 1 and 9 rows", True, 5, ""),
            Result("fct_orders", "ladder", "adds up", passed, None, None if passed else "1 off"),
        ),
    )


def test_a_deleted_history_comes_back_from_the_serving_file(paths: Paths) -> None:
    record_gate(paths, run(1), report("sales", passed=True))
    publish(paths, run(1), MARTS)
    paths.history.unlink()

    record_gate(paths, run(2), report("sales", passed=False))

    assert history(paths.history) == history(paths.serving)
    assert read(
        paths.history,
        "select run_id, run_at, expectation, is_passed, observed, reason from meta.gate_results "
        "order by all",
    ) == [
        ("run-1", run(1).started_at, "ladder", True, None, None),
        ("run-1", run(1).started_at, "volume", True, "5", None),
        ("run-2", run(2).started_at, "ladder", False, None, "1 off"),
        ("run-2", run(2).started_at, "volume", True, "5", None),
    ]


def test_recording_a_gate_again_replaces_what_the_run_said_of_that_mart(paths: Paths) -> None:
    record_gate(paths, run(1), report("sales", passed=False))
    record_gate(paths, run(1), report("channels", passed=True))
    record_gate(paths, run(1), report("sales", passed=True))

    assert read(
        paths.history,
        "select mart, count(*), bool_and(is_passed) from meta.gate_results group by 1 order by 1",
    ) == [("channels", 2, True), ("sales", 2, True)]


def test_gates_that_end_together_are_all_recorded(paths: Paths) -> None:
    marts = [f"mart_{number}" for number in range(6)]
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda mart: record_gate(paths, run(1), report(mart, passed=True)), marts))

    assert read(paths.history, "select distinct mart from meta.gate_results order by 1") == [
        (mart,) for mart in marts
    ]


def test_the_ledger_is_copied_from_the_build_file(paths: Paths) -> None:
    with pytest.raises(EmporiumError, match=r"row ledger cannot be read from meta\.row_ledger"):
        record_ledger(paths, run(1))
    change(
        paths,
        """
        create schema meta;
        create table meta.row_ledger as select
            'shop' as source_system, 'orders' as source_table,
            10 as rows_landed, 7 as rows_valid, 1 as rows_superseded, 0 as rows_deleted,
            2 as rows_quarantined, 99.5::decimal(18,2) as amount_landed,
            90::decimal(18,2) as amount_valid, 4.5::decimal(18,2) as amount_superseded,
            0::decimal(18,2) as amount_deleted, 5::decimal(18,2) as amount_quarantined;
        create table meta.row_ledger_details as select
            5.00::decimal(38,2) as amount, 2 as row_count, 'no currency' as broken_rule,
            'quarantined' as row_state, 'sale' as row_class, 'orders' as source_table,
            'shop' as source_system;
        """,
    )
    record_ledger(paths, run(1))
    assert read(paths.history, "select count(*) from meta.set_aside_by_rule") == [(0,)]
    change(
        paths,
        """
        create table meta.set_aside_by_rule as select
            'orders' as source_table, 'paid_as_priced' as rule_id, 'kept' as outcome,
            2 as row_count, 1 as accepted_count, 0 as unvalued_count,
            3::decimal(38,2) as worth_amount, 'shop:1; shop:2' as named, 'ask' as next_step;
        """,
    )

    for _ in range(2):
        record_ledger(paths, run(1))

    assert read(
        paths.history,
        "select run_id, source_table, rows_landed, rows_quarantined, amount_landed::varchar, "
        "amount_quarantined::varchar from meta.row_ledger",
    ) == [("run-1", "orders", 10, 2, "99.50", "5.00")]
    assert read(
        paths.history,
        "select * exclude (run_at, amount), amount::varchar from meta.row_ledger_details",
    ) == [("run-1", "shop", "orders", "sale", "quarantined", "no currency", 2, "5.00")]
    assert read(
        paths.history,
        "select run_id, rule_id, row_count, worth_amount::varchar, named "
        "from meta.set_aside_by_rule",
    ) == [("run-1", "paid_as_priced", 2, "3.00", "shop:1; shop:2")]


# --- what other programs leave beside the serving file

# Commits a table that nobody published, begins to write more, and is killed: its log stays.
A_CLIENT_IS_KILLED = """
    os.chmod(sys.argv[2], 0o644)
    client = duckdb.connect(sys.argv[2])
    client.execute("set wal_autocheckpoint = '1GB'")
    client.execute("create table sales.mine as select 7 as stamp")
    client.execute("update sales.fct_orders set stamp = 7")
    client.execute("begin; insert into sales.mine values (8)")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def leave_a_log(paths: Paths, file: Path) -> Path:
    in_child(A_CLIENT_IS_KILLED, paths.data, file)
    log = file.with_name(f"{file.name}.wal")
    assert log.stat().st_size
    return log


def test_the_log_of_a_client_that_was_killed_is_not_published(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    log = leave_a_log(paths, paths.serving)
    assert {stamp for (stamp,) in read(paths.serving, "select stamp from sales.fct_orders")} == {7}

    # Of sales there is no candidate: what was published of it is carried over.
    build(paths, 2)
    publish(paths, run(2), {"channels": MARTS["channels"]})

    assert not log.exists()
    assert files(paths) == ["marts.duckdb", "versions/000001.duckdb", "versions/000002.duckdb"]
    assert stamps(paths.serving) == {1, 2}
    assert published_rows(paths).keys() == {
        "channels.fct_touches",
        "sales.fct_order_lines",
        "sales.fct_orders",
    }


def test_a_log_goes_though_nothing_has_changed(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    before = state(paths.serving)
    leave_a_log(paths, paths.serving)

    again = publish(paths, run(2), MARTS)

    assert {each.status for each in again} == {"unchanged"}
    assert files(paths) == ["marts.duckdb", "versions/000001.duckdb"]
    assert state(paths.serving) == before


def test_a_log_that_fits_no_more_is_removed(paths: Paths) -> None:
    """As a publication left it that did not know of logs: no reader could open the file."""
    publish(paths, run(1), MARTS)
    log = leave_a_log(paths, paths.serving)
    kept = log.read_bytes()
    build(paths, 2)
    publish(paths, run(2), MARTS)
    log.write_bytes(kept)
    with pytest.raises(duckdb.Error, match="WAL does not match"):
        stamps(paths.serving)

    make_way(paths)

    assert stamps(paths.serving) == {2}


def test_a_log_does_not_outlive_its_file(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    leave_a_log(paths, paths.serving)
    paths.serving.unlink()

    publish(paths, run(2), MARTS)

    assert stamps(paths.serving) == {1}
    assert files(paths) == ["marts.duckdb", "versions/000001.duckdb", "versions/000002.duckdb"]


def test_a_roll_back_leaves_no_log(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    first = paths.serving.read_bytes()
    build(paths, 2)
    publish(paths, run(2), MARTS)
    leave_a_log(paths, paths.serving)
    leave_a_log(paths, paths.versions / "000001.duckdb")

    assert rollback(paths, START) == 1

    assert paths.serving.read_bytes() == first
    assert stamps(paths.serving) == {1}
    assert files(paths) == [
        "marts.duckdb",
        "versions/000001.duckdb",
        "versions/000002.withdrawn.duckdb",
    ]


def test_a_kill_never_leaves_a_new_file_beside_an_old_log(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    build(paths, 2)
    leave_a_log(paths, paths.serving)
    # What the client wrote, what was published before, what is published: never nothing.
    seen = [7]
    for killed in killed_at_every_moment(paths, "publish(paths, run(2), MARTS)"):
        [(stamp,)] = read(killed.serving, "select max(stamp) from sales.fct_orders")
        seen.append(int(str(stamp)))
    order = [7, 1, 2]
    assert seen == sorted(seen, key=order.index)
    assert set(seen) == set(order)


def test_who_writes_to_the_serving_file_is_named_before_anything_is_built(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    before = state(paths.serving)
    holder = subprocess.Popen(
        child(
            "paths.serving.chmod(0o644); held = duckdb.connect(str(paths.serving)); "
            "print(flush=True); sys.stdin.read()",
            paths.data,
        ),
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        named = f"open for writing, .* process {holder.pid} has it open; wait until"
        for refused in (
            lambda: make_way(paths),
            lambda: publish(paths, run(2), MARTS),
            lambda: rollback(paths, START),
        ):
            with pytest.raises(EmporiumError, match=named):
                refused()
    finally:
        holder.communicate()
    assert state(paths.serving) == before
    make_way(paths)


def test_readers_are_in_nobodys_way(paths: Paths) -> None:
    publish(paths, run(1), MARTS)
    reader = subprocess.Popen(
        child(
            "held = duckdb.connect(str(paths.serving), read_only=True); print(flush=True); "
            "sys.stdin.read()",
            paths.data,
        ),
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert reader.stdout is not None
        reader.stdout.readline()
        make_way(paths)
    finally:
        reader.communicate()
