"""A world as it would arrive: in batches, the last of which changes what is old."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import duckdb

from benchmarks.increment import split
from orchestration.paths import PROJECT_DIR, Paths
from tests.project.builds import Build, dbt

# The models that are incremental, and what they read.
MODELS = (
    "--select",
    "+fct_sessions",
    "+fct_orders",
    "+fct_order_lines",
    "+int_bot_effects",
    "+fct_cart_episodes",
    "+fct_funnels_daily",
    "+fct_checkout_friction",
    "+int_landings_acted_on",
    "+int_content_views",
)
BUILD = ("build", "--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
# Batches of loading, and a delivery that changes what is months old. The last is three days'.
CUTS = (datetime(2025, 12, 1), datetime(2026, 6, 28))
BATCHES = ("first", "second", "third", "changes")

# Rows that land last. Each names the table and takes landed rows of it as `landed`.
CHANGES = {
    # An event that is received half a year late, in the middle of an old visit; one that comes a
    # second time; and some whose visitor was wrong, one of them a machine.
    "events": """
        (
            select * replace (
                'late' as event_id, received_at + interval 179 day as received_at,
                event_at + interval 1 second as event_at, timestamp '2026-07-03' as _loaded_at
            )
            from landed where received_at < '2025-06-01' order by event_id limit 1
        )
        union all
        (select * from landed where received_at < '2025-07-01' order by event_id desc limit 1)
        union all
        (
            select * replace (
                'nobody yet' as visitor_id, timestamp '2026-07-03' as _loaded_at
            )
            from landed where received_at < '2025-08-01' order by event_id limit 5
        )
        union all
        (
            select * replace (
                'machine' as visitor_id, 'a declared spider' as user_agent,
                timestamp '2026-07-03' as _loaded_at
            )
            from landed where event_name = 'page_view' order by event_id desc limit 1
        )
        union all
        (
            select * replace (
                'nobody yet' as visitor_id, timestamp '2026-07-03' as _loaded_at
            )
            from landed where event_name = 'add_to_cart' order by event_id limit 1
        )
        union all
        (
            select * replace (
                'nobody yet' as visitor_id, timestamp '2026-07-03' as _loaded_at
            )
            from landed where event_name = 'begin_checkout' order by event_id limit 1
        )
    """,
    # A correction, a version older than what is there, and a deletion.
    "orders": """
        (
            select * replace (
                cast(order_discount + 7 as decimal(18, 2)) as order_discount,
                timestamp '2026-07-03' as _loaded_at
            )
            from landed where not _is_deleted order by order_id limit 3
        )
        union all
        (
            select * replace (
                cast(order_discount + 9 as decimal(18, 2)) as order_discount,
                _loaded_at - interval 1 second as _loaded_at
            )
            from landed order by order_id desc limit 3
        )
        union all
        (
            select * replace (true as _is_deleted, timestamp '2026-07-03' as _loaded_at)
            from landed order by order_id limit 2 offset 10
        )
    """,
    # Two lines go, and all lines of orders of which some were paid.
    "order_lines": """
        (
            select * replace (true as _is_deleted, timestamp '2026-07-03' as _loaded_at)
            from landed order by order_id, line_no limit 2 offset 20
        )
        union all
        (
            select * replace (true as _is_deleted, timestamp '2026-07-03' as _loaded_at)
            from landed
            where order_id in (
                select order_id from landed group by order_id order by order_id desc limit 5
            )
        )
    """,
    "payments": """
        select * replace (
            cast(amount + 1 as decimal(18, 2)) as amount, timestamp '2026-07-03' as _loaded_at
        )
        from landed order by payment_id limit 3 offset 5
    """,
    "skus": """
        select * replace (
            (select max(category_id) from landed) as category_id,
            timestamp '2026-07-03' as _loaded_at
        )
        from landed order by sku_id limit 2
    """,
    "users": """
        select * replace ('CN-XZ' as region_id, timestamp '2026-07-03' as _loaded_at)
        from landed where region_id != 'CN-XZ' order by user_id limit 2
    """,
    # An account links two browsers that were two people's.
    "identities": """
        select * replace (
            'linked' as identity_id, (select max(visitor_id) from landed) as visitor_id,
            timestamp '2026-07-03' as _loaded_at
        )
        from landed where user_id is not null order by identity_id limit 1
    """,
}


def write_batches(raw: Path, folder: Path) -> None:
    """Writes a raw zone for each batch of a raw zone."""
    split(raw, CUTS, [folder / name for name in BATCHES[:3]])
    with duckdb.connect() as connection:
        for table, rows in CHANGES.items():
            target = folder / "changes" / "storefront" / table
            target.mkdir(parents=True)
            connection.execute(f"""
                copy (
                    with landed as (
                        select * exclude (_source_file, _source_row)
                        from read_parquet(
                            '{raw}/storefront/{table}/*.parquet', union_by_name = true
                        )
                    )
                    {rows}
                ) to '{target}/{table}-changes.parquet'
            """)


def land(batches: Path, names: Sequence[str], paths: Paths) -> None:
    """Lands some of the batches of a folder."""
    for name in names:
        shutil.copytree(batches / name, paths.raw, dirs_exist_ok=True, copy_function=shutil.copy2)


def build(paths: Paths, *arguments: str) -> Build:
    """Builds the incremental models, or what the arguments of dbt say."""
    done = dbt(PROJECT_DIR, paths, *BUILD, *(arguments or MODELS))
    assert set(done.results.values()) <= {"success"}, done.said
    return done
