"""What goes wrong on the way is there, is told to the truth, and hides nothing that is needed."""

from pathlib import Path

import duckdb
import pytest

from simulator.story import SYSTEM
from tests.simulator.landed import CONTRACT, rows


@pytest.mark.parametrize("table", sorted(CONTRACT))
def test_rows_lie_in_the_order_of_their_arrival_where_the_truth_says(
    small_world: Path, table: str
) -> None:
    files = small_world / "raw" / SYSTEM / table / "*.parquet"
    [(out_of_order, unnumbered, misplaced, deletions)] = rows(
        small_world,
        f"""
        with landed as (
            select
                _source_file as source_file,
                _source_row as source_row,
                _is_deleted,
                lag(_loaded_at) over in_file > _loaded_at as is_too_late,
                row_number() over in_file as place
            from read_parquet('{files}', union_by_name = true)
            window in_file as (partition by _source_file order by _source_row)
        )

        select
            count(*) filter (where is_too_late),
            count(*) filter (where place != source_row),
            count(*) filter (where _is_deleted != coalesce(dirt.kind = 'deletion', false)),
            count(*) filter (where _is_deleted)
        from landed
        left join (select * from truth_dirt where table_name = '{table}') as dirt
            using (source_file, source_row)
        """,
    )
    assert (out_of_order, unnumbered, misplaced) == (0, 0, 0)
    assert table != "events" or deletions > 100


def test_clocks_are_wrong_where_the_truth_says_so(small_world: Path) -> None:
    [(skewed, by_hours, off, others_off)] = rows(
        small_world,
        """
        with devices as (
            select
                events.visitor_id,
                any_value(skews.skew_seconds) as skew,
                median(epoch(events.event_at - events.received_at)) as ahead
            from events
            left join truth_clock_skews as skews using (visitor_id)
            where
                events.event_at >= timestamp '2025-01-03'
                and events.event_at < timestamp '2026-06-29'
            group by events.visitor_id
        )

        select
            count(skew),
            count(*) filter (where abs(skew) = 3600),
            count(*) filter (where abs(ahead - skew) > 10),
            count(*) filter (where skew is null and ahead > 0)
        from devices
        """,
    )
    assert skewed > 30
    assert by_hours > 5
    # Devices with a few events of which most came late stand out of their clock's error.
    assert off < 0.1 * skewed
    assert others_off == 0


def test_skewed_clocks_move_events_over_midnight(small_world: Path) -> None:
    [(moved,)] = rows(
        small_world,
        """
        select count(*)
        from events
        inner join truth_clock_skews using (visitor_id)
        where
            cast(event_at + interval 8 hour as date)
            != cast(event_at - skew_seconds * interval 1 second + interval 8 hour as date)
        """,
    )
    assert moved > 0


def test_events_arrive_late_and_before_the_end(small_world: Path) -> None:
    [(share, longest, shortest, unarrived)] = rows(
        small_world,
        """
        select
            avg((received_at - event_at >= interval 1 minute)::int),
            max(received_at - event_at) > interval 120 day,
            min(received_at - event_at) filter (where received_at - event_at > interval 1 minute)
            < interval 2 minute,
            count(*) filter (where received_at >= timestamp '2026-06-30 16:00:00')
        from events
        anti join truth_clock_skews using (visitor_id)
        """,
    )
    assert share == pytest.approx(0.02, abs=0.002)
    assert longest
    assert shortest
    assert unarrived <= 3


def test_a_file_arrives_a_month_late(small_world: Path) -> None:
    [(table, file)] = rows(small_world, "select table_name, source_file from truth_late_files")
    landed = small_world / "raw" / SYSTEM / table / "*.parquet"
    delays = dict(
        duckdb.execute(
            f"""
            select _source_file, min(_loaded_at - loaded_at) >= interval 30 day
            from '{landed}'
            where not _is_deleted
            group by _source_file
            """
        ).fetchall()
    )
    assert {name for name, is_late in delays.items() if is_late} == {file}


def test_a_missing_snapshot_follows_from_the_moves(small_world: Path) -> None:
    [(days, left, differing)] = rows(
        small_world,
        """
        with missing as (
            select snapshot_date as day
            from truth_missing_snapshots
        ),

        moved as (
            select
                sku_id,
                warehouse_id,
                missing.day,
                sum(quantity) as balance
            from inventory_moves
            cross join missing
            where cast(moved_at + interval 8 hour as date) <= missing.day + 1
            group by all
        )

        select
            (select count(*) from missing),
            (select count(*) from inventory_daily where snapshot_date in (select day from missing)),
            count(*) filter (where moved.balance != coalesce(following.on_hand, 0))
        from moved
        left join inventory_daily as following
            on
                moved.sku_id = following.sku_id
                and moved.warehouse_id = following.warehouse_id
                and following.snapshot_date = moved.day + 1
        """,
    )
    assert (days, left, differing) == (1, 0, 0)


def test_a_column_comes_half_way(small_world: Path) -> None:
    [(since,)] = rows(small_world, "select strftime(since_month, '%Y-%m') from truth_added_columns")
    with_column = {
        file.stem.removeprefix("events-"): "sdk_version"
        in {name for name, *_ in duckdb.execute(f"describe from '{file}'").fetchall()}
        for file in (small_world / "raw" / SYSTEM / "events").glob("*.parquet")
    }
    assert since == "2025-07"
    assert with_column == {month: month >= since for month in with_column}


def test_foreign_money_is_of_its_day(small_world: Path) -> None:
    [(currencies, differing)] = rows(
        small_world,
        """
        select count(distinct payments.currency_code), count(*) filter (where fx_rate != rate)
        from payments
        inner join orders using (order_id)
        inner join fx_rates
            on
                payments.currency_code = fx_rates.base_currency_code
                and cast(orders.placed_at + interval 8 hour as date) = fx_rates.rate_date
        """,
    )
    assert (currencies, differing) == (2, 0)


def test_merges_arrive_in_either_order(small_world: Path) -> None:
    orders = rows(
        small_world,
        """
        with links as (
            select
                person_number,
                min(linked_at) filter (where link_source = 'merge_request') as merged_at,
                min(linked_at) filter (where link_source = 'wecom') as added_at
            from identities
            inner join truth_identities on id_type = 'user_id' and user_id = id_value
            where link_source in ('merge_request', 'wecom')
            group by person_number
        )

        select merged_at < added_at as is_merged_first, count(*) > 3
        from links
        where merged_at is not null and added_at is not null
        group by is_merged_first
        order by is_merged_first
        """,
    )
    assert orders == [(False, True), (True, True)]
