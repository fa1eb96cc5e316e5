"""Sessions of made-up events are the same whichever way the events arrive."""

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.paths import PROJECT_DIR, Paths
from tests.project.builds import Build, dbt

VARIABLES = {
    "source_systems": ["storefront"],
    "business_tz": "Asia/Shanghai",
    "reporting_currency": "CNY",
}
TABLES = (
    "int_events_sessionised",
    "int_sessions_measured",
    "int_session_sources",
    "int_session_landings",
    "int_sessions_retouched",
    "int_bot_flags",
    "int_sessions",
    "int_bot_effects",
)
# Visits of eight events with pauses around half an hour, some clocks wrong, some events months
# late; every twentieth visitor is a machine. Some rows come twice, first under a wrong visitor, or
# are deleted later.
LANDED = """
    create table events as
    with numbers as (
        select
            visitor,
            number,
            cast(hash(visitor * 1000 + number) >> 1 as bigint) as dice,
            cast(hash(visitor * 1000 + number // 8) >> 1 as bigint) as visit_dice
        from range(200) as visitors (visitor), range(64) as events (number)
    ),

    happened as (
        select
            *,
            timestamp '2026-01-01' + (visit_dice % 5184000) * interval 1 second
            + case
                when visitor % 20 = 0 then number % 8
                else (number % 8) * (dice % 2400)
            end * interval 1 second as happened_at
        from numbers
    ),

    rows as (
        select
            visitor * 1000 + number as event_number,
            ['page_view', 'click', 'detail_view', 'add_to_cart', 'heartbeat'][1 + dice % 5]
                as event_name,
            'v' || visitor as visitor_id,
            case when dice % 3 = 0 then 'u' || dice % 300 end as user_id,
            happened_at + case when dice % 97 = 1 then interval 1 year else interval 0 second end
                as event_at,
            happened_at + case when dice % 50 = 2 then dice % 15000 else 0 end * interval 1 minute
            + interval 2 second as received_at,
            case when visitor % 20 = 0 then 'pc' else 'app' end as terminal,
            'home' as page_type,
            case when dice % 10 = 3 then 'baidu' || dice % 4 end as utm_source,
            case when visitor % 40 = 0 then 'Scrapy/2.11' else 'Shop/5' end as user_agent,
            case when dice % 5 = 4 then dice % 40 end as engaged_seconds,
            dice
        from happened
    ),

    deliveries as (
        select *, interval 0 hour as later, false as _is_deleted from rows
        union all
        select *, interval 1 hour, false from rows where dice % 31 = 1
        union all
        select * replace ('v' || dice % 200 as visitor_id), interval '-1' hour, false
        from rows
        where dice % 29 = 1
        union all
        select *, interval 2 hour, true from rows where dice % 37 = 1
    )

    select
        * exclude (event_number, dice, later),
        'E' || event_number as event_id,
        received_at + later as _loaded_at,
        hash(event_number, later) as shuffle
    from deliveries
"""


def deliver(connection: duckdb.DuckDBPyConnection, paths: Paths, batch: str, chosen: str) -> None:
    folder = paths.raw / "storefront" / "events"
    folder.mkdir(parents=True, exist_ok=True)
    connection.execute(f"""
        copy (
            select
                * exclude (shuffle),
                '{batch}' as _source_file,
                row_number() over (order by shuffle) as _source_row
            from events
            where {chosen}
            order by shuffle
        ) to '{folder / batch}' (format parquet)
    """)


def run(paths: Paths, *arguments: str) -> Build:
    return dbt(PROJECT_DIR, paths, *arguments, "--vars", json.dumps(VARIABLES))


def build(paths: Paths) -> None:
    models = ("--select", "+int_bot_effects", "--exclude-resource-type", "unit_test")
    built = run(paths, "build", *models)
    assert set(built.results.values()) == {"success", "pass"}, built.said


def contents(paths: Paths) -> dict[str, tuple[int, str]]:
    """Table -> its rows, and a hash of them that knows no order."""
    with duckdb.connect(str(paths.warehouse), read_only=True) as connection:
        return {
            table: connection.execute(f"""
                select count(*), md5(string_agg(found.text, '|' order by found.text))
                from (select cast(rows as varchar) as text from intermediate.{table} as rows)
                    as found
            """).fetchall()[0]
            for table in TABLES
        }


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory) -> Paths:
    """A warehouse that got all rows at once. Shared: do not change it."""
    paths = Paths(tmp_path_factory.mktemp("at_once"))
    with duckdb.connect() as connection:
        connection.execute(LANDED)
        deliver(connection, paths, "all.parquet", "true")
    build(paths)
    return paths


def test_sessions_do_not_depend_on_the_way_of_their_events(
    delivered: Paths, tmp_path: Path
) -> None:
    """Shuffled batches, the last of which names events and visitors of all batches before."""
    paths = Paths(tmp_path)
    with duckdb.connect() as connection:
        connection.execute(LANDED)
        deliver(connection, paths, "b.parquet", "shuffle % 3 = 0")
        deliver(connection, paths, "c.parquet", "shuffle % 3 = 1")
        build(paths)
        before = contents(paths)
        deliver(connection, paths, "a.parquet", "shuffle % 3 = 2")
    build(paths)
    expected = contents(delivered)
    assert contents(paths) == expected
    assert all(before[table] != expected[table] for table in TABLES)
    assert all(count for table, (count, _) in expected.items() if table != "int_sessions_retouched")


def test_data_tests_notice_broken_sessions(delivered: Paths, tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    paths.build.mkdir()
    with duckdb.connect(str(paths.warehouse)) as connection:
        connection.execute(f"attach '{delivered.warehouse}' as good (read_only)")
        connection.execute("copy from database good to warehouse")
        connection.execute("""
            insert into intermediate.int_bot_flags from intermediate.int_bot_flags limit 1;
            update intermediate.int_sessions set ended_at = ended_at + interval 10 year;
            update intermediate.int_sessions set event_count = event_count + 1;
        """)
    broken = run(paths, "test", "--select", "path:tests/singular/channels")
    tests = [status for name, status in broken.results.items() if name.startswith("test.")]
    assert tests == ["fail"] * 3, broken.said
