"""Small worlds for the tests of the simulator, and of what builds them."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from simulator.story import SYSTEM, simulate
from simulator.world import make_world
from tests.budget import count

SCALE = 0.02
AS_OF = date(2026, 7, 1)
SHORT = date(2025, 2, 1)
"""The end of a world that is told in a third of the time: a month of a shop of few orders."""
SHORT_SCALE = SCALE / 5

# One person in so many, more of those who are rare, and whose orders came with each kind of dirt.
SAMPLED = """
    with orders as (from read_parquet('{raw}/orders/*.parquet')),

    bought as (
        select 'orders' as table_name, _source_file, _source_row, user_id from orders
        union all
        select 'order_lines', lines._source_file, lines._source_row, orders.user_id
        from read_parquet('{raw}/order_lines/*.parquet') as lines
        inner join orders on replace(lines.order_id, '-x', '') = orders.order_id
    ),

    dirty as (
        select user_id
        from '{truth}/dirt.parquet' as dirt
        inner join bought
            on
                dirt.table_name = bought.table_name
                and dirt.source_file = bought._source_file
                and dirt.source_row = bought._source_row
        qualify row_number() over (
            partition by dirt.table_name, dirt.kind order by dirt.source_file, dirt.source_row
        ) <= 2
    ),

    persons as (
        select
            person_number,
            count(*) filter (where id_type = 'user_id') > 1 as has_accounts,
            bool_or(
                id_value in (select visitor_id from '{truth}/clock_skews.parquet')
            ) as has_wrong_clock,
            bool_or(coalesce(id_value in (select user_id from dirty), false)) as has_dirt
        from '{truth}/identities.parquet'
        group by person_number
    )

    select id_value
    from '{truth}/identities.parquet'
    where person_number in (
        select person_number
        from persons
        where
            person_number % 80 = 0
            or (has_accounts and person_number % 8 = 0)
            or (has_wrong_clock and person_number % 10 = 0)
            or has_dirt
    )
    union all
    select visitor_id from '{truth}/bots.parquet' where bot_number % 10 = 9
"""
PERSONAL = (
    "device_id",
    "issued_to",
    "leader_user_id",
    "member_user_id",
    "open_id",
    "phone",
    "union_id",
    "user_id",
    "visitor_id",
)
"""Columns that tell whose a row is."""
PARENTS = {
    "order_id": "orders",
    "event_id": "events",
    "conversation_id": "cs_conversations",
    "member_id": "community_members",
    "subscription_id": "subscriptions",
}
"""Columns by which a row is whose its parent is, and the parents."""
OF_STOCK = {"warehouse_id", "from_warehouse_id"}


def tell(folder: Path, seed: int = 42, overrides: Sequence[str] = (), as_of: date = AS_OF) -> Path:
    """Simulates a world into `raw/` and `truth/` of a data folder."""
    count("worlds", f"seed {seed} {' '.join(overrides)} as of {as_of}")
    world = make_world(SCALE, seed, as_of, overrides)
    if as_of == SHORT:
        world = replace(world, scale=SHORT_SCALE)
    for _ in simulate(world, folder / "raw", folder / "truth"):
        pass
    return folder


def sample(world: Path, folder: Path) -> None:
    """Writes what landed of some persons of a world, with what is nobody's, to a data folder.

    Stock is that of every tenth SKU. Rows keep their files, places and times of loading, so that
    the truth, which is linked, still tells what is wrong with them.
    """
    raw = world / "raw" / SYSTEM
    (folder / "truth").mkdir()
    for file in (world / "truth").iterdir():
        os.link(file, folder / "truth" / file.name)
    with duckdb.connect() as connection:
        connection.execute(
            f"create table ids as {SAMPLED.format(raw=raw, truth=world / 'truth')};"
            # The simulator gives rows that are to be deleted a key like that of another.
            "create macro is_ours(id) as coalesce(replace(id, '-x', '') in (from ids), false);"
        )
        # Parents before their children.
        for file in sorted(
            raw.glob("*/*.parquet"),
            key=lambda file: (file.parent.name not in PARENTS.values(), file),
        ):
            _sample_file(connection, file, folder / file.relative_to(world))


def _sample_file(connection: duckdb.DuckDBPyConnection, file: Path, target: Path) -> None:
    columns = {column for column, *_ in connection.sql(f"describe from '{file}'").fetchall()}
    condition = "true"
    if personal := [column for column in PERSONAL if column in columns]:
        ours = " or ".join(f"is_ours({column})" for column in personal)
        condition = f"{ours} or coalesce({', '.join(personal)}) is null"
    elif columns & OF_STOCK and "sku_id" in columns:
        condition = "sku_id like '%7'"
    elif keys := [key for key in PARENTS if key in columns]:
        condition = f"is_ours({keys[0]})"
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy (from '{file}' where {condition} order by _source_row) to '{target}'")
    for key, parent in PARENTS.items():
        if target.parent.name == parent:
            connection.execute(f"insert into ids select {key} from '{target}'")
