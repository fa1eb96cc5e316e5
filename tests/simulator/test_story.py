"""What a world consists of, and that its plain figures are the planted ones."""

import hashlib
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import EmporiumError
from simulator.contract import Table
from simulator.story import SYSTEM
from tests.simulator.landed import CONTRACT, clean, rows
from tests.simulator.worlds import SHORT, tell


def contents(world: Path) -> dict[str, str]:
    return {
        str(file.relative_to(world)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in sorted(world.rglob("*.parquet"))
    }


def test_the_same_arguments_give_the_same_bytes(small_world: Path, tmp_path: Path) -> None:
    assert contents(tell(tmp_path)) == contents(small_world)


def test_the_same_short_history_gives_the_same_bytes(short_world: Path, tmp_path: Path) -> None:
    """In a few rows, threads meet in another order each time: a sum of doubles would show it."""
    assert contents(tell(tmp_path, as_of=SHORT)) == contents(short_world)


def test_another_seed_gives_another_world(short_world: Path, tmp_path: Path) -> None:
    mine, other = contents(short_world), contents(tell(tmp_path, seed=7, as_of=SHORT))
    assert mine.keys() == other.keys()
    differing = {name for name in mine if mine[name] != other[name]}
    assert "raw/storefront/orders/orders.parquet" in differing


def test_a_world_is_not_written_over_another(small_world: Path) -> None:
    before = contents(small_world)
    tell(small_world)
    assert contents(small_world) == before
    with pytest.raises(EmporiumError, match="already holds another world"):
        tell(small_world, seed=7)
    assert contents(small_world) == before


@pytest.mark.parametrize("table", CONTRACT.values(), ids=lambda table: table.name)
def test_a_table_keeps_its_contract(small_world: Path, table: Table) -> None:
    files = small_world / "raw" / SYSTEM / table.name / "*.parquet"
    with duckdb.connect() as connection:
        described = connection.execute(
            f"describe from read_parquet('{files}', union_by_name = true)"
        ).fetchall()
        declared = {column.name: str(duckdb.sqltype(column.data_type)) for column in table.columns}
        landed = {name: kind for name, kind, *_ in described if not name.startswith("_")}
        assert landed == declared
        connection.execute(f"create view {table.name} as {clean(small_world, table)}")
        [(count,)] = connection.execute(f"select count(*) from {table.name}").fetchall()
        assert count > 0
        for column in table.columns:
            broken = []
            if not column.is_nullable:
                broken.append(f'"{column.name}" is null')
            if column.accepted_values:
                values = ", ".join(f"'{value}'" for value in column.accepted_values)
                broken.append(f'cast("{column.name}" as varchar) not in ({values})')
            if column.minimum is not None:
                broken.append(f'"{column.name}" < {column.minimum}')
            if broken:
                [(faults,)] = connection.execute(
                    f"select count(*) from {table.name} where {' or '.join(broken)}"
                ).fetchall()
                assert faults == 0, column.name


def test_dirt_is_written_to_the_truth(small_world: Path) -> None:
    kinds = rows(small_world, "select distinct kind from truth_dirt order by kind")
    assert [kind for (kind,) in kinds] == [
        "corrected",
        "deletion",
        "duplicate",
        "malformed",
        "to be deleted",
    ]


def test_orders_add_up_over_entities(small_world: Path) -> None:
    assert rows(
        small_world,
        """
        select
            count(*) filter (where lines.order_id is null) as without_lines,
            count(*) filter (
                where orders.paid_at is not null and payments.order_id is null
            ) as unpaid,
            count(*) filter (
                where
                    orders.paid_at is not null
                    and payments.amount is distinct from cast(
                        lines.merchandise - orders.order_discount + orders.shipping_fee
                        as decimal(18, 2)
                    )
            ) as otherwise_paid
        from orders
        left join (
            select order_id, sum(unit_price * quantity - line_discount) as merchandise
            from order_lines group by order_id
        ) as lines using (order_id)
        left join payments on orders.order_id = payments.order_id and payments.status = 'succeeded'
        """,
    ) == [(0, 0, 0)]


def test_what_happens_within_a_visit_has_its_event(small_world: Path) -> None:
    assert rows(
        small_world,
        """
        select
            (
                select count(*)
                from rec_impressions as shown
                anti join events
                    on
                        shown.rec_id = events.rec_id
                        and shown.sku_id = events.sku_id
                where shown.clicked_at is not null
            ) as clicks_without_event,
            (
                select count(*)
                from search_queries as searches
                anti join events
                    on
                        searches.event_id = events.event_id
                        and searches.query_text = events.search_text
                where searches.engine = 'on_site'
            ) as searches_without_event,
            (
                select count(*)
                from order_lines as lines
                inner join orders using (order_id)
                inner join skus using (sku_id)
                where orders.placed_at < skus.launched_at
            ) as sold_before_launch
        """,
    ) == [(0, 0, 0)]


def test_a_second_account_is_logged_in_on_its_device(small_world: Path) -> None:
    [(mismatches, persons)] = rows(
        small_world,
        """
        with logged_in as (
            select person_number
            from events
            inner join truth_identities on id_type = 'user_id' and user_id = id_value
            group by person_number
            having count(distinct user_id) = 2
        )

        select
            (
                select count(*)
                from events
                inner join orders using (order_id)
                where events.user_id != orders.user_id
            ) as mismatches,
            (select count(*) from logged_in) as persons
        """,
    )
    assert mismatches == 0
    assert persons > 10


def test_carts_tell_what_they_lack_to_free_shipping(small_world: Path) -> None:
    [(carts, otherwise_shipped, otherwise_lacking)] = rows(
        small_world,
        """
        with shown as (
            select
                visits.order_id,
                carts.cart_amount,
                carts.free_shipping_gap
            from events as visits
            inner join events as carts
                on
                    visits.visitor_id = carts.visitor_id
                    and cast(substr(visits.event_id, 2) as bigint) // 256
                    = cast(substr(carts.event_id, 2) as bigint) // 256
            where visits.event_name = 'submit_order' and carts.event_name = 'view_cart'
        )

        select
            count(*),
            count(*) filter (where (shown.free_shipping_gap = 0) != (orders.shipping_fee = 0)),
            count(*) filter (
                where shown.free_shipping_gap != greatest(0, 99 - shown.cart_amount)
            )
        from shown
        inner join orders using (order_id)
        """,
    )
    assert carts > 1000
    assert (otherwise_shipped, otherwise_lacking) == (0, 0)


def test_a_prompt_comes_with_what_was_put_into_a_cart_near_free_shipping(small_world: Path) -> None:
    [(prompts, prompted_carts, alone, far)] = rows(
        small_world,
        """
        select
            count(*),
            (select count(*) from truth_near_carts where is_prompted),
            count(*) filter (where additions.event_id is null),
            count(*) filter (where not prompts.free_shipping_gap between 0.01 and 50)
        from events as prompts
        left join events as additions
            on
                additions.event_name = 'add_to_cart'
                and prompts.visitor_id = additions.visitor_id
                and prompts.event_at = additions.event_at
                and prompts.received_at = additions.received_at
                and prompts.cart_amount = additions.cart_amount
                and prompts.free_shipping_gap = additions.free_shipping_gap
        where prompts.event_name = 'free_shipping_prompt'
        """,
    )
    assert prompts == prompted_carts > 1000
    assert (alone, far) == (0, 0)
